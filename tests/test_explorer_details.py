"""The extension that puts the explorer's weights beside the pages."""

import json
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from explorer_results import some_results

from helpers.results import load
from helpers.widgets import MonosemanticityExplorer
from helpers.widgets.explorer.details import piece, places

sys.path.insert(0, str(Path(__file__).parents[1] / "book" / "_ext"))

import explorer_pieces  # noqa: E402

CALL = re.compile(r"explorerPiece\((\"[^\"]+\"),(.*)\);\n", re.S)


@pytest.fixture
def app(tmp_path):
    """As much of a Sphinx application as the extension sees; its results are saved as the book ships them."""
    config = SimpleNamespace(explorer_results="data/results.npz")
    made = SimpleNamespace(
        srcdir=str(tmp_path / "source"),
        outdir=str(tmp_path / "html"),
        config=config,
        builder=SimpleNamespace(format="html"),
        results=tmp_path / "source/data/results.npz",
        pieces=tmp_path / "html/_static/explorer",
    )
    some_results().save(made.results)
    return made


def test_every_piece_is_a_script_named_as_the_page_asks_for_it(app):
    explorer_pieces.add_pieces(app)
    results = load(app.results)
    widget = MonosemanticityExplorer.from_results(results)
    assert {path.name for path in app.pieces.iterdir()} == {
        f"{batch}-{second}-{widget.fingerprint}.js" for batch, second in places(results)
    }
    name, data = CALL.fullmatch((app.pieces / f"G1-1-{widget.fingerprint}.js").read_text("utf8")).groups()
    assert json.loads(name) == f"G1-1-{widget.fingerprint}"
    assert json.loads(data) == piece(results, "G1", 1)


def test_unchanged_results_are_not_written_again(app):
    explorer_pieces.add_pieces(app)
    before = {path: path.stat().st_mtime_ns for path in app.pieces.iterdir()}
    explorer_pieces.add_pieces(app)
    assert {path: path.stat().st_mtime_ns for path in app.pieces.iterdir()} == before


def test_new_results_replace_the_scripts_of_the_old_ones(app):
    explorer_pieces.add_pieces(app)
    before = {path.name for path in app.pieces.iterdir()}
    some_results(projection=np.full((11, 4), 0.5, "f4")).save(app.results)
    later = max(path.stat().st_mtime for path in app.pieces.iterdir()) + 10
    os.utime(app.results, (later, later))
    explorer_pieces.add_pieces(app)
    after = {path.name for path in app.pieces.iterdir()}
    assert len(after) == len(before) and not after & before


def test_a_change_of_the_code_writes_them_again(app, tmp_path, monkeypatch):
    explorer_pieces.add_pieces(app)
    assert not explorer_pieces.outdated(app.results, app.pieces)
    monkeypatch.setattr(explorer_pieces, "CODE", tmp_path)
    later = max(path.stat().st_mtime for path in app.pieces.iterdir()) + 10
    (tmp_path / "details.py").touch()
    os.utime(tmp_path / "details.py", (later, later))
    assert explorer_pieces.outdated(app.results, app.pieces)


def test_without_results_or_for_another_builder_nothing_is_written(app):
    app.builder.format = "latex"
    explorer_pieces.add_pieces(app)
    app.builder.format = "html"
    app.results.unlink()
    explorer_pieces.add_pieces(app)
    assert not app.pieces.exists()


def test_damaged_results_stop_the_build(app):
    app.results.write_bytes(b"snow")
    with pytest.raises(ValueError, match="damaged"):
        explorer_pieces.add_pieces(app)


def test_sphinx_learns_where_the_results_are():
    told = []
    app = SimpleNamespace(
        add_config_value=lambda name, default, *rest: told.append((name, default)),
        connect=lambda event, function: told.append((event, function)),
    )
    assert explorer_pieces.setup(app)["parallel_read_safe"]
    assert told == [
        ("explorer_results", "helpers/data/table1_laptop.npz"),
        ("builder-inited", explorer_pieces.add_pieces),
    ]
