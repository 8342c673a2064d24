"""The files of chapter 04: Table 1 as published, and what came of our runs. A package, so that only what reads them
depends on them when the book is built."""

from pathlib import Path

FOLDER = Path(__file__).parent
