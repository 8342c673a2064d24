"""The widget ``Matcher``."""

from collections.abc import Mapping
from pathlib import Path

import anywidget
import traitlets

from .._bundle import bundle
from .packing import packed

HERE = Path(__file__).parent


class Matcher(anywidget.AnyWidget):
    """See which latent of a dictionary is which true feature: matched pairs, the worst first, and what is left over.

    Make one with ``Matcher.from_dictionaries``. The reader chooses the dictionary, the matching (one to one, or the
    nearest latent for each feature, as MMCS has it) and the cosine above which a feature counts as recovered. With 2
    inputs the latents can be dragged. ``key`` is the widget's name in the page's address: choose another one for a
    second matcher on a page.
    """

    _esm = bundle(HERE / "matcher.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "matcher.css").read_text("utf8")

    inputs = traitlets.Int().tag(sync=True)
    truth = traitlets.Unicode().tag(sync=True)
    frequency = traitlets.List(traitlets.Float()).tag(sync=True)
    dictionaries = traitlets.List(traitlets.Dict()).tag(sync=True)
    key = traitlets.Unicode("matcher").tag(sync=True)

    @classmethod
    def from_dictionaries(
        cls, truth, dictionaries: Mapping, *, frequency=None, on: Mapping | None = None, key: str = "matcher"
    ):
        """Return the widget for ``truth`` ``(features, inputs)`` and one dictionary or more, by name.

        A dictionary is ``(latents, inputs)``, one direction per latent; a row of zeros is a latent without one.
        ``frequency`` ``(features,)`` is the share of the inputs on which each feature is on, ``on`` the same for the
        latents of some or all dictionaries, ``name -> (latents,)``: a latent with 0 is dead. Only directions are shown:
        lengths do not matter to a cosine.

        Raises ``ValueError`` for other shapes, for what is empty or not finite, for a feature without a direction, for
        shares outside [0, 1], for more numbers than a page should carry, and for a key that is not made of letters.
        """
        if not (isinstance(key, str) and key.isascii() and key.isalpha()):
            raise ValueError(f"expected a key made of letters, got {key!r}")
        return cls(key=key, **packed(truth, dictionaries, frequency, on))
