"""Records as they travel to the page."""

import base64
from collections.abc import Sequence

import numpy as np

from .record import Record


def packed(records: Sequence[Record]) -> dict[str, list]:
    """Return ``{"records": [...], "cases": [...]}`` for JSON: what the page needs of each record.

    "weights" is base64 of little-endian floats: for each stored epoch, for each layer, the weights row by row, (in,
    out), then the biases. They are float32, "bits" 32, where that loses nothing, else float64. "stored" counts the
    epochs with epoch 0, which is the first if "start". "history" is rounded to five digits, with null for NaN. "cases"
    of a record is a place in the list of cases, or null; an entry holds "columns" by predictor, in physical units, and
    the "target". Records that were tested on the same rows share an entry.

    Raises ``ValueError`` for no records, and for two that a reader could not tell apart.
    """
    records = list(records)
    if not records or not all(isinstance(record, Record) for record in records):
        raise ValueError(f"expected one Record or more, got {[type(record).__name__ for record in records]}")
    _distinct(records)
    cases, places = [], []
    for record in records:
        places.append(_shared(record, cases))
    return {"records": [_packed(*each) for each in zip(records, places, strict=True)], "cases": cases}


def _distinct(records: list[Record]) -> None:
    seen = {}
    for number, record in enumerate(records):
        look = (record.name, record.predictors, record.hidden_sizes, record.hyperparameters.get("L1_flag"))
        if look in seen:
            raise ValueError(
                f"expected records that differ in name, predictors, hidden sizes or L1_flag, but numbers {seen[look]} "
                f"and {number}, counted from 0, agree in all: give them names (name {record.name!r})"
            )
        seen[look] = number


def _packed(record: Record, cases: int | None) -> dict:
    parts = [part for layer in zip(record.weights, record.biases, strict=True) for part in layer]
    numbers = np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)
    with np.errstate(over="ignore"):
        bits = 32 if (numbers.astype("<f4") == numbers).all() else 64
    return {
        "name": record.name,
        "predictors": list(record.predictors),
        "units": list(record.units),
        "log": [name in record.log_scaled for name in record.predictors],
        "outputs": list(record.outputs),
        "unit": record.output_unit,
        "task": record.task,
        "mean": record.mean.tolist(),
        "scale": record.scale.tolist(),
        "limits": None if record.limits is None else record.limits.tolist(),
        "sizes": list(record.sizes),
        "start": record.start,
        "stored": len(numbers),
        "bits": bits,
        "weights": base64.b64encode(numbers.astype(f"<f{bits // 8}").tobytes()).decode(),
        "history": {name: list(map(_rounded, values)) for name, values in record.history.items()},
        "hyperparameters": dict(record.hyperparameters),
        "cases": cases,
    }


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else float(f"{value:.5g}")


def _shared(record: Record, cases: list[dict]) -> int | None:
    """Return the place of the record's cases in ``cases``, where columns or an entry are added if need be."""
    if record.cases is None:
        return None
    target = record.cases.target.tolist()
    columns = dict(zip(record.predictors, record.cases.raw.T.tolist(), strict=True))
    for place, entry in enumerate(cases):
        known = entry["columns"]
        if entry["target"] == target and all(known.get(name, values) == values for name, values in columns.items()):
            known.update(columns)
            return place
    cases.append({"columns": columns, "target": target})
    return len(cases) - 1
