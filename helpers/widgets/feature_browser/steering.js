import { MOST_STEER } from "../core/feature_browser.js";
import { brief } from "../core/scales.js";
import { answerWith, effectOf } from "../core/units.js";
import { html, number } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { plainTable, tint, wording } from "../view/parts.js";
import { slider } from "../view/slider.js";
import { outputName, outputText, skillName, skillText, unitName } from "./words.js";

const STEPS = 80; // of the slider
const ROUNDING_LEFT = 1e-12; // so little is what rounding left of no change
const THROUGH = "Through the copy of the layer that the autoencoder makes, spliced in, and compared with that copy untouched.";
const DIRECT = "In the network itself, without the autoencoder.";

// Shares as percent, values as they are; a change has a sign.
const amount = ({ task }, value) => (task === "classification" ? number(100 * value, 1) : brief(value, 3));
function gap(network, change) {
  if (Math.abs(change) < ROUNDING_LEFT) return "0";
  const text = amount(network, change);
  return Number.parseFloat(text.replace("\u2212", "-")) > 0 ? `+${text}` : text;
}

// What happens when the open unit is set to its mean or to 0 in every case. Returns a function that draws what is seen.
export function ablationView(root) {
  const figure = panel(root, "ablation", "Without it");
  const fill = plainTable(figure, [], "What the ablation of the unit does");
  const note = html("p", { class: "note" }, figure);
  let drawn = "";
  return ({ network, state, shown, effects, before }) => {
    const { kind, index } = state.unit;
    const key = `${state.net}.${kind}.${index}`;
    if (key === drawn) return;
    drawn = key;
    const [was, { mean, zero }] = [before[kind], effects(state.unit)];
    const ways = [["set to its mean", mean], ["set to 0", zero]];
    const classes = network.task === "classification";
    const unit = classes ? ", %" : network.unit && `, ${network.unit}`;
    const line = (name, value, of) => [`${name}${unit}`, amount(network, value), ...ways.map(([, way]) => gap(network, of(way) - value))];
    const outputs = network.outputs.map((name, k) => line(`${classes ? "probability of" : "mean"} ${wording(name)}`, was.mean[k], ({ mean: of }) => of[k]));
    const moved = `effect: ${classes ? "probability moved" : "change"} per case${unit}`;
    fill([
      ...outputs, [moved, "", ...ways.map(([, { shift }]) => amount(network, shift))], line(skillName(network), was.skill, ({ skill }) => skill),
    ], ["over all cases", "untouched", ...ways.map(([name]) => `change, ${name}`)]);
    note.textContent = `The mean of ${unitName(state.unit, shown)} is ${brief(mean.value, 3)}. ${kind === "latent" ? THROUGH : DIRECT}`;
  };
}

// Bars of a before and an after. Returns a function that draws [{ name, before, after, colour, text }].
function pairBars(root, title) {
  const box = html("div", { class: "pairs-of" }, root);
  html("p", { class: "heading", text: title }, box);
  const list = html("div", { class: "bar-list unsigned" }, box);
  let rows = [], names = null;
  return (items, top) => {
    const now = items.map(({ name }) => name).join("\n");
    if (now !== names) {
      names = now;
      list.replaceChildren();
      rows = items.map(({ name }) => {
        const line = html("div", { class: "bar-row" }, list);
        html("span", { class: "bar-name", text: name }, line);
        const rail = html("span", { class: "rail", "aria-hidden": "true" }, line);
        return { was: html("span", { class: "was" }, rail), bar: html("span", { class: "fill" }, rail), value: html("span", { class: "bar-value" }, line) };
      });
    }
    items.forEach(({ before, after, colour, text }, k) => {
      const wide = (value) => `${(100 * Math.min(1, Math.max(0, value / top))).toFixed(2)}%`;
      rows[k].was.style.width = wide(before);
      rows[k].bar.style.cssText = `left:0;width:${wide(after)};background:${colour}`;
      rows[k].value.textContent = text;
    });
  };
}

// Turn the open unit up and down. set({ steer }) hears of a multiple of its largest activation, or null for as it is.
// Returns a function that draws what is seen.
export function steeringView(root, set) {
  const figure = panel(root, "steering", "Steer it");
  const host = html("div", {}, figure);
  const slide = slider(host, { name: "Set in every case to", size: STEPS + 1, ends: ["0", "twice its largest"] }, (k) => set({ steer: (k / STEPS) * MOST_STEER }));
  const buttons = html("div", { class: "buttons" }, figure);
  const free = html("button", { type: "button", text: "Let it go" }, buttons);
  free.addEventListener("click", () => set({ steer: null }));
  const bars = html("div", { class: "lists" }, figure);
  const [now, all] = [pairBars(bars, "This case"), pairBars(bars, "Mean over all cases")];
  const says = html("p", { class: "says", role: "status" }, figure);
  html("p", { class: "note", text: "The outline is before, the bar after." }, figure);
  return ({ network, shown, state, examined, here, tops, before }) => {
    const { kind, index } = state.unit;
    const top = tops[kind][index];
    const loose = state.steer === null || !top;
    const value = loose ? here[kind][index] : state.steer * top;
    const share = top ? value / top : 0;
    slide({ index: Math.round((STEPS * share) / MOST_STEER), text: loose ? "as it is" : number(value), spoken: loose ? "as it is" : `${number(value)}, ${number(share)} times its largest`, disabled: !top });
    free.disabled = loose;
    const was = here.output[kind];
    const is = loose ? was : answerWith(shown, here, state.unit, value);
    const mean = before[kind];
    const found = loose ? mean : effectOf(shown, examined, state.unit, value);
    const classes = network.task === "classification";
    const high = (...lists) => (classes ? 1 : Math.max(1e-9, ...lists.flatMap((list) => [...list])));
    const items = (a, b) => network.outputs.map((name, k) => ({
      name: outputName(network, k), before: a[k], after: b[k], colour: tint(name, k),
      text: loose ? outputText(network, a[k]) : `${outputText(network, a[k])} \u2192 ${outputText(network, b[k])}`,
    }));
    now(items(was, is), high(was, is));
    all(items(mean.mean, found.mean), high(mean.mean, found.mean));
    const skill = skillName(network);
    const text = !top ? "It is dead: on in no case, so there is nothing to turn up."
      : loose ? `Over all cases: ${skill} ${skillText(network, mean.skill)}.`
        : `Over all cases: ${skill} ${skillText(network, mean.skill)} before, ${skillText(network, found.skill)} after.`;
    if (says.textContent !== text) says.textContent = text;
  };
}
