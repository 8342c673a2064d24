"""Regimes of precipitation found in the disdrometer's own variables: labels without a look at what fell.

The study this book follows labelled its blocks so, with UMAP and HDBSCAN in nine regimes. Here k-means on the
standardised logarithms does it. Either way the labels are a function of the variables that later serve as inputs.
"""

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

REGIMES = 9
VARIABLES = ("n0", "lambda", "nt", "dm", "rho", "fs")
SNOW_BELOW, RAIN_ABOVE = 0.3, 0.6  # g/cm³; median density of a cluster
ENOUGH = 10_000  # rows that place the centres; the rest are only assigned to them


def regimes(frame: pd.DataFrame, seed: int = 0) -> dict[str, np.ndarray]:
    """Return `regime` (0 to 8, by rising density) and `regime_phase` (rain, snow or mixed) of every row of `frame`.

    `frame` holds n0, lambda, nt, dm, rho and fs, all positive. Raises ValueError for fewer rows than clusters, a
    missing column, or a value that has no logarithm.
    """
    missing = [name for name in VARIABLES if name not in frame]
    if missing or len(frame) < REGIMES:
        raise ValueError(f"expected columns {VARIABLES} and {REGIMES} rows, got {tuple(frame)} and {len(frame)}")
    values = frame[list(VARIABLES)].to_numpy(dtype=float)
    if not (values > 0).all():
        row, column = np.argwhere(~(values > 0))[0]
        raise ValueError(
            f"column {VARIABLES[column]!r}: expected positive numbers, got {values[row, column]}, row {row}"
        )
    scaled = StandardScaler().fit_transform(np.log10(values))
    some = np.random.default_rng(seed).permutation(len(scaled))[:ENOUGH]
    found = KMeans(REGIMES, n_init=3, random_state=seed).fit(scaled[some]).predict(scaled)
    density = pd.Series(values[:, VARIABLES.index("rho")]).groupby(found).median()
    order = density.sort_values().index
    regime = np.argsort(order)[np.searchsorted(np.sort(order), found)]
    typical = density[order].to_numpy()[regime]
    phase = np.select([typical < SNOW_BELOW, typical > RAIN_ABOVE], ["snow", "rain"], "mixed")
    return {"regime": regime, "regime_phase": phase}
