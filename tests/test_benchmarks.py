"""The benchmark compares like with like, and the page shows what it measured. No test measures time."""

import json

import pytest
import torch

from helpers import compiled
from helpers.sampling import Stream, sparse_batches


@pytest.fixture(scope="module")
def toy(benchmark_script):
    return benchmark_script("toy")


@pytest.fixture
def results(toy):
    return json.loads(toy.RESULTS.read_text("utf8"))


@pytest.mark.parametrize(("features", "hidden"), [(5, 2), (20, 5)])
def test_the_loop_and_the_stack_have_equal_losses(toy, features, hidden):
    draw = sparse_batches(toy.BATCH, features, 1 - toy.densities())
    one = toy.loop(features, hidden, lambda number: draw(number, Stream.of(0, number)))
    all_at_once = toy.stacked(features, hidden, compiled.Plain)
    total = torch.zeros(toy.INSTANCES)
    for number in range(20):
        losses = one(number)
        total += losses
        torch.testing.assert_close(all_at_once(number), total, rtol=1e-3, atol=1e-6)
    assert losses.shape == (toy.INSTANCES,) and (losses > 0).all()


def test_the_loop_draws_what_the_stack_draws(toy):
    losses = torch.stack([toy.loop(5, 2)(0) for _ in range(3)]).mean(0)
    torch.testing.assert_close(losses, toy.stacked(5, 2, compiled.Plain)(0), rtol=0.1, atol=0.01)


def test_the_floor_does_the_products_of_a_step(toy):
    """Forwards, backwards and for the weights: five products of the same number of multiplications."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        product = toy.floor(6, 3)(0)
    assert counter.get_total_flops() == 5 * 2 * toy.INSTANCES * toy.BATCH * 6 * 3
    assert product.shape == (toy.INSTANCES, 6, 3)


def test_every_side_takes_its_turns(toy):
    taken = {"loop": [], "floor": []}
    steps = {name: numbers.append for name, numbers in taken.items()}
    clock, processor = toy.measure(steps, rounds=3, turn=1e-5)
    assert clock.keys() == processor.keys() == taken.keys()
    for numbers in taken.values():
        assert numbers == list(range(len(numbers))) and len(numbers) >= 35 + 3 * 5


def test_a_row_is_made_of_ratios(toy):
    seconds = {"loop": 0.01, "stacked": 0.005, "compiled": 0.001, "floor": 0.0004}
    assert toy.row(5, 2, seconds) == {
        "model": "5 to 2",
        "loop": 100,
        "stacked": 2.0,
        "compiled": 10.0,
        "floor": 25.0,
        "share": 40,
    }


def test_the_file_has_a_line_for_each_size(toy, results):
    assert [line["model"] for line in results["rows"]] == [f"{a} to {b}" for a, b in toy.SIZES]
    assert results["rounds"] >= 5 and results["machine"]["threads"] == toy.THREADS
    assert results["machine"].keys() == toy.machine().keys()
    for line in results["rows"]:
        assert line.keys() == toy.row(5, 2, dict.fromkeys(("loop", "stacked", "compiled", "floor"), 1.0)).keys()
        assert line["share"] == pytest.approx(100 * line["compiled"] / line["floor"], abs=2)


def test_the_page_shows_the_file(root, run_times, results):
    assert "```{step-times} ../benchmarks/toy.json\n" in (root / "book/run_times.md").read_text("utf8")
    rows = run_times.step_rows(results)
    assert all(len(cells) == len(run_times.STEP_HEADINGS) for cells in rows)
    for cells, line in zip(rows, results["rows"], strict=True):
        plain = [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells]
        ratios = [f"{line[name]:.1f} times" for name in ("stacked", "compiled", "floor")]
        assert plain == [line["model"], f"{line['loop']} steps/s", *ratios, f"{line['share']} %"]
