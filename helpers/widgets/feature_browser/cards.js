import { unitLists } from "../core/feature_browser.js";
import { scaledValue } from "../core/network.js";
import { assign, html, svg } from "../view/dom.js";
import { clamp } from "../view/panel.js";
import { capital } from "../view/parts.js";
import { factWords, oftenWords, scoreWords, unitName } from "./words.js";

const [WIDE, TALL, EDGE] = [120, 34, 2]; // of a curve
const HEADINGS = { neuron: "Neurons", latent: "Latents", both: "Neurons and latents, sorted together" };
const UNIT_KINDS = ["neuron", "latent"];

function card(unit, shown, open) {
  const node = html("div", { class: `unit-card ${unit.kind}`, role: "option", tabindex: -1 });
  html("span", { class: "card-name", text: capital(unitName(unit, shown)) }, node);
  const canvas = svg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", "aria-hidden": "true" }, node);
  svg("path", { class: "base", d: `M0 ${TALL - EDGE}H${WIDE}` }, canvas);
  const parts = {
    mark: svg("path", { class: "at-case" }, canvas), curve: svg("path", { class: "spark" }, canvas),
    words: html("span", { class: "card-words" }, node), facts: html("span", { class: "card-facts" }, node),
  };
  node.addEventListener("click", () => open(unit, false));
  return { unit, node, ...parts };
}

// The card nearest in a direction, by where they are on the screen.
function towards(cards, from, [across, down]) {
  const middle = ({ node }) => { const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
  const [x, y] = middle(from);
  const ahead = cards.map((each) => {
    const [dx, dy] = middle(each).map((value, k) => value - [x, y][k]);
    const [along, aside] = across ? [dx * across, Math.abs(dy)] : [dy * down, Math.abs(dx)];
    return { each, along, cost: along + 3 * aside };
  }).filter(({ along }) => along > 4).sort((a, b) => a.cost - b.cost);
  return ahead[0]?.each ?? from;
}

// A card for each unit. open(unit, byKey) hears which is opened. Returns a function that draws what is seen, and one that
// brings the focus to a unit's card.
export function cardsView(root, open) {
  const box = html("div", { class: "unit-columns" }, root);
  const groups = Object.fromEntries(Object.entries(HEADINGS).map(([kind, text]) => {
    const group = html("div", { class: `cards of-${kind}` }, box);
    const heading = html("p", { class: "heading" }, group);
    const list = html("div", { class: "unit-grid", role: "listbox", "aria-label": text }, group);
    const none = html("p", { class: "note", text: "None passes the filter." }, group);
    return [kind, { group, heading, list, none }];
  }));
  let built = null, cards = { neuron: [], latent: [] }, visible = [], here = null, drawn = "";

  const focusable = (one) => {
    here = one ?? null;
    for (const each of [...cards.neuron, ...cards.latent]) each.node.setAttribute("tabindex", each === here ? 0 : -1);
  };
  box.addEventListener("focusin", (event) => {
    const found = visible.find(({ node }) => node === event.target);
    if (found) focusable(found);
  });
  box.addEventListener("keydown", (event) => {
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const end = { Home: visible[0], End: visible.at(-1) }[event.key];
    if (way || end) (end ?? towards(visible, here, way)).node.focus();
    else if (event.key === "Enter" || event.key === " ") open(here.unit, event.key === "Enter");
    else return;
    event.preventDefault();
  });

  const arrange = (seen) => {
    const { facts, state, shown } = seen;
    const focused = visible.find(({ node }) => node === document.activeElement);
    visible = [];
    const lists = unitLists(facts, state);
    for (const [name, { group, heading, list, none }] of Object.entries(groups)) {
      const shownList = lists.find((each) => each.name === name);
      const order = shownList?.units.map(({ kind, index }) => cards[kind][index]) ?? [];
      group.hidden = !shownList;
      none.hidden = order.length > 0;
      heading.textContent = `${HEADINGS[name]}: ${order.length} of ${shownList?.count ?? 0}`;
      list.replaceChildren(...order.map(({ node }) => node));
      for (const each of order) {
        const { kind, index } = each.unit;
        const fact = facts[kind][index];
        each.words.textContent = fact.words;
        const by = factWords(fact, state.sort, shown);
        const said = [shown.reader.said[kind].length ? scoreWords(fact.score) : "", oftenWords(fact.often), by].filter(Boolean);
        each.facts.textContent = said.join(" \u00b7 ");
        each.node.classList.toggle("dead", !(fact.often > 0));
      }
      visible.push(...order);
    }
    box.classList.toggle("both", lists.length > 1);
    if (focused && visible.includes(focused)) focused.node.focus({ preventScroll: true });
  };

  const draw = (seen) => {
    const { shown, state, curves, tops, network, raw } = seen;
    if (built !== network) {
      built = network;
      cards = Object.fromEntries(UNIT_KINDS.map((kind) => [kind, tops[kind].map((_, index) => card({ kind, index }, shown, open))]));
      drawn = "";
    }
    // Words and order change seldom, curves with every move of the case.
    const key = JSON.stringify([state.show, state.sort, state.words, state.living, state.least, state.sort === "predictor" && state.input]);
    if (key !== drawn) {
      drawn = key;
      arrange(seen);
    }
    const picked = ({ unit }) => unit.kind === state.unit.kind && unit.index === state.unit.index;
    if (!visible.includes(here)) focusable(visible.find(picked) ?? visible[0]);
    const [from, until] = [curves[0].x, curves.at(-1).x];
    const x = (value) => WIDE * clamp((value - from) / (until - from || 1), 0, 1);
    const at = x(scaledValue(network, state.input, raw[state.input])).toFixed(1);
    for (const each of visible) {
      const { kind, index } = each.unit;
      const top = Math.max(tops[kind][index], ...curves.map((point) => point[kind][index])) || 1;
      const y = (value) => TALL - EDGE - (TALL - 2 * EDGE) * (value / top);
      assign(each.curve, { d: curves.map((point, n) => `${n ? "L" : "M"}${x(point.x).toFixed(1)} ${y(point[kind][index]).toFixed(1)}`).join("") });
      assign(each.mark, { d: `M${at} 0V${TALL}` });
      assign(each.node, { "aria-selected": picked(each) });
      each.node.title = `${network.called[state.input]} from low to high`;
    }
  };
  const focusOn = ({ kind, index }) => {
    const one = cards[kind][index];
    if (visible.includes(one)) one.node.focus();
    else visible[0]?.node.focus();
  };
  return [draw, focusOn];
}
