"""Checks of the readers' answers: each prints what is right, or what probably went wrong. None of them raises."""

from collections.abc import Sequence

from torch import Tensor

from .metrics import event_scores


def say(answer, problems: dict[str, bool], praise: str) -> None:
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
    say(answer, problems, "The highest threshold that catches four wet hours in five.")


def weighted(answer: float | None, base_rate: float) -> None:
    """Chapter 06: the mean probability of networks trained with the rare class weighted up."""
    ratio = None if answer is None else float(answer) / float(base_rate)
    problems = {
        "A mean probability lies between 0 and 1. Did you forget the sigmoid?": ratio is not None
        and not 0 <= float(answer) <= 1,
        "That is about the base rate. Did you train a fresh network with pos_weight?": ratio and ratio < 1.5,
    }
    say(answer, problems, f"The networks call rain {ratio or 0:.0f} times as often as it comes.")


def visibility(answer: float | None, without: float) -> None:
    """Chapter 06: the CSI of a forest that also sees the visibility."""
    known = answer is not None
    problems = {
        "A CSI lies between 0 and 1.": known and not 0 <= float(answer) <= 1,
        "The CSI should rise. Did you choose the threshold on part one?": known and float(answer) <= float(without),
    }
    say(answer, problems, "Much better, and now say why.")


def wider(answer: float | None) -> None:
    """Chapter 09: the share of dead latents with eight times as many latents as neurons."""
    known = answer is not None
    problems = {
        "A share lies between 0 and 1. Did you count latents instead?": known and not 0 <= float(answer) <= 1,
        "So wide a dictionary should leave some latents dead. Did you use L1 = 0.1?": known and float(answer) < 0.05,
    }
    say(answer, problems, "More latents than there is anything to say.")


def shrinkage(answer: Sequence[float] | None) -> None:
    """Chapter 09: the slope of the copy against the original for six values of L1."""
    slopes = None if answer is None else [float(slope) for slope in answer]
    problems = {
        "Expected six slopes, one for each L1.": slopes is not None and len(slopes) != 6,
        "Without L1 there is no shrinkage. Did you centre both with the mean of the original?": slopes
        and not 0.85 < slopes[0] < 1.1,
        "The slope should fall as L1 rises. Did you divide by the squares of the original?": slopes
        and slopes[-1] > slopes[0] - 0.1,
    }
    say(answer, problems, "The stronger the penalty, the smaller the copy.")


def strongest_pair(answer: Sequence[int] | None, r: Tensor) -> None:
    """Chapter 10: the (network, latent) with the largest absolute correlation in ``r`` ``(networks, latents)``."""
    known = answer is not None and len(answer) == 2
    inside = known and 0 <= answer[0] < r.shape[0] and 0 <= answer[1] < r.shape[1]
    found = r[answer[0], answer[1]] if inside else r.new_zeros(())
    problems = {
        "Expected a pair: (network, latent).": not known,
        f"Networks go up to {r.shape[0] - 1}, latents to {r.shape[1] - 1}. Did you swap them?": not inside,
        "That is the strongest positive one. Did you forget the absolute value?": found == r.max() < r.abs().max(),
        "There is a stronger one.": found.abs() < r.abs().max(),
    }
    say(answer, problems, f"r = {found.item():.2f}.")


def worst_ablation(answer: float | None, of_latents: float) -> None:
    """Chapter 10: the median over networks of the worst change in CSI when one neuron is set to its mean."""
    value = None if answer is None else float(answer)
    problems = {
        "Silencing the most useful neuron should cost something. Did you subtract the baseline?": value is not None
        and value > -0.02,
        "A CSI cannot fall by more than it was.": value is not None and value < -0.6,
    }
    say(answer, problems, f"For latents it was {float(of_latents):.2f}.")
