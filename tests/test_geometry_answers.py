"""The checks of chapter 03 praise right answers, tell each mistake apart, and survive whatever a reader types."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import geometry_answers, phases
from helpers.metrics import feature_dimensionality

CHECKS = {
    "enters": geometry_answers.enters,
    "simplices": geometry_answers.simplices,
    "patience": geometry_answers.patience,
}
PRAISE = {
    "enters": "✓ The less important a feature, the rarer it must be to get in.",
    "simplices": "✓ k + 1 features share k dimensions fairly.",
    "patience": "✓ Patience moves the edge of the plateau.",
}


def crossing(left, right):
    """Return a function from the importance r to the density at which two losses per density cross, by bisection."""

    def density(r):
        low, high = 0.0, 10.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if left(r, middle) > right(r, middle) else (low, middle)
        return low

    return density


# What each fate costs, divided by the density: what is dropped is answered with its mean, or, wrongly, with zero.
def dropped(r, d):
    return 1 / 3 - d / 4


def dropped_without_mean(r, d):
    return 1 / 3


def shared(r, d):
    return d / 6


right = crossing(lambda r, d: r * dropped(r, d), lambda r, d: (1 + r) * shared(r, d))


@pytest.fixture(scope="module")
def simplex():
    """Return the k + 1 corners of the simplex in k dimensions, from the axes of one dimension more."""

    def corners(k):
        centred = np.eye(k + 1) - 1 / (k + 1)
        flat = centred @ np.linalg.svd(centred)[2][:k].T
        return flat / np.linalg.norm(flat, axis=1, keepdims=True)

    return corners


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


# Where a feature enters ------------------------------------------------------------------------------------------


def test_the_right_density_is_where_the_losses_cross(say):
    assert say("enters", right) == PRAISE["enters"]
    for r in (0.05, 0.3, 0.8, 0.99):
        absent, _, superposed = phases.fate_losses(r, right(r), hidden=1).tolist()
        assert absent == pytest.approx(superposed)


@given(st.floats(0.01, 0.99))
def test_the_right_density_inverts_the_boundary_of_the_theory(r):
    assert phases.boundaries(4 * r / (2 + 5 * r), hidden=1)[0].item() == pytest.approx(r)
    assert right(r) == pytest.approx(4 * r / (2 + 5 * r))


@pytest.mark.parametrize(
    "answer",
    [
        lambda r: 4 * r / (2 + 5 * r),
        lambda r: torch.tensor(4 * r / (2 + 5 * r)),
        lambda r: Fraction(4 * r / (2 + 5 * r)),
        lambda r: 1 / (5 / 4 + 1 / (2 * r)),
    ],
    ids=["float", "tensor", "fraction", "another form"],
)
def test_every_form_of_the_right_function_is_praised(say, answer):
    assert say("enters", answer) == PRAISE["enters"]


WRONG = {
    "sparsity": (lambda r: 1 - right(r), "That is the sparsity. The density is one minus it."),
    "no mean": (
        crossing(lambda r, d: r * dropped_without_mean(r, d), lambda r, d: (1 + r) * shared(r, d)),
        "The dropped feature can be answered with its mean: its loss is d/3 - d²/4, not d/3.",
    ),
    "only the extra feature pays": (
        crossing(lambda r, d: r * dropped(r, d), lambda r, d: r * shared(r, d)),
        "Both features disturb each other: the price of sharing is (1 + r) d²/6.",
    ),
    "only the first feature pays": (
        crossing(lambda r, d: r * dropped(r, d), shared),
        "Both features disturb each other: the price of sharing is (1 + r) d²/6.",
    ),
    "the other is dropped": (
        crossing(dropped, lambda r, d: (1 + r) * shared(r, d)),
        "You compared with dropping the other feature. For r < 1 it is the extra one that goes.",
    ),
    "the importance": (lambda r: r, "Not there. Set r (d/3 - d²/4) equal to (1 + r) d²/6 and solve for d."),
    "upside down": (lambda r: 1 / right(r), "Not there. Set r"),
    "infinite": (lambda r: math.inf, "Not there. Set r"),
    "right at one r only": (lambda r: right(0.5), "Not there. Set r"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_each_wrong_density_is_told_apart(say, mistake):
    answer, message = WRONG[mistake]
    assert say("enters", answer).startswith(f"✗ {message}")


@pytest.mark.parametrize("answer", ["4 r", 4 / 9, [0.1, 0.2], torch.tensor(0.4), {}], ids=repr)
def test_what_is_not_a_function_is_named(say, answer):
    assert say("enters", answer).startswith("✗ Expected a function of r, got ")


@pytest.mark.parametrize(
    "answer",
    [lambda r: None, lambda r: "dense", lambda r: math.nan, lambda r: [r, r], lambda r: r > 0, lambda r: 1j, type],
    ids=["None", "text", "NaN", "list", "truth", "complex", "type"],
)
def test_a_function_that_gives_no_numbers_is_named(say, answer):
    line = say("enters", answer)
    assert line.startswith("✗ Expected a number for each r, got [")
    assert len(line) < 200


def test_what_a_function_gave_is_shown(say):
    assert "got ['dense', 'dense', 'dense', 'dense']." in say("enters", lambda r: "dense")


def test_one_nan_is_enough(say):
    assert say("enters", lambda r: math.nan if r == 0.9 else right(r)).startswith("✗ Expected a number for each r")


def two_lines(r):
    raise RuntimeError("first line\n  second line")


class Sly:
    """What gives no number when it is asked for one."""

    def __float__(self):
        raise ZeroDivisionError("not a float")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda r: r / 0, "ZeroDivisionError: "),
        (lambda r, d: r * d, "TypeError: "),
        (lambda: 0.5, "TypeError: "),
        (lambda r: {}[r], "KeyError: 0.1"),
        (two_lines, "RuntimeError: first line second line"),
        (lambda r: Sly(), "ZeroDivisionError: not a float"),
        (torch.nn.Linear(1, 1), "TypeError: "),
    ],
    ids=["zero", "two arguments", "no argument", "key", "two lines", "sly", "module"],
)
def test_a_function_that_stops_says_why_in_one_line(say, answer, says):
    assert say("enters", answer).startswith(f"✗ Your function stopped: {says}")


# Shapes ----------------------------------------------------------------------------------------------------------


def test_the_right_shares_are_those_of_simplices(say, simplex):
    shares = []
    for k in (1, 2, 3, 4):
        corners = simplex(k)
        assert corners.shape == (k + 1, k)
        dots = corners @ corners.T
        assert np.allclose(dots[~np.eye(k + 1, dtype=bool)], -1 / k)
        each = feature_dimensionality(torch.tensor(corners)[None])[0]
        assert each.numpy() == pytest.approx(np.full(k + 1, k / (k + 1)))
        shares.append(each[0])
    assert say("simplices", shares) == PRAISE["simplices"]
    assert say("simplices", [1 / 2, Fraction(2, 3), 0.75, 0.8]) == PRAISE["simplices"]


@pytest.mark.parametrize("kind", [list, tuple, torch.tensor, np.array], ids=["list", "tuple", "tensor", "array"])
def test_shares_may_be_rounded_and_of_any_kind(say, kind):
    assert say("simplices", kind([0.5, 0.67, 0.75, 0.8])) == PRAISE["simplices"]


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda dots: 1 / (dots[:-1] ** 2).sum(), "A simplex in k dimensions has k + 1 corners: did you count k?"),
        (lambda dots: 1 / (dots[1:] ** 2).sum(), "Did you forget the feature itself in the sum below?"),
        (lambda dots: 1 / np.abs(dots).sum(), "Did you forget to square the dot products?"),
        (lambda dots: 1 / (dots.sum() + 1e-9), "Did you forget to square the dot products?"),
        (lambda dots: np.inf, "Did you forget to square the dot products?"),
        (lambda dots: 1 - 1 / (dots**2).sum(), "Not there. For k = 1, two opposite features, it must be 1/2."),
        (lambda dots: (dots**2).sum(), "Not there."),
    ],
    ids=["k corners", "without itself", "no square", "no square, rounding", "no square, exact", "rest", "inverse"],
)
def test_each_wrong_share_is_told_apart(say, simplex, mistake, message):
    dots = [simplex(k) @ simplex(k)[0] for k in (1, 2, 3, 4)]  # the first is that of the corner with itself
    assert say("simplices", [mistake(each) for each in dots]).startswith(f"✗ {message}")


def test_the_shapes_of_one_dimension_more_are_told_apart(say, simplex):
    shares = [feature_dimensionality(torch.tensor(simplex(k))[None])[0, 0] for k in (2, 3, 4, 5)]
    message = "✗ Did you take the shape of one dimension more? k = 1 is a pair, 1/2."
    assert say("simplices", shares) == message


@pytest.mark.parametrize(
    "answer",
    [0.5, "half", [], [0.5, 2 / 3, 0.75], [0.5] * 5, [0.5, 2 / 3, 0.75, math.nan], "1234", torch.ones(4, 2), print],
    ids=lambda answer: type(answer).__name__,
)
def test_what_is_not_four_numbers_is_named(say, answer):
    assert say("simplices", answer).startswith("✗ Expected four numbers, for k = 1, 2, 3, 4, got ")


# Patience --------------------------------------------------------------------------------------------------------

# Fifteen trainings, with a falling rate and without, gave 0.58 to 0.87 after 300 steps, 0.50 to 0.51 after 3,000.
SHORT, LONG = 0.757, 0.504


@pytest.mark.parametrize("kind", [list, tuple, torch.tensor, np.array], ids=["list", "tuple", "tensor", "array"])
@pytest.mark.parametrize("pair", [(SHORT, LONG), (0.58, 0.505), (0.99, 0.5)], ids=str)
def test_a_longer_run_closer_to_one_half_is_praised(say, pair, kind):
    assert say("patience", kind(pair)) == PRAISE["patience"]


@given(st.floats(0.6, 1), st.floats(0.48, 0.52))
def test_the_order_is_what_is_asked_for(short, long):
    lines = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geometry_answers, "say", lambda answer, problems, praise: lines.append(any(problems.values())))
        geometry_answers.patience([short, long])
        geometry_answers.patience([long, short])
    assert lines == [False, True]


HIDDEN = 3
# Squared lengths |W|² of three seeds, chosen to give the D* above.
SQUARED = {300: HIDDEN / np.array([0.70, SHORT, 0.84]), 3000: HIDDEN / np.array([0.503, LONG, 0.505])}
SCALE = "✗ D* should lie between 1/2 and 1. Did you divide m by |W|², for each seed on its own?"


@pytest.mark.parametrize(
    "mistake",
    [
        lambda squared: np.median(squared / HIDDEN),
        lambda squared: np.median(squared),
        lambda squared: np.median(HIDDEN / squared**0.5),
        lambda squared: HIDDEN / squared.sum(),
        lambda squared: np.median(40 / squared),
        lambda squared: np.median(1 / squared),
        lambda squared: np.inf,
    ],
    ids=["upside down", "only |W|²", "no square", "all seeds at once", "features for m", "no m", "infinite"],
)
def test_a_wrong_scale_is_told(say, mistake):
    assert np.median(HIDDEN / SQUARED[300]) == pytest.approx(SHORT)
    assert say("patience", [mistake(squared) for squared in SQUARED.values()]) == SCALE


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((LONG, SHORT), "The longer run should come closer to 1/2. Did you swap the two?"),
        ((SHORT, 1.23), "D* should lie between 1/2 and 1."),
        ((SHORT, SHORT), "Both are the same. Did you train for 300 steps once, and for 3,000 once?"),
        ((0.993, 0.644), "The longer run should come close to 1/2. A density of 0.42 is a sparsity of 0.58"),
        ((SHORT, 0.4), "The longer run should come close to 1/2."),
        ((SHORT,), "Expected two numbers, for the short and the long run, got "),
        ((SHORT, LONG, LONG), "Expected two numbers, for the short and the long run, got "),
        ((SHORT, math.nan), "Expected two numbers, for the short and the long run, got "),
        (LONG, "Expected two numbers, for the short and the long run, got 0.504."),
        (torch.ones(2, 3), "Expected two numbers, for the short and the long run, got tensor("),
    ],
    ids=["swapped", "one scale", "same", "sparsity", "too low", "one", "three", "nan", "number", "seeds"],
)
def test_each_mistake_of_the_runs_is_told_apart(say, answer, message):
    assert say("patience", answer).startswith(f"✗ {message}")


# Anything --------------------------------------------------------------------------------------------------------

ODD = [
    "text",
    "",
    b"0.5",
    True,
    math.nan,
    -math.inf,
    10**400,
    1j,
    ...,
    object(),
    Sly(),
    lambda: 1,
    {},
    {"a": 1},
    [],
    [None, "x"],
    [[1, 2], [3, 4]],
    [math.inf, -math.inf],
    torch.tensor([]),
    torch.tensor(math.nan),
    torch.ones(3, 2),
    torch.zeros(4, requires_grad=True),
    np.zeros((2, 2)),
    np.array(["a", "b"]),
    np.datetime64("2013-01-01"),
    range(4),
    (1, 2, 3),
    torch.nn.Linear(2, 2),
]


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")


answers = st.one_of(
    st.lists(st.one_of(st.floats(), st.none(), st.text(max_size=3), st.integers()), max_size=6),
    st.floats(),
    st.text(max_size=6),
    st.dictionaries(st.integers(), st.floats(), max_size=5),
)


@given(answers)
def test_whatever_comes_is_one_problem_or_a_praise(answer):
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.print", said.append)
        for check in CHECKS.values():
            check(answer)
        geometry_answers.enters(lambda r: answer)
    assert len(said) == 4
    assert all(line[0] in "✗✓" and "\n" not in line for line in said)
