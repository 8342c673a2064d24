"""What a unit does: silence it, hold it, turn it up, and see what the network answers.

Units are ``(rows, instances, units)``: the neurons of a hidden layer, or the latents of its autoencoder.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from . import nets
from .metrics import three_axes


def through(net: nets.MLP, sae: nets.SparseAutoencoder) -> Callable[[Tensor], Tensor]:
    """Return ``run(latents)``: the output ``(rows, instances, outputs)`` of ``net`` with its last layer from ``sae``.

    That is splicing: the hidden layer is replaced by what the latents stand for.
    """

    @torch.no_grad()
    def run(latents: Tensor) -> Tensor:
        return net.output(sae.decode(latents))

    return run


def clamped(units: Tensor, which: int, value: float | Tensor | None = None) -> Tensor:
    """Return ``units`` with unit ``which`` of every instance held at ``value``: one number, or ``(instances,)``.

    Without a value the unit is ablated: held at its mean over the rows. Raises ``ValueError`` for a unit that is not
    there, and for a value of another shape or that is not finite.
    """
    instances, count = three_axes("units", units).shape[1:]
    if isinstance(which, bool) or not isinstance(which, int) or not -count <= which < count:
        raise ValueError(f"expected a unit from 0 to {count - 1}, got {which!r}")
    held = units[..., which].mean(0) if value is None else torch.as_tensor(value, dtype=units.dtype)
    if held.shape not in ((), (instances,)) or not torch.isfinite(held).all():
        raise ValueError(f"expected one finite value, or one for each of {instances} instances, got {value!r}")
    changed = units.clone()
    changed[..., which] = held
    return changed


def ablations(units: Tensor, measure: Callable[[Tensor], Tensor]) -> Tensor:
    """Return by how much ``measure(units)`` ``(instances,)`` changes when each unit is ablated, ``(instances, units)``."""
    each = [measure(clamped(units, which)) for which in range(three_axes("units", units).shape[-1])]
    return torch.stack(each, 1) - measure(units).unsqueeze(1)


def dose_response(
    units: Tensor, which: int, doses: Sequence[float], run: Callable[[Tensor], Tensor], *, scale: Tensor | None = None
) -> Tensor:
    """Return what ``run(units)`` ``(rows, instances, outputs)`` says, on average over the rows, at each dose.

    Unit ``which`` of every instance is held at each of ``doses`` times ``scale`` ``(instances,)``: its largest value in
    ``units`` unless given. Returns ``(doses, instances, outputs)``.
    """
    scale = three_axes("units", units)[..., which].amax(0) if scale is None else scale
    return torch.stack([run(clamped(units, which, dose * scale)).mean(0) for dose in doses])


@torch.no_grad()
def response_curve(units: Callable[[Tensor], Tensor], x: Tensor, column: int, values: Tensor) -> Tensor:
    """Return the mean activation of each unit with one input set to ``values``, ``(values, instances, units)``.

    ``units(x)`` maps rows ``(rows, inputs)`` to activations; input ``column`` of all rows gets each value in turn, the
    others stay as they are: the partial dependence of Friedman (2001). Rows are then combinations that may never occur.
    Raises ``ValueError`` for a column that is not there.
    """
    if x.dim() != 2 or not 0 <= column < x.shape[1]:
        raise ValueError(f"expected rows (rows, inputs) and one of their columns, got {tuple(x.shape)} and {column!r}")
    curves = []
    for value in values:
        moved = x.clone()
        moved[:, column] = value
        curves.append(units(moved).mean(0))
    return torch.stack(curves)
