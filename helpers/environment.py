"""The weather table that the reader set outside of the book; without imports, so that no chapter depends on more."""

import os

VARIABLE = "SNOWFALL_WEATHER"
DEFAULT = "observations"


def weather_setting() -> str:
    """What the variable `SNOWFALL_WEATHER` says, or "observations". `helpers.weather.choice` says what it means."""
    return os.environ.get(VARIABLE, "").strip() or DEFAULT


def is_default() -> bool:
    """Whether the chapters read the observations, which the claims and the checks of answers are about."""
    return weather_setting() == DEFAULT
