"""What a finished training kept of its parameters, epoch by epoch."""

import numpy as np

from ...train import History


def steps_of(history: History, per_epoch: int) -> list[int]:
    """Return the steps of the snapshots to record, one per epoch from 0 on.

    Raises ``ValueError`` if some are missing, or there is no whole epoch.
    """
    last = max(history.snapshots, default=0) if history.interrupted else max(history.steps, default=0)
    wanted = range(0, last + 1, per_epoch)
    missing = [step for step in wanted if step not in history.snapshots]
    if len(wanted) < 2 or missing:
        what = f"none at {', '.join(map(str, missing[:3]))}" if missing else "no whole epoch"
        raise ValueError(
            f"expected snapshots at steps 0, {per_epoch}, {2 * per_epoch} and so on up to {last}, got {what}: "
            f"train with snapshots=range(0, steps + 1, {per_epoch})"
        )
    return list(wanted)


def parameters(history: History, steps: list[int], instance: int, layers: int) -> tuple[list, list]:
    """Return weights ``(stored, in, out)`` and biases ``(stored, out)`` of each layer, as far as training went well.

    Raises ``ValueError`` for an instance that diverged in its first epoch.
    """
    died = history.stopped.get(instance)
    shots = [history.snapshots[step] for step in steps if died is None or step <= died]
    arrays = [
        [np.stack([shot[f"{part}.{layer}"][instance].double().numpy() for shot in shots]) for layer in range(layers)]
        for part in ("weights", "biases")
    ]
    fine = np.all([np.isfinite(one.reshape(len(shots), -1)).all(1) for part in arrays for one in part], axis=0)
    stored = int(fine.cumprod().sum())
    if stored < 2:
        when = "" if died is None else f" at step {died},"
        raise ValueError(
            f"instance {instance} diverged{when} before its first epoch ended at step {steps[1]}: nothing to record"
        )
    weights, biases = ([one[:stored] for one in part] for part in arrays)
    return without_surplus(weights, biases)


def without_surplus(weights: list[np.ndarray], biases: list[np.ndarray]) -> tuple[list, list]:
    """Return the arrays without hidden neurons whose weights, in and out, and bias are 0 in every epoch.

    Such are the neurons that an instance lacks in a network with ``widths``; no other neuron starts at 0.
    """
    weights, biases = list(weights), list(biases)
    for layer in range(len(weights) - 1):
        used = np.any(weights[layer], axis=(0, 1)) | np.any(biases[layer], axis=0)
        used |= np.any(weights[layer + 1], axis=(0, 2))
        weights[layer], biases[layer] = weights[layer][:, :, used], biases[layer][:, used]
        weights[layer + 1] = weights[layer + 1][:, used]
    return weights, biases


def as_two_outputs(weights: list[np.ndarray], biases: list[np.ndarray]) -> tuple[list, list]:
    """Return a network with one logit z as one with the two sums 0 and z, whose softmax is 1 - p and p = sigmoid(z)."""
    *first, last = weights
    *offsets, offset = biases
    pair = np.concatenate([np.zeros_like(last), last], axis=2)
    return [*first, pair], [*offsets, np.concatenate([np.zeros_like(offset), offset], axis=1)]
