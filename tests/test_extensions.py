"""The book's Sphinx extensions: notebooks from scripts, plain Markdown, widgets, links, assets, tables."""

import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_output
from PIL import Image
from sphinx.errors import ConfigError, ExtensionError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

import light_images  # noqa: E402
import notebook_links  # noqa: E402
import offline_assets  # noqa: E402
import percent  # noqa: E402
import run_times  # noqa: E402
import scorecard_page  # noqa: E402
import theme_repairs  # noqa: E402
import widget_pages  # noqa: E402
from plain_markdown import Site, plain  # noqa: E402

SCRIPT = '# %% [markdown]\n# # Title\n\n# %% tags=["nbval-check-output"]\n1 + 1\n'


# Percent scripts


@pytest.fixture
def package(tmp_path):
    """A package with two modules, one importing the other, and data beside them."""
    files = {
        "helpers/__init__.py": "",
        "helpers/style.mplstyle": "figure.dpi: 100",
        "helpers/plots.py": "from .nets import width",
        "helpers/nets.py": "width = 3",
        "helpers/lone.py": "",
        "helpers/weather/__init__.py": "from .parts import split",
        "helpers/weather/parts.py": "split = 1",
        "helpers/weather/data/hours.csv": "t",
        "helpers/scorecard.py": "",
        "book/claims.yml": "[]",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import numpy", []),
        ("from helpers import nets", ["__init__.py", "nets.py", "style.mplstyle"]),
        ("import helpers.plots", ["__init__.py", "nets.py", "plots.py", "style.mplstyle"]),
        ("from helpers.plots import width", ["__init__.py", "nets.py", "plots.py", "style.mplstyle"]),
        (
            "from helpers import weather",
            ["__init__.py", "style.mplstyle", "weather/__init__.py", "weather/data/hours.csv", "weather/parts.py"],
        ),
    ],
)
def test_dependencies_are_the_imported_modules_and_their_data(package, source, expected):
    found = [path.relative_to(package / "helpers").as_posix() for path in percent.dependencies(source, package)]
    assert found == expected


def test_claims_are_a_dependency_of_whoever_uses_the_scorecard(package):
    assert package / "book/claims.yml" in percent.dependencies("from helpers import scorecard", package)
    assert package / "book/claims.yml" not in percent.dependencies("from helpers import plots", package)


def test_digest_changes_with_what_a_script_imports_and_with_nothing_else(package, monkeypatch):
    monkeypatch.setattr(percent.dependencies, "__defaults__", (package, "helpers"))
    script = "# %%\n%matplotlib inline\nfrom helpers import plots\n"
    before = percent.digest(script)
    (package / "helpers/lone.py").write_text("changed = True")
    assert percent.digest(script) == before
    (package / "helpers/nets.py").write_text("width = 4")
    assert percent.digest(script) != before


def test_a_cell_that_is_not_python_does_not_hide_what_the_others_import():
    source = percent.code("# %%\nfrom helpers import nets\n\n# %%\nnot python at all\n\n# %%\n!ls\n")
    assert "from helpers import nets" in source and "not python" not in source and "system" in source


def test_read_makes_a_python_notebook_of_a_script():
    notebook = percent.read(SCRIPT)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code"]
    assert notebook.metadata.kernelspec["name"] == "python3"
    assert notebook.cells[1].metadata["tags"] == ["nbval-check-output"]


# Plain Markdown

SITE = Site(
    document=lambda target: (f"Title of {target}", f"https://book.example/{target}.html"),
    label=lambda target: (f"Label {target}", ""),
    cite=lambda key: f"Author {key[-4:]}",
    equation=lambda label: "1",
    run_time=lambda target: "23 s",
)


