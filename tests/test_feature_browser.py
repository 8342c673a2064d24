"""The feature browser: what it takes, what travels to the page, and what the page computes."""

import gzip
import json
from dataclasses import dataclass, replace

import pytest
import torch
from inspector_records import classifier, deep, regressor
from javascript import assert_passes, assert_stored

from helpers import nets
from helpers.nets import sparsity
from helpers.weather.schema import Column
from helpers.widgets import FeatureBrowser
from helpers.widgets.feature_browser import Reading


@dataclass
class Said:
    words: str = "high when it is cold"
    score: float = 0.5
    balanced: float = 0.7
    control: float = 0.1


def trained(inputs: int, latents: int = 7, instances: int = 2, **options) -> nets.SparseAutoencoder:
    """An autoencoder with random weights and biases."""
    sae = nets.SparseAutoencoder(inputs, latents, instances, seed=3, **options)
    draw = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for one in sae.parameters():
            one.add_(0.3 * torch.randn(one.shape, generator=draw))
        # Latents that an instance lacks stay as they are.
        lacking = ~sae.present
        sae.W_dec[lacking], sae.b_enc[lacking] = 0, 0
        if not sae.tied:
            sae.W_enc.mT[lacking] = 0
    return sae


def threshold(sae) -> nets.SparseAutoencoder:
    sae.activation.threshold.fill_(0.2)
    return sae.eval()


PIECES = [
    sparsity.ReLU(),
    sparsity.Gated(),
    sparsity.TopK(3),
    sparsity.JumpReLU(0.15),
    sparsity.BatchTopK(2),
]


def drawn(act: dict, drive: torch.Tensor) -> torch.Tensor:
    """The latents of a drive ``(rows, latents)`` by the text of ``Reading.weights``."""
    if act["kind"] == "threshold":
        return torch.where(drive > torch.tensor(act["least"], dtype=drive.dtype), drive, 0.0).relu()
    if act["kind"] == "topk":
        least = drive.relu().topk(act["k"], dim=-1).values[:, -1:]
        return torch.where(drive >= least, drive, 0.0).relu()
    if act["kind"] == "gated":
        factor, shift = (torch.tensor(act[key], dtype=drive.dtype) for key in ("factor", "shift"))
        return torch.where(drive > 0, (factor * drive + shift).relu(), 0.0)
    return drive.relu()


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: type(piece).__name__)
@pytest.mark.parametrize(
    "options", [{}, {"centred": True}, {"tied": True, "centred": True}, {"unit_norm": False, "widths": [7, 5]}], ids=str
)
def test_the_page_gets_the_autoencoder_that_was_given(piece, options):
    record = deep()
    sae = trained(3, activation=piece, **options)
    if isinstance(piece, sparsity.BatchTopK):
        threshold(sae)
    found = Reading(record, sae, instance=1).weights()
    encoder, bias, dictionary, offset = (
        torch.tensor(found[key], dtype=torch.float64) for key in ("encoder", "bias", "dictionary", "offset")
    )
    x = torch.randn(50, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(5))
    sae = sae.double()
    with torch.no_grad():
        copy, latents = sae(x)
    has = 5 if "widths" in options else 7
    got = drawn(found["act"], x @ encoder + bias)
    assert got.shape == (50, has) and (got > 0).any()
    assert torch.allclose(got, latents[:, 1, :has], atol=1e-6)
    assert torch.allclose(got @ dictionary + offset, copy[:, 1], atol=1e-6)


def test_a_reading_travels_with_its_last_epoch_and_its_explanations():
    record = deep()
    none = Said("is never on", float("nan"), float("nan"), float("nan"))
    reading = Reading(record, trained(4), 1, neurons=[Said()] * 4, latents=[none] * 7, hidden_layer=0)
    widget = FeatureBrowser(reading)
    ((packed,), (reader,)) = widget.records, widget.readers
    assert (packed["stored"], packed["start"], reader["layer"]) == (1, False, 0)
    assert reader["neurons"] == [["high when it is cold", 0.5, 0.7, 0.1]] * 4
    assert reader["latents"] == [["is never on", None, None, None]] * 7
    assert json.loads(json.dumps(widget.get_state(["records", "cases", "readers"]), allow_nan=False))
    assert FeatureBrowser([reading], key="second", inspector="inspector").inspector == "inspector"


@dataclass
class Described(Said):
    columns: tuple[Column, ...] = ()


