import { gram } from "../core/toy.js";
import { assign, number, svg } from "./dom.js";
import { clamp, colour, panel } from "./panel.js";

const SIDE = 250; // the width of the matrix, whatever the number of features, so that its type keeps its size

// W W^T as coloured cells, for up to `slots` features. Returns a function that draws { W }.
export function gramView(root, slots) {
  const figure = panel(root, "gram", "W Wᵀ: what each input adds to each output");
  const canvas = svg("svg", { viewBox: `-28 -28 ${SIDE + 30} ${SIDE + 30}`, role: "img" }, figure);
  const key = (i) => {
    const group = svg("g", { class: "key", style: `color:${colour(i)}` }, canvas);
    svg("circle", { r: 10 }, group);
    svg("text", { dy: "0.36em", text: i + 1 }, group);
    return group;
  };
  const keys = Array.from({ length: slots }, (_, i) => [key(i), key(i)]);
  const cells = keys.map(() => keys.map(() => {
    const group = svg("g", {}, canvas);
    return { group, rect: svg("rect", { x: 1, y: 1, rx: 4 }, group), text: svg("text", { dy: "0.36em" }, group) };
  }));
  let laidOut = 0;
  const layOut = (n) => {
    const size = SIDE / n;
    keys.forEach((pair, i) => {
      for (const node of pair) node.style.display = i < n ? "" : "none";
      assign(pair[0], { transform: `translate(-14 ${size * (i + 0.5)})` });
      assign(pair[1], { transform: `translate(${size * (i + 0.5)} -14)` });
    });
    cells.forEach((row, i) => row.forEach(({ group, rect, text }, j) => {
      group.style.display = i < n && j < n ? "" : "none";
      assign(group, { transform: `translate(${size * j} ${size * i})` });
      assign(rect, { width: size - 2, height: size - 2 });
      assign(text, { x: size / 2, y: size / 2 });
    }));
    canvas.classList.toggle("crowded", n > 6);
    laidOut = n;
  };
  return ({ W }) => {
    const n = W.length;
    if (n !== laidOut) layOut(n);
    const values = gram(W);
    values.forEach((row, i) => row.forEach((value, j) => {
      const { rect, text } = cells[i][j];
      const strength = clamp(Math.abs(value) / 1.2, 0, 1);
      assign(rect, { class: value < 0 ? "minus" : "plus", "fill-opacity": 0.04 + 0.64 * strength }); // text stays legible
      text.textContent = number(value, n > 6 ? 1 : 2);
    }));
    const rows = values.map((row, i) => `output ${i + 1}: ${row.map((v) => number(v, 1)).join(", ")}`);
    canvas.setAttribute("aria-label", `Matrix W W transposed. ${rows.join("; ")}.`);
  };
}
