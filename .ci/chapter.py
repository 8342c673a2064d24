"""Run one chapter from top to bottom: python .ci/chapter.py 06, or make chapter N=06."""

import sys
import time
from pathlib import Path

import jupytext
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
SECONDS = 60  # what a chapter may take on two cores


def main(number: str) -> int:
    """Execute the chapter as the book does and return the exit status: 0 passed, 1 raised, 2 no such chapter."""
    chapters = {path.stem.partition("_")[0]: path for path in sorted(FOLDER.glob("*.py"))}
    number = number and number.zfill(2)
    if number not in chapters:
        there = "\n".join(f"  N={key}  {path.stem}" for key, path in chapters.items())
        print(f"make chapter N=...: no chapter {number!r}. There are:\n{there}", file=sys.stderr)
        return 2
    script = chapters[number]
    client = NotebookClient(
        jupytext.read(script),
        kernel_name="python3",
        timeout=300,
        resources={"metadata": {"path": str(FOLDER)}},
        extra_arguments=["--log-level=ERROR"],
    )
    start = time.perf_counter()
    try:
        client.execute()
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        print(f"{script.name} FAILED after {time.perf_counter() - start:.0f} s", file=sys.stderr)
        return 1
    spent = time.perf_counter() - start
    print(f"{script.name} passed in {spent:.0f} s" + f", more than {SECONDS} s" * (spent > SECONDS))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
