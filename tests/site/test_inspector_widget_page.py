"""The Inspector of chapter 07, used as a reader would use it."""

import base64
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from inspector_records import deep  # noqa: E402

from helpers import inspector_answers  # noqa: E402
from helpers.widgets.inspector import Cases, Record, to_html  # noqa: E402

pytestmark = pytest.mark.browser

PAGE = "notebooks/07_inspector"
DATA = 'script[type="application/vnd.snowfall.widgets+json"]'
FOUR, WIDE, DEEP = (f"phase-classifier.{hidden}.off.11111" for hidden in ("4", "16", "4+4"))
RATE, STRONG = "snowfall-rate.4.off.11111", "phase-classifier-strong-l1.16.on.11111"
LOOKS = ["why", "neuron", "layer", "skill", "response", "about"]
TOLERANCE = 0.0051  # of what is written with two decimals


@pytest.fixture
def inspector(site, open_page):
    """A function that opens chapter 07 with some state in the hash; returns the figure. Nothing may go wrong in it."""
    pages = []

    def opened(state="", clock=False, **options):
        page = open_page(**options)
        page.set_default_timeout(8000)
        pages.append(page)
        if clock:
            page.clock.install(time=0)
        page.goto(f"{site}/{PAGE}.html" + (f"#inspector={state}" if state else ""))
        figure = page.locator(".inspector").first
        figure.locator(".node").first.wait_for()
        if clock:
            page.clock.pause_at(3600)  # from here on time passes only where a test says so
        return figure

    yield opened
    for page in pages:
        assert page.log.errors == [] and page.log.external == [] and page.log.failed == []


def value(text: str) -> float:
    """A number as the page writes it, whatever unit follows."""
    return float(text.replace("\u2212", "-").split("\u00a0")[0].rstrip("%").split(" ")[0])


def packed(figure) -> dict:
    """What the page holds of the first Inspector."""
    models = json.loads(figure.page.locator(DATA).text_content())["models"].values()
    return next(model["state"] for model in models if model["state"].get("key") == "inspector")


def unpacked(one: dict, cases: list[dict]) -> Record:
    """A record as the page holds it."""
    numbers = np.frombuffer(base64.b64decode(one["weights"]), f"<f{one['bits'] // 8}").reshape(one["stored"], -1)
    weights, biases, start = [], [], 0
    for rows, columns in zip(one["sizes"][:-1], one["sizes"][1:], strict=True):
        middle, end = start + rows * columns, start + (rows + 1) * columns
        weights.append(numbers[:, start:middle].reshape(-1, rows, columns))
        biases.append(numbers[:, middle:end])
        start = end
    tested = cases[one["cases"]]
    return Record(
        predictors=tuple(one["predictors"]),
        units=tuple(one["units"]),
        log_scaled=tuple(name for name, log in zip(one["predictors"], one["log"], strict=True) if log),
        outputs=tuple(one["outputs"]),
        task=one["task"],
        mean=np.array(one["mean"]),
        scale=np.array(one["scale"]),
        weights=tuple(weights),
        biases=tuple(biases),
        history={key: np.array(values, dtype=float) for key, values in one["history"].items()},
        hyperparameters=one["hyperparameters"],
        start=one["start"],
        name=one["name"],
        output_unit=one["unit"],
        limits=np.array(one["limits"]),
        cases=Cases(np.array([tested["columns"][name] for name in one["predictors"]]).T, np.array(tested["target"])),
    )


def records(figure) -> dict[str, Record]:
    """The records that the page holds by their names in links."""
    state = packed(figure)
    found, names = {}, {}
    for one in state["records"]:
        known = names.setdefault(one["name"], [])
        known += [name for name in one["predictors"] if name not in known]
    for one in state["records"]:
        slug = re.sub("[^a-z0-9]+", "-", one["name"].lower())
        l1 = {True: "on", False: "off"}.get(one["hyperparameters"].get("L1_flag"), "unknown")
        used = "".join(str(int(name in one["predictors"])) for name in names[one["name"]])
        found[f"{slug}.{'+'.join(map(str, one['sizes'][1:-1]))}.{l1}.{used}"] = unpacked(one, state["cases"])
    return found


def row_of(record: Record, row: int) -> dict[str, float]:
    return dict(zip(record.predictors, record.cases.raw[row], strict=True))


def rows_of(record: Record) -> dict[str, np.ndarray]:
    return dict(zip(record.predictors, record.cases.raw.T, strict=True))


def go(figure, state: str):
    """Follow a link, and wait until it was taken over."""
    figure.page.evaluate(
        """(state) => new Promise((done) => {
          history.replaceState(null, "", location.pathname);
          addEventListener("hashchange", () => done(), { once: true });
          location.hash = `inspector=${state}`;
        })""",
        state,
    )


def address(figure) -> dict[str, str]:
    """The state in the address, as soon as it has come to rest."""
    figure.page.evaluate("new Promise((done) => setTimeout(done, 300))")  # after the page's own timer
    found = re.search("[#&]inspector=([^&]*)", figure.page.evaluate("location.hash"))
    return dict(part.split("=") for part in found[1].replace("%2B", "+").split(";")) if found else {}


def labels(figure, kind: str = "") -> list[str]:
    """What a screen reader says of the units."""
    return figure.locator(f".graph .node{kind}").evaluate_all(
        "all => all.map((node) => node.getAttribute('aria-label'))"
    )


def node(figure, name: str):
    return figure.locator(f".graph .node[aria-label^='{name}: ']")


def bars(figure, box: str) -> dict[str, str]:
    """The names and numbers of a list of bars."""
    pairs = figure.locator(f"{box} .bar-row").evaluate_all(
        "all => all.map((row) => ['.bar-name', '.bar-value'].map((part) => row.querySelector(part).textContent))"
    )
    return dict(pairs)


def text(figure, box: str) -> str:
    return figure.locator(box).text_content()


def number_after(words: str, said: str) -> float:
    """The number that follows some words."""
    return value(re.search(re.escape(words) + r"\s*([\u2212-]?[\d.]+(?:e\u2212?\d+)?)", said)[1])


def table(figure, box: str) -> list[list[str]]:
    return figure.locator(f"{box} tbody tr").evaluate_all(
        "all => all.map((row) => [...row.cells].map((c) => c.textContent))"
    )


