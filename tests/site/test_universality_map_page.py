"""The map of universality, in files with dictionaries of known make."""

import re

import numpy as np
import pandas as pd
import pytest
import torch

from helpers import matching, metrics
from helpers.widgets import UniversalityMap
from helpers.widgets.inspector.page import to_html
from helpers.widgets.universality_map import Dictionary
from helpers.widgets.universality_map.packing import quantised

pytestmark = pytest.mark.browser

ROWS, WIDTH = 80, 4


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


X = torch.relu(normal(0, ROWS, WIDTH))
VECTORS = {
    name: normal(1 + k, units, WIDTH) for k, (name, units) in enumerate({"base": 6, "wide": 9, "far": 6}.items())
}
LATENTS = {name: torch.relu(X @ vectors.T + 0.3) for name, vectors in VECTORS.items()}
LATENTS["turned"] = LATENTS["base"].flip(1) + 0.2 * torch.relu(normal(9, ROWS, 6))
LATENTS["turned"][:, 2] = 0
VECTORS["turned"] = VECTORS["base"].flip(0)
LATENTS["dead"], VECTORS["dead"] = torch.zeros(ROWS, 3, dtype=torch.float64), normal(8, 3, WIDTH)
NAMES = ["base", "turned", "wide", "far", "dead"]
INPUTS = {"temperature (°C)": X[:, 0] - X[:, 1], "size (mm)": 0.1 + X[:, 2]}


def dictionaries() -> list[Dictionary]:
    return [Dictionary(name, LATENTS[name], VECTORS[name], "far" if name == "far" else "here") for name in NAMES]


def conditions() -> pd.DataFrame:
    rows = [
        {
            "data": data, "group": group, "condition": f"{group}, {k}", "measure": measure, "against": against,
            "raw": 0.9, "baseline": 0.5, "adjusted": 0.1 * k - 0.15 * (against == "shuffled"), "low": 0.0, "high": 0.6,
            "pairs": 20, "empty": k,
        }
        for data in ("toys", "rain") for group in ("seeds", "others") for k in range(1, 4)
        for measure in ("matched", "shared") for against in ("random", "shuffled")
    ]  # fmt: skip
    rows[0] |= {"raw": np.nan, "baseline": np.nan, "adjusted": np.nan, "low": np.nan, "high": np.nan, "pairs": 1}
    return pd.DataFrame(rows)


@pytest.fixture
def sheet(browser, tmp_path):
    """A function that writes a map into a file and opens it; with a hash it is a page that keeps its state there."""
    contexts = []

    def opened(table=None, fragment=None, width=1000, theme="light", **options):
        path = tmp_path / "map.html"
        to_html(UniversalityMap(dictionaries(), INPUTS, table, log=["size (mm)"], **options), path)
        if fragment is not None:
            text = path.read_text("utf8").replace('<html lang="en">', '<html lang="en" data-content_root="./">')
            path.write_text(text, "utf8")
        size = {"width": width, "height": 900}
        contexts.append(
            browser.new_context(reduced_motion="reduce", viewport=size, color_scheme=theme, has_touch=width < 500)
        )
        page = contexts[-1].new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(path.as_uri() + (fragment or ""))
        figure = page.locator(".universality-map")
        figure.locator(".pair svg").wait_for()
        return figure

    yield opened
    for context in contexts:
        assert all(page.problems == [] for page in context.pages)
        context.close()


def plain(text: str) -> str:
    return text.replace("\u2212", "-")


def status(figure) -> str:
    return plain(figure.locator(".status").text_content())


def readout(figure, panel: str) -> str:
    return plain(figure.locator(f".{panel} .readout").text_content())


def choose(figure, **settings):
    for name, value in settings.items():
        if name in ("Left", "Right", "Input"):
            figure.get_by_label(name, exact=True).select_option(label=value)
        else:
            figure.get_by_label(value, exact=True).check(force=True)


def shown(figure) -> list[list[str]]:
    rows = figure.locator(".matrix tbody tr").all()
    return [[plain(text) for text in row.locator("td").all_text_contents()] for row in rows]


def codes(name: str) -> torch.Tensor:
    return torch.from_numpy(quantised(LATENTS[name].numpy())).double()[:, None]


def table(a: str, b: str, cosine=False) -> torch.Tensor:
    """Similarities of living latents, ``(1, a, b)``."""
    here, there = ((codes(name) > 0).any(0)[0] for name in (a, b))
    found = matching.cosines(VECTORS[a], VECTORS[b][None]) if cosine else matching.correlations(codes(a), codes(b))
    return found[:, here][:, :, there]


