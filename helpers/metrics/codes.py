"""Measures of superposition, and of sparse codes and their dictionaries."""

import torch
from torch import Tensor

from .shapes import finite, three_axes


def feature_dimensionality(W: Tensor) -> Tensor:
    """Return how much of a hidden dimension each feature has to itself, ``(instances, features)``.

    ``W`` is ``(instances, features, hidden)``. ``D_i = |W_i|^2 / sum_j (unit(W_i) . W_j)^2``: 1 for a dimension of
    its own, 1/2 for half of an antipodal pair, 0 for a feature that is not represented (Elhage et al. 2022).
    """
    three_axes("W", W, "(instances, features, hidden)")
    squared = W.square().sum(-1)
    overlap = torch.einsum("nih,njh->nij", torch.nn.functional.normalize(W, dim=-1), W).square().sum(-1)
    return torch.where(squared > 1e-12, squared / overlap.clamp_min(1e-12), 0.0)


def monosemanticity(responses: Tensor) -> Tensor:
    """Return the largest response of each unit as a share of all its responses, ``(instances, units)``.

    ``responses`` is ``(features, instances, units)``: row ``i`` is the activation when feature ``i`` alone is on. 1
    means that the unit answers to one feature. Only positive responses count, since with GELU the plain sum can be
    smaller than the largest. A unit without any has 0. Source: Jermyn et al. (2022), with the clipping added.
    """
    positive = three_axes("responses", responses, "(features, instances, units)").clamp_min(0)
    return positive.amax(0) / positive.sum(0).clamp_min(1e-10)


def l0(latents: Tensor) -> Tensor:
    """Return the mean number of latents above zero per row, ``(instances,)``."""
    return (three_axes("latents", latents) > 0).float().sum(-1).mean(0)


def dead(latents: Tensor) -> Tensor:
    """Return which units never rise above zero, boolean ``(instances, units)``."""
    return ~(three_axes("latents", latents) > 0).any(0)


def fvu(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Return the fraction of variance unexplained, ``(instances,)``: 0 is perfect, 1 is no better than the mean.

    Both arguments are ``(rows, instances, units)``. Raises ``ValueError`` if an instance's ``x`` never varies.
    """
    three_axes("x", x), three_axes("reconstruction", reconstruction)
    if x.shape != reconstruction.shape:
        raise ValueError(
            f"x and its reconstruction differ in shape: {tuple(x.shape)} and {tuple(reconstruction.shape)}"
        )
    constant = (x == x[0]).all(0).all(-1)
    if constant.any():
        raise ValueError(f"x is constant in instance {int(constant.nonzero()[0])}: there is no variance to explain")
    return (x - reconstruction).square().sum((0, 2)) / (x - x.mean(0)).square().sum((0, 2))


def shrinkage(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Return the size of the reconstruction as a share of the size that would fit ``x`` best, ``(instances,)``.

    Both are centred first. 1 means that no rescaling would improve the copy, less that it is too small. Both arguments
    are ``(rows, instances, units)``. A copy that never varies gives NaN. Source: Rajamanoharan et al. (2024).
    """
    fvu(x, reconstruction)  # says what is wrong with the shapes, if anything is
    centred, copy = x - x.mean(0), reconstruction - reconstruction.mean(0)
    return copy.square().sum((0, 2)) / (centred * copy).sum((0, 2))


def mmcs(truth: Tensor, dictionary: Tensor) -> Tensor:
    """Return the mean over true features of the largest cosine with a dictionary vector, ``(instances,)``.

    ``truth`` is ``(features, inputs)`` or ``(instances, features, inputs)``; ``dictionary`` is
    ``(instances, latents, inputs)``. Source: Sharkey et al. (2022).
    """
    three_axes("dictionary", dictionary, "(instances, latents, inputs)")
    instances, _, inputs = dictionary.shape
    if truth.dim() not in (2, 3) or truth.shape[-1] != inputs or truth.shape[:-2] not in ((), (instances,)):
        raise ValueError(
            f"truth must have shape (features, {inputs}) or ({instances}, features, {inputs}), got {tuple(truth.shape)}"
        )
    finite("truth", truth)
    unit = torch.nn.functional.normalize
    return (unit(truth, dim=-1) @ unit(dictionary, dim=-1).mT).amax(-1).mean(-1)
