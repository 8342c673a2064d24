"""The figures of chapter 03 show what they were given, read well, and refuse what does not fit."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.colors import to_hex, to_rgba
from matplotlib.text import Text

from helpers import geometry_plots, phases, plots
from helpers.metrics import feature_dimensionality

IMPORTANCE, DENSITY = torch.logspace(-1, 1, 26), torch.logspace(-2, 0, 21)
LEVELS = torch.tensor([1, 0.42, 0.35, 0.1])
CROSS = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])


pytestmark = pytest.mark.usefixtures("in_house")


def seen(ax):
    """Draw the figure, so that a layout that cannot work warns; return the axes."""
    np.atleast_1d(ax).ravel()[0].figure.canvas.draw()
    return ax


def dots(ax):
    return [np.asarray(collection.get_offsets()) for collection in ax.collections]


def curves(ax, style="-"):
    """Return the lines of a style: the figures' own guides are dotted."""
    return [line for line in ax.lines if line.get_linestyle() == style]


def guides(ax):
    return [line.get_ydata()[0] for line in curves(ax, ":")]


def theory(hidden, importance=IMPORTANCE, density=DENSITY):
    return phases.theory(importance, density[:, None], hidden)


def shares(rows, features=30):
    return torch.rand(rows, features, generator=torch.Generator().manual_seed(0))


def every_figure():
    yield geometry_plots.phase_maps(IMPORTANCE, DENSITY, {"a": theory(1), "b": theory(1)}, hidden=1)[0]
    yield geometry_plots.jumps(DENSITY, {"importance 0.2": shares(21), "importance 0.4": shares(21)})
    yield geometry_plots.sticky(LEVELS, shares(4))
    yield geometry_plots.plateaus(LEVELS, shares(4))
    yield geometry_plots.ladder(range(5), shares(5), range(5))[0]
    yield geometry_plots.partners({"correlated": CROSS, "anti-correlated": CROSS})[0]


def test_no_type_is_smaller_than_nine_points_and_no_figure_wider_than_the_page():
    page = plt.rcParams["figure.figsize"][0]
    for ax in every_figure():
        seen(ax)
        assert ax.figure.get_figwidth() <= page + 1e-9
        sizes = {t.get_text(): t.get_fontsize() for t in ax.figure.findobj(Text) if t.get_text()}
        assert min(sizes.values()) >= 9, sizes


def test_paper_is_transparent():
    assert all(ax.figure.get_facecolor()[3] == ax.get_facecolor()[3] == 0 for ax in every_figure())


def test_figures_are_drawn_where_they_are_told():
    _, ax = plt.subplots()
    before = plt.get_fignums()
    assert geometry_plots.jumps(DENSITY, {"a": shares(21)}, ax) is ax
    assert geometry_plots.sticky(LEVELS, shares(4), ax) is ax
    assert geometry_plots.plateaus(LEVELS, shares(4), ax) is ax
    assert plt.get_fignums() == before


# Phase diagrams --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [1, 2])
def test_a_map_has_the_colour_of_its_fate_in_every_cell(hidden):
    maps = {"theory": theory(hidden), "mirrored": theory(hidden).flip(1)}
    axes = seen(geometry_plots.phase_maps(IMPORTANCE, DENSITY, maps, hidden))
    assert [ax.get_title(loc="left") for ax in axes] == list(maps)
    for ax, fates in zip(axes, maps.values(), strict=True):
        (mesh,) = ax.collections
        assert fates.unique().tolist() == [0, 1, 2]
        wanted = [to_rgba(geometry_plots.TINTS[fate], 0.8) for fate in fates.ravel()]
        assert np.allclose(mesh.get_facecolors().reshape(-1, 4), wanted)
        corners = mesh.get_coordinates()
        inside = (corners[:-1, :-1] < np.stack(np.meshgrid(IMPORTANCE, DENSITY), -1)) & (
            np.stack(np.meshgrid(IMPORTANCE, DENSITY), -1) < corners[1:, 1:]
        )
        assert inside.all()  # so each colour lies over its own importance and density


