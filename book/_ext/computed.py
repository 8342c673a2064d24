"""Docutils tables and links, for the pages that are computed from the executed chapters."""

import posixpath

from docutils import nodes
from sphinx.addnodes import pending_xref


def reference(env, page: str) -> pending_xref:
    """A link to ``page`` with its title, from the page being written."""
    here = posixpath.dirname(env.docname)
    link = pending_xref(
        refdoc=env.docname,
        reftarget=posixpath.relpath(page, here),
        reftype="doc",
        refdomain="std",
        refexplicit=True,
        refwarn=True,
    )
    link += nodes.inline(text=env.titles[page].astext() if page in env.titles else page)
    return link


def table(headings: list[str], rows: list[list], classes: tuple[str, ...] = ()) -> nodes.table:
    """A table with a header row; each cell is one inline node, a list of them, or a block in a list."""
    group = nodes.tgroup(cols=len(headings))
    group += [nodes.colspec(colwidth=1) for _ in headings]
    head, body = nodes.thead(), nodes.tbody()
    for part, lines in ((head, [[nodes.Text(text) for text in headings]]), (body, rows)):
        for line in lines:
            row = nodes.row()
            row += [
                nodes.entry("", nodes.paragraph("", "", *(cell if isinstance(cell, list) else [cell]))) for cell in line
            ]
            part += row
    group += [head, body]
    return nodes.table("", group, classes=["colwidths-auto", *classes])
