"""A reader's own table: what can be read, how its columns are taken, and the report of everything that is wrong."""

import gzip
import inspect
import json
import re

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import weather
from helpers.weather import COLUMNS, Column, choice, csv
from helpers.weather.csv import mapping
from helpers.weather.csv.suggest import suggest
from helpers.weather.units import convert

ROWS = 40
MAP = {
    "T": "temperature",
    "RH": "relative_humidity",
    "slp": "pressure",
    "ws": "wind_speed",
    "vis": "visibility",
    "n0": "n0",
    "fs": "fs",
    "dp": "dew_point",
    "type": "phase",
}
PREDICTORS = tuple(name for name in MAP.values() if name != "phase")
OPTIONS = {"columns": MAP, "target": "phase", "time": "valid", "site": "stn", "predictors": PREDICTORS}


def frame(rows=ROWS, seed=0):
    rng = np.random.default_rng(seed)
    columns = {
        "valid": pd.date_range("2020-01-01", periods=rows, freq="h").strftime("%Y-%m-%d %H:%M"),
        "stn": "AAA",
        "T": rng.normal(0, 5, rows),
        "RH": rng.uniform(50, 99, rows),
        "slp": rng.normal(1010, 5, rows),
        "ws": rng.uniform(1, 9, rows),
        "vis": rng.uniform(1, 16, rows),
        "n0": rng.lognormal(6, 1, rows),
        "fs": rng.uniform(0.5, 6, rows),
        "dp": rng.normal(-5, 4, rows),
        "type": np.resize(["rain", "snow", "mixed", "snow"], rows),
    }
    return pd.DataFrame(columns).astype({"valid": object, "stn": object, "type": object})


def problems(table=None, path=None, **changes):
    """The problems of a changed table; the one message of load says them all."""
    options = OPTIONS | changes
    report = csv.check(path, table=table, **options)
    if report.ok:
        csv.load(path, table=table, **options)
    else:
        with pytest.raises(ValueError) as error:
            csv.load(path, table=table, **options)
        assert str(error.value) == str(report)
        assert all(problem in str(report) for problem in report.problems)
    return list(report.problems)


def only(found, *parts):
    """There is one problem, and it says all this."""
    assert len(found) == 1, found
    for part in parts:
        assert part in found[0]


# What comes out


def test_a_file_becomes_a_table_like_any_other(tmp_path):
    path = tmp_path / "station.csv"
    frame().to_csv(path, index=False)
    before = path.read_bytes()
    table = weather.load("csv", path=path, **OPTIONS)
    assert (table.source, table.target, table.task, table.event) == ("csv", "phase", "classification", "snow")
    assert table.classes == ("rain", "snow", "mixed") and table.truth is None
    assert table.units["pressure"] == "hPa" and table.columns["temperature"] is COLUMNS["temperature"]
    assert (table.frame["snow"] == (table.frame["phase"] == "snow")).all()
    x, y = table.tensors()
    assert x.shape == (ROWS, 8) and y.dtype == torch.int64
    np.testing.assert_allclose(x[:, 5], np.log10(frame()["n0"]), rtol=1e-6)
    parts = table.split()
    assert (len(parts.train), len(parts.sae), len(parts.test)) == (24, 8, 8)
    assert len(weather.load("csv", path=path, n=10, **OPTIONS)) == 10
    assert path.read_bytes() == before


def test_check_takes_what_load_takes_with_the_same_defaults():
    load = {
        name: p.default for name, p in inspect.signature(csv.load).parameters.items() if name not in ("path", "table")
    }
    assert load == {name: p.default for name, p in inspect.signature(mapping.Options).parameters.items()}
    with pytest.raises(TypeError, match="delimiter"):
        csv.check(table=frame(), delimiter=",")


