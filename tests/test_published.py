"""The comparison with published distributions: on tables that agree, on tables that do not, on the simulator's."""

import numpy as np
import pandas as pd
import pytest

from helpers import weather
from helpers.weather import published
from helpers.weather.published import (
    DISTRIBUTIONS,
    MEDIANS,
    SCALERS,
    compare_amounts,
    compare_distributions,
    compare_medians,
    compare_scalers,
    mode,
    phases,
    values,
)
from helpers.weather.schema import COLUMNS, DENSITY_CUT, described
from helpers.weather.table import Table

ROWS = 400  # of each phase


def spread(low, middle, high):
    """Numbers from low to high with the mode in the middle, in a fixed order."""
    share = np.linspace(0.01, 0.99, ROWS)
    peak = (middle - low) / (high - low)
    rising, falling = np.sqrt(share * peak), 1 - np.sqrt((1 - share) * (1 - peak))
    return low + (high - low) * np.where(share < peak, rising, falling)


def make(frame):
    """A table of blocks five minutes apart, the phase cut by `ed`."""
    time = pd.date_range("2020-01-01", periods=len(frame), freq="5min", tz="UTC", name="time")
    names = [name for name in COLUMNS if name in frame]
    frame = frame.assign(site="A").set_index(time)[["site", *names]]
    return Table(frame, ("fs",), "phase", ("rain", "snow"), described(*names), "test")


def agreeing():
    """As published in every figure: triangular between the ends with the mode, and with the quartiles."""
    parts = []
    for phase, density in (("rain", 0.8), ("snow", 0.1)):
        part = {"phase": np.repeat(phase, ROWS), "ed": density}
        for column, of, log, *ends in DISTRIBUTIONS:
            if of == phase:
                ends[1] = sum(ends[::2]) / 2 if ends[1] is None else ends[1]
                part[column] = 10 ** spread(*ends) if log else spread(*ends)
        for column, of, low, middle, high in MEDIANS:
            if of == phase:
                low, high = (middle - 1 if low is None else low), (middle + 1 if high is None else high)
                ends = [2 * low - middle, low, middle, high, 2 * high - middle]
                part[column] = np.interp(np.linspace(0, 1, ROWS), [0, 0.25, 0.5, 0.75, 1], ends)
        parts.append(pd.DataFrame(part))
    frame = pd.concat(parts, ignore_index=True)
    frame["relative_humidity"] = frame["relative_humidity"].clip(upper=100)
    return frame


@pytest.fixture(scope="module")
def table():
    return make(agreeing())


@pytest.fixture(scope="module")
def simulated():
    return weather.load("simulator", n=5000, seed=3)


# The facts


def test_the_published_numbers_are_in_order_and_of_canonical_columns():
    assert len({row[:2] for row in DISTRIBUTIONS}) == len(DISTRIBUTIONS) == 10
    for column, phase, log, low, middle, high in DISTRIBUTIONS:
        assert (
            column in COLUMNS and phase in ("rain", "snow") and low < (low + high) / 2
            if middle is None
            else low < middle < high
        )
        assert log == COLUMNS[column].log_scaled
    for column, phase, low, middle, high in MEDIANS:
        assert column in COLUMNS and phase in ("rain", "snow")
        assert (low is None and high is None) or low < middle < high
    assert {row[0] for row in SCALERS} == {"classifier", "regressor"}
    assert all(column in COLUMNS and spread > 0 for _, column, _, _, spread in SCALERS)


# Agreement and disagreement


def test_a_table_as_published_agrees_in_every_row(table):
    found = compare_distributions(table)
    assert found.index.names == ["variable", "phase"] and len(found) == 10
    assert found["agrees"].all() and found["agrees"].dtype == bool
    assert (found["inside (%)"] == 100).all()
    width = found["to"] - found["from"]
    known = found["mode"].notna()
    assert known.sum() == 8 and ((found["our mode"] - found["mode"]).abs() < 0.1 * width)[known].all()
    assert ("log10 n0", "rain") in found.index and ("fs", "snow") in found.index


@pytest.mark.parametrize("shift", [-0.4, 0.4])
def test_a_shifted_table_agrees_in_none(shift):
    frame = agreeing()
    for column, phase, log, low, _, high in DISTRIBUTIONS:
        rows, by = frame["phase"] == phase, shift * (high - low)
        frame.loc[rows, column] = frame[column][rows] * 10**by if log else (frame[column][rows] + by).clip(lower=0)
    found = compare_distributions(make(frame))
    assert not found["agrees"].any()


