# %% [markdown]
# # 12 · Are features universal?
#
# You will train pairs of autoencoders that differ in nothing but chance, measure in eight ways how far the two agree, and find out how much of their agreement is worth something.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 45 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`08_building_autoencoders`. **Helpful:** {doc}`08b_variants`, {doc}`09_autoencoder`, and having met principal components.
# - **You will be able to** *write* eight measures of agreement, *hold* each against the baseline that it needs, *say* what a reported mean maximum owes to dice, and *tell* a feature that is stable from one that is true.
# :::
#
# ## Warm up
#
# Guess first, then look.
#
# :::{dropdown} Two people sort a thousand photographs into heaps and never speak. Their heaps are alike. Why?
# The photographs may fall into heaps by themselves. Or both people sort by colour, out of habit. Either way they agree. Only one way is about what the photographs show.
# :::
#
# :::{dropdown} You draw an arrow at random and look for the one most like it, first among ten random arrows, then among a thousand. Which search ends better?
# The second. Nobody has learnt anything in between. Whoever may choose among more finds something better.
# :::
#
# :::{dropdown} Two meteorologists name ten kinds of weather each. For every kind of the first there is a similar one of the second. Do they have the same kinds?
# Not yet. Nine kinds of the first may all resemble the same one of the second. Ask for pairs in which nobody occurs twice.
# :::
#
# ## One world, two autoencoders
#
# Train a {term}`sparse autoencoder` twice, from two random starts. You get two dictionaries. If they hold the same features, the features were probably in the network. If they disagree, which of the features were in the network, and which in the training?
#
# {cite:t}`parkersartori2023`, a course project, asked this about language models, Pythia-70m {cite:p}`biderman2023` and larger, and reported averages next to baselines. {cite:t}`paulo2025` looked latent by latent, and found that two large dictionaries share less than a third. {cite:t}`song2025` asked, in synthetic data, whether dictionaries that agree also recover the truth. You will ask it of every single latent, in the worlds of {doc}`08b_variants`, where the truth is written down: 32 features in 16 dimensions, about two of them on at once. Take ten such worlds. The activations of each are divided by their size.

# %%
import torch

from helpers import sparse_worlds

torch.set_num_threads(1)  # for models this small, threads wait for each other
WORLDS = 10
ten = sparse_worlds.sharkey(32, 16, active=2.0, worlds=WORLDS)
x, _ = ten.draw(3000, seed=1)  # (rows, worlds, 16)
later, truth = ten.draw(3000, seed=2)
size = x.square().mean((0, 2)).sqrt()[:, None]
x, later = x / size, later / size

# %% [markdown]
# Each world gets two autoencoders. They see the same rows in the same order, with the same {term}`L1` of 0.1. Only the weights that they start from differ. That is all that *seed* means in this chapter.

# %%
from helpers import autoencoding, nets, train
from helpers.sampling import minibatches

STEPS = 1500
FIT = {"steps": STEPS, "lr": 0.01, "device": "cpu"}
FIT["schedule"] = lambda step: min(1, 3 * (STEPS - step) / STEPS)


def two_seeds(rows):  # (rows, worlds, 16); the second seeds follow the first
    shape = {"centred": True, "mirrored": True}
    sae = nets.SparseAutoencoder(16, 32, 2 * WORLDS, **shape)
    batches = minibatches(rows.repeat(1, 2, 1), size=64)
    train.fit(sae, batches, autoencoding.loss(0.1), **FIT)
    return sae


sae = two_seeds(x)

# %% [markdown]
# :::{admonition} Place your bet
# :class: note
#
# A latent is {term}`shared <shared latent>` if the other autoencoder has the same one. In the median world, what share of the latents will be: (a) nearly all, the features are there, one only has to find them; (b) more than half; (c) fewer, two starts are two stories?
# :::
#
# The answer depends on what 'the same' means. So first, measures.
#
# ## Eight measures in four steps
#
# **Step one: the nearest.** Take the cosines of all vectors of one dictionary with all of the other. For each vector look for its nearest, and average: the {term}`mean max cosine <mean maximum>`. It has two directions, from the first dictionary to the second and back. There are two dictionaries to compare, that of the decoder and that of the encoder.


# %%
def cosines(a, b):  # (worlds, latents, 16) each
    unit = torch.nn.functional.normalize
    return unit(a, dim=-1) @ unit(b, dim=-1).mT


def mean_max(table):  # there and back
    return torch.stack([table.amax(2).mean(1), table.amax(1).mean(1)], -1)


with torch.no_grad():
    W, enc = sae.dictionary, sae.encoder.mT
    decoders = cosines(W[:WORLDS], W[WORLDS:])  # (worlds, latents, latents)
    encoders = cosines(enc[:WORLDS], enc[WORLDS:])
    answers = sae.encode(later.repeat(1, 2, 1))
