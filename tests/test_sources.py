"""The chapters after the data run unchanged on a table from every source. Trainings are cut short, to learn little."""

import dataclasses
import functools
import json
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from helpers import answers, environment, files, scorecard, train, weather, zoo
from helpers.weather.abbreviations import short
from helpers.weather.choice import chosen

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from percent import code  # noqa: E402

STEPS = 30
ROWS = 1200
COPIES = zoo.snow_autoencoders
#: The simulator's columns as the published table of the PIP names them.
PUBLISHED = {
    "n0": "n0",
    "nt": "Nt",
    "fs": "Fs",
    "sr": "Sr",
    "rr": "Rr",
    "ed": "Ed",
    "rho": "Rho",
    "lambda": "lambda",
    "dm": "Dm",
    "temperature": "t",
    "relative_humidity": "rh",
    "dew_point": "dp",
    "pressure": "p",
    "wind_speed": "ws",
    "phase": "phase",
}


def options(folder, source, **given):
    """Write a file of options; return the setting that chooses it."""
    path = folder / f"{source}.json"
    path.write_text(json.dumps(given), "utf8")
    return f"{source}:{path}"


def one_airport(folder):
    return options(folder, "observations", sites=["JFK"])


def simulated(folder):
    return options(folder, "simulator", n=ROWS, seed=1)


def published(folder):
    """A table in the published columns: local names, times without a zone."""
    frame = weather.load("simulator", n=ROWS, seed=2).frame
    written = frame[["site", *PUBLISHED]].rename(columns=PUBLISHED).tz_localize(None)
    written.to_csv(folder / "published.csv")
    return f"pip:{folder / 'published.csv'}"


def a_readers_own(folder):
    """The same weather as a reader may have it: other names, other units, a column that the book does not know."""
    frame = weather.load("simulator", n=ROWS, seed=3).frame
    written = frame[["fs", "dm", "phase"]].rename(columns={"fs": "Fall speed", "dm": "D", "phase": "kind"})
    written["Fall speed"] *= 100
    written["T"] = frame["temperature"] + 273.15
    written["RH"] = frame["relative_humidity"] / 100
    written["wind"] = frame["wind_speed"] / 0.514444
    written["battery"] = 12.1
    written.rename_axis("when").to_csv(folder / "mine.csv")
    size = {"name": "flake_size", "unit": "mm", "description": "mean size of the flakes"}
    columns = {"Fall speed": "fs", "D": size, "T": "temperature", "RH": "relative_humidity", "wind": "wind_speed"}
    units = {"Fall speed": "cm/s", "T": "kelvin", "RH": "dimensionless", "wind": "knot"}
    given = {"columns": columns | {"kind": "phase"}, "units": units, "time": "when", "target": "phase"}
    return options(folder, "csv", path="mine.csv", **given)


SOURCES = {"observations": one_airport, "simulator": simulated, "pip": published, "csv": a_readers_own}


