"""The toy model's expected loss without sampling noise; the widget `ToyGeometry` computes the same in JavaScript."""

from functools import cache
from itertools import combinations, product

import numpy as np
import torch
from torch import Tensor

#: Gauss-Legendre nodes per active feature, by the number of active features: within about 1% of the exact integral.
ORDERS = (0, 16, 8, 5, 4, 3)


@cache
def quadrature(features: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return inputs that stand for all inputs: every set of active features, with nodes for their values.

    The tensors are the inputs ``(points, features)``, their weights ``(points,)`` and how many features are active
    ``(points,)``. Raises ``ValueError`` for fewer than one or more than five features.
    """
    if not 1 <= features < len(ORDERS):
        raise ValueError(f"expected 1 to {len(ORDERS) - 1} features, got {features}")
    inputs, weights, active = [], [], []
    for size in range(features + 1):
        nodes, values = np.polynomial.legendre.leggauss(max(ORDERS[size], 1))
        for members in combinations(range(features), size):
            for chosen in product(range(len(nodes)), repeat=size):
                row = np.zeros(features)
                row[list(members)] = (nodes[list(chosen)] + 1) / 2
                inputs.append(row)
                weights.append(np.prod(values[list(chosen)] / 2))
                active.append(size)
    return torch.tensor(np.array(inputs)), torch.tensor(np.array(weights)), torch.tensor(active)


def expected_loss(W: Tensor, b: Tensor, sparsity, importance) -> Tensor:
    """Return the expected loss of each feature, ``(instances, features)``; their sum is that of Elhage et al. (2022).

    ``W`` is ``(instances, features, hidden)``, ``b`` ``(instances, features)``, ``sparsity`` one number per instance
    or one for all, ``importance`` ``(features,)``. Computed in float64, and differentiable. Which features are
    active is summed over exactly; over their values, uniform on [0, 1], the integral is a quadrature. So two models
    are compared without the noise of a sample. Raises ``ValueError`` for shapes that do not fit.
    """
    if W.dim() != 3 or b.shape != W.shape[:2]:
        raise ValueError(
            "expected W (instances, features, hidden) and b (instances, features), "
            f"got {tuple(W.shape)} and {tuple(b.shape)}"
        )
    instances, features, _ = W.shape
    W, b = W.double().cpu(), b.double().cpu()
    importance = torch.as_tensor(importance, dtype=torch.float64)
    sparsity = torch.as_tensor(sparsity, dtype=torch.float64)
    if importance.shape != (features,):
        raise ValueError(
            f"expected one importance for each of {features} features, got shape {tuple(importance.shape)}"
        )
    if sparsity.shape not in ((), (instances,)) or not ((sparsity >= 0) & (sparsity <= 1)).all():
        raise ValueError(f"expected a sparsity in [0, 1], or {instances} of them, got {sparsity.tolist()}")
    inputs, weights, active = quadrature(features)
    density = (1 - sparsity).expand(instances).unsqueeze(1)
    chance = weights * density**active * (1 - density) ** (features - active)
    output = torch.relu(inputs @ W @ W.mT + b.unsqueeze(1))
    return importance * torch.einsum("np,npf->nf", chance, (output - inputs).square())