@pytest.mark.parametrize("fate", range(3))
def test_one_fate_alone_keeps_its_colour(fate):
    table = torch.full((21, 26), fate)
    (ax,) = seen(geometry_plots.phase_maps(IMPORTANCE, DENSITY, {"": table}, hidden=1))
    assert {to_hex(c) for c in ax.collections[0].get_facecolors().reshape(-1, 4)} == {geometry_plots.TINTS[fate]}


def test_the_legend_names_each_fate_beside_its_colour():
    axes = geometry_plots.phase_maps(IMPORTANCE, DENSITY, {"a": theory(1)}, hidden=1)
    (legend,) = axes[0].figure.legends
    named = {t.get_text(): to_hex(p.get_facecolor()) for t, p in zip(legend.texts, legend.get_patches(), strict=True)}
    assert named == dict(zip(phases.FATES, geometry_plots.TINTS, strict=True))
    assert len(set(named.values())) == 3


@pytest.mark.parametrize("hidden", [1, 2])
def test_the_black_lines_part_the_fates_of_the_theory(hidden):
    (ax,) = geometry_plots.phase_maps(IMPORTANCE, DENSITY, {"": theory(hidden)}, hidden)
    assert len(ax.lines) == 2 and all(to_hex(line.get_color()) == "#000000" for line in ax.lines)
    enters, alone = [line.get_xdata() for line in ax.lines]
    heights = ax.lines[0].get_ydata()
    assert heights[[0, -1]] == pytest.approx([0.01, 1])
    assert np.array_equal(heights, ax.lines[1].get_ydata())
    for importance in (0.15, 0.7, 1.3, 4.0, 9.0):
        fates = phases.theory(importance, heights, hidden).numpy()
        passed = np.where(importance > alone, 1, np.where(importance > enters, 2, 0))
        assert np.array_equal(fates, passed)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_maps_are_logarithmic_and_label_their_ends_in_either_precision(dtype):
    importance, density = torch.logspace(-1, 1, 26, dtype=dtype), torch.logspace(-2, 0, 21, dtype=dtype)
    maps = {"a": theory(1), "b": theory(1)}
    axes = seen(geometry_plots.phase_maps(importance, density, maps, hidden=1))
    assert {(ax.get_xscale(), ax.get_yscale()) for ax in axes} == {("log", "log")}
    for ticks, limits, ends in [
        (axes[0].xaxis, axes[0].get_xlim(), (0.1, 1, 10)),
        (axes[0].yaxis, axes[0].get_ylim(), (0.01, 0.1, 1)),
    ]:
        assert limits == pytest.approx((ends[0], ends[-1]), rel=1e-5)
        labels = {t.get_position()[ticks.axis_name == "y"]: t.get_text() for t in ticks.get_ticklabels()}
        assert labels == {end: f"{end:g}" for end in ends}
        assert all(limits[0] <= end <= limits[1] for end in ends)
    assert axes[0].get_ylabel() == "density"
    assert all(ax.get_xlabel() == "importance of the extra feature" for ax in axes)


