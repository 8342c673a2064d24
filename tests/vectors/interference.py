"""Numbers for the JavaScript of the interference widget, computed in another way in Python.

``python tests/vectors/interference.py`` writes them to ``interference.json``. The best bias is found by trying many
and refining the best; the widget finds it exactly, piece by piece.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize_scalar

from helpers.toy import expected_loss, quadrature

FILE = Path(__file__).with_suffix(".json")


def best_biases(W: torch.Tensor, sparsity: float) -> list[float]:
    """Return the bias of least expected loss for each row of ``W`` ``(features, 2)``."""
    features = len(W)
    tried = torch.linspace(-3, 1, 801, dtype=torch.float64)
    losses = expected_loss(
        W.expand(len(tried), *W.shape), tried[:, None].expand(-1, features), sparsity, torch.ones(features)
    )
    found = []
    for i in range(features):

        def loss(b, i=i):
            b = torch.full((1, features), b, dtype=torch.float64)
            return expected_loss(W[None], b, sparsity, torch.ones(features))[0, i].item()

        near = tried[losses[:, i].argmin()].item()
        bounds = (near - 0.006, near + 0.006)
        found.append(minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x)
    return found


def parts(W: torch.Tensor, b: torch.Tensor, sparsity: float, importance: list[float]) -> list[list[float]]:
    """Return each feature's expected loss while it is on alone, while it is off, and while it is on with others."""
    x, weights, active = (values.numpy() for values in quadrature(len(W)))
    chance = weights * (1 - sparsity) ** active * sparsity ** (len(W) - active)
    output = np.maximum(x @ (W @ W.T).numpy() + b.numpy(), 0)
    cost = chance[:, None] * np.array(importance) * (output - x) ** 2
    alone = (active == 1)[:, None] & (x > 0)
    return np.stack([(cost * when).sum(0) for when in (alone, x == 0, (x > 0) & ~alone)], axis=1).tolist()


def case(name: str, W: list, b: list[float], sparsity: float) -> dict:
    """What follows from one model."""
    W = torch.tensor(W, dtype=torch.float64)
    importance = [0.9**i for i in range(len(W))]
    best = best_biases(W, sparsity)
    return {
        "name": name,
        "sparsity": sparsity,
        "importance": importance,
        "W": W.tolist(),
        "b": b,
        "parts": parts(W, torch.tensor(b, dtype=torch.float64), sparsity, importance),
        "best": best,
        "least": expected_loss(W[None], torch.tensor([best], dtype=torch.float64), sparsity, importance)[0].tolist(),
    }


def vectors() -> dict:
    """All test vectors."""
    turn = 2 * math.pi / 5
    pentagon = [[1.1 * math.cos(k * turn), 1.1 * math.sin(k * turn)] for k in range(5)]
    crowded = [[-0.7, -0.3], [-0.4, -0.6], *pentagon[2:]]
    return {
        "models": [
            case("two kept, always on", [[1, 0], [0, 1], [0, 0], [0, 0]], [0.0, 0.1, 0.4, 0.5], 0.0),
            case("pentagon", pentagon, [-0.2] * 5, 0.9),
            case("crowded", crowded, [-0.1, 0.0, 0.1, 0.2, 0.3], 0.8),
            case("three", [[1, 0], [-0.8, 0.1], [0.2, 1.3]], [0.0, 0.2, -0.1], 0.5),
        ]
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
