"""Numbers for the JavaScript that holds dictionaries against each other, computed by the helpers.

``python tests/vectors/universality.py`` writes them to ``universality.json``.
"""

import json
from pathlib import Path

import torch

from helpers import matching, metrics
from helpers.widgets.universality_map.packing import Dictionary, packed, quantised

FILE = Path(__file__).with_suffix(".json")
ROWS, WIDTH = 60, 5
#: Shares of alike latents are counted beyond this.
LIMIT = 0.5


def uniform(seed: int, index: int) -> float:
    """The widgets' random numbers: "lowbias32" of C. Wellons (public domain)."""
    mask = 0xFFFFFFFF
    h = (seed * 0x9E3779B1 ^ (index + 1) * 0x85EBCA6B) & mask
    h = ((h ^ h >> 16) * 0x7FEB352D) & mask
    h = ((h ^ h >> 15) * 0x846CA68B) & mask
    return (h ^ h >> 16) / 2**32


def shuffled(rows: int, seed: int) -> list[int]:
    """An order by Fisher and Yates."""
    order = list(range(rows))
    for last in range(rows - 1, 0, -1):
        other = int(uniform(seed, last) * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order


def codes(latents: torch.Tensor) -> torch.Tensor:
    """What the page knows of the latents, ``(rows, 1, units)``."""
    return torch.from_numpy(quantised(latents.numpy())).double()[:, None]


def scored(table: torch.Tensor, here: torch.Tensor, there: torch.Tensor, nearest: bool) -> float:
    """One number of agreement, as the metrics have it."""
    if nearest:
        both = metrics.mean_max(table, here, there) + metrics.mean_max(table.mT, there, here)
        return both.item() / 2
    match = matching.assign(table, here, there)
    return metrics.matched(match.similarity, match.latent).item()


def case(name: str, a: tuple[torch.Tensor, torch.Tensor], b: tuple[torch.Tensor, torch.Tensor]) -> dict:
    """What follows from two dictionaries, each of latents ``(rows, units)`` and vectors ``(units, inputs)``."""
    given = [Dictionary(side, latents, vectors, "one") for side, (latents, vectors) in (("a", a), ("b", b))]
    mine, other = codes(a[0]), codes(b[0])
    here, there = (mine > 0).any(0), (other > 0).any(0)
    r, cosines = matching.correlations(mine, other), matching.cosines(a[1], b[1][None])
    match = matching.assign(r, here, there)
    chance = {
        measure: sum(
            scored(matching.correlations(mine, other[shuffled(ROWS, seed)]), here, there, measure == "nearest")
            for seed in range(10)
        )
        / 10
        for measure in ("matched", "nearest")
    }
    return {
        "name": name,
        "packed": packed(given, {"x": torch.arange(ROWS).double()})["dictionaries"],
        "r": r[0][here[0]][:, there[0]].tolist(),
        "pairs": int((match.latent >= 0).sum()),
        "shared": metrics.shared(match.similarity, match.latent, here, there, LIMIT).item(),
        "matched": scored(r, here, there, False),
        "nearest": scored(r, here, there, True),
        "cosine": scored(cosines, here, there, False),
        "chance": chance,
        "adjusted": {
            name: metrics.adjusted(torch.tensor(scored(r, here, there, name == "nearest")), torch.tensor(low)).item()
            for name, low in chance.items()
        },
    }


def vectors() -> dict:
    """All test vectors."""
    draw = torch.Generator().manual_seed(0)

    def normal(*shape):
        return torch.randn(*shape, generator=draw, dtype=torch.float64)

    x = torch.relu(normal(ROWS, WIDTH))

    def dictionary(units, noise=0.0):
        vectors = normal(units, WIDTH)
        return torch.relu(x @ vectors.T - 1 + noise * normal(ROWS, units)), vectors

    one, wide, noisy = dictionary(6), dictionary(9), dictionary(6, 1.0)
    turned = (one[0][:, [3, 1, 0, 5, 2, 4]] + 0.1 * torch.relu(normal(ROWS, 6)), one[1][[3, 1, 0, 5, 2, 4]])
    gaps = (one[0] * torch.tensor([1.0, 0, 1, 1, 0, 1]), one[1])
    always = (one[0].clone(), one[1])
    always[0][:, 2] = 1.0
    return {
        "limit": LIMIT,
        "rows": ROWS,
        "cases": [
            case("the same in another order, with noise", one, turned),
            case("wider", one, wide),
            case("narrower", wide, noisy),
            case("some dead", gaps, wide),
            case("dead in the other", one, gaps),
            case("one that never varies", always, turned),
            case("one latent", (one[0][:, :1], one[1][:1]), wide),
        ],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), indent=1) + "\n", "utf8")
