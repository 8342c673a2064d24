"""Checks of arguments that several modules share: one clear message each."""

from collections.abc import Iterable, Sequence
from numbers import Number


def positive_integers(**sizes: int) -> None:
    """Raise ``ValueError`` naming the first of ``sizes`` that is not a positive integer."""
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"{name} must be a positive integer, got {size!r}")


def one_of(kind: str, name: str, known: Iterable[str]) -> None:
    """Raise ``ValueError`` unless ``name`` is among the ``known`` ones."""
    known = tuple(known)
    if name not in known:
        raise ValueError(f"unknown {kind} {name!r}: expected one of {', '.join(known)}")


def listed(name: str, value: Number | Sequence, instances: int) -> list:
    """Return ``value`` as a list with one entry per instance; a single number serves all.

    Raises ``ValueError`` for a list of another length.
    """
    values = [value] * instances if isinstance(value, Number) else list(value)
    if len(values) != instances:
        raise ValueError(f"{name} must be a number or {instances} numbers (one per instance), got {len(values)}")
    return values
