"""A stack of networks of several widths: each starts and trains as it does alone, and what fills it up stays zero."""

import pytest
import torch
from torch.nn.functional import mse_loss

from helpers import nets, train
from helpers.optim import OPTIMIZERS
from helpers.sampling import minibatches

INPUTS, OUTPUTS, WIDE, SEED = 3, 2, 6, 40
WIDTHS = [6, 1, 4, 2]


def stack(hidden=WIDE, **settings):
    return nets.MLP(INPUTS, hidden, OUTPUTS, **{"instances": len(WIDTHS), "seed": SEED, "widths": WIDTHS} | settings)


def alone(i):
    return nets.MLP(INPUTS, WIDTHS[i], OUTPUTS, seed=SEED + i)


def loss(net, batch):
    """Pull on every weight, with a penalty on the activations besides."""
    x, y = batch
    hidden = net.hidden(x)
    errors = mse_loss(net.output(hidden), y, reduction="none").sum(-1).mean(0)
    return errors + 0.05 * hidden.sum(-1).mean(0)


def trained(net, seeds, **settings):
    x = torch.randn(96, INPUTS, generator=torch.Generator().manual_seed(1))
    batches = minibatches(x, torch.stack([x.prod(1), x.abs().sum(1)], 1), size=16, seeds=seeds)
    train.fit(net, batches, loss, steps=40, lr=0.02, device="cpu", progress=False, **settings)
    return net


def pairs(net, i):
    """Each parameter of instance ``i``: what belongs to its own neurons, and what fills it up."""
    (W1, W2), (b1, b2), width = net.weights, net.biases, WIDTHS[i]
    own = [W1[i, :, :width], W2[i, :width], b1[i, :width], b2[i]]
    return own, [W1[i, :, width:], W2[i, width:], b1[i, width:]]


def parameters(net):
    """Parameters of a single model in the order of ``pairs``."""
    return [p[0] for p in (*net.weights, *net.biases)]


def test_each_instance_starts_as_the_single_model_of_its_width():
    net = stack()
    for i in range(len(WIDTHS)):
        own, filling = pairs(net, i)
        assert all(torch.equal(a, b) for a, b in zip(own, parameters(alone(i)), strict=True))
        assert not any(part.any() for part in filling)


def test_full_widths_change_nothing():
    for a, b in zip(stack(widths=[WIDE] * 4).parameters(), stack(widths=None).parameters(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_stack_trains_as_separate_models_and_what_fills_it_up_never_moves(optimizer, decay):
    settings = {"optimizer": optimizer, "weight_decay": decay}
    net, start = trained(stack(), range(4), **settings), stack()
    for i in range(len(WIDTHS)):
        own, filling = pairs(net, i)
        single = trained(alone(i), [i], **settings)
        for ours, theirs, before in zip(own, parameters(single), pairs(start, i)[0], strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
            assert not torch.equal(ours, before), "it was trained"
        assert not any(part.any() for part in filling)


def test_neurons_that_fill_up_are_silent_and_the_output_is_that_of_the_narrow_model():
    net, x = stack(), torch.randn(9, INPUTS, generator=torch.Generator().manual_seed(2))
    for i, width in enumerate(WIDTHS):
        assert not net.hidden(x)[:, i, width:].any()
        torch.testing.assert_close(net(x)[:, i], alone(i)(x)[:, 0])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"widths": [6, 1, 4]}, r"widths must be a number or 4 numbers \(one per instance\), got 3"),
        ({"widths": [6, 1, 4, 0]}, r"widths\[3\] must be a positive integer, got 0"),
        ({"widths": [6, 1.5, 4, 2]}, r"widths\[1\] must be a positive integer, got 1.5"),
        ({"widths": [6, 1, 7, 2]}, "expected widths of at most the 6 hidden neurons, got 7"),
        ({"hidden": (6, 6)}, "widths are for a single hidden layer, got 2 of them"),
    ],
)
def test_widths_that_do_not_fit(settings, message):
    with pytest.raises(ValueError, match=message):
        stack(**settings)