print("latents that are ever on:", (answers > 0).any(0).float().mean().item())

# %% [markdown]
# **Step two: a partner of one's own.** A latent may be the nearest of many. {term}`Hungarian matching` gives each a partner that nobody else has {cite:p}`kuhn1955`. Two numbers follow: the mean cosine of partners, and the share of latents that are shared. {cite:t}`paulo2025` call a latent shared if decoders and encoders, matched separately, name the *same* partner. Here the mean of both cosines must also be above 0.7.

# %%
from scipy.optimize import linear_sum_assignment


def partners(table):
    tables = table.numpy()  # one per world
    found = [linear_sum_assignment(t, maximize=True)[1] for t in tables]
    return torch.stack([torch.from_numpy(one) for one in found])


def alike(table, partner):  # each latent with its partner
    return table.gather(2, partner[..., None])[..., 0]


# %%
partner = partners(decoders)
named_twice = partner == partners(encoders)
both = (alike(decoders, partner) + alike(encoders, partner)) / 2
measured = {"decoder": mean_max(decoders), "encoder": mean_max(encoders)}
measured["matched"] = alike(decoders, partner).mean(1)
measured["shared"] = (named_twice & (both > 0.7)).float().mean(1)

# %% [markdown]
# **Step three: what they say.** Two latents with different weights may be on in the same rows. So correlate what they answer, on rows that neither has seen. Again there is a mean maximum, and a mean over partners.


# %%
def correlations(a, b):  # (rows, worlds, latents) each
    a, b = (each - each.mean(0) for each in (a, b))
    a, b = (each / each.norm(dim=0).clamp_min(1e-12) for each in (a, b))
    return torch.einsum("bwi,bwj->wij", a, b)


by_answer = correlations(answers[:, :WORLDS], answers[:, WORLDS:])
chosen = partners(by_answer)  # partners by what they say
measured["correlation"] = mean_max(by_answer)
measured["matched_r"] = alike(by_answer, chosen).mean(1)

# %% [markdown]
# **Step four: the shape of the whole.** Two dictionaries may agree up to a rotation. {cite:t}`lan2024` match latents by activation, and then ask two things of the matched vectors. {term}`SVCCA` asks whether the two clouds of vectors span the same space: it cuts both to their leading directions, and averages the correlations of the best-fitting directions {cite:p}`raghu2017`. {term}`RSA` asks whether neighbours stay neighbours: it takes the cosines of all pairs within either cloud, and the rank correlation of the two lists {cite:p}`kriegeskorte2008`.

# %%
from scipy.stats import spearmanr


def leading(vectors, keep=0.99):  # directions that hold 99% of the variance
    centred = vectors - vectors.mean(0)
    U, S, _ = torch.linalg.svd(centred, full_matrices=False)
    part = S.square().cumsum(0) / S.square().sum()
    return U[:, : 1 + (part < keep).sum()]


def svcca(a, b):  # (latents, 16) each
    return torch.linalg.svdvals(leading(a).T @ leading(b)).mean()


def rsa(a, b):
    upper = torch.triu_indices(len(a), len(a), 1)
    within = [cosines(each, each)[*upper].numpy() for each in (a, b)]
    return torch.tensor(spearmanr(*within).statistic)


# %%
D = W.detach()
pairs = [(D[i], D[WORLDS + i, chosen[i]]) for i in range(WORLDS)]
measured["svcca"] = torch.stack([svcca(*pair) for pair in pairs])
measured["rsa"] = torch.stack([rsa(*pair) for pair in pairs])

# %% [markdown]
# `agreement.compare` does all of this, leaves out {term}`dead latents <dead latent>`, and adds baselines that you will need in a moment. Are your lines the same?

# %% tags=["nbval-check-output"]
from helpers import agreement

SEEDS = range(10_000, 10_000 + WORLDS)  # for the baselines: nobody else's
whole = agreement.of(sae, later.repeat(1, 2, 1))
a, b = whole[:WORLDS], whole[WORLDS:]
found = agreement.compare(a, b, SEEDS)
for name, values in measured.items():
    equal = torch.allclose(values.float(), found[name], atol=1e-3)
    print(f"{name:11}", equal)

# %% [markdown]
# Some comparisons have no number, and say so. In a grid of thousands one such pair must not stop the rest. There `agreement.compare` writes NaN, figures leave it out, and `universality_results.average` says how many it left out.

# %% tags=["nbval-check-output"]
from helpers import matching, metrics

one, dead = a.decoder[:, :1], torch.zeros(WORLDS, 32, dtype=torch.bool)
odd = {
    "other width": lambda: matching.cosines(a.decoder, b.decoder[..., :6]),
    "one latent": lambda: metrics.svcca(one, one),
    "all dead": lambda: metrics.mean_max(decoders, here=dead),
}
for name, compare in odd.items():
    try:
        compare()
    except ValueError as error:
        print(f"{name}: {error}")

