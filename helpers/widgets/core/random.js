// A counter-based random number in [0, 1): the same seed and index give the same bits here and in Python.
// The mixing steps are those of "lowbias32" (C. Wellons, public domain).
export function uniform(seed, index) {
  let h = Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}
