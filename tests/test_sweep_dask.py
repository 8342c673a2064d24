"""On a Dask cluster a sweep comes to the same, whoever is killed, and no finished stack is trained again."""

import _thread
import functools
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster

from helpers import sweep, sweep_cluster, sweep_parts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal"),
]

GRID = [{"rate": rate, "seed": seed} for rate in (0.1, 1.0) for seed in range(8)]


def train(stack, log, seconds=0.0, wrong=None):
    """Make outcomes up, and write into the file ``log`` when a stack begins and ends, and in which process."""
    note(log, "start", stack)
    time.sleep(seconds)
    if wrong in stack:
        raise ArithmeticError("it diverged")
    note(log, "end", stack)
    return [outcome(run) for run in stack]


def outcome(run):
    rng = np.random.default_rng([run["seed"], round(run["rate"] * 10)])
    return {"loss": np.float32(rng.random()), "curve": rng.random(3)}


def note(log, what, stack):
    with open(log, "a") as file:  # one short line is written at once, also beside others
        file.write(json.dumps([what, os.getpid(), [sweep_parts.key(run) for run in stack]]) + "\n")


def noted(log, what):
    """The runs that started or ended, each as often as it did."""
    lines = map(json.loads, Path(log).read_text().splitlines() if Path(log).exists() else [])
    return Counter(key for kind, _, keys in lines if kind == what for key in keys)


def assert_same(found, grid=GRID):
    assert len(found) == len(grid)
    for got, run in zip(found, grid, strict=True):
        expected = outcome(run)
        assert got.keys() == expected.keys()
        assert all(
            got[name].dtype == array.dtype and np.array_equal(got[name], array) for name, array in expected.items()
        )


