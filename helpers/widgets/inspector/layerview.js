import { layerActivity, layerCorrelations } from "../core/layer.js";
import { dominances } from "../core/network.js";
import { SHADES } from "../core/scales.js";
import { radios } from "../view/choice.js";
import { assign, html, number, svg } from "../view/dom.js";
import { moveOf, readout } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";
import { barList, capital, neuronName, percentText, tint, wording } from "../view/parts.js";

const SINGLE = 0.8; // the dominance above which NN Inspector calls a neuron monosemantic
const WRITTEN = 8; // neurons, up to which correlations are written into their cells

// Activations of every neuron in every row, rows sorted by class: rows across, neurons down. pick({ neuron, row }) hears
// of a cell. Returns a function that draws.
function rasterView(root, pick) {
  const figure = panel(root, "raster", "Every neuron in every row of the data");
  const map = html("div", { class: "map", tabindex: 0, role: "application", "aria-roledescription": "raster" }, figure);
  const canvas = html("canvas", {}, map);
  const [down, across] = [html("div", { class: "cross neuron" }, map), html("div", { class: "cross column" }, map)];
  const kinds = html("div", { class: "kinds", "aria-hidden": "true" }, figure);
  const say = readout(figure);
  let shown = null;
  const cellAt = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    const at = (offset, length, size) => clamp(Math.floor((offset / length) * size), 0, size - 1);
    return [at(clientY - box.top, box.height, shown.columns.length), at(clientX - box.left, box.width, shown.order.length)];
  };
  const choose = ([j, k]) => pick({ neuron: j, row: shown.order[k] });
  map.addEventListener("click", (event) => shown && choose(cellAt(event)));
  map.addEventListener("keydown", (event) => {
    const move = shown && moveOf(event);
    if (!move) return;
    const k = Math.max(0, shown.order.indexOf(shown.row));
    const jump = event.shiftKey ? 10 : 1;
    choose([clamp(shown.neuron - move[1], 0, shown.columns.length - 1), clamp(k + jump * move[0], 0, shown.order.length - 1)]);
  });
  // What changes only with the network, the epoch, or what is done to neurons: not while an input is dragged.
  const paint = (columns, { order, names, kinds: kindOf }) => {
    Object.assign(canvas, { width: order.length, height: columns.length });
    const image = new ImageData(order.length, columns.length);
    columns.forEach((values, j) => {
      const top = Math.max(...values) || 1;
      order.forEach((place, k) => {
        image.data.set([...SHADES.plus, 255 * clamp(values[place] / top, 0, 1)], 4 * (j * order.length + k));
      });
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
    map.style.height = `${clamp(columns.length * 22, 66, 260)}px`;
    kinds.replaceChildren(...names.map((text, c) => {
      const size = kindOf.filter((kind) => kind === c).length;
      return html("span", { style: `flex:${size} 0 0;border-color:${tint(text, c)}`, text: size * 12 > order.length ? wording(text) : "" });
    }));
    map.setAttribute("aria-label", `Activations of ${columns.length} neurons in ${order.length} rows, by class. Arrow keys choose a neuron and a row.`);
  };
  return (columns, seen, { neuron, row, name }) => {
    const { order } = seen;
    if (shown?.columns !== columns) paint(columns, seen);
    shown = { columns, order, neuron, row };
    const part = (n, size) => `${(100 * n) / size}%`;
    down.style.cssText = `top:${part(neuron, columns.length)};height:${part(1, columns.length)}`;
    across.hidden = row === null;
    if (row !== null) across.style.cssText = `left:${part(order.indexOf(row) + 0.5, order.length)}`;
    say(row === null ? `${capital(name)}.` : `${capital(name)}, row ${row + 1}, ${seen.said(row)}: activation ${number(columns[neuron][row])}.`);
  };
}

// Pearson's r of each pair of neurons as coloured squares. Returns a function that draws.
function pairsView(root, pick) {
  const figure = panel(root, "pairs", "Which neurons go together");
  const canvas = svg("svg", { viewBox: "0 0 340 340", role: "img" }, figure);
  const cells = svg("g", {}, canvas);
  const frame = svg("rect", { class: "frame", x: 28, width: 310 }, canvas);
  let drawn = null;
  return (columns, neuron) => {
    const size = 310 / columns.length;
    assign(frame, { y: neuron * size, height: size });
    if (drawn === columns) return;
    drawn = columns;
    const r = layerCorrelations(columns);
    cells.replaceChildren();
    let strongest = null;
    r.forEach((row, j) => row.forEach((value, k) => {
      const place = { x: 28 + k * size, y: j * size, width: size, height: size };
      const cell = svg("rect", { ...place, class: `cell ${value < 0 ? "minus" : "plus"}`, "fill-opacity": Math.abs(value).toFixed(3) }, cells);
      cell.addEventListener("click", () => pick({ neuron: j }));
      if (columns.length <= WRITTEN) svg("text", { class: "small middle", x: place.x + size / 2, y: place.y + size / 2 + 4, text: value.toFixed(1).replace("-", "\u2212") }, cells);
      if (k > j && !(strongest && Math.abs(strongest.value) >= Math.abs(value))) strongest = { value, j, k };
    }));
    columns.forEach((_, j) => {
      if (columns.length > 20) return;
      svg("text", { class: "small right", x: 22, y: (j + 0.5) * size + 4, text: j + 1 }, cells);
      svg("text", { class: "small middle", x: 28 + (j + 0.5) * size, y: 326, text: j + 1 }, cells);
    });
    canvas.setAttribute("aria-label", strongest
      ? `Correlations of ${columns.length} neurons. The strongest is ${number(strongest.value)}, of neurons ${strongest.j + 1} and ${strongest.k + 1}.`
      : "One neuron: there is no pair.");
  };
}

// The layer of the chosen neuron as a whole. pick({ neuron, row }) hears of a neuron and maybe a row, choose(layer) of
// another layer. Returns a function that draws what is seen.
export function layerView(root, { pick, choose }) {
  const host = html("div", { class: "wide" }, root);
  const raster = rasterView(root, pick);
  const single = panel(root, "single", "Dominance: the share of the largest weight");
  const bars = barList(single, { unsigned: true });
  const note = html("p", { class: "says" }, single);
  const pairs = pairsView(root, pick);
  const ofRows = root.querySelectorAll(".raster, .pairs");
  let built = null, mark = () => {};
  return ({ network, layers, state, cases, rows }) => {
    if (built !== network) {
      built = network;
      host.replaceChildren();
      const options = network.hidden.map((_, l) => [String(l), `hidden layer ${l + 1}`]);
      mark = options.length > 1 ? radios(host, { name: "Layer", options }, (l) => choose(Number(l))) : () => {};
    }
    const [l, j] = state.neuron;
    mark(String(l));
    const seen = cases && rows();
    const shares = dominances(layers[l]);
    const activity = seen && layerActivity(seen.columns(l));
    bars(Array.from(shares, (value, k) => ({
      name: capital(neuronName([l, k], network)), value, look: k === j ? "picked" : "",
      text: `${number(value)}${value > SINGLE ? " \u2605" : ""}${activity ? (activity.dead[k] ? " \u00b7 dead" : ` \u00b7 on ${percentText(activity.share[k])}`) : ""}`,
    })), 1);
    const lone = shares.filter((value) => value > SINGLE).length;
    note.textContent = `${lone} of ${shares.length} above ${SINGLE} (\u2605, which NN Inspector calls monosemantic).` +
      `${activity ? ` L0 ${number(activity.l0, 1)}: that many are above 0 in a row, on average. Dead: ${activity.dead.filter(Boolean).length}.` : ""}`;
    for (const each of ofRows) each.hidden = !seen;
    if (!seen) return;
    raster(seen.columns(l), seen, { neuron: j, row: state.row, name: neuronName(state.neuron, network) });
    pairs(seen.columns(l), j);
  };
}
