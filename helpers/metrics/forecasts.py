"""Forecasts of an event: yes or no, against what came."""

from typing import NamedTuple

import torch
from torch import Tensor


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
