import { bestBiases, descent, lossParts } from "../core/interference.js";
import { createStore } from "../core/store.js";
import { quadrature, sum } from "../core/toy.js";
import { assign, draggable, html, number, svg } from "../view/dom.js";
import { gramView } from "../view/gram.js";
import { clamp, colour, panel } from "../view/panel.js";
import { slider } from "../view/slider.js";

const FIRST = [[-0.7, -0.3], [-0.4, -0.6]]; // where the reader's two arrows lie at first: close together
const FRAME_MS = 10; // computing time per animation frame
const PARTS = [["own", "on alone"], ["alarm", "off, but answered"], ["collision", "on with others"]];
const limit = (value) => clamp(value, -1.5, 1.5);
const total = (parts) => sum(parts.flat());

// The reader's two arrows can be dragged, or moved with the arrow keys; the others are grey.
function planeView(root, store, free, place) {
  const figure = panel(root, "plane", "Your two arrows among the trained ones");
  const canvas = svg("svg", { viewBox: "-160 -160 320 320", role: "group", "aria-label": "Feature directions in the hidden plane" }, figure);
  svg("path", { class: "axis", d: "M-155 0H155M0 -155V155" }, canvas);
  svg("circle", { class: "unit", r: 100 }, canvas);
  svg("text", { class: "small", x: 82, y: -96, text: "length 1" }, canvas);
  const { W } = store.get();
  const fixed = W.flatMap((_, i) => (free.includes(i) ? [] : [i]));
  const ghosts = free.map((i) => svg("line", { class: "ghost", style: `color:${colour(i)}` }, canvas));
  const arrows = [...fixed, ...free].map((i) => {
    const mine = free.includes(i);
    const group = svg("g", { class: mine ? "mine" : "fixed", style: mine ? `color:${colour(i)}` : "" }, canvas);
    const line = svg("line", { class: "arrow" }, group);
    const own = { tabindex: 0, role: "button", "aria-roledescription": "movable arrow tip" };
    const tip = svg("g", { class: mine ? "tip movable" : "tip", ...(mine ? own : { role: "img" }) }, group);
    if (mine) svg("circle", { class: "reach", r: 22 }, tip);
    svg("circle", { r: mine ? 12 : 9 }, tip);
    svg("text", { dy: "0.36em", text: i + 1 }, tip);
    return { i, line, tip, mine };
  });
  for (const { i, tip } of arrows.filter(({ mine }) => mine)) {
    draggable(tip, canvas, (x, y) => place(i, [limit(x / 100), limit(-y / 100)]));
    tip.addEventListener("keydown", (event) => {
      const size = event.shiftKey ? 0.01 : 0.05;
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return; // those are the browser's
      event.preventDefault();
      place(i, store.get().W[i].map((value, axis) => limit(value + size * step[axis])));
    });
  }
  return ({ W: at, answer, reveal }) => {
    for (const { i, line, tip } of arrows) {
      const [x, y] = [100 * at[i][0], -100 * at[i][1]];
      assign(line, { x2: x, y2: y });
      assign(tip, { transform: `translate(${x} ${y})`, "aria-label": `feature ${i + 1} at ${number(at[i][0])}, ${number(at[i][1])}` });
    }
    free.forEach((i, k) => assign(ghosts[k], { x2: 100 * answer.W[i][0], y2: -100 * answer.W[i][1], visibility: reveal ? "visible" : "hidden" }));
  };
}

// A table with a stacked bar in each row: the three parts of a loss.
function lossTable(root, names, heading) {
  const table = html("table", {}, root);
  const head = html("tr", {}, html("thead", {}, table));
  for (const text of [heading, "loss", "its parts"]) html("th", { scope: "col", text }, head);
  const body = html("tbody", {}, table);
  const rows = names.map((name) => {
    const row = html("tr", {}, body);
    html("th", { scope: "row", text: name }, row);
    const value = html("td", {}, row);
    const bar = html("span", { class: "bar", role: "img" }, html("td", { class: "parts" }, row));
    return { value, bar, pieces: PARTS.map(([kind]) => html("span", { class: kind }, bar)) };
  });
  return (losses, most) => rows.forEach(({ value, bar, pieces }, k) => {
    value.textContent = losses[k] ? sum(losses[k]).toFixed(4) : "\u2013";
    const parts = losses[k] ?? [0, 0, 0];
    pieces.forEach((piece, p) => { piece.style.width = `${Math.min(100, (100 * parts[p]) / most)}%`; });
    bar.setAttribute("aria-label", PARTS.map(([, text], p) => `${text} ${parts[p].toFixed(4)}`).join(", "));
  });
}

function lossView(root, n) {
  const figure = panel(root, "losses", "What it costs, and when");
  const legend = html("p", { class: "legend" }, figure);
  for (const [kind, text] of PARTS) {
    const item = html("span", {}, legend);
    html("span", { class: `swatch ${kind}`, "aria-hidden": "true" }, item);
    item.append(text);
  }
  const whole = lossTable(figure, ["arrows now", "your best", "the network"], "all features");
  const each = lossTable(figure, Array.from({ length: n }, (_, i) => i + 1), "feature");
  const added = (parts) => parts && [0, 1, 2].map((p) => sum(parts.map((part) => part[p])));
  return ({ parts, answer, best }) => {
    const rows = [added(parts), added(best), added(answer.parts)];
    whole(rows, Math.max(...rows.map((row) => (row ? sum(row) : 0)), 1e-9));
    each(parts, Math.max(...parts.map(sum), ...answer.parts.map(sum), 1e-9));
  };
}

