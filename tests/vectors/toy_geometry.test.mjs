// Run by tests/test_toy_geometry.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const vectors = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));
const grid = core.quadrature(5);

function near(got, want, what) {
  const [a, b] = [[got].flat(Infinity), [want].flat(Infinity)];
  assert.equal(a.length, b.length, what);
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= 1e-9, `${what}[${i}]: ${value} is not ${b[i]}`));
}

test("random numbers agree bit for bit", () => {
  for (const [seed, index, value] of vectors.uniform) assert.equal(core.uniform(seed, index), value);
});

test("the quadrature has as many points, and integrates a polynomial exactly", () => {
  vectors.points.forEach((count, i) => assert.equal(core.quadrature(i + 1).weight.length, count));
  const always = grid.active.map((k, row) => (k === 5 ? grid.weight[row] : 0));
  near(core.sum(always), 1, "total weight");
  near(core.sum(always.map((w, row) => w * grid.x[5 * row] ** 2 * grid.x[5 * row + 4])), 1 / 6, "E[x1^2 x5]");
});

for (const model of vectors.models) {
  test(`loss, gradient and geometry: ${model.name}`, () => {
    const slope = { W: model.W.map(() => [0, 0]), b: model.b.map(() => 0) };
    near(core.expectedLoss(model, model.sparsity, vectors.importance, grid, slope), model.loss, "loss");
    near(slope.W, model.slope.W, "slope of W");
    near(slope.b, model.slope.b, "slope of b");
    for (const name of ["gram", "lengths", "dimensionality"]) near(core[name](model.W), model[name], name);
  });
}

for (const { sparsity, importance, W, b, loss } of vectors.larger) {
  test(`loss of ${W.length} features at sparsity ${sparsity}`, () => {
    near(core.expectedLoss({ W, b }, sparsity, importance, core.quadrature(W.length)), loss, "loss");
  });
}

test("closed-form baselines", () => {
  const { sparsity, zero, kept } = vectors.baselines;
  near(core.zeroLoss(sparsity, vectors.importance), zero, "answering 0");
  near(core.keptLoss(sparsity, vectors.importance), kept, "keeping two");
});

test("Adam takes PyTorch's steps", () => {
  const { seed, sparsity, count, steps, rate, losses, W, b } = vectors.training;
  const run = core.training(core.start(5, seed), sparsity, vectors.importance, grid, { steps, rate });
  near(Array.from({ length: count }, () => run.step()), losses, "losses");
  near(run.model.W, W, "W");
  near(run.model.b, b, "b");
});