# %% [markdown]
# ## Against what?
#
# A number like .9 means nothing yet. What would it be if nothing had been learnt? There are three ways to ask.
#
# - **Random**: the second dictionary is a {term}`random dictionary`, each of its latents on as often as one of the trained. Its encoder is its decoder, so that both name the same partner. For SVCCA and RSA the partners are dealt out anew.
# - **Other rows**: the latents of the second are moved on by hundreds of rows, so that they answer to other ones. Only measures of activations notice.
# - **Shuffled apart**: *both* autoencoders of a pair learn the same activations, in which each dimension has its rows in an order of its own. Each neuron keeps all its values. What the neurons had to do with each other is gone, and with it every feature of the world. Afterwards they read the same later rows as everybody. Only what they learnt differs.


# %%
def shuffled(rows, seed):
    source = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(rows), generator=source) for _ in range(16)]
    each = [rows[order, :, i] for i, order in enumerate(orders)]
    return torch.stack(each, -1)


without = two_seeds(shuffled(x, seed=1))
nothing = agreement.of(without, later.repeat(1, 2, 1))
blank = nothing[:WORLDS], nothing[WORLDS:]
apart = agreement.compare(*blank, SEEDS)

# %% [markdown]
# :::{admonition} Place your bet
# :class: note
#
# The shuffled pairs had no feature to find. How far do the two of a pair agree: (a) as little as with a random dictionary; (b) somewhere in the middle; (c) as much as those that learnt the world?
# :::

# %%
panels = {}
for name in agreement.RAW:
    kinds = {"another seed": found[name], "random": found[f"{name}_random"]}
    kinds["shuffled apart"] = apart[name]
    if name in agreement.ACTIVATIONS:
        kinds["other rows"] = found[f"{name}_shifted"]
    panels[name] = {
        kind: v.reshape(WORLDS, -1).mean(1) for kind, v in kinds.items()
    }

# %% mystnb={"image": {"alt": "Eight measures, ten pairs each. Another seed has medians of about 0.7 to 0.95. Shuffled-apart pairs lie clearly below it in decoder cosine, largest r and RSA, a little below it in encoder and matched cosine, matched r and SVCCA, and level with it in the share shared. Random dictionaries lie near 0.5 in cosines and r, at 0.6 in SVCCA, and at zero in the share shared and in RSA. Other rows lie near zero."}}
from helpers import agreement_plots, plots

plots.house()
agreement_plots.beside(panels, "agreement");

# %% [markdown]
# :::{dropdown} What came out of the first bet
# (b): more than half of the latents are shared, and in no world nearly all. These are worlds with a known answer, as many latents as features, and plenty of rows. Still each training leaves its mark.
# :::
#
# :::{dropdown} What came out of the second bet
# It depends on the measure. In decoder cosine, largest correlation and RSA the shuffled pair stays below the real one in every world: (b). In the share of shared latents the two are level: (c). In every measure the shuffled pairs lie well above random dictionaries.
# :::
#
# A random dictionary shares next to nothing. In SVCCA it looks better than it is: 32 items in 16 dimensions leave a fit much freedom.
#
# ## Is it the price?
#
# Before you believe either verdict: the two pay the same L1, but do they have as many latents on?

# %%
on = {"worlds": a, "shuffled apart": blank[0]}
for name, one in on.items():
    print(name, (one.latents > 0).sum(-1).float().mean().item())

# %% [markdown]
# They do not. Whoever knows only neurons needs about twice as many latents for a row. TopK ({doc}`08b_variants`) settles it: *k* latents are on for both. `universality_results` reads a grid of thousands of pairs that `python -m helpers.universality` trained, twenty for each condition. Here are toy worlds, L1 at two prices and TopK. Each cell: the median of real pairs, that of shuffled ones, and in how many of twenty worlds the real one is higher.

# %%
import numpy as np
import pandas as pd

from helpers import universality_results as results

grid = results.load()
settings = {"L1, 0.1": {}, "L1, 0.03": {"sparsity": 0.03}}
settings["TopK, 2"] = {"variant": "TopK", "sparsity": 2}
table = pd.DataFrame(index=["l0", *agreement.RAW], columns=[*settings])
for label, setting in settings.items():
    toys = results.pick(grid, data="toy", **setting)
    for name in table.index:
        two = [results.values(toys, name + end) for end in ("", "_apart")]
        wins, (real, other) = (two[0] > two[1]).sum(), np.median(two, 1)
        table.loc[name, label] = f"{real:.2f}, {other:.2f} ({wins})"
table

# %% [markdown]
# Now the real pairs win, in most measures and nearly all worlds. So the tie in the share of shared latents belongs to one price. What holds in every column: decoder cosine, largest correlation and RSA tell real pairs from shuffled ones.
#
# What do the shuffled pairs agree on, if there is no feature? Look at the largest coordinate of each dictionary vector. A vector has length one, so a coordinate of one means: this vector *is* a neuron.

