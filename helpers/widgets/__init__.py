"""Live figures: widgets that compute in the reader's browser, with or without Python behind them."""

from .toy_geometry import ToyGeometry

__all__ = ["ToyGeometry"]
