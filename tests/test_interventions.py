"""Blocks filmed again: what was not changed stays, what was changed is seen."""

import numpy as np
import pytest
import torch

from helpers import interventions, weather

AIR = ["temperature", "relative_humidity"]


@pytest.fixture(scope="module")
def parts():
    return weather.load("simulator", n=2_000).split()


@pytest.fixture(scope="module")
def blocks(parts):
    return parts.test.truth.assign(**parts.test.frame[AIR])


def test_counting_anew_gives_nearly_what_was_counted(parts, blocks):
    x = interventions.filmed(parts, blocks)
    told = x.isfinite().all(1)
    assert x.dtype == torch.float32 and x.shape == parts.test.x.shape and told.double().mean() > 0.9
    both = torch.stack([x[told], parts.test.x[told]])
    for one, other in both.permute(2, 0, 1):
        assert torch.corrcoef(torch.stack([one, other]))[0, 1] > 0.9
    assert torch.allclose(both[0, :, 3:], both[1, :, 3:], atol=1e-5)  # the air is given


def test_luck_comes_from_the_seed_alone(parts, blocks):
    one, same, other = (interventions.filmed(parts, blocks, seed) for seed in (0, 0, 1))
    assert torch.equal(one.nan_to_num(0), same.nan_to_num(0)) and not torch.equal(one, other)


def test_a_changed_cause_is_seen_where_it_acts(parts, blocks):
    before = interventions.filmed(parts, blocks)
    after = interventions.filmed(parts, blocks.assign(concentration=blocks["concentration"] + 0.5))
    change = (after - before).nanmean(0)
    n0, dm = (parts.predictors.index(name) for name in ("n0", "dm"))
    assert change[n0] > 0.2 and change[dm] < -0.2
    assert (change[3:] == 0).all()


def test_changed_air_is_seen_as_air(parts, blocks):
    after = interventions.filmed(parts, blocks.assign(temperature=blocks["temperature"] + 2))
    change = after - interventions.filmed(parts, blocks)
    place = parts.predictors.index("temperature")
    shift = 2 / parts.scaler.scale_[place]
    assert torch.allclose(change[:, place][change[:, place].isfinite()], torch.tensor(shift).float(), atol=1e-4)
    others = [i for i in range(len(parts.predictors)) if i != place]
    assert (change[:, others].nan_to_num(0) == 0).all()


def test_a_block_that_cannot_be_told_is_nan_throughout(parts, blocks):
    faint = blocks.assign(intensity=np.where(np.arange(len(blocks)) == 3, 1e-9, blocks["intensity"]))
    x = interventions.filmed(parts, faint)
    assert x[3].isnan().all()
    assert (x.isnan().any(1) == x.isnan().all(1)).all()


def test_what_is_missing_is_named(parts, blocks):
    with pytest.raises(ValueError, match="missing column 'riming'"):
        interventions.filmed(parts, blocks.drop(columns="riming"))
    with pytest.raises(ValueError, match="missing column 'temperature'"):
        interventions.filmed(parts, blocks.drop(columns="temperature"))


def test_a_radar_cannot_be_filmed():
    table = weather.load("simulator", n=500)
    parts = table.split(predictors=("n0", "reflectivity_3"))
    with pytest.raises(ValueError, match="got reflectivity_3"):
        interventions.filmed(parts, parts.test.truth)
