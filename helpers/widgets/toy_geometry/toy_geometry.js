import { REPRESENTED } from "../core/represented.js";
import { createStore } from "../core/store.js";
import { dimensionality, expectedLoss, keptLoss, lengths, quadrature, start, sum, training, zeroLoss } from "../core/toy.js";
import { assign, html, svg } from "../view/dom.js";
import { featuresView } from "../view/features.js";
import { gramView } from "../view/gram.js";
import { clamp, panel } from "../view/panel.js";
import { planeView } from "../view/plane.js";
import { slider } from "../view/slider.js";

const FRAME_MS = 10; // computing time per animation frame
const STEPS_PER_FRAME = 4;

// Loss against sparsity, as a share of the loss of answering 0; the horizontal axis is the logarithm of the density.
function curveView(root, store, book, choose) {
  const { sparsities, seedLosses, importance } = book;
  const figure = panel(root, "curve", "Loss, as a share of answering 0 to everything");
  const canvas = svg("svg", { viewBox: "0 0 340 228", role: "img" }, figure);
  const end = Math.log(1 - sparsities.at(-1)) || -1;
  const x = (s) => 36 + (290 * Math.log(1 - s)) / end;
  const y = (part) => 194 - 260 * clamp(part, 0, 0.72);
  const part = (loss, s) => loss / (zeroLoss(s, importance) || 1);
  for (const tick of [0, 0.2, 0.4, 0.6]) {
    svg("path", { class: "axis", d: `M36 ${y(tick)}H330` }, canvas);
    svg("text", { class: "small right", x: 31, y: y(tick) + 4, text: tick }, canvas);
  }
  for (const tick of [0, 0.5, 0.8, 0.9, 0.95, 0.99].filter((s) => s <= sparsities.at(-1) + 1e-9)) {
    svg("text", { class: "small middle", x: x(tick), y: 210, text: tick }, canvas);
  }
  svg("text", { class: "small middle", x: 180, y: 225, text: "sparsity" }, canvas);
  const path = (losses) => losses.map((loss, i) => `${i ? "L" : "M"}${x(sparsities[i])} ${y(part(loss, sparsities[i]))}`).join("");
  sparsities.forEach((s, i) => seedLosses[i].forEach((loss) => svg("circle", { class: "seed", cx: x(s), cy: y(part(loss, s)), r: 2 }, canvas)));
  const kept = sparsities.map((s) => keptLoss(s, importance));
  svg("path", { class: "two", d: path(kept) }, canvas);
  svg("path", { class: "book", d: path(seedLosses.map((losses) => Math.min(...losses))) }, canvas);
  svg("text", { class: "label right", x: 328, y: y(part(kept.at(-1), sparsities.at(-1))) - 9, text: "only features 1 and 2" }, canvas);
  svg("text", { class: "label", x: 44, y: y(0.05), text: "trained (dots: each seed)" }, canvas);
  const line = svg("path", { class: "now" }, canvas);
  const dot = svg("circle", { class: "dot", r: 6 }, canvas);
  const pick = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse()).x;
    const off = sparsities.map((s) => Math.abs(x(s) - at));
    choose(off.indexOf(Math.min(...off)));
  };
  // A drag counts only if it began here; a finger that scrolls the page picks nothing.
  canvas.addEventListener("click", pick);
  canvas.addEventListener("pointerdown", (event) => event.pointerType === "mouse" && event.button === 0 && canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && pick(event));
  return ({ sparsity, total, source }) => {
    assign(line, { d: `M${x(sparsity)} 10V194` });
    assign(dot, { cx: x(sparsity), cy: y(part(total, sparsity)) });
    dot.classList.toggle("hand", source !== "book");
    const percent = (loss) => `${Math.round(100 * part(loss, sparsity))}%`;
    canvas.setAttribute("aria-label", `Loss against sparsity. At sparsity ${sparsity.toFixed(2)} the model has ${percent(total)} of ` +
      `the loss of answering 0; keeping only features 1 and 2 has ${percent(keptLoss(sparsity, importance))}.`);
  };
}

