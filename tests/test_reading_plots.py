"""Figures of chapter 10: what was counted is what is drawn, and what cannot be drawn is named."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.patches import Rectangle

from helpers import metrics, plots, reading_plots


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


R = {"neuron": torch.tensor([[0.5, -0.41], [0.39, 0.0]]), "latent": torch.tensor([[0.0, 0.0], [-0.9, 0.1], [0.2, 0.3]])}
DEAD = {"neuron": [False, False], "latent": torch.tensor([True, False, False])}


def test_frames_are_where_r_is_beyond_the_level_and_the_dead_are_named():
    left, right = reading_plots.maps(R, DEAD, ["temp.", "dm"], 0.4)
    frames = [[patch.get_xy() for patch in ax.patches if isinstance(patch, Rectangle)] for ax in (left, right)]
    assert frames == [[(0, 0), (1, 0)], [(0, 1)]]
    assert [text.get_text() for text in right.get_yticklabels()] == ["latent 0 (dead)", "latent 1", "latent 2"]
    assert left.get_ylim() == right.get_ylim() == (3, 0)


def test_maps_of_another_shape_or_kind_are_refused():
    with pytest.raises(ValueError, match=r"expected neuron of shape \(units, predictors\), not empty, got \(2, 2\)"):
        reading_plots.maps(R, DEAD, ["temp.", "dm", "fs"], 0.4)
    with pytest.raises(ValueError, match="same kinds of unit in both, got neuron, latent and neuron"):
        reading_plots.maps(R, {"neuron": DEAD["neuron"]}, ["temp.", "dm"], 0.4)


def test_cuts_show_each_seed_the_average_and_its_interval():
    groups = {"autoencoder": 10 + normal(20), "untrained": normal(20)}
    rows = {"published": {"classifier": groups}, "living": {"classifier": groups}}
    axes = reading_plots.cuts(rows)
    assert axes.shape == (2, 1) and [ax.get_ylabel() for ax in axes[:, 0]] == ["published", "living"]
    ax = axes[0, 0]
    dots = [c.get_offsets()[:, 1] for c in ax.collections if len(c.get_offsets()) == 20]
    np.testing.assert_allclose(dots, torch.stack([*groups.values()]), rtol=1e-6)
    bars = [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "_" and len(line.get_ydata()) == 1]
    for values in groups.values():
        for height in (values.double().mean(), *metrics.bootstrap_interval(values)):
            assert np.isclose(bars, float(height), atol=1e-6).any()


def test_seeds_without_a_value_are_left_out():
    values = torch.cat([normal(20), torch.full((3,), torch.nan)])
    ax = reading_plots.cuts({"living": {"classifier": {"random": values}}})[0, 0]
    assert max(len(c.get_offsets()) for c in ax.collections) == 20
    lines = {"rain": {"random": torch.stack([values, values + 1])}}
    ax = reading_plots.thresholds([0.3, 0.4], {"reduction": lines})[0, 0]
    shown = next(line for line in ax.lines if len(line.get_ydata()) == 2 and line.get_marker() == "s")
    np.testing.assert_allclose(shown.get_ydata(), [values.nanmean(), values.nanmean() + 1], rtol=1e-5)


def test_lines_do_not_hide_each_other_and_have_one_legend():
    groups = {name: normal(3, 12, seed=i) for i, name in enumerate(reading_plots.MARKERS)}
    higher = {name: values + 50 for name, values in groups.items()}
    rows = {
        "published": {"classifier": groups, "regressor": groups},
        "living": {"classifier": higher, "regressor": higher},
    }
    axes = reading_plots.thresholds([0.3, 0.4, 0.5], rows)
    assert axes.shape == (2, 2) and [ax.get_ylabel() for ax in axes[:, 0]] == list(rows)
    heights = [max(max(line.get_ydata()) for line in ax.lines) for ax in axes[:, 1]]
    assert heights[0] < 10 < 40 < heights[1]
    starts = {round(line.get_xdata()[0], 6) for line in axes[0, 0].lines if line.get_marker() in "osP^Dv"}
    assert len(starts) >= len(groups)
    (legend,) = axes[0, 0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(groups)
    with pytest.raises(ValueError, match="expected 2 levels of 'autoencoder', got 3"):
        reading_plots.thresholds([0.3, 0.4], {"reduction": {"classifier": groups}})


def test_counts_lie_against_shares_with_averages_and_the_dial():
    share = torch.linspace(0, 1, 16).view(4, 4)
    panels = {"rain": {"neurons": (share, torch.full((4, 4), 2)), "latents": (share, share * 3)}}
    (ax,) = reading_plots.by_share(panels, {"rain": ([0, 1], [0, 3])}, "sensitive inputs", bins=4)
    neurons, latents, dial = ax.lines
    assert set(neurons.get_ydata()) == {2}
    np.testing.assert_allclose(latents.get_ydata(), 3 * latents.get_xdata(), rtol=1e-6)
    np.testing.assert_allclose(latents.get_xdata(), share.view(4, 4).mean(1), rtol=1e-6)
    assert dial.get_linestyle() == "--" and list(dial.get_ydata()) == [0, 3]
    assert neurons.get_color() == plots.PALETTE["neurons"] and neurons.get_marker() != latents.get_marker()
    offsets = ax.collections[0].get_offsets()
    assert len(offsets) == 16 and np.abs(offsets[:, 1] - 2).max() <= 0.3


def test_figures_without_panels_are_refused():
    for draw in (
        lambda: reading_plots.cuts({}),
        lambda: reading_plots.thresholds([0.4], {}),
        lambda: reading_plots.by_share({}, {}, "sensitive inputs"),
    ):
        with pytest.raises(ValueError, match="expected at least one panel, got none"):
            draw()
    with pytest.raises(ValueError, match="same kinds in both, got rain and snow"):
        reading_plots.by_share({"rain": {}}, {"snow": ()}, "sensitive inputs")
