"""Serve every third-party browser file from the site itself: no page asks another server for anything.

MathJax, RequireJS and the widget manager come from the npm packages pinned in ``book/assets``; the anywidget
module comes from the installed wheel, so that it always matches the version in the widget state.
"""

import re
from importlib.resources import files
from pathlib import Path
from shutil import copy2, copytree

from sphinx.errors import ExtensionError

PRELUDE = """\
// RequireJS takes this object as its configuration: modules and fonts are found beside this file.
var require = { baseUrl: new URL(".", document.currentScript.src).href };
// ipywidgets 8 still calls the MathJax 2 API (ipywidgets#3829).
addEventListener("load", () => {
  const typeset = ([, , node]) => window.MathJax.typesetPromise?.([node]);
  if (window.MathJax) window.MathJax.Hub ??= { Queue: typeset };
});
"""
# Last resorts inside the bundles, for modules this site does not have: they end on the site, as a plain 404.
CDN = re.compile(r"https?://(cdn\.jsdelivr\.net/(npm/)?|unpkg\.com/|cdnjs\.cloudflare\.com/|fonts\.googleapis\.com/)")
MANAGER = Path("@jupyter-widgets/html-manager/dist")
MATHJAX = Path("mathjax/es5")
FONTS = Path("output/chtml/fonts/woff-v2")


def copy_script(source: Path, target: Path, prelude: str = "") -> None:
    """Copy a script with its content-delivery addresses taken out; skip it when the copy is newer."""
    changed = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
    if target.exists() and target.stat().st_mtime > changed:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(prelude + CDN.sub("./", source.read_text("utf8")), "utf8")


def copy_assets(npm: Path, static: Path) -> None:
    """Fill ``static`` from the npm folder; raise ``ExtensionError`` when a package is not installed."""
    if missing := [name for name in (MANAGER, MATHJAX, Path("requirejs")) if not (npm / name).is_dir()]:
        raise ExtensionError(f"{', '.join(map(str, missing))} not found in {npm}: run `npm ci` beside it")
    widgets = static / "widgets"
    copy_script(npm / "requirejs/require.js", widgets / "require.js", PRELUDE)
    copy_script(npm / MANAGER / "embed-amd.js", widgets / "embed-amd.js")
    copy_script(Path(str(files("anywidget"))) / "nbextension/index.js", widgets / "anywidget.js")
    for folder in (MANAGER, MANAGER.parent.parent):  # its two modules look for fonts in two places
        (widgets / folder).mkdir(parents=True, exist_ok=True)
        for font in (npm / MANAGER).glob("*.woff2"):
            copy2(font, widgets / folder)
    copytree(npm / MATHJAX / FONTS, static / "mathjax" / FONTS, dirs_exist_ok=True)
    copy_script(npm / MATHJAX / "tex-mml-chtml.js", static / "mathjax/tex-mml-chtml.js")


def vendor(app) -> None:
    """Copy before any page is written."""
    if app.builder.format == "html":
        copy_assets(Path(app.srcdir, app.config.offline_assets_npm), Path(app.outdir, "_static"))


def setup(app):
    app.add_config_value("offline_assets_npm", "book/assets/node_modules", "html", str)
    app.connect("builder-inited", vendor)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
