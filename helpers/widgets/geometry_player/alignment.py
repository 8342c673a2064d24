"""Draw equal models alike: exchange features of equal importance, and turn or mirror the plane."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment


@dataclass(frozen=True)
class Placement:
    """A permutation of the features and an orthogonal map of the plane; the loss of a model does not see them.

    ``order`` ``(features,)`` says which feature of the model goes to each place, ``turn`` is ``(2, 2)``.
    """

    order: np.ndarray
    turn: np.ndarray

    def __call__(self, models: np.ndarray) -> np.ndarray:
        """Return ``models`` ``(..., features, 3)``, rows ``[x, y, bias]``, placed."""
        placed = models[..., self.order, :]
        return np.concatenate([placed[..., :2] @ self.turn, placed[..., 2:]], axis=-1)


def procrustes(plane: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Return the orthogonal map ``(2, 2)`` that brings ``plane`` ``(features, 2)`` nearest to ``like``."""
    left, _, right = np.linalg.svd(plane.T @ like)
    return left @ right


def _assigned(model: np.ndarray, like: np.ndarray, keep_first: bool) -> np.ndarray:
    cost = ((model[:, None] - like[None]) ** 2).sum(-1)
    if keep_first:
        return np.concatenate([[0], 1 + linear_sum_assignment(cost[1:, 1:].T)[1]])
    return linear_sum_assignment(cost.T)[1]


def _starts(plane: np.ndarray, like: np.ndarray) -> list[np.ndarray]:
    """Turns and mirrored turns that bring each arrow in turn onto the longest arrow of ``like``."""
    x, y = like[np.argmax(np.linalg.norm(like, axis=1))]
    starts = []
    for u, v in plane:
        length = np.hypot(u, v)
        if length < 1e-9:
            continue
        u, v = u / length, v / length
        back = np.array([[u, -v], [v, u]])  # row vectors: brings the arrow onto the horizontal axis
        there = np.array([[x, y], [-y, x]]) / max(np.hypot(x, y), 1e-9)
        starts += [back @ there, back @ np.diag([1.0, -1.0]) @ there]
    return starts or [np.eye(2)]


def placement(model: np.ndarray, like: np.ndarray, keep_first: bool) -> Placement:
    """Return the placement that brings ``model`` ``(features, 3)``, rows ``[x, y, bias]``, nearest to ``like``.

    With ``keep_first`` the first feature keeps its place. Assignment (Hungarian) and turn (orthogonal Procrustes) are
    improved alternately from several starts, and the best end is kept: a good answer, not provably the best one.
    """
    best, least = None, np.inf
    for turn in _starts(model[:, :2], like[:, :2]):
        reached = np.inf
        while True:
            turned = np.column_stack([model[:, :2] @ turn, model[:, 2]])
            order = _assigned(turned, like, keep_first)
            turn = procrustes(model[order, :2], like[:, :2])
            candidate = Placement(order, turn)
            distance = ((candidate(model) - like) ** 2).sum()
            if not distance < reached - 1e-9:  # equally good exchanges could go round for ever
                break
            reached = distance
            if distance < least:
                best, least = candidate, distance
    return best
