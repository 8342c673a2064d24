"""Checks of the readers' answers: each prints what is right, or what probably went wrong. None of them raises."""

import math
import reprlib
from collections.abc import Sequence

from torch import Tensor

from . import environment
from .metrics import event_scores


def say(answer, problems: dict[str, bool], praise: str) -> None:
    """Print the first problem that is true, or the praise; an answer of None has not been given yet."""
    if answer is None:
        print("… no answer yet: replace None and run this cell again.")
        return
    problem = next((text for text, wrong in problems.items() if wrong), None)
    print(f"✗ {problem}" if problem else f"✓ {praise}")


def say_here(answer, problems: dict[str, bool], measured: dict[str, bool], praise: str) -> None:
    """As ``say``; the bounds in ``measured`` and the praise hold for the observations and are kept to them."""
    if environment.is_default():
        say(answer, problems | measured, praise)
    else:
        say(answer, problems, "A possible answer. What is likely, this check knows for the observations alone.")


def number(answer) -> float:
    """Return ``answer`` as a float: NaN if it is anything but a single number. Text and True are none."""
    if isinstance(answer, str | bytes | bool):
        return math.nan
    try:
        return float(answer.detach() if isinstance(answer, Tensor) else answer)
    except (TypeError, ValueError, RuntimeError, OverflowError):  # torch raises RuntimeError for many values
        return math.nan


def numbers(answer) -> list[float]:
    """Return the numbers in ``answer``, NaN for each that is none: nothing if it is not a sequence."""
    try:
        return [number(value) for value in answer]
    except Exception:  # a reader's generator may raise anything
        return []


def got(answer) -> str:
    return f"got {' '.join(reprlib.repr(answer).split())}."


def warn_earlier(answer: float | None, probability: Tensor, event: Tensor) -> None:
    """Chapter 06: the highest threshold in hundredths whose POD on part one is at least 0.8."""

    def pod(threshold: float) -> float:
        return event_scores(event, probability > threshold).pod.item()

    level = number(answer)
    known = 0 < level < 1
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(level),
        "A threshold is a probability between 0 and 1.": not known,
        "The POD on part one is below 0.8: warn earlier. Did you use the test rows?": known and pod(level) < 0.8,
        "The POD is high enough, but a higher threshold would do too. Did you walk up from 0.01?": known
        and pod(level + 0.01) >= 0.8,
    }
    say(answer, problems, "The highest threshold that catches four wet hours in five.")


def weighted(answer: float | None, base_rate: float) -> None:
    """Chapter 06: the mean probability of networks trained with the rare class weighted up."""
    mean = number(answer)
    ratio = mean / float(base_rate)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(mean),
        "A mean probability lies between 0 and 1. Did you forget the sigmoid?": not 0 <= mean <= 1,
    }
    measured = {
        "That is about the base rate, or below. Did you train a fresh network with pos_weight?": ratio < 1.5,
        "That is more than the weight can explain. Did you take the mean of yes and no at 0.5?": ratio > 8,
    }
    say_here(answer, problems, measured, f"The networks call rain {ratio:.0f} times as often as it comes.")


def visibility(answer: float | None, without: float) -> None:
    """Chapter 06: the CSI of a forest that also sees what half contains the answer, which is the visibility."""
    csi = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(csi),
        "A CSI lies between 0 and 1.": not 0 <= csi <= 1,
    }
    measured = {
        "Nothing changed. Did you fit on the new parts?": math.isclose(csi, without, abs_tol=1e-6),
        "The CSI should rise. Did you choose the threshold on part one?": csi < float(without),
        "Too good to be a CSI. Is it the accuracy?": csi > 0.75,
    }
    say_here(answer, problems, measured, "A little better. Would you use it?")


def wider(answer: float | None) -> None:
    """Chapter 09b: the share of dead latents with eight times as many latents as neurons."""
    share = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(share),
        "A share lies between 0 and 1. Did you count latents instead?": not 0 <= share <= 1,
    }
    measured = {
        "So wide a dictionary should leave some latents dead. Did you use L1 = 0.1?": share < 0.05,
        "That is most of them. Is it the share of the living?": share > 0.5,
    }
    say_here(answer, problems, measured, "More latents than there is anything to say.")


def shrinkage(answer: Sequence[float] | None) -> None:
    """Chapter 09b: the size of the copy against the original for six values of L1: 1 where nothing shrinks."""
    ratios = numbers(answer)
    known = len(ratios) == 6 and not any(map(math.isnan, ratios))
    rises = known and any(later > earlier + 0.05 for earlier, later in zip(ratios[:-1], ratios[1:], strict=True))
    problems = {f"Expected six numbers, one for each L1, {got(answer)}": not known}
    measured = {
        "Without L1 there is no shrinkage. Did you centre each with its own mean?": known
        and not 0.85 < ratios[0] < 1.1,
        "The ratio should fall below one as L1 rises. Did you divide the squares of the copy by the products?": rises
        or (known and ratios[-1] > ratios[0] - 0.1),
    }
    say_here(answer, problems, measured, "The stronger the penalty, the smaller the copy.")


def strongest_pair(answer: Sequence[int] | None, r: Tensor) -> None:
    """Chapter 10: the (network, latent) with the largest absolute correlation in ``r`` ``(networks, latents)``."""
    pair = numbers(answer)
    known = len(pair) == 2 and all(place.is_integer() for place in pair)
    inside = known and 0 <= pair[0] < r.shape[0] and 0 <= pair[1] < r.shape[1]
    found = r[int(pair[0]), int(pair[1])] if inside else r.new_zeros(())
    problems = {
        f"Expected a pair of whole numbers, (network, latent), {got(answer)}": not known,
        f"Networks go up to {r.shape[0] - 1}, latents to {r.shape[1] - 1}. Did you swap them?": not inside,
        "That is the strongest positive one. Did you forget the absolute value?": found == r.max() < r.abs().max(),
        "There is a stronger one.": found.abs() < r.abs().max(),
    }
    say(answer, problems, f"r = {found.item():.2f}.")
