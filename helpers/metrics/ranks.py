"""Correlation of ranks."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata


def rank_correlation(x, y, given: Sequence = ()) -> float:
    """Return the rank correlation of ``x`` and ``y``, both ``(n,)``, at fixed values of those in ``given``.

    All are replaced by their ranks, and what a linear regression on the ranks of ``given`` foretells is taken from the
    ranks of ``x`` and ``y`` before these are correlated; with nothing given it is Spearman's correlation. NaN where
    nothing is left to correlate. Raises ``ValueError`` for values of other numbers or that are not finite.
    """
    values = [np.asarray(each, dtype=float) for each in (x, y, *given)]
    if any(each.ndim != 1 or each.shape != values[0].shape or not np.isfinite(each).all() for each in values):
        raise ValueError(f"expected finite values, as many of each, got shapes {[each.shape for each in values]}")
    ranks = np.array([rankdata(each) for each in values])
    known = np.vstack([np.ones(ranks.shape[1]), ranks[2:]]).T
    left = [each - known @ np.linalg.lstsq(known, each, rcond=None)[0] for each in ranks[:2]]
    lengths = [np.linalg.norm(each) for each in left]
    # Ranks run up to n: what is below a billionth of that is rounding.
    return float(left[0] @ left[1] / np.prod(lengths)) if min(lengths) > 1e-9 * len(values[0]) else np.nan
