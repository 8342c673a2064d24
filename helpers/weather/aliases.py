"""The names of the published precipitation tables: find them in a table, and bring them into canonical columns."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from helpers.weather.schema import COLUMNS
from helpers.weather.units import convert

#: Other names of a column. Case does not matter, and a space, a dot or a hyphen is as good as an underscore.
ALIASES = {
    "time": ("date", "datetime", "timestamp"),
    "site": ("station",),
    "dm": ("d0",),  # the public table of the regime study calls it D0, but it holds the mass-weighted mean
    "temperature": ("t", "temp", "air_temperature", "t2m"),
    "dew_point": ("dp", "dewpoint", "td"),
    "relative_humidity": ("rh", "humidity"),
    "pressure": ("p",),
    "wind_speed": ("ws", "windspeed"),
    "near_surface_reflectivity": ("ze",),
    "cloud_top_height": ("eth",),
}
LABELS = ("snow", "wet", "regime", "regime_phase")  # canonical, but never read: they are made here
NAMES = {alias: name for name, aliases in ALIASES.items() for alias in aliases} | {
    name: name for name in ("time", "site", *COLUMNS) if name not in LABELS
}
TEXT = ("time", "site", "phase")


def read_csv(path: str | os.PathLike) -> pd.DataFrame:
    """A table from a CSV file, packed or not. Raises FileNotFoundError, or ValueError if it is no such file."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"expected a CSV file or a folder, but there is nothing at {path}")
    try:
        frame = pd.read_csv(path, low_memory=False)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError, OSError, EOFError) as error:
        raise ValueError(f"{path}: expected a CSV table with a header, got something else ({error})") from error
    if frame.empty:
        raise ValueError(f"{path}: expected at least one row under the header, got none")
    return frame


def canonical(
    frame: pd.DataFrame, units: Mapping[str, str] | None = None, what: str = "table"
) -> tuple[pd.DataFrame, list[str]]:
    """Return the known columns under their canonical names and units, and notes on what was left out.

    `time` becomes UTC (a time without a zone is UTC already), `site` becomes text, `phase` is kept as it is, and
    everything else becomes float64, infinite values missing. `units` gives the unit of a column, by either name, that
    is not in the canonical unit. A column such as `Dm_log` stands in for `Dm` if the latter is missing; not so for
    the rates, because the published recipe writes 0 for the logarithm of 0.

    Raises ValueError, with `what` in front, for two columns of one meaning, a time that is none, text among numbers,
    an unknown or incompatible unit, or a unit for a column that is not there.
    """
    found, logs, unused = _find(frame, what)
    units = _by_name(units or {}, found, what)
    columns = {}
    for name, column in found.items():
        values = frame[column]
        if name == "time":
            columns[name] = _times(values, f"{what}: column {column!r}")
        elif name == "site":
            columns[name] = values.map(str, na_action="ignore")
        elif name == "phase":
            columns[name] = values
        else:
            numbers = _numbers(values, f"{what}: column {column!r}")
            numbers = 10**numbers if column in logs else numbers
            columns[name] = _converted(numbers, units.get(name), COLUMNS[name].unit, f"{what}: column {column!r}")
    notes = [f"Columns not used: {', '.join(unused)}."] if unused else []
    return pd.DataFrame(columns, index=frame.index), notes


def _find(frame: pd.DataFrame, what: str) -> tuple[dict[str, str], set[str], list[str]]:
    found, logs, unused = {}, {}, []
    for column in frame.columns:
        plain = _plain(column)
        base = plain.removesuffix("_log").removeprefix("log10_")
        name = NAMES.get(base)
        if plain.startswith("unnamed"):  # the row numbers that pandas writes
            continue
        logged = base != plain
        if name is None or (logged and (name in TEXT or not COLUMNS[name].log_scaled)):
            unused.append(str(column))
            continue
        kind = logs if logged else found
        if name in kind:
            raise ValueError(f"{what}: expected one column for {name!r}, got {kind[name]!r} and {column!r}")
        kind[name] = column
    logs = {name: column for name, column in logs.items() if name not in found}
    return found | logs, set(logs.values()), unused


def _plain(name: object) -> str:
    return re.sub(r"[\s_.\-]+", "_", str(name).strip().lower()).strip("_")


def _by_name(units: Mapping[str, str], found: Mapping[str, str], what: str) -> dict[str, str]:
    result = {}
    for key, unit in units.items():
        name = NAMES.get(_plain(key))
        if name not in found or name in TEXT:
            known = [column for kept, column in found.items() if kept not in TEXT]
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise ValueError(f"{what}: expected units of the columns {', '.join(known)}, got one of {key!r}{hint}")
        result[name] = unit
    return result


def _times(values: pd.Series, where: str) -> pd.Series:
    if is_numeric_dtype(values):
        raise ValueError(f"{where}: expected times such as 2018-01-05 13:35:00, got the number {values.iloc[0]}")
    times = pd.to_datetime(values, utc=True, errors="coerce", format="ISO8601")
    if times.isna().any():
        row = int(times.isna().argmax())
        raise ValueError(
            f"{where}: expected times such as 2018-01-05 13:35:00, got {values.iloc[row]!r} in row {row} "
            f"({int(times.isna().sum())} of {len(times)} cannot be read)"
        )
    return times.dt.as_unit("ns")


def _numbers(values: pd.Series, where: str) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    wrong = numbers.isna() & values.notna()
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"{where}: expected numbers, got {values.iloc[row]!r} in row {row} ({int(wrong.sum())} such)")
    return numbers.where(np.isfinite(numbers))


def _converted(numbers: pd.Series, unit: str | None, wanted: str, where: str) -> pd.Series:
    if unit is None:
        return numbers
    try:
        return pd.Series(convert(numbers, unit, wanted), index=numbers.index)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
