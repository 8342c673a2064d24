import { sweepEnds } from "../core/curve.js";
import { physicalValue, scaledValue } from "../core/network.js";
import { brief } from "../core/scales.js";
import { html } from "../view/dom.js";
import { clamp, panel } from "../view/panel.js";
import { slider } from "../view/slider.js";
import { barList, capital, percentText, tint, withUnit, wording } from "../view/parts.js";

const LEVELS = 400; // of the slider of an input
const SLACK = 1e-4; // a value at the very end of the range is not outside it: rows are rounded

// One input: a field to type in, in physical units, and a slider over the range of the training. type(name, value) hears
// of a new value. Returns a function that shows one.
function inputRow(root, network, i, { type, choose }) {
  const [name, unit] = [network.predictors[i], network.units[i]];
  const ends = sweepEnds(network, i);
  const box = html("div", { class: "input-row" }, root);
  const head = html("div", { class: "input-head" }, box);
  const id = `input-${Math.random().toString(36).slice(2)}`;
  const label = html("label", { for: id }, head);
  html("span", { text: wording(name) }, label);
  if (unit) html("span", { class: "unit", text: unit }, label);
  const field = html("input", { id, type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false" }, head);
  const range = html("input", { type: "range", min: 0, max: LEVELS, step: 1, "aria-label": wording(name) }, box);
  const problem = html("p", { class: "problem", role: "alert" }, box);
  const mark = html("p", { class: "outside", role: "status" }, box);
  const [low, high] = ends.map((x) => physicalValue(network, i, x));
  // Rounding does not lead out of the range.
  const atLevel = (k) => clamp(Number(physicalValue(network, i, ends[0] + ((ends[1] - ends[0]) * k) / LEVELS).toPrecision(4)), low, high);
  let now = null;
  const read = () => {
    const value = field.value.trim() === "" ? NaN : Number(field.value.trim().replace("\u2212", "-"));
    const fine = Number.isFinite(value) && !(network.log[i] && value <= 0);
    problem.textContent = fine ? "" : network.log[i] ? `Expected a number above 0: the network sees the logarithm of ${wording(name)}.` : "Expected a number.";
    field.setAttribute("aria-invalid", !fine);
    if (fine && value !== now) type(name, value);
  };
  field.addEventListener("input", read);
  field.addEventListener("blur", () => {
    field.value = brief6(now);
    problem.textContent = "";
    field.setAttribute("aria-invalid", false);
  });
  range.addEventListener("input", () => type(name, atLevel(Number(range.value))));
  box.addEventListener("focusin", () => choose(i));
  const brief6 = (value) => String(Number(value.toPrecision(6)));
  return (value, { picked, held }) => {
    now = value;
    // What is being typed is left alone.
    if (document.activeElement !== field || Number(field.value) !== value) {
      if (document.activeElement !== field) field.value = brief6(value);
      else if (!problem.textContent && field.value.trim() !== "" && Number(field.value) !== value) field.value = brief6(value);
    }
    const x = scaledValue(network, i, value);
    range.value = clamp(Math.round((LEVELS * (x - ends[0])) / (ends[1] - ends[0])), 0, LEVELS);
    range.setAttribute("aria-valuetext", withUnit(value, unit, 4));
    const wide = SLACK * (ends[1] - ends[0]);
    const outside = x < ends[0] - wide || x > ends[1] + wide;
    const where = network.limits ? "the range of the training" : "three standard deviations of the training's mean";
    const text = outside ? `Outside ${where}: ${brief(low)} to ${brief(high)}.` : held ? "Held at the mean: this value is not used." : "";
    if (mark.textContent !== text) mark.textContent = text;
    box.className = `input-row${picked ? " picked" : ""}${outside ? " is-outside" : ""}${held ? " held" : ""}`;
  };
}

// The case that the network sees: a row of the data, or typed. pickRow(k), nextWrong() and type(name, value) hear of
// wishes, choose(i) of the input that has the focus. Returns a function that draws what is seen.
export function caseView(root, { pickRow, nextWrong, type, choose }) {
  const figure = panel(root, "case", "The case");
  const host = html("div", {}, figure);
  const box = html("div", { class: "buttons" }, figure);
  const wrong = html("button", { type: "button" }, box);
  wrong.addEventListener("click", nextWrong);
  const rows = html("div", { class: "input-rows" }, figure);
  const says = html("p", { class: "says", role: "status" }, figure);
  const bars = barList(figure, { unsigned: true });
  let built = null, slide = null, inputs = [];

  const build = ({ network, cases }) => {
    host.replaceChildren();
    rows.replaceChildren();
    slide = cases ? slider(host, { name: "Row of the test data", size: cases.target.length, ends: ["first", "last"] }, pickRow) : null;
    wrong.textContent = network.task === "classification" ? "Next wrong answer" : "Next large error";
    box.hidden = !cases;
    inputs = network.predictors.map((_, i) => inputRow(rows, network, i, { type, choose }));
  };
  return ({ network, cases, rows, state, raw, found, answer, actual }) => {
    if (built !== network) {
      built = network;
      build({ network, cases });
    }
    slide?.({ index: state.row ?? 0, text: state.row === null ? "typed" : `${state.row + 1} of ${cases.target.length}` });
    inputs.forEach((show, i) => show(raw[i], { picked: state.input === i, held: state.held.includes(network.predictors[i]) }));
    const classes = network.task === "classification";
    const said = classes ? `${wording(network.outputs[answer])}, ${percentText(found.output[answer])}` : withUnit(found.output[0], network.unit);
    const truth = actual === null ? "" : ` It was ${classes ? wording(network.outputs[actual]) : withUnit(actual, network.unit)}.`;
    wrong.disabled = Boolean(cases) && classes && rows().answers.every((each, k) => each === cases.target[k]);
    const text = `The network says ${said}.${truth}`;
    if (says.textContent !== text) says.textContent = text;
    const wrongly = actual !== null && classes && actual !== answer;
    says.className = wrongly ? "says wrong" : "says";
    const odds = (name, k) => ({ name: capital(wording(name)), value: found.output[k], text: percentText(found.output[k]), colour: tint(name, k), look: state.output === k ? "picked" : "" });
    bars(classes ? network.outputs.map(odds) : [], 1);
  };
}
