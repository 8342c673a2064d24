// What each unit of a layer, neuron or latent of its autoencoder, does on all cases, and what follows if it is changed.
// A unit is { kind: "neuron" or "latent", index }. What is done to a latent goes through the copy, spliced in: there the
// untouched copy is what it is compared with. No DOM, float64.
import { sweep } from "./curve.js";
import { forward, largestAt, scaledInputs } from "./network.js";
import { answerOf, copyOf, latentsOf } from "./reader.js";
import { meanOf } from "./sums.js";
import { pearson } from "./verification.js";

const CURVE_POINTS = 61;
const [PER_GROUP, QUARTERS] = [5, ["in the highest quarter", "in the third quarter", "in the second quarter", "in the lowest quarter"]];

// One input, in scaled units: { scaled, neuron, latent, copy, output: { neuron, latent } }, the activations by kind and what
// the network answers, as it is and with the copy spliced in.
export function unitsAt({ network, layers, reader }, scaled) {
  const { hidden } = forward(layers, scaled, network.task);
  const neuron = hidden[reader.layer];
  const latent = latentsOf(reader, neuron);
  const copy = copyOf(reader, latent);
  const answer = (a) => answerOf(layers, reader.layer, a, network.task);
  return { scaled, neuron, latent, copy, output: { neuron: answer(neuron), latent: answer(copy) } };
}

// What the network answers at such a point when a unit has another value.
export function answerWith({ network, layers, reader }, at, { kind, index }, value) {
  const { outputs, W } = reader.dec;
  const activations = Float64Array.from(kind === "neuron" ? at.neuron : at.copy);
  if (kind === "neuron") activations[index] = value;
  else {
    for (let j = 0; j < outputs; j++) activations[j] += (value - at.latent[index]) * W[index * outputs + j];
  }
  return answerOf(layers, reader.layer, activations, network.task);
}

// All cases: the points, and the activations of every unit, case by case.
export function examineUnits(shown, cases) {
  const columns = shown.network.predictors.map((name) => cases.columns[name]);
  const points = cases.target.map((_, row) => unitsAt(shown, scaledInputs(shown.network, columns.map((values) => values[row]))));
  const column = (kind) => Array.from({ length: points[0][kind].length }, (_, index) => points.map((point) => point[kind][index]));
  return { points, target: cases.target, columns: { neuron: column("neuron"), latent: column("latent") } };
}

// Means of answers over rows, and how good they are: the accuracy, or the mean absolute error.
export function summaryOf(answers, target, task) {
  const mean = Array.from(answers[0], (_, k) => meanOf(answers.map((answer) => answer[k])));
  const skill = task === "classification"
    ? meanOf(answers.map((answer, row) => Number(largestAt(answer) === target[row])))
    : meanOf(answers.map(([value], row) => Math.abs(value - target[row])));
  return { mean, skill };
}

// By how much answers differ, on average over rows: the probability that moved to another class, or the value.
export const shiftOf = (before, after, task) => meanOf(before.map((answer, row) => {
  const moved = answer.reduce((sum, value, k) => sum + Math.abs(value - after[row][k]), 0);
  return task === "classification" ? moved / 2 : moved;
}));

// What setting a unit to a value in every case does: { mean, skill, shift }.
export function effectOf(shown, examined, unit, value) {
  const { points, target } = examined;
  const { task } = shown.network;
  const after = points.map((point) => answerWith(shown, point, unit, value));
  return { ...summaryOf(after, target, task), shift: shiftOf(points.map(({ output }) => output[unit.kind]), after, task) };
}

// What the network answers without any of this.
export const untouched = (shown, { points, target }, kind) =>
  summaryOf(points.map(({ output }) => output[kind]), target, shown.network.task);

// Every unit's activation while input i moves over the range of the training: [{ x, neuron, latent }].
export function unitCurves({ network, layers, reader }, scaled, i, steps = CURVE_POINTS) {
  return sweep(network, layers, scaled, i, { steps }).map(({ x, found }) => {
    const neuron = found.hidden[reader.layer];
    return { x, neuron, latent: latentsOf(reader, neuron) };
  });
}

const still = (values) => values.every((value) => value === values[0]);

// Pearson's r, NaN where one of the two never changes.
export const linked = (a, b) => (still(a) || still(b) ? NaN : pearson(a, b));

// A unit's correlation with each class, or with the value: [r].
export const classLinks = (values, target, { task, outputs }) => (task === "regression" ? [linked(values, target)]
  : outputs.map((_, k) => linked(values, target.map((kind) => Number(kind === k)))));

const evenly = (list, count) => (list.length <= count ? list : Array.from({ length: count }, (_, n) => list[Math.round((n * (list.length - 1)) / (count - 1))]));

// Some rows of each kind: [{ name, rows }], the most active, then from each quarter of the active ones, then silent ones.
export function sampleGroups(values) {
  const active = [...values.keys()].filter((row) => values[row] > 0).sort((a, b) => values[b] - values[a] || a - b);
  const cut = (q) => Math.round((q * active.length) / QUARTERS.length);
  const quarters = QUARTERS.map((name, q) => ({ name, rows: evenly(active.slice(cut(q), cut(q + 1)), PER_GROUP) }));
  const silent = [...values.keys()].filter((row) => !(values[row] > 0));
  const groups = [{ name: "most active", rows: active.slice(0, PER_GROUP) }, ...quarters, { name: "silent", rows: evenly(silent, PER_GROUP) }];
  return groups.filter(({ rows }) => rows.length);
}

// The ends of the middle 90% of values, between neighbours in proportion.
export function middleOf(values) {
  const order = [...values].sort((a, b) => a - b);
  return [0.05, 0.95].map((q) => {
    const at = q * (order.length - 1);
    const [low, high] = [order[Math.floor(at)], order[Math.ceil(at)]];
    return low + (high - low) * (at % 1);
  });
}
