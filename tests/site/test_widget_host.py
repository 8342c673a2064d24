"""The small widget host in a browser: data in, live figures out, one failure at a time."""

import base64
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "book" / "_ext"))

from widget_pages import slim  # noqa: E402

HOST = (ROOT / "book/_static/anywidget-host.js").read_text("utf8")
COUNTER = """
window.imports = (window.imports ?? 0) + 1;
function initialize({ model }) { window.starts = (window.starts ?? 0) + 1; }
function render({ model, el }) {
  const button = document.createElement("button");
  const draw = () => { button.textContent = model.get("count"); };
  const add = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
  button.addEventListener("click", add);
  button.addEventListener("contextmenu", () => model.off("change:count", draw));
  model.on("change:count", draw);
  draw();
  el.append(button);
  return () => { localStorage.setItem("cleaned", "yes"); };
}
export default { initialize, render };
"""
FACTORY = """export default async () => ({
  render({ model, el }) { el.textContent = `${model.get("data").byteLength} ${model.get("data").getUint8(2)}`; },
});"""
BROKEN = "export default { render() { throw new Error('out of <b>snow</b>'); } };"

pytestmark = pytest.mark.browser


def model(code: str, buffers=(), **state) -> dict:
    return {
        "model_module": "anywidget",
        "model_name": "AnyModel",
        "state": {"_esm": code, **state},
        "buffers": list(buffers),
    }


@pytest.fixture
def hosted(site, page):
    """Show ``shown`` models of a notebook's widget ``state`` on an otherwise empty page."""

    def show(state: dict, shown: list[str]):
        page.goto(f"{site}/search.html")  # for its origin: the content is replaced
        views = "".join(
            f'<p><script type="application/vnd.jupyter.widget-view+json">{json.dumps({"model_id": name})}</script></p>'
            for name in shown
        )
        data = json.dumps(slim(state, shown)).replace("<", r"\u003c")
        page.set_content(
            f'{views}<script type="application/vnd.snowfall.widgets+json">{data}</script><script>{HOST}</script>'
        )
        page.wait_for_function(
            "(n) => [...document.querySelectorAll('.anywidget-view')].filter((v) => v.childNodes.length).length === n",
            arg=len(shown),
        )
        return page

    return show


def test_widgets_draw_and_recompute_without_a_kernel(hosted):
    page = hosted({"a": model(COUNTER, count=3, _css="button { color: rgb(1, 2, 3) }")}, ["a"])
    button = page.locator("button")
    assert button.inner_text() == "3"
    assert button.evaluate("(b) => getComputedStyle(b).color") == "rgb(1, 2, 3)"
    button.click()
    assert button.inner_text() == "4"
    button.dispatch_event("contextmenu")  # takes the listener off
    button.click()
    assert button.inner_text() == "4"


def test_equal_sources_are_imported_once_and_a_model_shown_twice_starts_once(hosted):
    page = hosted({"a": model(COUNTER, count=1), "b": model(COUNTER, count=5)}, ["a", "a", "b"])
    assert page.evaluate("[imports, starts]") == [1, 2]
    page.locator("button").first.click()
    assert page.locator("button").all_inner_texts() == ["2", "2", "5"]


@pytest.mark.parametrize(("kind", "back"), [("LinkModel", "9"), ("DirectionalLinkModel", "8")])
def test_links_between_widgets_work(hosted, kind, back):
    link = {
        "model_module": "@jupyter-widgets/controls",
        "model_name": kind,
        "state": {"source": ["IPY_MODEL_a", "count"], "target": ["IPY_MODEL_b", "count"]},
    }
    page = hosted({"a": model(COUNTER, count=7), "b": model(COUNTER, count=0), "link": link}, ["a", "b"])
    first, second = page.locator("button").first, page.locator("button").last
    assert second.inner_text() == "7"
    first.click()
    assert second.inner_text() == "8"
    second.click()
    assert [first.inner_text(), second.inner_text()] == [back, "9"]


def test_binary_data_arrive_as_data_views(hosted):
    data = base64.b64encode(bytes([5, 6, 7])).decode()
    state = {"a": model(FACTORY, [{"encoding": "base64", "path": ["data"], "data": data}])}
    assert hosted(state, ["a"]).locator(".anywidget-view").inner_text() == "3 7"


def test_one_broken_widget_explains_itself_and_spares_the_others(hosted):
    page = hosted({"a": model(BROKEN), "b": model(COUNTER, count=1)}, ["a", "b", "missing"])
    errors = page.locator(".widget-error")
    assert errors.all_inner_texts() == [
        "This interactive figure could not start: out of <b>snow</b>",
        "This interactive figure could not start: its data are missing from this page",
    ]
    assert page.locator("button").inner_text() == "1"
    assert len(page.log.errors) == 2


def test_leaving_the_page_cleans_up(hosted, site):
    page = hosted({"a": model(COUNTER, count=1)}, ["a"])
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: false }))")
    assert page.evaluate("localStorage.getItem('cleaned')") == "yes"
