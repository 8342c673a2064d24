"""The figures of chapter 12b show what they are given, and name what they cannot draw."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.text import Text

from helpers import plots, universality_plots

pytestmark = pytest.mark.usefixtures("in_house")

PAIRS = np.array([0.8, 0.9, 0.7, np.nan])
KINDS = {"autoencoders": PAIRS, "random": torch.as_tensor(PAIRS - 0.4), "shuffled apart": [0.6, 0.7, 0.8]}


def test_averages_stand_over_their_pairs_and_the_empty_ones_are_counted():
    (ax,) = universality_plots.bundles({"toy": {"seed": KINDS, "rows": KINDS}}, "matched cosine", zero=True)
    means = [line for line in ax.lines if len(line.get_xdata()) == 1]
    np.testing.assert_allclose([line.get_xdata()[0] for line in means], [0.8, 0.4, 0.7] * 2)
    assert [to_hex(line.get_color()) for line in means[:3]] == [plots.PALETTE[kind] for kind in KINDS]
    assert [text.get_text() for text in ax.texts] == ["1 empty"] * 4
    assert [label.get_text() for label in ax.get_yticklabels()] == ["seed", "rows"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first on top


def test_a_kind_that_only_some_conditions_have_is_in_the_legend_once():
    others = {**KINDS, "raw neurons": PAIRS}
    (ax,) = universality_plots.bundles({"classifier": {"seed": KINDS, "network": others, "width": others}}, "r")
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == [*others]
    some = {"shuffled apart": KINDS["shuffled apart"]}
    two = universality_plots.bundles({"raw": {"seed": KINDS}, "lead": {"seed": some}}, "r")
    markers = [[line.get_marker() for line in ax.lines if line.get_marker() != "None"] for ax in two]
    assert markers[1] == markers[0][-1:]


def test_lines_join_the_averages_in_the_order_of_x():
    values = torch.tensor([[0.2, 0.3, 0.4], [0.8, 0.7, 0.9]])
    panels = {
        "toy": {"L1": (2 + 0 * values - torch.tensor([[0.0], [1.0]]), values), "L1, shuffled apart": ([1, 2], values)}
    }
    (ax,) = universality_plots.along(panels, "L0", "share shared", dashed=["L1, shuffled apart"])
    solid, dashed = ax.lines
    np.testing.assert_allclose(solid.get_xydata(), [[1, 0.8], [2, 0.3]], rtol=1e-6)
    np.testing.assert_allclose(dashed.get_xydata(), [[1, 0.3], [2, 0.8]], rtol=1e-6)
    assert dashed.get_linestyle() == "--" and to_hex(dashed.get_color()) == plots.PALETTE["L1"]
    (ax,) = universality_plots.along({"toy": {"L1, random": ([1, 2], values)}}, "L0", "", dotted=["L1, random"])
    assert ax.lines[0].get_linestyle() == ":" and to_hex(ax.lines[0].get_color()) == plots.PALETTE["L1"]
    (ax,) = universality_plots.along({"toy": {"L1": ([1, 32], values)}}, "ratio", "share shared", log=True)
    assert ax.get_xscale() == "log" and [text.get_text() for text in ax.get_xticklabels()] == ["1", "32"]


def test_type_is_legible_and_the_page_shows_through():
    for axes in (
        universality_plots.bundles({name: {"seed": KINDS} for name in "abc"}, "matched cosine"),
        universality_plots.along({name: {"L1": ([1, 2], [[0.1, 0.2, 0.3]] * 2)} for name in "abc"}, "x", "y"),
    ):
        axes[0].figure.canvas.draw()
        assert min(t.get_fontsize() for t in axes[0].figure.findobj(Text) if t.get_text()) >= 9
        assert axes[0].figure.get_facecolor()[3] == 0


@pytest.mark.parametrize(
    "draw", [universality_plots.bundles, lambda panels, x: universality_plots.along(panels, x, "y")]
)
def test_no_panel_is_refused(draw):
    with pytest.raises(ValueError, match="at least one"):
        draw({}, "x")


def test_what_does_not_fit_is_named():
    with pytest.raises(ValueError, match="the same conditions"):
        universality_plots.bundles({"toy": {"seed": KINDS}, "phase": {"rows": KINDS}}, "x")
    with pytest.raises(ValueError, match="at least three pairs with a number in 'toy, seed, random', got 2"):
        universality_plots.bundles({"toy": {"seed": {"random": [1, 2, np.nan]}}}, "x")
    with pytest.raises(ValueError, match=r"expected 'L1' as .* got \(3,\) and \(2, 3\)"):
        universality_plots.along({"toy": {"L1": ([1, 2, 3], [[1, 2, 3], [1, 2, 3]])}}, "x", "y")
