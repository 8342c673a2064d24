"""The input search: a network and its autoencoder on each of many random sets of inputs, all sets at once.

``grid`` lists the runs, ``train`` is what ``sweep.run`` wants, and ``python -m helpers.input_search --help`` makes a
file of results. After King et al. (2025), who tried 250 sets of five inputs for either of their networks.
"""

import itertools
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from zlib import crc32

import numpy as np
import torch
from torch import nn

from . import autoencoding, nets, search_scores, sweep_shell, weather, zoo
from . import train as training
from .checks import one_of, positive_integers
from .data import FOLDER
from .device import threads
from .sampling import minibatches
from .weather.choice import chosen
from .weather.parts import Parts

#: What the book ships: 250 sets for either published task.
RESULTS = FOLDER / "input_search.parquet"
#: The eleven candidates of the published classifier, and fourteen of the regressor, of which the paper names some.
# fmt: off
CANDIDATES = {
    "classifier": (
        "n0", "nt", "lambda", "rho", "fs", "dm",
        "temperature", "relative_humidity", "pressure", "wind_speed", "cloud_top_height",
    ),
    "regressor": (
        "reflectivity_3", "reflectivity_4", "reflectivity_15", "reflectivity_29", "dv_3", "dv_15", "dv_29",
        "t_3", "t_15", "t_29", "rh_3", "rh_15", "n0", "lambda",
    ),
}
# fmt: on
#: King et al. try so many sets.
PUBLISHED = 250
#: The epochs of the autoencoders, for either published task and for the event of the table that the reader chose.
COPIED = {"classifier": 75, "regressor": 128, "event": 75}


@dataclass(frozen=True)
class Run:
    """One set of ``inputs`` of a ``task``, with its ``seed``; the rest is as published, but for early stopping.

    There are ``rows`` of simulated weather (a chosen table has its own number). The network has ``hidden`` neurons and
    trains for ``epochs`` in batches of 32. Its autoencoder has twice as many latents and trains for ``copied`` epochs
    in batches of eight.
    """

    task: str
    inputs: tuple[str, ...]
    seed: int = 0
    rows: int = 20_000
    hidden: int = 6
    epochs: int = 32
    copied: int = 75
    l1: float = 0.01


@cache
def problem(task: str, rows: int = 20_000) -> Parts:
    """Return the parts of a task's table, all candidates as predictors; ``rows`` are those of the simulator.

    ``"classifier"`` and ``"regressor"`` are the published tasks on simulated weather, ``"event"`` the event of the
    table that the reader chose (see ``weather.choice``). Raises ``ValueError`` for another task.
    """
    one_of("task", task, COPIED)
    if task == "event":
        table = chosen()
        return table.split(target=table.event)
    table = weather.load("simulator", n=rows)
    if task == "classifier":
        return table.split(predictors=CANDIDATES[task], target="phase")
    # As published, the regressor's inputs are no logarithms.
    plain = {name: replace(table.columns[name], log_scaled=False) for name in ("n0", "lambda")}
    return replace(table, columns={**table.columns, **plain}).split(predictors=CANDIDATES[task], target="sr")


def subsets(names: Sequence[str], count: int = PUBLISHED, size: int = 5, seed: int = 0) -> list[tuple[str, ...]]:
    """Draw ``count`` different sets of ``size`` of the ``names``; all sets there are, if they are fewer.

    More sets come on top: those of a smaller ``count`` are among them. Raises ``ValueError`` for a size above the
    number of names, and names listed twice.
    """
    positive_integers(count=count, size=size)
    if len(set(names)) < len(names) or size > len(names):
        raise ValueError(f"expected at least {size} different names, got {tuple(names)}")
    every = list(itertools.combinations(names, size))
    if len(every) <= count:
        return every
    # ``sample`` draws few in another way than many, so the published number is drawn whatever the count.
    draw = random.Random(seed)
    drawn = draw.sample(every, min(PUBLISHED, len(every)))
    left = sorted(set(every) - set(drawn))
    draw.shuffle(left)
    return (drawn + left)[:count]


def grid(task: str, count: int = PUBLISHED, seeds: Iterable[int] = (0,), size: int = 5, **settings) -> list[Run]:
    """Return the runs of a task: ``count`` sets of ``size`` inputs with every seed; ``settings`` are those of ``Run``.

    More sets or seeds come on top: those of a smaller grid are among them.
    """
    one_of("task", task, COPIED)
    names = CANDIDATES[task] if task in CANDIDATES else problem(task).predictors
    sets = subsets(names, count, size)
    return [Run(task, inputs, seed, **{"copied": COPIED[task], **settings}) for seed in seeds for inputs in sets]


def together(run: Run) -> tuple:
    """Return what runs must share to be trained at once: all but the inputs."""
    return tuple(value for name, value in asdict(run).items() if name != "inputs")


