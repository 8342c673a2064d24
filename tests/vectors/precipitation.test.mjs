// Run by tests/test_phase_explorer.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { instrument, formulas, cases } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));
const explore = core.phaseExplorer(instrument);
const centers = core.binCenters(instrument);

function near(got, want, what) {
  if (want === null) return assert.ok(Number.isNaN(got), `${what}: ${got} is not missing`);
  return assert.ok(Math.abs(got - want) <= 1e-9 * Math.abs(want), `${what}: ${got} is not ${want}`);
}

for (const { name, arguments: points, values } of formulas) {
  test(`the formula ${name}`, () => {
    assert.equal(points.length, values.length);
    points.forEach((point, k) => near(core[name](...[point].flat()), values[k], `${name}(${point})`));
  });
}

for (const { settings, mean, bins, n0, slope, dm, counted, fell, ...plain } of cases) {
  const { temperature, humidity, rate } = settings;
  const found = explore(settings);
  const { falls, seen } = found;
  test(`what falls at ${temperature} degrees, ${humidity} per cent and ${rate} mm/h`, () => {
    for (const [name, value] of Object.entries(plain)) near(found[name], value, name);
    for (const [name, value] of Object.entries(mean)) near(found.mean[name], value, `mean ${name}`);
    const counts = seen.drops.map((value, k) => value + seen.flakes[k]);
    const columns = { ...falls, counted: (d) => counts[centers.indexOf(d)], sizes: (d) => seen.sizes[centers.indexOf(d)] };
    for (const [name, values] of Object.entries(bins)) {
      const got = centers.filter((_, k) => k % 6 === 0).map(columns[name]);
      assert.equal(got.length, values.length);
      values.forEach((value, k) => near(got[k], value, `${name}[${6 * k}]`));
    }
  });
  test(`what the disdrometer makes of it at ${temperature} degrees, ${humidity} per cent and ${rate} mm/h`, () => {
    near(seen.counted, counted, "counted");
    near(seen.fell, fell, "fell");
    near(seen.dm, dm, "dm");
    near(found.fit.n0, n0, "n0");
    near(found.fit.slope, slope, "lambda");
  });
}

for (const lambda of [0.05, 0.87, 6]) {
  test(`an exponential is found again: ${lambda} per mm`, () => {
    const { n0, slope } = core.exponentialFit(centers)(centers.map((d) => 321 * Math.exp(-lambda * d)));
    near(n0, 321, "n0");
    near(slope, lambda, "lambda");
  });
}

test("a line outside the published limits is none", () => {
  const fit = core.exponentialFit(centers);
  assert.equal(fit(centers.map((d) => 2e7 * Math.exp(-d))), null);
  assert.equal(fit(centers.map((d, k) => (k ? 0 : 1))), null);
  assert.equal(fit(centers.map(() => 0)), null);
});

test("the sleet band lies where the Finnish curve has its limits, and T50 where snow has a half", () => {
  for (const humidity of [30, 71, 100]) {
    for (const p of [0.2, 0.8]) near(core.waterProbability(core.waterTemperature(p, humidity), humidity), p, "sleet");
    near(core.snowProbability(core.halfSnowTemperature(humidity), humidity), 0.5, "half");
  }
});
