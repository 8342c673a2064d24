"""Checks of the readers' answers in chapter 01. They print; none of them raises."""

import math

import torch
from torch import Tensor

from .answers import got, number, say


def _matrix(answer) -> Tensor | None:
    """Return ``answer`` as a square matrix of finite numbers, or None if it is none."""
    try:
        matrix = torch.as_tensor(answer).detach()
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return None
    square = matrix.dim() == 2 and matrix.shape[0] == matrix.shape[1] > 0 and not matrix.is_complex()
    return matrix.double() if square and matrix.isfinite().all() else None


def symmetry(answer: Tensor | None, neurons: int) -> None:
    """Chapter 01: a matrix other than the identity that a tied ReLU layer of ``neurons`` does not notice."""
    R = _matrix(answer)
    fits = R is not None and len(R) == neurons
    R, one = R if fits else torch.eye(neurons).double(), torch.eye(neurons).double()

    def swaps(matrix: Tensor) -> bool:
        return torch.allclose(matrix.sum(0), one.sum(0)) and bool(((matrix - 1).abs() < 1e-6).any(1).all())

    problems = {
        f"Expected a matrix of {neurons} x {neurons} numbers, {got(answer)}": not fits,
        "That is the identity: it changes nothing at all. Find another.": torch.allclose(R, one),
        "R times its transpose is not the identity, so the way up does not undo the way down.": not torch.allclose(
            R @ R.T, one, atol=1e-5
        ),
        "Nearly. The ReLU cuts off what is negative, so it notices a changed sign.": swaps(R.abs()) and (R < 0).any(),
        "That mixes neurons, and the ReLU of a mixture is not the mixture of the ReLUs.": not swaps(R),
    }
    say(answer, problems, "Neurons may change places. That is all the freedom the ReLU leaves.")


def alone(answer: float | None) -> None:
    """Chapter 01: the sparsity at which one of twelve features, when on, is alone half of the time."""
    level = number(answer)
    right = 0.5 ** (1 / 11)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(level),
        "A sparsity lies between 0 and 1.": not 0 <= level <= 1,
        "That is the density. The sparsity is one minus it.": abs(level - (1 - right)) < 0.001,
        "The feature itself is on already: how many others must be off?": abs(level - 0.5 ** (1 / 12)) < 0.001,
        "Half of the time for each of the others is too little: all of them must be off at once.": level < 0.6,
        "Not there. Eleven independent features are all off with probability S to the power of eleven.": (
            abs(level - right) > 0.002
        ),
    }
    say(answer, problems, "A feature that is on one time in sixteen still has company half of the time.")


def promise(answer: float | None) -> None:
    """Chapter 01: the dimensions at which the union bound promises a million directions within a cosine of 0.1."""
    size = number(answer)

    def near(other: float) -> bool:
        return abs(size / other - 1) < 0.02

    right = 4 * math.log(1e6) / 0.1**2
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(size),
        "A number of dimensions is positive.": size <= 0,
        "Did you forget the square of the cosine?": near(right * 0.1),
        "The bound has the natural logarithm: use math.log, not log10.": near(right / math.log(10)),
        "Did you forget the 4? Pairs are what must not collide, and there are N squared of them.": near(right / 4),
        "That is half of it. Pairs are what must not collide: the exponent has a 4, not a 2.": near(right / 2),
        "Not there. Set N = exp(c² m / 4) and solve for m.": not near(right),
    }
    say(answer, problems, "Under six thousand dimensions promise room for a million almost orthogonal directions.")


def weaker(answer: float | None) -> None:
    """Chapter 01: the noise when active features are uniform on [0, 1], divided by the noise when they are 1."""
    ratio = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(ratio),
        "Weaker features disturb less: the ratio lies between 0 and 1.": not 0 < ratio < 1,
        "That is the ratio of the variances. Take the root.": abs(ratio - 1 / 3) < 0.02,
        "Did you scale by the mean value? Squares add up here, so the mean of the squares counts.": abs(ratio - 0.5)
        < 0.02,
        "Did you use the spread of the values around their mean? Count their squares from zero.": abs(ratio - 12**-0.5)
        < 0.02,
        "Not there. Multiply each direction by its own draw from torch.rand, and take many draws.": abs(ratio - 3**-0.5)
        > 0.03,
    }
    say(answer, problems, "The root of one third: the mean square of a uniform number.")
