"""Checks of the readers' answers in chapter 09. They print; none of them raises."""

import math
from collections.abc import Mapping, Sequence

from torch import Tensor

from .answers import got, number, numbers, say

#: How far an answer may be off: what rounding to two digits takes.
CLOSE = 0.006


def _is_median(answer: float, values: Tensor) -> bool:
    """Of an even number of values torch's median is the lower of the two in the middle, numpy's their mean."""
    low, high = values.double().median().item(), -(-values.double()).median().item()
    return low - CLOSE < answer < high + CLOSE


def labels(answer: Sequence[float] | None, best: Mapping[str, Tensor], others: Mapping[str, Tensor]) -> None:
    """Chapter 09: how far latents lead neurons and random ones, in the mean over causes of the largest correlation.

    ``best`` holds, for the networks asked for, ``(networks, causes)`` of "latents", "neurons" and "random"; ``others``
    the same for the networks that the chapter has judged. The answer is a pair of medians over networks.
    """
    pair = numbers(answer)
    known = len(pair) == 2 and not any(map(math.isnan, pair))

    def leads(table: Mapping[str, Tensor]) -> list[Tensor]:
        mean = {name: values.double().mean(1) for name, values in table.items()}
        return [mean["latents"] - mean[name] for name in ("neurons", "random")]

    def is_pair(wanted: Sequence[Tensor]) -> bool:
        return known and all(_is_median(a, b) for a, b in zip(pair, wanted, strict=True))

    right = leads(best)
    found = is_pair(right)
    problems = {
        f"Expected a pair of numbers, (over neurons, over random), {got(answer)}": not known,
        "That is for the networks that learnt what fell. Take the clusters.": is_pair(leads(others)) and not found,
        "The sign is turned: subtract the others from the latents.": is_pair([-lead for lead in right]) and not found,
        "Did you swap them? Neurons come first.": is_pair(right[::-1]) and not found,
        "Not there. Take the mean over causes first, then the median over networks.": not found,
    }
    say(answer, problems, "Circular labels, and the same picture: next to nothing over neurons.")


def yardstick(answer: float | None, losses: Mapping[str, Tensor]) -> None:
    """Chapter 09: the loss recovered by the copy from one component, measured from zeros: the median over networks.

    ``losses`` holds "untouched", "spliced", "means" and "zeros", each ``(networks,)``.
    """
    value = number(answer)

    def recovered(worst: str) -> Tensor:
        return (losses[worst] - losses["spliced"]) / (losses[worst] - losses["untouched"])

    right = recovered("zeros")
    found = _is_median(value, right)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "That is with means as the yardstick. Put zeros in.": _is_median(value, recovered("means")) and not found,
        "That is what was lost. Subtract it from 1.": _is_median(value, 1 - right) and not found,
        "That is in percent. The check wants a share.": _is_median(value / 100, right) and not found,
        "Not there. Is it the copy from one component, and the median over networks of the ratios?": not found,
    }
    say(answer, problems, "Nearly all of the loss, for a network that has lost a class.")


def crowd(answer: float | None, few: float, latents: float) -> None:
    """Chapter 09: the mean largest correlation of 192 random units, where 12 random ones reach ``few``.

    ``latents`` is what the trained latents reach. All are medians over networks.
    """
    value, few, latents = number(answer), float(few), float(latents)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "A largest absolute correlation lies between 0 and 1. Did you take the absolute value?": not 0 <= value <= 1,
        "That is what twelve reach. Draw 192 directions.": abs(value - few) < 0.002,
        "Sixteen times as many units have more chances, so it should rise. Is it the largest over units?": value < few,
        "Too high for six neurons. Is it the largest over causes, in place of their mean?": value > latents + 0.2,
    }
    ahead = "more than" if value > latents else "less than"
    say(answer, problems, f"Without any training, and {ahead} the trained latents.")
