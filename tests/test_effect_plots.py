"""Figures of chapter 10c: what was measured is what is drawn, and what cannot be drawn is named."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from helpers import effect_plots, plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_ranks_are_sorted_within_each_network_before_the_median_is_taken():
    values = torch.tensor([[-0.3, 0.0, -0.1], [0.1, -0.5, 0.0], [-0.2, 0.2, -0.4]])
    axes = effect_plots.ranks({"CSI": {"latents": values, "neurons": values[:, :2]}, "R²": {"latents": values}})
    first, second = axes[0].containers
    assert np.allclose(first.lines[0].get_ydata(), [-0.4, -0.1, 0.1])
    assert np.allclose(second.lines[0].get_ydata(), [-0.3, 0.1])
    assert to_hex(first.lines[0].get_color()) == plots.PALETTE["latents"]
    assert first.lines[0].get_marker() != second.lines[0].get_marker()
    assert [ax.get_title() for ax in axes] == ["CSI", "R²"] and axes[0].get_ylabel()


def test_bars_reach_from_5_to_95_percent_of_the_networks():
    values = np.linspace(0, 1, 101)[:, None]
    ax = effect_plots.ranks({"CSI": {"latents": values}})[0]
    bar = ax.containers[0].lines[2][0].get_segments()[0][:, 1]
    assert np.allclose(bar, [0.05, 0.95])


@pytest.mark.parametrize("panels", [{}, {"CSI": {}}, {"CSI": {"latents": torch.ones(3)}}])
def test_ranks_that_cannot_be_drawn_are_named(panels):
    with pytest.raises(ValueError, match="expected"):
        effect_plots.ranks(panels)


def test_a_dose_has_a_line_for_each_network_and_one_at_their_median():
    _, ax = plt.subplots()
    answers = torch.tensor([[0.1, 0.2, 0.9], [0.3, 0.4, 0.5]])
    effect_plots.doses([0, 1], {"rain": answers, "snow": 1 - answers}, "dose", "probability", ax)
    assert len(ax.lines) == 8
    assert np.allclose(ax.lines[3].get_ydata(), [0.2, 0.4])
    assert to_hex(ax.lines[3].get_color()) == plots.PALETTE["rain"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["rain", "snow"]


def test_doses_of_another_number_are_named():
    with pytest.raises(ValueError, match=r"'rain' to have shape \(3, networks\), got \(2, 4\)"):
        effect_plots.doses([0, 1, 2], {"rain": torch.ones(2, 4)}, "dose", "p", plt.subplots()[1])


def test_chance_is_dashed_and_the_bar_is_the_mean():
    ax = effect_plots.beside_chance({"latents\nphase": [0.2, 0.4, 0.9]}, {"latents\nphase": 0.33}, "share")
    dots, bar, dashes = ax.collections
    assert len(dots.get_offsets()) == 3
    assert np.allclose(bar.get_segments()[0][:, 1], 0.5)
    assert np.allclose(dashes.get_segments()[0][:, 1], 0.33)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["mean", "chance"]


def test_a_group_without_chance_is_named():
    with pytest.raises(ValueError, match="none for neurons"):
        effect_plots.beside_chance({"latents": [0.5], "neurons": [0.5]}, {"latents": 0.3}, "share")


def test_reading_and_doing_shows_every_unit_and_rings_the_one():
    x, y = torch.tensor([[0.1, 0.9]]), torch.tensor([[0.2, 0.001]])
    axes = effect_plots.reading_and_doing(
        {"labels": (x, y), "shuffled": (x, y)}, 0.8, 0.02, "score", "moved", {"shuffled": (0.9, 0.001)}
    )
    assert [len(ax.collections) for ax in axes] == [1, 2]
    assert np.allclose(axes[0].collections[0].get_offsets(), [[0.1, 0.2], [0.9, 0.001]])
    assert np.allclose(axes[1].collections[1].get_offsets(), [[0.9, 0.001]])
    assert axes[0].get_yscale() == "log"
    vertical, horizontal = axes[0].lines
    assert vertical.get_xdata()[0] == 0.8 and horizontal.get_ydata()[0] == 0.02


def test_units_that_do_not_pair_are_named():
    with pytest.raises(ValueError, match="two shapes in labels"):
        effect_plots.reading_and_doing({"labels": (torch.ones(3), torch.ones(2))}, 0.8, 0.02, "x", "y")


def test_a_logarithmic_axis_is_written_in_plain_numbers():
    ax = plt.subplots()[1]
    ax.plot([0, 1], [1, 40])
    effect_plots.log_ticks(ax, [1, 5, 20])
    assert ax.get_yscale() == "log"
    assert [text.get_text() for text in ax.get_yticklabels()] == ["1", "5", "20"]
