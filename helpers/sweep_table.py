"""A whole sweep as one parquet file: a row per run, a column per setting and per outcome; ``read`` and ``write``."""

import io
import json
import os
import platform
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .files import whole
from .sweep_parts import Outcome, key

#: Changes when the files of an earlier version can no longer be read.
FORMAT = 1
#: Where a file keeps its header.
HEADER = b"snowfall sweep"
#: The kinds of numbers, by NumPy's letters, that come out as they went in.
KINDS = "biufU"


def read(path: str | os.PathLike) -> pd.DataFrame:
    """Return what ``run`` wrote to ``path``: one row per run, in the order of its grid.

    Settings come first; lists among them are tuples. Then come the outcomes: numbers with the ``dtype`` that they had,
    and arrays as NumPy arrays, one in each row. ``attrs`` says with which versions the file was made.

    Raises ``ValueError`` for a file that is damaged, of another version, or not of ``run``.
    """
    header, runs, columns = _opened(Path(path))
    frame = {name: [_hashable(run[name]) for run in runs] for name in header["settings"]}
    for name, arrays in columns.items():
        if arrays[0].ndim:
            frame[name] = np.empty(len(arrays), object)
            frame[name][:] = [*arrays, None][:-1]  # so that arrays of one shape are no larger array
        else:
            frame[name] = np.array(arrays)
    frame = pd.DataFrame(frame)
    frame.attrs = {"format": header["format"], "versions": header["versions"]}
    return frame


def load(path: Path) -> tuple[list[dict], list[Outcome]]:
    """Return the runs that the file holds, as dicts, and what came of each."""
    _, runs, columns = _opened(path)
    return runs, [{name: arrays[i] for name, arrays in columns.items()} for i in range(len(runs))]


def write(path: Path, runs: list[dict], outcomes: list[Outcome]) -> None:
    """Write ``runs``, whose settings have the same names, and their ``outcomes``, which are alike, whole."""
    table = settings_of(runs)
    header = {"format": FORMAT, "settings": table.column_names, "outcomes": list(outcomes[0])}
    header["versions"] = {"python": platform.python_version()}
    header["versions"] |= {name: version(name) for name in ("numpy", "torch", "pyarrow")}
    columns = {name: [outcome[name] for outcome in outcomes] for name in header["outcomes"]}
    # Lists within an empty list have no length.
    header["empty"] = [
        [name, i, a.shape] for name, arrays in columns.items() for i, a in enumerate(arrays) if not a.size
    ]
    for name, arrays in columns.items():
        table = table.append_column(name, _column(arrays))
    digest = _digest(header, runs, columns)
    table = table.replace_schema_metadata({HEADER: json.dumps(header | {"digest": digest})})
    with whole(path) as partial:
        pq.write_table(table, partial, compression="zstd")


def settings_of(runs: list[dict]) -> pa.Table:
    """Return the settings of ``runs`` as columns; ``ValueError`` where columns cannot hold them exactly."""
    names = list(runs[0])
    columns = {}
    for run in runs:
        if set(run) != set(names):
            raise ValueError(f"expected the same settings in every run of a parquet file, got {names} and {list(run)}")
    for name in names:
        values, file = [run[name] for run in runs], io.BytesIO()
        try:
            columns[name] = pa.array(values)
            pq.write_table(pa.table({name: columns[name]}), file)
            back = pq.read_table(file)[name].to_pylist()
        except (pa.ArrowException, OverflowError) as error:
            raise ValueError(f"a column of a parquet file cannot hold the values of {name!r}: {error}") from error
        for one, other in zip(values, back, strict=True):
            if key({name: one}) != key({name: other}):
                kind = "give the setting one kind of value"
                raise ValueError(f"a column of a parquet file would hold {name!r}={one!r} as {other!r}: {kind}")
    return pa.table(columns)


