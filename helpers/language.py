"""Activations of a language model, read with a plain forward hook, as the autoencoders of chapter 12 want them."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from .checks import one_of, positive_integers
from .language_files import INSTALL

#: What can be read of a layer's MLP: what it adds to the residual stream, or its neurons.
WHERE = ("output", "hidden")
#: So many tokens of each text.
LENGTH = 128


def _transformers():
    try:
        import transformers
    except ImportError as error:
        raise ImportError(f"language models need the package transformers: {INSTALL}") from error
    return transformers


def activations(
    model: str | os.PathLike,
    texts: Sequence[str],
    *,
    layer: int = 0,
    where: str = "output",
    tokens: int = 20_000,
    length: int = LENGTH,
    untrained: bool = False,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> Tensor:
    """Return what the MLP of a layer says at each token, ``(tokens, width)``, float32 on the CPU.

    ``model`` is a folder that holds a GPT-NeoX model, such as a Pythia (Biderman et al. 2023), and its tokenizer.
    Each text gives its first ``length`` tokens; if there are too few texts, each gives as many such pieces more as are
    needed. Rows are in the order of the texts. Shorter texts are left out, and fewer rows than ``tokens`` come back if
    there are no more. ``where`` is "output",
    what the MLP adds to the residual stream, or "hidden", its neurons after the nonlinearity. An ``untrained`` model
    has the same shape and random weights from ``seed``: what it gives owes nothing to training (Heap et al. 2025).

    Raises ``ImportError`` without transformers, ``ValueError`` for a folder without such a model, a layer that it does
    not have, and texts of which none has ``length`` tokens.
    """
    one_of("place", where, WHERE)
    positive_integers(tokens=tokens, length=length)
    net = _model(model, layer, untrained, seed).to(device)
    pieces = _pieces(model, texts, min(length, net.config.max_position_embeddings), tokens)
    mlp = net.layers[layer].mlp
    found = []
    with listening(mlp if where == "output" else mlp.act, found), torch.no_grad():
        for batch in pieces.split(16):
            net(input_ids=batch.to(device), use_cache=False)
    return torch.cat([each.flatten(0, 1).float().cpu() for each in found])[:tokens]


@contextmanager
def listening(module: nn.Module, found: list[Tensor]) -> Iterator[None]:
    """Append whatever ``module`` returns to ``found`` inside the block."""
    hook = module.register_forward_hook(lambda _, __, output: found.append(output.detach()))
    try:
        yield
    finally:
        hook.remove()


def _model(folder: str | os.PathLike, layer: int, untrained: bool, seed: int) -> nn.Module:
    """Return the model up to the layer that is read: what comes later cannot change it."""
    kit = _transformers()
    config = _read(kit.AutoConfig, folder)
    if config.model_type != "gpt_neox":
        raise ValueError(f"{folder}: expected a model of the type gpt_neox, such as a Pythia, got {config.model_type}")
    if isinstance(layer, bool) or not isinstance(layer, int) or not 0 <= layer < config.num_hidden_layers:
        raise ValueError(f"expected a layer from 0 to {config.num_hidden_layers - 1}, got {layer!r}")
    config.num_hidden_layers = layer + 1
    if untrained:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return kit.GPTNeoXModel(config).eval()
    with _quiet(kit.logging):
        net, loaded = _read(kit.GPTNeoXModel, folder, config=config, output_loading_info=True)
    if missing := sorted(loaded["missing_keys"]):
        raise ValueError(f"{folder}: the weights lack {', '.join(missing)}, which would be random")
    return net.float().eval()


@contextmanager
def _quiet(log) -> Iterator[None]:
    """Have transformers list neither the weights that it reads nor all those of later layers."""
    level, bar = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(level)
        if bar:
            log.enable_progress_bar()


def _read(kind, folder: str | os.PathLike, **settings):
    try:
        return kind.from_pretrained(folder, local_files_only=True, **settings)
    except (OSError, ValueError) as error:
        raise ValueError(f"{folder} holds no {kind.__name__} that can be read: {error}") from error


def _pieces(folder: str | os.PathLike, texts: Sequence[str], length: int, tokens: int) -> Tensor:
    """Return the tokens of the texts in pieces, ``(pieces, length)``, no more of them than are needed."""
    if isinstance(texts, str):
        raise ValueError("expected a list of texts, got a single text")
    tokenizer, needed = _read(_transformers().AutoTokenizer, folder), -(-tokens // length)
    found, longest = [], 0
    for text in texts:
        if len(found) == needed:
            break
        ids = tokenizer(text, verbose=False)["input_ids"]
        longest = max(longest, len(ids))
        if len(ids) >= length:
            found.append(torch.tensor(ids[: len(ids) // length * length]).view(-1, length))
    if not found:
        raise ValueError(
            f"expected a text of at least {length} tokens, got {longest} in the longest of {len(texts)} texts"
        )
    each = 1
    while sum(len(pieces[:each]) for pieces in found) < needed and each < max(map(len, found)):
        each += 1
    return torch.cat([pieces[:each] for pieces in found])[:needed]
