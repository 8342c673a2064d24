"""Figures of chapter 03 in the house style: phase diagrams, plateaus, jumps."""

import reprlib
from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from . import plots
from .arrays import finite
from .phases import FATES, boundaries

#: One colour for each of ``phases.FATES``: grey for what is absent.
TINTS = (plots.COLOURS[7], plots.COLOURS[0], plots.COLOURS[1])
#: The plateaus of the dimensionality that Elhage et al. (2022) name, and the shapes that make them.
PLATEAUS = {"alone": 1, "tetrahedron": 3 / 4, "triangle": 2 / 3, "pair": 1 / 2}
PLATEAUS |= {"pentagon": 2 / 5, "antiprism": 3 / 8, "absent": 0}
#: One, as single precision may round it down and up.
ONE = np.array([1 - 1e-6, 1 + 1e-6])


def _densities(values) -> np.ndarray:
    return finite("densities", values, "(densities,)", (None,), 1e-9, ONE[1])


def phase_maps(importance, density, fates: Mapping[str, object], hidden: int) -> np.ndarray:
    """Draw maps of fates ``(densities, importances)``, with the boundaries of the theory on each; return the axes.

    A fate is an index into ``phases.FATES``. ``hidden`` is the number of hidden dimensions, 1 or 2. ``importance``
    and ``density`` increase. Raises ``ValueError`` if they do not, for fewer than two of them, a value of 0 or below,
    a density above 1, no map, and a map of another shape or with another fate.
    """
    importance = finite("importances", importance, "(importances,)", (None,), 1e-9)
    density = _densities(density)
    for axis in (importance.tolist(), density.tolist()):
        if len(axis) < 2 or axis != sorted(set(axis)):
            raise ValueError(f"expected two or more increasing values on each axis, got {reprlib.repr(axis)}")
    if not fates:
        raise ValueError("expected at least one map, got none")
    shape = (len(density), len(importance))
    tables = {title: finite(f"fates in {title!r}", table, f"{shape}", shape, 0, 2) for title, table in fates.items()}
    for title, table in tables.items():
        if (odd := table[table % 1 > 0]).size:
            raise ValueError(f"expected fates 0, 1 or 2 in {title!r}, got {odd[0]:g}")
    fine = np.geomspace(density[0], density[-1], 200).clip(max=1)
    lines = [plots.numbers(line) for line in boundaries(fine, hidden)]
    _, axes = plt.subplots(1, len(tables), figsize=(7.2, 3.9), sharey=True, squeeze=False)
    for ax, (title, table) in zip(axes[0], tables.items(), strict=True):
        tints = {"cmap": ListedColormap(TINTS), "vmin": 0, "vmax": len(FATES) - 1, "alpha": 0.8}
        ax.pcolormesh(importance, density, table, **tints, shading="nearest")
        ax.plot(np.transpose(lines), fine, color="black", linewidth=1.5)
        ax.set(title=title, xscale="log", yscale="log", xlabel="importance of the extra feature")
        ax.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
        ax.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
        ax.set(xlim=importance[[0, -1]] * ONE, ylim=density[[0, -1]] * ONE)  # after the ticks, which widen the axes
        ax.grid(False)
    axes[0, 0].set_ylabel("density")
    patches = [Patch(color=tint, alpha=0.8, label=fate) for tint, fate in zip(TINTS, FATES, strict=True)]
    axes[0, 0].figure.legend(handles=patches, ncols=3, loc="outside lower center")
    return axes[0]


def jumps(density, lengths: Mapping[str, object], ax: Axes | None = None) -> Axes:
    """Draw the length of the extra feature against the density, one line and colour per name.

    ``lengths`` maps a name to ``(densities, runs)``: dots are runs, lines their medians. Raises ``ValueError`` for
    another shape, NaN or infinity, a density outside (0, 1], a length below 0, no line, or more than colours.
    """
    x = _densities(density)
    if not 0 < len(lengths) <= len(plots.COLOURS):
        raise ValueError(f"expected 1 to {len(plots.COLOURS)} lines, one for each colour, got {len(lengths)}")
    axes, shape = f"({len(x)}, runs)", (len(x), None)
    tables = {name: finite(f"lengths in {name!r}", table, axes, shape, 0) for name, table in lengths.items()}
    ax = plt.subplots(figsize=(7.2, 3.4))[1] if ax is None else ax
    for place, (name, values) in enumerate(tables.items()):
        ax.scatter(np.repeat(x, values.shape[1]), values, s=12, alpha=0.4, color=plots.COLOURS[place], linewidths=0)
        ax.plot(x, np.median(values, axis=1), color=plots.COLOURS[place], label=name)
    top = max(1.3, 1.05 * max(table.max() for table in tables.values()))
    ax.set(xscale="log", xlabel="density", ylabel="length of the extra feature", ylim=(-0.05, top))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
    return ax


def density_axis(ax: Axes, density) -> np.ndarray:
    """Give ``ax`` a logarithmic axis of ``density`` ``(densities,)``, the dense end on the left; return the values.

    Raises ``ValueError`` for another shape or a density outside (0, 1].
    """
    density = _densities(density)
    ax.set(xscale="log", xlim=(density.max() * 1.12, density.min() / 1.12), xlabel="density (rarer to the right)")
    ax.set_xticks(density, [f"{d:.2g}" for d in density], rotation=45)
    ax.minorticks_off()
    return density


