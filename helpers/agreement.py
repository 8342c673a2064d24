"""Hold two stacks of dictionaries against each other: every measure of chapter 12, beside its baselines.

``compare`` and ``by_truth`` return one number, or one for either direction, per pair. A pair of which one has no
living latent is empty: its numbers are NaN. So are those that a pair has no right to, such as the cosine of
dictionaries for different neurons. Whoever averages must say what was left out.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from . import controls, matching, metrics

#: Beyond this a latent has found its partner, and a cause.
ALIKE = 0.7
#: Measures of the weights, which only dictionaries of the same width have, and of the activations.
WEIGHTS, ACTIVATIONS = ("decoder", "encoder", "matched", "shared"), ("correlation", "matched_r")
#: Measures of the spaces that matched latents span: dictionaries of any width have them.
SPACES = ("svcca", "rsa")
RAW = (*WEIGHTS, *ACTIVATIONS, *SPACES)
#: What the axes of ``Dictionaries`` are.
AXES = dict.fromkeys(("decoder", "encoder"), "(instances, latents, inputs)") | {
    "latents": "(rows, instances, latents)",
    "hidden": "(rows, instances, inputs)",
}


class Dictionaries(NamedTuple):
    """Autoencoders on the same rows: ``decoder`` and ``encoder`` ``(instances, latents, inputs)``, ``latents``
    ``(rows, instances, latents)`` of what they read, ``hidden`` ``(rows, instances, inputs)``."""

    decoder: Tensor
    encoder: Tensor
    latents: Tensor
    hidden: Tensor

    @property
    def living(self) -> Tensor:
        """Which latents are ever on, ``(instances, latents)``."""
        return self.latents.amax(0) > 0  # three times as fast as asking each

    def __getitem__(self, which) -> "Dictionaries":
        """Return some of the instances."""
        return Dictionaries(self.decoder[which], self.encoder[which], self.latents[:, which], self.hidden[:, which])


@torch.no_grad()
def of(sae: nn.Module, hidden: Tensor) -> Dictionaries:
    """Return the dictionaries of a stack of autoencoders, which read ``hidden`` ``(rows, instances, inputs)``."""
    return Dictionaries(sae.dictionary.clone(), sae.encoder.mT.clone(), sae.encode(hidden), hidden)


def by_chance(b: Dictionaries, seeds: Sequence[int]) -> Dictionaries:
    """Return random dictionaries of the shape of ``b``, and latents of random directions that are on as often.

    Each encoder vector is its dictionary vector, as trained ones nearly are: two independent draws would seldom name
    the same partner, and make an easy baseline of it.
    """
    rate = (b.latents > 0).float().mean(0)
    vectors = controls.random_directions(b.decoder, [2 * seed for seed in seeds])
    return Dictionaries(vectors, vectors, controls.random_twin(b.hidden, rate, seeds), b.hidden)


def shifted(b: Dictionaries, seeds: Sequence[int]) -> Dictionaries:
    """Return ``b`` with latents that belong to other rows: shifted in a circle, so that storms stay together."""
    rows = len(b.latents)
    tenth = max(1, rows // 10)
    sources = [torch.Generator().manual_seed(seed) for seed in seeds]
    by = [int(torch.randint(tenth, max(rows - tenth, tenth) + 1, (), generator=source)) for source in sources]
    return b._replace(latents=torch.stack([b.latents[:, i].roll(n, 0) for i, n in enumerate(by)], 1))


def compare(a: Dictionaries, b: Dictionaries, seeds: Sequence[int]) -> dict[str, Tensor]:
    """Return what ``metrics`` measures of each pair ``a[i]``, ``b[i]``, and the same of baselines.

    - ``decoder``, ``encoder``: the mean max cosine, of the two directions ``(instances, 2)``;
    - ``matched``: the mean cosine of dictionary vectors matched one to one;
    - ``shared``: the share of latents that the matchings of encoders and decoders give the same partner, with a mean
      cosine beyond ``ALIKE`` (after Paulo and Belrose 2025);
    - ``correlation``: the mean max correlation of latents, of the two directions;
    - ``matched_r``: the mean correlation of latents matched one to one;
    - ``svcca``, ``rsa``: of the dictionary vectors of these pairs (after Lan et al. 2024); NaN below three pairs.

    With ``_random`` at the end of the name, ``b`` is a random dictionary, on as often; for ``svcca`` and ``rsa`` the
    pairs are dealt out anew. With ``_shifted``, the latents of ``b`` are those of other rows. ``seeds``, one per pair,
    decide the chance. Raises ``ValueError`` for stacks of different length, other rows, and values that are not finite.
    """
    _checked(a, b, seeds)
    ok = a.living.any(-1) & b.living.any(-1)
    found = {name: torch.full((len(ok), 2), torch.nan) for name in ("decoder", "encoder", "correlation")}
    found |= {name: torch.full((len(ok),), torch.nan) for name in ("matched", "shared", "matched_r", *SPACES)}
    found |= {f"{name}_random": values.clone() for name, values in found.items()}
    found |= {f"{name}_shifted": found[name].clone() for name in ACTIVATIONS}
    if ok.any():
        for name, values in _compared(a[ok], b[ok], [s for s, fine in zip(seeds, ok, strict=True) if fine]).items():
            found[name][ok] = values.float()
    return found


def _checked(a: Dictionaries, b: Dictionaries, seeds: Sequence[int]) -> None:
    for name, one in {"a": a, "b": b}.items():
        for part, values in one._asdict().items():
            metrics.three_axes(f"{part} of {name}", values, AXES[part])
    if a.latents.shape[:2] != b.latents.shape[:2] or len(seeds) != len(a.decoder):
        raise ValueError(
            f"expected as many rows, instances and seeds, got latents of shape {tuple(a.latents.shape)} and "
            f"{tuple(b.latents.shape)}, and {len(seeds)} seeds"
        )


def _compared(a: Dictionaries, b: Dictionaries, seeds: Sequence[int]) -> dict[str, Tensor]:
    dice = by_chance(b, seeds)
    r, pairs = _by_activation(a, b)
    found = r | {f"{name}_random": value for name, value in _by_activation(a, dice)[0].items()}
    found |= {f"{name}_shifted": value for name, value in _by_activation(a, shifted(b, seeds))[0].items()}
    if a.decoder.shape[-1] == b.decoder.shape[-1]:
        found |= _by_weights(a, b)
        # A random dictionary has no dead vectors but those of the latents that it stands for.
        found |= {f"{name}_random": value for name, value in _by_weights(a, dice, b.living).items()}
    return found | _by_space(a, b, pairs, seeds)


def _by_activation(a: Dictionaries, b: Dictionaries) -> tuple[dict[str, Tensor], matching.Match]:
    r = matching.correlations(a.latents, b.latents)
    here, there = a.living, b.living | ~b.living.any(-1, keepdim=True)  # a twin may be silent throughout: r = 0
    pairs = matching.assign(r, here, there)
    both = torch.stack([metrics.mean_max(r, here, there), metrics.mean_max(r.mT, there, here)], -1)
    return {"correlation": both, "matched_r": metrics.matched(pairs.similarity, pairs.latent)}, pairs


def _by_weights(a: Dictionaries, b: Dictionaries, there: Tensor | None = None) -> dict[str, Tensor]:
    here, there = a.living, b.living if there is None else there
    decoder, encoder = matching.cosines(a.decoder, b.decoder), matching.cosines(a.encoder, b.encoder)
    one, other = (matching.assign(table, here, there) for table in (decoder, encoder))
    same = torch.where(one.latent == other.latent, one.latent, -1)
    found = {
        name: torch.stack([metrics.mean_max(table, here, there), metrics.mean_max(table.mT, there, here)], -1)
        for name, table in {"decoder": decoder, "encoder": encoder}.items()
    }
    found["matched"] = metrics.matched(one.similarity, one.latent)
    found["shared"] = metrics.shared((one.similarity + other.similarity) / 2, same, here, there, ALIKE)
    return found


def _by_space(a: Dictionaries, b: Dictionaries, pairs: matching.Match, seeds: Sequence[int]) -> dict[str, Tensor]:
    found = {name + end: [] for name in SPACES for end in ("", "_random")}
    for i, (partner, seed) in enumerate(zip(pairs.latent, seeds, strict=True)):
        mine, theirs = a.decoder[i, partner >= 0], b.decoder[i, partner[partner >= 0]]
        dealt = theirs[torch.randperm(len(theirs), generator=torch.Generator().manual_seed(seed))]
        for end, other in {"": theirs, "_random": dealt}.items():
            for name in SPACES:
                found[name + end].append(_or_nan(getattr(metrics, name), mine, other))
    return {name: torch.tensor(values) for name, values in found.items()}


def _or_nan(measure: Callable, a: Tensor, b: Tensor) -> float:
    try:
        return measure(a[None], b[None]).item()
    except ValueError:  # fewer than three pairs, or nothing that varies: such a pair has no geometry
        return torch.nan


def by_truth(a: Dictionaries, b: Dictionaries, causes: Tensor) -> dict[str, Tensor]:
    """Return how the agreement of latents goes with what they say about recorded causes, one number per pair.

    A latent's agreement is its correlation with its partner, 0 without one or where it is negative, and its truth the
    largest ``|r|`` with a cause ``(rows, causes)`` or ``(rows, instances, causes)``. Both are taken over the living
    latents of ``a`` and ``b``. Raises ``ValueError`` as ``compare`` does, and for causes of other rows.

    - ``plain``: the mean agreement; ``weighted``: the same, weighted by truth;
    - ``rank``: Spearman's correlation of the two; ``rank_given_rate``: the same when how often a latent is on is held
      fixed (partial rank correlation); both NaN below four latents, and where nothing varies;
    - ``shared_if_true``: the share of latents beyond ``ALIKE`` in agreement, among those beyond it in truth, and among
      the others, ``(instances, 2)``; NaN where there are none.
    """
    _checked(a, b, range(len(a.decoder)))
    found = {name: torch.full((len(a.decoder),), torch.nan) for name in ("plain", "weighted", "rank")}
    found["rank_given_rate"], found["shared_if_true"] = (
        found["rank"].clone(),
        torch.full((len(a.decoder), 2), torch.nan),
    )
    ok = a.living.any(-1) & b.living.any(-1)
    r = matching.correlations(a.latents, b.latents)
    there = b.living | ~b.living.any(-1, keepdim=True)
    pairs = matching.assign(r, a.living | ~a.living.any(-1, keepdim=True), there)
    truth = [metrics.correlations(one.latents, causes).abs().amax(-1) for one in (a, b)]
    rate = [(one.latents > 0).float().mean(0) for one in (a, b)]
    for i in ok.nonzero()[:, 0].tolist():
        mine = pairs.similarity[i]
        theirs = torch.zeros(len(b.living[i])).index_put(
            (pairs.latent[i][pairs.latent[i] >= 0],), mine[pairs.latent[i] >= 0]
        )
        s = torch.cat([mine[a.living[i]], theirs[b.living[i]]]).clamp_min(0)
        t, often = (torch.cat([each[0][i][a.living[i]], each[1][i][b.living[i]]]) for each in (truth, rate))
        found["plain"][i], found["weighted"][i] = s.mean(), (s * t).sum() / t.sum().clamp_min(1e-12)
        if len(s) >= 4:
            found["rank"][i] = metrics.rank_correlation(s, t)
            found["rank_given_rate"][i] = metrics.rank_correlation(s, t, [often])
        for place, group in enumerate((t > ALIKE, t <= ALIKE)):
            if group.any():
                found["shared_if_true"][i, place] = (s[group] > ALIKE).float().mean()
    return found
