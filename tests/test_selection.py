"""Selection: what is computed exactly is what drawing gives, and luck is told from what stays."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers import selection

TABLES = arrays(float, st.tuples(st.integers(2, 6), st.integers(2, 4)), elements=st.integers(-9, 9).map(float))


@given(TABLES, st.data())
def test_the_best_of_some_sets_is_the_average_over_all_choices(values, data):
    tried = data.draw(st.integers(1, len(values)))
    others = values[:, ::-1] - 3
    found = selection.best_of(values, [tried], others)[0]
    order = values.argsort(axis=0, kind="stable")
    rank = order.argsort(axis=0)  # of equal values the later set counts as the better one
    for seed in range(values.shape[1]):
        chosen = [
            max(some, key=lambda i, s=seed: rank[i, s]) for some in itertools.combinations(range(len(values)), tried)
        ]
        assert np.isclose(found[seed], np.mean([others[i, seed] for i in chosen]))


@given(TABLES)
def test_the_best_of_one_is_the_average_and_of_all_the_largest(values):
    found = selection.best_of(values, [1, len(values)])
    assert np.allclose(found, [values.mean(0), values.max(0)])


def test_hundreds_of_sets_do_not_overflow():
    values = np.random.default_rng(0).normal(size=(250, 3))
    found = selection.best_of(values, range(1, 251))
    assert np.isfinite(found).all() and (np.diff(found, axis=0) > 0).all()


def test_components_are_recovered_with_and_without_missing_values():
    rng = np.random.default_rng(0)
    values = rng.normal(5, 2, (4000, 1)) + rng.normal(0, 4, (4000, 6))
    found = selection.components(values)
    assert found.between == pytest.approx(4, rel=0.1) and found.within == pytest.approx(16, rel=0.05)
    assert found.icc == pytest.approx(0.2, rel=0.1)
    values[rng.random(values.shape) < 0.2] = np.nan
    values[np.isfinite(values).sum(1) < 2] = 5
    assert selection.components(values).icc == pytest.approx(0.2, rel=0.15)


def test_sets_that_do_not_differ_have_no_component():
    assert selection.components([[1.0, 2.0], [2.0, 1.0]]) == (0, 0.5, 0)
    assert selection.components(np.ones((3, 3))) == (0, 0, 0)
    assert selection.components([[1.0, 1.0], [2.0, 2.0]]).icc == 1


def test_reliability_is_the_correlation_of_two_means():
    rng = np.random.default_rng(1)
    sets = rng.normal(size=(20_000, 1))
    one, other = (sets + 2 * rng.normal(size=(20_000, 5)) for _ in range(2))
    r = np.corrcoef(one.mean(1), other.mean(1))[0, 1]
    assert r == pytest.approx(selection.reliability(0.2, 5), abs=0.02)
    assert selection.reliability(0.3, 1) == pytest.approx(0.3)
    assert selection.reliability(0.5, [1, 3]).tolist() == [0.5, 0.75]


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30), st.integers(-6, 6))
def test_a_p_value_counts_the_measured_one(null, observed):
    p = selection.p_value(observed, null)
    assert 1 / (len(null) + 1) <= p <= 1
    assert p == pytest.approx((1 + sum(value >= observed for value in null)) / (1 + len(null)))


BAD = {
    "components of one set": (lambda: selection.components([[1.0, 2.0]]), "values of shape \\(sets, seeds\\)"),
    "components of one seed": (lambda: selection.components([[1.0], [2.0]]), "2 finite value"),
    "components of a set without values": (lambda: selection.components([[1, 2], [np.nan, 1]]), "2 finite value"),
    "components of infinity": (lambda: selection.components([[1, 2], [np.inf, 1]]), "none infinite"),
    "best of too many": (lambda: selection.best_of(np.eye(3), [4]), "numbers of sets from 1 to 3, got \\[4\\]"),
    "best of a half": (lambda: selection.best_of(np.eye(3), [1.5]), "numbers of sets from 1 to 3"),
    "best of what is missing": (lambda: selection.best_of([[1, np.nan], [1, 2]], [1]), "2 finite value"),
    "other others": (lambda: selection.best_of(np.eye(3), [1], np.ones((4, 3))), "others of shape \\(3, 3\\)"),
    "an icc above 1": (lambda: selection.reliability(1.2, 3), "icc in \\[0, 1\\]"),
    "no seed": (lambda: selection.reliability(0.2, 0), "at least one seed"),
    "no null": (lambda: selection.p_value(1.0, []), "null values of shape \\(times,\\), got shape \\(0,\\)"),
    "a null that is none": (lambda: selection.p_value(1.0, [np.nan]), "finite null values"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()
