import { brief, ticks } from "../core/scales.js";
import { html, number, svg } from "./dom.js";
import { LEFT, RIGHT, valueAxis } from "./frame.js";
import { colour, panel } from "./panel.js";

const [CEILING, GROUND] = [10, 104]; // of one plot

// One plot: the activation of every neuron for feature i, and its place n among those chosen.
function stem(root, { model, line, i, n, high, low }) {
  const best = line.indexOf(Math.max(...line));
  const most = line[best] > 0 ? `neuron ${best + 1} answers most, ${number(line[best])}` : "no neuron answers";
  const figure = html("div", {}, root);
  const name = html("p", {}, figure);
  html("span", { class: "swatch", style: `background:${colour(n)}`, "aria-hidden": "true" }, name);
  name.append(`feature ${i + 1}: ${most}`);
  const canvas = svg("svg", { viewBox: "0 0 340 142", role: "img", "aria-label": `Activation of each neuron for feature ${i + 1}: ${most}.` }, figure);
  const x = (k) => LEFT + ((RIGHT - LEFT) * k) / model.neurons;
  const y = (value) => GROUND - ((GROUND - CEILING) * (value - low)) / (high - low);
  valueAxis(canvas, ticks(low, high, 3), y, brief);
  if (model.mono && model.mono < model.neurons) svg("path", { class: "guide", d: `M${x(model.mono)} ${CEILING}V${GROUND}` }, canvas);
  const lines = line.map((value, k) => `M${x(k + 0.5).toFixed(1)} ${y(0).toFixed(1)}V${y(value).toFixed(1)}`);
  const width = Math.min(12, Math.max(1.2, 0.8 * (x(1) - x(0)))).toFixed(2);
  svg("path", { class: "stem", d: lines.join(""), style: `stroke:${colour(n)};stroke-width:${width}` }, canvas);
  svg("text", { class: "small", x: LEFT, y: GROUND + 17, text: "1" }, canvas);
  svg("text", { class: "small right", x: RIGHT, y: GROUND + 17, text: model.neurons }, canvas);
  svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: GROUND + 33, text: "neuron, the most monosemantic first" }, canvas);
}

// What every neuron answers to each of a few features. Returns a function that draws { model, answers, features }.
export function stemsView(root) {
  const figure = panel(root, "stems", "One feature at a time");
  const hint = html("p", { class: "note", text: "Click a column of the map, or type the number of a feature above." }, figure);
  const plots = html("div", { class: "plots" }, figure);
  return ({ model, answers, features }) => {
    hint.hidden = features.length > 0;
    const lines = features.map((i) => Array.from({ length: model.neurons }, (_, k) => answers[k * model.features + i]));
    const high = Math.max(0, ...lines.flat()) || 1, low = Math.min(0, ...lines.flat());
    plots.replaceChildren();
    features.forEach((i, n) => stem(plots, { model, line: lines[n], i, n, high, low }));
  };
}
