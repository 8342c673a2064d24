"""Many runs of *Engineering monosemanticity* in one training are those runs, and each is the published one."""

import math
import shutil

import numpy as np
import pytest
import torch

from helpers import monosemanticity, nets, sampling, settings, train
from helpers.settings import Run

TINY = Run(features=12, embedding=4, neurons=8, eps=0.2, steps=16, batch_size=32, learning_rate=0.01)
CURVES = ("loss", "mono", "nearly", "bias", "dead")
NAN = float("nan")

#: One stack with everything that may differ from run to run.
MIXED = (
    {"learning_rate": 0.003, "decay_rate": 2.0, "bias_offset": -0.5, "l1": 0.1, "seed": 4},
    {"learning_rate": 0.02, "eps": 0.05, "distribution": "power_law", "neurons": 5, "weight_decay": 0.1, "seed": 9},
    {"bias_offset": 0.3, "neurons": 6, "l1": 0.01, "decay_rate": 5.0, "eps": 1.0, "seed": 4},
)


def fit(*runs):
    return monosemanticity.fit(runs, "cpu", progress=False)


def mixed(**settings):
    return [TINY.but(**(settings | own)) for own in MIXED]


def assert_same(one, other):
    """Two outcomes are equal to the last bit, NaN and all."""
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


def assert_alike(one, other):
    """Two outcomes are equal up to rounding, which a largest response close to a share can turn into a count."""
    np.testing.assert_array_equal(one["steps"], other["steps"])
    assert one["stopped"] == other["stopped"] == -1
    for name in ("loss", "bias", "W_in", "b", "projection", "mono", "nearly", "dead"):
        np.testing.assert_allclose(one[name], other[name], rtol=2e-4, atol=2e-6, err_msg=name)


# A stack is its runs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", nets.ACTIVATIONS)
@pytest.mark.parametrize("task", nets.TASKS)
def test_a_stack_is_its_runs_alone(task, activation):
    runs = mixed(task=task, activation=activation)
    for run, stacked in zip(runs, fit(*runs), strict=True):
        (alone,) = fit(run)
        assert_alike(stacked, alone)
        assert alone["W_in"].shape == (4, run.neurons) and alone["b"].shape == (run.neurons,)
        assert not np.array_equal(alone["b"], nets.FeatureDecoder(12, 4, run.neurons, 1, run.seed).b[0].detach())


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_so_it_is_with_every_optimizer(optimizer):
    runs = mixed(optimizer=optimizer, schedule="cosine", warmup=3)
    for run, stacked in zip(runs, fit(*runs), strict=True):
        assert_alike(stacked, fit(run)[0])


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("c++") and not shutil.which("g++"), reason="needs a C++ compiler")
@pytest.mark.filterwarnings("error:going on without compiling")
@pytest.mark.parametrize(("task", "activation"), [("decoder", "relu"), ("reprojector", "gelu"), ("abs", "solu")])
def test_compiled_it_is_the_same(task, activation, monkeypatch):
    runs = mixed(task=task, activation=activation)
    eager = fit(*runs)
    monkeypatch.setattr(train, "LONG", 1)
    for compiled, expected in zip(fit(*runs), eager, strict=True):
        assert_alike(compiled, expected)


def test_the_order_in_a_stack_does_not_matter():
    runs = mixed()
    for one, other in zip(fit(*runs), reversed(fit(*reversed(runs))), strict=True):
        assert_alike(one, other)


# The published training ---------------------------------------------------------------------------------------------