def train(runs: Sequence[Run], progress: bool = False) -> list[dict[str, np.ndarray]]:
    """Train a network and an autoencoder for each of ``runs``, all at once; return what came of each.

    A result depends on its run alone, but for rounding, not on its company. It holds, measured on part three,

    - ``skill``, the accuracy of a classifier or R² of a regressor; ``spliced``, the same with the copy in the place of
      the hidden layer; ``csi`` of every class but the first (NaN for a regressor); ``fvu`` of the copy;
    - for ``neurons``, ``latents``, ``random`` (twins of the latents, on as often) and ``pca`` (halves of principal
      components) ``(3,)``: the mean number of sensitive inputs per unit, as ``search_scores.counts`` returns it;
    - ``on`` and ``dead`` ``(2,)``: the share of rows on which the average neuron and the average latent are on, and how
      many of them never are;
    - ``sensitive`` ``(2, inputs)``: the share of neurons, and of latents, that are sensitive to each of its inputs, in
      the order of the table.

    Raises ``ValueError`` for runs that differ in more than their inputs, or none.
    """
    if len({together(run) for run in runs}) != 1:
        raise ValueError(f"expected runs that differ in their inputs alone, at least one, got {len(runs)}")
    first, parts = runs[0], problem(runs[0].task, runs[0].rows)
    seen = torch.tensor([[name in run.inputs for name in parts.predictors] for run in runs])
    cut = int(0.8 * len(parts.train))
    y = parts.train.y[:cut] if parts.train.y.is_floating_point() else parts.train.y[:cut].long()
    outputs = 1 if y.is_floating_point() else int(y.max()) + 1
    shape = len(parts.predictors), first.hidden, outputs

    def seeds(purpose: str) -> list[int]:
        return [crc32(repr((purpose, run.task, run.inputs, run.seed)).encode()) for run in runs]

    with threads(1):  # for models this small, threads wait for each other
        net = _stack(
            [nets.MLP(*shape, seed=seed, seen=own[None]) for seed, own in zip(seeds("net"), seen, strict=True)]
        )
        order = torch.randperm(cut, generator=torch.Generator().manual_seed(first.seed))
        batches = minibatches(parts.train.x[:cut][order], y[order], size=32)
        _fit(net, batches, zoo.snow_loss, first.epochs, 5e-4, progress)

        with torch.no_grad():
            hidden = net.hidden(parts.sae.x)
        sae = _stack([nets.SparseAutoencoder(first.hidden, 2 * first.hidden, 1, seed, False) for seed in seeds("copy")])
        order = torch.randperm(len(hidden), generator=torch.Generator().manual_seed(first.seed))
        beside = hidden[order].transpose(1, 2).contiguous().transpose(1, 2)  # in memory as the autoencoders
        _fit(sae, minibatches(beside, size=8), autoencoding.loss(first.l1), first.copied, 1e-3, progress)
        return search_scores.judged(parts.test, net, sae, hidden, seen, seeds("twin"))


def _stack(singles: list[nn.Module]) -> nn.Module:
    """Return single models as one stack, laid out for training."""
    whole = singles[0]
    pairs = [*whole.named_parameters(), *whole.named_buffers()]
    everyone = [dict([*single.named_parameters(), *single.named_buffers()]) for single in singles]
    for name, values in pairs:
        values.data = torch.cat([each[name].data for each in everyone])
    return nets.interleave(whole)


def _fit(model: nn.Module, batches: Callable, loss: Callable, epochs: int, lr: float, progress: bool) -> None:
    settings = {"steps": epochs * batches.per_epoch, "lr": lr, "points": 1, "device": "cpu", "progress": progress}
    if training.fit(model, batches, loss, **settings).interrupted:
        raise KeyboardInterrupt  # half-trained models are no result
    for values in model.parameters():
        values.data = values.data.contiguous()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the search from a shell; return the exit status."""
    parser = sweep_shell.parser(
        "input_search",
        "Train networks and autoencoders on random sets of inputs and write what came to one parquet file. "
        "A killed search goes on with the same command; more seeds cost only themselves.",
    )
    parser.add_argument("--task", nargs="+", default=["classifier", "regressor"], choices=COPIED)
    parser.add_argument("--subsets", type=int, default=PUBLISHED, help="sets of five inputs; default: %(default)s")
    parser.add_argument("--seeds", type=int, default=1, help="how many, from 0 on; default: %(default)s")
    parser.add_argument("--rows", type=int, default=20_000, help="of simulated weather; default: %(default)s")
    given = parser.parse_args(arguments)

    def runs() -> list[Run]:
        return [one for task in given.task for one in grid(task, given.subsets, range(given.seeds), rows=given.rows)]

    return sweep_shell.run(parser, given, runs, train, together=together, most=given.subsets)


if __name__ == "__main__":
    sys.exit(main())
