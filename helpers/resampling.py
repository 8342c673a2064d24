"""How sure is a correlation, when rows come in storms? Whole storms are drawn again, with replacement.

Rows of one storm are alike, so that drawing rows would count one event many times (Wilks 2019, chapter 5: the block
bootstrap).
"""

import numpy as np
import torch
from torch import Tensor

from .checks import positive_integers
from .metrics import three_axes

#: Of a unit that varies by less than this share of its usual variance in a resample, nothing can be said.
FLAT = 1e-9


def draws(groups: int, times: int, seed: int = 0) -> Tensor:
    """Return how often each of ``groups`` is drawn in each of ``times`` resamples, ``(times, groups)``."""
    positive_integers(groups=groups, times=times)
    drawn = torch.randint(groups, (times, groups), generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.one_hot(drawn, groups).sum(1)


def correlations(units: Tensor, values: Tensor, groups, times: int = 200, seed: int = 0) -> Tensor:
    """Return Pearson's r of every unit with every value in each resample, ``(times, instances, units, values)``.

    ``units`` is ``(rows, instances, units)``, ``values`` ``(rows, values)``, ``groups`` names the group of each row,
    ``(rows,)``. A resample takes each group, sorted by name, as often as ``draws`` says. What does not vary in a
    resample has r = 0. Raises ``ValueError`` for other shapes and for fewer than two groups.
    """
    rows, names = len(three_axes("units", units)), np.asarray(groups)
    if names.shape != (rows,) or values.dim() != 2 or len(values) != rows or not torch.isfinite(values).all():
        raise ValueError(
            f"expected finite values (rows, values) and one group for each of {rows} rows, "
            f"got shapes {tuple(values.shape)} and {names.shape}"
        )
    kinds, place = np.unique(names, return_inverse=True)
    if len(kinds) < 2:
        raise ValueError(f"expected at least two groups to draw from, got {len(kinds)}")
    u, v = _standardized(units.flatten(1)), _standardized(values)
    own = torch.nn.functional.one_hot(torch.as_tensor(place), len(kinds)).double().T
    # Sums over each group once; a resample then only adds them up.
    products = torch.stack([u[member].T @ v[member] for member in own.bool()])
    weight = draws(len(kinds), times, seed).double()
    weight = weight / (weight @ own.sum(1)).unsqueeze(1)
    mean_u, mean_v = weight @ (own @ u), weight @ (own @ v)
    spread_u, spread_v = weight @ (own @ u**2) - mean_u**2, weight @ (own @ v**2) - mean_v**2
    together = torch.einsum("tg,guv->tuv", weight, products) - mean_u.unsqueeze(2) * mean_v.unsqueeze(1)
    scale = spread_u.unsqueeze(2) * spread_v.unsqueeze(1)
    flat = (spread_u < FLAT).unsqueeze(2) | (spread_v < FLAT).unsqueeze(1)
    r = torch.where(flat, 0.0, together / scale.clamp_min(FLAT**2).sqrt())
    return r.clamp(-1, 1).unflatten(1, units.shape[1:])


def winners(r: Tensor) -> Tensor:
    """Return the place of the value with the largest |r| ``(...)`` of ``r`` ``(..., values)``, -1 where all are 0.

    There nothing can be said: a unit that is flat in a resample goes with nothing, and not with the first value.
    """
    strongest, place = r.abs().max(-1)
    return place.where(strongest > 0, -1)


def _standardized(x: Tensor) -> Tensor:
    """Return ``x`` with columns of mean 0 and variance 1, or 0 throughout where a column never varies."""
    x = x.double()
    varies = (x != x[0]).any(0)
    return torch.where(varies, (x - x.mean(0)) / x.std(0, correction=0).where(varies, 1.0), 0.0)
