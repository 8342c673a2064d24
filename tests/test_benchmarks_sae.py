"""The benchmark of autoencoders compares like with like, and the page shows what it measured."""

import json

import pytest
import torch

from helpers import compiled


@pytest.fixture(scope="module")
def bench(benchmark_script):
    return benchmark_script("sae")


@pytest.fixture
def results(bench):
    return json.loads(bench.RESULTS.read_text("utf8"))


def test_the_plain_loop_and_our_step_have_equal_losses(bench):
    x = bench.activations(6)
    plain, ours = bench.plain(x, 12, 8), bench.ours(x, 12, 8, kind=compiled.Plain)
    total = torch.zeros(1)
    for number in range(50):
        total += plain(number)
        torch.testing.assert_close(ours(number), total, rtol=1e-4, atol=1e-6)


def test_saelens_begins_with_the_loss_of_the_same_weights(bench):
    pytest.importorskip("sae_lens")
    x = bench.activations(6)
    training = bench.trainer(x, 12, 8)
    sae = training.sae
    W, b, D, c = (p.detach().clone() for p in (sae.W_enc, sae.b_enc, sae.W_dec, sae.b_dec))
    (rows,) = bench.minibatches(x, size=8)(0)
    f = torch.relu(rows @ W + b)
    ours = (f @ D + c - rows).square().mean() + bench.L1 * (f * D.norm(dim=1)).sum(1).mean()
    torch.testing.assert_close(training.step(next(training.data_provider)).loss, 6 * ours)


def test_a_stack_is_of_autoencoders_that_the_single_one_is_among(bench):
    x = bench.activations(6)
    one, stack = bench.ours(x, 12, 8, kind=compiled.Plain), bench.ours(x, 12, 8, 3, kind=compiled.Plain)
    for number in range(5):
        torch.testing.assert_close(stack(number)[:1], one(number))
    assert len(set(stack(5).tolist())) == 3


def test_the_floor_does_the_products_of_a_step(bench):
    from torch.utils.flop_counter import FlopCounterMode

    x, counts = bench.activations(6), []
    for step in (bench.floor(x, 12, 8), bench.ours(x, 12, 8, kind=compiled.Plain)):
        with FlopCounterMode(display=False) as counter:
            step(0)
        counts.append(counter.get_total_flops())
    assert counts == [5 * 2 * 8 * 6 * 12] * 2


def test_activations_are_sparse_sums_of_more_directions_than_inputs(bench):
    for inputs in bench.INPUTS:
        x = bench.activations(inputs)
        assert x.shape == (bench.ROWS, inputs) and x.isfinite().all() and (x.std(0) > 0).all()
    assert max(bench.BATCHES) <= bench.ROWS / 2


def test_a_row_is_made_of_ratios(bench):
    seconds = {"saelens": 0.01, "plain": 0.005, "one": 0.001, "floor": 0.0004, "stack": 0.002}
    wanted = {
        "model": "6 to 12",
        "batch": 8,
        "saelens": 100.0,
        "plain": 2.0,
        "one": 10.0,
        "stack": 320.0,
        "floor": 25.0,
        "share": 40,
    }
    assert bench.row(6, 12, 8, seconds) == wanted
    del seconds["stack"]
    assert bench.row(6, 12, 8, seconds) == wanted | {"stack": None}


def test_the_file_has_a_line_for_each_size(bench, results):
    sizes = [(d, d * ratio, batch) for d in bench.INPUTS for ratio in bench.RATIOS for batch in bench.BATCHES]
    assert [(line["model"], line["batch"]) for line in results["rows"]] == [(f"{d} to {n}", b) for d, n, b in sizes]
    for line, size in zip(results["rows"], sizes, strict=True):
        assert (line["stack"] is not None) == bench.fits(*size)
        assert line["share"] == pytest.approx(100 * line["one"] / line["floor"], abs=2, rel=0.1)
    assert results["rounds"] >= 5 and results["machine"]["threads"] == bench.THREADS
    assert results["stack"] == bench.STACK == 64


def test_the_page_shows_the_file(root, run_times, results):
    assert "```{autoencoder-times} ../benchmarks/sae.json\n" in (root / "book/run_times.md").read_text("utf8")
    rows = run_times.autoencoder_rows(results)
    assert all(len(cells) == len(run_times.AUTOENCODER_HEADINGS) for cells in rows)
    for cells, line in zip(rows, results["rows"], strict=True):
        plain = [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells]
        names = ("plain", "one", "stack", "floor")
        ratios = ["not measured" if line[name] is None else f"{line[name]:.1f} times" for name in names]
        head = [line["model"], str(line["batch"]), f"{line['saelens']:g} steps/s"]
        assert plain == [*head, *ratios, f"{line['share']} %"]
