"""The sparse autoencoder."""

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from ..checks import listed, positive_integers
from .layers import apply, initial, padded
from .sparsity import ReLU

#: What is added to the seed for the decoder: far from the encoder's, so that no two instances share their numbers.
APART = 1_000_003


class SparseAutoencoder(nn.Module):
    """Write activations as sparse sums of dictionary vectors: ``f = act(x W_enc + b_enc)``, ``x' = f D + b_dec``.

    ``W_enc`` is ``(instances, inputs, latents)``, ``W_dec`` ``(instances, latents, inputs)``, ``b_enc`` and ``b_dec``
    are ``(instances, latents)`` and ``(instances, inputs)``. The choices are independent of each other:

    - ``unit_norm``: the dictionary ``D`` is ``W_dec`` with rows of length one, so that an L1 penalty on ``f`` cannot be
      dodged by small latents and long vectors. Its gradient is then perpendicular to ``D`` by itself (Bricken et al.
      2023). Without it ``D`` is ``W_dec``, as in King et al. (2025).
    - ``centred``: the encoder reads ``x - b_dec`` (the pre-decoder bias of Bricken et al. 2023).
    - ``tied``: the encoder is the transposed dictionary, and there is no ``W_enc`` (Cunningham et al. 2023).
    - ``mirrored``: the encoder starts as the transposed dictionary, which spares many dead latents (Gao et al. 2024).
    - ``activation``: a piece of ``nets.sparsity``, ``ReLU`` unless given.
    - ``widths``, one per instance, makes some dictionaries smaller than ``latents``. The others' weights are zero; they
      answer 0 and never move, save thresholds of ``JumpReLU`` within half a bandwidth of 0. ``present`` says which
      latents an instance has.

    Raises ``ValueError`` for sizes that are not positive integers, widths of another number than there are instances
    or above ``latents``, and settings of the activation that do not fit.
    """

    def __init__(
        self,
        inputs: int,
        latents: int,
        instances: int = 1,
        seed: int = 0,
        unit_norm: bool = True,
        *,
        centred: bool = False,
        tied: bool = False,
        mirrored: bool = False,
        activation: ReLU | None = None,
        widths: Sequence[int] | None = None,
    ):
        super().__init__()
        positive_integers(inputs=inputs, latents=latents, instances=instances)
        widths = [latents] * instances if widths is None else listed("widths", widths, instances)
        positive_integers(**{f"widths[{i}]": width for i, width in enumerate(widths)})
        if max(widths) > latents:
            raise ValueError(f"expected widths of at most the {latents} latents, got {max(widths)}")
        self.unit_norm, self.centred, self.tied = unit_norm, centred, tied
        has = torch.arange(latents) < torch.tensor(widths)[:, None]
        self.register_buffer("present", has, persistent=False)
        encoders = [padded(initial(seed + i, 1, inputs, w)[0], latents, 1) for i, w in enumerate(widths)]
        decoders = [padded(initial(seed + APART + i, 1, w, inputs)[0], latents, 0) for i, w in enumerate(widths)]
        W_enc, W_dec = torch.stack(encoders), torch.stack(decoders)
        if not tied:
            self.W_enc = nn.Parameter(W_enc)
        self.b_enc = nn.Parameter(torch.zeros(instances, latents))
        self.W_dec = nn.Parameter(W_dec)
        self.b_dec = nn.Parameter(torch.zeros(instances, inputs))
        if mirrored and not tied:
            with torch.no_grad():
                self.W_enc.copy_(self.dictionary.mT)
        # A copy, so that a piece which serves two autoencoders is two pieces.
        self.activation = (ReLU() if activation is None else deepcopy(activation)).sized(instances, latents)

    @property
    def dictionary(self) -> Tensor:
        """The dictionary ``(instances, latents, inputs)``: what one unit of each latent adds to the output."""
        return nn.functional.normalize(self.W_dec, dim=-1) if self.unit_norm else self.W_dec

    @property
    def encoder(self) -> Tensor:
        """The encoder's weights ``(instances, inputs, latents)``."""
        return self.dictionary.mT if self.tied else self.W_enc

    def drive(self, x: Tensor) -> Tensor:
        """Return ``x W_enc + b_enc`` ``(batch, instances, latents)``, with ``x - b_dec`` for ``x`` where centred."""
        encoder, bias = self.encoder, self.b_enc
        if self.centred:
            bias = bias - torch.einsum("ni,nil->nl", self.b_dec, encoder)
        return apply(x, encoder, bias)

    def encode(self, x: Tensor) -> Tensor:
        """Return the latents ``(batch, instances, latents)`` of activations ``x``."""
        return self.activation(self.drive(x), self.b_enc)

    def decode(self, latents: Tensor) -> Tensor:
        """Return the activations ``(batch, instances, inputs)`` that ``latents`` stand for."""
        return apply(latents, self.dictionary, self.b_dec)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the reconstruction and the latents."""
        latents = self.encode(x)
        return self.decode(latents), latents
