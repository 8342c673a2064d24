"""How far values of several seeds lie apart."""

import numpy as np
from scipy import stats


def bootstrap_interval(values, level: float = 0.95) -> tuple[float, float]:
    """Return the bootstrap confidence interval of the mean of ``values`` ``(seeds,)`` (BCa, 9,999 resamples).

    Raises ``ValueError`` for fewer than three values or a value that is not finite.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 3 or not np.isfinite(values).all():
        raise ValueError(f"expected at least three finite values, got {values!r}")
    if np.ptp(values) == 0:
        return float(values[0]), float(values[0])
    interval = stats.bootstrap((values,), np.mean, confidence_level=level, rng=0).confidence_interval
    return float(interval.low), float(interval.high)
