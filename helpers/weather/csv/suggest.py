"""Propose a map from the columns of a file to canonical names. It is only ever shown, never used."""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpers.weather.aliases import NAMES
from helpers.weather.schema import COLUMNS
from helpers.weather.units import parse

#: More names than the published tables use; letters and digits only, in lower case.
MORE = {
    "time": "datetimeutc timeutc utc valid validtime obstime hour timehour",
    "site": "stationid stid stn id name location",
    "temperature": "temperatur tair ta tmp tmpc tmpf airtemp drybulb drybulbtemperature 2mtemperature",
    "dew_point": "dewpointtemperature dewp dwpt dwpc dwpf d2m tdew 2mdewpointtemperature",
    "relative_humidity": "relhum relh humid hum relhumidity r2m",
    "pressure": "airpressure slp mslp stp barometer press stationpressure sealevelpressure surfacepressure",
    "wind_speed": "wind windspd wspd sknt ff spd",
    "wind_u": "u u10 uwind",
    "wind_v": "v v10 vwind",
    "visibility": "vis visib vsby",
    "precipitation": "precip prcp pr rain rainfall precipitationrate p01i p01m",
    "fs": "fallspeed fallvelocity velocity",
    "rho": "density effectivedensity",
    "dm": "meandiameter massweightedmeandiameter",
    "lambda": "slope",
    "n0": "intercept",
    "rr": "rainrate",
    "sr": "snowrate snowfallrate",
    "phase": "type ptype preciptype precipitationtype precipitationphase",
}
#: What a column's name says of its unit at the end, as pint spells it.
UNITS = {
    "degc": "degC", "c": "degC", "°c": "degC", "celsius": "degC", "degf": "degF", "f": "degF", "°f": "degF",
    "fahrenheit": "degF", "k": "kelvin", "kelvin": "kelvin", "%": "percent", "pct": "percent", "percent": "percent",
    "hpa": "hPa", "mb": "millibar", "mbar": "millibar", "pa": "Pa", "kpa": "kPa", "inhg": "inHg", "ms": "m/s",
    "mps": "m/s", "kmh": "km/hour", "kph": "km/hour", "kt": "knot", "kts": "knot", "knots": "knot", "mph": "mph",
    "m": "m", "km": "km", "mi": "mile", "miles": "mile", "mm": "mm", "mmh": "mm/hour", "mmhr": "mm/hour",
    "gcm3": "g/cm**3", "kgm3": "kg/m**3",
}  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9°%]+", "", str(name).casefold())


# D0 is the median volume diameter anywhere but in one published table.
ALIASES = {_plain(alias): name for alias, name in NAMES.items() if alias != "d0"}
ALIASES |= {alias: name for name, aliases in MORE.items() for alias in aliases.split()}


def suggest(names: Iterable[str]) -> str:
    """The arguments `columns`, `units`, `time` and `site` that the names of a file's columns suggest, to be pasted."""
    found, units, unknown = {}, {}, []
    for column in map(str, names):
        name, unit = _guess(column)
        if name is None or name in found.values():
            unknown.append(column)
            continue
        found[column] = name
        if unit is not None:
            units[column] = unit
    keys = {name: column for column, name in found.items() if name in ("time", "site")}
    columns = {column: name for column, name in found.items() if name not in keys}
    if not columns:
        return f"None of its columns has a name that is known: {', '.join(map(repr, unknown))}"
    parts = [f"columns={columns!r}", *([f"units={units!r}"] if units else [])]
    text = ", ".join([*parts, *(f"{name}={column!r}" for name, column in keys.items())])
    canonical = ", ".join(
        f"{name} {COLUMNS[name].unit}" for column, name in columns.items() if column not in units and COLUMNS[name].unit
    )
    text = f"Its names suggest, to be checked before you paste it: {text}"
    text += f". Without an entry in units, this is taken as: {canonical}" if canonical else ""
    return text + (f". Left out: {', '.join(map(repr, unknown))}" if unknown else "")


def _guess(column: str) -> tuple[str | None, str | None]:
    """The canonical name, or None, and the unit that the name of a column ends in, or None."""
    if _plain(column) in ALIASES:
        return ALIASES[_plain(column)], None
    # A unit stands in brackets, or after the last space or underscore.
    match = re.fullmatch(r"(.+?)\s*[(\[](.+)[)\]]\s*|(.+)[\s_.]([^\s_.]+)", column)
    if not match:
        return None, None
    base, ending = (match[1], match[2]) if match[1] else (match[3], match[4])
    name, unit = ALIASES.get(_plain(base)), UNITS.get(_plain(ending), ending if match[1] else None)
    if name in ("time", "site"):
        return (name, None) if _plain(ending) in ("utc", "gmt", "z") else (None, None)
    if name is None or unit is None:
        return None, None
    try:
        given, wanted = parse(unit), parse(COLUMNS[name].unit)
    except ValueError:  # a remark in brackets
        return name, None
    return name, unit if given != wanted and given.dimensionality == wanted.dimensionality else None
