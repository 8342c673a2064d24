"""A compiled fit is the eager fit, only faster: the same points, stops, checkpoints and errors."""

import shutil
import warnings

import pytest
import torch

from helpers import compiled, nets, optim
from helpers.sampling import Stream, counted, minibatches, sparse_batches, sparse_features
from helpers.train import fit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("c++") and not shutil.which("g++"), reason="needs a C++ compiler"),
]

SPARSITY = [0.5, 0.7, 0.9]
STEPS = 50


def toy(instances=3, seed=0):
    return nets.ToyModel(5, 2, instances, seed)


def rows(*shape):
    return torch.rand(shape, generator=torch.Generator().manual_seed(11))


def toy_loss(model, x):
    return (model(x) - x).square().mean((0, 2))


def mlp_loss(model, batch):
    x, y = batch
    return (model(x)[..., 0] - y.unsqueeze(1)).square().mean(0)


def train(model, batch=None, loss=toy_loss, *, steps=STEPS, compile=True, **options):
    """Fit; a warning is an error, so that nothing goes on without compiling unnoticed."""
    batch = sparse_batches(16, 5, SPARSITY) if batch is None else batch
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="going on without compiling")
        return fit(model, batch, loss, steps=steps, compile=compile, device="cpu", progress=False, **options)


def numbers(model):
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


def identical(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[k], other[k]) for k in one)


def assert_alike(one, other):
    """Two runs whose rounding differs: everything in their histories is close, and at the same steps."""
    for a, b in zip(one[0].parameters(), other[0].parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5)
    one, other = one[1], other[1]
    assert one.steps == other.steps and one.stopped == other.stopped
    torch.testing.assert_close(one.loss, other.loss, rtol=1e-4, atol=1e-6, equal_nan=True)
    assert list(one.snapshots) == list(other.snapshots)
    for step in one.snapshots:
        for name, value in one.snapshots[step].items():
            torch.testing.assert_close(value, other.snapshots[step][name], rtol=1e-3, atol=1e-5)
    assert one.measures.keys() == other.measures.keys()
    for name, values in one.measures.items():
        torch.testing.assert_close(values, other.measures[name], rtol=1e-3, atol=1e-5)


FULL = {
    "lr": [0.01, 0.003, 0.02],
    "weight_decay": [0.0, 0.1, 0.01],
    "schedule": lambda step: 1 / (1 + step / 10),
    "points": 7,
    "snapshots": True,
    "measure": lambda model: {"size": model.W.norm(dim=(1, 2)), "W": model.W},
    "seed": 3,
}


@pytest.fixture(scope="module")
def whole():
    """The run that others are compared with: Adam, a counted batch, everything recorded."""
    model = toy()
    return model, train(model, **FULL)


# The same run -------------------------------------------------------------------------------------------------------


def test_a_counted_batch_compiled_is_the_run_without(whole):
    model = toy()
    assert_alike(whole, (model, train(model, compile=False, **FULL)))
    assert not torch.equal(model.W, toy().W), "it was trained"
    assert whole[1].steps == [8, 16, 24, 32, 40, 48, 50]
    assert list(whole[1].snapshots) == [0, 1, 2, 4, 8, 16, 32, 50]
    assert identical(whole[1].snapshots[50], numbers(whole[0]))


@pytest.mark.parametrize("optimizer", ["adam", "lamb"])
def test_rows_of_a_table_compiled_are_the_run_without(optimizer):
    runs = []
    for compile in (True, False):
        model = nets.MLP(6, (5, 30), 1, 3, seed=2)
        batch = minibatches(rows(48, 6), rows(48), size=16)
        runs.append((model, train(model, batch, mlp_loss, compile=compile, optimizer=optimizer, **FULL_OF_MLP)))
    assert_alike(*runs)


FULL_OF_MLP = {name: FULL[name] for name in ("lr", "weight_decay", "schedule", "points", "snapshots")}


def test_a_counted_pair_and_a_generator(monkeypatch):
    """A batch of two tensors is drawn for several steps at once; wide layers are multiplied by the library."""

    @counted
    def pair(step, stream):
        x = stream((16, 9))
        return x, x.sum(1) + 0.1 * stream((16,)) * step

    def drawn(step, generator):
        return pair(step, Stream.of(0, step))

    monkeypatch.setattr(compiled, "AT_ONCE", 16 * 10 * 8)  # eight steps, so that fifty do not divide evenly
    runs = []
    for batch, compile in ((pair, True), (pair, False), (drawn, False)):
        model = nets.MLP(9, 12, 1, 3, seed=2)
        runs.append((model, train(model, batch, mlp_loss, compile=compile, lr=0.01)))
    assert_alike(runs[0], runs[1])
    assert identical(numbers(runs[1][0]), numbers(runs[2][0])), "the stream of a step is that of the seed and the step"


