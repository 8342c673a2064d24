"""Figures of the toy model in the house style: directions in the plane, their training, biases, counts over seeds."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap

from . import plots

#: From a direction of its own to one that is shared.
SHARED = LinearSegmentedColormap.from_list("shared", [plots.COLOURS[0], "#999999", plots.COLOURS[1]])


def _finite(name: str, values, shape: Sequence[int | None], axes: str) -> np.ndarray:
    """Return ``values`` as an array of this ``shape``, where None is any length, or say what came instead."""
    values = plots.numbers(values)
    fits = values.ndim == len(shape) and all(want in (None, got) for want, got in zip(shape, values.shape, strict=True))
    if not fits or values.size == 0:
        raise ValueError(f"expected {name} of shape {axes}, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"expected finite {name}, got NaN or infinity: did the training diverge?")
    return values


def _planes(W) -> np.ndarray:
    return _finite("directions", W, (None, None, 2), "(panels, features, 2)")


def arrows(W, ax: Axes | None = None) -> Axes:
    """Draw the directions ``W`` ``(features, 2)`` as numbered arrows in the plane, with the unit circle."""
    W = _planes(plots.numbers(W)[None])[0]
    ax = plt.subplots(figsize=(2.4, 2.4))[1] if ax is None else ax
    ax.add_patch(plt.Circle((0, 0), 1, fill=False, edgecolor=plots.INK, linestyle=":", linewidth=1))
    for i, (x, y) in enumerate(W):
        ax.plot([0, x], [0, y], color=plots.COLOURS[i], linewidth=3, solid_capstyle="round")
        if np.hypot(x, y) > 0.3:  # the numbers of shorter arrows would lie on each other
            ax.annotate(str(i + 1), 1.22 * np.array([x, y]), color=plots.COLOURS[i], ha="center", va="center")
    ax.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return ax


def stages(W, titles: Sequence[str]) -> np.ndarray:
    """Draw directions ``(panels, features, 2)`` above their matrices W Wᵀ, one column per panel; return the axes."""
    W = _planes(W)
    if len(titles) != len(W):
        raise ValueError(f"expected {len(W)} titles, one per panel, got {len(titles)}")
    features = W.shape[1]
    _, axes = plt.subplots(2, len(W), figsize=(2.0 * len(W), 4.2), squeeze=False)
    for plane, title, (top, bottom) in zip(W, titles, axes.T, strict=True):
        arrows(plane, top).set_title(title, fontsize=11, loc="center")
        bottom.imshow(plane @ plane.T, cmap=plots.DIVERGING, vmin=-1.3, vmax=1.3)
        bottom.set(xticks=range(features), yticks=range(features))
        bottom.set_xticklabels(range(1, features + 1))
        bottom.set_yticklabels(range(1, features + 1))
        bottom.tick_params(length=0)
        bottom.grid(False)
        bottom.spines[:].set_visible(False)
    return axes


def sparsity_axis(ax: Axes, levels) -> np.ndarray:
    """Give ``ax`` a sparsity axis, logarithmic in the density 1 - sparsity; return where ``levels`` lie on it."""
    ticks = np.array([s for s in (0, 0.5, 0.8, 0.9, 0.95, 0.99) if s <= np.max(plots.numbers(levels)) + 1e-6])
    ax.set_xticks(-np.log10(1 - ticks), [f"{tick:g}" for tick in ticks])
    ax.set_xlabel("sparsity")
    return -np.log10(1 - plots.numbers(levels))


def counts(levels, represented, ax: Axes | None = None) -> Axes:
    """Draw how many seeds represent how many features, ``(levels, seeds)``: the area of a dot is the share of seeds."""
    ax = plt.subplots(figsize=(7.2, 3.2))[1] if ax is None else ax
    represented = plots.numbers(represented).astype(int)
    for x, row in zip(sparsity_axis(ax, levels), represented, strict=True):
        values, seeds = np.unique(row, return_counts=True)
        ax.scatter(np.full(len(values), x), values, s=170 * seeds / len(row), color=plots.COLOURS[0], linewidths=0)
    ax.set(ylabel="features represented", yticks=range(represented.max() + 1), ylim=(-0.4, represented.max() + 0.6))
    return ax


def dimensions(levels, share, ax: Axes | None = None) -> Axes:
    """Draw each feature's dimensionality, ``share`` ``(levels, seeds, features)``: dots are seeds, lines medians."""
    ax = plt.subplots(figsize=(7.2, 3.8))[1] if ax is None else ax
    share = plots.numbers(share)
    x = sparsity_axis(ax, levels)
    for name, value in {"1": 1, "1/2": 1 / 2, "2/5": 2 / 5}.items():
        ax.axhline(value, color=plots.INK, linewidth=1, linestyle=":")
        ax.annotate(name, (x[-1], value), xytext=(26, 0), textcoords="offset points", va="center")
    for i in range(share.shape[2]):
        shift = 0.008 * (i - share.shape[2] // 2)
        ax.scatter(
            np.repeat(x + shift, share.shape[1]), share[:, :, i], s=9, alpha=0.35, color=plots.COLOURS[i], linewidths=0
        )
        ax.plot(x + shift, np.median(share[:, :, i], axis=1), color=plots.COLOURS[i], label=f"feature {i + 1}")
    ax.set(ylabel="dimensionality", ylim=(-0.05, 1.08), xlim=(x[0] - 0.05, x[-1] + 0.05))
    ax.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.5, 1), columnspacing=1, handlelength=1)
    return ax


