import { sweepEnds } from "../core/curve.js";
import { physicalValue, scaledValue } from "../core/network.js";
import { brief, logTicks, ticks } from "../core/scales.js";
import { middleOf } from "../core/units.js";
import { assign, html, number, svg } from "../view/dom.js";
import { LEFT, RIGHT, moveOf, pointOf, valueAxis } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";
import { capital, withUnit } from "../view/parts.js";
import { unitName } from "./words.js";

const [CEILING, FLOOR] = [12, 166];

// The open unit against one input, the others as in the case; the case's own value can be dragged. type(name, value) hears
// where to. Returns a function that draws what is seen.
export function curveView(root, type) {
  const figure = panel(root, "curve", "Response to one input");
  const canvas = svg("svg", { viewBox: `0 0 340 ${FLOOR + 42}`, tabindex: 0, role: "slider" }, figure);
  const band = svg("rect", { class: "middle-of" }, canvas);
  const axes = svg("g", {}, canvas);
  const line = svg("path", { class: "response" }, canvas);
  const hand = svg("path", { class: "hand" }, canvas);
  const dot = svg("circle", { class: "case-dot", r: 6 }, canvas);
  html("p", { class: "note", text: "The other inputs stay as in the case. Drag, or use the arrow keys, to move the case. The band holds the middle 90% of the cases: beyond it the curve rests on few rows, or on none." }, figure);
  let last = null;

  const to = (x) => {
    const { network, i, ends } = last;
    const range = ends.map((end) => physicalValue(network, i, end));
    type(network.predictors[i], clamp(Number(physicalValue(network, i, clamp(x, ...ends)).toPrecision(4)), ...range));
  };
  const follow = (event) => to(last.ends[0] + ((last.ends[1] - last.ends[0]) * (pointOf(canvas, event).x - LEFT)) / (RIGHT - LEFT));
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !last) return;
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && follow(event));
  canvas.addEventListener("keydown", (event) => {
    const move = last && moveOf(event);
    if (!move) return;
    const by = (move[0] || move[1]) * (last.ends[1] - last.ends[0]) * (event.shiftKey ? 0.002 : 0.02);
    to(Number.isFinite(by) ? last.x + by : Math.sign(by) < 0 ? last.ends[0] : last.ends[1]);
  });

  return ({ network, shown, cases, state, curves, tops, raw, here }) => {
    const [{ kind, index }, i] = [state.unit, state.input];
    const ends = sweepEnds(network, i);
    const now = scaledValue(network, i, raw[i]);
    last = { network, i, ends, x: now };
    const values = curves.map((point) => point[kind][index]);
    const value = here[kind][index];
    const top = Math.max(tops[kind][index], value, ...values) || 1;
    const x = (scaled) => LEFT + (RIGHT - LEFT) * clamp((scaled - ends[0]) / (ends[1] - ends[0]), 0, 1);
    const y = (activation) => FLOOR - ((FLOOR - CEILING) * activation) / top;
    const [low, high] = middleOf(cases.columns[network.predictors[i]]).map((each) => x(scaledValue(network, i, each)));
    assign(band, { x: low.toFixed(1), width: (high - low).toFixed(1), y: CEILING, height: FLOOR - CEILING });
    axes.replaceChildren();
    valueAxis(axes, ticks(0, top, 4), y, brief);
    const [from, until] = ends.map((end) => physicalValue(network, i, end));
    for (const mark of network.log[i] ? logTicks(from, until) : ticks(from, until, 5)) {
      svg("text", { class: "small middle", x: x(scaledValue(network, i, mark)), y: FLOOR + 17, text: brief(mark, 4) }, axes);
    }
    const unit = network.units[i];
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: FLOOR + 35, text: `${network.called[i]}${unit ? `, ${unit}` : ""}` }, axes);
    assign(line, { class: `response ${kind}`, d: curves.map((point, n) => `${n ? "L" : "M"}${x(point.x).toFixed(1)} ${y(values[n]).toFixed(1)}`).join("") });
    assign(hand, { d: `M${x(now).toFixed(1)} ${CEILING - 6}V${FLOOR + 4}` });
    assign(dot, { cx: x(now).toFixed(1), cy: y(value).toFixed(1), class: `case-dot ${kind}` });
    assign(canvas, {
      "aria-label": `${capital(network.called[i])} of the case, on the curve of ${unitName(state.unit, shown)}`,
      "aria-valuemin": Number(from.toPrecision(4)), "aria-valuemax": Number(until.toPrecision(4)), "aria-valuenow": Number(raw[i].toPrecision(6)),
      "aria-valuetext": `${withUnit(raw[i], unit, 4)}: activation ${number(value)}`,
    });
  };
}
