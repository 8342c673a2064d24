"""The multilayer perceptron."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..checks import positive_integers
from .layers import apply, initial


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
