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


def against_truth(truth, agreement, rate, threshold: float, ax: Axes | None = None) -> Axes:
    """Draw a dot per latent, any shape: how far its partner agrees against how well it matches a true feature.

    Its colour is the share ``rate`` of rows on which it is on, as a logarithm. Dashed lines lie at ``threshold``.
    Raises ``ValueError`` for three shapes that are not one, and for a latent that is never on.
    """
    truth, agreement, rate = (plots.numbers(values) for values in (truth, agreement, rate))
    if not truth.shape == agreement.shape == rate.shape:
        raise ValueError(f"expected three of one shape, got {truth.shape}, {agreement.shape} and {rate.shape}")
    if not (rate > 0).all():
        raise ValueError(f"expected latents that are ever on, got {int((rate <= 0).sum())} that are not")
    ax = plt.subplots(figsize=(5.4, 4.4))[1] if ax is None else ax
    # From the pale end of the colours little can be seen: begin at a third.
    tints = plots.LinearSegmentedColormap.from_list("rates", plots.SEQUENTIAL(np.linspace(0.35, 1, 64)))
    dots = ax.scatter(truth, agreement, s=18, c=100 * rate, cmap=tints, norm="log", linewidths=0)
    bar = ax.figure.colorbar(dots, ax=ax, label="rows on (%)")
    ticks = [tick for tick in (1, 2, 5, 10, 20, 50) if 100 * rate.min() <= tick <= 100 * rate.max()]
    bar.set_ticks(ticks, labels=[f"{tick}" for tick in ticks])
    bar.ax.minorticks_off()
    ax.axvline(threshold, color=plots.INK, linestyle="--", linewidth=1.2)
    ax.axhline(threshold, color=plots.INK, linestyle="--", linewidth=1.2)
    ax.set(xlabel="match with a true feature, largest |r|", ylabel="agreement with the partner, r")
    return ax
