"""The widget that holds dictionaries against each other, and its table of conditions."""

import base64
import gzip
import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from javascript import assert_passes, assert_stored

from helpers import agreement, metrics, universality_results
from helpers.universality_grid import Run, conditions, grid
from helpers.widgets import UniversalityMap
from helpers.widgets.universality_map import Dictionary
from helpers.widgets.universality_map import conditions as table_of
from helpers.widgets.universality_map.conditions import MEASURES, named
from helpers.widgets.universality_map.packing import quantised

ROWS = 40


def latents(seed: int, units: int = 5, rows: int = ROWS) -> torch.Tensor:
    return torch.relu(torch.randn(rows, units, generator=torch.Generator().manual_seed(seed)))


ONE, OTHER = Dictionary("one", latents(0)), Dictionary("other", latents(1, 7).numpy())
INPUTS = {"temperature (°C)": np.linspace(-5, 5, ROWS), "size (mm)": np.linspace(0.1, 3, ROWS)}

# What travels ---------------------------------------------------------------------------------------------------------


def codes(packed: dict, rows: int = ROWS) -> np.ndarray:
    """The activations as the page reads them, ``(rows, units)``."""
    return np.frombuffer(base64.b64decode(packed["latents"]), np.uint8).reshape(-1, rows).T


def test_the_page_has_the_activations_the_directions_and_the_inputs():
    vectors = torch.nn.Parameter(torch.randn(5, 3, generator=torch.Generator().manual_seed(2)))
    widget = UniversalityMap(
        [Dictionary("one", latents(0), vectors, "here"), OTHER], INPUTS, log=["size (mm)"], key="map"
    )
    one, other = widget.dictionaries
    assert (widget.rows, widget.key, widget.conditions) == (ROWS, "map", {})
    assert [(each["name"], each["units"], each["width"], each["space"]) for each in (one, other)] == [
        ("one", 5, 3, "here"),
        ("other", 7, 0, ""),
    ]
    exact = ONE.latents / ONE.latents.max(0)
    assert np.abs(codes(one) / 255 - exact).max() <= 1 / 255 and codes(other).shape == (ROWS, 7)
    shown = np.frombuffer(base64.b64decode(one["weights"]), "<i2").reshape(5, 3).astype(float)
    angle = metrics.mmcs(vectors.detach().double(), torch.from_numpy(shown)[None]).item()
    assert angle == pytest.approx(1, abs=1e-6) and other["weights"] == ""
    assert [(each["name"], each["log"]) for each in widget.inputs] == [("temperature (°C)", False), ("size (mm)", True)]
    assert widget.inputs[0]["values"] == pytest.approx(INPUTS["temperature (°C)"], rel=1e-3)


@given(seed=st.integers(0, 10_000), scale=st.floats(1e-6, 1e6))
def test_how_often_a_latent_is_on_is_not_rounded(seed, scale):
    given = latents(seed, 4, 12).double().numpy() * scale
    given[3, 0] = given[:, 0].max() / 1e5
    given[:, 1] = 0
    found = quantised(given)
    assert ((found > 0) == (given > 0)).all() and found.max(0)[1] == 0
    assert (found.max(0)[given.max(0) > 0] == 255).all()


def test_a_dictionary_may_be_dead():
    widget = UniversalityMap([ONE, Dictionary("dead", torch.zeros(ROWS, 3))], INPUTS)
    assert not codes(widget.dictionaries[1]).any()


NAN = latents(0)
NAN[3, 1] = torch.nan


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dictionary("", latents(0)), "expected a name for the dictionary, got ''"),
        (lambda: Dictionary("a", latents(0)[:, 0]), r"a: latents to have shape \(rows, units\) .* got \(40,\)"),
        (lambda: Dictionary("a", latents(0)[:, :0]), r"nothing empty, got \(40, 0\)"),
        (lambda: Dictionary("a", NAN), "finite numbers in a: latents, got NaN"),
        (lambda: Dictionary("a", "latents"), "numbers in a: latents, got 'latents'"),
        (lambda: Dictionary("a", -latents(0)), "a: expected latents of 0 or more, got -"),
        (lambda: Dictionary("a", latents(0), torch.ones(4, 3), "x"), "a: expected 5 vectors, as many as units, got 4"),
        (lambda: Dictionary("a", latents(0), torch.ones(5, 3) / 0, "x"), "finite numbers in a: weights"),
        (lambda: Dictionary("a", latents(0), torch.ones(5, 3)), "a: expected a space, .* got none"),
        (lambda: Dictionary("a", latents(0), space=3), "a: expected space to be a name, got 3"),
    ],
)
def test_what_is_no_dictionary_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


