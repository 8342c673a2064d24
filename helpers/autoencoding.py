"""What ``train.fit`` needs for a ``nets.SparseAutoencoder``: its data, its loss, and a cure for dead latents."""

from collections.abc import Callable, Sequence
from numbers import Number

import torch
from torch import Tensor, nn

from . import nets


def checked(x: Tensor, *, constant: bool = False) -> Tensor:
    """Return activations ``x`` ``(rows, inputs)`` or ``(rows, instances, inputs)`` if an autoencoder can learn them.

    Raises ``ValueError`` for another shape, values that are not finite, and inputs that never vary, such as a dead
    neuron, unless ``constant`` says that they are welcome.
    """
    if x.dim() not in (2, 3) or 0 in x.shape or not x.is_floating_point():
        raise ValueError(
            f"expected activations of shape (rows, inputs) or (rows, instances, inputs), not empty, got {x.dtype} of "
            f"shape {tuple(x.shape)}"
        )
    if odd := int((~torch.isfinite(x)).sum()):
        raise ValueError(f"expected finite activations, got {odd} that are NaN or infinite")
    still = (x == x[0]).all(0)
    if still.any() and not constant:
        *instance, unit = still.nonzero()[0].tolist()
        where = f"input {unit}" + (f" of instance {instance[0]}" if instance else "")
        raise ValueError(
            f"expected activations that vary, but {where} is {x[(0, *instance, unit)]:g} in all {len(x)} rows "
            f"({int(still.sum())} such inputs); constant=True lets them pass"
        )
    return x


def loss(weight: float | Sequence[float] | Tensor = 0.0, *, revive: float = 0.0, spare: int = 0) -> Callable:
    """Return ``loss(sae, (x,))`` for ``train.fit``: the error of the copy plus what being on costs, ``(instances,)``.

    The error is squared, averaged over rows and inputs. ``weight``, one number or one per instance, multiplies the
    activation's penalty: L1 for ``nets.ReLU`` and ``nets.Gated``, L0 for ``nets.JumpReLU``, nothing for the TopK ones.
    Libraries that sum the error over the inputs need a weight as many times as large.

    A ``nets.Gated`` autoencoder also makes its gate's path reconstruct, with a dictionary that gets no gradient
    (Rajamanoharan et al. 2024). ``revive`` is the weight of an auxiliary loss: the ``spare`` loudest of those latents
    that are silent in the whole batch (a quarter of all, unless given) are to reconstruct what the others leave over
    (Gao et al. 2024, who count a latent as dead over many batches instead).

    Raises ``ValueError`` for a weight that is negative or not finite, and a ``spare`` that is no number of latents.
    """
    for name, value in {"weight of the sparsity penalty (L1)": weight, "weight revive": revive}.items():
        if not ((number := torch.as_tensor(value)) >= 0).all() or not torch.isfinite(number).all():
            raise ValueError(f"the {name} must be 0 or more, and finite, got {value}")
    if not isinstance(spare, int) or spare < 0:
        raise ValueError(f"spare must be 0 or more latents, got {spare!r}")
    each = None if isinstance(weight, Number) else torch.as_tensor(weight)

    def total(sae: nn.Module, batch: tuple[Tensor]) -> Tensor:
        (x,) = batch
        drive = sae.drive(x)
        latents = sae.activation(drive, sae.b_enc)
        copy = sae.decode(latents)
        x = x if x.dim() == 3 else x.unsqueeze(1)
        price = weight if each is None else each.to(x.device)
        error = (copy - x).square().mean((0, 2)) + price * sae.activation.penalty(drive, latents)
        if isinstance(sae.activation, nets.Gated):
            path = nets.apply(torch.relu(drive), sae.dictionary.detach(), sae.b_dec.detach())
            error = error + (path - x).square().mean((0, 2))
        if revive:
            rest = (x - copy).detach()
            error = error + revive * (_spares(sae, drive, latents, spare) - rest).square().mean((0, 2))
        return error

    return total


def _spares(sae: nn.Module, drive: Tensor, latents: Tensor, spare: int) -> Tensor:
    """Return what the loudest of the silent latents would add to the copy."""
    silent = (latents <= 0).all(0) & sae.present
    count = min(spare or max(1, latents.shape[-1] // 4), latents.shape[-1])
    values, places = torch.where(silent, drive, -torch.inf).topk(count, dim=-1)
    values = torch.where(values.isfinite(), values, 0.0)  # without a ReLU: below zero there must be a gradient, too
    return nets.apply(torch.zeros_like(drive).scatter(-1, places, values), sae.dictionary)


@torch.no_grad()
def resample(sae: nn.Module, x: Tensor, *, seed: int = 0) -> Tensor:
    """Give each latent that is dead on activations ``x`` a new start, in place; return how many, ``(instances,)``.

    A row is drawn with a probability proportional to its squared error squared. The latent's dictionary vector becomes
    the direction of the row, less ``b_dec``, its encoder the same at a fifth of the mean length of the living, its
    bias 0; the gate's size and the threshold that it learned start anew. Source: Bricken et al. (2023). Their optimizer
    forgets the latent's moments, too; call ``train.fit`` anew and it forgets all.

    Raises ``ValueError`` for tied weights, which have no encoder of their own, and for activations as in ``checked``.
    """
    if sae.tied:
        raise ValueError("expected an autoencoder with an encoder of its own, got tied weights")
    copy, latents = sae(checked(x, constant=True))
    rows = x if x.dim() == 3 else x.unsqueeze(1).expand(-1, latents.shape[1], -1)
    dead = (latents <= 0).all(0) & sae.present
    error = (copy - rows).square().sum(-1)
    chance = (error / error.amax(0).clamp_min(torch.finfo(error.dtype).tiny)).square()
    source = torch.Generator().manual_seed(seed)
    for i in dead.any(1).nonzero()[:, 0].tolist():
        which = dead[i].nonzero()[:, 0]
        living = sae.W_enc[i][:, ~dead[i] & sae.present[i]].norm(dim=0)
        length = 0.2 * (living.mean() if len(living) else torch.tensor(1.0))
        drawn = torch.multinomial(chance[:, i].cpu() + 1e-12, len(which), replacement=True, generator=source)
        direction = nn.functional.normalize(rows[drawn.to(rows.device), i] - sae.b_dec[i], dim=-1)
        sae.W_dec[i, which] = direction
        sae.W_enc[i][:, which] = length * direction.T
        sae.b_enc[i, which] = 0
        sae.activation.restart(i, which)
    return dead.sum(-1)
