"""How far two dictionaries agree, latent by latent or as a whole.

Most take a table of similarities ``(instances, a, b)`` from ``matching.cosines`` or ``matching.correlations``: instance
``i`` of one dictionary beside instance ``i`` of the other. ``here`` ``(instances, a)`` and ``there`` ``(instances, b)``
say which latents count, such as those that are not dead; all do unless told. An instance without any raises
``ValueError``: there is nothing to compare, and no number should say so. So do values that are not finite, and tables
whose shapes do not belong together.
"""

import numpy as np
import torch
from torch import Tensor

from .ranks import rank_correlation
from .shapes import finite, three_axes


def _counting(name: str, which: Tensor | None, shape: tuple[int, int]) -> Tensor:
    """Return which latents count, boolean, at least one in each instance."""
    which = torch.ones(shape, dtype=torch.bool) if which is None else torch.as_tensor(which)
    if which.dtype != torch.bool or which.shape != shape:
        raise ValueError(f"{name} must be booleans of shape {tuple(shape)}, got {which.dtype} {tuple(which.shape)}")
    if not (some := which.any(-1)).all():
        raise ValueError(f"{name} leaves nothing to compare in instance {int((~some).nonzero()[0])}: no latent counts")
    return which


def mean_max(similarity: Tensor, here: Tensor | None = None, there: Tensor | None = None) -> Tensor:
    """Return the mean over ``a`` of the largest similarity with any of ``b``, ``(instances,)``.

    Of cosines it is the mean max cosine similarity of Sharkey et al. (2022). Exchange ``a`` and ``b`` for the other
    direction. It grows with the number of ``b`` even where nothing agrees: compare with a baseline.
    """
    three_axes("similarity", similarity, "(instances, a, b)")
    here = _counting("here", here, similarity.shape[:2])
    there = _counting("there", there, similarity.shape[::2])
    best = similarity.masked_fill(~there.unsqueeze(1), -torch.inf).amax(-1)
    return torch.where(here, best, 0.0).sum(-1) / here.sum(-1)


def matched(similarity: Tensor, pair: Tensor) -> Tensor:
    """Return the mean similarity of matched latents, ``(instances,)``; those without a partner do not count.

    ``similarity`` ``(instances, a)`` and ``pair`` ``(instances, a)``, -1 for no partner, are the two parts of a
    ``matching.Match``. Raises ``ValueError`` where an instance has no pair at all.
    """
    has = _counting("pair", pair >= 0, pair.shape)
    return torch.where(has, _of(pair, similarity), 0.0).sum(-1) / has.sum(-1)


def _of(pair: Tensor, similarity: Tensor) -> Tensor:
    """Return ``similarity`` if it is that of each pair: of its shape, and finite."""
    if similarity.shape != pair.shape:
        raise ValueError(f"expected a similarity for each of {tuple(pair.shape)} pairs, got {tuple(similarity.shape)}")
    return finite("similarity", similarity)


def shared(similarity: Tensor, pair: Tensor, here: Tensor, there: Tensor, threshold: float = 0.7) -> Tensor:
    """Return the share of latents whose partner is more similar than ``threshold``, ``(instances,)``.

    ``similarity`` and ``pair`` are as in ``matched``. Two dictionaries of different size cannot share all: the pairs
    found, twice, are divided by the latents of both.
    """
    here = _counting("here", here, pair.shape)
    there = _counting("there", there, (len(pair), torch.as_tensor(there).shape[-1]))
    found = ((pair >= 0) & (_of(pair, similarity) > threshold)).sum(-1)
    return 2 * found / (here.sum(-1) + there.sum(-1))


def adjusted(raw: Tensor, baseline: Tensor) -> Tensor:
    """Return the share of the way from ``baseline`` to 1: 1 for full agreement, 0 for no more than the baseline.

    The form is that of chance-corrected agreement (Cohen 1960). Raises ``ValueError`` for a baseline of 1 or more,
    above which nothing can be, and for values that are not finite.
    """
    raw, baseline = torch.as_tensor(raw), torch.as_tensor(baseline)
    finite("raw", raw), finite("baseline", baseline)
    if not (baseline < 1).all():
        raise ValueError(f"expected a baseline below 1, got {baseline.max():g}: there is nothing above it")
    return (raw - baseline) / (1 - baseline)


