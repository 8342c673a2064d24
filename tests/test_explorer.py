"""The explorer of the sweeps: what travels with the page, what follows on demand, and what it refuses."""

import base64
import gzip
import json
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from explorer_results import STEPS, some_results
from javascript import assert_passes, assert_stored

from helpers import plots
from helpers.widgets import MonosemanticityExplorer
from helpers.widgets.explorer.details import fingerprint, piece, piece_name, places
from helpers.widgets.explorer.words import number


def decoded(changes: list[int]) -> np.ndarray:
    """A curve as the page reads it, still in whole numbers."""
    return np.cumsum(changes)


def batch_of(widget, name: str) -> dict:
    return next(batch for batch in widget.batches if batch["name"] == name)


def test_the_page_holds_every_run_of_every_batch():
    results = some_results()
    widget = MonosemanticityExplorer.from_results(results)
    assert [batch["name"] for batch in widget.batches] == list(results.swept)
    assert (widget.steps, widget.size, widget.first) == (STEPS.tolist(), "laptop", ["LR3"])
    for batch in widget.batches:
        runs = [run for setting in batch["runs"] for run in setting]
        for run, (stopped, dead, loss, mono, bias, nearly) in zip(results.of(batch["name"]), runs, strict=True):
            assert (stopped, dead) == (-1, results.dead[run, -1])
            assert 10 ** (decoded(loss) / 1000) == pytest.approx(results.loss[run], rel=0.0012)
            assert decoded(mono).tolist() == results.mono[run].tolist()
            assert decoded(nearly).tolist() == results.nearly[run].tolist()
            assert decoded(bias) / 1000 == pytest.approx(results.bias[run], abs=0.00051)


def test_settings_follow_the_swept_values_in_rising_order_whatever_the_order_of_the_runs():
    results = some_results()
    order = np.random.default_rng(1).permutation(len(results.runs))
    curves = ("loss", "mono", "nearly", "bias", "dead", "stopped", "rest")
    mixed = replace(
        results,
        runs=[results.runs[run] for run in order],
        details={int(np.flatnonzero(order == run)[0]): detail for run, detail in results.details.items()},
        **{name: getattr(results, name)[order] for name in curves},
    )
    ours, theirs = (MonosemanticityExplorer.from_results(each).batches for each in (results, mixed))
    assert ours == theirs
    grid = batch_of(MonosemanticityExplorer.from_results(mixed), "G1")
    assert [axis["values"] for axis in grid["swept"]] == [[-1.0, 0.5], [0.001, 0.003]]
    assert [axis["texts"] for axis in grid["swept"]] == [["−1", "0.5"], ["0.001", "0.003"]]
    assert len(grid["runs"]) == 4
    assert [piece(results, "G1", second) for second in (0, 1)] == [piece(mixed, "G1", second) for second in (0, 1)]


def test_a_run_that_diverged_goes_as_far_as_it_went():
    results = some_results()
    run = results.of("LR3")[1]
    for name in ("loss", "mono", "nearly", "bias", "dead"):
        getattr(results, name)[run, 3:] = np.nan
    results.stopped[run] = 3
    stopped, dead, *curves = batch_of(MonosemanticityExplorer.from_results(results), "LR3")["runs"][0][1]
    assert stopped == 3 and dead == results.dead[run, 2]
    assert [len(curve) for curve in curves] == [3, 3, 3, 3]


