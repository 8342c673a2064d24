"""The phase diagram of chapter 03, explored as a reader would explore it."""

import json
import re

import numpy as np
import pytest
import torch

from helpers.phases import FATES, fate, fate_losses, theory
from helpers.toy import expected_loss

pytestmark = pytest.mark.browser

PAGE = "notebooks/03_geometry"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
SAYS = re.compile(r"Importance ([\d.]+), density ([\d.]+): (.+)\. They agree in (\d+)\s% of the cells\.")
# The closed forms of the page's integral and of Python's differ a little where features share a line.
CLOSE = 0.05


def opened(page, site):
    page.goto(f"{site}/{PAGE}.html")
    figure = page.locator(".phase-map").first
    figure.locator("svg").first.wait_for()
    return figure


@pytest.fixture
def diagram(site, page):
    """Open chapter 03; return its phase diagram."""
    return opened(page, site)


def maps(figure) -> list[dict]:
    """The maps that the page holds, as arrays."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    held = next(model["state"]["maps"] for model in models if "maps" in model["state"])
    for one in held:
        hidden, shape = one["hidden"], (len(one["density"]), len(one["importance"]), -1)
        cells = torch.tensor(one["cells"], dtype=torch.float64).view(shape) / 1000
        split = hidden * (hidden + 1)
        one["W"], one["b"] = cells[..., :split].unflatten(-1, (hidden + 1, hidden)), cells[..., split:]
    return held


def square(figure):
    """The square of cells that is shown."""
    return figure.locator(".square > svg:visible")


def agrees(figure, one: dict, row: int, column: int) -> bool:
    """Whether status and losses are what Python computes for a cell."""
    importance, density, verdict, _ = SAYS.fullmatch(figure.locator(".status").text_content()).groups()
    r, d, hidden = one["importance"][column], one["density"][row], one["hidden"]
    assert (float(importance), float(density)) == (pytest.approx(r, rel=0.06), pytest.approx(d, rel=0.06))
    W, b = one["W"][row, column][None], one["b"][row, column][None]
    made, best = FATES[fate(W)], FATES[theory(r, d, hidden)]
    said = f"training and theory both choose {best}" if made == best else f"training chose {made}, theory {best}"
    weights = [1.0] * hidden + [r]
    losses = [*fate_losses(r, d, hidden).tolist(), expected_loss(W, b, 1 - d, weights).sum().item()]
    shown = figure.locator(".losses:visible td > span:first-child").all_text_contents()
    return verdict == said and [float(text.split(",")[0]) for text in shown] == [
        *(pytest.approx(loss, rel=0.006) for loss in losses[:3]),
        pytest.approx(losses[3], rel=CLOSE, abs=1e-6),
    ]


def centre(figure, one: dict, row: int, column: int) -> tuple[float, float]:
    """The point on the page in the middle of a cell."""
    box = figure.locator(".edge:visible").bounding_box()
    rows, columns = len(one["density"]), len(one["importance"])
    return box["x"] + box["width"] * (column + 0.5) / columns, box["y"] + box["height"] * (1 - (row + 0.5) / rows)


def test_the_first_view_is_what_python_computes(diagram):
    one = maps(diagram)[0]
    rows, columns = len(one["density"]), len(one["importance"])
    assert agrees(diagram, one, rows // 2, columns // 2)
    assert diagram.page.log.errors == [] and diagram.page.log.external == []


def test_the_share_of_cells_that_agree_is_what_python_counts(diagram):
    one = maps(diagram)[0]
    made = fate(one["W"].flatten(0, 1))
    best = theory(torch.tensor(one["importance"]), torch.tensor(one["density"])[:, None], one["hidden"]).flatten()
    said = int(SAYS.fullmatch(diagram.locator(".status").text_content())[4])
    assert said == pytest.approx(100 * (made == best).double().mean().item(), abs=0.6)
    assert said > 80


def test_the_mouse_previews_a_cell_and_a_click_keeps_it(diagram):
    one = maps(diagram)[0]
    square(diagram).scroll_into_view_if_needed()
    mouse = diagram.page.mouse
    mouse.move(*centre(diagram, one, 2, 3))
    assert agrees(diagram, one, 2, 3)
    mouse.move(5, 5)
    assert agrees(diagram, one, len(one["density"]) // 2, len(one["importance"]) // 2)
    mouse.click(*centre(diagram, one, 2, 3))
    mouse.move(5, 5)
    assert agrees(diagram, one, 2, 3)


def test_the_keyboard_reaches_every_edge_of_the_map(diagram):
    one = maps(diagram)[0]
    rows, columns = len(one["density"]), len(one["importance"])
    square(diagram).focus()
    for key in ("PageDown", "Home", "ArrowLeft", "ArrowDown"):
        diagram.page.keyboard.press(key)
    assert agrees(diagram, one, 0, 0)
    for key in ("ArrowUp", "ArrowRight", "ArrowRight"):
        diagram.page.keyboard.press(key)
    assert agrees(diagram, one, 1, 2)
    for key in ("PageUp", "End", "ArrowRight", "ArrowUp"):
        diagram.page.keyboard.press(key)
    assert agrees(diagram, one, rows - 1, columns - 1)


def test_the_colours_follow_training_or_theory(diagram):
    one = maps(diagram)[0]

    def coloured() -> list[int]:
        areas = diagram.locator(".area")
        return [areas.nth(i).get_attribute("d").count("M") for i in range(len(FATES))]

    made = fate(one["W"].flatten(0, 1))
    assert coloured() == np.bincount(made, minlength=3).tolist()
    diagram.get_by_label("theory").check()
    best = theory(torch.tensor(one["importance"]), torch.tensor(one["density"])[:, None], one["hidden"])
    assert coloured() == pytest.approx(np.bincount(best.flatten(), minlength=3).tolist(), abs=len(one["density"]))


def test_another_model_has_a_map_of_its_own(diagram):
    held = maps(diagram)
    assert [one["hidden"] for one in held] == [1, 2]
    diagram.get_by_label(held[1]["title"]).check()
    rows, columns = len(held[1]["density"]), len(held[1]["importance"])
    assert agrees(diagram, held[1], rows // 2, columns // 2)
    assert diagram.locator(".model .tip:visible").count() == 3
    assert "feature 3 at" in diagram.locator(".model svg:visible").get_attribute("aria-label")


def test_a_tap_chooses_on_a_phone_and_nothing_overflows(site, open_page):
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True)
    figure = opened(page, site)
    one = maps(figure)[0]
    square(figure).scroll_into_view_if_needed()
    page.touchscreen.tap(*centre(figure, one, 3, 4))
    assert agrees(figure, one, 3, 4)
    boxes = figure.locator(".panel:visible").evaluate_all(
        "panels => panels.map((panel) => panel.getBoundingClientRect().toJSON())"
    )
    assert all(box["left"] >= 0 and box["right"] <= 360 for box in boxes)
    assert all(below["top"] >= above["bottom"] for above, below in zip(boxes, boxes[1:], strict=False))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = figure.locator(".square text").evaluate_all(
        "texts => texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d)"
    )
    assert min(size for size in sizes if size) > 10.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_checker_finds_no_barrier(diagram, axe, theme):
    diagram.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    diagram.page.evaluate(axe)
    found = diagram.page.evaluate("axe.run('.phase-map', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
