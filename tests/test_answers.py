"""The checks praise right answers, tell each mistake apart, and survive whatever a reader types."""

import math

import numpy as np
import pytest
import torch

from helpers import answers

# One wet hour in four; its probabilities make 0.60 the highest threshold with a POD of at least 0.8.
EVENT = torch.tensor([1, 1, 1, 1, 1] + [0] * 15)
PROBABILITY = torch.tensor([0.95, 0.85, 0.75, 0.605, 0.2] + [0.1] * 15)
R = torch.tensor([[0.2, 0.5, -0.1], [-0.9, 0.3, 0.6]])

CHECKS = {
    "warn_earlier": lambda answer: answers.warn_earlier(answer, PROBABILITY, EVENT),
    "weighted": lambda answer: answers.weighted(answer, base_rate=torch.tensor(0.05)),
    "visibility": lambda answer: answers.visibility(answer, without=torch.tensor(0.3)),
    "wider": answers.wider,
    "shrinkage": answers.shrinkage,
    "strongest_pair": lambda answer: answers.strongest_pair(answer, R),
}
FALLING = [0.98, 0.95, 0.9, 0.7, 0.5, 0.3]
RIGHT = {
    "warn_earlier": (0.6, "The highest threshold that catches four wet hours in five."),
    "weighted": (0.4, "The networks call rain 8 times as often as it comes."),
    "visibility": (0.45, "A little better. Would you use it?"),
    "wider": (0.19, "More latents than there is anything to say."),
    "shrinkage": (FALLING, "The stronger the penalty, the smaller the copy."),
    "strongest_pair": ([1, 0], "r = -0.90."),
}
MISTAKES = [
    ("warn_earlier", 60, "A threshold is a probability between 0 and 1."),
    ("warn_earlier", 0.0, "A threshold is a probability between 0 and 1."),
    ("warn_earlier", math.inf, "A threshold is a probability between 0 and 1."),
    ("warn_earlier", 0.61, "The POD on part one is below 0.8: warn earlier. Did you use the test rows?"),
    ("warn_earlier", 0.99, "The POD on part one is below 0.8: warn earlier. Did you use the test rows?"),
    ("warn_earlier", 0.59, "The POD is high enough, but a higher threshold would do too. Did you walk up from 0.01?"),
    ("warn_earlier", 0.01, "The POD is high enough, but a higher threshold would do too. Did you walk up from 0.01?"),
    ("weighted", -0.7, "A mean probability lies between 0 and 1. Did you forget the sigmoid?"),
    ("weighted", 1.2, "A mean probability lies between 0 and 1. Did you forget the sigmoid?"),
    ("weighted", 0.05, "That is about the base rate, or below. Did you train a fresh network with pos_weight?"),
    ("weighted", 0, "That is about the base rate, or below. Did you train a fresh network with pos_weight?"),
    ("visibility", 45, "A CSI lies between 0 and 1."),
    ("visibility", -0.1, "A CSI lies between 0 and 1."),
    ("weighted", 0.5, "That is more than the weight can explain. Did you take the mean of yes and no at 0.5?"),
    ("visibility", 0.3, "Nothing changed. Did you fit on the new parts?"),
    ("visibility", 0.93, "Too good to be a CSI. Is it the accuracy?"),
    ("wider", 0.81, "That is most of them. Is it the share of the living?"),
    ("visibility", 0.2, "The CSI should rise. Did you choose the threshold on part one?"),
    ("wider", 29, "A share lies between 0 and 1. Did you count latents instead?"),
    ("wider", -0.1, "A share lies between 0 and 1. Did you count latents instead?"),
    ("wider", 0.0, "So wide a dictionary should leave some latents dead. Did you use L1 = 0.1?"),
    ("shrinkage", FALLING[:5], "Expected six numbers, one for each L1, got [0.98, 0.95, 0.9, 0.7, 0.5]."),
    ("shrinkage", [], "Expected six numbers, one for each L1, got []."),
    ("shrinkage", [*FALLING[:5], math.nan], "Expected six numbers, one for each L1, got "),
    ("shrinkage", torch.ones(6, 5), "Expected six numbers, one for each L1, got "),
    ("shrinkage", [0.6, *FALLING[1:]], "Without L1 there is no shrinkage. Did you centre each with its own mean?"),
    (
        "shrinkage",
        [0.98] * 6,
        "The ratio should fall below one as L1 rises. Did you divide the squares of the copy by the products?",
    ),
    ("shrinkage", [0.98, 0.9, 1.4, 1.5, 1.2, 0.5], "The ratio should fall below one as L1 rises. Did you divide"),
    ("strongest_pair", [1], "Expected a pair of whole numbers, (network, latent), got [1]."),
    ("strongest_pair", [1, 0, 0], "Expected a pair of whole numbers, (network, latent), got [1, 0, 0]."),
    ("strongest_pair", 3, "Expected a pair of whole numbers, (network, latent), got 3."),
    ("strongest_pair", [0.5, 1], "Expected a pair of whole numbers, (network, latent), got [0.5, 1]."),
    ("strongest_pair", "10", "Expected a pair of whole numbers, (network, latent), got '10'."),
    ("strongest_pair", [math.nan, 0], "Expected a pair of whole numbers, (network, latent), got [nan, 0]."),
    ("strongest_pair", [0, 3], "Networks go up to 1, latents to 2. Did you swap them?"),
    ("strongest_pair", [2, 0], "Networks go up to 1, latents to 2. Did you swap them?"),
    ("strongest_pair", [-1, 0], "Networks go up to 1, latents to 2. Did you swap them?"),
    ("strongest_pair", [1, 2], "That is the strongest positive one. Did you forget the absolute value?"),
    ("strongest_pair", [0, 1], "There is a stronger one."),
]
SINGLE = [name for name in CHECKS if name not in ("shrinkage", "strongest_pair")]


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


