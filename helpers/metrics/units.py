"""Units and what they go with."""

import torch
from torch import Tensor

from .shapes import finite, three_axes


def correlations(units: Tensor, predictors: Tensor) -> Tensor:
    """Return Pearson's r of every unit with every predictor, ``(instances, units, predictors)``.

    ``units`` is ``(rows, instances, units)``, ``predictors`` ``(rows, predictors)``, or ``(rows, instances,
    predictors)`` where each instance has its own. What never varies, such as a dead unit, has no correlation: its r is
    0.
    """
    three_axes("units", units)
    rows, instances, _ = units.shape
    if predictors.shape[:-1] not in ((rows,), (rows, instances)) or 0 in predictors.shape:
        raise ValueError(
            f"predictors must have shape ({rows}, predictors) or ({rows}, {instances}, predictors), "
            f"got {tuple(predictors.shape)}"
        )
    finite("predictors", predictors)
    pairs = "rnu,rp->nup" if predictors.dim() == 2 else "rnu,rnp->nup"
    r = torch.einsum(pairs, _standardized(units), _standardized(predictors))
    return r.clamp(-1, 1).float()


def _standardized(x: Tensor) -> Tensor:
    """Return ``x`` with every column of mean 0 and length 1, or 0 throughout where the column never varies."""
    centred = torch.where((x != x[0]).any(0), x.double() - x.double().mean(0), 0.0)
    return torch.nn.functional.normalize(centred, dim=0, eps=1e-300)


def sensitive_inputs(r: Tensor, threshold: float = 0.4) -> Tensor:
    """Return the number of predictors with ``|r| > threshold`` for each unit, ``(instances, units)``.

    Source: King et al. (2025), who use the threshold 0.4.
    """
    return (three_axes("r", r, "(instances, units, predictors)").abs() > threshold).sum(-1)


def mean_sensitive_inputs(r: Tensor, threshold: float = 0.4, count_silent: bool = True) -> Tensor:
    """Return the average number of sensitive inputs per unit, ``(instances,)``.

    With ``count_silent=False`` units without any sensitive input, dead ones among them, drop out of the average, as
    in King et al. (2025); an instance with no sensitive unit at all then gives NaN.
    """
    counts = sensitive_inputs(r, threshold).float()
    return counts.mean(-1) if count_silent else counts.sum(-1) / (counts > 0).sum(-1)
