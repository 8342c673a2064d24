"""What decides which latents are on, and the autoencoder around it, against plain torch, one instance at a time."""

import shutil
import warnings
from copy import deepcopy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA, SparseCoder

from helpers import autoencoding, metrics, nets, train
from helpers.sampling import minibatches

INPUTS, LATENTS, INSTANCES, SEED = 4, 7, 3, 20

#: The variants: settings of the autoencoder for instance ``i`` of ``INSTANCES``, or for all (``i`` is None).
VARIANTS = {
    "L1": lambda i: {},
    "free lengths": lambda i: {"unit_norm": False},
    "centred": lambda i: {"centred": True},
    "tied": lambda i: {"tied": True},
    "tied, free, centred": lambda i: {"tied": True, "unit_norm": False, "centred": True},
    "mirrored": lambda i: {"mirrored": True},
    "Gated": lambda i: {"activation": nets.Gated(), "centred": True},
    "TopK": lambda i: {"activation": nets.TopK(own([2, 1, 3], i))},
    "BatchTopK": lambda i: {"activation": nets.BatchTopK(own([1.5, 2, 0.5], i))},
    "JumpReLU": lambda i: {"activation": nets.JumpReLU(0.2, 0.15)},
}
everywhere = pytest.mark.parametrize("variant", VARIANTS)


def own(values, i):
    return values if i is None else values[i]


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def make(variant, i=None, **settings):
    """The stack, or its instance ``i`` alone."""
    instances, seed = (INSTANCES, SEED) if i is None else (1, SEED + i)
    sizes = {"inputs": INPUTS, "latents": LATENTS, "instances": instances, "seed": seed}
    return nets.SparseAutoencoder(**sizes | VARIANTS[variant](i) | settings)


def jolted(sae):
    """Move every parameter off its start, which is zero for some."""
    with torch.no_grad():
        for k, p in enumerate(sae.parameters()):
            p += 0.3 * numbers(*p.shape, seed=k)
    return sae


def fit(sae, seeds, loss=None, **settings):
    x = torch.relu(numbers(96, INPUTS)) + 0.2
    batches = minibatches(x, size=16, seeds=seeds)
    loss = autoencoding.loss(0.02, revive=0.1) if loss is None else loss
    options = {"steps": 40, "lr": 0.02, "device": "cpu", "progress": False} | settings
    train.fit(sae, batches, loss, **options)
    return sae


# The pieces ------------------------------------------------------------------------------------------------------


def test_a_relu_costs_the_sum_of_its_latents():
    drive = numbers(9, 2, 5)
    piece = nets.ReLU().sized(2, 5)
    latents = piece(drive, numbers(2, 5))
    assert torch.equal(latents, drive.clamp_min(0))
    torch.testing.assert_close(piece.penalty(drive, latents), latents.abs().sum(2).mean(0))


def test_a_gate_opens_on_one_path_and_the_other_says_how_large():
    sae, x = jolted(make("Gated")), numbers(50, INSTANCES, INPUTS)
    latents, piece = sae.encode(x), sae.activation
    for i in range(INSTANCES):
        centred = x[:, i] - sae.b_dec[i]
        gate = centred @ sae.W_enc[i] + sae.b_enc[i]
        size = centred @ (sae.W_enc[i] * piece.r_mag[i].exp()) + piece.b_mag[i]
        torch.testing.assert_close(latents[:, i], (gate > 0) * size.clamp_min(0))
        cost = piece.penalty(sae.drive(x), latents)[i]
        torch.testing.assert_close(cost, gate.clamp_min(0).sum(1).mean())
    assert ((latents == 0) & (sae.drive(x) > 0)).any(), "an open gate may let nothing through"


def by_sorting(row, k):
    """The ``k`` largest positive entries of a row, by numpy."""
    kept, order = np.zeros_like(row), np.argsort(-row)[:k]
    kept[order] = np.maximum(row[order], 0)
    return kept


