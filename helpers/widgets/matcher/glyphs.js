// The small arrows of the matcher.
import { svg } from "../view/dom.js";

const ARROW = "M0 8V-8M-4.5 -3L0 -8L4.5 -3";

export const degrees = (cosine) => (180 / Math.PI) * Math.acos(Math.min(1, Math.max(-1, cosine)));

// In the plane an arrow points where its vector does, in degrees clockwise from the top; null for a vector of zeros.
export const heading = (row) => (row.some((value) => value !== 0) ? (180 / Math.PI) * Math.atan2(row[0], row[1]) : null);

// A circle with arrows in it, by their angles, at (x, y); `dashed` shows the feature's arrow that the others are turned from.
export function glyph(root, { x, y, angles, kind, dashed = false }) {
  const group = svg("g", { class: `glyph ${kind}`, transform: `translate(${x} ${y})` }, root);
  svg("circle", { r: 12 }, group);
  if (dashed) svg("path", { class: "from", d: "M0 0V-10" }, group);
  for (const angle of angles) svg("path", { class: "dart", d: ARROW, transform: `rotate(${angle.toFixed(1)})` }, group);
  if (!angles.length) svg("circle", { class: "nowhere", r: 1.5 }, group);
  return group;
}
