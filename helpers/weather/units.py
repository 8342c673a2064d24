"""Conversion between units, by pint."""

from functools import cache

import numpy as np
import pint

#: How the tables write a unit, and how pint does.
SPELLINGS = {"°C": "degC", "%": "percent", "1/m³/mm": "1/m**3/mm", "g/cm³": "g/cm**3", "mm/h": "mm/hour"}


@cache
def registry() -> pint.UnitRegistry:
    """pint's units, with the offsets of temperatures handled."""
    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def parse(unit: str) -> pint.Unit:
    """The unit of this name, as tables or as pint spell it. Raises ValueError for an unknown one."""
    try:
        return registry().parse_units(SPELLINGS.get(unit, unit))
    except Exception as error:
        raise ValueError(f"expected a unit, got {unit!r} ({error})") from error


def convert(values, unit: str, wanted: str) -> np.ndarray:
    """`values` given in `unit` as float64 in `wanted`. Raises ValueError for unknown or incompatible units."""
    source, target = parse(unit), parse(wanted)
    try:
        return registry().Quantity(np.asarray(values, dtype=float), source).to(target).magnitude
    except pint.DimensionalityError as error:
        raise ValueError(f"cannot convert {unit!r} to {wanted!r}: {error}") from error
