"""Checks of the readers' answers in chapter 08b. They print; none raises."""

import math
from collections.abc import Sequence

import numpy as np

from .answers import got, number, say
from .arrays import finite

#: A latent with a second cosine above this mixes two features.
MIXED = 0.3


def unramped(answer: float | None, before: float) -> None:
    """Chapter 08b: the median FVU of a JumpReLU whose latents give its thresholds no slope; ``before`` with a slope."""
    value, before = number(answer), float(before)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "An FVU is a share: 0 is a perfect copy, 1 no better than the mean.": not 0 <= value <= 1.5,
        "That is about as good as with both slopes. Is the forward of your class the one that runs?": (
            value < 3 * before
        ),
    }
    say(answer, problems, "The count pushed the thresholds up, and nothing pushed back.")


def alone(answer: float | None, before: float) -> None:
    """Chapter 08b: the median share of rows in %, in which the parent's latent is silent, if the child is independent.

    ``before`` is the share where the child is never without its parent.
    """
    value = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "A share of rows in % lies between 0 and 100.": not 0 <= value <= 100,
        "Little has changed. Is the child still only on where its parent is?": value > float(before) / 2,
        "Those are mostly rows without the parent, where its latent should be silent. Look at rows with both.": (
            value > 10
        ),
    }
    say(answer, problems, "The parent's latent stays on where the two happen to meet. Absorption needs a hierarchy.")


def begins(answer: float | None, correlations: Sequence[float], second) -> None:
    """Chapter 08b: the smallest correlation at which half of the seeds mix; ``second`` is ``(correlations, seeds)``."""
    second = finite("second cosines", second, "(correlations, seeds)", (len(correlations), None))
    value = number(answer)
    mixing = (second > MIXED).mean(1) >= 0.5
    right = next((rho for rho, mixes in zip(correlations, mixing, strict=True) if mixes), math.nan)
    first = next((rho for rho, row in zip(correlations, second, strict=True) if (row > MIXED).any()), math.nan)
    found = bool(np.isclose(value, right))
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        f"No correlation in your list makes half of the seeds mix (above {MIXED}). Go further.": math.isnan(right),
        "There a seed mixes, but fewer than half of them do.": bool(np.isclose(value, first)) and not found,
        "Already at a smaller correlation half of the seeds mix.": value > right and not found,
        "There fewer than half of the seeds mix.": not found,
    }
    say(answer, problems, "So little is enough. How large are the correlations in a table of weather?")
