"""A sweep's parquet file holds exactly what came of each run, and a file that is not whole or not ours is one error."""

import dataclasses
import json
import shutil
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from helpers import sweep, sweep_parts, sweep_table


@dataclasses.dataclass(frozen=True)
class Point:
    rate: float
    inputs: tuple = ("temperature",)
    seed: int = 0
    note: str | None = None


GRID = [
    Point(rate, ("temperature", "speed")[: seed % 3], seed, None if seed else "first")
    for rate in (0.1, 1 / 3, 2.0)
    for seed in range(4)
]


def outcome(point):
    rng = np.random.default_rng([point.seed, round(point.rate * 1e6)])
    return {
        "skill": np.float32(rng.random()),
        "dead": np.int64(point.seed),
        "ok": np.array(point.seed > 1),
        "curve": rng.random(point.seed, dtype=np.float32),
        "weights": rng.random((2, point.seed, 3)),
        "half": rng.random(2).astype(np.float16),
        "on": rng.random(3) > 0.5,
        "said": np.array("x" * point.seed),
        "missing": np.array(np.nan),
    }


class Trainer:
    def __init__(self, change=lambda point, made: made):
        self.trained, self.change = [], change

    def __call__(self, stack):
        self.trained += stack
        return [self.change(point, outcome(point)) for point in stack]


def run(out, train=None, grid=GRID, **options):
    return sweep.run(grid, train or Trainer(), out, most=3, progress=False, **options)


def nothing(stack):
    raise AssertionError("nothing is left to train")


def assert_same(found, grid=GRID):
    assert len(found) == len(grid)
    for got, point in zip(found, grid, strict=True):
        expected = outcome(point)
        assert got.keys() == expected.keys()
        for name, array in expected.items():
            assert got[name].shape == array.shape and np.array_equal(got[name], array, equal_nan=name == "missing")
            assert got[name].dtype == array.dtype or got[name].dtype.kind == array.dtype.kind == "U"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "deep" / "all.parquet"


@pytest.fixture
def parts(out):
    return out.with_name("all.parquet.parts")


# What it holds ------------------------------------------------------------------------------------------------------


def test_a_row_per_run_and_a_column_per_setting_and_outcome(out):
    assert_same(run(out, grid=[*GRID, *GRID[2:5]]), [*GRID, *GRID[2:5]])
    table = sweep.read(out)
    assert len(table) == len(GRID), "a run listed twice has one row"
    assert list(table) == ["rate", "inputs", "seed", "note", *outcome(GRID[0])]
    assert [tuple(row) for row in table[["rate", "inputs", "seed"]].itertuples(index=False)] == [
        (point.rate, point.inputs, point.seed) for point in GRID
    ]
    assert table.note.isna().tolist() == [point.note is None for point in GRID]
    kinds = {name: array.dtype for name, array in outcome(GRID[0]).items() if not array.ndim and name != "said"}
    assert table[list(kinds)].dtypes.to_dict() == kinds
    rows = [{name: np.asarray(row[name]) for name in outcome(GRID[0])} for _, row in table.iterrows()]
    for row, point in zip(rows, GRID, strict=True):
        for name in ("curve", "weights", "half", "on"):
            assert row[name].shape == outcome(point)[name].shape and row[name].dtype == outcome(point)[name].dtype
    assert table.groupby("inputs").skill.mean().notna().all()
    assert table.attrs["format"] == sweep_table.FORMAT and set(table.attrs["versions"]) > {"python", "numpy", "torch"}


def test_arrays_of_one_shape_stay_one_in_each_row(out):
    sweep.run([{"seed": i} for i in range(3)], lambda stack: [{"W": np.eye(2)} for _ in stack], out, progress=False)
    assert [W.shape for W in sweep.read(out).W] == [(2, 2)] * 3


def test_any_reader_of_parquet_sees_columns_and_lists(out):
    run(out)
    plain = pd.read_parquet(out)
    assert plain.seed.tolist() == [point.seed for point in GRID] and len(plain.weights[3][1]) == 3


arrays = st.tuples(
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    st.sampled_from(["f2", "f4", "f8", "i1", "i8", "u2", "u8", "?", "U3"]),
).flatmap(
    # Parquet's text is valid Unicode, and NumPy's does not end in NUL.
    lambda kind: hnp.arrays(kind[1], kind[0], elements=st.text("aé☂", max_size=3) if kind[1] == "U3" else None)
)