def sticky(density, share, ax: Axes | None = None) -> Axes:
    """Draw dimensions per feature, ``share`` ``(densities, seeds)``, against the density, with lines at 1 and 1/2.

    Dots are seeds, the line is their median. Raises ``ValueError`` for another shape, NaN or infinity, a density
    outside (0, 1] and a share below 0.
    """
    x = _densities(density)
    share = finite("D*", share, f"({len(x)}, seeds)", (len(x), None), 0)
    ax = plt.subplots(figsize=(7.2, 3.4))[1] if ax is None else ax
    density_axis(ax, x)
    for value, name in ((1, "1"), (0.5, "1/2")):
        ax.axhline(value, color=plots.INK, linewidth=1, linestyle=":")
        ax.annotate(name, (x.min() / 1.12, value), xytext=(4, 0), textcoords="offset points", va="center")
    ax.scatter(np.repeat(x, share.shape[1]), share, s=16, alpha=0.5, color=plots.COLOURS[0], linewidths=0)
    ax.plot(x, np.median(share, axis=1), color=plots.COLOURS[0])
    ax.set(ylabel="dimensions per feature, D*", ylim=(0, max(1.1, 1.05 * share.max())))
    return ax


def plateaus(density, dimensionality, ax: Axes | None = None) -> Axes:
    """Draw every feature's dimensionality ``(densities, features)`` as a dot, sorted, over the named plateaus.

    Raises ``ValueError`` for another shape, NaN or infinity, a density or a dimensionality that is not a share.
    """
    density = _densities(density)
    values = finite("dimensionalities", dimensionality, f"({len(density)}, features)", (len(density), None), 0, ONE[1])
    ax = plt.subplots(figsize=(7.2, 4.6))[1] if ax is None else ax
    ends = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    for name, level in PLATEAUS.items():
        ax.axhline(level, color=plots.INK, linewidth=0.8, linestyle=":", zorder=0)
        lift = {"pentagon": 5, "antiprism": -5}.get(name, 0)  # their lines are too close for two labels
        ax.annotate(name, (1, level), (4, lift), **ends, va="center", size=9)
    spread = np.linspace(-0.38, 0.38, values.shape[1])
    for place, row in enumerate(values):
        ax.scatter(place + spread, np.sort(row)[::-1], s=7, color=plots.COLOURS[0], alpha=0.7, linewidths=0)
    ax.set_xticks(range(len(values)), [f"{d:.2g}" for d in density])
    ax.set(xlabel="density", ylabel="dimensionality of each feature", ylim=(-0.04, 1.06))
    ax.grid(False)
    return ax


def ladder(steps, dimensionality, loss) -> np.ndarray:
    """Draw one run: dimensionalities ``(points, features)`` over the ``steps`` ``(points,)``, the ``loss`` below.

    ``loss`` is ``(points,)``. Returns both axes. Raises ``ValueError`` for another shape, NaN or infinity, and a
    dimensionality outside [0, 1].
    """
    steps = finite("steps", steps, "(points,)", (None,))
    values = finite("dimensionalities", dimensionality, f"({len(steps)}, features)", (len(steps), None), 0, ONE[1])
    loss = finite("losses", loss, f"({len(steps)},)", steps.shape)
    _, axes = plt.subplots(2, 1, figsize=(7.2, 5), sharex=True, height_ratios=[2, 1])
    axes[0].plot(steps, values, color=plots.COLOURS[0], linewidth=1, alpha=0.5)
    for level in PLATEAUS.values():
        axes[0].axhline(level, color=plots.INK, linewidth=0.8, linestyle=":", zorder=0)
    axes[1].plot(steps, loss, color=plots.COLOURS[1])
    axes[0].set(ylabel="dimensionality", ylim=(-0.03, 1.03))
    axes[1].set(xlabel="step", ylabel="loss")
    return axes


def partners(panels: Mapping[str, object]) -> np.ndarray:
    """Draw directions ``(features, 2)`` in which features 1 and 2, 3 and 4 ... are partners, one panel per title.

    Partners share a colour, the second is dashed, and its number stands further out where they merge. Raises
    ``ValueError`` for no panel, another shape, an odd number of features or more pairs than colours, NaN or infinity.
    """
    if not panels:
        raise ValueError("expected at least one panel, got none")
    axes = f"(an even number of features up to {2 * len(plots.COLOURS)}, 2)"
    planes = {title: finite(f"directions in {title!r}", W, axes, (None, 2)) for title, W in panels.items()}
    for title, W in planes.items():
        if len(W) % 2 or len(W) > 2 * len(plots.COLOURS):
            raise ValueError(f"expected directions in {title!r} of shape {axes}, got {W.shape}")
    edge = max(1.9, *(1.1 * np.linalg.norm(W, axis=1).max() for W in planes.values()))
    _, axes = plt.subplots(1, len(planes), figsize=(1.9 * len(planes), 2.3), squeeze=False)
    for ax, (title, W) in zip(axes[0], planes.items(), strict=True):
        ax.add_patch(plt.Circle((0, 0), 1, fill=False, edgecolor=plots.INK, linestyle=":", linewidth=1))
        for i, (x, y) in enumerate(W):
            tint, second, style = plots.COLOURS[i // 2], i % 2, ("-", (0, (1.2, 1)))[i % 2]
            ax.plot([0, x], [0, y], color=tint, linewidth=3, linestyle=style, zorder=2 + second)
            merged = second and np.hypot(*(W[i] - W[i - 1])) < 0.4
            place = (1.8 if merged else 1.25) * np.array([x, y]) / max(np.hypot(x, y), 0.4)
            ax.annotate(str(i + 1), place, color=tint, ha="center", va="center", size=13)
        ax.set(xlim=(-edge, edge), ylim=(-edge, edge), aspect="equal", xticks=[], yticks=[])
        ax.set_title(title, fontsize=12, loc="center")
        ax.spines[:].set_visible(False)
    return axes[0]