def shown_numbers(figure) -> list[list[float]]:
    """The values of the units as their labels say: inputs (scaled), hidden layers, outputs."""
    inputs, hidden, outputs = [], {}, []
    for label in labels(figure):
        kind, name, said = re.match(r"(Input|Output|Neuron) ([^:]*): (.*)", label).groups()
        if kind == "Input":
            inputs.append(value(re.search(r", ([\u2212\d.]+) standard deviations", said)[1]))
        elif kind == "Output":
            outputs.append(value(said.split(",")[0]) / (100 if "%" in said else 1))
        else:
            hidden.setdefault(name.rpartition(".")[0], []).append(number_after("activation", said))
    return [inputs, *hidden.values(), outputs]


def agrees(figure, record: Record, raw: dict, epoch: int = -1, **changes):
    """Assert that every unit says what Python computes."""
    layers = [record.forward(raw, epoch, layer=k, **changes) for k in range(len(record.hidden_sizes))]
    wanted = [layers[0]["scaled"], *(layer["hidden"] for layer in layers), layers[0]["output"]]
    for said, right in zip(shown_numbers(figure), wanted, strict=True):
        assert said == pytest.approx(right, abs=TOLERANCE)
    biases = [number_after(", bias", label) for label in labels(figure) if ", bias" in label]
    assert biases == pytest.approx(np.concatenate([b[record.place(epoch)] for b in record.biases]), abs=TOLERANCE)


# The numbers are those of Python


def test_every_unit_says_what_python_computes(inspector):
    figure = inspector()
    known = records(figure)
    first = next(iter(known))
    agrees(figure, known[first], row_of(known[first], 0))
    for key, epoch, row, link, changes in [
        (FOUR, 0, 10, "", {}),
        (FOUR, 7, 399, "t=1.2off", {"ablate": [1]}),
        (DEEP, 32, 5, "t=1.1clamp1.5,2.3scale2", {"clamp": {(0, 0): 1.5}, "amplify": {(1, 2): 2}}),
        (WIDE, 12, 100, "t=1.16off,1.3clamp0.25", {"ablate": [15], "clamp": {2: 0.25}}),
        (RATE, 32, 3, "", {}),
        ("phase-classifier.4.off.01010", 32, 8, "", {}),
    ]:
        record = known[key]
        go(figure, f"net={key};e={epoch};c={row + 1};{link}")
        agrees(figure, record, row_of(record, row), epoch, **changes)
        dominance = [number_after("dominance", label) for label in labels(figure) if "dominance" in label]
        assert dominance == pytest.approx(record.dominance(epoch), abs=TOLERANCE)
        assert text(figure, ".training output") == str(epoch)
        target = record.cases.target[row]
        truth = record.outputs[int(target)] if record.task == "classification" else f"{target:.3g}"
        assert f"It was {truth}" in text(figure, ".case .says")


def test_terms_relevance_rows_and_scores_are_those_of_python(inspector):
    figure = inspector(f"net={FOUR};c=1;look=why;o=2;r=epsilon")
    record = records(figure)[FOUR]
    raw, place = row_of(record, 0), -1
    hidden = record.forward(raw)["hidden"]
    terms = [*hidden * record.weights[1][place, :, 1], record.biases[1][place, 1]]
    assert [value(said) for said in bars(figure, ".terms").values()] == pytest.approx(terms, rel=0.006, abs=1e-9)
    for rule in ("epsilon", "published"):
        go(figure, f"c=1;look=why;o=2;r={rule}")
        found = record.relevance(raw, output=1, rule=rule)
        said = bars(figure, ".relevance")
        assert [value(said[name.replace("_", " ")]) for name in record.predictors] == pytest.approx(
            found["inputs"], rel=0.006, abs=1e-9
        )
        assert value(said["Biases"]) == pytest.approx(found["bias"].sum(), rel=0.006, abs=1e-9)
        assert value(said["Residual"]) == pytest.approx(found["residual"], rel=0.006, abs=1e-6)
        assert number_after("Conservation:", text(figure, ".relevance .says")) == pytest.approx(
            found["start"], rel=1e-3
        )

    rows, target = rows_of(record), record.cases.target.astype(int)
    go(figure, f"look=skill;t=1.{inspector_answers.accuracy_without(record).argmin() + 1}off")
    said = record.forward(rows, ablate=[int(inspector_answers.accuracy_without(record).argmin())])["output"].argmax(-1)
    counts = [[int(((target == r) & (said == c)).sum()) for c in range(3)] for r in range(3)]
    cells = [[int(cell.split(" ")[0]) for cell in row[1:]] for row in table(figure, ".confusion")]
    assert cells == counts
    assert number_after("Accuracy", text(figure, ".scores .says")) == pytest.approx(
        100 * (said == target).mean(), abs=0.51
    )
    pods = [counts[k][k] / sum(counts[k]) for k in range(3)]
    assert [value(row[1]) for row in table(figure, ".scores")] == pytest.approx(pods, abs=TOLERANCE)

    go(figure, "look=layer;h=1.3")
    active = record.forward(rows)["hidden"]
    note = text(figure, ".single .says")
    assert number_after("L0", note) == pytest.approx((active > 0).sum(1).mean(), abs=0.051)
    assert number_after("Dead:", note.rstrip(".")) == (~(active > 0).any(0)).sum()
    go(figure, "look=neuron;h=1.3")
    largest = table(figure, ".samples")[0]
    assert largest[0] == "largest" and value(largest[1]) == pytest.approx(active[:, 2].max(), abs=TOLERANCE)
    raw = record.cases.raw[active[:, 2].argmax()]
    assert [value(cell) for cell in largest[2:-1]] == pytest.approx(raw, rel=0.006)

    record = records(figure)[RATE]
    go(figure, f"net={RATE};look=skill")
    error = record.forward(rows_of(record))["output"][:, 0] - record.cases.target
    scores = {row[0].split(",")[0]: value(row[1]) for row in table(figure, ".scores")}
    assert scores["MSE"] == pytest.approx((error**2).mean(), rel=0.006)
    assert scores["MAE"] == pytest.approx(np.abs(error).mean(), rel=0.006)


