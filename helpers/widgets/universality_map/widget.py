"""The widget ``UniversalityMap``."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import anywidget
import pandas as pd
import traitlets

from .._bundle import bundle
from .packing import Dictionary, packed
from .tabling import tabled

HERE = Path(__file__).parent


class UniversalityMap(anywidget.AnyWidget):
    """See which dictionaries agree, in which latents, and what each pair of latents answers to.

    All ``dictionaries`` read the same rows, and ``inputs`` ``name -> (rows,)`` holds what to draw their responses
    against; names carry the unit, such as ``"temperature (°C)"``, and those in ``log`` are drawn by their logarithm.
    The page computes, from activations of 8 bits, the agreement of every two dictionaries beside that of chance, the
    matching of their latents, and the responses. ``conditions`` is a table as ``conditions()`` makes it, or None.
    ``key`` is the widget's name in the page's address: choose another one for a second map on a page.

    Raises one ``ValueError`` that names what was expected and what came: for fewer than two dictionaries, names that
    come twice, other rows, vectors of another width in one space, values that are not finite or, for ``log``, not above
    0, unknown names in ``log``, more numbers than a page should carry, a table without the columns of ``conditions()``,
    and a key that is not made of letters.
    """

    _esm = bundle(HERE / "universality_map.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "universality_map.css").read_text("utf8")

    rows = traitlets.Int().tag(sync=True)
    inputs = traitlets.List(traitlets.Dict()).tag(sync=True)
    dictionaries = traitlets.List(traitlets.Dict()).tag(sync=True)
    conditions = traitlets.Dict().tag(sync=True)
    key = traitlets.Unicode("universality").tag(sync=True)

    def __init__(
        self,
        dictionaries: Sequence[Dictionary],
        inputs: Mapping,
        conditions: pd.DataFrame | None = None,
        *,
        log: Collection[str] = (),
        key: str = "universality",
    ):
        if not (isinstance(key, str) and key.isascii() and key.isalpha()):
            raise ValueError(f"expected a key made of letters, got {key!r}")
        table = {} if conditions is None else tabled(conditions)
        super().__init__(key=key, conditions=table, **packed(dictionaries, inputs, log))
