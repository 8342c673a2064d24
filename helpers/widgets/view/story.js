import { assign, html, svg } from "./dom.js";
import { panel } from "./panel.js";
import { slider } from "./slider.js";

const PLAY_MS = 550; // between snapshots
const [LEFT, WIDTH] = [44, 282]; // of the curve

// Loss against training step, a slider over the snapshots and a button that plays them. choose(t) shows a snapshot,
// play(on) tells that playing began or ended. Returns a function that draws, and one that stops the clock.
export function storyView(root, steps, choose, play) {
  const last = steps.length - 1;
  const figure = panel(root, "story", "Loss while training, as a share of answering 0 to everything");
  const canvas = svg("svg", { viewBox: "0 0 340 176", role: "img" }, figure);
  const x = (t) => LEFT + (WIDTH * t) / last;
  const axis = svg("g", {}, canvas);
  steps.forEach((step, t) => {
    if (t % Math.ceil(steps.length / 7) && t !== last) return;
    if (t !== last && x(last) - x(t) < 34) return; // would touch the last one
    svg("text", { class: "small middle", x: x(t), y: 156, text: step }, canvas);
  });
  svg("text", { class: "small middle", x: LEFT + WIDTH / 2, y: 172, text: "training step" }, canvas);
  const line = svg("path", { class: "line" }, canvas);
  const dots = steps.map((_, t) => svg("circle", { class: "mark", cx: x(t), r: 2.5 }, canvas));
  const dot = svg("circle", { class: "dot", r: 6.5 }, canvas);
  canvas.addEventListener("click", (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse()).x;
    choose(Math.min(last, Math.max(0, Math.round(((at - LEFT) / WIDTH) * last))));
  });
  const slide = slider(figure, { name: "training step", size: steps.length, ends: ["random start", "trained"] }, choose);
  const box = html("div", { class: "buttons" }, figure);
  const button = html("button", { type: "button", class: "primary" }, box);
  const note = html("span", { class: "note" }, box);

  let clock = 0, shown = { t: last, playing: false };
  const tick = () => {
    if (shown.t < last) choose(shown.t + 1, true);
    if (shown.t === last) play(false);
  };
  const stop = () => {
    clearInterval(clock);
    clock = 0;
  };
  button.addEventListener("click", () => {
    if (!shown.playing && shown.t === last) choose(0, true);
    play(!shown.playing);
  });

  const draw = ({ t, playing, available, parts, part }) => {
    shown = { t, playing };
    if (playing && !clock) clock = setInterval(tick, PLAY_MS);
    if (!playing) stop();
    const top = Math.max(1, ...parts, part);
    const y = (value) => 138 - (126 * value) / top;
    axis.replaceChildren();
    for (const tick of [0, 0.5, 1]) {
      svg("path", { class: "axis", d: `M${LEFT} ${y(tick)}H330` }, axis);
      svg("text", { class: "small right", x: LEFT - 6, y: y(tick) + 4, text: `${100 * tick}%` }, axis);
    }
    assign(line, { d: parts.map((value, k) => `${k ? "L" : "M"}${x(k)} ${y(value)}`).join("") });
    dots.forEach((node, k) => assign(node, { cy: y(parts[k] ?? 0) }));
    figure.classList.toggle("closed", !available);
    dot.style.transform = `translate(${x(t)}px, ${y(part)}px)`;
    const percent = `${Math.round(100 * part)}%`;
    canvas.setAttribute("aria-label", `Loss at ${steps.length} moments of the training. At step ${steps[t]} it is ${percent} ` +
      "of the loss of answering 0 to everything.");
    slide({ index: t, text: `${steps[t]}`, spoken: `step ${steps[t]} of ${steps[last]}`, disabled: !available });
    button.disabled = !available;
    button.textContent = playing ? "Pause" : "Play the training";
    note.textContent = available ? "" : "The training is recorded for equal importance: set it to 1.";
  };
  return [draw, stop];
}
