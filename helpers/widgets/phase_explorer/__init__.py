"""What falls at a temperature, a humidity and a rate, and what a disdrometer would see of it."""

from .widget import PhaseExplorer

__all__ = ["PhaseExplorer"]