@given(seed=st.integers(0, 10_000), ks=st.lists(st.integers(1, 6), min_size=2, max_size=2), shift=st.floats(-2, 2))
def test_topk_keeps_the_k_largest_of_each_row(seed, ks, shift):
    drive = numbers(5, 2, 6, seed=seed) + shift
    latents = nets.TopK(ks).sized(2, 6)(drive, torch.zeros(2, 6))
    wanted = [[by_sorting(row, k) for row, k in zip(rows, ks, strict=True)] for rows in drive.numpy()]
    assert np.array_equal(latents.numpy(), np.array(wanted))


@pytest.mark.parametrize("k", [1, 3, 5])
def test_of_equals_topk_keeps_exactly_k(k):
    latents = nets.TopK(k).sized(2, 5)(torch.ones(4, 2, 5), torch.zeros(2, 5))
    assert (latents.sum(-1) == k).all() and (latents.count_nonzero(-1) == k).all()


def test_topk_of_all_latents_is_a_relu_and_a_row_with_fewer_positive_ones_keeps_those():
    drive = numbers(20, 2, 5)
    assert torch.equal(nets.TopK(5).sized(2, 5)(drive, torch.zeros(2, 5)), torch.relu(drive))
    low = torch.tensor([[[0.5, -1.0, -2.0, 0.0]]])
    assert nets.TopK(3).sized(1, 4)(low, torch.zeros(1, 4)).tolist() == [[[0.5, 0, 0, 0]]]


@pytest.mark.parametrize("piece", [nets.TopK(2), nets.BatchTopK(2)])
def test_what_is_chosen_has_no_penalty(piece):
    drive = numbers(6, 3, 4)
    assert piece.sized(3, 4).penalty(drive, drive).tolist() == [0, 0, 0]


@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(1, 9),
    ks=st.lists(st.floats(0.05, 6), min_size=2, max_size=2),
    shift=st.floats(-2, 2),
)
def test_batchtopk_keeps_the_largest_of_a_batch(seed, rows, ks, shift):
    drive = numbers(rows, 2, 6, seed=seed) + shift
    latents = nets.BatchTopK(ks).sized(2, 6)(drive, torch.zeros(2, 6))
    for i, k in enumerate(ks):
        wanted = by_sorting(drive[:, i].flatten().numpy(), min(max(round(k * rows), 1), 6 * rows))
        assert np.array_equal(latents[:, i].flatten().numpy(), wanted)


def test_rows_compete_in_a_batch():
    drive = torch.tensor([[[9.0, 8.0, 7.0]], [[1.0, 2.0, 3.0]]])
    latents = nets.BatchTopK(1.5).sized(1, 3)(drive, torch.zeros(1, 3))
    assert latents.tolist() == [[[9, 8, 7]], [[0, 0, 0]]]


def settled(k, drive):
    piece = nets.BatchTopK(k).sized(*drive.shape[1:])
    piece.settle(drive)
    return piece.eval()


@given(seed=st.integers(0, 10_000), k=st.floats(0.1, 6), shift=st.floats(-2, 2))
def test_a_settled_threshold_keeps_the_same_latents_of_the_rows_it_was_settled_on(seed, k, shift):
    drive = numbers(30, 2, 6, seed=seed) + shift
    piece, nothing = settled(k, drive), torch.zeros(2, 6)
    assert torch.equal(piece(drive, nothing), piece.train()(drive, nothing))


def test_after_training_a_row_does_not_depend_on_the_others():
    drive = numbers(40, 2, 6)
    piece, nothing = settled([1, 2.5], drive), torch.zeros(2, 6)
    together, alone = piece(drive, nothing), torch.cat([piece(row[None], nothing) for row in drive])
    assert torch.equal(together, alone)
    assert torch.allclose(metrics.l0(together), torch.tensor([1, 2.5]))


def test_a_settled_threshold_lies_between_latents_so_that_rounding_turns_none_off():
    drive = numbers(40, 2, 6)
    piece, nothing = settled(2, drive), torch.zeros(2, 6)
    for factor in (1 - 1e-6, 1 + 1e-6):
        assert torch.equal(piece(drive * factor, nothing) > 0, piece(drive, nothing) > 0)


