"""What the autoencoders of chapter 12 read: toy worlds, and the hidden layers of precipitation networks.

``read`` returns the activations of one autoencoder, on the rows that it learns and on those that it is judged by.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from . import nets, sparse_worlds, train, zoo
from .checks import one_of
from .keeping import digest, kept
from .sampling import minibatches
from .weather.parts import Part, Parts

#: Toy worlds of known features; the published classifier and regressor on simulated weather; rain in observations.
DATA = ("toy", "phase", "rate", "rain")
#: So many rows an autoencoder learns, or all if a reader's table has fewer; so many networks of a kind there are.
ROWS, NETWORKS = 3000, 50
#: A toy world has so many dimensions, twice as many features, and so many of them on at once.
INPUTS, ACTIVE = 16, 2.0
SEASONS = {"winter": (12, 1, 2, 3), "summer": (6, 7, 8, 9)}
#: With duplicates, this share of the rows comes so many times.
REPEATED, TIMES = 0.1, 8


class Read(NamedTuple):
    """What an autoencoder reads: ``learn`` ``(rows, inputs)`` and ``test`` ``(later rows, inputs)``.

    ``causes`` ``(later rows, causes)`` are recorded, or None. ``loss`` turns activations ``(later rows, inputs)`` into
    the loss of the network that goes on with them; None where there is no network.
    """

    learn: Tensor
    test: Tensor
    causes: Tensor | None
    loss: Callable[[Tensor], float] | None


class Spec(NamedTuple):
    """Which activations: of network ``net`` (or toy world), of some width and depth, and of which rows.

    ``part`` is "" for rows from all, ``"0/2"`` or ``"1/2"`` for those of one half (any number of parts may be named),
    a site or a season. ``draw`` decides which.
    """

    data: str
    net: int = 0
    draw: int = 0
    part: str = ""
    width: int = 6
    layers: int = 1
    layer: int = 1
    duplicates: bool = False
    lesson: str = "labels"


@cache
def network(
    data: str, width: int = 6, layers: int = 1, duplicates: bool = False, lesson: str = "labels"
) -> tuple[Parts, nets.MLP]:
    """Return the parts of a table and its networks, one instance per seed: those of ``zoo``, or of another shape.

    Only the classifier comes in other shapes and with duplicates. With the ``lesson`` "nothing" networks are as they
    start, a control. Raises ``ValueError`` for data without a network, and another lesson.
    """
    one_of("data", data, DATA[1:])
    one_of("lesson", lesson, ("labels", "nothing"))
    if lesson == "nothing":
        parts, trained = network(data, width, layers, duplicates)
        inputs, outputs = len(trained.weights[0][0]), trained.biases[-1].shape[-1]
        return parts, nets.MLP(inputs, [width] * layers, outputs, instances=NETWORKS)
    plain = (width, layers, duplicates) == (6, 1, False)
    if data == "rain" and plain:
        return zoo.precipitation_network(NETWORKS, progress=False)
    if plain:
        return zoo.snow_networks(NETWORKS, progress=False, questions=(data,))[data]
    if data != "phase":
        raise ValueError(f"only the classifier (data='phase') comes in other shapes, got {data!r}")
    parts = network("phase")[0]
    cut = int(0.8 * len(parts.train))
    x, y = parts.train.x[:cut], parts.train.y[:cut]
    steps = 32 * (cut // 32)
    if duplicates:
        often = torch.arange(cut)[: int(REPEATED * cut)] * int(1 / REPEATED)
        x, y = (torch.cat([values, *[values[often]] * (TIMES - 1)]) for values in (x, y))
    net = nets.MLP(x.shape[1], [width] * layers, 3, instances=NETWORKS)
    batches = minibatches(x, y, size=32, seeds=range(NETWORKS))

    def training():
        return train.fit(net, batches, zoo.snow_loss, steps=steps, lr=5e-4, device="cpu", progress=False)

    name = f"simulator-phase-{NETWORKS}x{width}-{layers}" + duplicates * "-duplicates"
    return parts, kept(name, net, training, data=digest(x, y))


@lru_cache(maxsize=512)
def read(spec: Spec) -> Read:
    """Return what an autoencoder of ``spec`` reads: ``ROWS`` rows, or the whole of a table that has fewer.

    Raises ``ValueError`` for unknown data, a network, a layer or a part that there is not, and a part with too few
    rows.
    """
    if spec.data == "toy":
        return _toy(spec)
    parts, net = network(spec.data, spec.width, spec.layers, spec.duplicates, spec.lesson)
    if not 0 <= spec.net < NETWORKS:
        raise ValueError(f"expected a network from 0 to {NETWORKS - 1}, got {spec.net}")
    pool = torch.cat([parts.train.x, parts.sae.x])
    rows = _rows(spec, np.concatenate([_groups(spec, part) for part in (parts.train, parts.sae)]))
    with torch.no_grad():
        learn, test = (_hidden(net, spec, x) for x in (pool[rows], parts.test.x))
    causes = None if parts.test.truth is None else recorded(parts.test)
    return Read(learn, test, causes, _loss(net, spec, parts.test))


def recorded(part: Part) -> Tensor:
    """Return the causes that the simulator recorded, ``(rows, causes)``, those of many sizes as logarithms."""
    causes = part.truth.drop(columns="storm").astype(float)
    logs = ["intensity", "riming", "depth"]
    causes[logs] = np.log10(causes[logs])
    return torch.tensor(causes.to_numpy(), dtype=torch.float32)


@cache
def world(net: int) -> sparse_worlds.World:
    """Return a toy world."""
    return sparse_worlds.sharkey(2 * INPUTS, INPUTS, active=ACTIVE, seed=net)


def _toy(spec: Spec) -> Read:
    if spec.part and "/" not in spec.part:
        raise ValueError(f"a toy world has no {spec.part!r}: expected a part such as '0/2'")
    number, count = _share(spec.part) if spec.part else (0, 1)
    if count > 10:  # the next draw begins there
        raise ValueError(f"expected at most 10 parts of a toy world, got {spec.part!r}")
    draws = (spec.draw * 10 + number, 2), (spec.net, 3)
    (learn, _), (test, values) = (world(spec.net).draw(ROWS, seed=1000 * kind + one) for one, kind in draws)
    return Read(learn[:, 0], test[:, 0], values[:, 0], None)


def _share(part: str) -> tuple[int, int]:
    """Return which of how many parts ``part`` names."""
    number, _, count = part.partition("/")
    if not (number.isdecimal() and count.isdecimal() and int(number) < int(count)):
        raise ValueError(f"expected a part such as '0/2', got {part!r}")
    return int(number), int(count)


def _groups(spec: Spec, part: Part) -> np.ndarray:
    """Return the site or the season of each row, as far as ``spec`` asks for it."""
    if spec.part in SEASONS:
        return np.where(np.isin(part.frame.index.month, SEASONS[spec.part]), spec.part, "")
    return part.frame["site"].to_numpy(dtype=object).astype(str)


def _rows(spec: Spec, groups: np.ndarray) -> Tensor:
    source = torch.Generator().manual_seed(spec.draw)
    if "/" in spec.part:
        number, count = _share(spec.part)
        rows = torch.randperm(len(groups), generator=source).tensor_split(count)[number]
    else:
        of = np.flatnonzero(groups == spec.part) if spec.part else np.arange(len(groups))
        rows = torch.from_numpy(of)[torch.randperm(len(of), generator=source)]
    if len(rows) < ROWS and spec.part:
        raise ValueError(f"expected at least {ROWS} rows of {spec.part!r} in {spec.data!r}, got {len(rows)}")
    return rows[:ROWS]


def _layers(net: nets.MLP, i: int) -> list[tuple[Tensor, Tensor]]:
    return [(w[i : i + 1], b[i : i + 1]) for w, b in zip(net.weights, net.biases, strict=True)]


def _hidden(net: nets.MLP, spec: Spec, x: Tensor) -> Tensor:
    if not 1 <= spec.layer <= spec.layers:
        raise ValueError(f"expected a layer from 1 to {spec.layers}, got {spec.layer}")
    for weight, bias in _layers(net, spec.net)[: spec.layer]:
        x = torch.relu(nets.apply(x, weight, bias))
    return x[:, 0]


def _loss(net: nets.MLP, spec: Spec, test: Part) -> Callable[[Tensor], float]:
    @torch.no_grad()
    def loss(hidden: Tensor) -> float:
        x, later = hidden.unsqueeze(1), _layers(net, spec.net)[spec.layer :]
        for place, (weight, bias) in enumerate(later):
            x = nets.apply(x, weight, bias)
            x = torch.relu(x) if place < len(later) - 1 else x
        if spec.data == "rate":
            return (x[:, 0, 0] - test.y).square().mean().item()
        if spec.data == "rain":
            entropy = nn.functional.binary_cross_entropy_with_logits
            return entropy(x[:, 0, 0], test.y.float()).item()
        return nn.functional.cross_entropy(x[:, 0], test.y.long()).item()

    return loss
