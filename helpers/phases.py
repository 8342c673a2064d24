"""Three fates of one extra feature: what each costs in closed form, and which one a trained model chose.

There is one feature more than there are hidden dimensions, 2 in 1 or 3 in 2. All have importance 1 but the last, the
*extra* one. This is the setting of the phase diagram of Elhage et al. (2022); the closed forms for solutions without
shrunken or tilted directions are ours. The widget ``PhaseMap`` computes the same in JavaScript.
"""

import torch
from torch import Tensor

from .metrics import feature_dimensionality

FATES = ("not represented", "dedicated dimension", "superposition")
#: A feature whose direction is at least this long is represented.
REPRESENTED = 0.5
#: A feature with at least this dimensionality has a dimension to itself.
DEDICATED = 0.75


def _costs(density, hidden: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return the costs at importance 1: of a dropped feature, of one that shares a line, of making room for one."""
    if hidden not in (1, 2):
        raise ValueError(f"expected 1 or 2 hidden dimensions, got {hidden!r}")
    density = torch.as_tensor(density, dtype=torch.float64)
    if not ((density > 0) & (density <= 1)).all():
        raise ValueError(f"expected densities above 0 and up to 1, got {density.tolist()}")
    dropped, shared = density / 3 - density * density / 4, density * density / 6
    return dropped, shared, dropped if hidden == 1 else torch.minimum(dropped, 2 * shared)


def fate_losses(importance, density, hidden: int) -> Tensor:
    """Return the expected loss of each of ``FATES``, ``(..., 3)``, in float64.

    ``importance`` of the extra feature and ``density``, the probability that a feature is on, are broadcast against
    each other to ``(...)``. A dropped feature is answered with its mean, which costs its variance
    ``d / 3 - d^2 / 4``; two features in opposite directions cost ``d^2 / 6`` each, the mean square of the smaller
    value when both are on. With two hidden dimensions the extra feature gets its own by dropping another one or by
    having the two others share a line, whichever is cheaper. Raises ``ValueError`` for another number of hidden
    dimensions than 1 or 2, an importance below 0 and a density outside (0, 1].
    """
    dropped, shared, room = _costs(density, hidden)
    importance = torch.as_tensor(importance, dtype=torch.float64)
    if not ((importance >= 0) & torch.isfinite(importance)).all():
        raise ValueError(f"expected importances of 0 or more, got {importance.tolist()}")
    try:
        losses = torch.broadcast_tensors(importance * dropped, room, (1 + importance) * shared)
    except RuntimeError:
        shapes = f"{tuple(importance.shape)} and {tuple(dropped.shape)}"
        raise ValueError(f"expected importance and density that broadcast together, got shapes {shapes}") from None
    return torch.stack(losses, dim=-1)


def theory(importance, density, hidden: int) -> Tensor:
    """Return the index in ``FATES`` of the fate with the least loss, ``(...)``; arguments as for ``fate_losses``."""
    return fate_losses(importance, density, hidden).argmin(-1)


def boundaries(density, hidden: int) -> tuple[Tensor, Tensor]:
    """Return the importances at which the extra feature enters the model and at which it gets its own dimension.

    Both have the shape of ``density``. As its importance grows, the feature is first not represented, then in
    superposition, then dedicated; where superposition never pays, the two numbers are equal. Raises ``ValueError``
    as ``fate_losses`` does.
    """
    dropped, shared, room = _costs(density, hidden)
    # The three losses are straight lines over the importance, each flatter than the one before.
    enters = torch.where(dropped > shared, shared / (dropped - shared), torch.inf)
    alone = room / shared - 1
    between = enters < alone
    return torch.where(between, enters, room / dropped), torch.where(between, alone, room / dropped)


def fate(W: Tensor) -> Tensor:
    """Return the index in ``FATES`` of what trained directions ``W`` made of the last feature, ``(instances,)``.

    ``W`` is ``(instances, features, hidden)``. Not represented is a length below ``REPRESENTED``; of the others,
    a dimensionality of ``DEDICATED`` or more is a dimension of its own. Raises ``ValueError`` for another number of
    axes, NaN or infinity.
    """
    alone = feature_dimensionality(W)[:, -1] >= DEDICATED
    return torch.where(W[:, -1].norm(dim=-1) < REPRESENTED, 0, torch.where(alone, 1, 2))
