"""Figures of chapter 04 in the house style: sweeps, trainings, responses of neurons, final biases, optimizers."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm, to_rgba
from matplotlib.ticker import LogLocator

from . import plots

#: For swept values, the colours of the explorer: ordered also to colour-blind eyes, and neither end is lost on white
#: or on black paper.
RAMP = LinearSegmentedColormap.from_list("swept", ["#323cbe", "#7e3cb2", "#be428a", "#de6258", "#ee8e2c"])
#: For responses: the paper shows where there is none.
RESPONSE = LinearSegmentedColormap.from_list("response", [to_rgba(plots.COLOURS[0], alpha) for alpha in (0, 1)])
MARKERS = "o^sDvP"
#: A legend in one row above its axes.
ABOVE = {"loc": "outside upper center", "columnspacing": 1.2, "handlelength": 1.4}


def _finite(name: str, values, axes: str, shape: tuple[int | None, ...]) -> np.ndarray:
    """Return ``values`` as an array of this ``shape``, where None is any length, or say what came instead."""
    values = plots.numbers(values)
    fits = values.ndim == len(shape) and all(want in (None, got) for want, got in zip(shape, values.shape, strict=True))
    if not fits or values.size == 0 or not np.isfinite(values).all():
        raise ValueError(f"expected {name} of shape {axes}, finite and not empty, got {values.shape}")
    return values


def _some(panels: Mapping, what: str = "panel") -> None:
    if not panels:
        raise ValueError(f"expected at least one {what}, got none")


def _apart(x: np.ndarray, log: bool, least: float) -> list[float]:
    """Return those of ``x`` that are at least a share ``least`` of the axis apart, both ends among them."""
    x = np.unique(x)
    place = (np.log(x) if log else x) if len(x) > 1 else np.array([0.0])
    place = (place - place[0]) / (np.ptp(place) or 1)
    kept = [0]
    for i in range(1, len(x)):
        if i == len(x) - 1 or min(place[i] - place[kept[-1]], place[-1] - place[i]) > least:
            kept.append(i)
    return x[kept].tolist()


def swept(columns: Mapping[str, Mapping[str, Mapping[str, tuple]]], xlabel: str, log: bool = True) -> np.ndarray:
    """Draw what came of swept values: ``columns[title][quantity][name]`` is ``x, table``.

    ``x`` is ``(values,)``, ``table`` ``(values, seeds)``: dots are seeds, lines medians. Each title is a column, each
    quantity a row, each name has one colour throughout. ``log`` makes the swept axis logarithmic. Returns the axes
    ``(quantities, titles)``. Raises ``ValueError`` for columns of other quantities, values that are not above 0 on a
    logarithmic axis, and shapes that do not fit, NaN or infinity.
    """
    _some(columns, "column")
    rows = list(next(iter(columns.values())))
    if not rows or any(list(column) != rows for column in columns.values()):
        raise ValueError(
            f"expected columns of the same quantities, got {[list(column) for column in columns.values()]}"
        )
    shape = (len(rows), len(columns))
    figure, axes = plt.subplots(*shape, figsize=(7.4, 0.8 + 2.3 * len(rows)), squeeze=False, sharex="col")
    names = list(dict.fromkeys(name for column in columns.values() for row in column.values() for name in row))
    for column, (title, quantities) in zip(axes.T, columns.items(), strict=True):
        every = []
        for ax, (quantity, series) in zip(column, quantities.items(), strict=True):
            for name, (x, table) in series.items():
                x = _finite(f"swept values of {name!r}", x, "(values,)", (None,))
                if log and not (x > 0).all():
                    raise ValueError(f"expected swept values above 0 for a logarithmic axis, got {x.tolist()}")
                table = _finite(f"{quantity!r} of {name!r}", table, f"({len(x)}, seeds)", (len(x), None))
                place = names.index(name)
                look = {"color": plots.COLOURS[place % len(plots.COLOURS)], "marker": MARKERS[place % len(MARKERS)]}
                ax.scatter(np.repeat(x, table.shape[1]), table, s=16, alpha=0.45, linewidths=0, **look)
                ax.plot(x, np.median(table, axis=1), markersize=0, label=name, **look)
                every += x.tolist()
            ax.set_ylim(bottom=0)
        column[0].set_title(title, fontsize=11)
        column[-1].set_xlabel(xlabel)
        if log:
            column[-1].set_xscale("log")
        # A label is about half an inch wide, and the axes together are 6.6 inches.
        column[-1].set_xticks(_apart(np.array(every), log, 0.5 * len(columns) / 6.6))
        column[-1].xaxis.set_major_formatter("{x:g}")
        column[-1].minorticks_off()
    for ax, quantity in zip(axes[:, 0], rows, strict=True):
        ax.set_ylabel(quantity)
    if len(names) > 1:
        handles = {h.get_label(): h for ax in axes.ravel() for h in ax.lines}
        for handle, marker in zip((handles[name] for name in names), MARKERS * len(names), strict=False):
            handle.set_marker(marker)
        figure.legend([handles[name] for name in names], names, ncols=min(4, len(names)), **ABOVE, markerscale=1)
    return axes


def training(steps, panels: Mapping[str, object], values: Sequence[float], label: str) -> np.ndarray:
    """Draw trainings on a log2 axis, one panel per quantity ``(values, seeds, points)``, coloured by the swept value.

    Lines are medians over seeds, bands their whole range. ``steps`` ``(points,)`` may start with 0, which is left
    out. Returns the axes. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    _some(panels)
    steps, values = _finite("steps", steps, "(points,)", (None,)), _finite("values", values, "(values,)", (None,))
    shown = steps > 0
    if not shown.any():
        raise ValueError(f"expected steps above 0, got {steps.tolist()}")
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.5), squeeze=False)
    for ax, (quantity, table) in zip(axes[0], panels.items(), strict=True):
        shape = (len(values), None, len(steps))
        table = _finite(f"{quantity!r}", table, f"({len(values)}, seeds, {len(steps)})", shape)[:, :, shown]
        for seeds, value, tint in zip(table, values, RAMP(np.linspace(0, 1, len(values))), strict=True):
            ax.fill_between(steps[shown], seeds.min(0), seeds.max(0), color=tint, alpha=0.2, linewidth=0)
            ax.plot(steps[shown], np.median(seeds, axis=0), color=tint, label=f"{value:g}", linewidth=1.8)
        ax.set_xscale("log", base=2)
        ax.set_title(quantity, fontsize=11)
        ax.set_xlabel("step")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, title=label, ncols=len(names), **ABOVE)
    return axes[0]


