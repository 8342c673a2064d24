"""Checks of the readers' answers in chapter 10c. They print; none of them raises."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from .answers import got, number, numbers, say

#: How far an answer may be off: what rounding to two digits takes.
CLOSE = 0.006
#: By how much an invisible direction may change log-odds: what rounding its entries to two digits takes.
INVISIBLE = 0.1


def _is_median(answer: float, values: Tensor, close: float = CLOSE) -> bool:
    """Of an even number of values torch's median is the lower of the two in the middle, numpy's their mean."""
    low, high = values.double().median().item(), -(-values.double()).median().item()
    return low - close < answer < high + close


def at_zero(answer: float | None, at_zero: Tensor, at_mean: Tensor) -> None:
    """Chapter 10c: the median over networks of the worst change of a score when a latent is held at zero.

    Both tensors are changes of the score, ``(networks, latents)``.
    """
    value, right = number(answer), _is_median(number(answer), at_zero.amin(1))
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "The sign is turned: a loss is a negative change.": _is_median(-value, at_zero.amin(1)) and not right,
        "That is for latents held at their mean. Give `ablations` a value.": _is_median(value, at_mean.amin(1))
        and not right,
        "That is the mean over networks. Take the median.": abs(value - at_zero.amin(1).mean()) < CLOSE and not right,
        "Did you take the smallest over the latents, network by network?": _is_median(value, at_zero.flatten())
        and not right,
        "Not there. Is it the change of the CSI of snow?": not right,
    }
    mean = -(-at_mean.amin(1).double()).median().item()
    say(
        answer,
        problems,
        f"At the mean over part three it was {mean:.2f}: what you hold a unit at is part of the result.",
    )


def matched(answer: Sequence[float] | None, latents: Tensor, random: Tensor) -> None:
    """Chapter 10c: the mean |r| of causes matched one to one, as medians over networks: (latents, random).

    Both tensors are ``(networks, causes)``, the |r| of each cause with its partner.
    """
    pair = numbers(answer)
    known = len(pair) == 2 and not any(map(math.isnan, pair))
    wanted = [latents.double().mean(1), random.double().mean(1)]

    def is_pair(values: Sequence[float]) -> bool:
        return known and all(_is_median(a, b) for a, b in zip(values, wanted, strict=True))

    right = is_pair(pair)
    sums = [value / latents.shape[1] for value in pair] if known else []
    problems = {
        f"Expected a pair of numbers, (latents, random), {got(answer)}": not known,
        "Did you swap them? Latents come first.": is_pair(pair[::-1]) and not right,
        "Those are sums over the causes. Take the mean.": is_pair(sums) and not right,
        "Did you take the absolute value before matching?": known and min(pair) < 0.15 and not right,
        "Too high: is each unit given to one cause only?": known and max(pair) > max(w.max() for w in wanted),
        "That is the mean over networks. Take the median.": known
        and all(abs(a - w.mean()) < 1e-4 for a, w in zip(pair, wanted, strict=True))
        and not all(_is_median(a, w, 1e-4) for a, w in zip(pair, wanted, strict=True)),
        "Not there. Take the mean over causes, then the median over networks.": not right,
    }
    say(answer, problems, "A unit for each cause takes no training either.")


def unseen(answer: Sequence[float] | None, weights: Tensor, hidden: Tensor, temperature: Tensor) -> None:
    """Chapter 10c: a direction in a layer that reads the temperature, and that no probability answers to.

    ``weights`` ``(hidden, outputs)`` lead from the layer to the log-odds, ``hidden`` ``(rows, hidden)`` are the layer's
    activations, ``temperature`` is ``(rows,)``. The answer is one number for each neuron.
    """
    weights, hidden, temperature = (x.detach().double() for x in (weights, hidden, temperature))
    width = len(weights)
    values = numbers(answer)
    known = len(values) == width and all(map(math.isfinite, values)) and any(values)
    # As long as the layer's activations spread along it; what it adds to all log-odds alike changes no probability.
    d = torch.tensor(values if known else [1.0] * width, dtype=torch.double)
    d = d / d.norm()
    pushed = 3 * (hidden @ d).std() * (d @ weights)
    seen = (pushed - pushed.mean()).abs().max().item()
    r = _r(hidden @ d, temperature)
    best = attainable(weights, hidden, temperature)
    problems = {
        f"Expected {width} finite numbers, not all zero, {got(answer)}": not known,
        f"The network sees it: three standard deviations along it change the log-odds by up to {seen:.2f}. "
        "Keep to the null space of the centred weights.": seen > INVISIBLE,
        f"Invisible, but it hardly reads the temperature: |r| = {abs(r):.2f}, and {best:.2f} is possible. "
        "Which mixture of the invisible directions fits best?": abs(r) < 0.6 * best,
    }
    say(answer, problems, f"|r| = {abs(r):.2f} with the temperature, and no probability moves.")


def attainable(weights: Tensor, hidden: Tensor, temperature: Tensor) -> float:
    """Return the largest |r| with the temperature of any direction that no probability answers to."""
    centred = (weights - weights.mean(1, keepdim=True)).double()
    left, sizes, _ = torch.linalg.svd(centred)
    rank = int((sizes > 1e-6 * sizes.max()).sum())
    x = hidden.double() @ left[:, rank:]
    x, y = x - x.mean(0), (temperature - temperature.mean()).double()
    fit = x @ torch.linalg.lstsq(x, y.unsqueeze(1), driver="gelsd").solution.squeeze(1)
    return abs(_r(fit, y))


def _r(x: Tensor, y: Tensor) -> float:
    x, y = x - x.mean(), y - y.mean()
    scale = (x.norm() * y.norm()).item()
    return (x @ y).item() / scale if scale > 0 else 0.0
