"""Keep trained models on disk, and take them back as long as nothing has changed that made them.

The store is the folder named by ``SNOWFALL_CACHE``, or the user's cache folder. A file is used only if it was made by
the present settings, code and data; otherwise the model is trained again, which takes seconds.
"""

import warnings
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from . import files, train

#: Every module whose change could change a trained model, but for those behind the data: the data themselves count.
INGREDIENTS = (
    "zoo.py",
    "keeping.py",
    "autoencoding.py",
    "nets/*.py",
    "optim.py",
    "train.py",
    "sampling.py",
    "stream.py",
)


def _fingerprint(name: str, model: nn.Module, settings: dict) -> str:
    here = Path(__file__).parent
    modules = sorted(path for pattern in INGREDIENTS for path in here.glob(pattern))
    shapes = [(key, tuple(value.shape)) for key, value in model.state_dict().items()]
    digest = sha256(repr((name, shapes, sorted(settings.items()), torch.__version__)).encode())
    for path in modules:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def kept(name: str, model: nn.Module, training: Callable[[], train.History], **settings) -> nn.Module:
    """Return ``model`` with its trained parameters: from the store if it has them, else after ``training()``.

    ``settings`` are whatever else decides the result. A damaged file is reported by a warning and replaced. A model
    whose training was interrupted is not kept.
    """
    path, fingerprint = files.cache() / f"{name}.safetensors", _fingerprint(name, model, settings)
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
    state = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    try:
        with files.whole(path) as partial:
            save_file(state, partial, {"fingerprint": fingerprint})
    except (OSError, SafetensorError) as error:  # safetensors reports a full disk as an error of its own
        warnings.warn(f"could not keep {path.name} ({error}): it will be trained again next time", stacklevel=3)


def digest(*tensors: Tensor) -> str:
    """Return a fingerprint of what ``tensors`` hold, for the settings of ``kept``."""
    return sha256(b"".join(value.numpy().tobytes() for value in tensors)).hexdigest()
