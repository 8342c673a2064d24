"""Autoencoders for what a language model says: pairs that differ in their seed, as on the tables of chapter 12."""

import torch
from torch import Tensor

from . import agreement, metrics, universality_fit
from .checks import positive_integers
from .universality_data import Read, Spec
from .universality_grid import Member

#: The last share of the tokens is held out.
LATER = 0.2
#: Fewer tokens do not fill a batch.
LEAST = 100
#: Seeds start here, so that none is a number of another chapter.
SEED = 700_000


def seeds_agree(
    hidden: Tensor,
    ratio: int,
    *,
    pairs: int = 1,
    price: float = 8e-3,
    rate: float = 1e-3,
    steps: int = 1500,
    length: int = 1,
    device: str | torch.device = "auto",
) -> dict[str, Tensor]:
    """Train ``pairs`` pairs of autoencoders on ``hidden`` ``(tokens, width)`` and return how far their seeds agree.

    Each has ``ratio`` latents per input, is trained by ``universality_fit.stack`` with an L1 weight of ``price`` and a
    learning rate of ``rate``, the values of Parker-Sartori and Gerovitch (2023), and is looked at on the last fifth of
    the tokens, which begins where a text of ``length`` tokens does. The price is that of activations as they come: they
    are divided by their root mean square, and so is the price, which leaves their balance with the error as it was.
    The result holds what ``agreement.compare`` returns, and the same with ``_apart`` at the end of the name
    for pairs that learnt activations whose inputs were shuffled apart, and read the same tokens as the others; ``l0``,
    the unexplained variance ``fvu`` and the share ``dead``, each ``(pairs, 2)``. One pair is an anecdote.

    Raises ``ValueError`` for another shape, fewer than ``LEAST`` tokens, too few texts to hold one out, and numbers
    that are not positive integers.
    """
    positive_integers(ratio=ratio, pairs=pairs, steps=steps, length=length)
    if hidden.dim() != 2 or len(hidden) < LEAST:
        raise ValueError(f"expected activations (tokens, width) of {LEAST} tokens or more, got {tuple(hidden.shape)}")
    cut = int((1 - LATER) * len(hidden)) // length * length
    if not cut:
        raise ValueError(f"expected two or more texts of {length} tokens, got {len(hidden)} tokens")
    one = Read(hidden[:cut], hidden[cut:], None, None)
    price = price / universality_fit.scaled(one)[2].item()
    some = [
        Member(Spec("language", draw=i), SEED + 2 * i + side, "L1", ratio, price, steps)
        for side in range(2)
        for i in range(pairs)
    ]
    seeds = [10_000 + i for i in range(pairs)]
    found = {}
    for end in ("", "_apart"):
        sae = universality_fit.stack(some, [one] * len(some), apart=bool(end), rate=rate, device=device)
        x = universality_fit.scaled(one)[1].unsqueeze(1).expand(-1, len(some), -1)
        whole = agreement.of(sae, x)
        compared = agreement.compare(whole[:pairs], whole[pairs:], seeds)
        found |= {name + end: value for name, value in compared.items() if not end or name in agreement.RAW}
        if not end:
            with torch.no_grad():
                copy = sae.decode(whole.latents)
            quality = {
                "l0": metrics.l0(whole.latents),
                "fvu": metrics.fvu(x, copy),
                "dead": 1 - whole.living.float().mean(-1),
            }
            found |= {name: values.view(2, pairs).T for name, values in quality.items()}
    return found
