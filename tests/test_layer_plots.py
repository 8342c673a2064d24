import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from helpers import layer_plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_strips_show_each_group_of_each_panel_and_zero():
    panels = {"loss": {"own": torch.tensor([3.0, 4.0]), "untrained": [5.0, 6.0]}, "gain": {"1": [-2.0, -1.0]}}
    left, right = layer_plots.strips(panels, zero=True)
    assert [ax.get_ylabel() for ax in (left, right)] == ["loss", "gain"]
    assert [label.get_text() for label in left.get_xticklabels()] == ["own", "untrained"]
    assert left.get_ylim()[0] <= 0 < 6 <= left.get_ylim()[1]
    assert right.get_ylim()[0] <= -2 < 0 <= right.get_ylim()[1]
    heights = np.concatenate([dots.get_offsets()[:, 1] for dots in left.collections if len(dots.get_offsets()) == 2])
    assert sorted(heights) == [3, 4, 5, 6]


def test_curves_are_drawn_against_the_layers_with_room_for_their_names():
    panels = {"explained": {"k = 1": torch.rand(3, 4)}, "dead": {"k = 1": torch.rand(3, 4), "k = 2": torch.rand(3, 4)}}
    axes = layer_plots.curves([1, 2, 3], panels, "hidden layer")
    assert [len(ax.lines) for ax in axes] == [1, 2]
    for ax in axes:
        assert ax.get_xticks().tolist() == [1, 2, 3] and ax.get_xlabel() == "hidden layer"
        assert ax.get_xlim()[0] < 1 and ax.get_xlim()[1] > 3.3
    with pytest.raises(ValueError, match="with 3 rows"):
        layer_plots.curves([1, 2, 3], {"explained": {"k = 1": torch.rand(2, 4)}}, "hidden layer")


def test_fronts_show_all_on_the_left_and_the_first_on_the_right():
    pairs = {name: tuple(torch.rand(2, 5) + shift for _ in range(3)) for name, shift in (("unit", 0), ("free", 1))}
    left, right = layer_plots.fronts(pairs, ["0", "0.1"], ["explained", "CSI"], 0.25)
    assert [text.get_text() for text in left.texts] == ["0", "0.1", "0", "0.1"]
    assert [line.get_label() for line in left.lines] == ["unit", "free"]
    unit, level = right.lines
    np.testing.assert_allclose(unit.get_ydata(), pairs["unit"][2].quantile(0.5, dim=1), rtol=1e-6)
    np.testing.assert_allclose(unit.get_xdata(), pairs["unit"][0].quantile(0.5, dim=1), rtol=1e-6)
    assert set(level.get_ydata()) == {0.25}


def test_fronts_name_all_settings_of_the_first_curve_and_the_ends_of_the_others():
    pairs = {name: tuple(torch.rand(4, 5) for _ in range(3)) for name in ("unit", "free")}
    left, right = layer_plots.fronts(pairs, "abcd", ["explained", "CSI"], 0.25)
    assert "".join(text.get_text() for text in left.texts if text.get_visible()) == "abcdad"
    assert "".join(text.get_text() for text in right.texts if text.get_visible()) == "abcd"


def test_whole_numbers_get_whole_ticks():
    panels = {"dead": {"k = 1": [[1, 2], [2, 2], [3, 4]]}, "explained": {"k = 1": [[1, 2], [2, 2.5], [3, 4]]}}
    dead, explained = layer_plots.curves([1, 2, 3], panels, "hidden layer")
    assert all(tick == round(tick) for tick in dead.get_yticks())
    assert any(tick != round(tick) for tick in explained.get_yticks())


def test_what_cannot_be_drawn_is_refused():
    for draw in (lambda: layer_plots.strips({}), lambda: layer_plots.curves([1], {}, "layer")):
        with pytest.raises(ValueError, match="at least one panel"):
            draw()
    two = {"unit": (torch.rand(2, 5), torch.rand(2, 5))}
    with pytest.raises(ValueError, match="L0 and two results for each of unit"):
        layer_plots.fronts(two, ["0", "0.1"], ["explained", "CSI"], 0.2)
