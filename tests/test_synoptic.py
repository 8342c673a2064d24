"""The simulated weather: cycles of day and year, memory, storms in season."""

import numpy as np
import pandas as pd
import pytest

from helpers.weather import synoptic
from helpers.weather.synoptic import SEASON, STEPS, STORMY


@pytest.fixture(scope="module")
def hours():
    return synoptic.hourly(12, np.random.default_rng(0))


@pytest.fixture(scope="module")
def blocks():
    return synoptic.blocks(4, np.random.default_rng(0))


@pytest.mark.parametrize("length, per_hour", [(10, 1), (3, 12), (0.5, 12)])
def test_memory_is_a_unit_gaussian_that_forgets_at_the_given_rate(length, per_hour):
    series = synoptic.memory(np.random.default_rng(1), 200_000, length, per_hour)
    lag = round(length * per_hour)
    # The standard error of both is about the root of 2 lag / 200,000.
    assert series.mean() == pytest.approx(0, abs=0.1) and series.std() == pytest.approx(1, abs=0.06)
    assert np.mean(series[lag:] * series[:-lag]) / series.var() == pytest.approx(np.exp(-1), abs=0.06)
    assert np.abs(np.mean(series[12 * lag :] * series[: -12 * lag])) < 0.08


def test_memory_has_unit_variance_from_its_first_value():
    starts = [synoptic.memory(np.random.default_rng(seed), 3, 20)[0] for seed in range(2000)]
    assert np.std(starts) == pytest.approx(1, abs=0.06)


def test_memory_begins_anew_where_it_is_told():
    starts = np.arange(30_000) % 10 == 0
    series = synoptic.memory(np.random.default_rng(1), 30_000, 20, starts=starts).reshape(3000, 10)
    np.testing.assert_allclose(series.std(0), 1, atol=0.06)
    assert abs(np.corrcoef(series[1:, 0], series[:-1, -1])[0, 1]) < 0.08
    inside = [np.corrcoef(series[:, 0], series[:, lag])[0, 1] for lag in (1, 5, 9)]
    np.testing.assert_allclose(inside, np.exp(-np.array([1, 5, 9]) / 20), atol=0.03)
    # Each stretch is the plain recursion on its own draws.
    draws, keep = np.random.default_rng(1).standard_normal(30_000)[10:20], np.exp(-1 / 20)
    wanted = [draws[0]]
    for draw in draws[1:]:
        wanted.append(keep * wanted[-1] + np.sqrt(1 - keep**2) * draw)
    np.testing.assert_allclose(series[1], wanted)
    assert synoptic.memory(np.random.default_rng(1), 0, 20).shape == (0,)


def test_ice_saturates_earlier_than_water():
    # Published saturation vapour pressures over ice and over water in hPa.
    published = {-10: 2.599 / 2.863, -20: 1.032 / 1.254, -30: 0.3801 / 0.5088}
    for temperature, ratio in published.items():
        assert synoptic.ice_saturation(temperature) == pytest.approx(100 * ratio, abs=0.5)
    np.testing.assert_array_equal(synoptic.ice_saturation(np.array([0.0, 0.1, 20])), 100)
    assert (np.diff(synoptic.ice_saturation(np.linspace(-40, -0.1, 50))) > 0).all()


def test_a_year_has_8766_hours_without_gaps_and_every_column(hours):
    assert len(hours) == 12 * 8766 and hours.index.freqstr == "h" and str(hours.index.tz) == "UTC"
    assert list(hours) == ["front", "temperature", "pressure", "wind_speed", "saturation", "aloft"]
    assert not hours.isna().any().any()
    assert hours["pressure"].between(960, 1070).all() and hours["wind_speed"].between(0, 60).all()


def test_july_is_the_warmest_month_and_january_the_coldest(hours):
    by_month = hours["temperature"].groupby(hours.index.month).mean()
    assert by_month.idxmax() == 7 and by_month.idxmin() == 1
    assert 22 < by_month.max() - by_month.min() < 36


def test_afternoons_are_warmer_than_nights_most_of_all_under_a_clear_sky(hours):
    local = (hours.index.hour - 6) % 24

    def range_of_day(rows):
        by_hour = hours["temperature"][rows].groupby(local[rows]).mean()
        return by_hour[13:18].mean() - by_hour[1:6].mean()

    clear, cloudy = (hours["front"] < -0.5).to_numpy(), (hours["front"] > 0.9).to_numpy()
    assert hours["temperature"].groupby(local).mean().idxmax() in range(13, 18)
    assert 3 < range_of_day(clear) < 8
    assert abs(range_of_day(cloudy)) < range_of_day(clear) / 2


def test_neighbouring_hours_are_alike_and_distant_ones_are_not(hours):
    for name, values in hours.items():
        rest = values - values.groupby(hours.index.day_of_year).transform("mean")
        assert rest.autocorr(1) > 0.75, name
        assert abs(rest.autocorr(24 * 40)) < 0.1, name


def test_fronts_bring_low_pressure_and_warm_air(hours):
    season = hours["temperature"] - hours["temperature"].groupby(hours.index.month).transform("mean")
    assert hours["front"].corr(hours["pressure"]) < -0.2
    assert season.corr(hours["front"]) > 0.05


def test_blocks_lie_in_season_on_the_five_minutes_and_in_order(blocks):
    assert set(blocks.index.month) == set(SEASON)
    minutes = blocks.index.astype("datetime64[s, UTC]").astype(np.int64) // 60
    assert (minutes % 5 == 0).all()
    assert blocks.index.is_unique and blocks.index.is_monotonic_increasing and blocks.index.name == "time"
    assert not blocks.isna().any().any()


def test_a_storm_is_what_pauses_for_less_than_three_hours(blocks):
    step = blocks.index.to_series().diff()
    new = blocks["storm"].diff().fillna(1)
    assert set(new.unique()) == {0, 1} and blocks["storm"].iloc[0] == 1
    assert (step[new == 0] <= pd.Timedelta("3h")).all()
    assert (step[new == 1].dropna() > pd.Timedelta("3h")).all()
    # Most neighbours are five minutes apart, and storms last for hours.
    assert (step[new == 0] == pd.Timedelta("5min")).mean() > 0.9
    assert blocks.groupby("storm").size().mean() > 2 * STEPS


def test_it_precipitates_where_the_front_is_and_the_air_is_moist(blocks):
    assert (blocks["front"] > STORMY).all()
    assert blocks["relative_humidity"].between(20, 100).all()
    assert blocks["relative_humidity"].median() > 85
    # Below 0 °C the air is near saturation over ice, far below that over water.
    cold = blocks[blocks["temperature"] < -15]
    assert (cold["relative_humidity"] < 92).mean() > 0.95
    assert 0.04 < len(blocks) / (4 * 8766 * STEPS) < 0.2


def test_the_weather_follows_from_the_seed():
    one, same, other = (synoptic.blocks(1, np.random.default_rng(seed)) for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(one, same)
    assert len(one) != len(other) or not np.allclose(one["temperature"], other["temperature"])
