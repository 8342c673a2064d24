import { latentRows, reaches } from "../core/matcher.js";
import { topColumns } from "../core/matching.js";
import { html, number, svg } from "../view/dom.js";
import { moveOf, readout } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";
import { degrees, glyph, heading } from "./glyphs.js";
import { candidatesText, itemText } from "./says.js";

const [ROW, HEAD] = [31, 36]; // heights
const OUT = 124; // where a feature's line begins, beyond its cosine
const [FEATURE, LATENT] = [64, 276]; // where the two columns of arrows stand
const [CELLS, CELL] = [6, 56]; // of a row of what is left over
export const FEW = 16; // rows that are shown before the reader asks for all
const [LEFT_OVER, MARKED] = [12, 3];

// A bar for how often something is on, as a share of the most frequent of its kind.
function often(root, x, y, share, most, end) {
  if (share === undefined || !most) return;
  const width = Math.max(0.5, (26 * share) / most);
  svg("rect", { class: "often", x: end ? x - width : x, y: y - 4, width, height: 8 }, root);
}

function wire(root, from, to, cosine, limit) {
  const bend = (to[0] - from[0]) / 2;
  svg("path", {
    class: reaches(cosine, limit) ? "wire" : "wire low", "stroke-width": (1 + 3 * Math.abs(cosine)).toFixed(2),
    d: `M${from[0]} ${from[1]}C${from[0] + bend} ${from[1]} ${to[0] - bend} ${to[1]} ${to[0]} ${to[1]}`,
  }, root);
}

