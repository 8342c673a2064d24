import { fromHash, intoHash } from "../core/link.js";

const HASH_MS = 250; // browsers refuse an address that changes too often

// Keeps several settings of one widget in the page's address, each under its own name: #T=1&RH=50. read(texts) takes over
// those of a link that are there, by name, and is not called for a link without any. Returns write(texts) and more.
export function settingsLink(names, read) {
  let clock = 0, pending = null;
  const flush = () => {
    clearTimeout(clock);
    if (pending === null) return;
    const hash = names.reduce((whole, name) => intoHash(whole, name, pending[name]), location.hash);
    pending = null;
    if (hash !== location.hash) history.replaceState(history.state, "", hash);
  };
  const follow = () => {
    const found = names.map((name) => [name, fromHash(location.hash, name)]).filter(([, text]) => text !== null);
    if (!found.length) return;
    clearTimeout(clock);
    pending = null; // the link is newer
    read(Object.fromEntries(found));
  };
  addEventListener("hashchange", follow);
  const write = (texts) => {
    pending = texts;
    clearTimeout(clock);
    clock = setTimeout(flush, HASH_MS);
  };
  const stop = () => {
    clearTimeout(clock);
    removeEventListener("hashchange", follow);
  };
  return { write, flush, follow, stop };
}
