"""Regression trees in words: where a leaf lies, in physical units."""

from collections.abc import Sequence
from itertools import combinations

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
        if tree.feature[node] < 0:
            found.append((float(tree.value[node].item()), _conditions(columns, ends)))
            return
        for child, narrower in _children(tree, node, ends):
            walk(child, narrower)

    walk(0, {})
    return found


def regions(fitted: DecisionTreeRegressor, columns: Sequence[Column], level: float) -> list[str]:
    """Return the conditions under which ``fitted`` expects more than ``level``, as few as its splits allow."""
    tree, found = fitted.tree_, []

    def above(node: int) -> set[bool]:
        if tree.feature[node] < 0:
            return {bool(tree.value[node].item() > level)}
        return above(tree.children_left[node]) | above(tree.children_right[node])

    def walk(node: int, ends: dict[int, tuple[float, float]]) -> None:
        answers = above(node)
        if answers == {True}:
            found.append(ends)
        elif True in answers:
            for child, narrower in _children(tree, node, ends):
                walk(child, narrower)

    walk(0, {})
    return [_conditions(columns, ends) for ends in _joined(found)]


def spoken(column: Column) -> str:
    """Return what to call a column in a sentence: the start of its description if that is short, else its name."""
    first = column.description.partition(",")[0]
    return first if 0 < len(first) <= LONGEST else column.name.replace("_", " ")


def _children(tree, node: int, ends: dict[int, tuple[float, float]]) -> list[tuple[int, dict]]:
    """Return both children of a node, each with the ends of the columns split so far."""
    place, at = int(tree.feature[node]), float(tree.threshold[node])
    low, high = ends.get(place, (-np.inf, np.inf))
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    return [(left, ends | {place: (low, min(high, at))}), (right, ends | {place: (max(low, at), high)})]


def _joined(found: list[dict[int, tuple[float, float]]]) -> list[dict[int, tuple[float, float]]]:
    """Return regions with neighbours made one: those that share a border and are alike in all other columns."""
    for first, second in combinations(found, 2):
        (place, *more) = {*first.items()} ^ {*second.items()}
        touching = len(more) == 1 and place[0] == more[0][0]
        if touching and (set(place[1]) & set(more[0][1])) - {-np.inf, np.inf}:
            ends = place[1] + more[0][1]
            others = [one for one in found if one not in (first, second)]
            return _joined([*others, first | {place[0]: (min(ends), max(ends))}])
    return found


def _conditions(columns: Sequence[Column], ends: dict[int, tuple[float, float]]) -> str:
    return " and ".join(_condition(columns[i], *span) for i, span in sorted(ends.items()))


def _condition(column: Column, low: float, high: float) -> str:
    name, unit = spoken(column), f" {column.unit}" if column.unit else ""
    if np.isinf(low):
        return f"{name} < {high:.3g}{unit}"
    return f"{name} > {low:.3g}{unit}" if np.isinf(high) else f"{low:.3g} < {name} < {high:.3g}{unit}"
