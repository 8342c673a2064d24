"""Regression trees in words: where a leaf lies, in physical units."""

from collections.abc import Sequence

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from .weather.schema import Column

#: A description longer than this is no name.
LONGEST = 28


def leaves(fitted: DecisionTreeRegressor, columns: Sequence[Column]) -> list[tuple[float, str]]:
    """Return what each leaf expects and the conditions that lead to it, each column named once.

    ``columns`` describe what ``fitted`` was fitted on, in that order. A tree without splits has no condition.
    """
    tree, found = fitted.tree_, []

    def walk(node: int, ends: dict[int, tuple[float, float]]) -> None:
        place = int(tree.feature[node])
        if place < 0:
            text = " and ".join(_condition(columns[i], *span) for i, span in sorted(ends.items()))
            found.append((float(tree.value[node].item()), text))
            return
        low, high = ends.get(place, (-np.inf, np.inf))
        at = float(tree.threshold[node])
        walk(int(tree.children_left[node]), ends | {place: (low, min(high, at))})
        walk(int(tree.children_right[node]), ends | {place: (max(low, at), high)})

    walk(0, {})
    return found


def spoken(column: Column) -> str:
    """Return what to call a column in a sentence: the start of its description if that is short, else its name."""
    first = column.description.partition(",")[0]
    return first if 0 < len(first) <= LONGEST else column.name.replace("_", " ")


def _condition(column: Column, low: float, high: float) -> str:
    name, unit = spoken(column), f" {column.unit}" if column.unit else ""
    if np.isinf(low):
        return f"{name} < {high:.3g}{unit}"
    return f"{name} > {low:.3g}{unit}" if np.isinf(high) else f"{low:.3g} < {name} < {high:.3g}{unit}"