def test_without_a_threshold_evaluation_says_what_to_do():
    sae = make("BatchTopK").eval()
    with pytest.raises(ValueError, match=r"no threshold yet: call settle\(drive\) on the training rows before eval"):
        sae(numbers(5, INPUTS))


def test_a_jump_keeps_a_drive_whole_or_not_at_all():
    piece = nets.JumpReLU(0.5).sized(1, 4)
    drive = torch.tensor([[[0.4, 0.5, 0.6, -3.0]]])
    assert piece(drive, torch.zeros(1, 4)).tolist() == [[[0, 0, drive[0, 0, 2], 0]]]
    assert piece.penalty(drive, drive).item() == 1
    assert piece.threshold.tolist() == [[pytest.approx(0.5)] * 4]


@given(seed=st.integers(0, 10_000), threshold=st.floats(0.05, 1), bandwidth=st.floats(0.05, 2))
def test_the_threshold_follows_the_pseudo_derivatives_of_the_paper(seed, threshold, bandwidth):
    piece = nets.JumpReLU(threshold, bandwidth).sized(2, 3)
    drive = numbers(8, 2, 3, seed=seed).requires_grad_()
    pull = numbers(8, 2, 3, seed=seed + 1)
    inside = (((drive - threshold) / bandwidth).abs() < 0.5).float()

    def slopes(value):
        piece.log_threshold.grad = drive.grad = None
        value.backward()
        # The chain rule for exp turns the slope for the logarithm into that for the threshold.
        return drive.grad, piece.log_threshold.grad / piece.threshold.detach()

    down, across = slopes((piece(drive, torch.zeros(2, 3)) * pull).sum())
    torch.testing.assert_close(across, -(threshold / bandwidth * inside * pull).sum(0), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(down, (drive > threshold) * pull)

    down, across = slopes((piece.penalty(drive, drive) + 0 * drive.sum((0, 2))).sum())
    torch.testing.assert_close(across, -(inside / bandwidth).mean(0), rtol=1e-3, atol=1e-4)
    assert not down.any(), "how many are on says nothing to the encoder"


@pytest.mark.parametrize(
    ("piece", "message"),
    [
        (lambda: nets.TopK(8), "expected k from 1 to the 7 latents, an integer, got 8"),
        (lambda: nets.TopK([1, 0, 2]), "expected k from 1 to the 7 latents, an integer, got 0"),
        (lambda: nets.TopK(1.5), "expected k from 1 to the 7 latents, an integer, got 1.5"),
        (lambda: nets.TopK(float("nan")), "expected k from 1 to the 7 latents, an integer, got nan"),
        (lambda: nets.TopK(True), "expected k from 1 to the 7 latents, an integer, got True"),
        (lambda: nets.TopK([1, 2]), r"k must be a number or 3 numbers \(one per instance\), got 2"),
        (lambda: nets.BatchTopK(7.5), "expected k above 0 and at most the 7 latents, got 7.5"),
        (lambda: nets.BatchTopK(0), "expected k above 0 and at most the 7 latents, got 0"),
        (lambda: nets.BatchTopK(float("inf")), "expected k above 0 and at most the 7 latents, got inf"),
        (lambda: nets.JumpReLU(0), "threshold must be positive and finite, got 0"),
        (lambda: nets.JumpReLU(0.1, float("nan")), "bandwidth must be positive and finite, got nan"),
    ],
)
def test_settings_of_a_piece_that_do_not_fit(piece, message):
    with pytest.raises(ValueError, match=message):
        nets.SparseAutoencoder(INPUTS, LATENTS, INSTANCES, activation=piece())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"latents": 0}, "latents must be a positive integer, got 0"),
        ({"latents": 1.5}, "latents must be a positive integer, got 1.5"),
        ({"inputs": -1}, "inputs must be a positive integer, got -1"),
        ({"widths": [7, 0, 1]}, r"widths\[1\] must be a positive integer, got 0"),
        ({"widths": [7, 8, 1]}, "expected widths of at most the 7 latents, got 8"),
        ({"widths": [7, 1]}, r"widths must be a number or 3 numbers \(one per instance\), got 2"),
    ],
)
def test_sizes_that_do_not_fit(settings, message):
    with pytest.raises(ValueError, match=message):
        make("L1", **settings)


