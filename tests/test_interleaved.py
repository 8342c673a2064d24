"""Networks with inputs of their own, and stacks whose instances lie side by side in memory: the same training."""

from contextlib import nullcontext

import pytest
import torch

from helpers import autoencoding, nets, train, zoo
from helpers.sampling import minibatches

SEEN = torch.tensor([[1, 1, 0, 0], [0, 1, 1, 1], [1, 0, 0, 1]]).bool()
SETTINGS = {"steps": 30, "lr": 0.01, "device": "cpu", "progress": False}


@pytest.fixture(scope="module")
def table():
    x = torch.randn(64, 4, generator=torch.Generator().manual_seed(0))
    return x, (x[:, 0] + x[:, 1] * x[:, 3] > 0).long()


def test_a_network_that_sees_some_inputs_trains_as_the_network_of_these_inputs(table):
    x, y = table
    whole = nets.MLP(4, 3, 2, instances=3, seed=7, seen=SEEN)
    train.fit(whole, minibatches(x, y, size=16), zoo.snow_loss, **SETTINGS)
    for i, own in enumerate(SEEN):
        alone = nets.MLP(int(own.sum()), 3, 2, seed=7 + i)
        train.fit(alone, minibatches(x[:, own], y, size=16), zoo.snow_loss, **SETTINGS)
        assert torch.allclose(whole.weights[0][i, own], alone.weights[0][0], atol=1e-5)
        assert torch.allclose(whole.weights[1][i], alone.weights[1][0], atol=1e-5)
        assert (whole.weights[0][i, ~own] == 0).all()
        assert torch.allclose(whole(x)[:, i], alone(x[:, own])[:, 0], atol=1e-5)


@pytest.mark.parametrize(
    "seen", [SEEN[:2], SEEN.float(), SEEN & torch.tensor([False, True, True, True]) & ~SEEN[1], SEEN.T]
)
def test_seen_of_another_kind_is_refused(seen):
    with pytest.raises(ValueError, match=r"expected seen as booleans of shape \(3, 4\)"):
        nets.MLP(4, 3, 2, instances=3, seen=seen)


def test_seen_and_widths_together_are_refused():
    with pytest.raises(ValueError, match="got both"):
        nets.MLP(4, 3, 2, instances=3, seen=SEEN, widths=[1, 2, 3])


def test_interleaving_moves_nothing_but_memory():
    net = nets.MLP(4, 3, 2, instances=5)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    assert nets.interleave(net) is net
    for name, value in net.state_dict().items():
        assert value.stride(0) == 1 and torch.equal(value, before[name])


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "lamb"])
def test_interleaved_and_compiled_a_stack_trains_as_it_does_plainly(table, optimizer):
    x, y = table
    settings = {**SETTINGS, "optimizer": optimizer}
    stacks = [nets.MLP(4, 3, 2, instances=3, seen=SEEN), nets.interleave(nets.MLP(4, 3, 2, instances=3, seen=SEEN))]
    for net, compiled in zip(stacks, (False, True), strict=True):
        train.fit(net, minibatches(x, y, size=16), zoo.snow_loss, compile=compiled, **settings)
    for plain, other in zip(*(net.parameters() for net in stacks), strict=True):
        assert torch.allclose(plain, other, atol=1e-5)


@pytest.mark.slow
def test_autoencoders_side_by_side_in_memory_train_as_they_do_plainly():
    x = torch.rand(64, 3, 4, generator=torch.Generator().manual_seed(1))
    stacks = [nets.SparseAutoencoder(4, 8, 3), nets.interleave(nets.SparseAutoencoder(4, 8, 3))]
    for sae, compiled in zip(stacks, (False, True), strict=True):
        batches = minibatches(x, size=8, seeds=range(3))
        train.fit(sae, batches, autoencoding.loss(0.01), compile=compiled, **SETTINGS)
    for plain, other in zip(*(sae.parameters() for sae in stacks), strict=True):
        assert torch.allclose(plain, other, atol=1e-5)


@pytest.mark.slow
def test_an_interleaved_run_resumes_bit_for_bit(table, tmp_path):
    x, y = table

    def run(steps, path=None):
        net = nets.interleave(nets.MLP(4, 3, 2, instances=3))
        batches = minibatches(x, y, size=16)

        def batch(step, generator=None):
            if step == steps:
                raise KeyboardInterrupt
            return batches(step, generator)

        with pytest.warns(UserWarning, match="interrupted") if steps < 30 else nullcontext():
            train.fit(net, batch, zoo.snow_loss, compile=True, points=3, checkpoint=path, **SETTINGS)
        return net

    run(15, tmp_path / "run.pt")
    resumed, whole = run(30, tmp_path / "run.pt"), run(30)
    for one, other in zip(resumed.parameters(), whole.parameters(), strict=True):
        assert torch.equal(one, other)
