"""The geometry player of chapter 02, driven as a reader would drive it."""

import json
import re

import pytest
import torch

from helpers.toy import expected_loss

pytestmark = pytest.mark.browser

PAGE = "notebooks/02_five_features"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
SAYS = re.compile(r"(\d) features at sparsity ([\d.]+).*: (\d) represented.* loss ([\d.]+), (\d+)%")


def opened(site, page):
    page.goto(f"{site}/{PAGE}.html")
    figure = page.locator(".geometry-player")
    figure.locator("svg").first.wait_for()
    return figure


@pytest.fixture
def player(site, page):
    """Open chapter 02; return its player."""
    return opened(site, page)


def slider(figure, name: str):
    return figure.get_by_role("slider", name=name)


def choose(figure, count: int) -> None:
    figure.get_by_role("radio", name=str(count)).check(force=True)


def held(figure) -> dict:
    """What Python gave the page."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    return next(model["state"] for model in models if "counts" in model["state"])


def status(figure) -> tuple[int, float, int, str]:
    """What the figure says: features, sparsity, features represented, and the loss as it is written."""
    found = SAYS.search(figure.locator(".status").text_content())
    return int(found[1]), float(found[2]), int(found[3]), found[4]


def agrees(figure) -> bool:
    """Whether the status is what Python computes for the model at which the controls stand."""
    state = held(figure)
    levels, last = state["importances"], len(state["steps"]) - 1
    count = int(figure.locator("input[type=radio]:checked").input_value())
    n = state["counts"].index(count)
    s, i, t = (int(slider(figure, name).input_value()) for name in ("sparsity", "importance", "training step"))
    if t == last:
        at, packed = s * len(levels) + i, state["optima"][n]
    else:
        at, packed = s * last + t, state["paths"][n]
    model = torch.tensor(packed[at * count * 3 : (at + 1) * count * 3]).view(1, count, 3) / 1000
    worth = torch.tensor([levels[i], *[1.0] * (count - 1)])
    loss = expected_loss(model[..., :2], model[..., 2], state["sparsities"][s], worth).sum().item()
    represented = int((model[0, :, :2].norm(dim=1) >= 0.5).sum())
    said = status(figure)
    assert said[:3] == (count, round(state["sparsities"][s], 2), represented)
    return float(said[3]) == pytest.approx(loss, rel=6e-3)


def drag(figure, name: str, to: float) -> None:
    """Drag a slider's thumb with the mouse to this part of its width."""
    box = slider(figure, name).bounding_box()
    low, high = int(slider(figure, name).get_attribute("min")), int(slider(figure, name).get_attribute("max"))
    now = (int(slider(figure, name).input_value()) - low) / (high - low)
    mouse, y = figure.page.mouse, box["y"] + box["height"] / 2
    mouse.move(box["x"] + 8 + now * (box["width"] - 16), y)
    mouse.down()
    mouse.move(box["x"] + 8 + to * (box["width"] - 16), y, steps=6)
    mouse.up()


def arrows(figure) -> list[str]:
    """Where the visible arrows end."""
    return [
        f"{line.get_attribute('x2')} {line.get_attribute('y2')}"
        for line in figure.locator(".plane .arrow").all()
        if line.is_visible()
    ]


def test_the_first_view_is_what_python_computes(player):
    assert agrees(player)
    assert player.page.log.errors == [] and player.page.log.external == []


def test_every_number_of_features_has_its_arrows_rows_and_cells(player):
    for count in held(player)["counts"]:
        choose(player, count)
        assert agrees(player)
        assert player.locator(".features tbody tr:visible").count() == count
        assert player.locator(".gram rect:visible").count() == count**2
        assert player.locator(".plane .tip:visible").count() == count
    assert player.page.log.errors == []


def test_dragging_the_sparsity_with_the_mouse_recomputes(player):
    slider(player, "sparsity").scroll_into_view_if_needed()
    before = player.locator(".gram svg").get_attribute("aria-label")
    drag(player, "sparsity", 0.0)
    assert slider(player, "sparsity").input_value() == "0"
    assert status(player)[1] == held(player)["sparsities"][0]
    assert agrees(player)
    assert player.locator(".gram svg").get_attribute("aria-label") != before


def test_an_unimportant_feature_is_dropped_and_an_important_one_gets_a_dimension(player):
    choose(player, 5)
    slider(player, "sparsity").fill("0")
    row = player.locator(".features tbody tr").first.locator("td")
    slider(player, "importance").scroll_into_view_if_needed()
    drag(player, "importance", 0.0)
    assert agrees(player)
    assert float(row.nth(1).text_content()) < 0.5
    drag(player, "importance", 1.0)
    assert agrees(player)
    assert float(row.nth(1).text_content()) > 0.9
    assert float(row.nth(2).text_content()) > 0.9


