"""One loop trains everything: instances on their own, whatever fails, stops or is killed."""

import copy
import multiprocessing
import os
import pickle
import signal
import sys
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import nets
from helpers.sampling import minibatches, sparse_batches, sparse_features
from helpers.train import Diverged, History, fit, log2_steps

BOTH = pytest.mark.parametrize("optimizer", ["adam", "lamb"])
#: A batch of random numbers alone, which may have one seed per instance.
COUNTED = sparse_batches(16, 5, [0.5, 0.7, 0.9])


def rows(*shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(11))


def on_instances(x, dims):
    """Give shared data ``(batch, ...)`` its instances axis."""
    return x if x.dim() == dims else x.unsqueeze(1)


def toy_loss(model, batch):
    x = batch[0] if isinstance(batch, tuple) else batch
    return (model(x) - on_instances(x, 3)).square().mean((0, 2))


def mlp_loss(model, batch):
    x, y = batch
    return (model(x)[..., 0] - on_instances(y, 2)).square().mean(0)


def sae_loss(model, batch):
    reconstruction, latents = model(batch[0])
    return (reconstruction - on_instances(batch[0], 3)).square().mean((0, 2)) + 0.01 * latents.sum(-1).mean(0)


def draw(step, generator):
    return sparse_features(16, 5, [0.5, 0.7, 0.9], generator)


def toy(seed=0, instances=3):
    return nets.ToyModel(5, 2, instances, seed)


def train(model, batch=draw, loss=toy_loss, *, steps=40, progress=False, device="cpu", **options):
    return fit(model, batch, loss, steps=steps, progress=progress, device=device, **options)


def numbers(model):
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def same(one, other):
    return one.keys() == other.keys() and all(
        torch.equal(one[k].nan_to_num(-9.0), other[k].nan_to_num(-9.0)) for k in one
    )


# Instances -------------------------------------------------------------------------------------------------------

NETWORKS = {
    "toy": (lambda n, seed: nets.ToyModel(6, 2, n, seed), toy_loss),
    "mlp": (lambda n, seed: nets.MLP(6, 5, 1, n, seed), mlp_loss),
    "deep mlp": (lambda n, seed: nets.MLP(6, (5, 4), 1, n, seed), mlp_loss),
    "sae": (lambda n, seed: nets.SparseAutoencoder(6, 9, n, seed), sae_loss),
}
SHARED, PER_INSTANCE, TARGET = rows(48, 6), rows(48, 3, 6), rows(48)
BATCHES = {
    "shared rows": lambda i: minibatches(SHARED, TARGET, size=16),
    "own order": lambda i: minibatches(SHARED, TARGET, size=16, seeds=range(7, 10) if i is None else [7 + i]),
    "own rows": lambda i: minibatches(
        *(PER_INSTANCE if i is None else PER_INSTANCE[:, i : i + 1], TARGET),
        size=16,
        seeds=range(7, 10) if i is None else [7 + i],
    ),
}


@BOTH
@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("data", BATCHES)
def test_stacked_training_is_separate_training(network, data, optimizer):
    build, loss = NETWORKS[network]
    lr, decay = [0.01, 0.003, 0.02], [0.0, 0.1, 0.01]
    stacked = build(3, 20)
    together = train(stacked, BATCHES[data](None), loss, optimizer=optimizer, lr=lr, weight_decay=decay)
    start = build(3, 20)
    for i in range(3):
        alone = build(1, 20 + i)
        history = train(alone, BATCHES[data](i), loss, optimizer=optimizer, lr=lr[i], weight_decay=decay[i])
        for (name, p), q, r in zip(stacked.named_parameters(), alone.parameters(), start.parameters(), strict=True):
            torch.testing.assert_close(p[i], q[0], rtol=1e-3, atol=1e-5, msg=lambda m, n=name: f"{n}: {m}")
            assert not torch.equal(p[i], r[i]), f"{name} was not trained"
        torch.testing.assert_close(together.loss[:, i], history.loss[:, 0], rtol=1e-4, atol=1e-6)


@BOTH
def test_training_learns(optimizer):
    loss = train(toy(), steps=400, optimizer=optimizer, lr=0.01).loss
    assert (loss[-10:].mean(0) < 0.85 * loss[0]).all()


