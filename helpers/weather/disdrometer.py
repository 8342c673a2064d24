"""What a Precipitation Imaging Package would report of simulated precipitation: counts, sizes, speeds, densities.

The instrument films particles in front of a lamp. It sees few of the smallest and counts whole particles. The real one
infers the density from how fast they fall, so that both are wrong together; here their errors are independent.
"""

import numpy as np

from helpers.instrument import AREA, CENTERS, DENSITY_READ, MINUTES, WIDTH, detection
from helpers.weather import physics
from helpers.weather.derived import spectrum_variables

CAUSES = ("intensity", "water", "riming", "melting", "concentration", "air")
BLOCKS = 4096  # at a time, so that 100,000 take less than a gigabyte


def falling(causes) -> tuple[np.ndarray, ...]:
    """What falls, before anyone measures: `(blocks, bins)` each.

    `causes` maps `intensity` (mm/h), `water` (share of the rate that falls as drops), `riming`, `melting` (0 to 1),
    `concentration` (intercept relative to the published one, log10) and `air` (kg/m³) to `(blocks,)`.
    Returns the sizes of drops and of flakes (per m³ and mm), their speeds (m/s) and the density of flakes (g/cm³). The
    published formulas give the shape of the sizes; their number is such that they carry the intensity.
    """
    intensity, water, riming, melting, concentration, air = (np.asarray(causes[name])[:, None] for name in CAUSES)
    dilute = 10.0**concentration
    drops = physics.rain_sizes(CENTERS, np.maximum(intensity * water, 1e-6), 8000 * dilute)
    rest = np.maximum(intensity * (1 - water), 1e-6)
    flakes = physics.snow_sizes(CENTERS, rest, riming, dilute, melting)
    rain, snow = physics.rain_speed(CENTERS, air), physics.snow_speed(CENTERS, riming, air)
    # A melting flake keeps its shape, and nearly its speed, until most of it is water.
    wet = snow + (np.maximum(rain, snow) - snow) * melting**3
    density = physics.melting_density(physics.snow_density(CENTERS, riming), melting)
    # Of nothing nothing falls: the floor above only keeps the formulas finite.
    drops = _carrying(intensity * water * (water > 1e-3), drops, rain, 1.0)
    flakes = _carrying(intensity * (1 - water) * (water < 1 - 1e-3), flakes, wet, density)
    return drops, flakes, rain, wet, density


def _carrying(rate, sizes, speed, density):
    """The sizes, scaled so that they carry `rate` (mm/h)."""
    found = physics.rate(sizes, CENTERS, WIDTH, speed, density)[:, None]
    return sizes * np.divide(rate, found, out=np.zeros_like(found), where=found > 0)


def measured(causes, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The derived variables of every block, `(blocks,)` each, NaN where the instrument could not tell.

    `n0`, `lambda`, `nt`, `fs`, `rho`, `dm`, `ed`, `sr` and `rr` as in `weather.COLUMNS`; for the radar beside it `echo`
    (dBZ) and `doppler` (m/s). `causes` as in `falling`. Sizes fluctuate as counts of particles do, speeds and densities
    with the particles in a bin. Raises ValueError for a missing cause or no block.
    """
    missing = [name for name in CAUSES if name not in causes]
    if missing:
        raise ValueError(f"expected the causes {', '.join(CAUSES)}, but {', '.join(missing)} missing")
    count = len(causes["intensity"])
    if count == 0:
        raise ValueError("expected at least one block of causes, got none")
    pieces = [
        _measured({name: np.asarray(values)[start : start + BLOCKS] for name, values in causes.items()}, rng)
        for start in range(0, count, BLOCKS)
    ]
    return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}


def _measured(causes, rng) -> dict[str, np.ndarray]:
    drops, flakes, rain, snow, flake_density = falling(causes)
    seen = WIDTH * AREA * 60 * MINUTES * detection(CENTERS)
    rained = rng.poisson(drops * rain * seen)
    snowed = rng.poisson(flakes * snow * seen)
    total = rained + snowed
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(rained / total)
        speed = share * rain + (1 - share) * snow
        sizes = np.where(total, total / (WIDTH * AREA * 60 * MINUTES * speed), 0.0)
        spread = rng.standard_normal((2, *total.shape)) / np.sqrt(np.maximum(total, 1))
    read = DENSITY_READ * np.exp(0.12 * rng.standard_normal((len(total), 1)))
    density = (share + (1 - share) * flake_density) * read * np.exp(0.3 * spread[0])
    density = np.where(total, np.minimum(density, 1.0), 0.0)
    speed = np.where(total, speed * np.exp(0.15 * spread[1]), 0.0)
    variables = spectrum_variables(sizes[:, None], speed[:, None], density[:, None], CENTERS)
    # The published sum runs over five minutes; here the five are one spectrum.
    variables["nt"] = MINUTES * variables["nt"]
    volume = sizes * CENTERS**3
    with np.errstate(invalid="ignore", divide="ignore"):
        variables["ed"] = (volume * density).sum(1) / volume.sum(1)
    # Share of the mass of a bin that falls as drops: a drop is heavier than a flake of its size.
    wet = share / (share + (1 - share) * flake_density)
    variables["rr"] = physics.rate(sizes, CENTERS, WIDTH, speed, density * wet)
    variables["sr"] = physics.rate(sizes, CENTERS, WIDTH, speed, density * (1 - wet))
    echo, doppler = _radar(drops, flakes, rain, snow, flake_density, np.asarray(causes["melting"]))
    return {**variables, "echo": echo, "doppler": doppler}


def _radar(drops, flakes, rain, snow, density, melted) -> tuple[np.ndarray, np.ndarray]:
    """What a radar sees just above the instrument: dBZ, and the mean fall speed weighted by what reflects."""
    water = physics.reflectivity(drops, CENTERS, WIDTH)
    ice = physics.reflectivity(flakes, CENTERS, WIDTH, density, 1 - melted)
    # In a bin the reflectivity is a product, so the weighted speed is a ratio of two such sums.
    moving = physics.reflectivity(drops * rain, CENTERS, WIDTH)
    moving = moving + physics.reflectivity(flakes * snow, CENTERS, WIDTH, density, 1 - melted)
    total = np.maximum(water + ice, 1e-4)
    return 10 * np.log10(total), moving / total
