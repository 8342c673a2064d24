"""Where a language model and texts come from: a local folder, or the Hugging Face hub if it can be reached."""

import os
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pandas as pd

#: Names a folder with a model, a tokenizer and texts, or a model on the hub.
VARIABLE = "SNOWFALL_LANGUAGE_MODEL"
#: What is read on the hub unless told otherwise: a small model, and ten thousand texts of what it was trained on.
MODEL, TEXTS = "EleutherAI/pythia-70m", "NeelNanda/pile-10k"
HUB = "https://huggingface.co"
#: No more than these is downloaded of a model.
WANTED = ("*.json", "*.safetensors", "*.txt")
INSTALL = 'pip install -e ".[language]"'


class Source(NamedTuple):
    """Folders with a model and with texts, both None where there are none, and a sentence that says which, or why."""

    model: Path | None
    texts: Path | None
    said: str


def offline() -> bool:
    """Return whether ``HF_HUB_OFFLINE`` says not to ask the hub."""
    return os.environ.get("HF_HUB_OFFLINE", "").strip().upper() in ("1", "ON", "YES", "TRUE")


def reachable(seconds: float = 3.0) -> bool:
    """Return whether the hub answers within ``seconds``; False if ``HF_HUB_OFFLINE`` says not to ask."""
    if offline():
        return False
    answers = []

    def ask() -> None:
        try:
            request = urllib.request.Request(os.environ.get("HF_ENDPOINT", HUB), method="HEAD")
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                answers.append(answer.status < 400)
        except (OSError, HTTPException, ValueError):  # URLError is an OSError; ValueError: an address that is none
            pass

    # In a thread of its own, since looking up a name keeps to no timeout.
    asking = Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    return answers == [True]


def find(model: str | os.PathLike | None = None, ask: Callable[[], bool] = reachable) -> Source:
    """Return where model and texts are, downloaded if need be; never raises for what cannot be had.

    ``model`` is a folder, or a name on the hub; unless given, the environment variable ``SNOWFALL_LANGUAGE_MODEL``
    says, and unless that is set it is Pythia-70m (Biderman et al. 2023). A folder must hold its own texts. ``ask`` says
    whether the hub can be reached; a folder is read without asking.
    """
    name = str(model or os.environ.get(VARIABLE, "").strip() or MODEL)
    if find_spec("transformers") is None:
        return Source(None, None, f"No language model here: transformers is not installed ({INSTALL}).")
    folder = Path(name)
    if folder.is_dir():
        return _local(folder)
    if folder.is_absolute() or name.startswith("."):
        return Source(None, None, f"No language model here: there is no folder {name}.")
    if not ask():
        why = "the hub was not asked (HF_HUB_OFFLINE is set)" if offline() else "the hub cannot be reached"
        return Source(None, None, f"No language model here: {why}, and {VARIABLE} names no folder.")
    from huggingface_hub import snapshot_download  # comes with transformers

    try:
        found = snapshot_download(name, allow_patterns=WANTED)
        texts = snapshot_download(TEXTS, repo_type="dataset", allow_patterns="*.parquet")
    except Exception as error:  # whatever stops a download: the page goes on without
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return Source(None, None, f"No language model here: the download failed ({reason}).")
    return Source(Path(found), Path(texts), f"The language model is {name}.")


def _local(folder: Path) -> Source:
    try:
        if not (folder / "config.json").is_file():
            raise ValueError(f"{folder} holds no model: expected its config.json")
        texts(folder)
    except ValueError as error:
        return Source(None, None, f"No language model here: {error}.")
    return Source(folder, folder, f"The language model is the one in the folder {folder.name!r}.")


def texts(folder: str | os.PathLike) -> list[str]:
    """Return the texts in a folder: of every ``*.txt``, and of the column "text" of every ``*.parquet``.

    Those of the folder's own folders count, too. Raises ``ValueError`` where there are none.
    """
    found = [path.read_text("utf8") for path in sorted(Path(folder).rglob("*.txt")) if path.name != "merges.txt"]
    for path in sorted(Path(folder).rglob("*.parquet")):
        table = pd.read_parquet(path)
        if "text" not in table:
            raise ValueError(f"{path}: expected a column 'text', got {', '.join(map(str, table.columns))}")
        found.extend(table["text"].dropna().astype(str))
    if not (found := [text for text in found if text.strip()]):
        raise ValueError(f"{folder} holds no texts: expected *.txt, or *.parquet with a column 'text'")
    return found
