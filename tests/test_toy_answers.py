"""The check of the exercise on importance says what is right, or what probably went wrong."""

import pytest
import torch

from helpers import phases, toy_answers


def test_the_right_answer_is_where_theory_lets_the_feature_enter(capsys):
    toy_answers.worth_sharing(phases.boundaries(0.5, 1)[0])
    assert capsys.readouterr().out.startswith("✓")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "no answer yet"),
        (2 / 3, "✓"),
        (torch.tensor(0.667), "✓"),
        ("two thirds", "Expected one number"),
        (torch.ones(2), "Expected one number"),
        (float("nan"), "Expected one number"),
        (0, "positive"),
        (-1, "positive"),
        (3 / 2, "inverse"),
        (2 / 5, "costs the first"),
        (1 / 3, "its mean"),
        (0.9, "Not there"),
    ],
)
def test_a_wrong_answer_is_told_what_went_wrong(answer, says, capsys):
    toy_answers.worth_sharing(answer)
    assert says in capsys.readouterr().out
