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
# {cite:t}`parkersartori2023` asked this about language models, and stopped at averages next to high baselines. {cite:t}`paulo2025` looked latent by latent, and found that two large dictionaries share less than a third. Neither could ask the last question: are the shared ones the true ones? You can, because in the worlds of {doc}`08b_variants` the truth is written down: 32 features in 16 dimensions, about two of them on at once. Take ten such worlds. The activations of each are divided by their size.

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
# Each world gets two autoencoders. They see the same rows in the same order, with the same {term}`L1` of 0.1. Only the weights that they start from differ.

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
# **Place your bet.** A latent is {term}`shared <shared latent>` if the other autoencoder has the same one. In the median world, what share of the latents will be?
#
# 1. Nearly all. The features are there, one only has to find them.
# 2. More than half.
# 3. Fewer. Two starts, two stories.
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
    latents = sae.encode(later.repeat(1, 2, 1))
print("latents that are ever on:", (latents > 0).any(0).float().mean().item())

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
same = partner == partners(encoders)
both = (alike(decoders, partner) + alike(encoders, partner)) / 2
mine = {"decoder": mean_max(decoders), "encoder": mean_max(encoders)}
mine["matched"] = alike(decoders, partner).mean(1)
mine["shared"] = (same & (both > 0.7)).float().mean(1)

# %% [markdown]
# **Step three: what they say.** Two latents with different weights may be on in the same rows. So correlate what they answer, on rows that neither has seen. Again there is a mean maximum, and a mean over partners.


# %%
def correlations(a, b):  # (rows, worlds, latents) each
    a, b = (each - each.mean(0) for each in (a, b))
    a, b = (each / each.norm(dim=0).clamp_min(1e-12) for each in (a, b))
    return torch.einsum("bwi,bwj->wij", a, b)


r = correlations(latents[:, :WORLDS], latents[:, WORLDS:])
friend = partners(r)  # the partner by what it says
mine |= {"correlation": mean_max(r), "matched_r": alike(r, friend).mean(1)}

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
pairs = [(D[i], D[WORLDS + i, friend[i]]) for i in range(WORLDS)]
mine["svcca"] = torch.stack([svcca(*pair) for pair in pairs])
mine["rsa"] = torch.stack([rsa(*pair) for pair in pairs])

# %% [markdown]
# `agreement.compare` does all of this, leaves out {term}`dead latents <dead latent>`, and adds baselines that you will need in a moment. Are your lines the same?

# %% tags=["nbval-check-output"]
from helpers import agreement

SEEDS = range(10_000, 10_000 + WORLDS)  # for the baselines: nobody else's
whole = agreement.of(sae, later.repeat(1, 2, 1))
a, b = whole[:WORLDS], whole[WORLDS:]
found = agreement.compare(a, b, SEEDS)
for name, values in mine.items():
    equal = torch.allclose(values.float(), found[name], atol=1e-3)
    print(f"{name:11}", equal)

# %% [markdown]
# ## Against what?
#
# A number like .9 means nothing yet. What would it be if nothing had been learnt? There are three ways to ask.
#
# - **Random**: the second dictionary is a {term}`random dictionary`, each of its latents on as often as one of the trained. For SVCCA and RSA the partners are dealt out anew.
# - **Other rows**: the latents of the second are moved on by hundreds of rows, so that they answer to other ones. Only measures of activations notice.
# - **Shuffled apart**: *both* autoencoders of a pair learn the same activations, in which each dimension has its rows in an order of its own. Each neuron keeps all its values. What the neurons had to do with each other is gone, and with it every feature of the world.


# %%
def shuffled(rows, seed):
    source = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(len(rows), generator=source) for _ in range(16)]
    each = [rows[order, :, i] for i, order in enumerate(orders)]
    return torch.stack(each, -1)


without = two_seeds(shuffled(x, seed=1))
nothing = agreement.of(without, shuffled(later, seed=2).repeat(1, 2, 1))
apart = agreement.compare(nothing[:WORLDS], nothing[WORLDS:], SEEDS)

