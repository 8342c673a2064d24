"""The widget in which the reader places two features by hand."""

import pytest
import torch
from javascript import assert_passes, assert_stored

from helpers import nets, plots
from helpers.toy import expected_loss
from helpers.widgets import Interference

IMPORTANCE = 0.9 ** torch.arange(5)
LEVELS = torch.tensor([0.0, 0.5, 0.9])
SPARSITY = LEVELS.repeat_interleave(4)


@pytest.fixture
def model():
    return nets.ToyModel(5, 2, instances=12, seed=3)


def test_the_opponent_is_the_best_instance_of_each_sparsity(model):
    widget = Interference.from_model(model, SPARSITY, IMPORTANCE)
    loss = expected_loss(model.W, model.b, SPARSITY, IMPORTANCE).sum(-1).view(3, 4)
    assert widget.sparsities == pytest.approx(LEVELS.tolist())
    for level, best in enumerate(loss.argmin(1)):
        W, b = torch.tensor(widget.weights[level])[None], torch.tensor(widget.biases[level])[None]
        shown = expected_loss(W, b, LEVELS[level].item(), IMPORTANCE).sum().item()
        assert shown == pytest.approx(loss[level, best].item(), rel=1e-4)


def test_levels_choose_the_nearest_trained_sparsities(model):
    widget = Interference.from_model(model, SPARSITY, IMPORTANCE, levels=(0.85, 0.1, 0.95))
    assert widget.sparsities == pytest.approx([0, 0.9])
    assert len(widget.weights) == len(widget.biases) == 2


def test_sparsity_starts_at_the_last_level_unless_told_and_stays_in_range(model):
    assert Interference.from_model(model, SPARSITY, IMPORTANCE).sparsity == pytest.approx(0.9)
    widget = Interference.from_model(model, SPARSITY, IMPORTANCE, start=0.5, free=(4, 2))
    assert (widget.sparsity, widget.free) == (0.5, [4, 2])
    assert widget.trait_metadata("sparsity", "sync")
    with pytest.raises(ValueError, match="must lie in"):
        widget.sparsity = 1.2


@pytest.mark.parametrize(
    ("features", "hidden", "sparsity", "options", "message"),
    [
        (6, 2, SPARSITY, {}, "3 to 5 features in 2 dimensions, got 6 in 2"),
        (2, 2, SPARSITY, {}, "got 2 in 2"),
        (5, 3, SPARSITY, {}, "got 5 in 3"),
        (5, 2, LEVELS, {}, "12 sparsities, one per instance, got shape .3,."),
        (5, 2, SPARSITY + 0.1, {}, "from 0 to below 1"),
        (5, 2, SPARSITY, {"free": (1, 1)}, "two different features from 0 to 4 in free, got .1, 1."),
        (5, 2, SPARSITY, {"free": (0, 5)}, "got .0, 5."),
        (5, 2, SPARSITY, {"free": (0, 1, 2)}, "got .0, 1, 2."),
        (5, 2, SPARSITY, {"levels": ()}, "one sparsity or more in levels"),
        (5, 2, SPARSITY, {"levels": (0.5, float("nan"))}, "one sparsity or more in levels"),
        (5, 2, SPARSITY, {"start": 1.5}, "must lie in"),
    ],
)
def test_from_model_refuses_what_it_cannot_show(features, hidden, sparsity, options, message):
    net = nets.ToyModel(features, hidden, instances=12)
    with pytest.raises(ValueError, match=message):
        Interference.from_model(net, sparsity, torch.ones(features), **options)


def test_from_model_refuses_a_model_that_diverged(model):
    with torch.no_grad():
        model.W[2, 1, 0] = float("inf")
    with pytest.raises(ValueError, match="did the training diverge"):
        Interference.from_model(model, SPARSITY, IMPORTANCE)


def test_the_script_is_one_small_module_that_asks_nothing_of_the_network():
    assert len(Interference._esm.encode()) < 24_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in Interference._esm.replace("http://www.w3.org/2000/svg", "")


def test_feature_colours_are_the_books():
    for i, colour in enumerate(plots.COLOURS[:5], 1):
        assert f"--feature-{i}: {colour};" in Interference._css


def test_the_stored_vectors_are_what_python_computes():
    # A search for the best ends a little elsewhere on another processor.
    assert_stored("interference", slack=1e-6)


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("interference", tmp_path)
