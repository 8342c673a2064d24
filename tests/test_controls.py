"""Controls are as sparse as what they are compared with, have learnt nothing, and say what they cannot take."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA

from helpers import controls, metrics, nets


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# A random dictionary -------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=30)
@given(st.integers(2, 60), st.lists(st.floats(0, 1), min_size=3, max_size=3), st.integers(0, 10**6))
def test_a_twin_is_on_as_often_as_asked_to_the_row(rows, shares, seed):
    rate = torch.tensor(shares).expand(2, 3)
    twin = controls.random_twin(normal(rows, 2, 4, seed=seed), rate, seed)
    assert twin.shape == (rows, 2, 3) and (twin >= 0).all()
    # Of all rows one sets the threshold and is off. A third of three rows, say, may round down by a whole one.
    assert (((twin > 0).float().sum(0) - rate * (rows - 1)).abs() <= 1).all()


def test_what_is_on_in_a_whole_number_of_rows_is_matched_exactly():
    latents = torch.relu(normal(50, 3, 5) - 1)
    latents[..., 0] = 0
    rate = (latents > 0).float().mean(0)
    twin = controls.random_twin(normal(50, 3, 4, seed=1), rate, 9)
    assert torch.equal((twin > 0).sum(0), (latents > 0).sum(0))
    assert torch.equal(metrics.dead(twin), metrics.dead(latents))


def test_a_twin_is_a_direction_and_a_threshold():
    hidden, rate = normal(40, 2, 4), torch.full((2, 3), 0.3)
    twin = controls.random_twin(hidden, rate, 5)
    drive = torch.einsum("bnh,nhl->bnl", hidden, nets.initial(5, 2, 4, 3))
    for i in range(2):
        for unit in range(3):
            on = twin[:, i, unit] > 0
            # The loudest rows, each lowered by the same amount.
            assert drive[on, i, unit].min() > drive[~on, i, unit].max()
            assert torch.allclose(drive[on, i, unit] - twin[on, i, unit], drive[~on, i, unit].max(), atol=1e-5)


def test_rows_that_tie_at_the_threshold_are_all_off():
    hidden = torch.relu(normal(40, 1, 4))
    hidden[:30] = 0  # a layer that is silent altogether
    twin = controls.random_twin(hidden, torch.full((1, 6), 0.7), 2)
    assert (twin[:30] == twin[0]).all() and ((twin > 0).float().mean(0) <= 0.7).all()


def test_seeds_differ_and_instances_do_not_depend_on_each_other():
    hidden, rate = normal(30, 3, 4), torch.rand(3, 5, generator=torch.Generator().manual_seed(0))
    twin = controls.random_twin(hidden, rate, 7)
    assert torch.equal(twin, controls.random_twin(hidden, rate, 7))
    assert not torch.allclose(twin, controls.random_twin(hidden, rate, 70))
    alone = controls.random_twin(hidden[:, 1:2], rate[1:2], 8)
    assert torch.allclose(twin[:, 1:2], alone, atol=1e-6)


def test_instances_may_have_seeds_of_their_own():
    hidden, rate = normal(30, 3, 4), torch.full((3, 5), 0.4)
    twin = controls.random_twin(hidden, rate, [7, 70, 9])
    row = controls.random_twin(hidden, rate, 7)
    assert torch.equal(twin[:, ::2], row[:, ::2]) and not torch.allclose(twin[:, 1], row[:, 1])
    with pytest.raises(ValueError, match="expected one seed, or one for each of 3 instances, got 2"):
        controls.random_twin(hidden, rate, [7, 8])


BAD_RATES = {
    "another number of instances": (torch.rand(2, 4), r"shape \(3, units\), got shape \(2, 4\)"),
    "no instances": (torch.rand(4), r"shape \(3, units\), got shape \(4,\)"),
    "more than always": (torch.full((3, 4), 1.5), "values from 1.5 to 1.5"),
    "less than never": (torch.tensor([[-0.1, 0.5]] * 3), "values from -0.1 to 0.5"),
    "not a number": (torch.full((3, 4), torch.nan), "rates in"),
}


@pytest.mark.parametrize("case", BAD_RATES)
def test_rates_that_are_none_are_refused(case):
    rate, message = BAD_RATES[case]
    with pytest.raises(ValueError, match=message):
        controls.random_twin(normal(20, 3, 4), rate, 0)


@pytest.mark.parametrize("hidden", [normal(20, 4), normal(20, 3, 4) / 0], ids=["two axes", "infinite"])
def test_activations_of_another_kind_are_refused(hidden):
    with pytest.raises(ValueError, match="hidden must"):
        controls.random_twin(hidden, torch.rand(3, 4), 0)


# Principal components ------------------------------------------------------------------------------------------------


def test_halves_are_the_two_signs_of_scikit_learn_s_components():
    fitted, hidden = normal(80, 2, 3), normal(30, 2, 3, seed=1)
    fitted = fitted * torch.tensor([3.0, 2.0, 1.0]) + 5
    found = controls.halves(fitted, hidden)
    assert found.shape == (30, 2, 6) and (found >= 0).all()
    for i in range(2):
        wanted = torch.tensor(PCA(3).fit(fitted[:, i].numpy()).transform(hidden[:, i].numpy())).float()
        ours = found[:, i, :3] - found[:, i, 3:]
        assert torch.allclose(ours.abs(), wanted.abs(), atol=1e-4)
    assert not ((found[..., :3] > 0) & (found[..., 3:] > 0)).any()


def test_halves_come_from_the_rows_that_were_fitted_alone():
    fitted, hidden = normal(80, 2, 3), normal(30, 2, 3, seed=1)
    assert torch.allclose(controls.halves(fitted, hidden)[:10], controls.halves(fitted, hidden[:10]), atol=1e-6)


def test_halves_of_other_units_are_refused():
    with pytest.raises(ValueError, match=r"of the same units, got \(80, 2, 3\) and \(30, 2, 4\)"):
        controls.halves(normal(80, 2, 3), normal(30, 2, 4))
    with pytest.raises(ValueError, match="fitted must have shape"):
        controls.halves(normal(80, 3), normal(30, 2, 3))


# Directions that nobody learnt ----------------------------------------------------------------------------------------


def test_random_directions_are_as_many_of_length_one_and_each_seed_has_its_own():
    like = torch.zeros(3, 5, 4)
    found = controls.random_directions(like, 7)
    assert found.shape == like.shape
    torch.testing.assert_close(found.norm(dim=-1), torch.ones(3, 5))
    assert torch.equal(found, controls.random_directions(like, [7, 8, 9]))
    assert torch.equal(found[1:2], controls.random_directions(like[:1], 8))
    assert not torch.allclose(found[0], found[1])


def test_random_directions_prefer_none():
    found = controls.random_directions(torch.zeros(1, 20_000, 4), 0)[0]
    assert found.mean(0).abs().max() < 0.02
    torch.testing.assert_close(found.T @ found / 20_000, torch.eye(4) / 4, atol=0.01, rtol=0)


def test_directions_for_another_number_of_seeds_are_refused():
    with pytest.raises(ValueError, match="expected one seed, or one for each of 3 instances, got 2"):
        controls.random_directions(torch.zeros(3, 5, 4), [1, 2])
    with pytest.raises(ValueError, match=r"like must have shape \(instances, latents, inputs\)"):
        controls.random_directions(torch.zeros(5, 4), 1)


# Neurons that have nothing to do with each other ----------------------------------------------------------------------


@given(rows=st.integers(1, 30), seed=st.integers(0, 10**6))
def test_neurons_apart_keep_their_values(rows, seed):
    units = normal(rows, 2, 3, seed=seed)
    found = controls.apart(units, seed)
    assert torch.equal(found.sort(0).values, units.sort(0).values)
    assert torch.equal(found, controls.apart(units, seed))


def test_neurons_apart_have_lost_each_other_and_the_rows():
    cause = normal(2000, 1, 1)
    units = torch.relu(cause + 0.1 * normal(2000, 2, 3, seed=1))
    found = controls.apart(units, 4)
    off = ~torch.eye(3, dtype=torch.bool)
    assert metrics.correlations(units, units)[:, off].min() > 0.9
    assert metrics.correlations(found, found)[:, off].abs().max() < 0.1
    assert metrics.correlations(found, cause[:, 0]).abs().max() < 0.1


def test_the_same_rows_are_shuffled_in_the_same_way():
    units = normal(40, 1, 3).expand(-1, 2, -1)
    found = controls.apart(units, 4)
    assert torch.equal(found[:, 0], found[:, 1]) and not torch.equal(found, controls.apart(units, 5))
    # Instances do not decide about each other.
    assert torch.equal(controls.apart(units[:, :1], 4), found[:, :1])
    with pytest.raises(ValueError, match="units must have shape"):
        controls.apart(units[:, 0], 4)
