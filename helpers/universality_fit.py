"""Train the autoencoders of chapter 12, many at once, each from its own seed and on what it reads itself."""

from collections.abc import Sequence

import torch
from torch import Tensor

from . import archetypes, autoencoding, controls, nets
from . import train as training
from .sampling import minibatches
from .universality_data import Read
from .universality_grid import Member

#: Rows in a batch, and the learning rate, which falls to zero over the last third.
BATCH, RATE = 64, 0.01
#: Archetypal dictionaries mix so many centres of clusters, and may leave them by this share of their length.
POINTS, SLACK = 64, 0.1


def stack(
    some: Sequence[Member],
    reads: Sequence[Read],
    apart: bool = False,
    progress: bool = False,
    *,
    rate: float = RATE,
    device: str | torch.device = "cpu",
) -> nets.SparseAutoencoder:
    """Train an autoencoder for each member, all at once; they must share a variant and a size.

    All see their rows in one order, centred, with activations divided by their root mean square, so that one L1 weight
    means the same for all. With ``apart`` each neuron's rows are shuffled by themselves. ``rate`` is the learning rate.
    """
    if len({(m.variant, m.ratio, m.steps) for m in some}) != 1 or len(some) != len(reads):
        raise ValueError(
            "expected autoencoders of one variant, one ratio and one number of steps, and what each reads, got "
            f"{len(some)} and {len(reads)} to read"
        )
    first, x = some[0], torch.stack([scaled(read)[0] for read in reads], 1)
    if apart:
        x = torch.cat([controls.apart(x[:, [i]], member.spec.draw) for i, member in enumerate(some)], 1)
    inputs = x.shape[-1]
    sae = _built(some, x, inputs, first.ratio * inputs)
    prices = [0.0 if m.variant in ("TopK", "archetypal") else m.sparsity for m in some]
    steps = first.steps
    falling = {"steps": steps, "lr": rate, "schedule": lambda step: min(1, 3 * (steps - step) / steps)}
    loss = autoencoding.loss(torch.tensor(prices))
    batches = minibatches(x, size=BATCH)
    if training.fit(sae, batches, loss, points=1, device=device, progress=progress, **falling).interrupted:
        raise KeyboardInterrupt  # half-trained dictionaries are no result
    return sae


def scaled(read: Read) -> tuple[Tensor, Tensor, Tensor]:
    """Return what is learnt and the later rows, divided by the root mean square of the former, and this number."""
    size = read.learn.square().mean().sqrt().clamp_min(1e-12)
    return read.learn / size, read.test / size, size


def _built(some: Sequence[Member], x: Tensor, inputs: int, latents: int) -> nets.SparseAutoencoder:
    """Return a stack in which each autoencoder starts from the seed of its own member."""
    variant, counts = some[0].variant, [m.sparsity for m in some]
    shape = {"centred": True, "mirrored": True, "unit_norm": variant != "free"}
    pieces = {"Gated": nets.Gated(), "TopK": nets.TopK(counts), "archetypal": nets.TopK(counts)}

    def make(instances, piece, seed, at):
        if variant == "archetypal":
            return archetypes.Archetypal(at, latents, seed, slack=SLACK, activation=piece, **shape)
        return nets.SparseAutoencoder(inputs, latents, instances, seed, activation=piece, **shape)

    points = (
        torch.stack([archetypes.candidates(x[:, i], POINTS) for i in range(len(some))])
        if variant == "archetypal"
        else None
    )
    whole = make(len(some), pieces.get(variant), 0, points)
    with torch.no_grad():
        for i, member in enumerate(some):
            piece = nets.TopK(counts[i]) if variant in ("TopK", "archetypal") else pieces.get(variant)
            single = make(1, piece, member.seed, None if points is None else points[i : i + 1])
            for own, each in zip(whole.parameters(), single.parameters(), strict=True):
                own[i] = each[0]
    return whole
