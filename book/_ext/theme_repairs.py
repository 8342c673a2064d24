"""Small defects of the theme, mended where the page is put together: weight and accessibility."""

import re

REPAIRS = (
    # The name of a hidden cell's switch must contain the words it shows.
    ('<summary aria-label="Toggle hidden content">', "<summary>"),
    # Bibliography entries are items of the list they stand in; docutils' role for them is deprecated.
    (' role="doc-biblioentry"', ' role="listitem"'),
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


def mend(app, pagename, templatename, context, doctree) -> None:
    """Mend the body; hand ``lean_head`` to the layout template."""
    context["lean_head"] = lean_head
    if context.get("body"):
        context["body"] = repair(context["body"])


def setup(app):
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
