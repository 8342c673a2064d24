"""Devices are chosen by name, and a seed makes every source of random numbers repeat itself."""

import random

import numpy as np
import pytest
import torch

from helpers import device


@pytest.fixture
def machine(monkeypatch):
    """Pretend the machine has the accelerators named."""

    def has(*names):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in names)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in names)

    return has


@pytest.mark.parametrize(
    ("present", "expected"), [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("cuda", "mps"), "cuda")]
)
def test_auto_takes_the_fastest_there_is(machine, present, expected):
    machine(*present)
    assert device.pick("auto").type == expected
    assert device.pick().type == expected


def test_a_named_device_is_kept(machine):
    machine("cuda")
    assert device.pick("cpu") == torch.device("cpu")
    assert device.pick(torch.device("cpu")) == torch.device("cpu")
    assert device.pick("cuda:1") == torch.device("cuda", 1)


@pytest.mark.parametrize("name", ["gpu", "", None, 3, "cpu:first", "cpu:", "auto:0", torch.device("meta")])
def test_an_unknown_device_is_named(name):
    with pytest.raises(ValueError, match="unknown device .*expected one of auto, cpu, cuda, mps"):
        device.pick(name)


@pytest.mark.parametrize("name", ["cuda", "cuda:1", "mps"])
def test_a_device_the_machine_lacks(machine, name):
    machine()
    with pytest.raises(RuntimeError, match=f"'{name}' is not available"):
        device.pick(name)


def test_a_stack_may_take_half_of_what_a_gpu_has_free_and_one_gib_elsewhere(machine, monkeypatch):
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda where: {"cuda": (10**10, 10**11)}[where.type])
    machine("cuda", "mps")
    assert device.room() == device.room("cuda") == 5 * 10**9
    assert device.room("cpu") == device.room("mps") == 2**30
    machine()
    assert device.room() == 2**30
    with pytest.raises(RuntimeError, match="'cuda' is not available"):
        device.room("cuda")


def test_a_seed_repeats_every_source():
    def draw(seed):
        generator = device.seed_everything(seed)
        return random.random(), np.random.rand(), torch.rand(()).item(), torch.rand((), generator=generator).item()

    first, other = draw(3), draw(4)
    assert draw(3) == first
    assert all(a != b for a, b in zip(first, other, strict=True))


def test_the_generator_is_its_own():
    generator = device.seed_everything(0)
    expected = torch.rand(5, generator=torch.Generator().manual_seed(0))
    torch.rand(100)
    assert torch.equal(torch.rand(5, generator=generator), expected)


def test_large_and_numpy_seeds_are_fine():
    assert device.seed_everything(2**40).initial_seed() == 2**40
    assert device.seed_everything(np.int64(7)).initial_seed() == 7


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None, True])
def test_a_bad_seed_is_named(seed):
    with pytest.raises(ValueError, match="seed must be a non-negative integer, got"):
        device.seed_everything(seed)
