"""What the matcher's page needs, checked and made small."""

import base64
from collections.abc import Mapping

import numpy as np
import torch

#: Numbers in all: 16 bits each, so that a page stays below 300 kB compressed.
MOST = 100_000


def _array(name: str, value) -> np.ndarray:
    try:
        value = np.asarray(value.detach().cpu().double() if isinstance(value, torch.Tensor) else value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"expected numbers in {name}, got {value!r:.80}") from None
    if not np.isfinite(value).all():
        raise ValueError(f"expected finite numbers in {name}, got NaN or infinity: did a training diverge?")
    return value


def _rows(name: str, value, axes: str, inputs: int | None = None) -> np.ndarray:
    value = _array(name, value)
    if value.ndim != 2 or 0 in value.shape or (inputs is not None and value.shape[1] != inputs):
        raise ValueError(f"expected {name} to have shape {axes} with nothing empty, got {value.shape}")
    return value


def _shares(name: str, value, count: int, axis: str) -> list[float]:
    value = _array(name, value)
    if value.shape != (count,) or not ((value >= 0) & (value <= 1)).all():
        raise ValueError(
            f"expected {name} to be shares of the inputs from 0 to 1, one for each of {count} {axis}, "
            f"got shape {value.shape}" + (f" from {value.min():g} to {value.max():g}" if value.size else "")
        )
    return [float(f"{share:.4g}") for share in value]


def directions(rows: np.ndarray) -> str:
    """Return the rows of ``(vectors, inputs)`` as 16-bit integers in base64, each as long as 16 bits allow.

    Only the direction of a row remains. A row of zeros stays one.
    """
    largest = np.abs(rows).max(axis=1, keepdims=True)
    whole = np.rint(32767 * np.divide(rows, largest, out=np.zeros_like(rows), where=largest > 0))
    return base64.b64encode(whole.astype("<i2").tobytes()).decode()


def packed(truth, dictionaries: Mapping, frequency=None, on: Mapping | None = None) -> dict:
    """Return the state of the page. For the arguments and errors see ``Matcher.from_dictionaries``."""
    truth = _rows("truth", truth, "(features, inputs)")
    if empty := np.flatnonzero((truth == 0).all(axis=1)).tolist():
        raise ValueError(f"expected every true feature to have a direction, but rows {empty} of truth are zero")
    if truth.shape[1] < 2:
        raise ValueError("expected 2 inputs or more in truth: in one dimension there are no angles, got 1")
    if not isinstance(dictionaries, Mapping) or not dictionaries:
        raise ValueError(f"expected a dict from names to dictionaries, with one or more, got {dictionaries!r:.80}")
    on = {} if on is None else on
    if not isinstance(on, Mapping) or not set(on) <= set(dictionaries):
        got = sorted(map(str, on)) if isinstance(on, Mapping) else type(on).__name__
        raise ValueError(f"expected on to be a dict with names among {sorted(map(str, dictionaries))}, got {got}")
    inputs = truth.shape[1]
    rows = {name: _rows(f"{name!r}", value, f"(latents, {inputs})", inputs) for name, value in dictionaries.items()}
    total = truth.size + sum(value.size for value in rows.values())
    if total > MOST:
        raise ValueError(f"expected at most {MOST:,} numbers in truth and dictionaries together, got {total:,}")
    return {
        "inputs": inputs,
        "truth": directions(truth),
        "frequency": [] if frequency is None else _shares("frequency", frequency, len(truth), "features"),
        "dictionaries": [
            {
                "name": str(name),
                "rows": directions(value),
                "on": _shares(f"on[{name!r}]", on[name], len(value), "latents") if name in on else [],
            }
            for name, value in rows.items()
        ],
    }
