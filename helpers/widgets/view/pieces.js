import { readPiece } from "../core/pieces.js";

const PATIENCE_MS = 8000;
const FAILED = "The weights of these networks did not arrive, so their neurons cannot be shown. Everything else works.";
const arrived = new Map(); // by name, for all explorers of the page
const waiting = new Map();

// Weights that come late, after their time ran out, are shown as well.
function settle(name, data) {
  if (arrived.get(name)) return;
  arrived.set(name, data);
  waiting.get(name)?.forEach((tell) => tell());
}

// Built pages say where the site's files are; there a script brings the weights: unlike fetch it works from disk, too.
export const siteRoot = () => document.documentElement.dataset.content_root;

function ask(name, want, model) {
  setTimeout(() => settle(name, null), PATIENCE_MS);
  const root = siteRoot();
  if (root === undefined) {
    model.send({ want });
    return;
  }
  globalThis.explorerPiece = settle;
  const script = document.createElement("script");
  script.src = `${root}_static/explorer/${encodeURIComponent(name)}.js`;
  script.addEventListener("error", () => settle(name, null));
  script.addEventListener("load", () => script.remove());
  document.head.append(script);
}

// Brings weights when they are first wanted. tell() is called when some arrive. Returns get(batch, chosen), which gives
// { piece }, its settings along the first swept value, or { problem }, or neither yet; and a function that stops listening.
export function pieces(model, fingerprint, tell) {
  const read = new Map();
  const hear = (content) => { if (content?.piece) settle(content.piece, content.data); };
  model.on("msg:custom", hear);
  const get = (batch, chosen) => {
    const want = [batch.name, chosen[1] ?? 0];
    const name = [...want, fingerprint].join("-");
    if (!waiting.has(name)) {
      waiting.set(name, new Set());
      ask(name, want, model);
    }
    waiting.get(name).add(tell);
    if (!arrived.has(name)) return {};
    if (!read.get(name)) read.set(name, readPiece(arrived.get(name), batch, batch.along(chosen)));
    const piece = read.get(name);
    return piece ? { piece } : { problem: FAILED };
  };
  const stop = () => {
    model.off("msg:custom", hear);
    for (const told of waiting.values()) told.delete(tell);
  };
  return [get, stop];
}
