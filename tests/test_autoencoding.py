"""The data, the loss and the cure for dead latents of sparse autoencoders."""

from copy import deepcopy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import autoencoding, nets, train
from helpers.sampling import minibatches

INPUTS, LATENTS, INSTANCES = 4, 8, 2


def numbers(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def make(activation=None, instances=INSTANCES, **settings):
    """An autoencoder away from its start, where some parameters are zero."""
    sae = nets.SparseAutoencoder(INPUTS, LATENTS, instances, activation=activation, **settings)
    with torch.no_grad():
        for k, p in enumerate(sae.parameters()):
            p += 0.2 * numbers(*p.shape, seed=k) * (p != 0 if "widths" in settings else 1)
    return sae


def gradients(sae, loss, x):
    sae.zero_grad()
    loss(sae, (x,)).sum().backward()
    return {name: p.grad.clone() for name, p in sae.named_parameters() if p.grad is not None}


# Data ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(5, 3), (5, 2, 3)])
def test_good_activations_pass_as_they_are(shape):
    x = numbers(*shape)
    assert autoencoding.checked(x) is x


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (numbers(5), r"expected activations of shape \(rows, inputs\) or .* got torch.float32 of shape \(5,\)"),
        (numbers(0, 3), r"not empty, got torch.float32 of shape \(0, 3\)"),
        (torch.ones(3, 2, dtype=torch.long), "got torch.int64 of shape"),
        (torch.tensor([[1.0, 2.0], [float("nan"), float("inf")]]), "got 2 that are NaN or infinite"),
        (torch.tensor([[1.0, 0.0], [2.0, 0.0]]), r"input 1 is 0 in all 2 rows \(1 such inputs\); constant=True"),
        (torch.tensor([[7.5, 7.5], [7.5, 7.5]]), r"input 0 is 7.5 in all 2 rows \(2 such inputs\)"),
    ],
)
def test_activations_that_nothing_can_be_learned_from(x, message):
    with pytest.raises(ValueError, match=message):
        autoencoding.checked(x)


def test_the_instance_with_a_constant_input_is_named():
    x = numbers(6, 3, 4)
    x[:, 2, 1] = -3
    with pytest.raises(ValueError, match="input 1 of instance 2 is -3 in all 6 rows"):
        autoencoding.checked(x)


def test_a_constant_input_may_be_welcome_but_nan_never_is():
    x = torch.tensor([[1.0, 0.0], [2.0, 0.0]])
    assert autoencoding.checked(x, constant=True) is x
    x[0, 1] = float("nan")
    with pytest.raises(ValueError, match="got 1 that are NaN"):
        autoencoding.checked(x, constant=True)


# Loss ------------------------------------------------------------------------------------------------------------


def error(sae, x, i, latents):
    return ((latents[:, i] @ sae.dictionary[i] + sae.b_dec[i] - x) ** 2).mean()


@pytest.mark.parametrize("weight", [0.0, 0.3, torch.tensor([0.1, 0.7]), [0.1, 0.7]], ids=str)
@pytest.mark.parametrize("piece", [None, nets.TopK(3), nets.BatchTopK(2.5), nets.JumpReLU(0.1)], ids=repr)
def test_the_loss_by_hand(piece, weight):
    sae, x = make(piece), numbers(30, INPUTS)
    latents, weights = sae.encode(x), torch.as_tensor(weight).expand(INSTANCES)
    for i in range(INSTANCES):
        price = {type(None): latents[:, i].sum(1), nets.JumpReLU: (latents[:, i] > 0).sum(1)}.get(type(piece))
        cost = 0 if price is None else weights[i] * price.float().mean()
        wanted = error(sae, x, i, latents) + cost
        torch.testing.assert_close(autoencoding.loss(weight)(sae, (x,))[i], wanted)


def test_the_gated_loss_by_hand():
    sae, x = make(nets.Gated(), centred=True), numbers(30, INPUTS)
    losses = autoencoding.loss(0.2)(sae, (x,))
    for i in range(INSTANCES):
        gate = torch.relu((x - sae.b_dec[i]) @ sae.W_enc[i] + sae.b_enc[i])
        path = ((gate @ sae.dictionary[i] + sae.b_dec[i] - x) ** 2).mean()
        torch.testing.assert_close(losses[i], error(sae, x, i, sae.encode(x)) + 0.2 * gate.sum(1).mean() + path)


