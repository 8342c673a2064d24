"""SAELens's layout: always what is written; and, where the library is installed, that it computes the same there."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from helpers import autoencoding, nets, saelens

INPUTS, LATENTS, INSTANCES = 5, 9, 2

VARIANTS = {
    "L1": lambda: {},
    "free, centred": lambda: {"unit_norm": False, "centred": True},
    "tied, narrow": lambda: {"tied": True, "widths": [4, 9]},
    "Gated": lambda: {"activation": nets.Gated(), "centred": True},
    "TopK": lambda: {"activation": nets.TopK([2, 3])},
    "TopK, narrower than k": lambda: {"activation": nets.TopK(6), "widths": [4, 9]},
    "BatchTopK": lambda: {"activation": nets.BatchTopK([1.5, 2])},
    "JumpReLU": lambda: {"activation": nets.JumpReLU(0.3)},
}
everywhere = pytest.mark.parametrize("variant", VARIANTS)


def rows(count=50):
    return torch.randn(count, INPUTS, generator=torch.Generator().manual_seed(7))


def make(variant="L1"):
    sae = nets.SparseAutoencoder(INPUTS, LATENTS, INSTANCES, **VARIANTS[variant]())
    with torch.no_grad():
        for k, p in enumerate(sae.parameters()):
            p += 0.3 * torch.randn(p.shape, generator=torch.Generator().manual_seed(k)) * (p != 0)
        sae.b_enc += 0.1 * sae.present
        if variant == "Gated":
            sae.activation.b_mag += 0.2
            sae.activation.r_mag -= 0.1
    if variant == "BatchTopK":
        sae.activation.settle(sae.drive(rows()))
        sae.eval()
    return sae


def edited(folder, **changes):
    cfg = json.loads((folder / "cfg.json").read_text())
    (folder / "cfg.json").write_text(json.dumps(cfg | changes))


# Without the library ---------------------------------------------------------------------------------------------

#: The architecture there, and what is stored beside W_enc, W_dec and b_dec.
LAYOUT = {
    "L1": ("standard", {"b_enc"}),
    "Gated": ("gated", {"b_gate", "b_mag", "r_mag"}),
    "TopK": ("topk", {"b_enc"}),
    "BatchTopK": ("jumprelu", {"b_enc", "threshold"}),
    "JumpReLU": ("jumprelu", {"b_enc", "threshold"}),
}


@pytest.mark.parametrize("variant", LAYOUT)
def test_the_layout(variant, tmp_path):
    sae, (architecture, own) = make(variant), LAYOUT[variant]
    saelens.save(tmp_path / "sae", sae, 1, about={"model_name": "rain network"})
    assert sorted(file.name for file in (tmp_path / "sae").iterdir()) == ["cfg.json", "sae_weights.safetensors"]
    cfg = json.loads((tmp_path / "sae" / "cfg.json").read_text())
    assert (cfg["architecture"], cfg["d_in"], cfg["d_sae"], cfg["dtype"]) == (architecture, INPUTS, LATENTS, "float32")
    assert cfg["apply_b_dec_to_input"] is sae.centred and cfg["normalize_activations"] == "none"
    assert cfg.get("k") == (3 if variant == "TopK" else None)
    assert cfg["metadata"] == {"sae_lens_version": "6.0.0", "model_name": "rain network"}
    weights = load_file(tmp_path / "sae" / "sae_weights.safetensors")
    assert set(weights) == {"W_enc", "W_dec", "b_dec"} | own
    assert weights["W_enc"].shape == (INPUTS, LATENTS) and weights["W_dec"].shape == (LATENTS, INPUTS)
    assert weights["b_dec"].shape == (INPUTS,) and all(weights[name].shape == (LATENTS,) for name in own)
    torch.testing.assert_close(weights["W_dec"].norm(dim=-1), torch.ones(LATENTS))


def test_tied_weights_are_written_out_and_absent_latents_left_out(tmp_path):
    sae = make("tied, narrow")
    saelens.save(tmp_path, sae, 0)
    weights = load_file(tmp_path / "sae_weights.safetensors")
    assert weights["W_enc"].shape == (INPUTS, 4) and torch.equal(weights["W_enc"], weights["W_dec"].T)


@everywhere
@pytest.mark.parametrize("instance", range(INSTANCES))
def test_there_and_back(variant, instance, tmp_path):
    sae, x = make(variant), rows()
    saelens.save(tmp_path, sae, instance, about={"l1": 0.1})
    back, metadata = saelens.load(tmp_path)
    assert metadata["l1"] == 0.1 and len(back.W_dec) == 1 and not back.unit_norm
    has = sae.present[instance]
    for ours, theirs in zip(back(x), sae(x), strict=True):
        wanted = theirs[:, instance] if theirs.shape[-1] == INPUTS else theirs[:, instance, has]
        torch.testing.assert_close(ours[:, 0], wanted, rtol=1e-4, atol=1e-5)


def test_double_precision_is_kept(tmp_path):
    saelens.save(tmp_path, make().double())
    assert json.loads((tmp_path / "cfg.json").read_text())["dtype"] == "float64"
    assert saelens.load(tmp_path)[0].W_dec.dtype == torch.float64


def test_a_dictionary_whose_lengths_count_is_scaled(tmp_path):
    """SAELens's ``rescale_acts_by_decoder_norm``: compare latents, and keep them, as if the vectors had length one."""
    sae, x = make("TopK"), rows()
    saelens.save(tmp_path, sae)
    weights = load_file(tmp_path / "sae_weights.safetensors")
    factor = torch.linspace(0.2, 3, LATENTS)
    for name, change in {"W_dec": factor[:, None], "W_enc": 1 / factor, "b_enc": 1 / factor}.items():
        weights[name] = (weights[name] * change).contiguous()
    save_file(weights, tmp_path / "sae_weights.safetensors")
    edited(tmp_path, rescale_acts_by_decoder_norm=True)
    torch.testing.assert_close(saelens.load(tmp_path)[0](x)[1][:, 0], sae(x)[1][:, 0])


