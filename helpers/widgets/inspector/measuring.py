"""How well a network did in every stored epoch, and what it answers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ...nets import MLP
from ...train import History

if TYPE_CHECKING:
    from ...weather.parts import Part, Parts
    from ...weather.table import Table


@dataclass(frozen=True)
class Kind:
    """What the network answers: its ``outputs`` by name, and whether ``one`` logit stands for two classes."""

    outputs: tuple[str, ...]
    one: bool

    @property
    def task(self) -> str:
        return "regression" if len(self.outputs) == 1 else "classification"

    def right(self, answer: Tensor, y: Tensor) -> tuple[str, Tensor]:
        """Return the measure's name and its value ``(instances,)`` for answers ``(rows, instances, outputs)``."""
        if self.task == "regression":
            return "mae", (answer[..., 0] - y).abs().mean(0)
        said = (answer[..., 0] > 0).long() if self.one else answer.argmax(-1)
        return "accuracy", (said == y).double().mean(0)


def kind_of(net: MLP, parts: Parts, table: Table) -> Kind:
    """Return what the network answers; raise ``ValueError`` unless network, parts and table belong together."""
    # Imported here because pandas and scikit-learn take seconds, which showing a record should not cost.
    from ...weather.parts import Parts
    from ...weather.table import Table

    if not isinstance(net, MLP) or not isinstance(parts, Parts) or not isinstance(table, Table):
        got = ", ".join(type(one).__name__ for one in (net, parts, table))
        raise ValueError(f"expected an MLP, the Parts and the Table it was trained on, got {got}")
    wanted = (*parts.predictors, parts.target)
    if parts.source != table.source or (missing := [name for name in wanted if name not in table.columns]):
        lacks = f" without {missing[0]!r}" if parts.source == table.source else ""
        raise ValueError(f"expected the table that the parts were cut from ({parts.source}), got {table.source}{lacks}")
    inputs, outputs = net.weights[0].shape[1], net.weights[-1].shape[2]
    if inputs != len(parts.predictors):
        raise ValueError(f"expected a network of {len(parts.predictors)} inputs, as the parts have, got {inputs}")
    classes = () if parts.train.y.is_floating_point() else (f"not {parts.target}", parts.target)
    names = (table.classes if parts.target == table.target else classes) or (parts.target,)
    one = outputs == 1 and len(names) == 2
    if outputs != len(names) and not one:
        raise ValueError(f"expected a network with {len(names)} output(s), for {', '.join(names)}, got {outputs}")
    return Kind(tuple(names), one)


def rows_of(part: Part, held_back: float) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return ``(x, y)`` of the rows trained on, and of the later ones that were held back."""
    kept = int((1 - held_back) * len(part))
    if kept < 1:
        raise ValueError(f"held_back: expected a share that leaves a row to train on, got {held_back} of {len(part)}")
    return (part.x[:kept], part.y[:kept]), (part.x[kept:], part.y[kept:])


def measured(
    net: MLP,
    history: History,
    steps: Sequence[int],
    loss: Callable[[MLP, tuple[Tensor, Tensor]], Tensor],
    kind: Kind,
    rows: Mapping[str, tuple[Tensor, Tensor]],
    mask: Tensor,
) -> dict[str, np.ndarray]:
    """Return loss and measure at each of ``steps``, ``(steps, instances)``, NaN where they are not finite.

    ``rows`` maps the prefix of a history to ``(x, y)``, shared by all instances. They get an instances axis, as in the
    batches of ``sampling.minibatches`` with seeds, and are multiplied by ``mask`` ``(instances, predictors)``. Raises
    ``ValueError`` for a loss that is not ``(instances,)``.
    """
    net, found, instances = copy.deepcopy(net).cpu(), {}, len(net.weights[0])
    shapes, kept = (
        {key: tuple(value.shape) for key, value in one.items()} for one in (net.state_dict(), history.snapshots[0])
    )
    if shapes != kept:
        raise ValueError(f"expected snapshots of this network, {shapes}, got {kept}")
    with torch.no_grad():
        for step in steps:
            net.load_state_dict(history.snapshots[step])
            for prefix, (x, y) in rows.items():
                if len(x):
                    x, y = x[:, None] * mask, y[:, None].expand(-1, instances)
                    measure, value = kind.right(net(x), y)
                    batch = x, y.float() if kind.one else y
                    for key, one in ((f"{prefix}loss", loss(net, batch)), (f"{prefix}{measure}", value)):
                        found.setdefault(key, []).append(_per_instance(key, one, instances))
    return {key: np.stack(series) for key, series in found.items()}


def _per_instance(key: str, value: Tensor, instances: int) -> np.ndarray:
    if not isinstance(value, Tensor) or value.shape != (instances,):
        raise ValueError(
            f"{key}: expected one value per instance, ({instances},), got {getattr(value, 'shape', value)}"
        )
    array = value.double().numpy()
    return np.where(np.isfinite(array), array, np.nan)
