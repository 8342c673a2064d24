import { physicalValue } from "../core/network.js";
import { clamp } from "../view/panel.js";

const sameSizes = (a, b) => a.hidden.join() === b.hidden.join();

// The state to begin with: the first network as trained, its first row.
export function firstState(networks, casesOf) {
  const [network] = networks;
  const input = Math.max(0, network.predictors.findIndex((name) => /temperature/i.test(name)));
  const state = {
    net: 0, place: network.stored - 1, playing: false, values: {}, row: casesOf(network) ? 0 : null, held: [],
    touched: [], neuron: [0, 0], output: 0, input, look: "why", rule: "off",
  };
  return settled(networks, casesOf, state, {});
}

// The state after `changes`, mended where another network has no such neuron, input or row.
export function settled(networks, casesOf, state, changes) {
  const next = { ...state, ...changes };
  const [old, network] = [networks[state.net], networks[next.net]];
  const cases = casesOf(network);
  if (network !== old) {
    // A network that was trained to its end is followed by one that was.
    if (changes.place === undefined && state.place === old.stored - 1 && !state.playing) next.place = network.stored - 1;
    else if (changes.place === undefined) next.place = state.place + old.first - network.first;
    if (!sameSizes(old, network) && !changes.touched) next.touched = [];
    if (changes.input === undefined) next.input = network.predictors.indexOf(old.predictors[state.input]);
    if (changes.row === undefined && next.row !== null && casesOf(old) !== cases) next.row = cases ? 0 : null;
  }
  next.place = clamp(next.place, 0, network.stored - 1);
  const layer = clamp(next.neuron[0], 0, network.hidden.length - 1);
  next.neuron = [layer, clamp(next.neuron[1], 0, network.hidden[layer] - 1)];
  next.output = clamp(next.output, 0, network.outputs.length - 1);
  next.input = clamp(next.input, 0, network.predictors.length - 1);
  next.held = next.held.filter((name) => network.predictors.includes(name));
  if (next.row !== null && cases) {
    next.row = clamp(next.row, 0, cases.target.length - 1);
    next.values = Object.fromEntries(network.predictors.map((name) => [name, cases.columns[name][next.row]]));
  } else {
    next.row = null;
    const means = Object.fromEntries(network.predictors.map((name, i) => [name, physicalValue(network, i, 0)]));
    next.values = { ...means, ...next.values };
  }
  return next;
}

// The list of what is done to neurons, with one of them changed; "none" leaves it as trained.
export function withTouch(touched, [layer, neuron], how, value) {
  const others = touched.filter((each) => each.layer !== layer || each.neuron !== neuron);
  return how === "none" ? others : [...others, { layer, neuron, how, value: how === "off" ? 0 : value }];
}
