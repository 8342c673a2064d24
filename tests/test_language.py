"""Activations of a tiny language model are those computed by hand, and nothing is left behind."""

import json
import sys

import pytest
import tiny_language
import torch

from helpers import language

pytest.importorskip("transformers")
TEXTS = tiny_language.sentences(20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="module")
def net(folder):
    return tiny_language.save(folder)


@pytest.fixture(scope="module")
def ids(net, folder):
    """The tokens by hand: the first ten words of each text."""
    known = {word: place for place, word in enumerate(tiny_language.WORDS)}
    return torch.tensor([[known[word] for word in text.split()[:10]] for text in TEXTS])


@pytest.mark.parametrize("layer", [0, 1])
def test_activations_are_those_computed_by_hand(net, folder, ids, layer):
    assert ids.shape == (20, 10)
    with torch.no_grad():
        states = net.gpt_neox(ids, output_hidden_states=True).hidden_states
        block = net.gpt_neox.layers[layer]
        read = states[layer]  # parallel: attention and MLP both read what enters the layer
        neurons = torch.nn.functional.gelu(block.mlp.dense_h_to_4h(block.post_attention_layernorm(read)))
        output = block.mlp.dense_4h_to_h(neurons)
    given = {"layer": layer, "length": 10, "tokens": 1000}
    assert net.config.use_parallel_residual
    hidden = language.activations(folder, TEXTS, where="hidden", **given)
    assert hidden.shape == (200, 32) and hidden.dtype == torch.float32
    assert torch.allclose(hidden, neurons.flatten(0, 1), atol=1e-5)
    found = language.activations(folder, TEXTS, where="output", **given)
    assert found.shape == (200, 16)
    assert torch.allclose(found, output.flatten(0, 1), atol=1e-5)


def test_no_more_tokens_come_back_than_asked_for(net, folder):
    few = language.activations(folder, TEXTS, tokens=25, length=10)
    many = language.activations(folder, TEXTS, tokens=1000, length=10)
    assert len(few) == 25 and torch.allclose(few, many[:25], atol=1e-6)


def test_pieces_are_no_longer_than_the_model_can_read(net, folder):
    long = [" ".join(TEXTS)] * 2
    assert len(language.activations(folder, long, length=128, tokens=64)) == 64
    assert len(language.activations(folder, long, length=128)) == 2 * (240 // 32 * 32)


def test_each_text_gives_its_first_tokens_and_more_only_where_texts_are_few(net, folder):
    long, short = " ".join(TEXTS[:2]), TEXTS[2]  # of 24 and 12 tokens
    first = {"length": 10, "tokens": 20}
    alone = [language.activations(folder, [text], length=10, tokens=10) for text in (long, short)]
    both = language.activations(folder, [long, "rain", short, TEXTS[3]], **first)
    assert torch.allclose(both, torch.cat(alone), atol=1e-5)
    second = language.activations(folder, [long], length=10)[10:]
    more = language.activations(folder, [long, short], length=10, tokens=30)
    assert torch.allclose(more, torch.cat([alone[0], second, alone[1]]), atol=1e-5)


def test_a_model_saved_without_its_head_is_the_same(net, folder, tmp_path):
    tiny_language.save(tmp_path, whole=False)
    assert torch.equal(*(language.activations(one, TEXTS, length=10) for one in (folder, tmp_path)))


def test_an_untrained_model_has_the_shape_and_other_weights(net, folder):
    known, first, again, other = (
        language.activations(folder, TEXTS, length=10, **settings)
        for settings in ({}, {"untrained": True}, {"untrained": True}, {"untrained": True, "seed": 1})
    )
    assert first.shape == known.shape and torch.equal(first, again)
    assert not torch.allclose(first, known) and not torch.allclose(first, other)
    before = torch.random.get_rng_state()
    language.activations(folder, TEXTS, length=10, untrained=True)
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_hook_is_removed_even_after_an_error():
    module, found = torch.nn.Linear(3, 2), []
    with language.listening(module, found):
        module(torch.ones(4, 3))
    with pytest.raises(RuntimeError), language.listening(module, found):
        module(torch.ones(4, 2))
    module(torch.ones(4, 3))
    assert len(found) == 1 and found[0].shape == (4, 2) and not module._forward_hooks


def test_reading_is_quiet_and_leaves_logging_as_it_was(net, folder, capfd):
    from transformers.utils import logging

    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    language.activations(folder, TEXTS, length=10)
    assert capfd.readouterr() == ("", "")
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"layer": 2}, "expected a layer from 0 to 1, got 2"),
        ({"layer": -1}, "expected a layer from 0 to 1, got -1"),
        ({"layer": True}, "expected a layer from 0 to 1, got True"),
        ({"where": "attention"}, "unknown place 'attention': expected one of output, hidden"),
        ({"tokens": 0}, "tokens must be a positive integer"),
        ({"length": 0}, "length must be a positive integer"),
    ],
)
def test_settings_that_do_not_fit_are_refused(net, folder, settings, said):
    with pytest.raises(ValueError, match=said):
        language.activations(folder, TEXTS, **settings)


@pytest.mark.parametrize("texts", [[], ["rain"]])
def test_too_few_tokens_are_refused(net, folder, texts):
    with pytest.raises(ValueError, match=f"expected a text of at least 10 tokens, got {len(texts)} in the longest"):
        language.activations(folder, texts, length=10)


def test_a_single_text_is_refused(net, folder):
    with pytest.raises(ValueError, match="expected a list of texts"):
        language.activations(folder, "rain falls", length=10)


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no AutoConfig that can be read"):
        language.activations(tmp_path, TEXTS)
    with pytest.raises(ValueError, match="holds no AutoConfig that can be read"):
        language.activations(tmp_path / "nowhere", TEXTS)


def test_a_model_of_another_kind_is_refused(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    with pytest.raises(ValueError, match="expected a model of the type gpt_neox, such as a Pythia, got gpt2"):
        language.activations(tmp_path, TEXTS)


def test_weights_that_lack_something_are_refused(tmp_path):
    tiny_language.save(tmp_path, layers=1)
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 2}))
    assert len(language.activations(tmp_path, TEXTS, layer=0, length=10))
    with pytest.raises(ValueError, match="the weights lack layers.1"):
        language.activations(tmp_path, TEXTS, layer=1, length=10)


def test_without_the_package_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(ImportError, match=r'pip install -e "\.\[language\]"'):
        language.activations(tmp_path, TEXTS)
