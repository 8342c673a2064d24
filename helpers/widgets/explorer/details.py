"""The weights behind the summary: small pieces, fetched only when a reader looks at neurons."""

import base64
import hashlib
import json
from collections.abc import Iterator

import numpy as np

from ...results import Results
from .packing import settings


def _bytes(values, kind: str) -> bytes:
    return np.ascontiguousarray(values, dtype=np.dtype(kind).newbyteorder("<")).tobytes()


def _text(values, kind: str) -> str:
    return base64.b64encode(_bytes(values, kind)).decode()


def fingerprint(results: Results) -> str:
    """Return eight hexadecimal digits that change with the weights: pieces of other results are never shown."""
    digest = hashlib.sha256(_bytes(results.projection, "f4"))
    for run, detail in sorted(results.details.items()):
        digest.update(json.dumps([run, results.runs[run]["batch"]]).encode())
        for part, kind in ((detail.W, "i1"), (detail.scale, "f4"), (detail.bias, "f4"), (detail.mono, "i1")):
            digest.update(_bytes(part, kind))
    return digest.hexdigest()[:8]


def places(results: Results) -> Iterator[tuple[str, int]]:
    """Yield the batch and the index of the second swept value of every piece; 0 where one setting is swept."""
    for batch in results.swept:
        for second in range(len((settings(results, batch)[0] + [[None]])[1])):
            yield batch, second


def piece_name(mark: str, batch: str, second: int = 0) -> str:
    """Return the name under which a piece is stored and asked for; ``mark`` is the results' fingerprint."""
    return f"{batch}-{second}-{mark}"


def _detail(results: Results, run: int) -> dict:
    detail, neurons = results.details[run], results.runs[run]["neurons"]
    wanted = {"W": (neurons, results.projection.shape[1])} | dict.fromkeys(("scale", "bias", "mono"), (neurons,))
    for name, shape in wanted.items():
        if (got := np.shape(getattr(detail, name))) != shape:
            raise ValueError(f"details of run {run}: expected {name} of shape {shape}, got {got}")
    count = int(np.sum(detail.mono))
    if not np.asarray(detail.mono)[:count].all():
        raise ValueError(f"details of run {run}: expected neurons sorted, the {count} monosemantic ones first")
    return {
        "neurons": neurons,
        "mono": count,
        "W": _text(detail.W, "i1"),
        "scale": _text(detail.scale, "f4"),
        "bias": _text(detail.bias, "f4"),
    }


def piece(results: Results, batch: str, second: int = 0) -> dict:
    """Return the weights of ``batch`` at one of its second swept values: the ``projection`` and the ``settings``.

    There is one setting for each first swept value: ``neurons, mono, W, scale, bias``, or ``None`` without stored
    weights. Arrays are little-endian bytes in base64: ``W`` int8, all else float32; ``W * scale`` are the input
    weights. Raises ``ValueError`` for an index that does not exist, shapes that do not fit, and unsorted neurons.
    """
    values, runs = settings(results, batch)
    several = len((values + [[None]])[1])
    if not 0 <= second < several:
        raise ValueError(f"{batch}: expected the index of a second swept value below {several}, got {second}")
    firsts = [next((run for run in each if run in results.details), None) for each in runs[second::several]]
    features, embedding = results.projection.shape
    return {
        "features": features,
        "embedding": embedding,
        "projection": _text(results.projection, "f4"),
        "settings": [None if run is None else _detail(results, run) for run in firsts],
    }


def script(results: Results, mark: str, batch: str, second: int = 0) -> str:
    """Return a piece as the script that a page loads; ``mark`` is the results' fingerprint."""
    data = json.dumps(piece(results, batch, second), separators=(",", ":"))
    return f"explorerPiece({json.dumps(piece_name(mark, batch, second))},{data});\n"
