"""Figures of chapter 03b in the house style: attacks, neurons that mix, absolute values computed in superposition."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots, toy_plots

#: Dark enough to be seen on every colour of a feature; the hatching of negative weights.
HATCHING = "#303030"


def _finite(name: str, values, axes: str, shape: tuple[int | None, ...]) -> np.ndarray:
    """Return ``values`` as an array of this ``shape``, where None is any length, or say what came instead."""
    values = plots.numbers(values)
    fits = values.ndim == len(shape) and all(want in (None, got) for want, got in zip(shape, values.shape, strict=True))
    if not fits or values.size == 0 or not np.isfinite(values).all():
        raise ValueError(f"expected {name} of shape {axes}, finite and not empty, got {values.shape}")
    return values


def _bare(ax: Axes) -> None:
    ax.tick_params(length=0)
    ax.grid(False)
    ax.spines[:].set_visible(False)


def attack(panels: Mapping[str, tuple]) -> np.ndarray:
    """Draw attacks: changes of the inputs above the changes of the outputs, one column per title; return the axes.

    Each panel is ``inputs, outputs``, both ``(features,)``. The two rows have one scale each, shared by the columns.
    The output that moves most is orange. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    if not panels:
        raise ValueError("expected at least one panel, got none")
    _, axes = plt.subplots(2, len(panels), figsize=(7.4, 4.0), squeeze=False, sharex="col", sharey="row")
    for (title, (inputs, outputs)), column in zip(panels.items(), axes.T, strict=True):
        inputs = _finite(f"inputs in {title!r}", inputs, "(features,)", (None,))
        outputs = _finite(f"outputs in {title!r}", outputs, f"({len(inputs)},)", (len(inputs),))
        worst = np.abs(outputs).argmax()
        for ax, values in zip(column, (inputs, outputs), strict=True):
            tints = [plots.COLOURS[1] if i == worst else plots.COLOURS[0] for i in range(len(values))]
            ax.bar(np.arange(1, len(values) + 1), values, color=tints, width=0.9)
            ax.axhline(0, color=plots.INK, linewidth=0.8)
            ax.grid(axis="x", visible=False)
        column[0].set_title(title, fontsize=11)
        column[1].set_xlabel("feature")
    axes[0, 0].set_ylabel("change of input")
    axes[1, 0].set_ylabel("change of output")
    return axes


def beside(density, panels: Mapping[str, object]) -> np.ndarray:
    """Draw quantities ``(levels, seeds)`` in one panel each, against 1 / density: dots are seeds, lines medians.

    ``density`` is ``(levels,)``. Returns the axes. Raises ``ValueError`` for a density outside (0, 1] and for shapes
    that do not fit, NaN or infinity.
    """
    density = _finite("densities", density, "(levels,)", (None,))
    if not ((density > 0) & (density <= 1)).all():
        raise ValueError(f"expected densities above 0 and up to 1, got {density.tolist()}")
    if not panels:
        raise ValueError("expected at least one panel, got none")
    _, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.3), squeeze=False)
    for place, (ax, (name, table)) in enumerate(zip(axes[0], panels.items(), strict=True)):
        table = _finite(f"values in {name!r}", table, f"({len(density)}, seeds)", (len(density), None))
        tint = plots.COLOURS[place % len(plots.COLOURS)]
        ax.scatter(np.repeat(1 / density, table.shape[1]), table, s=14, alpha=0.4, color=tint, linewidths=0)
        ax.plot(1 / density, np.median(table, axis=1), color=tint)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")
        ax.set_xlabel("1 / (1 - S)")
        ax.set_title(name, fontsize=11)
        ax.set_ylim(bottom=0)
    return axes[0]


