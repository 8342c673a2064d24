"""Read a CSV file as text, so that nothing is guessed or lost before it was checked."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

SEPARATORS = {",": "','", ";": "';'", "\t": r"'\t'", "|": "'|'"}
#: How files begin that hold no text.
BINARY = {
    b"PK": "a ZIP archive or an Excel sheet",
    b"PAR1": "a Parquet file",
    b"CDF": "a netCDF file",
    b"\x89HDF": "an HDF5 or netCDF file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\xff\xfe": "UTF-16 text: pass encoding='utf-16'",
    b"\xfe\xff": "UTF-16 text: pass encoding='utf-16'",
}


def read(
    path: str | os.PathLike, sep: str | None = None, encoding: str = "utf-8", skip: int = 0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the file's cells as text, missing ones NaN, and the line number `(rows,)` of each row.

    A file that starts as gzip does is unpacked. `sep` is a character or r"\\s+"; unless given it is the comma, or the
    tab in a file named `.tsv`. The first `skip` lines are no part of the table. They and blank lines are counted, so
    that a line number is the one an editor shows, as long as no cell holds a line break.

    Raises FileNotFoundError, or ValueError with the reason why this is no table with a header and rows.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"expected a CSV file, but there is none at {path}")
    text = _text(_unpacked(path.read_bytes()), encoding)
    lines = text.splitlines(keepends=True)
    while skip < len(lines) and not lines[skip].strip():
        skip += 1
    text = "".join(lines[skip:])
    if not text:
        raise ValueError("expected a header and rows, but the file is empty")
    if sep is None:
        sep = "\t" if path.name.removesuffix(".gz").endswith(".tsv") else ","
    _check_separator(text, sep)
    try:
        # The header is read as a row like any other, because pandas would rename columns that it finds twice. Too few
        # cells in a row become missing ones; too many are an error, because they are a separator within a cell.
        cells = pd.read_csv(
            io.StringIO(text), sep=sep, header=None, dtype=object, skip_blank_lines=False, skipinitialspace=True
        )
    except pd.errors.ParserError as error:
        after = f", counted after the first {skip} lines" if skip else ""
        raise ValueError(f"expected as many cells in a row as in the header ({str(error).strip()}{after})") from error
    rows = np.flatnonzero(cells.notna().any(axis=1))[1:]
    if len(rows) == 0:
        raise ValueError(f"expected rows under the header, but line {skip + 1} is all there is")
    frame = cells.iloc[rows].reset_index(drop=True)
    frame.columns = ["" if isinstance(name, float) else name.strip() for name in cells.iloc[0]]
    return frame, rows + 1 + skip


def _unpacked(data: bytes) -> bytes:
    if data[:2] == b"\x1f\x8b":
        try:
            return gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"expected a whole gzip file, but it cannot be unpacked ({error})") from error
    return data


def _text(data: bytes, encoding: str) -> str:
    kind = next((kind for start, kind in BINARY.items() if data.startswith(start)), None)
    is_wide = encoding.lower().startswith(("utf-16", "utf-32", "utf16", "utf32"))
    if not is_wide and (kind or b"\0" in data[:4096]):
        kind = kind or "binary data"
        raise ValueError(f"expected text, got {kind}" + ("" if "UTF" in kind else "; read it, and pass it as table="))
    try:
        # A byte order mark is no part of the first column's name.
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except LookupError as error:
        raise ValueError(f"expected an encoding such as 'utf-8' or 'latin-1', got {encoding!r}") from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = f"byte 0x{data[error.start]:02x} in line {line}"
        raise ValueError(f"expected text in {encoding}, got {byte}; try encoding='latin-1'") from error


def _check_separator(text: str, sep: str) -> None:
    header = text.partition("\n")[0]
    if (len(header.split()) > 1) if sep == r"\s+" else (sep in header):
        return
    likely = [shown for other, shown in SEPARATORS.items() if other in header]
    likely += [r"r'\s+'"] if len(header.split()) > 1 else []
    hint = f"; pass sep={likely[0]}" if likely else ""
    raise ValueError(f"expected columns separated by {SEPARATORS.get(sep, repr(sep))}, got one column only{hint}")
