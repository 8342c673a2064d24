"""The figure of chapter 12c shows each network, survives what is missing, and refuses other shapes."""

import numpy as np
import pytest
import torch

from helpers import ensemble_plots

pytestmark = pytest.mark.usefixtures("in_house")


def test_each_network_has_a_dot_and_medians_are_joined():
    values = torch.tensor([[0.1, 0.3, 0.2], [0.4, torch.nan, 0.6], [torch.nan] * 3])
    panels = {"classifier": {"latents": values, "shuffled apart": values / 2}, "rain": {"latents": values}}
    left, right = ensemble_plots.by_votes(panels, "score", {"classifier": 0.8, "rain": 0.7}, "neurons")
    assert [len(ax.collections) for ax in (left, right)] == [2, 1]
    heights = left.collections[0].get_offsets()[:, 1]
    assert np.isfinite(np.asarray(heights, dtype=float)).sum() == 5
    np.testing.assert_allclose(left.lines[0].get_ydata(), [0.2, 0.5, np.nan], rtol=1e-6)
    assert left.lines[0].get_linestyle() != left.lines[1].get_linestyle()
    assert left.get_ylabel() == "score" and right.get_title(loc="left") == "rain"
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["latents", "shuffled apart", "neurons"]
    assert left.lines[2].get_ydata()[0] == 0.8 and right.lines[1].get_ydata()[0] == 0.7


@pytest.mark.parametrize("panels", [{}, {"rain": {"latents": torch.zeros(3)}}, {"rain": {"latents": torch.ones(0, 4)}}])
def test_other_shapes_are_refused(panels):
    with pytest.raises(ValueError, match="expected"):
        ensemble_plots.by_votes(panels, "score")
