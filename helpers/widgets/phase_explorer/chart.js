import { html, svg } from "../view/dom.js";
import { LEFT, RIGHT, valueAxis } from "../view/frame.js";
import { panel } from "../view/panel.js";

export const [CEILING, FLOOR] = [8, 176]; // of the plots, in units of the 340 wide figures

const decade = (power) => {
  const raised = { "-": "\u207b", 0: "\u2070", 1: "\u00b9", 2: "\u00b2", 3: "\u00b3", 4: "\u2074", 5: "\u2075" };
  return power === 0 ? "1" : power === 1 ? "10" : `10${[...String(power)].map((sign) => raised[sign]).join("")}`;
};

// A chart with fixed axes. `across` has low, high, marks and a label; `up` the same, as powers of ten if `log`.
export function chart(root, { name, title, across, up, role = "img" }) {
  const figure = panel(root, name, title);
  const unit = html("p", { class: "unit-line", text: up.label }, figure);
  const canvas = svg("svg", { viewBox: `0 0 340 ${FLOOR + 40}`, role }, figure);
  const height = (value) => FLOOR - ((FLOOR - CEILING) * (value - up.low)) / (up.high - up.low);
  const x = (value) => LEFT + ((RIGHT - LEFT) * (value - across.low)) / (across.high - across.low);
  // Zero has no logarithm: it goes far below the plot.
  const y = up.log ? (value) => height(value > 0 ? Math.max(-9, Math.log10(value)) : -9) : height;
  valueAxis(canvas, up.marks, height, up.log ? decade : up.text ?? String);
  for (const mark of across.marks) {
    svg("text", { class: "small middle", x: x(mark), y: FLOOR + 17, text: String(mark).replace("-", "\u2212") }, canvas);
  }
  svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: FLOOR + 35, text: across.label }, canvas);
  const [wide, tall] = [RIGHT - LEFT, FLOOR - CEILING];
  const look = { class: "plot", x: LEFT, y: CEILING, width: wide, height: tall, viewBox: `${LEFT} ${CEILING} ${wide} ${tall}` };
  const plot = svg("svg", look, canvas);
  return { figure, unit, canvas, plot, x, y };
}

// The path of y = value(at) through some places `at`.
export function track({ x, y }, places, value) {
  return places.map((at, k) => `${k ? "L" : "M"}${x(at).toFixed(1)} ${y(value(at)).toFixed(1)}`).join("");
}

// What the lines of a chart stand for; each item is [class, text]. Hidden ones keep their place in the list.
export function legend(root, items) {
  const list = html("p", { class: "legend", "aria-hidden": "true" }, root);
  const shown = items.map(([look, text]) => {
    const item = html("span", { class: "item" }, list);
    const sample = svg("svg", { class: "sample", viewBox: "0 0 26 10", width: 26, height: 10 }, item);
    svg("path", { class: look, d: "M1 5H25" }, sample);
    item.append(text);
    return item;
  });
  return (wanted) => shown.forEach((item, k) => { item.hidden = !wanted[k]; });
}
