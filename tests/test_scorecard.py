"""A claim is judged by its own rule, its record travels in the notebook, and a mistake in either is named."""

import copy
import json
from html.parser import HTMLParser

import nbformat
import numpy as np
import pytest
import torch
import yaml
from IPython.core.formatters import DisplayFormatter

from helpers import scorecard
from helpers.metrics import bootstrap_interval

CLAIM = {
    "id": "fewer-inputs",
    "source": "king2025",
    "chapter": "notebooks/10_reading_features",
    "statement": "Latents answer to <b>fewer</b> inputs & neurons to more",
    "paper": "1.8 against 4.2",
    "unit": "inputs",
    "rule": {"pattern": [0, 3], "reproduced": [1.5, 2.1], "share": 0.75, "seeds": 4},
    "verdict": "reproduced",
}


def other(**changes):
    return {**copy.deepcopy(CLAIM), **changes}


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Put these claims, or this text, where the module looks."""

    def place(content):
        path = tmp_path / "claims.yml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), "utf8")
        scorecard.load_claims.cache_clear()

    monkeypatch.setattr(scorecard, "PLACES", (tmp_path / "nowhere.yml", tmp_path / "claims.yml"))
    scorecard.load_claims.cache_clear()
    yield place
    scorecard.load_claims.cache_clear()


@pytest.fixture
def claims(write):
    write([CLAIM, other(id="plain", unit="", rule={"pattern": [0, 1], "reproduced": [0.4, 0.6]})])


# The file of claims ----------------------------------------------------------------------------------------------


def test_claims_are_found_by_id(claims):
    assert list(scorecard.load_claims()) == ["fewer-inputs", "plain"]
    assert scorecard.load_claims()["fewer-inputs"] == CLAIM


def test_no_file_says_where_it_looked(write):
    with pytest.raises(FileNotFoundError, match="claims.yml is in none of .*nowhere.yml.*reinstall"):
        scorecard.load_claims()


def rule(**changes):
    return [other(rule={**CLAIM["rule"], **changes})]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "claims.yml must be a list of claims, got NoneType"),
        ("id: 3", "claims.yml must be a list of claims, got dict"),
        ("- [unclosed", "claims.yml is not YAML"),
        ("- just text", "expected a mapping with the fields .*got 'just text'"),
        ([{k: v for k, v in CLAIM.items() if k != "paper"}], "claim 'fewer-inputs': expected .*'paper'.*, got"),
        ([other(colour="red")], "claim 'fewer-inputs': expected .*'verdict'.*, got .*'colour'"),
        ([other(id=None)], "claim None: id must be text"),
        ([other(id=[1])], r"claim \[1\]: id must be text"),
        ([other(statement="")], "claim 'fewer-inputs': statement must be text, got ''"),
        ([other(paper=3)], "claim 'fewer-inputs': paper must be text, got 3"),
        ([other(unit=None)], "claim 'fewer-inputs': unit must be text, or '' for none, got None"),
        (
            [other(verdict="true")],
            r"verdict must be one of \['reproduced', 'in pattern', 'not reproduced'\], got 'true'",
        ),
        ([CLAIM, CLAIM], "claim 'fewer-inputs' is listed twice"),
        ([other(rule=None)], "rule must be a mapping with pattern, and maybe .*, got None"),
        ([other(rule={"reproduced": [0, 1]})], "rule must be a mapping with pattern"),
        (rule(shares=1), "rule must be a mapping with pattern.*shares"),
        (rule(average=True), "either share or average"),
        ([other(rule={"pattern": [0, 1], "average": False})], "average must be true or left out, got False"),
        (rule(pattern=[1, 0]), r"pattern must be \[low, high\], got \[1, 0\]"),
        (rule(pattern=[0, float("nan")]), r"pattern must be \[low, high\]"),
        (rule(reproduced=2), r"reproduced must be \[low, high\], got 2"),
        (rule(reproduced=[1, 2, 3]), r"reproduced must be \[low, high\]"),
        (rule(reproduced=["a", "b"]), r"reproduced must be \[low, high\]"),
        (rule(share=80), r"share must be a number above 0 and up to 1, got 80"),
        (rule(share=0), r"share must be a number above 0 and up to 1, got 0"),
        (rule(seeds=0), "seeds must be a positive integer, got 0"),
        (rule(seeds="ten"), "seeds must be a positive integer, got 'ten'"),
        (rule(over=3), "over must be text, got 3"),
    ],
)
def test_a_malformed_claim_is_named(write, content, message):
    write(content)
    with pytest.raises(ValueError, match=message):
        scorecard.load_claims()


def test_an_open_range_is_fine(write):
    write("- " + json.dumps(CLAIM).replace("[0, 3]", "[-.inf, 3]"))
    assert scorecard.record("fewer-inputs", [-100, 2, 2, 2]).verdict == "reproduced"


# Verdicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([1.5] * 4, "reproduced"),
        ([2.1] * 4, "reproduced"),
        ([2.11] * 4, "in pattern"),
        ([1.49] * 4, "in pattern"),
        ([0.0, 0.0, 3.0, 3.0], "reproduced"),
        ([0.0] * 4, "in pattern"),
        ([3.0] * 4, "in pattern"),
        ([3.01] * 4, "not reproduced"),
        ([-0.01] * 4, "not reproduced"),
        ([1.8, 1.8, 1.8, 9.0], "reproduced"),
        ([1.8, 1.8, 9.0, 9.0], "not reproduced"),
        ([2.9, 2.9, 2.9, -9.0], "in pattern"),
    ],
)
def test_the_verdict_follows_the_rule_to_its_edges(values, verdict):
    assert scorecard.judge(CLAIM["rule"], np.array(values)) == verdict


def test_without_a_share_it_is_four_in_five():
    rule = {"pattern": [0, 1], "reproduced": [5, 6]}
    assert scorecard.judge(rule, np.array([0.5] * 8 + [2] * 2)) == "in pattern"
    assert scorecard.judge(rule, np.array([0.5] * 7 + [2] * 3)) == "not reproduced"


# Records ---------------------------------------------------------------------------------------------------------

VALUES = [1.0, 1.6, 1.8, 2.0, 2.4]


def test_an_average_needs_an_interval_inside_the_pattern():
    rule = {"pattern": [0, 100], "reproduced": [23, 43], "average": True}
    noisy = np.array([-20.0, 60.0] * 25)  # half of the seeds are outside, the mean is well inside
    assert scorecard.judge(rule, noisy) == "in pattern"
    assert scorecard.judge(rule, noisy - 15) == "not reproduced"
    assert scorecard.judge(rule, np.linspace(28, 38, 50)) == "reproduced"


def test_without_a_value_of_the_paper_the_best_verdict_is_in_pattern():
    assert scorecard.judge({"pattern": [0, 1]}, np.full(10, 0.5)) == "in pattern"


def test_a_record_holds_the_spread(claims):
    result = scorecard.record("fewer-inputs", VALUES)
    assert (result.id, result.seeds, result.verdict, result.values) == ("fewer-inputs", 5, "reproduced", VALUES)
    assert (result.low, result.median, result.high) == pytest.approx((1.12, 1.8, 2.32))
    assert result.spread == "1.8 inputs (1.12 to 2.32)"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([-6.3e-5] * 5 + [0.039] * 5 + [-0.041], "-0.0001 (-0.0205 to 0.039)"),
        ([-1e-9] * 9 + [0.5, -0.5], "0 (-0.25 to 0.25)"),
        ([11700.0] * 9 + [0.04], "11700 (5265 to 11700)"),
        ([0.0] * 10, "0 (0 to 0)"),
    ],
)
def test_numbers_that_belong_together_have_equally_many_places(claims, values, text):
    assert scorecard.record("plain", values).spread == text


def test_a_judged_average_is_shown_with_its_interval(write):
    write([other(id="plain", unit="", rule={"pattern": [0, 1], "average": True})])
    values = np.linspace(0.2, 0.4, 11)
    result = scorecard.record("plain", values)
    assert result.average == pytest.approx([0.3, *bootstrap_interval(values)])
    low, high = result.average[1:]
    assert result.spread == f"0.3 (0.21 to 0.39); mean 0.3, 95% interval {low:.3f} to {high:.3f}"
    assert scorecard.record("plain", values, judged=False).average is None


def test_a_claim_without_a_unit_shows_none(claims):
    assert scorecard.record("plain", np.full(10, 0.5)).spread == "0.5 (0.5 to 0.5)"


@pytest.mark.parametrize("kind", [tuple, np.array, torch.tensor, lambda v: torch.tensor(v, dtype=torch.float64)])
def test_values_of_any_kind(claims, kind):
    result = scorecard.record("fewer-inputs", kind(VALUES))
    assert result.values == VALUES and all(type(v) is float for v in result.values)


@pytest.mark.parametrize(
    ("claim", "values", "message"),
    [
        ("fewer", VALUES, "unknown claim 'fewer': expected one of fewer-inputs, plain"),
        ("fewer-inputs", VALUES[:3], "claim 'fewer-inputs' needs at least 4 seeds, got 3"),
        ("plain", [0.5] * 9, "claim 'plain' needs at least 10 seeds, got 9"),
        ("fewer-inputs", [*VALUES, float("nan")], "claim 'fewer-inputs': 1 of 6 values are not finite"),
        ("fewer-inputs", [*VALUES, np.inf, -np.inf], "2 of 7 values are not finite"),
        ("fewer-inputs", 1.8, r"claim 'fewer-inputs': expected one value per seed, \(seeds,\), got shape \(\)"),
        ("fewer-inputs", np.ones((5, 2)), r"expected one value per seed, \(seeds,\), got shape \(5, 2\)"),
        ("fewer-inputs", ["low"] * 5, "could not convert string to float"),
    ],
)
def test_a_record_that_cannot_be_judged(claims, claim, values, message):
    with pytest.raises(ValueError, match=message):
        scorecard.record(claim, values)


# In the notebook -------------------------------------------------------------------------------------------------


def cell(result):
    """A code cell that ended with ``result``, as Jupyter saves it."""
    data, metadata = DisplayFormatter().format(result)
    output = nbformat.v4.new_output("execute_result", data=data, metadata=metadata, execution_count=1)
    return nbformat.v4.new_code_cell("record", outputs=[output])


def notebook(*cells):
    made = nbformat.v4.new_notebook(cells=list(cells))
    nbformat.validate(made)
    return nbformat.reads(nbformat.writes(made), as_version=4)


def test_the_record_survives_the_notebook(claims):
    first, second = scorecard.record("fewer-inputs", VALUES), scorecard.record("plain", np.linspace(0.3, 0.7, 11))
    text = nbformat.v4.new_markdown_cell("Some prose.")
    stream = nbformat.v4.new_code_cell("print()", outputs=[nbformat.v4.new_output("stream", text="hi")])
    found = scorecard.collect([notebook(text, stream, cell(first)), notebook(), notebook(cell(second))])
    assert list(found) == ["fewer-inputs", "plain"]
    assert scorecard.Result(**found["fewer-inputs"]) == first
    assert scorecard.Result(**found["plain"]) == second


def test_no_notebook_and_no_record():
    assert scorecard.collect([]) == {}
    assert scorecard.collect([notebook(nbformat.v4.new_code_cell("1 + 1"))]) == {}


def test_a_claim_recorded_twice_is_named(claims):
    result = scorecard.record("fewer-inputs", VALUES)
    with pytest.raises(ValueError, match="claim 'fewer-inputs' is recorded twice"):
        scorecard.collect([notebook(cell(result)), notebook(cell(result))])
    with pytest.raises(ValueError, match="claim 'fewer-inputs' is recorded twice"):
        scorecard.collect([notebook(cell(result), cell(result))])


class Reader(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


def test_the_html_shows_the_statement_and_runs_none_of_it(claims):
    reader = Reader(scorecard.record("fewer-inputs", VALUES)._repr_mimebundle_()["text/html"])
    assert {tag for tag, _ in reader.tags} == {"table", "tr", "th", "td"}
    assert reader.tags[0] == ("table", {"class": "claim", "id": "claim-fewer-inputs"})
    assert [attrs for tag, attrs in reader.tags if tag == "th"] == [{"scope": "row"}] * 4
    assert CLAIM["statement"] in reader.text and CLAIM["paper"] in reader.text
    assert "1.8 inputs (1.12 to 2.32), 5 seeds" in reader.text and "✓ reproduced" in reader.text


def test_what_the_values_are_over_is_said(write):
    write([other(rule={"pattern": [0, 3], "seeds": 4, "over": "sets of inputs"})])
    found = scorecard.record("fewer-inputs", VALUES)
    assert "5 sets of inputs" in str(found) and "5 sets of inputs" in found._repr_mimebundle_()["text/html"]
    assert "seeds" not in str(found)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [([1.8] * 4, "✓ reproduced"), ([0.5] * 4, "≈ in pattern"), ([9.0] * 4, "✗ not reproduced")],
)
def test_the_text_says_the_verdict_in_words(claims, values, verdict):
    text = scorecard.record("fewer-inputs", values)._repr_mimebundle_()["text/plain"]
    assert f"verdict: {verdict}" in text.splitlines()[-1]
    assert CLAIM["statement"] in text and f"paper: {CLAIM['paper']}" in text and "over 4 seeds" in text
