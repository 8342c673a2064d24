import { brief } from "../core/scales.js";
import { number } from "../view/dom.js";

export const SLEET = [0.2, 0.8]; // of the Finnish probability of water

export const percent = (p) => (p > 0.995 ? "over 99%" : p < 0.005 ? "under 1%" : `${Math.round(100 * p)}%`);
export const sleety = (water) => water >= SLEET[0] && water <= SLEET[1];
export const thousands = (count) => (count < 9.5 ? brief(count, 1) : Number(count.toPrecision(2)).toLocaleString("en"));

// Where the wet bulb is below zero no flake melts: what is liquid there came from warmer air above, or never froze.
function flakesText(riming, melting) {
  if (riming >= 0.75) return "heavily rimed flakes";
  if (riming >= 0.3) return "rimed flakes";
  return melting ? "wet flakes" : "dry flakes";
}

// What falls, in plain words.
export function sentence({ temperature, humidity, riming }, { wetBulb, snow, water, mean, falls, seen }) {
  const of = (what, kind, speed) => `${what} of ${number(mean[kind], 1)}\u00a0mm at ${number(speed(mean[kind]), 1)}\u00a0m/s`;
  const [drops, flakes] = [of("drops", "drops", falls.rain), of(flakesText(riming, wetBulb > 0 && snow < 0.95), "flakes", falls.snow)];
  const what = snow > 0.95 ? `Nearly all of it falls as ${flakes}`
    : snow < 0.05 ? `Nearly all of it falls as ${drops}`
      : `Over many such hours ${percent(1 - snow)} of the water falls as ${drops}, the rest as ${flakes}`;
  const sleet = sleety(water) ? ", sleet by the Finnish rule" : "";
  const missed = seen.fell - seen.counted;
  return `At ${number(temperature, 1)}\u00a0°C and ${number(humidity, 0)}% humidity the wet bulb is ${number(wetBulb, 1)}\u00a0°C: ` +
    `snow ${percent(snow)}, rain ${percent(1 - snow)}${sleet}. ${what}. ` +
    `In five minutes the disdrometer counts about ${thousands(seen.counted)} particles and misses ${thousands(missed)} small ones.`;
}