# %% [markdown]
# **Place your bet.** The shuffled pairs have no feature to find. How far do the two of a pair agree?
#
# 1. As little as with a random dictionary.
# 2. Somewhere in the middle.
# 3. Nearly as much as those that learnt the world.

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

# %% mystnb={"image": {"alt": "Eight measures, ten pairs each. Another seed is highest, with medians of about 0.7 to 0.95. Shuffled-apart pairs lie a little below it in cosines, correlations and SVCCA, level with it in the share shared, and far below it in RSA. Random dictionaries lie near 0.5 in most measures and at zero in the share shared and RSA. Other rows lie near zero."}}
from helpers import agreement_plots, plots

plots.house()
agreement_plots.beside(panels, "agreement");

# %% [markdown]
# :::{dropdown} What came out of the first bet
# More than half of the latents are shared, and in no world nearly all. These are worlds with a known answer, as many latents as features, and plenty of rows. Still each training leaves its mark.
# :::
#
# :::{dropdown} What came out of the second bet
# The third answer, for most measures. The shuffled pairs come far above random dictionaries, and close to the real ones. In the share of shared latents the two cannot be told apart. Only RSA sets them far apart: it asks how the vectors lie to each other.
# :::
#
# What do the shuffled pairs agree on, if there is no feature? Look at the largest coordinate of each dictionary vector. A vector has length one, so a coordinate of one means: this vector *is* a neuron.

# %%
import pandas as pd

three = {"the worlds": D, "shuffled apart": without.dictionary.detach()}
three["random"] = agreement.by_chance(b, SEEDS).decoder
largest = {name: one.abs().amax(-1).mean() for name, one in three.items()}
pd.Series(largest).astype(float).round(2)

# %% [markdown]
# They learnt the neurons. There are 16 of them, and each can go up or down, so 32 latents have enough to do. The likely reason is the shape of a neuron's values: mostly small, at times large. That makes an axis worth a latent, whatever the other axes do. This is a {term}`privileged basis`, and any seed finds it.
#
# **Takeaway.** Agreement between seeds says that the data prescribe certain directions. It does not say that a direction combines neurons, or that it means anything. A random dictionary is far too easy an opponent: it answers a question that nobody asked.
#
# One caution. The shuffled autoencoders pay the same L1, but they have more latents on at once, because nothing in their rows can be summed up. So they are no twins in sparsity, and their bar is a warning, not a law.
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
rows = {}
for name, groups in panels.items():
    raw = groups["another seed"]
    against = {k: adjusted(raw, v) for k, v in groups.items() if v is not raw}
    rows[name] = {k: spread(v) for k, v in against.items()}
pd.DataFrame(rows).T.fillna("")

# %% tags=["nbval-check-output"]
from helpers import metrics

two = [panels["matched_r"][kind] for kind in ("another seed", "random")]
same = torch.allclose(adjusted(*two), metrics.adjusted(*two))
print("the same as the helper's:", same)

# %% [markdown]
# Read one row from left to right. A single raw number becomes large or small, as you please. **Takeaway.** Whoever reports an agreement must name the baseline, and of two scores with different baselines neither is better. Try it: which measure loses most against the shuffled pairs, and which least?
#
# ## What dice can do
#
# The language-model study reports a mean max cosine of about .15 and a mean max correlation of about .40 for dictionaries that have nothing to do with each other. Where do such numbers come from? Try dice.
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


# %% mystnb={"image": {"alt": "Mean max cosine of random directions against the number to choose from, on a logarithmic axis, for 6, 16, 64 and 512 dimensions. All four lines rise and flatten; in 6 dimensions from about 0.6 to nearly one, in 512 from below 0.1 to 0.15. A dashed rule of thumb lies above each line, close in 512 dimensions and beyond one in 6."}}
from math import log, sqrt

dice = {}
for d in DIMENSIONS:
    dice[f"d = {d}"] = torch.tensor([nearest(d, s) for s in TEN]).T
ax = plots.curves(SIZES, dice, "vectors to choose from, N", "mean max cosine")
for d in DIMENSIONS:
    rule = [sqrt(2 * log(n) / d) for n in SIZES]
    ax.plot(SIZES, rule, "--", color=plots.INK, linewidth=1)
