"""The explorer of chapter 04, used as a reader would use it."""

import base64
import json
import re

import numpy as np
import pytest
import torch

pytestmark = pytest.mark.browser

PAGE = "notebooks/04_engineering"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
PIECES = "/_static/explorer/"
CURVES = re.compile(
    r"Step ([\d,]+), (.+) (\S+): loss (\S+).*, monosemantic per feature ([^ ,]+).*, mean bias ([^ ,]+?)(?: \(.*)?\."
)
CELL = re.compile(r"Neuron (\d+) \((not )?monosemantic\), feature (\d+): activation (\S+); bias (\S+)\.")


def value(text: str) -> float:
    """A number as the page writes it."""
    return float(text.replace("−", "-").replace(",", ""))


@pytest.fixture
def explorer(site, page):
    """A function that opens chapter 04 with some hash; returns the explorer."""

    def opened(address: str = "", on=page):
        on.requests = []
        on.on("request", lambda request: on.requests.append(request.url))
        on.goto(f"{site}/{PAGE}.html{address}")
        figure = on.locator(".explorer").first
        figure.locator(".side").first.wait_for()
        return figure

    return opened


def held(figure) -> dict:
    """The state of the explorer's model."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    return next(model["state"] for model in models if "fingerprint" in model["state"])


def batch_of(figure, name: str) -> dict:
    return next(batch for batch in held(figure)["batches"] if batch["name"] == name)


def named(figure, swept: int = 1, activation: str | None = None, skip: int = 0) -> dict:
    """A batch that sweeps so many settings."""
    fits = [
        batch
        for batch in held(figure)["batches"]
        if len(batch["swept"]) == swept and activation in (None, batch["activation"])
    ]
    return fits[skip]


def link(batch: dict, *places: int) -> str:
    """A batch with chosen values, as a link writes it."""
    values = [axis["values"][place] for axis, place in zip(batch["swept"], places, strict=True)]
    return ":".join([batch["name"], *map(str, values)])


def medians(batch: dict, setting: int, step: int) -> list[float]:
    """Loss, monosemantic neurons per feature and mean bias of a setting at a recorded step, over its seeds."""
    curves = [[np.cumsum(curve) for curve in run[2:]] for run in batch["runs"][setting]]
    there = [curve for curve in curves if len(curve[0]) > step]
    loss, mono, bias = (np.array([curve[k][step] for curve in there]) for k in range(3))
    return [
        float(np.median(10 ** (loss / 1000))),
        float(np.median(mono)) / batch["features"],
        float(np.median(bias)) / 1000,
    ]


def finished(figure, batch: dict) -> list[int]:
    """The settings of a batch that some seed trained to the end."""
    points = len(held(figure)["steps"])
    return [k for k, runs in enumerate(batch["runs"]) if any(len(run[2]) == points for run in runs)]


def says(side, batch: dict, setting: int, step: int) -> bool:
    """Whether a side's curves say what Python computes from the page's data."""
    steps = held(side)["steps"]
    text = side.locator(".curves .readout").text_content()
    found = CURVES.fullmatch(text)
    assert found, text
    said = [value(number) for number in found.groups()[3:]]
    wanted = medians(batch, setting, step)
    return value(found[1]) == steps[step] and said == [pytest.approx(each, rel=0.06, abs=0.006) for each in wanted]


def weights(figure, site: str, batch: dict, first: int, second: int = 0) -> dict:
    """The stored weights of one setting, read from the script beside the page."""
    name = f"{batch['name']}-{second}-{held(figure)['fingerprint']}"
    answer = figure.page.request.get(f"{site}{PIECES}{name}.js")
    text = answer.text()
    data = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    setting = data["settings"][first]

    def array(text: str, kind: str) -> np.ndarray:
        return np.frombuffer(base64.b64decode(text), kind).astype(float)

    W = array(setting["W"], "<i1").reshape(setting["neurons"], -1) * array(setting["scale"], "<f4")[:, None]
    projection = array(data["projection"], "<f4").reshape(data["features"], -1)
    return {"W": W, "bias": array(setting["bias"], "<f4"), "mono": setting["mono"], "projection": projection}


def answers(held_weights: dict, activation: str, extras=()) -> np.ndarray:
    """Activations (neurons, features) with each feature on in turn, and some always."""
    x = np.eye(len(held_weights["projection"]))
    x[:, [i - 1 for i in extras]] = 1
    drive = torch.tensor(x @ held_weights["projection"] @ held_weights["W"].T + held_weights["bias"])
    act = {"relu": torch.relu, "gelu": torch.nn.functional.gelu}[activation]
    return act(drive).T.numpy()


def cell(side) -> tuple[int, bool, int, float, float]:
    """The cell that a heat map describes: neuron, whether monosemantic, feature, activation, bias."""
    neuron, no, feature, activation, bias = CELL.fullmatch(side.locator(".heat .readout").text_content()).groups()
    return int(neuron), no is None, int(feature), value(activation), value(bias)


def right(side, found: dict, wanted: np.ndarray) -> bool:
    """Whether the described cell holds what Python computes."""
    neuron, mono, feature, activation, bias = cell(side)
    return (
        mono == (neuron <= found["mono"])
        and activation == pytest.approx(wanted[neuron - 1, feature - 1], abs=0.00051)
        and bias == pytest.approx(found["bias"][neuron - 1], abs=0.00051)
    )


def calm(page):
    """Wait until the address holds the state."""
    page.wait_for_timeout(350)


# Training


def test_the_first_view_shows_curves_and_asks_for_no_weights(explorer):
    figure = explorer()
    state = held(figure)
    batch = batch_of(figure, state["first"][0])
    assert figure.get_by_label("Batch", exact=True).evaluate("list => list.selectedOptions[0].text") == batch["title"]
    sizes = [len(axis["values"]) for axis in batch["swept"]]
    middle = int(np.ravel_multi_index([size // 2 for size in sizes], sizes))
    assert says(figure.locator(".side").first, batch, middle, len(state["steps"]) - 1)
    assert (
        f"{batch['features']} features in {batch['embedding']} dimensions"
        in figure.locator(".about").first.text_content()
    )
    assert not [url for url in figure.page.requests if PIECES in url]
    assert figure.page.log.errors == [] and figure.page.log.external == []


def test_the_mouse_reads_a_step_and_a_click_on_a_dot_chooses_its_value(explorer):
    figure = explorer()
    batch = named(figure)
    figure.get_by_label("Batch", exact=True).select_option(label=batch["title"])
    side = figure.locator(".side").first
    canvas = side.locator(".curves > svg")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    figure.page.mouse.move(box["x"] + box["width"] * 49 / 340, box["y"] + 60)
    middle = len(batch["swept"][0]["values"]) // 2
    assert says(side, batch, middle, 0)
    side.locator(".share circle").first.click(force=True)  # another seed's dot may lie on it
    first = finished(figure, batch)[0]
    assert side.locator(".slider input").input_value() == str(first)
    assert says(side, batch, first, 0)


def test_a_click_on_a_line_chooses_its_value(explorer):
    figure = explorer()
    batch = max(
        (b for b in held(figure)["batches"] if len(b["swept"]) == 1),
        key=lambda b: np.ptp([medians(b, k, 0)[2] for k in range(len(b["runs"]))]),
    )
    figure.get_by_label("Batch", exact=True).select_option(label=batch["title"])
    side = figure.locator(".side").first
    last = len(batch["runs"]) - 1
    plot = side.locator(".curves .plot").nth(2)
    plot.scroll_into_view_if_needed()  # the mouse below goes to where it is told, seen or not
    lines = plot.locator(".line")
    start = lines.nth(last - 1).evaluate(  # the last but the chosen one, which lies on top
        "line => { const p = line.getPointAtLength(0).matrixTransform(line.getScreenCTM()); return [p.x, p.y]; }"
    )
    figure.page.mouse.click(*start)
    assert side.locator(".slider input").input_value() == str(last)


def test_the_keyboard_moves_through_steps_and_values(explorer):
    figure = explorer()
    batch = named(figure)
    figure.get_by_label("Batch", exact=True).select_option(label=batch["title"])
    side = figure.locator(".side").first
    last, middle = len(held(figure)["steps"]) - 1, len(batch["runs"]) // 2
    side.locator(".curves > svg").focus()
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp"):
        figure.page.keyboard.press(key)
    assert says(side, batch, middle + 1, last - 1)
    for key in ("Home", "PageDown"):
        figure.page.keyboard.press(key)
    assert says(side, batch, 0, 0)
    side.locator(".share > svg").focus()
    figure.page.keyboard.press("End")
    assert says(side, batch, len(batch["runs"]) - 1, 0)


def test_shares_are_per_feature_or_per_neuron(explorer):
    figure = explorer()
    batch = named(figure)
    figure.get_by_label("Batch", exact=True).select_option(label=batch["title"])
    side = figure.locator(".side").first
    middle = len(batch["runs"]) // 2
    ends = [np.sum(run[3]) for run in batch["runs"][middle] if len(run[3]) == len(held(figure)["steps"])]
    for label, size in (("feature", batch["features"]), ("neuron", batch["neurons"][middle])):
        figure.get_by_label(label, exact=True).check()
        text = side.locator(".share .readout").text_content()
        said = [value(number) for number in re.search(r": (.+) monosemantic neurons per " + label, text)[1].split(", ")]
        assert said == [pytest.approx(end / size, rel=0.06, abs=1e-9) for end in ends]


def test_the_looser_threshold_counts_more_neurons(explorer):
    figure = explorer()
    batch = named(figure)
    figure.get_by_label("Batch", exact=True).select_option(label=batch["title"])
    side = figure.locator(".side").first
    runs = batch["runs"][len(batch["runs"]) // 2]
    for label, place in (("0.9", 5), ("0.999", 3)):
        figure.get_by_label(label, exact=True).check()
        text = side.locator(".share .readout").text_content()
        said = [value(number) for number in re.search(r": (.+) monosemantic neurons per", text)[1].split(", ")]
        assert said == [pytest.approx(np.sum(run[place]) / batch["features"], rel=0.06, abs=1e-9) for run in runs]


def test_two_swept_settings_have_two_sliders(explorer):
    figure = explorer()
    batch = named(figure, swept=2)
    figure.get_by_label("Batch", exact=True).select_option(label=batch["title"])
    side = figure.locator(".side").first
    first, second = side.locator(".slider input").all()
    first.fill("1")
    second.fill("2")
    last = len(held(figure)["steps"]) - 1
    assert says(side, batch, len(batch["swept"][1]["values"]) + 2, last)
    assert side.locator(".curves .plot").first.locator(".line").count() == len(batch["swept"][0]["values"])


# Neurons


def test_weights_come_once_from_this_site_when_neurons_are_looked_at(explorer, site):
    figure = explorer()
    figure.get_by_label("single neurons").check()
    side = figure.locator(".side").first
    side.locator(".heat .readout").wait_for()
    figure.get_by_label("training and results").check()
    figure.get_by_label("single neurons").check()
    asked = [url for url in figure.page.requests if PIECES in url]
    name = held(figure)["first"][0]
    assert len(asked) == 1 and asked[0].startswith(f"{site}{PIECES}{name}-")
    assert figure.page.log.errors == [] and figure.page.log.external == [] and figure.page.log.failed == []


@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_cells_are_what_python_computes_with_and_without_extra_features(explorer, site, activation):
    figure = explorer()
    batch = named(figure, swept=1 if activation == "relu" else 2, activation=activation)
    places = [1] * len(batch["swept"])
    figure.page.goto(f"{site}/{PAGE}.html#explorer={link(batch, *places)};view=neurons")
    figure.page.reload()
    side = figure.locator(".side").first
    side.locator(".heat .readout").wait_for()
    found = weights(figure, site, batch, *places)
    wanted = answers(found, activation)
    box = side.locator(".map canvas")
    box.scroll_into_view_if_needed()
    for x, y in ((0.11, 0.07), (0.52, 0.33), (0.97, 0.96)):
        where = box.bounding_box()
        figure.page.mouse.move(where["x"] + x * where["width"], where["y"] + y * where["height"])
        assert right(side, found, wanted)
    adder = figure.get_by_label("Features always on: number of a feature to add")
    for i in (5, 17):
        adder.fill(str(i))
        adder.press("Enter")
    assert right(side, found, answers(found, activation, [5, 17]))
    assert "with features 5 and 17 always on" in side.locator(".map").get_attribute("aria-label")
    figure.get_by_role("group", name="Features always on").get_by_label("Remove feature 5").click()
    with_one = answers(found, activation, [17])
    assert right(side, found, with_one)
    positive = np.clip(with_one, 0, None)
    still = int((positive.max(1) > 0.999 * positive.sum(1)).sum())
    count = side.locator(".count").text_content()
    assert count.startswith(f"{found['mono']} of {len(wanted)} neurons")
    assert count.endswith(f"With feature 17 always on, {still} answer a single feature.")


def test_the_keyboard_walks_the_map_and_picks_features(explorer, site):
    figure = explorer()
    figure.get_by_label("single neurons").check()
    side = figure.locator(".side").first
    side.locator(".heat .readout").wait_for()
    batch = batch_of(figure, held(figure)["first"][0])
    found = weights(figure, site, batch, *[len(axis["values"]) // 2 for axis in batch["swept"]])
    wanted = answers(found, batch["activation"])
    order = np.argsort(wanted.argmax(0), kind="stable") + 1
    side.locator(".map").focus()
    assert side.locator(".heat .readout").get_attribute("aria-live") == "polite"
    for key in ("PageUp", "Home"):
        figure.page.keyboard.press(key)
    assert cell(side)[::2][:2] == (1, order[0])
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowDown"):
        figure.page.keyboard.press(key)
    assert cell(side)[::2][:2] == (12, order[2])
    assert right(side, found, wanted)
    figure.page.keyboard.press("Enter")
    picked = side.locator(".stems .plots p").all_text_contents()
    best = wanted[:, order[2] - 1]
    assert picked == [f"feature {order[2]}: neuron {best.argmax() + 1} answers most, {best.max():.2f}"]
    figure.page.keyboard.press("Enter")
    assert side.locator(".stems .plots p").count() == 0
    for _ in range(4):
        figure.page.keyboard.press("ArrowRight")
        figure.page.keyboard.press("Enter")
    assert side.locator(".stems .plots p").count() == 3


def test_numbers_that_are_no_features_are_refused_in_one_sentence(explorer):
    figure = explorer()
    figure.get_by_label("single neurons").check()
    box = figure.get_by_role("group", name="Features always on")
    most = held(figure)["batches"][0]["features"]
    for text in ("0", str(most + 1), "1.5", ""):
        box.locator("input").fill(text)
        box.get_by_role("button", name="Add").click()
        assert box.get_by_role("alert").text_content() == f"Type a whole number from 1 to {most}."
    box.get_by_role("button", name="Three at random").click()
    assert box.locator(".chip").count() == 3
    box.locator("input").fill(str(most))
    box.locator("input").press("Enter")
    assert box.locator(".chip").count() == 4 and box.locator("input").is_disabled()


def test_without_the_weights_one_sentence_says_so_and_all_else_works(explorer, page):
    page.route(f"**{PIECES}**", lambda route: route.abort())
    figure = explorer()
    figure.get_by_label("single neurons").check()
    missing = figure.locator(".missing:visible")
    missing.get_by_text("did not arrive").wait_for()
    assert missing.count() == 1 and not figure.locator(".heat").first.is_visible()
    figure.get_by_label("training and results").check()
    assert figure.locator(".curves").first.is_visible() and not figure.locator(".missing").first.is_visible()


NOTEBOOK = """async ({ code, state }) => {
  delete document.documentElement.dataset.content_root;
  const module = await import(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  const heard = { sent: [], tell: null };
  const model = {
    get: (key) => state[key], set() {}, save_changes() {}, off() {},
    on: (event, callback) => { if (event === "msg:custom") heard.tell = callback; },
    send: (content) => heard.sent.push(content),
  };
  const el = document.createElement("div");
  document.querySelector(".explorer").replaceWith(el);
  module.default.render({ model, el });
  globalThis.heard = heard;
}"""


def test_in_a_notebook_the_weights_come_from_python(explorer, site):
    figure = explorer()
    data = json.loads(figure.page.locator(DATA).text_content())
    model = next(each["state"] for each in data["models"].values() if "fingerprint" in each["state"])
    batch = batch_of(figure, model["first"][0])
    name = f"{batch['name']}-0-{model['fingerprint']}"
    text = figure.page.request.get(f"{site}{PIECES}{name}.js").text()
    piece = json.loads(text[text.index(",") + 1 : text.rindex(")")])
    places = [len(axis["values"]) // 2 for axis in batch["swept"]]
    found = weights(figure, site, batch, places[0])
    figure.page.evaluate(NOTEBOOK, {"code": data["sources"][model["_esm"]], "state": model})
    assert figure.get_by_role("button", name="Copy link").count() == 0
    figure.get_by_label("single neurons").check()
    assert "on their way" in figure.locator(".missing:visible").text_content()
    assert figure.page.evaluate("heard.sent") == [{"want": [batch["name"], (places + [0])[1]]}]
    figure.page.evaluate("([name, data]) => heard.tell({ piece: name, data }, [])", [name, piece])
    assert right(figure.locator(".side").first, found, answers(found, batch["activation"]))
    assert not [url for url in figure.page.requests if PIECES in url]
    figure.get_by_label("training and results").check()
    calm(figure.page)
    assert figure.page.evaluate("location.hash") == ""


def test_when_python_does_not_answer_the_reader_hears_of_it(explorer, page):
    page.clock.install()
    figure = explorer()
    data = json.loads(page.locator(DATA).text_content())
    model = next(each["state"] for each in data["models"].values() if "fingerprint" in each["state"])
    page.evaluate(NOTEBOOK, {"code": data["sources"][model["_esm"]], "state": model})
    figure.get_by_label("single neurons").check()
    page.clock.fast_forward(9_000)
    figure.locator(".missing:visible").get_by_text("did not arrive").wait_for()


# Two batches, and links


def test_a_second_batch_stands_beside_the_first_on_the_same_axes(explorer):
    figure = explorer()
    one, other = named(figure), named(figure, skip=1)
    figure.get_by_label("Batch", exact=True).select_option(label=one["title"])
    figure.get_by_label("Compare with").select_option(label=other["title"])
    left, right_side = figure.locator(".side").all()
    assert left.bounding_box()["x"] + left.bounding_box()["width"] < right_side.bounding_box()["x"]
    assert right_side.get_attribute("aria-label") == other["title"]
    axes = [side.locator(".curves .right").all_text_contents() for side in (left, right_side)]
    assert axes[0] == axes[1] != []
    right_side.locator(".slider input").fill("0")
    last = len(held(figure)["steps"]) - 1
    assert says(right_side, other, 0, last) and says(left, one, len(one["runs"]) // 2, last)
    figure.get_by_label("Compare with").select_option(label="nothing")
    assert not right_side.is_visible()


def test_what_is_chosen_stands_in_the_address_and_comes_back_from_it(explorer):
    figure = explorer()
    one, other = named(figure), named(figure, swept=2)
    figure.get_by_label("Batch", exact=True).select_option(label=one["title"])
    figure.get_by_label("Compare with").select_option(label=other["title"])
    left, right_side = figure.locator(".side").all()
    left.locator(".slider input").fill("0")
    right_side.locator(".slider input").first.fill("1")
    right_side.locator(".slider input").last.fill("2")
    figure.get_by_label("neuron", exact=True).check()
    figure.get_by_label("single neurons").check()
    for name, i in (("Features always on", 9), ("Features looked at", 4)):
        figure.get_by_label(f"{name}: number of a feature to add").fill(str(i))
        figure.get_by_label(f"{name}: number of a feature to add").press("Enter")
    calm(figure.page)
    address = figure.page.evaluate("location.hash")
    assert address == f"#explorer={link(one, 0)},{link(other, 1, 2)};x=9;f=4;view=neurons;per=neuron"
    figure.page.reload()
    figure.locator(".side").first.wait_for()
    assert [box.input_value() for box in figure.locator(".slider input").all()] == ["0", "1", "2"]
    assert figure.get_by_label("Compare with").evaluate("list => list.selectedOptions[0].text") == other["title"]
    assert figure.locator(".chip").all_text_contents() == ["9×", "4×"]
    assert figure.get_by_label("single neurons").is_checked()
    assert figure.page.evaluate("location.hash") == address


def test_a_link_in_the_text_sets_the_explorer(explorer):
    figure = explorer("#other=1")
    batch = named(figure, swept=2)
    figure.page.evaluate("hash => { location.hash = hash; }", f"#other=1&explorer={link(batch, 0, 1)}")
    figure.locator(f".side[aria-label='{batch['title']}']").first.wait_for()
    assert [box.input_value() for box in figure.locator(".side").first.locator(".slider input").all()] == ["0", "1"]
    figure.locator(".slider input").first.fill("2")
    calm(figure.page)
    assert figure.page.evaluate("location.hash") == f"#other=1&explorer={link(batch, 2, 1)};view=training"


@pytest.mark.parametrize(
    "address", ["#explorer=nothing", "#explorer=", "#explorer=%E0%A4%A", "#a-section", "#explorer"]
)
def test_an_address_that_makes_no_sense_changes_nothing(explorer, address):
    figure = explorer(address)
    batch = batch_of(figure, held(figure)["first"][0])
    assert figure.get_by_label("Batch", exact=True).evaluate("list => list.selectedOptions[0].text") == batch["title"]
    calm(figure.page)
    assert figure.page.evaluate("location.hash") == address
    assert figure.page.log.errors == []


def test_the_link_can_be_copied(explorer, open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    figure = explorer(on=page)
    figure.get_by_role("button", name="Copy link").click()
    figure.get_by_text("Copied.").wait_for()
    batch = batch_of(figure, held(figure)["first"][0])
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url and f"#explorer={batch['name']}:" in copied


def test_where_copying_is_forbidden_the_link_is_shown(explorer, page):
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined });")
    figure = explorer()
    figure.get_by_role("button", name="Copy link").click()
    shown = figure.get_by_label("Link to this view")
    assert shown.input_value() == page.url and "#explorer=" in page.url


# A phone, and everyone


@pytest.mark.parametrize("view", ["training", "neurons"])
def test_a_phone_shows_all_and_nothing_overflows(explorer, open_page, view):
    page = open_page(viewport={"width": 360, "height": 740}, has_touch=True)
    figure = explorer(on=page)
    one, other = named(figure), named(figure, swept=2)
    page.goto(page.url.split("#")[0] + f"#explorer={link(one, 0)},{link(other, 1, 2)};x=9;f=4.7;view={view}")
    page.reload()
    figure.locator(".side .panel:visible").last.wait_for()
    side = figure.locator(".side").first
    if view == "training":
        dot = side.locator(".share circle").last
        dot.scroll_into_view_if_needed()
        box = dot.bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert side.locator(".slider input").input_value() == str(finished(figure, one)[-1])
    else:
        box = side.locator(".map canvas")
        box.scroll_into_view_if_needed()
        where = box.bounding_box()
        page.touchscreen.tap(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
        picked = side.locator(".stems .plots p").last.text_content()
        assert picked.startswith(f"feature {cell(side)[2]}:") and side.locator(".stems .plots p").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = figure.locator(".panel:visible, .choose > *, .chips:visible, .side").evaluate_all(
        "all => all.filter((each) => each.offsetParent).map((each) => each.getBoundingClientRect().toJSON())"
    )
    assert all(box["left"] >= 0 and box["right"] <= 360 for box in boxes)
    sizes = figure.locator("svg text:visible").evaluate_all(
        "texts => texts.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().d)"
    )
    assert min(size for size in sizes if size) > 10.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["training", "neurons"])
def test_the_checker_finds_no_barrier(explorer, axe, site, theme, view):
    figure = explorer()
    one, other = named(figure), named(figure, swept=2)
    figure.page.goto(f"{site}/{PAGE}.html#explorer={link(one, 0)},{link(other, 1, 2)};x=9;f=4;view={view}")
    figure.page.reload()
    figure.locator(".side .panel:visible").last.wait_for()
    figure.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    figure.page.evaluate(axe)
    found = figure.page.evaluate("axe.run('.explorer', {resultTypes: ['violations']})")["violations"]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == []
