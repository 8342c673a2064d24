"""Conversion between units, by pint."""

import re
from functools import cache

import numpy as np
import pint

#: How tables write a unit, and how pint does. In a weather table C is no coulomb and mb no millibarn.
SPELLINGS = {
    "°C": "degC",
    "C": "degC",
    "Celsius": "degC",
    "F": "degF",
    "%": "percent",
    "pct": "percent",
    "fraction": "dimensionless",
    "mb": "millibar",
    "hPa/3 h": "hPa/three_hours",
    "1/m³/mm": "1/m**3/mm",
    "g/cm³": "g/cm**3",
    "mm/h": "mm/hour",
}


@cache
def registry() -> pint.UnitRegistry:
    """pint's units, with the offsets of temperatures handled, and two of weather: dBZ and the span of a tendency."""
    units = pint.UnitRegistry(autoconvert_offset_to_baseunit=True)
    units.define("three_hours = 3 * hour")
    # 0 dBZ is 1 mm⁶/m³.
    units.define("decibel_reflectivity = 1e-18 * meter ** 3; logbase: 10; logfactor: 10 = dBZ")
    return units


def parse(unit: str) -> pint.Unit:
    """The unit of this name, as tables, netCDF files ("m s-1") or pint spell it. Raises ValueError for an unknown one.

    Any unit of `weather.COLUMNS` is known.
    """
    try:
        # A power without a sign for it, as the CF conventions write it.
        powers = re.sub(r"(?<=[A-Za-zµ])(-?\d+)\b", r"**\1", unit)
        return registry().parse_units(SPELLINGS.get(unit, powers))
    except Exception as error:
        raise ValueError(f"expected a unit, got {unit!r} ({error})") from error


def convert(values, unit: str, wanted: str) -> np.ndarray:
    """`values` given in `unit` as float64 in `wanted`. Raises ValueError for unknown or incompatible units."""
    source, target = parse(unit), parse(wanted)
    try:
        return registry().Quantity(np.asarray(values, dtype=float), source).to(target).magnitude
    except pint.DimensionalityError as error:
        raise ValueError(f"cannot convert {unit!r} to {wanted!r}: {error}") from error
