import { classScores, confusion, numberScores } from "../core/verification.js";
import { brief, ticks } from "../core/scales.js";
import { assign, html, svg } from "../view/dom.js";
import { LEFT, RIGHT, nearestPlace, pointOf, valueAxis } from "../view/frame.js";
import { panel } from "../view/panel.js";
import { capital, percentText, plainTable, scoreText, withUnit, wording } from "../view/parts.js";

const BASE = 250;
const change = (now, before) => {
  const gap = now - before;
  return Number.isFinite(gap) && Math.abs(gap) >= 0.005 ? ` (${gap > 0 ? "+" : "\u2212"}${Math.abs(gap).toFixed(2)})` : "";
};

// How well the network does on all rows, in one line, with the change from the network as trained.
export function scoreLine({ network, cases, rows, trained }) {
  if (!cases) return "";
  const { target } = cases;
  const [now, before] = [rows(), trained()].map(({ answers }) => answers);
  if (network.task === "regression") {
    const [mae, was] = [now, before].map((answers) => numberScores(target, answers).mae);
    return `Mean absolute error on ${target.length} rows: ${withUnit(mae, network.unit)}${mae === was ? "" : `, as trained ${withUnit(was, network.unit)}`}.`;
  }
  const [right, was] = [now, before].map((answers) => answers.filter((answer, row) => answer === target[row]).length / target.length);
  return `Right in ${percentText(right)} of ${target.length} rows${right === was ? "" : `, as trained in ${percentText(was)}`}.`;
}

// The confusion matrix, its cells buttons that go through the rows they count.
function matrixView(root, pickRow) {
  const figure = panel(root, "confusion", "What it said against what it was");
  const host = html("div", { class: "scroller" }, figure);
  html("p", { class: "note", text: "Rows are what it was, columns what the network said. Choose a cell to see its rows one after another." }, figure);
  let turn = new Map();
  return (network, target, answers, matrix, before) => {
    const focused = document.activeElement?.dataset?.cell;
    const table = html("table", { class: "plain matrix", "aria-label": "Confusion matrix" });
    const head = html("tr", {}, html("thead", {}, table));
    html("td", {}, head);
    for (const name of network.outputs) html("th", { scope: "col", text: `said ${wording(name)}` }, head);
    const body = html("tbody", {}, table);
    matrix.forEach((counts, r) => {
      const row = html("tr", {}, body);
      html("th", { scope: "row", text: `was ${wording(network.outputs[r])}` }, row);
      counts.forEach((count, c) => {
        const gap = count - before[r][c];
        const cell = html("td", { class: r === c ? "right" : count ? "wrong" : "" }, row);
        const button = html("button", { type: "button", "data-cell": `${r}.${c}`, "aria-label": `Was ${wording(network.outputs[r])}, said ${wording(network.outputs[c])}: ${count} rows` }, cell);
        button.textContent = `${count}${gap ? ` (${gap > 0 ? "+" : "\u2212"}${Math.abs(gap)})` : ""}`;
        button.disabled = count === 0;
        button.addEventListener("click", () => {
          const rows = [...target.keys()].filter((k) => target[k] === r && answers[k] === c);
          const next = (turn.get(button.dataset.cell) ?? -1) + 1;
          turn.set(button.dataset.cell, next);
          pickRow(rows[next % rows.length]);
        });
      });
    });
    host.replaceChildren(table);
    if (focused) host.querySelector(`[data-cell="${focused}"]`)?.focus({ preventScroll: true });
  };
}

