"""The checks of chapter 12c praise right answers, tell mistakes apart, and survive whatever a reader types."""

import pytest
import torch
from odd_answers import survives

from helpers import ensemble_answers, ensembles

# One network, three seeds, three latents: latent 0 is that of all, latent 1 that of two, latent 2 of none.
FOUND = torch.full((1, 3, 3, 3), -1)
for s in range(3):
    for t in range(3):
        if s != t:
            FOUND[0, s, t, 0] = 0
            if s < 2 and t < 2:
                FOUND[0, s, t, 1] = 1
SCORE = torch.tensor([[[0.9, 0.5, 0.1], [0.8, 0.4, 0.2], [0.7, 0.3, torch.nan]]])
ALIVE = torch.tensor([[[True, True, True], [True, True, True], [True, True, False]]])
VOTES = ensembles.support(FOUND)
NEAREST = torch.tensor([[[0.95, 0.5, 0.2], [0.99, 0.95, 0.1], [0.3, 0.95, 0.99]]])
AGREED = torch.tensor([[[True, True, False], [True, False, False], [True, False, False]]])
# All votes: latent 0 alone, of the first seed. Half of them: latents 0 and 1 of the first.
CHECKS = {
    "unanimous": lambda answer: ensemble_answers.unanimous(answer, FOUND, VOTES, ALIVE, SCORE),
    "few_seeds": lambda answer: ensemble_answers.few_seeds(answer, VOTES, ALIVE, SCORE, 0.3),
    "neurons_again": lambda answer: ensemble_answers.neurons_again(answer, NEAREST, AGREED, ALIVE),
}
GAIN = (0.9 + 0.8 + 0.7 + 0.5 + 0.4) / 5 - (0.9 + 0.5 + 0.1 + 0.8 + 0.4 + 0.2 + 0.7 + 0.3) / 8
RIGHT = [
    ("unanimous", (1, 0.9), "Fewer and a little easier"),
    ("unanimous", torch.tensor([1.0, 0.9]), "Fewer and a little easier"),
    ("few_seeds", GAIN, f"{GAIN:+.2f} with 3 seeds, +0.30 with all."),
    ("few_seeds", torch.tensor(GAIN), "with 3 seeds"),
    ("neurons_again", (0.5, 0.5), "50% of the agreed latents nearly are neurons, 50% of the others."),
]
MISTAKES = [
    ("unanimous", 1.0, "Expected a pair of numbers"),
    ("unanimous", (0.9, 1), "Did you swap them?"),
    ("unanimous", (2, 0.7), "That is the ensemble from above"),
    ("unanimous", (3, 0.8), "the same thing several times over"),
    ("unanimous", (5, 0.9), "The number is off"),
    ("unanimous", (1, 0.5), "The score is off"),
    ("few_seeds", "much", "Expected one number"),
    ("few_seeds", 0.3, "That is the gain with all seeds."),
    ("few_seeds", 0.66, "Subtract that of all that live."),
    ("few_seeds", 0.05, "Not quite"),
    ("neurons_again", 0.5, "Expected a pair of shares"),
    ("neurons_again", (50, 50), "A share lies between 0 and 1."),
    ("neurons_again", (0.5, 0.6), "a dead one is no latent"),
    ("neurons_again", (0.1, 0.2), "Not quite"),
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


def networks(count):
    return FOUND.repeat(count, 1, 1, 1), *(one.repeat(count, 1, 1) for one in (VOTES, ALIVE, SCORE))


def test_the_order_decides_whose_score_it_is(capsys):
    last = torch.arange(3)[:, None].expand(1, 3, 3)
    ensemble_answers.unanimous((1, 0.7), FOUND, last, ALIVE, SCORE)
    assert "✓" in capsys.readouterr().out


def test_a_sum_over_networks_is_told_apart(capsys):
    both = networks(2)
    ensemble_answers.unanimous((2, 0.9), *both)
    assert "That is the ensemble from above" in capsys.readouterr().out  # two a network there, one here
    three = networks(3)
    ensemble_answers.unanimous((3, 0.8), *three)
    assert "several times over" in capsys.readouterr().out
    four = networks(4)
    ensemble_answers.unanimous((4, 0.9), *four)
    assert "That is the sum over networks." in capsys.readouterr().out


def test_a_swapped_pair_of_shares_is_told_apart(capsys):
    agreed = AGREED & (torch.arange(3) == 0)
    ensemble_answers.neurons_again((0.4, 2 / 3), NEAREST, agreed, ALIVE)
    assert "Did you swap them?" in capsys.readouterr().out


def test_a_vote_that_does_not_pay_is_said(capsys):
    ensemble_answers.unanimous((1, 0.1), FOUND, VOTES, ALIVE, 1 - SCORE.nan_to_num(0))
    assert "Fewer, and no easier." in capsys.readouterr().out


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_typed_raises_or_is_praised(check, capsys):
    survives(CHECKS[check], capsys)
