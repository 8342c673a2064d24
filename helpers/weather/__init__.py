"""Weather tables: one type for every source, with units, time order and a chronological split."""

import difflib

from helpers.weather import observations
from helpers.weather.schema import Column, Table

SOURCES = {"observations": observations.load}

__all__ = ["SOURCES", "Column", "Table", "load"]


def load(source: str = "observations", **options) -> Table:
    """Return the table of one source.

    `source` is a key of `SOURCES`; `options` go to that source's loader, e.g.
    `load("observations", sites=("JFK",))`.

    Raises ValueError for an unknown source or a damaged data file, TypeError for an unknown option.
    """
    if source not in SOURCES:
        close = difflib.get_close_matches(str(source), SOURCES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"unknown weather source {source!r}; known sources: {', '.join(SOURCES)}{hint}")
    return SOURCES[source](**options)
