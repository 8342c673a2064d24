// The state of a widget in the address of the page: #key=... beside what others keep there. No DOM.
const entries = (hash) => hash.replace(/^#/, "").split("&").filter((part) => part.includes("="));

// The text that stands under `key` in a hash, or null.
export function fromHash(hash, key) {
  const found = entries(hash).find((part) => part.startsWith(`${key}=`));
  if (found === undefined) return null;
  try {
    return decodeURIComponent(found.slice(key.length + 1));
  } catch {
    return null; // a broken escape
  }
}

// The hash with `text` under `key`; what other widgets keep stays, an anchor of the page goes.
export function intoHash(hash, key, text) {
  return `#${[...entries(hash).filter((part) => !part.startsWith(`${key}=`)), `${key}=${text}`].join("&")}`;
}

const VIEWS = ["training", "neurons"];
const PARTS = ["feature", "neuron"];
const ABOVE = ["0.999", "0.9"];

// State as a text: LR3:0.003,G1:-0.8:0.003;x=5.17;f=3;view=neurons;per=neuron;above=0.9. Features are counted from 1.
export function stateText({ sides, extras, features, view, per, above }, batches) {
  const shown = sides.map(({ batch, chosen }) => {
    const { name, swept } = batches[batch];
    return [name, ...chosen.map((value, axis) => swept[axis].values[value])].join(":");
  });
  const rest = [["x", extras], ["f", features]].filter(([, list]) => list.length)
    .map(([name, list]) => `;${name}=${list.map((i) => i + 1).join(".")}`);
  const counted = [["per", per, PARTS], ["above", above, ABOVE]].filter(([, value, [usual]]) => value !== usual);
  return [`${shown.join(",")}${rest.join("")};view=${view}`, ...counted.map(([name, value]) => `${name}=${value}`)].join(";");
}

function readSide(text, batches) {
  const [name, ...values] = text.split(":");
  const batch = batches.findIndex((each) => each.name === name);
  if (batch < 0) return null;
  const { swept, middle } = batches[batch];
  if (!values.length) return { batch, chosen: middle };
  const chosen = values.map((value, axis) => (swept[axis]?.values ?? []).findIndex((known) => {
    return value !== "" && Math.abs(known - Number(value)) <= 1e-6 * Math.max(1e-9, Math.abs(known));
  }));
  return chosen.length === swept.length && !chosen.includes(-1) ? { batch, chosen } : null;
}

function readList(text, most, features) {
  const list = text.split(".").map((number) => (/^\d+$/.test(number) ? Number(number) - 1 : -1));
  const fine = list.length <= most && new Set(list).size === list.length && list.every((i) => i >= 0 && i < features);
  return fine ? list : null;
}

// The state that a text describes; null for a text that is not as stateText writes it.
export function readState(text, batches, most) {
  const [shown, ...rest] = text.split(";");
  const sides = shown.split(",").map((side) => readSide(side, batches));
  if (sides.includes(null) || sides.length > 2) return null;
  const features = Math.min(...sides.map(({ batch }) => batches[batch].features));
  const state = { sides, extras: [], features: [], view: VIEWS[0], per: PARTS[0], above: ABOVE[0] };
  for (const part of rest) {
    const [name, value = ""] = part.split("=");
    if (name === "x") state.extras = readList(value, most.extras, features);
    else if (name === "f") state.features = readList(value, most.features, features);
    else if (name === "view") state.view = VIEWS.includes(value) ? value : null;
    else if (name === "per") state.per = PARTS.includes(value) ? value : null;
    else if (name === "above") state.above = ABOVE.includes(value) ? value : null;
    else return null;
  }
  return Object.values(state).includes(null) ? null : state;
}
