"""Figures of chapter 01 in the house style: a network's wiring, what neurons answer to, experiment against formula."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots

#: Dark enough for white letters; its edge of INK stands out from a dark page.
NODE = "#555555"


def _table(name: str, values, axes: str) -> np.ndarray:
    values = plots.numbers(values)
    if values.ndim != 2 or values.size == 0 or not np.isfinite(values).all():
        raise ValueError(f"expected {name} of shape {axes}, finite and not empty, got {values.shape}")
    return values


def wiring(W, ax: Axes | None = None) -> Axes:
    """Draw the network that maps down with ``W`` ``(features, neurons)`` and up again with its transpose.

    A line is as wide as its weight is large: orange where positive, blue where negative. Weights below a tenth of
    the largest are left out. Raises ``ValueError`` if ``W`` is not one finite matrix.
    """
    W = _table("weights", W, "(features, neurons)")
    ax = plt.subplots(figsize=(7.2, 3.6))[1] if ax is None else ax
    largest = np.abs(W).max() or 1.0
    # Columns of circles, spread over the same height whatever their number.
    places = [np.linspace(1, 0, 2 * count + 1)[1::2] for count in (W.shape[0], W.shape[1], W.shape[0])]
    for (i, j), weight in np.ndenumerate(W):
        if abs(weight) >= 0.1 * largest:
            tint = plots.COLOURS[1] if weight > 0 else plots.COLOURS[0]
            height = [places[0][i], places[1][j], places[2][i]]
            ax.plot([0, 1, 2], height, color=tint, linewidth=2.5 * abs(weight) / largest, zorder=1)
    labels = ("$x_{%d}$", "$h_{%d}$", "$x'_{%d}$")
    for column, (heights, label) in enumerate(zip(places, labels, strict=True)):
        ax.scatter(np.full(len(heights), column), heights, s=330, color=NODE, edgecolor=plots.INK, zorder=2)
        for place, y in enumerate(heights):
            ax.annotate(label % (place + 1), (column, y), color="white", ha="center", va="center_baseline", zorder=3)
    ax.set_xticks([0, 1, 2], ["input", "hidden: the neurons", "output: a copy"])
    ax.set(yticks=[], xlim=(-0.15, 2.15), ylim=(-0.05, 1.05))
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return ax


def responses(panels: Mapping[str, object], label: str = "response") -> np.ndarray:
    """Draw how each neuron answers to each feature alone, one heat map per title; return the axes.

    Each panel is ``(features, neurons)``, all with the same features. Colours are pale at zero and share one range.
    Raises ``ValueError`` for a panel of another shape, or none at all.
    """
    tables = {title: _table(f"panel {title!r}", values, "(features, neurons)") for title, values in panels.items()}
    rows = {len(table) for table in tables.values()}
    if len(rows) != 1:
        raise ValueError(f"expected panels with one number of features, got {sorted(rows) or 'no panel'}")
    widths = [table.shape[1] for table in tables.values()]
    figure, axes = plt.subplots(
        1, len(tables), figsize=(7.2, 3.5), width_ratios=widths, sharey=True, squeeze=False, gridspec_kw={"wspace": 0.1}
    )
    limit = max(np.abs(table).max() for table in tables.values()) or 1.0
    for ax, (title, table) in zip(axes[0], tables.items(), strict=True):
        image = ax.imshow(table, cmap=plots.DIVERGING, vmin=-limit, vmax=limit, aspect="auto")
        ax.set_xticks(range(table.shape[1]), range(1, table.shape[1] + 1))
        ax.set_yticks(range(len(table)), range(1, len(table) + 1))
        ax.set_title(title, fontsize=11)
        ax.set_xlabel("neuron")
        ax.tick_params(length=0)
        ax.grid(False)
        ax.spines[:].set_visible(False)
    axes[0, 0].set_ylabel("feature that is on")
    lowest = -limit if any((table < 0).any() for table in tables.values()) else 0
    shades = {"boundaries": np.linspace(lowest, limit, 65), "ticks": np.linspace(lowest, limit, 3)}
    figure.colorbar(image, ax=axes[0].tolist(), label=label, format="{x:.1f}", **shades)
    return axes[0]


def against(
    series: Mapping[str, tuple], xlabel: str, ylabel: str, log: str = "", columns: int = 3, ax: Axes | None = None
) -> Axes:
    """Draw experiments as dots and what they are held against as lines.

    Each series is ``x, measured, formula``: ``x`` ``(points,)``, ``measured`` ``(points, draws)`` or None, and
    ``formula`` ``(points,)``, drawn dashed. Without a formula a solid line joins the medians of the measured.
    ``log`` names the logarithmic axes ("x", "y" or "xy"). Raises ``ValueError`` for a series that does not fit.
    """
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"expected log to be '', 'x', 'y' or 'xy', got {log!r}")
    ax = plt.subplots()[1] if ax is None else ax
    for place, (name, (x, measured, formula)) in enumerate(series.items()):
        x, tint = plots.numbers(x), plots.COLOURS[place % len(plots.COLOURS)]
        if measured is None and formula is None:
            raise ValueError(f"expected something measured or a formula in {name!r}, got neither")
        if measured is not None:
            table = _table(f"measured values in {name!r}", measured, f"({len(x)}, draws)")
            _same_length(name, x, table)
            ax.scatter(np.repeat(x, table.shape[1]), table, s=12, alpha=0.4, color=tint, linewidths=0)
        line = np.median(table, axis=1) if formula is None else plots.numbers(formula)
        _same_length(name, x, line)
        ax.plot(x, line, color=tint, linestyle="-" if formula is None else "--", label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    for axis in log:
        ax.set(**{f"{axis}scale": "log"})
        getattr(ax, f"{axis}axis").set_major_formatter("{x:g}")
    ax.legend(ncols=columns, loc="lower center", bbox_to_anchor=(0.5, 1), columnspacing=1.2, handlelength=1.6)
    return ax


def _same_length(name: str, x: np.ndarray, values: np.ndarray) -> None:
    if len(values) != len(x):
        raise ValueError(f"expected {len(x)} points in {name!r}, one for each x, got {len(values)}")


def capacity(features, read: Mapping[str, object], shares: Mapping[str, object], hidden: int) -> np.ndarray:
    """Draw how many features can be read out, and the sum of their dimensionalities, against their number.

    ``features`` is ``(points,)``; ``read`` and ``shares`` map a name to ``(points, seeds)``. Dotted lines mark the
    number of ``hidden`` dimensions, a grey diagonal the case that every feature can be read. Returns the two axes.
    """
    if list(read) != list(shares):
        raise ValueError(f"expected the same names in both panels, got {list(read)} and {list(shares)}")
    _, axes = plt.subplots(1, 2, figsize=(7.2, 3.6), width_ratios=[3, 2])
    for ax, tables, ylabel in zip(axes, (read, shares), ("features read out", "sum of dimensionalities"), strict=True):
        series = {name: (features, values, None) for name, values in tables.items()}
        against(series, "features", ylabel, ax=ax)
        ax.axhline(hidden, color=plots.INK, linewidth=1.2, linestyle=":")
        ax.set_ylim(bottom=0)
    ends = [0, np.max(plots.numbers(features))]
    axes[0].plot(ends, ends, color=plots.INK, linewidth=1)
    axes[0].annotate(f"{hidden} dimensions", (ends[1], hidden), (0, 4), textcoords="offset points", ha="right")
    axes[1].get_legend().remove()
    axes[1].set_ylim(top=1.6 * hidden)
    return axes
