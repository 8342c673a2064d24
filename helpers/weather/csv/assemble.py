"""Make a table of a file's cells, as planned, or say everything that prevents it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype

from helpers.weather.csv import values as cells_of
from helpers.weather.csv.labels import check_variety, classed, event_of, is_truth
from helpers.weather.csv.mapping import Options, Plan
from helpers.weather.csv.report import Findings
from helpers.weather.schema import CLASSIFIER, COLUMNS, Column
from helpers.weather.table import Table

TRUTHS = ("wet", "snow")


def assemble(raw: pd.DataFrame, plan: Plan, options: Options, site: str, found: Findings) -> Table | None:
    """The table of the cells `raw`, or None if there is a problem. What is wrong, and what was done, goes to `found`.

    `site` is the name of the site if no column holds it.
    """
    keys = _keys(raw, plan, options, site, found)
    frame, gaps, classes = _read(raw, plan, options, found)
    origin = {column.name: cells for cells, column in plan.columns.items()}
    event, happened = event_of(frame, origin, options.target, options.event, found)
    columns = {column.name: column for column in plan.columns.values()}
    about = event
    if event is not None and event not in frame:
        about = next(iter(options.event or [options.target]))
        frame[event], origin[event] = happened, origin[about]
        columns[event] = COLUMNS.get(event) or Column(event, "", f"whether {about} is {event}")
    predictors = _predictors(frame, options, found)
    if options.predictors is None and not predictors and plan.columns:
        found.problem("expected at least one predictor, but no other column holds numbers")
    for name in predictors:
        if name in frame and columns[name].log_scaled:
            low = (frame[name] <= 0).to_numpy()
            expected = f"column {origin[name]!r}: expected numbers above 0, for their logarithm"
            found.rows(low, expected, frame[name].to_numpy(), "; drop these rows, or leave it out of the predictors")
    needed = [name for name in dict.fromkeys((*predictors, options.target, about)) if name in frame]
    keep = _keep(frame, gaps, needed, origin, options, found)
    if keep.any():
        is_varied = not classes or check_variety(frame[options.target][keep], origin[options.target], found)
        if event not in (None, options.target) and (is_varied or about != options.target):
            check_variety(frame[event][keep], origin[event], found)
    if found.problems:
        return None
    frame = pd.concat([keys, frame], axis=1)[keep]
    found.note(int((frame["time"].diff() < pd.Timedelta(0)).sum()), "row(s) earlier than the row before; all sorted")
    frame = frame.sort_values(["time", "site"], kind="stable").set_index("time")
    booleans = {name: bool for name in frame if is_truth(frame[name]) and frame[name].notna().all()}
    labels = {"event": event, "leaks": options.leaks, "notes": tuple(found.notes)}
    try:
        return Table(frame.astype(booleans), predictors, options.target, classes, columns, "csv", **labels)
    except ValueError as error:  # such as a median that became implausible when rows were dropped
        found.problem(str(error))
        return None


def _keys(raw: pd.DataFrame, plan: Plan, options: Options, site: str, found: Findings) -> pd.DataFrame:
    """The columns `time` and `site`, without `time` if there is none."""
    frame = pd.DataFrame({"site": site}, index=raw.index)
    if plan.site is not None:
        frame["site"] = cells_of.words(raw[plan.site], options.missing)
        found.rows(frame["site"].isna(), f"column {plan.site!r}: expected a site in every row", got="without")
    if plan.time is None:
        return frame
    zone, pattern = options.time_zone, options.time_format
    frame["time"] = cells_of.times(raw[plan.time], zone, pattern, found, options.missing)
    twice = frame.duplicated(["time", "site"]) & frame["time"].notna()
    expected = f"column {plan.time!r}: expected one row per time and site"
    found.rows(twice, expected, raw[plan.time].to_numpy(), "; keep one of each", "more")
    return frame


def _read(
    raw: pd.DataFrame, plan: Plan, options: Options, found: Findings
) -> tuple[pd.DataFrame, dict[str, np.ndarray], tuple[str, ...]]:
    """The mapped columns in canonical units, the rows in which each is missing, and the classes of the target."""
    columns, gaps, classes = {}, {}, ()
    for cells, column in plan.columns.items():
        name, values = column.name, raw[cells]
        text = cells_of.words(values, options.missing)
        gaps[name] = text.isna().to_numpy()
        if gaps[name].all():
            found.problem(f"column {cells!r}: expected values, but every row is empty")
            del gaps[name]
            continue
        kind, labelled = _kind(values, text, column, options), options.classes is not None and name == options.target
        if cells in plan.units and kind != "number":
            found.problem(f"column {cells!r}: expected no unit, because {name!r} is a label, got {plan.units[cells]!r}")
        if labelled and kind == "number":
            found.problem(f"classes: expected none, because the target {name!r} is a number in {column.unit}")
        if kind == "number":
            columns[name] = cells_of.numbers(text, column, plan.units.get(cells), found, options.decimal)
        elif kind == "truth":
            labels = ("dry", "wet") if name == "wet" else (f"not {name}", name)
            columns[name] = cells_of.truths(text, labels, found)
        elif name == options.target:
            columns[name], labels = classed(text, name, options.classes, found)
        else:
            columns[name] = text
        if name == options.target and kind != "number":
            classes = labels
    return pd.DataFrame(columns, index=raw.index), gaps, classes


def _kind(values: pd.Series, text: pd.Series, column: Column, options: Options) -> str:
    """'number', 'truth' or 'word': a unit or the use as a predictor makes a number, else the name, else the cells."""
    is_target = column.name == options.target
    if column.unit or (column.name in (options.predictors or ()) and not is_target):
        return "number"
    if is_target and options.classes is not None:
        return "word"
    known = text.dropna()
    if column.name in TRUTHS or is_bool_dtype(values) or known.str.lower().isin(cells_of.TRUE + cells_of.FALSE).all():
        return "truth"
    if column.name not in COLUMNS and not is_target and pd.to_numeric(known, errors="coerce").notna().all():
        return "number"
    return "word"


def _predictors(frame: pd.DataFrame, options: Options, found: Findings) -> tuple[str, ...]:
    if options.predictors is not None:
        return options.predictors
    numbers = [name for name in frame if frame[name].dtype == float and name not in (options.target, *options.leaks)]
    taken = CLASSIFIER if options.target == "phase" and set(CLASSIFIER) <= set(numbers) else tuple(numbers)
    if taken:
        found.notes.append(f"No predictors were named; taken are {', '.join(taken)}.")
    return taken


def _keep(frame, gaps, needed: list[str], origin, options: Options, found: Findings) -> np.ndarray:
    """Which rows have all that is needed, (rows,). Those that have not are noted, or are a problem."""
    keep = np.ones(len(frame), dtype=bool)
    for name, gap in gaps.items():
        count = int(gap.sum())
        if name not in needed:
            found.note(count, f"row(s) without {name} kept, because nothing needs it")
        elif options.drop_incomplete:
            found.note(count, f"row(s) without {name} dropped")
            keep &= ~gap
        else:
            found.rows(gap, f"column {origin[name]!r}: expected a value in every row", got="without")
    if len(keep) and not keep.any():
        found.problem(f"expected rows with all of {', '.join(needed)}, but no row has them all")
    return keep
