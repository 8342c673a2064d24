"""Figures in the house style. Every function draws on ``ax`` (or a new figure) and returns the axes."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from scipy import stats

#: Seaborn's colour-blind-safe colours; the names fix what each one stands for throughout the book.
COLOURS = sns.color_palette("colorblind").as_hex()
PALETTE = {
    "rain": COLOURS[0],
    "snow": COLOURS[9],
    "mixed": COLOURS[4],
    "network": COLOURS[0],
    "autoencoder": COLOURS[1],
    "neurons": COLOURS[0],
    "latents": COLOURS[1],
    "random": COLOURS[7],
    "PCA": COLOURS[2],
    "ICA": COLOURS[4],
    "NMF": COLOURS[5],
    "dictionary": COLOURS[0],
    "forest": COLOURS[2],
    "boosting": COLOURS[5],
    "regression": COLOURS[4],
    "persistence": COLOURS[3],
    "climatology": COLOURS[7],
    "L1": COLOURS[1],
    "tied": COLOURS[3],
    "Gated": COLOURS[0],
    "JumpReLU": COLOURS[4],
    "TopK": COLOURS[2],
    "BatchTopK": COLOURS[9],
    "archetypal": COLOURS[4],
    "free": COLOURS[5],
    "autoencoders": COLOURS[1],
    "shuffled apart": COLOURS[0],
    "ensemble": COLOURS[2],
    "one seed": COLOURS[1],
    "as often": COLOURS[7],
}
INK = "#808080"
#: Blue for negative, orange for positive, pale at zero.
DIVERGING = sns.diverging_palette(250, 30, s=80, l=50, as_cmap=True)
#: Its orange half, for what has no sign.
SEQUENTIAL = LinearSegmentedColormap.from_list("sequential", DIVERGING(np.linspace(0.5, 1, 128)))


def house() -> None:
    """Use the house style for every figure that follows."""
    plt.style.use(Path(__file__).with_name("house.mplstyle"))
    plt.rcParams["axes.prop_cycle"] = plt.cycler(color=COLOURS)


def _axes(ax: Axes | None, **figure) -> Axes:
    return plt.subplots(**figure)[1] if ax is None else ax


def numbers(values) -> np.ndarray:
    """Return tensors, frames and lists alike as an array of floats."""
    values = values.detach().cpu().double() if isinstance(values, torch.Tensor) else values
    return np.asarray(values).astype(float)


def _rows(name: str, values, rows: int, axes: str) -> np.ndarray:
    """Return ``values`` as an array with two axes and ``rows`` rows, or say that they are not."""
    values = numbers(values)
    if values.ndim != 2 or len(values) != rows or values.size == 0:
        raise ValueError(f"expected {name!r} to have shape {axes} with {rows} rows, got {values.shape}")
    return values


def quantiles(values, q, axis: int = -1) -> np.ndarray:
    """Return quantiles without the NaNs, and NaN where nothing else is left."""
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # numpy warns of the latter
        return np.nanquantile(values, q, axis=axis)


def colour(name: str, place: int) -> str:
    """Return the fixed colour of ``name`` (its first line), or the palette's at ``place`` for a name without one."""
    return PALETTE.get(str(name).partition("\n")[0], COLOURS[place % len(COLOURS)])


def heatmap(
    values,
    rows: Sequence[str],
    columns: Sequence[str],
    outline=None,
    limit=None,
    digits=1,
    label="",
    sequential: bool = False,
    ax=None,
) -> Axes:
    """Draw a signed matrix ``(rows, columns)`` in diverging colours centred at zero, its numbers in the cells.

    Cells where the boolean matrix ``outline`` is true get a frame. ``limit`` fixes the colour range. ``sequential`` is
    for values that have no sign: their colours begin at zero.
    """
    values = numbers(values)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(f"expected {len(rows)} x {len(columns)} values for these labels, got {values.shape}")
    outline = np.zeros(values.shape) if outline is None else numbers(outline)
    if outline.shape != values.shape:
        raise ValueError(f"expected an outline of shape {values.shape}, like the values, got {outline.shape}")
    ax = _axes(ax, figsize=(1.6 + 0.72 * len(columns), 1.2 + 0.38 * len(rows)))
    limit = limit or float(np.abs(values[np.isfinite(values)]).max(initial=0)) or 1.0
    if sequential and (values < 0).any():
        raise ValueError(f"expected values of 0 or more for sequential colours, got {np.nanmin(values):g}")
    colours = {"cmap": DIVERGING, "vmin": -limit, "vmax": limit, "cbar_kws": {"label": label}}
    if sequential:
        colours |= {"cmap": SEQUENTIAL, "vmin": 0}
    # Adding zero makes a 0 of what would be written as -0.
    written = {"annot": np.round(values, digits) + 0.0, "fmt": f".{digits}f", "annot_kws": {"size": 9}}
    sns.heatmap(values, ax=ax, xticklabels=columns, yticklabels=rows, **colours, **written)
    ax.grid(False)
    ax.tick_params(length=0)
    ax.set_yticklabels(ax.get_yticklabels(), rotation=0)
    ax.set_xticklabels(ax.get_xticklabels(), rotation=35, ha="right")
    for row, column in np.argwhere(outline > 0):
        ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=INK, linewidth=2.5))
    return ax


