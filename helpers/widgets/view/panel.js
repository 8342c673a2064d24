// Small things that the views of the toy model share.
import { html } from "./dom.js";

export const colour = (i) => `var(--feature-${i + 1})`;
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export function panel(root, name, title) {
  const figure = html("figure", { class: `panel ${name}` }, root);
  html("figcaption", { text: title }, figure);
  return figure;
}
