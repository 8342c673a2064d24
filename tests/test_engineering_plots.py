"""The figures of chapter 04 show what they were given, read at page width, and refuse what does not fit."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.text import Text

from helpers import engineering_plots, plots

RATES = [0.001, 0.003, 0.005, 0.007, 0.01, 0.03]


pytestmark = pytest.mark.usefixtures("in_house")


def title(ax):
    return ax.get_title(loc="left") + ax.get_title()


def every_figure():
    rng = np.random.default_rng(0)
    series = {name: (RATES, rng.random((6, 10))) for name in ("LR1", "LR3")}
    three = {"loss": series, "above 0.999, per feature": series, "above 0.9, per feature": series}
    yield engineering_plots.swept({"live": three, "laptop": three}, "learning rate")
    yield engineering_plots.swept({"one": {"loss": {"a": ([0, 0.4, 0.8], np.ones((3, 2)))}}}, "t", log=False)
    curves = {name: rng.random((6, 3, 16)) for name in ("loss", "above 0.9, per feature", "mean bias")}
    yield engineering_plots.training([0, *2 ** np.arange(15)], curves, RATES, "learning rate, batch LR3")
    yield engineering_plots.responses({"a": rng.normal(size=(64, 64)), "b": rng.random((64, 128))})
    yield engineering_plots.biases({"a": (rng.normal(size=256), rng.random(256) > 0.5), "b": ([0.1], [False])})
    runs = {kind: (rng.random(16), rng.random(16)) for kind in ("constant", "cosine", "cyclic")}
    yield engineering_plots.tradeoff({name: runs for name in ("LAMB", "Adam", "AdamW", "SGD")}, "loss", "share")


def test_no_type_is_smaller_than_nine_points_at_page_width():
    for axes in every_figure():
        figure = np.ravel(axes)[0].figure
        figure.canvas.draw()
        assert figure.get_figwidth() <= 7.6
        sizes = {t.get_text(): t.get_fontsize() for t in figure.findobj(Text) if t.get_text()}
        assert min(sizes.values()) >= 9, sizes


def test_paper_is_transparent():
    for axes in every_figure():
        for ax in np.ravel(axes):
            assert ax.figure.get_facecolor()[3] == ax.get_facecolor()[3] == 0


def test_labels_of_the_swept_axis_stay_apart():
    for axes in list(every_figure())[:2]:
        axes[0, 0].figure.canvas.draw()
        for ax in axes[-1]:
            boxes = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
            assert len(boxes) >= 3
            assert all(left.x1 < right.x0 for left, right in zip(boxes[:-1], boxes[1:], strict=True))


# Swept values ----------------------------------------------------------------------------------------------------


def test_swept_draws_every_seed_and_joins_the_medians():
    table = torch.tensor([[1, 2, 6], [3, 4, 8.0]])
    rows = {"loss": {"LR1": ([0.01, 0.1], table)}, "share": {"LR1": ([0.01, 0.1], table / 10), "LR3": ([0.1], [[1]])}}
    axes = engineering_plots.swept({"laptop": rows}, "learning rate")
    assert axes.shape == (2, 1)
    top, bottom = axes[:, 0]
    dots = top.collections[0].get_offsets()
    assert np.allclose(dots, [(0.01, 1), (0.01, 2), (0.01, 6), (0.1, 3), (0.1, 4), (0.1, 8)])
    assert np.allclose(top.lines[0].get_xydata(), [(0.01, 2), (0.1, 4)])
    assert np.allclose(bottom.lines[1].get_xydata(), [(0.1, 1)])
    assert [top.get_ylabel(), bottom.get_ylabel(), bottom.get_xlabel(), title(top)] == [
        "loss",
        "share",
        "learning rate",
        "laptop",
    ]
    assert top.get_xscale() == "log" and top.get_ylim()[0] == 0
    assert [t.get_text() for t in top.figure.legends[0].get_texts()] == ["LR1", "LR3"]


def test_a_name_keeps_its_colour_in_all_panels_and_its_marker_in_the_legend():
    ones = ([1, 2], [[1], [1]])
    axes = engineering_plots.swept({"a": {"q": {"x": ones, "y": ones}}, "b": {"q": {"y": ones}}}, "k")
    assert axes[0, 0].lines[1].get_color() == axes[0, 1].lines[0].get_color() != axes[0, 0].lines[0].get_color()
    (legend,) = axes[0, 0].figure.legends
    assert [h.get_color() for h in legend.get_lines()] == plots.COLOURS[:2]
    markers = [h.get_marker() for h in legend.get_lines()]
    assert markers == list(engineering_plots.MARKERS[:2])


def test_one_name_needs_no_legend_and_a_straight_axis_may_hold_zero():
    axes = engineering_plots.swept({"a": {"q": {"x": ([0, 1], [[1], [2]])}}}, "t", log=False)
    assert axes[0, 0].figure.legends == [] and axes[0, 0].get_xscale() == "linear"
    assert list(axes[0, 0].get_xticks()) == [0, 1]


def test_swept_refuses_what_does_not_fit():
    ones = ([1, 2], [[1], [1]])
    with pytest.raises(ValueError, match="at least one column, got none"):
        engineering_plots.swept({}, "k")
    with pytest.raises(ValueError, match="columns of the same quantities, got"):
        engineering_plots.swept({"a": {"p": {"x": ones}}, "b": {"q": {"x": ones}}}, "k")
    with pytest.raises(ValueError, match=r"columns of the same quantities, got \[\[\]\]"):
        engineering_plots.swept({"a": {}}, "k")
    with pytest.raises(ValueError, match=r"swept values above 0 for a logarithmic axis, got \[0.0, 1.0\]"):
        engineering_plots.swept({"a": {"q": {"x": ([0, 1], [[1], [1]])}}}, "k")
    with pytest.raises(ValueError, match=r"'q' of 'x' of shape \(2, seeds\), finite and not empty, got \(3, 1\)"):
        engineering_plots.swept({"a": {"q": {"x": ([1, 2], [[1], [1], [1]])}}}, "k")
    with pytest.raises(ValueError, match=r"'q' of 'x' of shape \(1, seeds\), finite and not empty, got \(1, 1\)"):
        engineering_plots.swept({"a": {"q": {"x": ([1], [[math.nan]])}}}, "k")


# Training --------------------------------------------------------------------------------------------------------


def test_training_leaves_the_start_out_and_shows_the_whole_range_of_seeds():
    loss = np.array([[[9, 3, 1], [9, 5, 2], [9, 4, 3]], [[9, 8, 7], [9, 8, 7], [9, 8, 7]]])
    (ax,) = engineering_plots.training([0, 1, 2], {"loss": loss}, [0.003, 0.03], "learning rate")
    assert np.allclose(ax.lines[0].get_xydata(), [(1, 4), (2, 2)])
    band = ax.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == (1, 5)
    assert to_hex(ax.lines[0].get_color()) == to_hex(engineering_plots.RAMP(0.0))
    assert to_hex(ax.lines[1].get_color()) == to_hex(engineering_plots.RAMP(1.0))
    (legend,) = ax.figure.legends
    assert legend.get_title().get_text() == "learning rate"
    assert [t.get_text() for t in legend.get_texts()] == ["0.003", "0.03"]
    assert title(ax) == "loss" and ax.get_xscale() == "log"


def test_training_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="at least one panel, got none"):
        engineering_plots.training([1], {}, [1], "rate")
    with pytest.raises(ValueError, match=r"'loss' of shape \(2, seeds, 3\), finite and not empty, got \(1, 1, 3\)"):
        engineering_plots.training([0, 1, 2], {"loss": np.ones((1, 1, 3))}, [1, 2], "rate")
    with pytest.raises(ValueError, match=r"steps above 0, got \[0.0\]"):
        engineering_plots.training([0], {"loss": np.ones((1, 1, 1))}, [1], "rate")
    with pytest.raises(ValueError, match="finite"):
        engineering_plots.training([1], {"loss": np.full((1, 1, 1), np.nan)}, [1], "rate")


# Responses -------------------------------------------------------------------------------------------------------


def test_neurons_are_ordered_by_their_feature_then_by_purity_and_the_silent_come_last():
    table = [[-1.0, 0, 2, 3.0, 0], [0, 5, 1, 3.1, 0], [-2, 0, 0, 0, 1]]
    assert engineering_plots.order(table).tolist() == [2, 1, 3, 4, 0]


def test_responses_shows_sorted_neurons_without_negative_answers_in_one_range():
    first = torch.tensor([[0.0, 4.0], [1.0, -3.0]])
    left, right = engineering_plots.responses({"a": first, "b": [[2.0, 0], [0, 1.0]]})
    assert np.allclose(left.images[0].get_array(), [[4, 0], [0, 1]])
    assert np.allclose(right.images[0].get_array(), [[2, 0], [0, 1]])
    assert left.images[0].get_clim() == right.images[0].get_clim() == (0, 4)
    assert left.images[0].norm(1.0) == pytest.approx(0.5), "the root is shown"
    assert engineering_plots.RESPONSE(0.0)[3] == 0 and engineering_plots.RESPONSE(1.0)[3] == 1
    assert [title(left), title(right)] == ["a", "b"]


def test_the_ends_of_the_axes_count_from_one():
    (ax,) = engineering_plots.responses({"a": np.ones((64, 128))})
    ax.figure.canvas.draw()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["1", "32", "64"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "64", "128"]


def test_silent_networks_can_be_drawn():
    (ax,) = engineering_plots.responses({"a": np.full((3, 3), -1.0)})
    ax.figure.canvas.draw()
    assert (ax.images[0].get_array() == 0).all()


def test_responses_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="at least one panel, got none"):
        engineering_plots.responses({})
    for table in (np.ones(3), np.ones((0, 3)), [[math.inf]]):
        with pytest.raises(ValueError, match=r"responses in 'a' of shape \(features, neurons\), finite and not empty"):
            engineering_plots.responses({"a": table})
        with pytest.raises(ValueError, match=r"responses of shape \(features, neurons\), finite and not empty"):
            engineering_plots.order(table)


# Biases and trade-offs -------------------------------------------------------------------------------------------


def test_biases_tells_the_two_kinds_apart():
    (ax,) = engineering_plots.biases({"LR1": (torch.tensor([-0.5, -0.4, 0.1]), np.array([True, False, False]))})
    mono, others = ax.collections
    assert np.allclose(mono.get_offsets(), [(1, -0.5)]) and np.allclose(others.get_offsets(), [(2, -0.4), (3, 0.1)])
    assert to_hex(mono.get_facecolor()[0]) != to_hex(others.get_facecolor()[0])
    assert [t.get_text() for t in ax.figure.legends[0].get_texts()] == ["monosemantic", "others"]
    assert title(ax) == "LR1"


def test_biases_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="at least one panel, got none"):
        engineering_plots.biases({})
    with pytest.raises(ValueError, match=r"kinds in 'a' of shape \(2,\), finite and not empty, got \(1,\)"):
        engineering_plots.biases({"a": ([1, 2], [True])})
    with pytest.raises(ValueError, match=r"biases in 'a' of shape \(neurons,\), finite and not empty, got \(1,\)"):
        engineering_plots.biases({"a": ([math.nan], [True])})


def test_tradeoff_gives_outer_names_colours_and_inner_names_markers():
    ax = engineering_plots.tradeoff(
        {"Adam": {"constant": ([1, 2], [3, 4]), "cyclic": ([5], [6])}, "SGD": {"cyclic": ([7], [8])}}, "loss", "share"
    )
    drawn = [c for c in ax.collections if len(c.get_offsets())]
    assert [c.get_offsets().tolist() for c in drawn] == [[[1, 3], [2, 4]], [[5, 6]], [[7, 8]]]
    tints = [to_hex(c.get_facecolor()[0]) for c in drawn]
    assert tints == [plots.COLOURS[0], plots.COLOURS[0], plots.COLOURS[1]]
    shapes = [c.get_paths()[0].vertices.tolist() for c in drawn]
    assert shapes[0] != shapes[1] == shapes[2]
    assert {t.get_text() for t in ax.get_legend().get_texts()} == {"Adam", "SGD", "constant", "cyclic"}
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("loss", "share")


def test_tradeoff_draws_where_it_is_told_and_refuses_what_does_not_fit():
    _, ax = plt.subplots()
    assert engineering_plots.tradeoff({"a": {"b": ([1], [1])}}, "x", "y", ax=ax) is ax
    with pytest.raises(ValueError, match="at least one series, got none"):
        engineering_plots.tradeoff({}, "x", "y")
    with pytest.raises(ValueError, match=r"y of 'a', 'b' of shape \(2,\), finite and not empty, got \(1,\)"):
        engineering_plots.tradeoff({"a": {"b": ([1, 2], [1])}}, "x", "y")
    with pytest.raises(ValueError, match="at most 6 kinds of markers, got 7"):
        engineering_plots.tradeoff({"a": {str(i): ([1], [1]) for i in range(7)}}, "x", "y")
