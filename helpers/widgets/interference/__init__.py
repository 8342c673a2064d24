"""Place two features by hand among the trained ones, and try to reach the loss of the trained network."""

from .widget import Interference

__all__ = ["Interference"]
