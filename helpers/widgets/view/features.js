import { zeroLoss } from "../core/toy.js";
import { html, number } from "./dom.js";
import { clamp, colour, panel } from "./panel.js";

// One row of numbers per feature, for up to `slots` features. Returns a function that draws
// { importance, norm, share, b, loss, sparsity }.
export function featuresView(root, slots) {
  const figure = panel(root, "features", "Feature by feature");
  const table = html("table", {}, figure);
  const head = html("tr", {}, html("thead", {}, table));
  for (const text of ["feature", "impor\u00adtance", "length", "dimen\u00adsions", "bias", "loss"]) html("th", { scope: "col", text }, head);
  const body = html("tbody", {}, table);
  const rows = Array.from({ length: slots }, (_, i) => {
    const row = html("tr", {}, body);
    const name = html("th", { scope: "row" }, row);
    html("span", { class: "swatch", style: `background:${colour(i)}`, "aria-hidden": "true" }, name);
    name.append(i + 1);
    const cells = Array.from({ length: 4 }, () => html("td", {}, row));
    const last = html("td", { class: "loss" }, row);
    const value = html("span", {}, last);
    return { row, cells, value, bar: html("span", { style: `background:${colour(i)}` }, html("span", { class: "bar" }, last)) };
  });
  return ({ importance, norm, share, b, loss, sparsity }) => rows.forEach(({ row, cells, bar, value }, i) => {
    row.hidden = i >= norm.length;
    if (row.hidden) return;
    [importance[i], norm[i], share[i], b[i]].forEach((v, k) => { cells[k].textContent = number(v); });
    // A full bar is the loss of answering 0 for this feature.
    bar.style.width = `${100 * clamp(loss[i] / zeroLoss(sparsity, [importance[i]]) || 0, 0, 1)}%`;
    value.textContent = loss[i].toFixed(4);
  });
}
