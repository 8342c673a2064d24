"""Checks of the readers' answers in the chapters on toy models. They print; none of them raises."""

import math
from collections.abc import Callable
from statistics import median

import torch
from torch import Tensor

from .answers import got, number, numbers, say
from .metrics import feature_dimensionality


def dimensionality(answer: Callable[[Tensor], Tensor] | None, W: Tensor) -> None:
    """Chapter 02: a function from directions ``(features, hidden)`` to the dimensionality of each feature."""
    if answer is None:
        return say(None, {}, "")
    try:
        got = torch.as_tensor(answer(W))
    except Exception as error:  # whatever the reader's function raises is part of the answer
        print(f"✗ Your function stopped: {type(error).__name__}: {error}")
        return None
    want = feature_dimensionality(W[None])[0]
    fits = got.shape == want.shape
    length = W.norm(dim=-1)

    def close(other: Tensor) -> bool:
        return fits and torch.allclose(got.float(), other.float(), atol=1e-3)

    problems = {
        f"Expected {len(want)} numbers, one per feature, got shape {tuple(got.shape)}.": not fits,
        "Did you forget to scale the first W_i in the sum to length one?": close(
            length**2 / (W @ W.T).square().sum(-1)
        ),
        "Did you forget the square on the dot products?": close(length**2 / (W @ W.T / length[:, None]).sum(-1)),
        "Did you forget to square the length on top?": close(want / length),
        "The shape is right, the numbers are not. Try it on two arrows at right angles first: both must give 1.": (
            not close(want)
        ),
    }
    return say(answer, problems, "Each feature has two fifths of a dimension." if want.max() < 0.5 else "Right.")


def break_even(answer: float | None) -> None:
    """Chapter 02: the sparsity above which two features had better share one dimension than one be dropped."""
    level = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(level),
        "A sparsity lies between 0 and 1.": not 0 <= level <= 1,
        "That is the density. The sparsity is one minus it.": abs(level - 4 / 7) < 0.01,
        "The dropped feature can still be answered with its mean: its loss is d/3 - d²/4, not d/3.": level < 0.01,
        "Not there. Set d²/3 equal to d/3 - d²/4 and solve for d.": abs(level - 3 / 7) > 0.01,
    }
    say(answer, problems, "Above this sparsity full sharing costs less than dropping.")


def without_relu(answer: Tensor | None) -> None:
    """Chapter 02: how many features each seed of the linear model represents at sparsity 0.9, ``(seeds,)``."""
    counts = numbers(answer)
    middle = median(counts) if counts else math.nan
    problems = {
        f"Expected at least three seeds (one is never evidence), {got(answer)}": len(counts) < 3
        or any(map(math.isnan, counts)),
        "Most seeds should keep few features. Did you leave the ReLU in?": middle > 2.5,
        "Most seeds should keep two features. Did the training finish?": middle < 2,
    }
    say(answer, problems, "Without the ReLU, sparsity buys nothing: two dimensions hold two features.")


def worth_sharing(answer: float | None) -> None:
    """Chapter 02: the importance at which the second feature starts to share a line with the first, at density 1/2."""
    worth = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(worth),
        "An importance is positive.": worth <= 0,
        "That is how much more important feature 1 is. Take its inverse.": abs(worth - 3 / 2) < 0.01,
        "Sharing also costs the first feature something, with importance 1.": abs(worth - 2 / 5) < 0.01,
        "A dropped feature can still be answered with its mean: its loss is d/3 - d²/4, not d/3.": (
            abs(worth - 1 / 3) < 0.01
        ),
        "Not there. Set a (d/3 - d²/4) equal to (1 + a) d²/6 and put in d = 1/2.": abs(worth - 2 / 3) > 0.01,
    }
    say(answer, problems, "Below this importance the second feature is better dropped.")
