// What the dictionary matcher shows: pairs of features and latents, in order, and what is left over. No DOM.
import { assignRows, chanceCosines, cosineTable, mmcsOf, nearestColumns, partnerCosines } from "./matching.js";
import { meanOf } from "./sums.js";

const BUDGET = 3e7; // multiplications that the random dictionaries may cost
const SLACK = 1e-9; // of a comparison of cosines: rounding must not decide

// Both matchings of a dictionary, each with the cosine of every feature's partner.
export function matchings(truth, rows) {
  const table = cosineTable(truth, rows);
  const whole = (partner) => ({ partner, cosines: partnerCosines(table, partner) });
  return { table, one: whole(assignRows(table)), nearest: whole(nearestColumns(table)) };
}

// A cosine of 0, such as that of a feature without a latent, reaches nothing.
export const reaches = (cosine, limit) => cosine > 0 && cosine >= limit - SLACK;
export const countAbove = (cosines, limit) => cosines.filter((cosine) => reaches(cosine, limit)).length;

// Features recovered above the limit, MMCS, and the mean cosine of the one-to-one matching (0 without a latent).
export const scoresOf = ({ table, one, nearest }, mode, limit) => ({
  recovered: countAbove((mode === "one" ? one : nearest).cosines, limit), mmcs: mmcsOf(table), matched: meanOf(one.cosines),
});

// The same three for random dictionaries of some width, on average; and the cosines of all of them.
export function chanceOf(truth, latents) {
  const [n, inputs] = [truth.length, truth[0].length];
  const draws = Math.max(3, Math.min(20, Math.floor(BUDGET / (n * latents * (inputs + n)))));
  const found = chanceCosines(truth, latents, draws);
  const all = (mode) => found.flatMap((draw) => draw[mode === "one" ? "matched" : "nearest"]);
  return {
    draws, all,
    scores: (mode, limit) => ({ recovered: countAbove(all(mode), limit) / draws, mmcs: meanOf(all("nearest")), matched: meanOf(all("one")) }),
  };
}

const largestRow = (table, column) => table.reduce((best, row, i) => (row[column] > table[best][column] ? i : best), 0);

// Features and latents for the page: { pairs: [{ feature, latent, cosine }], without: [feature], spare: [{ latent, feature,
// cosine, kind }] }. `order` is "worst" (least cosine first), "frequent" or "index"; a spare latent is "dead" (it is never on,
// or has no direction), a "duplicate" of a feature that it is as near as the limit, or "other".
export function arranged({ table, one, nearest }, { mode, order, limit, frequency, on }) {
  const { partner, cosines } = mode === "one" ? one : nearest;
  const features = [...table.keys()];
  if (order === "worst") features.sort((a, b) => cosines[a] - cosines[b] || a - b);
  if (order === "frequent") features.sort((a, b) => frequency[b] - frequency[a] || a - b);
  const pairs = features.filter((i) => partner[i] >= 0).map((i) => ({ feature: i, latent: partner[i], cosine: cosines[i] }));
  const used = new Set(partner);
  const spare = [...table[0].keys()].filter((j) => !used.has(j)).map((latent) => {
    const feature = largestRow(table, latent);
    const cosine = table[feature][latent];
    const dead = on?.[latent] === 0 || table.every((row) => row[latent] === 0);
    return { latent, feature, cosine, kind: dead ? "dead" : reaches(cosine, limit) ? "duplicate" : "other" };
  });
  const rank = ({ kind }) => ["duplicate", "other", "dead"].indexOf(kind);
  if (order !== "index") spare.sort((a, b) => rank(a) - rank(b) || b.cosine - a.cosine || a.latent - b.latent);
  return { pairs, without: features.filter((i) => partner[i] < 0), spare };
}

// Where the latents of some pairs stand beside their features, in rows: each at the mean of its features if there is
// room, in the order of the means or, with `byIndex`, of their numbers. Returns a map from latent to row.
export function latentRows(pairs, byIndex) {
  const means = new Map();
  pairs.forEach(({ latent }, row) => means.set(latent, [...(means.get(latent) ?? []), row]));
  const latents = [...means].map(([latent, rows]) => [latent, meanOf(rows)]);
  latents.sort(byIndex ? (a, b) => a[0] - b[0] : (a, b) => a[1] - b[1]);
  const places = [];
  latents.forEach(([, mean], k) => places.push(byIndex ? k : Math.max(mean, k ? places[k - 1] + 1 : 0)));
  // Whoever was pushed over the end moves back up.
  for (let k = places.length - 1; k >= 0; k--) places[k] = Math.min(places[k], pairs.length - places.length + k);
  return new Map(latents.map(([latent], k) => [latent, places[k]]));
}

// State as a text, d=2;m=one;o=worst;c=0.90;f=7. Dictionaries and features are counted from 1.
export const matcherText = ({ chosen, mode, order, limit, picked }) =>
  `d=${chosen + 1};m=${mode};o=${order};c=${limit.toFixed(2)}${picked === null ? "" : `;f=${picked + 1}`}`;

// The state that a text describes, or null for a text that makes no sense here.
export function readMatcher(text, { dictionaries, orders, features }) {
  const whole = (value, most) => (/^\d+$/.test(value) && value >= 1 && value <= most ? Number(value) - 1 : NaN);
  const among = (value, list) => (list.includes(value) ? value : NaN);
  const parts = {
    d: (value) => ({ chosen: whole(value, dictionaries) }),
    m: (value) => ({ mode: among(value, ["one", "nearest"]) }),
    o: (value) => ({ order: among(value, orders) }),
    c: (value) => ({ limit: /^0\.\d{1,2}$/.test(value) ? Number(value) : NaN }),
    f: (value) => ({ picked: whole(value, features) }),
  };
  let state = { picked: null };
  for (const part of text.split(";")) {
    const [name, value = ""] = part.split("=");
    if (!Object.hasOwn(parts, name)) return null;
    state = { ...state, ...parts[name](value) };
  }
  return Object.values(state).some(Number.isNaN) ? null : state;
}