def test_a_map_ends_where_its_values_end():
    importance, density = np.geomspace(0.5, 2, 5), np.geomspace(0.05, 0.5, 4)
    fates = phases.theory(importance, density[:, None], 1)
    (ax,) = seen(geometry_plots.phase_maps(importance, density, {"": fates}, hidden=1))
    assert ax.get_xlim() == pytest.approx((0.5, 2), rel=1e-5)
    assert ax.get_ylim() == pytest.approx((0.05, 0.5), rel=1e-5)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"fates": {}}, "expected at least one map, got none"),
        ({"fates": {"m": theory(1).T}}, r"expected fates in 'm' of shape \(21, 26\), not empty, got \(26, 21\)"),
        ({"fates": {"a": theory(1), "m": theory(1).ravel()}}, r"expected fates in 'm' of shape \(21, 26\)"),
        ({"fates": {"m": theory(1) + 1}}, "expected finite fates in 'm' from 0 to 2, got 3"),
        ({"fates": {"m": theory(1) - 1}}, "expected finite fates in 'm' from 0 to 2, got -1"),
        ({"fates": {"m": theory(1) / 2}}, "expected fates 0, 1 or 2 in 'm', got 0.5"),
        ({"fates": {"m": theory(1) * torch.nan}}, "expected finite fates in 'm' from 0 to 2, got nan"),
        ({"fates": {"m": "dedicated"}}, r"expected fates in 'm' of shape \(21, 26\), got 'dedicated'"),
        ({"fates": {"m": [[0, 1], [2]]}}, r"expected fates in 'm' of shape \(21, 26\), got \[\[0, 1\], \[2\]\]"),
        (
            {"importance": IMPORTANCE[:, None]},
            r"expected importances of shape \(importances,\), not empty, got \(26, 1",
        ),
        ({"importance": IMPORTANCE - 0.1}, "expected finite importances from 1e-09 to inf, got "),
        ({"importance": IMPORTANCE.flip(0)}, r"expected two or more increasing values on each axis, got \[10"),
        ({"density": DENSITY.flip(0)}, r"expected two or more increasing values on each axis, got \[1\.0"),
        ({"density": 2 * DENSITY}, "expected finite densities from 1e-09 to 1, got "),
        ({"density": DENSITY * torch.nan}, "expected finite densities from 1e-09 to 1, got nan"),
        ({"density": DENSITY[:0]}, r"expected densities of shape \(densities,\), not empty, got \(0,\)"),
        ({"density": DENSITY[:1]}, r"expected two or more increasing values on each axis, got \[0\.0099"),
        ({"hidden": 3}, "expected 1 or 2 hidden dimensions, got 3"),
    ],
)
def test_maps_that_do_not_fit_are_refused(change, says):
    given_ = {"importance": IMPORTANCE, "density": DENSITY, "fates": {"m": theory(1)}, "hidden": 1} | change
    with pytest.raises(ValueError, match=says):
        geometry_plots.phase_maps(**given_)
    assert plt.get_fignums() == []


# Jumps -----------------------------------------------------------------------------------------------------------


def test_jumps_draw_every_run_as_a_dot_and_the_medians_as_a_line():
    lengths = {"a": torch.tensor([[1.0, 0.9, 0.1], [0.0, 0.2, 0.1]]), "b": np.array([[0.5], [0.25]])}
    ax = seen(geometry_plots.jumps([0.1, 0.5], lengths))
    assert np.allclose(dots(ax)[0], [(0.1, 1), (0.1, 0.9), (0.1, 0.1), (0.5, 0), (0.5, 0.2), (0.5, 0.1)])
    assert np.allclose(dots(ax)[1], [(0.1, 0.5), (0.5, 0.25)])
    first, second = ax.lines
    assert np.allclose(first.get_xydata(), [(0.1, 0.9), (0.5, 0.1)])
    assert np.allclose(second.get_xydata(), [(0.1, 0.5), (0.5, 0.25)])
    for place, line in enumerate(ax.lines):
        assert to_hex(ax.collections[place].get_facecolor()[0]) == line.get_color() == plots.COLOURS[place]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


def test_jumps_lie_over_a_logarithmic_density_written_in_plain_numbers():
    ax = seen(geometry_plots.jumps(DENSITY, {"a": shares(21)}))
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("density", "length of the extra feature")
    low, high = ax.get_xlim()
    places = zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
    labels = {round(at, 9): text.get_text() for at, text in places if low <= at <= high}
    assert labels == {0.01: "0.01", 0.1: "0.1", 1.0: "1"}


