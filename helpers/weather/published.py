"""Published distributions of the disdrometer's variables, and how far a table agrees with them.

The ranges and modes were read off figures of King et al., so they are good to about a tenth. The scalers are those that
were saved with their two published networks; they hold the means and standard deviations of their training data.
"""

import numpy as np
import pandas as pd
from scipy.stats import gaussian_kde

from helpers.weather.schema import DENSITY_CUT
from helpers.weather.table import Table, require

#: Column, phase, whether log10 is taken, and low, mode, high: the range that the figures show.
#: The mode is None where they show a broad hump without one.
DISTRIBUTIONS = (
    ("n0", "rain", True, 1.0, 2.2, 4.6),
    ("n0", "snow", True, 0.8, None, 4.5),
    ("lambda", "rain", True, -0.35, -0.15, 0.2),
    ("lambda", "snow", True, -0.45, None, 0.15),
    ("dm", "rain", True, -0.4, 0.0, 0.3),
    ("dm", "snow", True, -0.3, -0.05, 0.8),
    ("rho", "rain", True, -0.4, -0.1, 0.0),
    ("rho", "snow", True, -1.9, -0.95, -0.4),
    ("fs", "rain", False, 1.5, 4.0, 6.0),
    ("fs", "snow", False, 0.4, 0.9, 2.2),
)
#: Column, phase, published quartiles and median; None where only the median is known.
MEDIANS = (
    ("temperature", "rain", 3.5, 7.0, 13.5),
    ("temperature", "snow", -11.0, -7.0, -3.0),
    ("relative_humidity", "rain", 93.0, 95.0, 97.0),
    ("relative_humidity", "snow", 85.0, 89.0, 93.0),
    ("pressure", "rain", None, 1010.0, None),
    ("pressure", "snow", None, 1015.0, None),
    ("wind_speed", "rain", None, 2.2, None),
    ("wind_speed", "snow", None, 3.1, None),
)
#: Column, phase, and the published mean, standard deviation and median of it at Marquette in 2016; None where unknown.
AMOUNTS = (
    ("sr", "snow", 0.195, 0.59, 0.0097),
    ("rr", "rain", 0.355, 2.29, None),
    ("ed", "snow", None, None, 0.100),
)
#: Network, column, whether log10 is taken, mean and standard deviation in the units of the tables.
SCALERS = (
    ("classifier", "n0", True, 2.4907, 0.7755),
    ("classifier", "rho", True, -0.7448, 0.4749),
    ("classifier", "dm", True, 0.1813, 0.2363),
    ("classifier", "temperature", False, 271.16 - 273.15, 8.998),
    ("classifier", "relative_humidity", False, 90.42, 6.134),
    ("regressor", "reflectivity_3", False, 10.39, 9.817),
    ("regressor", "reflectivity_4", False, 10.69, 9.313),
    ("regressor", "n0", False, 1283.9, 2497.2),
    ("regressor", "lambda", False, 0.7901, 0.2045),
    ("regressor", "t_15", False, 267.11 - 273.15, 10.34),
)


def phases(table: Table) -> np.ndarray:
    """'rain' or 'snow' of every row by the published cut in effective density; '' where there is none.

    Needs the column `ed` or `rho`.
    """
    name = "ed" if "ed" in table.frame else "rho"
    require(table.frame, [name])
    return np.select([table.frame[name] >= DENSITY_CUT, table.frame[name] < DENSITY_CUT], ["rain", "snow"], "")


def values(table: Table, column: str, phase: str | None = None, log: bool = False) -> np.ndarray:
    """The finite values of a column, `(rows,)`, of one phase by the published cut; log10 of them if asked."""
    require(table.frame, [column])
    numbers = table.frame[column].to_numpy(dtype=float)
    if phase is not None:
        numbers = numbers[phases(table) == phase]
    numbers = np.log10(numbers[numbers > 0]) if log else numbers[np.isfinite(numbers)]
    if len(numbers) < 2:
        raise ValueError(
            f"column {column!r}: expected at least two values of {phase or 'any phase'}, got {len(numbers)}"
        )
    return numbers


def mode(numbers) -> float:
    """Where a Gaussian kernel density estimate (Scott's bandwidth) of the numbers is highest."""
    numbers = np.asarray(numbers, dtype=float)
    grid = np.linspace(*np.quantile(numbers, [0.005, 0.995]), 300)
    if grid[0] == grid[-1]:
        return float(grid[0])
    # A few thousand numbers say where the mode is as well as all of them.
    some = numbers[:: max(1, len(numbers) // 4000)]
    return float(grid[gaussian_kde(some)(grid).argmax()])


def compare_distributions(table: Table) -> pd.DataFrame:
    """One row per variable and phase: the published range and mode, the table's mode, and the share inside the range.

    `agrees` is True if nine in ten blocks lie in the range and the modes, where one is published, differ by at most 15%
    of its width. A spread that is too narrow agrees, too.
    """
    rows = []
    for column, phase, log, low, middle, high in DISTRIBUTIONS:
        numbers = values(table, column, phase, log)
        inside, found = float(np.mean((low <= numbers) & (numbers <= high))), mode(numbers)
        name = f"log10 {column}" if log else column
        near = middle is None or abs(found - middle) <= 0.15 * (high - low)
        rows.append((name, phase, low, high, middle, found, 100 * inside, inside >= 0.9 and near))
    names = ["variable", "phase", "from", "to", "mode", "our mode", "inside (%)", "agrees"]
    return pd.DataFrame(rows, columns=names).set_index(["variable", "phase"]).astype({"mode": float})


def compare_medians(table: Table) -> pd.DataFrame:
    """One row per variable of the air and phase: published and found median, and quartiles where they are published."""
    rows = []
    for column, phase, low, middle, high in MEDIANS:
        q1, q2, q3 = np.quantile(values(table, column, phase), [0.25, 0.5, 0.75])
        rows.append((column, phase, low, middle, high, q1, q2, q3))
    names = ["variable", "phase", "1st quartile", "median", "3rd quartile", "our 1st", "our median", "our 3rd"]
    return pd.DataFrame(rows, columns=names).set_index(["variable", "phase"])


def compare_amounts(table: Table) -> pd.DataFrame:
    """One row per rate and density: published mean, standard deviation and median at Marquette beside the table's."""
    rows = []
    for column, phase, mean, spread, middle in AMOUNTS:
        numbers = values(table, column, phase)
        rows.append((column, phase, mean, numbers.mean(), spread, numbers.std(), middle, np.median(numbers)))
    names = ["variable", "phase", "mean", "our mean", "sd", "our sd", "median", "our median"]
    return pd.DataFrame(rows, columns=names).set_index(["variable", "phase"]).astype(float)


def compare_scalers(table: Table) -> pd.DataFrame:
    """One row per input of the two published networks: published mean and standard deviation beside the table's."""
    rows = []
    for network, column, log, mean, spread in SCALERS:
        numbers = values(table, column, log=log)
        name = f"log10 {column}" if log else column
        rows.append((network, name, mean, numbers.mean(), spread, numbers.std()))
    names = ["network", "input", "mean", "our mean", "sd", "our sd"]
    return pd.DataFrame(rows, columns=names).set_index(["network", "input"])
