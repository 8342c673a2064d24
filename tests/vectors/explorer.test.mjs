// Run by tests/test_explorer.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { x, erf, extras, steps, batches: packed, curves, pieces } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));
const near = (got, want, what, most = 1e-12) => assert.ok(Math.abs(got - want) <= most * Math.max(1, Math.abs(want)), `${what}: ${got} is not ${want}`);
const batches = packed.map((batch) => core.readBatch(batch, steps.length));
const named = (name) => batches.find((batch) => batch.name === name);

test("the error function", () => x.forEach((value, k) => near(core.erf(value), erf[k], `erf(${value})`)));

const held = ({ batch: name, second, piece }) => {
  const batch = named(name);
  return core.readPiece(piece, batch, batch.along([0, second].slice(0, batch.swept.length)));
};
const [first] = pieces;

for (const each of pieces) {
  const [batch, piece] = [named(each.batch), held(each)];
  each.neurons.forEach(({ answers, order, mono }, index) => test(`neurons of ${each.batch}, setting ${index}, ${each.second}`, () => {
    const model = core.examined(piece, piece.settings[index], batch.activation);
    extras.forEach((list, n) => {
      const got = model.with(list);
      answers[n].flat().forEach((want, at) => near(got[at], want, `activation ${at} with ${list}`));
    });
    assert.deepEqual(model.order, order);
    assert.deepEqual(core.monosemantic(model.alone, batch.features), mono);
    if (batch.activation === "relu") assert.equal(model.mono, mono.filter(Boolean).length);
  }));
}

test("a feature that is on is not on twice", () => {
  const piece = held(first);
  const model = core.examined(piece, piece.settings[0], "relu");
  assert.deepEqual(model.with([3, 3]), model.with([3]));
});

test("features with the same neuron keep their order, neurons that never answer are not monosemantic", () => {
  assert.deepEqual(core.featureOrder(Float64Array.from([0, 1, 0, 1, 2, 0, 2, 0]), 4), [1, 3, 0, 2]);
  assert.deepEqual(core.monosemantic(Float64Array.from([0, 0, -1, 3, 2, 2, 1, 1e-4]), 2), [false, true, false, true]);
});

test("pieces that do not fit are refused", () => {
  const narrow = { ...first.piece, settings: first.piece.settings.map((setting) => ({ ...setting, neurons: 6 })) };
  const others = [null, {}, pieces[1].piece, narrow, { ...first.piece, features: 12 }, { ...first.piece, embedding: 5 }];
  for (const piece of others) assert.equal(held({ ...first, piece }), null);
  assert.ok(held({ ...first, piece: { ...first.piece, settings: [null, ...first.piece.settings.slice(1)] } }));
});

for (const { batch: name, loss, mono, bias, nearly } of curves) {
  test(`curves of ${name}`, () => {
    const { settings, features } = named(name);
    settings.forEach((setting, index) => {
      const runs = [2 * index, 2 * index + 1]; // two seeds
      assert.equal(setting.seeds, 2);
      steps.forEach((_, t) => {
        const range = (values) => [(values[0] + values[1]) / 2, Math.min(...values), Math.max(...values)];
        const hold = (point, values, most, what) => [point.middle, point.low, point.high].forEach((got, k) => {
          assert.ok(Math.abs(got - range(values)[k]) <= most, `${what}: ${got} is not ${range(values)[k]}`);
        });
        hold(setting.loss[t], runs.map((run) => loss[run][t]), 0.0012 * 0.6, "loss");
        hold(setting.mono[t], runs.map((run) => mono[run][t] / features), 1e-12, "monosemantic neurons per feature");
        hold(setting.bias[t], runs.map((run) => bias[run][t]), 0.00051, "bias");
      });
      assert.deepEqual(setting.ends.map((end) => end.mono), runs.map((run) => mono[run].at(-1)));
      const looser = core.readBatch(packed.find((batch) => batch.name === name), steps.length, "nearly").settings[index];
      assert.deepEqual(looser.ends.map((end) => end.mono), runs.map((run) => nearly[run].at(-1)));
    });
  });
}

