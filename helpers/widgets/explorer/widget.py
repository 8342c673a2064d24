"""The widget ``MonosemanticityExplorer``."""

from pathlib import Path

import anywidget
import traitlets

from ...checks import one_of
from ...results import Results
from .._bundle import bundle
from .details import fingerprint, piece, piece_name, places
from .packing import checked, packed

HERE = Path(__file__).parent


class MonosemanticityExplorer(anywidget.AnyWidget):
    """Explore the sweeps of Jermyn, Schiefer & Hubinger (2022): training curves and every neuron, two batches at once.

    Make one with ``MonosemanticityExplorer.from_results``. The summary of all runs travels with the page. The weights
    come piece by piece when a reader looks at neurons: on a built page from scripts beside it, in a notebook from
    Python.
    """

    _esm = bundle(HERE / "explorer.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "explorer.css").read_text("utf8")

    size = traitlets.Unicode().tag(sync=True)
    steps = traitlets.List().tag(sync=True)
    batches = traitlets.List(traitlets.Dict()).tag(sync=True)
    fingerprint = traitlets.Unicode().tag(sync=True)
    key = traitlets.Unicode("explorer").tag(sync=True)
    first = traitlets.List(traitlets.Unicode()).tag(sync=True)

    @classmethod
    def from_results(cls, results: Results, batch: str = "LR3", compare: str | None = None, key: str = "explorer"):
        """Return the widget for saved sweeps, as ``helpers.results.load`` gives them, with ``batch`` shown first.

        ``compare`` names a second batch to show beside it. ``key`` is the widget's name in the page's address: choose
        another one for a second explorer on a page. Raises ``ValueError`` for unknown batches, for a key that is not
        made of letters, and for results of another type, of shapes that do not fit, with curves that are not finite
        before a run stopped, or without runs for a combination of swept values.
        """
        results = checked(results)
        shown = [batch] if compare is None else [batch, compare]
        for name in shown:
            one_of("batch", name, results.swept)
        if not (isinstance(key, str) and key.isascii() and key.isalpha()):
            raise ValueError(f"expected a key made of letters, got {key!r}")
        widget = cls(
            size=str(results.header.get("size", "")),
            steps=[int(step) for step in results.steps],
            batches=packed(results),
            fingerprint=fingerprint(results),
            key=key,
            first=shown,
        )
        known = [list(place) for place in places(results)]
        widget.on_msg(lambda widget, content, buffers: widget._answer(results, known, content))
        return widget

    def _answer(self, results, known: list[list], content) -> None:
        """Send the weights that the page asks for; a message that asks for nothing known is not for us."""
        want = content.get("want") if isinstance(content, dict) else None
        if want in known:
            self.send({"piece": piece_name(self.fingerprint, *want), "data": piece(results, *want)})
