"""What has learnt nothing, to hold learnt units against: random dictionaries, PCA cut in halves, shuffled rows."""

from collections.abc import Sequence

import torch
from torch import Tensor

from . import nets
from .metrics import three_axes


def random_twin(hidden: Tensor, rate: Tensor, seed: int | Sequence[int]) -> Tensor:
    """Return units with random directions that are on as often as ``rate`` says, ``(rows, instances, units)``.

    ``hidden`` ``(rows, instances, neurons)`` are the activations they read, ``rate`` ``(instances, units)`` shares of
    the rows. Each unit gets the threshold that has it on in this share of ``hidden``, to the row; in a smaller share
    where rows tie at the threshold, such as those in which all neurons are silent. ``seed`` is one for each instance,
    or the first of a row of them: two of these should lie more than the number of instances apart.
    Raises ``ValueError`` for rates outside [0, 1] and for another number of instances or seeds.
    """
    rows, instances, width = three_axes("hidden", hidden).shape
    if rate.dim() != 2 or len(rate) != instances or not ((rate >= 0) & (rate <= 1)).all():
        raise ValueError(
            f"expected rates in [0, 1] of shape ({instances}, units), got shape {tuple(rate.shape)}"
            + (f" and values from {rate.min():g} to {rate.max():g}" if rate.numel() else "")
        )
    seeds = range(seed, seed + instances) if isinstance(seed, int) else seed
    if len(seeds) != instances:
        raise ValueError(f"expected one seed, or one for each of {instances} instances, got {len(seeds)}")
    directions = torch.cat([nets.initial(one, 1, width, rate.shape[1]) for one in seeds])
    drive = nets.apply(hidden, directions)
    # Of so many rows this one is the first to be off.
    place = ((1 - rate) * (rows - 1)).long().unsqueeze(0)
    return torch.relu(drive - drive.sort(0).values.gather(0, place))


def halves(fitted: Tensor, hidden: Tensor) -> Tensor:
    """Return the principal components of ``hidden``, each cut into its two signs, ``(rows, instances, 2 neurons)``.

    ``fitted`` ``(rows, instances, neurons)`` are the activations that the components are found on. First come the
    positive halves, from the largest component on, then the negative ones. Nothing in them was trained to be sparse.
    """
    three_axes("fitted", fitted)
    if three_axes("hidden", hidden).shape[1:] != fitted.shape[1:]:
        raise ValueError(f"expected activations of the same units, got {tuple(fitted.shape)} and {tuple(hidden.shape)}")
    centre = fitted.mean(0)
    axes = torch.linalg.svd((fitted - centre).transpose(0, 1), full_matrices=False).Vh
    scores = torch.einsum("bnh,nkh->bnk", hidden - centre, axes)
    return torch.relu(torch.cat([scores, -scores], dim=-1))


def random_directions(like: Tensor, seed: int | Sequence[int]) -> Tensor:
    """Return vectors of length one in random directions, as many as in ``like`` ``(instances, latents, inputs)``.

    ``seed`` is one for each instance, or the first of a row of them. Raises ``ValueError`` for another number of seeds.
    """
    instances, *shape = three_axes("like", like, "(instances, latents, inputs)").shape
    seeds = range(seed, seed + instances) if isinstance(seed, int) else seed
    if len(seeds) != instances:
        raise ValueError(f"expected one seed, or one for each of {instances} instances, got {len(seeds)}")
    drawn = torch.stack([torch.randn(*shape, generator=torch.Generator().manual_seed(one)) for one in seeds])
    return torch.nn.functional.normalize(drawn, dim=-1)


def apart(units: Tensor, seed: int) -> Tensor:
    """Return ``units`` ``(rows, instances, units)`` with the rows of each unit in an order of its own.

    Each keeps its values, how often it is on and by how much; whatever it had to do with the others, or with the rows,
    is gone. The order is that of ``seed``: it is the same in all instances, so that two autoencoders can learn the same
    shuffled data.
    """
    rows, _, count = three_axes("units", units).shape
    source = torch.Generator().manual_seed(seed)
    order = torch.stack([torch.randperm(rows, generator=source) for _ in range(count)], -1)
    return units.gather(0, order.to(units.device).unsqueeze(1).expand(units.shape))