def test_a_batch_is_named_by_what_it_sweeps_and_how_it_differs():
    titles = {batch["name"]: batch["title"] for batch in MonosemanticityExplorer.from_results(some_results()).batches}
    assert titles == {
        "LR1": "LR1: learning rate (bias decay 0, bias offset 0)",
        "LR3": "LR3: learning rate",
        "LR4": "LR4: learning rate (power-law frequencies)",
        "K1": "K1: number of neurons",
        "G1": "G1: bias offset × learning rate",
    }
    groups = {batch["group"] for batch in MonosemanticityExplorer.from_results(some_results()).batches}
    assert groups == {"Learning rate", "Number of neurons", "Bias offset × learning rate"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 64, "1/64"),
        (0.125, "1/8"),
        (0.379, "0.379"),
        (0.5, "0.5"),
        (-1.7, "−1.7"),
        (0.0, "0"),
        (1e-5, "1e−5"),
        (0.003, "0.003"),
        (2048, "2,048"),
        (131072, "131,072"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_what_holds_for_all_runs_of_a_batch_is_said_once():
    about = batch_of(MonosemanticityExplorer.from_results(some_results()), "K1")["about"]
    assert about == [
        "decoder", "ReLU", "equally frequent features", "feature frequency 1/64", "learning rate 0.003",
        "bias decay 0.03", "bias offset −1", "L1 penalty 0", "LAMB", "cyclic schedule", "8 steps", "256 samples a step",
    ]  # fmt: skip


# Weights


def test_a_piece_holds_the_weights_of_one_line_of_settings():
    results = some_results()
    assert list(places(results)) == [("LR1", 0), ("LR3", 0), ("LR4", 0), ("K1", 0), ("G1", 0), ("G1", 1)]
    held = piece(results, "G1", 1)
    projection = np.frombuffer(base64.b64decode(held["projection"]), "<f4").reshape(held["features"], -1)
    assert (projection == results.projection).all()
    wanted = [results.details[run] for run in results.of("G1", learning_rate=0.003, seed=0)]
    for setting, detail in zip(held["settings"], wanted, strict=True):
        assert (setting["neurons"], setting["mono"]) == (7, detail.mono.sum())
        W = np.frombuffer(base64.b64decode(setting["W"]), "<i1").reshape(7, 4)
        assert (W == detail.W).all()
        for name in ("scale", "bias"):
            assert (np.frombuffer(base64.b64decode(setting[name]), "<f4") == getattr(detail, name)).all()


def test_a_setting_without_weights_leaves_a_gap():
    results = some_results()
    del results.details[results.of("LR3")[2]]
    assert [setting is None for setting in piece(results, "LR3")["settings"]] == [False, True, False]


def test_other_weights_have_other_names():
    results, other = some_results(), some_results()
    other.details[0].bias[0] += 0.5
    assert fingerprint(results) == fingerprint(some_results()) != fingerprint(other)
    assert piece_name("12345678", "G1", 1) == "G1-1-12345678"


@pytest.fixture
def talk():
    """A function that sends a widget a message from its page, and returns what the widget sent back."""

    def sent(widget, content) -> list:
        answers = []
        widget.send = answers.append
        widget._handle_custom_msg(content, [])
        return answers

    return sent


def test_python_sends_the_weights_that_a_notebook_asks_for(talk):
    results = some_results()
    widget = MonosemanticityExplorer.from_results(results)
    (answer,) = talk(widget, {"want": ["G1", 1]})
    assert answer == {"piece": f"G1-1-{widget.fingerprint}", "data": piece(results, "G1", 1)}
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("content", [None, "LR3", {}, {"want": "LR3"}, {"want": ["LR9", 0]}, {"want": ["LR3", 1]}])
def test_messages_that_ask_for_nothing_known_get_no_answer(talk, content):
    assert talk(MonosemanticityExplorer.from_results(some_results()), content) == []


# Bad input


def broken(name: str, place, value) -> dict:
    """Results with one number of a curve replaced."""
    curve = getattr(some_results(), name).copy()
    curve[place] = value
    return {name: curve}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"loss": np.ones((3, 5))}, r"loss of shape \(runs, points\) = \(30, 5\), got \(3, 5\)"),
        ({"dead": np.ones(30)}, r"dead of shape .*, got \(30,\)"),
        ({"stopped": np.zeros(2)}, r"stopped of shape \(runs,\) = \(30,\), got \(2,\)"),
        ({"steps": np.array([0, 2, 1, 4, 8])}, "rising steps, got 30 runs and steps .0, 2, 1"),
        ({"runs": []}, "one run or more and rising steps, got 0 runs"),
        (broken("loss", (7, 3), np.nan), "finite loss until a run stops, got nan: run 7 of batch LR3 at step 4"),
        (broken("mono", (0, 0), np.inf), "finite mono until a run stops, got inf: run 0 of batch LR1 at step 0"),
        ({"swept": {"LR3": ["steps"]}}, "LR3: expected one or two swept settings out of .*got .'steps',"),
        ({"swept": {"LR3": []}}, "LR3: expected one or two swept settings"),
        (
            {"swept": {"LR3": ["learning_rate"], "LR9": ["eps"]}},
            "LR9: expected runs for all combinations of eps, got none",
        ),
    ],
)
def test_results_that_do_not_fit_are_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        MonosemanticityExplorer.from_results(some_results(**changed))


