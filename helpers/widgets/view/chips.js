import { html } from "./dom.js";

// A short list of features: a chip for each that removes it, a field that adds one. change(list) hears of every change.
// Returns a function that shows { list, features } and the box, for more buttons.
export function chips(root, { name, most, none }, change) {
  const box = html("div", { class: "chips", role: "group", "aria-label": name }, root);
  html("span", { class: "chips-name", text: name }, box);
  const empty = html("span", { class: "none", text: none }, box);
  const held = html("span", { class: "held" }, box);
  const form = html("form", {}, box);
  const field = html("input", { type: "number", min: 1, step: 1, inputmode: "numeric", "aria-label": `${name}: number of a feature to add` }, form);
  const add = html("button", { type: "submit", text: "Add" }, form);
  let shown = { list: [], features: 1 };
  form.noValidate = true; // an impossible number is refused here, in one sentence
  const problem = html("span", { class: "problem", role: "alert" }, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const i = Number(field.value) - 1;
    const fine = field.value !== "" && Number.isInteger(i) && i >= 0 && i < shown.features;
    problem.textContent = fine ? "" : `Type a whole number from 1 to ${shown.features}.`;
    if (!fine) return;
    field.value = "";
    if (!shown.list.includes(i)) change([...shown.list, i]);
  });
  const show = ({ list, features }) => {
    shown = { list, features };
    field.max = features;
    empty.hidden = list.length > 0;
    for (const control of [field, add]) control.disabled = list.length >= most;
    const focused = [...held.children].indexOf(document.activeElement);
    held.replaceChildren(...list.map((i) => {
      const chip = html("button", { type: "button", class: "chip", "aria-label": `Remove feature ${i + 1}` });
      html("span", { text: i + 1 }, chip);
      html("span", { "aria-hidden": "true", text: "×" }, chip);
      chip.addEventListener("click", () => change(shown.list.filter((other) => other !== i)));
      return chip;
    }));
    // Removing a chip must not throw the keyboard back to the top of the page.
    if (focused >= 0) (held.children[Math.min(focused, list.length - 1)] ?? field).focus();
  };
  return [show, box];
}
