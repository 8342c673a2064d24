"""Figures of chapter 12: what was measured is what is drawn, and what cannot be drawn is named."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from helpers import agreement, agreement_plots, plots

pytestmark = pytest.mark.usefixtures("in_house")


def test_every_measure_has_a_label_and_every_kind_a_colour_and_marker_of_its_own():
    assert set(agreement_plots.LABELS) == set(agreement.RAW)
    for part in zip(*agreement_plots.KINDS.values(), strict=True):
        assert len(set(part)) == len(agreement_plots.KINDS)


def test_pairs_are_dots_and_their_median_a_bar():
    raw, chance = torch.tensor([0.7, 0.9, 0.8]), np.array([0.1, 0.2, np.nan])
    ax = agreement_plots.beside(
        {"shared": {"random": chance, "another seed": raw}, "mine": {"random": chance}}, "share"
    )
    dots, bar, *_ = ax.collections
    assert np.allclose(dots.get_offsets()[:, 1], raw)
    assert np.allclose(bar.get_segments()[0][:, 1], 0.8)
    assert to_hex(dots.get_facecolor()[0]) == agreement_plots.KINDS["another seed"][0]
    assert np.allclose(ax.collections[3].get_segments()[0][:, 1], 0.15)
    assert [text.get_text() for text in ax.get_xticklabels()] == ["share\nshared", "mine"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["another seed", "random"]


def test_kinds_of_one_measure_do_not_overlap():
    kinds = {kind: np.linspace(0, 1, 50) for kind in agreement_plots.KINDS}
    ax = agreement_plots.beside({"rsa": kinds, "svcca": kinds}, "")
    spans = [(x.min(), x.max()) for x in (c.get_offsets()[:, 0] for c in ax.collections[::2])]
    assert len(spans) == 2 * len(kinds)
    assert all(end < start for (_, end), (start, _) in zip(spans[:-1], spans[1:], strict=True))


@pytest.mark.parametrize(
    ("measures", "says"),
    [
        ({}, "got none"),
        ({"rsa": {}}, "got none"),
        ({"rsa": {"dice": [1.0]}}, "got dice"),
        ({"rsa": {"random": np.ones((3, 2))}}, r"one value per pair for 'random', \(pairs,\), got shape \(3, 2\)"),
        ({"rsa": {"random": []}}, "one value per pair"),
    ],
)
def test_measures_that_cannot_be_drawn_are_named(measures, says):
    with pytest.raises(ValueError, match=says):
        agreement_plots.beside(measures, "")


def test_latents_are_dots_of_truth_and_agreement_with_the_threshold_dashed():
    kinds = {kind: (torch.rand(2, 3), torch.rand(2, 3)) for kind in ("another seed", "shuffled apart")}
    axes = agreement_plots.against_truth(kinds, 0.7)
    for ax, (kind, (truth, agreed)) in zip(axes, kinds.items(), strict=True):
        dots = ax.collections[0]
        assert np.allclose(dots.get_offsets(), np.stack([truth.ravel(), agreed.ravel()], 1))
        assert ax.get_title(loc="left") == kind and to_hex(dots.get_facecolor()[0]) == agreement_plots.KINDS[kind][0]
        assert [line.get_xdata()[0] for line in ax.lines] == [0.7, 0] and ax.lines[1].get_ydata()[0] == 0.7


def test_latents_that_cannot_be_drawn_are_named():
    one = torch.ones(3)
    with pytest.raises(ValueError, match="got others for random"):
        agreement_plots.against_truth({"random": (one, torch.ones(2))}, 0.7)
    with pytest.raises(ValueError, match="got dice"):
        agreement_plots.against_truth({"dice": (one, one)}, 0.7)
    with pytest.raises(ValueError, match="got none"):
        agreement_plots.against_truth({}, 0.7)


def test_a_rule_is_dashed_in_the_colour_of_its_curve():
    sizes, rule = [8, 32], [0.3, 0.4]
    ax = agreement_plots.against_rule(sizes, {"a": np.eye(2), "b": np.ones((2, 3)) / 2}, {"b": rule}, "", "")
    (own,) = [line for line in ax.lines if line.get_label() == "rule of thumb"]
    (drawn,) = [line for line in ax.lines if line.get_linestyle() == "--" and line is not own]
    assert list(drawn.get_ydata()) == rule and drawn.get_color() == ax.lines[1].get_color()
    with pytest.raises(ValueError, match="got one for c"):
        agreement_plots.against_rule(sizes, {"a": np.eye(2)}, {"c": rule}, "", "")


def test_what_was_reported_is_dashed_in_every_panel():
    panels = {"one": {"a": np.eye(2)}, "two": {"b": np.eye(2)}}
    axes = agreement_plots.by_rows([30, 100], panels, 0.4, "r")
    assert [ax.get_title(loc="left") for ax in axes] == ["one", "two"] and axes[0].get_ylabel() == "r"
    for ax in axes:
        assert any(list(line.get_ydata()) == [0.4, 0.4] and line.get_linestyle() == "--" for line in ax.lines)
        assert [tick.get_text() for tick in ax.get_xticklabels()] == ["30", "100"]
    assert "reported: 0.4" in [text.get_text() for text in axes[0].texts]


def test_labels_stay_at_their_curves_unless_two_would_overlap():
    ends = {"far": 0.1, "near": 0.8, "nearer": 0.801}
    ax = plots.curves([1, 2], {name: np.full((2, 3), end) for name, end in ends.items()}, "", "")
    ax.set_ylim(0, 1)
    lifts = {text.get_text(): text.get_position()[1] for text in agreement_plots.settled(ax, gap=12).texts}
    assert lifts["far"] == lifts["near"] == 0 and 10 < lifts["nearer"] < 12


def test_no_text_is_below_nine_points():
    rate = torch.tensor([0.01, 0.1, 0.4])
    for ax in (
        *agreement_plots.against_truth({"random": (rate, rate)}, 0.7),
        agreement_plots.beside({"rsa": {"random": [0.1, 0.2]}}, "agreement"),
    ):
        texts = [*ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label, ax.yaxis.label]
        texts += ax.get_legend().get_texts() if ax.get_legend() else []
        assert all(text.get_fontsize() >= 9 for text in texts)
