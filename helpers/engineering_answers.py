"""Checks of the readers' answers in chapter 04. They print; none of them raises."""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from .answers import got, number, say
from .metrics import monosemanticity
from .results import Results


def _called(answer, *arguments) -> Tensor | None:
    """Return what the function ``answer`` makes of ``arguments``, or None if that is no tensor of real numbers."""
    try:
        found = torch.as_tensor(answer(*arguments)).detach()
    except Exception:  # whatever a reader's function does must not stop the notebook
        return None
    return None if found.is_complex() or found.dtype == torch.bool else found.double()


def clipped(answer: Callable | None, responses: Tensor) -> None:
    """Chapter 04: a function of responses ``(features, neurons)`` to the share of the largest, ``(neurons,)``."""
    # A silent neuron beside the others, which no share must come of but 0.
    responses = torch.cat([responses.detach().double(), torch.full((len(responses), 1), -0.01).double()], dim=1)
    neurons, right = responses.shape[1], monosemanticity(responses[:, None])[0]
    found = None if answer is None else _called(answer, responses.clone())
    fits = found is not None and found.shape == (neurons,)
    found = found if fits else torch.zeros(neurons).double()

    def near(other: Tensor, some=slice(None)) -> bool:
        return torch.allclose(found[some], other[some], atol=1e-4, equal_nan=True)

    plain = responses.amax(0) / responses.sum(0)
    sizes = responses.abs().amax(0) / responses.abs().sum(0)
    over_neurons = responses.clamp_min(0).amax(0) / responses.clamp_min(0).sum()
    heard = slice(0, neurons - 1)
    problems = {
        f"Expected a function of responses that returns one number per neuron. Called with {tuple(responses.shape)}, "
        f"features and neurons, it gave something other than {neurons} numbers.": not fits,
        "That is the published formula: with negative responses in the sum, the share can exceed 1.": near(
            plain, heard
        ),
        "That takes absolute values. A negative response is no answer to a feature: clip it.": near(sizes, heard),
        "That divides by the sum over all neurons. Sum over the features of each neuron.": near(over_neurons, heard),
        "Right for all neurons but a silent one. Its share should be 0: keep the sum from being 0.": near(right, heard)
        and not near(right),
        "Not there: clip negative responses, then divide the largest of each neuron by their sum.": not near(right),
    }
    say(answer, problems, "Between 0 and 1 for every neuron, whatever the activation.")


def bias_needed(answer: float | None, projection: Tensor, feature: int) -> None:
    """Chapter 04: the largest bias that keeps a neuron whose weights are feature ``feature``'s vector to itself."""
    value, overlaps = number(answer), (projection @ projection[feature]).detach().double()
    others = torch.cat([overlaps[:feature], overlaps[feature + 1 :]])
    right = -others.max().item()
    size = others.abs().max().item()

    def near(other: float) -> bool:
        return abs(value - other) < 0.002

    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "That is the overlap. The bias must take it away: mind the sign.": near(-right) or (near(size) and size > 0),
        "That is the overlap with itself. Leave the feature's own vector out.": near(-1) or near(1),
        "That is the mean overlap. One loud neighbour is enough to spoil the neuron.": near(-others.mean().item()),
        "A negative overlap cannot switch the neuron on. Take the largest, not the largest in size.": near(-size)
        and not near(right),
        "That bias is more negative than it need be. It costs the feature itself.": value < right - 0.002,
        "With that bias another feature still gets through.": value > right + 0.002,
    }
    say(answer, problems, "Every other feature stays below zero, and no bias that is less negative does that.")


def penalised(answer: float | None, without: float) -> None:
    """Chapter 04: nearly monosemantic neurons per feature with an L1 penalty of 0.03, where it was ``without``."""
    value, before = number(answer), float(without)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "Neurons per feature lie between 0 and 2. Did you forget to divide by the 64 features?": not 0 <= value <= 2,
        "Nothing changed. Did you set l1 in the runs?": math.isclose(value, before, abs_tol=1e-6),
        "There should be more than without the penalty. Did you take nearly, at the last point?": value < before,
        "That is more than one run of ours had. Did you take the mean over seeds?": value > 1.1,
    }
    say(answer, problems, f"{value:.2f} instead of {before:.2f} per feature.")


def best_frequency(answer: float | None, found: Results) -> None:
    """Chapter 04: the frequency ``eps`` in batch E1 with the most monosemantic neurons."""
    value = number(answer)
    listed = np.array(sorted({found.runs[i]["eps"] for i in found.of("E1")}))
    mono = np.array([np.nanmean(found.final("mono", found.of("E1", eps=eps), "features")) for eps in listed])
    known = math.isfinite(value) and bool(np.isclose(listed, value, rtol=0.02).any())
    place = int(np.abs(listed - value).argmin()) if known else 0
    best = listed[mono.argmax()]
    good = known and mono[place] >= 0.9 * mono.max()
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        f"E1 has frequencies from {listed[0]:g} to {listed[-1]:g}. Take one of them.": not known,
        "Rarer is better for a while. There is a better one among the rarer.": not good and listed[place] > best,
        "Too rare: features then seldom meet, and nothing punishes a neuron for listening to two.": not good,
    }
    say(answer, problems, f"{mono[place]:.2f} monosemantic neurons per feature, among the most in E1.")
