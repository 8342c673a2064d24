"""Figures of chapter 09b: the house's plots, several side by side."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from . import plots


def _side_by_side(panels: Mapping[str, object], height: float = 3.6) -> Sequence[Axes]:
    if not panels:
        raise ValueError("expected at least one panel, got none")
    _, axes = plt.subplots(1, len(panels), figsize=(9.5, height), layout="constrained", squeeze=False)
    return axes[0]


def strips(panels: Mapping[str, Mapping[str, object]], tint: str | None = None, zero: bool = False) -> Sequence[Axes]:
    """Draw one ``plots.strip`` per panel; ``panels[label][group]`` holds one value per seed. Return the axes.

    Every axis shows zero, so that a small difference looks small. Raises ``ValueError`` without a panel.
    """
    axes = _side_by_side(panels)
    for ax, (label, groups) in zip(axes, panels.items(), strict=True):
        plots.strip(groups, label, tint=tint, zero=zero, ax=ax)
        low, high = ax.get_ylim()
        ax.set_ylim(min(low, 0), max(high, 0))
        ax.tick_params(axis="x", rotation=35 if max(map(len, groups)) > 4 else 0)
    return axes


def curves(layers: Sequence[int], panels: Mapping[str, Mapping[str, object]], xlabel: str) -> Sequence[Axes]:
    """Draw one ``plots.curves`` per panel against ``layers``; ``panels[label][line]`` is ``(layers, seeds)``.

    A panel of whole numbers gets whole ticks. Returns the axes. Raises ``ValueError`` without a panel, or for lines of
    another number of layers.
    """
    axes = _side_by_side(panels)
    for ax, (label, lines) in zip(axes, panels.items(), strict=True):
        plots.curves(layers, lines, xlabel, label, ax=ax)
        if all((plots.numbers(values) % 1 == 0).all() for values in lines.values()):
            ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        # Room at the right for the names of the lines.
        ax.set(xticks=layers, xlim=(min(layers) - 0.1, max(layers) + 0.3 * (max(layers) - min(layers)) + 0.1))
    return axes


def fronts(pairs: Mapping[str, tuple], settings: Sequence[str], labels: Sequence[str], level: float) -> Sequence[Axes]:
    """Draw two trade-offs against L0 side by side, the last with a dashed line at ``level``. Return the axes.

    ``pairs[name]`` holds L0 and two results, each ``(settings, seeds)``; ``labels`` names the results. The left panel
    shows all of ``pairs``, the right one the first alone: the dots of several would hide each other there. Only the
    first curve names all its settings, the others those at their ends. Raises ``ValueError`` for another number of
    results.
    """
    if any(len(values) != 3 for values in pairs.values()) or len(labels) != 2:
        raise ValueError(f"expected L0 and two results for each of {', '.join(pairs)}, and two labels")
    axes = _side_by_side(dict.fromkeys(labels), height=3.8)
    xlabel, first = "latents on per row (L0)", next(iter(pairs))
    plots.front({name: (l0, y) for name, (l0, y, _) in pairs.items()}, settings, xlabel, labels[0], ax=axes[0])
    for place, text in enumerate(axes[0].texts[len(settings) :]):
        first_or_last = place % len(settings) in (0, len(settings) - 1)
        text.set_visible(first_or_last)
        # Out of the way of the first curve's, which lie below it: above the beginning, left of the end.
        text.xyann = (-4, 7) if place % len(settings) == 0 else (-24, -3)
    plots.front({first: pairs[first][::2]}, settings, xlabel, labels[1], ax=axes[1])
    axes[1].axhline(level, linestyle="--", color=plots.INK)
    for dots in (*axes[0].collections, *axes[1].collections):
        dots.set_alpha(0.65)  # the house's paler ones vanish on a dark page
    return axes
