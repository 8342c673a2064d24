import { LEASTS, SHOWS } from "../core/feature_browser.js";
import { radios, select } from "../view/choice.js";
import { html } from "../view/dom.js";
import { capital, wording } from "../view/parts.js";

const NONE = "any";

// Which network, which units, in which order. set(changes) hears of wishes. Returns a function that draws what is seen.
export function toolbarView(root, networks, set) {
  const box = html("div", { class: "unit-bar", role: "group", "aria-label": "Which units are shown" }, root);
  const names = networks.map(({ name }, k) => [String(k), wording(name)]);
  const network = names.length > 1 ? select(box, { name: "Network", options: names }, (value) => set({ net: Number(value) })) : () => {};
  const showing = radios(box, { name: "Show", options: SHOWS.map((value) => [value, capital(value)]) }, (show) => set({ show }));
  const host = html("div", { class: "by" }, box);
  const id = `words-${Math.random().toString(36).slice(2)}`;
  const find = html("div", { class: "select" }, box);
  html("label", { for: id, text: "Words in the explanation" }, find);
  const field = html("input", { id, type: "search", autocomplete: "off", spellcheck: "false", maxlength: 60 }, find);
  field.addEventListener("input", () => set({ words: field.value }));
  const scores = html("div", {}, box);
  const limits = [[NONE, "any, or none"], ...LEASTS.map((least) => [String(least), `above ${least}`])];
  const limit = select(scores, { name: "Score", options: limits }, (value) => set({ least: value === NONE ? null : Number(value) }));
  const label = html("label", { class: "tick" }, box);
  const tick = html("input", { type: "checkbox" }, label);
  html("span", { text: "Hide dead units" }, label);
  tick.addEventListener("change", () => set({ living: tick.checked }));
  const rows = html("p", { class: "note" }, root);
  let built = null, sorting = () => {}, against = () => {};

  const build = ({ network: shown, reader, cases }) => {
    host.replaceChildren();
    const classes = shown.task === "classification";
    const sorts = [
      ["number", "number"], ["score", "score of the explanation"], ["often", "how often on"], ["effect", "effect, set to its mean"],
      ["predictor", "correlation with the input, of either sign"],
      ["class", `${classes ? "best correlation with a class" : `correlation with ${wording(shown.outputs[0])}`}, of either sign`],
    ];
    sorting = select(host, { name: "Sort by", options: sorts }, (sort) => set({ sort }));
    const inputs = shown.called.map((name, i) => [String(i), name]);
    against = select(host, { name: "Curves against", options: inputs }, (i) => set({ input: Number(i) }));
    const explained = reader.said.neuron.length + reader.said.latent.length > 0;
    find.hidden = scores.hidden = !explained;
    rows.textContent = `The cases are ${cases.target.length} rows drawn from those that the network never saw.${explained ? " Scores of words come from all rows held back, all else from the cases." : ""}`;
  };
  return ({ network: shown, reader, cases, state }) => {
    if (built !== shown) {
      built = shown;
      build({ network: shown, reader, cases });
    }
    network(String(state.net));
    showing(state.show);
    sorting(state.sort);
    against(String(state.input));
    limit(state.least === null ? NONE : String(state.least));
    tick.checked = state.living;
    if (document.activeElement !== field) field.value = state.words;
  };
}
