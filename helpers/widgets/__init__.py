"""Live figures: widgets that compute in the reader's browser, with or without Python behind them."""

from .explorer import MonosemanticityExplorer
from .feature_browser import FeatureBrowser
from .geometry_player import GeometryPlayer
from .inspector import Inspector
from .interference import Interference
from .matcher import Matcher
from .phase_explorer import PhaseExplorer
from .phase_map import PhaseMap
from .toy_geometry import ToyGeometry
from .trade_off import Sweep, TradeOff
from .universality_map import UniversalityMap

__all__ = [
    "FeatureBrowser",
    "GeometryPlayer",
    "Inspector",
    "Interference",
    "Matcher",
    "MonosemanticityExplorer",
    "PhaseExplorer",
    "PhaseMap",
    "Sweep",
    "ToyGeometry",
    "TradeOff",
    "UniversalityMap",
]