def test_the_gates_path_teaches_the_encoder_and_neither_the_dictionary_nor_its_bias():
    """With all sizes zero nothing else reaches the dictionary."""
    sae, x = make(nets.Gated()), numbers(30, INPUTS)
    with torch.no_grad():
        sae.activation.b_mag.fill_(-100)
        sae.b_dec.copy_(x.mean(0).expand_as(sae.b_dec))  # where the error of an empty copy has no slope
    found = gradients(sae, autoencoding.loss(0.1), x)
    assert not found["W_dec"].any() and found["b_dec"].abs().max() < 1e-6
    assert found["W_enc"].abs().max() > 1e-3 and found["b_enc"].abs().max() > 1e-3


def test_instances_may_see_rows_of_their_own():
    sae, x = make(), numbers(30, INSTANCES, INPUTS)
    together = autoencoding.loss(0.1)(sae, (x,))
    for i in range(INSTANCES):
        torch.testing.assert_close(together[i], autoencoding.loss(0.1)(sae, (x[:, i],))[i])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weight": -0.1}, r"the weight of the sparsity penalty \(L1\) must be 0 or more, and finite, got -0.1"),
        ({"weight": torch.tensor([0.1, -1])}, "must be 0 or more, and finite"),
        ({"weight": float("inf")}, "must be 0 or more, and finite, got inf"),
        ({"weight": float("nan")}, "must be 0 or more, and finite, got nan"),
        ({"revive": -1.0}, "the weight revive must be 0 or more, and finite, got -1.0"),
        ({"revive": 1.0, "spare": -1}, "spare must be 0 or more latents, got -1"),
        ({"revive": 1.0, "spare": 1.5}, "spare must be 0 or more latents, got 1.5"),
    ],
)
def test_a_loss_that_makes_no_sense(settings, message):
    with pytest.raises(ValueError, match=message):
        autoencoding.loss(**settings)


def silenced(sae, which):
    """Turn latents ``which`` off for good."""
    with torch.no_grad():
        sae.b_enc[:, which] = -50
    return sae


