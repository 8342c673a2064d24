// Run by tests/test_trade_off.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { above, cases, packed } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));

function near(got, want, what, off = 1e-9) {
  const [a, b] = [[got].flat(Infinity), [want].flat(Infinity)];
  assert.equal(a.length, b.length, what);
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= off, `${what}[${i}]: ${value} is not ${b[i]}`));
}

for (const { truth, dictionary, on, ...want } of cases) {
  test(`${dictionary.length} latents for ${truth.length} features`, () => {
    const got = core.judged(truth, { dictionary, on }, above);
    near(got.mmcs, want.mmcs, "mmcs");
    near(got.matched, want.matched, "matched");
    assert.equal(got.recovered, want.recovered);
    assert.deepEqual(got.dead, want.dead);
    assert.deepEqual(got.order, want.order);
    assert.deepEqual([...got.order].sort((a, b) => a - b), [...on.keys()], "every latent has one column");
  });
}

for (const { bits, inputs, shown, packed: sent, runs } of packed) {
  test(`what travels in ${bits} bits arrives`, () => {
    const variant = core.readVariant(sent, inputs, bits, shown);
    for (const { v, s, dictionary, on, loss } of runs) {
      const got = variant.run(v, s);
      near(got.dictionary.map((row) => [...row]), dictionary, `dictionary ${v} ${s}`, 0.51 / (2 ** (bits - 1) - 1));
      near([...got.on], on, `on ${v} ${s}`, 1 / 65535);
      assert.deepEqual([...got.on].map((share) => share > 0), on.map((share) => share > 0));
      near(variant.curve(v, s).map(Math.log10), loss.map(Math.log10), `loss ${v} ${s}`, 0.00051);
    }
  });
}

const variants = [{ name: "L1", values: [0.01, 0.1] }, { name: "Top K: each", values: [1, 2, 4] }];
const HEIGHTS = ["explained", "mmcs"];

test("a state goes into an address and comes back", () => {
  for (const [variant, v, s, height] of [[0, 0, 0, "explained"], [1, 2, 1, "mmcs"], [0, 1, 1, "explained"]]) {
    const text = core.tradeOffText({ variant, v, s, height }, variants, HEIGHTS);
    assert.ok(/^[^&=#\s]+$/.test(text), text);
    assert.deepEqual(core.readTradeOff(decodeURIComponent(text), variants, 2, HEIGHTS), { variant, v, s, height });
  }
  assert.equal(core.tradeOffText({ variant: 0, v: 1, s: 0, height: "explained" }, variants, HEIGHTS), "L1:0.1:1");
});

test("an address that makes no sense is not taken", () => {
  for (const text of ["", "L1", "L1:", "L1:0.2:1", "L1::1", "L1:0.1:0", "L1:0.1:3", "L1:0.1:x", "L2:0.1:1", "L1:0.1:1:loss", "L1:0.1:1:mmcs:1"]) {
    assert.equal(core.readTradeOff(text, variants, 2, HEIGHTS), null, text);
  }
});

test("a front is walked by its L0, and ends where it ends", () => {
  const l0 = [8, 2, 5];
  assert.deepEqual([0, 1, 2].map((at) => core.alongFront(l0, at, 1)), [0, 2, 0]);
  assert.deepEqual([0, 1, 2].map((at) => core.alongFront(l0, at, -1)), [2, 1, 1]);
  assert.equal(core.alongFront(l0, 2, Infinity), 0);
  assert.equal(core.alongFront(l0, 2, -Infinity), 1);
});

test("the nearest value is found", () => {
  assert.equal(core.nearestValue([1, 2, 4], 2.9), 1);
  assert.equal(core.nearestValue([1, 2, 4], 99), 2);
});
