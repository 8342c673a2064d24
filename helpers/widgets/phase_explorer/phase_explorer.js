import { phaseExplorer } from "../core/precipitation.js";
import { brief } from "../core/scales.js";
import { createStore } from "../core/store.js";
import { copyButton } from "../view/address.js";
import { html, number } from "../view/dom.js";
import { clamp, panel } from "../view/panel.js";
import { settingsLink } from "../view/settings.js";
import { slider } from "../view/slider.js";
import { oddsView } from "./odds.js";
import { sizesView, speedsView } from "./particles.js";
import { percent, sentence, thousands } from "./words.js";

const SPOKEN_MS = 700; // of rest before the sentence is read out
const LEVELS = 75; // of the rate, in equal factors
const NAMES = { temperature: "T", humidity: "RH", rate: "R", riming: "riming" }; // in a link
const SETTINGS = Object.keys(NAMES);
const SHOWS = ["air", "counts"];
const PRESETS = [
  ["Cold and dry", { temperature: -10, humidity: 60, rate: 0.2, riming: 0 }],
  ["Wet snow", { temperature: 0.8, humidity: 98, rate: 2, riming: 0.2 }],
  ["Warm rain", { temperature: 9, humidity: 90, rate: 5, riming: 0 }],
  ["Heavily rimed", { temperature: -2, humidity: 95, rate: 3, riming: 1 }],
];

const evenly = ([low, high], step) => Array.from({ length: Math.round((high - low) / step) + 1 }, (_, k) => Number((low + k * step).toFixed(6)));
// Each level is a number that can be said: two digits.
function byFactors([low, high]) {
  const levels = Array.from({ length: LEVELS + 1 }, (_, k) => Number((low * (high / low) ** (k / LEVELS)).toPrecision(2)));
  return [...new Set(levels)];
}
const nearestTo = (levels, value) => levels.reduce((best, level, k) => (Math.abs(level - value) < Math.abs(levels[best] - value) ? k : best), 0);

// Four sliders. Returns a function that shows a state.
function sliders(root, ranges, set) {
  const box = html("div", { class: "settings" }, root);
  const looks = {
    temperature: ["Air temperature", evenly(ranges.temperature, 0.1), (v) => `${number(v, 1)} °C`],
    humidity: ["Relative humidity", evenly(ranges.humidity, 1), (v) => `${number(v, 0)}%`],
    rate: ["Precipitation rate", byFactors(ranges.rate), (v) => `${brief(v, 3)} mm/h`],
    riming: ["Riming of the flakes", evenly(ranges.riming, 0.05), (v) => number(v)],
  };
  const moves = SETTINGS.map((key) => {
    const [name, levels, text] = looks[key];
    const ends = key === "riming" ? ["dry aggregates", "densely rimed"] : [levels[0], levels.at(-1)].map(text);
    const move = slider(box, { name, size: levels.length, ends }, (k) => set({ [key]: levels[k] }));
    return (state) => move({ index: nearestTo(levels, state[key]), text: text(state[key]) });
  });
  return (state) => moves.forEach((move) => move(state));
}

function presets(root, set) {
  const box = html("div", { class: "buttons", role: "group", "aria-label": "Examples" }, root);
  const marks = PRESETS.map(([text, settings]) => {
    const button = html("button", { type: "button", text }, box);
    button.addEventListener("click", () => set(settings));
    return (state) => button.setAttribute("aria-pressed", SETTINGS.every((key) => settings[key] === state[key]));
  });
  return (state) => marks.forEach((mark) => mark(state));
}

function numbersView(root, { minutes }) {
  const table = html("table", {}, panel(root, "numbers", "In numbers"));
  const body = html("tbody", {}, table);
  const rows = [
    ["wet bulb", ({ wetBulb }) => `${number(wetBulb, 1)} °C`],
    ["T50, snow as likely as rain", ({ half }) => `${number(half, 1)} °C`],
    ["snow (Jennings)", ({ snow }) => percent(snow)],
    ["liquid (Finland)", ({ water }) => percent(water)],
    ["density of the air", ({ air }) => `${number(air)} kg/m³`],
    [`counted in ${minutes} min`, ({ seen }) => `${thousands(seen.counted)} of ${thousands(seen.fell)}`],
    ["fitted intercept n0", ({ fit }) => (fit ? `${thousands(fit.n0)} /m³/mm` : "\u2013")],
    ["fitted slope \u03bb", ({ fit }) => (fit ? `${number(fit.slope)} /mm` : "\u2013")],
    ["measured mean Dm", ({ seen }) => `${number(seen.dm)} mm`],
  ].map(([name, text]) => {
    const row = html("tr", {}, body);
    html("th", { scope: "row", text: name }, row);
    const cell = html("td", {}, row);
    return (found) => { cell.textContent = text(found); };
  });
  return (_, found) => rows.forEach((row) => row(found));
}

