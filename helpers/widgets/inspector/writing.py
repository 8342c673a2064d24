"""A record as a file that NN Inspector can load, with what its format lacks under one key of our own."""

import json
import os
from pathlib import Path

import numpy as np

from ...files import whole
from .forward import edits, passed, run

#: The key for what the published format has no place for, and the version of what is under it. NN Inspector reads the
#: keys it knows and no others.
EXTRA, VERSION = "snowfall", 1


def save_record(record, path: str | os.PathLike) -> None:
    """Write ``record`` as JSON in the format of NN Inspector, so that ``load_record`` gives it back number by number.

    NN Inspector itself shows one hidden layer and needs ``accuracy_history``, which only classifications have. With
    several hidden layers ``weights_history`` has one entry more per epoch for each, and ``N_HIDDEN`` is the width of
    the first. NaN is written as null. ``activations_history`` holds the activations of the first case, or of the mean
    input if there are no cases, unless the record came with its own. Raises ``ValueError`` for a directory.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path}: expected a file to write to, got a directory")
    with whole(path) as partial:
        partial.write_text(json.dumps(published(record), allow_nan=False), "utf8")


def published(record) -> dict:
    """Return ``record`` in the layout of the published files (frasertheking/Inspector), plus ``EXTRA``."""
    first = int(record.start)
    activations = record.activations or sample_activations(record)
    names = {"OPTIMIZER": "OPTMIZER"}
    return {
        "predictors": list(record.predictors),
        "units": list(record.units),
        "response_variable": list(record.outputs),
        "N_HIDDEN": record.hidden_sizes[0],
        "weights_history": by_epoch([layer[first:] for layer in record.weights]),
        "biases_history": by_epoch([layer[first:] for layer in record.biases]),
        "activations_history": by_epoch(activations),
        **{f"{name}_history": plain(values[first:]) for name, values in record.history.items()},
        "scaling_info": {"mean": record.mean.tolist(), "scale": record.scale.tolist()},
        "hyperparameters": {names.get(name, name): value for name, value in record.hyperparameters.items()},
        EXTRA: extra(record),
    }


def extra(record) -> dict:
    """Return what the published format has no place for."""
    start = cases = None
    if record.start:
        start = {
            "weights": [layer[0].tolist() for layer in record.weights],
            "biases": [layer[0].tolist() for layer in record.biases],
            "history": {name: plain(values[0]) for name, values in record.history.items()},
        }
    if record.cases is not None:
        cases = {"raw": record.cases.raw.tolist(), "target": record.cases.target.tolist()}
    return {
        "version": VERSION,
        "name": record.name,
        "task": record.task,
        "output_unit": record.output_unit,
        "log_scaled": list(record.log_scaled),
        "hidden": list(record.hidden_sizes),
        "limits": None if record.limits is None else record.limits.tolist(),
        "start": start,
        "cases": cases,
    }


def sample_activations(record) -> list[np.ndarray]:
    """Return the activations ``(epochs, neurons)`` of each layer for the first case, or for the mean input."""
    changes = edits(record)
    if record.cases is None:
        passes = [passed(record, np.zeros(len(record.predictors)), place, changes) for place in _places(record)]
    else:
        raw = dict(zip(record.predictors, record.cases.raw[0], strict=True))
        passes = [run(record, raw, place, changes) for place in _places(record)]
    layers = zip(*([*one.hidden, one.output] for one in passes), strict=True)
    return [np.stack(layer) for layer in layers]


def _places(record) -> range:
    return range(int(record.start), record.epochs + record.start)


def by_epoch(layers) -> list[list]:
    """Return one list per epoch with an entry for each of ``layers``, arrays ``(epochs, ...)``."""
    return [[plain(layer[epoch]) for layer in layers] for epoch in range(len(layers[0]))]


def plain(values: np.ndarray):
    """Return an array as nested lists, or a number, with None for NaN: JSON has no NaN."""
    return np.where(np.isnan(values), None, np.asarray(values, dtype=object)).tolist()
