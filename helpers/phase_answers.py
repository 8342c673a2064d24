"""Checks of the readers' answers in chapters 06b and 06c. They print; none of them raises."""

import math
from collections.abc import Sequence

from .answers import got, number, numbers, say

#: What one hidden layer may cost in the exercise on depth: the numbers that three layers of six neurons learn.
INPUTS, CLASSES, DEEP = 5, 3, 141


def never_mixed(answer: float | None, mixed: float) -> None:
    """Chapter 06b: the best accuracy of answers that never say 'mixed', where the share ``mixed`` of blocks is so."""
    share, mixed = number(answer), float(mixed)

    def near(other: float) -> bool:
        return abs(share - other) < 0.001

    problems = {
        f"Expected one number, {got(answer)}": math.isnan(share),
        "That is in percent. The check wants a share.": near(100 * (1 - mixed)),
        "An accuracy lies between 0 and 1.": not 0 <= share <= 1,
        "That is the share of mixed blocks, so the share that is lost.": near(mixed),
        "That is the balanced accuracy: two classes of three are found.": near(2 / 3),
        "Not there. Did you count the test blocks? All others may be right.": not near(1 - mixed),
    }
    say(answer, problems, "Nine in ten right, and one class in three never found.")


def six(answer: float | None, without: float) -> None:
    """Chapter 06b: the accuracy, on labels made from clusters, of a forest that sees all that was clustered."""
    share, without = number(answer), float(without)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(share),
        "That is in percent. The check wants a share.": 1 < share <= 100,
        "An accuracy lies between 0 and 1.": not 0 <= share <= 1,
        "Nothing changed. Did you fit on the new parts?": math.isclose(share, without, abs_tol=1e-6),
        "It should rise. Is the target regime_phase, for training and test alike?": share < without,
        "That is perfect. Did you score the rows that it was fitted on?": share == 1,
    }
    say(answer, problems, "Nearly perfect, and nothing was learnt about what fell.")


def logarithm(answer: float | None, plain: float) -> None:
    """Chapter 06b: the mean absolute error in mm/h of networks that learnt the logarithm of the rate."""
    error, plain = number(answer), float(plain)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(error),
        "An error of the absolute kind is not negative. Is it the R²?": error < 0,
        "Nothing changed. Did you train fresh networks on the logarithm?": math.isclose(error, plain, abs_tol=1e-6),
        "That is in powers of ten. Take 10 to the power of the answer, and subtract the 0.01.": error > 2 * plain,
        "The error should fall clearly. Did you take the logarithm of the rate plus 0.01, to base ten?": error
        > 0.8 * plain,
        "Too good. Did you score the logarithms of both?": error < 0.03,
    }
    say(answer, problems, "The mean absolute error falls to less than half." if error < plain / 2 else "It falls.")


def squeezed(answer: Sequence[float] | None, before: Sequence[float]) -> None:
    """Chapter 06c: participation ratio and readable causes of a layer whose units are scaled; both ``before``."""
    pair, (dimensions, causes) = numbers(answer), map(float, before)
    known = len(pair) == 2 and not any(map(math.isnan, pair))
    problems = {
        f"Expected a pair of numbers, (dimensions, readable causes), {got(answer)}": not known,
        "A layer that varies uses one dimension or more.": known and pair[0] < 1 - 1e-6,
        "The first should fall. Did you scale the activations, training rows and test rows alike?": known
        and pair[0] > dimensions - 0.05,
        "The second should stay. Did you scale the test rows as the training rows?": known
        and abs(pair[1] - causes) > 0.1,
    }
    say(answer, problems, "Fewer dimensions 'used', and nothing lost.")


def as_wide(answer: int | None) -> None:
    """Chapter 06c: the widest single hidden layer that learns no more numbers than three layers of six neurons."""
    width = number(answer)
    each = INPUTS + 1 + CLASSES
    right = (DEEP - CLASSES) // each
    problems = {
        f"Expected one whole number, {got(answer)}": not width.is_integer(),
        "That is the three layers laid side by side. Count numbers, not neurons.": width == 18,
        "A neuron has a bias, too.": width == (DEEP - CLASSES) // (each - 1),
        "That is the number of numbers. How many neurons can they pay for?": width in (DEEP, right * each + CLASSES),
        "Too wide: it would learn more numbers than the three layers.": width > right,
        "One more neuron would still fit.": width < right,
    }
    say(answer, problems, "Each neuron costs nine numbers, and the answer three biases.")
