"""The benchmark of the input search compares like with like, and the page shows what it measured."""

import json

import pytest
import torch

from helpers import autoencoding, nets, train, zoo
from helpers.sampling import minibatches


@pytest.fixture(scope="module")
def bench(benchmark_script):
    return benchmark_script("input_search")


@pytest.fixture
def results(bench):
    return json.loads(bench.RESULTS.read_text("utf8"))


@pytest.fixture(scope="module")
def table():
    source = torch.Generator().manual_seed(0)
    x, hidden = torch.randn(64, 5, generator=source), torch.rand(64, 6, generator=source)
    return x, (x[:, 0] > 0).long() + (x[:, 1] > 0).long(), hidden


def put(linear, weight, bias):
    with torch.no_grad():
        linear.weight.copy_(weight[0].T)
        linear.bias.copy_(bias[0])


def trained(model, batches, loss, lr):
    train.fit(model, batches, loss, steps=40, lr=lr, device="cpu", progress=False)
    return model


def test_the_plain_network_learns_what_ours_learns(bench, table):
    x, y, _ = table
    ours = nets.MLP(5, 6, 3)
    theirs = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3))
    put(theirs[0], ours.weights[0], ours.biases[0])
    put(theirs[2], ours.weights[1], ours.biases[1])
    step = bench.plain(theirs, minibatches(x, y, size=8), bench.class_loss, bench.RATES[0])
    for number in range(40):
        step(number)
    trained(ours, minibatches(x, y, size=8), zoo.snow_loss, bench.RATES[0])
    torch.testing.assert_close(theirs[0].weight.T, ours.weights[0][0], rtol=1e-3, atol=1e-5)


def test_the_plain_autoencoder_learns_what_ours_learns(bench, table):
    hidden = table[2]
    ours, theirs = nets.SparseAutoencoder(6, 12, unit_norm=False), bench.Autoencoder(6, 12)
    put(theirs.encoder, ours.W_enc, ours.b_enc)
    put(theirs.decoder, ours.W_dec, ours.b_dec)
    step = bench.plain(theirs, minibatches(hidden, size=8), bench.copy_loss, bench.RATES[1])
    for number in range(40):
        step(number)
    trained(ours, minibatches(hidden, size=8), autoencoding.loss(bench.L1), bench.RATES[1])
    torch.testing.assert_close(theirs.encoder.weight.T, ours.W_enc[0], rtol=1e-3, atol=1e-5)


def test_what_is_not_timed_is_counted_in_full(bench, monkeypatch):
    now = iter(range(1000))
    monkeypatch.setattr(bench.time, "perf_counter", lambda: float(next(now)))
    # The clock says one second for each turn: of ten steps, so a tenth of a second each.
    seconds = bench.plain_seconds((lambda number: None,) * 2, (9600, 4000), turn=10)
    assert seconds == pytest.approx((32 * 300 + 75 * 500) / 10)


def test_the_sizes_are_those_that_the_page_names(bench):
    x, y, hidden = bench.data()
    assert x.shape == (9600, 5) and hidden.shape == (4000, 6) and set(y.tolist()) == {0, 1, 2}


def test_rows_say_how_many_times_as_long_as_ours(bench):
    found = bench.rows({"keras": [400.0, 100, 200], "plain": [100.0, 100, 100], "ours": [3.0, 1, 2]})
    assert [line["ratio"] for line in found] == [100, 50, 1]
    assert [line["seconds"] for line in found] == [200, 100, 2]


def test_the_page_shows_what_was_measured(results, run_times):
    rows = run_times.search_rows(results)
    assert [row[0].partition(",")[0] for row in rows] == ["Keras", "PyTorch", "Here"]
    for row, line in zip(rows, results["rows"], strict=True):
        assert f"{line['seconds']:,.0f}" in row[1] and f"{line['ratio']:.0f}" in row[2]
    assert f"{results['first']:.0f}" in run_times.search_sentence(results)
    assert results["rounds"] >= 5 and results["sets"] == 250
