"""The game of chapter 02: two arrows placed by hand against those of the trained network."""

import json
import re

import pytest
import torch

from helpers.toy import expected_loss

pytestmark = pytest.mark.browser

PAGE = "notebooks/02_five_features"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
SAYS = re.compile(
    r"Sparsity ([\d.]+): loss ([\d.]+), (?:([\d.]+)\s% (above|below) )?(?:the same as )?the trained network"
)


def opened(page, site):
    page.goto(f"{site}/{PAGE}.html")
    figure = page.locator(".interference").first
    figure.locator("svg").first.wait_for()
    return figure


@pytest.fixture
def game(site, page):
    """Open chapter 02; return its game."""
    return opened(page, site)


def held(figure) -> dict:
    """What the page holds."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    return next(model["state"] for model in models if "free" in model["state"])


def status(figure) -> tuple[float, float, float]:
    """What the figure says: sparsity, loss, and per cent above the trained network."""
    found = SAYS.match(figure.locator(".status").text_content())
    return float(found[1]), float(found[2]), float(found[3] or 0) * (-1 if found[4] == "below" else 1)


def losses(figure) -> list[str]:
    """The losses of the arrows now, of the reader's best, and of the network."""
    return figure.locator(".losses table").first.locator("td:nth-child(2)").all_text_contents()


def level(figure) -> int:
    return int(figure.locator("input[type=range]").input_value())


def at(figure, x: float, y: float) -> tuple[float, float]:
    """The point on the page where the plane has the coordinates x, y."""
    box = figure.locator(".unit").bounding_box()
    return box["x"] + box["width"] * (1 + x) / 2, box["y"] + box["height"] * (1 - y) / 2


def tip(figure, feature: int):
    return figure.locator(f".movable[aria-label^='feature {feature + 1} at']")


def drag(figure, feature: int, to) -> None:
    """Drag the tip of a feature to a point of the plane with the mouse."""
    mouse, box = figure.page.mouse, tip(figure, feature).bounding_box()
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(*at(figure, *to), steps=6)
    mouse.up()


def test_the_network_has_the_loss_that_python_computes(game):
    state, index = held(game), level(game)
    W, b = torch.tensor(state["weights"][index]), torch.tensor(state["biases"][index])
    loss = expected_loss(W[None], b[None], state["sparsities"][index], state["importance"]).sum().item()
    assert float(losses(game)[2]) == pytest.approx(loss, abs=6e-5)
    sparsity, mine, above = status(game)
    assert sparsity == pytest.approx(state["sparsities"][index], abs=0.006)
    assert above == pytest.approx(100 * (mine / loss - 1), abs=1)
    assert game.page.log.errors == [] and game.page.log.external == []


def test_arrows_dragged_to_the_trained_ones_are_as_good(game):
    state = held(game)
    start = status(game)
    game.locator(".plane svg").scroll_into_view_if_needed()
    for feature in state["free"]:
        drag(game, feature, state["weights"][level(game)][feature])
    assert start[2] > 20
    assert -2 < status(game)[2] < 3
    assert losses(game)[1] <= losses(game)[0]


def test_the_best_stays_when_the_arrows_move_away(game):
    state = held(game)
    feature = state["free"][0]
    game.locator(".plane svg").scroll_into_view_if_needed()
    drag(game, feature, state["weights"][level(game)][feature])
    best = losses(game)[1]
    drag(game, feature, (-0.9, 0.9))
    assert losses(game)[1] <= best < losses(game)[0]


def test_arrow_keys_move_a_tip_and_shift_makes_the_step_small(game):
    mine = tip(game, held(game)["free"][1])

    def place() -> list[float]:
        return [float(n) for n in re.findall(r"-?[\d.]+", mine.get_attribute("aria-label").replace("\u2212", "-"))[1:]]

    x, y = place()
    mine.focus()
    game.page.keyboard.press("ArrowRight")
    assert place() == pytest.approx([x + 0.05, y], abs=0.011)
    game.page.keyboard.press("Shift+ArrowUp")
    assert place() == pytest.approx([x + 0.05, y + 0.01], abs=0.011)


