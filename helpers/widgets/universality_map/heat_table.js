import { html } from "../view/dom.js";
import { moveOf, readout } from "../view/frame.js";
import { clamp } from "../view/panel.js";

const SHADED = 62; // percent of the colour at 1: the number on it stays legible

// Hundredths fit where two decimals would not.
export const hundredths = (value) => (value === null ? "\u2013" : String(Math.round(100 * value) || 0).replace("-", "\u2212"));

// A table of coloured numbers. The arrow keys move through it; pick(row, column) hears of a chosen cell. Returns a function
// that draws { columns: [{ short, name }], groups: [{ title, rows: [{ short, name, cells: [{ value, says, mark }] }] }], begin };
// `value` is a number or null, `says` returns the line below for the cell, `mark` is a class, `begin` the cell to go to when it is another one.
export function heatTable(root, { name, slanted = false }, pick = () => {}) {
  const box = html("div", { class: "heat-roll" }, root);
  const table = html("table", { class: slanted ? "heat upright" : "heat", role: "grid", "aria-label": name }, box);
  const say = readout(root);
  let rows = [], at = [0, 0], structure = "", chosen = "", seen = [];

  const mark = (r, c) => {
    rows[at[0]]?.[at[1]]?.setAttribute("tabindex", -1);
    at = [r, c];
    rows[r][c].setAttribute("tabindex", 0);
    rows.flat().forEach((node) => node.classList.toggle("hot", node === rows[r][c]));
    say(seen[r].cells[c].says());
  };
  table.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      return pick(...at);
    }
    const move = moveOf(event);
    if (!move) return;
    rows[clamp(at[0] - move[1], 0, rows.length - 1)][clamp(at[1] + move[0], 0, rows[0].length - 1)].focus();
  });

  const build = ({ columns, groups }) => {
    const head = html("tr", { role: "row" }, html("thead", { role: "rowgroup" }));
    html("td", {}, head);
    for (const { short, name: whole } of columns) html("span", { text: short }, html("th", { scope: "col", role: "columnheader", title: whole, "aria-label": whole }, head));
    rows = [];
    const bodies = groups.map(({ title, rows: own }) => {
      const body = html("tbody", { role: "rowgroup" });
      if (title) html("th", { scope: "rowgroup", colspan: columns.length + 1, class: "title", role: "rowheader", text: title }, html("tr", { role: "row" }, body));
      for (const { short, name: whole } of own) {
        const line = html("tr", { role: "row" }, body);
        const header = html("th", { scope: "row", role: "rowheader" }, line);
        if (short) html("b", { text: short }, header);
        html("span", { text: whole }, header);
        const r = rows.length;
        rows.push(columns.map((_, c) => {
          const cell = html("td", { role: "gridcell", tabindex: -1 }, line);
          cell.addEventListener("focus", () => mark(r, c));
          cell.addEventListener("pointerenter", () => mark(r, c));
          cell.addEventListener("click", () => pick(r, c));
          return cell;
        }));
      }
      return body;
    });
    table.replaceChildren(head.parentNode, ...bodies);
  };

  return (state) => {
    const now = JSON.stringify([state.columns, state.groups.map(({ title, rows: own }) => [title, own.map((row) => row.name)])]);
    if (now !== structure) {
      build(state);
      structure = now;
      at = [0, 0];
      chosen = "";
    }
    if (state.begin && chosen !== String(state.begin)) {
      rows[at[0]][at[1]].setAttribute("tabindex", -1);
      at = state.begin;
      chosen = String(at);
    }
    seen = state.groups.flatMap(({ rows: own }) => own);
    seen.forEach(({ cells }, r) => cells.forEach(({ value, mark: kind = "" }, c) => {
      const node = rows[r][c];
      node.textContent = kind.includes("self") ? "" : hundredths(value);
      node.style.setProperty("--part", `${(SHADED * clamp(Math.abs(value ?? 0), 0, 1)).toFixed(1)}%`);
      node.className = `${kind}${value < 0 ? " minus" : ""}${at[0] === r && at[1] === c ? " hot" : ""}`;
    }));
    mark(...at);
  };
}