@pytest.mark.parametrize(
    "form", ["csv", "tsv", "csv.gz", "semicolons", "latin-1", "bom", "white space", "blank lines", "preamble"]
)
def test_every_form_of_a_file_gives_the_same_numbers(tmp_path, form):
    data, options, name = frame(), dict(OPTIONS), "mine.csv"
    if form == "tsv":
        name, text = "mine.tsv", data.to_csv(index=False, sep="\t")
    elif form == "semicolons":
        text, options = data.to_csv(index=False, sep=";", decimal=","), options | {"sep": ";", "decimal": ","}
    elif form == "white space":
        data["valid"] = data["valid"].str.replace(" ", "T")
        text, options = data.to_string(index=False, float_format=str), options | {"sep": r"\s+"}
    elif form == "latin-1":
        data = data.rename(columns={"T": "T°"})
        options |= {
            "encoding": "latin-1",
            "columns": {"T°": "temperature"} | {k: v for k, v in MAP.items() if k != "T"},
        }
        text = data.to_csv(index=False)
    else:
        text = data.to_csv(index=False)
    if form == "blank lines":
        text = "\n\n" + text.replace("\n", "\n\n")
    if form == "preamble":
        text, options = "# a station\n# in the hills, near a lake\n" + text, options | {"skip": 2}
    packed = text.encode({"latin-1": "latin-1", "bom": "utf-8-sig"}.get(form, "utf-8"))
    path = tmp_path / (name + (".gz" if form == "csv.gz" else ""))
    path.write_bytes(gzip.compress(packed, mtime=0) if form == "csv.gz" else packed)
    pd.testing.assert_frame_equal(csv.load(path, **options).frame, csv.load(table=frame(), **OPTIONS).frame)


OTHER = {
    "T": ["kelvin", "degF", "°C"],
    "RH": ["dimensionless", "%"],
    "slp": ["inHg", "Pa", "kPa", "mb"],
    "ws": ["knot", "mph", "km/h"],
    "vis": ["mile", "m", "feet"],
    "n0": ["1/cm**3/mm", "m**-4"],
    "fs": ["cm/s", "feet/s"],
    "rho": ["kg/m**3", "g cm-3"],
    "rr": ["inch/hour", "m/s", "mm/day"],
}


@settings(max_examples=25)
@given(st.data())
def test_other_units_give_the_same_table(data):
    size = data.draw(st.integers(5, 20))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    canonical = frame(size, seed=rng.integers(1000)).drop(columns="dp")
    canonical = canonical.assign(rho=rng.uniform(0.05, 0.9, size), rr=rng.uniform(0.1, 9, size))
    columns = {name: new for name, new in MAP.items() if name != "dp"} | {"rho": "rho", "rr": "rr"}
    options = OPTIONS | {"columns": columns, "predictors": None}
    units = {name: data.draw(st.sampled_from(OTHER[name])) for name in data.draw(st.sets(st.sampled_from(list(OTHER))))}
    other = canonical.copy()
    for name, unit in units.items():
        other[name] = convert(canonical[name], COLUMNS[columns[name]].unit, unit)
    expected = csv.load(table=canonical, **options).frame
    found = csv.load(table=other, units=units, **options).frame
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9, atol=1e-9, check_exact=False)
    np.testing.assert_allclose(expected["temperature"], canonical["T"], rtol=0, atol=0)


def test_times_are_utc_whatever_they_were():
    hours = ["2021-01-01 01:00", "2021-01-01T02:00+01:00", "2021-07-01 01:00"]
    table = csv.load(table=frame(3).assign(valid=hours), **OPTIONS, time_zone="Europe/Berlin")
    expected = pd.DatetimeIndex(["2021-01-01 00:00", "2021-01-01 01:00", "2021-06-30 23:00"], tz="UTC", name="time")
    pd.testing.assert_index_equal(table.frame.index, expected.as_unit("ns"), exact="equiv")


