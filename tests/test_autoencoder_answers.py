"""The checks of chapter 08 praise right answers, tell mistakes apart, and survive whatever a reader types."""

import math

import pytest
import torch
from odd_answers import ODD

from helpers import autoencoder_answers, metrics
from helpers.sparse_worlds import sharkey

WORLD = sharkey(24, 12, 1.5, worlds=3)
DICTIONARY = 2 * torch.randn(3, 40, 12, generator=torch.Generator().manual_seed(1))
FVU = torch.tensor([[0.1, 0.1, 0.3], [0.2, 0.2, 0.2], [0.3, 0.3, 0.1]])
SIMILARITY = torch.tensor([[0.9, 0.7, 0.7], [0.8, 0.8, 0.9], [0.7, 0.9, 0.8]])
CHECKS = {
    "chance": lambda answer: autoencoder_answers.chance(answer, WORLD.truth[0], 40),
    "cheapest": lambda answer: autoencoder_answers.cheapest(answer, FVU, SIMILARITY),
    "purity": lambda answer: autoencoder_answers.purity(answer, WORLD.truth, DICTIONARY),
}
CHANCE = metrics.mmcs(WORLD.truth, DICTIONARY).mean().item()
UNIT = torch.nn.functional.normalize
COSINES = UNIT(DICTIONARY, dim=-1) @ UNIT(WORLD.truth, dim=-1).mT
RIGHT = [
    ("chance", CHANCE, "So high without learning anything."),
    ("cheapest", 1, "The copy does not know the features."),
    ("purity", lambda truth, found: metrics.mmcs(found, truth), "A latent without a feature lowers it, and"),
]
MISTAKES = [
    ("chance", "much", "Expected one number, got"),
    ("chance", 60.0, "A mean of largest cosines lies between"),
    ("chance", COSINES.abs().mean(), "That is the mean size of a cosine."),
    ("chance", COSINES.amax(-1).mean(), "That is the mean of the largest cosine for each latent."),
    ("chance", 0.97, "Too high for chance."),
    ("chance", 0.45, "Too low."),
    ("cheapest", 1.5, "Expected one whole number, got"),
    ("cheapest", math.inf, "Expected one whole number, got"),
    ("cheapest", 4, "There are 3 worlds."),
    ("cheapest", 2, "Not there."),
    ("purity", lambda truth, found: 1 / 0, "Your function stopped: ZeroDivisionError"),
    ("purity", metrics.mmcs, "That is the MMCS itself"),
    ("purity", lambda truth, found: (found @ truth.mT).amax(-1).mean(-1), "Did you forget to scale"),
    ("purity", lambda truth, found: 0.5, "Expected 3 numbers, one per instance, got shape ()."),
    ("purity", lambda truth, found: torch.ones(3), "The shape is right, the numbers are not."),
]


@pytest.mark.parametrize(("name", "answer", "praise"), RIGHT)
def test_right_answers_are_praised(name, answer, praise, say):
    assert say(name, answer).startswith(f"✓ {praise}")


@pytest.mark.parametrize(("name", "answer", "problem"), MISTAKES)
def test_each_mistake_is_told(name, answer, problem, say):
    assert say(name, answer).startswith(f"✗ {problem}")


def test_the_lowest_mmcs_is_told_from_the_highest(capsys):
    autoencoder_answers.cheapest(3, FVU, -FVU.flip(0))
    assert capsys.readouterr().out.startswith("✗ That counts where the lowest MMCS is.")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."
