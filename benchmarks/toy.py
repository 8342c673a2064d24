"""Time one training step of ten toy models: in a loop, stacked, compiled, and beside its bare matrix products.

    python benchmarks/toy.py

measures the four sizes, prints the table and writes it to ``toy.json`` beside this file, from where the page of run
times takes it. Everything runs in one process, and every side may use all cores. The four sides take turns, so that a
machine that is busy for a while slows all of them; the table has the median over the rounds.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from helpers import compiled, nets, optim
from helpers.device import threads
from helpers.sampling import sparse_batches

RESULTS = Path(__file__).with_suffix(".json")
SIZES = [(5, 2), (20, 5), (80, 20), (400, 30)]
INSTANCES, BATCH, ROUNDS = 10, 1024, 7
THREADS = os.cpu_count()

#: Seconds that one side computes in one round.
TURN = 0.4

Step = Callable[[int], Tensor]


def densities() -> Tensor:
    """Return ten densities from 1 to 0.05, evenly spaced on a log axis."""
    return torch.logspace(0, -1.3, INSTANCES)


def squares(model: nn.Module, x: Tensor) -> Tensor:
    return (model(x) - x).square().mean((0, 2))


def loop(features: int, hidden: int, batches: Callable[[int], Tensor] | None = None) -> Step:
    """Return a step of ten models one after another, as a notebook writes it; it returns their losses.

    ``batches(step)`` gives the data ``(batch, instances, features)`` that are otherwise drawn.
    """
    start = nets.ToyModel(features, hidden, INSTANCES)
    models = []
    for i, density in enumerate(densities().tolist()):
        W, b = (nn.Parameter(p[i].detach().clone()) for p in (start.W, start.b))
        models.append((W, b, density, torch.optim.Adam([W, b], lr=1e-3)))

    def step(number: int) -> Tensor:
        losses, data = [], None if batches is None else batches(number)
        for i, (W, b, density, optimizer) in enumerate(models):
            if data is None:
                on = torch.rand(BATCH, features) < density
                x = torch.where(on, torch.rand(BATCH, features), 0.0)
            else:
                x = data[:, i]
            loss = (torch.relu(x @ W @ W.T + b) - x).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        return torch.stack(losses)

    return step


def stacked(features: int, hidden: int, kind: type[compiled.Plain]) -> Step:
    """Return a step of ``train.fit`` for all ten models at once; it returns the sum of all their losses so far."""
    model = nets.ToyModel(features, hidden, INSTANCES)
    died, total = torch.full((INSTANCES,), -1), torch.zeros(INSTANCES)
    batch = sparse_batches(BATCH, features, 1 - densities())
    advance = kind(model, batch, squares, optim.make("adam", model.parameters()), 0, died, total)

    def step(number: int) -> Tensor:
        advance(number, 1.0)
        return total

    return step


def floor(features: int, hidden: int) -> Step:
    """Return the five matrix products of a step, forwards and backwards, each for all ten models at once."""
    x, error = torch.rand(2, INSTANCES, BATCH, features)
    h, dh = torch.rand(2, INSTANCES, BATCH, hidden)
    W = torch.rand(INSTANCES, features, hidden)

    def step(number: int) -> Tensor:
        torch.bmm(x, W)
        torch.bmm(h, W.mT)
        torch.bmm(error, W)
        torch.bmm(error.mT, h)
        return torch.bmm(x.mT, dh)

    return step


def sides(features: int, hidden: int) -> dict[str, Step]:
    return {
        "loop": loop(features, hidden),
        "stacked": stacked(features, hidden, compiled.Plain),
        "compiled": stacked(features, hidden, compiled.Step),
        "floor": floor(features, hidden),
    }


def measure(
    steps: dict[str, Step], rounds: int = ROUNDS, turn: float = TURN, warm: int = 30, least: int = 5
) -> tuple[dict, dict]:
    """Return the median seconds per step of each side: by the clock, and of processor time.

    Each side first takes ``warm`` steps that do not count, then at least ``least`` in each round.
    """
    done, counts = dict.fromkeys(steps, 0), {}
    clock, processor = {name: [] for name in steps}, {name: [] for name in steps}

    def run(name: str, count: int) -> None:
        for number in range(done[name], done[name] + count):
            steps[name](number)
        done[name] += count

    for name in steps:
        run(name, warm)  # compiles, and fills caches
        start = time.perf_counter()
        run(name, least)
        counts[name] = max(least, round(least * turn / (time.perf_counter() - start)))
    for _ in range(rounds):
        for name, count in counts.items():
            before = time.perf_counter(), time.process_time()
            run(name, count)
            clock[name].append((time.perf_counter() - before[0]) / count)
            processor[name].append((time.process_time() - before[1]) / count)
    return tuple({name: statistics.median(found) for name, found in kind.items()} for kind in (clock, processor))


def machine() -> dict[str, str | int]:
    """Describe what the numbers depend on."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    name = models[0].partition(":")[2].strip() if models else platform.processor() or platform.machine()
    release = torch.__version__.partition("+")[0]
    return {"processor": name, "cores": os.cpu_count(), "threads": THREADS, "torch": release}


def row(features: int, hidden: int, seconds: dict[str, float]) -> dict[str, str | float]:
    """Return one line of the table: how often as fast as the loop, and the share of the bare products."""
    ratios = {name: round(seconds["loop"] / seconds[name], 1) for name in ("stacked", "compiled", "floor")}
    share = round(100 * seconds["floor"] / seconds["compiled"])
    return {"model": f"{features} to {hidden}", "loop": round(1 / seconds["loop"]), **ratios, "share": share}


def main() -> None:
    rows = []
    with threads(THREADS):
        for features, hidden in SIZES:
            clock, processor = measure(sides(features, hidden))
            rows.append(row(features, hidden, clock))
            print("clock    ", rows[-1])
            print("processor", row(features, hidden, processor), flush=True)
    RESULTS.write_text(json.dumps({"machine": machine(), "rounds": ROUNDS, "rows": rows}, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
