"""The table every weather source returns, and the checks it must pass."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from helpers.weather.schema import Column, check_range

if TYPE_CHECKING:
    import torch

    from helpers.weather.parts import Parts


@dataclass(frozen=True)
class Table:
    """A weather table: one row per site and time, in time order, in physical units.

    `frame` has a DatetimeIndex `time` (tz-aware UTC) and holds `site` and the columns named in `columns`. `target` is
    the default label: with `classes` it holds class names, booleans or class indices; without, numbers. `event` is a
    boolean column, for questions of yes or no. `leaks` names numbers that are no predictors because they half contain
    the answer. `truth` holds the causes, row by row, that only a simulator knows; else it is None. `notes` says what
    cleaning did, with counts.

    Raises ValueError when the frame does not hold what the other fields promise, or has values in the wrong unit.
    """

    frame: pd.DataFrame
    predictors: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    columns: Mapping[str, Column]
    source: str
    event: str | None = None
    leaks: tuple[str, ...] = ()
    truth: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        validate(self)

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def units(self) -> dict[str, str]:
        """Unit of every described column; the empty string where there is none."""
        return {name: column.unit for name, column in self.columns.items()}

    @property
    def task(self) -> str:
        """'classification' if the target is one of several classes, 'regression' if it is a number."""
        return "classification" if self.classes else "regression"

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

    def tensors(self, device: str | torch.device = "cpu") -> tuple[torch.Tensor, torch.Tensor]:
        """Predictors (rows, predictors) float32 and target (rows,), not standardised; log10 where `log_scaled`."""
        import torch

        from helpers.weather.parts import physical_to_linear

        x = torch.as_tensor(physical_to_linear(self, self.predictors), dtype=torch.float32)
        return x.to(device), torch.as_tensor(labels(self.frame[self.target], self.classes)).to(device)

    def sample(self, n: int | None, seed: int = 0) -> Table:
        """`n` rows drawn at random, in time order; the table itself for None. Raises ValueError unless 1 to all."""
        if n is None:
            return self
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 1 <= n <= len(self):
            raise ValueError(f"{self.source}: expected n from 1 to {len(self)} rows, got {n!r}")
        rows = np.sort(np.random.default_rng(seed).choice(len(self), n, replace=False))
        note = f"{n} of {len(self)} rows, drawn at random with seed {seed}."
        truth = None if self.truth is None else self.truth.iloc[rows]
        return replace(self, frame=self.frame.iloc[rows], truth=truth, notes=(*self.notes, note))


def validate(table: Table) -> None:
    """Check a table; raise one ValueError that names what was expected and what came."""
    frame = table.frame
    if len(frame) == 0:
        raise ValueError(f"{table.source}: expected at least one row, but the table is empty")
    if not table.predictors:
        raise ValueError(f"{table.source}: expected at least one predictor, but none is named")
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise ValueError(f"{table.source}: expected every column name once, got {twice!r} more than once")
    _check_time(frame.index)
    wanted = ("site", *table.columns, *table.predictors, table.target, *table.leaks)
    require(frame, wanted if table.event is None else (*wanted, table.event))
    undescribed = [name for name in (*table.predictors, table.target) if name not in table.columns]
    if undescribed:
        raise ValueError(f"no description and unit for {', '.join(map(repr, undescribed))} in Table.columns")
    if frame["site"].isna().any():
        row = int(frame["site"].isna().argmax())
        raise ValueError(f"column 'site': expected a site in every row, got none in row {row}")
    _check_unique(frame)
    for name in table.predictors:
        check_numbers(frame[name])
    for name, column in table.columns.items():
        if is_numeric_dtype(frame[name]) and not is_bool_dtype(frame[name]):
            check_range(column, frame[name])
    if table.event is not None and not is_bool_dtype(frame[table.event]):
        raise ValueError(f"column {table.event!r}: expected True or False in an event, got {frame[table.event].dtype}")
    if table.truth is not None and not table.truth.index.equals(frame.index):
        raise ValueError(f"expected truth for the rows of the frame, got {len(table.truth)} for {len(frame)} rows")
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


def _check_time(time: pd.Index) -> None:
    if not isinstance(time, pd.DatetimeIndex) or time.name != "time":
        raise ValueError(f"expected a DatetimeIndex named 'time', got {type(time).__name__} named {time.name!r}")
    if str(time.tz) != "UTC":
        raise ValueError(f"index 'time': expected UTC, got {time.tz or 'no time zone'}; use tz_localize or tz_convert")
    if time.hasnans:
        raise ValueError(f"index 'time': expected a time in every row, got none in row {int(time.isna().argmax())}")
    if not time.is_monotonic_increasing:
        row = int(np.argmax(time[1:] < time[:-1])) + 1
        raise ValueError(
            f"expected rows in time order, but row {row} ({time[row]}) comes after row {row - 1} ({time[row - 1]})"
        )


def _check_unique(frame: pd.DataFrame) -> None:
    twice = pd.MultiIndex.from_arrays([frame.index, frame["site"]]).duplicated()
    if twice.any():
        row = int(np.argmax(twice))
        raise ValueError(
            f"expected one row per time and site, got {int(twice.sum())} duplicate(s), "
            f"the first in row {row} ({frame['site'].iloc[row]}, {frame.index[row]})"
        )
