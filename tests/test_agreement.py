"""Agreement of dictionaries: 1 for the same in another order, chance where nothing is alike, NaN for an empty pair."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles
from scipy.stats import beta, spearmanr
from sklearn.cross_decomposition import CCA

from helpers import agreement, controls, matching, metrics, nets

SEEDS = st.integers(0, 10_000)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def order(count, seed):
    return torch.randperm(count, generator=torch.Generator().manual_seed(seed))


def rotation(size, seed):
    return torch.linalg.qr(normal(size, size, seed=seed).double()).Q.float()


# The largest similarity ----------------------------------------------------------------------------------------------


@given(count=st.integers(1, 7), more=st.integers(0, 4), seed=SEEDS)
def test_mean_max_is_one_where_b_holds_all_of_a(count, more, seed):
    a = normal(2, count, 4, seed=seed)
    b = torch.cat([a, normal(2, more, 4, seed=seed + 1)], 1)[:, order(count + more, seed)]
    found = metrics.mean_max(matching.cosines(a, b))
    torch.testing.assert_close(found, torch.ones(2))


@given(seed=SEEDS)
def test_mean_max_knows_no_order_and_no_axes(seed):
    a, b, turn = normal(2, 6, 4, seed=seed), normal(2, 5, 4, seed=seed + 1), rotation(4, seed)
    wanted = metrics.mean_max(matching.cosines(a, b))
    moved = metrics.mean_max(matching.cosines(a[:, order(6, seed)] @ turn, b[:, order(5, seed)] @ turn))
    torch.testing.assert_close(moved, wanted)


@given(seed=SEEDS, count=st.integers(1, 6))
def test_mean_max_never_falls_when_latents_are_added(seed, count):
    table = normal(3, 4, 7, seed=seed)
    assert (metrics.mean_max(table) >= metrics.mean_max(table[..., :count])).all()


def test_mean_max_by_hand_and_of_those_that_count():
    table = torch.tensor([[[0.1, 0.9, 0.3], [0.5, 0.2, -0.4]]])
    assert metrics.mean_max(table).item() == pytest.approx((0.9 + 0.5) / 2)
    assert metrics.mean_max(table.mT).item() == pytest.approx((0.5 + 0.9 + 0.3) / 3)
    here, there = torch.tensor([[True, False]]), torch.tensor([[True, False, True]])
    assert metrics.mean_max(table, here, there).item() == pytest.approx(0.3)
    assert metrics.mean_max(table, there=there).item() == pytest.approx((0.3 + 0.5) / 2)
    # Latents that count for nothing may be alike as much as they want, in either direction.
    assert metrics.mean_max(table.masked_fill(~there[:, None], 9), here, there).item() == pytest.approx(0.3)
    assert metrics.mean_max(torch.full((1, 2, 2), -0.5)).item() == -0.5


@pytest.mark.parametrize(("count", "size"), [(8, 16), (64, 16), (64, 64)])
def test_random_directions_agree_as_much_as_the_largest_of_n_cosines(count, size):
    a, b = (controls.random_directions(torch.ones(30, count, size), start) for start in (0, 100))
    found = metrics.mean_max(matching.cosines(a, b)).mean().item()
    # The cosine of two random directions is a beta variable, stretched to [-1, 1].
    quantiles = (np.arange(4000) + 0.5) / 4000
    largest = 2 * beta((size - 1) / 2, (size - 1) / 2).ppf(quantiles ** (1 / count)) - 1
    assert found == pytest.approx(largest.mean(), rel=0.05)
    # The rule of thumb is what it tends to, from below.
    assert found < (2 * np.log(count) / size) ** 0.5


def test_the_agreement_of_random_directions_grows_with_their_number_and_falls_with_the_dimensions():
    def chance(count, size):
        a, b = (controls.random_directions(torch.ones(8, count, size), start) for start in (0, 100))
        return metrics.mean_max(matching.cosines(a, b)).mean().item()

    assert chance(8, 12) < chance(32, 12) < chance(128, 12)
    assert chance(32, 6) > chance(32, 12) > chance(32, 48)


# Partners ------------------------------------------------------------------------------------------------------------


@given(seed=SEEDS, count=st.integers(2, 8))
def test_shuffled_dictionaries_match_all_of_their_vectors(seed, count):
    a, by = normal(2, count, 5, seed=seed), order(count, seed)
    match = matching.assign(matching.cosines(a, a[:, by]))
    torch.testing.assert_close(metrics.matched(match.similarity, match.latent), torch.ones(2))
    assert torch.equal(by[match.latent[0]], torch.arange(count))
    every = torch.ones(2, count, dtype=torch.bool)
    assert metrics.shared(match.similarity, match.latent, every, every).tolist() == [1, 1]


@given(seed=SEEDS, sizes=st.tuples(st.integers(1, 6), st.integers(1, 6)))
def test_one_to_one_is_never_more_than_the_best_of_each(seed, sizes):
    """Of the smaller side: it alone is matched whole."""
    table = normal(2, *sorted(sizes), seed=seed)
    match = matching.assign(table)
    assert (metrics.matched(match.similarity, match.latent) <= metrics.mean_max(table) + 1e-6).all()


@given(seed=SEEDS, sizes=st.tuples(st.integers(1, 6), st.integers(1, 6)), threshold=st.floats(-1, 1))
def test_the_shared_part_is_a_share_and_the_same_from_both_sides(seed, sizes, threshold):
    table = normal(2, *sizes, seed=seed).tanh()
    some = [torch.ones(2, size, dtype=torch.bool) for size in sizes]
    there, back = matching.assign(table), matching.assign(table.mT)
    found = metrics.shared(there.similarity, there.latent, *some, threshold)
    torch.testing.assert_close(found, metrics.shared(back.similarity, back.latent, *some[::-1], threshold))
    assert ((found >= 0) & (found <= 1)).all()
    assert (found <= metrics.shared(there.similarity, there.latent, *some, threshold - 0.1)).all()


def test_the_shared_part_by_hand():
    pair, alike = torch.tensor([[2, -1, 0, 1]]), torch.tensor([[0.9, 0.0, 0.7, 0.8]])
    here, there = torch.ones(1, 4, dtype=torch.bool), torch.ones(1, 3, dtype=torch.bool)
    assert metrics.shared(alike, pair, here, there).item() == pytest.approx(2 * 2 / 7)
    assert metrics.shared(alike, pair, here, there, 0.85).item() == pytest.approx(2 * 1 / 7)
    here[0, 1] = False
    assert metrics.shared(alike, pair, here, there).item() == pytest.approx(2 * 2 / 6)
    assert metrics.matched(alike, pair).item() == pytest.approx(0.8)


@given(raw=st.floats(-1, 1), baseline=st.floats(-1, 0.99))
def test_adjusted_is_one_at_one_and_nothing_at_the_baseline(raw, baseline):
    both = torch.tensor([raw, baseline, 1.0], dtype=torch.float64)
    found = metrics.adjusted(both, torch.tensor(baseline, dtype=torch.float64))
    assert found[1:].tolist() == pytest.approx([0, 1], abs=1e-12)
    assert (found[0] > 0) == (raw > baseline)
    # Back from the share of the way to where one is.
    assert (baseline + found[0] * (1 - baseline)).item() == pytest.approx(raw, abs=1e-9)


# Spaces --------------------------------------------------------------------------------------------------------------


@given(seed=SEEDS)
def test_the_same_space_in_other_coordinates_is_the_same_to_svcca(seed):
    a, b = normal(2, 30, 4, seed=seed), normal(2, 30, 3, seed=seed + 1)
    maps = [rotation(n, seed + 2) * torch.linspace(0.5, 2, n) @ rotation(n, seed + 3) for n in (4, 3)]
    wanted = metrics.svcca(a, b, keep=1)
    torch.testing.assert_close(metrics.svcca(a @ maps[0] + 7, b @ maps[1] - 3, keep=1), wanted, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(metrics.svcca(b, a, keep=1), wanted)
    torch.testing.assert_close(metrics.svcca(a, a @ maps[0], keep=1), torch.ones(2))
    torch.testing.assert_close(metrics.svcca(a, -3 * a @ rotation(4, seed)), torch.ones(2))


def test_svcca_is_the_mean_cosine_of_scipy_s_principal_angles():
    a, b = normal(3, 25, 4), normal(3, 25, 6, seed=1)
    found = metrics.svcca(a, b, keep=1)
    for i in range(3):
        centred = [(x[i] - x[i].mean(0)).double().numpy() for x in (a, b)]
        assert found[i].item() == pytest.approx(np.cos(subspace_angles(*centred)).mean(), abs=1e-5)


def test_svcca_of_a_single_dimension_is_scikit_learn_s_canonical_correlation():
    a, b = normal(1, 40, 1), normal(1, 40, 3, seed=1)
    b[..., :1] += a
    x, y = CCA(1).fit_transform(b[0].numpy(), a[0].numpy())
    assert metrics.svcca(a, b, keep=1).item() == pytest.approx(np.corrcoef(x[:, 0], np.ravel(y))[0, 1], abs=1e-4)


def test_components_beyond_the_kept_variance_do_not_count():
    a = normal(1, 50, 3) * torch.tensor([10.0, 5.0, 0.01])
    b = a.clone()
    b[..., 2] = normal(50, seed=5) * 0.01
    assert metrics.svcca(a, b, keep=1).item() < 0.9
    assert metrics.svcca(a, b).item() == pytest.approx(1, abs=1e-4)
    with pytest.raises(ValueError, match=r"keep must lie in \(0, 1\], got 0"):
        metrics.svcca(a, b, keep=0)


def test_with_hardly_more_items_than_dimensions_spaces_always_agree():
    assert metrics.svcca(normal(1, 5, 8), normal(1, 5, 8, seed=1), keep=1).item() == pytest.approx(1)
    assert metrics.svcca(normal(1, 500, 8), normal(1, 500, 8, seed=1), keep=1).item() < 0.3


@given(seed=SEEDS)
def test_turning_and_stretching_a_space_is_nothing_to_rsa(seed):
    a, b = normal(2, 9, 4, seed=seed), normal(2, 9, 3, seed=seed + 1)
    wanted = metrics.rsa(a, b)
    assert ((wanted >= -1) & (wanted <= 1)).all()
    torch.testing.assert_close(metrics.rsa(3 * a @ rotation(4, seed), 0.1 * b), wanted, rtol=1e-3, atol=5e-3)
    torch.testing.assert_close(metrics.rsa(b, a), wanted)
    torch.testing.assert_close(metrics.rsa(a, 2 * a), torch.ones(2))
    both = order(9, seed)
    torch.testing.assert_close(metrics.rsa(a[:, both], b[:, both]), wanted)


def test_rsa_is_scipy_s_rank_correlation_of_cosines():
    a, b = normal(2, 8, 4), normal(2, 8, 5, seed=1)
    found, upper = metrics.rsa(a, b), np.triu_indices(8, 1)
    for i in range(2):
        lists = [np.corrcoef(np.c_[x[i].numpy(), -x[i].numpy()])[upper] for x in (a, b)]  # doubled: their mean is 0
        assert found[i].item() == pytest.approx(spearmanr(*lists).statistic, abs=1e-5)


@pytest.mark.parametrize("measure", [metrics.svcca, metrics.rsa])
def test_items_that_do_not_count_change_nothing(measure):
    a, b, which = normal(2, 9, 3), normal(2, 9, 3, seed=1), torch.ones(2, 9, dtype=torch.bool)
    which[0, 2] = which[1, 5:7] = False
    found = measure(a, b, which)
    assert found[0].item() == pytest.approx(measure(a[:1, which[0]], b[:1, which[0]]).item(), abs=1e-5)
    assert found[1].item() == pytest.approx(measure(a[1:, which[1]], b[1:, which[1]]).item(), abs=1e-5)
    a[0, 2] = 50
    torch.testing.assert_close(measure(a, b, which), found)


NONE, NAN = torch.zeros(2, 3, dtype=torch.bool), torch.full((2, 3, 3), torch.nan)
SOME, LAST = ~NONE, torch.tensor([[True] * 3, [False] * 3])
STILL = torch.ones(1, 4, 3)
BAD = {
    "two axes": (lambda: metrics.mean_max(normal(2, 3)), r"similarity must have shape \(instances, a, b\)"),
    "not a number": (lambda: metrics.mean_max(NAN), "similarity must be finite: 18 values"),
    "none here": (lambda: metrics.mean_max(normal(2, 3, 3), NONE), "here leaves nothing to compare in instance 0"),
    "none there": (lambda: metrics.mean_max(normal(2, 3, 3), None, LAST), "there leaves nothing .* in instance 1"),
    "no booleans": (
        lambda: metrics.mean_max(normal(2, 3, 3), normal(2, 3)),
        r"here must be booleans of shape \(2, 3\)",
    ),
    "others": (lambda: metrics.mean_max(normal(2, 3, 4), None, SOME), r"there must be booleans of shape \(2, 4\)"),
    "no pair": (lambda: metrics.matched(normal(2, 3), torch.full((2, 3), -1)), "pair leaves nothing to compare"),
    "another table": (
        lambda: metrics.matched(normal(1, 3), torch.zeros(2, 3, dtype=torch.long)),
        r"expected a similarity for each of \(2, 3\) pairs, got \(1, 3\)",
    ),
    "another table, shared": (
        lambda: metrics.shared(normal(1, 3), torch.zeros(2, 3, dtype=torch.long), SOME, SOME),
        r"expected a similarity for each of \(2, 3\) pairs, got \(1, 3\)",
    ),
    "nothing shared": (
        lambda: metrics.shared(normal(2, 3), SOME.long(), SOME, NONE),
        "there leaves nothing to compare",
    ),
    "others shared": (lambda: metrics.shared(normal(2, 3), SOME.long(), SOME[:1], SOME), "here must be booleans of"),
    "no room": (lambda: metrics.adjusted(0.5, 1.0), "expected a baseline below 1, got 1: there is nothing above it"),
    "no baseline": (lambda: metrics.adjusted(0.5, torch.nan), "baseline must be finite"),
    "no agreement": (lambda: metrics.adjusted(torch.inf, 0.5), "raw must be finite"),
    "two items": (
        lambda: metrics.svcca(normal(1, 2, 3), normal(1, 2, 3)),
        "at least 3 matched items, got 2 in instance 0",
    ),
    "two items to rsa": (lambda: metrics.rsa(normal(1, 2, 3), normal(1, 2, 3)), "at least 3 matched items, got 2"),
    "unmatched": (
        lambda: metrics.rsa(normal(1, 4, 3), normal(1, 5, 3)),
        r"matched items .*\(1, 4, 3\) and \(1, 5, 3\)",
    ),
    "all the same": (lambda: metrics.svcca(normal(1, 4, 3), STILL), "in an instance of b all are the same"),
    "as alike": (lambda: metrics.rsa(normal(1, 4, 3), STILL), "some are more alike than others, but not in instance 0"),
    "not finite": (lambda: metrics.svcca(normal(1, 4, 3), STILL / 0), "b must be finite: 12 values"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_measured_is_named(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()


# Pairs of dictionaries -----------------------------------------------------------------------------------------------


def dictionaries(instances=3, latents=6, inputs=4, rows=80, seed=0):
    """Autoencoders that learnt nothing, with latents that are all on in some rows."""
    hidden = normal(rows, instances, inputs, seed=seed)
    sae = nets.SparseAutoencoder(inputs, latents, instances, seed)
    with torch.no_grad():
        sae.b_enc.fill_(-0.2)
    return agreement.of(sae, hidden)


def shuffled(one, seed=0):
    by = order(one.decoder.shape[1], seed)
    return agreement.Dictionaries(one.decoder[:, by], one.encoder[:, by], one.latents[..., by], one.hidden)


def silenced(one, instance, but=()):
    """All latents of an instance dead, but for some."""
    latents = one.latents.clone()
    dead = [j for j in range(latents.shape[-1]) if j not in but]
    latents[:, instance, dead] = 0
    return one._replace(latents=latents)


def test_dictionaries_are_those_of_the_autoencoder():
    hidden, sae = torch.relu(normal(20, 2, 4)), nets.SparseAutoencoder(4, 6, 2, 3)
    found = agreement.of(sae, hidden)
    assert torch.equal(found.decoder, sae.dictionary) and torch.equal(found.encoder, sae.W_enc.mT)
    assert torch.equal(found.latents, sae.encode(hidden)) and not found.latents.requires_grad
    assert torch.equal(found.living, ~metrics.dead(found.latents))
    one = found[1:]
    assert one.decoder.shape == (1, 6, 4) and torch.equal(one.latents, found.latents[:, 1:])
    assert torch.equal(one.hidden, hidden[:, 1:]) and torch.equal(one.living, found.living[1:])


def test_the_same_dictionary_in_another_order_agrees_in_everything():
    a = dictionaries()
    found = agreement.compare(a, shuffled(a), [1, 2, 3])
    for name in agreement.RAW:
        assert torch.allclose(found[name], torch.ones(()), atol=1e-5), name
        assert (found[f"{name}_random"] < 0.98).all(), name
    for name in agreement.ACTIVATIONS:
        assert (found[f"{name}_shifted"] < 0.9).all()


def test_every_measure_has_its_baselines_and_its_shape():
    found = agreement.compare(dictionaries(), dictionaries(seed=50), [1, 2, 3])
    names = [*agreement.RAW, *(f"{name}_random" for name in agreement.RAW)]
    assert set(found) == {*names, *(f"{name}_shifted" for name in agreement.ACTIVATIONS)}
    for name, values in found.items():
        both = name.split("_")[0] in ("decoder", "encoder", "correlation")
        assert values.shape == ((3, 2) if both else (3,)) and torch.isfinite(values).all(), name


@settings(max_examples=10)
@given(seed=SEEDS)
def test_a_and_b_exchanged_give_the_same_numbers(seed):
    a, b = dictionaries(seed=seed), dictionaries(seed=seed + 50)._replace(hidden=dictionaries(seed=seed).hidden)
    one, other = agreement.compare(a, b, [1, 2, 3]), agreement.compare(b, a, [1, 2, 3])
    for name in agreement.RAW:
        back = other[name].flip(-1) if one[name].dim() == 2 else other[name]
        assert torch.allclose(one[name], back, atol=1e-4), name


def test_pairs_do_not_touch_each_other():
    a, b = dictionaries(), dictionaries(seed=50)
    whole = agreement.compare(a, b, [1, 2, 3])
    alone = agreement.compare(a[1:2], b[1:2], [2])
    for name, values in whole.items():
        assert torch.allclose(values[1], alone[name][0], atol=1e-5), name


@pytest.mark.parametrize("side", [0, 1])
def test_an_empty_pair_has_no_numbers_and_the_others_keep_theirs(side):
    pair = [dictionaries(), dictionaries(seed=50)]
    whole = agreement.compare(*pair, [1, 2, 3])
    pair[side] = silenced(pair[side], 1)
    found = agreement.compare(*pair, [1, 2, 3])
    for name, values in found.items():
        assert values[1].isnan().all(), name
        assert torch.allclose(values[::2], whole[name][::2], atol=1e-5), name
    truth = agreement.by_truth(*pair, normal(80, 2))
    assert all(values[1].isnan().all() and torch.isfinite(values[0]).any() for values in truth.values())


def test_a_stack_of_empty_pairs_is_no_error():
    a = dictionaries(1)
    found = agreement.compare(a, silenced(a, 0), [1])
    assert all(values.isnan().all() for values in found.values())
    assert all(values.isnan().all() for values in agreement.by_truth(a, silenced(a, 0), normal(80, 2)).values())


def test_dead_latents_do_not_count():
    a = dictionaries(1)
    b = shuffled(a)
    keep = [0, 2, 3, 5]
    fewer = agreement.Dictionaries(a.decoder[:, keep], a.encoder[:, keep], a.latents[..., keep], a.hidden)
    found, wanted = (agreement.compare(one, b, [1]) for one in (silenced(a, 0, keep), fewer))
    for name in agreement.RAW:
        assert torch.allclose(found[name], wanted[name], atol=1e-5), name
    assert found["decoder"][0, 0] == pytest.approx(1) and found["decoder"][0, 1] < 1
    assert found["shared"].item() == pytest.approx(2 * 4 / 10)


def test_a_single_living_latent_has_partners_and_no_geometry():
    a, b = silenced(dictionaries(1), 0, [2]), silenced(dictionaries(1, seed=50), 0, [4])
    found = agreement.compare(a, b, [1])
    cosine = torch.cosine_similarity(a.decoder[0, 2], b.decoder[0, 4], dim=0)
    torch.testing.assert_close(found["decoder"], cosine.expand(1, 2))
    torch.testing.assert_close(found["matched"], cosine[None])
    assert all(found[name].isnan().all() for name in agreement.SPACES)


def test_a_latent_that_points_nowhere_is_like_no_other():
    a, b = dictionaries(1), dictionaries(1, seed=50)
    a.decoder[0, 1], a.encoder[0, 1] = 0, 0
    found = agreement.compare(a, b, [1])
    assert all(torch.isfinite(values).all() for values in found.values())
    table = matching.cosines(a.decoder, b.decoder)[0]
    assert found["decoder"][0, 0].item() == pytest.approx(sum(max(row).item() for row in table) / 6, abs=1e-6)


def test_dictionaries_for_other_neurons_have_no_cosine_but_latents_that_go_together():
    a, b = dictionaries(2), dictionaries(2, inputs=9, seed=50)
    found = agreement.compare(a, b, [1, 2])
    for name in agreement.WEIGHTS:
        assert found[name].isnan().all() and found[f"{name}_random"].isnan().all()
    for name in (*agreement.ACTIVATIONS, *agreement.SPACES):
        assert torch.isfinite(found[name]).all() and torch.isfinite(found[f"{name}_random"]).all()


def test_dictionaries_may_differ_in_size():
    a, b = dictionaries(2), dictionaries(2, latents=15, seed=50)
    found = agreement.compare(a, b, [1, 2])
    assert all(torch.isfinite(values).all() for values in found.values())
    most = 2 * a.living.sum(-1) / (a.living.sum(-1) + b.living.sum(-1))
    assert (found["shared"] <= most).all()


def test_shared_are_those_whose_encoders_and_decoders_agree_on_the_partner():
    latents = torch.eye(4)[:, None] * torch.ones(4, 1, 4)
    a = agreement.Dictionaries(torch.eye(4)[None], torch.eye(4)[None], latents, latents)
    crossed = torch.eye(4)[[1, 0, 2, 3]][None]
    assert agreement.compare(a, a, [0])["shared"].item() == 1
    # Two of four encoders have other partners than their decoders; of a third the cosines are too low on average.
    assert agreement.compare(a, a._replace(encoder=crossed), [0])["shared"].item() == 0.5
    tilted = torch.eye(4)[None].clone()
    tilted[0, 2, 1:3] = torch.tensor([0.95, 0.31])
    found = agreement.compare(a, a._replace(encoder=tilted), [0])
    assert found["shared"].item() == 0.75 and found["matched"].item() == 1


def test_a_random_dictionary_is_on_as_often_and_points_anywhere():
    b = dictionaries()
    dice = agreement.by_chance(b, [4, 5, 6])
    assert torch.equal((dice.latents > 0).sum(0), (b.latents > 0).sum(0))
    assert dice.decoder.shape == b.decoder.shape and dice.hidden is b.hidden
    torch.testing.assert_close(dice.encoder.norm(dim=-1), torch.ones(3, 6))
    assert torch.equal(dice.decoder, dice.encoder)
    alone = agreement.by_chance(b[1:2], [5])
    assert torch.equal(alone.decoder[0], dice.decoder[1]) and torch.allclose(alone.latents[:, 0], dice.latents[:, 1])


@given(rows=st.integers(1, 40), seed=SEEDS)
def test_shifted_latents_are_the_same_at_another_time(rows, seed):
    b = dictionaries(2, rows=rows, seed=seed)
    late = agreement.shifted(b, [seed, seed + 1])
    assert torch.equal(late.latents.sort(0).values, b.latents.sort(0).values)
    assert torch.equal(late.decoder, b.decoder) and torch.equal(late.hidden, b.hidden)
    for i in range(2):
        by = [n for n in range(1, rows + 1) if torch.equal(b.latents[:, i].roll(n, 0), late.latents[:, i])]
        # A tenth of the rows away at least, either way.
        assert by and (rows < 2 or min(abs(n - rows / 2) for n in by) <= 0.4 * rows + 1)


@pytest.mark.parametrize(
    ("change", "seeds", "message"),
    [
        ({"latents": torch.full((80, 3, 6), torch.nan)}, 3, "latents of b must be finite: 1440 values"),
        ({"decoder": torch.full((3, 6, 4), torch.inf)}, 3, "decoder of b must be finite"),
        ({"encoder": torch.zeros(6, 4)}, 3, r"encoder of b must have shape \(instances, latents, inputs\)"),
        (
            {"latents": torch.zeros(79, 3, 6)},
            3,
            r"as many rows, instances and seeds, got .*\(80, 3, 6\) and \(79, 3, 6\)",
        ),
        (
            {"latents": torch.zeros(80, 2, 6)},
            3,
            r"as many rows, instances and seeds, got .*\(80, 3, 6\) and \(80, 2, 6\)",
        ),
        ({}, 2, "and 2 seeds"),
    ],
)
def test_dictionaries_that_are_no_pair_are_refused(change, seeds, message):
    a = dictionaries()
    with pytest.raises(ValueError, match=message):
        agreement.compare(a, a._replace(**change), range(seeds))


# Agreement and truth -------------------------------------------------------------------------------------------------


def told(a, b):
    """Dictionaries whose latents are the columns of two tables (rows, latents)."""
    return [
        agreement.Dictionaries(torch.eye(x.shape[1])[None], torch.eye(x.shape[1])[None], x[:, None], x[:, None])
        for x in (a, b)
    ]


def test_latents_that_know_the_causes_agree_and_the_others_do_not():
    causes = torch.relu(normal(4000, 2))
    noise = torch.relu(normal(4000, 3, seed=1))
    # The partner of a's latent 0 is b's latent 1; one of a's and two of b's are noise.
    a, b = told(torch.cat([causes, noise[:, :1]], 1), torch.cat([noise[:, 1:], causes.flip(1)], 1))
    found = {name: values[0] for name, values in agreement.by_truth(a, b, causes).items()}
    r = metrics.correlations(a.latents, b.latents)[0]
    left = r[2, :2].max().clamp_min(0)
    # Seven latents live, of which four have found themselves and two more have each other.
    assert found["plain"].item() == pytest.approx((4 + 2 * left.item()) / 7, abs=1e-4)
    assert found["weighted"] > 0.9 > found["plain"]
    assert found["shared_if_true"].tolist() == [1, 0]
    assert found["rank"] > 0.8


def test_truth_and_agreement_are_counted_over_both_sides_alone():
    """Weighted by hand, with a dead latent in either dictionary and causes of its own for each pair."""
    a, b = dictionaries(2, rows=300), dictionaries(2, latents=8, rows=300, seed=50)
    a, b = silenced(a, 0, [0, 1, 3, 4, 5]), silenced(b, 1, [0, 1, 2, 3, 4, 6])
    causes = torch.cat([a.latents[..., :2], normal(300, 2, 1, seed=9)], -1)
    found = agreement.by_truth(a, b, causes)
    for i in range(2):
        r = metrics.correlations(a.latents, b.latents)[i]
        table = matching.assign(r[None], a.living[[i]], b.living[[i]]).latent[0].tolist()
        pairs = {j: k for j, k in enumerate(table) if k >= 0}
        s, t, often = [], [], []
        for one, partner in ((a, pairs), (b, {k: j for j, k in pairs.items()})):
            for j in one.living[i].nonzero()[:, 0].tolist():
                own = one.latents[:, i, j].numpy()
                k = partner.get(j)
                s.append(0 if k is None else max(0, (r if one is a else r.mT)[j, k].item()))
                t.append(max(abs(np.corrcoef(own, cause)[0, 1]) for cause in causes[:, i].T.numpy()).round(6))
                often.append((own > 0).mean())
        s, t = np.array(s), np.array(t)
        assert found["plain"][i].item() == pytest.approx(s.mean(), abs=1e-5)
        assert found["weighted"][i].item() == pytest.approx((s * t).sum() / t.sum(), abs=1e-5)
        st_, sf, tf = (spearmanr(x, y).statistic for x, y in ((s, t), (s, often), (t, often)))
        assert found["rank"][i].item() == pytest.approx(st_, abs=1e-4)
        partial = (st_ - sf * tf) / np.sqrt((1 - sf**2) * (1 - tf**2))
        assert found["rank_given_rate"][i].item() == pytest.approx(partial, abs=1e-4)
        for place, group in enumerate((t > 0.7, t <= 0.7)):
            assert found["shared_if_true"][i, place].item() == pytest.approx((s[group] > 0.7).mean(), abs=1e-6)


def test_latents_that_go_against_each_other_do_not_agree():
    x = torch.relu(normal(200, 1)) + 0.1
    found = agreement.by_truth(*told(x, 5 - x), x)
    assert found["plain"].item() == 0 and found["shared_if_true"][0, 0].item() == 0


def test_without_latents_beyond_the_threshold_there_is_no_share():
    a, b = dictionaries(1), dictionaries(1, seed=50)
    shares = agreement.by_truth(a, b, normal(80, 1, seed=3) * 1e-3)["shared_if_true"][0]
    assert shares[0].isnan() and torch.isfinite(shares[1])
    few = agreement.by_truth(*told(*[torch.relu(normal(50, 1, seed=s)) for s in (0, 1)]), normal(50, 1))
    assert few["rank"].isnan().all() and few["rank_given_rate"].isnan().all() and torch.isfinite(few["plain"]).all()


def test_causes_of_other_rows_are_refused():
    a = dictionaries()
    with pytest.raises(ValueError, match=r"predictors must have shape \(80, predictors\)"):
        agreement.by_truth(a, a, normal(79, 2))
