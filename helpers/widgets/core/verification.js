// Scores of forecasts, as helpers/verification.py has them. Undefined ones are NaN. No DOM.
import { meanOf, sumOf } from "./sums.js";

// How often class r came when class c was forecast: matrix[r][c].
export function confusion(target, forecast, classes) {
  const matrix = Array.from({ length: classes }, () => new Array(classes).fill(0));
  target.forEach((actual, row) => { matrix[actual][forecast[row]] += 1; });
  return matrix;
}

// POD, FAR, CSI and HSS of each class against the rest; accuracy, balanced accuracy and HSS of all.
export function classScores(matrix) {
  const came = matrix.map(sumOf);
  const said = matrix.map((_, c) => sumOf(matrix.map((row) => row[c])));
  const n = sumOf(came);
  const right = sumOf(matrix.map((row, k) => row[k]));
  const chance = sumOf(came.map((count, k) => count * said[k])) / n;
  const each = matrix.map((row, k) => {
    const [hits, misses, alarms] = [row[k], came[k] - row[k], said[k] - row[k]];
    const quiet = n - hits - misses - alarms;
    const lucky = (came[k] * said[k] + (n - came[k]) * (n - said[k])) / n;
    return {
      pod: hits / came[k], far: alarms / said[k], csi: hits / (hits + misses + alarms),
      hss: (hits + quiet - lucky) / (n - lucky),
    };
  });
  const there = each.filter((_, k) => came[k] > 0);
  return { accuracy: right / n, balanced: meanOf(there.map(({ pod }) => pod)), hss: (right - chance) / (n - chance), each };
}

export function pearson(a, b) {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, k) => {
    ab += (value - meanA) * (b[k] - meanB);
    aa += (value - meanA) ** 2;
    bb += (b[k] - meanB) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

export function numberScores(target, forecast) {
  const errors = target.map((value, row) => forecast[row] - value);
  const centre = meanOf(target);
  const mse = meanOf(errors.map((error) => error ** 2));
  return {
    mse, mae: meanOf(errors.map(Math.abs)),
    r2: 1 - mse / meanOf(target.map((value) => (value - centre) ** 2)), r: pearson(target, forecast),
  };
}
