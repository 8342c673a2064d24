import { FATES, boundaries, fateLosses, fateOf, midpoints, theory } from "../core/phases.js";
import { createStore } from "../core/store.js";
import { dimensionality, expectedLoss, lengths, sum } from "../core/toy.js";
import { assign, html, number, svg } from "../view/dom.js";
import { clamp, colour, panel } from "../view/panel.js";

const SIDE = 300; // of the square of cells, in units of the figure
const CLASSES = ["fate-dropped", "fate-alone", "fate-shared"];
const lossText = (value) => value.toPrecision(3);
const tickText = (value) => String(Number(value.toPrecision(2)));

// One map as the page holds it: whole thousandths, row by row, each cell the rows of W and then b.
function readMap({ title, hidden, importance, density, cells }) {
  const n = hidden + 1;
  const size = n * hidden + n;
  const models = density.map((_, row) => importance.map((_, column) => {
    const at = (row * importance.length + column) * size;
    const values = cells.slice(at, at + size).map((value) => value / 1000);
    const W = Array.from({ length: n }, (_, i) => [values[i * hidden], hidden === 2 ? values[i * 2 + 1] : 0]);
    return { W, b: values.slice(n * hidden) };
  }));
  const trained = models.map((row) => row.map(({ W }) => fateOf(W)));
  const expected = density.map((d) => importance.map((r) => theory(r, d, hidden)));
  const wanted = expected.flat();
  const agree = trained.flat().filter((fate, k) => fate === wanted[k]).length / wanted.length;
  return { title, hidden, n, importance, density, models, fates: { trained, theory: expected }, agree, grid: midpoints(n) };
}

function choices(root, title, names, chosen, choose) {
  const group = html("fieldset", {}, root);
  html("legend", { text: title }, group);
  const shared = `phase-map-${Math.random().toString(36).slice(2)}`;
  names.forEach(([key, text]) => {
    const label = html("label", {}, group);
    const input = html("input", { type: "radio", name: shared }, label);
    input.checked = key === chosen;
    input.addEventListener("change", () => choose(key));
    html("span", { text }, label);
  });
}

function swatch(parent, fate) {
  html("span", { class: `swatch cell ${CLASSES[fate]}`, "aria-hidden": "true" }, parent);
}

