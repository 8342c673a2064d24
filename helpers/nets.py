"""The book's networks, each with a leading *instances* axis.

Parameters are ``(instances, ...)``. Data is ``(batch, instances, ...)``, or ``(batch, ...)`` when all instances
see the same rows. Instances never interact, so one training run is a whole sweep; a single model is
``instances=1``. Instance ``i`` is initialised from ``seed + i``, so it starts where the model with
``instances=1, seed=seed + i`` starts.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .checks import positive_integers

#: Matrices with at most so many entries are multiplied entry by entry where the step is compiled.
TINY = 24

ACTIVATIONS = {"relu": torch.relu, "linear": lambda x: x}


def apply(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Multiply each instance's data by its ``weight`` ``(instances, inputs, outputs)`` and add its ``bias``.

    ``x`` is ``(batch, inputs)`` or ``(batch, instances, inputs)``, ``bias`` ``(instances, outputs)``. Returns
    ``(batch, instances, outputs)``. Raises ``ValueError`` when the shapes do not fit.
    """
    instances, inputs, _ = weight.shape
    if x.shape[1:] not in ((inputs,), (instances, inputs)):
        raise ValueError(
            f"expected data of shape (batch, {inputs}) or (batch, {instances}, {inputs}), got {tuple(x.shape)}"
        )
    if torch.compiler.is_compiling() and weight[0].numel() <= TINY:
        return _apply_tiny(x.expand(instances, *x.shape).transpose(0, 1) if x.dim() == 2 else x, weight, bias)
    rows = x.expand(instances, *x.shape) if x.dim() == 2 else x.transpose(0, 1)
    if torch.compiler.is_compiling():
        return _apply_compiled(rows, weight, bias).transpose(0, 1)
    # One fused operation: adding a bias to the transposed product afterwards is ten times slower than the product.
    product = torch.bmm(rows, weight) if bias is None else torch.baddbmm(bias.unsqueeze(1), rows, weight)
    return product.transpose(0, 1)


