"""Weather tables: one type for every source, with units, time order and a chronological split."""

import difflib
import os

from helpers.weather.schema import COLUMNS, Column
from helpers.weather.table import Table

#: What each source is. Each is a module of this package with a function `load`.
SOURCES = {
    "observations": "hourly airport observations of 2013, bundled: wet or dry?",
    "simulator": "simulated five-minute blocks of a disdrometer, with the causes of each: rain, snow or mixed?",
    "pip": "measured five-minute blocks of the Precipitation Imaging Package: the public table or the netCDF archive",
    "csv": "a table of your own, with a map of its columns and units",
}

__all__ = ["COLUMNS", "SOURCES", "Column", "Table", "load"]


def load(
    source: str = "observations",
    *,
    n: int | None = None,
    seed: int = 0,
    path: str | os.PathLike | None = None,
    **options,
) -> Table:
    """Return the table of one source, a key of `SOURCES`.

    `n` is the number of rows: the simulator makes that many, of any other table they are drawn at random with `seed`
    and kept in time order. `path` is where a "pip" or "csv" table lies. `options` go to the `load` of the source's own
    module, e.g. `load("observations", sites=("JFK",))`.

    Raises ValueError for an unknown source, damaged data, values in a wrong unit, or an impossible `n`;
    FileNotFoundError for a path that does not exist; TypeError for an option that the source does not have.
    """
    if source not in SOURCES:
        close = difflib.get_close_matches(str(source), SOURCES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"unknown weather source {source!r}; known sources: {', '.join(SOURCES)}{hint}")
    # Imported here, one by one, because an archive or a reader's units need libraries that take a moment to load.
    if source in ("observations", "simulator") and path is not None:
        raise TypeError(f"source {source!r} takes no path, got {str(path)!r}")
    if source == "simulator":
        from helpers.weather import simulator

        return simulator.load(**options | ({} if n is None else {"n": n}), seed=seed)
    if source == "observations":
        from helpers.weather import observations

        table = observations.load(**options)
    elif source == "pip":
        from helpers.weather import pip

        table = pip.load(path, **options)
    else:
        from helpers.weather import csv

        table = csv.load(path, **options)
    return table.sample(n, seed)
