// Run by tests/test_interference.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { models } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));

function near(got, want, what, off = 1e-9) {
  const [a, b] = [[got].flat(Infinity), [want].flat(Infinity)];
  assert.equal(a.length, b.length, what);
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= off, `${what}[${i}]: ${value} is not ${b[i]}`));
}

for (const { name, sparsity, importance, W, b, parts, best, least } of models) {
  const grid = core.quadrature(W.length);
  test(`the parts of the loss: ${name}`, () => {
    const got = core.lossParts({ W, b }, sparsity, importance, grid);
    near(got, parts, "parts");
    near(got.map(core.sum), core.expectedLoss({ W, b }, sparsity, importance, grid), "whole");
  });
  test(`the best biases: ${name}`, () => {
    const got = core.bestBiases(W, sparsity, grid);
    near(got, best, "biases", 1e-5);
    near(core.expectedLoss({ W, b: got }, sparsity, importance, grid), least, "least loss", 1e-9);
  });
}

test("descent moves the free rows alone, and downhill", () => {
  const { sparsity, importance, W } = models[2];
  const grid = core.quadrature(W.length);
  const cost = (rows) => core.sum(core.expectedLoss({ W: rows, b: core.bestBiases(rows, sparsity, grid) }, sparsity, importance, grid));
  const run = core.descent(W, [0, 3], sparsity, importance, grid, { steps: 40 });
  while (run.count < run.steps) run.step();
  for (const i of [1, 2, 4]) near(run.W[i], W[i], `row ${i}`, 0);
  for (const i of [0, 3]) assert.notDeepEqual(run.W[i], W[i]);
  assert.ok(cost(run.W) < 0.9 * cost(W), `${cost(run.W)} against ${cost(W)}`);
  near(W[0], [-0.7, -0.3], "the rows it started from", 0);
});
