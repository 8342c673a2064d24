"""A file of results gives back what went in, is whole at any moment, and the one that ships is complete."""

import json
import warnings
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import monosemanticity, results, table1
from helpers.nets import ACTIVATIONS

SMALL = {"features": 12, "embedding": 4, "steps": 8, "batch_size": 16}


def came(batch, seeds=(0, 1), **changes):
    """The runs of a batch, small, and what came of them."""
    runs = table1.runs(batch, "live", seeds, **(SMALL | changes))
    return list(zip(runs, monosemanticity.fit(runs, "cpu", progress=False), strict=True))


@pytest.fixture(scope="module")
def batches():
    return {
        "K0": came("K0", eps=0.5),
        "LR3": came("LR3", neurons=9),
        "G1": came("G1", seeds=(0,), neurons=5, learning_rate=0.01),
    }


@pytest.fixture(scope="module")
def diverged():
    """Two runs of a batch of which the second stops; the constant rate of plain descent sees to it."""
    plain = {"optimizer": "sgd", "schedule": "constant", "eps": 0.5, "neurons": 9}
    (run, *_) = table1.runs("LR1", "live", **(SMALL | plain))
    runs = [run.but(learning_rate=rate) for rate in (0.001, 1e30)]
    return list(zip(runs, monosemanticity.fit(runs, "cpu", progress=False), strict=True))


@pytest.fixture(scope="module")
def collected(batches):
    return results.collect(batches, "live", "python -m helpers.sweep --size live")


@pytest.fixture
def loaded(collected, tmp_path):
    collected.save(tmp_path / "deep" / "file.npz")
    return results.load(tmp_path / "deep" / "file.npz")


