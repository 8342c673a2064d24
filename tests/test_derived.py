"""The derived variables, beside a loop in the published manner, and the fit, beside a search of all slopes."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import OptimizeWarning, curve_fit
from scipy.special import expit

from helpers.weather.derived import CHUNK, GRID, fit_exponential, spectrum_variables

CENTERS = 0.2 * (np.arange(131) + 0.5)
SLOPES = np.geomspace(GRID[0], GRID[-1], 4000)


def exponential(diameter, n0, slope):
    return n0 * np.exp(-slope * diameter)


def squares(sizes, centers, n0, slope):
    """The sum of squares that a fit leaves."""
    return np.nansum((sizes - exponential(centers, n0, slope)) ** 2)


def published_fit(sizes, centers):
    """The published fit of one block; NaN where it does not converge or is outside the limits."""
    there = ~np.isnan(sizes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", (OptimizeWarning, RuntimeWarning))
            fit, _ = curve_fit(exponential, centers[there], sizes[there], p0=[1e4, 2], maxfev=600)
    except RuntimeError:
        return np.nan, np.nan
    return tuple(fit) if 0 < fit[0] < 1e7 and 0 < fit[1] < 10 else (np.nan, np.nan)


def search(sizes, centers):
    """The least sum of squares of any slope, by trying them all, and whether it is a minimum inside the limits."""
    there = ~np.isnan(sizes)
    curves = np.exp(-np.outer(SLOPES, centers[there]))
    n0 = curves @ sizes[there] / (curves**2).sum(1)
    left = ((sizes[there] - n0[:, None] * curves) ** 2).sum(1)
    clear = left.min() < min(left[0], left[-1]) - 1e-9 * np.nansum(sizes**2)
    best = left.argmin()
    return left[best], clear and n0[best] < 0.9e7 and SLOPES[best] < 9.9


def snowfall(seed, blocks=40, missing=0.0):
    """Size distributions as counted: exponentials of many slopes, few particles in a bin, some bins missing."""
    rng = np.random.default_rng(seed)
    slope, n0 = rng.uniform(0.4, 3, (blocks, 1)), 10 ** rng.uniform(1.5, 4, (blocks, 1))
    volume = rng.uniform(0.1, 1, (blocks, 1))
    sizes = rng.poisson(exponential(CENTERS, n0, slope) * volume) / volume
    return np.where(rng.random(sizes.shape) < missing, np.nan, sizes)


# The fit


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_where_the_published_fit_ends_ours_is_the_same_or_better(missing):
    sizes = snowfall(2, missing=missing)
    ours = np.stack(fit_exponential(sizes, CENTERS), axis=1)
    theirs = np.array([published_fit(block, CENTERS) for block in sizes])
    ended = ~np.isnan(theirs[:, 0])
    assert ended.mean() > 0.8
    np.testing.assert_allclose(ours[ended], theirs[ended], rtol=1e-3)
    for block, mine, other in zip(sizes[ended], ours[ended], theirs[ended], strict=True):
        assert squares(block, CENTERS, *mine) <= squares(block, CENTERS, *other) * (1 + 1e-9)


def test_the_published_fit_loses_blocks_that_ours_keeps():
    """A known departure: from n0 = 1e4, lambda = 2 the published optimiser may run off to a lambda of 100 and more."""
    sizes = exponential(CENTERS, 200, 1.0) * expit((CENTERS - 0.55) / 0.08)  # the smallest are overlooked
    with warnings.catch_warnings(action="ignore"):
        fit, _ = curve_fit(exponential, CENTERS, sizes, p0=[1e4, 2], maxfev=600)
    assert fit[1] > 50 and np.isnan(published_fit(sizes, CENTERS)[0])
    n0, slope = fit_exponential(sizes[None], CENTERS)
    assert 0.2 < slope[0] < 1
    assert squares(sizes, CENTERS, n0[0], slope[0]) < 0.5 * squares(sizes, CENTERS, *fit)


def test_a_fit_that_starts_where_the_curve_is_hollow_still_climbs():
    """All but one of the particles are in the first bin: between the best slope and none, little differs."""
    sizes = np.full(131, np.nan)
    sizes[[0, 5, 8, 10]] = 141.13, 0, 3.442, 0
    sizes[14:] = 0
    left, inside = search(sizes, CENTERS)
    n0, slope = fit_exponential(sizes[None], CENTERS)
    assert inside and 7.5 < slope[0] < 8.5
    assert squares(sizes, CENTERS, n0[0], slope[0]) <= left


@given(st.floats(1, 1e6), st.floats(0.05, 9))
def test_an_exact_exponential_is_recovered(n0, slope):
    found = fit_exponential(exponential(CENTERS, n0, slope)[None], CENTERS)
    np.testing.assert_allclose(np.ravel(found), [n0, slope], rtol=1e-6)


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.9), st.sampled_from([0.05, 1, 30]), st.integers(3, 131))
def test_no_slope_fits_better_than_the_one_found(seed, missing, particles, bins):
    """Also with few particles, hardly any bins, and two populations at once."""
    rng = np.random.default_rng(seed)
    centers = CENTERS[:bins]
    mix = exponential(centers, 1, rng.uniform(0.1, 5, (6, 1))) + exponential(centers, 0.1, rng.uniform(0.1, 1, (6, 1)))
    sizes = np.where(rng.random(mix.shape) < missing, np.nan, rng.poisson(particles * mix) * 3.7)
    for block, n0, slope in zip(sizes, *fit_exponential(sizes, centers), strict=True):
        seen = np.nansum(block) > 0 and (~np.isnan(block)).sum() > 1
        best, inside = search(block, centers) if seen else (0, False)
        assert not (inside and np.isnan(slope))
        if not np.isnan(slope):
            assert squares(block, centers, n0, slope) <= best + 1e-7 * np.nansum(block**2)


@given(st.floats(1e-3, 1e3))
def test_the_fit_does_not_depend_on_the_scale(factor):
    sizes = snowfall(3, 20)
    n0, slope = fit_exponential(sizes, CENTERS)
    scaled = fit_exponential(factor * sizes, CENTERS)
    kept = ~np.isnan(n0) & ~np.isnan(scaled[0])
    assert kept.sum() > 15
    np.testing.assert_allclose(scaled[0][kept], factor * n0[kept], rtol=1e-6)
    np.testing.assert_allclose(scaled[1][kept], slope[kept], rtol=1e-6)
    # Wider bins by the same factor divide the slope by it.
    stretched = fit_exponential(sizes, 2 * CENTERS)
    np.testing.assert_allclose(2 * stretched[1], slope, rtol=1e-6)


REFUSED = {
    "nothing seen": np.zeros(131),
    "nothing known": np.full(131, np.nan),
    "one bin known": np.where(np.arange(131) == 4, 7.0, np.nan),
    "one size alone, at the small end": np.where(np.arange(131) == 0, 7.0, 0.0),
    "as many large as small": np.ones(131),
    "more large than small": CENTERS,
    "one size alone, at the large end": np.where(np.arange(131) == 120, 7.0, 0.0),
    "n0 above the limit": exponential(CENTERS, 1.1e7, 1.0),
    "lambda above the limit": exponential(CENTERS, 1e6, 10.5),
}


@pytest.mark.parametrize("sizes", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_told_or_is_outside_the_limits_is_missing(sizes):
    assert np.isnan(fit_exponential(np.stack([sizes, exponential(CENTERS, 50, 1)]), CENTERS)[0]).tolist() == [1, 0]
    assert np.isnan(fit_exponential(sizes[None], CENTERS)).all()


def test_each_block_is_fitted_by_itself_however_many_there_are():
    few = snowfall(5, 7)
    many = np.tile(few, (CHUNK // 7 + 3, 1))
    n0, slope = fit_exponential(many, CENTERS)
    assert len(many) > CHUNK and n0.shape == slope.shape == (len(many),)
    alone = fit_exponential(few, CENTERS)
    np.testing.assert_allclose(n0, np.tile(alone[0], CHUNK // 7 + 3), rtol=1e-9)
    np.testing.assert_allclose(slope, np.tile(alone[1], CHUNK // 7 + 3), rtol=1e-9)
    assert [part.shape for part in fit_exponential(many[:0], CENTERS)] == [(0,), (0,)]


@pytest.mark.parametrize("shape, bins", [((131,), 131), ((2, 131), 130), ((2, 3, 131), 131)])
def test_the_fit_names_the_shapes_it_needs(shape, bins):
    with pytest.raises(ValueError, match=r"expected sizes \(blocks, bins\) and centers \(bins,\), got"):
        fit_exponential(np.ones(shape), CENTERS[:bins])


# All variables


def cube(seed, blocks=6, minutes=5, bins=40):
    """Spectra with bins that are empty, and with bins that are missing."""
    rng = np.random.default_rng(seed)
    psd = rng.poisson(exponential(CENTERS[:bins], 30, rng.uniform(0.5, 2, (blocks, minutes, 1)))) * 1.3
    vvd = np.where(psd > 0, rng.uniform(0.5, 4, psd.shape), 0)
    rho = np.where(psd > 0, rng.uniform(0.05, 1, psd.shape), 0)
    for part in (psd, vvd, rho):
        part[rng.random(part.shape) < 0.02] = np.nan
    return psd, vvd, rho, CENTERS[:bins]


def transcription(psd, vvd, rho, centers):
    """The recipe of one block, step by step."""
    filled = {"fs": [], "rho": []}
    number = heavy = heavier = 0.0
    for minute in range(psd.shape[0]):
        for k, diameter in enumerate(centers):
            for name, values in (("fs", vvd), ("rho", rho)):
                if not np.isnan(values[minute, k]) and values[minute, k] != 0:
                    filled[name].append(values[minute, k])
            if not np.isnan(psd[minute, k]):
                number += psd[minute, k]
                if not np.isnan(rho[minute, k]):
                    heavy += psd[minute, k] * rho[minute, k] * diameter**3
                    heavier += psd[minute, k] * rho[minute, k] * diameter**4
    n0, slope = published_fit(psd.mean(0), centers)
    return {
        "n0": n0,
        "lambda": slope,
        "nt": number,
        "fs": np.mean(filled["fs"]),
        "rho": np.mean(filled["rho"]),
        "dm": heavier / heavy,
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_variables_are_those_of_the_recipe_step_by_step(seed):
    psd, vvd, rho, centers = cube(seed)
    found = spectrum_variables(psd, vvd, rho, centers)
    assert list(found) == ["n0", "lambda", "nt", "fs", "rho", "dm"]
    steps = [transcription(*block, centers) for block in zip(psd, vvd, rho, strict=True)]
    for name, values in found.items():
        wanted = np.array([step[name] for step in steps])
        ended = ~np.isnan(wanted)  # the published fit does not always end
        assert ended.sum() >= 3
        np.testing.assert_allclose(values[ended], wanted[ended], rtol=1e-3 if name in ("n0", "lambda") else 1e-12)


def test_one_kind_of_particle_by_hand():
    psd = np.zeros((1, 5, 131))
    psd[0, :, 4] = 10  # of 0.9 mm, in each of five minutes
    psd[0, 0, 9] = 20  # of 1.9 mm, in the first
    vvd, rho = np.where(psd, 2.0, 0), np.where(psd, 0.1, 0)
    vvd[0, 0, 9] = 5.0
    found = spectrum_variables(psd, vvd, rho, CENTERS)
    assert found["nt"] == pytest.approx(70)
    assert found["fs"] == pytest.approx((5 * 2.0 + 5.0) / 6)  # of bins with particles, however many
    assert found["rho"] == pytest.approx(0.1)
    assert found["dm"] == pytest.approx((50 * 0.9**4 + 20 * 1.9**4) / (50 * 0.9**3 + 20 * 1.9**3))


def test_nothing_seen_differs_from_nothing_known():
    zeros, missing = np.zeros((1, 5, 131)), np.full((1, 5, 131), np.nan)
    seen = spectrum_variables(zeros, zeros, zeros, CENTERS)
    known = spectrum_variables(missing, missing, missing, CENTERS)
    assert seen["nt"] == 0 and np.isnan(known["nt"])
    for name in ("n0", "lambda", "fs", "rho", "dm"):
        assert np.isnan(seen[name]) and np.isnan(known[name])


def test_blocks_do_not_influence_one_another():
    psd, vvd, rho, centers = cube(9)
    whole = spectrum_variables(psd, vvd, rho, centers)
    spoilt = psd.copy()
    spoilt[1:] = np.nan
    for name, values in spectrum_variables(spoilt, vvd, rho, centers).items():
        assert values[0] == pytest.approx(whole[name][0], nan_ok=True)


def test_no_blocks_give_no_rows():
    empty = np.zeros((0, 5, 131))
    assert all(values.shape == (0,) for values in spectrum_variables(empty, empty, empty, CENTERS).values())


@pytest.mark.parametrize(
    "shapes",
    [
        [(5, 131)] * 3 + [(131,)],
        [(2, 5, 131)] * 2 + [(2, 5, 130), (131,)],
        [(2, 5, 131)] * 3 + [(130,)],
        [(2, 5, 131)] * 3 + [(131, 1)],
    ],
)
def test_wrong_shapes_are_named(shapes):
    with pytest.raises(ValueError, match=r"expected psd, vvd, rho \(blocks, minutes, bins\) and centers") as error:
        spectrum_variables(*(np.zeros(shape) for shape in shapes))
    assert str(error.value).endswith(", ".join(map(str, shapes)))
