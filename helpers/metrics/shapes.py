"""What every measure asks of its tensors."""

import torch
from torch import Tensor


def three_axes(name: str, x: Tensor, axes: str = "(rows, instances, units)") -> Tensor:
    """Return ``x`` if it has three axes, none of them empty, and is finite; else raise ``ValueError``."""
    if x.dim() != 3 or 0 in x.shape:
        raise ValueError(f"{name} must have shape {axes} with nothing empty, got {tuple(x.shape)}")
    return finite(name, x)


def finite(name: str, x: Tensor) -> Tensor:
    """Return ``x`` if it holds no NaN and nothing infinite; else raise ``ValueError``."""
    if not torch.isfinite(x).all():
        raise ValueError(f"{name} must be finite: {int((~torch.isfinite(x)).sum())} values are NaN or infinite")
    return x
