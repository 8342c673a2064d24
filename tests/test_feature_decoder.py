"""The feature decoder is what it says for every instance on its own, however wide its neighbours are."""

import pytest
import torch
from torch import nn

from helpers import nets, train
from helpers.nets.feature_decoder import unit_projection
from helpers.optim import OPTIMIZERS
from helpers.sampling import frequent_batches

FEATURES, EMBEDDING = 10, 4
PLAIN = {
    "relu": torch.relu,
    "linear": lambda x: x,
    "gelu": lambda x: x * (1 + torch.erf(x / 2**0.5)) / 2,
    "solu": lambda x: x * torch.exp(x),
}
of_each_task = pytest.mark.parametrize("task", nets.TASKS)


def decoder(neurons=6, instances=3, seed=0, **settings):
    return nets.FeatureDecoder(FEATURES, EMBEDDING, neurons, instances, seed, **settings)


def samples(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def trained(model, steps=6, lr=0.01, **options):
    """Train on a loss that pulls on every weight, absolute activations included."""

    def loss(model, x):
        hidden = model.hidden(x)
        return (model.output(hidden) - model.target(x)).square().sum(-1).mean(0) + 0.1 * hidden.abs().sum(-1).mean(0)

    batch = frequent_batches(16, torch.full((len(model.b), FEATURES), 0.5), signed=True)
    train.fit(model, batch, loss, steps=steps, lr=lr, device="cpu", progress=False, **options)
    return model


# What it computes ---------------------------------------------------------------------------------------------------


@of_each_task
@pytest.mark.parametrize("activation", PLAIN)
def test_it_is_a_projection_and_two_plain_layers(task, activation):
    model, x = decoder(task=task, activation=activation), samples(7, 3, FEATURES)
    assert model(x).shape == (7, 3, EMBEDDING if task == "reprojector" else FEATURES)
    assert model.hidden(x).shape == (7, 3, 6)
    for i in range(3):
        hidden = PLAIN[activation](x[:, i] @ model.projection[i] @ model.W_in[i] + model.b[i])
        torch.testing.assert_close(model.hidden(x)[:, i], hidden)
        torch.testing.assert_close(model(x)[:, i], hidden @ model.W_out[i])
    assert torch.equal(model.output(model.hidden(x)), model(x))


def test_all_instances_may_see_the_same_rows():
    model, x = decoder(), samples(7, FEATURES)
    torch.testing.assert_close(model(x), model(x.unsqueeze(1).expand(-1, 3, -1)))


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("decoder", lambda model, x: x),
        ("abs", lambda model, x: x.abs()),
        ("reprojector", lambda model, x: torch.einsum("bif,ife->bie", x, model.target_projection)),
    ],
)
def test_each_task_has_its_target(task, expected):
    model, x = decoder(task=task), samples(7, 3, FEATURES)
    torch.testing.assert_close(model.target(x), expected(model, x))


# The projection -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("features", "embedding"), [(10, 4), (7, 7), (5, 1), (128, 32)])
def test_features_are_unit_vectors_along_the_rows_of_orthonormal_columns(features, embedding):
    projection = unit_projection(features, embedding, torch.Generator().manual_seed(2))
    torch.testing.assert_close(projection.norm(dim=1), torch.ones(features))
    columns = torch.linalg.qr(torch.randn(features, embedding, generator=torch.Generator().manual_seed(2)))[0]
    torch.testing.assert_close(columns.T @ columns, torch.eye(embedding), atol=1e-5, rtol=0)
    torch.testing.assert_close(projection * columns.norm(dim=1, keepdim=True), columns)


def test_features_interfere_as_little_as_so_many_unit_vectors_can():
    """A tight frame reaches Welch's bound on the mean square of the products; plain random vectors lie above it."""
    projection = unit_projection(128, 32, torch.Generator().manual_seed(0))
    squares = (projection @ projection.T).square().sum() / 128**2
    assert 1 / 32 <= squares < 1.02 / 32


@of_each_task
def test_projections_are_fixed_and_are_two(task):
    model = decoder(task=task)
    before = {name: buffer.clone() for name, buffer in model.named_buffers()}
    names = {"projection", "target_projection"} if task == "reprojector" else {"projection"}
    assert before.keys() == names and {name for name, _ in model.named_parameters()} == {"W_in", "b", "W_out"}
    trained(model)
    assert all(torch.equal(buffer, before[name]) and not buffer.requires_grad for name, buffer in model.named_buffers())
    assert len({tuple(p.flatten().tolist()) for stack in before.values() for p in stack}) == 3 * len(before)


# First weights ------------------------------------------------------------------------------------------------------


