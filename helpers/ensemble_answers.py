"""Checks of the readers' answers in chapter 12c. They print; none of them raises."""

import math

import numpy as np
from torch import Tensor

from . import ensembles
from .answers import got, number, numbers, say

#: How far an answer may be off: what rounding to two digits takes.
CLOSE = 0.006


def _near(one: float, other: float, room: float = CLOSE) -> bool:
    return abs(one - other) <= room


def _unanimous(found: Tensor, order: Tensor, alive: Tensor, score, least: float) -> tuple[float, float]:
    """Return the number of representatives and their score: means over networks."""
    score = np.asarray(score, dtype=float)
    taken = ensembles.representatives(found, order, alive, least)
    means = [np.nanmean([score[g][one] for one in group]) for g, group in enumerate(taken) if group]
    return float(np.mean([len(group) for group in taken])), float(np.mean(means)) if means else math.nan


def unanimous(answer, found: Tensor, order: Tensor, alive: Tensor, score) -> None:
    """Chapter 12c: how many representatives a network has if all seeds must agree, and their score.

    ``found`` is what ``ensembles.partners`` returned; ``order``, ``alive`` and ``score`` are
    ``(networks, seeds, latents)``. Both numbers are means over networks.
    """
    votes, others = ensembles.support(found), found.shape[1] - 1
    wanted = _unanimous(found, order, alive, score, others)
    half = _unanimous(found, order, alive, score, others / 2)
    pair = numbers(answer)
    known = len(pair) == 2 and not any(map(math.isnan, pair))
    count, mean = pair if known else (math.nan, math.nan)
    everything = float((votes == others).sum() / len(votes))
    problems = {
        f"Expected a pair of numbers, (representatives, score), {got(answer)}": not known,
        "Did you swap them? The number comes first.": _near(count, wanted[1]) and _near(mean, wanted[0], 0.06),
        "That is the ensemble from above, where half of the seeds must agree.": _near(count, half[0], 0.06)
        and not _near(wanted[0], half[0], 0.06),
        "Those are all latents with so many votes, the same thing several times over.": _near(count, everything, 0.06)
        and not _near(wanted[0], everything, 0.06),
        "That is the sum over networks. The check wants the mean.": known
        and _near(count, wanted[0] * len(votes), 0.6)
        and len(votes) > 1,
        "The number is off. Take `representatives` with all other seeds as the least.": not _near(
            count, wanted[0], 0.06
        ),
        "The score is off. Take the mean in each network first, without the NaNs.": not _near(mean, wanted[1]),
    }
    say(answer, problems, "Fewer and a little easier to say." if wanted[1] > half[1] else "Fewer, and no easier.")


def few_seeds(answer, votes: Tensor, alive: Tensor, score, everything: float) -> None:
    """Chapter 12c: the gain of agreed latents with few seeds: their mean score less that of all that live.

    ``votes``, ``alive`` and ``score`` ``(networks, seeds, latents)`` are those of the few; ``everything`` is the gain
    with all seeds. All are means over networks.
    """
    score, alive = np.asarray(score, dtype=float), np.asarray(alive, dtype=bool)
    agreed = alive & (np.asarray(votes) >= (votes.shape[1] - 1) / 2)
    means = [[np.nanmean(score[g][which[g]]) for g in range(len(score))] for which in (agreed, alive)]
    wanted, gain = float(np.mean(np.subtract(*means))), number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(gain),
        "That is the gain with all seeds.": _near(gain, everything, 0.001) and not _near(wanted, everything, 0.002),
        "That is the score of the agreed ones. Subtract that of all that live.": _near(gain, float(np.mean(means[0]))),
        "Not quite. Take the votes among these seeds alone, and the living latents of these seeds alone.": not _near(
            gain, wanted, 0.003
        ),
    }
    say(answer, problems, f"{wanted:+.2f} with {votes.shape[1]} seeds, {float(everything):+.2f} with all.")


def neurons_again(answer, nearest: Tensor, agreed: Tensor, alive: Tensor) -> None:
    """Chapter 12c: the share of latents with a neuron beyond r = 0.9, of the agreed ones and of the other living.

    All are ``(networks, seeds, latents)``; the shares are over all networks together.
    """
    wanted = [(nearest[which] > 0.9).double().mean().item() for which in (agreed & alive, alive & ~agreed)]
    pair = numbers(answer)
    known = len(pair) == 2 and not any(map(math.isnan, pair))
    right = known and all(_near(one, other) for one, other in zip(pair, wanted, strict=True))
    dead = (nearest[~agreed] > 0.9).double().mean().item()
    problems = {
        f"Expected a pair of shares, (agreed, others), {got(answer)}": not known,
        "A share lies between 0 and 1.": known and not all(0 <= one <= 1 for one in pair),
        "Did you swap them? The agreed ones come first.": known
        and not right
        and all(_near(one, other) for one, other in zip(pair, wanted[::-1], strict=True)),
        "The others are to be living latents: a dead one is no latent.": known
        and not right
        and _near(pair[0], wanted[0])
        and _near(pair[1], dead),
        "Not quite. `nearest[key] > 0.9`, once where `agreed[key]`, once where `alive[key] & ~agreed[key]`.": not right,
    }
    say(answer, problems, f"{wanted[0]:.0%} of the agreed latents nearly are neurons, {wanted[1]:.0%} of the others.")
