"""The feature browser: what each neuron of a layer and each latent of its autoencoder does, and what it is good for."""

from .reading import Reading
from .widget import FeatureBrowser

__all__ = ["FeatureBrowser", "Reading"]
