"""Numbers that the Python and the JavaScript of the phase diagram must both give.

``python tests/vectors/phases.py`` writes them to ``phases.json``.
"""

import json
import math
from pathlib import Path

import torch

from helpers.phases import boundaries, fate, fate_losses, theory

FILE = Path(__file__).with_suffix(".json")
# None of these pairs lies on a boundary, where the last bit would decide.
IMPORTANCE = [0.1, 0.31, 0.83, 1.07, 2.9, 10.0]
DENSITY = [0.01, 0.045, 0.21, 0.52, 0.66, 1.0]


def directions() -> dict[str, list]:
    """Directions with a known fate of the last feature: rows ``[x, y]`` for each feature."""
    turn = 2 * math.pi / 3
    return {
        "dropped": [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]],
        "too short": [[1.0, 0.0], [0.0, 1.0], [0.3, -0.39]],
        "just long enough": [[1.0, 0.0], [0.0, 0.0], [0.0, 0.501]],
        "the others share": [[0.7, 0.7], [-0.7, -0.7], [0.6, -0.6]],
        "opposite": [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]],
        "triangle": [[math.cos(k * turn), math.sin(k * turn)] for k in range(3)],
        "a little overlap": [[1.0, 0.0], [0.0, 0.0], [0.4, 0.9]],
        "more overlap": [[1.0, 0.0], [0.0, 0.0], [0.7, 0.7]],
        "two on a line": [[1.1, 0.0], [-0.9, 0.0]],
        "one on a line": [[0.0, 0.0], [-1.0, 0.0]],
    }


def clean() -> list[dict]:
    """Clean solutions, the features answered with their mean, and the fate of the last feature."""
    line, plane = [[1, 0], [-1, 0]], [[1, 0], [0, 1], [-1, 0]]
    return [
        {"hidden": 1, "fate": 0, "W": [[1, 0], [0, 0]], "dropped": [1]},
        {"hidden": 1, "fate": 1, "W": [[0, 0], [1, 0]], "dropped": [0]},
        {"hidden": 1, "fate": 2, "W": line, "dropped": []},
        {"hidden": 2, "fate": 0, "W": [[1, 0], [0, 1], [0, 0]], "dropped": [2]},
        {"hidden": 2, "fate": 2, "W": plane, "dropped": []},
    ]


def vectors() -> dict:
    """All test vectors."""
    importance = torch.tensor(IMPORTANCE, dtype=torch.float64)
    density = torch.tensor(DENSITY, dtype=torch.float64)[:, None]
    return {
        "importance": IMPORTANCE,
        "density": DENSITY,
        "maps": [
            {
                "hidden": hidden,
                "losses": fate_losses(importance, density, hidden).tolist(),
                "theory": theory(importance, density, hidden).tolist(),
                "boundaries": [side.tolist() for side in boundaries(density[:, 0], hidden)],
            }
            for hidden in (1, 2)
        ],
        "clean": [
            solution | {"losses": fate_losses(importance, density, solution["hidden"])[..., solution["fate"]].tolist()}
            for solution in clean()
        ],
        "directions": [
            {"name": name, "W": W, "fate": int(fate(torch.tensor([W], dtype=torch.float64)))}
            for name, W in directions().items()
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
