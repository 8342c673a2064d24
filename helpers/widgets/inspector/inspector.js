import { LOOKS, inspectorText, readInspector } from "../core/inspector.js";
import { forward, largestAt, readCases, readNetwork, scaledInputs } from "../core/network.js";
import { relevance } from "../core/propagation.js";
import { createStore } from "../core/store.js";
import { address, copyButton } from "../view/address.js";
import { radios } from "../view/choice.js";
import { html } from "../view/dom.js";
import { aboutView } from "./about.js";
import { caseView } from "./caseform.js";
import { networkControls } from "./controls.js";
import { graphView } from "./graph.js";
import { layerView } from "./layerview.js";
import { neuronView } from "./neuron.js";
import { responseView } from "./response.js";
import { rowsExaminer } from "./rows.js";
import { scoreLine, skillView } from "./skill.js";
import { firstState, settled, withTouch } from "./state.js";
import { trainingView } from "./training.js";
import { whyView } from "./why.js";

const CALM = 250; // ms of rest before Python hears of the state
const TITLES = { why: "why", neuron: "neuron", layer: "layer", skill: "skill", response: "response", about: "settings" };

// Everything the views show, computed from the state; rows only when a view asks for them.
function seer(networks, casesOf) {
  const examine = rowsExaminer();
  return (state) => {
    const network = networks[state.net];
    const [layers, cases] = [network.at(state.place), casesOf(network)];
    const raw = network.predictors.map((name) => state.values[name]);
    const held = state.held.map((name) => network.predictors.indexOf(name));
    const found = forward(layers, scaledInputs(network, raw, held), network.task, state.touched);
    const trained = () => examine(network, cases, state.place, [], []);
    return {
      network, layers, cases, state, raw, found, place: state.place,
      rows: () => examine(network, cases, state.place, state.held, state.touched), trained,
      rel: state.rule === "off" ? null : relevance(layers, found, state.output, { rule: state.rule, touched: state.touched }),
      answer: network.task === "classification" ? largestAt(found.output) : found.output[0],
      actual: state.row === null ? null : cases.target[state.row],
      tops: network.hidden.map((_, l) => (cases ? trained().columns(l).map((values) => Math.max(...values)) : Array.from(found.hidden[l], (value) => Math.max(1, value)))),
    };
  };
}