def order(responses) -> np.ndarray:
    """Return the order of neurons ``(neurons,)`` in which a heat map of ``responses`` ``(features, neurons)`` reads.

    Neurons that answer to anything come by the feature that they answer to most, then by how pure they are; silent
    ones come last.
    """
    positive = _finite("responses", responses, "(features, neurons)", (None, None)).clip(0)
    total = positive.sum(0)
    purity = positive.max(0) / np.maximum(total, 1e-12)
    return np.lexsort((-purity, positive.argmax(0), total == 0))


def responses(panels: Mapping[str, object]) -> np.ndarray:
    """Draw how each neuron answers when one feature alone is on, ``(features, neurons)`` for each title.

    Neurons are sorted as by ``order``. The root of a response is shown, in colours that share one range, so that small
    ones can be seen; negative ones are left out. Returns the axes. Raises ``ValueError`` for no panel, and shapes that
    do not fit, NaN or infinity.
    """
    _some(panels)
    tables = {
        title: _finite(f"responses in {title!r}", table, "(features, neurons)", (None, None)).clip(0)
        for title, table in panels.items()
    }
    top = max(table.max() for table in tables.values()) or 1.0
    figure, axes = plt.subplots(1, len(tables), figsize=(7.4, 3.9), squeeze=False)
    for ax, (title, table) in zip(axes[0], tables.items(), strict=True):
        shown = table[:, order(table)]
        image = ax.imshow(shown, cmap=RESPONSE, norm=PowerNorm(0.5, 0, top), aspect="auto", interpolation="nearest")
        for axis, count in ((ax.yaxis, len(table)), (ax.xaxis, table.shape[1])):
            axis.set_ticks([0, count // 2 - 1, count - 1] if count > 3 else range(count))
            axis.set_major_formatter(lambda place, _: f"{place + 1:g}")
        ax.set_xlabel("neuron, sorted")
        ax.set_title(title, fontsize=11)
        ax.grid(False)
    axes[0, 0].set_ylabel("feature that is on")
    bar = figure.colorbar(image, ax=axes[0].tolist(), aspect=25, ticks=top * np.array([0, 0.1, 0.5, 1]))
    bar.set_label("response")
    bar.ax.yaxis.set_major_formatter("{x:.2f}")
    return axes[0]


def biases(panels: Mapping[str, tuple]) -> np.ndarray:
    """Draw the final biases of networks, one panel each: ``bias, mono``, both ``(neurons,)``, in the order given.

    ``mono`` says which neurons are monosemantic. Returns the axes. Raises ``ValueError`` for shapes that do not fit,
    NaN or infinity.
    """
    _some(panels)
    figure, axes = plt.subplots(1, len(panels), figsize=(7.4, 3.3), squeeze=False, sharey=True)
    for ax, (title, (bias, mono)) in zip(axes[0], panels.items(), strict=True):
        bias = _finite(f"biases in {title!r}", bias, "(neurons,)", (None,))
        mono = _finite(f"kinds in {title!r}", mono, f"({len(bias)},)", (len(bias),)) > 0
        place = np.arange(1, len(bias) + 1)
        for kind, marker, name in ((mono, "o", "monosemantic"), (~mono, "^", "others")):
            tint = plots.COLOURS[0 if name == "monosemantic" else 1]
            ax.scatter(place[kind], bias[kind], s=14, color=tint, marker=marker, linewidths=0, label=name)
        ax.axhline(0, color=plots.INK, linewidth=1)
        ax.set_xlabel("neuron, the purest first")
        ax.set_title(title, fontsize=11)
    axes[0, 0].set_ylabel("final bias")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), ncols=2, **ABOVE)
    return axes[0]


