"""Checks of the readers' answers: each prints what is right, or what probably went wrong. None of them raises."""

from torch import Tensor

from .metrics import event_scores


def _say(answer, problems: dict[str, bool], praise: str) -> None:
    """Print the first problem that is true, or the praise; an answer of None has not been given yet."""
    if answer is None:
        print("… no answer yet: replace None and run this cell again.")
        return
    problem = next((text for text, wrong in problems.items() if wrong), None)
    print(f"✗ {problem}" if problem else f"✓ {praise}")


def warn_earlier(answer: float | None, probability: Tensor, event: Tensor) -> None:
    """Chapter 06: the highest threshold in hundredths whose POD on part one is at least 0.8."""

    def pod(threshold: float) -> float:
        return event_scores(event, probability > threshold).pod.item()

    known = answer is not None and 0 < answer < 1
    problems = {
        "A threshold is a probability between 0 and 1.": not known,
        "The POD is below 0.8: warn earlier. Did you walk up instead of down?": known and pod(answer) < 0.8,
        "The POD is high enough, but a higher threshold would do too.": known and pod(answer + 0.01) >= 0.8,
    }
    _say(answer, problems, "The highest threshold that catches four wet hours in five.")


def weighted(answer: float | None, base_rate: float) -> None:
    """Chapter 06: the mean probability of networks trained with the rare class weighted up."""
    ratio = None if answer is None else float(answer) / float(base_rate)
    problems = {
        "A mean probability lies between 0 and 1. Did you forget the sigmoid?": ratio is not None
        and not 0 <= float(answer) <= 1,
        "That is about the base rate. Did you train a fresh network with pos_weight?": ratio and ratio < 1.5,
    }
    _say(answer, problems, f"The networks call rain {ratio or 0:.0f} times as often as it comes.")


def visibility(answer: float | None, without: float) -> None:
    """Chapter 06: the CSI of a forest that also sees the visibility."""
    known = answer is not None
    problems = {
        "A CSI lies between 0 and 1.": known and not 0 <= float(answer) <= 1,
        "The CSI should rise. Did you choose the threshold on part one?": known and float(answer) <= float(without),
    }
    _say(answer, problems, "Much better, and now say why.")
