"""Time a training step of a sparse autoencoder: SAELens's trainer, a minimal loop, ours alone and 64 at once.

    pip install -e ".[peers]"
    python benchmarks/sae.py

measures every size and batch, prints the table and writes it to ``sae.json`` beside this file, from where the page of
run times takes it. All sides train an autoencoder with unit-norm dictionary and L1 on the same activations in the same
order, each step on the next batch. All sides of a line take turns, on one thread each: small models are fastest so, and
whatever else runs on the machine disturbs least. It takes about half an hour, most of it for compiling and for the
largest sizes. With a CUDA device there are lines for that, too.
"""

import gc
import itertools
import json
import sys
from functools import partial
from pathlib import Path

import torch
from monosemanticity import finished
from torch import Tensor, nn
from toy import Step, machine, measure

from helpers import autoencoding, compiled, nets, optim
from helpers.device import threads
from helpers.sampling import minibatches

RESULTS = Path(__file__).with_suffix(".json")
INPUTS, RATIOS, BATCHES = (6, 64, 512), (2, 8, 32), (8, 256, 4096)
ROUNDS, TURN, STACK, L1, LR, THREADS = 5, 0.3, 64, 0.01, 1e-3, 1

#: Rows of activations. The largest batch is half of them.
ROWS = 8192

#: A stack is measured where it has at most so many weights, and so many latents in a batch: 0.3 and 0.1 GB.
MOST_WEIGHTS, MOST_LATENTS = 2**24, 2**25

#: Above so many multiplications a step takes seconds: fewer steps then.
LONG = 2**34


def activations(inputs: int) -> Tensor:
    """Return activations ``(ROWS, inputs)``: sparse sums of twice as many random directions as there are inputs."""
    source = torch.Generator().manual_seed(0)
    features = 2 * inputs
    values = torch.rand(ROWS, features, generator=source)
    on = torch.rand(ROWS, features, generator=source) < min(0.2, 4 / features)
    directions = nn.functional.normalize(torch.randn(features, inputs, generator=source), dim=-1)
    return (values * on) @ directions


def trainer(x: Tensor, latents: int, batch: int):
    """Return SAELens's trainer on rows of ``x``.

    Its dictionary is free, and its L1 weighs each latent by its vector's length, which comes to the same as unit norm.
    """
    from sae_lens import SAETrainer, StandardTrainingSAE, StandardTrainingSAEConfig
    from sae_lens.config import LoggingConfig, SAETrainerConfig

    device = str(x.device)
    # Its error is the sum over the inputs, ours the mean.
    settings = {"d_in": x.shape[1], "d_sae": latents, "l1_coefficient": L1 * x.shape[1]}
    sae = StandardTrainingSAE(StandardTrainingSAEConfig(**settings, device=device, apply_b_dec_to_input=False))
    config = SAETrainerConfig(
        total_training_samples=10**12,
        train_batch_size_samples=batch,
        lr=LR,
        lr_end=LR,
        device=device,
        logger=LoggingConfig(log_to_wandb=False),
    )
    rows = minibatches(x, size=batch)
    return SAETrainer(cfg=config, sae=sae, data_provider=(rows(number)[0] for number in itertools.count()))


def saelens(x: Tensor, latents: int, batch: int) -> Step:
    """Return what SAELens's trainer does in a step but for its progress bar; it returns the loss."""
    training = trainer(x, latents, batch)

    def step(number: int) -> Tensor:
        training.maybe_reset_sparsity()
        out = training.step(next(training.data_provider))
        training.n_training_steps += 1
        return out.loss.detach()

    return step


