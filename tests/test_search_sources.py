"""The live search of chapter 11 runs unchanged on a table from every source. Trainings are cut short.

What follows it reads the file of the full search, whatever the table is. It is run once, on the reader's own table.
"""

import sys
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from test_sources import SOURCES

from helpers import environment, input_search, scorecard, train
from helpers.weather.choice import chosen

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from percent import code  # noqa: E402

STEPS = 30
FIGURES = 11


@pytest.fixture(params=SOURCES)
def source(request, tmp_path, monkeypatch):
    """Choose a table of each source."""
    monkeypatch.setenv("SNOWFALL_CACHE", str(tmp_path / "store"))
    monkeypatch.setenv(environment.VARIABLE, SOURCES[request.param](tmp_path))
    input_search.problem.cache_clear()
    yield request.param
    input_search.problem.cache_clear()


@pytest.fixture
def chapter(source, monkeypatch):
    """Run the chapter, each training a few steps long; return its variables and the number of its figures."""
    text = code((ROOT / "notebooks/11_input_search.py").read_text("utf8"))
    live, full, rest = text.partition("full = sweep.read(")
    assert full
    real = train.fit

    def quick(model, batches, loss, steps, **settings):
        return real(model, batches, loss, steps=min(steps, STEPS), **settings)

    monkeypatch.setattr(train, "fit", quick)
    space = ModuleType("chapter_11")
    plt.close("all")  # what an earlier test left open is no figure of the chapter
    with mpl.rc_context():
        exec(compile(live + (full + rest if source == "csv" else ""), "11", "exec"), vars(space))
    space.figures = len(plt.get_fignums())
    plt.close("all")
    return space


def test_the_live_search_is_about_the_chosen_table(source, recorded, chapter):
    table = chosen()
    assert chapter.TASK == "event" and chapter.names == table.predictors and chapter.parts.target == table.event
    count = len(chapter.first)
    assert count >= 10 and {len(run.inputs) for run in chapter.first} == {3}
    assert chapter.live.task.tolist() == ["event"] * 2 * count
    # After the interruption, and with another seed, what was there was not trained again.
    assert sum(chapter.trained) == count
    assert np.isfinite(chapter.live.skill).all()
    if source != "csv":
        assert chapter.figures == 1 and not recorded
        return
    # The last table is about the reader's own search.
    assert chapter.own is chapter.live and list(chapter.rows) == ["published", "living", "all"]
    assert np.isfinite([*chapter.rows.values()]).all() and max(row[0] for row in chapter.rows.values()) <= count
    # The full search is the published one, whatever the reader's table is.
    assert chapter.figures == FIGURES and list(chapter.tasks) == ["classifier", "regressor"]
    assert len(recorded) == 8 and None not in {result.verdict for result in recorded}


@pytest.fixture
def recorded(monkeypatch):
    record, found = scorecard.record, []

    def watched(*given, **how):
        found.append(record(*given, **how))
        return found[-1]

    monkeypatch.setattr(scorecard, "record", watched)
    return found
