"""The network of *Engineering monosemanticity*."""

import math
import operator
from collections.abc import Sequence
from numbers import Number

import torch
from torch import Tensor, nn

from ..checks import listed, one_of, positive_integers
from .layers import ACTIVATIONS, apply, padded

TASKS = ("decoder", "reprojector", "abs")


class FeatureDecoder(nn.Module):
    """Read sparse features back from a random projection of them, through one hidden layer (Jermyn et al. 2022).

    ``projection`` ``(instances, features, embedding)`` is fixed: row ``i`` is the unit vector that stands for feature
    ``i``. ``W_in`` is ``(instances, embedding, neurons)``, ``b`` ``(instances, neurons)``, ``W_out`` ``(instances,
    neurons, outputs)``. The ``task`` says what is to come out: the features (``decoder``), another random projection
    of them (``reprojector``), or their absolute values (``abs``).

    ``neurons``, ``bias_offset`` (added to the initial biases) and ``seed`` are one number, or one per instance. From
    one ``seed``, instance ``i`` is drawn from ``seed + i``. An instance with fewer neurons than the widest has weights
    of zero for the others. They answer 0 and get no gradient, so they stay as they are.

    Raises ``ValueError`` for an unknown task or activation, sizes that are not positive, a projection to more
    dimensions than there are features, or a wrong number of settings.
    """

    def __init__(
        self,
        features: int,
        embedding: int,
        neurons: int | Sequence[int],
        instances: int = 1,
        seed: int | Sequence[int] = 0,
        *,
        task: str = "decoder",
        activation: str = "relu",
        bias_offset: float | Sequence[float] = 0.0,
    ):
        super().__init__()
        positive_integers(features=features, embedding=embedding, instances=instances)
        if embedding > features:
            raise ValueError(f"expected an embedding no wider than the {features} features, got {embedding}")
        one_of("task", task, TASKS)
        one_of("activation", activation, ACTIVATIONS)
        widths = listed("neurons", neurons, instances)
        positive_integers(**{f"neurons[{i}]": width for i, width in enumerate(widths)})
        seeds = [seed + i for i in range(instances)] if isinstance(seed, Number) else listed("seed", seed, instances)
        offsets = listed("bias_offset", bias_offset, instances)
        if not all(map(math.isfinite, offsets)):
            raise ValueError(f"bias_offset must be finite, got {offsets}")
        self.task, self.activation = task, activation
        drawn = [self._drawn(features, embedding, *settings) for settings in zip(widths, seeds, strict=True)]
        projections, W_in, b, W_out, targets = zip(*drawn, strict=True)
        self.register_buffer("projection", torch.stack(projections))
        self.register_buffer("target_projection", torch.stack(targets) if task == "reprojector" else None)
        wide = max(widths)
        self.W_in = nn.Parameter(torch.stack([padded(w, wide, 1) for w in W_in]))
        self.b = nn.Parameter(torch.stack([padded(x + offset, wide, 0) for x, offset in zip(b, offsets, strict=True)]))
        self.W_out = nn.Parameter(torch.stack([padded(w, wide, 0) for w in W_out]))

    def _drawn(self, features: int, embedding: int, neurons: int, seed: int) -> tuple[Tensor, ...]:
        """Draw one instance as the published code does: ``torch.nn.Linear``'s uniform weights and biases."""
        source = torch.Generator().manual_seed(operator.index(seed))
        outputs = embedding if self.task == "reprojector" else features
        return (
            unit_projection(features, embedding, source),
            (2 * torch.rand(embedding, neurons, generator=source) - 1) / embedding**0.5,
            (2 * torch.rand(neurons, generator=source) - 1) / embedding**0.5,
            (2 * torch.rand(neurons, outputs, generator=source) - 1) / neurons**0.5,
            unit_projection(features, embedding, source),
        )

    def hidden(self, x: Tensor) -> Tensor:
        """Return the activations ``(batch, instances, neurons)`` for features ``x``."""
        return ACTIVATIONS[self.activation](apply(apply(x, self.projection), self.W_in, self.b))

    def output(self, hidden: Tensor) -> Tensor:
        """Return the output ``(batch, instances, outputs)`` from activations."""
        return apply(hidden, self.W_out)

    def forward(self, x: Tensor) -> Tensor:
        """Return the output ``(batch, instances, outputs)`` for features ``x``."""
        return self.output(self.hidden(x))

    def target(self, x: Tensor) -> Tensor:
        """Return what should come out for features ``x``."""
        if self.task == "abs":
            return x.abs()
        return apply(x, self.target_projection) if self.task == "reprojector" else x


def unit_projection(features: int, embedding: int, source: torch.Generator) -> Tensor:
    """Draw unit vectors ``(features, embedding)``: the rows, scaled, of a random matrix with orthonormal columns."""
    columns = torch.linalg.qr(torch.randn(features, embedding, generator=source))[0]
    return nn.functional.normalize(columns, dim=-1)