@pytest.mark.parametrize(
    "write, options",
    [
        (lambda times: times.strftime("%d.%m.%Y %H:%M"), {"time_format": "%d.%m.%Y %H:%M"}),
        (
            lambda times: times.strftime("%d/%m/%y %H:%M+0000"),
            {"time_format": "%d/%m/%y %H:%M%z", "time_zone": "Asia/Tokyo"},
        ),
        (lambda times: [int(t.timestamp()) for t in times], {"time_format": "s", "time_zone": "Asia/Tokyo"}),
        (lambda times: [int(t.timestamp()) * 1000 for t in times], {"time_format": "ms"}),
        (lambda times: times.tz_convert("Asia/Tokyo"), {"time_zone": "America/New_York"}),
        (lambda times: times.tz_convert("Asia/Tokyo").tz_localize(None), {"time_zone": "Asia/Tokyo"}),
        (lambda times: [t.to_pydatetime() for t in times], {}),
    ],
)
def test_times_may_be_written_in_many_ways(write, options):
    times = pd.date_range("2020-02-01", periods=6, freq="h", tz="UTC")
    table = csv.load(table=frame(6).assign(valid=write(times)), **OPTIONS, **options)
    assert list(table.frame.index) == list(times)


def test_a_frame_may_have_its_times_as_the_index():
    data = frame()
    indexed = data.set_index(pd.DatetimeIndex(data.pop("valid")))
    found = csv.load(table=indexed, **OPTIONS).frame
    pd.testing.assert_frame_equal(found, csv.load(table=frame(), **OPTIONS).frame)


def test_rows_are_sorted_and_incomplete_ones_dropped_with_a_note():
    data = frame()
    data.loc[[3, 5], "T"] = np.nan
    data.loc[7, "type"] = ""
    data.loc[9, "vis"] = np.nan
    data.loc[11, "RH"] = -9999.0
    data.loc[13, "ws"] = np.nan
    shuffled = data.sample(frac=1, random_state=1)
    names = tuple(name for name in PREDICTORS if name != "visibility")
    options = OPTIONS | {"predictors": names, "missing": ["-9999"]}
    table = csv.load(table=shuffled, **options)
    assert table.frame.index.is_monotonic_increasing and len(table) == ROWS - 5
    notes = " ".join(table.notes)
    assert "2 row(s) without temperature dropped." in notes and "1 row(s) without phase dropped." in notes
    assert "1 row(s) without relative_humidity dropped." in notes and "without snow" not in notes
    assert "1 row(s) without visibility kept" in notes and "all sorted" in notes
    assert table.frame["visibility"].isna().sum() == 1
    expected = csv.load(table=data, **options).frame
    pd.testing.assert_frame_equal(table.frame, expected)


def test_without_a_site_column_all_rows_are_of_one_named_like_the_file(tmp_path):
    frame().to_csv(tmp_path / "hut.csv.gz", index=False)
    assert set(csv.load(tmp_path / "hut.csv.gz", **OPTIONS | {"site": None}).frame["site"]) == {"hut"}


def test_two_sites_may_share_their_times():
    both = pd.concat([frame(), frame(seed=1).assign(stn="BBB")])
    table = csv.load(table=both, **OPTIONS)
    assert len(table) == 2 * ROWS and list(table.frame["site"][:2]) == ["AAA", "BBB"]


@pytest.mark.parametrize("mark", [-9999, "-9999", -9999.0, "M"])
def test_marks_of_gaps_are_compared_as_text_and_as_numbers(mark):
    data = frame().astype({"T": object})
    data.loc[4, "T"] = "M" if mark == "M" else "-9999.00"
    table = csv.load(table=data, missing=mark, **OPTIONS)
    assert len(table) == ROWS - 1 and "1 row(s) without temperature dropped." in table.notes


# Predictors, target, classes, event


def test_default_predictors_are_the_published_five_or_all_numbers():
    options = OPTIONS | {"predictors": None}
    assert csv.load(table=frame(), **options).predictors == PREDICTORS
    with_dm = options | {"columns": MAP | {"dm": "dm"}}
    table = csv.load(table=frame().assign(dm=1.5), **with_dm)
    assert table.predictors == ("n0", "fs", "dm", "temperature", "relative_humidity")
    assert any("No predictors were named" in note for note in table.notes)
    table = csv.load(table=frame(), **options, leaks=["dew_point", "n0"])
    assert not {"dew_point", "n0", "phase"} & set(table.predictors) and table.leaks == ("dew_point", "n0")
    table = csv.load(table=frame(), **options | {"target": "visibility"})
    assert (table.task, table.classes, table.event) == ("regression", (), None)
    assert "visibility" not in table.predictors


