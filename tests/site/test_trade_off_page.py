"""The trade-off explorer of chapter 08b: drag the sparsity, choose a dot, read the dictionary."""

import json
import re

import pytest

pytestmark = pytest.mark.browser

PAGE = "notebooks/08b_variants"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
SAYS = re.compile(
    r"(?P<variant>.+), .+ [\d.e-]+, seed (?P<seed>\d+): (?P<l0>[\d.e-]+) latents on per row.*, "
    r"(?P<explained>[\d.-]+)% of the variance explained\. MMCS (?P<mmcs>[\d.-]+); "
    r"(?P<recovered>\d+) of \d+ features recovered .*; (?P<dead>\d+) of \d+ latents dead; "
)


@pytest.fixture
def explorer(site, open_page):
    """A function that opens chapter 08b with some hash; returns the explorer."""

    def opened(fragment="", **options):
        page = open_page(**options)
        page.goto(f"{site}/{PAGE}.html{fragment}")
        figure = page.locator(".trade-off").first
        figure.locator("svg").first.wait_for()
        return figure

    return opened


def held(figure) -> dict:
    """What the page holds."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    return next(model["state"] for model in models if "true_l0" in model["state"])


def said(figure) -> dict:
    """What the sentence says."""
    return SAYS.match(figure.locator(".status").text_content().replace("\u2212", "-")).groupdict()


def link(state, variant: int, v: int, seed: int = 0) -> str:
    """The hash of one autoencoder."""
    return (
        f"#{state['key']}={state['variants'][variant]['name']}:{state['variants'][variant]['values'][v]:g}:{seed + 1}"
    )


def visible_slider(figure):
    return figure.locator("input[type=range]:visible")


def assert_shown(figure, variant: dict, v: int, seed: int) -> None:
    """The sentence has the numbers that Python computed for one autoencoder."""
    found = said(figure)
    assert (found["variant"], int(found["seed"])) == (variant["name"], seed + 1)
    assert float(found["l0"]) == pytest.approx(variant["l0"][v][seed], rel=6e-3)
    assert float(found["explained"]) == pytest.approx(100 * variant["explained"][v][seed], abs=0.51)
    # The page computes these from the dictionaries, which travel with fewer digits.
    assert float(found["mmcs"]) == pytest.approx(variant["mmcs"][v][seed], abs=0.011)
    assert int(found["recovered"]) == pytest.approx(variant["recovered"][v][seed], abs=1)
    assert int(found["dead"]) == variant["dead"][v][seed]


def test_the_sentence_has_the_numbers_of_python(explorer):
    figure = explorer()
    state = held(figure)
    variant = next(each for each in state["variants"] if each["name"] == state["variant"])
    v = min(range(len(variant["values"])), key=lambda k: abs(variant["values"][k] - state["value"]))
    assert_shown(figure, variant, v, state["seed"])
    assert figure.page.log.errors == [] and figure.page.log.external == []


def test_the_slider_goes_through_every_value_and_the_address_follows(explorer):
    figure = explorer()
    state = held(figure)
    for variant in state["variants"]:
        figure.get_by_role("radio", name=variant["name"], exact=True).check()
        slider = visible_slider(figure)
        assert slider.count() == 1 and slider.get_attribute("aria-label") == variant["setting"]
        slider.focus()
        figure.page.keyboard.press("Home")
        for v in range(len(variant["values"])):
            assert_shown(figure, variant, v, 0)
            figure.page.keyboard.press("ArrowRight")
    figure.page.wait_for_function("location.hash.includes('tradeoff=')")
    last = state["variants"][-1]
    assert figure.page.evaluate("decodeURIComponent(location.hash)").endswith(
        f"{last['name']}:{last['values'][-1]:g}:1"
    )


def test_another_seed_is_another_run(explorer):
    figure = explorer()
    state = held(figure)
    if state["shown"] < 2:
        pytest.skip("the chapter shows one seed")
    figure.page.evaluate(f"location.hash = '{link(state, 0, 0)}'")
    figure.page.wait_for_function("document.querySelector('.trade-off .status').textContent.includes('seed 1')")
    run = figure.locator(".front .run").get_attribute("d")
    figure.get_by_role("radio", name="2", exact=True).check()
    assert_shown(figure, state["variants"][0], 0, 1)
    assert figure.locator(".front .run").get_attribute("d") != run


def test_a_click_chooses_the_dot_under_it(explorer):
    figure = explorer()
    state = held(figure)
    dots = figure.locator(".front .dot")
    across = dots.evaluate_all("all => all.map((dot) => Number(dot.getAttribute('cx')))")
    at = dots.nth(across.index(max(across)))
    at.scroll_into_view_if_needed()
    box = at.bounding_box()
    figure.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    variant = next(each for each in state["variants"] if each["name"] == said(figure)["variant"])
    v = int(visible_slider(figure).input_value())
    assert_shown(figure, variant, v, int(said(figure)["seed"]) - 1)
    # Of two dots at one place the other one may be chosen, and of a seed without its dictionary the value alone.
    most = max(l0 for each in state["variants"] for row in each["l0"] for l0 in row)
    assert max(variant["l0"][v]) == pytest.approx(most, rel=0.05)


def test_keys_walk_along_the_front_and_change_the_variant(explorer):
    figure = explorer()
    state = held(figure)
    chart = figure.locator(".front > svg")
    chart.focus()
    figure.page.keyboard.press("Home")
    found = [float(said(figure)["l0"])]
    for _ in state["variants"][0]["values"][1:]:
        figure.page.keyboard.press("ArrowRight")
        found.append(float(said(figure)["l0"]))
    assert found == sorted(found) and found[-1] > found[0]
    names = [variant["name"] for variant in state["variants"]]
    place = names.index(said(figure)["variant"])
    figure.page.keyboard.press("ArrowUp" if place else "ArrowDown")
    assert said(figure)["variant"] == names[place - 1 if place else min(1, len(names) - 1)]
    assert "Left and right walk" in chart.get_attribute("aria-label")


def test_the_height_of_the_front_can_be_changed(explorer):
    figure = explorer()
    lines = []
    for name in ("variance explained", "MMCS", "recovered"):
        figure.get_by_role("radio", name=name, exact=True).check()
        assert name in figure.locator(".front .unit-line").text_content()
        lines.append(figure.locator(".front .run").get_attribute("d"))
    assert len(set(lines)) == 3
    figure.page.wait_for_function("location.hash.endsWith(':recovered')")


def test_the_dictionary_answers_to_keys_and_pointer(explorer):
    figure = explorer()
    place = figure.locator(".cosines .map, .directions > svg")
    line = figure.locator(":is(.cosines, .directions) .readout")
    place.focus()
    first = line.text_content()
    figure.page.keyboard.press("ArrowRight")
    assert line.text_content() != first and "cosine" in line.text_content()
    second, box = line.text_content(), place.bounding_box()
    place.scroll_into_view_if_needed()
    place.hover(position={"x": 0.8 * box["width"], "y": 0.7 * box["height"]})
    assert line.text_content() not in (first, second)


def test_as_many_latents_are_marked_dead_as_the_sentence_counts(explorer):
    figure = explorer()
    state = held(figure)
    k, v, dead = max(
        ((k, v, row[0]) for k, variant in enumerate(state["variants"]) for v, row in enumerate(variant["dead"])),
        key=lambda found: found[2],
    )
    figure.page.evaluate(f"location.hash = '{link(state, k, v)}'")
    figure.page.wait_for_function(
        "dead => document.querySelector('.trade-off .status').textContent.includes(`; ${dead} of `)", arg=f"{dead:g}"
    )
    assert figure.locator(".dead-marks div, .latent.dead").count() == dead
    crosses = figure.locator(".latents .crosses").get_attribute("d")
    assert crosses.count("M") == dead


def test_a_link_sets_the_explorer_and_nonsense_does_not(explorer):
    figure = explorer()
    state = held(figure)
    last = len(state["variants"]) - 1
    figure.page.evaluate(f"location.hash = '{link(state, last, 0)}:mmcs'")
    figure.page.wait_for_function("document.querySelector('.trade-off .front .unit-line').textContent === 'MMCS'")
    assert_shown(figure, state["variants"][last], 0, 0)
    for nonsense in ("Nobody:1:1", f"{state['variants'][0]['name']}:-7:1", f"{state['variants'][0]['name']}::", ""):
        figure.page.evaluate(f"location.hash = '#tradeoff={nonsense}'")
        figure.page.wait_for_timeout(50)
        assert_shown(figure, state["variants"][last], 0, 0)
    assert figure.page.log.errors == []


def test_a_phone_shows_everything_and_a_tap_chooses(explorer):
    figure = explorer(viewport={"width": 360, "height": 740}, has_touch=True)
    page = figure.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = figure.locator(".panel").evaluate_all("all => all.map((panel) => panel.getBoundingClientRect().toJSON())")
    assert all(box["left"] >= 0 and box["right"] <= 360 for box in boxes)
    assert all(below["top"] >= above["bottom"] for above, below in zip(boxes, boxes[1:], strict=False))
    heights = figure.locator("svg text").evaluate_all(
        "all => all.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"
    )
    assert min(heights) >= 11
    dots = figure.locator(".front .dot")
    left = dots.evaluate_all("all => all.map((dot) => Number(dot.getAttribute('cx')))")
    at = dots.nth(left.index(min(left)))
    at.scroll_into_view_if_needed()
    box, before = at.bounding_box(), figure.locator(".status").text_content()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert figure.locator(".status").text_content() != before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_checker_finds_no_barrier(explorer, axe, theme):
    figure = explorer()
    figure.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    figure.page.evaluate(axe)
    found = figure.page.evaluate("axe.run('.trade-off', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
