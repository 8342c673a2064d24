"""What decides which latents of an autoencoder are on: the pieces for ``nets.SparseAutoencoder(activation=...)``.

A piece turns the encoder's *drive* ``(batch, instances, latents)`` into latents of the same shape, and says what being
on costs: its ``penalty``, one number per instance, is what a loss multiplies by the L1 (or L0) weight. A piece that
chooses how many latents are on has no penalty. Settings are one number, or one per instance.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..checks import listed


class ReLU(nn.Module):
    """Latents ``ReLU(drive)``; the penalty is their sum, L1. Source: Bricken et al. (2023), King et al. (2025)."""

    def sized(self, instances: int, latents: int) -> nn.Module:
        """Make what depends on the autoencoder's size, and return the piece."""
        return self

    def forward(self, drive: Tensor, bias: Tensor) -> Tensor:
        """Return the latents. ``drive`` contains the encoder's ``bias`` ``(instances, latents)``."""
        return torch.relu(drive)

    def penalty(self, drive: Tensor, latents: Tensor) -> Tensor:
        """Return what the latents cost, ``(instances,)``: the mean over rows."""
        return latents.sum(-1).mean(0)

    def restart(self, instance: int, latents: Tensor) -> None:
        """Forget what was learned for these ``latents`` of an instance."""


class Gated(ReLU):
    """One path decides which latents are on, the other how large they are (Rajamanoharan et al. 2024, Gated SAE).

    The gate is ``drive > 0``. The size is ``ReLU(exp(r_mag) (drive - bias) + b_mag)``: the same weights, rescaled, with
    another bias. The penalty is the sum of ``ReLU(drive)``, which shrinks the gate's path and not the sizes. Nothing in
    the reconstruction says when a gate should open: train with ``autoencoding.loss``, which has the gate's path
    reconstruct, too.
    """

    def sized(self, instances: int, latents: int) -> nn.Module:
        self.r_mag = nn.Parameter(torch.zeros(instances, latents))
        self.b_mag = nn.Parameter(torch.zeros(instances, latents))
        return self

    def forward(self, drive: Tensor, bias: Tensor) -> Tensor:
        size = torch.relu(self.r_mag.exp() * (drive - bias) + self.b_mag)
        return torch.where(drive > 0, size, 0.0)

    def penalty(self, drive: Tensor, latents: Tensor) -> Tensor:
        return torch.relu(drive).sum(-1).mean(0)

    @torch.no_grad()
    def restart(self, instance: int, latents: Tensor) -> None:
        self.r_mag[instance, latents] = 0
        self.b_mag[instance, latents] = 0


class TopK(ReLU):
    """Keep the ``k`` largest latents of each row (Gao et al. 2024); no penalty.

    ``k`` is an integer, or one per instance. Raises ``ValueError`` for a ``k`` below 1 or, once the size is known,
    above the number of latents.
    """

    def __init__(self, k: int | Sequence[int]):
        super().__init__()
        self.k = k

    def sized(self, instances: int, latents: int) -> nn.Module:
        every = listed("k", self.k, instances)
        for k in every:
            if isinstance(k, bool) or not 1 <= k <= latents or int(k) != k:
                raise ValueError(f"expected k from 1 to the {latents} latents, an integer, got {k!r}")
        self.most = int(max(every))
        self.register_buffer("each", torch.tensor([int(k) for k in every]), persistent=False)
        return self

    def forward(self, drive: Tensor, bias: Tensor) -> Tensor:
        values, places = torch.relu(drive).topk(self.most, dim=-1)
        kept = torch.where(torch.arange(self.most, device=drive.device) < self.each[:, None], values, 0.0)
        return torch.zeros_like(drive).scatter(-1, places, kept)

    def penalty(self, drive: Tensor, latents: Tensor) -> Tensor:
        return torch.zeros_like(drive[0, :, 0])


