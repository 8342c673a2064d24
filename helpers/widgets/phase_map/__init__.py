"""Which fate training chose for one extra feature, cell by cell, and what each fate costs there."""

from .widget import PhaseMap

__all__ = ["PhaseMap"]
