"""Numbers for the JavaScript of the phase explorer, computed by the formulas of ``helpers.weather``.

``python tests/vectors/precipitation.py`` writes them to ``precipitation.json``.
"""

import json
from itertools import product
from pathlib import Path

import numpy as np

from helpers import instrument
from helpers.weather import derived, disdrometer, physics
from helpers.widgets.phase_explorer.widget import INSTRUMENT

FILE = Path(__file__).with_suffix(".json")
CENTERS = instrument.CENTERS


def formulas() -> list[dict]:
    """Each formula at many points, all of which it gets by one broadcast call: its name, arguments and values."""
    temperature, humidity = np.array([-40, -15, -2.5, 0, 0.8, 3, 12, 35.0]), np.array([5, 30, 70.5, 95, 100])
    diameter, rate, riming = np.array([0.1, 0.17, 0.5, 1.3, 4, 26.1]), np.array([0.05, 1, 30]), np.array([0, 0.35, 1])
    melted, air = np.array([0, 0.4, 1]), np.array([0.9, 1.204, 1.4])
    calls = [
        ("vapourPressure", physics.vapour_pressure, temperature),
        ("wetBulb", physics.wet_bulb, temperature, humidity),
        ("airDensity", physics.air_density, temperature, humidity, np.array([600, 1013.25])),
        ("snowProbability", physics.snow_probability, temperature, humidity),
        ("halfSnowTemperature", physics.half_snow_temperature, humidity),
        ("waterProbability", physics.water_probability, temperature, humidity),
        ("rainSizes", physics.rain_sizes, diameter, rate),
        ("snowDensity", physics.snow_density, diameter, riming),
        ("meltingDensity", physics.melting_density, np.array([0.02, 0.3, 0.917]), melted),
        ("rainSpeed", physics.rain_speed, diameter, air),
        ("snowSpeed", physics.snow_speed, diameter, riming, air),
    ]
    found = []
    for name, function, *axes in calls:
        values = function(*np.meshgrid(*axes, indexing="ij", sparse=True))
        found.append({"name": name, "arguments": [list(point) for point in product(*axes)], "values": values.ravel()})
    points = list(product(diameter, rate, riming, melted))
    d, r, filled, wet = np.array(points).T
    return [*found, {"name": "snowSizes", "arguments": points, "values": physics.snow_sizes(d, r, filled, 1.0, wet)}]


def case(temperature: float, humidity: float, rate: float, riming: float, pressure: float = 1013.25) -> dict:
    """What follows from one setting: what falls, and what the disdrometer is expected to make of it."""
    snow = physics.snow_probability(temperature, humidity)
    air = physics.air_density(temperature, humidity, pressure)
    causes = {
        "intensity": rate,
        "water": 1 - snow,
        "melting": 1 - snow,
        "riming": riming,
        "concentration": 0,
        "air": air,
    }
    parts = disdrometer.falling({name: np.array([value]) for name, value in causes.items()})
    drops, flakes, rain, wet, density = (part[0] for part in parts)
    volume = instrument.WIDTH * instrument.AREA * 60 * instrument.MINUTES
    found = volume * instrument.detection(CENTERS)
    rained, snowed = drops * rain * found, flakes * wet * found
    count = rained + snowed
    share = np.divide(rained, count, out=np.zeros_like(count), where=count > 0)
    sizes = count / (volume * (share * rain + (1 - share) * wet))
    read = np.minimum((share + (1 - share) * density) * instrument.DENSITY_READ, 1)
    variables = derived.spectrum_variables(*(part[None, None] for part in (sizes, np.ones_like(sizes), read)), CENTERS)
    mass = CENTERS**3 * np.stack([drops, flakes * density])
    with np.errstate(invalid="ignore"):
        means = (mass * CENTERS).sum(1) / mass.sum(1)
    mean = {name: value if np.isfinite(value) else None for name, value in zip(("drops", "flakes"), means, strict=True)}
    n0, slope, dm = (variables[name][0] for name in ("n0", "lambda", "dm"))
    return {
        "settings": {
            "temperature": temperature, "humidity": humidity, "rate": rate, "riming": riming, "pressure": pressure
        },
        "snow": snow, "air": air, "wetBulb": physics.wet_bulb(temperature, np.clip(humidity, 5, 99)),
        "half": physics.half_snow_temperature(humidity), "water": physics.water_probability(temperature, humidity),
        "n0": n0, "slope": slope, "dm": dm, "counted": count.sum(), "fell": (count / found * volume).sum(),
        "mean": mean,
        "bins": {
            name: values[::6]
            for name, values in (
                ("drops", drops), ("flakes", flakes), ("rain", rain), ("snow", wet), ("density", density),
                ("counted", count), ("sizes", sizes),
            )
        },
    }  # fmt: skip


def vectors() -> dict:
    """All test vectors."""
    cases = [
        case(0.5, 90, 1, 0.2), case(-15, 30, 0.05, 0), case(12, 100, 30, 1), case(-6, 85, 8, 1, 700),
        case(1.4, 100, 2.5, 0.65), case(2, 60, 0.3, 0), case(6, 90, 30, 0), case(-10, 95, 30, 0.1),
    ]  # fmt: skip
    return json.loads(
        json.dumps({"instrument": INSTRUMENT, "formulas": formulas(), "cases": cases}, default=np.ndarray.tolist)
    )


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
