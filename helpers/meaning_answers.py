"""Checks of the readers' answers in chapter 10b. They print; none of them raises."""

import math
import operator

import numpy as np
import pandas as pd
from torch import Tensor

from .answers import got, number, numbers, say
from .explaining import correlation


def by_hand(answer, frame: pd.DataFrame, activation, predictors: tuple[str, ...], tree: float) -> None:
    """Chapter 10b: an input and a threshold that foretell a unit, nearly as well as a stump, whose score is ``tree``.

    The score is the absolute correlation of "above the threshold" with ``activation`` ``(rows,)`` in ``frame``.
    """
    pair = tuple(answer) if isinstance(answer, tuple | list) else ()
    named = len(pair) == 2 and isinstance(pair[0], str) and pair[0] in predictors
    level = number(pair[1]) if named else math.nan
    inside, score = False, 0.0
    if named and math.isfinite(level):
        values = frame[pair[0]].to_numpy(float)
        inside = bool(values.min() <= level < values.max())
        score = abs(correlation((values > level).astype(float), np.asarray(activation, dtype=float)))
    known = named and not math.isnan(level)
    problems = {
        f"Expected a pair, (input, threshold), the input one of {', '.join(predictors)}; {got(answer)}": not known,
        "No row, or every row, is above that. Is it in physical units?": known and not inside,
        f"That correlates with {score:.2f}, and a stump gets {tree:.2f}. Try the other inputs, then move the "
        "threshold.": known and inside and score < tree - 0.05,
    }
    say(answer, problems, f"{score:.2f} by hand; the stump has {tree:.2f}.")


def never(answer, rate: float) -> None:
    """Chapter 10b: accuracy and balanced accuracy of "never on" for a unit that is on in the share ``rate`` of rows."""
    pair = numbers(answer)
    known = len(pair) == 2 and not any(map(math.isnan, pair))
    first, second = pair if known else (math.nan, math.nan)
    right = abs(first - (1 - rate)) < 0.006 and abs(second - 0.5) < 0.006
    problems = {
        f"Expected a pair of numbers, (accuracy, balanced accuracy), {got(answer)}": not known,
        "Did you swap them? The accuracy comes first.": abs(second - (1 - rate)) < 0.006 and abs(first - 0.5) < 0.006,
        "That is how often it is on. 'Never on' is right in the other rows.": abs(first - rate) < 0.006 and not right,
        "Those are percentages. The check wants shares.": known and max(pair) > 1,
        "The accuracy is off: in how many rows is it off?": abs(first - (1 - rate)) >= 0.006,
        "The balanced accuracy is off. What share of the rows with it on was foretold, and with it off?": not right,
    }
    say(answer, problems, "Nearly always right, and it says nothing.")


def hidden(answer, r: Tensor, bits: Tensor, limit: float = 0.1) -> None:
    """Chapter 10b: the network, unit and input with the most ``bits`` among those of ``|r|`` below ``limit``.

    ``r`` and ``bits`` are ``(networks, units, inputs)``.
    """
    try:
        place = tuple(operator.index(one) for one in answer)
    except Exception:  # a reader's answer may be anything
        place = ()
    known = len(place) == 3 and all(0 <= one < size for one, size in zip(place, r.shape, strict=True))
    misses = r.abs() < limit
    most = bits[misses].max().item() if misses.any() else math.nan
    problems = {
        f"Expected three whole numbers, (network, unit, input), each from 0; {got(answer)}": not known,
        f"There r misses nothing: its absolute value is {limit:g} or more.": known and not misses[place],
        "Other pairs that r misses hold more bits. Take the largest.": known and bits[place].item() < most - 1e-6,
    }
    say(answer, problems, f"{most:.2f} bits that a correlation does not see.")
