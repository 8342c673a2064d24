"""The published training step, written out, and ours are the same; and the page shows what was measured."""

import json

import pytest
import torch

from helpers import compiled, monosemanticity, settings
from helpers.sampling import Stream, frequent_batches

SMALL = settings.Run(
    features=24, embedding=8, neurons=48, eps=1 / 8, batch_size=32, steps=1100, decay_rate=0.06, bias_offset=-0.5
)


@pytest.fixture(scope="module")
def bench(benchmark_script):
    return benchmark_script("monosemanticity")


@pytest.fixture
def results(bench):
    return json.loads(bench.RESULTS.read_text("utf8"))


def losses(bench, runs, steps):
    """Return the losses ``(steps, runs)`` on equal data of the published step, run by run, and of our stack."""
    draw = frequent_batches(runs[0].batch_size, monosemanticity.frequencies(runs))
    seeds = [run.seed for run in runs]

    def data(number):
        return draw(number, Stream.of(seeds, number))

    ones = [bench.plain(run, data=lambda number, i=i: data(number)[:, i]) for i, run in enumerate(runs)]
    stack = bench.ours(runs[0], len(runs), compiled.Plain)
    sums = torch.stack([torch.zeros(len(runs)), *(stack(number).clone() for number in range(steps))])
    return torch.stack([torch.stack([one(number) for one in ones]) for number in range(steps)]), sums.diff(dim=0)


def seeds(run):
    return [run.but(seed=seed) for seed in range(2)]


@pytest.fixture
def corrected(bench, monkeypatch):
    """The published LAMB with Adam's corrections: they cancel in the trust ratio, all but one beside ``eps``."""

    class Corrected(bench.Lamb):
        def step(self, closure=None):
            self.taken = getattr(self, "taken", 0) + 1
            self.param_groups[0]["eps"] = 1e-6 * (1 - 0.999**self.taken) ** 0.5
            super().step()

    monkeypatch.setattr(bench, "Lamb", Corrected)


def test_the_recipe_is_the_published_one(bench, corrected):
    """Equal losses through a whole cycle of the schedule, and beyond the half where the biases stop to decay."""
    published, own = losses(bench, seeds(SMALL), SMALL.steps)
    assert published[-100:].mean() < published[:10].mean() / 2
    torch.testing.assert_close(own, published, rtol=5e-3, atol=1e-4)


def test_the_published_optimizer_differs_by_less_than_a_reader_sees(bench):
    published, own = losses(bench, seeds(SMALL), 300)
    assert not torch.allclose(own[:50], published[:50], rtol=1e-5)
    torch.testing.assert_close(own, published, rtol=2e-2, atol=1e-4)


@pytest.mark.parametrize(
    "other", [{"decay_rate": 0.2}, {"bias_offset": -0.4}, {"learning_rate": 0.0035}, {"schedule": "constant"}]
)
def test_another_recipe_has_other_losses(bench, corrected, monkeypatch, other):
    """The comparison would show a setting that is not the published one."""
    ours = bench.ours
    monkeypatch.setattr(bench, "ours", lambda run, *rest: ours(run.but(**other), *rest))
    published, own = losses(bench, seeds(SMALL), 300)
    assert not torch.allclose(own, published, rtol=5e-3, atol=1e-4)


def test_fit_takes_the_steps_that_are_measured(bench, monkeypatch):
    run, made, stacked = SMALL.but(steps=64), [], monosemanticity.stacked
    monkeypatch.setattr(monosemanticity, "stacked", lambda runs: made.append(stacked(runs)) or made[-1])
    (outcome,) = monosemanticity.fit([run], device="cpu", progress=False)
    step = bench.ours(run, 1, compiled.Plain)
    for number in range(run.steps):
        step(number)
    for name in ("W_in", "b"):
        torch.testing.assert_close(getattr(made[-1], name)[0].detach(), torch.from_numpy(outcome[name]))


def test_plain_draws_what_the_stack_draws(bench):
    run = SMALL.but(batch_size=4096)
    x, ours = bench.draw(run, "cpu"), frequent_batches(4096, monosemanticity.frequencies([run]))
    y = ours(0, Stream.of([0], 0))[:, 0]
    for statistic in ((x > 0).float().mean() - run.eps, x[x > 0].mean() - y[y > 0].mean(), x.max() - y.max()):
        assert abs(statistic) < 0.01
    assert x.shape == y.shape


