import { fromHash, intoHash } from "../core/link.js";
import { html } from "./dom.js";

const CALM_MS = 250; // browsers refuse an address that changes too often

// Keeps a widget's state in the page's address under `key`. read(text) takes over what a link says, and tells whether
// it made sense. Returns write(text), and a function that stops listening.
export function address(key, read) {
  let clock = 0, pending = null;
  const flush = () => {
    clearTimeout(clock);
    if (pending !== null) history.replaceState(history.state, "", intoHash(location.hash, key, pending));
    pending = null;
  };
  const follow = () => {
    const text = fromHash(location.hash, key);
    if (text === null) return;
    clearTimeout(clock);
    pending = null; // the link is newer
    read(text);
  };
  addEventListener("hashchange", follow);
  const write = (text) => {
    pending = text;
    clearTimeout(clock);
    clock = setTimeout(flush, CALM_MS);
  };
  const stop = () => {
    clearTimeout(clock);
    removeEventListener("hashchange", follow);
  };
  return { write, flush, follow, stop };
}

// A button that copies the page's address; where the browser forbids that, a field to copy it from.
export function copyButton(root, flush) {
  const button = html("button", { type: "button", text: "Copy link to this view" }, root);
  const note = html("span", { class: "note", role: "status" }, root);
  const field = html("input", { type: "text", readonly: "", "aria-label": "Link to this view" }, root);
  field.hidden = true;
  button.addEventListener("click", async () => {
    flush();
    try {
      await navigator.clipboard.writeText(location.href);
      note.textContent = "Copied.";
      field.hidden = true;
    } catch {
      note.textContent = "Copy it from here:";
      field.hidden = false;
      field.value = location.href;
      field.select();
    }
  });
  return () => { note.textContent = ""; field.hidden = true; };
}
