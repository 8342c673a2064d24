"""A model is found in a folder or on the hub, and where there is none a sentence says why: nothing raises or hangs."""

import http.server
import socket
import sys
from threading import Event, Thread

import pandas as pd
import pytest

from helpers import language_files
from helpers.language_files import VARIABLE, find, reachable, texts


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """No variable of the machine decides a test, and no test asks the hub."""
    for name in (VARIABLE, "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server(monkeypatch):
    class Handler(http.server.BaseHTTPRequestHandler):
        asked = []

        def do_HEAD(self):
            self.asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    one = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=one.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{one.server_port}")
    yield Handler
    one.shutdown()
    one.server_close()


def test_a_hub_that_answers_is_reachable(server):
    assert reachable() and server.asked


@pytest.mark.parametrize("value", ["1", "true", "YES"])
def test_offline_means_that_it_is_not_asked(server, monkeypatch, value):
    monkeypatch.setenv("HF_HUB_OFFLINE", value)
    assert not reachable() and not server.asked


def test_a_closed_door_and_no_address_are_not_reachable(monkeypatch):
    assert not reachable()
    monkeypatch.setenv("HF_ENDPOINT", "no address")
    assert not reachable()


def test_a_hub_that_is_silent_is_given_up():
    with socket.socket() as silent:  # takes the call and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        done = Event()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
            Thread(target=lambda: (reachable(0.2), done.set()), daemon=True).start()
            assert done.wait(30)


def test_a_folder_is_taken_without_asking_the_hub(tmp_path, monkeypatch):
    def ask():
        raise AssertionError("the hub was asked")

    monkeypatch.setenv(VARIABLE, str(tmp_path))
    (tmp_path / "config.json").write_text("{}", "utf8")
    (tmp_path / "texts.txt").write_text("rain", "utf8")
    found = find(ask=ask)
    assert found.model == found.texts == tmp_path and tmp_path.name in found.said
    assert find(tmp_path, ask).model == tmp_path
    missing = find(tmp_path / "nowhere", ask)
    assert missing.model is None and "there is no folder" in missing.said


def test_a_folder_that_lacks_something_is_said(tmp_path):
    found = find(tmp_path)
    assert found.model is None and "holds no model" in found.said
    (tmp_path / "config.json").write_text("{}", "utf8")
    found = find(tmp_path)
    assert found.model is None and found.texts is None and "holds no texts" in found.said


def test_without_hub_or_folder_it_says_so(monkeypatch):
    found = find(ask=lambda: False)
    assert found.model is None and found.texts is None
    assert "the hub cannot be reached" in found.said and VARIABLE in found.said
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    found = find()
    assert found.model is None and "the hub was not asked" in found.said


def test_without_the_package_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(language_files, "find_spec", lambda name: None)
    found = find(tmp_path)
    assert found.model is None and 'pip install -e ".[language]"' in found.said


def test_a_download_that_fails_is_said(monkeypatch):
    hub = pytest.importorskip("huggingface_hub")

    def fail(*_, **__):
        raise OSError("broken pipe\nand more")

    monkeypatch.setattr(hub, "snapshot_download", fail)
    found = find(ask=lambda: True)
    assert found.model is None and "the download failed (broken pipe)" in found.said


def test_what_is_downloaded_is_the_named_model_and_the_texts(monkeypatch, tmp_path):
    hub = pytest.importorskip("huggingface_hub")
    asked = []
    monkeypatch.setattr(hub, "snapshot_download", lambda name, **_: asked.append(name) or str(tmp_path / name))
    monkeypatch.setenv(VARIABLE, "EleutherAI/pythia-160m")
    found = find(ask=lambda: True)  # whoever names a model gets it or not
    assert asked == ["EleutherAI/pythia-160m", language_files.TEXTS]
    assert found.model == tmp_path / asked[0] and found.texts == tmp_path / asked[1]


def test_finding_nothing_imports_no_transformers(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)  # importing it would fail
    assert find(ask=lambda: False).model is None


def test_texts_come_from_text_files_and_tables(tmp_path):
    (tmp_path / "b.txt").write_text("snow", "utf8")
    (tmp_path / "a.txt").write_text("rain", "utf8")
    (tmp_path / "empty.txt").write_text("  \n", "utf8")
    (tmp_path / "data").mkdir()
    pd.DataFrame({"text": ["hail", None, "sleet"], "meta": 1}).to_parquet(tmp_path / "data" / "some.parquet")
    assert texts(tmp_path) == ["rain", "snow", "hail", "sleet"]


def test_a_folder_without_texts_is_refused(tmp_path):
    (tmp_path / "merges.txt").write_text("a b", "utf8")  # belongs to a tokenizer
    with pytest.raises(ValueError, match="holds no texts"):
        texts(tmp_path)
    pd.DataFrame({"words": ["hail"]}).to_parquet(tmp_path / "some.parquet")
    with pytest.raises(ValueError, match="expected a column 'text', got words"):
        texts(tmp_path)
