"""Small defects of the theme, and of libraries that write HTML, mended where the page is put together."""

import re

REPAIRS = (
    # The name of a hidden cell's switch must contain the words it shows.
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    # Bibliography entries are items of the list they stand in; docutils' role for them is deprecated.
    (' role="doc-biblioentry"', ' role="listitem"'),
    # The empty corner of a pandas table heads nothing; a table wider than the page scrolls by keyboard too.
    ("<th></th>", "<td></td>"),
    ('<table border="1" class="dataframe">', '<table class="dataframe" tabindex="0">'),
    ('<table class="step-times', '<table tabindex="0" class="step-times'),
)
SCRIPT = re.compile(r'<script src="[^"]*fontawesome[^"]*"></script>')
FONT = re.compile(r'<link rel="preload" as="font"[^>]*fontawesome[^>]*>')


def lean_head(head: str) -> str:
    """The theme's head without Font Awesome's 1.5 MB of scripts: its style sheet draws the same icons.

    The three icon fonts are no longer fetched ahead of need either; a page asks for those that it shows.
    """
    return FONT.sub("", SCRIPT.sub("", head))


def repair(body: str) -> str:
    """A page's HTML with the defects mended."""
    for wrong, right in REPAIRS:
        body = body.replace(wrong, right)
    return body


def without_mathjax(scripts: list, body: str) -> list:
    """The page's scripts, less MathJax where no formula is shown: Sphinx gives it to pages above such pages too."""
    if re.search(r'class="[^"]*\bmath\b', body):
        return scripts
    return [
        script
        for script in scripts
        if "mathjax" not in str(script.filename or "") and "MathJax" not in (script.attributes.get("body") or "")
    ]


def mend(app, pagename, templatename, context, doctree) -> None:
    """Mend the body and the list of scripts; hand ``lean_head`` to the layout template."""
    context["lean_head"] = lean_head
    if context.get("body"):
        context["body"] = repair(context["body"])
        context["script_files"] = without_mathjax(context["script_files"], context["body"])


def setup(app):
    app.connect("html-page-context", mend, priority=600)  # after MathJax is added (500)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