// The square of cells. `move` hears of a cell that was chosen, `hover` of one under the mouse, or null.
function squareView(root, map, move, hover) {
  const { importance, density, hidden } = map;
  const [columns, rows] = [importance.length, density.length];
  const [w, h] = [SIDE / columns, SIDE / rows];
  const figure = panel(root, "square", "The fate of the extra feature");
  const canvas = svg("svg", {
    viewBox: "-46 -6 352 352", tabindex: 0, role: "application", "aria-roledescription": "phase diagram",
    "aria-label": `Map of ${columns} importances by ${rows} densities. Arrow keys choose a cell, Home, End, Page Up and Page Down jump.`,
  }, figure);
  const x = (r) => (Math.log(r / importance[0]) / Math.log(importance.at(-1) / importance[0])) * (columns - 1) * w + w / 2;
  const y = (d) => SIDE - (Math.log(d / density[0]) / Math.log(density.at(-1) / density[0])) * (rows - 1) * h - h / 2;
  const ticks = (values) => [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100].filter((t) => t >= values[0] * 0.99 && t <= values.at(-1) * 1.01);
  const id = `hatch-${Math.random().toString(36).slice(2)}`;
  const hatch = svg("pattern", { id, class: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("defs", {}, canvas));
  svg("rect", { width: 7, height: 7 }, hatch);
  svg("path", { d: "M0 0V7" }, hatch);
  const plot = svg("svg", { class: "plot", width: SIDE, height: SIDE }, canvas);
  const areas = CLASSES.map((name) => svg("path", { class: `area ${name}` }, plot));
  areas[2].style.fill = `url(#${id})`;
  for (const side of [0, 1]) {
    const points = Array.from({ length: 161 }, (_, k) => density[0] * 0.8 * (1 / (density[0] * 0.8)) ** (k / 160));
    const d = points.map((p, k) => `${k ? "L" : "M"}${x(boundaries(p, hidden)[side]).toFixed(1)} ${y(p).toFixed(1)}`).join("");
    svg("path", { class: "halo", d }, plot);
    svg("path", { class: "boundary", d }, plot);
  }
  svg("rect", { class: "edge", width: SIDE, height: SIDE }, canvas);
  const names = FATES.map((text) => {
    const name = svg("g", {}, canvas);
    text.split(" ").forEach((word, line) => svg("text", { class: "label middle", y: 15 * line, text: word }, name));
    return name;
  });
  const frame = svg("rect", { class: "frame", width: w + 4, height: h + 4, rx: 2 }, canvas);
  for (const t of ticks(importance)) svg("text", { class: "small middle", x: x(t), y: SIDE + 17, text: t }, canvas);
  for (const t of ticks(density)) svg("text", { class: "small right", x: -6, y: y(t) + 4, text: t }, canvas);
  svg("text", { class: "small middle", x: SIDE / 2, y: SIDE + 37, text: "relative importance of the extra feature" }, canvas);
  svg("text", { class: "small middle", transform: `translate(-36 ${SIDE / 2}) rotate(-90)`, text: "density 1 − S" }, canvas);

  const cellAt = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
    if (at.x < 0 || at.y < 0 || at.x >= SIDE || at.y >= SIDE) return null;
    return [Math.floor((SIDE - at.y) / h), Math.floor(at.x / w)].map((k, axis) => clamp(k, 0, [rows, columns][axis] - 1));
  };
  let now = [0, 0];
  canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && hover(cellAt(event)));
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("click", (event) => {
    const cell = cellAt(event);
    if (cell) move(cell);
  });
  canvas.addEventListener("keydown", (event) => {
    const [row, column] = now;
    const to = {
      ArrowUp: [row + 1, column], ArrowDown: [row - 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
      Home: [row, 0], End: [row, columns - 1], PageUp: [rows - 1, column], PageDown: [0, column],
    }[event.key];
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return; // those are the browser's
    event.preventDefault();
    move([clamp(to[0], 0, rows - 1), clamp(to[1], 0, columns - 1)]);
  });
  let shown = null;
  return ({ mode, cell }) => {
    now = cell;
    assign(frame, { x: cell[1] * w - 2, y: SIDE - (cell[0] + 1) * h - 2 });
    if (shown === mode) return;
    shown = mode;
    const cells = CLASSES.map(() => []);
    map.fates[mode].forEach((line, row) => line.forEach((fate, column) => cells[fate].push([row, column])));
    cells.forEach((list, fate) => {
      // A little more than the cell, so that no seam shows between two of them.
      const d = list.map(([row, column]) => `M${(column * w).toFixed(2)} ${(SIDE - (row + 1) * h).toFixed(2)}h${(w + 0.3).toFixed(2)}v${(h + 0.3).toFixed(2)}h${(-w - 0.3).toFixed(2)}z`);
      areas[fate].setAttribute("d", d.join(""));
      const middle = [1, 0].map((axis) => sum(list.map((at) => at[axis] + 0.5)) / list.length);
      names[fate].style.display = list.length < 0.04 * rows * columns ? "none" : "";
      if (list.length) assign(names[fate], { transform: `translate(${clamp(middle[0] * w, 48, SIDE - 48)} ${SIDE - middle[1] * h})` });
    });
  };
}

// The directions of one cell's model: on a line for one hidden dimension, in the plane for two.
function modelView(root, map) {
  const { n, hidden } = map;
  const figure = panel(root, "model", "What training found here");
  const canvas = svg("svg", { viewBox: hidden === 1 ? "-150 -26 300 66" : "-150 -124 300 248", role: "img" }, figure);
  svg("path", { class: "axis", d: hidden === 1 ? "M-145 0H145M-100 -8V8M0 -8V8M100 -8V8" : "M-145 0H145M0 -120V120" }, canvas);
  if (hidden === 2) svg("circle", { class: "unit", r: 80 }, canvas);
  else for (const at of [-1, 0, 1]) svg("text", { class: "small middle", x: 100 * at, y: 34, text: number(at, 0) }, canvas);
  const scale = hidden === 1 ? 100 : 80;
  const arrows = Array.from({ length: n }, (_, i) => {
    const group = svg("g", { style: `color:${colour(i)}` }, canvas);
    const line = svg("line", { class: "arrow" }, group);
    const tip = svg("g", { class: "tip" }, group);
    svg("circle", { r: 11 }, tip);
    svg("text", { class: "middle", dy: "0.36em", text: i + 1 }, tip);
    return { line, tip };
  });
  const table = html("table", {}, figure);
  const head = html("tr", {}, html("thead", {}, table));
  for (const text of ["feature", "length", "dimensions", "bias"]) html("th", { scope: "col", text }, head);
  const body = html("tbody", {}, table);
  const cells = Array.from({ length: n }, (_, i) => {
    const row = html("tr", {}, body);
    const name = html("th", { scope: "row" }, row);
    html("span", { class: "swatch", style: `background:${colour(i)}`, "aria-hidden": "true" }, name);
    name.append(i + 1 === n ? `${n}, extra` : i + 1);
    return Array.from({ length: 3 }, () => html("td", {}, row));
  });
  return ({ model: { W, b } }) => {
    const [norm, share] = [lengths(W), dimensionality(W)];
    arrows.forEach(({ line, tip }, i) => {
      const [x, y] = [scale * W[i][0], -scale * W[i][1]];
      assign(line, { x2: x, y2: y });
      assign(tip, { transform: `translate(${x} ${y})` });
      [norm[i], share[i], b[i]].forEach((value, k) => { cells[i][k].textContent = number(value); });
    });
    const at = W.map((row, i) => `feature ${i + 1} at ${row.slice(0, hidden).map((v) => number(v)).join(", ")}`);
    canvas.setAttribute("aria-label", `Feature directions: ${at.join("; ")}`);
  };
}

