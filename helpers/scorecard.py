"""Published claims, what this book measures for each, and the verdict.

``book/claims.yml`` lists the claims with an acceptance rule fixed before anything is measured. A chapter calls
``record(id, values_over_seeds)`` and shows the result; the result travels inside the chapter's output, so the
scorecard page is always about the notebooks a reader sees.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from html import escape
from pathlib import Path

import numpy as np
import yaml

MIME = "application/vnd.snowfall.claim+json"
VERDICTS = {"reproduced": "✓", "in pattern": "≈", "not reproduced": "✗"}
UNJUDGED = "not judged: these are not the data that the claim is tested on"
FIELDS = {"id", "source", "chapter", "statement", "paper", "unit", "rule", "verdict"}
#: A checkout keeps the claims with the prose, an installed package inside itself.
PLACES = tuple(Path(__file__).parents[up] / "book" / "claims.yml" for up in (1, 0))


@cache
def load_claims() -> dict[str, dict]:
    """Return the claims of ``book/claims.yml`` by id.

    A claim's ``rule`` has ``pattern: [low, high]``, the range that shows the paper's effect, and may have

    - ``reproduced: [low, high]``, the range that counts as the paper's own value; without it the best verdict is
      *in pattern*;
    - ``share``, how many of the seeds must fall in the pattern, 0.8 unless given; or ``average: true`` where the
      paper reports an average, whose 95% bootstrap interval must then lie in the pattern;
    - ``seeds``, at least so many, 10 unless given;
    - ``over``, what the values are, "seeds" unless given.

    Raises ``ValueError`` for a claim that is malformed.
    """
    path = next((p for p in PLACES if p.is_file()), None)
    if path is None:
        raise FileNotFoundError(f"claims.yml is in none of {[str(p) for p in PLACES]}: reinstall the package")
    try:
        listed = yaml.safe_load(path.read_text("utf8"))
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from error
    if not isinstance(listed, list):
        raise ValueError(f"{path} must be a list of claims, got {type(listed).__name__}")
    claims = {}
    for claim in listed:
        if problem := _problem(claim):
            raise ValueError(problem)
        if claim["id"] in claims:
            raise ValueError(f"claim {claim['id']!r} is listed twice")
        claims[claim["id"]] = claim
    return claims


def _problem(claim) -> str | None:
    """Return what is wrong with a claim as written, if anything is."""
    if not isinstance(claim, dict):
        return f"a claim: expected a mapping with the fields {sorted(FIELDS)}, got {claim!r}"
    named = f"claim {claim.get('id')!r}"
    if set(claim) != FIELDS:
        return f"{named}: expected the fields {sorted(FIELDS)}, got {sorted(map(str, claim))}"
    for field in sorted(FIELDS - {"rule", "unit", "verdict"}):
        if not isinstance(claim[field], str) or not claim[field]:
            return f"{named}: {field} must be text, got {claim[field]!r}"
    if not isinstance(claim["unit"], str):
        return f"{named}: unit must be text, or '' for none, got {claim['unit']!r}"
    if claim["verdict"] not in VERDICTS:
        return f"{named}: verdict must be one of {list(VERDICTS)}, got {claim['verdict']!r}"
    rule, known = claim["rule"], {"pattern", "reproduced", "share", "average", "seeds", "over"}
    if not isinstance(rule, dict) or not {"pattern"} <= set(rule) <= known or {"share", "average"} <= set(rule):
        return (
            f"{named}: rule must be a mapping with pattern, and maybe reproduced, seeds, over and either share or "
            f"average, got {rule!r}"
        )
    for name in {"pattern", "reproduced"} & set(rule):
        if not _is_range(rule[name]):
            return f"{named}: {name} must be [low, high], got {rule[name]!r}"
    if rule.get("average", True) is not True:
        return f"{named}: average must be true or left out, got {rule['average']!r}"
    share, seeds = rule.get("share", 1), rule.get("seeds", 1)
    if not isinstance(share, int | float) or not 0 < share <= 1:
        return f"{named}: share must be a number above 0 and up to 1, got {share!r}"
    if not isinstance(seeds, int) or seeds < 1:
        return f"{named}: seeds must be a positive integer, got {seeds!r}"
    if not isinstance(rule.get("over", "seeds"), str):
        return f"{named}: over must be text, got {rule['over']!r}"
    return None


def _is_range(ends) -> bool:
    numbers = isinstance(ends, list) and len(ends) == 2 and all(isinstance(end, int | float) for end in ends)
    return numbers and ends[0] <= ends[1]


@dataclass(frozen=True)
class Result:
    """One claim, measured: ``low`` and ``high`` are the 5th and 95th percentile over seeds.

    ``verdict`` is None where the claim was measured on other data than it is tested on: then it is shown, but not
    collected. ``average`` is the mean over seeds with its 95% interval, where the rule asks for it.
    """

    id: str
    median: float
    low: float
    high: float
    seeds: int
    verdict: str | None
    values: list[float]
    average: list[float] | None = None

    def __str__(self) -> str:
        claim = load_claims()[self.id]
        return (
            f"{claim['statement']}\n  paper: {claim['paper']}\n  ours: {self.spread} over {self.number}\n"
            f"  verdict: {self._said}"
        )

    @property
    def spread(self) -> str:
        """The median with its 5 to 95% range, in the claim's unit, and the average where that is judged."""
        unit = load_claims()[self.id]["unit"]
        low, middle, high = _written(self.low, self.median, self.high)
        text = f"{middle}{unit and ' ' + unit} ({low} to {high})"
        if self.average:
            mean, first, last = _written(*self.average)
            text += f"; mean {mean}, 95% interval {first} to {last}"
        return text

    @property
    def number(self) -> str:
        """How many values there are of what, such as "50 seeds"."""
        return f"{self.seeds} {load_claims()[self.id]['rule'].get('over', 'seeds')}"

    @property
    def _said(self) -> str:
        return f"{VERDICTS[self.verdict]} {self.verdict}" if self.verdict else UNJUDGED

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        claim = load_claims()[self.id]
        rows = {
            "Claim": claim["statement"],
            "Paper": claim["paper"],
            "Ours: median (5 to 95%)": f"{self.spread}, {self.number}",
            "Verdict": self._said,
        }
        cells = "".join(f'<tr><th scope="row">{k}</th><td>{escape(str(v))}</td></tr>' for k, v in rows.items())
        shown = {
            "text/plain": str(self),
            "text/html": f'<table class="claim" id="claim-{escape(self.id)}">{cells}</table>',
        }
        return shown | {MIME: asdict(self)} if self.verdict else shown


