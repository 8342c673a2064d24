import { html, number, svg } from "../view/dom.js";
import { moveOf, readout } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";
import { deadSentence, itemSentence, noteUnder } from "./words.js";

const [ROW, HEAD] = [26, 34]; // heights
const [MINE, OTHER, GAP] = [62, 278, 23]; // where the two columns of latents stand; room for a number between them

// The latent of the other dictionary that is most like one that is left over.
function mostLike({ a, b, found }, { here, there }) {
  const { table } = found;
  const [row, units] = here !== undefined
    ? [Array.from(table[a.living.indexOf(here)]), b.living]
    : [table.map((line) => line[b.living.indexOf(there)]), a.living];
  const best = row.indexOf(Math.max(...row));
  return { unit: units[best], alike: row[best] };
}

// Latents of two dictionaries, joined where they are matched, the most alike first. follow(item) hears which one is
// looked at. Returns a function that draws { a, b, measure, found, limit }.
export function pairView(root, follow) {
  const figure = panel(root, "pair", "Matched latents, the most alike first");
  const scroll = html("div", { class: "roll" }, figure);
  const canvas = svg("svg", { tabindex: 0, role: "application", "aria-roledescription": "chart" }, scroll);
  const say = readout(figure);
  const dead = noteUnder(figure);
  let seen = null, items = [], at = 0, shown = null;

  const look = (k) => {
    at = clamp(k, 0, items.length - 1);
    items.forEach(({ node }, each) => node.classList.toggle("hot", each === at));
    const item = items[at] ?? null;
    say(item ? itemSentence(seen, item, item.alike === undefined ? mostLike(seen, item) : null) : "There is nothing to match.");
    follow(item);
  };
  canvas.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (!move || !items.length) return;
    look(at - move[1] + move[0]);
    items[at].node.scrollIntoView({ block: "nearest" });
  });

  const latent = (root, side, unit, y) => {
    const [x, often, own] = side === "mine" ? [MINE, 0, seen.a] : [OTHER, 340, seen.b];
    const outwards = side === "mine" ? -1 : 1;
    svg("circle", { class: `latent ${side}`, cx: x, cy: y, r: 6.5 }, root);
    svg("text", { class: side === "mine" ? "right" : "", x: x + 13 * outwards, y: y + 4.5, text: unit + 1 }, root);
    const width = Math.max(0.5, 24 * own.often[unit]);
    svg("rect", { class: "often", x: side === "mine" ? often : often - width, y: y - 4, width, height: 8 }, root);
  };
  const add = (item) => {
    const y = HEAD + ROW * items.length;
    const node = svg("g", { class: "item" }, canvas);
    svg("rect", { class: "hit", x: 0, y: y - ROW / 2, width: 340, height: ROW }, node);
    const { here, there, alike } = item;
    if (alike !== undefined) {
      const strength = clamp(alike, 0, 1);
      svg("path", {
        class: alike > seen.limit ? "tie" : "tie low", d: `M${MINE + 9} ${y}H${(MINE + OTHER) / 2 - GAP}M${(MINE + OTHER) / 2 + GAP} ${y}H${OTHER - 9}`,
        "stroke-width": (1 + 7 * strength).toFixed(2), "stroke-opacity": (0.35 + 0.65 * strength).toFixed(2),
      }, node);
      svg("text", { class: "middle", x: (MINE + OTHER) / 2, y: y + 4.5, text: number(alike) }, node);
    } else svg("text", { class: "small middle", x: (MINE + OTHER) / 2, y: y + 4.5, text: "no partner" }, node);
    if (here !== undefined) latent(node, "mine", here, y);
    if (there !== undefined) latent(node, "other", there, y);
    const k = items.push({ ...item, node }) - 1;
    node.addEventListener("pointerenter", () => look(k));
    node.addEventListener("click", () => look(k));
  };

  return (state) => {
    seen = state;
    const { a, b, found } = state;
    const same = shown === found;
    shown = found;
    items = [];
    canvas.replaceChildren();
    for (const [x, place, text] of [[0, "", "on in"], [MINE, "middle", "left"], [OTHER, "middle", "right"], [340, "right", "on in"]]) {
      svg("text", { class: `small ${place}`, x, y: 12, text }, canvas);
    }
    for (const pair of found?.pairs ?? []) add(pair);
    for (const here of found?.alone ?? []) add({ here });
    for (const there of found?.spare ?? []) add({ there });
    canvas.setAttribute("viewBox", `0 0 340 ${HEAD + ROW * Math.max(1, items.length) - ROW / 2 + 2}`);
    canvas.setAttribute("aria-label", `${found?.pairs.length ?? 0} matched pairs of latents of ${a.name}, left, and ${b.name}, right, the most alike first, ` +
      `then ${items.length - (found?.pairs.length ?? 0)} without a partner. Up and down move through them.`);
    dead.textContent = deadSentence(a, b);
    look(same ? at : 0);
  };
}
