"""Checks of the readers' answers in chapter 05. They print; none of them raises."""

import math
from collections.abc import Sequence

from .answers import got, number, numbers, say

#: Rain rates in mm/h of the second exercise, and gaps in hours of the third.
RATES, GAPS = (0.2, 1.0, 5.0), (0, 1, 3, 6, 12, 24)


def tie(answer: float | None) -> None:
    """Chapter 05: the temperature in °C at which rain and snow are equally likely at a humidity of 75%."""
    level = number(answer)
    right = (10.04 - 0.09 * 75) / 1.41

    def near(other: float) -> bool:
        return abs(level - other) < 0.06

    problems = {
        f"Expected one number, {got(answer)}": math.isnan(level),
        "The humidity goes in as 75, not as 0.75.": near((10.04 - 0.09 * 0.75) / 1.41),
        "Check the sign of the humidity: the moister the air, the colder the tie.": near((10.04 + 0.09 * 75) / 1.41),
        "Check the sign of the temperature.": near(-right),
        "That is in kelvin. The equation wants °C.": near(right + 273.15),
        "Did you forget to divide by the coefficient of the temperature?": near(1.41 * right),
        "Not there. Set 10.04 − 1.41 T − 0.09 · 75 to zero and solve for T.": not near(right),
    }
    say(answer, problems, "In air this dry, two degrees above zero are not too warm for snow.")


def perfect(answer: Sequence[float] | None) -> None:
    """Chapter 05: lambda per mm, fitted to rain of 0.2, 1 and 5 mm/h as it falls, with nothing missed."""
    slopes = numbers(answer)
    known = len(slopes) == len(RATES) and not any(map(math.isnan, slopes))
    right = [4.1 * rate**-0.21 for rate in RATES]

    def near(others: Sequence[float]) -> bool:
        return known and all(math.isclose(a, b, rel_tol=0.02) for a, b in zip(slopes, others, strict=True))

    problems = {
        f"Expected three slopes, for 0.2, 1 and 5 mm/h, {got(answer)}": not known,
        "Those are the intercepts. fit_exponential returns n0 first, then lambda.": known and min(slopes) > 100,
        "These are the rates in the other order.": near(right[::-1]),
        "That is far too flat for rain as it falls. Did you leave the detection in?": known and max(slopes) < 2.2,
        "Not there. Fit what marshall_palmer gives, without detection and without counts.": not near(right),
    }
    say(answer, problems, "A perfect instrument gives back the slope of the drops.")


def gaps(answer: Sequence[float] | None) -> None:
    """Chapter 05: accuracy of the nearest neighbour, for gaps of 0 to 24 hours between training and test blocks."""
    scores = numbers(answer)
    known = len(scores) == len(GAPS) and not any(map(math.isnan, scores))
    inside = known and all(0 <= score <= 1 for score in scores)
    problems = {
        f"Expected six accuracies, one for each gap, {got(answer)}": not known,
        "An accuracy lies between 0 and 1.": not inside,
        "A gap should cost something. Did you forbid the training blocks that are too close?": inside
        and scores[0] - scores[3] < 0.05,
        "Without a gap the score should be that of the shuffled split. Did you split in time first?": inside
        and scores[0] < 0.8,
        "With a day between them the neighbours are strangers, and the score should stay as it is after half a day.": (
            inside and abs(scores[4] - scores[5]) > 0.05
        ),
        "A wider gap forbids more blocks, so the score should not rise like this.": inside
        and any(later > earlier + 0.03 for earlier, later in zip(scores[:-1], scores[1:], strict=True)),
    }
    say(answer, problems, "Memory lasts for hours, then the score stays where it is.")


def dropped(answer: str | None) -> None:
    """Chapter 05: the input that holds a phase which is cut at a density."""
    name = answer.strip().lower() if isinstance(answer, str) else ""
    inputs = ("n0", "rho", "dm", "temperature", "relative_humidity")
    problems = {
        f"Expected the name of one input as text, {got(answer)}": not name,
        "The label is cut from the density. Is 'ed' among the inputs?": name == "ed",
        f"Expected one of {', '.join(inputs)}, {got(answer)}": name not in inputs,
        "The air knows much about the phase, and it may: the label is not computed from it.": name in inputs[3:],
        "It has seen the density, as a weight. But one of the inputs is the density.": name == "dm",
        "It follows from the counts alone. Which input has the unit of a density?": name == "n0",
    }
    say(answer, problems, "With rho among the inputs, a single threshold would do.")
