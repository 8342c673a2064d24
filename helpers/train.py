"""One training loop for every chapter: ``fit``."""

import os
import pickle
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from tqdm import tqdm

from . import optim
from .device import pick

FORMAT = 1


@dataclass
class History:
    """What a run leaves beside the trained model. Everything is on the CPU.

    ``loss`` ``(points, instances)`` is the mean loss since the point before, at the ``steps`` ``(points,)``;
    ``measures`` holds the same for each quantity ``measure`` returned. ``snapshots`` maps a step to a copy of the
    parameters after it. ``stopped`` maps an instance whose loss became NaN or infinite to the step where it did.
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
    seed: int = 0,
    points: int = 100,
    measure: Callable[[nn.Module], dict[str, Tensor]] | None = None,
    snapshots: bool | Iterable[int] = False,
    checkpoint: str | os.PathLike | None = None,
    progress: bool = True,
    **settings,
) -> History:
    """Train all instances of ``model`` at once, in place, and return the ``History``.

    ``batch(step, generator)`` makes the data of a step; ``loss(model, data)`` returns one loss per instance,
    ``(instances,)``. The losses are summed before the gradient is taken, so instances never mix. ``settings``
    (``lr``, ``weight_decay``, ``betas``, ``eps``) go to the optimizer: ``lr`` and ``weight_decay`` may be one
    value per instance. ``schedule(step)`` multiplies the learning rates. The loss is recorded at about ``points``
    evenly spaced steps, and ``measure(model)`` with it. ``snapshots=True`` keeps the parameters at log2-spaced steps; a list names the
    steps to keep.

    An instance whose loss is NaN or infinite stops there and the others go on; a warning names it. When all have
    stopped, ``FloatingPointError`` says so. Ctrl-C ends the run and keeps what is trained. With ``checkpoint`` the
    run is saved to that file as it goes; the same call resumes it, to the same result on the same device.

    Raises ``ValueError`` for an unknown optimizer, device or setting, a wrong number of learning rates, a loss of
    the wrong shape, or a checkpoint that is damaged or from another run.
    """
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise ValueError(f"steps must be a positive integer, got {steps!r}")
    where = pick(device)
    model.to(where)
    instances = len(next(model.parameters()))
    opt = optim.make(optimizer, model.parameters(), **settings)
    generator = torch.Generator(where).manual_seed(seed)
    keep = set(log2_steps(steps) if snapshots is True else snapshots or ())
    every = max(1, steps // points)

    history, start = History(), 0
    alive = torch.ones(instances, dtype=torch.bool, device=where)
    died = torch.full((instances,), -1, dtype=torch.long, device=where)
    path = None if checkpoint is None else Path(checkpoint)
    run = {
        "format": FORMAT,
        "steps": steps,
        "optimizer": optimizer,
        "seed": seed,
        "every": every,
        "keep": sorted(keep),
    }
    run["settings"] = {name: torch.as_tensor(value).tolist() for name, value in settings.items()}
    if path is not None and path.exists():
        start, died = _resume(path, run, model, opt, generator, history)
        alive = died < 0
    if start == 0 and 0 in keep:
        history.snapshots[0] = _copy(model)

    total = torch.zeros(instances, device=where)
    bar = tqdm(total=steps, initial=start, disable=not progress, leave=False, mininterval=0.5)
    done = start
    try:
        for step in range(start, steps):
            losses = loss(model, batch(step, generator))
            if losses.shape != (instances,):
                raise ValueError(
                    f"loss must return one value per instance, shape ({instances},), got {tuple(losses.shape)}"
                )
            opt.zero_grad(set_to_none=True)
            losses.sum().backward()
            losses = losses.detach()
            finite = losses.isfinite()
            died = torch.where(alive & ~finite, step, died)
            alive = alive & finite
            opt.step(scale=1.0 if schedule is None else schedule(step), alive=alive)
            total += losses
            done = step + 1
            if done in keep:
                history.snapshots[done] = _copy(model)
            if done % every == 0 or done == steps:
                since = done - (history.steps[-1] if history.steps else 0)
                history.steps.append(done)
                history.losses.append((total / since).cpu())
                if measure is not None:
                    with torch.no_grad():
                        history.measured.append({k: v.detach().cpu() for k, v in measure(model).items()})
                total.zero_()
                bar.update(done - bar.n)
                bar.set_postfix(loss=f"{history.losses[-1].nanmean():.4g}")
                if path is not None:
                    _save(path, run, done, model, opt, generator, history, died)
                if not alive.any():
                    break
    except KeyboardInterrupt:
        history.interrupted = True
        warnings.warn(f"interrupted after {done} of {steps} steps: the model keeps what it learned", stacklevel=2)
    finally:
        bar.close()
    history.stopped = {i: int(s) for i, s in enumerate(died.tolist()) if s >= 0}
    if history.stopped:
        named = ", ".join(f"instance {i} at step {s}" for i, s in history.stopped.items())
        message = f"the loss became NaN or infinite and training stopped there: {named}"
        if len(history.stopped) == instances:
            raise FloatingPointError(f"{message}; try a smaller learning rate or check the data")
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return history


def _copy(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}


def _save(path: Path, run, done, model, opt, generator, history, died) -> None:
    """Write the checkpoint beside its place, then rename: a killed run leaves the last whole one."""
    state = {
        "run": run,
        "done": done,
        "model": model.state_dict(),
        "optimizer": opt.state_dict(),
        "generator": generator.get_state(),
        "history": {k: getattr(history, k) for k in ("steps", "losses", "measured", "snapshots")},
        "died": died,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        torch.save(state, partial)
        os.replace(partial, path)
    except BaseException:
        with suppress(FileNotFoundError):
            partial.unlink()
        raise


def _resume(path: Path, run, model, opt, generator, history) -> tuple[int, Tensor]:
    """Load the checkpoint into the run's parts; return the steps done and where instances stopped."""
    try:
        state = torch.load(path, map_location=next(model.parameters()).device, weights_only=True)
        saved = state["run"]
    except (
        pickle.UnpicklingError,
        RuntimeError,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        OSError,
    ) as error:
        raise ValueError(
            f"checkpoint {path} is damaged or not a checkpoint ({error}): delete it to start over"
        ) from error
    if different := [key for key in run if saved.get(key) != run[key]]:
        what = ", ".join(f"{key} was {saved.get(key)!r} and is now {run[key]!r}" for key in different)
        raise ValueError(f"checkpoint {path} is from another run: {what}; delete it or name another file")
    shapes = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    if (found := {name: tuple(value.shape) for name, value in state["model"].items()}) != shapes:
        raise ValueError(f"checkpoint {path} holds another model: expected parameters {shapes}, got {found}")
    model.load_state_dict(state["model"])
    opt.load_state_dict(state["optimizer"])
    generator.set_state(state["generator"].cpu())
    for name, value in state["history"].items():
        setattr(history, name, [v.cpu() for v in value] if name == "losses" else value)
    return state["done"], state["died"]