@pytest.mark.parametrize("words", [[True, False], ["yes", "no"], ["TRUE", "False"], [1, 0], ["1", "0"], ["wet", "dry"]])
def test_a_target_of_true_and_false_is_its_own_event(words):
    columns = {"T": "temperature", "RH": "relative_humidity", "rained": "wet"}
    data = frame().assign(rained=np.resize(np.array(words, dtype=object), ROWS))
    options = OPTIONS | {"columns": columns, "target": "wet", "predictors": None}
    table = csv.load(table=data, **options)
    assert (table.classes, table.event) == (("dry", "wet"), "wet")
    assert table.frame["wet"].dtype == bool and table.frame["wet"].tolist() == [True, False] * (ROWS // 2)
    assert table.predictors == ("temperature", "relative_humidity")


def test_labels_become_classes_in_order_of_appearance_or_as_wished():
    code = Column("code", "", "present weather")
    data = frame().assign(code=np.resize([61, 71, 61, 68], ROWS))
    options = OPTIONS | {"columns": MAP | {"code": code}, "target": "code"}
    table = csv.load(table=data, **options)
    assert table.classes == ("61", "71", "68") and table.event is None
    table = csv.load(table=data, **options, classes=[71, 68, 61], event={"code": 71})
    assert table.classes == ("71", "68", "61") and table.event == "71"
    assert table.frame["71"].equals(table.frame["code"] == "71")
    table = csv.load(table=data, **options, classes={61: "liquid", 71: "solid", 68: "solid"}, event={"code": "solid"})
    assert table.classes == ("liquid", "solid") and table.event == "solid" and table.frame["solid"].mean() == 0.5
    assert table.split(target="solid").train.y.tolist() == table.frame["solid"].astype(int).tolist()[:24]
    as_dict = {"name": "code", "unit": "", "description": "present weather"}
    assert csv.load(table=data, **options | {"columns": MAP | {"code": as_dict}}).classes == ("61", "71", "68")


def test_the_words_of_phase_can_be_translated_and_only_what_occurs_is_a_class():
    data = frame().assign(type=np.resize(["SN", "RA"], ROWS))
    table = csv.load(table=data, **OPTIONS, classes={"RA": "rain", "SN": "snow", "RASN": "mixed"})
    assert table.classes == ("rain", "snow") and table.event == "snow" and table.frame["snow"].mean() == 0.5
    table = csv.load(table=frame().assign(type=np.resize(["Rain", " SNOW "], ROWS)), **OPTIONS)
    assert table.classes == ("rain", "snow")
    assert csv.load(table=frame(), **OPTIONS, event={"phase": "mixed"}).event == "mixed"


def test_an_event_may_be_another_column_of_true_and_false():
    data = frame().assign(fog=np.resize(["yes", "no", "no"], ROWS))
    options = OPTIONS | {"columns": MAP | {"fog": Column("fog", "", "whether there was fog")}}
    table = csv.load(table=data, **options, event="fog")
    assert table.event == "fog" and table.frame["fog"].dtype == bool and "fog" not in table.predictors
    data.loc[4, "fog"] = None
    assert len(csv.load(table=data, **options, event="fog")) == ROWS - 1
    only(problems(data, **options | {"event": "fogg"}), "event", "did you mean 'fog'?")
    only(problems(data, **options | {"event": "temperature"}), "event", "'T' is not of true and false")
    only(problems(data, **options | {"event": {"phase": "hail"}}), "event", "'type'", "rain, snow, mixed", "'hail'")
    only(problems(data, **options | {"event": ["fog"]}), "event", "expected {column: value}")


def test_the_chapters_can_be_run_on_a_table_of_ones_own(tmp_path, monkeypatch):
    frame().rename(columns={"valid": "time"}).to_csv(tmp_path / "mine.csv", index=False)
    (tmp_path / "mine.json").write_text(json.dumps({"path": "mine.csv", "columns": MAP, "target": "phase"}))
    monkeypatch.setenv(choice.VARIABLE, f"csv:{tmp_path / 'mine.json'}")
    assert choice.chosen().event == "snow"


# What is wrong


def put(name, row, value):
    """A fault: one cell of a column is something else."""

    def change(data, options):
        data.loc[row, name] = value

    return change


def swap(name, function):
    """A fault: a whole column is in a wrong unit."""

    def change(data, options):
        data[name] = function(data[name])

    return change


def ask(key, name, value):
    """A fault: an entry of a map among the options."""

    def change(data, options):
        options[key] = options.get(key, {}) | {name: value}

    return change


def double(data, options):
    data.loc[20, "valid"] = data.loc[19, "valid"]


FAULTS = {
    "text": (put("T", 3, "M"), "column 'T': expected numbers, got 1 other(s), the first 'M' in row 3"),
    "kelvin": (swap("dp", lambda c: c + 273.15), "column 'dp': expected -90 to 60 °C"),
    "Pa": (swap("slp", lambda c: c * 100), "column 'slp': expected 450 to 1090 hPa"),
    "gap": (put("RH", 4, None), "column 'RH': expected a value in every row, got 1 without, the first in row 4"),
    "wrong unit": (ask("units", "ws", "hPa"), "column 'ws': cannot convert 'hPa' to 'm/s'"),
    "no unit": (ask("units", "vis", "furlongg"), "column 'vis': expected a unit, got 'furlongg'"),
    "zero": (
        put("n0", 5, 0.0),
        "column 'n0': expected numbers above 0, for their logarithm, got 1 other(s), the first 0",
    ),
    "endless": (put("fs", 6, np.inf), "column 'fs': expected finite numbers, got 1 other(s), the first inf in row 6"),
    "class": (put("type", 7, "hail"), "column 'type': expected one of 'rain', 'snow', 'mixed', got 1 other(s)"),
    "time": (put("valid", 8, "yesterday"), "column 'valid': expected times such as"),
    "no time": (put("valid", 9, None), "column 'valid': expected a time in every row, got 1 without"),
    "double": (double, "column 'valid': expected one row per time and site, got 1 more"),
    "no site": (put("stn", 10, ""), "column 'stn': expected a site in every row, got 1 without, the first in row 10"),
    "no column": (ask("columns", "rhoo", "rho"), "column 'rhoo': expected a column of the file"),
    "no name": (ask("columns", "extra", "temperatur"), "column 'extra': expected a canonical name or a Column"),
    "twice": (ask("columns", "extra2", "pressure"), "expected one column for 'pressure', got 'slp' and 'extra2'"),
    "no units of it": (ask("units", "pressure", "Pa"), "units: expected columns of the file that are mapped"),
}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sets(st.sampled_from(sorted(FAULTS))))
def test_every_fault_is_reported_at_once_and_nothing_else(names):
    data = frame().assign(extra=1.0, extra2=1.0).astype(object)
    options = {"columns": dict(MAP), "drop_incomplete": False}
    for name in sorted(names):
        FAULTS[name][0](data, options)
    found = problems(data, **options)
    for name in names:
        assert sum(FAULTS[name][1] in problem for problem in found) == 1, (name, found)
    assert len(found) == len(names), found


