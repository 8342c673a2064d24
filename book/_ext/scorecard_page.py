"""The ``{scorecard}`` directive: every published claim beside what the executed chapters measured.

The numbers come from the outputs in the execution cache, so the page always matches the chapters on the site.
A claim that no chapter measured, or that another chapter measured than the one named, is a warning.
"""

from computed import table
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from notebook_links import executed, script
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from helpers import scorecard

LOGGER = logging.getLogger(__name__)
KEY = "shows_scorecard"
HEADINGS = ["Claim", "Source", "Paper", "Ours: median (5 to 95% of the seeds)", "Verdict", "Measured in"]


class Scorecard(nodes.General, nodes.Element):
    """Holds the place of the table until all chapters have run."""


class ScorecardDirective(SphinxDirective):
    def run(self):
        NbMetadataCollector.set_doc_data(self.env, self.env.docname, KEY, True)
        self.env.note_dependency(str(next(path for path in scorecard.PLACES if path.is_file())))
        holder = Scorecard()
        for name, claim in scorecard.load_claims().items():  # citations must be seen while the page is read
            cited, messages = self.state.inline_text(f"{{cite:t}}`{claim['source']}`", self.lineno)
            holder += nodes.inline("", "", *cited, *messages, ids=[], claim=name)
        return [holder]


def chapters(app, env) -> list[str]:
    """Pages that are executed notebooks."""
    return [page for page in sorted(env.found_docs) if script(app, page)]


def missing(claims: dict[str, dict], measured: dict[str, dict[str, dict]]) -> list[str]:
    """What is wrong with ``measured`` (results by claim, by page) as a whole, one sentence each."""
    where = {name: page for page, results in measured.items() for name in results}
    problems = [f"claim {name!r} is not measured by any chapter" for name in claims if name not in where]
    problems += [f"claim {name!r} of {page} is not listed" for name, page in where.items() if name not in claims]
    pairs = [(name, page) for page, results in measured.items() for name in results]
    problems += [
        f"claim {name!r} is measured in {page} and in {where[name]}" for name, page in pairs if where[name] != page
    ]
    return problems + [
        f"claim {name!r} is listed for {claim['chapter']} but measured in {where[name]}"
        for name, claim in claims.items()
        if name in where and where[name] != claim["chapter"]
    ]


def check(app, env) -> list[str]:
    """Collect the results, warn of gaps, and write the page again when any chapter ran again."""
    pages = [page for page, data in NbMetadataCollector.get_doc_data(env).items() if data.get(KEY)]
    if not pages:
        return []
    measured = {page: scorecard.collect([executed(app, page)]) for page in chapters(app, env)}
    env.scorecard_results = {name: result for found in measured.values() for name, result in found.items()}
    for problem in missing(scorecard.load_claims(), measured):
        LOGGER.warning(problem, location=pages[0], type="scorecard")
    return pages if NbMetadataCollector.new_exec_data(env) else []


def verdict(word: str) -> nodes.inline:
    """A verdict in words with its sign; its colour is a third cue, never the only one."""
    colour = f"verdict-{word.replace(' ', '-')}"
    return nodes.inline(text=f"{scorecard.VERDICTS[word]} {word}", classes=["verdict", colour])


class FillIn(SphinxPostTransform):
    default_priority = 8  # before references are resolved

    def run(self, **kwargs):
        for holder in list(self.document.findall(Scorecard)):
            rows = [row for cell in holder.children if (row := self.row(cell["claim"], list(cell.children)))]
            holder.replace_self(table(HEADINGS, rows, ("scorecard",)))

    def row(self, name: str, source: list) -> list | None:
        """The table row of one claim, or None when nothing was measured (which is a warning already)."""
        claim, result = scorecard.load_claims()[name], self.env.scorecard_results.get(name)
        if result is None:
            return None
        found = scorecard.Result(**result)
        ours = f"{found.spread}, {found.number}"
        return [
            nodes.Text(claim["statement"]),
            source,
            nodes.Text(str(claim["paper"])),
            nodes.Text(ours),
            verdict(result["verdict"]),
            self.cell(name, claim["chapter"]),
        ]

    def cell(self, name: str, page: str) -> nodes.reference:
        """A link to the cell of ``page`` that records the claim: its output carries the claim's name."""
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        return nodes.reference("", self.env.titles[page].astext(), refuri=f"{address}#claim-{name}", internal=True)


def setup(app):
    app.add_node(Scorecard)
    app.add_directive("scorecard", ScorecardDirective)
    app.add_post_transform(FillIn)
    app.connect("env-updated", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
