"""What the networks are made of: products per instance, activation functions, first weights, their place in memory."""

import torch
from torch import Tensor, nn

#: Matrices with at most so many entries are multiplied entry by entry where the step is compiled.
TINY = 24

#: ``solu`` is x e^x, without the softmax's denominator, as in the code of Jermyn et al. (2022).
ACTIVATIONS = {
    "relu": torch.relu,
    "linear": lambda x: x,
    "gelu": nn.functional.gelu,
    "solu": lambda x: x * torch.exp(x),
}


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
    if torch.compiler.is_compiling() and instances > 1 and weight.stride(0) == 1:
        return _apply_interleaved(x, weight, bias)
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


def _apply_interleaved(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Multiply so that every number of a small matrix is a vector over the instances, which lie side by side."""
    instances, inputs, outputs = weight.shape
    weight = weight.permute(1, 2, 0)
    if x.dim() == 2:  # the same rows for all: one product
        product = (x @ weight.reshape(inputs, -1)).view(-1, outputs, instances)
    else:
        product = (x.transpose(1, 2).unsqueeze(2) * weight).sum(1)
    return (product if bias is None else product + bias.T).transpose(1, 2)


@torch.no_grad()
def interleave(model: nn.Module) -> nn.Module:
    """Lay what ``model`` consists of out in memory with the instances side by side; return the model.

    Nothing else changes. Compiled, hundreds of instances with small matrices (up to about 16 by 16) then train several
    times as fast on a CPU, the faster the smaller their batches; fewer, larger or uncompiled ones do not.
    """
    for values in (*model.parameters(), *model.buffers()):
        values.data = values.data.movedim(0, -1).contiguous().movedim(-1, 0)
    return model


def initial(seed: int, instances: int, *shape: int) -> Tensor:
    """Draw Glorot-uniform weights ``(instances, *shape)``, instance ``i`` from its own seed ``seed + i``."""
    limit = (6 / (shape[0] + shape[-1])) ** 0.5
    draws = [torch.rand(shape, generator=torch.Generator().manual_seed(seed + i)) for i in range(instances)]
    return (2 * torch.stack(draws) - 1) * limit


def padded(x: Tensor, width: int, axis: int) -> Tensor:
    """Lengthen ``x`` along ``axis`` to ``width`` with zeros: weights of neurons that stay silent and never move."""
    shape = list(x.shape)
    shape[axis] = width - shape[axis]
    return torch.cat([x, torch.zeros(shape)], dim=axis)