def test_agreement_needs_both_the_range_and_the_mode():
    frame = agreeing()
    snow = np.flatnonzero(frame["phase"] == "snow")
    rng = np.random.default_rng(0)
    # The mode stays, but every fifth block leaves the range.
    frame.loc[rng.choice(snow, ROWS // 5, replace=False), "fs"] = rng.uniform(2.3, 3, ROWS // 5)
    # All inside, but the mode is elsewhere.
    frame.loc[snow, "dm"] = 10 ** np.linspace(0.5, 0.7, ROWS)
    found = compare_distributions(make(frame))
    fs, dm = found.loc[("fs", "snow")], found.loc[("log10 dm", "snow")]
    assert fs["our mode"] == pytest.approx(0.9, abs=0.2) and fs["inside (%)"] == pytest.approx(80, abs=1)
    assert dm["inside (%)"] == 100 and dm["our mode"] > 0.45
    assert not fs["agrees"] and not dm["agrees"] and found["agrees"].sum() == 8


def test_medians_and_quartiles_stand_beside_the_published_ones(table):
    found = compare_medians(table)
    np.testing.assert_allclose(found["our median"], found["median"], atol=0.02)
    known = found["1st quartile"].notna()
    assert known.sum() == 4
    np.testing.assert_allclose(found["our 1st"][known], found["1st quartile"][known], atol=0.05)
    np.testing.assert_allclose(found["our 3rd"][known], found["3rd quartile"][known], atol=0.05)
    frame = agreeing().assign(temperature=lambda rows: rows["temperature"] + 3)
    moved = compare_medians(make(frame)).loc["temperature"]
    np.testing.assert_allclose(moved["our median"] - moved["median"], 3, atol=0.02)


def test_amounts_stand_beside_the_published_ones(table):
    frame = table.frame.assign(sr=np.where(table.frame["phase"] == "snow", 0.195, 9.0), rr=1.0)
    found = compare_amounts(Table(frame, ("fs",), "phase", ("rain", "snow"), described(*frame.columns[1:]), "test"))
    assert found.loc[("sr", "snow"), "our mean"] == pytest.approx(found.loc[("sr", "snow"), "mean"])
    assert found.loc[("rr", "rain"), "our median"] == 1 and np.isnan(found.loc[("rr", "rain"), "median"])
    assert found.loc[("ed", "snow"), ["median", "our median"]].tolist() == pytest.approx([0.1, 0.1])
    with pytest.raises(ValueError, match="missing column 'sr'"):
        compare_amounts(table)


def test_scalers_stand_beside_the_published_ones():
    frame = agreeing()
    for _, column, log, mean, sd in SCALERS:
        if column != "n0":  # two networks scale it in two ways
            z = np.tile([-1.0, 1.0], ROWS)
            frame[column] = 10 ** (mean + sd * z) if log else mean + sd * z
    found = compare_scalers(make(frame))
    exact = found.drop(index=[("classifier", "log10 n0"), ("regressor", "n0")])
    np.testing.assert_allclose(exact["our mean"], exact["mean"], atol=1e-9)
    np.testing.assert_allclose(exact["our sd"], exact["sd"], rtol=1e-9)
    n0 = frame["n0"]
    assert found.loc[("classifier", "log10 n0"), "our mean"] == pytest.approx(np.log10(n0).mean())
    assert found.loc[("regressor", "n0"), "our sd"] == pytest.approx(n0.std(ddof=0))


def test_the_simulator_can_be_compared(simulated):
    distributions, medians, scalers = (
        compare_distributions(simulated),
        compare_medians(simulated),
        compare_scalers(simulated),
    )
    assert (len(distributions), len(medians), len(scalers)) == (10, 8, 10)
    assert not distributions.drop(columns="mode").isna().any().any() and not scalers.isna().any().any()
    assert 5 <= distributions["agrees"].sum() <= 10
    assert (distributions["inside (%)"] > 60).all()
    assert ((medians["our 1st"] < medians["our median"]) & (medians["our median"] < medians["our 3rd"])).all()


# Parts


def test_the_phase_is_cut_by_the_density_of_the_volume_and_unknown_without_one():
    frame = agreeing()[:6].assign(ed=[0.39, DENSITY_CUT, 0.41, np.nan, 0.1, 0.9], phase=["rain", "snow"] * 3)
    found = make(frame)
    assert phases(found).tolist() == ["snow", "rain", "rain", "", "snow", "rain"]
    assert len(values(found, "fs", "snow")) == 2 and len(values(found, "fs", "rain")) == 3
    by_bins = make(frame.drop(columns="ed").assign(rho=[0.1, 0.1, 0.1, 0.9, 0.9, 0.9]))
    assert phases(by_bins).tolist() == ["snow"] * 3 + ["rain"] * 3


def test_values_leave_out_what_is_missing_or_has_no_logarithm():
    frame = agreeing()[:4].assign(n0=[100.0, np.nan, 0.0, 10.0], phase=["rain", "snow"] * 2)
    assert values(make(frame), "n0").tolist() == [100, 0, 10]
    assert values(make(frame), "n0", log=True).tolist() == [2, 1]


def test_the_mode_is_the_highest_point():
    rng = np.random.default_rng(0)
    assert mode(rng.normal(3, 1, 5000)) == pytest.approx(3, abs=0.25)
    assert mode(np.concatenate([rng.normal(0, 0.3, 3000), rng.normal(5, 0.3, 1000)])) == pytest.approx(0, abs=0.1)
    assert mode(np.full(10, 1.5)) == 1.5
    assert mode([1.0, 1.0, 1.0, 9.0]) < 2
    large = rng.normal(-2, 1, 50_000)
    assert mode(large) == pytest.approx(-2, abs=0.25)


@pytest.mark.parametrize(
    "compare, column",
    [(compare_distributions, "lambda"), (compare_medians, "pressure"), (compare_scalers, "reflectivity_3")],
)
def test_a_missing_column_is_named(compare, column):
    frame = agreeing()
    frame = frame.drop(columns=[column], errors="ignore")
    with pytest.raises(ValueError, match=f"missing column '{column}'"):
        compare(make(frame))


def test_without_density_there_is_no_cut():
    frame = agreeing().drop(columns=["ed", "rho"])
    with pytest.raises(ValueError, match="missing column 'rho'"):
        compare_medians(make(frame))


def test_one_row_of_a_phase_is_too_few():
    frame = agreeing()
    frame = pd.concat([frame[frame["phase"] == "rain"][:1], frame[frame["phase"] == "snow"]])
    with pytest.raises(ValueError, match="column 'n0': expected at least two values of rain, got 1"):
        compare_distributions(make(frame))
    with pytest.raises(ValueError, match="column 'temperature': expected at least two values of rain, got 1"):
        published.compare_medians(make(frame))
