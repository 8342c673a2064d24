"""Figures in the house style. Every function draws on ``ax`` (or a new figure) and returns the axes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import torch
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

#: Seaborn's colour-blind-safe colours; the names fix what each one stands for throughout the book.
COLOURS = sns.color_palette("colorblind").as_hex()
PALETTE = {
    "rain": COLOURS[0],
    "snow": COLOURS[9],
    "mixed": COLOURS[4],
    "network": COLOURS[0],
    "autoencoder": COLOURS[1],
    "random": COLOURS[7],
    "PCA": COLOURS[2],
    "forest": COLOURS[2],
    "regression": COLOURS[4],
    "climatology": COLOURS[7],
}
INK = "#808080"
#: Blue for negative, orange for positive, pale at zero.
DIVERGING = sns.diverging_palette(250, 30, s=80, l=50, as_cmap=True)


def house() -> None:
    """Use the house style for every figure that follows."""
    plt.style.use(Path(__file__).with_name("house.mplstyle"))
    plt.rcParams["axes.prop_cycle"] = plt.cycler(color=COLOURS)


def _axes(ax: Axes | None, **figure) -> Axes:
    return plt.subplots(**figure)[1] if ax is None else ax


def numbers(values) -> np.ndarray:
    """Return tensors, frames and lists alike as an array of floats."""
    return (values.detach().cpu().numpy() if isinstance(values, torch.Tensor) else np.asarray(values)).astype(float)


def colour(name: str, place: int) -> str:
    """Return the fixed colour of ``name`` (its first line), or the palette's at ``place`` for a name without one."""
    return PALETTE.get(name.partition("\n")[0], COLOURS[place % len(COLOURS)])


