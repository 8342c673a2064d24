"""The widget ``ToyGeometry``."""

from collections.abc import Sequence
from pathlib import Path

import anywidget
import numpy as np
import torch
import traitlets

from ...toy import expected_loss
from .._bundle import bundle

HERE = Path(__file__).parent
VIEWS = ("plane", "gram", "features", "curve", "train")


#: Seeds whose losses are this close to the least count as equally good.
TIE = 1.01


def turned(plane: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Rotate or reflect ``plane`` ``(features, 2)`` to lie as ``like`` does: the orthogonal Procrustes solution.

    The turn leaves ``W W^T``, and so the model, unchanged.
    """
    left, _, right = np.linalg.svd(plane.T @ like)
    return plane @ (left @ right)


def chosen(W: np.ndarray, loss: np.ndarray, groups: Sequence[np.ndarray]) -> tuple[list[int], list[np.ndarray]]:
    """Choose one instance of each group, turned so that the figure moves as little as possible from group to group.

    ``W`` is ``(instances, features, 2)``, ``loss`` ``(instances,)``; a group is an array of instances. The choice is
    among the instances with the least loss, up to ``TIE``: mirror images and exchanged features are as good.
    """
    like, instances, planes = np.eye(W.shape[1], 2), [], []
    for group in groups:
        ties = group[loss[group] <= TIE * loss[group].min()]
        turns = [turned(W[i], like) for i in ties]
        nearest = int(np.argmin([np.linalg.norm(plane - like) for plane in turns]))
        like = turns[nearest]
        instances.append(int(ties[nearest]))
        planes.append(like)
    return instances, planes


class ToyGeometry(anywidget.AnyWidget):
    """Drag the sparsity and see how the model arranges its features in the plane, and what that costs.

    Make one with ``ToyGeometry.from_model``. ``sparsity`` is synced: set it from Python or link it to a slider; the
    view shows the trained sparsity nearest to it. ``views`` chooses the parts: the plane of feature directions, the
    ``gram`` matrix W W^T, the table of ``features``, the loss ``curve`` and the buttons to ``train`` in the browser.
    """

    _esm = bundle(HERE / "toy_geometry.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "toy_geometry.css").read_text("utf8")

    sparsity = traitlets.Float(0.0).tag(sync=True)
    sparsities = traitlets.List(traitlets.Float()).tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    biases = traitlets.List().tag(sync=True)
    seed_losses = traitlets.List().tag(sync=True)
    importance = traitlets.List(traitlets.Float()).tag(sync=True)
    views = traitlets.List(traitlets.Enum(VIEWS), list(VIEWS)).tag(sync=True)

    @traitlets.validate("sparsity")
    def _in_range(self, proposal):
        if not 0 <= proposal["value"] <= 1:
            raise ValueError(f"sparsity must lie in [0, 1], got {proposal['value']!r}")
        return proposal["value"]

    @classmethod
    def from_model(cls, model, sparsity, importance, *, start: float = 0.0, views: Sequence[str] = VIEWS):
        """Return the widget for a trained ``nets.ToyModel`` with a hidden plane, one instance or more per sparsity.

        ``sparsity`` is ``(instances,)``, ``importance`` ``(features,)``, ``start`` the sparsity shown first. Of the
        instances that share a sparsity, one with the least expected loss is drawn; the losses of all are dots on the
        curve. Raises ``ValueError`` for a model that is not in the plane, has more than five features, a
        NaN, another number of instances than ``sparsity``, a sparsity outside [0, 1), and for an unknown view.
        """
        W, b = model.W.detach().cpu().double(), model.b.detach().cpu().double()
        sparsity = torch.as_tensor(sparsity, dtype=torch.float64).cpu()
        if W.shape[-1] != 2 or W.shape[1] > 5:
            raise ValueError(f"expected at most 5 features in 2 dimensions, got {W.shape[1]} in {W.shape[2]}")
        if sparsity.shape != W.shape[:1]:
            raise ValueError(f"expected {len(W)} sparsities, one per instance, got shape {tuple(sparsity.shape)}")
        if not ((sparsity >= 0) & (sparsity < 1)).all():
            raise ValueError(f"expected sparsities from 0 to below 1, got {sparsity.tolist()}")
        if not (torch.isfinite(W).all() and torch.isfinite(b).all()):
            raise ValueError("expected finite weights and biases, got NaN or infinity: did the training diverge?")
        if unknown := set(views) - set(VIEWS):
            raise ValueError(f"unknown view {sorted(unknown)}: expected some of {', '.join(VIEWS)}")
        loss = expected_loss(W, b, sparsity, importance).sum(-1).numpy()
        levels = np.unique(sparsity)
        groups = [np.flatnonzero(sparsity == level) for level in levels]
        best, planes = chosen(W.numpy(), loss, groups)
        return cls(
            sparsity=float(start),
            sparsities=levels.round(6).tolist(),
            weights=np.round(planes, 6).tolist(),
            biases=b[best].numpy().round(6).tolist(),
            seed_losses=[[float(f"{value:.4g}") for value in loss[group]] for group in groups],
            importance=torch.as_tensor(importance, dtype=torch.float64).numpy().round(6).tolist(),
            views=list(views),
        )
