"""Execute the chapters that the site's cache does not hold, several at a time: python .ci/execute.py, before a build.

Jupyter Book runs one chapter after another, but most of them keep one core busy at most. Here each gets one, and the
build then finds its outputs in the cache. A chapter that fails is left to the build, which runs it again and shows why.
"""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from percent import read  # noqa: E402

CACHE = ROOT / "_build" / ".jupyter_cache"
ALONE = {"03_geometry"}  # its stacks are large enough for all cores
MOST = 4  # at a time: chapters that share models would train them several times over
QUIET = {"extra_arguments": ["--log-level=ERROR"]}


def chapters() -> list[Path]:
    """Return the scripts of the table of contents, in reading order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    pages = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    return [path for page in pages if (path := ROOT / f"{page}.py").is_file()]


def missing(paths: list[Path]) -> list[Path]:
    """Return those that the cache does not hold as they are, with the helpers as they are."""
    cache, found = get_cache(CACHE), []
    for path in paths:
        try:
            cache.match_cache_notebook(read(path.read_text("utf8")))
        except KeyError:
            found.append(path)
    return found


def execute(path: Path) -> tuple[Path, NotebookNode | None, float]:
    """Return the executed chapter, or None if it failed, and the seconds it took."""
    timeout = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["execute"]["timeout"]
    notebook = read(path.read_text("utf8"))
    start = time.perf_counter()
    try:
        result = single_nb_execution(notebook, cwd=str(path.parent), timeout=timeout, allow_errors=False, **QUIET)
    except Exception:  # a kernel that died, or never started: the build tries again
        return path, None, time.perf_counter() - start
    return path, None if result.err else notebook, result.time


def keep(cache, path: Path, notebook: NotebookNode | None, seconds: float) -> None:
    """Put an executed chapter where the build looks for it."""
    if notebook is None:
        print(f"{path.name} failed after {seconds:.0f} s: the build will say more", flush=True)
        return
    bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    print(f"{path.name} {seconds:.0f} s", flush=True)


def main() -> None:
    cache, todo = get_cache(CACHE), missing(chapters())
    for path in (path for path in todo if path.stem in ALONE):
        keep(cache, *execute(path))
    # Threads that share out small models wait for each other, the more so when the other core is busy as well.
    os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(max_workers=max(1, min(MOST, os.cpu_count() or 1))) as pool:
        for found in pool.map(execute, (path for path in todo if path.stem not in ALONE)):
            keep(cache, *found)


if __name__ == "__main__":
    main()
