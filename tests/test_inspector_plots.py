"""The figure of chapter 07 shows the weights it was given, reads well, and refuses what does not fit."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from inspector_records import classifier, deep, regressor
from matplotlib.text import Text

from helpers import inspector_plots, plots

pytestmark = pytest.mark.usefixtures("in_house")


def drawn(record, **how):
    """The axes of the figure, drawn, so that a layout that cannot work warns."""
    axes = inspector_plots.network(record, **how)
    axes[0].figure.canvas.draw()
    return axes


def weights_at(record, place: int) -> np.ndarray:
    """All weights of one stored epoch, in the order of the lines: layer by layer, row by row."""
    return np.concatenate([layer[place].ravel() for layer in record.weights])


def test_one_graph_for_each_epoch_under_its_number():
    axes = drawn(deep(), epochs=[0, 1, -1])
    assert [ax.get_title(loc="left") for ax in axes] == ["epoch 0", "epoch 1", "epoch 2"]
    (ax,) = drawn(classifier())
    assert ax.get_title(loc="left") == "epoch 3"


@pytest.mark.parametrize("make", [classifier, deep, regressor])
def test_lines_are_as_wide_as_the_weights_on_one_scale(make):
    record = make()
    axes = drawn(record, epochs=[1, -1])
    largest = max(np.abs(weights_at(record, record.place(epoch))).max() for epoch in (1, -1))
    for ax, epoch in zip(axes, (1, -1), strict=True):
        weights = weights_at(record, record.place(epoch))
        widths = np.array([line.get_linewidth() for line in ax.lines])
        assert widths == pytest.approx(inspector_plots.WIDEST * np.abs(weights) / largest)
        colours = [line.get_color() for line in ax.lines]
        assert colours == [plots.COLOURS[1 if weight > 0 else 0] for weight in weights]


def test_a_line_goes_from_unit_to_unit():
    record = deep()
    (ax,) = drawn(record)
    spots = {(round(x), float(y)) for units in ax.collections for x, y in units.get_offsets()}
    assert len(spots) == sum(record.sizes)
    ends = [tuple((round(x), float(y)) for x, y in line.get_xydata()) for line in ax.lines]
    assert len(set(ends)) == len(ends) == len(weights_at(record, -1))
    assert {spot for both in ends for spot in both} == spots


def test_names_are_written_once_and_neurons_are_numbered():
    record = regressor()
    first, last = drawn(record, epochs=[1, 2])
    texts = [[text.get_text() for text in ax.texts] for ax in (first, last)]
    assert texts[0] == ["1", "2", "3", "reflectivity\n3", "n0", "t\n15"] and texts[1] == ["1", "2", "3", "sr"]


def test_the_lines_of_other_neurons_are_faint():
    record = deep()
    (ax,) = drawn(record, neuron=2)
    inputs, first, second, outputs = record.sizes
    faint = [line.get_alpha() < 0.5 for line in ax.lines]
    own = [j == 1 for _ in range(inputs) for j in range(first)] + [i == 1 for i in range(first) for _ in range(second)]
    assert faint == [not one for one in own] + [False] * (second * outputs)
    (ax,) = drawn(record)
    assert not any(line.get_alpha() < 0.5 for line in ax.lines)


def test_a_network_of_zeros_is_drawn():
    record = classifier()
    (ax,) = drawn(replace(record, weights=tuple(0 * layer for layer in record.weights), cases=None))
    assert {line.get_linewidth() for line in ax.lines} == {0.0}


def test_it_reads_well_and_fits_the_page():
    for make in (classifier, deep, regressor):
        figure = drawn(make(), epochs=[1, 2, -1])[0].figure
        assert figure.get_figwidth() <= plt.rcParams["figure.figsize"][0] + 1e-9
        assert min(text.get_fontsize() for text in figure.findobj(Text) if text.get_text()) >= 9
        assert all(ax.get_facecolor()[3] == 0 for ax in figure.axes)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"epochs": []}, "expected at least one epoch, got none"),
        ({"epochs": [0]}, "epoch: expected a whole number from 1 to 3, or from -1, .* got 0"),
        ({"epochs": [4]}, "epoch: expected a whole number from 1 to 3"),
        ({"epochs": [1.5]}, "epoch: expected a whole number from 1 to 3"),
        ({"neuron": 0}, "expected a neuron from 1 to 4, got 0"),
        ({"neuron": 5}, "expected a neuron from 1 to 4, got 5"),
        ({"neuron": "first"}, "expected a neuron from 1 to 4, got 'first'"),
    ],
)
def test_what_does_not_fit_is_refused(how, message):
    with pytest.raises(ValueError, match=message):
        inspector_plots.network(classifier(), **how)
    assert plt.get_fignums() == []