def score(a: str, b: str, measure: str) -> float:
    similar = table(a, b, measure == "cosine")
    if measure == "nearest":
        return ((metrics.mean_max(similar) + metrics.mean_max(similar.mT)) / 2).item()
    match = matching.assign(similar)
    return metrics.matched(match.similarity, match.latent).item()


@pytest.mark.parametrize(
    ("measure", "name"),
    [("matched", "matched correlation"), ("nearest", "nearest correlation"), ("cosine", "matched cosine")],
)
def test_the_matrix_has_the_numbers_of_python(sheet, measure, name):
    figure = sheet()
    choose(figure, Measure=name)
    found = shown(figure)
    for r, a in enumerate(NAMES):
        for c, b in enumerate(NAMES):
            if r == c:
                assert found[r][c] == ""
            elif "dead" in (a, b) or (measure == "cosine" and "far" in (a, b)):
                assert found[r][c] == "\u2013"
            else:
                assert float(found[r][c]) / 100 == pytest.approx(score(a, b, measure), abs=0.0051)


def test_adjusted_numbers_say_where_between_chance_and_one(sheet):
    figure = sheet()
    raw, chance, adjusted = map(
        float, re.search(r"(-?[\d.]+) \(chance (-?[\d.]+), adjusted (-?[\d.]+)\)", status(figure)).groups()
    )
    assert raw == pytest.approx(score("base", "turned", "matched"), abs=0.0051) and 0 < chance < raw
    assert adjusted == pytest.approx((raw - chance) / (1 - chance), abs=0.02)
    choose(figure, Scale="adjusted for chance")
    assert float(shown(figure)[0][1]) == pytest.approx(100 * adjusted, abs=1.01)


def test_a_click_or_enter_on_a_cell_shows_the_two(sheet):
    figure = sheet()
    choose(figure, Right="D: far")
    assert readout(figure, "matrix").startswith("base with far: ")
    figure.locator(".matrix tbody tr").nth(2).locator("td").nth(0).click()
    assert status(figure).startswith("wide and base: ")
    assert figure.locator(".matrix .chosen").count() == 2
    figure.page.keyboard.press("ArrowRight")
    assert readout(figure, "matrix").startswith("wide with turned: ")
    assert status(figure).startswith("wide and base: ")
    figure.page.keyboard.press("Enter")
    assert status(figure).startswith("wide and turned: ")
    figure.page.keyboard.press("ArrowRight")
    figure.page.keyboard.press("Enter")  # itself: nothing to choose
    assert readout(figure, "matrix") == "wide with wide: the same dictionary."
    assert status(figure).startswith("wide and turned: ")
    figure.page.keyboard.press("End")
    assert (
        readout(figure, "matrix")
        == "wide with dead: no matched correlation, because no latent is ever on in one of them."
    )


def test_pairs_stand_in_order_with_those_left_over_below(sheet):
    figure = sheet()
    choose(figure, Left="A: base", Right="C: wide")
    match = matching.assign(table("base", "wide"))
    numbers = [float(plain(text)) for text in figure.locator(".pair .item text.middle:not(.small)").all_text_contents()]
    assert numbers == pytest.approx(match.similarity[0].sort(descending=True).values.tolist(), abs=0.0051)
    assert figure.locator(".pair .item").count() == 9 and figure.locator(".pair .item:has(.small)").count() == 3
    share = 100 * 2 * (match.similarity > 0.7).sum().item() / 15
    assert f"Of 6 and 9 living latents {share:.{1 if 0 < share < 10 else 0}f}% have a partner beyond 0.70." in status(
        figure
    )


def test_the_slider_moves_the_share_and_the_lines(sheet):
    figure = sheet()
    alike = matching.assign(table("base", "turned")).similarity[0]
    slider = figure.get_by_role("slider")
    for key, limit in (("Home", 0.0), ("End", 0.99)):
        slider.press(key)
        count = (alike > limit).sum().item()
        assert figure.locator(".tie:not(.low)").count() == count
        assert f"partner beyond {limit:.2f}" in status(figure)


def test_dead_latents_stand_apart(sheet):
    figure = sheet()
    assert figure.locator(".pair .note").text_content() == "Dead on the right: 3."
    assert figure.locator(".pair .item").count() == 6
    choose(figure, Right="E: dead")
    assert status(figure) == "base and dead: no matched correlation, because no latent is ever on in one of them."
    assert figure.locator(".pair .item").count() == 0
    assert figure.locator(".pair .note").text_content() == "Dead on the right: 1, 2, 3."


def test_cosines_of_other_neurons_are_not_shown(sheet):
    figure = sheet()
    choose(figure, Measure="matched cosine", Right="D: far")
    assert status(figure) == "base and far: no matched cosine, because they read other neurons."
    choose(figure, Measure="matched correlation")
    assert figure.locator(".tie").count() == 6


