"""What a recorded network computes, in float64: from physical values to the answer, neurons changed on the way."""

import math
import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from .checking import suggestion


@dataclass(frozen=True)
class Values:
    """One input or many: ``physical`` values and what the network sees, ``scaled``, both ``(..., predictors)``."""

    physical: np.ndarray
    scaled: np.ndarray

    @classmethod
    def of(cls, record, raw: Mapping[str, float]) -> "Values":
        """Return the values of ``raw``, one number or array per predictor in physical units, broadcast.

        Raises ``ValueError`` for a predictor that is missing or unknown, and for values that are no finite numbers, or
        not above 0 where the network sees their logarithm.
        """
        if not isinstance(raw, Mapping):
            raise ValueError(f"raw: expected a mapping from predictors to values, got {reprlib.repr(raw)}")
        for name in raw:
            if name not in record.predictors:
                known = ", ".join(record.predictors)
                raise ValueError(f"unknown predictor {name!r}{suggestion(name, record.predictors)}; expected {known}")
        if missing := [name for name in record.predictors if name not in raw]:
            raise ValueError(f"expected a value for each predictor, got none for {', '.join(map(repr, missing))}")
        columns = [_numbers(name, raw[name], name in record.log_scaled) for name in record.predictors]
        try:
            physical = np.stack(np.broadcast_arrays(*columns), axis=-1)
        except ValueError:
            shapes = ", ".join(
                f"{name} {column.shape}" for name, column in zip(record.predictors, columns, strict=True)
            )
            raise ValueError(f"expected values of shapes that fit each other, got {shapes}") from None
        seen = physical.copy()
        for name in record.log_scaled:
            column = record.predictors.index(name)
            seen[..., column] = np.log10(physical[..., column])
        return cls(physical, (seen - record.mean) / record.scale)


def _numbers(name: str, value, positive: bool) -> np.ndarray:
    try:
        found = np.asarray(value)
    except ValueError:
        found = np.asarray(None)
    if found.dtype.kind not in "fiu":
        raise ValueError(f"predictor {name!r}: expected a number or an array of numbers, got {reprlib.repr(value)}")
    found = found.astype(np.float64)
    if not np.isfinite(found).all():
        raise ValueError(f"predictor {name!r}: expected finite numbers, got {found[~np.isfinite(found)][0]}")
    if positive and (found <= 0).any():
        raise ValueError(f"log-scaled predictor {name!r}: expected values above 0, got {found.min():g}")
    return found


@dataclass(frozen=True)
class Edits:
    """What is done to the activations of each hidden layer: factors ``(neurons,)``, and the values of clamped neurons.

    ``clamped[layer]`` maps neurons to their activation; an ablated neuron has the factor 0.
    """

    factors: list[np.ndarray]
    clamped: list[dict[int, float]]

    def applied(self, layer: int, activations: np.ndarray) -> np.ndarray:
        """Return the ``activations`` ``(..., neurons)`` of a hidden layer after what is done to them."""
        changed = activations * self.factors[layer]
        for neuron, value in self.clamped[layer].items():
            changed[..., neuron] = value
        return changed


def edits(record, ablate: Iterable = (), clamp: Mapping | None = None, amplify: Mapping | None = None) -> Edits:
    """Return what ``ablate``, ``clamp`` and ``amplify`` ask for; see ``Record.forward``.

    Raises ``ValueError`` for an unknown neuron, one named twice, and a value that is not a finite number.
    """
    if isinstance(ablate, (str, Mapping)) or not isinstance(ablate, Iterable):
        raise ValueError(f"ablate: expected a list of neurons, got {reprlib.repr(ablate)}")
    asked = [("ablate", one, 0.0) for one in ablate]
    for how, values in (("clamp", clamp), ("amplify", amplify)):
        if values is not None and not isinstance(values, Mapping):
            raise ValueError(f"{how}: expected a mapping from neurons to numbers, got {reprlib.repr(values)}")
        asked += [(how, one, value) for one, value in (values or {}).items()]
    made = Edits([np.ones(size) for size in record.hidden_sizes], [{} for _ in record.hidden_sizes])
    seen = set()
    for how, named, value in asked:
        layer, neuron = located(record, how, named)
        if (layer, neuron) in seen:
            raise ValueError(f"{how}: expected each neuron once, got neuron {neuron} of hidden layer {layer} twice")
        if not isinstance(value, Real) or isinstance(value, bool) or not math.isfinite(value):
            raise ValueError(f"{how}: expected a finite number for neuron {named!r}, got {reprlib.repr(value)}")
        seen.add((layer, neuron))
        if how == "clamp":
            made.clamped[layer][neuron] = float(value)
        else:
            made.factors[layer][neuron] = value
    return made


def located(record, key: str, neuron) -> tuple[int, int]:
    """Return the hidden layer and the place in it of a ``neuron``: an int (of the last) or a pair, counted from 0.

    Raises ``ValueError`` for anything else, naming the neurons there are.
    """
    sizes = record.hidden_sizes
    pair = neuron if isinstance(neuron, tuple) else (len(sizes) - 1, neuron)
    fits = len(pair) == 2 and all(isinstance(one, Integral) and not isinstance(one, bool) for one in pair)
    if not fits or not 0 <= pair[0] < len(sizes) or not 0 <= pair[1] < sizes[pair[0]]:
        shown = ", ".join(f"0 to {size - 1} in hidden layer {layer}" for layer, size in enumerate(sizes))
        raise ValueError(f"{key}: expected a neuron or a pair (hidden layer, neuron), {shown}; got {neuron!r}")
    return int(pair[0]), int(pair[1])


@dataclass(frozen=True)
class Pass:
    """One pass, arrays ``(..., n)``: sums and activations of each hidden layer, the last sum, and the answer."""

    scaled: np.ndarray
    pre_activation: list[np.ndarray]
    hidden: list[np.ndarray]
    linear: np.ndarray
    output: np.ndarray

    @property
    def fed(self) -> list[np.ndarray]:
        """What each layer is fed: the scaled inputs, then the hidden activations."""
        return [self.scaled, *self.hidden]


def run(record, raw: Mapping[str, float], place: int, changes: Edits) -> Pass:
    """Return the pass of ``raw`` through the network stored at ``place``, with ``changes`` to its neurons."""
    return passed(record, Values.of(record, raw).scaled, place, changes)


def passed(record, scaled: np.ndarray, place: int, changes: Edits) -> Pass:
    """Return the pass of ``scaled`` inputs ``(..., predictors)``; see ``run``."""
    activations, sums, hidden = scaled, [], []
    for layer in range(record.layers - 1):
        sums.append(activations @ record.weights[layer][place] + record.biases[layer][place])
        activations = changes.applied(layer, np.maximum(sums[-1], 0))
        hidden.append(activations)
    linear = activations @ record.weights[-1][place] + record.biases[-1][place]
    return Pass(scaled, sums, hidden, linear, softmax(linear) if record.task == "classification" else linear)


def softmax(linear: np.ndarray) -> np.ndarray:
    """Return the probabilities ``(..., classes)``, safe for sums of any size."""
    powers = np.exp(linear - linear.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
