"""A table of the reader's own: any CSV file or DataFrame, with a map of its columns and units."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.weather.csv import file
from helpers.weather.csv.assemble import assemble
from helpers.weather.csv.mapping import Options, plan
from helpers.weather.csv.report import Findings, Report
from helpers.weather.schema import Column
from helpers.weather.table import Table


def load(
    path: str | os.PathLike | None = None,
    *,
    table: pd.DataFrame | None = None,
    columns: Mapping[str, str | Column | Mapping] | None = None,
    units: Mapping[str, str] | None = None,
    target: str | None = None,
    time: str = "time",
    site: str | None = None,
    time_zone: str = "UTC",
    time_format: str | None = None,
    predictors: Iterable[str] | None = None,
    classes: Iterable[str] | Mapping[object, str] | None = None,
    event: str | Mapping[str, object] | None = None,
    leaks: Iterable[str] = (),
    missing: Iterable = (),
    drop_incomplete: bool = True,
    sep: str | None = None,
    decimal: str = ".",
    encoding: str = "utf-8",
    skip: int = 0,
) -> Table:
    """A table of your own from a CSV file at `path`, packed with gzip or not, or from a DataFrame `table`.

    `columns` says what is what, {name in the file: canonical name}, where the canonical names are the keys of
    `weather.COLUMNS`. Instead of such a name it may hold a `weather.Column` of your own, or its fields in a dictionary.
    `units` is {name in the file: unit} where a unit is not that of the column. Everything else goes by the new names.
    Left out, `columns` is not guessed: the error proposes one.

        weather.load(
            "csv",
            path="station.csv",
            columns={"T": "temperature", "RH": "relative_humidity", "slp": "pressure", "type": "phase"},
            units={"T": "degF", "slp": "inHg"},
            target="phase",
            classes={"RA": "rain", "SN": "snow", "RASN": "mixed"},
            time="valid",
            time_zone="Europe/Berlin",
        )

    The file: `sep` separates its cells (the comma; the tab in a `.tsv`; r"\\s+" is any white space), `decimal` marks
    fractions, the first `skip` lines are no part of it, and `missing` lists what stands for a gap beside empty cells
    and NA, such as [-9999, "M"].
    `time` and `site` are names in the file; without `site` all rows are of one. A time without an offset from UTC is in
    `time_zone`. Times are ISO 8601, or as the strptime format `time_format` says, or since 1970 ("s" or "ms").

    The answer: a `target` with a unit is a number, to be regressed. One of true and false, or 1 and 0, is a class. Any
    other is a label: `classes` renames its words (a map) or puts them in order (a list); without it a phase must be
    rain, snow or mixed, and other words are classes in order of appearance. `event` is the question of yes or no: a
    column of true and false, or {column: value} for the rows with that value. Unless given it is snow if the target is
    a phase, and the target itself if that is true or false. `predictors` are the published five if the target is the
    phase and all five are there, else all numbers but the target and the `leaks`, which half contain the answer.

    Rows are put in time order. Those without a predictor, the target or the event are dropped, unless
    `drop_incomplete` is False. `Table.notes` counts them. The file itself is never changed.

    Raises FileNotFoundError for a path that is not there, and one ValueError that lists everything else, as `check`.
    """
    given = {name: value for name, value in locals().items() if name not in ("path", "table")}
    report, result = _examine(path, table, Options(**given))
    if result is None:
        raise ValueError(str(report))
    return result


def check(path: str | os.PathLike | None = None, *, table: pd.DataFrame | None = None, **options) -> Report:
    """Everything that keeps a file or DataFrame from being a weather table, listed at once; takes what `load` takes.

    Each problem names the column of the file and the first line concerned, or the first row of a DataFrame, counted
    from 0. A file that is no table at all is the one problem. Raises FileNotFoundError for a path that is not there,
    TypeError for an option that `load` does not have, and ValueError unless there is either a path or a DataFrame.
    """
    return _examine(path, table, Options(**options))[0]


def _examine(path, table, options: Options) -> tuple[Report, Table | None]:
    if (path is None) == (table is None):
        raise ValueError("expected either the path of a CSV file or a DataFrame as table, got both or neither")
    if table is None:
        site = Path(path).name.partition(".")[0]
        try:
            raw, lines = file.read(path, options.sep, options.encoding, options.skip)
        except ValueError as error:
            return Report(str(path), 0, (str(error),)), None
        found = Findings(str(path), lines)
    else:
        if not isinstance(table, pd.DataFrame):
            raise ValueError(f"expected a DataFrame as table, got {type(table).__name__}")
        # A DataFrame often has its times as the index.
        is_timed = isinstance(table.index, pd.DatetimeIndex) and options.time not in table
        raw = table.rename_axis(options.time).reset_index() if is_timed else table.reset_index(drop=True)
        site, found = "table", Findings("table", np.arange(len(table)), "row")
        if table.empty:
            return Report("table", len(table), ("expected columns and rows, but the DataFrame is empty",)), None
    result = assemble(raw, plan(raw.columns, options, found), options, site, found)
    return found.report(), result
