"""The table of conditions as it travels to the page."""

import numpy as np
import pandas as pd

#: What a row is about, and its numbers.
WORDS = ("data", "group", "condition", "measure", "against")
NUMBERS = ("raw", "baseline", "adjusted", "low", "high")
COUNTS = ("pairs", "empty")


def tabled(table: pd.DataFrame) -> dict:
    """Return ``{"measures", "against", "rows", "cells"}`` for JSON: each text once, in the order of the table.

    ``rows`` is a list of ``[data, group, condition]``; ``cells[against][row][measure]`` is None or the numbers
    ``[raw, baseline, adjusted, low, high, pairs, empty]``, in which None is no number.

    Raises ``ValueError`` for anything but a table with these columns and at least one row, and for two rows about the
    same.
    """
    if not isinstance(table, pd.DataFrame):
        raise ValueError(f"expected a table of conditions, as conditions() makes it, got a {type(table).__name__}")
    if missing := [name for name in (*WORDS, *NUMBERS, *COUNTS) if name not in table]:
        raise ValueError(f"expected a table of conditions with the column {missing[0]!r}, got {list(table.columns)}")
    if not len(table):
        raise ValueError("expected a table of conditions with one row or more, got none")
    if (twice := table.duplicated(list(WORDS))).any():
        about = ", ".join(map(str, table.loc[twice, list(WORDS)].iloc[0]))
        raise ValueError(f"expected one row for each condition, measure and baseline, got two for {about}")
    measures, against = (list(map(str, dict.fromkeys(table[name]))) for name in ("measure", "against"))
    rows = list(dict.fromkeys(zip(*(table[name].map(str) for name in WORDS[:3]), strict=True)))
    cells = [[[None] * len(measures) for _ in rows] for _ in against]
    places = {row: place for place, row in enumerate(rows)}
    for one in table.to_dict("records"):
        row = places[tuple(str(one[name]) for name in WORDS[:3])]
        numbers = [_rounded(one[name]) for name in NUMBERS] + [int(one[name]) for name in COUNTS]
        cells[against.index(str(one["against"]))][row][measures.index(str(one["measure"]))] = numbers
    return {"measures": measures, "against": against, "rows": [list(row) for row in rows], "cells": cells}


def _rounded(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
