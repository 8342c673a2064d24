// Run by tests/test_geometry_player.py: CORE is the player's bundled core, PACKED the traits that Python made.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { traits, models } = JSON.parse(readFileSync(process.env.PACKED, "utf8"));
const arrows = (lengths, degrees) => degrees.map((angle, i) => {
  const turn = (Math.PI * angle) / 180;
  return [lengths[i] * Math.cos(turn), lengths[i] * Math.sin(turn)];
});
const even = (sides) => arrows(new Array(sides).fill(1.1), Array.from({ length: sides }, (_, i) => 20 + (360 * i) / sides));

test("every model is read from where Python put it", () => {
  const { model } = core.library(traits);
  for (const { at, W, b } of models) assert.deepEqual(model(at), { W, b }, JSON.stringify(at));
});

test("off equal importance only the trained model is there", () => {
  const { model, last, centre } = core.library(traits);
  const at = { n: 0, s: 0, i: centre + 1, t: 0 };
  assert.deepEqual(model(at), model({ ...at, t: last }));
});

test("stories and importances belong to their cell", () => {
  const { story, worth } = core.library(traits);
  const steps = traits.steps.length;
  assert.deepEqual(story({ n: 1, s: 1 }), traits.losses[1].slice(steps, 2 * steps));
  assert.deepEqual(worth({ n: 0, i: 0 }), [traits.importances[0], ...new Array(traits.counts[0] - 1).fill(1)]);
});

test("a glide begins and ends where it should, and arrows come and go at the origin", () => {
  const [from, to] = [even(3), even(5)];
  const padded = [...from, [0, 0], [0, 0]];
  const near = (got, want) => {
    assert.equal(got.length, want.length);
    got.flat().forEach((value, k) => assert.ok(Math.abs(value - want.flat()[k]) < 1e-12));
  };
  near(core.between(from, to, 1), to);
  near(core.between(from, to, 0), padded);
  near(core.between(to, from, 1), padded);
  near(core.between([[0, 0]], [[1, -2]], 0.5), [[0.5, -1]]);
});

test("clear figures have names", () => {
  const names = { 3: "triangle", 4: "cross", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon" };
  for (const [sides, name] of Object.entries(names)) assert.equal(core.shape(even(Number(sides))), name);
  assert.equal(core.shape(arrows([1, 1, 0.2], [10, 100, 50])), "right angle");
  assert.equal(core.shape(arrows([1, 1, 0], [350, 80, 0])), "right angle");
  assert.equal(core.shape(arrows([1, 1], [10, 190])), "antipodal pair");
});

test("unclear figures have none", () => {
  assert.equal(core.shape(arrows([1, 1], [0, 130])), "");
  assert.equal(core.shape(arrows([1, 1, 1], [0, 90, 180])), "", "three arms of a cross");
  assert.equal(core.shape(arrows([1, 1, 1, 1, 0.6], [0, 72, 144, 216, 288])), "", "one arrow is short");
  assert.equal(core.shape(arrows([1, 1, 1, 1, 1, 1], [0, 0, 90, 90, 180, 270])), "", "two share a direction");
  assert.equal(core.shape(arrows([1, 0.3], [0, 90])), "");
  assert.equal(core.shape([]), "");
});
