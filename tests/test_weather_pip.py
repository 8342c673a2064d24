"""The measured precipitation tables: from a file in the published columns, from the archive, and from the network."""

import gzip
import warnings
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pip_files
import pooch
import pytest
import requests

from helpers import weather
from helpers.weather import aliases, download


@pytest.fixture(autouse=True)
def no_stray_warnings():
    with warnings.catch_warnings(action="error"):
        yield


@pytest.fixture
def load(tmp_path):
    """Load a table from a CSV file of a frame."""

    def from_frame(frame, **options):
        frame.to_csv(tmp_path / "table.csv")
        return weather.load("pip", path=tmp_path / "table.csv", **options)

    return from_frame


def noted(table, text):
    """The count in the note that holds the text."""
    (note,) = [note for note in table.notes if text in note]
    return int(note.partition(" ")[0])


# The published table


def test_a_file_in_the_published_columns_is_a_weather_table(load):
    frame = pip_files.table()
    table = load(frame)
    assert (len(table), table.source, table.target, table.task) == (400, "pip", "phase", "classification")
    assert table.predictors == ("n0", "fs", "dm", "temperature", "relative_humidity")
    assert (table.classes, table.event, table.leaks, table.truth) == (("rain", "snow"), "snow", ("rho",), None)
    assert table.notes == ("Columns not used: wd.", "The phase is the file's own.")
    for name, column in [("dm", "Dm"), ("temperature", "t"), ("dew_point", "dp"), ("wind_speed", "ws"), ("nt", "Nt")]:
        np.testing.assert_allclose(table.frame[name], frame[column], rtol=1e-12)
    assert str(table.frame.index[1]) == "2018-01-01 00:05:00+00:00"
    assert (table.frame["snow"] == (frame["phase"] == "snow").to_numpy()).all()
    parts = table.split()
    assert parts.train.x.shape == (240, 5) and parts.predictors == table.predictors
    assert abs(parts.train.x.mean(0)).max() < 1e-5
    assert len(table.split(predictors=[*table.predictors, *table.leaks], target="snow").test) == 80
    assert load(frame, n=50).sample(10).frame.index.is_monotonic_increasing


def test_without_a_phase_the_density_decides(load):
    frame = pip_files.table().drop(columns="phase")
    frame.loc[:1, "Rho"] = [0.3999, 0.4]
    table = load(frame)
    assert list(table.frame["phase"].iloc[:2]) == ["snow", "rain"]
    assert (table.frame["snow"] == (frame["Rho"] < 0.4).to_numpy()).all()
    assert "The phase is cut by density: snow where rho is below 0.4 g/cm³." in table.notes
    by_ed = load(frame.drop(columns="Rho"))
    assert by_ed.leaks == ("ed",)
    assert (by_ed.frame["snow"] == (frame["Ed"] < 0.4).to_numpy()).all()
    with pytest.raises(ValueError, match="missing column 'phase'"):
        load(frame.drop(columns=["Rho", "Ed"]))


def test_names_match_in_any_case_and_logarithms_stand_in(load):
    frame = pip_files.table()
    other = frame.rename(
        columns={"t": "Temperature", "rh": "Relative Humidity", "ws": "Wind_Speed", "p": "Pressure", "Dm": "D0"}
    ).rename(columns=str.upper)
    logs = frame.drop(columns=["Dm", "n0", "Sr"])
    logs["Dm_log"], logs["Log10_n0"] = np.log10(frame["Dm"]), np.log10(frame["n0"])
    logs["Sr_log"], logs["Nt_log"] = 0.0, 99.0  # a rate has no logarithm at 0; Nt itself is there
    plain, renamed, unlogged = load(frame), load(other), load(logs)
    pd.testing.assert_frame_equal(renamed.frame, plain.frame)
    pd.testing.assert_frame_equal(unlogged.frame, plain.frame.drop(columns="sr"))
    assert "Columns not used: wd, Sr_log." in unlogged.notes


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"D0": 1.0}, "expected one column for 'dm', got 'Dm' and 'D0'"),
        ({"Temp": 1.0}, "expected one column for 'temperature', got 't' and 'Temp'"),
        ({"time": "yesterday"}, "column 'time': expected times such as .* got 'yesterday' in row 0"),
        ({"time": 17}, "column 'time': expected times such as .* got the number"),
        ({"Fs": "fast"}, "column 'Fs': expected numbers, got 'fast' in row 0"),
        ({"phase": "hail"}, "column 'phase': expected .*'rain'.*, got 'hail' in row 0; name the others with phases"),
        ({"phase": 1}, "column 'phase': expected .*'rain'.*, got '1' in row 0; name the others with phases"),
        ({"phase": "rain"}, "at least two of the classes"),
        ({"lambda": 700.0}, "none of 400 rows is left. .*400 row.s. outside the limits 0 < lambda < 10 dropped"),
    ],
)
def test_a_column_that_cannot_be_right_is_named(load, columns, message):
    with pytest.raises(ValueError, match=message):
        load(pip_files.table().assign(**columns))


