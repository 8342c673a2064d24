"""Dominance and participation ratio count what counts, and principal components are numpy's."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers import mixing

WEIGHTS = hnp.arrays(float, (2, 4, 3), elements=st.floats(-100, 100, width=32))
PARTS = hnp.arrays(float, st.integers(1, 12), elements=st.floats(0, 1e6, width=32))


@given(WEIGHTS, st.floats(1e-3, 1e3), st.permutations(range(4)))
def test_dominance_knows_neither_signs_nor_scale_nor_order(weights, scale, order):
    assume((np.abs(weights).sum(1) > 1e-3).all())
    found = mixing.dominance(torch.tensor(weights))
    assert found.shape == (2, 3) and ((found >= 1 / 4 - 1e-9) & (found <= 1)).all()
    torch.testing.assert_close(found, mixing.dominance(torch.tensor(-scale * weights[:, order])))


def test_dominance_of_plain_cases():
    W = torch.tensor([[[1.0, 3.0, -1.0, 0.0], [0.0, 1.0, 1.0, 0.0]]])
    assert mixing.dominance(W)[0, :3].tolist() == [1.0, 0.75, 0.5] and mixing.dominance(W)[0, 3].isnan()


@given(st.integers(1, 20), st.integers(0, 20), st.floats(1e-200, 1e100))
def test_equal_parts_are_counted(parts, nothing, size):
    values = torch.tensor([size] * parts + [0.0] * nothing, dtype=torch.float64)
    assert mixing.participation_ratio(values).item() == pytest.approx(parts)


@given(PARTS, st.floats(1e-3, 1e3))
def test_the_ratio_lies_between_one_and_the_number_of_parts(values, scale):
    assume(values.sum() > 0)
    found = mixing.participation_ratio(torch.tensor(values)).item()
    assert 1 - 1e-9 <= found <= (values > 0).sum() + 1e-9
    assert mixing.participation_ratio(torch.tensor(scale * values)).item() == pytest.approx(found)
    if (values.sum() ** 2 > 1e-100) and np.square(values).sum() > 1e-100:
        assert found == pytest.approx(values.sum() ** 2 / np.square(values).sum())


def test_nothing_has_no_ratio_and_axes_before_the_last_are_kept():
    found = mixing.participation_ratio(torch.tensor([[[1.0, 1.0], [0.0, 0.0]]]))
    assert found.shape == (1, 2) and found[0, 0] == 2 and found[0, 1].isnan()


def test_variances_are_those_of_the_covariance_and_do_not_turn_with_the_axes():
    rng = np.random.default_rng(0)
    hidden = rng.normal(size=(200, 2, 3)) * [5.0, 1.0, 0.1]
    found = mixing.variances(torch.tensor(hidden))
    for i in range(2):
        expected = np.linalg.eigvalsh(np.cov(hidden[:, i].T))[::-1]
        np.testing.assert_allclose(found[i], expected)
    turned = hidden @ np.linalg.qr(rng.normal(size=(3, 3)))[0] + 7
    torch.testing.assert_close(mixing.variances(torch.tensor(turned)), found)


def test_a_silent_unit_and_a_layer_that_never_varies():
    hidden = torch.zeros(5, 1, 3)
    hidden[:, 0, 1] = torch.arange(5.0)
    assert mixing.variances(hidden)[0].tolist() == pytest.approx([2.5, 0, 0])
    assert mixing.variances(torch.ones(5, 1, 3)).sum() == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mixing.dominance(torch.ones(3, 2)), r"weights must have shape \(instances, inputs, neurons\)"),
        (lambda: mixing.dominance(torch.full((1, 2, 2), torch.nan)), "weights must be finite: 4 values"),
        (lambda: mixing.participation_ratio(torch.ones(2, 0)), r"values of shape \(..., parts\), got \(2, 0\)"),
        (lambda: mixing.participation_ratio(torch.tensor(1.0)), r"got \(\)"),
        (lambda: mixing.participation_ratio(torch.tensor([1.0, -1.0])), "finite and not negative"),
        (lambda: mixing.participation_ratio(torch.tensor([1.0, torch.inf])), "finite and not negative"),
        (lambda: mixing.variances(torch.ones(1, 2, 2)), "expected two rows or more, got 1"),
        (lambda: mixing.variances(torch.ones(4, 2)), r"hidden must have shape \(rows, instances, units\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
