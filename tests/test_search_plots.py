"""The figures of chapter 11 show what they are given, and name what they cannot draw."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from helpers import plots, search_plots

pytestmark = pytest.mark.usefixtures("in_house")

SETS = np.array([10.0, 20.0, 60.0, np.nan])
WAYS = {"living": {"autoencoder": SETS, "random": SETS - 10}, "all": {"autoencoder": SETS, "random": SETS}}


def test_strips_of_a_bundle_stand_side_by_side_with_their_average():
    axes = search_plots.spread({"classifier": WAYS, "regressor": WAYS}, "reduction (%)", level=33)
    assert [title(ax) for ax in axes] == ["classifier", "regressor"] and axes[0].get_ylabel() == "reduction (%)"
    dots = axes[0].collections[0::2]
    assert [len(d.get_offsets()) for d in dots] == [3] * 4  # without the NaN
    xs = [d.get_offsets()[:, 0] for d in dots]
    assert all(one.max() < other.min() for one, other in zip(xs, xs[1:], strict=False))
    bars = [bar.get_segments()[0][0, 1] for bar in axes[0].collections[1::2]]
    assert np.allclose(bars, [30, 20, 30, 30])
    assert 33 in [line.get_ydata()[0] for line in axes[0].lines]
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == ["autoencoder", "random"]


def test_pairs_are_drawn_without_those_that_lack_one():
    x, y = torch.arange(12.0), torch.arange(12.0) ** 2
    y[3] = torch.nan
    axes = search_plots.against({"accuracy": (x, y), "lost": (x, -y)}, "reduction (%)", bins=4)
    assert len(axes) == 2 and len(axes[0].collections[0].get_offsets()) == 11
    assert len(axes[0].lines[0].get_xdata()) == 4
    assert [title(ax) for ax in axes] == ["rank correlation 1.00", "rank correlation -1.00"]


def title(ax):
    return "".join(ax.get_title(loc=loc) for loc in ("left", "center", "right"))


def test_a_choice_falls_back_seed_by_seed():
    places = {"best of one seed": [70.0, 80.0], "other seeds": [40.0, 50.0], "average set": [35.0, 35.0]}
    (ax,) = search_plots.fall({"classifier": places}, "reduction (%)")
    assert np.allclose([line.get_ydata() for line in ax.lines[:2]], [[70, 40, 35], [80, 50, 35]])
    bars = [c.get_segments()[0][0, 1] for c in ax.collections[1::2]]
    assert np.allclose(bars, [75, 45, 35])


@pytest.mark.parametrize("observed", [9.0, 0.2, -9.0])
def test_the_measured_value_is_within_the_axes_and_named(observed):
    null = np.linspace(-1, 1, 200)
    ax = search_plots.nulls({"best (%)": (observed, null), "lead": (observed, null)})[0]
    assert ax.get_xlim()[0] < min(observed, -1) and ax.get_xlim()[1] > max(observed, 1)
    assert ax.lines[0].get_xdata()[0] == observed
    assert ax.texts[0].get_text() == "measured" and ax.texts[0].xy[0] == observed
    assert sum(bar.get_height() for bar in ax.patches) == 200


def test_effects_of_inputs_are_rows_from_the_top():
    draws = np.array([[1.0, 2.0, 3.0], [-1.0, -1.0, -1.0]])
    columns = {"reduction": {"autoencoder": draws}, "sensitive": {"neurons": [5.0, 6.0], "latents": [2.0, 3.0]}}
    first, second = search_plots.effects(["fs", "dm"], columns)
    assert [text.get_text() for text in first.get_yticklabels()] == ["fs", "dm"]
    assert first.get_ylim()[0] > first.get_ylim()[1]
    assert first.lines[0].get_xdata().tolist() == [2, -1]
    assert np.allclose(first.collections[0].get_segments()[0][:, 0], [1.05, 2.95])
    assert first.get_legend() is None and len(second.get_legend().get_texts()) == 2
    tints = [to_hex(line.get_color()) for line in second.lines[:2]]
    assert tints == [plots.PALETTE["neurons"], plots.PALETTE["latents"]]
    assert second.lines[0].get_marker() != second.lines[1].get_marker()


BAD = {
    "no panel": (lambda: search_plots.spread({}, "%"), "at least one panel"),
    "nothing but NaN": (lambda: search_plots.spread({"a": {"b": {"c": [np.nan]}}}, "%"), "expected c of shape"),
    "infinite": (lambda: search_plots.spread({"a": {"b": {"c": [np.inf]}}}, "%"), "expected finite c"),
    "pairs of two lengths": (lambda: search_plots.against({"x": ([1, 2], [1])}, "%"), "as many x as y in 'x', got 2"),
    "seeds of two lengths": (lambda: search_plots.fall({"a": {"b": [1], "c": [1, 2]}}, "%"), "as many seeds"),
    "no null": (lambda: search_plots.nulls({"a": (1.0, [])}), "expected a of shape"),
    "no column": (lambda: search_plots.effects(["fs"], {}), "at least one column"),
    "a row too many": (lambda: search_plots.effects(["fs"], {"a": {"b": [1, 2]}}), "expected b of shape"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()
