"""Autoencoders in files: back as they were, or one clear error."""

import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from helpers import autoencoder_files, nets

INPUTS, LATENTS, INSTANCES = 4, 6, 2

VARIANTS = {
    "L1": lambda: {},
    "free, centred": lambda: {"unit_norm": False, "centred": True},
    "tied, narrow": lambda: {"tied": True, "widths": [3, 6]},
    "Gated": lambda: {"activation": nets.Gated()},
    "TopK": lambda: {"activation": nets.TopK([1, 3])},
    "BatchTopK": lambda: {"activation": nets.BatchTopK([0.5, 2])},
    "JumpReLU": lambda: {"activation": nets.JumpReLU(0.3, 0.2)},
}
everywhere = pytest.mark.parametrize("variant", VARIANTS)


def make(variant="L1", **settings):
    sae = nets.SparseAutoencoder(INPUTS, LATENTS, INSTANCES, **VARIANTS[variant]() | settings)
    with torch.no_grad():
        for k, p in enumerate(sae.parameters()):
            p += 0.3 * torch.randn(p.shape, generator=torch.Generator().manual_seed(k)) * (p != 0)
        sae.b_enc += 0.1 * sae.present
    return sae


def rows(count=30):
    return torch.randn(count, INPUTS, generator=torch.Generator().manual_seed(7))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "sae.safetensors"


@everywhere
def test_what_comes_back_is_the_same_autoencoder(variant, path):
    sae, x, about = make(variant), rows(), {"source": "simulator", "seeds": [0, 1], "l1": 0.01}
    if variant == "BatchTopK":
        sae.activation.settle(sae.drive(x))
        sae.eval()
    autoencoder_files.save(path, sae, about=about)
    back, said = autoencoder_files.load(path)
    assert said == about and back.training is sae.training
    assert all(torch.equal(a, b) for a, b in zip(back(x), sae(x), strict=True))
    assert torch.equal(back.present, sae.present) and type(back.activation) is type(sae.activation)
    assert autoencoder_files.described(back) == autoencoder_files.described(sae)
    assert all(p.requires_grad for p in back.parameters())


@everywhere
def test_it_can_be_loaded_into_an_autoencoder_of_the_same_kind(variant, path):
    sae, other = make(variant), make(variant, seed=50)
    autoencoder_files.save(path, sae)
    weights = other.W_dec
    back, about = autoencoder_files.load(path, into=other)
    assert back is other and other.W_dec is weights and about == {}
    for name, value in sae.state_dict().items():
        assert torch.equal(other.state_dict()[name], value) or name == "activation.threshold"


def test_an_untrained_threshold_comes_back_as_one(path):
    autoencoder_files.save(path, make("BatchTopK"))
    back, _ = autoencoder_files.load(path)
    with pytest.raises(ValueError, match="no threshold yet"):
        back.eval()(rows())


def test_double_precision_is_kept(path):
    sae = make().double()
    autoencoder_files.save(path, sae)
    back, _ = autoencoder_files.load(path)
    assert back.W_dec.dtype == torch.float64 and torch.equal(back.W_dec, sae.W_dec)


def test_any_safetensors_reader_finds_the_weights_and_a_header_in_json(path):
    sae = make("Gated")
    autoencoder_files.save(path, sae, about={"l1": 0.5})
    weights = load_file(path)
    assert set(weights) == {"W_enc", "b_enc", "W_dec", "b_dec", "activation.r_mag", "activation.b_mag"}
    assert torch.equal(weights["W_dec"], sae.W_dec)
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["header"])
    assert header["about"] == {"l1": 0.5} and header["made"]["activation"] == "Gated"
    assert [header["made"][size] for size in ("inputs", "latents", "instances")] == [INPUTS, LATENTS, INSTANCES]


def test_saving_again_replaces_the_file_and_leaves_nothing_else(path):
    autoencoder_files.save(path, make())
    autoencoder_files.save(str(path), make("Gated"))
    assert isinstance(autoencoder_files.load(str(path))[0].activation, nets.Gated)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("about", [{"l1": torch.tensor(1.0)}, {"l1": float("nan")}, {(1, 2): 3}])