@pytest.mark.parametrize(
    ("myst", "expected"),
    [
        ("(a-label)=\n# Title", "# Title"),
        ("Ran in {run-time}`this chapter`.", "Ran in 23 s."),
        ("A {term}`latent` and {term}`two <latent>`.", "A latent and two."),
        ("See {doc}`setup`.", "See [Title of setup](https://book.example/setup.html)."),
        ("See {doc}`here\n<setup>`.", "See [here](https://book.example/setup.html)."),
        ("See {ref}`fig-a` and {ref}`that <fig-a>`.", "See Label fig-a and that."),
        ("As {cite:t}`elhage2022` say {cite}`king2024,king2025`.", "As Author 2022 say (Author 2024; Author 2025)."),
        ("[the set-up](../book/setup.md#colab)", "[the set-up](https://book.example/../book/setup.html#colab)"),
        ("{math}`x^2` and $y$", "$x^2$ and $y$"),
        ("$$\ny\n$$ (eq-y)", "$$\ny\n\\tag{1}\n$$"),
        ("See {eq}`eq-y`.", "See (1)."),
        ("```{math}\n:label: eq-y\ny = x\n```", "$$\ny = x\n$$"),
        ("```{note}\nA *word*.\n```", "> **Note**\n>\n> A *word*."),
        (":::{admonition} Time\n:class: tip\n\n20 min\n:::", "> **Time**\n>\n> 20 min"),
        (
            ":::{dropdown} More\nText\n:::",
            "<details><summary><b>More</b></summary>\n\nText\n\n</details>",
        ),
        (
            "````{admonition} Why?\n:class: dropdown\n```python\n{doc}`x`\n```\n````",
            "<details><summary><b>Why?</b></summary>\n\n```python\n{doc}`x`\n```\n\n</details>",
        ),
        ("```{exercise} Try\n:label: ex\nDo it.\n```", "#### Exercise: Try\n\nDo it."),
        ("```{exercise-start} Try\n:label: ex\n```\n\nDo it.", "#### Exercise: Try\n\nDo it."),
        ("```{solution-start} ex\n:class: dropdown\n```", "#### Solution"),
        ("```{solution-end}\n```", "---"),
        ("```{prf:theorem} Universal\nAll.\n```", "> **Universal**\n>\n> All."),
        ("```{bibliography}\n```", ""),
        ("```python\nx = '{doc}`a`'\n```", "```python\nx = '{doc}`a`'\n```"),
    ],
)
def test_myst_becomes_plain_markdown(myst, expected):
    assert plain(myst, SITE) == expected


def test_nested_admonitions_keep_their_content():
    text = plain("::::{note}\n:::{dropdown} Inner\nDeep\n:::\n::::", SITE)
    assert "Inner" in text and "Deep" in text and ":::" not in text


def test_chapters_leave_no_directive_or_role_in_plain_markdown():
    for path in sorted((ROOT / "notebooks").glob("*.py")):
        for cell in percent.read(path.read_text("utf8")).cells:
            if cell.cell_type == "markdown":
                text = plain(cell.source, SITE)
                assert "```{" not in text and ":::" not in text and "}`" not in text, f"{path.name}: {text[:200]}"


# Repository, links and the published notebook


def test_environment_goes_before_the_setting():
    assert notebook_links.repository("a/b", {}) == "a/b"
    assert notebook_links.repository("a/b", {"GITHUB_REPOSITORY": "c/d"}) == "c/d"
    assert notebook_links.repository("", {}) == ""


def test_a_repository_that_is_not_owner_and_name_is_refused():
    with pytest.raises(ConfigError, match="expected 'owner/name' or nothing, got 'https://x/a/b'"):
        notebook_links.repository("https://x/a/b", {})


def test_without_a_repository_no_button_is_offered():
    options = notebook_links.theme_options("")
    assert options["launch_buttons"] == {} and options["repository_url"] == ""
    assert not any(value for name, value in options.items() if name.startswith("use_"))


def test_with_a_repository_all_buttons_are_offered():
    options = notebook_links.theme_options("owner/name")
    assert options["repository_url"] == "https://github.com/owner/name"
    assert options["use_issues_button"] and options["use_edit_page_button"] and options["use_repository_button"]
    assert {"binderhub_url", "colab_url"} < set(options["launch_buttons"])


