"""A stream's numbers are uniform, independent, the same however they are drawn, and never change silently."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from helpers import stream as streams
from helpers.sampling import Stream, counted, sparse_batches, sparse_features

MANY = 200_000


def draw(shape=(MANY,), seed=0, step=0, call=1):
    stream = Stream.of(seed, step)
    for _ in range(call):
        numbers = stream(shape)
    return numbers


# What the bits are -----------------------------------------------------------------------------------------------

MASK = 2**32 - 1


def mix(h):
    """C. Wellons' lowbias32, in integers of any length."""
    h ^= h >> 16
    h = h * 0x7FEB352D & MASK
    h ^= h >> 15
    h = h * 0x846CA68B & MASK
    return h ^ h >> 16


def by_hand(seed, step, call, place):
    key = mix(mix(seed * 0x9E3779B1 & MASK) ^ ((step + 1) * 0x85EBCA6B & MASK))
    return (mix((place * 0x9E3779B1 & MASK) ^ (key + call * 0x3C6EF372 & MASK)) >> 8) * 2.0**-24


@given(
    seed=st.integers(-(2**70), 2**70),
    step=st.integers(0, 2**31 - 2),
    call=st.integers(1, 3),
    count=st.sampled_from([1, 2, 100, 5000]),
)
def test_the_numbers_are_those_of_the_formula(seed, step, call, count):
    numbers = draw((count,), seed, step, call).tolist()
    for place in {0, count // 2, count - 1}:
        assert numbers[place] == by_hand(seed % 2**32, step, call, place)


def test_the_bits_never_change():
    golden = [761903, 3805562, 4619433, 13640734, 6939014, 6231516]
    assert (draw((6,), seed=7, step=3) * 2**24).int().tolist() == golden


def test_lowbias32_is_the_published_function():
    inputs = [0, 1, 2, 2**31, 2**32 - 1, 123456789]
    signed = torch.tensor([streams._signed(i) for i in inputs], dtype=torch.int32)
    assert [h % 2**32 for h in streams._mix(signed).tolist()] == [mix(i) for i in inputs]


@pytest.mark.parametrize("features", [5, streams.NARROW, streams.NARROW + 1, 20])
def test_where_a_number_lies_decides_its_place(features):
    batch, instances = 6, 3
    numbers = draw((batch, instances, features))
    narrow = features <= streams.NARROW
    assert numbers.stride() == ((1, batch, batch * instances) if narrow else (features, batch * features, 1))
    inside = numbers.permute(2, 1, 0) if narrow else numbers.permute(1, 0, 2)
    assert torch.equal(inside.reshape(-1), draw((batch * instances * features,)))


@pytest.mark.parametrize("shape", [(), (7,), (3, 4), (2, 3, 4), (2, 3, 4, 5), (3, 5000), (0, 2, 3), (2, 3, 6000)])
def test_every_shape_has_its_numbers_once(shape):
    numbers = draw(shape)
    assert numbers.shape == shape and numbers.dtype == torch.float32
    expected = draw((int(np.prod(shape)),))
    assert torch.equal(numbers.flatten().sort().values, expected.sort().values)


def test_a_row_longer_than_the_table_of_places_goes_on_as_it_began():
    long = len(streams.ROW) + 10
    assert torch.equal(draw((long,))[:100], draw((100,)))


@pytest.mark.parametrize("seed", [-1, -(2**31), 2**31, 2**32 - 1, 2**64 + 5, np.int64(3)])
def test_any_integer_is_a_seed(seed):
    assert torch.equal(draw((9,), seed), draw((9,), int(seed) % 2**32))
    assert not torch.equal(draw((9,), seed), draw((9,), int(seed) + 1))


def test_a_seed_that_is_no_integer():
    with pytest.raises(TypeError):
        Stream.of(0.5, 0)


def test_too_many_numbers():
    with pytest.raises(ValueError, match=r"expected fewer than 2\^31 numbers at once, got shape \(65536, 32768\)"):
        Stream.of(0, 0)((2**16, 2**15))


# How it is drawn does not matter ----------------------------------------------------------------------------------


def test_steps_drawn_together_are_steps_drawn_alone():
    steps = torch.arange(4, 9)
    keys = Stream.keys(11, steps)
    together = torch.vmap(lambda key: Stream(key)((7, 2, 3)))(keys)
    for i, step in enumerate(steps.tolist()):
        assert torch.equal(together[i], draw((7, 2, 3), 11, step))
    assert torch.equal(torch.vmap(lambda step: Stream.of(11, step)((7, 2, 3)))(steps), together)


def test_compiled_for_several_steps_the_bits_are_the_same():
    def four(key):
        stream = Stream(key)
        return stream((33, 2, 5)), stream((33, 2, 20)), stream((5000,)), stream((4,))

    keys = Stream.keys(5, torch.arange(6, 9))
    together = torch.compile(lambda keys: torch.vmap(four)(keys), fullgraph=True, dynamic=False)(keys)
    for i in range(3):
        for one, other in zip(together, four(keys[i]), strict=True):
            assert torch.equal(one[i], other)


def test_compiled_the_bits_are_the_same():
    def three(key):
        stream = Stream(key)
        return stream((33, 2, 5)), stream((33, 2, 20)), stream((5000,))

    key = Stream.keys(5, 8)
    for one, other in zip(torch.compile(three, fullgraph=True)(key), three(key), strict=True):
        assert torch.equal(one, other)


# One seed per instance ------------------------------------------------------------------------------------------------

SEEDS = [5, -1, 5, 2**31]


@pytest.mark.parametrize("rest", [(), (3,), (8,), (20,), (2, 3), (5000,)])
def test_an_instance_gets_the_numbers_of_its_own_stream(rest):
    together = Stream.of(SEEDS, 3)
    for call in (1, 2):
        numbers = together((7, len(SEEDS), *rest))
        assert numbers.shape == (7, len(SEEDS), *rest)
        for i, seed in enumerate(SEEDS):
            assert torch.equal(numbers[:, i : i + 1], draw((7, 1, *rest), seed, 3, call))


def test_with_seeds_steps_drawn_together_are_steps_drawn_alone_also_compiled():
    steps = torch.arange(4, 9)
    keys = Stream.keys(SEEDS, steps)
    assert keys.shape == (5, 4) and torch.equal(keys[2], Stream.keys(SEEDS, 6))

    def some(key):
        stream = Stream(key)
        return stream((7, 4, 3)), stream((7, 4, 20)), stream((33, 4))

    expected = torch.vmap(some)(keys)
    compiled = torch.compile(lambda keys: torch.vmap(some)(keys), fullgraph=True, dynamic=False)(keys)
    for place, step in enumerate(steps.tolist()):
        for one, other, alone in zip(expected, compiled, some(Stream.keys(SEEDS, step)), strict=True):
            assert torch.equal(one[place], alone) and torch.equal(other[place], alone)


@pytest.mark.parametrize("shape", [(), (4,), (4, 3), (4, 1, 4)])
def test_with_seeds_a_shape_needs_its_instances(shape):
    with pytest.raises(ValueError, match=r"expected a shape \(batch, 4 instances, ...\), got \("):
        Stream.of(SEEDS, 0)(shape)


# Uniform and independent --------------------------------------------------------------------------------------------

SOME = [(0, 0, 1), (1, 0, 1), (-3, 1, 1), (2**31, 7, 2), (12345, 99_999, 3)]


@pytest.mark.parametrize(("seed", "step", "call"), SOME)
def test_numbers_are_uniform_multiples(seed, step, call):
    numbers = draw(seed=seed, step=step, call=call)
    assert 0 <= numbers.min() and numbers.max() < 1
    whole = numbers.double() * 2**24
    assert torch.equal(whole, whole.round())
    assert stats.kstest(numbers.numpy(), "uniform").pvalue > 1e-3
    for bins in (10, 256):
        assert stats.chisquare(np.histogram(numbers.numpy(), bins, (0, 1))[0]).pvalue > 1e-3
    lowest = (whole.long() % 256).bincount(minlength=256)  # the low bits, which the size hides
    assert stats.chisquare(lowest.numpy()).pvalue > 1e-3


def unrelated(one, other):
    """Whether two rows of numbers correlate less than five standard deviations of chance, themselves and squared."""
    one, other = one.double().numpy(), other.double().numpy()
    pairs = [(one, other), ((one - 0.5) ** 2, (other - 0.5) ** 2), (one < 0.05, other < 0.05)]
    return all(abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(len(one)) for a, b in pairs)


@pytest.mark.parametrize("distance", [1, 2, 3, 5, 16, 64, 1024, 5120])
@pytest.mark.parametrize("seed", [0, 1, 77])
def test_neighbours_are_independent(seed, distance):
    numbers = draw(seed=seed)
    assert unrelated(numbers[:-distance], numbers[distance:])


@pytest.mark.parametrize("step", [0, 1, 2, 1000])
def test_steps_calls_and_seeds_are_independent(step):
    numbers = draw(seed=4, step=step)
    assert unrelated(numbers, draw(seed=4, step=step + 1))
    assert unrelated(numbers, draw(seed=4, step=step, call=2))
    assert unrelated(numbers, draw(seed=5, step=step))
    assert unrelated(numbers, draw(seed=5, step=step + 1, call=2))


def test_pairs_fill_the_square():
    numbers = draw((2 * MANY,), seed=9).view(-1, 2).numpy()
    counts = np.histogram2d(*numbers.T, bins=16, range=[(0, 1)] * 2)[0]
    assert stats.chisquare(counts.ravel()).pvalue > 1e-3


def test_one_place_over_many_steps_and_seeds_is_uniform():
    steps = torch.vmap(lambda key: Stream(key)((2,)))(Stream.keys(0, torch.arange(MANY)))
    assert stats.kstest(steps[:, 0].numpy(), "uniform").pvalue > 1e-3
    assert unrelated(steps[:, 0], steps[:, 1]) and unrelated(steps[:-1, 0], steps[1:, 0])
    seeds = torch.tensor([by_hand(seed, 0, 1, 0) for seed in range(20_000)])
    assert stats.kstest(seeds.numpy(), "uniform").pvalue > 1e-3
    assert unrelated(seeds[:-1], seeds[1:])


def test_no_two_steps_of_a_run_share_a_key():
    assert len(Stream.keys(0, torch.arange(MANY)).unique()) == MANY


# Sparse features ------------------------------------------------------------------------------------------------------

SPARSITY = [0.0, 0.3, 0.9, 0.99, 1.0]


def test_sparse_features_of_a_stream():
    x = sparse_batches(20_000, 5, SPARSITY)(3, Stream.of(2, 3))
    assert torch.equal(x, sparse_features(20_000, 5, SPARSITY, Stream.of(2, 3)))
    assert x.shape == (20_000, 5, 5) and x.dtype == torch.float32 and 0 <= x.min() and x.max() <= 1
    sparsity = torch.tensor(SPARSITY)
    on = (x > 0).float().mean((0, 2))
    assert ((on - (1 - sparsity)).abs() <= 5 * (sparsity * (1 - sparsity) / 100_000).sqrt() + 1e-5).all(), on
    for i in range(4):
        values = x[:, i][x[:, i] > 0].numpy()
        assert stats.kstest(values, "uniform").pvalue > 1e-3


def test_a_generator_serves_sparse_batches_as_well():
    first, second = (torch.Generator().manual_seed(4) for _ in range(2))
    drawn = sparse_batches(9, 3, [0.1, 0.5])(0, first)
    assert torch.equal(drawn, sparse_features(9, 3, [0.1, 0.5], second))


@pytest.mark.parametrize(("batch", "features", "name"), [(0, 3, "batch"), (4, 2.5, "features")])
def test_sparse_batches_of_nothing(batch, features, name):
    with pytest.raises(ValueError, match=f"{name} must be a positive integer, got"):
        sparse_batches(batch, features, 0.5)


def test_a_batch_is_marked_and_stays_itself():
    def batch(step, stream):
        return step

    assert counted(batch) is batch and batch.counted and sparse_batches(2, 3, 0.5).counted
