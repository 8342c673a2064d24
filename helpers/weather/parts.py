"""The chronological split: three parts in time, standardised with the statistics of the first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from pandas.api.types import is_bool_dtype
from sklearn.preprocessing import StandardScaler

from helpers.weather.table import Table, check_numbers, labels, require


@dataclass(frozen=True)
class Part:
    """One stretch of time: standardised `x` (rows, predictors) float32, `y` (rows,), and its rows as `frame`.

    `frame` is in physical units. `y` is int64 class indices, or float32 numbers for a regression target. `truth`
    holds the causes of the rows if the table knows them.
    """

    x: torch.Tensor
    y: torch.Tensor
    frame: pd.DataFrame
    truth: pd.DataFrame | None = None

    def __len__(self) -> int:
        return len(self.frame)

    def tensors(self, device: str | torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        """`x` and `y` on a device."""
        return self.x.to(device), self.y.to(device)


@dataclass(frozen=True)
class Parts:
    """`train` fits the network, `sae` the autoencoder, `test` judges both; `scaler` saw `train` alone.

    `predictors` and `target` name the columns behind `x` and `y`, `source` where the table came from.
    """

    train: Part
    sae: Part
    test: Part
    scaler: StandardScaler
    predictors: tuple[str, ...]
    target: str
    source: str


def split(
    table: Table,
    fractions: tuple[float, float, float],
    predictors: Iterable[str] | None = None,
    target: str | None = None,
) -> Parts:
    """Cut by distinct time stamps, so that one hour never straddles two parts. See `Table.split`."""
    if isinstance(predictors, str):
        raise ValueError(f"expected a list of predictors, got the string {predictors!r}")
    names = table.predictors if predictors is None else tuple(predictors)
    target = table.target if target is None else target
    if not names:
        raise ValueError("expected at least one predictor, got an empty list")
    if len(set(names)) < len(names):
        raise ValueError(f"expected each predictor once, got {names}")
    require(table.frame, (*names, target))
    if target in names:
        raise ValueError(f"expected a target that is not a predictor, got {target!r} as both")
    x = physical_to_linear(table, names)
    classes = _classes(table, target)
    y = labels(table.frame[target], classes)
    parts = _assign(table.frame.index, _check_fractions(fractions))
    if classes and len(np.unique(y[parts == 0])) < 2:
        only = classes[y[parts == 0][0]]
        raise ValueError(f"expected at least two classes of {target!r} in the first part, but all are {only!r}")
    scaler = StandardScaler().fit(x[parts == 0])

    def part(number: int) -> Part:
        rows = parts == number
        scaled = torch.as_tensor(scaler.transform(x[rows]), dtype=torch.float32)
        truth = None if table.truth is None else table.truth[rows]
        return Part(scaled, torch.as_tensor(y[rows]), table.frame[rows], truth)

    return Parts(part(0), part(1), part(2), scaler, names, target, table.source)


def physical_to_linear(table: Table, names: Iterable[str]) -> np.ndarray:
    """Columns as float64 (rows, names), log10 taken of the log-scaled ones; what the scaler sees.

    Raises ValueError for text, missing values, or a value that has no logarithm.
    """
    result = []
    for name in names:
        check_numbers(table.frame[name])
        values = table.frame[name].to_numpy(dtype=np.float64)
        if name in table.columns and table.columns[name].log_scaled:
            if (values <= 0).any():
                row = int(np.argmax(values <= 0))
                raise ValueError(f"log-scaled column {name!r}: expected values above 0, got {values[row]}, row {row}")
            values = np.log10(values)
        result.append(values)
    return np.stack(result, axis=1)


def _classes(table: Table, target: str) -> tuple[str, ...]:
    if target == table.target:
        return table.classes
    return (f"not {target}", target) if is_bool_dtype(table.frame[target]) else ()


def _check_fractions(fractions: tuple[float, float, float]) -> np.ndarray:
    values = np.asarray(fractions, dtype=float)
    if values.shape != (3,) or not (values > 0).all() or not np.isclose(values.sum(), 1):
        raise ValueError(f"expected three positive fractions that add up to 1, got {fractions!r}")
    return values


def _assign(time: pd.Index, fractions: np.ndarray) -> np.ndarray:
    """Number of the part (0, 1, 2) of every row."""
    hour, distinct = pd.factorize(time)
    # Rounding keeps 0.6 + 0.2 from losing a time stamp to floating point.
    edges = np.floor(np.round(np.cumsum(fractions) * len(distinct), 6)).astype(int)
    sizes = np.diff(edges, prepend=0)
    if sizes.min() < 1 or sizes[0] < 2:
        raise ValueError(
            f"fewer rows than the split needs: expected at least 2, 1 and 1 distinct times in the parts, "
            f"got {', '.join(map(str, sizes))} from {len(distinct)} time(s) in {len(time)} row(s)"
        )
    return np.searchsorted(edges[:2], hour, side="right")
