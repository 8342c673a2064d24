"""From many trained toy models to the numbers that the player shows."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from ...toy import expected_loss
from .alignment import placement

SLOTS = 8
#: Coordinates and biases travel as whole thousandths.
SCALE = 1000


@dataclass(frozen=True)
class Runs:
    """Checked runs: ``models`` ``(snapshots, runs, 8, 3)`` with rows ``[x, y, bias]``; the rest is ``(runs,)``."""

    models: np.ndarray
    features: np.ndarray
    sparsity: np.ndarray
    importance: np.ndarray
    steps: list[int]

    def loss(self, models: np.ndarray, runs: np.ndarray) -> np.ndarray:
        """Return the expected loss ``(n,)`` of ``models`` ``(n, features, 3)`` at the settings of ``runs`` ``(n,)``."""
        W, b = torch.tensor(models[..., :2]), torch.tensor(models[..., 2])
        each = expected_loss(W, b, torch.tensor(self.sparsity[runs]), torch.ones(models.shape[1])).numpy()
        return each[:, 0] * self.importance[runs] + each[:, 1:].sum(1)

    def best(self, count: int) -> dict[tuple[float, float], int]:
        """Return the run with the least expected loss for each (sparsity, importance) of ``count`` features."""
        runs = np.flatnonzero(self.features == count)
        loss = self.loss(self.models[-1, runs, :count], runs)
        cells = {}
        for at in np.argsort(loss, kind="stable"):
            cells.setdefault((self.sparsity[runs[at]], self.importance[runs[at]]), int(runs[at]))
        return cells

    def data(self) -> dict[str, list]:
        """Return the traits of the widget.

        ``optima`` has one flat list per number of features: sparsity by importance by feature by [x, y, bias].
        ``paths`` holds the snapshots before the last at importance 1: sparsity by snapshot by feature by [x, y, bias],
        and ``losses`` the losses of all snapshots: sparsity by snapshot.
        """
        counts, sparsities, importances = (
            np.unique(values).tolist() for values in (self.features, self.sparsity, self.importance)
        )
        optima, paths, losses = [], [], []
        for count in counts:
            cells = self.best(count)
            placed = self._placed(count, cells, sparsities, importances)
            optima.append(
                _whole([placed[s, i](self.models[-1, cells[s, i], :count]) for s in sparsities for i in importances])
            )
            chosen = np.array([cells[s, 1.0] for s in sparsities])
            stories = [placed[s, 1.0](self.models[:, run, :count]) for s, run in zip(sparsities, chosen, strict=True)]
            paths.append(_whole([story[:-1] for story in stories]))
            repeated = np.repeat(chosen, len(self.steps))
            loss = self.loss(np.concatenate(stories), repeated)
            losses.append([float(f"{value:.4g}") for value in loss])
        levels = {"counts": counts, "sparsities": sparsities, "importances": importances, "steps": self.steps}
        return levels | {"optima": optima, "paths": paths, "losses": losses}

    def _placed(self, count: int, cells: dict, sparsities: Sequence[float], importances: Sequence[float]) -> dict:
        """Place each cell's model to lie as its neighbours do, outwards from equal importance and low sparsity."""
        centre = importances.index(1.0)
        outwards = sorted(range(len(importances)), key=lambda i: abs(i - centre))
        placed, drawn = {}, {}
        for i in outwards:
            inner = i + np.sign(centre - i)
            for k, s in enumerate(sparsities):
                neighbours = [(k - 1, i), (k, inner)] if inner != i else [(k - 1, i)]
                likes = [drawn[at] for at in neighbours if at in drawn] or [np.eye(count, 3)]
                model = self.models[-1, cells[s, importances[i]], :count]
                # The sum of the squared distances to several models is least where that to their mean is.
                there = placement(model, np.mean(likes, axis=0), keep_first=i != centre)
                placed[s, importances[i]] = there
                drawn[k, i] = there(model)
        return placed


def _whole(models: Sequence[np.ndarray]) -> list[int]:
    return np.rint(SCALE * np.array(models)).astype(int).ravel().tolist()


def _numbers(name: str, values, shape: str, dims: int) -> np.ndarray:
    values = values.detach().cpu() if isinstance(values, torch.Tensor) else values
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected {name} as numbers of shape {shape}, got {type(values).__name__}") from error
    if array.ndim != dims or array.size == 0:
        raise ValueError(f"expected {name} of shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"expected finite numbers in {name}, got NaN or infinity: did the training diverge?")
    return array


def checked(W, b, features, sparsity, importance, steps) -> Runs:
    """Return the runs, or raise one ``ValueError`` that names what does not fit; see ``GeometryPlayer.from_runs``."""
    W = _numbers("W", W, f"(snapshots, runs, {SLOTS}, 2)", 4)
    b = _numbers("b", b, f"(snapshots, runs, {SLOTS})", 3)
    if W.shape[2:] != (SLOTS, 2) or b.shape != W.shape[:3]:
        raise ValueError(
            f"expected W (snapshots, runs, {SLOTS}, 2) and b (snapshots, runs, {SLOTS}), got {W.shape} and {b.shape}"
        )
    columns = {}
    for name, values in (("features", features), ("sparsity", sparsity), ("importance", importance)):
        columns[name] = _numbers(name, values, "(runs,)", 1).round(6)  # levels that differ by rounding are one level
        if columns[name].shape != W.shape[1:2]:
            raise ValueError(f"expected {name} for each of {W.shape[1]} runs, got {len(columns[name])}")
    counts = columns["features"]
    if not (np.isin(counts, range(3, SLOTS + 1))).all():
        raise ValueError(f"expected whole numbers of features from 3 to {SLOTS}, got {np.unique(counts).tolist()}")
    if not ((columns["sparsity"] >= 0) & (columns["sparsity"] < 1)).all():
        raise ValueError(f"expected sparsities from 0 to below 1, got {np.unique(columns['sparsity']).tolist()}")
    if not (columns["importance"] > 0).all():
        raise ValueError(f"expected importances above 0, got {np.unique(columns['importance']).tolist()}")
    if 1.0 not in columns["importance"]:
        raise ValueError(f"expected some runs with importance 1, got {np.unique(columns['importance']).tolist()}")
    columns["features"] = counts.astype(int)
    levels = [np.unique(column).tolist() for column in columns.values()]
    held = set(zip(*(column.tolist() for column in columns.values()), strict=True))
    gaps = [(n, s, i) for n in levels[0] for s in levels[1] for i in levels[2] if (n, s, i) not in held]
    if gaps:
        raise ValueError(
            f"expected a run for each features, sparsity and importance, got none for {gaps[0]} "
            f"and {len(gaps) - 1} other cells"
        )
    return Runs(np.concatenate([W, b[..., None]], axis=-1), **columns, steps=_steps(steps, len(W)))


def _steps(steps, snapshots: int) -> list[int]:
    if steps is None and snapshots == 1:
        return [0]
    try:
        whole = [operator.index(step) for step in steps]
    except TypeError:
        whole = []
    if len(whole) != snapshots or whole[0] < 0 or any(b <= a for a, b in pairwise(whole)):
        raise ValueError(f"expected {snapshots} increasing whole steps from 0, one per snapshot, got {steps}")
    return whole
