"""Dictionaries, and the rows that they all read, as they travel to the page."""

import base64
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ..matcher.packing import directions

#: Bytes of activations in all, and dictionaries: more are neither small nor legible.
MOST, MOST_DICTIONARIES = 120_000, 16
#: An activation travels as this many parts of the largest of its latent.
PARTS = 255


@dataclass(frozen=True, eq=False)
class Dictionary:
    """What an autoencoder's latents ``(rows, units)`` do on the rows that all dictionaries of a map read.

    ``weights`` ``(units, inputs)`` are its vectors, in the decoder or the encoder; left out, there are no cosines.
    ``space`` names what the inputs are, such as ``"network 0"``: cosines are taken of dictionaries of one space alone.

    Raises ``ValueError`` for what is not a table of finite numbers, latents below zero or without a row or a unit,
    another number of vectors than of units, and vectors without a space.
    """

    name: str
    latents: np.ndarray | torch.Tensor
    weights: np.ndarray | torch.Tensor | None = None
    space: str = ""

    def __post_init__(self):
        if not isinstance(self.name, str) or not self.name.strip():
            raise ValueError(f"expected a name for the dictionary, got {self.name!r}")
        if not isinstance(self.space, str):
            raise ValueError(f"{self.name}: expected space to be a name, got {self.space!r}")
        latents = _table(f"{self.name}: latents", self.latents, "(rows, units)")
        if (latents < 0).any():
            raise ValueError(f"{self.name}: expected latents of 0 or more, got {latents.min():g}")
        object.__setattr__(self, "latents", latents)
        if self.weights is None:
            return
        weights = _table(f"{self.name}: weights", self.weights, f"({latents.shape[1]}, inputs)")
        if len(weights) != latents.shape[1]:
            raise ValueError(f"{self.name}: expected {latents.shape[1]} vectors, as many as units, got {len(weights)}")
        if not self.space:
            raise ValueError(f"{self.name}: expected a space, the name of what the vectors' inputs are, got none")
        object.__setattr__(self, "weights", weights)


def _numbers(name: str, value) -> np.ndarray:
    try:
        value = np.asarray(value.detach().cpu().double() if isinstance(value, torch.Tensor) else value, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"expected numbers in {name}, got {value!r:.80}") from None
    if not np.isfinite(value).all():
        raise ValueError(f"expected finite numbers in {name}, got NaN or infinity")
    return value


def _table(name: str, value, axes: str) -> np.ndarray:
    value = _numbers(name, value)
    if value.ndim != 2 or 0 in value.shape:
        raise ValueError(f"expected {name} to have shape {axes} with nothing empty, got {value.shape}")
    return value


def quantised(latents: np.ndarray) -> np.ndarray:
    """Return latents ``(rows, units)`` as whole numbers from 0 to ``PARTS``, which is the largest of each unit.

    Only what is 0 stays 0: how often a latent is on is not rounded. A dead latent is 0 throughout.
    """
    largest = latents.max(axis=0)
    share = np.divide(latents, largest, out=np.zeros_like(latents), where=largest > 0)
    return np.where(latents > 0, np.maximum(np.rint(PARTS * share), 1), 0).astype(np.uint8)


def packed(dictionaries: Sequence[Dictionary], inputs: Mapping, log: Collection[str] = ()) -> dict:
    """Return the state of the page. For the arguments and errors see ``UniversalityMap``."""
    given = list(dictionaries) if isinstance(dictionaries, Sequence) and not isinstance(dictionaries, str) else []
    if odd := [type(one).__name__ for one in given if not isinstance(one, Dictionary)]:
        raise ValueError(f"expected dictionaries made with Dictionary(name, latents, ...), got a {odd[0]}")
    if not 2 <= len(given) <= MOST_DICTIONARIES:
        raise ValueError(
            f"expected a list of 2 to {MOST_DICTIONARIES} dictionaries, got {len(given) or dictionaries!r:.80}"
        )
    names = [one.name for one in given]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"expected dictionaries of different names, got {twice!r} twice")
    rows = len(given[0].latents)
    for one in given:
        if len(one.latents) != rows:
            raise ValueError(
                f"expected the same rows for all, {rows} in {names[0]!r}, got {len(one.latents)} in {one.name!r}"
            )
    if rows < 3:
        raise ValueError(f"expected three rows or more to correlate over, got {rows}")
    if (total := sum(one.latents.size for one in given)) > MOST:
        raise ValueError(f"expected at most {MOST:,} activations in all, got {total:,}: show fewer rows")
    widths = {}
    for one in given:
        if one.weights is not None and widths.setdefault(one.space, one.weights.shape[1]) != one.weights.shape[1]:
            raise ValueError(
                f"expected vectors of {widths[one.space]} inputs in the space {one.space!r}, "
                f"got {one.weights.shape[1]} in {one.name!r}"
            )
    return {"rows": rows, "inputs": _inputs(inputs, rows, log), "dictionaries": [_dictionary(one) for one in given]}


def _dictionary(one: Dictionary) -> dict:
    """Return a dictionary for JSON: its activations unit by unit, its vectors as directions of 16 bits."""
    return {
        "name": one.name,
        "space": one.space,
        "units": one.latents.shape[1],
        "latents": base64.b64encode(quantised(one.latents).T.tobytes()).decode(),
        "width": 0 if one.weights is None else one.weights.shape[1],
        "weights": "" if one.weights is None else directions(one.weights),
    }


def _inputs(inputs: Mapping, rows: int, log: Collection[str]) -> list[dict]:
    if not isinstance(inputs, Mapping) or not inputs:
        raise ValueError(f"expected a dict from names of inputs to their values, with one or more, got {inputs!r:.80}")
    if unknown := sorted(set(log) - set(inputs)):
        raise ValueError(f"unknown input {unknown[0]!r} in log: expected some of {', '.join(map(str, inputs))}")
    found = []
    for name, values in inputs.items():
        values = _numbers(f"input {name!r}", values)
        if values.shape != (rows,):
            raise ValueError(f"expected a value of {name!r} for each of {rows} rows, got shape {values.shape}")
        if name in log and not (values > 0).all():
            raise ValueError(
                f"expected values above 0 of {name!r}, which is drawn by its logarithm, got {values.min():g}"
            )
        found.append({"name": str(name), "log": name in log, "values": [float(f"{value:.4g}") for value in values]})
    return found
