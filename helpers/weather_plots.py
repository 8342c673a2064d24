"""Figures of chapter 05 in the house style: sizes, phases, correlations, components, storms, published ranges."""

import reprlib
from collections.abc import Iterable, Mapping, Sequence

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from scipy.stats import gaussian_kde

from . import plots
from .arrays import finite
from .weather import Table, physics, published
from .weather.table import require

#: Where the spread of a variable is wider than its published range, so that no panel is mostly empty.
AXIS = {"n0": (0.5, 5), "lambda": (-0.8, 1), "dm": (-0.6, 1.2), "rho": (-2, 0.15), "fs": (0, 8)}
LABEL = {"n0": "log10 n0 (1/m³/mm)", "lambda": "log10 lambda (1/mm)", "dm": "log10 Dm (mm)"}
LABEL |= {"rho": "log10 density (g/cm³)", "fs": "fall speed (m/s)"}
#: Causes of `Table.truth` that `storm` draws, each on its own axes.
CAUSES = {"water": "share of water", "riming": "riming", "intensity": "mm/h"}
ENOUGH = 30  # blocks in a bin, before a share is worth a dot
PAUSE = pd.Timedelta("30min")  # what breaks the line of a cause


def _plain(name: object) -> str:
    return str(name).replace("relative_", "").replace("_", " ")


def _at_most(what: str, given: Mapping, most: int) -> None:
    if not 0 < len(given) <= most:
        raise ValueError(f"expected 1 to {most} {what}, got {len(given)}")


def sizes(
    diameter,
    series: Mapping[str, object],
    fits: Mapping[str, tuple[float, float]] | None = None,
    largest: float = 6,
    ax: Axes | None = None,
) -> Axes:
    """Draw size distributions ``(bins,)``, particles per m³ and mm, over the ``diameter`` ``(bins,)`` in mm.

    ``fits`` maps names of ``series`` to ``(n0, lambda)``, drawn as a dashed exponential in the same colour. Diameters
    above ``largest`` mm are not shown. Empty bins have no logarithm and are left out. Raises ``ValueError`` for no
    series or more than colours, another shape, NaN, a negative number of particles, a fit of no series, or no bin to
    show.
    """
    diameter = finite("diameters", diameter, "(bins,)", (None,), 0)
    _at_most("size distributions", series, len(plots.COLOURS))
    shape = diameter.shape
    tables = {name: finite(f"sizes of {name!r}", values, f"{shape}", shape, 0) for name, values in series.items()}
    fits = {name: finite(f"fit of {name!r}", fit, "(n0, lambda)", (2,), 0) for name, fit in (fits or {}).items()}
    if stray := set(fits) - set(tables):
        raise ValueError(f"expected fits of {', '.join(tables)}, got one of {', '.join(map(repr, sorted(stray)))}")
    shown = diameter <= largest
    top = max(table[shown].max(initial=0) for table in tables.values())
    if top <= 0:
        raise ValueError(f"expected particles of {largest:g} mm or less, got none")
    ax = plt.subplots(figsize=(7.2, 3.8))[1] if ax is None else ax
    for place, (name, table) in enumerate(tables.items()):
        some, tint = shown & (table > 0), plots.colour(name, place)
        ax.plot(diameter[some], table[some], "o-", markersize=4, linewidth=1.2, color=tint, label=name)
        if name in fits:
            n0, slope = fits[name]
            label = f"{name}: fitted exponential"
            ax.plot(diameter[shown], n0 * np.exp(-slope * diameter[shown]), "--", color=tint, label=label)
    ax.set(xlabel="diameter (mm)", ylabel="particles per m³ and mm", yscale="log", ylim=(top * 1e-5, top * 3))
    ax.legend()
    return ax


