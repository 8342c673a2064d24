"""From a finished ``train.fit`` to records: what the network was after every epoch, and how well it did."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ...checks import listed, positive_integers
from ...nets import MLP
from ...train import History
from . import checking
from .measuring import kind_of, measured, rows_of
from .record import Cases, Record
from .snapshots import as_two_outputs, parameters, steps_of

if TYPE_CHECKING:
    from ...weather.parts import Parts
    from ...weather.table import Table


def record_training(
    net: MLP,
    history: History,
    parts: Parts,
    *,
    per_epoch: int,
    loss: Callable[[MLP, tuple[Tensor, Tensor]], Tensor],
    table: Table,
    hyperparameters: Mapping | Sequence[Mapping] | None = None,
    name: str | Sequence[str] = "",
    cases: int = 400,
    seed: int = 0,
    held_back: float = 0.2,
    instances: Iterable[int] | None = None,
    inputs: Sequence[Sequence[str]] | None = None,
) -> list[Record]:
    """Return one record for each instance of ``net`` that was trained on ``parts`` of ``table``.

    ``history`` is what ``train.fit(net, ..., snapshots=range(0, steps + 1, per_epoch))`` returned: an epoch is
    ``per_epoch`` steps. ``loss(net, (x, y))`` ``(instances,)`` is the loss of the training; ``x`` comes as
    ``(rows, instances, predictors)`` and ``y`` as ``(rows, instances)``, of the type that the parts hold, or as floats
    for a yes or no from one output. The loss is measured, with the accuracy or the mean absolute error, after every
    epoch: on the rows that were trained on, and on the last share ``held_back`` of the first part, in time, as the
    ``val_`` histories (none if it is 0). The limits are the range of the rows trained on. The cases are up to ``cases``
    rows of the test part, drawn with ``seed``, in time order, in six digits. ``hyperparameters`` and ``name`` may be
    one for each record; a single name gets the number of the instance. ``instances`` picks some, in that order.
    ``inputs`` names, for each record, the predictors that its network was shown, where the others were fed as 0: the
    record knows of no others.

    A network with one output that was trained on a yes or no is stored with two, whose weights are (0, w) and biases
    (0, b): their softmax is exactly the same probability. Neurons that an instance lacks (``widths`` of ``nets.MLP``)
    are left out. An instance whose training diverged is recorded up to the last epoch before.

    Raises ``ValueError`` for steps without a snapshot, naming those expected; for an instance that diverged in its
    first epoch; for a table or a network that does not belong to the parts; and for numbers that make no sense.
    """
    positive_integers(per_epoch=per_epoch, cases=cases)
    if not isinstance(history, History):
        raise ValueError(f"expected the History that train.fit returned, got {type(history).__name__}")
    if not isinstance(held_back, (int, float)) or not 0 <= held_back < 1:
        raise ValueError(f"held_back: expected a share from 0 to below 1, got {held_back!r}")
    kind = kind_of(net, parts, table)
    steps = steps_of(history, per_epoch)
    picked = _picked(instances, len(net.weights[0]))
    names = _names(name, picked)
    single = hyperparameters is None or isinstance(hyperparameters, Mapping)
    given = [hyperparameters or {}] * len(picked) if single else hyperparameters
    settings = [checking.settings(one) for one in listed("hyperparameters", given, len(picked))]
    fitted, held = rows_of(parts.train, held_back)
    seen = _seen(inputs, parts.predictors, len(picked))
    mask = torch.ones(len(net.weights[0]), len(parts.predictors))
    for instance, places in zip(picked, seen, strict=True):
        mask[instance] = torch.zeros(len(parts.predictors)).index_fill(0, torch.tensor(places), 1.0)
    histories = measured(net, history, steps, loss, kind, {"": fitted, "val_": held}, mask)
    tested = cases_of(parts, cases, seed)
    ends = limits_of(parts, len(fitted[0]))
    records = []
    for instance, label, values, places in zip(picked, names, settings, seen, strict=True):
        weights, biases = parameters(history, steps, instance, len(net.weights))
        weights[0] = weights[0][:, places]
        predictors = tuple(parts.predictors[i] for i in places)
        if kind.one:
            weights, biases = as_two_outputs(weights, biases)
        stored = len(weights[0])
        records.append(
            Record(
                predictors=predictors,
                units=tuple(table.columns[one].unit for one in predictors),
                log_scaled=tuple(one for one in predictors if table.columns[one].log_scaled),
                outputs=kind.outputs,
                task=kind.task,
                mean=parts.scaler.mean_[places],
                scale=parts.scaler.scale_[places],
                weights=weights,
                biases=biases,
                history={key: series[:stored, instance] for key, series in histories.items()},
                hyperparameters={"ACTIVATION": "relu", **values},
                start=True,
                name=label,
                output_unit=table.columns[parts.target].unit if kind.task == "regression" else "",
                limits=ends[places],
                cases=Cases(tested.raw[:, places], tested.target),
            )
        )
    return records


def _picked(instances: Iterable[int] | None, count: int) -> list[int]:
    try:
        picked = list(range(count)) if instances is None else [operator.index(one) for one in instances]
    except TypeError:
        picked = []
    if not picked or not all(0 <= one < count for one in picked) or len(set(picked)) < len(picked):
        raise ValueError(f"instances: expected some of 0 to {count - 1}, each once, got {instances!r}")
    return picked


def _seen(inputs: Sequence[Sequence[str]] | None, predictors: tuple[str, ...], count: int) -> list[list[int]]:
    """Return the places of the predictors that each network was shown."""
    given = [predictors] * count if inputs is None else listed("inputs", inputs, count)
    for names in given:
        texts = isinstance(names, Collection) and not isinstance(names, str) and all(isinstance(n, str) for n in names)
        if not texts or not 0 < len(names) == len(set(names)) or not set(names) <= set(predictors):
            raise ValueError(
                f"inputs: expected some of {', '.join(predictors)}, each once, for each record, got {names!r}"
            )
    return [[i for i, name in enumerate(predictors) if name in names] for names in given]


def _names(name: str | Sequence[str], picked: list[int]) -> list[str]:
    if not isinstance(name, str):
        return listed("name", name, len(picked))
    return [name] if len(picked) == 1 else [f"{name} {one}".strip() for one in picked]


def limits_of(parts: Parts, rows: int) -> np.ndarray:
    """Return the range of the first ``rows`` of the training part, ``(predictors, 2)``, in physical units."""
    trained_on = parts.train.frame.iloc[:rows]
    return trained_on[list(parts.predictors)].agg(["min", "max"]).to_numpy(dtype=float).T


def cases_of(parts: Parts, cases: int, seed: int) -> Cases:
    """Return up to ``cases`` rows of the test part, drawn at random, in time order."""
    test = parts.test
    rows = np.sort(np.random.default_rng(seed).choice(len(test), min(cases, len(test)), replace=False))
    raw = test.frame[list(parts.predictors)].to_numpy(dtype=float)[rows]
    return Cases(_six_digits(raw), _six_digits(test.y.double().numpy()[rows]))


def _six_digits(values: np.ndarray) -> np.ndarray:
    return np.array([float(f"{value:.6g}") for value in values.ravel()]).reshape(values.shape)
