"""Checks of arguments that several modules share."""


def positive_integers(**values: int) -> None:
    """Raise ``ValueError`` naming the first of ``values`` that is not a positive integer."""
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"{name} must be a positive integer, got {value!r}")
