"""The checks of chapter 10b praise right answers, tell mistakes apart, and survive whatever a reader types."""

import pandas as pd
import pytest
import torch
from odd_answers import survives

from helpers import meaning_answers

FRAME = pd.DataFrame({"temperature": [-4.0, -2.0, 1.0, 3.0], "fs": [1.0, 4.0, 1.0, 4.0]})
UNIT = torch.tensor([0.0, 0.0, 1.0, 1.0])
R = torch.tensor([[[0.05, 0.9], [0.0, 0.2]]])
BITS = torch.tensor([[[0.3, 2.0], [0.7, 0.9]]])
CHECKS = {
    "by_hand": lambda answer: meaning_answers.by_hand(answer, FRAME, UNIT, ("temperature", "fs"), 0.98),
    "never": lambda answer: meaning_answers.never(answer, 0.1),
    "hidden": lambda answer: meaning_answers.hidden(answer, R, BITS),
}
RIGHT = [
    ("by_hand", ("temperature", 0.0), "1.00 by hand; the stump has 0.98."),
    ("by_hand", ["temperature", torch.tensor(-1.5)], "1.00 by hand"),
    ("never", (0.9, 0.5), "it says nothing"),
    ("never", torch.tensor([0.9, 0.5]), "it says nothing"),
    ("hidden", (0, 1, 0), "0.70 bits"),
    ("hidden", torch.tensor([0, 1, 0]), "0.70 bits"),
]
MISTAKES = [
    ("by_hand", ("tide", 0.0), "the input one of temperature, fs"),
    ("by_hand", ("temperature", "cold"), "Expected a pair"),
    ("by_hand", 2.0, "Expected a pair"),
    ("by_hand", ("temperature", 20.0), "No row, or every row"),
    ("by_hand", ("fs", 2.0), "That correlates with 0.00, and a stump gets 0.98."),
    ("by_hand", ("temperature", -3.0), "That correlates with 0.58"),
    ("never", 0.9, "Expected a pair of numbers"),
    ("never", (0.5, 0.9), "Did you swap them?"),
    ("never", (0.1, 0.5), "That is how often it is on."),
    ("never", (90, 50), "Those are percentages."),
    ("never", (0.7, 0.5), "The accuracy is off"),
    ("never", (0.9, 0.9), "The balanced accuracy is off."),
    ("hidden", (0, 1), "Expected three whole numbers"),
    ("hidden", (0, 2, 0), "Expected three whole numbers"),
    ("hidden", (0, 0.5, 0), "Expected three whole numbers"),
    ("hidden", (0, 0, 1), "There r misses nothing"),
    ("hidden", (0, 0, 0), "Other pairs that r misses hold more bits."),
]


@pytest.mark.parametrize(("check", "answer", "praise"), RIGHT)
def test_a_right_answer_is_praised(check, answer, praise, capsys):
    CHECKS[check](answer)
    said = capsys.readouterr().out
    assert said.startswith("✓") and praise in said


@pytest.mark.parametrize(("check", "answer", "hint"), MISTAKES)
def test_a_mistake_is_told_apart(check, answer, hint, capsys):
    CHECKS[check](answer)
    said = capsys.readouterr().out
    assert said.startswith("✗") and hint in said


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_typed_raises_or_is_praised(check, capsys):
    survives(CHECKS[check], capsys)
