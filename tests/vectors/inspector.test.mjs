// Run by tests/test_inspector.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const vectors = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));
const networks = vectors.packed.records.map(core.readNetwork);
const casesOf = (network) => vectors.packed.cases[network.cases];

const near = (got, want, what) => {
  if (want === null) return assert.ok(Number.isNaN(got), `${what}: ${got} is not NaN`);
  return assert.ok(Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(want)), `${what}: ${got} is not ${want}`);
};
const nearAll = (got, want, what) => {
  assert.equal(got.length, want.length, `${what}: length`);
  want.forEach((value, k) => (Array.isArray(value) ? nearAll(got[k], value, `${what}[${k}]`) : near(got[k], value, `${what}[${k}]`)));
};

vectors.passes.forEach((pass, n) => {
  const network = networks[pass.record];
  const layers = network.at(pass.place);
  const found = core.forward(layers, core.scaledInputs(network, pass.raw), network.task, pass.touched);
  const name = `pass ${n}, network ${pass.record}, epoch ${pass.epoch}`;
  test(`${name}: forward`, () => {
    assert.equal(pass.place, pass.epoch - network.first);
    nearAll(found.scaled, pass.scaled, "scaled");
    nearAll(found.pre, pass.pre_activation, "pre_activation");
    nearAll(found.hidden, pass.hidden, "hidden");
    nearAll(found.linear, pass.output_linear, "output_linear");
    nearAll(found.output, pass.output, "output");
  });
  test(`${name}: relevance`, () => {
    for (const { rule, output, start, inputs, hidden, bias, held, residual } of pass.relevance) {
      const got = core.relevance(layers, found, output, { rule, touched: pass.touched });
      // Without a sign, epsilon divides by what may be nearly nothing: only as many digits as that leaves.
      const size = Math.max(1, ...inputs.map(Math.abs), ...hidden.flat().map(Math.abs));
      const close = (a, b, what) => nearAll(a.map((value) => value / size), b.map((value) => value / size), what);
      close([...got.inputs], inputs, `${rule} inputs`);
      got.hidden.forEach((values, l) => close([...values], hidden[l], `${rule} hidden`));
      close(got.bias, bias, `${rule} bias`);
      close([got.start, got.held, got.residual], [start, held, residual], `${rule} sums`);
      got.flows.forEach((flow, l) => close([core.sumOf(flow)], [core.sumOf(l ? got.hidden[l - 1] : got.inputs)], "flows"));
    }
  });
  test(`${name}: contributions`, () => {
    const fed = [found.scaled, ...found.hidden];
    const check = (got, { parts, bias, total }, what) => {
      nearAll(got.parts, parts, what);
      near(got.bias, bias, what);
      near(got.total, total, what);
    };
    pass.contributions.outputs.forEach((want, k) => check(core.contributions(layers.at(-1), fed.at(-1), k), want, `output ${k}`));
    pass.contributions.neurons.forEach((list, l) => list.forEach((want, j) => check(core.contributions(layers[l], fed[l], j), want, `neuron ${l}.${j}`)));
  });
});

test("dominance", () => {
  for (const { record, place, layers } of vectors.dominance) {
    layers.forEach((want, l) => nearAll(core.dominances(networks[record].at(place)[l]), want, `layer ${l}`));
  }
});

for (const want of vectors.scores) {
  test(`scores and layers of network ${want.record} at ${want.place}`, () => {
    const network = networks[want.record];
    const { columns, target } = casesOf(network);
    const layers = network.at(want.place);
    const found = target.map((_, row) => {
      const raw = network.predictors.map((name) => columns[name][row]);
      return core.forward(layers, core.scaledInputs(network, raw), network.task);
    });
    const classes = network.task === "classification";
    const forecast = found.map(({ output }) => (classes ? core.largestAt(output) : output[0]));
    nearAll(forecast, want.forecast, "forecast");
    if (classes) {
      const matrix = core.confusion(target, forecast, network.outputs.length);
      nearAll(matrix, want.confusion, "confusion");
      const scores = core.classScores(matrix);
      for (const key of ["accuracy", "balanced", "hss"]) near(scores[key], want[key], key);
      scores.each.forEach((each, k) => ["pod", "far", "csi", "hss"].forEach((key) => near(each[key], want.classes[k][key], `${key} of ${k}`)));
    } else {
      const scores = core.numberScores(target, forecast);
      for (const key of ["mse", "mae", "r2", "r"]) near(scores[key], want[key], key);
    }
    network.hidden.forEach((size, l) => {
      const layer = Array.from({ length: size }, (_, j) => found.map(({ hidden }) => hidden[l][j]));
      nearAll(core.layerCorrelations(layer), want.correlation[l], "correlation");
      const activity = core.layerActivity(layer);
      near(activity.l0, want.l0[l], "L0");
      assert.deepEqual(activity.dead, want.dead[l]);
    });
  });
}

test("crossings", () => {
  assert.ok(vectors.crossings.some(({ values }) => values.length));
  for (const { record, place, case: row, predictor, outputs: [a, b], values } of vectors.crossings) {
    const network = networks[record];
    const { columns } = casesOf(network);
    const scaled = core.scaledInputs(network, network.predictors.map((name) => columns[name][row]));
    const points = core.sweep(network, network.at(place), scaled, predictor);
    nearAll(core.crossings(network, predictor, points, ({ linear }) => linear[a] - linear[b]), values, `predictor ${predictor}`);
  }
});

