"""The checks of chapter 12 praise right answers, tell each mistake apart, and survive whatever a reader types."""

import pytest
import torch
from odd_answers import said, survives

from helpers import universality_answers

UP, RIGHT, NONE = [0.0, 1.0], [1.0, 0.0], [0.0, 0.0]
CHECKS = {
    "cloud": lambda answer: universality_answers.cloud(answer, 0.72, 0.75),
    "eight_tenths": universality_answers.eight_tenths,
    "twins": universality_answers.twins,
}
RIGHT_ANSWERS = [
    ("cloud", 0.45),
    ("cloud", torch.tensor(0.5)),
    ("eight_tenths", 6),
    ("eight_tenths", torch.tensor(6)),
    ("twins", ([UP, UP, UP, RIGHT], [UP, RIGHT, RIGHT, RIGHT])),
    ("twins", (3 * torch.tensor([UP, RIGHT, RIGHT, RIGHT]), torch.tensor([RIGHT, UP, UP, UP]))),
]
WRONG = [
    ("cloud", 45, "between 0 and 1"),
    ("cloud", 0.72, "the first pairs"),
    ("cloud", 0.75, "the shuffled pairs"),
    ("cloud", 0.0, "None at all"),
    ("cloud", 0.9, "drawn anew"),
    ("eight_tenths", 6.5, "whole number"),
    ("eight_tenths", 0, "whole number"),
    ("eight_tenths", 513, "whole number"),
    ("eight_tenths", 9, "only 0.7"),
    ("eight_tenths", 7, "only 0.78"),
    ("eight_tenths", 4, "one dimension more"),
    ("twins", ([UP, RIGHT], [UP, RIGHT]), "four vectors"),
    ("twins", ([UP] * 4, [[1.0, 0.0, 0.0]] * 4), "four vectors"),
    ("twins", ([UP] * 4, [UP, UP, UP, [float("nan"), 0.0]]), "four vectors"),
    ("twins", ([UP, UP, RIGHT, NONE], [UP, UP, RIGHT, RIGHT]), "zeros"),
    ("twins", ([UP, RIGHT, UP, RIGHT], [UP] * 4), "From the first to the second"),
    ("twins", ([UP] * 4, [UP, RIGHT, UP, RIGHT]), "From the second to the first"),
    ("twins", ([UP, UP, RIGHT, RIGHT], [UP, RIGHT, RIGHT, UP]), "share is 1"),
    ("twins", ([UP, UP, UP, RIGHT], [UP, UP, RIGHT, RIGHT]), "share is 0.75"),
]


@pytest.mark.parametrize(("check", "answer"), RIGHT_ANSWERS)
def test_a_right_answer_is_praised(check, answer, capsys):
    assert said(CHECKS[check], answer, capsys).startswith("✓")


@pytest.mark.parametrize(("check", "answer", "says"), WRONG)
def test_a_wrong_answer_is_told_what_went_wrong(check, answer, says, capsys):
    told = said(CHECKS[check], answer, capsys)
    assert told.startswith("✗") and says in told


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_odd_stops_a_check_or_is_praised(check, capsys):
    survives(CHECKS[check], capsys)


def test_fewer_dimensions_and_more_latents_bring_random_dictionaries_nearer():
    crowd = universality_answers.crowd
    assert crowd(3) > crowd(6) > crowd(12)
    assert crowd(6, latents=8) < crowd(6, latents=64) <= 1
