"""Records as they travel to the page, and the file that shows a widget with nothing around it."""

import base64
import html.parser
import json
from dataclasses import replace

import anywidget
import ipywidgets
import numpy as np
import pytest
import traitlets
from inspector_records import classifier, deep, network, regressor

from helpers.widgets import PhaseMap
from helpers.widgets.inspector import Cases, page
from helpers.widgets.inspector.packing import packed
from helpers.widgets.inspector.page import host, to_html

# What travels


def unpacked(one: dict) -> list[list[np.ndarray]]:
    """Weights and biases of every layer, each ``(stored, ...)``, as the page reads them."""
    numbers = np.frombuffer(base64.b64decode(one["weights"]), f"<f{one['bits'] // 8}").reshape(one["stored"], -1)
    layers, start = [], 0
    for rows, columns in zip(one["sizes"][:-1], one["sizes"][1:], strict=True):
        middle, end = start + rows * columns, start + (rows + 1) * columns
        layers.append([numbers[:, start:middle].reshape(-1, rows, columns), numbers[:, middle:end]])
        start = end
    assert start == numbers.shape[1]
    return layers


@pytest.mark.parametrize(("make", "bits"), [(classifier, 32), (regressor, 64), (deep, 32)])
def test_weights_travel_without_loss_in_as_few_bits_as_that_takes(make, bits):
    record = make()
    (one,) = packed([record])["records"]
    assert one["bits"] == bits and one["stored"] == record.epochs + record.start and one["start"] is record.start
    for layer, (W, b) in enumerate(unpacked(one)):
        assert (W == record.weights[layer]).all() and (b == record.biases[layer]).all()


def test_a_weight_too_large_for_float32_travels_in_float64():
    record = regressor()
    weights = (np.full_like(record.weights[0], 1e300), record.weights[1])
    (one,) = packed([replace(record, weights=weights)])["records"]
    assert one["bits"] == 64 and (unpacked(one)[0][0] == 1e300).all()


def test_all_that_the_page_needs_is_there_and_is_json():
    record = regressor()
    travels = packed([record])
    assert json.loads(json.dumps(travels, allow_nan=False)) == travels
    (one,), (cases,) = travels["records"], travels["cases"]
    wanted = {
        "name": "regressor", "predictors": list(record.predictors), "units": ["dBZ", "1/m³/mm", "°C"],
        "log": [False, True, False], "outputs": ["sr"], "unit": "mm/h", "task": "regression",
        "mean": record.mean.tolist(), "scale": record.scale.tolist(), "limits": record.limits.tolist(),
        "sizes": [3, 3, 1], "start": False, "stored": 2, "history": {"loss": [0.91, 0.5], "mae": [0.7, None]},
        "hyperparameters": {"LOSS_FUNC": "mse", "LR": 0.0005, "L1_flag": True}, "cases": 0,
    }  # fmt: skip
    assert {key: one[key] for key in wanted} == wanted and set(one) == {*wanted, "bits", "weights"}
    assert cases["target"] == record.cases.target.tolist()
    assert list(cases["columns"].values()) == record.cases.raw.T.tolist()


def test_histories_are_rounded_to_five_digits():
    history = {"loss": np.array([1.23456789, 1e-9 / 3]), "mae": np.array([12345.678, 0])}
    (one,) = packed([replace(regressor(), history=history)])["records"]
    assert one["history"] == {"loss": [1.2346, 3.3333e-10], "mae": [12346.0, 0.0]}


def test_a_record_without_cases_and_limits_says_so():
    travels = packed([replace(classifier(), cases=None, limits=None)])
    assert travels["cases"] == [] and travels["records"][0]["cases"] is None and travels["records"][0]["limits"] is None


