"""Readings as they travel to the page."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..inspector.packing import packed as packed_records
from .reading import SCORES, Reading


def packed(readings: Sequence[Reading]) -> dict[str, list]:
    """Return ``{"records": [...], "cases": [...], "readers": [...]}`` for JSON.

    Records and cases are as the Inspector's, of the last epoch alone. A reader belongs to the record at its place: the
    "layer" that it reads, the "names" of the predictors for readers, its "sae" (see ``Reading.weights``), and the
    explanations of "neurons" and "latents" as ``[words, score, balanced, control]`` with null for no score.

    Raises ``ValueError`` for two readings of one name.
    """
    names = [reading.record.name for reading in readings]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"expected records that differ in their names, for the reader to choose, got {twice!r} twice")
    return {
        **packed_records([_last(reading) for reading in readings]),
        "readers": [
            {
                "layer": reading.layer,
                "names": reading.names,
                "sae": reading.weights(),
                **{kind: [_said(one) for one in getattr(reading, kind)] for kind in ("neurons", "latents")},
            }
            for reading in readings
        ],
    }


def _last(reading: Reading):
    """Return the record with its last epoch alone."""
    record = reading.record
    return replace(
        record,
        weights=tuple(layer[-1:] for layer in record.weights),
        biases=tuple(layer[-1:] for layer in record.biases),
        history={name: np.asarray(values)[-1:] for name, values in record.history.items()},
        start=False,
        activations=None,
    )


def _said(one) -> list:
    scores = (float(getattr(one, name)) for name in SCORES)
    return [one.words, *(None if math.isnan(score) else float(f"{score:.4g}") for score in scores)]