@given(hnp.arrays(float, (2, 3), elements=st.floats(0, 50)))
def test_no_length_lies_off_the_axes(lengths):
    ax = geometry_plots.jumps([0.1, 1], {"a": lengths})
    low, high = ax.get_ylim()
    assert low < lengths.min() and lengths.max() < high
    assert high >= 1.3  # so that figures of common lengths can be compared
    plt.close("all")


@pytest.mark.parametrize(
    ("density", "lengths", "says"),
    [
        ([0.1, 1], {}, "expected 1 to 10 lines, one for each colour, got 0"),
        ([0.1, 1], dict.fromkeys(range(11), np.ones((2, 1))), "expected 1 to 10 lines, one for each colour, got 11"),
        ([0.1, 1], {"a": np.ones((3, 2))}, r"expected lengths in 'a' of shape \(2, runs\), not empty, got \(3, 2\)"),
        ([0.1, 1], {"a": np.ones(2)}, r"expected lengths in 'a' of shape \(2, runs\), not empty, got \(2,\)"),
        ([0.1, 1], {"a": np.ones((2, 0))}, r"expected lengths in 'a' of shape \(2, runs\), not empty, got \(2, 0\)"),
        ([0.1, 1], {"a": [[1], [np.nan]]}, "expected finite lengths in 'a' from 0 to inf, got nan"),
        ([0.1, 1], {"a": [[1], [np.inf]]}, "expected finite lengths in 'a' from 0 to inf, got inf"),
        ([0.1, 1], {"a": [[1], [-0.5]]}, "expected finite lengths in 'a' from 0 to inf, got -0.5"),
        ([0.0, 1], {"a": np.ones((2, 1))}, "expected finite densities from 1e-09 to 1, got 0"),
        ([[0.1, 1]], {"a": np.ones((2, 1))}, r"expected densities of shape \(densities,\), not empty, got \(1, 2\)"),
        (None, {"a": np.ones((2, 1))}, r"expected densities of shape \(densities,\), not empty, got \(\)"),
        (["few", "many"], {"a": np.ones((2, 1))}, r"expected densities .* got \['few', 'many'\]"),
    ],
)
def test_jumps_that_do_not_fit_are_refused(density, lengths, says):
    with pytest.raises(ValueError, match=says):
        geometry_plots.jumps(density, lengths)
    assert plt.get_fignums() == []


# Dimensions per feature ------------------------------------------------------------------------------------------


def test_sticky_draws_every_seed_as_a_dot_and_the_medians_as_a_line():
    share = torch.tensor([[1.0, 0.9, 0.5], [0.5, 0.55, 0.6], [0.5, 0.5, 0.4], [0.2, 0.3, 0.25]])
    ax = seen(geometry_plots.sticky(LEVELS, share))
    assert np.allclose(dots(ax)[0], [(d, value) for d, row in zip(LEVELS, share, strict=True) for value in row])
    (line,) = curves(ax)
    assert np.allclose(line.get_xydata(), np.c_[LEVELS, [0.9, 0.55, 0.5, 0.25]])
    assert guides(ax) == [1, 0.5]
    assert {t.get_text(): t.xy[1] for t in ax.texts} == {"1": 1, "1/2": 0.5}
    assert ax.get_ylim() == (0, 1.1)


def test_a_density_axis_has_its_dense_end_on_the_left_and_names_every_level():
    _, ax = plt.subplots()
    levels = torch.tensor([1, 0.42, 0.347, 0.05, 0.004])
    assert geometry_plots.density_axis(ax, levels) == pytest.approx(levels.numpy())
    seen(ax)
    left, right = ax.get_xlim()
    assert left > 1 and right < 0.004 and ax.get_xscale() == "log"
    assert ax.get_xticks() == pytest.approx(levels.numpy())
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "0.42", "0.35", "0.05", "0.004"]
    assert len(ax.get_xticks(minor=True)) == 0
    assert ax.get_xlabel() == "density (rarer to the right)"


