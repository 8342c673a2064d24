"""Time a training step of *Engineering monosemanticity*: as published, ours alone and in stacks, and its bare products.

    python benchmarks/monosemanticity.py

measures every size and stack, prints the table and writes it to ``monosemanticity.json`` beside this file, from where
the page of run times takes it. As in ``toy.py``, every side may use all cores and all sides of a line take turns. It
takes about three minutes, most of them for compiling. With a CUDA device there is a line for that, too.
"""

import json
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path

import torch
from torch import Tensor, nn
from toy import THREADS, Step, machine, measure

from helpers import compiled, monosemanticity, optim, sampling, schedules, table1
from helpers.device import threads
from helpers.settings import Run

RESULTS = Path(__file__).with_suffix(".json")
ROUNDS, TURN = 5, 0.3

#: Batch size and stacks of each size. The paper's networks have the batch of the later code, made for one processor.
SIZES = {"paper": (256, (1, 4)), "laptop": (128, (1, 4, 12, 24)), "live": (64, (1, 12))}

#: The same on a GPU: the paper's own batch.
GPU = ("paper", 2**13, 8)


class Lamb(torch.optim.Optimizer):
    """LAMB in the manner of the package torch_optimizer, which the published code uses: no correction of the moments.

    It takes the parameters one by one, and takes the trust ratio to the processor.
    """

    def __init__(self, params, lr: float, betas=(0.9, 0.999), eps: float = 1e-6, clamp: float = 10.0):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "clamp": clamp})

    @torch.no_grad()
    def step(self, closure=None) -> None:
        for group in self.param_groups:
            first, second = group["betas"]
            for p in group["params"]:
                if not (state := self.state[p]):
                    state["mean"], state["square"] = torch.zeros_like(p), torch.zeros_like(p)
                state["mean"].mul_(first).add_(p.grad, alpha=1 - first)
                state["square"].mul_(second).addcmul_(p.grad, p.grad, value=1 - second)
                change = state["mean"] / state["square"].sqrt().add(group["eps"])
                long, short = p.norm().clamp(0, group["clamp"]), change.norm()
                ratio = 1.0 if long == 0 or short == 0 else long / short
                p.add_(change, alpha=-group["lr"] * float(ratio))


def settings(size: str, batch: int) -> Run:
    """Return a run with negative biases that decay: one of the batch LR3 of Table 1."""
    return table1.runs("LR3", size, learning_rate=0.003, batch_size=batch)[0]


def draw(run: Run, device: str) -> Tensor:
    """Draw features ``(batch, features)`` as the published code does: dense numbers times dense zeros and ones."""
    shape = run.batch_size, run.features
    x = torch.rand(shape, device=device)
    x *= torch.bernoulli(run.eps * torch.ones(shape, device=device))
    return x


def plain(run: Run, device: str = "cpu", data: Callable[[int], Tensor] | None = None) -> Step:
    """Return the published training step of one network, which begins as ours does; it returns the loss.

    ``data(step)`` gives the features ``(batch, features)`` that are otherwise drawn.
    """
    start = monosemanticity.stacked([run])
    parts = nn.Linear(run.embedding, run.neurons), nn.ReLU(), nn.Linear(run.neurons, run.features, bias=False)
    model = nn.Sequential(*parts).to(device)
    model.load_state_dict({"0.weight": start.W_in[0].T, "0.bias": start.b[0], "2.weight": start.W_out[0].T})
    embedder = start.projection[0].T.contiguous().to(device)
    optimizer = Lamb(model.parameters(), lr=run.learning_rate)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=512)
    losses, models = [], []

    def step(number: int) -> Tensor:
        optimizer.zero_grad(set_to_none=True)
        x = draw(run, device) if data is None else data(number)
        loss = torch.sum((model(x @ embedder.T) - x) ** 2) / run.batch_size
        loss.backward()
        optimizer.step()
        scheduler.step()
        if number < run.steps / 2:
            state = model.state_dict()
            state["0.bias"] *= 1 - run.decay_rate * run.learning_rate
            model.load_state_dict(state)
        if number % 16 == 0:
            losses.append(loss.item())
        if number & (number + 1) == 0:
            models.append(deepcopy(model))
        return loss.detach()

    return step


