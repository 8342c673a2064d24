// What the matcher says about a feature or a latent.
import { topColumns } from "../core/matching.js";
import { number } from "../view/dom.js";
import { degrees } from "./glyphs.js";

const share = (value) => (value === undefined ? "" : ` (on in ${(100 * value).toFixed(value < 0.0995 ? 1 : 0)}% of the inputs)`);
const alike = (cosine) => `cosine ${number(cosine)}, ${degrees(cosine).toFixed(0)}\u00b0`;
const listed = (list) => (list.length > 1 ? `${list.slice(0, -1).join(", ")} and ${list.at(-1)}` : `${list[0]}`);

function featureText({ table, partner, frequency, mode }, index) {
  const who = `Feature ${index + 1}${share(frequency[index])}`;
  const [first, second] = topColumns(table[index], 2);
  const mine = partner[index];
  if (mine < 0) return `${who} is left without a latent. The nearest, latent ${first + 1}, is another's: ${alike(table[index][first])}.`;
  const next = mine === first ? second : first;
  const rest = next === undefined ? "" : ` ${mine === first ? "Second best" : "Nearer, but another's"}: latent ${next + 1}, ${number(table[index][next])}.`;
  const others = partner.flatMap((latent, i) => (latent === mine && i !== index ? [i + 1] : []));
  const shared = mode === "nearest" && others.length ? ` That latent is also nearest to feature${others.length > 1 ? "s" : ""} ${listed(others)}.` : "";
  return `${who}: latent ${mine + 1}, ${alike(table[index][mine])}.${rest}${shared}`;
}

function latentText({ table, partner, on, spareOf, limit }, index) {
  const who = `Latent ${index + 1}${share(on[index])}`;
  const spare = spareOf.get(index);
  if (!spare) {
    const mine = partner.flatMap((latent, i) => (latent === index ? [i] : []));
    const each = mine.map((i) => `feature ${i + 1}, ${alike(table[i][index])}`);
    return `${who}: ${listed(each)}.${on[index] === 0 ? " It is dead: never on." : ""}`;
  }
  if (table.every((row) => row[index] === 0)) return `${who} is spare and dead: a vector of zeros points nowhere.`;
  const near = `nearest is feature ${spare.feature + 1}, ${alike(spare.cosine)}`;
  const why = { dead: "dead: it is never on", duplicate: "a duplicate: that feature has another latent", other: `like no feature above ${number(limit)}` };
  return `${who} is spare; ${near}; ${why[spare.kind]}.`;
}

export const itemText = (seen, { side, index }) => (side === "feature" ? featureText(seen, index) : latentText(seen, index));

// The best latents for the feature that the reader picked.
export function candidatesText({ table, picked }, most) {
  if (picked === null) return "Click a feature for its best candidates.";
  const list = topColumns(table[picked], most).map((latent) => `latent ${latent + 1} (${number(table[picked][latent])})`);
  return `Candidates for feature ${picked + 1}: ${list.join(", ")}.`;
}
