"""The dictionary matcher: in chapter 08 as built, and in files with dictionaries of known make."""

import base64
import json
import math
import re

import numpy as np
import pytest
import torch

from helpers import matching, metrics
from helpers.widgets import Matcher
from helpers.widgets.inspector.page import to_html

pytestmark = pytest.mark.browser

PAGE = "notebooks/08_building_autoencoders"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'


def shown(figure, selector: str) -> list[str]:
    return [text.replace("\u2212", "-") for text in figure.locator(selector).all_text_contents()]


def wait(page):
    figure = page.locator(".matcher").first
    figure.locator(".columns svg").wait_for()
    return figure


def features(figure) -> list[int]:
    """The features of the pairs, from the top, counted from 1."""
    return [int(text) for text in shown(figure, ".item:has(.feature) text.right")]


def readout(figure) -> str:
    return figure.locator(".readout").first.text_content()


# In the chapter ---------------------------------------------------------------------------------------------------


@pytest.fixture
def chapter(site, open_page):
    """A function that opens chapter 08 with some hash; returns its first matcher."""

    def opened(fragment="", **options):
        page = open_page(**options)
        page.goto(f"{site}/{PAGE}.html{fragment}")
        return wait(page)

    return opened


def held(figure) -> dict:
    """What the page holds for this matcher, its rows as tensors."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    names = shown(figure, ".scores tbody th")[:-1]
    states = [model["state"] for model in models if "dictionaries" in model["state"]]
    state = next(each for each in states if [one["name"] for one in each["dictionaries"]] == names)

    def rows(text):
        return torch.from_numpy(np.frombuffer(base64.b64decode(text), "<i2").astype(float).reshape(-1, state["inputs"]))

    dictionaries = [rows(each["rows"])[None] for each in state["dictionaries"]]
    return {"truth": rows(state["truth"]), "names": names, "dictionaries": dictionaries, "key": state["key"]}


def test_the_scores_are_those_of_python(chapter):
    figure = chapter()
    state = held(figure)
    limit = float(figure.locator(".slider output").text_content())
    cells = np.array(shown(figure, ".scores tbody td"), dtype=float).reshape(-1, 3)
    for dictionary, (recovered, mmcs, matched) in zip(state["dictionaries"], cells, strict=False):
        found = matching.assign(matching.cosines(state["truth"], dictionary))
        assert recovered == (found.similarity >= limit - 1e-9).sum().item()
        assert mmcs == pytest.approx(metrics.mmcs(state["truth"], dictionary).item(), abs=0.0051)
        assert matched == pytest.approx(found.similarity.mean().item(), abs=0.0051)
    assert figure.page.log.errors == [] and figure.page.log.external == []


def test_a_link_says_what_is_shown_and_the_address_follows(chapter):
    key = held(chapter())["key"]
    figure = chapter(f"#{key}=d=1;m=nearest;o=index;c=0.45;f=2")
    assert figure.get_by_label("Nearest latent").is_checked() and figure.get_by_label("By number").is_checked()
    assert figure.locator(".slider output").text_content() == "0.45"
    assert figure.locator(".readout").nth(1).text_content().startswith("Candidates for feature 2:")
    figure.get_by_label("One to one").check(force=True)
    figure.page.wait_for_function("location.hash.includes('m=one')")
    assert figure.page.evaluate("location.hash") == f"#{key}=d=1;m=one;o=index;c=0.45;f=2"


def test_a_link_without_sense_changes_nothing(chapter):
    usual = chapter()
    odd = chapter(f"#{held(usual)['key']}=d=99;m=one")
    assert odd.locator(".status").text_content() == usual.locator(".status").text_content()
    assert odd.page.log.errors == []


def test_nothing_overflows_on_a_phone(chapter):
    figure = chapter(viewport={"width": 360, "height": 740}, has_touch=True)
    figure.locator(".item").nth(1).tap()
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = figure.locator(".panel").evaluate_all("all => all.map((each) => each.getBoundingClientRect().toJSON())")
    assert all(box["left"] >= 0 and box["right"] <= 360 for box in boxes)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_checker_finds_no_barrier(chapter, axe, theme):
    page = chapter().page
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.evaluate(axe)
    found = page.evaluate("axe.run('.matcher', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


# In a file --------------------------------------------------------------------------------------------------------


@pytest.fixture
def sheet(browser, tmp_path):
    """A function that writes a matcher into a file and opens it."""
    contexts = []

    def opened(truth, dictionaries, touch=False, **options):
        path = tmp_path / "matcher.html"
        to_html(Matcher.from_dictionaries(truth, dictionaries, **options), path)
        wide = {"width": 360 if touch else 1000, "height": 900}
        contexts.append(browser.new_context(reduced_motion="reduce", viewport=wide, has_touch=touch))
        page = contexts[-1].new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(path.as_uri())
        return wait(page)

    yield opened
    for context in contexts:
        assert all(page.problems == [] for page in context.pages)
        context.close()


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


TRUTH = normal(0, 20, 8)
NEAR = TRUTH + torch.linspace(0.1, 1.2, 20)[:, None] * normal(1, 20, 8)
FREQUENCY = torch.linspace(0.02, 0.4, 20)


def test_pairs_come_worst_first_and_in_other_orders(sheet):
    figure = sheet(TRUTH, {"near": NEAR}, frequency=FREQUENCY)
    match = matching.assign(matching.cosines(TRUTH, NEAR[None]))
    worst = match.similarity[0].argsort()
    assert features(figure) == (worst[:16] + 1).tolist()
    assert [float(text) for text in shown(figure, ".item:has(.feature) text.middle")] == pytest.approx(
        match.similarity[0][worst[:16]].tolist(), abs=6e-4
    )
    figure.get_by_role("button", name="Show all").click()
    assert features(figure) == (worst + 1).tolist()
    figure.get_by_label("Frequent first").check(force=True)
    assert features(figure) == list(range(20, 0, -1))
    figure.get_by_label("By number").check(force=True)
    assert features(figure) == list(range(1, 21))
    figure.get_by_role("button", name="Show fewer").click()
    assert len(features(figure)) == 16


def test_without_frequencies_there_is_no_such_order(sheet):
    figure = sheet(TRUTH, {"near": NEAR})
    assert figure.get_by_label("Frequent first").count() == 0 and figure.locator(".often").count() == 0


def test_the_slider_and_the_curve_say_what_counts(sheet):
    figure = sheet(TRUTH, {"near": NEAR})
    found = matching.assign(matching.cosines(TRUTH, NEAR[None])).similarity[0]
    slider = figure.get_by_role("slider")

    def recovered() -> list[float]:
        """As the sentence, the lines and the table have it."""
        sentence = re.search(r": (\d+) of 20 features recovered above", figure.locator(".status").text_content())
        return [int(sentence[1]), figure.locator(".wire:not(.low)").count(), float(shown(figure, ".chosen td")[0])]

    figure.get_by_role("button", name="Show all").click()
    assert recovered() == [(found >= 0.9).sum()] * 3
    slider.focus()
    for _ in range(10):
        figure.page.keyboard.press("ArrowLeft")
    assert figure.locator(".slider output").text_content() == "0.80"
    assert recovered() == [(found >= 0.8 - 1e-9).sum()] * 3
    box = figure.locator(".recovered .axis").first.bounding_box()
    figure.page.mouse.click(box["x"] + box["width"] / 2, box["y"] - 40)
    assert float(figure.locator(".slider output").text_content()) == pytest.approx(0.5, abs=0.02)
    slider.focus()
    figure.page.keyboard.press("Home")
    assert recovered() == [20] * 3


def test_random_dictionaries_of_that_width_stand_beside_it(sheet):
    figure = sheet(TRUTH, {"near": NEAR, "wide": torch.cat([NEAR, normal(3, 100, 8)])})

    def chance() -> list[float]:
        return [float(text) for text in shown(figure, ".scores tbody tr:last-child td")]

    narrow = chance()
    figure.get_by_label("wide", exact=True).check(force=True)
    wide = chance()
    assert wide[1] > narrow[1] and wide[2] > narrow[2]
    for latents, got in ((20, narrow), (120, wide)):
        random = normal(4, 200, latents, 8)
        assert got[1] == pytest.approx(metrics.mmcs(TRUTH, random).mean().item(), abs=0.02)
        match = matching.assign(matching.cosines(TRUTH, random))
        assert got[2] == pytest.approx(match.similarity.mean().item(), abs=0.02)


def test_nearest_shows_the_features_that_share_a_latent(sheet):
    shared = torch.cat([TRUTH[:1] + TRUTH[1:2], TRUTH[2:4]])
    figure = sheet(TRUTH[:4], {"merged": shared})
    assert shown(figure, ".columns text.strong") == ["Without a latent: 1"]
    assert figure.locator(".wire").count() == 3
    figure.get_by_label("Nearest latent").check(force=True)
    assert shown(figure, ".columns text.strong") == []
    assert figure.locator(".wire").count() == 4
    latents = figure.locator(".item:has(.latent)")
    assert latents.count() == 3
    assert sorted(latents.nth(k).locator(".dart").count() for k in range(3)) == [1, 1, 2]
    figure.locator(".item", has=figure.page.locator(".feature")).filter(has_text=re.compile("^1")).first.hover()
    assert re.match(r"Feature 1: latent 1, cosine 0\.\d\d, .* also nearest to feature 2\.$", readout(figure))


def test_spare_latents_are_said_to_be_duplicates_dead_or_neither(sheet):
    mixture = TRUTH[:4].sum(0, keepdim=True)
    rows = torch.cat([TRUTH[:4], TRUTH[1:2] + 0.05 * normal(5, 1, 8), mixture, normal(6, 1, 8), torch.zeros(1, 8)])
    on = torch.tensor([0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.0, 0.0])
    figure = sheet(TRUTH[:4], {"wide": rows}, on={"wide": on})
    assert shown(figure, ".columns text.strong") == ["Spare latents: 4"]
    below = shown(figure, ".item text.small")
    assert below[0] == "like 2" and re.fullmatch(r"-?0\.\d\d", below[1]) and below[2:] == ["dead", "dead"]
    spare = figure.locator(".item:has(text.small)")
    for k, text in enumerate(["a duplicate", "like no feature above 0.90", "never on", "points nowhere"]):
        spare.nth(k).hover()
        assert text in readout(figure)


def test_keys_move_through_pairs_and_enter_shows_candidates(sheet):
    figure = sheet(TRUTH[:5], {"half": NEAR[:3], "wide": torch.cat([NEAR[:5], normal(7, 2, 8)])})
    press = figure.page.keyboard.press
    order = features(figure)
    figure.locator(".columns svg").focus()
    assert readout(figure).startswith(f"Feature {order[0]}: latent ")
    press("ArrowDown")
    assert readout(figure).startswith(f"Feature {order[1]}: latent ")
    press("End")
    assert "is left without a latent" in readout(figure)
    press("PageUp")
    press("ArrowRight")
    assert readout(figure).startswith("Latent ")
    press("ArrowLeft")
    assert readout(figure).startswith(f"Feature {order[0]}: latent ")
    press("Enter")
    cosines = matching.cosines(TRUTH[:5], NEAR[None, :3])[0, order[0] - 1]
    best = ", ".join(f"latent {j + 1} ({cosines[j]:.2f})" for j in cosines.argsort(descending=True))
    assert shown(figure, ".readout")[1] == f"Candidates for feature {order[0]}: {best}."
    assert figure.locator(".candidate").count() == figure.locator(".candidate-wire").count() == 3
    press("Enter")
    assert figure.locator(".candidate").count() == 0


# In the plane -----------------------------------------------------------------------------------------------------

TURNS = torch.arange(4) * math.pi / 2
CROSS = torch.stack([TURNS.cos(), TURNS.sin()], 1).double()
TILTED = torch.tensor([[1.0, 0.0], [1.0, 1.0], [-1.0, 0.3], [0.0, 0.0]], dtype=torch.float64)


def tip(figure, latent: int):
    return figure.locator(f".movable[aria-label^='latent {latent},']")


def at(figure, x: float, y: float) -> tuple[float, float]:
    box = figure.locator(".plane .unit").bounding_box()
    return box["x"] + box["width"] * (1 + x) / 2, box["y"] + box["height"] * (1 - y) / 2


def score(figure) -> list[float]:
    return [float(text) for text in shown(figure, ".chosen td")]


def scores(rows) -> list[float]:
    match = matching.assign(matching.cosines(CROSS, rows[None]))
    return [
        (match.similarity >= 0.9).sum().item(),
        metrics.mmcs(CROSS, rows[None]).item(),
        match.similarity.mean().item(),
    ]


def test_a_dragged_latent_changes_the_match_at_once_and_goes_back(sheet):
    figure = sheet(CROSS, {"tilted": TILTED})
    mouse = figure.page.mouse
    assert score(figure) == pytest.approx(scores(TILTED), abs=0.0051)
    figure.locator(".plane svg").scroll_into_view_if_needed()
    mouse.move(*at(figure, math.sqrt(0.5), math.sqrt(0.5)))
    mouse.down()
    mouse.move(*at(figure, 0.02, 0.9), steps=5)
    mouse.up()
    moved = TILTED.clone()
    moved[1] = torch.tensor([0.02, 0.9])
    assert score(figure) == pytest.approx(scores(moved), abs=0.015)
    assert "turned by you" in figure.locator(".status").text_content()
    back = figure.get_by_role("button", name="Put the latents back")
    back.click()
    assert score(figure) == pytest.approx(scores(TILTED), abs=0.0051)
    assert back.is_disabled()


def test_keys_turn_a_latent_and_give_a_vector_of_zeros_a_direction(sheet):
    figure = sheet(CROSS, {"tilted": TILTED})
    assert "a vector of zeros" in tip(figure, 4).get_attribute("aria-label")
    tip(figure, 2).focus()
    figure.page.keyboard.press("ArrowRight")
    assert "50° clockwise" in tip(figure, 2).get_attribute("aria-label")
    figure.page.keyboard.press("Shift+ArrowLeft")
    assert "49° clockwise" in tip(figure, 2).get_attribute("aria-label")
    tip(figure, 4).focus()
    for _ in range(36):
        figure.page.keyboard.press("ArrowDown")
    assert "180° clockwise" in tip(figure, 4).get_attribute("aria-label")
    moved = TILTED.clone()
    moved[1] = torch.tensor([math.sin(math.radians(49)), math.cos(math.radians(49))])
    moved[3] = torch.tensor([0.0, -1.0])
    assert score(figure) == pytest.approx(scores(moved), abs=0.0051)


def test_a_finger_turns_a_latent(sheet):
    figure = sheet(CROSS, {"tilted": TILTED}, touch=True)
    figure.locator(".plane svg").scroll_into_view_if_needed()
    start, end = at(figure, math.sqrt(0.5), math.sqrt(0.5)), at(figure, 0, 1)
    touch = figure.page.context.new_cdp_session(figure.page)
    path = [(start[0] + k / 8 * (end[0] - start[0]), start[1] + k / 8 * (end[1] - start[1])) for k in range(9)]
    for number, (x, y) in enumerate(path):
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    figure.page.wait_for_function("document.querySelector('.matcher .status').textContent.includes('turned by you')")
    assert "0° clockwise" in tip(figure, 2).get_attribute("aria-label")
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_only_the_plane_can_be_turned(sheet):
    assert sheet(TRUTH, {"near": NEAR}).locator(".movable").count() == 0
