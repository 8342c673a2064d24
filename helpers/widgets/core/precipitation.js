// Rain and snow, as helpers/weather/physics.py, disdrometer.py and derived.py have them, for one number at a time. No DOM.
// Temperatures in °C, humidity in %, pressure in hPa, diameters in mm, rates in mm/h, densities of particles in g/cm³ and
// of air in kg/m³, fall speeds in m/s, sizes in particles per m³ and mm.
const REFERENCE_AIR = 1.204;
const ICE = 0.917;
const RIMING_GAIN = 4;
const SPARE = 1e-3; // a smaller share of the water is none

const logistic = (x) => 1 / (1 + Math.exp(-x));

// Alduchov and Eskridge (1996).
export const vapourPressure = (dewPoint) => 6.1094 * Math.exp((17.625 * dewPoint) / (243.04 + dewPoint));

// Stull (2011): from 5 to 99% humidity.
export function wetBulb(temperature, humidity) {
  return temperature * Math.atan(0.151977 * Math.sqrt(humidity + 8.313659)) + Math.atan(temperature + humidity) -
    Math.atan(humidity - 1.676331) + 0.00391838 * humidity ** 1.5 * Math.atan(0.023101 * humidity) - 4.686035;
}

export function airDensity(temperature, humidity, pressure) {
  const vapour = (vapourPressure(temperature) * humidity) / 100;
  const kelvin = temperature + 273.15;
  return 100 * ((pressure - vapour) / (287.05 * kelvin) + vapour / (461.5 * kelvin));
}

// Jennings et al. (2018), and the temperature at which their probability is a half.
export const snowProbability = (temperature, humidity) => logistic(10.04 - 1.41 * temperature - 0.09 * humidity);
export const halfSnowTemperature = (humidity) => (10.04 - 0.09 * humidity) / 1.41;

// Koistinen and Saltikoff (1998), and the temperature at which their probability is p.
export const waterProbability = (temperature, humidity) => logistic(-22 + 2.7 * temperature + 0.2 * humidity);
export const waterTemperature = (p, humidity) => (22 - 0.2 * humidity + Math.log(p / (1 - p))) / 2.7;

// Marshall and Palmer (1948).
export const rainSizes = (diameter, rate) => 8000 * Math.exp(-4.1 * rate ** -0.21 * diameter);

// Brandes et al. (2007), filled by riming.
export function snowDensity(diameter, riming) {
  return Math.min(0.178 * diameter ** -0.922 * (1 + (RIMING_GAIN - 1) * riming), ICE);
}

export const meltingDensity = (density, melted) => 1 / ((1 - melted) / density + melted);

// Sekhon and Srivastava (1970), whose sizes are those of the drops that flakes melt into.
export function snowSizes(diameter, rate, riming, melted) {
  const dry = snowDensity(diameter, riming);
  const density = meltingDensity(dry, melted);
  // The derivative of the drop by the flake: the dry part of a flake is the lighter the larger it is, until it is solid.
  const falls = (dry < ICE ? -0.922 : 0) * (1 - melted) * (density / dry);
  const stretch = Math.cbrt(density) * (1 + falls / 3);
  return 2500 * rate ** -0.94 * Math.exp(-2.29 * rate ** -0.45 * diameter * Math.cbrt(density)) * stretch;
}

// Atlas et al. (1973); thin air resists less, after Foote and du Toit (1969).
export function rainSpeed(diameter, air) {
  return Math.max(9.65 - 10.3 * Math.exp(-0.6 * diameter), 0) * (REFERENCE_AIR / air) ** 0.4;
}

// Locatelli and Hobbs (1974), from dry aggregates to densely rimed ones.
export function snowSpeed(diameter, riming, air) {
  const aggregate = (1 - riming) * 0.69 * diameter ** 0.41 + riming * 0.79 * diameter ** 0.27;
  return aggregate * Math.sqrt(1 + (RIMING_GAIN - 1) * riming) * (REFERENCE_AIR / air) ** 0.4;
}

// A melting flake keeps its shape, and nearly its speed, until most of it is water.
export function wetSpeed(diameter, riming, melted, air) {
  const [rain, snow] = [rainSpeed(diameter, air), snowSpeed(diameter, riming, air)];
  return snow + (Math.max(rain, snow) - snow) * melted ** 3;
}

const total = (values) => values.reduce((sum, value) => sum + value, 0);

// Liquid water in mm/h that falls out of a size distribution.
export function rateOf(sizes, density, speed, { centers, width }) {
  return 0.0036 * (Math.PI / 6) * total(centers.map((d) => sizes(d) * density(d) * d ** 3 * speed(d) * width));
}

// What falls of `rate`, of which drops are the share `water` and in which as much of each flake has melted: functions of
// the diameter. The formulas give the shape of the sizes; their number carries the rate. Of nothing nothing falls.
export function falling({ rate, water, riming, air }, instrument) {
  const bins = { centers: binCenters(instrument), width: instrument.width };
  const [rained, snowed] = [rate * water, rate * (1 - water)].map((part) => Math.max(part, 1e-6));
  const rain = (d) => rainSpeed(d, air);
  const snow = (d) => wetSpeed(d, riming, water, air);
  const density = (d) => meltingDensity(snowDensity(d, riming), water);
  const drops = (d) => rainSizes(d, rained);
  const flakes = (d) => snowSizes(d, snowed, riming, water);
  const some = water > SPARE ? (rate * water) / rateOf(drops, () => 1, rain, bins) : 0;
  const rest = water < 1 - SPARE ? (rate * (1 - water)) / rateOf(flakes, density, snow, bins) : 0;
  return { drops: (d) => some * drops(d), flakes: (d) => rest * flakes(d), rain, snow, density };
}

