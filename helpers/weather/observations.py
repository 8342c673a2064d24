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
from helpers.weather.schema import described
from helpers.weather.table import Table

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
COLUMNS = described(*PREDICTORS, "wind_speed", "visibility", "precipitation", "wet")


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
    frame = frame.loc[frame["site"].isin(sites), ["time", "site", *COLUMNS]].set_index("time")
    frame["site"] = pd.Categorical(frame["site"], [site for site in SITES if site in sites])
    labels = {"target": "wet", "classes": ("dry", "wet"), "event": "wet", "leaks": ("visibility",)}
    return Table(frame, PREDICTORS, columns=COLUMNS, source="observations", notes=notes, **labels)


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