def check(settings: Iterable[str], outcomes: Iterable[Outcome]) -> None:
    """Raise ``ValueError`` for ``outcomes`` that do not fit into the same columns, beside those of ``settings``."""
    first = None
    for outcome in outcomes:
        if both := set(settings) & set(outcome):
            raise ValueError(f"expected outcomes with other names than the settings, got {sorted(both)} as both")
        for name, array in outcome.items():
            wide = array.dtype.itemsize > 8 and array.dtype.kind != "U"
            if array.dtype.kind not in KINDS or wide or not array.dtype.isnative:
                raise ValueError(f"a column of a parquet file cannot hold {name!r}: it is {array.dtype}")
        # A text's type tells how long it is, which may differ.
        kinds = {
            name: f"{name!r} ({'text' if array.dtype.kind == 'U' else array.dtype}, axes: {array.ndim})"
            for name, array in outcome.items()
        }
        first = kinds if first is None else first
        if kinds != first:
            one, other = (
                ", ".join(x[name] for name in x if x[name] != y.get(name)) or "none"
                for x, y in ((first, kinds), (kinds, first))
            )
            raise ValueError(f"expected the same outcomes of every run of a parquet file, got {one} and {other}")


def _hashable(setting):
    """Return lists as tuples, by which pandas can group."""
    return tuple(map(_hashable, setting)) if isinstance(setting, list) else setting


def _column(arrays: list[np.ndarray]) -> pa.Array:
    """Return arrays as a column: numbers, or lists of lists of them, as deep as the arrays have axes."""
    values = pa.array(np.concatenate([array.ravel() for array in arrays]))
    for axis in reversed(range(arrays[0].ndim)):
        lengths = [array.shape[axis] for array in arrays for _ in range(int(np.prod(array.shape[:axis])))]
        values = pa.ListArray.from_arrays(pa.array(np.cumsum([0, *lengths]), pa.int32()), values)
    return values


def _arrays(column: pa.ChunkedArray) -> list[np.ndarray]:
    """Undo ``_column``, but for the axes below one of length 0."""
    values = pa.concat_arrays(column.chunks)
    starts, shapes = np.arange(len(values) + 1), [() for _ in values]
    while pa.types.is_list(values.type):
        offsets = values.offsets.to_numpy().astype(int)
        offsets, values = offsets - offsets[0], values.flatten()
        for i, start in enumerate(starts[:-1]):
            shapes[i] += (int(offsets[start + 1] - offsets[start]) if start < starts[i + 1] else 0,)
        starts = offsets[starts]
    flat = values.to_numpy(zero_copy_only=False)
    flat = flat.astype(str) if pa.types.is_string(values.type) else flat
    return [flat[starts[i] : starts[i + 1]].reshape(shape) for i, shape in enumerate(shapes)]


def _opened(path: Path) -> tuple[dict, list[dict], dict[str, list[np.ndarray]]]:
    """Return the header of a file, its runs, and the arrays of each outcome."""
    content = path.read_bytes()  # outside: what may not be read is not known to be damaged
    try:
        table = pq.read_table(pa.BufferReader(content))
        header = (table.schema.metadata or {}).get(HEADER)
        header = None if header is None else json.loads(header)
        if header is not None and header["format"] == FORMAT:
            digest = header.pop("digest")
            runs = table.select(header["settings"]).to_pylist()
            columns = {name: _arrays(table[name]) for name in header["outcomes"]}
            for name, i, shape in header["empty"]:
                columns[name][i] = columns[name][i].reshape(shape)
            if _digest(header, runs, columns) != digest:
                raise ValueError("its content is not what was written")
            return header, runs, columns
    except Exception as error:  # bytes may be anything, and what reads them answers with many kinds
        raise ValueError(f"{path} is damaged, or no parquet file: {error}") from error
    if header is None:
        raise ValueError(f"expected a file that helpers.sweep.run wrote, got {path}: a parquet file of another kind")
    raise ValueError(f"{path} has format {header['format']!r}, expected {FORMAT}: name another file")


def _digest(header: dict, runs: list[dict], columns: dict[str, list[np.ndarray]]) -> str:
    """Return what changes with any setting or outcome; parquet itself has no checksum over all."""
    found = sha256(json.dumps([header, [key(run) for run in runs]], sort_keys=True).encode())
    for arrays in columns.values():
        for array in arrays:
            values = repr(array.tolist()).encode() if array.dtype.kind == "U" else array.tobytes()
            found.update(f"{array.shape} {array.dtype.kind}{len(values)}".encode() + values)
    return found.hexdigest()