def published(run, clamp=10, eps=1e-6):
    """The training as the paper and its code describe it, in float64; yields biases and input weights after each step.

    LAMB is algorithm 2 of You et al. (2020), with lengths of weights above ``clamp`` counted as ``clamp``.
    """
    model = nets.FeatureDecoder(
        run.features, run.embedding, run.neurons, 1, run.seed, activation=run.activation, bias_offset=run.bias_offset
    ).double()
    projection, params = model.projection[0], [p[0].detach().requires_grad_() for p in model.parameters()]
    means, squares = ([torch.zeros_like(p) for p in params] for _ in range(2))
    for step in range(run.steps):
        u = sampling.Stream.of(run.seed, step)((run.batch_size, 1, run.features))[:, 0].double()
        x = torch.where(u < run.eps, u / run.eps, 0.0)
        W_in, b, W_out = params
        z = x @ projection @ W_in + b
        hidden = {
            "relu": lambda z: z * (z > 0),
            "gelu": lambda z: z * (1 + torch.erf(z / 2**0.5)) / 2,
            "solu": lambda z: z * torch.exp(z),
        }[run.activation](z)
        loss = ((hidden @ W_out - x) ** 2).sum() / run.batch_size + run.l1 * hidden.abs().sum() / run.batch_size
        rate = run.learning_rate * (1 + math.cos(math.pi * step / 512)) / 2
        with torch.no_grad():
            for p, mean, square, grad in zip(params, means, squares, torch.autograd.grad(loss, params), strict=True):
                mean.mul_(0.9).add_(0.1 * grad)
                square.mul_(0.999).add_(0.001 * grad**2)
                unbiased = mean / (1 - 0.9 ** (step + 1)), square / (1 - 0.999 ** (step + 1))
                move = unbiased[0] / (unbiased[1].sqrt() + eps)
                p -= rate * min(p.norm(), clamp) / move.norm() * move
            if step < run.steps / 2:
                b *= 1 - run.decay_rate * run.learning_rate
        yield {"W_in": W_in.detach().numpy().copy(), "b": b.detach().numpy().copy()}


@pytest.mark.parametrize("steps", [1, 2, 9])
@pytest.mark.parametrize(
    ("activation", "bias_offset"),
    [("relu", 0.2), ("gelu", -0.3), ("solu", 0.0), ("gelu", 6.0)],  # at 6 the biases are longer than the clamp
)
def test_the_training_is_the_published_one(activation, bias_offset, steps):
    run = TINY.but(
        activation=activation, bias_offset=bias_offset, steps=steps, l1=0.05, decay_rate=3.0, learning_rate=0.02
    )
    *_, expected = published(run)
    (outcome,) = fit(run)
    for name, values in expected.items():
        np.testing.assert_allclose(outcome[name], values, rtol=1e-4, atol=2e-6, err_msg=name)


def test_the_rate_of_the_published_training_comes_back():
    """Over 700 steps the cosine goes down and up again: far from it with any other half period."""
    run = TINY.but(steps=700, batch_size=4, features=6, learning_rate=0.003, decay_rate=0.1)
    *_, expected = published(run)
    np.testing.assert_allclose(fit(run)[0]["b"], expected["b"], rtol=0.02, atol=2e-3)


