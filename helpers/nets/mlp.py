"""The multilayer perceptron."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..checks import listed, positive_integers
from .layers import apply, initial, padded

#: What is added to the seed from layer to layer: far apart, so that no two layers of two instances share their numbers.
APART = 1_000_003


class MLP(nn.Module):
    """A multilayer perceptron with ReLU hidden layers and a linear output.

    ``hidden`` is the width of the hidden layer, or a sequence of widths, one per layer. ``weights[l]`` is
    ``(instances, in, out)`` and ``biases[l]`` is ``(instances, out)``.

    ``widths``, one per instance, makes some of the hidden layers narrower: instance ``i`` starts and trains as the
    model with ``widths[i]`` hidden neurons does. The weights of the neurons that it lacks are zero. They answer 0 and
    get no gradient, so they stay as they are.

    ``seen`` ``(instances, inputs)``, yes or no, says which inputs an instance sees: it starts and trains as the model
    of only these inputs does. So networks with inputs of their own share one table.

    Raises ``ValueError`` for sizes that are not positive integers, for ``widths`` of another number than there are
    instances, above ``hidden``, or with several hidden layers, and for a ``seen`` of another shape, that leaves an
    instance without inputs, or that comes with ``widths``.
    """

    def __init__(
        self,
        inputs: int,
        hidden: int | Sequence[int],
        outputs: int = 1,
        instances: int = 1,
        seed: int = 0,
        *,
        widths: Sequence[int] | None = None,
        seen: Tensor | None = None,
    ):
        super().__init__()
        layers = tuple(hidden) if isinstance(hidden, Sequence) else (hidden,)
        if not layers:
            raise ValueError("hidden must name at least one hidden layer, got none")
        positive_integers(
            inputs=inputs,
            outputs=outputs,
            instances=instances,
            **{f"hidden[{i}]": w for i, w in enumerate(layers)},
        )
        sizes = (inputs, *layers, outputs)
        self.weights = nn.ParameterList(
            initial(seed + APART * layer, instances, *shape)
            for layer, shape in enumerate(zip(sizes[:-1], sizes[1:], strict=True))
        )
        self.biases = nn.ParameterList(torch.zeros(instances, size) for size in sizes[1:])
        if seen is not None and widths is not None:
            raise ValueError("expected widths or seen, got both")
        self.register_buffer("seen", None if seen is None else self._blind(seed, seen), persistent=False)
        if widths is not None:
            self._narrow(inputs, layers, outputs, seed, listed("widths", widths, instances))

    def _narrow(self, inputs: int, layers: Sequence[int], outputs: int, seed: int, widths: list[int]) -> None:
        """Draw each instance as the model of its width starts, and fill up with zeros."""
        positive_integers(**{f"widths[{i}]": width for i, width in enumerate(widths)})
        if len(layers) > 1:
            raise ValueError(f"widths are for a single hidden layer, got {len(layers)} of them")
        (wide,) = layers
        if max(widths) > wide:
            raise ValueError(f"expected widths of at most the {wide} hidden neurons, got {max(widths)}")
        with torch.no_grad():
            for i, width in enumerate(widths):
                self.weights[0][i] = padded(initial(seed + i, 1, inputs, width)[0], wide, 1)
                self.weights[1][i] = padded(initial(seed + APART + i, 1, width, outputs)[0], wide, 0)

    def _blind(self, seed: int, seen: Tensor) -> Tensor:
        """Draw the first weights of each instance for the inputs that it sees; return those as a factor."""
        instances, inputs, width = self.weights[0].shape
        seen = torch.as_tensor(seen)
        if seen.dtype != torch.bool or seen.shape != (instances, inputs) or not seen.any(1).all():
            raise ValueError(
                f"expected seen as booleans of shape ({instances}, {inputs}), at least one input for each instance, "
                f"got {seen.dtype} of shape {tuple(seen.shape)}"
            )
        with torch.no_grad():
            self.weights[0].zero_()
            for i, own in enumerate(seen):
                self.weights[0][i, own] = initial(seed + i, 1, int(own.sum()), width)[0]
        return seen.float().unsqueeze(-1)

    def hidden(self, x: Tensor, layer: int = -1) -> Tensor:
        """Return the activations ``(batch, instances, width)`` of hidden ``layer`` (the last by default)."""
        activations = []
        for i in range(len(self.weights) - 1):  # a slice would be a new ParameterList, which cannot be compiled
            # The weights of unseen inputs are zero; the factor keeps their gradient zero, too.
            weight = self.weights[i] if i or self.seen is None else self.weights[i] * self.seen
            x = torch.relu(apply(x, weight, self.biases[i]))
            activations.append(x)
        return activations[layer]

    def output(self, hidden: Tensor) -> Tensor:
        """Return the output ``(batch, instances, outputs)`` from activations of the last hidden layer."""
        return apply(hidden, self.weights[-1], self.biases[-1])

    def forward(self, x: Tensor) -> Tensor:
        """Return the linear output ``(batch, instances, outputs)``: logits, or the predicted value."""
        return self.output(self.hidden(x))