# History ---------------------------------------------------------------------------------------------------------


def counting(model, step):
    """A loss that is the step's number, twice it, three times it."""
    return (model.W * 0).sum((1, 2)) + step * torch.tensor([1.0, 2.0, 3.0])


def test_the_loss_is_the_mean_since_the_point_before():
    history = train(toy(), lambda step, _: step, counting, steps=11, points=3)
    assert history.steps == [4, 8, 11]
    expected = torch.tensor([1.5, 5.5, 9.0])[:, None] * torch.tensor([1.0, 2.0, 3.0])
    torch.testing.assert_close(history.loss, expected)


@pytest.mark.parametrize(("steps", "points"), [(1, 1), (1, 100), (7, 100), (100, 100), (199, 100), (250, 7)])
def test_there_are_at_most_so_many_points_and_the_last_is_the_end(steps, points):
    history = train(toy(), steps=steps, points=points)
    assert len(history.steps) <= points and history.steps[-1] == steps
    assert history.loss.shape == (len(history.steps), 3)
    assert len(set(np.diff([0, *history.steps[:-1]]))) <= 1, "evenly spaced but for the last"
    assert history.measures == {} and history.snapshots == {} and history.stopped == {}
    assert not history.interrupted


@pytest.mark.parametrize("points", [[3, 7, 40], [7, 3], (7, 3, 7), {3, 7}, np.array([3, 7]), torch.tensor([7, 3])])
def test_points_may_be_listed_and_the_last_is_the_end(points):
    history = train(toy(), lambda step, _: step, counting, points=points, measure=lambda model: {"one": 1.0})
    assert history.steps == [3, 7, 40] and history.measures["one"].shape == (3,)
    torch.testing.assert_close(history.loss[:, 0], torch.tensor([1.0, 4.5, 23.0]))


def test_listed_points_are_the_same_run_as_counted_ones(tmp_path):
    one, other = toy(), toy()
    first = train(one, points=4, checkpoint=tmp_path / "run")
    second = train(other, points=range(10, 41, 10), checkpoint=tmp_path / "run")
    assert same(numbers(one), numbers(other)) and first.steps == second.steps == [10, 20, 30, 40]


def test_measure_is_recorded_at_every_point_and_does_not_follow_the_model():
    def measure(model):
        assert not torch.is_grad_enabled()
        return {"W": model.W, "size": model.W.square().sum((1, 2)), "one": 1.0}

    history = train(toy(), steps=20, points=4, measure=measure)
    assert {k: tuple(v.shape) for k, v in history.measures.items()} == {"W": (4, 3, 5, 2), "size": (4, 3), "one": (4,)}
    assert not torch.equal(history.measures["W"][0], history.measures["W"][-1])
    torch.testing.assert_close(history.measures["W"].square().sum((2, 3)), history.measures["size"])
    assert not history.measures["W"].requires_grad


def test_snapshots_are_the_parameters_after_so_many_steps():
    start, model = numbers(toy()), toy()
    history = train(model, steps=20, snapshots=True)
    assert list(history.snapshots) == [0, 1, 2, 4, 8, 16, 20]
    assert same(history.snapshots[0], start) and same(history.snapshots[20], numbers(model))
    for steps in (1, 8):
        shorter = toy()
        train(shorter, steps=steps)
        assert same(history.snapshots[steps], numbers(shorter))


@pytest.mark.parametrize("steps", [[3, 0, 5], np.array([0, 3, 5]), torch.tensor([5, 3, 0]), range(0, 6)])
def test_named_snapshots(steps, tmp_path):
    history = train(toy(), steps=5, snapshots=steps, checkpoint=tmp_path / "run")
    assert sorted(history.snapshots) == sorted(int(s) for s in steps)
    assert list(train(toy(), steps=5, snapshots=steps, checkpoint=tmp_path / "run").snapshots) == list(
        history.snapshots
    )


@pytest.mark.parametrize(
    ("steps", "expected"), [(1, [0, 1]), (2, [0, 1, 2]), (8, [0, 1, 2, 4, 8]), (9, [0, 1, 2, 4, 8, 9])]
)
def test_log2_steps(steps, expected):
    assert log2_steps(steps) == expected


def test_an_empty_history_has_empty_tensors():
    assert History().loss.shape == (0, 0) and History().measures == {}


