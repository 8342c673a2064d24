import { createStore } from "../core/store.js";
import { brief } from "../core/scales.js";
import { median } from "../core/sweeps.js";
import { judged, nearestValue, readTradeOff, readVariant, tradeOffText } from "../core/trade_off.js";
import { address, copyButton } from "../view/address.js";
import { radios } from "../view/choice.js";
import { html, number } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { slider } from "../view/slider.js";
import { cosinesView, directionsView } from "./dictionary.js";
import { HEIGHTS, frontLegend, frontView } from "./front.js";
import { latentsView } from "./latents.js";
import { lossesView } from "./losses.js";

const KEYS = HEIGHTS.map(([key]) => key);
const percent = (share) => `${number(100 * share, share > 0.99 && share < 1 ? 1 : 0)}%`;
const unknown = "\u2013"; // of a copy that never varies there is no size to compare
const size = (value) => (value === null ? unknown : number(value));
const HELP = "What to look for: up and to the left on the front is better, but a good copy is not yet a good dictionary. Drag " +
  "the setting to both ends: does the best copy come with the most recovered features? And do other seeds agree? " +
  "Click a dot or a line to choose it; every chart also takes the focus, and then the arrow keys.";

// A table of the chosen autoencoder's numbers, beside the median and the range over all seeds of its value.
function numbersTable(root, features) {
  const table = html("table", {}, panel(root, "numbers", "In numbers"));
  const head = html("tr", {}, html("thead", {}, table));
  const [, mine] = ["measure", "this seed", "all seeds"].map((text) => html("th", { scope: "col", text }, head));
  const body = html("tbody", {}, table);
  const rows = [
    ["l0", "latents on per row (L0)", (value) => brief(value, 3)],
    ["explained", "variance explained", percent],
    ["mmcs", "MMCS", (value) => number(value)],
    ["recovered", `recovered, of ${features}`, (value) => brief(value, 3)],
    ["dead", "dead latents", (value) => brief(value, 3)],
    ["shrinkage", "size of the copy (1 fits best)", size],
  ].map(([key, name, text]) => {
    const row = html("tr", {}, body);
    html("th", { scope: "row", text: name }, row);
    const [one, all] = [html("td", {}, row), html("td", {}, row)];
    return (now, values) => {
      one.textContent = text(now[key]);
      const known = values[key].filter((value) => value !== null);
      const [low, high] = [Math.min(...known), Math.max(...known)].map(text);
      all.textContent = !known.length ? unknown : low === high ? low : `${text(median(known))} (${low} to ${high})`;
    };
  });
  return (now, values, s) => {
    mine.textContent = `seed ${s + 1}`;
    for (const row of rows) row(now, values);
  };
}

