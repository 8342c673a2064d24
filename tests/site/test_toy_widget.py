"""The live figure of chapter 02 and of the welcome page, driven as a reader would drive it."""

import json
import re

import pytest
import torch

from helpers.toy import expected_loss

pytestmark = pytest.mark.browser

PAGES = ("notebooks/00_welcome", "notebooks/02_five_features")
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
SAYS = re.compile(r"sparsity ([\d.]+): (\d) features? represented.* loss ([\d.]+); .* would have ([\d.]+)", re.I)


@pytest.fixture
def toy(site, page):
    """Open chapter 02; return its figure."""
    page.goto(f"{site}/{PAGES[1]}.html")
    figure = page.locator(".toy-geometry").first
    figure.locator("svg").first.wait_for()
    return figure


def status(figure) -> tuple[float, int, float, float]:
    """What the figure says: sparsity, features represented, loss, and the loss of keeping two."""
    found = SAYS.search(figure.locator(".status").text_content())
    return float(found[1]), int(found[2]), float(found[3]), float(found[4])


def computed(figure, index: int) -> tuple[float, int, float]:
    """The same from Python, for the model that the page holds at ``index``."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    state = next(model["state"] for model in models if "seed_losses" in model["state"])
    W, b = torch.tensor(state["weights"][index]), torch.tensor(state["biases"][index])
    loss = expected_loss(W[None], b[None], state["sparsities"][index], state["importance"]).sum()
    return round(state["sparsities"][index], 2), int((W.norm(dim=1) >= 0.5).sum()), loss.item()


def agrees(figure, index: int) -> bool:
    sparsity, count, loss, _ = status(figure)
    return (sparsity, count, loss) == (
        *computed(figure, index)[:2],
        pytest.approx(computed(figure, index)[2], abs=6e-5),
    )


def slider_at(figure, part: float) -> tuple[float, float]:
    """The point on the page that lies at ``part`` of the slider's width."""
    box = figure.locator("input[type=range]").bounding_box()
    return box["x"] + 8 + part * (box["width"] - 16), box["y"] + box["height"] / 2


def test_the_first_view_is_what_python_computes(toy):
    assert agrees(toy, 0)
    assert toy.page.log.errors == [] and toy.page.log.external == []


def test_dragging_the_slider_with_the_mouse_recomputes_the_loss(toy):
    mouse = toy.page.mouse
    toy.locator("input[type=range]").scroll_into_view_if_needed()
    mouse.move(*slider_at(toy, 0))
    mouse.down()
    mouse.move(*slider_at(toy, 0.3), steps=4)
    mouse.move(*slider_at(toy, 0.5), steps=4)
    mouse.up()
    assert toy.locator("input[type=range]").input_value() == "10"
    assert agrees(toy, 10)
    sparsity, count, loss, two = status(toy)
    assert (sparsity, count) == (0.9, 5)
    assert loss < two / 2, "superposition should win clearly at sparsity 0.9"


def test_the_keyboard_moves_the_slider_and_the_figure_follows(toy):
    before = toy.locator(".gram svg").get_attribute("aria-label")
    toy.locator("input[type=range]").focus()
    for _ in range(3):
        toy.page.keyboard.press("ArrowRight")
    assert agrees(toy, 3)
    toy.page.keyboard.press("End")
    assert agrees(toy, 20)
    assert toy.locator("input[type=range]").get_attribute("aria-valuetext") == "sparsity 0.99"
    assert toy.locator(".gram svg").get_attribute("aria-label") != before


def test_the_curve_can_be_dragged_too(toy):
    box = toy.locator(".curve svg").bounding_box()
    toy.locator(".curve svg").click(position={"x": box["width"] * 0.97, "y": box["height"] * 0.5})
    assert agrees(toy, 20)


def test_pulling_an_arrow_out_of_the_pentagon_costs(toy):
    toy.locator("input[type=range]").fill("10")
    trained = status(toy)[2]
    tip = toy.locator(".tip").nth(2)
    tip.scroll_into_view_if_needed()
    box, plane = tip.bounding_box(), toy.locator(".plane svg").bounding_box()
    toy.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    toy.page.mouse.down()
    toy.page.mouse.move(plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2, steps=5)
    toy.page.mouse.up()
    assert "Your arrows" in toy.locator(".status").inner_text()
    assert status(toy)[1] == 4
    assert status(toy)[2] > 1.5 * trained
    toy.get_by_role("button", name="Back to the book").click()
    assert agrees(toy, 10)


