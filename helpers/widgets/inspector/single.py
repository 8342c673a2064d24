"""A record of a network as it is, without the story of its training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...checks import positive_integers
from ...nets import MLP
from . import checking
from .measuring import kind_of, rows_of
from .record import Record
from .recording import cases_of, limits_of
from .snapshots import as_two_outputs, without_surplus

if TYPE_CHECKING:
    from ...weather.parts import Parts
    from ...weather.table import Table


def record_network(
    net: MLP,
    parts: Parts,
    table: Table,
    instance: int = 0,
    name: str = "",
    *,
    cases: int = 400,
    seed: int = 0,
    held_back: float = 0.2,
    hyperparameters: Mapping | None = None,
) -> Record:
    """Return the record of one ``instance`` of ``net`` as it is now: one epoch, and no measures of its training.

    ``net`` was trained on ``parts`` of ``table``, but for the last share ``held_back`` of the first part: the limits
    are the range of the rows before. Cases, a network that answers yes or no with one output, and neurons that an
    instance lacks are as in ``record_training``, whose records show how a network got there.

    Raises ``ValueError`` for a table or a network that does not belong to the parts, an instance that the network does
    not have, weights that are not finite, and numbers that make no sense.
    """
    positive_integers(cases=cases)
    kind = kind_of(net, parts, table)
    place = checking.whole("instance", instance, 0, len(net.weights[0]) - 1)
    if not isinstance(held_back, (int, float)) or not 0 <= held_back < 1:
        raise ValueError(f"held_back: expected a share from 0 to below 1, got {held_back!r}")
    (fitted, _), _ = rows_of(parts.train, held_back)
    weights, biases = without_surplus(
        *([one[place].detach().cpu().double().numpy()[None] for one in part] for part in (net.weights, net.biases))
    )
    if kind.one:
        weights, biases = as_two_outputs(weights, biases)
    measures = [one for one in checking.HISTORY[kind.task] if not one.startswith("val_")]
    return Record(
        predictors=parts.predictors,
        units=tuple(table.columns[one].unit for one in parts.predictors),
        log_scaled=tuple(one for one in parts.predictors if table.columns[one].log_scaled),
        outputs=kind.outputs,
        task=kind.task,
        mean=parts.scaler.mean_,
        scale=parts.scaler.scale_,
        weights=weights,
        biases=biases,
        history={one: np.array([np.nan]) for one in measures},
        hyperparameters={"ACTIVATION": "relu", **(hyperparameters or {})},
        name=name,
        output_unit=table.columns[parts.target].unit if kind.task == "regression" else "",
        limits=limits_of(parts, len(fitted)),
        cases=cases_of(parts, cases, seed),
    )