def test_site_address_is_the_setting_or_that_of_github_pages():
    assert notebook_links.site_url("Owner/name", "") == "https://owner.github.io/name/"
    assert notebook_links.site_url("Owner/name", "https://book.example/") == "https://book.example/"
    assert notebook_links.site_url("", "") == ""


def test_launch_buttons_open_notebooks():
    page = "notebooks/02_x"
    colab = "https://colab.research.google.com/github/o/r/blob/"
    assert notebook_links.relinked(f"{colab}main/{page}.py", page) == f"{colab}gh-pages/_sources/{page}.ipynb"
    binder = "https://mybinder.org/v2/gh/o/r/main?urlpath=lab/tree/"
    assert notebook_links.relinked(f"{binder}{page}.py", page) == f"{binder}{page}.ipynb"


@pytest.mark.parametrize("name", ["", "owner/name"])
def test_published_notebook_is_valid_and_installs_only_from_a_known_repository(name):
    notebook = percent.read(SCRIPT)
    notebook.metadata["widgets"] = {"state": {}}
    streams = [new_output("stream", name=name, text=name) for name in ("stdout", "stderr")]
    notebook.cells[1].outputs = streams
    done = notebook_links.published(notebook, SITE, name)
    nbformat.validate(done)
    assert [output.text for output in done.cells[-1].outputs] == ["stdout"]
    assert "widgets" not in done.metadata and set(done.metadata.kernelspec) == {"name", "display_name", "language"}
    installs = [cell for cell in done.cells if "%pip install" in cell.source]
    assert len(installs) == bool(name)
    if name:
        assert done.cells[0].metadata["tags"] == ["nbval-skip"]
        assert "git+https://github.com/owner/name" in done.cells[0].source


# Widgets

ANY = {"model_module": "anywidget", "model_name": "AnyModel"}
STATE = {
    "a": {**ANY, "state": {"_esm": "code", "_css": "style", "x": 1, "layout": "IPY_MODEL_l"}},
    "b": {**ANY, "state": {"_esm": "code", "x": 2, "other": ["IPY_MODEL_c"]}, "buffers": [{"path": ["v"]}]},
    "c": {**ANY, "state": {"_esm": "more"}},
    "unseen": {**ANY, "state": {"_esm": "unseen"}},
    "l": {"model_module": "@jupyter-widgets/base", "model_name": "LayoutModel", "state": {}},
    "s": {"model_module": "@jupyter-widgets/controls", "model_name": "FloatSliderModel", "state": {}},
    "ab": {
        "model_module": "@jupyter-widgets/controls",
        "model_name": "DirectionalLinkModel",
        "state": {"source": ["IPY_MODEL_a", "x"], "target": ["IPY_MODEL_b", "x"]},
    },
    "sa": {
        "model_module": "@jupyter-widgets/controls",
        "model_name": "LinkModel",
        "state": {"source": ["IPY_MODEL_s", "value"], "target": ["IPY_MODEL_a", "x"]},
    },
}


def test_views_are_found_in_the_page():
    tag = '<script type="application/vnd.jupyter.widget-view+json">{"model_id": "a"}</script>'
    assert widget_pages.views(f"<p>{tag}</p>{tag}") == ["a", "a"]


def test_a_page_with_a_core_widget_needs_the_manager():
    assert widget_pages.all_anywidgets(STATE, ["a", "b"])
    assert not widget_pages.all_anywidgets(STATE, ["a", "s"])


def test_slim_state_keeps_what_is_shown_once():
    slim = widget_pages.slim(STATE, ["a", "b"])
    assert set(slim["models"]) == {"a", "b", "c"}
    assert slim["sources"].count("code") == 1
    assert slim["models"]["a"]["state"]["_esm"] == slim["models"]["b"]["state"]["_esm"]
    assert "layout" not in slim["models"]["a"]["state"]
    assert slim["models"]["b"]["buffers"] == [{"path": ["v"]}]
    assert slim["links"] == [{"ends": [["a", "x"], ["b", "x"]], "both": False}]


