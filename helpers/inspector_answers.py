"""Checks of the readers' answers in chapter 07. They print; none raises. Neurons are counted from 1, as in it."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from .answers import got, number, numbers, say
from .widgets.inspector import Record


def neuron_shares(record: Record) -> np.ndarray:
    """Return how large a share of each neuron's weights, in size, falls to each input, ``(inputs, neurons)``."""
    sizes = np.abs(record.weights[0][-1])
    return sizes / np.maximum(sizes.sum(0), 1e-12)


def accuracy_without(record: Record) -> np.ndarray:
    """Return the share of right answers on the record's rows with each neuron switched off, ``(neurons,)``."""
    rows = dict(zip(record.predictors, record.cases.raw.T, strict=True))
    answers = [record.forward(rows, ablate=[j])["output"].argmax(-1) for j in range(record.hidden_sizes[-1])]
    return (np.array(answers) == record.cases.target).mean(1)


def swept(record: Record, row: int, predictor: str, **values: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what ``predictor`` is taken through, ``(201,)``, and the linear outputs there, ``(201, outputs)``.

    The rest is as in ``row`` of the record, or as in ``values``. The steps are equal in what the network sees but for
    the standardising, as in the Inspector: the log10 of a log-scaled predictor.
    """
    i, log = record.predictors.index(predictor), predictor in record.log_scaled
    places = np.linspace(*(np.log10(record.limits[i]) if log else record.limits[i]), 201)
    raw = dict(zip(record.predictors, record.cases.raw[row], strict=True)) | values
    return places, record.forward(raw | {predictor: 10**places if log else places})["output_linear"]


def _ties(places: np.ndarray, gap: np.ndarray, log: bool) -> list[float]:
    """Return where ``gap`` changes its sign, if it is a straight line between two of the ``places``."""
    before = np.flatnonzero((gap[:-1] > 0) != (gap[1:] > 0))
    found = places[before] + (places[1] - places[0]) * gap[before] / (gap[before] - gap[before + 1])
    return [float(place) for place in (10**found if log else found)]


def crossings(record: Record, row: int, predictor: str, pair: tuple[int, int] = (0, 1), **values: float) -> list[float]:
    """Return where a pair of outputs is equally likely as ``predictor`` moves over its range; see ``swept``."""
    places, linear = swept(record, row, predictor, **values)
    return _ties(places, linear[:, pair[0]] - linear[:, pair[1]], predictor in record.log_scaled)


def turns(record: Record, row: int, predictor: str, **values: float) -> list[tuple[float, int, int]]:
    """Return where the answer changes as ``predictor`` moves over its range, from which output to which."""
    places, linear = swept(record, row, predictor, **values)
    tops, log = linear.argmax(-1), predictor in record.log_scaled
    found = []
    for k in np.flatnonzero(tops[:-1] != tops[1:]):
        two, old, new = slice(k, k + 2), int(tops[k]), int(tops[k + 1])
        found += [(place, old, new) for place in _ties(places[two], linear[two, old] - linear[two, new], log)]
    return found


def last_snow(record: Record, row: int, **values: float) -> float:
    """Return the temperature in °C where a warming ``row`` stops being called snow (output 1), NaN if it never does."""
    return next((place for place, old, _ in turns(record, row, "temperature", **values) if old == 1), math.nan)


def _neuron(answer, record: Record, measured: np.ndarray, wrong: Callable[[int], dict[str, bool]], praise: str) -> None:
    """Check the number of a neuron; ``wrong(j)`` says what is wrong with neuron ``j`` (from 0)."""
    value, count = number(answer), record.hidden_sizes[-1]
    whole = value.is_integer() and 1 <= value <= count
    problems = {
        f"Expected the number of a neuron, {got(answer)}": math.isnan(value),
        f"The neurons are numbered from 1 to {count}.": not whole,
    }
    say(answer, problems | (wrong(int(value) - 1) if whole else {}), praise)


def mixer(answer: int | None, record: Record) -> None:
    """Chapter 07: the neuron that mixes temperature with fall speed: the smaller of its two shares is the largest."""
    shares = neuron_shares(record)
    warm, fast = (shares[record.predictors.index(name)] for name in ("temperature", "fs"))
    least = np.minimum(warm, fast)

    def wrong(j: int) -> dict[str, bool]:
        return {
            "It leans on temperature, but hardly on the fall speed.": warm[j] > 2 * fast[j] and least[j] < least.max(),
            "It leans on the fall speed, but hardly on temperature.": fast[j] > 2 * warm[j] and least[j] < least.max(),
            # Two digits are what the graph shows.
            "Another neuron takes more of both. Compare the smaller of the two weights, as a share of all five.": (
                least[j] < least.max() - 0.01
            ),
        }

    _neuron(answer, record, least, wrong, "It takes much of both.")


def breaker(answer: int | None, record: Record) -> None:
    """Chapter 07: the neuron that costs the most right answers when it is switched off."""
    left = accuracy_without(record)

    def wrong(j: int) -> dict[str, bool]:
        return {
            "Without that one the network does better than without any other.": left[j] == left.max() > left.min(),
            "Another one costs more. Switch off one at a time: is the last one back as trained?": left[j] > left.min(),
        }

    _neuron(answer, record, left, wrong, f"Without it {100 * left.min():.0f}% of the answers are right.")


def mind(answer: float | None, record: Record, row: int) -> None:
    """Chapter 07: the temperature in °C at which a warming ``row`` of the cases (from 0) stops being called snow."""
    value = number(answer)
    right = last_snow(record, row)
    ties = [place for pair in ((0, 1), (0, 2)) for place in crossings(record, row, "temperature", pair)]
    here = record.cases.raw[row][record.predictors.index("temperature")]

    def near(*places: float) -> bool:
        return any(abs(value - place) < 0.06 for place in places)

    found = near(right)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "That is the temperature of the row itself. Read the sentence under the curves.": near(here) and not found,
        "There two phases tie, but it had stopped saying snow before. Mark where the answer changes.": (
            near(*ties) and not found
        ),
        "That looks like kelvin. The curve is in °C.": value > 200,
        "Not there. Is it the right row, with every neuron and input as trained?": not found,
    }
    say(answer, problems, "There it stops saying snow.")


def drier(answer: float | None, records: Sequence[Record], row: int) -> None:
    """Chapter 07: how far the end of snow moves, in °C, from 95 to 75% humidity: the median over networks."""
    value = number(answer)
    ends = np.array([[last_snow(one, row, relative_humidity=air) for air in (75, 95)] for one in records])
    moves = ends[:, 0] - ends[:, 1]
    right = float(np.nanmedian(moves))

    def near(other: float) -> bool:
        return abs(value - other) < 0.15

    found = near(right)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "That is from dry to moist. The question is how far it moves as the air gets drier.": near(-right)
        and not found,
        "That is what the equation of chapter 05 says. Ask the networks.": near(0.09 * 20 / 1.41) and not found,
        "That is the mean. A few networks move far: take the median.": near(float(np.nanmean(moves))) and not found,
        "Not there. Change the humidity alone, and keep the first row otherwise.": not found,
    }
    say(answer, problems, "In the median network.")


def relevance_by_hand(answer: Sequence[float] | None, record: Record, row: int) -> None:
    """Chapter 07: the relevance of the inputs for the first output in ``row``, without an epsilon."""
    raw = dict(zip(record.predictors, record.cases.raw[row], strict=True))
    values = np.array(numbers(answer))
    right = record.relevance(raw, output=0, epsilon=1e-12)["inputs"]
    known = values.shape == right.shape and not np.isnan(values).any()

    def near(other: np.ndarray) -> bool:
        return known and np.allclose(values, other, rtol=0.01, atol=0.01)

    others = [record.relevance(raw, output=k, epsilon=1e-12)["inputs"] for k in range(1, len(record.outputs))]
    found = near(right)
    published = record.relevance(raw, output=0, rule="published")["inputs"]
    first = np.where(record.forward(raw, layer=0)["hidden"] > 0, 1.0, 0.0) * record.weights[-1][-1][:, 0]
    problems = {
        f"Expected {len(right)} numbers, one for each input, {got(answer)}": not known,
        "That is for another output. Rain is the first.": any(map(near, others)) and not found,
        "You left the bias out of the sum: pre_activation has it.": near(published) and not found,
        "That is the slope of the answer. Multiply by what the network sees.": near(record.weights[0][-1] @ first)
        and not found,
        "Not there. Is a neuron in it that is off? It has no relevance to share out.": not found,
    }
    say(answer, problems, "With the shares of the biases they add up to the answer.")