def test_instances_stay_on_their_own():
    x = rows(48, 5)
    stacked = toy(3, seed=20)

    def loss(model, batch):
        return (model(batch[0]) - batch[0].unsqueeze(1)).square().mean((0, 2))

    together = train(stacked, minibatches(x, size=16), loss, lr=[0.01, 0.003, 0.02], weight_decay=0.01)
    alone = toy(1, seed=21)
    history = train(alone, minibatches(x, size=16), loss, lr=0.003, weight_decay=0.01)
    torch.testing.assert_close(stacked.W[1], alone.W[0], rtol=1e-3, atol=1e-5)
    torch.testing.assert_close(together.loss[:, 1], history.loss[:, 0], rtol=1e-4, atol=1e-6)


CLEAN = sparse_batches(16, 5, SPARSITY)


@counted
def poisoned(step, stream):
    """Data of three instances; that of the second is spoilt at step 17."""
    x = CLEAN(step, stream)
    bad = torch.as_tensor(step == 17) & (torch.arange(3).view(1, -1, 1) == 1)
    return torch.where(bad, torch.nan, x)


@pytest.mark.filterwarnings("ignore:the loss became NaN")
def test_with_seeds_and_after_it_is_the_run_without_and_a_stopped_instance_is_left():
    def after(params, step):
        half = torch.as_tensor(step) < STEPS / 2
        return {"b": params["b"] * torch.where(half, 0.9, 1.0) + 0.001 * step}

    runs = []
    for compile in (True, False):
        model = toy()
        options = {"lr": 0.01, "points": [3, 17, 50], "snapshots": [17], "seed": [4, 4, 9], "after": after}
        runs.append((model, train(model, poisoned, compile=compile, **options)))
    assert_alike(*runs)
    model, history = runs[0]
    assert history.steps == [3, 17, 50] and history.stopped == {1: 17}
    assert all(torch.equal(p[1], history.snapshots[17][name][1]) for name, p in model.named_parameters())


# Stops and resumes --------------------------------------------------------------------------------------------------


def test_an_instance_that_fails_stops_alone_and_at_the_same_step():
    runs, options = [], {"points": 8, "lr": 0.01, "weight_decay": 0.01, "snapshots": [17]}
    for batch, compile in ((poisoned, True), (poisoned, False)):
        model = toy()
        with pytest.warns(RuntimeWarning, match="training stopped there: instance 1 at step 17"):
            runs.append((model, train(model, batch, compile=compile, **options)))
    assert_alike(*runs)
    model, history = runs[0]
    assert history.stopped == {1: 17}
    assert torch.equal(model.W[1], history.snapshots[17]["W"][1]), "it keeps the parameters it had"
    assert history.loss[2:, 1].isnan().all() and history.loss[:, [0, 2]].isfinite().all()


@pytest.mark.parametrize("at", [23, 24])
def test_interrupted_and_resumed_it_is_bit_for_bit_the_whole_run(whole, tmp_path, at):
    def pressed(step):
        if step == at and not (tmp_path / "pressed").exists():
            (tmp_path / "pressed").touch()
            raise KeyboardInterrupt
        return FULL["schedule"](step)

    model, options = toy(), FULL | {"schedule": pressed, "checkpoint": tmp_path / "run"}
    with pytest.warns(UserWarning, match=f"interrupted after {at} of 50 steps"):
        train(model, **options)
    resumed = toy(seed=99)
    history = train(resumed, **options)
    assert identical(numbers(resumed), numbers(whole[0]))
    assert torch.equal(history.loss, whole[1].loss) and history.steps == whole[1].steps
    assert identical(history.measures, whole[1].measures)
    assert all(identical(history.snapshots[step], whole[1].snapshots[step]) for step in whole[1].snapshots)


def test_a_checkpoint_says_whether_its_run_was_compiled(tmp_path):
    train(toy(), steps=4, compile=False, checkpoint=tmp_path / "run")
    with pytest.raises(ValueError, match="compile was False and is now True"):
        train(toy(), steps=4, compile=True, checkpoint=tmp_path / "run")


# Where it cannot be compiled ----------------------------------------------------------------------------------------


def absolute_loss(model, x):
    return (model(x) - x).abs().mean((0, 2))


def test_steps_that_take_turns_keep_their_own_losses():
    totals = {}
    for kind in (compiled.Plain, compiled.Step):
        pairs = []
        for loss in (toy_loss, absolute_loss):
            model, died, total = toy(), torch.full((3,), -1), torch.zeros(3)
            opt = optim.make("adam", model.parameters())
            pairs.append((kind(model, sparse_batches(16, 5, [0.5] * 3), loss, opt, 0, died, total), total))
        for number in range(3):
            for step, _ in pairs:
                step(number, 1.0)
        totals[kind] = [total for _, total in pairs]
    for plain, step in zip(*totals.values(), strict=True):
        torch.testing.assert_close(step, plain)


