"""The simulator's blocks filmed again with a cause changed: what a network would then have seen."""

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from .weather import disdrometer
from .weather.parts import Parts
from .weather.schema import COLUMNS
from .weather.table import require

#: What the instrument tells anew. Profiles of the radar would need the weather aloft, which no table keeps.
SEEN = ("n0", "lambda", "nt", "dm", "rho", "fs", "ed")
AIR = ("temperature", "relative_humidity")


def filmed(parts: Parts, blocks: pd.DataFrame, seed: int = 0) -> Tensor:
    """Return the inputs of a network for ``blocks`` whose particles are counted anew, ``(rows, predictors)``.

    ``blocks`` holds the causes of ``weather.disdrometer.CAUSES`` and, where it is a predictor, the air. The inputs are
    standardised as ``parts`` are. A row that the instrument could not tell is NaN throughout.

    Equal seeds count with partly equal luck: rows that a change leaves alone may come out the same to the last
    particle. So never compare how far two changes move a unit if one of them shares its seed with what it is measured
    from, and the other does not. Give every change, and the control without one, the same seed, and what they are
    measured from another.

    Raises ``ValueError`` for a missing column, and for a predictor that can neither be counted nor be read off the air.
    """
    if strange := [name for name in parts.predictors if name not in SEEN + AIR]:
        raise ValueError(f"expected predictors among {', '.join(SEEN + AIR)}, got {', '.join(strange)}")
    air = [name for name in AIR if name in parts.predictors]
    require(blocks, (*disdrometer.CAUSES, *air))
    counted = disdrometer.measured(blocks, np.random.default_rng(seed))
    given = {name: blocks[name].to_numpy(float) for name in air}
    with np.errstate(divide="ignore", invalid="ignore"):
        x = np.stack([_linear(name, (counted | given)[name]) for name in parts.predictors], 1)
    x[~np.isfinite(x).all(1)] = np.nan
    return torch.as_tensor(parts.scaler.transform(x), dtype=torch.float32)


def _linear(name: str, values: np.ndarray) -> np.ndarray:
    return np.log10(values) if COLUMNS[name].log_scaled else values