def test_the_floor_does_the_products_of_a_step(bench):
    """The same products, counted in the step that is trained, forwards and backwards."""
    from torch.utils.flop_counter import FlopCounterMode

    counts = []
    for step in (bench.floor(SMALL, 3), bench.ours(SMALL, 3, compiled.Plain)):
        with FlopCounterMode(display=False) as counter:
            step(0)
        counts.append(counter.get_total_flops())
    assert counts[0] == counts[1] == 3 * 2 * 32 * (24 * 8 + 2 * 8 * 48 + 3 * 48 * 24)
    assert bench.floor(SMALL, 3)(0).shape == (3, 8, 48)


def test_the_traffic_is_counted_once_for_each_read_and_write(bench):
    """What is copied is read and written: half of what the six products, the weights and two moments need."""
    run = SMALL.but(features=2, embedding=1, neurons=3, batch_size=5)
    products = 5 * (2 + 1) + 2 + 5 * (1 + 3) + 3 + 5 * (3 + 2) + 6 + 2 * (5 * (3 + 2) + 6) + 5 * (1 + 3) + 3
    weights = 3 + 3 + 6
    assert bench.traffic(run, 4, "cpu")(0).numel() == 4 * (products + 6 * weights) // 2


def test_every_side_takes_a_step(bench):
    steps = bench.sides(SMALL, 2)
    assert list(steps) == ["plain", "eager", "compiled", "floor"]
    assert steps["plain"](0).shape == () and steps["eager"](0).shape == (2,)
    assert isinstance(bench.gpu(), dict) == torch.cuda.is_available()


def test_a_row_counts_networks(bench):
    seconds = {"plain": 0.01, "eager": 0.02, "compiled": 0.01, "floor": 0.004, "traffic": 0.001}
    line = {"size": "live", "model": "24 to 8 to 48", "batch": 32, "stack": 4, "plain": 100}
    line |= {"eager": 2.0, "compiled": 4.0, "floor": 10.0, "share": 40}
    assert bench.row("live", SMALL, 4, seconds) == line | {"traffic": 10}
    seconds.pop("traffic")
    assert bench.row("live", SMALL, 4, seconds) == line


def test_the_file_has_a_line_for_each_size_and_stack(bench, results):
    asked = [(size, stack) for size, (_, stacks) in bench.SIZES.items() for stack in stacks]
    assert [(line["size"], line["stack"]) for line in results["rows"]] == asked
    assert results["rounds"] >= 5 and results["machine"].keys() == bench.machine().keys()
    for line in results["rows"]:
        run = bench.settings(line["size"], line["batch"])
        seconds = dict.fromkeys(("plain", "eager", "compiled", "floor"), 1.0)
        expected = bench.row(line["size"], run, line["stack"], seconds)
        assert line.keys() == expected.keys() and line["model"] == expected["model"]
        assert line["share"] == pytest.approx(100 * line["compiled"] / line["floor"], rel=0.05)


def test_the_page_shows_the_file(root, run_times, results):
    assert "```{stack-times} ../benchmarks/monosemanticity.json\n" in (root / "book/run_times.md").read_text("utf8")
    directive = run_times.StackTimesDirective
    for cells, line in zip(directive.cells(results), results["rows"], strict=True):
        assert len(cells) == len(directive.headings)
        ratios = [f"{line[name]:.1f} times" for name in ("eager", "compiled", "floor")]
        plain = [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells]
        first = [line["model"], str(line["batch"]), str(line["stack"]), f"{line['plain']} steps/s"]
        assert plain == [*first, *ratios, f"{line['share']} %"]


def test_the_page_says_what_a_gpu_did_or_that_there_was_none(run_times, results):
    assert run_times.gpu_sentence(results | {"gpu": None}) == "On a GPU: not measured, there was none at hand."
    line = results["rows"][0] | {"name": "A card", "stack": 8, "compiled": 7.5, "share": 61, "traffic": 12}
    text = run_times.gpu_sentence(results | {"gpu": line}).replace("\N{NO-BREAK SPACE}", " ")
    for words in ("A card", line["model"], "stack of 8", "7.5 times", "61 %", "12 %"):
        assert words in text
