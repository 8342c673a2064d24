"""Adam takes torch's steps and LAMB those of the paper, for each instance with its own settings."""

import numpy as np
import pytest
import torch
from torch import nn

from helpers import optim

SHAPES = [(3, 4, 5), (3, 5), (3,)]


def parameters(shapes=SHAPES, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]


def gradients(steps, shapes=SHAPES):
    generator = torch.Generator().manual_seed(99)
    return [[torch.randn(shape, generator=generator) for shape in shapes] for _ in range(steps)]


def take(optimizer, params, grads, **options):
    for step in grads:
        for p, grad in zip(params, step, strict=True):
            p.grad = grad.clone()
        optimizer.step(**options)


def assert_close(params, expected, tolerance=2e-5):
    for p, q in zip(params, expected, strict=True):
        torch.testing.assert_close(p.detach(), torch.as_tensor(q).float(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize(("betas", "eps"), [((0.9, 0.999), 1e-8), ((0.5, 0.7), 1e-3)])
def test_adam_is_torch_adam(decay, betas, eps):
    ours, theirs, grads = parameters(), parameters(), gradients(50)
    take(optim.Adam(ours, lr=0.01, betas=betas, eps=eps, weight_decay=decay), ours, grads)
    take(torch.optim.Adam(theirs, lr=0.01, betas=betas, eps=eps, weight_decay=decay), theirs, grads)
    assert_close(ours, [p.detach() for p in theirs])


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_adamw_is_torch_adamw(decay):
    ours, theirs, grads = parameters(), parameters(), gradients(50)
    take(optim.AdamW(ours, lr=0.01, weight_decay=decay), ours, grads)
    take(torch.optim.AdamW(theirs, lr=0.01, weight_decay=decay), theirs, grads)
    assert_close(ours, [p.detach() for p in theirs])


@pytest.mark.parametrize(("momentum", "decay"), [(0.0, 0.0), (0.9, 0.0), (0.5, 0.1)])
def test_sgd_is_torch_sgd(momentum, decay):
    ours, theirs, grads = parameters(), parameters(), gradients(50)
    take(optim.SGD(ours, lr=0.01, momentum=momentum, weight_decay=decay), ours, grads)
    take(torch.optim.SGD(theirs, lr=0.01, momentum=momentum, weight_decay=decay), theirs, grads)
    assert_close(ours, [p.detach() for p in theirs])


def lamb(x, grads, lr, decay, clamp, beta1=0.9, beta2=0.999, eps=1e-6):
    """Algorithm 2 of You et al. (2020) for one layer in float64, with phi(z) = min(z, clamp)."""
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t, g in enumerate(grads, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        r = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps) + decay * x
        size, length = min(np.linalg.norm(x), clamp), np.linalg.norm(r)
        x = x - lr * (size / length if size > 0 and length > 0 else 1.0) * r
    return x


@pytest.mark.parametrize("clamp", [np.inf, 2.0])
def test_lamb_is_algorithm_2_in_each_parameter_of_each_instance(clamp):
    lr, decay = [0.01, 0.001, 0.05], [0.0, 0.1, 0.01]
    params, grads = parameters(), gradients(50)
    with torch.no_grad():
        params[1][2] = 0  # a bias starts at zero, where the trust ratio is 1
    expected = [np.zeros(shape) for shape in SHAPES]
    for k, p in enumerate(params):
        for i in range(3):
            x = p[i].detach().double().numpy()
            expected[k][i] = lamb(x, [step[k][i].double().numpy() for step in grads], lr[i], decay[i], clamp)
    take(optim.LAMB(params, lr=lr, eps=1e-6, weight_decay=decay, clamp=clamp), params, grads)
    assert_close(params, expected)


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_each_instance_has_its_own_rate_and_decay(name):
    lr, decay, grads = [0.01, 0.0, 0.1], [0.0, 0.2, 0.1], gradients(20)
    stacked, start = parameters(), parameters()
    take(optim.make(name, stacked, lr=lr, weight_decay=decay), stacked, grads)
    for i in range(3):
        alone = [nn.Parameter(p[i : i + 1].detach().clone()) for p in start]
        mine = [[grad[i : i + 1] for grad in step] for step in grads]
        take(optim.make(name, alone, lr=lr[i], weight_decay=decay[i]), alone, mine)
        assert_close([p[i : i + 1] for p in stacked], [p.detach() for p in alone], 1e-6)
    assert all(torch.equal(p[1], q[1]) for p, q in zip(stacked, start, strict=True)), "lr=0 must not move"


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_scale_multiplies_the_rate(name):
    scaled, plain, grads = parameters(), parameters(), gradients(10)
    take(optim.make(name, scaled, lr=0.02), scaled, grads, scale=0.5)
    take(optim.make(name, plain, lr=0.01), plain, grads)
    assert_close(scaled, [p.detach() for p in plain], 1e-6)


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_bad_gradient_stops_its_instance_and_no_other(name, bad):
    ours, clean, grads = parameters(), parameters(), gradients(5)
    take(optim.make(name, clean, weight_decay=0.1), clean, grads)
    before = [p[1].detach().clone() for p in ours]
    optimizer, alive = optim.make(name, ours, weight_decay=0.1), torch.ones(3, dtype=torch.bool)
    for step, grad in enumerate(gradients(5)):
        if step == 0:
            grad[0][1, 2, 3] = bad
        for p, g in zip(ours, grad, strict=True):
            p.grad = g
        alive = optimizer.step(alive=alive)
        assert alive.tolist() == [True, False, True]
    for p, q, start in zip(ours, clean, before, strict=True):
        assert torch.equal(p[1], start)
        assert torch.equal(p[[0, 2]], q[[0, 2]])


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_a_stopped_instance_stays_however_large_it_is(name):
    params = parameters()
    with torch.no_grad():
        params[0][1] = 1e30
    before = [p[1].detach().clone() for p in params]
    alive = torch.tensor([True, False, True])
    take(optim.make(name, params, weight_decay=0.1), params, gradients(3), alive=alive)
    assert all(torch.equal(p[1], start) for p, start in zip(params, before, strict=True))


@pytest.mark.parametrize("name", optim.OPTIMIZERS)
def test_saved_and_loaded_it_goes_on_the_same(name):
    through, halves, grads = parameters(), parameters(), gradients(10)
    settings = {"lr": [0.1, 0.01, 0.001], "weight_decay": 0.1}
    take(optim.make(name, through, **settings), through, grads)
    before = optim.make(name, halves, **settings)
    take(before, halves, grads[:5])
    after = optim.make(name, halves, **settings)
    after.load_state_dict(before.state_dict())
    take(after, halves, grads[5:])
    assert all(torch.equal(p, q) for p, q in zip(through, halves, strict=True))


def test_a_parameter_without_a_gradient_stays():
    params = parameters()
    start = params[1].detach().clone()
    params[0].grad, params[2].grad = torch.ones(SHAPES[0]), torch.ones(SHAPES[2])
    optim.Adam(params, lr=0.1).step()
    assert torch.equal(params[1], start)
    assert not torch.equal(params[0], parameters()[0])


def test_a_closure_is_refused():
    with pytest.raises(ValueError, match="closures are not supported"):
        optim.Adam(parameters()).step(lambda: 0.0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": [0.1, 0.2]}, r"lr must be a number or 3 numbers \(one per instance\), got shape \(2,\)"),
        ({"lr": torch.ones(3, 1)}, r"lr must be a number or 3 numbers .*got shape \(3, 1\)"),
        ({"lr": [0.1, -0.1, 0.1]}, "lr must be finite and not negative"),
        ({"lr": float("nan")}, "lr must be finite and not negative, got nan"),
        ({"lr": "fast"}, "lr must be a number or one number per instance, got 'fast'"),
        ({"lr": None}, "lr must be a number or one number per instance, got None"),
        ({"weight_decay": [0.1] * 4}, r"weight_decay must be a number or 3 numbers .*got shape \(4,\)"),
        ({"betas": (0.9, 1.0)}, r"betas must be two numbers in \[0, 1\), got \(0.9, 1.0\)"),
        ({"betas": (0.9,)}, "betas must be two numbers"),
        ({"betas": 0.9}, "betas must be two numbers"),
        ({"eps": 0.0}, "eps must be a positive number, got 0.0"),
        ({"eps": "small"}, "eps must be a positive number, got 'small'"),
        ({"momentum": 0.9}, r"unknown adam setting \['momentum'\]: expected some of \['betas', 'eps', 'lr'"),
    ],
)
def test_a_bad_setting_is_named(settings, message):
    with pytest.raises(ValueError, match=message):
        optim.make("adam", parameters(), **settings)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("lamb", {"clamp": 0}, "clamp must be a positive number, got 0"),
        ("lamb", {"clamp": "ten"}, "clamp must be a positive number, got 'ten'"),
        ("sgd", {"momentum": 1.0}, r"momentum must be a number in \[0, 1\), got 1.0"),
        ("sgd", {"betas": (0.9, 0.99)}, r"unknown sgd setting \['betas'\]: expected some of \['lr', 'momentum'"),
    ],
)
def test_a_bad_setting_of_one_optimizer_is_named(name, settings, message):
    with pytest.raises(ValueError, match=message):
        optim.make(name, parameters(), **settings)


def test_an_unknown_optimizer_is_named():
    with pytest.raises(ValueError, match="unknown optimizer 'rprop': expected one of adam, adamw, lamb, sgd"):
        optim.make("rprop", parameters())


@pytest.mark.parametrize("shapes", [[], [(3, 2), (2, 3)], [()]])
def test_parameters_without_a_common_instances_axis(shapes):
    with pytest.raises(ValueError, match="the same leading instances axis"):
        optim.make("adam", parameters(shapes))
