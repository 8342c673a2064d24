"""Keep a run's state in a file that is whole at any moment, and read it back with care."""

import os
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import torch


def save(path: Path, state: dict) -> None:
    """Write ``state`` beside ``path``, then rename it: a killed run leaves the last whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        torch.save(state, partial)
        os.replace(partial, path)
    except BaseException:
        with suppress(FileNotFoundError):
            partial.unlink()
        raise


def load(path: Path, run: dict) -> dict:
    """Return the state saved at ``path``, on the CPU, if its entry ``"run"`` equals ``run``.

    Raises ``ValueError`` that names the file, and says that it is damaged or in what it differs.
    """
    try:
        with zipfile.ZipFile(path) as archive:  # torch does not compare the checksums it writes
            if damaged := archive.testzip():
                raise zipfile.BadZipFile(f"{damaged} does not match its checksum")
        with warnings.catch_warnings(action="ignore"):
            state = torch.load(path, map_location="cpu", weights_only=True)
            saved = dict(state["run"])
    except PermissionError:
        raise  # nothing is known to be damaged
    except Exception as error:  # a file may hold anything, and torch answers with many kinds
        reason = str(error).partition("\n")[0].partition(". ")[0] or type(error).__name__
        raise ValueError(
            f"checkpoint {path} is damaged or not a checkpoint ({reason}): delete it to start over"
        ) from error
    if different := [key for key in run if saved.get(key) != run[key]]:
        what = ", ".join(f"{key} was {saved.get(key)!r} and is now {run[key]!r}" for key in different)
        raise ValueError(f"checkpoint {path} is from another run: {what}; delete it or name another file")
    return state
