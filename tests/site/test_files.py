"""The built site as files: links, images, addresses, the scorecard and the published notebooks."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
PAGES = [TOC["root"], *(entry["file"] for part in TOC["parts"] for entry in part["chapters"])]
CHAPTERS = [page for page in PAGES if page.startswith("notebooks/")]
NETWORKS = (
    r"cdn\.jsdelivr|unpkg\.com|cdnjs|fonts\.googleapis|fonts\.gstatic|ajax\.googleapis|cdn\.mathjax|esm\.sh|skypack"
)
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "iframe": "src"}
UNNAMED = re.compile(r"[0-9a-f]{20,}|\.(png|svg|jpe?g)$")

every_page = pytest.mark.parametrize("name", PAGES)
pytestmark = [pytest.mark.site, pytest.mark.usefixtures("site")]


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf8"), "html.parser")


@cache
def anchors(path: Path) -> set[str]:
    found = {tag["id"] for tag in soup(path).find_all(id=True)}
    return found | {tag["name"] for tag in soup(path).find_all("a", attrs={"name": True})}


def problem(page: Path, address: str) -> str | None:
    """What is wrong with ``address`` on ``page``, if it is one of the site's own."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        return f"{address}: no such file"
    state = "=" in parts.fragment  # it sets a widget, which the browser tests look after
    if parts.fragment and not state and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
        return f"{address}: no such anchor"
    return None


@every_page
def test_internal_links_and_images_resolve(name):
    page = HTML / f"{name}.html"
    addresses = {
        tag[attribute]
        for kind, attribute in LINKS.items()
        for tag in soup(page).find_all(kind, attrs={attribute: True})
    }
    assert [text for address in sorted(addresses) if (text := problem(page, address))] == []


@every_page
def test_images_have_alternative_text(name):
    images = soup(HTML / f"{name}.html").find("article").find_all("img")
    assert [image["src"] for image in images if not image.get("alt", "").strip() or UNNAMED.search(image["alt"])] == []


@every_page
def test_page_describes_itself(name):
    head = soup(HTML / f"{name}.html").head
    properties = {tag["property"]: tag["content"] for tag in head.find_all("meta", attrs={"property": True})}
    assert {"og:title", "og:type", "og:description", "og:site_name"} <= {
        key for key, text in properties.items() if text
    }
    assert head.find("link", rel="icon") or head.find("link", rel="shortcut icon")


def test_no_content_delivery_network_in_what_pages_load():
    named = [
        path.relative_to(HTML).as_posix()
        for kind in ("html", "js", "css")
        for path in HTML.rglob(f"*.{kind}")
        if "_sources" not in path.parts and re.search(NETWORKS, path.read_text("utf8", "replace"))
    ]
    assert named == []


def test_scorecard_shows_every_claim_with_the_verdict_on_record():
    """A verdict that changed, or a claim that no chapter measured, fails here."""
    claims = yaml.safe_load((ROOT / "book/claims.yml").read_text("utf8"))
    rows = soup(HTML / "book/scorecard.html").select("table.scorecard tbody tr")
    assert len(rows) == len(claims)
    for row, claim in zip(rows, claims, strict=True):
        cells = [cell.get_text(" ", strip=True) for cell in row.find_all("td")]
        assert cells[0] == claim["statement"] and cells[2] == claim["paper"]
        assert cells[4].split(" ", 1)[1] == claim["verdict"], f"{claim['id']} is now {cells[4]!r}: {cells[3]}"
        assert row.find("a", href=f"../{claim['chapter']}.html#claim-{claim['id']}")


def test_run_times_lists_every_chapter():
    rows = soup(HTML / "book/run_times.html").select("article table:not(.step-times) tbody tr")
    assert len(rows) == len(CHAPTERS) + 1
    assert all(re.search(r"\d+\s+s$", row.get_text(" ", strip=True)) for row in rows)


@pytest.mark.parametrize("name", CHAPTERS)
def test_published_notebook_has_outputs_and_plain_markdown(name):
    notebook = json.loads((HTML / "_sources" / f"{name}.ipynb").read_text("utf8"))
    assert "widgets" not in notebook["metadata"]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "%pip" not in "".join(cell["source"])]
    assert all(cell["execution_count"] for cell in code if "".join(cell["source"]).strip())
    assert any(cell["outputs"] for cell in code)
    markdown = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    assert not re.search(r"^`{3,}\{|^:::|\{\w+\}`|^\([\w-]+\)=$", markdown, re.M)
