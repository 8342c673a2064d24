"""The figure of chapter 07 in the house style: a network as a graph."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots
from .widgets.inspector import Record

NODE = 150  # points², of a circle
WIDEST = 4.0  # points, of the line of the largest weight


def network(record: Record, epochs: Sequence[int] = (-1,), neuron: int | None = None) -> np.ndarray:
    """Draw the network after each of ``epochs`` as a graph: one axes for each, returned.

    A line is as wide as its weight is large on a scale that all epochs share: orange where positive, blue where
    negative. With ``neuron``, counted from 1, the lines of the others in the first hidden layer are faint. Raises
    ``ValueError`` for no epoch, an epoch that the record does not hold, or no such neuron.
    """
    places = [record.place(epoch) for epoch in epochs]
    if not places:
        raise ValueError("expected at least one epoch, got none")
    if neuron is not None and neuron not in range(1, record.hidden_sizes[0] + 1):
        raise ValueError(f"expected a neuron from 1 to {record.hidden_sizes[0]}, got {neuron!r}")
    largest = max(np.abs(layer[places]).max() for layer in record.weights) or 1.0
    height = 1.2 + 0.42 * max(record.sizes)
    _, axes = plt.subplots(1, len(places), figsize=(7.2, height), sharey=True, squeeze=False)
    for column, (ax, place) in enumerate(zip(axes[0], places, strict=True)):
        chosen = None if neuron is None else neuron - 1
        _lines(ax, [layer[place] / largest for layer in record.weights], chosen)
        _circles(ax, record, labelled=(column == 0, column == len(places) - 1))
        ax.set_title(f"epoch {place + (not record.start)}")
    return axes[0]


def _heights(size: int) -> np.ndarray:
    """Places of the units of a layer, from the top down, centred at 0."""
    return (size - 1) / 2 - np.arange(size)


def _lines(ax: Axes, weights: Sequence[np.ndarray], neuron: int | None) -> None:
    for layer, matrix in enumerate(weights):
        for (i, j), weight in np.ndenumerate(matrix):
            apart = neuron is not None and neuron != (j if layer == 0 else i if layer == 1 else neuron)
            look = {"linewidth": WIDEST * abs(weight), "alpha": 0.12 if apart else 0.9, "zorder": 1}
            ends = [_heights(matrix.shape[0])[i], _heights(matrix.shape[1])[j]]
            ax.plot([layer, layer + 1], ends, color=plots.COLOURS[1 if weight > 0 else 0], **look)


def _circles(ax: Axes, record: Record, labelled: tuple[bool, bool]) -> None:
    for layer, size in enumerate(record.sizes):
        ax.scatter(np.full(size, layer), _heights(size), s=NODE, color="#555555", edgecolor=plots.INK, zorder=2)
        if 0 < layer < len(record.sizes) - 1:
            for number, y in enumerate(_heights(size), 1):
                ax.annotate(str(number), (layer, y), color="white", ha="center", va="center_baseline", zorder=3)
    last = len(record.sizes) - 1
    for names, layer, shown, side in (
        (record.predictors, 0, labelled[0], "right"),
        (record.outputs, last, labelled[1], "left"),
    ):
        for name, y in zip(names, _heights(len(names)), strict=True) if shown else ():
            shift = (-11 if side == "right" else 11, 0)
            text = name.replace("_", "\n")
            ax.annotate(text, (layer, y), shift, textcoords="offset points", ha=side, va="center", fontsize=9)
    ax.set(xticks=[], yticks=[], xlim=(-0.25, last + 0.25))
    ax.grid(False)
    ax.spines[:].set_visible(False)
