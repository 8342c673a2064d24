"""What the simulated instrument reports: whole particles, budgets, no look at the label. And the column above it."""

import inspect

import numpy as np
import pandas as pd
import pytest

from helpers import instrument
from helpers.instrument import AREA, CENTERS, DENSITY_READ, MINUTES, WIDTH, detection
from helpers.weather import disdrometer, physics, profile, schema

VOLUME = WIDTH * AREA * 60 * MINUTES  # times a fall speed: m³ and mm of diameter in five minutes
CAUSES = {"intensity": 1.0, "water": 1.0, "riming": 0.0, "melting": 1.0, "concentration": 0.0, "air": 1.25}
RAIN, SNOW = {}, {"water": 0.0, "melting": 0.0}


def causes(count=1, **changes):
    return {name: np.full(count, value, dtype=float) for name, value in (CAUSES | changes).items()}


def measured(count, seed=0, **changes):
    return disdrometer.measured(causes(count, **changes), np.random.default_rng(seed))


def budget(**changes):
    """What falls and is found, by bin: sizes of drops and flakes, their speeds, and the density of flakes."""
    drops, flakes, rain, snow, density = (part[0] for part in disdrometer.falling(causes(**changes)))
    return drops * detection(CENTERS), flakes * detection(CENTERS), rain, snow, density


def test_detection_rises_from_none_to_all_past_half():
    found = detection(CENTERS)
    assert detection(instrument.HALF_SEEN) == 0.5
    assert (np.diff(found) >= 0).all() and found[0] < 0.01 and found[10] > 0.999


# What falls


def test_pure_rain_has_no_flakes_and_pure_snow_no_drops():
    assert not budget(**RAIN)[1].any() and budget(**RAIN)[0].any()
    assert not budget(**SNOW)[0].any() and budget(**SNOW)[1].any()
    drops, flakes, *_ = budget(water=0.5, melting=0.5)
    assert drops.any() and flakes.any()


def test_what_falls_is_that_of_the_formulas():
    drops, flakes, rain, snow, density = disdrometer.falling(
        causes(2, intensity=2, water=0.25, riming=0.3, melting=0.25, concentration=0.5)
    )
    dilute = 10**0.5
    for found, formula in (
        (drops[1], physics.rain_sizes(CENTERS, 0.5, 8000 * dilute)),
        (flakes[1], physics.snow_sizes(CENTERS, 1.5, 0.3, dilute, 0.25)),
    ):
        # The shape is the formula's; the number may differ by what makes it carry the rate.
        np.testing.assert_allclose(found / found[0], formula / formula[0])
        assert 0.4 < found[0] / formula[0] < 1.5
    np.testing.assert_allclose(rain[1], physics.rain_speed(CENTERS, 1.25))
    np.testing.assert_allclose(density[1], physics.melting_density(physics.snow_density(CENTERS, 0.3), 0.25))
    assert (snow[1] >= physics.snow_speed(CENTERS, 0.3, 1.25)).all()
    assert all(part.shape == (2, 131) for part in (drops, flakes, rain, snow, density))


