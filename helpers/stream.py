"""Random numbers without a state: what a seed, a step and a place alone decide."""

import math
import operator
from collections.abc import Sequence

import torch
from torch import Tensor

#: Up to so many features, a batch lies in memory feature by feature: loops over so few would be too short to be fast.
NARROW = 8

#: The places in a row of numbers. A processor reads them faster than it counts, once the step is compiled.
ROW = torch.arange(2**12, dtype=torch.int32, device="cpu")


def _signed(constant: int) -> int:
    return constant - 2**32 if constant >= 2**31 else constant


def _mix(h: Tensor) -> Tensor:
    """Scramble 32-bit integers: ``lowbias32`` of C. Wellons (public domain), as in the widgets' JavaScript."""
    h = (h ^ ((h >> 16) & 0xFFFF)) * _signed(0x7FEB352D)
    h = (h ^ ((h >> 15) & 0x1FFFF)) * _signed(0x846CA68B)
    return h ^ ((h >> 16) & 0xFFFF)


class Stream:
    """Uniform random numbers on [0, 1) that depend on the seed, the step and their place alone.

    They have no state to save, can be compiled into a training step, and are the same on every device.
    ``stream(shape)`` returns the next ones, float32 multiples of 2^-24.

    With one seed per instance, ``shape`` is ``(batch, instances, ...)``, and an instance gets the numbers that it would
    get alone.
    """

    def __init__(self, key: Tensor):
        self.key, self.device, self.calls = key, key.device, 0

    @staticmethod
    def keys(seed: int | Sequence[int], steps: int | Sequence[int], device: str | torch.device = "cpu") -> Tensor:
        """Return what tells the streams of a run's ``steps`` apart, int32 of their shape.

        With one seed per instance, that shape is followed by the instances.
        """
        steps = torch.as_tensor(steps, dtype=torch.int32, device=device)
        if isinstance(seed, Sequence):
            seed, steps = [_signed(operator.index(one) % 2**32) for one in seed], steps.unsqueeze(-1)
        else:
            seed = _signed(operator.index(seed) % 2**32)
        seed = torch.tensor(seed, dtype=torch.int32, device=device)
        return _mix(_mix(seed * _signed(0x9E3779B1)) ^ (steps + 1) * _signed(0x85EBCA6B))

    @classmethod
    def of(cls, seed: int | Sequence[int], step: int, device: str | torch.device = "cpu") -> "Stream":
        """Return the stream of one ``step`` of the run with this ``seed``."""
        return cls(cls.keys(seed, step, device))

    def __call__(self, shape: Sequence[int]) -> Tensor:
        """Draw ``shape`` numbers. Raises ``ValueError`` for more than there are 32-bit counters.

        It does so too where there is one seed per instance and ``shape`` has another number of instances.
        """
        shape, alone = tuple(shape), self.key.dim() == 0
        if not alone and shape[1:2] != tuple(self.key.shape):
            raise ValueError(f"expected a shape (batch, {len(self.key)} instances, ...), got {shape}")
        if math.prod(shape) >= 2**31:
            raise ValueError(f"expected fewer than 2^31 numbers at once, got shape {shape}")
        order = tuple(range(len(shape)))
        if len(shape) == 3:  # (batch, instances, features) in the order of memory that suits the compiled step
            order = (2, 1, 0) if shape[2] <= NARROW else (1, 0, 2)
        self.calls += 1
        # Instances with keys of their own count alike.
        places = self._places([shape[axis] if alone or axis != 1 else 1 for axis in order])
        # As a tensor: compiled for several steps at once, a Python number to add would be rounded to a float32.
        call = torch.full((), _signed(self.calls * 0x3C6EF372 % 2**32), dtype=torch.int32, device=self.device)
        key = self.key + call
        if not alone:
            key = key.view([-1 if axis == 1 else 1 for axis in order])
        h = _mix((places * _signed(0x9E3779B1)) ^ key)
        # The upper 24 bits: as many as a float32 holds exactly.
        u = ((h >> 8) & 0xFFFFFF).float() * 2**-24
        return u.permute([order.index(axis) for axis in range(len(shape))])

    def _places(self, sizes: list[int]) -> Tensor:
        """Number all places of a tensor of these ``sizes`` in order."""
        if self.device.type != "cpu" or not sizes or sizes[-1] > len(ROW):
            return torch.arange(math.prod(sizes), dtype=torch.int32, device=self.device).view(sizes)
        *outer, width = sizes
        return torch.arange(math.prod(outer), dtype=torch.int32).view(*outer, 1) * width + ROW[:width]
