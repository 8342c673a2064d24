"""The rank correlation is Spearman's, and the partial one takes out what is given."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from helpers import metrics


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=4, max_size=30))
def test_without_anything_given_it_is_spearmans(pairs):
    x, y = np.array(pairs, dtype=float).T
    ours = metrics.rank_correlation(x, y)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        assert np.isnan(ours)
    else:
        assert np.isclose(ours, spearmanr(x, y).statistic)


def test_what_only_goes_through_a_third_is_taken_out():
    source = np.random.default_rng(0)
    z = source.normal(size=2000)
    x, y = (z + source.normal(size=2000) for _ in range(2))
    assert metrics.rank_correlation(x, y) > 0.4
    assert abs(metrics.rank_correlation(x, y, [z])) < 0.08
    xy, xz, yz = spearmanr(x, y).statistic, spearmanr(x, z).statistic, spearmanr(y, z).statistic
    partial = (xy - xz * yz) / ((1 - xz**2) * (1 - yz**2)) ** 0.5
    assert np.isclose(metrics.rank_correlation(x, y, [z]), partial)
    assert np.isnan(metrics.rank_correlation(x, y, [x]))


def test_values_that_do_not_fit_are_refused():
    for wrong in ([1.0, 2.0], [1.0, np.nan, 2.0], [[1.0], [2.0], [3.0]]):
        with pytest.raises(ValueError, match="as many of each"):
            metrics.rank_correlation([1.0, 2.0, 3.0], wrong)
