import { inspectorLink } from "../core/feature_browser.js";
import { intoHash } from "../core/link.js";
import { networkKey } from "../core/naming.js";
import { largestAt } from "../core/network.js";
import { html, number } from "../view/dom.js";
import { capital, percentText, withUnit, wording } from "../view/parts.js";
import { slider } from "../view/slider.js";
import { caseWords, outputName, outputText, unitName } from "./words.js";

const given = (value) => (Number.isFinite(value) ? number(value) : "none");

// The heading of the open unit: what it is said to be, with the scores of that. `inspector` is { key, networks } or null.
// back() hears of a wish to go back to the cards, and leave() that the address is about to change. Returns a function that
// draws what is seen, and the heading.
export function unitHead(root, inspector, { back, leave }) {
  const box = html("div", { class: "unit-head" }, root);
  const line = html("div", { class: "unit-line" }, box);
  const title = html("p", { class: "unit-title", tabindex: -1 }, line);
  const link = inspector ? html("button", { type: "button", text: "Open in the Inspector" }, line) : null;
  const only = inspector ? html("span", { class: "note", text: "The Inspector knows neurons only." }, line) : null;
  const words = html("p", { class: "unit-words" }, box);
  const scores = html("p", { class: "note" }, box);
  let text = "";
  // No link with an address: the theme takes those on a page without headings for its own.
  link?.addEventListener("click", () => {
    leave();
    // What other figures keep in the address stays there.
    const hash = intoHash(location.hash, inspector.key, text);
    if (hash === location.hash) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = hash;
  });
  box.parentElement.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    back();
    event.preventDefault();
  });
  const draw = ({ network, shown, state, facts }) => {
    const { kind, index } = state.unit;
    const said = shown.reader.said[kind][index];
    const { often, words: told } = facts[kind][index];
    title.textContent = `${capital(unitName(state.unit, shown))}${often > 0 ? `, on in ${percentText(often)} of the cases` : ", dead: on in no case"}`;
    title.className = `unit-title ${kind}`;
    words.textContent = said ? `\u201c${told}\u201d` : "No explanation was made for it.";
    scores.textContent = !said ? "" : Number.isFinite(said.score)
      ? `Score of these words on held-back rows ${number(said.score)}, of words for the activation of other hours ${given(said.control)}; balanced accuracy ${given(said.balanced)}.`
      : "These words have no score.";
    if (!link) return;
    link.hidden = kind !== "neuron";
    only.hidden = kind === "neuron";
    text = inspectorLink(networkKey(inspector.networks, network), shown, state);
  };
  return [draw, title];
}

// The case that curves and bars belong to. pick(row) hears of another row. Returns a function that draws what is seen.
export function caseLine(root, pick) {
  const box = html("div", { class: "case-of" }, root);
  const host = html("div", {}, box);
  const says = html("p", { class: "says" }, box);
  let built = null, slide = () => {};
  return ({ network, cases, state, raw, here }) => {
    if (built !== cases) {
      built = cases;
      host.replaceChildren();
      slide = slider(host, { name: "Case", size: cases.target.length, ends: ["first row", "last row"] }, pick);
    }
    const classes = network.task === "classification";
    slide({ index: state.row ?? 0, text: state.row === null ? "moved by you" : `row ${state.row + 1} of ${cases.target.length}` });
    const answer = (output) => {
      const k = classes ? largestAt(output) : 0;
      return classes ? `${outputName(network, k).toLowerCase()} (${outputText(network, output[k])})` : outputText(network, output[0]);
    };
    const target = state.row === null ? null : cases.target[state.row];
    const was = target === null ? "" : ` It was ${classes ? wording(network.outputs[target]) : withUnit(target, network.unit)}.`;
    says.textContent = `With ${caseWords({ network, raw })}, the network says ${answer(here.output.neuron)}, with the copy spliced in ${answer(here.output.latent)}.${was}`;
  };
}
