"""Column names that fit under a narrow figure."""

from collections.abc import Iterable

SHORT = {
    "temperature": "temp.",
    "dew_point": "dew p.",
    "relative_humidity": "humidity",
    "pressure_tendency": "tendency",
    "wind_speed": "wind",
    "near_surface_reflectivity": "near-s. refl.",
    "cloud_top_height": "cloud top",
}


def short(names: Iterable[str]) -> list[str]:
    """The names of columns, abbreviated where they are long and with spaces for underscores."""
    return [SHORT.get(name, name.replace("_", " ")) for name in names]
