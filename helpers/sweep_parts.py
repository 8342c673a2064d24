"""The parts of a sweep: one file per finished stack, in a folder; ``read`` and ``write`` them, and tell runs apart."""

import dataclasses
import io
import json
import tempfile
import warnings
from hashlib import sha256
from pathlib import Path

import numpy as np

from .files import whole

#: Changes when the files of an earlier version can no longer be read.
FORMAT = 1

Outcome = dict[str, np.ndarray]


def settings(run) -> dict:
    """Return the settings of a run, which is a dataclass or a dict."""
    return dataclasses.asdict(run) if dataclasses.is_dataclass(run) else dict(run)


def key(run) -> str:
    """Return what tells runs apart: text, the same for runs that are equal."""
    try:
        return json.dumps(_plain(settings(run)), sort_keys=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a run must be a dataclass or a dict of plain settings, got {run!r}") from error


def _plain(value):
    """Return ``value`` so that what is equal is equal as text: 1 and 1.0 are, a list and a tuple count as such."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def outcomes_of(stack: list, returned) -> list[Outcome]:
    """Return what ``train`` returned for ``stack`` as dicts of arrays; ``ValueError`` where a file cannot hold it."""
    count = len(returned) if isinstance(returned, list | tuple) else type(returned).__name__
    if count != len(stack):
        raise ValueError(f"train must return one outcome per run: expected {len(stack)}, got {count}")
    for outcome in returned:
        if not isinstance(outcome, dict) or not all(isinstance(name, str) for name in outcome):
            raise ValueError(f"train must return dicts of arrays by name, got {outcome!r}")
    found = [{name: np.asarray(array) for name, array in outcome.items()} for outcome in returned]
    for outcome in found:
        if odd := [name for name, array in outcome.items() if array.dtype.hasobject]:
            raise ValueError(f"train must return arrays of numbers, truth values or text, got objects for {odd[0]!r}")
    return found


def make(folder: Path) -> None:
    """Make the ``folder`` where it is missing; ``ValueError`` where nothing can be written to it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(f"expected a folder that can be written to, got {folder} ({error})") from error


def write(folder: Path, stack: list, outcomes: list[Outcome]) -> None:
    """Write a stack beside its place and rename it: a file that is there is whole."""
    arrays = {f"{i}/{name}": array for i, outcome in enumerate(outcomes) for name, array in outcome.items()}
    header = json.dumps({"format": FORMAT, "arrays": len(arrays), "runs": [settings(run) for run in stack]})
    name = sha256(header.encode()).hexdigest()[:16]
    with whole(folder / f"{name}.npz") as partial, partial.open("wb") as file:
        np.savez_compressed(file, header=np.array(header), **arrays)


def read(folder: Path) -> dict[str, Outcome]:
    """Return the outcomes in ``folder`` by the key of their run.

    A damaged file is put aside with a warning. Raises ``ValueError`` for a file of another version.
    """
    found = {}
    for path in sorted(folder.glob("*.npz")):
        content = path.read_bytes()  # outside: what may not be read is not known to be damaged
        try:
            version, outcomes = _parsed(content)
        except Exception as error:  # bytes may be anything, and what reads them answers with many kinds
            aside = path.with_suffix(".damaged")
            path.rename(aside)
            warnings.warn(f"{path} is damaged ({error}): it is now {aside.name}, its runs start again", stacklevel=3)
            continue
        if version != FORMAT:
            raise ValueError(f"{path} has format {version!r}, expected {FORMAT}: name another folder")
        found |= outcomes
    return found


def _parsed(content: bytes) -> tuple[object, dict[str, Outcome]]:
    """Return the version of a file, and if it is ours the outcomes by the key of their run."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:  # it compares each array with its checksum
        arrays = {name: file[name] for name in file.files}
    header = json.loads(str(arrays.pop("header")))
    version = header["format"]
    if version != FORMAT:
        return version, {}
    # A file's own table of contents has no checksum.
    if len(arrays) != header["arrays"]:
        raise ValueError(f"expected {header['arrays']} arrays, got {len(arrays)}")
    outcomes = [{} for _ in header["runs"]]
    for name, array in arrays.items():
        place, _, part = name.partition("/")
        outcomes[int(place)][part] = array
    return version, {key(run): outcome for run, outcome in zip(header["runs"], outcomes, strict=True)}
