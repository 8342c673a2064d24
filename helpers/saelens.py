"""Sparse autoencoders in the layout of the library SAELens, one instance in a folder: there and back."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from . import files, nets
from .autoencoder_files import PIECES, read, written
from .checks import one_of

#: SAELens's name of a variant, and what its parameters are called there beside ``W_enc``, ``W_dec`` and ``b_dec``.
SAELENS = {
    "standard": ("b_enc",),
    "gated": ("b_gate", "r_mag", "b_mag"),
    "topk": ("b_enc",),
    "jumprelu": ("b_enc", "threshold"),
}
#: What a SAELens configuration may say about steps that the book's autoencoders do not have.
PLAIN = {
    "normalize_activations": ("none", None, False),
    "reshape_activations": ("none", None),
    "finetuning_scaling_factor": (False, None),
    "activation_fn_str": ("relu", None),
}
#: The first version of SAELens with this layout. It takes files without a version for older ones, and converts them.
SAELENS_VERSION = "6.0.0"


@torch.no_grad()
def save(folder: str | Path, sae: nets.SparseAutoencoder, instance: int = 0, *, about: dict | None = None) -> None:
    """Write one instance of ``sae`` as ``sae_lens.SAE.load_from_disk(folder)`` reads it: two files in ``folder``.

    Its latents and output are the same there. Tied weights are written out, and so are dictionary vectors of length
    one; latents that the instance lacks are left out. BatchTopK becomes JumpReLU at its threshold, as SAELens does
    it. ``about`` goes to the metadata. Raises ``ValueError`` for an instance that does not exist and for BatchTopK
    without a threshold.
    """
    instances = len(sae.W_dec)
    if not 0 <= instance < instances:
        raise ValueError(f"expected an instance from 0 to {instances - 1}, got {instance!r}")
    one_of("activation", type(sae.activation).__name__, PIECES)
    has = sae.present[instance]
    kind, own, settings = _parts(sae.activation, sae.b_enc[instance, has], instance, has)
    weights = {
        "W_enc": sae.encoder[instance][:, has],
        "W_dec": sae.dictionary[instance, has],
        "b_dec": sae.b_dec[instance],
        **own,
    }
    cfg = {
        "architecture": kind,
        "d_in": sae.W_dec.shape[-1],
        "d_sae": int(has.sum()),
        "dtype": str(sae.W_dec.dtype).removeprefix("torch."),
        "device": "cpu",
        "apply_b_dec_to_input": sae.centred,
        "normalize_activations": "none",
        "reshape_activations": "none",
        **settings,
        "metadata": {"sae_lens_version": SAELENS_VERSION, **(about or {})},
    }
    text = written(cfg)
    weights = {name: value.cpu().clone(memory_format=torch.contiguous_format) for name, value in weights.items()}
    with files.whole(Path(folder) / "sae_weights.safetensors") as partial:
        save_file(weights, partial)
    with files.whole(Path(folder) / "cfg.json") as partial:
        partial.write_text(text)


def _parts(piece: nets.ReLU, bias: Tensor, instance: int, has: Tensor) -> tuple[str, dict[str, Tensor], dict]:
    """Return SAELens's name of the variant, the weights and the settings that it has beside what all have."""
    if isinstance(piece, nets.Gated):
        return "gated", {"b_gate": bias, "r_mag": piece.r_mag[instance, has], "b_mag": piece.b_mag[instance, has]}, {}
    if isinstance(piece, nets.BatchTopK):
        if (least := piece.threshold[instance]).isnan():
            raise ValueError("BatchTopK has no threshold yet: call settle(drive) on the training rows before saving")
        return "jumprelu", {"b_enc": bias, "threshold": least.expand(len(bias))}, {}
    if isinstance(piece, nets.TopK):
        settings = {"k": min(int(piece.each[instance]), len(bias)), "rescale_acts_by_decoder_norm": False}
        return "topk", {"b_enc": bias}, settings
    if isinstance(piece, nets.JumpReLU):
        return "jumprelu", {"b_enc": bias, "threshold": piece.threshold[instance, has]}, {}
    return "standard", {"b_enc": bias}, {}


@torch.no_grad()
def load(folder: str | Path) -> tuple[nets.SparseAutoencoder, dict]:
    """Return the autoencoder, one instance, that SAELens or ``save`` wrote to ``folder``, and its metadata.

    Dictionary vectors keep the lengths they have. Raises ``FileNotFoundError``, and ``ValueError`` for files that are
    damaged or do not fit each other, and for what the book's autoencoders cannot do, such as normalizing their input.
    """
    folder = Path(folder)
    try:
        cfg = json.loads((folder / "cfg.json").read_text())
        kind, latents, inputs = cfg["architecture"], cfg["d_sae"], cfg["d_in"]
        k = cfg["k"] if kind == "topk" else None
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder / 'cfg.json'} is damaged or not SAELens's ({error!r})") from error
    one_of("architecture in SAELens's layout", kind, SAELENS)
    for name, fine in PLAIN.items():
        if cfg.get(name) not in fine:
            raise ValueError(f"expected {name} {fine[0]!r} in {folder / 'cfg.json'}, got {cfg[name]!r}")
    _, state = read(folder / "sae_weights.safetensors")
    shapes = {"W_enc": (inputs, latents), "W_dec": (latents, inputs), "b_dec": (inputs,)}
    shapes |= {name: (latents,) for name in SAELENS[kind]}
    if (found := {name: tuple(value.shape) for name, value in state.items()}) != shapes:
        raise ValueError(f"expected the weights {shapes} of a {kind!r} autoencoder in {folder}, got {found}")
    piece = {"gated": nets.Gated, "jumprelu": nets.JumpReLU}.get(kind, nets.ReLU)()
    options = {"centred": cfg.get("apply_b_dec_to_input", True), "activation": piece if k is None else nets.TopK(k)}
    sae = nets.SparseAutoencoder(inputs, latents, unit_norm=False, **options).to(state["W_dec"].dtype)
    if cfg.get("rescale_acts_by_decoder_norm"):  # latents are compared, and measured, as if the vectors had length one
        length = state["W_dec"].norm(dim=-1).clamp_min(1e-8)
        state |= {"W_enc": state["W_enc"] * length, "b_enc": state["b_enc"] * length}
        state["W_dec"] = state["W_dec"] / length[:, None]
    own = {"b_gate": "b_enc", "b_mag": "activation.b_mag", "r_mag": "activation.r_mag"}
    if "threshold" in state:
        # Below zero is like zero: SAELens has a ReLU before its threshold.
        state["activation.log_threshold"] = state.pop("threshold").clamp_min(0).log()
    sae.load_state_dict({own.get(name, name): value[None] for name, value in state.items()})
    return sae, cfg.get("metadata") or {}
