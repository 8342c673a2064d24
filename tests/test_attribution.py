"""What a unit does: silenced, held and turned up, it changes what the network answers and nothing else."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import attribution, nets

ROWS, INSTANCES, LATENTS = 30, 3, 5


@pytest.fixture
def copied():
    net = nets.MLP(4, 2, 2, instances=INSTANCES, seed=1)
    sae = nets.SparseAutoencoder(2, LATENTS, INSTANCES, unit_norm=False)
    x = torch.randn(ROWS, 4, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return net, sae, sae.encode(net.hidden(x))


def units(rows=ROWS, seed=0):
    return torch.rand(rows, INSTANCES, LATENTS, generator=torch.Generator().manual_seed(seed))


def linear(u):
    """A network whose first output is the second unit doubled, and whose other output is a constant."""
    return torch.stack([2 * u[..., 1], torch.ones_like(u[..., 1])], -1)


def test_through_is_the_network_spliced(copied):
    net, sae, latents = copied
    answer = attribution.through(net, sae)(latents)
    assert torch.equal(answer, net.output(sae.decode(latents))) and not answer.requires_grad


def test_a_held_unit_is_the_same_in_every_row_and_the_others_stay():
    u = units()
    changed = attribution.clamped(u, 2, 0.3)
    assert (changed[..., 2] == 0.3).all()
    others = [0, 1, 3, 4]
    assert torch.equal(changed[..., others], u[..., others])
    assert torch.equal(u, units()), "the original was changed"


def test_an_ablated_unit_is_at_its_mean_and_each_instance_may_have_its_value():
    u = units()
    assert torch.allclose(attribution.clamped(u, -1)[7, :, -1], u[..., -1].mean(0))
    values = torch.tensor([0.0, 1.0, 2.0])
    assert torch.equal(attribution.clamped(u, 0, values)[5, :, 0], values)


@pytest.mark.parametrize("which", [5, -6, 1.0, True, "0"])
def test_a_unit_that_is_not_there_is_named(which):
    with pytest.raises(ValueError, match="expected a unit from 0 to 4"):
        attribution.clamped(units(), which)


@pytest.mark.parametrize("value", [float("nan"), torch.ones(2), torch.ones(3, 1)])
def test_a_value_that_cannot_be_held_is_named(value):
    with pytest.raises(ValueError, match="one for each of 3 instances"):
        attribution.clamped(units(), 0, value)


def test_ablation_costs_what_the_measure_says():
    u = units()
    change = attribution.ablations(u, lambda u: u[..., 1].var(0))
    assert change.shape == (INSTANCES, LATENTS)
    assert torch.allclose(change[:, 1], -u[..., 1].var(0))
    assert (change[:, [0, 2, 3, 4]] == 0).all()


def test_holding_at_zero_is_not_holding_at_the_mean():
    u = units() + 1

    def total(u):
        return u.sum((0, 2))

    assert torch.allclose(attribution.ablations(u, total), torch.zeros(INSTANCES, LATENTS), atol=1e-3)
    assert torch.allclose(attribution.ablations(u, total, value=0.0), -u.sum(0), rtol=1e-4)
    each = torch.rand(INSTANCES, LATENTS)
    assert torch.allclose(attribution.ablations(u, total, value=each), ROWS * each - u.sum(0), atol=1e-3)
    with pytest.raises(ValueError, match="expected values of shape"):
        attribution.ablations(u, total, value=each[1:])


def test_a_measure_may_have_axes_of_its_own():
    change = attribution.ablations(units(), lambda u: linear(u).var(0))
    assert change.shape == (INSTANCES, LATENTS, 2)
    assert (change[:, 1, 0] < 0).all() and (change[..., 1] == 0).all()


def test_moves_are_the_mean_change_of_the_output_that_changes_most():
    u = units()
    moves = attribution.moves(u, linear)
    assert torch.allclose(moves[:, 1], 2 * (u[..., 1] - u[..., 1].mean(0)).abs().mean(0))
    assert (moves[:, [0, 2, 3, 4]] == 0).all()


@given(st.floats(-3, 3))
def test_a_push_is_owed_to_the_height_alone(height):
    u = units()
    values = torch.full((INSTANCES, LATENTS), height)
    push = attribution.pushes(u, linear, values)
    assert push.shape == (INSTANCES, LATENTS, 2)
    assert torch.allclose(push[:, 1, 0], 2 * (height - u[..., 1].mean(0)), atol=1e-5)
    assert (push[:, [0, 2, 3, 4]] == 0).all() and (push[..., 1] == 0).all()


def test_heights_of_another_shape_are_named():
    with pytest.raises(ValueError, match=r"shape \(3, 5\), got \(5, 3\)"):
        attribution.pushes(units(), linear, torch.ones(5, 3))


def test_doses_are_multiples_of_the_largest_value():
    u = units()
    curve = attribution.dose_response(u, 1, [0, 0.5, 2], linear)
    assert curve.shape == (3, INSTANCES, 2)
    assert torch.allclose(curve[..., 0], torch.outer(torch.tensor([0, 1.0, 4.0]), u[..., 1].amax(0)))
    own = attribution.dose_response(u, 1, [1], linear, scale=torch.tensor([1.0, 2.0, 3.0]))
    assert torch.allclose(own[0, :, 0], torch.tensor([2.0, 4.0, 6.0]))


def test_steering_moves_a_linear_output_in_a_straight_line(copied):
    net, sae, latents = copied
    low, middle, high = attribution.dose_response(latents, 0, [0, 1, 2], attribution.through(net, sae))
    assert torch.allclose(middle, (low + high) / 2, atol=1e-5)


def test_the_nearest_row_is_found_in_the_own_instance():
    real = torch.tensor([[[0.0, 0.0], [9.0, 9.0]], [[3.0, 4.0], [9.0, 0.0]]])
    made = torch.tensor([[[0.0, 1.0], [9.0, 2.0]]])
    assert attribution.to_nearest(made, real).tolist() == [[1.0, 2.0]]
    assert attribution.to_nearest(real, real).abs().max() == 0


def test_rows_of_other_units_have_no_nearest():
    with pytest.raises(ValueError, match="the same units"):
        attribution.to_nearest(torch.ones(4, 2, 3), torch.ones(4, 2, 2))


def test_a_response_curve_moves_one_input_in_all_rows():
    x = torch.randn(20, 3, generator=torch.Generator().manual_seed(2))

    def doubled(x):
        return torch.stack([x[:, 1] * x[:, 0], x[:, 2]], -1).unsqueeze(1)

    curve = attribution.response_curve(doubled, x, 1, torch.tensor([-1.0, 0.0, 2.0]))
    assert curve.shape == (3, 1, 2)
    assert torch.allclose(curve[:, 0, 0], x[:, 0].mean() * torch.tensor([-1.0, 0.0, 2.0]), atol=1e-6)
    assert torch.allclose(curve[:, 0, 1], x[:, 2].mean().expand(3))


@pytest.mark.parametrize("column", [3, -1])
def test_an_input_that_is_not_there_is_named(column):
    with pytest.raises(ValueError, match="one of their columns"):
        attribution.response_curve(lambda x: x.unsqueeze(1), torch.ones(4, 3), column, torch.ones(2))
