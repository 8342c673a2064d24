"""The widget ``FeatureBrowser``."""

from collections.abc import Iterable
from pathlib import Path

import anywidget
import traitlets

from .._bundle import bundle
from .packing import packed
from .reading import Reading

HERE = Path(__file__).parent
VIEW = HERE.parent / "view"


class FeatureBrowser(anywidget.AnyWidget):
    """Browse the units of a hidden layer, its neurons, and of its sparse autoencoder, the latents.

    ``readings`` is a ``Reading`` or several, whose records have different names; the reader chooses among them. A card
    for each unit shows its response and its explanation; the open unit shows when it is on, the rows that excite it,
    what it is read from and written to, and what the network answers when it is ablated or steered. All of it is
    computed in the page, in float64, on the cases of the record. What is done to a latent goes through the
    autoencoder's copy, spliced in, and is compared with the untouched copy.

    ``key`` is the widget's name in the page's address: choose another one for a second browser on a page. ``view`` is
    the state to begin with, and later: the text that stands behind ``#features=`` in the address, such as
    ``"show=latents;sort=effect;unit=l3;c=12"``. ``inspector`` is the key of an Inspector on the same page that shows
    the same records: neurons then have a link into it.

    Raises ``ValueError`` for anything but readings, for names that come twice, and for a key that is not made of
    letters.
    """

    _esm = bundle(HERE / "feature_browser.js")
    _css = "".join(
        path.read_text("utf8") for path in (VIEW / "toy.css", VIEW / "parts.css", HERE / "feature_browser.css")
    )

    records = traitlets.List().tag(sync=True)
    cases = traitlets.List().tag(sync=True)
    readers = traitlets.List().tag(sync=True)
    key = traitlets.Unicode("features").tag(sync=True)
    view = traitlets.Unicode("").tag(sync=True)
    inspector = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        readings: Reading | Iterable[Reading],
        key: str = "features",
        view: str = "",
        inspector: str | None = None,
    ):
        given = [readings] if isinstance(readings, Reading) else readings
        listed = list(given) if isinstance(given, Iterable) and not isinstance(given, str | dict) else [given]
        odd = [one for one in listed if not isinstance(one, Reading)]
        if odd or not listed:
            found = f"a {type(odd[0]).__name__}" if odd else "none"
            raise ValueError(f"expected a Reading, or a sequence of them, got {found}")
        for name, value in {"key": key, **({} if inspector is None else {"inspector": inspector})}.items():
            if not (isinstance(value, str) and value.isascii() and value.isalpha()):
                raise ValueError(f"expected {'a' if name == 'key' else 'an'} {name} made of letters, got {value!r}")
        if not isinstance(view, str):
            raise ValueError(f"expected view to be a text, got {view!r}")
        super().__init__(**packed(listed), key=key, view=view, inspector=inspector or "")
