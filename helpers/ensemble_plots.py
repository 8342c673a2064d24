"""Figures of chapter 12c in the house style: what latents are, by how many other seeds have them, too."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np

from . import plots

#: What was shuffled is dashed and has other marks, so that no figure depends on colour.
STYLES = {"latents": ("-", "o"), "shuffled apart": ("--", "s")}


def by_votes(
    panels: Mapping[str, Mapping[str, object]], ylabel: str, levels: Mapping[str, float] | None = None, name: str = ""
) -> np.ndarray:
    """Draw ``panels[title][kind]`` ``(votes, networks)``: a dot for each network, NaN for none, medians joined.

    Row ``v`` is for the latents that ``v`` other seeds have, too. ``levels`` draws a dotted line, called ``name``, in
    the panel of each title. Returns the axes.
    """
    if not panels:
        raise ValueError("expected at least one panel, got none")
    _, axes = plt.subplots(1, len(panels), figsize=(3.6 * len(panels) + 0.4, 3.3), sharey=True, squeeze=False)
    for ax, (title, kinds) in zip(axes[0], panels.items(), strict=True):
        for place, (kind, values) in enumerate(kinds.items()):
            values = plots.numbers(values)
            if values.ndim != 2 or values.size == 0:
                raise ValueError(f"expected {kind!r} of {title!r} to have shape (votes, networks), got {values.shape}")
            line, mark = STYLES.get(kind, (":", "^"))
            tint, votes = plots.colour(kind, place), np.arange(len(values))
            at = votes + 0.16 * (2 * place - len(kinds) + 1)
            dots = {"s": 12, "alpha": 0.45, "color": tint, "marker": mark, "linewidths": 0}
            ax.scatter(np.broadcast_to(at[:, None], values.shape), values, **dots)
            ax.plot(at, plots.quantiles(values, 0.5), line, marker=mark, color=tint, label=kind)
        if levels is not None:
            ax.axhline(levels[title], linestyle=":", color=plots.INK, label=name or None)
        ax.set(title=title, xlabel="votes: other seeds that have it", xticks=votes)
    axes[0, 0].set_ylabel(ylabel)
    axes[0, 0].legend(fontsize=9)
    return axes[0]
