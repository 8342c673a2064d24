import { REPRESENTED } from "../core/represented.js";
import { assign, draggable, number, svg } from "./dom.js";
import { clamp, colour, panel } from "./panel.js";

// The arrows, up to `slots` of them. With move(i, x, y) each tip can be dragged, or moved with the arrow keys.
// Returns a function that draws { W, norm }.
export function planeView(root, slots, move = null) {
  const figure = panel(root, "plane", "Where each feature points");
  const label = "Feature directions in the hidden plane";
  const canvas = svg("svg", { viewBox: "-150 -150 300 300", role: move ? "group" : "img", "aria-label": label }, figure);
  svg("path", { class: "axis", d: "M-145 0H145M0 -145V145" }, canvas);
  svg("circle", { class: "unit", r: 100 }, canvas);
  svg("text", { class: "small", x: 90, y: -96, text: "length 1" }, canvas);
  const arrows = Array.from({ length: slots }, (_, i) => {
    const group = svg("g", { style: `color:${colour(i)}` }, canvas);
    const line = svg("line", { class: "arrow" }, group);
    const tip = svg("g", { class: "tip" }, group);
    const place = { now: [0, 0] };
    if (move) movable(tip, canvas, place, (x, y) => move(i, clamp(x, -1.4, 1.4), clamp(y, -1.4, 1.4)));
    svg("circle", { r: 11 }, tip);
    svg("text", { dy: "0.36em", text: i + 1 }, tip);
    return { group, line, tip, place };
  });
  const where = (i, [x, y]) => `feature ${i + 1} at ${number(x)}, ${number(y)}`;
  return ({ W, norm }) => {
    arrows.forEach(({ group, line, tip, place }, i) => {
      group.style.display = i < W.length ? "" : "none";
      if (i >= W.length) return;
      place.now = W[i];
      const [x, y] = [100 * W[i][0], -100 * W[i][1]];
      assign(line, { x2: x, y2: y });
      assign(tip, { transform: `translate(${x} ${y})`, ...(move && { "aria-label": where(i, W[i]) }) });
      group.classList.toggle("absent", norm[i] < REPRESENTED);
    });
    if (!move) canvas.setAttribute("aria-label", `${label}: ${W.map((row, i) => where(i, row)).join("; ")}.`);
  };
}

function movable(tip, canvas, place, to) {
  assign(tip, { class: "tip movable", tabindex: 0, role: "button", "aria-roledescription": "movable arrow tip" });
  svg("circle", { class: "reach", r: 20 }, tip);
  draggable(tip, canvas, (x, y) => to(x / 100, -y / 100));
  tip.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
    if (!step) return;
    event.preventDefault();
    to(place.now[0] + step[0], place.now[1] + step[1]);
  });
}
