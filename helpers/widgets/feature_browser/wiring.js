import { brief } from "../core/scales.js";
import { classLinks } from "../core/units.js";
import { html, number } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { barList, capital, neuronName, wording } from "../view/parts.js";
import { outputName, unitName } from "./words.js";

const FEW = 12; // bars that are shown of one kind

// Weights as bars to either side of zero, the largest first; those of units have a name that opens them. Returns a
// function that draws [{ name, value, unit }].
function weightBars(root, name, open) {
  const box = html("div", { class: "weights" }, root);
  html("p", { class: "heading", text: name }, box);
  const list = html("div", { class: "bar-list" }, box);
  const rest = html("p", { class: "note" }, box);
  return (items) => {
    const order = [...items].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const top = Math.max(1e-12, Math.abs(order[0]?.value ?? 0));
    box.hidden = items.length === 0;
    rest.textContent = items.length > FEW ? `and ${items.length - FEW} smaller ones` : "";
    list.replaceChildren(...order.slice(0, FEW).map(({ name: text, value, unit }) => {
      const row = html("div", { class: "bar-row" });
      if (unit) {
        const button = html("button", { type: "button", class: `bar-name link ${unit.kind}`, text }, row);
        button.addEventListener("click", () => open(unit));
      } else html("span", { class: "bar-name", text }, row);
      const wide = (50 * Math.abs(value)) / top;
      const rail = html("span", { class: "rail", "aria-hidden": "true" }, row);
      html("span", { class: value < 0 ? "fill minus" : "fill plus", style: `left:${(value < 0 ? 50 - wide : 50).toFixed(2)}%;width:${wide.toFixed(2)}%` }, rail);
      html("span", { class: "bar-value", text: brief(value, 3) }, row);
      return row;
    }));
  };
}

const row = ({ outputs, W }, i) => Array.from(W.subarray(i * outputs, (i + 1) * outputs));
const column = ({ inputs, outputs, W }, j) => Array.from({ length: inputs }, (_, i) => W[i * outputs + j]);

// How the open unit goes with each input and each class, or the target. Returns a function that draws what is seen.
export function linksView(root) {
  const figure = panel(root, "links", "Correlation over all cases");
  const bars = barList(figure);
  return ({ network, cases, state, examined, linksTo }) => {
    const { kind, index } = state.unit;
    const values = examined.columns[kind][index];
    const text = (r) => (Number.isFinite(r) ? number(r) : "none");
    const inputs = network.called.map((name, i) => ({ name, value: linksTo(i)[kind][index].predictor, look: state.input === i ? "picked" : "" }));
    const classes = classLinks(values, cases.target, network).map((value, k) => ({ name: outputName(network, k), value }));
    bars([...inputs, ...classes].map((item) => ({ ...item, text: text(item.value) })), 1);
  };
}

// What the open unit is read from and what it writes to. open(unit) hears of a chosen one. Returns a function that draws.
export function wiringView(root, open) {
  const figure = panel(root, "wiring", "What it reads and writes");
  const lists = html("div", { class: "lists" }, figure);
  const names = ["It writes to neurons (its dictionary vector)", "It reads neurons (the encoder's weights)", "Latents that write to it", "Weights in", "Weights out"];
  const [writes, reads, writers, into, out] = names.map((name) => weightBars(lists, name, open));
  let drawn = "";
  return ({ network, shown, state, layers }) => {
    const { reader } = shown;
    const { kind, index } = state.unit;
    const key = `${state.net}.${kind}.${index}`;
    if (key === drawn) return;
    drawn = key;
    const units = (values, of) => values.map((value, k) => {
      const unit = { kind: of, index: k };
      return { name: capital(unitName(unit, shown)), value, unit };
    });
    const latent = kind === "latent";
    writes(latent ? units(row(reader.dec, index), "neuron") : []);
    reads(latent ? units(column(reader.enc, index), "neuron") : []);
    writers(latent ? [] : units(column(reader.dec, index), "latent"));
    const l = reader.layer;
    const below = (i) => (l === 0 ? network.called[i] : capital(neuronName([l - 1, i], network)));
    const above = (k) => (l === network.hidden.length - 1 ? capital(wording(network.outputs[k])) : capital(neuronName([l + 1, k], network)));
    into(latent ? [] : column(layers[l], index).map((value, i) => ({ name: below(i), value })));
    out(latent ? [] : row(layers[l + 1], index).map((value, k) => ({ name: above(k), value })));
  };
}
