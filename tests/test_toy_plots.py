"""The figures of chapter 02 show what they were given, and refuse what does not fit."""

import numpy as np
import pytest
import torch

from helpers import nets, toy_plots

LEVELS = torch.tensor([0.0, 0.9, 0.99])


pytestmark = pytest.mark.usefixtures("in_house")


@pytest.fixture
def cross():
    return torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])


def seen(ax):
    """Draw the figure, so that a layout that cannot work warns; return the axes."""
    np.atleast_1d(ax).ravel()[0].figure.get_figure(root=True).canvas.draw()
    return ax


# One training ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("snapshots", [1, 2, 5, 12])
def test_a_story_has_a_plane_for_each_snapshot_and_draws_lengths_and_loss(cross, snapshots):
    grown = cross * torch.linspace(0.1, 1, snapshots)[:, None, None]
    steps, loss = [0, *(2**i for i in range(snapshots - 1))], torch.linspace(1, 0.2, snapshots)
    planes = seen(toy_plots.story(grown, steps, loss))
    assert [ax.get_title() for ax in planes] == [f"step {step}" for step in steps]
    drawn = [line.get_xydata()[1] for line in planes[-1].lines]
    assert np.allclose(drawn, grown[-1])
    lengths, losses = [ax for ax in planes[0].figure.figure.axes if ax.get_xlabel() == "training step"]
    assert len(lengths.lines) == 4
    assert lengths.lines[2].get_ydata() == pytest.approx(grown[:, 2].norm(dim=1).numpy())
    assert losses.lines[0].get_ydata() == pytest.approx(loss.numpy())


def test_a_story_names_its_steps(cross):
    planes = seen(toy_plots.story(cross.expand(12, 4, 2), list(range(12)), torch.ones(12)))
    axis = next(ax for ax in planes[0].figure.figure.axes if ax.get_ylabel() == "loss")
    named = {int(tick): text.get_text() for tick, text in zip(axis.get_xticks(), axis.get_xticklabels(), strict=True)}
    assert len(named) > 3
    assert all(text == str(place) for place, text in named.items())


@pytest.mark.parametrize(
    ("W", "steps", "loss", "says"),
    [
        (torch.ones(3, 4, 3), [0, 1, 2], torch.ones(3), r"directions of shape \(panels, features, 2\)"),
        (torch.ones(3, 4, 2), [0, 1], torch.ones(3), "3 steps, one per snapshot, got 2"),
        (torch.ones(3, 4, 2), [0, 1, 2], torch.ones(2), r"losses of shape \(3,\)"),
        (torch.full((3, 4, 2), torch.nan), [0, 1, 2], torch.ones(3), "finite directions"),
        (torch.ones(0, 4, 2), [], torch.ones(0), "directions of shape"),
    ],
)
def test_a_story_that_does_not_fit_is_refused(W, steps, loss, says):
    with pytest.raises(ValueError, match=says):
        toy_plots.story(W, steps, loss)


# Biases ----------------------------------------------------------------------------------------------------------


def test_bias_curves_put_a_dot_on_each_curve_at_the_trained_bias():
    bias = torch.linspace(-1, 1, 201)
    best = torch.tensor([[0.2, -0.3], [0.0, 0.5]])
    losses = {name: 0.1 + (bias[:, None] - best[i]) ** 2 for i, name in enumerate("ab")}
    axes = seen(toy_plots.bias_curves(bias, losses, best))
    assert [ax.get_title(loc="left") for ax in axes] == ["a", "b"]
    for i, ax in enumerate(axes):
        curves = [line for line in ax.lines if len(line.get_xdata()) == len(bias)]
        dots = [line for line in ax.lines if len(line.get_xdata()) == 1]
        assert np.allclose([dot.get_xdata()[0] for dot in dots], best[i])
        assert np.allclose([dot.get_ydata()[0] for dot in dots], 0.1, atol=1e-4)
        assert curves[1].get_ydata() == pytest.approx(losses["ab"[i]][:, 1].numpy())
        assert ax.get_ylim()[1] == pytest.approx(0.4, abs=0.01)


