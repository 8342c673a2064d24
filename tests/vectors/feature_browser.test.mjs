// Run by tests/test_feature_browser.py: CORE is the bundled core, VECTORS the shared numbers.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { pathToFileURL } from "node:url";

const core = await import(pathToFileURL(process.env.CORE));
const { packed, readings, switches } = JSON.parse(readFileSync(process.env.VECTORS, "utf8"));

const near = (got, want, what) => {
  if (want === null) return assert.ok(Number.isNaN(got), `${what}: ${got} is not NaN`);
  return assert.ok(Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(want)), `${what}: ${got} is not ${want}`);
};
const nearAll = (got, want, what) => {
  assert.equal(got.length, want.length, `${what}: length`);
  want.forEach((value, k) => (Array.isArray(value) ? nearAll(got[k], value, `${what}[${k}]`) : near(got[k], value, `${what}[${k}]`)));
};

const shown = packed.records.map((record, k) => {
  const network = core.readNetwork(record);
  return { network, reader: core.readReader(packed.readers[k], network), cases: core.readCases(record, packed.cases), layers: network.at(network.stored - 1) };
});
const examined = shown.map((one) => core.examineUnits(one, one.cases));

readings.forEach((want, k) => {
  const [one, found] = [shown[k], examined[k]];
  const { task } = one.network;
  test(`reading ${k}: every case`, () => {
    for (const part of ["neuron", "latent", "copy"]) nearAll(found.points.map((point) => [...point[part]]), want[part], part);
    nearAll(found.points.map(({ output }) => [...output.neuron]), want.plain.rows, "plain");
    nearAll(found.points.map(({ output }) => [...output.latent]), want.spliced.rows, "spliced");
    nearAll(found.columns.latent.map((_, j) => found.columns.latent[j][2]), want.latent[2], "columns");
    for (const [kind, { mean, skill }] of [["neuron", want.plain], ["latent", want.spliced]]) {
      const got = core.untouched(one, found, kind);
      nearAll(got.mean, mean, "mean");
      near(got.skill, skill, "skill");
    }
  });
  test(`reading ${k}: what follows from a change`, () => {
    for (const { kind, index, effects } of want.units) {
      for (const [name, { value, mean, skill, shift }] of Object.entries(effects)) {
        const got = core.effectOf(one, found, { kind, index }, value);
        nearAll(got.mean, mean, `${kind} ${index} ${name}: mean`);
        near(got.skill, skill, `${kind} ${index} ${name}: skill`);
        near(got.shift, shift, `${kind} ${index} ${name}: shift`);
      }
    }
  });
  test(`reading ${k}: correlations`, () => {
    for (const { kind, index, inputs, classes } of want.units) {
      const values = found.columns[kind][index];
      nearAll(inputs.map((_, i) => core.linked(values, found.points.map(({ scaled }) => scaled[i]))), inputs, `${kind} ${index}: inputs`);
      nearAll(core.classLinks(values, one.cases.target, one.network), classes, `${kind} ${index}: classes`);
    }
  });
  test(`reading ${k}: an input that moves`, () => {
    const { case: row, input, neuron, latent } = want.curve;
    const got = core.unitCurves(one, found.points[row].scaled, input, neuron.length);
    nearAll(got.map((point) => [...point.neuron]), neuron, "neurons");
    nearAll(got.map((point) => [...point.latent]), latent, "latents");
  });
  test(`reading ${k}: a value that is left as it was changes nothing`, () => {
    for (const kind of ["neuron", "latent"]) {
      const point = found.points[1];
      nearAll([...core.answerWith(one, point, { kind, index: 0 }, point[kind][0])], [...point.output[kind]], kind);
    }
  });
  assert.ok(["classification", "regression"].includes(task));
});

switches.forEach(({ reader, x, latents, copy }, k) => test(`activation ${k}`, () => {
  const read = core.readReader(reader, shown[1].network);
  const got = x.map((row) => core.latentsOf(read, Float64Array.from(row)));
  nearAll(got.map((row) => [...row]), latents, "latents");
  nearAll(got.map((row) => [...core.copyOf(read, row)]), copy, "copy");
}));

