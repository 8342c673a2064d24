import { brief } from "../core/scales.js";
import { html, svg } from "../view/dom.js";
import { LEFT, RIGHT, readout, valueAxis } from "../view/frame.js";
import { panel } from "../view/panel.js";

const [CEILING_OF_BARS, GROUND] = [12, 150]; // of the plot
const NAMED = 8; // so many dead latents are named one by one

const listed = (list) => `${list.slice(0, NAMED).map((k) => k + 1).join(", ")}${list.length > NAMED ? ` and ${list.length - NAMED} more` : ""}`;

// How often each latent is on, in the order of the dictionary's columns, on a logarithmic axis; dead ones have a cross.
// A tick over a partner of a feature is how often that feature is on. Returns a function that draws what judged() found.
export function latentsView(root, often) {
  const figure = panel(root, "latents", "How often each latent is on");
  const text = often ? "line: how often its feature is on" : "partners of features first";
  html("p", { class: "unit-line", text }, figure);
  const canvas = svg("svg", { viewBox: `0 0 340 ${GROUND + 10}`, role: "img" }, figure);
  const plot = svg("g", {}, canvas);
  const say = readout(figure);
  return ({ on, order, partner, dead }, colour) => {
    const shares = [...on, ...(often ?? [])].filter((share) => share > 0);
    const low = Math.min(-1, Math.floor(Math.log10(Math.min(1, ...shares))));
    const y = (share) => GROUND - ((GROUND - CEILING_OF_BARS) * (Math.log10(share) - low)) / -low;
    const wide = (RIGHT - LEFT) / order.length;
    const x = (c) => LEFT + wide * c;
    plot.replaceChildren();
    valueAxis(plot, Array.from({ length: 1 - low }, (_, k) => 10 ** (k + low)), y, (share) => `${brief(100 * share)}%`);
    const bars = order.map((k, c) => (on[k] ? `M${(x(c) + 0.1 * wide).toFixed(1)} ${GROUND}V${y(on[k]).toFixed(1)}h${(0.8 * wide).toFixed(1)}V${GROUND}z` : ""));
    svg("path", { class: "bars", style: `--tint:${colour}`, d: bars.join("") }, plot);
    const arm = Math.min(4, 0.4 * wide);
    const crosses = order.map((k, c) => (on[k] ? "" : `M${(x(c + 0.5) - arm).toFixed(1)} ${GROUND - 6 - arm}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`));
    svg("path", { class: "crosses", d: crosses.join("") }, plot);
    const ticks = often ? partner.map((k, i) => (k >= 0 && often[i] > 0 ? `M${x(order.indexOf(k)).toFixed(1)} ${y(often[i]).toFixed(1)}h${wide.toFixed(1)}` : "")) : [];
    svg("path", { class: "true-share", d: ticks.join("") }, plot);
    const which = dead.length ? `${dead.length} of ${on.length} latents are dead: ${listed(dead)}.` : `None of the ${on.length} latents is dead.`;
    say(which);
    canvas.setAttribute("aria-label", `Share of rows in which each of ${on.length} latents is on, on a logarithmic scale. ${which}`);
  };
}
