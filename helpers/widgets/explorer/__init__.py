"""The batches of Jermyn et al. (2022), explored run by run and neuron by neuron."""

from .widget import MonosemanticityExplorer

__all__ = ["MonosemanticityExplorer"]
