// How far dictionaries agree that read the same rows: latents matched one to one, beside what chance gives. No DOM.
import { binnedMeans } from "./bins.js";
import { bytes, readRows } from "./bytes.js";
import { assignRows, cosineTable, nearestColumns, partnerCosines, randomDictionary } from "./matching.js";
import { uniform } from "./random.js";
import { meanOf, sumOf } from "./sums.js";

export const DRAWS = 10; // of what chance gives
export const AGREEMENTS = ["matched", "nearest", "cosine"];
export const SCALES = ["raw", "adjusted"];
const LARGEST = 255; // the largest activation of a latent, as it travels
const BINS = 12; // of a response

// A dictionary from what travels: { name, space, units, codes: a list of rows for each unit, living: [unit], often, vectors }.
export function readDictionary({ name, space, units, latents, width, weights }, rows) {
  const all = bytes(latents);
  const codes = Array.from({ length: units }, (_, j) => all.subarray(j * rows, (j + 1) * rows));
  const often = codes.map((column) => column.reduce((count, value) => count + (value > 0), 0) / rows);
  const living = [...codes.keys()].filter((j) => often[j] > 0);
  return { name, space, units, codes, often, living, vectors: width ? readRows(weights, width) : null };
}

// A column with mean 0 and length 1; zeros where it never varies.
function standardised(column) {
  const mean = meanOf(column);
  const found = Float64Array.from(column, (value) => value - mean);
  const length = column.every((value) => value === column[0]) ? 0 : Math.sqrt(found.reduce((sum, value) => sum + value * value, 0));
  return found.map((value) => (length ? value / length : 0));
}

const dots = (a, b) => a.map((one) => Float64Array.from(b, (other) => one.reduce((sum, value, row) => sum + value * other[row], 0)));

// Pearson's r of each column of `a` with each of `b`; 0 where one never varies.
export const correlationTable = (a, b) => dots(a.map(standardised), b.map(standardised));

// A list in an order that chance decides, the same for a seed.
export function shuffledRows(rows, seed) {
  const order = Array.from({ length: rows }, (_, row) => row);
  for (let last = rows - 1; last > 0; last--) {
    const other = Math.floor(uniform(seed, last) * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

// Why two dictionaries have no such agreement, or "".
export function obstacle(a, b, measure) {
  if (!a.living.length || !b.living.length) return "dead";
  if (measure !== "cosine") return "";
  if (!a.vectors || !b.vectors) return "vectors";
  return a.space === b.space ? "" : "space";
}

const pickedFrom = (list, which) => which.map((j) => list[j]);
const turned = (table) => Array.from(table[0], (_, j) => table.map((row) => row[j]));

// One number for a table of similarities: the mean over pairs matched one to one, or the mean of the largest similarity
// with any, of both directions.
export function scoreOf(table, measure) {
  if (measure === "nearest") {
    const nearest = (one) => meanOf(partnerCosines(one, nearestColumns(one)));
    return (nearest(table) + nearest(turned(table))) / 2;
  }
  const partner = assignRows(table);
  return sumOf(partnerCosines(table, partner)) / partner.filter((j) => j >= 0).length;
}

// The share of the way from chance to 1 (Cohen 1960).
export const adjustedFor = (raw, chance) => (raw - chance) / (1 - chance);

// What chance gives, the mean of DRAWS: the latents of `b` belong to other rows, or its vectors have random directions.
export function chanceScore(a, b, measure) {
  const seeds = Array.from({ length: DRAWS }, (_, seed) => seed);
  if (measure === "cosine") {
    const mine = pickedFrom(a.vectors, a.living);
    return meanOf(seeds.map((seed) => scoreOf(cosineTable(mine, randomDictionary(b.living.length, mine[0].length, seed)), measure)));
  }
  const [mine, other] = [a, b].map(({ codes, living }) => pickedFrom(codes, living).map(standardised));
  return meanOf(seeds.map((seed) => {
    const order = shuffledRows(mine[0].length, seed);
    return scoreOf(dots(mine, other.map((column) => pickedFrom(column, order))), measure);
  }));
}

// Two dictionaries by their latents: { table, raw, pairs: [{ here, there, alike }], alone: [unit of a], spare: [unit of b] },
// the pairs most alike first. Dead latents have no part in it. Null where there is an obstacle.
export function comparedUnits(a, b, measure) {
  if (obstacle(a, b, measure)) return null;
  const table = measure === "cosine"
    ? cosineTable(pickedFrom(a.vectors, a.living), pickedFrom(b.vectors, b.living))
    : correlationTable(pickedFrom(a.codes, a.living), pickedFrom(b.codes, b.living));
  const partner = assignRows(table);
  const pairs = partner.flatMap((j, i) => (j < 0 ? [] : [{ here: a.living[i], there: b.living[j], alike: table[i][j] }]));
  pairs.sort((one, other) => other.alike - one.alike || one.here - other.here);
  const taken = new Set(partner);
  return {
    table, raw: scoreOf(table, measure), pairs,
    alone: a.living.filter((_, i) => partner[i] < 0), spare: b.living.filter((_, j) => !taken.has(j)),
  };
}

// The share of living latents of either dictionary whose partner is more alike than `limit`.
export const sharedBeyond = (pairs, limit, a, b) => (2 * pairs.filter(({ alike }) => alike > limit).length) / (a.living.length + b.living.length);

// The mean activation of a latent along an input, as a share of its largest one: [{ x, y }].
export const responseOf = (column, xs) => binnedMeans(xs, column, BINS).map(({ x, y }) => ({ x, y: y / LARGEST }));

// State as a text, a=1;b=2;m=matched;s=raw;c=0.70;i=1;d=2;v=1. Dictionaries, inputs, data and baselines are counted from 1.
export const universalityText = ({ a, b, measure, scale, limit, input, data, against }) =>
  [["a", a + 1], ["b", b + 1], ["m", measure], ["s", scale], ["c", limit.toFixed(2)], ["i", input + 1], ["d", data + 1], ["v", against + 1]]
    .map(([name, value]) => `${name}=${value}`).join(";");

// The changes that such a text describes, all of it or a part; null for a text that makes no sense here.
export function readUniversality(text, { dictionaries, inputs, data, against }) {
  const whole = (most) => (value) => (/^[1-9]\d*$/.test(value) && value <= most ? Number(value) - 1 : null);
  const among = (list) => (value) => (list.includes(value) ? value : null);
  const parts = {
    a: ["a", whole(dictionaries)], b: ["b", whole(dictionaries)], m: ["measure", among(AGREEMENTS)], s: ["scale", among(SCALES)],
    c: ["limit", (value) => (/^0\.\d{1,2}$/.test(value) ? Number(value) : null)], i: ["input", whole(inputs)],
    d: ["data", whole(Math.max(1, data))], v: ["against", whole(Math.max(1, against))],
  };
  const state = {};
  for (const part of text.split(";")) {
    const [name, value = ""] = part.split("=");
    if (!Object.hasOwn(parts, name)) return null;
    const [key, read] = parts[name];
    state[key] = read(value);
    if (state[key] === null) return null;
  }
  return state;
}
