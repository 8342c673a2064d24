"""Checks of arguments that several modules share: one clear message each."""


def positive_integers(**sizes: int) -> None:
    """Raise ``ValueError`` naming the first of ``sizes`` that is not a positive integer."""
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"{name} must be a positive integer, got {size!r}")
