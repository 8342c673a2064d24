"""The settings of one run of *Engineering monosemanticity*, and which runs can be trained as one stack."""

import math
from dataclasses import dataclass, fields
from dataclasses import replace as changed

from . import nets, optim, schedules
from .checks import one_of, positive_integers

DISTRIBUTIONS = ("uniform", "power_law")
#: What is measured during a training takes so many samples at once.
ROWS = 512


@dataclass(frozen=True)
class Run:
    """The settings of one run. The defaults are those of Table 1 and of the published code.

    ``eps`` is the mean probability that a feature is on. ``decay_rate`` times ``learning_rate`` is the share of itself
    that each bias loses at every step of the first half. ``l1`` weighs the sum of absolute activations per sample.
    Raises ``ValueError`` that names a setting outside its range.
    """

    task: str = "decoder"
    activation: str = "relu"
    distribution: str = "uniform"
    features: int = 512
    embedding: int = 64
    neurons: int = 1024
    eps: float = 1 / 64
    learning_rate: float = 0.003
    decay_rate: float = 0.0
    bias_offset: float = 0.0
    l1: float = 0.0
    optimizer: str = "lamb"
    schedule: str = "cyclic"
    warmup: int = 0
    momentum: float = 0.9
    weight_decay: float = 0.0
    steps: int = 2**17
    batch_size: int = 2**13
    seed: int = 0

    def __post_init__(self):
        one_of("task", self.task, nets.TASKS)
        one_of("activation", self.activation, nets.ACTIVATIONS)
        one_of("distribution", self.distribution, DISTRIBUTIONS)
        one_of("optimizer", self.optimizer, optim.OPTIMIZERS)
        names = ("features", "embedding", "neurons", "steps", "batch_size")
        positive_integers(**{name: getattr(self, name) for name in names})
        schedules.make(self.schedule, self.steps, self.warmup)
        ranges = {
            "eps": (self.eps, "in (0, 1]", lambda x: 0 < x <= 1),
            "learning_rate": (self.learning_rate, "above 0", lambda x: x > 0),
            "decay_rate": (self.decay_rate, "such that learning_rate times it is in [0, 1)", self._decays),
            "bias_offset": (self.bias_offset, "finite", lambda x: True),
            "l1": (self.l1, "not negative", lambda x: x >= 0),
            "momentum": (self.momentum, "in [0, 1)", lambda x: 0 <= x < 1),
            "weight_decay": (self.weight_decay, "not negative", lambda x: x >= 0),
        }
        for name, (value, what, fits) in ranges.items():
            number = isinstance(value, float | int) and not isinstance(value, bool)
            if not number or not math.isfinite(value) or not fits(value):
                raise ValueError(f"{name} must be a number {what}, got {value!r}")
        if not isinstance(self.seed, int):
            raise ValueError(f"seed must be an integer, got {self.seed!r}")

    def _decays(self, rate: float) -> bool:
        return 0 <= rate * self.learning_rate < 1

    def but(self, **changes) -> "Run":
        """Return this run with some settings changed. Raises ``ValueError`` for one that does not exist."""
        known = [field.name for field in fields(self)]
        if unknown := [name for name in changes if name not in known]:
            raise ValueError(f"unknown setting {unknown[0]!r}: expected one of {', '.join(known)}")
        return changed(self, **changes)


def parse(text: str) -> tuple[str, object]:
    """Return the setting that ``name=value`` gives. Raises ``ValueError`` for text that gives none."""
    kinds = {field.name: type(field.default) for field in fields(Run)}
    name, equals, value = text.partition("=")
    if not equals or name not in kinds:
        raise ValueError(f"expected name=value with a name of {', '.join(kinds)}; got {text!r}")
    try:
        return name, kinds[name](value)
    except ValueError:
        raise ValueError(f"{name} must be of type {kinds[name].__name__}, got {value!r}") from None


#: What all runs of a stack share: the shape of a step. All else differs from instance to instance as it likes.
SHARED = (
    "task", "activation", "features", "embedding", "optimizer", "schedule", "warmup", "momentum", "steps", "batch_size",
)  # fmt: skip


def shared(run: Run) -> tuple:
    """Return what ``sweep.run`` stacks runs by: what they must share, and a similar number of neurons."""
    return *(getattr(run, name) for name in SHARED), math.ceil(math.log2(run.neurons) / 2)


def footprint(run: Run) -> int:
    """Return about how many bytes of memory a run needs in a stack."""
    outputs = run.embedding if run.task == "reprojector" else run.features
    weights = run.embedding * run.neurons + run.neurons + run.neurons * outputs
    rows = 3 * run.features + 2 * run.embedding + 3 * run.neurons + 2 * outputs
    return 4 * (8 * weights + max(run.batch_size, ROWS) * rows)
