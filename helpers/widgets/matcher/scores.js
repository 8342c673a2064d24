import { countAbove } from "../core/matcher.js";
import { html, number, svg } from "../view/dom.js";
import { pointOf } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";

const [WEST, EAST, CEILING, GROUND] = [36, 330, 14, 150]; // of the curve
const STEPS = Array.from({ length: 101 }, (_, k) => k / 100);

// One row of scores per dictionary and one for chance. Returns a function that draws.
function scoreTable(root, names) {
  const table = html("table", {}, root);
  const head = html("tr", {}, html("thead", {}, table));
  for (const text of ["dictionary", "recovered", "MMCS", "matched"]) html("th", { scope: "col", text }, head);
  const body = html("tbody", {}, table);
  const rows = [...names, "random, same width"].map((text) => {
    const row = html("tr", {}, body);
    html("th", { scope: "row", text }, row);
    return { row, cells: [0, 1, 2].map(() => html("td", {}, row)) };
  });
  return (scores, chosen) => rows.forEach(({ row, cells }, k) => {
    row.className = k === chosen ? "chosen" : "";
    const { recovered, mmcs, matched } = scores[k];
    [k < names.length ? `${recovered}` : recovered.toFixed(1), number(mmcs), number(matched)].forEach((text, c) => { cells[c].textContent = text; });
  });
}

// Features recovered against the cosine above which they count; a click sets it. Returns a function that draws.
function curve(root, choose) {
  const figure = panel(root, "recovered", "Features recovered, by the cosine asked for (dashed: random)");
  const canvas = svg("svg", { viewBox: "0 0 340 192", role: "img" }, figure);
  const plot = svg("g", {}, canvas);
  const x = (c) => WEST + (EAST - WEST) * c;
  canvas.addEventListener("click", (event) => choose(clamp(Math.round((100 * (pointOf(canvas, event).x - WEST)) / (EAST - WEST)), 0, 99)));
  return ({ cosines, chance, limit, name, scores, chosen }) => {
    const n = cosines.length;
    const y = (count) => GROUND - ((GROUND - CEILING) * count) / n;
    plot.replaceChildren();
    for (const count of [0, n / 2, n].filter(Number.isInteger)) {
      svg("path", { class: "axis", d: `M${WEST} ${y(count)}H${EAST}` }, plot);
      svg("text", { class: "small right", x: WEST - 6, y: y(count) + 4, text: count }, plot);
    }
    for (const c of [0, 0.25, 0.5, 0.75, 1]) svg("text", { class: "small middle", x: x(c), y: GROUND + 18, text: c }, plot);
    svg("text", { class: "small middle", x: (WEST + EAST) / 2, y: GROUND + 36, text: "cosine" }, plot);
    svg("path", { class: "guide", d: `M${x(limit)} ${CEILING - 6}V${GROUND}` }, plot);
    const line = (kind, found, parts) => {
      const points = STEPS.map((c) => `${x(c).toFixed(1)} ${y(countAbove(found, c) / parts).toFixed(1)}`);
      svg("path", { class: kind, d: `M${points.join("L")}` }, plot);
    };
    line("curve random", chance, chance.length / n);
    line("curve", cosines, 1);
    svg("circle", { class: "dot", cx: x(limit), cy: y(countAbove(cosines, limit)), r: 5 }, plot);
    canvas.setAttribute("aria-label", `Features recovered against the cosine asked for. Above ${number(limit)}, ${name} has ` +
      `${scores[chosen].recovered} of ${n}, a random dictionary ${scores.at(-1).recovered.toFixed(1)}.`);
  };
}

// The scores of all dictionaries beside chance, and in `beside` the curve of the chosen one. choose(k) sets the limit to k / 100.
export function scoresView(root, beside, names, choose) {
  const figure = panel(root, "scores", "The scores, beside chance");
  const table = scoreTable(figure, names);
  const note = html("p", { class: "note" }, figure);
  const draw = curve(beside, choose);
  return (seen) => {
    table(seen.scores, seen.chosen);
    note.textContent = `Recovered: features whose latent has a cosine above ${number(seen.limit)}, of ${seen.cosines.length}. MMCS: mean of the ` +
      `nearest latent's cosine. Matched: mean cosine of the one-to-one match, 0 without a latent. Random: the mean of ${seen.draws} ` +
      "dictionaries of random directions, as many as the chosen one has.";
    draw(seen);
  };
}