def test_the_threshold_in_the_sentence_is_that_of_python(inspector):
    figure = inspector()
    record = records(figure)[FOUR]
    units = dict(zip(record.predictors, record.units, strict=True))
    for row, name in [(0, "temperature"), (0, "fs"), (3, "temperature"), (20, "n0"), (50, "dm")]:
        go(figure, f"net={FOUR};c={row + 1};look=response;i={record.predictors.index(name) + 1}")
        for pair in (None, (0, 1), (0, 2), (1, 2)):
            choice = "answer" if pair is None else f"{pair[0]}.{pair[1]}"
            figure.get_by_label("Mark where").select_option(choice)
            found = inspector_answers.turns(record, row, name)
            places = (
                [place for place, _, _ in found]
                if pair is None
                else inspector_answers.crossings(record, row, name, pair)
            )
            said = text(figure, ".response .says")
            numbers = [value(one) for one in re.findall(rf"([\u2212\d.]+)\u00a0{units[name]}", said)]
            assert numbers == pytest.approx(places, rel=6e-4, abs=1e-3), said
            assert ("Nothing changes" in said) == (not places)
            if pair is None:
                turned = [f"{record.outputs[old]} turns into {record.outputs[new]} at" for _, old, new in found]
                assert all(each in said.lower() for each in turned)
            assert figure.locator(".threshold").count() == len(places)


def test_a_link_begins_at_the_trained_network_and_explains_its_answer(inspector):
    figure = inspector(f"net={FOUR};e=0;c=9;look=why;t=1.2off;o=1")
    record = records(figure)[FOUR]
    go(figure, f"net={FOUR};c=1;look=why")
    answer = record.forward(row_of(record, 0))["output"].argmax()
    assert epoch(figure) == record.epochs
    assert figure.get_by_role("radio", name=record.outputs[answer].capitalize()).is_checked()
    agrees(figure, record, row_of(record, 0))
    right = (record.forward(rows_of(record))["output"].argmax(-1) == record.cases.target).mean()
    assert text(figure, ".score") == f"Right in {100 * right:.0f}% of 400 rows."
    go(figure, f"net={FOUR};c=1;look=why;t=1.1off")
    less = (record.forward(rows_of(record), ablate=[0])["output"].argmax(-1) == record.cases.target).mean()
    changed = "" if less == right else f", as trained in {100 * right:.0f}%"
    assert text(figure, ".score") == f"Right in {100 * less:.0f}% of 400 rows{changed}."


def test_only_a_classifier_shows_how_likely_classes_are(inspector):
    figure = inspector(f"net={FOUR}")
    bars_of_case = figure.locator(".case .bar-row")
    assert bars_of_case.count() == 3
    go(figure, f"net={RATE}")
    assert bars_of_case.count() == 0
    go(figure, f"net={FOUR}")
    assert bars_of_case.count() == 3


# The training


def playing(figure) -> bool:
    return figure.locator(".training .primary").text_content() == "Pause"


def epoch(figure) -> int:
    return int(text(figure, ".training output"))


def test_play_at_the_end_starts_again_and_stops_at_the_end(inspector):
    figure = inspector(f"net={FOUR}", clock=True)
    clock, play = figure.page.clock, figure.locator(".training .primary")
    assert epoch(figure) == 32 and not playing(figure)
    play.click()
    assert epoch(figure) == 0 and playing(figure)
    clock.run_for(1100)
    assert epoch(figure) == 4 and playing(figure)
    play.click()
    held = epoch(figure)
    clock.run_for(2000)
    assert epoch(figure) == held and not playing(figure)
    play.click()
    clock.run_for(9000)
    assert epoch(figure) == 32 and not playing(figure)
    agrees(figure, records(figure)[FOUR], row_of(records(figure)[FOUR], 0))
    clock.run_for(3000)
    assert epoch(figure) == 32


def test_another_network_while_playing_goes_on_playing(inspector):
    figure = inspector(f"net={FOUR};e=3;t=1.2off;look=layer", clock=True)
    clock, known = figure.page.clock, records(figure)
    figure.locator(".training .primary").click()
    clock.run_for(300)
    for choose, key in [
        (lambda: figure.get_by_role("radio", name="16").check(), WIDE),
        (lambda: figure.get_by_role("radio", name="4+4").check(), DEEP),
        (lambda: figure.get_by_label("Network", exact=True).select_option("Snowfall rate"), None),
        (lambda: figure.get_by_label("Network", exact=True).select_option("Phase classifier"), None),
    ]:
        before = epoch(figure)
        choose()
        assert playing(figure) and epoch(figure) == before
        clock.run_for(600)
        assert epoch(figure) in (before + 2, before + 3) and playing(figure)
        if key:
            agrees(figure, known[key], row_of(known[key], 0), epoch(figure))
    figure.get_by_role("radio", name="skill").check()
    figure.get_by_label("Network", exact=True).select_option("Snowfall rate")
    clock.run_for(9000)
    assert epoch(figure) == 32 and not playing(figure)
    agrees(figure, known[RATE], row_of(known[RATE], 0))
    # A link stops the clock.
    figure.locator(".training .primary").click()
    go(figure, f"net={FOUR};e=9")
    clock.run_for(1000)
    assert epoch(figure) == 9 and not playing(figure)


def test_steps_the_slider_and_the_curve_choose_an_epoch(inspector):
    figure = inspector(f"net={FOUR};e=5")
    page = figure.page
    back, on, again = (figure.get_by_role("button", name=name) for name in ("Step back", "Step on", "Restart"))
    on.click()
    on.click()
    assert epoch(figure) == 7
    back.click()
    assert epoch(figure) == 6
    again.click()
    assert epoch(figure) == 0 and back.is_disabled() and again.is_disabled() and on.is_enabled()
    slider = figure.get_by_role("slider", name="Epoch")
    slider.focus()
    page.keyboard.press("End")
    assert epoch(figure) == 32 and on.is_disabled()
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "epoch 31 of 32"
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert abs(epoch(figure) - 16) <= 1
    curve = figure.locator(".training > svg")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    page.mouse.click(box["x"] + box["width"] * (48 + 282 * 8 / 32) / 340, box["y"] + box["height"] / 3)
    assert epoch(figure) == 8
    record = records(figure)[FOUR]
    agrees(figure, record, row_of(record, 0), 8)
    said = curve.get_attribute("aria-label")
    wanted = f"{record.history['loss'][8]:.3g} and {record.history['val_loss'][8]:.3g}"
    assert f"At epoch 8, on training and on held-back rows: loss {wanted}" in said
    assert address(figure)["e"] == "8"