def heatmap(
    values,
    rows: Sequence[str],
    columns: Sequence[str],
    outline=None,
    limit: float | None = None,
    digits: int = 1,
    label: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a signed matrix ``(rows, columns)`` in diverging colours centred at zero, its numbers in the cells.

    Cells where the boolean matrix ``outline`` is true get a frame. ``limit`` fixes the colour range.
    """
    values = numbers(values)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(f"expected {len(rows)} x {len(columns)} values for these labels, got {values.shape}")
    ax = _axes(ax, figsize=(1.6 + 0.72 * len(columns), 1.2 + 0.38 * len(rows)))
    limit = limit or float(np.abs(values).max()) or 1.0
    sns.heatmap(
        values,
        ax=ax,
        cmap=DIVERGING,
        vmin=-limit,
        vmax=limit,
        annot=True,
        fmt=f".{digits}f",
        annot_kws={"size": 9},
        xticklabels=columns,
        yticklabels=rows,
        cbar_kws={"label": label},
    )
    ax.grid(False)
    ax.tick_params(axis="y", rotation=0, length=0)
    ax.tick_params(axis="x", length=0)
    ax.set_xticklabels(ax.get_xticklabels(), rotation=35, ha="right")
    for row, column in np.argwhere(np.zeros_like(values, bool) if outline is None else numbers(outline) > 0):
        ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=INK, linewidth=2.5))
    return ax


def curves(steps, series: Mapping[str, object], xlabel: str, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw each series ``(points, instances)`` as its median over instances in a 5 to 95% band, labelled at its end."""
    ax = _axes(ax)
    bands = [np.nanquantile(numbers(values), (0.05, 0.5, 0.95), axis=1) for values in series.values()]
    heights = np.argsort(np.argsort([middle[-1] for _, middle, _ in bands]))
    for place, (name, (low, middle, high)) in enumerate(zip(series, bands, strict=True)):
        tint = colour(name, place)
        ax.plot(steps, middle, color=tint)
        ax.fill_between(steps, low, high, color=tint, alpha=0.2, linewidth=0)
        # Labels are pushed apart by their rank, so that curves that end together stay readable.
        lift = 11 * (heights[place] - (len(bands) - 1) / 2)
        ax.annotate(name, (steps[-1], middle[-1]), (6, lift), textcoords="offset points", color=tint, va="center")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def strip(
    groups: Mapping[str, object], ylabel: str, tint: str | None = None, zero: bool = False, ax: Axes | None = None
) -> Axes:
    """Draw one dot per seed for each group of values, and a bar at the median: the spread is the message.

    Groups have their own colours, or all that of ``tint``, a name in ``PALETTE``. ``zero`` draws a line there.
    """
    ax = _axes(ax)
    for place, (name, values) in enumerate(groups.items()):
        values = numbers(values).ravel()
        shift = np.random.default_rng(0).uniform(-0.16, 0.16, len(values)) * (len(values) > 1)
        ax.scatter(place + shift, values, s=18, alpha=0.55, color=colour(tint or name, place), linewidths=0)
        ax.hlines(np.nanmedian(values), place - 0.3, place + 0.3, color=INK, linewidth=2.5)
    ax.set_xticks(range(len(groups)), groups)
    ax.set_ylabel(ylabel)
    ax.grid(axis="x", visible=False)
    if zero:
        ax.axhline(0, color=INK, linewidth=1)
    return ax


def score_strips(scores: Mapping[str, Mapping[str, object]], better: Mapping[str, str]) -> np.ndarray:
    """Draw one ``strip`` per score, side by side: ``scores[score][model]`` holds one value per seed.

    ``better`` names, for each score, which direction is good.
    """
    _, axes = plt.subplots(1, len(scores), figsize=(2.1 * len(scores) + 0.6, 3.4), sharey=True)
    for ax, (score, groups) in zip(np.atleast_1d(axes), scores.items(), strict=True):
        strip(groups, "", ax=ax)
        ax.set_title(f"{score}\n{better[score]} is better", fontsize=10)
        ax.set_ylim(-0.02, 1.02)
        ax.tick_params(axis="x", rotation=60)
    return axes


def reliability(event, probabilities: Mapping[str, object], bins: int = 8, ax: Axes | None = None) -> Axes:
    """Draw how often the event happened against how likely it was called, for ``(rows, instances)`` probabilities.

    Bins are equally wide. Thin lines are instances, the thick one their median, where most instances have rows.
    """
    ax, event = _axes(ax, figsize=(5.2, 4.6)), numbers(event)
    ax.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle="--")
    for place, (name, probability) in enumerate(probabilities.items()):
        points, tint = [], colour(name, place)
        for called in numbers(probability).reshape(len(event), -1).T:
            bin_of = np.minimum((called * bins).astype(int), bins - 1)
            with np.errstate(invalid="ignore"):  # an empty bin is 0 / 0: NaN, and not drawn
                mean = [
                    np.bincount(bin_of, w, minlength=bins) / np.bincount(bin_of, minlength=bins)
                    for w in (called, event)
                ]
            ax.plot(*mean, color=tint, linewidth=0.6, alpha=0.4)
            points.append(mean)
        common = np.isfinite(points).all(1).mean(0) > 0.5
        middle = np.nanmedian(np.asarray(points)[..., common], axis=0)
        ax.plot(*middle, "o-", color=tint, label=name)
    ax.set(
        xlabel="probability forecast",
        ylabel="share of hours it happened",
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
    )
    ax.legend(loc="upper left")
    return ax


def front(series: Mapping[str, tuple], groups: Sequence[str], xlabel: str, ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw trade-offs: each series is a pair ``x, y``, both ``(settings, seeds)``.

    Dots are seeds; their medians are joined, and ``groups`` names the settings.
    """
    ax = _axes(ax)
    for place, (name, pair) in enumerate(series.items()):
        x, y = (numbers(values) for values in pair)
        ax.scatter(x, y, s=14, alpha=0.4, color=colour(name, place), linewidths=0)
        ax.plot(np.median(x, 1), np.median(y, 1), "o-", color=colour(name, place), label=name)
        for group, *point in zip(groups, np.median(x, 1), np.median(y, 1), strict=True):
            ax.annotate(group, point, (5, -11), textcoords="offset points", fontsize=9, color=colour(name, place))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()
    return ax
