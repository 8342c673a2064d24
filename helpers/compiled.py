"""A training step: operation by operation (``Plain``), or as two compiled functions (``Step``).

A tiny model's step costs what its many small operations cost. Compiled, they become a few loops: one function draws the
data of some steps, the other does all that follows. ``train.fit`` decides when that is worth the seconds that compiling
takes.
"""

import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn

from .checks import one_of
from .optim import PerInstance
from .sampling import Stream

#: Data of so many numbers is drawn at once, for as many steps as that makes: a call costs as much as a small step.
AT_ONCE = 2**20


class Plain:
    """Take training steps: ``step(number, scale)`` changes the parameters of ``opt``, ``died`` and ``total`` in place.

    ``total`` ``(instances,)`` gains the losses; ``died`` ``(instances,)`` holds where an instance stopped, -1 while it
    has not. ``source`` is the seed of the streams where ``batch`` is marked ``sampling.counted``, else the generator.
    ``after(parameters, number)`` returns parameters to be replaced after the step. Raises ``ValueError`` for a loss of
    the wrong shape.
    """

    def __init__(
        self, model: nn.Module, batch, loss, opt: PerInstance, source, died: Tensor, total: Tensor, after=None
    ):
        self.model, self.batch, self.loss, self.opt, self.source = model, batch, loss, opt, source
        self.died, self.total, self.after, self.counted = died, total, after, getattr(batch, "counted", False)

    def __call__(self, number: int, scale: float) -> None:
        self.take(self.data(number), number, scale)

    def data(self, number: int):
        """Return the data of step ``number``."""
        return self.batch(number, Stream.of(self.source, number, self.died.device) if self.counted else self.source)

    def take(self, data, number: int, scale: float) -> None:
        """Take the step on its ``data``."""
        losses = checked(self.loss(self.model, data), len(self.died))
        self.opt.zero_grad()
        losses.sum().backward()
        losses = losses.detach()
        alive = self.opt.step(scale=scale, alive=(self.died < 0) & losses.isfinite())
        if self.after is not None:
            with torch.no_grad():
                replace({name: p.detach() for name, p in self.model.named_parameters()}, self.after, number, alive)
        record(alive, losses, number, self.died, self.total)


class Loss(nn.Module):
    """``loss(model, data)`` as a module, so that it can be called with other tensors for the model's parameters."""

    def __init__(self, model: nn.Module, loss: Callable):
        super().__init__()
        self.model, self.loss = model, loss

    def forward(self, data) -> Tensor:
        return self.loss(self.model, data)