# Steps -----------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_run_and_another_another():
    runs = [toy(), toy(), toy()]
    for model, seed in zip(runs, (3, 3, 4), strict=True):
        train(model, seed=seed)
    assert same(numbers(runs[0]), numbers(runs[1])) and not same(numbers(runs[0]), numbers(runs[2]))


@pytest.mark.parametrize("seed", [[3, 4, 3], (3, 4, 3), torch.tensor([3, 4, 3])], ids=type)
def test_an_instance_with_a_seed_of_its_own_trains_as_it_does_alone(seed):
    stacked, sparsity = toy(seed=20), [0.5, 0.7, 0.9]
    history = train(stacked, COUNTED, lr=0.01, seed=seed)
    for i in range(3):
        alone = toy(seed=20 + i, instances=1)
        expected = train(alone, sparse_batches(16, 5, sparsity[i]), lr=0.01, seed=int(seed[i]))
        torch.testing.assert_close(stacked.W[i], alone.W[0], rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(history.loss[:, i], expected.loss[:, 0], rtol=1e-4, atol=1e-6)


def test_after_replaces_what_it_returns_once_a_step_is_taken():
    seen = []

    def after(params, step):
        assert not torch.is_grad_enabled() and params.keys() == {"W", "b"}
        seen.append((step, params["b"].clone()))
        return {"b": params["b"] * 0 + step}

    model, plain = toy(), toy()
    train(model, steps=5, after=after)
    train(plain, steps=1)
    assert [step for step, _ in seen] == list(range(5)) and (model.b == 4).all()
    assert torch.equal(seen[0][1], plain.b) and not torch.equal(model.W, toy().W)
    assert all(p.requires_grad for p in model.parameters())


def test_after_touches_no_instance_that_has_stopped():
    model = toy()
    with pytest.warns(RuntimeWarning, match="instance 1 at step 17"):
        train(model, poisoned(17, 1), after=lambda params, step: {"b": torch.zeros_like(params["b"]) + step})
    assert (model.b[[0, 2]] == 39).all() and (model.b[1] == 16).all()


def test_the_schedule_multiplies_the_rates_of_its_step():
    seen, scaled, plain = [], toy(), toy()
    train(scaled, lr=0.02, schedule=lambda step: seen.append(step) or 0.5)
    train(plain, lr=0.01)
    assert seen == list(range(40))
    for p, q in zip(scaled.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(p, q)
    stopped, short = toy(), toy()
    train(stopped, schedule=lambda step: float(step < 15))
    train(short, steps=15)
    assert same(numbers(stopped), numbers(short))


def test_a_second_fit_goes_on_from_the_first_with_a_fresh_optimizer():
    model = toy()
    first = train(model, steps=20)
    trained = copy.deepcopy(model)
    for p in trained.parameters():
        p.grad = None
    second, fresh = train(model, steps=20), train(trained, steps=20)
    assert same(numbers(model), numbers(trained))
    assert torch.equal(second.loss, fresh.loss) and not torch.equal(first.loss, second.loss)
    assert first.steps == second.steps


def test_batches_of_any_size():
    seen = []

    def batch(step, generator):
        seen.append(step)
        return sparse_features(1 + step % 4, 5, [0.5] * 3, generator)

    history = train(toy(), batch, steps=8)
    assert seen == list(range(8)) and history.loss.isfinite().all()


def test_parameters_that_are_one_number_per_instance_train_too():
    class Scale(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.ones(3))

    model = Scale()
    train(model, loss=lambda m, x: (m.scale - torch.tensor([0.0, 1.0, 2.0])).square(), lr=0.05, steps=200)
    torch.testing.assert_close(model.scale.detach(), torch.tensor([0.0, 1.0, 2.0]), atol=0.05, rtol=0)


# Instances that fail ---------------------------------------------------------------------------------------------


def poisoned(at, instance, value=float("nan")):
    """Spoil the data of one instance at one step only."""

    def batch(step, generator):
        x = draw(step, generator)
        if step == at:
            x[:, instance] = value
        return x

    return batch


@BOTH
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_failing_instance_is_named_and_frozen_and_the_others_go_on(optimizer, value):
    model, healthy, before = toy(), toy(), toy()
    options = {"optimizer": optimizer, "weight_decay": 0.01, "lr": 0.01}
    with pytest.warns(RuntimeWarning, match="NaN or infinite and training stopped there: instance 1 at step 17"):
        history = train(model, poisoned(17, 1, value), points=8, **options)
    clean = train(healthy, points=8, **options)
    train(before, steps=17, **options)
    assert history.stopped == {1: 17}
    for p, q, r in zip(model.parameters(), healthy.parameters(), before.parameters(), strict=True):
        assert torch.equal(p[[0, 2]], q[[0, 2]])
        assert torch.equal(p[1], r[1])
    assert torch.equal(history.loss[:, [0, 2]], clean.loss[:, [0, 2]])
    assert history.loss[:3, 1].isfinite().all() and history.loss[3:, 1].isnan().all()


@BOTH
def test_an_instance_that_diverges_leaves_the_others_as_they_are_without_it(optimizer):
    stacked, alone = nets.ToyModel(5, 2, 3), nets.ToyModel(5, 2, 1)
    batch = minibatches(rows(48, 5), size=16)
    with pytest.warns(RuntimeWarning, match="instance 2 at step"):
        history = train(stacked, batch, optimizer=optimizer, lr=[0.01, 0.01, 1e30], weight_decay=0.1)
    train(alone, batch, optimizer=optimizer, lr=0.01, weight_decay=0.1)
    assert list(history.stopped) == [2]
    torch.testing.assert_close(stacked.W[0], alone.W[0], rtol=1e-3, atol=1e-5)
    assert not stacked.W[2].isnan().any(), "it keeps the parameters it had"


def test_a_bad_gradient_of_a_finite_loss_stops_too():
    model = toy()
    with torch.no_grad():
        model.W[1] = 0
    with pytest.warns(RuntimeWarning, match="instance 1 at step 0"):
        history = train(model, loss=lambda m, x: m.W.square().sum((1, 2)).sqrt())
    assert history.stopped == {1: 0}
    assert (model.W[1] == 0).all() and model.W.isfinite().all()


def test_all_failing_is_an_error_that_names_them(tmp_path):
    model, asked = toy(), []

    def batch(step, generator):
        asked.append(step)
        return draw(step, generator) * (float("nan") if step == 5 else 1.0)

    for _ in range(2):
        with pytest.raises(FloatingPointError, match="instance 0 at step 5, instance 1 at .*learning rate") as raised:
            train(model, batch, checkpoint=tmp_path / "run", points=4, measure=lambda model: {"one": 1.0})
        assert raised.type is Diverged and raised.value.history.stopped == {0: 5, 1: 5, 2: 5}
        assert raised.value.history.steps == [10] and raised.value.history.loss.isnan().all()
        assert raised.value.history.measures["one"].shape == (1,)
    assert asked == list(range(10)), "it stops at the next point, and the resumed run has nothing to do"
    assert all(p.isfinite().all() for p in model.parameters())


# Ctrl-C ----------------------------------------------------------------------------------------------------------


def test_ctrl_c_keeps_what_is_trained():
    def batch(step, generator):
        if step == 25:
            raise KeyboardInterrupt
        return draw(step, generator)

    model, shorter = toy(), toy()
    with pytest.warns(UserWarning, match="interrupted after 25 of 40 steps"):
        history = train(model, batch, points=4, snapshots=True)
    train(shorter, steps=25)
    assert same(numbers(model), numbers(shorter))
    assert history.interrupted and history.steps == [10, 20] and history.loss.shape == (2, 3)
    assert list(history.snapshots) == [0, 1, 2, 4, 8, 16]


def test_ctrl_c_and_then_resumed_is_the_run_without_it(tmp_path):
    pressed = []

    def batch(step, generator):
        if step == 25 and not pressed:
            pressed.append(step)
            raise KeyboardInterrupt
        return draw(step, generator)

    whole, halves = toy(), toy()
    expected = train(whole, points=4)
    with pytest.warns(UserWarning, match="interrupted"):
        train(halves, batch, points=4, checkpoint=tmp_path / "run")
    history = train(halves, batch, points=4, checkpoint=tmp_path / "run")
    assert same(numbers(whole), numbers(halves))
    assert torch.equal(history.loss, expected.loss) and not history.interrupted


# Checkpoint and resume -------------------------------------------------------------------------------------------


def long_run(optimizer, data, checkpoint, killed_at=None):
    """A run of 40 steps that a kill may end; at module level, so that another process can import it."""
    model = nets.ToyModel(5, 2, 3)
    source = minibatches(rows(50, 5), size=8, seeds=[4, 5, 6]) if data == "minibatches" else draw

    def batch(step, generator):
        if step == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return source(step, generator)

    history = train(
        model,
        batch,
        optimizer=optimizer,
        lr=[0.01, 0.02, 0.001],
        weight_decay=0.01,
        points=8,
        snapshots=True,
        measure=lambda m: {"size": m.W.norm(dim=(1, 2))},
        schedule=lambda step: 1 / (1 + step),
        checkpoint=checkpoint,
    )
    return numbers(model), history


def killed_in_training(optimizer, data, checkpoint):
    long_run(optimizer, data, checkpoint, killed_at=23)


def killed_while_writing(optimizer, data, checkpoint):
    whole = torch.save

    def half(state, path):
        whole(state, path)
        if state["done"] == 20:
            os.truncate(path, os.path.getsize(path) // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    torch.save = half
    long_run(optimizer, data, checkpoint)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
@pytest.mark.parametrize(
    ("optimizer", "data", "death", "left"),
    [
        ("adam", "generator", killed_in_training, ["run"]),
        ("adam", "minibatches", killed_while_writing, ["run", "run.partial"]),
        ("lamb", "generator", killed_while_writing, ["run", "run.partial"]),
        ("lamb", "minibatches", killed_in_training, ["run"]),
    ],
)
def test_killed_and_resumed_it_ends_bit_for_bit_the_same(tmp_path, optimizer, data, death, left):
    checkpoint = tmp_path / "deep" / "run"
    child = multiprocessing.get_context("spawn").Process(target=death, args=(optimizer, data, checkpoint))
    child.start()
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    assert sorted(p.name for p in checkpoint.parent.iterdir()) == left
    assert torch.load(checkpoint)["done"] == (20 if death is killed_in_training else 15)
    model, history = long_run(optimizer, data, checkpoint)
    expected_model, expected = long_run(optimizer, data, None)
    assert same(model, expected_model)
    assert history.steps == expected.steps and torch.equal(history.loss, expected.loss)
    assert torch.equal(history.measures["size"], expected.measures["size"])
    assert list(history.snapshots) == list(expected.snapshots)
    assert all(same(history.snapshots[step], expected.snapshots[step]) for step in expected.snapshots)
    assert [p.name for p in checkpoint.parent.iterdir()] == ["run"]


def test_a_finished_run_is_reloaded_without_training(tmp_path):
    def refuse(step, generator):
        raise AssertionError("nothing is left to train")

    model, again = toy(), toy(seed=50)
    first = train(model, checkpoint=tmp_path / "run", snapshots=True)
    second = train(again, refuse, checkpoint=tmp_path / "run", snapshots=True)
    assert same(numbers(model), numbers(again))
    assert torch.equal(first.loss, second.loss) and first.steps == second.steps
    assert list(first.snapshots) == list(second.snapshots) == [0, 1, 2, 4, 8, 16, 32, 40]


def test_a_stopped_instance_stays_stopped_after_a_resume(tmp_path):
    poison, whole, halves = poisoned(7, 1), toy(), toy()

    def batch(step, generator):
        if step == 30 and not (tmp_path / "gone on").exists():
            (tmp_path / "gone on").touch()
            raise KeyboardInterrupt
        return poison(step, generator)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = train(whole, poison, points=8)
        train(halves, batch, points=8, checkpoint=tmp_path / "run")
        history = train(halves, batch, points=8, checkpoint=tmp_path / "run")
    assert history.stopped == expected.stopped == {1: 7}
    assert same(numbers(whole), numbers(halves))
    assert same({"loss": history.loss}, {"loss": expected.loss})


def test_a_spelled_out_default_is_the_same_run(tmp_path):
    train(toy(), checkpoint=tmp_path / "run")
    again = train(toy(), checkpoint=tmp_path / "run", lr=[1e-3] * 3, betas=[0.9, 0.999], seed=np.int64(0))
    assert again.steps[-1] == 40


class Malice:
    def __reduce__(self):
        return os.mkdir, ("malice",)


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """A finished run: its checkpoint, the bytes in it and the parameters they stand for."""
    path, model = tmp_path_factory.mktemp("whole") / "run", toy()
    train(model, checkpoint=path, points=2)
    return path, path.read_bytes(), numbers(model)


DAMAGE = {
    "empty": lambda whole: b"",
    "text": lambda whole: b"not a checkpoint\n" * 50,
    "zeros": lambda whole: bytes(1000),
    "one byte": lambda whole: whole[:1],
    "half": lambda whole: whole[: len(whole) // 2],
    "all but the end": lambda whole: whole[:-30],
    "middle overwritten": lambda whole: whole[:900] + b"\xff" * 600 + whole[1500:],
    "a pickle": lambda whole: pickle.dumps({"run": {}, "done": 3}),
    "a malicious pickle": lambda whole: pickle.dumps(Malice()),
}


def test_a_checkpoint_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    path = tmp_path / "run"
    train(toy(), checkpoint=path)

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("helpers.checkpoint.zipfile.ZipFile", refuse)
    with pytest.raises(PermissionError, match="Permission denied"):
        train(toy(), checkpoint=path)


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_checkpoint_is_named_and_changes_nothing(tmp_path, monkeypatch, damage):
    monkeypatch.chdir(tmp_path)
    path, model = tmp_path / "run", toy()
    train(toy(seed=9), checkpoint=path)
    path.write_bytes(damage(path.read_bytes()))
    written = path.read_bytes()
    with pytest.raises(ValueError) as error:
        train(model, checkpoint=path)
    assert str(path) in str(error.value) and "damaged or not a checkpoint" in str(error.value)
    assert len(str(error.value)) < 400 + len(str(path)) and "weights_only" not in str(error.value)
    assert same(numbers(model), numbers(toy()))
    assert path.read_bytes() == written and [p.name for p in tmp_path.iterdir()] == ["run"]


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
@settings(max_examples=100)
def test_one_flipped_bit_is_noticed_or_does_not_matter(whole_run, place, bit):
    path, content, expected = whole_run
    damaged = bytearray(content)
    damaged[place % len(content)] ^= 1 << bit
    path.write_bytes(damaged)
    model = toy(seed=5)
    try:
        train(model, checkpoint=path, points=2)
    except ValueError as error:
        assert "run is damaged or not a checkpoint" in str(error)
        expected = numbers(toy(seed=5))
    assert same(numbers(model), expected)


@pytest.mark.parametrize("content", [torch.zeros(3), [1, 2], {"W": torch.zeros(3)}, {"run": 3}, 5], ids=str)
def test_a_file_of_something_else_is_no_checkpoint(tmp_path, content):
    torch.save(content, tmp_path / "run")
    with pytest.raises(ValueError, match="run is damaged or not a checkpoint"):
        train(toy(), checkpoint=tmp_path / "run")


def test_nothing_a_checkpoint_asks_for_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save({"run": Malice()}, tmp_path / "run")
    with pytest.raises(ValueError, match=r"damaged or not a checkpoint \(Weights only load failed\): delete it"):
        train(toy(), checkpoint=tmp_path / "run")
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_a_folder_is_no_checkpoint(tmp_path):
    with pytest.raises(ValueError, match="damaged or not a checkpoint"):
        train(toy(), checkpoint=tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"steps": 41}, "steps was 40 and is now 41"),
        ({"seed": 1}, "seed was 0 and is now 1"),
        ({"optimizer": "lamb"}, "optimizer was 'adam' and is now 'lamb'"),
        ({"lr": 0.5}, r"lr was \[0.001, 0.001, 0.001\] and is now \[0.5, 0.5, 0.5\]"),
        ({"weight_decay": [0.0, 0.5, 0.0]}, "weight_decay was"),
        ({"betas": (0.5, 0.9)}, "betas was"),
        ({"points": [7, 40]}, r"points was \[1, 2, .*, 40\] and is now \[7, 40\]"),
        ({"snapshots": [3]}, r"snapshots was \[\] and is now \[3\]"),
    ],
)
def test_a_checkpoint_of_another_run_says_what_differs(tmp_path, change, named):
    train(toy(), checkpoint=tmp_path / "run")
    model = toy()
    with pytest.raises(ValueError, match=f"run is from another run: {named}"):
        train(model, checkpoint=tmp_path / "run", **change)
    assert same(numbers(model), numbers(toy()))


@pytest.mark.parametrize(
    "other",
    [nets.ToyModel(5, 3, 3), nets.ToyModel(5, 2, 4), nets.MLP(5, 2, 1, instances=3)],
    ids=["width", "instances", "kind"],
)
def test_a_checkpoint_of_another_model_says_so(tmp_path, other):
    train(toy(), checkpoint=tmp_path / "run")
    before = numbers(other)
    with pytest.raises(ValueError, match=r"from another run: .*parameters was \{'W': \[3, 5, 2\].* and is now \{"):
        train(other, checkpoint=tmp_path / "run")
    assert same(numbers(other), before)


def test_a_failed_write_leaves_the_last_checkpoint_and_nothing_else(tmp_path, monkeypatch):
    whole = torch.save

    def full_disk(state, path):
        whole(state, path)
        if state["done"] > 20:
            os.truncate(path, 100)
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        train(toy(), points=4, checkpoint=tmp_path / "run")
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert torch.load(tmp_path / "run")["done"] == 20


# Bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "steps must be a positive integer, got 0"),
        ({"steps": 2.5}, "steps must be a positive integer, got 2.5"),
        ({"steps": True}, "steps must be a positive integer, got True"),
        ({"points": 0}, "points must be a positive integer, got 0"),
        ({"points": []}, r"points must be steps from 1 to 40, got \[\]"),
        ({"points": [0, 5]}, r"points must be steps from 1 to 40, got \[0, 5\]"),
        ({"points": [3, 41]}, r"points must be steps from 1 to 40, got \[3, 41\]"),
        ({"seed": [1, 2, 3]}, "expected one seed: this batch is not marked as counted; got 3 seeds"),
        ({"seed": [1, 2], "batch": COUNTED}, "expected 3 seeds, one per instance; got 2 seeds"),
        ({"optimizer": "lion"}, "unknown optimizer 'lion': expected one of adam, adamw, lamb, sgd"),
        ({"device": "gpu"}, "unknown device 'gpu': expected one of auto, cpu, cuda, mps"),
        ({"momentum": 0.9}, r"unknown adam setting \['momentum'\]"),
        ({"lr": [0.1, 0.2]}, r"lr must be a number or 3 numbers \(one per instance\), got shape \(2,\)"),
        ({"lr": -1.0}, "lr must be finite and not negative"),
        ({"snapshots": [41]}, r"snapshots must be steps from 0 to 40, got \[41\]"),
        ({"snapshots": [-1, 3]}, r"snapshots must be steps from 0 to 40, got \[-1, 3\]"),
        ({"loss": lambda m, x: m.W.sum()}, r"shape \(3,\), got \(\)"),
        ({"loss": lambda m, x: m.W.sum((0, 2))}, r"shape \(3,\), got \(5,\)"),
        ({"loss": lambda m, x: (m(x) - x).square().mean(0)}, r"shape \(3,\), got \(3, 5\)"),
        ({"loss": lambda m, x: 0.5}, r"one value per instance, shape \(3,\), got 0.5"),
    ],
)
def test_bad_input_is_named_and_trains_nothing(tmp_path, options, message):
    model = toy()
    with pytest.raises(ValueError, match=message):
        train(model, checkpoint=tmp_path / "run", **options)
    assert same(numbers(model), numbers(toy()))
    assert list(tmp_path.iterdir()) == []


def test_a_model_without_parameters():
    with pytest.raises(ValueError, match="the same leading instances axis"):
        train(torch.nn.ReLU())


def test_an_error_in_the_loss_comes_through():
    def broken(model, batch):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        train(toy(), loss=broken)


# Progress --------------------------------------------------------------------------------------------------------


def test_the_progress_bar_shows_the_loss(capsys):
    history = train(toy(), steps=30, points=3, progress=True)
    shown = capsys.readouterr()
    assert shown.out == "" and "30/30" in shown.err
    assert all(f"loss={loss:.4g}" in shown.err for loss in history.loss.mean(1))


def test_no_progress_prints_nothing(capfd):
    train(toy(), steps=30)
    assert capfd.readouterr() == ("", "")