// The button trains from a random start, a few steps per frame; with reduced motion only the end is shown.
function trainer(root, store, grid, importance, reset) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const box = html("div", { class: "buttons" }, root);
  const button = html("button", { type: "button", class: "primary" }, box);
  const back = html("button", { type: "button", text: "Back to the book's model" }, box);
  const progress = html("progress", { max: 1, value: 0, "aria-label": "training" }, box);
  let run = null, frame = 0, seed = 0;
  const tick = () => {
    if (!store.get().running) return;
    const stop = performance.now() + FRAME_MS;
    const most = still.matches ? run.steps : STEPS_PER_FRAME;
    for (let k = 0; k < most && run.count < run.steps && performance.now() < stop; k++) run.step();
    const done = run.count >= run.steps;
    progress.value = run.count / run.steps;
    if (done || !still.matches) store.set({ ...run.model, source: "here", running: !done });
    if (!done) frame = requestAnimationFrame(tick);
  };
  button.addEventListener("click", () => {
    if (store.get().running) return store.set({ running: false });
    const { sparsity, W } = store.get();
    run = training(start(W.length, seed++), sparsity, importance, grid);
    store.set({ ...run.model, source: "here", running: true });
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(tick);
  });
  back.addEventListener("click", () => { reset(); button.focus(); }); // it is disabled now and would lose the focus
  const show = ({ running, source }) => {
    button.textContent = running ? "Stop" : "Train from scratch here";
    back.disabled = source === "book";
    progress.hidden = !running;
  };
  return [show, () => cancelAnimationFrame(frame)];
}

function render({ model, el }) {
  const [sparsities, weights, biases] = ["sparsities", "weights", "biases"].map((name) => model.get(name));
  const [importance, seedLosses, views] = ["importance", "seed_losses", "views"].map((name) => model.get(name));
  const grid = quadrature(importance.length);
  const nearest = (s) => sparsities.reduce((best, value, i) => (Math.abs(value - s) < Math.abs(sparsities[best] - s) ? i : best), 0);
  const trained = (index) => ({
    index, sparsity: sparsities[index], W: weights[index], b: biases[index], source: "book", running: false,
  });
  const store = createStore(trained(nearest(model.get("sparsity"))));
  const choose = (index) => {
    if (index === store.get().index && store.get().source === "book") return;
    store.set(trained(index));
    model.set("sparsity", sparsities[index]);
    model.save_changes();
  };
  const reset = () => choose(store.get().index);
  const slots = importance.length;
  const move = (i, x, y) => {
    const W = store.get().W.map((row, k) => (k === i ? [x, y] : row));
    store.set({ W, source: "hand", running: false });
  };

  const root = html("div", { class: "toy-geometry toy-figure", role: "group", "aria-label": "Five features in two dimensions" }, el);
  const slide = slider(root, { name: "sparsity", size: sparsities.length, ends: ["always on", "rarely on"] }, choose);
  const parts = [({ index, sparsity }) => slide({ index, text: sparsity.toFixed(2) })];
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const panels = html("div", { class: "panels" }, root);
  if (views.includes("plane")) parts.push(planeView(panels, slots, move));
  if (views.includes("gram")) parts.push(gramView(panels, slots));
  if (views.includes("features")) parts.push(featuresView(panels, slots));
  if (views.includes("curve")) parts.push(curveView(panels, store, { sparsities, seedLosses, importance }, choose));
  let cancel = () => {};
  if (views.includes("train")) {
    const [show, stop] = trainer(root, store, grid, importance, reset);
    parts.push(show);
    cancel = stop;
  }

  const summary = ({ sparsity, norm, total, source }) => {
    const kept = norm.flatMap((length, i) => (length >= REPRESENTED ? [i + 1] : []));
    const whose = { book: "", hand: "your arrows, ", here: "trained here, " }[source];
    return `${whose}sparsity ${sparsity.toFixed(2)}: ${kept.length} feature${kept.length === 1 ? "" : "s"} represented` +
      `${kept.length ? ` (${kept.join(", ")})` : ""}, loss ${total.toFixed(4)}; ` +
      `features 1 and 2 alone would have ${keptLoss(sparsity, importance).toFixed(4)}`;
  };
  const draw = (state) => {
    const loss = expectedLoss(state, state.sparsity, importance, grid);
    const seen = { ...state, importance, loss, total: sum(loss), norm: lengths(state.W), share: dimensionality(state.W) };
    for (const part of parts) part(seen);
    const text = state.running ? "Training a new model in your browser …" : summary(seen);
    if (status.textContent !== text) status.textContent = text; // an unchanged text would be read out again
  };
  const follow = () => {
    const index = nearest(model.get("sparsity"));
    if (index !== store.get().index) store.set(trained(index));
  };
  store.subscribe(draw);
  model.on("change:sparsity", follow);
  draw(store.get());
  return () => {
    model.off("change:sparsity", follow);
    cancel();
  };
}

export default { render };