# The autoencoder around them -------------------------------------------------------------------------------------


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("unit_norm", [False, True])
def test_the_options_by_hand(unit_norm, tied, centred):
    sae = jolted(make("L1", unit_norm=unit_norm, tied=tied, centred=centred))
    x = numbers(9, INSTANCES, INPUTS)
    copy, latents = sae(x)
    for i in range(INSTANCES):
        D = sae.W_dec[i] / sae.W_dec[i].norm(dim=1, keepdim=True) if unit_norm else sae.W_dec[i]
        read = x[:, i] - sae.b_dec[i] if centred else x[:, i]
        f = torch.relu(read @ (D.T if tied else sae.W_enc[i]) + sae.b_enc[i])
        torch.testing.assert_close(latents[:, i], f)
        torch.testing.assert_close(copy[:, i], f @ D + sae.b_dec[i])
    assert ("W_enc" in dict(sae.named_parameters())) is not tied


@pytest.mark.parametrize("unit_norm", [False, True])
def test_mirrored_starts_the_encoder_as_the_dictionary_and_lets_go_of_it(unit_norm):
    sae = make("mirrored", unit_norm=unit_norm)
    assert torch.equal(sae.W_enc, sae.dictionary.mT)
    assert torch.equal(sae.W_dec, make("L1").W_dec), "the dictionary starts where it starts without"
    fit(sae, range(INSTANCES))
    assert not torch.allclose(sae.W_enc, sae.dictionary.mT, atol=1e-3)


def test_the_gradient_of_a_unit_dictionary_is_projected():
    """Bricken et al. take out what points along the vector; here the gradient of the norm does."""
    sae = jolted(make("L1"))
    with torch.no_grad():
        sae.W_dec.copy_(sae.dictionary)
    free = deepcopy(sae)
    free.unit_norm = False
    x = numbers(30, INPUTS)
    for model in (sae, free):
        autoencoding.loss(0.1)(model, (x,)).sum().backward()
    plain, D = free.W_dec.grad, sae.W_dec.detach()
    along = (plain * D).sum(-1, keepdim=True) * D
    torch.testing.assert_close(sae.W_dec.grad, plain - along, atol=1e-6, rtol=1e-4)
    assert (sae.W_dec.grad * D).sum(-1).abs().max() < 1e-6 < along.abs().max()


@everywhere
def test_a_stack_trains_as_separate_autoencoders(variant):
    stack, start = fit(make(variant), range(INSTANCES)), make(variant)
    for i in range(INSTANCES):
        alone = fit(make(variant, i), [i])
        for (name, ours), theirs in zip(stack.named_parameters(), alone.parameters(), strict=True):
            torch.testing.assert_close(ours[i], theirs[0], rtol=1e-3, atol=1e-4, msg=lambda m, n=name: f"{n}: {m}")
    assert not any(torch.equal(a, b) for a, b in zip(stack.parameters(), start.parameters(), strict=True))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("c++") and not shutil.which("g++"), reason="needs a C++ compiler")
@pytest.mark.parametrize("variant", ["Gated", "TopK", "BatchTopK", "JumpReLU"])
def test_a_compiled_step_is_the_eager_step(variant):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="going on without compiling")
        compiled = fit(make(variant), range(INSTANCES), compile=True)
    for ours, theirs in zip(compiled.parameters(), fit(make(variant), range(INSTANCES)).parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)


