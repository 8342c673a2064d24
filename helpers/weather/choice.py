"""The one table that the chapters after the data read: the observations, unless the reader chose another."""

import json
from pathlib import Path

from helpers import weather
from helpers.environment import VARIABLE, weather_setting
from helpers.weather.table import Table


def chosen() -> Table:
    """Return the table that the environment variable `SNOWFALL_WEATHER` names: `source` or `source:path`.

    Unset or empty, it is "observations". "simulator" and "pip" need no more; "pip:FOLDER" and "pip:TABLE.csv" say where
    the data lie. A path that ends in `.json` is a file of options for `weather.load`, which any source takes and "csv"
    needs: "csv:mine.json" with {"path": "mine.csv", "columns": {...}, "target": ...}. A "path" or "met" in it is
    relative to that file.

    Raises ValueError for an unknown source, a file that holds no options, or a table without an `event`, because the
    chapters ask yes or no; FileNotFoundError for a file that is not there; else as `weather.load`.
    """
    setting = weather_setting()
    source, _, path = setting.partition(":")
    options = _options(Path(path), setting) if path.endswith(".json") else {"path": path or None}
    table = weather.load(source, **options)
    if table.event is None:
        raise ValueError(f"{VARIABLE}={setting}: the chapters ask yes or no, but this table has no event")
    return table


def _options(path: Path, setting: str) -> dict:
    """The options in a JSON file, its relative paths made absolute."""
    try:
        options = json.loads(path.read_text("utf8"))
    except ValueError as error:  # also for what is not UTF-8
        raise ValueError(f"{VARIABLE}={setting}: expected options in JSON, got {error}") from error
    if not isinstance(options, dict):
        raise ValueError(f"{VARIABLE}={setting}: expected a mapping of options, got a {type(options).__name__}")
    files = {key: path.parent.absolute() / options[key] for key in ("path", "met") if key in options}
    return options | files
