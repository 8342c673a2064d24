"""Numbers that the JavaScript of the feature browser must give, computed by torch and by the definitions.

``python tests/vectors/feature_browser.py`` writes them to ``feature_browser.json``. The file holds

- ``packed``: what travels to the page for three readings;
- ``readings``: what all cases of each give, "neuron", "latent" and "copy" ``(cases, units)``, and the answers "plain"
  and "spliced"; for every unit its "effects", what setting it to 0, to its mean over the cases and to twice its largest
  does ("mean" of the answers, "skill", "shift"), and its correlations with the "inputs" and with the "classes", or the
  target, null where one of the two never changes; and the "curve", activations while one input moves over its limits;
- ``switches``: latents and copies of a few rows, for activations that no reading has.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from inspector_records import classifier, deep, regressor  # noqa: E402

from helpers import nets  # noqa: E402
from helpers.nets import sparsity  # noqa: E402
from helpers.widgets.feature_browser import Reading  # noqa: E402
from helpers.widgets.feature_browser.packing import packed  # noqa: E402

FILE = Path(__file__).with_suffix(".json")
POINTS = 5


@dataclass
class Said:
    words: str
    score: float = 0.5
    balanced: float = 0.7
    control: float = float("nan")


def noisy(inputs: int, latents: int, seed: int, piece=None, **options) -> nets.SparseAutoencoder:
    """An autoencoder in float64 with random weights and biases; its last latent is dead."""
    sae = nets.SparseAutoencoder(inputs, latents, 2, seed=seed, activation=piece, **options).double()
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for one in sae.parameters():
            one.add_(0.3 * torch.randn(one.shape, generator=draw, dtype=torch.float64))
        sae.b_enc[:, -1] = -50
        if isinstance(piece, sparsity.BatchTopK):
            sae.activation.threshold.fill_(0.3)
    return sae.eval()


def readings() -> list[Reading]:
    """A network for each kind of activation and of answer."""
    one, two, rate = classifier(), deep(), regressor()
    neurons = [Said(f"high when number {k} is") for k in range(one.hidden_sizes[0])]
    return [
        Reading(one, noisy(one.hidden_sizes[0], 5, 1), neurons=neurons),
        Reading(two, noisy(4, 6, 2, sparsity.Gated(), centred=True), 1, hidden_layer=0),
        Reading(rate, noisy(3, 6, 3, sparsity.JumpReLU(0.2), unit_norm=False), 1),
    ]


def switches() -> list[dict]:
    """What other activations make of a few rows: ``{"reader", "x", "latents", "copy"}``."""
    found = []
    for piece in (sparsity.TopK(2), sparsity.BatchTopK(2)):
        sae = noisy(3, 6, 4, piece, tied=True, centred=True)
        x = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
        reader = packed([Reading(deep(), sae)])["readers"][0]
        with torch.no_grad():
            copy, latents = sae(x)
        found.append(
            {"reader": reader, "x": x.tolist(), "latents": latents[:, 0].tolist(), "copy": copy[:, 0].tolist()}
        )
    return found


def scaled(record, raw: np.ndarray) -> torch.Tensor:
    logs = [name in record.log_scaled for name in record.predictors]
    seen = np.where(logs, np.log10(np.where(logs, raw, 1.0)), raw)
    return torch.tensor((seen - record.mean) / record.scale)


class Network:
    """The last epoch of a record, read by an autoencoder."""

    def __init__(self, reading: Reading):
        self.record, self.at = reading.record, reading.layer
        self.sae, self.instance = reading.sae, reading.instance
        parts = zip(self.record.weights, self.record.biases, strict=True)
        self.layers = [(torch.tensor(w[-1]), torch.tensor(b[-1])) for w, b in parts]

    def hidden(self, x: torch.Tensor) -> torch.Tensor:
        for w, b in self.layers[: self.at + 1]:
            x = torch.relu(x @ w + b)
        return x

    def above(self, h: torch.Tensor) -> torch.Tensor:
        for place, (w, b) in enumerate(self.layers[self.at + 1 :], self.at + 1):
            h = h @ w + b
            h = torch.relu(h) if place < len(self.layers) - 1 else h
        return h.softmax(-1) if self.record.task == "classification" else h

    def latents(self, h: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return self.sae.encode(h)[:, self.instance]

    def copy(self, f: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return self.sae.decode(f[:, None].expand(-1, 2, -1))[:, self.instance]


def correlation(a, b) -> float | None:
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return None if (a == a[0]).all() or (b == b[0]).all() else float(np.corrcoef(a, b)[0, 1])


def summary(network: Network, answers: torch.Tensor) -> dict:
    target = torch.tensor(network.record.cases.target)
    if network.record.task == "classification":
        skill = (answers.argmax(-1) == target).double().mean()
    else:
        skill = (answers[:, 0] - target).abs().mean()
    return {"mean": answers.mean(0).tolist(), "skill": skill.item()}


def described(reading: Reading) -> dict:
    """Everything about one reading."""
    network, record = Network(reading), reading.record
    x = scaled(record, record.cases.raw)
    h = network.hidden(x)
    f = network.latents(h)
    copy = network.copy(f)
    plain, spliced = network.above(h), network.above(copy)
    share = 0.5 if record.task == "classification" else 1.0
    classes = [record.cases.target == k for k in range(len(record.outputs))]
    targets = classes if record.task == "classification" else [record.cases.target]
    units = []
    for kind, values, before in (("neuron", h, plain), ("latent", f, spliced)):
        for index in range(values.shape[1]):
            column = values[:, index]
            effects = {}
            for name, value in (("zero", 0.0), ("mean", column.mean().item()), ("twice", 2 * column.max().item())):
                changed = values.clone()
                changed[:, index] = value
                after = network.above(changed if kind == "neuron" else network.copy(changed))
                shift = share * (after - before).abs().sum(-1).mean().item()
                effects[name] = {"value": value, **summary(network, after), "shift": shift}
            units.append(
                {
                    "kind": kind,
                    "index": index,
                    "effects": effects,
                    "inputs": [correlation(column, x[:, i]) for i in range(x.shape[1])],
                    "classes": [correlation(column, one) for one in targets],
                }
            )
    which, case = 1, 3
    ends = scaled(record, record.limits.T)[:, which]
    moved = x[case].repeat(POINTS, 1)
    moved[:, which] = torch.linspace(0, 1, POINTS, dtype=torch.float64) * (ends[1] - ends[0]) + ends[0]
    neuron = network.hidden(moved)
    return {
        "neuron": h.tolist(),
        "latent": f.tolist(),
        "copy": copy.tolist(),
        "plain": {"rows": plain.tolist(), **summary(network, plain)},
        "spliced": {"rows": spliced.tolist(), **summary(network, spliced)},
        "units": units,
        "curve": {
            "case": case,
            "input": which,
            "neuron": neuron.tolist(),
            "latent": network.latents(neuron).tolist(),
        },
    }


def vectors() -> dict:
    """All test vectors."""
    made = readings()
    return {
        "packed": packed(made),
        "readings": [described(one) for one in made],
        "switches": switches(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors()) + "\n", "utf8")