ax.set(xscale="log", ylim=(0, 1));

# %% [markdown]
# More vectors help, more dimensions hurt. The dashed rule is always a little too high; in few dimensions it breaks, because no cosine exceeds one. In the six dimensions of this book's networks, a couple of dozen random directions already look like agreement.
#
# Now the source's own size: 512 dimensions, ratios of 1 to 32. For each of 512 random directions take the nearest among the first 512, the first 1,024, and so on up to 16,384, and average over the six ratios.

# %%
from helpers import scorecard

RATIOS = [1, 2, 4, 8, 16, 32]
sizes = [512 * ratio for ratio in RATIOS]
by_ratio = torch.tensor([nearest(512, s, sizes, queries=512) for s in TEN])
scorecard.record("uni-random-cosine", by_ratio.mean(1).numpy())

# %% [markdown]
# So dice give the source's number. But its published code drew something else: a 'random dictionary' whose entries are uniform between 0 and 1. All entries are positive, so all its vectors lean the same way. Hold such a dictionary against random directions, and against another one of its own kind.

# %%
from itertools import product


def drawn(draw, seed):
    source = torch.Generator().manual_seed(seed)
    return draw(1, 512, 512, generator=source)


# %%
draws = {"directions": torch.randn, "uniform": torch.rand}
table = {}
for here, there in product(draws, draws):
    from_, to = draws[here], draws[there]
    found_by = [cosines(drawn(from_, s), drawn(to, 100 + s)) for s in TEN]
    table[f"{here} to {there}"] = [t.amax(-1).mean().item() for t in found_by]
pd.DataFrame(table).agg(["median", "min", "max"]).T.round(3)

# %% [markdown]
# One word, 'random', and a range of numbers. Whoever starts from random directions and looks into the uniform dictionary finds a baseline half as high. Starting from the uniform one, it is as before. And two dictionaries that lean the same way look nearly alike, though neither has learnt anything. Which case theirs was depends on their trained dictionaries. **Takeaway.** A random dictionary should be as free as the learnt one was: draw directions, not entries.
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

# %% mystnb={"image": {"alt": "Mean max correlation of unrelated latents against the number of rows, on a logarithmic axis. All lines fall. Left, for 32, 256 and 2048 latents: more latents lie higher. Right, for latents on in 1, 5 and 20 percent of rows: rarer ones lie higher from 100 rows on. A dashed line at 0.4 is crossed between about 80 and 600 rows."}}
import matplotlib.pyplot as plt

_, axes = plt.subplots(1, 2, figsize=(8.6, 3.8), sharey=True)
for ax, lines in zip(axes, (latents_of, shares_of)):
    plots.curves(ROWS, lines, "rows", "", ax=ax)
    ax.axhline(0.4, color=plots.INK, linestyle="--", linewidth=1.2)
    ax.set(xscale="log", ylim=(0, 1), xlim=(25, 6000))
axes[0].set_ylabel("mean max correlation")
axes[0].set_title("on in 5% of rows", fontsize=10)
axes[1].set_title("256 latents", fontsize=10);

# %% [markdown]
# The dashed line is the source's .40. A latent that is on in a handful of rows needs only one companion that happens to be on in most of them, and among thousands there is one. With a thousand rows that luck is nearly used up, with a hundred it is not. One version of the published code averages correlations text by text, so over a few hundred rows at most, with thousands of latents. So their .40 may need no shared feature at all.
#
# But chance is not the only source. In your ten worlds, latents of a random dictionary correlate with the trained ones as if they knew something, while those of other rows do not. They do know something: both read the same rows. That is why two baselines are worth having.
#
# **Takeaway.** A mean maximum grows with what there is to choose from, and shrinks with dimensions or rows. Never compare two of them across sizes without their baselines.
#
# Is the correlation baseline always the higher one, as in the source? In a layer of six neurons, ask the shipped grid: `universality_results` holds hundreds of comparisons that `python -m helpers.universality` trained, twenty pairs each. Here is the classifier of {doc}`06b_phase_and_rate`, twenty networks, each read by two autoencoders.

