// The core of the Inspector: which network is shown, and its state as a text. No DOM.
import "./curve.js";
import "./layer.js";
import "./link.js";
import { depth, networkKey, penalty } from "./naming.js";
import "./network.js";
import "./propagation.js";
import "./verification.js";

export const LOOKS = ["why", "neuron", "layer", "skill", "response", "about"];
export const LAWS = ["off", "epsilon", "published"];
const HOWS = ["off", "clamp", "scale"];
const MOST = 1e6; // a neuron clamped to more would make infinite numbers

// The index of the network nearest to `current` that has what is wished: a name, a depth, a penalty. What was not wished
// for may change if it must; the inputs last.
export function nearestNetwork(networks, current, wish) {
  const cost = (network) => {
    const [name, deep, l1] = [wish.name ?? current.name, wish.depth ?? depth(current), wish.penalty ?? penalty(current)];
    const inputs = network.predictors.join() === current.predictors.join();
    return 1000 * (network.name !== name) + (wish.depth ? 100 : 2) * (depth(network) !== deep) +
      (wish.penalty ? 100 : 1) * (penalty(network) !== l1) + (wish.name && wish.name !== current.name ? 0.5 : 4) * !inputs;
  };
  const costs = networks.map(cost);
  return costs.indexOf(Math.min(...costs));
}

// The network for a set of wanted inputs, and which of its inputs are to be held at their mean because no network was
// trained without them. Null if no network of this name sees all that is wanted.
export function networkFor(networks, current, wanted) {
  const able = networks.filter(({ name, predictors }) => name === current.name && wanted.every((input) => predictors.includes(input)));
  if (!able.length || !wanted.length) return null;
  const least = Math.min(...able.map(({ predictors }) => predictors.length));
  const few = able.filter(({ predictors }) => predictors.length === least);
  // Rather the same depth and penalty with an input held than another network.
  const same = (network) => depth(network) === depth(current) && penalty(network) === penalty(current);
  const network = few.find(same) ?? able.find(same) ?? few[0];
  return { net: networks.indexOf(network), held: network.predictors.filter((input) => !wanted.includes(input)) };
}

const place = ([layer, neuron]) => `${layer + 1}.${neuron + 1}`;
const brief6 = (value) => String(Number(value.toPrecision(6)));

// State as a text: net=phase.4.off.11111;e=12;c=3;h=1.2;o=1;i=4;t=1.2off,1.3clamp2;x=2.5;look=neuron;r=epsilon.
export function inspectorText(state, networks) {
  const network = networks[state.net];
  const { predictors, first } = network;
  const parts = [
    ["net", networkKey(networks, network)],
    ["e", state.place + first],
    state.row === null ? ["v", predictors.map((name) => brief6(state.values[name])).join(",")] : ["c", state.row + 1],
    ["h", place(state.neuron)], ["o", state.output + 1], ["i", state.input + 1],
    ["t", state.touched.map(({ layer, neuron, how, value }) => `${place([layer, neuron])}${how}${how === "off" ? "" : brief6(value)}`).join(",")],
    ["x", state.held.map((name) => predictors.indexOf(name) + 1).join(".")],
    ["look", state.look], ["r", state.rule === "off" ? "" : state.rule],
  ];
  return parts.filter(([, value]) => value !== "").map(([key, value]) => `${key}=${value}`).join(";");
}

const wholeFrom = (text, low, high) => (/^\d+$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : null);

function readNeuron(text, { hidden }) {
  const [, layer, neuron] = /^(\d+)\.(\d+)$/.exec(text) ?? [];
  const fits = layer >= 1 && layer <= hidden.length && neuron >= 1 && neuron <= hidden[layer - 1];
  return fits ? [layer - 1, neuron - 1] : null;
}

function readTouch(text, network) {
  const [, where, how, value] = /^([\d.]+)(off|clamp|scale)(.*)$/.exec(text) ?? [];
  const found = where && readNeuron(where, network);
  const number = how === "off" ? (value === "" ? 0 : NaN) : value === "" ? NaN : Number(value);
  return found && HOWS.includes(how) && Math.abs(number) <= MOST ? { layer: found[0], neuron: found[1], how, value: number } : null;
}

// What a text changes in the state; what makes no sense is left out. `rows(network)` tells how many cases it has.
export function readInspector(text, networks, current, rows) {
  const told = Object.fromEntries(text.split(";").map((part) => part.split("=")).filter(([, value]) => value));
  const named = told.net ? networks.findIndex((network) => networkKey(networks, network) === told.net) : -1;
  const changes = named >= 0 ? { net: named } : {};
  const network = networks[changes.net ?? current];
  const set = (key, value) => { if (value !== null && value !== undefined) changes[key] = value; };
  const count = (key, high) => (told[key] === undefined ? null : wholeFrom(told[key], 1, high));
  const epoch = told.e === undefined ? null : wholeFrom(told.e, network.first, network.last);
  set("place", epoch === null ? null : epoch - network.first);
  const row = count("c", rows(network));
  set("row", row === null ? null : row - 1);
  const values = told.v?.split(",").map((value) => (value === "" ? NaN : Number(value)));
  if (values?.length === network.predictors.length && values.every((value, i) => Number.isFinite(value) && !(network.log[i] && value <= 0))) {
    Object.assign(changes, { row: null, values: Object.fromEntries(network.predictors.map((name, i) => [name, values[i]])) });
  }
  set("neuron", told.h && readNeuron(told.h, network));
  for (const [key, name, high] of [["o", "output", network.outputs.length], ["i", "input", network.predictors.length]]) {
    const found = count(key, high);
    set(name, found === null ? null : found - 1);
  }
  const touched = told.t?.split(",").map((part) => readTouch(part, network));
  const once = (list) => new Set(list.map(({ layer, neuron }) => place([layer, neuron]))).size === list.length;
  if (touched?.every(Boolean) && once(touched)) changes.touched = touched;
  const held = told.x?.split(".").map((part) => wholeFrom(part, 1, network.predictors.length));
  if (held?.every(Boolean) && new Set(held).size === held.length && held.length < network.predictors.length) {
    changes.held = held.map((i) => network.predictors[i - 1]);
  }
  if (LOOKS.includes(told.look)) changes.look = told.look;
  if (LAWS.includes(told.r)) changes.rule = told.r;
  return changes;
}
