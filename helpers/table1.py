"""Table 1 of Jermyn, Schiefer and Hubinger (2022): 21 batches of runs, at three sizes; and a batch of our own."""

import csv
from dataclasses import dataclass
from functools import cache
from itertools import product

from .checks import one_of
from .data import FOLDER
from .schedules import SCHEDULES
from .settings import Run

#: The table as published, with the values swept.
FILE = FOLDER / "table1.csv"
#: Our names of its columns, where they differ.
NAMES = {
    "n_features": "features",
    "d_embed": "embedding",
    "n_neurons": "neurons",
    "feature_distribution": "distribution",
}
NUMBERS = ("neurons", "eps", "learning_rate", "decay_rate", "bias_offset", "l1")


#: Our own batch: the question of optimizer and schedule that was left open. Each optimizer has the learning rates that
#: suit it, from too low to too high.
OPTIMIZERS = "OPT"
RATES = {
    "lamb": (0.003, 0.007, 0.01, 0.03),
    "adam": (0.001, 0.003, 0.01, 0.03),
    "adamw": (0.001, 0.003, 0.01, 0.03),
    "sgd": (0.03, 0.1, 0.3, 1.0),
}
WARMUPS = (0, 512)
#: Without weight decay AdamW would be Adam.
WEIGHT_DECAY = {"adamw": 0.01}


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


def points(batch: str) -> list[dict]:
    """Return what the runs of ``batch`` differ in, as published. Raises ``ValueError`` for an unknown batch."""
    one_of("batch", batch, [*table(), OPTIMIZERS])
    if batch == OPTIMIZERS:
        return [
            {
                "optimizer": name,
                "schedule": schedule,
                "warmup": warmup,
                "learning_rate": rate,
                "weight_decay": WEIGHT_DECAY.get(name, 0.0),
            }
            for name, rates in RATES.items()
            for schedule, warmup, rate in product(SCHEDULES, WARMUPS, rates)
        ]
    row = table()[batch]
    names = [NAMES.get(name, name) for name in row["swept"].split(" x ")]
    values = [[float(value) for value in listed.split()] for listed in row["values"].split(" x ")]
    return [dict(zip(names, point, strict=True)) for point in product(*values)]


def swept(batch: str) -> list[str]:
    """Return the names of the settings swept in ``batch``. Raises ``ValueError`` for an unknown batch."""
    return list(points(batch)[0])


def runs(batch: str, size: str = "laptop", seeds=(0,), **changes) -> list[Run]:
    """Return the runs of ``batch`` at ``size``, for each value and then for each seed.

    ``changes`` set any setting of ``Run``; they win over the table and the size, and no run is listed twice. Raises
    ``ValueError`` for an unknown batch, size or setting, and for no seeds.
    """
    differing = points(batch)
    one_of("size", size, SIZES)
    if not seeds:
        raise ValueError("expected at least one seed, got none")
    # Ours is LR1 with other optimizers.
    row, scale = table()["LR1" if batch == OPTIMIZERS else batch], SIZES[size]
    fixed = {name: row[name] for name in ("task", "activation", "distribution")}
    fixed |= {name: float(row[name]) for name in NUMBERS if row[name]}
    found = []
    for point in differing:
        settings = fixed | point
        settings["neurons"] = max(1, int(settings["neurons"]) // scale.narrower)
        settings["decay_rate"] *= scale.lasting
        shape = {name: getattr(scale, name) for name in ("features", "embedding", "steps", "batch_size")}
        found += [Run().but(**(settings | shape | {"seed": seed} | changes)) for seed in seeds]
    return list(dict.fromkeys(found))
