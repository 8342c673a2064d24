"""Checks of what a record holds, in Python or in a file: one clear message each."""

import math
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from numbers import Integral, Real

import numpy as np

#: What is measured after each epoch, by task.
HISTORY = {
    "classification": ("loss", "val_loss", "accuracy", "val_accuracy"),
    "regression": ("loss", "val_loss", "mae", "val_mae"),
}


def suggestion(name, known: Sequence[str]) -> str:
    """Return `` (did you mean ...?)`` for the known name closest to ``name``, or nothing."""
    lower = {one.lower(): one for one in known}
    close = get_close_matches(str(name).lower(), lower, n=1)
    return f" (did you mean {lower[close[0]]!r}?)" if close else ""


def texts(key: str, value, count: int | None = None, what: str = "names", distinct: bool = True) -> tuple[str, ...]:
    """Return ``value`` as a tuple of texts; ``distinct`` ones are not empty and differ.

    Raises ``ValueError`` for anything else than a list of ``count`` texts, or of one or more without a ``count``.
    """
    wanted = f"expected a list of {'one or more' if count is None else count} {what}"
    if not isinstance(value, (list, tuple)) or not value or len(value) != (count or len(value)):
        found = f"{len(value)}" if isinstance(value, (list, tuple)) else reprlib.repr(value)
        raise ValueError(f"{key}: {wanted}, got {found}")
    for place, one in enumerate(value):
        if not isinstance(one, str) or (distinct and not one.strip()):
            raise ValueError(f"{key}: {wanted}, got {reprlib.repr(one)} as number {place}, counted from 0")
    if distinct and len(set(value)) < len(value):
        raise ValueError(f"{key}: expected each once, got {next(one for one in value if value.count(one) > 1)!r} twice")
    return tuple(value)


def numbers(key: str, value, shape: tuple[int, ...], axes: str, *, nan: bool = False) -> np.ndarray:
    """Return ``value`` as a float64 array of this ``shape``, read-only. With ``nan`` values may be NaN, or None for it.

    ``axes`` says in words what the shape stands for. Raises ``ValueError`` that names the key, the shape expected and
    what came, for lists of another shape, for text or booleans, for infinity, and for NaN where there may be none.
    """
    wanted = f"{key}: expected numbers of shape {axes} = {shape}"
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray):
        if value.shape != shape or value.dtype.kind not in "fiu":
            raise ValueError(f"{wanted}, got {value.dtype} of shape {value.shape}")
    elif fault := _fault(value, shape, nan):
        raise ValueError(f"{wanted}, got {fault}")
    try:
        found = np.array(value, dtype=np.float64)
    except OverflowError:
        raise ValueError(f"{wanted}, got a whole number too large for float64") from None
    odd = np.isinf(found) if nan else ~np.isfinite(found)
    if odd.any():
        place = "".join(f"[{i}]" for i in np.argwhere(odd)[0])
        raise ValueError(f"{wanted}, each {'finite or NaN' if nan else 'finite'}, got {found[odd][0]} at {key}{place}")
    found.setflags(write=False)
    return found


def _fault(value, shape: tuple[int, ...], nan: bool, place: str = "") -> str:
    """Return what keeps ``value`` from being nested lists of this shape, and where, or nothing."""
    at = f" at {place}" if place else ""
    if not shape:
        fits = isinstance(value, Real) and not isinstance(value, (bool, np.bool_)) or (nan and value is None)
        return "" if fits else reprlib.repr(value) + at
    if not isinstance(value, (list, tuple, np.ndarray)):
        return f"{reprlib.repr(value)}{at}"
    if len(value) != shape[0]:
        return f"{len(value)} in place of {shape[0]}{at}"
    return next(filter(None, (_fault(one, shape[1:], nan, f"{place}[{i}]") for i, one in enumerate(value))), "")


def log_scaled_names(value, predictors: tuple[str, ...]) -> tuple[str, ...]:
    """Return the log-scaled predictors in the order of the predictors; raise ``ValueError`` for a name that is none."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(f"log_scaled: expected a list of predictors, got {reprlib.repr(value)}")
    names = tuple(value)
    for name in names:
        if name not in predictors:
            close = suggestion(name, predictors)
            raise ValueError(f"log_scaled: {name!r} is no predictor{close}; expected some of {', '.join(predictors)}")
    if len(set(names)) < len(names):
        raise ValueError(f"log_scaled: expected each predictor once, got {', '.join(names)}")
    return tuple(name for name in predictors if name in names)


def layers(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Return ``(in, out)`` of every layer of a network of these ``sizes``, inputs first."""
    return list(zip(sizes[:-1], sizes[1:], strict=True))


