"""The measures agree with scikit-learn, NumPy and values worked out by hand."""

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import cohen_kappa_score, jaccard_score, precision_score, r2_score, recall_score

from helpers import metrics

NAN = float("nan")


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def numbers(*shape, low=-100, high=100):
    """Tensors of finite numbers on a grid of hundredths, so that nothing hangs on the last bit."""
    return arrays(np.int64, shape, elements=st.integers(low * 100, high * 100)).map(
        lambda values: torch.from_numpy(values / 100).float()
    )


# Superposition ---------------------------------------------------------------------------------------------------


def circle(count, length=1.0):
    angles = torch.arange(count) * 2 * math.pi / count
    return length * torch.stack([angles.cos(), angles.sin()], dim=1)


@pytest.mark.parametrize(
    ("W", "expected"),
    [
        (torch.eye(3), [1, 1, 1]),
        (torch.tensor([[2.0, 0.0], [0.0, 0.5]]), [1, 1]),
        (torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 3.0]]), [1 / 2, 1 / 2, 1]),
        (circle(3), [2 / 3] * 3),
        (circle(5), [2 / 5] * 5),
        (circle(5, 0.01), [2 / 5] * 5),
        (torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), [1, 1, 0]),
        (torch.tensor([[2.0], [1.0]]), [4 / 5, 1 / 5]),
    ],
)
def test_dimensionality_of_known_geometries(W, expected):
    D = metrics.feature_dimensionality(torch.stack([W, W]))
    torch.testing.assert_close(D, torch.tensor([expected, expected], dtype=torch.float32))


@given(W=numbers(2, 5, 3), order=st.permutations(range(5)))
def test_dimensionalities_share_out_the_hidden_space(W, order):
    D = metrics.feature_dimensionality(W)
    assert ((D >= 0) & (D <= 1 + 1e-5)).all()
    assert (D.sum(-1) <= 3 + 1e-4).all()
    rotation = torch.linalg.qr(normal(3, 3)).Q
    torch.testing.assert_close(metrics.feature_dimensionality(W @ rotation), D, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(metrics.feature_dimensionality(W[:, list(order)]), D[:, list(order)])


# Monosemanticity -----------------------------------------------------------------------------------------------------


def responses(*units):
    """Give units, each a list of its responses to the features, their axes; two instances with the same."""
    return torch.tensor(units).T[:, None].expand(-1, 2, -1)


def test_monosemanticity_of_known_units():
    found = metrics.monosemanticity(
        responses([0.0, 3.0, 0.0], [1.0, 1.0, 2.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [-1.0, -2.0, 0.0])
    )
    torch.testing.assert_close(found, torch.tensor([1.0, 0.5, 1 / 3, 0.0, 0.0]).expand(2, -1))


def test_negative_responses_do_not_count():
    """With GELU a unit may answer a little below zero to many features: the plain share would exceed 1."""
    z = torch.tensor([2.0, -0.75, -0.75, -0.75])
    unit = torch.nn.functional.gelu(z)
    assert unit.max() / unit.sum() > 1.1
    assert metrics.monosemanticity(unit[:, None, None]).tolist() == [[1.0]]


@given(x=numbers(5, 2, 3), factor=st.floats(0.01, 100), order=st.permutations(range(5)))
def test_monosemanticity_is_a_share_whatever_the_scale_and_the_order(x, factor, order):
    found = metrics.monosemanticity(x)
    lit = (x > 0).any(0)
    assert found.shape == (2, 3) and (found[~lit] == 0).all()
    assert (found[lit] >= 1 / 5 - 1e-6).all() and (found[lit] <= 1 + 1e-6).all()
    torch.testing.assert_close(found, metrics.monosemanticity(factor * x[list(order)]))


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(3, 2), r"responses must have shape \(features, instances, units\) .*, got \(3, 2\)"),
        (torch.zeros(0, 1, 2), r"nothing empty, got \(0, 1, 2\)"),
        (torch.full((1, 1, 2), NAN), "responses must be finite: 2 values are NaN or infinite"),
    ],
)
def test_responses_that_are_none(x, message):
    with pytest.raises(ValueError, match=message):
        metrics.monosemanticity(x)


