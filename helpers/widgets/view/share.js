import { brief, ramp, ticks } from "../core/scales.js";
import { median, valuePlaces } from "../core/sweeps.js";
import { svg } from "./dom.js";
import { LEFT, RIGHT, moveOf, nearestPlace, placeLabels, pointOf, readout, valueAxis } from "./frame.js";
import { clamp, panel } from "./panel.js";

const [TOP_OF, FLOOR, INSET] = [12, 176, 0.04]; // of the plot; room beside the outer values, as a share of its width

// Monosemantic neurons at the end of training against the swept value, one dot per seed. pick(k) chooses a value.
// Returns a function that draws { batch, lines, chosen, per, top }; `per` is "feature" or "neuron".
export function shareView(root, pick) {
  const figure = panel(root, "share", "When trained");
  const canvas = svg("svg", { viewBox: "0 0 340 222", tabindex: 0, role: "application", "aria-roledescription": "chart" }, figure);
  const plot = svg("g", {}, canvas);
  const say = readout(figure);
  let seen = null, places = [];
  const inset = (place) => INSET + (1 - 2 * INSET) * place;
  canvas.addEventListener("click", (event) => {
    pick(nearestPlace(places, (pointOf(canvas, event).x - LEFT) / (RIGHT - LEFT)));
  });
  canvas.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (move) pick(clamp(seen.chosen + (move[0] || move[1]), 0, places.length - 1));
  });
  return (state) => {
    seen = state;
    const { batch, lines, chosen, per, top } = state;
    const [{ label, values, texts }] = batch.swept;
    places = valuePlaces(values).map(inset);
    const x = (k) => LEFT + (RIGHT - LEFT) * places[k];
    const y = (value) => FLOOR - ((FLOOR - TOP_OF) * value) / top;
    const shares = lines.map((line) => line.ends.map(({ mono }) => mono / (per === "feature" ? batch.features : line.neurons)));
    plot.replaceChildren();
    valueAxis(plot, ticks(0, top, 4), y, brief);
    svg("path", { class: "guide", d: `M${x(chosen)} ${TOP_OF}V${FLOOR}` }, plot);
    const there = [...shares.keys()].filter((k) => shares[k].length);
    svg("path", { class: "through", d: there.map((k, n) => `${n ? "L" : "M"}${x(k).toFixed(1)} ${y(median(shares[k])).toFixed(1)}`).join("") }, plot);
    for (const k of there) {
      const style = `--tint:${ramp(k / Math.max(1, lines.length - 1))}`;
      for (const share of shares[k]) svg("circle", { class: k === chosen ? "dot chosen" : "dot", cx: x(k), cy: y(share), r: k === chosen ? 5.5 : 4, style }, plot);
    }
    placeLabels(plot, places, texts, FLOOR + 20, [chosen, 0, texts.length - 1, ...texts.keys()], chosen);
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: FLOOR + 40, text: label }, plot);
    const [line, found] = [lines[chosen], shares[chosen]];
    const dead = Math.max(...line.ends.map((end) => end.dead));
    const list = found.map((share) => brief(share)).join(", ");
    const silent = dead > 0 ? ` Up to ${dead} neurons answer no feature at all.` : "";
    say(found.length
      ? `${label[0].toUpperCase()}${label.slice(1)} ${texts[chosen]}: ${list} monosemantic neurons per ${per}, one number per seed.${silent}`
      : `${label[0].toUpperCase()}${label.slice(1)} ${texts[chosen]}: no seed got to the end.`);
    canvas.setAttribute("aria-label", `Monosemantic neurons per ${per} when trained, against ${label}: at ${texts[chosen]} ` +
      `${list || "none got to the end"}. Arrow keys choose a value.`);
  };
}
