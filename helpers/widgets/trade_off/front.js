import { alongFront } from "../core/trade_off.js";
import { brief, logTicks, ticks } from "../core/scales.js";
import { median } from "../core/sweeps.js";
import { html, svg } from "../view/dom.js";
import { LEFT, RIGHT, moveOf, pointOf, readout, valueAxis } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";

const [CEILING, FLOOR] = [26, 220]; // of the plot
const LEAST_L0 = 0.1; // fewer latents per row than this are drawn at the edge of a logarithmic axis
export const HEIGHTS = [["explained", "variance explained"], ["mmcs", "MMCS"], ["recovered", "features recovered"]];

const linked = (points) => points.map(({ x, y }, k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

// How many latents are on, from left to right, against what that buys: one dot per autoencoder, the medians over seeds
// joined, the chosen seed's run bold. pick({ variant, v, s }) chooses a dot. Returns a function that shows a state.
export function frontView(root, { variants, trueL0, features, shown }, pick) {
  const figure = panel(root, "front", "What each latent buys");
  const title = html("p", { class: "unit-line" }, figure);
  const canvas = svg("svg", { viewBox: `0 0 340 ${FLOOR + 40}`, tabindex: 0, role: "application", "aria-roledescription": "chart" }, figure);
  const say = readout(figure);
  const all = variants.flatMap(({ l0 }) => l0.flat());
  const ends = [Math.max(LEAST_L0, Math.min(...all)), Math.max(LEAST_L0, ...all)];
  const logs = ends[1] / ends[0] >= 8;
  const map = logs ? (value) => Math.log(Math.max(value, ends[0])) : (value) => value;
  const [left, right] = logs ? ends.map(map) : [0, ends[1]];
  const x = (value) => LEFT + 6 + ((RIGHT - LEFT - 12) * (map(value) - left)) / (right - left || 1);
  for (const mark of logs ? logTicks(...ends) : ticks(0, ends[1], 5)) {
    svg("text", { class: "small middle", x: x(mark), y: FLOOR + 17, text: brief(mark) }, canvas);
  }
  svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: FLOOR + 35, text: "latents on per row (L0)" }, canvas);
  const [grid, plot] = [svg("g", {}, canvas), svg("g", {}, canvas)];
  if (trueL0 !== null) {
    svg("path", { class: "truth", d: `M${x(trueL0).toFixed(1)} ${CEILING - 6}V${FLOOR}` }, grid);
    svg("text", { class: "small middle halo", x: clamp(x(trueL0), LEFT + 32, RIGHT - 32), y: CEILING - 10, text: `true: ${brief(trueL0)}` }, grid);
  }
  const axis = svg("g", {}, grid);

  let seen = null, dots = [];
  canvas.addEventListener("click", (event) => {
    const at = pointOf(canvas, event);
    const far = (dot) => Math.hypot(dot.x - at.x, dot.y - at.y);
    const { variant, v, s } = dots.reduce((best, dot) => (far(dot) < far(best) ? dot : best));
    pick({ variant, v, s: s < shown ? s : seen.s }); // only the first seeds have come with their dictionaries
  });
  canvas.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (!move) return;
    const column = ({ l0 }) => l0.map((row) => row[seen.s]);
    const here = variants[seen.variant];
    if (move[0]) return pick({ v: alongFront(column(here), seen.v, move[0]) });
    const variant = clamp(seen.variant - Math.sign(move[1]), 0, variants.length - 1);
    const gap = (v) => Math.abs(map(variants[variant].l0[v][seen.s]) - map(here.l0[seen.v][seen.s]));
    const v = variant === seen.variant ? seen.v : variants[variant].values.reduce((best, _, k) => (gap(k) < gap(best) ? k : best), 0);
    pick({ variant, v });
  });

  return (state) => {
    seen = state;
    const { variant, v, s, height } = state;
    const name = HEIGHTS.find(([key]) => key === height)[1];
    const values = variants.flatMap((each) => each[height].flat());
    const low = height === "recovered" ? 0 : Math.floor(10 * clamp(Math.min(...values), 0, 0.9)) / 10;
    const high = height === "recovered" ? features : 1;
    const y = (value) => FLOOR - ((FLOOR - CEILING) * (Math.max(value, low) - low)) / (high - low);
    title.textContent = height === "recovered" ? `${name}, of ${features}` : name;
    axis.replaceChildren();
    valueAxis(axis, ticks(low, high, 5), y, brief);
    plot.replaceChildren();
    dots = [];
    // The chosen variant last: on top of the others.
    for (const k of [...variants.keys()].filter((other) => other !== variant).concat(variant)) {
      const { l0, colour, seeds } = variants[k];
      const group = svg("g", { class: k === variant ? "variant chosen" : "variant", style: `--tint:${colour}` }, plot);
      const middle = l0.map((row, i) => ({ x: x(median(row)), y: y(median(variants[k][height][i])) }));
      svg("path", { class: "through", d: linked(middle) }, group);
      for (let i = 0; i < l0.length; i++) {
        for (let seed = 0; seed < seeds; seed++) {
          const dot = { variant: k, v: i, s: seed, x: x(l0[i][seed]), y: y(variants[k][height][i][seed]) };
          svg("circle", { class: "dot", cx: dot.x.toFixed(1), cy: dot.y.toFixed(1), r: k === variant ? 3.2 : 2.4 }, group);
          dots.push(dot);
        }
      }
    }
    const mine = dots.filter((dot) => dot.variant === variant && dot.s === s);
    const group = svg("g", { class: "variant chosen", style: `--tint:${variants[variant].colour}` }, plot);
    svg("path", { class: "run", d: linked(mine) }, group);
    svg("circle", { class: "ring", cx: mine[v].x.toFixed(1), cy: mine[v].y.toFixed(1), r: 7 }, group);
    const of = variants[variant];
    const what = `${of.name}, ${of.setting} ${brief(of.values[v], 3)}, seed ${s + 1}: L0 ${brief(of.l0[v][s], 3)}, ${name} ${brief(of[height][v][s], 3)}`;
    say(`${what}.`);
    canvas.setAttribute("aria-label", `L0 against ${name} for ${variants.map((each) => each.name).join(", ")}. Chosen: ${what}. ` +
      "Left and right walk along the front, up and down change the variant.");
  };
}

// What the colours stand for; the chosen variant is bold. Returns a function that shows a state.
export function frontLegend(root, variants) {
  const list = html("p", { class: "legend", "aria-hidden": "true" }, root);
  const items = variants.map(({ name, colour }) => {
    const item = html("span", { class: "item", style: `--tint:${colour}` }, list);
    html("span", { class: "stroke" }, item);
    item.append(name);
    return item;
  });
  return ({ variant }) => items.forEach((item, k) => item.classList.toggle("chosen", k === variant));
}
