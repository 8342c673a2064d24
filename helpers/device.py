"""Choose where the numbers are computed, and make a run repeatable."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

DEVICES = ("auto", "cpu", "cuda", "mps")


def pick(name: str | torch.device = "auto") -> torch.device:
    """Return the device called ``name``; ``"auto"`` takes CUDA, then Apple's MPS, then the CPU.

    Raises ``ValueError`` for an unknown name and ``RuntimeError`` for one this machine lacks.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    try:
        device = torch.device(next(d for d in available if available[d]) if name == "auto" else str(name))
    except RuntimeError:
        device = None
    if device is None or device.type not in DEVICES:
        raise ValueError(f"unknown device {name!r}: expected one of {', '.join(DEVICES)}")
    if not available[device.type]:
        raise RuntimeError(f"device {name!r} is not available on this machine: use 'auto' or 'cpu'")
    return device


def room(name: str | torch.device = "auto") -> int:
    """Return how many bytes a stack of models may take: half of a GPU's free memory, 1 GiB elsewhere."""
    device = pick(name)
    return torch.cuda.mem_get_info(device)[0] // 2 if device.type == "cuda" else 2**30


def seed_everything(seed: int, device: str | torch.device = "cpu") -> torch.Generator:
    """Seed Python, NumPy and torch; return a generator on ``device`` seeded with the same number.

    The same seed gives the same numbers on the same device and library versions, not across them.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed must be a non-negative integer, got {seed!r}")
    random.seed(int(seed))
    np.random.seed(int(seed) % 2**32)
    torch.manual_seed(int(seed))
    return torch.Generator(pick(device)).manual_seed(int(seed))


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Let torch use ``count`` processor threads inside the block; ``None`` leaves their number as it is.

    Threads that share out a few thousand numbers wait for each other longer than they compute.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
