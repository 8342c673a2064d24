"""Figures of chapter 11: hundreds of sets of inputs in the house style. Each function returns the axes it drew."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from scipy import stats

from . import plots
from .arrays import finite

#: The markers of the groups, so that nobody has to rely on colours.
MARKERS = "os^D"


def _row(panels: Mapping, height: float, **settings) -> np.ndarray:
    if not panels:
        raise ValueError("expected at least one panel, got none")
    size = {"figsize": (9.8, height), "layout": "constrained", "squeeze": False}
    return plt.subplots(1, len(panels), **size, **settings)[1][0]


def _values(name: str, values) -> np.ndarray:
    """Return the values that are no NaN, at least three, as a row."""
    values = plots.numbers(values).ravel()
    return finite(name, values[~np.isnan(values)], "(sets,)", (None,))


def spread(panels: Mapping[str, Mapping[str, Mapping[str, object]]], label: str, level: float | None = None):
    """Draw ``panels[title][way][group]``, one value per set: a panel for each title, a bundle of strips for each way.

    Dots are sets; the bar is their average. ``level`` is a dashed line. NaNs are left out.
    """
    axes = _row(panels, 3.9, sharey=True)
    for ax, (title, ways) in zip(axes, panels.items(), strict=True):
        for start, groups in enumerate(ways.values()):
            width = 0.84 / len(groups)
            for place, (name, values) in enumerate(groups.items()):
                values, tint = _values(name, values), plots.colour(name, place)
                middle = start + (place - (len(groups) - 1) / 2) * width
                shift = np.random.default_rng(0).uniform(-0.4, 0.4, len(values)) * width
                style = {"s": 7, "alpha": 0.5, "linewidths": 0, "marker": MARKERS[place % len(MARKERS)]}
                ax.scatter(middle + shift, values, color=tint, label=name if not start else None, **style)
                ax.hlines(values.mean(), middle - 0.45 * width, middle + 0.45 * width, color=plots.INK, linewidth=2.5)
        ax.axhline(0, color=plots.INK, linewidth=1)
        if level is not None:
            ax.axhline(level, color=plots.INK, linewidth=1.2, linestyle="--")
        ax.set_xticks(range(len(ways)), ways)
        ax.set_title(title, fontsize=10)
        ax.grid(axis="x", visible=False)
    axes[0].set_ylabel(label)
    axes[0].legend(fontsize=9, markerscale=2)
    return axes


def against(panels: Mapping[str, tuple], ylabel: str, bins: int = 5):
    """Draw pairs ``panels[xlabel] = x, y``, one dot per set, and the mean ``y`` of equally many sets each, joined.

    The title is the correlation of ranks. Sets in which one of the two is NaN are left out.
    """
    axes = _row(panels, 3.7, sharey=True)
    for ax, (xlabel, (x, y)) in zip(axes, panels.items(), strict=True):
        x, y = plots.numbers(x).ravel(), plots.numbers(y).ravel()
        if x.shape != y.shape:
            raise ValueError(f"expected as many x as y in {xlabel!r}, got {x.size} and {y.size}")
        known = ~np.isnan(x + y)
        x, y = (finite(xlabel, one[known], "(sets,)", (None,)) for one in (x, y))
        parts = np.array_split(x.argsort(kind="stable"), min(bins, len(x)))
        ax.scatter(x, y, s=9, alpha=0.55, color=plots.PALETTE["autoencoder"], linewidths=0)
        ax.plot([x[p].mean() for p in parts], [y[p].mean() for p in parts], "o-", color=plots.INK)
        ax.axhline(0, color=plots.INK, linewidth=1)
        ax.set(xlabel=xlabel)
        ax.locator_params(axis="x", nbins=5)
        ax.set_title(f"rank correlation {stats.spearmanr(x, y).statistic:.2f}", fontsize=10)
    axes[0].set_ylabel(ylabel)
    return axes


def fall(panels: Mapping[str, Mapping[str, object]], ylabel: str):
    """Draw ``panels[title][place]``, one value per seed: what a choice promised and what became of it, joined.

    The bar is the average of the seeds.
    """
    axes = _row(panels, 3.7, sharey=True)
    for ax, (title, places) in zip(axes, panels.items(), strict=True):
        values = [finite(name, v, "(seeds,)", (None,)) for name, v in places.items()]
        if len({v.size for v in values}) != 1:
            raise ValueError(f"expected as many seeds in each place of {title!r}, got {[v.size for v in values]}")
        ax.plot(range(len(values)), values, color=plots.INK, linewidth=0.8, alpha=0.6)
        for place, v in enumerate(values):
            ax.scatter(np.full(v.size, place), v, s=18, alpha=0.6, color=plots.PALETTE["autoencoder"], linewidths=0)
            ax.hlines(v.mean(), place - 0.2, place + 0.2, color=plots.INK, linewidth=2.5)
        ax.axhline(0, color=plots.INK, linewidth=1)
        ax.set_xticks(range(len(values)), places)
        ax.set_xlim(-0.4, len(values) - 0.6)
        ax.set_title(title, fontsize=10)
    axes[0].set_ylabel(ylabel)
    return axes


def nulls(panels: Mapping[str, tuple[float, object]]):
    """Draw ``panels[xlabel] = observed, null``: a histogram of the null values, and a line where the truth lies."""
    axes = _row(panels, 3.0)
    for ax, (xlabel, (observed, null)) in zip(axes, panels.items(), strict=True):
        null = finite(xlabel, null, "(times,)", (None,))
        ax.hist(null, bins=30, color=plots.PALETTE["random"], alpha=0.7)
        ax.axvline(observed, color=plots.PALETTE["autoencoder"], linewidth=2.5)
        low, high = min(null.min(), observed), max(null.max(), observed)
        ax.set_xlim(low - 0.1 * (high - low), high + 0.1 * (high - low))
        place = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points", "ha": "center"}
        ax.annotate("measured", (observed, 1), (0, 4), color=plots.PALETTE["autoencoder"], **place)
        ax.set(xlabel=xlabel)
    axes[0].set_ylabel("shuffled searches")
    return axes


def effects(names: Sequence[str], columns: Mapping[str, Mapping[str, object]]) -> Sequence[Axes]:
    """Draw a row per input, a panel per column: ``columns[xlabel][group]`` is ``(names,)``, ``(names, times)``.

    Several values of a name are draws of a bootstrap: their median is drawn, and the range that holds 95% of them. The
    first input is on top.
    """
    if not columns:
        raise ValueError("expected at least one column, got none")
    size = {"figsize": (9.8, 1.2 + 0.27 * len(names)), "layout": "constrained", "sharey": True, "squeeze": False}
    axes = plt.subplots(1, len(columns), **size)[1][0]
    for ax, (xlabel, groups) in zip(axes, columns.items(), strict=True):
        for place, (group, rows) in enumerate(groups.items()):
            rows = plots.numbers(rows)
            rows = finite(
                group, rows.reshape(len(rows), -1) if rows.ndim else rows, "(names, times)", (len(names), None)
            )
            height = np.arange(len(names)) + 0.24 * (place - (len(groups) - 1) / 2)
            low, middle, high = np.quantile(rows, (0.025, 0.5, 0.975), axis=1)
            style = {"color": plots.colour(group, place), "linewidth": 1.6}
            ax.hlines(height, low, high, **style)
            ax.plot(middle, height, MARKERS[place % len(MARKERS)], markersize=5, color=style["color"], label=group)
        ax.axvline(0, color=plots.INK, linewidth=1)
        ax.set(xlabel=xlabel)
        if len(groups) > 1:
            ax.legend(fontsize=9, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(groups), frameon=False)
    axes[0].set_yticks(range(len(names)), names)
    axes[0].set_ylim(len(names) - 0.5, -0.5)
    return axes
