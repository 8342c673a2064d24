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


def ablations(units: Tensor, measure: Callable[[Tensor], Tensor], *, value: float | Tensor | None = None) -> Tensor:
    """Return by how much ``measure(units)`` ``(instances, ...)`` changes when each unit is held.

    Each is held at ``value``, which may be ``(instances, units)``, a value for each: or, if there is none, at its mean
    over the rows of ``units``. Returns ``(instances, units, ...)``. Raises ``ValueError`` as ``clamped`` does.
    """
    count = three_axes("units", units).shape[-1]
    own = isinstance(value, Tensor) and value.dim() == 2
    if own and value.shape != units.shape[1:]:
        raise ValueError(f"expected values of shape {tuple(units.shape[1:])}, got {tuple(value.shape)}")
    each = [measure(clamped(units, which, value[:, which] if own else value)) for which in range(count)]
    return torch.stack(each, 1) - measure(units).unsqueeze(1)


def moves(units: Tensor, run: Callable[[Tensor], Tensor]) -> Tensor:
    """Return how far the answers ``run(units)`` ``(rows, instances, outputs)`` move when each unit is ablated.

    That is the absolute change, averaged over the rows, of the output that changes most, ``(instances, units)``. Unlike
    a change of skill it counts what makes an answer better or worse, and what does neither.
    """
    before = run(units)
    each = [run(clamped(units, which)) - before for which in range(three_axes("units", units).shape[-1])]
    return torch.stack([change.abs().mean(0).amax(-1) for change in each], 1)


def pushes(units: Tensor, run: Callable[[Tensor], Tensor], values: Tensor) -> Tensor:
    """Return by how much each mean output rises when a unit is steered, ``(instances, units, outputs)``.

    Unit after unit is held at its entry of ``values`` ``(instances, units)`` in every row, and compared with the same
    unit held at its mean: so the difference is owed to the height alone. ``run`` is as in ``moves``. Raises
    ``ValueError`` for values of another shape.
    """
    if values.shape != three_axes("units", units).shape[1:]:
        raise ValueError(f"expected values of shape {tuple(units.shape[1:])}, got {tuple(values.shape)}")
    rises = [
        (run(clamped(units, which, values[:, which])) - run(clamped(units, which))).mean(0)
        for which in range(units.shape[-1])
    ]
    return torch.stack(rises, 1)


def dose_response(
    units: Tensor, which: int, doses: Sequence[float], run: Callable[[Tensor], Tensor], *, scale: Tensor | None = None
) -> Tensor:
    """Return what ``run(units)`` ``(rows, instances, outputs)`` says, on average over the rows, at each dose.

    Unit ``which`` of every instance is held at each of ``doses`` times ``scale`` ``(instances,)``: its largest value in
    ``units`` unless given. Returns ``(doses, instances, outputs)``.
    """
    scale = three_axes("units", units)[..., which].amax(0) if scale is None else scale
    return torch.stack([run(clamped(units, which, dose * scale)).mean(0) for dose in doses])


def to_nearest(made: Tensor, real: Tensor) -> Tensor:
    """Return how far each row of ``made`` is from the nearest row of ``real``, ``(rows, instances)``.

    Both are activations ``(rows, instances, units)`` of the same units. Raises ``ValueError`` for others.
    """
    if three_axes("made", made).shape[1:] != three_axes("real", real).shape[1:]:
        raise ValueError(f"expected activations of the same units, got {tuple(made.shape)} and {tuple(real.shape)}")
    made, real = (h.transpose(0, 1).contiguous() for h in (made, real))
    return torch.cdist(made, real).amin(-1).T


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