def plain(x: Tensor, latents: int, batch: int) -> Step:
    """Return the step of a minimal loop, as a notebook writes it, which begins as ours does; it returns the loss."""
    start = nets.SparseAutoencoder(x.shape[1], latents).to(x.device)
    W, b, D, c = (nn.Parameter(p[0].detach().clone()) for p in (start.W_enc, start.b_enc, start.W_dec, start.b_dec))
    optimizer = torch.optim.Adam([W, b, D, c], lr=LR)
    rows = minibatches(x, size=batch)

    def step(number: int) -> Tensor:
        (part,) = rows(number)
        f = torch.relu(part @ W + b)
        copy = f @ nn.functional.normalize(D, dim=1) + c
        loss = (copy - part).square().mean() + L1 * f.sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def ours(x: Tensor, latents: int, batch: int, stack: int = 1, kind: type[compiled.Plain] = compiled.Step) -> Step:
    """Return the step of ``train.fit`` for a stack of autoencoders; it returns the sums of their losses so far."""
    sae = nets.SparseAutoencoder(x.shape[1], latents, stack).to(x.device)
    died, total = torch.full((stack,), -1, device=x.device), torch.zeros(stack, device=x.device)
    optimizer = optim.make("adam", sae.parameters(), lr=LR)
    source = torch.Generator(x.device)
    advance = kind(sae, minibatches(x, size=batch), autoencoding.loss(L1), optimizer, source, died, total)

    def step(number: int) -> Tensor:
        advance(number, 1.0)
        return total

    return step


def floor(x: Tensor, latents: int, batch: int) -> Step:
    """Return the five matrix products of a step of one autoencoder and nothing else."""
    tensor = partial(torch.rand, device=x.device)
    inputs = x.shape[1]
    part, error, f, df = tensor(batch, inputs), tensor(batch, inputs), tensor(batch, latents), tensor(batch, latents)
    W, D = tensor(inputs, latents), tensor(latents, inputs)

    def step(number: int) -> Tensor:
        part @ W
        f @ D
        error @ D.T
        f.T @ error
        return part.T @ df

    return step


def fits(inputs: int, latents: int, batch: int) -> bool:
    """Whether a stack of this size is measured."""
    return STACK * inputs * latents * 2 <= MOST_WEIGHTS and STACK * batch * latents <= MOST_LATENTS


def sides(x: Tensor, latents: int, batch: int) -> dict[str, Step]:
    steps = {"saelens": saelens, "plain": plain, "one": ours, "floor": floor}
    made = {name: make(x, latents, batch) for name, make in steps.items()}
    if fits(x.shape[1], latents, batch):
        made["stack"] = ours(x, latents, batch, STACK)
    return made


def row(inputs: int, latents: int, batch: int, seconds: dict[str, float]) -> dict[str, str | float | None]:
    """Return one line of the table: how often as fast as SAELens's trainer, per autoencoder; None where not measured.

    ``seconds`` are those of a step: of the whole stack for ``stack``, else of one autoencoder.
    """
    ratios = {name: round(seconds["saelens"] / seconds[name], 1) for name in ("plain", "one")}
    stacked = round(STACK * seconds["saelens"] / seconds["stack"], 1) if "stack" in seconds else None
    return {
        "model": f"{inputs} to {latents}",
        "batch": batch,
        "saelens": float(f"{1 / seconds['saelens']:.2g}"),
        **ratios,
        "stack": stacked,
        "floor": round(seconds["saelens"] / seconds["floor"], 1),
        "share": round(100 * seconds["floor"] / seconds["one"]),
    }


def lines(device: str = "cpu"):
    """Measure and yield line after line, by the clock."""
    for inputs in INPUTS:
        x = activations(inputs).to(device)
        for ratio in RATIOS:
            for batch in BATCHES:
                steps = sides(x, ratio * inputs, batch)
                if device != "cpu":
                    steps = {name: finished(step) for name, step in steps.items()}
                heavy = 10 * batch * inputs * ratio * inputs > LONG
                clock, processor = measure(steps, ROUNDS, TURN, *((3, 1) if heavy else (30, 5)))
                found = row(inputs, ratio * inputs, batch, clock)
                print(found, "| processor", row(inputs, ratio * inputs, batch, processor), flush=True)
                yield found
                del steps
                gc.collect()


def main() -> None:
    try:
        import sae_lens  # noqa: F401
    except ImportError:
        sys.exit('SAELens is missing: pip install -e ".[peers]"')
    with threads(THREADS):
        gpu = [*lines("cuda")] if torch.cuda.is_available() else None
        rows = [*lines()]
    made = {"machine": machine() | {"threads": THREADS}, "rounds": ROUNDS, "stack": STACK, "rows": rows}
    made["gpu"] = gpu and {"name": torch.cuda.get_device_name(), "rows": gpu}
    RESULTS.write_text(json.dumps(made, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
