"""The book's networks, each with a leading *instances* axis.

Parameters are ``(instances, ...)``. Data is ``(batch, instances, ...)``, or ``(batch, ...)`` when all instances
see the same rows. Instances never interact, so one training run is a whole sweep; a single model is
``instances=1``. Instance ``i`` is initialised from ``seed + i``, so it starts where the model with
``instances=1, seed=seed + i`` starts.
"""

from .feature_decoder import TASKS, FeatureDecoder
from .layers import ACTIVATIONS, TINY, apply, initial, interleave
from .mlp import MLP
from .sparse_autoencoder import SparseAutoencoder
from .sparsity import BatchTopK, Gated, JumpReLU, ReLU, TopK
from .toy_model import ToyModel

__all__ = [
    "ACTIVATIONS",
    "MLP",
    "TASKS",
    "TINY",
    "BatchTopK",
    "FeatureDecoder",
    "Gated",
    "JumpReLU",
    "ReLU",
    "SparseAutoencoder",
    "TopK",
    "ToyModel",
    "apply",
    "initial",
    "interleave",
]
