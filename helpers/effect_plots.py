"""Figures of chapter 10c in the house style: what units do, against what they seem to mean."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from . import plots

#: Markers by place, so that nobody has to rely on colours.
MARKERS = "osD^vP"


def _panels(count: int, **figure) -> Sequence[Axes]:
    return plt.subplots(1, count, figsize=(3.6 * count, 3.6), squeeze=False, **figure)[1][0]


def ranks(panels: Mapping[str, Mapping[str, object]]) -> Sequence[Axes]:
    """Draw effects sorted within each network: ``panels[label][units]`` is ``(networks, units)``.

    The most negative comes first. A mark is the median over networks, a bar reaches from 5 to 95% of them. Kinds of
    units may differ in number. Returns one axes per panel. Raises ``ValueError`` without a panel or for other shapes.
    """
    if not panels or not all(panels.values()):
        raise ValueError(f"expected at least one panel with at least one kind of units, got {panels!r}")
    tables = {label: {name: _table(name, v) for name, v in kinds.items()} for label, kinds in panels.items()}
    axes = _panels(len(tables))
    for ax, (label, kinds) in zip(axes, tables.items(), strict=True):
        for place, (name, table) in enumerate(kinds.items()):
            low, middle, high = plots.quantiles(np.sort(table, 1), (0.05, 0.5, 0.95), axis=0)
            x = np.arange(1, len(middle) + 1) + 0.22 * (place - (len(kinds) - 1) / 2)
            tint = plots.colour(name, place)
            ax.errorbar(
                x,
                middle,
                [middle - low, high - middle],
                fmt=MARKERS[place % len(MARKERS)],
                color=tint,
                markersize=5,
                elinewidth=1.5,
                label=name,
            )
        ax.axhline(0, color=plots.INK, linewidth=1)
        ax.set_title(label, fontsize=10)
        ax.set(xlabel="rank of the unit", xticks=range(1, 1 + max(table.shape[1] for table in kinds.values()), 2))
    axes[0].set_ylabel("change on ablation")
    axes[-1].legend(fontsize=9, loc="lower right")
    return axes


def _table(name: str, values) -> np.ndarray:
    values = plots.numbers(values)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"expected {name!r} to have shape (networks, units), got {values.shape}")
    return values


def doses(levels: Sequence[float], answers: Mapping[str, object], xlabel: str, ylabel: str, ax: Axes) -> Axes:
    """Draw one thin line per network for each answer, ``(levels, networks)``, and a thick one at their median.

    Raises ``ValueError`` for an answer of another number of levels.
    """
    levels = plots.numbers(levels)
    for place, (name, values) in enumerate(answers.items()):
        values = plots.numbers(values)
        if values.ndim != 2 or len(values) != len(levels):
            raise ValueError(f"expected {name!r} to have shape ({len(levels)}, networks), got {values.shape}")
        tint = plots.colour(name, place)
        ax.plot(levels, values, color=tint, linewidth=0.6, alpha=0.3)
        marker = MARKERS[place % len(MARKERS)]
        ax.plot(levels, plots.quantiles(values, 0.5), color=tint, marker=marker, markersize=5, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(fontsize=9)
    return ax


def beside_chance(
    groups: Mapping[str, object], chance: Mapping[str, float], ylabel: str, ax: Axes | None = None
) -> Axes:
    """Draw one dot per network for each group, a bar at the mean, and a dashed line where chance alone would be.

    The mean, because a share of a handful of units takes few values. Raises ``ValueError`` for a group without chance.
    """
    if missing := [name for name in groups if name not in chance]:
        raise ValueError(f"expected a level of chance for each group, got none for {', '.join(missing)}")
    ax = plt.subplots()[1] if ax is None else ax
    for place, (name, values) in enumerate(groups.items()):
        values = plots.numbers(values)
        shift = np.random.default_rng(0).uniform(-0.16, 0.16, len(values))
        ax.scatter(place + shift, values, s=18, alpha=0.55, color=plots.colour(name, place), linewidths=0)
        ax.hlines(np.nanmean(values), place - 0.3, place + 0.3, color=plots.INK, linewidth=2.5)
        ax.hlines(chance[name], place - 0.42, place + 0.42, color=plots.INK, linewidth=1.5, linestyle="--")
    ax.set_xticks(range(len(groups)), groups)
    ax.set_ylabel(ylabel)
    ax.grid(axis="x", visible=False)
    bar, dashes = (Line2D([], [], color=plots.INK, linewidth=w, linestyle=s) for w, s in ((2.5, "-"), (1.5, "--")))
    ax.legend([bar, dashes], ["mean", "chance"], fontsize=9, loc="upper right", bbox_to_anchor=(1, 1.16), ncols=2)
    return ax


def reading_and_doing(
    panels: Mapping[str, tuple], reads: float, idle: float, xlabel: str, ylabel: str, ring: Mapping[str, tuple] = ()
) -> Sequence[Axes]:
    """Draw how far units move the answers against how well they are explained; ``panels[title]`` is a pair ``x, y``.

    The corner of units that are explained at least as well as ``reads`` and move less than ``idle`` is framed by dashed
    lines. ``ring[title]`` is a point ``x, y`` to circle. The y axis is logarithmic. Raises ``ValueError`` for pairs of
    unequal shape.
    """
    pairs = {title: [plots.numbers(v).ravel() for v in xy] for title, xy in panels.items()}
    if ragged := [title for title, (x, y) in pairs.items() if x.shape != y.shape]:
        raise ValueError(f"expected x and y of one shape, got two shapes in {', '.join(ragged)}")
    axes = _panels(len(pairs), sharex=True, sharey=True)
    for ax, (title, (x, y)) in zip(axes, pairs.items(), strict=True):
        ax.scatter(x, y, s=14, alpha=0.55, color=plots.PALETTE["latents"], linewidths=0)
        ax.axvline(reads, color=plots.INK, linestyle="--", linewidth=1.2)
        ax.axhline(idle, color=plots.INK, linestyle="--", linewidth=1.2)
        if title in ring:
            ax.scatter(*ring[title], s=120, facecolors="none", edgecolors=plots.COLOURS[3], linewidths=2)
        ax.set_title(title, fontsize=10)
        ax.set(xlabel=xlabel, yscale="log")
    axes[0].set_ylabel(ylabel)
    return axes


def log_ticks(ax: Axes, ticks: Sequence[float]) -> Axes:
    """Make the y axis logarithmic, with plain numbers at ``ticks`` and nowhere else."""
    ax.set_yscale("log")
    ax.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.minorticks_off()
    return ax
