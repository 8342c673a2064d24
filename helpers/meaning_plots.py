"""Figures of chapter 10b in the house style: responses in physical units, thresholds, histograms and scores."""

from collections.abc import Mapping, Sequence
from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots
from .tree_words import spoken
from .weather.schema import Column

#: Of all values, this share lies in the band that figures shade: where a table has hardly any rows, curves guess.
USUAL = (0.05, 0.95)


def label(column: Column) -> str:
    """Return what an axis of this column says: what it is, and its unit."""
    return spoken(column) + (f" ({column.unit})" if column.unit else "")


def axis(ax: Axes, column: Column, values=None) -> None:
    """Label the x axis of ``ax`` with ``column``, logarithmic where it is log-scaled, and shade where most rows are."""
    ax.set_xlabel(fill(label(column), 16), fontsize=9)
    if column.log_scaled:
        ax.set_xscale("log")
    if values is not None:
        ax.axvspan(*np.quantile(plots.numbers(values), USUAL), color=plots.INK, alpha=0.12, linewidth=0)


def responses(
    curves: Mapping[str, Mapping[str, tuple]],
    columns: Mapping[str, Column],
    rows,
    ylabel: str,
    one_tint: bool = False,
) -> np.ndarray:
    """Draw response curves: a row of panels for each kind of unit, a panel for each input.

    ``curves[kind][input]`` is a pair, the values of the input ``(values,)`` and the responses ``(values, units)``.
    ``rows`` is the frame whose values are shaded. Each line bears the number of its unit and a colour of its own; with
    ``one_tint`` all lines have the colour of their kind, and none has a number. Returns the axes ``(kinds, inputs)``.
    """
    names = list(next(iter(curves.values()), {}))
    if not names or any(list(panels) != names for panels in curves.values()):
        raise ValueError(f"expected the same inputs, at least one, for each kind of unit, got {curves.keys()}")
    size = (2.35 * len(names) + 0.55, 2.3 * len(curves) + 0.6)
    _, axes = plt.subplots(len(curves), len(names), figsize=size, sharex="col", sharey="row", squeeze=False)
    for i, (kind, panels) in enumerate(curves.items()):
        tall = max(plots.numbers(heights).max() for _, heights in panels.values())  # panels of a row share their axis
        for ax, name in zip(axes[i], names, strict=True):
            values, heights = (plots.numbers(part) for part in panels[name])
            if heights.ndim != 2 or values.shape != heights.shape[:1]:
                raise ValueError(
                    f"expected values (values,) and responses (values, units) of {name!r}, "
                    f"got {values.shape} and {heights.shape}"
                )
            axis(ax, columns[name], rows[name])
            _lines(ax, values, heights, tall, plots.PALETTE.get(kind) if one_tint else None)
        axes[i, 0].set_ylabel(f"{kind}\n{ylabel}")
    for ax in axes[:-1].ravel():
        ax.set_xlabel("")
    return axes


def _lines(ax: Axes, values: np.ndarray, heights: np.ndarray, tall: float, tint: str | None) -> None:
    for unit, line in enumerate(heights.T):
        colour = tint or plots.COLOURS[unit % len(plots.COLOURS)]
        ax.plot(values, line, color=colour, linewidth=1.2, alpha=0.7 if tint else 1)
    if tint is None:
        ax.margins(x=0.13)  # room for the numbers
        for end, lift in ((-1, 3), (0, -3)):
            _numbers(ax, values[end], heights, tall, end, lift)


def _numbers(ax: Axes, at: float, heights: np.ndarray, tall: float, end: int, lift: int) -> None:
    """Write the numbers of the units that are highest at this end, pushed apart so that none hides another."""
    here = heights[end]
    chosen = [u for u in here.argsort() if here[u] > max(heights[-1 - end, u], 0.08 * tall)]
    floor = -np.inf
    for unit in chosen:
        floor = max(here[unit], floor + 0.1 * tall)
        look = {"fontsize": 9, "va": "center", "ha": "left" if lift > 0 else "right", "annotation_clip": False}
        colour = plots.COLOURS[unit % len(plots.COLOURS)]
        ax.annotate(f"{unit}", (at, floor), (lift, 0), textcoords="offset points", color=colour, **look)


