import { html } from "./dom.js";

// One of a few, as radio buttons: arrow keys and screen readers work as usual. Returns a function that marks one.
export function radios(root, { name, options }, choose) {
  const box = html("fieldset", { class: "segments" }, root);
  html("legend", { text: name }, box);
  const shared = `choice-${Math.random().toString(36).slice(2)}`; // one group per figure on the page
  const inputs = options.map(([value, text]) => {
    const label = html("label", {}, box);
    const input = html("input", { type: "radio", name: shared, value }, label);
    html("span", { text }, label);
    input.addEventListener("change", () => choose(value));
    return input;
  });
  return (value) => inputs.forEach((input) => { input.checked = input.value === value; });
}

// A labelled list to choose from, its options [value, text, group] under the headings of their groups.
export function select(root, { name, options }, choose) {
  const box = html("div", { class: "select" }, root);
  const id = `list-${Math.random().toString(36).slice(2)}`;
  html("label", { for: id, text: name }, box);
  const list = html("select", { id }, box);
  const groups = new Map();
  for (const [value, text, group] of options) {
    if (group && !groups.has(group)) groups.set(group, html("optgroup", { label: group }, list));
    html("option", { value, text }, groups.get(group) ?? list);
  }
  list.addEventListener("change", () => choose(list.value));
  return (value) => { list.value = value; };
}