def test_predictors_are_called_what_the_explanations_call_them():
    record = replace(deep(), predictors=("fs", "rho", "ed", "n_0"), log_scaled=())
    columns = (
        Column("fs", "m/s", "fall speed, mean of the bins with particles"),
        Column("rho", "g/cm³", "effective density, mean of the bins with particles"),
        Column("ed", "g/cm³", "effective density, from the volume of all particles"),
        Column("n_0", "1/m³/mm", "intercept of the exponential fitted to the size distribution"),
    )
    width = record.hidden_sizes[-1]
    names = Reading(record, trained(width), neurons=[Described(columns=columns)] * width).names
    assert names == ["fall speed", "effective density (rho)", "effective density (ed)", "n 0"]
    assert Reading(record, trained(width), neurons=[Said()] * width).names == ["fs", "rho", "ed", "n 0"]


def test_networks_that_were_tried_on_the_same_rows_share_them():
    one = deep()
    readings = [Reading(replace(one, name=name), trained(3)) for name in ("first", "second")]
    widget = FeatureBrowser(iter([*readings, Reading(regressor(), trained(3))]))
    assert [each["cases"] for each in widget.records] == [0, 0, 1] and len(widget.cases) == 2


def nan_weights() -> nets.SparseAutoencoder:
    sae = trained(3)
    with torch.no_grad():
        sae.W_enc[0, 0, 0] = torch.nan
    return sae


class Odd(sparsity.ReLU):
    pass


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"record": "record"}, "expected a Record, got a str"),
        ({"record": replace(deep(), cases=None)}, "Record with cases .* got 'deep' without"),
        ({"sae": torch.nn.Linear(3, 7)}, "expected a nets.SparseAutoencoder, got a Linear"),
        ({"sae": trained(4)}, "autoencoder of 3 inputs, as the layer has neurons, got 4"),
        ({"hidden_layer": 0}, "autoencoder of 4 inputs, as the layer has neurons, got 3"),
        ({"hidden_layer": 2}, "hidden_layer: expected a whole number from -2 to 1, got 2"),
        ({"instance": 2}, "instance: expected a whole number from 0 to 1, got 2"),
        ({"instance": True}, "instance: expected a whole number"),
        ({"sae": nan_weights()}, "finite weights of the autoencoder, got NaN or infinity in W_enc"),
        ({"sae": trained(3, activation=sparsity.BatchTopK(2))}, "NaN or infinity in activation.threshold"),
        ({"sae": trained(3, activation=Odd())}, "activation among ReLU, .*, got Odd"),
        ({"neurons": [Said()] * 2}, "neurons: expected an explanation for each of 3 neurons, or none at all, got 2"),
        ({"latents": [Said()] * 3}, "latents: expected an explanation for each of 7 latents, or none at all, got 3"),
        ({"latents": "words"}, "latents: expected an explanation .* got a str"),
        ({"neurons": ["a", "b", "c"]}, r"neurons\[0\]: expected an explanation, got a str without words"),
        ({"neurons": [Said(words=None)] * 3}, r"neurons\[0\]: expected words as text, got None"),
        ({"neurons": [Said(score=float("inf"))] * 3}, "expected score to be a number, or NaN for none, got inf"),
        ({"neurons": [Said(control="high")] * 3}, "expected control to be a number, or NaN for none, got 'high'"),
    ],
)
def test_a_reading_refuses_what_does_not_belong_together(options, message):
    with pytest.raises(ValueError, match=message):
        Reading(**({"record": deep(), "sae": trained(3)} | options))


GOOD = Reading(deep(), trained(3))


@pytest.mark.parametrize(
    ("readings", "options", "message"),
    [
        ([], {}, "a Reading, or a sequence of them, got none"),
        (deep(), {}, "a Reading, or a sequence of them, got a Record"),
        ([GOOD, 3], {}, "got a int"),
        ("reading", {}, "got a str"),
        ([GOOD, GOOD], {}, "differ in their names, .* got 'deep' twice"),
        (GOOD, {"key": "two words"}, "a key made of letters, got 'two words'"),
        (GOOD, {"inspector": ""}, "an inspector made of letters, got ''"),
        (GOOD, {"view": 3}, "view to be a text, got 3"),
    ],
)
def test_the_browser_refuses_what_it_cannot_show(readings, options, message):
    with pytest.raises(ValueError, match=message):
        FeatureBrowser(readings, **options)


def test_three_networks_fit_a_page():
    published = classifier()
    records = [replace(published, name=str(k)) for k in range(2)] + [regressor()]
    widget = FeatureBrowser([Reading(one, trained(one.hidden_sizes[-1], 12)) for one in records])
    data = json.dumps(widget.get_state(["records", "cases", "readers"]))
    assert len(gzip.compress(data.encode())) < 30_000


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("feature_browser")


def test_javascript_computes_what_it_should(tmp_path):
    assert_passes("feature_browser", tmp_path)


def test_the_script_is_one_module_that_asks_nothing_of_the_network():
    assert len(FeatureBrowser._esm.encode()) < 80_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in FeatureBrowser._esm.replace("http://www.w3.org/2000/svg", "")
