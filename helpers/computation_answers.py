"""Checks of the readers' answers in chapter 03b. They print; none of them raises."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from .answers import got, number, numbers, say


def _called(answer, *arguments) -> Tensor | None:
    """Return what the function ``answer`` makes of ``arguments``, or None if that is no tensor of finite numbers."""
    try:
        found = torch.as_tensor(answer(*arguments)).detach()
    except Exception:  # whatever a reader's function does must not stop the notebook
        return None
    usable = not found.is_complex() and found.dtype != torch.bool
    return found.double() if usable and found.isfinite().all() else None


def strongest_push(answer: Callable | None, W: Tensor) -> None:
    """Chapter 03b: a function of ``W`` ``(features, hidden)``, a feature and a length, to the worst input change."""
    W = W.detach().clone()
    features, feature, length = len(W), int(W.norm(dim=1).argmax()), 0.3
    e = None if answer is None else _called(answer, W.clone(), feature, length)
    fits = e is not None and e.shape == (features,)
    e = e if fits else torch.zeros(features).double()
    overlap = (W @ W.T)[feature].double()

    def along(direction: Tensor) -> bool:
        return torch.cosine_similarity(e, direction.double(), dim=0).abs().item() > 0.9999

    alone = torch.eye(features)[feature]
    problems = {
        f"Expected a function of W, i and length that returns {features} finite numbers. Called with W of shape "
        f"{tuple(W.shape)}, i = {feature} and length = {length}, it gave something else.": not fits,
        "Your change is zero.": not e.any(),
        "That pushes only the feature itself. Its neighbours carry a part to it, too.": along(alone)
        and not along(overlap),
        "That is a push for the wrong output. Take row i of W times its transpose.": not along(overlap)
        and any(along((W @ W.T)[j]) for j in range(features) if j != feature),
        "Not the right direction: the dot product with row i of W times its transpose should be the largest.": (
            not along(overlap)
        ),
        "The direction is right, but not the length. Did you divide by the length of the row?": (
            abs(e.norm().item() - length) > 1e-3 * length
        ),
    }
    say(answer, problems, "Nothing of that length moves the output further.")


def two_neurons(answer) -> None:
    """Chapter 03b: ``(into, out, b)``, weights into two neurons, weights out of them and a bias that make |x|."""
    x = torch.arange(-10, 11).double() / 10
    try:
        into, out, (b,) = (numbers(part) for part in (answer[0], answer[1], [answer[2]]))
        fits = len(answer) == 3 and len(into) == len(out) == 2 and all(map(math.isfinite, [*into, *out, b]))
    except (TypeError, ValueError, RuntimeError, IndexError, KeyError):
        fits = False
    into, out, b = (torch.tensor(part).double() for part in ((into, out, b) if fits else ([0, 0], [0, 0], 0)))
    y = torch.relu(torch.relu(x[:, None] * into) @ out + b)
    left, right = ((y - x.abs())[side].abs().max().item() < 1e-3 for side in (x < 0, x > 0))
    problems = {
        f"Expected (into, out, b) with two, two and one finite numbers, {got(answer)}": not fits,
        "The output is zero everywhere: an output weight must be positive.": not y.any(),
        "Where the input is zero, the output should be zero: what does the bias do there?": (
            y[x == 0].abs().max().item() > 1e-3 or abs(float(b)) > 1e-3
        ),
        "Both neurons look at the same side. Give their input weights opposite signs.": (into.prod() >= 0).item(),
        "Only one arm is right. Look at the product of the weights in and out of the other neuron.": left != right,
        "Both arms have the wrong slope: the weights in and out of a neuron should multiply to 1 or -1.": (
            not left and not right
        ),
    }
    say(
        answer, problems, "Two neurons, one for each arm. Doubling a weight in and halving the one out changes nothing."
    )


def one_arm(answer: float | None, density: float) -> None:
    """Chapter 03b: the FVU of |x| for an output that is |x| where x is positive, and 0 elsewhere."""
    value, d = number(answer), float(density)

    def near(other: float) -> bool:
        return abs(value - other) < 0.0005

    variance = d / 3 - d**2 / 4
    right = (d / 6) / variance
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "The fraction cannot be negative.": value < 0,
        "That divides by the mean of the squares. The variance is less by the square of the mean.": near(0.5),
        "That is the squared error. Divide it by the variance of |x|.": near(d / 6),
        "That is the variance. You still need the squared error.": near(variance),
        "One arm of two is missing, so about half should be unexplained. Did you count both?": near(2 * right),
        "You added the square of the mean. Subtract it.": near((d / 6) / (d / 3 + d**2 / 4)),
        "Not there. The squared error is half of d / 3. What is the variance?": not near(right),
    }
    say(answer, problems, "A hair above one half: an arm alone is never enough to count as computed.")
