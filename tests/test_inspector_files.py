"""Records in files: read, written, and read again; and what is refused."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inspector_records import LOG_SCALED, PUBLISHED, classifier, deep, network, regressor

from helpers.widgets.inspector import Record, load_record, save_record

DATA = json.loads(PUBLISHED.read_text("utf8"))


def regressor_file() -> dict:
    """A regressor in the published layout: one output, ``mae`` in place of the accuracy, n0 not log-scaled."""
    weights, biases = network(9, 3, (5, 4, 1))
    by_epoch = [[[layer[epoch].tolist() for layer in part] for epoch in range(3)] for part in (weights, biases)]
    return {
        "predictors": ["reflectivity_3", "reflectivity_4", "n0", "lambda", "t_15"],
        "units": ["dBZ", "dBZ", "m^-3 mm^-1", "mm^-1", "K"],
        "response_variable": ["Sr"],
        "N_HIDDEN": 4,
        "weights_history": by_epoch[0],
        "biases_history": by_epoch[1],
        "activations_history": [[[0.0, 1.0, 0.5, 0.0], [0.25]]] * 3,
        "loss_history": [0.9, 0.5, 0.4],
        "val_loss_history": [0.8, 0.6, 0.5],
        "mae_history": [0.5, 0.3, 0.25],
        "val_mae_history": [0.4, 0.3, 0.224],
        "scaling_info": {"mean": [10.39, 10.69, 1283.9, 0.7901, 267.11],
                         "scale": [9.817, 9.313, 2497.2, 0.2045, 10.34]},
        "hyperparameters": {"OPTMIZER": "ADAM", "LR": 0.0005, "LOSS_FUNC": "mse", "ACTIVATION": "relu",
                            "BATCH_SIZE": 32, "L1_flag": False, "L1": 0.01},
    }  # fmt: skip


@pytest.fixture
def written(tmp_path):
    """A function that writes data, or text as it is, to a file and returns its path."""

    def write(data):
        path = tmp_path / "record.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), "utf8")
        return path

    return write


def assert_same(a: Record, b: Record, *, but: tuple[str, ...] = ()):
    """Assert that two records agree in every number and text."""

    def same(x, y):
        if isinstance(x, np.ndarray):
            return isinstance(y, np.ndarray) and np.array_equal(x, y, equal_nan=True)
        if isinstance(x, dict):
            return x.keys() == y.keys() and all(same(x[key], y[key]) for key in x)
        if isinstance(x, tuple):
            return len(x) == len(y) and all(map(same, x, y))
        if hasattr(x, "__dataclass_fields__"):
            return all(same(getattr(x, f.name), getattr(y, f.name)) for f in fields(x))
        return x == y and type(x) is type(y)

    for one in fields(a):
        if one.name not in but:
            assert same(getattr(a, one.name), getattr(b, one.name)), one.name


# Published files


def test_the_published_classifier_loads():
    record = load_record(PUBLISHED, log_scaled=["Dm", "n0", "Rho"])
    assert (record.task, record.sizes, record.epochs, record.start) == ("classification", (5, 4, 3), 32, False)
    assert record.log_scaled == LOG_SCALED and record.outputs == ("Rain", "Snow", "Mixed-phase")
    assert record.hyperparameters["OPTIMIZER"] == "ADAM" and record.hyperparameters["L1_flag"] is False
    assert record.history["val_accuracy"][-1] == pytest.approx(0.9981, abs=1e-4)
    assert record.limits is None and record.cases is None and record.activations[0].shape == (32, 4)
    assert record.weights[0][4].tolist() == DATA["weights_history"][4][0]


def test_the_published_classifier_answers_as_its_authors_would_expect():
    record = load_record(PUBLISHED, LOG_SCALED)
    air = {"n0": 10**2.5, "Relative Humidity": 90.0}
    rain = air | {"Rho": 0.9, "Dm": 1.2, "Temperature": 283.0}
    snow = air | {"Rho": 0.06, "Dm": 2.5, "Temperature": 263.0}
    assert record.forward(rain)["output"].argmax() == 0 and record.forward(snow)["output"].argmax() == 1


def test_a_published_regressor_loads(written):
    record = load_record(written(regressor_file()))
    assert (record.task, record.sizes, record.epochs, record.log_scaled) == ("regression", (5, 4, 1), 3, ())
    assert record.history["val_mae"][-1] == 0.224
    assert record.forward(dict.fromkeys(record.predictors, 1.0))["output"].shape == (1,)


def test_what_published_files_do_loosely_is_read(written):
    loose = json.loads(json.dumps(DATA))
    loose["hyperparameters"]["OPTIMIZER"] = loose["hyperparameters"].pop("OPTMIZER")
    loose["units"][0], loose["predictors"][1] = "m⁻³ per mm, see the paper", "rain rate (hourly) / mm"
    loose["val_loss_history"] = [None] * 32  # what Keras's history gives without validation data
    del loose["val_accuracy_history"]
    text = json.dumps(loose).replace(str(loose["loss_history"][3]), "NaN", 1)
    text = text.replace("5.676958084106445", "NaN", 1)
    record = load_record(written(text))
    assert record.hyperparameters["OPTIMIZER"] == "ADAM" and record.predictors[1] == "rain rate (hourly) / mm"
    assert np.isnan(record.history["loss"][3]) and np.isfinite(np.delete(record.history["loss"], 3)).all()
    assert np.isnan(record.history["val_loss"]).all() and "val_accuracy" not in record.history
    assert np.isnan(record.activations[0]).sum() == 1


def test_a_published_file_survives_being_loaded_and_saved(tmp_path):
    path = tmp_path / "again.json"
    load_record(PUBLISHED, LOG_SCALED).save_record(path)
    again = json.loads(path.read_text("utf8"))
    assert {key: again[key] for key in DATA} == DATA
    assert set(again) - set(DATA) == {"snowfall"}


# Ours


@pytest.mark.parametrize("make", [classifier, regressor, deep])
def test_a_saved_record_comes_back_number_by_number(make, tmp_path):
    record, path = make(), tmp_path / "new folder" / "record.json"
    save_record(record, path)
    again = load_record(path)
    assert_same(record, again, but=("activations",))
    again.save_record(path)
    assert_same(again, load_record(path))


@given(st.lists(st.floats(-1e300, 1e300, allow_subnormal=True), min_size=7, max_size=7), st.floats(5e-324, 1e300))
def test_any_finite_number_comes_back(tmp_path_factory, values, scale):
    weights = (np.array(values[:2]).reshape(1, 2, 1), np.array(values[2:3]).reshape(1, 1, 1))
    biases = (np.array([values[3:4]]), np.array([values[4:5]]))
    history, name = {"loss": np.array([values[5]]), "mae": np.array([np.nan])}, 'a "b"\n</script>é\u2028'
    record = Record(
        ("a", name), ("", name), ("a",), (name,), "regression", np.array(values[5:]) / 1e298, np.full(2, scale),
        weights, biases, history, name=name, activations=(np.zeros((1, 1)), np.full((1, 1), np.nan)),
    )  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "any.json"
    record.save_record(path)
    assert_same(record, load_record(path))


def test_a_saved_file_is_what_nn_inspector_reads(tmp_path):
    record = regressor()
    record.save_record(tmp_path / "record.json")
    text = (tmp_path / "record.json").read_text("utf8")
    data = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    M, K, J = record.sizes
    assert data["N_HIDDEN"] == K and data["hyperparameters"].keys() >= {"LR"} and data["mae_history"][1] is None
    assert [np.shape(layer) for layer in data["weights_history"][1]] == [(M, K), (K, J)]
    assert [np.shape(layer) for layer in data["biases_history"][1]] == [(K,), (J,)]
    first = dict(zip(record.predictors, record.cases.raw[0], strict=True))
    for epoch, (hidden, output) in enumerate(data["activations_history"], 1):
        found = record.forward(first, epoch)
        assert hidden == pytest.approx(found["hidden"].tolist()) and output == pytest.approx(found["output"].tolist())


def test_without_cases_the_stored_activations_are_those_of_the_mean_input(tmp_path):
    record = replace(classifier(), cases=None)
    record.save_record(tmp_path / "record.json")
    data = json.loads((tmp_path / "record.json").read_text("utf8"))
    mean = [
        10**value if name in LOG_SCALED else value for name, value in zip(record.predictors, record.mean, strict=True)
    ]
    found = record.forward(dict(zip(record.predictors, mean, strict=True)))
    assert data["activations_history"][-1][0] == pytest.approx(found["hidden"].tolist(), abs=1e-12)
    assert data["activations_history"][-1][1] == pytest.approx(found["output"].tolist())


def test_epoch_0_and_further_layers_travel_beside_the_published_keys(tmp_path):
    record = deep()
    record.save_record(tmp_path / "record.json")
    data = json.loads((tmp_path / "record.json").read_text("utf8"))
    assert len(data["weights_history"]) == record.epochs == len(data["loss_history"])
    assert [len(epoch) for epoch in data["weights_history"]] == [3, 3] and data["N_HIDDEN"] == 4
    assert data["snowfall"]["hidden"] == [4, 3]
    assert data["snowfall"]["start"]["weights"][1] == record.weights[1][0].tolist()


def test_the_file_knows_its_log_scaled_predictors(tmp_path):
    path = tmp_path / "record.json"
    classifier().save_record(path)
    assert load_record(path, ["Rho", "Dm", "n0"]).log_scaled == LOG_SCALED
    with pytest.raises(
        ValueError, match="log_scaled: expected .'n0', 'Rho', 'Dm'., as the file itself says, got .'n0'"
    ):
        load_record(path, ["n0"])


# What is refused


def put(*place, to):
    """A change of a published file: the value at ``place`` becomes ``to``."""

    def change(data):
        for key in place[:-1]:
            data = data[key]
        data[place[-1]] = to(data[place[-1]]) if callable(to) else to

    return change


def drop(*place):
    def change(data):
        for key in place[:-1]:
            data = data[key]
        del data[place[-1]]

    return change


NEEDED = [
    "predictors", "units", "response_variable", "N_HIDDEN", "weights_history", "biases_history", "activations_history",
    "loss_history", "scaling_info", "hyperparameters",
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        *((drop(key), f"missing key {key}") for key in NEEDED),
        (drop("accuracy_history"), "missing key accuracy_history.*did you mean 'val_accuracy_history'"),
        (drop("scaling_info", "mean"), "missing key scaling_info.mean"),
        (drop("scaling_info", "scale"), "missing key scaling_info.scale"),
        (put("scaling_info", to=[1, 2]), r"scaling_info: expected a mapping with 'mean', got \[1, 2\]"),
        (put("scaling_info", "scale", 2, to=0), "scale: expected numbers above 0, got 0"),
        (put("scaling_info", "mean", 2, to="0.18"), r"scaling_info.mean: .*= \(5,\), got '0.18' at \[2\]"),
        (put("scaling_info", "mean", to=lambda values: values[1:]), r"scaling_info.mean: .* got 4 in place of 5"),
        (put("predictors", to=[]), r"predictors: expected a list of one or more names, got 0"),
        (put("predictors", 1, to="n0"), "predictors: expected each once, got 'n0' twice"),
        (put("predictors", 1, to=None), "predictors: .* got None as number 1"),
        (put("predictors", to=lambda names: names[1:]), r"weights_history\[0\]\[0\]: .*, got 5 in place of 4"),
        (put("units", to=["mm"]), "units: expected a list of 5 units, got 1"),
        (put("response_variable", to=["Rain", "Snow"]), r"weights_history\[0\]\[1\]: .*got 3 in place of 2"),
        (put("N_HIDDEN", to=1), r"weights_history\[0\]\[0\]: .* = \(5, 1\), got 4 in place of 1 at \[0\]"),
        (put("N_HIDDEN", to=0), "N_HIDDEN: expected a whole number from 1 to"),
        (put("N_HIDDEN", to=4.0), "N_HIDDEN: expected a whole number .* got 4.0"),
        (put("N_HIDDEN", to=True), "N_HIDDEN: expected a whole number .* got True"),
        (put("weights_history", to=[]), "weights_history: expected a list with an entry for each of one epoch or more"),
        (put("weights_history", to={}), "weights_history: expected a list"),
        (put("weights_history", 3, to=lambda epoch: epoch[:1]), r"weights_history\[3\]: .*of 2 layers, got 1"),
        (put("weights_history", 3, 0, 2, to=[1, 2, 3]), r"weights_history\[3\]\[0\]: .*\(5, 4\), got 3 .* 4 at \[2\]"),
        (put("weights_history", 3, 1, 0, 2, to=np.nan), r"weights_history\[3\]\[1\]: .*got nan at .*\[0\]\[2\]"),
        (put("weights_history", 3, 1, 0, 2, to="1e3"), r"weights_history\[3\]\[1\]: .*got '1e3' at \[0\]\[2\]"),
        (put("weights_history", 3, 1, 0, 2, to=None), r"weights_history\[3\]\[1\]: .*got None at \[0\]\[2\]"),
        (put("weights_history", 3, 1, 0, 2, to=True), r"weights_history\[3\]\[1\]: .*got True at \[0\]\[2\]"),
        (put("weights_history", 3, 1, 0, 2, to=10**400), r"weights_history\[3\]\[1\]: .*too large for float64"),
        (put("weights_history", 3, 1, 0, to=0.5), r"weights_history\[3\]\[1\]: .*got 0.5 at \[0\]"),
        (put("biases_history", to=lambda value: value[1:]), "biases_history: expected 32 epochs, .* got 31"),
        (put("biases_history", 0, 0, to=[[1, 2, 3, 4]]), r"biases_history\[0\]\[0\]: .*= \(4,\), got 1 in place of 4"),
        (put("biases_history", 0, 0, 1, to=np.inf), r"biases_history\[0\]\[0\]: .*got inf at .*\[1\]"),
        (put("activations_history", 5, 1, to=[1.0]), r"activations_history\[5\]\[1\]: .*got 1 in place of 3"),
        (put("loss_history", to=[0.1, 0.2]), r"loss_history: .*\(epochs,\) = \(32,\), got 2 in place of 32"),
        (put("loss_history", 0, to="low"), r"loss_history: .*got 'low' at \[0\]"),
        (put("accuracy_history", to=[]), r"accuracy_history: .*got 0 in place of 32"),
        (put("val_loss_history", to=[[0.1]] * 32), r"val_loss_history: .*got \[0.1\] at \[0\]"),
        (put("hyperparameters", to=None), "hyperparameters: expected a mapping"),
        (put("hyperparameters", "LR", to=[1e-3]), r"hyperparameters: .* got \[0.001\] for 'LR'"),
        (put("hyperparameters", "ACTIVATION", to="tanh"), "hyperparameters.ACTIVATION: expected 'relu', got 'tanh'"),
        (put("hyperparameters", "LOSS_FUNC", to="mse"), "expected one task, got .*LOSS_FUNC 'mse': regression"),
        (put("mae_history", to=[0.1] * 32), "expected one task, got accuracy_.*: class.*mae_history: regr"),
        (put("response_variable", to=["Rain"]), "expected one task, got .*response_variable with 1 name.*: regression"),
        (put("snowfall", to=3), "snowfall: expected a mapping with 'version', got 3"),
        (put("snowfall", to={"version": 2}), "snowfall.version: expected 1, got 2"),
        (put("snowfall", to={"version": 1, "task": "regression"}), "snowfall.task: expected 'classification'"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_refused_with_the_key(change, message, written):
    data = json.loads(json.dumps(DATA))
    change(data)
    path = written(data)
    with pytest.raises(ValueError, match=message) as caught:
        load_record(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (drop("log_scaled"), "missing key log_scaled"),
        (put("hidden", to=[4]), r"weights_history\[0\]: expected one entry for each of 2 layers, got 3"),
        (put("hidden", to=[3, 4]), r"snowfall.hidden: expected widths .* begin with 4, got \[3, 4\]"),
        (put("hidden", 1, to="3"), "snowfall.hidden: expected a whole number .* got '3'"),
        (put("start", "weights", 0, 0, to=[1.0]), r"start.weights\[0\]: expected .* = \(4, 4\), got 1 in place of 4"),
        (
            put("start", "weights", to=[]),
            r"start.weights: expected a list with one entry for each of 3 layers, got \[\]",
        ),
        (put("start", to={}), "missing key start.weights"),
        (put("start", to=True), "start: expected a mapping with 'weights', got True"),
        (drop("start", "history", "loss"), "missing key start.history.loss"),
        (put("limits", 0, to=[2.0, 1.0]), "limits: expected .lowest, highest. for 'temperature'"),
        (drop("cases", "target"), "missing key cases.target"),
        (put("cases", "raw", 3, to=[1.0]), r"cases.raw: .* = \(50, 4\), got 1 in place of 4 at \[3\]"),
        (put("cases", "raw", to=7), "cases"),
        (put("cases", "target", 3, to=2), "cases.target: expected class indices from 0 to 1, got 2"),
        (put("name", to=["deep"]), "name: expected text"),
    ],
)
def test_a_malformed_file_of_ours_is_refused_with_the_key(change, message, tmp_path):
    path = tmp_path / "record.json"
    deep().save_record(path)
    data = json.loads(path.read_text("utf8"))
    change(data["snowfall"])
    path.write_text(json.dumps(data), "utf8")
    with pytest.raises(ValueError, match=message):
        load_record(path)


@pytest.mark.parametrize("text", ["", "{", "not JSON", "[" * 100_000, PUBLISHED.read_text("utf8")[:5000], "{'a': 1}"])
def test_a_file_that_is_no_json_is_refused(text, written):
    with pytest.raises(ValueError, match="record.json: expected JSON in UTF-8, complete to its last bracket, got: "):
        load_record(written(text))


@pytest.mark.parametrize("text", ["[]", "3", "null", '"predictors"'])
def test_json_that_is_no_mapping_is_refused(text, written):
    with pytest.raises(ValueError, match="record.json: expected a mapping with the keys of NN Inspector, got"):
        load_record(written(text))


def test_a_binary_file_a_directory_and_a_missing_file_are_refused(tmp_path):
    (tmp_path / "image.json").write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(ValueError, match="image.json: expected JSON in UTF-8"):
        load_record(tmp_path / "image.json")
    with pytest.raises(ValueError, match="expected a file, got a directory"):
        load_record(tmp_path)
    with pytest.raises(ValueError, match="expected a file to write to, got a directory"):
        classifier().save_record(tmp_path)
    with pytest.raises(FileNotFoundError, match="none.json"):
        load_record(tmp_path / "none.json")


def test_an_unknown_log_scaled_predictor_is_refused():
    with pytest.raises(ValueError, match=r"log_scaled: 'rho' is no predictor \(did you mean 'Rho'\?\)"):
        load_record(PUBLISHED, ["rho"])


def test_a_record_that_cannot_be_written_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "record.json"
    regressor().save_record(path)
    before = path.read_text("utf8")
    monkeypatch.setattr("helpers.widgets.inspector.writing.published", lambda record: {"a": np.nan})
    with pytest.raises(ValueError, match="not JSON compliant"):
        classifier().save_record(path)
    assert path.read_text("utf8") == before and list(tmp_path.iterdir()) == [path]
