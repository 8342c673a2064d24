"""One training loop for every chapter: ``fit``."""

import operator
import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from . import checkpoint as checkpoints
from . import compiled, optim
from .checks import positive_integers
from .device import pick, threads

#: Changes when a checkpoint of an earlier version can no longer be resumed.
FORMAT = 3

#: Models with fewer parameters than this train on one processor thread, where they are fastest unless compiled.
SMALL = 100_000

#: Runs of at least so many steps are compiled unless told otherwise: compiling takes seconds and saves most of a step.
LONG = 5_000

#: What a checkpoint holds of the history.
KEPT = ("steps", "losses", "measured", "snapshots")


@dataclass
class History:
    """What a run leaves beside the trained model. Everything is on the CPU.

    ``loss`` ``(points, instances)`` is the mean loss since the point before, at the ``steps`` ``(points,)``;
    ``measures`` holds what ``measure`` returned at the same points. ``snapshots`` maps a step to a copy of the
    parameters after it. ``stopped`` maps an instance whose loss or gradient became NaN or infinite to the step,
    counted from 0, where it did; its ``loss`` is NaN from there on.
    """

    steps: list[int] = field(default_factory=list)
    losses: list[Tensor] = field(default_factory=list)
    measured: list[dict[str, Tensor]] = field(default_factory=list)
    snapshots: dict[int, dict[str, Tensor]] = field(default_factory=dict)
    stopped: dict[int, int] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def loss(self) -> Tensor:
        return torch.stack(self.losses) if self.losses else torch.empty(0, 0)

    @property
    def measures(self) -> dict[str, Tensor]:
        names = self.measured[0] if self.measured else {}
        return {name: torch.stack([point[name] for point in self.measured]) for name in names}


class Diverged(FloatingPointError):
    """All instances have stopped. ``history`` is that of the run."""

    def __init__(self, message: str, history: History):
        super().__init__(message)
        self.history = history


def log2_steps(steps: int) -> list[int]:
    """Return 0, the powers of two below ``steps``, and ``steps``: evenly spaced on a log axis."""
    return [0, *(2**i for i in range(steps.bit_length()) if 2**i < steps), steps]


def fit(
    model: nn.Module,
    batch: Callable[[int, torch.Generator], object],
    loss: Callable[[nn.Module, object], Tensor],
    *,
    steps: int,
    optimizer: str = "adam",
    schedule: Callable[[int], float] | None = None,
    device: str | torch.device = "auto",
    seed: int | Sequence[int] = 0,
    points: int | Iterable[int] = 100,
    measure: Callable[[nn.Module], dict[str, Tensor]] | None = None,
    snapshots: bool | Iterable[int] = False,
    checkpoint: str | os.PathLike | None = None,
    compile: bool | None = None,
    after: Callable[[dict[str, Tensor], object], dict[str, Tensor]] | None = None,
    progress: bool = True,
    **settings,
) -> History:
    """Train all instances of ``model`` at once on ``device``, in place, and return the ``History``.

    ``batch(step, generator)`` makes the data of a step; ``loss(model, data)`` returns one loss per instance,
    ``(instances,)``. The losses are summed before the gradient is taken, so instances never mix. ``settings``
    (``lr``, ``weight_decay``, ``betas``, ``eps``) go to the optimizer: ``lr`` and ``weight_decay`` may be one
    value per instance. ``schedule(step)`` multiplies the learning rates. The loss is recorded at up to ``points``
    evenly spaced steps, or at the steps that ``points`` lists, and ``measure(model)`` with it. ``snapshots=True`` keeps
    the parameters at log2-spaced steps; a list names the steps to keep. ``after(parameters, step)`` returns those
    parameters, by name, that are to be replaced once a step is taken, such as a bias that decays.

    An instance whose loss or gradient is NaN or infinite stops there, with the parameters it had, and the others go
    on; a warning names it. When all have stopped, ``Diverged``, a ``FloatingPointError``, says so. Ctrl-C ends the run
    and keeps what is trained. Afterwards the model is back on the device it came from. With ``checkpoint`` the run is
    saved to that file at every point; the same call resumes it, to the same result on the same device.

    ``compile`` turns the step into machine code first, which long runs of small models need; left out, runs of
    ``LONG`` steps or more are compiled. Where that is impossible, such as without a C++ compiler, a warning says so
    and the run goes on without. A ``batch`` marked ``sampling.counted`` gets a ``sampling.Stream`` in place of the
    generator, and is compiled with the rest; it may have one ``seed`` per instance. A compiled ``loss`` is read once:
    Python values that it uses must not change during the run.

    Raises ``ValueError`` for an unknown optimizer, device or setting, a wrong number of learning rates or seeds, a loss
    of the wrong shape, or a checkpoint that is damaged or from another run.
    """
    positive_integers(steps=steps)
    stops = _stops(points, steps)
    where = pick(device)
    keep = _chosen(snapshots, steps)
    home = next((p.device for p in model.parameters()), where)
    opt = optim.make(optimizer, model.to(where).parameters(), **settings)
    instances = len(next(model.parameters()))
    counted = getattr(batch, "counted", False)
    seed = _seeds(seed, instances, counted)
    generator = torch.Generator(where).manual_seed(0 if counted else seed)
    path = None if checkpoint is None else Path(checkpoint)
    run = {"format": FORMAT, "steps": steps, "optimizer": optimizer, "seed": seed, "points": stops}
    run["compile"] = compile = steps >= LONG if compile is None else bool(compile)
    run |= {"snapshots": keep, **opt.settings()}
    run["parameters"] = {name: list(value.shape) for name, value in model.state_dict().items()}

    history, done = History(), 0
    died = torch.full((instances,), -1, device=where)
    if path is not None and path.exists():
        done, died = _resume(checkpoints.load(path, run), model, opt, generator, history)
    elif 0 in keep:
        history.snapshots[0] = _copy(model.state_dict())

    total = torch.zeros(instances, device=where)
    kind = compiled.Step if compile else compiled.Plain
    advance = kind(model, batch, loss, opt, seed if counted else generator, died, total, after)
    small = sum(p.numel() for p in model.parameters()) < SMALL
    bar = tqdm(total=steps, initial=done, disable=not progress, leave=False, mininterval=0.5)
    try:
        with threads(1 if small and not compile else None):
            while done < steps and (died < 0).any():
                first = done
                total.zero_()
                for step in range(first, next(stop for stop in stops if stop > first)):
                    scale = 1.0 if schedule is None else schedule(step)
                    advance(step, scale)
                    done = step + 1
                    bar.update()
                    if done in keep:
                        history.snapshots[done] = _copy(model.state_dict())
                history.steps.append(done)
                history.losses.append((total / (done - first)).cpu())
                if measure is not None:
                    with torch.no_grad():
                        history.measured.append(_copy(measure(model)))
                if path is not None:
                    parts = {
                        "model": model.state_dict(),
                        "optimizer": opt.state_dict(),
                        "generator": generator.get_state(),
                    }
                    kept = {name: getattr(history, name) for name in KEPT}
                    checkpoints.save(path, {"run": run, "done": done, "died": died, "history": kept, **parts})
                bar.set_postfix(loss=f"{history.losses[-1].nanmean():.4g}")
    except KeyboardInterrupt:
        history.interrupted = True
        warnings.warn(f"interrupted after {done} of {steps} steps: the model keeps what it learned", stacklevel=2)
    finally:
        bar.close()
        model.to(home)
    history.stopped = {i: step for i, step in enumerate(died.tolist()) if step >= 0}
    if history.stopped:
        named = ", ".join(f"instance {i} at step {step}" for i, step in history.stopped.items())
        message = f"the loss became NaN or infinite and training stopped there: {named}"
        if len(history.stopped) == instances:
            raise Diverged(f"{message}; try a smaller learning rate or check the data", history)
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return history


