"""Units: how tables and netCDF files spell them, offsets, logarithms, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.weather import COLUMNS
from helpers.weather.units import convert, parse, registry

ROUND_TRIPS = [
    ("°C", "kelvin"),
    ("°C", "degF"),
    ("hPa", "inHg"),
    ("hPa", "psi"),
    ("m/s", "knot"),
    ("m/s", "mph"),
    ("g/cm³", "kg/m**3"),
    ("mm/h", "inch/hour"),
    ("mm/h", "m/s"),
    ("%", "dimensionless"),
    ("km", "mile"),
    ("1/m³/mm", "1/cm**3/um"),
    ("hPa/3 h", "Pa/s"),
]


@pytest.mark.parametrize(
    "value, unit, wanted, expected",
    [
        (0, "°C", "kelvin", 273.15),
        (-40, "degF", "°C", -40),
        (98.6, "F", "C", 37),
        (29.92, "inHg", "hPa", 1013.21),
        (1013.25, "mb", "hPa", 1013.25),
        (101.325, "kPa", "hPa", 1013.25),
        (1, "knot", "m/s", 1852 / 3600),
        (917, "kg/m**3", "g/cm³", 0.917),
        (1, "inch/hour", "mm/h", 25.4),
        (0.5, "fraction", "%", 50),
        (50, "pct", "dimensionless", 0.5),
        (8000, "m^-3 mm^-1", "1/m³/mm", 8000),
        (2, "1/cm**3/mm", "1/m³/mm", 2e6),
        (1, "hPa/hour", "hPa/3 h", 3),
        (200, "mm**6/m**3", "dBZ", 23.0103),
        (30, "dBZ", "mm**6/m**3", 1000),
    ],
)
def test_known_conversions(value, unit, wanted, expected):
    assert convert([value], unit, wanted) == pytest.approx([expected], rel=1e-5)


@pytest.mark.parametrize("cf, plain", [("m s-1", "m/s"), ("kg m-3", "kg/m**3"), ("mm h-1", "mm/hour"), ("m3", "m**3")])
def test_powers_may_be_spelt_as_in_netcdf_files(cf, plain):
    assert parse(cf) == parse(plain)


@given(st.sampled_from(ROUND_TRIPS), st.lists(st.floats(-1e4, 1e4), max_size=5))
def test_there_and_back_again(units, values):
    one, other = units
    # The loss is that of an offset of some hundred degrees.
    np.testing.assert_allclose(convert(convert(values, one, other), other, one), values, rtol=1e-9, atol=1e-9)


def test_the_unit_of_every_column_is_one():
    for name, column in COLUMNS.items():
        values = convert([1.5], column.unit, column.unit)
        assert values == pytest.approx([1.5]), name
        for slip in column.slips:
            assert parse(slip).dimensionality == parse(column.unit).dimensionality, (name, slip)


def test_missing_values_and_shapes_are_kept():
    result = convert(np.array([[0, np.nan], [100, 20]]), "°C", "degF")
    assert result.dtype == np.float64
    np.testing.assert_allclose(result, [[32, np.nan], [212, 68]])
    assert convert([], "m", "km").shape == (0,)


@pytest.mark.parametrize("unit", ["furlongg", "m/", "dBA B", "3 m", None, 5, ["m"]])
def test_an_unknown_unit_is_named(unit):
    with pytest.raises(ValueError, match="expected a unit, got") as error:
        convert([1.0], unit, "m")
    assert repr(unit) in str(error.value)


@pytest.mark.parametrize("unit, wanted", [("m/s", "hPa"), ("mm", "mm/h"), ("%", "°C"), ("dBZ", "mm/h")])
def test_incompatible_units_are_both_named(unit, wanted):
    with pytest.raises(ValueError, match=f"cannot convert '{unit}' to '{wanted}'"):
        convert([1.0], unit, wanted)


def test_the_registry_is_made_once():
    assert registry() is registry()
