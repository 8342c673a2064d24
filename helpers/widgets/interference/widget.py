"""The widget ``Interference``."""

from collections.abc import Sequence
from pathlib import Path

import anywidget
import numpy as np
import torch
import traitlets

from ...toy import expected_loss
from .._bundle import bundle
from ..toy_geometry.widget import turned

HERE = Path(__file__).parent


class Interference(anywidget.AnyWidget):
    """Place two of a trained model's features yourself, and see what each overlap costs.

    Make one with ``Interference.from_model``. The other features stay where training put them, and the best biases
    are found for the reader's arrows, so the loss can be compared with that of the trained network. ``sparsity`` is
    synced: set it from Python or link it to a slider; the view shows the level nearest to it.
    """

    _esm = bundle(HERE / "interference.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "interference.css").read_text("utf8")

    sparsity = traitlets.Float(0.0).tag(sync=True)
    sparsities = traitlets.List(traitlets.Float()).tag(sync=True)
    weights = traitlets.List().tag(sync=True)
    biases = traitlets.List().tag(sync=True)
    importance = traitlets.List(traitlets.Float()).tag(sync=True)
    free = traitlets.List(traitlets.Int()).tag(sync=True)

    @traitlets.validate("sparsity")
    def _in_range(self, proposal):
        if not 0 <= proposal["value"] <= 1:
            raise ValueError(f"sparsity must lie in [0, 1], got {proposal['value']!r}")
        return proposal["value"]

    @classmethod
    def from_model(
        cls,
        model,
        sparsity,
        importance,
        *,
        free: Sequence[int] = (0, 1),
        levels: Sequence[float] | None = None,
        start: float | None = None,
    ):
        """Return the widget for a trained ``nets.ToyModel`` with a hidden plane, one instance or more per sparsity.

        ``sparsity`` is ``(instances,)``, ``importance`` ``(features,)``; of the instances that share a sparsity the
        one with the least expected loss is the opponent. ``free`` names the two features that the reader places,
        counted from 0. ``levels`` keeps only the trained sparsities nearest to these, and ``start`` is the one shown
        first (the last, unless given). Raises ``ValueError`` for a model without a hidden plane or with fewer than 3
        or more than 5 features, NaN, another number of sparsities than instances, a sparsity outside [0, 1), and two
        free features that are not two different ones of the model.
        """
        W, b = model.W.detach().cpu().double(), model.b.detach().cpu().double()
        sparsity = torch.as_tensor(sparsity, dtype=torch.float64).cpu()
        features = W.shape[1]
        if W.shape[-1] != 2 or not 3 <= features <= 5:
            raise ValueError(f"expected 3 to 5 features in 2 dimensions, got {features} in {W.shape[2]}")
        if sparsity.shape != W.shape[:1]:
            raise ValueError(f"expected {len(W)} sparsities, one per instance, got shape {tuple(sparsity.shape)}")
        if not ((sparsity >= 0) & (sparsity < 1)).all():
            raise ValueError(f"expected sparsities from 0 to below 1, got {sparsity.tolist()}")
        if not (torch.isfinite(W).all() and torch.isfinite(b).all()):
            raise ValueError("expected finite weights and biases, got NaN or infinity: did the training diverge?")
        if len(set(free)) != 2 or len(free) != 2 or not set(free) <= set(range(features)):
            raise ValueError(f"expected two different features from 0 to {features - 1} in free, got {list(free)}")
        loss = expected_loss(W, b, sparsity, importance).sum(-1).numpy()
        trained = np.unique(sparsity)
        if levels is not None:
            wanted = np.asarray(levels, dtype=float)
            if wanted.ndim != 1 or not wanted.size or not np.isfinite(wanted).all():
                raise ValueError(f"expected one sparsity or more in levels, got {levels!r}")
            trained = np.unique([trained[np.abs(trained - level).argmin()] for level in wanted])
        like, planes, best = np.eye(features, 2), [], []
        for level in trained:
            group = np.flatnonzero(sparsity == level)
            best.append(int(group[loss[group].argmin()]))
            like = turned(W[best[-1]].numpy(), like)
            planes.append(like)
        return cls(
            sparsity=float(trained[-1] if start is None else start),
            sparsities=trained.round(6).tolist(),
            weights=np.round(planes, 6).tolist(),
            biases=b[best].numpy().round(6).tolist(),
            importance=torch.as_tensor(importance, dtype=torch.float64).numpy().round(6).tolist(),
            free=[int(i) for i in free],
        )
