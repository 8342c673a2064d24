import { nearestNetwork, networkFor } from "../core/inspector.js";
import { depth, inputsOf, penalty } from "../core/naming.js";
import { radios, select } from "../view/choice.js";
import { html } from "../view/dom.js";
import { wording } from "../view/parts.js";

const PENALTIES = { off: "off", on: "on", unknown: "not known" };
const distinct = (values) => [...new Set(values)];
// Few layers before many, narrow ones before wide ones.
const byDepth = (a, b) => a.split("+").length - b.split("+").length || parseInt(a, 10) - parseInt(b, 10);

// Which network is shown: its task, its hidden neurons, its L1 penalty, its inputs. change(changes) hears of another one.
// Only what there is to choose is shown. Returns a function that shows a state.
export function networkControls(root, networks, change) {
  const box = html("div", { class: "choose" }, root);
  const names = distinct(networks.map(({ name }) => name));
  let now = networks[0], built = null, marks = [];
  const wish = (facet) => change({ net: nearestNetwork(networks, now, facet), held: [] });
  const byName = names.length > 1
    ? select(box, { name: "Network", options: names.map((name) => [name, name]) }, (name) => wish({ name })) : () => {};
  const rest = html("div", { class: "facets" }, box);
  const inputs = html("fieldset", { class: "inputs" }, root);
  const note = html("p", { class: "note", role: "status" }, root);

  const build = () => {
    rest.replaceChildren();
    inputs.replaceChildren();
    const own = networks.filter(({ name }) => name === now.name);
    const facet = (title, key, values, texts, of) => {
      if (values.length < 2) return () => {};
      const group = html("div", { class: "facet" }, rest);
      html("span", { class: "facet-name", "aria-hidden": "true", text: title }, group);
      const mark = radios(group, { name: title, options: values.map((value, k) => [value, texts[k]]) }, (value) => wish({ [key]: value }));
      return () => mark(of(now));
    };
    const depths = distinct(own.map(depth)).sort(byDepth);
    const penalties = distinct(own.map(penalty));
    html("legend", { text: "Inputs in use" }, inputs);
    const boxes = inputsOf(networks, now.name).map((name) => {
      const label = html("label", { class: "tick" }, inputs);
      const tick = html("input", { type: "checkbox" }, label);
      html("span", { text: wording(name) }, label);
      tick.addEventListener("change", () => {
        const wanted = boxes.filter((other) => other.tick.checked).map((other) => other.name);
        const found = networkFor(networks, now, wanted);
        if (found) change(found);
        else {
          tick.checked = !tick.checked;
          note.textContent = wanted.length ? "No network here sees all of these." : "At least one input must stay in use.";
        }
      });
      return { name, tick };
    });
    marks = [
      facet("Hidden neurons", "depth", depths, depths, depth),
      facet("L1 penalty", "penalty", penalties, penalties.map((value) => PENALTIES[value]), penalty),
      ({ held }) => boxes.forEach(({ name, tick }) => { tick.checked = now.predictors.includes(name) && !held.includes(name); }),
    ];
  };

  return (state) => {
    now = networks[state.net];
    if (built !== now.name) {
      built = now.name;
      build();
    }
    byName(now.name);
    for (const mark of marks) mark(state);
    const others = inputsOf(networks, now.name).length - now.predictors.length;
    const held = state.held.map(wording).join(", ");
    const text = held ? `Held at the mean of the training: ${held}.`
      : others ? "This network was trained on these inputs alone." : "";
    if (note.textContent !== text) note.textContent = text;
  };
}
