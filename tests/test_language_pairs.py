"""Two seeds on the activations of a tiny language model, measured as on the tables, from its folder to the numbers."""

import pytest
import tiny_language
import torch

from helpers import agreement, language, language_files, universality_fit
from helpers.language_pairs import seeds_agree


def test_from_a_folder_to_the_measures(tmp_path, monkeypatch):
    pytest.importorskip("transformers")
    tiny_language.save(tmp_path)
    monkeypatch.setenv(language_files.VARIABLE, str(tmp_path))
    found = language_files.find()
    texts = language_files.texts(found.texts)
    for untrained in (False, True):
        hidden = language.activations(found.model, texts, length=20, tokens=400, untrained=untrained)
        assert len(hidden) == 400
        measured = seeds_agree(hidden, 2, pairs=2, steps=40, length=20, device="cpu")
        assert {name for name in agreement.RAW} <= set(measured)
        assert {f"{name}_apart" for name in agreement.RAW} <= set(measured)
        assert measured["shared"].shape == (2,) and measured["decoder_random"].shape == (2, 2)
        assert measured["l0"].shape == measured["fvu"].shape == measured["dead"].shape == (2, 2)


def directions(rows=1200, width=8, seed=0):
    """A few directions of which one is on in each row: what an autoencoder can find again."""
    source = torch.Generator().manual_seed(seed)
    found = torch.linalg.qr(torch.randn(width, width, generator=source)).Q
    which = torch.randint(width, (rows,), generator=source)
    return found[which] * (0.5 + torch.rand(rows, 1, generator=source))


@pytest.fixture(scope="module")
def hidden():
    return directions()


def test_seeds_agree_on_what_is_there_and_more_than_chance_has_it(hidden):
    measured = seeds_agree(hidden, 1, pairs=2, price=0.02, rate=0.01, steps=400, device="cpu")
    assert (measured["matched_r"] > measured["matched_r_random"] + 0.2).all()
    assert (measured["decoder"] > measured["decoder_random"]).all()
    assert (measured["fvu"] < 0.5).all() and (measured["l0"] < 4).all()


def test_a_pair_is_the_same_alone_and_beside_another(hidden):
    given = {"price": 0.05, "rate": 0.01, "steps": 60, "device": "cpu"}
    one, two = (seeds_agree(hidden, 1, pairs=pairs, **given) for pairs in (1, 2))
    for name, values in one.items():
        assert torch.allclose(values[0], two[name][0], atol=1e-4, equal_nan=True), name


def test_the_unit_of_measure_changes_neither_the_balance_nor_the_result(hidden):
    given = {"rate": 0.01, "steps": 60, "device": "cpu"}
    one, other = (seeds_agree(scale * hidden, 1, price=scale * 0.02, **given) for scale in (1, 4))
    for name, values in one.items():
        assert torch.allclose(values, other[name], atol=1e-3, equal_nan=True), name
    dear = seeds_agree(4 * hidden, 1, price=0.02, **given)
    assert (dear["l0"] > one["l0"]).all()  # four times as large, they cost a quarter of what they save


def test_what_is_held_out_begins_with_a_text(hidden, monkeypatch):
    seen = []
    monkeypatch.setattr(universality_fit, "stack", lambda some, reads, **_: seen.append(reads[0]) or 1 / 0)
    for length, cut in ((1, 960), (128, 896), (500, 500)):
        with pytest.raises(ZeroDivisionError):
            seeds_agree(hidden, 1, length=length)
        assert torch.equal(seen[-1].learn, hidden[:cut]) and torch.equal(seen[-1].test, hidden[cut:])


@pytest.mark.parametrize(
    ("x", "settings", "said"),
    [
        (torch.rand(10, 4), {}, "of 100 tokens or more"),
        (torch.rand(200, 2, 4), {}, "of 100 tokens or more"),
        (torch.rand(200, 4), {"pairs": 0}, "pairs must be a positive integer"),
        (torch.rand(200, 4), {"ratio": 0.5}, "ratio must be a positive integer"),
        (torch.rand(200, 4), {"length": 0}, "length must be a positive integer"),
        (torch.rand(200, 4), {"length": 200}, "two or more texts of 200 tokens, got 200 tokens"),
    ],
)
def test_what_does_not_fit_is_refused(x, settings, said):
    with pytest.raises(ValueError, match=said):
        seeds_agree(x, settings.pop("ratio", 1), **settings)
