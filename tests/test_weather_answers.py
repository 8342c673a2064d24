"""The checks of chapter 05 praise right answers, tell each mistake apart, and survive whatever a reader types."""

import math

import numpy as np
import pytest
import torch
from odd_answers import ODD

from helpers import weather_answers
from helpers.instrument import CENTERS, detection
from helpers.weather.derived import fit_exponential
from helpers.weather.physics import half_snow_temperature, rain_sizes

CHECKS = {
    "tie": weather_answers.tie,
    "perfect": weather_answers.perfect,
    "gaps": weather_answers.gaps,
    "dropped": weather_answers.dropped,
}
RAIN = np.stack([rain_sizes(CENTERS, rate) for rate in weather_answers.RATES])
N0, SLOPES = fit_exponential(RAIN, CENTERS)
LOSSY = fit_exponential(RAIN * detection(CENTERS), CENTERS)[1]
SCORES = [0.88, 0.72, 0.67, 0.65, 0.65, 0.66]
RIGHT = {
    "tie": (half_snow_temperature(75), "In air this dry, two degrees above zero are not too warm for snow."),
    "perfect": (SLOPES, "A perfect instrument gives back the slope of the drops."),
    "gaps": (SCORES, "Memory lasts for hours, then the score stays where it is."),
    "dropped": ("rho", "With rho among the inputs, a single threshold would do."),
}
ONE, THREE, SIX = "Expected one number, got ", "Expected three slopes", "Expected six accuracies"
MISTAKES = [
    ("tie", (10.04 - 0.09 * 0.75) / 1.41, "The humidity goes in as 75, not as 0.75."),
    ("tie", (10.04 + 0.09 * 75) / 1.41, "Check the sign of the humidity"),
    ("tie", -half_snow_temperature(75), "Check the sign of the temperature."),
    ("tie", half_snow_temperature(75) + 273.15, "That is in kelvin."),
    ("tie", 1.41 * half_snow_temperature(75), "Did you forget to divide"),
    ("tie", 0, "Not there. Set 10.04"),
    ("tie", math.inf, "Not there. Set 10.04"),
    ("tie", "two", ONE),
    ("tie", [2.3, 2.4], ONE),
    ("perfect", [4.1, 4.1], THREE),
    ("perfect", 4.1, THREE),
    ("perfect", [4.1, "x", 3.0], THREE),
    ("perfect", N0, "Those are the intercepts."),
    ("perfect", SLOPES[::-1], "These are the rates in the other order."),
    ("perfect", LOSSY, "That is far too flat"),
    ("perfect", [4.1, 4.1, 4.1], "Not there. Fit what marshall_palmer gives"),
    ("gaps", SCORES[:5], SIX),
    ("gaps", 0.7, SIX),
    ("gaps", [0.9, math.nan, 0.7, 0.7, 0.7, 0.7], SIX),
    ("gaps", [100 * score for score in SCORES], "An accuracy lies between 0 and 1."),
    ("gaps", [0.88] * 6, "A gap should cost something."),
    ("gaps", [0.75, 0.68, 0.67, 0.66, 0.66, 0.66], "Without a gap the score should be that of the shuffled split."),
    ("gaps", [0.88, 0.86, 0.82, 0.76, 0.74, 0.6], "With a day between them the neighbours are strangers"),
    ("gaps", [0.88, 0.6, 0.72, 0.66, 0.66, 0.66], "A wider gap forbids more blocks"),
    ("dropped", 1, "Expected the name of one input as text, got "),
    ("dropped", ["rho"], "Expected the name of one input as text, got "),
    ("dropped", "", "Expected the name of one input as text, got "),
    ("dropped", "ed", "The label is cut from the density."),
    ("dropped", "fs", "Expected one of n0, rho, dm, temperature, relative_humidity, got 'fs'."),
    ("dropped", "temperature", "The air knows much about the phase, and it may"),
    ("dropped", "relative_humidity", "The air knows much about the phase, and it may"),
    ("dropped", "dm", "It has seen the density, as a weight."),
    ("dropped", "n0", "It follows from the counts alone."),
]


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


@pytest.mark.parametrize(
    "kind", [torch.as_tensor, np.asarray, lambda a: np.asarray(a).tolist()], ids=["tensor", "array", "list"]
)
@pytest.mark.parametrize("name", ["tie", "perfect", "gaps"])
def test_the_right_numbers_are_praised(say, name, kind):
    answer, praise = RIGHT[name]
    assert say(name, kind(answer)) == f"✓ {praise}"


@pytest.mark.parametrize("spelling", ["rho", " Rho "])
def test_the_right_input_is_praised(say, spelling):
    assert say("dropped", spelling) == f"✓ {RIGHT['dropped'][1]}"


def test_a_rounded_answer_is_right(say):
    assert say("tie", 2.33).startswith("✓") and say("tie", 2.25).startswith("✗")
    assert say("perfect", np.round(SLOPES, 1)).startswith("✓")


def test_the_slopes_that_are_praised_are_those_of_the_published_rain():
    assert pytest.approx([4.1 * rate**-0.21 for rate in weather_answers.RATES], rel=1e-6) == SLOPES
    assert (LOSSY < 0.3 * SLOPES).all()  # what the exercise lets the reader find


def test_a_little_rise_by_chance_is_no_mistake(say):
    assert say("gaps", [0.9, 0.7, 0.69, 0.7, 0.71, 0.7]).startswith("✓")


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(say, name, answer, message):
    assert say(name, answer).startswith(f"✗ {message}")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")
