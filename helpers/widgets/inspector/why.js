import { contributions } from "../core/propagation.js";
import { brief } from "../core/scales.js";
import { radios } from "../view/choice.js";
import { html } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { barList, capital, neuronName, wording } from "../view/parts.js";

const RULE_TEXTS = {
  off: "Relevance is off. Switch a rule on to see which inputs the answer is credited to.",
  epsilon: "Each unit hands its relevance down in proportion to what it was fed, weight times activation; biases keep their share. What the small \u03b5 of 10\u207b\u2076, with the sign of the sum, swallows is the residual.",
  published: "NN Inspector's rule: biases are left out, so that their share goes to the inputs, and \u03b5 has no sign. Where what a unit is fed, without its bias, nearly cancels, the parts explode.",
};

// Why the chosen output is what it is: the exact terms of its sum, and relevance down to the inputs. set(changes) hears
// of another output or rule. Returns a function that draws what is seen.
export function whyView(root, set) {
  const terms = panel(root, "terms", "What the output adds up");
  const outputs = html("div", {}, terms);
  const termBars = barList(terms);
  const sum = html("p", { class: "says" }, terms);
  const figure = panel(root, "relevance", "Relevance of the inputs");
  const rules = { name: "Rule", options: [["off", "off"], ["epsilon", "\u03b5 with biases"], ["published", "as published"]] };
  const mark = radios(figure, rules, (rule) => set({ rule }));
  const bars = barList(figure);
  const note = html("p", { class: "note" }, figure);
  const check = html("p", { class: "says" }, figure);
  let built = null, choose = () => {};
  return ({ network, layers, state, found, rel }) => {
    if (built !== network) {
      built = network;
      outputs.replaceChildren();
      const options = network.outputs.map((name, k) => [String(k), capital(wording(name))]);
      choose = options.length > 1 ? radios(outputs, { name: "Output", options }, (k) => set({ output: Number(k) })) : () => {};
    }
    choose(String(state.output));
    const last = network.hidden.length - 1;
    const { parts, bias, total } = contributions(layers.at(-1), found.hidden.at(-1), state.output);
    const items = Array.from(parts, (value, j) => ({
      name: capital(neuronName([last, j], network)), value, look: state.neuron[0] === last && state.neuron[1] === j ? "picked" : "",
    }));
    termBars([...items, { name: "Bias", value: bias }]);
    const name = capital(wording(network.outputs[state.output]));
    sum.textContent = `${name}: the terms add up to ${brief(total, 4)}${network.task === "classification" ? ", its log-odds up to what all outputs share" : ""}.`;
    mark(state.rule);
    note.textContent = RULE_TEXTS[state.rule];
    if (!rel) {
      bars([]);
      check.textContent = "";
      return;
    }
    const biases = rel.bias.reduce((all, value) => all + value, 0);
    const rows = network.predictors.map((input, i) => ({ name: wording(input), value: rel.inputs[i], look: state.input === i ? "picked" : "" }));
    bars([...rows, { name: "Biases", value: biases }, ...(rel.held ? [{ name: "Clamped neurons", value: rel.held }] : []), { name: "Residual", value: rel.residual }]);
    const largest = rel.inputs.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    check.textContent = `Conservation: ${brief(rel.start, 4)} came in at ${name}, the residual is ${brief(rel.residual, 2)}. The largest part is ${brief(largest, 3)}.`;
  };
}
