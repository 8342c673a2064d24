"""Turn the cells of one column, text or not, into numbers, words, truth values or times, and report what is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from helpers.weather.csv.report import Findings
from helpers.weather.schema import Column, range_problem
from helpers.weather.units import convert

TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
#: A time of day, then an offset from UTC.
OFFSET = r"[T ]\d.*(?:Z|[+-]\d{2}(?::?\d{2})?)$"


def words(values: pd.Series, missing: Iterable = ()) -> pd.Series:
    """The cells as stripped text (object), NaN where missing, empty or, as text or number, one of `missing`."""
    text = values.map(_word, na_action="ignore").astype(object)
    gap = text.isna() | text.isin(["", *(str(mark).strip() for mark in missing)])
    marks = pd.to_numeric(pd.Series(list(missing), dtype=object), errors="coerce").dropna()
    if len(marks):
        gap |= pd.to_numeric(text, errors="coerce").isin(marks)
    return text.where(~gap, np.nan)


def numbers(text: pd.Series, column: Column, unit: str | None, found: Findings, decimal: str = ".") -> pd.Series:
    """The cells, as `words` gives them, as float64 in the unit of `column`; what is wrong with them goes to `found`."""
    where = f"column {text.name!r}"
    plain = text if decimal == "." else text.str.replace(decimal, ".", regex=False)
    result = pd.to_numeric(plain, errors="coerce").astype(float)
    wrong = (result.isna() & text.notna()).to_numpy()
    if wrong.any():
        commas = text[wrong].str.fullmatch(r"[+-]?\d+,\d+").all()
        hint = "pass decimal=','" if commas else f"pass missing=[{text[wrong].iloc[0]!r}] if it marks a gap"
        found.rows(wrong, f"{where}: expected numbers", text.to_numpy(), f"; {hint}")
    if unit is not None and unit != column.unit:
        try:
            # A logarithm may meet 0, as 0 mm⁶/m³ in dBZ. That is no finite number, and reported as such.
            with np.errstate(divide="ignore", invalid="ignore"):
                converted = pd.Series(convert(result, unit, column.unit), index=result.index)
        except ValueError as error:
            # To check the range as well would only say once more that the unit is wrong.
            found.problem(f"{where}: {error}")
            return result
        result = converted.mask(result.notna() & converted.isna(), np.inf)
    found.rows(np.isinf(result), f"{where}: expected finite numbers", result.to_numpy())
    result = result.mask(np.isinf(result))
    problem = range_problem(replace(column, name=text.name), result)
    if problem:
        # It counts rows; the reader looks for lines.
        problem = re.sub(r"in row (\d+)", lambda match: f"in {found.place(int(match[1]))}", problem)
        found.problem(problem + _marker(result, column))
    return result


def truths(text: pd.Series, labels: tuple[str, str], found: Findings) -> pd.Series:
    """The cells, as `words` gives them, as True, False or NaN (object).

    They are yes and no, true and false, 1 and 0, or the two `labels`, first that of False.
    """
    known = {word: True for word in (*TRUE, labels[1].lower())} | {word: False for word in (*FALSE, labels[0].lower())}
    result = text.str.lower().map(known).astype(object)
    wrong = (result.isna() & text.notna()).to_numpy()
    found.rows(wrong, f"column {text.name!r}: expected true or false", text.to_numpy())
    return result


def times(values: pd.Series, zone: str, pattern: str | None, found: Findings, missing: Iterable = ()) -> pd.Series:
    """The cells as UTC times, NaT where there is none; a time that names no offset is in the time zone `zone`.

    `pattern` is a strptime format, or 's' or 'ms' for the time since 1970; without it only ISO 8601 is understood,
    because 03/04/2020 could be two days.
    """
    where = f"column {values.name!r}"
    text = values if is_datetime64_any_dtype(values) else words(values, missing)
    if pattern in ("s", "ms"):
        parsed = pd.to_datetime(pd.to_numeric(text, errors="coerce"), unit=pattern, utc=True, errors="coerce")
        aware = pd.Series(True, index=text.index)
    elif is_datetime64_any_dtype(values):
        parsed = pd.to_datetime(values, utc=True)
        aware = pd.Series(values.dt.tz is not None, index=text.index)
    else:
        parsed = pd.to_datetime(text, utc=True, errors="coerce", format=pattern or "ISO8601")
        aware = text.astype(str).str.contains(OFFSET) | ("%z" in (pattern or "").lower())
    hint = "" if pattern else "; pass time_format=, such as '%d.%m.%Y %H:%M'"
    shape = f"times like {pattern!r}" if pattern else "times such as 2018-01-05 13:35"
    found.rows((parsed.isna() & text.notna()).to_numpy(), f"{where}: expected {shape}", text.to_numpy(), hint)
    found.rows(text.isna(), f"{where}: expected a time in every row", got="without")
    try:
        local = parsed.dt.tz_localize(None).dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    except Exception as error:  # whatever the time zone database raises for a name that it lacks
        found.problem(f"expected a time zone such as 'Europe/Berlin', got {zone!r} ({error})")
        return parsed
    result = parsed.where(aware, local.dt.tz_convert("UTC"))
    lost = (result.isna() & parsed.notna()).to_numpy()
    hint = "; give times in UTC, or with their offset"
    found.rows(lost, f"{where}: expected times that {zone} has once", values.to_numpy(), hint)
    return result.dt.as_unit("ns")


def _word(value: object) -> str:
    """A cell as a file would hold it: a number in full, but a code such as 1 without a point."""
    return repr(float(value)).removesuffix(".0") if isinstance(value, (float, np.floating)) else str(value).strip()


def _marker(values: pd.Series, column: Column) -> str:
    """A hint if all values out of bounds are one number, such as -9999, that seems to mark a gap."""
    outside = values[(values < column.low) | (values > column.high)]
    if len(outside) < 2 or outside.nunique() > 1 or len(outside) == values.notna().sum():
        return ""
    return f"; all of them are {outside.iloc[0]:g}: pass missing=[...] if it marks a gap"
