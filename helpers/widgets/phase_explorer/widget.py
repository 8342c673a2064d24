"""The widget ``PhaseExplorer``."""

from numbers import Real
from pathlib import Path

import anywidget
import traitlets

from ... import instrument as pip
from .._bundle import bundle

HERE = Path(__file__).parent
#: What may be set, from Python and in the page.
RANGES = {
    "temperature": (-15.0, 12.0),
    "humidity": (30.0, 100.0),
    "rate": (0.05, 30.0),
    "riming": (0.0, 1.0),
    "pressure": (500.0, 1080.0),
}
UNITS = {"temperature": " °C", "humidity": " %", "rate": " mm/h", "riming": "", "pressure": " hPa"}
#: The disdrometer as the page knows it: this is its only source.
INSTRUMENT = {
    "width": pip.WIDTH,
    "bins": len(pip.CENTERS),
    "area": pip.AREA,
    "minutes": pip.MINUTES,
    "half_seen": pip.HALF_SEEN,
    "blur": pip.BLUR,
    "density_read": pip.DENSITY_READ,
}


def _checked(name: str, value) -> float:
    low, high = RANGES[name]
    if isinstance(value, bool) or not isinstance(value, Real) or not low <= value <= high:
        raise ValueError(f"expected {name} to be a number from {low:g} to {high:g}{UNITS[name]}, got {value!r}")
    return float(value)


class PhaseExplorer(anywidget.AnyWidget):
    """Set the weather, and see what falls: how likely snow is, how large, how fast, and how much is counted.

    ``temperature`` in °C (-15 to 12), relative ``humidity`` in % (30 to 100), ``rate`` of precipitation in mm/h of
    liquid water (0.05 to 30), ``riming`` from 0 (dry aggregates) to 1 (densely rimed), ``pressure`` in hPa (500 to
    1080). All are synced: set them from Python or link them. Raises ``ValueError`` for a value outside its range.

    The page computes the formulas of ``helpers.weather.physics`` and the published recipe of the fit by itself. On a
    built page an address with ``#T=1&RH=50&R=2&riming=0.5&show=counts``, or a part of it, sets the widget.
    """

    _esm = bundle(HERE / "phase_explorer.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "phase_explorer.css").read_text("utf8")

    temperature = traitlets.Float(0.5).tag(sync=True)
    humidity = traitlets.Float(90.0).tag(sync=True)
    rate = traitlets.Float(1.0).tag(sync=True)
    riming = traitlets.Float(0.2).tag(sync=True)
    pressure = traitlets.Float(1013.25).tag(sync=True)
    ranges = traitlets.Dict({name: list(ends) for name, ends in RANGES.items()}).tag(sync=True)
    instrument = traitlets.Dict(INSTRUMENT).tag(sync=True)

    def __init__(self, temperature=0.5, humidity=90, rate=1.0, riming=0.2, pressure=1013.25):
        given = {
            "temperature": temperature,
            "humidity": humidity,
            "rate": rate,
            "riming": riming,
            "pressure": pressure,
        }
        super().__init__(**{name: _checked(name, value) for name, value in given.items()})

    @traitlets.validate(*RANGES)
    def _in_range(self, proposal):
        return _checked(proposal["trait"].name, proposal["value"])
