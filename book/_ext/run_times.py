"""Measured run times: the page that lists them and the role that puts one into a chapter.

``{run-times}`` is a table of all chapters; ``{run-time}`this chapter``` becomes "23 s". Both show what the
execution cache recorded when the chapter last ran. ``{step-times} FILE`` is the table of a training step that
``benchmarks/toy.py`` wrote to ``FILE``, a path relative to the page. ``{stack-times} FILE`` is the one that
``benchmarks/monosemanticity.py`` wrote, with a sentence on the GPU. ``{fit-times} FILE`` is that of
``benchmarks/weather.py``, with a sentence on the simulator. ``{autoencoder-times} FILE`` is that of
``benchmarks/sae.py``, with a sentence on the GPU. ``{search-times} FILE`` is that of
``benchmarks/input_search.py``, with a sentence on its first round.
"""

import json
import os
import platform
from importlib.metadata import version

from computed import reference, table
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole

PAGES_KEY = "shows_run_times"


class RunTime(nodes.General, nodes.Inline, nodes.Element):
    """Holds the place of one chapter's run time until all chapters have run."""


class RunTimes(nodes.General, nodes.Element):
    """Holds the place of the table."""


class RunTimeRole(SphinxRole):
    def run(self):
        return [RunTime(target=self.env.docname)], []


class RunTimesDirective(SphinxDirective):
    def run(self):
        NbMetadataCollector.set_doc_data(self.env, self.env.docname, PAGES_KEY, True)
        return [RunTimes()]


def measured(env) -> dict[str, float]:
    """Seconds that each executed page took when it last ran, by page name."""
    data = NbMetadataCollector.get_doc_data(env)
    found = {page: (entry.get("exec_data") or {}).get("runtime") for page, entry in data.items()}
    return {page: found[page] for page in sorted(found) if found[page] is not None}


def wording(value: float | None) -> str:
    """Seconds as a reader wants them: whole ones, or "not measured"."""
    return "not measured" if value is None else f"{value:.{int(value < 1)}f}\N{NO-BREAK SPACE}s"


def seconds(env, page: str) -> str:
    """The run time of ``page`` in words."""
    return wording(measured(env).get(page))


def machine() -> str:
    """The machine that built the site, in one line."""
    return (
        f"{os.cpu_count()} CPU cores ({platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}, PyTorch {version('torch').partition('+')[0]}"
    )


SIDES = {"keras": "Keras, one after another", "plain": "PyTorch, one after another", "ours": "Here, all at once"}
NO_GPU = "On a GPU: not measured, there was none at hand."
STEP_HEADINGS = ["Model", "Loop", "Stacked", "Compiled", "Bare products", "Compiled, of bare products"]
FIT_HEADINGS = ["Blocks", "Published", "Here", "Lost by the published fit"]
AUTOENCODER_HEADINGS = [
    "Autoencoder",
    "Batch",
    "SAELens",
    "Plain",
    "One",
    "64 at once, each",
    "Bare products",
    "One, of bare products",
]
SEARCH_HEADINGS = ["Side", "The whole search", "Times as long as here"]
STACK_HEADINGS = ["Network", "Batch", "Stack", "Published", "Uncompiled", *STEP_HEADINGS[3:]]


def step_rows(results: dict) -> list[list[str]]:
    """The cells of the table of step times, in words."""
    space = "\N{NO-BREAK SPACE}"
    return [
        [line["model"], f"{line['loop']}{space}steps/s"]
        + [f"{line[name]:.1f}{space}times" for name in ("stacked", "compiled", "floor")]
        + [f"{line['share']}{space}%"]
        for line in results["rows"]
    ]


def stack_rows(results: dict) -> list[list[str]]:
    """The cells of the table of stacked steps, in words."""
    space = "\N{NO-BREAK SPACE}"
    return [
        [line["model"], str(line["batch"]), str(line["stack"]), f"{line['plain']}{space}steps/s"]
        + [f"{line[name]:.1f}{space}times" for name in ("eager", "compiled", "floor")]
        + [f"{line['share']}{space}%"]
        for line in results["rows"]
    ]


def fit_rows(results: dict) -> list[list[str]]:
    """The cells of the table of fits, in words."""
    space = "\N{NO-BREAK SPACE}"
    return [
        [
            line["blocks"],
            f"{line['published']}{space}blocks/s",
            f"{line['here']}{space}times",
            f"{line['lost']}{space}%",
        ]
        for line in results["rows"]
    ]


def autoencoder_rows(results: dict) -> list[list[str]]:
    """The cells of the table of autoencoder steps, in words."""
    space = "\N{NO-BREAK SPACE}"
    return [
        [line["model"], str(line["batch"]), f"{line['saelens']:g}{space}steps/s"]
        + [
            "not measured" if line[name] is None else f"{line[name]:.1f}{space}times"
            for name in ("plain", "one", "stack", "floor")
        ]
        + [f"{line['share']}{space}%"]
        for line in results["rows"]
    ]


