"""A file that is being written is whole at any moment: the old one, or the new one."""

import pytest

from helpers import files


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "deep" / "file"
    with files.whole(path) as partial:
        partial.write_text("old")
    return path


def test_the_new_file_takes_the_place_of_the_old(target):
    with files.whole(target) as partial:
        partial.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new" and [path.name for path in target.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
def test_an_error_while_writing_leaves_the_old_file(target, kind):
    with pytest.raises(kind), files.whole(target) as partial:
        partial.write_text("half")
        raise kind
    assert target.read_text() == "old" and [path.name for path in target.parent.iterdir()] == ["file"]


def test_an_error_while_renaming_leaves_the_old_file(target, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(KeyboardInterrupt), files.whole(target) as partial:
        partial.write_text("new")
    assert target.read_text() == "old" and [path.name for path in target.parent.iterdir()] == ["file"]


def test_the_cache_is_where_the_variable_says(monkeypatch, tmp_path):
    monkeypatch.setenv("SNOWFALL_CACHE", str(tmp_path))
    assert files.cache() == tmp_path
    monkeypatch.setenv("SNOWFALL_CACHE", "")
    assert files.cache().is_absolute() and files.cache() != tmp_path
