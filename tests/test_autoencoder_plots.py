"""The figures of chapter 08 show what they were given, read at page width, and refuse what does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.text import Text

from helpers import autoencoder_plots, plots

pytestmark = pytest.mark.usefixtures("in_house")

TRUTH = torch.tensor([[[2.0, 0.0], [0.0, 0.5]], [[3.0, 0.0], [0.0, 0.0]]])
FOUND = {"first": torch.tensor([[0.0, 4.0], [0.0, 0.0]]), "second": torch.tensor([[-0.5, 0.0]])}
GRID = [0.01, 0.1]
PANELS = {name: {"half": [[1.0, 2.0, 6.0], [3.0, 4.0, 5.0]], "same": [[0.0], [1.0]]} for name in ("L0", "FVU")}


def every_figure():
    yield autoencoder_plots.planes(TRUTH, FOUND, torch.randn(2, 30, 2), ["second"])
    yield autoencoder_plots.planes(TRUTH[:1].expand(6, -1, -1), {f"latents\n{i}": FOUND["first"] for i in range(6)})
    yield autoencoder_plots.against(GRID, {name: PANELS["L0"] for name in "abcd"})
    yield [autoencoder_plots.by_frequency([0.1, 0.01], [[0.5, 1.0], [0.7, 0.0]], "cosine")]


def test_no_type_is_smaller_than_nine_points_at_page_width():
    for axes in every_figure():
        figure = np.ravel(axes)[0].figure
        figure.canvas.draw()
        assert figure.get_figwidth() <= 7.6 + 1e-9
        sizes = {t.get_text(): t.get_fontsize() for t in figure.findobj(Text) if t.get_text()}
        assert min(sizes.values()) >= 9, sizes
        assert figure.get_facecolor()[3] == np.ravel(axes)[0].get_facecolor()[3] == 0


def lines(ax, width):
    return [line.get_xydata().tolist() for line in ax.lines if line.get_linewidth() == width]


def test_directions_have_length_one_and_those_of_no_length_stay_at_the_origin():
    first, second = autoencoder_plots.planes(TRUTH, FOUND, both_ways=["second"])
    assert [ax.get_title("center") for ax in (first, second)] == list(FOUND)
    assert lines(first, 7) == [[[0, 0], [1, 0]], [[0, 0], [0, 1]]]
    assert lines(first, 1.8) == [[[0, 0], [0, 1]], [[0, 0], [0, 0]]]
    assert lines(second, 1.8) == [[[1, 0], [-1, 0]]]
    assert len([line for line in first.lines if line.get_marker() == "o"]) == 1


def test_points_are_scaled_to_the_panel():
    points = torch.stack([100 * torch.randn(200, 2), 0.01 * torch.randn(200, 2)])
    for ax in autoencoder_plots.planes(TRUTH, FOUND, points):
        lengths = np.linalg.norm(ax.collections[0].get_offsets(), axis=1)
        assert np.isclose(np.quantile(lengths, 0.99), 1)


def test_a_line_joins_the_medians_of_the_seeds():
    axes = autoencoder_plots.against(GRID, PANELS)
    assert [ax.get_title("left") or ax.get_title() for ax in axes] == ["L0", "FVU"]
    for ax in axes:
        half, same = ax.lines
        np.testing.assert_allclose(half.get_xydata(), [[0.01, 2], [0.1, 4]])
        np.testing.assert_allclose(same.get_xydata(), [[0.01, 0], [0.1, 1]])
        assert (half.get_color(), same.get_color()) == tuple(plots.COLOURS[:2])
        assert [len(dots.get_offsets()) for dots in ax.collections] == [6, 2]
        assert [t.get_text() for t in ax.get_xticklabels()] == ["0.01", "0.1"]
        assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "L1")


def test_features_lie_at_their_frequencies():
    ax = autoencoder_plots.by_frequency([0.1, 0.01], [[0.5, 1.0], [0.7, 0.0], [0.6, 0.2]], "cosine")
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[1, 0.2], [10, 0.6]])
    assert len(ax.collections[0].get_offsets()) == 6 and ax.get_ylabel() == "cosine"
    _, own = plt.subplots()
    assert autoencoder_plots.by_frequency([0.1], [[1.0]], "", ax=own) is own


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: autoencoder_plots.planes(TRUTH, {"a": FOUND["first"]}),
            r"true directions of shape \(1, features, 2\)",
        ),
        (lambda: autoencoder_plots.planes(TRUTH, {"a": FOUND["first"], "b": [1.0]}), "directions of 'b' of shape"),
        (lambda: autoencoder_plots.planes(TRUTH, FOUND, torch.ones(1, 3, 2)), r"points of shape \(2, rows, 2\)"),
        (lambda: autoencoder_plots.planes(TRUTH * torch.nan, FOUND), "expected finite true directions"),
        (lambda: autoencoder_plots.against([0.0, 0.1], PANELS), "expected finite L1 from 1e-12"),
        (lambda: autoencoder_plots.against(GRID, {}), "one to four series"),
        (lambda: autoencoder_plots.against(GRID, {"a": {"x": [[1], [2]]}, "b": {"y": [[1], [2]]}}), "in every panel"),
        (lambda: autoencoder_plots.against(GRID, {"a": {"x": [[1.0]]}}), r"a of 'x' of shape \(2, seeds\)"),
        (lambda: autoencoder_plots.by_frequency([0.1], [[1.0, 2.0]], ""), r"similarities of shape \(seeds, 1\)"),
        (lambda: autoencoder_plots.by_frequency([0.0], [[1.0]], ""), "expected finite frequencies"),
    ],
)
def test_bad_input_is_named(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