function render({ model, el }) {
  const [truth, often, trueL0, shown, bits] = ["truth", "often", "true_l0", "shown", "bits"].map((name) => model.get(name));
  const [features, inputs, above] = [truth.length, truth[0].length, model.get("recovered")];
  const variants = model.get("variants").map((packed) => readVariant(packed, inputs, bits, shown));
  const asked = () => {
    const variant = Math.max(0, variants.findIndex(({ name }) => name === model.get("variant")));
    return { variant, v: nearestValue(variants[variant].values, model.get("value")), s: model.get("seed") };
  };
  const store = createStore({ ...asked(), height: KEYS[0] });
  const root = html("div", { class: "toy-figure trade-off", role: "group", "aria-label": "Explorer of sparsity against copying" }, el);
  let sharing = false; // halfway the model holds a new variant and an old value
  const share = () => {
    const { variant, v, s } = store.get();
    sharing = true;
    model.set("variant", variants[variant].name);
    model.set("value", variants[variant].values[v]);
    model.set("seed", s);
    sharing = false;
    model.save_changes();
  };
  // Only a built page has an address to keep state in; in a notebook it belongs to others.
  const built = document.documentElement.dataset.content_root !== undefined;
  const link = built ? address(model.get("key"), (text) => {
    const found = readTradeOff(text, variants, shown, KEYS);
    if (!found) return;
    store.set(found);
    share();
    root.scrollIntoView({ block: "start" });
  }) : null;
  const write = () => link.write(tradeOffText(store.get(), variants, KEYS));
  const set = (changes) => {
    store.set(changes);
    share();
    if (link) write();
  };

  // Another variant is shown where it has about as many latents on as this one.
  const change = (variant) => {
    const { variant: from, v: now, s } = store.get();
    const gap = (v) => Math.abs(Math.log((variants[variant].l0[v][s] + 0.01) / (variants[from].l0[now][s] + 0.01)));
    set({ variant, v: [...variants[variant].values.keys()].reduce((best, v) => (gap(v) < gap(best) ? v : best)) });
  };
  const controls = html("div", { class: "controls" }, root);
  const mark = radios(controls, { name: "Variant", options: variants.map(({ name }, k) => [String(k), name]) }, (k) => change(Number(k)));
  const sliders = variants.map(({ setting, values }) => {
    const box = html("div", {}, controls);
    const ends = [values[0], values.at(-1)].map((value) => brief(value, 3));
    return { box, move: slider(box, { name: setting, size: values.length, ends }, (v) => set({ v })) };
  });
  const row = html("div", { class: "looks" }, controls);
  const seeds = Array.from({ length: shown }, (_, s) => [String(s), String(s + 1)]);
  const markSeed = radios(row, { name: "Seed", options: seeds }, (s) => set({ s: Number(s) }));
  const markHeight = radios(row, { name: "Height of the front", options: HEIGHTS.map(([key, name]) => [key, name.replace("features ", "")]) }, (height) => set({ height }));
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const panels = html("div", { class: "panels" }, root);
  const front = frontView(panels, { variants, trueL0, features, shown }, set);
  const legend = frontLegend(panels.querySelector(".front"), variants);
  const dictionary = inputs === 2 ? directionsView(panels, truth) : cosinesView(panels, often);
  const latents = latentsView(panels, often);
  const losses = lossesView(panels, set);
  const numbers = numbersTable(panels, features);
  html("p", { class: "note", text: HELP }, root);
  const buttons = html("div", { class: "buttons" }, root);
  const forget = link && copyButton(buttons, () => {
    write();
    link.flush();
  });

  const draw = (state) => {
    const { variant: k, v, s, height } = state;
    const variant = variants[k];
    const run = variant.run(v, s);
    const found = judged(truth, run, above);
    const values = Object.fromEntries(["l0", "explained", "mmcs", "recovered", "dead", "shrinkage"].map((key) => [key, variant[key][v]]));
    const now = { ...Object.fromEntries(Object.entries(values).map(([key, list]) => [key, list[s]])), mmcs: found.mmcs, recovered: found.recovered, dead: found.dead.length };
    mark(String(k));
    sliders.forEach(({ box }, i) => { box.hidden = i !== k; });
    sliders[k].move({ index: v, text: brief(variant.values[v], 3) });
    markSeed(String(s));
    markHeight(height);
    front(state);
    legend(state);
    dictionary(found, run.dictionary, variant.colour);
    latents(found, variant.colour);
    losses({ variant, curves: variant.values.map((_, i) => variant.curve(i, s)), v, s });
    numbers(now, values, s);
    forget?.();
    const true0 = trueL0 === null ? "" : ` (true: ${brief(trueL0, 3)})`;
    const text = `${variant.name}, ${variant.setting} ${brief(variant.values[v], 3)}, seed ${s + 1}: ${brief(now.l0, 3)} latents on per row${true0}, ` +
      `${percent(now.explained)} of the variance explained. MMCS ${number(now.mmcs)}; ${now.recovered} of ${features} features recovered ` +
      `(cosine above ${above}); ${now.dead} of ${run.on.length} latents dead; the copy is ${size(now.shrinkage)} times as large as fits best.`;
    if (status.textContent !== text) status.textContent = text; // an unchanged text would be read out again
  };
  const follow = () => {
    if (sharing) return;
    const [{ variant, v, s }, next] = [store.get(), asked()];
    if (variant !== next.variant || v !== next.v || s !== next.s) store.set(next);
  };
  const EVENTS = "change:variant change:value change:seed";
  store.subscribe(draw);
  draw(store.get());
  link?.follow();
  model.on(EVENTS, follow);
  return () => {
    link?.stop();
    model.off(EVENTS, follow);
  };
}

export default { render };
