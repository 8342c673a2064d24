"""The best toy models of three to eight features, at any sparsity and importance, and how they were learned."""

from .widget import GeometryPlayer

__all__ = ["GeometryPlayer"]
