"""The derived variables of the published table, by its recipe: from size, speed and density spectra to one row each.

King et al. (2024, 2025): five-minute blocks, an unweighted least-squares exponential, plain means of the bins that
hold particles.
"""

import numpy as np

STEPS = 5  # of Newton's method from the best of a fine grid, which is near enough for it
GRID = np.geomspace(0.02, 12, 60)
CHUNK = 8192  # blocks at a time, so that the memory stays far below a gigabyte


def spectrum_variables(psd, vvd, rho, centers) -> dict[str, np.ndarray]:
    """Return n0, lambda, nt, fs, rho and dm of each block, `(blocks,)`, in the units of `weather.COLUMNS`.

    `psd` (particles per m³ and mm), `vvd` (fall speeds in m/s) and `rho` (g/cm³) are `(blocks, minutes, bins)`;
    `centers` `(bins,)` are the diameters in mm. NaN is missing; 0 is a bin without particles. What a block cannot
    tell, or what the published limits refuse (0 < n0 < 1e7, 0 < lambda < 10), is NaN.

    Raises ValueError unless the three have one shape and as many bins as `centers`.
    """
    psd, vvd, rho, centers = (np.asarray(part, dtype=float) for part in (psd, vvd, rho, centers))
    if psd.ndim != 3 or not psd.shape == vvd.shape == rho.shape or centers.shape != psd.shape[-1:]:
        shapes = ", ".join(str(part.shape) for part in (psd, vvd, rho, centers))
        raise ValueError(f"expected psd, vvd, rho (blocks, minutes, bins) and centers (bins,), got {shapes}")
    n0, slope = fit_exponential(psd.mean(1), centers)
    mass = np.nan_to_num(psd * rho) * centers**3
    with np.errstate(invalid="ignore", divide="ignore"):
        dm = (mass * centers).sum((1, 2)) / mass.sum((1, 2))
    nt = np.where(np.isnan(psd).all((1, 2)), np.nan, np.nansum(psd, (1, 2)))
    return {"n0": n0, "lambda": slope, "nt": nt, "fs": _mean_of_filled(vvd), "rho": _mean_of_filled(rho), "dm": dm}


def fit_exponential(sizes, centers) -> tuple[np.ndarray, np.ndarray]:
    """Fit n0 exp(-lambda D) to each row of `sizes` `(blocks, bins)` by least squares; bins that are NaN do not count.

    For a given lambda the best n0 is a ratio of two sums, so only lambda is searched: on a grid, then by Newton's
    method. Returns n0 and lambda, `(blocks,)`: NaN where the fit is outside the published limits, nothing was seen, or
    fewer than two bins count. A lambda below the grid is that of sizes that do not fall off: NaN, too.

    Raises ValueError unless `sizes` has as many bins as `centers`.
    """
    sizes, centers = np.asarray(sizes, dtype=float), np.asarray(centers, dtype=float)
    if sizes.ndim != 2 or centers.shape != sizes.shape[1:]:
        raise ValueError(f"expected sizes (blocks, bins) and centers (bins,), got {sizes.shape} and {centers.shape}")
    parts = [_fit(sizes[start : start + CHUNK], centers) for start in range(0, len(sizes), CHUNK)]
    n0, slope = np.concatenate(parts, axis=1) if parts else np.empty((2, 0))
    good = (n0 > 0) & (n0 < 1e7) & (slope > GRID[0]) & (slope < 10)
    return np.where(good, n0, np.nan), np.where(good, slope, np.nan)


def _fit(sizes: np.ndarray, centers: np.ndarray) -> np.ndarray:
    counts = ~np.isnan(sizes)
    sizes = np.where(counts, sizes, 0.0)
    curves = np.exp(-np.outer(centers, GRID))
    explained = (sizes @ curves) ** 2 / np.maximum(counts.astype(float) @ curves**2, 1e-300)
    slope = GRID[explained.argmax(1)]
    # The logarithm of what is explained has the derivatives 2 (m2 - m1) and 2 v1 - 4 v2, with m and v the mean and
    # variance of the diameter, weighted by the sizes times the curve (1) and by the curve squared (2).
    with np.errstate(invalid="ignore", divide="ignore"):
        for _ in range(STEPS):
            curve = np.where(counts, np.exp(-slope[:, None] * centers), 0.0)
            m1, v1 = _moments(sizes * curve, centers)
            m2, v2 = _moments(curve**2, centers)
            # The size of the second derivative alone: where the curve is hollow, the step still leads uphill.
            step = (m2 - m1) / np.abs(v1 - 2 * v2)
            slope = slope * np.exp(np.clip(np.nan_to_num(step / slope), -0.1, 0.1))
        curve = np.where(counts, np.exp(-slope[:, None] * centers), 0.0)
        n0 = (sizes * curve).sum(1) / (curve**2).sum(1)
    told = (sizes > 0).any(1) & (counts.sum(1) > 1)
    return np.stack([np.where(told, n0, np.nan), slope])


def _moments(weights: np.ndarray, centers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total = weights.sum(1)
    mean = weights @ centers / total
    return mean, weights @ centers**2 / total - mean**2


def _mean_of_filled(values: np.ndarray) -> np.ndarray:
    """Mean over minutes and bins of the values that are neither missing nor 0."""
    filled = np.nan_to_num(values) != 0
    count = filled.sum((1, 2))
    return np.where(count, np.where(filled, values, 0).sum((1, 2)) / np.maximum(count, 1), np.nan)
