"""The made-up worlds hold what they say: random directions, frequencies that fall, activations that add up."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import autoencoding, nets, train
from helpers.sparse_worlds import World, sharkey


@settings(max_examples=20, deadline=None)
@given(features=st.integers(1, 40), inputs=st.integers(1, 9), share=st.floats(0.01, 1), worlds=st.integers(1, 3))
def test_directions_have_length_one_and_as_many_are_on_as_asked(features, inputs, share, worlds):
    most = sharkey(features, inputs, 1e-3).l0 / sharkey(features, inputs, 1e-3).frequencies[0, 0]
    active = 0.999 * share * most.item()
    world = sharkey(features, inputs, active, worlds)
    assert world.truth.shape == (worlds, features, inputs)
    assert torch.allclose(world.truth.norm(dim=-1), torch.ones(worlds, features))
    assert torch.allclose(world.l0, torch.full((worlds,), active))
    assert (world.frequencies.diff(dim=-1) < 0).all()


def test_frequencies_fall_as_in_the_paper():
    paper = sharkey(512, 256, 5.0).frequencies[0]
    assert torch.allclose(paper[1:] / paper[:-1], torch.tensor(0.99))
    small = sharkey(32).frequencies[0]
    assert torch.allclose(small[1:] / small[:-1], torch.tensor(0.99**16))


def test_draws_add_up_and_have_the_frequencies():
    world = sharkey(6, 3, 1.5, worlds=2)
    x, values = world.draw(4000, seed=1)
    assert x.shape == (4000, 2, 3) and values.shape == (4000, 2, 6)
    for w in range(2):
        assert torch.allclose(x[:, w], values[:, w] @ world.truth[w], atol=1e-6)
    assert torch.allclose((values > 0).float().mean(0), world.frequencies, atol=0.05)
    on = values[values > 0]
    assert abs(on.mean() - 0.5) < 0.02 and on.max() <= 1
    assert torch.equal(x, world.draw(4000, seed=1)[0]) and not torch.equal(x, world.draw(4000, seed=2)[0])


def test_a_world_is_that_of_its_seed():
    assert torch.equal(sharkey(worlds=3, seed=5).truth[2], sharkey(seed=7).truth[0])


def test_repeated_worlds_come_in_rounds():
    world = sharkey(5, 3, 1.0, worlds=2).repeat(3)
    assert world.truth.shape == (6, 5, 3) and torch.equal(world.truth[1], world.truth[5])
    assert torch.equal(world.frequencies[0], world.frequencies[4])
    x, values = world.draw(50)
    assert torch.equal(x[:, 0], x[:, 2]) and not torch.equal(x[:, 0], x[:, 1])
    assert torch.equal(values[:, 1], values[:, 3])
    assert world.repeat(2).draw(50)[0].shape == (50, 12, 3)


def test_batches_train_an_autoencoder():
    world = sharkey(4, 3, 1.0, worlds=2)
    sae = nets.SparseAutoencoder(3, 4, instances=2)
    run = {"steps": 60, "lr": 0.03, "points": 2, "device": "cpu", "progress": False}
    history = train.fit(sae, world.batch(32), autoencoding.loss(0.01), **run)
    assert (history.loss[-1] < history.loss[0]).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sharkey(0), "features must be a positive integer, got 0"),
        (lambda: sharkey(active=0), r"expected active above 0 and at most \d"),
        (lambda: sharkey(active=float("nan")), "got nan"),
        (lambda: sharkey(4, active=5), "with 4 features, got 5"),
        (lambda: sharkey(worlds=1.5), "worlds must be a positive integer, got 1.5"),
        (lambda: sharkey().repeat(0), "times must be a positive integer, got 0"),
        (lambda: sharkey().draw(0), "batch must be a positive integer, got 0"),
        (lambda: World(torch.ones(3, 2), torch.ones(3)), r"truth must have shape \(worlds, features, inputs\)"),
        (lambda: World(torch.ones(1, 3, 2), torch.ones(3)), r"expected frequencies of shape \(1, 3\), got \(3,\)"),
        (lambda: World(torch.ones(1, 3, 2), torch.full((1, 3), 1.5)), r"frequencies in \[0, 1\]"),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
