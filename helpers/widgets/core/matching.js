// Which latent is which true feature? Cosines, the best one-to-one matching, and what chance would give. No DOM.
import { uniform } from "./random.js";
import { meanOf } from "./sums.js";

const TINY = 1e-12; // a shorter vector has no direction, as in torch.nn.functional.normalize

function unitRows(rows) {
  return rows.map((row) => {
    const length = Math.max(Math.hypot(...row), TINY);
    return Float64Array.from(row, (value) => value / length);
  });
}

// The cosine of each row of `truth` with each row of `dictionary`; a row of zeros has cosine 0 with all.
export function cosineTable(truth, dictionary) {
  const latents = unitRows(dictionary);
  return unitRows(truth).map((feature) => Float64Array.from(latents, (latent) => {
    let sum = 0;
    for (let k = 0; k < feature.length; k++) sum += feature[k] * latent[k];
    return sum;
  }));
}

// One latent for one feature, so that the sum of the cosines is as large as possible: for each row of the table its
// column, -1 where there are too few columns. The Hungarian method (Kuhn 1955), by shortest augmenting paths.
export function assignRows(table) {
  const [n, m] = [table.length, table[0].length];
  if (n > m) {
    const partner = Array(n).fill(-1);
    const turned = Array.from({ length: m }, (_, j) => table.map((row) => row[j]));
    assignRows(turned).forEach((row, column) => { partner[row] = column; });
    return partner;
  }
  // Rows and columns are counted from 1; column 0 is where a path begins. u + v <= cost everywhere, equal on matches.
  const [u, v] = [new Float64Array(n + 1), new Float64Array(m + 1)];
  const rowOf = new Int32Array(m + 1);
  for (let row = 1; row <= n; row++) {
    const least = new Float64Array(m + 1).fill(Infinity);
    const before = new Int32Array(m + 1);
    const seen = new Uint8Array(m + 1);
    let column = 0;
    rowOf[0] = row;
    do {
      seen[column] = 1;
      const from = rowOf[column];
      let [step, next] = [Infinity, 0];
      for (let j = 1; j <= m; j++) {
        if (seen[j]) continue;
        const slack = -table[from - 1][j - 1] - u[from] - v[j];
        if (slack < least[j]) [least[j], before[j]] = [slack, column];
        if (least[j] < step) [step, next] = [least[j], j];
      }
      for (let j = 0; j <= m; j++) {
        if (seen[j]) [u[rowOf[j]], v[j]] = [u[rowOf[j]] + step, v[j] - step];
        else least[j] -= step;
      }
      column = next;
    } while (rowOf[column]);
    for (; column; column = before[column]) rowOf[column] = rowOf[before[column]];
  }
  const partner = Array(n).fill(-1);
  for (let j = 1; j <= m; j++) if (rowOf[j]) partner[rowOf[j] - 1] = j - 1;
  return partner;
}

// The columns of the `count` largest values of a row, largest first; of equal ones the first.
export const topColumns = (row, count) => [...row.keys()].sort((a, b) => row[b] - row[a] || a - b).slice(0, count);

// The column of each row's largest value, what MMCS uses: rows may share one.
export const nearestColumns = (table) => table.map((row) => row.reduce((best, value, j) => (value > row[best] ? j : best), 0));

// The value at each row's column, 0 for a row without one.
export const partnerCosines = (table, partner) => table.map((row, i) => (partner[i] < 0 ? 0 : row[partner[i]]));

// Mean over features of the largest cosine with a latent (Sharkey et al. 2022).
export const mmcsOf = (table) => meanOf(partnerCosines(table, nearestColumns(table)));

// Directions that favour none: normal numbers by Box and Muller. The same seed gives the same rows.
export function randomDictionary(latents, inputs, seed) {
  let count = 0;
  const draw = () => {
    const [a, b] = [uniform(seed, count++), uniform(seed, count++)];
    return Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
  };
  return Array.from({ length: latents }, () => Float64Array.from({ length: inputs }, draw));
}

// The cosines that `draws` random dictionaries of this width reach: a list of { nearest, matched }, one value a feature.
export function chanceCosines(truth, latents, draws) {
  return Array.from({ length: draws }, (_, seed) => {
    const table = cosineTable(truth, randomDictionary(latents, truth[0].length, seed));
    return { nearest: partnerCosines(table, nearestColumns(table)), matched: partnerCosines(table, assignRows(table)) };
  });
}
