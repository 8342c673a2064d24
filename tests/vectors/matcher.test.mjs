// Run by tests/test_matcher.py: CORE is the bundled core of the widget.
import assert from "node:assert/strict";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const TRUTH = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]];
const PLAIN = { mode: "one", order: "worst", limit: 0.9, frequency: [], on: [] };
const arrange = (rows, options) => core.arranged(core.matchings(TRUTH, rows), { ...PLAIN, ...options });
const numbers = (pairs) => pairs.map(({ feature, latent }) => [feature, latent]);

// Latents: near feature 3, feature 1, feature 2, a copy of feature 1, zeros, against feature 3.
const ROWS = [[0, 0.5, 1], [1, 0, 0], [0, 1, 0.1], [2, 0.1, 0], [0, 0, 0], [0, 0, -1]];

test("pairs come worst first, most frequent first, or by number", () => {
  const worst = arrange(ROWS, {}).pairs;
  assert.deepEqual(worst.map(({ cosine }) => cosine), worst.map(({ cosine }) => cosine).sort((a, b) => a - b));
  assert.deepEqual(new Set(worst.map(({ feature }) => feature)), new Set([0, 1, 2, 3]));
  const frequent = arrange(ROWS, { order: "frequent", frequency: [0.1, 0.4, 0.4, 0.2] });
  assert.deepEqual(frequent.pairs.map(({ feature }) => feature), [1, 2, 3, 0]);
  assert.deepEqual(arrange(ROWS, { order: "index" }).pairs.map(({ feature }) => feature), [0, 1, 2, 3]);
});

test("one to one gives each feature another latent, nearest may share", () => {
  const one = arrange(ROWS, { order: "index" });
  assert.equal(new Set(one.pairs.map(({ latent }) => latent)).size, 4);
  const nearest = arrange(ROWS.slice(0, 3), { mode: "nearest", order: "index" });
  assert.deepEqual(numbers(nearest.pairs), [[0, 1], [1, 2], [2, 0], [3, 1]]);
  assert.deepEqual([nearest.without, nearest.spare], [[], []]);
});

test("features without a latent are those for which there are too few", () => {
  const narrow = arrange([[1, 0, 0], [0, 0, 2]], { order: "index" });
  assert.deepEqual(numbers(narrow.pairs), [[0, 0], [2, 1]]);
  assert.deepEqual(narrow.without, [1, 3]);
});

test("spare latents are duplicates, others or dead, in this order", () => {
  const rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 0, 0], [0, 0, -1], [0.1, 0, 1], [0, 1, 0.2], [0, 1, 0.1]];
  const { spare } = arrange(rows, { on: [0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0, 0.3, 0.3] });
  assert.deepEqual(spare.map(({ latent, kind }) => [latent, kind]), [[8, "duplicate"], [7, "duplicate"], [5, "other"], [6, "dead"], [4, "dead"]]);
  assert.equal(spare[0].feature, 1);
  assert.deepEqual(arrange(rows, { order: "index" }).spare.map(({ latent }) => latent), [4, 5, 6, 7, 8]);
});

test("what a limit counts: the value itself counts, no latent and no likeness never do", () => {
  assert.equal(core.countAbove([0.9, 0.8999, 1, 0, -0.2], 0.9), 2);
  assert.equal(core.countAbove([0.1 + 0.2, 0, 0, -0.5], 0.3), 1);
  assert.equal(core.countAbove([0.5, 0, -0.5], 0), 1);
});

test("scores of one dictionary and of chance", () => {
  const found = core.matchings(TRUTH, TRUTH.slice(0, 2));
  const scores = core.scoresOf(found, "one", 0.9);
  assert.equal(scores.recovered, 2);
  assert.ok(Math.abs(scores.matched - 0.5) < 1e-12);
  assert.ok(Math.abs(scores.mmcs - (2 + Math.SQRT1_2) / 4) < 1e-12);
  const [few, many] = [2, 50].map((latents) => core.chanceOf(TRUTH, latents));
  assert.equal(few.all("one").length, 4 * few.draws);
  assert.ok(few.scores("one", 0.5).mmcs < many.scores("one", 0.5).mmcs);
  assert.ok(many.scores("nearest", 0.5).recovered > 3.5 && few.scores("one", 0.5).recovered <= 2);
  assert.deepEqual(core.chanceOf(TRUTH, 2).scores("one", 0.5), few.scores("one", 0.5));
});

test("latents stand beside their features, in order, one to a row", () => {
  const pairs = [3, 1, 1, 2, 1].map((latent, feature) => ({ feature, latent }));
  assert.deepEqual([...core.latentRows(pairs, false)], [[3, 0], [1, 7 / 3], [2, 10 / 3]]);
  assert.deepEqual([...core.latentRows(pairs, true)], [[1, 0], [2, 1], [3, 2]]);
  // Three latents whose features all end the list: none is pushed out of it.
  const last = [0, 5, 6, 5].map((latent, feature) => ({ feature, latent }));
  assert.deepEqual([...core.latentRows(last, false).values()], [0, 2, 3]);
});

const KNOWN = { dictionaries: 3, orders: ["worst", "index"], features: 12 };

test("a state survives its text", () => {
  for (const state of [
    { chosen: 0, mode: "one", order: "worst", limit: 0.9, picked: null },
    { chosen: 2, mode: "nearest", order: "index", limit: 0, picked: 11 },
  ]) assert.deepEqual(core.readMatcher(core.matcherText(state), KNOWN), state);
});

test("a text that names little changes little", () => {
  assert.deepEqual(core.readMatcher("d=2", KNOWN), { picked: null, chosen: 1 });
});

for (const text of ["", "d=0", "d=4", "d=x", "m=two", "o=frequent", "c=1", "c=0.9999", "c=-0.5", "c=0x1", "f=13", "f=", "z=1", "constructor=1", "d=1;;", "d"]) {
  test(`no state: '${text}'`, () => assert.equal(core.readMatcher(text, KNOWN), null));
}
