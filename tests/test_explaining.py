"""Explanations say what a unit does, in physical units, and are scored on rows that they were not made from."""

import math

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.explaining import (
    balanced_accuracy,
    correlation,
    explain,
    explain_all,
    field,
    predictions,
)
from helpers.tree_words import spoken
from helpers.weather.schema import COLUMNS, Column

NAMES = ("temperature", "fs")


def weather(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return pd.DataFrame({"temperature": generator.uniform(-20, 20, rows), "fs": generator.uniform(0, 6, rows)})


def cold(frame: pd.DataFrame) -> np.ndarray:
    return np.where(frame["temperature"] < -2, 3.0, 0.0)


def told(unit=cold, **settings):
    frames = weather(), weather(seed=1)
    return explain(*[(frame, unit(frame)) for frame in frames], NAMES, COLUMNS, **settings)


def test_a_threshold_is_found_and_foretells_the_rows_held_out():
    one = told(depth=1)
    (name, at), *more = one.splits
    assert name == "temperature" and abs(at + 2) < 0.5 and not more
    assert one.score > 0.95 and one.balanced > 0.97
    controls = [told(depth=1, seed=seed).control for seed in range(8)]  # of other rows: there is nothing to learn
    assert abs(np.mean(controls)) < 0.3 and max(controls) < 0.5
    assert set(one.predict(weather(seed=2)).round(6)) == {0.0, 3.0}


def test_words_name_inputs_in_full_with_their_units_and_say_where_the_unit_is_on():
    threshold = f"{told(depth=1).splits[0][1]:.3g}"
    expected = f"on where air temperature < {threshold} °C (in 100% of rows); else in 0%"
    assert told(depth=1).words == expected


def test_an_input_that_is_split_twice_is_said_once_as_a_range():
    words = told(lambda f: np.where((f["temperature"] > -5) & (f["temperature"] < 5), 1.0, 0.0)).words
    assert words.count("temperature") == 1
    assert words.startswith("on where -") and " < air temperature < " in words


def test_a_unit_that_is_off_in_a_corner_is_on_in_two_regions():
    corner = told(lambda f: np.where((f["temperature"] < 0) & (f["fs"] < 3), 0.0, 1.0))
    assert corner.words.startswith("on where air temperature ") and corner.words.count(", or ") == 1
    assert corner.words.endswith(" of rows); else in 0%") and corner.often[1] == 0


def test_neighbouring_regions_are_said_as_one():
    steps = told(lambda f: np.where(f["temperature"] > 5, 3.0, np.where(f["temperature"] > -5, 2.0, 0.0)))
    assert ", or " not in steps.words and steps.words.startswith("on where air temperature > -")


def test_words_of_a_unit_that_is_mostly_on_say_where_it_is_strongest():
    for least in (0.5, -0.0001):  # never off, and hardly ever
        words = told(lambda f, least=least: (cold(f) + least + f["fs"] / 10).clip(lower=0)).words
        assert words.startswith("mostly on; strongest (") and "; weakest (" in words


def test_words_of_a_unit_that_is_hardly_on_do_not_promise_that_it_is():
    one = told(lambda f: np.where(np.arange(len(f)) % 5 == 0, cold(f), 0.0), depth=1)
    assert one.words.startswith("mostly off; most often on where air temperature <")
    assert 0.1 < one.often[0] < 0.3 and one.often[1] < 0.02


def test_deeper_trees_find_what_needs_two_inputs():
    def both(frame):
        return np.where((frame["temperature"] < 0) & (frame["fs"] > 3), 1.0, 0.0)

    assert told(both, depth=2).score > 0.95 > told(both, depth=1).score
    assert {name for name, _ in told(both, depth=2).splits} == set(NAMES)


def test_a_dead_unit_has_no_tree_and_no_score():
    one = told(lambda frame: np.zeros(len(frame)))
    assert one.tree is None and one.words == "never on" and one.splits == []
    assert math.isnan(one.score) and math.isnan(one.balanced) and math.isnan(one.control)
    assert one.predict(weather()).tolist() == [0.0] * 400


def test_a_unit_that_never_varies_is_not_called_off():
    one = told(lambda frame: np.full(len(frame), 0.5))
    assert one.words == "always 0.5" and set(one.predict(weather())) == {0.5}


def test_a_unit_that_is_dead_in_the_rows_held_out_has_no_score():
    frames = weather(), weather(seed=1)
    one = explain((frames[0], cold(frames[0])), (frames[1], np.zeros(400)), NAMES, COLUMNS)
    assert one.tree is not None and math.isnan(one.score) and math.isnan(one.control) and math.isnan(one.balanced)


def test_a_unit_that_never_varies_much_says_so():
    noise = np.random.default_rng(0).normal(size=10)
    ten = weather(10)
    one = explain((ten.iloc[:1], noise[:1]), (ten, noise), NAMES, COLUMNS)
    assert one.tree is None and math.isnan(one.score)


def test_rules_about_a_handful_of_rows_are_not_made():
    one = told(lambda frame: np.where(np.arange(len(frame)) < 5, 100.0, 0.0), depth=3)
    leaves = np.bincount(one.tree.apply(weather()[list(NAMES)].to_numpy(np.float32)))
    assert leaves[leaves > 0].min() >= 0.03 * 400


def test_all_units_are_explained_as_each_alone():
    frames = weather(), weather(seed=1)
    units = [torch.tensor(np.stack([[cold(f), f["fs"]], [f["fs"], 0 * f["fs"]]])).permute(2, 0, 1) for f in frames]
    every = explain_all(*zip(frames, units, strict=True), NAMES, COLUMNS, depth=1, seed=5)
    assert [len(listed) for listed in every] == [2, 2]
    for i in range(2):
        for u in range(2):
            pairs = [(frame, a[:, i, u].numpy()) for frame, a in zip(frames, units, strict=True)]
            one = explain(*pairs, NAMES, COLUMNS, depth=1, seed=5 + 2 * i + u)
            assert one.words == every[i][u].words
            assert np.array_equal([one.score, one.control], [every[i][u].score, every[i][u].control], equal_nan=True)
    scores = field(every, "score")
    assert scores.shape == (2, 2) and math.isnan(scores[1, 1]) and scores[0, 0] == every[0][0].score
    expected = predictions(every, frames[1])
    assert expected.shape == (400, 2, 2)
    assert np.array_equal(expected[:, 1, 0], every[1][0].predict(frames[1]))


def test_without_a_control_the_rest_stays():
    frames = weather(), weather(seed=1)
    units = [torch.tensor(cold(frame)).reshape(-1, 1, 1) for frame in frames]
    given = *zip(frames, units, strict=True), NAMES, COLUMNS
    ((full,),), ((bare,),) = explain_all(*given), explain_all(*given, control=False)
    assert math.isnan(bare.control) and not math.isnan(full.control)
    assert (bare.score, bare.balanced, bare.words) == (full.score, full.balanced, full.words)


def test_the_control_moves_with_its_seed_and_the_score_does_not():
    first, second = told(seed=0), told(seed=1)
    assert first.score == second.score and first.control != second.control


def test_a_column_is_called_by_its_description_where_that_is_short():
    assert spoken(COLUMNS["fs"]) == "fall speed"
    assert spoken(COLUMNS["n0"]) == "n0"
    assert spoken(Column("wind_gust", "m/s", "")) == "wind gust"


@given(arrays(bool, 20), arrays(bool, 20))
def test_balanced_accuracy_is_half_for_what_ignores_the_unit(expected, came):
    value = balanced_accuracy(expected, came)
    if came.all() or not came.any():
        assert math.isnan(value)
    else:
        assert 0 <= value <= 1
        assert balanced_accuracy(np.ones(20, bool), came) == balanced_accuracy(np.zeros(20, bool), came) == 0.5
        assert balanced_accuracy(came, came) == 1
        assert balanced_accuracy(~expected, came) == pytest.approx(1 - value)


@given(st.integers(0, 10))
def test_correlation_is_that_of_numpy_and_zero_for_what_says_nothing(seed):
    a, b = np.random.default_rng(seed).normal(size=(2, 30))
    assert correlation(a, b) == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert correlation(np.ones(30), b) == 0 and math.isnan(correlation(a, np.ones(30)))


FRAME = weather(20)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"depth": 0}, "depth from 1 to 5, got 0"),
        ({"depth": True}, "depth from 1 to 5, got True"),
        ({"predictors": ("temperature", "tide")}, "with a description, got .*tide"),
        ({"predictors": ()}, "with a description"),
        ({"a": np.zeros(19)}, r"activations \(rows,\) for 20 rows .* got shape \(19,\)"),
        ({"a": np.full(20, np.nan)}, "finite activations"),
        ({"frame": FRAME[["fs"]]}, "temperature"),
        ({"frame": FRAME.assign(fs=np.nan)}, "fs"),
    ],
)
def test_what_cannot_be_explained_is_named(changes, message):
    given = {"frame": FRAME, "a": np.arange(20.0), "predictors": NAMES, "depth": 2} | changes
    pair = given["frame"], given["a"]
    with pytest.raises(ValueError, match=message):
        explain(pair, pair, given["predictors"], COLUMNS, depth=given["depth"])


def test_stacks_must_hold_the_same_units_in_both_parts():
    with pytest.raises(ValueError, match="rows, instances, units"):
        explain_all((FRAME, torch.zeros(20, 2)), (FRAME, torch.zeros(20, 2)), NAMES, COLUMNS)
    with pytest.raises(ValueError, match="same units"):
        explain_all((FRAME, torch.zeros(20, 1, 2)), (FRAME, torch.zeros(20, 1, 3)), NAMES, COLUMNS)
