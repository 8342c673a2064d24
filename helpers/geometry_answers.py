"""Checks of the readers' answers in chapter 03. They print; none of them raises."""

import math
from collections.abc import Callable

from .answers import got, number, numbers, say


def enters(answer: Callable[[float], float] | None) -> None:
    """Chapter 03: a function from the importance of the extra feature, below 1, to the density at which it enters."""
    if answer is None:
        return say(None, {}, "")
    if not callable(answer):
        return say(answer, {f"Expected a function of r, {got(answer)}": True}, "")
    tried = (0.1, 0.3, 0.5, 0.9)
    try:
        given = [answer(r) for r in tried]
        values = [number(value) for value in given]
    except Exception as error:  # whatever the reader's function raises is part of the answer
        print(f"✗ Your function stopped: {type(error).__name__}: {' '.join(str(error).split())}")
        return None

    def close(formula: Callable[[float], float]) -> bool:
        return all(math.isclose(value, formula(r), rel_tol=1e-3) for value, r in zip(values, tried, strict=True))

    problems = {
        f"Expected a number for each r, {got(given)}": any(map(math.isnan, values)),
        "That is the sparsity. The density is one minus it.": close(lambda r: 1 - 4 * r / (2 + 5 * r)),
        "The dropped feature can be answered with its mean: its loss is d/3 - d²/4, not d/3.": close(
            lambda r: 2 * r / (1 + r)
        ),
        "Both features disturb each other: the price of sharing is (1 + r) d²/6.": close(lambda r: 4 / 5)
        or close(lambda r: 4 * r / (2 + 3 * r)),
        "You compared with dropping the other feature. For r < 1 it is the extra one that goes.": close(
            lambda r: 4 / (5 + 2 * r)
        ),
        "Not there. Set r (d/3 - d²/4) equal to (1 + r) d²/6 and solve for d.": not close(
            lambda r: 4 * r / (2 + 5 * r)
        ),
    }
    return say(answer, problems, "The less important a feature, the rarer it must be to get in.")


def simplices(answer) -> None:
    """Chapter 03: the dimensionality of a corner of the simplex in 1, 2, 3 and 4 dimensions."""
    values = numbers(answer)
    known = len(values) == 4 and not any(map(math.isnan, values))

    def close(formula: Callable[[int], float]) -> bool:
        return known and all(math.isclose(v, formula(k), abs_tol=5e-3) for k, v in enumerate(values, 1))

    problems = {
        f"Expected four numbers, for k = 1, 2, 3, 4, {got(answer)}": not known,
        "A simplex in k dimensions has k + 1 corners: did you count k?": close(lambda k: 1 / (1 + (k - 1) / k**2)),
        "Did you forget the feature itself in the sum below?": close(lambda k: k),
        # The dot products sum to -1 with the sign and to 1 without: below the line stand 0, or 2.
        "Did you forget to square the dot products?": close(lambda k: 1 / 2)
        or (known and min(map(abs, values)) > 1000),
        "Did you take the shape of one dimension more? k = 1 is a pair, 1/2.": close(lambda k: (k + 1) / (k + 2)),
        "Not there. For k = 1, two opposite features, it must be 1/2.": not close(lambda k: k / (k + 1)),
    }
    return say(answer, problems, "k + 1 features share k dimensions fairly.")


def patience(answer) -> None:
    """Chapter 03: D* of a model at density 0.42, after 150 and after 1,500 steps."""
    values = numbers(answer)
    known = len(values) == 2 and not any(map(math.isnan, values))
    short, long = values if known else (math.nan, math.nan)
    problems = {
        f"Expected two numbers, for the short and the long run, {got(answer)}": not known,
        "D* should lie between 1/2 and 1. Did you divide m by |W|², for each seed on its own?": not (
            0.3 < long < 1.1 and 0.3 < short < 1.1
        ),
        "Both are the same. Did you train for 300 steps once, and for 3,000 once?": short == long,
        "The longer run should come closer to 1/2. Did you swap the two?": abs(long - 0.5) > abs(short - 0.5),
        "The longer run should come close to 1/2. A density of 0.42 is a sparsity of 0.58; is the rate 0.008?": (
            abs(long - 0.5) > 0.08
        ),
    }
    return say(answer, problems, "Patience moves the edge of the plateau.")