def tradeoff(series: Mapping[str, Mapping[str, tuple]], xlabel: str, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw runs as points: ``series[colour][marker]`` is ``x, y``, both ``(runs,)``.

    The outer names have colours, the inner ones markers; x is logarithmic. Raises ``ValueError`` for too many markers,
    and for shapes that do not fit, NaN or infinity.
    """
    _some(series, "series")
    ax = plt.subplots(figsize=(7.4, 4.2))[1] if ax is None else ax
    kinds = list(dict.fromkeys(kind for group in series.values() for kind in group))
    if len(kinds) > len(MARKERS):
        raise ValueError(f"expected at most {len(MARKERS)} kinds of markers, got {len(kinds)}")
    for place, (name, group) in enumerate(series.items()):
        tint = plots.COLOURS[place % len(plots.COLOURS)]
        for kind, (x, y) in group.items():
            x = _finite(f"x of {name!r}, {kind!r}", x, "(runs,)", (None,))
            y = _finite(f"y of {name!r}, {kind!r}", y, f"({len(x)},)", (len(x),))
            ax.scatter(x, y, s=26, alpha=0.7, color=tint, marker=MARKERS[kinds.index(kind)], linewidths=0)
        ax.plot([], [], color=tint, linewidth=5, label=name)
    for kind in kinds:
        ax.scatter([], [], s=30, color=plots.INK, marker=MARKERS[kinds.index(kind)], label=kind)
    ax.set(xlabel=xlabel, ylabel=ylabel, xscale="log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5)))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1), columnspacing=1.2, handlelength=1)
    return ax