def test_a_threshold_below_zero_is_none(tmp_path):
    sae, x = make("JumpReLU"), rows()
    saelens.save(tmp_path, sae)
    weights = load_file(tmp_path / "sae_weights.safetensors")
    save_file(weights | {"threshold": -weights["threshold"]}, tmp_path / "sae_weights.safetensors")
    back, _ = saelens.load(tmp_path)
    assert torch.equal(back.encode(x), torch.relu(back.drive(x))) and (back.encode(x) > 0).any()


@pytest.mark.parametrize("instance", [-1, 2])
def test_an_instance_that_does_not_exist(instance, tmp_path):
    with pytest.raises(ValueError, match=f"expected an instance from 0 to 1, got {instance}"):
        saelens.save(tmp_path, make(), instance)


def test_what_cannot_be_saved(tmp_path):
    class Mine(nets.ReLU):
        pass

    with pytest.raises(ValueError, match=r"no threshold yet: call settle\(drive\) on the training rows before saving"):
        saelens.save(tmp_path, nets.SparseAutoencoder(3, 4, activation=nets.BatchTopK(2)))
    with pytest.raises(ValueError, match="unknown activation 'Mine'"):
        saelens.save(tmp_path, nets.SparseAutoencoder(3, 4, activation=Mine()))
    with pytest.raises(ValueError, match="about must hold what JSON can"):
        saelens.save(tmp_path, make(), about={"data": rows()})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"architecture": "temporal"}, "unknown architecture in SAELens's layout 'temporal': expected one of standard"),
        ({"architecture": "gated"}, "expected the weights .*'b_gate'.* of a 'gated' autoencoder"),
        ({"architecture": "topk"}, r"cfg.json is damaged or not SAELens's \(KeyError\('k'\)\)"),
        ({"d_sae": 8}, "expected the weights .* got"),
        ({"normalize_activations": "layer_norm"}, "expected normalize_activations 'none' in .*, got 'layer_norm'"),
        ({"reshape_activations": "hook_z"}, "expected reshape_activations 'none' in .*, got 'hook_z'"),
        ({"activation_fn_str": "topk"}, "expected activation_fn_str 'relu' in .*, got 'topk'"),
    ],
)
def test_a_folder_that_does_not_fit(changes, message, tmp_path):
    saelens.save(tmp_path, make())
    edited(tmp_path, **changes)
    with pytest.raises(ValueError, match=message):
        saelens.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[1]", "{}"])
def test_a_configuration_that_is_none(text, tmp_path):
    saelens.save(tmp_path, make())
    (tmp_path / "cfg.json").write_text(text)
    with pytest.raises(ValueError, match="cfg.json is damaged or not SAELens's"):
        saelens.load(tmp_path)


