"""Explanations of units: a shallow tree in physical units predicts an activation, says so in words, and is scored.

After Foote et al. (2023), who validate a simple model of when a neuron fires, and Bills et al. (2023), who score an
explanation by the correlation of what it predicts with the activation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeRegressor
from torch import Tensor

from .tree_words import leaves, regions
from .weather.schema import Column
from .weather.table import check_numbers, require

#: A leaf holds at least this share of the rows: rules about a handful of rows are about nothing.
LEAST = 0.03


@dataclass(frozen=True)
class Explanation:
    """A tree that predicts a unit's activation from columns of a table, and how well it does on rows held out.

    ``score`` is Pearson's r of prediction and activation, ``balanced`` the balanced accuracy in telling whether the
    unit is on (above 0, foretold where the prediction is above ``level``), ``control`` the ``score`` of a tree that was
    fitted to the activation of other hours. Each is NaN where it is undefined: for a unit that never varies, or is
    never off. ``often`` are the shares of the rows fitted in which the unit is on: of those foretold on, and of the
    others. ``tree`` is None for a unit that never varied in the rows fitted, whose activation is then ``level``.
    """

    tree: DecisionTreeRegressor | None
    columns: tuple[Column, ...]
    level: float = 0.0
    score: float = np.nan
    balanced: float = np.nan
    control: float = np.nan
    often: tuple[float, float] = (np.nan, np.nan)

    @property
    def predictors(self) -> list[str]:
        return [column.name for column in self.columns]

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the activation that the tree expects in each row, ``(rows,)``."""
        require(frame, self.predictors)
        x = frame[self.predictors].to_numpy(float)
        return np.full(len(frame), self.level) if self.tree is None else self.tree.predict(x)

    @property
    def splits(self) -> list[tuple[str, float]]:
        """The predictor and the threshold of each split, from the root on."""
        if self.tree is None:
            return []
        tree = self.tree.tree_
        pairs = zip(tree.feature, tree.threshold, strict=True)
        return [(self.predictors[place], float(at)) for place, at in pairs if place >= 0]

    @property
    def words(self) -> str:
        """Say where the unit is on and how often, such as "on where fall speed < 2 m/s (in 90% of rows); else in 5%".

        For a unit that is mostly on elsewhere too, say where it is strongest and weakest on average.
        """
        if self.tree is None:
            return f"always {self.level:.2g}" if self.level > 0 else "never on"
        found = sorted(leaves(self.tree, self.columns), key=lambda leaf: leaf[0])
        if len(found) < 2:
            return f"about {found[0][0]:.2g} everywhere: no split of these inputs tells more"
        here, elsewhere = self.often
        if not elsewhere < 0.5:  # NaN: there is no elsewhere
            (low, weak), (high, strong) = found[0], found[-1]
            return f"mostly on; strongest ({high:.2g}) where {strong}; weakest ({low:.2g}) where {weak}"
        on = "on" if here >= 0.5 else "mostly off; most often on"
        where = ", or ".join(regions(self.tree, self.columns, self.level))
        return f"{on} where {where} (in {here:.0%} of rows); else in {elsewhere:.0%}"


def explain(
    fitted: tuple[pd.DataFrame, np.ndarray],
    held_out: tuple[pd.DataFrame, np.ndarray],
    predictors: Sequence[str],
    columns: Mapping[str, Column],
    *,
    depth: int = 2,
    seed: int = 0,
) -> Explanation:
    """Explain one unit: fit a tree of ``depth`` to the ``fitted`` rows, score it on the ``held_out`` ones.

    Each pair is a frame in physical units and the unit's activation ``(rows,)`` in its rows. ``columns`` describe the
    ``predictors``. The control is fitted to the activation shifted in a circle by at least a tenth of the rows, so it
    keeps its ups and downs but belongs to other hours; ``seed`` chooses the shift.

    Raises ``ValueError`` for activations that do not fit the rows or are not finite, a missing column, and a depth that
    is no whole number from 1 to 5.
    """
    described = _described(predictors, columns, depth)
    (x, a), (later, b) = (_checked(*pair, 1, predictors) for pair in (fitted, held_out))
    return _explained(x, a, later, b, described, depth, seed)


def explain_all(
    fitted: tuple[pd.DataFrame, Tensor],
    held_out: tuple[pd.DataFrame, Tensor],
    predictors: Sequence[str],
    columns: Mapping[str, Column],
    *,
    depth: int = 2,
    seed: int = 0,
    control: bool = True,
) -> list[list[Explanation]]:
    """Explain every unit of every instance, as ``explain`` does: activations are ``(rows, instances, units)``.

    Returns the explanations of each instance in a list. Each unit has a shift of its own for its control, so that these
    average over shifts; without ``control`` there is none, in half the time.
    """
    described = _described(predictors, columns, depth)
    (x, a), (later, b) = (_checked(*pair, 3, predictors) for pair in (fitted, held_out))
    if a.shape[1:] != b.shape[1:]:
        raise ValueError(f"expected the same units in both pairs, got {a.shape[1:]} and {b.shape[1:]}")
    instances, units = a.shape[1:]

    def one(i: int, u: int) -> Explanation:
        own = seed + i * units + u if control else None
        return _explained(x, a[:, i, u], later, b[:, i, u], described, depth, own)

    return [[one(i, u) for u in range(units)] for i in range(instances)]


