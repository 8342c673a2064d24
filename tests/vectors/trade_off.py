"""Numbers for the JavaScript of the trade-off explorer, computed by the helpers in Python.

``python tests/vectors/trade_off.py`` writes them to ``trade_off.json``.
"""

import json
from pathlib import Path

import torch

from helpers import matching, metrics, nets, train
from helpers.widgets.trade_off import Sweep
from helpers.widgets.trade_off.packing import packed
from helpers.widgets.trade_off.sweep import measured

FILE = Path(__file__).with_suffix(".json")
ABOVE = 0.9


def judged(truth: torch.Tensor, dictionary: torch.Tensor, on: list[float]) -> dict:
    """What a dictionary ``(latents, inputs)`` has of the true directions."""
    match = matching.assign(matching.cosines(truth, dictionary[None]))
    partner = match.latent[0].tolist()
    rest = sorted((k for k in range(len(on)) if k not in partner), key=lambda k: (-on[k], k))
    return {
        "truth": truth.tolist(),
        "dictionary": dictionary.tolist(),
        "on": on,
        "mmcs": metrics.mmcs(truth, dictionary[None]).item(),
        "recovered": int((match.similarity > ABOVE).sum()),
        "matched": match.similarity[0].tolist(),
        "order": [k for k in partner if k >= 0] + rest,
        "dead": [k for k, share in enumerate(on) if share == 0],
    }


def cases() -> list[dict]:
    """Dictionaries that are too narrow, right, too wide, and hold the truth with noise."""
    source = torch.Generator().manual_seed(7)
    found = []
    for features, latents, inputs, noise in ((5, 5, 2, 0.02), (6, 9, 4, 0.3), (7, 3, 5, 0.1), (8, 12, 3, 1.0)):
        truth = torch.nn.functional.normalize(
            torch.randn(features, inputs, generator=source, dtype=torch.float64), dim=-1
        )
        rows = torch.arange(latents) % features
        dictionary = truth[rows] + noise * torch.randn(latents, inputs, generator=source, dtype=torch.float64)
        on = (torch.rand(latents, generator=source, dtype=torch.float64) - 0.2).clamp_min(0).tolist()
        found.append(judged(truth, dictionary, on))
    return found


def variants() -> list[dict]:
    """Variants as they travel, in 16 and in 8 bits, and what they hold."""
    found = []
    for bits in (16, 8):
        sae = nets.SparseAutoencoder(3, 5, instances=4, seed=2, widths=(5, 4, 5, 3))
        x = torch.randn(40, 3, generator=torch.Generator().manual_seed(1))
        history = train.History(steps=[10, 20], losses=[torch.tensor([3.0, 1.0, torch.nan, 0.2]), torch.ones(4)])
        sweep = Sweep(sae, "L1 weight", [0.1, 0.2, 0.2, 0.1], history)
        state = {"name": "L1"} | packed(measured("L1", sweep, torch.eye(3), x), 2, history.steps, bits)
        latents = sae(x)[1]
        runs = [
            {
                "v": v,
                "s": s,
                "dictionary": sae.dictionary[i][: state["widths"][v][s]].tolist(),
                "on": (latents[:, i] > 0).double().mean(0)[: state["widths"][v][s]].tolist(),
                "loss": [loss for loss in history.loss[:, i].double().tolist() if loss == loss] if i != 2 else [],
            }
            for v, s, i in ((0, 0, 0), (0, 1, 3), (1, 0, 1), (1, 1, 2))
        ]
        found.append({"bits": bits, "inputs": 3, "shown": 2, "packed": state, "runs": runs})
    return found


def vectors() -> dict:
    """All test vectors."""
    return {"above": ABOVE, "cases": cases(), "packed": variants()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