@pytest.mark.parametrize("missing", ["time", "site", "n0", "Fs", "Dm"])
def test_a_missing_column_is_named(load, missing):
    with pytest.raises(ValueError, match=f"missing column '{missing.lower()}'"):
        load(pip_files.table().drop(columns=missing))


@pytest.mark.parametrize(
    ("column", "unit", "name", "change"),
    [
        ("t", "kelvin", "temperature", lambda x: x + 273.15),
        ("p", "Pa", "pressure", lambda x: 100 * x),
        ("rh", "fractions of 1", "relative_humidity", lambda x: x / 100),
        ("Rho", "kg/m", "rho", lambda x: 1000 * x),
        ("Dm", "um", "dm", lambda x: 1000 * x),
        ("Fs", "cm/s", "fs", lambda x: 100 * x),
    ],
)
def test_a_wrong_unit_is_named_and_can_be_given(load, column, unit, name, change):
    frame = pip_files.table()
    other = frame.assign(**{column: change(frame[column])})
    written = {"um": "µm"}.get(unit, unit)
    with pytest.raises(ValueError, match=f"column '{name}': expected .*; they look like .*{written}"):
        load(other)
    unit = {"fractions of 1": "dimensionless", "kg/m": "kg/m**3"}.get(unit, unit)
    for key in (column, name):
        np.testing.assert_allclose(load(other, units={key: unit}).frame[name], frame[column], rtol=1e-9)


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ({"t": "m"}, "column 't': cannot convert 'm' to '°C'"),
        ({"t": "wobble"}, "column 't': expected a unit, got 'wobble'"),
        ({"temperatures": "kelvin"}, "expected units of the columns n0, .*, got one of 'temperatures'"),
        ({"phase": "kelvin"}, "expected units of the columns .*, got one of 'phase'"),
    ],
)
def test_units_that_do_not_fit_are_refused(load, units, message):
    with pytest.raises(ValueError, match=message):
        load(pip_files.table(), units=units)


def test_rows_outside_the_published_limits_or_with_gaps_are_dropped_and_counted(load):
    frame = pip_files.table()
    frame.loc[:2, "n0"] = [0, 1e7, -5]
    frame.loc[3, "lambda"] = 10
    frame.loc[4, "Rho"] = 0
    frame.loc[5:6, "rh"] = np.nan
    frame.loc[7, "Fs"] = np.inf
    frame.loc[8, "phase"] = None
    frame.loc[9, "site"] = None
    frame.loc[10:12, "t"] = -999
    frame.loc[13, "ws"] = 400
    frame.loc[14, "p"] = np.nan
    frame = pd.concat([frame, frame.iloc[[20, 21]].assign(n0=7.0)], ignore_index=True)
    table = load(frame)
    assert noted(table, "0 < n0 < 1e+07") == 3 and noted(table, "0 < lambda < 10") == 1 and noted(table, "0 < rho") == 1
    assert noted(table, "without relative_humidity") == 2 and noted(table, "without fs") == 1
    assert noted(table, "without phase") == 1 and noted(table, "without a site") == 1
    assert noted(table, "temperature outside -70 to 60 °C taken as missing") == 3
    assert noted(table, "without temperature") == 3 and noted(table, "wind_speed outside") == 1
    assert noted(table, "of a site and time that came before") == 2
    assert len(table) == 400 - 13 and 7.0 not in set(table.frame["n0"])
    assert table.frame[["wind_speed", "pressure"]].isna().sum().tolist() == [1, 1]
    assert not load(pip_files.table().assign(p=np.nan)).frame["pressure"].notna().any()


