"""Checks of arrays that are to be drawn: one clear message each."""

import reprlib

import numpy as np

from . import plots


def finite(name: str, values, axes: str, shape: tuple[int | None, ...], low=-np.inf, high=np.inf) -> np.ndarray:
    """Return ``values`` as an array of this ``shape``, where None is any length.

    Raises ``ValueError`` unless they are numbers of that shape, finite and from ``low`` to ``high``.
    """
    try:
        found = plots.numbers(values)
    except (TypeError, ValueError):
        raise ValueError(f"expected {name} of shape {axes}, got {reprlib.repr(values)}") from None
    fits = found.ndim == len(shape) and all(want in (None, got) for want, got in zip(shape, found.shape, strict=True))
    if not fits or found.size == 0:
        raise ValueError(f"expected {name} of shape {axes}, not empty, got {found.shape}")
    odd = found[~(np.isfinite(found) & (found >= low) & (found <= high))]
    if odd.size:
        raise ValueError(f"expected finite {name} from {low:g} to {high:g}, got {odd[0]:g}")
    return found
