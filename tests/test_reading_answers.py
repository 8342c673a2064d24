"""The checks of chapter 10 praise right answers, tell mistakes apart, and survive whatever a reader types."""

import math

import pytest
import torch
from odd_answers import ODD

from helpers import metrics, reading_answers


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


INPUTS = normal(400, 3)
#: Neurons of two networks, mixtures of the inputs behind a ReLU.
NEURONS = torch.relu(torch.einsum("bp,nph->bnh", INPUTS, normal(2, 3, 4, seed=1)) + 0.5)


def cut(kept):
    """What the exercise asks for, written another way: unit by unit."""
    counts = []
    for i in range(2):
        before, after = [], []
        for unit in NEURONS[:, i].T:
            loud = unit.sort(descending=True).values
            level = loud[math.ceil(kept * (unit > 0).sum().item())]
            for found, values in ((before, unit), (after, torch.relu(unit - level))):
                r = torch.corrcoef(torch.cat([values[None], INPUTS.T]))[0, 1:]
                found.append((r.abs() > 0.4).sum().item())
        counts.append(1 - sum(after) / sum(before))
    return 100 * sum(counts) / 2


CHECKS = {
    "rarest": reading_answers.rarest,
    "loudest": lambda answer: reading_answers.loudest(answer, NEURONS, INPUTS),
}
RIGHT = [
    ("rarest", 0.048, "Rarer than that, a perfect detector of one input has no sensitive input at all."),
    ("loudest", cut(0.25), "No autoencoder, nothing learnt, and a large cut."),
]
ONE = "Expected one number, got "
MISTAKES = [
    ("rarest", 4.8, "That is in percent."),
    ("rarest", -0.1, "A share lies between 0 and 1."),
    ("rarest", 0.95, "Half of the rows or more is not rare."),
    ("rarest", 0.2, "A detector as rare as that has r = 0.65. It can be rarer."),
    ("rarest", 0.01, "A detector as rare as that has r = 0.22. It has lost its only input."),
    ("rarest", "seldom", ONE),
    ("loudest", cut(0.25) / 100, "That is a share."),
    ("loudest", cut(0.75), "That cuts off the loudest quarter"),
    ("loudest", 99, "Not there."),
    ("loudest", [10, 20], ONE),
]


@pytest.fixture
def say(capsys):
    def said(name, answer):
        CHECKS[name](answer)
        return capsys.readouterr().out.rstrip("\n")

    return said


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


def test_mistakes_are_not_the_right_answer():
    assert abs(cut(0.25) - cut(0.75)) > 2 * reading_answers.POINTS


@pytest.mark.parametrize("share", [0.5, 0.2, 0.05, 0.01])
def test_the_formula_of_the_detector_is_what_rows_give(share):
    z = normal(400_000, 1, 1)
    unit = torch.relu(z - z.quantile(1 - share, dim=0))
    r = metrics.correlations(unit, z[:, 0]).item()
    assert abs(reading_answers.r_of_detector(share) - r) < 0.02