const meanOf = (weights, values) => total(weights.map((weight, k) => weight * values[k])) / total(weights);

export const binCenters = ({ width, bins }) => Array.from({ length: bins }, (_, k) => width * (k + 0.5));

// Share of the particles of a size that the instrument finds.
export const detection = (diameter, { half_seen: half, blur }) => logistic((diameter - half) / blur);

// Particles of each bin that are expected to fall through the instrument, and to be found by it.
export function expected({ drops, flakes, rain, snow, density }, instrument) {
  const { width, area, minutes, density_read: read } = instrument;
  const volume = width * area * 60 * minutes; // per m/s of fall speed
  const centers = binCenters(instrument);
  const bins = centers.map((d) => {
    const found = volume * detection(d, instrument);
    const [speeds, sizes] = [[rain(d), snow(d)], [drops(d), flakes(d)]];
    const [rained, snowed] = sizes.map((size, k) => size * speeds[k] * found);
    const count = rained + snowed;
    const share = count ? rained / count : 0;
    const speed = share * speeds[0] + (1 - share) * speeds[1];
    return {
      drops: rained, flakes: snowed, through: count * (volume / found),
      // What the instrument makes of it: it knows the mean speed of a bin, and reads densities a little low.
      size: count ? count / (volume * speed) : 0,
      density: Math.min((share + (1 - share) * density(d)) * read, 1),
    };
  });
  const column = (name) => bins.map((bin) => bin[name]);
  const mass = bins.map(({ size, density: dense }, k) => size * dense * centers[k] ** 3);
  return {
    centers, drops: column("drops"), flakes: column("flakes"), through: column("through"), sizes: column("size"),
    dm: meanOf(mass, centers), counted: total(column("drops")) + total(column("flakes")), fell: total(column("through")),
  };
}

// Mass-weighted mean diameter of sizes, NaN where nothing falls.
export function meanDiameter(sizes, density, centers) {
  return meanOf(centers.map((d) => sizes(d) * density(d) * d ** 3), centers);
}

const STEPS = 5;
const GRID = Array.from({ length: 60 }, (_, k) => 0.02 * 600 ** (k / 59));

// The published recipe: n0 exp(-lambda D) fitted by unweighted least squares over the bins. Returns a function of the
// sizes, as lambda is first looked for among curves that are the same for all; null where the published limits refuse.
export function exponentialFit(centers) {
  const curveOf = (slope) => centers.map((d) => Math.exp(-slope * d));
  const tried = GRID.map((slope) => {
    const curve = curveOf(slope);
    return { slope, curve, square: total(curve.map((value) => value * value)) };
  });
  const dot = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
  const moments = (weights) => {
    const mean = meanOf(weights, centers);
    return [mean, meanOf(weights, centers.map((d) => d * d)) - mean * mean];
  };
  return (sizes) => {
    const explained = tried.map(({ curve, square }) => dot(sizes, curve) ** 2 / square);
    let { slope } = tried[explained.indexOf(Math.max(...explained))];
    for (let step = 0; step < STEPS; step++) {
      const curve = curveOf(slope);
      const [m1, v1] = moments(sizes.map((size, k) => size * curve[k]));
      const [m2, v2] = moments(curve.map((value) => value * value));
      const change = (m2 - m1) / Math.abs(v1 - 2 * v2) / slope; // uphill even where the curve is hollow
      slope *= Math.exp(Math.min(0.1, Math.max(-0.1, Number.isNaN(change) ? 0 : change)));
    }
    const curve = curveOf(slope);
    const n0 = dot(sizes, curve) / dot(curve, curve);
    return n0 > 0 && n0 < 1e7 && slope > GRID[0] && slope < 10 ? { n0, slope } : null;
  };
}

// All that follows from the settings. On average drops have the share of the water that rain has of the weather.
export function phaseExplorer(instrument) {
  const fit = exponentialFit(binCenters(instrument));
  return ({ temperature, humidity, rate, riming, pressure }) => {
    const snow = snowProbability(temperature, humidity);
    const air = airDensity(temperature, humidity, pressure);
    const falls = falling({ rate, water: 1 - snow, riming, air }, instrument);
    const seen = expected(falls, instrument);
    const mean = {
      drops: meanDiameter(falls.drops, () => 1, seen.centers),
      flakes: meanDiameter(falls.flakes, falls.density, seen.centers),
    };
    return {
      snow, air, falls, seen, mean, fit: fit(seen.sizes),
      wetBulb: wetBulb(temperature, Math.min(99, Math.max(5, humidity))),
      half: halfSnowTemperature(humidity),
      water: waterProbability(temperature, humidity),
    };
  };
}