def test_lines_are_those_of_the_file(tmp_path):
    data = frame().astype(object)
    data.loc[7, "T"], data.loc[9, "slp"] = "M", 101325
    path = tmp_path / "mine.csv"
    text = data.to_csv(index=False)
    path.write_text("\n".join(["about the station", "", *text.splitlines()]).replace("\nabout", "\n\nabout"))
    lines = path.read_text().splitlines()
    found = problems(path=path, skip=1)
    where = [int(re.search(r"in line (\d+)", problem)[1]) for problem in found]
    assert ",M," in lines[where[0] - 1] and ",101325," in lines[where[1] - 1]
    assert str(csv.check(path, skip=1, **OPTIONS)).startswith(f"{path}: 2 problems in {ROWS} rows\n  1. column 'T'")


@pytest.mark.parametrize(
    "changes, parts",
    [
        ({"target": "phas"}, ["target", "'phas'", "did you mean"]),
        ({"target": None}, ["target", "None"]),
        ({"target": "type"}, ["target", "did you mean 'phase'?"]),
        ({"predictors": ["temprature"]}, ["predictors", "did you mean 'temperature'?"]),
        ({"predictors": "T"}, ["predictors", "did you mean 'temperature'?"]),
        ({"predictors": []}, ["predictors", "empty list"]),
        ({"predictors": ["n0", "n0"]}, ["predictors", "'n0' more than once"]),
        ({"predictors": ["n0", "phase"]}, ["predictors", "no target"]),
        ({"classes": []}, ["classes", "two or more, got none"]),
        ({"classes": "rain"}, ["'type'", "expected one of 'rain', got 30 other(s)"]),
        ({"leaks": "n0"}, ["leaks", "none of the predictors", "'n0'"]),
        ({"leaks": ["rho"]}, ["leaks", "'rho'"]),
        ({"time": "vlid"}, ["time", "did you mean 'valid'?", "It has 'valid', 'stn'"]),
        ({"site": "station"}, ["site", "'station'"]),
        ({"time_zone": "Europe/Springfield"}, ["time zone", "'Europe/Springfield'"]),
        ({"units": "degC"}, ["units", "expected a map", "str"]),
        ({"units": {"type": "m"}}, ["column 'type'", "label", "'m'"]),
        ({"classes": ["rain", "snow"]}, ["column 'type'", "expected one of 'rain', 'snow'", "'mixed' in row 2"]),
        ({"classes": {"rain": "wet", "snow": "snow", "mixed": "mixed"}}, ["classes", "phase", "'wet'"]),
        ({"columns": MAP | {"dp": Column("frost", "degreess", "x")}, "predictors": "n0"}, ["'dp'", "'degreess'"]),
        ({"columns": MAP | {"dp": {"name": "frost"}}, "predictors": "n0"}, ["'dp'", "expected name, unit and desc"]),
        ({"columns": MAP | {"valid": "time"}}, ["column 'valid'", "pass time='valid'"]),
        ({"target": "n0", "predictors": None, "classes": ["a"]}, ["classes", "'n0' is a number"]),
    ],
)
def test_a_slip_in_the_options_gets_one_message(changes, parts):
    only(problems(frame(), **changes), *parts)


