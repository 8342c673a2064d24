"""The files of chapters 04 and 07, listed in `README.md`. A package, so that only what reads them depends on them when
the book is built."""

from pathlib import Path

FOLDER = Path(__file__).parent
