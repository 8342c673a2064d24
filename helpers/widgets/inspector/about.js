import { sumOf } from "../core/sums.js";
import { html } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { plainTable } from "../view/parts.js";

const SETTING_NAMES = {
  OPTMIZER: "optimizer", OPTIMIZER: "optimizer", LR: "learning rate", LOSS_FUNC: "loss", ACTIVATION: "activation",
  BATCH_SIZE: "batch size", L1_flag: "L1 penalty in use", L1: "weight of the L1 penalty",
};

// How the network was made. Returns a function that draws what is seen.
export function aboutView(root) {
  const figure = panel(root, "about", "How this network was trained");
  const fill = plainTable(figure, ["setting", "value"], "Settings of the training");
  const note = html("p", { class: "note" }, figure);
  let built = null;
  return ({ network, cases }) => {
    if (built === network) return;
    built = network;
    const { sizes, hyperparameters, history, stored, first, last } = network;
    const count = sumOf(sizes.slice(1).map((size, l) => size * (sizes[l] + 1)));
    const settings = Object.entries(hyperparameters ?? {}).map(([key, value]) => [SETTING_NAMES[key] ?? key, String(value)]);
    fill([
      ["layers", sizes.join(" \u2192 ")], ["weights and biases", String(count)], ["epochs kept", `${first} to ${last}`],
      ["rows to try it on", cases ? String(cases.target.length) : "none"], ...settings,
    ]);
    note.textContent = `${stored} sets of weights and ${Object.keys(history).length} curves travel with this page. Everything you see is computed from them here.`;
  };
}
