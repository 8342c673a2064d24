"""Mutual information: what scikit-learn says, zero for nothing, and it sees what a correlation does not."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from helpers import information, metrics


def draw(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.integers(2, 6), st.integers(0, 50))
def test_it_is_what_scikit_learn_says_in_bits(bins, seed):
    units, inputs = draw(seed, 60, 2, 3).relu(), draw(seed + 1, 60, 2)
    ours = information.mutual_information(units, inputs, bins)
    assert ours.shape == (2, 3, 2) and (ours >= -1e-6).all()
    u, v = information.bins_of(units, bins), information.bins_of(inputs, bins)
    for i, k, p in np.ndindex(2, 3, 2):
        assert ours[i, k, p].item() == pytest.approx(mutual_info_score(u[:, i, k], v[:, p]) / math.log(2), abs=1e-5)


@given(st.integers(2, 8), st.integers(0, 50))
def test_bins_are_equally_full_and_equal_values_share_one(bins, seed):
    x = draw(seed, 8 * bins)
    assert information.bins_of(x, bins).bincount(minlength=bins).tolist() == [8] * bins
    silent = information.bins_of(x.relu(), bins)
    assert silent[x <= 0].unique().numel() <= 1


def test_bins_keep_the_order():
    x = torch.tensor([5.0, -1.0, 3.0, 2.0])
    assert information.bins_of(x, 2).tolist() == [1, 0, 1, 0]


def test_a_copy_has_all_bits_of_its_bins_and_a_dead_unit_none():
    x = torch.arange(64.0).unsqueeze(1)
    units = torch.stack([x, -x, 0 * x], 2)
    bits = information.mutual_information(units, x, 8)[0, :, 0]
    assert bits.tolist() == pytest.approx([3, 3, 0], abs=1e-5)


def test_a_hill_is_seen_where_correlation_sees_nothing():
    x = torch.linspace(-1, 1, 400).unsqueeze(1)
    hill = (0.5 - x.abs()).relu().unsqueeze(2)
    assert metrics.correlations(hill, x).abs().item() < 1e-4
    assert information.mutual_information(hill, x).item() > 1
    shuffled = x[torch.randperm(400, generator=torch.Generator().manual_seed(0))]
    assert information.control(hill, shuffled).item() < 0.2


def test_the_control_of_what_repeats_is_all_of_it():
    x = torch.arange(6.0).repeat(11).unsqueeze(1)  # shifts by 6 rows change nothing
    said, chance = (f(x.unsqueeze(2), x, bins=3) for f in (information.mutual_information, information.control))
    assert torch.allclose(said, chance)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: information.bins_of(torch.ones(3), 4), "as many rows, got 4 bins for 3 rows"),
        (lambda: information.bins_of(torch.ones(3), 1), "at least two bins"),
        (lambda: information.mutual_information(torch.ones(9, 2), torch.ones(9, 1)), "must have shape"),
        (lambda: information.mutual_information(torch.ones(9, 1, 1), torch.ones(8, 1)), r"\(9, inputs\)"),
        (lambda: information.mutual_information(torch.ones(9, 1, 1), torch.full((9, 1), torch.nan)), "finite inputs"),
        (lambda: information.control(torch.ones(9, 1, 1), torch.ones(9, 1), shifts=9), "from 1 to 8 shifts, got 9"),
    ],
)
def test_what_cannot_be_counted_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
