"""Five features in two dimensions, at any sparsity: the geometry, the loss, and training in the browser."""

from .widget import ToyGeometry

__all__ = ["ToyGeometry"]
