"""The figures of chapter 03b show what they were given, read at page width, and refuse what does not fit."""

import math

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.text import Text

from helpers import computation_plots, plots

pytestmark = pytest.mark.usefixtures("in_house")


def dots(ax):
    return [np.asarray(collection.get_offsets()) for collection in ax.collections]


def every_figure():
    rng = np.random.default_rng(0)
    yield computation_plots.attack({"a": (rng.normal(size=80), rng.normal(size=80)), "b": (np.ones(3), np.ones(3))})
    yield computation_plots.beside([1, 0.1, 0.01], {"a": rng.random((3, 10)), "b": rng.random((3, 10)), "c": [[1]] * 3})
    yield computation_plots.neurons(rng.normal(size=(5, 10, 5)), [f"S = {i}" for i in range(5)])
    yield [computation_plots.kinds([0, 0.9, 0.99], {"monosemantic": np.eye(3), "polysemantic": 5 * np.eye(3)})]
    yield [computation_plots.unexplained({"S = 0.99": rng.random((10, 100)), "S = 0": rng.random((3, 100))}, 50)]
    yield computation_plots.answers([-1, 0, 1], {f"feature {i}": rng.random((3, 10)) for i in (1, 10, 20, 30, 40)})
    yield computation_plots.weights(rng.normal(size=(100, 40)), rng.normal(size=(40, 100)), 24)


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


def test_figures_are_drawn_where_they_are_told():
    _, ax = plt.subplots()
    before = plt.get_fignums()
    assert computation_plots.kinds([0], {"a": [[1]]}, ax=ax) is ax
    assert computation_plots.unexplained({"a": [[1]]}, 1, ax=ax) is ax
    assert plt.get_fignums() == before


# Attack ----------------------------------------------------------------------------------------------------------


def test_attack_draws_both_changes_and_marks_the_output_that_moves_most():
    axes = computation_plots.attack({"one": (torch.tensor([0.1, -0.2, 0.3]), torch.tensor([0.5, -0.9, 0.0]))})
    top, bottom = axes[:, 0]
    assert np.allclose([bar.get_height() for bar in top.patches], [0.1, -0.2, 0.3])
    assert np.allclose([bar.get_height() for bar in bottom.patches], [0.5, -0.9, 0.0])
    assert np.allclose([bar.get_x() + bar.get_width() / 2 for bar in top.patches], [1, 2, 3])
    for ax in (top, bottom):
        assert [to_hex(bar.get_facecolor()) for bar in ax.patches] == [plots.COLOURS[i] for i in (0, 1, 0)]
    assert top.get_title(loc="left") + top.get_title() == "one"


def test_attacks_share_their_scales():
    axes = computation_plots.attack({"weak": ([0.1], [0.1]), "strong": ([1.0], [5.0])})
    assert axes.shape == (2, 2)
    for row in axes:
        assert row[0].get_ylim() == row[1].get_ylim()


def test_attack_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match="at least one panel, got none"):
        computation_plots.attack({})
    with pytest.raises(ValueError, match=r"outputs in 'a' of shape \(2,\), finite and not empty, got \(3,\)"):
        computation_plots.attack({"a": ([1, 2], [1, 2, 3])})
    for inputs in ([], [[1.0]], [math.nan]):
        with pytest.raises(ValueError, match=r"inputs in 'a' of shape \(features,\), finite and not empty"):
            computation_plots.attack({"a": (inputs, inputs)})


# Beside ----------------------------------------------------------------------------------------------------------


def test_beside_draws_every_seed_against_one_over_the_density():
    axes = computation_plots.beside(torch.tensor([1, 0.1]), {"a": [[1, 2, 6], [3, 4, 8]], "b": [[0, 0, 0], [1, 1, 1]]})
    assert np.allclose(dots(axes[0])[0], [(1, 1), (1, 2), (1, 6), (10, 3), (10, 4), (10, 8)])
    assert np.allclose(axes[0].lines[0].get_xydata(), [(1, 2), (10, 4)])
    assert np.allclose(axes[1].lines[0].get_xydata(), [(1, 0), (10, 1)])
    assert [ax.get_title(loc="left") + ax.get_title() for ax in axes] == ["a", "b"]
    assert all(ax.get_xscale() == "log" and ax.get_ylim()[0] == 0 for ax in axes)
    assert len({ax.lines[0].get_color() for ax in axes}) == 2


def test_beside_refuses_what_does_not_fit():
    for density in ([0, 1], [1, 2], [-0.1, 1]):
        with pytest.raises(ValueError, match="densities above 0 and up to 1, got"):
            computation_plots.beside(density, {"a": np.ones((2, 3))})
    with pytest.raises(ValueError, match=r"values in 'a' of shape \(2, seeds\), finite and not empty, got \(3, 2\)"):
        computation_plots.beside([1, 0.5], {"a": np.ones((3, 2))})
    with pytest.raises(ValueError, match="at least one panel, got none"):
        computation_plots.beside([1, 0.5], {})
    with pytest.raises(ValueError, match=r"expected densities of shape \(levels,\), finite and not empty, got \(0,\)"):
        computation_plots.beside([], {"a": np.ones((0, 3))})


# Neurons ---------------------------------------------------------------------------------------------------------


