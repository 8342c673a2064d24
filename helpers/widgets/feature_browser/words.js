// How the feature browser speaks of units, scores and cases.
import { brief } from "../core/scales.js";
import { number } from "../view/dom.js";
import { capital, neuronName, percentText, withUnit, wording } from "../view/parts.js";

export const unitName = ({ kind, index }, { network, reader }) =>
  (kind === "neuron" ? neuronName([reader.layer, index], network) : `latent ${index + 1}`);
export const scoreWords = (score) => (Number.isFinite(score) ? `score\u00a0${number(score)}` : "no\u00a0score");
export const oftenWords = (often) => (often > 0 ? `on\u00a0${percentText(often)}` : "dead");

// What an answer says: a class with its probability, or a value.
export const outputText = (network, value) => (network.task === "classification" ? percentText(value) : withUnit(value, network.unit));
export const outputName = ({ task, outputs }, k) => (task === "classification" ? capital(wording(outputs[k])) : wording(outputs[k]));
export const skillText = (network, skill) => (network.task === "classification" ? percentText(skill) : withUnit(skill, network.unit));
export const skillName = ({ task }) => (task === "classification" ? "accuracy" : "mean absolute error");

// What the sorting goes by, said of one unit; nothing where the card says it anyway.
export function factWords(fact, sort, { network }) {
  const value = fact[sort];
  const size = Number.isFinite(value) ? number(value) : "\u2013";
  if (sort === "effect") return `effect\u00a0${network.task === "classification" ? percentText(value) : brief(value)}`;
  if (sort === "predictor") return `r\u00a0${size}`;
  if (sort === "class") return fact.likes === null ? "r \u2013" : `r\u00a0${size} ${wording(network.outputs[fact.likes])}`;
  return "";
}

export const caseWords = ({ network, raw }) =>
  network.called.map((name, i) => `${name} ${withUnit(raw[i], network.units[i])}`).join(", ");