@pytest.mark.parametrize(
    "change, options, parts",
    [
        (put("type", slice(None), "snow"), {}, ["'type'", "two kinds of 'phase'", "all are 'snow'"]),
        (put("type", slice(None), None), {}, ["'type'", "every row is empty"]),
        (put("RH", slice(None), -9999), {}, ["'RH'", "outside", "-9999"]),
        (put("RH", slice(3, 5), -9999), {}, ["'RH'", "3 value(s)", "all of them are -9999", "missing="]),
        (swap("T", lambda c: c + 273.15), {}, ["'T'", "kelvin"]),
        (swap("T", lambda c: c.where(c.index < 20, c + 273.15)), {}, ["'T'", "20 value(s)", "row 20", "kelvin"]),
        (swap("RH", lambda c: c / 100), {}, ["'RH'", "fractions of 1"]),
        (swap("slp", lambda c: c / 33.86), {}, ["'slp'", "inHg"]),
        (put("n0", 2, -1.0), {"predictors": ["fs"]}, ["'n0'", "0 to 1e+07", "row 2"]),
        (swap("T", lambda c: c.round(1).astype(str).str.replace(".", ",")), {}, ["'T'", "decimal=','"]),
        (swap("valid", lambda c: "03/04/" + c.str[:4]), {}, ["'valid'", "40 other(s)", "'03/04/2020'", "time_format="]),
        (put("valid", 5, "2021-03-28 02:30"), {"time_zone": "Europe/Berlin"}, ["Europe/Berlin has once", "in row 5"]),
        (swap("valid", lambda c: "31.01." + c), {"time_format": "%m.%d.%Y %H"}, ["40 other(s)", "like '%m.%d.%Y %H'"]),
    ],
)
def test_a_fault_in_a_column_is_named_with_its_likely_cause(change, options, parts):
    data = frame().astype({"T": object, "RH": object, "slp": object})
    change(data, {})
    only(problems(data, **options), *parts)