test("where the answer turns, its two outputs tie above all others", () => {
  let seen = 0;
  for (const { record, place, case: row, predictor } of vectors.crossings) {
    const network = networks[record];
    const { columns } = casesOf(network);
    const layers = network.at(place);
    const scaled = core.scaledInputs(network, network.predictors.map((name) => columns[name][row]));
    for (const { value, from, to } of core.turns(network, predictor, core.sweep(network, layers, scaled, predictor))) {
      const there = Float64Array.from(scaled);
      there[predictor] = core.scaledValue(network, predictor, value);
      const { linear } = core.forward(layers, there, network.task);
      const slack = 0.05 * Math.max(...linear.map(Math.abs)); // the line between two steps is no curve
      assert.ok(from !== to && Math.abs(linear[from] - linear[to]) <= slack && linear.every((z) => z <= linear[from] + slack));
      seen += 1;
    }
  }
  assert.ok(seen > 0);
});

test("histograms count every row once, and quantiles start at the largest", () => {
  const values = [0, 0.5, 2, 0, 1, 1.99, 4];
  const counts = core.histograms(values, [0, 1, 0, 1, 0, 1, 0], 2, 4, 4);
  assert.deepEqual(counts, [[1, 1, 1, 1], [2, 1, 0, 0]]);
  const rows = core.quantileRows(values, [1, 0.5, 0]);
  assert.deepEqual(rows, [{ q: 1, row: 6 }, { q: 0.5, row: 5 }, { q: 0, row: 1 }, { q: null, row: 0 }]);
  assert.deepEqual(core.quantileRows([0, 0]), [{ q: null, row: 0 }]);
});

test("state goes into a text and comes back", () => {
  const [network] = networks;
  const values = Object.fromEntries(network.predictors.map((name, i) => [name, 1.5 + i]));
  const state = {
    net: 0, place: 1, row: null, values, held: [network.predictors[1]], neuron: [0, 2], output: 1, input: 3, look: "neuron", rule: "epsilon",
    touched: [{ layer: 0, neuron: 0, how: "off", value: 0 }, { layer: 0, neuron: 1, how: "clamp", value: 2.5 }, { layer: 0, neuron: 2, how: "scale", value: 0.5 }],
  };
  const text = core.inspectorText(state, networks);
  assert.deepEqual(core.readInspector(text, networks, 1, () => 10), state);
  assert.equal(core.fromHash(core.intoHash("#other=1", "inspector", text), "inspector"), text);
});

test("what makes no sense in a text is left out", () => {
  const read = (text) => core.readInspector(text, networks, 0, () => 10);
  const none = [
    "", "nonsense", "net=else", "e=99", "e=-1", "c=0", "c=11", "c=1.5", "v=1,2", "v=1,2,3,4,x", "v=-1,1,1,1,1", "h=1.99", "h=2.1", "h=a.b", "o=4", "i=6",
    "t=1.2melt", "t=1.2clamp", "t=9.9off", "t=1.1clampInfinity", "x=1.1", "x=6", "x=1.2.3.4.5", "look=everything", "r=sometimes", "=;=;=",
  ];
  for (const text of none) assert.deepEqual(read(text), {}, text);
  assert.deepEqual(read("e=1;c=3;look=layer;o=9"), { place: 1 - networks[0].first, row: 2, look: "layer" });
});

test("a record that makes no sense is refused with the reason", () => {
  const [packed] = vectors.packed.records;
  const wrong = [
    [undefined, /empty/], [{ ...packed, sizes: [5, 3] }, /layer sizes/], [{ ...packed, sizes: [5, 0, 3] }, /layer sizes/],
    [{ ...packed, predictors: ["a"] }, /predictors should hold 5 texts/], [{ ...packed, scale: [1, 1, 0, 1, 1] }, /scale should hold 5 values/],
    [{ ...packed, mean: [1, null, 1, 1, 1] }, /mean/], [{ ...packed, weights: packed.weights.slice(8) }, /finite weights/],
    [{ ...packed, weights: 7 }, /base64/], [{ ...packed, stored: 0 }, /finite weights/], [{ ...packed, task: "poetry" }, /poetry/],
    [{ ...packed, limits: [[0, 1]] }, /limits/], [{ ...packed, outputs: [1, 2, 3] }, /outputs should hold 3 texts/],
  ];
  for (const [record, reason] of wrong) assert.throws(() => core.readNetwork(record), reason);
});

test("the nearest network has what is wished", () => {
  const like = (name, hidden, flag, predictors) => ({ name, hidden, hyperparameters: { L1_flag: flag }, predictors });
  const all = ["a", "b", "c"];
  const list = [
    like("one", [4], false, all), like("one", [8], false, all), like("one", [4], true, all), like("one", [4, 4], false, all),
    like("one", [4], false, ["a", "b"]), like("two", [8], true, all),
  ];
  assert.equal(core.nearestNetwork(list, list[0], { depth: "8" }), 1);
  assert.equal(core.nearestNetwork(list, list[1], { penalty: "on" }), 2);
  assert.equal(core.nearestNetwork(list, list[3], { name: "two" }), 5);
  assert.equal(core.nearestNetwork(list, list[4], { depth: "4+4" }), 3);
  assert.deepEqual(core.networkFor(list, list[0], ["a", "b"]), { net: 4, held: [] });
  assert.deepEqual(core.networkFor(list, list[1], ["a"]), { net: 1, held: ["b", "c"] });
  assert.deepEqual(core.networkFor(list, list[4], all), { net: 0, held: [] });
  assert.equal(core.networkFor(list, list[0], []), null);
  assert.equal(core.networkFor(list, list[0], ["z"]), null);
  assert.equal(core.networkKey(list, list[4]), "one.4.off.110");
});
