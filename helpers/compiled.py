"""A training step as two compiled functions: one draws the data of some steps, the other does all that follows.

A tiny model's step costs what its many small operations cost. Compiled, they become a few loops. ``train.fit`` decides
when that is worth the seconds that compiling takes.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from .optim import PerInstance
from .sampling import Stream


#: Data of so many numbers is drawn at once, for as many steps as that makes: a call costs as much as a small step.
AT_ONCE = 2**19


class Unfit(Exception):
    """The step cannot be compiled: there is no C++ compiler, or the functions do what cannot be traced."""


class Loss(nn.Module):
    """``loss(model, data)`` as a module, so that it can be called with other tensors for the model's parameters."""

    def __init__(self, model: nn.Module, loss: Callable):
        super().__init__()
        self.model, self.loss = model, loss

    def forward(self, data) -> Tensor:
        return self.loss(self.model, data)


class Step:
    """Take training steps: ``step(number, scale)`` changes the parameters of ``opt``, ``died`` and ``total`` in place.

    ``total`` ``(instances,)`` gains the losses; ``died`` ``(instances,)`` holds where an instance stopped, -1 while it
    has not. A ``batch`` marked ``sampling.counted`` is compiled too, another is called as it is. Raises ``Unfit`` at
    the first step, before anything has changed, if compiling fails.
    """

    def __init__(self, model, batch, loss, opt: PerInstance, source, died: Tensor, total: Tensor):
        self.batch, self.opt, self.source, self.tried = batch, opt, source, False
        self.device, self.drawn = died.device, range(0)
        self.counted = getattr(batch, "counted", False)
        module = Loss(model, loss)
        names = [name for name, _ in module.named_parameters()]
        params = [p.detach() for p in module.parameters()]  # the same memory, without a graph of gradients
        move = opt.mover()

        def losses(values, data):
            each = torch.func.functional_call(module, dict(zip(names, values, strict=True)), (data,))
            return each.sum(), each

        def draw(steps, keys):
            return torch.vmap(lambda step, key: batch(step, Stream(key)))(steps, keys)

        @torch.no_grad()
        def update(data, numbers):
            grads, each = torch.func.grad(losses, has_aux=True)(tuple(params), data)
            alive = move(params, grads, *numbers[:3].unbind(), (died < 0) & each.isfinite())
            record(alive, each, numbers[3], died, total)

        torch.compiler.reset()  # every run has functions of its own, and Dynamo keeps only a few of one name
        self.draw = torch.compile(draw, fullgraph=True, dynamic=False)
        self.update = torch.compile(update, fullgraph=True, dynamic=False)

    def __call__(self, number: int, scale: float) -> None:
        self.opt.count()
        # Tensors, because another Python number would have everything compiled again.
        numbers = torch.tensor([scale, *self.opt.corrections(), number], dtype=torch.float64, device=self.device)
        try:
            self.update(self.data(number) if self.counted else self.batch(number, self.source), numbers)
        except Exception as error:
            if self.tried:
                raise
            self.opt.count(-1)
            raise Unfit(f"{type(error).__name__}: {str(error).partition(chr(10))[0]}") from error
        self.tried = True

    def data(self, number: int):
        """Return the data of step ``number``; that of the steps after it is drawn along with it."""
        if number not in self.drawn:
            if not self.tried:
                one = self.batch(0, Stream.of(self.source, 0, self.device))
                self.size = sum(t.numel() for t in one) if isinstance(one, tuple) else one.numel()
            self.drawn = range(number, number + max(1, AT_ONCE // self.size))
            steps = torch.arange(self.drawn.start, self.drawn.stop, device=self.device)
            self.buffer = self.draw(steps, Stream.keys(self.source, steps, self.device))
        place = number - self.drawn.start
        return tuple(t[place] for t in self.buffer) if isinstance(self.buffer, tuple) else self.buffer[place]


def record(alive: Tensor, losses: Tensor, number: Tensor | int, died: Tensor, total: Tensor) -> None:
    """Add the ``losses`` of who is ``alive`` to ``total`` and note in ``died`` who has just stopped."""
    died.copy_(torch.where(alive | (died >= 0), died, torch.as_tensor(number, dtype=died.dtype, device=died.device)))
    total += torch.where(alive, losses, torch.nan)
