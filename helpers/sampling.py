"""Batches for training: made up on the device, or rows of a table in a shuffled order.

Both kinds are functions ``batch(step, generator)``, as ``train.fit`` wants them. A table's order depends on the
step and the seeds alone, so an interrupted run goes on exactly where it stopped. So do the numbers of a ``Stream``.
"""

import operator
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from .checks import positive_integers
from .stream import Stream

#: So many numbers are gathered from a table at once, for as many steps as that makes: one by one takes several times
#: as long as a step of a small model.
AT_ONCE = 2**20


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
    al. (2022). Raises ``ValueError`` for an ``eps`` outside (0, 1].
    """
    positive_integers(features=features)
    eps = torch.atleast_1d(torch.as_tensor(eps, dtype=torch.float32))
    if eps.dim() != 1 or not ((eps > 0) & (eps <= 1)).all():
        raise ValueError(f"eps must be one number in (0, 1] per instance, got {eps.tolist()}")
    shape = torch.arange(1.0, features + 1) ** -exponent
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
    wide = [seeds is not None and not (t.dim() > 2 and t.shape[1] == len(own)) for t in tensors]  # to be repeated
    numbers = size * sum(t[0].numel() * (len(own) if repeat else 1) for t, repeat in zip(tensors, wide, strict=True))
    order, epoch_of_order, held, parts = None, None, range(0), ()

    def shuffled(seed: int, epoch: int) -> Tensor:
        # Drawn on the CPU, so that every device sees the rows in the same order.
        return torch.randperm(rows, generator=torch.Generator().manual_seed(1_000_003 * epoch + seed))

    def gather(step: int, generator: torch.Generator | None) -> None:
        nonlocal tensors, order, epoch_of_order, held, parts
        epoch, position = divmod(step, per_epoch)
        if epoch != epoch_of_order:
            order = torch.stack([shuffled(seed, epoch) for seed in own], dim=1)
            epoch_of_order = epoch
        if generator is not None:
            tensors, order = tuple(t.to(generator.device) for t in tensors), order.to(generator.device)
        ahead = min(max(1, AT_ONCE // max(numbers, 1)), per_epoch - position)
        index = order[position * size : (position + ahead) * size]
        if seeds is None:
            found = [t[index[:, 0]] for t in tensors]
        else:
            place = torch.arange(len(own), device=order.device)
            found = [t[index] if repeat else t[index, place] for t, repeat in zip(tensors, wide, strict=True)]
        parts = tuple(zip(*(t.unflatten(0, (ahead, size)).unbind() for t in found), strict=True))
        held = range(step, step + ahead)

    def batch(step: int, generator: torch.Generator | None = None) -> tuple[Tensor, ...]:
        if step not in held or (generator is not None and generator.device.type != tensors[0].device.type):
            gather(step, generator)
        return parts[step - held.start]

    batch.per_epoch = per_epoch
    batch.steady = True
    return batch
