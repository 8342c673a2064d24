import { examined } from "../core/explorer.js";
import { curvesView } from "../view/curves.js";
import { html } from "../view/dom.js";
import { heatView } from "../view/heat.js";
import { shareView } from "../view/share.js";
import { slider } from "../view/slider.js";
import { stemsView } from "../view/stems.js";

const WAIT = "The weights of these networks are on their way …";

// Which seeds stopped before the end, in a sentence.
function stopped({ stops, seeds }) {
  if (!stops.length) return "";
  const list = stops.map((step) => step.toLocaleString("en")).join(", ");
  const where = `${stops.length > 1 ? "at steps" : "at step"} ${list}`;
  return `${stops.length} of ${seeds} seeds diverged and stopped, ${where}.`;
}

// One batch with everything to see of it. choose(chosen) hears of other swept values, pick(feature) of a feature,
// point(t) of a step. Returns its box, a function that draws and one that marks a step.
export function sideView(root, { steps, size, getPiece, choose, pick, point }) {
  const box = html("div", { class: "side", role: "group" }, root);
  const name = html("p", { class: "side-name" }, box);
  const sliders = html("div", { class: "sliders" }, box);
  const about = html("p", { class: "about" }, box);
  const note = html("p", { class: "stops", role: "status" }, box);
  const panels = { training: html("div", { class: "panels" }, box), neurons: html("div", { class: "panels" }, box) };
  const missing = html("p", { class: "missing", role: "status" }, box);
  const chosenFirst = (first) => choose([first, ...state.side.chosen.slice(1)]);
  let state = null, slides = [], shown = [];
  const models = new WeakMap(); // by setting, so that a drag back costs nothing

  const [curves, markStep] = curvesView(panels.training, steps, chosenFirst, point);
  const share = shareView(panels.training, chosenFirst);
  const heat = heatView(panels.neurons, pick);
  const stems = stemsView(panels.neurons);

  const rebuild = (batch) => {
    sliders.replaceChildren();
    slides = batch.swept.map(({ label, texts }, axis) => {
      const look = { name: label, size: texts.length, ends: [texts[0], texts.at(-1)] };
      return slider(sliders, look, (k) => choose(state.side.chosen.map((old, a) => (a === axis ? k : old))));
    });
  };
  const describe = ({ batch, side }) => {
    about.replaceChildren();
    batch.swept.forEach(({ label, texts }, axis) => html("strong", { text: `${label} ${texts[side.chosen[axis]]}` }, about));
    for (const text of batch.about) html("span", { text }, about);
    html("span", { text: `${size && `${size} size: `}${batch.features} features in ${batch.embedding} dimensions` }, about);
  };
  const drawNeurons = ({ batch, side, extras, features }) => {
    const { piece, problem } = getPiece(batch, side.chosen);
    const setting = piece?.settings[side.chosen[0]];
    panels.neurons.hidden = !setting;
    missing.textContent = problem ?? (piece ? "No weights were kept for this value." : WAIT);
    missing.hidden = Boolean(setting);
    if (!setting) return;
    if (!models.has(setting)) models.set(setting, examined(piece, setting, batch.activation));
    const model = models.get(setting);
    const now = [model, extras, features];
    if (now.every((part, k) => part === shown[k])) return; // only the other side changed
    shown = now;
    const answers = model.with(extras);
    heat({ model, answers, extras, features });
    stems({ model, answers, features });
  };

  const draw = (next) => {
    const changed = state?.batch !== next.batch;
    state = next;
    const { batch, side, view } = next;
    if (changed) rebuild(batch);
    box.setAttribute("aria-label", batch.title);
    name.textContent = batch.title;
    slides.forEach((slide, axis) => slide({ index: side.chosen[axis], text: batch.swept[axis].texts[side.chosen[axis]] }));
    describe(next);
    const stops = stopped(batch.settings[batch.at(side.chosen)]);
    if (note.textContent !== stops) note.textContent = stops;
    panels.training.hidden = view !== "training";
    panels.neurons.hidden = missing.hidden = view === "training";
    if (view === "neurons") {
      drawNeurons(next);
      return;
    }
    const lines = batch.along(side.chosen);
    curves({ ...next, lines, chosen: side.chosen[0] });
    share({ ...next, lines, chosen: side.chosen[0] });
  };
  return { box, draw, markStep };
}
