"""The netCDF archive: the published recipe on its files, and everything that can be wrong with a file."""

import os
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pip_files
import pytest
import xarray as xr
from scipy.optimize import curve_fit

from helpers.weather import archive

DAY = "2018-01-05"
DERIVED = ["n0", "lambda", "nt", "fs", "rho", "dm"]


@pytest.fixture(autouse=True)
def no_stray_warnings():
    with warnings.catch_warnings(action="error"):
        yield


def read(root, **options):
    counts = Counter()
    frames = list(archive.days(root, counts=counts, **options))
    return frames, {reason: number for reason, number in counts.items() if number}


def single(root, **options):
    (frame,), counts = read(root, **options)
    return frame, counts


def by_the_recipe(spectra, centers):
    """The published steps for each block, in plain loops: `{minute: {name: value}}` of the blocks that are kept."""
    kept = {}
    for start in range(0, 1440, 5):
        psd, vvd, rho = (spectra[name][start : start + 5] for name in ("psd", "vvd", "rho"))
        mean = psd.mean(0)
        here = ~np.isnan(mean)
        if not here.any() or not np.nansum(psd):
            continue
        popt, _ = curve_fit(lambda d, a, b: a * np.exp(-b * d), centers[here], mean[here], p0=[1e4, 2], maxfev=600)
        if not (0 < popt[0] < 1e7 and 0 < popt[1] < 10):
            continue
        speeds, densities, mass, moment, total = [], [], 0.0, 0.0, 0.0
        for minute in range(5):
            for i, diameter in enumerate(centers):
                if vvd[minute, i] != 0 and not np.isnan(vvd[minute, i]):
                    speeds.append(vvd[minute, i])
                if rho[minute, i] != 0 and not np.isnan(rho[minute, i]):
                    densities.append(rho[minute, i])
                particles = rho[minute, i] * psd[minute, i] * (4 / 3) * np.pi * (diameter / 2) ** 3
                if not np.isnan(particles):
                    mass += particles
                    moment += particles * diameter
                if not np.isnan(psd[minute, i]):
                    total += psd[minute, i]
        kept[start] = {"n0": popt[0], "lambda": popt[1], "nt": total, "dm": moment / mass}
        kept[start] |= {"fs": np.mean(speeds), "rho": np.mean(densities)}
    return kept


def agrees(frame, spectra):
    expected = by_the_recipe(spectra, pip_files.CENTERS[: spectra["psd"].shape[1]])
    assert len(expected) > 3
    assert list(frame.index) == [pd.Timestamp(DAY, tz="UTC") + pd.Timedelta(minutes=m) for m in expected]
    wanted = pd.DataFrame(expected).T
    # curve_fit stops when the sum of squares changes by less than 1e-8 of itself, so its parameters are good to 1e-4.
    np.testing.assert_allclose(frame[["n0", "lambda"]], wanted[["n0", "lambda"]], rtol=2e-4)
    exact = ["nt", "fs", "rho", "dm"]
    np.testing.assert_allclose(frame[exact], wanted[exact], rtol=1e-9)


# What is read


