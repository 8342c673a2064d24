// Run by tests/test_matcher.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { cases } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));

function near(got, want, what, off = 1e-9) {
  const [a, b] = [[got].flat(Infinity), [want].flat(Infinity)];
  assert.equal(a.length, b.length, what);
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= off, `${what}[${i}]: ${value} is not ${b[i]}`));
}

for (const { name, truth, dictionary, cosines, total, without, mean, mmcs, top } of cases) {
  const table = core.cosineTable(truth, dictionary);
  test(`cosines: ${name}`, () => near(table.map((row) => [...row]), cosines, "cosine"));
  test(`one to one: ${name}`, () => {
    const partner = core.assignRows(table);
    const taken = partner.filter((latent) => latent >= 0);
    assert.equal(partner.length, truth.length);
    assert.equal(new Set(taken).size, taken.length, "a latent was given twice");
    assert.equal(partner.length - taken.length, without);
    const found = core.partnerCosines(table, partner);
    near(found.reduce((sum, value) => sum + value, 0), total, "total");
    near(core.meanOf(found), mean, "mean");
  });
  test(`nearest: ${name}`, () => {
    near(core.mmcsOf(table), mmcs, "MMCS");
    const nearest = core.partnerCosines(table, core.nearestColumns(table));
    near(nearest, cosines.map((row) => Math.max(...row)), "largest");
  });
  test(`candidates: ${name}`, () => {
    const got = table.map((row) => core.topColumns(row, 3));
    assert.deepEqual(got.map((row) => row.length), top.map((row) => row.length));
    // Which of two equal ones comes first is rounding; how alike they are is not.
    near(got.map((row, i) => row.map((j) => table[i][j])), top.map((row, i) => row.map((j) => cosines[i][j])), "top");
  });
}

test("of equal values the first comes first", () => {
  assert.deepEqual(core.topColumns([0.2, 0.5, 0.5, 0.2], 3), [1, 2, 0]);
  assert.deepEqual(core.nearestColumns([[0.2, 0.5, 0.5], [0, 0, 0]]), [1, 0]);
});

test("random dictionaries favour no direction, and the same seed gives the same one", () => {
  const rows = core.randomDictionary(4000, 2, 3);
  assert.deepEqual(rows, core.randomDictionary(4000, 2, 3));
  assert.notDeepEqual(rows[0], core.randomDictionary(1, 2, 4)[0]);
  near([0, 1].map((k) => core.meanOf(rows.map((row) => row[k]))), [0, 0], "mean", 0.06);
  near([[0, 0], [1, 1], [0, 1]].map(([a, b]) => core.meanOf(rows.map((row) => row[a] * row[b]))), [1, 1, 0], "moments", 0.08);
  assert.ok(rows.every((row) => row.every(Number.isFinite)));
});

test("chance: the nearest of m random directions in the plane is pi / m away or less, half of the time nearer", () => {
  const truth = Array.from({ length: 50 }, (_, i) => [Math.cos(i), Math.sin(i)]);
  const draws = core.chanceCosines(truth, 60, 10);
  const angle = core.meanOf(draws.map(({ nearest }) => core.meanOf(nearest.map((c) => Math.acos(Math.min(1, c))))));
  // The distance to the nearest of m uniform points on the circle has mean pi / (m + 1).
  near(angle, Math.PI / 61, "mean angle", 0.008);
  for (const { nearest, matched } of draws) {
    assert.ok(matched.every((value, i) => value <= nearest[i] + 1e-12));
    assert.ok(core.meanOf(matched) < core.meanOf(nearest));
  }
});
