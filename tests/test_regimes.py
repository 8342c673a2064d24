"""Regimes: clusters of the measured variables and of nothing else, numbered by density."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from helpers import weather
from helpers.weather import regimes as module
from helpers.weather.regimes import RAIN_ABOVE, REGIMES, SNOW_BELOW, VARIABLES, regimes

DENSITIES = np.geomspace(0.03, 0.9, REGIMES)


def heaps(each=40, seed=0):
    """Nine tight heaps of blocks far apart, in random order, and the heap of each row, numbered by density."""
    rng = np.random.default_rng(seed)
    heap = rng.permutation(np.repeat(np.arange(REGIMES), each))
    centers = 10.0 ** rng.uniform(-2, 3, (REGIMES, len(VARIABLES)))
    centers[:, VARIABLES.index("rho")] = DENSITIES
    values = centers[heap] * np.exp(0.01 * rng.standard_normal((len(heap), len(VARIABLES))))
    return pd.DataFrame(values, columns=VARIABLES), heap


@pytest.fixture(scope="module")
def simulated():
    return weather.load("simulator", n=3000, seed=2).frame


def test_heaps_are_found_and_numbered_by_density():
    frame, heap = heaps()
    found = regimes(frame)
    np.testing.assert_array_equal(found["regime"], heap)
    wanted = np.where(DENSITIES < SNOW_BELOW, "snow", np.where(DENSITIES > RAIN_ABOVE, "rain", "mixed"))
    np.testing.assert_array_equal(found["regime_phase"], wanted[heap])
    assert set(found["regime_phase"]) == {"rain", "snow", "mixed"}


def test_the_order_of_rows_does_not_matter():
    frame, heap = heaps()
    order = np.random.default_rng(1).permutation(len(frame))
    np.testing.assert_array_equal(regimes(frame.iloc[order])["regime"], heap[order])


def test_the_same_seed_gives_the_same_labels_and_another_nearly_the_same(simulated):
    one, same, other = (regimes(simulated, seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one["regime"], same["regime"])
    assert adjusted_rand_score(one["regime"], other["regime"]) > 0.5
    assert np.mean(one["regime_phase"] == other["regime_phase"]) > 0.8


def test_labels_are_a_function_of_the_measured_variables_alone(simulated):
    """That is the point: who is given these variables is given the labels."""
    wanted = regimes(simulated)["regime"]
    rng = np.random.default_rng(0)
    rest = simulated.assign(temperature=rng.normal(size=len(simulated)), phase="rain", snow=False)
    np.testing.assert_array_equal(regimes(rest)["regime"], wanted)
    np.testing.assert_array_equal(regimes(simulated[list(VARIABLES[::-1])])["regime"], wanted)
    # Each row is nearest to the mean of its own cluster, or as near as rounding and the last step leave it.
    logs = np.log10(simulated[list(VARIABLES)])
    logs = (logs - logs.mean()) / logs.std()
    means = logs.groupby(wanted).mean().to_numpy()
    nearest = ((logs.to_numpy()[:, None] - means) ** 2).sum(-1).argmin(1)
    assert (nearest == wanted).mean() > 0.98


def test_units_do_not_matter(simulated):
    changed = simulated.assign(n0=simulated["n0"] * 1e6, fs=simulated["fs"] * 100)
    np.testing.assert_array_equal(regimes(changed)["regime"], regimes(simulated)["regime"])


def test_numbers_rise_with_the_median_density_and_phases_follow_it(simulated):
    found = pd.DataFrame(regimes(simulated)).assign(rho=simulated["rho"].to_numpy())
    assert sorted(found["regime"].unique()) == list(range(REGIMES))
    typical = found.groupby("regime")["rho"].median()
    assert typical.is_monotonic_increasing
    for number, density in typical.items():
        wanted = "snow" if density < SNOW_BELOW else "rain" if density > RAIN_ABOVE else "mixed"
        assert (found["regime_phase"][found["regime"] == number] == wanted).all()


def test_rows_beyond_enough_are_assigned_to_the_same_clusters(monkeypatch):
    frame, heap = heaps(each=60)
    monkeypatch.setattr(module, "ENOUGH", 200)
    np.testing.assert_array_equal(regimes(frame)["regime"], heap)


def test_as_many_rows_as_clusters_are_enough():
    frame, heap = heaps(each=1)
    np.testing.assert_array_equal(regimes(frame)["regime"], heap)
    with pytest.raises(ValueError, match="and 9 rows, got .* and 8"):
        regimes(frame[:8])


def test_a_missing_column_is_named():
    frame, _ = heaps()
    with pytest.raises(ValueError, match=r"expected columns \('n0', 'lambda', 'nt', 'dm', 'rho', 'fs'\)"):
        regimes(frame.drop(columns="nt"))


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan])
def test_a_value_without_a_logarithm_is_named(value):
    frame, _ = heaps()
    frame.loc[17, "dm"] = value
    with pytest.raises(ValueError, match=f"column 'dm': expected positive numbers, got {value}, row 17"):
        regimes(frame)