def test_a_density_axis_refuses_what_is_no_density():
    _, ax = plt.subplots()
    for bad in ([1.5], [0], [-0.1], [np.nan], [], 0.5, "dense"):
        with pytest.raises(ValueError, match=r"expected (finite )?densities .*got "):
            geometry_plots.density_axis(ax, bad)


def test_a_share_above_the_usual_is_not_cut_off():
    assert geometry_plots.sticky([1, 0.1], [[3.0], [0.5]]).get_ylim()[1] > 3


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (torch.ones(3, 2), r"expected D\* of shape \(4, seeds\), not empty, got \(3, 2\)"),
        (torch.ones(4), r"expected D\* of shape \(4, seeds\), not empty, got \(4,\)"),
        (torch.full((4, 2), torch.nan), r"expected finite D\* from 0 to inf, got nan"),
        (torch.full((4, 2), torch.inf), r"expected finite D\* from 0 to inf, got inf"),
        (-torch.ones(4, 2), r"expected finite D\* from 0 to inf, got -1"),
    ],
)
def test_dimensions_per_feature_that_do_not_fit_are_refused(share, says):
    with pytest.raises(ValueError, match=says):
        geometry_plots.sticky(LEVELS, share)
    assert plt.get_fignums() == []


# Plateaus --------------------------------------------------------------------------------------------------------

#: Directions of length one that make each named shape, and the dimensions they need.
TURN = 2 * np.pi * np.arange(5) / 5
SHAPES = {
    "alone": [[1.0]],
    "pair": [[1.0], [-1.0]],
    "triangle": [[np.cos(a), np.sin(a)] for a in 2 * np.pi * np.arange(3) / 3],
    "pentagon": np.c_[np.cos(TURN), np.sin(TURN)],
    "tetrahedron": np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / 3**0.5,
}
# Two squares, one turned by an eighth, at heights of ± 1/sqrt(3): a tight frame, in which shares are equal.
EIGHTH = np.pi / 4 * np.arange(8)
HEIGHT = np.where(np.arange(8) % 2, 1, -1) / 3**0.5
SHAPES["antiprism"] = np.c_[(2 / 3) ** 0.5 * np.c_[np.cos(EIGHTH), np.sin(EIGHTH)], HEIGHT]


@pytest.mark.parametrize("name", SHAPES)
def test_named_plateaus_are_the_dimensionalities_of_their_shapes(name):
    share = feature_dimensionality(torch.tensor(np.array(SHAPES[name]))[None])[0]
    assert share.numpy() == pytest.approx(np.full(len(share), geometry_plots.PLATEAUS[name]))


def test_every_named_plateau_but_the_absent_has_a_shape():
    assert set(geometry_plots.PLATEAUS) == {*SHAPES, "absent"} and geometry_plots.PLATEAUS["absent"] == 0


@given(hnp.arrays(float, st.tuples(st.just(4), st.integers(1, 12)), elements=st.floats(0, 1)))
def test_plateaus_draw_every_feature_once_sorted_in_its_own_column(values):
    ax = geometry_plots.plateaus(LEVELS, values)
    assert len(dots(ax)) == 4
    low, high = ax.get_ylim()
    for place, (points, row) in enumerate(zip(dots(ax), values, strict=True)):
        assert points[:, 1].tolist() == sorted(row, reverse=True)
        assert (np.diff(points[:, 0]) > 0).all() and (np.abs(points[:, 0] - place) < 0.5).all()
        assert low < row.min() and row.max() < high
    plt.close("all")


def test_every_plateau_has_a_line_and_its_name_beside_it():
    ax = seen(geometry_plots.plateaus(LEVELS, shares(4)))
    assert guides(ax) == list(geometry_plots.PLATEAUS.values())
    assert {t.get_text(): t.xy[1] for t in ax.texts} == geometry_plots.PLATEAUS
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "0.42", "0.35", "0.1"]
    boxes = sorted((t.get_window_extent() for t in ax.texts), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 for below, above in zip(boxes[:-1], boxes[1:], strict=True))
    edge = ax.get_window_extent().x1
    assert all(edge <= box.x0 and box.x1 <= ax.figure.bbox.x1 for box in boxes)