def generated(step, generator):
    return sparse_features(16, 5, SPARSITY, generator)


def untraceable(model, x):
    losses = toy_loss(model, x)
    return losses * (1.0 if losses.sum().item() >= 0 else 2.0)


def broken(*args, **kwargs):
    def fail(*inputs):
        raise RuntimeError("no compiler\nand a long story")

    return lambda function, **options: fail


@pytest.mark.parametrize("batch", [sparse_batches(16, 5, SPARSITY), generated], ids=["counted", "generator"])
@pytest.mark.parametrize("obstacle", ["loss", "compiler"])
def test_what_cannot_be_compiled_goes_on_without_as_if_never_asked(batch, obstacle, monkeypatch):
    if obstacle == "compiler":
        monkeypatch.setattr(torch, "compile", broken())
    model, eager = toy(), toy()
    loss = untraceable if obstacle == "loss" else toy_loss
    options = {"steps": 12, "points": 4, "snapshots": True, "device": "cpu", "progress": False}
    with pytest.warns(UserWarning, match="going on without compiling, more slowly: ") as caught:
        history = fit(model, batch, loss, compile=True, **options)
    assert len(caught) == 1 and "\n" not in str(caught[0].message)
    assert caught[0].filename == __file__, "it points to who called fit"
    expected = train(eager, batch, loss, steps=12, points=4, compile=False, snapshots=True)
    assert identical(numbers(model), numbers(eager)) and torch.equal(history.loss, expected.loss)


def test_a_machine_without_a_compiler():
    model, eager = toy(), toy()
    with (
        torch._inductor.config.patch({"cpp.cxx": ("nowhere/c++",), "force_disable_caches": True}),
        pytest.warns(UserWarning, match="going on without compiling, more slowly: "),
    ):
        fit(model, sparse_batches(16, 5, SPARSITY), toy_loss, steps=3, compile=True, device="cpu", progress=False)
    train(eager, steps=3, compile=False)
    assert identical(numbers(model), numbers(eager))


def test_data_of_ever_new_shapes_goes_on_without():
    def growing(step, generator):
        return sparse_features(1 + step, 5, SPARSITY, generator)

    model, eager = toy(), toy()
    with torch._dynamo.config.patch(recompile_limit=2):
        with pytest.warns(UserWarning, match="going on without compiling"):
            fit(model, growing, toy_loss, steps=6, compile=True, device="cpu", progress=False)
    train(eager, growing, steps=6, compile=False)
    torch.testing.assert_close(model.W, eager.W, rtol=1e-4, atol=1e-6)


@pytest.mark.filterwarnings("ignore:going on without compiling")
@pytest.mark.parametrize("spoil", [lambda losses: losses.mean(), lambda losses: losses[:1], lambda losses: 0.0])
def test_a_loss_of_the_wrong_shape_is_named(spoil):
    with pytest.raises(ValueError, match=r"loss must return one value per instance, shape \(3,\), got"):
        fit(
            toy(),
            sparse_batches(16, 5, SPARSITY),
            lambda model, x: spoil(toy_loss(model, x)),
            steps=3,
            compile=True,
            device="cpu",
            progress=False,
        )


@pytest.mark.filterwarnings("ignore:going on without compiling")
def test_a_batch_that_raises_is_heard():
    @counted
    def batch(step, stream):
        raise LookupError("no such table")

    with pytest.raises(LookupError, match="no such table"):
        fit(toy(), batch, toy_loss, steps=3, compile=True, device="cpu", progress=False)


def test_long_runs_are_compiled_and_short_ones_not(monkeypatch):
    kinds = []

    class Told(compiled.Plain):
        def __init__(self, *parts):
            kinds.append("compiled")
            super().__init__(*parts)

    monkeypatch.setattr("helpers.train.LONG", 10)
    monkeypatch.setattr(compiled, "Step", Told)
    for steps, compile in ((9, None), (10, None), (10, False), (9, True)):
        kinds.append((steps, compile))
        train(toy(), steps=steps, compile=compile)
    assert kinds == [(9, None), (10, None), "compiled", (10, False), (9, True), "compiled"]


@pytest.mark.parametrize("features", [5, 20])  # multiplied entry by entry, and by the library
def test_a_network_compiled_by_itself_is_the_same_network(features):
    model, x = nets.ToyModel(features, 2, 3), rows(16, 3, features)
    whole = torch.compile(model, fullgraph=True)
    with torch.no_grad():
        torch.testing.assert_close(whole(x), model(x))
    gradients = [torch.autograd.grad(net(x).square().sum(), list(model.parameters())) for net in (whole, model)]
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
