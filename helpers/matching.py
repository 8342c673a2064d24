"""Which latent is which true feature? One latent for one feature, matched as well as possible in all."""

from typing import NamedTuple

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from . import metrics


class Match(NamedTuple):
    """``latent`` ``(instances, features)`` is the partner of each feature, -1 where there are too few latents.

    ``similarity`` ``(instances, features)`` is how alike the two are, 0 without a partner.
    """

    latent: Tensor
    similarity: Tensor


def assign(similarity: Tensor, here: Tensor | None = None, there: Tensor | None = None) -> Match:
    """Match features to latents one to one, so that the sum of ``similarity`` is as large as possible.

    ``similarity`` is ``(instances, features, latents)``. ``here`` ``(instances, features)`` and ``there``
    ``(instances, latents)``, booleans, say which of them may have a partner, such as those that are not dead; all may
    unless told. The method is the Hungarian one (Kuhn 1955). Raises ``ValueError`` for another shape or values that are
    not finite.
    """
    metrics.three_axes("similarity", similarity, "(instances, features, latents)")
    some = [
        _booleans(name, which, similarity.shape[::step])
        for name, which, step in (("here", here, 1), ("there", there, 2))
    ]
    latent = torch.full(similarity.shape[:2], -1)
    for i, table in enumerate(similarity.detach().cpu().double().numpy()):
        rows, columns = (np.flatnonzero(which[i]) for which in some)
        features, latents = linear_sum_assignment(table[np.ix_(rows, columns)], maximize=True)
        latent[i, rows[features]] = torch.from_numpy(columns[latents])
    found = similarity.detach().cpu().gather(-1, latent.clamp_min(0).unsqueeze(-1)).squeeze(-1)
    return Match(latent, torch.where(latent >= 0, found, 0.0))


def _booleans(name: str, which: Tensor | None, shape: tuple[int, ...]) -> Tensor:
    which = torch.ones(shape[:2], dtype=torch.bool) if which is None else torch.as_tensor(which).cpu()
    if which.dtype != torch.bool or which.shape != shape[:2]:
        raise ValueError(f"{name} must be booleans of shape {tuple(shape[:2])}, got {which.dtype} {tuple(which.shape)}")
    return which


def cosines(truth: Tensor, dictionary: Tensor) -> Tensor:
    """Return the cosine of each true feature with each dictionary vector, ``(instances, features, latents)``.

    ``truth`` is ``(features, inputs)`` or ``(instances, features, inputs)``, ``dictionary`` ``(instances, latents,
    inputs)``. A vector of length zero, such as that of an absent latent, has cosine 0 with all. Raises ``ValueError``
    for vectors of different width, which are about other neurons, and for other shapes.
    """
    if truth.shape[-1:] != dictionary.shape[-1:]:
        raise ValueError(
            f"expected vectors of the same neurons, got shapes {tuple(truth.shape)} and {tuple(dictionary.shape)}: "
            "between other widths there is no cosine, only the correlation of latents"
        )
    metrics.mmcs(truth, dictionary)  # says what is wrong with the shapes, if anything is
    unit = torch.nn.functional.normalize
    return unit(truth, dim=-1) @ unit(dictionary, dim=-1).mT


def correlations(values: Tensor, units: Tensor) -> Tensor:
    """Return Pearson's r of each true feature with each unit, ``(instances, features, units)``.

    ``values`` is ``(rows, features)``, or ``(rows, instances, features)`` where instances saw different rows, ``units``
    ``(rows, instances, units)``. What never varies has r = 0.
    """
    return metrics.correlations(units, values).mT
