"""Every page of the built site in a browser that reaches nothing outside it."""

import gzip
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
PAGES = [TOC["root"], *(entry["file"] for part in TOC["parts"] for entry in part["chapters"]), "search", "genindex"]
CHAPTERS = [page for page in PAGES if page.startswith("notebooks/")]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe may find, because it is not ours to mend: (rule, what the element's HTML contains) and why.
THEIRS = {
    ("aria-input-field-name", "noUi-handle"): "ipywidgets draws its sliders without a name (no anywidget does)",
}
# Compressed bytes. Jupyter's widget manager alone is 0.9 MB, on the pages that show a core widget.
BUDGET, BUDGET_WITH_MANAGER = 1_000_000, 2_000_000
EVERY_WIDGET = """() => [...document.querySelectorAll('script[type$="widget-view+json"]')].every(
  (view) => view.parentElement.querySelector(".anywidget-view > :not(style), .widget-subarea > *, .widget-error"))"""

every_page = pytest.mark.parametrize("name", PAGES)
pytestmark = pytest.mark.browser


def settled(page, address: str):
    """Open ``address`` and wait until its mathematics and widgets are drawn."""
    page.goto(address, wait_until="load")
    page.wait_for_load_state("networkidle")
    page.wait_for_function(EVERY_WIDGET, timeout=20_000)
    return page


def in_mode(page, mode: str):
    """Have ``page`` start in light or dark mode, as for a reader who chose it before."""
    page.add_init_script(f"for (const key of ['mode', 'theme']) localStorage.setItem(key, '{mode}')")
    return page


def weight(addresses) -> int:
    """Compressed size of the site's files behind ``addresses``, each counted once, as a web server sends them."""
    paths = {HTML / urlsplit(address).path.lstrip("/") for address in addresses if address.startswith("http")}
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths if path.is_file())


@every_page
def test_page_is_whole(site, page, name):
    loaded = []
    page.on("response", lambda answer: loaded.append(answer.url))
    settled(page, f"{site}/{name}.html")
    assert page.log.external == [], "asked for something outside the site"
    assert page.log.failed == [], "asked the site for something it does not have"
    assert page.log.errors == []
    assert page.locator("h1").count() >= 1
    assert page.locator(".widget-error").count() == 0
    manager = any("embed-amd.js" in address for address in loaded)
    assert weight(loaded) < (BUDGET_WITH_MANAGER if manager else BUDGET)


@every_page
def test_no_page_scrolls_sideways_on_a_phone(site, open_page, name):
    page = settled(open_page(viewport={"width": 360, "height": 740}), f"{site}/{name}.html")
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("main *")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .map((element) => `${element.tagName}.${element.className}`).slice(0, 5)"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("mode", ["light", "dark"])
@every_page
def test_page_is_accessible(site, page, axe, name, mode):
    settled(in_mode(page, mode), f"{site}/{name}.html")
    page.evaluate(axe)
    found = page.evaluate(
        "(rules) => axe.run(document, {resultTypes: ['violations'], runOnly: rules})",
        RULES,
    )["violations"]
    ours = [
        f"{violation['id']}: {node['html'][:200]}\n{node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
        if not any(rule == violation["id"] and part in node["html"] for rule, part in THEIRS)
    ]
    assert not ours, "\n\n".join(ours)


@pytest.mark.parametrize("name", CHAPTERS)
def test_figures_are_transparent_in_dark_mode(site, page, name):
    settled(in_mode(page, "dark"), f"{site}/{name}.html")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    styles = page.evaluate(
        """() => [...document.querySelectorAll(".cell_output img")]
        .map((image) => [getComputedStyle(image).filter, getComputedStyle(image).backgroundColor])"""
    )
    assert styles or name == "notebooks/00_welcome", "a chapter without a figure: is the selector out of date?"
    assert all(style == ["none", "rgba(0, 0, 0, 0)"] for style in styles)


def test_the_switch_changes_the_mode(site, page):
    page.goto(f"{site}/{PAGES[0]}.html")

    def shade() -> int:
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    assert shade() > 600
    for _ in range(3):  # it goes round: as the system has it, dark, light
        page.locator("button.theme-switch-button:visible").click()
        if page.evaluate("document.documentElement.dataset.mode") == "dark":
            break
    assert shade() < 150


def test_search_finds_a_word(site, page):
    page.goto(f"{site}/{PAGES[0]}.html")
    page.locator("button.search-button__button:visible").first.click()
    field = page.locator("input[type=search]:visible")
    field.fill("superposition")
    field.press("Enter")
    page.wait_for_url("**/search.html?q=superposition")
    page.wait_for_selector("#search-results li a")
    assert page.locator("#search-results li").count() >= 2
    assert page.log.external == [] and page.log.errors == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_buttons_fit_the_repository(site, page, name):
    """A build that knows its repository offers it on every chapter; one that does not offers nothing broken."""
    page.goto(f"{site}/{name}.html")
    links = page.eval_on_selector_all("a", "(links) => links.map((link) => link.href)")
    assert any(link.endswith(f"/_sources/{name}.ipynb") for link in links), "no download as a notebook"
    outside = [
        link for link in links if re.search(r"colab\.research|mybinder|github\.com/[^/]+/[^/]+/(issues|edit)", link)
    ]
    if repository := os.environ.get("GITHUB_REPOSITORY"):
        colab = f"https://colab.research.google.com/github/{repository}/blob/gh-pages/_sources/{name}.ipynb"
        assert colab in outside
        assert any("mybinder.org" in link and link.endswith(f"lab/tree/{name}.ipynb") for link in outside)
        assert any(link.startswith(f"https://github.com/{repository}/edit/") for link in outside)
    elif outside:
        assert any("gh-pages/_sources" in link for link in outside), "buttons without a repository"
