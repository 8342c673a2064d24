"""Numbers that the Python and the JavaScript of the monosemanticity explorer must both give.

``python tests/vectors/explorer.py`` writes them to ``explorer.json``.
"""

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from explorer_results import some_results  # noqa: E402

from helpers.widgets.explorer.details import piece  # noqa: E402
from helpers.widgets.explorer.packing import packed  # noqa: E402

FILE = Path(__file__).with_suffix(".json")
BATCH = {"LR3": torch.relu, "G1": torch.nn.functional.gelu}
SECONDS = {"LR3": 1, "G1": 2}  # how many second swept values they have
EXTRAS = [[], [3], [10, 0, 5]]
MONOSEMANTIC = 0.999


def answers(results, run: int, activation, extras: list[int]) -> np.ndarray:
    """Activations ``(neurons, features)`` when one feature and all ``extras`` are 1."""
    detail = results.details[run]
    x = torch.eye(len(results.projection), dtype=torch.float64)
    x[:, extras] = 1.0
    W = torch.tensor(detail.W * detail.scale.astype(float)[:, None])
    drive = x @ torch.tensor(results.projection.astype(float)) @ W.T + torch.tensor(detail.bias.astype(float))
    return activation(drive).T.numpy()


def neurons(results, batch: str) -> list[dict]:
    """What the neurons of every setting of ``batch`` answer, the order of features, and who is monosemantic."""
    found = []
    for run in (run for run in results.of(batch) if run in results.details):
        alone = answers(results, run, BATCH[batch], [])
        positive = np.clip(alone, 0, None)
        found.append(
            {
                "answers": [answers(results, run, BATCH[batch], extras).tolist() for extras in EXTRAS],
                "order": np.argsort(alone.argmax(0), kind="stable").tolist(),
                "mono": (positive.max(1) > MONOSEMANTIC * positive.sum(1)).tolist(),
            }
        )
    return found


def curves(results, batches: list[dict]) -> list[dict]:
    """The curves of every run, to hold against the batches as they travel."""
    return [
        {
            "batch": batch["name"],
            "loss": results.loss[results.of(batch["name"])].tolist(),
            "mono": results.mono[results.of(batch["name"])].tolist(),
            "nearly": results.nearly[results.of(batch["name"])].tolist(),
            "bias": results.bias[results.of(batch["name"])].tolist(),
        }
        for batch in batches
    ]


def vectors() -> dict:
    """All test vectors."""
    results = some_results()
    batches = packed(results)
    x = np.linspace(-7, 7, 57).tolist()
    return {
        "x": x,
        "erf": [math.erf(value) for value in x],
        "extras": EXTRAS,
        "steps": results.steps.tolist(),
        "batches": batches,
        "curves": curves(results, batches),
        "pieces": [
            {
                "batch": batch,
                "second": second,
                "piece": piece(results, batch, second),
                "neurons": neurons(results, batch)[second::seconds],
            }
            for batch, seconds in SECONDS.items()
            for second in range(seconds)
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