LONG = Dictionary("long", latents(0, rows=ROWS + 1))
HERE, THERE = (Dictionary(f"{n} wide", latents(0), torch.ones(5, n), "x") for n in (3, 4))
BIG = [Dictionary(name, torch.ones(1000, 70)) for name in "ab"]


@pytest.mark.parametrize(
    ("dictionaries", "inputs", "options", "message"),
    [
        ([ONE], INPUTS, {}, "a list of 2 to 16 dictionaries, got 1"),
        ([], INPUTS, {}, r"a list of 2 to 16 dictionaries, got \[\]"),
        (ONE, INPUTS, {}, "a list of 2 to 16 dictionaries, got Dictionary"),
        ([ONE, latents(1)], INPUTS, {}, r"made with Dictionary\(name, latents, ...\), got a Tensor"),
        ([ONE, ONE], INPUTS, {}, "different names, got 'one' twice"),
        ([ONE, LONG], INPUTS, {}, "the same rows for all, 40 in 'one', got 41 in 'long'"),
        ([HERE, THERE], INPUTS, {}, "vectors of 3 inputs in the space 'x', got 4 in '4 wide'"),
        (BIG, {"x": torch.ones(1000)}, {}, "at most 120,000 activations in all, got 140,000"),
        ([ONE, OTHER], {}, {}, "a dict from names of inputs to their values, with one or more, got {}"),
        ([ONE, OTHER], [1, 2], {}, "a dict from names of inputs"),
        ([ONE, OTHER], {"t": torch.ones(3)}, {}, "a value of 't' for each of 40 rows, got shape .3,"),
        ([ONE, OTHER], {"t": NAN[:, 1]}, {}, "finite numbers in input 't'"),
        ([ONE, OTHER], INPUTS, {"log": ["size"]}, "unknown input 'size' in log: expected some of temperature"),
        ([ONE, OTHER], INPUTS, {"log": ["temperature (°C)"]}, "above 0 of 'temperature .*, got -5"),
        ([ONE, OTHER], INPUTS, {"key": "a=b"}, "key made of letters, got 'a=b'"),
        ([ONE, OTHER], INPUTS, {"conditions": {}}, "a table of conditions, .* got a dict"),
    ],
)
def test_what_cannot_be_compared_is_refused(dictionaries, inputs, options, message):
    with pytest.raises(ValueError, match=message):
        UniversalityMap(dictionaries, inputs, **options)


# Conditions -----------------------------------------------------------------------------------------------------------


def made(runs) -> pd.DataFrame:
    """A table of results with numbers that chance gives."""
    source = np.random.default_rng(0)
    table = pd.DataFrame([asdict(run) for run in runs])
    for name in agreement.RAW:
        base = source.uniform(0.1, 0.8, (len(table), 2))
        raw = base + (1 - base) * source.uniform(-0.2, 0.9, base.shape)
        for end, values in {"": raw, "_apart": base, "_random": base / 2}.items():
            table[name + end] = list(values) if name in ("decoder", "encoder", "correlation") else values[:, 0]
    table["correlation_shifted"] = table["correlation_random"]
    return table


RESULTS = made(grid(5, ["toy", "phase"], ["seed", "rows alone", "layer"]))


def test_a_condition_has_the_mean_of_its_pairs_beside_the_baseline():
    found = table_of(RESULTS)
    rows = universality_results.pick(RESULTS, data="phase", variant="TopK", sparsity=3)
    own = found[(found.data == "classifier") & (found.condition == "TopK, k 3")]
    assert len(own) == 2 * len(MEASURES) and set(own.group) == {"Two seeds: sparsity and variant"}
    for name, words in MEASURES.items():
        for against, end in {"a random dictionary": "random", "neurons shuffled apart": "apart"}.items():
            (one,) = own[(own.measure == words) & (own.against == against)].to_dict("records")
            raw, low = (universality_results.values(rows, each).mean() for each in (name, f"{name}_{end}"))
            wanted = metrics.adjusted(torch.tensor(raw), torch.tensor(low)).item()
            assert (one["raw"], one["baseline"], one["adjusted"]) == pytest.approx((raw, low, wanted))
            assert one["low"] < one["adjusted"] < one["high"] and (one["pairs"], one["empty"]) == (5, 0)


def test_pairs_without_a_number_are_counted_and_too_few_have_no_mean():
    table = RESULTS.copy()
    base = table.index[(table.data == "toy") & (table.variant == "Gated") & (table.sparsity == 0.1)]
    table.loc[base[:1], "rsa"] = np.nan
    table.loc[base[:3], "svcca_random"] = np.nan
    table.loc[base, "matched_random"] = 1.0
    found = table_of(table, ["rsa", "svcca", "matched"], "random")
    own = found[(found.data == "toy worlds") & (found.condition == "Gated, weight 0.1")].set_index("measure")
    assert own.pairs.tolist() == [4, 2, 5] and own["empty"].tolist() == [1, 3, 0]
    assert np.isfinite(own.adjusted["RSA"]) and own.loc[["SVCCA", "matched cosine"], "adjusted"].isna().all()


