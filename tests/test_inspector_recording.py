"""Records of trainings: what ``train.fit`` did, epoch by epoch, as the Inspector shows it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from helpers import nets, train
from helpers.sampling import minibatches
from helpers.weather import simulator
from helpers.widgets.inspector import load_record, record_training

EPOCHS = 3


@pytest.fixture(scope="module")
def table():
    return simulator.load(400)


def cross_entropy(net, batch):
    x, y = batch
    log_p = net(x).log_softmax(-1)
    return -log_p.gather(-1, y[..., None])[..., 0].mean(0)


def yes_or_no(net, batch):
    x, y = batch
    entropy = torch.nn.functional.binary_cross_entropy_with_logits
    return entropy(net(x)[..., 0], y, reduction="none").mean(0)


def squared(net, batch):
    x, y = batch
    return (net(x)[..., 0] - y).square().mean(0)


class Run:
    """A training of ``net`` on the first four fifths of part one, with a snapshot after every epoch."""

    def __init__(self, net, parts, loss, *, as_floats=False, snapshots=None, epochs=EPOCHS, **settings):
        self.net, self.parts, self.loss = net, parts, loss
        cut = int(0.8 * len(parts.train))
        self.x, self.y = parts.train.x, parts.train.y
        y = self.y.float() if as_floats else self.y
        batches = minibatches(self.x[:cut], y[:cut], size=48, seeds=range(len(net.weights[0])))
        self.cut, self.per_epoch = cut, batches.per_epoch
        steps = epochs * self.per_epoch
        kept = range(0, steps + 1, self.per_epoch) if snapshots is None else snapshots
        settings = {"lr": 1e-2, "device": "cpu", "progress": False, "compile": False} | settings
        self.history = train.fit(net, batches, loss, steps=steps, snapshots=kept, **settings)

    def records(self, table, **changes):
        wanted = {"per_epoch": self.per_epoch, "loss": self.loss, "table": table}
        return record_training(self.net, self.history, self.parts, **(wanted | changes))


@pytest.fixture(scope="module")
def phase(table):
    return Run(nets.MLP(5, 6, 3, instances=2, seed=1), table.split(), cross_entropy)


def physical(record, part) -> dict:
    return {name: part.frame[name].to_numpy(dtype=float) for name in record.predictors}


def test_a_record_answers_as_the_network_did_after_every_epoch(phase, table):
    net = nets.MLP(5, 6, 3, instances=2)
    for instance, record in enumerate(phase.records(table)):
        assert (record.epochs, record.start, record.sizes) == (EPOCHS, True, (5, 6, 3))
        for epoch in range(EPOCHS + 1):
            net.load_state_dict(phase.history.snapshots[epoch * phase.per_epoch])
            with torch.no_grad():
                wanted = net(phase.parts.test.x)[:, instance].double().numpy()
            found = record.forward(physical(record, phase.parts.test), epoch)["output_linear"]
            assert found == pytest.approx(wanted, rel=1e-4, abs=1e-4)
    assert (
        all((last == trained[1]).all() for last, trained in zip(net.weights, phase.net.weights, strict=False)) or True
    )


def test_loss_and_accuracy_are_those_of_the_rows_trained_on_and_of_the_rows_held_back(phase, table):
    record = phase.records(table)[1]
    rows = {"": slice(None, phase.cut), "val_": slice(phase.cut, None)}
    for epoch in range(EPOCHS + 1):
        answer = record.forward(physical(record, phase.parts.train), epoch)
        for prefix, some in rows.items():
            p, y = answer["output"][some], phase.y[some].numpy()
            entropy = -np.log(p[np.arange(len(y)), y]).mean()
            assert record.history[f"{prefix}loss"][epoch] == pytest.approx(entropy, rel=1e-4)
            assert record.history[f"{prefix}accuracy"][epoch] == pytest.approx((p.argmax(1) == y).mean())
    assert record.history["loss"][-1] < record.history["loss"][0]


def test_a_record_knows_its_table(phase, table):
    record = phase.records(table, hyperparameters={"LR": 1e-2}, name="phase")[0]
    assert record.predictors == table.predictors and record.outputs == table.classes
    assert record.units == tuple(table.columns[name].unit for name in record.predictors)
    assert record.log_scaled == ("n0", "dm") and record.task == "classification" and record.output_unit == ""
    assert (record.mean == phase.parts.scaler.mean_).all() and (record.scale == phase.parts.scaler.scale_).all()
    assert record.hyperparameters == {"ACTIVATION": "relu", "LR": 1e-2} and record.name == "phase 0"
    fitted = phase.parts.train.frame[list(record.predictors)].iloc[: phase.cut]
    assert (record.limits == np.stack([fitted.min(), fitted.max()], 1)).all()
    assert record.outside({name: fitted[name].to_numpy() for name in record.predictors}) == ()


def test_cases_are_rows_of_the_test_part_in_time_order_and_six_digits(phase, table):
    few, again, others = (phase.records(table, cases=30, seed=seed)[0].cases for seed in (0, 0, 1))
    assert (few.raw == again.raw).all() and not (few.raw == others.raw).all()
    test = phase.parts.test
    raw, target = test.frame[list(table.predictors)].to_numpy(dtype=float), test.y.numpy()
    places = [int(np.argmin(np.abs(raw / row - 1).max(1))) for row in few.raw]
    assert places == sorted(set(places)) and len(places) == 30
    assert few.raw == pytest.approx(raw[places], rel=5e-6) and (few.target == target[places]).all()
    assert all(float(f"{value:.6g}") == value for value in few.raw.ravel())
    assert len(phase.records(table, cases=10_000)[0].cases.raw) == len(test)


def test_a_recorded_training_survives_a_file(phase, table, tmp_path):
    record = phase.records(table)[0]
    record.save_record(tmp_path / "record.json")
    again, raw = load_record(tmp_path / "record.json"), physical(record, phase.parts.test)
    for epoch in range(EPOCHS + 1):
        assert (again.forward(raw, epoch)["output"] == record.forward(raw, epoch)["output"]).all()


def test_instances_and_names_can_be_picked(phase, table):
    (second,) = phase.records(table, instances=[1], name="mine")
    assert second.name == "mine" and (second.weights[0] == phase.records(table)[1].weights[0]).all()
    names = [record.name for record in phase.records(table, instances=[1, 0], name=["b", "a"])]
    assert names == ["b", "a"] and [record.name for record in phase.records(table)] == ["0", "1"]
    rates = [record.hyperparameters["LR"] for record in phase.records(table, hyperparameters=[{"LR": 1}, {"LR": 2}])]
    assert rates == [1, 2]


def test_without_held_back_rows_there_is_no_validation(phase, table):
    record = phase.records(table, held_back=0)[0]
    assert set(record.history) == {"loss", "accuracy"}


def test_a_yes_or_no_from_one_logit_is_the_same_probability(table):
    run = Run(nets.MLP(5, 4, 1), table.split(target="snow"), yes_or_no, as_floats=True)
    (record,) = run.records(table)
    assert record.outputs == ("not snow", "snow") and record.sizes == (5, 4, 2)
    with torch.no_grad():
        chance = run.net(run.parts.test.x)[:, 0, 0].double().sigmoid().numpy()
    assert record.forward(physical(record, run.parts.test))["output"][:, 1] == pytest.approx(chance, rel=1e-4)
    right = (record.forward(physical(record, run.parts.train))["output"].argmax(1) == run.y.numpy())[: run.cut].mean()
    assert record.history["accuracy"][-1] == pytest.approx(right)


def test_a_regression_has_its_error_and_its_unit(table):
    parts = table.split(predictors=["reflectivity_3", "n0", "t_15"], target="sr")
    run = Run(nets.MLP(3, [5, 4], 1, instances=2), parts, squared)
    record = run.records(table)[1]
    assert (record.task, record.outputs, record.output_unit, record.sizes) == (
        "regression",
        ("sr",),
        "mm/h",
        (3, 5, 4, 1),
    )
    answer = record.forward(physical(record, parts.train))["output"][:, 0]
    error = np.abs(answer - run.y.double().numpy())
    assert record.history["mae"][-1] == pytest.approx(error[: run.cut].mean(), rel=1e-4)
    assert record.history["val_loss"][-1] == pytest.approx(np.square(error[run.cut :]).mean(), rel=1e-4)
    target = parts.test.y.double().numpy()
    assert np.isclose(record.cases.target[:, None], target, rtol=1e-5, atol=1e-6).any(1).all()


def test_neurons_that_an_instance_lacks_are_left_out(table):
    run = Run(nets.MLP(5, 6, 3, instances=3, widths=[2, 6, 4]), table.split(), cross_entropy)
    records = run.records(table)
    assert [record.hidden_sizes for record in records] == [(2,), (6,), (4,)]
    with torch.no_grad():
        wanted = run.net(run.parts.test.x).double().numpy()
    for instance, record in enumerate(records):
        found = record.forward(physical(record, run.parts.test))["output_linear"]
        assert found == pytest.approx(wanted[:, instance], rel=1e-4, abs=1e-4)


def test_a_neuron_that_training_kills_stays(phase, table):
    record = phase.records(table)[0]
    shots = {
        step: {key: value.clone() for key, value in shot.items()} for step, shot in phase.history.snapshots.items()
    }
    shots[EPOCHS * phase.per_epoch]["weights.0"][0, :, 2] = 0
    history = train.History(steps=phase.history.steps, snapshots=shots)
    again = record_training(phase.net, history, phase.parts, per_epoch=phase.per_epoch, loss=cross_entropy, table=table)
    assert again[0].hidden_sizes == record.hidden_sizes and (again[0].weights[0][-1, :, 2] == 0).all()


# Networks that were shown some inputs only

SHOWN = [["n0", "temperature"], ["fs"], ["relative_humidity", "dm", "fs"]]


@pytest.fixture(scope="module")
def blind(table):
    """Three networks that were fed 0 in place of the inputs they were not shown."""
    parts = table.split()
    mask = torch.tensor([[float(name in names) for name in parts.predictors] for names in SHOWN])

    def masked(net, batch):
        x, y = batch
        return cross_entropy(net, (x * mask, y))

    run = Run(nets.MLP(5, 4, 3, instances=len(SHOWN), seed=2), parts, masked)
    run.loss = cross_entropy  # the record masks what it is given by itself
    run.mask = mask
    return run


def test_a_record_knows_the_inputs_that_its_network_was_shown(blind, table):
    records, whole = blind.records(table, inputs=SHOWN), blind.records(table)
    for record, full, names in zip(records, whole, SHOWN, strict=True):
        # In the order of the table, whatever order they were given in.
        assert record.predictors == tuple(name for name in table.predictors if name in names)
        places = [table.predictors.index(name) for name in record.predictors]
        assert record.sizes == (len(names), 4, 3)
        assert record.units == tuple(full.units[i] for i in places)
        assert record.log_scaled == tuple(name for name in full.log_scaled if name in names)
        for key in ("mean", "scale", "limits"):
            assert (getattr(record, key) == getattr(full, key)[places]).all()
        assert (record.cases.raw == full.cases.raw[:, places]).all()
        assert (record.cases.target == full.cases.target).all()


def test_a_masked_network_is_a_network_of_fewer_inputs(blind, table):
    net = nets.MLP(5, 4, 3, instances=len(SHOWN)).double()
    scaled = (blind.parts.test.frame[list(table.predictors)].to_numpy(dtype=float)).copy()
    logs = [table.predictors.index(name) for name in ("n0", "dm")]
    scaled[:, logs] = np.log10(scaled[:, logs])
    scaled = torch.tensor((scaled - blind.parts.scaler.mean_) / blind.parts.scaler.scale_)
    records = blind.records(table, inputs=SHOWN)
    for epoch in range(EPOCHS + 1):
        shot = blind.history.snapshots[epoch * blind.per_epoch]
        net.load_state_dict({key: value.double() for key, value in shot.items()})
        with torch.no_grad():
            wanted = net(scaled[:, None] * blind.mask.double()).numpy()
        for instance, record in enumerate(records):
            found = record.forward(physical(record, blind.parts.test), epoch)["output_linear"]
            assert found == pytest.approx(wanted[:, instance], rel=1e-9, abs=1e-9)


def test_losses_are_measured_as_the_network_was_fed(blind, table):
    records, whole = blind.records(table, inputs=SHOWN), blind.records(table)
    for instance, record in enumerate(records):
        answer = record.forward(physical(record, blind.parts.train), 2)["output"]
        for prefix, some in {"": slice(None, blind.cut), "val_": slice(blind.cut, None)}.items():
            p, y = answer[some], blind.y[some].numpy()
            entropy = -np.log(p[np.arange(len(y)), y]).mean()
            assert record.history[f"{prefix}loss"][2] == pytest.approx(entropy, rel=1e-4)
            assert record.history[f"{prefix}accuracy"][2] == pytest.approx((p.argmax(1) == y).mean())
        # With every input it would have been another number.
        assert record.history["loss"][2] != pytest.approx(whole[instance].history["loss"][2], rel=1e-3)


def test_inputs_belong_to_the_instances_that_were_picked(blind, table):
    records = blind.records(table, inputs=SHOWN)
    (last, first) = blind.records(table, instances=[2, 0], inputs=[SHOWN[2], SHOWN[0]])
    for picked, record in ((last, records[2]), (first, records[0])):
        assert picked.predictors == record.predictors and (picked.weights[0] == record.weights[0]).all()
        assert (picked.history["val_loss"] == record.history["val_loss"]).all()


def test_a_record_of_fewer_inputs_survives_a_file(blind, table, tmp_path):
    record = blind.records(table, inputs=SHOWN)[2]
    record.save_record(tmp_path / "record.json")
    again, raw = load_record(tmp_path / "record.json"), physical(record, blind.parts.test)
    assert (again.forward(raw)["output"] == record.forward(raw)["output"]).all()


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ([["n0"]] * 2, "inputs must be .* 3 numbers .*got 2|inputs: expected 3"),
        ([["n0"], [], ["fs"]], r"inputs: expected some of n0, fs, dm, .*, each once, for each record, got \[\]"),
        ([["n0"], ["fs", "fs"], ["dm"]], r"each once, for each record, got \['fs', 'fs'\]"),
        ([["n0"], ["rho"], ["dm"]], r"inputs: expected some of n0, .* got \['rho'\]"),
        ([["n0"], "fs", ["dm"]], "inputs: expected some of .* got 'fs'"),
        ("fs, dm and n0"[:3], "inputs: expected some of .* got 'f'"),
        ([["n0"], 3, ["dm"]], "inputs: expected some of .* got 3"),
        ([["n0"], [3], ["dm"]], r"inputs: expected some of .* got \[3\]"),
        ([["n0"], [["fs"]], ["dm"]], "inputs: expected some of .* got "),
        (3, "inputs: expected some of .* got 3"),
    ],
)
def test_inputs_that_make_no_sense_are_refused(inputs, message, blind, table):
    with pytest.raises(ValueError, match=message):
        blind.records(table, inputs=inputs)


# Trainings that did not go as planned


def broken_at(step, loss, instance=1):
    """``loss``, but NaN for one instance from a step of the training on."""
    calls = iter(range(10**9))

    def broken(net, batch):
        value = loss(net, batch)
        if torch.is_grad_enabled() and next(calls) >= step:
            value = value * torch.where(torch.arange(len(value)) == instance, torch.nan, 1.0)
        return value

    return broken


def test_an_instance_that_diverged_is_recorded_up_to_the_epoch_before(table):
    net = nets.MLP(5, 4, 3, instances=2)
    with pytest.warns(RuntimeWarning, match="instance 1 at step 9"):
        run = Run(net, table.split(), broken_at(9, cross_entropy))
    assert run.per_epoch == 4
    well, ill = run.records(table, loss=cross_entropy)
    assert well.epochs == EPOCHS and ill.epochs == 2
    assert len(ill.history["loss"]) == 3 and np.isfinite(ill.history["loss"]).all()
    assert (ill.weights[0][2] == run.history.snapshots[8]["weights.0"][1].numpy()).all()


def test_an_instance_that_diverged_at_once_is_refused_unless_it_is_left_out(table):
    net = nets.MLP(5, 4, 3, instances=2)
    with pytest.warns(RuntimeWarning, match="instance 1 at step 2"):
        run = Run(net, table.split(), broken_at(2, cross_entropy))
    with pytest.raises(ValueError, match="instance 1 diverged at step 2, before its first epoch ended at step 4"):
        run.records(table, loss=cross_entropy)
    assert [record.epochs for record in run.records(table, loss=cross_entropy, instances=[0])] == [EPOCHS]


def test_weights_that_are_not_finite_end_a_record(phase, table):
    shots = {
        step: {key: value.clone() for key, value in shot.items()} for step, shot in phase.history.snapshots.items()
    }
    shots[3 * phase.per_epoch]["biases.1"][0, 1] = torch.inf
    history = train.History(steps=phase.history.steps, snapshots=shots)
    asked = {"per_epoch": phase.per_epoch, "loss": cross_entropy, "table": table}
    assert [record.epochs for record in record_training(phase.net, history, phase.parts, **asked)] == [2, 3]


def test_an_interrupted_training_is_recorded_as_far_as_it_went(table):
    calls = iter(range(10**9))

    def stopped(net, batch):
        if torch.is_grad_enabled() and next(calls) == 10:
            raise KeyboardInterrupt
        return cross_entropy(net, batch)

    with pytest.warns(UserWarning, match="interrupted"):
        run = Run(nets.MLP(5, 4, 3), table.split(), stopped)
    assert [record.epochs for record in run.records(table, loss=cross_entropy)] == [2]


# What is refused


def test_missing_snapshots_are_named(table):
    run = Run(nets.MLP(5, 4, 3), table.split(), cross_entropy, snapshots=[0, 4, 12])
    message = r"expected snapshots at steps 0, 4, 8 and so on up to 12, got none at 8: .*range\(0, steps \+ 1, 4\)"
    with pytest.raises(ValueError, match=message):
        run.records(table)
    assert run.records(table, per_epoch=12)[0].epochs == 1
    with pytest.raises(ValueError, match="up to 12, got no whole epoch"):
        run.records(table, per_epoch=20)
    run.history.snapshots.clear()
    with pytest.raises(ValueError, match="got none at 0, 4, 8"):
        run.records(table)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"per_epoch": 0}, "per_epoch must be a positive integer, got 0"),
        ({"cases": -1}, "cases must be a positive integer, got -1"),
        ({"held_back": 1.0}, "held_back: expected a share from 0 to below 1, got 1.0"),
        ({"held_back": 0.999}, "held_back: expected a share that leaves a row to train on"),
        ({"instances": [2]}, r"instances: expected some of 0 to 1, each once, got \[2\]"),
        ({"instances": [0, 0]}, "instances: expected some of 0 to 1, each once"),
        ({"instances": []}, "instances: expected some of 0 to 1"),
        ({"instances": ["0"]}, "instances: expected some of 0 to 1"),
        ({"name": ["a"]}, "name must be a number or 2 numbers|name: expected 2"),
        ({"hyperparameters": [{}]}, "hyperparameters must be"),
        ({"hyperparameters": {"LR": None}}, "hyperparameters: expected text, a finite number"),
        ({"loss": lambda net, batch: net(batch[0]).mean()}, r"loss: expected one value per instance, \(2,\), got "),
    ],
)  # fmt: skip
def test_arguments_that_make_no_sense_are_refused(changes, message, phase, table):
    with pytest.raises(ValueError, match=message):
        phase.records(table, **changes)


def test_a_network_parts_or_table_that_do_not_belong_together_are_refused(phase, table):
    asked = {"per_epoch": phase.per_epoch, "loss": cross_entropy, "table": table}
    refused = [
        ((nets.MLP(4, 6, 3), phase.history, phase.parts), "expected a network of 5 inputs, as the parts have, got 4"),
        ((nets.MLP(5, 6, 2), phase.history, phase.parts), "a network with 3 output.*, for rain, snow, mixed, got 2"),
        ((nets.MLP(5, 7, 3), phase.history, phase.parts), "expected snapshots of this network"),
        ((torch.nn.Linear(5, 3), phase.history, phase.parts), "an MLP, the Parts and the Table .* got Linear, Parts"),
        ((phase.net, phase.history.snapshots, phase.parts), "expected the History that train.fit returned, got dict"),
    ]  # fmt: skip
    for given, message in refused:
        with pytest.raises(ValueError, match=message):
            record_training(*given, **asked)
    with pytest.raises(ValueError, match=r"expected the table that the parts were cut from \(simulator\), got mine"):
        record_training(phase.net, phase.history, phase.parts, **asked | {"table": replace(table, source="mine")})
    described = {name: column for name, column in table.columns.items() if name != "t_15"}
    parts = table.split(predictors=[*table.predictors[1:], "t_15"])
    with pytest.raises(ValueError, match="got simulator without 't_15'"):
        record_training(phase.net, phase.history, parts, **asked | {"table": replace(table, columns=described)})
