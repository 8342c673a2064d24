"""What the settings of a sweep are called on the page."""

from collections import Counter
from collections.abc import Mapping, Sequence

#: Names of settings that may be swept; the first word starts a group in the list of batches.
LABELS = {
    "learning_rate": "learning rate",
    "bias_offset": "bias offset",
    "eps": "feature frequency",
    "neurons": "number of neurons",
    "l1": "L1 penalty",
    "decay_rate": "bias decay",
}
#: What a batch is told apart by.
TELLING = ("task", "activation", "distribution", "neurons", "eps", "learning_rate", "decay_rate", "bias_offset", "l1")
WORDS = {
    "decoder": "decoder",
    "reprojector": "re-projector",
    "abs": "absolute values",
    "relu": "ReLU",
    "gelu": "GELU",
    "uniform": "equally frequent features",
    "power_law": "power-law frequencies",
    "lamb": "LAMB",
    "adam": "Adam",
}


def number(value: float) -> str:
    """Return ``value`` in few characters, with a true minus sign; one over a whole number as a fraction."""
    whole = round(1 / value) if 0 < value < 0.5 else 0
    if whole and whole & (whole - 1) == 0 and abs(whole * value - 1) < 1e-9:
        return f"1/{whole}"
    text = f"{value:,.0f}" if value == round(value) else f"{value:.3g}".replace("e-0", "e-")
    return text.replace("-", "\N{MINUS SIGN}")


def phrase(key: str, value) -> str:
    """Return one setting in words, such as "learning rate 0.003"."""
    if isinstance(value, str):
        return WORDS.get(value, value.replace("_", " "))
    if key == "neurons":
        return f"{number(value)} neurons"
    return f"{LABELS[key]} {number(value)}"


def about(run: Mapping, fixed: Sequence[str]) -> list[str]:
    """Return what holds for every run of a batch, in words: the settings named in ``fixed``, then the training."""
    training = [
        phrase("optimizer", run["optimizer"]),
        f"{str(run['schedule']).replace('_', ' ')} schedule",
        f"{run['steps']:,} steps",
        f"{run['batch_size']:,} samples a step",
    ]
    return [phrase(key, run[key]) for key in fixed] + training


def titles(firsts: Mapping[str, Mapping], swept: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return a short name for each batch, from what it sweeps and how it differs.

    ``firsts`` holds one run of each batch, ``swept`` the settings that it sweeps. Among batches that sweep the same, a
    setting is named unless more than half of them share it.
    """
    names = {}
    for batch, run in firsts.items():
        alike = [other for other in firsts if swept[other] == swept[batch]]
        told = []
        for key in TELLING:
            counts = Counter(firsts[other][key] for other in alike)
            if key not in swept[batch] and len(counts) > 1 and counts[run[key]] * 2 <= len(alike):
                told.append(phrase(key, run[key]))
        what = " \N{MULTIPLICATION SIGN} ".join(LABELS[key] for key in swept[batch])
        names[batch] = f"{batch}: {what}" + (f" ({', '.join(told)})" if told else "")
    return names
