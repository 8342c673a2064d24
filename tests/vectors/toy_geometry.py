"""Numbers that the Python and the JavaScript of the toy model must both give.

``python tests/vectors/toy_geometry.py`` writes them to ``toy_geometry.json``. Gradients and Adam are PyTorch's, so
the widget's own are checked against an independent implementation.
"""

import json
import math
from pathlib import Path

import torch

from helpers.metrics import feature_dimensionality
from helpers.toy import expected_loss, quadrature

FILE = Path(__file__).with_suffix(".json")
IMPORTANCE = [0.9**i for i in range(5)]


def uniform(seed: int, index: int) -> float:
    """The counter-based random number of ``core/random.js``."""
    mask = 0xFFFFFFFF
    h = (seed * 0x9E3779B1 ^ (index + 1) * 0x85EBCA6B) & mask
    h = (h ^ h >> 16) * 0x7FEB352D & mask
    h = (h ^ h >> 15) * 0x846CA68B & mask
    return (h ^ h >> 16) / 2**32


def start(seed: int) -> torch.Tensor:
    """The weights from which the widget trains: ``(1, 5, 2)``."""
    return torch.tensor([uniform(seed, i) for i in range(10)], dtype=torch.float64).view(1, 5, 2) - 0.5


def model_case(name: str, W: torch.Tensor, b: torch.Tensor, sparsity: float) -> dict:
    """What follows from one model: its loss, the gradient, and its geometry."""
    W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
    loss = expected_loss(W, b, sparsity, IMPORTANCE)
    loss.sum().backward()
    with torch.no_grad():
        return {
            "name": name,
            "sparsity": sparsity,
            "W": W[0].tolist(),
            "b": b[0].tolist(),
            "loss": loss[0].tolist(),
            "slope": {"W": W.grad[0].tolist(), "b": b.grad[0].tolist()},
            "gram": (W[0] @ W[0].T).tolist(),
            "lengths": W[0].norm(dim=1).tolist(),
            "dimensionality": feature_dimensionality(W)[0].tolist(),
        }


def polygon(sides: int, length: float) -> torch.Tensor:
    """The corners of a regular polygon around the origin: ``(1, sides, 2)``."""
    turn = 2 * math.pi / sides * torch.arange(sides, dtype=torch.float64)
    return length * torch.stack([turn.cos(), turn.sin()], dim=1)[None]


def larger_case(features: int, sparsity: float) -> dict:
    """The loss of a slightly bent polygon of more than five features."""
    bend = torch.tensor([uniform(features, i) for i in range(2 * features)], dtype=torch.float64).view(1, features, 2)
    W = polygon(features, 1.1) + 0.2 * bend
    b = torch.tensor([[-0.3 + 0.05 * i for i in range(features)]], dtype=torch.float64)
    worth = [3.0] + [1.0] * (features - 1)
    loss = expected_loss(W, b, sparsity, worth)[0]
    return {"sparsity": sparsity, "importance": worth, "W": W[0].tolist(), "b": b[0].tolist(), "loss": loss.tolist()}


def training_case(seed: int, sparsity: float, count: int, steps: int, rate: float) -> dict:
    """The first ``count`` of ``steps`` steps of Adam."""
    W, b = start(seed).requires_grad_(), torch.zeros(1, 5, dtype=torch.float64, requires_grad=True)
    adam, losses = torch.optim.Adam([W, b], lr=rate), []
    for step in range(count):
        adam.param_groups[0]["lr"] = rate / 2 * (1 + math.cos(math.pi * step / steps))
        adam.zero_grad()
        loss = expected_loss(W, b, sparsity, IMPORTANCE).sum()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return {
        "seed": seed,
        "sparsity": sparsity,
        "count": count,
        "steps": steps,
        "rate": rate,
        "losses": losses,
        "W": W[0].tolist(),
        "b": b[0].tolist(),
    }


def vectors() -> dict:
    """All test vectors."""
    pentagon = polygon(5, 1.1)
    two = torch.zeros(1, 5, 2, dtype=torch.float64)
    two[0, 0, 0] = two[0, 1, 1] = 1
    zeros = torch.zeros(1, 5, dtype=torch.float64)
    dropped = torch.tensor([[0.0, 0.0, 0.5, 0.5, 0.5]]).double()
    density = 0.2
    return {
        "importance": IMPORTANCE,
        "uniform": [[s, i, uniform(s, i)] for s in (0, 1, 7, 123456) for i in (0, 1, 2, 9)],
        "points": [len(quadrature(n)[1]) for n in range(1, 9)],
        "models": [
            model_case("two kept, always on", two, dropped, 0.0),
            model_case("pentagon", pentagon, zeros - 0.2, 0.9),
            model_case("pentagon, always on", pentagon, zeros - 0.2, 0.0),
            model_case("random", 2 * start(5), zeros + 0.1, 0.5),
        ],
        "larger": [larger_case(n, s) for n in (6, 7, 8) for s in (0.0, 0.6, 0.95)],
        "baselines": {
            "sparsity": 1 - density,
            "zero": sum(IMPORTANCE) * density / 3,
            "kept": sum(IMPORTANCE[2:]) * (density / 3 - density**2 / 4),
        },
        "training": training_case(3, 0.9, count=8, steps=600, rate=0.03),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