# The case


def test_a_case_of_ones_own_then_an_ablation_then_relevance(inspector):
    figure = inspector(f"net={FOUR};o=1")
    page, record = figure.page, records(figure)[FOUR]
    own = {"n0": 250.0, "fs": 1.25, "dm": 0.9, "temperature": -3.5, "relative_humidity": 91.0}
    for name, typed in own.items():
        figure.get_by_role("textbox", name=name.replace("_", " ")).fill(f"{typed}".replace("-", "\u2212"))
    assert text(figure, ".case .slider output") == "typed" and "It was" not in text(figure, ".case .says")
    agrees(figure, record, own)
    target = int(record.forward(own)["hidden"].argmax())
    node(figure, f"Neuron {target + 1}").focus()
    page.keyboard.press("Delete")
    assert "switched off" in labels(figure)[5 + target]
    agrees(figure, record, own, ablate=[target])
    rules = figure.get_by_role("group", name="Rule")
    for words, rule in [("with biases", "epsilon"), ("off", None), ("as published", "published"), ("off", None)]:
        rules.get_by_role("radio", name=words).check()
        said = bars(figure, ".relevance")
        if rule is None:
            assert said == {} and text(figure, ".relevance .says") == ""
            assert not any("relevance" in label for label in labels(figure))
            continue
        found = record.relevance(own, output=0, rule=rule, ablate=[target])["inputs"]
        assert [value(said[name.replace("_", " ")]) for name in record.predictors] == pytest.approx(
            found, rel=0.006, abs=1e-9
        )
    agrees(figure, record, own, ablate=[target])
    state = address(figure)
    assert state["v"] == "250,1.25,0.9,-3.5,91" and state["t"] == f"1.{target + 1}off" and "c" not in state
    figure.get_by_role("radio", name="neuron").check()
    figure.get_by_role("button", name="All as trained").click()
    agrees(figure, record, own)


def test_text_and_what_has_no_logarithm_leave_all_as_it_was(inspector):
    figure = inspector(f"net={FOUR};c=3")
    record = records(figure)[FOUR]
    raw = row_of(record, 2)
    for i, words, typed in [
        (0, "above 0", ["0", "-5", "", "1e999", "NaN", "1,5", "0x", "--1"]),
        (3, "Expected a number.", ["warm", " ", "−"]),
    ]:
        row = figure.locator(".input-row").nth(i)
        field, problem = row.get_by_role("textbox"), row.locator("[role=alert]")
        for odd in typed:
            field.fill(odd)
            assert words in problem.text_content() and field.get_attribute("aria-invalid") == "true"
            assert field.input_value() == odd
        agrees(figure, record, raw)
        figure.get_by_role("textbox", name="fs").fill("1")  # still alive
        raw |= {"fs": 1.0}
        agrees(figure, record, raw)
        assert problem.text_content() == "" and float(field.input_value()) == raw[record.predictors[i]]


def test_a_value_outside_the_training_is_marked_and_the_ends_of_the_sliders_are_not(inspector):
    figure = inspector(f"net={FOUR}")
    page, record = figure.page, records(figure)[FOUR]
    rows = figure.locator(".input-row")
    for i, (low, high) in enumerate(record.limits):
        row = rows.nth(i)
        field, mark = row.get_by_role("textbox"), row.locator(".outside")
        for outside in (low * 0.9 if low > 0 else low * 1.1, high * 1.1):
            field.fill(f"{outside:.6g}")
            assert mark.text_content().startswith("Outside the range of the training: ")
        row.get_by_role("slider").focus()
        for key in ("Home", "End"):
            page.keyboard.press(key)
            assert mark.text_content() == ""
            assert value(row.get_by_role("slider").get_attribute("aria-valuetext")) == pytest.approx(
                low if key == "Home" else high, rel=1e-3
            )
    for k in (0, 100, 399):  # no row of the test is one that the network could not know by rounding alone
        go(figure, f"c={k + 1}")
        marked = figure.locator(".is-outside").count()
        assert marked == len(record.outside(row_of(record, k)))


def test_numbers_beyond_all_reason_do_no_harm(inspector):
    figure = inspector(f"net={FOUR};look=response")
    field, record = figure.get_by_role("textbox", name="temperature"), records(figure)[FOUR]

    def look_around():
        for look in LOOKS:
            figure.get_by_role("radio", name="settings" if look == "about" else look, exact=True).check()

    for typed in ("1e300", "-1e300", "1.7e308"):
        field.fill(typed)
        look_around()
    for odd in ("c=1;t=1.1clamp1e308,1.2scale1e308;r=published", "t=1.1clamp1e6,1.2scale-1e6;r=epsilon"):
        go(figure, f"net={FOUR};{odd}")
        look_around()
    go(figure, f"net={FOUR};c=1;look=why")
    agrees(figure, record, row_of(record, 0))