test("a run that stopped counts as far as it went", () => {
  const runs = [[[4, 0, [0, 100], [3, 1], [0, 0], [4, 1]], [-1, 2, [0, 200, 0], [5, 1, 1], [0, 0, 0], [6, 1, 1]]]];
  const batch = core.readBatch({ ...packed[0], swept: [{ values: [1], texts: ["1"] }], neurons: [7], runs }, 3);
  const [setting] = batch.settings;
  assert.deepEqual(setting.mono.map((point) => point.middle * 11), [4, 5, 7]);
  assert.deepEqual([setting.stops, setting.ends], [[4], [{ mono: 7, dead: 2 }]]);
});

test("settings are found along the first swept value", () => {
  const batch = named("G1");
  assert.deepEqual([batch.at([0, 1]), batch.at([1, 0])], [1, 2]);
  assert.deepEqual(batch.along([0, 1]), [batch.settings[1], batch.settings[3]]);
});

const MOST = { extras: 4, features: 3 };
const STATE = { sides: [{ batch: 1, chosen: [2] }, { batch: 4, chosen: [0, 1] }], extras: [4, 10], features: [2], view: "neurons", per: "neuron", above: "0.9" };

test("a state survives its way through a link", () => {
  const text = core.stateText(STATE, batches);
  assert.equal(text, "LR3:0.01,G1:-1:0.003;x=5.11;f=3;view=neurons;per=neuron;above=0.9");
  assert.deepEqual(core.readState(text, batches, MOST), STATE);
  const plain = { sides: [{ batch: 0, chosen: [0] }], extras: [], features: [], view: "training", per: "feature", above: "0.999" };
  assert.deepEqual(core.readState(core.stateText(plain, batches), batches, MOST), plain);
  assert.deepEqual(core.readState("K1", batches, MOST).sides, [{ batch: 3, chosen: [1] }]);
});

test("links that make no sense are refused", () => {
  const bad = [
    "", "LR9", "LR3:0.002", "LR3:", "LR3:0.001:1", "G1:-1", "LR3,LR1,K1", "LR3;x=0", "LR3;x=12", "LR3;x=1.1", "LR3;x=a",
    "LR3;x=1.2.3.4.5", "LR3;f=1.2.3.4", "LR3;view=all", "LR3;per=", "LR3;above=0.5", "LR3;y=1", "LR3;x", "toString", "LR3:__proto__",
  ];
  for (const text of bad) assert.equal(core.readState(text, batches, MOST), null, text);
});

test("the hash keeps what others put there, and drops an anchor", () => {
  assert.equal(core.intoHash("#map=a%20b&explorer=old&explorer2=c", "explorer", "LR3:0.01"), "#map=a%20b&explorer2=c&explorer=LR3:0.01");
  assert.equal(core.intoHash("#some-section", "explorer", "K1"), "#explorer=K1");
  assert.equal(core.fromHash("#map=a&explorer=LR3%3A0.01", "explorer"), "LR3:0.01");
  for (const hash of ["", "#some-section", "#explorer2=c", "#explorer=%E0%A4%A"]) assert.equal(core.fromHash(hash, "explorer"), null);
});

test("ticks are round and lie in the range", () => {
  assert.deepEqual(core.ticks(0, 1.3, 4), [0, 0.5, 1]);
  assert.deepEqual(core.ticks(-2, 1, 3), [-2, -1, 0, 1]);
  assert.deepEqual(core.logTicks(0.02, 0.5), [0.03, 0.1, 0.3]);
  assert.deepEqual(core.logTicks(0.002, 90), [0.01, 0.1, 1, 10]);
  assert.deepEqual(core.logTicks(0.0005, 90), [0.01, 1]);
});

test("features drawn for the reader differ within a draw, and the draws are the same every time", () => {
  for (let turn = 0; turn < 50; turn++) {
    const list = core.drawn(turn, 11);
    assert.equal(new Set(list).size, 3);
    assert.ok(list.every((i) => Number.isInteger(i) && i >= 0 && i < 11));
    assert.deepEqual(list, core.drawn(turn, 11));
  }
  assert.notDeepEqual(core.drawn(0, 128), core.drawn(1, 128));
});
