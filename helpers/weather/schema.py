"""Every column a weather table may hold: its name, its unit, and the values it can plausibly take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

NAMES = {"dimensionless": "fractions of 1", "degF": "°F", "um": "µm", "um/hour": "µm/h", "kg/m**3": "kg/m³"}


#: What precipitation tables share: the classes of `phase`, the published cut in effective density (g/cm³) below which
#: the study calls a block snow, and the inputs of its classifier.
PHASES = ("rain", "snow", "mixed")
DENSITY_CUT = 0.4
CLASSIFIER = ("n0", "fs", "dm", "temperature", "relative_humidity")


@dataclass(frozen=True)
class Column:
    """What one column holds. `log_scaled` columns are put on a log10 scale before standardising.

    Every value lies from `low` to `high`, and the median of a table in `usual`: wide bounds, meant to catch a wrong
    unit, not bad weather. `slips` are units that the column is often given in by mistake.
    """

    name: str
    unit: str
    description: str
    log_scaled: bool = False
    low: float = -np.inf
    high: float = np.inf
    usual: tuple[float, float] = (-np.inf, np.inf)
    slips: tuple[str, ...] = ()


def _celsius(name: str, description: str, low: float = -70, high: float = 60) -> Column:
    return Column(name, "°C", description, low=low, high=high, usual=(-45, 45), slips=("kelvin", "degF"))


def _rate(name: str, description: str) -> Column:
    return Column(name, "mm/h", description, low=0, high=400, usual=(0, 60), slips=("m/s", "mm/day", "um/hour"))


def _speed(name: str, description: str, low: float = 0) -> Column:
    return Column(name, "m/s", description, low=low, high=90, usual=(low / 3, 25), slips=("km/hour", "knot", "mph"))


def _percent(name: str, description: str) -> Column:
    return Column(name, "%", description, low=0, high=115, usual=(5, 110), slips=("dimensionless",))


_ALL = (
    # Measured by the disdrometer, five minutes at a time.
    Column("n0", "1/m³/mm", "intercept of the exponential fitted to the size distribution", True, 0, 1e7, (1, 1e6)),
    Column("lambda", "1/mm", "slope of the exponential fitted to the size distribution", True, 0, 10, (0.05, 5)),
    Column("nt", "1/m³/mm", "size distribution summed over all bins and the five minutes", True, 0, 1e8, (1, 1e7)),
    Column("dm", "mm", "mass-weighted mean diameter", True, 0, 40, (0.1, 15), slips=("m", "cm", "um")),
    Column(
        "rho", "g/cm³", "effective density, mean of the bins with particles", True, 0, 2, (0.005, 1.2), ("kg/m**3",)
    ),
    Column(
        "fs", "m/s", "fall speed, mean of the bins with particles", low=0, high=20, usual=(0.2, 11), slips=("cm/s",)
    ),
    Column(
        "ed", "g/cm³", "effective density, from the volume of all particles", True, 0, 2, (0.005, 1.2), ("kg/m**3",)
    ),
    _rate("sr", "snowfall rate, as liquid water"),
    _rate("rr", "rain rate"),
    # Measured beside it.
    _celsius("temperature", "air temperature, about 2 m above ground"),
    _celsius("dew_point", "dew point, about 2 m above ground", low=-90),
    _percent("relative_humidity", "relative humidity over water"),
    Column(
        "pressure", "hPa", "air pressure", low=450, high=1090, usual=(550, 1070), slips=("Pa", "kPa", "inHg", "psi")
    ),
    Column("pressure_tendency", "hPa/3 h", "change of the pressure over the past three hours", low=-60, high=60),
    _speed("wind_speed", "wind speed"),
    _speed("wind_u", "eastward wind component: positive blows towards the east", low=-90),
    _speed("wind_v", "northward wind component: positive blows towards the north", low=-90),
    Column("visibility", "km", "visibility; falling rain itself lowers it", low=0, high=200, slips=("m", "mile")),
    _rate("precipitation", "liquid equivalent that fell in the hour; a trace is reported as 0"),
    # Seen by a radar that looks up. Level k of a profile is k times 100 m above the ground.
    Column("near_surface_reflectivity", "dBZ", "radar reflectivity 300 m above the ground", low=-60, high=75),
    Column("cloud_top_height", "km", "height of the highest echo", low=0, high=20, usual=(0, 16), slips=("m",)),
    *(Column(f"reflectivity_{k}", "dBZ", f"radar reflectivity at {k}00 m", low=-60, high=75) for k in (3, 4, 15, 29)),
    *(
        Column(f"dv_{k}", "m/s", f"Doppler velocity at {k}00 m, positive down", low=-30, high=30)
        for k in (3, 4, 15, 29)
    ),
    *(_celsius(f"t_{k}", f"air temperature at {k}00 m", low=-90) for k in (3, 15, 29)),
    *(_percent(f"rh_{k}", f"relative humidity at {k}00 m") for k in (3, 15, 29)),
    # Labels.
    Column("wet", "", "whether measurable precipitation fell in the hour (0.254 mm or more)"),
    Column("phase", "", "what fell: rain, snow or mixed"),
    Column("snow", "", "whether it was snow rather than rain or a mixture"),
    Column("regime", "", "number of the cluster of the disdrometer's variables, from k-means"),
    Column("regime_phase", "", "rain, snow or mixed, by the density that is typical of the cluster"),
)
#: The canonical columns by name. A source describes the columns it has with `described`.
COLUMNS: Mapping[str, Column] = {column.name: column for column in _ALL}


def described(*names: str) -> dict[str, Column]:
    """The canonical columns of these names. Raises ValueError for a name that is none."""
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise ValueError(f"expected canonical columns, got {unknown[0]!r}; known: {', '.join(COLUMNS)}")
    return {name: COLUMNS[name] for name in names}


def range_problem(column: Column, values: pd.Series) -> str | None:
    """What is implausible about the numbers of a column, with the unit they are likely in; None if nothing is.

    Missing values are passed over. A value must lie in the bounds of the column and the median in its usual range.
    """
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    rows = np.flatnonzero(~np.isnan(numbers))
    if len(rows) == 0 or _fits(column, numbers[rows]):
        return None
    outside = rows[(numbers[rows] < column.low) | (numbers[rows] > column.high)]
    # A table may mix two units: what lies outside speaks for itself, and only without it for the whole column.
    strange = numbers[outside if len(outside) else rows]
    likely = [unit for unit in column.slips if _fits(column, _converted(strange, unit, column.unit))]
    hint = f"; they look like {' or '.join(NAMES.get(unit, unit) for unit in likely)}" if likely else ""
    if len(outside):
        found = f"{len(outside)} value(s) outside, the first {numbers[outside[0]]:g} in row {outside[0]}"
        return f"column {column.name!r}: expected {column.low:g} to {column.high:g} {column.unit}, got {found}{hint}"
    low, high = column.usual
    found = f"a median of {np.median(numbers[rows]):g}"
    return f"column {column.name!r}: expected a median from {low:g} to {high:g} {column.unit}, got {found}{hint}"


def check_range(column: Column, values: pd.Series) -> None:
    """Raise ValueError if the numbers of a column are implausible in its unit. See `range_problem`."""
    problem = range_problem(column, values)
    if problem:
        raise ValueError(problem)


def _fits(column: Column, numbers: np.ndarray) -> bool:
    low, high = column.usual
    return bool(column.low <= numbers.min() and numbers.max() <= column.high and low <= np.median(numbers) <= high)


def _converted(numbers: np.ndarray, unit: str, wanted: str) -> np.ndarray:
    from helpers.weather.units import convert  # pint takes a moment, and is needed only to explain a failure

    return convert(numbers, unit, wanted)