def beside(panels: Mapping[str, tuple], columns: Mapping[str, Column], rows, ylabel: str) -> np.ndarray:
    """Draw for each input what a unit does when the input is moved alone, and what it does where rows are.

    ``panels[input]`` holds ``values, response`` and ``means, activation``, each of them one-dimensional: a curve, and
    dots. Returns the axes.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(1.42 * len(panels) + 0.5, 3.2), sharey=True, squeeze=False)
    for ax, (name, (values, response, means, activation)) in zip(axes[0], panels.items(), strict=True):
        axis(ax, columns[name], rows[name])
        ax.plot(values, response, color=plots.PALETTE["latents"], label="this input alone moved")
        style = {"s": 22, "edgecolor": plots.INK, "facecolor": "none", "zorder": 3}
        ax.scatter(means, activation, label="rows as they are", **style)
    axes[0, 0].set_ylabel(ylabel)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper left", ncol=2, fontsize=9)
    return axes[0]


def paired(groups: Mapping[str, Mapping[str, object]], ylabel: str, level: float | None = None, name: str = "") -> Axes:
    """Draw one dot per network for each kind of unit in each group, side by side, and a bar at the median.

    ``groups[group][kind]`` holds one value per network, NaN for none. ``level`` draws a dashed line called ``name``.
    """
    kinds = list(dict.fromkeys(kind for group in groups.values() for kind in group))
    if not kinds:
        raise ValueError("expected at least one group with at least one kind of unit, got none")
    _, ax = plt.subplots(figsize=(min(7.6, 1.2 + 0.55 * len(groups) * (len(kinds) + 0.6)), 3.4))
    step = 0.8 / len(kinds)
    for place, group in enumerate(groups.values()):
        for kind, values in group.items():
            values, at = plots.numbers(values).ravel(), place + step * (kinds.index(kind) - (len(kinds) - 1) / 2)
            tint = plots.colour(kind, kinds.index(kind))
            shift = np.random.default_rng(0).uniform(-0.28, 0.28, len(values)) * step
            first = kind not in ax.get_legend_handles_labels()[1]
            ax.scatter(at + shift, values, s=13, alpha=0.6, color=tint, linewidths=0, label=kind if first else None)
            ax.hlines(plots.quantiles(values, 0.5), at - step / 2.4, at + step / 2.4, color=plots.INK, linewidth=2.5)
    if level is not None:
        ax.axhline(level, color=plots.INK, linestyle="--", linewidth=1, label=name or None)
    ax.set_xticks(range(len(groups)), groups)
    ax.set(ylabel=ylabel)
    ax.grid(axis="x", visible=False)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncol=len(kinds) + 1, fontsize=9)
    return ax


def histograms(panels: Mapping[str, Mapping[str, object]], xlabels: Sequence[str], bins: int = 24) -> np.ndarray:
    """Draw how values spread, an outline for each group in each panel: ``panels[title][group]`` ``(values,)``.

    Heights are shares of the group's values. Bins are equally wide and the same for all groups of a panel. Groups
    without values are left out. Returns the axes.
    """
    if len(xlabels) != len(panels):
        raise ValueError(f"expected a label for each of {len(panels)} panels, got {len(xlabels)}")
    _, axes = plt.subplots(1, len(panels), figsize=(3.5 * len(panels) + 0.4, 3.1), squeeze=False)
    styles = ("-", "--", ":", "-.")
    for ax, xlabel, (title, groups) in zip(axes[0], xlabels, panels.items(), strict=True):
        filled = {name: values for name, v in groups.items() if len(values := plots.numbers(v).ravel())}
        if not filled:
            raise ValueError(f"expected values in at least one group of {title!r}, got none")
        edges = np.histogram_bin_edges(np.concatenate([*filled.values()]), bins)
        for place, (name, values) in enumerate(filled.items()):
            heights = np.histogram(values, edges)[0] / len(values)
            look = {"color": plots.colour(name, place), "linestyle": styles[place % len(styles)], "linewidth": 1.6}
            ax.stairs(heights, edges, label=name.replace("\n", " "), **look)
        ax.set(xlabel=xlabel, title=title)
        ax.legend(fontsize=9)
    axes[0, 0].set_ylabel("share")
    return axes[0]


def seen(panels: Mapping[str, Mapping[str, tuple]], xlabel: str, ylabel: str) -> np.ndarray:
    """Draw ``y`` against ``x``, a dot for each value. ``panels[title][kind]`` is a pair of equal shapes."""
    _, axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels) + 0.4, 3.4), sharey=True, squeeze=False)
    marks = {"neurons": "o", "latents": "^"}
    for ax, (title, kinds) in zip(axes[0], panels.items(), strict=True):
        for place, (kind, pair) in enumerate(kinds.items()):
            x, y = (plots.numbers(part).ravel() for part in pair)
            if x.shape != y.shape:
                raise ValueError(f"expected x and y of one shape for {kind!r}, got {x.shape} and {y.shape}")
            look = {"marker": marks.get(kind, "x"), "color": plots.colour(kind, place), "s": 16, "alpha": 0.6}
            ax.scatter(x, y, label=kind, **look, **({} if look["marker"] == "x" else {"linewidths": 0}))
        ax.set(title=title, xlabel=xlabel)
    axes[0, 0].set_ylabel(ylabel)
    axes[0, 0].legend(fontsize=9)
    return axes[0]
