import { brief, logTicks } from "../core/scales.js";
import { valuePlaces } from "../core/sweeps.js";
import { html, svg } from "../view/dom.js";
import { LEFT, RIGHT, moveOf, nearestPlace, placeLabels, pointOf, readout, valueAxis } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";

const [ROOF, BASE] = [12, 176]; // of the plot
const NEAR = 14; // how close to a line a click chooses it

// The loss while training of every value of the chosen variant, the chosen one bold. pick({ v }) chooses a line.
// Returns a function that draws { variant, curves, v, s }.
export function lossesView(root, pick) {
  const figure = panel(root, "losses", "Loss while training");
  html("p", { class: "unit-line", text: "penalties included: they differ between settings" }, figure);
  const canvas = svg("svg", { viewBox: `0 0 340 ${BASE + 40}`, tabindex: 0, role: "application", "aria-roledescription": "chart" }, figure);
  const plot = svg("g", {}, canvas);
  const say = readout(figure);
  let seen = null, lines = [];
  canvas.addEventListener("click", (event) => {
    const at = pointOf(canvas, event);
    const far = lines.map((line) => {
      const k = nearestPlace(line.map(({ x }) => x), at.x);
      return line.length ? Math.hypot(line[k].x - at.x, line[k].y - at.y) : Infinity;
    });
    const v = far.indexOf(Math.min(...far));
    if (far[v] <= NEAR) pick({ v });
  });
  canvas.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (move) pick({ v: clamp(seen.v + (move[0] || move[1]), 0, lines.length - 1) });
  });
  return (state) => {
    seen = state;
    const { variant, curves, v, s } = state;
    const { steps, values, setting, colour } = variant;
    const every = curves.flat();
    const [low, high] = every.length ? [Math.min(...every), Math.max(...every)] : [0.1, 1];
    const y = (value) => BASE - ((BASE - ROOF) * Math.log(value / low)) / (Math.log(high / low) || 1);
    const places = steps.length ? valuePlaces(steps) : [];
    const x = (t) => LEFT + (RIGHT - LEFT) * places[t];
    lines = curves.map((curve) => curve.map((value, t) => ({ x: x(t), y: y(value) })));
    plot.replaceChildren();
    valueAxis(plot, logTicks(low, high), y, brief);
    placeLabels(plot, places, steps.map((step) => step.toLocaleString("en")), BASE + 18, [steps.length - 1, 0, ...steps.keys()].filter((t) => t >= 0 && t < steps.length));
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: BASE + 36, text: "training step" }, plot);
    for (const k of [...lines.keys()].filter((other) => other !== v).concat(v)) {
      const d = lines[k].map((point, t) => `${t ? "L" : "M"}${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join("");
      svg("path", { class: k === v ? "line chosen" : "line", style: `--tint:${colour}`, d }, plot);
    }
    const last = curves[v].at(-1);
    const end = last === undefined ? "stopped before the first point" : `${curves[v].length < steps.length ? "stopped at" : "ended at"} a loss of ${brief(last, 3)}`;
    const what = `${setting} ${brief(values[v], 3)}, seed ${s + 1}: ${end}`;
    say(`${variant.name}, ${what}.`);
    canvas.setAttribute("aria-label", `Loss while training of ${variant.name} for ${values.length} values of ${setting}, logarithmic. ${what}. Arrow keys choose a value.`);
  };
}
