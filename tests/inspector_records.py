"""Small records for tests: the published classifier with cases, a regressor, and a network of two hidden layers."""

from dataclasses import replace

import numpy as np

from helpers.data import FOLDER
from helpers.widgets.inspector import Cases, Record, load_record

PUBLISHED = FOLDER / "inspector_classifier.json"
LOG_SCALED = ("n0", "Rho", "Dm")


def network(seed: int, stored: int, sizes: tuple[int, ...], dtype=np.float64) -> tuple[tuple, tuple]:
    """Random weights ``(stored, in, out)`` and biases ``(stored, out)`` of every layer."""
    random = np.random.default_rng(seed)
    shapes = list(zip(sizes[:-1], sizes[1:], strict=True))
    weights = tuple(random.uniform(-1, 1, (stored, *shape)).astype(dtype) for shape in shapes)
    biases = tuple(random.uniform(-0.5, 0.5, (stored, shape[1])).astype(dtype) for shape in shapes)
    return weights, biases


def physical(record: Record, scaled: np.ndarray) -> np.ndarray:
    """The physical values ``(rows, predictors)`` behind scaled ones, to five digits."""
    linear = record.mean + record.scale * scaled
    logs = [name in record.log_scaled for name in record.predictors]
    values = np.where(logs, 10 ** np.where(logs, linear, 0.0), linear)
    return np.vectorize(lambda value: float(f"{value:.5g}"))(values)


def with_cases(record: Record, rows: int, seed: int) -> Record:
    """``record`` with limits, and cases whose target is what it would be for a slightly different input."""
    random = np.random.default_rng(seed)
    scaled = random.uniform(-2, 2, (rows, len(record.predictors)))
    limits = physical(record, np.array([[-2.5], [2.5]]) * np.ones(len(record.predictors))).T
    raw = physical(record, scaled)
    nearby = physical(record, scaled + random.uniform(-0.5, 0.5, scaled.shape))
    answer = record.forward(dict(zip(record.predictors, nearby.T, strict=True)))["output_linear"]
    target = answer[:, 0].round(3) if record.task == "regression" else answer.argmax(1)
    return replace(record, limits=limits, cases=Cases(raw, target.astype(float)))


def classifier() -> Record:
    """The published classifier after epochs 1, 8 and 32, as three epochs, with made-up limits and cases."""
    record = load_record(PUBLISHED, LOG_SCALED)
    keep = [0, 7, 31]
    record = replace(
        record,
        weights=tuple(layer[keep] for layer in record.weights),
        biases=tuple(layer[keep] for layer in record.biases),
        history={name: values[keep] for name, values in record.history.items()},
        activations=None,
        name="published",
    )
    return with_cases(record, 60, seed=1)


def regressor() -> Record:
    """A regressor in float64, two epochs, without a stored start or validation; a measure is missing."""
    weights, biases = network(2, 2, (3, 3, 1))
    record = Record(
        predictors=("reflectivity_3", "n0", "t_15"),
        units=("dBZ", "1/m³/mm", "°C"),
        log_scaled=("n0",),
        outputs=("sr",),
        task="regression",
        output_unit="mm/h",
        mean=np.array([10.39, 2.49, -6.04]),
        scale=np.array([9.817, 0.7755, 10.34]),
        weights=weights,
        biases=biases,
        history={"loss": np.array([0.91, 0.5]), "mae": np.array([0.7, np.nan])},
        hyperparameters={"LOSS_FUNC": "mse", "LR": 0.0005, "L1_flag": True},
        name="regressor",
    )
    return with_cases(record, 40, seed=3)


def deep() -> Record:
    """Two hidden layers and epoch 0, in float32; a neuron of the first layer is dead, one of the second constant."""
    weights, biases = network(8, 3, (4, 4, 3, 2), np.float32)
    biases[0][:, 3] = -20
    weights[1][:, :, 2], biases[1][:, 2] = 0, 0.75
    history = {"loss": [0.8, 0.6, 0.5], "val_loss": [0.9, 0.7, 0.65], "accuracy": [0.4, 0.7, 0.8]}
    record = Record(
        predictors=("temperature", "relative humidity", "wind <script>alert(1)</script>", "dm"),
        units=("°C", "%", "m/s", "mm"),
        log_scaled=("dm",),
        outputs=("rain", "snow"),
        task="classification",
        mean=np.array([0.5, 80.0, 4.0, 0.1]),
        scale=np.array([5.0, 12.0, 2.5, 0.3]),
        weights=weights,
        biases=biases,
        history={name: np.array(values) for name, values in (history | {"val_accuracy": [0.4, 0.6, np.nan]}).items()},
        start=True,
        name="deep",
    )
    return with_cases(record, 50, seed=5)