def test_what_json_cannot_hold_is_refused_before_anything_is_written(about, path):
    with pytest.raises(ValueError, match="about must hold what JSON can: text, finite numbers, lists, dicts"):
        autoencoder_files.save(path, make(), about=about)
    assert not path.exists()


def test_a_piece_of_your_own_cannot_be_saved(path):
    class Mine(nets.ReLU):
        pass

    with pytest.raises(ValueError, match="unknown activation 'Mine': expected one of ReLU, Gated"):
        autoencoder_files.save(path, make(activation=Mine()))


@pytest.mark.parametrize(
    ("there", "here", "message"),
    [
        ("L1", {"variant": "Gated"}, "activation is 'ReLU' there and 'Gated' here$"),
        ("L1", {"unit_norm": False}, "unit_norm is True there and False here$"),
        ("L1", {"centred": True}, "centred is False there and True here$"),
        ("L1", {"variant": "tied, narrow", "widths": None}, "tied is False there and True here$"),
        ("tied, narrow", {"variant": "tied, narrow", "widths": [4, 6]}, r"widths is \[3, 6\] there and \[4, 6\] here$"),
        ("TopK", {"activation": nets.TopK(2)}, r"settings is {'k': \[1, 3\]} there and {'k': \[2, 2\]} here$"),
        ("BatchTopK", {"variant": "TopK"}, "activation is 'BatchTopK' there and 'TopK' here, settings is"),
    ],
)
def test_another_variant_or_shape_is_named(there, here, message, path):
    autoencoder_files.save(path, make(there))
    other = make(**here)
    before = {name: value.clone() for name, value in other.state_dict().items()}
    with pytest.raises(ValueError, match=f"{path} holds an autoencoder of another variant or shape: {message}"):
        autoencoder_files.load(path, into=other)
    assert all(torch.equal(value, before[name]) for name, value in other.state_dict().items() if value.isfinite().all())


@pytest.mark.parametrize("size", ["inputs", "latents", "instances"])
def test_another_size_is_named(size, path):
    autoencoder_files.save(path, make())
    sizes = {"inputs": INPUTS, "latents": LATENTS, "instances": INSTANCES}
    other = nets.SparseAutoencoder(**sizes | {size: 9})
    with pytest.raises(ValueError, match=f"{size} is {sizes[size]} there and 9 here"):
        autoencoder_files.load(path, into=other)


def test_a_missing_file_is_named(path):
    with pytest.raises(FileNotFoundError, match=path.name):
        autoencoder_files.load(path)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 64])
def test_something_else_is_no_autoencoder(content, path):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path} is damaged or not a safetensors file"):
        autoencoder_files.load(path)


def test_other_tensors_are_no_autoencoder(path):
    path.parent.mkdir()
    save_file({"W_dec": torch.ones(2, 3)}, path)
    with pytest.raises(ValueError, match=f"{path} holds no autoencoder of this book"):
        autoencoder_files.load(path)


def test_a_file_cut_short_is_damaged(path):
    autoencoder_files.save(path, make())
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match=f"{path} is damaged"):
        autoencoder_files.load(path)


@pytest.mark.parametrize("place", [-5, -300])
def test_a_changed_bit_is_damage(place, path):
    autoencoder_files.save(path, make())
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=f"{path} is damaged: its contents do not match their checksum"):
        autoencoder_files.load(path)


def rewritten(path, **changes):
    with safe_open(path, "pt") as file:
        metadata = file.metadata() | changes
    save_file(load_file(path), path, metadata)


def test_a_changed_header_is_damage(path):
    autoencoder_files.save(path, make("TopK"))
    with safe_open(path, "pt") as file:
        header = file.metadata()["header"]
    rewritten(path, header=header.replace('"k": [1, 3]', '"k": [1, 2]'))
    with pytest.raises(ValueError, match=f"{path} is damaged: its contents do not match their checksum"):
        autoencoder_files.load(path)


def test_an_unknown_version_is_named(path):
    autoencoder_files.save(path, make())
    rewritten(path, snowfall_autoencoder="2")
    with pytest.raises(ValueError, match=f"{path} has the version 2, expected 1"):
        autoencoder_files.load(path)
