"""What every test needs: one thread, no display, examples that do not depend on the clock."""

import os

# Before torch or numpy start their thread pools: small models are fastest on one thread, most of all under load.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("MPLBACKEND", "Agg")
# What a reader chose for the chapters is not what the tests are about.
os.environ.pop("SNOWFALL_WEATHER", None)

import importlib  # noqa: E402
import sys  # noqa: E402
import warnings  # noqa: E402
from pathlib import Path  # noqa: E402

import matplotlib as mpl  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("book", deadline=None, database=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("book")

ROOT = Path(__file__).resolve().parents[1]


#: It takes longest by far, and one process runs a file's tests one after another: begun last, it would run alone.
FIRST = "test_notebooks.py"


def pytest_collection_modifyitems(items) -> None:
    """Begin with the longest file."""
    items.sort(key=lambda item: item.path.name != FIRST)


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository, wherever pytest was started."""
    return ROOT


@pytest.fixture(scope="session")
def benchmark_script(root):
    """Import a script of ``benchmarks/`` by its name."""
    sys.path.insert(0, str(root / "benchmarks"))
    return importlib.import_module


@pytest.fixture(scope="session")
def run_times(root):
    """The extension of the page of run times."""
    sys.path.insert(0, str(root / "book" / "_ext"))
    return importlib.import_module("run_times")


@pytest.fixture
def in_house():
    """Draw in the house style, and leave the settings and no figure behind. No figure may warn."""
    from helpers import plots

    with mpl.rc_context(), warnings.catch_warnings(action="error"):
        plots.house()
        yield
        plt.close("all")


@pytest.fixture
def say(capsys, request):
    """Give an answer to one of the test file's ``CHECKS``; return the one line it printed."""

    def ask(name, answer):
        assert request.module.CHECKS[name](answer) is None
        (line,) = capsys.readouterr().out.splitlines()
        return line

    return ask
