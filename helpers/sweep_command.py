"""The command line of the sweeps: batches of Table 1 from a shell, ``python -m helpers.sweep``."""

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from . import monosemanticity, results, settings, sweep, table1
from .device import pick, room


def _seeds(batches: Sequence[str], seeds: list[int], every: list[str]) -> dict[str, list[int]]:
    """Return the seeds of each batch; ``all`` stands for ``every`` one, and ``NAME=COUNT`` wins over it."""
    found: dict[str, list[int]] = {}
    for text in batches:
        name, equals, count = text.partition("=")
        if equals and not (count.isdecimal() and int(count)):
            raise ValueError(f"expected a batch as NAME or NAME=COUNT with a number of seeds, got {text!r}")
        own = list(range(int(count))) if equals else seeds
        for one in every if name == "all" else [name]:
            if equals or one not in found:
                found[one] = own
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run batches of Table 1 from a shell; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m helpers.sweep",
        description="Run batches of Table 1 of Jermyn et al. (2022) and write what came out to one file. "
        "A killed run goes on with the same command; more seeds cost only themselves.",
    )
    parser.add_argument(
        "--batch",
        nargs="+",
        required=True,
        metavar="NAME[=COUNT]",
        help=f"{' '.join(table1.table())}; all stands for these; OPT. With COUNT, a batch has the seeds 0 to COUNT-1",
    )
    parser.add_argument("--size", default="laptop", choices=table1.SIZES, help="default: %(default)s")
    parser.add_argument("--out", required=True, type=Path, help="the file to write; parts are kept in OUT.parts")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0], help="default: 0")
    parser.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", help="any setting, e.g. steps=1024")
    parser.add_argument("--device", default="auto", help="cpu, cuda, mps or auto")
    parser.add_argument("--memory", type=float, help="GiB for one stack; default: half of a GPU, else 1")
    parser.add_argument("--curves-only", action="store_true", help="leave the trained networks out of OUT")
    parser.add_argument("--quiet", action="store_true", help="no progress bars")
    given = parser.parse_args(arguments)
    if given.memory is not None and not 0 < given.memory < math.inf:
        parser.error(f"--memory must be a positive number of GiB, got {given.memory:g}")
    try:
        pick(given.device)
    except (ValueError, RuntimeError) as error:  # unknown, or not in this machine
        parser.error(str(error))
    try:
        changes = dict(settings.parse(text) for text in given.set)
        seeds = _seeds(given.batch, given.seeds, list(table1.table()))
        batches = {name: table1.runs(name, given.size, own, **changes) for name, own in seeds.items()}
        outcomes = sweep.run(
            [one for listed in batches.values() for one in listed],
            lambda stack: monosemanticity.fit(stack, given.device, progress=not given.quiet),
            given.out.with_name(given.out.name + ".parts"),
            together=settings.shared,
            footprint=settings.footprint,
            memory=room(given.device) if given.memory is None else round(given.memory * 2**30),
            progress=not given.quiet,
        )
        came = iter(outcomes)
        pairs = {name: [(one, next(came)) for one in listed] for name, listed in batches.items()}
        command = " ".join(["python -m helpers.sweep", *(sys.argv[1:] if arguments is None else arguments)])
        found = results.collect(pairs, given.size, command, networks=not given.curves_only)
        found.save(given.out)
    except ValueError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        print("\ninterrupted: the same command goes on from the last finished stack", file=sys.stderr)
        return 130
    print(results.summary(found))
    print(f"written: {given.out} ({given.out.stat().st_size / 1e6:.2f} MB)")
    return 0
