import { createStore } from "../core/store.js";
import {
  DRAWS, adjustedFor, chanceScore, comparedUnits, obstacle, readDictionary, readUniversality, sharedBeyond, universalityText,
} from "../core/universality.js";
import { address, copyButton } from "../view/address.js";
import { radios, select } from "../view/choice.js";
import { html, number } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { slider } from "../view/slider.js";
import { conditionsView } from "./conditions_view.js";
import { heatTable } from "./heat_table.js";
import { pairView } from "./pair_view.js";
import { responsesView } from "./responses_view.js";
import { MEASURE_NAMES, besideChance, letter, noteUnder, pairSentence, whyNot } from "./words.js";

const LIMIT = 0.7; // what the chapter calls alike
const ABOUT = "Hundredths, computed here from the activations shown. Matched: mean over pairs of latents matched one to one (Hungarian method). " +
  "Nearest: mean of the largest correlation with any latent of the other, of both directions. Dead latents have no part in it. " +
  `Chance is the mean of ${DRAWS} draws: for correlations the latents of one belong to other rows, dealt at random; for cosines its vectors have ` +
  "random directions. Adjusted: the share of the way from chance to 1. A dash: no such number.";

// Every two dictionaries, compared when they are first asked for.
function comparing(dictionaries) {
  const kept = new Map();
  const once = (key, compute) => {
    if (!kept.has(key)) kept.set(key, compute());
    return kept.get(key);
  };
  const found = (a, b, measure) => once(`${a}.${b}.${measure}`, () => comparedUnits(dictionaries[a], dictionaries[b], measure));
  const scores = (a, b, measure) => {
    // The two may come in either order: chance deals the rows of the later one.
    const [one, other] = a < b ? [a, b] : [b, a];
    return once(`${one}.${other}.${measure}.chance`, () => {
      const why = obstacle(dictionaries[one], dictionaries[other], measure);
      if (why) return { obstacle: why };
      const { raw } = found(one, other, measure);
      const chance = chanceScore(dictionaries[one], dictionaries[other], measure);
      return { obstacle: "", raw, chance, adjusted: adjustedFor(raw, chance) };
    });
  };
  return { found, scores };
}

// The agreement of every two dictionaries. pick(a, b) hears of chosen ones. Returns a function that draws the state.
function agreementView(root, dictionaries, scores, pick) {
  const figure = panel(root, "matrix", "Which dictionaries agree?");
  const draw = heatTable(figure, { name: "Agreement of every two dictionaries" }, (a, b) => a !== b && pick(a, b));
  const columns = dictionaries.map(({ name }, k) => ({ short: letter(k), name }));
  return ({ a, b, measure, scale }) => {
    const cell = (r, c) => {
      const both = `${dictionaries[r].name} with ${dictionaries[c].name}`;
      if (r === c) return { value: null, mark: "self", says: () => `${both}: the same dictionary.` };
      const own = scores(r, c, measure);
      const says = () => `${both}: ${own.obstacle ? whyNot(own.obstacle, measure) : `${MEASURE_NAMES[measure]} ${besideChance(own)}`}.`;
      return { value: own.obstacle ? null : own[scale], says, mark: (r === a && c === b) || (r === b && c === a) ? "chosen" : "" };
    };
    const rows = dictionaries.map(({ name }, r) => ({ short: letter(r), name, cells: columns.map((_, c) => cell(r, c)) }));
    draw({ columns, groups: [{ title: "", rows }], begin: [a, b] });
  };
}

function show({ model, el }) {
  const rows = model.get("rows");
  const inputs = model.get("inputs").map((input) => ({ ...input, values: Float64Array.from(input.values) }));
  const dictionaries = model.get("dictionaries").map((packed) => readDictionary(packed, rows));
  const table = model.get("conditions");
  const { found, scores } = comparing(dictionaries);
  const store = createStore({ a: 0, b: 1, measure: "matched", scale: "raw", limit: LIMIT, input: 0, data: 0, against: 0 });
  const root = html("div", { class: "toy-figure universality-map", role: "group", "aria-label": "Map of universality" }, el);
  const known = {
    dictionaries: dictionaries.length, inputs: inputs.length,
    data: new Set((table.rows ?? []).map(([data]) => data)).size, against: table.against?.length ?? 0,
  };
  const read = (text) => {
    const changes = readUniversality(text, known);
    if (changes) store.set(changes);
    return changes !== null;
  };
  // Only a built page has an address to keep state in; in a notebook it belongs to others.
  const built = document.documentElement.dataset.content_root !== undefined;
  const link = built ? address(model.get("key"), (text) => read(text) && root.scrollIntoView({ block: "start" })) : null;
  const set = (changes) => {
    store.set(changes);
    link?.write(universalityText(store.get()));
  };

  const choose = html("div", { class: "choose" }, root);
  const measure = radios(choose, { name: "Measure", options: Object.entries(MEASURE_NAMES) }, (value) => set({ measure: value }));
  const scale = radios(choose, { name: "Scale", options: [["raw", "raw"], ["adjusted", "adjusted for chance"]] }, (value) => set({ scale: value }));
  const names = dictionaries.map(({ name }, k) => [String(k), `${letter(k)}: ${name}`]);
  const two = html("div", { class: "two" }, root);
  const [a, b] = [["Left", "a"], ["Right", "b"]].map(([side, key]) => select(two, { name: `${side}`, options: names }, (value) => set({ [key]: Number(value) })));
  const move = slider(root, { name: "Latents are shared beyond", size: 100, ends: ["0", "0.99"] }, (index) => set({ limit: index / 100 }));
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const panels = html("div", { class: "panels" }, root);
  const matrix = agreementView(panels, dictionaries, scores, (one, other) => set({ a: one, b: other }));
  let seen = null;
  const pair = pairView(panels, (item) => responses(seen, item));
  const responses = responsesView(panels, inputs, (input) => set({ input }));
  noteUnder(root, ABOUT);
  const conditions = table.rows ? conditionsView(root, table, set) : null;
  const forget = link && copyButton(html("div", { class: "buttons" }, root), () => {
    link.write(universalityText(store.get()));
    link.flush();
  });

  const draw = (state) => {
    const [one, other] = [dictionaries[state.a], dictionaries[state.b]];
    const same = state.a === state.b;
    const both = same ? null : found(state.a, state.b, state.measure);
    seen = {
      ...state, a: one, b: other, found: both, scores: same ? {} : scores(state.a, state.b, state.measure),
      shared: both ? sharedBeyond(both.pairs, state.limit, one, other) : 0,
    };
    measure(state.measure);
    scale(state.scale);
    a(String(state.a));
    b(String(state.b));
    move({ index: Math.round(100 * state.limit), text: number(state.limit), spoken: `shared beyond ${number(state.limit)}` });
    const text = pairSentence(seen);
    if (status.textContent !== text) status.textContent = text;
    matrix(state);
    pair(seen);
    conditions?.(state);
    forget?.();
  };
  store.subscribe(draw);
  draw(store.get());
  link?.follow();
  return () => link?.stop();
}

// Data that makes no sense leaves a message in its place; the page stays alive.
function render({ model, el }) {
  try {
    return show({ model, el });
  } catch (error) {
    el.replaceChildren(html("p", { class: "widget-error", role: "alert", text: `The map of universality could not start: ${error.message}` }));
    return () => {};
  }
}

export default { render };
