"""Where an answer comes from: the terms of one sum, and relevance propagated back to the inputs."""

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real

import numpy as np

from ...checks import one_of
from .checking import suggestion
from .forward import edits, located, run

RULES = ("epsilon", "published")


def relevance(
    record,
    raw: Mapping[str, float],
    epoch: int = -1,
    output: str | int | None = None,
    *,
    rule: str = "epsilon",
    epsilon: float = 1e-6,
    ablate: Iterable = (),
    clamp: Mapping | None = None,
    amplify: Mapping | None = None,
) -> dict:
    """Return how the linear value of one output spreads over the inputs, by layer-wise relevance propagation.

    ``raw``, ``epoch``, ``ablate``, ``clamp`` and ``amplify`` are those of ``Record.forward``. ``output`` is a name or a
    number, counted from 0; left out, it is the predicted class of each row. Returns

    - "start" ``(...,)``, the linear value of the output, and "output" ``(...,)``, its number;
    - "inputs" ``(..., predictors)`` and "hidden", one ``(..., neurons)`` per hidden layer: the relevance that arrives;
    - "bias" ``(..., layers)``, what the biases of each layer keep, and "held" ``(...,)``, what clamped neurons keep;
    - "residual" ``(...,)``: the start minus all that was handed out. It should be next to nothing.

    Rule "epsilon": R_i = sum_j a_i w_ij R_j / (z_j + epsilon sgn(z_j)), where z_j is the whole sum with its bias and
    sgn(0) is 1. The bias gets its own share, so that only epsilon is lost (Bach et al. 2015). Rule "published" is that
    of NN Inspector, R_i = sum_j a_i w_ij R_j / (sum_k a_k w_kj + epsilon): without the bias and the sign it can
    explode, or be infinite, where the terms of a sum cancel. An amplified neuron passes all its relevance on.

    Raises ``ValueError`` as ``Record.forward`` does, and for an unknown output or rule, or an ``epsilon`` not above 0.
    """
    one_of("rule", rule, RULES)
    if not isinstance(epsilon, Real) or isinstance(epsilon, bool) or not 0 < epsilon < math.inf:
        raise ValueError(f"epsilon: expected a number above 0, got {epsilon!r}")
    place, changes = record.place(epoch), edits(record, ablate, clamp, amplify)
    found = run(record, raw, place, changes)
    which = _which(record, output, found.linear)
    start = _of(found.linear, which)
    arrived = np.where(np.arange(len(record.outputs)) == which[..., None], start[..., None], 0.0)
    hidden, bias, held = [], [], np.zeros_like(start)
    for layer in reversed(range(record.layers)):
        fed, weights = found.fed[layer], record.weights[layer][place]
        offsets = record.biases[layer][place] if rule == "epsilon" else 0.0
        total = fed @ weights + offsets
        signed = np.where(total < 0, -epsilon, epsilon) if rule == "epsilon" else epsilon
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.divide(arrived, total + signed, out=np.zeros_like(arrived), where=arrived != 0)
            bias.insert(0, (share * offsets).sum(-1))
            arrived = fed * (share @ weights.T)
        if layer:
            hidden.insert(0, arrived.copy())
            for neuron in changes.clamped[layer - 1]:
                held = held + arrived[..., neuron]
                arrived[..., neuron] = 0.0
    given = np.stack(bias, axis=-1)
    return {
        "start": start,
        "output": which,
        "inputs": arrived,
        "hidden": tuple(hidden),
        "bias": given,
        "held": held,
        "residual": start - arrived.sum(-1) - given.sum(-1) - held,
    }


def contributions(
    record,
    raw: Mapping[str, float],
    epoch: int = -1,
    output: str | int | None = None,
    *,
    neuron: int | tuple[int, int] | None = None,
    ablate: Iterable = (),
    clamp: Mapping | None = None,
    amplify: Mapping | None = None,
) -> dict[str, np.ndarray]:
    """Return the exact terms of one sum: "parts" ``(..., n)``, its "bias" and "total" ``(...,)``.

    Parts and bias add up to the total, to rounding. For an ``output`` (the predicted class of each row if left out) the
    parts are what the last hidden neurons add to it; for a ``neuron``, counted as in ``Record.forward``, what the layer
    below adds to its sum.

    Raises ``ValueError`` as ``relevance`` does, and if both an output and a neuron are named.
    """
    if output is not None and neuron is not None:
        raise ValueError(f"expected an output or a neuron, got both: {output!r} and {neuron!r}")
    place = record.place(epoch)
    found = run(record, raw, place, edits(record, ablate, clamp, amplify))
    if neuron is None:
        layer, which, total = record.layers - 1, _which(record, output, found.linear), found.linear
    else:
        layer, at = located(record, "neuron", neuron)
        total = found.pre_activation[layer]
        which = np.full(total.shape[:-1], at)
    into = record.weights[layer][place].T[which]
    return {
        "parts": found.fed[layer] * into,
        "bias": record.biases[layer][place][which],
        "total": _of(total, which),
    }


def _which(record, output: str | int | None, linear: np.ndarray) -> np.ndarray:
    """Return the number of the output for every row, ``(...,)``: the one named, or the largest."""
    if output is None:
        return linear.argmax(-1)
    names = record.outputs
    number = isinstance(output, Integral) and not isinstance(output, bool) and 0 <= output < len(names)
    if not number and not (isinstance(output, str) and output in names):
        close = suggestion(output, names) if isinstance(output, str) else ""
        raise ValueError(f"unknown output {output!r}{close}: expected 0 to {len(names) - 1} or {', '.join(names)}")
    return np.full(linear.shape[:-1], output if number else names.index(output))


def _of(values: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Return the value ``(...,)`` of ``values`` ``(..., n)`` at the place ``which`` ``(...,)``."""
    return np.take_along_axis(values, which[..., None], -1)[..., 0]
