"""Models that several chapters share: trained once with the settings of their chapter, kept on disk, reloaded.

``keeping`` says where and for how long. Each weather source has files of its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn

from . import autoencoding, nets, train, weather
from .checks import one_of
from .keeping import digest, kept
from .sampling import minibatches
from .weather.choice import chosen
from .weather.parts import Parts


def rain_loss(net: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Return the cross-entropy of each instance's rain forecast, ``(instances,)``, as in chapter 06."""
    x, wet = batch
    entropy = nn.functional.binary_cross_entropy_with_logits
    return entropy(net(x)[..., 0], wet, reduction="none").mean(0)


#: The inputs of the two published networks (King et al. 2025), under the names of the simulator.
PUBLISHED = ("n0", "rho", "dm", "temperature", "relative_humidity")
REGRESSOR = ("reflectivity_3", "reflectivity_4", "n0", "lambda", "t_15")


#: What the snow networks are asked.
QUESTIONS = ("phase", "clusters", "rate")
#: What they may learn; the last two are controls.
LESSONS = ("labels", "shuffled", "nothing")
#: The published classifier and regressor, and the epochs of their autoencoders.
COPIED = {"phase": 75, "rate": 128}


def snow_loss(net: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Return the loss of each instance on ``(x, y)``, ``(instances,)``, as in chapter 06b.

    The mean squared error where ``y`` ``(rows,)`` holds rates, the cross-entropy where it holds numbers of classes. In
    a batch of its own for each instance ``y`` is ``(rows, instances)``.
    """
    x, y = batch
    answer, y = net(x), y if y.dim() == 2 else y.unsqueeze(1)
    if y.is_floating_point():
        return (answer[..., 0] - y).square().mean(0)
    # Zeros and ones, not ``gather``: compiled, plain products are several times as fast as a lookup.
    of_class = answer.log_softmax(-1) * nn.functional.one_hot(y, answer.shape[-1])
    return -of_class.sum(-1).mean(0)


@cache
def _snow_questions() -> dict[str, Parts]:
    """Return the parts of the simulator's table for each question that ``snow_networks`` answers."""
    table = weather.load("simulator", n=10_000)
    plain = {name: replace(table.columns[name], log_scaled=False) for name in ("n0", "lambda")}
    as_published = replace(table, columns={**table.columns, **plain})
    return {
        "phase": table.split(),
        "clusters": replace(table, target="regime_phase").split(predictors=PUBLISHED),
        "rate": as_published.split(predictors=REGRESSOR, target="sr"),
    }


def snow_networks(
    seeds: int = 20,
    hidden: int = 6,
    progress: bool = True,
    *,
    lesson: str = "labels",
    questions: Sequence[str] = QUESTIONS,
) -> dict[str, tuple[Parts, nets.MLP]]:
    """Return the parts of the simulator's table and the networks of chapter 06b, one instance per seed, for each of

    - ``"phase"``: what fell, from five inputs without the density;
    - ``"clusters"``: labels made by clustering, from the published inputs;
    - ``"rate"``: the snowfall rate, from the inputs of the published regressor, none of them as a logarithm.

    As in the chapter, the last fifth of the first part is not trained on. ``questions`` picks some of the three.

    ``lesson`` says what they learn: the ``"labels"``, the same labels ``"shuffled"`` over the rows trained on, or
    ``"nothing"``: the networks as they start. The last two are controls. Raises ``ValueError`` for another one, and for
    another question.
    """
    one_of("lesson", lesson, LESSONS)
    for name in questions:
        one_of("question", name, QUESTIONS)
    parts = _snow_questions()
    return {
        name: (parts[name], _snow_network(name, parts[name], seeds, hidden, progress, lesson)) for name in questions
    }


def _snow_network(question: str, parts: Parts, seeds: int, hidden: int, progress: bool, lesson: str) -> nets.MLP:
    cut = int(0.8 * len(parts.train))
    x, y = parts.train.x[:cut], parts.train.y[:cut]
    net = nets.MLP(x.shape[1], hidden, 1 if y.is_floating_point() else 3, instances=seeds)
    if lesson == "nothing":
        return net
    if lesson == "shuffled":
        y = y[torch.randperm(cut, generator=torch.Generator().manual_seed(0))]
    batches = minibatches(x, y, size=32, seeds=range(seeds))

    def training():
        steps = 32 * batches.per_epoch
        return train.fit(net, batches, snow_loss, steps=steps, lr=5e-4, device="cpu", progress=progress)

    name = f"simulator-{question}-{seeds}x{hidden}" + (lesson == "shuffled") * "-shuffled"
    return kept(name, net, training, data=digest(x, y))


class Copied(NamedTuple):
    """Networks and their autoencoders: instance ``i`` of ``sae`` reads instance ``i`` of ``net``, on ``parts``."""

    parts: Parts
    net: nets.MLP
    sae: nets.SparseAutoencoder


def snow_autoencoders(seeds: int = 50, progress: bool = True) -> dict[str, dict[str, Copied]]:
    """Return, for each lesson of ``snow_networks``, the classifiers (``"phase"``) and regressors (``"rate"``), copied.

    All autoencoders have the published setting (King et al. 2025): twice as many latents as neurons, dictionary vectors
    of any length, L1 0.01, batches of eight, learning rate 0.001, 75 epochs for a classifier and 128 for a regressor.
    Early stopping is left out: in chapter 09 it hardly ever stops. They share their order of rows.
    """
    networks = [snow_networks(seeds, progress=progress, lesson=lesson, questions=tuple(COPIED)) for lesson in LESSONS]
    pairs = [found[question] for found in networks for question in COPIED]
    with torch.no_grad():
        hidden = torch.cat([net.hidden(parts.sae.x) for parts, net in pairs], 1)
    count, width = hidden.shape[1:]
    stack = nets.SparseAutoencoder(width, 2 * width, count, unit_norm=False)
    batches = minibatches(_beside(hidden), size=8)
    epochs = [COPIED[question] for _ in LESSONS for question in COPIED for _ in range(seeds)]

    def training():
        nets.interleave(stack)
        settings = {"steps": max(epochs) * batches.per_epoch, "lr": 1e-3, "device": "cpu", "progress": progress}
        stops = {number: number * batches.per_epoch for number in set(epochs)}
        history = train.fit(stack, batches, autoencoding.loss(0.01), snapshots=stops.values(), **settings)
        with torch.no_grad():
            for name, values in stack.named_parameters():
                values.data = values.contiguous()
                for i, number in enumerate(epochs if not history.interrupted else ()):
                    values[i] = history.snapshots[stops[number]][name][i]
        return history

    kept(f"simulator-copies-{seeds}", stack, training, data=digest(hidden), epochs=tuple(COPIED.values()))
    found = {lesson: {} for lesson in LESSONS}
    for place, (parts, net) in enumerate(pairs):
        sae = nets.SparseAutoencoder(width, 2 * width, seeds, unit_norm=False)
        own = slice(place * seeds, (place + 1) * seeds)
        sae.load_state_dict({name: value[own] for name, value in stack.state_dict().items()})
        found[LESSONS[place // len(COPIED)]][list(COPIED)[place % len(COPIED)]] = Copied(parts, net, sae)
    return found


def _beside(hidden: Tensor) -> Tensor:
    """Return activations ``(rows, instances, units)`` with the instances side by side in memory."""
    return hidden.transpose(1, 2).contiguous().transpose(1, 2)


def precipitation_network(seeds: int = 50, hidden: int = 6, progress: bool = True) -> tuple[Parts, nets.MLP]:
    """Return the parts of the chosen table and the network of chapter 06 for its event, one instance per seed.

    The table is the observations unless the reader chose another: see ``weather.choice``. As in the chapter, the last
    fifth of the first part is not trained on.
    """
    table = chosen()
    parts = table.split(target=table.event)
    net = nets.MLP(parts.train.x.shape[1], hidden, 1, instances=seeds)
    cut = int(0.8 * len(parts.train))
    x, y = parts.train.x[:cut], parts.train.y[:cut].float()
    batches = minibatches(x, y, size=64, seeds=range(seeds))

    def training():
        steps = 32 * batches.per_epoch
        return train.fit(net, batches, rain_loss, steps=steps, lr=1e-3, device="cpu", progress=progress)

    return parts, kept(f"{table.source}-network-{seeds}x{hidden}", net, training, data=digest(x, y))


def precipitation_autoencoder(
    l1: float = 0.01, seeds: int = 50, ratio: int = 2, progress: bool = True
) -> tuple[Parts, nets.MLP, nets.SparseAutoencoder]:
    """Return the parts, the network and the autoencoder of chapter 09b: instance ``i`` reads network ``i``."""
    loss = autoencoding.loss(l1)
    parts, net = precipitation_network(seeds, progress=progress)
    with torch.no_grad():
        hidden = net.hidden(parts.sae.x)
    width = hidden.shape[-1]
    sae = nets.SparseAutoencoder(width, ratio * width, instances=seeds, unit_norm=False)
    batches = minibatches(hidden, size=64, seeds=range(seeds))

    def training():
        steps = 75 * batches.per_epoch
        return train.fit(sae, batches, loss, steps=steps, lr=4e-3, device="cpu", progress=progress)

    # An autoencoder fits one network alone: a network trained anew, or cut short, must not meet a stranger's.
    reads = {"reads": digest(*net.state_dict().values()), "data": digest(parts.sae.x)}
    return parts, net, kept(f"{parts.source}-autoencoder-{seeds}x{ratio}-{l1:g}", sae, training, l1=l1, **reads)
