import { readRows } from "../core/bytes.js";
import { arranged, chanceOf, matcherText, matchings, readMatcher, scoresOf } from "../core/matcher.js";
import { createStore } from "../core/store.js";
import { address, copyButton } from "../view/address.js";
import { radios, select } from "../view/choice.js";
import { html, number } from "../view/dom.js";
import { slider } from "../view/slider.js";
import { FEW, columnsView } from "./columns.js";
import { scoresView } from "./scores.js";
import { turningView } from "./turning.js";

const [USUAL, MOST_BUTTONS] = [0.9, 4];
const MODES = [["one", "One to one"], ["nearest", "Nearest latent"]];
const ORDERS = [["worst", "Worst first"], ["frequent", "Frequent first"], ["index", "By number"]];

const about = (inputs) => (inputs === 2
  ? "Both columns show the arrows as they lie in the plane. "
  : `With ${inputs} inputs an arrow cannot be drawn; the one thing to see in a pair is its angle. So each feature points up, and a latent is turned ` +
    "from it (dashed) by the angle between the two; to which side means nothing. ") +
  "Solid lines are above the cosine asked for, dashed ones below. Under a spare latent stands the feature that it repeats, or else its largest cosine with any.";

// Remembers what was computed for an array, as long as the array lives.
function remembered(compute) {
  const kept = new WeakMap();
  return (rows) => {
    if (!kept.has(rows)) kept.set(rows, compute(rows));
    return kept.get(rows);
  };
}

function choices(root, names, orders, set) {
  const box = html("div", { class: "choose" }, root);
  const list = names.map((name, k) => [String(k), name]);
  const pick = (value) => set({ chosen: Number(value) });
  const dictionary = (names.length > MOST_BUTTONS ? select : radios)(box, { name: "Dictionary", options: list }, pick);
  const mode = radios(box, { name: "Match", options: MODES }, (value) => set({ mode: value }));
  const order = radios(box, { name: "Order", options: orders }, (value) => set({ order: value }));
  return (state) => {
    dictionary(String(state.chosen));
    mode(state.mode);
    order(state.order);
  };
}

function render({ model, el }) {
  const inputs = model.get("inputs");
  const frequency = model.get("frequency");
  const truth = readRows(model.get("truth"), inputs);
  const given = model.get("dictionaries").map(({ name, rows, on }) => ({ name, on, rows: readRows(rows, inputs) }));
  const names = given.map(({ name }) => name);
  const orders = ORDERS.filter(([order]) => order !== "frequent" || frequency.length);
  const store = createStore({ chosen: 0, mode: "one", order: "worst", limit: USUAL, picked: null, all: false, rows: given.map(({ rows }) => rows) });
  const matched = remembered((rows) => matchings(truth, rows));
  const chances = new Map();
  const chance = (latents) => chances.get(latents) ?? chances.set(latents, chanceOf(truth, latents)).get(latents);
  let last = { key: "" };
  // Hovering and showing more change no arrangement.
  const arrange = (found, options) => {
    const key = [options.mode, options.order, options.limit].join();
    if (last.found !== found || last.key !== key) last = { found, key, arrangement: arranged(found, options) };
    return last.arrangement;
  };
  const see = (state) => {
    const { chosen, mode, limit } = state;
    const [rows, { on }] = [state.rows[chosen], given[chosen]];
    const found = matched(rows);
    const random = chance(rows.length);
    const scores = [...state.rows.map((each) => scoresOf(matched(each), mode, limit)), random.scores(mode, limit)];
    return {
      ...state, ...found[mode], table: found.table, truth, frequency, rows, on, scores, name: names[chosen],
      arrangement: arrange(found, { ...state, frequency, on }), chance: random.all(mode), draws: random.draws,
    };
  };

  const root = html("div", { class: "toy-figure matcher", role: "group", "aria-label": "Dictionary matcher" }, el);
  const known = { dictionaries: names.length, orders: orders.map(([order]) => order), features: truth.length };
  const read = (text) => {
    const changes = readMatcher(text, known);
    if (changes) store.set(changes);
    return changes !== null;
  };
  // Only a built page has an address to keep state in; in a notebook it belongs to others.
  const built = document.documentElement.dataset.content_root !== undefined;
  const link = built ? address(model.get("key"), (text) => read(text) && root.scrollIntoView({ block: "start" })) : null;
  const set = (changes) => {
    store.set(changes);
    link?.write(matcherText(store.get()));
  };
  const turn = (latent, angle) => {
    const { rows, chosen } = store.get();
    const to = Float64Array.of(Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180));
    store.set({ rows: rows.map((each, k) => (k === chosen ? each.map((row, j) => (j === latent ? to : row)) : each)) });
  };

  const choose = choices(root, names, orders, set);
  const threshold = (index) => set({ limit: index / 100 });
  const move = slider(root, { name: "A feature counts as recovered above cosine", size: 100, ends: ["0", "0.99"] }, threshold);
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const panels = html("div", { class: "panels" }, root);
  const left = html("div", { class: "side" }, panels);
  const right = html("div", { class: "side" }, panels);
  const columns = columnsView(left, inputs, (picked) => set({ picked }));
  const more = html("button", { type: "button" }, left);
  more.addEventListener("click", () => store.set({ all: !store.get().all }));
  const plane = inputs === 2 ? turningView(right, turn) : null;
  const back = plane && html("button", { type: "button", text: "Put the latents back" }, right);
  back?.addEventListener("click", () => {
    const { rows, chosen } = store.get();
    store.set({ rows: rows.map((each, k) => (k === chosen ? given[k].rows : each)) });
    right.querySelector(".movable").focus(); // the button is disabled now and would lose the focus
  });
  const scores = scoresView(plane ? left : right, right, names, threshold);
  html("p", { class: "note", text: about(inputs) }, root);
  const forget = link && copyButton(html("div", { class: "buttons" }, root), () => {
    link.write(matcherText(store.get()));
    link.flush();
  });

  const draw = (state) => {
    const seen = see(state);
    const [mine, random] = [seen.scores[state.chosen], seen.scores.at(-1)];
    const { pairs, spare, without } = seen.arrangement;
    choose(state);
    move({ index: Math.round(100 * state.limit), text: number(state.limit), spoken: `above cosine ${number(state.limit)}` });
    const text = `${seen.name}${state.rows[state.chosen] === given[state.chosen].rows ? "" : ", turned by you"}: ${mine.recovered} of ${truth.length} features recovered ` +
      `above cosine ${number(state.limit)}, where a random dictionary has ${random.recovered.toFixed(1)}; MMCS ${number(mine.mmcs)} (random: ${number(random.mmcs)}).`;
    if (status.textContent !== text) status.textContent = text;
    columns(seen);
    plane?.(seen);
    if (back) back.disabled = state.rows[state.chosen] === given[state.chosen].rows;
    more.hidden = pairs.length <= FEW && spare.length <= 12 && without.length <= 12;
    more.textContent = state.all ? "Show fewer" : "Show all features and latents";
    scores(seen);
    forget?.();
  };
  store.subscribe(draw);
  draw(store.get());
  link?.follow();
  return () => link?.stop();
}

export default { render };
