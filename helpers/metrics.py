"""What the book measures. Tensors carry the instances axis; nothing here draws or trains.

Activations are ``(rows, instances, units)``. Events and forecasts are boolean; ``(rows,)`` against
``(rows, instances)`` is compared instance by instance.
"""

from typing import NamedTuple

import numpy as np
import torch
from scipy import stats
from torch import Tensor


def three_axes(name: str, x: Tensor, axes: str = "(rows, instances, units)") -> Tensor:
    """Return ``x`` if it has three axes, none of them empty, and is finite; else raise ``ValueError``."""
    if x.dim() != 3 or 0 in x.shape:
        raise ValueError(f"{name} must have shape {axes} with nothing empty, got {tuple(x.shape)}")
    return _finite(name, x)


def _finite(name: str, x: Tensor) -> Tensor:
    if not torch.isfinite(x).all():
        raise ValueError(f"{name} must be finite: {int((~torch.isfinite(x)).sum())} values are NaN or infinite")
    return x


# Superposition ---------------------------------------------------------------------------------------------------


def feature_dimensionality(W: Tensor) -> Tensor:
    """Return how much of a hidden dimension each feature has to itself, ``(instances, features)``.

    ``W`` is ``(instances, features, hidden)``. ``D_i = |W_i|^2 / sum_j (unit(W_i) . W_j)^2``: 1 for a dimension of
    its own, 1/2 for half of an antipodal pair, 0 for a feature that is not represented (Elhage et al. 2022).
    """
    three_axes("W", W, "(instances, features, hidden)")
    squared = W.square().sum(-1)
    overlap = torch.einsum("nih,njh->nij", torch.nn.functional.normalize(W, dim=-1), W).square().sum(-1)
    return torch.where(squared > 1e-12, squared / overlap.clamp_min(1e-12), 0.0)


def monosemanticity(responses: Tensor) -> Tensor:
    """Return the largest response of each unit as a share of all its responses, ``(instances, units)``.

    ``responses`` is ``(features, instances, units)``: row ``i`` is the activation when feature ``i`` alone is on. 1
    means that the unit answers to one feature. Only positive responses count, since with GELU the plain sum can be
    smaller than the largest. A unit without any has 0. Source: Jermyn et al. (2022), with the clipping added.
    """
    positive = three_axes("responses", responses, "(features, instances, units)").clamp_min(0)
    return positive.amax(0) / positive.sum(0).clamp_min(1e-10)


# Sparse codes ----------------------------------------------------------------------------------------------------


def l0(latents: Tensor) -> Tensor:
    """Return the mean number of latents above zero per row, ``(instances,)``."""
    return (three_axes("latents", latents) > 0).float().sum(-1).mean(0)


def dead(latents: Tensor) -> Tensor:
    """Return which units never rise above zero, boolean ``(instances, units)``."""
    return ~(three_axes("latents", latents) > 0).any(0)