@pytest.mark.parametrize("kind", [lambda a: a, torch.tensor, np.array], ids=["plain", "tensor", "array"])
@pytest.mark.parametrize("name", CHECKS)
def test_the_right_answer_is_praised(say, name, kind):
    answer, praise = RIGHT[name]
    assert say(name, kind(answer)) == f"✓ {praise}"


def test_a_pair_of_tensors_is_a_pair(say):
    assert say("strongest_pair", torch.unravel_index(R.abs().argmax(), R.shape)) == "✓ r = -0.90."


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(say, name, answer, message):
    assert say(name, answer).startswith(f"✗ {message}")


@pytest.mark.parametrize("answer", ["high", math.nan, [0.3, 0.6], torch.tensor([0.3, 0.6]), {}, print], ids=str)
@pytest.mark.parametrize("name", SINGLE)
def test_what_is_not_one_number_is_named(say, name, answer):
    line = say(name, answer)
    assert line.startswith("✗ Expected one number, got ")
    assert len(line) < 80


def test_what_came_is_shown(say):
    assert say("wider", "many") == "✗ Expected one number, got 'many'."


ODD = [
    "text",
    "",
    "0.5",
    b"0.5",
    True,
    math.nan,
    -math.inf,
    10**400,
    1j,
    ...,
    object(),
    print,
    {},
    {"a": 1},
    [],
    [None, "x"],
    [[1, 2], [3, 4]],
    torch.tensor([]),
    torch.tensor(math.nan),
    torch.ones(3, 2),
    torch.ones(6, 6, requires_grad=True),
    np.array([0.2, 0.3]),
    np.datetime64("2013-01-01"),
    range(6),
    (1, 2, 3),
    torch.nn.Linear(2, 2),
]


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


def test_without_a_better_threshold_in_reach_the_last_hundredth_is_right(capsys):
    answers.warn_earlier(0.99, torch.full((4,), 0.995), torch.ones(4))
    assert capsys.readouterr().out.startswith("✓")
