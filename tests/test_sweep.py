"""A sweep trains each run once, loses no finished stack, and is the same sweep however often it was stopped."""

import dataclasses
import json
import multiprocessing
import os
import signal
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import sweep, sweep_parts


@dataclasses.dataclass(frozen=True)
class Point:
    rate: float
    kind: str = "a"
    seed: int = 0


GRID = [Point(rate, kind, seed) for rate in (0.1, 1 / 3) for kind in "ab" for seed in range(4)]


def outcome(point):
    rng = np.random.default_rng([point.seed, round(point.rate * 1e6), ord(point.kind)])
    return {"curve": rng.random(5, dtype=np.float32), "stopped": np.array(-1), "on": rng.random(3) > 0.5}


class Trainer:
    """Make outcomes up, keep the stacks asked for, and interrupt when so many are done."""

    def __init__(self, interrupt_after=None):
        self.stacks, self.after = [], interrupt_after

    def __call__(self, stack):
        if len(self.stacks) == self.after:
            raise KeyboardInterrupt
        self.stacks.append(list(stack))
        return [outcome(point) for point in stack]

    @property
    def trained(self):
        return [point for stack in self.stacks for point in stack]


def run(folder, train=None, grid=GRID, **options):
    options = {"together": lambda point: point.kind, "memory": 3, "progress": False} | options
    return sweep.run(grid, Trainer() if train is None else train, folder, **options)


def assert_same(found, grid=GRID):
    """The outcomes are those of ``grid``, bit for bit, with their kinds of numbers."""
    assert len(found) == len(grid)
    for got, point in zip(found, grid, strict=True):
        expected = outcome(point)
        assert got.keys() == expected.keys()
        for name, array in expected.items():
            assert got[name].dtype == array.dtype and np.array_equal(got[name], array)


def written(folder):
    return sorted(path.name for path in folder.iterdir())


# What is trained ----------------------------------------------------------------------------------------------------


def test_outcomes_come_in_the_order_of_the_grid_and_a_run_listed_twice_is_trained_once(tmp_path):
    grid, train = [*GRID[::-1], *GRID[3:7]], Trainer()
    assert_same(run(tmp_path, train, grid), grid)
    assert len(train.trained) == len(GRID) and set(train.trained) == set(GRID)
    assert all(len({point.kind for point in stack}) == 1 and len(stack) <= 3 for stack in train.stacks)
    assert len(written(tmp_path)) == len(train.stacks)


def test_runs_that_are_equal_are_one_run(tmp_path):
    train = Trainer()
    first, second = run(tmp_path, train, [Point(1), Point(1.0)])
    assert len(train.trained) == 1 and np.array_equal(first["curve"], second["curve"])
    again = Trainer()
    run(tmp_path, again, [Point(1.0)])
    assert again.stacks == []


def test_a_rerun_reads_what_is_there_and_trains_what_is_new(tmp_path):
    run(tmp_path / "deep" / "parts", grid=GRID[:10])
    more, none = Trainer(), Trainer()
    assert_same(run(tmp_path / "deep" / "parts", more))
    assert set(more.trained) == set(GRID[10:])
    assert_same(run(tmp_path / "deep" / "parts", none, GRID[2:5]), GRID[2:5])
    assert none.stacks == []


def test_runs_may_be_dicts(tmp_path):
    grid, train = [dataclasses.asdict(point) for point in GRID], []

    def make(stack):
        train.extend(stack)
        return [outcome(Point(**one)) for one in stack]

    assert_same(sweep.run(grid, make, tmp_path, progress=False))
    assert_same(sweep.run([dict(reversed(one.items())) for one in grid], make, tmp_path, progress=False))
    assert train == grid, "the order of a dict's settings does not matter"


def test_progress_counts_runs(tmp_path, capsys):
    run(tmp_path, grid=GRID[:10])
    run(tmp_path, progress=True)
    assert "16/16" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"grid": []}, "expected a grid with at least one run, got none"),
        ({"grid": [3]}, "a run must be a dataclass or a dict of plain settings, got 3"),
        ({"grid": [{"seed": np.int64(3)}]}, "a run must be a dataclass or a dict of plain settings, got {'seed'"),
        ({"train": lambda stack: []}, "train must return one outcome per run: expected 3, got 0"),
    ],
)
def test_bad_input_is_named(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        run(tmp_path / "parts", **options)
    assert not (tmp_path / "parts").exists() or written(tmp_path / "parts") == []


sizes = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 100)), max_size=80)


@given(runs=sizes, memory=st.integers(1, 400))
def test_stacks_hold_each_run_once_and_fit(runs, memory):
    runs = list(enumerate(runs))  # so that no two are the same
    found = sweep.stacks(runs, lambda run: run[1][0], lambda run: run[1][1], memory)
    assert sorted(one for stack in found for one in stack) == runs
    for stack in found:
        assert stack == sorted(stack) and 1 <= len(stack) <= sweep.MOST
        assert len({kind for _, (kind, _) in stack}) == 1
        assert sum(size for _, (_, size) in stack) <= memory or len(stack) == 1


