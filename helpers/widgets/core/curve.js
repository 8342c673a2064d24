// How a network answers when one input is swept and the others stay. No DOM.
import { forward, largestAt, physicalValue, scaledValue } from "./network.js";

export const CURVE_STEPS = 201;

// The ends of a sweep, in scaled units: the range of the training, or three standard deviations to each side.
export const sweepEnds = (network, i) =>
  (network.limits ? network.limits[i].map((value) => scaledValue(network, i, value)) : [-3, 3]);

// [{ x, value, found }]: the scaled and the physical value of input i, and what forward() finds there.
export function sweep(network, layers, scaled, i, { touched = [], steps = CURVE_STEPS, ends = sweepEnds(network, i) } = {}) {
  return Array.from({ length: steps }, (_, k) => {
    const x = ends[0] + ((ends[1] - ends[0]) * k) / (steps - 1);
    const row = Float64Array.from(scaled);
    row[i] = x;
    return { x, value: physicalValue(network, i, x), found: forward(layers, row, network.task, touched) };
  });
}

// Where the largest of a swept point's linear values changes: [{ value, from, to }], the value of input i in physical units.
export function turns(network, i, points) {
  const tops = points.map(({ found }) => largestAt(found.linear));
  return points.slice(1).flatMap((point, k) => {
    const [from, to] = [tops[k], tops[k + 1]];
    const height = ({ linear }) => linear[from] - linear[to];
    return from === to ? [] : crossings(network, i, [points[k], point], height).map((value) => ({ value, from, to }));
  });
}

// The physical values of input i at which `height` of a swept point changes its sign.
export function crossings(network, i, points, height) {
  const found = [];
  for (let k = 1; k < points.length; k++) {
    const [a, b] = [height(points[k - 1].found), height(points[k].found)];
    if (a === 0 || a > 0 === b > 0) continue;
    const part = a / (a - b);
    found.push(physicalValue(network, i, points[k - 1].x + part * (points[k].x - points[k - 1].x)));
  }
  return found;
}