def stacked(weights, biases, inputs: int, outputs: int) -> tuple[tuple, tuple]:
    """Return the checked weights ``(stored, in, out)`` and biases ``(stored, out)`` of every layer."""
    for key, value in (("weights", weights), ("biases", biases)):
        if not isinstance(value, (list, tuple)) or len(value) < 2:
            raise ValueError(f"{key}: expected one array for each of two layers or more, got {reprlib.repr(value)}")
    if len(weights) != len(biases):
        raise ValueError(f"expected biases for each of {len(weights)} layers of weights, got {len(biases)}")
    try:
        shapes = [np.shape(layer) for layer in weights]
    except ValueError:
        raise ValueError("weights: expected arrays of shape (stored, in, out), got ragged lists") from None
    if bad := [shape for shape in shapes if len(shape) != 3]:
        raise ValueError(f"weights: expected arrays of shape (stored, in, out), got {bad[0]}")
    stored, sizes = shapes[0][0], [inputs, *(shape[2] for shape in shapes[:-1]), outputs]
    if 0 in (stored, *sizes):
        raise ValueError(f"weights: expected at least one epoch and one neuron in each layer, got shapes {shapes}")
    checked = [
        (
            numbers(f"weights[{i}]", weights[i], (stored, *shape), "(stored, in, out)"),
            numbers(f"biases[{i}]", biases[i], (stored, shape[1]), "(stored, out)"),
        )
        for i, shape in enumerate(layers(sizes))
    ]
    return tuple(zip(*checked, strict=True))


def histories(history, task: str, stored: int) -> dict[str, np.ndarray]:
    """Return the checked history: each of ``HISTORY[task]``, ``(stored,)``, where the ``val_`` ones may be missing."""
    known = HISTORY[task]
    if not isinstance(history, Mapping) or (unknown := [name for name in history if name not in known]):
        found = f"{unknown[0]!r}" if isinstance(history, Mapping) else reprlib.repr(history)
        raise ValueError(f"history: expected a mapping with {', '.join(known)} for a {task}, got {found}")
    for name in known:
        if not name.startswith("val_") and name not in history:
            raise ValueError(f"history: expected {name!r} for a {task} (NaN where it is unknown), got {list(history)}")
    return {name: numbers(name, history[name], (stored,), "(stored,)", nan=True) for name in known if name in history}


def settings(value) -> dict[str, str | float | bool]:
    """Return the checked hyperparameters: texts, finite numbers and booleans by name.

    Published files write OPTMIZER for OPTIMIZER; it comes back by the right name.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"hyperparameters: expected a mapping of names to values, got {reprlib.repr(value)}")
    for name, one in value.items():
        fits = isinstance(one, (str, bool, np.bool_)) or (isinstance(one, Real) and math.isfinite(one))
        if not isinstance(name, str) or not fits:
            raise ValueError(
                f"hyperparameters: expected text, a finite number or a boolean for each name, "
                f"got {reprlib.repr(one)} for {reprlib.repr(name)}"
            )
    if {"OPTMIZER", "OPTIMIZER"} <= value.keys():
        raise ValueError("hyperparameters: expected OPTIMIZER, or OPTMIZER as in published files, got both")
    right = {"OPTMIZER": "OPTIMIZER"}
    return {right.get(name, name): one.item() if isinstance(one, np.generic) else one for name, one in value.items()}


def physical(key: str, value, record) -> np.ndarray:
    """Return ``value`` ``(n, predictors)`` if its log-scaled columns are above 0."""
    found = numbers(key, value, (len(value), len(record.predictors)), "(rows, predictors)")
    for name in record.log_scaled:
        column = found[:, record.predictors.index(name)]
        if (column <= 0).any():
            raise ValueError(f"{key}: log-scaled predictor {name!r}: expected values above 0, got {column.min():g}")
    return found


def limits(value, record) -> np.ndarray:
    """Return the checked limits ``(predictors, 2)``: a lowest and a highest value that is not below it."""
    found = numbers("limits", value, (len(record.predictors), 2), "(predictors, 2)")
    if (found[:, 0] > found[:, 1]).any():
        row = int(np.argmax(found[:, 0] > found[:, 1]))
        raise ValueError(
            f"limits: expected [lowest, highest] for {record.predictors[row]!r}, got {found[row].tolist()}"
        )
    physical("limits", found.T, record)
    return found


def targets(value, rows: int, record) -> np.ndarray:
    """Return the checked target ``(rows,)``: whole numbers that index the outputs of a classification, else values."""
    found = numbers("cases.target", value, (rows,), "(rows,)")
    if record.task == "classification" and not np.isin(found, range(len(record.outputs))).all():
        odd = found[~np.isin(found, range(len(record.outputs)))][0]
        raise ValueError(f"cases.target: expected class indices from 0 to {len(record.outputs) - 1}, got {odd:g}")
    return found


def whole(key: str, value, low: int, high: int) -> int:
    """Return ``value`` if it is a whole number from ``low`` to ``high``; raise ``ValueError`` if it is not."""
    if not isinstance(value, Integral) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"{key}: expected a whole number from {low} to {high}, got {reprlib.repr(value)}")
    return int(value)
