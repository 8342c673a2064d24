"""What the reader said about the columns of a table, checked against the columns that it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from helpers.weather.csv.labels import close
from helpers.weather.csv.report import Findings
from helpers.weather.csv.suggest import suggest
from helpers.weather.schema import COLUMNS, Column
from helpers.weather.units import parse


@dataclass(frozen=True)
class Options:
    """What `helpers.weather.csv.load` was asked for; one text where a list is expected is a list of one.

    Raises ValueError for what no file could be read with.
    """

    columns: Mapping[str, str | Column | Mapping] | None = None
    units: Mapping[str, str] | None = None
    target: str | None = None
    time: str = "time"
    site: str | None = None
    time_zone: str = "UTC"
    time_format: str | None = None
    predictors: Iterable[str] | None = None
    classes: Iterable[str] | Mapping[object, str] | None = None
    event: str | Mapping[str, object] | None = None
    leaks: Iterable[str] = ()
    missing: Iterable = ()
    drop_incomplete: bool = True
    sep: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    skip: int = 0

    def __post_init__(self) -> None:
        for name in ("predictors", "leaks", "missing", "classes"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, Mapping):
                several = isinstance(value, Iterable) and not isinstance(value, str)
                object.__setattr__(self, name, tuple(value) if several else (value,))
        if self.decimal not in (".", ","):
            raise ValueError(f"decimal: expected '.' or ',', got {self.decimal!r}")
        if self.sep is not None and self.sep != r"\s+" and (not isinstance(self.sep, str) or len(self.sep) != 1):
            raise ValueError(f"sep: expected one character, or r'\\s+' for any white space, got {self.sep!r}")
        if isinstance(self.skip, bool) or not isinstance(self.skip, int) or self.skip < 0:
            raise ValueError(f"skip: expected a number of lines, 0 or more, got {self.skip!r}")


@dataclass(frozen=True)
class Plan:
    """The part of the options that the table can follow: `columns` and `units` by name in the file."""

    columns: dict[str, Column] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    time: str | None = None
    site: str | None = None


def plan(names: Iterable[str], options: Options, found: Findings) -> Plan:
    """Match `options` with the column `names` of a file. What does not match goes to `found`."""
    names = list(names)
    columns, intended = _columns(names, options, found)
    known = [name for name in names if names.count(name) == 1]
    keys = {}
    for key in ("time", "site"):
        name = getattr(options, key)
        if name is None or name in known:
            keys[key] = name
        elif name in names:
            found.problem(f"column {name!r}: expected every column name once in the header, got it more than once")
        elif intended:  # else the proposed map names it
            found.problem(f"{key}: expected a column of the file, got {name!r}{_instead(name, names)}")
    if intended:
        _check_names(options, intended, found)
    return Plan(columns, _units(options.units, columns, intended, found), **keys)


def _columns(names: list[str], options: Options, found: Findings) -> tuple[dict[str, Column], dict[str, str]]:
    """The columns to read, and all that the reader meant to, {name: name in the file}."""
    if not isinstance(options.columns, Mapping) or not options.columns:
        found.problem(f"expected a map as columns, {{name in the file: name}}. {suggest(names)}")
        return {}, {}
    columns, intended = {}, {}
    for cells, meaning in options.columns.items():
        column = _column(cells, meaning, found)
        if cells not in names:
            found.problem(f"column {cells!r}: expected a column of the file{_instead(cells, names)}")
        elif names.count(cells) > 1:
            found.problem(f"column {cells!r}: expected every column name once in the header, got it more than once")
        if column is None:
            continue
        if column.name in intended:
            found.problem(f"expected one column for {column.name!r}, got {intended[column.name]!r} and {cells!r}")
            continue
        intended[column.name] = cells
        if names.count(cells) == 1:
            columns[cells] = column
    return columns, intended


def _instead(name: object, names: list[str]) -> str:
    """What to write instead of a name that no column has."""
    hint = close(name, names)
    return (f"{hint} It" if hint else "; it") + f" has {', '.join(map(repr, names))}"


def _column(cells: str, meaning: object, found: Findings) -> Column | None:
    if isinstance(meaning, Mapping):
        try:
            meaning = Column(**meaning)
        except TypeError as error:
            found.problem(f"column {cells!r}: expected name, unit and description of a Column ({error})")
            return None
    if isinstance(meaning, Column):
        try:
            parse(meaning.unit)
        except ValueError as error:
            found.problem(f"column {cells!r}: {error}")
            return None
    name = meaning.name if isinstance(meaning, Column) else meaning
    if name in ("time", "site"):
        found.problem(f"column {cells!r}: pass {name}={cells!r} instead of mapping it to {name!r}")
    elif isinstance(meaning, Column):
        return meaning
    elif isinstance(name, str) and name in COLUMNS:
        return COLUMNS[name]
    else:
        hint = close(name, COLUMNS) or "; weather.COLUMNS has them all, and a weather.Column of your own is as good"
        found.problem(f"column {cells!r}: expected a canonical name or a Column, got {name!r}{hint}")
    return None


def _units(units: object, columns: dict[str, Column], intended: dict[str, str], found: Findings) -> dict[str, str]:
    if units is not None and not isinstance(units, Mapping):
        found.problem(f"units: expected a map {{name in the file: unit}}, got {type(units).__name__}")
        return {}
    result = {}
    for cells, unit in (units or {}).items():
        if cells in columns:
            result[cells] = unit
        elif cells not in intended.values():
            other = intended.get(cells)
            hint = f"; did you mean {other!r}?" if other else close(cells, intended.values())
            found.problem(f"units: expected columns of the file that are mapped, got {cells!r}{hint}")
    return result


def _check_names(options: Options, intended: dict[str, str], found: Findings) -> None:
    """Target, predictors and leaks must be among the mapped names, and apart from each other."""
    new = {cells: name for name, cells in intended.items()}
    listed = ", ".join(intended)
    named = [("target", options.target)]
    named += [(what, name) for what in ("predictors", "leaks") for name in getattr(options, what) or ()]
    for what, name in named:
        if name not in intended:
            hint = f"; did you mean {new[name]!r}?" if name in new else close(name, intended)
            found.problem(f"{what}: expected one of the mapped names {listed}, got {name!r}{hint}")
    predictors = options.predictors
    if predictors is None:
        return
    if not predictors:
        found.problem(f"predictors: expected at least one of {listed}, got an empty list")
    for name in dict.fromkeys(predictors):
        if predictors.count(name) > 1:
            found.problem(f"predictors: expected each once, got {name!r} more than once")
        if name == options.target:
            found.problem(f"predictors: expected no target among them, got {name!r}")
        if name in options.leaks:
            found.problem(f"leaks: expected none of the predictors, got {name!r}")