def test_dimensionalities_of_one_may_be_rounded_up():
    above = np.nextafter(np.float32(1), np.float32(2))
    assert len(dots(geometry_plots.plateaus([1], [[above, 0.5]]))[0]) == 2


@pytest.mark.parametrize(
    ("density", "values", "says"),
    [
        (LEVELS, shares(3), r"expected dimensionalities of shape \(4, features\), not empty, got \(3, 30\)"),
        (LEVELS, shares(4)[0], r"expected dimensionalities of shape \(4, features\), not empty, got \(30,\)"),
        (LEVELS, torch.full((4, 2), torch.nan), "expected finite dimensionalities from 0 to 1, got nan"),
        (LEVELS, 2 + shares(4), "expected finite dimensionalities from 0 to 1, got 2"),
        (LEVELS, -1 - shares(4), "expected finite dimensionalities from 0 to 1, got -1"),
        (-LEVELS, shares(4), "expected finite densities from 1e-09 to 1, got -1"),
        ([], shares(4), r"expected densities of shape \(densities,\), not empty, got \(0,\)"),
    ],
)
def test_plateaus_that_do_not_fit_are_refused(density, values, says):
    with pytest.raises(ValueError, match=says):
        geometry_plots.plateaus(density, values)
    assert plt.get_fignums() == []


# One run ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, torch.tensor], ids=["list", "array", "series", "tensor"])
def test_a_ladder_draws_each_feature_over_the_steps_and_the_loss_below(kind):
    values, steps, loss = shares(3, features=5), kind([0, 20, 40]), kind([3.0, 2.0, 1.5])
    top, bottom = seen(geometry_plots.ladder(steps, values, loss))
    drawn = curves(top)
    assert len(drawn) == 5
    for line, feature in zip(drawn, values.T, strict=True):
        assert np.allclose(line.get_xydata(), np.c_[[0, 20, 40], feature])
    assert guides(top) == list(geometry_plots.PLATEAUS.values())
    (line,) = bottom.lines
    assert np.allclose(line.get_xydata(), [(0, 3), (20, 2), (40, 1.5)])
    assert drawn[0].get_color() == plots.COLOURS[0] and line.get_color() == plots.COLOURS[1]
    assert top.get_xlim() == bottom.get_xlim() and bottom.get_xlabel() == "step"
    assert (top.get_ylabel(), bottom.get_ylabel()) == ("dimensionality", "loss")


@pytest.mark.parametrize(
    ("steps", "values", "loss", "says"),
    [
        ([0, 1], shares(3), [1, 2], r"expected dimensionalities of shape \(2, features\), not empty, got \(3, 30\)"),
        ([0, 1], shares(2), [1], r"expected losses of shape \(2,\), not empty, got \(1,\)"),
        ([0, 1], shares(2), [[1], [2]], r"expected losses of shape \(2,\), not empty, got \(2, 1\)"),
        ([0, 1], shares(2), [1, np.nan], "expected finite losses .*got nan"),
        ([0, 1], 2 * torch.ones(2, 3), [1, 2], "expected finite dimensionalities from 0 to 1, got 2"),
        (2, shares(2), [1, 2], r"expected steps of shape \(points,\), not empty, got \(\)"),
        ([], torch.ones(0, 3), [], r"expected steps of shape \(points,\), not empty, got \(0,\)"),
    ],
)
def test_ladders_that_do_not_fit_are_refused(steps, values, loss, says):
    with pytest.raises(ValueError, match=says):
        geometry_plots.ladder(steps, values, loss)
    assert plt.get_fignums() == []


# Partners --------------------------------------------------------------------------------------------------------


def arrows(ax):
    return [(line.get_xydata()[1].tolist(), line.get_color(), line.is_dashed()) for line in ax.lines]