# %%
from helpers import universality_results as results

grid = results.load()
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

# %% mystnb={"image": {"alt": "Five measures of the classifier, twenty pairs each. Another seed is highest throughout. In cosines, another network lies near the random dictionary and below the shuffled pairs; in the share shared it is near zero with a few dots above. In correlations, another network lies above the random dictionary, shuffled pairs clearly below it, other rows near 0.1."}}
others = results.pick(grid, data="phase", differ="network")
ENDS = {"another network": "", "random": "_random"}
ENDS |= {"shuffled apart": "_apart", "other rows": "_shifted"}
networks = {}
for name in ("decoder", "matched", "shared", "correlation", "matched_r"):
    ends = {k: name + e for k, e in ENDS.items() if name + e in others}
    networks[name] = {k: results.values(others, e) for k, e in ends.items()}
    networks[name]["another seed"] = results.values(base, name)
agreement_plots.beside(networks, "agreement");

# %% [markdown]
# Except for the dots of *another seed*, all baselines here are those of different networks. Between two networks the cosines fall to about what a random dictionary reaches, and the shuffled pairs lie *above* it. Those learnt the axes of two networks that have no axis in common, and axes look alike by number. Correlations keep a little more than the random dictionary reaches, and clearly more than the shuffled pairs.
#
# **Takeaway.** Between networks, compare what latents say, never their weights. And even then much of the agreement comes from reading the same weather: a random dictionary has most of it.
#
# Some comparisons should not return a number at all. Four of them:

# %% tags=["nbval-check-output"]
from helpers import matching

one, dead = a.decoder[:, :1], torch.zeros(WORLDS, 32, dtype=torch.bool)
nan = decoders.clone()
nan[0, 0, 0] = torch.nan
odd = {
    "other width": lambda: matching.cosines(a.decoder, b.decoder[..., :6]),
    "one latent": lambda: metrics.svcca(one, one),
    "all dead": lambda: metrics.mean_max(decoders, here=dead),
    "not a number": lambda: matching.assign(nan),
}
for name, compare in odd.items():
    try:
        compare()
    except ValueError as error:
        print(f"{name}: {error}")

# %% [markdown]
# In a grid of thousands one empty pair must not stop the rest. There `agreement.compare` writes NaN, and `universality_results.average` says how many pairs it left out. NaN is never averaged in silence.
#
# ## Is what they share true?
#
# Back to the ten worlds. For each latent you know two things. How far does it agree with its partner in the other autoencoder? That anybody can measure. And how well does it match a true feature, by the largest $|r|$ with any of the 32? That only you can.
#
# **Place your bet.** {cite:t}`song2025` propose agreement between seeds as a stand-in for truth. Among latents, does one go with the other?
#
# 1. Closely: shared means true, and what is not shared is not true.
# 2. Loosely.
# 3. Not at all, since shuffled pairs agree as well.

# %% mystnb={"image": {"alt": "Agreement with the partner against the match with a true feature, a dot per latent in ten worlds, coloured by how often it is on. Most dots crowd in the upper right corner, beyond 0.7 in both. The others are scattered, many at the lower right: a good match without agreement. Colours are mixed everywhere."}}
first = latents[:, :WORLDS]
match = correlations(truth, first).abs().amax(1)  # (worlds, latents)
agreed, often = alike(r, friend), (first > 0).float().mean(0)
agreement_plots.against_truth(match, agreed, often, agreement.ALIKE);

# %%
true, shared = match > 0.7, agreed > 0.7
share = {
    "of the true, shared": (shared & true).sum(1) / true.sum(1),
    "of the others, shared": (shared & ~true).sum(1) / (~true).sum(1),
    "of the shared, true": (shared & true).sum(1) / shared.sum(1),
    "of those not shared, true": (~shared & true).sum(1) / (~shared).sum(1),
}
pd.Series({name: spread(v) for name, v in share.items()})

