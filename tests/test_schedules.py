"""Schedules are torch's own where torch has them."""

import math

import pytest
import torch

from helpers import schedules


def of_torch(half, steps):
    """What torch's cosine annealing multiplies the rate by, step by step, also after its ``T_max``."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=half)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("half", [512, 7])
def test_cyclic_is_cosine_annealing_past_its_end(half):
    schedule = schedules.cyclic(half=half)
    assert [schedule(step) for step in range(3000)] == pytest.approx(of_torch(half, 3000), abs=1e-9)


def test_cyclic_stands_at_one_after_every_power_of_two_from_1024():
    schedule = schedules.make("cyclic", 2**17)
    assert all(schedule(2**power) == pytest.approx(1, abs=1e-12) for power in range(10, 18))
    assert schedule(512) == pytest.approx(0, abs=1e-12) and schedule(256) == pytest.approx(0.5)


@pytest.mark.parametrize("steps", [1, 2, 100, 777])
def test_cosine_is_cosine_annealing_and_then_stays_at_nought(steps):
    schedule = schedules.make("cosine", steps)
    assert [schedule(step) for step in range(steps)] == pytest.approx(of_torch(steps, steps), abs=1e-9)
    assert [schedule(place * steps) for place in (1, 1.5, 2, 3)] == pytest.approx([0] * 4)


def test_constant_is_one():
    assert {schedules.make("constant", 50)(step) for step in range(60)} == {1.0}


@pytest.mark.parametrize("name", schedules.SCHEDULES)
@pytest.mark.parametrize("warmup", [0, 1, 9])
def test_a_warm_up_rises_evenly_to_the_start_of_the_schedule(name, warmup):
    schedule, plain = schedules.make(name, 30, warmup), schedules.make(name, 30 - warmup)
    rise = [schedule(step) for step in range(warmup + 1)]
    assert rise == pytest.approx([(step + 1) / (warmup + 1) for step in range(warmup + 1)])
    assert [schedule(warmup + step) for step in range(30 - warmup)] == [plain(step) for step in range(30 - warmup)]


@pytest.mark.parametrize("name", schedules.SCHEDULES)
def test_no_schedule_leaves_the_range_from_0_to_1(name):
    schedule = schedules.make(name, 2000, 10)
    assert all(0 <= schedule(step) <= 1 and math.isfinite(schedule(step)) for step in range(2000))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: schedules.make("linear", 10), "unknown schedule 'linear': expected one of constant, cosine, cyclic"),
        (lambda: schedules.make("cosine", 10, -1), "warmup must be a number of steps from 0 to 9, got -1"),
        (lambda: schedules.make("cyclic", 10, 10), "warmup must be a number of steps from 0 to 9, got 10"),
        (lambda: schedules.make("constant", 10, 2.5), "warmup must be a number of steps from 0 to 9, got 2.5"),
        (lambda: schedules.cosine(0), "steps must be a positive integer, got 0"),
        (lambda: schedules.cyclic(half=0), "half must be a positive integer, got 0"),
        (lambda: schedules.make("constant", 0), "steps must be a positive integer, got 0"),
        (lambda: schedules.make("cyclic", -5), "steps must be a positive integer, got -5"),
    ],
)
def test_bad_input_is_named(build, message):
    with pytest.raises(ValueError, match=message):
        build()