def test_revive_is_the_error_of_the_loudest_silent_latents_on_the_rest():
    sae, x = silenced(make(), [1, 4, 6]), numbers(30, INPUTS)
    plain, revived = (autoencoding.loss(0.1, **more)(sae, (x,)) for more in ({}, {"revive": 0.5, "spare": 2}))
    copy, latents = sae(x)
    drive = sae.drive(x)
    for i in range(INSTANCES):
        silent = [j for j in range(LATENTS) if not (latents[:, i, j] > 0).any()]
        assert {1, 4, 6} <= set(silent)
        add = torch.zeros_like(x)
        for row in range(30):
            for j in sorted(silent, key=lambda j: -drive[row, i, j].item())[:2]:
                add[row] += drive[row, i, j] * sae.dictionary[i, j]
        torch.testing.assert_close(
            revived[i] - plain[i], 0.5 * (add - (x - copy[:, i])).square().mean(), rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("piece", [None, nets.TopK(2), nets.Gated(), nets.JumpReLU(0.1)], ids=repr)
def test_revive_reaches_silent_latents_alone(piece):
    sae, x = silenced(make(piece), [1, 4, 6]), numbers(30, INPUTS)
    silent = (sae.encode(x) <= 0).all(0)
    plain, revived = (gradients(sae, autoencoding.loss(0.1, **more), x) for more in ({}, {"revive": 0.5, "spare": 8}))
    for name in ("W_dec", "W_enc", "b_enc"):
        change = (revived[name] - plain[name]).abs()
        change = change.amax({"W_dec": 2, "W_enc": 1}[name]) if name[0] == "W" else change
        assert change[~silent].max() < 1e-6 and (change[silent] > 1e-6).all(), name
    torch.testing.assert_close(revived["b_dec"], plain["b_dec"])


def test_revive_with_nothing_silent_changes_no_gradient_and_stays_finite():
    sae, x = make(), numbers(30, INPUTS)
    with torch.no_grad():
        sae.b_enc += 20
    assert (sae.encode(x) > 0).all()
    plain, revived = (gradients(sae, autoencoding.loss(0.1, revive=more), x) for more in (0, 0.5))
    for name, value in revived.items():
        assert torch.equal(value, plain[name]), name


@pytest.mark.parametrize("spare", [0, 3, 100])
def test_revive_is_finite_however_many_are_silent_and_spared(spare):
    sae, x = silenced(make(), slice(None)), numbers(30, INPUTS)
    found = gradients(sae, autoencoding.loss(0.1, revive=0.5, spare=spare), x)
    assert all(value.isfinite().all() for value in found.values())
    awake = (found["W_dec"].abs().sum(-1) > 0).sum(-1)
    assert (awake <= (spare or LATENTS)).all() or spare < LATENTS  # each row may pick others
    assert (awake > 0).all()


def test_revive_brings_latents_back():
    sae, x = silenced(make(instances=1), [0, 3, 5]), torch.relu(numbers(200, INPUTS)) + 0.1
    with torch.no_grad():
        sae.b_enc[:, [0, 3, 5]] = -3
    dead = {}
    for revive in (0.0, 0.5):
        twin = deepcopy(sae)
        loss = autoencoding.loss(0.01, revive=revive)
        train.fit(twin, minibatches(x, size=50), loss, steps=300, lr=0.03, device="cpu", progress=False)
        dead[revive] = int((twin.encode(x) <= 0).all(0).sum())
    assert dead[0.5] < dead[0.0] and dead[0.0] >= 3


# Resampling ------------------------------------------------------------------------------------------------------


def test_resampling_gives_the_dead_a_new_start_and_leaves_the_living_alone():
    sae, x = silenced(make(), [2, 5]), numbers(60, INPUTS)
    dead, before = (sae.encode(x) <= 0).all(0), {name: p.detach().clone() for name, p in sae.named_parameters()}
    assert autoencoding.resample(sae, x).tolist() == dead.sum(-1).tolist()
    assert torch.equal(sae.b_dec, before["b_dec"])
    for i in range(INSTANCES):
        gone, here = dead[i].nonzero()[:, 0], (~dead[i]).nonzero()[:, 0]
        for name in ("W_dec", "b_enc"):
            assert torch.equal(getattr(sae, name)[i, here], before[name][i, here])
        assert torch.equal(sae.W_enc[i][:, here], before["W_enc"][i][:, here])
        assert not sae.b_enc[i, gone].any()
        length = 0.2 * before["W_enc"][i][:, here].norm(dim=0).mean()
        torch.testing.assert_close(sae.W_enc[i][:, gone], length * sae.W_dec[i, gone].T)
        directions = torch.nn.functional.normalize(x - sae.b_dec[i], dim=-1)
        assert ((sae.W_dec[i, gone] @ directions.T).amax(1) > 1 - 1e-5).all(), "each is the direction of a row"
    assert not (sae.encode(x) <= 0).all(0)[:, [2, 5]].any(), "they answer to a row again"


def test_without_dead_latents_nothing_changes():
    sae, x = make(), numbers(60, INPUTS)
    with torch.no_grad():
        sae.b_enc += 20
    before = deepcopy(sae.state_dict())
    assert autoencoding.resample(sae, x).tolist() == [0, 0]
    assert all(torch.equal(value, before[name]) for name, value in sae.state_dict().items())


def test_an_instance_without_dead_latents_is_left_alone():
    sae, x = make(), numbers(60, INPUTS)
    with torch.no_grad():
        sae.b_enc[0] += 20
        sae.b_enc[1, 3] = -50
    before = deepcopy(sae.state_dict())
    first, second = autoencoding.resample(sae, x).tolist()
    assert first == 0 and second >= 1
    for name, value in sae.state_dict().items():
        assert torch.equal(value[0], before[name][0])
    assert not torch.equal(sae.W_dec[1, 3], before["W_dec"][1, 3])


def test_absent_latents_are_not_dead():
    sae, x = make(widths=[3, 8]), numbers(60, INPUTS)
    silenced(sae, [1])
    absent = ~sae.present
    autoencoding.resample(sae, x)
    assert not sae.W_dec[absent].any() and not sae.W_enc.mT[absent].any()
    assert not sae.encode(x)[:, absent].any()


def test_rows_that_are_copied_badly_are_drawn_more_often():
    """Rows of two kinds: errors of 1 and 2, so squared errors squared of 1 and 16."""
    sae = silenced(nets.SparseAutoencoder(2, 4000, unit_norm=False), slice(None))
    x = torch.tensor([[1.0, 0.0], [0.0, 2.0]]).repeat(50, 1)
    assert autoencoding.resample(sae, x).tolist() == [4000]
    assert (sae.W_dec[0, :, 1] == 1).float().mean().item() == pytest.approx(16 / 17, abs=0.02)


@given(scale=st.sampled_from([1e-4, 1e-2, 1e3, 1e8]))
def test_which_rows_are_drawn_does_not_depend_on_the_unit_of_measure(scale):
    sae, x = nets.SparseAutoencoder(INPUTS, 200, unit_norm=False), numbers(60, INPUTS)
    with torch.no_grad():
        sae.b_enc.fill_(-1e12)
    twin = deepcopy(sae)
    autoencoding.resample(sae, x, seed=3)
    autoencoding.resample(twin, scale * x, seed=3)
    assert ((sae.W_dec - twin.W_dec).abs().amax(-1) < 1e-3).float().mean() > 0.97


def test_the_same_seed_draws_the_same_rows_and_another_seed_others():
    sae, x = silenced(make(), [2, 5]), numbers(60, INPUTS)
    one, two, other = (deepcopy(sae) for _ in range(3))
    for twin, seed in ((one, 1), (two, 1), (other, 2)):
        autoencoding.resample(twin, x, seed=seed)
    assert torch.equal(one.W_dec, two.W_dec) and not torch.equal(one.W_dec, other.W_dec)


def test_rows_without_any_error_can_be_drawn_too():
    sae, x = nets.SparseAutoencoder(INPUTS, 3, unit_norm=False), numbers(1, INPUTS).expand(5, -1)
    with torch.no_grad():
        sae.b_enc.fill_(-50)
        sae.b_dec.copy_(x[:1])
    assert autoencoding.resample(sae, x).tolist() == [3]
    assert all(p.isfinite().all() for p in sae.parameters())


def test_a_gate_that_is_started_anew_has_the_size_of_its_drive():
    sae, x = silenced(make(nets.Gated()), [2]), numbers(60, INPUTS)
    with torch.no_grad():
        sae.activation.b_mag[:, 2] = -50  # would keep it silent, however open the gate
        sae.activation.r_mag[:, 2] = 3
    before = deepcopy(sae.activation)
    autoencoding.resample(sae, x)
    assert (sae.encode(x)[..., 2] > 0).any(0).all()
    torch.testing.assert_close(sae.encode(x)[..., 2], torch.relu(sae.drive(x))[..., 2])
    living = torch.arange(LATENTS) != 2
    living &= (before(sae.drive(x), sae.b_enc) > 0).any(0).all(0)
    assert torch.equal(sae.activation.b_mag[:, living], before.b_mag[:, living])


def test_a_jump_that_is_started_anew_has_the_threshold_of_the_start():
    sae, x = make(nets.JumpReLU(0.001)), numbers(60, INPUTS)
    with torch.no_grad():
        sae.activation.log_threshold[:, 2] = 5
    assert not sae.encode(x)[..., 2].any()
    autoencoding.resample(sae, x)
    assert (sae.encode(x)[..., 2] > 0).any(0).all()


def test_training_goes_on_after_resampling():
    sae, x = silenced(make(), [2, 5]), torch.relu(numbers(200, INPUTS)) + 0.1
    autoencoding.resample(sae, x)
    batches, loss = minibatches(x, size=50, seeds=range(INSTANCES)), autoencoding.loss(0.01)
    history = train.fit(sae, batches, loss, steps=200, lr=0.01, device="cpu", progress=False)
    assert (history.loss[-1] < history.loss[0]).all() and not history.stopped


def test_tied_weights_cannot_be_resampled():
    with pytest.raises(ValueError, match="expected an autoencoder with an encoder of its own, got tied weights"):
        autoencoding.resample(make(tied=True), numbers(9, INPUTS))


def test_rows_that_are_no_activations_cannot_be_resampled_from():
    with pytest.raises(ValueError, match="got 36 that are NaN or infinite"):
        autoencoding.resample(make(), torch.full((9, INPUTS), torch.nan))
