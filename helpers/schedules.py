"""What multiplies the learning rate at each step: functions ``schedule(step)`` for ``train.fit``."""

from collections.abc import Callable
from math import cos, pi

from .checks import one_of, positive_integers

Schedule = Callable[[int], float]


def constant(steps: int = 1) -> Schedule:
    """Return the schedule that is always 1."""
    return lambda step: 1.0


def cosine(steps: int) -> Schedule:
    """Return the schedule that falls from 1 to 0 over ``steps`` along half a cosine (Loshchilov and Hutter 2017)."""
    positive_integers(steps=steps)
    return lambda step: (1 + cos(pi * min(step, steps) / steps)) / 2


def cyclic(steps: int = 1, half: int = 512) -> Schedule:
    """Return the schedule that goes from 1 to 0 in ``half`` steps along a cosine, then back, and so on.

    It is what ``torch.optim.lr_scheduler.CosineAnnealingLR`` does after its ``T_max``, and so what the published code
    of Jermyn et al. (2022) does with its ``T_max`` of 512. After every power of two from 1,024 on it stands at 1.
    """
    positive_integers(half=half)
    return lambda step: (1 + cos(pi * step / half)) / 2


SCHEDULES = {"constant": constant, "cosine": cosine, "cyclic": cyclic}


def make(name: str, steps: int, warmup: int = 0) -> Schedule:
    """Return the schedule called ``name`` for a run of ``steps``, after a linear rise over ``warmup`` of them.

    Raises ``ValueError`` for an unknown name, and for a warm-up that is negative or leaves no step.
    """
    one_of("schedule", name, SCHEDULES)
    positive_integers(steps=steps)
    if not isinstance(warmup, int) or not 0 <= warmup < steps:
        raise ValueError(f"warmup must be a number of steps from 0 to {steps - 1}, got {warmup!r}")
    after = SCHEDULES[name](steps - warmup)
    return lambda step: (step + 1) / (warmup + 1) if step < warmup else after(step - warmup)
