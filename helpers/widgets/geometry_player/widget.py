"""The widget ``GeometryPlayer``."""

from collections.abc import Sequence
from pathlib import Path

import anywidget
import traitlets

from .._bundle import bundle
from .runs import checked

HERE = Path(__file__).parent
#: The cell shown first, if there is one like it: a pentagon.
START = (5, 0.9, 1.0)


class GeometryPlayer(anywidget.AnyWidget):
    """Choose the number of features, their sparsity and the importance of one; see the best arrangement, and its story.

    Make one with ``GeometryPlayer.from_runs``. ``features``, ``sparsity`` and ``importance`` (of feature 1, where all
    others have 1) are synced: set them from Python or link them; the view shows the trained model nearest to them.
    Where all features are equally important, the reader can also play the training.
    """

    _esm = bundle(HERE / "geometry_player.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "geometry_player.css").read_text("utf8")

    features = traitlets.Int(START[0]).tag(sync=True)
    sparsity = traitlets.Float(START[1]).tag(sync=True)
    importance = traitlets.Float(START[2]).tag(sync=True)
    counts = traitlets.List(traitlets.Int()).tag(sync=True)
    sparsities = traitlets.List(traitlets.Float()).tag(sync=True)
    importances = traitlets.List(traitlets.Float()).tag(sync=True)
    steps = traitlets.List(traitlets.Int()).tag(sync=True)
    optima = traitlets.List().tag(sync=True)
    paths = traitlets.List().tag(sync=True)
    losses = traitlets.List().tag(sync=True)

    @traitlets.validate("features")
    def _counted(self, proposal):
        if not 3 <= proposal["value"] <= 8:
            raise ValueError(f"features must lie in 3 to 8, got {proposal['value']!r}")
        return proposal["value"]

    @traitlets.validate("sparsity")
    def _in_range(self, proposal):
        if not 0 <= proposal["value"] <= 1:
            raise ValueError(f"sparsity must lie in [0, 1], got {proposal['value']!r}")
        return proposal["value"]

    @traitlets.validate("importance")
    def _positive(self, proposal):
        if not 0 < proposal["value"] < float("inf"):
            raise ValueError(f"importance must be a positive number, got {proposal['value']!r}")
        return proposal["value"]

    @classmethod
    def from_runs(
        cls,
        W,
        b,
        features,
        sparsity,
        importance,
        steps: Sequence[int] | None = None,
        *,
        start: tuple[int, float, float] | None = None,
    ):
        """Return the widget for many toy models that were trained at once.

        ``W`` is ``(snapshots, runs, 8, 2)`` and ``b`` ``(snapshots, runs, 8)``: weights at the training ``steps``
        ``(snapshots,)``, the last of them trained. Of the eight slots of a run the first ``features`` count.
        ``features``, ``sparsity`` and ``importance`` (of feature 1; the others have 1) are ``(runs,)`` and form a
        full grid with importance 1 in it. Of several runs in a cell, the one with the least expected loss is shown.
        With one snapshot there is no training to play, and ``steps`` may be left out. ``start`` is the (features,
        sparsity, importance) shown first.

        Equal features are exchanged and planes are turned, so that neighbours in the grid lie alike. Raises
        ``ValueError`` for shapes that do not fit, NaN, numbers of features outside 3 to 8, sparsities outside
        [0, 1), importances that are not positive, a cell without a run, and steps that do not increase.
        """
        shown = tuple(START if start is None else start)
        if len(shown) != 3:
            raise ValueError(f"expected start as (features, sparsity, importance), got {start!r}")
        runs = checked(W, b, features, sparsity, importance, steps)
        return cls(**runs.data(), features=int(shown[0]), sparsity=float(shown[1]), importance=float(shown[2]))
