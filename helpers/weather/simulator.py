"""Simulated precipitation at a cold site, as an imaging disdrometer would report it: a table whose causes are known.

Weather makes air warm or cold, moist or dry. Air makes the phase, by a published regression. Phase, intensity, riming
and concentration make sizes, densities and speeds, by published formulas. The instrument counts, and its counts become
the published variables by the published recipe. No variable is drawn from a distribution of its class.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, ndtr

from helpers.weather import disdrometer, physics, profile, synoptic
from helpers.weather.regimes import regimes
from helpers.weather.schema import CLASSIFIER, COLUMNS, PHASES, Column, described
from helpers.weather.table import Table

MEASURED = ("n0", "lambda", "nt", "dm", "rho", "fs", "ed", "sr", "rr")
AIR = ("temperature", "relative_humidity", "dew_point", "pressure", "wind_speed")
SHARPNESS = 0.75  # in log-odds of the phase: how fast rain turns into snow; sets how much is mixed
LARGEST = 500_000
#: The causes, in `Table.truth`.
CAUSES = {
    cause.name: cause
    for cause in (
        Column("storm", "", "running number of the storm"),
        Column("front", "sd", "passage of a front, in standard deviations"),
        Column("aloft", "sd", "how much warmer the air above is than the thermometer suggests"),
        Column("intensity", "mm/h", "liquid water that falls, before anyone measures"),
        Column("water", "", "share of it that falls as drops"),
        Column("melting", "", "share of a flake's mass that has melted: much where much falls as drops"),
        Column("riming", "", "riming of the flakes, from 0 (dry aggregates) to 1 (densely rimed)"),
        Column("concentration", "", "log10 of the intercept of the sizes, relative to the published one"),
        Column("depth", "km", "height to which the precipitating cloud reaches"),
        Column("wet_bulb", "°C", "wet-bulb temperature; follows from the air, as the next two"),
        Column("snow_probability", "", "probability of snow by temperature and humidity"),
        Column("air", "kg/m³", "density of the air"),
    )
}


def load(n: int = 20_000, *, seed: int = 0) -> Table:
    """Return `n` five-minute blocks of precipitation, in time order: storm after storm.

    The target is the physical `phase`, the event `snow`; `sr` is there for a regression. Raises ValueError unless `n`
    is a whole number from 100 to 500,000 and `seed` one of 32 bits, from 0.
    """
    for name, value, low, high in (("n", n, 100, LARGEST), ("seed", seed, 0, 2**32 - 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or not low <= value <= high:
            raise ValueError(f"simulator: expected {name} to be a whole number from {low} to {high}, got {value!r}")
    rng = np.random.default_rng(seed)
    # A few blocks have too few particles to be told; one in twenty to spare is ten times what is needed.
    weather = _storms(int(1.05 * n) + 50, rng)
    truth = causes(weather, rng)
    seen = disdrometer.measured(truth, rng)
    frame = weather[list(AIR)].assign(site="SIM", **{name: seen[name] for name in MEASURED})
    frame = frame.assign(**profile.measured(seen["echo"], seen["doppler"], truth, weather, rng))
    told = frame[list(MEASURED)].notna().all(axis=1)
    dropped = int((~told)[: int(np.flatnonzero(told)[n - 1])].sum())
    frame, truth = frame[told][:n], truth[told][:n]
    phase = np.select([truth["water"] > 0.8, truth["water"] < 0.2], PHASES[:2], PHASES[2])
    frame = frame.assign(phase=pd.Categorical(phase, PHASES), snow=phase == "snow")
    frame = frame.assign(**regimes(frame[list(MEASURED)], seed))
    columns = described(*(name for name in COLUMNS if name in frame))
    notes = (
        f"{len(frame)} blocks of five minutes in {truth['storm'].nunique()} storms, simulated with seed {seed}.",
        f"{dropped} more had too few particles for a fit, or one outside the published limits, and were dropped.",
        "The phase is that of what fell; a block is mixed if drops make 20 to 80% of the water.",
    )
    labels = {"target": "phase", "classes": PHASES, "event": "snow", "leaks": ("rho",)}
    frame = frame[["site", *columns]]
    return Table(frame, CLASSIFIER, columns=columns, source="simulator", truth=truth, notes=notes, **labels)


def _storms(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """`n` blocks of weather: storms drawn from three or more years, in time order, the last one cut.

    Of a long storm in a small table only the first part is kept, so that every table has dozens of storms.
    """
    weather = synoptic.blocks(max(3, 1 + n // 10_000), rng)
    weather = weather[weather.groupby("storm").cumcount() < max(4, n // 60)]
    storms, sizes = np.unique(weather["storm"], return_counts=True)
    order = rng.permutation(len(storms))
    drawn = storms[order[: 1 + np.searchsorted(np.cumsum(sizes[order]), n)]]
    weather = weather[weather["storm"].isin(drawn)]
    return weather.assign(dew_point=physics.dew_point(weather["temperature"], weather["relative_humidity"]))[:n]


def causes(weather: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The causes of what falls in each block of `synoptic.blocks`: the columns of `CAUSES`."""
    count, per_hour = len(weather), synoptic.STEPS
    temperature, humidity = (weather[name].to_numpy() for name in ("temperature", "relative_humidity"))

    new = weather["storm"].diff().to_numpy() != 0  # also in the first block, where it is missing

    def wander(hours):
        return synoptic.memory(rng, count, hours, per_hour, new)

    logit = physics.snow_logit(temperature, humidity)
    # A Gaussian squeezed into a logistic variable: then snow falls exactly as often as the regression says.
    uniform = np.clip(ndtr(0.95 * weather["aloft"].to_numpy() + np.sqrt(1 - 0.95**2) * wander(0.5)), 1e-9, 1 - 1e-9)
    liquid = -(logit - np.log(uniform / (1 - uniform))) / SHARPNESS
    cold = np.clip(-temperature, 0, None)
    riming = expit(-3.5 - 0.08 * cold + 0.5 * weather["front"].to_numpy() + 1.3 * wander(2))
    # Rain comes down harder than snow, because warm air holds more water.
    log_intensity = -0.68 + 0.022 * np.clip(temperature, -15, 15) + 0.35 * (weather["front"] - 1.3) + 0.6 * wander(1.5)
    depth = np.log(3.2) + 0.3 * (weather["front"] - 1.3) + 0.02 * np.clip(temperature, -20, 20) + 0.25 * wander(3)
    return pd.DataFrame(
        {
            "storm": weather["storm"],
            "front": weather["front"],
            "aloft": weather["aloft"],
            "intensity": np.clip(10.0**log_intensity, 0.005, 150),
            "water": expit(liquid),
            "melting": expit(liquid + 0.7 * wander(0.5)),
            "riming": riming,
            "concentration": 0.45 * wander(1) + 0.25 * wander(0.2),
            "depth": np.exp(depth),
            # What follows from the air, kept for comparison.
            "wet_bulb": physics.wet_bulb(temperature, np.clip(humidity, 5, 99)),
            "snow_probability": expit(logit),
            "air": physics.air_density(temperature, humidity, weather["pressure"].to_numpy()),
        },
        index=weather.index,
    )
