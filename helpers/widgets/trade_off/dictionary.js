import { SHADES } from "../core/scales.js";
import { assign, html, number, svg } from "../view/dom.js";
import { moveOf, readout } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";

const KEY_STOPS = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]; // of the key
const TURN = 2 * Math.PI;
export const rate = (share) => (share === 0 ? "never" : share < 0.001 ? "in under 0.1% of rows" : `in ${number(100 * share, share < 0.1 ? 1 : 0)}% of rows`);
const tone = (cosine) => `rgb(${SHADES[cosine < 0 ? "minus" : "plus"].join(" ")} / ${Math.abs(cosine).toFixed(3)})`;
const nearestFeature = (table, k) => table.reduce((best, row, i) => (row[k] > table[best][k] ? i : best), 0);
const part = (n, size) => `${(100 * n) / size}%`;

// Cosines as a picture, one pixel each, transparent where 0: the page's own background shows through.
function pixels(canvas, { table, order }) {
  Object.assign(canvas, { width: order.length, height: table.length });
  const image = new ImageData(order.length, table.length);
  table.forEach((row, i) => order.forEach((k, c) => {
    const tint = SHADES[row[k] < 0 ? "minus" : "plus"];
    image.data.set([...tint, 255 * Math.abs(row[k])], 4 * (i * order.length + c));
  }));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// True features down, latents across in matched order, and under it how often each latent is on. `often` is how often
// each feature is, or null. Returns a function that draws what judged() found.
export function cosinesView(root, often) {
  const figure = panel(root, "cosines", "Latents beside the true features");
  html("p", { class: "unit-line", text: "cosines: features down, latents across" }, figure);
  const map = html("div", { class: "map", tabindex: 0, role: "application", "aria-roledescription": "heat map" }, figure);
  const canvas = html("canvas", {}, map);
  const marks = html("div", { class: "dead-marks", "aria-hidden": "true" }, map);
  const [rowMark, columnMark] = ["row", "column"].map((name) => html("div", { class: `cross ${name}` }, map));
  const key = html("p", { class: "key-bar", "aria-hidden": "true" }, figure);
  html("span", { text: "\u22121" }, key);
  html("span", { class: "gradient", style: `background:linear-gradient(to right, ${KEY_STOPS.map(tone).join(", ")})` }, key);
  html("span", { text: "1" }, key);
  html("span", { class: "hatch" }, key);
  html("span", { text: "dead" }, key);
  const say = readout(figure);
  let seen = null, cell = [0, 0];

  const show = () => {
    const { table, order, partner, on } = seen;
    const [i, c] = cell = [clamp(cell[0], 0, table.length - 1), clamp(cell[1], 0, order.length - 1)];
    const k = order[c];
    assign(rowMark, { style: `top:${part(i, table.length)};height:${part(1, table.length)}` });
    assign(columnMark, { style: `left:${part(c, order.length)};width:${part(1, order.length)}` });
    const pair = partner[i] === k ? " (partners)" : "";
    const feature = often ? `Feature ${i + 1}, on ${rate(often[i])}` : `Feature ${i + 1}`;
    say(`${feature}; latent ${k + 1}, ${on[k] ? `on ${rate(on[k])}` : "dead"}: cosine ${number(table[i][k])}${pair}.`);
  };
  const over = (event) => {
    const box = canvas.getBoundingClientRect();
    cell = [Math.floor(((event.clientY - box.top) / box.height) * seen.table.length), Math.floor(((event.clientX - box.left) / box.width) * seen.order.length)];
    show();
  };
  map.addEventListener("pointermove", over);
  map.addEventListener("click", over);
  map.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (!move) return;
    const jump = event.shiftKey ? 10 : 1;
    cell = [cell[0] - jump * move[1], cell[1] + jump * move[0]];
    show();
  });
  return (found) => {
    seen = found;
    const { table, order, dead, recovered } = found;
    map.style.aspectRatio = `${order.length} / ${table.length}`;
    pixels(canvas, found);
    marks.replaceChildren(...order.flatMap((k, c) => (dead.includes(k)
      ? [html("div", { class: "hatch", style: `left:${part(c, order.length)};width:${part(1, order.length)}` })] : [])));
    map.setAttribute("aria-label", `Cosines of ${table.length} true features with ${order.length} latents, partners on the diagonal: ` +
      `${recovered} features are recovered, ${dead.length} latents are dead. Arrow keys move.`);
    show();
  };
}

// The same for two inputs: true directions as grey arrows, latents as coloured ones, dead ones dashed and hollow.
export function directionsView(root, truth) {
  const figure = panel(root, "directions", "Latents beside the true features");
  html("p", { class: "unit-line", text: "grey: true; coloured: latents, dashed: dead" }, figure);
  const canvas = svg("svg", { viewBox: "-150 -150 300 300", tabindex: 0, role: "application", "aria-roledescription": "chart" }, figure);
  svg("path", { class: "axis", d: "M-145 0H145M0 -145V145" }, canvas);
  svg("circle", { class: "unit", r: 100 }, canvas);
  truth.forEach(([x, y], i) => {
    svg("path", { class: "true-arrow", d: `M0 0L${100 * x} ${-100 * y}` }, canvas);
    svg("text", { class: "middle", x: 128 * x, y: -128 * y, dy: "0.36em", text: i + 1 }, canvas);
  });
  const latents = svg("g", {}, canvas);
  const say = readout(figure);
  let seen = null, at = 0;
  const show = () => {
    const { table, order, on, partner } = seen.found;
    at = clamp(at, 0, order.length - 1);
    const k = order[at];
    [...latents.children].forEach((node, c) => node.classList.toggle("chosen", c === at));
    const i = partner.includes(k) ? partner.indexOf(k) : nearestFeature(table, k);
    const kind = partner.includes(k) ? "partner of" : "nearest to";
    say(`Latent ${k + 1}, ${on[k] ? `on ${rate(on[k])}` : "dead"}: ${kind} feature ${i + 1}, cosine ${number(table[i][k])}.`);
  };
  const toward = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
    const gap = (k) => {
      const [x, y] = seen.dictionary[k];
      return Math.abs(((Math.atan2(-point.y, point.x) - Math.atan2(y, x) + 1.5 * TURN) % TURN) - TURN / 2);
    };
    at = seen.found.order.reduce((best, k, c) => (gap(k) < gap(seen.found.order[best]) ? c : best), 0);
    show();
  };
  canvas.addEventListener("pointermove", toward);
  canvas.addEventListener("click", toward);
  canvas.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (!move) return;
    at += move[0] || move[1];
    show();
  });
  return (found, dictionary, colour) => {
    seen = { found, dictionary };
    latents.replaceChildren(...found.order.map((k) => {
      const [x, y] = dictionary[k].map((value, axis) => (axis ? -100 : 100) * value);
      const group = svg("g", { class: found.on[k] ? "latent" : "latent dead", style: `--tint:${colour}` });
      svg("path", { d: `M0 0L${x.toFixed(1)} ${y.toFixed(1)}` }, group);
      svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 5 }, group);
      return group;
    }));
    canvas.setAttribute("aria-label", `${truth.length} true directions and ${found.order.length} latents in the plane: ${found.recovered} ` +
      `features are recovered, ${found.dead.length} latents are dead. Arrow keys go through the latents.`);
    show();
  };
}
