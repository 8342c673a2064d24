import { histograms } from "../core/layer.js";
import { brief, ticks } from "../core/scales.js";
import { binnedMeans } from "../core/bins.js";
import { assign, html, svg } from "../view/dom.js";
import { LEFT, RIGHT, valueAxis } from "../view/frame.js";
import { panel } from "../view/panel.js";
import { percentText, tint, wording } from "../view/parts.js";
import { unitName } from "./words.js";

const [GROUND, HIGHEST, BINS] = [140, 10, 16];

// How the open unit's activations are spread: over the classes, or along the target. Returns a function that draws.
export function activityView(root) {
  const figure = panel(root, "activity", "When it is on");
  const canvas = svg("svg", { viewBox: "0 0 340 184", role: "img" }, figure);
  const [axes, marks] = [svg("g", {}, canvas), svg("g", {}, canvas)];
  const legend = html("p", { class: "legend" }, figure);
  let drawn = null;
  const x = (share) => LEFT + (RIGHT - LEFT) * share;
  const label = (text) => svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: GROUND + 35, text }, axes);

  const byClass = ({ network, cases, values, top, name }) => {
    const names = network.outputs;
    const sizes = names.map((_, c) => cases.target.filter((kind) => kind === c).length);
    const active = [...values.keys()].filter((row) => values[row] > 0);
    const counts = histograms(active.map((row) => values[row]), active.map((row) => cases.target[row]), names.length, top, BINS);
    const shares = counts.map((list, c) => list.map((count) => count / (sizes[c] || 1)));
    const high = Math.max(0.05, ...shares.flat());
    const y = (share) => GROUND - ((GROUND - HIGHEST) * share) / high;
    valueAxis(axes, ticks(0, high, 3), y, (share) => `${Math.round(100 * share)}%`);
    for (const mark of ticks(0, top, 4)) svg("text", { class: "small middle", x: x(mark / top), y: GROUND + 17, text: brief(mark) }, axes);
    label(`activation of ${name}, where above 0`);
    marks.replaceChildren(...shares.map((list, c) => svg("path", {
      class: "outline", style: `stroke:${tint(names[c], c)}`,
      d: `M${x(0)} ${GROUND}${list.map((share, k) => `V${y(share).toFixed(1)}H${x((k + 1) / list.length).toFixed(1)}`).join("")}V${GROUND}`,
    })));
    const on = names.map((text, c) => [text, c, sizes[c] ? percentText(values.filter((value, row) => cases.target[row] === c && value > 0).length / sizes[c]) : "no rows"]);
    legend.replaceChildren(...on.map(([text, c, share]) => {
      const item = html("span", { class: "item" });
      html("span", { class: "swatch", style: `background:${tint(text, c)}` }, item);
      item.append(`${wording(text)}: ${share === "no rows" ? share : `on ${share}`}`);
      return item;
    }));
    return `Histogram of the activation of ${name}, where above 0, by class; it is on in ${on.map(([text, , share]) => `${share} of ${wording(text)}`).join(", ")}.`;
  };
  const byTarget = ({ network, cases, values, top, name }) => {
    const { target } = cases;
    const [low, high] = [Math.min(...target), Math.max(...target)];
    const place = (value) => x((value - low) / (high - low || 1));
    const y = (value) => GROUND - ((GROUND - HIGHEST) * value) / top;
    valueAxis(axes, ticks(0, top, 3), y, brief);
    for (const mark of ticks(low, high, 4)) svg("text", { class: "small middle", x: place(mark), y: GROUND + 17, text: brief(mark) }, axes);
    const what = wording(network.outputs[0]);
    label(`${what}${network.unit ? `, ${network.unit}` : ""}`);
    const means = binnedMeans(target, values);
    marks.replaceChildren(
      svg("path", { class: "dots", d: values.map((value, row) => `M${place(target[row]).toFixed(1)} ${y(value).toFixed(1)}h0`).join("") }),
      svg("path", { class: "means", d: means.map((bin, n) => `${n ? "L" : "M"}${place(bin.x).toFixed(1)} ${y(bin.y).toFixed(1)}`).join("") }),
    );
    legend.textContent = `A dot is a case; the line goes through means over tenths of the cases. On in ${percentText(values.filter((value) => value > 0).length / values.length)}.`;
    return `Activation of ${name} against ${what}: mean ${brief(means[0].y)} where it is lowest, ${brief(means.at(-1).y)} where it is highest.`;
  };

  return ({ network, shown, cases, state, examined, tops }) => {
    const { kind, index } = state.unit;
    const values = examined.columns[kind][index];
    if (drawn === values) return;
    drawn = values;
    axes.replaceChildren();
    const said = (network.task === "classification" ? byClass : byTarget)({ network, cases, values, top: tops[kind][index] || 1, name: unitName(state.unit, shown) });
    assign(canvas, { "aria-label": said });
  };
}
