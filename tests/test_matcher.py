"""The widget that matches the latents of dictionaries to true features."""

import base64
import gzip

import numpy as np
import pytest
import torch
from javascript import assert_passes, assert_stored

from helpers import matching
from helpers.widgets import Matcher

TRUTH = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
WIDE = torch.randn(8, 4, generator=torch.Generator().manual_seed(1))


def rows(text: str, inputs: int) -> torch.Tensor:
    """The directions as the page reads them."""
    return torch.from_numpy(np.frombuffer(base64.b64decode(text), "<i2").astype(float).reshape(-1, inputs))


def test_the_page_has_the_directions():
    scaled = WIDE * torch.logspace(-9, 9, 8)[:, None]
    scaled[3] = 0
    widget = Matcher.from_dictionaries(TRUTH, {"wide": scaled, "narrow": WIDE[:2].numpy()})
    assert (widget.inputs, [each["name"] for each in widget.dictionaries]) == (4, ["wide", "narrow"])
    shown = [rows(each["rows"], 4) for each in widget.dictionaries]
    assert [each.shape for each in shown] == [(8, 4), (2, 4)]
    assert (shown[0][3] == 0).all()
    wanted = matching.cosines(TRUTH.double(), scaled.double()[None])
    assert torch.allclose(matching.cosines(rows(widget.truth, 4), shown[0][None]), wanted, atol=1e-4)


def test_how_often_is_optional_and_by_name():
    without = Matcher.from_dictionaries(TRUTH, {"wide": WIDE})
    assert (without.frequency, without.dictionaries[0]["on"]) == ([], [])
    on = {"wide": torch.linspace(0, 1, 8)}
    widget = Matcher.from_dictionaries(TRUTH, {"same": TRUTH, "wide": WIDE}, frequency=[0.1] * 5, on=on)
    assert widget.frequency == [0.1] * 5
    assert widget.dictionaries[0]["on"] == []
    assert widget.dictionaries[1]["on"] == pytest.approx(on["wide"].tolist(), abs=1e-4)


def test_a_parameter_is_taken_as_it_is():
    widget = Matcher.from_dictionaries(TRUTH, {"trained": torch.nn.Parameter(WIDE)})
    assert rows(widget.dictionaries[0]["rows"], 4).shape == (8, 4)


NAN = WIDE.clone()
NAN[2, 1] = float("nan")
ZERO = TRUTH.clone()
ZERO[3] = 0


@pytest.mark.parametrize(
    ("truth", "dictionaries", "options", "message"),
    [
        (TRUTH[0], {"a": WIDE}, {}, r"expected truth to have shape \(features, inputs\) .* got \(4,\)"),
        (TRUTH[:0], {"a": WIDE}, {}, r"truth .* nothing empty, got \(0, 4\)"),
        (ZERO, {"a": WIDE}, {}, r"every true feature to have a direction, but rows \[3\] of truth are zero"),
        (TRUTH[:, :1], {"a": WIDE[:, :1]}, {}, "2 inputs or more"),
        (TRUTH / 0, {"a": WIDE}, {}, "finite numbers in truth"),
        ("weights", {"a": WIDE}, {}, "numbers in truth, got 'weights'"),
        (TRUTH, {}, {}, "dict from names to dictionaries, with one or more, got {}"),
        (TRUTH, WIDE, {}, "dict from names to dictionaries"),
        (TRUTH, {"a": WIDE[None]}, {}, r"'a' to have shape \(latents, 4\) .* got \(1, 8, 4\)"),
        (TRUTH, {"a": WIDE, "b": WIDE[:, :3]}, {}, r"'b' to have shape \(latents, 4\) .* got \(8, 3\)"),
        (TRUTH, {"a": WIDE[:0]}, {}, r"got \(0, 4\)"),
        (TRUTH, {"a": NAN}, {}, "finite numbers in 'a'"),
        (TRUTH, {"a": WIDE}, {"frequency": [0.1] * 4}, r"frequency .* each of 5 features, got shape \(4,\)"),
        (TRUTH, {"a": WIDE}, {"frequency": [1.2] * 5}, "from 0 to 1, .* from 1.2 to 1.2"),
        (TRUTH, {"a": WIDE}, {"on": {"b": [0.1] * 8}}, r"on to be a dict with names among \['a'\], got \['b'\]"),
        (TRUTH, {"a": WIDE}, {"on": [0.1] * 8}, "on to be a dict .* got list"),
        (TRUTH, {"a": WIDE}, {"on": {"a": [0.1] * 5}}, r"on\['a'\] .* each of 8 latents, got shape \(5,\)"),
        (TRUTH, {"a": WIDE}, {"key": "two words"}, "key made of letters"),
        (torch.ones(200, 300), {"a": torch.ones(200, 300)}, {}, "at most 100,000 numbers .* got 120,000"),
    ],
)
def test_from_dictionaries_refuses_what_it_cannot_show(truth, dictionaries, options, message):
    with pytest.raises(ValueError, match=message):
        Matcher.from_dictionaries(truth, dictionaries, **options)


def test_the_largest_figure_fits_a_page():
    draw = torch.Generator().manual_seed(2)
    truth, wide = (torch.randn(rows, 100, generator=draw) for rows in (250, 750))
    widget = Matcher.from_dictionaries(truth, {"wide": wide})
    data = widget.truth + widget.dictionaries[0]["rows"]
    assert len(gzip.compress(data.encode())) < 300_000


def test_the_script_is_one_small_module_that_asks_nothing_of_the_network():
    assert len(Matcher._esm.encode()) < 44_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in Matcher._esm.replace("http://www.w3.org/2000/svg", "")


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("matching")


@pytest.mark.parametrize("core", ["matching", "matcher"])
def test_javascript_computes_what_it_should(core, tmp_path):
    assert_passes(core, tmp_path)