@everywhere
def test_a_copy_and_a_saved_state_are_the_same_autoencoder(variant):
    sae, x = jolted(make(variant)), numbers(12, INPUTS)
    if variant == "BatchTopK":
        sae.activation.settle(sae.drive(x))
        sae.eval()
    twin, other = deepcopy(sae), make(variant, seed=99).train(sae.training)
    other.load_state_dict(sae.state_dict())
    for again in (twin, other):
        assert all(torch.equal(a, b) for a, b in zip(again(x), sae(x), strict=True))
    with torch.no_grad():
        twin.W_dec += 1
    assert torch.equal(other.W_dec, sae.W_dec)


def test_one_piece_given_to_two_autoencoders_is_two_pieces():
    piece = nets.Gated()
    one, two = (nets.SparseAutoencoder(INPUTS, size, activation=piece) for size in (3, 5))
    assert one.activation.r_mag.shape == (1, 3) and two.activation.r_mag.shape == (1, 5)
    assert not hasattr(piece, "r_mag")


# Widths ----------------------------------------------------------------------------------------------------------

WIDTHS = [4, 7, 5]


def halves(sae, i):
    """Every parameter of instance ``i`` that has a latents axis: what belongs to its latents, and what fills it up."""
    width, own_part, filling = WIDTHS[i], {}, {}
    for name, value in sae.named_parameters():
        if name == "b_dec":
            own_part[name] = value[i]
            continue
        value = value[i].T if name == "W_enc" else value[i]
        own_part[name], filling[name] = value[:width], value[width:]
    return own_part, filling


@everywhere
def test_a_narrow_dictionary_in_a_stack_trains_as_it_does_alone(variant):
    stack, start = fit(make(variant, widths=WIDTHS), range(INSTANCES)), make(variant, widths=WIDTHS)
    assert stack.present.sum(1).tolist() == WIDTHS
    # A quarter of the latents, rounded down, are revived: name their number, so that it does not depend on the filling.
    loss = autoencoding.loss(0.02, revive=0.1, spare=1)
    stack = fit(make(variant, widths=WIDTHS), range(INSTANCES), loss)
    for i in range(INSTANCES):
        alone = fit(make(variant, i, latents=WIDTHS[i]), [i], loss)
        ours, filling = halves(stack, i)
        for name, theirs in alone.named_parameters():
            theirs = theirs[0].T if name == "W_enc" else theirs[0]
            torch.testing.assert_close(ours[name], theirs, rtol=1e-3, atol=1e-4)
        for name, before in halves(start, i)[1].items():
            assert torch.equal(filling[name], before), f"{name} of absent latents has moved"


@everywhere
def test_absent_latents_are_silent_and_zero(variant):
    sae = fit(make(variant, widths=WIDTHS), range(INSTANCES))
    latents = sae.encode(numbers(40, INPUTS))
    for i, width in enumerate(WIDTHS):
        assert not latents[:, i, width:].any() and not sae.dictionary[i, width:].any()
        assert not sae.encoder[i, :, width:].any() and latents[:, i, :width].any()


# Closed forms ----------------------------------------------------------------------------------------------------


def table(rows=400):
    """Rows with five inputs that share some variance."""
    return (numbers(rows, 5) * torch.tensor([3, 2, 1, 0.6, 0.3])) @ numbers(5, 5, seed=1) + numbers(5, seed=2)


def unexplained(x, k):
    return 1 - PCA(k).fit(x.double().numpy()).explained_variance_ratio_.sum()


@pytest.mark.parametrize("k", [1, 2, 4])
def test_with_principal_components_for_a_dictionary_and_no_threshold_it_is_pca(k):
    x, pca = table(), PCA(k).fit(table().numpy())
    V, mean = torch.as_tensor(pca.components_), torch.as_tensor(pca.mean_)
    sae, above = nets.SparseAutoencoder(5, k, tied=True, centred=True), 100.0
    with torch.no_grad():
        sae.W_dec.copy_(V)
        sae.b_dec.copy_(mean - above * V.sum(0))  # takes off again what keeps all latents above zero
        sae.b_enc.copy_(above - above * V.sum(0) @ V.T)
    copy, latents = sae(x)
    assert (latents > 0).all()
    wanted = torch.as_tensor(pca.inverse_transform(pca.transform(x.numpy())))
    torch.testing.assert_close(copy[:, 0], wanted.float(), rtol=1e-3, atol=1e-3)
    assert metrics.fvu(x[:, None], copy).item() == pytest.approx(unexplained(x, k), abs=1e-5)


