"""The benchmark of the fits compares like with like, and the page shows what it measured. No test measures time."""

import json

import numpy as np
import pytest


@pytest.fixture(scope="module")
def benchmark(benchmark_script):
    return benchmark_script("weather")


@pytest.fixture(scope="module")
def spectra(benchmark):
    return benchmark.spectra(60)


@pytest.mark.parametrize("name", ["rain", "snow"])
def test_both_sides_fit_the_same(benchmark, spectra, name):
    theirs, ours = benchmark.published(spectra[name]), benchmark.here(spectra[name])
    both = ~np.isnan(theirs[0])
    assert both.mean() > 0.7
    np.testing.assert_allclose(ours[:, both], theirs[:, both], rtol=2e-3)
    assert np.isnan(theirs[0][np.isnan(ours[0])]).all()  # a lambda above 10 is refused on both sides


def test_a_row_counts_what_the_published_fit_loses(benchmark, spectra):
    row = benchmark.row("snow", spectra["snow"], rounds=1)
    theirs, ours = benchmark.published(spectra["snow"])[0], benchmark.here(spectra["snow"])[0]
    lost = (np.isnan(theirs) & ~np.isnan(ours)).mean()
    assert row["blocks"] == "60 of snow"
    assert row["lost"] == pytest.approx(100 * lost, abs=0.1)


def test_the_simulator_runs_in_a_process_of_its_own(benchmark):
    found = [benchmark.simulate(n) for n in (2_000, 20_000)]
    assert all(part.keys() == {"seconds", "gigabytes"} for part in found)
    small, large = (part["gigabytes"] for part in found)
    assert 0.05 < small and small + (large - small) / 18 * 98 < 1, "100,000 blocks would take more than a gigabyte"


def test_the_page_shows_the_file(root, run_times, benchmark):
    assert "```{fit-times} ../benchmarks/weather.json\n" in (root / "book/run_times.md").read_text("utf8")
    results = json.loads(benchmark.RESULTS.read_text("utf8"))
    assert results["simulator"]["blocks"] == benchmark.SIMULATED and results["rounds"] >= 5
    cells = run_times.fit_rows(results)
    assert all(len(row) == len(run_times.FIT_HEADINGS) for row in cells)
    assert [row[0] for row in cells] == [f"{benchmark.BLOCKS} of {name}" for name in ("rain", "snow")]
    assert f"{benchmark.SIMULATED:,} blocks" in run_times.simulator_sentence(results)
