"""The feature browser: in chapter 10b as built, and in files with networks of known make."""

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from inspector_records import classifier, deep, regressor  # noqa: E402

from helpers import nets  # noqa: E402
from helpers.weather.schema import Column  # noqa: E402
from helpers.widgets import FeatureBrowser  # noqa: E402
from helpers.widgets.feature_browser import Reading  # noqa: E402
from helpers.widgets.inspector import to_html  # noqa: E402

pytestmark = pytest.mark.browser

PAGE = "notebooks/10b_what_it_means"


def plain(text: str) -> str:
    return text.replace("\u2212", "-").replace("\u00a0", " ")


def texts(figure, selector: str) -> list[str]:
    return [plain(text) for text in figure.locator(selector).all_text_contents()]


def wait(page):
    figure = page.locator(".feature-browser").first
    figure.locator(".unit-card").first.wait_for()
    return figure


def state(page, key: str = "features") -> dict:
    """What the address says of a widget, once it is calm."""
    page.wait_for_timeout(400)
    found = re.search(rf"[#&]{key}=([^&]*)", page.url)
    return dict(part.split("=") for part in found[1].split(";")) if found else {}


# In the chapter ---------------------------------------------------------------------------------------------------


@pytest.fixture
def chapter(site, open_page):
    """A function that opens chapter 10b with some hash; returns its feature browser."""

    def opened(fragment="", **options):
        page = open_page(**options)
        page.goto(f"{site}/{PAGE}.html{fragment}")
        return wait(page)

    return opened


def test_every_unit_of_every_network_opens(chapter):
    figure = chapter()
    options = figure.get_by_label("Network").locator("option").all()
    for value in [option.get_attribute("value") for option in options]:
        figure.get_by_label("Network").select_option(value)
        names = texts(figure, ".card-name")
        assert {"Neuron 1", "Latent 1"} <= set(names)
        for name, card in zip(names, figure.locator(".unit-card").all(), strict=True):
            card.click()
            assert texts(figure, ".unit-title")[0].startswith(f"{name}, ")
            shown = " ".join(figure.locator(".pane").all_inner_texts())
            assert not re.search("NaN|undefined|Infinity|null", shown)
    assert figure.page.log.errors == [] and figure.page.log.external == []