// The two columns. pick(feature) asks for a feature's candidates. Returns a function that draws what is seen.
export function columnsView(root, inputs, pick) {
  const figure = panel(root, "columns", "True features and matching latents");
  const say = readout(figure);
  const picks = readout(figure);
  const scroll = html("div", { class: "roll" }, figure);
  const canvas = svg("svg", { tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-label": "Matches" }, scroll);
  let seen = null, items = [], at = 0, drawn = null;

  const mark = (k) => {
    at = clamp(k, 0, items.length - 1);
    items.forEach(({ node }, each) => node.classList.toggle("hot", each === at));
    say(itemText(seen, items[at]));
  };
  const activate = (k) => {
    const { side, index } = items[k];
    if (side === "feature") pick(index === seen.picked ? null : index);
  };
  const find = (side, index) => items.findIndex((item) => item.side === side && item.index === index);
  canvas.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      return activate(at);
    }
    const move = moveOf(event);
    if (!move) return;
    const { side, index } = items[at];
    const column = items.flatMap((item, k) => (item.side === side ? [k] : []));
    if (move[1]) mark(column[clamp(column.indexOf(at) - move[1], 0, column.length - 1)]);
    else if (Math.abs(move[0]) > 1) mark(column[move[0] < 0 ? 0 : column.length - 1]);
    else if (move[0] > 0 && side === "feature") mark(Math.max(find("latent", seen.partner[index]), items.findIndex((item) => item.side === "latent")));
    else if (move[0] < 0 && side === "latent") {
      const mine = seen.shown.filter(({ latent }) => latent === index).map(({ feature }) => feature);
      mark(Math.max(0, find("feature", mine[0] ?? seen.spareOf.get(index)?.feature)));
    }
    items[at].node.scrollIntoView({ block: "nearest" });
  });

  const add = (layer, side, index, x, y, angles, options = {}) => {
    const { table, truth, rows, on, frequency } = seen;
    const dead = side === "latent" && (on[index] === 0 || table.every((row) => row[index] === 0));
    const kind = `${side}${dead ? " dead" : ""}${side === "feature" && index === seen.picked ? " picked" : ""}`;
    const node = svg("g", { class: "item" }, layer);
    const vector = side === "feature" ? truth[index] : rows[index];
    const own = inputs === 2 ? [heading(vector)].filter((angle) => angle !== null) : dead && table.every((row) => row[index] === 0) ? [] : angles;
    svg("rect", { class: "hit", ...options.hit }, node);
    glyph(node, { x, y, angles: own, kind, dashed: inputs > 2 && side === "latent" });
    svg("text", { class: options.below ? "middle" : side === "feature" ? "right" : "", x: options.below ? x : side === "feature" ? x - 18 : x + 18, y: options.below ? y + 27 : y + 4.5, text: index + 1 }, node);
    if (!options.below && side === "feature") often(node, 0, y, frequency[index], Math.max(...frequency), false);
    if (!options.below && side === "latent") often(node, 340, y, on[index], Math.max(...on), true);
    const k = items.push({ side, index, node, x, y }) - 1;
    node.addEventListener("pointerenter", () => mark(k));
    node.addEventListener("click", () => { mark(k); activate(k); });
    return node;
  };

  const cells = (layer, text, list, top, height, draw) => {
    if (!list.length) return top;
    svg("text", { class: "strong", x: 0, y: top + 20, text }, layer);
    list.forEach((item, k) => draw(item, CELL * (k % CELLS) + CELL / 2, top + 44 + height * Math.floor(k / CELLS)));
    return top + 34 + height * Math.ceil(list.length / CELLS);
  };

  const build = () => {
    const { arrangement: { pairs, without, spare }, order, limit, all, table, mode } = seen;
    const shown = all ? pairs : pairs.slice(0, FEW);
    const few = (list) => (all ? list : list.slice(0, LEFT_OVER));
    const rowOf = latentRows(shown, order === "index");
    Object.assign(seen, { shown, spareOf: new Map(spare.map((each) => [each.latent, each])) });
    const focused = items[at];
    items = [];
    canvas.replaceChildren();
    const wires = svg("g", { "aria-hidden": "true" }, canvas);
    const layer = svg("g", {}, canvas);
    for (const [x, place, text] of [[0, "", "feature"], [98, "middle", "cosine"], [340, "right", "latent"]]) svg("text", { class: `small ${place}`, x, y: 12, text }, layer);
    const height = (row) => HEAD + ROW * row;
    shown.forEach(({ feature, latent, cosine }, row) => {
      const y = height(row);
      const node = add(layer, "feature", feature, FEATURE, y, [0], { hit: { x: 0, y: y - ROW / 2, width: 121, height: ROW } });
      svg("text", { class: "middle", x: 100.5, y: y + 4.5, text: number(cosine, 3) }, node);
      wire(wires, [OUT, y], [LATENT - 13, height(rowOf.get(latent))], cosine, limit);
    });
    for (const [latent, row] of [...rowOf].sort((a, b) => a[1] - b[1])) {
      const y = height(row);
      const angles = shown.filter((pair) => pair.latent === latent).map(({ cosine }) => degrees(cosine));
      add(layer, "latent", latent, LATENT, y, angles, { hit: { x: LATENT - 14, y: y - ROW / 2, width: 78, height: ROW } });
    }
    let end = height(shown.length) - ROW / 2 + 6;
    const hit = (x, y, height) => ({ x: x - CELL / 2, y: y - 15, width: CELL, height });
    end = cells(layer, `Without a latent: ${without.length}`, few(without), end, 48, (feature, x, y) => {
      add(layer, "feature", feature, x, y, [0], { below: true, hit: hit(x, y, 46) });
    });
    const title = mode === "one" ? "Spare latents" : "Latents that are nearest to no feature";
    end = cells(layer, `${title}: ${spare.length}`, few(spare), end, 62, ({ latent, feature, cosine, kind }, x, y) => {
      const node = add(layer, "latent", latent, x, y, [degrees(cosine)], { below: true, hit: hit(x, y, 60) });
      svg("text", { class: "small middle", x, y: y + 42, text: kind === "dead" ? "dead" : kind === "duplicate" ? `like ${feature + 1}` : number(cosine) }, node);
    });
    if (seen.picked !== null) {
      const from = items[find("feature", seen.picked)];
      const places = topColumns(table[seen.picked], MARKED).map((latent) => items[find("latent", latent)]).filter(Boolean);
      for (const { node, x, y } of places) {
        node.classList.add("candidate");
        if (from) svg("path", { class: "candidate-wire", d: `M${from.x === FEATURE ? OUT : from.x} ${from.y}L${x} ${y}` }, wires);
      }
    }
    canvas.setAttribute("viewBox", `0 0 340 ${Math.ceil(end + 4)}`);
    scroll.classList.toggle("all", all);
    mark(Math.max(0, focused ? find(focused.side, focused.index) : 0));
    canvas.setAttribute("aria-label", `Matches: ${shown.length} of ${pairs.length} pairs, ${without.length} features without a latent, ` +
      `${spare.length} spare latents. Arrow keys move through them, Enter shows a feature's candidates.`);
  };
  return (state) => {
    seen = { ...state, shown: seen?.shown, spareOf: seen?.spareOf };
    if (state.arrangement !== drawn?.arrangement || state.all !== drawn.all || state.picked !== drawn.picked) build();
    drawn = state;
    picks(candidatesText(seen, MARKED));
  };
}