@given(count=st.integers(1, 100))
def test_no_more_stacks_than_needed_where_all_is_alike(count):
    assert len(sweep.stacks(range(count), lambda run: 0, lambda run: 1, 10)) == -(-count // 10)
    assert len(sweep.stacks(range(count), lambda run: 0, lambda run: 1)) == -(-count // sweep.MOST)


# Stopped and gone on ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", range(6))
def test_interrupted_it_goes_on_from_the_last_finished_stack(tmp_path, after):
    first, second = Trainer(after), Trainer()
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, first)
    assert len(written(tmp_path)) == len(first.stacks) == after
    assert_same(run(tmp_path, second))
    assert sorted([*first.trained, *second.trained], key=GRID.index) == GRID


def killed_in_training(folder):
    train = Trainer(2)

    def make(stack):
        try:
            return train(stack)
        except KeyboardInterrupt:
            os.kill(os.getpid(), signal.SIGKILL)

    run(folder, make)


def killed_while_writing(folder):
    whole, count = np.savez_compressed, []

    def half(file, **arrays):
        whole(file, **arrays)
        count.append(file)
        if len(count) == 3:
            file.flush()
            os.truncate(file.name, os.path.getsize(file.name) // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    np.savez_compressed = half
    run(folder)


def in_child(target, *arguments):
    child = multiprocessing.get_context("spawn").Process(target=target, args=arguments)
    child.start()
    return child


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a POSIX signal")
@pytest.mark.parametrize(("death", "partial"), [(killed_in_training, 0), (killed_while_writing, 1)])
def test_killed_it_loses_no_finished_stack(tmp_path, death, partial):
    child = in_child(death, tmp_path)
    child.join(120)
    assert child.exitcode == -signal.SIGKILL
    suffixes = [os.path.splitext(name)[1] for name in written(tmp_path)]
    assert suffixes.count(".npz") == 2 and suffixes.count(".partial") == partial
    train = Trainer()
    assert_same(run(tmp_path, train))
    assert len(train.trained) == len(GRID) - 6
    assert_same(run(tmp_path, Trainer(0)))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full_disk(file, **arrays):
        file.write(b"PK")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full_disk)
    with pytest.raises(OSError, match="No space left"):
        run(tmp_path)
    assert written(tmp_path) == []


def test_two_processes_may_share_a_folder(tmp_path):
    children = [in_child(run, tmp_path, None, part) for part in (GRID[:10], GRID[4:])]
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0, 0]
    assert_same(run(tmp_path, Trainer(0)))
    assert all(name.endswith(".npz") for name in written(tmp_path))


# Damaged files ------------------------------------------------------------------------------------------------------


def header_of(**header):
    return lambda path: np.savez(path, header=np.array(json.dumps(header)))


DAMAGE = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("no arrays\n" * 50),
    "one byte": lambda path: path.write_bytes(path.read_bytes()[:1]),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "all but the end": lambda path: path.write_bytes(path.read_bytes()[:-30]),
    "one array": lambda path: np.save(path.open("wb"), np.zeros(3)),
    "no header": lambda path: np.savez(path, curve=np.zeros(3)),
    "header without version": header_of(runs=[]),
    "header that is a list": lambda path: np.savez(path, header=np.array("[]")),
    "middle overwritten": lambda path: path.write_bytes(
        path.read_bytes()[:150] + b"\xff" * 50 + path.read_bytes()[200:]
    ),
    "arrays of no run": lambda path: np.savez(
        path, header=np.array(json.dumps({"format": sweep_parts.FORMAT, "runs": []})), steps=np.zeros(3)
    ),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_file_is_put_aside_and_its_runs_are_trained_again(tmp_path, damage):
    run(tmp_path)
    path = tmp_path / written(tmp_path)[1]
    damage(path)
    content, train = path.read_bytes(), Trainer()
    with pytest.warns(
        UserWarning, match=f"{path.stem}.npz is damaged .*: it is now {path.stem}.damaged, its"
    ) as caught:
        assert_same(run(tmp_path, train))
    assert len(caught) == 1 and caught[0].filename == __file__
    assert 1 <= len(train.trained) <= 3 and path.with_suffix(".damaged").read_bytes() == content
    assert_same(run(tmp_path, Trainer(0)))


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_one_flipped_bit_is_noticed_or_does_not_matter(tmp_path_factory, place, bit):
    folder = tmp_path_factory.mktemp("flipped")
    run(folder, grid=GRID[:2])
    (path,) = folder.iterdir()
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1 << bit
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".* is damaged")
        assert_same(run(folder, grid=GRID[:2]), GRID[:2])


def test_partial_and_other_files_are_left_alone(tmp_path):
    for name in ("0123.77.partial", "notes.txt", "old.damaged"):
        (tmp_path / name).write_bytes(b"half")
    assert_same(run(tmp_path))
    assert {"0123.77.partial", "notes.txt", "old.damaged"} < set(written(tmp_path))


def test_a_file_of_another_version_is_one_error(tmp_path):
    header_of(format=sweep_parts.FORMAT + 1, runs=[])(tmp_path / "other.npz")
    with pytest.raises(ValueError, match=r"other.npz has format 2, expected 1: name another folder"):
        run(tmp_path)
    assert written(tmp_path) == ["other.npz"]


@pytest.mark.parametrize("kind", [PermissionError(13, "Permission denied"), OSError(24, "Too many open files")])
def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch, kind):
    run(tmp_path)

    def refuse(path):
        raise kind

    before = written(tmp_path)
    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(type(kind), match=kind.strerror):
        run(tmp_path)
    assert written(tmp_path) == before
