"""Figures of chapter 12 in the house style: agreement beside what chance, or the data alone, would give."""

from collections.abc import Mapping
from itertools import chain

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from . import plots

#: What a dictionary is held against, each with a colour and a marker of its own.
KINDS = {
    "another seed": (plots.COLOURS[1], "o"),
    "another network": (plots.COLOURS[2], "D"),
    "shuffled apart": (plots.COLOURS[0], "s"),
    "random": (plots.PALETTE["random"], "^"),
    "other rows": (plots.COLOURS[4], "v"),
    "neurons themselves": (plots.COLOURS[9], "P"),
}
#: How the outcomes of ``agreement.compare`` are written below an axis.
LABELS = {
    "decoder": "cosine,\ndecoder",
    "encoder": "cosine,\nencoder",
    "matched": "cosine,\nmatched",
    "shared": "share\nshared",
    "correlation": "r,\nlargest",
    "matched_r": "r,\nmatched",
    "svcca": "SVCCA",
    "rsa": "RSA",
}


def beside(measures: Mapping[str, Mapping[str, object]], ylabel: str, ax: Axes | None = None) -> Axes:
    """Draw a dot per pair and a bar at the median for each kind of each measure: ``measures[measure][kind]``.

    Kinds are those of ``KINDS``, and lie side by side in this order; measures in ``LABELS`` get their label. A value
    that is not finite is not drawn. Raises ``ValueError`` without a measure, for another kind, and for values that are
    not one per pair.
    """
    given = set(chain(*measures.values()))
    if not given or given - set(KINDS):
        raise ValueError(f"expected kinds among {', '.join(KINDS)}, got {', '.join(sorted(given)) or 'none'}")
    kinds = [kind for kind in KINDS if kind in given]
    tables = {name: {kind: _pairs(kind, v) for kind, v in groups.items()} for name, groups in measures.items()}
    ax = plt.subplots(figsize=(7.4, 4))[1] if ax is None else ax
    step, jitter = 0.8 / len(kinds), np.random.default_rng(0)
    for place, groups in enumerate(tables.values()):
        for shift, kind in enumerate(kinds):
            if kind not in groups:
                continue
            (tint, marker), values = KINDS[kind], groups[kind]
            x = place + step * (shift - (len(kinds) - 1) / 2)
            spread = jitter.uniform(-step / 4, step / 4, len(values))
            ax.scatter(x + spread, values, s=14, alpha=0.6, color=tint, marker=marker, linewidths=0)
            ax.hlines(plots.quantiles(values, 0.5), x - 0.42 * step, x + 0.42 * step, color=tint, linewidth=2.5)
    for kind in kinds:
        tint, marker = KINDS[kind]
        ax.plot([], [], marker, color=tint, label=kind)
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(kinds), fontsize=9, columnspacing=1)
    ax.set_xticks(range(len(tables)), [LABELS.get(name, name) for name in tables])
    ax.grid(axis="x", visible=False)
    ax.set(ylabel=ylabel)
    return ax


def _pairs(kind: str, values) -> np.ndarray:
    values = plots.numbers(values)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"expected one value per pair for {kind!r}, (pairs,), got shape {values.shape}")
    return values