def test_rows_that_leave_nothing_or_one_class_are_a_problem():
    data = frame()
    data.loc[: ROWS // 2, "T"], data.loc[ROWS // 2 :, "RH"] = np.nan, np.nan
    assert any("no row has them all" in problem for problem in problems(data))
    data = frame()
    data.loc[data["type"] != "snow", "T"] = np.nan
    only([text for text in problems(data) if "two kinds" in text], "'type'", "'snow'")
    data = frame()
    data.loc[:29, "RH"], data.loc[30:, "T"] = np.nan, 50.0
    only(problems(data), "temperature", "expected a median", "50")
    data = frame()
    data.loc[data["type"] == "snow", "T"] = np.nan
    only(problems(data), "column 'type'", "two kinds of 'snow'", "all are False")


def test_a_free_text_is_no_class():
    data = frame(120).assign(note=[f"note {row}" for row in range(120)])
    options = {"columns": MAP | {"note": Column("note", "", "free text")}, "target": "note"}
    only(problems(data, **options), "'note'", "at most 50 classes, got 120", "'dimensionless'")


def test_no_number_but_the_target_is_no_table():
    only(
        problems(frame(), columns={"T": "temperature"}, target="temperature", predictors=None), "at least one predictor"
    )


@pytest.mark.parametrize(
    "content, parts",
    [
        (b"", ["empty"]),
        (b"\n \n", ["empty"]),
        (b"valid,T\n", ["rows under the header"]),
        (b"valid;T\n2020-01-01;1,5\n", ["separated by ','", "sep=';'"]),
        (b"valid\tT\n2020-01-01\t1\n", ["separated by ','", r"sep='\t'"]),
        (b"valid T\n2020-01-01 1\n", ["one column only", r"sep=r'\s+'"]),
        (b"valid,T\n2020-01-01,1,5\n", ["as many cells", "line 2"]),
        ("valid,T°\n2020-01-01,1\n".encode("latin-1"), ["utf-8", "0xb0 in line 1", "latin-1"]),
        ("valid,T\n2020-01-01,1\n".encode("utf-16"), ["encoding='utf-16'"]),
        (gzip.compress(b"valid,T\n" * 100, mtime=0)[:-12], ["gzip", "cannot be unpacked"]),
        (b"PK\x03\x04rest", ["ZIP archive or an Excel sheet"]),
        (b"PAR1rest", ["Parquet", "table="]),
        (b"CDF\x01", ["netCDF"]),
        (b"abc\0def", ["binary data"]),
    ],
)
def test_what_is_no_table_is_the_one_problem(tmp_path, content, parts):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    report = csv.check(path, **OPTIONS)
    assert report.rows == 0 and not report.ok
    only(problems(path=path), *parts)


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"decimal": ";"}, "decimal: expected '.' or ',', got ';'"),
        ({"sep": ""}, "sep: expected one character"),
        ({"sep": 5}, "sep: expected one character"),
        ({"skip": -1}, "skip: expected a number of lines, 0 or more, got -1"),
        ({"skip": "2"}, "skip: expected a number of lines"),
    ],
)
def test_what_no_file_can_be_read_with_is_refused(options, expected):
    for act in (csv.load, csv.check):
        with pytest.raises(ValueError) as error:
            act(table=frame(), **OPTIONS, **options)
        assert expected in str(error.value)


