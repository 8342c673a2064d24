"""Things that a reader may give as an answer and that no check expects. None may stop it."""

import math

import numpy as np
import torch

ODD = [
    "text",
    "",
    b"0.9",
    True,
    math.nan,
    10**400,
    1j,
    ...,
    object(),
    len,
    {},
    {0: 1, 1: 2, 2: 3},
    [],
    [None, "x", 3],
    [["a", "b"], [1, 2], 0],
    torch.zeros(0, 0),
    torch.tensor(math.nan),
    torch.ones(3, 2, dtype=torch.complex64) * 1j,
    torch.ones(3, 3, requires_grad=True),
    np.datetime64("2013-01-01"),
    torch.nn.Linear(2, 2),
]


def said(check, answer, capsys) -> str:
    """Return what a check prints about an answer."""
    check(answer)
    return capsys.readouterr().out


def survives(check, capsys) -> None:
    """Assert that nothing odd stops a check or is praised, and that None is no answer yet."""
    for answer in ODD:
        text = said(check, answer, capsys)
        assert text.startswith("✗"), (answer, text)
    assert said(check, None, capsys).startswith("…")
