"""The widget ``TradeOff``."""

import math
from collections.abc import Mapping
from pathlib import Path

import anywidget
import torch
import traitlets

from ... import arrays, plots
from ...checks import positive_integers
from .._bundle import bundle
from .packing import bits, packed
from .sweep import RECOVERED, Sweep, checked, directions, measured, rows

HERE = Path(__file__).parent


class TradeOff(anywidget.AnyWidget):
    """Drag how sparse an autoencoder is: how well it copies, which true features it finds, which latents die.

    Make one with ``TradeOff.from_sweeps``. ``variant`` (its name), ``value`` (of the variant's setting; the nearest
    trained one is shown) and ``seed`` (counted from 0) are synced: set them from Python or link them. On a built page
    an address with ``#tradeoff=TopK:4:2``, a variant, a value and a seed counted from 1, sets the widget.
    """

    _esm = bundle(HERE / "trade_off.js")
    _css = (HERE.parent / "view" / "toy.css").read_text("utf8") + (HERE / "trade_off.css").read_text("utf8")

    variant = traitlets.Unicode().tag(sync=True)
    value = traitlets.Float().tag(sync=True)
    seed = traitlets.Int(0).tag(sync=True)
    variants = traitlets.List(traitlets.Dict()).tag(sync=True)
    truth = traitlets.List().tag(sync=True)
    often = traitlets.List(None, allow_none=True).tag(sync=True)
    true_l0 = traitlets.Float(None, allow_none=True).tag(sync=True)
    shown = traitlets.Int(1).tag(sync=True)
    bits = traitlets.Int(16).tag(sync=True)
    recovered = traitlets.Float(RECOVERED).tag(sync=True)
    key = traitlets.Unicode("tradeoff").tag(sync=True)

    @traitlets.validate("variant")
    def _known(self, proposal):
        names = [variant["name"] for variant in self.variants]
        if proposal["value"] not in names:
            raise ValueError(f"unknown variant {proposal['value']!r}: expected one of {', '.join(names)}")
        return proposal["value"]

    @traitlets.validate("value")
    def _finite(self, proposal):
        if not math.isfinite(proposal["value"]):
            raise ValueError(f"value must be finite, got {proposal['value']!r}")
        return proposal["value"]

    @traitlets.validate("seed")
    def _there(self, proposal):
        if not 0 <= proposal["value"] < self.shown:
            raise ValueError(f"seed must lie in 0 to {self.shown - 1}, got {proposal['value']!r}")
        return proposal["value"]

    @classmethod
    def from_sweeps(
        cls,
        truth,
        x,
        sweeps: Mapping[str, Sweep],
        *,
        features=None,
        seeds: int = 3,
        start: tuple[str, float] | None = None,
        key: str = "tradeoff",
    ):
        """Return the widget for sweeps of sparse autoencoders on data whose true features are known.

        ``truth`` ``(features, inputs)`` has the true directions, ``x`` ``(rows, inputs)`` held-out activations on which
        everything but the training curves is measured here, in Python. ``sweeps`` maps a variant's name to its
        ``Sweep``; names in ``plots.PALETTE`` have their colours. ``features`` ``(rows, features)``, the true values
        behind ``x``, lets the page mark how many are on and say how often each is. All seeds are dots on the front;
        the dictionaries and curves of the first ``seeds`` travel with the page. ``start`` is the variant and the value
        shown first: the first and its middle one, unless given. ``key`` names the widget in the page's address.

        A ``nets.BatchTopK`` must have its threshold: call ``settle`` first. Raises ``ValueError`` for shapes that do
        not fit each other, NaN, a true feature without direction, values that are not one per instance, other numbers
        of seeds for some values, a history of other instances, and an unknown start.
        """
        positive_integers(seeds=seeds)
        if not (isinstance(key, str) and key.isascii() and key.isalpha()):
            raise ValueError(f"expected a key made of letters, got {key!r}")
        truth = directions(truth)
        x = rows(x, truth.shape[1])
        on = None
        if features is not None:
            shape = (len(x), len(truth))
            on = torch.as_tensor(arrays.finite("features", features, f"(rows, features) = {shape}", shape)) > 0
        found = {name: measured(name, sweep, truth, x) for name, sweep in checked(truth, sweeps).items()}
        shown = min(seeds, *(each.on.shape[1] for each in found.values()))
        depth = bits([each.vectors[:, :shown].size for each in found.values()])
        variants = [
            {"name": name, "setting": sweeps[name].setting, "colour": plots.colour(name, place)}
            | packed(each, shown, sweeps[name].history.steps, depth)
            for place, (name, each) in enumerate(found.items())
        ]
        first = variants[0]
        start = (first["name"], first["values"][len(first["values"]) // 2]) if start is None else tuple(start)
        if len(start) != 2:
            raise ValueError(f"expected start as (variant, value), got {start!r}")
        variant, value = start
        return cls(
            variants=variants,
            truth=[[round(number, 6) for number in row] for row in truth.tolist()],
            often=None if on is None else [round(share, 6) for share in on.double().mean(0).tolist()],
            true_l0=None if on is None else on.double().sum(-1).mean().item(),
            shown=shown,
            bits=depth,
            variant=variant,
            value=float(value),
            key=key,
        )