@pytest.mark.parametrize("results", [None, {"runs": []}, "helpers/data/table1_laptop.npz"])
def test_anything_but_results_is_refused(results):
    with pytest.raises(ValueError, match="expected the Results of a sweep, .*got (NoneType|dict|str)"):
        MonosemanticityExplorer.from_results(results)


def test_a_grid_with_a_hole_is_refused():
    results = some_results()
    for run in results.of("G1", bias_offset=0.5, learning_rate=0.001):
        results.runs[run]["batch"] = "K1"
    with pytest.raises(ValueError, match=r"G1: expected runs for all combinations .*none for \(0.5, 0.001\)"):
        MonosemanticityExplorer.from_results(results)


@pytest.mark.parametrize("names", [{"batch": "LR9"}, {"compare": "B7"}, {"batch": None}])
def test_unknown_batches_are_refused_with_the_known_ones(names):
    with pytest.raises(ValueError, match="unknown batch .*expected one of LR1, LR3, LR4, K1, G1"):
        MonosemanticityExplorer.from_results(some_results(), **names)


@pytest.mark.parametrize("key", ["", "a b", "explorer=", "é", "e2", None])
def test_a_key_is_letters_only(key):
    with pytest.raises(ValueError, match="expected a key made of letters"):
        MonosemanticityExplorer.from_results(some_results(), key=key)


def test_weights_that_do_not_fit_are_refused():
    results = some_results()
    detail = results.details[results.of("LR3")[0]]
    detail.mono = np.array([False, True, *[False] * 5])
    with pytest.raises(ValueError, match="expected neurons sorted, the 1 monosemantic ones first"):
        piece(results, "LR3")
    detail.bias = detail.bias[1:]
    with pytest.raises(ValueError, match=r"details of run 6: expected bias of shape \(7,\), got \(6,\)"):
        piece(results, "LR3")
    with pytest.raises(ValueError, match="G1: expected the index of a second swept value below 2, got 2"):
        piece(results, "G1", 2)


# What travels


def test_all_of_table_1_and_the_code_weigh_little():
    random = np.random.default_rng(0)
    results = some_results()
    grid = product(range(11), range(1, 23), range(3))  # about as many runs as all batches have
    runs = [
        results.runs[0] | {"batch": "G1", "bias_offset": -0.1 * bias, "learning_rate": 0.001 * rate, "seed": seed}
        for bias, rate, seed in grid
    ]
    # Curves as rough as noise: those of real runs are smoother and pack better.
    shape = (len(runs), 16)
    curves = {name: random.uniform(0.1, 1, shape).cumsum(1) for name in ("loss", "bias")}
    counts = random.integers(0, 128, shape).astype(float)
    results = replace(
        results, runs=runs, swept={"G1": ["bias_offset", "learning_rate"]}, steps=np.arange(16), details={},
        stopped=np.full(len(runs), -1), rest=np.zeros(len(runs)), mono=counts, nearly=counts, dead=counts, **curves,
    )  # fmt: skip
    widget = MonosemanticityExplorer.from_results(results, batch="G1")
    assert len(gzip.compress(json.dumps(widget.batches).encode())) < 100_000
    assert len(gzip.compress((widget._esm + widget._css).encode())) < 20_000


def test_the_script_asks_nothing_of_the_network():
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in MonosemanticityExplorer._esm.replace("http://www.w3.org/2000/svg", "")


def test_feature_colours_are_the_books():
    for i, colour in enumerate(plots.COLOURS[:3], 1):
        assert f"--feature-{i}: {colour};" in MonosemanticityExplorer._css


# One set of numbers for both languages


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("explorer")


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("explorer", tmp_path)
