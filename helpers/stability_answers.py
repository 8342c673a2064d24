"""Checks of the readers' answers in chapter 12b. They print; none of them raises."""

import math

import numpy as np

from .answers import got, number, numbers, say


def ceiling(answer: float | None, here: int, there: int) -> None:
    """Chapter 12b: the largest share that dictionaries of ``here`` and ``there`` latents can share."""
    value, right = number(answer), 2 * min(here, there) / (here + there)

    def near(other: float) -> bool:
        return math.isclose(value, other, abs_tol=0.005)

    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "Dictionaries of one size could share all. These have two sizes.": near(1),
        "That is the share of the larger one that finds a partner. The measure counts the latents of both.": near(
            min(here, there) / max(here, there)
        ),
        "That counts each pair once, but divides by the latents of both. A pair has two latents.": near(right / 2),
        "A share lies between 0 and 1.": not 0 <= value <= 1,
        "Not there. How many pairs can there be, how many latents do they hold, and how many are there?": not near(
            right
        ),
    }
    say(answer, problems, f"At most {100 * right:.0f}%, even if the small dictionary is part of the large one.")


def lifted(answer, raw, baseline) -> None:
    """Chapter 12b: the averages of ``raw``, adjusted by those of ``baseline``, for each of some settings."""
    values = np.array(numbers(answer))
    raw, baseline = (np.array([np.nanmean(one) for one in each]) for each in (raw, baseline))
    right = (raw - baseline) / (1 - baseline)
    known = values.shape == right.shape and np.isfinite(values).all()

    def near(other: np.ndarray) -> bool:
        return known and np.allclose(values, other, atol=0.01)

    found = near(right)
    problems = {
        f"Expected {len(right)} numbers, one for each setting, {got(answer)}": not known,
        "These are the raw averages.": near(raw) and not found,
        "That is how far they lie above the baseline. Divide by how far they could.": near(raw - baseline)
        and not found,
        "That is a ratio to the baseline. It has no fixed top: take the share of the way to 1.": near(raw / baseline)
        and not found,
        "The settings are in the wrong order.": near(right[::-1]) and not found,
        "Not there. Average over the pairs first, then take the share of the way from the baseline to 1.": not found,
    }
    apart = [abs(each[-1] - each[0]) for each in (raw, right)]
    say(answer, problems, f"The raw averages lie {apart[0]:.2f} apart, the adjusted ones {apart[1]:.2f}.")


def chosen(answer: float | None, lead) -> None:
    """Chapter 12b: the mean over the later half of the pairs of the setting that is best on the earlier half.

    ``lead`` is ``(settings, pairs)``.
    """
    lead, value = np.asarray(lead, dtype=float), number(answer)
    half = lead.shape[1] // 2
    first, second = lead[:, :half].mean(1), lead[:, half:].mean(1)
    best = int(first.argmax())

    def near(other: float) -> bool:
        return math.isclose(value, other, abs_tol=0.002)

    found = near(second[best])
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "That is what the setting promised. Judge it by the pairs that did not choose it.": near(first.max())
        and not found,
        "That is the best of the later pairs: you chose again.": near(second.max()) and not found,
        "Half of that are the pairs that chose. Leave them out.": near(lead[best].mean()) and not found,
        "That is the average setting. Take the one that the earlier pairs chose.": near(second.mean()) and not found,
        "Not there. Average over the earlier pairs, take the largest, then average that setting over the later.": (
            not found
        ),
    }
    say(answer, problems, f"Promised {first.max():.2f}, kept {second[best]:.2f}.")
