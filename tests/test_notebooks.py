"""The published notebooks run from top to bottom and give again what the site shows.

nbval compares the outputs of cells tagged ``nbval-check-output`` with those stored in the notebooks that the site
publishes. It runs them one after another: split over workers, notebooks lose their kernels.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "_build/html/_sources/notebooks"
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.py"))
CHECKED = "nbval-check-output"
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from percent import read  # noqa: E402

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def check(notebook: Path) -> subprocess.CompletedProcess:
    """Run ``notebook`` under nbval, untouched by this project's pytest settings."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    command += ["--rootdir", str(notebook.parent), "--nbval-lax", "--nbval-current-env"]
    command += ["--nbval-cell-timeout=300", str(notebook)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.run(command, cwd=notebook.parent, env=environment, capture_output=True, text=True, check=False)


@every_chapter
def test_chapter_has_checked_outputs(chapter):
    cells = read((ROOT / "notebooks" / f"{chapter}.py").read_text("utf8")).cells
    assert any(CHECKED in cell.metadata.get("tags", ()) for cell in cells)


@every_chapter
def test_published_notebook_runs_and_gives_the_same_again(chapter):
    notebook = SOURCES / f"{chapter}.ipynb"
    if not notebook.exists():
        reason = f"{notebook.relative_to(ROOT)} is missing: run `make book` first"
        pytest.fail(reason) if os.environ.get("CI", "").lower() in {"1", "true"} else pytest.skip(reason)
    cells = nbformat.read(notebook, as_version=4).cells
    references = [cell for cell in cells if CHECKED in cell.metadata.get("tags", ())]
    assert all(cell.outputs for cell in references), "a checked cell without a stored output checks nothing"
    result = check(notebook)
    assert result.returncode == 0, result.stdout[-4000:]


def test_the_check_can_fail(tmp_path):
    """One digit changed in a stored output is an error: shown on a small notebook from the book's own reader."""
    script = f'# %%\nimport numpy as np\n\n# %% tags=["{CHECKED}"]\nnp.arange(4) * 1.5\n'
    notebook = read(script)
    notebook.metadata.kernelspec.pop("helpers")
    NotebookClient(notebook, kernel_name="python3").execute()
    path = tmp_path / "small.ipynb"
    nbformat.write(notebook, path)
    assert check(path).returncode == 0

    output = notebook.cells[1].outputs[0]["data"]
    output["text/plain"] = re.sub(r"4\.5", "4.6", output["text/plain"])
    nbformat.write(notebook, path)
    result = check(path)
    assert result.returncode == 1 and "1 failed" in result.stdout
