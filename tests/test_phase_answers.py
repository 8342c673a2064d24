"""The checks of chapters 06b and 06c praise right answers, tell mistakes apart, and survive whatever a reader types."""

import math

import pytest
from odd_answers import ODD

from helpers import nets, phase_answers

MIXED, WITHOUT, PLAIN, BEFORE = 0.09, 0.97, 0.2, (1.4, 1.6)
CHECKS = {
    "never_mixed": lambda answer: phase_answers.never_mixed(answer, MIXED),
    "six": lambda answer: phase_answers.six(answer, WITHOUT),
    "logarithm": lambda answer: phase_answers.logarithm(answer, PLAIN),
    "squeezed": lambda answer: phase_answers.squeezed(answer, BEFORE),
    "as_wide": phase_answers.as_wide,
}
RIGHT = [
    ("never_mixed", 0.91, "Nine in ten right, and one class in three never found."),
    ("six", 0.99, "Nearly perfect, and nothing was learnt about what fell."),
    ("logarithm", 0.07, "The mean absolute error falls to less than half."),
    ("logarithm", 0.12, "It falls."),
    ("squeezed", (1.01, 1.6), "Fewer dimensions 'used', and nothing lost."),
    ("as_wide", 15, "Each neuron costs nine numbers, and the answer three biases."),
]
ONE, PAIR = "Expected one number, got ", "Expected a pair of numbers"
MISTAKES = [
    ("never_mixed", 91, "That is in percent."),
    ("never_mixed", 1.2, "An accuracy lies between 0 and 1."),
    ("never_mixed", 0.09, "That is the share of mixed blocks"),
    ("never_mixed", 2 / 3, "That is the balanced accuracy"),
    ("never_mixed", 0.95, "Not there."),
    ("never_mixed", "most", ONE),
    ("six", 99, "That is in percent."),
    ("six", -0.1, "An accuracy lies between 0 and 1."),
    ("six", 0.97, "Nothing changed."),
    ("six", 0.9, "It should rise."),
    ("six", 1, "That is perfect."),
    ("logarithm", -0.3, "An error of the absolute kind is not negative."),
    ("logarithm", 0.2, "Nothing changed."),
    ("logarithm", 0.9, "That is in powers of ten."),
    ("logarithm", 0.19, "The error should fall clearly."),
    ("logarithm", 0.001, "Too good."),
    ("logarithm", [0.1, 0.2], ONE),
    ("squeezed", 1.1, PAIR),
    ("squeezed", (1.1, math.nan), PAIR),
    ("squeezed", (0.4, 1.6), "A layer that varies uses one dimension or more."),
    ("squeezed", (1.4, 1.6), "The first should fall."),
    ("squeezed", (1.05, 0.4), "The second should stay."),
    ("as_wide", 15.5, "Expected one whole number"),
    ("as_wide", math.nan, "Expected one whole number"),
    ("as_wide", 18, "That is the three layers laid side by side."),
    ("as_wide", 17, "A neuron has a bias, too."),
    ("as_wide", 141, "That is the number of numbers."),
    ("as_wide", 138, "That is the number of numbers."),
    ("as_wide", 16, "Too wide"),
    ("as_wide", 14, "One more neuron would still fit."),
]


@pytest.mark.parametrize(("name", "answer", "praise"), RIGHT)
def test_right_answers_are_praised(name, answer, praise, say):
    assert say(name, answer) == f"✓ {praise}"


@pytest.mark.parametrize(("name", "answer", "problem"), MISTAKES)
def test_each_mistake_is_told(name, answer, problem, say):
    assert say(name, answer).startswith(f"✗ {problem}")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


def test_the_width_is_the_largest_that_costs_no_more_than_three_layers():
    def cost(hidden):
        return sum(p[0].numel() for p in nets.MLP(phase_answers.INPUTS, hidden, phase_answers.CLASSES).parameters())

    assert cost((6, 6, 6)) == phase_answers.DEEP and cost(15) <= phase_answers.DEEP < cost(16)
