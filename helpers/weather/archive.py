"""The netCDF archive of the Precipitation Imaging Package, read one day at a time.

King et al. (2024), doi:10.7302/37yx-9q53: folders `YEAR_SITE/netCDF/<product>/XXXYYYYMMDD_<suffix>.nc`, XXX being the
number of the instrument. Each file holds one product of one day: 1440 minutes, of which any may be missing, by up to
131 bins of diameter.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from helpers.instrument import MINUTES
from helpers.weather.derived import spectrum_variables
from helpers.weather.schema import COLUMNS
from helpers.weather.units import convert

NAME = re.compile(r"(\d{3})(\d{8})_(psd|vvd|rho|min)\.nc")
FOLDER = re.compile(r"(?:\d{4}_(\w+)|(\w+)_\d{4})")
LAYOUT = "YEAR_SITE/netCDF/particle_size_distributions/006YYYYMMDD_psd.nc"
SPECTRA = {"psd": COLUMNS["nt"].unit, "vvd": COLUMNS["fs"].unit, "rho": COLUMNS["rho"].unit}
#: Column, and the variables that hold it: adjusted to the spectra in time, or as older files have it.
RATES = {"ed": ("ed_adj", "ed"), "sr": ("nrr_adj", "nrr"), "rr": ("rr_adj", "rr")}
DAY = 24 * 60


class _Damaged(Exception):
    """A file that cannot be read, or is not laid out as expected."""


def find(path: Path, sites: Iterable[str] | None = None, years: Iterable[int] | None = None) -> dict:
    """List the files below `path`: {(site, day, instrument): {suffix: file}}, by day.

    `path` may be the folder of the whole archive, of one site and year, or any folder inside that. The site is read
    from the nearest folder named YEAR_SITE or SITE_YEAR. Raises FileNotFoundError if there is no such folder,
    ValueError if it holds no such file, or none of the sites and years asked for.
    """
    path = Path(path).resolve()
    if not path.is_dir():
        raise FileNotFoundError(f"expected a folder with the archive, but there is none at {path}")
    found = defaultdict(dict)
    for file in sorted(path.rglob("*.nc")):
        name = NAME.fullmatch(file.name)
        folder = next(filter(None, (FOLDER.fullmatch(parent.name) for parent in file.parents)), None)
        if name and folder:
            instrument, date, suffix = name.groups()
            day = pd.to_datetime(date, format="%Y%m%d", errors="coerce", utc=True)
            if day is not pd.NaT:
                # The folder of adjusted rates comes before that of the rates as measured.
                found[folder[1] or folder[2], day, instrument].setdefault(suffix, file)
    if not found:
        packed = any(path.rglob("*.tar.gz"))
        hint = "; unpack the .tar.gz files first" if packed else ""
        raise ValueError(f"{path}: expected files such as {LAYOUT}, found none{hint}")
    found = _keep(found, "sites", sites, lambda key: key[0])
    found = _keep(found, "years", years, lambda key: key[1].year)
    return dict(sorted(found.items(), key=lambda item: (item[0][1], item[0][0], item[0][2])))


def _keep(found: dict, what: str, wanted: Iterable | None, of) -> dict:
    if wanted is None:
        return found
    wanted = {wanted} if isinstance(wanted, (str, int)) else set(wanted)
    known = {of(key) for key in found}
    if not wanted or wanted - known:
        got = ", ".join(map(str, sorted(wanted - known, key=str))) or "none"
        raise ValueError(f"expected {what} among {', '.join(map(str, sorted(known)))}, got {got}")
    return {key: files for key, files in found.items() if of(key) in wanted}


def days(
    path: Path, sites: Iterable[str] | None = None, years: Iterable[int] | None = None, counts: Counter | None = None
) -> Iterator[pd.DataFrame]:
    """Yield the derived table of one site and day after another; see `find` for the arguments and their errors.

    A table has a UTC index `time`, the start of each five-minute block that has particles and a fit within the
    published limits, and the columns site, n0, lambda, nt, fs, rho, dm, ed, sr, rr in canonical units. Missing is NaN:
    a day without fall speeds, densities or rates keeps the rest; a day without a size distribution is left out.
    At most one file is open at a time. What was left out or repaired is added to `counts`, by reason.

    A damaged file is named by a warning, and the rest is read. Raises ValueError for a unit that cannot be converted.
    """
    counts = Counter() if counts is None else counts
    for (site, day, _), files in find(path, sites, years).items():
        frame = _derive(day, files, counts)
        if frame is not None:
            frame.insert(0, "site", site)
            yield frame


def _derive(day: pd.Timestamp, files: dict[str, Path], counts: Counter) -> pd.DataFrame | None:
    spectra = {suffix: _product(files, suffix, day, counts) for suffix in SPECTRA}
    if spectra["psd"] is None:
        counts["day(s) without a size distribution left out"] += 1
        return None
    psd, centers = spectra["psd"]
    for suffix in ("vvd", "rho"):
        spectra[suffix] = np.full_like(psd, np.nan) if spectra[suffix] is None else _align(*spectra[suffix], centers)
    blocks = (-1, MINUTES, len(centers))
    cubes = [part.reshape(blocks) for part in (psd, spectra["vvd"], spectra["rho"])]
    columns = spectrum_variables(*cubes, centers) | (_product(files, "min", day, counts) or {})
    time = pd.date_range(day, periods=DAY // MINUTES, freq=f"{MINUTES}min", name="time", unit="ns")
    frame = pd.DataFrame(columns, time).reindex(columns=["n0", "lambda", "nt", "fs", "rho", "dm", *RATES])
    empty = np.nan_to_num(cubes[0]).sum((1, 2)) == 0
    fitted = frame["n0"].notna()
    counts["block(s) without particles or without data left out"] += int(empty.sum())
    counts["block(s) without an exponential fit (0 < n0 < 1e7, 0 < lambda < 10) left out"] += int(
        (~empty & ~fitted).sum()
    )
    return frame[~empty & fitted]


def _product(files: dict[str, Path], suffix: str, day: pd.Timestamp, counts: Counter):
    """Spectrum (minutes, bins) and bin centers in mm, or for `min` the block means by column. None if not there."""
    if suffix not in files:
        counts[f"day(s) without a {suffix} file"] += 1
        return None
    try:
        return _rates(files[suffix], day, counts) if suffix == "min" else _spectrum(files[suffix], suffix, day, counts)
    except _Damaged as damage:
        warnings.warn(f"{files[suffix]} cannot be read ({damage}): {day:%Y-%m-%d} goes without it", stacklevel=2)
        counts["damaged file(s)"] += 1
        return None


def _spectrum(file: Path, name: str, day: pd.Timestamp, counts: Counter) -> tuple[np.ndarray, np.ndarray] | None:
    data = _read(file, (name, "bin_centers"))
    if name not in data:
        counts[f"file(s) without the variable {name}"] += 1
        return None
    if "bin_centers" not in data or set(data[name].dims) != {"time", "bin_centers"}:
        raise _Damaged(f"expected {name} over time and bin_centers, got {', '.join(map(str, data[name].dims))}")
    centers = _in_unit(data["bin_centers"], "mm", file, counts)
    if not (np.diff(centers) > 0).all() or not (centers > 0).all():
        raise _Damaged("expected bin_centers that are positive and rise")
    return _whole_day(data[name], SPECTRA[name], file, day, counts), centers


def _rates(file: Path, day: pd.Timestamp, counts: Counter) -> dict[str, np.ndarray]:
    data = _read(file, [name for names in RATES.values() for name in names])
    columns = {}
    for column, names in RATES.items():
        name = next((name for name in names if name in data), None)
        if name is None or data[name].dims != ("time",):
            counts[f"file(s) without the variable {names[0]}"] += 1
            continue
        minutes = _whole_day(data[name], COLUMNS[column].unit, file, day, counts)
        blocks = minutes.reshape(-1, MINUTES)
        filled = (~np.isnan(blocks)).sum(1)
        columns[column] = np.where(filled, np.nansum(blocks, 1) / np.maximum(filled, 1), np.nan)
    return columns


def _read(file: Path, names: Iterable[str]) -> dict[str, xr.DataArray]:
    """The variables of these names that the file has, in memory. The file is closed again."""
    try:
        with xr.open_dataset(file, engine="h5netcdf", cache=False) as data:
            return {name: data[name].load() for name in names if name in data.variables}
    except (OSError, RuntimeError, ValueError) as error:  # HDF5, netCDF and xarray name the same damage differently
        raise _Damaged(error) from error


def _whole_day(data: xr.DataArray, unit: str, file: Path, day: pd.Timestamp, counts: Counter) -> np.ndarray:
    """Values (1440, ...) in `unit`: each in its minute of the day, NaN where there is none."""
    time = data["time"].to_numpy()
    if not np.issubdtype(time.dtype, np.datetime64):
        raise _Damaged(f"expected times, got a time axis of type {time.dtype}")
    if np.isnat(time).any():
        raise _Damaged("expected a time for every minute, got none for some")
    values = _in_unit(data.transpose("time", ...), unit, file, counts)
    minute = (time - np.datetime64(day.tz_localize(None))) // np.timedelta64(1, "m")
    minutes, first = np.unique(minute, return_index=True)
    counts["minute(s) given twice in a file, the second left out"] += len(minute) - len(minutes)
    inside = (minutes >= 0) & (minutes < DAY)
    counts["minute(s) of another day in a file left out"] += int((~inside).sum())
    result = np.full((DAY, *values.shape[1:]), np.nan)
    result[minutes[inside]] = values[first[inside]]
    return result


def _in_unit(data: xr.DataArray, wanted: str, file: Path, counts: Counter) -> np.ndarray:
    """Values as float64 in the wanted unit; a variable without the attribute `units` is taken to be in it."""
    values, unit = data.to_numpy().astype(float), data.attrs.get("units")
    if unit is None:
        return values
    try:
        # The archive's own files have typographic minus signs.
        factor = float(convert(1.0, str(unit).replace("−", "-").replace("#", "").strip(), wanted))
    except ValueError as error:
        raise ValueError(f"{file}: expected {data.name} in {wanted}, got the unit {unit!r}") from error
    if np.isclose(factor, 1, rtol=1e-9):
        return values
    counts[f"file(s) with {data.name} in {unit}, converted to {wanted}"] += 1
    return values * factor


def _align(values: np.ndarray, centers: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Values (minutes, bins) in the bins of the size distribution; NaN in those the product does not have."""
    nearest = np.abs(centers[:, None] - wanted).argmin(0)
    there = np.abs(centers[nearest] - wanted) < 0.25 * np.median(np.diff(wanted))
    return np.where(there, values[:, nearest], np.nan)
