// Three fates of one extra feature, the last of hidden + 1 features: the numbers of helpers/phases.py. No DOM.
import { dimensionality, lengths } from "./toy.js";

export const FATES = ["not represented", "dedicated dimension", "superposition"];

// Costs at importance 1: of a dropped feature, of one that shares a line, of making room for another one.
function fateCosts(density, hidden) {
  const dropped = density / 3 - (density * density) / 4;
  const shared = (density * density) / 6;
  return [dropped, shared, hidden === 1 ? dropped : Math.min(dropped, 2 * shared)];
}

// The expected loss of each fate, in the order of FATES.
export function fateLosses(importance, density, hidden) {
  const [dropped, shared, room] = fateCosts(density, hidden);
  return [importance * dropped, room, (1 + importance) * shared];
}

export const theory = (importance, density, hidden) => {
  const losses = fateLosses(importance, density, hidden);
  return losses.indexOf(Math.min(...losses));
};

// The importances at which the extra feature enters the model and at which it gets its own dimension.
export function boundaries(density, hidden) {
  const [dropped, shared, room] = fateCosts(density, hidden);
  const enters = dropped > shared ? shared / (dropped - shared) : Infinity;
  const alone = room / shared - 1;
  return enters < alone ? [enters, alone] : [room / dropped, room / dropped];
}

// What trained directions W made of the last feature; rows of W are [x, y].
export function fateOf(W) {
  if (lengths(W).at(-1) < 0.5) return 0;
  return dimensionality(W).at(-1) >= 0.75 ? 1 : 2;
}

const SPLITS = [0, 32, 32, 16]; // midpoints per active feature, by the number of active features

// Inputs that stand for all inputs, as quadrature() makes them, but evenly spaced: a solution in which features share a
// line has a kink where they are equally strong, and there few Gauss nodes are wrong by some per cent.
export function midpoints(features) {
  const x = [], weight = [], active = [];
  for (let set = 0; set < 2 ** features; set++) {
    const members = [...Array(features).keys()].filter((i) => (set >> i) & 1);
    const [k, splits] = [members.length, SPLITS[members.length]];
    for (let point = 0; point < splits ** k; point++) {
      const row = new Array(features).fill(0);
      members.forEach((i, axis) => { row[i] = ((Math.floor(point / splits ** axis) % splits) + 0.5) / splits; });
      x.push(...row);
      weight.push(1 / splits ** k);
      active.push(k);
    }
  }
  return { x: Float64Array.from(x), weight: Float64Array.from(weight), active };
}
