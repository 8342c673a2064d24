"""Read the results of chapter 12's grid: one condition at a time, and what was left out of an average."""

from dataclasses import asdict
from os import PathLike
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import sweep
from .checks import one_of
from .metrics import bootstrap_interval
from .universality import RESULTS
from .universality_grid import Run

#: What every run has beside its number.
SETTINGS = tuple(name for name in asdict(Run("")) if name != "pair")


def load(path: str | PathLike = RESULTS) -> pd.DataFrame:
    """Return the grid as a table: a row for each pair, a column for each setting and each outcome.

    Raises ``ValueError`` for a file that holds other results.
    """
    found = sweep.read(path)
    if missing := [name for name in (*SETTINGS, "pair", "matched_r") if name not in found]:
        raise ValueError(f"{path} holds no pairs of autoencoders: expected the columns {', '.join(missing)}")
    return found


def pick(table: pd.DataFrame, **settings) -> pd.DataFrame:
    """Return the pairs of one condition, in the order of their numbers.

    ``settings`` are those of ``universality.Run``; what is not named has its default. Raises ``ValueError`` for an
    unknown setting and where the table has no such pair.
    """
    if unknown := sorted(set(settings) - set(SETTINGS)):
        raise ValueError(f"unknown setting {unknown[0]!r}: expected some of {', '.join(SETTINGS)}")
    if "data" not in settings:
        raise ValueError("expected data='toy' or another kind: a condition belongs to one")
    wanted = asdict(Run(**settings))
    fits = np.logical_and.reduce([table[name] == wanted[name] for name in SETTINGS])
    if not fits.any():
        raise ValueError(f"the table has no pairs with {settings}")
    return table[fits].sort_values("pair")


def values(rows: pd.DataFrame, name: str) -> np.ndarray:
    """Return an outcome of each pair, ``(pairs,)``; of two directions, or of two autoencoders, the mean.

    NaN where a pair is empty or has no such number. Raises ``ValueError`` for an unknown outcome.
    """
    one_of("outcome", name, (column for column in rows if column not in (*SETTINGS, "pair")))
    return np.array([np.mean(one) for one in rows[name]], dtype=float)


class Average(NamedTuple):
    """The mean over ``pairs`` pairs with its 95% interval; ``empty`` others had no number. NaN below three pairs."""

    mean: float
    low: float
    high: float
    pairs: int
    empty: int


def average(found: np.ndarray) -> Average:
    """Return the mean of ``found`` ``(pairs,)`` over those that have a number, and how many have none."""
    found = np.asarray(found, dtype=float)
    if found.ndim != 1 or not len(found):
        raise ValueError(f"expected one value per pair, (pairs,), got shape {found.shape}")
    known = found[np.isfinite(found)]
    if len(known) < 3:
        return Average(np.nan, np.nan, np.nan, len(known), len(found) - len(known))
    return Average(float(known.mean()), *bootstrap_interval(known), len(known), len(found) - len(known))
