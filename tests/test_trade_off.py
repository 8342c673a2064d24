"""The widget that shows what sparsity costs, and which dictionaries it buys."""

import base64
import gzip
import json

import numpy as np
import pytest
import torch
from javascript import assert_passes, assert_stored

from helpers import autoencoding, matching, metrics, nets, plots, train
from helpers.widgets import Sweep, TradeOff
from helpers.widgets.trade_off import packing

FEATURES, INPUTS, LATENTS, SEEDS = 5, 4, 7, 3
VALUES = [3, 1, 2] * SEEDS  # in an order that is neither rising nor grouped


def history(instances, points=4):
    losses = 1 + torch.rand(points, instances, generator=torch.Generator().manual_seed(0))
    return train.History(steps=list(range(10, 10 * points + 1, 10)), losses=list(losses))


def sweep(activation=None, values=VALUES, inputs=INPUTS, latents=LATENTS, setting="k", **options):
    sae = nets.SparseAutoencoder(inputs, latents, len(values), activation=activation, **options)
    return Sweep(sae, setting, values, history(len(values)))


@pytest.fixture
def data():
    source = torch.Generator().manual_seed(1)
    truth = torch.randn(FEATURES, INPUTS, generator=source)
    features = torch.relu(torch.randn(50, FEATURES, generator=source))
    return truth, features @ truth, features


def unpacked(widget, place=0):
    """Dictionaries ``(values, shown, latents, inputs)`` and how often each latent is on, as they travel."""
    variant = widget.variants[place]
    shape = (len(variant["values"]), widget.shown, variant["latents"])
    whole = np.frombuffer(base64.b64decode(variant["vectors"]), f"<i{widget.bits // 8}")
    vectors = whole.reshape(*shape, -1) / (2 ** (widget.bits - 1) - 1)
    return vectors, np.frombuffer(base64.b64decode(variant["on"]), "<u2").reshape(shape) / packing.PARTS


def test_every_number_is_that_of_the_metrics_value_by_value_and_seed_by_seed(data):
    truth, x, _ = data
    one = sweep(nets.TopK(VALUES))
    (variant,) = TradeOff.from_sweeps(truth, x, {"TopK": one}).variants
    copy, latents = one.sae(x)
    held = x.unsqueeze(1).expand_as(copy)
    table = matching.cosines(truth, one.sae.dictionary)
    wanted = {
        "l0": metrics.l0(latents),
        "explained": 1 - metrics.fvu(held, copy),
        "mmcs": metrics.mmcs(truth, one.sae.dictionary),
        "recovered": (matching.assign(table).similarity > 0.9).sum(-1).float(),
        "dead": metrics.dead(latents).sum(-1).float(),
        "shrinkage": metrics.shrinkage(held, copy),
    }
    assert variant["values"] == [1, 2, 3]
    for name, values in wanted.items():
        for row, value in zip(variant[name], (1, 2, 3), strict=True):
            mine = values[torch.tensor(VALUES) == value]
            assert row == pytest.approx(mine.tolist(), rel=6e-4, abs=1e-6), name


def test_dictionaries_and_curves_are_those_of_the_first_seeds_and_dots_of_all(data):
    truth, x, _ = data
    one = sweep(nets.TopK(VALUES))
    widget = TradeOff.from_sweeps(truth, x, {"TopK": one}, seeds=2)
    vectors, on = unpacked(widget)
    assert vectors.shape == (3, 2, LATENTS, INPUTS)
    assert np.shape(widget.variants[0]["l0"]) == (3, SEEDS)
    often = (one.sae(x)[1] > 0).float().mean(0)
    for v, value in enumerate((1, 2, 3)):
        for s in range(2):
            i = [k for k, each in enumerate(VALUES) if each == value][s]
            assert vectors[v, s] == pytest.approx(one.sae.dictionary[i].detach().numpy(), abs=2e-5)
            assert on[v, s] == pytest.approx(often[i].numpy(), abs=2e-5)
            curve = np.cumsum(widget.variants[0]["losses"][v][s]) / packing.UNIT
            assert 10**curve == pytest.approx(one.history.loss[:, i].numpy(), rel=2e-3)


def test_only_what_is_never_on_is_dead_on_the_page(data):
    truth, x, _ = data
    one = sweep(nets.TopK(VALUES))
    with torch.no_grad():
        one.sae.b_enc[:, 2] = -1e6
    widget = TradeOff.from_sweeps(truth, x, {"TopK": one})
    _, on = unpacked(widget)
    assert (on[..., 2] == 0).all()
    assert (on == 0).sum(-1).tolist() == widget.variants[0]["dead"]


