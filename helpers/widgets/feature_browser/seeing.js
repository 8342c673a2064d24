// All that the views of the feature browser show, computed from its state.
import { unitLists, wordsOf } from "../core/feature_browser.js";
import { scaledInputs } from "../core/network.js";
import { classLinks, effectOf, examineUnits, linked, unitCurves, unitsAt, untouched } from "../core/units.js";
import { meanOf } from "../core/sums.js";

const BOTH = ["neuron", "latent"];

// What stays as long as a network is shown, computed when it is first shown.
function studied(shown) {
  const { cases, reader, network } = shown;
  const examined = examineUnits(shown, cases);
  const each = (of) => Object.fromEntries(BOTH.map((kind) => [kind, examined.columns[kind].map((values, index) => of(values, { kind, index }))]));
  const tops = each((values) => Math.max(...values));
  const known = new Map();
  const effects = (unit) => {
    const key = `${unit.kind}.${unit.index}`;
    if (!known.has(key)) {
      const to = (value) => ({ value, ...effectOf(shown, examined, unit, value) });
      known.set(key, { mean: to(meanOf(examined.columns[unit.kind][unit.index])), zero: to(0) });
    }
    return known.get(key);
  };
  const fixed = each((values, unit) => {
    const links = classLinks(values, cases.target, network);
    const likes = links.reduce((best, r, k) => (Number.isFinite(r) && !(Math.abs(links[best]) >= Math.abs(r)) ? k : best), null);
    const { words: said = "", score = NaN } = reader.said[unit.kind][unit.index] ?? {};
    const often = meanOf(values.map((value) => Number(value > 0)));
    const words = wordsOf(said, often);
    return {
      ...unit, words, columns: network.predictors.filter((_, i) => words.includes(network.called[i])), score, often,
      effect: effects(unit).mean.shift, class: likes === null ? NaN : links[likes], likes,
    };
  });
  const byInput = new Map();
  const facts = (i) => {
    if (!byInput.has(i)) {
      const seen = examined.points.map(({ scaled }) => scaled[i]);
      byInput.set(i, each((values, { kind, index }) => ({ ...fixed[kind][index], predictor: linked(values, seen) })));
    }
    return byInput.get(i);
  };
  const before = Object.fromEntries(BOTH.map((kind) => [kind, untouched(shown, examined, kind)]));
  return { examined, tops, effects, facts, before };
}

// Returns see(state).
export function browserSeer(all) {
  const kept = new Map();
  const of = (net) => kept.get(net) ?? kept.set(net, studied(all[net])).get(net);
  return (state) => {
    const shown = all[state.net];
    const { network, layers, cases } = shown;
    const { facts, ...rest } = of(state.net);
    const raw = network.predictors.map((name) => state.values[name]);
    const scaled = scaledInputs(network, raw);
    return {
      ...rest, shown, network, layers, cases, state, raw, facts: facts(state.input), linksTo: facts, reader: shown.reader,
      here: unitsAt(shown, scaled), curves: unitCurves(shown, scaled, state.input),
    };
  };
}

// The first unit in the order shown that is alive; the one that is open if none passes the filter.
export function firstUnit(see, state) {
  const units = unitLists(see(state).facts, state).flatMap((list) => list.units);
  const { kind, index } = units.find(({ often }) => often > 0) ?? units[0] ?? state.unit;
  return { kind, index };
}
