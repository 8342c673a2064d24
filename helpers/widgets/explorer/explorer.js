import { MOST, drawn } from "../core/explorer.js";
import { readState, stateText } from "../core/link.js";
import { createStore } from "../core/store.js";
import { extent, readBatch } from "../core/sweeps.js";
import { address, copyButton } from "../view/address.js";
import { chips } from "../view/chips.js";
import { radios, select } from "../view/choice.js";
import { html } from "../view/dom.js";
import { pieces, siteRoot } from "../view/pieces.js";
import { sideView } from "./side.js";

const NONE = "none";
// Which count of a run says how many neurons are monosemantic, by the share that a neuron must exceed.
const COUNTS = { 0.999: "mono", 0.9: "nearly" };

// The rows of controls above the two sides. set(changes) changes the state. Returns a function that shows a state.
function controls(root, batches, set, get) {
  const top = html("div", { class: "choose" }, root);
  const options = batches.map(({ title, group }, k) => [String(k), title, group]);
  const start = (batch) => ({ batch, chosen: batches[batch].middle });
  const first = select(top, { name: "Batch", options }, (k) => set({ sides: [start(Number(k)), ...get().sides.slice(1)] }));
  const second = select(top, { name: "Compare with", options: [[NONE, "nothing"], ...options] }, (k) => {
    set({ sides: [get().sides[0], ...(k === NONE ? [] : [start(Number(k))])] });
  });
  const row = html("div", { class: "looks" }, root);
  const look = { name: "Look at", options: [["training", "training and results"], ["neurons", "single neurons"]] };
  const view = radios(row, look, (value) => set({ view: value }));
  const shares = html("div", { class: "counts" }, row);
  const parts = { name: "Monosemantic neurons per", options: [["feature", "feature"], ["neuron", "neuron"]] };
  const per = radios(shares, parts, (value) => set({ per: value }));
  const limits = { name: "Monosemantic above", options: Object.keys(COUNTS).map((value) => [value, value]) };
  const above = radios(shares, limits, (value) => set({ above: value }));
  const lists = html("div", { class: "lists" }, root);
  const [extras, box] = chips(lists, { name: "Features always on", most: MOST.extras, none: "none" }, (list) => set({ extras: list }));
  const random = html("button", { type: "button", text: "Three at random" }, box);
  let turn = 0;
  random.addEventListener("click", () => set({ extras: drawn(turn++, features()) }));
  const [chosen] = chips(lists, { name: "Features looked at", most: MOST.features, none: "none" }, (list) => set({ features: list }));
  const features = () => Math.min(...get().sides.map(({ batch }) => batches[batch].features));
  return (state) => {
    first(String(state.sides[0].batch));
    second(state.sides[1] ? String(state.sides[1].batch) : NONE);
    view(state.view);
    per(state.per);
    above(state.above);
    shares.hidden = state.view !== "training";
    lists.hidden = state.view !== "neurons";
    extras({ list: state.extras, features: features() });
    chosen({ list: state.features, features: features() });
  };
}

// Axes that hold for all sides, so that what looks equal is equal.
function sharedAxes(batches, { sides, per }) {
  const lines = sides.flatMap(({ batch, chosen }) => batches[batch].along(chosen));
  const [loss, mono, bias] = ["loss", "mono", "bias"].map((name) => extent(lines, name));
  const shares = sides.flatMap(({ batch, chosen }) => batches[batch].along(chosen).flatMap(({ ends, neurons }) => {
    return ends.map((end) => end.mono / (per === "feature" ? batches[batch].features : neurons));
  }));
  const extents = { loss, mono: [0, Math.max(0.1, mono[1])], bias: [Math.min(0, bias[0]), Math.max(0.05, bias[1])] };
  return { extents, top: 1.04 * Math.max(0.1, ...shares) };
}

function render({ model, el }) {
  const steps = model.get("steps");
  const read = (count) => model.get("batches").map((packed) => readBatch(packed, steps.length, count));
  const counted = Object.fromEntries(Object.entries(COUNTS).map(([above, count]) => [above, read(count)]));
  const batches = counted["0.999"];
  const sides = model.get("first").map((name) => {
    const batch = batches.findIndex((each) => each.name === name);
    return { batch, chosen: batches[batch].middle };
  });
  const store = createStore({ sides, extras: [], features: [], view: "training", per: "feature", above: "0.999" });

  const root = html("div", { class: "explorer toy-figure", role: "group", "aria-label": "Explorer of monosemanticity in the batches of Table 1" }, el);
  // Only a built page has an address to keep state in; in a notebook it belongs to others.
  const link = siteRoot() === undefined ? null : address(model.get("key"), (text) => {
    const found = readState(text, batches, MOST);
    if (!found) return;
    store.set(found);
    root.scrollIntoView({ block: "start" });
  });
  const set = (changes) => {
    store.set(changes);
    link?.write(stateText(store.get(), batches));
  };
  const show = controls(root, batches, set, store.get);
  const place = html("div", { class: "sides" }, root);
  const [getPiece, stopPieces] = pieces(model, model.get("fingerprint"), () => draw(store.get()));
  let t = steps.length - 1;
  const point = (step) => {
    if (step === t) return;
    t = step;
    for (const view of views.slice(0, store.get().sides.length)) view.markStep(t);
  };
  const pick = (i) => {
    const { features } = store.get();
    // The oldest makes room for a fourth.
    set({ features: features.includes(i) ? features.filter((other) => other !== i) : [...features, i].slice(-MOST.features) });
  };
  const views = [0, 1].map((n) => sideView(place, {
    steps, getPiece, pick, point, size: model.get("size"),
    choose: (chosen) => set({ sides: store.get().sides.map((side, k) => (k === n ? { ...side, chosen } : side)) }),
  }));
  const help = "Click a line, a dot or a cell to choose it. Every chart also takes the focus, and then the arrow keys.";
  html("p", { class: "note", text: help }, root);
  const buttons = html("div", { class: "buttons" }, root);
  const forget = link && copyButton(buttons, () => {
    link.write(stateText(store.get(), batches));
    link.flush();
  });

  const draw = (state) => {
    show(state);
    forget?.();
    const shown = counted[state.above];
    const shared = { ...state, t, ...sharedAxes(shown, state) };
    place.classList.toggle("two", state.sides.length > 1);
    views.forEach((view, n) => {
      const side = state.sides[n];
      view.box.hidden = !side;
      if (side) view.draw({ ...shared, side, batch: shown[side.batch] });
    });
  };
  store.subscribe(draw);
  draw(store.get());
  link?.follow();
  return () => {
    link?.stop();
    stopPieces();
  };
}

export default { render };
