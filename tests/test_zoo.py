"""A shared model is trained once, comes back bit for bit, and is trained anew when anything that made it changed."""

import dataclasses
import subprocess
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from sklearn.metrics import log_loss

from helpers import autoencoding, files, keeping, nets, train, weather, zoo
from helpers.sampling import minibatches

DONE = train.History()
REAL_FIT = train.fit


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """An empty store. What warns without being asked for fails the test."""
    monkeypatch.setenv("SNOWFALL_CACHE", str(tmp_path / "store"))
    with warnings.catch_warnings(action="error"):
        yield tmp_path / "store"


@pytest.fixture
def runs(monkeypatch):
    """Make every training twelve steps long, and list the settings of each."""
    real, listed = train.fit, []

    def quick(*args, **settings):
        listed.append(settings)
        return real(*args, **settings | {"steps": 12})

    monkeypatch.setattr(train, "fit", quick)
    return listed


class Trainer:
    """Trains nothing but sets every parameter to ``value``, and counts how often."""

    def __init__(self, model, value=1.0, history=DONE):
        self.model, self.value, self.history, self.calls = model, value, history, 0

    def __call__(self):
        self.calls += 1
        with torch.no_grad():
            for parameter in self.model.parameters():
                parameter.fill_(self.value)
        return self.history


def keep(name="small", value=1.0, hidden=2, **settings):
    """Fetch a small model from the store; return it and how often it was trained."""
    model = nets.MLP(3, hidden)
    trainer = Trainer(model, value)
    assert keeping.kept(name, model, trainer, **settings) is model
    return model, trainer.calls


def same(one, other):
    state = other.state_dict()
    return all(torch.equal(value, state[key]) for key, value in one.state_dict().items())


def leftovers(store):
    return [path.name for path in store.iterdir() if path.suffix != ".safetensors"]


# The store -------------------------------------------------------------------------------------------------------


def test_the_store_is_where_the_variable_says(store):
    assert files.cache() == store


@pytest.mark.parametrize("value", [None, ""])
def test_without_the_variable_it_is_the_user_s_cache(monkeypatch, value):
    monkeypatch.delenv("SNOWFALL_CACHE") if value is None else monkeypatch.setenv("SNOWFALL_CACHE", value)
    assert files.cache().is_absolute() and "superposition-to-snowfall" in str(files.cache())


def test_a_model_is_trained_once_and_comes_back(store):
    first, calls = keep(value=0.1)
    assert calls == 1
    second, calls = keep(value=0.7)
    assert calls == 0 and same(first, second)
    assert [path.name for path in store.iterdir()] == ["small.safetensors"]


def test_a_model_that_comes_back_can_be_trained_on():
    keep()
    assert all(parameter.requires_grad for parameter in keep()[0].parameters())


@pytest.mark.parametrize(
    "change", [{"l1": 0.2}, {"name": "other"}, {"hidden": 4}, {"extra": 1}], ids=["value", "name", "width", "more"]
)
def test_what_decides_the_result_decides_what_is_reused(change):
    settings = {"l1": 0.1, "name": "small", "hidden": 2}
    keep(**settings)
    model, calls = keep(value=2.0, **settings | change)
    assert calls == 1 and (model.weights[0] == 2).all()
    assert keep(value=3.0, **settings | change)[1] == 0


def test_the_order_of_settings_does_not_matter():
    keep(a=1, b=2)
    assert keep(b=2, a=1)[1] == 0


def test_a_file_under_another_name_is_not_taken_for_that_model(store):
    keep("one")
    (store / "one.safetensors").rename(store / "two.safetensors")
    assert keep("two")[1] == 1


def test_every_ingredient_is_there():
    here = keeping.Path(keeping.__file__).parent
    assert all(list(here.glob(pattern)) for pattern in keeping.INGREDIENTS)


def test_a_change_of_the_code_trains_again(tmp_path, monkeypatch):
    package = tmp_path / "helpers"
    package.mkdir()
    monkeypatch.setattr(keeping, "__file__", str(package / "keeping.py"))
    for name in ("optim.py", "unrelated.py"):
        (package / name).write_text("1")
    keep()
    (package / "unrelated.py").write_text("2")
    assert keep()[1] == 0
    (package / "optim.py").write_text("2")
    assert keep()[1] == 1