// Forecast against what came, one dot per row.
function scatterView(root, pickRow) {
  const figure = panel(root, "scatter", "What it said against what it was");
  const canvas = svg("svg", { viewBox: `0 0 340 ${BASE + 42}`, role: "img" }, figure);
  const axes = svg("g", {}, canvas);
  const diagonal = svg("path", { class: "guide" }, canvas);
  const dots = svg("path", { class: "dots" }, canvas);
  const dot = svg("circle", { class: "dot", r: 5.5 }, canvas);
  let shown = null;
  canvas.addEventListener("click", (event) => {
    if (!shown) return;
    const at = pointOf(canvas, event);
    const far = shown.target.map((value, row) => Math.hypot(shown.x(value) - at.x, shown.y(shown.answers[row]) - at.y));
    pickRow(nearestPlace(far, 0));
  });
  return (network, target, answers, row) => {
    const values = [...target, ...answers];
    const [low, high] = [Math.min(0, ...values), Math.max(...values)];
    const part = (value) => (value - low) / (high - low || 1);
    const x = (value) => LEFT + (RIGHT - LEFT) * part(value);
    const y = (value) => BASE - (BASE - 12) * part(value);
    shown = { target, answers, x, y };
    axes.replaceChildren();
    valueAxis(axes, ticks(low, high, 4), y, brief);
    for (const mark of ticks(low, high, 4)) svg("text", { class: "small middle", x: x(mark), y: BASE + 17, text: brief(mark) }, axes);
    const unit = network.unit ? `, ${network.unit}` : "";
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: BASE + 35, text: `it was${unit}; upwards: the network said` }, axes);
    assign(diagonal, { d: `M${x(low)} ${y(low)}L${x(high)} ${y(high)}` });
    assign(dots, { d: target.map((value, k) => `M${x(value).toFixed(1)} ${y(answers[k]).toFixed(1)}h0`).join("") });
    assign(dot, { cx: row === null ? -99 : x(target[row]), cy: row === null ? -99 : y(answers[row]) });
    canvas.setAttribute("aria-label", `Scatter of ${target.length} rows: what the network said against what it was, in ${network.unit || "the target's unit"}.`);
  };
}

// How good the answers are on all rows, beside those of the network as trained. pickRow(row) hears of a chosen row.
// Returns a function that draws what is seen.
export function skillView(root, pickRow) {
  const boxes = ["classification", "regression"].map((task) => html("div", { class: `views ${task}` }, root));
  const matrix = matrixView(boxes[0], pickRow);
  const scatter = scatterView(boxes[1], pickRow);
  const figure = panel(root, "scores", "Scores on the rows of the test data");
  const fill = plainTable(figure, [], "Scores");
  const note = html("p", { class: "says" }, figure);
  return ({ network, state, cases, rows, trained }) => {
    const classes = network.task === "classification";
    boxes.forEach((box, k) => { box.hidden = !cases || (k === 0) !== classes; });
    if (!cases) {
      fill([], []);
      note.textContent = "This record holds no rows: there is nothing to score.";
      return;
    }
    const [now, before] = [rows(), trained()];
    const { target } = cases;
    if (classes) {
      const [here, was] = [now, before].map(({ answers }) => confusion(target, answers, network.outputs.length));
      const [scores, old] = [classScores(here), classScores(was)];
      matrix(network, target, now.answers, here, was);
      fill(scores.each.map((each, k) => [
        capital(wording(network.outputs[k])), ...["pod", "far", "csi", "hss"].map((name) => scoreText(each[name]) + change(each[name], old.each[k][name])),
      ]), ["class", "POD", "FAR", "CSI", "HSS"]);
      note.textContent = `Accuracy ${percentText(scores.accuracy)}${change(scores.accuracy, old.accuracy)}, balanced ${percentText(scores.balanced)}, ` +
        `HSS ${scoreText(scores.hss)}${change(scores.hss, old.hss)} on ${target.length} rows. In brackets: the change from the network as trained.`;
      return;
    }
    const [scores, old] = [now, before].map(({ answers }) => numberScores(target, answers));
    scatter(network, target, now.answers, state.row);
    const unit = network.unit ? `, ${network.unit}` : "";
    const names = { mse: `MSE${unit ? `${unit} squared` : ""}`, mae: `MAE${unit}`, r2: "R\u00b2", r: "r" };
    fill(Object.entries(names).map(([key, name]) => [name, brief(scores[key], 3), brief(old[key], 3)]), ["score", "now", "as trained"]);
    note.textContent = `On ${target.length} rows of the test data.`;
  };
}