def curves(steps, series: Mapping[str, object], xlabel: str, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw each series ``(points, instances)`` as its median over instances in a 5 to 95% band, labelled at its end."""
    steps, tips = numbers(steps), []
    tables = {name: _rows(name, values, len(steps), "(points, instances)") for name, values in series.items()}
    ax = _axes(ax)
    for place, (name, table) in enumerate(tables.items()):
        low, middle, high = quantiles(table, (0.05, 0.5, 0.95))
        ax.plot(steps, middle, color=colour(name, place))
        ax.fill_between(steps, low, high, color=colour(name, place), alpha=0.2, linewidth=0)
        last = np.isfinite(middle).nonzero()[0].max(initial=0)
        tips.append((steps[last], middle[last]))
    # Labels are pushed apart by their rank, so that curves that end together stay readable.
    ranks = np.argsort(np.argsort([height for _, height in tips]))
    for place, (name, tip) in enumerate(zip(tables, tips, strict=True)):
        lift = (6, 11 * (ranks[place] - (len(tips) - 1) / 2))
        ax.annotate(name, tip, lift, textcoords="offset points", color=colour(name, place), va="center")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def strip(
    groups: Mapping[str, object], ylabel: str, tint: str | None = None, zero: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw one dot per seed for each group of values, and a bar at the median: the spread is the message.

    Groups have their own colours, or all that of ``tint``, a name in ``PALETTE``. ``zero`` draws a line there.
    """
    if tint is not None and tint not in PALETTE:
        raise ValueError(f"unknown tint {tint!r}: expected one of {', '.join(PALETTE)}")
    ax = _axes(ax)
    for place, (name, values) in enumerate(groups.items()):
        values = numbers(values).ravel()
        shift = np.random.default_rng(0).uniform(-0.16, 0.16, len(values)) * (len(values) > 1)
        ax.scatter(place + shift, values, s=18, alpha=0.55, color=colour(tint or name, place), linewidths=0)
        ax.hlines(quantiles(values, 0.5), place - 0.3, place + 0.3, color=INK, linewidth=2.5)
    ax.set_xticks(range(len(groups)), groups)
    ax.set(ylabel=ylabel)
    ax.grid(axis="x", visible=False)
    if zero:
        ax.axhline(0, color=INK, linewidth=1)
    return ax


def score_strips(scores: Mapping[str, Mapping[str, object]], better: Mapping[str, str]) -> np.ndarray:
    """Draw one ``strip`` per score, side by side: ``scores[score][model]`` holds one value per seed.

    ``better`` names, for each score, which direction is good. Returns the axes, one per score.
    """
    if set(scores) - set(better):
        raise ValueError(f"expected better to name a direction for each of {', '.join(scores)}, got {dict(better)}")
    lowest = min(np.nanmin(numbers(values), initial=0) for groups in scores.values() for values in groups.values())
    _, axes = plt.subplots(1, len(scores), figsize=(1.65 * len(scores) + 0.6, 3.6), sharey=True, squeeze=False)
    for ax, (score, groups) in zip(axes[0], scores.items(), strict=True):
        strip(groups, "", ax=ax)
        ax.set_title(f"{score}\n{better[score]} is better", fontsize=10)
        ax.set_ylim(lowest - 0.02, 1.02)
        ax.tick_params(axis="x", rotation=60)
    return axes[0]


def reliability(event, probabilities: Mapping[str, object], bins: int = 8, ax: Axes | None = None) -> Axes:
    """Draw how often the event happened against how likely it was called, for ``(rows, instances)`` probabilities.

    Bins are equally wide. Thin lines are instances, the thick one their median, where most instances have rows.
    """
    event = numbers(event)
    if event.ndim != 1 or not np.isin(event, (0, 1)).all():
        raise ValueError(f"expected events of shape (rows,), each 0 or 1, got shape {event.shape}: {event}")
    tables = {name: _rows(name, p, len(event), "(rows, instances)") for name, p in probabilities.items()}
    if unfit := [name for name, p in tables.items() if not ((p >= 0) & (p <= 1)).all()]:
        raise ValueError(f"expected probabilities in [0, 1] without NaN, got others in {', '.join(unfit)}")
    ax = _axes(ax, figsize=(5.2, 4.6))
    ax.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--")
    for place, (name, probability) in enumerate(tables.items()):
        tint, bounds = colour(name, place), {"bins": bins, "range": (0, 1)}
        # (instances, 2, bins): the mean probability and share of events, NaN and not drawn where a bin is empty.
        points = [stats.binned_statistic(p, [p, event], "mean", **bounds).statistic for p in probability.T]
        ax.plot(*np.transpose(points, (1, 2, 0)), color=tint, linewidth=0.6, alpha=0.4)
        common = np.isfinite(points).all(1).mean(0) > 0.5
        middle = quantiles(np.asarray(points)[..., common], 0.5, axis=0)
        ax.plot(*middle, "o-", color=tint, label=name)
    ax.set(xlabel="probability forecast", ylabel="share of hours it happened", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    ax.legend(loc="upper left")
    return ax


def front(series: Mapping[str, tuple], groups: Sequence[str], xlabel: str, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw trade-offs: each series is a pair ``x, y``, both ``(settings, seeds)``.

    Dots are seeds; their medians are joined, and ``groups`` names the settings.
    """
    pairs = {name: [_rows(name, v, len(groups), "(settings, seeds)") for v in xy] for name, xy in series.items()}
    if ragged := [name for name, (x, y) in pairs.items() if x.shape != y.shape]:
        raise ValueError(f"expected x and y of one shape in each series, got two shapes in {', '.join(ragged)}")
    ax = _axes(ax)
    for place, (name, (x, y)) in enumerate(pairs.items()):
        tint, middle = colour(name, place), quantiles([x, y], 0.5)
        ax.scatter(x, y, s=14, alpha=0.4, color=tint, linewidths=0)
        ax.plot(*middle, "o-", color=tint, label=name)
        for group, *point in zip(groups, *middle, strict=True):
            ax.annotate(group, point, (5, -11), textcoords="offset points", fontsize=9, color=tint)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
    return ax
