"""Table 1 has 21 batches, and its runs are the rows of the published table at any size."""

import csv
from itertools import product

import pytest

from helpers import table1
from helpers.settings import Run

BATCHES = (
    "LR1 LR2 LR3 B1 B2 B3 B4 B5 LR4 G1 E1 E2 E3 E4 K0 K1 K2 RG1 RP1 LR5 D1".split()  # in the order of the table
)
of_each_batch = pytest.mark.parametrize("batch", BATCHES)
RATES = [0.001, 0.003, 0.005, 0.007, 0.01, 0.03]
OFFSETS = [-2.0, -1.7, -1.4, -1.1, -0.8, -0.5, -0.2, 0.1, 0.4, 0.7, 1.0]
#: How many values each batch sweeps.
COUNTS = dict(zip(BATCHES, [6] * 3 + [11] * 5 + [6, 66] + [11] * 4 + [8] * 3 + [7, 6, 6, 7], strict=True))
COLUMNS = {
    "task": "task",
    "activation": "activation",
    "feature_distribution": "distribution",
    "n_features": "features",
    "d_embed": "embedding",
    "n_neurons": "neurons",
    "eps": "eps",
    "learning_rate": "learning_rate",
    "decay_rate": "decay_rate",
    "bias_offset": "bias_offset",
    "l1": "l1",
}


@pytest.fixture(scope="module")
def published():
    """The rows of the file, read without the helpers."""
    with open(table1.FILE, encoding="utf8", newline="") as file:
        return {row["batch"]: row for row in csv.DictReader(file)}


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def test_there_are_21_batches_with_239_runs(published):
    assert list(published) == list(table1.table()) == BATCHES
    assert {batch: len(table1.runs(batch, "paper")) for batch in BATCHES} == COUNTS
    assert sum(COUNTS.values()) == 239


@of_each_batch
def test_the_runs_of_a_batch_are_its_row_setting_by_setting(published, batch):
    row = published[batch]
    swept = [COLUMNS[name] for name in row["swept"].split(" x ")]
    assert table1.swept(batch) == swept
    fixed = {ours: number(row[column]) for column, ours in COLUMNS.items() if row[column]}
    assert not set(swept) & set(fixed) and set(swept) | set(fixed) == set(COLUMNS.values())
    values = [[float(value) for value in part.split()] for part in row["values"].split(" x ")]
    expected = [fixed | dict(zip(swept, point, strict=True)) for point in product(*values)]
    runs = table1.runs(batch, "paper")
    assert [{name: getattr(run, name) for name in COLUMNS.values()} for run in runs] == expected
    assert {(run.steps, run.batch_size, run.optimizer, run.schedule, run.seed) for run in runs} == {
        (2**15, 2**13, "lamb", "cyclic", 0)
    }


@pytest.mark.parametrize(
    ("batch", "values"),
    [
        ("LR1", RATES),
        ("B3", OFFSETS),
        ("K1", [16, 32, 64, 128, 256, 512, 1024, 2048]),
        ("RG1", [10.0**-power for power in range(1, 8)]),
        ("D1", [10.0**-power for power in range(1, 8)]),
    ],
)
def test_values_swept(batch, values):
    (name,) = table1.swept(batch)
    assert [getattr(run, name) for run in table1.runs(batch, "paper")] == pytest.approx(values)


@pytest.mark.parametrize("batch", ["E1", "E2", "E3", "E4"])
def test_densities_fall_evenly_from_a_half_to_a_32nd(batch):
    eps = [run.eps for run in table1.runs(batch, "paper")]
    assert eps == pytest.approx([2 ** -(1 + 4 * i / 10) for i in range(11)], rel=2e-3)


def test_g1_is_every_offset_with_every_rate():
    runs = table1.runs("G1", "paper")
    assert table1.swept("G1") == ["bias_offset", "learning_rate"]
    assert [(run.bias_offset, run.learning_rate) for run in runs] == list(product(OFFSETS, RATES))
    assert {run.activation for run in runs} == {"gelu"}


@of_each_batch
@pytest.mark.parametrize("size", ["live", "laptop"])
def test_a_smaller_size_scales_the_shape_and_nothing_else(batch, size):
    scale = table1.SIZES[size]
    for small, paper in zip(table1.runs(batch, size), table1.runs(batch, "paper"), strict=True):
        assert small.neurons == max(1, paper.neurons // scale.narrower)
        assert small.decay_rate == pytest.approx(paper.decay_rate * scale.lasting)
        shape = {name: getattr(scale, name) for name in ("features", "embedding", "steps", "batch_size")}
        same = {"neurons": small.neurons, "decay_rate": small.decay_rate}
        assert small == paper.but(**(shape | same))


@pytest.mark.parametrize("size", table1.SIZES)
def test_a_bias_shrinks_as_much_at_every_size(size):
    scale = table1.SIZES[size]
    assert scale.lasting * scale.steps == 2**15


@of_each_batch
@pytest.mark.parametrize("size", table1.SIZES)
def test_no_two_values_become_one_run(batch, size):
    runs = table1.runs(batch, size, range(2))
    assert len(set(runs)) == len(runs) == 2 * COUNTS[batch]
    assert [run.seed for run in runs] == [0, 1] * COUNTS[batch], "each value, then each seed"


def test_changes_win_and_no_run_is_listed_twice():
    assert {run.steps for run in table1.runs("LR1", "paper", steps=2**17)} == {2**17}
    assert {run.neurons for run in table1.runs("B3", "laptop", neurons=7)} == {7}
    assert table1.runs("LR1", seeds=[3, 4, 3], learning_rate=0.5) == [
        run.but(learning_rate=0.5, seed=seed) for run in table1.runs("LR1")[:1] for seed in (3, 4)
    ]
    assert {run.decay_rate for run in table1.runs("LR3", "laptop", decay_rate=0.01)} == {0.01}


def test_our_own_batch_is_lr1_with_other_optimizers():
    runs, (base, *_) = table1.runs(table1.OPTIMIZERS), table1.runs("LR1")
    swept = table1.swept(table1.OPTIMIZERS)
    assert swept == ["optimizer", "schedule", "warmup", "learning_rate", "weight_decay"]
    assert len(set(runs)) == len(runs) == sum(len(rates) for rates in table1.RATES.values()) * 3 * 2
    assert all(run == base.but(**{name: getattr(run, name) for name in swept}) for run in runs)
    assert {run.optimizer for run in runs if run.weight_decay} == {"adamw"}
    assert {(run.schedule, run.warmup) for run in runs} == set(product(("constant", "cosine", "cyclic"), (0, 512)))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: table1.runs("LR9"), "unknown batch 'LR9': expected one of LR1, LR2, .*, D1, OPT"),
        (lambda: table1.points("lr1"), "unknown batch 'lr1': expected one of LR1"),
        (lambda: table1.swept(""), "unknown batch '': expected one of LR1"),
        (lambda: table1.runs("LR1", "huge"), "unknown size 'huge': expected one of live, laptop, paper"),
        (lambda: table1.runs("LR1", seeds=[]), "expected at least one seed, got none"),
        (lambda: table1.runs("LR1", rate=1.0), "unknown setting 'rate': expected one of task"),
        (lambda: table1.runs("LR1", eps=2.0), r"eps must be a number in \(0, 1\], got 2.0"),
    ],
)
def test_bad_input_is_named(ask, message):
    with pytest.raises(ValueError, match=message):
        ask()


def test_the_defaults_of_a_run_are_the_published_ones():
    run = Run()
    assert (run.features, run.embedding, run.neurons, run.eps, run.batch_size) == (512, 64, 1024, 1 / 64, 8192)