def story(W, steps: Sequence[int], loss) -> np.ndarray:
    """Draw one training: its arrows at each snapshot above their lengths and the loss; return the axes of the planes.

    ``W`` is ``(snapshots, features, 2)``, ``steps`` and ``loss`` are ``(snapshots,)``. Snapshots are drawn evenly
    spaced, as log2-spaced steps should be. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    W = _planes(W)
    loss = _finite("losses", loss, W.shape[:1], f"({len(W)},), one per snapshot")
    if len(steps) != len(W):
        raise ValueError(f"expected {len(W)} steps, one per snapshot, got {len(steps)}")
    columns = -(-len(W) // 2)
    top, bottom = plt.figure(figsize=(7.6, 5.6)).subfigures(2, 1, height_ratios=[3, 2.3])
    planes = top.subplots(2, columns, squeeze=False).ravel()
    for ax in planes[len(W) :]:
        ax.remove()
    for ax, plane, step in zip(planes, W, steps, strict=False):
        arrows(plane, ax).set_title(f"step {step}", fontsize=10, loc="center")
        ax.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4))
        for number in ax.texts:
            number.set_fontsize(9)
    lengths, losses = bottom.subplots(1, 2)
    places = np.arange(len(W))
    for i, length in enumerate(np.linalg.norm(W, axis=2).T):
        lengths.plot(places, length, color=plots.COLOURS[i])
    losses.plot(places, loss, "o-", color=plots.INK, markersize=4)
    few = slice(None, None, 1 + len(W) // 8)
    for ax, ylabel in ((lengths, "length of arrow"), (losses, "loss")):
        ax.set(xlabel="training step", ylabel=ylabel, ylim=(0, None))
        ax.set_xticks(places[few], [f"{step}" for step in steps[few]])
    return planes[: len(W)]


def bias_curves(bias, losses: Mapping[str, object], trained) -> np.ndarray:
    """Draw the loss of each output against its bias, one panel per title, with dots at the ``trained`` biases.

    ``bias`` is ``(biases,)``, increasing; a panel is ``(biases, features)`` and ``trained`` ``(panels, features)``.
    Returns the axes. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    bias = _finite("biases", bias, (None,), "(biases,)")
    trained = _finite("trained biases", trained, (len(losses), None), f"({len(losses)}, features)")
    shape = (len(bias), trained.shape[1])
    _, axes = plt.subplots(1, len(losses), figsize=(7.6, 3.2), squeeze=False, sharex=True)
    for ax, (title, table), dots in zip(axes[0], losses.items(), trained, strict=True):
        table = _finite(f"losses in {title!r}", table, shape, str(shape))
        ax.axvline(0, color=plots.INK, linewidth=1, linestyle=":")
        for i, curve in enumerate(table.T):
            ax.plot(bias, curve, color=plots.COLOURS[i], label=f"output {i + 1}")
            ax.plot(dots[i], np.interp(dots[i], bias, curve), "o", color=plots.COLOURS[i], markersize=6)
        ax.set(xlabel="bias", ylim=(0, 4 * table.min(axis=0).max()))  # what is far above the bottom is not of interest
        ax.set_title(title, fontsize=11)
    axes[0, 0].set_ylabel("loss of the output")
    axes[0, 0].figure.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=trained.shape[1]
    )
    return axes[0]


