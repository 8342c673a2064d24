"""Cleaning the hourly observations: derive, fill, drop, and say what was done.

Every count in the notes is computed from the rows at hand.
"""

import numpy as np
import pandas as pd

SPIKE = 8.0  # °C; a single hour this far from the hours before and after is a fault, not weather
GALE = 60.0  # m/s; far above any wind on record at these airports
GAP = 3  # hours; the longest gap in the pressure that is interpolated
TENDENCY = 3  # hours


def relative_humidity(temperature, dew_point):
    """Relative humidity in % from temperature and dew point in °C.

    Magnus formula over water, coefficients of Alduchov and Eskridge (1996), J. Appl. Meteor. 35, 601-609.
    """
    return 100 * np.exp(_magnus(dew_point) - _magnus(temperature))


def _magnus(celsius):
    return 17.625 * celsius / (243.04 + celsius)


def wind_components(speed, direction):
    """Eastward and northward wind (u, v) in the unit of `speed`.

    `direction` is where the wind comes from, in degrees clockwise from north, as stations report it. The
    components point where it blows to.
    """
    angle = np.deg2rad(direction)
    return -speed * np.sin(angle), -speed * np.cos(angle)


def fill_pressure(pressure: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill gaps in hourly pressure (hours, sites), in hPa; also return which cells came from other sites.

    First from the other sites at the same hour, plus their difference to this site interpolated in time.
    Where all are silent, by linear interpolation over gaps of up to `GAP` hours. The rest stays missing.
    """
    filled = pressure.copy()
    for site in pressure:
        others = pressure.drop(columns=site)
        difference = others.rsub(pressure[site], axis=0).interpolate(limit_area="inside")
        filled[site] = pressure[site].fillna((others + difference).mean(axis=1))
    borrowed = filled.notna() & pressure.isna()
    for site in filled:
        missing = filled[site].isna()
        length = missing.groupby((missing != missing.shift()).cumsum()).transform("sum")
        line = filled[site].interpolate(limit_area="inside")
        filled[site] = filled[site].where(~(missing & (length <= GAP)), line)
    return filled, borrowed


def spikes(values: pd.DataFrame) -> pd.DataFrame:
    """Which cells (hours, sites) lie more than `SPIKE` above both neighbouring hours, or below both."""
    before, after = values - values.shift(1), values - values.shift(-1)
    return (np.minimum(before, after) > SPIKE) | (np.maximum(before, after) < -SPIKE)


def clean(raw: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Derive the columns of the table, fill the pressure, drop faulty rows; return the rest, and notes.

    `raw` holds one row per site and full hour, in the columns and units of the bundled file.
    """
    frame = raw.drop_duplicates(["time", "site"], ignore_index=True).astype({"site": object})
    hours = pd.date_range(frame["time"].min(), frame["time"].max(), freq="h")
    sites = pd.Index(sorted(frame["site"].unique()))
    cell = hours.get_indexer(frame["time"]), sites.get_indexer(frame["site"])

    def grid(column):
        return frame.pivot(index="time", columns="site", values=column).reindex(index=hours, columns=sites)

    def rows(cells):
        return cells.to_numpy()[cell]

    pressure, borrowed = fill_pressure(grid("pressure"))
    spike = spikes(grid("temperature")) | spikes(grid("dew_point"))
    u, v = wind_components(frame["wind_speed"], frame["wind_direction"])
    variable = frame["wind_direction"].isna() & frame["wind_speed"].notna()
    table = frame.assign(
        relative_humidity=relative_humidity(frame["temperature"], frame["dew_point"]),
        pressure=rows(pressure),
        pressure_tendency=rows(pressure - pressure.shift(TENDENCY)),
        # Calm is reported as speed 0 from direction 0; adding 0 turns the resulting -0 into 0.
        wind_u=u.mask(variable, 0.0) + 0.0,
        wind_v=v.mask(variable, 0.0) + 0.0,
        wet=frame["precipitation"] > 0,
    )
    no_pressure = table["pressure"].isna()
    faults = {
        "without temperature": table["temperature"].isna(),
        "without wind": table["wind_speed"].isna(),
        f"with a wind above {GALE:.0f} m/s": table["wind_speed"] > GALE,
        f"with a one-hour spike above {SPIKE:.0f} °C": rows(spike),
        "with no pressure to be had": no_pressure,
        f"with none {TENDENCY} hours earlier": table["pressure_tendency"].isna() & ~no_pressure,
    }
    drop = np.any(list(faults.values()), axis=0)

    special, wet = frame["pressure"].isna(), table["wet"]
    from_others = int(rows(borrowed).sum())
    absent = len(hours) * len(sites) - len(frame)
    doubtful = (table["relative_humidity"] - table["reported_humidity"]).abs() > 2
    notes = (
        f"{len(raw)} rows reported, {100 * wet.mean():.1f}% of them wet; {(~drop).sum()} kept, "
        f"{100 * wet[~drop].mean():.1f}% wet.",
        f"{len(raw) - len(frame)} duplicate hours: time is UTC, so the hour that the local clock shows twice "
        f"in November is two hours here. {absent} site-hours were never reported and stay absent.",
        f"{special.sum()} rows came without pressure. {100 * wet[special].mean():.0f}% of them are wet, against "
        f"{100 * wet[~special].mean():.1f}% of the others: they are special reports, sent when the weather "
        f"changes. Dropping them would lose {100 * special[wet].mean():.0f}% of the wet hours.",
        f"{from_others} of those pressures were filled from the other airports, "
        f"{special.sum() - from_others - no_pressure.sum()} by interpolation over up to {GAP} hours.",
        f"{drop.sum()} rows were dropped, {wet[drop].sum()} of them wet: "
        f"{', '.join(f'{np.sum(rows)} {reason}' for reason, rows in faults.items())}.",
        f"{variable.sum()} hours of variable wind direction have both components at 0 and keep their speed.",
        f"Relative humidity is computed from temperature and dew point. The reported one differs by more "
        f"than 2 points in {doubtful.sum()} rows; {(doubtful & special).sum()} of these are special reports.",
        "Visibility is no default predictor: falling rain lowers it, so it half contains the answer.",
    )
    return table[~drop].reset_index(drop=True), notes
