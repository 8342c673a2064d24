"""The grid of chapter 12: which pairs of autoencoders are held against each other, and what the two differ in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .checks import one_of
from .universality_data import DATA, NETWORKS, Spec

RATIOS = (1, 2, 4, 8, 16, 32)
#: How sparse each variant is made: L1 weights, or latents on per row.
PRICES, COUNTS = (0.003, 0.01, 0.03, 0.1, 0.2), (1, 2, 3, 4, 6)
SPARSITIES = {"L1": PRICES, "free": PRICES, "Gated": PRICES, "TopK": COUNTS, "archetypal": COUNTS}
VARIANTS = tuple(SPARSITIES)
#: What the two of a pair may differ in. In all but ``rows alone`` their autoencoders also start from different seeds.
DIFFER = (
    "seed", "rows", "rows alone", "network", "width", "depth", "layer", "duplicates",
    "site", "season", "ratio", "sparsity", "variant",
)  # fmt: skip
#: What these have is in ``a`` and ``b`` of a run.
BY_VALUE = ("width", "depth", "layer", "site", "season", "ratio", "sparsity", "variant")
#: So many pairs of each condition ship with the book.
PAIRS = 20
#: Seeds of autoencoders start here, so that none is a network's.
SEED = 500_000


@dataclass(frozen=True)
class Run:
    """A pair of autoencoders that differ in ``differ``: one has ``a``, the other ``b``, both the rest.

    ``sparsity`` is the L1 weight, or ``k`` for TopK and archetypal. ``ratio`` is latents per neuron. Network ``pair``
    is read by both; where networks differ, 2 ``pair`` and 2 ``pair`` + 1 are. Networks of the ``lesson``
    "nothing" are as they start.
    """

    data: str
    pair: int = 0
    differ: str = "seed"
    a: str = ""
    b: str = ""
    variant: str = "L1"
    ratio: int = 2
    sparsity: float = 0.1
    steps: int = 1500
    width: int = 6
    layers: int = 1
    layer: int = 1
    lesson: str = "labels"


@dataclass(frozen=True)
class Member:
    """One autoencoder of a pair: what it reads, and what it is."""

    spec: Spec
    seed: int
    variant: str
    ratio: int
    sparsity: float
    steps: int


def members(run: Run) -> tuple[Member, Member]:
    """Return the two autoencoders of a run.

    Raises ``ValueError`` for an unknown ``differ`` or variant, and where ``a`` or ``b`` is missing, or no number.
    """
    one_of("difference", run.differ, DIFFER)
    if run.differ in BY_VALUE and not (run.a and run.b):
        raise ValueError(
            f"expected what the two have in a and b where they differ in {run.differ}, got {run.a!r} and {run.b!r}"
        )
    return _member(run, 0, run.a), _member(run, 1, run.b)


def _member(run: Run, side: int, value: str) -> Member:
    own, kind = 2 * run.pair + side, run.differ
    start = SEED + (2 * run.pair if kind == "rows alone" else own)
    spec = Spec(run.data, run.pair, run.pair, width=run.width, layers=run.layers, layer=run.layer, lesson=run.lesson)
    if kind in ("rows", "rows alone"):
        spec = spec._replace(part=f"{side}/2")
    elif kind in ("site", "season"):
        spec = spec._replace(part=value)
    elif kind == "duplicates":
        spec = spec._replace(duplicates=bool(side))
    elif kind == "layer":
        spec = spec._replace(layer=_number(kind, value))
    elif kind in ("network", "width", "depth"):
        shape = {"width": ("width",), "depth": ("layers", "layer")}.get(kind, ())
        spec = spec._replace(net=own, **{name: _number(name, value) for name in shape})
    found = Member(spec, start, run.variant, run.ratio, run.sparsity, run.steps)
    if kind == "variant":
        variant, _, sparsity = value.partition(":")
        found = replace(found, variant=variant, sparsity=_number("sparsity", sparsity or run.sparsity, float))
    if kind in ("ratio", "sparsity"):
        found = replace(found, **{kind: _number(kind, value, {"ratio": int, "sparsity": float}[kind])})
    one_of("variant", found.variant, VARIANTS)
    return found


def _number(name: str, value: str | float, kind: type = int) -> int | float:
    try:
        return kind(value)
    except ValueError:
        raise ValueError(f"expected a number for the {name}, got {value!r}") from None


def together(run: Run) -> tuple:
    """Return what runs must share to be trained at once: the shapes of both autoencoders."""
    return run.data, run.steps, *((m.variant, m.ratio, m.spec.width, m.spec.layers) for m in members(run))


def pairs(count: int = PAIRS, **settings) -> list[Run]:
    """Return ``count`` runs of one condition; ``settings`` are those of ``Run``."""
    return [Run(pair=pair, **settings) for pair in range(count)]


def conditions(data: str) -> list[dict]:
    """Return the settings of every condition of ``data``, as keywords of ``Run``.

    The regressor (``"rate"``) has the main ones alone.
    """
    one_of("data", data, DATA)
    main = ("L1", "TopK") if data == "rate" else VARIANTS
    found = [{"variant": variant, "sparsity": sparsity} for variant in main for sparsity in SPARSITIES[variant]]
    base = {"L1": {}, "TopK": {"variant": "TopK", "sparsity": 2}}
    differ = ["rows", "rows alone"] + ["network"] * (data != "toy")
    found += [{**one, "differ": name} for one in base.values() for name in differ]
    if data == "rate":
        return [{"data": data, **one} for one in found]
    found += [{**one, "ratio": ratio} for one in base.values() for ratio in RATIOS if ratio != 2]
    found += [{"steps": steps} for steps in (500, 4500)]
    found += [{"differ": "ratio", "a": "2", "b": "8"}, {"differ": "sparsity", "a": "0.03", "b": "0.2"}]
    found += [{"differ": "variant", "a": "L1:0.1", "b": "TopK:2"}]
    if data in ("phase", "rain"):
        found += [{**one, "differ": kind, "lesson": "nothing"} for one in base.values() for kind in ("seed", "network")]
    if data == "phase":
        found += [{"differ": kind, "width": width} for width in (12, 24) for kind in ("seed", "network")]
        widths, deep = (("6", "12"), ("6", "24"), ("12", "24")), {"width": 12, "layers": 3}
        found += [{"differ": "width", "a": a, "b": b} for a, b in widths]
        found += [{**deep, "layer": layer} for layer in (1, 2, 3)] + [{**deep, "layer": 3, "differ": "network"}]
        found += [{**deep, "differ": "layer", "a": a, "b": b} for a, b in (("1", "2"), ("2", "3"), ("1", "3"))]
        found += [{"width": 12, "differ": "depth", "a": "1", "b": "3"}, {"differ": "duplicates"}]
    if data == "rain":
        found += [{"differ": "site", "a": a, "b": b} for a, b in (("EWR", "JFK"), ("EWR", "LGA"), ("JFK", "LGA"))]
        found += [{"differ": "season", "a": "winter", "b": "summer"}]
    return [{"data": data, **one} for one in found]


def grid(count: int = PAIRS, data: Iterable[str] = DATA, differ: Iterable[str] = DIFFER) -> list[Run]:
    """Return ``count`` pairs of every condition of ``data`` in which a pair differs in one of ``differ``.

    Raises ``ValueError`` for unknown names and for more pairs than there are networks for.
    """
    differ = tuple(differ)
    for name in differ:
        one_of("difference", name, DIFFER)
    if not 1 <= count <= NETWORKS // 2:
        raise ValueError(f"expected 1 to {NETWORKS // 2} pairs of networks, got {count!r}")
    chosen = [one for name in data for one in conditions(name) if one.get("differ", "seed") in differ]
    return [Run(pair=pair, **one) for one in chosen for pair in range(count)]
