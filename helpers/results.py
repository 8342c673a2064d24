"""The results of Table 1 in one compact file: ``collect`` them from a sweep, ``save``, ``load``."""

import io
import json
import math
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from . import table1
from .data import FOLDER
from .files import whole
from .metrics import monosemanticity
from .monosemanticity import MONO
from .nets import ACTIVATIONS
from .settings import Run

#: Changes when the files of an earlier version can no longer be read.
FORMAT = 1
CURVES = ("loss", "mono", "nearly", "bias", "dead")
#: The largest float16.
MOST = float(np.finfo(np.float16).max)
#: What a summary shows, and what it is divided by.
SHOWN = (("loss", None), ("mono", "features"), ("bias", None))
#: What the book ships: all batches at laptop size.
LAPTOP = FOLDER / "table1_laptop.npz"
#: And our own batch, without its networks.
OPTIMIZERS = FOLDER / "optimizers_laptop.npz"
#: LR1 and LR3, trained half a cycle of the learning rate longer; without their networks.
TROUGH = FOLDER / "trough_laptop.npz"


@dataclass
class Detail:
    """The hidden layer of one trained network, its neurons sorted: the most monosemantic first, the silent last.

    ``W * scale[:, None]`` are the input weights ``(neurons, embedding)``, to one part in 254 of the largest of each
    neuron, if that is 0.01 or more: the scale is a float16. ``bias`` is ``(neurons,)``, ``mono`` ``(neurons,)`` says
    which are monosemantic (by the exact weights).
    """

    W: np.ndarray
    scale: np.ndarray
    bias: np.ndarray
    mono: np.ndarray

    @classmethod
    def of(cls, W_in: np.ndarray, b: np.ndarray, share: np.ndarray) -> "Detail":
        """Return the detail of a network with ``W_in`` ``(embedding, neurons)`` and the monosemanticity ``share``."""
        order = np.argsort(-share, kind="stable")
        W = W_in.T[order]
        # As it is kept: what is rounded later would be an error of its own. The least is the least float16 above 0.
        scale = np.maximum(np.abs(W).max(1) / 127, 6e-8).astype(np.float16).astype(np.float32)
        whole = np.rint(W / scale[:, None]).clip(-127, 127).astype(np.int8)
        return cls(whole, scale, b[order].astype(np.float32), share[order] > MONO)


def shares(outcome: dict, activation: str) -> np.ndarray:
    """Return the monosemanticity of each neuron of the final network of a run."""
    responses = ACTIVATIONS[activation](torch.as_tensor(outcome["projection"] @ outcome["W_in"] + outcome["b"]))
    return monosemanticity(responses[:, None])[0].numpy()


def remaining(outcome: dict, share: np.ndarray) -> float:
    """Return the mean bias of the neurons that are neither monosemantic nor silent; NaN where there are none."""
    rest = outcome["b"][(share > 0) & (share <= MONO)]
    return float(rest.mean()) if len(rest) else math.nan


@dataclass
class Results:
    """What came of the runs of some batches, at one size.

    ``runs`` lists the settings of each run, with its ``batch``; ``swept`` the names of the settings that a batch
    sweeps. ``steps`` is ``(points,)``; ``loss``, ``mono``, ``nearly``, ``bias`` and ``dead`` are ``(runs, points)``,
    as ``monosemanticity.fit`` returns them: NaN at the points after a run ``stopped`` ``(runs,)``, which is the step,
    or -1. ``rest`` ``(runs,)`` is the final mean bias of the neurons that are neither monosemantic nor silent, NaN
    where there are none. ``details`` holds the final networks of the lowest seed of all, by the index of the run; all
    of these share the ``projection`` ``(features, embedding)``. A run that stopped has no ``rest`` and no details.
    ``header`` says how the results were made.
    """

    header: dict
    runs: list[dict]
    swept: dict[str, list[str]]
    steps: np.ndarray
    loss: np.ndarray
    mono: np.ndarray
    nearly: np.ndarray
    bias: np.ndarray
    dead: np.ndarray
    stopped: np.ndarray
    rest: np.ndarray
    details: dict[int, Detail]
    projection: np.ndarray

    @property
    def batches(self) -> list[str]:
        return list(self.swept)

    def of(self, batch: str, **settings) -> list[int]:
        """Return the indices of the runs of ``batch`` that have these ``settings``.

        Raises ``ValueError`` for a batch or a setting that the results do not have.
        """
        if batch not in self.swept:
            raise ValueError(f"unknown batch {batch!r}: expected one of {', '.join(self.swept)}")
        if unknown := set(settings) - set(self.runs[0]):
            raise ValueError(f"unknown setting {sorted(unknown)}: expected some of {', '.join(self.runs[0])}")
        return [
            i
            for i, run in enumerate(self.runs)
            if run["batch"] == batch and all(run[name] == value for name, value in settings.items())
        ]

    def final(self, curve: str, runs: list[int], per: str | None = None) -> np.ndarray:
        """Return the last values ``(runs,)`` of a ``curve``, divided by the run's ``per``, such as its features."""
        values = getattr(self, curve)[runs, -1].astype(float)
        return values if per is None else values / np.array([self.runs[i][per] for i in runs])

    def save(self, path: str | os.PathLike) -> None:
        """Write all to ``path`` at once: a file that is there is whole."""
        path = Path(path)
        header = self.header | {"format": FORMAT, "runs": self.runs, "swept": self.swept}
        arrays = {name: getattr(self, name).astype(np.float32) for name in CURVES}
        # What diverges has biases that a float16 cannot hold.
        arrays["bias"] = arrays["bias"].clip(-MOST, MOST).astype(np.float16)
        places = sorted(self.details)
        parts = [self.details[i] for i in places]
        for name, kind in (("W", np.int8), ("scale", np.float16), ("bias", np.float16), ("mono", np.bool_)):
            pieces = [getattr(part, name) for part in parts]
            arrays[f"detail_{name}"] = (np.concatenate(pieces) if pieces else np.empty(0)).astype(kind)
        with whole(path) as partial, partial.open("wb") as file:
            np.savez_compressed(
                file,
                header=np.array(json.dumps(header, separators=(",", ":"))),
                steps=self.steps,
                stopped=self.stopped,
                rest=self.rest.astype(np.float32),
                projection=self.projection.astype(np.float32),
                detailed=np.array(places),
                **arrays,
            )