def test_inputs_that_are_unticked_are_left_out_or_held(inspector):
    figure = inspector(f"net={FOUR};c=7")
    known = records(figure)
    note, names = figure.locator(".note[role=status]").first, known[FOUR].predictors
    raw = row_of(known[FOUR], 6)

    def tick(name):
        return figure.locator(".inputs").get_by_role("checkbox", name=name.replace("_", " "))

    def held(record, *held_names):
        means = {
            name: 10 ** record.mean[i] if name in record.log_scaled else record.mean[i]
            for i, name in enumerate(record.predictors)
        }
        return {name: means[name] if name in held_names else raw[name] for name in record.predictors}

    tick("temperature").uncheck()
    agrees(figure, known["phase-classifier.4.off.11101"], {name: raw[name] for name in names if name != "temperature"})
    assert note.text_content() == "This network was trained on these inputs alone."
    assert address(figure)["net"].endswith(".11101")
    # No network here was trained on these three.
    tick("n0").uncheck()
    assert "Held at the mean of the training" in note.text_content()
    left = known["phase-classifier.4.off.11101"]
    agrees(figure, left, held(left, "n0"))
    assert "held at the mean" in labels(figure)[0]
    assert figure.locator(".input-row.held").count() == 1
    # A pair has a network again.
    tick("dm").uncheck()
    agrees(figure, known["phase-classifier.4.off.01001"], {name: raw[name] for name in ("fs", "relative_humidity")})
    tick("fs").uncheck()
    tick("relative humidity").click(force=True)
    assert tick("relative humidity").is_checked()
    assert note.text_content() == "At least one input must stay in use."
    for name in names:
        tick(name).check()
    agrees(figure, known[FOUR], raw)
    assert note.text_content() == ""
    # With sixteen neurons only the one that sees all was trained.
    go(figure, f"net={WIDE};c=7;look=response;i=2")
    tick("fs").uncheck()
    agrees(figure, known[WIDE], held(known[WIDE], "fs"))
    assert note.text_content() == "Held at the mean of the training: fs."
    assert address(figure)["x"] == "2"
    figure.get_by_role("radio", name="skill").check()
    said = known[WIDE].forward(rows_of(known[WIDE]) | {"fs": np.full(400, known[WIDE].mean[1])})["output"].argmax(-1)
    right = 100 * (said == known[WIDE].cases.target).mean()
    assert number_after("Accuracy", text(figure, ".scores .says")) == pytest.approx(right, abs=0.51)


def test_the_next_wrong_answer_and_the_cells_of_the_matrix_go_through_their_rows(inspector):
    figure = inspector(f"net={FOUR};look=skill;t=1.1off")
    record = records(figure)[FOUR]
    target = record.cases.target.astype(int)
    said = record.forward(rows_of(record), ablate=[0])["output"].argmax(-1)

    def row():
        return int(text(figure, ".case .slider output").split(" ")[0]) - 1

    wrong = np.flatnonzero(said != target).tolist()
    first = next((k for k in wrong if k > 0), wrong[0])
    for k in range(3):
        figure.get_by_role("button", name="Next wrong answer").click()
        assert row() == wrong[(wrong.index(first) + k) % len(wrong)]
        assert "wrong" in figure.locator(".case .says").get_attribute("class")
    r, c = target[wrong[0]], said[wrong[0]]
    rows = np.flatnonzero((target == r) & (said == c)).tolist()
    cell = figure.locator(f"[data-cell='{r}.{c}']")
    for k in range(len(rows[:3]) + 1):
        cell.click()
        assert row() == rows[k % len(rows)]
    # A row more, by keyboard: the cell keeps the focus when the table is drawn anew.
    figure.page.keyboard.press("Enter")
    assert row() == rows[(len(rows[:3]) + 1) % len(rows)]
    empty = figure.locator(".matrix td button:disabled")
    assert empty.count() == sum(not ((target == a) & (said == b)).any() for a in range(3) for b in range(3))


def test_a_dot_of_the_scatter_and_a_large_error_choose_rows(inspector):
    figure = inspector(f"net={RATE};look=skill;c=1")
    record = records(figure)[RATE]
    target, said = record.cases.target, record.forward(rows_of(record))["output"][:, 0]
    chart = figure.locator(".scatter > svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    values = np.concatenate([target, said])
    low, high = min(0, values.min()), values.max()
    spots = np.stack([48 + 282 * (target - low) / (high - low), 250 - 238 * (said - low) / (high - low)], 1)
    gaps = np.linalg.norm(spots[:, None] - spots, axis=-1) + 1e9 * np.eye(len(spots))
    alone = int(gaps.min(1).argmax())
    x, y = spots[alone] * box["width"] / 340 + [box["x"], box["y"]]
    figure.page.mouse.click(x, y)
    assert text(figure, ".case .slider output").startswith(f"{alone + 1} of")
    agrees(figure, record, row_of(record, alone))
    dot = figure.locator(".scatter .dot")
    assert [float(dot.get_attribute(key)) for key in ("cx", "cy")] == pytest.approx(spots[alone], abs=0.1)
    figure.get_by_role("button", name="Next large error").click()
    row = int(text(figure, ".case .slider output").split(" ")[0]) - 1
    error = np.abs(said - target)
    assert error[row] >= np.sort(error)[int(0.9 * len(error))] - 1e-6


# Neurons


def test_a_dead_neuron_is_flagged_wherever_it_is_shown(inspector):
    figure = inspector(f"net={STRONG};look=layer")
    record = records(figure)[STRONG]
    active = record.forward(rows_of(record))["hidden"] > 0
    dead = np.flatnonzero(~active.any(0))
    assert len(dead), "the strong penalty should kill a neuron: choose a stronger one in the chapter"
    flags = [said.endswith("dead") for said in bars(figure, ".single").values()]
    assert np.flatnonzero(flags).tolist() == dead.tolist()
    assert text(figure, ".single .says").endswith(f"Dead: {len(dead)}.")
    j = int(dead[0])
    go(figure, f"net={STRONG};look=neuron;h=1.{j + 1}")
    assert "It is dead: above 0 in no row." in text(figure, ".doing .says")
    assert all(
        f"{name} 100%" in figure.locator(".histogram svg").get_attribute("aria-label") for name in record.outputs
    )
    assert [row[:2] for row in table(figure, ".samples")] == [["silent", "0.00"]]
    alive = int(np.flatnonzero(active.any(0))[0])
    go(figure, f"net={STRONG};look=neuron;h=1.{alive + 1}")
    assert "dead" not in text(figure, ".doing .says") and len(table(figure, ".samples")) > 1


def test_stripes_and_squares_are_those_of_python_and_follow_what_is_done(inspector):
    figure = inspector()
    known = records(figure)
    for key, at, link, changes in [
        (FOUR, 32, "", {}),
        (FOUR, 32, "t=1.4off", {"ablate": [3]}),
        (FOUR, 2, "", {}),
        (WIDE, 2, "t=1.1clamp0.5", {"clamp": {0: 0.5}}),
    ]:
        record = known[key]
        go(figure, f"net={key};e={at};look=layer;{link}")
        active = record.forward(rows_of(record), at, **changes)["hidden"]
        order = np.lexsort((np.arange(400), record.cases.target))
        strength = figure.locator(".raster canvas").evaluate(
            """(canvas) => [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]
              .filter((_, k) => k % 4 === 3)"""
        )
        top = active.max(0)
        wanted = 255 * active[order].T / np.where(top > 0, top, 1)[:, None]
        assert np.reshape(strength, wanted.shape) == pytest.approx(wanted, abs=1)
        opacity = figure.locator(".pairs .cell").evaluate_all(
            "all => all.map((one) => +one.getAttribute('fill-opacity'))"
        )
        still = np.ptp(active, axis=0) == 0
        with np.errstate(invalid="ignore"):
            r = np.where(still | still[:, None], 0, np.corrcoef(active.T))
        assert opacity == pytest.approx(np.abs(r).ravel(), abs=0.001)
    before = figure.locator(".pairs .cell").first.element_handle()
    figure.get_by_role("textbox", name="fs").fill("2")  # nothing of it is drawn anew while an input is dragged
    assert before.is_visible()


def test_a_neuron_chosen_in_one_view_is_chosen_in_all(inspector):
    figure = inspector(f"net={WIDE};look=layer;c=1")
    page, record = figure.page, records(figure)[WIDE]
    stripes = figure.locator(".raster .map")
    stripes.scroll_into_view_if_needed()
    box = stripes.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * (10.5 / 16))

    def picked():
        return [label.split(":")[0] for label in labels(figure) if label.startswith("Neuron")][
            figure.locator(".graph .node:not(.in, .out)").evaluate_all(
                "all => all.findIndex((node) => node.getAttribute('aria-pressed') === 'true')"
            )
        ]

    assert picked() == "Neuron 11"
    row = int(text(figure, ".case .slider output").split(" ")[0]) - 1
    order = np.lexsort((np.arange(400), record.cases.target))
    assert abs(order.tolist().index(row) - 200) <= 1
    assert text(figure, ".raster .readout").startswith(f"Neuron 11, row {row + 1}, ")
    assert figure.locator(".single .bar-row.picked .bar-name").text_content() == "Neuron 11"
    stripes.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert picked() == "Neuron 12"
    after = int(text(figure, ".case .slider output").split(" ")[0]) - 1
    assert order.tolist().index(after) == order.tolist().index(row) + 1
    figure.get_by_role("radio", name="neuron", exact=True).check()
    assert text(figure, ".doing .says").startswith("Neuron 12 at epoch 32")
    node(figure, "Neuron 4").locator("circle").click()
    assert text(figure, ".doing .says").startswith("Neuron 4 at epoch 32") and picked() == "Neuron 4"
    figure.get_by_role("radio", name="why", exact=True).check()
    assert figure.locator(".terms .bar-row.picked .bar-name").text_content() == "Neuron 4"
    node(figure, "Output snow").locator("circle").click()
    assert figure.get_by_role("group", name="Output").get_by_role("radio", name="Snow").is_checked()
    node(figure, "Input fs").locator("circle").click()
    figure.get_by_role("radio", name="response").check()
    assert figure.get_by_label("Input", exact=True).input_value() == "1"
    go(figure, f"net={DEEP};look=layer;h=2.3")
    assert picked() == "Neuron 2.3"
    figure.get_by_role("radio", name="hidden layer 1").check()
    assert picked() == "Neuron 1.1"


