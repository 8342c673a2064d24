// Batches of runs as the page holds them, made readable. No DOM.
const WHOLE = 1000; // thousandths of log10 of a loss and of a bias travel as whole numbers

function unpack([stopped, dead, loss, mono, bias, nearly]) {
  const added = (changes) => {
    let total = 0;
    return changes.map((change) => { total += change; return total; });
  };
  return {
    stopped, dead, mono: added(mono), nearly: added(nearly),
    loss: added(loss).map((value) => 10 ** (value / WHOLE)),
    bias: added(bias).map((value) => value / WHOLE),
  };
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

// Median and range over runs at each point that any of them reached.
export function spread(curves) {
  const length = Math.max(...curves.map((curve) => curve.length));
  return Array.from({ length }, (_, t) => {
    const values = curves.filter((curve) => t < curve.length).map((curve) => curve[t]);
    return { middle: median(values), low: Math.min(...values), high: Math.max(...values) };
  });
}

// One setting of a batch: what its seeds did. `mono` is per feature; `ends` has one entry per seed that got to the end.
// `count` says which neurons count as monosemantic: "mono" or "nearly".
function setting(runs, features, neurons, points, count) {
  const seeds = runs.map(unpack).map((seed) => ({ ...seed, mono: seed[count] }));
  const perFeature = seeds.map(({ mono }) => mono.map((count) => count / features));
  return {
    neurons, seeds: seeds.length,
    loss: spread(seeds.map(({ loss }) => loss)),
    mono: spread(perFeature),
    bias: spread(seeds.map(({ bias }) => bias)),
    stops: seeds.map(({ stopped }) => stopped).filter((step) => step >= 0),
    ends: seeds.filter(({ mono }) => mono.length === points).map(({ mono, dead }) => ({ mono: mono.at(-1), dead })),
  };
}

// A batch with its settings unpacked. `at` finds the setting of one index per swept value.
export function readBatch(packed, points, count = "mono") {
  const { features, neurons, swept } = packed;
  const settings = packed.runs.map((runs, k) => setting(runs, features, neurons[k], points, count));
  const at = (chosen) => chosen.reduce((index, value, axis) => index * swept[axis].values.length + value, 0);
  // The settings along the first swept value, at the chosen second one.
  const along = (chosen) => swept[0].values.map((_, first) => settings[at([first, ...chosen.slice(1)])]);
  return { ...packed, settings, at, along, middle: swept.map(({ values }) => values.length >> 1) };
}

// Where steps 0, 1, 2, 4, ... lie: evenly spaced, from 0 to 1.
export function stepPlaces(steps) {
  const place = (step) => (step ? 1 + Math.log2(step) : 0);
  return steps.map((step) => place(step) / place(steps.at(-1)));
}

// Where swept values lie, from 0 to 1: by their logarithm where they span a decade or so, else as they are.
export function valuePlaces(values) {
  const logs = values[0] > 0 && values.at(-1) / values[0] >= 8;
  const [low, ...rest] = logs ? values.map(Math.log) : values;
  const width = (rest.at(-1) ?? low) - low || 1;
  return [low, ...rest].map((value) => (values.length > 1 ? (value - low) / width : 0.5));
}

// The range of a curve over several settings; a loss that ran away is cut at ten times the largest start.
export function extent(settings, name) {
  const points = settings.flatMap((each) => each[name]);
  const low = Math.min(...points.map((point) => point.low)), high = Math.max(...points.map((point) => point.high));
  const start = Math.max(...settings.map((each) => each[name][0]?.high ?? -Infinity));
  return [low, name === "loss" ? Math.min(high, 10 * start) : high];
}
