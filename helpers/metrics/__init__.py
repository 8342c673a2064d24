"""What the book measures. Tensors carry the instances axis; nothing here draws or trains.

Activations are ``(rows, instances, units)``. Events and forecasts are boolean; ``(rows,)`` against
``(rows, instances)`` is compared instance by instance.
"""

from .agreement import adjusted, matched, mean_max, rsa, shared, svcca
from .codes import dead, feature_dimensionality, fvu, l0, mmcs, monosemanticity, shrinkage
from .forecasts import Scores, best_threshold, event_scores
from .ranks import rank_correlation
from .shapes import finite, three_axes
from .spread import bootstrap_interval
from .units import correlations, mean_sensitive_inputs, sensitive_inputs

__all__ = [
    "Scores",
    "adjusted",
    "best_threshold",
    "bootstrap_interval",
    "correlations",
    "dead",
    "event_scores",
    "feature_dimensionality",
    "finite",
    "fvu",
    "l0",
    "matched",
    "mean_max",
    "mean_sensitive_inputs",
    "mmcs",
    "monosemanticity",
    "rank_correlation",
    "rsa",
    "sensitive_inputs",
    "shared",
    "shrinkage",
    "svcca",
    "three_axes",
]
