"""The weather of a simulated site, hour by hour: what makes it precipitate, and how cold and moist it is then.

Every series is a stationary random process with its own memory, so neighbouring hours are alike, as in real weather.
"""

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from helpers.weather.physics import vapour_pressure

START = pd.Timestamp("2014-01-01", tz="UTC")
SEASON = (10, 11, 12, 1, 2, 3, 4, 5)  # months in which the instrument stands outside
STEPS = 12  # five-minute blocks in an hour
STORMY = 0.9  # a front process above this many standard deviations brings precipitation


def memory(rng: np.random.Generator, length: int, hours: float, per_hour: int = 1, starts=None) -> np.ndarray:
    """A Gaussian series of unit variance whose autocorrelation falls to 1/e in so many hours: AR(1).

    Where `starts` `(length,)` is true it begins anew, because what came before may lie months back.
    """
    keep = np.exp(-1 / (hours * per_hour))
    new = np.zeros(length, dtype=bool) if starts is None else np.array(starts, dtype=bool)
    new[:1] = True
    series = lfilter([1], [1, -keep], rng.standard_normal(length) * np.where(new, 1, np.sqrt(1 - keep**2)))
    first, stretch = np.flatnonzero(new), np.cumsum(new) - 1
    # The filter carries on from one stretch to the next: take out what it carried.
    carried = np.append(0.0, series)[first]
    return series - carried[stretch] * keep ** (np.arange(length) - first[stretch] + 1)


def ice_saturation(temperature):
    """Relative humidity over water, in %, of air saturated over ice: Alduchov and Eskridge (1996); 100 above 0 °C."""
    ice = 6.1121 * np.exp(22.587 * temperature / (273.86 + temperature))
    return np.where(temperature < 0, 100 * ice / vapour_pressure(temperature), 100.0)


def hourly(years: int, rng: np.random.Generator) -> pd.DataFrame:
    """The state of the site at full hours, `(8766 * years,)` rows indexed by time.

    Columns: `front` (sd; the passage of fronts), `temperature` °C, `pressure` hPa, `wind_speed` m/s, `saturation`
    (share of the moisture that air of this temperature holds before ice or water forms), `aloft` (sd; how much warmer
    the air above is than the thermometer suggests).
    """
    n = int(8766 * years)
    time = pd.date_range(START, periods=n, freq="h", name="time")
    year = 2 * np.pi * (time.day_of_year.to_numpy() - 22 + time.hour.to_numpy() / 24) / 365.25
    day = 2 * np.pi * (time.hour.to_numpy() - 15 - 6) / 24  # warmest at 15 h; the site is six hours behind UTC
    front = 0.8 * memory(rng, n, 20) + 0.6 * memory(rng, n, 6)
    mass = memory(rng, n, 70)
    cloud = 1 / (1 + np.exp(-2 * front))
    # Winds from the south bring warm air with the front: less contrast in precipitation than in clear weather.
    temperature = 3.0 - 15.0 * np.cos(year) + 5.0 * mass + 1.0 * front + 3.5 * (1 - cloud) * np.cos(day)
    pressure = 1017.0 - 3.0 * front - 3.0 * mass - 0.8 * np.cos(year + np.pi) + 6.0 * memory(rng, n, 60)
    wind = np.exp(np.log(2.0) - 0.15 * mass + 0.08 * np.cos(year) + 0.55 * memory(rng, n, 15) + 0.1 * front)
    saturation = 0.955 + 0.03 * memory(rng, n, 8) - 0.35 * np.maximum(STORMY - front, 0)
    return pd.DataFrame(
        {
            "front": front,
            "temperature": temperature,
            "pressure": pressure,
            "wind_speed": wind,
            "saturation": saturation,
            "aloft": memory(rng, n, 10),
        },
        index=time,
    )


def blocks(years: int, rng: np.random.Generator) -> pd.DataFrame:
    """The five-minute blocks in which it precipitates, with the state interpolated and `storm`, a running number."""
    state = hourly(years, rng)
    hours = np.arange(len(state))
    fine = np.arange((len(state) - 1) * STEPS) / STEPS
    time = state.index[0] + pd.to_timedelta(np.arange(len(fine)) * 60 // STEPS, unit="min")
    front = np.interp(fine, hours, state["front"]) + 0.25 * memory(rng, len(fine), 0.5, STEPS)
    wet = (front > STORMY) & np.isin(time.month, SEASON)
    # A pause of less than three hours does not end a storm.
    gap = np.diff(np.flatnonzero(wet), prepend=-(10**6)) > 3 * STEPS
    table = {name: np.interp(fine[wet], hours, state[name]) for name in state.columns.drop("front")}
    frame = pd.DataFrame({**table, "front": front[wet], "storm": np.cumsum(gap)}, index=time[wet].rename("time"))
    frame["temperature"] += 0.3 * memory(rng, len(frame), 0.5, STEPS, gap)
    frame["wind_speed"] *= np.exp(0.2 * memory(rng, len(frame), 0.25, STEPS, gap))
    saturated = frame.pop("saturation").clip(0.3, 1.0) * ice_saturation(frame["temperature"].to_numpy())
    frame["relative_humidity"] = np.clip(saturated + 0.7 * rng.standard_normal(len(frame)), 20, 100)
    return frame
