"""What picking the best does to its value. Values are ``(sets, seeds)``, NaN where a network has none."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln


class Components(NamedTuple):
    """Variances between sets and between seeds of a set, and the share of the first in both."""

    between: float
    within: float
    icc: float


def _table(name: str, values, seeds: int = 1) -> np.ndarray:
    """Return ``values`` as an array with two axes, at least two sets and so many ``seeds`` in each."""
    values = np.asarray(values, dtype=float)
    if values.ndim != 2 or len(values) < 2 or (np.isfinite(values).sum(1) < seeds).any() or np.isinf(values).any():
        raise ValueError(
            f"expected {name} of shape (sets, seeds), at least two sets with {seeds} finite value(s) each and none "
            f"infinite, got shape {values.shape}"
        )
    return values


def components(values) -> Components:
    """Split the variance of ``values`` ``(sets, seeds)``: a set has its value, and each seed adds luck of its own.

    The variance of set means holds a part of the luck, which is subtracted; less than nothing counts as nothing. The
    share ``icc`` is the intraclass correlation ICC(1), that of two seeds of one set. Source: Shrout and Fleiss (1979).
    Raises ``ValueError`` unless each set has at least two values.
    """
    values = _table("values", values, seeds=2)
    seeds = np.isfinite(values).sum(1)
    within = np.nanvar(values, axis=1, ddof=1).mean()
    between = max(0.0, np.nanmean(values, axis=1).var(ddof=1) - within * (1 / seeds).mean())
    both = between + within
    return Components(float(between), float(within), float(between / both) if both else 0.0)


def reliability(icc: float, seeds):
    """Return the correlation of two means over so many ``seeds`` of the same sets (Spearman 1910, Brown 1910).

    Raises ``ValueError`` for an ``icc`` outside [0, 1] and for less than one seed.
    """
    seeds = np.asarray(seeds, dtype=float)
    if not 0 <= icc <= 1 or not (seeds >= 1).all():
        raise ValueError(f"expected an icc in [0, 1] and at least one seed, got {icc} and {seeds}")
    return seeds * icc / (1 + (seeds - 1) * icc)


def best_of(values, tried: Sequence[int], others=None) -> np.ndarray:
    """Return what the best of so many sets is expected to be, for each of ``tried``, and each seed: ``(tried, seeds)``.

    The sets that are tried are drawn without replacement from all in ``values`` ``(sets, seeds)``, the best is that of
    the largest value. With ``others`` ``(sets, seeds)`` return what the chosen set has there. Nothing is drawn: of
    ``n`` sets in ascending order, set ``i`` is the best of ``k`` with probability C(i - 1, k - 1) / C(n, k). Raises
    ``ValueError`` for a number of sets that there is not, for other shapes, and for a value that is missing.
    """
    values = _table("values", values, seeds=np.shape(values)[-1] if np.ndim(values) else 1)
    others = values if others is None else _table("others", others, seeds=values.shape[1])
    if others.shape != values.shape:
        raise ValueError(f"expected others of shape {values.shape}, like the values, got {others.shape}")
    count, tried = len(values), np.asarray(tried)
    if tried.ndim != 1 or not np.isin(tried, np.arange(1, count + 1)).all():
        raise ValueError(f"expected numbers of sets from 1 to {count}, got {tried}")
    order = values.argsort(axis=0, kind="stable")
    place = np.arange(1, count + 1)
    with np.errstate(divide="ignore"):  # the logarithm of an impossible choice is minus infinity
        log = np.stack([_log_choose(place - 1, k - 1) - _log_choose(count, k) for k in tried])
    return np.exp(log) @ np.take_along_axis(others, order, axis=0)


def _log_choose(n, k):
    n = np.asarray(n, dtype=float)
    inside = gammaln(n + 1) - gammaln(k + 1) - gammaln(np.maximum(n - k, 0) + 1)
    return np.where(n >= k, inside, -np.inf)


def p_value(observed: float, null) -> float:
    """Return how often ``null`` values reach ``observed``, which counts as one of them (Phipson and Smyth 2010).

    Raises ``ValueError`` for no null values or one that is not finite.
    """
    null = np.asarray(null, dtype=float)
    if null.ndim != 1 or not null.size or not np.isfinite([*null, observed]).all():
        raise ValueError(f"expected finite null values of shape (times,), got shape {null.shape} and {observed}")
    return float((1 + (null >= observed).sum()) / (1 + null.size))