def superposition(models: Mapping[str, object], titles: Sequence[str]) -> np.ndarray:
    """Draw the length of each feature's arrow as a bar, coloured by how much others share its direction.

    A model is ``(panels, features, hidden)`` and fills a row, with a column for each of the ``titles``. The colour
    is ``sum_{j != i} (unit(W_i) . W_j)^2`` (Elhage et al. 2022), cut off at 1; feature 1 is at the top. Returns the
    axes ``(models, panels)``. Raises ``ValueError`` for shapes that do not fit, NaN or infinity.
    """
    figure, axes = plt.subplots(len(models), len(titles), figsize=(7.6, 2.7 * len(models)), squeeze=False, sharex=True)
    for title, ax in zip(titles, axes[0], strict=True):
        ax.set_title(title, fontsize=11, loc="center")
    for row, (name, W) in zip(axes, models.items(), strict=True):
        W = _finite(f"directions in {name!r}", W, (len(titles), None, None), f"({len(titles)}, features, hidden)")
        lengths = np.linalg.norm(W, axis=2)
        cosines = W / np.maximum(lengths, 1e-12)[..., None] @ W.swapaxes(1, 2)
        shared = (cosines**2).sum(2) - lengths**2
        gap = 0.1 if W.shape[1] <= 40 else 0  # between thin bars it would be as thick as they are
        for ax, length, share in zip(row, lengths, shared, strict=True):
            ax.barh(np.arange(1, len(length) + 1), length, height=1 - gap, color=SHARED(share.clip(0, 1)))
            ax.axhline(W.shape[2] + 0.5, color=plots.INK, linewidth=1, linestyle=":")
            ax.set(ylim=(len(length) + 0.5, 0.5), yticks=[], xticks=[0, 1])
            ax.grid(False)
        ticks = [1, W.shape[2], W.shape[1]]
        row[0].set_yticks(ticks, [f"{tick}" for tick in ticks])
        row[0].set_ylabel(f"{name}\nfeature")
    longest = max(bar.get_width() for ax in axes.ravel() for bar in ax.patches)
    axes[0, 0].set_xlim(0, max(1.3, 1.05 * longest))
    figure.supxlabel("length of arrow", fontsize=11, color=plt.rcParams["axes.labelcolor"])
    bar = figure.colorbar(ScalarMappable(cmap=SHARED), ax=axes, ticks=[0, 0.5, 1], aspect=30)
    bar.set_label("shared with others")
    return axes


def packing(levels, represented: Mapping[str, object], ax: Axes | None = None) -> Axes:
    """Draw features represented per hidden dimension against sparsity: dots are seeds, lines medians.

    ``levels`` is ``(levels,)``, each series ``(levels, seeds)``. Raises ``ValueError`` for shapes that do not fit, NaN
    or infinity.
    """
    ax = plt.subplots(figsize=(7.2, 3.6))[1] if ax is None else ax
    x = sparsity_axis(ax, levels)
    ax.axhline(1, color=plots.INK, linewidth=1, linestyle=":")
    for place, (name, table) in enumerate(represented.items()):
        table = _finite(f"values in {name!r}", table, (len(x), None), f"({len(x)}, seeds)")
        ax.scatter(np.repeat(x, table.shape[1]), table, s=12, alpha=0.4, color=plots.COLOURS[place], linewidths=0)
        ax.plot(x, np.median(table, axis=1), color=plots.COLOURS[place], label=name)
    ax.set(ylabel="features per dimension", ylim=(0, None))
    ax.legend(ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1), columnspacing=1.2, handlelength=1.6)
    return ax
