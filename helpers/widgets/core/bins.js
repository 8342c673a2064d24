// What a unit does along an input: means in bins. No DOM.
import { meanOf } from "./sums.js";

// Means in equally full bins along x: [{ x, y }].
export function binnedMeans(xs, ys, bins = 10) {
  const order = [...xs.keys()].sort((a, b) => xs[a] - xs[b] || a - b);
  const cut = (k) => Math.round((k * order.length) / bins);
  const parts = Array.from({ length: bins }, (_, k) => order.slice(cut(k), cut(k + 1))).filter((rows) => rows.length);
  return parts.map((rows) => ({ x: meanOf(rows.map((row) => xs[row])), y: meanOf(rows.map((row) => ys[row])) }));
}
