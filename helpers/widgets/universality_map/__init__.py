"""Hold dictionaries against each other: which agree, in which latents, and under which conditions."""

from .conditions import conditions
from .packing import Dictionary
from .widget import UniversalityMap

__all__ = ["Dictionary", "UniversalityMap", "conditions"]
