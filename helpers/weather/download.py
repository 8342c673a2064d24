"""The public precipitation table, downloaded once into the cache and checked every time it is used."""

import os
import warnings
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pooch

from helpers.files import cache, whole

#: 10% of the five-minute blocks of King et al., drawn at random by the authors.
ADDRESS = "https://drive.google.com/uc?export=download&id=1OVk35gk7tF5_geUpHyi0vB6_2oI9a30S"
FILE = "pip_data_subset.csv"
SIZE = "one CSV file, 3.96 MB"
ROWS = 18_223
EXPECTED = ("site", "n0", "nt", "fs", "rho", "lambda", "t", "rh", "p", "ws")
ATTEMPTS = 3


def place() -> Path:
    """Where the table is kept, in `files.cache()`."""
    return cache() / FILE


def table(progress: bool = True) -> Path:
    """Return the path of the table, downloaded if it is not there yet.

    A download that was cut goes on where it stopped if the server can do that, and counts only when it is whole and
    holds the expected columns and about the expected number of rows. Its SHA-256 is written beside it. A file that no
    longer has it is reported by a warning and fetched again. A file that you put there yourself is accepted if it is
    the table.

    Raises ConnectionError if it cannot be fetched, ValueError if what lies at its place is not the table.
    """
    path = place()
    record = path.with_name(f"{FILE}.sha256")
    if path.exists() and record.exists():
        if _digest(path) == record.read_text().partition(" ")[0]:
            return path
        warnings.warn(f"{path} is damaged: its checksum has changed. It is downloaded again", stacklevel=2)
        path.unlink()
    if path.exists():
        problem = _problem(path)
        if problem:
            raise ValueError(f"{path} is not the PIP table: {problem}. Delete it, and it is downloaded anew")
    else:
        _fetch(path, progress)
    with suppress(OSError), whole(record) as partial:  # a folder that cannot be written to costs only the check
        partial.write_text(f"{_digest(path)}  {FILE}\n")
    return path


def _fetch(path: Path, progress: bool) -> None:
    store = pooch.create(
        path.parent, base_url="", registry={FILE: None}, urls={FILE: ADDRESS}, retry_if_failed=ATTEMPTS - 1
    )
    try:
        store.fetch(FILE, downloader=_Resumable(progress))
    except OSError as error:  # no network, a server that refuses, a page instead of the table, a full disk
        raise ConnectionError(
            f"the PIP table could not be downloaded ({error}). Fetch {ADDRESS} ({SIZE}) in a browser and save it as "
            f"{path}, or give its place: weather.load('pip', path=...). Nothing to fetch: weather.load('simulator') "
            f"makes a table of the same columns"
        ) from error


class _Resumable:
    """A downloader for pooch that keeps what it has got of a file, and asks only for the rest."""

    def __init__(self, progress: bool):
        self.progress = progress

    def __call__(self, url: str, output: str, store: pooch.Pooch) -> None:
        partial = Path(store.path) / f"{FILE}.partial"
        with open(partial, "ab") as file:
            offset, total = file.tell(), None

            def begin(response, **_) -> None:
                nonlocal total
                if response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
                    f"bytes {offset}-"
                ):
                    total = offset + int(response.headers.get("Content-Length", 0))
                elif response.status_code in (200, 206, 416):  # it sends all, something else, or has no rest to send
                    file.truncate(0)
                    total = int(response.headers.get("Content-Length", 0))
                    if response.status_code != 200:
                        response.status_code = 416  # an error that makes pooch try again, from the start

            # A packed answer could not be resumed, because the server counts bytes of the packed file.
            headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
            fetch = pooch.HTTPDownloader(progressbar=self.progress, headers=headers, hooks={"response": begin})
            fetch(url, file, store)
        problem = None
        if total and partial.stat().st_size != total:
            problem = f"expected {total} bytes, got {partial.stat().st_size}"
        problem = problem or _problem(partial)
        if problem:
            partial.unlink()
            raise OSError(f"what came is not the table: {problem}")
        os.replace(partial, output)


def _problem(path: Path) -> str | None:
    """What is wrong with the content, or None. Google answers a refused request with a web page, not an error."""
    with open(path, "rb") as file:
        start = file.read(256).lstrip().lower()
    if start.startswith((b"<!doctype", b"<html")):
        return "it is a web page, perhaps a warning or an error message"
    try:
        frame = pd.read_csv(path, low_memory=False)
    except (ValueError, OSError) as error:  # parser errors and wrong bytes are ValueErrors
        return f"it is no CSV table ({error})"
    columns = {str(name).lower() for name in frame.columns}
    missing = [name for name in EXPECTED if not {name, f"{name}_log"} & columns]
    if missing:
        return f"expected the columns {', '.join(EXPECTED)}, but {', '.join(missing)} missing"
    if not 0.9 * ROWS <= len(frame) <= 1.1 * ROWS:
        return f"expected about {ROWS} rows, got {len(frame)}"
    return None


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
