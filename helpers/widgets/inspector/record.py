"""A trained network with the story of its training: all that the Inspector shows."""

import reprlib
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass, field
from numbers import Integral

import numpy as np
import torch

from ... import mixing
from ...checks import one_of
from . import checking
from .forward import Values, edits, run
from .relevance import contributions, relevance
from .writing import save_record


@dataclass(frozen=True, eq=False)
class Cases:
    """Rows that the network never saw: ``raw`` ``(rows, predictors)`` in physical units, ``target`` ``(rows,)``.

    The target is an index of the outputs for a classification, else a value.
    """

    raw: np.ndarray
    target: np.ndarray


@dataclass(frozen=True, eq=False)
class Record:
    """One network after each epoch of its training, and how to feed it. Arrays are float64 and read-only.

    ``predictors`` and ``units`` name the inputs; of the ``log_scaled`` ones the network sees the log10. ``mean`` and
    ``scale`` ``(predictors,)`` standardise what it sees. ``outputs`` names the classes of a ``task``
    "classification", or the one quantity of a "regression", which comes in ``output_unit``. ``weights[l]`` is
    ``(stored, in, out)`` and ``biases[l]`` ``(stored, out)``: one entry per epoch, after one for epoch 0, the network
    before its training, if ``start``. ``history`` ``(stored,)`` holds loss, val_loss, accuracy and val_accuracy, or mae
    and val_mae for a regression; NaN is unknown. ``limits`` ``(predictors, 2)`` is the range of the training
    in physical units. ``activations`` are those of one input after each epoch, kept from a published file.

    Raises one ``ValueError`` that names the field, the shape expected and what came.
    """

    predictors: tuple[str, ...]
    units: tuple[str, ...]
    log_scaled: tuple[str, ...]
    outputs: tuple[str, ...]
    task: str
    mean: np.ndarray
    scale: np.ndarray
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    history: Mapping[str, np.ndarray]
    hyperparameters: Mapping[str, str | float | bool] = field(default_factory=dict)
    start: bool = False
    name: str = ""
    output_unit: str = ""
    limits: np.ndarray | None = None
    cases: Cases | None = None
    activations: tuple[np.ndarray, ...] | None = None

    def __post_init__(self):
        for key in ("name", "output_unit"):
            if not isinstance(getattr(self, key), str):
                raise ValueError(f"{key}: expected text, got {reprlib.repr(getattr(self, key))}")
        one_of("task", self.task, checking.HISTORY)
        if not isinstance(self.start, bool):
            raise ValueError(f"start: expected True or False, got {self.start!r}")
        self._set(predictors=checking.texts("predictors", self.predictors))
        inputs = len(self.predictors)
        self._set(units=checking.texts("units", self.units, inputs, "units", distinct=False))
        self._set(outputs=checking.texts("outputs", self.outputs))
        if (len(self.outputs) == 1) != (self.task == "regression"):
            wanted = "one output" if self.task == "regression" else "two classes or more"
            raise ValueError(f"outputs: expected {wanted} for a {self.task}, got {len(self.outputs)}")
        self._set(log_scaled=checking.log_scaled_names(self.log_scaled, self.predictors))
        for key in ("mean", "scale"):
            self._set(**{key: checking.numbers(key, getattr(self, key), (inputs,), "(predictors,)")})
        if (self.scale <= 0).any():
            raise ValueError(f"scale: expected numbers above 0, got {self.scale.min():g}")
        weights, biases = checking.stacked(self.weights, self.biases, inputs, len(self.outputs))
        self._set(weights=weights, biases=biases)
        if self.epochs < 1:
            raise ValueError("weights: expected at least one epoch after epoch 0, got epoch 0 alone")
        self._set(history=checking.histories(self.history, self.task, self.epochs + self.start))
        self._set(hyperparameters=checking.settings(self.hyperparameters))
        if self.limits is not None:
            self._set(limits=checking.limits(self.limits, self))
        if self.cases is not None:
            self._set(cases=self._checked_cases())
        if self.activations is not None:
            self._set(activations=self._checked_activations())

    def _set(self, **values):
        for key, value in values.items():
            object.__setattr__(self, key, value)

    def _checked_cases(self) -> Cases:
        if not isinstance(self.cases, Cases) or not isinstance(self.cases.raw, Sized) or not len(self.cases.raw):
            raise ValueError(f"cases: expected Cases with one row or more, got {reprlib.repr(self.cases)}")
        raw = checking.physical("cases.raw", self.cases.raw, self)
        return Cases(raw, checking.targets(self.cases.target, len(raw), self))

    def _checked_activations(self) -> tuple[np.ndarray, ...]:
        if len(self.activations) != self.layers:
            raise ValueError(f"activations: expected one array per layer ({self.layers}), got {len(self.activations)}")
        axes = "(epochs, neurons)"
        return tuple(
            checking.numbers(f"activations[{i}]", layer, (self.epochs, self.sizes[i + 1]), axes, nan=True)
            for i, layer in enumerate(self.activations)
        )

    @property
    def epochs(self) -> int:
        """How many epochs were trained; epoch 0 does not count."""
        return len(self.weights[0]) - self.start

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of inputs, of neurons in each hidden layer, and of outputs."""
        return (len(self.predictors), *(layer.shape[2] for layer in self.weights))

    @property
    def hidden_sizes(self) -> tuple[int, ...]:
        """The number of neurons in each hidden layer."""
        return self.sizes[1:-1]

    @property
    def layers(self) -> int:
        """The number of layers with weights: the hidden ones and the output."""
        return len(self.weights)

    def place(self, epoch: int) -> int:
        """Return where ``epoch`` is stored: 1 is the first epoch, -1 the last, 0 the network before its training.

        Raises ``ValueError`` for anything but a whole number, and for an epoch that this record does not hold.
        """
        whole = isinstance(epoch, Integral) and not isinstance(epoch, bool)
        if not whole or not -self.epochs <= epoch <= self.epochs or (epoch == 0 and not self.start):
            before = ", 0 before training" if self.start else ""
            raise ValueError(
                f"epoch: expected a whole number from 1 to {self.epochs}{before}, or from -1, the last, "
                f"to -{self.epochs}, got {epoch!r}"
            )
        return int(epoch) + self.epochs + self.start if epoch < 0 else int(epoch) - (not self.start)

    def forward(
        self,
        raw: Mapping[str, float],
        epoch: int = -1,
        ablate: Iterable = (),
        *,
        clamp: Mapping | None = None,
        amplify: Mapping | None = None,
        layer: int = -1,
    ) -> dict[str, np.ndarray]:
        """Return what the network of ``epoch`` computes: arrays ``(..., n)`` by name.

        ``raw`` maps each predictor to a value in physical units, or to an array of them; the arrays are broadcast.
        "scaled" is what the network sees, "pre_activation" and "hidden" belong to hidden ``layer`` (the last by
        default), "output_linear" is the last sum, and "output" the probabilities, or the sum for a regression.

        A neuron is an int, counted from 0 in the last hidden layer, or a pair (hidden layer, neuron). ``ablate`` names
        neurons whose activation becomes 0; ``clamp`` maps neurons to the activation they get, ``amplify`` to the factor
        on it. "hidden" is after these, "pre_activation" before.

        Raises ``ValueError`` for a missing or unknown predictor, a value that is not finite, or not above 0 where it is
        log-scaled, an unknown epoch or neuron, and a neuron named twice.
        """
        layers = len(self.hidden_sizes)
        checking.whole("layer", layer, -layers, layers - 1)
        found = run(self, raw, self.place(epoch), edits(self, ablate, clamp, amplify))
        values = (found.scaled, found.pre_activation[layer], found.hidden[layer], found.linear, found.output)
        return dict(zip(("scaled", "pre_activation", "hidden", "output_linear", "output"), values, strict=True))

    def outside(self, raw: Mapping[str, float]) -> tuple[str, ...]:
        """Return the predictors with a value in ``raw`` outside the range of the training; none if it is unknown."""
        values = Values.of(self, raw).physical
        if self.limits is None:
            return ()
        out = ((values < self.limits[:, 0]) | (values > self.limits[:, 1])).reshape(-1, len(self.predictors)).any(0)
        return tuple(name for name, beyond in zip(self.predictors, out, strict=True) if beyond)

    def dominance(self, epoch: int = -1, layer: int = 0) -> np.ndarray:
        """Return the largest weight into each neuron of hidden ``layer`` as a share of all, in size, ``(neurons,)``.

        1 is a neuron that listens to one input; a neuron without weights has 0. NN Inspector calls neurons above 0.8
        monosemantic. Source: frasertheking/Inspector.
        """
        layers = len(self.hidden_sizes)
        layer = checking.whole("layer", layer, -layers, layers - 1) % layers
        weights = torch.tensor(self.weights[layer][self.place(epoch)])
        return mixing.dominance(weights[None])[0].nan_to_num().numpy()

    relevance = relevance
    contributions = contributions
    save_record = save_record
