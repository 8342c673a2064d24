import { monosemantic } from "../core/responses.js";
import { SHADES, brief, shade } from "../core/scales.js";
import { assign, html, number, svg } from "./dom.js";
import { featuresText, moveOf, readout } from "./frame.js";
import { clamp, colour, panel } from "./panel.js";

const STOPS_OF_KEY = 9;
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
const paint = (value, top) => `rgb(${SHADES[value < 0 ? "minus" : "plus"].join(" ")} / ${shade(value, top).toFixed(3)})`;

// Colours of all activations, transparent where 0: the page's own background shows through, light or dark.
function draft(canvas, { neurons, features, order }, answers, top) {
  Object.assign(canvas, { width: features, height: neurons });
  const image = new ImageData(features, neurons);
  const { data } = image;
  for (let k = 0, at = 0; k < neurons; k++) {
    for (let c = 0; c < features; c++, at += 4) {
      const value = answers[k * features + order[c]];
      if (value === 0) continue;
      const tint = value < 0 ? SHADES.minus : SHADES.plus;
      data[at] = tint[0];
      data[at + 1] = tint[1];
      data[at + 2] = tint[2];
      data[at + 3] = 255 * shade(value, top);
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Neurons down, features across, and the biases beside them. pick(feature) hears of a chosen cell. Returns a function
// that draws { model, answers, extras, features }, `model` as core/explorer.js examines it.
export function heatView(root, pick) {
  const figure = panel(root, "heat", "What each neuron answers when one feature is 1");
  const count = html("p", { class: "count" }, figure);
  const grid = html("div", { class: "grid" }, figure);
  html("span", { class: "down", "aria-hidden": "true", text: "neurons, the most monosemantic first" }, grid);
  const map = html("div", { class: "map", tabindex: 0, role: "application", "aria-roledescription": "heat map" }, grid);
  const canvas = html("canvas", {}, map);
  const [limit, row, column] = ["limit", "cross neuron", "cross feature"].map((name) => html("div", { class: name }, map));
  const marks = html("div", {}, map);
  const strip = html("div", { class: "strip", role: "img" }, grid);
  const chart = svg("svg", { preserveAspectRatio: "none" }, strip);
  const [zero, bars] = [svg("path", { class: "zero" }, chart), svg("path", { class: "bars" }, chart)];
  const stripRow = html("div", { class: "cross neuron" }, strip);
  const across = html("span", { class: "across", "aria-hidden": "true" }, grid);
  const ends = html("span", { class: "bias-ends" }, grid);
  const say = readout(figure);
  const key = html("div", { class: "key-bar" }, figure);

  let seen = null, cell = null;
  const show = () => {
    const { model, answers } = seen;
    const [k, c] = cell;
    const i = model.order[c];
    const part = (n, size) => `${(100 * n) / size}%`;
    for (const node of [row, stripRow]) assign(node, { style: `top:${part(k, model.neurons)};height:${part(1, model.neurons)}` });
    assign(column, { style: `left:${part(c, model.features)};width:${part(1, model.features)}` });
    const kind = k < model.mono ? "monosemantic" : "not monosemantic";
    say(`Neuron ${k + 1} (${kind}), feature ${i + 1}: activation ${number(answers[k * model.features + i], 3)}; bias ${number(model.bias[k], 3)}.`);
  };
  const cellAt = (event) => {
    const box = canvas.getBoundingClientRect();
    const at = (offset, length, size) => clamp(Math.floor((offset / length) * size), 0, size - 1);
    return [at(event.clientY - box.top, box.height, seen.model.neurons), at(event.clientX - box.left, box.width, seen.model.features)];
  };
  map.addEventListener("pointermove", (event) => {
    if (!seen) return;
    cell = cellAt(event);
    show();
  });
  map.addEventListener("click", (event) => {
    if (!seen) return;
    cell = cellAt(event);
    show();
    pick(seen.model.order[cell[1]]);
  });
  map.addEventListener("keydown", (event) => {
    if (!seen) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      pick(seen.model.order[cell[1]]);
      return;
    }
    const move = moveOf(event);
    if (!move) return;
    const jump = event.shiftKey ? 10 : 1;
    cell = [clamp(cell[0] - jump * move[1], 0, seen.model.neurons - 1), clamp(cell[1] + jump * move[0], 0, seen.model.features - 1)];
    show();
  });

  return (state) => {
    seen = state;
    const { model, answers, extras, features } = state;
    const { neurons, mono, bias } = model;
    const top = largest(answers);
    draft(canvas, model, answers, top);
    map.classList.toggle("fine", neurons > 384);
    cell ??= [0, model.order.reduce((best, i, c) => (model.alone[i] > model.alone[model.order[best]] ? c : best), 0)];
    cell = [Math.min(cell[0], neurons - 1), Math.min(cell[1], model.features - 1)];
    const still = extras.length ? monosemantic(answers, model.features).filter(Boolean).length : mono;
    count.textContent = `${mono} of ${neurons} neurons are monosemantic${mono && mono < neurons ? ": those above the line." : "."}` +
      `${extras.length ? ` With ${featuresText(extras)} always on, ${still} answer a single feature.` : ""}`;
    assign(limit, { style: `top:${(100 * mono) / neurons}%` });
    limit.hidden = mono === 0 || mono === neurons;
    marks.replaceChildren();
    const mark = (i, name, style) => {
      html("div", { class: `column-mark ${name}`, style: `left:${(100 * (model.order.indexOf(i) + 0.5)) / model.features}%;${style}` }, marks);
    };
    for (const i of extras) mark(i, "extra", "");
    features.forEach((i, n) => mark(i, "picked", `color:${colour(n)}`));
    const legend = [...(extras.length ? ["\u25bc\u00a0always\u00a0on"] : []), ...(features.length ? ["\u25b2\u00a0looked\u00a0at"] : [])];
    across.textContent = ["features, by who answers them", ...legend].join(" \u00b7 ");
    const wide = largest(bias);
    assign(chart, { viewBox: `${-wide} 0 ${2 * wide} ${neurons}` });
    assign(zero, { d: `M0 0V${neurons}` });
    assign(bars, { d: Array.from(bias, (value, k) => `M0 ${k}H${value.toFixed(4)}V${k + 1}H0z`).join("") });
    strip.setAttribute("aria-label", `Biases of the neurons in the same order, from ${number(Math.min(...bias))} to ${number(Math.max(...bias))}.`);
    ends.textContent = `bias ±${brief(wide)}`;
    map.setAttribute("aria-label", `Activations of ${neurons} neurons for each of ${model.features} features` +
      `${extras.length ? `, with ${featuresText(extras)} always on` : ""}. Arrow keys move, Enter chooses a feature.`);
    const low = Math.min(0, ...answers);
    const stops = Array.from({ length: STOPS_OF_KEY }, (_, n) => paint(low + ((top - low) * n) / (STOPS_OF_KEY - 1), top));
    key.replaceChildren();
    html("span", { text: number(low) }, key);
    html("span", { class: "gradient", style: `background:linear-gradient(to right, ${stops.join(", ")})` }, key);
    html("span", { text: `${number(top)} activation` }, key);
    show();
  };
}