def variants():
    """Three networks of the same rows: other inputs, other hidden neurons, and other rows."""
    record = regressor()
    keep = [0, 2]
    weights, biases = network(5, 2, (2, 3, 1))
    fewer = replace(
        record, predictors=("reflectivity_3", "wind"), units=("dBZ", "m/s"), log_scaled=(), weights=weights,
        biases=biases, mean=record.mean[keep], scale=record.scale[keep], limits=record.limits[keep],
        cases=Cases(record.cases.raw[:, keep], record.cases.target),
    )  # fmt: skip
    weights, biases = network(6, 2, (3, 2, 1))
    smaller = replace(record, weights=weights, biases=biases)
    other = replace(record, name="other", cases=Cases(record.cases.raw + 1, record.cases.target))
    return record, fewer, smaller, other


def test_records_of_the_same_rows_share_them():
    record, *_ = variants()
    travels = packed(variants())
    assert [one["cases"] for one in travels["records"]] == [0, 0, 0, 1]
    assert list(travels["cases"][0]["columns"]) == ["reflectivity_3", "n0", "t_15", "wind"]
    assert travels["cases"][0]["columns"]["n0"] == record.cases.raw[:, 1].tolist()
    changed = replace(record, name="b", cases=Cases(record.cases.raw, record.cases.target + 1))
    assert [one["cases"] for one in packed([record, changed])["records"]] == [0, 1]


def test_records_that_cannot_be_told_apart_are_refused():
    record = regressor()
    same = replace(record, hyperparameters={"L1_flag": True})
    with pytest.raises(ValueError, match="expected records that differ in name, .* but numbers 0 and 2.*'regressor'"):
        packed([record, replace(record, name="b"), same])
    without = replace(record, hyperparameters={"L1_flag": False})
    assert len(packed([record, without, replace(record, name="c")])["records"]) == 3


@pytest.mark.parametrize("given", [[], [None], [{"predictors": []}]])
def test_anything_but_records_is_not_packed(given):
    with pytest.raises(ValueError, match="expected one Record or more, got"):
        packed(given)


# One file