class Step(Plain):
    """``Plain``, compiled. A ``counted`` batch is compiled too, another is called as it is.

    Where that is impossible it warns once and goes on as ``Plain``: without a C++ compiler, with functions that cannot
    be traced, or with data of ever new shapes.
    """

    def __init__(
        self, model: nn.Module, batch, loss, opt: PerInstance, source, died: Tensor, total: Tensor, after=None
    ):
        super().__init__(model, batch, loss, opt, source, died, total, after)
        self.works, self.drawn, self.ahead = True, range(0), 0
        module = Loss(model, loss)
        names = [name for name, _ in module.named_parameters()]
        params = [p.detach() for p in module.parameters()]  # the same memory, without a graph of gradients
        move = opt.mover()

        def losses(values, data):
            each = torch.func.functional_call(module, dict(zip(names, values, strict=True)), (data,))
            each = checked(each, len(died))
            return each.sum(), each

        def draw(steps, keys):
            return torch.vmap(lambda step, key: batch(step, Stream(key)))(steps, keys)

        def update(data, numbers):
            with torch.no_grad():  # inside: a decorator would put its own code in the place of this
                grads, each = torch.func.grad(losses, has_aux=True)(tuple(params), data)
                alive = move(params, grads, *numbers[:3].unbind(), (died < 0) & each.isfinite())
                if after is not None:
                    own = (name.removeprefix("model.") for name in names)
                    replace(dict(zip(own, params, strict=True)), after, numbers[3], alive)
                record(alive, each, numbers[3], died, total)

        # The C library gives memory back to the system unless it has seen a piece so large freed before. Every step
        # would have to ask for it anew, which takes up to a third of the time.
        torch.empty(31 * 2**20, dtype=torch.uint8)
        torch.compiler.reset()  # every run has functions of its own, and Dynamo keeps only a few of one name
        for function in (draw, update):
            # Compiled graphs are kept with the code, which the functions of all runs would share. Without guards, one
            # run would get the graph of another.
            function.__code__ = function.__code__.replace()
        self.draw = torch.compile(draw, fullgraph=True, dynamic=False)
        # Where data never changes its shape, nothing need be checked before each step.
        steady = self.counted or getattr(batch, "steady", False)
        unchecked = steady and getattr(torch.compiler, "skip_all_guards_unsafe", None)
        options = {"guard_filter_fn": unchecked} if unchecked else None
        self.update = torch.compile(update, fullgraph=True, dynamic=False, options=options)

    def data(self, number: int):
        if not (self.counted and self.works):
            return super().data(number)
        if number not in self.drawn:
            if not self.ahead:
                one = super().data(number)
                self.ahead = max(1, AT_ONCE // sum(t.numel() for t in (one if isinstance(one, tuple) else (one,))))
            steps = torch.arange(number, number + self.ahead, device=self.died.device)
            try:
                self.buffer = self.draw(steps, Stream.keys(self.source, steps, self.died.device))
            except Exception as error:  # compilers fail in many ways; if the batch is at fault, it fails again below
                self.give_up(error)
                return super().data(number)
            self.drawn = range(number, number + self.ahead)
        place = number - self.drawn.start
        return tuple(t[place] for t in self.buffer) if isinstance(self.buffer, tuple) else self.buffer[place]

    def take(self, data, number: int, scale: float) -> None:
        if self.works:
            self.opt.count()
            # Tensors, because another Python number would have everything compiled again.
            numbers = [scale, *self.opt.corrections(), number]
            try:
                self.update(data, torch.tensor(numbers, dtype=torch.float64, device=self.died.device))
            except Exception as error:  # as above: it comes before anything has changed
                self.opt.count(-1)
                self.give_up(error)
        if not self.works:
            super().take(data, number, scale)

    def give_up(self, error: Exception) -> None:
        """Warn, in ``train.fit``'s caller, that compiling failed."""
        self.works = False
        reason = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
        warnings.warn(f"going on without compiling, more slowly: {reason}", stacklevel=5)


def checked(losses: Tensor, instances: int) -> Tensor:
    """Return ``losses``. Raises ``ValueError`` unless it has one value per instance."""
    if not isinstance(losses, Tensor) or losses.shape != (instances,):
        got = tuple(losses.shape) if isinstance(losses, Tensor) else repr(losses)
        raise ValueError(f"loss must return one value per instance, shape ({instances},), got {got}")
    return losses


def replace(params: dict[str, Tensor], after: Callable, number: Tensor | int, alive: Tensor) -> None:
    """Give the ``params`` that ``after(params, number)`` returns their new values, where an instance is ``alive``.

    Raises ``ValueError`` for a name that is none of the model's parameters.
    """
    for name, value in after(params, number).items():
        one_of("parameter", name, params)
        old = params[name]
        old.copy_(torch.where(alive.view(-1, *[1] * (old.dim() - 1)), value, old))


def record(alive: Tensor, losses: Tensor, number: Tensor | int, died: Tensor, total: Tensor) -> None:
    """Add the ``losses`` of who is ``alive`` to ``total`` and note in ``died`` who has just stopped."""
    died.copy_(torch.where(alive | (died >= 0), died, torch.as_tensor(number, dtype=died.dtype, device=died.device)))
    total += torch.where(alive, losses, torch.nan)
