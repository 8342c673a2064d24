// The name of the figure that the represented features draw. No DOM.
import { REPRESENTED } from "./represented.js";

const REGULAR = { 3: "triangle", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon" };
const SLACK = 0.15; // how far a gap may be from its ideal, as a share of it
const SPREAD = 0.8; // how short the shortest arrow may be, as a share of the longest

// "right angle", "cross", "triangle", "pentagon" and so on up to "octagon", or "" for anything less clear.
export function shape(W) {
  const kept = W.map(([x, y]) => [Math.hypot(x, y), Math.atan2(y, x)]).filter(([length]) => length >= REPRESENTED);
  const long = kept.map(([length]) => length);
  if (kept.length < 2 || Math.min(...long) < SPREAD * Math.max(...long)) return "";
  const angles = kept.map(([, angle]) => angle).sort((a, b) => a - b);
  const gaps = angles.map((angle, i) => (i + 1 < angles.length ? angles[i + 1] : angles[0] + 2 * Math.PI) - angle);
  const even = (gap, ideal) => Math.abs(gap - ideal) <= SLACK * ideal;
  if (kept.length === 2) {
    const gap = Math.min(...gaps);
    return even(gap, Math.PI / 2) ? "right angle" : even(gap, Math.PI) ? "antipodal pair" : "";
  }
  if (!gaps.every((gap) => even(gap, (2 * Math.PI) / kept.length))) return "";
  return kept.length === 4 ? "cross" : REGULAR[kept.length];
}
