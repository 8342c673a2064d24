"""Sweeps of sparse autoencoders, and what is measured on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ... import arrays, autoencoding, matching, metrics
from ...nets import SparseAutoencoder
from ...train import History

#: A true feature is recovered if its partner among the latents has a larger cosine with it than this.
RECOVERED = 0.9


class Sweep(NamedTuple):
    """Autoencoders of one variant that were trained at once: one instance per value and seed, in any order.

    ``values``, one number per instance, are those of ``setting``, such as "L1 weight" or "k". Each value has the same
    number of instances: its seeds, counted in the order in which they stand. ``history`` is what ``train.fit``
    returned.
    """

    sae: SparseAutoencoder
    setting: str
    values: Sequence[float]
    history: History


@dataclass
class Measured:
    """What one sweep came to, everything ``(values, seeds)`` first.

    ``vectors`` ``(..., latents, inputs)`` has rows of length one, or zero; ``on`` ``(..., latents)`` is the share of
    rows in which a latent is on; ``widths`` how many latents there are; ``loss`` is ``(..., points)``.
    """

    values: np.ndarray
    numbers: dict[str, np.ndarray]
    vectors: np.ndarray
    on: np.ndarray
    widths: np.ndarray
    loss: np.ndarray


def directions(truth) -> Tensor:
    """Return ``truth`` ``(features, inputs)`` with rows of length one, or raise ``ValueError``."""
    found = torch.as_tensor(arrays.finite("truth", truth, "(features, inputs)", (None, None))).float()
    if (still := (found == 0).all(-1)).any():
        raise ValueError(f"expected a direction for every true feature, but row {int(still.nonzero()[0])} is zero")
    return torch.nn.functional.normalize(found, dim=-1)


def rows(x, inputs: int) -> Tensor:
    """Return activations ``x`` ``(rows, inputs)``, or raise ``ValueError``."""
    found = torch.as_tensor(arrays.finite("x", x, "(rows, inputs)", (None, None))).float()
    if found.shape[1] != inputs:
        raise ValueError(f"expected x with the {inputs} inputs of truth, got {found.shape[1]}")
    return autoencoding.checked(found, constant=True)


def places(name: str, sweep: Sweep) -> tuple[np.ndarray, np.ndarray]:
    """Return the rising values of a sweep and its instances ``(values, seeds)``, or raise ``ValueError``."""
    sae, setting, values, history = sweep
    if not isinstance(sae, SparseAutoencoder):
        raise ValueError(f"{name}: expected a nets.SparseAutoencoder, got {type(sae).__name__}")
    if not (isinstance(setting, str) and setting):
        raise ValueError(f"{name}: expected a name for the setting, got {setting!r}")
    instances = len(sae.W_dec)
    values = arrays.finite(f"{name}: values", values, f"({instances},), one per instance", (instances,))
    if history.loss.dim() != 2 or history.loss.shape[1] != instances:
        raise ValueError(
            f"{name}: expected the history of {instances} instances, got losses of shape {tuple(history.loss.shape)}"
        )
    levels, counts = np.unique(values, return_counts=True)
    seeds = dict(zip(levels.tolist(), counts.tolist(), strict=True))
    if len(set(seeds.values())) > 1:
        raise ValueError(f"{name}: expected as many seeds for each {setting}, got {seeds}")
    return levels, np.argsort(values, kind="stable").reshape(len(levels), -1)


def checked(truth: Tensor, sweeps: Mapping[str, Sweep]) -> dict[str, Sweep]:
    """Return ``sweeps`` by name, or raise ``ValueError`` for what cannot be shown."""
    if not isinstance(sweeps, Mapping) or not sweeps:
        raise ValueError(f"expected one sweep or more by name, got {sweeps!r}")
    for name, sweep in sweeps.items():
        if not (isinstance(name, str) and name and isinstance(sweep, Sweep)):
            raise ValueError(f"expected a Sweep for each name, got {type(sweep).__name__} for {name!r}")
        places(name, sweep)
        inputs = sweep.sae.W_dec.shape[-1]
        if inputs != truth.shape[-1]:
            raise ValueError(f"{name}: expected autoencoders of the {truth.shape[-1]} inputs of truth, got {inputs}")
        if not all(torch.isfinite(weights).all() for weights in sweep.sae.parameters()):
            raise ValueError(f"{name}: expected finite weights, got NaN or infinity: did the training diverge?")
    return dict(sweeps)


@torch.no_grad()
def measured(name: str, sweep: Sweep, truth: Tensor, x: Tensor) -> Measured:
    """Measure a checked sweep on held-out activations ``x`` ``(rows, inputs)``; ``truth`` has rows of length one.

    "recovered" counts true features whose matched latent has a cosine above ``RECOVERED``, "dead" the latents that are
    off in all rows. The autoencoder runs in ``eval`` mode, and is left as it was.
    """
    sae, _, _, history = sweep
    levels, order = places(name, sweep)
    training = sae.training
    sae.eval()
    try:
        copy, latents = (each.cpu() for each in sae(x.to(sae.W_dec.device)))
    finally:
        sae.train(training)
    held = x.unsqueeze(1).expand_as(copy)
    present, on = sae.present.cpu(), (latents > 0).float().mean(0)
    dictionary = torch.nn.functional.normalize(sae.dictionary.cpu(), dim=-1)
    # Absent latents come last of all, whatever the others are like.
    table = matching.cosines(truth, dictionary).masked_fill(~present.unsqueeze(1), -2)
    numbers = {
        "l0": metrics.l0(latents),
        "explained": 1 - metrics.fvu(held, copy),
        "mmcs": table.amax(-1).mean(-1),
        "recovered": (matching.assign(table).similarity > RECOVERED).sum(-1),
        "dead": (present & (on == 0)).sum(-1),
        "shrinkage": metrics.shrinkage(held, copy),
    }
    return Measured(
        values=levels,
        numbers={key: each.numpy()[order] for key, each in numbers.items()},
        vectors=dictionary.numpy()[order],
        on=on.numpy()[order],
        widths=present.sum(-1).numpy()[order],
        loss=history.loss.numpy().T[order],
    )
