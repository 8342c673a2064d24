"""Partners are mutual, support counts them, and of what agrees one latent is taken."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import ensembles, matching


def drawn(seed, rows=60, groups=2, seeds=4, latents=5):
    """Sparse latents, of which the first two are nearly the same in all seeds, in another order in each."""
    source = torch.Generator().manual_seed(seed)
    own = torch.relu(torch.randn(rows, groups, seeds, latents, generator=source))
    common = torch.relu(torch.randn(rows, groups, 1, 2, generator=source))
    own[..., :2] = common + 0.02 * own[..., :2] * (common > 0)
    order = torch.stack([torch.randperm(latents, generator=source) for _ in range(seeds)])
    return own.gather(-1, order.expand(rows, groups, -1, -1)), order


@given(st.integers(0, 10_000))
def test_partners_are_mutual_alike_and_one_to_one(seed):
    latents, _ = drawn(seed)
    found = ensembles.partners(latents, 0.5)
    for g, s, t, one in (found >= 0).nonzero().tolist():
        other = found[g, s, t, one].item()
        assert s != t and found[g, t, s, other] == one
        assert np.corrcoef(latents[:, g, s, one], latents[:, g, t, other])[0, 1] > 0.5 - 1e-5
    for row in found.flatten(0, 2):
        assert len(set(kept := row[row >= 0].tolist())) == len(kept)


@given(st.integers(0, 10_000))
def test_two_autoencoders_are_matched_as_elsewhere(seed):
    latents, _ = drawn(seed, seeds=2)
    pair = matching.assign(matching.correlations(latents[:, :, 0], latents[:, :, 1]))
    expected = torch.where(pair.similarity > 0.7, pair.latent, -1)
    assert torch.equal(ensembles.partners(latents)[:, 0, 1], expected)


def test_what_all_share_has_full_support_and_one_representative():
    latents, order = drawn(0)
    found = ensembles.partners(latents)
    votes = ensembles.support(found)
    assert votes.shape == (2, 4, 5)
    assert (votes[:, order < 2] == 3).all()
    taken = ensembles.representatives(found, votes, votes >= 0, 3)
    for group in taken:
        assert sorted(order[s, latent].item() for s, latent in group) == [0, 1]


@given(st.integers(0, 10_000))
def test_no_representative_is_the_partner_of_another_and_none_is_missed(seed):
    latents, _ = drawn(seed)
    found = ensembles.partners(latents, 0.2)
    votes = ensembles.support(found)
    for g, taken in enumerate(ensembles.representatives(found, votes, votes >= 0, 1.5)):
        numbers = [votes[g, s, latent].item() for s, latent in taken]
        assert numbers == sorted(numbers, reverse=True) and min(numbers, default=2) >= 2
        covered = set(taken) | {(t, found[g, s, t, one].item()) for s, one in taken for t in range(4)}
        assert not any(found[g, s, t, one] == other for s, one in taken for t, other in taken if t != s)
        assert {(s, one) for s, one in (votes[g] >= 1.5).nonzero().tolist()} <= covered


def test_the_order_decides_who_represents():
    latents, order = drawn(1)
    found = ensembles.partners(latents)
    last = torch.arange(4.0)[:, None].expand(2, 4, 5)
    assert all(s == 3 for group in ensembles.representatives(found, last, last >= 0, 3) for s, _ in group)


def test_dead_latents_have_no_partner():
    latents = torch.zeros(10, 1, 2, 3)
    latents[:5, :, :, 0] = 1
    found = ensembles.partners(latents)
    assert found[0, 0, 1].tolist() == [0, -1, -1]
    assert ensembles.support(ensembles.partners(0 * latents)).sum() == 0
    votes, alive = ensembles.support(found), (latents > 0).any(0)
    assert ensembles.representatives(found, votes, alive, 0) == [[(0, 0)]]


@pytest.mark.parametrize("shape", [(10, 2, 3), (10, 2, 1, 3), (0, 2, 2, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match=r"expected latents \(rows, groups, seeds, latents\)"):
        ensembles.partners(torch.zeros(shape))


def test_nan_and_another_order_are_refused():
    latents, _ = drawn(0)
    with pytest.raises(ValueError, match="NaN"):
        ensembles.partners(torch.where(torch.arange(60)[:, None, None, None] == 3, torch.nan, latents))
    with pytest.raises(ValueError, match=r"expected an order of shape \(2, 4, 5\)"):
        ensembles.representatives(ensembles.partners(latents), torch.zeros(2, 5), torch.ones(2, 4, 5) > 0, 1)
    with pytest.raises(ValueError, match=r"expected living latents of shape \(2, 4, 5\)"):
        ensembles.representatives(ensembles.partners(latents), torch.zeros(2, 4, 5), torch.ones(2, 5) > 0, 1)
