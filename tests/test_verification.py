"""The scores are scikit-learn's and those of ``metrics.event_scores``, for each instance on its own."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics as sk

from helpers import metrics, verification

seeds = st.integers(0, 10_000)


def classes(seed, rows=60, instances=3, k=3):
    rng = np.random.default_rng(seed)
    truth = rng.choice(k, rows, p=rng.dirichlet(np.ones(k)))
    answer = np.where(rng.random((rows, instances)) < 0.6, truth[:, None], rng.integers(0, k, (rows, instances)))
    return torch.tensor(truth), torch.tensor(answer)


def figures(seed, rows=40, instances=3):
    rng = np.random.default_rng(seed)
    truth = rng.lognormal(size=rows)
    return torch.tensor(truth), torch.tensor(truth[:, None] + rng.normal(size=(rows, instances)))


def same(ours, theirs):
    assert ours.dtype == torch.float64
    np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@given(seeds, st.integers(2, 5))
def test_scores_of_classes_are_those_of_scikit_learn(seed, k):
    truth, answer = classes(seed, k=k)
    counts = verification.confusion(truth, answer, k)
    each = [answer[:, i] for i in range(3)]
    same(counts, np.stack([sk.confusion_matrix(truth, a, labels=range(k)) for a in each]))
    same(verification.accuracy(counts), [sk.accuracy_score(truth, a) for a in each])
    with warnings.catch_warnings(action="ignore"):  # a class that never occurs
        same(verification.balanced_accuracy(counts), [sk.balanced_accuracy_score(truth, a) for a in each])
        same(verification.heidke(counts), [sk.cohen_kappa_score(truth, a) for a in each])


@given(seeds, st.integers(2, 5))
def test_a_class_is_an_event_against_all_others(seed, k):
    truth, answer = classes(seed, k=k)
    ours = verification.class_scores(verification.confusion(truth, answer, k))
    for one in range(k):
        for score, expected in zip(ours, metrics.event_scores(truth == one, answer == one), strict=True):
            assert score.shape == (3, k)
            same(score[:, one], expected)


@given(seeds)
def test_scores_of_numbers_are_those_of_scikit_learn_and_numpy(seed):
    truth, answer = figures(seed)
    each = [answer[:, i] for i in range(3)]
    same(verification.mse(truth, answer), [sk.mean_squared_error(truth, a) for a in each])
    same(verification.mae(truth, answer), [sk.mean_absolute_error(truth, a) for a in each])
    same(verification.r2(truth, answer), [sk.r2_score(truth, a) for a in each])
    same(verification.pearson(truth, answer), [np.corrcoef(truth, a)[0, 1] for a in each])


@given(hnp.arrays(float, st.integers(2, 20), elements=st.integers(-1000, 1000)))
def test_a_copy_is_perfect(values):
    truth = torch.tensor(values)
    assert verification.mse(truth, truth).item() == verification.mae(truth, truth).item() == 0
    perfect = verification.r2(truth, truth).item()
    assert perfect == 1 or (np.isnan(perfect) and np.ptp(values) == 0)


def test_what_never_varies_has_neither_r2_nor_r():
    flat, rising = torch.full((5,), 0.1), torch.arange(5.0)
    answers = torch.stack([rising, flat], 1)
    assert verification.r2(flat, answers).isnan().all() and verification.pearson(flat, answers).isnan().all()
    assert verification.pearson(rising, answers).isnan().tolist() == [False, True]
    assert verification.r2(rising, torch.full((5,), 2.0)).item() == 0


def test_undefined_scores_are_nan():
    truth, never = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 0, 0, 0])
    counts = verification.confusion(truth, never, 3)
    scores = verification.class_scores(counts)
    assert scores.pod[0, :2].tolist() == [1, 0] and scores.pod[0, 2].isnan()  # class 2 never occurred
    assert scores.far[0, 0] == 0.5 and scores.far[0, 1:].isnan().all()  # 1 and 2 were never called
    assert scores.csi[0, 2].isnan() and scores.hss[0, 2].isnan()
    assert verification.balanced_accuracy(counts).item() == 0.5
    only = verification.confusion(never, never, 2)
    assert verification.accuracy(only).item() == 1 and verification.heidke(only).isnan().all()


def test_float32_and_integers_are_counted_in_float64():
    counts = verification.confusion(torch.tensor([0.0, 1.0]), torch.tensor([[0], [1]]), 2)
    assert counts.dtype == torch.float64
    truth = torch.tensor([1e8, 1e8 + 8, 1e8 - 8], dtype=torch.float32)
    same(verification.mse(truth, truth + 8), [64.0])


def test_an_instance_never_sees_another():
    truth, answer = classes(1, instances=4)
    together = verification.confusion(truth, answer, 3)
    for i in range(4):
        assert torch.equal(together[i : i + 1], verification.confusion(truth, answer[:, i], 3))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: verification.confusion([0, 1], torch.tensor([0, 2]), 2),
            "answer: expected classes from 0 to 1, got 2",
        ),
        (lambda: verification.confusion(torch.tensor([-1]), torch.tensor([0]), 2), "truth: .* 0 to 1, got -1"),
        (lambda: verification.confusion(torch.tensor([0.5]), torch.tensor([0]), 2), "truth: .* got 0.5"),
        (lambda: verification.confusion([0], [0], 0), "classes must be a positive integer, got 0"),
        (lambda: verification.confusion([0, 1], [0], 2), r"answers \(rows, instances\), got \(2,\) and \(1, 1\)"),
        (lambda: verification.mae(torch.zeros(0), torch.zeros(0)), r"got \(0,\) and \(0, 1\)"),
        (lambda: verification.mse(torch.zeros(2, 1), torch.zeros(2, 1)), r"got \(2, 1\) and \(2, 1\)"),
        (lambda: verification.r2(torch.tensor([1.0, torch.nan]), torch.zeros(2)), "truth must be finite: 1 values"),
        (lambda: verification.pearson(torch.zeros(2), torch.tensor([1.0, torch.inf])), "answer must be finite: 1"),
        (lambda: verification.accuracy(torch.zeros(3, 3)), r"\(instances, classes, classes\), got \(3, 3\)"),
        (lambda: verification.class_scores(torch.zeros(1, 2, 3)), r"got \(1, 2, 3\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