def test_the_other_arrows_stay_where_training_put_them(game):
    state = held(game)
    assert game.locator(".movable").count() == 2
    assert game.locator(".fixed").count() == len(state["importance"]) - 2
    before = game.locator(".fixed .tip").evaluate_all("tips => tips.map((tip) => tip.getAttribute('transform'))")
    tip(game, state["free"][0]).focus()
    game.page.keyboard.press("ArrowDown")
    assert (
        game.locator(".fixed .tip").evaluate_all("tips => tips.map((tip) => tip.getAttribute('transform'))") == before
    )


def test_the_slider_changes_the_opponent_and_keeps_the_arrows(game):
    state = held(game)
    where, network = tip(game, state["free"][0]).get_attribute("transform"), losses(game)[2]
    game.locator("input[type=range]").focus()
    game.page.keyboard.press("Home")
    assert level(game) == 0
    assert status(game)[0] == pytest.approx(state["sparsities"][0], abs=0.006)
    assert tip(game, state["free"][0]).get_attribute("transform") == where
    assert losses(game)[2] != network


def test_the_computer_goes_downhill_and_does_not_count_as_your_best(game):
    before, best = status(game)[1], losses(game)[1]
    game.get_by_role("button", name="Let the computer try").click()
    game.page.wait_for_function("document.querySelector('.interference .status').textContent.startsWith('Sparsity')")
    assert game.get_by_role("button", name="Let the computer try").is_visible()
    assert status(game)[1] < before - 1e-3
    assert losses(game)[1] == best
    game.get_by_role("button", name="Start again").click()
    assert status(game)[1] == before


def test_the_trained_arrows_are_hidden_until_asked_for(game):
    ghosts = game.locator(".ghost")
    assert [ghosts.nth(i).get_attribute("visibility") for i in range(2)] == ["hidden", "hidden"]
    game.get_by_role("button", name="Show the trained arrows").click()
    assert [ghosts.nth(i).get_attribute("visibility") for i in range(2)] == ["visible", "visible"]
    game.get_by_role("button", name="Hide the trained arrows").click()
    assert ghosts.first.get_attribute("visibility") == "hidden"


def test_a_finger_drags_a_tip_on_a_phone_and_nothing_overflows(site, open_page):
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True)
    figure = opened(page, site)
    state = held(figure)
    feature, before = state["free"][0], status(figure)[1]
    figure.locator(".plane svg").scroll_into_view_if_needed()
    box = tip(figure, feature).bounding_box()
    start = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    end = at(figure, *state["weights"][level(figure)][feature])
    touch = page.context.new_cdp_session(page)
    # Many small moves, as a finger makes them: the browser must not take the drag for a scroll of the page.
    path = [(start[0] + k / 8 * (end[0] - start[0]), start[1] + k / 8 * (end[1] - start[1])) for k in range(9)]
    for number, (x, y) in enumerate(path):
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function(
        "loss => !document.querySelector('.interference .status').textContent.includes(loss)", arg=f"{before:.4f}"
    )
    assert status(figure)[1] < before
    box = tip(figure, feature).bounding_box()
    assert (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) == pytest.approx(end, abs=4)
    boxes = figure.locator(".panel").evaluate_all(
        "panels => panels.map((panel) => panel.getBoundingClientRect().toJSON())"
    )
    assert all(box["left"] >= 0 and box["right"] <= 360 for box in boxes)
    assert all(below["top"] >= above["bottom"] for above, below in zip(boxes, boxes[1:], strict=False))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_checker_finds_no_barrier(game, axe, theme):
    game.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    game.page.evaluate(axe)
    found = game.page.evaluate("axe.run('.interference', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
