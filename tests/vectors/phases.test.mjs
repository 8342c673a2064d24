// Run by tests/test_phases.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { importance, density, maps, clean, directions } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));
const near = (got, want, what) => assert.ok(Math.abs(got - want) <= 1e-12 * Math.max(1, Math.abs(want)), `${what}: ${got} is not ${want}`);

for (const { hidden, losses, theory, boundaries } of maps) {
  test(`losses, theory and boundaries with ${hidden} hidden`, () => {
    density.forEach((d, row) => {
      importance.forEach((r, column) => {
        const got = core.fateLosses(r, d, hidden);
        assert.equal(got.length, core.FATES.length);
        got.forEach((loss, fate) => near(loss, losses[row][column][fate], `${core.FATES[fate]} at ${r}, ${d}`));
        assert.equal(core.theory(r, d, hidden), theory[row][column], `fate at ${r}, ${d}`);
      });
      core.boundaries(d, hidden).forEach((r, side) => near(r, boundaries[side][row], `boundary ${side} at ${d}`));
    });
  });
}

// The closed forms against the integral that the page takes for a trained network.
for (const { hidden, fate, W, dropped, losses } of clean) {
  test(`clean solution with ${hidden} hidden: ${core.FATES[fate]}`, () => {
    const grid = core.midpoints(W.length);
    density.forEach((d, row) => importance.forEach((r, column) => {
      const weights = W.map((_, i) => (i + 1 === W.length ? r : 1));
      const b = W.map((_, i) => (dropped.includes(i) ? d / 2 : 0));
      const loss = core.sum(core.expectedLoss({ W, b }, 1 - d, weights, grid));
      const want = losses[row][column];
      assert.ok(Math.abs(loss / want - 1) < 0.005, `at ${r}, ${d}: ${loss} is not ${want}`);
    }));
  });
}

for (const { name, W, fate } of directions) {
  test(`fate of directions: ${name}`, () => assert.equal(core.fateOf(W), fate));
}
