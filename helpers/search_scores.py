"""What the input search keeps of each network and its autoencoder: skill, and counts of sensitive inputs."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from . import controls, metrics, nets, verification
from .weather.parts import Part

#: So many instances are correlated at once: more would not fit into the processor's caches.
AT_ONCE = 16


def framed(units: Tensor, x: Tensor, seen: Tensor, threshold: float = 0.4) -> Tensor:
    """Return which units are sensitive to which inputs, ``(instances, units, inputs)``; to unseen ones none is."""
    r = torch.cat([metrics.correlations(some, x) for some in units.split(AT_ONCE, dim=1)])
    return (r.abs() > threshold) & seen.unsqueeze(1)


def counts(units: Tensor, x: Tensor, seen: Tensor, threshold: float = 0.4) -> Tensor:
    """Return the mean number of sensitive inputs per unit: as published, living, all; ``(instances, 3)``.

    ``units`` is ``(rows, instances, units)``, ``x`` ``(rows, inputs)``; ``seen`` ``(instances, inputs)`` says which
    inputs an instance has. As published, units without any drop out; an instance with none at all has 0. Living are
    units that ever vary: after a ReLU, those that are ever on, as in chapter 10.
    """
    frames = framed(units, x, seen, threshold).sum(-1).float()  # (instances, units)
    alive = (units != units[0]).any(0)
    total = frames.sum(-1)
    people = [(frames > 0).sum(-1), alive.sum(-1), torch.full_like(total, frames.shape[1])]
    return torch.stack([total / number.clamp_min(1) for number in people], dim=-1)


def skill(answer: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the skill of answers ``(rows, instances, outputs)`` and the CSI of each class but the first.

    The skill ``(instances,)`` is the accuracy of classes, for whole numbers ``y`` ``(rows,)``, or R² for others, which
    have no CSI.
    """
    if y.is_floating_point():
        return verification.r2(y, answer[..., 0]), torch.full((answer.shape[1], 1), torch.nan, dtype=torch.float64)
    tally = verification.confusion(y, answer.argmax(-1), answer.shape[-1])
    return verification.accuracy(tally), verification.class_scores(tally).csi[:, 1:].nan_to_num(0)


def unexplained(hidden: Tensor, copy: Tensor) -> Tensor:
    """Return the FVU of each instance; NaN where the network never varies, since one of hundreds may be dead."""
    found = torch.full((hidden.shape[1],), torch.nan, dtype=hidden.dtype)
    varies = (hidden != hidden[0]).any(0).any(-1)
    if varies.any():
        found[varies] = metrics.fvu(hidden[:, varies], copy[:, varies])
    return found


@torch.no_grad()
def judged(
    test: Part, net: nets.MLP, sae: nets.SparseAutoencoder, fitted: Tensor, seen: Tensor, seeds: Sequence[int]
) -> list[dict[str, np.ndarray]]:
    """Return, for each instance, what ``input_search.train`` describes.

    ``fitted`` ``(rows, instances, neurons)`` are the activations that the autoencoder learnt, ``seeds`` choose the
    random twins.
    """
    y = test.y if test.y.is_floating_point() else test.y.long()
    hidden = net.hidden(test.x)
    copy, latents = sae(hidden)
    rate = (latents > 0).float().mean(0)
    units = {
        "neurons": hidden,
        "latents": latents,
        "random": controls.random_twin(hidden, rate, seeds),
        "pca": controls.halves(fitted, hidden),
    }
    scored, spliced = skill(net.output(hidden), y), skill(net.output(copy), y)
    parts = {name: counts(each, test.x, seen) for name, each in units.items()}
    parts |= {"skill": scored[0], "csi": scored[1], "spliced": spliced[0], "fvu": unexplained(hidden, copy)}
    pair = hidden, latents
    parts["on"] = torch.stack([(each > 0).float().mean((0, 2)) for each in pair], 1)
    parts["dead"] = torch.stack([metrics.dead(each).sum(1) for each in pair], 1)
    found = [{name: values[i].numpy() for name, values in parts.items()} for i in range(hidden.shape[1])]
    shares = torch.stack([framed(each, test.x, seen).float().mean(1) for each in pair], 1)
    for each, share, own in zip(found, shares, seen, strict=True):
        each["sensitive"] = share[:, own].numpy()
    return found
