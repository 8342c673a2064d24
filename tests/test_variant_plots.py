"""The fronts of chapter 08b show what they were given, read at page width, and refuse what does not fit."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.text import Text

from helpers import plots, variant_plots

pytestmark = pytest.mark.usefixtures("in_house")

VARIANTS = ["L1", "tied", "Gated", "JumpReLU", "TopK", "BatchTopK"]


def measure(seed=0, names=VARIANTS, kind=np.asarray):
    draw = np.random.default_rng(seed).random
    return {name: (kind(8 * draw((5, 10))), kind(0.1 + draw((5, 10)))) for name in names}


@pytest.mark.parametrize(("count", "shape"), [(1, 1), (2, 2), (3, 3), (4, 4)])
def test_no_type_is_smaller_than_nine_points_at_page_width(count, shape):
    axes = variant_plots.fronts({f"measure {i}": measure(i) for i in range(count)}, 2.0)
    assert axes.shape == (shape,)
    figure = axes[0].figure
    figure.canvas.draw()
    assert figure.get_figwidth() <= 7.6
    assert min(t.get_fontsize() for t in figure.findobj(Text) if t.get_text()) >= 9
    assert figure.get_facecolor()[3] == axes[0].get_facecolor()[3] == 0


@pytest.mark.parametrize("kind", [torch.as_tensor, np.asarray], ids=["tensor", "array"])
def test_medians_are_joined_in_the_order_of_l0_and_every_seed_is_a_dot(kind):
    l0, values = kind([[4.0, 5.0, 6.0], [1.0, 2.0, 9.0]]), kind([[0.1, 0.2, 0.3], [0.9, 0.8, 0.1]])
    (ax,) = variant_plots.fronts({"FVU": {"TopK": (l0, values)}}, 2.5)
    line, truth = ax.lines
    np.testing.assert_allclose(line.get_xydata(), [[2, 0.8], [5, 0.2]])
    dots = np.asarray(ax.collections[0].get_offsets())
    np.testing.assert_allclose(dots, np.stack([np.ravel(l0), np.ravel(values)], 1))
    assert to_hex(line.get_color()) == plots.PALETTE["TopK"]
    assert list(truth.get_xdata()) == [2.5, 2.5]


def test_variants_differ_in_shape_as_well_as_colour():
    (ax,) = variant_plots.fronts({"FVU": measure()}, 2.0)
    lines = ax.lines[: len(VARIANTS)]
    assert len({line.get_marker() for line in lines}) == len({line.get_color() for line in lines}) == len(VARIANTS)
    assert [t.get_text() for t in ax.figure.legends[0].get_texts()] == VARIANTS


def test_only_named_measures_have_a_logarithmic_axis():
    axes = variant_plots.fronts({"FVU": measure(), "MMCS": measure(1)}, 2.0, log=["FVU"])
    assert [ax.get_yscale() for ax in axes] == ["log", "linear"]


@pytest.mark.parametrize(
    ("panels", "says"),
    [
        ({}, "one to four panels, got 0"),
        ({str(i): measure() for i in range(5)}, "one to four panels, got 5"),
        ({"FVU": {"L1": (np.ones((2, 3)), np.ones((3, 2)))}}, "as many values as L0 of FVU, L1"),
        ({"FVU": {"L1": (np.ones(3), np.ones(3))}}, "the L0 of FVU, L1"),
        ({"FVU": {"L1": (np.ones((2, 3)), np.full((2, 3), np.nan))}}, "the values of FVU, L1"),
        ({"FVU": {"L1": (np.ones((2, 3)), np.zeros((2, 3)))}}, "the values of FVU, L1"),
    ],
)
def test_what_does_not_fit_is_refused(panels, says):
    with pytest.raises(ValueError, match=says):
        variant_plots.fronts(panels, 2.0, log=["FVU"])