# Assets and repairs


def test_copied_scripts_name_no_content_delivery_network(tmp_path):
    source, target = tmp_path / "a.js", tmp_path / "out/a.js"
    source.write_text('load("https://cdn.jsdelivr.net/npm/" + name); keep("https://example.org/")')
    offline_assets.copy_script(source, target, "// first\n")
    assert target.read_text() == '// first\nload("./" + name); keep("https://example.org/")'


def test_missing_npm_packages_are_named(tmp_path):
    with pytest.raises(ExtensionError, match="requirejs not found"):
        offline_assets.copy_assets(tmp_path, tmp_path / "static")


def test_head_loses_icon_scripts_and_keeps_the_rest():
    icons, script = '<link href="v/fontawesome/all.min.css"/>', '<script src="a.js"></script>'
    heavy = '<script src="v/fontawesome/all.min.js?d=1"></script>'
    font = '<link rel="preload" as="font" type="font/woff2" href="v/fontawesome/solid.woff2" />'
    assert theme_repairs.lean_head(icons + font + heavy + script) == icons + script


# Scorecard and run times


def test_gaps_in_the_scorecard_are_named():
    claims = {name: {"chapter": "notebooks/10_x"} for name in ("kept", "lost", "moved")}
    measured = {"notebooks/10_x": {"kept": {}, "extra": {}}, "notebooks/09_x": {"moved": {}}}
    problems = scorecard_page.missing(claims, measured)
    assert len(problems) == 3
    assert any("'lost' is not measured" in problem for problem in problems)
    assert any("'extra' of notebooks/10_x is not listed" in problem for problem in problems)
    assert any("'moved'" in problem and "09_x" in problem for problem in problems)


def test_a_claim_measured_twice_is_named():
    problems = scorecard_page.missing({"a": {"chapter": "q"}}, {"p": {"a": {}}, "q": {"a": {}}})
    assert problems == ["claim 'a' is measured in p and in q"]


def test_a_complete_scorecard_has_no_problem():
    assert scorecard_page.missing({"a": {"chapter": "p"}}, {"p": {"a": {}}, "q": {}}) == []


@pytest.mark.parametrize(("value", "text"), [(None, "not measured"), (0.26, "0.3 s"), (23.4, "23 s")])
def test_run_times_read_well(value, text):
    assert run_times.wording(value).replace("\N{NO-BREAK SPACE}", " ") == text


# Figures


@pytest.fixture
def figure(tmp_path):
    """A transparent picture with a few strong colours and soft edges, as figures have."""
    path = tmp_path / "figure.png"
    x, y = np.meshgrid(np.arange(300), np.arange(200))
    edge = np.clip(60 - np.hypot(x - 150, y - 100), 0, 1)
    pixels = np.dstack([np.full_like(edge, 222), np.full_like(edge, 143), 5 + y / 10, 255 * edge])
    Image.fromarray(pixels.astype(np.uint8), "RGBA").save(path)
    return path


def test_a_figure_gets_lighter_and_looks_the_same(figure):
    before, size = np.asarray(Image.open(figure)), figure.stat().st_size
    light_images.lighten(figure)
    after = np.asarray(Image.open(figure).convert("RGBA"))
    assert figure.stat().st_size < 0.7 * size and Image.open(figure).mode == "P"
    on_white = [p[..., :3] * (p[..., 3:] / 255) + 255 - p[..., 3:] for p in (before, after)]
    difference = np.abs(on_white[0] - on_white[1])
    assert difference.max() < 32 and difference.mean() < 2


def test_a_light_figure_is_left_alone(figure):
    light_images.lighten(figure)
    before = figure.read_bytes()
    light_images.lighten(figure)
    assert figure.read_bytes() == before and list(figure.parent.iterdir()) == [figure]


def test_a_figure_that_would_grow_is_left_alone(tmp_path):
    path = tmp_path / "grey.png"
    Image.new("L", (40, 40), 90).save(path, optimize=True)
    before = path.read_bytes()
    light_images.lighten(path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
