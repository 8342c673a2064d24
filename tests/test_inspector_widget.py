"""The class ``Inspector``: what it takes, what it holds for the page, and how heavy its code is."""

import gzip
from dataclasses import replace

import pytest
from inspector_records import classifier, deep, regressor

from helpers import plots
from helpers.widgets.inspector import Inspector
from helpers.widgets.inspector.packing import packed


@pytest.mark.parametrize("several", [list, tuple, iter], ids=["list", "tuple", "iterator"])
def test_it_takes_one_record_or_several(several):
    records = [classifier(), deep(), regressor()]
    assert Inspector(records[0]).get_state()["records"] == packed(records[:1])["records"]
    state = Inspector(several(records)).get_state()
    assert {key: state[key] for key in ("records", "cases")} == packed(records)


def test_what_the_page_needs_travels():
    widget = Inspector(deep(), key="mine", view="e=1;look=layer")
    assert all(widget.trait_metadata(name, "sync") for name in ("records", "cases", "key", "view"))
    assert (widget.key, widget.view) == ("mine", "e=1;look=layer")
    assert (Inspector(deep()).key, Inspector(deep()).view) == ("inspector", "")
    widget.view = "e=2"
    assert widget.get_state()["view"] == "e=2"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], "none"),
        ((), "none"),
        (None, "a NoneType"),
        ("record.json", "a str"),
        ({"predictors": []}, "a dict"),
        (3, "a int"),
        ([None], "a NoneType"),
        ([packed([deep()])["records"][0]], "a dict"),
    ],
)
def test_anything_but_records_is_refused(given, found):
    with pytest.raises(ValueError, match=f"^expected a Record, or a sequence of them, got {found}: see load_record"):
        Inspector(given)


def test_one_thing_among_records_that_is_none_is_named():
    with pytest.raises(ValueError, match="got a float: see"):
        Inspector([classifier(), 0.5])


def test_records_that_a_reader_cannot_tell_apart_are_refused():
    with pytest.raises(ValueError, match="expected records that differ in name, .*numbers 0 and 2"):
        Inspector([deep(), classifier(), deep()])
    assert len(Inspector([deep(), replace(deep(), name="again")]).records) == 2


@pytest.mark.parametrize("key", ["", "my inspector", "a1", "a=b", "é", "#", None, 3])
def test_a_key_that_could_not_stand_in_an_address_is_refused(key):
    with pytest.raises(ValueError, match="^expected a key made of letters, got "):
        Inspector(deep(), key=key)


def test_the_code_is_small_and_asks_nothing_of_the_network():
    assert len(gzip.compress((Inspector._esm + Inspector._css).encode())) < 40_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in Inspector._esm.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("kind", ["rain", "snow", "mixed"])
def test_phases_have_the_colours_of_the_figures(kind):
    assert f"--{kind}: color-mix(in oklab, {plots.PALETTE[kind]} " in Inspector._css
