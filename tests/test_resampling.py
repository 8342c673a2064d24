"""Storms drawn again: a resample by sums is the resample by rows."""

import numpy as np
import pytest
import torch

from helpers import metrics, resampling

GROUPS = np.repeat(["c", "a", "b", "d"], [5, 9, 3, 8])
ROWS = len(GROUPS)


def numbers(*shape, seed=0):
    return torch.randn(ROWS, *shape, generator=torch.Generator().manual_seed(seed))


def test_a_resample_is_what_rows_drawn_storm_by_storm_give():
    units, values = numbers(2, 3).relu(), numbers(4, seed=1) * 50 + 1000
    found = resampling.correlations(units, values, GROUPS, times=6, seed=3)
    assert found.shape == (6, 2, 3, 4)
    _, place = np.unique(GROUPS, return_inverse=True)
    for often, r in zip(resampling.draws(4, 6, seed=3), found, strict=True):
        rows = torch.arange(ROWS).repeat_interleave(often[place])
        assert torch.allclose(metrics.correlations(units[rows], values[rows]), r.float(), atol=1e-4)


def test_every_resample_draws_as_many_storms_as_there_are():
    often = resampling.draws(7, 50)
    assert often.shape == (50, 7) and (often.sum(1) == 7).all() and (often >= 0).all()
    assert len({tuple(row.tolist()) for row in often}) > 40
    assert not torch.equal(often, resampling.draws(7, 50, seed=1))


def test_a_unit_that_is_on_in_one_storm_has_no_correlation_without_it():
    units = torch.tensor(GROUPS == "b").float().view(ROWS, 1, 1) * numbers(1, 1).abs()
    found = resampling.correlations(units, numbers(1, seed=1), GROUPS, times=40)
    without = resampling.draws(4, 40)[:, 1] == 0
    assert without.any() and (found[without] == 0).all() and (found[~without] != 0).any()


def test_a_dead_unit_and_a_constant_value_correlate_with_nothing():
    units, values = numbers(1, 2), numbers(2, seed=1)
    units[..., 0] = 0.3
    values[:, 1] = -7
    found = resampling.correlations(units, values, GROUPS)
    assert (found[:, :, 0] == 0).all() and (found[..., 1] == 0).all() and (found[:, 0, 1, 0] != 0).any()


def test_a_draw_without_the_storm_of_a_unit_names_no_winner():
    units = torch.tensor(GROUPS == "b").float().view(ROWS, 1, 1) * numbers(1, 1).abs()
    values = torch.cat([numbers(1, seed=1), units[:, 0]], 1)
    found = resampling.winners(resampling.correlations(units, values, GROUPS, times=40))
    without = resampling.draws(4, 40)[:, 1] == 0
    assert (found[without] == -1).all() and (found[~without] == 1).all()


def test_a_perfect_companion_stays_one():
    units = numbers(1, 1)
    found = resampling.correlations(units, -3 * units[:, 0] + 2, GROUPS)
    assert torch.allclose(found, torch.tensor(-1.0).double(), atol=1e-6)


@pytest.mark.parametrize(
    ("values", "groups", "message"),
    [
        (numbers(2)[1:], GROUPS, "one group for each of 25 rows"),
        (numbers(2), GROUPS[1:], r"got shapes \(25, 2\) and \(24,\)"),
        (numbers(), GROUPS, r"\(rows, values\)"),
        (numbers(2) * float("nan"), GROUPS, "finite"),
        (numbers(2), np.repeat("a", ROWS), "at least two groups"),
    ],
)
def test_what_cannot_be_resampled_is_named(values, groups, message):
    with pytest.raises(ValueError, match=message):
        resampling.correlations(numbers(1, 1), values, groups)
