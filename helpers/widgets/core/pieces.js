// Weights along the first swept value of a batch, from the bytes they travel as. No DOM.
import { bytes, floats } from "./bytes.js";

// { projection, features, embedding, settings }; a setting is null or { neurons, mono, W, scale, bias }. Returns null
// for anything that does not fit the batch and its settings, such as the weights of other results.
export function readPiece(data, batch, expected) {
  const { features, embedding, settings } = data ?? {};
  const fits = features === batch.features && embedding === batch.embedding && settings?.length === expected.length &&
    settings.every((each, k) => !each || each.neurons === expected[k].neurons);
  if (!fits) return null;
  return {
    features, embedding, projection: floats(data.projection),
    settings: settings.map((each) => each && {
      neurons: each.neurons, mono: each.mono,
      W: Int8Array.from(bytes(each.W)), scale: floats(each.scale), bias: floats(each.bias),
    }),
  };
}
