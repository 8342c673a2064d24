"""Chapters are executed side by side into the cache from which the site is built."""

import importlib.util

import pytest
from jupyter_cache import get_cache


@pytest.fixture
def book(root, tmp_path, monkeypatch):
    """A book of two small chapters, one of which fails, and the script that executes them."""
    spec = importlib.util.spec_from_file_location("execute", root / ".ci" / "execute.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "_config.yml").write_text("execute: {timeout: 60}\n")
    (tmp_path / "_toc.yml").write_text(
        "root: notebooks/a\nparts: [{caption: x, chapters: [{file: notebooks/b}, {file: c}]}]\n"
    )
    (tmp_path / "notebooks" / "a.py").write_text("# %%\n6 * 7\n")
    (tmp_path / "notebooks" / "b.py").write_text("# %%\n1 / 0\n")
    monkeypatch.setattr(script, "ALONE", {"b"})
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # which the script sets
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "CACHE", tmp_path / "cache")
    return script


class Serial:
    """Stands in for the pool: other processes would import the script anew, and see the real book."""

    def __init__(self, max_workers):
        assert max_workers >= 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    map = staticmethod(map)


def test_what_runs_is_cached_as_the_build_looks_for_it_and_what_fails_is_left(book, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(book, "ProcessPoolExecutor", Serial)
    book.main()
    said = capsys.readouterr().out
    assert "a.py" in said and "b.py failed" in said
    assert [path.name for path in book.missing(book.chapters())] == ["b.py"]
    cache = get_cache(tmp_path / "cache")
    _, notebook = cache.merge_match_into_notebook(book.read("# %%\n6 * 7\n"))
    assert notebook.cells[0].outputs[0]["data"]["text/plain"] == "42"


def test_an_edited_chapter_is_executed_again_and_no_other(book, tmp_path, monkeypatch):
    monkeypatch.setattr(book, "ProcessPoolExecutor", Serial)
    (tmp_path / "notebooks" / "b.py").write_text("# %%\n1 + 1\n")
    book.main()
    assert book.missing(book.chapters()) == []
    (tmp_path / "notebooks" / "b.py").write_text("# %%\n1 + 2\n")
    assert [path.name for path in book.missing(book.chapters())] == ["b.py"]