function lossView(root) {
  const figure = panel(root, "losses", "Loss here: clean solutions and the network");
  const table = html("table", { class: "losses" }, figure);
  const rows = [...FATES, "trained network"].map((name, fate) => {
    const row = html("tr", {}, table);
    const head = html("th", { scope: "row" }, row);
    if (fate < 3) swatch(head, fate);
    else html("span", { class: "swatch cell network", "aria-hidden": "true" }, head);
    head.append(name);
    const cell = html("td", {}, row);
    const value = html("span", {}, cell);
    return { row, value, bar: html("span", { class: CLASSES[fate] ?? "network" }, html("span", { class: "bar", "aria-hidden": "true" }, cell)) };
  });
  return ({ clean, loss }) => {
    const all = [...clean, loss];
    rows.forEach(({ row, value, bar }, k) => {
      row.classList.toggle("least", all[k] === Math.min(...clean));
      value.textContent = `${lossText(all[k])}${k < 3 && all[k] === Math.min(...clean) ? ", least" : ""}`;
      bar.style.width = `${(100 * all[k]) / Math.max(...all)}%`;
    });
  };
}

function render({ model, el }) {
  const maps = model.get("maps").map(readMap);
  const pinned = maps.map(({ importance, density }) => [Math.floor(density.length / 2), Math.floor(importance.length / 2)]);
  const store = createStore({ index: 0, mode: "trained", pinned, over: null });
  const root = html("div", { class: "toy-figure phase-map", role: "group", "aria-label": "Phase diagram of one extra feature" }, el);
  const bar = html("div", { class: "choices" }, root);
  if (maps.length > 1) choices(bar, "Model", maps.map(({ title }, i) => [i, title]), 0, (index) => store.set({ index, over: null }));
  choices(bar, "Colours", [["trained", "trained"], ["theory", "theory"]], "trained", (mode) => store.set({ mode }));
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const views = maps.map((map, index) => {
    const panels = html("div", { class: "panels" }, root);
    const move = (cell) => store.set({ pinned: store.get().pinned.map((old, k) => (k === index ? cell : old)), over: null });
    const hover = (over) => String(over) === String(store.get().over) || store.set({ over });
    const square = squareView(panels, map, move, hover);
    const side = html("div", { class: "side" }, panels);
    return { panels, parts: [square, modelView(side, map), lossView(side)] };
  });
  html("p", { class: "note", text: "A clean solution has only arrows of length one or zero, at right angles or opposite. The lines in the map are where the cheapest of them changes." }, root);

  const draw = ({ index, mode, pinned: chosen, over }) => {
    const { importance, density, hidden, models, fates, agree, grid, n } = maps[index];
    const cell = over ?? chosen[index];
    const [r, d, found] = [importance[cell[1]], density[cell[0]], models[cell[0]][cell[1]]];
    const weights = Array.from({ length: n }, (_, i) => (i + 1 === n ? r : 1));
    const loss = sum(expectedLoss(found, 1 - d, weights, grid));
    views.forEach(({ panels }, k) => { panels.hidden = k !== index; });
    for (const part of views[index].parts) part({ mode, cell, model: found, clean: fateLosses(r, d, hidden), loss });
    const [made, best] = [fates.trained[cell[0]][cell[1]], fates.theory[cell[0]][cell[1]]];
    const verdict = made === best ? `training and theory both choose ${FATES[best]}` : `training chose ${FATES[made]}, theory ${FATES[best]}`;
    const text = `Importance ${tickText(r)}, density ${tickText(d)}: ${verdict}. They agree in ${Math.round(100 * agree)}\u00a0% of the cells.`;
    if (status.textContent !== text) status.textContent = text;
  };
  store.subscribe(draw);
  draw(store.get());
}

export default { render };
