"""What a radar and a sounding see above the simulated site: a simple column, tied to what falls at its foot.

It is the least physical part of the simulator. Echoes fade towards the top of the cloud, a bright band marks melting,
and fall speeds jump below it.
"""

import numpy as np
from scipy.special import expit

RADAR_LEVELS = (3, 4, 15, 29)  # times 100 m above the ground
AIR_LEVELS = (3, 15, 29)
LAPSE = 6.0  # °C/km
NOSE = 2.0  # °C; how much a standard deviation of `aloft` warms the air around 1 km
FAINTEST = -25.0  # dBZ, reported where there is no echo


def temperature_at(height, truth, weather):
    """Air temperature in °C at a height in km: a constant lapse rate and a layer of warm or cold air around 1 km."""
    nose = NOSE * truth["aloft"].to_numpy() * np.exp(-(((height - 1.0) / 0.8) ** 2))
    return weather["temperature"].to_numpy() - LAPSE * height + nose * (1 - np.exp(-height / 0.3))


def measured(echo, doppler, truth, weather, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The radar's and the sounding's columns of `weather.COLUMNS`, `(blocks,)` each.

    `echo` (dBZ) and `doppler` (m/s) are those of what falls, as from `disdrometer.measured`; `truth` and `weather` are
    frames of `simulator.causes` and `synoptic.blocks`.
    """
    depth, riming = truth["depth"].to_numpy(), truth["riming"].to_numpy()
    columns = {}
    for level in RADAR_LEVELS:
        height = level / 10
        air = temperature_at(height, truth, weather)
        fades = np.clip(height / depth, 0, 1) ** 1.5
        bright = 6 * np.exp(-(((air - 0.8) / 0.8) ** 2))
        seen = np.maximum(echo + bright - fades * (echo - FAINTEST), FAINTEST)
        columns[f"reflectivity_{level}"] = np.where(height < depth, seen + noise(rng, depth, 1.0), FAINTEST)
        # Above the melting level even rain is still snow.
        melted = expit(2.5 * air) * truth["water"].to_numpy()
        snow = 0.9 + 0.6 * riming + 0.01 * np.clip(seen, 0, 30)
        speed = melted * np.maximum(doppler, snow) + (1 - melted) * snow
        columns[f"dv_{level}"] = np.where(height < depth, speed + noise(rng, depth, 0.25), 0.0)
    for level in AIR_LEVELS:
        columns[f"t_{level}"] = temperature_at(level / 10, truth, weather) + noise(rng, depth, 0.4)
        # Inside the cloud the air is nearly saturated, above it dry.
        dry = 35 * expit((level / 10 - depth) / 0.3)
        columns[f"rh_{level}"] = np.clip(weather["relative_humidity"].to_numpy() - dry + noise(rng, depth, 2.0), 5, 105)
    columns["near_surface_reflectivity"] = columns["reflectivity_3"]
    columns["cloud_top_height"] = np.maximum(depth + noise(rng, depth, 0.15), 0.3)
    return columns


def noise(rng: np.random.Generator, like: np.ndarray, spread: float) -> np.ndarray:
    """Independent errors of measurement."""
    return spread * rng.standard_normal(len(like))