def test_infinite_values_are_missing_values(load):
    table = load(pip_files.table().assign(Fs=lambda frame: frame["Fs"].where(frame.index >= 30, np.inf)))
    assert noted(table, "row(s) without fs dropped") == 30 and len(table) == 370


def test_phases_may_be_other_words_or_numbers(load):
    frame = pip_files.table()
    words = frame.assign(phase=frame["phase"].map({"rain": " Liquid", "snow": "SOLID"}))
    words.loc[:4, "phase"] = "sleet"
    table = load(words)
    assert table.classes == ("rain", "snow", "mixed") and list(table.frame["phase"].iloc[:5]) == ["mixed"] * 5
    assert not table.frame["snow"].iloc[:5].any()
    numbers = frame.assign(phase=frame["phase"].map({"rain": 1, "snow": 2}))
    pd.testing.assert_frame_equal(load(numbers, phases={1: "rain", 2: "snow"}).frame, load(frame).frame)
    with pytest.raises(ValueError, match="phases: expected a map to rain, snow, mixed, got"):
        load(numbers, phases={1: "rain", 2: "sleet"})
    with pytest.raises(ValueError, match="expected phases only with a column 'phase'"):
        load(frame.drop(columns="phase"), phases={1: "rain"})


def test_other_predictors_and_a_number_as_target(load):
    table = load(pip_files.table(), predictors=["n0", "rho", "dm"], target="sr")
    assert (table.task, table.classes, table.event, table.leaks) == ("regression", (), "snow", ("ed",))
    assert table.split().train.x.shape[1] == 3
    alone = load(pip_files.table().drop(columns=["Rho", "Ed", "phase"]), target="sr", predictors="n0")
    assert (alone.event, alone.leaks, alone.predictors) == (None, (), ("n0",))
    with pytest.raises(ValueError, match="missing column 'snowfall'"):
        load(pip_files.table(), target="snowfall")


def test_sites_and_years_can_be_chosen(load):
    frame = pip_files.table(start="2018-12-31")
    assert set(load(frame, sites=["FIN"]).frame["site"]) == {"FIN"}
    assert set(load(frame, years=2019).frame.index.year) == {2019}
    with pytest.raises(ValueError, match="expected sites among FIN, MQT, got KIS"):
        load(frame, sites=["KIS"])
    with pytest.raises(ValueError, match="expected years among 2018, 2019, got 2020"):
        load(frame, years=[2020])


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\xff\xfe", b"a,b\n1\n2,3,4,5\n", b"site,time,n0\n"])
def test_a_file_that_is_no_table_is_refused(tmp_path, content):
    (tmp_path / "table.csv").write_bytes(content)
    with pytest.raises(ValueError, match=r"table\.csv: expected "):
        weather.load("pip", path=tmp_path / "table.csv")


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a CSV file or a folder, but there is nothing at .*nowhere"):
        weather.load("pip", path=tmp_path / "nowhere")
    pip_files.table().to_csv(tmp_path / "table.csv")
    with pytest.raises(ValueError, match="expected met only with a folder"):
        weather.load("pip", path=tmp_path / "table.csv", met=pd.DataFrame())


# The archive


def archive_of(root, sites=("MQT",)):
    for site in sites:
        pip_files.write_day(root, "2018-01-05", site=site)
        pip_files.write_day(root, "2018-01-06", site=site, seed=1, snow=False)


