// Reads the trained models out of the flat lists that Python packed. No DOM.
const PER_FEATURE = 3; // x, y and the bias
const THOUSANDTHS = 1000;

// { counts, sparsities, importances, steps, optima, paths, losses } are the traits of the widget.
export function library({ counts, sparsities, importances, steps, optima, paths, losses }) {
  const last = steps.length - 1;
  const centre = importances.indexOf(1);
  const unpacked = (list, block, n) => {
    const at = block * n * PER_FEATURE;
    const value = (i, k) => list[at + i * PER_FEATURE + k] / THOUSANDTHS;
    const features = [...Array(n).keys()];
    return { W: features.map((i) => [value(i, 0), value(i, 1)]), b: features.map((i) => value(i, 2)) };
  };
  return {
    last,
    centre,
    // The model at level n of the counts, s of the sparsities, i of the importances, and snapshot t.
    model({ n, s, i, t }) {
      const trained = t === last || i !== centre;
      return trained
        ? unpacked(optima[n], s * importances.length + i, counts[n])
        : unpacked(paths[n], s * last + t, counts[n]);
    },
    // The losses of all snapshots where all features are equally important.
    story: ({ n, s }) => losses[n].slice(s * steps.length, (s + 1) * steps.length),
    worth: ({ n, i }) => Array.from({ length: counts[n] }, (_, k) => (k ? 1 : importances[i])),
  };
}