@given(hnp.arrays(float, st.tuples(st.integers(1, 10).map(lambda n: 2 * n), st.just(2)), elements=st.floats(-3, 3)))
def test_partners_share_a_colour_and_the_second_is_dashed(W):
    (ax,) = geometry_plots.partners({"": W})
    colours = [tint for tint in plots.COLOURS[: len(W) // 2] for _ in "12"]
    assert arrows(ax) == list(zip(W.tolist(), colours, [False, True] * (len(W) // 2), strict=True))
    assert [t.get_text() for t in ax.texts] == [str(i + 1) for i in range(len(W))]
    assert [t.get_color() for t in ax.texts] == colours
    edge = ax.get_xlim()[1]
    assert np.abs(W).max() < edge and all(np.abs(t.xy).max() < edge for t in ax.texts)
    plt.close("all")


@pytest.mark.parametrize(("apart", "merged"), [(1.0, False), (0.5, False), (0.2, True), (0.0, True)])
def test_numbers_lie_in_the_direction_of_their_arrows_and_further_out_where_partners_merge(apart, merged):
    angles = torch.arange(3).repeat_interleave(2) * 2 * torch.pi / 3 + torch.tensor([0, apart] * 3)
    W = torch.stack([angles.cos(), angles.sin()], 1)
    (ax,) = seen(geometry_plots.partners({"": W}))
    places = np.array([t.xy for t in ax.texts])
    out = np.linalg.norm(places, axis=1)
    assert np.allclose(places / out[:, None], W, atol=1e-6)
    assert np.allclose(out[::2], out[0]) and np.allclose(out[1::2], out[1])
    assert (out[1] > out[0]) == merged and out[0] > 1


def test_merged_partners_have_two_numbers_that_do_not_overlap():
    W = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    axes = seen(geometry_plots.partners({"a": W, "b": W.flip(1)}))
    for ax in axes:
        first, second = [t.get_window_extent() for t in ax.texts]
        assert not first.overlaps(second)


def test_every_panel_has_its_title_one_scale_and_the_unit_circle():
    axes = seen(geometry_plots.partners({"small": 0.1 * CROSS, "large": 4 * CROSS, "some": CROSS[:2]}))
    assert [ax.get_title() for ax in axes] == ["small", "large", "some"]
    assert len({ax.get_xlim() + ax.get_ylim() for ax in axes}) == 1
    for ax in axes:
        assert ax.patches[0].get_radius() == 1 and ax.get_aspect() == 1
        assert np.diff(ax.get_xlim()) == np.diff(ax.get_ylim())
    assert [len(ax.lines) for ax in axes] == [4, 4, 2]


EVEN = r"of shape \(an even number of features up to 20, 2\)"


@pytest.mark.parametrize(
    ("panels", "says"),
    [
        ({}, "expected at least one panel, got none"),
        ({"p": CROSS[:3]}, rf"expected directions in 'p' {EVEN}, got \(3, 2\)"),
        ({"p": torch.ones(22, 2)}, rf"expected directions in 'p' {EVEN}, got \(22, 2\)"),
        ({"fine": CROSS, "p": torch.ones(4, 3)}, rf"expected directions in 'p' {EVEN}, not empty, got \(4, 3\)"),
        ({"p": CROSS[None]}, rf"expected directions in 'p' {EVEN}, not empty, got \(1, 4, 2\)"),
        ({"p": CROSS[:0]}, rf"expected directions in 'p' {EVEN}, not empty, got \(0, 2\)"),
        ({"p": CROSS * torch.nan}, "expected finite directions in 'p' .*got nan"),
        ({"p": [["east", "north"]] * 2}, rf"expected directions in 'p' {EVEN}, got \[\['east', 'north'\]"),
    ],
)
def test_partners_that_do_not_fit_are_refused(panels, says):
    with pytest.raises(ValueError, match=says):
        geometry_plots.partners(panels)
    assert plt.get_fignums() == []
