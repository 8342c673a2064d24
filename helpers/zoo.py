"""Models that several chapters share: trained once with the settings of their chapter, kept on disk, reloaded.

The store is the folder named by ``SNOWFALL_CACHE``, or the user's cache folder. A file is used only if it was made by
the present settings, code and data; otherwise the model is trained again, which takes seconds.
"""

import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pooch
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from . import nets, train, weather
from .sampling import minibatches
from .weather.parts import Parts

#: Every module whose change could change a trained model, and the data.
INGREDIENTS = (
    "zoo.py",
    "nets/*.py",
    "optim.py",
    "train.py",
    "sampling.py",
    "stream.py",
    "weather/*.py",
    "weather/data/*.gz",
)


def folder() -> Path:
    """Return the folder the models are kept in."""
    return Path(os.environ.get("SNOWFALL_CACHE") or pooch.os_cache("superposition-to-snowfall"))


def _fingerprint(name: str, model: nn.Module, settings: dict) -> str:
    here = Path(__file__).parent
    files = sorted(path for pattern in INGREDIENTS for path in here.glob(pattern))
    shapes = [(key, tuple(value.shape)) for key, value in model.state_dict().items()]
    digest = sha256(repr((name, shapes, sorted(settings.items()), torch.__version__)).encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def kept(name: str, model: nn.Module, training: Callable[[], train.History], **settings) -> nn.Module:
    """Return ``model`` with its trained parameters: from the store if it has them, else after ``training()``.

    ``settings`` are whatever else decides the result. A damaged file is reported by a warning and replaced. A model
    whose training was interrupted is not kept.
    """
    path, fingerprint = folder() / f"{name}.safetensors", _fingerprint(name, model, settings)
    try:
        with safe_open(path, "pt") as file:
            found = (file.metadata() or {}).get("fingerprint")
            if found is None:
                raise SafetensorError("it holds something else")
            if found == fingerprint:
                model.load_state_dict({key: file.get_tensor(key) for key in file.keys()})
                return model
    except FileNotFoundError:
        pass
    except (SafetensorError, OSError, RuntimeError) as error:
        warnings.warn(f"{path} is damaged ({error}): training {name!r} again", stacklevel=2)
    if not training().interrupted:
        _write(path, model, fingerprint)
    return model


def _write(path: Path, model: nn.Module, fingerprint: str) -> None:
    """Write beside the place and rename, so that a killed run leaves nothing half-written."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    state = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(state, partial, {"fingerprint": fingerprint})
        os.replace(partial, path)
    except (OSError, SafetensorError) as error:  # safetensors reports a full disk as an error of its own
        warnings.warn(f"could not keep {path.name} ({error}): it will be trained again next time", stacklevel=3)
    finally:
        with suppress(OSError):  # there is nothing to remove, or not even a folder
            partial.unlink()


def rain_loss(net: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Return the cross-entropy of each instance's rain forecast, ``(instances,)``, as in chapter 06."""
    x, wet = batch
    entropy = nn.functional.binary_cross_entropy_with_logits
    return entropy(net(x)[..., 0], wet, reduction="none").mean(0)


def precipitation_network(seeds: int = 50, hidden: int = 6, progress: bool = True) -> tuple[Parts, nets.MLP]:
    """Return the split observations and the rain network of chapter 06, one instance per seed.

    As there, the last fifth of the first part is not trained on.
    """
    parts = weather.load("observations").split()
    net = nets.MLP(parts.train.x.shape[1], hidden, 1, instances=seeds)
    cut = int(0.8 * len(parts.train))
    batches = minibatches(parts.train.x[:cut], parts.train.y[:cut].float(), size=64, seeds=range(seeds))

    def training():
        steps = 32 * batches.per_epoch
        return train.fit(net, batches, rain_loss, steps=steps, lr=1e-3, device="cpu", progress=progress)

    return parts, kept(f"network-{seeds}x{hidden}", net, training)


def sparse_loss(l1) -> Callable[[nn.Module, tuple[Tensor]], Tensor]:
    """Return the autoencoder's loss of chapter 09: mean squared error plus ``l1`` times the sum of the latents.

    ``l1`` is a number, or a tensor with one per instance. Raises ``ValueError`` if one is negative or NaN.
    """
    if not (torch.as_tensor(l1) >= 0).all():
        raise ValueError(f"l1 must be 0 or more, got {l1}")

    def loss(sae: nn.Module, batch: tuple[Tensor]) -> Tensor:
        (x,) = batch
        reconstruction, latents = sae(x)
        return (reconstruction - x).square().mean((0, 2)) + l1 * latents.sum(-1).mean(0)

    return loss


def precipitation_autoencoder(
    l1: float = 0.01, seeds: int = 50, ratio: int = 2, progress: bool = True
) -> tuple[Parts, nets.MLP, nets.SparseAutoencoder]:
    """Return the parts, the network and the autoencoder of chapter 09: instance ``i`` reads network ``i``."""
    loss = sparse_loss(l1)
    parts, net = precipitation_network(seeds, progress=progress)
    with torch.no_grad():
        hidden = net.hidden(parts.sae.x)
    width = hidden.shape[-1]
    sae = nets.SparseAutoencoder(width, ratio * width, instances=seeds, unit_norm=False)
    batches = minibatches(hidden, size=64, seeds=range(seeds))

    def training():
        steps = 75 * batches.per_epoch
        return train.fit(sae, batches, loss, steps=steps, lr=4e-3, device="cpu", progress=progress)

    # An autoencoder fits one network alone: a network trained anew, or cut short, must not meet a stranger's.
    reads = sha256(b"".join(value.numpy().tobytes() for value in net.state_dict().values())).hexdigest()
    return parts, net, kept(f"autoencoder-{seeds}x{ratio}-{l1:g}", sae, training, l1=l1, reads=reads)
