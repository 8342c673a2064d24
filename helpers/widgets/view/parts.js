// Small things that the views of a trained network share.
import { brief } from "../core/scales.js";
import { html } from "./dom.js";

const PHASES = { rain: "--rain", snow: "--snow", mixed: "--mixed" };

const ROUNDING = 1e-12; // a bar so much shorter than the longest is what rounding left of nothing

// Names come from data: underscores are for machines.
export const wording = (name) => name.replaceAll("_", " ");
export const withUnit = (value, unit, digits = 3) => `${brief(value, digits)}${unit ? `\u00a0${unit}` : ""}`;
export const percentText = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;
export const scoreText = (value) => (Number.isFinite(value) ? value.toFixed(2).replace("-", "\u2212") : "\u2013");
export const neuronName = ([layer, neuron], { hidden }) => (hidden.length > 1 ? `neuron ${layer + 1}.${neuron + 1}` : `neuron ${neuron + 1}`);
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// Phases keep the colours they have throughout the book.
export function tint(name, k) {
  const phase = Object.keys(PHASES).find((kind) => name.toLowerCase().startsWith(kind));
  return `var(${phase ? PHASES[phase] : `--feature-${(k % 8) + 1}`})`;
}

// Rows of a name, a bar to either side of zero, and a number. Returns a function that draws [{ name, value, text, look, colour }]
// on a scale from -top to top. Rows are made anew only when the names change.
export function barList(root, { unsigned = false } = {}) {
  const list = html("div", { class: unsigned ? "bar-list unsigned" : "bar-list" }, root);
  let names = null, rows = [];
  return (items, top = Math.max(1e-9, ...items.map(({ value }) => Math.abs(value)))) => {
    const now = items.map(({ name }) => name).join("\n");
    if (now !== names) {
      names = now;
      list.replaceChildren();
      rows = items.map(({ name }) => {
        const row = html("div", { class: "bar-row" }, list);
        html("span", { class: "bar-name", text: name }, row);
        const bar = html("span", { class: "fill" }, html("span", { class: "rail", "aria-hidden": "true" }, row));
        return { row, bar, value: html("span", { class: "bar-value" }, row) };
      });
    }
    items.forEach(({ value, text, look = "", colour = "" }, k) => {
      const size = Number.isFinite(value) ? Math.min(1, Math.abs(value) / top) : 0;
      const wide = (unsigned ? 100 : 50) * size;
      const left = unsigned ? 0 : value < 0 ? 50 - wide : 50;
      rows[k].bar.style.cssText = `left:${left.toFixed(2)}%;width:${wide.toFixed(2)}%${colour && `;background:${colour}`}`;
      rows[k].bar.className = value < 0 ? "fill minus" : "fill plus";
      rows[k].row.className = `bar-row ${look}`;
      rows[k].value.textContent = text ?? brief(Math.abs(value) < ROUNDING * top ? 0 : value, 3);
    });
  };
}

// A table of texts: headings over columns, the first column heads its rows. Returns a function that fills it.
export function plainTable(root, headings, name) {
  const table = html("table", { class: "plain", "aria-label": name }, html("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": name }, root));
  const head = html("tr", {}, html("thead", {}, table));
  const body = html("tbody", {}, table);
  return (rows, titles = headings) => {
    head.replaceChildren(...titles.map((text) => html("th", { scope: "col", text })));
    body.replaceChildren(...rows.map(([first, ...cells]) => {
      const row = html("tr", {});
      html("th", { scope: "row", text: first }, row);
      for (const text of cells) html("td", { text }, row);
      return row;
    }));
  };
}
