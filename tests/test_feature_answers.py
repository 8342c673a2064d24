"""The checks of chapter 01 praise right answers, tell each mistake apart, and survive whatever a reader types."""

import math

import numpy as np
import pytest
import torch

from helpers import feature_answers

CHECKS = {
    "symmetry": lambda answer: feature_answers.symmetry(answer, neurons=3),
    "alone": feature_answers.alone,
    "promise": feature_answers.promise,
    "weaker": feature_answers.weaker,
}
SWAP = torch.eye(3)[[1, 0, 2]]
DIMENSIONS = 4 * math.log(1e6) / 0.01
RIGHT = {
    "symmetry": (SWAP, "Neurons may change places. That is all the freedom the ReLU leaves."),
    "alone": (0.939, "A feature that is on one time in sixteen still has company half of the time."),
    "promise": (5527, "Under six thousand dimensions promise room for a million almost orthogonal directions."),
    "weaker": (0.58, "The root of one third: the mean square of a uniform number."),
}
HALF = math.sqrt(0.5)
TURN = torch.tensor([[HALF, HALF, 0], [-HALF, HALF, 0], [0, 0, 1]])
QUARTER = torch.tensor([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])
SIZE, IDENTITY = "Expected a matrix of 3 x 3 numbers, got ", "That is the identity"
UNDO, SIGN = "R times its transpose is not the identity", "Nearly. The ReLU cuts off what is negative"
DENSITY, LOGARITHM = "That is the density. The sparsity is one minus it.", "The bound has the natural logarithm"
MISTAKES = [
    ("symmetry", torch.eye(4)[[1, 0, 2, 3]], SIZE),
    ("symmetry", torch.ones(3), SIZE),
    ("symmetry", torch.ones(3, 2), SIZE),
    ("symmetry", torch.full((3, 3), math.nan), SIZE),
    ("symmetry", [[0, 1, 0], [1, 0, 0]], SIZE),
    ("symmetry", [[0, 1], [1, 0, 0], [0]], SIZE),
    ("symmetry", 1, SIZE),
    ("symmetry", torch.eye(3), IDENTITY),
    ("symmetry", 2 * SWAP, UNDO),
    ("symmetry", torch.diag(torch.tensor([1.0, 2, 3])), UNDO),
    ("symmetry", torch.ones(3, 3), UNDO),
    ("symmetry", torch.zeros(3, 3), UNDO),
    ("symmetry", -torch.eye(3), SIGN),
    ("symmetry", QUARTER, SIGN),
    ("symmetry", TURN, "That mixes neurons"),
    ("symmetry", torch.linalg.qr(torch.randn(3, 3, generator=torch.Generator().manual_seed(0))).Q, "That mixes"),
    ("alone", 1.2, "A sparsity lies between 0 and 1."),
    ("alone", -0.1, "A sparsity lies between 0 and 1."),
    ("alone", math.inf, "A sparsity lies between 0 and 1."),
    ("alone", 1 - 0.5 ** (1 / 11), DENSITY),
    ("alone", 0.5 ** (1 / 12), "The feature itself is on already: how many others must be off?"),
    ("alone", 0.5, "Half of the time for each of the others is too little"),
    ("alone", 0.9, "Not there. Eleven independent features"),
    ("alone", 0.99, "Not there. Eleven independent features"),
    ("promise", -5527, "A number of dimensions is positive."),
    ("promise", 0, "A number of dimensions is positive."),
    ("promise", 4 * math.log(1e6) / 0.1, "Did you forget the square of the cosine?"),
    ("promise", 4 * math.log10(1e6) / 0.01, LOGARITHM),
    ("promise", math.log(1e6) / 0.01, "Did you forget the 4?"),
    ("promise", 2 * math.log(1e6) / 0.01, "That is half of it."),
    ("promise", 1_000_000, "Not there. Set N = exp(c² m / 4) and solve for m."),
    ("promise", math.inf, "Not there. Set N = exp(c² m / 4) and solve for m."),
    ("weaker", 3**0.5, "Weaker features disturb less"),
    ("weaker", 0, "Weaker features disturb less"),
    ("weaker", 1 / 3, "That is the ratio of the variances. Take the root."),
    ("weaker", 0.5, "Did you scale by the mean value?"),
    ("weaker", 12**-0.5, "Did you use the spread of the values around their mean?"),
    ("weaker", 0.9, "Not there. Multiply each direction by its own draw"),
]
SINGLE = [name for name in CHECKS if name != "symmetry"]


