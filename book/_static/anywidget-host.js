// Shows anywidgets on a static page: their data in, live figures out. No kernel and no request to any server.
// The data element is written at build time: { models: { id: { state, buffers } }, links, sources }.
(() => {
  const DATA = 'script[type="application/vnd.snowfall.widgets+json"]';
  const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

  // The part of the anywidget model interface that works without Python behind it.
  class Model {
    #data;
    #listeners = new Map();
    constructor(data) { this.#data = data; }
    get(key) { return this.#data[key]; }
    set(key, value) {
      const changes = typeof key === "object" ? key : { [key]: value };
      const changed = Object.keys(changes).filter((name) => this.#data[name] !== changes[name]);
      Object.assign(this.#data, changes);
      for (const name of changed) this.#emit(`change:${name}`, this.#data[name]);
      if (changed.length) this.#emit("change");
    }
    on(events, callback) {
      for (const event of events.split(" ")) {
        if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
        this.#listeners.get(event).add(callback);
      }
    }
    off(events, callback) {
      for (const event of events ? events.split(" ") : [...this.#listeners.keys()]) {
        if (callback) this.#listeners.get(event)?.delete(callback);
        else this.#listeners.delete(event);
      }
    }
    #emit(event, value) {
      for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(this, value);
    }
    save_changes() {} // nobody listens beyond the page
    send() {}
  }

  // Binary traits travel as base64 beside the state; widgets receive them as DataViews, as in Jupyter.
  function withBuffers(state, buffers) {
    for (const { path, data } of buffers) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const owner = path.slice(0, -1).reduce((value, key) => value[key], state);
      owner[path.at(-1)] = new DataView(bytes.buffer);
    }
    return state;
  }

  function explain(element, error) {
    console.error(error);
    const note = document.createElement("p");
    note.className = "widget-error";
    note.setAttribute("role", "alert");
    note.textContent = `This interactive figure could not start: ${error?.message ?? error}`;
    element.replaceChildren(note);
  }

  function start() {
    const element = document.querySelector(DATA);
    if (!element) return;
    const { models, links, sources } = JSON.parse(element.textContent);
    const lookUp = new Map(
      Object.entries(models).map(([id, { state, buffers }]) => [id, new Model(withBuffers(state, buffers))]),
    );
    for (const { ends: [[a, x], [b, y]], both } of links) {
      const [source, target] = [lookUp.get(a), lookUp.get(b)];
      const copy = () => target.set(y, source.get(x));
      source.on(`change:${x}`, copy);
      if (both) target.on(`change:${y}`, () => source.set(x, target.get(y)));
      copy();
    }

    const modules = sources.map(() => null); // one import for all widgets with the same source
    const load = (index) => (modules[index] ??= import(
      URL.createObjectURL(new Blob([sources[index]], { type: "text/javascript" }))
    ));
    const initialised = new Map(); // a model shown twice is initialised once
    const cleanUps = [];

    async function show(id, place) {
      const model = lookUp.get(id);
      if (!model) throw new Error("its data are missing from this page");
      const css = model.get("_css");
      if (css !== undefined && sources[css]) {
        place.append(Object.assign(document.createElement("style"), { textContent: sources[css] }));
      }
      const module = await load(model.get("_esm"));
      const definition = module.default ?? module;
      if (!initialised.has(id)) {
        initialised.set(id, (async () => {
          const widget = typeof definition === "function" ? await definition() : definition;
          cleanUps.push(await widget.initialize?.({ model }));
          return widget;
        })());
      }
      cleanUps.push(await (await initialised.get(id)).render?.({ model, el: place }));
    }

    for (const view of document.querySelectorAll(VIEW)) {
      const place = document.createElement("div");
      place.className = "anywidget-view";
      view.after(place);
      show(JSON.parse(view.textContent).model_id, place).catch((error) => explain(place, error));
    }
    addEventListener("pagehide", ({ persisted }) => {
      if (!persisted) cleanUps.forEach((cleanUp) => typeof cleanUp === "function" && cleanUp());
    });
  }

  start();
})();