def test_one_dictionary_twice_is_said_to_be_one(sheet):
    figure = sheet()
    choose(figure, Right="A: base")
    assert status(figure) == "base and base are one dictionary: choose two."


def test_keys_and_the_pointer_follow_a_pair_to_its_responses(sheet):
    figure = sheet()
    canvas = figure.locator(".pair svg")
    canvas.focus()
    first = readout(figure, "pair")
    left, right = map(int, re.match(r"Left latent (\d+) and right latent (\d+): r ", first).groups())
    legend = figure.locator(".responses .legend")
    assert legend.text_content().startswith(f"left latent {left}right latent {right}r ")
    # Turned was the base backwards, so that partners are where they were.
    assert left + right == 7
    figure.page.keyboard.press("ArrowDown")
    assert readout(figure, "pair") != first
    figure.page.keyboard.press("End")
    assert "has no partner. Most like it is right latent" in readout(figure, "pair")
    assert figure.locator(".response").count() == 1
    figure.locator(".pair .item").first.hover()
    assert readout(figure, "pair") == first and figure.locator(".response").count() == 2


def test_the_response_is_to_the_chosen_input(sheet):
    figure = sheet()
    image = figure.locator(".responses svg")
    before = figure.locator(".response").first.get_attribute("d")
    assert "temperature (°C)" in image.get_attribute("aria-label")
    choose(figure, Input="size (mm)")
    assert "Mean activation against size (mm)." in image.get_attribute("aria-label")
    after = figure.locator(".response").first.get_attribute("d")
    assert before != after and after.count("L") == 11


def test_conditions_are_a_table_of_numbers_by_data_and_baseline(sheet):
    figure = sheet(conditions())
    own = figure.locator(".conditions")
    assert own.locator(".title").all_text_contents() == ["seeds", "others"]
    cells = [plain(text) for text in own.locator("td[role=gridcell]").all_text_contents()]
    assert cells[:6] == ["\u2013", "10", "20", "20", "30", "30"]
    choose(figure, Against="shuffled", Data="rain")
    assert [plain(text) for text in own.locator("td[role=gridcell]").all_text_contents()][:4] == ["-5", "-5", "5", "5"]
    assert own.locator("td.minus").count() == 4
    own.locator("td[role=gridcell]").nth(2).hover()
    assert readout(figure, "conditions") == (
        "Rain; seeds, 2; matched: adjusted 0.05 (95%: 0.00 to 0.60); raw 0.90, shuffled 0.50; "
        "20 pairs, 2 others had no number."
    )


def test_a_mean_that_does_not_exist_says_so(sheet):
    figure = sheet(conditions())
    figure.locator(".conditions td[role=gridcell]").first.focus()
    assert readout(figure, "conditions") == "Toys; seeds, 1; matched: no number (1 pair, 1 other had no number)."
    figure.page.keyboard.press("ArrowDown")
    assert readout(figure, "conditions").startswith("Toys; seeds, 2; matched: adjusted 0.20")


def test_without_a_table_there_are_no_conditions(sheet):
    assert sheet().locator(".conditions").count() == 0


def test_a_link_says_what_is_shown_and_the_address_follows(sheet):
    figure = sheet(conditions(), "#universality=a=3;b=1;m=nearest;s=adjusted;c=0.40;i=2;d=2;v=2")
    assert status(figure).startswith("wide and base: nearest correlation") and "beyond 0.40" in status(figure)
    assert figure.get_by_label("Input").input_value() == "1" and figure.get_by_label("rain").is_checked()
    choose(figure, Measure="matched cosine", Left="B: turned")
    figure.page.wait_for_timeout(400)  # the file forbids what wait_for_function does
    assert figure.page.evaluate("location.hash") == "#universality=a=2;b=1;m=cosine;s=adjusted;c=0.40;i=2;d=2;v=2"


def test_a_link_without_sense_changes_nothing(sheet):
    usual = status(sheet())
    assert status(sheet(None, "#universality=a=99;b=1")) == usual


def test_a_file_or_a_notebook_keeps_no_state_in_its_address(sheet):
    figure = sheet()
    choose(figure, Measure="matched cosine")
    figure.page.wait_for_timeout(400)
    assert figure.page.evaluate("location.hash") == "" and figure.get_by_role("button", name="Copy link").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_overflows_and_the_checker_finds_no_barrier(sheet, axe, width, theme):
    figure = sheet(conditions(), width=width, theme=theme)
    figure.locator(".pair .item").nth(1).hover() if width > 500 else figure.locator(".pair .item").nth(1).tap()
    page = figure.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = figure.locator(".panel, table").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().toJSON())"
    )
    assert all(box["left"] >= 0 and box["right"] <= width for box in boxes)
    page.evaluate(axe)
    found = page.evaluate("axe.run('.universality-map', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
