"""How good are answers that name a class, or a number? Scores with an instances axis, in float64.

``truth`` is ``(rows,)``, shared by all instances; answers are ``(rows, instances)``, or ``(rows,)`` for one. A score is
NaN where it is undefined. Scores of a class compare it with all others together, and are those of
``metrics.event_scores``. Source of the formulas: Wilks (2019), chapter 9.
"""

import torch
from torch import Tensor

from .checks import positive_integers
from .metrics import Scores

# Classes -----------------------------------------------------------------------------------------------------------


def confusion(truth: Tensor, answer: Tensor, classes: int) -> Tensor:
    """Count rows by true class and answer, ``(instances, classes, classes)``: ``[n, i, j]`` were ``i``, called ``j``.

    ``truth`` and ``answer`` hold whole numbers from 0 to ``classes - 1``. Raises ``ValueError`` for other shapes, no
    rows, or another number.
    """
    positive_integers(classes=classes)
    truth, answer = _pair(truth, answer)
    for name, x in (("truth", truth), ("answer", answer)):
        fits = (x >= 0) & (x < classes) & (x == x.round())
        if not fits.all():
            raise ValueError(f"{name}: expected classes from 0 to {classes - 1}, got {x[~fits][0].item():g}")
    rows, instances = answer.shape
    cell = (classes * truth + answer).long() + classes**2 * torch.arange(instances, device=answer.device)
    return torch.bincount(cell.flatten(), minlength=instances * classes**2).view(-1, classes, classes).double()


def accuracy(counts: Tensor) -> Tensor:
    """Return the share of right answers, ``(instances,)``, from ``counts`` as ``confusion`` returns them."""
    _square(counts)
    return _diagonal(counts).sum(1) / counts.sum((1, 2))


def balanced_accuracy(counts: Tensor) -> Tensor:
    """Return the mean over classes of the share found, ``(instances,)``; classes that never occurred are left out."""
    _square(counts)
    return (_diagonal(counts) / counts.sum(2)).nanmean(1)


def heidke(counts: Tensor) -> Tensor:
    """Return the Heidke skill score over all classes, ``(instances,)``: 1 perfect, 0 no better than chance.

    ``(right - chance) / (rows - chance)``, where ``chance`` is the number right if answers were dealt out at random as
    often as they were given. It is Cohen's kappa.
    """
    _square(counts)
    rows = counts.sum((1, 2))
    chance = (counts.sum(1) * counts.sum(2)).sum(1) / rows
    return (_diagonal(counts).sum(1) - chance) / (rows - chance)


def class_scores(counts: Tensor) -> Scores:
    """Return POD, FAR, CSI and HSS of each class against all others, each ``(instances, classes)``."""
    _square(counts)
    hit, rows = _diagonal(counts), counts.sum((1, 2)).unsqueeze(1)
    false, miss = counts.sum(1) - hit, counts.sum(2) - hit
    quiet = rows - hit - false - miss
    chance = ((hit + miss) * (hit + false) + (quiet + miss) * (quiet + false)) / rows
    skill = (hit + quiet - chance) / (rows - chance)
    return Scores(hit / (hit + miss), false / (hit + false), hit / (hit + false + miss), skill)


# Numbers -----------------------------------------------------------------------------------------------------------


def mse(truth: Tensor, answer: Tensor) -> Tensor:
    """Return the mean squared error, ``(instances,)``, in the square of the unit."""
    truth, answer = _pair(truth, answer)
    return (answer - truth).square().mean(0)


def mae(truth: Tensor, answer: Tensor) -> Tensor:
    """Return the mean absolute error, ``(instances,)``, in the unit of both."""
    truth, answer = _pair(truth, answer)
    return (answer - truth).abs().mean(0)


def r2(truth: Tensor, answer: Tensor) -> Tensor:
    """Return one minus the squared error over that of the mean of ``truth``, ``(instances,)``.

    It is 0 for the mean, negative for worse, and NaN where ``truth`` never varies.
    """
    error = mse(truth, answer)
    truth, answer = _pair(truth, answer)
    variance = (truth - truth.mean(0)).square().mean(0)
    return torch.where((truth == truth[0]).all(0), torch.nan, 1 - error / variance)


def pearson(truth: Tensor, answer: Tensor) -> Tensor:
    """Return Pearson's r of answers with ``truth``, ``(instances,)``; NaN where one of the two never varies."""
    truth, answer = _pair(truth, answer)
    x, y = truth - truth.mean(0), answer - answer.mean(0)
    r = (x * y).sum(0) / (x.square().sum(0) * y.square().sum(0)).sqrt()
    flat = (truth == truth[0]).all(0) | (answer == answer[0]).all(0)
    return torch.where(flat, torch.nan, r.clamp(-1, 1))


def _pair(truth: Tensor, answer: Tensor) -> tuple[Tensor, Tensor]:
    """Return ``truth`` as ``(rows, 1)`` and ``answer`` as ``(rows, instances)``, both float64 and finite."""
    truth, answer = torch.as_tensor(truth), torch.as_tensor(answer)
    answer = answer.unsqueeze(1) if answer.dim() == 1 else answer
    if truth.dim() != 1 or answer.dim() != 2 or len(truth) != len(answer) or 0 in answer.shape:
        raise ValueError(
            f"expected truth (rows,) and answers (rows, instances), got {tuple(truth.shape)} and {tuple(answer.shape)}"
        )
    for name, x in (("truth", truth), ("answer", answer)):
        if odd := int((~torch.isfinite(x)).sum()):
            raise ValueError(f"{name} must be finite: {odd} values are NaN or infinite")
    return truth.double().unsqueeze(1), answer.double()


def _square(counts: Tensor) -> None:
    if counts.dim() != 3 or counts.shape[1] != counts.shape[2] or 0 in counts.shape:
        raise ValueError(f"expected counts of shape (instances, classes, classes), got {tuple(counts.shape)}")


def _diagonal(counts: Tensor) -> Tensor:
    return counts.diagonal(dim1=1, dim2=2)
