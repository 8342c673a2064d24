import { html } from "./dom.js";

// A labelled slider over `size` levels. Returns a function that shows a level as a text; `spoken` is for screen readers.
export function slider(root, { name, size, ends }, choose) {
  const box = html("div", { class: "slider" }, root);
  const label = html("label", {}, box);
  html("span", { text: name }, label);
  const output = html("output", {}, label);
  const input = html("input", { type: "range", min: 0, max: size - 1, step: 1, "aria-label": name }, box);
  const scale = html("div", { class: "ends", "aria-hidden": "true" }, box);
  for (const text of ends) html("span", { text }, scale);
  input.addEventListener("input", () => choose(Number(input.value)));
  return ({ index, text, spoken = `${name} ${text}`, disabled = false }) => {
    input.value = index;
    input.disabled = disabled;
    input.setAttribute("aria-valuetext", spoken);
    output.textContent = text;
  };
}