def test_arrow_keys_move_a_tip(toy):
    toy.locator("input[type=range]").fill("10")
    tip = toy.locator(".tip").first
    x, y = map(float, re.findall(r"[\d.]+", tip.get_attribute("aria-label").replace("\u2212", ""))[1:])
    tip.focus()
    toy.page.keyboard.press("ArrowRight")
    moved = re.findall(r"[\d.]+", tip.get_attribute("aria-label").replace("\u2212", ""))[1:]
    assert float(moved[0]) == pytest.approx(x + 0.05, abs=0.011)
    assert float(moved[1]) == pytest.approx(y, abs=0.001)


def train(figure) -> float:
    """Press the button at sparsity 0.9 and wait for the end; return the loss."""
    figure.locator("input[type=range]").fill("10")
    figure.get_by_role("button", name="Train from scratch").click()
    figure.page.wait_for_function("document.querySelector('.toy-geometry .status').textContent.startsWith('trained')")
    return status(figure)[2]


def test_training_in_the_browser_ends_better_than_keeping_two(toy):
    assert train(toy) < 0.6 * status(toy)[3]
    assert toy.get_by_role("button", name="Train from scratch").is_visible()
    assert toy.page.log.errors == []


def test_training_is_animated_unless_motion_is_reduced_and_can_be_stopped(site, open_page):
    page = open_page()
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{site}/{PAGES[1]}.html")
    figure = page.locator(".toy-geometry").first
    figure.locator("input[type=range]").fill("10")
    heights = page.evaluate(
        """async () => {
          const figure = document.querySelector(".toy-geometry"), dot = figure.querySelector(".dot"), seen = [];
          figure.querySelector(".buttons button").click();
          for (let frame = 0; frame < 60; frame++) {
            await new Promise(requestAnimationFrame);
            seen.push(Number(dot.getAttribute("cy")));
          }
          figure.querySelector(".buttons button").click();
          return seen;
        }"""
    )
    assert len(set(heights)) > 20
    assert heights[-1] > heights[0] + 20, "the loss should fall, that is, its dot should sink"
    stopped = figure.locator(".arrow").first.get_attribute("x2")
    page.wait_for_timeout(200)
    assert figure.locator(".arrow").first.get_attribute("x2") == stopped
    assert "trained here" in figure.locator(".status").text_content()
    assert figure.get_by_role("button", name="Train from scratch").is_visible()


@pytest.mark.parametrize("name", PAGES)
def test_panels_stack_on_a_phone(site, open_page, name):
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True)
    page.goto(f"{site}/{name}.html")
    panels = page.locator(".toy-geometry .panel")
    panels.first.wait_for()
    boxes = [panel.bounding_box() for panel in panels.all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
    assert all(below["y"] >= above["y"] + above["height"] for above, below in zip(boxes, boxes[1:], strict=False))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_from_the_page(site, page, theme):
    page.goto(f"{site}/{PAGES[1]}.html")
    page.locator(".toy-geometry svg").first.wait_for()
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    contrasts = page.evaluate(
        """() => {
          const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
          const luminance = (...layers) => {
            canvas.clearRect(0, 0, 1, 1);
            for (const [colour, alpha] of layers) {
              canvas.globalAlpha = alpha; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            }
            const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
              .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          const style = (node) => getComputedStyle(node);
          const paper = [style(document.body).backgroundColor, 1];
          const figure = document.querySelector(".toy-geometry");
          const texts = [".status", ".slider output", "figcaption", ".ends", "td"].map((s) => {
            return ratio(luminance(paper, [style(figure.querySelector(s)).color, 1]), luminance(paper));
          });
          const cells = [...figure.querySelectorAll(".gram rect")].map((rect) => {
            const fill = [style(rect).fill, Number(style(rect).fillOpacity)];
            const text = style(rect.nextElementSibling).fill;
            return ratio(luminance(paper, fill, [text, 1]), luminance(paper, fill));
          });
          return [...texts, ...cells];
        }"""
    )
    assert min(contrasts) >= 4.5, contrasts
