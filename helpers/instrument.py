"""The simulated Precipitation Imaging Package: what it counts, in which bins, and what it misses.

Apart from the weather modules, because the phase explorer needs only these few numbers.
"""

import numpy as np

MINUTES = 5  # in a block
WIDTH = 0.2  # mm
CENTERS = WIDTH * (np.arange(131) + 0.5)  # mm
AREA = 0.005  # m², through which a counted particle must fall
HALF_SEEN = 0.55  # mm; of this size, half of the particles are found
BLUR = 0.08  # mm; how gradually that improves
DENSITY_READ = 0.8  # the density it infers is a little low, even for drops


def detection(diameter):
    """Share of the particles of a size (mm) that the instrument finds."""
    return 1 / (1 + np.exp(-(diameter - HALF_SEEN) / BLUR))