class Page(html.parser.HTMLParser):
    """The scripts of a page by type, its title, and all attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.scripts, self.attributes, self.tags, self.title, self._inside = {}, [], [], "", None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._inside = dict(attrs).get("type", "script") if tag == "script" else tag
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        if self._inside == "title":
            self.title += data
        elif self.tags[-1:] == ["script"]:
            self.scripts.setdefault(self._inside, []).append(data)

    def handle_endtag(self, tag):
        self._inside = None

    def json(self, kind: str):
        (text,) = self.scripts[f"application/vnd.{kind}+json"]
        return json.loads(text)


class Small(anywidget.AnyWidget):
    """A widget with a text, bytes and another widget."""

    _esm = "export default { render({ model, el }) { el.textContent = model.get('text'); } };"
    _css = "p { color: red; }"
    text = traitlets.Unicode().tag(sync=True)
    data = traitlets.Bytes(b"\x00\x01\xff").tag(sync=True)
    number = traitlets.Float(1.5).tag(sync=True)
    other = traitlets.Any(None, allow_none=True).tag(sync=True, **ipywidgets.widget_serialization)


def written(widget, tmp_path, **options) -> tuple[str, Page]:
    path = tmp_path / "folder" / "page.html"
    to_html(widget, path, **options)
    text = path.read_text("utf8")
    return text, Page(text)


def test_a_widget_is_written_as_it_stands(tmp_path):
    widget = Small(text="as it stands")
    _, found = written(widget, tmp_path)
    shown, data = found.json("jupyter.widget-view"), found.json("snowfall.widgets")
    assert shown == {"model_id": widget.model_id} and list(data["models"]) == [widget.model_id]
    state = data["models"][widget.model_id]["state"]
    assert state["text"] == "as it stands" and state["number"] == 1.5
    assert [data["sources"][state[key]] for key in ("_esm", "_css")] == [Small._esm, Small._css]
    assert data["models"][widget.model_id]["buffers"] == [{"path": ["data"], "data": "AAH/", "encoding": "base64"}]
    assert not {"layout", "tabbable", "tooltip"} & set(state)
    assert found.scripts["script"][-1].strip() == host().strip()


def test_a_page_tells_its_language_its_title_and_its_width(tmp_path):
    _, found = written(Small(), tmp_path)
    assert ("html", "lang", "en") in found.attributes and found.title == "Small"
    assert ("meta", "name", "viewport") in found.attributes and "h1" in found.tags and "noscript" in found.tags
    _, found = written(Small(), tmp_path, title='Rain & <snow> "here"')
    assert found.title == 'Rain & <snow> "here"' and "snow" not in found.tags


def test_no_text_can_end_a_script_or_start_one(tmp_path):
    bad = "</script><script>alert(1)</script><!--<script>\u2028"
    text, found = written(Small(text=bad), tmp_path, title=bad)
    assert found.tags.count("script") == 4 and "alert(1)" not in "".join(found.scripts["script"])
    (model,) = found.json("snowfall.widgets")["models"].values()
    assert model["state"]["text"] == bad and found.title == bad
    assert text.count("</script") == 4 and "<!--" not in text


def test_the_file_asks_nothing_of_the_network(tmp_path):
    text, found = written(PhaseMap(), tmp_path)
    addresses = [value for _, name, value in found.attributes if name in {"src", "href"}]
    assert addresses == ["data:,"]
    (policy,) = (value for tag, name, value in found.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none';") and "http" not in policy and "connect-src" not in policy
    assert "https://" not in text and "http://" not in text.replace("http://www.w3.org/2000/svg", "")


def test_the_page_is_light_or_dark_as_the_reader_has_it(tmp_path):
    text, _ = written(Small(), tmp_path)
    assert text.count("--pst-color-background:") == 2 == text.count("--pst-color-text-base:")
    assert "prefers-color-scheme: dark" in text and "dataset.theme" in text


def test_widgets_that_a_widget_refers_to_come_along_and_share_their_source(tmp_path):
    inner = Small(text="inner")
    outer = Small(text="outer", other=inner)
    _, found = written(outer, tmp_path)
    data = found.json("snowfall.widgets")
    assert set(data["models"]) == {inner.model_id, outer.model_id} and len(data["sources"]) == 2
    assert data["models"][outer.model_id]["state"]["other"] == f"IPY_MODEL_{inner.model_id}"


def test_the_format_is_that_of_the_books_pages(tmp_path, root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "book" / "_ext"))
    from ipywidgets.embed import dependency_state
    from widget_pages import slim

    widget = Small(text="same")
    assert page.page_data(widget) == slim(dependency_state([widget], drop_defaults=False), [widget.model_id])


@pytest.mark.parametrize("given", [None, "a", {"predictors": []}, anywidget])
def test_anything_but_a_widget_or_a_record_is_refused(given, tmp_path):
    with pytest.raises(ValueError, match="expected an anywidget or a Record to show, got"):
        to_html(given, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_no_page_can_read_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected a state of finite numbers"):
        to_html(Small(number=np.nan), tmp_path / "page.html")
    with pytest.raises(ValueError, match="expected a file to write to, got a directory"):
        to_html(Small(), tmp_path)
    with pytest.raises(ValueError, match="title: expected text, got 3"):
        to_html(Small(), tmp_path / "page.html", title=3)


def test_a_missing_host_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "PLACES", (tmp_path / "anywidget-host.js",))
    with pytest.raises(FileNotFoundError, match="anywidget-host.js is in none of .*: reinstall the package"):
        to_html(Small(), tmp_path / "page.html")


def test_a_record_is_shown_in_an_inspector(tmp_path):
    from helpers.widgets.inspector.widget import Inspector

    text, found = written(deep(), tmp_path)
    assert found.title == "deep" and "<script>alert(1)" not in text
    data = found.json("snowfall.widgets")
    (model,) = data["models"].values()
    assert model["state"]["records"] == packed([deep()])["records"]
    assert data["sources"][model["state"]["_esm"]] == Inspector._esm
    assert written(replace(deep(), name=""), tmp_path)[1].title == "Inspector"
