"""The widget ``PhaseMap``."""

from collections.abc import Mapping
from pathlib import Path

import anywidget
import numpy as np
import torch
import traitlets

from .._bundle import bundle

HERE = Path(__file__).parent
PARTS = ("importance", "density", "W", "b")
#: Numbers travel as whole thousandths: half the size, and what that changes in a loss cannot be seen.
UNIT = 1000


def _array(title: str, name: str, value) -> np.ndarray:
    value = np.asarray(value.detach().cpu() if isinstance(value, torch.Tensor) else value, dtype=float)
    if not np.isfinite(value).all():
        raise ValueError(f"{title}: expected finite numbers in {name}, got NaN or infinity: did a training diverge?")
    return value


def _axis(title: str, name: str, values: np.ndarray, most: float) -> list[float]:
    steps = np.diff(np.log(values)) if values.ndim == 1 and (values > 0).all() else np.array([])
    if not steps.size or (steps <= 0).any() or not np.allclose(steps, steps[0], rtol=1e-2) or values[-1] > most:
        raise ValueError(
            f"{title}: expected {name} to rise in equal factors, above 0 and up to {most:g}, got {values.tolist()}"
        )
    return [float(f"{value:.6g}") for value in values]


def turned(W: np.ndarray) -> np.ndarray:
    """Turn or mirror each of the models ``W`` ``(..., features, hidden)`` so that equal ones are drawn alike.

    The first features come to lie along the axes as nearly as they can: the orthogonal Procrustes solution, which
    leaves ``W W^T`` unchanged.
    """
    like = np.eye(*W.shape[-2:])
    like[-1] = 0.01  # decides between mirror images when the first features share a line
    left, _, right = np.linalg.svd(W.swapaxes(-1, -2) @ like)
    return W @ (left @ right)


def packed(title: str, parts: Mapping) -> dict:
    """Return what the page needs of one map; raise one ``ValueError`` that starts with its ``title``."""
    if not isinstance(parts, Mapping) or set(parts) != set(PARTS):
        got = sorted(parts) if isinstance(parts, Mapping) else type(parts).__name__
        raise ValueError(f"{title}: expected a dict with {', '.join(PARTS)}, got {got}")
    importance, density, W, b = (_array(title, name, parts[name]) for name in PARTS)
    columns, rows = _axis(title, "importance", importance, np.inf), _axis(title, "density", density, 1.0)
    hidden = W.shape[-1] if W.ndim == 4 else 0
    if hidden not in (1, 2) or W.shape != (len(rows), len(columns), hidden + 1, hidden):
        raise ValueError(
            f"{title}: expected W (rows, columns, features, hidden) with {len(rows)} rows, {len(columns)} columns, "
            f"and 2 features in 1 dimension or 3 in 2, got shape {W.shape}"
        )
    if b.shape != W.shape[:3]:
        raise ValueError(f"{title}: expected b of shape {W.shape[:3]}, got {b.shape}")
    cells = np.concatenate([turned(W).reshape(*b.shape[:2], -1), b], axis=-1)
    return {
        "title": title,
        "hidden": hidden,
        "importance": columns,
        "density": rows,
        "cells": np.rint(UNIT * cells).astype(int).ravel().tolist(),
    }


class PhaseMap(anywidget.AnyWidget):
    """Explore the phase diagram of Elhage et al. (2022): what training made of one extra feature, and why.

    Make one with ``PhaseMap.from_models``. The page colours each cell by the fate of the last feature, draws where
    theory puts the boundaries, and for the cell under the pointer shows the model and the loss of each fate.
    """

    _esm = bundle(HERE / "phase_map.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "phase_map.css").read_text("utf8")

    maps = traitlets.List(traitlets.Dict()).tag(sync=True)

    @classmethod
    def from_models(cls, maps: Mapping[str, Mapping]):
        """Return the widget for one map or more, ``title -> {"importance", "density", "W", "b"}``.

        ``importance`` ``(columns,)`` is that of the last feature, all others having 1; ``density`` ``(rows,)`` is the
        probability that a feature is on. Both rise in equal factors. ``W`` is ``(rows, columns, features, hidden)``
        and ``b`` ``(rows, columns, features)``: the best model of each cell, with 2 features in 1 dimension or 3
        in 2. Raises ``ValueError``, starting with the title, for anything else.
        """
        if not isinstance(maps, Mapping) or not maps:
            raise ValueError(f"expected a dict from titles to maps, with one map or more, got {maps!r:.80}")
        return cls(maps=[packed(str(title), parts) for title, parts in maps.items()])
