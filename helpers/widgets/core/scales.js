// Ticks and colours. No DOM.
// Blue over purple to orange: ordered also to colour-blind eyes, and neither end is lost on white or on black.
const STOPS = [[50, 60, 190], [126, 60, 178], [190, 66, 138], [222, 98, 88], [238, 142, 44]];

export function ramp(t) {
  const at = Math.min(1, Math.max(0, t)) * (STOPS.length - 1);
  const k = Math.min(STOPS.length - 2, Math.floor(at));
  return `rgb(${STOPS[k].map((low, c) => Math.round(low + (at - k) * (STOPS[k + 1][c] - low))).join(" ")})`;
}

// How strongly an activation is coloured, from 0 to 1: small positive ones are lifted so that they can be seen.
export const shade = (value, top) => (value > 0 ? Math.sqrt(Math.min(1, value / top)) : Math.min(1, -value / top));
export const SHADES = { plus: [1, 115, 178], minus: [213, 94, 0] };

// About `count` round numbers in [low, high].
export function ticks(low, high, count = 4) {
  const rough = (high - low) / count || 1;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * [1, 2, 5, 10].find((k) => k * unit >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, k) => (first + k) * step);
}

// Powers of ten in [low, high], with twice and five times them where there are few.
export function logTicks(low, high) {
  const decades = Math.log10(high / low);
  const parts = decades > 2 ? [1] : decades > 1 ? [1, 3] : [1, 2, 5];
  const every = decades > 5 ? 2 : 1;
  const found = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    if (power % every) continue;
    found.push(...parts.map((part) => Number(`${part}e${power}`)).filter((v) => v >= low * 0.999 && v <= high * 1.001));
  }
  return found;
}

export const brief = (value, digits = 2) => {
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e5)) return value.toExponential(digits - 1).replace("e+", "e").replaceAll("-", "\u2212");
  return String(Number(value.toPrecision(digits))).replace("-", "\u2212");
};
