"""Measured precipitation: the Precipitation Imaging Package (PIP), as a published table or as the netCDF archive."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.instrument import MINUTES
from helpers.weather.aliases import canonical, read_csv
from helpers.weather.schema import CLASSIFIER, COLUMNS, DENSITY_CUT, PHASES, described
from helpers.weather.table import Table, require

#: Inputs for where there is no weather station.
DISDROMETER = ("n0", "fs", "dm", "lambda", "nt")
WORDS = {"liquid": "rain", "solid": "snow", "sleet": "mixed"} | {phase: phase for phase in PHASES}
LIMITS = {"n0": 1e7, "lambda": 10, "nt": np.inf, "dm": np.inf, "rho": np.inf}  # all above 0, below these
STRAY = 0.01  # the share of values that may be implausible before the whole column is suspect
MET = ("temperature", "dew_point", "relative_humidity", "pressure", "wind_speed")


def load(
    path: str | os.PathLike | None = None,
    *,
    met: str | os.PathLike | pd.DataFrame | None = None,
    sites: Iterable[str] | None = None,
    years: Iterable[int] | None = None,
    target: str = "phase",
    predictors: Iterable[str] | None = None,
    units: Mapping[str, str] | None = None,
    phases: Mapping[object, str] | None = None,
    progress: bool = True,
) -> Table:
    """The measured five-minute blocks, one row per site and block.

    `path` is None for the public table of 18,223 blocks (downloaded once, see `helpers.weather.download`), a CSV file
    in its format, or a folder of the netCDF archive (see `helpers.weather.archive`). The archive has no weather
    station: `met` is a CSV file or a DataFrame with time, site unless there is only one, and temperature, relative
    humidity, dew point, pressure or wind speed, whose five-minute means are joined. `units` gives the unit of a column
    that is not in the unit of `weather.COLUMNS`, as in {"t": "kelvin"}; the names are in `helpers.weather.aliases`.

    The phase is the file's own column `phase` (rain or liquid, snow or solid, mixed or sleet; any other entry needs
    `phases`, as in {0: "rain", 1: "snow"}), else cut by density: below 0.4 g/cm³ is snow. The density is `rho`, or `ed`
    if there is none. It is named in `Table.leaks`. Any column of numbers can be the `target` instead.

    As published, blocks outside 0 < n0 < 1e7 or 0 < lambda < 10 and blocks with a missing predictor or label are
    dropped. Implausible values, if no more than 1% of a column, count as missing. `Table.notes` says how many of each.

    Raises FileNotFoundError for a path that is not there, ConnectionError if the download fails, and ValueError for
    anything else that makes no table, naming what was expected.
    """
    if path is not None and Path(path).is_dir():
        frame, notes = _from_archive(Path(path), met, sites, years, units, progress)
    else:
        if met is not None:
            raise ValueError("expected met only with a folder of the archive: a table has its own columns of weather")
        frame, notes = _from_table(path, units, progress)
        frame = _keep(_keep(frame, "site", sites), "year", years)
    frame, phase_notes = _with_phase(frame, phases, target)
    return _table(frame, [*notes, *phase_notes], target, predictors)


def _from_table(path, units, progress) -> tuple[pd.DataFrame, list[str]]:
    if path is None:
        # Imported here because no other use needs what fetches files.
        from helpers.weather.download import table

        path = table(progress)
    frame, notes = canonical(read_csv(path), units, str(path))
    require(frame, ("time", "site"))
    unnamed = frame["site"].isna()
    notes += _note(unnamed.sum(), "row(s) without a site dropped")
    return frame[~unnamed].reset_index(drop=True), notes


def _from_archive(path, met, sites, years, units, progress) -> tuple[pd.DataFrame, list[str]]:
    # Imported here because a table needs neither xarray nor netCDF.
    from tqdm.auto import tqdm

    from helpers.weather import archive

    if met is None and units:
        raise ValueError("expected units only for the columns of met: the archive states its own")
    weather = None if met is None else _met(met, units)
    counts = Counter()
    parts = list(tqdm(archive.days(path, sites, years, counts), unit="day", disable=not progress, leave=False))
    frame = pd.concat(parts).reset_index() if parts else pd.DataFrame()
    notes = [f"{number} {reason}." for reason, number in counts.items() if number]
    if frame.empty:
        raise ValueError(f"{path}: expected at least one block with particles, got none. {' '.join(notes)}")
    if weather is None:
        return frame, [*notes, "No weather station: the predictors are those of the disdrometer alone."]
    if "site" not in weather.index.names and frame["site"].nunique() > 1:
        raise ValueError(f"met: expected a column 'site', because the archive has {frame['site'].nunique()} sites")
    frame = frame.join(weather, on=list(weather.index.names))
    alone = frame[list(weather.columns)].isna().all(axis=1).sum()
    return frame, notes + _note(alone, "block(s) without an observation of the weather station")


def _met(met: str | os.PathLike | pd.DataFrame, units: Mapping[str, str] | None) -> pd.DataFrame:
    """Five-minute means of the weather station, by time and, if given, site."""
    if isinstance(met, pd.DataFrame):
        table = met.reset_index() if isinstance(met.index, pd.DatetimeIndex) else met
    else:
        table = read_csv(met)
    frame, _ = canonical(table, units, "met")
    columns = [name for name in MET if name in frame]
    if "time" not in frame or not columns:
        raise ValueError(f"met: expected time and some of {', '.join(MET)}, got {', '.join(map(str, table.columns))}")
    frame["time"] = frame["time"].dt.floor(f"{MINUTES}min")
    return frame.groupby([name for name in ("time", "site") if name in frame])[columns].mean()


def _keep(frame: pd.DataFrame, what: str, wanted: Iterable | None) -> pd.DataFrame:
    if wanted is None:
        return frame
    wanted = {wanted} if isinstance(wanted, (str, int)) else set(wanted)
    values = frame["site"] if what == "site" else frame["time"].dt.year
    known = set(values)
    if not wanted or wanted - known:
        got = ", ".join(map(str, sorted(wanted - known, key=str))) or "none"
        raise ValueError(f"expected {what}s among {', '.join(map(str, sorted(known)))}, got {got}")
    return frame[values.isin(wanted)]


def _with_phase(frame: pd.DataFrame, phases, target: str) -> tuple[pd.DataFrame, list[str]]:
    if "phase" in frame:
        return frame.assign(phase=_named(frame["phase"], phases)), ["The phase is the file's own."]
    if phases is not None:
        raise ValueError(f"expected phases only with a column 'phase'; the table has {', '.join(frame.columns)}")
    density = next((name for name in ("rho", "ed") if name in frame), None)
    if density is None:
        if target == "phase":
            require(frame, ("phase",))
        return frame, []
    phase = np.where(frame[density] < DENSITY_CUT, "snow", "rain").astype(object)
    phase[frame[density].isna()] = None
    return frame.assign(phase=phase), [
        f"The phase is cut by density: snow where {density} is below {DENSITY_CUT} g/cm³."
    ]


def _named(values: pd.Series, phases: Mapping[object, str] | None) -> pd.Series:
    if phases is not None and (not phases or not set(phases.values()) <= set(PHASES)):
        raise ValueError(f"phases: expected a map to {', '.join(PHASES)}, got {dict(phases)!r}")
    words = values.map(lambda value: value if phases else str(value).strip().lower(), na_action="ignore")
    result = words.map(phases or WORDS).astype(object)
    unknown = result.isna() & values.notna()
    if unknown.any():
        row = int(unknown.argmax())
        known, got = ", ".join(map(repr, phases or WORDS)), str(values.iloc[row])
        raise ValueError(
            f"column 'phase': expected {known}, got {got!r} in row {row}; name the others with phases={{...}}"
        )
    return result


def _table(frame: pd.DataFrame, notes: list[str], target: str, predictors: Iterable[str] | None) -> Table:
    rows = len(frame)
    if predictors is None:
        predictors = CLASSIFIER if set(CLASSIFIER) <= set(frame.columns) else DISDROMETER
    predictors = (predictors,) if isinstance(predictors, str) else tuple(predictors)
    phased = "phase" in frame
    leaks = [name for name in ("rho", "ed") if phased and name in frame and name not in (*predictors, target)][:1]
    require(frame, (*predictors, target))
    frame, cleaning = _clean(frame, list(dict.fromkeys([*predictors, target, *leaks])))
    notes = [*notes, *cleaning]
    if frame.empty:
        raise ValueError(f"pip: none of {rows} rows is left. {' '.join(notes)}")
    frame = frame.sort_values(["time", "site"], kind="stable")
    twice = frame.duplicated(["time", "site"])
    notes += _note(twice.sum(), "row(s) of a site and time that came before dropped")
    frame = frame[~twice].set_index("time")
    if phased:
        frame["snow"] = frame["phase"] == "snow"
    columns = described(*(name for name in COLUMNS if name in frame))
    classes = tuple(phase for phase in PHASES if (frame["phase"] == phase).any()) if target == "phase" else ()
    labels = {"target": target, "classes": classes, "event": "snow" if phased else None, "leaks": tuple(leaks)}
    return Table(frame[["site", *columns]], predictors, columns=columns, source="pip", notes=tuple(notes), **labels)


def _clean(frame: pd.DataFrame, needed: list[str]) -> tuple[pd.DataFrame, list[str]]:
    notes = []
    for name, high in LIMITS.items():
        if name in frame:
            outside = (frame[name] <= 0) | (frame[name] >= high)
            limits = f"0 < {name}" if np.isinf(high) else f"0 < {name} < {high:g}"
            notes += _note(outside.sum(), f"row(s) outside the limits {limits} dropped")
            frame = frame[~outside]
    for name in frame.columns.intersection(list(COLUMNS)).drop("phase", errors="ignore"):
        column = COLUMNS[name]
        stray = (frame[name] < column.low) | (frame[name] > column.high)
        if 0 < stray.sum() <= STRAY * frame[name].notna().sum():
            frame = frame.assign(**{name: frame[name].mask(stray)})
            limits = f"{column.low:g} to {column.high:g} {column.unit}"
            notes += _note(stray.sum(), f"value(s) of {name} outside {limits} taken as missing")
    missing = frame[needed].isna()
    for name in needed:
        notes += _note(missing[name].sum(), f"row(s) without {name} dropped")
        frame, missing = frame[~missing[name]], missing[~missing[name]]
    return frame, notes


def _note(number: int, reason: str) -> list[str]:
    return [f"{number} {reason}."] if number else []