# %%
three = {"the worlds": D, "shuffled apart": without.dictionary.detach()}
three["random"] = agreement.by_chance(b, SEEDS).decoder
largest = {name: one.abs().amax(-1).mean() for name, one in three.items()}
pd.Series(largest).astype(float).round(2)

# %% [markdown]
# They learnt the neurons, up or down. The likely reason is the shape of a neuron's values: mostly small, at times large. That makes an axis worth a latent: a {term}`privileged basis`, which any seed finds.
#
# **Takeaway.** Agreement between seeds says that the data prescribe certain directions. Single neurons alone prescribe many: none of these need combine two neurons, or mean anything. A random dictionary is far too easy an opponent. How hard the shuffled pairs are depends on the measure and on the sparsity.
#
# ## The adjusted score
#
# Put raw value and baseline into one number: how far is it from the baseline to full agreement? This is the form in which agreement of judges is corrected for chance {cite:p}`cohen1960`. The {term}`adjusted score` is 0 at the baseline, 1 for full agreement, and negative below.


# %%
def adjusted(raw, baseline):
    return (raw - baseline) / (1 - baseline)


def spread(values):  # median, with the lowest and highest of the ten
    low, middle, high = values.quantile(torch.tensor([0, 0.5, 1])).tolist()
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


# %%
scores = {}
for name, groups in panels.items():
    raw = groups["another seed"]
    against = {k: adjusted(raw, v) for k, v in groups.items() if v is not raw}
    scores[name] = {k: spread(v) for k, v in against.items()}
pd.DataFrame(scores).T.fillna("")

# %% tags=["nbval-check-output"]
two = [panels["matched_r"][kind] for kind in ("another seed", "random")]
equal = torch.allclose(adjusted(*two), metrics.adjusted(*two))
print("as the helper:", equal)

# %% [markdown]
# Read one row from left to right: a single raw number becomes large or small, as you please. Then read the column *shuffled apart*: scores near zero, or on both sides of it, come from measures that do not tell these worlds from shuffled neurons. Decoder cosine, largest correlation and RSA keep more than zero in all ten.
#
# **Takeaway.** Whoever reports an agreement must name the baseline, and of two scores with different baselines neither is better.
#
# ## What dice can do
#
# The course project reports a mean max cosine of about .15 and a mean max correlation of about .40 for dictionaries that have nothing to do with each other. Where do such numbers come from? Try dice.
#
# The cosine of two random directions in $d$ dimensions scatters about zero with a width of $1/\sqrt d$. Take the *largest* of $N$. It grows with $N$, though slowly, roughly as
#
# $$
# \sqrt{2 \ln N / d} .
# $$ (eq-largest-cosine)
#
# Draw 64 directions and look for the nearest among 8 to 2,048 others, in 6, 16, 64 and 512 dimensions, ten seeds each.

# %%
SIZES, DIMENSIONS = [8, 32, 128, 512, 2048], [6, 16, 64, 512]
TEN = range(10)


def nearest(d, seed, sizes=SIZES, queries=64):
    source = torch.Generator().manual_seed(seed)
    one = torch.randn(1, queries, d, generator=source)
    table = cosines(one, torch.randn(1, max(sizes), d, generator=source))
    return [table[..., :n].amax(-1).mean().item() for n in sizes]


# %% mystnb={"image": {"alt": "Mean max cosine of random directions against the number to choose from, on a logarithmic axis, for 6, 16, 64 and 512 dimensions. All four lines rise and flatten; in 6 dimensions from about 0.6 to nearly one, in 512 from below 0.1 to 0.15. A dashed rule of thumb in the colour of each line lies above it, close in 512 dimensions and soon beyond one in 6."}}
from math import log, sqrt

dice, rule = {}, {}
for d in DIMENSIONS:
    dice[f"d = {d}"] = torch.tensor([nearest(d, s) for s in TEN]).T
    rule[f"d = {d}"] = [sqrt(2 * log(n) / d) for n in SIZES]
axes = "vectors to choose from, N", "mean max cosine"
agreement_plots.against_rule(SIZES, dice, rule, *axes);

# %% [markdown]
# More vectors help, more dimensions hurt. The rule lies above the dice: a little in many dimensions, far in six, where it even passes one. In the six dimensions of this book's networks, a couple of dozen random directions already look like agreement.
#
# Now the project's own size: 512 dimensions, ratios of 1 to 32. For each of 512 random directions take the nearest among the first 512, the first 1,024, and so on up to 16,384, and average over the six ratios.

# %%
from helpers import scorecard

RATIOS = [1, 2, 4, 8, 16, 32]
sizes = [512 * ratio for ratio in RATIOS]
by_ratio = torch.tensor([nearest(512, s, sizes, queries=512) for s in TEN])
scorecard.record("uni-random-cosine", by_ratio.mean(1).numpy())