def _items(a: Tensor, b: Tensor, which: Tensor | None, least: int) -> Tensor:
    """Return which items of two tables ``(instances, items, dimensions)`` count: at least ``least`` in each."""
    three_axes("a", a, "(instances, items, dimensions)"), three_axes("b", b, "(instances, items, dimensions)")
    if a.shape[:2] != b.shape[:2]:
        raise ValueError(f"expected matched items of the same instances, got {tuple(a.shape)} and {tuple(b.shape)}")
    which = _counting("which", which, a.shape[:2])
    if (which.sum(-1) < least).any():
        short = int((which.sum(-1) < least).nonzero()[0])
        raise ValueError(f"expected at least {least} matched items, got {int(which[short].sum())} in instance {short}")
    return which


def svcca(a: Tensor, b: Tensor, which: Tensor | None = None, keep: float = 0.99) -> Tensor:
    """Return the mean canonical correlation of two spaces, ``(instances,)`` in [0, 1].

    Row ``j`` of ``a`` ``(instances, items, dimensions)`` belongs with row ``j`` of ``b``, whose dimensions may be other
    ones. ``which`` ``(instances, items)`` says which items count. Each space is first cut down to the principal
    components that hold ``keep`` of its variance. With hardly more items than dimensions the result is near 1 whatever
    they are: compare with items that are matched at random. Source: Raghu et al. (2017).

    Raises ``ValueError`` for fewer than three items, items that do not vary, and values that are not finite.
    """
    which = _items(a, b, which, 3)
    if not 0 < keep <= 1:
        raise ValueError(f"keep must lie in (0, 1], got {keep!r}")
    bases = [_basis(name, x, which, keep) for name, x in {"a": a, "b": b}.items()]
    rho = torch.linalg.svdvals(bases[0].mT @ bases[1]).clamp(0, 1)
    fewer = torch.minimum(*[(basis.abs().sum(-2) > 0).sum(-1) for basis in bases])
    return (rho.sum(-1) / fewer).float()


def _basis(name: str, x: Tensor, which: Tensor, keep: float) -> Tensor:
    """Return orthonormal columns that span the leading components of the items, zeros in place of the others."""
    inside = which.unsqueeze(-1).double()
    x = x.double() * inside
    centred = (x - x.sum(1, keepdim=True) / inside.sum(1, keepdim=True)) * inside
    U, S, _ = torch.linalg.svd(centred, full_matrices=False)
    variance = S.square()
    total = variance.sum(-1, keepdim=True)
    if (total[:, 0] <= 1e-20 * x.square().sum((1, 2)).clamp_min(1e-300)).any():
        raise ValueError(f"expected matched items that differ, but in an instance of {name} all are the same")
    # A component counts as long as those before it hold less than ``keep``; rounding must not make one of its own.
    before = variance.cumsum(-1) - variance
    return U * ((before < keep * total) & (variance > 1e-12 * total)).unsqueeze(-2)


def rsa(a: Tensor, b: Tensor, which: Tensor | None = None) -> Tensor:
    """Return how alike the similarities within two spaces are, ``(instances,)`` in [-1, 1].

    Arguments are as in ``svcca``. For all pairs of items the cosine is taken in either space; the result is Spearman's
    rank correlation of the two lists. Source: Kriegeskorte et al. (2008), who take correlations for cosines.

    Raises ``ValueError`` for fewer than three items, lists that never vary, and values that are not finite.
    """
    which = _items(a, b, which, 3)
    unit = torch.nn.functional.normalize
    tables = [unit(x.double(), dim=-1) @ unit(x.double(), dim=-1).mT for x in (a, b)]
    found = []
    for i, own in enumerate(which):
        upper = torch.triu(own[:, None] & own[None], 1)
        rho = rank_correlation(*[table[i][upper].numpy().round(12) for table in tables])
        if np.isnan(rho):
            raise ValueError(f"expected items of which some are more alike than others, but not in instance {i}")
        found.append(rho)
    return torch.tensor(found)