def ours(run: Run, stack: int, kind: type[compiled.Plain], device: str = "cpu") -> Step:
    """Return the step of ``monosemanticity.fit`` for a stack of runs; it returns the sums of their losses so far."""
    runs = [run.but(seed=run.seed + i) for i in range(stack)]
    model = monosemanticity.stacked(runs).to(device)
    died, total = torch.full((stack,), -1, device=device), torch.zeros(stack, device=device)
    batch = sampling.frequent_batches(run.batch_size, monosemanticity.frequencies(runs))
    optimizer = optim.make("lamb", model.parameters(), lr=run.learning_rate, clamp=10, eps=1e-6)
    losses, decay = monosemanticity.loss(runs), monosemanticity.bias_decay(runs)
    advance = kind(model, batch, losses, optimizer, [one.seed for one in runs], died, total, decay)
    schedule = schedules.make(run.schedule, run.steps)

    def step(number: int) -> Tensor:
        advance(number, schedule(number))
        return total

    return step


def products(run: Run) -> dict[str, tuple[int, int, int]]:
    """Return rows, inner length and columns of the matrix products of a step. The projection needs no gradient."""
    batch, features, embedding, neurons = run.batch_size, run.features, run.embedding, run.neurons
    return {
        "embed": (batch, features, embedding),
        "in": (batch, embedding, neurons),
        "out": (batch, neurons, features),
        "gradient of W_out": (neurons, batch, features),
        "gradient of hidden": (batch, features, neurons),
        "gradient of W_in": (embedding, batch, neurons),
    }


def floor(run: Run, stack: int, device: str = "cpu") -> Step:
    """Return the six matrix products of a step and nothing else, each for the whole stack at once."""
    tensor = partial(torch.rand, device=device)
    pairs = [(tensor(stack, a, b), tensor(stack, b, c)) for a, b, c in products(run).values()]

    def step(number: int) -> Tensor:
        for left, right in pairs:
            product = torch.bmm(left, right)
        return product

    return step


def traffic(run: Run, stack: int, device: str) -> Step:
    """Return a copy that moves as many bytes as a step must at least.

    Each product reads two matrices and writes one; the weights and their two moments are read and written.
    """
    numbers = sum(a * b + b * c + a * c for a, b, c in products(run).values())
    numbers += 6 * (run.embedding * run.neurons + run.neurons + run.neurons * run.features)
    source = torch.rand(stack * numbers // 2, device=device)
    target = torch.empty_like(source)
    return lambda number: target.copy_(source)


def sides(run: Run, stack: int, device: str = "cpu") -> dict[str, Step]:
    steps = {
        "plain": plain(run, device),
        "eager": ours(run, stack, compiled.Plain, device),
        "compiled": ours(run, stack, compiled.Step, device),
        "floor": floor(run, stack, device),
    }
    return steps if device == "cpu" else steps | {"traffic": traffic(run, stack, device)}


def finished(step: Step) -> Step:
    """Return ``step`` so that it waits for the GPU."""

    def wait(number: int) -> None:
        step(number)
        torch.cuda.synchronize()

    return wait


def row(size: str, run: Run, stack: int, seconds: dict[str, float]) -> dict[str, str | float]:
    """Return one line of the table: how often as fast as the published step, per network, and the share of the floor.

    ``seconds`` are those of a step: of one network for ``plain``, of the stack for all other sides.
    """
    ratios = {name: round(stack * seconds["plain"] / seconds[name], 1) for name in ("eager", "compiled", "floor")}
    shares = {
        name: round(100 * seconds[name] / seconds["compiled"]) for name in ("floor", "traffic") if name in seconds
    }
    return {
        "size": size,
        "model": f"{run.features} to {run.embedding} to {run.neurons}",
        "batch": run.batch_size,
        "stack": stack,
        "plain": round(1 / seconds["plain"]),
        **ratios,
        "share": shares.pop("floor"),
        **shares,
    }


def gpu() -> dict[str, str | float] | None:
    """Return the line of the GPU, with its name and the share of the step that its least traffic takes; or None."""
    if not torch.cuda.is_available():
        return None
    size, batch, stack = GPU
    run = settings(size, batch)
    steps = {name: finished(step) for name, step in sides(run, stack, "cuda").items()}
    clock, _ = measure(steps, ROUNDS, TURN)
    return {"name": torch.cuda.get_device_name(), **row(size, run, stack, clock)}


def main() -> None:
    rows, line = [], gpu()  # first, because it is what may fail
    print("gpu      ", line)
    with threads(THREADS):
        for size, (batch, stacks) in SIZES.items():
            run = settings(size, batch)
            for stack in stacks:
                clock, processor = measure(sides(run, stack), ROUNDS, TURN)
                rows.append(row(size, run, stack, clock))
                print("clock    ", rows[-1])
                print("processor", row(size, run, stack, processor), flush=True)
    results = {"machine": machine(), "rounds": ROUNDS, "rows": rows, "gpu": line}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
