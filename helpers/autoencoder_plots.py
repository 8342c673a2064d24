"""Figures of chapter 08 in the house style: dictionaries in the plane, measures against L1, each feature recovered."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots
from .arrays import finite

DASHES = ("-", "--", ":", "-.")


def _unit(name: str, directions, axes: str, shape: tuple[int | None, ...]) -> np.ndarray:
    directions = finite(name, directions, axes, shape)
    return directions / np.maximum(np.linalg.norm(directions, axis=-1, keepdims=True), 1e-12)


def planes(truth, found: Mapping[str, object], points=None, both_ways: Sequence[str] = ()) -> np.ndarray:
    """Draw directions in the plane over the true ones, one panel per title; return the axes.

    ``truth`` is ``(panels, features, 2)``, drawn broad and grey. ``found[title]`` is ``(latents, 2)``, drawn thin and
    in colours. All are drawn with length one, but those of length zero with none. ``points`` ``(panels, rows,
    2)`` are scaled to fit. A title in ``both_ways`` has directions without a sign, such as principal
    components. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    truth = _unit("true directions", truth, f"({len(found)}, features, 2)", (len(found), None, 2))
    if points is not None:
        points = finite("points", points, f"({len(found)}, rows, 2)", (len(found), None, 2))
    width = 7.6 / max(len(found), 3)
    _, axes = plt.subplots(1, len(found), figsize=(width * len(found), width + 0.4), squeeze=False)
    for panel, (ax, (title, directions)) in enumerate(zip(axes[0], found.items(), strict=True)):
        directions = _unit(f"directions of {title!r}", directions, "(latents, 2)", (None, 2))
        for x, y in truth[panel]:
            ax.plot([0, x], [0, y], color=plots.INK, linewidth=7, alpha=0.35, solid_capstyle="round")
        if points is not None:
            rows = points[panel] / np.quantile(np.linalg.norm(points[panel], axis=1), 0.99)
            ax.scatter(*rows.T, s=5, alpha=0.7, color=plots.INK, linewidths=0)
        for place, (x, y) in enumerate(directions):
            back = -1 if title in both_ways else 0
            tint = plots.COLOURS[place % len(plots.COLOURS)]
            ax.plot([back * x, x], [back * y, y], color=tint, linewidth=1.8, solid_capstyle="round")
            if np.hypot(x, y) > 0.5:
                ax.plot(x, y, "o", color=tint, markersize=4)
        ax.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25), aspect="equal", xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        ax.set_title(title, fontsize=10, loc="center")
    return axes[0]


def against(grid, panels: Mapping[str, Mapping[str, object]], xlabel: str = "L1") -> np.ndarray:
    """Draw measures against a setting on a logarithmic axis, one panel per measure, one line per series.

    ``grid`` ``(settings,)`` is positive; ``panels[measure][series]`` is ``(settings, seeds)``: dots are seeds, lines
    medians. Returns the axes. Raises ``ValueError`` for other shapes, or series that differ between panels.
    """
    grid = finite(xlabel, grid, "(settings,)", (None,), 1e-12)
    names = list(next(iter(panels.values()), ()))
    if not 1 <= len(names) <= len(DASHES) or any(list(panel) != names for panel in panels.values()):
        raise ValueError(f"expected one to four series, the same in every panel, got {[*map(list, panels.values())]}")
    _, axes = plt.subplots(1, len(panels), figsize=(7.6 if len(panels) > 1 else 5.2, 3.1), squeeze=False)
    for ax, (measure, panel) in zip(axes[0], panels.items(), strict=True):
        for place, (name, dash) in enumerate(zip(names, DASHES, strict=False)):
            shape = (len(grid), None)
            table = finite(f"{measure} of {name!r}", panel[name], f"({len(grid)}, seeds)", shape)
            tint = plots.colour(name, place)
            ax.scatter(np.repeat(grid, table.shape[1]), table, s=10, alpha=0.35, color=tint, linewidths=0)
            ax.plot(grid, np.median(table, axis=1), dash, color=tint, label=name)
        ax.set(xscale="log", xlabel=xlabel, ylim=(0, None))
        ax.set_xticks(grid, [f"{value:g}" for value in grid], rotation=45)
        ax.minorticks_off()
        ax.set_title(measure, fontsize=11)
    if len(names) > 1:
        axes[0, 0].figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(names))
    return axes[0]


def by_frequency(frequencies, similarity, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw how well each feature was recovered against how often it is on: dots are seeds, the line the median.

    ``frequencies`` is ``(features,)``, positive, ``similarity`` ``(seeds, features)``. Raises ``ValueError`` for other
    shapes, NaN or infinity.
    """
    frequencies = finite("frequencies", frequencies, "(features,)", (None,), 1e-12, 1)
    table = finite("similarities", similarity, f"(seeds, {len(frequencies)})", (None, len(frequencies)))
    ax = plt.subplots(figsize=(7.2, 3.4))[1] if ax is None else ax
    at, tint = 100 * frequencies, plots.PALETTE["autoencoder"]
    ax.scatter(np.tile(at, len(table)), table, s=14, alpha=0.4, color=tint, linewidths=0)
    order = np.argsort(at)
    ax.plot(at[order], np.median(table, axis=0)[order], color=tint)
    ax.set(xscale="log", xlabel="rows on which the feature is on (%)", ylabel=ylabel, ylim=(0, 1.03))
    ax.xaxis.set_major_formatter("{x:g}")
    return ax
