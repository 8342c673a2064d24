"""Small results of two sweeps, as helpers.results gives them, for the tests of the explorer."""

from dataclasses import replace
from itertools import product

import numpy as np

from helpers.results import Detail, Results

STEPS = np.array([0, 1, 2, 4, 8])
RUN = {
    "task": "decoder",
    "activation": "relu",
    "distribution": "uniform",
    "features": 11,
    "embedding": 4,
    "neurons": 7,
    "eps": 0.015625,
    "learning_rate": 0.003,
    "decay_rate": 0.03,
    "bias_offset": -1.0,
    "l1": 0.0,
    "optimizer": "lamb",
    "schedule": "cyclic",
    "steps": 8,
    "batch_size": 256,
}
#: Batch: what it sweeps, the values, and what else is special about it.
SWEEPS = {
    "LR1": ({"learning_rate": [0.001, 0.003, 0.01]}, {"bias_offset": 0.0, "decay_rate": 0.0}),
    "LR3": ({"learning_rate": [0.001, 0.003, 0.01]}, {}),
    "LR4": ({"learning_rate": [0.001, 0.003, 0.01]}, {"distribution": "power_law"}),
    "K1": ({"neurons": [2, 7]}, {}),
    "G1": ({"bias_offset": [-1.0, 0.5], "learning_rate": [0.001, 0.003]}, {"activation": "gelu"}),
}


def a_detail(neurons: int, projection: np.ndarray, random) -> Detail:
    """Weights of random neurons, sorted as results are: the most monosemantic first."""
    W = random.integers(-127, 128, (neurons, projection.shape[1])).astype(np.int8)
    scale, bias = (random.uniform(0.005, 0.02, neurons).astype("f4") for _ in range(2))
    bias = bias - np.float32(random.uniform(0, 1, neurons))
    positive = np.clip(projection @ (W * scale[:, None]).T + bias, 0, None)
    share = positive.max(0) / np.maximum(positive.sum(0), 1e-12)
    order = np.argsort(-share, kind="stable")
    return Detail(W=W[order], scale=scale[order], bias=bias[order], mono=share[order] > 0.999)


def some_results(seeds: int = 2, **changed) -> Results:
    """Results of all ``SWEEPS``; ``changed`` replaces fields."""
    random = np.random.default_rng(0)
    projection = random.normal(size=(RUN["features"], RUN["embedding"]))
    projection = (projection / np.linalg.norm(projection, axis=1, keepdims=True)).astype("f4")
    runs, details = [], {}
    for batch, (swept, special) in SWEEPS.items():
        for values in product(*swept.values()):
            for seed in range(seeds):
                run = RUN | special | dict(zip(swept, values, strict=True)) | {"batch": batch, "seed": seed}
                if seed == 0:
                    details[len(runs)] = a_detail(run["neurons"], projection, random)
                runs.append(run)
    shape = (len(runs), len(STEPS))
    mono = random.integers(0, 8, shape).astype(float)
    results = Results(
        header={"size": "laptop"},
        runs=runs,
        swept={batch: list(swept) for batch, (swept, _) in SWEEPS.items()},
        steps=STEPS,
        loss=random.uniform(0.01, 0.6, shape),
        mono=mono,
        nearly=mono + random.integers(0, 4, shape),
        bias=random.uniform(-1, 0.5, shape),
        dead=random.integers(0, 3, shape).astype(float),
        stopped=np.full(len(runs), -1),
        rest=np.zeros(len(runs)),
        details=details,
        projection=projection,
    )
    return replace(results, **changed)
