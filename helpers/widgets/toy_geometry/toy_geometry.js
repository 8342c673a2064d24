import { createStore } from "../core/store.js";
import { dimensionality, expectedLoss, gram, keptLoss, lengths, quadrature, start, sum, training, zeroLoss } from "../core/toy.js";
import { assign, html, number, svg } from "../view/dom.js";

const REPRESENTED = 0.5; // a feature whose arrow is at least this long counts as represented
const FRAME_MS = 10; // computing time per animation frame
const STEPS_PER_FRAME = 4;
const colour = (i) => `var(--feature-${i + 1})`;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function panel(root, name, title) {
  const figure = html("figure", { class: `panel ${name}` }, root);
  html("figcaption", { text: title }, figure);
  return figure;
}

// The arrows. Each tip can be dragged, or moved with the arrow keys.
function planeView(root, store) {
  const figure = panel(root, "plane", "Where each feature points");
  const canvas = svg("svg", { viewBox: "-150 -150 300 300", role: "group", "aria-label": "Feature directions in the hidden plane" }, figure);
  svg("path", { class: "axis", d: "M-145 0H145M0 -145V145" }, canvas);
  svg("circle", { class: "unit", r: 100 }, canvas);
  svg("text", { class: "small", x: 90, y: -96, text: "length 1" }, canvas);
  const arrows = store.get().W.map((_, i) => {
    const group = svg("g", { style: `color:${colour(i)}` }, canvas);
    const line = svg("line", { class: "arrow" }, group);
    const tip = svg("g", { class: "tip", tabindex: 0, role: "button", "aria-roledescription": "movable arrow tip" }, group);
    svg("circle", { class: "reach", r: 20 }, tip);
    svg("circle", { r: 11 }, tip);
    svg("text", { dy: "0.36em", text: i + 1 }, tip);
    const move = (x, y) => {
      const W = store.get().W.map((row, k) => (k === i ? [clamp(x, -1.4, 1.4), clamp(y, -1.4, 1.4)] : row));
      store.set({ W, source: "hand", running: false });
    };
    tip.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      tip.focus();
      tip.setPointerCapture(event.pointerId);
    });
    tip.addEventListener("pointermove", (event) => {
      if (!tip.hasPointerCapture(event.pointerId)) return;
      const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
      move(x / 100, -y / 100);
    });
    tip.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
      if (!step) return;
      event.preventDefault();
      const [x, y] = store.get().W[i];
      move(x + step[0], y + step[1]);
    });
    return { group, line, tip };
  });
  return ({ W, norm }) => arrows.forEach(({ group, line, tip }, i) => {
    const [x, y] = [100 * W[i][0], -100 * W[i][1]];
    assign(line, { x2: x, y2: y });
    assign(tip, { transform: `translate(${x} ${y})`, "aria-label": `feature ${i + 1} at ${number(W[i][0])}, ${number(W[i][1])}` });
    group.classList.toggle("absent", norm[i] < REPRESENTED);
  });
}

function gramView(root, store) {
  const figure = panel(root, "gram", "W Wᵀ: what each input adds to each output");
  const n = store.get().W.length;
  const canvas = svg("svg", { viewBox: `-26 -22 ${n * 50 + 28} ${n * 50 + 26}`, role: "img" }, figure);
  const cells = Array.from({ length: n }, (_, i) => {
    svg("text", { class: "key", x: -13, y: 50 * i + 30, text: i + 1, style: `color:${colour(i)}` }, canvas);
    svg("text", { class: "key", x: 50 * i + 25, y: -7, text: i + 1, style: `color:${colour(i)}` }, canvas);
    return Array.from({ length: n }, (_, j) => [
      svg("rect", { x: 50 * j + 1, y: 50 * i + 1, width: 48, height: 48, rx: 4 }, canvas),
      svg("text", { x: 50 * j + 25, y: 50 * i + 30 }, canvas),
    ]);
  });
  return ({ W }) => {
    const values = gram(W);
    values.forEach((row, i) => row.forEach((value, j) => {
      const [rect, text] = cells[i][j];
      const strength = clamp(Math.abs(value) / 1.2, 0, 1);
      assign(rect, { class: value < 0 ? "minus" : "plus", "fill-opacity": 0.04 + 0.64 * strength }); // text stays legible
      text.textContent = number(value);
    }));
    const rows = values.map((row, i) => `output ${i + 1}: ${row.map((v) => number(v, 1)).join(", ")}`);
    canvas.setAttribute("aria-label", `Matrix W W transposed. ${rows.join("; ")}.`);
  };
}

function featuresView(root, store) {
  const figure = panel(root, "features", "Feature by feature");
  const table = html("table", {}, figure);
  const head = html("tr", {}, html("thead", {}, table));
  for (const text of ["feature", "impor­tance", "length", "dimen­sions", "bias", "loss"]) html("th", { scope: "col", text }, head);
  const body = html("tbody", {}, table);
  const rows = store.get().W.map((_, i) => {
    const row = html("tr", {}, body);
    const name = html("th", { scope: "row" }, row);
    html("span", { class: "swatch", style: `background:${colour(i)}`, "aria-hidden": "true" }, name);
    name.append(i + 1);
    const cells = Array.from({ length: 4 }, () => html("td", {}, row));
    const last = html("td", { class: "loss" }, row);
    const value = html("span", {}, last);
    return { cells, value, bar: html("span", { style: `background:${colour(i)}` }, html("span", { class: "bar" }, last)) };
  });
  return ({ importance, norm, share, b, loss, sparsity }) => rows.forEach(({ cells, bar, value }, i) => {
    [importance[i], norm[i], share[i], b[i]].forEach((v, k) => { cells[k].textContent = number(v); });
    // A full bar is the loss of answering 0 for this feature.
    bar.style.width = `${100 * clamp(loss[i] / zeroLoss(sparsity, [importance[i]]) || 0, 0, 1)}%`;
    value.textContent = loss[i].toFixed(4);
  });
}

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

function slider(root, sparsities, choose) {
  const box = html("div", { class: "slider" }, root);
  const label = html("label", {}, box);
  html("span", { text: "sparsity" }, label);
  const output = html("output", {}, label);
  const input = html("input", { type: "range", min: 0, max: sparsities.length - 1, step: 1, "aria-label": "sparsity" }, box);
  const ends = html("div", { class: "ends", "aria-hidden": "true" }, box);
  html("span", { text: "always on" }, ends);
  html("span", { text: "rarely on" }, ends);
  input.addEventListener("input", () => choose(Number(input.value)));
  return ({ index, sparsity }) => {
    input.value = index;
    input.setAttribute("aria-valuetext", `sparsity ${sparsity.toFixed(2)}`);
    output.textContent = sparsity.toFixed(2);
  };
}

// The button trains from a random start, a few steps per frame; with reduced motion only the end is shown.
function trainer(root, store, grid, importance, reset) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const box = html("div", { class: "buttons" }, root);
  const button = html("button", { type: "button" }, box);
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

  const root = html("div", { class: "toy-geometry", role: "group", "aria-label": "Five features in two dimensions" }, el);
  const parts = [slider(root, sparsities, choose)];
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const panels = html("div", { class: "panels" }, root);
  if (views.includes("plane")) parts.push(planeView(panels, store));
  if (views.includes("gram")) parts.push(gramView(panels, store));
  if (views.includes("features")) parts.push(featuresView(panels, store));
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