def test_the_interval_narrows_with_more_pairs_and_vanishes_for_equal_ones():
    wide, narrow = (table_of(made(grid(n, ["toy"], ["seed"])), ["matched"], "apart") for n in (5, 20))
    assert (narrow.high - narrow.low).mean() < (wide.high - wide.low).mean()
    table = RESULTS.assign(matched=0.9, matched_apart=0.5)
    same = table_of(table, ["matched"], "apart")
    assert same.low.tolist() == pytest.approx([0.8] * len(same)) and same.high.tolist() == pytest.approx(
        [0.8] * len(same)
    )


def test_every_condition_of_the_grid_has_its_own_name():
    for data in ("toy", "phase", "rate", "rain"):
        names = [named(Run(**one)) for one in conditions(data)]
        assert len(set(names)) == len(names) and all(words for _, words in names)
    assert named(Run("phase", differ="layer", a="1", b="2", width=12, layers=3))[1] == "L1: layer 1 and 2 (width 12)"
    assert named(Run("rain", differ="variant", a="L1:0.1", b="TopK:2"))[1] == "L1 and TopK"


def test_conditions_come_in_the_order_of_the_grid_whatever_that_of_the_file():
    shuffled = RESULTS.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(table_of(RESULTS, ["matched"], "apart"), table_of(shuffled, ["matched"], "apart"))
    groups = table_of(RESULTS, ["matched"], "apart").query("data == 'classifier'").group.tolist()
    assert [group for group, before in zip(groups, [None, *groups], strict=False) if group != before] == list(
        dict.fromkeys(groups)
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["mean"],), "unknown measure 'mean': expected one of decoder"),
        ((["matched"], "shuffled"), "unknown baseline 'shuffled': expected one of random, apart, shifted"),
        ((["matched"], "shifted"), "none of matched has the baseline 'shifted'"),
        (([],), "none of no measures has the baseline 'random'"),
    ],
)
def test_unknown_measures_and_baselines_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        table_of(RESULTS, *arguments)


TABLE = table_of(RESULTS, ["matched_r", "correlation"], ["random", "shifted"])


def test_the_page_has_the_table():
    packed = UniversalityMap([ONE, OTHER], INPUTS, TABLE).conditions
    assert packed["measures"] == ["matched correlation", "nearest correlation"]
    assert packed["against"] == ["a random dictionary", "other rows"]
    assert len(packed["rows"]) == len(TABLE.drop_duplicates(["data", "condition"]))
    row, measure = 7, 1
    data, group, condition = packed["rows"][row]
    own = TABLE[(TABLE.data == data) & (TABLE.condition == condition) & (TABLE.measure == packed["measures"][measure])]
    for place, against in enumerate(packed["against"]):
        numbers = own[own.against == against][["raw", "baseline", "adjusted", "low", "high", "pairs", "empty"]]
        assert packed["cells"][place][row][measure] == pytest.approx(numbers.iloc[0].tolist(), abs=6e-5)
    assert packed["cells"][1][row][0] is None  # no matched correlation with other rows in these results


def test_a_mean_that_does_not_exist_travels_as_none():
    packed = UniversalityMap([ONE, OTHER], INPUTS, TABLE.assign(adjusted=np.nan, low=np.nan)).conditions
    assert packed["cells"][0][0][0][2:4] == [None, None]
    json.dumps(packed, allow_nan=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="low"), "with the column 'low', got"),
        (lambda table: table[:0], "one row or more, got none"),
        (
            lambda table: pd.concat([table, table[:1]]),
            "one row for each condition, .* got two for toy worlds, Two seeds",
        ),
    ],
)
def test_a_table_that_is_not_one_of_conditions_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        UniversalityMap([ONE, OTHER], INPUTS, change(TABLE))


# What it costs, and what it computes ----------------------------------------------------------------------------------


def test_a_page_of_ten_dictionaries_and_the_whole_grid_stays_small():
    many = [Dictionary(str(k), latents(k, 16, 250), torch.randn(16, 6), "x") for k in range(10)]
    widget = UniversalityMap(many, {"x": torch.randn(250)}, table_of(made(grid(3))))
    data = json.dumps([widget.dictionaries, widget.inputs, widget.conditions])
    assert len(gzip.compress(data.encode())) < 120_000


def test_the_code_is_small_and_asks_nothing_of_the_network():
    assert len(gzip.compress((UniversalityMap._esm + UniversalityMap._css).encode())) < 20_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in UniversalityMap._esm.replace("http://www.w3.org/2000/svg", "")


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("universality", slack=1e-6)


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("universality", tmp_path)