function show({ model, el }) {
  const networks = model.get("records").map((packed, id) => ({ ...readNetwork(packed), id }));
  const all = model.get("cases");
  const rowsOf = new Map(networks.map((network) => [network, readCases(network, all)]));
  const casesOf = (network) => rowsOf.get(network);
  const count = (network) => casesOf(network)?.target.length ?? 0;
  const store = createStore(firstState(networks, casesOf));
  const see = seer(networks, casesOf);
  const root = html("div", { class: "toy-figure inspector", role: "group", "aria-label": "Inspector of a network" }, el);
  const text = () => inspectorText(store.get(), networks);
  const read = (told) => {
    const changes = readInspector(told, networks, store.get().net, count);
    if (!Object.keys(changes).length) return false;
    const network = networks[changes.net ?? store.get().net];
    // What a link does not name is as trained.
    const trained = { place: network.stored - 1, held: [], touched: [], rule: "off", playing: false };
    const next = settled(networks, casesOf, store.get(), { ...trained, ...changes });
    store.set(changes.output === undefined && network.task === "classification" ? { ...next, output: see(next).answer } : next);
    return true;
  };
  // Only a built page has an address to keep state in; in a notebook it belongs to others.
  const built = document.documentElement.dataset.content_root !== undefined;
  const link = built ? address(model.get("key"), (told) => read(told) && root.scrollIntoView({ block: "start" })) : null;
  let calm = 0;
  const tell = () => {
    clearTimeout(calm);
    calm = setTimeout(() => {
      model.set("view", text());
      model.save_changes();
    }, CALM);
  };
  const set = (changes) => {
    store.set(settled(networks, casesOf, store.get(), changes));
    // While it plays the address would change with every epoch.
    if (!store.get().playing) link?.write(text());
    tell();
  };
  const touch = (how, value, neuron = store.get().neuron) => {
    const { tops, found } = see(store.get());
    const fresh = how === "clamp" ? found.hidden[neuron[0]][neuron[1]] || tops[neuron[0]][neuron[1]] : 1;
    set({ touched: withTouch(store.get().touched, neuron, how, value ?? fresh) });
  };
  const type = (name, value) => set({ values: { ...store.get().values, [name]: value }, row: null });
  const pickRow = (row) => set({ row });
  const nextWrong = () => {
    const { network, cases, rows } = see(store.get());
    const { answers } = rows();
    const errors = answers.map((answer, row) => (network.task === "classification" ? Number(answer !== cases.target[row]) : Math.abs(answer - cases.target[row])));
    const limit = network.task === "classification" ? 1 : [...errors].sort((a, b) => a - b)[Math.floor(0.9 * errors.length)];
    const from = (store.get().row ?? -1) + 1;
    const order = [...errors.keys()].map((k) => (from + k) % errors.length);
    const found = order.find((row) => errors[row] >= limit);
    if (found !== undefined) pickRow(found);
  };
  const ablate = (neuron) => {
    const off = store.get().touched.some((each) => each.layer === neuron[0] && each.neuron === neuron[1] && each.how === "off");
    set({ neuron, touched: withTouch(store.get().touched, neuron, off ? "none" : "off", 0) });
  };

  // While an input is swept, others are typed in: that does not change which one.
  const pickInput = (input) => {
    const { input: now, look: where } = store.get();
    if (input !== now && where !== "response") set({ input });
  };

  const choose = networkControls(root, networks, set);
  const [graph, stopGraph] = graphView(root, { pick: (kind, index) => set({ [kind]: index }), ablate });
  const score = html("p", { class: "says score" }, root);
  const first = html("div", { class: "panels" }, root);
  const [training, stopTraining] = trainingView(first, (place, playing) => set({ place, playing }));
  const current = caseView(first, { pickRow, nextWrong, type, choose: pickInput });
  const look = radios(html("div", { class: "looks" }, root), { name: "Look at", options: LOOKS.map((name) => [name, TITLES[name]]) }, (name) => set({ look: name }));
  const boxes = Object.fromEntries(LOOKS.map((name) => [name, html("div", { class: `views panels look-${name}` }, root)]));
  const pick = ({ neuron, row }) => set({ neuron: [store.get().neuron[0], neuron], ...(row === undefined ? {} : { row }) });
  const views = {
    why: whyView(boxes.why, set),
    neuron: neuronView(boxes.neuron, { touch, undo: () => set({ touched: [] }) }),
    layer: layerView(boxes.layer, { pick, choose: (layer) => set({ neuron: [layer, 0] }) }),
    skill: skillView(boxes.skill, pickRow),
    response: responseView(boxes.response, { set, type }),
    about: aboutView(boxes.about),
  };
  const buttons = html("div", { class: "buttons" }, root);
  const forget = link && copyButton(buttons, () => {
    link.write(text());
    link.flush();
  });
  const draw = (state) => {
    const seen = see(state);
    choose(state);
    graph(seen);
    score.textContent = scoreLine(seen);
    training({ network: seen.network, place: state.place, playing: state.playing });
    current(seen);
    look(state.look);
    for (const name of LOOKS) boxes[name].hidden = name !== state.look;
    views[state.look](seen);
    forget?.();
  };
  store.subscribe(draw);
  read(model.get("view"));
  draw(store.get());
  link?.follow();
  const follow = () => model.get("view") !== text() && read(model.get("view"));
  model.on("change:view", follow);
  return () => {
    link?.stop();
    stopGraph();
    stopTraining();
    clearTimeout(calm);
    model.off("change:view", follow);
  };
}

// A record that makes no sense leaves a message in its place; the page stays alive.
function render({ model, el }) {
  try {
    return show({ model, el });
  } catch (error) {
    el.replaceChildren(html("p", { class: "widget-error", role: "alert", text: `The Inspector could not start: ${error.message}` }));
    return () => {};
  }
}

export default { render };