def _apply_compiled(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Multiply ``rows`` ``(instances, batch, inputs)`` so that a compiler joins all else to the loops around it."""
    product = torch.bmm(rows, weight)
    if product.requires_grad:
        # The products of the backward pass are fastest on a gradient that lies in memory as the product does.
        product.register_hook(torch.Tensor.contiguous)
    return product if bias is None else product + bias.unsqueeze(1)


def _apply_tiny(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Multiply as written out on paper: a compiler makes one loop over the batch of it, and of what surrounds it."""
    columns = x.permute(2, 1, 0).unbind()
    _, inputs, outputs = weight.shape
    sums = [sum(columns[i] * weight[:, i, k, None] for i in range(inputs)) for k in range(outputs)]
    product = torch.stack(sums) if bias is None else torch.stack(sums) + bias.T.unsqueeze(2)
    return product.permute(2, 1, 0)


def initial(seed: int, instances: int, *shape: int) -> Tensor:
    """Draw Glorot-uniform weights ``(instances, *shape)``, instance ``i`` from its own seed ``seed + i``."""
    limit = (6 / (shape[0] + shape[-1])) ** 0.5
    draws = [torch.rand(shape, generator=torch.Generator().manual_seed(seed + i)) for i in range(instances)]
    return (2 * torch.stack(draws) - 1) * limit


class ToyModel(nn.Module):
    """Squeeze sparse features through too few hidden dimensions: ``ReLU(x W W^T + b)`` (Elhage et al. 2022).

    ``W`` is ``(instances, features, hidden)``: row ``i`` is the direction feature ``i`` gets in the hidden space.
    ``b`` is ``(instances, features)``. ``activation="linear"`` gives the model without the ReLU.
    """

    def __init__(self, features: int, hidden: int, instances: int = 1, seed: int = 0, activation: str = "relu"):
        super().__init__()
        positive_integers(features=features, hidden=hidden, instances=instances)
        if activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {activation!r}: expected one of {', '.join(ACTIVATIONS)}")
        self.activation = activation
        self.W = nn.Parameter(initial(seed, instances, features, hidden))
        self.b = nn.Parameter(torch.zeros(instances, features))

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstruction ``(batch, instances, features)`` of ``x``."""
        return ACTIVATIONS[self.activation](apply(apply(x, self.W), self.W.mT, self.b))


class MLP(nn.Module):
    """A multilayer perceptron with ReLU hidden layers and a linear output.

    ``hidden`` is the width of the hidden layer, or a sequence of widths, one per layer. ``weights[l]`` is
    ``(instances, in, out)`` and ``biases[l]`` is ``(instances, out)``.
    """

    def __init__(self, inputs: int, hidden: int | Sequence[int], outputs: int = 1, instances: int = 1, seed: int = 0):
        super().__init__()
        widths = tuple(hidden) if isinstance(hidden, Sequence) else (hidden,)
        if not widths:
            raise ValueError("hidden must name at least one hidden layer, got none")
        positive_integers(
            inputs=inputs,
            outputs=outputs,
            instances=instances,
            **{f"hidden[{i}]": w for i, w in enumerate(widths)},
        )
        sizes = (inputs, *widths, outputs)
        # Layers draw from far-apart seeds, so that no two layers of two instances share their numbers.
        self.weights = nn.ParameterList(
            initial(seed + 1_000_003 * layer, instances, *shape)
            for layer, shape in enumerate(zip(sizes[:-1], sizes[1:], strict=True))
        )
        self.biases = nn.ParameterList(torch.zeros(instances, size) for size in sizes[1:])

    def hidden(self, x: Tensor, layer: int = -1) -> Tensor:
        """Return the activations ``(batch, instances, width)`` of hidden ``layer`` (the last by default)."""
        activations = []
        for i in range(len(self.weights) - 1):  # a slice would be a new ParameterList, which cannot be compiled
            x = torch.relu(apply(x, self.weights[i], self.biases[i]))
            activations.append(x)
        return activations[layer]

    def output(self, hidden: Tensor) -> Tensor:
        """Return the output ``(batch, instances, outputs)`` from activations of the last hidden layer."""
        return apply(hidden, self.weights[-1], self.biases[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Return the linear output ``(batch, instances, outputs)``: logits, or the predicted value."""
        return self.output(self.hidden(x))


class SparseAutoencoder(nn.Module):
    """Write activations as sparse sums of dictionary vectors: ``f = ReLU(x W_enc + b_enc)``, ``x' = f D + b_dec``.

    ``W_enc`` is ``(instances, inputs, latents)``, ``W_dec`` ``(instances, latents, inputs)``. With
    ``unit_norm`` the dictionary ``D`` is ``W_dec`` with rows of length one, so that an L1 penalty on ``f`` cannot
    be dodged by small latents and long vectors (Bricken et al. 2023). Without it, ``D`` is ``W_dec`` itself, as in
    King et al. (2025).
    """

    def __init__(self, inputs: int, latents: int, instances: int = 1, seed: int = 0, unit_norm: bool = True):
        super().__init__()
        positive_integers(inputs=inputs, latents=latents, instances=instances)
        self.unit_norm = unit_norm
        self.W_enc = nn.Parameter(initial(seed, instances, inputs, latents))
        self.b_enc = nn.Parameter(torch.zeros(instances, latents))
        self.W_dec = nn.Parameter(initial(seed + 1_000_003, instances, latents, inputs))
        self.b_dec = nn.Parameter(torch.zeros(instances, inputs))

    @property
    def dictionary(self) -> Tensor:
        """The dictionary ``(instances, latents, inputs)``: what one unit of each latent adds to the output."""
        return nn.functional.normalize(self.W_dec, dim=-1) if self.unit_norm else self.W_dec

    def encode(self, x: Tensor) -> Tensor:
        """Return the latents ``(batch, instances, latents)`` of activations ``x``."""
        return torch.relu(apply(x, self.W_enc, self.b_enc))

    def decode(self, latents: Tensor) -> Tensor:
        """Return the activations ``(batch, instances, inputs)`` that ``latents`` stand for."""
        return apply(latents, self.dictionary, self.b_dec)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the reconstruction and the latents."""
        latents = self.encode(x)
        return self.decode(latents), latents