def snow_chance(temperature, humidity, snow, levels: Sequence[float] = (85, 91, 97), ax: Axes | None = None) -> Axes:
    """Draw the chance of snow rather than rain against the temperature, one colour for each ``level`` of humidity.

    Lines are the regression of Jennings et al. (2018), the dashed line is the Finnish curve of Koistinen and Saltikoff
    (1998) at the last level. Dots are the share of ``snow`` ``(blocks,)`` of True and False among blocks of that
    ``temperature`` ``(blocks,)`` in °C (to half a degree) and ``humidity`` ``(blocks,)`` in % (to 3), where there are
    30 or more; bars are two standard errors. Raises ``ValueError`` for another shape, NaN, or no level.
    """
    temperature = finite("temperatures", temperature, "(blocks,)", (None,), -90, 60)
    shape, axes = temperature.shape, f"{temperature.shape}"
    humidity = finite("humidities", humidity, axes, shape, 0, 115)
    snow = finite("snow", snow, axes, shape, 0, 1)
    levels = finite("levels", levels, "(levels,)", (None,), 0, 100)
    ax = plt.subplots(figsize=(7.2, 3.9))[1] if ax is None else ax
    fine, edges = np.linspace(-4, 8, 200), np.arange(-4, 8.5)
    for level, tint in zip(levels, plots.COLOURS, strict=False):
        ax.plot(fine, physics.snow_probability(fine, level), color=tint, label=f"humidity {level:g}%")
        near = np.abs(humidity - level) <= 3
        place = np.digitize(temperature[near], edges)
        for k in range(1, len(edges)):
            fell = snow[near][place == k]
            if len(fell) >= ENOUGH:
                error = 2 * np.sqrt(fell.mean() * (1 - fell.mean()) / len(fell))
                middle = temperature[near][place == k].mean()
                ax.errorbar(middle, fell.mean(), error, fmt="o", color=tint, markersize=5, linewidth=1)
    finnish = 1 - physics.water_probability(fine, levels[-1])
    ax.plot(fine, finnish, "--", color=plots.INK, linewidth=1.5, label=f"Finnish curve, {levels[-1]:g}%")
    ax.axhline(0.5, color=plots.INK, linewidth=1, linestyle=":")
    ax.set(xlabel="air temperature (°C)", ylabel="share of snow", ylim=(-0.03, 1.03), xlim=(-4, 8))
    ax.legend()
    return ax


def correlations(frame: pd.DataFrame) -> Axes:
    """Draw the correlation of every column of ``frame`` with every other, the lower half.

    Raises ``ValueError`` for fewer than two columns or rows, or a column that does not vary or is no finite number.
    """
    if not isinstance(frame, pd.DataFrame) or min(frame.shape) < 2:
        raise ValueError(f"expected a frame of two columns and rows or more, got {reprlib.repr(frame)}")
    values = finite("columns", frame, "(rows, columns)", (None, None))
    if not (spread := np.ptp(values, axis=0)).all():
        raise ValueError(f"expected columns that vary, but {frame.columns[int(np.argmin(spread))]!r} does not")
    half = np.corrcoef(values.T)[1:, :-1]
    half = half.round(1) + 0.0  # no minus in front of a zero
    half[np.triu_indices(len(half), 1)] = np.nan
    names = [_plain(name) for name in frame.columns]
    ax = plt.subplots(figsize=(7.2, 5.6))[1]
    return plots.heatmap(half, names[1:], names[:-1], limit=1, digits=1, label="correlation", ax=ax)


def components(shares, published_shares: Iterable[float], wanted: float = 0.95, ax: Axes | None = None) -> Axes:
    """Draw the variance that the first components hold together, dots for seeds, with the published one as a line.

    ``shares`` is ``(seeds, components)``, ``published_shares`` ``(some components,)``, both of each component alone;
    ``wanted`` is marked. Raises ``ValueError`` for another shape, NaN, or a share outside [0, 1].
    """
    one = 1 + 1e-6
    ours = finite("shares", shares, "(seeds, components)", (None, None), 0, one).cumsum(1)
    theirs = finite("published shares", published_shares, "(components,)", (None,), 0, one).cumsum()
    ax = plt.subplots(figsize=(7.2, 3.6))[1] if ax is None else ax
    count = 1 + np.arange(ours.shape[1])
    ax.scatter(np.tile(count, len(ours)), ours, s=20, alpha=0.4, color=plots.COLOURS[0], linewidths=0, zorder=3)
    ax.plot(count, np.median(ours, axis=0), color=plots.COLOURS[0], label="simulated")
    ax.plot(1 + np.arange(len(theirs)), theirs, "s--", color=plots.COLOURS[1], markersize=5, label="published")
    ax.axhline(wanted, color=plots.INK, linewidth=1, linestyle=":")
    ax.annotate(f"{wanted:.0%}", (1, wanted), (0, 4), textcoords="offset points")
    ax.set(xlabel="number of components", ylabel="share of the variance", xticks=count, ylim=(0, 1.05))
    ax.legend(loc="lower right")
    return ax


