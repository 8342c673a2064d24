// The core of the monosemanticity explorer: what one setting's neurons answer, prepared for drawing. No DOM.
import "./link.js";
import "./pieces.js";
import { drives, featureOrder, responses } from "./responses.js";
import "./scales.js";
import "./sweeps.js";

export const MOST = { extras: 4, features: 3 };

// Features that nobody chose by hand: the same ones in every visit, `turn` by `turn`, three at a time.
export function drawn(turn, features, count = 3) {
  const list = [];
  for (let k = turn * 7919 + 1; list.length < count; k++) {
    const i = Math.floor(((Math.imul(k, 2654435761) >>> 0) / 2 ** 32) * features);
    if (!list.includes(i)) list.push(i);
  }
  return list;
}

// A drawer for one setting: its neurons sorted, its features in the order of the neurons that answer them most.
export function examined(piece, setting, activation) {
  const { features, embedding, projection } = piece;
  const { neurons, mono, bias } = setting;
  const drive = drives({ projection, features, embedding, ...setting });
  const alone = responses(drive, bias, features, activation);
  const order = featureOrder(alone, features);
  return {
    neurons, features, mono, bias, order, alone,
    with: (extras) => (extras.length ? responses(drive, bias, features, activation, extras) : alone),
  };
}
