"""Batches for training: made up on the device, or rows of a table in a shuffled order.

Both kinds are functions ``batch(step, generator)``, as ``train.fit`` wants them. A table's order depends on the
step and the seeds alone, so an interrupted run goes on exactly where it stopped. So do the numbers of a ``Stream``.
"""

import math
import operator
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .checks import positive_integers

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


def counted(batch: Callable) -> Callable:
    """Mark ``batch(step, stream)`` as one that wants a ``Stream`` and depends on nothing else: it can be compiled."""
    batch.counted = True
    return batch


def _uniform(shape: Sequence[int], source: torch.Generator | Stream) -> Tensor:
    if isinstance(source, Stream):
        return source(shape)
    return torch.rand(shape, generator=source, device=source.device)


def _densities(sparsity: float | Sequence[float] | Tensor) -> Tensor:
    sparsity = torch.atleast_1d(torch.as_tensor(sparsity, dtype=torch.float32))
    if sparsity.dim() != 1 or not ((sparsity >= 0) & (sparsity <= 1)).all():
        raise ValueError(f"sparsity must be one number in [0, 1] per instance, got {sparsity.tolist()}")
    return (1 - sparsity).unsqueeze(1)


def sparse_features(
    batch: int, features: int, sparsity: float | Sequence[float] | Tensor, generator: torch.Generator | Stream
) -> Tensor:
    """Draw features that are mostly zero: uniform on [0, 1] with probability ``1 - sparsity``, else 0.

    ``sparsity`` is a number, or one per instance. Returns ``(batch, instances, features)`` on the generator's
    device. Raises ``ValueError`` for a sparsity outside [0, 1]. Source: Elhage et al. (2022).
    """
    return sparse_batches(batch, features, sparsity)(0, generator)


def sparse_batches(batch: int, features: int, sparsity: float | Sequence[float] | Tensor) -> Callable:
    """Return ``sparse_features`` as a function ``batch(step, source)`` for ``train.fit``, which can compile it."""
    positive_integers(batch=batch, features=features)
    return frequent_batches(batch, _densities(sparsity).expand(-1, features))


def frequent_batches(batch: int, frequencies: Tensor, signed: bool = False) -> Callable:
    """Return ``batch(step, source)`` for ``train.fit``: feature ``j`` is on with the probability ``frequencies[:, j]``.

    ``frequencies`` is ``(instances, features)``. A feature that is on is uniform on [0, 1]. With ``signed``, a batch is
    the difference of two of them. Batches are ``(batch, instances, features)``. Raises ``ValueError`` for frequencies
    outside [0, 1]. Source: Jermyn et al. (2022).
    """
    positive_integers(batch=batch)
    if frequencies.dim() != 2 or not ((frequencies >= 0) & (frequencies <= 1)).all():
        raise ValueError(
            f"expected frequencies in [0, 1] of shape (instances, features), got shape {tuple(frequencies.shape)}"
            + (f" and values from {frequencies.min():g} to {frequencies.max():g}" if frequencies.numel() else "")
        )

    @counted
    def draw(step, source: torch.Generator | Stream) -> Tensor:
        here = frequencies.to(source.device)

        def once() -> Tensor:
            # One draw serves twice: below the density a feature is on, and there u / density is uniform on [0, 1].
            u = _uniform((batch, *here.shape), source)
            return torch.where(u < here, u * here.clamp_min(1e-12).reciprocal(), 0.0)

        return once() - once() if signed else once()

    return draw


def power_law(features: int, eps: float | Sequence[float] | Tensor, exponent: float = 1.1) -> Tensor:
    """Return frequencies ``(instances, features)`` that fall as ``i^-exponent``, with the mean ``eps``.

    What would exceed 1 is 1, as in the published code; the mean is then a little below ``eps``. Source: Jermyn et
    al. (2022).
    """
    shape = torch.arange(1.0, features + 1) ** -exponent
    eps = torch.atleast_1d(torch.as_tensor(eps, dtype=torch.float32))
    return (eps[:, None] * features * shape / shape.sum()).clamp_max(1)


def minibatches(*tensors: Tensor, size: int, seeds: Sequence[int] | None = None) -> Callable:
    """Serve rows of ``tensors`` in shuffled order, no row twice in an epoch, the last short batch left out.

    Without ``seeds`` all instances share the rows ``(size, ...)``. With ``seeds``, each instance has an order of
    its own and a batch is ``(size, instances, ...)``; a tensor that already has an instances axis (dimension 2 of
    3 or more, of that length) keeps it. The tensors move to the generator's device with the first batch.

    Raises ``ValueError`` for tensors of unequal length, an unfit ``size`` or seeds that are not integers.
    """
    rows = len(tensors[0]) if tensors else 0
    if rows == 0 or any(len(t) != rows for t in tensors):
        raise ValueError(f"expected tensors with the same number of rows, got {[len(t) for t in tensors]}")
    if not isinstance(size, int) or not 1 <= size <= rows:
        raise ValueError(f"batch size must be between 1 and the {rows} rows, got {size!r}")
    try:
        own = (0,) if seeds is None else tuple(operator.index(seed) for seed in seeds)
    except TypeError:
        own = ()
    if not own:
        raise ValueError(f"seeds must hold one integer per instance, got {seeds!r}")
    per_epoch = rows // size
    order, epoch_of_order = None, None

    def shuffled(seed: int, epoch: int) -> Tensor:
        # Drawn on the CPU, so that every device sees the rows in the same order.
        return torch.randperm(rows, generator=torch.Generator().manual_seed(1_000_003 * epoch + seed))

    def batch(step: int, generator: torch.Generator | None = None) -> tuple[Tensor, ...]:
        nonlocal tensors, order, epoch_of_order
        epoch, position = divmod(step, per_epoch)
        if epoch != epoch_of_order:
            order = torch.stack([shuffled(seed, epoch) for seed in own], dim=1)
            epoch_of_order = epoch
        if generator is not None:
            tensors, order = tuple(t.to(generator.device) for t in tensors), order.to(generator.device)
        index = order[position * size : (position + 1) * size]
        if seeds is None:
            return tuple(t[index[:, 0]] for t in tensors)
        columns = torch.arange(len(own), device=order.device)
        return tuple(t[index, columns] if t.dim() > 2 and t.shape[1] == len(own) else t[index] for t in tensors)

    batch.per_epoch = per_epoch
    return batch