@pytest.fixture(scope="module")
def content(collected, tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "file"
    collected.save(path)
    return path.read_bytes()


def assert_equal(one, other):
    assert (one.header, one.runs, one.swept) == (other.header, other.runs, other.swept)
    for name in ("steps", "loss", "mono", "nearly", "dead", "stopped", "projection"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    np.testing.assert_allclose(one.bias, other.bias, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(one.rest, other.rest, rtol=1e-6)
    assert one.details.keys() == other.details.keys()
    for i in one.details:
        for part in ("W", "scale", "mono"):
            np.testing.assert_array_equal(getattr(one.details[i], part), getattr(other.details[i], part))
        np.testing.assert_allclose(one.details[i].bias, other.details[i].bias, rtol=1e-3, atol=1e-6)


# What is collected --------------------------------------------------------------------------------------------------


def test_the_runs_and_their_curves_are_those_of_the_sweep(batches, collected):
    pairs = [(batch, *pair) for batch, listed in batches.items() for pair in listed]
    assert collected.runs == [{"batch": batch, **asdict(run)} for batch, run, _ in pairs]
    assert collected.batches == ["K0", "LR3", "G1"]
    assert collected.swept == {"K0": ["neurons"], "LR3": ["learning_rate"], "G1": ["bias_offset", "learning_rate"]}
    assert collected.steps.tolist() == [0, 1, 2, 4, 8]
    for i, (_, _, outcome) in enumerate(pairs):
        for name in (*results.CURVES, "stopped"):
            np.testing.assert_array_equal(getattr(collected, name)[i], outcome[name])
    assert collected.header["versions"].keys() == {"python", "torch", "numpy"}
    assert collected.header["size"] == "live" and collected.header["command"].startswith("python -m")


def test_saved_and_loaded_they_are_the_same(collected, loaded):
    assert_equal(collected, loaded)


def test_details_are_the_networks_of_the_lowest_seed_sorted(batches, loaded):
    pairs = [pair for listed in batches.values() for pair in listed]
    assert sorted(loaded.details) == [i for i, (run, _) in enumerate(pairs) if run.seed == 0]
    for i, detail in loaded.details.items():
        run, outcome = pairs[i]
        W, b = outcome["W_in"].T, outcome["b"]
        z = torch.tensor(outcome["projection"].astype(float) @ W.T + b)
        positive = ACTIVATIONS[run.activation](z).clamp_min(0).numpy()
        share = positive.max(0) / np.maximum(positive.sum(0), 1e-10)
        order = np.argsort(-share, kind="stable")
        assert detail.W.dtype == np.int8 and detail.W.shape == (run.neurons, run.embedding)
        largest = np.abs(W[order]).max(1, keepdims=True)
        assert (np.abs(detail.W * detail.scale[:, None] - W[order]) <= largest * 1.001 / 254).all()
        np.testing.assert_allclose(detail.bias, b[order], rtol=1e-3, atol=1e-6)
        assert detail.mono.tolist() == (share[order] > monosemanticity.MONO).tolist()
        assert detail.mono.sum() == outcome["mono"][-1]
        np.testing.assert_array_equal(loaded.projection, outcome["projection"])


@given(size=st.floats(-2, 3), seed=st.integers(0, 999))
def test_weights_are_kept_to_one_part_in_254_of_the_largest(size, seed):
    W = np.random.default_rng(seed).uniform(-1, 1, (4, 9)).astype(np.float32)
    W[2] = -1
    W = W * np.float32(10**size)
    W[:, 3] = 0
    detail = results.Detail.of(W, np.zeros(9, np.float32), np.linspace(1, 0, 9))
    kept = detail.W * detail.scale.astype(np.float16).astype(np.float32)[:, None]
    assert (np.abs(kept - W.T) <= np.abs(W.T).max(1, keepdims=True) * 1.001 / 254).all()


def test_the_rest_are_neither_monosemantic_nor_silent(batches, collected):
    for i, (run, outcome) in enumerate(pair for listed in batches.values() for pair in listed):
        share = results.shares(outcome, run.activation)
        rest = outcome["b"][(share > 0) & (share <= monosemanticity.MONO)]
        assert collected.rest[i] == (pytest.approx(rest.mean()) if len(rest) else pytest.approx(np.nan, nan_ok=True))


def test_curves_alone_take_little_room(batches, content, tmp_path):
    curves = results.collect(batches, "live", "command", networks=False)
    curves.save(tmp_path / "curves.npz")
    found = results.load(tmp_path / "curves.npz")
    assert found.details == {} and np.array_equal(found.loss, curves.loss)
    assert (tmp_path / "curves.npz").stat().st_size < len(content)


def test_a_seed_of_its_own_has_no_details_without_its_projection(batches):
    found = results.collect({"K0": batches["K0"], "LR3": batches["LR3"][1::2]}, "live", "command")
    assert {found.runs[i]["batch"] for i in found.details} == {"K0"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda one: {}, "expected the outcome of at least one run, got none"),
        (lambda one: {"K0": []}, "expected the outcome of at least one run, got none"),
        (lambda one: {"K0": one, "LR3": came("LR3", steps=16)[:1]}, "expected runs of the same number of steps"),
        (lambda one: {"K0": one, "LR3": came("LR3", steps=7)[:1]}, "expected runs of the same number of steps"),
        (lambda one: {"K9": one}, "unknown batch 'K9': expected one of LR1"),
    ],
)
def test_what_cannot_be_collected_is_named(batches, change, message):
    with pytest.raises(ValueError, match=message):
        results.collect(change(batches["K0"]), "live", "command")


# What is asked of them ----------------------------------------------------------------------------------------------


def test_runs_are_found_by_batch_and_settings(collected):
    assert [collected.runs[i]["neurons"] for i in collected.of("K0")] == [2, 2, 4, 4, 8, 8, 16, 16, 32, 32, 64, 64] + [
        128, 128, 256, 256,
    ]  # fmt: skip
    assert collected.of("K0", neurons=4, seed=1) == [3] and collected.of("K0", neurons=5) == []
    last = collected.of("K0", seed=0)
    np.testing.assert_array_equal(collected.final("mono", last), collected.mono[last, -1])
    np.testing.assert_allclose(collected.final("mono", last, "features"), collected.mono[last, -1] / 12)


@pytest.mark.parametrize(
    ("batch", "settings", "message"),
    [
        ("LR9", {}, "unknown batch 'LR9': expected one of K0, LR3, G1"),
        ("K0", {"rate": 1}, r"unknown setting \['rate'\]: expected some of batch, task"),
    ],
)
def test_asking_for_what_is_not_there(collected, batch, settings, message):
    with pytest.raises(ValueError, match=message):
        collected.of(batch, **settings)


def test_a_summary_has_a_line_for_each_setting(collected):
    lines = results.summary(collected).splitlines()
    assert len(lines) == 3 + 8 + 6 + 11
    row = lines[1].split()
    both = collected.of("K0", neurons=2)
    assert row[:2] == ["2", "2"]
    expected = [collected.final(name, both, per).mean() for name, per in results.SHOWN]
    assert [float(value) for value in row[2:]] == pytest.approx(expected, abs=0.005)


# Runs that stopped --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "solu"])
def test_a_run_that_stopped_is_named_and_left_out(diverged, tmp_path, activation):
    (fine, kept), (wild, outcome) = diverged
    assert kept["stopped"] == -1 and outcome["stopped"] >= 0
    pairs = [(run.but(activation=activation), came) for run, came in ((fine, kept), (wild, outcome))]
    found = results.collect({"LR1": pairs}, "live", "command")
    with warnings.catch_warnings(action="error"):
        found.save(tmp_path / "file")
    found = results.load(tmp_path / "file")
    assert found.stopped.tolist() == [-1, int(outcome["stopped"])]
    assert list(found.details) == [0] and np.isnan(found.rest[1]) and np.isnan(found.loss[1, -1])
    assert np.isfinite(found.bias[:, 0]).all()
    _, first, second, stopped = results.summary(found).splitlines()
    assert first.split()[:2] == ["0.001", "1"] and second.split() == ["1e+30", "0", "nan", "nan", "nan"]
    at = int(outcome["stopped"])
    assert stopped == f"stopped: LR1 learning_rate=1e+30, seed=0 diverged at step {at} and is left out above"


def test_the_average_is_that_of_the_runs_that_did_not_stop(diverged):
    (run, kept), (_, outcome) = diverged
    found = results.collect({"LR1": [(run, kept), (run.but(seed=1), outcome)]}, "live", "command")
    line = results.summary(found).splitlines()[1].split()
    assert line[1] == "1" and float(line[2]) == pytest.approx(kept["loss"][-1], abs=1e-4)


# Files --------------------------------------------------------------------------------------------------------------


def test_a_write_that_fails_leaves_the_last_file_and_nothing_else(collected, tmp_path, monkeypatch):
    path = tmp_path / "file"
    collected.save(path)
    before = path.read_bytes()

    def full_disk(file, **arrays):
        file.write(b"PK")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full_disk)
    with pytest.raises(OSError, match="No space left"):
        replace(collected, header={}).save(path)
    assert path.read_bytes() == before and [one.name for one in tmp_path.iterdir()] == ["file"]