@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_is_no_mistake(say, name):
    assert say(name, None) == "… no answer yet: replace None and run this cell again."


@pytest.mark.parametrize(
    "kind", [torch.as_tensor, np.asarray, lambda a: np.asarray(a).tolist()], ids=["tensor", "array", "list"]
)
@pytest.mark.parametrize("name", CHECKS)
def test_the_right_answer_is_praised(say, name, kind):
    answer, praise = RIGHT[name]
    assert say(name, kind(answer)) == f"✓ {praise}"


def test_every_renaming_of_the_neurons_is_right_and_nothing_else_is(say):
    for order in ([0, 2, 1], [1, 2, 0], [2, 0, 1], [2, 1, 0]):
        assert say("symmetry", torch.eye(3)[order]).startswith("✓")
        assert say("symmetry", -torch.eye(3)[order]).startswith(f"✗ {SIGN}")
        assert say("symmetry", torch.eye(3)[order] @ TURN).startswith("✗ That mixes neurons")


def test_what_the_check_praises_leaves_a_relu_alone():
    z = torch.randn(50, 3, generator=torch.Generator().manual_seed(1))
    keeps = [torch.allclose(torch.relu(z @ R), torch.relu(z) @ R, atol=1e-6) for R in (SWAP, QUARTER, TURN)]
    assert keeps == [True, False, False]


def test_the_right_numbers_follow_from_the_experiment():
    generator = torch.Generator().manual_seed(0)
    others = torch.rand(200_000, 11, generator=generator) >= RIGHT["alone"][0]
    assert abs((~others.any(1)).float().mean() - 0.5) < 0.01
    u = torch.nn.functional.normalize(torch.randn(20_000, 9, 32, generator=generator), dim=-1)
    value = torch.rand(20_000, 8, 1, generator=generator)
    strong, weak = (((size * u[:, 1:]).sum(1) * u[:, 0]).sum(-1).std() for size in (1, value))
    assert abs(weak / strong - RIGHT["weaker"][0]) < 0.02
    assert math.isclose(math.exp(0.01 * DIMENSIONS / 4), 1e6)


@pytest.mark.parametrize(("name", "answer", "message"), MISTAKES)
def test_each_mistake_is_told_apart(say, name, answer, message):
    assert say(name, answer).startswith(f"✗ {message}")


@pytest.mark.parametrize("answer", ["high", math.nan, [0.3, 0.6], torch.tensor([0.3, 0.6]), {}, print], ids=str)
@pytest.mark.parametrize("name", SINGLE)
def test_what_is_not_one_number_is_named(say, name, answer):
    line = say(name, answer)
    assert line.startswith("✗ Expected one number, got ")
    assert len(line) < 80


ODD = [
    "text",
    "",
    b"0.9",
    True,
    math.nan,
    -math.inf,
    10**400,
    1j,
    ...,
    object(),
    print,
    {},
    {"a": 1},
    [],
    [None, "x"],
    [["a", "b", "c"]] * 3,
    torch.tensor([]),
    torch.zeros(0, 0),
    torch.tensor(math.nan),
    torch.ones(3, 3, dtype=torch.bool),
    torch.ones(3, 3, dtype=torch.complex64) * 1j,
    torch.ones(3, 3, requires_grad=True),
    torch.ones(3, 3, 3),
    np.datetime64("2013-01-01"),
    range(6),
    torch.nn.Linear(2, 2),
]


@pytest.mark.parametrize("answer", ODD, ids=lambda answer: type(answer).__name__)
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", CHECKS)
def test_no_answer_stops_the_notebook_or_is_praised_by_accident(say, name, answer):
    assert say(name, answer).startswith("✗ ")
