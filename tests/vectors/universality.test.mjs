// Run by tests/test_universality_map.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { cases, rows, limit } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));

function near(got, want, what, off = 1e-6) {
  const [a, b] = [[got].flat(Infinity), [want].flat(Infinity)];
  assert.equal(a.length, b.length, what);
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= off, `${what}[${i}]: ${value} is not ${b[i]}`));
}

for (const { name, packed, r, pairs, shared, chance, adjusted, ...scores } of cases) {
  const [a, b] = packed.map((each) => core.readDictionary(each, rows));
  const found = core.comparedUnits(a, b, "matched");
  test(`correlations: ${name}`, () => near(found.table.map((row) => [...row]), r, "r"));
  test(`pairs: ${name}`, () => {
    assert.equal(found.pairs.length, pairs);
    for (const side of ["here", "there"]) assert.equal(new Set(found.pairs.map((pair) => pair[side])).size, pairs);
    near(core.sharedBeyond(found.pairs, limit, a, b), shared, "shared");
    const alike = found.pairs.map((pair) => pair.alike);
    assert.deepEqual(alike, [...alike].sort((one, other) => other - one));
    for (const { here, there, alike: value } of found.pairs) near(value, found.table[a.living.indexOf(here)][b.living.indexOf(there)], "alike");
  });
  test(`every living latent is somewhere once: ${name}`, () => {
    const side = (key, rest) => [...found.pairs.map((pair) => pair[key]), ...rest].sort((one, other) => one - other);
    assert.deepEqual(side("here", found.alone), a.living);
    assert.deepEqual(side("there", found.spare), b.living);
  });
  test(`scores: ${name}`, () => {
    for (const measure of core.AGREEMENTS) near(core.comparedUnits(a, b, measure).raw, scores[measure], measure, measure === "cosine" ? 1e-4 : 1e-6); // 16 bits
  });
  test(`beside chance: ${name}`, () => {
    for (const [measure, want] of Object.entries(chance)) {
      const low = core.chanceScore(a, b, measure);
      near(low, want, measure);
      near(core.adjustedFor(scores[measure], low), adjusted[measure], "adjusted", 1e-5);
    }
  });
}

const packedOf = (codes, more = {}) => ({
  name: "x", space: "one", units: codes.length, latents: Buffer.from(codes.flat()).toString("base64"), width: 0, weights: "", ...more,
});
const directed = (codes, vectors) => packedOf(codes, {
  width: vectors[0].length, weights: Buffer.from(Int16Array.from(vectors.flat()).buffer).toString("base64"),
});

test("a dictionary says which latents live, and how often they are on", () => {
  const { living, often, vectors } = core.readDictionary(packedOf([[0, 255, 0, 1], [0, 0, 0, 0]]), 4);
  assert.deepEqual([living, often, vectors], [[0], [0.5, 0], null]);
});

test("where there is nothing to compare, the reason is given", () => {
  const read = (packed) => core.readDictionary(packed, 3);
  const [on, off] = [[[0, 255, 9]], [[0, 0, 0]]];
  const [one, same] = [read(directed(on, [[1, 2]])), read(directed(on, [[2, 4]]))];
  const elsewhere = { ...same, space: "two" };
  assert.equal(core.obstacle(one, same, "cosine"), "");
  near(core.comparedUnits(one, same, "cosine").raw, 1, "cosine");
  assert.equal(core.obstacle(one, elsewhere, "cosine"), "space");
  assert.equal(core.obstacle(one, elsewhere, "matched"), "");
  assert.equal(core.obstacle(one, read(packedOf(on)), "cosine"), "vectors");
  for (const measure of core.AGREEMENTS) assert.equal(core.obstacle(read(directed(off, [[1, 2]])), one, measure), "dead");
  assert.equal(core.comparedUnits(one, read(packedOf(off)), "matched"), null);
});

test("chance gives random directions the cosines that there are in so many dimensions", () => {
  const sides = Array.from({ length: 200 }, () => [0, 255, 9]);
  const circle = sides.map((_, k) => [Math.round(30000 * Math.cos(k)), Math.round(30000 * Math.sin(k))]);
  const one = core.readDictionary(directed(sides, circle), 3);
  assert.ok(core.chanceScore(one, one, "cosine") > 0.95, "a plane full of vectors has a partner near every one");
  const single = core.readDictionary(directed(sides.slice(0, 1), circle.slice(0, 1)), 3);
  assert.ok(Math.abs(core.chanceScore(single, single, "cosine")) < 0.6);
});

test("shuffled rows are all there, and the same for a seed", () => {
  const order = core.shuffledRows(50, 3);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 50 }, (_, k) => k));
  assert.deepEqual(order, core.shuffledRows(50, 3));
  assert.notDeepEqual(order, core.shuffledRows(50, 4));
});

test("a response is a share of the largest activation, in equally full bins", () => {
  const xs = Array.from({ length: 24 }, (_, k) => 23 - k);
  const found = core.responseOf(Uint8Array.from(xs, (x) => (x < 12 ? 0 : 255)), xs);
  assert.deepEqual(found.map(({ x }) => x), Array.from({ length: 12 }, (_, k) => 2 * k + 0.5));
  assert.deepEqual(found.map(({ y }) => y), [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
});

test("bins are equally full", () => {
  assert.deepEqual(core.binnedMeans([3, 1, 2, 4], [30, 10, 20, 40], 2), [{ x: 1.5, y: 15 }, { x: 3.5, y: 35 }]);
  assert.deepEqual(core.binnedMeans([5], [1], 4), [{ x: 5, y: 1 }]);
});

test("rows come back from 16-bit integers", () => {
  const text = Buffer.from(Int16Array.from([1, -2, 32767, -32767, 0, 5]).buffer).toString("base64");
  assert.deepEqual(core.readRows(text, 3).map((row) => [...row]), [[1, -2, 32767], [-32767, 0, 5]]);
});

const KNOWN = { dictionaries: 4, inputs: 3, data: 2, against: 2 };
const STATE = { a: 0, b: 3, measure: "nearest", scale: "adjusted", limit: 0.65, input: 2, data: 1, against: 1 };

test("the state goes into a text and comes back", () => {
  assert.equal(core.universalityText(STATE), "a=1;b=4;m=nearest;s=adjusted;c=0.65;i=3;d=2;v=2");
  assert.deepEqual(core.readUniversality(core.universalityText(STATE), KNOWN), STATE);
  assert.deepEqual(core.readUniversality("b=2;m=cosine", KNOWN), { b: 1, measure: "cosine" });
});

test("a text without sense changes nothing", () => {
  const odd = ["", "a=0", "a=5", "a=1.5", "a=one", "m=mean", "s=", "c=1", "c=.5", "i=4", "d=3", "v=0", "z=1", "a=1;b", "toString=1", "a=1;;b=2"];
  for (const text of odd) assert.equal(core.readUniversality(text, KNOWN), null, text);
});

test("without a table of conditions only the first of each is known", () => {
  assert.deepEqual(core.readUniversality("d=1;v=1", { ...KNOWN, data: 0, against: 0 }), { data: 0, against: 0 });
  assert.equal(core.readUniversality("d=2", { ...KNOWN, data: 0, against: 0 }), null);
});
