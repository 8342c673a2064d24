"""Optimizers whose settings may differ from instance to instance: Adam, AdamW, LAMB, SGD with momentum.

Every parameter has a leading instances axis. ``lr`` and ``weight_decay`` are numbers, or one value per instance; the
other settings are shared. With plain numbers, all but LAMB take the steps of their namesakes in ``torch.optim``.
"""

import math
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn

from .checks import one_of


def per_instance(name: str, value: float | Sequence[float] | Tensor, instances: int) -> Tensor:
    """Return ``value`` as a float32 tensor ``(instances,)``; one number serves all instances.

    Raises ``ValueError`` for a wrong length, a negative or a non-finite value.
    """
    try:
        tensor = torch.as_tensor(value, dtype=torch.float32).detach().cpu()
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} must be a number or one number per instance, got {value!r}") from error
    if tensor.dim() > 1 or (tensor.dim() == 1 and len(tensor) != instances):
        raise ValueError(
            f"{name} must be a number or {instances} numbers (one per instance), got shape {tuple(tensor.shape)}"
        )
    if not torch.isfinite(tensor).all() or (tensor < 0).any():
        raise ValueError(f"{name} must be finite and not negative, got {tensor.tolist()}")
    return tensor.expand(instances).clone()


class PerInstance(torch.optim.Optimizer):
    """What the optimizers share: moments of the gradient, with a learning rate and a decay per instance.

    All parameters are treated as one matrix ``(instances, numbers per instance)``: a tiny model's step costs what
    its separate operations cost, so few and larger ones are faster.
    """

    #: What may be set, beside the parameters.
    SETTINGS = ("betas", "eps", "lr", "weight_decay")

    def __init__(
        self, params: Iterable[nn.Parameter], lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0, **shared
    ):
        params = list(params)
        counts = {p.shape[0] if p.dim() else 0 for p in params}
        if len(counts) != 1 or 0 in counts:
            raise ValueError(f"all parameters need the same leading instances axis, got lengths {sorted(counts)}")
        if not isinstance(betas, Sequence) or len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas must be two numbers in [0, 1), got {betas!r}")
        if not isinstance(eps, float | int) or not eps > 0:
            raise ValueError(f"eps must be a positive number, got {eps!r}")
        instances, where = counts.pop(), params[0].device
        decay = per_instance("weight_decay", weight_decay, instances)
        defaults = {
            "lr": per_instance("lr", lr, instances).to(where),
            "weight_decay": decay.to(where),
            "decays": bool(decay.any()),
            "betas": tuple(betas),
            "eps": eps,
            "count": 0,
            **shared,
        }
        super().__init__(params, defaults)
        self.sizes = [p[0].numel() for p in params]
        # Moments lie in memory as the parameters do (see ``nets.interleave``).
        beside = instances > 1 and all(p.stride(0) == 1 for p in params)
        for moment in ("mean", "square"):
            shape = (sum(self.sizes), instances) if beside else (instances, sum(self.sizes))
            zeros = torch.zeros(shape, device=where)
            self.state[params[0]][moment] = zeros.T if beside else zeros

    def settings(self) -> dict[str, list[float]]:
        """Return the settings as plain numbers of six digits, one per instance where they may differ."""
        (group,) = self.param_groups
        numbers = {name: torch.atleast_1d(torch.as_tensor(group[name])).tolist() for name in self.SETTINGS}
        return {name: [float(f"{number:.6g}") for number in listed] for name, listed in numbers.items()}

    def load_state_dict(self, state_dict: dict) -> None:
        """Load what ``state_dict()`` returned, from whatever device it was saved on."""
        super().load_state_dict(state_dict)
        (group,) = self.param_groups
        for name in ("lr", "weight_decay"):
            group[name] = group[name].to(group["params"][0].device)

    # The next three get what they need as arguments, because an optimizer itself cannot be compiled.

    @staticmethod
    def gradient(grad: Tensor, params: list[Tensor], decay: Tensor | None) -> Tensor:
        """Return the gradient that is followed."""
        return grad

    @staticmethod
    def moment(grad: Tensor, mean: Tensor, square: Tensor, bias1, bias2, *, betas, eps, **_) -> Tensor:
        """Take ``grad`` into the moments, in place, and return what they say: by default Adam's normalised mean."""
        mean.lerp_(grad, 1 - betas[0])
        square.mul_(betas[1]).addcmul_(grad, grad, value=1 - betas[1])
        return (mean / bias1).div_((square / bias2).sqrt_().add_(eps))

    @staticmethod
    def direction(moments: list[Tensor], params: list[Tensor], decay: Tensor | None, **shared) -> list[Tensor]:
        """Return what to subtract, before the learning rate, given the ``moments``: a matrix for each parameter."""
        return moments

    @torch.no_grad()
    def step(self, closure=None, *, scale: float = 1.0, alive: Tensor | None = None) -> Tensor:
        """Take one step; ``scale`` multiplies every learning rate.

        Instances that are not ``alive`` ``(instances,)``, or whose gradient is NaN or infinite, stay exactly where
        they are. Returns which instances moved: what to pass as ``alive`` next time.
        """
        if closure is not None:
            raise ValueError("closures are not supported: compute the gradients, then call step()")
        (group,) = self.param_groups
        params = group["params"]
        self.count()
        grads = [torch.zeros_like(p) if p.grad is None else p.grad for p in params]
        alive = torch.ones(len(params[0]), dtype=torch.bool, device=params[0].device) if alive is None else alive
        return self.mover()(params, grads, scale, *self.corrections(), alive)

    def count(self, steps: int = 1) -> None:
        """Begin a step, or with -1 take that back."""
        self.param_groups[0]["count"] += steps

    def corrections(self) -> tuple[float, float]:
        """Return Adam's corrections of its two moments for the step that has begun."""
        (group,) = self.param_groups
        return tuple(1 - beta ** group["count"] for beta in group["betas"])

    def mover(self) -> Callable[..., Tensor]:
        """Return ``move(params, grads, scale, bias1, bias2, alive)``, which changes ``params`` as ``step`` says.

        It is a function of tensors alone, so it can be compiled.
        """
        (group,) = self.param_groups
        lr, sizes = group["lr"], self.sizes
        shared = {name: group[name] for name in group.keys() - {"params", "lr", "weight_decay", "decays", "count"}}
        gradient, moment, direction = self.gradient, self.moment, self.direction
        decay = group["weight_decay"].unsqueeze(1) if group["decays"] else None
        mean, square = (self.state[group["params"][0]][name] for name in ("mean", "square"))

        def move(params: list[Tensor], grads: list[Tensor], scale, bias1, bias2, alive: Tensor) -> Tensor:
            grad = flat(grads)
            # Zero times NaN or infinity is NaN: one pass of plain arithmetic, where isfinite() converts each number.
            alive = alive & ((grad * 0.0).sum(1) == 0)
            grad = gradient(grad, params, decay)
            steps = moment(grad, mean, square, bias1, bias2, **shared)
            steps = direction(steps.split(sizes, dim=1), params, decay, **shared)
            rate = (lr * scale).unsqueeze(1)
            # Chosen, not multiplied by zero: a stopped instance's change may be NaN, and NaN times zero is NaN.
            change = [torch.where(alive.unsqueeze(1), step * rate, 0.0) for step in steps]
            torch._foreach_sub_(params, [c.view_as(p) for c, p in zip(change, params, strict=True)])
            return alive

        return move


