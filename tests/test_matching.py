"""Features matched to latents, against brute force and numpy."""

from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import matching, metrics


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def best(table):
    """The largest sum of a matching, by trying them all."""
    rows, columns = table.shape
    if rows > columns:
        return best(table.T)
    return max(sum(table[i, j] for i, j in enumerate(chosen)) for chosen in permutations(range(columns), rows))


@given(features=st.integers(1, 5), latents=st.integers(1, 5), seed=st.integers(0, 10_000))
def test_no_other_matching_is_better(features, latents, seed):
    similarity = numbers(2, features, latents, seed=seed)
    match = matching.assign(similarity)
    assert match.latent.shape == match.similarity.shape == (2, features)
    for i in range(2):
        paired = match.latent[i] >= 0
        partners = match.latent[i, paired].tolist()
        assert len(partners) == min(features, latents) == len(set(partners))
        own = similarity[i, paired.nonzero()[:, 0], match.latent[i, paired]]
        assert torch.equal(match.similarity[i, paired], own) and not match.similarity[i, ~paired].any()
        assert own.sum().item() == pytest.approx(best(similarity[i].double().numpy()), abs=1e-4)


def test_a_latent_that_two_features_want_goes_where_it_is_missed_most():
    match = matching.assign(torch.tensor([[[0.9, 0.8], [0.85, 0.1]]]))
    assert match.latent.tolist() == [[1, 0]]
    torch.testing.assert_close(match.similarity, torch.tensor([[0.8, 0.85]]))


def test_with_too_few_latents_a_feature_has_no_partner():
    match = matching.assign(torch.tensor([[[0.2], [0.9], [-0.5]]]))
    assert match.latent.tolist() == [[-1, 0, -1]]
    torch.testing.assert_close(match.similarity, torch.tensor([[0, 0.9, 0]]))


@given(order=st.permutations(range(6)), seed=st.integers(0, 1000))
def test_shuffled_features_are_found_again(order, seed):
    truth = numbers(6, 4, seed=seed)
    match = matching.assign(matching.cosines(truth, truth[list(order)][None] * 3))
    assert [order[j] for j in match.latent[0]] == list(range(6))
    torch.testing.assert_close(match.similarity, torch.ones(1, 6))


@given(
    features=st.integers(1, 4),
    latents=st.integers(1, 4),
    dead=st.tuples(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3))),
    seed=st.integers(0, 10_000),
)
def test_only_those_that_may_have_a_partner_get_one_and_they_the_best(features, latents, dead, seed):
    similarity = numbers(2, features, latents, seed=seed)
    # In the second instance all may, and the first does not touch it.
    here, there = torch.ones(2, features, dtype=torch.bool), torch.ones(2, latents, dtype=torch.bool)
    here[0, [j for j in dead[0] if j < features]] = False
    there[0, [j for j in dead[1] if j < latents]] = False
    match = matching.assign(similarity, here, there)
    paired = match.latent[0] >= 0
    assert not (paired & ~here[0]).any() and paired.sum() == min(here[0].sum(), there[0].sum())
    assert there[0, match.latent[0, paired]].all() and not match.similarity[0, ~paired].any()
    if paired.any():
        wanted = best(similarity[0][here[0]][:, there[0]].double().numpy())
        assert match.similarity[0].sum().item() == pytest.approx(wanted, abs=1e-4)
    assert torch.equal(match.latent[1], matching.assign(similarity[1:]).latent[0])


def test_a_fine_partner_that_is_dead_is_left_alone():
    similarity = torch.tensor([[[0.9, 0.2], [0.8, 0.1]]])
    match = matching.assign(similarity, there=torch.tensor([[False, True]]))
    assert match.latent.tolist() == [[1, -1]] and match.similarity.tolist() == [[pytest.approx(0.2), 0]]
    assert matching.assign(similarity, here=torch.tensor([[False, True]])).latent.tolist() == [[-1, 0]]
    nobody = matching.assign(similarity, torch.zeros(1, 2, dtype=torch.bool))
    assert nobody.latent.tolist() == [[-1, -1]] and nobody.similarity.tolist() == [[0, 0]]


@given(seed=st.integers(0, 1000))
def test_matching_back_finds_the_same_pairs(seed):
    table = numbers(1, 4, 6, seed=seed)
    there, back = matching.assign(table).latent[0], matching.assign(table.mT).latent[0]
    assert torch.equal(back[there], torch.arange(4)) and (back >= 0).sum() == 4


def test_gradients_and_other_types_do_not_matter():
    similarity = numbers(1, 3, 4)
    wanted = matching.assign(similarity).latent
    assert torch.equal(matching.assign(similarity.clone().requires_grad_()).latent, wanted)
    assert torch.equal(matching.assign(similarity.double()).latent, wanted)


@pytest.mark.parametrize("shape", [(3, 2, 5), (2, 5)])
def test_cosines_by_numpy(shape):
    truth, dictionary = numbers(*shape), numbers(3, 4, 5, seed=1)
    dictionary[1, 2] = 0
    found = matching.cosines(truth, dictionary)
    for i in range(3):
        for j, a in enumerate((truth if truth.dim() == 2 else truth[i]).numpy()):
            for k, b in enumerate(dictionary[i].numpy()):
                wanted = 0 if (i, k) == (1, 2) else a @ b / np.linalg.norm(a) / np.linalg.norm(b)
                assert found[i, j, k].item() == pytest.approx(wanted, abs=1e-6)
    torch.testing.assert_close(found.amax(-1).mean(-1), metrics.mmcs(truth, dictionary))


@pytest.mark.parametrize("shape", [(40, 2), (40, 3, 2)])
def test_correlations_by_numpy(shape):
    values, units = numbers(*shape), numbers(40, 3, 4, seed=1)
    units[:, 2, 1] = 7
    found = matching.correlations(values, units)
    assert found.shape == (3, 2, 4)
    for i in range(3):
        for j in range(2):
            own = values[:, j] if values.dim() == 2 else values[:, i, j]
            for k in range(4):
                wanted = 0 if (i, k) == (2, 1) else np.corrcoef(own, units[:, i, k])[0, 1]
                assert found[i, j, k].item() == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matching.assign(numbers(2, 3)), r"similarity must have shape \(instances, features, latents\)"),
        (lambda: matching.assign(torch.full((1, 2, 2), torch.nan)), "similarity must be finite: 4 values are NaN"),
        (lambda: matching.assign(numbers(1, 2, 3), torch.ones(1, 2)), r"here must be booleans of shape \(1, 2\), got"),
        (
            lambda: matching.assign(numbers(1, 2, 3), there=torch.ones(1, 2, dtype=torch.bool)),
            r"there must be booleans of shape \(1, 3\), got torch.bool \(1, 2\)",
        ),
        (lambda: matching.cosines(numbers(3, 4), numbers(2, 5, 6)), r"same neurons, got shapes \(3, 4\)"),
        (lambda: matching.cosines(numbers(3, 6), numbers(5, 6)), r"dictionary must have shape \(instances, latents"),
        (lambda: matching.correlations(numbers(9, 2), numbers(8, 3, 4)), r"predictors must have shape \(8, predictors"),
        (lambda: matching.correlations(numbers(9, 3), numbers(9, 4)), r"units must have shape \(rows, instances"),
        (
            lambda: matching.correlations(numbers(9, 2, 2), numbers(9, 3, 4)),
            r"or \(9, 3, predictors\), got \(9, 2, 2\)",
        ),
        (lambda: matching.correlations(numbers(9), numbers(9, 3, 4)), r"predictors must have shape \(9, predictors"),
    ],
)
def test_things_that_do_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()
