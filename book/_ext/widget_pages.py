"""Give each page the widget scripts that it needs, and no others.

A page whose views are all anywidgets gets a small host (``anywidget-host.js``) and a state of its own models
only, each source text stored once. A page that shows any other widget gets Jupyter's manager. Other pages get
nothing.
"""

import json
import re

from myst_nb.sphinx_ import NbMetadataCollector

VIEW = re.compile(r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*?)</script>', re.S)
STATE_KEY = "widget_state"
HOST_TYPE, HOST_SCRIPTS = "application/vnd.snowfall.widgets+json", ["anywidget-host.js"]
MANAGER_TYPE = "application/vnd.jupyter.widget-state+json"
MANAGER_SCRIPTS = ["widgets/require.js", "widgets/embed-amd.js"]
LINKS = {"LinkModel", "DirectionalLinkModel"}
REFERENCE = "IPY_MODEL_"
SOURCES = ("_esm", "_css")
UNUSED = {"layout", "tabbable", "tooltip"}
NOSCRIPT = "<noscript><p>This figure is interactive: it needs JavaScript.</p></noscript>"


def views(body: str) -> list[str]:
    """The ids of the models shown in a page's HTML, in order."""
    return [json.loads(match[1])["model_id"] for match in VIEW.finditer(body)]


def references(value) -> set[str]:
    """The ids of the models that a piece of widget state points at."""
    if isinstance(value, str):
        return {value.removeprefix(REFERENCE)} if value.startswith(REFERENCE) else set()
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(references, items))


def all_anywidgets(state: dict, shown: list[str]) -> bool:
    """Whether every model in ``shown`` is an anywidget, so that the small host can draw the page."""
    return all(state.get(model, {}).get("model_module") == "anywidget" for model in shown)


def slim(state: dict, shown: list[str]) -> dict:
    """The part of a notebook's widget state that the host needs to show the models in ``shown``.

    Layouts go; links between kept models stay; equal source texts are stored once, in ``sources``, and a
    model holds their index. Returns ``{"models": {id: {"state", "buffers"}}, "links": [...], "sources": [text]}``.
    """
    wanted, queue = set(), list(shown)
    while queue:
        if (name := queue.pop()) not in wanted and state.get(name, {}).get("model_module") == "anywidget":
            wanted.add(name)
            queue += references(state[name]["state"])
    sources: list[str] = []
    models = {}
    for name in sorted(wanted):
        data = {key: value for key, value in state[name]["state"].items() if key not in UNUSED}
        for key in SOURCES:
            if text := data.get(key):
                if text not in sources:
                    sources.append(text)
                data[key] = sources.index(text)
        models[name] = {"state": data, "buffers": state[name].get("buffers", [])}
    links = []
    for model in state.values():
        if model["model_name"] in LINKS:
            (a, x), (b, y) = model["state"]["source"], model["state"]["target"]
            ends = [[a.removeprefix(REFERENCE), x], [b.removeprefix(REFERENCE), y]]
            if {ends[0][0], ends[1][0]} <= wanted:
                links.append({"ends": ends, "both": model["model_name"] == "LinkModel"})
    return {"models": models, "links": links, "sources": sources}


def take_states(app, env) -> None:
    """Take the widget states over from MyST-NB, which would put them on the page in full."""
    for data in NbMetadataCollector.get_doc_data(env).values():
        if files := data.pop("js_files", None):
            data[STATE_KEY] = json.loads(files["ipywidgets_state"][1]["body"])


def add_scripts(app, pagename, templatename, context, doctree) -> None:
    """Add the page's widget data and the scripts that draw them."""
    full = NbMetadataCollector.get_doc_data(app.env).get(pagename, {}).get(STATE_KEY)
    shown = views(context.get("body") or "")
    if not (full and shown):
        return
    context["body"] = VIEW.sub(lambda match: match[0] + NOSCRIPT, context["body"])
    host = all_anywidgets(full["state"], shown)
    # "<" occurs only inside JSON strings, where its escape means the same: no text can end the script element
    data = slim(full["state"], shown) if host else full
    text = json.dumps(data, separators=(",", ":")).replace("<", r"\u003c")
    app.add_js_file(None, type=HOST_TYPE if host else MANAGER_TYPE, body=text)
    for script in HOST_SCRIPTS if host else MANAGER_SCRIPTS:
        # before MathJax (500), which takes a while to start
        app.add_js_file(script, loading_method="defer" if host else None, priority=400)


def setup(app):
    app.connect("env-updated", take_states)
    app.connect("html-page-context", add_scripts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
