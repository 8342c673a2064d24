"""Time the fit of the size distributions beside the published one, and the simulator by itself.

    python benchmarks/weather.py

measures, prints, and writes ``weather.json`` beside this file, from where the page of run times takes it. The published
code fits one block after another with SciPy. Both sides fit the same blocks in turns, in one process; the ratio is the
median over the rounds. The simulator runs in a process of its own, so that its peak memory is its own.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import toy
from scipy.optimize import OptimizeWarning, curve_fit

from helpers import instrument, weather
from helpers.weather import disdrometer
from helpers.weather.derived import fit_exponential

RESULTS = Path(__file__).with_suffix(".json")
BLOCKS, ROUNDS = 1000, 7
SIMULATED = 100_000


def spectra(blocks: int = BLOCKS) -> dict[str, np.ndarray]:
    """Return measured size distributions ``(blocks, bins)`` of rain and of snow, made of simulated causes."""
    truth = weather.load("simulator", n=10 * blocks).truth
    rng = np.random.default_rng(0)
    found = {}
    for name, rows in {"rain": truth["water"] > 0.8, "snow": truth["water"] < 0.2}.items():
        drops, flakes, rain, snow, _ = disdrometer.falling(truth[rows][:blocks])
        volume = instrument.WIDTH * instrument.AREA * 300 * (rain if name == "rain" else snow)
        counts = rng.poisson((drops + flakes) * volume * instrument.detection(instrument.CENTERS))
        found[name] = np.divide(counts, volume, out=np.zeros(counts.shape), where=counts > 0)
    return found


def published(sizes: np.ndarray) -> np.ndarray:
    """Fit one block after another as the published code does; return n0 and lambda, ``(2, blocks)``."""
    result = np.full((2, len(sizes)), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", (OptimizeWarning, RuntimeWarning))
        for i, block in enumerate(sizes):
            try:
                fit, _ = curve_fit(_exponential, instrument.CENTERS, block, p0=[1e4, 2], maxfev=600)
            except RuntimeError:  # it did not converge
                continue
            if 0 < fit[0] < 1e7 and 0 < fit[1] < 10:
                result[:, i] = fit
    return result


def _exponential(diameter, n0, slope):
    return n0 * np.exp(-slope * diameter)


def here(sizes: np.ndarray) -> np.ndarray:
    """Fit all blocks at once; return n0 and lambda, ``(2, blocks)``."""
    return np.stack(fit_exponential(sizes, instrument.CENTERS))


def row(name: str, sizes: np.ndarray, rounds: int = ROUNDS) -> dict[str, str | float]:
    """Return one line of the table: blocks a second of the published fit, and how often as fast ours is."""
    seconds = {published: [], here: []}
    fits = {side: side(sizes) for side in seconds}
    for _ in range(rounds):
        for side, found in seconds.items():
            start = time.perf_counter()
            side(sizes)
            found.append(time.perf_counter() - start)
    slow, fast = (statistics.median(seconds[side]) for side in (published, here))
    lost = np.isnan(fits[published][1]) & ~np.isnan(fits[here][1])
    return {
        "blocks": f"{len(sizes)} of {name}",
        "published": round(len(sizes) / slow),
        "here": round(slow / fast),
        "lost": round(100 * float(lost.mean()), 1),
    }


def simulate(n: int = SIMULATED) -> dict[str, float]:
    """Return the seconds and the peak memory in GB of simulating ``n`` blocks in a fresh process."""
    command = [sys.executable, __file__, "--simulate", str(n)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def peak() -> float:
    """Return the most memory in GB that this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent held before this process became Python
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)


def _simulate(n: int) -> None:
    start = time.perf_counter()
    weather.load("simulator", n=n)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": round(seconds, 1), "gigabytes": round(peak(), 2)}))


def main() -> None:
    if sys.argv[1:2] == ["--simulate"]:
        return _simulate(int(sys.argv[2]))
    rows = [row(name, sizes) for name, sizes in spectra().items()]
    made = {"machine": {**toy.machine(), "threads": os.cpu_count()}, "rounds": ROUNDS, "rows": rows}
    made["simulator"] = {"blocks": SIMULATED, **simulate()}
    print(json.dumps(made, indent=1))
    RESULTS.write_text(json.dumps(made, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
