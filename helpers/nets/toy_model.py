"""The toy model of superposition."""

import torch
from torch import Tensor, nn

from ..checks import one_of, positive_integers
from .layers import ACTIVATIONS, apply, initial


class ToyModel(nn.Module):
    """Squeeze sparse features through too few hidden dimensions: ``ReLU(x W W^T + b)`` (Elhage et al. 2022).

    ``W`` is ``(instances, features, hidden)``: row ``i`` is the direction feature ``i`` gets in the hidden space.
    ``b`` is ``(instances, features)``. ``activation="linear"`` gives the model without the ReLU.
    """

    def __init__(self, features: int, hidden: int, instances: int = 1, seed: int = 0, activation: str = "relu"):
        super().__init__()
        positive_integers(features=features, hidden=hidden, instances=instances)
        one_of("activation", activation, ACTIVATIONS)
        self.activation = activation
        self.W = nn.Parameter(initial(seed, instances, features, hidden))
        self.b = nn.Parameter(torch.zeros(instances, features))

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstruction ``(batch, instances, features)`` of ``x``."""
        return ACTIVATIONS[self.activation](apply(apply(x, self.W), self.W.mT, self.b))