@pytest.mark.parametrize(
    ("losses", "trained", "says"),
    [
        ({"a": torch.ones(5, 2)}, torch.zeros(2, 2), r"trained biases of shape \(1, features\)"),
        ({"a": torch.ones(4, 2)}, torch.zeros(1, 2), r"losses in 'a' of shape \(5, 2\)"),
        ({"a": torch.full((5, 2), torch.inf)}, torch.zeros(1, 2), "finite losses in 'a'"),
        ({}, torch.zeros(0, 2), "trained biases"),
    ],
)
def test_bias_curves_that_do_not_fit_are_refused(losses, trained, says):
    with pytest.raises(ValueError, match=says):
        toy_plots.bias_curves(torch.linspace(0, 1, 5), losses, trained)


# Norms -----------------------------------------------------------------------------------------------------------


def shades(ax):
    return [tuple(np.round(bar.get_facecolor(), 4)) for bar in ax.patches]


def test_bars_are_as_long_as_arrows_and_coloured_by_what_is_shared(cross):
    alone = torch.tensor([[1.0, 0.0], [0.0, 0.5], [0.0, 0.0], [0.0, 0.0]])
    axes = seen(toy_plots.superposition({"ReLU": torch.stack([alone, cross])}, ["dense", "sparse"]))
    assert axes.shape == (1, 2)
    assert [ax.get_title() for ax in axes[0]] == ["dense", "sparse"]
    assert [bar.get_width() for bar in axes[0, 0].patches] == pytest.approx([1, 0.5, 0, 0])
    own, shared = (tuple(np.round(toy_plots.SHARED(end), 4)) for end in (0.0, 1.0))
    assert shades(axes[0, 0])[:2] == [own, own]
    assert shades(axes[0, 1]) == [shared] * 4
    assert axes[0, 0].yaxis_inverted()


def test_a_half_shared_direction_lies_between_the_colours():
    W = torch.tensor([[[1.0, 0.0], [0.5**0.5, 0.0], [0.0, 1.0]]])
    axes = toy_plots.superposition({"model": W}, [""])
    assert np.allclose(shades(axes[0, 0])[0], toy_plots.SHARED(0.5), atol=0.01)


def test_every_model_has_a_row_with_a_line_below_the_dimensions():
    W = nets.ToyModel(20, 5, instances=3).W
    axes = seen(toy_plots.superposition({"linear": W, "ReLU": 2 * W}, ["a", "b", "c"]))
    assert [row[0].get_ylabel().split("\n")[0] for row in axes] == ["linear", "ReLU"]
    assert all(ax.lines[0].get_ydata()[0] == 5.5 for ax in axes.ravel())
    longest = W.norm(dim=-1).max().item()
    assert axes[0, 0].get_xlim()[1] >= 2 * longest  # one scale for all, and no bar is cut off


@pytest.mark.parametrize(
    ("W", "says"),
    [
        (torch.ones(2, 4, 2), r"directions in 'm' of shape \(3, features, hidden\), got \(2, 4, 2\)"),
        (torch.ones(3, 4), "features, hidden"),
        (torch.full((3, 4, 2), torch.nan), "finite directions in 'm'"),
    ],
)
def test_bars_that_do_not_fit_are_refused(W, says):
    with pytest.raises(ValueError, match=says):
        toy_plots.superposition({"m": W}, ["a", "b", "c"])


# Counts ----------------------------------------------------------------------------------------------------------


def test_packing_draws_medians_through_the_dots_of_seeds():
    held = torch.tensor([[1.0, 1.0, 1.2], [1.4, 1.8, 2.0], [2.0, 3.0, 3.2]])
    ax = seen(toy_plots.packing(LEVELS, {"one": held, "two": 2 * held}))
    lines = {line.get_label(): line for line in ax.lines}
    assert lines["one"].get_ydata() == pytest.approx([1.0, 1.8, 3.0])
    assert lines["two"].get_xdata() == pytest.approx([0, 1, 2], abs=1e-5)
    assert np.allclose(ax.collections[1].get_offsets()[:, 1], 2 * held.ravel())


@pytest.mark.parametrize(
    ("held", "says"), [(torch.ones(2, 5), r"values in 'm' of shape \(3, seeds\)"), (torch.full((3, 2), torch.nan), "m")]
)
def test_packing_that_does_not_fit_is_refused(held, says):
    with pytest.raises(ValueError, match=says):
        toy_plots.packing(LEVELS, {"m": held})


def test_directions_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="finite directions"):
        toy_plots.arrows(torch.tensor([[1.0, torch.nan]]))