test("a reader that makes no sense is refused", () => {
  const [{ network }, packedReader] = [shown[0], packed.readers[0]];
  const broken = (changes) => ({ ...packedReader, sae: { ...packedReader.sae, ...changes } });
  for (const reader of [
    { ...packedReader, layer: 1 }, { ...packedReader, names: ["one"] }, { ...packedReader, sae: null }, broken({ offset: [1] }), broken({ act: { kind: "tanh" } }),
    broken({ bias: packedReader.sae.bias.map(() => null) }), { ...packedReader, neurons: packedReader.neurons.slice(1) },
  ]) assert.throws(() => core.readReader(reader, network), /autoencoder cannot be shown/);
});

test("rows are taken from everywhere", () => {
  const values = Array.from({ length: 50 }, (_, row) => (row % 2 ? row : 0));
  const groups = core.sampleGroups(values);
  assert.deepEqual(groups.map(({ name }) => name.split(" ").at(-1)), ["active", "quarter", "quarter", "quarter", "quarter", "silent"]);
  assert.deepEqual(groups[0].rows, [49, 47, 45, 43, 41]);
  const all = groups.slice(1).map(({ rows }) => rows.map((row) => values[row]));
  for (const rows of all) assert.equal(rows.length, 5);
  all.slice(1).forEach((rows, k) => assert.ok(Math.max(...rows) < Math.min(...all[k])));
  assert.deepEqual(core.sampleGroups([0, 0]), [{ name: "silent", rows: [0, 1] }]);
  assert.deepEqual(core.sampleGroups([2, 0, 3]).map(({ rows }) => rows), [[2, 0], [2], [0], [1]]);
});

test("the middle is where 90% of the values are", () => {
  nearAll(core.middleOf([...Array(101).keys()].reverse()), [5, 95], "a hundred and one");
  nearAll(core.middleOf([0, 1]), [0.05, 0.95], "two");
  nearAll(core.middleOf([3]), [3, 3], "one");
});

const fact = (index, changes) => ({ kind: "neuron", index, words: "high when it is cold", columns: [], score: 0.5, often: 0.5, effect: 0.1, predictor: 0.2, class: 0.3, ...changes });

test("units are sorted and filtered", () => {
  const facts = [
    fact(0, { score: NaN, predictor: -0.9, words: "is never on", often: 0, class: NaN }),
    fact(1, { score: -0.2, effect: 0.4 }), fact(2, { score: 0.8, predictor: 0.6, words: "high when it is WARM" }),
  ];
  const all = { sort: "number", words: "", living: false, least: null };
  const order = (changes) => core.arrangedUnits(facts, { ...all, ...changes }).map(({ index }) => index);
  assert.deepEqual(order({}), [0, 1, 2]);
  assert.deepEqual(order({ sort: "score" }), [2, 1, 0]);
  assert.deepEqual(order({ sort: "effect" }), [1, 0, 2]);
  assert.deepEqual(order({ sort: "predictor" }), [0, 2, 1]);
  assert.deepEqual(order({ sort: "class" }), [1, 2, 0]);
  assert.deepEqual(order({ sort: "often" }), [1, 2, 0]);
  assert.deepEqual(order({ words: " warm " }), [2]);
  assert.deepEqual(order({ living: true }), [1, 2]);
  assert.deepEqual(order({ least: 0 }), [2]);
});

test("words are looked for one by one, and by the names of columns", () => {
  const facts = [
    fact(0, { words: "strongest where fall speed < 2 m/s", columns: ["fs"] }),
    fact(1, { words: "strongest where air temperature at 1500 m > 2", columns: ["t_15"] }), fact(2, { words: "never on" }),
  ];
  const found = (words) => core.arrangedUnits(facts, { sort: "number", words, living: false, least: null }).map(({ index }) => index);
  for (const [words, wanted] of [["FS", [0]], ["speed fall", [0]], ["t 15", [1]], ["t_15", [1]], ["strongest", [0, 1]], ["fs cold", []], ["", [0, 1, 2]]]) {
    assert.deepEqual(found(words), wanted, words);
  }
});

