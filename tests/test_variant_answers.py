"""The checks of chapter 08b praise right answers, tell each mistake apart, and survive whatever a reader types."""

import pytest
from odd_answers import ODD

from helpers import variant_answers

RHO, SECOND = [0.0, 0.1, 0.2, 0.4], [[0.0, 0.1, 0.2], [0.4, 0.0, 0.1], [0.5, 0.6, 0.1], [0.7, 0.7, 0.7]]
CHECKS = {
    "unramped": lambda answer: variant_answers.unramped(answer, 0.04),
    "alone": lambda answer: variant_answers.alone(answer, 100),
    "begins": lambda answer: variant_answers.begins(answer, RHO, SECOND),
}
WRONG = [
    ("unramped", -0.1, "a share"),
    ("unramped", 81, "a share"),
    ("unramped", 0.04, "both slopes"),
    ("alone", 120, "between 0 and 100"),
    ("alone", 90, "Little has changed"),
    ("alone", 30, "rows with both"),
    ("begins", 0.1, "fewer than half of them do"),
    ("begins", 0.4, "Already at a smaller"),
    ("begins", 0.0, "There fewer than half"),
]


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_said_before_an_answer(check, capsys):
    CHECKS[check](None)
    assert capsys.readouterr().out.startswith("…")


@pytest.mark.parametrize(
    ("check", "answer"), [("unramped", 0.8), ("unramped", 1.0), ("alone", 0), ("alone", 3.5), ("begins", 0.2)]
)
def test_a_right_answer_is_praised(check, answer, capsys):
    CHECKS[check](answer)
    assert capsys.readouterr().out.startswith("✓")


@pytest.mark.parametrize(("check", "answer", "says"), WRONG)
def test_a_wrong_answer_is_told_what_went_wrong(check, answer, says, capsys):
    CHECKS[check](answer)
    said = capsys.readouterr().out
    assert said.startswith("✗") and says in said


def test_a_list_without_hedging_is_no_reader_s_mistake(capsys):
    variant_answers.begins(0.1, [0.0, 0.1], [[0.1, 0.1], [0.1, 0.2]])
    assert "Go further" in capsys.readouterr().out


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("odd", ODD, ids=lambda odd: type(odd).__name__)
def test_no_odd_answer_stops_a_reader_or_is_praised(check, odd, capsys):
    CHECKS[check](odd)
    assert capsys.readouterr().out.startswith("✗")
