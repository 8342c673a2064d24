"""Each figure shows what it was given, reads on light and dark pages, and refuses what does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.colors import to_hex, to_rgb, to_rgba
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from helpers import plots

LIGHT, DARK = "#ffffff", "#121212"


pytestmark = pytest.mark.usefixtures("in_house")


def drawn_lines(ax):
    """The lines that show data: each as its points (n, 2)."""
    return [line.get_xydata() for line in ax.lines]


def dots(ax):
    """The points of every scatter, in the order they were drawn."""
    return [np.asarray(collection.get_offsets()) for collection in ax.collections if len(collection.get_offsets()) > 1]


def bars(ax):
    """Heights of the median bars of a strip, in order."""
    segments = [c.get_segments() for c in ax.collections if hasattr(c, "get_segments")]
    return [segment[0][0][1] if segment and len(segment[0]) else np.nan for segment in segments]


def notes(ax):
    return {text.get_text(): text for text in ax.texts}


# Legibility ------------------------------------------------------------------------------------------------------


def contrast(one, other):
    """Contrast ratio of two colours (WCAG 2.1, relative luminance)."""

    def luminance(shade):
        channels = np.array(to_rgb(shade))
        linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
        return linear @ (0.2126, 0.7152, 0.0722)

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_ink_stands_out_from_light_and_dark_pages():
    assert min(contrast(plots.INK, LIGHT), contrast(plots.INK, DARK)) >= 3


@pytest.mark.parametrize("setting", ["text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"])
def test_text_is_readable_on_light_and_dark_pages(setting):
    ratios = sorted(contrast(plt.rcParams[setting], page) for page in (LIGHT, DARK))
    assert ratios[0] >= 4 and ratios[1] >= 4.5


@pytest.mark.parametrize("setting", ["figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor"])
def test_paper_is_transparent(setting):
    assert to_rgba(plt.rcParams[setting])[3] == 0


def test_colours_without_a_fixed_meaning_come_from_the_same_palette():
    assert [to_hex(c) for c in plt.rcParams["axes.prop_cycle"].by_key()["color"]] == plots.COLOURS


def test_fixed_colours_go_by_the_name_s_first_line():
    assert plots.colour("snow", 0) == plots.colour("snow\nin March", 5) == plots.PALETTE["snow"]
    assert plots.colour("hail", 1) == plots.colour("hail", 1 + len(plots.COLOURS)) == plots.COLOURS[1]
    assert plots.colour(0.5, 2) == plots.COLOURS[2]


VARIANTS = ["L1", "tied", "Gated", "JumpReLU", "TopK", "BatchTopK"]


def test_what_is_compared_has_different_colours():
    for rivals in (["rain", "snow", "mixed"], ["network", "forest", "regression", "climatology"], VARIANTS):
        assert len({plots.PALETTE[name] for name in rivals}) == len(rivals)
    assert len({plots.PALETTE[name] for name in ("network", "autoencoder", "random", "PCA")}) == 4


def test_signed_colours_are_palest_at_zero():
    low, middle, high = (plots.DIVERGING(value)[:3] for value in (0.0, 0.5, 1.0))
    assert low[2] > low[0] and high[0] > high[2]
    assert min(middle) > 0.9


def every_figure():
    rng = np.random.default_rng(0)
    groups = {"network": rng.random(5), "forest": rng.random(3)}
    probability = rng.random((60, 3))
    yield plots.heatmap(rng.normal(size=(3, 2)), ["a", "b", "c"], ["x", "y"], label="weight")
    yield plots.curves([1, 2, 3], {"one": rng.random((3, 4)), "two": rng.random((3, 4))}, "epoch", "loss")
    yield plots.strip(groups, "CSI", zero=True)
    yield plots.score_strips({"POD": groups, "FAR": groups}, {"POD": "higher", "FAR": "lower"})[0]
    yield plots.reliability(rng.random(60) < 0.4, {"network": probability})
    yield plots.front({"network": (rng.random((2, 3)), rng.random((2, 3)))}, ["0", "0.1"], "L0", "share")


def test_no_type_is_smaller_than_nine_points_at_page_width():
    page = plt.rcParams["figure.figsize"][0]
    for ax in every_figure():
        ax.figure.canvas.draw()
        shrink = min(1, page / ax.figure.get_figwidth())
        sizes = {t.get_text(): t.get_fontsize() * shrink for t in ax.figure.findobj(Text) if t.get_text()}
        assert min(sizes.values()) >= 9, sizes


def test_four_scores_fit_the_page_without_shrinking():
    groups = {"network": [0.1, 0.2]}
    axes = plots.score_strips({s: groups for s in "ABCD"}, dict.fromkeys("ABCD", "higher"))
    assert axes[0].figure.get_figwidth() <= plt.rcParams["figure.figsize"][0] + 1e-9


def test_figures_are_drawn_where_they_are_told():
    _, ax = plt.subplots()
    before = plt.get_fignums()
    assert plots.heatmap([[1.0]], ["a"], ["x"], ax=ax) is ax
    assert plots.curves([1], {"a": [[1.0]]}, "x", "y", ax=ax) is ax
    assert plots.strip({"a": [1]}, "y", ax=ax) is ax
    assert plots.reliability([0, 1], {"a": [[0.1], [0.9]]}, ax=ax) is ax
    assert plots.front({"a": ([[1.0]], [[1.0]])}, ["g"], "x", "y", ax=ax) is ax
    assert plt.get_fignums() == before


# Numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        [[1, 0], [0, 1]],
        np.eye(2, dtype=bool),
        torch.eye(2, requires_grad=True),
        torch.eye(2, dtype=torch.bfloat16),
        torch.eye(2, dtype=torch.int64),
        pd.DataFrame(np.eye(2)),
        [torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])],
    ],
)
def test_numbers_of_every_kind_become_the_same_array(values):
    got = plots.numbers(values)
    assert got.dtype == float and np.array_equal(got, np.eye(2))


def test_text_is_no_number():
    with pytest.raises(ValueError, match="wet"):
        plots.numbers(["1", "wet"])


# Heat map --------------------------------------------------------------------------------------------------------


def frames(ax):
    return sorted(patch.get_xy()[::-1] for patch in ax.patches if isinstance(patch, Rectangle))


def test_heatmap_shows_the_values_their_labels_and_a_symmetric_range():
    ax = plots.heatmap(torch.tensor([[1.0, -3.0], [0.5, 2.0]]), ["a", "b"], ["x", "y"], digits=2, label="r")
    mesh = ax.collections[0]
    assert np.array_equal(np.asarray(mesh.get_array()).reshape(2, 2), [[1, -3], [0.5, 2]])
    assert mesh.get_clim() == (-3, 3)
    assert [t.get_text() for t in ax.texts] == ["1.00", "-3.00", "0.50", "2.00"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["x", "y"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert mesh.colorbar.ax.get_ylabel() == "r"
    assert ax.patches[:] == []


def test_heatmap_writes_no_negative_zero():
    ax = plots.heatmap([[-0.01, -0.06, 0.04]], ["a"], ["x", "y", "z"])
    assert [t.get_text() for t in ax.texts] == ["0.0", "-0.1", "0.0"]


def test_heatmap_range_can_be_fixed():
    assert plots.heatmap([[0.1]], ["a"], ["x"], limit=1).collections[0].get_clim() == (-1, 1)


def test_heatmap_of_what_has_no_sign_begins_at_zero():
    mesh = plots.heatmap([[0.1, 0.7]], ["a"], ["x", "y"], limit=1, sequential=True).collections[0]
    assert mesh.get_clim() == (0, 1)
    assert to_hex(mesh.cmap(0.0)) == to_hex(plots.DIVERGING(0.5)) and to_hex(mesh.cmap(1.0)) == to_hex(
        plots.DIVERGING(1.0)
    )
    with pytest.raises(ValueError, match="0 or more for sequential colours, got -0.1"):
        plots.heatmap([[-0.1, 0.7]], ["a"], ["x", "y"], sequential=True)


@pytest.mark.parametrize("kind", [torch.tensor, np.array, list, pd.DataFrame])
def test_heatmap_frames_the_cells_of_the_mask_and_no_others(kind):
    mask = [[False, True, False], [True, False, True]]
    ax = plots.heatmap(np.ones((2, 3)), ["a", "b"], ["x", "y", "z"], outline=kind(mask))
    assert frames(ax) == [(0, 1), (1, 0), (1, 2)]
    assert all((p.get_width(), p.get_height(), p.get_fill()) == (1, 1, False) for p in ax.patches)
    assert all(to_hex(p.get_edgecolor()) == plots.INK for p in ax.patches)


def test_heatmap_leaves_missing_cells_blank_and_keeps_its_range():
    ax = plots.heatmap([[np.nan, -2.0], [1.0, np.nan]], ["a", "b"], ["x", "y"])
    assert ax.collections[0].get_clim() == (-2, 2)
    assert [t.get_text() for t in ax.texts] == ["-2.0", "1.0"]


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_heatmap_of_nothing_has_a_range(value):
    assert plots.heatmap([[value]], ["a"], ["x"]).collections[0].get_clim() == (-1, 1)


@pytest.mark.parametrize("shape", [(3, 2), (2, 2), (2, 3, 1), (6,)])
def test_heatmap_refuses_values_that_do_not_fit_the_labels(shape):
    with pytest.raises(ValueError, match="expected 2 x 3 values") as error:
        plots.heatmap(np.zeros(shape), ["a", "b"], ["x", "y", "z"])
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("shape", [(3, 2), (2,), (4, 3)])
def test_heatmap_refuses_a_mask_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"outline of shape \(2, 3\)") as error:
        plots.heatmap(np.zeros((2, 3)), ["a", "b"], ["x", "y", "z"], outline=np.ones(shape, bool))
    assert str(shape) in str(error.value)


# Curves ----------------------------------------------------------------------------------------------------------


def test_curves_show_the_median_in_its_band_and_name_each_at_its_end():
    values = torch.arange(101.0).repeat(3, 1) * torch.tensor([[1.0], [2.0], [3.0]])
    ax = plots.curves(
        pd.Series([10, 20, 30], index=[5, 6, 7]), {"network": values, "late": values + 5}, "epoch", "loss"
    )
    assert np.allclose(drawn_lines(ax)[0], [(10, 50), (20, 100), (30, 150)])
    assert np.allclose(drawn_lines(ax)[1][:, 1], [55, 105, 155])
    low, high = ax.collections[0].get_datalim(ax.transData).intervaly
    assert np.allclose((low, high), (5, 285))
    assert ax.lines[0].get_color() == notes(ax)["network"].get_color() == plots.PALETTE["network"]
    assert notes(ax)["network"].xy == (30, 150) and notes(ax)["late"].xy == (30, 155)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_curves_that_end_together_have_labels_in_order_and_apart():
    ax = plots.curves([0, 1], {n: [[0.0], [h]] for n, h in {"mid": 0.501, "top": 0.502, "low": 0.5}.items()}, "x", "y")
    ax.figure.canvas.draw()
    boxes = {name: text.get_window_extent() for name, text in notes(ax).items()}
    assert boxes["low"].y1 <= boxes["mid"].y0 + 3 and boxes["mid"].y1 <= boxes["top"].y0 + 3
    assert boxes["low"].y0 < boxes["mid"].y0 < boxes["top"].y0


def test_curves_pass_over_an_instance_that_stopped():
    ax = plots.curves([1, 2], {"a": [[1.0, 3.0, 5.0], [2.0, np.nan, 4.0]]}, "x", "y")
    assert np.allclose(drawn_lines(ax)[0][:, 1], [3, 3])


def test_a_curve_that_ends_early_is_named_where_it_ends():
    ax = plots.curves([1, 2, 3], {"short": [[1.0], [2.0], [np.nan]], "long": [[1.0], [2.0], [9.0]]}, "x", "y")
    assert notes(ax)["short"].xy == (2, 2)
    assert notes(ax)["short"].xyann[1] < notes(ax)["long"].xyann[1]


@pytest.mark.parametrize("shape", [(2, 4), (3,), (3, 4, 1), (3, 0)])
def test_curves_refuse_a_series_of_another_shape(shape):
    with pytest.raises(ValueError, match=r"'loss' to have shape \(points, instances\) with 3 rows") as error:
        plots.curves([1, 2, 3], {"loss": np.zeros(shape)}, "x", "y")
    assert str(shape) in str(error.value)
    assert plt.get_fignums() == []


# Strips ----------------------------------------------------------------------------------------------------------


def test_strip_shows_every_seed_and_a_bar_at_the_median():
    groups = {"network": torch.tensor([0.3, 0.1, 0.2]), "else": [0.5, 0.6]}
    ax = plots.strip(groups, "CSI")
    first, second = dots(ax)
    assert np.allclose(first[:, 1], [0.3, 0.1, 0.2]) and np.allclose(second[:, 1], [0.5, 0.6])
    assert (abs(first[:, 0]) < 0.3).all() and (abs(second[:, 0] - 1) < 0.3).all()
    assert len(set(first[:, 0])) == 3
    assert np.allclose(bars(ax), [0.2, 0.55])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["network", "else"]
    assert to_hex(ax.collections[0].get_facecolor()[0]) == plots.PALETTE["network"]
    assert ax.get_ylabel() == "CSI" and drawn_lines(ax) == []


def test_strip_draws_zero_when_asked():
    line = plots.strip({"a": [1.0, 2.0]}, "change", zero=True).lines[0]
    assert list(line.get_ydata()) == [0, 0]


def test_strip_can_have_one_colour():
    ax = plots.strip({"1": [1.0, 2.0], "2": [2.0, 3.0]}, "y", tint="autoencoder")
    scatters = [c for c in ax.collections if len(c.get_offsets()) > 1]
    assert {to_hex(c.get_facecolor()[0]) for c in scatters} == {plots.PALETTE["autoencoder"]}


def test_strip_refuses_an_unknown_colour():
    with pytest.raises(ValueError, match="unknown tint 'purple': expected one of rain"):
        plots.strip({"a": [1.0]}, "y", tint="purple")


def test_strip_places_a_single_value_in_the_middle():
    ax = plots.strip({"a": 0.5, "b": [0.25]}, "y")
    places = [np.asarray(c.get_offsets())[0] for c in ax.collections if not hasattr(c, "get_segments")]
    assert np.allclose(places, [(0, 0.5), (1, 0.25)])


def test_strip_takes_the_median_of_the_defined_values_and_none_where_there_are_none():
    ax = plots.strip({"some": [np.nan, 1.0, 3.0], "undefined": [np.nan], "empty": []}, "FAR")
    assert bars(ax)[0] == 2 and np.isnan(bars(ax)[1:]).all()
    ax.figure.canvas.draw()


def test_score_strips_draw_every_score_of_every_model():
    scores = {"POD": {"network": [0.1, 0.3], "forest": [0.5, 0.7]}, "FAR": {"network": [0.2, 0.2], "forest": [1, 0]}}
    axes = plots.score_strips(scores, {"POD": "higher", "FAR": "lower"})
    assert [ax.get_title(loc="left") for ax in axes] == ["POD\nhigher is better", "FAR\nlower is better"]
    for ax, groups in zip(axes, scores.values(), strict=True):
        assert np.allclose([d[:, 1] for d in dots(ax)], list(groups.values()))
        assert ax.get_ylim() == (-0.02, 1.02)


def test_score_strips_hide_no_negative_score():
    scores = {"HSS": {"network": [-0.3, np.nan]}, "CSI": {"network": [0.5, 0.6]}}
    axes = plots.score_strips(scores, {"HSS": "higher", "CSI": "higher"})
    assert all(ax.get_ylim()[0] < -0.3 for ax in axes)


def test_a_single_score_still_comes_in_an_array():
    assert plots.score_strips({"CSI": {"network": [0.5]}}, {"CSI": "higher"}).shape == (1,)


def test_score_strips_need_a_direction_for_every_score():
    with pytest.raises(ValueError, match="each of POD, FAR, got {'POD': 'higher'}"):
        plots.score_strips({"POD": {"a": [1]}, "FAR": {"a": [1]}}, {"POD": "higher"})


# Reliability -----------------------------------------------------------------------------------------------------


def test_reliability_shows_the_share_of_events_in_each_bin():
    called = torch.tensor([0.1, 0.1, 0.2, 0.2, 0.9, 1.0, 0.75, 0.75])
    event = torch.tensor([0, 0, 1, 0, 1, 1, 1, 0], dtype=torch.bool)
    ax = plots.reliability(event, {"network": called[:, None]}, bins=4)
    diagonal, thin, thick = drawn_lines(ax)
    assert np.array_equal(diagonal, [(0, 0), (1, 1)])
    assert np.allclose(thick, [(0.15, 0.25), (0.85, 0.75)])
    assert np.allclose(thin[[0, 3]], thick) and np.isnan(thin[1:3]).all()
    assert ax.lines[2].get_color() == plots.PALETTE["network"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["network"]
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (0, 1))


def test_reliability_joins_medians_where_most_instances_have_rows():
    called = np.array([[0.1, 0.2, 0.1], [0.3, 0.4, 0.3], [0.9, 0.4, 0.4]])
    lines = drawn_lines(plots.reliability([0, 1, 1], {"a": called}, bins=2))
    assert [len(line) for line in lines] == [2, 2, 2, 2, 1]
    assert np.allclose(lines[-1], [(np.median([0.2, 1 / 3, 0.8 / 3]), 2 / 3)])


def test_reliability_draws_instances_that_share_no_bin():
    lines = drawn_lines(plots.reliability([0, 1], {"a": [[0.1, 0.9], [0.2, 0.8]]}, bins=2))
    assert np.allclose(lines[1][0], (0.15, 0.5)) and np.allclose(lines[2][1], (0.85, 0.5))
    assert lines[3].size == 0


@pytest.mark.parametrize("shape", [(3, 40), (120,), (39, 3)])
def test_reliability_refuses_probabilities_of_other_rows(shape):
    with pytest.raises(ValueError, match=r"'forest' to have shape \(rows, instances\) with 40 rows") as error:
        plots.reliability(np.ones(40), {"forest": np.full(shape, 0.5)})
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan])
def test_reliability_refuses_what_is_no_probability(value):
    with pytest.raises(ValueError, match=r"probabilities in \[0, 1\] without NaN, got others in bad"):
        plots.reliability([0, 1], {"good": [[0.1], [0.2]], "bad": [[0.5], [value]]})


@pytest.mark.parametrize("event", [[0, 2], [0, np.nan], [[0], [1]]])
def test_reliability_refuses_what_is_no_event(event):
    with pytest.raises(ValueError, match=r"expected events of shape \(rows,\), each 0 or 1"):
        plots.reliability(event, {"a": [[0.1], [0.2]]})


# Trade-offs ------------------------------------------------------------------------------------------------------


def test_front_joins_the_medians_and_names_the_settings():
    x, y = torch.tensor([[4.0, 6, 5], [1, 3, 2]]), pd.DataFrame([[0.9, 0.7, 0.8], [0.5, 0.1, 0.2]])
    ax = plots.front({"autoencoder": (x, y)}, ["0", "0.1"], "L0", "share")
    assert np.allclose(drawn_lines(ax)[0], [(5, 0.8), (2, 0.2)])
    assert np.allclose(dots(ax)[0], np.stack([x.numpy().ravel(), y.to_numpy().ravel()], axis=1))
    assert {name: text.xy for name, text in notes(ax).items()} == {"0": (5, 0.8), "0.1": (2, 0.2)}
    assert ax.lines[0].get_color() == plots.PALETTE["autoencoder"]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["autoencoder"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("L0", "share")


def test_front_leaves_out_seeds_without_a_score():
    ax = plots.front({"a": ([[1.0, 2.0, 3.0]], [[0.5, np.nan, 0.7]])}, ["g"], "x", "y")
    assert np.allclose(drawn_lines(ax)[0], [(2, 0.6)])


@pytest.mark.parametrize("shape", [(3, 2), (2,), (2, 3, 1)])
def test_front_refuses_a_series_that_does_not_fit_its_settings(shape):
    with pytest.raises(ValueError, match=r"'a' to have shape \(settings, seeds\) with 2 rows") as error:
        plots.front({"a": (np.ones((2, 3)), np.ones(shape))}, ["0", "1"], "x", "y")
    assert str(shape) in str(error.value)


def test_front_refuses_x_and_y_of_different_seeds():
    with pytest.raises(ValueError, match="x and y of one shape in each series, got two shapes in a"):
        plots.front({"a": (np.ones((2, 3)), np.ones((2, 4)))}, ["0", "1"], "x", "y")
