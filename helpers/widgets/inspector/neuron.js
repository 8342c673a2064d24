import { histograms, layerActivity, quantileRows } from "../core/layer.js";
import { dominances } from "../core/network.js";
import { contributions } from "../core/propagation.js";
import { brief, ticks } from "../core/scales.js";
import { radios } from "../view/choice.js";
import { assign, html, number, svg } from "../view/dom.js";
import { LEFT, RIGHT, valueAxis } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";
import { slider } from "../view/slider.js";
import { barList, capital, neuronName, percentText, plainTable, tint, wording } from "../view/parts.js";

const TOUCH_LEVELS = 60; // of the slider that clamps or scales
const MOST_SCALE = 3;
const [GROUND, HIGHEST] = [140, 10]; // of the histogram
const DOINGS = [["none", "as trained"], ["off", "off"], ["clamp", "clamp"], ["scale", "scale"]];

// The histogram of a neuron's activations, an outline per class.
function histogramView(root) {
  const figure = panel(root, "histogram", "How often it is how active");
  const canvas = svg("svg", { viewBox: "0 0 340 184", role: "img" }, figure);
  const [axes, outlines] = [svg("g", {}, canvas), svg("g", {}, canvas)];
  const legend = html("p", { class: "legend", "aria-hidden": "true" }, figure);
  return (values, { kinds, names }, top, name) => {
    const counts = histograms(values, kinds, names.length, top);
    const sizes = names.map((_, c) => kinds.filter((kind) => kind === c).length || 1);
    const shares = counts.map((list, c) => list.map((count) => count / sizes[c]));
    const high = Math.max(0.1, ...shares.flat());
    const y = (share) => GROUND - ((GROUND - HIGHEST) * share) / high;
    const x = (k) => LEFT + ((RIGHT - LEFT) * k) / counts[0].length;
    axes.replaceChildren();
    valueAxis(axes, ticks(0, high, 3), y, (share) => `${Math.round(100 * share)}%`);
    for (const mark of ticks(0, top, 4)) svg("text", { class: "small middle", x: LEFT + ((RIGHT - LEFT) * mark) / top, y: GROUND + 17, text: brief(mark) }, axes);
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: GROUND + 35, text: `activation of ${name}` }, axes);
    outlines.replaceChildren(...shares.map((list, c) => svg("path", {
      class: "outline", style: `stroke:${tint(names[c], c)}`,
      d: `M${x(0)} ${GROUND}${list.map((share, k) => `V${y(share).toFixed(1)}H${x(k + 1).toFixed(1)}`).join("")}V${GROUND}`,
    })));
    legend.replaceChildren(...names.map((text, c) => {
      const item = html("span", { class: "item" });
      html("span", { class: "swatch", style: `background:${tint(text, c)}` }, item);
      item.append(wording(text));
      return item;
    }));
    const silent = names.map((text, c) => `${wording(text)} ${percentText(values.filter((value, row) => kinds[row] === c && !(value > 0)).length / sizes[c])}`);
    canvas.setAttribute("aria-label", `Histogram of the activation of ${name} by class. Share of rows in which it is silent: ${silent.join(", ")}.`);
  };
}

// All about the chosen neuron, and what can be done to it. touch(how, value) hears of the latter, undo() of a wish to have
// every neuron as trained, pickRow(row) of a row. Returns a function that draws what is seen.
export function neuronView(root, { touch, undo }) {
  const figure = panel(root, "doing", "What you do to it");
  const mark = radios(figure, { name: "This neuron", options: DOINGS }, (how) => touch(how, null));
  const host = html("div", {}, figure);
  let most = 1, how = "none";
  const slide = slider(host, { name: "Value", size: TOUCH_LEVELS + 1, ends: ["0", "most"] }, (k) => touch(how, (k / TOUCH_LEVELS) * (how === "scale" ? MOST_SCALE : most)));
  const box = html("div", { class: "buttons" }, figure);
  const all = html("button", { type: "button", text: "All as trained" }, box);
  all.addEventListener("click", undo);
  const facts = html("p", { class: "says" }, figure);
  const fed = panel(root, "fed", "What it adds up");
  const bars = barList(fed);
  const sum = html("p", { class: "says" }, fed);
  const counted = histogramView(root);
  const sampled = panel(root, "samples", "Rows, from its largest activation down");
  const fill = plainTable(sampled, [], "Rows at quantiles of the activation");
  const ofRows = root.querySelectorAll(".histogram, .samples");
  return ({ network, layers, state, found, cases, rows, tops, place }) => {
    const [l, j] = state.neuron;
    const name = neuronName(state.neuron, network);
    const touched = state.touched.find(({ layer, neuron }) => layer === l && neuron === j);
    how = touched?.how ?? "none";
    most = 1.5 * (tops[l][j] || 1);
    mark(how);
    host.hidden = how === "none" || how === "off";
    const value = touched?.value ?? 0;
    slide({ index: clamp(Math.round((TOUCH_LEVELS * value) / (how === "scale" ? MOST_SCALE : most)), 0, TOUCH_LEVELS), text: how === "scale" ? `${number(value)} times` : number(value) });
    all.disabled = state.touched.length === 0;
    const below = l === 0 ? found.scaled : found.hidden[l - 1];
    const { parts, bias, total } = contributions(layers[l], below, j);
    const from = l === 0 ? network.predictors.map(wording) : Array.from(below, (_, i) => capital(neuronName([l - 1, i], network)));
    bars([...Array.from(parts, (part, i) => ({ name: from[i], value: part, look: l === 0 && state.input === i ? "picked" : "" })), { name: "Bias", value: bias }]);
    sum.textContent = `The terms add up to ${brief(total, 4)}; negative sums become 0.`;
    const weighed = `${capital(name)} ${network.stored < 2 ? "as trained" : `at epoch ${place + network.first}`}: bias ${number(bias)}${l === 0 ? `, dominance ${number(dominances(layers[0])[j])}` : ""}.`;
    const seen = cases && rows();
    for (const each of ofRows) each.hidden = !seen;
    if (!seen) {
      facts.textContent = `${weighed} This record holds no rows to try it on.`;
      fill([], []);
      return;
    }
    const values = seen.columns(l)[j];
    const { share, dead } = layerActivity([values]);
    facts.textContent = `${weighed} ${dead[0] ? "It is dead: above 0 in no row." : `It is above 0 in ${percentText(share[0])} of the rows.`}`;
    counted(values, seen, Math.max(tops[l][j], ...values) || 1, name);
    const units = network.predictors.map((input, i) => `${wording(input)}${network.units[i] ? `, ${network.units[i]}` : ""}`);
    fill(quantileRows(values).map(({ q, row }) => [
      q === null ? "silent" : q === 1 ? "largest" : q === 0 ? "smallest above 0" : `${Math.round(100 * q)}%`,
      number(values[row]), ...network.predictors.map((input) => brief(cases.columns[input][row], 3)), seen.said(row),
    ]), ["quantile", "activation", ...units, "it was"]);
  };
}
