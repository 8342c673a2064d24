"""The figures of chapter 01 show what they were given, read at page width, and refuse what does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.text import Text

from helpers import feature_plots, plots

pytestmark = pytest.mark.usefixtures("in_house")


def dots(ax):
    return [np.asarray(collection.get_offsets()) for collection in ax.collections]


def every_figure():
    rng = np.random.default_rng(0)
    read = {"S = 0": rng.random((3, 4)), "S = 0.9": 3 * rng.random((3, 4))}
    yield feature_plots.wiring(rng.normal(size=(8, 4)))
    yield feature_plots.responses({"few": rng.random((8, 4)), "many": rng.random((8, 12))})[0]
    yield feature_plots.against({"a": ([1, 2], rng.random((2, 3)), [0.5, 0.6])}, "x", "y", log="xy")
    yield feature_plots.capacity([5, 10, 20], read, read, hidden=5)[0]


def test_no_type_is_smaller_than_nine_points_at_page_width():
    page = plt.rcParams["figure.figsize"][0]
    for ax in every_figure():
        ax.figure.canvas.draw()
        assert ax.figure.get_figwidth() <= page + 1e-9
        sizes = {t.get_text(): t.get_fontsize() for t in ax.figure.findobj(Text) if t.get_text()}
        assert min(sizes.values()) >= 9, sizes


def test_paper_is_transparent():
    assert all(ax.figure.get_facecolor()[3] == ax.get_facecolor()[3] == 0 for ax in every_figure())


def test_figures_are_drawn_where_they_are_told():
    _, ax = plt.subplots()
    before = plt.get_fignums()
    assert feature_plots.wiring(np.eye(2), ax=ax) is ax
    assert feature_plots.against({"a": ([1], [[1.0]], None)}, "x", "y", ax=ax) is ax
    assert plt.get_fignums() == before


# Wiring ----------------------------------------------------------------------------------------------------------


def test_wiring_draws_each_weight_down_and_up_in_the_colour_of_its_sign():
    ax = feature_plots.wiring(torch.tensor([[2.0, -1.0], [0.0, 0.5], [0.1, -2.0]]))
    lines = {tuple(np.round(line.get_ydata(), 3)): line for line in ax.lines}
    top, bottom = (0.75, 0.25)
    left = [5 / 6, 1 / 2, 1 / 6]
    places = [(left[0], top), (left[0], bottom), (left[1], bottom), (left[2], bottom)]
    assert set(lines) == {tuple(np.round([a, b, a], 3)) for a, b in places}
    widths = [lines[tuple(np.round([a, b, a], 3))].get_linewidth() for a, b in places]
    assert np.allclose(np.array(widths) / widths[0], [1, 0.5, 0.25, 1])
    tints = [to_hex(lines[tuple(np.round([a, b, a], 3))].get_color()) for a, b in places]
    assert tints == [plots.COLOURS[i] for i in (1, 0, 1, 0)]


def test_wiring_names_every_unit():
    ax = feature_plots.wiring(np.ones((3, 2)))
    assert [t.get_text() for t in ax.texts] == [
        *("$x_{1}$", "$x_{2}$", "$x_{3}$", "$h_{1}$", "$h_{2}$", "$x'_{1}$", "$x'_{2}$", "$x'_{3}$")
    ]
    assert [len(column) for column in dots(ax)] == [3, 2, 3]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["input", "hidden: the neurons", "output: a copy"]


def test_wiring_of_zeros_has_no_lines():
    assert len(feature_plots.wiring(np.zeros((2, 2))).lines) == 0


@pytest.mark.parametrize("W", [np.ones(3), np.ones((2, 3, 1)), np.ones((0, 3)), [[np.nan, 1.0]]], ids=np.shape)
def test_wiring_refuses_what_is_no_matrix(W):
    with pytest.raises(ValueError, match=r"weights of shape \(features, neurons\), finite and not empty") as error:
        feature_plots.wiring(W)
    assert str(np.shape(W)) in str(error.value) and plt.get_fignums() == []


# Responses -------------------------------------------------------------------------------------------------------


def test_responses_show_every_panel_in_one_range():
    few, many = torch.tensor([[0.2, 0.0], [0.4, 0.1]]), np.array([[1.5, 0.0, 0.0], [0.0, 0.5, 0.0]])
    axes = feature_plots.responses({"few": few, "many": many}, label="answer")
    images = [ax.images[0] for ax in axes]
    assert np.allclose(images[0].get_array(), few) and np.allclose(images[1].get_array(), many)
    assert [image.get_clim() for image in images] == [(-1.5, 1.5)] * 2
    assert [ax.get_title(loc="left") for ax in axes] == ["few", "many"]
    assert [t.get_text() for t in axes[1].get_xticklabels()] == ["1", "2", "3"]
    assert [t.get_text() for t in axes[0].get_yticklabels()] == ["1", "2"]
    bar = axes[0].figure.axes[-1]
    assert bar.get_ylabel() == "answer" and bar.get_ylim() == (0, 1.5)


def test_the_scale_reaches_below_zero_where_a_response_does():
    axes = feature_plots.responses({"signed": [[1.0, -0.5]]})
    assert axes[0].figure.axes[-1].get_ylim() == (-1, 1)


def test_responses_of_silent_neurons_have_a_range():
    assert feature_plots.responses({"dead": np.zeros((2, 2))})[0].images[0].get_clim() == (-1, 1)


@pytest.mark.parametrize("values", [np.ones(3), np.ones((2, 0)), [[np.inf, 0.0]]], ids=np.shape)
def test_responses_refuse_a_panel_that_is_no_matrix(values):
    with pytest.raises(ValueError, match=r"panel 'odd' of shape \(features, neurons\)") as error:
        feature_plots.responses({"odd": values})
    assert str(np.shape(values)) in str(error.value)


def test_responses_refuse_panels_of_different_features_and_none():
    with pytest.raises(ValueError, match=r"one number of features, got \[2, 3\]"):
        feature_plots.responses({"a": np.ones((2, 2)), "b": np.ones((3, 2))})
    with pytest.raises(ValueError, match="one number of features, got no panel"):
        feature_plots.responses({})


# Experiment against formula --------------------------------------------------------------------------------------


def test_against_draws_every_draw_as_a_dot_and_the_formula_as_a_dashed_line():
    measured = torch.tensor([[1.0, 2.0], [3.0, 5.0], [6.0, 7.0]])
    ax = feature_plots.against({"m = 16": (pd.Series([1, 2, 4]), measured, [1.5, 4.0, 6.5])}, "k", "noise")
    assert np.allclose(dots(ax)[0], [(1, 1), (1, 2), (2, 3), (2, 5), (4, 6), (4, 7)])
    (line,) = ax.lines
    assert np.allclose(line.get_xydata(), [(1, 1.5), (2, 4), (4, 6.5)]) and line.get_linestyle() == "--"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("k", "noise")
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["m = 16"]
    assert to_hex(ax.collections[0].get_facecolor()[0]) == line.get_color() == plots.COLOURS[0]


def test_against_joins_medians_where_there_is_no_formula_and_needs_no_measurement():
    ax = feature_plots.against(
        {"seeds": ([1, 2], [[1, 2, 9], [4, 5, 6]], None), "bound": ([1, 2], None, [3, 4])}, "", ""
    )
    first, second = ax.lines
    assert np.allclose(first.get_ydata(), [2, 5]) and first.get_linestyle() == "-"
    assert np.allclose(second.get_ydata(), [3, 4]) and second.get_linestyle() == "--"
    assert len(ax.collections) == 1 and second.get_color() == plots.COLOURS[1]


@pytest.mark.parametrize(("log", "scales"), [("", ("linear",) * 2), ("x", ("log", "linear")), ("xy", ("log",) * 2)])
def test_against_has_the_axes_that_were_asked_for(log, scales):
    ax = feature_plots.against({"a": ([1, 1000], [[1.0], [1000.0]], None)}, "x", "y", log=log)
    ax.figure.canvas.draw()
    assert (ax.get_xscale(), ax.get_yscale()) == scales
    assert ("1000" in [t.get_text() for t in ax.get_xticklabels()]) and not any("$" in t.get_text() for t in ax.texts)


def test_against_refuses_what_does_not_fit():
    for measured in ([1.0, 2.0], np.ones((2, 0)), [[np.nan], [1.0]]):
        with pytest.raises(
            ValueError, match=r"measured values in 'a' of shape \(2, draws\), finite and not empty, got"
        ):
            feature_plots.against({"a": ([1, 2], measured, None)}, "x", "y")
    with pytest.raises(ValueError, match="expected 2 points in 'a', one for each x, got 3"):
        feature_plots.against({"a": ([1, 2], np.ones((3, 4)), None)}, "x", "y")
    with pytest.raises(ValueError, match="expected 2 points in 'b', one for each x, got 1"):
        feature_plots.against({"b": ([1, 2], None, [1.0])}, "x", "y")
    with pytest.raises(ValueError, match="something measured or a formula in 'c', got neither"):
        feature_plots.against({"c": ([1, 2], None, None)}, "x", "y")
    with pytest.raises(ValueError, match="expected log to be '', 'x', 'y' or 'xy', got 'z'"):
        feature_plots.against({}, "x", "y", log="z")


# Capacity --------------------------------------------------------------------------------------------------------


def test_capacity_draws_both_panels_with_the_dimensions_as_a_line():
    read, shares = {"S = 0": [[2.0, 2.0], [2.0, 4.0]]}, {"S = 0": [[1.0, 2.0], [2.0, 2.0]]}
    left, right = feature_plots.capacity(torch.tensor([2, 8]), read, shares, hidden=2)
    assert np.allclose(left.lines[0].get_xydata(), [(2, 2), (8, 3)])
    assert np.allclose(right.lines[0].get_xydata(), [(2, 1.5), (8, 2)])
    for ax in (left, right):
        assert list(ax.lines[1].get_ydata()) == [2, 2] and ax.get_ylim()[0] == 0
    assert np.allclose(left.lines[2].get_xydata(), [(0, 0), (8, 8)])
    assert [t.get_text() for t in left.texts] == ["2 dimensions"] and right.get_legend() is None


def test_capacity_needs_the_same_names_in_both_panels():
    with pytest.raises(ValueError, match=r"same names in both panels, got \['a'\] and \['b'\]"):
        feature_plots.capacity([1], {"a": [[1.0]]}, {"b": [[1.0]]}, hidden=1)
