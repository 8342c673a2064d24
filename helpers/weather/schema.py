"""The table every weather source returns, and the checks it must pass."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

if TYPE_CHECKING:
    from helpers.weather.parts import Parts


@dataclass(frozen=True)
class Column:
    """What one column holds. `log_scaled` columns are put on a log10 scale before standardising."""

    name: str
    unit: str
    description: str
    log_scaled: bool = False


@dataclass(frozen=True)
class Table:
    """A weather table: one row per site and time, in time order, in physical units.

    `frame` has a RangeIndex, `time` (tz-aware UTC), `site` and the columns named in `columns`. `target` is
    the default label: with `classes` it holds class names, booleans or class indices; without, numbers.
    `truth` names latent causes that only a simulator knows. `notes` says what cleaning did, with counts.

    Raises ValueError when the frame does not hold what the other fields promise.
    """

    frame: pd.DataFrame
    predictors: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    columns: Mapping[str, Column]
    source: str
    truth: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        validate(self)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def units(self) -> dict[str, str]:
        """Unit of every described column; the empty string where there is none."""
        return {name: column.unit for name, column in self.columns.items()}

    def split(
        self,
        fractions: tuple[float, float, float] = (0.6, 0.2, 0.2),
        predictors: Iterable[str] | None = None,
        target: str | None = None,
    ) -> Parts:
        """Cut the table in time into parts for the network, the autoencoder and the test.

        `fractions` are shares of the distinct time stamps. `predictors` and `target` default to the table's
        own. Any other target is a class label if it is boolean, else a number.

        Raises ValueError for bad fractions, unknown columns, too few rows, or one class in the first part.
        """
        # Imported here because torch and scikit-learn take seconds, which loading a table should not cost.
        from helpers.weather.parts import split

        return split(self, fractions, predictors, target)


def validate(table: Table) -> None:
    """Check a table; raise one ValueError that names what was expected and what came."""
    frame = table.frame
    if len(frame) == 0:
        raise ValueError(f"{table.source}: expected at least one row, but the table is empty")
    if not table.predictors:
        raise ValueError(f"{table.source}: expected at least one predictor, but none is named")
    if not isinstance(frame.index, pd.RangeIndex) or (frame.index.start, frame.index.step) != (0, 1):
        raise ValueError(f"{table.source}: expected a RangeIndex from 0; use frame.reset_index(drop=True)")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"{table.source}: expected every column name once, got {twice!r} more than once")
    require(frame, ("time", "site", *table.columns, *table.predictors, table.target, *table.truth))
    undescribed = [name for name in (*table.predictors, table.target) if name not in table.columns]
    if undescribed:
        raise ValueError(f"no description and unit for {', '.join(map(repr, undescribed))} in Table.columns")
    _check_time(frame)
    if frame["site"].isna().any():
        row = int(frame["site"].isna().argmax())
        raise ValueError(f"column 'site': expected a site in every row, got none in row {row}")
    for name in table.predictors:
        check_numbers(frame[name])
    target = labels(frame[table.target], table.classes)
    present = np.unique(target) if table.classes else ()
    if table.classes and len(present) < 2:
        only = table.classes[present[0]]
        raise ValueError(
            f"column {table.target!r}: expected at least two of the classes {table.classes}, but every row is {only!r}"
        )


def require(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise ValueError for the first name that is not a column, with the closest column as a suggestion."""
    present = {str(name).lower(): str(name) for name in frame.columns}
    for name in names:
        if name not in frame.columns:
            close = difflib.get_close_matches(str(name).lower(), present, n=1)
            hint = f" (did you mean {present[close[0]]!r}?)" if close else ""
            raise ValueError(f"missing column {name!r}{hint}; the table has {', '.join(present.values())}")


def check_numbers(values: pd.Series) -> None:
    """Raise ValueError unless all values are finite numbers; name the column, the count, the first row."""
    if not is_numeric_dtype(values):
        wrong = pd.to_numeric(values, errors="coerce").isna() & values.notna()
        row = int(np.argmax(wrong)) if wrong.any() else 0
        raise ValueError(f"column {values.name!r}: expected numbers, got {values.iloc[row]!r} in row {row}")
    bad = ~np.isfinite(values.to_numpy(dtype=float, na_value=np.nan))
    if bad.any():
        row = int(np.argmax(bad))
        raise ValueError(
            f"column {values.name!r}: expected finite numbers, "
            f"got {int(bad.sum())} missing or infinite value(s), the first in row {row}"
        )


def labels(values: pd.Series, classes: tuple[str, ...]) -> np.ndarray:
    """The target as an array (rows,): int64 class indices, or float32 numbers when `classes` is empty."""
    if not classes:
        check_numbers(values)
        return values.to_numpy(dtype=np.float32)
    named = not is_numeric_dtype(values)
    known = list(classes) if named else list(range(len(classes)))
    # A boolean column counts as numeric here: False is class 0, True class 1.
    index = pd.Index(known).get_indexer(values.astype(object if named else float))
    unknown = index < 0
    if unknown.any():
        row = int(np.argmax(unknown))
        got = values.iloc[row]
        raise ValueError(f"column {values.name!r}: expected one of {known}, got {got!r} in row {row}")
    return index.astype(np.int64)


def _check_time(frame: pd.DataFrame) -> None:
    time = frame["time"]
    if not isinstance(time.dtype, pd.DatetimeTZDtype):
        raise ValueError(f"column 'time': expected time-zone-aware UTC datetimes, got dtype {time.dtype}")
    if str(time.dt.tz) != "UTC":
        raise ValueError(f"column 'time': expected UTC, got {time.dt.tz}; use .dt.tz_convert('UTC')")
    if time.isna().any():
        row = int(np.argmax(time.isna()))
        raise ValueError(f"column 'time': expected a time in every row, got none in row {row}")
    if not time.is_monotonic_increasing:
        row = int(np.argmax(time.diff() < pd.Timedelta(0)))
        raise ValueError(
            f"expected rows in time order, but row {row} ({time[row]}) comes after row {row - 1} ({time[row - 1]})"
        )
    twice = frame.duplicated(["time", "site"])
    if twice.any():
        row = int(np.argmax(twice))
        raise ValueError(
            f"expected one row per time and site, got {int(twice.sum())} duplicate(s), "
            f"the first in row {row} ({frame['site'].iloc[row]}, {time[row]})"
        )
