"""The sparse autoencoder."""

import torch
from torch import Tensor, nn

from ..checks import positive_integers
from .layers import apply, initial


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
