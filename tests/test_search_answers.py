"""The checks of chapter 11 praise right answers, tell mistakes apart, and survive whatever a reader types."""

import math

import numpy as np
import pytest
from odd_answers import ODD
from scipy import integrate, stats

from helpers import search_answers

#: The first two seeds choose the second set, which the last two do not praise.
VALUES = np.array([[1.0, 3.0, 20.0, 22.0], [8.0, 10.0, 4.0, 6.0], [2.0, 2.0, np.nan, 3.0]])
CHECKS = {
    "best_by_luck": search_answers.best_by_luck,
    "seeds_needed": lambda answer: search_answers.seeds_needed(answer, 0.2),
    "honest": lambda answer: search_answers.honest(answer, VALUES),
}
RIGHT = [
    ("best_by_luck", 2.819, "Nearly three standard deviations"),
    ("best_by_luck", np.float64(2.80), "Nearly three standard deviations"),
    ("seeds_needed", 16, "With 16 seeds the reliability is 0.80."),
    ("seeds_needed", 16.0, "With 16 seeds the reliability is 0.80."),
    ("honest", 5.0, "Promised 9, delivered 5."),
    ("honest", np.float32(5), "Promised 9, delivered 5."),
]
MISTAKES = [
    ("best_by_luck", "three", "Expected one number"),
    ("best_by_luck", -2.8, "The best of many is above"),
    ("best_by_luck", 3.323, "That is the formula for very many"),
    ("best_by_luck", 2.652, "One set in 250 is above that."),
    ("best_by_luck", 1, "That is one standard deviation"),
    ("best_by_luck", 3.1, "Not there. Did you average"),
    ("best_by_luck", math.inf, "Not there. Did you average"),
    ("seeds_needed", [16], "Expected one number"),
    ("seeds_needed", 15.5, "Expected a whole number"),
    ("seeds_needed", 0, "Expected a whole number"),
    ("seeds_needed", math.inf, "Expected a whole number"),
    ("seeds_needed", 15, "So many seeds are not enough."),
    ("seeds_needed", 17, "That is enough, but fewer would do."),
    ("honest", "most", "Expected one number"),
    ("honest", 9, "That is what the set promised."),
    ("honest", 21, "That is the best of the later seeds"),
    ("honest", 7, "Half of that is the seeds that chose."),
    ("honest", 29 / 3, "That is the average set."),
    ("honest", 6, "Not there."),
]


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


@pytest.mark.parametrize(("name", "answer", "praise"), RIGHT)
def test_the_right_answer_is_praised(say, name, answer, praise):
    assert say(name, answer).startswith(f"✓ {praise}")


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(say, name, answer, message):
    assert say(name, answer).startswith(f"✗ {message}")


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


def test_the_right_number_of_luck_is_that_of_the_normal_distribution():
    density = stats.norm
    largest, _ = integrate.quad(lambda x: 250 * x * density.pdf(x) * density.cdf(x) ** 249, -8, 8)
    assert search_answers.LUCK == pytest.approx(largest, abs=0.001)
