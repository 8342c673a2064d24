"""The checks of chapter 09 praise right answers, tell mistakes apart, and survive whatever a reader types."""

import math

import pytest
import torch
from odd_answers import survives

from helpers import splicing_answers

FELL = {"latents": torch.tensor([[0.6, 0.8], [0.5, 0.7]]), "neurons": torch.full((2, 2), 0.5)}
FELL["random"] = torch.full((2, 2), 0.7)
#: Means of the latents are 0.5, 0.6 and 0.9, so the leads are 0.1 and -0.2 in the median network.
CLUSTERS = {"latents": torch.tensor([[0.4, 0.6], [0.7, 0.5], [0.9, 0.9]]), "neurons": torch.full((3, 2), 0.5)}
CLUSTERS["random"] = torch.full((3, 2), 0.8)
#: From zeros 0.8 and 0.9 are recovered, from means 0.96 and 0.98.
LOSSES = {
    "untouched": torch.tensor([0.0, 0.0]),
    "spliced": torch.tensor([0.2, 0.1]),
    "zeros": torch.tensor([1.0, 1.0]),
    "means": torch.tensor([5.0, 5.0]),
}
CHECKS = {
    "labels": lambda answer: splicing_answers.labels(answer, CLUSTERS, FELL),
    "yardstick": lambda answer: splicing_answers.yardstick(answer, LOSSES),
    "crowd": lambda answer: splicing_answers.crowd(answer, 0.6, 0.62),
}
RIGHT = [
    ("labels", (0.1, -0.2), "Circular labels, and the same picture"),
    ("labels", torch.tensor([0.1, -0.2]), "Circular labels, and the same picture"),
    ("yardstick", 0.8, "Nearly all of the loss"),  # what torch calls the median
    ("yardstick", 0.85, "Nearly all of the loss"),  # what numpy calls it
    ("crowd", 0.66, "Without any training, and more than the trained latents."),
    ("crowd", 0.61, "Without any training, and less than the trained latents."),
]
MISTAKES = [
    ("labels", 0.1, "Expected a pair of numbers"),
    ("labels", (0.1, math.nan), "Expected a pair of numbers"),
    ("labels", (0.15, -0.05), "That is for the networks that learnt what fell."),
    ("labels", (-0.1, 0.2), "The sign is turned"),
    ("labels", (-0.2, 0.1), "Did you swap them?"),
    ("labels", (0.3, 0.3), "Not there."),
    ("yardstick", "most", "Expected one number"),
    ("yardstick", 0.97, "That is with means as the yardstick."),
    ("yardstick", 0.15, "That is what was lost."),
    ("yardstick", 85, "That is in percent."),
    ("yardstick", 0.5, "Not there."),
    ("crowd", [0.6, 0.7], "Expected one number"),
    ("crowd", -0.6, "A largest absolute correlation lies between 0 and 1."),
    ("crowd", 0.6, "That is what twelve reach."),
    ("crowd", 0.5, "Sixteen times as many units have more chances"),
    ("crowd", 0.95, "Too high for six neurons."),
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
    assert not said.startswith("✓") and hint in said


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_typed_raises_or_is_praised(check, capsys):
    survives(CHECKS[check], capsys)
