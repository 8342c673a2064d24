"""The built site, served on this machine, and a Chromium that reaches nothing else."""

import functools
import http.server
import os
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def unavailable(reason: str):
    """Skip and say why; on a build machine (CI=true) a test that cannot run has failed."""
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def site():
    """Base URL of the built site."""
    if not (HTML / "index.html").exists():
        unavailable("no built site in _build/html: run `make book` first")
    handler = functools.partial(Quiet, directory=HTML)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of the accessibility checker."""
    path = ROOT / "book/assets/node_modules/axe-core/axe.min.js"
    if not path.exists():
        unavailable("axe-core is not installed: run `make setup` first")
    return path.read_text("utf8")


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests: the system's Chromium, else Playwright's own."""
    try:
        from playwright import sync_api as playwright
    except ImportError:
        unavailable("playwright is not installed: run `make setup` first")
    system = next(filter(None, map(shutil.which, NAMES)), None)
    with playwright.sync_playwright() as driver:
        own = driver.chromium.executable_path
        if not system and not Path(own).exists():
            unavailable("no browser: install Chromium, or run `playwright install chromium`")
        chromium = driver.chromium.launch(executable_path=system or own, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """A function that opens a fresh page; keywords are Playwright's for a browser context.

    ``page.log`` lists console and page ``errors`` and refused requests to the ``external`` world.
    """
    contexts = []

    def opened(**options):
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.log = SimpleNamespace(errors=[], external=[], failed=[])

        def guard(route):
            url = route.request.url
            if url.startswith(("http://127.0.0.1:", "data:", "blob:")):
                return route.continue_()
            page.log.external.append(url)
            return route.abort()

        context.route("**/*", guard)
        page.on("console", lambda message: message.type == "error" and page.log.errors.append(message.text))
        page.on("pageerror", lambda error: page.log.errors.append(str(error)))
        page.on("response", lambda answer: answer.status >= 400 and page.log.failed.append(answer.url))
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page):
    """A fresh page at 1280 by 900 pixels."""
    return open_page()
