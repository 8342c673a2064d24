"""An archetypal dictionary stays inside the data as far as it is told to, and is a sparse autoencoder otherwise."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from helpers import archetypes, autoencoding, nets, train
from helpers.sampling import minibatches


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def beyond(vectors, points):
    """How far each vector is from the convex hull of the points: non-negative weights that sum to one, by least
    squares with a heavy row for the sum."""
    heavy = 1e3
    table = np.vstack([points.double().numpy().T, heavy * np.ones(len(points))])
    return [nnls(table, np.append(vector.double().numpy(), heavy))[1] for vector in vectors]


def trained(sae, x, steps=150, **more):
    train.fit(
        sae,
        minibatches(x, size=32),
        autoencoding.loss(0.01),
        steps=steps,
        lr=0.02,
        device="cpu",
        progress=False,
        **more,
    )
    return sae


def stacked(seeds=(0, 1), latents=5, points=8, inputs=3, **settings):
    x = torch.relu(normal(200, len(seeds), inputs, seed=7)) + 0.2
    at = torch.stack([archetypes.candidates(x[:, i], points) for i in range(len(seeds))])
    settings = {"unit_norm": False} | settings
    return archetypes.Archetypal(at, latents, seeds[0], **settings), x


# Where the dictionary may be -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [False, True], ids=["before training", "after"])
def test_without_slack_no_vector_leaves_the_convex_hull(done):
    sae, x = stacked()
    if done:
        trained(sae, x)
    for vectors, points in zip(sae.dictionary.detach(), sae.candidates, strict=True):
        assert max(beyond(vectors, points)) < 1e-4
    # The test can tell: a vector as long again is outside.
    assert min(beyond(3 * sae.dictionary[0].detach(), sae.candidates[0])) > 0.1


@given(seed=st.integers(0, 1000), slack=st.floats(0, 0.5), size=st.floats(0.01, 100))
def test_with_slack_no_vector_goes_farther_than_that(seed, slack, size):
    sae, _ = stacked((seed, seed + 1), slack=slack)
    with torch.no_grad():
        sae.W_dec.copy_(size * normal(*sae.W_dec.shape, seed=seed))
    for i in range(2):
        most = slack * sae.candidates[i].norm(dim=-1).mean().item()
        assert max(beyond(sae.dictionary[i].detach(), sae.candidates[i])) <= most + 1e-3


def test_a_small_departure_is_left_as_it_is_and_a_large_one_cut_off():
    sae, _ = stacked(slack=0.5)
    inside = sae.dictionary.detach()
    with torch.no_grad():
        sae.W_dec[0, 0, 1], sae.W_dec[1, 2, 0] = 1e-3, -1e3
    away = sae.dictionary.detach() - inside
    torch.testing.assert_close(away[0, 0], torch.tensor([0, 1e-3, 0]), atol=1e-6, rtol=0)
    most = 0.5 * sae.candidates[1].norm(dim=-1).mean()
    torch.testing.assert_close(away[1, 2], torch.stack([-most, *torch.zeros(2)]), atol=1e-5, rtol=1e-5)


def test_with_slack_training_uses_it():
    sae, x = stacked(slack=0.2)
    trained(sae, x)
    assert sae.W_dec.abs().max() > 1e-3
    lengths = [max(beyond(sae.dictionary[i].detach(), sae.candidates[i])) for i in range(2)]
    assert max(lengths) > 1e-3
    kept, x = stacked()
    assert trained(kept, x).W_dec.abs().max() == 0


def test_vectors_of_length_one_point_into_the_hull():
    sae, x = stacked(unit_norm=True)
    trained(sae, x)
    torch.testing.assert_close(sae.dictionary.norm(dim=-1), torch.ones(2, 5))
    inside = sae.mixture.softmax(-1) @ sae.candidates
    torch.testing.assert_close(sae.dictionary, torch.nn.functional.normalize(inside, dim=-1))


# It is an autoencoder ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("piece", [None, nets.TopK(2)], ids=["ReLU", "TopK"])
@pytest.mark.parametrize("slack", [0.0, 0.1])
def test_it_learns(piece, slack):
    sae, x = stacked(slack=slack, activation=piece, centred=True, unit_norm=True)

    def error():
        with torch.no_grad():
            return (sae(x)[0] - x).square().mean((0, 2))

    before, mixture = error(), sae.mixture.detach().clone()
    trained(sae, x)
    assert (error() < 0.7 * before).all() and not torch.allclose(sae.mixture, mixture)


def test_the_encoder_starts_as_the_dictionary_where_it_is_asked_to():
    mirrored, plain = stacked(mirrored=True)[0], stacked()[0]
    assert torch.equal(mirrored.W_enc, mirrored.dictionary.mT)
    assert not torch.allclose(plain.W_enc, plain.dictionary.mT)
    assert torch.equal(mirrored.dictionary, plain.dictionary)


def test_seeds_start_elsewhere_and_latents_are_not_all_the_same():
    sae, again = stacked()[0], stacked()[0]
    other = stacked((5, 6))[0]
    assert torch.equal(sae.dictionary, again.dictionary) and not torch.allclose(sae.dictionary, other.dictionary)
    assert torch.cdist(sae.dictionary[0], sae.dictionary[0]).add(torch.eye(5)).min() > 1e-3


def test_instances_do_not_interact():
    both, x = stacked()
    at = both.candidates
    trained(both, x)
    single = archetypes.Archetypal(at[1:], 5, 1, unit_norm=False)
    trained(single, x[:, 1:])
    torch.testing.assert_close(both.dictionary[1], single.dictionary[0], atol=1e-3, rtol=1e-3)


def test_what_was_trained_comes_back_with_its_candidates(tmp_path):
    sae, x = stacked(slack=0.1)
    trained(sae, x, 20)
    torch.save(sae.state_dict(), tmp_path / "kept.pt")
    other, _ = stacked((8, 9), slack=0.1)
    other.candidates.zero_()
    other.load_state_dict(torch.load(tmp_path / "kept.pt", weights_only=True))
    assert torch.equal(other.dictionary, sae.dictionary)
    at = sae.candidates.clone()
    assert torch.equal(archetypes.Archetypal(at, 5).candidates, at) and "candidates" not in dict(sae.named_parameters())


@pytest.mark.parametrize("kind", [torch.float64, torch.int64])
def test_candidates_may_be_other_numbers(kind):
    at = torch.arange(12).reshape(1, 4, 3).to(kind)
    assert archetypes.Archetypal(at, 5).dictionary.dtype == torch.float32
    assert torch.equal(archetypes.Archetypal(at, 5).dictionary, archetypes.Archetypal(at.float(), 5).dictionary)


# The candidates ------------------------------------------------------------------------------------------------------


def test_candidates_are_the_means_of_their_clusters():
    centres = torch.tensor([[5.0, 0, 0], [0, 5, 0], [0, 0, 5]])
    x = centres.repeat(20, 1) + 0.01 * normal(60, 3)
    found = archetypes.candidates(x, 3)
    wanted = x.reshape(20, 3, 3).mean(0)
    assert found.dtype == x.dtype and found.shape == (3, 3)
    torch.testing.assert_close(found[found.argmax(-1).argsort()], wanted, atol=1e-4, rtol=1e-4)


def test_silent_rows_have_no_say():
    x = torch.relu(normal(80, 3)) + 0.1
    silent = torch.cat([x, torch.zeros(500, 3)])
    assert torch.equal(archetypes.candidates(x, 6), archetypes.candidates(silent, 6))
    assert (archetypes.candidates(silent, 6) > 0.05).all()


def test_the_seed_decides_the_clusters():
    x = normal(100, 3)
    assert torch.equal(archetypes.candidates(x, 10), archetypes.candidates(x, 10))
    assert not torch.equal(archetypes.candidates(x, 10), archetypes.candidates(x, 10, seed=1))


X = normal(20, 3)
BAD = {
    "three axes": (lambda: archetypes.candidates(normal(9, 2, 3), 2), r"shape \(rows, inputs\), got \(9, 2, 3\)"),
    "not finite": (lambda: archetypes.candidates(X / 0, 2), "expected finite activations"),
    "no points": (lambda: archetypes.candidates(X, 0), "points must be a positive integer, got 0"),
    "few rows": (lambda: archetypes.candidates(X, 21), "at least 21 different rows that are not zero, got 20"),
    "the same rows": (lambda: archetypes.candidates(X[:2].repeat(9, 1), 3), "at least 3 different rows .* got 2"),
    "silent": (lambda: archetypes.candidates(torch.zeros(9, 3), 1), "at least 1 different rows .* got 0"),
    "two axes": (lambda: archetypes.Archetypal(X, 4), r"shape \(instances, points, inputs\), got \(20, 3\)"),
    "candidates not finite": (lambda: archetypes.Archetypal(X[None] / 0, 4), "expected finite candidates"),
    "less than none": (lambda: archetypes.Archetypal(X[None], 4, slack=-0.1), "slack must be 0 or more, .* got -0.1"),
    "no end": (lambda: archetypes.Archetypal(X[None], 4, slack=torch.inf), "slack must be 0 or more, .* got inf"),
    "no latents": (lambda: archetypes.Archetypal(X[None], 0), "latents must be a positive integer, got 0"),
    "tied": (lambda: archetypes.Archetypal(X[None], 4, tied=True), "an archetypal autoencoder has no tied"),
    "widths": (lambda: archetypes.Archetypal(X[None], 4, widths=[3]), "an archetypal autoencoder has no widths"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()
