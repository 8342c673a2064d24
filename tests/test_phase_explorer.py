"""The widget that shows what falls, and what a disdrometer sees of it."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from javascript import assert_passes, assert_stored

from helpers import instrument, plots
from helpers.widgets import PhaseExplorer
from helpers.widgets.phase_explorer.widget import RANGES

NAMES = st.sampled_from(sorted(RANGES))


def within(name):
    return st.floats(*RANGES[name])


@given(st.fixed_dictionaries({name: within(name) for name in RANGES}))
def test_what_is_in_range_is_shown_and_travels(settings):
    widget = PhaseExplorer(**settings)
    assert {name: widget.get_state()[name] for name in settings} == settings
    assert all(widget.trait_metadata(name, "sync") for name in settings)


@given(NAMES, st.floats())
def test_what_is_out_of_range_is_refused_at_once_and_later(name, value):
    low, high = RANGES[name]
    if low <= value <= high:
        return
    message = f"^expected {name} to be a number from {low:g} to {high:g}.*, got {value!r}$".replace("+", "[+]")
    with pytest.raises(ValueError, match=message):
        PhaseExplorer(**{name: value})
    widget = PhaseExplorer()
    with pytest.raises(ValueError, match=message):
        setattr(widget, name, value)
    assert getattr(widget, name) == getattr(PhaseExplorer(), name)


@pytest.mark.parametrize("value", ["cold", None, True, [0.5], 1j])
@pytest.mark.parametrize("name", RANGES)
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(ValueError, match=f"expected {name} to be a number from .*, got "):
        PhaseExplorer(**{name: value})


def test_the_defaults_and_whole_numbers_will_do():
    widget = PhaseExplorer(temperature=-3, humidity=80)
    shown = [widget.temperature, widget.humidity, widget.rate, widget.riming, widget.pressure]
    assert shown == [-3.0, 80.0, 1.0, 0.2, 1013.25]


def test_the_page_is_told_which_instrument_measures():
    state = PhaseExplorer().get_state()["instrument"]
    assert state["half_seen"] == instrument.HALF_SEEN
    assert [state["width"] * (k + 0.5) for k in range(state["bins"])] == pytest.approx(instrument.CENTERS.tolist())


def test_the_code_is_small_and_asks_nothing_of_the_network():
    assert len(gzip.compress((PhaseExplorer._esm + PhaseExplorer._css).encode())) < 20_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in PhaseExplorer._esm.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize(("name", "kind"), [("rain", "rain"), ("snow", "snow"), ("both", "mixed")])
def test_phases_have_the_colours_of_the_figures(name, kind):
    assert f"--{name}: color-mix(in oklab, {plots.PALETTE[kind]} " in PhaseExplorer._css


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("precipitation")


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("precipitation", tmp_path)