def station(start="2018-01-05", minutes=2880, step=1):
    """Observations of a weather station, one a minute."""
    time = pd.date_range(start, periods=minutes // step, freq=f"{step}min")
    wave = np.sin(np.arange(len(time)) / 50)
    return pd.DataFrame({"Time": time, "T": 3 * wave, "rh": 90 + 5 * wave, "p": 1010 + wave, "comment": "-"})


def quiet(root, **options):
    return weather.load("pip", path=root, progress=False, **options)


def test_the_archive_alone_offers_what_the_disdrometer_measures(tmp_path):
    archive_of(tmp_path)
    table = quiet(tmp_path)
    assert table.predictors == ("n0", "fs", "dm", "lambda", "nt") and table.leaks == ("rho",)
    assert len(table) == 48 and noted(table, "without particles or without data") == 528
    assert any("No weather station" in note for note in table.notes)
    assert (table.frame["snow"] == (table.frame.index.day == 5)).all()
    assert len(table.split().train) == 28
    assert len(quiet(tmp_path, n=7)) == 7


@pytest.mark.parametrize("form", ["frame", "indexed", "file"])
def test_the_weather_station_is_joined_by_its_five_minute_means(tmp_path, form):
    archive_of(tmp_path / "archive")
    met = station()
    expected = met.groupby(met["Time"].dt.floor("5min").dt.tz_localize("UTC"))[["T", "rh", "p"]].mean()
    if form == "indexed":
        met = met.set_index("Time")
    if form == "file":
        met.to_csv(tmp_path / "met.csv", index=False)
        met = tmp_path / "met.csv"
    table = quiet(tmp_path / "archive", met=met)
    assert table.predictors == ("n0", "fs", "dm", "temperature", "relative_humidity")
    columns = ["temperature", "relative_humidity", "pressure"]
    np.testing.assert_allclose(table.frame[columns], expected.loc[table.frame.index], rtol=1e-12)
    assert len(table) == 48 and not any("No weather station" in note for note in table.notes)


def test_the_weather_station_may_have_gaps_other_units_and_sites(tmp_path):
    archive_of(tmp_path, sites=("MQT", "FIN"))
    met = pd.concat([station().assign(station="MQT"), station(minutes=2100).assign(station="FIN", T=9.0)])
    table = quiet(tmp_path, met=met.assign(T=met["T"] + 273.15), units={"T": "kelvin"})
    assert noted(table, "without an observation of the weather station") == 12
    assert noted(table, "without temperature") == 12 and len(table) == 84
    assert (table.frame.loc[table.frame["site"] == "FIN", "temperature"].round(9) == 9).all()
    with pytest.raises(ValueError, match="column 'temperature': expected .*; they look like kelvin"):
        quiet(tmp_path, met=met.assign(T=met["T"] + 273.15))
    with pytest.raises(ValueError, match="met: expected a column 'site', because the archive has 2 sites"):
        quiet(tmp_path, met=station())
    assert len(quiet(tmp_path, met=station(), sites=["MQT"])) == 48


def test_a_weather_station_that_does_not_fit_is_refused(tmp_path):
    archive_of(tmp_path)
    with pytest.raises(ValueError, match="met: expected time and some of temperature, .*, got Time, comment"):
        quiet(tmp_path, met=station()[["Time", "comment"]])
    with pytest.raises(ValueError, match="none of 48 rows is left. .*48 block.s. without an observation"):
        quiet(tmp_path, met=station("2019-01-05"))
    with pytest.raises(ValueError, match="met: column 'T': expected numbers, got 'cold'"):
        quiet(tmp_path, met=station().assign(T="cold"))
    with pytest.raises(ValueError, match="expected units only for the columns of met"):
        quiet(tmp_path, units={"t": "kelvin"})
    with pytest.raises(FileNotFoundError, match="nothing at .*nowhere"):
        quiet(tmp_path, met=tmp_path / "nowhere.csv")


def test_blocks_without_a_predictor_or_a_label_are_dropped(tmp_path):
    archive_of(tmp_path)
    pip_files.write_day(tmp_path, "2018-01-07", skip=["vvd"])
    pip_files.write_day(tmp_path, "2018-01-08", skip=["rho"])
    pip_files.write_day(tmp_path, "2018-01-09", skip=["min"])
    table = quiet(tmp_path)
    assert set(table.frame.index.day) == {5, 6, 9} and noted(table, "row(s) without fs dropped") == 24
    assert table.frame.loc["2018-01-09", "sr"].isna().all()
    sizes = quiet(tmp_path, predictors=["n0", "lambda", "nt"])
    assert set(sizes.frame.index.day) == {5, 6, 7, 9} and noted(sizes, "row(s) without phase dropped") == 24


def test_a_damaged_day_and_a_second_instrument_leave_the_rest(tmp_path):
    archive_of(tmp_path)
    places = pip_files.write_day(tmp_path, "2018-01-07", seed=2)
    pip_files.write_day(tmp_path, "2018-01-06", instrument="007", seed=4)
    pip_files.truncate(places["psd"])
    with pytest.warns(UserWarning, match="2018-01-07 goes without it"):
        table = quiet(tmp_path)
    assert set(table.frame.index.day) == {5, 6} and len(table) == 48
    assert noted(table, "damaged file") == 1 and noted(table, "of a site and time that came before dropped") == 24


def test_an_archive_without_particles_is_refused(tmp_path):
    pip_files.write_day(tmp_path, "2018-01-05", falling=[])
    with pytest.raises(ValueError, match="expected at least one block with particles, got none. 288 block"):
        quiet(tmp_path)


# The network. A local server plays what is scripted for it, one step for each request.


def whole(handler, content):
    handler.answer(200, content)


def rest(handler, content, headers=()):
    """Only what is asked for, as a server does that can."""
    start = int(handler.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
    if start >= len(content):
        return handler.answer(416, b"")
    span = f"bytes {start}-{len(content) - 1}/{len(content)}"
    handler.answer(206 if start else 200, content[start:], ({"Content-Range": span} if start else {}) | dict(headers))


def cut(handler, content):
    """Promise all of it, and hang up half-way."""
    handler.answer(200, content[: len(content) // 2], {"Content-Length": str(len(content))})


def packed(handler, content):
    """A server that packs on the way for those who take it, and then counts the bytes of the packed file."""
    packs = "gzip" in handler.headers.get("Accept-Encoding", "")
    content = gzip.compress(content) if packs else content
    encoding = {"Content-Encoding": "gzip"} if packs else {}
    if "Range" in handler.headers:
        return rest(handler, content, encoding)
    handler.answer(200, content[: len(content) // 2], {"Content-Length": str(len(content))} | encoding)


def rival(handler, content):
    """The rest, after another process wrote to the partial file."""
    with open(download.place().with_name(f"{download.FILE}.partial"), "ab") as file:
        file.write(b"1")
    rest(handler, content)


def elsewhere(handler, content):
    """A part that nobody asked for."""
    handler.answer(206, content[10:], {"Content-Range": f"bytes 10-{len(content) - 1}/{len(content)}"})


def failing(handler, content):
    handler.answer(500, b"try later")


def moved(handler, content):
    handler.answer(302, b"", {"Location": "/there"})


def page(handler, content):
    handler.answer(200, b"<!DOCTYPE html><html><body>Quota exceeded</body></html>")


def other_table(handler, content):
    handler.answer(200, b"a,b\n1,2\n" * 400)


def too_short(handler, content):
    handler.answer(200, b"\n".join(content.split(b"\n")[:100]) + b"\n")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.headers.get("Range"))
        self.server.script.pop(0)(self, self.server.content)

    def answer(self, status, content, headers=()):
        self.send_response(status)
        for key, value in ({"Content-Length": str(len(content))} | dict(headers)).items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A server with `script`, a list of steps, and `asked`, the ranges of the requests so far."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.content, running.script, running.asked = pip_files.table().to_csv().encode(), [], []
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("SNOWFALL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(download, "ADDRESS", f"http://127.0.0.1:{running.server_port}/table")
    monkeypatch.setattr(download, "ROWS", 400)
    monkeypatch.setattr(pooch.core, "time", SimpleNamespace(sleep=lambda seconds: None))
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


def left():
    return sorted(file.name for file in download.place().parent.iterdir())


WHOLE = [download.FILE, f"{download.FILE}.sha256"]


@pytest.mark.parametrize(
    ("script", "resumed"),
    [
        ([whole], [False]),
        ([moved, whole], [False, False]),
        ([failing, failing, whole], [False, False, False]),
        ([cut, rest], [False, True]),
        ([cut, failing, rest], [False, True, True]),
        ([packed, packed], [False, True]),
        ([cut, whole], [False, True]),
        ([cut, elsewhere, rest], [False, True, False]),
    ],
)
def test_a_download_is_resumed_or_begun_again_until_it_is_whole(server, script, resumed):
    server.script += script
    path = download.table(progress=False)
    assert path.read_bytes() == server.content and left() == WHOLE
    assert server.script == [] and [bool(span) for span in server.asked] == resumed
    recorded = path.with_name(f"{path.name}.sha256").read_text()
    assert recorded == f"{sha256(server.content).hexdigest()}  {path.name}\n"
    assert download.table(progress=False) == path
    assert len(server.asked) == len(script)  # the second time nothing is asked


@pytest.mark.parametrize(
    ("step", "reason"),
    [(page, "it is a web page"), (other_table, "columns site, .* missing"), (too_short, "about 400 rows, got 99")],
)
def test_what_is_not_the_table_is_not_kept(server, step, reason):
    server.script += [step]
    with pytest.raises(ConnectionError, match=reason):
        download.table(progress=False)
    assert left() == []
    server.script += [whole]
    assert download.table(progress=False).read_bytes() == server.content


def test_an_interrupted_download_is_not_trusted_and_goes_on_next_time(server):
    server.script += [cut, failing, failing]
    with pytest.raises(ConnectionError, match="500"):
        download.table(progress=False)
    (partial,) = download.place().parent.iterdir()
    size = partial.stat().st_size
    assert partial.name == f"{download.FILE}.partial" and 0.4 < size / len(server.content) <= 0.5
    server.script += [rest]
    assert download.table(progress=False).read_bytes() == server.content
    assert server.asked[-1] == f"bytes={size}-" and left() == WHOLE


def test_a_file_that_two_processes_wrote_to_is_not_kept(server):
    server.script += [cut, rival]
    with pytest.raises(ConnectionError, match=f"expected {len(server.content)} bytes, got {len(server.content) + 1}"):
        download.table(progress=False)
    assert left() == []


@pytest.mark.parametrize("size", ["all", "more"])
def test_a_partial_file_that_has_no_rest_is_begun_again(server, size):
    partial = download.place().with_name(f"{download.FILE}.partial")
    partial.parent.mkdir()
    partial.write_bytes(server.content + (b"more" if size == "more" else b""))
    server.script += [rest, rest]
    assert download.table(progress=False).read_bytes() == server.content


def test_a_partial_file_of_another_table_is_not_continued_into_this_one(server):
    partial = download.place().with_name(f"{download.FILE}.partial")
    partial.parent.mkdir()
    partial.write_bytes(b"x" * 1000)
    server.script += [rest]
    with pytest.raises(ConnectionError, match="what came is not the table"):
        download.table(progress=False)
    assert left() == []


def test_a_file_that_changed_is_fetched_again(server):
    server.script += [whole]
    path = download.table(progress=False)
    path.write_bytes(server.content.replace(b"1", b"2", 1))
    server.script += [whole]
    with pytest.warns(UserWarning, match="is damaged: its checksum has changed"):
        download.table(progress=False)
    assert path.read_bytes() == server.content
    path.write_bytes(b"")
    server.script += [failing] * 3
    with pytest.warns(UserWarning, match="is damaged"), pytest.raises(ConnectionError):
        download.table(progress=False)


def test_a_file_put_there_by_hand_is_checked_and_never_deleted(server):
    path = download.place()
    path.parent.mkdir()
    path.write_bytes(b"<html>Sign in</html>")
    with pytest.raises(ValueError, match="is not the PIP table: it is a web page.* Delete it"):
        download.table(progress=False)
    assert path.exists()
    path.write_bytes(server.content)
    assert download.table(progress=False) == path and server.asked == [] and left() == WHOLE


def test_the_public_table_loads_from_the_network_and_then_from_the_cache(server):
    server.script += [whole]
    first = weather.load("pip", progress=False)
    again = weather.load("pip", progress=False)
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert len(first) == 400 and len(server.asked) == 1


def test_offline_one_error_says_what_to_fetch_and_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SNOWFALL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(pooch.core, "time", SimpleNamespace(sleep=lambda seconds: None))

    def offline(*arguments, **options):
        raise requests.exceptions.ConnectionError("no route to host")

    monkeypatch.setattr(requests, "get", offline)
    with pytest.raises(ConnectionError) as caught:
        weather.load("pip", progress=False)
    message = str(caught.value)
    for part in (
        "no route to host",
        "https://drive.google.com/uc?export=download&id=1OVk35gk7tF5_geUpHyi0vB6_2oI9a30S",
        "3.96 MB",
        str(tmp_path / "cache" / "pip_data_subset.csv"),
        "weather.load('pip', path=...)",
        "weather.load('simulator')",
    ):
        assert part in message
    assert not download.place().exists()


def test_the_progress_bar_counts_the_bytes(server, capsys):
    server.script += [cut, rest]
    download.table()
    assert "100%" in capsys.readouterr().err


def test_every_alias_leads_to_one_canonical_column():
    assert set(aliases.ALIASES) <= {"time", "site", *weather.COLUMNS}
    others = [alias for names in aliases.ALIASES.values() for alias in names]
    assert len(others) == len(set(others)) and not set(others) & {*weather.COLUMNS}
