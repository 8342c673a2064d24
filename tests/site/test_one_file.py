"""The file that ``to_html`` writes, opened from the disk: live, and alone."""

import sys
from pathlib import Path

import anywidget
import pytest
import traitlets

sys.path.insert(0, str(Path(__file__).parents[1]))

from inspector_records import deep  # noqa: E402

from helpers.widgets.inspector.page import to_html  # noqa: E402

pytestmark = pytest.mark.browser


class Counter(anywidget.AnyWidget):
    """Counts clicks, shows the last byte and a text as text, and tries to reach out."""

    _esm = """
    export default { render({ model, el }) {
      const button = document.createElement("button");
      const draw = () => {
        const bytes = model.get("data");
        button.textContent = `${model.get("count")} ${bytes.getUint8(bytes.byteLength - 1)} ${model.get("text")}`;
      };
      button.addEventListener("click", () => model.set("count", model.get("count") + 1));
      model.on("change:count", draw);
      draw();
      el.append(button);
      fetch("https://example.org/").catch(() => { document.body.dataset.refused = "yes"; });
    } };"""
    count = traitlets.Int(41).tag(sync=True)
    data = traitlets.Bytes(b"\x00\x07").tag(sync=True)
    text = traitlets.Unicode("</script><script>window.ran = 1</script>").tag(sync=True)


@pytest.fixture
def opened(browser, tmp_path):
    """Write a widget's file, open it from the disk, and return the page; ``page.log`` has its errors and requests."""
    contexts = []

    def show(widget, **options):
        path = tmp_path / "page.html"
        to_html(widget, path)
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.log = {"errors": [], "requests": []}
        page.on("console", lambda message: message.type == "error" and page.log["errors"].append(message.text))
        page.on("pageerror", lambda error: page.log["errors"].append(str(error)))
        page.on("request", lambda request: page.log["requests"].append(request.url))
        page.goto(path.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()


def test_a_widget_is_live_in_a_file(opened):
    page = opened(Counter())
    button = page.locator("button")
    button.wait_for()
    assert button.text_content() == "41 7 </script><script>window.ran = 1</script>"
    button.click()
    assert button.text_content().startswith("42 7 ")
    assert page.evaluate("window.ran") is None


def test_the_file_is_not_allowed_to_ask_for_anything(opened):
    page = opened(Counter())
    page.wait_for_selector("body[data-refused=yes]")
    reached = [url for url in page.log["requests"] if not url.startswith(("file:", "blob:", "data:"))]
    assert reached == [] and len(page.log["errors"]) >= 1
    assert all("Content Security Policy" in error for error in page.log["errors"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_file_is_light_or_dark_as_the_reader_has_it(opened, scheme):
    page = opened(Counter(), color_scheme=scheme)
    assert page.evaluate("document.documentElement.dataset.theme") == scheme
    wanted = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 30)"}[scheme]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == wanted


def test_a_record_is_inspected_in_a_file(opened):
    page = opened(deep(), viewport={"width": 360, "height": 800})
    page.wait_for_selector(".anywidget-view > :not(style)")
    assert "wind <script>alert(1)</script>" in page.locator("main").inner_text()
    assert page.log["errors"] == [] and all(url.startswith(("file:", "blob:", "data:")) for url in page.log["requests"])