@settings(max_examples=60)
@given(array=arrays, other=st.booleans())
def test_every_array_comes_back_bit_for_bit(tmp_path_factory, array, other):
    path = tmp_path_factory.mktemp("any") / "one.parquet"
    made = [array, array[:0] if array.ndim and other else array]
    sweep_table.write(path, [{"seed": 0}, {"seed": 1}], [{"x": one} for one in made])
    runs, found = sweep_table.load(path)
    assert runs == [{"seed": 0}, {"seed": 1}]
    for one, back in zip(made, found, strict=True):
        assert back["x"].shape == one.shape
        if array.dtype.kind == "U":
            assert back["x"].tolist() == one.tolist()
        else:
            assert back["x"].dtype == one.dtype and back["x"].tobytes() == one.tobytes()


plain = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1) | st.none(), min_size=3, max_size=3),
    st.lists(st.floats() | st.none(), min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.lists(st.text("aé☂\n", max_size=3), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(0, 9) | st.text("ab")), min_size=3, max_size=3),
    st.lists(st.one_of(st.integers(), st.floats(), st.text("ab"), st.booleans()), min_size=3, max_size=3),
    st.lists(st.dictionaries(st.sampled_from("ab"), st.integers(0, 9)), min_size=3, max_size=3),
)


@given(values=plain)
def test_settings_come_back_as_they_were_or_are_refused(tmp_path_factory, values):
    path, runs = tmp_path_factory.mktemp("any") / "one.parquet", [{"it": value} for value in values]
    try:
        sweep_table.write(path, runs, [{"x": np.array(i)} for i in range(3)])
    except ValueError as error:
        assert "column" in str(error)
    else:
        assert list(map(sweep_parts.key, sweep_table.load(path)[0])) == list(map(sweep_parts.key, runs))


# What is trained again ----------------------------------------------------------------------------------------------


def test_the_file_comes_when_all_runs_are_there(out, parts):
    def fail(stack):
        if GRID[7] in stack:
            raise ArithmeticError("it diverged")
        return Trainer()(stack)

    with pytest.raises(ArithmeticError) as caught:
        run(out, fail)
    assert caught.value.__notes__ == [f"while training 3 run(s), the first of them {GRID[6]!r}"]
    assert not out.exists() and len(list(parts.iterdir())) == 2
    train = Trainer()
    assert_same(run(out, train))
    assert train.trained == GRID[6:] and len(sweep.read(out)) == len(GRID)


@pytest.mark.parametrize("gone", [False, True])
def test_more_seeds_cost_only_themselves_even_when_the_parts_are_gone(out, parts, gone):
    run(out, grid=GRID[:7])
    if gone:
        shutil.rmtree(parts)
    train = Trainer()
    assert_same(run(out, train))
    assert train.trained == GRID[7:]
    assert_same(run(out, nothing))


def test_a_whole_file_is_read_and_nothing_is_written(out, parts):
    run(out)
    shutil.rmtree(parts)
    before = out.stat()
    assert_same(run(out, nothing))
    assert not parts.exists() and (out.stat().st_mtime_ns, out.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


@pytest.mark.parametrize("gone", [False, True])
def test_a_smaller_grid_makes_a_smaller_file_and_loses_nothing(out, parts, gone):
    run(out)
    if gone:
        shutil.rmtree(parts)
    assert_same(run(out, nothing, GRID[2:5]), GRID[2:5])
    assert sweep.read(out).seed.tolist() == [point.seed for point in GRID[2:5]]
    assert_same(run(out, nothing))


def test_a_file_that_is_gone_is_made_from_its_parts(out):
    run(out)
    out.unlink()
    assert_same(run(out, nothing))
    assert len(sweep.read(out)) == len(GRID)


# Bad input ----------------------------------------------------------------------------------------------------------


def renamed(point, made):
    return made if point.seed < 3 else {("miss" if name == "missing" else name): x for name, x in made.items()}


def wider(point, made):
    return made | {"skill": np.array(1.5)} if point.seed == 3 else made


BAD = {
    "another name": (
        renamed,
        r"expected the same outcomes of every run .* got 'missing' \(float64, axes: 0\) and 'miss'",
    ),
    "another kind": (wider, r"got 'skill' \(float32, axes: 0\) and 'skill' \(float64, axes: 0\)"),
    "name of a setting": (
        lambda point, made: made | {"seed": np.array(1)},
        r"other names than the settings, got \['seed",
    ),
    "complex numbers": (
        lambda point, made: {"x": np.array(1j)},
        "a column of a parquet file cannot hold 'x': it is compl",
    ),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=list(BAD))
def test_outcomes_that_fit_no_columns_are_one_error_and_stay_in_the_parts(out, parts, change, message):
    train = Trainer(change)
    with pytest.raises(ValueError, match=message):
        run(out, train)
    assert not out.exists()
    assert len(sweep_parts.read(parts)) == len(train.trained) < len(GRID)


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ([{"seed": 0}, {"seed": 1, "rate": 2}], "expected the same settings in every run of a parquet file, got"),
        ([{"seed": 0}, {"seed": "one"}], "a column of a parquet file cannot hold the values of 'seed'"),
        ([{"seed": 0}, {"seed": 2**70}], "a column of a parquet file cannot hold the values of 'seed'"),
        ([{"at": {"a": 1}}, {"at": {"b": 1}}], "would hold 'at'={'a': 1} as .* give the setting one kind"),
        ([], "expected a grid with at least one run"),
    ],
)
def test_settings_that_fit_no_columns_are_refused_before_anything_is_trained(out, grid, message):
    with pytest.raises(ValueError, match=message):
        run(out, nothing, grid)
    assert not out.parent.exists()


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "train must return one outcome per run: expected 3, got NoneType"),
        ([{}, {}], "train must return one outcome per run: expected 3, got 2"),
        ([1, 2, 3], "train must return dicts of arrays by name, got 1"),
        ([{0: 1}] * 3, "train must return dicts of arrays by name, got {0: 1}"),
        ([{"x": None}] * 3, "train must return arrays of numbers, truth values or text, got objects for 'x'"),
    ],
)
def test_what_no_file_can_hold_is_named(tmp_path, out, returned, message):
    for where in (out, tmp_path / "folder"):
        with pytest.raises(ValueError, match=message):
            run(where, lambda stack: returned)