def _written(*values: float) -> list[str]:
    """Write numbers that belong together, with three digits of the largest: noise around zero shall look like noise."""
    largest = max(map(abs, values))
    places = max(0, 2 - math.floor(math.log10(largest))) if 0 < largest < math.inf else 0
    texts = [f"{round(value, places) + 0.0:.{places}f}" for value in values]  # adding zero makes -0 a 0
    return [text.rstrip("0").rstrip(".") if places else text for text in texts]


def _interval(values: np.ndarray) -> tuple[float, float]:
    from .metrics import bootstrap_interval  # not above: the site reads results without waiting for torch

    return bootstrap_interval(values)


def judge(rule: dict, values: np.ndarray) -> str:
    """Return the verdict on ``values`` ``(seeds,)``.

    *Not reproduced* if fewer than ``share`` of the seeds fall in the pattern (or, for an ``average``, if the interval
    of the mean leaves it); else *reproduced* if the median falls in the range of the paper's value; else *in
    pattern*.
    """
    low, high = rule["pattern"]
    if rule.get("average"):
        ends = _interval(values)
        shown = low <= ends[0] and ends[1] <= high
    else:
        shown = np.mean((values >= low) & (values <= high)) >= rule.get("share", 0.8)
    if not shown:
        return "not reproduced"
    low, high = rule.get("reproduced", (np.inf, np.inf))
    return "reproduced" if low <= np.median(values) <= high else "in pattern"


def record(claim_id: str, values, judged: bool = True) -> Result:
    """Return the ``Result`` of claim ``claim_id`` for ``values``, one per seed; end a cell with it to show it.

    With ``judged=False``, for values from other data than the claim is tested on, there is no verdict, nothing reaches
    the scorecard page, and values need not be finite or many.

    Raises ``ValueError`` for an unknown claim, a value that is not finite, or fewer seeds than the rule asks for.
    """
    claims = load_claims()
    if claim_id not in claims:
        raise ValueError(f"unknown claim {claim_id!r}: expected one of {', '.join(claims)}")
    rule, values = claims[claim_id]["rule"], np.asarray(values, dtype=float)
    if values.ndim != 1:
        raise ValueError(f"claim {claim_id!r}: expected one value per seed, (seeds,), got shape {values.shape}")
    if len(values) < (least := rule.get("seeds", 10) if judged else 1):
        raise ValueError(f"claim {claim_id!r} needs at least {least} seeds, got {len(values)}")
    if judged and not np.isfinite(values).all():
        raise ValueError(
            f"claim {claim_id!r}: {int((~np.isfinite(values)).sum())} of {len(values)} values are not finite"
        )
    low, median, high = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
    verdict, average = judge(rule, values) if judged else None, None
    if judged and rule.get("average"):
        average = [float(values.mean()), *_interval(values)]
    return Result(claim_id, median, low, high, len(values), verdict, [float(f"{v:.6g}") for v in values], average)


def collect(notebooks: Iterable) -> dict[str, dict]:
    """Return every recorded result in the outputs of executed ``notebooks`` (nbformat objects), by claim id.

    Raises ``ValueError`` when two cells record the same claim.
    """
    found = {}
    for notebook in notebooks:
        outputs = (o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs)
        for result in (o["data"][MIME] for o in outputs if MIME in o.get("data", {})):
            if result["id"] in found:
                raise ValueError(f"claim {result['id']!r} is recorded twice")
            found[result["id"]] = dict(result)
    return found
