"""Checks of the readers' answers in chapter 11. They print; none of them raises."""

import math

import numpy as np

from .answers import got, number, say
from .selection import reliability

#: The expected largest of 250 standard normal numbers.
LUCK = 2.819


def best_by_luck(answer: float | None) -> None:
    """Chapter 11: by how many standard deviations the best of 250 equal sets beats the average, in expectation."""
    value = number(answer)

    def near(other: float, by: float = 0.015) -> bool:
        return abs(value - other) < by

    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "The best of many is above the average.": value <= 0,
        "That is the formula for very many: with 250 it is too large. Draw them.": near(math.sqrt(2 * math.log(250))),
        "One set in 250 is above that. The best of 250 is above it more often than not.": near(2.652),
        "That is one standard deviation: that of a single set.": near(1),
        "Not there. Did you average over thousands of searches? The best of a single one is itself a matter of luck.": (
            not near(LUCK, 0.05)
        ),
    }
    say(answer, problems, "Nearly three standard deviations, for the best of sets that do not differ at all.")


def seeds_needed(answer: float | None, icc: float, wanted: float = 0.8) -> None:
    """Chapter 11: the smallest number of seeds whose means have a reliability of ``wanted``, for an ``icc``."""
    value, icc = number(answer), float(icc)
    whole = math.isfinite(value) and value >= 1 and value == int(value)
    reached = float(reliability(icc, value)) if whole else math.nan
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        f"Expected a whole number of seeds, 1 or more, {got(answer)}": not whole,
        "So many seeds are not enough. Did you round up?": reached < wanted,
        "That is enough, but fewer would do.": whole and value > 1 and float(reliability(icc, value - 1)) >= wanted,
    }
    say(answer, problems, f"With {value:.0f} seeds the reliability is {reached:.2f}.")


def honest(answer: float | None, values) -> None:
    """Chapter 11: the mean over the later half of the seeds of the set with the best mean over the earlier half."""
    values, value = np.asarray(values, dtype=float), number(answer)
    half = values.shape[1] // 2
    first, second = np.nanmean(values[:, :half], axis=1), np.nanmean(values[:, half:], axis=1)
    chosen = int(first.argmax())

    def near(other: float) -> bool:
        return math.isclose(value, other, rel_tol=1e-3, abs_tol=0.05)

    right = near(second[chosen])
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "That is what the set promised. Judge it by the seeds that did not choose it.": not right and near(first.max()),
        "That is the best of the later seeds: you chose again.": not right and near(second.max()),
        "Half of that is the seeds that chose. Leave them out.": not right and near(np.nanmean(values[chosen])),
        "That is the average set. Take the one that the earlier seeds chose.": not right and near(second.mean()),
        "Not there. Average over the earlier seeds, take the largest, then average that set over the later.": not right,
    }
    say(answer, problems, f"Promised {first.max():.0f}, delivered {second[chosen]:.0f}.")