def until(condition, seconds=60):
    """Wait until ``condition()`` holds, and return what it said."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def meanwhile(action):
    """Start ``action`` beside the test; call what is returned to hear what it returned or raised."""
    said = []

    def act():
        try:
            said.append((action(), None))
        except BaseException as error:
            said.append((None, error))

    thread = threading.Thread(target=act)
    thread.start()

    def heard():
        thread.join()
        ((answer, error),) = said
        if error:
            raise error
        return answer

    return heard


def parts(folder):
    return list(folder.glob("*.npz"))


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=":0") as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def run(out, log, client=None, grid=GRID, most=2, **options):
    made = functools.partial(train, log=log, **options)
    return sweep.run(grid, made, out, client=client, most=most, progress=False)


def test_workers_come_to_what_one_process_does_and_more_seeds_cost_only_themselves(tmp_path, log, client, capsys):
    out = tmp_path / "all.parquet"
    assert_same(run(out, log, client, GRID[:10], seconds=0.1), GRID[:10])
    assert len({json.loads(line)[1] for line in log.read_text().splitlines()} - {os.getpid()}) == 3, "all three work"
    made = functools.partial(train, log=log)
    assert_same(sweep.run(GRID, made, out, client=client, most=2))
    assert noted(log, "start") == Counter(map(sweep_parts.key, GRID))
    assert "16/16" in capsys.readouterr().err
    run(tmp_path / "here.parquet", tmp_path / "other")
    assert sweep.read(out).to_json() == sweep.read(tmp_path / "here.parquet").to_json()


def test_a_worker_that_is_killed_costs_only_the_stack_that_it_was_at(tmp_path, log, client):
    out, victim = tmp_path / "all.parquet", next(iter(client.run(os.getpid).values()))
    folder = tmp_path / "all.parquet.parts"

    def at_work():
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        own = [kind for kind, process, _ in lines if process == victim]
        return len(own) > 2 and own[-1] == "start" and parts(folder)

    def kill():
        until(at_work)
        kept = sweep_parts.read(folder)
        os.kill(victim, signal.SIGKILL)
        return kept

    kept = meanwhile(kill)
    assert_same(run(out, log, client, most=1, seconds=0.4))
    assert victim not in client.run(os.getpid).values()
    started = noted(log, "start")
    assert kept() and all(started[key] == 1 for key in kept()), "what was kept before is not trained again"
    assert max(started.values()) == 2, "the stack of the dead worker started again"
    run(out, log, client)
    assert noted(log, "start") == started


def test_results_do_not_stay_on_the_workers(tmp_path, log, client):
    run(tmp_path, log, client)
    until(lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))


def test_an_error_on_a_worker_is_raised_here_after_what_is_finished_is_kept(tmp_path, log, client):
    with pytest.raises(ArithmeticError, match="it diverged") as caught:
        run(tmp_path / "parts", log, client, seconds=0.2, wrong=GRID[8])
    assert caught.value.__notes__ == [f"while training 2 run(s), the first of them {GRID[8]}"]
    kept = sweep_parts.read(tmp_path / "parts")
    assert len(kept) >= 2 and sweep_parts.key(GRID[8]) not in kept
    until(lambda: not client.processing() or not any(client.processing().values()))
    before = noted(log, "start")
    assert_same(run(tmp_path / "parts", log, client))
    assert all(noted(log, "start")[key] == before[key] for key in kept)


def test_what_is_finished_when_another_fails_is_kept(log, client):
    stacks, kept = [[run] for run in GRID[:4]], []

    def keep(stack, returned):
        if not kept:
            until(lambda: [state.status for state in client.futures.values()] == ["finished"] * len(stacks))
            kept.append("a full disk")
            raise OSError("no space left")
        kept.append(stack)

    with pytest.raises(OSError, match="no space left"):
        sweep_cluster.train_on(client, functools.partial(train, log=log), stacks, keep)
    assert sorted(kept[1:], key=str) == sorted(stacks, key=str), "the one that failed was tried once more"


def test_ctrl_c_keeps_what_has_come_and_cancels_what_waits(tmp_path, log, client):
    folder = tmp_path / "parts"
    stop = meanwhile(lambda: until(lambda: len(parts(folder)) >= 2) and _thread.interrupt_main())
    with pytest.raises(KeyboardInterrupt):
        run(folder, log, client, most=1, seconds=0.4)
    stop()
    until(lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))
    before, kept = noted(log, "start"), sweep_parts.read(folder)
    assert len(kept) >= 2 and len(before) < len(GRID)
    assert_same(run(folder, log, client))
    assert all(noted(log, "start")[key] == 1 for key in kept)


def from_a_child(address, out, log):
    with Client(address) as client:
        run(out, log, client, most=1, seconds=0.3)


def test_a_killed_main_process_goes_on_where_it_was(tmp_path, log, client):
    out, folder = tmp_path / "all.parquet", tmp_path / "all.parquet.parts"
    child = multiprocessing.get_context("spawn").Process(target=from_a_child, args=(client.scheduler.address, out, log))
    child.start()
    until(lambda: len(parts(folder)) >= 2)
    child.kill()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL and not out.exists()
    until(lambda: not client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks)))
    kept = sweep_parts.read(folder)
    assert 2 <= len(kept) < len(GRID)
    assert_same(run(out, log, client))
    assert all(noted(log, "start")[key] == 1 for key in kept) and len(sweep.read(out)) == len(GRID)


def test_a_cluster_that_goes_is_one_error_and_the_sweep_goes_on_elsewhere(tmp_path, log):
    folder = tmp_path / "parts"
    cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0")
    with Client(cluster) as client:
        gone = meanwhile(lambda: until(lambda: parts(folder)) and cluster.close())
        with pytest.raises(RuntimeError, match="the cluster is gone: run the sweep again with a new one") as caught:
            run(folder, log, client, seconds=0.2)
        gone()
        assert "while training 2 run" in caught.value.__notes__[0]
        with pytest.raises(
            ValueError, match="expected a client that is connected to its cluster, got one that is 'clos"
        ):
            run(folder, log, client)
    kept = sweep_parts.read(folder)
    assert_same(run(folder, log))
    assert all(noted(log, "start")[key] == 1 for key in kept)


def few(stack):
    return [outcome(run) for run in stack[1:]]


def test_bad_input_is_named(tmp_path, log, client):
    with pytest.raises(ValueError, match="train must return one outcome per run: expected 2, got 1"):
        sweep.run(GRID, few, tmp_path / "few", client=client, most=2, progress=False)
    for wrong in (client.cluster, client.scheduler.address, 3):
        with pytest.raises(ValueError, match=f"expected a dask.distributed.Client, got {type(wrong).__name__}$"):
            run(tmp_path / "none", log, wrong)

    class Waiting:
        map = cancel = scheduler_info = print
        asynchronous = True

    with pytest.raises(ValueError, match="expected a dask.distributed.Client, got Waiting that is asynchronous"):
        sweep_cluster.check(Waiting())
    assert not log.exists() and not (tmp_path / "none").exists()


def test_without_a_client_dask_is_not_needed(root):
    script = (
        "import sys, tempfile; sys.modules['dask'] = sys.modules['distributed'] = None; from helpers import sweep;"
        "print(sweep.run([{'seed': 3}], lambda stack: [{'x': 1}], tempfile.mkdtemp(), progress=False))"
    )
    child = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True)
    assert child.stdout == "[{'x': array(1)}]\n", child.stderr