def test_the_true_number_on_comes_from_the_features(data):
    truth, x, features = data
    widget = TradeOff.from_sweeps(truth, x, {"TopK": sweep()}, features=features)
    assert widget.true_l0 == pytest.approx((features > 0).sum(-1).float().mean().item())
    assert widget.often == pytest.approx((features > 0).float().mean(0).tolist(), abs=1e-6)
    bare = TradeOff.from_sweeps(truth, x, {"TopK": sweep()})
    assert (bare.true_l0, bare.often) == (None, None)


def test_variants_have_the_colours_of_the_figures(data):
    truth, x, _ = data
    found = TradeOff.from_sweeps(truth, x, {"TopK": sweep(), "Gated": sweep(nets.Gated()), "mine": sweep()}).variants
    assert [each["colour"] for each in found] == [plots.PALETTE["TopK"], plots.PALETTE["Gated"], plots.COLOURS[2]]


def test_batchtopk_is_measured_with_its_threshold_and_stays_in_its_mode(data):
    truth, x, _ = data
    one = sweep(nets.BatchTopK(VALUES))
    with pytest.raises(ValueError, match="no threshold yet"):
        TradeOff.from_sweeps(truth, x, {"BatchTopK": one})
    assert one.sae.training
    with torch.no_grad():
        one.sae.activation.settle(one.sae.drive(x))
    (variant,) = TradeOff.from_sweeps(truth, x, {"BatchTopK": one}).variants
    assert one.sae.training
    assert np.mean(variant["l0"], axis=1) == pytest.approx([1, 2, 3], abs=0.5)


def test_latents_that_an_instance_lacks_are_neither_dead_nor_partners(data):
    truth, x, _ = data
    widths = [7, 3, 5] * SEEDS
    one = sweep(nets.ReLU(), widths=widths)
    (variant,) = TradeOff.from_sweeps(truth, x, {"L1": one}).variants
    assert variant["widths"] == [[3] * SEEDS, [5] * SEEDS, [7] * SEEDS]
    assert np.max(variant["dead"]) <= 3
    for v, width in enumerate((3, 5, 7)):
        i = [k for k, each in enumerate(widths) if each == width][0]
        alone = metrics.mmcs(truth, one.sae.dictionary[i : i + 1, :width]).item()
        assert variant["mmcs"][v][0] == pytest.approx(alone, abs=1e-3)


def test_a_run_that_stopped_has_a_curve_that_ends(data):
    truth, x, _ = data
    one = sweep()
    one.history.losses[2][1] = one.history.losses[3][1] = torch.nan
    losses = TradeOff.from_sweeps(truth, x, {"L1": one}).variants[0]["losses"]
    assert [len(curve) for curve in losses[0]] == [2, 4, 4]
    assert {len(curve) for row in losses[1:] for curve in row} == {4}


def test_a_trained_autoencoder_goes_onto_a_page(data):
    truth, x, features = data
    sae = nets.SparseAutoencoder(INPUTS, LATENTS, 4)
    run = train.fit(sae, lambda step, g: (x,), autoencoding.loss(0.01), steps=5, device="cpu", progress=False)
    widget = TradeOff.from_sweeps(
        truth, x, {"L1": Sweep(sae, "L1 weight", [0.1, 0.1, 0.2, 0.2], run)}, features=features
    )
    state = json.dumps({key: value for key, value in widget.get_state().items() if key != "layout"}, allow_nan=False)
    assert '"L1 weight"' in state


def test_what_is_shown_first_can_be_chosen_and_is_watched(data):
    truth, x, _ = data
    sweeps = {"L1": sweep(), "TopK": sweep(nets.TopK(VALUES))}
    widget = TradeOff.from_sweeps(truth, x, sweeps)
    assert (widget.variant, widget.value, widget.seed) == ("L1", 2, 0)
    widget = TradeOff.from_sweeps(truth, x, sweeps, start=("TopK", 3))
    assert (widget.variant, widget.value) == ("TopK", 3)
    assert all(widget.trait_metadata(name, "sync") for name in ("variant", "value", "seed"))
    with pytest.raises(ValueError, match="unknown variant 'Topk': expected one of L1, TopK"):
        widget.variant = "Topk"
    with pytest.raises(ValueError, match="seed must lie in 0 to 2, got 3"):
        widget.seed = 3
    with pytest.raises(ValueError, match="value must be finite"):
        widget.value = float("nan")


def broken(x):
    x = x.clone()
    x[3, 1] = torch.nan
    return x


