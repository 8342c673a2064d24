"""The grid of chapter 12 as a table for reading: a row for each condition, measure and baseline."""

from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from ... import agreement
from ...checks import one_of
from ...universality_data import DATA
from ...universality_grid import Run
from ...universality_grid import conditions as known
from ...universality_results import SETTINGS, values

#: What the measures of ``agreement.compare``, the data and the baselines are called.
MEASURES = {
    "matched_r": "matched correlation", "correlation": "nearest correlation", "matched": "matched cosine",
    "decoder": "nearest cosine, decoder", "encoder": "nearest cosine, encoder", "shared": "share of latents shared",
    "svcca": "SVCCA", "rsa": "RSA",
}  # fmt: skip
WORLDS = {"toy": "toy worlds", "phase": "classifier", "rate": "regressor", "rain": "rain, observed"}
BASELINES = {"random": "a random dictionary", "apart": "neurons shuffled apart", "shifted": "other rows"}
GROUPS = (
    "Two seeds: sparsity and variant", "Two seeds: size of the dictionary", "Two seeds: length of training",
    "Two seeds: shape of the network", "Other differences, with another seed", "Networks that learnt nothing",
)  # fmt: skip
#: What a variant's ``sparsity`` is.
SETTING = {"TopK": "k", "archetypal": "k"}
VARIANT = {"free": "L1, free lengths"}
#: Resamples of the pairs, for the interval.
RESAMPLES = 2000


def conditions(
    table: pd.DataFrame,
    measures: Sequence[str] = tuple(MEASURES),
    baseline: str | Sequence[str] = ("random", "apart"),
) -> pd.DataFrame:
    """Return the mean over pairs of every condition in ``table``, which is that of ``universality_results.load``.

    ``measures`` are names of ``agreement.RAW``, ``baseline`` is one or more of "random", "apart" and "shifted" (of
    correlations alone). The columns are ``data, group, condition, measure, against, raw, baseline, adjusted, low, high,
    pairs, empty``, the first five in words.

    ``adjusted`` is ``metrics.adjusted`` of the two means, and [``low``, ``high``] holds 95% of it when the pairs are
    drawn again (percentile bootstrap). Adjusting each pair first would let one whose own baseline is near 1 outweigh
    all others. ``pairs`` have both numbers, ``empty`` do not, and with fewer than three pairs all is NaN.

    Raises ``ValueError`` for unknown names and for a baseline that none of the measures has.
    """
    against = [baseline] if isinstance(baseline, str) else list(baseline)
    for name in measures:
        one_of("measure", name, agreement.RAW)
    for name in against:
        one_of("baseline", name, tuple(BASELINES))
        if not any(f"{measure}_{name}" in table for measure in measures):
            raise ValueError(f"none of {', '.join(measures) or 'no measures'} has the baseline {name!r} in this table")
    found = []
    for setting, rows in table.sort_values("pair").groupby(list(SETTINGS), sort=False):
        run = Run(**{name: type(getattr(Run(""), name))(value) for name, value in zip(SETTINGS, setting, strict=True)})
        place, about = _place(run), (WORLDS[run.data], *named(run))
        for name, measure in product(against, measures):
            if f"{measure}_{name}" in table:
                numbers = _averaged(values(rows, measure), values(rows, f"{measure}_{name}"))
                found.append((place, *about, MEASURES[measure], BASELINES[name], *numbers))
    found.sort(key=lambda one: one[0])  # stable: measures and baselines keep their order
    columns = "data group condition measure against raw baseline adjusted low high pairs empty".split()
    return pd.DataFrame([one[1:] for one in found], columns=columns)


def _place(run: Run) -> tuple:
    """Return where a condition comes in the table: in the order of the grid, those of one group together."""
    settings = [Run(**one) for one in known(run.data)]
    return DATA.index(run.data), GROUPS.index(named(run)[0]), settings.index(run) if run in settings else len(settings)


def named(run: Run) -> tuple[str, str]:
    """Return the group and the name of a run's condition, in words."""
    variant = VARIANT.get(run.variant, run.variant)
    shape = f"width {run.width}" * (run.width != 6) + f", layer {run.layer} of {run.layers}" * (run.layers > 1)
    if run.lesson == "nothing":
        return GROUPS[5], f"{variant}: {run.differ}"
    if run.differ == "seed":
        kinds = [
            (run.ratio != 2, GROUPS[1], f"{variant}, ratio {run.ratio}"),
            (run.steps != 1500, GROUPS[2], f"{variant}, {run.steps} steps"),
            (bool(shape), GROUPS[3], f"{variant}, {shape}"),
            (True, GROUPS[0], f"{variant}, {SETTING.get(run.variant, 'weight')} {run.sparsity:g}"),
        ]
        return next((group, words) for fits, group, words in kinds if fits)
    if run.differ == "variant":
        return GROUPS[4], f"{run.a.partition(':')[0]} and {run.b.partition(':')[0]}"
    if run.differ == "layer":
        shape = f"width {run.width}"
    differ = {"rows alone": "rows, same seed", "sparsity": SETTING.get(run.variant, "weight")}.get(
        run.differ, run.differ
    )
    values = f" {run.a} and {run.b}" * bool(run.a)
    return GROUPS[4], f"{variant}: {differ}{values}" + f" ({shape})" * bool(shape)


@cache
def _draws(pairs: int) -> np.ndarray:
    """Return which pairs each resample has: the same for all measures, so that their intervals are alike."""
    return np.random.default_rng(0).integers(pairs, size=(RESAMPLES, pairs))


def _averaged(raw: np.ndarray, chance: np.ndarray) -> tuple:
    """Return raw, baseline, adjusted, its interval, and how many pairs have both numbers and how many have not."""
    both = np.isfinite(raw) & np.isfinite(chance)
    counts = int(both.sum()), int((~both).sum())
    if counts[0] < 3 or (base := chance[both].mean()) >= 1:
        return (np.nan,) * 5 + counts
    draws = _draws(counts[0])
    left = 1 - chance[both][draws].mean(1)
    again = 1 - (1 - raw[both][draws].mean(1))[left > 0] / left[left > 0]
    mean = raw[both].mean()
    return (mean, base, (mean - base) / (1 - base), *np.percentile(again, (2.5, 97.5)), *counts)
