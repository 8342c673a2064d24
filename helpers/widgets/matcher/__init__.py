"""Match the latents of dictionaries to the features that are known to be true, and see what chance would give."""

from .widget import Matcher

__all__ = ["Matcher"]
