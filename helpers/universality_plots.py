"""Figures of chapter 12b in the house style: pairs of autoencoders beside their baselines. Each returns its axes."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from . import plots
from .arrays import finite
from .metrics import bootstrap_interval

#: The shapes of what stands side by side, so that nobody has to rely on colours.
MARKERS = "o^sDv"
#: Inside the right edge, at a height of the data.
EDGE = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "ha": "right", "va": "center"}


def _known(name: str, values) -> np.ndarray:
    """Return the values that are no NaN, at least three, as a row."""
    values = plots.numbers(values)
    found = finite(name, values[~np.isnan(values)], "(pairs,)", (None,))
    if len(found) < 3:
        raise ValueError(f"expected at least three pairs with a number in {name!r}, got {len(found)}")
    return found


def bundles(panels: Mapping[str, Mapping[str, Mapping[str, object]]], xlabel: str, zero: bool = False) -> np.ndarray:
    """Draw ``panels[title][condition][kind]``, one value per pair: a panel per title, a line per condition.

    Dots are pairs; the large marker is their average in its 95% interval. Pairs without a number (NaN) are left out,
    and the name of the condition says how many. ``zero`` draws a line there. All panels have the same conditions.
    Raises ``ValueError`` for no panel, other conditions, and fewer than three numbers.
    """
    if not panels or len({tuple(panel) for panel in panels.values()}) != 1:
        raise ValueError(f"expected panels with the same conditions, at least one, got {[*map(list, panels.values())]}")
    names = list(next(iter(panels.values())))
    size = (9.8, 1.3 + 0.52 * len(names))
    figure, axes = plt.subplots(1, len(panels), figsize=size, sharex=True, sharey=True, squeeze=False)
    shown = {}  # kinds, in the order in which they come: a kind has one marker throughout
    for ax, (title, conditions) in zip(axes[0], panels.items(), strict=True):
        for row, (condition, kinds) in enumerate(conditions.items()):
            for place, (kind, values) in enumerate(kinds.items()):
                first, look = kind not in shown, shown.setdefault(kind, len(shown))
                found = _known(f"{title}, {condition}, {kind}", values)
                height, tint = row + 0.22 * (place - (len(kinds) - 1) / 2), plots.colour(kind, look)
                shift = np.random.default_rng(0).uniform(-0.07, 0.07, len(found))
                ax.scatter(found, height + shift, s=7, alpha=0.4, color=tint, linewidths=0)
                ax.hlines(height, *bootstrap_interval(found), color=tint, linewidth=2)
                marker = MARKERS[look % len(MARKERS)]
                ax.plot(found.mean(), height, marker, color=tint, markersize=6, label=kind if first else None)
                if gone := plots.numbers(values).size - len(found):
                    ax.annotate(f"{gone} empty", (1, height), (-2, 0), color=tint, fontsize=9, **EDGE)
        if zero:
            ax.axvline(0, color=plots.INK, linewidth=1)
        ax.set_title(title, fontsize=10)
        ax.set_xlabel(xlabel)
        ax.grid(axis="y", visible=False)
    axes[0, 0].set_yticks(range(len(names)), names)
    axes[0, 0].set_ylim(len(names) - 0.5, -0.5)
    _legend(figure, axes[0, 0])
    return axes[0]


def along(
    panels: Mapping[str, Mapping[str, tuple]],
    xlabel: str,
    ylabel: str,
    dashed: Sequence[str] = (),
    dotted: Sequence[str] = (),
    log: bool = False,
) -> np.ndarray:
    """Draw ``panels[title][kind] = x, values`` with ``x`` ``(settings,)`` or like ``values`` ``(settings, pairs)``.

    Lines join the averages over pairs, in bands of their 95% interval. Kinds in ``dashed`` and ``dotted``, such as
    baselines, have the colour of what is named before the comma. ``log`` gives x a logarithmic axis of base two with
    ticks at ``x``. NaNs are left out. Raises ``ValueError`` for no panel, other shapes and fewer than three numbers of
    a setting.
    """
    if not panels:
        raise ValueError("expected at least one panel, got none")
    figure, axes = plt.subplots(1, len(panels), figsize=(9.8, 3.6), sharey=True, squeeze=False)
    for ax, (title, kinds) in zip(axes[0], panels.items(), strict=True):
        for place, (kind, (x, values)) in enumerate(kinds.items()):
            x, values = plots.numbers(x), plots.numbers(values)
            if values.ndim != 2 or x.shape not in (values.shape, values.shape[:1]):
                raise ValueError(
                    f"expected {kind!r} as (settings,) or (settings, pairs), and (settings, pairs), "
                    f"got {x.shape} and {values.shape}"
                )
            known = [_known(f"{title}, {kind}", each) for each in values]
            middle = x if x.ndim == 1 else x.mean(1)
            order = middle.argsort()
            ends = np.array([bootstrap_interval(each) for each in known])[order].T
            tint, marker = plots.colour(kind.partition(",")[0], place), MARKERS[place % len(MARKERS)]
            stroke = "--" if kind in dashed else ":" if kind in dotted else "-"
            style = {"color": tint, "linestyle": stroke, "linewidth": 1.6}
            height = np.array([each.mean() for each in known])[order]
            ax.plot(middle[order], height, marker=marker, markersize=5, label=kind, **style)
            ax.fill_between(middle[order], *ends, color=tint, alpha=0.2, linewidth=0)
        if log:
            ax.set_xscale("log", base=2)
            ax.set_xticks(middle, [f"{value:g}" for value in middle], minor=False)
        ax.set_title(title, fontsize=10)
        ax.set_xlabel(xlabel)
    axes[0, 0].set_ylabel(ylabel)
    _legend(figure, axes[0, 0])
    return axes[0]


def _legend(figure, ax) -> None:
    handles, names = ax.get_legend_handles_labels()
    count = len(names) if len(names) <= 5 else (len(names) + 1) // 2
    columns = {"ncols": count, "columnspacing": 1.4, "handlelength": 2.2}
    figure.legend(handles, names, loc="outside upper center", frameon=False, fontsize=9, **columns)