def test_an_encoding_that_is_none_is_named(tmp_path):
    (tmp_path / "mine.csv").write_text("valid,T\n2020,1\n")
    only(problems(path=tmp_path / "mine.csv", encoding="latin-77"), "encoding", "'latin-77'")


def test_a_name_twice_in_the_header_matters_only_where_it_is_used(tmp_path):
    data = frame()
    text = data.assign(x=1, y=2).to_csv(index=False)
    path = tmp_path / "mine.csv"
    path.write_text(text.replace(",x,y", ",x,x", 1))
    assert csv.check(path, **OPTIONS).ok
    path.write_text(text.replace(",x,y", ",T,x", 1))
    only(problems(path=path), "column 'T'", "once in the header")
    path.write_text(text.replace(",x,y", ",valid,x", 1))
    only(problems(path=path), "column 'valid'", "once in the header")


def test_a_missing_file_and_a_missing_table_are_told_at_once(tmp_path):
    for act in (csv.load, csv.check):
        with pytest.raises(FileNotFoundError, match="nowhere.csv"):
            act(tmp_path / "nowhere.csv", **OPTIONS)
        with pytest.raises(ValueError, match="both or neither"):
            act(**OPTIONS)
        with pytest.raises(ValueError, match="both or neither"):
            act("mine.csv", table=frame(), **OPTIONS)
        with pytest.raises(ValueError, match="expected a DataFrame as table, got list"):
            act(table=[1], **OPTIONS)
        with pytest.raises(FileNotFoundError):
            act(tmp_path, **OPTIONS)
    only(problems(frame()[:0]), "DataFrame is empty")
    with pytest.raises(ValueError, match="both or neither"):
        weather.load("csv", **OPTIONS)


# The proposed map


@pytest.mark.parametrize("columns", [None, {}, "temperature"])
def test_without_a_map_one_is_proposed_that_works(columns):
    data = frame().rename(columns={"T": "temp (F)", "slp": "Pressure_kPa", "type": "Precip Type", "stn": "Station"})
    data["temp (F)"] = data["temp (F)"] * 1.8 + 32
    data["Pressure_kPa"] /= 10
    data = data.assign(remark="none")
    found = csv.check(table=data, columns=columns, target="phase").problems
    only(found, "Left out: 'remark'", "wind_speed m/s")
    proposal = re.search(r"(columns=\{.*?), site='Station'", found[0])[0]
    options = eval(f"dict({proposal})")
    assert options["columns"]["temp (F)"] == "temperature" and options["time"] == "valid"
    table = csv.load(table=data, **options, target="phase")
    expected = csv.load(table=frame(), **OPTIONS).frame
    pd.testing.assert_frame_equal(table.frame[expected.columns], expected, check_like=True)


@pytest.mark.parametrize(
    "name, canonical, unit",
    [
        ("T2m", "temperature", None),
        ("temp", "temperature", None),
        ("Air Temperature [°C]", "temperature", None),
        ("tmp_k", "temperature", "kelvin"),
        ("RH", "relative_humidity", None),
        ("humidity %", "relative_humidity", None),
        ("DewPoint", "dew_point", None),
        ("td_c", "dew_point", None),
        ("P", "pressure", None),
        ("pressure (inHg)", "pressure", "inHg"),
        ("wind-speed", "wind_speed", None),
        ("WS (kt)", "wind_speed", "knot"),
        ("precip (in/h)", "precipitation", "in/h"),
        ("Temperature (at 2 m)", "temperature", None),
        ("Precip (mm)", "precipitation", None),
        ("Rho", "rho", None),
        ("Dm", "dm", None),
    ],
)
def test_common_names_are_known(name, canonical, unit):
    text = suggest([name])
    assert f"columns={{{name!r}: {canonical!r}}}" in text
    assert (f"units={{{name!r}: {unit!r}}}" in text) if unit else ("units={" not in text)


def test_names_that_say_nothing_are_left_out():
    assert suggest(["D0", "foo", "temp_x"]) == "None of its columns has a name that is known: 'D0', 'foo', 'temp_x'"
    assert "Left out: 'temp'" in suggest(["t", "temp"])
