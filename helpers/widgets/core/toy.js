// The toy model x' = ReLU(x W W^T + b) with a hidden plane: W has one row [x, y] per feature. No DOM, all float64.
import { uniform } from "./random.js";

const ORDERS = [0, 16, 8, 5, 4, 3, 2, 2, 2]; // Gauss-Legendre nodes per active feature, by the number of active features

// Nodes and weights of Gauss-Legendre quadrature on [0, 1], by Newton's method from Chebyshev-like guesses.
function gauss(order) {
  return Array.from({ length: order }, (_, i) => {
    let z = Math.cos((Math.PI * (i + 0.75)) / (order + 0.5));
    let slope, step;
    do {
      let [p, before] = [1, 0];
      for (let j = 1; j <= order; j++) [p, before] = [((2 * j - 1) * z * p - (j - 1) * before) / j, p];
      slope = (order * (z * p - before)) / (z * z - 1);
      step = p / slope;
      z -= step;
    } while (Math.abs(step) > 1e-14);
    return [(1 - z) / 2, 1 / ((1 - z * z) * slope * slope)];
  });
}

const GRIDS = new Map();

// Inputs that stand for all inputs: every set of active features, with quadrature nodes for their values.
// Made once for each number of features.
export function quadrature(features) {
  if (!GRIDS.has(features)) GRIDS.set(features, inputsFor(features));
  return GRIDS.get(features);
}

function inputsFor(features) {
  const nodes = ORDERS.map(gauss);
  const sets = Array.from({ length: 2 ** features }, (_, set) => [...Array(features).keys()].filter((i) => (set >> i) & 1));
  const counts = sets.map(({ length }) => Math.max(ORDERS[length], 1) ** length);
  const points = sum(counts);
  const [x, weight, active] = [new Float64Array(points * features), new Float64Array(points), new Array(points)];
  let row = 0;
  sets.forEach((members, set) => {
    const size = members.length;
    for (let point = 0; point < counts[set]; point++, row++) {
      let w = 1, rest = point;
      for (let k = size - 1; k >= 0; k--) {
        const [value, part] = nodes[size][rest % ORDERS[size]];
        x[row * features + members[k]] = value;
        w *= part;
        rest = Math.floor(rest / ORDERS[size]);
      }
      weight[row] = w;
      active[row] = size;
    }
  });
  return { x, weight, active };
}

// The expected loss of each feature. With gradient = { W, b } (zeros), the gradient of their sum is added to it.
export function expectedLoss({ W, b }, sparsity, importance, grid, gradient = null) {
  const n = W.length;
  const chance = Float64Array.from({ length: n + 1 }, (_, k) => (1 - sparsity) ** k * sparsity ** (n - k));
  // Flat arrays of floats: a browser works through them several times faster.
  const [u, v] = [0, 1].map((axis) => Float64Array.from(W, (row) => row[axis]));
  const [bias, worth, loss, pull] = [Float64Array.from(b), Float64Array.from(importance), new Float64Array(n), new Float64Array(n)];
  const { x, weight, active } = grid;
  for (let row = 0; row < weight.length; row++) {
    const w = weight[row] * chance[active[row]];
    if (w === 0) continue;
    const at = row * n;
    let h0 = 0, h1 = 0, g0 = 0, g1 = 0;
    for (let i = 0; i < n; i++) {
      h0 += x[at + i] * u[i];
      h1 += x[at + i] * v[i];
    }
    for (let i = 0; i < n; i++) {
      const z = h0 * u[i] + h1 * v[i] + bias[i];
      const error = (z > 0 ? z : 0) - x[at + i];
      const part = w * worth[i] * error;
      loss[i] += part * error;
      pull[i] = z > 0 ? 2 * part : 0;
    }
    if (!gradient) continue;
    for (let i = 0; i < n; i++) {
      g0 += pull[i] * u[i];
      g1 += pull[i] * v[i];
    }
    for (let i = 0; i < n; i++) {
      gradient.b[i] += pull[i];
      gradient.W[i][0] += pull[i] * h0 + x[at + i] * g0;
      gradient.W[i][1] += pull[i] * h1 + x[at + i] * g1;
    }
  }
  return Array.from(loss);
}

export const sum = (values) => values.reduce((total, value) => total + value, 0);
const dot = (u, v) => u[0] * v[0] + u[1] * v[1];
export const gram = (W) => W.map((u) => W.map((v) => dot(u, v)));
export const lengths = (W) => W.map((u) => Math.hypot(...u));

// |W_i|^2 / sum_j (unit(W_i) . W_j)^2, and 0 for a feature without a direction (Elhage et al. 2022).
export function dimensionality(W) {
  return gram(W).map((row, i) => (row[i] > 1e-12 ? row[i] ** 2 / sum(row.map((v) => v * v)) : 0));
}

// The loss of answering 0 to everything: E[x^2] = density / 3 for each feature.
export const zeroLoss = (sparsity, importance) => (sum(importance) * (1 - sparsity)) / 3;

// The least loss when the first `kept` features are perfect and the others get one constant, their mean.
export function keptLoss(sparsity, importance, kept = 2) {
  const density = 1 - sparsity;
  return sum(importance.slice(kept)) * (density / 3 - density ** 2 / 4);
}

// Small random weights and no bias.
export function start(features, seed) {
  const draw = (index) => 2 * uniform(seed, index) - 1;
  const W = Array.from({ length: features }, (_, i) => [draw(2 * i) * 0.5, draw(2 * i + 1) * 0.5]);
  return { W, b: new Array(features).fill(0) };
}

// Adam on the expected loss, with a learning rate that falls to zero along a cosine. step() returns the loss it met.
export function training(from, sparsity, importance, grid, { steps = 600, rate = 0.03 } = {}) {
  const n = from.b.length;
  const flat = [...from.W.flat(), ...from.b];
  const [mean, square] = [flat.map(() => 0), flat.map(() => 0)];
  const shaped = (v) => ({ W: Array.from({ length: n }, (_, i) => [v[2 * i], v[2 * i + 1]]), b: v.slice(2 * n) });
  let count = 0;
  return {
    steps,
    get count() { return count; },
    get model() { return shaped(flat); },
    step() {
      const slope = shaped(flat.map(() => 0));
      const loss = sum(expectedLoss(shaped(flat), sparsity, importance, grid, slope));
      const lr = (rate / 2) * (1 + Math.cos((Math.PI * count) / steps));
      count += 1;
      [...slope.W.flat(), ...slope.b].forEach((g, k) => {
        mean[k] = 0.9 * mean[k] + 0.1 * g;
        square[k] = 0.999 * square[k] + 0.001 * g * g;
        flat[k] -= (lr * mean[k] / (1 - 0.9 ** count)) / (Math.sqrt(square[k] / (1 - 0.999 ** count)) + 1e-8);
      });
      return loss;
    },
  };
}
