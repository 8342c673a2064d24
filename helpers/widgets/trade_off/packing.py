"""Measured sweeps as they travel to the page."""

import base64

import numpy as np

from .sweep import Measured

#: A curve travels as thousandths of log10 of the loss, at so many points at most.
UNIT, POINTS = 1000, 60
LEAST = 1e-12  # below it a loss is drawn as this
#: How often a latent is on travels as a whole number of this many parts.
PARTS = 65_535
#: With more numbers than this in all dictionaries of a page they travel as bytes, not as two bytes each.
MANY = 100_000


def bits(sizes: list[int]) -> int:
    """Return how many bits each number of the dictionaries gets, if they have so many numbers each."""
    return 16 if sum(sizes) <= MANY else 8


def packed(found: Measured, shown: int, steps: list[int], bits: int) -> dict:
    """Return one sweep for JSON: its numbers for all seeds, its dictionaries and curves for the first ``shown``.

    "vectors" is base64 of little-endian integers of so many ``bits``, of which the largest is 1, value by value, seed
    by seed, latent by latent. "on" is the same with 16 bits and no sign; only what is never on has 0. "losses" are
    curves at "steps" as first value and changes, and end where a run stopped.
    """
    top = 2 ** (bits - 1) - 1
    vectors = np.rint(found.vectors[:, :shown] * top).astype(f"<i{bits // 8}")
    on = np.ceil(found.on[:, :shown] * PARTS).astype("<u2")
    kept = np.unique(np.linspace(0, len(steps) - 1, min(POINTS, len(steps))).round().astype(int)) if steps else []
    return {
        "values": [float(f"{value:.6g}") for value in found.values],
        "seeds": found.on.shape[1],
        "latents": found.on.shape[2],
        **{name: _rounded(values) for name, values in found.numbers.items()},
        "widths": found.widths[:, :shown].tolist(),
        "vectors": base64.b64encode(vectors.tobytes()).decode(),
        "on": base64.b64encode(on.tobytes()).decode(),
        "steps": [int(steps[k]) for k in kept],
        "losses": [[_curve(run[kept]) for run in runs[:shown]] for runs in found.loss],
    }


def _rounded(values: np.ndarray) -> list[list[float | None]]:
    return [[float(f"{value:.4g}") if np.isfinite(value) else None for value in row] for row in values.astype(float)]


def _curve(loss: np.ndarray) -> list[int]:
    going = loss[np.isfinite(loss).cumprod().astype(bool)]
    return np.diff(np.rint(UNIT * np.log10(np.maximum(going, LEAST))).astype(int), prepend=0).tolist()
