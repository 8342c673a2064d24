"""Time the input search of chapter 11: Keras and plain PyTorch, one network after another, and ours, all at once.

    pip install -e ".[peers]"
    python benchmarks/input_search.py

measures the published search of the classifier: 250 sets of five inputs, for each a network (5 to 6 to 3, 32 epochs in
batches of 32 of 9,600 rows) and its autoencoder (6 to 12, 75 epochs in batches of eight of 4,000 rows). It prints the
table and writes it to ``input_search.json`` beside this file, from where the page of run times takes it.

The three sides take turns, on one thread each but Keras, which has its own. Ours does the whole search in every round,
with the simulated weather, the compiling and the counting. The others would take hours: of them a round measures some
steps, or epochs, and the setting up, and the whole is computed from that. They do no counting. It takes five minutes.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn
from toy import machine

from helpers import input_search
from helpers.device import threads
from helpers.sampling import minibatches

RESULTS = Path(__file__).with_suffix(".json")
ROUNDS, SETS, TURN, THREADS = 5, 250, 1000, 1
#: Of a network and of an autoencoder.
EPOCHS, BATCHES, RATES, L1 = (32, 75), (32, 8), (5e-4, 1e-3), 0.01


def data() -> tuple[Tensor, Tensor, Tensor]:
    """Return what one set's models learn from: inputs ``(9600, 5)`` with classes, and activations ``(4000, 6)``."""
    parts = input_search.problem("classifier")
    cut = int(0.8 * len(parts.train))
    hidden = torch.relu(parts.sae.x[:, :5] @ torch.randn(5, 6, generator=torch.Generator().manual_seed(0)))
    return parts.train.x[:cut, :5].contiguous(), parts.train.y[:cut].long(), hidden


def plain(model: nn.Module, batches: Callable, loss: Callable, lr: float) -> Callable[[int], Tensor]:
    """Return a step of the usual loop for one model; it returns the loss."""
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def step(number: int) -> Tensor:
        value = loss(model, batches(number))
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        return value.detach()

    return step


class Autoencoder(nn.Module):
    """An autoencoder as a notebook writes it."""

    def __init__(self, inputs: int, latents: int):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(inputs, latents), nn.Linear(latents, inputs)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        latents = torch.relu(self.encoder(x))
        return self.decoder(latents), latents


def copy_loss(model: nn.Module, batch: tuple[Tensor]) -> Tensor:
    (x,) = batch
    copy, latents = model(x)
    return (copy - x).square().mean() + L1 * latents.sum(1).mean()


def class_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    x, y = batch
    return nn.functional.cross_entropy(model(x), y)


def plain_steps(x: Tensor, y: Tensor, hidden: Tensor) -> tuple[Callable, Callable]:
    """Return the steps of the loops of a network and of an autoencoder."""
    network = nn.Sequential(nn.Linear(5, 6), nn.ReLU(), nn.Linear(6, 3))
    return (
        plain(network, minibatches(x, y, size=BATCHES[0]), class_loss, RATES[0]),
        plain(Autoencoder(6, 12), minibatches(hidden, size=BATCHES[1]), copy_loss, RATES[1]),
    )


def keras_models() -> list:
    """Return a network and an autoencoder, compiled as in the published scripts."""
    import keras

    network = keras.Sequential([keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(3, "softmax")])
    network.compile(keras.optimizers.Adam(RATES[0]), "sparse_categorical_crossentropy", metrics=["accuracy"])
    sparse = keras.layers.Dense(12, "relu", activity_regularizer=keras.regularizers.L1(L1))
    autoencoder = keras.Sequential([keras.Input((6,)), sparse, keras.layers.Dense(6)])
    autoencoder.compile(keras.optimizers.Adam(RATES[1]), "mse")
    return [network, autoencoder]


def keras_seconds(x: Tensor, y: Tensor, hidden: Tensor) -> float:
    """Return what one set would take: setting up and a first epoch, and all others as long as the second and third."""
    import keras

    keras.backend.clear_session()
    total, start = 0.0, time.perf_counter()
    models = keras_models()
    fits = [(x.numpy(), y.numpy()), (hidden.numpy(), hidden.numpy())]
    for model, (given, wanted), batch, epochs in zip(models, fits, BATCHES, EPOCHS, strict=True):
        model.fit(given, wanted, batch_size=batch, epochs=1, verbose=0)
        first, start = time.perf_counter() - start, time.perf_counter()
        model.fit(given, wanted, batch_size=batch, epochs=2, verbose=0)
        each, start = (time.perf_counter() - start) / 2, time.perf_counter()
        total += first + (epochs - 1) * each
    return total


def plain_seconds(steps: tuple[Callable, Callable], sizes: tuple[int, int], turn: int = TURN) -> float:
    """Return what one set would take, every step as long as the average of ``turn`` of them."""
    total = 0.0
    for step, rows, batch, epochs in zip(steps, sizes, BATCHES, EPOCHS, strict=True):
        start = time.perf_counter()
        for number in range(turn):
            step(number)
        total += epochs * (rows // batch) * (time.perf_counter() - start) / turn
    return total


def search(sets: int = SETS, **settings) -> float:
    """Return the seconds of the whole search of ``sets`` sets, from simulating the weather to the counts."""
    input_search.problem.cache_clear()
    start = time.perf_counter()
    input_search.train(input_search.grid("classifier", sets, **settings))
    return time.perf_counter() - start


def rows(seconds: dict[str, list[float]]) -> list[dict[str, str | float]]:
    """Return the lines of the table: the seconds of the whole search, and how many times as long as ours it takes."""
    whole = {side: statistics.median(values) for side, values in seconds.items()}
    return [
        {"side": side, "seconds": float(f"{value:.2g}"), "ratio": float(f"{value / whole['ours']:.2g}")}
        for side, value in whole.items()
    ]


def main() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        import keras  # noqa: F401
    except ImportError:
        sys.exit('Keras is missing: pip install -e ".[peers]"')
    seconds: dict[str, list[float]] = {"keras": [], "plain": [], "ours": []}
    # A folder of its own, so that the first round compiles as on a machine that has never run it.
    with tempfile.TemporaryDirectory() as folder, threads(THREADS):
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = folder
        x, y, hidden = data()
        steps = plain_steps(x, y, hidden)
        for _ in range(ROUNDS):
            seconds["keras"].append(SETS * keras_seconds(x, y, hidden))
            seconds["plain"].append(SETS * plain_seconds(steps, (len(x), len(hidden))))
            seconds["ours"].append(search())
            print({side: round(values[-1], 1) for side, values in seconds.items()}, flush=True)
    made = {"machine": machine() | {"threads": THREADS}, "rounds": ROUNDS, "sets": SETS, "rows": rows(seconds)}
    made["first"] = round(seconds["ours"][0], 1)
    print(json.dumps(made, indent=1))
    RESULTS.write_text(json.dumps(made, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