def _stops(points: int | Iterable[int], steps: int) -> list[int]:
    """Return the steps to record the loss after, in order; the last step is one of them."""
    if isinstance(points, Iterable):
        listed = sorted({operator.index(point) for point in points})
        if not listed or listed[0] < 1 or listed[-1] > steps:
            raise ValueError(f"points must be steps from 1 to {steps}, got {listed}")
        return listed if listed[-1] == steps else [*listed, steps]
    positive_integers(points=points)
    every = -(-steps // points)
    return [*range(every, steps, every), steps]


def _seeds(seed: int | Sequence[int], instances: int, counted: bool) -> int | list[int]:
    """Return the seed, or the list of seeds, as plain integers."""
    try:
        if not isinstance(seed, Iterable):
            return operator.index(seed)
        seeds = [operator.index(one) for one in seed]
    except TypeError as error:
        raise ValueError(f"expected integers for seeds, got {seed!r}") from error
    if not counted or len(seeds) != instances:
        needed = f"{instances} seeds, one per instance" if counted else "one seed: this batch is not marked as counted"
        raise ValueError(f"expected {needed}; got {len(seeds)} seeds")
    return seeds


def _chosen(snapshots: bool | Iterable[int], steps: int) -> list[int]:
    """Return the steps to keep the parameters of, in order."""
    if isinstance(snapshots, bool):
        return log2_steps(steps) if snapshots else []
    chosen = sorted({operator.index(step) for step in snapshots})
    if chosen and not 0 <= chosen[0] <= chosen[-1] <= steps:
        raise ValueError(f"snapshots must be steps from 0 to {steps}, got {chosen}")
    return chosen


def _copy(values: dict[str, Tensor | float]) -> dict[str, Tensor]:
    return {name: torch.as_tensor(value).detach().cpu().clone() for name, value in values.items()}


def _resume(state: dict, model, opt, generator, history: History) -> tuple[int, Tensor]:
    """Load ``state`` into the run's parts; return the steps done and where each instance stopped."""
    model.load_state_dict(state["model"])
    opt.load_state_dict(state["optimizer"])
    generator.set_state(state["generator"])
    for name in KEPT:
        setattr(history, name, state["history"][name])
    return state["done"], state["died"].to(generator.device)