# %% [markdown]
# So dice *can* give the reported number. The verdict is about the number, not about how it was made: the project's published code holds a *trained* dictionary against one whose entries are uniform between 0 and 1. All entries are positive, so all its vectors lean the same way. How much does that matter? Hold such a dictionary against random directions, and against another one of its own kind.

# %%
from itertools import product


def drawn(draw, seed):
    source = torch.Generator().manual_seed(seed)
    return draw(1, 512, 512, generator=source)


# %%
draws = {"directions": torch.randn, "uniform": torch.rand}
found_by = {}
for here, there in product(draws, draws):
    from_, to = draws[here], draws[there]
    tables = [cosines(drawn(from_, s), drawn(to, 100 + s)) for s in TEN]
    best = [each.amax(-1).mean().item() for each in tables]
    found_by[f"{here} to {there}"] = best
pd.DataFrame(found_by).agg(["median", "min", "max"]).T.round(3)

# %% [markdown]
# Whoever starts from random directions and looks into the uniform dictionary finds a baseline half as high. Starting from the uniform one, it is as before. And two dictionaries that lean the same way look nearly alike, though neither has learnt anything. Where a trained one falls depends on how far it leans.
#
# **Takeaway.** A random dictionary should be as free as the learnt one was: draw directions, not entries.
#
# Now correlations. Take latents that have *nothing* to do with each other: each is on in some share of the rows, with a uniform value, by chance alone.

# %%
ROWS, MANY = [30, 100, 300, 1000], [32, 256, 2048]


def unrelated(rows, count, share, source):
    u = torch.rand(rows, 1, count, generator=source)
    return torch.where(u < share, u / share, 0.0)


def by_rows(share, seed):  # (rows, sizes)
    source = torch.Generator().manual_seed(seed)
    one = unrelated(max(ROWS), 64, share, source)
    other = unrelated(max(ROWS), max(MANY), share, source)
    best = []
    for n in ROWS:
        on = (one[:n, 0] > 0).any(0)  # those that are never on do not count
        table = correlations(one[:n], other[:n])[0, on]
        best.append([table[:, :m].amax(1).mean() for m in MANY])
    return torch.tensor(best)


# %%
SHARES = [0.01, 0.05, 0.2]
each = [torch.stack([by_rows(p, s) for s in TEN], -1) for p in SHARES]
chance = torch.stack(each)  # (shares, rows, latents, seeds)
latents_of = {f"{n} latents": chance[1, :, i] for i, n in enumerate(MANY)}
shares_of = {f"on in {p:.0%}": chance[i, :, 1] for i, p in enumerate(SHARES)}

# %% mystnb={"image": {"alt": "Mean max correlation of unrelated latents against the number of rows, on a logarithmic axis. All lines fall. Left, for 32, 256 and 2048 latents: more latents lie higher. Right, for latents on in 1, 5 and 20 percent of rows: rarer ones lie higher from 100 rows on. A dashed line at 0.4, named as reported, is crossed between about 80 and 600 rows."}}
lines = {"on in 5% of rows": latents_of, "256 latents": shares_of}
agreement_plots.by_rows(ROWS, lines, 0.4, "mean max correlation");

# %% [markdown]
# The dashed line is the project's .40. A latent that is on in a handful of rows needs only one companion that happens to be on in most of them, and among thousands there is one. With a thousand rows that luck is nearly used up, with a hundred it is not. One version of the published code averages correlations text by text, so over a few hundred rows at most, with thousands of latents. So a number like .40 needs no shared feature there, and not even the same rows.
#
# But chance is not the only source. In the first figure, latents of a random dictionary correlate with the trained ones, while those of other rows hardly do: the former read the same rows. That is why two baselines are worth having.
#
# **Takeaway.** A mean maximum grows with what there is to choose from, and shrinks with dimensions or rows. Never compare two of them across sizes without their baselines.
#
# Is the correlation baseline always the higher one, as in the project? Ask the grid about a layer of six neurons: the classifier of {doc}`06b_phase_and_rate`, twenty networks, each read by two autoencoders.

# %%
base = results.pick(grid, data="phase")
of_r = results.values(base, "correlation_random")
of_cosines = results.values(base, "decoder_random")
scorecard.record("uni-correlation-baseline", of_r - of_cosines)

# %% [markdown]
# Not here. With so few dimensions the cosine has a high baseline of its own. Neither measure is easier by nature.
#
# ## Two networks, two sets of neurons
#
# Now a trap. Train the *network* twice, too, and compare the autoencoders of two different networks. Neuron 3 of one has nothing to do with neuron 3 of the other. Cosines of their dictionaries compare what only shares a number. Activations can still be compared: both networks see the same weather.
#
# And there is one more bar to pass, without any autoencoder: match the *neurons* of the two networks one to one, by what they say.

# %%
from helpers import universality_data as data