def test_missing_and_damaged_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="cfg.json"):
        saelens.load(tmp_path)
    saelens.save(tmp_path, make())
    (tmp_path / "sae_weights.safetensors").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match="sae_weights.safetensors is damaged or not a safetensors file"):
        saelens.load(tmp_path)
    (tmp_path / "sae_weights.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match="sae_weights"):
        saelens.load(tmp_path)


# With the library ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sae_lens():
    return pytest.importorskip(
        "sae_lens", minversion="6", reason="cross-checks need the library: pip install '.[peers]'"
    )


@everywhere
@pytest.mark.parametrize("instance", range(INSTANCES))
def test_the_library_computes_the_same_from_our_files(variant, instance, tmp_path, sae_lens):
    sae, x = make(variant), rows()
    saelens.save(tmp_path, sae, instance)
    theirs = sae_lens.SAE.load_from_disk(tmp_path)
    copy, latents = sae(x)
    torch.testing.assert_close(theirs.encode(x), latents[:, instance, sae.present[instance]], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(theirs(x), copy[:, instance], rtol=1e-4, atol=1e-5)


def trained(sae_lens, architecture, **settings):
    """A training module of the library, away from its start."""
    kind, config = sae_lens.registry.get_sae_training_class(architecture)
    theirs = kind(config(d_in=INPUTS, d_sae=LATENTS, **settings))
    with torch.no_grad():
        for k, p in enumerate(theirs.parameters()):
            p += 0.2 * torch.randn(p.shape, generator=torch.Generator().manual_seed(k))
        if hasattr(theirs, "topk_threshold"):
            theirs.topk_threshold.fill_(0.4)
        if hasattr(theirs, "threshold"):
            theirs.threshold.clamp_(min=0.05)
    return theirs


THEIRS = {
    "standard": {},
    "gated": {"apply_b_dec_to_input": False},
    "topk": {"k": 3},
    "batchtopk": {"k": 2.5, "rescale_acts_by_decoder_norm": False},
    "jumprelu": {"apply_b_dec_to_input": False},
}


@pytest.mark.parametrize("architecture", THEIRS)
def test_we_compute_the_same_from_the_files_of_the_library(architecture, tmp_path, sae_lens):
    trained(sae_lens, architecture, **THEIRS[architecture]).save_inference_model(tmp_path)
    theirs, (ours, _), x = sae_lens.SAE.load_from_disk(tmp_path), saelens.load(tmp_path), rows()
    copy, latents = ours(x)
    torch.testing.assert_close(latents[:, 0], theirs.encode(x), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(copy[:, 0], theirs(x), rtol=1e-4, atol=1e-5)
    assert (latents > 0).any() and (latents == 0).any()


def test_a_dictionary_whose_lengths_count_is_scaled_as_the_library_does(tmp_path, sae_lens):
    trained(sae_lens, "topk", k=3, rescale_acts_by_decoder_norm=True).save_model(tmp_path)
    assert json.loads((tmp_path / "cfg.json").read_text())["rescale_acts_by_decoder_norm"] is True
    theirs, (ours, _), x = sae_lens.SAE.load_from_disk(tmp_path), saelens.load(tmp_path), rows()
    torch.testing.assert_close(ours(x)[1][:, 0], theirs.encode(x), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(ours(x)[0][:, 0], theirs(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("architecture", "ours", "settings", "coefficient"),
    [
        ("standard", nets.ReLU, {}, "l1"),
        ("gated", nets.Gated, {}, "l1"),
        ("topk", lambda: nets.TopK(3), {"k": 3, "rescale_acts_by_decoder_norm": False}, None),
        ("batchtopk", lambda: nets.BatchTopK(2), {"k": 2, "rescale_acts_by_decoder_norm": False}, None),
        (
            "jumprelu",
            lambda: nets.JumpReLU(0.2, 0.3),
            {"jumprelu_init_threshold": 0.2, "jumprelu_bandwidth": 0.3},
            "l0",
        ),
    ],
)
def test_the_training_loss_and_its_slopes_are_the_librarys(architecture, ours, settings, coefficient, sae_lens):
    """They sum the error over the inputs and we average it: their loss with the weight ``inputs * ours``."""
    from sae_lens.saes.sae import TrainStepInput

    kind, config = sae_lens.registry.get_sae_training_class(architecture)
    theirs = kind(config(d_in=INPUTS, d_sae=LATENTS, **settings))
    sae = nets.SparseAutoencoder(INPUTS, LATENTS, centred=True, unit_norm=False, activation=ours())
    with torch.no_grad():
        sae.b_dec += 0.3
        sae.W_dec.copy_(sae.W_dec / sae.W_dec.norm(dim=-1, keepdim=True))
        names = {name: name for name in ("W_enc", "b_enc", "W_dec", "b_dec")}
        if architecture == "gated":
            names["b_enc"] = "b_gate"
        for our_name, name in names.items():
            getattr(theirs, name).copy_(getattr(sae, our_name)[0])
    x, weight = rows(), 0.05
    step = TrainStepInput(
        sae_in=x,
        coefficients={coefficient: INPUTS * weight},
        dead_neuron_mask=None,
        n_training_steps=0,
        is_logging_step=False,
    )
    other, own = theirs.training_forward_pass(step).loss / INPUTS, autoencoding.loss(weight)(sae, (x,))[0]
    torch.testing.assert_close(own, other)
    other.backward()
    own.backward()
    # Theirs weighs a latent in the L1 penalty with the length of its vector, which it lets change.
    # Theirs lets the path of the gate teach the dictionary, too.
    different = {"standard": ["W_dec"], "gated": ["W_dec", "b_dec"]}.get(architecture, [])
    for our_name, name in names.items():
        slopes = getattr(sae, our_name).grad[0], getattr(theirs, name).grad
        assert torch.allclose(*slopes, rtol=1e-4, atol=1e-6) is (name not in different), name
    if architecture == "jumprelu":  # we learn its logarithm
        slope = sae.activation.log_threshold.grad[0] / sae.activation.threshold[0]
        torch.testing.assert_close(slope, theirs.threshold.grad, rtol=1e-4, atol=1e-6)
        assert slope.any()
