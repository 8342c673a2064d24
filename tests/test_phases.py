"""The three fates of an extra feature: their losses, the boundaries between them, and what training chose."""

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from javascript import assert_passes, assert_stored

from helpers.phases import FATES, boundaries, fate, fate_losses, theory
from helpers.toy import expected_loss

ABSENT, ALONE, SHARED = range(3)
# The clean solutions: directions, and which of the features are answered with their mean.
CLEAN = {
    (1, ABSENT): ([[1], [0]], [1]),
    (1, ALONE): ([[0], [1]], [0]),
    (1, SHARED): ([[1], [-1]], []),
    (2, ABSENT): ([[1, 0], [0, 1], [0, 0]], [2]),
    (2, SHARED): ([[1, 0], [0, 1], [-1, 0]], []),
}
OTHERS_SHARE = [[1, 0], [-1, 0], [0, 1]]
ONE_DROPPED = [[1, 0], [0, 0], [0, 1]]

# The integral's few nodes straddle the kink of a shared line; the shared vectors are held to half a per cent.
CLOSE = 0.03

densities = st.floats(0.005, 1)
importances = st.floats(0.01, 100)


def clean_loss(W, dropped, importance: float, density: float) -> float:
    """The expected loss of clean directions, by the integral that training uses."""
    W = torch.tensor([W], dtype=torch.float64)
    b = torch.zeros(1, W.shape[1], dtype=torch.float64)
    b[0, dropped] = density / 2
    weights = torch.ones(W.shape[1], dtype=torch.float64)
    weights[-1] = importance
    return expected_loss(W, b, 1 - density, weights).sum().item()


@pytest.mark.parametrize(("hidden", "which"), CLEAN)
@pytest.mark.parametrize(("importance", "density"), [(0.2, 0.03), (1.5, 0.4), (7.0, 1.0)])
def test_losses_are_those_of_the_clean_solutions(hidden, which, importance, density):
    expected = clean_loss(*CLEAN[hidden, which], importance, density)
    assert fate_losses(importance, density, hidden)[which].item() == pytest.approx(expected, rel=CLOSE)


@pytest.mark.parametrize(("density", "cheapest"), [(0.1, OTHERS_SHARE), (0.5, OTHERS_SHARE), (0.9, ONE_DROPPED)])
def test_in_the_plane_room_is_made_in_the_cheaper_of_two_ways(density, cheapest):
    ways = [clean_loss(OTHERS_SHARE, [], 3.0, density), clean_loss(ONE_DROPPED, [1], 3.0, density)]
    assert min(ways) == clean_loss(cheapest, [1] if cheapest is ONE_DROPPED else [], 3.0, density)
    assert fate_losses(3.0, density, 2)[ALONE].item() == pytest.approx(min(ways), rel=CLOSE)


def test_importance_and_density_broadcast_to_a_map():
    losses = fate_losses(torch.logspace(-1, 1, 4), torch.logspace(-2, 0, 3)[:, None], 1)
    assert losses.shape == (3, 4, len(FATES))
    assert losses.dtype == torch.float64
    assert losses[2, 1].tolist() == fate_losses(torch.logspace(-1, 1, 4)[1], 1.0, 1).tolist()


def test_the_corners_of_the_map_are_those_of_the_paper():
    corners = [[theory(r, d, 1).item() for r in (0.1, 10)] for d in (1.0, 0.01)]
    assert corners == [[ABSENT, ALONE], [SHARED, SHARED]]
    # With two hidden dimensions the two others can share, so an important feature is never in superposition.
    assert [theory(10, d, 2).item() for d in (1.0, 0.1, 0.01)] == [ALONE] * 3


def test_equal_features_share_below_a_density_of_four_sevenths():
    assert [theory(0.999, d, 1).item() for d in (4 / 7 - 0.01, 4 / 7 + 0.01)] == [SHARED, ABSENT]


@given(importances, densities, st.sampled_from([1, 2]))
def test_theory_changes_at_the_boundaries_and_nowhere_else(importance, density, hidden):
    enters, alone = (side.item() for side in boundaries(density, hidden))
    assert enters <= alone
    assume(min(abs(importance / enters - 1), abs(importance / alone - 1)) > 1e-9)
    expected = ABSENT if importance < enters else SHARED if importance < alone else ALONE
    assert theory(importance, density, hidden).item() == expected


@pytest.mark.parametrize(
    ("importance", "density", "hidden", "message"),
    [
        (1.0, 0.5, 3, "1 or 2 hidden dimensions, got 3"),
        (1.0, 0.0, 1, "densities above 0"),
        (1.0, 1.5, 1, "up to 1, got 1.5"),
        (1.0, float("nan"), 1, "densities above 0"),
        (-1.0, 0.5, 1, "importances of 0 or more, got -1"),
        (float("nan"), 0.5, 1, "importances of 0 or more"),
        (torch.ones(3), torch.full((2,), 0.5), 1, "broadcast together, got shapes .3,. and .2,."),
    ],
)
def test_losses_refuse_what_makes_no_sense(importance, density, hidden, message):
    with pytest.raises(ValueError, match=message):
        fate_losses(importance, density, hidden)


@given(st.floats(0, 2 * math.pi), st.sampled_from([0.4, 0.6, 1.2]), st.floats(0, 1))
def test_turning_the_plane_changes_no_fate(angle, length, overlap):
    W = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [overlap * length, (1 - overlap) * length]]], dtype=torch.float64)
    c, s = math.cos(angle), math.sin(angle)
    assume(abs(W[0, 2].norm() - 0.5) > 1e-6)
    assert fate(W) == fate(W @ torch.tensor([[c, -s], [s, c]], dtype=torch.float64))


def test_fate_is_judged_instance_by_instance():
    W = torch.tensor([[[1.0], [0.0]], [[0.1], [1.0]], [[1.0], [-1.0]]])
    assert fate(W).tolist() == [ABSENT, ALONE, SHARED]


@pytest.mark.parametrize(
    ("W", "message"),
    [(torch.ones(2, 1), "instances, features, hidden"), (torch.full((1, 2, 1), torch.nan), "finite")],
)
def test_fate_refuses_what_are_no_directions(W, message):
    with pytest.raises(ValueError, match=message):
        fate(W)


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("phases")


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("phases", tmp_path)
