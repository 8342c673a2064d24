"""Checks of the readers' answers in chapter 12. They print; none of them raises."""

import math
from collections.abc import Sequence

import torch

from . import matching, metrics
from .answers import got, number, say
from .controls import random_directions


def cloud(answer: float | None, pairs: float, axes: float) -> None:
    """Chapter 12: the median share that two seeds share of a Gaussian cloud with the covariance of the activations.

    ``pairs`` is that share for the activations, ``axes`` that for activations whose neurons are shuffled apart.
    """
    share = number(answer)
    problems = {
        f"Expected one number, {got(answer)}": math.isnan(share),
        "A share lies between 0 and 1.": not 0 <= share <= 1,
        "That is the share of the first pairs. Did you train on the cloud?": math.isclose(share, pairs, abs_tol=1e-6),
        "That is the share of the shuffled pairs. Did you train on the cloud?": math.isclose(share, axes, abs_tol=1e-6),
        "None at all? Did both of a pair learn the same cloud?": share < 0.05,
        "That is as much as in the first pairs. Is every row of the cloud drawn anew?": (
            share > min(pairs, axes) + 0.05
        ),
    }
    say(answer, problems, "Less than before, and far from nothing. Even a cloud has long and short directions.")


def crowd(dimensions: int, latents: int = 64, seeds: Sequence[int] = range(10)) -> float:
    """Return the median over seeds of the mean max cosine of two random dictionaries."""
    like = torch.zeros(len(seeds), latents, dimensions)
    tables = matching.cosines(
        random_directions(like, [2 * seed for seed in seeds]), random_directions(like, [2 * seed + 1 for seed in seeds])
    )
    return metrics.mean_max(tables).median().item()


def eight_tenths(answer: int | None) -> None:
    """Chapter 12: the most dimensions in which two random dictionaries of 64 reach a mean max cosine of 0.8."""
    count = number(answer)
    whole = count.is_integer() and 1 <= count <= 512
    reached = crowd(int(count)) if whole else math.nan
    problems = {
        f"Expected one whole number from 1 to 512, {got(answer)}": not whole,
        f"In {count:g} dimensions random ones reach only {reached:.2f}.": reached < 0.79,
        "They do, but in one dimension more they still do.": whole and crowd(int(count) + 1) > 0.81,
    }
    say(answer, problems, "In so few dimensions 0.8 is what dice reach.")


def twins(answer: tuple | None) -> None:
    """Chapter 12: two dictionaries of four whose mean max cosine is 1 both ways, and of which half are matched."""
    tables = _tables(answer)
    sized = len(tables) == 2 and all(len(table) == 4 for table in tables)
    full = sized and all(bool((table.norm(dim=-1) > 1e-9).all()) for table in tables)
    c = matching.cosines(*[table[None] for table in tables]) if full else torch.zeros(1, 4, 4)
    there, back = metrics.mean_max(c).item(), metrics.mean_max(c.mT).item()
    share = (matching.assign(c).similarity > 0.7).float().mean().item()
    problems = {
        f"Expected a pair of dictionaries, four vectors of one length each, {got(answer)}": not sized,
        "A vector of zeros has no direction.": not full,
        f"From the first to the second the mean max cosine is {there:.2f}, not 1.": there < 0.999,
        f"From the second to the first the mean max cosine is {back:.2f}, not 1.": back < 0.999,
        f"The matched share is {share:g}, not one half.": share != 0.5,
    }
    say(answer, problems, "Every latent has a perfect likeness, and half of them have no partner.")


def _tables(answer) -> list[torch.Tensor]:
    """Return the two tables of an answer as tensors, or nothing where it is something else."""
    try:
        tables = [torch.as_tensor(each).detach() for each in answer]
    except Exception:  # whatever a reader types
        return []
    if any(table.is_complex() for table in tables):
        return []
    tables = [table.float() for table in tables]
    fit = len(tables) == 2 and all(table.dim() == 2 and bool(table.isfinite().all()) for table in tables)
    return tables if fit and tables[0].shape[1] == tables[1].shape[1] > 0 else []