def load(path: str | os.PathLike = LAPTOP) -> Results:
    """Return the results saved at ``path``. Raises ``ValueError`` for a damaged file or one of another version."""
    content = Path(path).read_bytes()  # outside: what may not be read is not known to be damaged
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(str(arrays.pop("header")))
        version = header.pop("format")
        found = _parsed(header, arrays) if version == FORMAT else None
    except Exception as error:  # bytes may be anything, and what reads them answers with many kinds
        raise ValueError(f"{path} is damaged, or no file of results ({error}): make it again") from error
    if found is None:
        raise ValueError(f"{path} has format {version!r}, expected {FORMAT}: make it again with this version")
    return found


def _parsed(header: dict, arrays: dict[str, np.ndarray]) -> Results:
    """Return the results that ``Results.save`` wrote as ``header`` and ``arrays``."""
    runs, swept = header.pop("runs"), header.pop("swept")
    places = arrays.pop("detailed").tolist()
    ends = np.cumsum([runs[i]["neurons"] for i in places])[:-1]
    split = {name: np.split(arrays.pop(f"detail_{name}"), ends) for name in ("W", "scale", "bias", "mono")}
    details = {
        place: Detail(
            split["W"][i], *(split[name][i].astype(np.float32) for name in ("scale", "bias")), split["mono"][i]
        )
        for i, place in enumerate(places)
    }
    arrays |= {name: arrays[name].astype(np.float32) for name in CURVES}
    return Results(header=header, runs=runs, swept=swept, details=details, **arrays)


def collect(batches: Mapping[str, list[tuple[Run, dict]]], size: str, command: str, networks: bool = True) -> Results:
    """Return the results of ``batches``: for each, its runs and what ``monosemanticity.fit`` returned for them.

    Without ``networks`` there are no ``details``, which take nearly all of the space.
    Raises ``ValueError`` for no runs, and for runs that were not recorded at the same steps.
    """
    pairs = [(batch, run, outcome) for batch, listed in batches.items() for run, outcome in listed]
    if not pairs:
        raise ValueError("expected the outcome of at least one run, got none")
    first = pairs[0][2]
    if any(not np.array_equal(outcome["steps"], first["steps"]) for _, _, outcome in pairs):
        raise ValueError("expected runs of the same number of steps: keep others in a file of their own")
    seed = min(run.seed for _, run, _ in pairs)
    # A network that diverged may answer with infinities: nothing is counted in it.
    share = [shares(outcome, run.activation) if np.isfinite(outcome["mono"][-1]) else None for _, run, outcome in pairs]
    details = {
        i: Detail.of(outcome["W_in"], outcome["b"], share[i])
        for i, (_, run, outcome) in enumerate(pairs)
        if run.seed == seed and networks and share[i] is not None
    }
    projection = next(outcome["projection"] for _, run, outcome in pairs if run.seed == seed)
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    return Results(
        header={"size": size, "command": command, "versions": versions},
        runs=[{"batch": batch, **asdict(run)} for batch, run, _ in pairs],
        swept={batch: table1.swept(batch) for batch in batches},
        steps=first["steps"],
        stopped=np.array([int(outcome["stopped"]) for _, _, outcome in pairs]),
        rest=np.array(
            [
                math.nan if one is None else remaining(outcome, one)
                for (_, _, outcome), one in zip(pairs, share, strict=True)
            ]
        ),
        details=details,
        projection=projection,
        **{name: np.stack([outcome[name] for _, _, outcome in pairs]) for name in CURVES},
    )


def summary(results: Results) -> str:
    """Return a table of the results as text: a line for each setting, then the runs that stopped and are left out."""
    lines = []
    for batch, names in results.swept.items():
        lines.append(f"{batch:4} {' '.join(f'{name:>13}' for name in names)}  seeds     loss  mono/feature  mean bias")
        for point in dict.fromkeys(tuple(results.runs[i][name] for name in names) for i in results.of(batch)):
            every = results.of(batch, **dict(zip(names, point, strict=True)))
            kept = [i for i in every if results.stopped[i] < 0]
            values = " ".join(f"{value:>13}" for value in point)
            means = [results.final(name, kept, per).mean() if kept else math.nan for name, per in SHOWN]
            lines.append(f"     {values}  {len(kept):5}  {means[0]:7.4f}  {means[1]:12.2f}  {means[2]:9.3f}")
    for i in np.flatnonzero(results.stopped >= 0):
        run = results.runs[i]
        point = ", ".join(f"{name}={run[name]}" for name in [*results.swept[run["batch"]], "seed"])
        lines.append(f"stopped: {run['batch']} {point} diverged at step {results.stopped[i]} and is left out above")
    return "\n".join(lines)
