"""A grid of settings, run as stacked trainings that can be interrupted: ``run``, or ``python -m helpers.sweep --help``.

Runs that may share a training are stacked, as many as fit in memory. Each finished stack is one file in a folder. A
rerun reads what is there and trains what is missing, so a killed sweep goes on, and more seeds or values cost only
themselves. Two processes may work on different parts of a grid in one folder.
"""

import argparse
import dataclasses
import io
import json
import math
import os
import sys
import warnings
from collections.abc import Callable, Hashable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from tqdm import tqdm

from .files import whole

#: Changes when the files of an earlier version can no longer be read.
FORMAT = 1

#: A stack takes at most so many bytes, unless told otherwise, and at most so many runs: more are hardly faster.
MEMORY, MOST = 2**30, 24

Outcome = dict[str, np.ndarray]


def run(
    grid: Sequence,
    train: Callable[[list], list[Outcome]],
    out: str | os.PathLike,
    *,
    together: Callable[[object], Hashable] = lambda run: None,
    footprint: Callable[[object], int] = lambda run: 1,
    memory: int = MEMORY,
    progress: bool = True,
) -> list[Outcome]:
    """Return what came of each run of ``grid``, in its order; train only what the folder ``out`` does not hold yet.

    A run is a dataclass or a dict of plain settings. ``train(runs)`` trains some of them at once and returns one dict
    of arrays for each. Runs are stacked where ``together(run)`` is equal, as long as their ``footprint`` (bytes) adds
    up to ``memory`` at most. A run listed twice is trained once.

    Raises ``ValueError`` for an empty grid, for files of another version, and where ``train`` returns too little. A
    damaged file is put aside with a warning, and what it held is trained again.
    """
    grid, folder = list(grid), Path(out)
    if not grid:
        raise ValueError("expected a grid with at least one run, got none")
    keys = [_key(one) for one in grid]
    folder.mkdir(parents=True, exist_ok=True)
    done = _read(folder)
    missing = {key: one for key, one in zip(keys, grid, strict=True) if key not in done}
    with tqdm(total=len(set(keys)), initial=len(set(keys) & set(done)), disable=not progress, unit="run") as bar:
        for stack in stacks(missing.values(), together, footprint, memory):
            outcomes = train(stack)
            if len(outcomes) != len(stack):
                raise ValueError(f"train must return one outcome per run: expected {len(stack)}, got {len(outcomes)}")
            _write(folder, stack, outcomes)
            done |= {_key(one): outcome for one, outcome in zip(stack, outcomes, strict=True)}
            bar.update(len(stack))
    return [done[key] for key in keys]


def stacks(runs: Iterable, together: Callable, footprint: Callable, memory: int = MEMORY) -> list[list]:
    """Return ``runs`` as lists to be trained at once: equal in ``together``, within ``memory``, at most ``MOST``.

    A run that alone needs more than ``memory`` is tried alone.
    """
    groups: dict[Hashable, list[list]] = {}
    for one in runs:
        group = groups.setdefault(together(one), [[]])
        if group[-1] and (len(group[-1]) >= MOST or sum(map(footprint, [*group[-1], one])) > memory):
            group.append([])
        group[-1].append(one)
    return [stack for group in groups.values() for stack in group]


def _settings(one) -> dict:
    return dataclasses.asdict(one) if dataclasses.is_dataclass(one) else dict(one)


def _key(one) -> str:
    """Return what tells runs apart: text, the same for runs that are equal."""
    try:
        # 1 and 1.0 are equal, but not as text.
        whole = {name: int(x) if isinstance(x, float) and x.is_integer() else x for name, x in _settings(one).items()}
        return json.dumps(whole, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise ValueError(f"a run must be a dataclass or a dict of plain settings, got {one!r}") from error


def _write(folder: Path, stack: list, outcomes: list[Outcome]) -> None:
    """Write a stack beside its place and rename it: a file that is there is whole."""
    arrays = {f"{i}/{name}": array for i, outcome in enumerate(outcomes) for name, array in outcome.items()}
    header = json.dumps({"format": FORMAT, "arrays": len(arrays), "runs": [_settings(one) for one in stack]})
    name = sha256(header.encode()).hexdigest()[:16]
    with whole(folder / f"{name}.npz") as partial, partial.open("wb") as file:
        np.savez_compressed(file, header=np.array(header), **arrays)


def _read(folder: Path) -> dict[str, Outcome]:
    """Return the outcomes in ``folder`` by the key of their run."""
    found = {}
    for path in sorted(folder.glob("*.npz")):
        content = path.read_bytes()  # outside: what may not be read is not known to be damaged
        try:
            version, outcomes = _parsed(content)
        except Exception as error:  # bytes may be anything, and what reads them answers with many kinds
            aside = path.with_suffix(".damaged")
            path.rename(aside)
            warnings.warn(f"{path} is damaged ({error}): it is now {aside.name}, its runs start again", stacklevel=3)
            continue
        if version != FORMAT:
            raise ValueError(f"{path} has format {version!r}, expected {FORMAT}: name another folder")
        found |= outcomes
    return found


def _parsed(content: bytes) -> tuple[object, dict[str, Outcome]]:
    """Return the version of a file, and if it is ours the outcomes by the key of their run."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:  # it compares each array with its checksum
        arrays = {name: file[name] for name in file.files}
    header = json.loads(str(arrays.pop("header")))
    version = header["format"]
    if version != FORMAT:
        return version, {}
    # A file's own table of contents has no checksum.
    if len(arrays) != header["arrays"]:
        raise ValueError(f"expected {header['arrays']} arrays, got {len(arrays)}")
    outcomes = [{} for _ in header["runs"]]
    for name, array in arrays.items():
        place, _, part = name.partition("/")
        outcomes[int(place)][part] = array
    return version, {_key(one): outcome for one, outcome in zip(header["runs"], outcomes, strict=True)}


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
    # Here, because ``run`` serves any experiment and needs none of these.
    from . import monosemanticity, results, settings, table1
    from .device import pick, room

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
        outcomes = run(
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


if __name__ == "__main__":
    sys.exit(main())
