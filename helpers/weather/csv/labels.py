"""The labels of a reader's table: which column is the answer, what its classes are, and what counts as the event."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import pandas as pd

from helpers.weather.csv.report import Findings
from helpers.weather.schema import PHASES

PHASED = ("phase", "regime_phase")
MOST_CLASSES = 50  # more are hardly classes, but a number or a free text that was taken for a label


def close(word: object, known: Iterable[str], least: float = 0.6) -> str:
    """'; did you mean ...?' if one of the known names is as similar as `least` (of 1), else nothing."""
    match = difflib.get_close_matches(str(word), list(map(str, known)), n=1, cutoff=least)
    return f"; did you mean {match[0]!r}?" if match else ""


def is_truth(values: pd.Series) -> bool:
    """Whether a column holds True, False and missing values, and nothing else."""
    return values.dtype == object and values.notna().any() and values.dropna().isin([True, False]).all()


def classed(
    values: pd.Series, name: str, classes: Iterable[str] | Mapping[object, str] | None, found: Findings
) -> tuple[pd.Series, tuple[str, ...]]:
    """The words of the target's column as class names, and the classes. What is wrong goes to `found`.

    `classes` may be a map {word in the file: class}, or the words in the order wanted. Without it a phase must be rain,
    snow or mixed, in any case; of any other column the words are the classes, in order of appearance.
    """
    where, plain = f"column {values.name!r}", values
    if classes is None and name in PHASED:
        plain, classes = values.str.lower(), PHASES
    elif classes is None:
        classes = tuple(values.dropna().unique())
        if len(classes) > MOST_CLASSES:
            found.problem(
                f"{where}: expected at most {MOST_CLASSES} classes, got {len(classes)}; if the target is a number, "
                f"map the column to one with a unit ('dimensionless' at least)"
            )
    pairs = classes.items() if isinstance(classes, Mapping) else zip(classes, classes, strict=True)
    wanted = {str(word): str(label) for word, label in pairs}
    if not wanted:
        found.problem("classes: expected two or more, got none")
        return values, ()
    result = plain.map(wanted).astype(object)
    unknown = (result.isna() & values.notna()).to_numpy()
    if unknown.any():
        others = list(values[unknown].unique())
        hint = f"; name them as in classes={{{others[0]!r}: {next(iter(wanted.values()), 'rain')!r}, ...}}"
        listed = ", ".join(map(repr, others[:8])) + (" and more" if len(others) > 8 else "")
        hint = (f" (unknown: {listed})" if len(others) > 1 else "") + (close(others[0], wanted, 0.75) or hint)
        found.rows(unknown, f"{where}: expected one of {', '.join(map(repr, wanted))}", values.to_numpy(), hint)
    labels = tuple(dict.fromkeys(wanted.values()))
    if name in PHASED:
        strange = [label for label in labels if label not in PHASES]
        if strange:
            found.problem(f"classes: expected a phase to be {', '.join(PHASES)}, got {strange[0]!r}")
        labels = tuple(phase for phase in PHASES if (result == phase).any())
    return result, labels


def check_variety(values: pd.Series, cells: str, found: Findings) -> bool:
    """Whether a target or an event varies; that it does not is a problem. `cells` is its column in the file."""
    if values.isna().any() or values.nunique() > 1:  # what is neither of the classes has been reported
        return True
    only = values.iloc[:1].item()
    found.problem(f"column {cells!r}: expected at least two kinds of {values.name!r} in the rows, but all are {only!r}")
    return False


def event_of(
    frame: pd.DataFrame, origin: Mapping[str, str], target: str, event: str | Mapping | None, found: Findings
) -> tuple[str | None, pd.Series | None]:
    """The name of the event and its column of True and False, or None twice.

    `frame` holds the mapped columns, `origin` the name of each in the file. See `helpers.weather.csv.load`.
    """
    if event is None:
        if target not in frame:
            return None, None
        if target in PHASED and (frame[target] == "snow").any():
            event = "snow" if "snow" in frame else {target: "snow"}
        elif is_truth(frame[target]):
            event = target
        else:
            return None, None
    if isinstance(event, str):
        if event not in frame:
            found.problem(f"event: expected one of {', '.join(frame)}, got {event!r}{close(event, frame)}")
        elif not is_truth(frame[event]):
            found.problem(f"event: column {origin[event]!r} is not of true and false; name a value, {{{event!r}: ...}}")
        else:
            return event, frame[event]
        return None, None
    if not isinstance(event, Mapping) or len(event) != 1:
        found.problem(f"event: expected {{column: value}} or the name of a column, got {event!r}")
        return None, None
    ((name, value),) = ((name, str(value)) for name, value in event.items())
    if name not in frame:
        found.problem(f"event: expected one of {', '.join(frame)}, got {name!r}{close(name, frame)}")
    elif value in frame:
        found.problem(f"event: expected a name that is no column yet, got {value!r}; pass event={value!r} to use it")
    elif not (frame[name] == value).any():
        known = ", ".join(frame[name].dropna().astype(str).unique()[:8]) or "none is known"
        found.problem(f"event: expected a value of column {origin[name]!r} ({known}), got {value!r}")
    else:
        return value, frame[name] == value
    return None, None
