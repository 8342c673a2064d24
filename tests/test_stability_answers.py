"""The checks of chapter 12b praise right answers, tell mistakes apart, and survive whatever a reader types."""

import math

import numpy as np
import pytest
from odd_answers import survives

from helpers import stability_answers

#: Averages of 0.8 and 0.9 over baselines of 0.2 and 0.8.
RAW, BASE = [[0.7, 0.9, math.nan], [0.9, 0.9]], [[0.2, 0.2], [0.7, 0.9]]
#: The first two pairs choose the second setting, which the last two do not praise.
LEAD = np.array([[0.1, 0.1, 0.5, 0.5], [0.3, 0.3, 0.2, 0.1], [0.0, 0.1, 0.2, 0.2]])
CHECKS = {
    "ceiling": lambda answer: stability_answers.ceiling(answer, 12, 48),
    "lifted": lambda answer: stability_answers.lifted(answer, RAW, BASE),
    "chosen": lambda answer: stability_answers.chosen(answer, LEAD),
}
RIGHT = [
    ("ceiling", 0.4, "At most 40%"),
    ("ceiling", np.float32(0.4), "At most 40%"),
    ("lifted", (0.75, 0.5), "The raw averages lie 0.10 apart, the adjusted ones 0.25."),
    ("lifted", np.array([0.75, 0.5]), "The raw averages lie 0.10 apart, the adjusted ones 0.25."),
    ("chosen", 0.15, "Promised 0.30, kept 0.15."),
]
MISTAKES = [
    ("ceiling", "all", "Expected one number"),
    ("ceiling", 1, "Dictionaries of one size could share all."),
    ("ceiling", 0.25, "That is the share of the larger one"),
    ("ceiling", 0.2, "That counts each pair once"),
    ("ceiling", 40, "A share lies between"),
    ("ceiling", math.inf, "A share lies between"),
    ("ceiling", 0.5, "Not there."),
    ("lifted", 0.75, "Expected 2 numbers"),
    ("lifted", (0.75, math.nan), "Expected 2 numbers"),
    ("lifted", (0.8, 0.9), "These are the raw averages."),
    ("lifted", (0.6, 0.1), "That is how far they lie above"),
    ("lifted", (4, 1.125), "That is a ratio"),
    ("lifted", (0.5, 0.75), "The settings are in the wrong order."),
    ("lifted", (0.1, 0.2), "Not there."),
    ("chosen", [1, 2], "Expected one number"),
    ("chosen", 0.3, "That is what the setting promised."),
    ("chosen", 0.5, "That is the best of the later pairs"),
    ("chosen", 0.225, "Half of that are the pairs that chose."),
    ("chosen", (0.5 + 0.15 + 0.2) / 3, "That is the average setting."),
    ("chosen", 0.7, "Not there."),
]


def said(name, answer, capsys):
    CHECKS[name](answer)
    return capsys.readouterr().out


@pytest.mark.parametrize(("name", "answer", "praise"), RIGHT)
def test_the_right_answer_is_praised(capsys, name, answer, praise):
    assert said(name, answer, capsys).startswith(f"✓ {praise}")


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(capsys, name, answer, message):
    assert said(name, answer, capsys).startswith(f"✗ {message}")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(capsys, name):
    survives(CHECKS[name], capsys)