def flat(tensors: list[Tensor]) -> Tensor:
    """Lay tensors ``(instances, ...)`` side by side as one matrix ``(instances, numbers)``."""
    return torch.cat([t.reshape(len(t), -1) for t in tensors], dim=1)


class Adam(PerInstance):
    """Adam (Kingma and Ba 2015) with L2 weight decay in the gradient, as in ``torch.optim.Adam``."""

    @staticmethod
    def gradient(grad: Tensor, params: list[Tensor], decay: Tensor | None) -> Tensor:
        return grad if decay is None else grad + decay * flat(params)


class AdamW(PerInstance):
    """Adam with weight decay beside the gradient (Loshchilov and Hutter 2019), as in ``torch.optim.AdamW``."""

    @staticmethod
    def direction(moments: list[Tensor], params: list[Tensor], decay: Tensor | None, **shared) -> list[Tensor]:
        pairs = zip(moments, params, strict=True)
        return moments if decay is None else [m + decay * p.reshape(len(p), -1) for m, p in pairs]


class SGD(Adam):
    """Gradient descent with heavy-ball ``momentum``, as in ``torch.optim.SGD``."""

    SETTINGS = ("lr", "momentum", "weight_decay")

    def __init__(self, params: Iterable[nn.Parameter], lr=1e-3, momentum=0.9, weight_decay=0.0):
        if not isinstance(momentum, float | int) or not 0 <= momentum < 1:
            raise ValueError(f"momentum must be a number in [0, 1), got {momentum!r}")
        super().__init__(params, lr=lr, weight_decay=weight_decay, momentum=momentum)

    @staticmethod
    def moment(grad: Tensor, mean: Tensor, square: Tensor, bias1, bias2, *, momentum, **_) -> Tensor:
        return mean.mul_(momentum).add_(grad)


class LAMB(PerInstance):
    """LAMB (You et al. 2020): Adam's step, rescaled to the length of each parameter of each instance.

    Lengths above ``clamp`` count as ``clamp``; the published code of several papers has it at 10.
    """

    SETTINGS = (*PerInstance.SETTINGS, "clamp")

    def __init__(self, params: Iterable[nn.Parameter], lr=1e-3, clamp=math.inf, **settings):
        if not isinstance(clamp, float | int) or not clamp > 0:
            raise ValueError(f"clamp must be a positive number, got {clamp!r}")
        super().__init__(params, lr=lr, clamp=clamp, **settings)

    @staticmethod
    def direction(moments: list[Tensor], params: list[Tensor], decay: Tensor | None, *, clamp, **_) -> list[Tensor]:
        weights = [p.reshape(len(p), -1) for p in params]
        parts = moments if decay is None else [m + decay * w for m, w in zip(moments, weights, strict=True)]
        return [part * trust(weight, part, clamp) for part, weight in zip(parts, weights, strict=True)]


def trust(weight: Tensor, step: Tensor, most: float = math.inf) -> Tensor:
    """Return LAMB's trust ratio ``|weight| / |step|`` of each row, ``(instances, 1)``; 1 where either is zero.

    A ``|weight|`` above ``most`` counts as ``most``.
    """
    long, short = weight.norm(dim=1, keepdim=True).clamp_max(most), step.norm(dim=1, keepdim=True)
    return torch.where((long > 0) & (short > 0), long / short, 1.0)


OPTIMIZERS = {"adam": Adam, "adamw": AdamW, "lamb": LAMB, "sgd": SGD}


def make(name: str, params: Iterable[nn.Parameter], **settings) -> PerInstance:
    """Return the optimizer called ``name``. Raises ``ValueError`` for an unknown name or setting."""
    one_of("optimizer", name, OPTIMIZERS)
    known = OPTIMIZERS[name].SETTINGS
    if unknown := set(settings) - set(known):
        raise ValueError(f"unknown {name} setting {sorted(unknown)}: expected some of {list(known)}")
    return OPTIMIZERS[name](params, **settings)
