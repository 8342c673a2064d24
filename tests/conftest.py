"""What every test needs: one thread, no display, examples that do not depend on the clock."""

import os

# Before torch or numpy start their thread pools: small models are fastest on one thread, most of all under load.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("MPLBACKEND", "Agg")

from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

settings.register_profile("book", deadline=None, database=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("book")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository, wherever pytest was started."""
    return ROOT