@pytest.mark.parametrize("riming", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("intensity", [0.02, 1.0, 30.0])
def test_what_falls_carries_the_intensity(riming, intensity):
    shares = {"water": 0.3, "melting": 0.6}
    given = causes(intensity=intensity, riming=riming, concentration=-0.5, **shares)
    drops, flakes, rain, snow, density = (part[0] for part in disdrometer.falling(given))
    assert physics.rate(drops, CENTERS, WIDTH, rain) == pytest.approx(0.3 * intensity)
    assert physics.rate(flakes, CENTERS, WIDTH, snow, density) == pytest.approx(0.7 * intensity)


def test_a_melting_flake_speeds_up_from_flake_to_drop():
    speeds = np.stack([budget(water=0.5, melting=m)[3] for m in (0, 0.3, 0.7, 1)])
    assert (np.diff(speeds, axis=0) >= 0).all()
    np.testing.assert_allclose(speeds[0], physics.snow_speed(CENTERS, 0, 1.25))
    large = CENTERS > 0.5
    np.testing.assert_allclose(speeds[3, large], physics.rain_speed(CENTERS, 1.25)[large])


# What is measured


def test_no_one_tells_the_instrument_the_phase():
    for function in (disdrometer.falling, disdrometer.measured):
        assert set(inspect.signature(function).parameters) <= {"causes", "rng"}
    one = disdrometer.measured(causes(50, water=0.5, melting=0.5), np.random.default_rng(1))
    labelled = causes(50, water=0.5, melting=0.5) | {"phase": np.array(["rain"] * 50), "snow_probability": np.ones(50)}
    other = disdrometer.measured(labelled, np.random.default_rng(1))
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def test_every_variable_of_every_block_is_there_and_one_missing_cause_is_an_error():
    found = measured(7)
    assert set(found) == {"n0", "lambda", "nt", "fs", "rho", "dm", "ed", "sr", "rr", "echo", "doppler"}
    assert all(values.shape == (7,) and np.isfinite(values).all() for values in found.values())
    with pytest.raises(ValueError, match="riming missing"):
        disdrometer.measured({k: v for k, v in causes(3).items() if k != "riming"}, np.random.default_rng(0))
    with pytest.raises(ValueError, match="at least one block of causes, got none"):
        measured(0)


@pytest.mark.parametrize("changes", [RAIN, SNOW], ids=["rain", "snow"])
@pytest.mark.parametrize("intensity", [0.05, 2.0])
def test_particles_are_counted_whole(changes, intensity):
    """The sum over bins has the mean of what falls and is found, and the variance of Poisson counts."""
    drops, flakes, rain, snow, _ = budget(intensity=intensity, **changes)
    sizes, speed = drops + flakes, rain if changes is RAIN else snow
    nt = measured(3000, intensity=intensity, **changes)["nt"]
    each = MINUTES / (VOLUME * np.where(speed > 0, speed, 1))  # what one particle adds
    variance = (sizes * VOLUME * speed * each**2).sum()
    seen = sizes[speed > 0].sum() * MINUTES
    assert nt.mean() == pytest.approx(seen, abs=4.5 * np.sqrt(variance / 3000))
    assert nt.var() == pytest.approx(variance, rel=0.12)


@pytest.mark.parametrize("changes", [RAIN, SNOW, {"water": 0.5, "melting": 0.5}], ids=["rain", "snow", "mixed"])
def test_the_rates_are_those_of_what_was_found_but_for_the_density_read(changes):
    drops, flakes, rain, snow, density = budget(intensity=5, riming=0.2, **changes)
    found = measured(1500, intensity=5, riming=0.2, **changes)
    water = DENSITY_READ * physics.rate(drops, CENTERS, WIDTH, rain)
    ice = DENSITY_READ * physics.rate(flakes, CENTERS, WIDTH, snow, density)
    assert (found["rr"] + found["sr"]).mean() == pytest.approx(water + ice, rel=0.05)
    # Who knows the share of drops in each bin gets both parts right: a drop weighs more than a flake of its size.
    assert found["rr"].mean() == pytest.approx(water, rel=0.06, abs=1e-12)
    assert found["sr"].mean() == pytest.approx(ice, rel=0.06, abs=1e-12)


def test_density_and_speed_are_read_of_the_bins_with_particles():
    rain, dry, rimed = measured(400), measured(400, **SNOW), measured(400, riming=0.8, **SNOW)
    assert np.median(rain["ed"]) == pytest.approx(DENSITY_READ, rel=0.05)
    assert np.median(dry["rho"]) < np.median(rimed["rho"]) < np.median(rain["rho"])
    assert np.median(dry["fs"]) < np.median(rimed["fs"]) < np.median(rain["fs"])
    assert all((found["rho"] <= 1).all() and (found["ed"] <= 1).all() for found in (rain, dry, rimed))
    # The reading errs for a whole block at a time.
    assert 0.06 < np.log(rain["ed"]).std() < 0.2


def test_thin_air_makes_particles_fall_faster():
    assert np.median(measured(400, air=1.0)["fs"]) > 1.04 * np.median(measured(400, air=1.4)["fs"])


def test_where_nothing_falls_nothing_is_told():
    found = measured(4, intensity=1e-9)
    assert all(np.isnan(found[name]).all() for name in ("n0", "lambda", "dm", "rho", "fs", "ed"))
    assert not found["nt"].any() and not found["rr"].any() and not found["sr"].any()


def test_blocks_are_independent_of_how_many_there_are(monkeypatch):
    count = 25
    whole = measured(count)
    monkeypatch.setattr(disdrometer, "BLOCKS", 10)
    pieces = measured(count)
    for name, values in pieces.items():
        assert values.shape == (count,)
        # Other draws, the same law: the radar draws nothing.
        if name in ("echo", "doppler"):
            np.testing.assert_allclose(values, whole[name])


def test_the_radar_sees_all_that_falls():
    drops, _, rain, _, _ = (part[0] for part in disdrometer.falling(causes()))
    total = (drops * CENTERS**6).sum() * WIDTH
    found = measured(1)
    assert found["echo"] == pytest.approx(10 * np.log10(total))
    assert found["doppler"] == pytest.approx((drops * CENTERS**6 * rain).sum() * WIDTH / total)
    # 1 mm/h of rain is 23 dBZ by Z = 200 R^1.6; ice reflects less than the water it melts into.
    assert found["echo"] == pytest.approx(23, abs=2.5)
    frozen = disdrometer.falling(causes(**SNOW))
    drop = physics.melted_diameter(CENTERS, frozen[4][0])
    wet = 10 * np.log10((frozen[1][0] * drop**6).sum() * WIDTH)
    assert measured(1, **SNOW)["echo"] == pytest.approx(wet + 10 * np.log10(0.224))


# The column above


def above(count=2000, temperature=5.0, depth=4.0, echo=25.0, doppler=5.0, water=1.0, riming=0.0, aloft=0.0):
    truth = pd.DataFrame({"depth": np.full(count, depth), "riming": riming, "water": water, "aloft": aloft})
    weather = pd.DataFrame({"temperature": np.full(count, temperature), "relative_humidity": 92.0})
    parts = np.full(count, echo), np.full(count, doppler)
    return profile.measured(*parts, truth, weather, np.random.default_rng(0))


def test_the_profile_gives_canonical_columns():
    found = above(5)
    assert set(found) <= set(schema.COLUMNS) and all(values.shape == (5,) for values in found.values())
    np.testing.assert_array_equal(found["near_surface_reflectivity"], found["reflectivity_3"])


def test_there_is_no_echo_above_the_cloud():
    found = above(depth=1.0)
    for level in (15, 29):
        assert (found[f"reflectivity_{level}"] == profile.FAINTEST).all() and not found[f"dv_{level}"].any()
    assert (found["reflectivity_3"] > 0).all() and (found["dv_3"] > 0).all()
    assert found["cloud_top_height"].mean() == pytest.approx(1.0, abs=0.02)
    assert above(depth=0.1)["cloud_top_height"].min() >= 0.3


def test_the_air_cools_with_height_and_dries_above_the_cloud():
    found = above(depth=2.0)
    means = [found[f"t_{level}"].mean() for level in profile.AIR_LEVELS]
    np.testing.assert_allclose(means, 5 - profile.LAPSE * np.array(profile.AIR_LEVELS) / 10, atol=0.1)
    assert found["rh_3"].mean() > found["rh_29"].mean() + 20
    truth = pd.DataFrame({"aloft": [0.0, 1.0]})
    weather = pd.DataFrame({"temperature": [0.0, 0.0]})
    assert np.diff(profile.temperature_at(1.0, truth, weather))[0] == pytest.approx(profile.NOSE, rel=0.05)
    np.testing.assert_array_equal(profile.temperature_at(0.0, truth, weather), 0)


def test_a_bright_band_marks_where_it_melts():
    # At 1.5 km the air has 0.8 °C if it has 9.8 °C at the ground.
    melting, cold = above(temperature=9.8, depth=8), above(temperature=-10, depth=8)
    lift = melting["reflectivity_15"].mean() - cold["reflectivity_15"].mean()
    assert 5.5 < lift < 6.5
    assert cold["reflectivity_4"].mean() > cold["reflectivity_15"].mean() > cold["reflectivity_29"].mean()


def test_rain_falls_fast_below_the_melting_level_and_as_snow_above_it():
    found = above(temperature=9.0, depth=8)
    assert found["dv_3"].mean() == pytest.approx(5, abs=0.2)
    assert found["dv_29"].mean() < 2
    assert above(temperature=-10, water=0.0, doppler=1.0)["dv_3"].mean() < 2
