import { brief } from "../core/scales.js";
import { sampleGroups } from "../core/units.js";
import { select } from "../view/choice.js";
import { html, number } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { withUnit, wording } from "../view/parts.js";

// Rows at which the open unit is more or less active. pick(row) hears which one becomes the case. Returns a function that
// draws what is seen.
export function samplesView(root, pick) {
  const figure = panel(root, "samples", "Cases, from its most active on down");
  const host = html("div", { class: "choose" }, figure);
  const scroller = html("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": "Cases at which the unit is active" }, figure);
  const table = html("table", { class: "plain", "aria-label": "Cases at which the unit is active" }, scroller);
  const head = html("tr", {}, html("thead", {}, table));
  const body = html("tbody", {}, table);
  html("p", { class: "note", text: "Choose a number to make that row the case." }, figure);
  let drawn = null, group = 0, buttons = [];

  const fill = ({ network, cases, values, groups }) => {
    const units = network.called.map((input, i) => `${input}${network.units[i] ? `, ${network.units[i]}` : ""}`);
    head.replaceChildren(...[`row of these ${cases.target.length}`, "activation", ...units, "it was"].map((text) => html("th", { scope: "col", text })));
    buttons = groups[group].rows.map((row) => {
      const button = html("button", { type: "button", text: String(row + 1), "aria-label": `Make row ${row + 1} the case` });
      button.addEventListener("click", () => pick(row));
      return { row, button };
    });
    body.replaceChildren(...buttons.map(({ row, button }) => {
      const line = html("tr", {});
      html("th", { scope: "row" }, line).append(button);
      const came = network.task === "classification" ? wording(network.outputs[cases.target[row]]) : withUnit(cases.target[row], network.unit);
      for (const text of [number(values[row]), ...network.predictors.map((input) => brief(cases.columns[input][row], 3)), came]) html("td", { text }, line);
      return line;
    }));
  };
  const mark = (row) => buttons.forEach((each) => each.button.setAttribute("aria-pressed", each.row === row));
  return ({ network, cases, state, examined }) => {
    const { kind, index } = state.unit;
    const values = examined.columns[kind][index];
    if (drawn !== values) {
      drawn = values;
      const groups = sampleGroups(values);
      group = 0;
      host.replaceChildren();
      const show = select(host, { name: "Cases", options: groups.map(({ name }, k) => [String(k), name]) }, (k) => {
        group = Number(k);
        fill({ network, cases, values, groups });
        mark(state.row);
      });
      show("0");
      fill({ network, cases, values, groups });
    }
    mark(state.row);
  };
}
