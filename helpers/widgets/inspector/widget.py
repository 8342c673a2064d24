"""The widget ``Inspector``."""

from collections.abc import Iterable
from pathlib import Path

import anywidget
import traitlets

from .._bundle import bundle
from .packing import packed
from .page import to_html
from .record import Record

HERE = Path(__file__).parent
VIEW = HERE.parent / "view"


class Inspector(anywidget.AnyWidget):
    """Look into a trained network, or choose among several: what it learnt, why it answers, what it takes to break it.

    ``records`` is a ``Record`` or a sequence of them; those with the same ``name`` are offered by hidden neurons, L1
    penalty and inputs. ``key`` is the widget's name in the page's address: choose another one for a second Inspector
    on a page. ``view`` is the state as a text, such as ``"e=12;c=3;h=1.2;look=neuron"``, to begin with and later: the
    network, the epoch, the row of the data (or ``v=``, typed values), the neuron (layer and number, from 1), the
    output, the input, what is done to neurons (``t=1.2off,1.3clamp2.5``), inputs held at their mean (``x=2.5``), the
    view and the rule of relevance. On a built page an address with ``#inspector=e=12;look=skill`` does the same.

    The page computes all it shows by itself, in float64. Raises ``ValueError`` for anything but records, for records
    that cannot be told apart, and for a key that is not made of letters.
    """

    _esm = bundle(HERE / "inspector.js")
    _css = "".join(path.read_text("utf8") for path in (VIEW / "toy.css", VIEW / "parts.css", HERE / "inspector.css"))

    records = traitlets.List().tag(sync=True)
    cases = traitlets.List().tag(sync=True)
    key = traitlets.Unicode("inspector").tag(sync=True)
    view = traitlets.Unicode("").tag(sync=True)

    def __init__(self, records: Record | Iterable[Record], key: str = "inspector", view: str = ""):
        given = [records] if isinstance(records, Record) else records
        listed = list(given) if isinstance(given, Iterable) and not isinstance(given, str | dict) else [given]
        odd = [record for record in listed if not isinstance(record, Record)]
        if odd or not listed:
            found = f"a {type(odd[0]).__name__}" if odd else "none"
            raise ValueError(
                f"expected a Record, or a sequence of them, got {found}: see load_record and record_training"
            )
        if not (isinstance(key, str) and key.isascii() and key.isalpha()):
            raise ValueError(f"expected a key made of letters, got {key!r}")
        super().__init__(**packed(listed), key=key, view=view)

    to_html = to_html