# %% [markdown]
# :::{dropdown} What came out of the third bet
# The second answer. Most true latents are shared, and in most worlds a smaller part of the others. But shared is not the same as true, in either direction.
# :::
#
# Look at the lower right corner: true latents without a partner worth the name. Did the other autoencoder miss the feature? Ask whether it has *any* latent that is alike, taken or not.

# %%
alone = true & ~shared
somewhere = alone & (r.amax(2) > 0.7)
print("true latents that are not shared:", alone.sum().item())
print("of these, with a likeness that is taken:", somewhere.sum().item())

# %% [markdown]
# For most of them the feature is in both dictionaries. One autoencoder spends two latents on it, and the other only one. A matching counts such a spare latent as not shared. A mean maximum would have counted it.
#
# There is a suspicion left. Perhaps truth and agreement only follow from a third thing. A feature that is on often is easy to find *and* easy to find twice. So hold fixed how often a latent is on: the *partial* rank correlation is the one that remains. `agreement.by_truth` does it for the latents of both autoencoders. It also weights agreement by truth.

# %%
with_truth = agreement.by_truth(a, b, truth)
names = {"plain": "agreement", "weighted": "weighted by truth"}
names |= {"rank": "rank correlation", "rank_given_rate": "at a fixed rate"}
pd.Series({label: spread(with_truth[name]) for name, label in names.items()})

# %% [markdown]
# The claim is judged on twenty worlds of the grid.

# %%
toys = results.pick(grid, data="toy")
scorecard.record("uni-true-toy", results.values(toys, "rank_given_rate"))

# %% [markdown]
# **Takeaway.** Where there are features to find, what two seeds agree on is more often true than what they do not, and not only because it is frequent. It is a tendency. And it holds where there are features: the shuffled pairs agree as well, on nothing that the world holds.
#
# One number is left: the 30% of {cite:t}`paulo2025`. Their dictionary is 32 times as wide as the layer, and TopK chooses its latents. Take the same ratio here, with two latents a row. There are only two features for each dimension, so most of the 512 latents have nothing of their own to find.

# %%
wide = results.pick(grid, data="toy", variant="TopK", sparsity=2, ratio=32)
scorecard.record("uni-shared-toy", results.values(wide, "shared"))

# %% [markdown]
# More than in the language models, and about half: the rule, which was fixed before, calls this not reproduced. Two things to know about the number. At this width most latents are dead, and it counts only the living. And the shuffled pairs share about as much (try `results.values(wide, "shared_apart")`). {doc}`12b_what_is_stable` follows the ratio step by step.
#
# ## Exercises
#
# ```{exercise-start} A cloud
# :label: ex-cloud
# ```
#
# *Difficulty 3 of 5, importance 5 of 5, 15 minutes.*
#
# Shuffling leaves the neurons as they are, and they were learnt. Is there data without even that? Draw a Gaussian cloud for each world: 3,000 rows with the mean and covariance of its activations, and later rows likewise. Train two seeds on each. What is the median share of shared latents? Put it into `mine`.

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
sae = two_seeds(gaussian(x, 1))
blind = agreement.of(sae, gaussian(later, 2).repeat(1, 2, 1))
clouds = agreement.compare(blind[:WORLDS], blind[WORLDS:], SEEDS)
mine = clouds["shared"].quantile(0.5)
universality_answers.cloud(mine, *before)
print(f"cloud {mine:.2f}, shuffled {before[1]:.2f}, worlds {before[0]:.2f}")

# %% [markdown]
# Less, but by no means nothing. A cloud has no features and no axes, but it is longer in some directions than in others, and both autoencoders see the same rows in the same order. So even this baseline is not zero. Each baseline takes away one more thing that the data prescribe; what remains belongs to the start alone.
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
print("dimensions:", mine)

# %% [markdown]
# It is the width of the precipitation networks. A mean max cosine of 0.8 for their dictionaries, reported alone, would mean nothing.
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
# - Random dictionaries are an easy opponent. Autoencoders of neurons shuffled apart agree nearly as well as real ones, because they learn the neurons.
# - Weights of autoencoders for different networks cannot be compared. Their answers can.
# - In toy worlds, latents that are shared are more often true ones. Agreement is evidence, not proof.
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
