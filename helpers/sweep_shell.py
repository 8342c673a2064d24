"""What the commands that write one parquet file have in common: ``input_search`` and ``universality``."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from . import sweep


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """Return a parser for ``python -m helpers.NAME`` that knows the file to write and the number of workers."""
    found = argparse.ArgumentParser(prog=f"python -m helpers.{name}", description=description)
    found.add_argument("--workers", type=int, default=0, help="so many processes on this machine; default: none more")
    found.add_argument("--out", required=True, type=Path, help="the file to write; parts are kept in OUT.parts")
    return found


def run(
    parser: argparse.ArgumentParser, given: argparse.Namespace, grid: Callable[[], list], train: Callable, **how
) -> int:
    """Run ``grid()`` by ``sweep.run(..., **how)`` as the shell asked for, and return the exit status.

    What is wrong with the arguments is told as the parser tells it. After Ctrl-C the same command goes on.
    """
    try:
        if given.workers < 0:
            raise ValueError(f"expected 0 or more workers, got {given.workers}")
        runs = grid()
        with ExitStack() as opened:
            client = _local(given.workers, opened) if given.workers else None
            sweep.run(runs, train, given.out, client=client, **how)
    except ValueError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        print("\ninterrupted: the same command goes on from the last finished stack", file=sys.stderr)
        return 130
    print(f"written: {given.out} ({given.out.stat().st_size / 1e6:.2f} MB)")
    return 0


def _local(workers: int, opened: ExitStack):
    """Return a client of so many processes on this machine; ``opened`` closes them."""
    from distributed import Client, LocalCluster  # an extra, for those who want it

    cluster = opened.enter_context(LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0"))
    return opened.enter_context(Client(cluster))
