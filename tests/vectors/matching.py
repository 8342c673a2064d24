"""Numbers for the JavaScript that matches latents to true features, computed by the helpers and by SciPy.

``python tests/vectors/matching.py`` writes them to ``matching.json``.
"""

import json
from pathlib import Path

import torch

from helpers import matching, metrics

FILE = Path(__file__).with_suffix(".json")


def case(name: str, truth: torch.Tensor, dictionary: torch.Tensor) -> dict:
    """What follows from one dictionary, ``(latents, inputs)``, and the true features, ``(features, inputs)``."""
    table = matching.cosines(truth, dictionary[None])
    match = matching.assign(table)
    order = table[0].argsort(dim=-1, descending=True, stable=True)
    return {
        "name": name,
        "truth": truth.tolist(),
        "dictionary": dictionary.tolist(),
        "cosines": table[0].tolist(),
        "total": match.similarity.sum().item(),
        "without": int((match.latent < 0).sum()),
        "mean": match.similarity.mean().item(),
        "mmcs": metrics.mmcs(truth, dictionary[None]).item(),
        "top": order[:, :3].tolist(),
    }


def vectors() -> dict:
    """All test vectors."""
    draw = torch.Generator().manual_seed(0)

    def normal(*shape):
        return torch.randn(*shape, generator=draw, dtype=torch.float64)

    plane = torch.tensor([[1.0, 0.0], [0.0, 2.0], [-3.0, 0.0], [0.0, -1.0]], dtype=torch.float64)
    truth = normal(7, 5)
    return {
        "cases": [
            case("as wide", truth, truth[torch.randperm(7, generator=draw)] + 0.3 * normal(7, 5)),
            case("too narrow", truth, normal(4, 5)),
            case("too wide, one latent of zeros", truth, torch.cat([normal(8, 5), torch.zeros(1, 5), normal(4, 5)])),
            case("one latent", truth, normal(1, 5)),
            case("one feature", truth[:1], normal(6, 5)),
            case("ties: every latent twice", plane, plane.repeat(2, 1)),
            case("ties: all latents alike", plane, plane[:1].repeat(4, 1)),
            # Each feature's nearest latent is the same one: the greedy choice is not the best.
            case("one latent for all", truth, torch.cat([truth.sum(0, keepdim=True), 0.2 * truth + normal(7, 5)])),
            case("many", normal(24, 8), normal(40, 8)),
        ]
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
