"""From saved sweeps to the curves of all batches, as the page holds them."""

from itertools import product

import numpy as np

from ...results import Results
from .words import LABELS, TELLING, about, number, titles

CURVES = ("loss", "mono", "bias", "nearly")
#: Curves travel as whole numbers: thousandths of log10 of the loss, counts, thousandths of a bias.
UNIT = 1000
LEAST = 1e-12  # below it a loss is drawn as this


def checked(results) -> Results:
    """Return ``results`` if the page can show them; else raise ``ValueError`` saying what is wrong."""
    if not isinstance(results, Results):
        raise ValueError(
            f"expected the Results of a sweep, as helpers.results.load gives them, got {type(results).__name__}"
        )
    runs, steps = len(results.runs), np.asarray(results.steps)
    if not runs or steps.ndim != 1 or len(steps) < 2 or (np.diff(steps) <= 0).any():
        raise ValueError(f"expected one run or more and rising steps, got {runs} runs and steps {steps.tolist()}")
    for name in (*CURVES, "dead"):
        got = np.shape(getattr(results, name))
        if got != (runs, len(steps)):
            raise ValueError(f"expected {name} of shape (runs, points) = {(runs, len(steps))}, got {got}")
    if np.shape(results.stopped) != (runs,):
        raise ValueError(f"expected stopped of shape (runs,) = {(runs,)}, got {np.shape(results.stopped)}")
    stopped = np.asarray(results.stopped)
    going = (stopped < 0)[:, None] | (steps < stopped[:, None])
    for name in (*CURVES, "dead"):
        if (bad := going & ~np.isfinite(getattr(results, name))).any():
            run, point = (int(k) for k in np.argwhere(bad)[0])
            where = f"run {run} of batch {results.runs[run]['batch']} at step {steps[point]}"
            raise ValueError(
                f"expected finite {name} until a run stops, got {getattr(results, name)[run, point]}: {where}"
            )
    return results


def axes(results: Results, batch: str) -> tuple[str, ...]:
    """Return the settings that ``batch`` sweeps, by their names in a run."""
    keys = tuple(results.swept[batch])
    if not 1 <= len(keys) <= 2 or not set(keys) <= set(LABELS):
        raise ValueError(f"{batch}: expected one or two swept settings out of {', '.join(LABELS)}, got {keys}")
    return keys


def settings(results: Results, batch: str) -> tuple[list[list[float]], list[list[int]]]:
    """Return the swept values of ``batch``, one rising list per swept setting, and its runs setting by setting.

    Settings follow one another as in ``itertools.product`` of the values. Raises ``ValueError`` for one without a run.
    """
    keys = axes(results, batch)
    found = {}
    for run in sorted(results.of(batch), key=lambda run: results.runs[run]["seed"]):
        found.setdefault(tuple(results.runs[run][key] for key in keys), []).append(run)
    values = [sorted({setting[axis] for setting in found}) for axis in range(len(keys))]
    missing = [setting for setting in product(*values) if setting not in found]
    if missing or not found:
        where = f"none for {missing[0]}" if found else "got none"
        raise ValueError(f"{batch}: expected runs for all combinations of {', '.join(keys)}, {where}")
    return values, [found[setting] for setting in product(*values)]


def _changes(values: np.ndarray) -> list[int]:
    whole = np.rint(values).astype(int)
    return np.diff(whole, prepend=0).tolist()


def curves(results: Results, run: int) -> list:
    """Return ``[stopped, dead, loss, mono, bias, nearly]`` of one run: the step it stopped at or -1, neurons dead at
    the end, and its curves as far as they go, each as its first value and then the changes."""
    rows = [np.asarray(getattr(results, name)[run], dtype=float) for name in CURVES]
    points = int(np.isfinite(rows).all(0).cumprod().sum())
    loss, mono, bias, nearly = (row[:points] for row in rows)
    scaled = (UNIT * np.log10(np.maximum(loss, LEAST)), mono, UNIT * bias, nearly)
    dead = int(results.dead[run, points - 1]) if points else 0
    return [int(results.stopped[run]), dead, *map(_changes, scaled)]


def packed(results: Results) -> list[dict]:
    """Return all batches of checked ``results`` as the page wants them, in their order."""
    swept = {batch: axes(results, batch) for batch in results.swept}
    held = {batch: settings(results, batch) for batch in swept}
    firsts = {batch: results.runs[runs[0][0]] for batch, (_, runs) in held.items()}
    names = titles(firsts, swept)
    batches = []
    for batch, (values, runs) in held.items():
        first = firsts[batch]
        fixed = [key for key in TELLING if key not in swept[batch]]
        what = names[batch].removeprefix(f"{batch}: ").partition(" (")[0]
        batches.append(
            {
                "name": batch,
                "title": names[batch],
                "group": what[:1].upper() + what[1:],
                "swept": [
                    {"label": LABELS[key], "values": each, "texts": [number(value) for value in each]}
                    for key, each in zip(swept[batch], values, strict=True)
                ],
                "about": about(first, fixed),
                "activation": first["activation"],
                "features": first["features"],
                "embedding": first["embedding"],
                "neurons": [results.runs[each[0]]["neurons"] for each in runs],
                "runs": [[curves(results, run) for run in each] for each in runs],
            }
        )
    return batches
