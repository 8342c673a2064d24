import { brief, logTicks, ramp, ticks } from "../core/scales.js";
import { stepPlaces } from "../core/sweeps.js";
import { assign, html, svg } from "./dom.js";
import { LEFT, RIGHT, moveOf, nearestPlace, placeLabels, pointOf, readout, valueAxis } from "./frame.js";
import { clamp, panel } from "./panel.js";

const [TALL, EVERY, TOP] = [96, 130, 24]; // of one plot; from one plot to the next; of the first
const REACH = 12; // how near to a line a click chooses it
const PLOTS = [
  ["loss", "loss"],
  ["mono", "monosemantic neurons per feature"],
  ["bias", "mean bias"],
];

// Maps a value to its place in plot number p; a loss by its logarithm.
function placing(name, [low, high], p) {
  const map = name === "loss" ? (value) => Math.log(Math.max(value, 1e-12)) : (value) => value;
  const room = map(high) - map(low) || 1;
  return (value) => TOP + p * EVERY + TALL - (TALL * (map(value) - map(low))) / room;
}

const band = (points, x, y) => {
  const there = points.map(({ high }, t) => `${t ? "L" : "M"}${x[t].toFixed(1)} ${y(high).toFixed(1)}`);
  const back = points.map(({ low }, t) => `L${x[t].toFixed(1)} ${y(low).toFixed(1)}`).reverse();
  return points.length ? `${there.join("")}${back.join("")}z` : "";
};
const track = (points, x, y) =>
  points.map(({ middle }, t) => `${t ? "L" : "M"}${x[t].toFixed(1)} ${y(middle).toFixed(1)}`).join("");
const range = ({ middle, low, high }) => `${brief(middle)}${high > low ? ` (${brief(low)} to ${brief(high)})` : ""}`;

// Loss, monosemantic neurons and mean bias against the step, one line per value of the first swept setting. pick(k)
// chooses a value, point(t) a step. Returns a function that draws { batch, lines, chosen, extents, t }.
export function curvesView(root, steps, pick, point) {
  const figure = panel(root, "curves", "While training");
  const canvas = svg("svg", { viewBox: "0 0 340 428", tabindex: 0, role: "application", "aria-roledescription": "chart" }, figure);
  const x = stepPlaces(steps).map((place) => LEFT + (RIGHT - LEFT) * place);
  const last = steps.length - 1;
  const axes = svg("g", {}, canvas);
  const plots = PLOTS.map(([name, title], p) => {
    svg("text", { class: "small title", x: LEFT, y: TOP + p * EVERY - 9, text: title }, canvas);
    const clip = svg("svg", { class: "plot", x: 0, y: TOP + p * EVERY - 3, width: 340, height: TALL + 6, viewBox: `0 ${TOP + p * EVERY - 3} 340 ${TALL + 6}` }, canvas);
    const guide = svg("path", { class: "guide" }, clip);
    return { name, guide, lines: svg("g", {}, clip), dot: svg("circle", { class: "dot", r: 4.5 }, clip) };
  });
  const floor = TOP + 2 * EVERY + TALL;
  const labelled = [last, 0, ...[...steps.keys()].filter((t) => t % 3 === 1)];
  placeLabels(canvas, stepPlaces(steps), steps.map((step) => step.toLocaleString("en")), floor + 18, labelled);
  svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: floor + 36, text: "training step" }, canvas);
  const say = readout(figure);
  const legend = html("p", { class: "legend", "aria-hidden": "true" }, figure);

  let seen = null;
  const stepAt = (event) => nearestPlace(x, pointOf(canvas, event).x);
  canvas.addEventListener("pointermove", (event) => point(stepAt(event)));
  canvas.addEventListener("click", (event) => {
    const [at, t] = [pointOf(canvas, event), stepAt(event)];
    point(t);
    const p = clamp(Math.floor((at.y - TOP + 12) / EVERY), 0, PLOTS.length - 1);
    const [name] = PLOTS[p];
    const y = placing(name, seen.extents[name], p);
    const far = seen.lines.map((line) => Math.abs(line[name][t] ? y(line[name][t].middle) - at.y : Infinity));
    const nearest = far.indexOf(Math.min(...far));
    if (far[nearest] <= REACH) pick(nearest);
  });
  canvas.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (!move) return;
    if (move[0]) point(clamp(seen.t + move[0], 0, last));
    else pick(clamp(seen.chosen + move[1], 0, seen.lines.length - 1));
  });

  // Only the marks that follow the pointer.
  const mark = () => {
    const { lines, chosen, extents, t, batch } = seen;
    plots.forEach(({ name, guide, dot }, p) => {
      const here = lines[chosen][name][t];
      assign(guide, { d: `M${x[t]} ${TOP + p * EVERY}v${TALL}` });
      assign(dot, { cx: x[t], cy: here ? placing(name, extents[name], p)(here.middle) : -99, style: `--tint:${ramp(chosen / Math.max(1, lines.length - 1))}` });
    });
    const [loss, mono, bias] = PLOTS.map(([name]) => lines[chosen][name][t]);
    const { label, texts } = batch.swept[0];
    const what = loss ? `loss ${range(loss)}, monosemantic per feature ${range(mono)}, mean bias ${range(bias)}` : "every seed had stopped";
    say(`Step ${steps[t].toLocaleString("en")}, ${label} ${texts[chosen]}: ${what}.`);
  };
  const draw = (state) => {
    seen = state;
    const { batch, lines, chosen, extents } = state;
    const [{ label, texts }] = batch.swept;
    const tint = (k) => ramp(k / Math.max(1, lines.length - 1));
    axes.replaceChildren();
    plots.forEach(({ name, lines: group }, p) => {
      const y = placing(name, extents[name], p);
      valueAxis(axes, name === "loss" ? logTicks(...extents[name]) : ticks(...extents[name], 3), y, brief);
      group.replaceChildren();
      // The chosen one last: on top of the others.
      [...lines.keys()].filter((k) => k !== chosen).concat(chosen).forEach((k) => {
        const look = k === chosen ? "chosen" : "other";
        svg("path", { class: `band ${look}`, d: band(lines[k][name], x, y), style: `fill:${tint(k)}` }, group);
        svg("path", { class: `line ${look}`, d: track(lines[k][name], x, y), style: `--tint:${tint(k)}` }, group);
      });
    });
    legend.replaceChildren();
    html("span", { text: label }, legend);
    texts.forEach((text, k) => {
      const item = html("span", { class: k === chosen ? "item chosen" : "item" }, legend);
      html("span", { class: "stroke", style: `--tint:${tint(k)}` }, item);
      item.append(text);
    });
    canvas.setAttribute("aria-label", `Loss, monosemantic neurons per feature and mean bias while training, for ${texts.length} values of ` +
      `${label}, ${texts[chosen]} chosen. Left and right choose a step, up and down a value.`);
    mark();
  };
  return [draw, (t) => { seen = { ...seen, t }; mark(); }];
}
