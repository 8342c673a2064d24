"""The record of a trained network: what it computes, where answers come from, and what is refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from inspector_records import classifier, deep, network, regressor
from javascript import VECTORS, assert_stored

from helpers.widgets.inspector import Cases, Record

RECORDS = {"classifier": classifier(), "regressor": regressor(), "deep": deep()}
RAW = {name: dict(zip(record.predictors, record.cases.raw.T, strict=True)) for name, record in RECORDS.items()}


def one(name: str, case: int = 0) -> dict[str, float]:
    """One case of a record, as a reader would type it."""
    return {predictor: float(values[case]) for predictor, values in RAW[name].items()}


def torch_forward(record: Record, raw: dict, place: int) -> dict[str, torch.Tensor]:
    """The same network in torch, float64, without any change to neurons."""
    columns = [torch.tensor(values) for values in raw.values()]
    logs = [column.log10() if name in record.log_scaled else column for name, column in zip(raw, columns, strict=True)]
    a = scaled = (torch.stack(logs, -1) - torch.tensor(record.mean)) / torch.tensor(record.scale)
    for W, b in zip(record.weights[:-1], record.biases[:-1], strict=True):
        z = a @ torch.tensor(W[place]) + torch.tensor(b[place])
        a = z.clamp_min(0)
    linear = a @ torch.tensor(record.weights[-1][place]) + torch.tensor(record.biases[-1][place])
    output = linear.softmax(-1) if record.task == "classification" else linear
    return {"scaled": scaled, "pre_activation": z, "hidden": a, "output_linear": linear, "output": output}


# The forward pass


@pytest.mark.parametrize("name", RECORDS)
def test_forward_agrees_with_torch_in_float64_at_every_epoch(name):
    record, raw = RECORDS[name], RAW[name]
    for epoch in range(0 if record.start else 1, record.epochs + 1):
        wanted = torch_forward(record, raw, record.place(epoch))
        for key, found in record.forward(raw, epoch).items():
            assert found == pytest.approx(wanted[key].numpy(), rel=1e-12, abs=1e-12), key


def test_one_value_or_many_give_the_same():
    record, raw = RECORDS["classifier"], RAW["classifier"]
    many, single = record.forward(raw), record.forward(one("classifier", 7))
    for key, found in single.items():
        assert found.ndim == 1
        assert found == pytest.approx(many[key][7], rel=1e-14)


def test_numbers_and_arrays_of_any_shape_are_broadcast():
    raw = one("deep") | {"temperature": np.linspace(-5, 5, 7), "dm": np.linspace(0.5, 2, 3)[:, None]}
    found = RECORDS["deep"].forward(raw)
    assert (
        found["scaled"].shape == (3, 7, 4) and found["hidden"].shape == (3, 7, 3) and found["output"].shape == (3, 7, 2)
    )
    alone = RECORDS["deep"].forward(raw | {"temperature": -5.0, "dm": 2.0})["output"]
    assert found["output"][2, 0] == pytest.approx(alone, rel=1e-14)


def test_a_hidden_layer_is_named_by_its_place():
    record, raw = RECORDS["deep"], one("deep")
    first, last = record.forward(raw, layer=0), record.forward(raw)
    assert first["hidden"].shape == (4,) and last["hidden"].shape == (3,)
    assert (record.forward(raw, layer=-2)["hidden"] == first["hidden"]).all()
    assert (first["hidden"] == np.maximum(first["pre_activation"], 0)).all()
    with pytest.raises(ValueError, match="layer: expected a whole number from -2 to 1, got 2"):
        record.forward(raw, layer=2)


def test_probabilities_survive_sums_whose_exponentials_overflow():
    record = RECORDS["classifier"]
    found = record.forward(one("classifier", 1), amplify=dict.fromkeys(range(4), 1e6))
    assert np.abs(found["output_linear"]).max() > 1e5
    assert np.isfinite(found["output"]).all() and found["output"].sum() == pytest.approx(1)


# Epochs


def test_epochs_count_from_one_and_from_the_end():
    record = RECORDS["classifier"]
    assert [record.place(epoch) for epoch in (1, 2, 3, -1, -3)] == [0, 1, 2, 2, 0]
    assert [RECORDS["deep"].place(epoch) for epoch in (0, 1, 2, -1, -2, np.int64(1))] == [0, 1, 2, 2, 1, 1]
    assert (record.epochs, record.sizes, record.hidden_sizes, record.layers) == (3, (5, 4, 3), (4,), 2)
    assert (RECORDS["deep"].epochs, RECORDS["deep"].sizes) == (2, (4, 4, 3, 2))


@pytest.mark.parametrize("epoch", [0, 4, -4, True, 1.0, "1", None])
def test_an_unknown_epoch_is_refused(epoch):
    with pytest.raises(
        ValueError, match="epoch: expected a whole number from 1 to 3, or from -1, the last, to -3, got"
    ):
        RECORDS["classifier"].forward(one("classifier"), epoch)


def test_epoch_0_is_named_where_there_is_one():
    with pytest.raises(ValueError, match="from 1 to 2, 0 before training, or from -1, the last, to -2, got -3"):
        RECORDS["deep"].forward(one("deep"), -3)


# What is done to neurons


def test_an_ablated_neuron_is_silent_and_adds_nothing():
    record, raw = RECORDS["classifier"], RAW["classifier"]
    plain, without = record.forward(raw), record.forward(raw, ablate=[0, (0, 2)])
    assert (without["hidden"][:, [0, 2]] == 0).all()
    assert (without["pre_activation"] == plain["pre_activation"]).all()
    lost = plain["hidden"][:, [0, 2]] @ record.weights[1][-1][[0, 2]]
    assert without["output_linear"] == pytest.approx(plain["output_linear"] - lost, rel=1e-9, abs=1e-9)


def test_a_clamped_neuron_has_its_value_and_an_amplified_one_its_factor():
    record, raw = RECORDS["deep"], RAW["deep"]
    plain = record.forward(raw, layer=0)["hidden"]
    found = record.forward(raw, clamp={(0, 0): 1.5}, amplify={(0, 1): 3.0, 2: 2.0}, layer=0)["hidden"]
    assert (
        (found[:, 0] == 1.5).all() and (found[:, 1] == 3 * plain[:, 1]).all() and (found[:, 2:] == plain[:, 2:]).all()
    )
    assert (record.forward(raw, amplify={2: 2.0})["hidden"][:, 2] == 1.5).all()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"ablate": [4]},
            r"ablate: expected a neuron or a pair \(hidden layer, neuron\), 0 to 3 in hidden layer 0; got 4",
        ),
        ({"ablate": [-1]}, "ablate: expected a neuron"),
        ({"ablate": [(1, 0)]}, r"ablate: expected a neuron .*got \(1, 0\)"),
        ({"ablate": [True]}, "ablate: expected a neuron .*got True"),
        ({"ablate": ["H0"]}, "ablate: expected a neuron .*got 'H0'"),
        ({"ablate": 2}, "ablate: expected a list of neurons, got 2"),
        ({"ablate": "12"}, "ablate: expected a list of neurons, got '12'"),
        ({"ablate": [1, (0, 1)]}, "ablate: expected each neuron once, got neuron 1 of hidden layer 0 twice"),
        ({"ablate": [1], "clamp": {1: 2.0}}, "clamp: expected each neuron once"),
        ({"clamp": {1: np.nan}}, "clamp: expected a finite number for neuron 1, got nan"),
        ({"amplify": {(0, 1): "2"}}, r"amplify: expected a finite number for neuron \(0, 1\), got '2'"),
        ({"clamp": [1]}, r"clamp: expected a mapping from neurons to numbers, got \[1\]"),
    ],
)
def test_an_unknown_neuron_or_value_is_refused(asked, message):
    for use in ("forward", "relevance", "contributions"):
        with pytest.raises(ValueError, match=message):
            getattr(RECORDS["classifier"], use)(one("classifier"), **asked)


# Inputs


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"Temprature": 270.0},
            r"unknown predictor 'Temprature' \(did you mean 'Temperature'\?\); expected n0, Rho, Dm, ",
        ),
        ({"Dm": np.nan}, "predictor 'Dm': expected finite numbers, got nan"),
        ({"Temperature": np.array([270.0, np.inf])}, "predictor 'Temperature': expected finite numbers, got inf"),
        ({"Dm": -1.5}, "log-scaled predictor 'Dm': expected values above 0, got -1.5"),
        ({"n0": np.array([3.0, 0.0])}, "log-scaled predictor 'n0': expected values above 0, got 0"),
        ({"Temperature": "cold"}, "predictor 'Temperature': expected a number or an array of numbers, got 'cold'"),
        ({"Temperature": None}, "predictor 'Temperature': expected a number"),
        ({"Temperature": [[1.0], [2.0, 3.0]]}, "predictor 'Temperature': expected a number"),
        ({"Temperature": True}, "predictor 'Temperature': expected a number"),
        (
            {"Dm": np.ones(2), "n0": np.ones(3)},
            r"expected values of shapes that fit each other, got n0 \(3,\).*Dm \(2,\)",
        ),
    ],
)
def test_an_input_that_does_not_fit_is_refused(changed, message):
    for use in ("forward", "relevance", "contributions", "outside"):
        with pytest.raises(ValueError, match=message):
            getattr(RECORDS["classifier"], use)(one("classifier") | changed)


def test_a_missing_input_is_named():
    raw = one("classifier")
    del raw["Rho"], raw["Dm"]
    with pytest.raises(ValueError, match="expected a value for each predictor, got none for 'Rho', 'Dm'"):
        RECORDS["classifier"].forward(raw)
    with pytest.raises(ValueError, match="raw: expected a mapping from predictors to values, got "):
        RECORDS["classifier"].forward([1, 2, 3, 4, 5])


def test_inputs_outside_the_range_of_the_training_are_named():
    record, raw = RECORDS["classifier"], one("classifier")
    assert record.outside(raw) == ()
    low, high = record.limits[3]
    assert record.outside(raw | {"Temperature": high + 0.1}) == ("Temperature",)
    assert record.outside(raw | {"Temperature": np.array([high, low - 1]), "Dm": 1e-9}) == ("Dm", "Temperature")
    assert record.outside(raw | {"Temperature": high}) == ()
    assert replace(record, limits=None).outside(raw | {"Temperature": 1e9}) == ()


# Relevance


@pytest.mark.parametrize("name", RECORDS)
@given(case=st.integers(0, 39), change=st.integers(0, 3), factor=st.floats(0.1, 4))
def test_relevance_is_conserved(name, case, change, factor):
    record, raw = RECORDS[name], one(name, case)
    asked = [{}, {"ablate": [1]}, {"clamp": {0: factor}}, {"amplify": {2: factor, (0, 0): 1 + factor}}][change]
    found = record.relevance(raw, **asked)
    handed = found["inputs"].sum() + found["bias"].sum() + found["held"]
    assert found["start"] == record.forward(raw, **asked)["output_linear"][found["output"]]
    assert found["residual"] == pytest.approx(found["start"] - handed, abs=1e-12)
    # What epsilon takes of a sum z is epsilon / |z| of it, so little unless a sum all but cancels.
    scale = 1 + max(np.abs(layer).max() for layer in (*found["hidden"], found["inputs"], found["bias"]))
    assert abs(found["residual"]) < 1e-3 * scale


def test_what_reaches_a_hidden_neuron_is_its_term_of_the_output():
    record, raw = RECORDS["classifier"], one("classifier", 4)
    terms, found = record.contributions(raw, output="Snow"), record.relevance(raw, output="Snow")
    assert found["hidden"][0] == pytest.approx(terms["parts"], rel=1e-5)
    assert found["bias"][1] == pytest.approx(terms["bias"], rel=1e-5)
    assert found["output"] == 1


def test_the_output_is_the_predicted_one_of_each_row_unless_named():
    record, raw = RECORDS["classifier"], RAW["classifier"]
    output = record.forward(raw)["output"]
    found = record.relevance(raw)
    assert (found["output"] == output.argmax(1)).all() and len(set(found["output"].tolist())) > 1
    assert found["inputs"].shape == (60, 5) and found["bias"].shape == (60, 2) and found["hidden"][0].shape == (60, 4)
    single = record.relevance(one("classifier", 9), output=int(found["output"][9]))
    assert single["inputs"] == pytest.approx(found["inputs"][9], rel=1e-9)
    assert (record.relevance(raw, output="Mixed-phase")["output"] == 2).all()
    assert (RECORDS["regressor"].relevance(RAW["regressor"])["output"] == 0).all()


def test_an_ablated_neuron_gets_nothing_and_a_clamped_one_keeps_what_it_gets():
    record, raw = RECORDS["classifier"], one("classifier", 4)
    assert record.relevance(raw, ablate=[0])["hidden"][0][0] == 0
    found = record.relevance(raw, clamp={3: 2.0})
    assert found["held"] == found["hidden"][0][3] != 0
    everything = record.relevance(raw, clamp=dict.fromkeys(range(4), 1.0))
    assert (everything["inputs"] == 0).all() and everything["held"] == pytest.approx(everything["hidden"][0].sum())


def test_an_amplified_neuron_passes_all_on():
    record, raw = RECORDS["classifier"], one("classifier", 4)
    others = [neuron for neuron in range(4) if neuron != 1]
    plain = record.relevance(raw, output=1, ablate=others)
    louder = record.relevance(raw, output=1, ablate=others, amplify={1: 3.0})
    assert plain["hidden"][0][1] != 0
    assert louder["inputs"] == pytest.approx(3 * plain["inputs"], rel=1e-4)


def test_the_published_rule_is_that_of_nn_inspector():
    record, raw = RECORDS["classifier"], one("classifier", 4)
    (W, V), passed = (layer[-1] for layer in record.weights), record.forward(raw)
    a, h = passed["scaled"], passed["hidden"]
    R = h * V[:, 1] / ((h * V[:, 1]).sum() + 1e-6) * passed["output_linear"][1]
    inputs = sum(a * W[:, j] / ((a * W[:, j]).sum() + 1e-6) * R[j] for j in range(4))
    found = record.relevance(raw, output=1, rule="published")
    assert found["hidden"][0] == pytest.approx(R) and found["inputs"] == pytest.approx(inputs)
    assert (found["bias"] == 0).all() and found["residual"] == pytest.approx(found["start"] - inputs.sum(), abs=1e-9)


def test_near_a_cancelling_sum_the_published_rule_explodes_and_epsilon_does_not():
    weights = (np.array([[[1.0], [1.0]]]), np.array([[[1.0]]]))
    biases = (np.array([[0.5]]), np.array([[0.25]]))
    units, scaling = ("K", "K"), {"mean": np.zeros(2), "scale": np.ones(2)}
    record = replace(
        RECORDS["regressor"], predictors=("a", "b"), units=units, log_scaled=(), limits=None, cases=None,
        weights=weights, biases=biases, history={"loss": np.ones(1), "mae": np.ones(1)}, **scaling,
    )  # fmt: skip
    raw = {"a": 1.0, "b": -1.0 - 1e-6 + 1e-9}
    assert np.abs(record.relevance(raw, rule="published")["inputs"]).max() > 1e8
    steady = record.relevance(raw)
    assert np.abs(steady["inputs"]).max() < 2 and abs(steady["residual"]) < 1e-5
    assert not np.isfinite(record.relevance({"a": 0.0, "b": -1e-6}, rule="published")["inputs"]).any()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"rule": "gamma"}, "unknown rule 'gamma': expected one of epsilon, published"),
        ({"epsilon": 0}, "epsilon: expected a number above 0, got 0"),
        ({"epsilon": np.nan}, "epsilon: expected a number above 0, got nan"),
        (
            {"output": "snow"},
            r"unknown output 'snow' \(did you mean 'Snow'\?\): expected 0 to 2 or Rain, Snow, Mixed-phase",
        ),
        ({"output": 3}, "unknown output 3: expected 0 to 2"),
        ({"output": True}, "unknown output True"),
    ],
)
def test_an_unknown_rule_or_output_is_refused(asked, message):
    with pytest.raises(ValueError, match=message):
        RECORDS["classifier"].relevance(one("classifier"), **asked)


# Contributions and dominance


@pytest.mark.parametrize("name", RECORDS)
def test_the_terms_add_up_to_the_sum(name):
    record, raw = RECORDS[name], RAW[name]
    for asked in ({}, {"output": 0}, {"neuron": (0, 1)}, {"neuron": 0}, {"output": 0, "ablate": [1]}):
        found = record.contributions(raw, **asked)
        assert found["parts"].sum(-1) + found["bias"] == pytest.approx(found["total"], rel=1e-12, abs=1e-12)
    linear = record.forward(raw)["output_linear"]
    assert record.contributions(raw)["total"] == pytest.approx(linear.max(-1))
    assert record.contributions(raw, neuron=1)["total"] == pytest.approx(record.forward(raw)["pre_activation"][:, 1])
    first = record.forward(raw, layer=0)["pre_activation"][:, 2]
    assert record.contributions(raw, neuron=(0, 2))["total"] == pytest.approx(first)


def test_contributions_are_of_an_output_or_a_neuron():
    with pytest.raises(ValueError, match="expected an output or a neuron, got both: 'Snow' and 1"):
        RECORDS["classifier"].contributions(one("classifier"), output="Snow", neuron=1)


def test_dominance_is_the_largest_share_of_the_weights():
    record = RECORDS["deep"]
    weights = (np.array([[[3.0, 0, 1], [-1, 0, -1]]]), np.array([[[1.0], [2.0], [-3.0]]]))
    biases, history = (np.zeros((1, 3)), np.zeros((1, 1))), {"loss": np.ones(1), "mae": np.ones(1)}
    small = Record(("a", "b"), ("", ""), (), ("y",), "regression", np.zeros(2), np.ones(2), weights, biases, history)
    assert small.dominance().tolist() == [0.75, 0, 0.5]
    assert record.dominance(layer=1).shape == (3,) and record.dominance(0, layer=-1)[2] == 0
    with pytest.raises(ValueError, match="layer: expected a whole number from -2 to 1, got 2"):
        record.dominance(layer=2)


# What a record must be


def changed_weights(place, value) -> dict:
    weights = [layer.copy() for layer in RECORDS["classifier"].weights]
    weights[place[0]][place[1:]] = value
    return {"weights": tuple(weights)}


CLASSIFIER = RECORDS["classifier"]
W, B = CLASSIFIER.weights, CLASSIFIER.biases


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"predictors": ("n0", "Rho")}, "units: expected a list of 2 units, got 5"),
        ({"predictors": ("n0", "n0", "Dm", "T", "RH")}, "predictors: expected each once, got 'n0' twice"),
        ({"predictors": "n0"}, "predictors: expected a list of one or more names, got 'n0'"),
        ({"predictors": ("n0", "Rho", "Dm", "", "RH")}, "predictors: expected .* names, got '' as number 3"),
        ({"units": ("", "", "", "K", 7)}, "units: expected a list of 5 units, got 7 as number 4"),
        ({"log_scaled": ("n0", "rho")}, r"log_scaled: 'rho' is no predictor \(did you mean 'Rho'\?\); expected some"),
        ({"log_scaled": "n0"}, "log_scaled: expected a list of predictors, got 'n0'"),
        ({"log_scaled": ("n0", "n0")}, "log_scaled: expected each predictor once"),
        ({"outputs": ("Rain",)}, "outputs: expected two classes or more for a classification, got 1"),
        ({"task": "ranking"}, "unknown task 'ranking': expected one of classification, regression"),
        ({"task": "regression"}, "outputs: expected one output for a regression, got 3"),
        ({"mean": np.zeros(4)}, r"mean: expected numbers of shape \(predictors,\) = \(5,\), got .*\(4,\)"),
        ({"mean": [0, 0, 0, 0, "1"]}, r"mean: expected numbers .*, got '1' at \[4\]"),
        ({"mean": [0, 0, 0, 0, True]}, r"mean: expected numbers .*, got True at \[4\]"),
        ({"mean": np.array([0, 0, np.nan, 0, 0])}, r"mean: .*, each finite, got nan at mean\[2\]"),
        ({"scale": np.array([1, 1, 0, 1, 1.0])}, "scale: expected numbers above 0, got 0"),
        ({"weights": ()}, "weights: expected one array for each of two layers or more"),
        ({"weights": W[:1]}, "weights: expected one array for each of two layers"),
        ({"weights": (*W, W[1])}, "expected biases for each of 3 layers .* got 2"),
        ({"weights": (W[0], W[1][:2])}, r"weights\[1\]: .*= \(3, 4, 3\), got .*\(2, 4, 3\)"),
        ({"weights": tuple(layer[:0] for layer in W)}, "weights: expected at least one epoch"),
        ({"weights": ([[[1.0], [1.0, 2.0]]], [[[1.0]]])}, "weights: expected arrays .* got ragged lists"),
        ({"weights": (np.ones((5, 4)), np.ones((4, 3)))}, r"weights: .* of shape \(stored, in, out\), got \(5, 4\)"),
        (changed_weights((0, 1, 2, 3), np.nan), r"weights\[0\]: .* finite, got nan at weights\[0\]\[1\]\[2\]\[3\]"),
        ({"biases": (B[0], B[0])}, r"biases\[1\]: .* = \(3, 3\), got float64 of shape \(3, 4\)"),
        ({"start": 1}, "start: expected True or False, got 1"),
        ({"name": 3}, "name: expected text, got 3"),
        ({"history": {"loss": np.ones(3)}}, "history: expected 'accuracy' for a classification .*got .'loss'"),
        ({"history": {"loss": np.ones(3), "mae": np.ones(3)}}, "history: expected a mapping with loss, .* got 'mae'"),
        ({"history": {"loss": np.ones(2), "accuracy": np.ones(3)}}, r"loss: .* shape \(stored,\) = \(3,\)"),
        ({"history": {"loss": [1, np.inf, 1], "accuracy": [1, 1, 1]}}, "loss: .*, each finite or NaN, got inf"),
        ({"hyperparameters": {"LR": np.nan}}, "hyperparameters: expected text, a finite number .*got nan for 'LR'"),
        ({"hyperparameters": {"BETAS": [0.9]}}, r"hyperparameters: .*got \[0.9\] for 'BETAS'"),
        ({"hyperparameters": {"OPTMIZER": "a", "OPTIMIZER": "b"}}, "hyperparameters: .* got both"),
        ({"limits": np.ones((4, 2))}, r"limits: expected numbers of shape \(predictors, 2\) = \(5, 2\)"),
        ({"limits": np.array([[1, 2], [1, 2], [1, 2], [2, 1], [1, 2.0]])}, r"limits: .* 'Temperature', got .2.0, 1"),
        ({"limits": np.array([[0, 2], [1, 2], [1, 2], [1, 2], [1, 2.0]])}, "limits: log-scaled predictor 'n0'.*got 0"),
        ({"cases": [1, 2]}, "cases: expected Cases with one row or more"),
        ({"cases": Cases(np.ones((0, 5)), np.ones(0))}, "cases: expected Cases with one row or more"),
        ({"cases": Cases(np.ones((2, 4)), np.ones(2))}, r"cases.raw: .* = \(2, 5\), got float64 of shape \(2, 4\)"),
        ({"cases": Cases(-np.ones((2, 5)), np.ones(2))}, "cases.raw: log-scaled predictor 'n0': expected values"),
        ({"cases": Cases(np.ones((2, 5)), np.ones(3))}, r"cases.target: expected numbers of shape \(rows,\) = \(2,\)"),
        ({"cases": Cases(np.ones((2, 5)), np.array([0, 3]))}, "cases.target: expected class indices .* 0 to 2, got 3"),
        ({"activations": (np.ones((3, 4)),)}, r"activations: expected one array per layer \(2\), got 1"),
        ({"activations": (np.ones((3, 4)), np.ones((2, 3)))}, r"activations\[1\]: .*= \(3, 3\)"),
    ],
)  # fmt: skip
def test_a_record_that_does_not_fit_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        replace(CLASSIFIER, **changed)


def test_epoch_0_alone_is_no_training():
    weights, biases = network(0, 1, (4, 4, 3, 2))
    with pytest.raises(ValueError, match="expected at least one epoch after epoch 0, got epoch 0 alone"):
        replace(RECORDS["deep"], weights=weights, biases=biases)


def test_a_record_keeps_its_own_numbers():
    weights, biases = network(0, 2, (3, 3, 1))
    record = replace(RECORDS["regressor"], weights=weights, biases=[torch.tensor(b) for b in biases])
    weights[0][:] = 7
    assert record.weights[0].max() < 1 and (record.biases[0] == biases[0]).all()
    with pytest.raises(ValueError, match="read-only"):
        record.weights[0][:] = 0


# One set of numbers for both languages


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("inspector")


def test_python_computes_the_stored_vectors():
    stored = json.loads((VECTORS / "inspector.json").read_text("utf8"))
    records = list(RECORDS.values())

    def near(found, wanted):
        assert np.asarray(found, dtype=float) == pytest.approx(np.asarray(wanted, dtype=float), rel=1e-6, abs=1e-9)

    def near_terms(found, wanted):
        for key in ("parts", "bias", "total"):
            near(found[key], wanted[key])

    for row in stored["passes"]:
        record, raw = records[row["record"]], dict(zip(records[row["record"]].predictors, row["raw"], strict=True))
        touched = {how: {(t["layer"], t["neuron"]): t["value"] for t in row["touched"] if t["how"] == how}
                   for how in ("off", "clamp", "scale")}  # fmt: skip
        asked = {"ablate": list(touched["off"]), "clamp": touched["clamp"], "amplify": touched["scale"]}
        for layer, (before, hidden) in enumerate(zip(row["pre_activation"], row["hidden"], strict=True)):
            found = record.forward(raw, row["epoch"], layer=layer, **asked)
            near(found["pre_activation"], before)
            near(found["hidden"], hidden)
        for key in ("scaled", "output_linear", "output"):
            near(found[key], row[key])
        for share in row["relevance"]:
            found = record.relevance(raw, row["epoch"], share["output"], rule=share["rule"], **asked)
            size = max(1.0, np.abs(found["inputs"]).max())
            for key in ("start", "inputs", "bias", "held", "residual"):
                assert np.asarray(found[key]) == pytest.approx(np.asarray(share[key]), rel=1e-6, abs=1e-9 * size), key
            for mine, theirs in zip(found["hidden"], share["hidden"], strict=True):
                near(mine, theirs)
        for k, terms in enumerate(row["contributions"]["outputs"]):
            found = record.contributions(raw, row["epoch"], k, **asked)
            near_terms(found, terms)
        for layer, neurons in enumerate(row["contributions"]["neurons"]):
            for neuron, terms in enumerate(neurons):
                found = record.contributions(raw, row["epoch"], neuron=(layer, neuron), **asked)
                near_terms(found, terms)
    for row in stored["dominance"]:
        record = records[row["record"]]
        for layer, wanted in enumerate(row["layers"]):
            near(record.dominance(row["place"] + (not record.start), layer), wanted)