def test_neurons_stacks_shares_largest_first_and_hatches_negative_weights():
    W = np.zeros((1, 3, 3))
    W[0, :, 0] = [0, 0, 2]
    W[0, :, 1] = [-2, 1, 0]
    W[0, :, 2] = [0, 0.4, 0]  # hardly any weight: no bar
    (ax,) = computation_plots.neurons(W, ["S = 0"])
    bars = {}
    for bar in ax.patches:
        if bar.get_height() > 0:
            place = round(bar.get_x() + bar.get_width() / 2)
            tint = plots.COLOURS.index(to_hex(bar.get_facecolor()))
            bars.setdefault(place, []).append((tint, bar.get_y(), bar.get_height(), bar.get_hatch()))
    assert {place: [tint for tint, *_ in stack] for place, stack in bars.items()} == {1: [0, 1], 3: [2]}
    (_, low, high, negative), (_, start, rest, positive) = bars[1]
    assert np.allclose([low, high, start, rest], [0, 0.8, 0.8, 0.2]) and negative and not positive
    assert np.isclose(bars[3][0][2], 1)
    assert ax.lines[0].get_ydata()[0] == 0.8
    assert [t.get_text() for t in ax.figure.legends[0].get_texts()] == ["1", "2", "3"]


def test_neurons_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"weights of shape \(2, features, neurons\), finite and not empty, got \(1, "):
        computation_plots.neurons(np.ones((1, 3, 3)), ["a", "b"])
    with pytest.raises(ValueError, match="at most 10 features, one colour each, got 11"):
        computation_plots.neurons(np.ones((1, 11, 3)), ["a"])
    with pytest.raises(ValueError, match="finite"):
        computation_plots.neurons(np.full((1, 3, 3), np.inf), ["a"])


# Counts, unexplained variance, answers -----------------------------------------------------------------------------


def test_kinds_shows_the_share_of_seeds_as_area_and_joins_the_means():
    ax = computation_plots.kinds([0, 0.9], {"mono": [[5, 5, 5, 1], [0, 0, 0, 0]], "poly": [[0, 0, 0, 4], [5, 5, 5, 5]]})
    first = ax.collections[:3]
    assert [float(c.get_offsets()[:, 1].max()) for c in first] == [5, 0, 4]
    assert np.allclose(sorted(ax.collections[0].get_sizes()), np.array([0.25, 0.75]) * 170)
    assert np.allclose(ax.lines[0].get_ydata(), [4, 0]) and np.allclose(ax.lines[1].get_ydata(), [1, 5])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["mono", "poly"]
    shift = ax.lines[1].get_xdata() - ax.lines[0].get_xdata()
    assert (shift > 0).all() and np.allclose(ax.lines[0].get_xdata() + shift / 2, [0, 1])


def test_kinds_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"counts in 'a' of shape \(2, seeds\), finite and not empty, got \(1, 2\)"):
        computation_plots.kinds([0, 0.9], {"a": [[1, 2]]})


def test_unexplained_draws_the_first_features_and_keeps_what_is_far_off_in_sight():
    ax = computation_plots.unexplained({"a": [[0, 0.5, 3, 9], [0.2, 0.7, 4, 9]], "b": torch.ones(1, 4)}, features=3)
    assert np.allclose(dots(ax)[0], [(1, 0), (2, 0.5), (3, 1.15), (1, 0.2), (2, 0.7), (3, 1.15)])
    half, first, second = ax.lines
    assert list(half.get_ydata()) == [0.5, 0.5]
    assert np.allclose(first.get_xydata(), [(1, 0.1), (2, 0.6), (3, 1.15)])
    assert np.allclose(second.get_ydata(), 1) and ax.get_ylim()[1] > 1.15


@pytest.mark.parametrize("table", [np.ones(3), np.ones((2, 2)), [[1, np.nan, 1]], np.ones((0, 3))])
def test_unexplained_refuses_what_does_not_fit(table):
    with pytest.raises(ValueError, match=r"FVU in 'a' of shape \(seeds, 3 or more\), got"):
        computation_plots.unexplained({"a": table}, features=3)


def test_answers_draws_each_seed_beside_the_absolute_value():
    (ax,) = computation_plots.answers([-1, 0, 1], {"feature 1": torch.tensor([[1.0, 0.0], [0, 0], [1, 0.9]])})
    assert [list(np.round(line.get_ydata(), 3)) for line in ax.lines] == [[1, 0, 1], [0, 0, 0.9], [1, 0, 1]]
    assert [line.get_linestyle() for line in ax.lines] == ["-", "-", "--"]
    with pytest.raises(ValueError, match=r"outputs in 'a' of shape \(2, seeds\), finite and not empty, got \(3, 1\)"):
        computation_plots.answers([0, 1], {"a": np.ones((3, 1))})
    with pytest.raises(ValueError, match="at least one panel, got none"):
        computation_plots.answers([0, 1], {})


# Weights ---------------------------------------------------------------------------------------------------------


def test_weights_sorts_neurons_by_the_feature_they_are_tied_to():
    W_in = np.array([[0.0, 0.0, 2.0, -1.0], [0.0, 3.0, 0.1, 0.0], [9.0, 0.0, 0.0, 0.0]])
    W_out = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.5, 0.0, 0.0], [1.0, 0.0, 0.0]])
    top, bottom = computation_plots.weights(W_in, W_out, features=3)
    order = [2, 3, 1, 0]
    assert np.allclose(top.images[0].get_array(), W_in[:, order])
    assert np.allclose(bottom.images[0].get_array(), W_out[order].T)
    assert top.images[0].get_clim() == (-9, 9) and bottom.images[0].get_clim() == (-1, 1)
    few = computation_plots.weights(W_in, W_out, features=2)
    assert few[0].images[0].get_array().shape == (2, 4)


def test_weights_refuses_what_does_not_fit():
    with pytest.raises(ValueError, match=r"output weights of shape \(4, 3\), finite and not empty, got \(3, 4\)"):
        computation_plots.weights(np.ones((3, 4)), np.ones((3, 4)), 2)
    for features in (0, 4):
        with pytest.raises(ValueError, match=f"expected 1 to 3 features, got {features}"):
            computation_plots.weights(np.ones((3, 4)), np.ones((4, 3)), features)
