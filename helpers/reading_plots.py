"""Figures of chapter 10: what was counted for several kinds of network, side by side."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots
from .arrays import finite
from .metrics import bootstrap_interval

#: What meets PCA and random dictionaries in this chapter alone.
TINTS = {"mixture": plots.COLOURS[9], "untrained": plots.COLOURS[5], "shuffled": plots.COLOURS[4]}
MARKERS = {"autoencoder": "o", "random": "s", "mixture": "P", "PCA": "^", "untrained": "D", "shuffled": "v"}


def _tint(name: str, place: int) -> str:
    return TINTS.get(name) or plots.colour(name, place)


def _panels(panels: Mapping[str, object], height: float, rows: int = 1) -> np.ndarray:
    if not panels:
        raise ValueError("expected at least one panel, got none")
    size = {"figsize": (9.6, height), "layout": "constrained", "sharey": "row", "squeeze": False}
    return plt.subplots(rows, len(panels), **size)[1]


def _average(values) -> tuple[np.ndarray, float, float, float]:
    """Return the values that are no NaN, their average and its 95% interval."""
    values = plots.numbers(values).ravel()
    values = values[~np.isnan(values)]
    return values, values.mean(), *bootstrap_interval(values)


def maps(r: Mapping[str, object], dead: Mapping[str, object], columns: Sequence[str], level: float) -> Sequence[Axes]:
    """Draw correlations side by side: ``r[kind]`` is ``(units, predictors)``; frames where ``|r| > level``.

    Rows are called by their kind and number; those that ``dead[kind]`` ``(units,)`` marks say so. Returns the axes.
    """
    if not r or set(r) != set(dead):
        raise ValueError(f"expected the same kinds of unit in both, got {', '.join(r)} and {', '.join(dead)}")
    longest = max(map(len, r.values()))
    size = {"figsize": (10.2, 1.5 + 0.36 * longest), "layout": "constrained", "squeeze": False}
    axes = plt.subplots(1, len(r), **size)[1][0]
    for ax, (kind, values) in zip(axes, r.items(), strict=True):
        values = finite(kind, plots.numbers(values), "(units, predictors)", (len(dead[kind]), len(columns)), -1, 1)
        rows = [f"{kind} {i}" + " (dead)" * bool(gone) for i, gone in enumerate(dead[kind])]
        plots.heatmap(values, rows, columns, outline=np.abs(values) > level, limit=1, digits=2, label="r", ax=ax)
        # Units of the same height in all maps, from the top.
        ax.set_ylim(longest, 0)
        ax.spines[:].set_visible(False)
        ax.xaxis.tick_top()
        ax.set_xticklabels(ax.get_xticklabels(), rotation=35, ha="left")
        ax.tick_params(length=0)
        for frame in ax.patches:
            frame.set_clip_on(False)  # half of the line lies outside of the last row and column
    for ax in axes[:-1]:
        ax.collections[0].colorbar.remove()  # all have the same colours
    return axes


def cuts(rows: Mapping[str, Mapping[str, Mapping[str, object]]], tint: str | None = None) -> np.ndarray:
    """Draw ``rows[label][kind][group]``, one value per seed: a row of panels for each label, a panel for each kind.

    Dots are seeds; the bar is their average, its whisker the 95% interval of the average. Groups have their own
    colours, or all that of ``tint``, a name in ``plots.PALETTE``. Returns the axes ``(labels, kinds)``. Raises
    ``ValueError`` without a panel and for infinite values. Seeds whose value is NaN are left out.
    """
    axes = _panels(next(iter(rows.values()), {}), 0.7 + 2.7 * len(rows), len(rows))
    for line, (label, panels) in zip(axes, rows.items(), strict=True):
        for ax, (kind, groups) in zip(line, panels.items(), strict=True):
            for place, (name, values) in enumerate(groups.items()):
                values, middle, low, high = _average(values)
                shift = np.random.default_rng(0).uniform(-0.2, 0.2, len(values))
                ax.scatter(place + shift, values, s=12, alpha=0.65, color=_tint(tint or name, place), linewidths=0)
                style = {"color": plots.INK, "linewidth": 2, "capsize": 5, "marker": "_", "markersize": 16}
                ax.errorbar(place, middle, [[middle - low], [high - middle]], **style)
            ax.set_xticks(range(len(groups)), groups, rotation=35 if len(groups) > 3 else 0)
            ax.axhline(0, color=plots.INK, linewidth=1)
            ax.set_title(kind, fontsize=10)
            ax.grid(axis="x", visible=False)
        line[0].set_ylabel(label)
    return axes


def thresholds(levels: Sequence[float], rows: Mapping[str, Mapping[str, Mapping[str, Sequence[object]]]]) -> np.ndarray:
    """Draw averages of ``rows[label][kind][group]`` ``(levels, seeds)`` with their 95% intervals.

    A row of panels for each label, a panel for each kind, a line for each group. Returns the axes ``(labels, kinds)``.
    Seeds whose value is NaN are left out. Raises ``ValueError`` without a panel and for another number of levels.
    """
    axes = _panels(next(iter(rows.values()), {}), 1.0 + 2.8 * len(rows), len(rows))
    for line, (label, panels) in zip(axes, rows.items(), strict=True):
        for ax, (kind, groups) in zip(line, panels.items(), strict=True):
            for place, (name, values) in enumerate(groups.items()):
                if len(values) != len(levels):
                    raise ValueError(f"expected {len(levels)} levels of {name!r}, got {len(values)}")
                middle, low, high = np.transpose([_average(one)[1:] for one in values])
                ends = [middle - low, high - middle]
                # Beside each other, or the whiskers hide each other.
                x = np.asarray(levels) + 0.008 * (place - (len(groups) - 1) / 2)
                style = {"marker": MARKERS.get(name, "o"), "markersize": 5, "linewidth": 1.5, "capsize": 2}
                ax.errorbar(x, middle, ends, color=_tint(name, place), label=name, **style)
            ax.set_xticks(levels)
            ax.set_title(kind, fontsize=10)
            ax.axhline(0, color=plots.INK, linewidth=1)
        line[0].set_ylabel(label)
    for ax in axes[-1]:
        ax.set_xlabel("threshold on |r|")
    handles, names = axes[0, 0].get_legend_handles_labels()
    axes[0, 0].figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return axes


def by_share(
    panels: Mapping[str, Mapping[str, tuple]], dial: Mapping[str, tuple], label: str, bins: int = 8
) -> Sequence[Axes]:
    """Draw counts against how often a unit is on: ``panels[kind][group]`` is a pair of shares and counts, one per unit.

    Dots are units, spread a little; lines join averages over ``bins`` groups of equal size. ``dial[kind]`` is a pair of
    shares and average counts, drawn dashed. Returns the axes. Raises ``ValueError`` for other kinds in the two.
    """
    if set(panels) != set(dial):
        raise ValueError(f"expected the same kinds in both, got {', '.join(panels)} and {', '.join(dial)}")
    axes = _panels(panels, 3.9)[0]
    for ax, (kind, groups) in zip(axes, panels.items(), strict=True):
        for place, (name, pair) in enumerate(groups.items()):
            share, count = (plots.numbers(values).ravel() for values in pair)
            tint, shift = plots.colour(name, place), np.random.default_rng(place).uniform(-0.3, 0.3, len(count))
            ax.scatter(share, count + shift, s=9, alpha=0.55, color=tint, linewidths=0)
            order = np.array_split(np.argsort(share, kind="stable"), bins)
            means = [[share[some].mean(), count[some].mean()] for some in order if len(some)]
            ax.plot(*np.transpose(means), marker="os"[place % 2], markersize=5, color=tint, label=name)
        ax.plot(*map(plots.numbers, dial[kind]), "--", color=plots.INK, linewidth=2.5, label="random directions")
        ax.set(xlabel="share of rows on", xlim=(-0.02, 1.02))
        ax.set_title(kind, fontsize=10)
    axes[0].set_ylabel(label)
    handles, names = axes[0].get_legend_handles_labels()
    axes[0].figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return axes
