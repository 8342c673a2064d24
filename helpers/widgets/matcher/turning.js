import { assign, draggable, html, svg } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { heading } from "./glyphs.js";

const TURN = { ArrowLeft: -5, ArrowUp: -5, ArrowRight: 5, ArrowDown: 5 }; // degrees, clockwise
const at = (angle, length) => [length * Math.sin((angle * Math.PI) / 180), -length * Math.cos((angle * Math.PI) / 180)];

// Features and latents with two inputs, as they lie in the plane. turn(latent, angle) hears of a latent that was dragged,
// or moved with the arrow keys. Returns a function that draws.
export function turningView(root, turn) {
  const figure = panel(root, "plane", "Turn the latents yourself");
  const canvas = svg("svg", { viewBox: "-160 -152 320 304", role: "group", "aria-label": "Directions of features and latents" }, figure);
  svg("path", { class: "axis", d: "M-110 0H110M0 -110V110" }, canvas);
  svg("circle", { class: "unit", r: 100 }, canvas);
  const [fixed, mine] = [svg("g", { class: "fixed" }, canvas), svg("g", { class: "latents" }, canvas)];
  html("p", { class: "note", text: "Outside, the true features. Drag the tip of a latent, or focus it and use the arrow keys (with Shift for one degree)." }, figure);
  let angles = [], tips = [];
  const make = (latent) => {
    const line = svg("line", { class: "arrow" }, mine);
    const tip = svg("g", { class: "tip movable", tabindex: 0, role: "button", "aria-roledescription": "movable arrow tip" }, mine);
    svg("circle", { class: "reach", r: 20 }, tip);
    svg("circle", { r: 11 }, tip);
    svg("text", { dy: "0.36em", text: latent + 1 }, tip);
    draggable(tip, canvas, (x, y) => turn(latent, heading([x, -y]) ?? angles[latent] ?? 0));
    tip.addEventListener("keydown", (event) => {
      if (!TURN[event.key] || event.altKey || event.ctrlKey || event.metaKey) return; // those are the browser's
      event.preventDefault();
      turn(latent, (angles[latent] ?? 0) + (event.shiftKey ? TURN[event.key] / 5 : TURN[event.key]));
    });
    return { line, tip };
  };
  return ({ truth, rows, on, partner }) => {
    fixed.replaceChildren();
    truth.forEach((row, i) => {
      const [[x, y], [a, b]] = [at(heading(row), 132), at(heading(row), 117)];
      svg("line", { class: "ray", x2: a, y2: b }, fixed);
      const name = svg("g", { class: partner[i] < 0 ? "key alone" : "key", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, fixed);
      svg("circle", { r: 11 }, name);
      svg("text", { dy: "0.36em", text: i + 1 }, name);
    });
    angles = rows.map(heading);
    if (tips.length !== rows.length) {
      mine.replaceChildren();
      tips = rows.map((_, latent) => make(latent));
    }
    tips.forEach(({ line, tip }, latent) => {
      const angle = angles[latent];
      const [x, y] = angle === null ? [0, 0] : at(angle, 100);
      assign(line, { x2: x, y2: y });
      const where = angle === null ? "a vector of zeros" : `${Math.round((angle + 360) % 360)}\u00b0 clockwise from the top`;
      assign(tip, { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})`, "aria-label": `latent ${latent + 1}, ${where}` });
      tip.classList.toggle("absent", on[latent] === 0);
    });
  };
}