@pytest.fixture(scope="module", params=SOURCES)
def source(request, tmp_path_factory):
    """Choose a table of each source, with an empty store for its models."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNOWFALL_CACHE", str(folder / "store"))
        patch.setenv(environment.VARIABLE, SOURCES[request.param](folder))
        yield request.param


@pytest.fixture(scope="module")
def table(source):
    return chosen()


@functools.cache
def published_copies():
    """The models of chapter 10 that read the simulator: they are the same whatever table the reader chose."""
    return COPIES(progress=False)


@pytest.fixture
def run(monkeypatch):
    """Run a chapter from top to bottom; return its variables and the number of its figures."""
    real = train.fit

    def quick(model, batches, loss, steps, snapshots=False, **settings):
        few = min(steps, STEPS)
        # Whoever waits for a later step gets the last.
        early = snapshots if isinstance(snapshots, bool) else {min(step, few) for step in snapshots}
        history = real(model, batches, loss, steps=few, snapshots=early, **settings | {"progress": False})
        if early is not snapshots:
            history.snapshots = {step: history.snapshots[min(step, few)] for step in snapshots}
        return history

    def run(chapter):
        plt.close("all")  # what an earlier test left open is no figure of the chapter
        space = ModuleType(f"chapter_{chapter}")
        text = (ROOT / "notebooks" / f"{chapter}.py").read_text("utf8")
        with mpl.rc_context():
            exec(compile(code(text), chapter, "exec"), vars(space))
        space.figures = len(plt.get_fignums())
        plt.close("all")
        return space

    monkeypatch.setattr(train, "fit", quick)
    monkeypatch.setattr(zoo, "snow_autoencoders", published_copies)
    yield run
    plt.close("all")


def test_the_table_is_the_chosen_one(source, table):
    assert (table.source, table.event) == (source, "wet" if source == "observations" else "snow")
    assert len(table) > (8500 if source == "observations" else 0.98 * ROWS)
    assert not environment.is_default()


def test_chapter_06_runs(run, table):
    space, count = run("06_training"), len(table.predictors)
    assert space.net.W1.shape == (20, count, 6) and space.figures == 6
    assert space.wet.tolist() == table.frame[table.event].tolist()[-len(space.wet) :]
    assert space.same and torch.isfinite(space.chance_of_rain).all()
    for name in ("network", "forest", "regression"):
        assert space.skills[name].between(-50, 1).all()
        assert ((space.results[name].csi >= 0) & (space.results[name].csi <= 1)).all()
    # Weather lasts, whatever it is and however often it is looked at.
    assert space.results["persistence"].hss > 0.3
    assert space.seen.predictors == (*table.predictors, *table.leaks)
    assert 0 < space.mine <= 1


def test_chapters_09b_and_10_run_on_the_same_models(run, source, table, capsys, monkeypatch):
    count, record, recorded = len(table.predictors), scorecard.record, []
    monkeypatch.setattr(scorecard, "record", lambda *given, **how: recorded.append(record(*given, **how)))
    first = run("09b_layers_and_rain")
    assert first.parts.predictors == table.predictors and first.parts.target == table.event
    assert first.network.weights[0].shape == (50, count, 6) and first.figures == 10
    values = first.copy, first.blank, first.stretched, *first.again.values()
    assert all(torch.isfinite(value).all() for value in values)
    # The deep networks read the simulator, whatever the reader's table is.
    assert first.snow.source == "simulator" and first.table.shape == (9, 8)
    of_the_book = sorted(path.name for path in files.cache().iterdir())
    assert of_the_book == [f"{source}-autoencoder-50x2-0.01.safetensors", f"{source}-network-50x6.safetensors"]
    second = run("10_reading_features")
    r, alive = second.latents_of[source]
    assert r.shape == (50, 12, count) and alive.shape == (50, 12) and torch.isfinite(r).all()
    assert second.figures == 5 and [*second.kinds] == ["classifier", "regressor", source]
    own = second.kinds[source]
    assert torch.equal(own.net.weights[0], first.network.weights[0])
    assert torch.equal(own.sae.W_enc, first.zoo.precipitation_autoencoder(progress=False)[2].W_enc)
    # The published networks read the simulator, whatever the reader's table is, so their claims are judged.
    assert len(second.kinds["classifier"].parts.test) == 2000
    assert len(recorded) == 16
    unjudged = [result.id.removeprefix("king-") for result in recorded if result.verdict is None]
    assert unjudged == ["sensitive-published", "sensitive-living", "sensitive-all", "beyond-random"]
    assert "✗" not in capsys.readouterr().out


@pytest.mark.parametrize("source", ["csv"], indirect=True)  # the chapter takes a while
def test_chapter_10b_explains_the_units_of_a_readers_own_table(run, source, table):
    space = run("10b_what_it_means")
    assert space.observed.parts.predictors == table.predictors and space.figures == 14
    for kind, count in (("neurons", 6), ("latents", 12)):
        listed = space.explained["yours", kind, 2]
        assert [len(units) for units in listed] == [count] * 20
        assert {name for units in listed for one in units for name, _ in one.splits} <= set(table.predictors)
        assert np.isfinite(space.depths["yours\ndepth 2"][kind]).any()
    # The first two kinds read the simulator all the same.
    assert len(space.copies["classifier"].parts.test) == 2000
    assert [one.record.name for one in space.readings][:2] == ["Snow classifier", "Snow regressor"]


# Choosing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [None, "", "  ", "observations"])
def test_the_observations_are_the_default(monkeypatch, setting):
    monkeypatch.delenv(environment.VARIABLE, raising=False)
    if setting is not None:
        monkeypatch.setenv(environment.VARIABLE, setting)
    assert environment.is_default()
    assert chosen().frame.equals(weather.load("observations").frame)


BAD_CHOICES = {
    "unknown": ("radar", ValueError, "unknown weather source 'radar'; known sources: observations"),
    "nothing before the colon": (":mine.csv", ValueError, "unknown weather source ''"),
    "a path that nobody reads": ("observations:mine.csv", TypeError, "'observations' takes no path, got 'mine.csv'"),
    "a path that the simulator cannot read": ("simulator:mine.csv", TypeError, "'simulator' takes no path"),
    "no such table": ("pip:nowhere.csv", FileNotFoundError, "nowhere.csv"),
    "no such options": ("csv:nowhere.json", FileNotFoundError, "nowhere.json"),
    "no JSON": ("csv:{folder}/broken.json", ValueError, "broken.json: expected options in JSON, got Expecting"),
    "no text": ("csv:{folder}/binary.json", ValueError, "binary.json: expected options in JSON, got 'utf-8' codec"),
    "no mapping": ("csv:{folder}/list.json", ValueError, "list.json: expected a mapping of options, got a list"),
    "unknown option": ("simulator:{folder}/odd.json", TypeError, "colour"),
}


@pytest.mark.parametrize("case", BAD_CHOICES)
def test_a_bad_choice_is_refused_with_the_reason(case, tmp_path, monkeypatch):
    setting, kind, message = BAD_CHOICES[case]
    files = {"broken": b"{path: 1}", "binary": b"\xff\xfe\x00", "list": b"[1]", "odd": b'{"colour": "blue"}'}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_bytes(content)
    monkeypatch.setenv(environment.VARIABLE, setting.format(folder=tmp_path))
    with pytest.raises(kind, match=re.escape(message)):
        chosen()


def test_a_table_without_a_question_of_yes_or_no_is_refused(monkeypatch):
    eventless = dataclasses.replace(weather.load(n=50), event=None)
    monkeypatch.setattr(weather, "load", lambda source, **given: eventless)
    monkeypatch.setenv(environment.VARIABLE, "csv:mine.csv")
    with pytest.raises(ValueError, match="SNOWFALL_WEATHER=csv:mine.csv: the chapters ask yes or no, but this table"):
        chosen()


def test_paths_in_options_are_relative_to_the_file_of_options(tmp_path, monkeypatch):
    given = {}
    monkeypatch.setattr(weather, "load", lambda source, **options: given.update(options) or SimpleNamespace(event="x"))
    setting = options(tmp_path, "pip", path="archive", met=str(tmp_path / "met.csv"), years=[2018])
    monkeypatch.setenv(environment.VARIABLE, setting)
    chosen()
    assert given == {"path": tmp_path / "archive", "met": tmp_path / "met.csv", "years": [2018]}


# What depends on the choice --------------------------------------------------------------------------------------


def test_labels_are_short_and_those_of_the_observations_stay():
    names = weather.load().predictors
    assert short(names) == ["temp.", "dew p.", "humidity", "pressure", "tendency", "wind u", "wind v"]
    every = short(weather.COLUMNS)
    assert len(set(every)) == len(every) and max(map(len, short(chosen_predictors()))) <= 8
    assert short(["my_own_column"]) == ["my own column"]


def chosen_predictors():
    return {name for source in ("observations", "simulator") for name in weather.load(source, n=200).predictors}


def test_a_claim_on_other_data_is_shown_but_not_judged():
    judged, other = (
        scorecard.record("king-sensitive-living", values, judged=judged)
        for values, judged in (([50.0] * 50, True), ([50.0, np.nan], False))
    )
    assert scorecard.MIME in judged._repr_mimebundle_() and judged.verdict == "in pattern"
    shown = other._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"} and other.verdict is None
    assert all("not judged: these are not the data" in text and "✓" not in text for text in shown.values())
    with pytest.raises(ValueError, match="unknown claim 'king'"):
        scorecard.record("king", [1.0], judged=False)


ASKED = {
    "weighted": (lambda answer: answers.weighted(answer, base_rate=0.5), 0.5, 1.5),
    "visibility": (lambda answer: answers.visibility(answer, without=0.95), 0.95, 2.0),
    "wider": (answers.wider, 0.9, -1.0),
    "shrinkage": (answers.shrinkage, [2.0] * 6, [1.0] * 5),
}


@pytest.mark.parametrize("name", ASKED)
def test_answers_are_held_to_what_was_measured_on_the_observations_only_there(name, monkeypatch, capsys):
    ask, unlike, impossible = ASKED[name]
    said = {}
    for setting in ("observations", "simulator"):
        monkeypatch.setenv(environment.VARIABLE, setting)
        ask(unlike)
        ask(impossible)
        said[setting] = capsys.readouterr().out.splitlines()
    assert [line[0] for line in said["observations"]] == ["✗", "✗"]
    assert said["simulator"][0].startswith("✓ A possible answer.")
    assert said["simulator"][1] == said["observations"][1]