@pytest.mark.parametrize("name", ["file/parts", "file/all.parquet", "file"])
def test_a_folder_that_cannot_be_written_is_found_before_anything_is_trained(tmp_path, name):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ValueError, match="expected a folder that can be written to, got .*file"):
        run(tmp_path / name, nothing)


def test_no_runs_to_a_stack_is_an_error(out):
    with pytest.raises(ValueError, match="most must be at least 1 run per stack, got 0"):
        sweep.run(GRID, nothing, out, most=0)


def with_header(header):
    def write(path):
        pq.write_table(pa.table({"seed": [1]}).replace_schema_metadata({sweep_table.HEADER: header}), path)

    return write


FOREIGN = {
    "empty": (lambda path: path.write_bytes(b""), "is damaged, or no parquet file"),
    "text": (lambda path: path.write_text("rate,seed\n" * 99), "is damaged, or no parquet file"),
    "half": (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "is damaged, or no parquet"),
    "middle": (
        lambda path: path.write_bytes(path.read_bytes()[:200] + b"\xff" * 40 + path.read_bytes()[240:]),
        "is damaged, or no parquet file",
    ),
    "other": (lambda path: pd.DataFrame({"a": [1]}).to_parquet(path), "a parquet file of another kind"),
    "version": (with_header(json.dumps({"format": 2})), "has format 2, expected 1: name another file"),
    "no version": (with_header("{}"), "is damaged, or no parquet file"),
    "no list": (with_header("3"), "is damaged, or no parquet file"),
}


@pytest.mark.parametrize(("damage", "message"), FOREIGN.values(), ids=list(FOREIGN))
def test_a_file_that_is_not_whole_or_not_ours_is_one_error_and_stays_as_it_is(out, damage, message):
    run(out)
    damage(out)
    content = out.read_bytes()
    with pytest.raises(ValueError, match=message):
        sweep.read(out)
    with pytest.raises(ValueError, match=message):
        run(out, nothing, [Point(9.0)])
    assert out.read_bytes() == content


def test_no_file_is_the_usual_error(out):
    with pytest.raises(FileNotFoundError):
        sweep.read(out)


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_one_flipped_bit_is_noticed_or_does_not_matter(tmp_path_factory, place, bit):
    out = tmp_path_factory.mktemp("flipped") / "all.parquet"
    run(out, grid=GRID[:4])
    content = bytearray(out.read_bytes())
    content[place % len(content)] ^= 1 << bit
    out.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, outcomes = sweep_table.load(out)
        except ValueError as error:
            assert "is damaged" in str(error) or "another kind" in str(error)
        else:
            assert_same(outcomes, GRID[:4])


def test_a_damaged_part_is_trained_again(out, parts):
    run(out)
    out.unlink()
    (first, *_) = sorted(parts.iterdir())
    first.write_bytes(b"half")
    train = Trainer()
    with pytest.warns(UserWarning, match="is damaged"):
        assert_same(run(out, train))
    assert len(train.trained) == 3