def hidden(side):  # of the pairs of networks in the grid: (rows, pairs, 6)
    all_of = [data.Spec("phase", 2 * p + side, p) for p in range(20)]
    return torch.stack([data.read(one).test for one in all_of], 1)


left, right = hidden(0), hidden(1)
r = matching.correlations(left, right)  # leave out neurons that never vary
neurons = matching.assign(r, left.std(0) > 0, right.std(0) > 0)
themselves = metrics.matched(neurons.similarity, neurons.latent)


# %%
def held(rows, kind):
    ends = {kind: "", "shuffled apart": "_apart", "random": "_random"}
    ends["other rows"] = "_shifted"
    found = {}
    for name in agreement.RAW:
        has = {k: name + end for k, end in ends.items() if name + end in rows}
        found[name] = {k: results.values(rows, one) for k, one in has.items()}
    return found


# %% mystnb={"image": {"alt": "Two panels of eight measures of the classifier, twenty pairs each. Above, one network: another seed and shuffled-apart pairs overlap in most measures, but shuffled pairs lie higher in encoder cosine and far higher in the share shared, about 0.8 against 0.5; random dictionaries lie below both. Below, two networks: another network is near the random dictionary in cosines and the share shared, somewhat above it in correlations; shuffled pairs are level with it or above it except in RSA, where it stands clearly above both. Neurons themselves lie above all others in matched r, with a wide spread. Other rows lie near 0.1."}}
import matplotlib.pyplot as plt

others = results.pick(grid, data="phase", differ="network")
one, two = held(base, "another seed"), held(others, "another network")
two["matched_r"]["neurons themselves"] = themselves
_, axes = plt.subplots(2, figsize=(7.4, 7.6), layout="constrained")
agreement_plots.beside(one, "one network: agreement", ax=axes[0])
agreement_plots.beside(two, "two networks: agreement", ax=axes[1]);

# %% [markdown]
# Start with *one* network. The real pairs share about half of their latents, the shuffled ones clearly more. In the other measures the two overlap widely. At this price nothing shows that two seeds agree on more than single neurons. Try a lower one: `base = results.pick(grid, data="phase", sparsity=0.03)`. Which two measures now tell real from shuffled?
#
# With *two* networks the cosines fall to about what a random dictionary reaches. The shuffled pairs lie above it: they learnt axes of two networks that have no axis in common, and axes look alike by number. Correlations lie somewhat above the random dictionary, but not above the shuffled pairs. And the neurons themselves, matched as they are, correlate more than the latents do. Only RSA, of latents matched by what they say, finds more in most real pairs than the baselines have. With TopK (`variant="TopK", sparsity=2`) not even RSA does.
#
# **Takeaway.** Between networks, compare what latents say, never their weights. Even then most of the agreement comes from reading the same weather.
#
# ## Is what they share true?
#
# Back to the ten worlds. For each latent you know two things. How far does it agree with its partner in the other autoencoder, in what they say? That anybody can measure. Above 0.7, call it *agreed*. And how well does it match a true feature, by the largest $|r|$ with any of the 32? That only you can. Above 0.7, call it *true*.
#
# {cite:t}`song2025` propose consistency as a stand-in for truth, and show for whole dictionaries of synthetic data that one goes with the other. Does it hold for single latents, and against shuffled pairs?
#
# :::{admonition} Place your bet
# :class: note
#
# Of the latents that are *not* agreed, how many are true: (a) hardly any; (b) about a quarter; (c) more than half?
# :::


# %%
def judged(here, there):
    between = correlations(here.latents, there.latents)
    match = correlations(truth, here.latents).abs().amax(1)
    return match, alike(between, partners(between))  # (worlds, latents) each


sides = {"another seed": judged(a, b), "shuffled apart": judged(*blank)}

# %% mystnb={"image": {"alt": "Agreement with the partner against the match with a true feature, a dot per latent of ten worlds, in two panels with dashed lines at 0.7. Left, another seed: most dots crowd at the upper right, true and agreed; the others are scattered, more of them at the lower right, true and not agreed, than at the upper left. Right, shuffled apart: most dots lie at the upper left, agreed and not true; few are true."}}
agreement_plots.against_truth(sides, agreement.ALIKE);

# %%
counts = {}
for kind, (match, agrees) in sides.items():
    true, agreed = match > 0.7, agrees > 0.7
    four = {"true, agreed": true & agreed, "true only": true & ~agreed}
    four |= {"agreed only": ~true & agreed, "neither": ~true & ~agreed}
    table = {name: str(which.sum().item()) for name, which in four.items()}
    some = {"all": true, "agreed": true[agreed], "the others": true[~agreed]}
    for name, of in some.items():
        table[f"true, of {name}"] = f"{of.float().mean():.0%}"
    counts[kind] = table
pd.DataFrame(counts)