def search_rows(results: dict) -> list[list[str]]:
    """The cells of the table of the input search, in words."""
    space = "\N{NO-BREAK SPACE}"
    return [
        [SIDES[line["side"]], f"{line['seconds']:,.0f}{space}s", f"{line['ratio']:.0f}"] for line in results["rows"]
    ]


def search_sentence(results: dict) -> str:
    """How long the first round took here, which had to compile."""
    space = "\N{NO-BREAK SPACE}"
    return f"The first round here, which had to compile the training steps, took {results['first']:.0f}{space}s."


def simulator_sentence(results: dict) -> str:
    """How long the simulator took, and how much memory."""
    line, space = results["simulator"], "\N{NO-BREAK SPACE}"
    return (
        f"On the same machine the simulator made {line['blocks']:,} blocks in {line['seconds']:.0f}{space}s, "
        f"with at most {line['gigabytes']:.1f}{space}GB of memory."
    )


def gpu_sentence(results: dict) -> str:
    """What the compiled step did on a GPU, or that there was none."""
    line = results["gpu"]
    if line is None:
        return NO_GPU
    space = "\N{NO-BREAK SPACE}"
    return (
        f"On a GPU ({line['name']}), {line['model']}, batch {line['batch']}, stack of {line['stack']}: "
        f"{line['compiled']:.1f}{space}times as fast as the published step on it. The bare products take "
        f"{line['share']}{space}% of the compiled step; to move its numbers once through memory takes "
        f"{line['traffic']}{space}%."
    )


class StepTimesDirective(SphinxDirective):
    required_arguments = 1
    headings, cells = STEP_HEADINGS, staticmethod(step_rows)

    def run(self):
        relative, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        with open(path, encoding="utf8") as file:
            results = json.load(file)
        made = results["machine"]
        text = (
            f"Measured on: {made['processor']}, {made['threads']} of {made['cores']} cores, "
            f"PyTorch {made['torch']}; median of {results['rounds']} rounds."
        )
        rows = [[nodes.Text(cell) for cell in cells] for cells in self.cells(results)]
        return [nodes.paragraph(text=text), table(self.headings, rows, classes=("step-times",)), *self.notes(results)]

    def notes(self, results: dict) -> list[nodes.Node]:
        """What follows the table."""
        return []


class StackTimesDirective(StepTimesDirective):
    headings, cells = STACK_HEADINGS, staticmethod(stack_rows)

    def notes(self, results: dict) -> list[nodes.Node]:
        return [nodes.paragraph(text=gpu_sentence(results))]


class FitTimesDirective(StepTimesDirective):
    headings, cells = FIT_HEADINGS, staticmethod(fit_rows)

    def notes(self, results: dict) -> list[nodes.Node]:
        return [nodes.paragraph(text=simulator_sentence(results))]


class AutoencoderTimesDirective(StepTimesDirective):
    headings, cells = AUTOENCODER_HEADINGS, staticmethod(autoencoder_rows)

    def notes(self, results: dict) -> list[nodes.Node]:
        found = results["gpu"]
        if found is None:
            return [nodes.paragraph(text=NO_GPU)]
        rows = [[nodes.Text(cell) for cell in cells] for cells in autoencoder_rows(found)]
        text = f"The same on a GPU ({found['name']}), every side on it:"
        return [nodes.paragraph(text=text), table(self.headings, rows, classes=("step-times",))]


class SearchTimesDirective(StepTimesDirective):
    headings, cells = SEARCH_HEADINGS, staticmethod(search_rows)

    def notes(self, results: dict) -> list[nodes.Node]:
        return [nodes.paragraph(text=search_sentence(results))]


class FillIn(SphinxPostTransform):
    default_priority = 8  # before references are resolved

    def run(self, **kwargs):
        for node in list(self.document.findall(RunTime)):
            node.replace_self(nodes.Text(seconds(self.env, node["target"])))
        for node in list(self.document.findall(RunTimes)):
            times = measured(self.env)
            rows = [[reference(self.env, page), nodes.Text(wording(value))] for page, value in times.items()]
            rows.append([nodes.strong(text="All chapters"), nodes.Text(wording(sum(times.values())))])
            where = nodes.paragraph(text=f"Measured on: {machine()}.")
            node.replace_self([where, table(["Chapter", "Run time"], rows)])


def outdated(app, env) -> list[str]:
    """Write the table again when any chapter ran again."""
    if not NbMetadataCollector.new_exec_data(env):
        return []
    return [page for page, data in NbMetadataCollector.get_doc_data(env).items() if data.get(PAGES_KEY)]


def setup(app):
    app.add_node(RunTime)
    app.add_node(RunTimes)
    app.add_role("run-time", RunTimeRole())
    app.add_directive("run-times", RunTimesDirective)
    app.add_directive("step-times", StepTimesDirective)
    app.add_directive("stack-times", StackTimesDirective)
    app.add_directive("fit-times", FitTimesDirective)
    app.add_directive("autoencoder-times", AutoencoderTimesDirective)
    app.add_directive("search-times", SearchTimesDirective)
    app.add_post_transform(FillIn)
    app.connect("env-updated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
