"""The checks of chapter 04 praise right answers, tell each mistake apart, and survive whatever a reader types."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from odd_answers import ODD

from helpers import engineering_answers

#: Five features, three neurons: the third hears two features, and all of them dip below zero.
RESPONSES = torch.tensor(
    [[1.0, -0.1, 0.6], [-0.1, 0.9, 0.5], [-0.1, 0.2, -0.1], [-0.1, -0.1, -0.15], [-0.1, -0.1, -0.1]]
)
#: Overlaps with the first: 0.6, -0.8 and 0.
P = torch.tensor([[1.0, 0.0], [0.6, 0.8], [-0.8, 0.6], [0.0, 1.0]])
#: Monosemantic neurons of two seeds at each frequency.
E1 = {0.5: (1, 1), 0.25: (4, 5), 0.125: (9.5, 9.5), 0.0625: (10, 10), 0.03125: (5, 6)}


def found_results():
    runs = [{"eps": eps, "features": 10} for eps in E1 for _ in range(2)]
    mono = np.array([count for counts in E1.values() for count in counts])
    return SimpleNamespace(
        runs=runs,
        of=lambda batch, **some: [i for i, run in enumerate(runs) if some.items() <= run.items()],
        final=lambda curve, which, per: {"mono": mono}[curve][which] / 10,
    )


CHECKS = {
    "clipped": lambda answer: engineering_answers.clipped(answer, RESPONSES),
    "bias_needed": lambda answer: engineering_answers.bias_needed(answer, P, feature=0),
    "penalised": lambda answer: engineering_answers.penalised(answer, without=0.25),
    "best_frequency": lambda answer: engineering_answers.best_frequency(answer, found_results()),
}


def clipped(responses):
    positive = responses.clamp_min(0)
    return positive.amax(0) / positive.sum(0).clamp_min(1e-10)


def broken(responses):
    raise RuntimeError("the reader made a mistake")


PRAISE = {
    "clipped": "Between 0 and 1 for every neuron, whatever the activation.",
    "bias_needed": "Every other feature stays below zero, and no bias that is less negative does that.",
    "penalised": "0.60 instead of 0.25 per feature.",
    "best_frequency": "",
}
RIGHT = [
    ("clipped", clipped),
    ("clipped", lambda responses: clipped(responses).tolist()),
    ("clipped", lambda responses: clipped(responses).numpy()),
    ("bias_needed", -0.6),
    ("bias_needed", torch.tensor(-0.6)),
    ("penalised", 0.6),
    ("penalised", np.float64(0.6)),
    ("best_frequency", 0.0625),
    ("best_frequency", 0.125),
]
SHAPE, FUNCTION = "Expected one number, got", "Expected a function of responses that returns one number per neuron."
MISTAKES = [
    ("clipped", 3, FUNCTION),
    ("clipped", broken, FUNCTION),
    ("clipped", lambda responses: None, FUNCTION),
    ("clipped", lambda responses: clipped(responses) > 0.9, FUNCTION),
    ("clipped", lambda responses: clipped(responses.T), FUNCTION),
    ("clipped", lambda responses: responses.amax(0) / responses.sum(0), "That is the published formula"),
    ("clipped", lambda responses: responses.abs().amax(0) / responses.abs().sum(0), "That takes absolute values."),
    (
        "clipped",
        lambda responses: responses.relu().amax(0) / responses.relu().sum(),
        "That divides by the sum over all",
    ),
    ("clipped", lambda responses: responses.relu().amax(0) / responses.relu().sum(0), "Right for all neurons but a"),
    ("clipped", lambda responses: responses.relu().amax(0), "Not there: clip negative responses"),
    ("clipped", lambda responses: torch.full((4,), math.nan), "Not there: clip negative responses"),
    ("bias_needed", 0.6, "That is the overlap."),
    ("bias_needed", 0.8, "That is the overlap."),
    ("bias_needed", -1, "That is the overlap with itself."),
    ("bias_needed", 1, "That is the overlap with itself."),
    ("bias_needed", 0.2 / 3, "That is the mean overlap."),
    ("bias_needed", -0.8, "A negative overlap cannot switch the neuron on."),
    ("bias_needed", -0.7, "That bias is more negative than it need be."),
    ("bias_needed", -0.3, "With that bias another feature still gets through."),
    ("bias_needed", -math.inf, "That bias is more negative than it need be."),
    ("bias_needed", "low", SHAPE),
    ("penalised", "more", SHAPE),
    ("penalised", 38, "Neurons per feature lie between 0 and 2."),
    ("penalised", -0.1, "Neurons per feature lie between 0 and 2."),
    ("penalised", 0.25, "Nothing changed."),
    ("penalised", 0.1, "There should be more than without the penalty."),
    ("penalised", 1.5, "That is more than one run of ours had."),
    ("best_frequency", "rare", SHAPE),
    ("best_frequency", 0.3, "E1 has frequencies from 0.03125 to 0.5."),
    ("best_frequency", math.inf, "E1 has frequencies from 0.03125 to 0.5."),
    ("best_frequency", 0.5, "Rarer is better for a while."),
    ("best_frequency", 0.03125, "Too rare:"),
]


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_the_right_answer_is_praised(say, name, answer):
    line = say(name, answer)
    assert line.startswith("✓ ") and PRAISE[name] in line


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(say, name, answer, message):
    assert say(name, answer).startswith(f"✗ {message}")


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


def test_the_readers_function_cannot_change_the_responses():
    before = RESPONSES.clone()
    engineering_answers.clipped(lambda responses: responses.mul_(0)[0], RESPONSES)
    assert torch.equal(RESPONSES, before)


def test_the_praised_bias_is_where_the_neuron_falls_silent_for_all_others():
    pushes = P @ P[0]
    assert (torch.relu(pushes - 0.6)[1:] == 0).all() and torch.relu(pushes - 0.599)[1:].max() > 0


def test_best_frequency_names_what_it_found(say):
    assert say("best_frequency", 0.125) == "✓ 0.95 monosemantic neurons per feature, among the most in E1."
