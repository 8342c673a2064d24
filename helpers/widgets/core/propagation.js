// Where an answer comes from: the exact terms of a sum, and relevance propagated to the inputs. No DOM.
import { sumOf } from "./sums.js";

export const RULES = ["epsilon", "published"];
export const EPSILON = 1e-6;

const steady = (z, epsilon) => z + (z < 0 ? -epsilon : epsilon);

// The terms of the sum that makes unit j of a layer from what it is fed: parts, the bias, and their total.
export function contributions({ inputs, outputs, W, b }, fed, j) {
  const parts = Float64Array.from({ length: inputs }, (_, i) => fed[i] * W[i * outputs + j]);
  return { parts, bias: b[j], total: sumOf(parts) + b[j] };
}

// Layer-wise relevance propagation of output k's linear value (Bach et al. 2015), for what forward() found.
// "epsilon" gives biases their share and stabilises with the sign; "published" is NN Inspector's rule: no biases, and an
// epsilon without a sign. Returns { start, inputs, hidden, bias (per layer), held (what clamped neurons keep), residual,
// flows (per layer, what goes from each unit to each unit below it) }.
export function relevance(layers, found, k, { rule = "epsilon", epsilon = EPSILON, touched = [] } = {}) {
  const fed = [found.scaled, ...found.hidden];
  const bias = new Array(layers.length).fill(0);
  const [hidden, flows] = [[], []];
  let held = 0;
  let arrived = Float64Array.from(found.linear, (value, j) => (j === k ? value : 0));
  for (let l = layers.length - 1; l >= 0; l--) {
    const { inputs, outputs, W, b } = layers[l];
    const [a, next, flow] = [fed[l], new Float64Array(inputs), new Float64Array(inputs * outputs)];
    for (let j = 0; j < outputs; j++) {
      if (arrived[j] === 0) continue;
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += a[i] * W[i * outputs + j];
      const share = arrived[j] / (rule === "epsilon" ? steady(sum + b[j], epsilon) : sum + epsilon);
      for (let i = 0; i < inputs; i++) {
        flow[i * outputs + j] = a[i] * W[i * outputs + j] * share;
        next[i] += flow[i * outputs + j];
      }
      if (rule === "epsilon") bias[l] += b[j] * share;
    }
    arrived = next;
    flows.unshift(flow);
    if (l === 0) break;
    hidden.unshift(Float64Array.from(arrived));
    for (const { layer, neuron, how } of touched) {
      if (layer !== l - 1 || how !== "clamp") continue;
      held += arrived[neuron];
      arrived[neuron] = 0;
    }
  }
  const start = found.linear[k];
  return { start, inputs: arrived, hidden, bias, held, flows, residual: start - sumOf(arrived) - sumOf(bias) - held };
}