# %% [markdown]
# :::{dropdown} What came out of the third bet
# (c). Agreed latents are nearly all true, but so are most of those that are not agreed. Most latents are true to begin with.
# :::
#
# Now the right panel. Here most latents are agreed as well, and few of these are true: they crowd in the upper left. Two seeds that found the same neurons agree, and say little about the features of the world.
#
# Look at the lower right corner of the left panel: true latents without a partner worth the name. Did the other autoencoder miss the feature? Ask whether it has *any* latent that is alike, and if that one is taken, what the rival stands for. All latents have a partner here, so `argsort` turns the matching round.

# %%
match, agrees = sides["another seed"]
alone = (match > 0.7) & (agrees < 0.7)
nearest_one, taken_by = by_answer.max(2).indices, chosen.argsort(1)
taken = alone & (by_answer.amax(2) > 0.7)
stands_for = correlations(truth, a.latents).abs().argmax(1)
rival = taken_by.gather(1, nearest_one)
same = taken & (stands_for == stands_for.gather(1, rival))
print("true, not agreed:", alone.sum().item())
print("with a likeness that is taken:", taken.sum().item())
print("by a latent for the same feature:", same.sum().item())

# %% [markdown]
# For most of them the feature is in both dictionaries: one autoencoder spends two latents on it, where the other has fewer. A matching counts such a spare latent as not agreed. A mean maximum would have counted it.
#
# There is a suspicion left. Perhaps truth and agreement only follow from a third thing. A feature that is on often is easy to find *and* easy to find twice. So hold fixed how often a latent is on: the *partial* rank correlation is the one that remains. `agreement.by_truth` does it for the latents of both autoencoders. It also weights agreement by truth.

# %%
names = {"plain": "agreement", "weighted": "weighted by truth"}
names |= {"rank": "rank correlation", "rank_given_rate": "at a fixed rate"}
columns = {}
for kind, pair in {"another seed": (a, b), "shuffled apart": blank}.items():
    with_truth = agreement.by_truth(*pair, truth)
    columns[kind] = [spread(with_truth[name]) for name in names]
pd.DataFrame(columns, index=names.values())

# %% [markdown]
# Weighting by truth hardly changes agreement, and still cannot tell the worlds from the shuffled pairs: a weighted mean forgets how much weight there was. The rank correlation does better. It stays clearly positive at a fixed rate, and is higher than in the shuffled pairs.
#
# The claim is judged on twenty worlds of the grid, by the mean over worlds. It asks for a positive one, no more.

# %%
toys = results.pick(grid, data="toy")
scorecard.record("uni-true-toy", results.values(toys, "rank_given_rate"))

# %% [markdown]
# **Takeaway.** Where there are features to find, what two seeds agree on is more often true than what they do not, and not only because it is frequent. But where there are none to find, seeds agree as well. Agreement is evidence for truth only once you know that neurons alone would not have done it.
#
# One number is left: the 30% of {cite:t}`paulo2025`. Their dictionary is 32 times as wide as the layer, and TopK chooses its latents. Take the same ratio here, with two latents a row, though there are only two features for each dimension.

# %%
wide = results.pick(grid, data="toy", variant="TopK", sparsity=2, ratio=32)
scorecard.record("uni-shared-toy", results.values(wide, "shared"))

# %%
wider = {"TopK": wide, "L1": results.pick(grid, data="toy", ratio=32)}
middle = pd.DataFrame(columns=[*wider])
for name in ("dead", "shared", "shared_apart", "shared_random"):
    got = {k: np.median(results.values(v, name)) for k, v in wider.items()}
    middle.loc[name] = got
middle.astype(float).round(2)

# %% [markdown]
# More than in the language models. The rule, which was fixed before, asks that at least eight in ten pairs lie below one half. A few too many do not: not reproduced. The number needs its neighbours, too. Most of TopK's latents are dead, and only the living count. The shuffled pairs share about as much. And with L1, at the same ratio, two seeds share very little. {doc}`12b_what_is_stable` follows the ratio step by step.
#
# ## Exercises
#
# ```{exercise-start} A cloud
# :label: ex-cloud
# ```
#
# *Difficulty 3 of 5, importance 5 of 5, 15 minutes.*
#
# Shuffling leaves the neurons as they are, and they were learnt. Is there data without even that? Draw a Gaussian cloud for each world: 3,000 rows with the mean and covariance of its activations, and train two seeds on each. Let them read the later rows. What is the median share of shared latents? Put it into `mine`.

# %%
from helpers import universality_answers

seen = {k: v.quantile(0.5) for k, v in panels["shared"].items()}
before = seen["another seed"], seen["shuffled apart"]
mine = None
universality_answers.cloud(mine, *before)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# If $LL^\top$ is the covariance, rows of normal numbers times $L^\top$ have it. `torch.linalg.cholesky` finds $L$, and `torch.cov` wants one row per variable. `two_seeds` trains, `agreement.of` and `agreement.compare` measure.
# :::
#
# ```{solution-start} ex-cloud
# :label: sol-cloud
# :class: dropdown
# ```

