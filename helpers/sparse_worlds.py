"""Made-up activations whose true features are known: sparse sums of random directions, more of them than dimensions."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from .checks import positive_integers
from .metrics import three_axes
from .sampling import counted, frequent_batches

#: In Sharkey et al. (2022) feature ``i`` of 512 is on in proportion to ``DECAY ** i``.
DECAY, OF = 0.99, 512


@dataclass(frozen=True)
class World:
    """Activations ``x = values @ truth``, in one world per instance.

    ``truth`` ``(worlds, features, inputs)`` holds the true features, ``frequencies`` ``(worlds, features)`` how often
    each is on, independently of the others. A feature that is on has a value uniform on [0, 1].

    Raises ``ValueError`` for frequencies outside [0, 1], and for shapes that do not fit.
    """

    truth: Tensor
    frequencies: Tensor
    rounds: int = 1

    def __post_init__(self):
        three_axes("truth", self.truth, "(worlds, features, inputs)")
        if self.frequencies.shape != self.truth.shape[:2]:
            raise ValueError(
                f"expected frequencies of shape {tuple(self.truth.shape[:2])}, got {tuple(self.frequencies.shape)}"
            )
        frequent_batches(1, self.frequencies)  # says what is wrong with them, if anything is

    @property
    def l0(self) -> Tensor:
        """How many features are on at once, on average, ``(worlds,)``: the L0 of a perfect code."""
        return self.frequencies.sum(-1)

    def repeat(self, times: int) -> "World":
        """Return the same worlds and draws ``times`` times over: instance ``i`` lives in world ``i % worlds``.

        So a sweep of settings is a stack: the first setting in all worlds, then the second in all worlds, and so on.
        """
        positive_integers(times=times)
        return World(self.truth.repeat(times, 1, 1), self.frequencies.repeat(times, 1), times * self.rounds)

    def draw(self, rows: int, seed: int = 0) -> tuple[Tensor, Tensor]:
        """Return activations ``(rows, worlds, inputs)`` and the true values ``(rows, worlds, features)``."""
        values = frequent_batches(rows, self._own(self.frequencies))(0, torch.Generator().manual_seed(seed))
        return self._activations(values), values.repeat(1, self.rounds, 1)

    def batch(self, rows: int) -> Callable:
        """Return ``batch(step, source)`` for ``train.fit``: a tuple of fresh activations ``(rows, worlds, inputs)``."""
        values = frequent_batches(rows, self._own(self.frequencies))

        @counted
        def fresh(step, source) -> tuple[Tensor]:
            return (self._activations(values(step, source)),)

        return fresh

    def _own(self, each: Tensor) -> Tensor:
        """Return the part of ``each`` that belongs to worlds of their own, before they repeat."""
        return each[: len(each) // self.rounds]

    def _activations(self, values: Tensor) -> Tensor:
        truth = self._own(self.truth).to(values.device)
        return torch.einsum("bwf,wfi->bwi", values, truth).repeat(1, self.rounds, 1)


def sharkey(features: int = 32, inputs: int = 16, active: float = 2.5, worlds: int = 1, seed: int = 0) -> World:
    """Return ``worlds`` in which ``features`` random directions of length one are added up in ``inputs`` dimensions.

    On average ``active`` are on at once. The first is the most frequent; from there frequencies fall geometrically, the
    last to as small a part of the first as in the paper, which has 512 features in 256 dimensions with 5 on. World
    ``w`` is that of the seed ``seed + w`` alone. Source: Sharkey et al. (2022), whose features also come in correlated
    groups; here they are independent.

    Raises ``ValueError`` for sizes that are not positive integers, and for an ``active`` that is not positive or so
    large that the first feature would have to be on more than always.
    """
    positive_integers(features=features, inputs=inputs, worlds=worlds)
    falling = DECAY ** (OF / features * torch.arange(features))
    frequencies = active * falling / falling.sum()
    if not 0 < frequencies[0] <= 1:
        most = (falling.sum() / falling[0]).item()
        raise ValueError(f"expected active above 0 and at most {most:.1f} with {features} features, got {active!r}")
    sources = [torch.Generator().manual_seed(seed + w) for w in range(worlds)]
    truth = torch.stack([torch.randn(features, inputs, generator=source) for source in sources])
    return World(torch.nn.functional.normalize(truth, dim=-1), frequencies.expand(worlds, -1))