@pytest.mark.parametrize("snow", [True, False])
def test_the_derived_variables_are_those_of_the_published_recipe(tmp_path, snow):
    options = dict(seed=3, snow=snow, bins=131, falling=[*range(0, 40), *range(703, 731), *range(1430, 1440)])
    pip_files.write_day(tmp_path, DAY, **options)
    frame, counts = single(tmp_path)
    agrees(frame, pip_files.spectra(**options))
    assert set(frame["site"]) == {"MQT"} and str(frame.index.tz) == "UTC" and frame.index.name == "time"
    assert counts == {"block(s) without particles or without data left out": 288 - len(frame)}
    wanted = pd.DataFrame(pip_files.rates(3, options["falling"])).groupby(np.arange(1440) // 5).mean()
    wanted = wanted.loc[(frame.index.hour * 60 + frame.index.minute) // 5]
    np.testing.assert_allclose(frame[["ed", "sr", "rr"]], wanted[["ed", "nrr", "rr"]], rtol=1e-12)


def test_missing_minutes_and_bins_are_passed_over(tmp_path):
    spectra = pip_files.spectra(seed=5)
    for values in spectra.values():
        values[610:613, 4] = np.nan  # a bin in some minutes
        values[640:645, 7:9] = np.nan  # bins in a whole block
        values[660:663] = np.nan  # minutes: the mean over the block has no bin left
    spectra["vvd"][700:705, 3] = np.nan
    places = pip_files.write_day(tmp_path, DAY, seed=5)
    for name, values in spectra.items():
        pip_files.write_spectrum(places[name], name, values, DAY)
    frame, counts = single(tmp_path)
    spectra["psd"][660:665] = np.nan  # so that the loop leaves the block out, as the recipe's own does
    agrees(frame, spectra)
    assert pd.Timestamp(f"{DAY} 11:00", tz="UTC") not in frame.index
    assert counts["block(s) without an exponential fit (0 < n0 < 1e7, 0 < lambda < 10) left out"] == 1


def test_a_day_may_have_fewer_minutes_and_a_product_fewer_bins(tmp_path):
    spectra = pip_files.spectra(seed=6)
    places = pip_files.write_day(tmp_path, DAY, seed=6)
    late = np.arange(607, 1200)
    pip_files.write_spectrum(places["psd"], "psd", spectra["psd"][late], DAY, minutes=late)
    pip_files.write_spectrum(places["vvd"], "vvd", spectra["vvd"][late][:, :15], DAY, minutes=late)
    frame, _ = single(tmp_path)
    assert frame.index[0] == pd.Timestamp(f"{DAY} 10:10", tz="UTC")
    spectra["psd"][:610] = 0
    spectra["vvd"][:, 15:] = 0
    agrees(frame, spectra)


def test_minutes_given_twice_or_of_another_day_are_left_out_and_counted(tmp_path):
    spectra = pip_files.spectra(seed=7)
    places = pip_files.write_day(tmp_path, DAY, seed=7)
    minutes = np.append(np.arange(1439, -4, -1), [650, 651])  # nor need they come in order
    values = np.vstack([spectra["psd"][::-1], np.full((5, 40), 9.0)])
    pip_files.write_spectrum(places["psd"], "psd", values, DAY, minutes=minutes)
    frame, counts = single(tmp_path)
    agrees(frame, spectra)
    assert counts["minute(s) given twice in a file, the second left out"] == 2
    assert counts["minute(s) of another day in a file left out"] == 3


def test_blocks_without_a_fit_are_counted(tmp_path):
    psd = pip_files.spectra(seed=8)["psd"]
    centers = pip_files.CENTERS[: psd.shape[1]]
    psd[600:605] = np.exp(0.1 * centers)  # rises with the diameter: lambda below 0
    psd[605:610] = 1e8 * np.exp(-2 * centers)  # n0 above 1e7
    psd[610:615] = 1e3 * np.exp(-11 * centers)  # lambda above 10
    places = pip_files.write_day(tmp_path, DAY, seed=8)
    pip_files.write_spectrum(places["psd"], "psd", psd, DAY)
    frame, counts = single(tmp_path)
    assert counts["block(s) without an exponential fit (0 < n0 < 1e7, 0 < lambda < 10) left out"] == 3
    assert len(frame) == 21 and frame["n0"].between(0, 1e7).all() and frame["lambda"].between(0, 10).all()


@pytest.mark.parametrize(
    ("missing", "columns"),
    [("vvd", ["fs"]), ("rho", ["rho", "dm"]), ("min", ["ed", "sr", "rr"])],
)
def test_without_a_product_the_rest_of_the_day_is_kept(tmp_path, missing, columns):
    pip_files.write_day(tmp_path / "whole", DAY)
    pip_files.write_day(tmp_path / "less", DAY, skip=[missing])
    whole, _ = single(tmp_path / "whole")
    frame, counts = single(tmp_path / "less")
    assert frame[columns].isna().all().all()
    pd.testing.assert_frame_equal(frame.drop(columns=columns), whole.drop(columns=columns), check_freq=False)
    assert counts[f"day(s) without a {missing} file"] == 1


def test_a_day_without_sizes_is_left_out(tmp_path):
    pip_files.write_day(tmp_path, DAY, skip=["psd"])
    pip_files.write_day(tmp_path, "2018-01-06")
    frame, counts = single(tmp_path)
    assert set(frame.index.day) == {6}
    assert counts["day(s) without a size distribution left out"] == 1


def test_a_file_may_lack_its_variable(tmp_path):
    places = pip_files.write_day(tmp_path, DAY)
    pip_files.write_spectrum(places["vvd"], "speed", np.ones((1440, 3)), DAY, units={"speed": "m s-1"})
    with xr.open_dataset(places["min"]) as data:
        data = data.load().drop_encoding().drop_vars(["rr", "rr_adj"])
    data.to_netcdf(places["min"])
    frame, counts = single(tmp_path)
    assert frame["fs"].isna().all() and frame["rr"].isna().all() and frame["sr"].notna().all()
    assert counts["file(s) without the variable vvd"] == 1
    assert counts["file(s) without the variable rr_adj"] == 1


def test_older_files_have_rates_that_are_not_adjusted(tmp_path):
    places = pip_files.write_day(tmp_path, DAY)
    adjusted, _ = single(tmp_path)
    raw = places["min"].parent.with_name("edensity_lwe_rate") / places["min"].name
    pip_files.write_rates(raw, {key: 2 * value for key, value in pip_files.rates().items()}, DAY, adjusted=False)
    both, _ = single(tmp_path)
    pd.testing.assert_frame_equal(both, adjusted)
    places["min"].unlink()
    older, _ = single(tmp_path)
    np.testing.assert_allclose(older["sr"], 2 * adjusted["sr"])


# Units


@pytest.mark.parametrize(
    ("name", "unit", "factor"),
    [
        ("vvd", "cm s-1", 100),
        ("rho", "kg m-3", 1000),
        ("rho", "kg/m^3", 1000),
        ("psd", "# m-3 mm-1", 1),
        ("psd", "m-4", 1000),
        ("psd", "L-1 mm-1", 1e-3),
    ],
)
def test_other_units_are_converted_and_noted(tmp_path, name, unit, factor):
    places = pip_files.write_day(tmp_path, DAY)
    before, _ = single(tmp_path)
    pip_files.write_spectrum(places[name], name, factor * pip_files.spectra()[name], DAY, units={name: unit})
    after, counts = single(tmp_path)
    np.testing.assert_allclose(after[DERIVED], before[DERIVED], rtol=1e-9)
    noted = [reason for reason in counts if f"{name} in {unit}" in reason]
    assert len(noted) == (factor != 1)


@pytest.mark.parametrize(("unit", "factor"), [("m", 1e-3), ("cm", 0.1), ("um", 1e3)])
def test_bin_centers_in_another_unit_are_converted(tmp_path, unit, factor):
    places = pip_files.write_day(tmp_path, DAY)
    before, _ = single(tmp_path)
    for name, values in pip_files.spectra().items():
        options = {"centers": pip_files.CENTERS[:40] * factor, "units": {"bin_centers": unit}}
        pip_files.write_spectrum(places[name], name, values, DAY, **options)
    after, counts = single(tmp_path)
    np.testing.assert_allclose(after[DERIVED], before[DERIVED], rtol=1e-6)
    assert counts[f"file(s) with bin_centers in {unit}, converted to mm"] == 3


def test_rates_in_another_unit_are_converted(tmp_path):
    places = pip_files.write_day(tmp_path, DAY)
    before, _ = single(tmp_path)
    values = pip_files.rates()
    values["nrr"] = values["nrr"] / 3.6e6
    pip_files.write_rates(places["min"], values, DAY, units={"nrr": "m s-1"})
    after, _ = single(tmp_path)
    np.testing.assert_allclose(after["sr"], before["sr"], rtol=1e-9)


def test_a_unit_may_be_absent(tmp_path):
    places = pip_files.write_day(tmp_path, DAY)
    before, _ = single(tmp_path)
    units = {"psd": None, "bin_centers": None}
    pip_files.write_spectrum(places["psd"], "psd", pip_files.spectra()["psd"], DAY, units=units)
    pd.testing.assert_frame_equal(single(tmp_path)[0], before)


@pytest.mark.parametrize("unit", ["kelvin", "furlongs per banana", "mm"])
def test_a_unit_that_does_not_fit_is_named_with_file_and_variable(tmp_path, unit):
    places = pip_files.write_day(tmp_path, DAY)
    pip_files.write_spectrum(places["vvd"], "vvd", pip_files.spectra()["vvd"], DAY, units={"vvd": unit})
    with pytest.raises(ValueError, match=rf"006\d+_vvd\.nc: expected vvd in m/s, got the unit '{unit}'"):
        read(tmp_path)


# Damage


@pytest.mark.parametrize("suffix", ["psd", "vvd", "rho", "min"])
@pytest.mark.parametrize("share", [0, 0.5, 0.97])
def test_a_truncated_file_is_named_and_the_rest_is_read(tmp_path, suffix, share):
    places = pip_files.write_day(tmp_path, DAY)
    pip_files.write_day(tmp_path, "2018-01-06", seed=1)
    pip_files.truncate(places[suffix], share)
    with pytest.warns(UserWarning, match=rf"00620180105_{suffix}\.nc cannot be read .*2018-01-05 goes without it"):
        frames, counts = read(tmp_path)
    assert counts["damaged file(s)"] == 1
    assert [set(frame.index.day) for frame in frames] == ([{6}] if suffix == "psd" else [{5}, {6}])
    assert frames[-1].notna().all().all()


def rename_bins(data):
    return data.rename(bin_centers="size")


def falling_bins(data):
    return data.isel(bin_centers=slice(None, None, -1))


def without_time(data):
    return data.assign_coords(time=np.arange(1440))


def holes_in_time(data):
    return data.assign_coords(time=data["time"].where(data["time"] != data["time"][3]))


@pytest.mark.parametrize("change", [rename_bins, falling_bins, without_time, holes_in_time])
def test_a_file_of_another_layout_is_named(tmp_path, change):
    places = pip_files.write_day(tmp_path, DAY)
    with xr.open_dataset(places["rho"]) as data:
        data = change(data.load().drop_encoding())
    data.to_netcdf(places["rho"])
    with pytest.warns(UserWarning, match=r"_rho\.nc cannot be read \(expected "):
        frame, _ = single(tmp_path)
    assert frame["rho"].isna().all() and frame["n0"].notna().all()


# What is found


@pytest.mark.parametrize("folder", ["{year}_{site}/netCDF", "{site}_{year}/netCDF", "{year}_{site}", "x/{year}_{site}"])
def test_folders_may_be_named_either_way_and_have_a_level_less(tmp_path, folder):
    places = pip_files.write_day(tmp_path, DAY, site="FIN", folder=folder)
    inside = places["psd"].parents
    for path in [tmp_path, *(parent for parent in inside if parent.is_relative_to(tmp_path / folder.split("/")[0]))]:
        frames, _ = read(path)
        assert [set(frame["site"]) for frame in frames] == [{"FIN"}], path
    assert read(str(tmp_path))[0]


def test_sites_and_years_are_chosen_and_come_by_day(tmp_path):
    for day, site in [("2019-03-01", "MQT"), (DAY, "MQT"), ("2018-02-01", "FIN")]:
        pip_files.write_day(tmp_path, day, site=site, falling=range(600, 620))

    def chosen(**options):
        return [(frame["site"].iloc[0], frame.index[0].year) for frame in read(tmp_path, **options)[0]]

    assert chosen() == [("MQT", 2018), ("FIN", 2018), ("MQT", 2019)]
    assert chosen(sites=["MQT"], years=range(2018, 2019)) == [("MQT", 2018)]
    assert chosen(sites="FIN") == [("FIN", 2018)] and chosen(years=2019) == [("MQT", 2019)]
    with pytest.raises(ValueError, match="expected sites among FIN, MQT, got XYZ"):
        chosen(sites=["MQT", "XYZ"])
    with pytest.raises(ValueError, match="expected years among 2018, 2019, got 2021"):
        chosen(years=[2021])
    with pytest.raises(ValueError, match="expected sites among FIN, MQT, got none"):
        chosen(sites=[])


def test_what_is_no_archive_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder .*nowhere"):
        read(tmp_path / "nowhere")
    (tmp_path / "other.nc").touch()
    (tmp_path / "00620180199_psd.nc").touch()
    with pytest.raises(ValueError, match=r"expected files such as YEAR_SITE/netCDF/.*_psd\.nc, found none$"):
        read(tmp_path)
    (tmp_path / "2018_MQT.tar.gz").touch()
    with pytest.raises(ValueError, match="unpack"):
        read(tmp_path)


def test_two_instruments_of_a_day_are_two_tables(tmp_path):
    pip_files.write_day(tmp_path, DAY, instrument="006")
    pip_files.write_day(tmp_path, DAY, instrument="007", seed=1)
    first, second = read(tmp_path)[0]
    assert not np.allclose(first["n0"], second["n0"])


# Memory


def test_files_are_opened_one_at_a_time_as_the_days_are_asked_for_and_closed(tmp_path, monkeypatch):
    for day in (5, 6, 7):
        pip_files.write_day(tmp_path, f"2018-01-0{day}", falling=range(600, 620))
    opened, now, most = [], set(), []
    really = xr.open_dataset

    def watched(file, **options):
        data = really(file, **options)
        opened.append(Path(file).name)
        key = id(data)
        now.add(key)
        most.append(len(now))
        data.set_close(lambda close=data._close: (close(), now.discard(key)))
        return data

    monkeypatch.setattr(xr, "open_dataset", watched)
    days = archive.days(tmp_path)
    assert opened == []
    next(days)
    assert len(opened) == 4 and all("20180105" in name for name in opened)
    assert len(list(days)) == 2 and len(opened) == 12
    assert max(most) == 1 and not now
    if os.path.isdir("/proc/self/fd"):
        held = [os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
        assert not [name for name in held if name.endswith(".nc")]
