"""What several autoencoders for the same activations agree on: who has a partner in whom, and one latent of each kind.

Latents are ``(rows, groups, seeds, latents)``: those of ``seeds`` autoencoders, for each of several groups, such as
networks. A latent's support is how many of the other autoencoders of its group have a partner for it.
"""

import torch
from torch import Tensor

from . import matching
from .agreement import ALIKE


def partners(latents: Tensor, threshold: float = ALIKE) -> Tensor:
    """Return the partner of each latent in each other autoencoder of its group, ``(groups, seeds, seeds, latents)``.

    ``found[g, s, t, l]`` is the latent of autoencoder ``t`` that is matched to latent ``l`` of ``s``, -1 for none. Each
    two are matched one to one by the correlation of their latents, and a partner's is above ``threshold``; dead latents
    have none. If ``m`` is the partner of ``l``, then ``l`` is that of ``m``.

    Raises ``ValueError`` for another shape, fewer than two autoencoders, and values that are not finite.
    """
    if latents.dim() != 4 or 0 in latents.shape or latents.shape[2] < 2:
        raise ValueError(
            "expected latents (rows, groups, seeds, latents), not empty, of two or more seeds, got "
            f"{tuple(latents.shape)}"
        )
    alive = (latents > 0).any(0)
    _, groups, seeds, width = latents.shape
    found = torch.full((groups, seeds, seeds, width), -1)
    for s in range(seeds):
        for t in range(s + 1, seeds):
            r = matching.correlations(latents[:, :, s], latents[:, :, t])
            pair = matching.assign(r, alive[:, s], alive[:, t])
            mine = torch.where(pair.similarity > threshold, pair.latent, -1)
            found[:, s, t] = mine
            group, latent = (mine >= 0).nonzero(as_tuple=True)
            found[group, t, s, mine[group, latent]] = latent
    return found


def support(found: Tensor) -> Tensor:
    """Return how many other autoencoders have a partner, ``(groups, seeds, latents)``, of what ``partners`` found."""
    return (found >= 0).sum(2)


def representatives(found: Tensor, order: Tensor, alive: Tensor, least: float) -> list[list[tuple[int, int]]]:
    """Return one latent for each thing that autoencoders agree on: a list of ``(seed, latent)`` for each group.

    Of the living latents with a support of ``least`` or more, the first in ``order`` is taken and its partners are
    struck off; then the next. Two that were taken may still be alike: the partner of a partner need not be one.
    ``order`` and ``alive`` are ``(groups, seeds, latents)``: a number by which to take them, the largest first, such as
    the support, and which are ever on. Raises ``ValueError`` for an order or ``alive`` of another shape.
    """
    votes = support(found)
    for name, values in {"an order": order, "living latents": alive}.items():
        if values.shape != votes.shape:
            raise ValueError(f"expected {name} of shape {tuple(votes.shape)}, got {tuple(values.shape)}")
    everything = []
    for g in range(len(votes)):
        left, taken = alive[g] & (votes[g] >= least), []
        for place in order[g].flatten().argsort(descending=True, stable=True).tolist():
            s, latent = divmod(place, votes.shape[-1])
            if left[s, latent]:
                taken.append((s, latent))
                left[s, latent] = False
                who = found[g, s, :, latent]
                left[who >= 0, who[who >= 0]] = False
        everything.append(taken)
    return everything
