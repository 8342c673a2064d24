import { dominances } from "../core/network.js";
import { brief } from "../core/scales.js";
import { assign, html, number, svg } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { capital, neuronName, percentText, tint, withUnit, wording } from "../view/parts.js";

const [PAD, RADIUS] = [30, 13];
const NARROW = 480; // below, there is room for less: for the names of inputs and outputs, and for numbers
const SIDES = { narrow: [114, 74], wide: [120, 104] };
const DONE = { off: "switched off", clamp: "clamped", scale: "scaled" };
const LINE = 13; // letters of a name in one line
const ROOMY = 8; // units in a layer, up to which biases are written beside them

// A name in at most two lines.
function twoLines(name) {
  const words = wording(name).split(" ");
  const lines = [""];
  for (const word of words) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (longer.length <= LINE || !lines.at(-1) || lines.length === 2) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => (line.length > LINE + 2 ? `${line.slice(0, LINE)}\u2026` : line));
}

const touchOf = (touched, l, j) => touched.find(({ layer, neuron }) => layer === l && neuron === j);

// The network as circles and lines. pick(kind, index) hears of a chosen input, neuron ([layer, neuron]) or output, and
// ablate([layer, neuron]) of the key that switches a neuron off and on. Returns a function that draws what is seen.
export function graphView(root, { pick, ablate }) {
  const figure = panel(root, "graph", "The network");
  const canvas = svg("svg", { role: "group", "aria-label": "The network: arrow keys go from unit to unit, Enter chooses one, Delete switches a neuron off or on" }, figure);
  const key = html("p", { class: "legend", "aria-hidden": "true" }, figure);
  let shown = null, built = null, nodes = [], edges = [], here = [1, 0];

  const focusOn = (column, row) => {
    here = [Math.min(nodes.length - 1, Math.max(0, column)), 0];
    here[1] = Math.min(nodes[here[0]].length - 1, Math.max(0, row));
    nodes.flat().forEach(({ group }) => assign(group, { tabindex: -1 }));
    const { group } = nodes[here[0]][here[1]];
    assign(group, { tabindex: 0 });
    return group;
  };
  const chooseNode = (column, row) => {
    if (column === 0) pick("input", row);
    else if (column === nodes.length - 1) pick("output", row);
    else pick("neuron", [column - 1, row]);
  };
  canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [column, row] = here;
    const hidden = column > 0 && column < nodes.length - 1;
    const move = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (move) focusOn(column + move[0], row + move[1]).focus();
    else if (event.key === "Enter" || event.key === " ") chooseNode(column, row);
    else if ((event.key === "Delete" || event.key === "Backspace") && hidden) ablate([column - 1, row]);
    else return;
    event.preventDefault();
  });

  const build = ({ network }, width) => {
    const { sizes, predictors, outputs } = network;
    const most = Math.max(...sizes);
    const narrow = width < NARROW;
    const [left, right] = SIDES[narrow ? "narrow" : "wide"];
    const height = 2 * PAD + Math.max(200, (most - 1) * (most > ROOMY ? 30 : 46));
    assign(canvas, { viewBox: `0 0 ${width} ${height}`, width, height });
    canvas.replaceChildren();
    const x = (column) => left + ((width - left - right) * column) / (sizes.length - 1);
    const y = (column, row) => {
      const gap = Math.min(64, (height - 2 * PAD) / Math.max(1, sizes[column] - 1));
      return height / 2 + gap * (row - (sizes[column] - 1) / 2);
    };
    const wires = svg("g", { "aria-hidden": "true" }, canvas);
    edges = sizes.slice(1).map((outs, l) => Array.from({ length: sizes[l] * outs }, (_, n) => {
      const [i, j] = [Math.floor(n / outs), n % outs];
      const ends = { x1: x(l), y1: y(l, i), x2: x(l + 1), y2: y(l + 1, j) };
      return { line: svg("line", { ...ends, class: "wire" }, wires), ends, label: null };
    }));
    const labels = svg("g", { class: "labels", "aria-hidden": "true" }, canvas);
    // Beside the units and not in them: what a button shows belongs into its name.
    const numbers = svg("g", { "aria-hidden": "true" });
    nodes = sizes.map((size, column) => Array.from({ length: size }, (_, row) => {
      const group = svg("g", { class: "node", role: "button", tabindex: -1, transform: `translate(${x(column)} ${y(column, row)})` }, canvas);
      svg("rect", { class: "reach", x: -18, y: -18, width: 36, height: 36, rx: 18 }, group);
      const circle = svg("circle", { r: RADIUS }, group);
      const hidden = column > 0 && column < sizes.length - 1;
      if (hidden) svg("text", { class: "middle id", dy: "0.36em", text: row + 1 }, group);
      svg("path", { class: "cross", d: "M-9 -9L9 9M-9 9L9 -9" }, group);
      const at = column === 0 ? [-20, "right"] : column === sizes.length - 1 ? [20, ""] : [0, ""];
      const names = hidden ? [] : twoLines(column ? outputs[row] : predictors[row]);
      names.forEach((text, k) => svg("text", { class: `small name ${at[1]}`, x: at[0], y: -2 + 14 * (k - names.length + 1) - 2, text: k < names.length - 1 ? `${text} ` : text }, group));
      const beside = { x: hidden ? RADIUS + 5 : at[0] };
      const side = svg("g", { transform: group.getAttribute("transform") }, numbers);
      const value = svg("text", { class: `small value halo ${hidden ? "" : at[1]}`, ...beside, y: hidden ? (size > ROOMY ? 4 : -1) : 13 }, side);
      const bias = column && size <= ROOMY && !(hidden && narrow) ? svg("text", { class: "small bias halo", ...beside, y: hidden ? 13 : 27 }, side) : null;
      group.addEventListener("focus", () => focusOn(column, row)); // a screen reader may lead here by itself
      group.addEventListener("click", () => {
        focusOn(column, row);
        chooseNode(column, row);
      });
      return { group, circle, value, bias };
    }));
    canvas.append(numbers);
    built = { network, width, labels, narrow };
    focusOn(here[0], here[1]);
  };

  const drawEdges = ({ layers, state, rel }) => {
    const [chosenLayer, chosen] = state.neuron;
    built.labels.replaceChildren();
    layers.forEach(({ W, outputs }, l) => {
      const strengths = rel ? rel.flows[l] : W;
      const most = strengths.reduce((top, value) => Math.max(top, Math.abs(value)), 0) || 1;
      edges[l].forEach(({ line, ends }, n) => {
        const [i, j] = [Math.floor(n / outputs), n % outputs];
        const value = strengths[n];
        const own = (l === chosenLayer && j === chosen) || (l === chosenLayer + 1 && i === chosen);
        const wide = Number.isFinite(value) ? 0.4 + (5.6 * Math.abs(value)) / most : 0.4;
        assign(line, { class: `wire ${value < 0 ? "minus" : "plus"}${own ? " own" : ""}`, "stroke-width": wide.toFixed(2) });
        if (!own || value === 0 || (built.narrow && l !== chosenLayer)) return;
        // At the end away from the chosen neuron, where the lines are apart.
        const part = l !== chosenLayer ? 0.76 : built.narrow ? 0.42 : 0.24;
        const at = { x: (ends.x1 + part * (ends.x2 - ends.x1)).toFixed(1), y: (ends.y1 + part * (ends.y2 - ends.y1) + 4).toFixed(1) };
        svg("text", { class: "small middle halo weight", ...at, text: brief(value, 2) }, built.labels);
      });
    });
  };

  const drawNodes = ({ network, layers, state, found, rel, raw, tops }) => {
    const single = dominances(layers[0]);
    const share = rel && Math.max(1e-12, ...[rel.inputs, ...rel.hidden].flatMap((values) => [...values].map(Math.abs)));
    nodes.forEach((column, c) => column.forEach(({ group, circle, value, bias }, row) => {
      const [input, output] = [c === 0, c === nodes.length - 1];
      const name = input ? wording(network.predictors[row]) : output ? wording(network.outputs[row]) : neuronName([c - 1, row], network);
      const touch = input || output ? null : touchOf(state.touched, c - 1, row);
      const held = input && state.held.includes(network.predictors[row]);
      const level = input ? Math.min(1, Math.abs(found.scaled[row]) / 3) : output
        ? (network.task === "classification" ? found.output[row] : 0.5) : Math.min(1, found.hidden[c - 1][row] / (tops[c - 1][row] || 1));
      const sent = rel && !output ? (input ? rel.inputs[row] : rel.hidden[c - 1][row]) : null;
      const colour = sent !== null ? (sent < 0 ? "var(--minus)" : "var(--plus)") : output ? tint(network.outputs[row], row) : "var(--on)";
      const mix = Math.round(70 * (sent === null ? level : Math.min(1, Math.abs(sent) / share)));
      circle.style.fill = `color-mix(in oklab, ${colour} ${mix}%, var(--paper))`;
      const text = input ? withUnit(raw[row], built.narrow ? "" : network.units[row]) : output
        ? (network.task === "classification" ? percentText(found.output[row]) : withUnit(found.output[row], built.narrow ? "" : network.unit)) : number(found.hidden[c - 1][row]);
      value.textContent = sent === null ? text : `R ${brief(sent, 2)}`;
      const offset = c ? layers[c - 1].b[row] : 0;
      if (bias) bias.textContent = `b ${number(offset)}`;
      const picked = input ? state.input === row : output ? state.output === row : state.neuron[0] === c - 1 && state.neuron[1] === row;
      group.setAttribute("class", `node${picked ? " picked" : ""}${touch ? " touched" : ""}${touch?.how === "off" || held ? " off" : ""}${input ? " in" : output ? " out" : ""}`);
      const kind = input ? `input ${name}: ${withUnit(raw[row], network.units[row])}, ${number(found.scaled[row])} standard deviations from the mean${held ? ", held at the mean" : ""}`
        : `${output ? `output ${name}` : name}: ${output ? "" : "activation "}${text}, bias ${number(offset)}` +
          `${c === 1 ? `, dominance ${number(single[row])}` : ""}${touch ? `, ${DONE[touch.how]}` : ""}`;
      assign(group, { "aria-label": capital(`${kind}${sent === null ? "" : `, relevance ${brief(sent, 2)}`}`), "aria-pressed": picked });
    }));
  };

  const draw = (seen) => {
    shown = seen;
    const width = Math.max(300, Math.round(figure.clientWidth || 640));
    if (built?.network !== seen.network || built.width !== width) build(seen, width);
    drawEdges(seen);
    drawNodes(seen);
    key.textContent = seen.rel
      ? "Lines and circles show relevance: orange speaks for the chosen output, blue against it."
      : "Lines are weights: orange positive, blue negative, the wider the larger; numbers belong to the chosen neuron. Circles fill with activation.";
  };
  const watch = new ResizeObserver(() => shown && built?.width !== Math.max(300, Math.round(figure.clientWidth)) && draw(shown));
  watch.observe(figure);
  return [draw, () => watch.disconnect()];
}