def against_truth(kinds: Mapping[str, tuple], threshold: float) -> np.ndarray:
    """Draw a dot per latent, a panel for each kind of ``KINDS``: ``kinds[kind]`` is a pair, truth and agreement.

    Truth is how well a latent matches a true feature, agreement how well its partner, both of one shape, any.
    Dashed lines lie at ``threshold``. Returns the axes. Raises ``ValueError`` for other kinds, none, and other shapes.
    """
    if not kinds or set(kinds) - set(KINDS):
        raise ValueError(f"expected kinds among {', '.join(KINDS)}, got {', '.join(kinds) or 'none'}")
    tables = {kind: [plots.numbers(values).ravel() for values in pair] for kind, pair in kinds.items()}
    if ragged := [kind for kind, (truth, agreement) in tables.items() if truth.shape != agreement.shape]:
        raise ValueError(f"expected as many numbers for truth as for agreement, got others for {', '.join(ragged)}")
    size = {"figsize": (3.9 * len(tables) + 0.3, 4), "sharey": True, "squeeze": False, "layout": "constrained"}
    axes = plt.subplots(1, len(tables), **size)[1][0]
    for ax, (kind, (truth, agreement)) in zip(axes, tables.items(), strict=True):
        ax.scatter(truth, agreement, s=16, alpha=0.6, color=KINDS[kind][0], marker=KINDS[kind][1], linewidths=0)
        ax.axvline(threshold, color=plots.INK, linestyle="--", linewidth=1.2)
        ax.axhline(threshold, color=plots.INK, linestyle="--", linewidth=1.2)
        ax.set(xlabel="match with a true feature, largest |r|", xlim=(0, 1.03))
        ax.set_title(kind, fontsize=10, pad=18)
        for place, name in ((threshold / 2, "not true"), ((1 + threshold) / 2, "true")):
            ax.text(place, 1.01, name, transform=ax.get_xaxis_transform(), ha="center", va="bottom", fontsize=9)
    last, top = axes[-1], 1.03
    axes[0].set(ylabel="agreement with the partner, r", ylim=(min(0, *axes[0].get_ylim()), top))
    for place, name in ((threshold / 2, "not agreed"), ((top + threshold) / 2, "agreed")):
        last.text(1.06, place, name, rotation=270, ha="left", va="center", fontsize=9)
    return axes


def against_rule(sizes, series: Mapping[str, object], rules: Mapping[str, object], xlabel: str, ylabel: str) -> Axes:
    """Draw curves ``(sizes, seeds)`` as ``plots.curves``, and dashed in the colour of each what a rule says of it.

    Raises ``ValueError`` where a rule has no curve.
    """
    if strange := set(rules) - set(series):
        raise ValueError(f"expected rules for {', '.join(series)}, got one for {', '.join(sorted(strange))}")
    ax = plots.curves(sizes, series, xlabel, ylabel, ax=plt.subplots()[1])
    for place, name in enumerate(series):
        if name in rules:
            ax.plot(sizes, rules[name], "--", color=plots.colour(name, place), linewidth=1.2)
    ax.plot([], [], "--", color=plots.INK, linewidth=1.2, label="rule of thumb")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1))
    ax.set(xscale="log", ylim=(0, 1))
    return settled(ax)


def by_rows(rows, panels: Mapping[str, Mapping[str, object]], reported: float, ylabel: str) -> np.ndarray:
    """Draw a panel of curves ``(rows, seeds)`` for each title of ``panels``, and a dashed line at what was reported."""
    size = {"figsize": (4.3 * len(panels), 3.8), "sharey": True, "squeeze": False}
    # A layout that makes room for the labels at the ends would make the panels narrow.
    axes = plt.subplots(1, len(panels), **size, layout="none", gridspec_kw={"wspace": 0.4})[1][0]
    for ax, (title, series) in zip(axes, panels.items(), strict=True):
        plots.curves(rows, series, "rows", "", ax=ax)
        ax.axhline(reported, color=plots.INK, linestyle="--", linewidth=1.2)
        ax.set(xscale="log", ylim=(0, 1))
        ax.set_xticks(rows, [f"{count:,}" for count in rows])
        ax.minorticks_off()
        ax.set_title(title, fontsize=10)
        settled(ax)
    end = {"ha": "right", "va": "bottom", "fontsize": 9, "color": plots.INK}
    axes[0].annotate(f"reported: {reported:g}", (rows[-1], reported), (0, 3), textcoords="offset points", **end)
    axes[0].set_ylabel(ylabel)
    return axes


def settled(ax: Axes, gap: float = 12) -> Axes:
    """Put the labels of ``plots.curves`` at the ends of their curves; one less than ``gap`` points above another moves
    up. Call it when the limits are final."""
    labels = [text for text in ax.texts if text.get_position()[0] > 0]
    heights = {text: ax.transData.transform(text.xy)[1] * 72 / ax.figure.dpi for text in labels}
    below = -np.inf
    for text in sorted(labels, key=heights.get):
        below = max(heights[text], below + gap)
        text.set_position((6, below - heights[text]))
    return ax