def diverged():
    one = sweep()
    with torch.no_grad():
        one.sae.W_dec[0, 0, 0] = torch.inf
    return one


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t, x, f: (t[0], x, {"L1": sweep()}), "truth of shape .features, inputs., not empty, got .4,."),
        (lambda t, x, f: (broken(t), x, {"L1": sweep()}), "finite truth"),
        (lambda t, x, f: (t * (torch.arange(5) != 2)[:, None], x, {"L1": sweep()}), "direction .* but row 2 is zero"),
        (lambda t, x, f: (t, x[0], {"L1": sweep()}), "x of shape .rows, inputs."),
        (lambda t, x, f: (t, broken(x), {"L1": sweep()}), "finite x"),
        (lambda t, x, f: (t, x[:, :3], {"L1": sweep()}), "x with the 4 inputs of truth, got 3"),
        (lambda t, x, f: (t, x, {}), "one sweep or more by name, got {}"),
        (lambda t, x, f: (t, x, sweep()), "one sweep or more by name"),
        (lambda t, x, f: (t, x, {"L1": sweep().sae}), "a Sweep for each name, got SparseAutoencoder for 'L1'"),
        (lambda t, x, f: (t, x, {"L1": sweep(inputs=3)}), "L1: expected autoencoders of the 4 inputs of truth, got 3"),
        (lambda t, x, f: (t, x, {"L1": sweep()._replace(values=[1, 2])}), "L1: values of shape .9,., one per instance"),
        (lambda t, x, f: (t, x, {"L1": sweep()._replace(values=[np.nan] * 9)}), "finite L1: values"),
        (
            lambda t, x, f: (t, x, {"L1": sweep(values=[1, 1, 2])}),
            "L1: expected as many seeds for each k, got {1.0: 2, 2.0: 1}",
        ),
        (lambda t, x, f: (t, x, {"L1": sweep(setting="")}), "L1: expected a name for the setting"),
        (lambda t, x, f: (t, x, {"L1": sweep()._replace(history=history(4))}), "history of 9 instances, got .* .4, 4."),
        (lambda t, x, f: (t, x, {"L1": sweep()._replace(sae=nets.ToyModel(4, 2))}), "SparseAutoencoder, got ToyModel"),
        (lambda t, x, f: (t, x, {"L1": diverged()}), "L1: expected finite weights, .* did the training diverge"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(data, change, message):
    truth, x, sweeps = change(*data)
    with pytest.raises(ValueError, match=message):
        TradeOff.from_sweeps(truth, x, sweeps)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"features": torch.ones(3, 5)}, r"features of shape \(rows, features\) = \(50, 5\), not empty, got \(3, 5\)"),
        ({"seeds": 0}, "seeds must be a positive integer"),
        ({"start": ("TopK", 1)}, "unknown variant 'TopK'"),
        ({"start": "L1!"}, "start as .variant, value."),
        ({"key": "a=b"}, "key made of letters"),
    ],
)
def test_settings_that_make_no_sense_are_refused(data, options, message):
    truth, x, _ = data
    with pytest.raises(ValueError, match=message):
        TradeOff.from_sweeps(truth, x, {"L1": sweep()}, **options)


def test_a_page_of_six_variants_stays_small():
    source = torch.Generator().manual_seed(0)
    truth, x = torch.randn(32, 16, generator=source), torch.randn(60, 16, generator=source)
    values = np.repeat(np.arange(1, 9), 4)
    one = sweep(nets.TopK(values.tolist()), values, inputs=16, latents=64)
    widget = TradeOff.from_sweeps(truth, x, {name: one for name in "abcdef"})
    data = json.dumps({"variants": widget.variants, "truth": widget.truth})
    assert widget.bits == 8
    assert len(gzip.compress(data.encode())) < 300_000
    vectors, _ = unpacked(widget)
    exact = one.sae.dictionary.detach().numpy()[np.argsort(values, kind="stable")].reshape(8, 4, 64, 16)[:, :3]
    assert np.abs(vectors - exact).max() < 0.5 / 127 + 1e-6


def test_the_code_is_small_and_asks_nothing_of_the_network():
    assert len(gzip.compress((TradeOff._esm + TradeOff._css).encode())) < 20_000
    for word in ("import ", "fetch(", "XMLHttpRequest", "innerHTML", "http://", "https://"):
        assert word not in TradeOff._esm.replace("http://www.w3.org/2000/svg", "")


def test_the_stored_vectors_are_what_python_computes():
    assert_stored("trade_off", slack=1e-5)


def test_javascript_computes_the_stored_vectors(tmp_path):
    assert_passes("trade_off", tmp_path)
