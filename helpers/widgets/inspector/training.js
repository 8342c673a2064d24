import { brief, logTicks, ticks } from "../core/scales.js";
import { assign, html, svg } from "../view/dom.js";
import { LEFT, RIGHT, pointOf, valueAxis } from "../view/frame.js";
import { clamp, panel } from "../view/panel.js";
import { slider } from "../view/slider.js";

const PLAY_MS = 250;
const [TALL, EVERY, TOP] = [84, 124, 24]; // of one plot; from one to the next; of the first
const CURVE_TITLES = { loss: "loss", accuracy: "accuracy", mae: "mean absolute error" };

// The range of a curve with room for every finite value.
function rangeOf(lists) {
  const values = lists.flat().filter(Number.isFinite);
  if (!values.length) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

// Playback: play, step, restart, scrub, and the curves of the training. choose(place, playing) hears of another epoch.
// Returns a function that draws { network, place, playing } and one that stops the clock.
export function trainingView(root, choose) {
  const figure = panel(root, "training", "Training");
  const host = html("div", {}, figure);
  const box = html("div", { class: "buttons" }, figure);
  const button = (text, act) => {
    const made = html("button", { type: "button", text }, box);
    made.addEventListener("click", act);
    return made;
  };
  let clock = 0, shown = null, drawn = null, slide = null;
  const last = () => shown.network.stored - 1;
  const step = (by, playing = false) => choose(clamp(shown.place + by, 0, last()), playing);
  const play = button("Play", () => {
    if (shown.playing) choose(shown.place, false);
    else choose(shown.place === last() ? 0 : shown.place, last() > 0);
  });
  play.className = "primary";
  const back = button("Step back", () => step(-1));
  const on = button("Step on", () => step(1));
  const restart = button("Restart", () => choose(0, false));
  const canvas = svg("svg", { viewBox: "0 0 340 272", role: "img" }, figure);
  const legend = html("p", { class: "legend", "aria-hidden": "true" }, figure);
  for (const [look, text] of [["solid", "training rows"], ["dashed", "held-back rows"]]) {
    html("span", { class: `key ${look}`, text }, legend);
  }
  const plots = [0, 1].map((p) => ({
    title: svg("text", { class: "small title", x: LEFT, y: TOP + p * EVERY - 9 }, canvas),
    axes: svg("g", {}, canvas),
    guide: svg("path", { class: "guide" }, canvas),
    lines: ["line", "line dashed"].map((look) => svg("path", { class: look }, canvas)),
    dots: ["dot", "dot hollow"].map((look) => svg("circle", { class: look, r: 4.5 }, canvas)),
  }));
  const under = svg("g", {}, canvas);
  canvas.addEventListener("click", (event) => {
    choose(clamp(Math.round(((pointOf(canvas, event).x - LEFT) / (RIGHT - LEFT)) * last()), 0, last()), false);
  });

  const x = (place) => LEFT + ((RIGHT - LEFT) * place) / Math.max(1, last());
  const curvesOf = ({ history }) => {
    const metric = ["accuracy", "mae"].find((name) => history[name] || history[`val_${name}`]);
    return ["loss", metric].map((name) => [name, [history[name] ?? [], history[`val_${name}`] ?? []]]);
  };
  const drawCurves = (network) => {
    under.replaceChildren();
    for (const place of new Set([0, Math.round(last() / 2), last()])) {
      svg("text", { class: "small middle", x: x(place), y: TOP + EVERY + TALL + 17, text: place + network.first }, under);
    }
    svg("text", { class: "small middle", x: (LEFT + RIGHT) / 2, y: TOP + EVERY + TALL + 34, text: "epoch" }, under);
    curvesOf(network).forEach(([name, lists], p) => {
      const plot = plots[p];
      const [low, high] = rangeOf(lists);
      const log = name === "loss" && low > 0 && high > 5 * low;
      const map = log ? Math.log : (value) => value;
      plot.y = (value) => TOP + p * EVERY + TALL - (TALL * (map(value) - map(low))) / (map(high) - map(low));
      plot.lists = lists;
      assign(plot.title, { text: name ? `${CURVE_TITLES[name]}${log ? ", logarithmic" : ""}` : "" });
      plot.axes.replaceChildren();
      valueAxis(plot.axes, log ? logTicks(low, high) : ticks(low, high, 3), plot.y, (value) => brief(value, 3));
      lists.forEach((values, k) => {
        let pen = "M";
        const d = values.map((value, place) => {
          if (!Number.isFinite(value)) { pen = "M"; return ""; }
          const part = `${pen}${x(place).toFixed(1)} ${plot.y(value).toFixed(1)}`;
          pen = "L";
          return part;
        });
        assign(plot.lines[k], { d: d.join("") });
      });
    });
  };
  const stop = () => {
    clearInterval(clock);
    clock = 0;
  };
  const draw = ({ network, place, playing }) => {
    shown = { network, place, playing };
    if (playing && !clock) clock = setInterval(() => choose(Math.min(last(), shown.place + 1), shown.place + 1 < last()), PLAY_MS);
    if (!playing) stop();
    if (drawn !== network) {
      drawn = network;
      figure.hidden = network.stored < 2; // a network as it is, without its training
      host.replaceChildren();
      const ends = [network.first === 0 ? "before training" : "first epoch", "trained"];
      slide = slider(host, { name: "Epoch", size: network.stored, ends }, (k) => choose(k, false));
      drawCurves(network);
    }
    const epoch = place + network.first;
    slide({ index: place, text: String(epoch), spoken: `epoch ${epoch} of ${network.last}`, disabled: network.stored < 2 });
    play.textContent = playing ? "Pause" : "Play";
    back.disabled = restart.disabled = place === 0;
    on.disabled = place === last();
    const said = plots.map(({ guide, dots, lists, y }, p) => {
      assign(guide, { d: `M${x(place).toFixed(1)} ${TOP + p * EVERY}v${TALL}` });
      const here = lists.map((values) => values[place]);
      here.forEach((value, k) => assign(dots[k], { cx: x(place).toFixed(1), cy: Number.isFinite(value) ? y(value).toFixed(1) : -99 }));
      const [name] = curvesOf(network)[p];
      return Number.isFinite(here[0] ?? here[1]) ? `${CURVE_TITLES[name]} ${here.map((value) => (Number.isFinite(value) ? brief(value, 3) : "not recorded")).join(" and ")}` : "";
    });
    canvas.setAttribute("aria-label", `Curves of the training. At epoch ${epoch}, on training and on held-back rows: ${said.filter(Boolean).join("; ")}.`);
  };
  return [draw, stop];
}
