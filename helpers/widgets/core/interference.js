// What the directions of a toy model cost beyond their own copying: best biases, the loss in three parts, descent.
import { expectedLoss } from "./toy.js";

// For fixed W each output depends on its own bias alone, and its loss is a parabola between the inputs at which the
// ReLU opens. So the best bias is found exactly: go through the pieces, keeping the sums that make the parabola.
export function bestBiases(W, sparsity, grid) {
  const n = W.length;
  const chance = Array.from({ length: n + 1 }, (_, k) => (1 - sparsity) ** k * sparsity ** (n - k));
  const rows = [...grid.weight.keys()].filter((row) => chance[grid.active[row]] > 0);
  const count = grid.weight.length;
  const z = new Float64Array(count);
  const keys = new Float64Array(rows.length);
  return W.map((to, i) => {
    let closed = 0;
    for (const row of rows) {
      z[row] = 0;
      for (let j = 0; j < n; j++) z[row] += grid.x[row * n + j] * (W[j][0] * to[0] + W[j][1] * to[1]);
      closed += grid.weight[row] * chance[grid.active[row]] * grid.x[row * n + i] ** 2;
    }
    // Largest z first. Numbers sort five times faster than rows under a comparison, so a key holds both z and its row.
    rows.forEach((row, k) => { keys[k] = Math.round((256 - z[row]) * 2 ** 26) * count + row; });
    const order = Array.from(keys.sort(), (key) => key % count);
    let [least, bias, total, first, second] = [closed, -z[order[0]], 0, 0, 0];
    order.forEach((row, k) => {
      const weight = grid.weight[row] * chance[grid.active[row]];
      const gap = grid.x[row * n + i] - z[row];
      closed -= weight * grid.x[row * n + i] ** 2;
      total += weight;
      first += weight * gap;
      second += weight * gap * gap;
      const last = k + 1 < order.length ? -z[order[k + 1]] : Infinity;
      const b = Math.min(Math.max(first / total, -z[row]), last);
      const loss = closed + total * b * b - 2 * first * b + second;
      if (loss < least - 1e-15) [least, bias] = [loss, b];
    });
    return bias;
  });
}

// The expected loss of each feature in three parts: while it is on alone, while it is off, while it is on with others.
export function lossParts({ W, b }, sparsity, importance, grid) {
  const n = W.length;
  const parts = W.map(() => [0, 0, 0]);
  for (let row = 0; row < grid.weight.length; row++) {
    const k = grid.active[row];
    const weight = grid.weight[row] * (1 - sparsity) ** k * sparsity ** (n - k);
    if (weight === 0) continue;
    let [h0, h1] = [0, 0];
    for (let j = 0; j < n; j++) {
      h0 += grid.x[row * n + j] * W[j][0];
      h1 += grid.x[row * n + j] * W[j][1];
    }
    for (let i = 0; i < n; i++) {
      const x = grid.x[row * n + i];
      const error = Math.max(h0 * W[i][0] + h1 * W[i][1] + b[i], 0) - x;
      parts[i][x === 0 ? 1 : k === 1 ? 0 : 2] += weight * importance[i] * error * error;
    }
  }
  return parts;
}

// Adam on the rows of W named in `free`, the others held, with the best biases at every step.
export function descent(from, free, sparsity, importance, grid, { steps = 150, rate = 0.06 } = {}) {
  const W = from.map((row) => [...row]);
  const moments = free.map(() => [[0, 0], [0, 0]]);
  let count = 0;
  return {
    steps,
    W,
    get count() { return count; },
    step() {
      const slope = { W: W.map(() => [0, 0]), b: W.map(() => 0) };
      expectedLoss({ W, b: bestBiases(W, sparsity, grid) }, sparsity, importance, grid, slope);
      const lr = (rate / 2) * (1 + Math.cos((Math.PI * count) / steps));
      count += 1;
      free.forEach((i, f) => [0, 1].forEach((axis) => {
        const [mean, square] = moments[f];
        mean[axis] = 0.9 * mean[axis] + 0.1 * slope.W[i][axis];
        square[axis] = 0.999 * square[axis] + 0.001 * slope.W[i][axis] ** 2;
        const size = Math.sqrt(square[axis] / (1 - 0.999 ** count)) + 1e-8;
        W[i][axis] -= (lr * mean[axis]) / (1 - 0.9 ** count) / size;
      }));
    },
  };
}
