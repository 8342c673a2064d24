"""Where the book keeps files, and how it writes one so that it is whole at any moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pooch


def cache() -> Path:
    """Return the folder for what is kept between runs: the one named by ``SNOWFALL_CACHE``, or the user's own."""
    return Path(os.environ.get("SNOWFALL_CACHE") or pooch.os_cache("superposition-to-snowfall"))


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a place beside ``path`` to write to, and rename what is there when the block ends without an error.

    A killed process leaves what was at ``path`` before. Folders that are missing are made.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield partial
        os.replace(partial, path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