# %%
def gaussian(rows, seed):
    source = torch.Generator().manual_seed(seed)
    covariances = [torch.cov(each.T) for each in rows.transpose(0, 1)]
    roots = torch.linalg.cholesky(torch.stack(covariances))
    normal = torch.randn(rows.shape, generator=source)
    return rows.mean(0) + torch.einsum("bwi,wji->bwj", normal, roots)


# %%
on_clouds = two_seeds(gaussian(x, 1))
blind = agreement.of(on_clouds, later.repeat(1, 2, 1))
clouds = agreement.compare(blind[:WORLDS], blind[WORLDS:], SEEDS)
mine = clouds["shared"].quantile(0.5)
universality_answers.cloud(mine, *before)
print(f"cloud {mine:.2f}, shuffled {before[1]:.2f}, worlds {before[0]:.2f}")

# %% [markdown]
# Less, but by no means nothing. A cloud has no features and no axes, but it is longer in some directions than in others, and both autoencoders see the same rows in the same order. So even this baseline is not zero. Shuffling keeps the values of each neuron and loses how they go together. The cloud keeps how they go together in pairs and loses the values. Neither contains the other, so neither is *the* baseline.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Eight tenths
# :label: ex-eight-tenths
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 5 minutes.*
#
# A talk reports: 'Our two dictionaries of 64 latents agree, the mean max cosine is 0.8.' You ask for the number of dimensions. What is the largest number at which two random dictionaries of 64 reach 0.8 as well (median of ten seeds)? Put it into `mine`.

# %%
mine = None
universality_answers.eight_tenths(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `nearest(d, seed, [64])` is the mean max cosine for one seed. Walk up from `d = 2`. Equation {eq}`eq-largest-cosine` is no help in so few dimensions.
# :::
#
# ```{solution-start} ex-eight-tenths
# :label: sol-eight-tenths
# :class: dropdown
# ```

# %%
def reached(d):
    return torch.tensor([nearest(d, s, [64]) for s in TEN]).quantile(0.5)


mine = max(d for d in range(2, 12) if reached(d) >= 0.8)
universality_answers.eight_tenths(mine)
few = [nearest(6, s, [12], queries=12)[0] for s in TEN]
print(f"dimensions: {mine}; 12 latents in 6 dimensions: {np.median(few):.2f}")

# %% [markdown]
# It is the number of neurons of the precipitation networks. Their dictionaries at ratio two are smaller, only 12 latents, and among 12 the dice reach less. So a mean max cosine has no bar of its own: give dimensions *and* latents, or the number says nothing.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} A likeness without a partner
# :label: ex-twins
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# Construct two dictionaries of four vectors each, such that the mean max cosine is 1 in *both* directions, but Hungarian matching finds only half of the partners above 0.7. Put the pair into `mine`.

# %%
mine = None
universality_answers.twins(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# A dictionary may hold the same vector more than once.
# :::
#
# ```{solution-start} ex-twins
# :label: sol-twins
# :class: dropdown
# ```

# %%
up, right = [0, 1], [1, 0]
one, other = [up, up, up, right], [up, right, right, right]
mine = torch.tensor(one), torch.tensor(other)
universality_answers.twins(mine)

# %% [markdown]
# Both dictionaries know both directions, and they disagree on how many latents each deserves. Such copies are no invention of this exercise: where a dictionary is too wide, it splits one feature among several latents. A mean maximum never notices.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Two autoencoders that differ only in their start share most of their latents in worlds with known features, and not all.
# - Eight measures answer four questions: is there a likeness, a partner, the same answer, the same shape?
# - Mean maxima are inflated. Chance alone raises them with the number of vectors or latents, and lowers them with dimensions or rows.
# - Random dictionaries are an easy opponent. Autoencoders of neurons shuffled apart agree far better, because they learn the neurons. In some measures and at some prices they agree as well as real ones.
# - Weights of autoencoders for different networks cannot be compared. Their answers can, but neurons matched one to one set a bar that they miss here.
# - In toy worlds, latents that two seeds agree on are more often true ones. Shuffled pairs agree, too, on latents of which few are true. Agreement is evidence, not proof.
#
# You may now ask of any claim of universality: which measure, against which baseline, and would neurons alone have done it?
#
# ## What's next
#
# In {doc}`12b_what_is_stable` you vary everything else: sparsity, size, variant, data, network. What makes features stable, and what does not?
#
# ## Further reading
#
# {cite:t}`paulo2025` compare seeds latent by latent in language models. {cite:t}`song2025` argue that consistency should be reported with every autoencoder. {cite:t}`lan2024` compare the feature spaces of different models. {cite:t}`parkersartori2023` is the course project whose baselines you threw with dice.
