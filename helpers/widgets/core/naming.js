// What networks are called in links, and by what they are told apart. No DOM.
export const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "network";
export const penalty = ({ hyperparameters: { L1_flag: flag } = {} }) => (flag === true ? "on" : flag === false ? "off" : "unknown");
export const depth = ({ hidden }) => hidden.join("+");

// Every input that some network of this name sees, in order of appearance.
export const inputsOf = (networks, name) =>
  [...new Set(networks.filter((network) => network.name === name).flatMap(({ predictors }) => predictors))];

// The name of a network in links.
export function networkKey(networks, { name, predictors, ...rest }) {
  const seen = inputsOf(networks, name).map((input) => (predictors.includes(input) ? 1 : 0)).join("");
  return [slug(name), depth(rest), penalty(rest), seen].join(".");
}