def fvu(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Return the fraction of variance unexplained, ``(instances,)``: 0 is perfect, 1 is no better than the mean.

    Both arguments are ``(rows, instances, units)``. Raises ``ValueError`` if an instance's ``x`` never varies.
    """
    three_axes("x", x), three_axes("reconstruction", reconstruction)
    if x.shape != reconstruction.shape:
        raise ValueError(
            f"x and its reconstruction differ in shape: {tuple(x.shape)} and {tuple(reconstruction.shape)}"
        )
    constant = (x == x[0]).all(0).all(-1)
    if constant.any():
        raise ValueError(f"x is constant in instance {int(constant.nonzero()[0])}: there is no variance to explain")
    return (x - reconstruction).square().sum((0, 2)) / (x - x.mean(0)).square().sum((0, 2))


def shrinkage(x: Tensor, reconstruction: Tensor) -> Tensor:
    """Return the size of the reconstruction as a share of the size that would fit ``x`` best, ``(instances,)``.

    Both are centred first. 1 means that no rescaling would improve the copy, less that it is too small. Both arguments
    are ``(rows, instances, units)``. A copy that never varies gives NaN. Source: Rajamanoharan et al. (2024).
    """
    fvu(x, reconstruction)  # says what is wrong with the shapes, if anything is
    centred, copy = x - x.mean(0), reconstruction - reconstruction.mean(0)
    return copy.square().sum((0, 2)) / (centred * copy).sum((0, 2))


def mmcs(truth: Tensor, dictionary: Tensor) -> Tensor:
    """Return the mean over true features of the largest cosine with a dictionary vector, ``(instances,)``.

    ``truth`` is ``(features, inputs)`` or ``(instances, features, inputs)``; ``dictionary`` is
    ``(instances, latents, inputs)``. Source: Sharkey et al. (2022).
    """
    three_axes("dictionary", dictionary, "(instances, latents, inputs)")
    instances, _, inputs = dictionary.shape
    if truth.dim() not in (2, 3) or truth.shape[-1] != inputs or truth.shape[:-2] not in ((), (instances,)):
        raise ValueError(
            f"truth must have shape (features, {inputs}) or ({instances}, features, {inputs}), got {tuple(truth.shape)}"
        )
    _finite("truth", truth)
    unit = torch.nn.functional.normalize
    return (unit(truth, dim=-1) @ unit(dictionary, dim=-1).mT).amax(-1).mean(-1)


# Units and predictors --------------------------------------------------------------------------------------------


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
    _finite("predictors", predictors)
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


# Forecasts of an event -------------------------------------------------------------------------------------------


class Scores(NamedTuple):
    """Scores of a yes/no forecast, each ``(instances,)``; NaN where a score is undefined."""

    pod: Tensor
    far: Tensor
    csi: Tensor
    hss: Tensor


def _yes_or_no(name: str, x: Tensor) -> Tensor:
    if x.dtype != torch.bool and not (fine := (x == 0) | (x == 1)).all():
        raise ValueError(f"{name} must be boolean, or 0 and 1, got {x[~fine][0].item():g}")
    return x.bool()


def event_scores(event: Tensor, forecast: Tensor) -> Scores:
    """Return POD, FAR, CSI and HSS of ``forecast`` ``(rows, instances)`` against ``event`` ``(rows,)``.

    POD is the share of events foreseen, FAR the share of warnings that were false, CSI hits over hits, misses and
    false alarms, HSS the improvement over chance (1 perfect, 0 none). Source: Wilks (2019), chapter 9.
    """
    event, forecast = _yes_or_no("event", event), _yes_or_no("forecast", forecast)
    forecast = forecast.unsqueeze(1) if forecast.dim() == 1 else forecast
    if event.dim() != 1 or forecast.dim() != 2 or len(event) != len(forecast) or len(event) == 0:
        raise ValueError(
            f"expected events (rows,) and forecasts (rows, instances), got {tuple(event.shape)} "
            f"and {tuple(forecast.shape)}"
        )
    event = event.unsqueeze(1)
    tp, fp = (event & forecast).sum(0).double(), (~event & forecast).sum(0).double()
    fn, tn = (event & ~forecast).sum(0).double(), (~event & ~forecast).sum(0).double()
    n = tp + fp + fn + tn
    by_chance = ((tp + fn) * (tp + fp) + (tn + fn) * (tn + fp)) / n
    return Scores(tp / (tp + fn), fp / (fp + tp), tp / (tp + fp + fn), (tp + tn - by_chance) / (n - by_chance))


def best_threshold(event: Tensor, probability: Tensor, grid: int = 99) -> Tensor:
    """Return the probability threshold with the highest CSI for each instance, ``(instances,)``.

    ``event`` is ``(rows,)``, ``probability`` ``(rows, instances)`` in [0, 1]. Choose it on rows the test never sees.
    """
    if not ((probability >= 0) & (probability <= 1)).all():
        raise ValueError("probability must lie in [0, 1] and hold no NaN")
    if not event.any():
        raise ValueError(f"no event among the {len(event)} rows: there is no threshold to choose")
    levels = torch.linspace(0, 1, grid + 2, device=probability.device)[1:-1]
    event_scores(event, probability > 0.5)  # says what is wrong with the shapes, if anything is
    rows = probability.view(len(event), -1)
    # A row is a warning at every level below its probability: count once where each row stands, then add up.
    place = torch.bucketize(rows.contiguous(), levels.to(rows.dtype))
    yes, hits = torch.zeros(2, grid + 1, rows.shape[1], dtype=torch.double, device=rows.device)
    yes.scatter_add_(0, place, torch.ones_like(place, dtype=torch.double))
    hits.scatter_add_(0, place, event.bool().double().unsqueeze(1).expand(place.shape))
    yes, hits = (count.flip(0).cumsum(0).flip(0)[1:] for count in (yes, hits))
    csi = hits / (event.bool().sum() + yes - hits)
    return levels[csi.argmax(0)]


# Spread ----------------------------------------------------------------------------------------------------------


def bootstrap_interval(values, level: float = 0.95) -> tuple[float, float]:
    """Return the bootstrap confidence interval of the mean of ``values`` ``(seeds,)`` (BCa, 9,999 resamples).

    Raises ``ValueError`` for fewer than three values or a value that is not finite.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 3 or not np.isfinite(values).all():
        raise ValueError(f"expected at least three finite values, got {values!r}")
    if np.ptp(values) == 0:
        return float(values[0]), float(values[0])
    interval = stats.bootstrap((values,), np.mean, confidence_level=level, rng=0).confidence_interval
    return float(interval.low), float(interval.high)
