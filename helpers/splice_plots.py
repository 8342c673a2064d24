"""Figures of chapter 09 in the house style: trade-offs of networks side by side, and causes that share a unit."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes

from . import plots
from .arrays import finite

#: Markers by place, so that nobody has to rely on colours.
MARKERS = "osD^vP"
#: What has learnt no dictionary is drawn with dots.
RIVALS = ("PCA", "random")
#: Elsewhere in the book PCA shares its colour with TopK, which it meets here.
TINTS = {"PCA": plots.COLOURS[4], "published": plots.INK}


def fronts(
    panels: Mapping[str, Mapping[str, tuple]],
    xlabel: str,
    ylabel: str | Sequence[str],
    levels: Mapping[str, Mapping[str, object]] | None = None,
    log: bool = False,
) -> np.ndarray:
    """Draw trade-offs, one panel for each network: ``panels[title][name]`` is a pair ``x, y``, ``(settings, seeds)``.

    Dots are seeds; the medians of the settings are joined. ``levels[title][name]`` holds one value per seed; its median
    is a dashed line. ``ylabel`` is one for all, on a common axis, or one for each panel. With ``log`` the y axis is
    logarithmic. Returns the axes. Raises ``ValueError`` for no panel, no series in one, pairs of unequal shape, or a
    number of labels that is not that of the panels.
    """
    if not panels or not all(panels.values()):
        raise ValueError(f"expected at least one panel with at least one series, got {panels!r}")
    shared = isinstance(ylabel, str)
    labels = [ylabel] + [""] * (len(panels) - 1) if shared else list(ylabel)
    if len(labels) != len(panels):
        raise ValueError(f"expected one y label, or one for each of {len(panels)} panels, got {len(labels)}")
    pairs = {title: {name: _pair(name, *xy) for name, xy in series.items()} for title, series in panels.items()}
    width = 3.7 * len(panels)
    _, axes = plt.subplots(1, len(panels), figsize=(width, 3.7), sharey=shared, squeeze=False)
    for ax, label, (title, series) in zip(axes[0], labels, pairs.items(), strict=True):
        for place, (name, (x, y)) in enumerate(series.items()):
            tint = TINTS.get(name) or plots.colour(name, place)
            ax.scatter(x, y, s=9, alpha=0.6, color=tint, linewidths=0)
            style = {"marker": MARKERS[place % len(MARKERS)], "linestyle": ":" if name in RIVALS else "-"}
            ax.plot(*plots.quantiles([x, y], 0.5), **style, markersize=6, color=tint, label=name)
        for name, values in (levels or {}).get(title, {}).items():
            ax.axhline(plots.quantiles(plots.numbers(values), 0.5), color=plots.INK, linestyle="--", label=name)
        ax.set(xlabel=xlabel, ylabel=label)
        ax.set_title(title, fontsize=10)
        if log:
            ax.set_yscale("log")
    axes[0, 0].legend(fontsize=9)
    return axes[0]


def _pair(name: str, x, y) -> tuple[np.ndarray, np.ndarray]:
    x, y = plots.numbers(x), plots.numbers(y)
    if x.ndim != 2 or x.shape != y.shape or x.size == 0:
        raise ValueError(f"expected x and y of one shape (settings, seeds) in {name!r}, got {x.shape} and {y.shape}")
    return x, y


def shares(values, names: Sequence[str], label: str, ax: Axes | None = None) -> Axes:
    """Draw shares from 0 to 1 between each two of ``names``, ``(names, names)``: the lower triangle.

    Raises ``ValueError`` for values of another shape, not finite or outside [0, 1].
    """
    count = len(names)
    values = finite("values", values, f"({count}, {count})", (count, count), 0, 1)
    ax = plt.subplots(figsize=(1.9 + 0.5 * count, 1.5 + 0.36 * count))[1] if ax is None else ax
    hidden = np.triu(np.ones(values.shape, dtype=bool))[1:, :-1]
    style = {"vmin": 0, "vmax": 1, "cmap": sns.light_palette(plots.COLOURS[0], as_cmap=True)}
    written = {"annot": True, "fmt": ".1f", "annot_kws": {"size": 9}, "cbar_kws": {"label": label}}
    shown = values[1:, :-1]
    sns.heatmap(shown, mask=hidden, ax=ax, xticklabels=names[:-1], yticklabels=names[1:], **style, **written)
    ax.grid(False)
    ax.tick_params(length=0)
    ax.set_yticklabels(ax.get_yticklabels(), rotation=0)
    ax.set_xticklabels(ax.get_xticklabels(), rotation=35, ha="right")
    return ax
