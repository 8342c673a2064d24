import { between } from "../core/glide.js";
import { library } from "../core/optima.js";
import { REPRESENTED } from "../core/represented.js";
import { shape } from "../core/shape.js";
import { createStore } from "../core/store.js";
import { dimensionality, expectedLoss, lengths, quadrature, sum, zeroLoss } from "../core/toy.js";
import { html } from "../view/dom.js";
import { featuresView } from "../view/features.js";
import { gramView } from "../view/gram.js";
import { planeView } from "../view/plane.js";
import { slider } from "../view/slider.js";
import { storyView } from "../view/story.js";

const GLIDE_MS = 250;
const GLIDE_PLAYING_MS = 500;
const TRAITS = ["counts", "sparsities", "importances", "steps", "optima", "paths", "losses"];

// One button per number of features: radio buttons, so that arrow keys and screen readers work as usual.
function segments(root, counts, choose) {
  const box = html("fieldset", { class: "segments" }, root);
  html("legend", { text: "number of features" }, box);
  const name = `features-${Math.random().toString(36).slice(2)}`; // one group per figure on the page
  const inputs = counts.map((count, n) => {
    const label = html("label", {}, box);
    const input = html("input", { type: "radio", name, value: count }, label);
    html("span", { text: count }, label);
    input.addEventListener("change", () => choose(n));
    return input;
  });
  return (n) => { inputs[n].checked = true; };
}

// Calls show(W) on the way from what was shown to the next target; without motion only at its end.
function glider(show) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let from = null, to = null, now = null, began = 0, time = 0, frame = 0;
  const step = (clock) => {
    const part = Math.min(1, Math.max(0, (clock - began) / time));
    now = part < 1 ? between(from, to, part) : to;
    show(now);
    frame = part < 1 ? requestAnimationFrame(step) : 0;
  };
  const go = (target, duration) => {
    [from, to, began, time] = [now, target, performance.now(), duration];
    cancelAnimationFrame(frame);
    if (!from || still.matches) step(Infinity);
    else step(began);
  };
  return [go, () => cancelAnimationFrame(frame)];
}

const nearest = (levels, value, scale) => levels.reduce((best, level, k) => {
  return Math.abs(scale(level) - scale(value)) < Math.abs(scale(levels[best]) - scale(value)) ? k : best;
}, 0);
const plain = (value) => value;
const times = (value) => `${Number(value.toPrecision(2))}`;
const small = (value) => (value < 1e-6 ? "0" : value.toPrecision(3));

function render({ model, el }) {
  const traits = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const { counts, sparsities, importances, steps } = traits;
  const trained = library(traits);
  const { last, centre } = trained;
  const asked = () => ({
    n: nearest(counts, model.get("features"), plain),
    s: nearest(sparsities, model.get("sparsity"), plain),
    i: nearest(importances, model.get("importance"), Math.log),
  });
  const store = createStore({ ...asked(), t: last, playing: false });
  const show = (changes) => {
    const next = { ...store.get(), ...changes };
    store.set(next.i === centre ? next : { ...next, t: last, playing: false });
  };
  const choose = (changes) => {
    show(changes);
    const { n, s, i } = store.get();
    model.set("features", counts[n]);
    model.set("sparsity", sparsities[s]);
    model.set("importance", importances[i]);
    model.save_changes();
  };

  const name = "The best arrangement of three to eight features in the plane";
  const root = html("div", { class: "geometry-player toy-figure", role: "group", "aria-label": name }, el);
  const controls = html("div", { class: "controls" }, root);
  const parts = [];
  if (counts.length > 1) {
    const mark = segments(controls, counts, (n) => choose({ n }));
    parts.push(({ n }) => mark(n));
  }
  if (sparsities.length > 1) {
    const slide = slider(controls, { name: "sparsity", size: sparsities.length, ends: ["always on", "rarely on"] }, (s) => choose({ s }));
    parts.push(({ s, sparsity }) => slide({ index: s, text: sparsity.toFixed(2) }));
  }
  if (importances.length > 1) {
    const look = { name: "importance of feature 1", size: importances.length, ends: ["less than the others", "more"] };
    const slide = slider(controls, look, (i) => choose({ i }));
    parts.push(({ i }) => {
      const text = times(importances[i]);
      slide({ index: i, text: `× ${text}`, spoken: i === centre ? "like the others" : `${text} times the others` });
    });
  }
  const status = html("p", { class: "status", role: "status", "aria-live": "polite" }, root);
  const panels = html("div", { class: "panels" }, root);
  const slots = Math.max(...counts);
  const plane = planeView(panels, slots);
  let stopClock = () => {};
  if (last > 0) {
    const pick = (t, byClock = false) => show({ t, ...(byClock ? {} : { playing: false }) });
    const [draw, stop] = storyView(panels, steps, pick, (playing) => show({ playing }));
    parts.push(draw);
    stopClock = stop;
  }
  const gramPanel = gramView(panels, slots);
  parts.push(featuresView(panels, slots));
  const [glide, stopGlide] = glider((W) => {
    plane({ W, norm: lengths(W) });
    gramPanel({ W: W.slice(0, counts[store.get().n]) });
  });

  const summary = ({ n, i, t, sparsity, W, norm, total, part }) => {
    const kept = norm.filter((length) => length >= REPRESENTED).length;
    const drawn = shape(W);
    const when = t === last ? "" : `after ${steps[t]} of ${steps[last]} training steps, `;
    const worth = i === centre ? "" : `, feature 1 worth ${times(importances[i])} times the others`;
    return `${when}${counts[n]} features at sparsity ${sparsity.toFixed(2)}${worth}: ${kept} represented` +
      `${drawn && `, ${/^[aeiou]/.test(drawn) ? "an" : "a"} ${drawn}`}; loss ${small(total)}, ` +
      `${Math.round(100 * part)}% of that of answering 0`;
  };
  const draw = (state) => {
    const { n, s, i, playing } = state;
    const { W, b } = trained.model(state);
    const [sparsity, importance] = [sparsities[s], trained.worth(state)];
    const loss = expectedLoss({ W, b }, sparsity, importance, quadrature(counts[n]));
    const [total, zero, available] = [sum(loss), zeroLoss(sparsity, importance), i === centre];
    const seen = {
      ...state, W, b, sparsity, importance, loss, total, available,
      norm: lengths(W), share: dimensionality(W), part: total / zero,
      parts: available ? trained.story(state).map((value) => value / zero) : [],
    };
    for (const part of parts) part(seen);
    glide(W, playing ? GLIDE_PLAYING_MS : GLIDE_MS);
    status.setAttribute("aria-live", playing ? "off" : "polite");
    const text = summary(seen);
    if (status.textContent !== text) status.textContent = text; // an unchanged text would be read out again
  };
  const follow = () => {
    const [{ n, s, i }, next] = [store.get(), asked()];
    if (n !== next.n || s !== next.s || i !== next.i) show(next);
  };
  const EVENTS = "change:features change:sparsity change:importance";
  store.subscribe(draw);
  model.on(EVENTS, follow);
  draw(store.get());
  return () => {
    model.off(EVENTS, follow);
    stopClock();
    stopGlide();
  };
}

export default { render };
