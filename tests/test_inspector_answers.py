"""The checks of chapter 07 praise right answers, tell each mistake apart, and survive whatever a reader types."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from odd_answers import ODD

from helpers import inspector_answers
from helpers.widgets.inspector import Cases, Record

TEMPERATURE = 3
PREDICTORS = ("n0", "fs", "dm", "temperature", "relative_humidity")


def classifier(moist: float = -0.3) -> Record:
    """Rain is warm and fast: one neuron for warm, one for fast, one for both, one for cold, slow and ``moist``."""
    into = np.array([
        # warm, fast, both, cold
        [0.1, 0.1, 0.1, 0.2],
        [0.2, 1.5, 0.9, -0.6],
        [0.1, -0.2, 0.1, 0.1],
        [2.0, 0.1, 0.8, -0.9],
        [-0.2, 0.1, -0.1, moist],
    ])  # fmt: skip
    out = np.array([[1.2, -0.6, -0.2], [0.8, -0.4, 0.1], [1.1, -0.9, 0.1], [-0.8, 1.9, 0.3]])
    record = Record(
        predictors=PREDICTORS,
        units=("1/m³/mm", "m/s", "mm", "°C", "%"),
        log_scaled=("n0", "dm"),
        outputs=("rain", "snow", "mixed"),
        task="classification",
        mean=np.array([3.0, 2.5, 0.0, 1.0, 88.0]),
        scale=np.array([0.5, 1.2, 0.15, 4.0, 8.0]),
        weights=(np.stack([0 * into + 0.1, into]), np.stack([0 * out + 0.1, out])),
        biases=(np.array([[0.0] * 4, [0.2, 0.9, 0.9, 0.6]]), np.array([[0.0] * 3, [-0.9, 0.3, 0.9]])),
        history={"loss": np.array([1.1, 0.3]), "accuracy": np.array([0.4, 0.9])},
        start=True,
        limits=np.array([[100, 10_000], [0.5, 8.0], [0.4, 2.5], [-12.0, 14.0], [55.0, 100.0]]),
    )
    random = np.random.default_rng(0)
    scaled = random.uniform(-1.5, 1.5, (40, len(PREDICTORS)))
    raw = record.mean + record.scale * scaled
    raw[:, [0, 2]] = 10 ** raw[:, [0, 2]]
    raw[0] = [1300, 1.8, 1.1, 0.6, 90]
    answers = record.forward(dict(zip(PREDICTORS, raw.T, strict=True)))["output"].argmax(-1)
    return replace(record, cases=Cases(raw, answers))


RECORD = classifier()
NETWORKS = [classifier(moist) for moist in (-0.6, -0.3, -0.2, 0.2, 0.9)]
ROW = dict(zip(PREDICTORS, RECORD.cases.raw[0], strict=True))
CHECKS = {
    "mixer": lambda answer: inspector_answers.mixer(answer, RECORD),
    "breaker": lambda answer: inspector_answers.breaker(answer, RECORD),
    "mind": lambda answer: inspector_answers.mind(answer, RECORD, row=0),
    "drier": lambda answer: inspector_answers.drier(answer, NETWORKS, row=0),
    "relevance": lambda answer: inspector_answers.relevance_by_hand(answer, RECORD, row=0),
}


def tie(record: Record, pair=(0, 1), **values) -> float:
    """Where two outputs of ``record`` are equal as the row gets warmer, by bisection."""

    def gap(temperature: float) -> float:
        linear = record.forward(ROW | values | {"temperature": temperature})["output_linear"]
        return linear[pair[0]] - linear[pair[1]]

    low, high = record.limits[TEMPERATURE]
    assert gap(low) * gap(high) < 0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if gap(middle) * gap(low) > 0 else (low, middle)
    return low


def last_snow(record: Record, **values) -> float:
    """Where the warming row stops being called snow, on a fine grid."""
    grid = np.linspace(*record.limits[TEMPERATURE], 40_001)
    said = record.forward(ROW | values | {"temperature": grid})["output"].argmax(-1)
    return grid[np.flatnonzero((said[:-1] == 1) & (said[1:] != 1))[0]]


MOVES = [last_snow(record, relative_humidity=75) - last_snow(record, relative_humidity=95) for record in NETWORKS]


def by_hand(record: Record, k: int = 0, biases: bool = True) -> np.ndarray:
    """The relevance of the inputs for output ``k`` of the first row, unit by unit."""
    found = record.forward(ROW)
    into, out = (layer[-1] for layer in record.weights)
    total, last = found["output_linear"][k], found["hidden"] * out[:, k]
    if not biases:
        last = last * total / last.sum()
    shares = np.zeros(len(PREDICTORS))
    for j in np.flatnonzero(found["hidden"]):
        fed = found["scaled"] * into[:, j]
        shares += fed / (found["pre_activation"][j] if biases else fed.sum()) * last[j]
    return shares


def slopes(record: Record) -> np.ndarray:
    """How the first output of the first row follows what the network sees, by a small step."""
    found, step = [], 1e-5
    for i, name in enumerate(PREDICTORS):
        before, after = (
            record.forward(ROW | {name: physical(record, i, sign * step)})["output_linear"][0] for sign in (-1, 1)
        )
        found.append((after - before) / (2 * step))
    return np.array(found)


def physical(record: Record, i: int, more: float) -> float:
    """The value of a predictor of the first row, moved by ``more`` standard deviations."""
    name = PREDICTORS[i]
    moved = record.scale[i] * more
    return ROW[name] * 10**moved if name in record.log_scaled else ROW[name] + moved


MOST, LEAST, BETWEEN = 4, 2, 3  # what it costs to switch a neuron off, counted from 1
LEFT = 23 / 40  # right answers without the most important neuron
RIGHT = {
    "mixer": (3, "It takes much of both."),
    "breaker": (MOST, f"Without it {100 * LEFT:.0f}% of the answers are right."),
    "mind": (last_snow(RECORD), "There it stops saying snow."),
    "drier": (float(np.median(MOVES)), "In the median network."),
    "relevance": (by_hand(RECORD), "With the shares of the biases they add up to the answer."),
}
NEURON, DEGREES, SHARES = "Expected the number of a neuron, got ", "Expected one number, got ", "Expected 5 numbers"
MISTAKES = [
    ("mixer", 0, "The neurons are numbered from 1 to 4."),
    ("mixer", 5, "The neurons are numbered from 1 to 4."),
    ("mixer", 2.5, "The neurons are numbered from 1 to 4."),
    ("mixer", math.inf, "The neurons are numbered from 1 to 4."),
    ("mixer", [3], NEURON),
    ("mixer", "3", NEURON),
    ("mixer", 1, "It leans on temperature, but hardly on the fall speed."),
    ("mixer", 2, "It leans on the fall speed, but hardly on temperature."),
    ("mixer", 4, "Another neuron takes more of both."),
    ("breaker", "all", NEURON),
    ("breaker", -1, "The neurons are numbered from 1 to 4."),
    ("breaker", LEAST, "Without that one the network does better than without any other."),
    ("breaker", BETWEEN, "Another one costs more."),
    ("mind", "warm", DEGREES),
    ("mind", [1.0, 2.0], DEGREES),
    ("mind", ROW["temperature"], "That is the temperature of the row itself."),
    ("mind", tie(RECORD), "There two phases tie, but it had stopped saying snow before."),
    ("mind", tie(RECORD, (0, 2)), "There two phases tie, but it had stopped saying snow before."),
    ("mind", last_snow(RECORD) + 273.15, "That looks like kelvin."),
    ("mind", last_snow(RECORD) + 0.2, "Not there. Is it the right row"),
    ("mind", -math.inf, "Not there. Is it the right row"),
    ("drier", MOVES, DEGREES),
    ("drier", -np.median(MOVES), "That is from dry to moist."),
    ("drier", 1.28, "That is what the equation of chapter 05 says."),
    ("drier", np.mean(MOVES), "That is the mean."),
    ("drier", np.median(MOVES) + 5, "Not there. Change the humidity alone"),
    ("relevance", 0.3, SHARES),
    ("relevance", by_hand(RECORD)[:4], SHARES),
    ("relevance", [*by_hand(RECORD)[:4], math.nan], SHARES),
    ("relevance", by_hand(RECORD, 1), "That is for another output."),
    ("relevance", by_hand(RECORD, 2), "That is for another output."),
    ("relevance", by_hand(RECORD, biases=False), "You left the bias out of the sum"),
    ("relevance", slopes(RECORD), "That is the slope of the answer."),
    ("relevance", by_hand(RECORD)[::-1], "Not there. Is a neuron in it that is off?"),
]


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


@pytest.mark.parametrize(
    "kind", [torch.as_tensor, np.asarray, lambda a: np.asarray(a).tolist()], ids=["tensor", "array", "list"]
)
@pytest.mark.parametrize("name", RIGHT)
def test_the_right_answer_is_praised(say, name, kind):
    answer, praise = RIGHT[name]
    assert say(name, kind(answer)) == f"✓ {praise}"


def test_a_rounded_answer_is_right(say):
    assert say("mind", round(last_snow(RECORD), 1)).startswith("✓")
    assert say("drier", round(np.median(MOVES), 1)).startswith("✓")
    assert say("relevance", by_hand(RECORD).round(2)).startswith("✓")


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(say, name, answer, message):
    assert say(name, answer).startswith(f"✗ {message}")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


# What the checks measure


def test_shares_are_of_the_weights_after_the_training():
    shares = inspector_answers.neuron_shares(RECORD)
    assert shares.sum(0) == pytest.approx(1) and (shares >= 0).all()
    assert shares[TEMPERATURE, 0] == pytest.approx(2.0 / 2.6)
    silent = np.where(np.arange(4) == 1, 0, RECORD.weights[0])
    assert (inspector_answers.neuron_shares(replace(RECORD, weights=(silent, RECORD.weights[1])))[:, 1] == 0).all()


def test_neurons_that_mix_equally_are_both_right(capsys):
    twins = RECORD.weights[0].copy()
    twins[:, :, 3] = -twins[:, :, 2]
    for answer in (3, 4):
        inspector_answers.mixer(answer, replace(RECORD, weights=(twins, RECORD.weights[1])))
        assert capsys.readouterr().out.startswith("✓")


def test_a_neuron_counts_by_what_the_others_can_do_without_it():
    rows = dict(zip(PREDICTORS, RECORD.cases.raw.T, strict=True))
    left = inspector_answers.accuracy_without(RECORD)
    assert (left.argmin() + 1, left.argmax() + 1, left.min()) == (MOST, LEAST, LEFT)
    for j in range(4):
        outputs = RECORD.weights[1][-1].copy()
        outputs[j] = 0
        hidden = RECORD.forward(rows)["hidden"]
        assert left[j] == ((hidden @ outputs + RECORD.biases[1][-1]).argmax(1) == RECORD.cases.target).mean()


def test_where_no_neuron_matters_none_is_wrong(capsys):
    mute = replace(RECORD, weights=(RECORD.weights[0], 0 * RECORD.weights[1]))
    for answer in (1, 4):
        inspector_answers.breaker(answer, mute)
        assert capsys.readouterr().out.startswith("✓")


@pytest.mark.parametrize("predictor", ["fs", "n0", "temperature"])
def test_crossings_are_where_the_outputs_are_equal(predictor):
    near = ROW | {"temperature": tie(RECORD) + 0.02}  # so close that others can turn it
    (place,) = inspector_answers.crossings(RECORD, 0, predictor, temperature=near["temperature"])
    linear = RECORD.forward(near | {predictor: place})["output_linear"]
    assert linear[0] == pytest.approx(linear[1], abs=1e-3)
    low, high = RECORD.limits[PREDICTORS.index(predictor)]
    assert low < place < high


def test_values_replace_those_of_the_row():
    moved = inspector_answers.crossings(RECORD, 0, "temperature", fs=3.0)
    assert moved == [pytest.approx(tie(RECORD, fs=3.0), abs=0.01)]
    assert abs(moved[0] - tie(RECORD)) > 0.5


def test_turns_are_where_the_answer_changes():
    (first, second) = inspector_answers.turns(RECORD, 0, "temperature")
    assert first == (pytest.approx(last_snow(RECORD), abs=0.01), 1, 2)
    assert second == (pytest.approx(tie(RECORD, (0, 2)), abs=0.01), 2, 0)
    for place, old, new in inspector_answers.turns(RECORD, 0, "fs"):
        before, after = (RECORD.forward(ROW | {"fs": place + step})["output"].argmax() for step in (-0.01, 0.01))
        assert (before, after) == (old, new)


def test_outputs_that_never_tie_have_no_crossing(capsys):
    sure = replace(RECORD, biases=(RECORD.biases[0], RECORD.biases[1] + np.array([50.0, 0, 0])))
    assert inspector_answers.crossings(sure, 0, "temperature") == inspector_answers.turns(sure, 0, "temperature") == []
    inspector_answers.mind(1.0, sure, row=0)
    assert capsys.readouterr().out.startswith("✗ Not there.")
    # A network that always says the same does not count.
    inspector_answers.drier(np.median(MOVES), [*NETWORKS, sure], row=0)
    assert capsys.readouterr().out.startswith("✓")
