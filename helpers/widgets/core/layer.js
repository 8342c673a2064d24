// What a hidden layer does on many rows. `columns` holds one list of activations per neuron. No DOM.
import { pearson } from "./verification.js";

const constant = (values) => values.every((value) => value === values[0]);

// Pearson's r of every pair of neurons; a neuron that never changes has none, so 0.
export function layerCorrelations(columns) {
  const still = columns.map(constant);
  return columns.map((a, j) => columns.map((b, k) => {
    if (still[j] || still[k]) return 0;
    return j === k ? 1 : Math.max(-1, Math.min(1, pearson(a, b)));
  }));
}

// How many neurons are on in a row, on average; which are on in no row; the share of rows in which each is on.
export function layerActivity(columns) {
  const rows = columns[0].length;
  const share = columns.map((values) => values.filter((value) => value > 0).length / rows);
  return { l0: share.reduce((sum, value) => sum + value, 0), dead: share.map((value) => value === 0), share };
}

// Counts of values in equal bins from 0 to `top`, one list per class.
export function histograms(values, kinds, classes, top, bins = 24) {
  const counts = Array.from({ length: classes }, () => new Array(bins).fill(0));
  values.forEach((value, row) => {
    counts[kinds[row]][Math.min(bins - 1, Math.max(0, Math.floor((value / top) * bins)))] += 1;
  });
  return counts;
}

// Rows at given quantiles of the values above 0, the largest first, each row once; then one that is silent, if any is.
export function quantileRows(values, quantiles = [1, 0.95, 0.75, 0.5, 0.25, 0]) {
  const order = [...values.keys()].filter((row) => values[row] > 0).sort((a, b) => values[a] - values[b]);
  const found = order.length ? quantiles.map((q) => ({ q, row: order[Math.round(q * (order.length - 1))] })) : [];
  const each = found.filter(({ row }, k) => found.findIndex((other) => other.row === row) === k);
  const silent = values.findIndex((value) => !(value > 0));
  return silent < 0 ? each : [...each, { q: null, row: silent }];
}
