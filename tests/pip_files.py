"""Small files in the formats in which the PIP data are published: the archive's netCDF files, and the derived table."""

from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

BINS = 131
CENTERS = 0.1 + 0.2 * np.arange(BINS)
PRODUCTS = {
    "psd": ("particle_size_distributions", "m−3 mm−1"),  # the archive's own minus signs
    "vvd": ("velocity_distributions", "m s-1"),
    "rho": ("edensity_distributions", "g cm-3"),
    "min": ("adjusted_edensity_lwe_rate", None),
}
RATES = {"ed": "g cm-3", "nrr": "mm hr-1", "rr": "mm hr-1"}


def spectra(seed=0, falling=range(600, 720), filled=20, bins=40, snow=True):
    """The spectra of a day, `{name: (1440, bins)}`: particles in `filled` bins of the minutes `falling`, else 0."""
    rng = np.random.default_rng(seed)
    centers = CENTERS[:filled]
    result = {name: np.zeros((1440, bins)) for name in ("psd", "vvd", "rho")}
    minutes = np.array(falling, dtype=int)
    n0 = 10 ** rng.normal(3 if snow else 2.2, 0.3, len(minutes))[:, None]
    noise = rng.lognormal(0, 0.3, (3, len(minutes), filled))
    result["psd"][minutes, :filled] = n0 * np.exp(-0.8 * centers) * noise[0]
    result["vvd"][minutes, :filled] = (0.9 if snow else 3.5) * noise[1]
    result["rho"][minutes, :filled] = (0.1 if snow else 0.8) * noise[2]
    # A bin without particles has neither speed nor density.
    empty = rng.random((len(minutes), filled)) < 0.2
    for values in result.values():
        values[minutes[:, None], np.arange(filled)] *= ~empty
    return result


def rates(seed=0, falling=range(600, 720)):
    """The three rates of a day, `{name: (1440,)}`, NaN where nothing falls."""
    rng = np.random.default_rng(seed)
    result = {name: np.full(1440, np.nan) for name in RATES}
    for name in RATES:
        result[name][list(falling)] = rng.uniform(0.05, 0.5, len(falling))
    return result


def write_spectrum(file, name, values, day, centers=None, minutes=None, units=None):
    """Write one spectrum as the archive does. `minutes` of the day are those of the rows, `units` change attributes."""
    centers = CENTERS[: values.shape[1]] if centers is None else centers
    minutes = np.arange(1440) if minutes is None else np.asarray(minutes)
    data = xr.Dataset(coords={"time": _times(day, minutes), "bin_centers": centers})
    data["lat"], data["lon"] = 46.5318, -87.5483
    data[name] = ("time", "bin_centers"), values
    data["bin_edges"] = list(np.append(centers - 0.1, centers[-1] + 0.1))
    units = {name: PRODUCTS.get(name, ("", None))[1], "bin_centers": "mm", "bin_edges": "mm"} | (units or {})
    for key, unit in units.items():
        data[key].attrs = {"units": unit, "missing_value": "NaN"} if unit else {}
    _write(data, file)


def write_rates(file, values, day, adjusted=True, units=None):
    """Write the rates as the archive does, or with `adjusted=False` as its older files."""
    data = xr.Dataset(coords={"time": _times(day, np.arange(1440))})
    data["lat"], data["lon"] = 46.5318, -87.5483
    for key, unit in (RATES | (units or {})).items():
        attributes = {"units": unit, "missing_value": "NaN"}
        # The unadjusted rates stay in the file, late by some minutes.
        data[key] = "time", np.roll(values[key], 7) if adjusted else values[key], attributes
        if adjusted:
            data[f"{key}_adj"] = "time", values[key], attributes
    _write(data, file)


def write_day(root, day, site="MQT", instrument="006", skip=(), folder="{year}_{site}/netCDF", **options):
    """Write the four files of a day below `root`; return their places by suffix. `options` go to `spectra`."""
    day = pd.Timestamp(day)
    base = Path(root) / folder.format(year=day.year, site=site)
    places = {
        suffix: base / product / f"{instrument}{day:%Y%m%d}_{suffix}.nc" for suffix, (product, _) in PRODUCTS.items()
    }
    values = spectra(**options)
    for suffix, place in places.items():
        if suffix in skip:
            continue
        if suffix == "min":
            write_rates(place, rates(options.get("seed", 0), options.get("falling", range(600, 720))), day)
        else:
            write_spectrum(place, suffix, values[suffix], day)
    return {suffix: place for suffix, place in places.items() if suffix not in skip}


def truncate(file, share=0.5):
    """Cut a file short, as an interrupted copy does."""
    content = Path(file).read_bytes()
    Path(file).write_bytes(content[: int(share * len(content))])


def table(rows=400, seed=0, sites=("MQT", "FIN"), start="2018-01-01"):
    """The derived table with the columns of the published one; about half is snow, and no row is missing anything."""
    rng = np.random.default_rng(seed)
    snow = rng.random(rows) < 0.5

    def drawn(rain, snowy, spread):
        return np.where(snow, snowy, rain) + spread * rng.normal(size=rows)

    frame = pd.DataFrame({"site": np.array(sites)[np.arange(rows) % len(sites)]})
    frame["time"] = pd.date_range(start, periods=rows, freq="5min").strftime("%Y-%m-%d %H:%M:%S")
    frame["n0"] = 10 ** drawn(2.2, 2.7, 0.4)
    frame["Dm"] = 10 ** drawn(0.0, 0.1, 0.15)
    frame["Nt"] = 10 ** drawn(3.0, 3.6, 0.3)
    frame["Fs"] = np.clip(drawn(4.0, 0.9, 0.25), 0.3, 8)
    frame["Sr"] = np.where(snow, rng.lognormal(-2, 1, rows), 0)
    frame["Rr"] = np.where(snow, 0, rng.lognormal(-1, 1, rows))
    frame["Ed"] = np.where(snow, 0.1, 0.8) * rng.uniform(0.8, 1.2, rows)
    frame["Rho"] = np.where(snow, 0.11, 0.8) * rng.uniform(0.7, 1.1, rows)
    frame["lambda"] = 10 ** rng.normal(-0.15, 0.1, rows)
    frame["t"] = drawn(7, -7, 3)
    frame["rh"] = np.clip(drawn(95, 89, 3), 40, 100)
    frame["dp"] = frame["t"] - (100 - frame["rh"]) / 5
    frame["p"] = rng.normal(1012, 8, rows)
    frame["ws"] = rng.gamma(3, 1, rows)
    frame["wd"] = rng.uniform(0, 360, rows)
    frame["phase"] = np.where(snow, "snow", "rain")
    return frame


def _times(day, minutes):
    return (pd.Timestamp(day) + pd.to_timedelta(minutes, unit="min")).to_numpy().astype("datetime64[ns]")


def _write(data, file):
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    data["time"].attrs["long_name"] = ["time"]
    data.attrs["Conventions"] = "CF-1.10"
    data.to_netcdf(file, encoding={name: {"zlib": True, "complevel": 2} for name in data.data_vars})