test("by number each kind has its list, by anything else both are sorted together", () => {
  const facts = { neuron: [fact(0, { score: 0.4 }), fact(1, { score: 0.1 })], latent: [fact(0, { kind: "latent", score: 0.4 }), fact(1, { kind: "latent", score: 0.9 })] };
  const lists = (changes) => core.unitLists(facts, { show: "both", sort: "number", words: "", living: false, least: null, ...changes })
    .map(({ name, units, count }) => [name, units.map(({ kind, index }) => `${kind[0]}${index}`).join(" "), count]);
  assert.deepEqual(lists({}), [["neuron", "n0 n1", 2], ["latent", "l0 l1", 2]]);
  assert.deepEqual(lists({ sort: "score" }), [["both", "l1 n0 l0 n1", 4]]);
  assert.deepEqual(lists({ sort: "score", least: 0.2, show: "latents" }), [["latent", "l1 l0", 2]]);
});

test("another order, filter or network reorders; another input only where the order is by it", () => {
  for (const changes of [{ net: 1 }, { show: "both" }, { sort: "score" }, { words: "" }, { living: true }, { least: null }]) assert.ok(core.reorders(changes, { sort: "number" }));
  assert.ok(core.reorders({ input: 1 }, { sort: "predictor" }));
  for (const changes of [{ input: 1 }, { row: 2 }, { steer: 1 }, {}]) assert.ok(!core.reorders(changes, { sort: "score" }));
});

test("words do not say never of a unit that is on", () => {
  assert.equal(core.wordsOf("never on", 0.15), "never on in the rows it was explained on");
  assert.equal(core.wordsOf("never on", 0), "never on");
  assert.equal(core.wordsOf("always 2", 1), "always 2");
});

const state = {
  net: 1, show: "both", sort: "effect", words: "a ~ b;c=d&e #1 50%", living: true, least: 0.4, unit: { kind: "latent", index: 2 },
  row: 11, values: {}, input: 3, steer: 1.25,
};

test("a state comes back from its text", () => {
  const text = core.browserText(state, shown);
  assert.doesNotMatch(text, /[&#%]/);
  const { values, ...rest } = state;
  assert.deepEqual(core.readBrowser(text, shown, 0), rest);
  assert.equal(core.fromHash(core.intoHash("#inspector=c=3", "features", text), "features"), text);
  assert.equal(core.fromHash(core.intoHash("#inspector=c=3", "features", text), "inspector"), "c=3");
  const typed = { ...state, row: null, values: { temperature: -1.5, "relative humidity": 90, "wind <script>alert(1)</script>": 2, dm: 1.25 }, steer: null, least: null };
  const got = core.readBrowser(core.browserText(typed, shown), shown, 0);
  assert.deepEqual([got.row, got.values, got.steer, got.least], [null, typed.values, undefined, undefined]);
});

test("what makes no sense in a text is left out", () => {
  for (const text of ["", "net=nobody", "unit=l9", "unit=n0", "unit=x1", "c=0", "c=99", "i=7", "s=2.5", "s=-1", "above=0.3", "show=all", "sort=colour", "q=~ZZ", "v=1,2", "v=1,2,3,-4", "dead=no"]) {
    assert.deepEqual(core.readBrowser(text, shown, 1), {}, text);
  }
});

test("a link into the Inspector names the network, the case and the neuron", () => {
  const networks = shown.map(({ network }) => network);
  const key = core.networkKey(networks, networks[1]);
  const link = core.inspectorLink(key, shown[1], { ...state, unit: { kind: "neuron", index: 2 } });
  assert.equal(link, `net=${key};c=12;h=1.3;look=neuron`);
  const typed = { row: null, values: { temperature: -1.5, "relative humidity": 90, "wind <script>alert(1)</script>": 2, dm: 1.25 }, unit: { kind: "neuron", index: 0 } };
  assert.equal(core.inspectorLink(key, shown[1], typed), `net=${key};v=-1.5,90,2,1.25;h=1.1;look=neuron`);
});
