"""The widget that shows the phase diagram."""

import gzip
import json

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import plots
from helpers.widgets import PhaseMap
from helpers.widgets.phase_map.widget import turned


def a_map(rows: int = 3, columns: int = 4, hidden: int = 1, seed: int = 0) -> dict:
    """A map of random models."""
    random = np.random.default_rng(seed)
    return {
        "importance": np.geomspace(0.1, 10, columns),
        "density": np.geomspace(0.01, 1, rows),
        "W": random.normal(size=(rows, columns, hidden + 1, hidden)),
        "b": random.normal(size=(rows, columns, hidden + 1)),
    }


def unpacked(shown: dict) -> tuple[np.ndarray, np.ndarray]:
    """The directions and biases that the page reads from one map."""
    hidden, features = shown["hidden"], shown["hidden"] + 1
    cells = np.array(shown["cells"]).reshape(len(shown["density"]), len(shown["importance"]), -1) / 1000
    split = features * hidden
    return cells[..., :split].reshape(*cells.shape[:2], features, hidden), cells[..., split:]


@pytest.mark.parametrize("hidden", [1, 2])
def test_the_page_holds_every_model_to_three_decimals(hidden):
    given_map = a_map(hidden=hidden)
    (shown,) = PhaseMap.from_models({"a map": given_map}).maps
    W, b = unpacked(shown)
    assert shown["title"] == "a map"
    assert shown["importance"] == pytest.approx(given_map["importance"].tolist(), rel=1e-5)
    assert np.abs(b - given_map["b"]).max() <= 0.00051
    gram, trained = W @ W.swapaxes(-1, -2), given_map["W"] @ given_map["W"].swapaxes(-1, -2)
    assert np.abs(gram - trained).max() < 0.01, "turning a model must not change what it computes"


def test_tensors_and_several_maps_are_welcome():
    tensors = {name: torch.tensor(value) for name, value in a_map().items()}
    tensors["W"].requires_grad_()
    both = PhaseMap.from_models({"line": tensors, "plane": a_map(2, 5, hidden=2)}).maps
    assert [(m["title"], m["hidden"], len(m["cells"])) for m in both] == [
        ("line", 1, 3 * 4 * 4),
        ("plane", 2, 2 * 5 * 9),
    ]


@given(st.floats(0, 6.3), st.booleans(), st.integers(0, 50))
def test_models_that_differ_by_a_turn_are_drawn_alike(angle, mirror, seed):
    W = np.random.default_rng(seed).normal(size=(3, 2))
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, -s], [s, c]]) @ np.diag([1, -1 if mirror else 1])
    assert turned(W @ turn) == pytest.approx(turned(W), abs=1e-8)


def test_a_shared_line_and_a_dropped_feature_are_drawn_along_the_axes():
    opposite = turned(np.array([[0.0, -1.0], [1.0, 0.0], [0.0, 1.0]]))
    assert opposite == pytest.approx(np.array([[1, 0], [0, 1], [-1, 0]]), abs=0.02)
    assert turned(np.array([[-1.0], [0.9]])) == pytest.approx(np.array([[1.0], [-0.9]]))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"importance": [1.0]}, "importance to rise in equal factors"),
        ({"importance": [0.1, 1.0, 2.0, 3.0]}, "importance to rise in equal factors"),
        ({"importance": [10, 1, 0.1, 0.01]}, "importance to rise"),
        ({"density": [0.0, 0.1, 1.0]}, "density to rise in equal factors, above 0"),
        ({"density": [0.1, 1.0, 10.0]}, "up to 1, got"),
        ({"W": np.ones((3, 4, 3, 1))}, "or 3 in 2, got shape .3, 4, 3, 1."),
        ({"W": np.ones((4, 3, 2, 1))}, "with 3 rows, 4 columns"),
        ({"W": np.ones((12, 2, 1))}, "got shape .12, 2, 1."),
        ({"b": np.ones((3, 4, 3))}, "expected b of shape .3, 4, 2., got .3, 4, 3."),
        ({"b": np.full((3, 4, 2), np.nan)}, "finite numbers in b"),
        ({"loss": 0}, "a dict with importance, density, W, b, got"),
    ],
)
def test_from_models_names_the_map_and_what_is_wrong_with_it(changed, message):
    with pytest.raises(ValueError, match=f"^my map: .*{message}"):
        PhaseMap.from_models({"my map": a_map() | changed})


@pytest.mark.parametrize("maps", [{}, [a_map()], None])
def test_from_models_wants_titles(maps):
    with pytest.raises(ValueError, match="dict from titles to maps"):
        PhaseMap.from_models(maps)


def test_a_map_that_is_no_dict_is_named():
    with pytest.raises(ValueError, match="my map: expected a dict with .* got ndarray"):
        PhaseMap.from_models({"my map": np.ones(3)})


def test_two_full_maps_and_the_code_weigh_little():
    widget = PhaseMap.from_models({"line": a_map(26, 26), "plane": a_map(26, 26, hidden=2)})
    assert len(gzip.compress((widget._esm + widget._css + json.dumps(widget.maps)).encode())) < 60_000
    assert len(widget._esm.encode()) < 24_000


def test_the_script_asks_nothing_of_the_network():
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in PhaseMap._esm.replace("http://www.w3.org/2000/svg", "")


def test_feature_colours_are_the_books():
    for i, colour in enumerate(plots.COLOURS[:3], 1):
        assert f"--feature-{i}: {colour};" in PhaseMap._css