def test_first_weights_are_those_of_linear_layers():
    model = nets.FeatureDecoder(64, 16, 400)
    for weights, limit in ((model.W_in, 1 / 4), (model.b, 1 / 4), (model.W_out, 1 / 20)):
        assert limit * 0.98 < weights.abs().max() <= limit
        assert abs(weights.std().item() - limit / 3**0.5) < 0.06 * limit and abs(weights.mean().item()) < 0.12 * limit
    linear = nn.Linear(16, 400)
    assert linear.weight.abs().max() <= 1 / 4 and linear.bias.abs().max() <= 1 / 4


def assert_instance(stacked, i, alone):
    width = alone.b.shape[1]
    for name in ("projection", "target_projection"):
        if getattr(alone, name) is not None:
            assert torch.equal(getattr(stacked, name)[i], getattr(alone, name)[0])
    assert torch.equal(stacked.W_in[i, :, :width], alone.W_in[0]) and not stacked.W_in[i, :, width:].any()
    assert torch.equal(stacked.b[i, :width], alone.b[0]) and not stacked.b[i, width:].any()
    assert torch.equal(stacked.W_out[i, :width], alone.W_out[0]) and not stacked.W_out[i, width:].any()


@of_each_task
@pytest.mark.parametrize(("seed", "seeds"), [(5, [5, 6, 7]), ([9, 2, 9], [9, 2, 9])])
def test_an_instance_is_drawn_as_it_is_alone(task, seed, seeds):
    widths, offsets = [6, 3, 8], [0.0, -1.0, 0.5]
    stacked = decoder(widths, 3, seed, task=task, bias_offset=offsets)
    for i, own in enumerate(seeds):
        assert_instance(stacked, i, decoder(widths[i], 1, own, task=task, bias_offset=offsets[i]))


def test_the_task_changes_neither_projection_nor_input_weights():
    models = [decoder(task=task) for task in nets.TASKS]
    for name in ("projection", "W_in", "b"):
        assert all(torch.equal(getattr(models[0], name), getattr(other, name)) for other in models)


@pytest.mark.parametrize("offset", [-1.5, [0.5, 0.0, -2.0]])
def test_the_offset_is_added_to_the_first_biases(offset):
    shift = torch.tensor(offset).expand(3).unsqueeze(1)
    torch.testing.assert_close(decoder(bias_offset=offset).b, decoder().b + shift)


@pytest.mark.parametrize("activation", PLAIN)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_neurons_that_only_fill_up_stay_zero(optimizer, activation):
    model = trained(
        decoder([6, 2, 1], activation=activation, bias_offset=-0.3), optimizer=optimizer, weight_decay=[0.1, 0.0, 0.1]
    )
    start = decoder([6, 2, 1], activation=activation, bias_offset=-0.3)
    for i, width in enumerate([6, 2, 1]):
        filling = (model.W_in[i, :, width:], model.b[i, width:], model.W_out[i, width:])
        assert not any(part.any() for part in filling)
        assert not torch.equal(model.W_out[i, :width], start.W_out[i, :width]), "it was trained"


# Bad input ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: nets.FeatureDecoder(0, 1, 1), "features must be a positive integer, got 0"),
        (lambda: nets.FeatureDecoder(4, 2.0, 1), "embedding must be a positive integer, got 2.0"),
        (lambda: nets.FeatureDecoder(4, 5, 1), "expected an embedding no wider than the 4 features, got 5"),
        (lambda: decoder(instances=0), "instances must be a positive integer, got 0"),
        (lambda: decoder(neurons=0), r"neurons\[0\] must be a positive integer, got 0"),
        (lambda: decoder(neurons=[6, -1, 6]), r"neurons\[1\] must be a positive integer, got -1"),
        (lambda: decoder(neurons=[6, 6]), r"neurons must be a number or 3 numbers \(one per instance\), got 2"),
        (lambda: decoder(seed=[1]), r"seed must be a number or 3 numbers \(one per instance\), got 1"),
        (lambda: decoder(bias_offset=[0.0] * 4), r"bias_offset must be a number or 3 numbers .*, got 4"),
        (lambda: decoder(bias_offset=float("nan")), "bias_offset must be finite, got"),
        (lambda: decoder(task="encoder"), "unknown task 'encoder': expected one of decoder, reprojector, abs"),
        (lambda: decoder(activation="tanh"), "unknown activation 'tanh': expected one of relu, linear, gelu, solu"),
        (lambda: decoder()(samples(7, 3, FEATURES + 1)), r"expected data of shape \(batch, 10\) or \(batch, 3, 10\)"),
    ],
)
def test_bad_input_is_named(build, message):
    with pytest.raises(ValueError, match=message):
        build()
