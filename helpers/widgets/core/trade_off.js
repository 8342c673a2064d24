// Many sparse autoencoders as the page holds them, and what follows from the dictionary of one. No DOM.
import { bytes } from "./bytes.js";
import { assignRows, cosineTable, mmcsOf, partnerCosines } from "./matching.js";

const SHARES = 65535; // how often a latent is on travels as a whole number of this many parts
const THOUSANDTHS = 1000; // of log10 of a loss

// Integers of 8 or 16 bits with a sign, of which the largest is 1.
function signed(text, bits) {
  const view = new DataView(bytes(text).buffer);
  const top = 2 ** (bits - 1) - 1;
  const read = bits === 8 ? (k) => view.getInt8(k) : (k) => view.getInt16(2 * k, true);
  return Float64Array.from({ length: (8 * view.byteLength) / bits }, (_, k) => read(k) / top);
}

function shares(text) {
  const view = new DataView(bytes(text).buffer);
  return Float64Array.from({ length: view.byteLength / 2 }, (_, k) => view.getUint16(2 * k, true) / SHARES);
}

function lossCurve(changes) {
  let total = 0;
  return changes.map((change) => { total += change; return 10 ** (total / THOUSANDTHS); });
}

// A variant with its dictionaries unpacked. run(v, s) is the autoencoder of value v and seed s < shown: `dictionary`, one
// row per latent, and `on`, the share of rows in which each is on; curve(v, s) its loss while training.
export function readVariant(packed, inputs, bits, shown) {
  const { latents } = packed;
  const [vectors, on] = [signed(packed.vectors, bits), shares(packed.on)];
  const run = (v, s) => {
    const first = (v * shown + s) * latents;
    const width = packed.widths[v][s];
    const row = (k) => vectors.subarray((first + k) * inputs, (first + k + 1) * inputs);
    return { dictionary: Array.from({ length: width }, (_, k) => row(k)), on: on.subarray(first, first + width) };
  };
  return { ...packed, run, curve: (v, s) => lossCurve(packed.losses[v][s]) };
}

// The order in which latents stand beside the features: the partner of each feature, then the others that are on, most
// often first, then the dead ones.
export function columnOrder(partner, on) {
  const rest = [...on.keys()].filter((k) => !partner.includes(k)).sort((a, b) => on[b] - on[a] || a - b);
  return [...partner.filter((k) => k >= 0), ...rest];
}

// What a dictionary has of the true directions; `above` is the cosine from which a feature counts as recovered.
export function judged(truth, { dictionary, on }, above) {
  const table = cosineTable(truth, dictionary);
  const partner = assignRows(table);
  const matched = partnerCosines(table, partner);
  return {
    table, partner, matched, on, mmcs: mmcsOf(table), order: columnOrder(partner, on),
    recovered: matched.filter((cosine) => cosine > above).length,
    dead: [...on.keys()].filter((k) => on[k] === 0),
  };
}

// The value of `values` nearest to one that was asked for.
export const nearestValue = (values, asked) => values.reduce((best, value, k) => {
  return Math.abs(value - asked) < Math.abs(values[best] - asked) ? k : best;
}, 0);

// The next place to the right (by = 1) or left on a front: the run of the same variant with the next larger L0.
export function alongFront(l0, at, by) {
  const order = [...l0.keys()].sort((a, b) => l0[a] - l0[b] || a - b);
  return order[Math.min(Math.max(order.indexOf(at) + by, 0), order.length - 1)];
}

// State in an address: the variant's name, the value of its setting, the seed counted from 1, and the front's height
// where it is not the usual one.
export function tradeOffText({ variant, v, s, height }, variants, heights) {
  const { name, values } = variants[variant];
  const rest = height === heights[0] ? [] : [height];
  return [encodeURIComponent(name), values[v], s + 1, ...rest].join(":");
}

// The state that a text describes; null for one that is not as tradeOffText writes it.
export function readTradeOff(text, variants, shown, heights) {
  const variant = variants.findIndex(({ name }) => text.startsWith(`${name}:`));
  if (variant < 0) return null;
  const { name, values } = variants[variant];
  const [value, seed, height = heights[0], ...more] = text.slice(name.length + 1).split(":");
  const v = values.findIndex((known) => value !== "" && known === Number(value));
  const s = /^\d+$/.test(seed ?? "") ? Number(seed) - 1 : -1;
  return v < 0 || s < 0 || s >= shown || more.length || !heights.includes(height) ? null : { variant, v, s, height };
}
