"""The phase explorer of chapter 05: set the weather, see what falls."""

import json
import re

import pytest

from helpers.weather import physics

pytestmark = pytest.mark.browser

PAGE = "notebooks/05_rain_and_snow"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
SAYS = re.compile(r"At (-?[\d.]+) °C and (\d+)% humidity the wet bulb is (-?[\d.]+) °C: snow (.*?), rain ")
SHOWN = (-5, 10)  # °C, of the chart


@pytest.fixture
def explorer(site, open_page):
    """A function that opens chapter 05 with some hash; returns the explorer."""

    def opened(fragment="", **options):
        page = open_page(**options)
        page.goto(f"{site}/{PAGE}.html{fragment}")
        figure = page.locator(".phase-explorer").first
        figure.locator("svg").first.wait_for()
        return figure

    return opened


def held(figure) -> dict:
    """What the page holds."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    return next(model["state"] for model in models if "riming" in model["state"])


def said(figure) -> tuple[float, int, float, str]:
    """Temperature, humidity, wet bulb and probability of snow, as the sentence has them."""
    text = figure.locator(".status").text_content().replace("\u2212", "-").replace("\u00a0", " ")
    found = SAYS.match(text)
    return float(found[1]), int(found[2]), float(found[3]), found[4]


def settings(figure) -> list[str]:
    """What stands beside the four sliders."""
    return figure.locator("output").all_text_contents()


def hand(figure):
    return figure.get_by_role("slider", name="Air temperature").and_(figure.locator("g"))


def at(figure, temperature: float, p: float) -> tuple[float, float]:
    """The point on the page where the chart has this temperature and probability."""
    box = figure.locator(".odds .plot").bounding_box()
    across = (temperature - SHOWN[0]) / (SHOWN[1] - SHOWN[0])
    return box["x"] + box["width"] * across, box["y"] + box["height"] * (1 - p)


def the_hash(page) -> str:
    page.wait_for_function("location.hash.includes('T=')")
    return page.evaluate("location.hash")


def test_the_sentence_has_the_numbers_of_python(explorer):
    figure = explorer()
    state = held(figure)
    temperature, humidity, wet_bulb, snow = said(figure)
    assert (temperature, humidity) == (state["temperature"], state["humidity"])
    assert wet_bulb == pytest.approx(physics.wet_bulb(temperature, min(humidity, 99)), abs=0.051)
    assert snow == f"{100 * physics.snow_probability(temperature, humidity):.0f}%"
    assert figure.page.log.errors == [] and figure.page.log.external == []


def test_the_mouse_drags_the_line_and_the_address_follows(explorer):
    figure = explorer()
    page, snow = figure.page, figure.locator(".sizes .flakes").first
    figure.locator(".odds svg").first.scroll_into_view_if_needed()
    before = snow.get_attribute("d")
    page.mouse.move(*at(figure, said(figure)[0], 0.5))
    page.mouse.down()
    page.mouse.move(*at(figure, 3, 0.3), steps=5)
    page.mouse.up()
    assert said(figure)[0] == pytest.approx(3, abs=0.11)
    assert snow.get_attribute("d") != before
    assert float(hand(figure).get_attribute("aria-valuenow")) == said(figure)[0]
    assert f"T={said(figure)[0]:g}&" in the_hash(page).replace("#", "#&")


def test_keys_move_the_line_even_off_the_chart(explorer):
    figure = explorer("#T=1&RH=80")
    hand(figure).focus()
    for keys, temperature in [
        ("ArrowRight", 1.5), ("Shift+ArrowDown", 1.4), ("PageUp", 4.4), ("Home", -15), ("ArrowLeft", -15), ("End", 12)
    ]:  # fmt: skip
        figure.page.keyboard.press(keys)
        assert said(figure)[0] == temperature
    assert "12.0" in hand(figure).text_content()
    assert "snow under 1%" in hand(figure).get_attribute("aria-valuetext")


def test_every_slider_moves_by_keys_and_changes_the_sizes(explorer):
    figure = explorer("#T=0.5&RH=90&R=1&riming=0.2")
    sliders = figure.locator("input[type=range]")
    for k in range(4):
        before, sizes = settings(figure), figure.locator(".sizes .flakes").first.get_attribute("d")
        sliders.nth(k).focus()
        for _ in range(3):
            figure.page.keyboard.press("ArrowRight")
        after = settings(figure)
        assert [a != b for a, b in zip(before, after, strict=True)] == [i == k for i in range(4)]
        assert figure.locator(".sizes .flakes").first.get_attribute("d") != sizes


def test_a_drag_is_read_out_once_when_the_hand_rests(explorer):
    figure = explorer()
    page = figure.page
    page.evaluate("""() => {
      window.heard = [];
      const line = document.querySelector(".phase-explorer [role=status]");
      new MutationObserver(() => window.heard.push(line.textContent)).observe(line, { childList: true });
    }""")
    hand(figure).focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("window.heard") == []
    page.wait_for_function("window.heard.length > 0")
    assert page.evaluate("window.heard") == [figure.locator(".status").text_content()]


def test_an_example_sets_everything_and_is_marked(explorer):
    figure = explorer()
    button = figure.get_by_role("button", name="Heavily rimed")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert figure.locator("[aria-pressed=true]").count() == 1
    assert "heavily rimed flakes" in figure.locator(".status").text_content()
    hand(figure).focus()
    figure.page.keyboard.press("ArrowRight")
    assert figure.locator("[aria-pressed=true]").count() == 0


def test_what_is_counted_replaces_what_is_in_the_air(explorer):
    figure = explorer("#R=2")
    bars, line = (figure.locator(f".sizes .plot .{name}") for name in ("bars", "fitted"))
    assert (bars.get_attribute("d"), bool(line.get_attribute("d"))) == ("", True)
    figure.get_by_role("radio", name="counted").check()
    assert bars.get_attribute("d").count("M") > 10
    assert line.get_attribute("d") == ""
    assert the_hash(figure.page).endswith("show=counts")


def test_a_link_sets_what_it_names_and_nothing_impossible(explorer):
    figure = explorer("#T=99&RH=&R=abc&riming=0.5&else=3&show=all")
    state = held(figure)
    assert said(figure)[:2] == (12, state["humidity"])
    assert [float(text.split()[0]) for text in settings(figure)[2:]] == [state["rate"], 0.5]
    assert figure.get_by_role("radio", name="in the air").is_checked()
    figure.page.evaluate("location.hash = '#T=-1.5&RH=-20'")
    figure.page.wait_for_function("document.querySelector('.phase-explorer output').textContent.includes('1.5')")
    assert said(figure)[:2] == (-1.5, 30)
    assert settings(figure)[3] == "0.50"
    assert figure.page.log.errors == []


def test_on_a_phone_a_finger_drags_the_line_and_scrolling_does_not(explorer):
    figure = explorer("#T=0", viewport={"width": 360, "height": 740}, has_touch=True)
    page = figure.page
    figure.locator(".odds").scroll_into_view_if_needed()
    touch = page.context.new_cdp_session(page)

    def swipe(*points):
        kinds = ["touchStart", *["touchMove"] * (len(points) - 1)]
        for kind, (x, y) in zip(kinds, points, strict=True):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe(at(figure, 0, 0.5), at(figure, 2, 0.5), at(figure, 4, 0.5))
    page.wait_for_function("document.querySelector('.phase-explorer output').textContent.match(/^(3.9|4.[01])/)")
    moved = said(figure)[0]
    x, y = at(figure, -3, 0.1)
    swipe((x, y), (x, y - 30), (x, y - 90))
    assert said(figure)[0] == moved
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = figure.locator(".panel").evaluate_all("all => all.map((panel) => panel.getBoundingClientRect().toJSON())")
    assert all(box["left"] >= 0 and box["right"] <= 360 for box in boxes)
    heights = figure.locator("svg text").evaluate_all(
        "all => all.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"
    )
    assert min(heights) >= 11


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("show", ["air", "counts"])
def test_the_checker_finds_no_barrier(explorer, axe, theme, show):
    figure = explorer(f"#T=-12&show={show}")
    figure.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    figure.page.evaluate(axe)
    found = figure.page.evaluate("axe.run('.phase-explorer', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
