import { CURVE_STEPS, crossings, sweep, sweepEnds, turns } from "../core/curve.js";
import { physicalValue, scaledValue } from "../core/network.js";
import { brief, logTicks, ticks } from "../core/scales.js";
import { radios, select } from "../view/choice.js";
import { assign, html, svg } from "../view/dom.js";
import { LEFT, RIGHT, moveOf, pointOf, valueAxis } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";
import { capital, neuronName, tint, withUnit, wording } from "../view/parts.js";

const [CEILING, FLOOR] = [12, 176];
const ANSWER = "answer"; // marks where the answer changes, rather than where two outputs tie
const pairsOf = (outputs) => outputs.flatMap((_, a) => outputs.slice(a + 1).map((_, k) => [a, a + 1 + k]));

// How the outputs, or the chosen neuron, follow one input while the others stay as in the case. set(changes) hears of
// another input, type(name, value) of a value dragged to. Returns a function that draws what is seen.
export function responseView(root, { set, type }) {
  const figure = panel(root, "response", "Response to one input");
  const host = html("div", { class: "choose" }, figure);
  const canvas = svg("svg", { viewBox: `0 0 340 ${FLOOR + 42}`, tabindex: 0, role: "slider" }, figure);
  const [axes, lines, marks] = [svg("g", {}, canvas), svg("g", {}, canvas), svg("g", {}, canvas)];
  const hand = svg("path", { class: "hand" }, canvas);
  const legend = html("p", { class: "legend", "aria-hidden": "true" }, figure);
  const says = html("p", { class: "says", role: "status" }, figure);
  let built = null, controls = [], shown = null, what = "outputs", pair = ANSWER;

  // Rounding does not lead out of the range.
  const to = (x) => {
    const { network, i, ends, name } = shown;
    const range = ends.map((end) => physicalValue(network, i, end));
    type(name, clamp(Number(physicalValue(network, i, clamp(x, ...ends)).toPrecision(4)), ...range));
  };
  const follow = (event) => {
    const { ends } = shown;
    to(ends[0] + ((ends[1] - ends[0]) * (pointOf(canvas, event).x - LEFT)) / (RIGHT - LEFT));
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !shown) return;
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && follow(event));
  canvas.addEventListener("keydown", (event) => {
    const move = shown && moveOf(event);
    if (!move) return;
    const by = (move[0] || move[1]) * (shown.ends[1] - shown.ends[0]) * (event.shiftKey ? 0.002 : 0.02);
    to(Number.isFinite(by) ? shown.x + by : Math.sign(by) < 0 ? shown.ends[0] : shown.ends[1]);
  });

  const again = () => shown && draw(shown.seen);
  const build = ({ network }) => {
    host.replaceChildren();
    [what, pair] = ["outputs", ANSWER];
    const inputs = network.predictors.map((name, i) => [String(i), wording(name)]);
    const choices = [["outputs", "outputs"], ["neuron", "the neuron"]];
    const showInput = select(host, { name: "Input", options: inputs }, (i) => set({ input: Number(i) }));
    const showWhat = radios(host, { name: "Show", options: choices }, (value) => { what = value; again(); });
    const pairs = pairsOf(network.outputs);
    const ties = pairs.map(([a, b]) => [`${a}.${b}`, `${wording(network.outputs[a])} ties with ${wording(network.outputs[b])}`]);
    const options = [[ANSWER, "the answer changes"], ...ties];
    const showPair = pairs.length > 1 ? select(host, { name: "Mark where", options }, (value) => { pair = value; again(); }) : () => {};
    controls = [({ input }) => showInput(String(input)), () => showWhat(what), () => showPair(pair)];
  };

  // What is marked on the curves: [{ value, said }].
  const marked = ({ network, state }, points, neuron) => {
    const [i, [l, j]] = [state.input, state.neuron];
    const at = (value) => withUnit(value, network.units[i], 4);
    const name = (k) => wording(network.outputs[k]);
    if (neuron) {
      const said = (value) => ({ value, said: `${capital(neuronName(state.neuron, network))} switches on or off at ${at(value)}` });
      return crossings(network, i, points, ({ pre }) => pre[l][j]).map(said);
    }
    if (network.task !== "classification") return [];
    if (pair === ANSWER) {
      return turns(network, i, points).map(({ value, from, to }) => ({ value, said: `${capital(name(from))} turns into ${name(to)} at ${at(value)}` }));
    }
    const [a, b] = pair.split(".").map(Number);
    const said = (value) => ({ value, said: `${capital(name(a))} and ${name(b)} are equally likely at ${at(value)}` });
    return crossings(network, i, points, ({ linear }) => linear[a] - linear[b]).map(said);
  };

  const draw = (seen) => {
    const { network, layers, state, raw } = seen;
    if (built !== network) {
      built = network;
      build(seen);
    }
    for (const control of controls) control(state);
    const i = state.input;
    const [name, unit, ends] = [network.predictors[i], network.units[i], sweepEnds(network, i)];
    const now = scaledValue(network, i, raw[i]);
    shown = { seen, network, i, name, ends, x: now };
    const points = sweep(network, layers, seen.found.scaled, i, { touched: state.touched, ends, steps: CURVE_STEPS });
    const [l, j] = state.neuron;
    const neuron = what === "neuron";
    const classes = network.task === "classification";
    const curves = neuron ? [{ text: neuronName(state.neuron, network), tint: "var(--on)", of: (p) => p.found.hidden[l][j] }]
      : network.outputs.map((text, k) => ({ text: wording(text), tint: tint(text, k), of: (p) => p.found.output[k] }));
    const values = curves.map(({ of }) => points.map(of));
    const all = values.flat();
    const [low, high] = neuron || !classes ? [Math.min(0, ...all), Math.max(...all) || 1] : [0, 1];
    const x = (scaled) => LEFT + ((RIGHT - LEFT) * (scaled - ends[0])) / (ends[1] - ends[0]);
    const y = (value) => FLOOR - ((FLOOR - CEILING) * (value - low)) / (high - low || 1);
    axes.replaceChildren();
    valueAxis(axes, ticks(low, high, 4), y, neuron || !classes ? brief : (p) => `${Math.round(100 * p)}%`);
    const [from, until] = ends.map((end) => physicalValue(network, i, end));
    for (const mark of network.log[i] ? logTicks(from, until) : ticks(from, until, 5)) {
      svg("text", { class: "small middle", x: x(scaledValue(network, i, mark)), y: FLOOR + 17, text: brief(mark, 4) }, axes);
    }
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: FLOOR + 35, text: `${wording(name)}${unit ? `, ${unit}` : ""}` }, axes);
    lines.replaceChildren(...curves.map(({ tint: stroke }, k) => svg("path", {
      class: "curve", style: `stroke:${stroke}`, d: points.map((point, n) => `${n ? "L" : "M"}${x(point.x).toFixed(1)} ${y(values[k][n]).toFixed(1)}`).join(""),
    })));
    const found = marked(seen, points, neuron);
    const places = found.map(({ value }) => value);
    marks.replaceChildren(...places.map((value) => svg("path", { class: "threshold", d: `M${x(scaledValue(network, i, value)).toFixed(1)} ${CEILING}V${FLOOR}` })));
    const held = state.held.includes(name);
    assign(hand, { d: `M${clamp(x(now), LEFT, RIGHT).toFixed(1)} ${CEILING - 6}V${FLOOR + 4}`, class: held ? "hand held" : "hand" });
    legend.replaceChildren(...curves.map(({ text, tint: colour }) => {
      const item = html("span", { class: "item" });
      html("span", { class: "swatch", style: `background:${colour}` }, item);
      item.append(text);
      return item;
    }));
    const text = !neuron && !classes ? "" : found.length ? `${found.map(({ said }) => said).join("; ")}.` : "Nothing changes within this range.";
    if (says.textContent !== text) says.textContent = text;
    assign(canvas, {
      "aria-label": `${capital(wording(name))}: the case's value on the curve`, "aria-valuemin": Number(from.toPrecision(4)), "aria-valuemax": Number(until.toPrecision(4)),
      "aria-valuenow": Number(raw[i].toPrecision(6)), "aria-valuetext": `${withUnit(raw[i], unit, 4)}. ${text}`,
    });
  };
  return draw;
}