@pytest.mark.parametrize("steps", [4, 5])
def test_biases_decay_in_the_first_half_only(steps):
    runs = [TINY.but(steps=steps, decay_rate=10.0), TINY.but(steps=steps, decay_rate=0.0)]
    after, b = monosemanticity.bias_decay(runs), torch.ones(2, 3)
    shrunk = [after({"b": b}, step)["b"][:, 0].tolist() for step in range(steps)]
    half = -(-steps // 2)
    assert shrunk == [pytest.approx([0.9, 1.0])] * half + [[1.0, 1.0]] * (steps - half)
    assert monosemanticity.bias_decay(runs[1:]) is None


# What is measured ---------------------------------------------------------------------------------------------------


def by_hand():
    """A network whose neurons are: monosemantic, nearly so, neither, silent; and one that only fills up."""
    model = nets.FeatureDecoder(12, 12, [4, 5], 2)
    W = torch.zeros(12, 5)
    W[0, 0], W[0, 1], W[1, 1], W[:4, 2], W[:, 3] = 2.0, 1.0, 0.05, 1.0, -1.0
    with torch.no_grad():
        model.projection.copy_(torch.eye(12))
        model.W_in.copy_(torch.stack([W, W]))
        model.b.zero_()
        model.b[:, 3] = -1.0
        model.W_out.zero_()
    return model


def test_neurons_are_counted_and_those_that_fill_up_are_not():
    runs = [TINY.but(embedding=12, neurons=neurons, l1=5.0, seed=neurons) for neurons in (4, 5)]
    found = monosemanticity._measure(runs)(by_hand())
    assert {name: found[name].tolist() for name in ("mono", "nearly", "dead")} == {
        "mono": [1, 1],
        "nearly": [2, 2],
        "dead": [1, 2],
    }
    torch.testing.assert_close(found["bias"], torch.tensor([-1 / 4, -1 / 5]))


@pytest.mark.parametrize("task", ["decoder", "abs"])
def test_the_loss_of_nothing_is_the_mean_square_of_the_features_without_l1(task):
    """A feature that is on is uniform: its square is 1/3 on average. A difference has two of them, less the product."""
    runs = [TINY.but(embedding=12, neurons=neurons, eps=0.2, task=task, l1=5.0, seed=neurons) for neurons in (4, 5)]
    losses = monosemanticity._measure(runs)(by_hand())["loss"]
    expected = 12 * (0.2 / 3 - (0.1**2 / 2 if task == "abs" else 0))
    assert losses.tolist() == pytest.approx([expected] * 2, rel=0.05) and losses[0] != losses[1]


def test_what_came_of_a_run_is_measured_from_its_start_to_its_end():
    runs = mixed(steps=20)
    for run, outcome in zip(runs, fit(*runs), strict=True):
        assert outcome["steps"].tolist() == [0, 1, 2, 4, 8, 16, 20]
        assert all(outcome[name].shape == (7,) and np.isfinite(outcome[name]).all() for name in CURVES)
        start = nets.FeatureDecoder(12, 4, run.neurons, 1, run.seed, bias_offset=run.bias_offset)
        first = monosemanticity._measure([run])(start)
        assert all(outcome[name][0] == pytest.approx(first[name].item(), rel=1e-5) for name in CURVES)
        assert outcome["bias"][-1] == pytest.approx(outcome["b"].mean(), rel=1e-5)


def test_training_lowers_the_loss():
    (outcome,) = fit(TINY.but(steps=600, neurons=24, schedule="constant"))
    assert outcome["loss"][-1] < 0.7 * outcome["loss"][0]


# Runs that diverge --------------------------------------------------------------------------------------------------

SAFE = TINY.but(optimizer="sgd", schedule="constant", steps=24)


@pytest.mark.parametrize("rate", [10.0, 1e3, 1e30])
@pytest.mark.parametrize("activation", nets.ACTIVATIONS)
def test_a_run_that_diverges_is_named_and_touches_no_other(activation, rate):
    one, other = SAFE.but(activation=activation), SAFE.but(activation=activation, seed=1)
    wild = one.but(learning_rate=rate, decay_rate=1e-31)
    first, stopped, last = fit(one, wild, other)
    expected = fit(one, other)
    assert_same(first, expected[0]), assert_same(last, expected[1])
    assert 0 <= stopped["stopped"] < 24
    after = stopped["steps"] > stopped["stopped"]
    assert after.any() and not after[0]
    # With solu even the network that stops may answer with infinities.
    assert np.isfinite(stopped["mono"][~after]).all() or activation == "solu"
    for name in CURVES:
        assert np.isnan(stopped[name][after]).all() and np.isfinite(stopped[name][0])


def test_if_all_diverge_each_is_named():
    runs = [SAFE.but(learning_rate=rate) for rate in (1e3, 1e10)]
    outcomes = fit(*runs)
    assert all(outcome["stopped"] >= 0 and np.isnan(outcome["loss"][-1]) for outcome in outcomes)
    assert all(outcome["loss"].shape == outcomes[0]["steps"].shape for outcome in outcomes)
    assert [fit(run)[0]["stopped"] for run in runs] == [outcome["stopped"] for outcome in outcomes]


def test_an_interrupt_is_not_an_outcome(monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(monosemanticity.schedules, "make", lambda *_: pressed)
    with pytest.raises(KeyboardInterrupt), pytest.warns(UserWarning, match="interrupted after 0 of 16 steps"):
        fit(TINY)


# How often a feature is on ------------------------------------------------------------------------------------------


def test_frequencies_have_the_mean_asked_for():
    runs = [TINY.but(features=512, eps=1 / 256, distribution=kind) for kind in settings.DISTRIBUTIONS]
    uniform, power = monosemanticity.frequencies(runs)
    assert torch.equal(uniform, torch.full((512,), 1 / 256))
    assert power.mean().item() == pytest.approx(1 / 256, rel=1e-5) and power.max() <= 1
    ratio = power[:-1].log() - power[1:].log()
    torch.testing.assert_close(
        ratio, 1.1 * (torch.arange(2, 513).log() - torch.arange(1, 512).log()), atol=1e-4, rtol=0
    )


def test_frequencies_above_one_are_one():
    (power,) = monosemanticity.frequencies([TINY.but(features=512, eps=0.2, distribution="power_law")])
    assert power[0] == 1 and power.mean() < 0.2 and (power[1:] <= power[:-1]).all()


@pytest.mark.parametrize("eps", [0.5, 1 / 32])
def test_a_difference_is_on_about_as_often_as_a_feature(eps):
    run = TINY.but(task="abs", eps=eps)
    assert monosemanticity.frequencies([run])[0, 0] == eps / 2
    x = sampling.frequent_batches(20_000, monosemanticity.frequencies([run]), signed=True)(0, sampling.Stream.of(0, 0))
    exact = eps - eps**2 / 4
    assert (x != 0).float().mean().item() == pytest.approx(exact, abs=5 * math.sqrt(exact / 240_000))


# Settings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"epsilon": 0.1}, "unknown setting 'epsilon': expected one of task, activation, "),
        ({"eps": 0}, r"eps must be a number in \(0, 1\], got 0"),
        ({"eps": 1.5}, r"eps must be a number in \(0, 1\], got 1.5"),
        ({"eps": NAN}, r"eps must be a number in \(0, 1\], got nan"),
        ({"eps": "0.1"}, r"eps must be a number in \(0, 1\], got '0.1'"),
        ({"learning_rate": 0.0}, "learning_rate must be a number above 0, got 0.0"),
        ({"learning_rate": math.inf}, "learning_rate must be a number above 0, got inf"),
        ({"decay_rate": -1.0}, r"decay_rate must be a number such that learning_rate times it is in \[0, 1\), got -1"),
        ({"decay_rate": 100.0}, r"decay_rate must be a number such that .*, got 100.0"),
        ({"bias_offset": NAN}, "bias_offset must be a number finite, got nan"),
        ({"l1": -1}, "l1 must be a number not negative, got -1"),
        ({"l1": True}, "l1 must be a number not negative, got True"),
        ({"momentum": 1.0}, r"momentum must be a number in \[0, 1\), got 1.0"),
        ({"weight_decay": -0.1}, "weight_decay must be a number not negative, got -0.1"),
        ({"neurons": 0}, "neurons must be a positive integer, got 0"),
        ({"features": 2.5}, "features must be a positive integer, got 2.5"),
        ({"steps": True}, "steps must be a positive integer, got True"),
        ({"batch_size": -1}, "batch_size must be a positive integer, got -1"),
        ({"seed": 0.5}, "seed must be an integer, got 0.5"),
        ({"warmup": 16}, "warmup must be a number of steps from 0 to 15, got 16"),
        ({"task": "encoder"}, "unknown task 'encoder': expected one of decoder, reprojector, abs"),
        ({"activation": "tanh"}, "unknown activation 'tanh'"),
        ({"distribution": "normal"}, "unknown distribution 'normal': expected one of uniform, power_law"),
        ({"optimizer": "lion"}, "unknown optimizer 'lion': expected one of adam, adamw, lamb, sgd"),
        ({"schedule": "step"}, "unknown schedule 'step': expected one of constant, cosine, cyclic"),
    ],
)
def test_a_bad_setting_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        TINY.but(**changes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eps=0.25", ("eps", 0.25)),
        ("l1=1e-3", ("l1", 0.001)),
        ("steps=1024", ("steps", 1024)),
        ("task=abs", ("task", "abs")),
    ],
)
def test_a_setting_is_read_from_text(text, expected):
    assert settings.parse(text) == expected and type(settings.parse(text)[1]) is type(expected[1])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("eps", "expected name=value with a name of task, .*; got 'eps'"),
        ("=3", "expected name=value with a name of task, .*; got '=3'"),
        ("k=3", "expected name=value with a name of task, .*; got 'k=3'"),
        ("steps=1e3", "steps must be of type int, got '1e3'"),
        ("eps=", "eps must be of type float, got ''"),
    ],
)
def test_text_that_gives_no_setting(text, message):
    with pytest.raises(ValueError, match=message):
        settings.parse(text)


def test_what_cannot_be_stacked_is_named():
    with pytest.raises(ValueError, match="expected at least one run, got none"):
        fit()
    with pytest.raises(ValueError, match=r"runs of a stack need the same steps, got \[16, 17\]"):
        fit(TINY, TINY.but(steps=17))
    assert settings.shared(TINY) != settings.shared(TINY.but(steps=17))
    assert len({settings.shared(run) for run in mixed()}) == 1


def test_a_footprint_grows_with_all_that_takes_memory():
    for change in ({"neurons": 16}, {"features": 24}, {"batch_size": 4096}, {"embedding": 8}):
        assert settings.footprint(TINY.but(**change)) > settings.footprint(TINY)
