"""A grid of settings, run as stacked trainings that can be interrupted: ``run``, or ``python -m helpers.sweep --help``.

Runs that may share a training are stacked, as many as fit in memory. Each finished stack is one file in a folder. A
rerun reads what is there and trains what is missing, so a killed sweep goes on, and more seeds or values cost only
themselves. Two processes may work on different parts of a grid in one folder, or a Dask cluster on all of it. The
folder may become one parquet file, which ``read`` returns as a table.
"""

import os
import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path

from tqdm import tqdm

from . import sweep_cluster, sweep_parts, sweep_table
from .sweep_parts import Outcome
from .sweep_table import read

__all__ = ["MEMORY", "MOST", "read", "run", "stacks"]

#: A stack takes at most so many bytes, unless told otherwise, and at most so many runs: more are hardly faster.
MEMORY, MOST = 2**30, 24


def run(
    grid: Sequence,
    train: Callable[[list], list[Outcome]],
    out: str | os.PathLike,
    *,
    client=None,
    together: Callable[[object], Hashable] = lambda run: None,
    footprint: Callable[[object], int] = lambda run: 1,
    memory: int = MEMORY,
    most: int = MOST,
    progress: bool = True,
) -> list[Outcome]:
    """Return what came of each run of ``grid``, in its order; train only what ``out`` does not hold yet.

    A run is a dataclass or a dict of plain settings. ``train(runs)`` trains some of them at once and returns one dict
    of arrays for each. Runs are stacked where ``together(run)`` is equal, as long as their ``footprint`` (bytes) adds
    up to ``memory`` at most, and ``most`` runs at most. A run listed twice is trained once.

    ``out`` is a folder. If it ends in ``.parquet`` it is a file, for ``read``: the parts are kept in the folder
    ``OUT.parts``, and when all runs are there, the file is written, whole: a row for each run of the grid, a column for
    each setting and for each outcome, arrays as lists. What the file holds is not trained again, even if the parts are
    gone; what it holds beyond the grid stays in the parts.

    With a ``client`` (``dask.distributed.Client``), stacks are trained on its workers. ``train`` must then be a
    function that they can import, or that can be pickled, and must depend on its argument alone. This process alone
    writes files. A stack whose worker died is trained by another. Make the stacks small enough that each worker gets
    some, and give a worker one thread: ``Client(LocalCluster(n_workers=4, threads_per_worker=1))``.

    An error in ``train`` is raised here, and says which runs it was about. After that, and after Ctrl-C, stacks that
    are finished are kept and those that wait are cancelled; a worker ends the stack it is at, for nothing.

    Raises ``ValueError`` for an empty grid, for what is not a client, for files of another version or not of ``run``,
    where nothing can be written, where ``train`` returns too little, and for settings or outcomes that do not fit into
    the columns of a parquet file. A damaged part is put aside with a warning, and what it held is trained again.
    """
    grid, out = list(grid), Path(out)
    if not grid:
        raise ValueError("expected a grid with at least one run, got none")
    if client is not None:
        sweep_cluster.check(client)
    keys = [sweep_parts.key(one) for one in grid]
    wanted = dict(zip(keys, grid, strict=True))
    table = out.suffix == ".parquet"
    folder = out.with_name(out.name + ".parts") if table else out
    done, written = sweep_parts.read(folder), {}
    if table:
        rows = [sweep_parts.settings(one) for one in wanted.values()]
        names = sweep_table.settings_of(rows).column_names
        if out.exists():
            written = {
                sweep_parts.key(one): (one, outcome) for one, outcome in zip(*sweep_table.load(out), strict=True)
            }
        # What is in the file alone is lost with it.
        beyond = [pair for key, pair in written.items() if key not in done and key not in wanted]
        done |= {key: outcome for key, (_, outcome) in written.items()}
        sweep_table.check(names, (done[key] for key in wanted if key in done))
    missing = {key: one for key, one in wanted.items() if key not in done}
    if missing:
        sweep_parts.make(folder)

    with tqdm(total=len(wanted), initial=len(wanted) - len(missing), disable=not progress, unit="run") as bar:

        def keep(stack, returned):
            outcomes = sweep_parts.outcomes_of(stack, returned)
            sweep_parts.write(folder, stack, outcomes)
            done.update(zip(map(sweep_parts.key, stack), outcomes, strict=True))
            bar.update(len(stack))
            if table:
                sweep_table.check(names, (done[key] for key in wanted if key in done))

        todo = stacks(missing.values(), together, footprint, memory, most)
        if client is not None and todo:
            sweep_cluster.train_on(client, train, todo, keep)
        else:
            for stack in todo:
                with sweep_cluster.naming(stack):
                    returned = train(stack)
                keep(stack, returned)
    if table and list(written) != list(wanted):
        if beyond:
            sweep_parts.write(folder, *zip(*beyond, strict=True))
        sweep_table.write(out, rows, [done[key] for key in wanted])
    return [done[key] for key in keys]


def stacks(
    runs: Iterable, together: Callable, footprint: Callable, memory: int = MEMORY, most: int = MOST
) -> list[list]:
    """Return ``runs`` as lists to be trained at once: equal in ``together``, within ``memory``, at most ``most``.

    A run that alone needs more than ``memory`` is tried alone.
    """
    if most < 1:
        raise ValueError(f"most must be at least 1 run per stack, got {most}")
    groups: dict[Hashable, list[list]] = {}
    for one in runs:
        group = groups.setdefault(together(one), [[]])
        if group[-1] and (len(group[-1]) >= most or sum(map(footprint, [*group[-1], one])) > memory):
            group.append([])
        group[-1].append(one)
    return [stack for group in groups.values() for stack in group]


if __name__ == "__main__":
    from .sweep_command import main

    sys.exit(main())
