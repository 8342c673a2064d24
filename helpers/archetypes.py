"""A sparse autoencoder whose dictionary may not leave the data: after the archetypal SAE of Fel et al. (2025)."""

import torch
from sklearn.cluster import KMeans
from torch import Tensor, nn

from . import nets
from .autoencoding import checked
from .checks import positive_integers


class Archetypal(nets.SparseAutoencoder):
    """A ``nets.SparseAutoencoder`` whose dictionary vectors are weighted means of ``candidates``, plus a little.

    ``candidates`` ``(instances, points, inputs)`` are points of the data, or centres of clusters of them. The weights
    are the softmax of ``mixture`` ``(instances, latents, points)``. What is added is ``W_dec``, which starts at zero
    and is cut off at the length ``slack``, a share of the candidates' mean length: 0 keeps the dictionary inside the
    convex hull, and the paper's relaxed variant has a little more. With ``unit_norm`` these vectors are then stretched
    to length one. Keywords are those of ``nets.SparseAutoencoder``, but for ``tied`` and ``widths``; with ``mirrored``
    the encoder starts as the transposed dictionary.

    Raises ``ValueError`` for candidates of another shape or not finite, a slack that is negative or not finite, and
    keywords that it has not.
    """

    def __init__(
        self, candidates: Tensor, latents: int, seed: int = 0, *, slack: float = 0.0, mirrored: bool = False, **more
    ):
        if candidates.dim() != 3 or 0 in candidates.shape or not torch.isfinite(candidates).all():
            raise ValueError(
                f"expected finite candidates of shape (instances, points, inputs), got {tuple(candidates.shape)}"
            )
        if not 0 <= slack < torch.inf:
            raise ValueError(f"slack must be 0 or more, and finite, got {slack!r}")
        if lacks := sorted({"tied", "widths"} & set(more)):
            raise ValueError(f"an archetypal autoencoder has no {' and no '.join(lacks)}")
        instances, points, inputs = candidates.shape
        super().__init__(inputs, latents, instances, seed, **more)
        self.slack = slack
        self.register_buffer("candidates", candidates.float().clone(), persistent=True)
        # Each latent starts near a few candidates of its own: at equal weights all vectors would be the same.
        drawn = [
            torch.randn(latents, points, generator=torch.Generator().manual_seed(seed + i)) for i in range(instances)
        ]
        self.mixture = nn.Parameter(4 * torch.stack(drawn))
        with torch.no_grad():
            self.W_dec.zero_()
            if mirrored:
                self.W_enc.copy_(self.dictionary.mT)

    @property
    def dictionary(self) -> Tensor:
        """The dictionary ``(instances, latents, inputs)``."""
        inside = self.mixture.softmax(-1) @ self.candidates
        most = self.slack * self.candidates.norm(dim=-1).mean(-1)[:, None, None]
        length = self.W_dec.square().sum(-1, keepdim=True).clamp_min(1e-12).sqrt()
        vectors = inside + self.W_dec * (most / length).clamp_max(1)
        return nn.functional.normalize(vectors, dim=-1) if self.unit_norm else vectors


def candidates(x: Tensor, points: int = 64, seed: int = 0) -> Tensor:
    """Return the centres of ``points`` clusters of activations ``x`` ``(rows, inputs)``, ``(points, inputs)``.

    The clusters are those of k-means. Rows that are all zero, such as those in which a hidden layer is silent, have no
    direction and are left out. Raises ``ValueError`` for activations as in ``autoencoding.checked``, and for fewer
    different rows than points.
    """
    positive_integers(points=points)
    if x.dim() != 2:
        raise ValueError(f"expected activations of shape (rows, inputs), got {tuple(x.shape)}")
    rows = checked(x, constant=True).detach().cpu()
    rows = rows[(rows != 0).any(-1)]
    if (different := len(rows.unique(dim=0))) < points:
        raise ValueError(f"expected at least {points} different rows that are not zero, got {different}")
    found = KMeans(points, n_init=1, random_state=seed).fit(rows.double().numpy()).cluster_centers_
    return torch.as_tensor(found, dtype=x.dtype)
