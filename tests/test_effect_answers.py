"""The checks of chapter 10c praise right answers, tell mistakes apart, and survive whatever a reader types."""

import math

import pytest
import torch
from odd_answers import survives

from helpers import effect_answers

#: Worst changes are -0.62, -0.3 and -0.4 at zero (median -0.4, mean -0.44), and -0.8, -0.6 and -0.7 at the mean.
AT_ZERO = torch.tensor([[-0.62, -0.1], [0.0, -0.3], [-0.4, 0.1]])
AT_MEAN = torch.tensor([[-0.8, 0.0], [-0.6, -0.1], [-0.7, 0.0]])
LATENTS = torch.tensor([[0.5, 0.3], [0.4, 0.2], [0.6, 0.4]])  # means 0.4, 0.3, 0.5
RANDOM = torch.tensor([[0.6, 0.4], [0.5, 0.5], [0.9, 0.3]])  # means 0.5, 0.5, 0.6
#: Three outputs that see the first neuron, and the second alike; the third and fourth they do not see.
WEIGHTS = torch.tensor([[1.0, -1.0, 0.0], [2.0, 2.0, 2.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
HIDDEN = torch.randn(200, 4, generator=torch.Generator().manual_seed(0))
#: Temperature is mostly in the first neuron, less in the second and third.
TEMPERATURE = HIDDEN @ torch.tensor([2.0, 1.0, 1.0, 0.0])
CHECKS = {
    "at_zero": lambda answer: effect_answers.at_zero(answer, AT_ZERO, AT_MEAN),
    "matched": lambda answer: effect_answers.matched(answer, LATENTS, RANDOM),
    "unseen": lambda answer: effect_answers.unseen(answer, WEIGHTS, HIDDEN, TEMPERATURE),
}
RIGHT = [
    ("at_zero", -0.4, "At the mean over part three it was -0.70"),
    ("at_zero", torch.tensor(-0.4), "At the mean"),
    ("matched", (0.4, 0.5), "takes no training"),
    ("matched", torch.tensor([0.4, 0.5]), "takes no training"),
    ("unseen", [0, 1, 1, 0], "no probability moves"),
    ("unseen", torch.tensor([0.0, -30.0, -30.0, 0.0]), "no probability moves"),
    ("unseen", [0.01, 1, 1, 0], "no probability moves"),
]
MISTAKES = [
    ("at_zero", [0.1, 0.2], "Expected one number"),
    ("at_zero", 0.4, "The sign is turned"),
    ("at_zero", -0.7, "That is for latents held at their mean."),
    ("at_zero", -0.44, "That is the mean over networks."),
    ("at_zero", -0.1, "smallest over the latents"),
    ("at_zero", -0.2, "Did you take the smallest over the latents"),
    ("at_zero", -0.95, "Not there."),
    ("matched", 0.4, "Expected a pair of numbers"),
    ("matched", (0.4, math.nan), "Expected a pair of numbers"),
    ("matched", (0.5, 0.4), "Did you swap them?"),
    ("matched", (0.8, 1.0), "Those are sums over the causes."),
    ("matched", (0.05, 0.02), "Did you take the absolute value"),
    ("matched", (0.7, 0.9), "Too high"),
    ("matched", (0.3, 0.3), "Not there."),
    ("unseen", [1, 0, 0], "Expected 4 finite numbers"),
    ("unseen", [0, 0, 0, 0], "Expected 4 finite numbers"),
    ("unseen", [0, math.inf, 0, 0], "Expected 4 finite numbers"),
    ("unseen", [2, 1, 1, 0], "The network sees it"),
    ("unseen", [0, 0, 0, 1], "Invisible, but it hardly reads the temperature"),
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


def test_a_mean_near_the_median_is_told_apart_from_it_if_all_digits_are_given(capsys):
    latents = torch.tensor([[0.3], [0.4], [0.512]])  # median 0.4, mean 0.404
    effect_answers.matched((latents.mean(), latents.mean()), latents, latents)
    assert "Take the median." in capsys.readouterr().out
    for rounded in (latents.median(), 0.4, 0.41):
        effect_answers.matched((rounded, rounded), latents, latents)
        assert capsys.readouterr().out.startswith("✓") == (rounded != 0.41)


def test_what_can_be_attained_is_found_among_the_invisible_directions():
    best = effect_answers.attainable(WEIGHTS, HIDDEN, TEMPERATURE)
    tries = torch.randn(500, 4, generator=torch.Generator().manual_seed(1))
    tries[:, 0] = 0
    reached = [abs(torch.corrcoef(torch.stack([HIDDEN @ d, TEMPERATURE]))[0, 1].item()) for d in tries]
    assert max(reached) <= best + 1e-6 and max(reached) > best - 0.02
