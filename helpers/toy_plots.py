"""Figures of the toy model in the house style: directions in the plane, and counts over seeds."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots


def _planes(W) -> np.ndarray:
    W = plots.numbers(W)
    if W.ndim != 3 or W.shape[2] != 2:
        raise ValueError(f"expected directions of shape (panels, features, 2), got {W.shape}")
    return W


def arrows(W, ax: Axes | None = None) -> Axes:
    """Draw the directions ``W`` ``(features, 2)`` as numbered arrows in the plane, with the unit circle."""
    W = _planes(plots.numbers(W)[None])[0]
    ax = plt.subplots(figsize=(2.4, 2.4))[1] if ax is None else ax
    ax.add_patch(plt.Circle((0, 0), 1, fill=False, edgecolor=plots.INK, linestyle=":", linewidth=1))
    for i, (x, y) in enumerate(W):
        ax.plot([0, x], [0, y], color=plots.COLOURS[i], linewidth=3, solid_capstyle="round")
        if np.hypot(x, y) > 0.3:  # the numbers of shorter arrows would lie on each other
            ax.annotate(str(i + 1), 1.22 * np.array([x, y]), color=plots.COLOURS[i], ha="center", va="center")
    ax.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return ax


def stages(W, titles: Sequence[str]) -> np.ndarray:
    """Draw directions ``(panels, features, 2)`` above their matrices W Wᵀ, one column per panel; return the axes."""
    W = _planes(W)
    if len(titles) != len(W):
        raise ValueError(f"expected {len(W)} titles, one per panel, got {len(titles)}")
    features = W.shape[1]
    _, axes = plt.subplots(2, len(W), figsize=(2.0 * len(W), 4.2), squeeze=False)
    for plane, title, (top, bottom) in zip(W, titles, axes.T, strict=True):
        arrows(plane, top).set_title(title, fontsize=11, loc="center")
        bottom.imshow(plane @ plane.T, cmap=plots.DIVERGING, vmin=-1.3, vmax=1.3)
        bottom.set(xticks=range(features), yticks=range(features))
        bottom.set_xticklabels(range(1, features + 1))
        bottom.set_yticklabels(range(1, features + 1))
        bottom.tick_params(length=0)
        bottom.grid(False)
        bottom.spines[:].set_visible(False)
    return axes


def sparsity_axis(ax: Axes, levels) -> np.ndarray:
    """Give ``ax`` a sparsity axis, logarithmic in the density 1 - sparsity; return where ``levels`` lie on it."""
    ticks = np.array([s for s in (0, 0.5, 0.8, 0.9, 0.95, 0.99) if s <= np.max(plots.numbers(levels)) + 1e-6])
    ax.set_xticks(-np.log10(1 - ticks), [f"{tick:g}" for tick in ticks])
    ax.set_xlabel("sparsity")
    return -np.log10(1 - plots.numbers(levels))


def counts(levels, represented, ax: Axes | None = None) -> Axes:
    """Draw how many seeds represent how many features, ``(levels, seeds)``: the area of a dot is the share of seeds."""
    ax = plt.subplots(figsize=(7.2, 3.2))[1] if ax is None else ax
    represented = plots.numbers(represented).astype(int)
    for x, row in zip(sparsity_axis(ax, levels), represented, strict=True):
        values, seeds = np.unique(row, return_counts=True)
        ax.scatter(np.full(len(values), x), values, s=170 * seeds / len(row), color=plots.COLOURS[0], linewidths=0)
    ax.set(ylabel="features represented", yticks=range(represented.max() + 1), ylim=(-0.4, represented.max() + 0.6))
    return ax


def dimensions(levels, share, ax: Axes | None = None) -> Axes:
    """Draw each feature's dimensionality, ``share`` ``(levels, seeds, features)``: dots are seeds, lines medians."""
    ax = plt.subplots(figsize=(7.2, 3.8))[1] if ax is None else ax
    share = plots.numbers(share)
    x = sparsity_axis(ax, levels)
    for name, value in {"1": 1, "1/2": 1 / 2, "2/5": 2 / 5}.items():
        ax.axhline(value, color=plots.INK, linewidth=1, linestyle=":")
        ax.annotate(name, (x[-1], value), xytext=(26, 0), textcoords="offset points", va="center")
    for i in range(share.shape[2]):
        shift = 0.008 * (i - share.shape[2] // 2)
        ax.scatter(
            np.repeat(x + shift, share.shape[1]), share[:, :, i], s=9, alpha=0.35, color=plots.COLOURS[i], linewidths=0
        )
        ax.plot(x + shift, np.median(share[:, :, i], axis=1), color=plots.COLOURS[i], label=f"feature {i + 1}")
    ax.set(ylabel="dimensionality", ylim=(-0.05, 1.08), xlim=(x[0] - 0.05, x[-1] + 0.05))
    ax.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1), columnspacing=1, handlelength=1)
    return ax
