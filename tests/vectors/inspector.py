"""Numbers that the Python and the JavaScript of the Inspector must both give.

``python tests/vectors/inspector.py`` writes them to ``inspector.json``. They are computed here from weights, by torch
and scikit-learn and by the definitions, not by the code that is tested. The file holds

- ``packed``: ``{"records": [...], "cases": [...]}``, three records as ``packing.packed`` gives them;
- ``passes``: one for each of some inputs and networks, ``{"record", "epoch", "place", "raw", "touched", "scaled",
  "pre_activation", "hidden", "output_linear", "output", "relevance", "contributions"}``. ``record`` is a place in
  ``packed.records``, ``place`` where the epoch is stored, ``raw`` the physical values in the order of the predictors.
  ``touched`` lists ``{"layer", "neuron", "how", "value"}`` with how "off", "clamp" or "scale". ``pre_activation`` and
  ``hidden`` have one list per hidden layer. ``relevance`` lists ``{"rule", "output", "start", "inputs", "hidden",
  "bias", "held", "residual"}`` for every rule and output, epsilon 1e-6. ``contributions`` is ``{"outputs": [...],
  "neurons": [[...], ...]}``, ``{"parts", "bias", "total"}`` of every output, and of every neuron, layer by layer;
- ``dominance``: ``{"record", "place", "layers"}``, one list per hidden layer;
- ``scores``: what each stored network makes of its record's cases, ``{"record", "place", "forecast", "correlation",
  "l0", "dead"}``: ``forecast`` the class or the value of every case; the last three one entry per hidden layer, the
  Pearson matrix of the neurons' activations (0 where one is constant, on the diagonal too), the mean number of neurons
  above 0, and whether a neuron never is. A classification has ``confusion`` (rows: what came), ``accuracy``,
  ``balanced``, ``hss`` and ``classes``, ``{"pod", "far", "csi", "hss"}`` of each class against the rest, null where
  undefined; a regression has ``mse``, ``mae``, ``r2`` and ``r``;
- ``crossings``: ``{"record", "place", "case", "predictor", "outputs", "values"}``: where the difference of two outputs'
  linear values changes its sign while a predictor (a place) moves over its limits, 201 points evenly spaced in what
  the network sees, the others held at those of the case; in physical units, by linear interpolation in scaled ones.
"""

import json
import sys
import warnings
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from sklearn import metrics

sys.path.insert(0, str(Path(__file__).parents[1]))

from inspector_records import classifier, deep, regressor  # noqa: E402

from helpers.widgets.inspector.packing import packed  # noqa: E402

FILE = Path(__file__).with_suffix(".json")
EPSILON, POINTS = 1e-6, 201


def off(neuron: int, layer: int = 0) -> dict:
    return {"layer": layer, "neuron": neuron, "how": "off", "value": 0.0}


def clamp(neuron: int, value: float, layer: int = 0) -> dict:
    return {"layer": layer, "neuron": neuron, "how": "clamp", "value": value}


def scale(neuron: int, value: float, layer: int = 0) -> dict:
    return {"layer": layer, "neuron": neuron, "how": "scale", "value": value}


#: Record, epoch, case, what is done to neurons. A factor of 5000 makes sums whose exponentials overflow.
PASSES = [
    (0, 1, 0, []),
    (0, 2, 1, [off(0)]),
    (0, 3, 2, []),
    (0, 3, 3, [off(0), clamp(3, 1.5)]),
    (0, 3, 4, [scale(0, 2.5), scale(1, 0.5), clamp(2, 0.25)]),
    (0, 3, 4, [scale(0, 5000.0), scale(1, 5000.0), scale(2, 5000.0)]),
    (1, 1, 0, []),
    (1, 2, 1, [off(1)]),
    (1, 2, 2, [clamp(0, 0.8), scale(2, -1.5)]),
    (2, 0, 0, []),
    (2, 1, 1, [off(0), off(0, 1)]),
    (2, 2, 2, []),
    (2, 2, 3, [clamp(3, 2.0), scale(0, 3.0, 1)]),
    (2, 2, 4, [clamp(0, 0.6, 1), off(2)]),
]


