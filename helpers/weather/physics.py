"""Formulas of falling rain and snow: who melts, how large, how heavy and how fast. NumPy arrays in and out.

Temperatures are in °C, relative humidity in %, pressure in hPa, diameters in mm, rates in mm/h of liquid water,
densities in g/cm³ unless said otherwise, fall speeds in m/s. All arguments broadcast against each other.
"""

import numpy as np
from scipy.special import expit

REFERENCE_AIR = 1.204  # kg/m³, at 20 °C and 1013 hPa, where fall speeds are tabulated
ICE = 0.917  # g/cm³
RIMING_GAIN = 4.0  # a fully rimed flake is this many times as dense as a dry aggregate, up to solid ice


def vapour_pressure(dew_point):
    """Vapour pressure in hPa at a dew point (saturated at the temperature): Alduchov and Eskridge (1996)."""
    return 6.1094 * np.exp(17.625 * dew_point / (243.04 + dew_point))


def dew_point(temperature, humidity):
    """Dew point: the inverse of `vapour_pressure`."""
    log = np.log(vapour_pressure(temperature) * humidity / 100 / 6.1094)
    return 243.04 * log / (17.625 - log)


def wet_bulb(temperature, humidity):
    """Wet-bulb temperature: Stull (2011), for 5 to 99% and -20 to 50 °C, mean error below 0.3 °C.

    Near saturation it is up to 0.3 °C too low, so that it does not quite meet the temperature at 100%.
    """
    return (
        temperature * np.arctan(0.151977 * np.sqrt(humidity + 8.313659))
        + np.arctan(temperature + humidity)
        - np.arctan(humidity - 1.676331)
        + 0.00391838 * humidity**1.5 * np.arctan(0.023101 * humidity)
        - 4.686035
    )


def air_density(temperature, humidity, pressure):
    """Density of moist air in kg/m³: the ideal gas law for dry air and vapour."""
    vapour = vapour_pressure(temperature) * humidity / 100
    kelvin = temperature + 273.15
    return 100 * ((pressure - vapour) / (287.05 * kelvin) + vapour / (461.5 * kelvin))


def snow_logit(temperature, humidity):
    """Log-odds of snow against rain: Jennings et al. (2018), their bivariate logistic regression."""
    return 10.04 - 1.41 * temperature - 0.09 * humidity


def snow_probability(temperature, humidity):
    """Probability of snow rather than rain: Jennings et al. (2018)."""
    return expit(snow_logit(temperature, humidity))


def half_snow_temperature(humidity):
    """T50: the temperature at which snow and rain are equally likely, by the same regression."""
    return (10.04 - 0.09 * humidity) / 1.41


def water_probability(temperature, humidity):
    """Probability of liquid water: Koistinen and Saltikoff (1998), as used in Finland; sleet from 0.2 to 0.8."""
    return expit(-22 + 2.7 * temperature + 0.2 * humidity)


def rain_sizes(diameter, rate, intercept=8000.0):
    """Drops per m³ and mm of diameter: Marshall and Palmer (1948), slope 4.1 R^-0.21 per mm.

    Another `intercept` than theirs (per m³ and mm) keeps the liquid water of their distribution: the slope follows.
    """
    slope = 4.1 * rate**-0.21 * (intercept / 8000.0) ** 0.25
    return intercept * np.exp(-slope * diameter)


def snow_density(diameter, riming=0.0):
    """Density of a flake: Brandes et al. (2007), 0.178 D^-0.922; riming (0 to 1) fills it, up to solid ice."""
    return np.minimum(0.178 * diameter**-0.922 * (1 + (RIMING_GAIN - 1) * riming), ICE)


def melted_diameter(diameter, density):
    """Diameter of the drop a particle melts into."""
    return diameter * np.cbrt(density)


def snow_sizes(diameter, rate, riming=0.0, intercept=1.0, melted=0.0):
    """Flakes per m³ and mm of their own diameter, from the sizes of the drops they melt into.

    Those follow Sekhon and Srivastava (1970): 2500 R^-0.94 per m³ and mm, slope 2.29 R^-0.45 per mm. `intercept`
    multiplies the former and steepens the slope, so that the water stays the same. Rimed and `melted` flakes are
    denser, so those of one mass are smaller.
    """
    dry = snow_density(diameter, riming)
    density = melting_density(dry, melted)
    drop = melted_diameter(diameter, density)
    # d drop / d diameter: the density of ice (the dry part of a flake) falls with size until it is solid.
    falls = np.where(dry < ICE, -0.922, 0.0) * (1 - melted) * density / dry
    stretch = np.cbrt(density) * (1 + falls / 3)
    slope = 2.29 * rate**-0.45 * intercept**0.25
    return intercept * 2500 * rate**-0.94 * np.exp(-slope * drop) * stretch


def rain_speed(diameter, air=REFERENCE_AIR):
    """Fall speed of drops: Atlas et al. (1973), corrected for the density of air after Foote and du Toit (1969)."""
    return np.maximum(9.65 - 10.3 * np.exp(-0.6 * diameter), 0) * (REFERENCE_AIR / air) ** 0.4


def snow_speed(diameter, riming=0.0, air=REFERENCE_AIR):
    """Fall speed of flakes: Locatelli and Hobbs (1974), from unrimed to densely rimed aggregates.

    Theirs differ little. What riming adds beyond them follows from the mass: at the same size, k times the mass falls
    the square root of k faster.
    """
    aggregate = (1 - riming) * 0.69 * diameter**0.41 + riming * 0.79 * diameter**0.27
    return aggregate * np.sqrt(1 + (RIMING_GAIN - 1) * riming) * (REFERENCE_AIR / air) ** 0.4


def melting_density(density, melted):
    """Density of a flake of which the share `melted` (0 to 1) of the mass is water."""
    return 1 / ((1 - melted) / density + melted)


def reflectivity(sizes, diameter, width, density=1.0, frozen=0.0):
    """Reflectivity in mm⁶/m³ of a size distribution: the sum over bins (last axis) of N D⁶ of the melted drops.

    Ice reflects 0.224 times as much as the water it melts into (Smith 1984); `frozen` is its share.
    """
    drops = melted_diameter(diameter, density)
    return (sizes * drops**6 * width).sum(-1) * (1 - (1 - 0.224) * frozen)


def rate(sizes, diameter, width, speed, density=1.0):
    """Liquid water in mm/h that falls out of a size distribution; bins on the last axis."""
    return 0.0036 * np.pi / 6 * (sizes * density * diameter**3 * speed * width).sum(-1)
