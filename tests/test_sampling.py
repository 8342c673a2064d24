"""Batches: made-up features have the sparsity asked for, table rows come once per epoch in a repeatable order."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers import sampling
from helpers.sampling import Stream, frequent_batches, minibatches, power_law, sparse_features


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


# Sparse features


def test_each_instance_has_its_own_sparsity():
    sparsity = torch.tensor([0.0, 0.3, 0.9, 0.999])
    x = sparse_features(20_000, 5, sparsity, generator())
    assert x.shape == (20_000, 4, 5) and x.dtype == torch.float32
    on = (x > 0).float().mean((0, 2))
    bound = 5 * (sparsity * (1 - sparsity) / 100_000).sqrt() + 1e-6  # five standard deviations
    assert ((on - (1 - sparsity)).abs() <= bound).all(), on


@pytest.mark.parametrize("sparsity", [0.0, 0.7, 0.99])
def test_a_feature_that_is_on_is_uniform(sparsity):
    x = sparse_features(40_000, 5, sparsity, generator(1))
    on = x[x > 0].numpy()
    assert stats.kstest(on, "uniform").pvalue > 1e-4
    assert 0 < on.min() and on.max() <= 1


def test_features_are_independent():
    on = (sparse_features(50_000, 4, 0.8, generator(2))[:, 0] > 0).double().numpy()
    r = np.corrcoef(on.T) - np.eye(4)
    assert np.abs(r).max() < 5 / np.sqrt(50_000)


def test_extremes():
    assert (sparse_features(1000, 3, 1.0, generator()) == 0).all()
    assert (sparse_features(1000, 3, 0.0, generator()) > 0).float().mean() > 0.999
    assert sparse_features(4, 3, 0.5, generator()).shape == (4, 1, 3)


def test_the_generator_decides_the_draw():
    again, same = (sparse_features(9, 3, [0.1, 0.5], generator(4)) for _ in range(2))
    assert torch.equal(again, same)
    assert not torch.equal(same, sparse_features(9, 3, [0.1, 0.5], generator(5)))
    running = generator(4)
    sparse_features(9, 3, [0.1, 0.5], running)
    assert not torch.equal(same, sparse_features(9, 3, [0.1, 0.5], running)), "the next draw is a new one"


@pytest.mark.parametrize("sparsity", [-0.1, 1.1, [0.5, float("nan")], [[0.5]]])
def test_a_sparsity_that_is_none(sparsity):
    with pytest.raises(ValueError, match=r"sparsity must be one number in \[0, 1\] per instance, got"):
        sparse_features(4, 3, sparsity, generator())


@pytest.mark.parametrize(("batch", "features", "name"), [(0, 3, "batch"), (4, -1, "features"), (2.5, 3, "batch")])
def test_a_draw_of_nothing(batch, features, name):
    with pytest.raises(ValueError, match=f"{name} must be a positive integer, got"):
        sparse_features(batch, features, 0.5, generator())


# Features with frequencies of their own

FREQUENCIES = torch.tensor([[0.0, 0.01, 0.3, 1.0], [0.5, 0.5, 0.0, 0.9]])


@pytest.mark.parametrize("source", [generator(3), Stream.of(3, 0), Stream.of([3, 8], 0)], ids=["old", "one", "own"])
def test_each_feature_has_its_own_frequency(source):
    x = frequent_batches(20_000, FREQUENCIES)(0, source)
    assert x.shape == (20_000, 2, 4) and x.dtype == torch.float32 and 0 <= x.min() and x.max() <= 1
    bound = 5 * (FREQUENCIES * (1 - FREQUENCIES) / 20_000).sqrt() + 1e-3
    assert (((x > 0).float().mean(0) - FREQUENCIES).abs() <= bound).all()
    for i, j in ((0, 2), (0, 3), (1, 0)):
        assert stats.kstest(x[:, i, j][x[:, i, j] > 0].numpy(), "uniform").pvalue > 1e-4


def test_a_signed_batch_is_the_difference_of_two():
    source, again = Stream.of([3, 8], 5), Stream.of([3, 8], 5)
    signed, plain = frequent_batches(500, FREQUENCIES, signed=True), frequent_batches(500, FREQUENCIES)
    x = signed(0, source)
    assert torch.equal(x, plain(0, again) - plain(0, again))
    assert x.min() < -0.5 and x.max() > 0.5 and signed.counted and not x[:, 0, 0].any()


@pytest.mark.parametrize("exponent", [1.1, 0.5, 0.0])
def test_a_power_law_has_its_exponent_and_its_mean(exponent):
    eps = [0.001, 0.01]
    found = power_law(50, eps, exponent)
    torch.testing.assert_close(found.mean(1), torch.tensor(eps))
    torch.testing.assert_close(found / found[:, :1], (torch.arange(1.0, 51) ** -exponent).expand(2, -1))


def test_a_power_law_stops_at_one():
    (found,) = power_law(50, 0.5)
    assert found.max() == 1 and found.mean() < 0.5 and (found[1:] <= found[:-1]).all()


@pytest.mark.parametrize(
    ("frequencies", "message"),
    [
        (torch.full((2, 3), 1.5), r"shape \(2, 3\) and values from 1.5 to 1.5"),
        (torch.full((2, 3), -0.5), r"shape \(2, 3\) and values from -0.5 to -0.5"),
        (torch.full((2, 3), float("nan")), r"shape \(2, 3\) and values from nan"),
        (torch.zeros(3), r"shape \(3,\)"),
    ],
)
def test_frequencies_that_are_none(frequencies, message):
    with pytest.raises(ValueError, match=r"expected frequencies in \[0, 1\] of shape .*, got " + message):
        frequent_batches(4, frequencies)


def test_a_batch_of_no_rows():
    with pytest.raises(ValueError, match="batch must be a positive integer, got 0"):
        frequent_batches(0, FREQUENCIES)


# Minibatches

ROWS = torch.arange(10)


def epoch(batch, number=0):
    return [batch(step)[0] for step in range(number * batch.per_epoch, (number + 1) * batch.per_epoch)]


@given(rows=st.integers(1, 40), size=st.integers(1, 40), number=st.integers(0, 5))
def test_no_row_twice_in_an_epoch_and_only_the_short_rest_left_out(rows, size, number):
    if size > rows:
        size = rows
    batch = minibatches(torch.arange(rows), size=size)
    assert batch.per_epoch == rows // size
    served = torch.cat(epoch(batch, number))
    assert len(served) == rows - rows % size
    assert len(served.unique()) == len(served)


def test_each_instance_has_its_own_order_of_all_rows():
    batch = minibatches(ROWS, size=5, seeds=[3, 4, 3])
    served = torch.cat(epoch(batch))
    assert served.shape == (10, 3)
    assert all(torch.equal(column.sort().values, ROWS) for column in served.T)
    assert torch.equal(served[:, 0], served[:, 2]) and not torch.equal(served[:, 0], served[:, 1])


def test_the_order_is_that_of_the_seed_in_every_company():
    together = torch.cat(epoch(minibatches(ROWS, size=2, seeds=[8, 3]), 1))
    alone = torch.cat(epoch(minibatches(ROWS, size=2, seeds=[3]), 1))
    assert torch.equal(together[:, 1:], alone)


def test_epochs_differ_and_the_order_is_shuffled():
    batch = minibatches(torch.arange(100), size=100)
    first, second = batch(0)[0], batch(1)[0]
    assert not torch.equal(first, second)
    assert not torch.equal(first, torch.arange(100))


@pytest.mark.parametrize("seeds", [None, [5, 6]])
def test_any_step_can_be_asked_for_in_any_order(seeds):
    forward = minibatches(ROWS, size=3, seeds=seeds)
    expected = [forward(step)[0].clone() for step in range(12)]
    wild = minibatches(ROWS, size=3, seeds=seeds)
    for step in (11, 0, 7, 7, 3, 10, 1):
        torch.rand(3)
        assert torch.equal(wild(step)[0], expected[step])
        assert torch.equal(wild(step, generator(step))[0], expected[step]), "the generator must not matter"


@pytest.mark.parametrize("seeds", [None, (3, 4)])
@pytest.mark.parametrize("numbers", [1, 60, 61, 10**6])
def test_how_many_rows_are_gathered_at_once_changes_nothing(seeds, numbers, monkeypatch):
    x, y = torch.randn(30, 2, 5), torch.arange(30)
    whole = minibatches(x, y, size=4, seeds=seeds)
    monkeypatch.setattr(sampling, "AT_ONCE", numbers)
    pieces = minibatches(x, y, size=4, seeds=seeds)
    for step in range(3 * whole.per_epoch):
        assert all(torch.equal(a, b) for a, b in zip(whole(step), pieces(step), strict=True))


def test_the_tensors_stay_row_for_row_together():
    x, y = torch.randn(20, 3, generator=generator()), torch.arange(20)
    for seeds in (None, range(2)):
        for rows, labels in (minibatches(x, y, size=6, seeds=seeds)(step) for step in range(6)):
            assert torch.equal(rows, x[labels])


def test_shapes_with_and_without_instances():
    x, y, hidden = torch.zeros(20, 3), torch.zeros(20), torch.randn(20, 2, 4, generator=generator())
    shared = minibatches(x, y, hidden, size=6)(0)
    assert [tuple(t.shape) for t in shared] == [(6, 3), (6,), (6, 2, 4)]
    seeded = minibatches(x, y, hidden, torch.arange(20), size=6, seeds=[0, 1])(0)
    assert [tuple(t.shape) for t in seeded] == [(6, 2, 3), (6, 2), (6, 2, 4), (6, 2)]
    for i in range(2):
        assert torch.equal(seeded[2][:, i], hidden[seeded[3][:, i], i]), "each instance keeps its own rows"


def test_rows_come_on_the_device_of_the_generator():
    class Elsewhere:
        device = torch.device("meta")

    for seeds in (None, [0, 1]):
        batch = minibatches(torch.zeros(6), torch.zeros(6, 2, 4), size=3, seeds=seeds)
        assert [t.device.type for t in batch(0)] == ["cpu", "cpu"]
        assert [t.device.type for t in batch(1, Elsewhere())] == ["meta", "meta"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (lambda: minibatches(size=1), "expected tensors with the same number of rows, got"),
        (lambda: minibatches(torch.zeros(0, 2), size=1), r"expected tensors with the same number of rows, got \[0\]"),
        (lambda: minibatches(torch.zeros(4), torch.zeros(5), size=1), r"same number of rows, got \[4, 5\]"),
        (lambda: minibatches(torch.zeros(4), size=0), "between 1 and the 4 rows, got 0"),
        (lambda: minibatches(torch.zeros(4), size=5), "between 1 and the 4 rows, got 5"),
        (lambda: minibatches(torch.zeros(4), size=2.5), "between 1 and the 4 rows, got 2.5"),
        (lambda: minibatches(torch.zeros(4), size=2, seeds=[]), "seeds must hold one integer per instance"),
        (lambda: minibatches(torch.zeros(4), size=2, seeds=[0.5]), "seeds must hold one integer per instance"),
        (lambda: minibatches(torch.zeros(4), size=2, seeds=3), "seeds must hold one integer per instance"),
    ],
)
def test_bad_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        arguments()
