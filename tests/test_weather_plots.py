"""The figures of chapter 05 show what they were given, read well, and refuse what does not fit."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.colors import to_hex
from matplotlib.text import Text

from helpers import plots, weather, weather_plots
from helpers.instrument import CENTERS
from helpers.weather import physics, published

pytestmark = pytest.mark.usefixtures("in_house")

RAIN = physics.rain_sizes(CENTERS, 1.0)
HOURS = [1, 2, 6]


@pytest.fixture(scope="module")
def table():
    return weather.load("simulator", n=2000, seed=3)


def seen(ax):
    """Draw the figure, so that a layout that cannot work warns; return the axes."""
    np.atleast_1d(ax).ravel()[0].figure.canvas.draw()
    return ax


def curves(ax, style="-"):
    return [line for line in ax.lines if line.get_linestyle() == style]


def dots(ax):
    return [np.asarray(collection.get_offsets()) for collection in ax.collections]


def air(rows=4000, seed=0):
    """Temperature, humidity and snow of blocks that follow the published regression."""
    rng = np.random.default_rng(seed)
    temperature, humidity = rng.uniform(-4, 8, rows), rng.uniform(80, 100, rows)
    return temperature, humidity, rng.random(rows) < physics.snow_probability(temperature, humidity)


def frame(columns=3, rows=50):
    values = np.random.default_rng(0).standard_normal((rows, columns))
    return pd.DataFrame(values, columns=["temperature", "relative_humidity", "n0"][:columns])


def panels(*names):
    return {name: {"here": [0.9, 0.8, 0.2], "there": [0.8, 0.5, -0.1]} for name in names or ("a", "b")}


def every_figure(table):
    yield weather_plots.sizes(CENTERS, {"rain": RAIN, "seen": RAIN / 2}, {"seen": (4000, 4.1)})
    yield weather_plots.snow_chance(*air())
    yield weather_plots.correlations(frame())
    yield weather_plots.components([[0.5, 0.3, 0.2]] * 4, [0.4, 0.3])
    yield weather_plots.published_ranges(table)[0]
    yield weather_plots.memory(HOURS, panels("temperature", "humidity", "pressure", "wind speed"))[0]
    yield weather_plots.storm(table, table.truth["storm"].iloc[0])[0]


def test_no_type_is_smaller_than_nine_points_and_no_figure_wider_than_the_page(table):
    page = plt.rcParams["figure.figsize"][0]
    for ax in every_figure(table):
        seen(ax)
        assert ax.figure.get_figwidth() <= page + 1e-9
        sizes = {t.get_text(): t.get_fontsize() for t in ax.figure.findobj(Text) if t.get_text()}
        assert min(sizes.values()) >= 9, sizes


def test_paper_is_transparent(table):
    assert all(ax.figure.get_facecolor()[3] == ax.get_facecolor()[3] == 0 for ax in every_figure(table))


def test_figures_are_drawn_where_they_are_told():
    _, (first, second, third) = plt.subplots(1, 3)
    before = plt.get_fignums()
    assert weather_plots.sizes(CENTERS, {"rain": RAIN}, ax=first) is first
    assert weather_plots.snow_chance(*air(), ax=second) is second
    assert weather_plots.components([[0.6, 0.4]], [0.5], ax=third) is third
    assert plt.get_fignums() == before


# Sizes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [list, np.asarray, torch.as_tensor], ids=["list", "array", "tensor"])
def test_sizes_are_drawn_up_to_the_largest_diameter_and_without_empty_bins(kind):
    ax = seen(weather_plots.sizes(kind([0.5, 1.0, 1.5, 2.0]), {"rain": kind([0.0, 5.0, 2.0, 1.0])}, largest=1.7))
    (line,) = ax.lines
    assert line.get_xydata().tolist() == [[1.0, 5.0], [1.5, 2.0]]
    assert ax.get_yscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("diameter (mm)", "particles per m³ and mm")


def test_phases_have_their_fixed_colours_and_a_fit_that_of_its_series():
    ax = weather_plots.sizes(CENTERS, {"snow": RAIN, "rain": RAIN}, {"rain": (300, 0.7)})
    snow, rain, fit = ax.lines
    assert (snow.get_color(), rain.get_color()) == (plots.PALETTE["snow"], plots.PALETTE["rain"])
    assert fit.get_color() == rain.get_color() and fit.is_dashed()
    x, y = fit.get_xydata().T
    assert y == pytest.approx(300 * np.exp(-0.7 * x))
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["snow", "rain", "rain: fitted exponential"]


@given(hnp.arrays(float, 8, elements=st.floats(1e-3, 1e6)))
def test_the_most_frequent_size_is_never_cut_off(values):
    ax = weather_plots.sizes(np.arange(1, 9) / 2, {"a": values})
    assert ax.get_ylim()[0] < values.max() < ax.get_ylim()[1]
    plt.close("all")


@pytest.mark.parametrize(
    ("diameter", "series", "fits", "says"),
    [
        (CENTERS, {}, None, "expected 1 to 10 size distributions, got 0"),
        (CENTERS, {str(k): RAIN for k in range(11)}, None, "expected 1 to 10 size distributions, got 11"),
        (CENTERS, {"a": RAIN[:5]}, None, r"expected sizes of 'a' of shape \(131,\), not empty, got \(5,\)"),
        (CENTERS, {"a": RAIN * np.nan}, None, "expected finite sizes of 'a' from 0 to inf, got nan"),
        (CENTERS, {"a": -RAIN}, None, "expected finite sizes of 'a' from 0 to inf, got -"),
        (CENTERS, {"a": "many"}, None, "expected sizes of 'a' of shape .* got 'many'"),
        (CENTERS, {"a": 0 * RAIN}, None, "expected particles of 6 mm or less, got none"),
        (CENTERS + 10, {"a": RAIN}, None, "expected particles of 6 mm or less, got none"),
        (-CENTERS, {"a": RAIN}, None, "expected finite diameters from 0 to inf, got -"),
        ([], {"a": []}, None, r"expected diameters of shape \(bins,\), not empty, got \(0,\)"),
        (CENTERS, {"a": RAIN}, {"b": (1, 2)}, "expected fits of a, got one of 'b'"),
        (CENTERS, {"a": RAIN}, {"a": (1, 2, 3)}, r"expected fit of 'a' of shape \(n0, lambda\), .* got \(3,\)"),
        (CENTERS, {"a": RAIN}, {"a": (np.nan, 2)}, "expected finite fit of 'a' from 0 to inf, got nan"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(diameter, series, fits, says):
    with pytest.raises(ValueError, match=says):
        weather_plots.sizes(diameter, series, fits)
    assert plt.get_fignums() == []


# The chance of snow ----------------------------------------------------------------------------------------------


def test_curves_of_chance_are_those_of_the_regressions():
    ax = seen(weather_plots.snow_chance(*air(), levels=(82, 96)))
    lines = [line for line in ax.lines if len(line.get_xdata()) == 200]
    for line, humidity in zip(lines, (82, 96), strict=False):
        x, y = line.get_xydata().T
        assert y == pytest.approx(physics.snow_probability(x, humidity))
        assert line.get_label() == f"humidity {humidity}%"
    x, y = lines[-1].get_xydata().T
    assert lines[-1].is_dashed() and y == pytest.approx(1 - physics.water_probability(x, 96))


def test_dots_are_the_shares_of_blocks_near_each_humidity():
    temperature, humidity, snow = air(20_000)
    ax = weather_plots.snow_chance(temperature, humidity, snow, levels=(90,))
    drawn = [bar.lines[0].get_xydata()[0] for bar in ax.containers]
    near = np.abs(humidity - 90) <= 3
    bins = [near & (temperature >= low) & (temperature < low + 1) for low in range(-4, 8)]
    expected = [(temperature[rows].mean(), snow[rows].mean()) for rows in bins]
    assert np.array(drawn) == pytest.approx(np.array(expected))


def test_few_blocks_make_no_dot():
    temperature = np.r_[np.full(29, 0.5), np.full(30, 2.5)]
    ax = weather_plots.snow_chance(temperature, np.full(59, 90.0), np.arange(59) % 2, levels=(90,))
    (bar,) = ax.containers
    assert bar.lines[0].get_xydata().tolist() == [[2.5, 0.5]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1.0, 2.0], [90.0], [True, False]), r"expected humidities of shape \(2,\), not empty, got \(1,\)"),
        (([1.0, np.nan], [90.0, 90], [True, False]), "expected finite temperatures from -90 to 60, got nan"),
        (([274.0, 275], [90.0, 90], [True, False]), "expected finite temperatures from -90 to 60, got 274"),
        (([1.0, 2.0], [90.0, 900], [True, False]), "expected finite humidities from 0 to 115, got 900"),
        (([1.0, 2.0], [90.0, 90], ["snow", "rain"]), r"expected snow of shape \(2,\), got \['snow', 'rain'\]"),
        (([1.0, 2.0], [90.0, 90], [0, 2]), "expected finite snow from 0 to 1, got 2"),
        (([1.0], [90.0], [1], ()), r"expected levels of shape \(levels,\), not empty, got \(0,\)"),
        (([], [], []), r"expected temperatures of shape \(blocks,\), not empty, got \(0,\)"),
    ],
)
def test_blocks_without_a_chance_are_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        weather_plots.snow_chance(*arguments)
    assert plt.get_fignums() == []


# Correlations ----------------------------------------------------------------------------------------------------


def test_correlations_are_written_once_each():
    given = frame()
    ax = seen(weather_plots.correlations(given))
    expected = given.corr().to_numpy()[np.tril_indices(3, -1)]
    assert [float(t.get_text()) for t in ax.texts] == pytest.approx(expected, abs=0.051)
    assert "-0.0" not in [t.get_text() for t in ax.texts]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["humidity", "n0"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["temperature", "humidity"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (frame(1), "expected a frame of two columns and rows or more"),
        (frame(rows=1), "expected a frame of two columns and rows or more"),
        (np.ones((4, 4)), "expected a frame of two columns and rows or more"),
        (frame().assign(n0=1.0), "expected columns that vary, but 'n0' does not"),
        (frame().assign(n0=np.nan), "expected finite columns from -inf to inf, got nan"),
        (frame().assign(n0="many"), r"expected columns of shape \(rows, columns\), got "),
    ],
)
def test_what_has_no_correlation_is_refused(given, says):
    with pytest.raises(ValueError, match=says):
        weather_plots.correlations(given)
    assert plt.get_fignums() == []


# Components ------------------------------------------------------------------------------------------------------


def test_components_add_up_and_the_line_is_the_median_of_seeds():
    shares = torch.tensor([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.7, 0.2, 0.1]])
    ax = seen(weather_plots.components(shares, [0.4, 0.3], wanted=0.9))
    assert sorted(dots(ax)[0][:, 1]) == pytest.approx(sorted([0.5, 0.8, 1, 0.6, 0.9, 1, 0.7, 0.9, 1]), abs=1e-6)
    assert curves(ax)[0].get_xydata() == pytest.approx(np.array([(1, 0.6), (2, 0.9), (3, 1)]), abs=1e-6)
    assert curves(ax, "--")[0].get_xydata() == pytest.approx(np.array([(1, 0.4), (2, 0.7)]))
    assert curves(ax, ":")[0].get_ydata()[0] == 0.9 and "90%" in [t.get_text() for t in ax.texts]


@pytest.mark.parametrize(
    ("shares", "theirs", "says"),
    [
        ([0.5, 0.5], [0.5], r"expected shares of shape \(seeds, components\), not empty, got \(2,\)"),
        ([[0.5, 2.0]], [0.5], r"expected finite shares from 0 to 1, got 2"),
        ([[0.5, 0.5]], [], r"expected published shares of shape \(components,\), not empty, got \(0,\)"),
        ([[0.5, 0.5]], [np.nan], "expected finite published shares from 0 to 1, got nan"),
    ],
)
def test_components_that_are_no_shares_are_refused(shares, theirs, says):
    with pytest.raises(ValueError, match=says):
        weather_plots.components(shares, theirs)
    assert plt.get_fignums() == []


# Published ranges ------------------------------------------------------------------------------------------------


def test_each_variable_has_a_bar_and_a_mode_for_each_phase(table):
    axes = seen(weather_plots.published_ranges(table))
    assert len(axes) == 5
    for place, ax in enumerate(axes):
        rows = published.DISTRIBUTIONS[2 * place : 2 * place + 2]
        bars = [c for c in ax.collections if hasattr(c, "get_segments") and len(c.get_segments()) == 1]
        for bar, (column, phase, _, low, _, high) in zip(bars, rows, strict=True):
            ((left, _), (right, _)) = bar.get_segments()[0]
            assert (left, right) == (low, high), (column, phase)
            assert to_hex(bar.get_color()[0]) == plots.PALETTE[phase]
            assert ax.get_xlim()[0] <= low and high <= ax.get_xlim()[1]
        modes = [line.get_xdata()[0] for line in ax.lines if line.get_color() == plots.INK]
        assert modes == [row[4] for row in rows if row[4] is not None]
    assert axes[3].get_xlabel() == "log10 density (g/cm³)"


def test_a_spread_peaks_where_the_variable_has_its_mode(table):
    ax = weather_plots.published_ranges(table)[4]
    snow = next(line for line in ax.lines if line.get_color() == plots.PALETTE["snow"])
    x, y = snow.get_xydata().T
    assert x[y.argmax()] == pytest.approx(published.mode(published.values(table, "fs", "snow")), abs=0.15)
    assert y.max() == 1


def test_a_table_without_a_disdrometer_has_no_ranges(table):
    with pytest.raises(ValueError, match="missing column"):
        weather_plots.published_ranges(weather.load("observations"))
    with pytest.raises(ValueError, match="expected at least two values of snow, got 0"):
        weather_plots.published_ranges(replace(table, frame=table.frame.assign(ed=0.9, rho=0.9)))
    assert plt.get_fignums() == []


# Memory ----------------------------------------------------------------------------------------------------------


def test_memory_has_a_panel_for_each_variable_and_a_style_for_each_source():
    axes = seen(weather_plots.memory(HOURS, panels("wind_speed", "relative_humidity")))
    assert [ax.get_title(loc="left") for ax in axes] == ["wind speed", "humidity"]
    for ax in axes:
        here, there = (line for line in ax.lines if len(line.get_xdata()) == 3)
        assert here.get_xydata().tolist() == [[1, 0.9], [2, 0.8], [6, 0.2]]
        assert there.get_xydata().tolist() == [[1, 0.8], [2, 0.5], [6, -0.1]]
        assert here.get_linestyle() != there.get_linestyle() and here.get_color() != there.get_color()
    (legend,) = axes[0].figure.legends
    assert [t.get_text() for t in legend.get_texts()] == ["here", "there"]


@pytest.mark.parametrize(
    ("hours", "given", "says"),
    [
        (HOURS, {}, "expected 1 to 4 panels, got 0"),
        (HOURS, panels(*"abcde"), "expected 1 to 4 panels, got 5"),
        (HOURS, panels("a") | {"b": {"here": [1, 1, 1]}}, "expected the same sources in every panel"),
        (HOURS, {"a": {}}, "expected the same sources in every panel"),
        (HOURS, {"a": {"here": [1.0, 0.5]}}, r"expected 'a' of 'here' of shape \(3,\), not empty, got \(2,\)"),
        (HOURS, {"a": {"here": [1.0, 0.5, 2]}}, "expected finite 'a' of 'here' from -1 to 1, got 2"),
        (HOURS, {"a": {"here": [1.0, 0.5, np.nan]}}, "expected finite 'a' of 'here' from -1 to 1, got nan"),
        (3, panels(), r"expected hours of shape \(lags,\), not empty, got \(\)"),
        ([-1, 2, 3], panels(), "expected finite hours from 0 to inf, got -1"),
    ],
)
def test_memories_that_do_not_fit_are_refused(hours, given, says):
    with pytest.raises(ValueError, match=says):
        weather_plots.memory(hours, given)
    assert plt.get_fignums() == []


# One storm -------------------------------------------------------------------------------------------------------


def test_a_storm_shows_each_of_its_blocks_once_and_those_of_no_other(table):
    number = table.truth["storm"].value_counts().idxmax()
    rows = (table.truth["storm"] == number).to_numpy()
    top, middle, bottom = seen(weather_plots.storm(table, number))
    drawn = np.concatenate(dots(top))
    assert sorted(drawn[:, 1]) == pytest.approx(sorted(table.truth["water"][rows]))
    rates = (table.frame["rr"] + table.frame["sr"])[rows]
    assert sorted(np.concatenate(dots(bottom))[:, 1]) == pytest.approx(sorted(rates))
    riming = middle.lines[0].get_ydata()
    assert riming[np.isfinite(riming)] == pytest.approx(table.truth["riming"][rows].to_numpy())
    assert (top.get_ylabel(), middle.get_ylabel(), bottom.get_ylabel()) == ("share of water", "riming", "mm/h")
    colours = [to_hex(collection.get_facecolor()[0]) for collection in top.collections if len(collection.get_offsets())]
    assert set(colours) <= {plots.PALETTE[phase] for phase in ("rain", "snow", "mixed")}


def test_a_pause_breaks_the_line_of_a_cause(table):
    number = table.truth["storm"].value_counts().idxmax()
    rows = np.flatnonzero(table.truth["storm"] == number)
    kept = np.delete(np.arange(len(table)), rows[5:20])
    with_pause = replace(table, frame=table.frame.iloc[kept], truth=table.truth.iloc[kept])
    for drawn in (table, with_pause):
        line = weather_plots.storm(drawn, number)[0].lines[0].get_ydata()
        times = drawn.frame.index[drawn.truth["storm"] == number]
        assert np.isnan(line).sum() == (times.to_series().diff() > weather_plots.PAUSE).sum()
    assert np.isnan(line).any()


def test_a_storm_without_truth_or_of_another_table_is_refused(table):
    with pytest.raises(ValueError, match="expected a table that knows its truth, got one from 'observations'"):
        weather_plots.storm(weather.load("observations"), 1)
    with pytest.raises(ValueError, match="expected a storm from .* that is in the table, got -1"):
        weather_plots.storm(table, -1)
    with pytest.raises(ValueError, match="missing column 'rr'"):
        columns = {name: column for name, column in table.columns.items() if name != "rr"}
        weather_plots.storm(replace(table, frame=table.frame.drop(columns="rr"), columns=columns), 1)
    assert plt.get_fignums() == []
