"""The figure of chapter 08b in the house style: what each way to be sparse gives at each L0."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from . import plots
from .arrays import finite

#: Six shapes, so that six variants can be told apart without colours.
MARKERS = "osD^vP"


def fronts(panels: Mapping[str, Mapping[str, tuple]], true_l0: float, log: Sequence[str] = ()) -> np.ndarray:
    """Draw measures against L0, one panel each, and return the axes.

    ``panels[measure][variant]`` is a pair ``l0, values``, both ``(settings, seeds)``. Dots are seeds; the medians of
    the settings are joined in the order of L0. ``true_l0`` is a dashed line. Measures named in ``log`` get a
    logarithmic axis. Raises ``ValueError`` for no panel or more than four, pairs of two shapes, values that are not
    finite, or, on a logarithmic axis, not positive.
    """
    if not 1 <= len(panels) <= 4:
        raise ValueError(f"expected one to four panels, got {len(panels)}")
    rows, columns = (2, 2) if len(panels) == 4 else (1, len(panels))
    size = (7.4, 6.6 if rows == 2 else 4.4)
    figure, axes = plt.subplots(rows, columns, figsize=size, sharex=True, squeeze=False)
    for ax, (measure, variants) in zip(axes.ravel(), panels.items(), strict=True):
        for place, (name, pair) in enumerate(variants.items()):
            l0, values = _pair(f"{measure}, {name}", pair, positive=measure in log)
            tint, marker = plots.colour(name, place), MARKERS[place % len(MARKERS)]
            middle = np.median([l0, values], axis=-1)
            ax.scatter(l0, values, s=9, alpha=0.3, color=tint, marker=marker, linewidths=0)
            ax.plot(*middle[:, middle[0].argsort()], marker=marker, markersize=6, linewidth=1.6, color=tint, label=name)
        ax.axvline(true_l0, color=plots.INK, linestyle="--", linewidth=1)
        ax.set_title(measure, fontsize=11)
        if measure in log:
            ax.set_yscale("log")
    for ax in axes[-1]:
        ax.set_xlabel("L0: latents on per row")
    handles, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=6, columnspacing=1.2, handlelength=1.6)
    return axes.ravel()


def _pair(name: str, pair, positive: bool) -> tuple[np.ndarray, np.ndarray]:
    l0, values = pair
    l0 = finite(f"the L0 of {name}", l0, "(settings, seeds)", (None, None), 0)
    least = np.nextafter(0, 1) if positive else -np.inf
    values = finite(f"the values of {name}", values, "(settings, seeds)", (None, None), least)
    if l0.shape != values.shape:
        raise ValueError(f"expected as many values as L0 of {name}, got {values.shape} for {l0.shape}")
    return l0, values