def test_the_training_can_be_scrubbed_and_ends_at_the_trained_model(player):
    time, last = slider(player, "training step"), len(held(player)["steps"]) - 1
    trained, end = arrows(player), status(player)
    time.scroll_into_view_if_needed()
    drag(player, "training step", 0.0)
    assert time.input_value() == "0"
    assert player.locator(".status").text_content().startswith("after 0 of")
    assert agrees(player)
    assert arrows(player) != trained
    assert float(status(player)[3]) > 1.5 * float(end[3])
    player.page.keyboard.press("End")
    assert time.input_value() == str(last)
    assert (arrows(player), status(player)) == (trained, end)


def test_the_training_is_not_recorded_off_equal_importance_and_the_figure_says_so(player):
    slider(player, "training step").fill("1")
    slider(player, "importance").focus()
    player.page.keyboard.press("ArrowRight")
    assert slider(player, "training step").is_disabled()
    assert player.get_by_role("button", name="Play the training").is_disabled()
    assert "equal importance" in player.locator(".note").text_content()
    assert agrees(player)
    player.page.keyboard.press("ArrowLeft")
    assert slider(player, "training step").is_enabled()
    assert player.locator(".note").text_content() == ""


def test_the_keyboard_reaches_every_control(player):
    page = player.page
    player.locator("input[type=radio]:checked").focus()
    count = status(player)[0]
    page.keyboard.press("ArrowRight")
    assert status(player)[0] == count + 1
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert status(player)[1] == held(player)["sparsities"][0]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert player.locator(".status").text_content().startswith("after 0 of")
    assert slider(player, "training step").get_attribute("aria-valuetext").startswith("step 0 of")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert player.get_by_role("button", name="Pause").is_visible()
    assert agrees(player)


def test_the_training_plays_to_its_end_and_can_be_paused(player):
    time, last = slider(player, "training step"), len(held(player)["steps"]) - 1
    trained = arrows(player)
    player.get_by_role("button", name="Play the training").click()
    assert time.input_value() in ("0", "1")
    player.page.wait_for_function("document.querySelector('.geometry-player .story input').value === '2'")
    player.get_by_role("button", name="Pause").click()
    player.page.wait_for_timeout(1300)
    assert int(time.input_value()) < last
    paused = time.input_value()
    player.get_by_role("button", name="Play the training").click()
    player.page.wait_for_function(f"Number(document.querySelector('.geometry-player .story input').value) > {paused}")
    player.get_by_role("button", name="Play the training").wait_for()  # its name again at the end
    assert time.input_value() == str(last)
    assert arrows(player) == trained


MOVES = """async () => {
  const figure = document.querySelector(".geometry-player"), arrow = figure.querySelector(".plane .arrow"), seen = [];
  const input = figure.querySelector(".story input");
  input.value = 0;
  input.dispatchEvent(new Event("input"));
  for (let frame = 0; frame < 30; frame++) {
    seen.push(arrow.getAttribute("x2"));
    await new Promise(requestAnimationFrame);
  }
  return new Set(seen).size;
}"""


@pytest.mark.parametrize(("motion", "least", "most"), [("reduce", 1, 1), ("no-preference", 4, 30)])
def test_arrows_glide_unless_motion_is_reduced(site, open_page, motion, least, most):
    page = open_page()
    page.emulate_media(reduced_motion=motion)
    opened(site, page)
    assert least <= page.evaluate(MOVES) <= most


def test_a_phone_shows_it_all_and_takes_touches(site, open_page):
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True)
    figure = opened(site, page)
    boxes = [panel.bounding_box() for panel in figure.locator(".panel").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 360 for box in boxes)
    assert all(below["y"] >= above["y"] + above["height"] for above, below in zip(boxes, boxes[1:], strict=False))
    figure.locator(".segments label").last.tap()
    assert status(figure)[0] == held(figure)["counts"][-1]
    box = slider(figure, "sparsity").bounding_box()
    slider(figure, "sparsity").tap(position={"x": box["width"] - 10, "y": box["height"] / 2})
    assert status(figure)[1] == round(held(figure)["sparsities"][-1], 2)
    assert agrees(figure)
    figure.get_by_role("button", name="Play the training").tap()
    assert figure.get_by_role("button", name="Pause").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = page.evaluate(
        """() => [...document.querySelectorAll(".geometry-player svg text")]
          .filter((node) => node.getClientRects().length)
          .map((node) => parseFloat(getComputedStyle(node).fontSize) * node.getScreenCTM().a)"""
    )
    assert min(sizes) >= 11.5
    assert page.log.errors == [] and page.log.external == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(site, page, axe, theme):
    figure = opened(site, page)
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.add_script_tag(content=axe)
    for importance in ("0", str(held(figure)["importances"].index(1.0))):
        slider(figure, "importance").fill(importance)
        found = page.evaluate("axe.run('.geometry-player').then(({ violations }) => violations.map(({ id }) => id))")
        assert found == []
