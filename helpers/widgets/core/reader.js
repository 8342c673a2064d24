// A sparse autoencoder that reads a hidden layer, as it travels to the page. No DOM, float64.
import { linearLayer, softmax } from "./network.js";

const wrong = (what) => { throw new Error(`This autoencoder cannot be shown: ${what}`); };
const table = (list, rows, columns) => Array.isArray(list) && list.length === rows &&
  list.every((row) => row.length === columns && row.every(Number.isFinite));

// Checks a packed reader and returns it with its weights as layers: `enc` gives the drive of an activation, `dec` the copy.
// `names` says what to call the predictors.
export function readReader({ layer, names, sae, ...said }, network) {
  if (names?.length !== network.predictors.length || !names.every((name) => typeof name === "string")) {
    wrong(`expected names for ${network.predictors.length} predictors`);
  }
  const neurons = network.hidden[layer] ?? wrong(`there is no hidden layer ${layer}`);
  const { encoder, bias, dictionary, offset, act } = sae ?? wrong("it is empty");
  const latents = bias.length;
  if (!table([bias], 1, latents) || !table([offset], 1, neurons) || !table(encoder, neurons, latents) || !table(dictionary, latents, neurons)) {
    wrong(`expected finite weights between ${neurons} neurons and ${latents} latents`);
  }
  if (!["relu", "threshold", "topk", "gated"].includes(act?.kind)) wrong(`its activation is ${String(act?.kind)}`);
  for (const [kind, count] of [["neurons", neurons], ["latents", latents]]) {
    if (said[kind].length && said[kind].length !== count) wrong(`expected ${count} explanations of ${kind}`);
  }
  const enc = { inputs: neurons, outputs: latents, W: Float64Array.from(encoder.flat()), b: Float64Array.from(bias) };
  const dec = { inputs: latents, outputs: neurons, W: Float64Array.from(dictionary.flat()), b: Float64Array.from(offset) };
  const explained = ([words, score, balanced, control]) => ({ words, score: score ?? NaN, balanced: balanced ?? NaN, control: control ?? NaN });
  return { layer, names, enc, dec, act, said: { neuron: said.neurons.map(explained), latent: said.latents.map(explained) } };
}

// What becomes of the drive of one row.
function switched({ kind, least, k, factor, shift }, drive) {
  if (kind === "threshold") return drive.map((value, j) => (value > least[j] ? value : 0));
  if (kind === "gated") return drive.map((value, j) => (value > 0 ? Math.max(0, factor[j] * value + shift[j]) : 0));
  const positive = drive.map((value) => Math.max(0, value));
  if (kind === "relu") return positive;
  const kept = new Set([...positive.keys()].sort((a, b) => positive[b] - positive[a] || a - b).slice(0, k));
  return positive.map((value, j) => (kept.has(j) ? value : 0));
}

export const latentsOf = ({ enc, act }, activations) => switched(act, linearLayer(enc, activations));
export const copyOf = ({ dec }, latents) => linearLayer(dec, latents);

// What the network answers when hidden layer l has these activations: probabilities, or the value.
export function answerOf(layers, l, activations, task) {
  let a = activations;
  for (let at = l + 1; at < layers.length; at++) {
    a = linearLayer(layers[at], a);
    if (at < layers.length - 1) a = a.map((value) => Math.max(0, value));
  }
  return task === "classification" ? softmax(a) : a;
}
