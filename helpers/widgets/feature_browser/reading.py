"""A network, the autoencoder that reads one of its layers, and what was found for their units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from numbers import Real

import numpy as np
import torch

from ...nets import SparseAutoencoder
from ...nets.sparsity import BatchTopK, Gated, JumpReLU, ReLU, TopK
from ...tree_words import spoken
from ...weather.schema import Column
from ..inspector import Record
from ..inspector.checking import whole

#: The scores of an explanation, as attributes; NaN where there is none.
SCORES = ("score", "balanced", "control")
KNOWN = (ReLU, Gated, JumpReLU, TopK, BatchTopK)


@dataclass(frozen=True, eq=False)
class Reading:
    """A network after the last epoch of ``record``, with the autoencoder that reads its hidden layer.

    Instance ``instance`` of ``sae`` reads hidden layer ``hidden_layer``, counted from 0, or from -1 for the last.
    ``neurons`` holds one explanation for each neuron of the layer, ``latents`` one for each latent that the instance
    has; both may be empty. An explanation has ``words``, and on rows it was not made from a ``score`` (the correlation
    with the activation), a ``balanced`` accuracy, and a ``control``, the score of an explanation of the activation of
    other hours. NaN is no score. If it has ``columns`` too, the page calls the predictors as its words do.

    Raises one ``ValueError`` that says what was expected and what came: for anything but a record with cases, an
    autoencoder of another width, an instance or layer that is not there, weights that are not finite, an activation
    that the page cannot compute, and explanations of another number or without words and scores.
    """

    record: Record
    sae: SparseAutoencoder
    instance: int = 0
    neurons: Sequence = ()
    latents: Sequence = ()
    hidden_layer: int = -1

    def __post_init__(self):
        if not isinstance(self.record, Record):
            raise ValueError(f"expected a Record, got a {type(self.record).__name__}: see record_network")
        if self.record.cases is None:
            raise ValueError(f"expected a Record with cases to compute on, got {self.record.name!r} without")
        if not isinstance(self.sae, SparseAutoencoder):
            raise ValueError(f"expected a nets.SparseAutoencoder, got a {type(self.sae).__name__}")
        if type(self.sae.activation) not in KNOWN:
            names = ", ".join(one.__name__ for one in KNOWN)
            raise ValueError(f"expected an activation among {names}, got {type(self.sae.activation).__name__}")
        instances, inputs = self.sae.b_dec.shape
        whole("instance", self.instance, 0, instances - 1)
        layers = len(self.record.hidden_sizes)
        whole("hidden_layer", self.hidden_layer, -layers, layers - 1)
        if inputs != self.width:
            raise ValueError(f"expected an autoencoder of {self.width} inputs, as the layer has neurons, got {inputs}")
        if bad := [name for name, value in self._state() if not torch.isfinite(value).all()]:
            raise ValueError(f"expected finite weights of the autoencoder, got NaN or infinity in {', '.join(bad)}")
        for kind, count in (("neurons", self.width), ("latents", len(self._present()))):
            object.__setattr__(self, kind, explanations(kind, getattr(self, kind), count))

    @property
    def layer(self) -> int:
        """The hidden layer, counted from 0."""
        return self.hidden_layer % len(self.record.hidden_sizes)

    @property
    def width(self) -> int:
        """How many neurons the layer has."""
        return self.record.hidden_sizes[self.layer]

    @property
    def names(self) -> list[str]:
        """What to call each predictor: as the words of the explanations do, if these describe their columns."""
        given = (column for one in (*self.neurons, *self.latents) for column in getattr(one, "columns", ()))
        described = {column.name: spoken(column) for column in given if isinstance(column, Column)}
        said = [described.get(name, name.replace("_", " ")) for name in self.record.predictors]
        # Two columns may be described alike.
        twice = zip(self.record.predictors, said, strict=True)
        return [text if said.count(text) == 1 else f"{text} ({name})" for name, text in twice]

    def _present(self) -> list[int]:
        return self.sae.present[self.instance].nonzero()[:, 0].tolist()

    def _state(self):
        """Yield the name and the value of what belongs to this instance."""
        named = [*self.sae.named_parameters(), *self.sae.activation.named_buffers(prefix="activation")]
        return ((name, value[self.instance]) for name, value in named)

    @torch.no_grad()
    def weights(self) -> dict[str, list]:
        """Return the autoencoder in float64, for JSON: what a latent reads, when it is on, what it writes.

        "encoder" ``(inputs, latents)`` and "bias" ``(latents,)`` give the drive of an activation as it is, centred or
        not. "dictionary" ``(latents, inputs)`` and "offset" ``(inputs,)`` give the copy. "act" is the "kind" of the
        activation and its settings: "relu"; "threshold", on above the "least" of each latent; "gated", of the size
        ReLU(factor * drive + shift) where the drive is positive; "topk", the "k" largest.
        """
        sae, i, has = deepcopy(self.sae).cpu().double(), self.instance, self._present()
        encoder, bias = sae.encoder[i][:, has], sae.b_enc[i, has]
        drive_bias = bias - sae.b_dec[i] @ encoder if sae.centred else bias
        return {
            "encoder": encoder.tolist(),
            "bias": drive_bias.tolist(),
            "dictionary": sae.dictionary[i, has].tolist(),
            "offset": sae.b_dec[i].tolist(),
            "act": _act(sae.activation, i, has, bias),
        }


def _act(piece: ReLU, i: int, has: list[int], bias: torch.Tensor) -> dict:
    if isinstance(piece, JumpReLU):
        return {"kind": "threshold", "least": piece.threshold[i, has].tolist()}
    if isinstance(piece, BatchTopK):
        # On at the threshold, too: so on above the number just below it.
        return {"kind": "threshold", "least": [max(0.0, math.nextafter(piece.threshold[i].item(), 0.0))] * len(has)}
    if isinstance(piece, TopK):
        return {"kind": "topk", "k": int(piece.each[i])}
    if isinstance(piece, Gated):
        factor = piece.r_mag[i, has].exp()
        return {"kind": "gated", "factor": factor.tolist(), "shift": (piece.b_mag[i, has] - factor * bias).tolist()}
    return {"kind": "relu"}


def explanations(kind: str, given, count: int) -> tuple:
    """Return ``given`` as a tuple if it is empty or has an explanation for each of ``count`` units."""
    listed = tuple(given) if isinstance(given, Sequence) and not isinstance(given, str) else None
    if listed is None or len(listed) not in (0, count):
        got = f"a {type(given).__name__}" if listed is None else len(listed)
        raise ValueError(f"{kind}: expected an explanation for each of {count} {kind}, or none at all, got {got}")
    for place, one in enumerate(listed):
        lacks = [name for name in ("words", *SCORES) if not hasattr(one, name)]
        if lacks:
            raise ValueError(f"{kind}[{place}]: expected an explanation, got a {type(one).__name__} without {lacks[0]}")
        if not isinstance(one.words, str):
            raise ValueError(f"{kind}[{place}]: expected words as text, got {one.words!r}")
        for name in SCORES:
            value = getattr(one, name)
            if not isinstance(value, Real) or isinstance(value, (bool, np.bool_)) or math.isinf(value):
                raise ValueError(f"{kind}[{place}]: expected {name} to be a number, or NaN for none, got {value!r}")
    return listed