# Sparse codes ----------------------------------------------------------------------------------------------------


def test_l0_and_dead_count_what_is_above_zero():
    latents = torch.zeros(4, 2, 3)
    latents[0, 0] = torch.tensor([1.0, 2.0, 0.0])
    latents[1, 0, 1] = 1e-30
    latents[:, 1, 2] = 5.0
    latents[2, 0, 2] = -1.0
    assert metrics.l0(latents).tolist() == [0.75, 1.0]
    assert metrics.dead(latents).tolist() == [[False, False, True], [True, True, False]]


def test_all_dead():
    latents = torch.zeros(6, 2, 3)
    assert metrics.l0(latents).tolist() == [0, 0] and metrics.dead(latents).all()


@given(latents=numbers(6, 2, 4), rows=st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(latents, rows):
    shuffled = latents[list(rows)]
    torch.testing.assert_close(metrics.l0(shuffled), metrics.l0(latents))
    assert torch.equal(metrics.dead(shuffled), metrics.dead(latents))
    assert ((metrics.l0(latents) >= 0) & (metrics.l0(latents) <= 4)).all()
    alive = (~metrics.dead(latents)).sum(-1)
    assert (metrics.l0(latents) <= alive).all() and ((alive == 0) == (metrics.l0(latents) == 0)).all()


def test_fvu_is_one_minus_r2():
    x = normal(200, 3, 4) * torch.tensor([1.0, 5.0, 0.1, 2.0]) + 7
    reconstruction = x + 0.5 * normal(200, 3, 4, seed=1)
    expected = [1 - r2_score(x[:, i], reconstruction[:, i], multioutput="variance_weighted") for i in range(3)]
    torch.testing.assert_close(metrics.fvu(x, reconstruction), torch.tensor(expected).float(), rtol=1e-4, atol=0)


def test_fvu_of_the_mean_is_one_and_of_the_truth_zero():
    x = normal(50, 2, 3) + 100
    torch.testing.assert_close(metrics.fvu(x, x.mean(0).expand_as(x)), torch.ones(2))
    assert metrics.fvu(x, x).tolist() == [0, 0]


@pytest.mark.parametrize("value", [0.0, 0.1, 1e8])
def test_fvu_of_a_constant_is_refused(value):
    x = normal(1000, 3, 2)
    x[:, 1] = value
    with pytest.raises(ValueError, match="x is constant in instance 1"):
        metrics.fvu(x, x)


def test_mmcs_of_a_scaled_and_shuffled_dictionary_is_one():
    truth = normal(5, 8)
    found = torch.cat([3 * truth[[2, 0, 4, 1, 3]], normal(4, 8, seed=1)])
    torch.testing.assert_close(metrics.mmcs(truth, found[None]), torch.ones(1))
    torch.testing.assert_close(metrics.mmcs(torch.stack([truth, truth]), torch.stack([found, found])), torch.ones(2))


def test_mmcs_by_hand():
    truth = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    dictionary = torch.tensor([[[1.0, 1.0]], [[-2.0, 0.0]], [[0.0, 0.0]]])
    torch.testing.assert_close(metrics.mmcs(truth, dictionary), torch.tensor([0.5**0.5, -0.5, 0.0]))


@pytest.mark.parametrize(("truth", "dictionary"), [((5, 7), (1, 9, 8)), ((2, 5, 8), (3, 9, 8)), ((8,), (1, 9, 8))])
def test_mmcs_of_things_that_do_not_fit(truth, dictionary):
    with pytest.raises(ValueError) as error:
        metrics.mmcs(normal(*truth), normal(*dictionary))
    assert f"got {truth}" in str(error.value) and "(features, 8) or " in str(error.value)


# Units and predictors --------------------------------------------------------------------------------------------


def test_correlations_are_numpy_correlations():
    predictors = normal(300, 4) * torch.tensor([1.0, 1e-6, 1e3, 1.0]) + torch.tensor([0.0, 1e-3, 1e5, -4.0])
    units = torch.stack([predictors[:, [0, 2]] @ normal(2, 3) + 5, normal(300, 3, seed=2)], dim=1)
    r = metrics.correlations(units, predictors)
    assert r.shape == (2, 3, 4)
    for i in range(2):
        expected = np.corrcoef(units[:, i].double().T, predictors.double().T)[:3, 3:]
        np.testing.assert_allclose(r[i], expected, atol=1e-6)


def test_each_instance_may_have_predictors_of_its_own():
    units, predictors = normal(50, 2, 3), normal(50, 2, 4, seed=1)
    found = metrics.correlations(units, predictors)
    for i in range(2):
        torch.testing.assert_close(found[i], metrics.correlations(units[:, [i]], predictors[:, i])[0])


@pytest.mark.parametrize("scale", [1e-20, 1e-8, 1.0, 1e8])
def test_correlations_do_not_depend_on_the_unit_of_measure(scale):
    units, predictors = normal(20, 2, 3), normal(20, 4, seed=1)
    expected = metrics.correlations(units, predictors)
    torch.testing.assert_close(metrics.correlations(units * scale, predictors), expected)
    torch.testing.assert_close(metrics.correlations(units, -predictors * scale), -expected)


@given(units=numbers(8, 2, 3), predictors=numbers(8, 2), rows=st.permutations(range(8)))
def test_correlations_lie_between_minus_one_and_one(units, predictors, rows):
    r = metrics.correlations(units, predictors)
    assert (r.abs() <= 1).all()
    torch.testing.assert_close(metrics.correlations(units[list(rows)], predictors[list(rows)]), r)
    torch.testing.assert_close(
        metrics.correlations(predictors[:, None], predictors).diagonal(dim1=1, dim2=2).round(),
        (predictors != predictors[0]).any(0)[None].float(),
    )


@pytest.mark.parametrize("value", [0.0, 0.1, 1e8])
def test_what_never_varies_has_no_correlation(value):
    units, predictors = normal(1000, 2, 3), normal(1000, 4, seed=1)
    units[:, 1, 2] = value
    predictors[:, 3] = value
    r = metrics.correlations(units, predictors)
    assert (r[1, 2] == 0).all() and (r[:, :, 3] == 0).all()
    assert (r[0, :, :3] != 0).all()


@pytest.mark.parametrize("bad", [NAN, float("inf")])
def test_a_bad_value_among_units_or_predictors_is_named(bad):
    units, predictors = normal(10, 2, 3), normal(10, 4)
    units[3, 1, 1] = predictors[2, 2] = bad
    with pytest.raises(ValueError, match="units must be finite: 1 values are NaN or infinite"):
        metrics.correlations(units, normal(10, 4))
    with pytest.raises(ValueError, match="predictors must be finite: 1 values are NaN or infinite"):
        metrics.correlations(normal(10, 2, 3), predictors)


@pytest.mark.parametrize("shape", [(9, 4), (10,), (10, 3, 4), (9, 2, 4), (10, 0)])
def test_predictors_of_the_wrong_shape(shape):
    with pytest.raises(ValueError) as error:
        metrics.correlations(normal(10, 2, 3), normal(*shape))
    assert "(10, predictors)" in str(error.value) and f"got {shape}" in str(error.value)


R = torch.tensor([[[0.41, -0.9, 0.4], [0.0, 0.0, 0.39], [0.5, 0.0, 0.0]], [[0.0, 0.1, 0.0]] * 3])


def test_sensitive_inputs_counts_both_signs_above_the_threshold():
    assert metrics.sensitive_inputs(R).tolist() == [[2, 0, 1], [0, 0, 0]]
    assert metrics.sensitive_inputs(R, threshold=0.05).tolist() == [[3, 1, 1], [1, 1, 1]]


def test_mean_sensitive_inputs_with_and_without_silent_units():
    assert metrics.mean_sensitive_inputs(R).tolist() == [1.0, 0.0]
    with_any = metrics.mean_sensitive_inputs(R, count_silent=False)
    assert with_any[0] == 1.5 and with_any[1].isnan()


@given(r=numbers(2, 4, 3, low=-1, high=1))
def test_a_silent_unit_can_only_lower_the_mean(r):
    every, active = metrics.mean_sensitive_inputs(r), metrics.mean_sensitive_inputs(r, count_silent=False)
    assert ((every >= 0) & (every <= 3)).all()
    assert ((active >= every) | active.isnan()).all() and ((active >= 1) | active.isnan()).all()


def test_correlations_that_are_nan_are_not_counted_as_insensitive():
    with pytest.raises(ValueError, match="r must be finite"):
        metrics.mean_sensitive_inputs(torch.full((1, 2, 3), NAN))


# Forecasts -------------------------------------------------------------------------------------------------------


def test_scores_by_hand():
    """Finley's tornado forecasts of 1884: 28 hits, 72 false alarms, 23 misses (Wilks 2019, chapter 9)."""
    event = torch.tensor([1] * 28 + [0] * 72 + [1] * 23 + [0] * 2680)
    forecast = torch.tensor([1] * 100 + [0] * 2703)
    scores = metrics.event_scores(event, forecast)
    assert [round(float(s), 3) for s in scores] == [0.549, 0.720, 0.228, 0.355]


@given(event=arrays(bool, 30), forecast=arrays(bool, (30, 3)))
def test_scores_are_those_of_scikit_learn(event, forecast):
    assume(0 < event.sum() < 30 and forecast.any(0).all())
    scores = metrics.event_scores(torch.from_numpy(event), torch.from_numpy(forecast))
    for i in range(3):
        mine = forecast[:, i]
        assert float(scores.pod[i]) == pytest.approx(recall_score(event, mine))
        assert float(scores.far[i]) == pytest.approx(1 - precision_score(event, mine))
        assert float(scores.csi[i]) == pytest.approx(jaccard_score(event, mine))
        assert float(scores.hss[i]) == pytest.approx(cohen_kappa_score(event, mine))


@given(event=arrays(bool, 12), forecast=arrays(bool, (12, 2)), rows=st.permutations(range(12)))
def test_scores_stay_in_range_whatever_the_order(event, forecast, rows):
    rows = list(rows)
    scores = metrics.event_scores(torch.from_numpy(event), torch.from_numpy(forecast))
    shuffled = metrics.event_scores(torch.from_numpy(event[rows]), torch.from_numpy(forecast[rows]))
    for name, score, again in zip(scores._fields, scores, shuffled, strict=True):
        torch.testing.assert_close(score, again, equal_nan=True)
        known = score[~score.isnan()]
        assert ((known >= (-1 if name == "hss" else 0)) & (known <= 1)).all(), name


def test_scores_where_nothing_happens_or_nothing_is_forecast():
    event, quiet = torch.tensor([True, False, False]), torch.zeros(3, dtype=torch.bool)
    silent = metrics.event_scores(event, quiet)
    assert (silent.pod, silent.csi, silent.hss) == (0, 0, 0) and silent.far.isnan().all()
    calm = metrics.event_scores(quiet, event)
    assert calm.pod.isnan().all() and (calm.far, calm.csi) == (1, 0)
    assert all(score.isnan().all() for score in metrics.event_scores(quiet, quiet))


def test_a_single_forecast_may_leave_out_its_axis():
    event, forecast = torch.tensor([1.0, 0.0, 1.0]), torch.tensor([1, 1, 0])
    for one, other in zip(
        metrics.event_scores(event, forecast), metrics.event_scores(event, forecast[:, None]), strict=True
    ):
        assert one.shape == (1,) and torch.equal(one, other)


@pytest.mark.parametrize(("event", "forecast"), [((3,), (4, 1)), ((3, 1), (3, 1)), ((3,), (3, 1, 1)), ((0,), (0, 1))])
def test_events_and_forecasts_of_the_wrong_shape(event, forecast):
    with pytest.raises(ValueError) as error:
        metrics.event_scores(torch.zeros(event), torch.zeros(forecast))
    assert f"got {event} and {forecast}" in str(error.value)


@pytest.mark.parametrize("bad", [0.3, -1.0, NAN])
def test_a_probability_is_no_forecast(bad):
    event, forecast = torch.tensor([True, False]), torch.tensor([1.0, bad])
    with pytest.raises(ValueError, match="forecast must be boolean, or 0 and 1, got"):
        metrics.event_scores(event, forecast)
    with pytest.raises(ValueError, match="event must be boolean, or 0 and 1, got"):
        metrics.event_scores(forecast, event)


def test_best_threshold_beats_every_other():
    event = torch.rand(400, generator=torch.Generator().manual_seed(1)) < 0.2
    sharpness = torch.tensor([0.5, 1.0, 3.0])
    probability = torch.sigmoid((event.float() * 2 - 1)[:, None] * sharpness + normal(400, 3) - 1)
    best = metrics.best_threshold(event, probability)
    assert best.shape == (3,)
    chosen = metrics.event_scores(event, probability > best).csi
    for level in torch.linspace(0.01, 0.99, 99):
        assert (metrics.event_scores(event, probability > level).csi <= chosen).all()


def test_best_threshold_agrees_with_trying_every_level():
    generator = torch.Generator().manual_seed(3)
    event = torch.rand(400, generator=generator) < 0.2
    probability = torch.rand(400, 7, generator=generator).round(decimals=2)  # many rows exactly on a level
    levels = torch.linspace(0, 1, 101)[1:-1]
    csi = torch.stack([metrics.event_scores(event, probability > level).csi for level in levels])
    assert metrics.best_threshold(event, probability).tolist() == levels[csi.argmax(0)].tolist()


def test_best_threshold_of_a_clean_split_lies_between():
    event = torch.tensor([0, 0, 1, 1])
    assert 0.3 <= metrics.best_threshold(event, torch.tensor([0.1, 0.305, 0.705, 0.9])).item() <= 0.7
    assert metrics.best_threshold(event, torch.tensor([0.1, 0.3, 0.7, 0.9]), grid=1).item() == 0.5


@pytest.mark.parametrize("bad", [NAN, -0.1, 1.1])
def test_best_threshold_wants_probabilities(bad):
    with pytest.raises(ValueError, match=r"probability must lie in \[0, 1\]"):
        metrics.best_threshold(torch.tensor([0, 1]), torch.tensor([0.5, bad]))


def test_best_threshold_wants_an_event():
    with pytest.raises(ValueError, match="no event among the 3 rows"):
        metrics.best_threshold(torch.zeros(3), torch.rand(3, 2))


@pytest.mark.parametrize("call", [metrics.l0, metrics.dead, metrics.feature_dimensionality, metrics.sensitive_inputs])
@pytest.mark.parametrize("shape", [(4,), (4, 3), (0, 2, 3), (4, 2, 0)])
def test_a_missing_instances_axis_is_named(call, shape):
    with pytest.raises(ValueError) as error:
        call(torch.zeros(shape))
    assert "must have shape" in str(error.value) and f"got {shape}" in str(error.value)


def test_fvu_of_things_that_do_not_fit():
    with pytest.raises(ValueError, match=r"differ in shape: \(4, 2, 3\) and \(4, 1, 3\)"):
        metrics.fvu(normal(4, 2, 3), normal(4, 1, 3))


# Spread ----------------------------------------------------------------------------------------------------------


def test_the_interval_covers_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    intervals = [metrics.bootstrap_interval(rng.normal(3, 1, 20), level=0.9) for _ in range(60)]
    covered = np.mean([low <= 3 <= high for low, high in intervals])
    assert 0.75 <= covered <= 0.99


def test_the_interval_is_repeatable_and_widens_with_the_level():
    values = np.random.default_rng(1).normal(size=20)
    low, high = metrics.bootstrap_interval(values)
    assert (low, high) == metrics.bootstrap_interval(values)
    assert metrics.bootstrap_interval(values, level=0.5)[0] > low < values.mean() < high


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=8))
def test_the_interval_is_finite_and_within_the_values(values):
    low, high = metrics.bootstrap_interval(values, level=0.9)
    assert min(values) <= low <= high <= max(values)


def test_values_that_hardly_differ():
    low, high = metrics.bootstrap_interval([1.0, 1.0, 1.0 + 1e-15])
    assert low == pytest.approx(1) and high == pytest.approx(1)


@pytest.mark.parametrize("values", [[1.0, 2.0], [], 3.0, [[1.0, 2.0, 3.0]], [1.0, NAN, 2.0], [1.0, math.inf, 2.0]])
def test_an_interval_of_too_little(values):
    with pytest.raises(ValueError, match="expected at least three finite values, got"):
        metrics.bootstrap_interval(values)
