"""Hourly airport observations of 2013 (NOAA ASOS: Newark, Kennedy, LaGuardia), cleaned in the open.

The bundled file holds what the stations reported, in SI units. What is repaired or dropped on loading is
counted in `Table.notes`; the reasons and the measured errors are in `data/README.md`.
"""

import gzip
import hashlib
import io
from collections.abc import Iterable
from importlib import resources

import pandas as pd

from helpers.weather.cleaning import clean
from helpers.weather.schema import Column, Table

DATA = resources.files("helpers.weather") / "data"
FILE = "observations_2013.csv.gz"

SITES = ("EWR", "JFK", "LGA")
PREDICTORS = (
    "temperature",
    "dew_point",
    "relative_humidity",
    "pressure",
    "pressure_tendency",
    "wind_u",
    "wind_v",
)
COLUMNS = {
    column.name: column
    for column in (
        Column("temperature", "°C", "air temperature, about 2 m above ground"),
        Column("dew_point", "°C", "dew point, about 2 m above ground"),
        Column("relative_humidity", "%", "relative humidity, computed from temperature and dew point"),
        Column("pressure", "hPa", "air pressure reduced to sea level"),
        Column("pressure_tendency", "hPa/3 h", "change of the pressure over the past three hours"),
        Column("wind_u", "m/s", "eastward wind component: positive blows towards the east"),
        Column("wind_v", "m/s", "northward wind component: positive blows towards the north"),
        Column("wind_speed", "m/s", "wind speed"),
        Column("visibility", "km", "visibility, reported up to 16.09 km; falling rain itself lowers it"),
        Column("precipitation", "mm/h", "liquid equivalent that fell in the hour; a trace is reported as 0"),
        Column("wet", "", "whether measurable precipitation fell in the hour (0.254 mm or more)"),
    )
}


def load(sites: Iterable[str] = SITES) -> Table:
    """The observations of the given airports, one row per site and hour.

    Raises ValueError for an unknown site or a damaged data file.
    """
    sites = (sites,) if isinstance(sites, str) else tuple(sites)
    unknown = [site for site in sites if site not in SITES]
    if unknown or not sites:
        raise ValueError(f"expected one or more of the sites {', '.join(SITES)}, got {sites!r}")
    # All three airports are cleaned together, because each helps to fill the others' pressure.
    frame, notes = clean(read())
    frame = frame.loc[frame["site"].isin(sites), ["time", "site", *COLUMNS]].reset_index(drop=True)
    frame["site"] = pd.Categorical(frame["site"], [site for site in SITES if site in sites])
    return Table(frame, PREDICTORS, "wet", ("dry", "wet"), COLUMNS, "observations", notes=notes)


def read() -> pd.DataFrame:
    """The bundled file as it is, after its checksum was verified: all sites, gaps and faults included."""
    packed = (DATA / FILE).read_bytes()
    expected = (DATA / f"{FILE}.sha256").read_text().partition(" ")[0]
    found = hashlib.sha256(packed).hexdigest()
    if found != expected:
        raise ValueError(
            f"{FILE} is damaged: expected SHA-256 {expected}, got {found}. Restore it with "
            f"'git checkout helpers/weather/data', by reinstalling the package, "
            f"or with 'python -m helpers.weather.derive_observations'"
        )
    frame = pd.read_csv(io.BytesIO(gzip.decompress(packed)), dtype={"site": object})
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    return frame
