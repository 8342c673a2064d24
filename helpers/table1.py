"""Table 1 of Jermyn, Schiefer and Hubinger (2022): 21 batches of runs, at three sizes."""

import csv
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from .checks import one_of
from .monosemanticity import Run

#: The table as published, with the values swept.
FILE = Path(__file__).parent / "data" / "table1.csv"
#: Our names of its columns, where they differ.
NAMES = {
    "n_features": "features",
    "d_embed": "embedding",
    "n_neurons": "neurons",
    "feature_distribution": "distribution",
}
NUMBERS = ("neurons", "eps", "learning_rate", "decay_rate", "bias_offset", "l1")


@dataclass(frozen=True)
class Size:
    """How large the runs are. ``narrower`` divides the table's numbers of neurons.

    ``lasting`` multiplies its decay rates, so that in fewer steps a bias shrinks by as much as in 2^15.
    """

    features: int
    embedding: int
    narrower: int
    steps: int
    batch_size: int
    lasting: float = 1.0


#: ``paper`` takes the shorter of the published trainings; ``--set steps=131072`` gives the longer one.
SIZES = {
    "live": Size(features=64, embedding=24, narrower=8, steps=2**12, batch_size=64, lasting=8),
    "laptop": Size(features=128, embedding=32, narrower=4, steps=2**14, batch_size=128, lasting=2),
    "paper": Size(features=512, embedding=64, narrower=1, steps=2**15, batch_size=2**13),
}


@cache
def table() -> dict[str, dict[str, str]]:
    """Return the rows of the table by the name of the batch, as text."""
    with FILE.open(encoding="utf8", newline="") as file:
        return {
            row["batch"]: {NAMES.get(name, name): text for name, text in row.items()} for row in csv.DictReader(file)
        }


def swept(batch: str) -> dict[str, list[float]]:
    """Return the values swept in ``batch``, by setting, as published. Raises ``ValueError`` for an unknown batch."""
    one_of("batch", batch, table())
    row = table()[batch]
    names, values = row["swept"].split(" x "), row["values"].split(" x ")
    return {
        NAMES.get(name, name): [float(value) for value in listed.split()]
        for name, listed in zip(names, values, strict=True)
    }


def runs(batch: str, size: str = "laptop", seeds=(0,), **changes) -> list[Run]:
    """Return the runs of ``batch`` at ``size``, for each value and then for each seed.

    ``changes`` set any setting of ``Run``; they win over the table and the size. Raises ``ValueError`` for an unknown
    batch, size or setting, and for no seeds.
    """
    values = swept(batch)
    one_of("size", size, SIZES)
    if not seeds:
        raise ValueError("expected at least one seed, got none")
    row, scale = table()[batch], SIZES[size]
    fixed = {name: row[name] for name in ("task", "activation", "distribution")}
    fixed |= {name: float(row[name]) for name in NUMBERS if row[name]}
    found = []
    for point in product(*values.values()):
        settings = fixed | dict(zip(values, point, strict=True))
        settings["neurons"] = max(1, int(settings["neurons"]) // scale.narrower)
        settings["decay_rate"] *= scale.lasting
        shape = {name: getattr(scale, name) for name in ("features", "embedding", "steps", "batch_size")}
        found += [Run().but(**(settings | shape | {"seed": seed} | changes)) for seed in seeds]
    return found
