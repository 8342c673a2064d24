"""Figures of chapters 06b and 06c in the house style: verdicts on classes, heavy tails, training settings."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes

from . import plots
from .arrays import finite
from .metrics import Scores

#: Of the four scores of an event, the one for which less is better.
LOWER = ("FAR",)
DASHES = ("-", "--", ":", "-.")


def confusions(panels: Mapping[str, object], classes: Sequence[str]) -> np.ndarray:
    """Draw confusion matrices side by side: of each true class (row), the share that was called each class (column).

    Each panel holds counts ``(instances, classes, classes)`` as ``verification.confusion`` returns them; the median
    share over instances is shown. Returns the axes. Raises ``ValueError`` for no panel or more than three, counts of
    another shape, negative or not finite, or a class that never occurred.
    """
    if not 1 <= len(panels) <= 3:
        raise ValueError(f"expected one to three panels, got {len(panels)}")
    count, shares = len(classes), {}
    for name, counts in panels.items():
        counts = finite(f"counts of {name!r}", counts, f"(instances, {count}, {count})", (None, count, count), 0)
        if (counts.sum(2) == 0).any():
            never = classes[int(np.argwhere(counts.sum(2) == 0)[0, 1])]
            raise ValueError(f"expected rows of every class in {name!r}, got none of {never!r}")
        shares[name] = np.median(counts / counts.sum(2, keepdims=True), axis=0)
    _, axes = plt.subplots(1, len(panels), figsize=(7.4, 2.9), sharey=True, squeeze=False)
    paint = sns.light_palette(plots.COLOURS[0], as_cmap=True)
    for ax, (name, share) in zip(axes[0], shares.items(), strict=True):
        style = {"vmin": 0, "vmax": 1, "cmap": paint, "cbar": False, "annot": True, "fmt": ".2f"}
        sns.heatmap(share, ax=ax, xticklabels=classes, yticklabels=classes, **style, annot_kws={"size": 10})
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("called")
        ax.tick_params(length=0)
        ax.grid(False)
    axes[0, 0].set_ylabel("what it was")
    axes[0, 0].set_yticklabels(classes, rotation=0)
    return axes[0]


def by_class(scores: Mapping[str, Scores], classes: Sequence[str]) -> np.ndarray:
    """Draw POD, FAR, CSI and HSS of every class, one panel per score: dots are seeds, bars medians.

    ``scores[group]`` holds four arrays ``(seeds, classes)``, NaN where undefined; groups stand side by side in their
    own colours. Returns the axes. Raises ``ValueError`` for no group or arrays of another shape.
    """
    if not scores:
        raise ValueError("expected at least one group of scores, got none")
    for name, group in scores.items():
        for score, values in zip(Scores._fields, group, strict=True):
            if plots.numbers(values).shape[1:] != (len(classes),):
                shape = plots.numbers(values).shape
                raise ValueError(f"expected {score} of {name!r} of shape (seeds, {len(classes)}), got {shape}")
    _, axes = plt.subplots(1, 4, figsize=(7.4, 3.4), sharey=True)
    step = 0.8 / len(scores)
    for ax, field in zip(axes, Scores._fields, strict=True):
        for place, (name, group) in enumerate(scores.items()):
            values, tint = plots.numbers(getattr(group, field)), plots.COLOURS[place]
            at = np.arange(len(classes)) + (place - (len(scores) - 1) / 2) * step
            ax.scatter(np.broadcast_to(at, values.shape), values, s=14, alpha=0.4, color=tint, linewidths=0, label=name)
            middle = plots.quantiles(values, 0.5, axis=0)
            ax.hlines(middle, at - step / 3, at + step / 3, color=plots.INK, linewidth=2)
        title = field.upper()
        ax.set_title(f"{title}\n{'lower' if title in LOWER else 'higher'} is better", fontsize=10)
        ax.set_xticks(range(len(classes)), classes, rotation=40)
        ax.grid(axis="x", visible=False)
    axes[0].set_ylim(-0.03, 1.03)
    legend = axes[0].figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(scores))
    for handle in legend.legend_handles:
        handle.set_alpha(1)
    return axes


def reliabilities(truth, probabilities: Mapping[str, object], classes: Sequence[str]) -> np.ndarray:
    """Draw one reliability diagram per class: how often it occurred against how likely it was called.

    ``truth`` ``(rows,)`` numbers the classes, ``probabilities[model]`` is ``(rows, instances, classes)``. Returns the
    axes. Raises ``ValueError`` for other shapes, a class out of range or a probability outside [0, 1].
    """
    truth = finite("classes", truth, "(rows,)", (None,), 0, len(classes) - 1)
    shape = (len(truth), None, len(classes))
    tables = {
        name: finite(f"probabilities of {name!r}", p, "(rows, instances, classes)", shape, 0, 1 + 1e-6).clip(0, 1)
        for name, p in probabilities.items()
    }
    _, axes = plt.subplots(1, len(classes), figsize=(7.4, 3.1), sharey=True, squeeze=False)
    for k, (ax, name) in enumerate(zip(axes[0], classes, strict=True)):
        plots.reliability(truth == k, {model: p[..., k] for model, p in tables.items()}, ax=ax)
        ax.set_title(name, fontsize=11)
        ax.set_ylabel("share of blocks it was" if k == 0 else "")
        if k:
            ax.get_legend().remove()
    return axes[0]


def concentration(series: Mapping[str, object], ax: Axes | None = None) -> Axes:
    """Draw how few rows make up most of a total: its share in the largest rows, against the share of rows.

    Each series is ``(rows,)``, not negative; its rows are sorted by size, the largest first. If all rows were alike,
    the line would be the dashed one. Raises ``ValueError`` for another shape, a negative value, or a total of zero.
    """
    ax = plt.subplots(figsize=(5.4, 3.8))[1] if ax is None else ax
    even = np.geomspace(1e-3, 100, 200)  # many points, because the axis is logarithmic
    ax.plot(even, even, "--", color=plots.INK, linewidth=1)
    for name, tint, dash in zip(series, plots.COLOURS, DASHES, strict=False):
        values = np.sort(finite(name, series[name], "(rows,)", (None,), 0))[::-1]
        if values.sum() == 0:
            raise ValueError(f"expected a total above zero in {name!r}, got only zeros")
        share = 100 * np.arange(1, len(values) + 1) / len(values)
        ax.plot(share, 100 * values.cumsum() / values.sum(), dash, color=tint, label=name)
    low = 100 / max(len(plots.numbers(values)) for values in series.values())
    ax.set(xscale="log", xlim=(low, 100), ylim=(0, 102))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.set(xlabel="largest blocks, share of all (%)", ylabel="share of the total (%)")
    ax.legend()
    return ax


def rates(grid, panels: Mapping[str, Mapping[str, object]], ylabel: str) -> np.ndarray:
    """Draw a loss against the learning rate, one panel per optimizer, one line per schedule.

    ``grid`` ``(rates,)`` are the learning rates; ``panels[optimizer][schedule]`` is ``(rates, seeds)``: dots are seeds,
    lines medians. A NaN, from a run that diverged, is left out. All panels share their scales. Returns the axes. Raises
    ``ValueError`` for other shapes, no panel, or more schedules than can be told apart.
    """
    grid = finite("learning rates", grid, "(rates,)", (None,), 0)
    names = list(next(iter(panels.values()), ()))
    if not 1 <= len(names) <= len(DASHES) or any(list(panel) != names for panel in panels.values()):
        raise ValueError(
            f"expected one to four schedules, the same in every panel, got {[*map(list, panels.values())]}"
        )
    _, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.3), sharex=True, sharey=True, squeeze=False)
    for ax, (title, panel) in zip(axes[0], panels.items(), strict=True):
        for name, tint, dash in zip(names, plots.COLOURS, DASHES, strict=False):
            table = plots.numbers(panel[name])
            if table.ndim != 2 or len(table) != len(grid) or table.size == 0:
                shape = f"({len(grid)}, seeds)"
                raise ValueError(f"expected {name!r} of {title!r} to have shape {shape}, got {table.shape}")
            ax.scatter(np.repeat(grid, table.shape[1]), table, s=12, alpha=0.35, color=tint, linewidths=0)
            ax.plot(grid, plots.quantiles(table, 0.5), dash, color=tint, label=name)
        ax.set(xscale="log", xlabel="learning rate")
        ax.set_title(title, fontsize=11)
    axes[0, 0].set_ylabel(ylabel)
    axes[0, 0].figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(names))
    return axes[0]
