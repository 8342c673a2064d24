"""Each network is what a plain torch model computes, for every instance on its own."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from helpers import nets

NETWORKS = {
    "toy": lambda instances, seed=0: nets.ToyModel(6, 2, instances, seed),
    "mlp": lambda instances, seed=0: nets.MLP(6, 5, 3, instances, seed),
    "deep mlp": lambda instances, seed=0: nets.MLP(6, (5, 4), 3, instances, seed),
    "sae": lambda instances, seed=0: nets.SparseAutoencoder(6, 9, instances, seed),
}
everywhere = pytest.mark.parametrize("network", NETWORKS.values(), ids=list(NETWORKS))


def jolt(model):
    """Move every parameter off its start, so that zero biases cannot hide a mistake."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for p in model.parameters():
            p += 0.3 * torch.randn(p.shape, generator=generator)
    return model


def data(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def first(output):
    return output[0] if isinstance(output, tuple) else output


def test_toy_model_is_two_plain_products():
    model, x = jolt(nets.ToyModel(6, 2, instances=3)), data(7, 3, 6)
    linear = jolt(nets.ToyModel(6, 2, instances=3, activation="linear"))
    for i in range(3):
        W, b = model.W[i], model.b[i]
        torch.testing.assert_close(model(x)[:, i], torch.relu(x[:, i] @ W @ W.T + b))
        torch.testing.assert_close(linear(x)[:, i], x[:, i] @ W @ W.T + b)


@pytest.mark.parametrize("widths", [(5,), (5, 4), (2, 7, 3)])
def test_mlp_is_a_stack_of_linear_layers(widths):
    model, x = jolt(nets.MLP(6, widths, 3, instances=2)), data(7, 6)
    for i in range(2):
        sizes = (6, *widths, 3)
        layers = [nn.Linear(a, b) for a, b in zip(sizes[:-1], sizes[1:], strict=True)]
        for layer, weight, bias in zip(layers, model.weights, model.biases, strict=True):
            layer.load_state_dict({"weight": weight[i].detach().T, "bias": bias[i].detach()})
        expected, hidden = x, []
        for layer in layers[:-1]:
            expected = torch.relu(layer(expected))
            hidden.append(expected)
        torch.testing.assert_close(model(x)[:, i], layers[-1](expected))
        for layer, activations in enumerate(hidden):
            torch.testing.assert_close(model.hidden(x, layer)[:, i], activations)
    torch.testing.assert_close(model.output(model.hidden(x)), model(x))


def test_one_width_is_one_hidden_layer():
    one, listed = nets.MLP(6, 5, 3), nets.MLP(6, [5], 3)
    assert [p.shape for p in one.parameters()] == [p.shape for p in listed.parameters()]
    assert torch.equal(one(data(4, 6)), listed(data(4, 6)))


@pytest.mark.parametrize("unit_norm", [True, False])
def test_autoencoder_is_encoder_and_dictionary(unit_norm):
    model, x = jolt(nets.SparseAutoencoder(6, 9, instances=3, unit_norm=unit_norm)), data(7, 3, 6)
    reconstruction, latents = model(x)
    for i in range(3):
        f = torch.relu(x[:, i] @ model.W_enc[i] + model.b_enc[i])
        D = model.W_dec[i]
        D = D / D.norm(dim=1, keepdim=True) if unit_norm else D
        torch.testing.assert_close(latents[:, i], f)
        torch.testing.assert_close(reconstruction[:, i], f @ D + model.b_dec[i])
    torch.testing.assert_close(model.decode(model.encode(x)), reconstruction)


@given(scale=st.floats(1e-6, 1e6), seed=st.integers(0, 1000), latents=st.integers(1, 20))
def test_unit_norm_rows_have_length_one_whatever_the_parameters(scale, seed, latents):
    model = nets.SparseAutoencoder(4, latents, instances=2, seed=seed)
    reference = model.dictionary.detach().clone()
    with torch.no_grad():
        model.W_dec *= scale
    torch.testing.assert_close(model.dictionary.norm(dim=-1), torch.ones(2, latents))
    torch.testing.assert_close(model.dictionary, reference)


def test_without_unit_norm_the_dictionary_is_the_parameter():
    model = nets.SparseAutoencoder(4, 8, unit_norm=False)
    assert model.dictionary is model.W_dec


@everywhere
def test_shared_rows_are_the_same_as_repeated_rows(network):
    model, x = jolt(network(3)), data(7, 6)
    shared, repeated = first(model(x)), first(model(x[:, None].expand(-1, 3, -1)))
    assert shared.shape == repeated.shape and shared.shape[:2] == (7, 3)
    torch.testing.assert_close(shared, repeated)


@everywhere
def test_instance_i_starts_where_seed_plus_i_starts(network):
    stacked = network(3, seed=10)
    for i in range(3):
        alone = network(1, seed=10 + i)
        for (name, p), q in zip(stacked.named_parameters(), alone.parameters(), strict=True):
            assert torch.equal(p[i : i + 1], q), name
    for name, p in stacked.named_parameters():
        if p.abs().sum() > 0:
            assert not torch.equal(p[0], p[1]), f"{name} starts the same in two instances"


def test_no_two_layers_start_with_the_same_numbers():
    model = nets.MLP(4, (4, 4), 4, instances=3)
    starts = torch.stack([weight[i].flatten() for weight in model.weights for i in range(3)])
    assert len(starts.unique(dim=0)) == 9


def test_building_a_network_leaves_the_global_generator_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    nets.MLP(4, 5, 3, instances=2)
    assert torch.equal(torch.rand(3), expected)


@everywhere
@pytest.mark.parametrize("shape", [(7, 6), (7, 3, 6)])
def test_the_gradient_of_one_instance_touches_no_other(network, shape):
    model = jolt(network(3))
    first(model(data(*shape)))[:, 1].square().sum().backward()
    for name, p in model.named_parameters():
        assert p.grad[1].abs().sum() > 0, name
        assert p.grad[[0, 2]].abs().sum() == 0, name


@pytest.mark.parametrize("shape", [(7, 5), (7, 2, 6), (7, 3, 5), (6,), (7, 1, 3, 6)])
def test_data_of_the_wrong_shape(shape):
    with pytest.raises(ValueError) as error:
        nets.ToyModel(6, 2, instances=3)(data(*shape))
    assert "(batch, 6) or (batch, 3, 6)" in str(error.value) and f"got {shape}" in str(error.value)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: nets.ToyModel(0, 2), "features must be a positive integer, got 0"),
        (lambda: nets.ToyModel(5, 2.0), "hidden must be a positive integer, got 2.0"),
        (lambda: nets.ToyModel(5, 2, instances=True), "instances must be a positive integer, got True"),
        (lambda: nets.ToyModel(5, 2, activation="tanh"), "unknown activation 'tanh': expected one of relu, linear"),
        (lambda: nets.MLP(5, (4, 0)), r"hidden\[1\] must be a positive integer, got 0"),
        (lambda: nets.MLP(5, 2.5), r"hidden\[0\] must be a positive integer, got 2.5"),
        (lambda: nets.MLP(5, ()), "at least one hidden layer"),
        (lambda: nets.MLP(5, 4, outputs=-1), "outputs must be a positive integer, got -1"),
        (lambda: nets.SparseAutoencoder(5, "8"), "latents must be a positive integer, got '8'"),
    ],
)
def test_a_size_that_makes_no_network(build, message):
    with pytest.raises(ValueError, match=message):
        build()