function render({ model, el }) {
  const [ranges, instrument] = [model.get("ranges"), model.get("instrument")];
  const explore = phaseExplorer(instrument);
  // Numbers within their ranges; what is no number is left out.
  const sound = (settings) => Object.fromEntries(Object.entries(settings)
    .filter(([key, value]) => key in ranges && typeof value === "number" && !Number.isNaN(value))
    .map(([key, value]) => [key, clamp(value, ...ranges[key])]));
  const given = () => sound(Object.fromEntries([...SETTINGS, "pressure"].map((key) => [key, model.get(key)])));
  const store = createStore({ ...given(), show: SHOWS[0] });

  const root = html("div", { class: "toy-figure phase-explorer", role: "group", "aria-label": "Explorer of rain and snow" }, el);
  const texts = () => {
    const state = store.get();
    const shown = Object.fromEntries(SETTINGS.map((key) => [NAMES[key], String(Number(state[key].toPrecision(6)))]));
    return { ...shown, show: state.show };
  };
  const share = () => {
    const state = store.get();
    for (const key of SETTINGS) if (model.get(key) !== state[key]) model.set(key, state[key]);
    model.save_changes();
  };
  const read = (found) => {
    const named = SETTINGS.filter((key) => found[NAMES[key]]).map((key) => [key, Number(found[NAMES[key]])]);
    const show = SHOWS.includes(found.show) ? { show: found.show } : {};
    const changes = { ...sound(Object.fromEntries(named)), ...show };
    if (!Object.keys(changes).length) return;
    store.set(changes);
    share();
    root.scrollIntoView({ block: "start" });
  };
  // Only a built page has an address to keep settings in; in a notebook it belongs to others.
  const built = document.documentElement.dataset.content_root !== undefined;
  const link = built ? settingsLink([...Object.values(NAMES), "show"], read) : null;
  const set = (changes) => {
    store.set(changes);
    share();
    link?.write(texts());
  };

  const controls = [presets(root, set), sliders(root, ranges, set)];
  // What is seen changes at once. What is heard waits until the hand rests.
  const seen = html("p", { class: "status", "aria-hidden": "true" }, root);
  const spoken = html("p", { class: "spoken", role: "status" }, root);
  const panels = html("div", { class: "panels" }, root);
  const views = [
    oddsView(panels, ranges.temperature, (temperature) => set({ temperature })),
    numbersView(panels, instrument),
    sizesView(panels, instrument, (show) => set({ show })),
    speedsView(panels),
  ];
  const help = "Drag the upright line, or focus it and use the arrow keys (with Shift for small steps).";
  html("p", { class: "note", text: help }, root);
  const buttons = html("div", { class: "buttons" }, root);
  const forget = link && copyButton(buttons, () => {
    link.write(texts());
    link.flush();
  });

  let clock = 0;
  const draw = (state) => {
    const found = explore(state);
    for (const control of controls) control(state);
    for (const view of views) view(state, found);
    forget?.();
    seen.textContent = sentence(state, found);
    clearTimeout(clock);
    clock = setTimeout(() => {
      if (spoken.textContent !== seen.textContent) spoken.textContent = seen.textContent;
    }, SPOKEN_MS);
  };
  const events = [...SETTINGS, "pressure"].map((key) => `change:${key}`).join(" ");
  const follow = () => {
    const [now, told] = [store.get(), given()];
    if (Object.keys(told).some((key) => told[key] !== now[key])) store.set(told);
  };
  store.subscribe(draw);
  draw(store.get());
  spoken.textContent = seen.textContent;
  link?.follow();
  model.on(events, follow);
  return () => {
    link?.stop();
    model.off(events, follow);
    clearTimeout(clock);
  };
}

export default { render };
