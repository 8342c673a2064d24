import { forward, largestAt, scaledInputs } from "../core/network.js";
import { withUnit, wording } from "../view/parts.js";

const THIRDS = ["lowest third", "middle third", "highest third"];
const KEPT = 8; // examined sets of rows that are remembered

// The classes of the rows; those of numbers are the thirds of their order.
function kindsOf(network, { target }) {
  if (network.task === "classification") return { kinds: target, names: network.outputs };
  const sorted = [...target].sort((a, b) => a - b);
  const edges = [1, 2].map((third) => sorted[Math.floor((third * sorted.length) / 3)]);
  return { kinds: target.map((value) => edges.filter((edge) => value >= edge).length), names: THIRDS };
}

// What a network does with all its rows: examine(network, cases, place, held, touched) gives { answers, kinds, names, order
// (rows by class), columns(layer) (activations per neuron), said(row) }. Answers are classes or numbers.
export function rowsExaminer() {
  const kept = new Map(), about = new WeakMap();
  return (network, cases, place, held, touched) => {
    const key = JSON.stringify([network.id, place, held, touched]);
    if (kept.has(key)) return kept.get(key);
    if (!about.has(network)) {
      const { kinds, names } = kindsOf(network, cases);
      const order = [...kinds.keys()].sort((a, b) => kinds[a] - kinds[b] || cases.target[a] - cases.target[b] || a - b);
      const said = (row) => (network.task === "classification" ? wording(network.outputs[cases.target[row]]) : withUnit(cases.target[row], network.unit));
      about.set(network, { kinds, names, order, said });
    }
    const layers = network.at(place);
    const columns = network.predictors.map((name) => cases.columns[name]);
    const still = held.map((name) => network.predictors.indexOf(name));
    const found = cases.target.map((_, row) => forward(layers, scaledInputs(network, columns.map((values) => values[row]), still), network.task, touched));
    const byLayer = new Map();
    const examined = {
      ...about.get(network),
      answers: found.map(({ output }) => (network.task === "classification" ? largestAt(output) : output[0])),
      columns: (l) => {
        if (!byLayer.has(l)) byLayer.set(l, Array.from({ length: network.hidden[l] }, (_, j) => found.map(({ hidden }) => hidden[l][j])));
        return byLayer.get(l);
      },
    };
    kept.set(key, examined);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    return examined;
  };
}