def layers(record, place: int) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(W[place], b[place]) for W, b in zip(record.weights, record.biases, strict=True)]


def seen(record, raw: np.ndarray) -> np.ndarray:
    """What the network sees of physical values ``(..., predictors)``."""
    logs = np.array([name in record.log_scaled for name in record.predictors])
    return (np.where(logs, np.log10(np.where(logs, raw, 1.0)), raw) - record.mean) / record.scale


def run(record, place: int, scaled: np.ndarray, touched: list[dict]) -> dict:
    """One pass in torch: sums and activations of every hidden layer, the last sum and the answer."""
    a, before, hidden = torch.tensor(scaled), [], []
    *first, last = [(torch.tensor(W), torch.tensor(b)) for W, b in layers(record, place)]
    for layer, (W, b) in enumerate(first):
        before.append(torch.nn.functional.linear(a, W.T, b))
        a = torch.relu(before[-1])
        for one in (one for one in touched if one["layer"] == layer):
            value = (
                a[..., one["neuron"]] * one["value"]
                if one["how"] == "scale"
                else torch.tensor(one["value"], dtype=a.dtype)
            )
            a[..., one["neuron"]] = value
        hidden.append(a)
    linear = torch.nn.functional.linear(a, last[0].T, last[1])
    output = linear.softmax(-1) if record.task == "classification" else linear
    return {
        "pre_activation": [one.numpy() for one in before],
        "hidden": [one.numpy() for one in hidden],
        "output_linear": linear.numpy(),
        "output": output.numpy(),
    }


def relevance(record, place: int, fed: list[np.ndarray], start: float, k: int, rule: str, touched: list[dict]) -> dict:
    """The definition, one weight at a time. ``fed`` is what each layer is fed."""
    arrived = [start if j == k else 0.0 for j in range(len(record.outputs))]
    hidden, bias, held = [], [], 0.0
    for layer, (W, b) in reversed(list(enumerate(layers(record, place)))):
        a, below, kept = fed[layer], [0.0] * len(W), 0.0
        for j, R in enumerate(arrived):
            terms = [a[i] * W[i, j] for i in range(len(W))]
            z = sum(terms) + (b[j] if rule == "epsilon" else 0.0)
            d = z + (-EPSILON if rule == "epsilon" and z < 0 else EPSILON)
            below = [r + term / d * R for r, term in zip(below, terms, strict=True)]
            kept += b[j] / d * R if rule == "epsilon" else 0.0
        bias.insert(0, kept)
        arrived = below
        if layer:
            hidden.insert(0, list(arrived))
            for one in touched:
                if one["how"] == "clamp" and one["layer"] == layer - 1:
                    held += arrived[one["neuron"]]
                    arrived[one["neuron"]] = 0.0
    residual = start - sum(arrived) - sum(bias) - held
    shares = {"inputs": arrived, "hidden": hidden, "bias": bias, "held": held, "residual": residual}
    return {"rule": rule, "output": k, "start": start} | shares


def terms(W: np.ndarray, b: np.ndarray, a: np.ndarray) -> list[dict]:
    """The terms of each sum of a layer."""
    return [
        {"parts": list(a * W[:, j]), "bias": b[j], "total": float(np.dot(a, W[:, j]) + b[j])} for j in range(len(b))
    ]


def one_pass(records: list, number: int, epoch: int, case: int, touched: list[dict]) -> dict:
    record = records[number]
    raw, place = record.cases.raw[case], record.place(epoch)
    scaled = seen(record, raw)
    found = run(record, place, scaled, touched)
    fed = [scaled, *found["hidden"]]
    *neurons, outputs = [terms(W, b, a) for (W, b), a in zip(layers(record, place), fed, strict=True)]
    shares = [
        relevance(record, place, fed, float(found["output_linear"][k]), k, rule, touched)
        for rule in ("epsilon", "published")
        for k in range(len(record.outputs))
    ]
    asked = {"record": number, "epoch": epoch, "place": place, "raw": raw, "touched": touched, "scaled": scaled}
    return asked | found | {"relevance": shares, "contributions": {"outputs": outputs, "neurons": neurons}}


