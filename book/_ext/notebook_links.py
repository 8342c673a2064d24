"""Pages are percent scripts; readers want notebooks. Publish one per page and point the buttons at it."""

import os
import re
from pathlib import Path
from urllib.parse import urljoin

import nbformat
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell
from percent import read
from plain_markdown import Site, plain
from run_times import seconds
from sphinx.errors import ConfigError

SOURCES = "_sources"
BRANCH, PAGES_BRANCH = "main", "gh-pages"
LAUNCHERS = {
    "notebook_interface": "jupyterlab",
    "binderhub_url": "https://mybinder.org",
    "colab_url": "https://colab.research.google.com",
}


def repository(setting: str, environment=os.environ) -> str:
    """``owner/name`` of the public repository, or ``""``; GITHUB_REPOSITORY goes before the setting."""
    name = environment.get("GITHUB_REPOSITORY") or setting
    if name and not re.fullmatch(r"[\w.-]+/[\w.-]+", name):
        raise ConfigError(f"book_repository: expected 'owner/name' or nothing, got {name!r}")
    return name


def theme_options(name: str) -> dict:
    """The theme's options for a repository: with none, nothing that would be broken is offered."""
    buttons = ("use_repository_button", "use_issues_button", "use_edit_page_button")
    return {
        "repository_url": f"https://github.com/{name}" if name else "",
        "repository_branch": BRANCH,
        "launch_buttons": dict(LAUNCHERS) if name else {},
        **dict.fromkeys(buttons, bool(name)),
    }


def site_url(name: str, setting: str) -> str:
    """Where the book is published: as set, else GitHub Pages' address for the repository, else ``""``."""
    owner, _, project = name.partition("/")
    return setting or (f"https://{owner.lower()}.github.io/{project}/" if name else "")


def configure(app, config) -> None:
    """Put the one setting everywhere it belongs, before the theme reads its options."""
    config.book_repository = name = repository(config.book_repository)
    config.html_theme_options = {**config.html_theme_options, **theme_options(name)}
    config.html_baseurl = config.ogp_site_url = site_url(name, config.html_baseurl)


def script(app, pagename: str) -> Path | None:
    """The page's percent script, or None."""
    path = Path(app.env.doc2path(pagename)) if pagename in app.env.all_docs else Path()
    return path if path.suffix == ".py" else None


def executed(app, pagename: str):
    """The page's notebook with the outputs that the execution cache holds for it."""
    cache = get_cache(app.env.mystnb_config.execution_cache_path)
    return cache.merge_match_into_notebook(read(script(app, pagename).read_text("utf8")))[1]


def describe(app, pagename: str) -> Site:
    """What ``plain`` needs to know about the rest of the book to write out a page's references."""
    env, base = app.env, app.config.html_baseurl
    labels, anonymous = env.domaindata["std"]["labels"], env.domaindata["std"]["anonlabels"]

    def document(target: str) -> tuple[str, str]:
        name = os.path.normpath(os.path.join(os.path.dirname(pagename), target)).lstrip("/")
        title = env.titles[name].astext() if name in env.titles else target
        return title, urljoin(base, f"{name}.html") if base else ""

    def label(target: str) -> tuple[str, str]:
        page, anchor, title = labels.get(target) or (*anonymous.get(target, ("", "")), target)
        return title, urljoin(base, f"{page}.html#{anchor}") if base and page else ""

    def cite(key: str) -> str:
        entry = env.get_domain("cite").bibdata.data.entries[key]
        names = ["".join(person.last_names).strip("{}") for person in entry.persons["author"]]
        who = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
        return f"{who} {entry.fields.get('year', '')}".strip()

    def equation(label: str) -> str:
        return str(env.domaindata["math"]["objects"].get(label, ("", label))[1])

    return Site(document, label, cite, equation, lambda target: seconds(env, pagename))


def published(notebook, site: Site, name: str):
    """The notebook that readers open: plain Markdown, outputs, and what it needs installed first."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, site)
        else:  # progress bars and library warnings, with the paths of the machine that built the site
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    if name:
        setup_cell = new_code_cell(
            f"# Brings the book's helpers to Colab.\n%pip install -q git+https://github.com/{name}",
            metadata={"tags": ["nbval-skip"]},
        )
        notebook.cells.insert(0, setup_cell)
    for number, cell in enumerate(notebook.cells):  # not random: what did not change is published unchanged
        cell["id"] = f"cell-{number}"
    notebook.metadata.kernelspec.pop("helpers", None)
    notebook.metadata.pop("widgets", None)
    return notebook


def publish(app, pagename, templatename, context, doctree) -> None:
    """Write the executed notebook beside the page's source; the theme then offers it for download."""
    if not script(app, pagename):
        return
    notebook = published(executed(app, pagename), describe(app, pagename), app.config.book_repository)
    target = Path(app.outdir, SOURCES, f"{pagename}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
    context["ipynb_source"] = f"{pagename}.ipynb"


def relinked(url: str, pagename: str) -> str:
    """A launch button's address for a script, changed to open its notebook.

    Colab takes it from the published site's branch, Binder from the notebooks that its own build makes.
    """
    url = url.replace(f"/blob/{BRANCH}/{pagename}.py", f"/blob/{PAGES_BRANCH}/{SOURCES}/{pagename}.ipynb")
    return re.sub(rf"(lab/tree/{re.escape(pagename)})\.py$", r"\1.ipynb", url)


def relink(app, pagename, templatename, context, doctree) -> None:
    """Point the theme's launch buttons at notebooks."""
    if script(app, pagename):
        for group in context.get("header_buttons", ()):
            for button in group.get("buttons", ()):
                if button["text"] in {"Colab", "Binder"}:
                    button["url"] = relinked(button["url"], pagename)


def setup(app):
    app.add_config_value("book_repository", "", "html", str)
    app.connect("config-inited", configure)
    app.connect("html-page-context", publish, priority=500)  # before the theme adds its buttons (501)
    app.connect("html-page-context", relink, priority=502)  # after
    return {"parallel_read_safe": True, "parallel_write_safe": True}
