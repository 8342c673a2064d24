"""Keep a sparse autoencoder, all its instances, in a file. (``helpers.saelens`` writes for another library.)"""

import json
from hashlib import sha256
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from . import files, nets
from .checks import one_of

#: Changes when an older file can no longer be read.
VERSION = 1
PIECES = {kind.__name__: kind for kind in (nets.ReLU, nets.Gated, nets.TopK, nets.BatchTopK, nets.JumpReLU)}


def described(sae: nets.SparseAutoencoder) -> dict:
    """Return all that makes another autoencoder of the same variant and shape, as plain values."""
    instances, latents, inputs = sae.W_dec.shape
    piece = sae.activation
    one_of("activation", type(piece).__name__, PIECES)
    settings = {}
    if isinstance(piece, nets.TopK):
        settings = {"k": piece.every if isinstance(piece, nets.BatchTopK) else piece.each.tolist()}
    elif isinstance(piece, nets.JumpReLU):
        settings = {"threshold": float(piece.start), "bandwidth": float(piece.bandwidth)}
    return {
        "activation": type(piece).__name__,
        "settings": settings,
        "inputs": inputs,
        "latents": latents,
        "instances": instances,
        "widths": sae.present.sum(-1).tolist(),
        "unit_norm": sae.unit_norm,
        "centred": sae.centred,
        "tied": sae.tied,
    }


def _made(described: dict) -> nets.SparseAutoencoder:
    options = dict(described)
    piece = PIECES[options.pop("activation")](**options.pop("settings"))
    return nets.SparseAutoencoder(**options, activation=piece)


def _digest(header: str, state: dict[str, Tensor]) -> str:
    digest = sha256(header.encode())
    for name in sorted(state):
        digest.update(f"{name} {state[name].dtype} {tuple(state[name].shape)}".encode())
        digest.update(state[name].contiguous().view(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def save(path: str | Path, sae: nets.SparseAutoencoder, *, about: dict | None = None) -> None:
    """Write ``sae`` to ``path``: safetensors, with all that ``load`` needs as JSON in the header.

    ``about`` is yours, such as the data, the seeds and the L1 weight; it holds what JSON can. Raises ``ValueError`` if
    it holds anything else.
    """
    path = Path(path)
    state = {name: value.detach().cpu().contiguous() for name, value in sae.state_dict().items()}
    header = written({"made": described(sae), "training": sae.training, "about": about or {}})
    metadata = {"snowfall_autoencoder": str(VERSION), "header": header, "sha256": _digest(header, state)}
    with files.whole(path) as partial:
        save_file(state, partial, metadata)


def written(value: dict) -> str:
    """Return ``value`` as JSON. Raises ``ValueError`` for what that cannot hold."""
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"about must hold what JSON can: text, finite numbers, lists, dicts ({error})") from error


def load(path: str | Path, into: nets.SparseAutoencoder | None = None) -> tuple[nets.SparseAutoencoder, dict]:
    """Return the autoencoder at ``path``, in the mode (``training``) it was saved in, and its ``about``.

    It is a new one, or ``into`` with its parameters replaced. Raises ``FileNotFoundError``, and ``ValueError`` for a
    file that is damaged, something else or of an unknown version, or whose autoencoder is of another variant or shape
    than ``into``.
    """
    metadata, state = read(Path(path))
    if (version := metadata.get("snowfall_autoencoder")) is None:
        raise ValueError(f"{path} holds no autoencoder of this book: expected a file that save() wrote")
    if version != str(VERSION):
        raise ValueError(
            f"{path} has the version {version}, expected {VERSION}: read it with the helpers that wrote it"
        )
    if metadata.get("sha256") != _digest(metadata.get("header", ""), state):
        raise ValueError(f"{path} is damaged: its contents do not match their checksum")
    header = json.loads(metadata["header"])
    made = header["made"]
    if into is None:
        into = _made(made).to(state["W_dec"].dtype)
    elif different := [key for key, value in described(into).items() if made[key] != value]:
        here = described(into)
        what = ", ".join(f"{key} is {made[key]!r} there and {here[key]!r} here" for key in different)
        raise ValueError(f"{path} holds an autoencoder of another variant or shape: {what}")
    into.load_state_dict(state)
    return into.train(header["training"]), header["about"]


def read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    """Return the metadata and the tensors of a safetensors file. Raises ``ValueError`` if it is none."""
    try:
        with safe_open(path, "pt") as file:
            return file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}
    except SafetensorError as error:
        raise ValueError(f"{path} is damaged or not a safetensors file ({error})") from error