def published_ranges(table: Table) -> np.ndarray:
    """Draw how the disdrometer's variables are spread in rain and snow, over the published range and mode of each.

    Phases follow the published cut in density. A bar is the published range, its tick the mode. Returns the axes, one
    per variable. Raises ``ValueError`` for a table without the columns, or with fewer than two blocks of a phase.
    """
    spread = {(c, p): published.values(table, c, p, log) for c, p, log, *_ in published.DISTRIBUTIONS}
    names = list(dict.fromkeys(column for column, _ in spread))
    figure, axes = plt.subplots(2, 3, figsize=(7.2, 5))
    for ax, name in zip(axes.flat, names, strict=False):
        fine = np.linspace(*AXIS[name], 200)
        for column, phase, _, low, mode, high in published.DISTRIBUTIONS:
            if column == name:
                # A few thousand blocks show a shape as well as all of them.
                values, tint = spread[name, phase], plots.PALETTE[phase]
                height = gaussian_kde(values[:: max(1, len(values) // 2000)])(fine)
                ax.fill_between(fine, height / height.max(), color=tint, alpha=0.35, linewidth=0)
                ax.plot(fine, height / height.max(), color=tint, linewidth=1.2)
                level = {"rain": -0.12, "snow": -0.28}[phase]
                ax.hlines(level, low, high, color=tint, linewidth=5, alpha=0.7)
                if mode is not None:
                    ax.plot([mode, mode], [level - 0.07, level + 0.07], color=plots.INK, linewidth=2)
        ax.set(xlabel=LABEL[name], yticks=[], xlim=AXIS[name])
        ax.grid(False)
    lines = [Line2D([], [], color=plots.PALETTE[phase], linewidth=5, label=phase) for phase in ("rain", "snow")]
    mark = Line2D([], [], color=plots.INK, marker="|", markersize=9, linewidth=5, alpha=0.7)
    mark.set_label("published range\nand mode")
    axes.flat[-1].axis("off")
    axes.flat[-1].legend(handles=[*lines, mark], loc="center")
    return axes.flat[: len(names)]


def memory(hours, panels: Mapping[str, Mapping[str, object]]) -> np.ndarray:
    """Draw correlations ``(lags,)`` against the lag in ``hours`` ``(lags,)``: ``panels[variable][source]``.

    Returns the axes, one per variable. Raises ``ValueError`` for no panel or more than four, panels with other sources,
    another shape, NaN, or a correlation outside [-1, 1].
    """
    hours = finite("hours", hours, "(lags,)", (None,), 0)
    _at_most("panels", panels, 4)
    sources = list(next(iter(panels.values())))
    if not sources or any(list(panel) != sources for panel in panels.values()):
        raise ValueError(f"expected the same sources in every panel, got {[list(panel) for panel in panels.values()]}")
    one, shape = 1 + 1e-6, hours.shape
    tables = {
        (name, source): finite(f"{name!r} of {source!r}", line, f"{shape}", shape, -one, one)
        for name, panel in panels.items()
        for source, line in panel.items()
    }
    _, axes = plt.subplots(1, len(panels), figsize=(7.2, 2.9), sharey=True, squeeze=False)
    for ax, name in zip(axes[0], panels, strict=True):
        for source, tint, style in zip(sources, plots.COLOURS, ("o-", "s--", "^:", "D-."), strict=False):
            ax.plot(hours, tables[name, source], style, color=tint, markersize=5, label=source)
        ax.axhline(0, color=plots.INK, linewidth=1)
        ax.set_title(_plain(name), fontsize=11)
        ax.set_xlabel("hours")
    axes[0, 0].set_ylabel("correlation")
    axes[0, 0].figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(sources))
    return axes[0]


def storm(table: Table, number: int) -> np.ndarray:
    """Draw one storm of a table that knows its ``truth``: the causes over time, and what the instrument made of them.

    Above the share of water with the phase as coloured dots, then the riming, below the intensity with the measured
    rate as dots. Returns the three axes. Raises ``ValueError`` for a table without truth or rates, or no such storm.
    """
    if table.truth is None:
        raise ValueError(f"expected a table that knows its truth, got one from {table.source!r}")
    require(table.truth, ["storm", *CAUSES])
    require(table.frame, ["phase", "rr", "sr"])
    rows = (table.truth["storm"] == number).to_numpy()
    if not rows.any():
        known = table.truth["storm"].unique()
        raise ValueError(f"expected a storm from {known.min()} to {known.max()} that is in the table, got {number!r}")
    truth, frame = table.truth[rows], table.frame[rows]
    pauses = truth.index[:-1][np.diff(truth.index) > PAUSE] + PAUSE / 2
    lines = truth[list(CAUSES)].reindex(truth.index.union(pauses))  # rows without values, which break the line
    _, axes = plt.subplots(3, 1, figsize=(7.2, 5), sharex=True)
    for ax, (cause, label) in zip(axes, CAUSES.items(), strict=True):
        ax.plot(lines.index, lines[cause], color=plots.INK, linewidth=1.2, label="cause")
        ax.set_ylabel(label)
    for phase in ("rain", "mixed", "snow"):
        fell = (frame["phase"] == phase).to_numpy()
        tint = {"s": 16, "color": plots.PALETTE[phase], "linewidths": 0, "zorder": 3}
        axes[0].scatter(truth.index[fell], truth["water"][fell], label=phase, **tint)
        axes[2].scatter(frame.index[fell], (frame["rr"] + frame["sr"])[fell], **tint)
    axes[0].set_ylim(-0.06, 1.06)
    axes[1].set_ylim(0, None)
    axes[2].set_yscale("log")
    axes[0].legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4)
    axes[2].xaxis.set_major_formatter(mdates.ConciseDateFormatter(mdates.AutoDateLocator(maxticks=6)))
    return axes