def test_another_version_of_torch_trains_again(monkeypatch):
    keep()
    monkeypatch.setattr(torch, "__version__", "2.0.0+another")
    assert keep()[1] == 1


# Damage ----------------------------------------------------------------------------------------------------------


def truncate(path):
    path.write_bytes(path.read_bytes()[:-8])


def without_fingerprint(path):
    save_file({"x": torch.ones(2)}, path)


def other_tensors(path):
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    save_file({"x": torch.ones(2)}, path, metadata)


DAMAGE = {
    "truncated": truncate,
    "empty": lambda path: path.write_bytes(b""),
    "garbage": lambda path: path.write_bytes(b"no tensors here" * 100),
    "another program's": without_fingerprint,
    "other tensors": other_tensors,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_named_once_and_replaced(store, damage):
    path = store / "small.safetensors"
    first, _ = keep(value=0.5)
    damage(path)
    with pytest.warns(UserWarning) as caught:
        second, calls = keep(value=0.5)
    assert [str(path) in str(warning.message) for warning in caught] == [True]
    assert "training 'small' again" in str(caught[0].message)
    assert calls == 1 and same(first, second)
    assert keep(value=9.0)[1] == 0
    assert leftovers(store) == []


def test_a_store_that_is_a_file_costs_a_warning_but_no_model(store):
    store.write_text("in the way")
    with pytest.warns(UserWarning, match="could not keep small.safetensors") as caught:
        model, calls = keep(value=4.0)
    assert len(caught) == 1 and calls == 1 and (model.weights[0] == 4).all()
    assert store.read_text() == "in the way"


def test_a_full_disk_costs_a_warning_but_no_model(store, monkeypatch):
    def full(tensors, path, metadata):
        path.write_bytes(b"half a fi")
        raise keeping.SafetensorError("No space left on device")

    keep(value=1.0)
    monkeypatch.setattr(keeping, "save_file", full)
    with pytest.warns(UserWarning, match="No space left"):
        model, calls = keep(value=4.0, changed=True)
    assert calls == 1 and (model.weights[0] == 4).all()
    assert leftovers(store) == []
    assert (load_file(store / "small.safetensors")["weights.0"] == 1).all()


def test_a_killed_run_leaves_the_last_whole_file(store, monkeypatch):
    def killed(source, target):
        raise KeyboardInterrupt

    keep(value=1.0)
    monkeypatch.setattr(files.os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        keep(value=4.0, changed=True)
    assert leftovers(store) == []
    assert (load_file(store / "small.safetensors")["weights.0"] == 1).all()


def test_an_interrupted_training_is_not_kept(store):
    model = nets.MLP(3, 2)
    trainer = Trainer(model, 0.5, train.History(interrupted=True))
    assert (keeping.kept("small", model, trainer).weights[0] == 0.5).all()
    assert not store.exists()
    assert keep()[1] == 1


WRITER = """
import sys, warnings
warnings.simplefilter("error")
import torch
from helpers import keeping, nets, train

def training():
    for parameter in model.parameters():
        torch.nn.init.constant_(parameter, value)
    return train.History()

value = float(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for turn in range(15):
    model = nets.MLP(20, 500)
    keeping.kept("shared", model, training, writer=value, turn=turn)
    assert all((parameter == value).all() for parameter in model.parameters())
"""


def test_two_processes_that_write_at_once_leave_a_whole_file(store):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, value], **pipes) for value in "12"]
    for writer in writers:
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [writer.communicate()[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], said
    values = torch.cat([value.flatten() for value in load_file(store / "shared.safetensors").values()])
    assert values.unique().tolist() in ([1.0], [2.0])
    assert leftovers(store) == []


# Losses ----------------------------------------------------------------------------------------------------------


def test_rain_loss_is_the_log_loss_of_each_network():
    x, wet = torch.randn(40, 3, 5), (torch.rand(40, 3) < 0.3).float()
    net = nets.MLP(5, 4, 1, instances=3, seed=1)
    probability = net(x)[..., 0].sigmoid().detach().double().numpy()
    wanted = [log_loss(wet[:, i].numpy(), probability[:, i], labels=[0, 1]) for i in range(3)]
    assert np.allclose(zoo.rain_loss(net, (x, wet)).detach(), wanted, atol=1e-6)


def test_snow_loss_is_the_log_loss_or_the_squared_error_of_each_network():
    x, phase, rate = torch.randn(40, 3, 5), torch.randint(3, (40, 3)), torch.rand(40, 3)
    net = nets.MLP(5, 4, 3, instances=3, seed=1)
    answer = net(x).detach().double()
    wanted = [log_loss(phase[:, i], answer[:, i].softmax(-1), labels=[0, 1, 2]) for i in range(3)]
    assert np.allclose(zoo.snow_loss(net, (x, phase)).detach(), wanted, atol=1e-6)
    wanted = (answer[..., 0] - rate).square().mean(0)
    assert np.allclose(zoo.snow_loss(net, (x, rate)).detach(), wanted, atol=1e-6)


def test_snow_loss_takes_rows_that_all_networks_share():
    x, net = torch.randn(40, 5), nets.MLP(5, 4, 3, instances=3, seed=1)
    for y in (torch.randint(3, (40,)), torch.rand(40)):
        each = zoo.snow_loss(net, (x.unsqueeze(1).expand(-1, 3, -1), y.unsqueeze(1).expand(-1, 3)))
        assert torch.allclose(zoo.snow_loss(net, (x, y)), each)


def by_hand(sae, x, l1):
    """The same loss one row at a time, in numpy."""
    wanted = []
    for i, price in enumerate(l1):
        parts = {name: value[i].detach().double().numpy() for name, value in sae.named_parameters()}
        rows = []
        for row in x[:, i].double().numpy():
            latents = np.maximum(row @ parts["W_enc"] + parts["b_enc"], 0)
            error = latents @ parts["W_dec"] + parts["b_dec"] - row
            rows.append(np.mean(error**2) + price * np.abs(latents).sum())
        wanted.append(np.mean(rows))
    return wanted


@pytest.mark.parametrize("l1", [0.01, 0, torch.tensor([0.0, 0.5])], ids=["number", "zero", "per instance"])
def test_the_loss_is_its_formula(l1):
    x = torch.randn(30, 2, 4)
    sae = nets.SparseAutoencoder(4, 7, instances=2, unit_norm=False)
    wanted = by_hand(sae, x, torch.as_tensor(l1).expand(2).tolist())
    assert np.allclose(autoencoding.loss(l1)(sae, (x,)).detach(), wanted, rtol=1e-5)


@pytest.mark.parametrize("l1", [-0.1, float("nan"), torch.tensor([0.1, -0.1])])
def test_a_reward_for_large_latents_is_refused(l1, runs):
    with pytest.raises(ValueError, match="must be 0 or more"):
        autoencoding.loss(l1)


def test_a_bad_setting_is_refused_before_anything_is_trained(runs, store):
    with pytest.raises(ValueError, match="must be 0 or more, and finite, got -1"):
        zoo.precipitation_autoencoder(l1=-1, seeds=2)
    with pytest.raises(ValueError, match="instances must be a positive integer, got 0"):
        zoo.precipitation_network(seeds=0)
    assert runs == [] and not store.exists()


# The models of the chapters --------------------------------------------------------------------------------------


def test_the_network_is_trained_by_the_book_and_comes_back(runs, store):
    parts, net = zoo.precipitation_network(seeds=2, progress=False)
    per_epoch = int(0.8 * len(parts.train)) // 64
    assert len(runs) == 1 and runs[0]["steps"] == 32 * per_epoch and runs[0]["lr"] == 1e-3
    assert net(parts.test.x).shape == (len(parts.test), 2, 1)
    start = nets.MLP(parts.train.x.shape[1], 6, 1, instances=2)
    assert not torch.equal(net.weights[0], start.weights[0])

    again, returned = zoo.precipitation_network(seeds=2, progress=False)
    assert len(runs) == 1 and same(net, returned)
    assert torch.equal(again.test.x, parts.test.x)
    assert [path.name for path in store.iterdir()] == ["observations-network-2x6.safetensors"]


def test_seeds_are_the_same_networks_whatever_their_number(runs):
    few, more = (zoo.precipitation_network(seeds=n, progress=False)[1] for n in (1, 3))
    assert len(runs) == 2
    assert torch.allclose(few.weights[0][0], more.weights[0][0], atol=1e-6)


def test_the_network_never_sees_the_rows_held_back(monkeypatch):
    seen = []

    def fit(net, batches, loss, steps, **settings):
        seen.append(torch.cat([batches(step)[0] for step in range(batches.per_epoch)])[:, 0])
        return DONE

    monkeypatch.setattr(train, "fit", fit)
    parts, _ = zoo.precipitation_network(seeds=1, progress=False)
    first = {tuple(row) for row in parts.train.x[: int(0.8 * len(parts.train))].tolist()}
    assert {tuple(row) for row in seen[0].tolist()} <= first


def test_autoencoder_i_reads_network_i(runs, store):
    parts, net, sae = zoo.precipitation_autoencoder(l1=0.1, seeds=2, ratio=3, progress=False)
    per_epoch = len(parts.sae) // 64
    assert [run["steps"] for run in runs[1:]] == [75 * per_epoch] and runs[1]["lr"] == 4e-3
    assert sae.W_enc.shape == (2, 6, 18)
    hidden = net.hidden(parts.sae.x).detach()
    own = autoencoding.loss(0.1)(sae, (hidden,))
    start = autoencoding.loss(0.1)(nets.SparseAutoencoder(6, 18, instances=2, unit_norm=False), (hidden,))
    assert (own < start).all()

    _, _, returned = zoo.precipitation_autoencoder(l1=0.1, seeds=2, ratio=3, progress=False)
    assert len(runs) == 2 and same(sae, returned)
    names = {"observations-network-2x6.safetensors", "observations-autoencoder-2x3-0.1.safetensors"}
    assert {path.name for path in store.iterdir()} == names


def test_prices_that_print_alike_are_not_mixed_up(runs):
    first = zoo.precipitation_autoencoder(l1=0.1, seeds=1, progress=False)[2]
    second = zoo.precipitation_autoencoder(l1=0.1 + 1e-9, seeds=1, progress=False)[2]
    assert len(runs) == 3 and first.W_enc.shape == second.W_enc.shape


def test_another_network_gets_an_autoencoder_of_its_own(runs, store):
    _, net, _ = zoo.precipitation_autoencoder(seeds=1, progress=False)
    path = store / "observations-network-1x6.safetensors"
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    save_file({key: value * 1.5 for key, value in net.state_dict().items()}, path, metadata)
    zoo.precipitation_autoencoder(seeds=1, progress=False)
    assert len(runs) == 3


def test_nothing_of_an_interrupted_chapter_is_reused(runs, monkeypatch, store):
    with monkeypatch.context() as patch:
        interrupted = SimpleNamespace(interrupted=True)
        patch.setattr(train, "fit", lambda *args, **settings: interrupted)
        zoo.precipitation_autoencoder(seeds=1, progress=False)
    assert not store.exists()
    zoo.precipitation_autoencoder(seeds=1, progress=False)
    assert len(runs) == 2


def test_other_data_train_again_and_the_old_models_stay(runs, store, monkeypatch):
    """Another source has files of its own; other rows of the same source replace the files."""

    def fetch():
        parts, net, sae = zoo.precipitation_autoencoder(seeds=1, progress=False)
        return parts, len(runs), (net, sae)

    table, _, models = weather.load(), *fetch()[1:]
    assert len(runs) == 2
    calm = {"frame": table.frame.assign(calm=table.frame["wind_speed"] < 2), "event": "calm"}
    other = dataclasses.replace(table, **calm, source="elsewhere", predictors=table.predictors[:4]).sample(600)
    monkeypatch.setattr(zoo, "chosen", lambda: other)
    parts, trained, _ = fetch()
    assert trained == 4 and (parts.target, parts.source, parts.predictors) == ("calm", "elsewhere", other.predictors)
    assert {path.name.partition("-")[0] for path in store.iterdir()} == {"observations", "elsewhere"}

    monkeypatch.setattr(zoo, "chosen", lambda: table)
    _, trained, again = fetch()
    assert trained == 4 and all(map(same, models, again))
    monkeypatch.setattr(zoo, "chosen", lambda: table.sample(len(table) // 2))
    assert fetch()[1] == 6


def test_one_value_that_changed_trains_again(runs, monkeypatch):
    table = weather.load(n=600)
    for last_rows in (0, 1, 150):  # none, one that the autoencoder never sees, and one that it learns from
        frame = table.frame.copy()
        if last_rows:
            frame.iloc[-last_rows, frame.columns.get_loc("temperature")] += 1
        changed = dataclasses.replace(table, frame=frame)
        monkeypatch.setattr(zoo, "chosen", lambda changed=changed: changed)
        zoo.precipitation_autoencoder(seeds=1, progress=False)
    assert [run["steps"] for run in runs[2:]] == [75]


# The networks of chapter 06b ---------------------------------------------------------------------------------------


def test_the_networks_for_snow_are_those_of_their_chapter(runs, store):
    networks = zoo.snow_networks(seeds=2, progress=False)
    assert list(networks) == ["phase", "clusters", "rate"]
    outputs = {name: tuple(net(parts.test.x).shape[1:]) for name, (parts, net) in networks.items()}
    assert outputs == {"phase": (2, 3), "clusters": (2, 3), "rate": (2, 1)}
    assert all((run["steps"], run["lr"]) == (32 * (4800 // 32), 5e-4) for run in runs) and len(runs) == 3
    table = weather.load("simulator", n=10_000)
    phase, clusters, rate = (parts for parts, _ in networks.values())
    assert phase.predictors == table.predictors and "rho" not in phase.predictors
    assert clusters.predictors == zoo.PUBLISHED and not torch.equal(clusters.test.y, phase.test.y)
    assert rate.predictors == zoo.REGRESSOR and rate.target == "sr" and rate.test.y.is_floating_point()
    assert np.allclose(rate.scaler.mean_[2], rate.train.frame["n0"].mean())  # plain, not its logarithm

    again = zoo.snow_networks(seeds=2, progress=False)
    assert len(runs) == 3 and all(same(networks[name][1], net) for name, (_, net) in again.items())
    assert {path.name for path in store.iterdir()} == {f"simulator-{name}-2x6.safetensors" for name in networks}


def test_the_networks_for_snow_never_see_the_rows_held_back(monkeypatch):
    seen = []

    def fit(net, batches, loss, steps, **settings):
        seen.append(torch.cat([batches(step)[0] for step in range(batches.per_epoch)])[:, 0])
        return DONE

    monkeypatch.setattr(train, "fit", fit)
    networks = zoo.snow_networks(seeds=1, progress=False)
    for rows, (parts, _) in zip(seen, networks.values(), strict=True):
        first = {tuple(row) for row in parts.train.x[: int(0.8 * len(parts.train))].tolist()}
        assert {tuple(row) for row in rows.tolist()} <= first


@pytest.mark.parametrize("lesson", ["shuffled", "nothing"])
def test_controls_learn_from_the_same_rows_no_labels_that_belong_to_them(lesson, monkeypatch, store):
    seen = []

    def fit(net, batches, loss, steps, **settings):
        # The rows of an epoch in the order of their values, with their labels.
        x, y = (torch.cat(part) for part in zip(*(batches(step) for step in range(batches.per_epoch)), strict=True))
        order = np.lexsort(x[:, 0].T.numpy())
        seen.append((x[order, 0], y[order, 0]))
        return DONE

    monkeypatch.setattr(train, "fit", fit)
    found = zoo.snow_networks(seeds=1, progress=False, lesson=lesson)
    start = nets.MLP(5, 6, 3, instances=1)
    assert same(found["phase"][1], start)  # this ``fit`` leaves all as it is
    if lesson == "nothing":
        assert seen == [] and not store.exists()
        return
    assert {path.name for path in store.iterdir()} == {f"simulator-{name}-1x6-shuffled.safetensors" for name in found}
    for (x, y), (parts, _) in zip(seen, found.values(), strict=True):
        cut = int(0.8 * len(parts.train))
        order = np.lexsort(parts.train.x[:cut].T.numpy())
        assert torch.equal(x, parts.train.x[:cut][order])
        true = parts.train.y[:cut][order]
        assert torch.equal(y.sort().values, true.sort().values)  # the same labels
        assert abs(np.corrcoef(y, true)[0, 1]) < 0.1  # elsewhere


def test_some_questions_may_be_picked_and_unknown_ones_are_refused(copying):
    assert [*zoo.snow_networks(seeds=1, questions=("rate",), progress=False)] == ["rate"]
    with pytest.raises(ValueError, match="unknown question 'hail': expected one of phase, clusters, rate"):
        zoo.snow_networks(seeds=1, questions=("hail",))


def test_an_unknown_lesson_is_refused(runs):
    with pytest.raises(ValueError, match="unknown lesson 'sleep': expected one of labels, shuffled, nothing"):
        zoo.snow_networks(seeds=1, lesson="sleep")
    assert runs == []


# The autoencoders of chapter 10 -------------------------------------------------------------------------------------


@pytest.fixture
def copying(monkeypatch):
    """Make every training three steps long for a classifier's autoencoder and five for a regressor's; list them."""
    real, listed = train.fit, []

    def quick(model, batches, loss, steps, snapshots=(), **settings):
        listed.append(
            settings | {"model": model, "steps": steps, "loss": loss, "snapshots": [*snapshots], "x": batches(0)}
        )
        short = dict(zip(sorted(snapshots), (3, 5), strict=False))
        history = real(model, batches, loss, steps=5, snapshots=short.values(), **settings)
        history.snapshots = {whole: history.snapshots[part] for whole, part in short.items()}
        return history

    monkeypatch.setattr(train, "fit", quick)
    return listed


def test_autoencoders_are_copied_as_published_and_come_back(copying, store):
    copied = zoo.snow_autoencoders(seeds=2, progress=False)
    assert {lesson: [*kinds] for lesson, kinds in copied.items()} == {
        lesson: ["phase", "rate"] for lesson in ("labels", "shuffled", "nothing")
    }
    run, per_epoch = copying[-1], 2000 // 8
    assert len(copying) == 2 * 2 + 1  # two questions with labels, true or shuffled; one stack of copies
    assert run["steps"] == 128 * per_epoch and sorted(run["snapshots"]) == [75 * per_epoch, 128 * per_epoch]
    assert run["lr"] == 1e-3 and run["x"][0].shape == (8, 12, 6)
    assert {sae.W_enc.shape for kinds in copied.values() for _, _, sae in kinds.values()} == {(2, 6, 12)}
    assert not any(sae.unit_norm for kinds in copied.values() for _, _, sae in kinds.values())

    again = zoo.snow_autoencoders(seeds=2, progress=False)
    assert len(copying) == 5
    assert all(
        same(copied[k][q].sae, again[k][q].sae) and same(copied[k][q].net, again[k][q].net)
        for k in copied
        for q in copied[k]
    )


def test_each_copy_reads_its_own_network_for_its_own_time(copying):
    """Trained alone, on its network's activations and for its steps, an autoencoder becomes what it is in the stack."""
    copied = zoo.snow_autoencoders(seeds=2, progress=False)
    found = [(kinds[question], steps) for kinds in copied.values() for question, steps in (("phase", 3), ("rate", 5))]
    starts = nets.SparseAutoencoder(6, 12, 12, unit_norm=False).state_dict()
    for place, ((parts, net, sae), steps) in enumerate(found):
        alone = nets.SparseAutoencoder(6, 12, 2, unit_norm=False)
        alone.load_state_dict({name: value[2 * place : 2 * place + 2] for name, value in starts.items()})
        batches = minibatches(net.hidden(parts.sae.x).detach(), size=8)
        settings = {"steps": steps, "lr": 1e-3, "device": "cpu", "progress": False}
        REAL_FIT(alone, batches, autoencoding.loss(0.01), **settings)
        assert all(
            torch.allclose(value, sae.state_dict()[name], atol=1e-5) for name, value in alone.state_dict().items()
        )


def test_the_parts_are_those_of_the_networks(copying):
    copied = zoo.snow_autoencoders(seeds=1, progress=False)
    for question, predictors in (("phase", weather.load("simulator", n=200).predictors), ("rate", zoo.REGRESSOR)):
        parts = [kinds[question].parts for kinds in copied.values()]
        assert {part.predictors for part in parts} == {predictors}
        assert all(torch.equal(part.test.x, parts[0].test.x) for part in parts)
        assert len(parts[0].sae) == len(parts[0].test) == 2000
