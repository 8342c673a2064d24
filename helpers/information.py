"""Mutual information of units and inputs, in bits: what one says about the other, in whatever shape."""

import torch
from torch import Tensor

from .metrics import three_axes


def bins_of(x: Tensor, bins: int = 8) -> Tensor:
    """Return which of ``bins`` equally full bins each value is in, within its column; same shape, whole numbers.

    ``x`` is ``(rows, ...)``. Equal values share a bin, so the zeros of a unit that is mostly off fill one, however many
    there are. Raises ``ValueError`` for fewer than two bins, or fewer rows than bins.
    """
    if isinstance(bins, bool) or not isinstance(bins, int) or bins < 2 or len(x) < bins:
        raise ValueError(f"expected at least two bins and as many rows, got {bins!r} bins for {len(x)} rows")
    # The largest value of each bin but the highest: a value belongs above all of those that it exceeds.
    last = torch.tensor([len(x) * k // bins - 1 for k in range(1, bins)])
    edges = x.sort(0).values[last]
    return (x.unsqueeze(0) > edges.unsqueeze(1)).sum(0)


def mutual_information(units: Tensor, inputs: Tensor, bins: int = 8) -> Tensor:
    """Return the mutual information of every unit with every input in bits, ``(instances, units, inputs)``.

    ``units`` is ``(rows, instances, units)``, ``inputs`` ``(rows, inputs)``; both are binned by ``bins_of``. That is
    ``sum p(u, v) log2(p(u, v) / (p(u) p(v)))`` over the cells (Shannon 1948), with shares of rows for probabilities.
    It is never negative, so a finite number of rows makes it too large: subtract that of a ``control``. Raises
    ``ValueError`` for other shapes or values that are not finite.
    """
    three_axes("units", units)
    if inputs.dim() != 2 or len(inputs) != len(units) or not torch.isfinite(inputs).all():
        raise ValueError(f"expected finite inputs ({len(units)}, inputs), got shape {tuple(inputs.shape)}")
    one_hot = torch.nn.functional.one_hot
    u, v = (one_hot(bins_of(x, bins), bins).float() for x in (units, inputs))
    joint = torch.einsum("rnub,rpc->nupbc", u, v).double() / len(units)
    apart = joint.sum(-1, keepdim=True) * joint.sum(-2, keepdim=True)
    return torch.where(joint > 0, joint * (joint / apart).log2(), 0.0).sum((-2, -1)).float()


def control(units: Tensor, inputs: Tensor, bins: int = 8, shifts: int = 10) -> Tensor:
    """Return the mean of ``mutual_information`` with the inputs of other hours, ``(instances, units, inputs)``.

    The rows of ``inputs`` are shifted in a circle by ``shifts`` equal steps, so that they keep their ups and downs.
    Raises ``ValueError`` for no shift, or more than there are rows to shift by.
    """
    if isinstance(shifts, bool) or not isinstance(shifts, int) or not 0 < shifts < len(inputs):
        raise ValueError(f"expected from 1 to {len(inputs) - 1} shifts, got {shifts!r}")
    steps = [len(inputs) * (k + 1) // (shifts + 1) for k in range(shifts)]
    return torch.stack([mutual_information(units, inputs.roll(step, 0), bins) for step in steps]).mean(0)
