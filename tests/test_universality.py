"""Pairs of autoencoders: what they read is what they should, they differ in one thing, and a result stands alone."""

from collections import Counter
from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import log_loss

from helpers import agreement, metrics, nets, sweep, universality, universality_data, universality_fit, zoo
from helpers import train as training
from helpers import universality_grid as grids
from helpers import universality_results as results
from helpers.universality import Run, members, pairs
from helpers.universality_data import Spec, read
from helpers.weather.parts import Part, Parts

QUICK = {"steps": 12}
#: What trains the networks of the book.
REAL = zoo.snow_networks, zoo.precipitation_network
#: Networks of the made-up tables: enough for three pairs of different ones.
NETWORKS = 6


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


# A year of three sites, and networks that nobody trained -------------------------------------------------------------

HOURS = pd.date_range("2001-01-01", periods=12_400, freq="45min")
SITES = np.array(["EWR", "JFK", "LGA"])[np.arange(len(HOURS)) % 3]


def part(first, last, data):
    """Rows of a made-up table; the first input tells which row it is."""
    rows = torch.arange(first, last)
    x = torch.cat([(rows[:, None] + 1) / len(HOURS), normal(len(rows), 2, seed=first)], 1)
    y = {"phase": rows % 3, "rate": normal(len(rows), seed=first + 1), "rain": rows % 2 == 0}[data]
    frame = pd.DataFrame({"site": SITES[first:last]}, index=HOURS[first:last])
    causes = {"intensity": 10.0 ** (rows % 4).numpy(), "storm": rows.numpy() // 50, "temperature": x[:, 1].numpy()}
    truth = pd.DataFrame(causes | {"riming": np.full(len(rows), 100.0), "depth": causes["intensity"] ** 2})
    return Part(x, y, frame, None if data == "rain" else truth)


def table(data):
    stretches = {"train": (0, 9000), "sae": (9000, 12_000), "test": (12_000, 12_400)}
    own = {name: part(*stretch, data) for name, stretch in stretches.items()}
    return Parts(**own, scaler=None, predictors=("a", "b", "c"), target="y", source="made up")


def telling(net):
    """Make the first neuron of each layer say which row it is."""
    with torch.no_grad():
        for weight in net.weights[:-1]:
            weight[:, :, 0] = 0
            weight[:, 0, 0] = 1
    return net


def rows_of(activations):
    return (activations[:, 0] * len(HOURS) - 1).round().long()


@pytest.fixture(scope="module", autouse=True)
def untrained(tmp_path_factory):
    """Networks of made-up tables, in every shape that the grid has, as they start. Nothing is kept."""
    real = training.fit
    clear = [universality_data.network.cache_clear, universality_data.read.cache_clear]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNOWFALL_CACHE", str(tmp_path_factory.mktemp("store")))
        patch.setattr(universality_data, "NETWORKS", NETWORKS)
        found = {
            data: (table(data), telling(nets.MLP(3, 6, outputs, instances=NETWORKS)))
            for data, outputs in {"phase": 3, "rate": 1, "rain": 1}.items()
        }
        patch.setattr(zoo, "snow_networks", lambda count, progress, questions: {q: found[q] for q in questions})
        patch.setattr(zoo, "precipitation_network", lambda count, progress: found["rain"])
        for each in clear:
            each()
        patch.setattr(training, "fit", lambda *given, **how: SimpleNamespace(interrupted=True))
        for shape in {(one.get("width", 6), one.get("layers", 1)) for one in grids.conditions("phase")}:
            for layers in {shape[1], 3 if shape[0] == 12 else 1}:
                telling(universality_data.network("phase", shape[0], layers, False, "labels")[1])
        telling(universality_data.network("phase", 6, 1, True, "labels")[1])
        patch.setattr(training, "fit", real)
        yield
        for each in clear:
            each()


# What they read ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["phase", "rate", "rain"])
def test_a_draw_is_some_rows_of_the_pool_and_the_later_ones_are_for_judging(data):
    one, other = (read(Spec(data, draw=draw)) for draw in (0, 1))
    for found in (one, other):
        rows = rows_of(found.learn)
        assert found.learn.shape == (universality_data.ROWS, 6) and len(rows.unique()) == len(rows)
        assert rows.min() >= 0 and rows.max() < 12_000 and (rows >= 9000).any() and (rows < 9000).any()
        assert rows_of(found.test).tolist() == list(range(12_000, 12_400))
        assert (found.causes is None) == (data == "rain")
    assert set(rows_of(one.learn).tolist()) != set(rows_of(other.learn).tolist())


def test_the_activations_are_those_of_the_network_and_the_layer():
    parts, net = universality_data.network("phase", 12, 3, False, "labels")
    x, wanted = parts.test.x, []
    with torch.no_grad():
        for weight, bias in zip(net.weights, net.biases, strict=True):
            x = torch.relu(x @ weight[4] + bias[4])
            wanted.append(x)
    for layer in (1, 2, 3):
        spec = Spec("phase", 4, width=12, layers=3, layer=layer)
        torch.testing.assert_close(read(spec).test, wanted[layer - 1])


def test_of_a_small_table_all_rows_are_taken_and_no_part(monkeypatch):
    monkeypatch.setattr(universality_data, "ROWS", 13_000)
    rows = rows_of(read.__wrapped__(Spec("rain", draw=3)).learn)
    assert sorted(rows.tolist()) == list(range(12_000))
    with pytest.raises(ValueError, match="at least 13000 rows of '0/1' in 'rain', got 12000"):
        read.__wrapped__(Spec("rain", part="0/1"))


@pytest.mark.parametrize("count", [2, 5])
def test_parts_share_no_row(count):
    pools = [set(rows_of(_pool(f"{i}/{count}")).tolist()) for i in range(count)]
    assert sum(map(len, pools)) == len(set().union(*pools))


def _pool(part):
    """Return what a part holds; of five, each has too few rows for an autoencoder, so fewer are asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(universality_data, "ROWS", 2000)
        found = read.__wrapped__(Spec("rain", draw=7, part=part)).learn
    assert len(found) == 2000
    return found


@pytest.mark.parametrize("site", ["EWR", "JFK", "LGA"])
def test_the_rows_of_a_site_are_of_that_site(site):
    assert set(SITES[rows_of(read(Spec("rain", part=site)).learn).numpy()]) == {site}


def test_winter_is_cold_and_summer_is_not():
    for season, months in {"winter": {12, 1, 2, 3}, "summer": {6, 7, 8, 9}}.items():
        rows = rows_of(read(Spec("rain", part=season)).learn).numpy()
        assert set(HOURS[rows].month) == months
        assert set(SITES[rows]) == set(SITES)


def test_the_loss_is_that_of_the_network_that_goes_on():
    for data, outputs in {"phase": 3, "rate": 1, "rain": 1}.items():
        parts, net = universality_data.network(data, 6, 1, False)
        with torch.no_grad():
            out = net(parts.test.x)[:, 2].double()
        found = read(Spec(data, 2))
        y = parts.test.y.numpy()
        if data == "rate":
            wanted = np.mean((out[:, 0].numpy() - y) ** 2)
        else:
            p = torch.softmax(out, -1) if outputs == 3 else torch.sigmoid(out[:, 0])
            wanted = log_loss(y, p.numpy())
        assert found.loss(found.test) == pytest.approx(wanted, rel=1e-4), data
        assert found.loss(found.test * 0) != pytest.approx(wanted, rel=1e-4)
    # From whichever layer one goes on, the loss of the same activations is the same.
    deep = [read(Spec("phase", 1, width=12, layers=3, layer=layer)) for layer in (1, 2, 3)]
    assert [one.loss(one.test) for one in deep] == [pytest.approx(deep[0].loss(deep[0].test), rel=1e-5)] * 3


def test_causes_of_many_sizes_are_logarithms_and_the_number_of_the_storm_is_none():
    test = universality_data.network("phase", 6, 1, False)[0].test
    found = universality_data.recorded(test)
    wanted = [test.truth[name].to_numpy() for name in ("intensity", "temperature", "riming", "depth")]
    wanted = [values if i == 1 else np.log10(values) for i, values in enumerate(wanted)]
    assert found.shape == (400, 4) and torch.allclose(found, torch.tensor(np.stack(wanted, 1), dtype=torch.float32))
    assert torch.equal(read(Spec("phase")).causes, found)


def test_a_toy_world_has_causes_and_the_same_features_in_every_draw():
    one, other, elsewhere = (read(Spec("toy", *which)) for which in ((3, 0), (3, 1), (4, 0)))
    assert torch.equal(one.test, other.test) and torch.equal(one.causes, other.causes) and one.loss is None
    assert not torch.equal(one.learn, other.learn) and not torch.equal(one.test, elsewhere.test)
    truth = universality_data.world(3).truth[0]
    torch.testing.assert_close(one.causes @ truth, one.test, atol=1e-5, rtol=1e-5)
    # What is learnt lies in the same directions: sparse values of these features explain it.
    assert one.learn.shape == (universality_data.ROWS, universality_data.INPUTS)
    halves = [read(Spec("toy", 3, part=half)).learn for half in ("0/2", "1/2")]
    both = [set(map(tuple, half[(half != 0).any(-1)].tolist())) for half in halves]
    assert not both[0] & both[1] and min(map(len, both)) > 1000


def test_duplicates_are_so_many_copies_with_their_labels(monkeypatch):
    asked = []

    def noted(x, y, **how):
        asked.append((x, y))

    monkeypatch.setattr(universality_data, "minibatches", noted)
    monkeypatch.setattr(training, "fit", lambda *given, **how: SimpleNamespace(interrupted=True))
    for more in (False, True):
        universality_data.network.__wrapped__("phase", 12 - 6 * more, 1, more)
    (plain, _), (x, y) = asked
    assert len(plain) == 7200 and torch.equal(x[:7200], plain)
    rows = rows_of(x)
    assert Counter(Counter(rows.tolist()).values()) == {1: 6480, universality_data.TIMES: 720}
    assert torch.equal(y, rows % 3)
    # They are from all over the table.
    assert rows[7200:].max() > 7000


def test_networks_come_in_the_shapes_that_were_asked_for():
    for width, layers in ((6, 1), (12, 1), (24, 1), (12, 3)):
        net = universality_data.network("phase", width, layers, False)[1]
        assert [w.shape for w in net.weights[:-1]] == [(NETWORKS, n, width) for n in (3, *[width] * (layers - 1))]


def test_the_tables_of_the_book_have_what_the_grid_asks_for(monkeypatch):
    monkeypatch.setattr(training, "fit", lambda *given, **how: SimpleNamespace(interrupted=True))
    found = {q: parts for q, (parts, _) in REAL[0](1, progress=False, questions=("phase", "rate")).items()}
    found["rain"] = REAL[1](1, progress=False)[0]
    for data, parts in found.items():
        pool = pd.concat([parts.train.frame, parts.sae.frame])
        assert len(pool) >= 2 * universality_data.ROWS
        if data == "rain":
            asked = {value for one in grids.conditions("rain") if one.get("differ") == "site" for value in one.values()}
            for site in asked - {"rain", "site"}:
                assert (pool["site"] == site).sum() >= universality_data.ROWS
            for months in universality_data.SEASONS.values():
                assert pool.index.month.isin(months).sum() >= universality_data.ROWS
        else:
            causes = universality_data.recorded(parts.test)
            assert len(causes) == len(parts.test) and torch.isfinite(causes).all() and (causes.std(0) > 0).all()


BAD = {
    "no such data": (lambda: read(Spec("hail")), "unknown data 'hail': expected one of phase, rate, rain"),
    "no such network": (lambda: read(Spec("phase", NETWORKS)), f"a network from 0 to {NETWORKS - 1}, got {NETWORKS}"),
    "no such site": (lambda: read(Spec("rain", part="BOS")), "at least 3000 rows of 'BOS' in 'rain', got 0"),
    "too few": (lambda: read(Spec("rain", part="0/5")), "at least 3000 rows of '0/5' in 'rain', got 2400"),
    "no such part": (lambda: read(Spec("rain", part="2/2")), "expected a part such as '0/2', got '2/2'"),
    "no part": (lambda: read(Spec("rain", part="a/2")), "expected a part such as '0/2', got 'a/2'"),
    "no layer": (lambda: read(Spec("phase", layer=2)), "a layer from 1 to 1, got 2"),
    "another shape": (lambda: read(Spec("rain", width=12)), r"only the classifier \(data='phase'\) .* got 'rain'"),
    "a toy of a site": (lambda: read(Spec("toy", part="JFK")), "a toy world has no 'JFK': expected a part such as"),
    "a toy in bits": (lambda: read(Spec("toy", part="3/11")), "at most 10 parts of a toy world, got '3/11'"),
    "no such toy part": (lambda: read(Spec("toy", part="-1/2")), "expected a part such as '0/2', got '-1/2'"),
    "no such difference": (lambda: members(Run("toy", differ="hail")), "unknown difference 'hail'"),
    "no such variant": (lambda: members(Run("toy", variant="hail")), "unknown variant 'hail': expected one of L1"),
    "no such variants": (lambda: members(Run("toy", differ="variant", a="hail:1", b="L1")), "unknown variant 'hail'"),
    "nothing differs": (
        lambda: members(Run("rain", differ="site", a="JFK")),
        "expected what the two have in a and b where they differ in site, got 'JFK' and ''",
    ),
    "no ratio": (
        lambda: members(Run("toy", differ="ratio", a="2", b="two")),
        "expected a number for the ratio, got 'two'",
    ),
    "no number": (
        lambda: members(Run("toy", differ="variant", a="L1:0.1", b="TopK:two")),
        "expected a number for the sparsity, got 'two'",
    ),
    "no data": (lambda: grids.conditions("hail"), "unknown data 'hail'"),
    "no pairs": (lambda: grids.grid(0), "expected 1 to 25 pairs of networks, got 0"),
    "too many pairs": (lambda: grids.grid(26), "expected 1 to 25 pairs of networks, got 26"),
    "unknown difference": (lambda: grids.grid(2, differ=["hail"]), "unknown difference 'hail'"),
    "unknown data": (lambda: grids.grid(2, data=["hail"]), "unknown data 'hail'"),
    "no runs": (lambda: universality.train([]), "at least one, got 0"),
    "other sizes": (
        lambda: universality.train([Run("toy"), Run("toy", ratio=4)]),
        "runs whose autoencoders have the same shapes, at least one, got 2 of 2 kinds",
    ),
    "other variants": (
        lambda: universality_fit.stack([members(Run("toy"))[0], members(Run("toy", variant="free"))[0]], [None] * 2),
        "autoencoders of one variant, one ratio and one number of steps",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        call()


# What the two differ in ----------------------------------------------------------------------------------------------

#: What is not the same in the two autoencoders of a pair.
DIFFERENT = {
    "seed": {"seed"},
    "rows": {"seed", "part"},
    "rows alone": {"part"},
    "network": {"seed", "net"},
    "width": {"seed", "net", "width"},
    "depth": {"seed", "net", "layers", "layer"},
    "layer": {"seed", "layer"},
    "duplicates": {"seed", "duplicates"},
    "site": {"seed", "part"},
    "season": {"seed", "part"},
    "ratio": {"seed", "ratio"},
    "sparsity": {"seed", "sparsity"},
    "variant": {"seed", "variant", "sparsity"},
}
EVERY = [one for data in universality_data.DATA for one in grids.conditions(data)]


def flat(member):
    return asdict(member) | member.spec._asdict() | {"spec": None}


def test_every_difference_is_described_and_in_the_grid():
    assert set(DIFFERENT) == set(grids.DIFFER) == {one.get("differ", "seed") for one in EVERY}
    assert len({tuple(sorted(one.items())) for one in EVERY}) == len(EVERY)
    assert len({Run(**one) for one in EVERY}) == len(EVERY)


@pytest.mark.parametrize("condition", EVERY, ids=lambda one: "-".join(map(str, one.values())))
def test_the_two_of_a_pair_differ_in_what_they_should_and_nothing_else(condition):
    run = Run(**condition, pair=3)
    a, b = map(flat, members(run))
    assert {name for name in a if a[name] != b[name]} == DIFFERENT[run.differ]
    if run.differ not in ("seed", "network", "rows", "rows alone", "duplicates"):
        one = run.differ if run.differ in a else {"site": "part", "season": "part", "depth": "layers"}[run.differ]
        wanted = [value.partition(":")[0] for value in (run.a, run.b)]
        assert [float(x) if not isinstance(x, str) else x for x in (a[one], b[one])] == [
            x if isinstance(a[one], str) else float(x) for x in wanted
        ]
    for name in ("data", "variant", "ratio", "sparsity", "steps", "width", "layers", "layer"):
        if name not in DIFFERENT[run.differ]:
            assert a[name] == getattr(run, name), name
    assert a["draw"] == b["draw"] == 3
    # All pairs of a condition can be trained at once.
    assert universality.together(run) == universality.together(Run(**condition, pair=0))


@pytest.mark.parametrize("differ", ["seed", "network"])
def test_no_seed_and_no_pair_of_networks_comes_twice(differ):
    every = [member for run in pairs(20, data="phase", differ=differ) for member in members(run)]
    assert len({member.seed for member in every}) == 40 and min(member.seed for member in every) >= 500_000
    assert len({member.spec.net for member in every}) == (40 if differ == "network" else 20)


def test_the_grid_lists_all_pairs_of_a_condition_and_some_may_be_picked():
    whole = grids.grid(3)
    assert len(whole) == len(set(whole)) == 3 * len(EVERY)
    assert [run.pair for run in whole] == [0, 1, 2] * len(EVERY)
    some = grids.grid(2, ["rain"], (name for name in ("site", "season")))
    assert {(run.data, run.differ) for run in some} == {("rain", "site"), ("rain", "season")} and len(some) == 8
    assert pairs(2, data="toy", ratio=4) == [Run("toy", 0, ratio=4), Run("toy", 1, ratio=4)]


# Training ------------------------------------------------------------------------------------------------------------


RAW = {*agreement.RAW}
TRUTH = {"plain", "weighted", "rank", "rank_given_rate", "shared_if_true"}
QUALITY = {"l0", "fvu", "dead", "on", "recovered"}
NAMES = (
    RAW
    | {f"{name}_{end}" for name in RAW for end in ("random", "apart")}
    | {f"{name}_shifted" for name in agreement.ACTIVATIONS}
    | {f"{name}{end}" for name in TRUTH | QUALITY for end in ("", "_apart")}
)
BOTH = {"decoder", "encoder", "correlation"}
#: Of every difference and variant the first condition that has it.
FIRST = {(one.get("differ", "seed"), one.get("variant", "L1")): one for one in reversed(EVERY)}


@pytest.mark.parametrize("kind", FIRST, ids=str)
def test_every_kind_of_pair_can_be_trained(kind):
    (found,) = universality.train([Run(**FIRST[kind] | QUICK)])
    assert set(found) == NAMES
    data = FIRST[kind]["data"]
    for name, values in found.items():
        two = name.split("_")[0] in BOTH or name.removesuffix("_apart") in QUALITY | {"shared_if_true"}
        assert values.shape == ((2,) if two else ()) and values.dtype == np.float32, name
        # Nothing but what has no right to a number lacks one.
        plain = name.removesuffix("_apart")
        if plain in TRUTH:
            assert np.isnan(values).all() == (data == "rain") or plain != "plain"
        elif plain == "recovered":
            assert not np.isnan(values).any() or data == "toy" or not _hurts(FIRST[kind])
        elif plain.removesuffix("_random") in agreement.WEIGHTS:
            assert np.isnan(values).all() == (kind[0] == "width"), name
        else:
            assert np.isfinite(values).all(), name


def _hurts(condition):
    """Whether silencing the layer costs these untrained networks anything."""
    for member in members(Run(**condition)):
        one = read(member.spec)
        if one.loss(one.learn.mean(0).expand_as(one.test)) <= one.loss(one.test):
            return False
    return True


@pytest.mark.parametrize("variant", grids.VARIANTS)
@pytest.mark.parametrize("data", ["toy", "phase"])
def test_a_result_depends_on_its_run_alone(data, variant):
    settings = QUICK | {"data": data, "variant": variant, "sparsity": 3 if variant in ("TopK", "archetypal") else 0.03}
    runs = pairs(3, **settings)
    runs[1] = replace(runs[1], differ="rows")
    found, (alone,) = universality.train(runs), universality.train(runs[1:2])
    for name, values in found[1].items():
        assert np.allclose(values, alone[name], atol=2e-3, equal_nan=True), name
    assert not any(np.allclose(found[i]["decoder"], found[1]["decoder"], atol=1e-4) for i in (0, 2))


def test_the_settings_reach_the_training(monkeypatch):
    asked, real = [], training.fit

    def watched(sae, batches, loss, steps, lr, schedule, **how):
        asked.append((sae, batches(0, None)[0], loss, steps, lr, [schedule(step) for step in (0, 5, 10, 14)]))
        return real(sae, batches, loss, steps=1, lr=lr, schedule=schedule, **how)

    monkeypatch.setattr(training, "fit", watched)
    universality.train([Run("toy", variant="free", ratio=4, sparsity=0.2, steps=15)])
    (sae, batch, loss, steps, lr, schedule), (_, shuffled, *_) = asked
    assert steps == 15 and lr == universality_fit.RATE and schedule == pytest.approx([1, 1, 1, 0.2])
    assert batch.shape == (universality_fit.BATCH, 2, 16) and sae.W_enc.shape == (2, 16, 64)
    assert sae.centred and not sae.unit_norm
    # The L1 weight is that of the run: twice the difference is twice the price of all that is on.
    x = normal(9, 2, 16)
    latents = sae.encode(x)
    plain = (sae.decode(latents) - x).square().mean((0, 2))
    torch.testing.assert_close(loss(sae, (x,)) - plain, 0.2 * sae.activation.penalty(sae.drive(x), latents))
    # The control learns the same values of each neuron, in rows that never were.
    learnt = read(Spec("toy")).learn
    rows = {tuple(row) for row in (learnt / learnt.square().mean().sqrt()).round(decimals=4).tolist()}
    for given, known in ((batch, 1.0), (shuffled, 0.0)):
        share = np.mean([tuple(row) in rows for row in given[:, 0].round(decimals=4).tolist()])
        assert share == pytest.approx(known, abs=0.35)
    assert not torch.equal(batch, shuffled)


def test_what_is_compared_are_the_dictionaries_on_later_rows():
    run = Run("phase", 2, **QUICK)
    (found,) = universality.train([run])
    both = members(run)
    reads = [read(member.spec) for member in both]
    sae = universality_fit.stack(both, reads)
    later = torch.stack([one.test / one.learn.square().mean().sqrt() for one in reads], 1)
    whole = agreement.of(sae, later)
    wanted = agreement.compare(whole[:1], whole[1:], [10_002])
    wanted |= agreement.by_truth(whole[:1], whole[1:], reads[0].causes)
    for name, values in wanted.items():
        assert np.allclose(found[name], values[0].numpy(), atol=1e-4, equal_nan=True), name
    assert np.allclose(found["l0"], metrics.l0(whole.latents).numpy(), atol=1e-4)
    assert np.allclose(found["dead"], 1 - whole.living.float().mean(-1).numpy(), atol=1e-6)
    on = (whole.latents > 0).float().mean(0)
    assert np.allclose(found["on"], [on[i][whole.living[i]].mean() for i in range(2)], atol=1e-5)
    copy = sae.decode(whole.latents)
    assert np.allclose(found["fvu"], metrics.fvu(later, copy).detach().numpy(), atol=1e-4)


def made_up(change):
    """A ``stack`` that trains nothing: two latents for each neuron copy it, but for ``change``."""

    def stack(some, reads, apart=False, progress=False):
        inputs = reads[0].learn.shape[1]
        sae = nets.SparseAutoencoder(inputs, 2 * inputs, len(some))
        both = torch.cat([torch.eye(inputs), -torch.eye(inputs)])
        with torch.no_grad():
            sae.W_enc.copy_(both.T), sae.W_dec.copy_(both)
            change(sae, reads)
        return sae

    return stack


def test_a_perfect_copy_recovers_the_loss(monkeypatch):
    def silent(sae, reads):
        sae.W_enc[1] = 0
        sizes = [universality_fit.scaled(one)[2] for one in reads]
        sae.b_dec[1] = reads[1].learn.mean(0) / sizes[1]

    def judged(spec):
        one = read(spec)
        return one._replace(loss=lambda hidden: 0.5 + (hidden - one.test).square().mean().item())

    run = Run("rain", 1)
    monkeypatch.setattr(universality, "read", judged)
    monkeypatch.setattr(universality, "stack", made_up(lambda sae, reads: None))
    (found,) = universality.train([run])
    assert found["recovered"] == pytest.approx([1, 1], abs=1e-4) and found["fvu"] == pytest.approx([0, 0], abs=1e-5)
    # Neurons are never negative, so that half of the latents are dead, and those of silent neurons.
    dead = 1 - (read(Spec("rain", 1)).test > 0).any(0).float().mean().item() / 2
    assert found["dead"] == pytest.approx([dead, dead]) and found["matched"] == pytest.approx(1)
    monkeypatch.setattr(universality, "stack", made_up(silent))
    (found,) = universality.train([run])
    assert found["recovered"] == pytest.approx([1, 0], abs=1e-4) and found["dead"] == pytest.approx([dead, 1])
    # The second has no living latent: the pair is empty, and says so.
    assert all(np.isnan(found[name]).all() for name in (*RAW, "matched_random", "shared_apart"))


def test_an_interrupted_training_is_no_result(monkeypatch):
    monkeypatch.setattr(training, "fit", lambda *given, **how: SimpleNamespace(interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        universality.train([Run("toy")])


# The file ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch):
    """Make trainings of a few steps; return how many pairs were trained each time."""
    real, trained = universality.train, []

    def train(runs):
        trained.append(len(runs))
        return real([replace(run, **QUICK) for run in runs])

    monkeypatch.setattr(universality, "train", train)
    return trained


def test_a_killed_grid_goes_on_and_the_file_is_the_same(quick, tmp_path):
    runs, out = pairs(4, data="toy") + pairs(4, data="toy", variant="TopK", sparsity=2), tmp_path / "grid.parquet"

    def killed(stack):
        if len(quick) == 2:
            raise KeyboardInterrupt
        return universality.train(stack)

    how = {"together": universality.together, "most": 2, "progress": False}
    with pytest.raises(KeyboardInterrupt):
        sweep.run(runs, killed, out, **how)
    assert quick == [2, 2] and not out.exists()
    sweep.run(runs, universality.train, out, **how)
    assert quick == [2, 2, 2, 2]
    sweep.run(runs, universality.train, tmp_path / "again.parquet", **how)
    one, other = (results.load(tmp_path / f"{name}.parquet") for name in ("grid", "again"))
    pd.testing.assert_frame_equal(one, other)


def test_the_command_writes_a_file_and_adds_pairs(quick, tmp_path, capsys):
    out = tmp_path / "grid.parquet"
    command = ["--data", "toy", "--differ", "rows", "rows alone", "--out", str(out)]
    assert universality.main([*command, "--pairs", "2"]) == 0 and quick == [4, 4]
    assert f"written: {out}" in capsys.readouterr().out
    assert universality.main([*command, "--pairs", "3"]) == 0 and quick == [4, 4, 2, 2]
    rows = results.pick(results.load(out), data="toy", differ="rows", variant="TopK", sparsity=2)
    assert rows.pair.tolist() == [0, 1, 2] and results.values(rows, "decoder").shape == (3,)


def test_an_interrupted_command_says_how_to_go_on(quick, tmp_path, capsys, monkeypatch):
    real = universality.train

    def once(runs):
        if quick:
            raise KeyboardInterrupt
        return real(runs)

    command = ["--data", "toy", "--differ", "rows", "--pairs", "1", "--out", str(tmp_path / "grid.parquet")]
    with monkeypatch.context() as patch:
        patch.setattr(universality, "train", once)
        assert universality.main(command) == 130
    assert "the same command goes on" in capsys.readouterr().err and quick == [1]
    assert universality.main(command) == 0 and quick == [1, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--pairs", "0"], "expected 1 to 25 pairs of networks, got 0"),
        (["--data", "hail"], "invalid choice: 'hail'"),
        (["--differ", "hail"], "invalid choice: 'hail'"),
        (["--data", "toy", "--differ", "season"], "expected a grid with at least one run"),
        (["--workers", "-1"], "expected 0 or more workers, got -1"),
    ],
)
def test_a_bad_command_is_refused(quick, wrong, message, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        universality.main(["--out", str(tmp_path / "grid.parquet"), *wrong])
    assert stopped.value.code == 2 and message in capsys.readouterr().err and not quick


# Reading it ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """A file of made-up outcomes: the number of the pair, but for one that is empty."""
    runs = [
        run for one in ({}, {"ratio": 4}, {"variant": "TopK", "sparsity": 2}) for run in pairs(5, data="toy", **one)
    ]

    def train(stack):
        numbers = [np.float32("nan" if run.pair == 3 else run.pair) for run in stack[::-1]][::-1]
        return [{"matched_r": np.array(x), "decoder": np.array([x, x + 1])} for x in numbers]

    out = tmp_path_factory.mktemp("grid") / "grid.parquet"
    sweep.run(runs[::-1], train, out, progress=False)
    return results.load(out)


def test_a_condition_is_picked_in_the_order_of_its_pairs(grid):
    for condition in ({}, {"ratio": 4}, {"variant": "TopK", "sparsity": 2}):
        rows = results.pick(grid, data="toy", **condition)
        assert rows.pair.tolist() == [0, 1, 2, 3, 4]
        for name, value in asdict(Run("toy", **condition)).items():
            assert name == "pair" or (rows[name] == value).all()
    np.testing.assert_equal(results.values(rows, "matched_r"), [0, 1, 2, np.nan, 4])
    np.testing.assert_equal(results.values(rows, "decoder"), [0.5, 1.5, 2.5, np.nan, 4.5])


def test_an_average_counts_what_it_leaves_out(grid):
    found = results.average(results.values(results.pick(grid, data="toy"), "matched_r"))
    assert found.mean == pytest.approx(7 / 4) and found.low < found.mean < found.high
    assert (found.pairs, found.empty) == (4, 1)
    few = results.average([1.0, np.nan, 2.0])
    assert np.isnan(few[:3]).all() and few[3:] == (2, 1)
    assert results.average([0.5] * 9)[:3] == (0.5, 0.5, 0.5)


def test_what_the_file_does_not_hold_is_named(grid, tmp_path):
    rows = results.pick(grid, data="toy")
    for call, message in {
        lambda: results.pick(grid, data="toy", seed=3): "unknown setting 'seed': expected some of data, differ, a, b",
        lambda: results.pick(grid, data="toy", pair=3): "unknown setting 'pair'",
        lambda: results.pick(grid, ratio=4): "a condition belongs to one",
        lambda: results.pick(grid, data="toy", ratio=8): "the table has no pairs with .*'ratio': 8",
        lambda: results.values(rows, "hail"): "unknown outcome 'hail': expected one of matched_r, decoder$",
        lambda: results.values(rows, "variant"): "unknown outcome 'variant': expected one of matched_r, decoder$",
        lambda: results.average([]): r"expected one value per pair, \(pairs,\), got shape \(0,\)",
        lambda: results.average(np.ones((2, 2))): r"got shape \(2, 2\)",
    }.items():
        with pytest.raises(ValueError, match=message):
            call()
    sweep.run([{"a": 1}], lambda stack: [{"b": np.array(2)}], tmp_path / "other.parquet", progress=False)
    with pytest.raises(ValueError, match="holds no pairs of autoencoders: expected the columns data, differ"):
        results.load(tmp_path / "other.parquet")


# What ships ----------------------------------------------------------------------------------------------------------


def test_the_file_of_the_book_is_the_whole_grid_and_nothing_is_missing():
    shipped = results.load()
    names = [*results.SETTINGS, "pair"]
    assert [Run(**row) for row in shipped[names].to_dict("records")] == grids.grid()
    assert set(shipped) == NAMES | set(names)
    for name in NAMES:
        lacks, plain = np.isnan(results.values(shipped, name)), name.removesuffix("_random").removesuffix("_apart")
        if plain in agreement.WEIGHTS:
            assert (lacks == (shipped.differ == "width")).all(), name
        elif plain in {"plain", "weighted", "rank"}:
            assert (lacks == (shipped.data == "rain")).all(), name
        elif plain not in TRUTH | {"recovered"}:
            assert not lacks.any(), name


def test_the_file_of_the_book_can_be_made_again():
    rows = results.pick(results.load(), data="toy", steps=500)
    for found, (_, row) in zip(universality.train(pairs(2, data="toy", steps=500)), rows.iterrows(), strict=False):
        for name in ("decoder", "correlation", "matched", "decoder_random", "l0"):
            assert np.allclose(found[name], row[name], atol=0.03), name
