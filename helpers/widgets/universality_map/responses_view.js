import { brief, logTicks, ticks } from "../core/scales.js";
import { responseOf } from "../core/universality.js";
import { select } from "../view/choice.js";
import { html, number, svg } from "../view/dom.js";
import { LEFT, RIGHT, valueAxis } from "../view/frame.js";
import { panel } from "../view/panel.js";
import { noteUnder } from "./words.js";

const [CEILING, FLOOR] = [12, 158];

// Marks that keep their distance, an axis of few decades gets round numbers.
function marksOf(low, high, log) {
  if (log && high / low >= 3) return logTicks(low, high);
  return ticks(low, high, 4);
}

// The responses of two latents to one input. choose(k) sets the input. Returns a function that draws
// { a, b, measure, inputs, input } and the item that is looked at.
export function responsesView(root, inputs, choose) {
  const figure = panel(root, "responses", "What they answer to");
  const set = select(figure, { name: "Input", options: inputs.map(({ name }, k) => [String(k), name]) }, (value) => choose(Number(value)));
  const canvas = svg("svg", { viewBox: `0 0 340 ${FLOOR + 42}`, role: "img" }, figure);
  const legend = html("p", { class: "legend" }, figure);
  noteUnder(figure, "Mean over twelve equally full bins of the input, as a share of the latent's largest activation.");
  return ({ a, b, measure, input }, item) => {
    set(String(input));
    canvas.replaceChildren();
    legend.replaceChildren();
    const { name, values, log } = inputs[input];
    const curves = [["mine", "left", a, item?.here], ["other", "right", b, item?.there]]
      .filter(([, , , unit]) => unit !== undefined && unit !== null)
      .map(([kind, side, own, unit]) => ({ kind, text: `${side} latent ${unit + 1}`, points: responseOf(own.codes[unit], values) }));
    const map = log ? Math.log : (value) => value;
    const all = curves.flatMap(({ points }) => points);
    const [low, high] = all.length ? [Math.min(...all.map(({ x }) => x)), Math.max(...all.map(({ x }) => x))] : [Math.min(...values), Math.max(...values)];
    const top = Math.max(1e-9, ...all.map(({ y }) => y));
    const room = map(high) - map(low) || 1;
    const x = (value) => LEFT + 4 + ((RIGHT - LEFT - 8) * (map(value) - map(low))) / room;
    const y = (value) => FLOOR - ((FLOOR - CEILING) * value) / top;
    if (all.length) valueAxis(canvas, ticks(0, top, 3), y, brief);
    let last = -Infinity;
    for (const mark of marksOf(low, high, log)) {
      if (x(mark) - last < 34) continue; // would touch the one before
      last = x(mark);
      svg("text", { class: "small middle", x: last, y: FLOOR + 17, text: brief(mark, 4) }, canvas);
    }
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: FLOOR + 36, text: name }, canvas);
    for (const { kind, points, text } of curves) {
      svg("path", { class: `response ${kind}`, d: `M${points.map((point) => `${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`).join("L")}` }, canvas);
      const own = html("span", { class: "item" }, legend);
      html("span", { class: `stroke ${kind}`, "aria-hidden": "true" }, own);
      own.append(text);
    }
    const alike = item?.alike === undefined ? "" : `${measure === "cosine" ? "cosine" : "r"} ${number(item.alike)}`;
    if (alike) html("span", { text: alike }, legend);
    const peaks = curves.map(({ text, points }) => {
      const best = points.reduce((most, point) => (point.y > most.y ? point : most));
      return `${text} answers most near ${brief(best.x, 3)}`;
    });
    canvas.setAttribute("aria-label", `Mean activation against ${name}. ${peaks.join("; ")}${alike && `; ${alike}`}.`);
  };
}
