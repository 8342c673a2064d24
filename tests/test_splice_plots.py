"""Figures of chapter 09: what was measured is what is drawn, and what cannot be drawn is named."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from helpers import plots, splice_plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


X = torch.tensor([[1.0, 1.0, 1.0], [2.0, 2.0, 3.0]])
Y = torch.tensor([[0.1, 0.2, 0.9], [0.3, 0.4, 0.5]])


def test_dots_are_seeds_and_lines_join_medians():
    panels = {"phase": {"TopK": (X, Y), "PCA": (X, Y / 2)}, "rate": {"TopK": (X, Y)}}
    axes = splice_plots.fronts(panels, "on", "share")
    line, rival = axes[0].lines
    assert line.get_xdata().tolist() == [1, 2] and np.allclose(line.get_ydata(), [0.2, 0.4])
    assert np.allclose(rival.get_ydata(), [0.1, 0.2])
    assert len(axes[0].collections[0].get_offsets()) == X.numel()
    assert [ax.get_title() for ax in axes] == ["phase", "rate"]
    assert axes[0].get_ylabel() == "share" and axes[1].get_ylabel() == "" and axes[0].get_xlabel() == "on"


def test_what_learnt_nothing_differs_in_more_than_colour():
    ax = splice_plots.fronts({"phase": {"TopK": (X, Y), "PCA": (X, Y)}}, "on", "share")[0]
    trained, rival = ax.lines
    assert trained.get_linestyle() == "-" and rival.get_linestyle() == ":"
    assert trained.get_marker() != rival.get_marker()
    assert to_hex(trained.get_color()) == plots.PALETTE["TopK"]
    assert to_hex(rival.get_color()) != to_hex(trained.get_color())


def test_a_level_is_the_median_of_its_seeds_in_its_own_panel():
    panels = {"phase": {"L1": (X, Y)}, "rate": {"L1": (X, Y)}}
    axes = splice_plots.fronts(panels, "on", "share", levels={"phase": {"untouched": [0.1, 0.7, 0.2]}})
    assert [len(ax.lines) for ax in axes] == [2, 1]
    assert axes[0].lines[1].get_ydata()[0] == pytest.approx(0.2)
    assert "untouched" in [text.get_text() for text in axes[0].get_legend().get_texts()]


def test_panels_may_have_scores_of_their_own():
    panels = {"phase": {"L1": (X, Y)}, "rate": {"L1": (X, 10 * Y)}}
    axes = splice_plots.fronts(panels, "on", ["CSI", "R²"])
    assert [ax.get_ylabel() for ax in axes] == ["CSI", "R²"]
    assert axes[0].get_ylim() != axes[1].get_ylim()


def test_a_logarithmic_axis_is_for_all_panels():
    panels = {"phase": {"L1": (X, Y)}, "rate": {"L1": (X, Y)}}
    axes = splice_plots.fronts(panels, "on", "share", log=True)
    assert [ax.get_yscale() for ax in axes] == ["log", "log"]


@pytest.mark.parametrize(
    ("panels", "label", "message"),
    [
        ({}, "share", "at least one panel"),
        ({"phase": {}}, "share", "at least one panel with at least one series"),
        ({"phase": {"L1": (X, Y[:1])}}, "share", "in 'L1', got \\(2, 3\\) and \\(1, 3\\)"),
        ({"phase": {"L1": (X[0], Y[0])}}, "share", "in 'L1', got \\(3,\\)"),
        ({"phase": {"L1": (X, Y)}}, ["CSI", "R²"], "one for each of 1 panels, got 2"),
    ],
)
def test_fronts_that_cannot_be_drawn_are_named(panels, label, message):
    with pytest.raises(ValueError, match=message):
        splice_plots.fronts(panels, "on", label)


def test_shares_are_written_below_the_diagonal():
    values = torch.tensor([[1.0, 0.2, 0.3], [0.2, 1.0, 0.6], [0.3, 0.6, 1.0]])
    ax = splice_plots.shares(values, ["front", "water", "air"], "share")
    assert sorted(text.get_text() for text in ax.texts) == ["0.2", "0.3", "0.6"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["water", "air"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["front", "water"]


@pytest.mark.parametrize("values", [torch.ones(2, 3), torch.full((3, 3), 2.0), torch.full((3, 3), float("nan"))])
def test_shares_that_are_none_are_named(values):
    with pytest.raises(ValueError, match="values"):
        splice_plots.shares(values, ["front", "water", "air"], "share")