@given(cut=st.integers(0, 10**9))
def test_a_file_cut_anywhere_is_damaged(content, tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("cut") / "cut.npz"
    path.write_bytes(content[: cut % len(content)])
    with pytest.raises(ValueError, match=r"cut.npz is damaged, or no file of results \(.*\): make it again"):
        results.load(path)


@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_one_flipped_bit_is_noticed_or_does_not_matter(collected, content, tmp_path_factory, place, bit):
    path, damaged = tmp_path_factory.mktemp("flipped") / "file", bytearray(content)
    damaged[place % len(content)] ^= 1 << bit
    path.write_bytes(damaged)
    try:
        found = results.load(path)
    except ValueError as error:
        assert "file is damaged, or no file of results" in str(error)
    else:
        assert_equal(found, collected)


def arrays_with(**header):
    return lambda path: np.savez(path.open("wb"), header=np.array(json.dumps(header)))


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda path: path.write_text("no arrays"), "file is damaged, or no file of results"),
        (lambda path: np.save(path.open("wb"), np.zeros(3)), "file is damaged, or no file of results"),
        (lambda path: np.savez(path.open("wb"), loss=np.zeros(3)), "file is damaged, or no file of results"),
        (arrays_with(runs=[]), "file is damaged, or no file of results"),
        (arrays_with(format=99, runs=[]), "file has format 99, expected 1: make it again with this version"),
        (arrays_with(format=1, runs=[]), "file is damaged, or no file of results"),
    ],
)
def test_a_file_of_something_else_is_named(tmp_path, write, message):
    write(tmp_path / "file")
    with pytest.raises(ValueError, match=message):
        results.load(tmp_path / "file")


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError):
        results.load(tmp_path / "nowhere")

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(PermissionError):
        results.load(tmp_path / "file")


# The file that ships ------------------------------------------------------------------------------------------------


def test_the_book_ships_all_batches_at_laptop_size():
    assert results.LAPTOP.stat().st_size < 3e6
    found = results.load()
    assert found.batches == list(table1.table())
    assert found.header["size"] == "laptop" and found.header["command"].startswith("python -m helpers.sweep ")
    assert found.header["versions"].keys() == {"python", "torch", "numpy"}
    for batch in found.batches:
        own = [{name: value for name, value in found.runs[i].items() if name != "batch"} for i in found.of(batch)]
        seeds = sorted({run["seed"] for run in own})
        assert len(seeds) >= 2 and seeds == list(range(len(seeds)))
        assert own == [asdict(run) for run in table1.runs(batch, "laptop", seeds)]
    kept = found.stopped < 0
    assert all(np.isfinite(getattr(found, name)[kept]).all() for name in results.CURVES)
    assert set(found.details) == {i for i, run in enumerate(found.runs) if run["seed"] == 0 and kept[i]}
    assert found.steps.tolist() == [0, *(2**power for power in range(15))]
