import { browserText, readBrowser, reorders } from "../core/feature_browser.js";
import { physicalValue, readCases, readNetwork } from "../core/network.js";
import { readReader } from "../core/reader.js";
import { createStore } from "../core/store.js";
import { address, copyButton } from "../view/address.js";
import { html } from "../view/dom.js";
import { clamp } from "../view/panel.js";
import { activityView } from "./activity.js";
import { cardsView } from "./cards.js";
import { curveView } from "./curve.js";
import { caseLine, unitHead } from "./detail.js";
import { samplesView } from "./samples.js";
import { browserSeer, firstUnit } from "./seeing.js";
import { ablationView, steeringView } from "./steering.js";
import { toolbarView } from "./toolbar.js";
import { linksView, wiringView } from "./wiring.js";

const CALM = 250; // ms of rest before Python hears of the state
const NARROW = 544; // below, the open unit is out of sight under the cards
const BEGIN = { show: "both", sort: "number", words: "", living: false, least: null, row: 0, steer: null };

// The state after `changes`, mended where another network has no such unit, input or row.
function mended(all, state, changes) {
  const next = { ...state, ...changes };
  const [old, { network, reader, cases }] = [all[state.net], all[next.net]];
  if (old.network !== network) {
    if (changes.input === undefined) next.input = network.predictors.indexOf(old.network.predictors[state.input]);
    if (changes.row === undefined && old.cases !== cases) next.row = 0;
    if (changes.steer === undefined) next.steer = null;
  }
  // Another unit begins as it is.
  if (changes.unit && changes.steer === undefined) next.steer = null;
  const { kind, index } = next.unit;
  next.unit = { kind, index: clamp(index, 0, (kind === "neuron" ? reader.enc.inputs : reader.enc.outputs) - 1) };
  next.input = clamp(next.input, 0, network.predictors.length - 1);
  if (next.row === null) {
    const means = Object.fromEntries(network.predictors.map((name, i) => [name, physicalValue(network, i, 0)]));
    next.values = { ...means, ...next.values };
  } else {
    next.row = clamp(next.row, 0, cases.target.length - 1);
    next.values = Object.fromEntries(network.predictors.map((name) => [name, cases.columns[name][next.row]]));
  }
  return next;
}

function begin(all, see) {
  const { network } = all[0];
  const input = Math.max(0, network.predictors.findIndex((name) => /temperature/i.test(name)));
  const state = mended(all, { net: 0, unit: { kind: "neuron", index: 0 }, input, values: {}, ...BEGIN }, {});
  return { ...state, unit: firstUnit(see, state) };
}

function show({ model, el }) {
  const all = model.get("records").map((record, k) => {
    const plain = readNetwork(record);
    const reader = readReader(model.get("readers")[k], plain);
    const network = { ...plain, called: reader.names };
    return { network, layers: network.at(network.stored - 1), reader, cases: readCases(network, model.get("cases")) };
  });
  const networks = all.map(({ network }) => network);
  const see = browserSeer(all);
  const store = createStore(begin(all, see));
  const root = html("div", { class: "toy-figure feature-browser", role: "group", "aria-label": "Feature browser" }, el);
  const text = () => browserText(store.get(), all);
  let chosen = false; // has the reader, or a link, chosen the open unit?
  const read = (told) => {
    const changes = readBrowser(told, all, store.get().net);
    if (!Object.keys(changes).length) return false;
    // What a link does not name is as it begins, but for the network, the input, and the unit if the order stays.
    const usual = changes.row === null ? { ...BEGIN, row: null } : BEGIN;
    const next = mended(all, store.get(), { ...usual, ...changes });
    chosen = changes.unit !== undefined;
    store.set(chosen || !reorders(changes, next) ? next : { ...next, unit: firstUnit(see, next) });
    return true;
  };
  // Only a built page has an address to keep state in; in a notebook it belongs to others.
  const built = document.documentElement.dataset.content_root !== undefined;
  let begun = false;
  // An address that changes for another figure's sake leaves this one where it is.
  const hear = (told) => {
    if (!(begun && told === text()) && read(told)) root.scrollIntoView({ block: "start" });
  };
  const link = built ? address(model.get("key"), hear) : null;
  let calm = 0;
  const set = (changes) => {
    const next = mended(all, store.get(), changes);
    if ("net" in changes) chosen = false;
    if ("unit" in changes) chosen = true;
    // Another order opens its first unit, unless the reader has chosen one.
    const same = chosen || !reorders(changes, next);
    store.set(same ? next : mended(all, next, { unit: firstUnit(see, next) }));
    link?.write(text());
    clearTimeout(calm);
    calm = setTimeout(() => {
      model.set("view", text());
      model.save_changes();
    }, CALM);
  };
  const type = (name, value) => set({ values: { ...store.get().values, [name]: value }, row: null });
  const pick = (row) => set({ row });
  let title = null;
  const open = (unit, byKey = true) => {
    set({ unit });
    if (byKey) title.focus();
    else if (root.clientWidth < NARROW) title.scrollIntoView({ block: "start" });
  };

  const bar = toolbarView(root, networks, set);
  const [cards, focusCard] = cardsView(root, open);
  const pane = html("div", { class: "pane", role: "group", "aria-label": "The open unit" }, root);
  const key = model.get("inspector");
  const save = () => {
    link?.write(text());
    link?.flush();
  };
  const [head, heading] = unitHead(pane, built && key ? { key, networks } : null, { back: () => focusCard(store.get().unit), leave: save });
  title = heading;
  const current = caseLine(pane, pick);
  const panels = html("div", { class: "panels" }, pane);
  const sides = html("div", { class: "panels" }, pane);
  const [left, right] = [html("div", { class: "side" }, sides), html("div", { class: "side" }, sides)];
  const below = html("div", {}, pane);
  const views = [
    curveView(panels, type), activityView(panels), steeringView(left, set), ablationView(left), linksView(right), wiringView(right, open),
    samplesView(below, pick),
  ];
  const buttons = html("div", { class: "buttons" }, root);
  const forget = link && copyButton(buttons, save);
  const draw = (state) => {
    const seen = see(state);
    for (const view of [bar, cards, head, current, ...views]) view(seen);
    forget?.();
  };
  store.subscribe(draw);
  read(model.get("view"));
  draw(store.get());
  link?.follow();
  begun = true;
  const follow = () => model.get("view") !== text() && read(model.get("view"));
  model.on("change:view", follow);
  return () => {
    link?.stop();
    clearTimeout(calm);
    model.off("change:view", follow);
  };
}

// Data that makes no sense leaves a message in its place; the page stays alive.
function render({ model, el }) {
  try {
    return show({ model, el });
  } catch (error) {
    el.replaceChildren(html("p", { class: "widget-error", role: "alert", text: `The feature browser could not start: ${error.message}` }));
    return () => {};
  }
}

export default { render };
