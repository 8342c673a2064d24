"""How much do neurons and layers mix? Two measures of the same question: how many of these count?"""

import torch
from torch import Tensor


def dominance(weights: Tensor) -> Tensor:
    """Return the largest input weight of each neuron as a share of all its weights, ``(instances, neurons)``.

    ``weights`` is ``(instances, inputs, neurons)``; their signs do not matter. 1 means that the neuron looks at one
    input, one over the number of inputs that it looks at all alike. A neuron without weights gives NaN. Source: the
    NN Inspector of King, which calls a neuron monosemantic above 0.8.
    """
    size = _checked("weights", weights, "(instances, inputs, neurons)").abs()
    return size.amax(1) / size.sum(1)


def participation_ratio(values: Tensor) -> Tensor:
    """Return how many of ``values`` ``(..., parts)`` count, ``(...)``: ``(sum v)^2 / sum v^2``.

    Of ``k`` equal parts and otherwise nothing it is ``k``. Give it squared weights, or the variances of a layer's
    principal components: then it says how many inputs a neuron weighs, or how many dimensions a layer uses. Nothing at
    all gives NaN. Raises ``ValueError`` for no parts, a negative or a non-finite one.
    """
    values = values.double()
    if values.dim() == 0 or values.shape[-1] == 0:
        raise ValueError(f"expected values of shape (..., parts), got {tuple(values.shape)}")
    if not ((values >= 0) & torch.isfinite(values)).all():
        raise ValueError("values must be finite and not negative")
    share = values / values.sum(-1, keepdim=True)  # first, since squares of small numbers vanish
    return 1 / share.square().sum(-1)


def variances(hidden: Tensor) -> Tensor:
    """Return the variances of the principal components of activations, ``(instances, units)``, the largest first.

    ``hidden`` is ``(rows, instances, units)``, of two rows or more.
    """
    hidden = _checked("hidden", hidden, "(rows, instances, units)")
    if len(hidden) < 2:
        raise ValueError(f"expected two rows or more, got {len(hidden)}")
    centred = (hidden - hidden.mean(0)).transpose(0, 1)
    return torch.linalg.svdvals(centred.mT @ centred / (len(hidden) - 1))


def _checked(name: str, x: Tensor, axes: str) -> Tensor:
    """Return ``x`` in float64 if it has three axes and is finite."""
    if x.dim() != 3 or 0 in x.shape:
        raise ValueError(f"{name} must have shape {axes} with nothing empty, got {tuple(x.shape)}")
    if odd := int((~torch.isfinite(x)).sum()):
        raise ValueError(f"{name} must be finite: {odd} values are NaN or infinite")
    return x.double()
