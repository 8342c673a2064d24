"""Pairs of autoencoders, trained side by side and held against each other: the results of chapter 12.

``train`` is what ``sweep.run`` wants, and ``python -m helpers.universality --help`` makes a file of results. Which
pairs there are is in ``universality_grid``, what they read in ``universality_data``, what is measured in ``agreement``.
"""

import sys
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from . import agreement, metrics, search_scores, sweep_shell
from .data import FOLDER
from .device import threads
from .universality_data import DATA, Read, read
from .universality_fit import scaled, stack
from .universality_grid import DIFFER, PAIRS, Run, conditions, grid, members, pairs, together

__all__ = ["RESULTS", "Run", "conditions", "grid", "main", "members", "pairs", "together", "train"]

#: What the book ships.
RESULTS = FOLDER / "universality.parquet"
#: A stack of more pairs is hardly faster.
MOST = 60


def train(runs: Sequence[Run], progress: bool = False) -> list[dict[str, np.ndarray]]:
    """Train the pairs of ``runs`` all at once, and return what came of each: a result depends on its run alone.

    It holds what ``agreement.compare`` returns; where causes are recorded what ``agreement.by_truth`` returns (NaN
    elsewhere); and of the two autoencoders ``(2,)``, on later rows: ``l0``, ``fvu``, the share ``dead`` of latents that
    are never on, the share ``on`` of rows for the average living latent, and ``recovered``: how much of the loss that
    silencing the layer (putting every neuron at its mean) costs is avoided by splicing the copy in, 1 for all of it,
    NaN for a toy.

    The same, but for what is random, comes with ``_apart`` at the end of the name for a pair that learnt activations
    whose neurons were shuffled apart. It reads the same later rows as the others, as they are: only what it learnt
    differs.

    Raises ``ValueError`` for runs that cannot share a training, or none.
    """
    if (kinds := len({together(run) for run in runs})) != 1:
        raise ValueError(
            f"expected runs whose autoencoders have the same shapes, at least one, got {len(runs)} of {kinds} kinds"
        )
    sides = [list(side) for side in zip(*map(members, runs), strict=True)]
    reads = [[read(member.spec) for member in side] for side in sides]
    seeds = [10_000 + run.pair for run in runs]
    with threads(1):  # for models this small, threads wait for each other
        found = _measured(sides, reads, seeds, False, progress)
        apart = _measured(sides, reads, seeds, True, progress)
        found |= {f"{name}_apart": one for name, one in apart.items() if not name.endswith(("_random", "_shifted"))}
    return [{name: values[i].numpy() for name, values in found.items()} for i in range(len(runs))]


def _measured(sides, reads, seeds: list[int], apart: bool, progress: bool) -> dict[str, Tensor]:
    pair, copies = _looked_at(sides, reads, apart, progress)
    truth = _by_truth(*pair, [one.causes for one in reads[0]])
    return agreement.compare(*pair, seeds) | truth | _summary(pair, copies, reads)


def _looked_at(sides, reads, apart: bool, progress: bool) -> tuple[list[agreement.Dictionaries], list[Tensor]]:
    """Return the dictionaries of both sides, and their copies of the later rows in the units of the network."""
    shapes = [(side[0].variant, side[0].ratio, side[0].spec.width) for side in sides]
    groups = [[0, 1]] if shapes[0] == shapes[1] else [[0], [1]]
    found, copies = [], []
    for group in groups:
        some, own = [m for side in group for m in sides[side]], [one for side in group for one in reads[side]]
        sae = stack(some, own, apart, progress)
        tests, sizes = zip(*[scaled(one)[1:] for one in own], strict=True)
        x = torch.stack(tests, 1)
        whole = agreement.of(sae, x)
        with torch.no_grad():
            copy = sae.decode(whole.latents) * torch.stack(sizes)[:, None]
        n = len(sides[0])
        for place in range(len(group)):
            found.append(whole[place * n : (place + 1) * n])
            copies.append(copy[:, place * n : (place + 1) * n])
    return found, copies


def _by_truth(a: agreement.Dictionaries, b: agreement.Dictionaries, causes: list[Tensor | None]) -> dict[str, Tensor]:
    if causes[0] is None:
        nothing = torch.full((len(causes),), torch.nan)
        return dict.fromkeys(("plain", "weighted", "rank", "rank_given_rate"), nothing) | {
            "shared_if_true": torch.full((len(causes), 2), torch.nan)
        }
    return agreement.by_truth(a, b, torch.stack(causes, 1))


def _summary(pair, copies: list[Tensor], reads) -> dict[str, Tensor]:
    """Return what tells how good the autoencoders themselves are, ``(pairs, 2)``."""
    found = {name: [] for name in ("l0", "fvu", "dead", "on", "recovered")}
    for one, copy, own in zip(pair, copies, reads, strict=True):
        on = (one.latents > 0).float().mean(0)
        found["l0"].append(metrics.l0(one.latents))
        found["dead"].append(1 - one.living.float().mean(-1))
        found["on"].append(on.sum(-1) / one.living.sum(-1).clamp_min(1))
        test = torch.stack([each.test for each in own], 1)
        found["fvu"].append(search_scores.unexplained(test, copy))
        found["recovered"].append(torch.tensor([_recovered(each, copy[:, i]) for i, each in enumerate(own)]))
    return {name: torch.stack(values, -1) for name, values in found.items()}


def _recovered(one: Read, copy: Tensor) -> float:
    if one.loss is None:
        return torch.nan
    whole, silent = one.loss(one.test), one.loss(one.learn.mean(0).expand_as(one.test))
    return 1 - (one.loss(copy) - whole) / (silent - whole) if silent > whole else torch.nan


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the grid from a shell; return the exit status."""
    parser = sweep_shell.parser(
        "universality",
        "Train pairs of autoencoders that differ in one thing, compare them, and write what came to one parquet file. "
        "A killed grid goes on with the same command; more pairs cost only themselves.",
    )
    parser.add_argument("--data", nargs="+", default=list(DATA), choices=DATA)
    parser.add_argument("--differ", nargs="+", default=list(DIFFER), choices=DIFFER)
    parser.add_argument("--pairs", type=int, default=PAIRS, help="of each condition; default: %(default)s")
    given = parser.parse_args(arguments)

    def runs() -> list[Run]:
        return grid(given.pairs, given.data, given.differ)

    return sweep_shell.run(parser, given, runs, train, together=together, most=MOST)


if __name__ == "__main__":
    sys.exit(main())
