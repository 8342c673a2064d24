"""What each way to be sparse costs: many sparse autoencoders, and the dictionary that each of them found."""

from .sweep import Sweep
from .widget import TradeOff

__all__ = ["Sweep", "TradeOff"]
