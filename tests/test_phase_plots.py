"""The figures of chapters 06b and 06c show what they were given, read at page width, and refuse what does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.text import Text

from helpers import phase_plots, plots
from helpers.metrics import Scores

pytestmark = pytest.mark.usefixtures("in_house")

CLASSES = ("rain", "snow", "mixed")
COUNTS = torch.tensor([[[8, 1, 1], [0, 5, 0], [2, 1, 1]], [[6, 2, 2], [0, 5, 0], [2, 2, 0]]])
GRID = [0.001, 0.01, 0.1]


def scores(seed=0, seeds=4):
    return Scores(*np.random.default_rng(seed).random((4, seeds, 3)))


def chances(rows=80, instances=3, seed=0):
    p = np.random.default_rng(seed).dirichlet(np.ones(3), (rows, instances))
    return torch.tensor(p), torch.tensor(p[:, 0].argmax(1))


def losses(seed=0):
    return np.random.default_rng(seed).random((3, 5))


def every_figure():
    probabilities, truth = chances()
    yield phase_plots.confusions({name: COUNTS for name in ("what fell", "what fell (rho)", "clusters (rho)")}, CLASSES)
    yield phase_plots.by_class({"what fell": scores(), "what fell (rho)": scores(1), "clusters": scores(2)}, CLASSES)
    yield phase_plots.reliabilities(truth, {"network": probabilities}, CLASSES)
    yield [phase_plots.concentration({"snow": [1.0, 2.0, 9.0], "variance": [0.0, 1.0, 30.0]})]
    panels = {name: {"constant": losses(), "cosine": losses(1), "cyclic": losses(2)} for name in "ABCD"}
    yield phase_plots.rates(GRID, panels, "loss")


def test_no_type_is_smaller_than_nine_points_at_page_width():
    for axes in every_figure():
        figure = np.ravel(axes)[0].figure
        figure.canvas.draw()
        assert figure.get_figwidth() <= 7.6
        sizes = {t.get_text(): t.get_fontsize() for t in figure.findobj(Text) if t.get_text()}
        assert min(sizes.values()) >= 9, sizes
        assert figure.get_facecolor()[3] == np.ravel(axes)[0].get_facecolor()[3] == 0


def dots(ax):
    return [np.asarray(collection.get_offsets()) for collection in ax.collections if len(collection.get_offsets()) > 1]


# Classes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [torch.as_tensor, np.asarray], ids=["tensor", "array"])
def test_a_confusion_matrix_shows_the_median_share_of_each_true_class(kind):
    (ax,) = phase_plots.confusions({"a": kind(COUNTS)}, CLASSES)
    written = [t.get_text() for t in ax.texts]
    assert written == ["0.70", "0.15", "0.15", "0.00", "1.00", "0.00", "0.50", "0.38", "0.12"]
    assert [t.get_text() for t in ax.get_xticklabels()] == list(CLASSES)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title("left") or ax.get_title()) == ("called", "what it was", "a")


def test_scores_of_a_class_stand_above_it_and_undefined_ones_are_left_out():
    values = scores()
    values.far[:, 2] = np.nan
    axes = phase_plots.by_class({"a": values, "b": scores(1)}, CLASSES)
    assert len(axes) == 4
    for ax, score in zip(axes, values, strict=True):
        mine = dots(ax)[0]
        kept = np.isfinite(score).ravel()
        drawn = mine[np.isfinite(mine[:, 1])]
        np.testing.assert_allclose(drawn[:, 1], score.ravel()[kept])
        np.testing.assert_allclose(drawn[:, 0], np.tile([-0.2, 0.8, 1.8], 4)[kept])
    titles = [ax.get_title("left") or ax.get_title() for ax in axes]
    assert titles == [f"{s}\n{'lower' if s == 'FAR' else 'higher'} is better" for s in ("POD", "FAR", "CSI", "HSS")]


def test_reliability_is_drawn_for_each_class_on_its_own():
    truth = torch.tensor([0] * 10 + [1] * 10)
    sure = torch.zeros(20, 1, 3)
    sure[:10, 0, 0] = sure[10:, 0, 1] = 1
    axes = phase_plots.reliabilities(truth, {"network": sure}, CLASSES)
    for ax, ends in zip(axes, ([[0, 0], [1, 1]], [[0, 0], [1, 1]], [[0, 0]]), strict=True):
        thick = next(line for line in ax.lines if line.get_marker() == "o")
        assert thick.get_xydata().tolist() == ends
    assert axes[0].get_ylabel() and not axes[1].get_ylabel()


# Tails and settings ------------------------------------------------------------------------------------------------


def test_a_tail_is_summed_from_the_largest_down():
    ax = phase_plots.concentration({"snow": [1.0, 7.0, 0.0, 2.0]})
    even, line = ax.lines
    np.testing.assert_allclose(line.get_xydata(), [[25, 70], [50, 90], [75, 100], [100, 100]])
    np.testing.assert_allclose(*even.get_xydata().T)
    assert ax.get_xscale() == "log" and ax.get_xlim()[0] == 25


def test_each_optimizer_has_its_lines_and_diverged_runs_are_left_out():
    table = losses()
    table[2] = np.nan
    first, second = phase_plots.rates(GRID, {"Adam": {"constant": table}, "SGD": {"constant": losses(1)}}, "loss")
    (line,) = first.lines
    np.testing.assert_allclose(line.get_xdata(), GRID)
    np.testing.assert_allclose(line.get_ydata()[:2], np.median(table[:2], 1))
    assert np.isnan(line.get_ydata()[2]) and first.get_xscale() == "log"
    assert (first.get_ylabel(), first.get_title("left") or first.get_title()) == ("loss", "Adam")
    assert first.get_xlim() == second.get_xlim() and first.get_xlim()[1] > GRID[-1]


def test_figures_are_drawn_where_they_are_told():
    _, ax = plt.subplots()
    before = plt.get_fignums()
    assert phase_plots.concentration({"a": [1.0, 2.0]}, ax=ax) is ax
    assert plt.get_fignums() == before


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: phase_plots.confusions({}, CLASSES), "expected one to three panels, got 0"),
        (
            lambda: phase_plots.confusions({"a": COUNTS[..., :2]}, CLASSES),
            r"counts of 'a' of shape \(instances, 3, 3\)",
        ),
        (lambda: phase_plots.confusions({"a": -COUNTS}, CLASSES), "expected finite counts of 'a' from 0"),
        (
            lambda: phase_plots.confusions({"a": torch.zeros(1, 3, 3)}, CLASSES),
            "every class in 'a', got none of 'rain'",
        ),
        (lambda: phase_plots.by_class({}, CLASSES), "at least one group of scores"),
        (lambda: phase_plots.by_class({"a": scores()}, CLASSES[:2]), r"expected pod of 'a' of shape \(seeds, 2\)"),
        (lambda: phase_plots.reliabilities([0, 3], {}, CLASSES), "expected finite classes from 0 to 2, got 3"),
        (
            lambda: phase_plots.reliabilities([0, 1], {"a": np.full((2, 1, 3), 2.0)}, CLASSES),
            "expected finite probabilities of 'a' from 0 to 1, got 2",
        ),
        (lambda: phase_plots.concentration({"a": [-1.0, 2.0]}), "expected finite a from 0"),
        (lambda: phase_plots.concentration({"a": [0.0, 0.0]}), "a total above zero in 'a'"),
        (lambda: phase_plots.rates(GRID, {}, "loss"), "expected one to four schedules"),
        (lambda: phase_plots.rates(GRID, {"A": {"x": losses()}, "B": {"y": losses()}}, ""), "the same in every panel"),
        (lambda: phase_plots.rates(GRID, {"A": {"x": [[1.0]]}}, ""), r"'x' of 'A' to have shape \(3, seeds\)"),
    ],
)
def test_bad_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


def test_colours_are_those_of_the_house():
    ax = phase_plots.concentration({"a": [1.0, 2.0], "b": [1.0, 2.0]})
    assert [line.get_color() for line in ax.lines] == [plots.INK, *plots.COLOURS[:2]]