def test_a_neuron_is_clamped_scaled_and_brought_back(inspector):
    figure = inspector(f"net={FOUR};look=neuron;h=1.4;c=1")
    record = records(figure)[FOUR]
    raw, doing = row_of(record, 0), figure.locator(".doing")
    as_is = record.forward(raw)["hidden"][3]
    doing.get_by_role("radio", name="clamp").check()
    assert "clamped" in labels(figure)[8]
    slider = doing.get_by_role("slider")
    slider.focus()
    figure.page.keyboard.press("ArrowRight")
    clamped = value(text(figure, ".doing output"))
    assert clamped != pytest.approx(as_is, abs=0.001)
    said = float(address(figure)["t"].removeprefix("1.4clamp"))
    assert said == pytest.approx(clamped, abs=TOLERANCE)
    agrees(figure, record, raw, clamp={3: said})
    doing.get_by_role("radio", name="scale").check()
    agrees(figure, record, raw, amplify={3: 1.0})
    slider.focus()
    figure.page.keyboard.press("End")
    agrees(figure, record, raw, amplify={3: 3.0})
    doing.get_by_role("radio", name="as trained").check()
    agrees(figure, record, raw)
    assert not doing.get_by_role("button").is_enabled()


def test_a_drag_on_the_curve_changes_the_input(inspector):
    figure = inspector(f"net={FOUR};look=response;i=4;c=1")
    page, record = figure.page, records(figure)[FOUR]
    chart = figure.locator(".response > svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()

    def at(part):
        return box["x"] + box["width"] * (48 + 282 * part) / 340, box["y"] + box["height"] / 2

    low, high = record.limits[3]
    page.mouse.move(*at(0.3))
    page.mouse.down()
    page.mouse.move(*at(0.5), steps=3)
    page.mouse.move(*at(0.75), steps=3)
    page.mouse.up()
    field = figure.get_by_role("textbox", name="temperature")
    assert float(field.input_value()) == pytest.approx(low + 0.75 * (high - low), abs=0.01 * (high - low))
    page.mouse.move(*at(0.1))
    assert float(field.input_value()) > low + 0.7 * (high - low)  # the button is up
    agrees(figure, record, row_of(record, 0) | {"temperature": float(field.input_value())})
    chart.focus()
    before = float(field.input_value())
    page.keyboard.press("ArrowLeft")
    assert float(field.input_value()) == pytest.approx(before - 0.02 * (high - low), rel=1e-3)
    page.keyboard.press("End")
    assert float(chart.get_attribute("aria-valuenow")) == pytest.approx(high, rel=1e-3)
    assert figure.locator(".is-outside").count() == 0
    # The curve of a neuron has its own threshold.
    j = int(np.abs(record.weights[0][-1][3]).argmax())
    node(figure, f"Neuron {j + 1}").locator("circle").click()
    figure.get_by_role("radio", name="the neuron").check()
    assert text(figure, ".response .says").startswith(f"Neuron {j + 1} switches on or off ")


# Links


def test_a_link_sets_what_it_names_and_a_copied_one_brings_it_back(inspector, open_page):
    figure = inspector(permissions=["clipboard-read", "clipboard-write"])
    state = f"net={DEEP};e=12;c=42;h=2.3;o=3;i=2;t=1.2off,2.1clamp0.5,2.4scale1.5;look=layer;r=epsilon"
    go(figure, state)
    seen = labels(figure)
    assert epoch(figure) == 12 and text(figure, ".case .slider output") == "42 of 400"
    assert [label for label in seen if "switched off" in label or "clamped" in label or "scaled" in label] == [
        label for k, label in enumerate(seen) if k in (5 + 1, 5 + 4, 5 + 7)
    ]
    assert figure.locator(".look-layer").is_visible()
    figure.get_by_role("button", name="Copy link to this view").click()
    figure.get_by_text("Copied.").wait_for()
    copied = figure.page.evaluate("navigator.clipboard.readText()")
    assert dict(part.split("=") for part in state.split(";")) == address(figure)
    again = inspector(copied.partition("#inspector=")[2])
    assert labels(again) == seen
    # Typed values travel too.
    go(again, f"net={FOUR};e=32;v=250,1.25,0.9,-3.5,91;x=2.4")
    record = records(again)[FOUR]
    agrees(
        again,
        record,
        {"n0": 250, "fs": record.mean[1], "dm": 0.9, "temperature": record.mean[3], "relative_humidity": 91},
    )
    assert figure.page.evaluate("history.length") < 12  # the address is replaced, not piled up


def test_links_that_make_no_sense_change_nothing(inspector):
    figure = inspector(f"net={DEEP};e=12;c=42;t=1.2off;look=layer")
    seen, words = labels(figure), figure.inner_text()
    odd_ones = """
        net=nothing.4.off.11111 e=33 e=-1 e=1.5 e=x c=0 c=401 c= h=3.1 h=1.5 h=0.0 h=1 o=4 o=0 i=6 i=-1
        t=1.9off t=1.1melt t=1.1clamp t=1.1scaleNaN t=1.1off,1.1scale2 t=1.1off2 t=1.1clamp1e308 x=6 x=1.1 x=1.2.3.4.5
        v=1,2,3 v=0,1,1,1,1 v=1,1,1,1,x v=1,1,1,1,1e999 look=up r=magic %E0%A4%A ;;;=== __proto__=1 <b>
    """
    for odd in ["", *odd_ones.split()]:
        go(figure, odd)
        assert labels(figure) == seen, odd
    assert figure.inner_text() == words


def test_every_link_in_the_text_leads_where_it_says(inspector):
    figure = inspector()
    links = figure.page.locator("a[href^='#inspector=']")
    hrefs = links.evaluate_all("all => all.map((link) => link.getAttribute('href'))")
    assert len(hrefs) >= 8
    for href in hrefs:
        wanted = dict(part.split("=") for part in href.partition("=")[2].replace("%2B", "+").split(";"))
        go(figure, href.partition("=")[2])
        figure.get_by_role("button", name="Copy link to this view").click()
        state = dict(part.split("=") for part in figure.page.evaluate("location.hash.slice(11)").split(";"))
        assert {key: state.get(key) for key in wanted} == wanted
    go(figure, f"net={FOUR}")
    links.first.click()
    figure.page.wait_for_function("document.querySelector('.inspector .training output').textContent === '0'")


# By keyboard, on a phone, for everybody


def test_the_network_is_walked_by_keyboard(inspector):
    figure = inspector(f"net={DEEP}")
    page = figure.page
    figure.locator(".inputs input").last.focus()
    page.keyboard.press("Tab")

    def here():
        return page.evaluate("document.activeElement.getAttribute('aria-label')").split(":")[0]

    assert here() == "Neuron 1.1"
    for key, name in [
        ("ArrowDown", "Neuron 1.2"), ("ArrowRight", "Neuron 2.2"), ("ArrowUp", "Neuron 2.1"), ("ArrowUp", "Neuron 2.1"),
        ("ArrowDown", "Neuron 2.2"), ("ArrowDown", "Neuron 2.3"), ("ArrowDown", "Neuron 2.4"),
        ("ArrowRight", "Output mixed"), ("ArrowRight", "Output mixed"), ("Enter", "Output mixed"),
        ("ArrowLeft", "Neuron 2.3"), ("ArrowLeft", "Neuron 1.3"), ("Enter", "Neuron 1.3"), ("Delete", "Neuron 1.3"),
        ("ArrowLeft", "Input dm"), (" ", "Input dm"), ("Delete", "Input dm"),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert here() == name
    assert "switched off" in node(figure, "Neuron 1.3").get_attribute("aria-label")
    assert [label.split(":")[0] for label in labels(figure, "[aria-pressed=true]")] == [
        "Input dm",
        "Neuron 1.3",
        "Output mixed",
    ]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Delete")
    agrees(figure, records(figure)[DEEP], row_of(records(figure)[DEEP], 0))


CONTROLS = "button, input, select, a, [tabindex]"
STOPS = f"""() => [...document.querySelector(".inspector").querySelectorAll("{CONTROLS}")].filter((node) =>
  node.getClientRects().length && !node.disabled && node.tabIndex === 0 && !(node.type === "radio" && !node.checked))"""


def test_everything_is_reached_by_tab(inspector):
    figure = inspector()
    page = figure.page
    for look in LOOKS:
        go(figure, f"net={DEEP};look={look}")
        count = page.evaluate(f"({STOPS})().length")
        assert count > 15
        # Of radio buttons and of the network's units one is reached by tab, the others by arrow keys.
        assert figure.locator(".node[tabindex='0']").count() == 1
        assert figure.locator("[tabindex]:not([tabindex='0'], [tabindex='-1'])").count() == 0
        page.evaluate(f"({STOPS})()[0].focus()")
        for k in range(count):
            assert page.evaluate(f"({STOPS})().indexOf(document.activeElement)") == k
            page.keyboard.press("Tab")
        assert not page.evaluate("document.querySelector('.inspector').contains(document.activeElement)")


SIZES = """(root) => [...root.querySelectorAll("*")]
  .filter((node) => node.getClientRects().length)
  .filter((node) => [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim()))
  .map((node) => [parseFloat(getComputedStyle(node).fontSize) * (node.getScreenCTM?.().a ?? 1), node.textContent])"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_off_or_tiny(inspector, theme):
    figure = inspector(f"net={WIDE}", viewport={"width": 360, "height": 740}, has_touch=True)
    page = figure.page
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    for key, look in [*((WIDE, look) for look in LOOKS), (RATE, "skill"), (DEEP, "layer")]:
        go(figure, f"net={key};look={look};t=1.1off")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, look
        boxes = figure.locator("figure").evaluate_all("all => all.map((one) => one.getBoundingClientRect().toJSON())")
        assert all(box["left"] >= 0 and box["right"] <= 360.5 for box in boxes if box["width"]), look
        sizes = figure.evaluate(SIZES)
        assert min(sizes)[0] >= 11, min(sizes)
    figure.get_by_role("button", name="Step back").tap()
    assert epoch(figure) == 31
    node(figure, "Neuron 2.2").locator("circle").tap()
    assert node(figure, "Neuron 2.2").get_attribute("aria-pressed") == "true"
    cells = figure.locator(".raster .map")
    cells.scroll_into_view_if_needed()
    cells.tap(position={"x": 100, "y": cells.bounding_box()["height"] * 2.5 / 4})
    assert text(figure, ".raster .readout").startswith("Neuron 2.3, row ")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_checker_finds_no_barrier(inspector, axe, theme):
    figure = inspector()
    figure.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    figure.page.evaluate(axe)
    for state in [
        *(f"net={FOUR};c=1;t=1.1off;r=epsilon;look={look}" for look in LOOKS),
        f"net={RATE};look=skill",
        f"net={WIDE};look=skill;x=4;v=1,1,1,1,1",
    ]:
        go(figure, state)
        found = figure.page.evaluate("axe.run('.inspector', {resultTypes: ['violations']})")["violations"]
        assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found] == [], state


# What a page may be given


@pytest.fixture
def from_file(browser, tmp_path):
    """A function that opens a file with one record, changed before; returns the page."""
    contexts = []

    def opened(change=None):
        path = tmp_path / "page.html"
        to_html(deep(), path)
        if change:
            text = path.read_text("utf8")
            before, data, after = re.split(r'(?<=widgets\+json">)(.*?)(?=</script>)', text, maxsplit=1, flags=re.S)
            held = json.loads(data)
            (model,) = held["models"].values()
            change(model["state"])
            path.write_text(before + json.dumps(held).replace("<", r"\u003c") + after, "utf8")
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        page.set_default_timeout(8000)
        page.errors = []
        page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(path.as_uri())
        page.locator(".anywidget-view > :not(style)").first.wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_record_without_rows_shows_what_it_has(from_file):
    page = from_file(lambda state: (state["records"][0].update(cases=None), state.update(cases=[])))
    for name in ("why", "neuron", "layer", "skill", "response", "settings"):
        page.get_by_role("radio", name=name, exact=True).check()
        for rows in page.locator(".raster, .pairs, .histogram, .samples, .confusion, .scatter").all():
            assert rows.is_hidden()
    assert not page.get_by_role("button", name="Next wrong answer").is_visible()
    assert "rows to try it onnone" in page.locator(".about table").text_content()
    page.get_by_role("textbox", name="temperature").fill("3")
    assert page.locator(".case .says").text_content().startswith("The network says ")
    assert page.errors == []


def test_a_network_without_its_training_has_nothing_to_play(from_file):
    def last(state):
        (record,) = state["records"]
        weights = base64.b64decode(record["weights"])
        history = {name: values[-1:] for name, values in record["history"].items()}
        kept = base64.b64encode(weights[-len(weights) // record["stored"] :]).decode()
        record.update(weights=kept, stored=1, start=False, history=history)

    assert from_file().locator(".training").is_visible()
    page = from_file(last)
    assert page.locator(".training").is_hidden()
    assert page.locator(".case .says").text_content().startswith("The network says ")
    assert page.errors == []


def test_a_script_in_a_name_is_text(from_file):
    page = from_file()
    script = "wind <script>alert(1)</script>"
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for name in ("neuron", "layer", "skill", "response", "settings", "why"):
        page.get_by_role("radio", name=name, exact=True).check()
    assert script in page.locator(".input-head label").nth(2).text_content()
    assert page.locator(".inspector script").count() == 0
    assert dialogs == [] and page.errors == []


def without_weights(state):
    state["records"][0]["weights"] = state["records"][0]["weights"][:-8]


def ragged_cases(state):
    columns = state["cases"][0]["columns"]
    columns["temperature"] = columns["temperature"][:-1]


MALFORMED = {
    "no weights": lambda state: state["records"][0].pop("weights"),
    "too few weights": without_weights,
    "weights that are no base64": lambda state: state["records"][0].update(weights="<script>"),
    "weights that are NaN": lambda state: state["records"][0].update(
        weights=base64.b64encode(np.full(3 * 43, np.nan, "<f4").tobytes()).decode()
    ),
    "a name too few": lambda state: state["records"][0]["predictors"].pop(),
    "no history": lambda state: state["records"][0].pop("history"),
    "no record": lambda state: state.update(records=[]),
    "a record that is null": lambda state: state.update(records=[None]),
    "a column of cases too few": lambda state: state["cases"][0]["columns"].pop("temperature"),
    "cases of different lengths": ragged_cases,
    "a case that is text": lambda state: state["cases"][0]["columns"]["temperature"].__setitem__(3, "cold"),
    "a class that is none": lambda state: state["cases"][0]["target"].__setitem__(0, 7),
    "no cases where some are named": lambda state: state.update(cases=[]),
}


def test_a_record_that_makes_no_sense_leaves_a_message(from_file):
    for what, change in MALFORMED.items():
        page = from_file(change)
        alert = page.locator(".anywidget-view").get_by_role("alert")
        assert alert.text_content().startswith("The Inspector could not start: "), what
        assert page.locator(".inspector").count() == 0 and page.errors == []
        assert page.locator("h1").text_content() == "deep"
        page.evaluate("location.hash = 'inspector=e=1'")  # nothing half made listens
        assert page.errors == []
        page.close()
