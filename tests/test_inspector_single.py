"""Records of networks as they are, without their training."""

import numpy as np
import pytest
import torch

from helpers import nets
from helpers.weather import simulator
from helpers.widgets.inspector import Inspector, load_record, record_network


@pytest.fixture(scope="module")
def table():
    return simulator.load(400)


def asked(record, part) -> dict:
    return {name: part.frame[name].to_numpy(dtype=float) for name in record.predictors}


def test_a_record_answers_as_the_network_does_and_survives_a_file(table, tmp_path):
    parts, net = table.split(), nets.MLP(5, (6, 4), 3, instances=2, seed=1)
    record = record_network(net, parts, table, 1, "phase", cases=30)
    assert (record.epochs, record.start, record.sizes, record.name) == (1, False, (5, 6, 4, 3), "phase")
    with torch.no_grad():
        wanted = net(parts.test.x)[:, 1].double().numpy()
    assert record.forward(asked(record, parts.test))["output_linear"] == pytest.approx(wanted, rel=1e-4, abs=1e-4)
    assert record.log_scaled == ("n0", "dm") and len(record.cases.raw) == 30
    fitted = parts.train.frame[list(record.predictors)].iloc[: int(0.8 * len(parts.train))]
    assert (record.limits == np.stack([fitted.min(), fitted.max()], 1)).all()
    record.save_record(tmp_path / "record.json")
    back = load_record(tmp_path / "record.json")
    assert all((a == b).all() for a, b in zip(back.weights, record.weights, strict=True))
    assert Inspector(record).records[0]["history"] == {"loss": [None], "accuracy": [None]}


def test_one_logit_stands_for_two_classes_and_a_value_has_its_unit(table):
    parts, net = table.split(target=table.event), nets.MLP(5, 4, 1, widths=[3], seed=2)
    record = record_network(net, parts, table)
    assert record.outputs == (f"not {table.event}", table.event) and record.sizes == (5, 3, 2)
    with torch.no_grad():
        wanted = net(parts.test.x)[:, 0, 0].double().sigmoid().numpy()
    assert record.forward(asked(record, parts.test))["output"][:, 1] == pytest.approx(wanted, abs=1e-4)
    rate = record_network(nets.MLP(5, 4, 1), table.split(target="sr"), table)
    assert (rate.task, rate.outputs, rate.output_unit) == ("regression", ("sr",), table.columns["sr"].unit)


def test_what_makes_no_sense_is_refused(table):
    parts, net = table.split(), nets.MLP(5, 4, 3, instances=2)
    broken = nets.MLP(5, 4, 3)
    with torch.no_grad():
        broken.weights[0][0, 0, 0] = torch.nan
    refused = [
        ((net, parts, table, 2), {}, "instance: expected a whole number from 0 to 1, got 2"),
        ((nets.MLP(4, 4, 3), parts, table), {}, "a network of 5 inputs, as the parts have, got 4"),
        ((torch.nn.Linear(5, 3), parts, table), {}, "an MLP, the Parts and the Table .* got Linear"),
        ((broken, parts, table), {}, r"weights\[0\]: expected .* finite, got nan"),
        ((net, parts, table), {"cases": 0}, "cases must be a positive integer"),
        ((net, parts, table), {"held_back": 1.0}, "held_back: expected a share from 0 to below 1, got 1.0"),
    ]
    for given, options, message in refused:
        with pytest.raises(ValueError, match=message):
            record_network(*given, **options)
