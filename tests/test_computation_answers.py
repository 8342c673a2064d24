"""The checks of chapter 03b praise right answers, tell each mistake apart, and survive whatever a reader types."""

import math

import numpy as np
import pytest
import torch
from odd_answers import ODD

from helpers import computation_answers

#: Three directions in the plane, not at right angles; the second is the longest.
W = torch.tensor([[1.0, 0.0], [0.4, 1.2], [-0.7, 0.5]])
CHECKS = {
    "strongest_push": lambda answer: computation_answers.strongest_push(answer, W),
    "two_neurons": computation_answers.two_neurons,
    "one_arm": lambda answer: computation_answers.one_arm(answer, density=0.01),
}


def push(W, i, length):
    row = W @ W[i]
    return length * row / row.norm()


def broken(W, i, length):
    raise RuntimeError("the reader made a mistake")


PRAISE = {
    "strongest_push": "Nothing of that length moves the output further.",
    "two_neurons": "Two neurons, one for each arm. Doubling a weight in and halving the one out changes nothing.",
    "one_arm": "A hair above one half: an arm alone is never enough to count as computed.",
}
RIGHT = [
    ("strongest_push", push),
    ("strongest_push", lambda W, i, length: -push(W, i, length)),
    ("strongest_push", lambda W, i, length: push(W, i, length).tolist()),
    ("two_neurons", ([4, -0.5], [0.25, 2], 0)),
    ("two_neurons", ((-1, 1), (1, 1), 0.0)),
    ("two_neurons", (torch.tensor([2.0, -1.0]), np.array([0.5, 1.0]), torch.tensor(0.0))),
    ("one_arm", 0.5038),
    ("one_arm", torch.tensor(0.5038)),
    ("one_arm", (0.01 / 6) / (0.01 / 3 - 0.01**2 / 4)),
]
SHAPE, PARTS = "Expected a function of W, i and length", "Expected (into, out, b) with two, two and one finite numbers"
MISTAKES = [
    ("strongest_push", 3, SHAPE),
    ("strongest_push", broken, SHAPE),
    ("strongest_push", lambda W, i, length: W[i], SHAPE),
    ("strongest_push", lambda W, i, length: None, SHAPE),
    ("strongest_push", lambda W, i, length: push(W, i, length) * math.nan, SHAPE),
    ("strongest_push", lambda W, i, length: torch.zeros(3), "Your change is zero."),
    ("strongest_push", lambda W, i, length: length * torch.eye(3)[i], "That pushes only the feature itself."),
    ("strongest_push", lambda W, i, length: push(W, 0, length), "That is a push for the wrong output."),
    ("strongest_push", lambda W, i, length: torch.tensor([length, 0, 0]), "Not the right direction"),
    ("strongest_push", lambda W, i, length: length * (W @ W[i]), "The direction is right, but not the length."),
    ("two_neurons", 1, PARTS),
    ("two_neurons", ([1, -1], [1, 1]), PARTS),
    ("two_neurons", ([1, -1], [1, 1], 0, 0), PARTS),
    ("two_neurons", ([1, -1, 0], [1, 1, 0], 0), PARTS),
    ("two_neurons", ([1, -1], [1, math.nan], 0), PARTS),
    ("two_neurons", ([1, -1], [1, 1], [0]), PARTS),
    ("two_neurons", ([1, -1], [-1, -1], 0), "The output is zero everywhere"),
    ("two_neurons", ([1, -1], [1, 1], 0.1), "Where the input is zero, the output should be zero"),
    ("two_neurons", ([1, -1], [1, 1], -0.1), "Where the input is zero, the output should be zero"),
    ("two_neurons", ([1, 1], [1, 1], 0), "Both neurons look at the same side."),
    ("two_neurons", ([4, -0.5], [0.25, 1], 0), "Only one arm is right."),
    ("two_neurons", ([4, -0.5], [1, 2], 0), "Only one arm is right."),
    ("two_neurons", ([4, -0.5], [4, 0.5], 0), "Both arms have the wrong slope"),
    ("one_arm", -0.1, "The fraction cannot be negative."),
    ("one_arm", 0.5, "That divides by the mean of the squares."),
    ("one_arm", 0.01 / 6, "That is the squared error."),
    ("one_arm", 0.01 / 3 - 0.01**2 / 4, "That is the variance."),
    ("one_arm", 1.0076, "One arm of two is missing"),
    ("one_arm", 0.4963, "You added the square of the mean."),
    ("one_arm", 0.25, "Not there."),
    ("one_arm", math.inf, "Not there."),
    ("one_arm", "half", "Expected one number, got"),
    ("one_arm", [0.5, 0.5], "Expected one number, got"),
]


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_the_right_answer_is_praised(say, name, answer):
    assert say(name, answer) == f"✓ {PRAISE[name]}"


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(say, name, answer, message):
    assert say(name, answer).startswith(f"✗ {message}")


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


def test_the_praised_push_beats_random_pushes_of_its_length():
    i, overlap = 1, W @ W.T
    others = torch.nn.functional.normalize(torch.randn(500, 3, generator=torch.Generator().manual_seed(0)), dim=1)
    assert push(W, i, 1.0) @ overlap[i] >= (others @ overlap[i]).abs().max()


def test_the_readers_function_cannot_change_the_model():
    before = W.clone()
    computation_answers.strongest_push(lambda W, i, length: W.mul_(0)[:, 0], W)
    assert torch.equal(W, before)


def test_the_right_number_follows_from_the_experiment():
    generator = torch.Generator().manual_seed(0)
    x = 2 * torch.rand(4_000_000, generator=generator) - 1
    x = torch.where(torch.rand(len(x), generator=generator) < 0.2, x, 0.0).double()
    x = torch.cat([x, -x])
    found = (x.abs() - x.relu()).square().mean() / x.abs().var()
    assert abs(found - (0.2 / 6) / (0.2 / 3 - 0.2**2 / 4)) < 0.002
