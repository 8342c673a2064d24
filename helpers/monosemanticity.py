"""The experiment of *Engineering monosemanticity* (Jermyn et al. 2022): many of its runs as one stacked training."""

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from . import nets, sampling, schedules, train
from .metrics import monosemanticity
from .settings import ROWS, SHARED, Run

#: A neuron is monosemantic, or nearly so, if its largest response exceeds this share of the sum of all.
MONO, NEARLY = 0.999, 0.9
#: The loss is measured on so many samples, the same ones for all runs of a seed.
SAMPLES = 4096


def frequencies(runs: Sequence[Run]) -> Tensor:
    """Return the probability that each feature is on, ``(runs, features)``.

    For the task ``abs`` it is that of each of the two samples whose difference is taken: half of ``eps``.
    """
    rows = []
    for run in runs:
        eps = run.eps / 2 if run.task == "abs" else run.eps
        power = run.distribution == "power_law"
        rows.append(sampling.power_law(run.features, eps)[0] if power else torch.full((run.features,), eps))
    return torch.stack(rows)


def stacked(runs: Sequence[Run]) -> nets.FeatureDecoder:
    """Return the untrained networks of ``runs``, one per instance. Raises ``ValueError`` if they cannot be stacked."""
    if not runs:
        raise ValueError("expected at least one run, got none")
    first = runs[0]
    for name in SHARED:
        if len(values := {getattr(run, name) for run in runs}) > 1:
            raise ValueError(f"runs of a stack need the same {name}, got {sorted(values)}")
    return nets.FeatureDecoder(
        first.features,
        first.embedding,
        [run.neurons for run in runs],
        len(runs),
        [run.seed for run in runs],
        task=first.task,
        activation=first.activation,
        bias_offset=[run.bias_offset for run in runs],
    )


def fit(runs: Sequence[Run], device: str = "auto", progress: bool = True) -> list[dict[str, np.ndarray]]:
    """Train ``runs`` as one stack and return what came of each, in their order.

    Each has ``steps`` ``(points,)``, log2-spaced from 0; ``loss`` (without L1, on fresh samples), ``mono`` and
    ``nearly`` (numbers of monosemantic neurons), ``bias`` (mean) and ``dead`` (neurons silent for every single
    feature) at each of them; ``stopped`` ``()``, the step where the run diverged or -1; and of the final network
    ``W_in`` ``(embedding, neurons)``, ``b`` ``(neurons,)``, ``projection`` ``(features, embedding)``.
    """
    model, first = stacked(runs), runs[0]
    points = train.log2_steps(first.steps)
    measure = _measure(runs)
    start = measure(model)
    chosen = {"lamb": {"clamp": 10, "eps": 1e-6}, "sgd": {"momentum": first.momentum}}.get(first.optimizer, {})
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "the loss became NaN", RuntimeWarning)  # it is in what is returned
            history = train.fit(
                model,
                sampling.frequent_batches(first.batch_size, frequencies(runs), signed=first.task == "abs"),
                loss(runs),
                steps=first.steps,
                points=points[1:],
                measure=measure,
                after=bias_decay(runs),
                schedule=schedules.make(first.schedule, first.steps, first.warmup),
                optimizer=first.optimizer,
                lr=[run.learning_rate for run in runs],
                weight_decay=[run.weight_decay for run in runs],
                seed=[run.seed for run in runs],
                device=device,
                progress=progress,
                **chosen,
            )
    except train.Diverged as error:
        history = error.history
    if history.interrupted:
        raise KeyboardInterrupt
    return [_outcome(i, run, model, points, [start, *history.measured], history.stopped) for i, run in enumerate(runs)]


def loss(runs: Sequence[Run]):
    """Return the loss ``(instances,)`` of a batch: squared error, summed over outputs, and what L1 adds."""
    l1 = _each(runs, "l1")

    def losses(model: nets.FeatureDecoder, x: Tensor) -> Tensor:
        hidden = model.hidden(x)
        error = (model.output(hidden) - model.target(x)).square().sum(-1).mean(0)
        return error + l1.to(x.device) * hidden.abs().sum(-1).mean(0) if penalised else error

    penalised = bool(l1.any())
    return losses


def bias_decay(runs: Sequence[Run]):
    """Return what shrinks the biases after each step of the first half, for ``train.fit``; None if nothing does."""
    shrink, half = (1 - _each(runs, "decay_rate") * _each(runs, "learning_rate"))[:, None], runs[0].steps / 2

    def after(params: dict[str, Tensor], step) -> dict[str, Tensor]:
        b = params["b"]
        factor = shrink.to(b.device)
        return {"b": b * torch.where(torch.as_tensor(step, device=b.device) < half, factor, torch.ones_like(factor))}

    return after if (shrink < 1).any() else None


def _each(runs: Sequence[Run], name: str) -> Tensor:
    return torch.tensor([float(getattr(run, name)) for run in runs])


def _measure(runs: Sequence[Run]):
    """Return what ``train.fit`` measures at each point: the loss on fresh samples, and what the neurons answer to."""
    first, parts, seeds = runs[0], SAMPLES // ROWS, [run.seed for run in runs]
    samples = sampling.frequent_batches(ROWS, frequencies(runs), signed=first.task == "abs")
    error = loss([run.but(l1=0.0) for run in runs])
    neurons = torch.tensor([run.neurons for run in runs])
    width = int(neurons.max())

    @torch.no_grad()
    def measure(model: nets.FeatureDecoder) -> dict[str, Tensor]:
        where = model.b.device
        # Steps below zero: what no training has seen.
        losses = [error(model, samples(0, sampling.Stream.of(seeds, -1 - part, where))) for part in range(parts)]
        responses = model.hidden(torch.eye(first.features, device=where))
        fine = responses.isfinite().all(2).all(0)  # what diverges may answer with infinities before its loss is one
        share = monosemanticity(torch.where(fine[:, None], responses, 0.0))
        real = torch.arange(width, device=where) < neurons.to(where)[:, None]
        counts = {"mono": share > MONO, "nearly": share > NEARLY, "dead": (share == 0) & real}
        return {
            "loss": torch.stack(losses).mean(0),
            "bias": model.b.sum(1) / neurons.to(where),
            **{name: torch.where(fine, units.sum(1), torch.nan) for name, units in counts.items()},
        }

    return measure


def _outcome(i: int, run: Run, model, points: list[int], measured: list[dict], stopped: dict[int, int]) -> dict:
    """Return what came of instance ``i``: NaN at the points after it stopped."""
    stop = stopped.get(i, -1)
    broken = [point for point, found in zip(points, measured, strict=False) if not found["loss"][i].isfinite()]
    if stop < 0 and broken:  # its last steps broke it, and no loss of a batch has shown that
        stop = broken[0] - 1
    fine = [point for point in points[: len(measured)] if not 0 <= stop < point]
    curves = {name: np.full(len(points), np.nan, np.float32) for name in measured[0]}
    for place in range(len(fine)):
        for name, curve in curves.items():
            curve[place] = measured[place][name][i]
    final = {"W_in": model.W_in[i, :, : run.neurons], "b": model.b[i, : run.neurons], "projection": model.projection[i]}
    arrays = {name: tensor.detach().float().numpy().copy() for name, tensor in final.items()}
    return {"steps": np.array(points), "stopped": np.array(stop), **curves, **arrays}
