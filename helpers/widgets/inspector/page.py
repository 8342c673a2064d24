"""One HTML file that shows a widget with nothing around it: no Python, no server, no network."""

import json
import os
from html import escape
from pathlib import Path

import anywidget
from ipywidgets.embed import dependency_state

from ...files import whole
from .record import Record

#: A checkout keeps the host of the book's pages with the prose, an installed package inside itself.
PLACES = tuple(Path(__file__).parents[up] / "book" / "_static" / "anywidget-host.js" for up in (3, 2))
SOURCES = ("_esm", "_css")
UNUSED = {"layout", "tabbable", "tooltip"}
#: Nothing may be asked of any address: only what is in the file itself runs and is shown.
POLICY = "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; img-src data: blob:"

#: Colours are those of the book's pages, which the widgets read from the variables, light and dark.
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --pst-color-text-base: #222832; --pst-color-background: #ffffff; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --pst-color-text-base: #ced6dd; --pst-color-background: #14181e; }}
}}
body {{
  margin: 0 auto; padding: 1rem; max-width: 64rem; font: 1rem/1.5 system-ui, sans-serif;
  color: var(--pst-color-text-base); background: var(--pst-color-background);
}}
h1 {{ font-size: 1.5rem; line-height: 1.2; }}
</style>
<script>
const dark = matchMedia("(prefers-color-scheme: dark)");
const show = () => {{ document.documentElement.dataset.theme = dark.matches ? "dark" : "light"; }};
dark.addEventListener("change", show);
show();
</script>
</head>
<body>
<main>
<h1>{title}</h1>
<script type="application/vnd.jupyter.widget-view+json">{view}</script>
<noscript><p>This figure is interactive: it needs JavaScript.</p></noscript>
</main>
<script type="application/vnd.snowfall.widgets+json">{data}</script>
<script>
{host}
</script>
</body>
</html>
"""


def to_html(widget: anywidget.AnyWidget | Record, path: str | os.PathLike, title: str | None = None) -> None:
    """Write one self-contained file to ``path`` that shows ``widget`` in any browser.

    ``widget`` is any anywidget as it stands now, or a ``Record``, which is shown in an ``Inspector``. ``title`` is the
    name of the record, or of the widget's class, if left out. The file asks nothing of any other address. What the
    widget would ask of Python does not work in it.

    Raises ``ValueError`` for anything else, for a state with NaN or infinity, which no page can read, and for a path
    that is a directory.
    """
    path = Path(path)
    if isinstance(widget, Record):
        from .widget import Inspector

        title = title or widget.name or None
        widget = Inspector(widget)
    if not isinstance(widget, anywidget.AnyWidget):
        raise ValueError(f"expected an anywidget or a Record to show, got {type(widget).__name__}")
    if path.is_dir():
        raise ValueError(f"{path}: expected a file to write to, got a directory")
    title = type(widget).__name__ if title is None else title
    if not isinstance(title, str):
        raise ValueError(f"title: expected text, got {title!r}")
    text = PAGE.format(
        policy=escape(POLICY),
        title=escape(title),
        view=_inside_script({"model_id": widget.model_id}),
        data=_inside_script(page_data(widget)),
        host=host(),
    )
    with whole(path) as partial:
        partial.write_text(text, "utf8")


def host() -> str:
    """Return the script that shows anywidgets on a static page."""
    place = next((path for path in PLACES if path.is_file()), None)
    if place is None:
        raise FileNotFoundError(f"{PLACES[0].name} is in none of {[str(p) for p in PLACES]}: reinstall the package")
    return place.read_text("utf8")


def page_data(widget: anywidget.AnyWidget) -> dict:
    """Return what the host needs to show ``widget`` and the anywidgets that it refers to.

    That is ``{"models": {id: {"state", "buffers"}}, "links": [], "sources": [text]}``: equal source texts are stored
    once, and a model holds their index.
    """
    models, sources = {}, []
    for name, model in dependency_state([widget], drop_defaults=False).items():
        if model["model_module"] != "anywidget":
            continue
        state = {key: value for key, value in model["state"].items() if key not in UNUSED}
        for key in SOURCES:
            if source := state.get(key):
                if source not in sources:
                    sources.append(source)
                state[key] = sources.index(source)
        models[name] = {"state": state, "buffers": model.get("buffers", [])}
    return {"models": models, "links": [], "sources": sources}


def _inside_script(data) -> str:
    """Return ``data`` as JSON that cannot end the script element it stands in.

    "<" occurs only inside JSON's strings, where its escape means the same.
    """
    try:
        return json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", r"\u003c")
    except ValueError as error:
        raise ValueError(f"expected a state of finite numbers, which a page can read: {error}") from None