def field(explanations: Sequence[Sequence[Explanation]], name: str) -> np.ndarray:
    """Return one number of each explanation, such as its "score", ``(instances, units)``."""
    return np.array([[getattr(one, name) for one in units] for units in explanations], dtype=float)


def predictions(explanations: Sequence[Sequence[Explanation]], frame: pd.DataFrame) -> np.ndarray:
    """Return what each explanation expects in each row of ``frame``, ``(rows, instances, units)``."""
    return np.moveaxis(np.array([[one.predict(frame) for one in units] for units in explanations]), -1, 0)


def _described(predictors: Sequence[str], columns: Mapping[str, Column], depth: int) -> tuple[Column, ...]:
    if isinstance(depth, bool) or not isinstance(depth, int) or not 1 <= depth <= 5:
        raise ValueError(f"expected a depth from 1 to 5, got {depth!r}")
    described = tuple(columns[name] for name in predictors if name in columns)
    if not described or len(described) < len(predictors):
        raise ValueError(f"expected predictors with a description, got {list(predictors)}")
    return described


def _checked(frame: pd.DataFrame, activation, axes: int, predictors: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    # The values of each unit lie together, since they are read together.
    activation = np.asfortranarray(np.asarray(activation), dtype=float)
    fits = activation.ndim == axes and len(activation) == len(frame) and activation.size
    if not fits or not np.isfinite(activation).all():
        what = "(rows,)" if axes == 1 else "(rows, instances, units)"
        raise ValueError(
            f"expected finite activations {what} for {len(frame)} rows (at least one), got shape {activation.shape}"
        )
    require(frame, predictors)
    for name in predictors:
        check_numbers(frame[name])
    return frame[list(predictors)].to_numpy(np.float32), activation


def _explained(
    x: np.ndarray,
    a: np.ndarray,
    later: np.ndarray,
    b: np.ndarray,
    described: tuple[Column, ...],
    depth: int,
    seed: int | None,
) -> Explanation:
    if np.ptp(a) == 0:
        return Explanation(None, described, float(a[0]))
    tree, on = _tree(x, a, depth), a > 0
    known, expected = (tree.predict(rows, check_input=False) for rows in (x, later))
    level = _level(known, on)
    foretold = known > level
    return Explanation(
        tree,
        described,
        level,
        correlation(expected, b),
        balanced_accuracy(expected > level, b > 0),
        np.nan if seed is None else _control(x, a, later, b, depth, seed),
        tuple(float(on[rows].mean()) if rows.any() else np.nan for rows in (foretold, ~foretold)),
    )


def _control(x: np.ndarray, a: np.ndarray, later: np.ndarray, b: np.ndarray, depth: int, seed: int) -> float:
    """Return the score of a tree fitted to the activation of other hours."""
    tenth = max(1, len(a) // 10)
    shift = int(np.random.default_rng(seed).integers(tenth, max(len(a) - tenth, tenth) + 1))
    return correlation(_tree(x, np.roll(a, shift), depth).predict(later, check_input=False), b)


def _tree(x: np.ndarray, activation: np.ndarray, depth: int) -> DecisionTreeRegressor:
    least = max(1, int(LEAST * len(x)))
    tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=least, random_state=0)
    return tree.fit(x, activation, check_input=False)  # ``_checked`` has looked at both


def _level(expected: np.ndarray, on: np.ndarray) -> float:
    """Return the prediction above which to call the unit on: the best of those between the leaves."""
    values = np.unique(expected)
    levels = [*(values[1:] + values[:-1]) / 2, values[0] - 1]
    scores = np.nan_to_num([balanced_accuracy(expected > level, on) for level in levels])
    return float(levels[int(scores.argmax())])


def correlation(expected: np.ndarray, came: np.ndarray) -> float:
    """Return Pearson's r, or NaN if ``came`` never varies; what never varies itself has explained nothing: 0."""
    if np.ptp(came) == 0:
        return np.nan
    return float(np.corrcoef(expected, came)[0, 1]) if np.ptp(expected) > 0 else 0.0


def balanced_accuracy(expected: np.ndarray, came: np.ndarray) -> float:
    """Return the mean share foretold of what came and of what did not; NaN if ``came`` is all true or all false."""
    if came.all() or not came.any():
        return np.nan
    return float((expected[came].mean() + (~expected[~came]).mean()) / 2)
