// What small charts share: their axes, the pointer's place, and numbers for readers.
import { assign, html, svg } from "./dom.js";

export const [LEFT, RIGHT] = [48, 330]; // of the plots, in units of the 340 wide figures

// Lines and labels of one axis of values, drawn into `group`; y maps a value to its place.
export function valueAxis(group, marks, y, text) {
  for (const mark of marks) {
    svg("path", { class: "axis", d: `M${LEFT} ${y(mark).toFixed(1)}H${RIGHT}` }, group);
    svg("text", { class: "small right", x: LEFT - 6, y: y(mark) + 4, text: text(mark) }, group);
  }
}

// Labels under a plot, in the given order, leaving out those that would touch an earlier one; one may be `strong`.
export function placeLabels(group, places, texts, y, order, strong = -1) {
  const taken = [];
  for (const k of new Set(order)) {
    const half = 3.7 * texts[k].length + 3;
    const x = Math.min(LEFT + (RIGHT - LEFT) * places[k], 343 - half);
    if (taken.some(([from, to]) => x + half > from && x - half < to)) continue;
    taken.push([x - half, x + half]);
    svg("text", { class: k === strong ? "small middle strong" : "small middle", x, y, text: texts[k] }, group);
  }
}

// "feature 3", "features 3 and 9", "features 3, 9 and 12", of features counted from 0.
export function featuresText(list) {
  const [last, ...others] = list.map((i) => i + 1).reverse();
  return others.length ? `features ${others.reverse().join(", ")} and ${last}` : `feature ${last}`;
}

export function pointOf(canvas, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
}

export const nearestPlace = (places, at) => places.reduce((best, place, k) => {
  return Math.abs(place - at) < Math.abs(places[best] - at) ? k : best;
}, 0);

// The key that moves through a chart: [across, up], in marks. Null for all other keys, and for the browser's own.
export function moveOf(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return null;
  const far = Infinity;
  const move = {
    ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
    Home: [-far, 0], End: [far, 0], PageUp: [0, far], PageDown: [0, -far],
  }[event.key];
  if (move) event.preventDefault();
  return move ?? null;
}

// A line that says what is under the pointer. It is read out while its chart has the focus, not while another control
// changes it; an unchanged text is not read out again.
export function readout(root) {
  const line = html("p", { class: "readout", "aria-live": "off" }, root);
  root.addEventListener("focusin", () => assign(line, { "aria-live": "polite" }));
  root.addEventListener("focusout", () => assign(line, { "aria-live": "off" }));
  return (text) => { if (line.textContent !== text) line.textContent = text; };
}