def test_trained_without_a_penalty_on_one_side_of_zero_it_finds_as_much_as_pca_and_no_more():
    x, options = table() / 10, {"device": "cpu", "progress": False}
    saes = nets.SparseAutoencoder(5, 2, instances=4, unit_norm=False)
    with torch.no_grad():
        saes.b_enc += 5
        saes.b_dec -= torch.einsum("nl,nli->ni", saes.b_enc, saes.W_dec)
    train.fit(saes, lambda step, _: (x,), autoencoding.loss(), steps=1500, lr=0.01, **options)
    copy, latents = saes(x)
    assert (latents > 0).all()
    found, best = metrics.fvu(x[:, None].expand_as(copy), copy), unexplained(x, 2)
    assert (found > best - 1e-4).all() and found.median() < best + 0.01


def orthonormal(n, seed=0):
    return torch.linalg.qr(numbers(n, n, seed=seed))[0]


@given(seed=st.integers(0, 1000), alpha=st.floats(0.01, 2))
@settings(max_examples=20)
def test_with_an_orthonormal_dictionary_a_relu_with_a_negative_bias_is_the_lasso(seed, alpha):
    D, x = orthonormal(5, seed), 2 * numbers(20, 5, seed=seed + 1)
    sae = nets.SparseAutoencoder(5, 5, tied=True)
    with torch.no_grad():
        sae.W_dec.copy_(D)
        sae.b_enc.fill_(-alpha)
    coder = SparseCoder(D.double().numpy(), transform_algorithm="lasso_cd", transform_alpha=alpha, positive_code=True)
    wanted = torch.tensor(coder.transform(x.double().numpy()))
    torch.testing.assert_close(sae.encode(x)[:, 0], wanted.float(), rtol=1e-4, atol=1e-4)


def test_the_lasso_weight_of_the_loss_wants_exactly_that_bias():
    """Half the squared error and alpha for the latents is our loss with 2 alpha / inputs, up to a factor."""
    alpha, x = 0.3, 2 * numbers(200, 5, seed=1)
    sae = nets.SparseAutoencoder(5, 5)
    with torch.no_grad():
        sae.W_dec.copy_(orthonormal(5))
        sae.W_enc.copy_(sae.W_dec.mT)
        sae.b_enc.fill_(-alpha)
    slopes = {}
    for weight in (2 * alpha / 5, 4 * alpha / 5):
        sae.zero_grad()
        autoencoding.loss(weight)(sae, (x,)).sum().backward()
        slopes[weight] = max(sae.b_enc.grad.abs().max(), sae.W_enc.grad.abs().max())
    right, wrong = slopes.values()
    assert right < 1e-6 and wrong > 1e-2


@given(seed=st.integers(0, 1000), k=st.integers(1, 5))
@settings(max_examples=20)
def test_with_an_orthonormal_dictionary_topk_is_orthogonal_matching_pursuit(seed, k):
    D = orthonormal(5, seed)
    x = (numbers(20, 5, seed=seed + 1).abs() + 0.01) @ D  # positive coefficients, all of them
    sae = nets.SparseAutoencoder(5, 5, tied=True, activation=nets.TopK(k))
    with torch.no_grad():
        sae.W_dec.copy_(D)
    coder = SparseCoder(D.numpy(), transform_algorithm="omp", transform_n_nonzero_coefs=k)
    torch.testing.assert_close(sae.encode(x)[:, 0], torch.tensor(coder.transform(x.numpy())), rtol=1e-3, atol=1e-3)