def test_a_link_opens_a_unit_and_leaves_other_figures_alone(chapter):
    figure = chapter("#other=a=1&features=show=latents;sort=often;unit=l2;c=7;s=1.5")
    assert texts(figure, ".unit-title")[0].startswith("Latent 2, ")
    assert figure.locator(".of-neuron").is_hidden()
    figure.locator(".unit-card").first.click()
    found = state(figure.page)
    assert (found["show"], found["sort"], found["c"]) == ("latents", "often", "7") and "s" not in found
    assert "other=a=1" in figure.page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible(theme, chapter, axe):
    figure = chapter()
    page = figure.page
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.evaluate(axe)
    found = page.evaluate("axe.run('.feature-browser', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []


def test_it_fits_a_phone(chapter):
    figure = chapter(viewport={"width": 360, "height": 740}, has_touch=True)
    figure.locator(".unit-card").nth(3).click()
    assert figure.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert figure.locator(".unit-title").is_visible()


# In a file --------------------------------------------------------------------------------------------------------


@dataclass
class Said:
    words: str
    score: float = 0.5
    balanced: float = 0.7
    control: float = 0.1


@dataclass
class Described(Said):
    columns: tuple[Column, ...] = ()


def trained(inputs: int, latents: int = 6) -> nets.SparseAutoencoder:
    """An autoencoder with random weights and biases; its last latent is dead."""
    sae = nets.SparseAutoencoder(inputs, latents, seed=3)
    draw = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for one in sae.parameters():
            one.add_(0.3 * torch.randn(one.shape, generator=draw))
        sae.b_enc[:, -1] = -50
    return sae


NONE = float("nan")
LATENTS = [
    Said("high when it is cold", 0.2),
    Said("high when the air is damp", 0.9),
    Said("high when it is warm; or calm", -0.3),
    Said("high when it is cold and damp", 0.6),
    Said("no pattern", 0.0, NONE, NONE),
    Said("is never on", NONE, NONE, NONE),
]


@pytest.fixture
def sheet(browser, tmp_path):
    """A function that writes a feature browser into a file, with an address to keep its state in, and opens it."""
    contexts = []

    def opened(readings, fragment="", touch=False, **options):
        path = tmp_path / "browser.html"
        to_html(FeatureBrowser(readings, **options), path)
        # As the pages of the book are marked.
        path.write_text(path.read_text("utf8").replace("<html ", '<html data-content_root="./" ', 1), "utf8")
        wide = {"width": 360 if touch else 1000, "height": 900}
        contexts.append(browser.new_context(reduced_motion="reduce", viewport=wide, has_touch=touch))
        page = contexts[-1].new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(path.as_uri() + fragment)
        return wait(page)

    yield opened
    for context in contexts:
        assert all(page.problems == [] for page in context.pages)
        context.close()


def phases() -> Reading:
    record = deep()
    return Reading(record, trained(3), latents=LATENTS)


def cards(figure, kind: str = "latent") -> list[int]:
    return [int(re.split("[ .]", name)[-1]) for name in texts(figure, f".unit-card.{kind} .card-name")]


def answers(reading: Reading, cases=None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return neurons, latents, the answers, and those of the copy, on the cases of the record."""
    record, sae = reading.record, reading.sae.double()
    raw = dict(zip(record.predictors, record.cases.raw.T, strict=True))
    found = record.forward(raw, layer=reading.layer)
    h = torch.tensor(found["hidden"])
    with torch.no_grad():
        copy, latents = sae(h)
    return h, latents[:, 0], torch.tensor(found["output"]), above(reading, copy[:, 0])


def above(reading: Reading, h: torch.Tensor) -> torch.Tensor:
    linear = h @ torch.tensor(reading.record.weights[-1][-1]) + torch.tensor(reading.record.biases[-1][-1])
    return linear.softmax(-1) if reading.record.task == "classification" else linear


def changed(reading: Reading, latents: torch.Tensor, index: int, value: float) -> torch.Tensor:
    """Return the answers through the copy when a latent has another value."""
    latents = latents.clone()
    latents[:, index] = value
    with torch.no_grad():
        return above(reading, reading.sae.double().decode(latents[:, None])[:, 0])


def test_units_are_filtered_and_sorted(sheet):
    figure = sheet(phases())
    _, latents, *_ = answers(phases())
    assert cards(figure) == [1, 2, 3, 4, 5, 6] and cards(figure, "neuron") == [1, 2, 3]
    figure.get_by_label("Sort by").select_option("score")
    assert cards(figure) == [2, 4, 1, 5, 3, 6]
    figure.get_by_label("Sort by").select_option("often")
    often = (latents > 0).double().mean(0)
    assert often[torch.tensor(cards(figure)) - 1].tolist() == sorted(often.tolist(), reverse=True)
    figure.get_by_label("Sort by").select_option("number")
    figure.get_by_label("Words in the explanation").fill("COLD")
    assert cards(figure) == [1, 4] and texts(figure, ".of-latent .heading") == ["Latents: 2 of 6"]
    assert figure.locator(".of-neuron .note").is_visible()
    figure.get_by_label("Score", exact=True).select_option("0.4")
    assert cards(figure) == [4]
    assert state(figure.page)["q"] == "COLD" and state(figure.page)["above"] == "0.4"
    figure.get_by_label("Words in the explanation").fill("")
    figure.get_by_label("Score", exact=True).select_option("any")
    figure.get_by_label("Hide dead units").check()
    living = (often > 0).nonzero()[:, 0] + 1
    assert cards(figure) == living.tolist() and 6 not in cards(figure)
    figure.get_by_role("radio", name="Neurons").check(force=True)
    assert figure.locator(".of-latent").is_hidden() and figure.locator(".of-neuron").is_visible()


def test_another_order_opens_its_first_unit_until_the_reader_chooses_one(sheet):
    figure = sheet(phases())
    title = figure.locator(".unit-title")
    assert figure.locator(".unit-grid:visible").count() == 2
    figure.get_by_label("Sort by").select_option("score")
    assert texts(figure, ".cards:visible .heading") == ["Neurons and latents, sorted together: 9 of 9"]
    assert texts(figure, ".cards:visible .card-name")[:2] == ["Latent 2", "Latent 4"]
    assert title.text_content().startswith("Latent 2, ")
    figure.get_by_label("Words in the explanation").fill("cold")
    assert title.text_content().startswith("Latent 4, ")
    figure.get_by_role("option", name="Latent 1").click()
    figure.get_by_label("Words in the explanation").fill("damp")
    figure.get_by_label("Sort by").select_option("often")
    assert title.text_content().startswith("Latent 1, ")
    figure.page.evaluate("location.hash = '#features=show=latents;sort=score'")
    figure.page.wait_for_function("document.querySelector('.unit-title').textContent.startsWith('Latent 2, ')")


def test_inputs_have_the_names_of_the_words_and_are_found_by_their_column(sheet):
    column = Column("dm", "mm", "mass-weighted mean diameter")
    said = [Described("strongest where mass-weighted mean diameter > 1 mm", columns=(column,))]
    rest = [Described("never on", NONE, NONE, NONE, (column,))] * 5
    record = deep()
    figure = sheet(Reading(record, trained(3), latents=said + rest))
    against = figure.get_by_label("Curves against")
    assert "mass-weighted mean diameter" in against.locator("option").all_text_contents()
    against.select_option(label="mass-weighted mean diameter")
    assert "mass-weighted mean diameter, " in " ".join(texts(figure, ".panel.curve text"))
    low, high = np.quantile(record.cases.raw[:, 3], [0.05, 0.95])
    ends = [(np.log10(one) if "dm" in record.log_scaled else one) for one in (*record.limits[3], low, high)]
    left, right = (48 + 282 * (one - ends[0]) / (ends[1] - ends[0]) for one in ends[2:])
    band = figure.locator(".middle-of")
    assert float(band.get_attribute("x")) == pytest.approx(left, abs=0.06)
    assert float(band.get_attribute("width")) == pytest.approx(right - left, abs=0.11)
    figure.get_by_label("Words in the explanation").fill("dm")
    assert cards(figure) == [1]
    figure.get_by_label("Words in the explanation").fill("rows it was explained on")
    alive = (answers(phases())[1] > 0).any(0).tolist()
    assert cards(figure) == [k + 1 for k in range(1, 6) if alive[k]]
    assert not alive[5] and any(alive[1:5])


def test_on_a_phone_a_card_brings_its_unit_into_view(sheet):
    figure = sheet(phases(), touch=True)
    figure.locator(".unit-card").nth(1).click()
    assert figure.locator(".unit-title").bounding_box()["y"] < 200
    sizes = [one.bounding_box() for one in figure.locator(":is(button, input):visible:not(.segments *)").all()]
    assert min(box["height"] for box in sizes) >= 24


def test_a_unit_says_how_it_is_explained_and_how_good_that_is(sheet):
    figure = sheet(phases())
    figure.get_by_role("option", name="Latent 2").click()
    pane = figure.locator(".unit-head")
    assert "high when the air is damp" in pane.inner_text()
    assert (
        "held-back rows 0.90, of words for the activation of other hours 0.10; balanced accuracy 0.70"
        in pane.inner_text()
    )
    figure.get_by_role("option", name="Latent 6").click()
    assert "dead: on in no case" in pane.inner_text() and "These words have no score." in pane.inner_text()
    figure.get_by_role("option", name="Neuron 2.1").click()
    assert "No explanation was made" in pane.inner_text()


def test_keys_go_from_card_to_card_and_open_one(sheet):
    figure = sheet(phases())
    press = figure.page.keyboard.press

    def focused() -> str:
        return figure.page.evaluate("document.activeElement.querySelector('.card-name')?.textContent ?? ''")

    figure.locator(".unit-card[tabindex='0']").focus()
    assert figure.locator(".unit-card[tabindex='0']").count() == 1
    press("End")
    assert focused() == "Latent 6"
    press("ArrowLeft")
    assert focused() == "Latent 5"
    press("Enter")
    assert texts(figure, ".unit-title")[0].startswith("Latent 5, ")
    assert figure.page.evaluate("document.activeElement.className").startswith("unit-title")
    press("Escape")
    assert focused() == "Latent 5"
    press("Home")
    press(" ")
    assert focused() == "Neuron 2.1" and texts(figure, ".unit-title")[0].startswith("Neuron 2.1, ")


def test_ablation_is_what_it_would_be_in_torch(sheet):
    reading = phases()
    h, latents, before, spliced = answers(reading)
    figure = sheet(reading)
    alive = int((latents > 0).double().mean(0).argmax())
    figure.get_by_role("option", name=f"Latent {alive + 1}").click()
    mean = changed(reading, latents, alive, latents[:, alive].mean().item())
    zero = changed(reading, latents, alive, 0.0)
    rows = figure.locator(".ablation tbody tr").all()
    first = [float(plain(text)) for text in rows[0].locator("td").all_text_contents()]
    share = [100 * each[:, 0].mean().item() for each in (spliced, mean, zero)]
    assert first == pytest.approx([share[0], share[1] - share[0], share[2] - share[0]], abs=0.051)
    moved = [50 * (each - spliced).abs().sum(-1).mean().item() for each in (mean, zero)]
    assert [float(text) for text in rows[2].locator("td").all_text_contents()[1:]] == pytest.approx(moved, abs=0.051)
    target = torch.tensor(reading.record.cases.target)
    right = [100 * (each.argmax(-1) == target).double().mean().item() for each in (spliced, mean, zero)]
    last = [float(plain(text)) for text in rows[3].locator("td").all_text_contents()]
    assert last == pytest.approx([right[0], right[1] - right[0], right[2] - right[0]], abs=0.051)
    figure.get_by_role("option", name="Neuron 2.2").click()
    untouched = float(rows[0].locator("td").first.text_content())
    assert untouched == pytest.approx(100 * before[:, 0].mean().item(), abs=0.051)
    assert "In the network itself" in figure.locator(".ablation").inner_text()


def test_steering_moves_the_case_and_the_mean_and_can_be_let_go(sheet):
    reading = phases()
    _, latents, _, spliced = answers(reading)
    alive = int((latents > 0).double().mean(0).argmax())
    figure = sheet(reading, f"#features=unit=l{alive + 1};c=5;s=2")
    after = changed(reading, latents, alive, 2 * latents[:, alive].max().item())

    def percents(place: int) -> list[list[int]]:
        found = figure.locator(".pairs-of").nth(place).locator(".bar-value").all_text_contents()
        return [[float(one.strip("% ")) for one in plain(text).split("→")] for text in found]

    for place, (was, now) in enumerate([(spliced[4], after[4]), (spliced.mean(0), after.mean(0))]):
        wanted = [[100 * a, 100 * b] for a, b in zip(was.tolist(), now.tolist(), strict=True)]
        assert percents(place) == [pytest.approx(pair, abs=0.51) for pair in wanted]
    figure.get_by_role("slider", name="Set in every case to").focus()
    figure.page.keyboard.press("Home")
    assert float(state(figure.page)["s"]) == 0
    zero = changed(reading, latents, alive, 0.0).mean(0)
    assert [pair[1] for pair in percents(1)] == pytest.approx([100 * one for one in zero.tolist()], abs=0.51)
    figure.get_by_role("button", name="Let it go").click()
    assert [len(pair) for pair in percents(1)] == [1, 1] and "s" not in state(figure.page)


def test_a_dead_unit_cannot_be_steered(sheet):
    figure = sheet(phases(), "#features=unit=l6;s=1")
    assert figure.get_by_role("slider", name="Set in every case to").is_disabled()
    assert "It is dead" in figure.locator(".steering .says").text_content()


def test_the_case_is_dragged_typed_with_keys_and_picked_from_a_sample(sheet):
    figure = sheet(phases(), "#features=unit=n1;c=3;i=1")
    page, curve = figure.page, figure.locator(".panel.curve svg")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"], steps=4)
    page.mouse.up()
    record = deep()
    x = (0.7 * 340 - 48) / (330 - 48)
    low, high = record.limits[0]
    assert float(curve.get_attribute("aria-valuenow")) == pytest.approx(low + x * (high - low), abs=0.02 * (high - low))
    assert "moved by you" in figure.locator(".case-of").inner_text()
    before = state(page)
    assert "c" not in before and len(before["v"].split(",")) == 4
    curve.focus()
    page.keyboard.press("ArrowRight")
    assert float(state(page)["v"].split(",")[0]) > float(before["v"].split(",")[0])
    row = figure.locator(".samples tbody button").nth(1)
    number = row.text_content()
    row.click()
    assert state(page)["c"] == number and row.get_attribute("aria-pressed") == "true"
    page.reload()
    assert f"row {number}" in wait(page).locator(".case-of").inner_text()


def test_samples_come_from_all_parts_of_the_range(sheet):
    reading = phases()
    h, *_ = answers(reading)
    figure = sheet(reading)
    number = int(re.match(r"Neuron 2\.(\d)", texts(figure, ".unit-title")[0])[1])
    column = h[:, number - 1]
    shown = [float(text) for text in texts(figure, ".samples tbody td:nth-of-type(1)")]
    assert shown == pytest.approx(column.sort(descending=True).values[:5].tolist(), abs=0.0051)
    figure.get_by_label("Cases", exact=True).select_option(label="in the lowest quarter")
    low = [float(text) for text in texts(figure, ".samples tbody td:nth-of-type(1)")]
    assert 0 < len(low) <= 5 and max(low) < min(shown)


def test_weights_lead_from_latents_to_neurons_and_back(sheet):
    reading = phases()
    figure = sheet(reading, "#features=unit=l1")
    dictionary = reading.sae.dictionary[0].detach()
    first = int(dictionary[0].abs().argmax())
    button = figure.locator(".weights:has-text('dictionary') button.link").first
    assert button.text_content() == f"Neuron 2.{first + 1}"
    button.click()
    assert texts(figure, ".unit-title")[0].startswith(f"Neuron 2.{first + 1}, ")
    writers = figure.locator(".weights:has-text('Latents that write to it') button.link").all_text_contents()
    order = dictionary[:, first].abs().argsort(descending=True)
    assert writers == [f"Latent {int(k) + 1}" for k in order]


def test_a_neuron_leads_to_the_inspector_and_nothing_is_erased(sheet):
    figure = sheet(phases(), "#inspector=look=skill&features=unit=n2;c=4", inspector="inspector")
    link = figure.get_by_role("button", name="Open in the Inspector")
    link.click()
    found = state(figure.page, "inspector")
    assert (found["net"], found["c"], found["h"], found["look"]) == ("deep.4+3.unknown.1111", "4", "2.2", "neuron")
    assert state(figure.page)["unit"] == "n2"
    figure.get_by_role("option", name="Latent 1").click()
    assert link.is_hidden() and "The Inspector knows neurons only." in figure.locator(".unit-head").inner_text()


def test_networks_are_chosen_and_each_is_measured_its_own_way(sheet):
    rate = Reading(regressor(), trained(3))
    one = classifier()
    figure = sheet([phases(), rate, Reading(one, trained(one.hidden_sizes[0]))])
    figure.get_by_label("Network").select_option(label="regressor")
    assert figure.get_by_label("Words in the explanation").is_hidden()
    assert figure.locator(".activity .means").count() == 1
    assert "mean absolute error" in figure.locator(".ablation").inner_text()
    assert state(figure.page)["net"] == "regressor"
    figure.get_by_label("Network").select_option(label="published")
    assert "accuracy" in figure.locator(".ablation").inner_text() and figure.locator(".activity .outline").count() > 1


def test_what_a_link_says_wrongly_is_left_out(sheet):
    figure = sheet(phases(), "#features=unit=l99;show=none;c=0;s=9;q=~GG")
    assert texts(figure, ".unit-title")[0].startswith("Neuron ") and len(cards(figure)) == 6


def test_names_from_data_are_text(sheet):
    figure = sheet(Reading(deep(), trained(3), latents=[replace(one, words="<b>cold</b>") for one in LATENTS]))
    assert figure.locator("b, script").count() == 0
    assert "<b>cold</b>" in texts(figure, ".card-words")


def test_broken_data_leaves_a_message(browser, tmp_path):
    path = tmp_path / "broken.html"
    to_html(FeatureBrowser(phases()), path)
    page = browser.new_page()
    text = path.read_text("utf8")
    assert text.count('"kind": "relu"') == 1 or text.count('"kind":"relu"') == 1
    path.write_text(re.sub(r'"kind":\s*"relu"', '"kind":"tanh"', text), "utf8")
    page.goto(path.as_uri())
    page.locator(".widget-error").wait_for()
    assert "its activation is tanh" in page.locator(".widget-error").text_content()
    page.close()