def dominance(record, place: int) -> list[list[float]]:
    """The largest weight into each neuron as a share of all, 0 for a neuron without weights."""
    sizes = [np.abs(W) for W, _ in layers(record, place)[:-1]]
    return [[float(column.max() / column.sum()) if column.any() else 0.0 for column in W.T] for W in sizes]


def defined(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def scores(number: int, record, place: int) -> dict:
    """What one stored network makes of the cases."""
    found = run(record, place, seen(record, record.cases.raw), [])
    target, linear = record.cases.target, found["output_linear"]
    result = {"record": number, "place": place}
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        result["correlation"] = [np.nan_to_num(np.corrcoef(hidden.T)) for hidden in found["hidden"]]
        result["l0"] = [float((hidden > 0).sum(1).mean()) for hidden in found["hidden"]]
        result["dead"] = [(hidden <= 0).all(0) for hidden in found["hidden"]]
        if record.task == "regression":
            forecast = linear[:, 0]
            return result | {
                "forecast": forecast,
                "mse": metrics.mean_squared_error(target, forecast),
                "mae": metrics.mean_absolute_error(target, forecast),
                "r2": metrics.r2_score(target, forecast),
                "r": float(stats.pearsonr(target, forecast).statistic),
            }
        forecast, target = linear.argmax(1), target.astype(int)
        classes = []
        for k in range(len(record.outputs)):
            came, said = target == k, forecast == k
            hits = (came & said).sum()
            each = {"pod": hits / came.sum(), "far": 1 - hits / said.sum(), "csi": hits / (came | said).sum()}
            each["hss"] = metrics.cohen_kappa_score(came, said)
            classes.append({name: defined(value) for name, value in each.items()})
        return result | {
            "forecast": forecast,
            "confusion": metrics.confusion_matrix(target, forecast, labels=range(len(record.outputs))),
            "accuracy": metrics.accuracy_score(target, forecast),
            "balanced": metrics.balanced_accuracy_score(target, forecast),
            "hss": metrics.cohen_kappa_score(target, forecast),
            "classes": classes,
        }


def crossings(number: int, record, epoch: int, case: int) -> list[dict]:
    """Where two outputs tie while one predictor moves."""
    found, place = [], record.place(epoch)
    ends = seen(record, record.limits.T).T
    for i, name in enumerate(record.predictors):
        rows = np.repeat(seen(record, record.cases.raw[[case]]), POINTS, axis=0)
        rows[:, i] = np.linspace(*ends[i], POINTS)
        linear = run(record, place, rows, [])["output_linear"]
        for a, b in combinations(range(len(record.outputs)), 2):
            height = linear[:, a] - linear[:, b]
            k = np.flatnonzero(np.sign(height[:-1]) != np.sign(height[1:]))
            x = rows[k, i] + height[k] / (height[k] - height[k + 1]) * (rows[k + 1, i] - rows[k, i])
            values = record.mean[i] + record.scale[i] * x
            values = 10**values if name in record.log_scaled else values
            place_of = {"record": number, "place": place, "case": case, "predictor": i}
            found.append(place_of | {"outputs": [a, b], "values": values})
    return found


def plain(value):
    """``value`` for JSON: arrays as lists."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return plain(value.tolist()) if isinstance(value, (np.ndarray, np.generic)) else value


def vectors() -> dict:
    """All test vectors."""
    records = [classifier(), regressor(), deep()]
    places = [(number, place) for number, record in enumerate(records) for place in range(len(record.weights[0]))]
    return plain(
        {
            "packed": packed(records),
            "passes": [one_pass(records, *asked) for asked in PASSES],
            "dominance": [{"record": n, "place": p, "layers": dominance(records[n], p)} for n, p in places],
            "scores": [scores(n, records[n], p) for n, p in places],
            "crossings": [
                *(one for case in (0, 5) for one in crossings(0, records[0], -1, case)),
                *(one for case in (0, 1) for one in crossings(2, records[2], -1, case)),
            ],
        }
    )


if __name__ == "__main__":
    lines = [
        f"{json.dumps(key)}: "
        + (json.dumps(value) if key == "packed" else "[\n" + ",\n".join(map(json.dumps, value)) + "\n]")
        for key, value in vectors().items()
    ]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf8")
