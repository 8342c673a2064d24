"""Figures of chapter 10b: what was measured is what is drawn, and what cannot be drawn is named."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.colors import to_hex

from helpers import meaning_plots, plots
from helpers.weather.schema import COLUMNS


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


ROWS = pd.DataFrame({"n0": np.geomspace(1, 1000, 101), "fs": np.linspace(0, 10, 101)})
AT = np.linspace(1, 10, 4)
CURVES = {
    kind: {name: (AT, torch.outer(torch.arange(4.0), torch.tensor([1.0, -1.0])))}
    for kind in ("neurons", "latents")
    for name in ("fs",)
}


def test_axes_say_what_an_input_is_and_are_logarithmic_where_the_network_takes_logarithms():
    curves = {"latents": {name: (AT, np.ones((4, 2))) for name in ("n0", "fs")}}
    ((log, linear),) = meaning_plots.responses(curves, COLUMNS, ROWS, "activation")
    assert (log.get_xscale(), linear.get_xscale()) == ("log", "linear")
    assert linear.get_xlabel() == "fall speed (m/s)" and log.get_ylabel() == "latents\nactivation"
    band = linear.patches[0].get_extents().transformed(linear.transData.inverted())
    assert (band.x0, band.x1) == pytest.approx((0.5, 9.5))  # nine tenths of the rows


def test_each_unit_is_a_line_with_its_number_at_the_higher_end():
    axes = meaning_plots.responses(CURVES, COLUMNS, ROWS, "activation")
    assert axes.shape == (2, 1)
    lines = axes[0, 0].lines
    assert [line.get_ydata().tolist() for line in lines] == [[0, 1, 2, 3], [0, -1, -2, -3]]
    (text,) = axes[0, 0].texts
    assert text.get_text() == "0" and text.xy == (10, 3)


def test_numbers_of_lines_that_end_together_are_pushed_apart():
    curves = {"latents": {"fs": (AT, np.outer(AT, [1.0, 1.0, 1.01]))}}
    heights = sorted(text.xy[1] for text in meaning_plots.responses(curves, COLUMNS, ROWS, "")[0, 0].texts)
    assert len(heights) == 3 and min(np.diff(heights)) > 0.5


def test_lines_of_many_networks_have_the_colour_of_their_kind_and_no_numbers():
    axes = meaning_plots.responses(CURVES, COLUMNS, ROWS, "activation", one_tint=True)
    for ax, kind in zip(axes[:, 0], CURVES, strict=True):
        assert {to_hex(line.get_color()) for line in ax.lines} == {plots.PALETTE[kind]} and not ax.texts


def test_a_curve_and_the_rows_as_they_are_share_a_panel():
    panel = AT, AT * 2, [1.0, 2.0], [5.0, 6.0]
    (ax,) = meaning_plots.beside({"fs": panel}, COLUMNS, ROWS, "activation")
    assert np.allclose(ax.lines[0].get_xydata(), np.column_stack([AT, AT * 2]))
    assert ax.collections[0].get_offsets().tolist() == [[1, 5], [2, 6]]


def test_dots_are_networks_side_by_side_and_bars_their_medians():
    groups = {"one": {"neurons": [1.0, 2, 9], "latents": [3.0, np.nan, 5]}, "two": {"latents": [7.0]}}
    ax = meaning_plots.paired(groups, "r", level=20, name="chance")
    dots = [c.get_offsets() for c in ax.collections[::2]]
    assert [d[:, 1].compressed().tolist() if np.ma.isMaskedArray(d) else d[:, 1].tolist() for d in dots][0] == [1, 2, 9]
    assert dots[0][:, 0].max() < dots[1][:, 0].min() < dots[2][:, 0].min()
    bars = [c.get_segments()[0][0][1] for c in ax.collections[1::2]]
    assert bars == [2, 4, 7]
    assert ax.get_legend_handles_labels()[1] == ["neurons", "latents", "chance"]
    assert ax.lines[0].get_ydata()[0] == 20


def test_histograms_are_shares_in_common_bins():
    axes = meaning_plots.histograms({"a": {"rain\n(off)": [0.0, 1, 1, 1], "snow": [4.0]}}, ["activation"], bins=4)
    first, second = (patch.get_data() for patch in axes[0].patches)
    assert first.values.tolist() == [0.25, 0.75, 0, 0] and second.values.tolist() == [0, 0, 0, 1]
    assert np.array_equal(first.edges, second.edges) and axes[0].get_xlabel() == "activation"
    assert to_hex(axes[0].patches[0].get_edgecolor()) == plots.PALETTE["rain"]
    assert axes[0].patches[0].get_linestyle() != axes[0].patches[1].get_linestyle()


def test_groups_without_values_are_left_out():
    axes = meaning_plots.histograms({"a": {"neurons": [], "latents": [1.0, 2.0]}}, ["°C"])
    assert axes[0].get_legend_handles_labels()[1] == ["latents"]


def test_marks_are_pairs_and_kinds_differ_in_more_than_colour():
    x = torch.rand(2, 3)
    axes = meaning_plots.seen({"classifier": {"neurons": (x, 2 * x), "latents": (x, x)}}, "r", "bits")
    neurons, latents = axes[0].collections
    assert np.allclose(neurons.get_offsets(), np.column_stack([x.ravel(), 2 * x.ravel()]))
    assert not np.array_equal(neurons.get_paths()[0].vertices, latents.get_paths()[0].vertices)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: meaning_plots.responses({}, COLUMNS, ROWS, ""), "the same inputs, at least one"),
        (
            lambda: meaning_plots.responses({"a": {"fs": (AT, AT)}}, COLUMNS, ROWS, ""),
            r"of 'fs', got \(4,\) and \(4,\)",
        ),
        (lambda: meaning_plots.paired({}, "r"), "at least one group"),
        (lambda: meaning_plots.histograms({"a": {"x": []}}, ["°C"]), "at least one group of 'a'"),
        (lambda: meaning_plots.histograms({"a": {"x": [1]}}, []), "a label for each of 1 panels, got 0"),
        (lambda: meaning_plots.seen({"a": {"latents": ([1], [1, 2])}}, "", ""), r"'latents', got \(1,\) and \(2,\)"),
    ],
)
def test_what_cannot_be_drawn_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
