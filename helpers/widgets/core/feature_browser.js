// The core of the feature browser: which units are shown in which order, and its state as a text. No DOM.
import "./link.js";
import { slug } from "./naming.js";
import "./network.js";
import "./reader.js";
import "./units.js";

export const SHOWS = ["neurons", "latents", "both"];
export const SORTS = ["number", "score", "often", "effect", "predictor", "class"];
export const LEASTS = [0, 0.2, 0.4, 0.6, 0.8];
export const MOST_STEER = 2; // times the largest activation on the cases

export const KINDS = { neurons: ["neuron"], latents: ["latent"], both: ["neuron", "latent"] };

// Words about a unit that was never on in the rows they were made from may meet cases in which it is on.
export const wordsOf = (words, often) => (words === "never on" && often > 0 ? `${words} in the rows it was explained on` : words);

// Whether words have what is looked for: as it is written, or each word of it anywhere, or the name of a column they are
// about. `columns` are the names of those.
function has(wanted, { words, columns }) {
  const [said, known] = [words.toLowerCase(), columns.map((name) => name.toLowerCase())];
  const each = wanted.split(/\s+/);
  return said.includes(wanted) || known.includes(each.join("_")) || each.every((word) => said.includes(word) || known.includes(word));
}

// The units that pass the filter, in the wished order. `facts` holds one of { kind, index, words, columns, score, often,
// effect, predictor, class } per unit, in the order of their numbers; what is not a number comes last.
export function arrangedUnits(facts, { sort, words, living, least }) {
  const wanted = words.trim().toLowerCase();
  const passes = (fact) => has(wanted, fact) && (!living || fact.often > 0) && (least === null || fact.score > least);
  const size = (fact) => (Number.isFinite(fact[sort]) ? Math.abs(fact[sort]) : -1);
  // A score below zero is worse than none at all, a correlation below zero is as good as one above.
  const rank = sort === "score" ? ({ score }) => (Number.isFinite(score) ? score : -2) : size;
  const kept = facts.filter(passes);
  return sort === "number" ? kept : kept.sort((a, b) => rank(b) - rank(a));
}

// The lists that are shown: [{ name, units, count }]. By number, neurons and latents have a list each; by anything else
// they are sorted together, as "both".
export function unitLists(facts, state) {
  const kinds = KINDS[state.show];
  const lists = kinds.length > 1 && state.sort !== "number" ? [[state.show, kinds.flatMap((kind) => facts[kind])]] : kinds.map((kind) => [kind, facts[kind]]);
  return lists.map(([name, all]) => ({ name, units: arrangedUnits(all, state), count: all.length }));
}

// Whether changes can bring another unit to the front.
export const reorders = (changes, { sort }) =>
  ["net", "show", "sort", "words", "living", "least"].some((key) => key in changes) || (sort === "predictor" && "input" in changes);

// Words as a text without any letter that an address or a state needs for itself.
const hidden = (words) => encodeURIComponent(words).replaceAll("~", "%7E").replaceAll("%", "~");
function unhidden(text) {
  try {
    return decodeURIComponent(text.replaceAll("~", "%"));
  } catch {
    return null; // a broken escape
  }
}

const sixDigits = (value) => String(Number(value.toPrecision(6)));
const letterOf = ({ kind, index }) => `${kind[0]}${index + 1}`;
export const named = ({ name }) => slug(name);

// State as a text: net=phase;show=both;sort=score;q=cold;dead=hidden;above=0.4;unit=l3;c=12;i=4;s=1.25. Counted from 1.
export function browserText(state, shown) {
  const { network } = shown[state.net];
  const parts = [
    ["net", named(network)], ["show", state.show], ["sort", state.sort], ["q", hidden(state.words.trim())],
    ["dead", state.living ? "hidden" : ""], ["above", state.least === null ? "" : String(state.least)],
    ["unit", letterOf(state.unit)],
    state.row === null ? ["v", network.predictors.map((name) => sixDigits(state.values[name])).join(",")] : ["c", state.row + 1],
    ["i", state.input + 1], ["s", state.steer === null ? "" : sixDigits(state.steer)],
  ];
  return parts.filter(([, value]) => value !== "").map(([key, value]) => `${key}=${value}`).join(";");
}

const among = (text, high) => (/^\d+$/.test(text ?? "") && Number(text) >= 1 && Number(text) <= high ? Number(text) - 1 : undefined);

// What a text changes in the state; what makes no sense is left out.
export function readBrowser(text, shown, current) {
  const told = Object.fromEntries(text.split(";").map((part) => part.split("=")).filter(([, value]) => value));
  const changes = {};
  const set = (key, value) => { if (value !== undefined && value !== null) changes[key] = value; };
  const net = told.net ? shown.findIndex(({ network }) => named(network) === told.net) : -1;
  if (net >= 0) changes.net = net;
  const { network, reader, cases } = shown[changes.net ?? current];
  if (SHOWS.includes(told.show)) changes.show = told.show;
  if (SORTS.includes(told.sort)) changes.sort = told.sort;
  set("words", told.q && unhidden(told.q));
  if (told.dead === "hidden") changes.living = true;
  if (LEASTS.map(String).includes(told.above)) changes.least = Number(told.above);
  const kind = { n: "neuron", l: "latent" }[told.unit?.[0]];
  const index = kind && among(told.unit.slice(1), kind === "neuron" ? reader.enc.inputs : reader.enc.outputs);
  if (index !== undefined) changes.unit = { kind, index };
  set("row", among(told.c, cases.target.length));
  const values = told.v?.split(",").map((value) => (value === "" ? NaN : Number(value)));
  if (values?.length === network.predictors.length && values.every((value, i) => Number.isFinite(value) && !(network.log[i] && value <= 0))) {
    Object.assign(changes, { row: null, values: Object.fromEntries(network.predictors.map((name, i) => [name, values[i]])) });
  }
  set("input", among(told.i, network.predictors.length));
  const steer = told.s === undefined ? NaN : Number(told.s);
  if (steer >= 0 && steer <= MOST_STEER) changes.steer = steer;
  return changes;
}

// The text that takes the Inspector to a case and a neuron of a network. `key` is the network's name there.
export const inspectorLink = (key, { network, reader }, { row, values, unit }) => [
  `net=${key}`, row === null ? `v=${network.predictors.map((name) => sixDigits(values[name])).join(",")}` : `c=${row + 1}`,
  `h=${reader.layer + 1}.${unit.index + 1}`, "look=neuron",
].join(";");