class BatchTopK(TopK):
    """Keep the largest latents of a whole batch, ``k`` per row on average (Bussmann et al. 2024); no penalty.

    Rows compete, so a hard one may use more. After training there must be no batch to compete in: ``settle`` finds
    one threshold per instance, and in ``eval`` mode a latent is on above it. Until then, in ``eval`` mode, ``forward``
    raises ``ValueError``. ``k`` need not be an integer.
    """

    def sized(self, instances: int, latents: int) -> nn.Module:
        every = listed("k", self.k, instances)
        for k in every:
            if isinstance(k, bool) or not (math.isfinite(k) and 0 < k <= latents):
                raise ValueError(f"expected k above 0 and at most the {latents} latents, got {k!r}")
        self.every = [float(k) for k in every]
        self.register_buffer("threshold", torch.full((instances,), torch.nan))
        return self

    def forward(self, drive: Tensor, bias: Tensor) -> Tensor:
        if not self.training and self.threshold.isnan().any():
            raise ValueError("BatchTopK has no threshold yet: call settle(drive) on the training rows before eval()")
        least = self.least(drive) if self.training else self.threshold
        # A threshold of zero is no latent's own: there are fewer positive latents than the batch may keep.
        return torch.where((drive >= least[:, None]) & (drive > 0), drive, 0.0)

    def least(self, drive: Tensor) -> Tensor:
        """Return the smallest latent that is kept in a batch, ``(instances,)``, 0 where all positive ones are."""
        rows, _, latents = drive.shape
        counts = torch.tensor([min(max(round(k * rows), 1), rows * latents) for k in self.every], device=drive.device)
        flat = torch.relu(drive.detach()).transpose(0, 1).flatten(1)
        return flat.topk(int(max(round(max(self.every) * rows), 1))).values.gather(1, counts[:, None] - 1)[:, 0]

    @torch.no_grad()
    def settle(self, drive: Tensor) -> None:
        """Set thresholds at which the ``drive`` of training rows leaves ``k`` latents a row on average.

        They lie halfway between the smallest latent that is kept and the next one, so that rounding turns none off.
        """
        least = self.least(drive)
        below = torch.where(drive < least[:, None], drive.clamp_min(0), 0.0).amax((0, 2))
        self.threshold.copy_((least + below) / 2)


class JumpReLU(ReLU):
    """A latent is its drive where that exceeds a learnt threshold, else 0 (Rajamanoharan et al. 2024, JumpReLU SAE).

    The penalty is L0: how many are on. Neither has a gradient for the threshold. In its place stands that of a ramp
    ``bandwidth`` wide, as in the paper. ``threshold`` is where all thresholds start. Raises ``ValueError`` unless both
    are positive and finite.
    """

    def __init__(self, threshold: float = 0.1, bandwidth: float = 0.1):
        super().__init__()
        for name, value in {"threshold": threshold, "bandwidth": bandwidth}.items():
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} must be positive and finite, got {value!r}")
        self.start, self.bandwidth = threshold, bandwidth

    def sized(self, instances: int, latents: int) -> nn.Module:
        self.log_threshold = nn.Parameter(torch.full((instances, latents), math.log(self.start)))
        return self

    @property
    def threshold(self) -> Tensor:
        """The thresholds ``(instances, latents)``."""
        return self.log_threshold.exp()

    def ramp(self, drive: Tensor) -> Tensor:
        """Return zeros whose gradient for the threshold is that of the ramp."""
        slope = ((drive.detach() - self.threshold) / self.bandwidth).clamp(-0.5, 0.5)
        return slope - slope.detach()

    def forward(self, drive: Tensor, bias: Tensor) -> Tensor:
        on = torch.where(drive > self.threshold, drive, 0.0)
        return on + self.threshold.detach() * self.ramp(drive)

    def penalty(self, drive: Tensor, latents: Tensor) -> Tensor:
        return ((drive > self.threshold).to(drive.dtype) + self.ramp(drive)).sum(-1).mean(0)

    @torch.no_grad()
    def restart(self, instance: int, latents: Tensor) -> None:
        self.log_threshold[instance, latents] = math.log(self.start)
