// What the map of universality says.
import { html, number } from "../view/dom.js";
import { percentText } from "../view/parts.js";

export const MEASURE_NAMES = { matched: "matched correlation", nearest: "nearest correlation", cosine: "matched cosine" };
export const letter = (k) => String.fromCharCode(65 + k);

const WHY = { dead: "no latent is ever on in one of them", vectors: "the vectors of one are not given", space: "they read other neurons" };
export const whyNot = (obstacle, measure) => `no ${MEASURE_NAMES[measure]}, because ${WHY[obstacle]}`;

// An agreement beside that of chance.
export const besideChance = ({ raw, chance, adjusted }) => `${number(raw)} (chance ${number(chance)}, adjusted ${number(adjusted)})`;

// The sentence about the two dictionaries that are shown.
export function pairSentence({ a, b, measure, scores, shared, limit }) {
  const both = `${a.name} and ${b.name}`;
  if (a === b) return `${both} are one dictionary: choose two.`;
  if (scores.obstacle) return `${both}: ${whyNot(scores.obstacle, measure)}.`;
  return `${both}: ${MEASURE_NAMES[measure]} ${besideChance(scores)}. Of ${a.living.length} and ${b.living.length} living latents ` +
    `${percentText(shared)} have a partner beyond ${number(limit)}.`;
}

const onIn = ({ often }, unit) => percentText(often[unit]);

// The line about one item: a pair, or a latent that is left over, with the one most like it.
export function itemSentence({ a, b, measure }, item, nearest) {
  const { here = null, there = null, alike } = item;
  const word = measure === "cosine" ? "cosine" : "r";
  if (here !== null && there !== null) {
    return `Left latent ${here + 1} and right latent ${there + 1}: ${word} ${number(alike)}; on in ${onIn(a, here)} and ${onIn(b, there)} of the rows.`;
  }
  const [unit, own, side, other] = here !== null ? [here, a, "Left", "right"] : [there, b, "Right", "left"];
  return `${side} latent ${unit + 1}, on in ${onIn(own, unit)} of the rows, has no partner. Most like it is ${other} latent ${nearest.unit + 1}, ` +
    `${word} ${number(nearest.alike)}, which has another one.`;
}

// Which latents are dead.
export function deadSentence(a, b) {
  const dead = ({ units, living }) => Array.from({ length: units }, (_, j) => j).filter((j) => !living.includes(j)).map((j) => j + 1);
  const parts = [["left", a], ["right", b]].map(([side, one]) => [side, dead(one)]).filter(([, list]) => list.length);
  return parts.map(([side, list]) => `Dead on the ${side}: ${list.join(", ")}.`).join(" ");
}

export const noteUnder = (root, text = "") => html("p", { class: "note", text }, root);