def neurons(W, titles: Sequence[str]) -> np.ndarray:
    """Draw each neuron as a bar of the shares that features have in its squared weights, one panel per title.

    ``W`` is ``(panels, features, neurons)``. Neurons are sorted by the feature with the largest share;
    negative weights are hatched. A dashed line marks 4/5, and a neuron whose squared weights sum to less than 1/4
    has no bar. Returns the axes. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    W = _finite("weights", W, f"({len(titles)}, features, neurons)", (len(titles), None, None))
    features, units = W.shape[1:]
    if features > len(plots.COLOURS):
        raise ValueError(f"expected at most {len(plots.COLOURS)} features, one colour each, got {features}")
    figure, axes = plt.subplots(1, len(titles), figsize=(7.4, 3.6), squeeze=False, sharey=True)
    for ax, weights, title in zip(axes[0], W, titles, strict=True):
        weights = weights[:, np.argsort(np.abs(weights).argmax(0), kind="stable")]
        total = (weights**2).sum(0)
        share = np.where(total >= 0.25, weights**2 / np.maximum(total, 1e-12), 0)
        for unit in range(units):
            bottom = 0.0
            for i in np.argsort(-share[:, unit], kind="stable"):
                hatch = "" if weights[i, unit] > 0 else "////"
                style = {"facecolor": plots.COLOURS[i], "edgecolor": HATCHING, "hatch": hatch}
                style |= {"width": 0.86, "linewidth": 0}
                ax.bar(unit + 1, share[i, unit], bottom=bottom, **style)
                bottom += share[i, unit]
        ax.axhline(0.8, color=HATCHING, linewidth=1.5, linestyle="--")
        ax.set(xlabel="neuron", ylim=(0, 1), xlim=(0.4, units + 0.6), xticks=range(1, units + 1))
        ax.set_title(title, fontsize=11)
        _bare(ax)
    axes[0, 0].set_ylabel("share of squared weight")
    handles = [plt.Rectangle((0, 0), 1, 1, color=plots.COLOURS[i]) for i in range(features)]
    names = [f"{i + 1}" for i in range(features)]
    figure.legend(handles, names, title="feature", loc="outside right center", handlelength=1, handleheight=1)
    return axes[0]


def kinds(levels, series: Mapping[str, object], ax: Axes | None = None) -> Axes:
    """Draw counts of neurons against sparsity: the area of a dot is the share of seeds, lines are means.

    ``levels`` is ``(levels,)``, each series ``(levels, seeds)``. Raises ``ValueError`` for shapes that do not fit, NaN
    or infinity.
    """
    ax = plt.subplots(figsize=(7.2, 3.4))[1] if ax is None else ax
    levels = _finite("sparsities", levels, "(levels,)", (None,))
    x, most = toy_plots.sparsity_axis(ax, levels), 0
    for place, (name, table) in enumerate(series.items()):
        table = _finite(f"counts in {name!r}", table, f"({len(x)}, seeds)", (len(x), None))
        tint, shifted = plots.COLOURS[place], x + 0.03 * (place - (len(series) - 1) / 2)
        for position, row in zip(shifted, table, strict=True):
            values, seeds = np.unique(row, return_counts=True)
            ax.scatter(np.full(len(values), position), values, s=170 * seeds / len(row), color=tint, linewidths=0)
        ax.plot(shifted, table.mean(axis=1), color=tint, linewidth=1.2, label=name)
        most = max(most, int(np.ceil(table.max())))
    ax.set(ylabel="neurons", yticks=range(most + 1), ylim=(-0.4, most + 0.5))
    ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1), columnspacing=1.2, handlelength=1.6)
    return ax


def unexplained(series: Mapping[str, object], features: int, ax: Axes | None = None) -> Axes:
    """Draw the FVU of the first ``features`` features, ``(seeds, features)`` each: dots are seeds, lines medians.

    A dotted line marks one half. Values above 1.15 are drawn there. Raises ``ValueError`` for shapes that do not fit,
    NaN or infinity.
    """
    ax = plt.subplots(figsize=(7.4, 3.8))[1] if ax is None else ax
    ax.axhline(0.5, color=plots.INK, linewidth=1.2, linestyle=":")
    for place, (name, table) in enumerate(series.items()):
        table = plots.numbers(table)
        if table.ndim != 2 or not np.isfinite(table).all() or not 0 < features <= table.shape[-1] or not len(table):
            raise ValueError(f"expected FVU in {name!r} of shape (seeds, {features} or more), got {table.shape}")
        table, x = table[:, :features].clip(None, 1.15), np.arange(1, features + 1)
        tint = plots.COLOURS[place]
        ax.scatter(np.tile(x, (len(table), 1)), table, s=10, alpha=0.35, color=tint, linewidths=0)
        ax.plot(x, np.median(table, axis=0), color=tint, label=name)
    ax.set(xlabel="feature, from the most important", ylabel="variance unexplained", ylim=(-0.03, 1.18))
    ax.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1), columnspacing=1.2, handlelength=1.6)
    return ax


def answers(x, outputs: Mapping[str, object]) -> np.ndarray:
    """Draw outputs ``(points, seeds)`` against the input ``x`` ``(points,)`` beside a dashed |x|, one panel per title.

    Returns the axes. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    x = _finite("inputs", x, "(points,)", (None,))
    if not outputs:
        raise ValueError("expected at least one panel, got none")
    _, axes = plt.subplots(1, len(outputs), figsize=(7.4, 2.6), squeeze=False, sharey=True)
    for ax, (title, table) in zip(axes[0], outputs.items(), strict=True):
        table = _finite(f"outputs in {title!r}", table, f"({len(x)}, seeds)", (len(x), None))
        ax.plot(x, table, color=plots.COLOURS[0], linewidth=1, alpha=0.6)
        ax.plot(x, np.abs(x), color=plots.INK, linewidth=1.4, linestyle="--")
        ax.set(xlabel="its input", xticks=[-1, 0, 1])
        ax.set_title(title, fontsize=11)
    axes[0, 0].set_ylabel("its output")
    return axes[0]


def weights(W_in, W_out, features: int) -> np.ndarray:
    """Draw what the first ``features`` features send to each neuron, above what they receive from it.

    ``W_in`` is ``(features, neurons)``, ``W_out`` ``(neurons, features)``. Columns are neurons, sorted by the feature
    among those drawn to which they are tied most, by the product of the two weights, and by its sign. Each half has a
    colour range of its own. Returns the two axes. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    W_in = _finite("input weights", W_in, "(features, neurons)", (None, None))
    W_out = _finite("output weights", W_out, str(W_in.shape[::-1]), W_in.shape[::-1])
    if not 0 < features <= len(W_in):
        raise ValueError(f"expected 1 to {len(W_in)} features, got {features}")
    into, out = W_in[:features], W_out.T[:features]
    tied = np.abs(into * out)
    first = tied.argmax(0)
    order = np.lexsort((-np.take_along_axis(into, first[None], 0)[0], first))
    figure, axes = plt.subplots(2, 1, figsize=(7.4, 5.4), sharex=True)
    for ax, table, label in zip(axes, (into, out), ("weight in", "weight out"), strict=True):
        limit = np.abs(table).max() or 1.0
        image = ax.imshow(table[:, order], cmap=plots.DIVERGING, vmin=-limit, vmax=limit, aspect="auto")
        ticks = range(0, features, 1 + features // 8)
        ax.set_yticks(ticks, [f"{i + 1}" for i in ticks])
        ax.set_ylabel("feature")
        _bare(ax)
        bar = figure.colorbar(image, ax=ax, aspect=12)
        bar.set_label(label)
    ticks = [0, *range(9, W_in.shape[1], 10)]
    axes[1].set_xticks(ticks, [f"{i + 1}" for i in ticks])
    axes[1].set_xlabel("neuron, sorted")
    return axes
