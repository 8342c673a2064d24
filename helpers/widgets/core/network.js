// A trained network as it travels to the page, and what it computes, in float64. No DOM.
// Neurons are counted from 0, hidden layers too. `touched` lists what was done to neurons: { layer, neuron, how, value }
// with how "off" (its activation is 0), "clamp" (it is the value) or "scale" (it is multiplied by the value).
import { floats } from "./bytes.js";
import { sumOf } from "./sums.js";

const fail = (what) => { throw new Error(`This record cannot be shown: ${what}`); };
const isText = (value) => typeof value === "string";
const allOf = (list, size, fits) => Array.isArray(list) && list.length === size && list.every(fits);
const isKnown = (value) => value === null || Number.isFinite(value);
const isSize = (value) => Number.isInteger(value) && value > 0;

// Checks a packed record and returns it with `at(place)`, the layers [{ inputs, outputs, W, b }] of a stored epoch.
export function readNetwork(packed) {
  const { predictors, outputs, sizes, stored, start, mean, scale, log, units, limits, task } = packed ?? fail("it is empty");
  if (!allOf(sizes, sizes?.length, isSize) || sizes.length < 3) fail("its layer sizes are no list of three or more whole numbers");
  const [inputs, answers] = [sizes[0], sizes.at(-1)];
  for (const [key, list, fits] of [
    ["predictors", predictors, isText], ["units", units, isText], ["mean", mean, Number.isFinite],
    ["scale", scale, (value) => value > 0], ["log", log, (value) => typeof value === "boolean"],
  ]) if (!allOf(list, inputs, fits)) fail(`${key} should hold ${inputs} ${fits === isText ? "texts" : "values"}`);
  if (!allOf(outputs, answers, isText)) fail(`outputs should hold ${answers} texts`);
  if (!["classification", "regression"].includes(task)) fail(`its task is ${String(task)}`);
  if (limits && !allOf(limits, inputs, (pair) => allOf(pair, 2, Number.isFinite))) fail("limits should hold a pair for each predictor");
  const shapes = sizes.slice(1).map((size, l) => ({ inputs: sizes[l], outputs: size }));
  const each = shapes.reduce((sum, shape) => sum + (shape.inputs + 1) * shape.outputs, 0);
  if (!isText(packed.weights)) fail("weights should be a text in base64");
  const numbers = floats(packed.weights, packed.bits);
  if (!isSize(stored) || stored <= (start ? 1 : 0) || numbers.length !== stored * each || !numbers.every(Number.isFinite)) {
    fail(`expected ${each} finite weights for each of ${stored} epochs, got ${numbers.length} numbers`);
  }
  const at = (place) => {
    let from = place * each;
    return shapes.map((shape) => {
      const W = numbers.subarray(from, (from += shape.inputs * shape.outputs));
      return { ...shape, W, b: numbers.subarray(from, (from += shape.outputs)) };
    });
  };
  if (!Object.values(packed.history ?? fail("it has no history")).every((list) => allOf(list, stored, isKnown))) {
    fail(`each of its histories should hold ${stored} numbers`);
  }
  return { ...packed, hidden: sizes.slice(1, -1), first: start ? 0 : 1, last: stored - (start ? 1 : 0), at };
}

// Checks the rows on which a network is tried, { columns by predictor, target }; a network may have none. Returns them.
export function readCases({ cases: place, predictors, log, outputs, task }, all) {
  if (place === null) return null;
  const { columns, target } = all?.[place] ?? fail("its rows are missing");
  const isTarget = task === "classification" ? (k) => Number.isInteger(k) && k >= 0 && k < outputs.length : Number.isFinite;
  if (!target?.length || !allOf(target, target.length, isTarget)) fail(`each of its rows should have a target, ${outputs.join(", ")}`);
  predictors.forEach((name, i) => {
    if (!allOf(columns?.[name], target.length, (value) => Number.isFinite(value) && !(log[i] && value <= 0))) {
      fail(`its rows should hold ${target.length} values of ${name}`);
    }
  });
  return all[place];
}

// Physical values to what the network sees. An input that is held stays at the mean of the training, which is 0.
export const scaledValue = ({ log, mean, scale }, i, value) => ((log[i] ? Math.log10(value) : value) - mean[i]) / scale[i];
export const physicalValue = ({ log, mean, scale }, i, x) => (log[i] ? 10 ** (mean[i] + scale[i] * x) : mean[i] + scale[i] * x);
export const scaledInputs = (network, raw, held = []) =>
  Float64Array.from(raw, (value, i) => (held.includes(i) ? 0 : scaledValue(network, i, value)));

export function linearLayer({ inputs, outputs, W, b }, a) {
  const z = Float64Array.from(b);
  for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) z[j] += a[i] * W[i * outputs + j];
  return z;
}

export function softmax(z) {
  const top = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - top));
  const sum = sumOf(powers);
  return powers.map((value) => value / sum);
}

// What becomes of the activations of hidden layer l.
function touch(activations, l, touched) {
  for (const { layer, neuron, how, value } of touched) {
    if (layer !== l) continue;
    activations[neuron] = how === "off" ? 0 : how === "clamp" ? value : activations[neuron] * value;
  }
  return activations;
}

// { scaled, pre: [per hidden layer], hidden: [per hidden layer], linear, output } for one row of scaled inputs.
export function forward(layers, scaled, task, touched = []) {
  const [pre, hidden] = [[], []];
  let a = scaled;
  layers.slice(0, -1).forEach((layer, l) => {
    const z = linearLayer(layer, a);
    a = touch(z.map((value) => Math.max(0, value)), l, touched);
    pre.push(z);
    hidden.push(a);
  });
  const linear = linearLayer(layers.at(-1), a);
  return { scaled, pre, hidden, linear, output: task === "classification" ? softmax(linear) : linear };
}

export const largestAt = (values) => values.reduce((best, value, k) => (value > values[best] ? k : best), 0);

// The share of a first-layer neuron's weights that its largest weight makes up: 1 where it sees a single input.
export function dominances({ inputs, outputs, W }) {
  return Float64Array.from({ length: outputs }, (_, j) => {
    let [most, sum] = [0, 0];
    for (let i = 0; i < inputs; i++) {
      const size = Math.abs(W[i * outputs + j]);
      most = Math.max(most, size);
      sum += size;
    }
    return sum ? most / sum : 0;
  });
}
