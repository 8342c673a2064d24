"""The toy model's expected loss without sampling noise; the widget `ToyGeometry` computes the same in JavaScript."""

from functools import cache
from itertools import combinations, product

import numpy as np
import torch
from torch import Tensor

#: Gauss-Legendre nodes per active feature, by the number of active features: for trained models the loss is within
#: about 1% of the exact integral. More nodes for many features would make a browser too slow to follow a drag.
ORDERS = (0, 16, 8, 5, 4, 3, 2, 2, 2)
#: Instances evaluated at once are limited so that an intermediate tensor has about this many numbers.
CHUNK = 2_000_000


@cache
def quadrature(features: int) -> tuple[Tensor, Tensor, Tensor]:
    """Return inputs that stand for all inputs: every set of active features, with nodes for their values.

    The tensors are the inputs ``(points, features)``, their weights ``(points,)`` and how many features are active
    ``(points,)``. Raises ``ValueError`` for fewer than one or more than eight features.
    """
    if not 1 <= features < len(ORDERS):
        raise ValueError(f"expected 1 to {len(ORDERS) - 1} features, got {features}")
    inputs, weights, active = [np.zeros((1, features))], [np.ones(1)], [np.zeros(1, dtype=int)]
    for size in range(1, features + 1):
        nodes, values = np.polynomial.legendre.leggauss(ORDERS[size])
        points = np.array(list(product((nodes + 1) / 2, repeat=size)))
        weight = np.array(list(product(values / 2, repeat=size))).prod(1)
        for members in combinations(range(features), size):
            rows = np.zeros((len(points), features))
            rows[:, members] = points
            inputs.append(rows)
            weights.append(weight)
            active.append(np.full(len(points), size))
    return tuple(torch.tensor(np.concatenate(parts)) for parts in (inputs, weights, active))


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
    parts = []
    for some in torch.arange(instances).split(max(CHUNK // inputs.numel(), 1)):
        sizes = torch.arange(features + 1)
        chance = density[some] ** sizes * (1 - density[some]) ** (features - sizes)
        output = torch.relu(inputs @ W[some] @ W[some].mT + b[some].unsqueeze(1))
        weight = weights * chance[:, active]
        parts.append((weight.unsqueeze(1) @ (output - inputs).square()).squeeze(1))
    return importance * torch.cat(parts)
