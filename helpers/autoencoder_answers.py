"""Checks of the readers' answers in chapter 08. They print; none of them raises."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from .answers import got, number, say
from .metrics import mmcs

#: Dictionaries to average chance over, and how far the reader's may be from it.
DRAWS, NEAR = 50, 0.02


def chance(answer: float | None, truth: Tensor, latents: int) -> None:
    """Chapter 08: the MMCS of random dictionaries of ``latents`` directions with ``truth`` ``(features, inputs)``."""
    source = torch.Generator().manual_seed(0)
    dice = torch.randn(DRAWS, latents, truth.shape[-1], generator=source)
    right = mmcs(truth, dice).mean().item()
    cosines = torch.nn.functional.normalize(dice, dim=-1) @ torch.nn.functional.normalize(truth, dim=-1).mT
    value = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(value),
        "A mean of largest cosines lies between 0 and 1 here.": not 0 <= value <= 1,
        "That is the mean size of a cosine. Take the largest one for each feature first.": (
            abs(value - cosines.abs().mean().item()) < NEAR / 2
        ),
        "That is the mean of the largest cosine for each latent. Ask each true feature, not each latent.": (
            abs(value - cosines.amax(-1).mean().item()) < NEAR / 2 < abs(value - right) / 2
        ),
        "That is a uniform dictionary: its directions lie to one side. Draw from a normal distribution.": (
            abs(value - mmcs(truth, dice.abs()).mean().item()) < NEAR / 2
        ),
        "Too high for chance. Did you ask a trained dictionary?": value > right + NEAR,
        "Too low. Did you use as many latents as the question says, and as many inputs as the features have?": (
            value < right - NEAR
        ),
    }
    say(answer, problems, "So high without learning anything. A figure of MMCS without this line says little.")


def cheapest(answer: int | None, fvu: Tensor, similarity: Tensor) -> None:
    """Chapter 08: in how many worlds the autoencoder with the lowest FVU has the highest MMCS.

    Both tensors are ``(settings, worlds)``.
    """
    low, high = fvu.argmin(0), similarity.argmax(0)
    right = int((low == high).sum())
    value = number(answer)
    problems = {
        f"Expected one whole number, {got(answer)}": not value.is_integer(),
        f"There are {len(low)} worlds.": not 0 <= value <= len(low),
        "That counts where the lowest MMCS is. Take argmax of one and argmin of the other.": (
            value == int((low == similarity.argmin(0)).sum()) != right
        ),
        "Not there. For each world, compare the place of the lowest FVU with that of the highest MMCS.": value != right,
    }
    say(answer, problems, "The copy does not know the features.")


def purity(answer: Callable[[Tensor, Tensor], Tensor] | None, truth: Tensor, dictionary: Tensor) -> None:
    """Chapter 08: a function of truth and dictionary: the mean over *latents* of the largest cosine with a feature.

    ``truth`` is ``(instances, features, inputs)``, ``dictionary`` ``(instances, latents, inputs)``.
    """
    if answer is None:
        return say(None, {}, "")
    try:
        value = torch.as_tensor(answer(truth, dictionary)).detach().float()
    except Exception as error:  # whatever the reader's function raises is part of the answer
        print(f"✗ Your function stopped: {type(error).__name__}: {' '.join(str(error).split())}")
        return None
    right = mmcs(dictionary, truth)
    fits = value.shape == right.shape

    def close(other: Tensor) -> bool:
        return fits and torch.allclose(value, other, atol=1e-4)

    raw = (dictionary @ truth.mT).amax(-1).mean(-1)
    problems = {
        f"Expected {len(right)} numbers, one per instance, got shape {tuple(value.shape)}.": not fits,
        "That is the MMCS itself: each feature asks for a latent. Let each latent ask for a feature.": (
            close(mmcs(truth, dictionary)) and not close(right)
        ),
        "Did you forget to scale the vectors to length one?": close(raw) and not close(right),
        "The shape is right, the numbers are not. Try it on a dictionary that is the truth: it must give 1.": (
            not close(right)
        ),
    }
    return say(
        answer, problems, "A latent without a feature lowers it, and its chance level does not grow with the width."
    )