function buttons(root, store, { grid, free, importance, settle }) {
  const bar = html("div", { class: "buttons" }, root);
  const [again, reveal, compute] = ["Start again", "Show the trained arrows", "Let the computer try"]
    .map((text) => html("button", { type: "button", text }, bar));
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let run;
  const tick = () => {
    if (!store.get().running) return;
    const stop = performance.now() + FRAME_MS;
    do run.step(); while (still.matches && run.count < run.steps && performance.now() < stop);
    const running = run.count < run.steps;
    if (!running || !still.matches) store.set({ W: run.W.map((row) => [...row]), source: "computer", running });
    if (running) frame = requestAnimationFrame(tick);
  };
  compute.addEventListener("click", () => {
    if (store.get().running) return store.set({ running: false });
    const { W, sparsity } = store.get();
    run = descent(W, free, sparsity, importance, grid);
    store.set({ running: true, source: "computer" });
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(tick);
  });
  reveal.addEventListener("click", () => store.set({ reveal: !store.get().reveal }));
  again.addEventListener("click", () => settle(FIRST));
  const show = (state) => {
    compute.textContent = state.running ? "Stop" : "Let the computer try";
    reveal.textContent = state.reveal ? "Hide the trained arrows" : "Show the trained arrows";
  };
  return [show, () => cancelAnimationFrame(frame)];
}

function verdict({ sparsity, source, parts, answer }) {
  const [loss, goal] = [total(parts), total(answer.parts)];
  const gap = (100 * (loss - goal)) / goal;
  const size = `${Math.abs(gap).toFixed(Math.abs(gap) < 10 ? 1 : 0)}\u00a0%`;
  const who = source === "computer" ? "The computer" : "You";
  const against = gap > 1 ? `${size} above the trained network`
    : gap > 0.05 ? `${size} above the trained network: as good as equal`
      : gap > -0.05 ? "the same as the trained network"
        : `${size} below the trained network. ${who} beat it`;
  return `Sparsity ${sparsity.toFixed(2)}: loss ${loss.toFixed(4)}, ${against}.`;
}

function render({ model, el }) {
  const [sparsities, weights, biases] = ["sparsities", "weights", "biases"].map((name) => model.get(name));
  const [importance, free] = ["importance", "free"].map((name) => model.get(name));
  const n = importance.length;
  const grid = quadrature(n);
  const answers = sparsities.map((s, k) => ({ W: weights[k], parts: lossParts({ W: weights[k], b: biases[k] }, s, importance, grid) }));
  const judged = (W, sparsity) => lossParts({ W, b: bestBiases(W, sparsity, grid) }, sparsity, importance, grid);
  const nearest = (s) => sparsities.reduce((best, value, i) => (Math.abs(value - s) < Math.abs(sparsities[best] - s) ? i : best), 0);
  // The trained arrows of one level, but for the free ones, which lie where `rows` says.
  const level = (index, rows) => ({
    index, sparsity: sparsities[index], answer: answers[index], running: false,
    W: weights[index].map((row, i) => (free.includes(i) ? rows[free.indexOf(i)] : row)),
  });
  const best = sparsities.map(() => null); // the parts of the reader's least loss at each level
  const store = createStore({ ...level(nearest(model.get("sparsity")), FIRST), source: "hand", reveal: false });
  const mine = () => free.map((i) => store.get().W[i]);
  const settle = (rows) => store.set({ ...level(store.get().index, rows), source: "hand" });
  const place = (i, to) => settle(mine().map((row, k) => (free[k] === i ? to : row)));

  const root = html("div", { class: "toy-figure interference", role: "group", "aria-label": "Place two features by hand" }, el);
  const ends = [sparsities[0], sparsities.at(-1)].map((s) => s.toFixed(2));
  const move = slider(root, { name: "Sparsity", size: sparsities.length, ends }, (index) => {
    model.set("sparsity", sparsities[index]);
    model.save_changes();
  });
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const panels = html("div", { class: "panels" }, root);
  const parts = [planeView(panels, store, free, place), gramView(panels, n), lossView(panels, n)];
  const [show, cancel] = buttons(root, store, { grid, free, importance, settle });
  html("p", { class: "note", text: "Drag a coloured tip, or focus it and use the arrow keys (with Shift for small steps). Each bias is set as well as it can be for your arrows." }, root);

  const draw = (state) => {
    const losses = judged(state.W, state.sparsity);
    const least = best[state.index];
    if (state.source === "hand" && (!least || total(losses) < total(least))) best[state.index] = losses;
    const seen = { ...state, parts: losses, best: best[state.index] };
    for (const part of [...parts, show]) part(seen);
    move({ index: state.index, text: state.sparsity.toFixed(2) });
    const text = state.running ? "The computer moves your two arrows downhill …" : verdict(seen);
    if (status.textContent !== text) status.textContent = text;
  };
  const follow = () => {
    const index = nearest(model.get("sparsity"));
    if (index !== store.get().index) store.set(level(index, mine()));
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
