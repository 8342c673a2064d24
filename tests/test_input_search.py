"""The input search: the sets it draws, what it keeps of a run, and the command that makes its file."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import environment, input_search, search_scores, sweep
from helpers import train as training

QUICK = {"rows": 240, "epochs": 2, "copied": 2}


@given(st.integers(1, 8), st.integers(1, 60), st.integers(1, 60))
def test_sets_are_different_and_more_come_on_top(size, count, more):
    names = [f"input {i}" for i in range(8)]
    few, many = (input_search.subsets(names, n, size) for n in (count, count + more))
    assert len(set(few)) == len(few) and {len(one) for one in few} == {size}
    assert all(sorted(one, key=names.index) == list(one) for one in few)
    assert set(few) <= set(many)


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_the_sets_of_a_smaller_search_come_first(task):
    names = input_search.CANDIDATES[task]
    drawn = {count: input_search.subsets(names, count) for count in (7, 100, 250, 400)}
    assert drawn[400][:7] == drawn[250][:7] == drawn[7]
    assert drawn[400][:250] == drawn[250] and drawn[250][:100] == drawn[100]
    assert {len(set(some)) for some in drawn.values()} == set(drawn)


def test_all_sets_are_taken_where_they_are_few():
    assert input_search.subsets("abc", 10, 2) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_another_seed_draws_other_sets():
    names = input_search.CANDIDATES["classifier"]
    assert input_search.subsets(names, 20, seed=1) != input_search.subsets(names, 20)


def test_the_grid_lists_all_sets_for_one_seed_then_for_the_next():
    runs = input_search.grid("regressor", 6, seeds=range(3), rows=240)
    assert [run.seed for run in runs] == np.repeat([0, 1, 2], 6).tolist()
    assert [run.inputs for run in runs[:6]] == [run.inputs for run in runs[6:12]]
    assert {(run.rows, run.copied, run.task) for run in runs} == {(240, 128, "regressor")}
    assert input_search.grid("classifier", 6, copied=3)[0].copied == 3


def test_runs_of_other_sets_are_trained_together_and_nothing_else():
    run = input_search.Run("classifier", ("fs", "dm"))
    other = dataclasses.replace(run, inputs=("rho", "dm"))
    assert input_search.together(run) == input_search.together(other)
    for change in ({"seed": 1}, {"rows": 99}, {"hidden": 4}, {"l1": 0.1}, {"epochs": 1}, {"copied": 1}):
        assert input_search.together(dataclasses.replace(run, **change)) != input_search.together(run)


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_the_candidates_are_the_inputs_in_the_order_of_the_table(task):
    parts = input_search.problem(task, 240)
    assert parts.predictors == input_search.CANDIDATES[task] and len(set(parts.predictors)) == len(parts.predictors)
    assert parts.target == {"classifier": "phase", "regressor": "sr"}[task]
    assert parts.train.y.is_floating_point() == (task == "regressor")


def test_the_regressors_inputs_are_no_logarithms():
    parts = input_search.problem("regressor", 240)
    place = parts.predictors.index("n0")
    plain = parts.train.frame["n0"].to_numpy()
    assert np.allclose(parts.train.x[:, place], (plain - plain.mean()) / plain.std(), atol=1e-3)


@pytest.mark.parametrize("task", ["classifier", "regressor"])
def test_what_comes_of_a_run_does_not_depend_on_its_company(task):
    runs = input_search.grid(task, 4, seeds=[1], **QUICK)
    found = input_search.train(runs)
    (alone,) = input_search.train(runs[2:3])
    for name, value in found[2].items():
        assert np.allclose(alone[name], value, atol=0.02, equal_nan=True), name
    assert not all(np.allclose(found[1][name], found[2][name]) for name in ("latents", "random", "skill"))


def test_another_seed_is_another_network():
    first, second = (input_search.train(input_search.grid("classifier", 2, seeds=[s], **QUICK))[0] for s in (0, 1))
    assert first["fvu"] != second["fvu"] and not np.allclose(first["sensitive"], second["sensitive"])


def test_training_pays():
    untrained, trained = (
        input_search.train(input_search.grid("classifier", 3, rows=600, epochs=epochs, copied=1)) for epochs in (1, 60)
    )
    assert np.mean([one["skill"] for one in trained]) > np.mean([one["skill"] for one in untrained]) + 0.02


def test_runs_that_cannot_be_stacked_are_refused():
    one = input_search.Run("classifier", ("fs", "dm"), **QUICK)
    with pytest.raises(ValueError, match="differ in their inputs alone, at least one, got 2"):
        input_search.train([one, dataclasses.replace(one, seed=1)])
    with pytest.raises(ValueError, match="at least one, got 0"):
        input_search.train([])


def test_an_interrupted_training_is_no_result(monkeypatch):
    monkeypatch.setattr(training, "fit", lambda *given, **how: SimpleNamespace(interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        input_search.train(input_search.grid("classifier", 2, **QUICK))


def test_the_settings_reach_the_training(monkeypatch):
    asked, real = [], training.fit

    def watched(model, batches, loss, steps, **how):
        asked.append((type(model).__name__, steps, how["lr"]))
        return real(model, batches, loss, steps=1, **how)

    monkeypatch.setattr(training, "fit", watched)
    input_search.train(input_search.grid("regressor", 2, rows=400, epochs=3, copied=5))
    parts = input_search.problem("regressor", 400)
    rows, copied = int(0.8 * len(parts.train)), len(parts.sae)
    assert asked == [("MLP", 3 * -(-rows // 32), 5e-4), ("SparseAutoencoder", 5 * -(-copied // 8), 1e-3)]


BAD = {
    "no such task": (lambda: input_search.grid("hail"), "unknown task 'hail': expected one of classifier"),
    "no such problem": (lambda: input_search.problem("hail"), "unknown task 'hail'"),
    "too few names": (lambda: input_search.subsets("abc", 3, 5), "expected at least 5 different names, got"),
    "a name twice": (lambda: input_search.subsets("aab", 3, 2), "expected at least 2 different names, got"),
    "no set": (lambda: input_search.subsets("abc", 0, 2), "count must be a positive integer, got 0"),
    "an empty set": (lambda: input_search.subsets("abc", 3, 0), "size must be a positive integer, got 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()


# The reader's own table, and the shell ---------------------------------------------------------------------------


@pytest.fixture
def a_table_of_ones_own(monkeypatch, tmp_path):
    path = tmp_path / "simulator.json"
    path.write_text('{"n": 300, "seed": 4}', "utf8")
    monkeypatch.setenv(environment.VARIABLE, f"simulator:{path}")
    input_search.problem.cache_clear()
    yield
    input_search.problem.cache_clear()


@pytest.mark.usefixtures("a_table_of_ones_own")
def test_the_event_of_another_table_is_a_task():
    runs = input_search.grid("event", 5, size=2, epochs=1, copied=1)
    parts = input_search.problem("event")
    assert parts.target == "snow" and {name for run in runs for name in run.inputs} <= set(parts.predictors)
    found = input_search.train(runs)
    assert [one["csi"].shape for one in found] == [(1,)] * 5
    assert all(one["sensitive"].shape == (2, 2) for one in found)


@pytest.fixture
def quick(monkeypatch):
    """Make trainings of a few steps; return how many runs were trained each time."""
    real, trained = input_search.train, []

    def train(runs):
        trained.append(len(runs))
        return real([dataclasses.replace(run, epochs=1, copied=1) for run in runs])

    monkeypatch.setattr(input_search, "train", train)
    return trained


def test_the_command_writes_a_file_and_adds_seeds(quick, tmp_path, capsys):
    out = tmp_path / "search.parquet"
    command = ["--subsets", "3", "--rows", "240", "--out", str(out)]
    assert input_search.main(command) == 0 and quick == [3, 3]
    assert f"written: {out}" in capsys.readouterr().out
    assert input_search.main([*command, "--seeds", "2"]) == 0 and quick == [3, 3, 3, 3]
    table = sweep.read(out)
    assert table.task.tolist() == ["classifier"] * 6 + ["regressor"] * 6
    assert table.seed.tolist() == 2 * [0, 0, 0, 1, 1, 1]
    assert table.neurons.map(np.shape).tolist() == [(3,)] * 12


def test_an_interrupted_command_says_how_to_go_on(quick, tmp_path, capsys, monkeypatch):
    real = input_search.train

    def once(runs):
        if quick:
            raise KeyboardInterrupt
        return real(runs)

    command = ["--task", "classifier", "--subsets", "3", "--seeds", "2", "--rows", "240"]
    command += ["--out", str(tmp_path / "search.parquet")]
    with monkeypatch.context() as patch:
        patch.setattr(input_search, "train", once)
        assert input_search.main(command) == 130
    assert "the same command goes on" in capsys.readouterr().err and quick == [3]
    assert input_search.main(command) == 0 and quick == [3, 3]


@pytest.mark.parametrize("wrong", [["--subsets", "0"], ["--task", "hail"], ["--seeds", "0"]])
def test_a_bad_command_is_refused(wrong, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        input_search.main(["--rows", "240", "--out", str(tmp_path / "search.parquet"), *wrong])
    assert stopped.value.code == 2 and "error:" in capsys.readouterr().err


def test_counts_of_a_run_are_those_of_its_own_inputs_alone():
    runs = input_search.grid("classifier", 2, **QUICK)
    parts = input_search.problem("classifier", QUICK["rows"])
    seen = torch.tensor([[name in run.inputs for name in parts.predictors] for run in runs])
    kept, real = [], search_scores.judged

    def watched(test, net, *rest):
        kept.append(net)
        return real(test, net, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_scores, "judged", watched)
        found = input_search.train(runs)
    with torch.no_grad():
        weights = kept[0].weights[0]
    assert (weights[~seen] == 0).all() and (weights[seen] != 0).any()
    with torch.no_grad():
        counted = search_scores.counts(kept[0].hidden(parts.test.x), parts.test.x, seen)
    assert np.allclose(counted, [one["neurons"] for one in found])
