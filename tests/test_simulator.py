"""The simulator: a table as any other, with causes that explain it and no look at the label."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from helpers import weather
from helpers.weather import physics, simulator, synoptic
from helpers.weather.regimes import VARIABLES, regimes
from helpers.weather.schema import COLUMNS
from helpers.weather.table import Table

SHARES = ("snow_probability", "water", "melting", "riming")


@pytest.fixture(scope="module")
def table():
    return weather.load("simulator", n=6000, seed=1)


@pytest.fixture(scope="module")
def long():
    """A dozen years of weather and what they cause, without an instrument; `fell` is what `load` calls snow or rain."""
    rng = np.random.default_rng(5)
    state = synoptic.blocks(12, rng)
    causes = simulator.causes(state, rng)
    return state.join(causes.drop(columns=["storm", "front", "aloft"])).assign(fell=causes["water"] < 0.5)


# The table


def test_it_is_a_table_with_every_canonical_column_a_disdrometer_and_a_radar_have(table):
    assert isinstance(table, Table) and len(table) == 6000
    assert (table.source, table.target, table.event, table.leaks) == ("simulator", "phase", "snow", ("rho",))
    assert table.classes == ("rain", "snow", "mixed") and table.task == "classification"
    assert table.predictors == ("n0", "fs", "dm", "temperature", "relative_humidity")
    assert set(table.frame) - {"site"} == set(table.columns)
    absent = {"pressure_tendency", "wind_u", "wind_v", "visibility", "precipitation", "wet"}
    assert set(COLUMNS) - set(table.columns) == absent
    assert not table.frame.isna().any().any()
    assert table.units["n0"] == "1/m³/mm" and table.units["t_15"] == "°C"


def test_the_truth_is_complete_and_belongs_to_the_rows(table):
    truth = table.truth
    assert list(truth) == list(simulator.CAUSES) and truth.index.equals(table.frame.index)
    assert np.isfinite(truth.to_numpy(dtype=float)).all()
    for name in SHARES:
        assert truth[name].between(0, 1).all(), name
    assert truth["intensity"].between(0.005, 150).all() and (truth["depth"] > 0).all()


def test_the_phase_is_what_fell(table):
    wanted = pd.cut(table.truth["water"], [-1, 0.2, 0.8, 2], labels=["snow", "mixed", "rain"]).astype(str)
    assert (table.frame["phase"].astype(str) == wanted).all()
    assert (table.frame["snow"] == (wanted == "snow")).all()
    shares = wanted.value_counts(normalize=True)
    assert shares["rain"] > 0.25 and shares["snow"] > 0.25 and 0.01 < shares["mixed"] < 0.2


def test_the_truth_follows_from_the_weather_by_the_formulas(table):
    frame, truth = table.frame, table.truth
    air = frame["temperature"], frame["relative_humidity"]
    np.testing.assert_allclose(truth["snow_probability"], physics.snow_probability(*air))
    np.testing.assert_allclose(truth["air"], physics.air_density(*air, frame["pressure"]))
    np.testing.assert_allclose(truth["wet_bulb"], physics.wet_bulb(air[0], air[1].clip(5, 99)))
    np.testing.assert_allclose(frame["dew_point"], physics.dew_point(*air))


def test_the_regimes_are_computed_from_the_measured_variables(table):
    again = regimes(table.frame[list(VARIABLES)], seed=1)
    for name, values in again.items():
        np.testing.assert_array_equal(table.frame[name], values)


def test_time_is_unique_in_season_and_runs_storm_after_storm(table):
    time, storm = table.frame.index, table.truth["storm"]
    assert time.is_unique and time.is_monotonic_increasing
    assert set(time.month) <= set(synoptic.SEASON)
    assert (storm.diff().dropna() >= 0).all()
    step = pd.Series(time, time).diff()[storm.diff() == 0]
    # Inside a storm five minutes, but for pauses and blocks that could not be told.
    assert (step % pd.Timedelta("5min") == pd.Timedelta(0)).all()
    assert (step == pd.Timedelta("5min")).mean() > 0.8
    assert 40 < storm.nunique() < 600
    # Of each storm no more than a sixtieth of what is simulated, some of it to spare.
    assert storm.value_counts().max() <= 6400 // 60


def test_the_notes_count(table):
    storms, dropped, phase = table.notes
    assert (
        storms.startswith(f"6000 blocks of five minutes in {table.truth['storm'].nunique()} storms") and "1." in storms
    )
    assert 0 <= int(dropped.split()[0]) < 300
    assert "20 to 80%" in phase


# What it says about the weather


def test_snow_falls_exactly_as_often_as_the_published_regression_says(long):
    """Blocks of a storm share their luck, so storms, not blocks, set the error."""
    luck = long["fell"] - long["snow_probability"]
    for low, high in ((0, 0.02), (0.02, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.98), (0.98, 1), (0, 1)):
        rows = long["snow_probability"].between(low, high)
        by_storm = luck[rows].groupby(long["storm"][rows]).sum()
        assert len(by_storm) > 100
        assert abs(by_storm.sum()) < 4 * np.sqrt((by_storm**2).sum()), (low, high)


def test_the_regression_fitted_to_what_fell_is_the_published_one(long):
    near = long[long["snow_probability"].between(1e-4, 1 - 1e-4)]
    fit = LogisticRegression(C=1e6).fit(near[["temperature", "relative_humidity"]] - [1.38, 90], near["fell"])
    assert fit.coef_[0, 0] == pytest.approx(-1.41, rel=0.12)
    assert fit.coef_[0, 1] == pytest.approx(-0.09, abs=0.04)
    assert -fit.intercept_[0] / fit.coef_[0, 0] == pytest.approx(0, abs=0.25)  # the T50 at 90%


def test_chance_is_shared_by_neighbours_and_rain_is_heavier_than_snow(long):
    lucky = (long["fell"] != (long["snow_probability"] > 0.5)).to_numpy()
    together = np.mean(lucky[1:] & lucky[:-1]) / lucky.mean()
    assert together > 0.7 > 5 * lucky.mean()
    assert long["intensity"][~long["fell"]].median() > 1.3 * long["intensity"][long["fell"]].median()


def test_neighbours_are_alike_and_shuffled_blocks_are_not(table):
    rng = np.random.default_rng(0)
    storm = table.truth["storm"]
    same = (storm.diff() == 0).to_numpy()
    both = table.frame[["temperature", "n0", "fs", "dm"]].join(table.truth[["riming", "intensity", "aloft"]])
    for name, values in both.assign(n0=np.log(both["n0"]), intensity=np.log(both["intensity"])).items():
        now, before = values.to_numpy()[1:][same[1:]], values.to_numpy()[:-1][same[1:]]
        assert np.corrcoef(now, before)[0, 1] > 0.6, name
        shuffled = rng.permutation(values)
        assert abs(np.corrcoef(shuffled[1:], shuffled[:-1])[0, 1]) < 0.06, name


def test_storms_share_nothing_with_the_storm_before(long):
    new = (long["storm"].diff() > 0).to_numpy()
    for name in ("riming", "concentration"):
        values = long[name].rank().to_numpy()
        # By rank, and against the same within a storm; 1,500 storms leave an error of 0.03.
        assert abs(np.corrcoef(values[1:][new[1:]], values[:-1][new[1:]])[0, 1]) < 0.2, name
        assert np.corrcoef(values[1:][~new[1:]], values[:-1][~new[1:]])[0, 1] > 0.8, name


def test_causes_are_visible_in_what_is_measured(table):
    frame, truth = table.frame, table.truth
    phase = frame["phase"]
    assert frame["rho"][phase == "snow"].median() < 0.3 < 0.6 < frame["rho"][phase == "rain"].median()
    assert frame["fs"][phase == "snow"].median() < 0.5 * frame["fs"][phase == "rain"].median()
    snow = frame[phase == "snow"]
    # Of one size: large flakes are lighter than small ones anyway.
    of_size = np.log(snow["rho"]) + 0.922 * np.log(snow["dm"])
    assert of_size.corr(truth["riming"][phase == "snow"], method="spearman") > 0.3
    assert np.log(snow["sr"].clip(1e-6)).corr(np.log(truth["intensity"][phase == "snow"])) > 0.6
    # What the instrument misses, it misses of the drops: they are small.
    share = frame["rr"] / (frame["rr"] + frame["sr"])
    mixed = phase == "mixed"
    assert share[mixed].corr(truth["water"][mixed]) > 0.7
    assert 0.35 < share[mixed].mean() <= truth["water"][mixed].mean()
    assert share[phase == "rain"].median() > 0.98 and share[phase == "snow"].median() < 0.02


# Seeds and sizes


def test_a_seed_makes_the_same_table_and_another_another(table):
    pd.testing.assert_frame_equal(weather.load("simulator", n=6000, seed=1).frame, table.frame)
    first, second = (weather.load("simulator", n=120, seed=seed) for seed in (1, np.int64(2)))
    assert not first.frame["n0"].reset_index(drop=True).equals(second.frame["n0"].reset_index(drop=True))
    assert len(first.frame.index.intersection(second.frame.index)) < 60


@pytest.mark.parametrize("n", [100, 101, 599, 2500])
def test_there_are_as_many_blocks_as_asked_for(n):
    found = weather.load("simulator", n=n, seed=7)
    assert len(found) == len(found.truth) == n
    assert found.notes[0].startswith(f"{n} blocks")


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_tables_have_many_storms_and_can_be_split(seed):
    found = weather.load("simulator", n=100, seed=seed)
    assert found.truth["storm"].nunique() >= 24
    assert found.frame["phase"].nunique() >= 2
    parts, event = found.split(), found.split(target="snow")
    assert len(parts.train) == 60 and len(event.test) == 20
    assert parts.test.truth.index.equals(parts.test.frame.index)


def test_the_largest_seed_works():
    assert len(weather.load("simulator", n=100, seed=2**32 - 1)) == 100


@pytest.mark.parametrize("n", [0, 99, -5, 500_001, 150.0, 150.5, True, "150", np.nan, [150]])
def test_bad_sizes_are_named(n):
    with pytest.raises(ValueError, match="simulator: expected n to be a whole number from 100 to 500000, got") as error:
        weather.load("simulator", n=n)
    assert str(error.value).endswith(repr(n))


@pytest.mark.parametrize("seed", [-1, 2**32, 0.0, None, True, "0"])
def test_bad_seeds_are_named(seed):
    with pytest.raises(ValueError, match="simulator: expected seed to be a whole number from 0 to 4294967295, got"):
        weather.load("simulator", n=100, seed=seed)


def test_it_takes_no_path_and_no_unknown_option():
    with pytest.raises(TypeError, match="takes no path|path"):
        weather.load("simulator", n=100, path="table.csv")
    with pytest.raises(TypeError, match="sites"):
        weather.load("simulator", n=100, sites=("SIM",))
