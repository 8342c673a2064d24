import { rainSpeed, snowSpeed } from "../core/precipitation.js";
import { brief } from "../core/scales.js";
import { radios } from "../view/choice.js";
import { assign, number, svg } from "../view/dom.js";
import { chart, legend, track } from "./chart.js";
import { thousands } from "./words.js";

const LARGEST = 12; // mm, of the charts
const LARGEST_DROP = 8; // mm; a larger one breaks up
const ACROSS = { low: 0, high: LARGEST, marks: [0, 2, 4, 6, 8, 10, 12], label: "diameter, mm" };
const UNITS = { air: "particles per m³ and mm", counts: "particles in one bin of 0.2 mm, in five minutes" };
const SEEN_FROM = 0.1; // particles in a bin; fewer are not drawn

const steps = (low, high, count) => Array.from({ length: count + 1 }, (_, k) => low + ((high - low) * k) / count);

// The size distribution: as it is in the air, or what the disdrometer counts. pick(show) changes between the two.
export function sizesView(root, { width, bins }, pick) {
  const up = { low: -1, high: 5, marks: [-1, 0, 1, 2, 3, 4, 5], log: true, label: UNITS.air };
  const frame = chart(root, { name: "sizes", title: "How many of which size", across: ACROSS, up });
  const { figure, canvas, plot, unit, x, y } = frame;
  const shows = { name: "Show", options: [["air", "in the air"], ["counts", "counted"]] };
  const choose = radios(figure, shows, pick);
  const bars = svg("path", { class: "bars" }, plot);
  const through = svg("path", { class: "through" }, plot);
  const all = svg("path", { class: "all" }, plot);
  const [drops, flakes] = ["drops", "flakes"].map((name) => svg("path", { class: name }, plot));
  const points = svg("path", { class: "points" }, plot);
  const fitted = svg("path", { class: "fitted" }, plot);
  const items = [
    ["drops", "drops"], ["flakes", "flakes"], ["all", "both"], ["points", "measured"], ["fitted", "fitted line"],
    ["bars", "counted"], ["through", "all that fell through"],
  ];
  const explain = legend(figure, items);
  const fine = steps(0.04, LARGEST, 150);
  const shown = Array.from({ length: Math.min(bins, Math.round(LARGEST / width)) }, (_, k) => k);
  const ground = y(SEEN_FROM).toFixed(1);
  return ({ show }, { falls, seen, fit }) => {
    const counts = show === "counts";
    choose(show);
    if (unit.textContent !== UNITS[show]) unit.textContent = UNITS[show];
    const left = (k, part) => x(seen.centers[k] - part * width).toFixed(1);
    const binned = (values) => shown.map((k) => `${k ? "V" : `M${left(k, 0.5)} `}${y(values[k]).toFixed(1)}H${left(k, -0.5)}`).join("");
    const bar = (value, k) => (value < SEEN_FROM ? "" : `M${left(k, 0.4)} ${ground}V${y(value).toFixed(1)}H${left(k, -0.4)}V${ground}z`);
    const point = (value, k) => (value < SEEN_FROM ? "" : `M${left(k, 0)} ${y(value).toFixed(1)}h0`);
    const found = shown.map((k) => seen.drops[k] + seen.flakes[k]);
    const both = (d) => falls.drops(d) + falls.flakes(d);
    assign(bars, { d: counts ? found.map(bar).join("") : "" });
    assign(through, { d: counts ? binned(seen.through) : "" });
    assign(drops, { d: counts ? binned(seen.drops) : track(frame, fine, falls.drops) });
    assign(flakes, { d: counts ? binned(seen.flakes) : track(frame, fine, falls.flakes) });
    assign(all, { d: counts ? "" : track(frame, fine, both) });
    assign(points, { d: counts ? "" : shown.map((k) => point(seen.sizes[k], k)).join("") });
    assign(fitted, { d: counts || !fit ? "" : track(frame, [0, LARGEST], (d) => fit.n0 * Math.exp(-fit.slope * d)) });
    explain(counts ? [1, 1, 0, 0, 0, 1, 1] : [1, 1, 1, 1, fit, 0, 0]);
    const straight = fit ? `The fitted line starts at ${brief(fit.n0)} and falls by ${number(fit.slope)} per mm.` : "No line fits within the published limits.";
    canvas.setAttribute("aria-label", counts
      ? `Histogram of what the disdrometer counts in five minutes: ${thousands(seen.counted)} of ${thousands(seen.fell)} particles.`
      : `Size distribution of drops and flakes on a logarithmic scale. ${straight}`);
  };
}

// Fall speed against diameter, with a mark at the mass-weighted mean of drops and of flakes.
export function speedsView(root) {
  const up = { low: 0, high: 10, marks: [0, 2, 4, 6, 8, 10], label: "fall speed, m/s" };
  const frame = chart(root, { name: "speeds", title: "How fast they fall", across: ACROSS, up });
  const { figure, canvas, plot, x, y } = frame;
  const [drops, bare, flakes] = ["drops", "bare", "flakes"].map((name) => svg("path", { class: name }, plot));
  const marks = ["drops", "flakes"].map((kind) => [kind, svg("circle", { class: `mean ${kind}-mean`, r: 6 }, plot)]);
  const items = [["drops", "drops"], ["flakes", "flakes as they are"], ["bare", "dry flakes, unrimed"], ["mean-sample", "mean by mass"]];
  legend(figure, items)([true, true, true, true]);
  const sizes = { drops: steps(0, LARGEST_DROP, 60), flakes: steps(0, LARGEST, 90) };
  return (_, { falls, mean, air }) => {
    assign(drops, { d: track(frame, sizes.drops, (d) => rainSpeed(d, air)) });
    assign(bare, { d: track(frame, sizes.flakes, (d) => snowSpeed(d, 0, air)) });
    assign(flakes, { d: track(frame, sizes.flakes, falls.snow) });
    const speed = { drops: falls.rain, flakes: falls.snow };
    const said = marks.map(([kind, mark]) => {
      const there = Number.isFinite(mean[kind]);
      mark.style.display = there ? "" : "none";
      if (there) assign(mark, { cx: x(mean[kind]).toFixed(1), cy: y(speed[kind](mean[kind])).toFixed(1) });
      return there ? `${kind} of ${number(mean[kind], 1)} mm at ${number(speed[kind](mean[kind]), 1)} m/s` : `no ${kind}`;
    });
    canvas.setAttribute("aria-label", `Fall speed against diameter. Mean by mass: ${said.join(", ")}.`);
  };
}
