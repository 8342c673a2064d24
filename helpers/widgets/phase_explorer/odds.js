import { halfSnowTemperature, snowProbability, waterProbability, waterTemperature } from "../core/precipitation.js";
import { assign, keepFinger, number, svg } from "../view/dom.js";
import { LEFT, RIGHT, moveOf, pointOf } from "../view/frame.js";
import { clamp } from "../view/panel.js";
import { CEILING, FLOOR, chart, legend, track } from "./chart.js";
import { SLEET, percent, sleety } from "./words.js";

const REACH = 22; // how far from the line it can be taken
const [FROM, TO] = [-5, 10]; // °C: at any humidity the phase is decided in between

// The probabilities of snow and of water against the temperature, with a line to drag, which waits at the edge where the
// temperature is off the chart. choose(temperature) hears of another one within [low, high].
export function oddsView(root, [low, high], choose) {
  const up = { low: 0, high: 1, marks: [0, 0.25, 0.5, 0.75, 1], text: (p) => `${100 * p}%`, label: "probability" };
  const across = { low: FROM, high: TO, marks: [-4, -2, 0, 2, 4, 6, 8, 10], label: "air temperature, °C" };
  const frame = chart(root, { name: "odds", title: "Snow or rain?", across, up, role: "group" });
  const { canvas, plot, x, y, figure } = frame;
  const at = Array.from({ length: 151 }, (_, k) => FROM + ((TO - FROM) * k) / 150);
  const band = svg("rect", { class: "sleet", y: CEILING, height: FLOOR - CEILING }, plot);
  const half = svg("path", { class: "half" }, plot);
  const water = svg("path", { class: "water" }, plot);
  const snow = svg("path", { class: "flakes" }, plot);
  const halfDot = svg("circle", { class: "half-dot", r: 4, cy: y(0.5) }, canvas);
  const halfName = svg("text", { class: "small halo", y: y(0.5) + 4 }, canvas);
  const hand = svg("g", { class: "hand", role: "slider", tabindex: 0, "aria-label": "Air temperature", "aria-valuemin": low, "aria-valuemax": high }, canvas);
  svg("rect", { class: "reach", x: -REACH, y: CEILING - 6, width: 2 * REACH, height: FLOOR - CEILING + 12, rx: 6 }, hand);
  svg("path", { class: "line", d: `M0 ${CEILING}V${FLOOR}` }, hand);
  svg("path", { class: "grip", d: `M-7 ${FLOOR + 6}L0 ${FLOOR - 6}L7 ${FLOOR + 6}z` }, hand);
  const dot = svg("circle", { class: "dot", r: 5.5 }, hand);
  const away = svg("text", {}, hand);
  legend(figure, [["flakes", "snow rather than rain"], ["water", "liquid, Finnish curve"], ["sleet-sample", "sleet"]])([true, true, true]);

  let now = low, held = null; // the pointer that drags; a finger's every touch is captured by what lies under it
  const rounded = (value) => clamp(Math.round(10 * value) / 10, low, high);
  const follow = (event) => choose(rounded(FROM + ((TO - FROM) * (pointOf(canvas, event).x - LEFT)) / (RIGHT - LEFT)));
  // A finger that scrolls the page starts anywhere: it moves the line only from the line, or by a tap.
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.pointerType !== "mouse" && !hand.contains(event.target))) return;
    event.preventDefault();
    hand.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    held = event.pointerId;
    follow(event);
  });
  canvas.addEventListener("click", follow);
  keepFinger(hand);
  canvas.addEventListener("pointermove", (event) => event.pointerId === held && follow(event));
  canvas.addEventListener("lostpointercapture", () => { held = null; });
  hand.addEventListener("keydown", (event) => {
    const move = moveOf(event);
    if (!move) return;
    const [right, above] = move;
    // Home and End, Page Up and Page Down go to the ends and three degrees on.
    const step = Number.isFinite(above) ? (right + above) * (event.shiftKey ? 0.1 : 0.5) : 3 * Math.sign(above);
    choose(rounded(now + step));
  });

  let shown = null;
  return ({ temperature, humidity }, { snow: p, water: wet, half: middle }) => {
    now = temperature;
    if (shown !== humidity) {
      shown = humidity;
      const ends = SLEET.map((share) => x(waterTemperature(share, humidity)));
      assign(band, { x: ends[0].toFixed(1), width: (ends[1] - ends[0]).toFixed(1) });
      assign(snow, { d: track(frame, at, (t) => snowProbability(t, humidity)) });
      assign(water, { d: track(frame, at, (t) => waterProbability(t, humidity)) });
      const place = x(halfSnowTemperature(humidity));
      assign(half, { d: `M${place.toFixed(1)} ${y(0.5)}V${FLOOR}` });
      assign(halfDot, { cx: place.toFixed(1) });
      assign(halfName, { x: (place + 14).toFixed(1), text: `T50 ${number(middle, 1)} °C` });
    }
    const there = clamp(temperature, FROM, TO);
    const side = Math.sign(temperature - there);
    hand.classList.toggle("away", side !== 0);
    assign(away, { x: -8 * side, y: y(0.62), class: side > 0 ? "small halo right" : "small halo", text: side ? `${side < 0 ? "\u25c2 " : ""}${number(temperature, 1)} °C${side > 0 ? " \u25b8" : ""}` : "" });
    assign(hand, {
      transform: `translate(${x(there).toFixed(1)} 0)`, "aria-valuenow": temperature,
      "aria-valuetext": `${number(temperature, 1)} °C, snow ${percent(p)}`,
    });
    assign(dot, { cy: y(p).toFixed(1) });
    const kind = sleety(wet) ? "inside" : "outside";
    canvas.setAttribute("aria-label", `Probability of snow and of liquid water against temperature. At ${number(temperature, 1)} °C ` +
      `snow ${percent(p)}, liquid by the Finnish curve ${percent(wet)}, ${kind} its sleet band. T50 is ${number(middle, 1)} °C.`);
  };
}
