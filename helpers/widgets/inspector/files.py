"""Records in files: ours, and those published with NN Inspector (frasertheking/Inspector)."""

import json
import os
import reprlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from .checking import layers, log_scaled_names, numbers, settings, suggestion, texts, whole
from .record import Cases, Record
from .writing import EXTRA, VERSION, save_record

__all__ = ["load_record", "save_record"]

#: The measure beside the loss, by task: the only mark of the task in a published file but the loss and the outputs.
METRICS = {"accuracy": "classification", "mae": "regression"}
REGRESSION_LOSSES = {"mse", "mae", "mean_squared_error", "mean_absolute_error", "huber"}


def load_record(path: str | os.PathLike, log_scaled: Iterable[str] = ()) -> Record:
    """Return the record in a file that ``save_record`` wrote, or in a published file of NN Inspector.

    A published file does not say which predictors are log-scaled: name them in ``log_scaled``. It holds one hidden
    layer, no network before training, no cases and no limits. What was measured after an epoch may be NaN or null, and
    the ``val_`` histories may be missing.

    Raises ``FileNotFoundError`` if there is no file, and one ``ValueError`` for anything that is no record, which names
    the file, the key, the shape expected and what came.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path}: expected a file, got a directory")
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path}: expected JSON in UTF-8, complete to its last bracket, got: {error}") from None
    try:
        return _record(data, log_scaled)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _record(data, log_scaled: Iterable[str]) -> Record:
    if not isinstance(data, Mapping):
        raise ValueError(f"expected a mapping with the keys of NN Inspector, got {reprlib.repr(data)}")
    predictors = texts("predictors", _get(data, "predictors"))
    outputs = texts("response_variable", _get(data, "response_variable"))
    hyperparameters = settings(_get(data, "hyperparameters"))
    task = _task(data, outputs, hyperparameters)
    extra = _extra(data, task)
    named = log_scaled_names(log_scaled, predictors)
    if extra:
        kept = log_scaled_names(_get(extra, "log_scaled"), predictors)
        if named and named != kept:
            raise ValueError(f"log_scaled: expected {list(kept)}, as the file itself says, got {list(named)}")
        named = kept
    sizes = [len(predictors), *_hidden(data, extra), len(outputs)]
    epochs = _count(data, "weights_history")
    weights = _by_layer(data, "weights_history", epochs, layers(sizes), "(inputs, neurons)")
    biases = _by_layer(data, "biases_history", epochs, [(size,) for size in sizes[1:]], "(neurons,)")
    activations = _by_layer(
        data, "activations_history", epochs, [(size,) for size in sizes[1:]], "(neurons,)", nan=True
    )
    history = _history(data, task, epochs)
    if (start := extra.get("start")) is not None:
        weights = _before(weights, _get(start, "weights", "start"), "start.weights")
        biases = _before(biases, _get(start, "biases", "start"), "start.biases")
        first = _get(start, "history", "start")
        history = {
            name: np.append(
                numbers(f"start.history.{name}", _get(first, name, "start.history"), (), "one number", nan=True), values
            )
            for name, values in history.items()
        }
    scaling, cases = _get(data, "scaling_info"), extra.get("cases")
    return Record(
        predictors=predictors,
        units=texts("units", _get(data, "units"), len(predictors), "units", distinct=False),
        log_scaled=named,
        outputs=outputs,
        task=task,
        mean=numbers("scaling_info.mean", _get(scaling, "mean", "scaling_info"), (len(predictors),), "(predictors,)"),
        scale=numbers(
            "scaling_info.scale", _get(scaling, "scale", "scaling_info"), (len(predictors),), "(predictors,)"
        ),
        weights=weights,
        biases=biases,
        history=history,
        hyperparameters=hyperparameters,
        start=start is not None,
        name=extra.get("name", ""),
        output_unit=extra.get("output_unit", ""),
        limits=extra.get("limits"),
        cases=cases and Cases(_get(cases, "raw", "cases"), _get(cases, "target", "cases")),
        activations=activations,
    )


def _get(data, key: str, where: str = ""):
    """Return ``data[key]``; raise ``ValueError`` that names the key if it is missing."""
    if not isinstance(data, Mapping):
        raise ValueError(f"{where}: expected a mapping with {key!r}, got {reprlib.repr(data)}")
    if key not in data:
        found = ", ".join(data) or "nothing"
        raise ValueError(f"missing key {f'{where}.' if where else ''}{key}{suggestion(key, list(data))}; got {found}")
    return data[key]


def _task(data: Mapping, outputs: tuple[str, ...], hyperparameters: Mapping) -> str:
    """Return the task that the metric, the outputs and the loss agree on."""
    says = {
        f"{prefix}{name}_history": task
        for name, task in METRICS.items()
        for prefix in ("", "val_")
        if f"{prefix}{name}_history" in data
    }
    if not says:
        raise ValueError("missing key accuracy_history, for a classification, or mae_history, for a regression")
    says[f"response_variable with {len(outputs)} name(s)"] = "regression" if len(outputs) == 1 else "classification"
    loss = str(hyperparameters.get("LOSS_FUNC", "")).lower().replace(" ", "_")
    if "entropy" in loss or loss in REGRESSION_LOSSES:
        says[f"LOSS_FUNC {loss!r}"] = "classification" if "entropy" in loss else "regression"
    if len(set(says.values())) > 1:
        raise ValueError(f"expected one task, got {', '.join(f'{key}: {task}' for key, task in says.items())}")
    activation = str(hyperparameters.get("ACTIVATION", "relu"))
    if activation.lower() != "relu":
        raise ValueError(f"hyperparameters.ACTIVATION: expected 'relu', got {activation!r}")
    return next(iter(says.values()))


def _extra(data: Mapping, task: str) -> Mapping:
    """Return what we keep beside the published format; empty for a published file."""
    if EXTRA not in data:
        return {}
    version = _get(data[EXTRA], "version", EXTRA)
    if version != VERSION:
        raise ValueError(f"{EXTRA}.version: expected {VERSION}, got {reprlib.repr(version)}; is the book out of date?")
    if (kept := _get(data[EXTRA], "task", EXTRA)) != task:
        raise ValueError(f"{EXTRA}.task: expected {task!r}, as the rest of the file says, got {kept!r}")
    return data[EXTRA]


def _hidden(data: Mapping, extra: Mapping) -> list[int]:
    """Return the number of neurons in each hidden layer."""
    first = whole("N_HIDDEN", _get(data, "N_HIDDEN"), 1, 1_000_000)
    hidden = extra.get("hidden", [first])
    if not isinstance(hidden, list) or not hidden or hidden[0] != first:
        raise ValueError(f"{EXTRA}.hidden: expected widths of hidden layers that begin with {first}, got {hidden!r}")
    return [whole(f"{EXTRA}.hidden", width, 1, 1_000_000) for width in hidden]


def _count(data: Mapping, key: str) -> int:
    value = _get(data, key)
    if not isinstance(value, list) or not value:
        raise ValueError(f"{key}: expected a list with an entry for each of one epoch or more, got {value!r:.60}")
    return len(value)


def _by_layer(data: Mapping, key: str, epochs: int, shapes: list[tuple], axes: str, *, nan: bool = False) -> tuple:
    """Return one array ``(epochs, *shape)`` for each of ``shapes`` from a list by epoch and then by layer."""
    if (found := _count(data, key)) != epochs:
        raise ValueError(f"{key}: expected {epochs} epochs, as weights_history has, got {found}")
    for epoch, value in enumerate(data[key]):
        if not isinstance(value, list) or len(value) != len(shapes):
            got = len(value) if isinstance(value, list) else reprlib.repr(value)
            raise ValueError(f"{key}[{epoch}]: expected one entry for each of {len(shapes)} layers, got {got}")
    return tuple(
        np.stack(
            [
                numbers(f"{key}[{epoch}][{layer}]", data[key][epoch][layer], shape, axes, nan=nan)
                for epoch in range(epochs)
            ]
        )
        for layer, shape in enumerate(shapes)
    )


def _history(data: Mapping, task: str, epochs: int) -> dict[str, np.ndarray]:
    """Return what was measured after each epoch; only the ``val_`` histories may be missing."""
    metric = next(name for name, of in METRICS.items() if of == task)
    found = {}
    for name in ("loss", "val_loss", metric, f"val_{metric}"):
        key = f"{name}_history"
        if not name.startswith("val_") or data.get(key) is not None:
            found[name] = numbers(key, _get(data, key), (epochs,), "(epochs,)", nan=True)
    return found


def _before(arrays: tuple[np.ndarray, ...], first, key: str) -> tuple[np.ndarray, ...]:
    """Return ``arrays`` ``(epochs, ...)`` with the values of epoch 0 before them."""
    if not isinstance(first, list) or len(first) != len(arrays):
        raise ValueError(f"{key}: expected a list with one entry for each of {len(arrays)} layers, got {first!r:.60}")
    shapes = [array.shape[1:] for array in arrays]
    zero = [
        numbers(f"{key}[{i}]", one, shape, "of the layer")
        for i, (one, shape) in enumerate(zip(first, shapes, strict=True))
    ]
    return tuple(np.concatenate([one[None], array]) for one, array in zip(zero, arrays, strict=True))
