"""Checks of the readers' answers in chapter 10. They print; none of them raises."""

import math

import torch
from scipy.stats import norm
from torch import Tensor

from .answers import got, number, say
from .metrics import correlations, dead, sensitive_inputs

#: How near the reader's correlation must come to 0.4, and the reader's reduction to ours, in points.
NEAR, POINTS = 0.02, 2.0


def r_of_detector(share: float) -> float:
    """Return the correlation of a standard normal z with ``relu(z - t)``, which is on in ``share`` of the rows.

    The covariance is the share (Stein's lemma), and the variance follows from two moments of a normal cut at t.
    """
    level = norm.isf(share)
    mean = norm.pdf(level) - level * share
    square = (1 + level**2) * share - level * norm.pdf(level)
    return share / math.sqrt(square - mean**2)


def rarest(answer: float | None) -> None:
    """Chapter 10: the share of rows at which a detector of a normal input correlates with it at 0.4."""
    share = number(answer)
    known = 0 < share < 0.5
    r = r_of_detector(share) if known else math.nan
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(share),
        "That is in percent. The check wants a share.": 1 <= share <= 100,
        "A share lies between 0 and 1.": not 0 < share < 1,
        "Half of the rows or more is not rare. Is it the share of rows that are off?": not known,
        f"A detector as rare as that has r = {r:.2f}. It can be rarer.": r > 0.4 + NEAR,
        f"A detector as rare as that has r = {r:.2f}. It has lost its only input.": r < 0.4 - NEAR,
    }
    say(answer, problems, "Rarer than that, a perfect detector of one input has no sensitive input at all.")


def loudest(answer: float | None, neurons: Tensor, inputs: Tensor) -> None:
    """Chapter 10: the average cut in percent, over living units, when each neuron keeps its loudest quarter of rows.

    ``neurons`` is ``(rows, networks, neurons)``, ``inputs`` ``(rows, predictors)``.
    """
    value = number(answer)

    def cut(keep: float) -> float:
        rate = keep * (neurons > 0).float().mean(0)
        place = ((1 - rate) * (len(neurons) - 1)).long().unsqueeze(0)
        kept = torch.relu(neurons - neurons.sort(0).values.gather(0, place))
        before, after = (
            sensitive_inputs(correlations(units, inputs)).sum(-1) / (~dead(units)).sum(-1).clamp_min(1)
            for units in (neurons, kept)
        )
        return 100 * (1 - after / before).mean().item()

    right = cut(0.25)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "That is a share. The check wants percent.": abs(100 * value - right) < POINTS and abs(value) < 1,
        "That cuts off the loudest quarter of each neuron. Keep that one.": (
            abs(value - cut(0.75)) < POINTS < abs(value - right)
        ),
        "Not there. Lower each neuron until a quarter of the rows on which it was on is left, and cut with a ReLU.": (
            not abs(value - right) < POINTS
        ),
    }
    say(answer, problems, "No autoencoder, nothing learnt, and a large cut.")
