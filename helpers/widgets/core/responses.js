// What neurons answer when one feature is on, alone or with others that are always on. No DOM, float64.
const MONOSEMANTIC = 0.999; // share of a neuron's positive answers that its largest must exceed

// The error function by its series of positive terms: as exact as numbers are.
export function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x, total = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return ((2 * Math.exp(-x * x)) / Math.sqrt(Math.PI)) * total;
}

export const ACTIVATIONS = {
  relu: (z) => Math.max(z, 0),
  gelu: (z) => 0.5 * z * (1 + erf(z * Math.SQRT1_2)),
};

// What each feature at 1 adds to each neuron before the activation: neurons by features, one after another.
// projection is features by embedding, W neurons by embedding, scale one number per neuron.
export function drives({ projection, W, scale, features, embedding, neurons }) {
  const out = new Float64Array(neurons * features);
  for (let k = 0; k < neurons; k++) {
    const row = Float64Array.from(W.subarray(k * embedding, (k + 1) * embedding), (weight) => weight * scale[k]);
    for (let i = 0, at = 0; i < features; i++) {
      let total = 0;
      for (let m = 0; m < embedding; m++, at++) total += projection[at] * row[m];
      out[k * features + i] = total;
    }
  }
  return out;
}

// The activations with one feature at 1, for each feature: neurons by features. The features in `extras` are at 1 as
// well, always; one that is already on is not on twice.
export function responses(drive, bias, features, activation, extras = []) {
  const act = ACTIVATIONS[activation];
  const out = new Float64Array(drive.length);
  const always = [...new Set(extras)];
  for (let k = 0; k < bias.length; k++) {
    const row = k * features;
    const rest = always.reduce((total, i) => total + drive[row + i], bias[k]);
    for (let i = 0; i < features; i++) out[row + i] = act(rest + drive[row + i]);
    for (const i of always) out[row + i] = act(rest);
  }
  return out;
}

// The neuron that answers each feature most, the first of equals.
export function strongest(answers, features) {
  const best = new Array(features).fill(0);
  for (let at = features; at < answers.length; at++) {
    const i = at % features;
    if (answers[at] > answers[best[i] * features + i]) best[i] = (at - i) / features;
  }
  return best;
}

// The features in the order of the neurons that answer them most; equals keep their order.
export function featureOrder(answers, features) {
  const best = strongest(answers, features);
  return best.map((_, i) => i).sort((a, b) => best[a] - best[b] || a - b);
}

// Which neurons answer one feature alone: the largest answer against the sum of the positive ones.
export function monosemantic(answers, features) {
  return Array.from({ length: answers.length / features }, (_, k) => {
    const positive = answers.subarray(k * features, (k + 1) * features).map((value) => Math.max(value, 0));
    const total = positive.reduce((sum, value) => sum + value, 0);
    return total > 0 && Math.max(...positive) > MONOSEMANTIC * total;
  });
}
