# %% [markdown]
# # 08 · Building a sparse autoencoder
#
# You will build a sparse autoencoder, train it on data whose true features you know, count what it finds and what it loses, and learn which of its numbers to distrust.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 45 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`02_five_features`. **Helpful:** {doc}`06c_hidden_layer`.
# - **You will be able to** *write* a sparse autoencoder and its loss in a dozen lines, *measure* how much of a known truth it recovers, *choose* its width and its sparsity with open eyes, and *name* four ways in which it fails while its loss looks fine.
# :::
#
# ## Warm up
#
# Guess first, then look.
#
# :::{dropdown} Five arrows in a plane are hidden in a cloud of points. Could principal components find them?
# They find two. There are never more components than dimensions, and they stand at right angles, whatever the arrows do.
# :::
#
# :::{dropdown} An autoencoder copies its input with hardly any error. Has it found the features?
# Not for that reason. In a plane two directions suffice for a perfect copy, and any two will do.
# :::
#
# :::{dropdown} Ten arrows are thrown at random into a plane. Each of five true directions asks for the nearest. How near is it?
# Very near: the circle is crowded. The typical cosine is above 0.9, and nothing was learnt. Keep this in mind for later.
# :::
#
# ## Dictionary learning in one page
#
# In {doc}`02_five_features` five {term}`features <feature>` shared two dimensions. You knew the features, because you had made them. Turn the question round. Here are the two hidden numbers of many inputs. What were the features?
#
# Write a row of activations as a sum
#
# $$
# x = \sum_i f_i\, D_i = f D ,
# $$ (eq-dictionary)
#
# where row $D_i$ is the direction of feature $i$, and $f_i$ says how strongly it is on. You see $x$. You know neither $f$ nor the {term}`dictionary` $D$. To look for both is {term}`dictionary learning`.
#
# As it stands the problem is hopeless: any invertible matrix could be put between $f$ and $D$. What saves it is {term}`sparsity`. If few $f_i$ are on at a time, then most rows lie near a line, a plane, or some other small corner of the space, and those corners point along the features. {cite:t}`olshausen1996` found in this way that patches of photographs are made of edges, much as the visual cortex has it. {cite:t}`mairal2009` made it fast enough for large data. {cite:t}`sharkey2022` proposed it as a way out of {term}`superposition`, with an autoencoder that does both jobs at once.
#
# Look at the smallest case. Train the toy model of {doc}`02_five_features` at sparsity 0.9, with ten seeds and all features equally important.

# %%
import torch

from helpers import nets, plots, sampling, train
from helpers.schedules import cosine

# For models this small, threads would wait for each other.
torch.set_num_threads(1)
plots.house()
SEEDS = 10
toy = nets.ToyModel(5, 2, instances=SEEDS)
draw = sampling.sparse_batches(256, 5, torch.full((SEEDS,), 0.9))


# %%
def toy_loss(model, x):
    return (x - model(x)).square().sum(-1).mean(0)


run = {"device": "cpu", "schedule": cosine(600)}
train.fit(toy, draw, toy_loss, steps=600, lr=0.03, **run)
W = toy.W.detach()  # (instances, features, hidden)

# %% [markdown]
# From here on `W` is the truth. The autoencoder may not see it. It sees the hidden numbers alone.


# %%
@sampling.counted
def hidden(step, source):
    return (nets.apply(draw(step, source), W),)


(points,) = hidden(0, torch.Generator().manual_seed(1))
kept = W.norm(dim=-1) >= 0.5
print("features represented, by seed:", kept.sum(-1).tolist())

# %% mystnb={"image": {"alt": "Two planes with the same five broad grey rays, the directions of the true features, in a regular pentagon. Small dots lie along the rays and a few between them. On the left five coloured lines run along the rays. On the right the two principal components are lines through the origin at right angles, and one of them passes close to a ray without lying on it."}}
from helpers import autoencoder_plots

one = points[:, 0]
components = torch.linalg.svd(one - one.mean(0), full_matrices=False).Vh
shown = {"the truth": W[0], "principal components": components}
both = one.expand(2, *one.shape)
autoencoder_plots.planes(W[[0, 0]], shown, both, ["principal components"]);

# %% [markdown]
# A component has no sign, so it is drawn as a line both ways. How much of the variance lies along the first of the two?

# %%
centred = (points - points.mean(0)).transpose(0, 1)
variances = torch.linalg.svdvals(centred).square()
first = variances[:, 0] / variances.sum(-1)
print("along the first component:", *[f"{v:.0%}" for v in first])

# %% [markdown]
# **Takeaway.** You can see the answer. Rows with a single feature on lie on five rays, and between the rays lie the few rows where two met. {term}`PCA` cannot see it: it has two directions, at right angles. And here even those two mean nothing. In a regular pentagon of equal features the variance is the same in every direction, and the first component has little more than its half. Which way it points is left to the sample. PCA asks where the variance is, and not where the rays are.
#
# ## The autoencoder, written out
#
# A {term}`sparse autoencoder` learns to do by one matrix what your eyes did. It has a wide hidden layer, whose units are called {term}`latents <latent>`.
#
# - The *encoder* guesses which features are on: $f = \mathrm{ReLU}((x - b_\mathrm{dec})\, W_\mathrm{enc} + b_\mathrm{enc})$.
# - The *decoder* puts the activations together again: $\hat x = f D + b_\mathrm{dec}$.
#
# The bias $b_\mathrm{dec}$ appears twice. It is where the cloud has its origin, so the encoder subtracts it first. {cite:t}`bricken2023` call it the {term}`pre-decoder bias`.
#
# And the rows of $D$ have length one. Soon you will put a price on the size of the latents. Without fixed lengths there would be a way around it: halve all latents and double all dictionary vectors, and the copy is the same at half the price.


# %%
from torch import nn


class Autoencoder(nn.Module):
    def __init__(self, inputs, latents, n):  # n instances
        super().__init__()
        self.W_enc = nn.Parameter(nets.initial(0, n, inputs, latents))
        self.b_enc = nn.Parameter(torch.zeros(n, latents))
        self.W_dec = nn.Parameter(nets.initial(99, n, latents, inputs))
        self.b_dec = nn.Parameter(torch.zeros(n, inputs))

    @property
    def dictionary(self):
        return nn.functional.normalize(self.W_dec, dim=-1)

    def forward(self, x):  # (rows, instances, inputs)
        drive = nets.apply(x - self.b_dec, self.W_enc, self.b_enc)
        latents = torch.relu(drive)
        return nets.apply(latents, self.dictionary, self.b_dec), latents


# %% [markdown]
# The loss has a term for each of two wishes. The copy shall be good: the squared error. And few latents shall be on: their sum, times a price. That price is called {term}`L1`, after the norm.


# %%
def sparse_loss(l1):
    def loss(sae, batch):
        (x,) = batch
        copy, latents = sae(x)
        error = (copy - x).square().mean((0, 2))
        return error + l1 * latents.sum(-1).mean(0)

    return loss


# %% [markdown]
# That is all. The chapters that follow use `nets.SparseAutoencoder` and `autoencoding.loss`, which know some variants more. They should be the same thing. Hand over your parameters and compare.

# %% tags=["nbval-check-output"]
from helpers import autoencoding

written = Autoencoder(2, 5, SEEDS)
helper = nets.SparseAutoencoder(2, 5, SEEDS, centred=True)
helper.load_state_dict(written.state_dict())
pairs = zip(written(points), helper(points))
same = [torch.allclose(a, b, atol=1e-6) for a, b in pairs]
ours = sparse_loss(0.1)(written, (points,))
theirs = autoencoding.loss(0.1)(helper, (points,))
print("same copy, same latents:", same)
print("same loss:", torch.allclose(ours, theirs))

# %% [markdown]
# ### Why `normalize` sits inside
#
# Published code often does it otherwise: take a step, then cut the rows of $D$ back to length one. Then part of each gradient is wasted, namely the part along the row, which the cut undoes. Worse, Adam remembers it. So that code takes the part away before each step. With $g_i$ the gradient of row $i$ it keeps
#
# $$
# g_i - (g_i \cdot D_i)\, D_i .
# $$ (eq-projection)
#
# If the rows are normalised *inside* the forward pass, as here, you get this for nothing: a change along the row does not change the output, so automatic differentiation gives it no gradient. Check it on rows of length one.

# %% tags=["nbval-check-output"]
with torch.no_grad():
    written.W_dec.copy_(written.dictionary)
sparse_loss(0.1)(written, (points,)).sum().backward()

D = written.dictionary.detach().requires_grad_()  # nothing keeps them short
latents = written(points)[1].detach()
copy = nets.apply(latents, D, written.b_dec.detach())
error = (copy - points).square().mean((0, 2)).sum()
(g,) = torch.autograd.grad(error, D)
projected = g - (g * D).sum(-1, keepdim=True) * D
for name, one in {"plain": g, "projected": projected}.items():
    same = torch.allclose(written.W_dec.grad, one, atol=1e-6)
    print(f"equal to the {name} gradient: {same}")

# %% [markdown]
# ## Does it find the pentagon?
#
# Now train. Two widths, as many latents as features and twice as many. Four prices, ten seeds each: that is forty autoencoders per width in one stack. The data repeat along the {term}`instances <instance>` axis.

# %%
PRICES = [0.01, 0.03, 0.1, 0.2]
prices = torch.tensor(PRICES).repeat_interleave(SEEDS)
truth = W.repeat(len(PRICES), 1, 1)


@sampling.counted
def repeated(step, source):
    return (hidden(step, source)[0].repeat(1, len(PRICES), 1),)


# %%
settings = {"steps": 800, "lr": 0.01, "schedule": cosine(800)}
flat = {}
for width in (5, 10):
    sae = nets.SparseAutoencoder(2, width, len(prices), centred=True)
    loss = autoencoding.loss(prices)
    train.fit(sae, repeated, loss, device="cpu", **settings)
    flat[width] = sae

# %% [markdown]
# Here are the dictionaries of the first seed, drawn over the truth. Latents that are never on are left out.

# %% mystnb={"image": {"alt": "Six planes with the latents of one seed, drawn over the five grey rays of the truth. With five latents some rays stay empty at each L1; at 0.1 and 0.2 only three of the five are still drawn. With ten latents and L1 0.01, directions lie between rays as often as on them. At 0.1 most lie on or near a ray. At 0.2 there is one on each ray and none elsewhere."}}
x = repeated(0, torch.Generator().manual_seed(2))[0].repeat(8, 1, 1)
living, shown = {}, {}
for width, sae in flat.items():
    on = (sae.encode(x) > 0).any(0)[..., None]
    living[width] = (sae.dictionary * on).detach()
    for i in (0, 2 * SEEDS, 3 * SEEDS):
        name = f"{width} latents\nL1 = {prices[i]:g}"
        shown[name] = living[width][i]
axes = autoencoder_plots.planes(W[[0] * 6], shown)

# %% [markdown]
# To say how good that is, take for each true feature the largest cosine with any dictionary vector, and average over the features. {cite:t}`sharkey2022` call it the mean max cosine similarity, {term}`MMCS`. The worst feature deserves a look, too.


# %%
def largest_cosines(truth, dictionary):  # (instances, features)
    unit = nn.functional.normalize
    return (unit(truth, dim=-1) @ unit(dictionary, dim=-1).mT).amax(-1)


def mmcs(truth, dictionary):
    return largest_cosines(truth, dictionary).mean(-1)


# %% mystnb={"image": {"alt": "Three panels against L1 for 5 and 10 latents, one dot per seed. The median MMCS of ten latents rises from about 0.95 to 1, that of five stays near 0.9 or below. The worst feature of ten latents rises from about 0.9 to 1, the median of five stays below 0.8 with a wide spread. The unexplained variance is near zero up to 0.03 and rises steeply after, at 0.2 higher for five latents."}}
from helpers import metrics

panels = {"MMCS": {}, "worst feature": {}, "unexplained (FVU)": {}}
for width, sae in flat.items():
    near, copy = largest_cosines(truth, living[width]), sae(x)[0].detach()
    measured = near.mean(-1), near.amin(-1), metrics.fvu(x, copy)
    for panel, values in zip(panels.values(), measured):
        panel[f"{width} latents"] = values.view(len(PRICES), SEEDS)
axes = autoencoder_plots.against(PRICES, panels)
axes[0].set_ylim(0.5, 1.01);

# %% [markdown]
# How high would MMCS be by chance? Ask {term}`random dictionaries <random dictionary>`.


# %%
def by_chance(truth, latents):
    dice = torch.randn(300, latents, truth.shape[-1])
    return mmcs(truth, dice).quantile(0.5)


torch.manual_seed(0)
for width in (5, 10):
    print(f"{width} random directions: MMCS {by_chance(W[0], width):.2f}")

# %% [markdown]
# And in how many seeds does a living latent lie near each of the five, say with a cosine above 0.9? The table has the counts for 5 and for 10 latents, and how many latents are alive.

# %%
import pandas as pd

rows = {}
for width, D in living.items():
    near = (largest_cosines(truth, D) > 0.9).all(-1).view(-1, SEEDS)
    alive = (D.norm(dim=-1) > 0.5).sum(-1).view(-1, SEEDS)
    rows[f"{width}: seeds with all five"] = near.sum(-1).tolist()
    rows[f"{width}: alive (mean)"] = alive.double().mean(-1).tolist()
pd.DataFrame(rows, index=pd.Index(PRICES, name="L1"))

# %% [markdown]
# **Takeaway.** Read the three panels together. Where L1 is low, the copy is nearly perfect, and the dictionary is little better than a random one. Where L1 is high, ten latents find all five features in every seed, and the copy is at its *worst*. The loss of the copy does not tell you whether you found anything.
#
# And notice the five. As many latents as features should be enough. Yet at none of these prices does a seed find all five. Partly that is because latents die, and a ray without a latent stays empty. The ten lose latents, too, but have some to spare.
#
# ## More dimensions, more features
#
# A plane is a small world. {cite:t}`sharkey2022` made a larger one: 512 random directions in 256 dimensions, about five of them on at once, their values uniform between 0 and 1, and some far more frequent than others. Here it is again, scaled to seconds: 32 directions in 16 dimensions, about two on at once. Features of Sharkey et al. come in correlated groups as well. Ours are independent, which makes it easier.
#
# Each of ten seeds gets a world of its own. So when the seeds agree, it is not the luck of one set of directions.

# %%
from helpers import sparse_worlds

world = sparse_worlds.sharkey(32, 16, active=2.0, worlds=SEEDS)
x, values = world.draw(3000, seed=1)
print("activations:", tuple(x.shape), "true values:", tuple(values.shape))
first, *_, rarest = (100 * world.frequencies[0]).tolist()
print(f"on: {first:.0f}% of rows the first, {rarest:.1f}% the last")

# %% [markdown]
# Now the questions that everyone asks of an autoencoder: how wide, and at which price? Try half as many latents as there are features, as many, and twice as many, each at four prices. With ten worlds that makes 120 autoencoders, and one training. A narrow dictionary is a wide one whose surplus stays at zero, as in {doc}`06c_hidden_layer`. The {term}`learning rate` is constant.

# %%
L1 = [0.003, 0.01, 0.02, 0.05]
WIDTHS = {"half": 16, "same": 32, "double": 64}
GRID = (len(WIDTHS), len(L1), SEEDS)
widths = [w for w in WIDTHS.values() for _ in range(len(L1) * SEEDS)]
l1 = torch.tensor(L1).repeat_interleave(SEEDS).repeat(len(WIDTHS))
worlds = world.repeat(len(WIDTHS) * len(L1))
sae = nets.SparseAutoencoder(16, 64, len(l1), centred=True, widths=widths)

# %%
settings = {"steps": 1500, "lr": 0.01, "device": "cpu", "compile": True}
train.fit(sae, worlds.batch(64), autoencoding.loss(l1), **settings);

# %% [markdown]
# ## Scored against the truth
#
# MMCS looks at directions only, and lets two features share a latent. A stricter score: give each feature a latent of its own, so that the correlations of their values are as high as possible in all. To find that pairing among all possible ones is an old problem with a fast solution, {term}`Hungarian matching` {cite:p}`kuhn1955`. A feature that gets no latent counts as zero.

# %%
from helpers import matching


def judged(sae, worlds):
    x, values = worlds.draw(3000, seed=1)
    with torch.no_grad():
        (copy, latents), D = sae(x), sae.dictionary
    r = matching.correlations(values, latents)
    return {
        "on (L0)": metrics.l0(latents),
        "unexplained (FVU)": metrics.fvu(x, copy),
        "MMCS": mmcs(worlds.truth, D),
        "matched r": matching.assign(r).similarity.mean(-1),
        "size of copy": metrics.shrinkage(x, copy),
        "dead": metrics.dead(latents) & sae.present,
    }


# %% tags=["nbval-check-output"]
found = judged(sae, worlds)
D = sae.dictionary.detach()
same = torch.allclose(found["MMCS"], metrics.mmcs(worlds.truth, D))
print("our MMCS is that of the helpers:", same)

# %% mystnb={"image": {"alt": "Four panels against L1, for dictionaries half, equally and twice as wide as there are features, one dot per world. L0 falls from between four and seven to about one and crosses the grey line at two. The unexplained variance rises from near zero to about one half. MMCS is highest in the middle: near 0.75, 0.88 and 0.93 for the three widths. The matched r is highest at 0.01 and lowest at 0.05, with the same order of widths."}}
def panel(name):
    return dict(zip(WIDTHS, found[name].view(GRID)))


names = ["on (L0)", "unexplained (FVU)", "MMCS", "matched r"]
axes = autoencoder_plots.against(L1, {name: panel(name) for name in names})
axes[0].axhline(world.l0[0], color=plots.INK, linewidth=1);

# %% [markdown]
# Read from left to right. As the price rises, fewer latents are on (the grey line is how many features really are), and more stays unexplained. Both only ever go one way. But MMCS has a *peak*: too cheap, and latents are mixtures; too dear, and rare features are not worth their price.
#
# Which price was best for each width, by either score, and how far is that from chance?

# %%
recovery = found["MMCS"].view(GRID)
best = recovery.mean(-1).argmax(-1).tolist()
best_r = found["matched r"].view(GRID).mean(-1).argmax(-1).tolist()
at_best = {w: recovery[k, best[k]] for k, w in enumerate(WIDTHS)}
for k, (name, width) in enumerate(WIDTHS.items()):
    ours = at_best[name].quantile(0.5)
    chance = by_chance(world.truth[0], width)
    print(f"{name}: MMCS {ours:.2f}, by chance {chance:.2f}")
    print(f"  best L1: {L1[best[k]]} by MMCS, {L1[best_r[k]]} by matched r")

# %% [markdown]
# **Takeaway.** At its best price the wide dictionary recovers most of a truth that it was never shown. That is no small thing: 32 directions out of 16 mixed numbers. A narrow one cannot. Both are claims of the paper, and go to the {doc}`scorecard <../book/scorecard>`.
#
# The two scores need not agree on the best price, as you see here. MMCS looks at directions only; the correlation also asks whether a latent is on when its feature is, and by how much. From here on we go by MMCS, because the claims do.

# %%
from helpers import scorecard

scorecard.record("sharkey-recovery", at_best["double"])

# %%
scorecard.record("sharkey-narrow", at_best["double"] - at_best["half"])

# %% [markdown]
# ## Could you have chosen without the truth?
#
# You just used the answer to choose the price. On a real network there is no answer. What else could you go by?
#
# - *The copy.* It is best at the lowest price, where the features are mixtures.
# - *L0.* Take the price at which as many latents are on as there are features on. That would do, if you knew how many that is.
# - *Agreement.* {cite:t}`sharkey2022` compare dictionaries with each other. Two widths that both found the truth must agree.
#
# So score the dictionary of the same width as if the wider one were the truth, and leave dead latents out.

# %% mystnb={"image": {"alt": "Mean largest cosine against L1, three lines with one dot per world. The agreement of two widths lies on top, its median above 0.9 everywhere and highest in the middle. Below it lies the recovery of the wider dictionary, lowest that of the dictionary as wide as there are features; both have their top in the middle, and fall more than the agreement does."}}
alive = sae.present & ~found["dead"]
wide = (D * alive[..., None]).roll(-len(L1) * SEEDS, 0)  # one width on
wider = matching.cosines(D, wide).amax(-1)
agreed = torch.where(alive, wider, torch.nan).nanmean(-1).view(GRID)[1]
names = ("agreement", "truth, same", "truth, double")
lines = dict(zip(names, (agreed, recovery[1], recovery[2])))
axes = autoencoder_plots.against(L1, {"mean largest cosine": lines})
axes[0].set_ylim(0.5, 1.01)
hits = (agreed.argmax(0) == recovery[1].argmax(0)).sum()
print(f"it chooses the best price in {hits} of {SEEDS} worlds")

# %% [markdown]
# **Takeaway.** In the median, agreement is highest about where recovery is. So it helps you to stay away from a price that is far off. In a single world it often picks a neighbour of the best price. And it lies *above* the recovery of the dictionary that it judges, at each price (and a little above that of the wider one). It asks the living latents, and recovery asks the features: a feature that neither dictionary has lowers the recovery, and leaves the agreement as it was. Agreement is no proof. {doc}`09b_layers_and_rain` has no more than that for real observations.
#
# ## Too narrow, right, too wide
#
# What do the latents of each width do, at its best price? Call a feature *found* if its partner's cosine is above 0.9. A living latent that points at a feature, but is nobody's partner, is a duplicate.

# %%
cosines = matching.cosines(worlds.truth, D) * alive[:, None]
partner = matching.assign(cosines)
recovered = (partner.similarity > 0.9).sum(-1)
pointing = (cosines.amax(1) > 0.9).sum(-1)
kinds = {
    "features found": recovered,
    "duplicates": pointing - recovered,
    "alive, but no feature": alive.sum(-1) - pointing,
    "dead": found["dead"].sum(-1),
}

# %%
levels, rows = torch.tensor([0.05, 0.5, 0.95]), {}
for name, count in kinds.items():
    at = [count.view(GRID)[k, best[k]].float() for k in range(len(WIDTHS))]
    q = [v.quantile(levels) for v in at]
    rows[name] = [f"{v[1]:.0f} ({v[0]:.0f} to {v[2]:.0f})" for v in q]
pd.DataFrame(rows, index=WIDTHS).T

# %% [markdown]
# **Takeaway.** The narrow dictionary spends nearly all of its latents well: it finds the most frequent features, and the others do not exist for it. Nothing in its dictionary says that they are missing. As many latents as features find more, but waste some. Twice as many find most, and pay with duplicates, with latents that stand for nothing, and with {term}`dead latents <dead latent>`.
#
# So a latent of a wide dictionary need not be a feature, and a feature need not have a latent. Look at them one by one, in world 0, whatever it looks like.

# %%
from helpers.widgets import Matcher

use = (sae.encode(worlds.draw(3000, seed=1)[0]) > 0).float().mean(0)
place = {w: (k * len(L1) + best[k]) * SEEDS for k, w in enumerate(WIDTHS)}
chosen = {w: D[i, : WIDTHS[w]] for w, i in place.items()}
shares = {w: use[i, : WIDTHS[w]] for w, i in place.items()}
rates = world.frequencies[0]
extra = {"frequency": rates, "on": shares}
Matcher.from_dictionaries(world.truth[0], chosen, **extra)

# %% [markdown]
# The worst pairs come first. Go through the three dictionaries and look at what was not found: for the narrow one that is under *Without a latent*, for the others it is at the top. How often are those features on? Then move the limit from 0.9 to 0.7, and to 0.95: how many features 'are found' depends on a number that somebody chose.
#
# Last, take the narrow dictionary and switch from *One to one* to *Nearest latent*, as MMCS has it. How many are recovered hardly changes. But the 16 features that had no latent now have one, and MMCS counts its cosine. Read a few: how far off are they, and how many share a latent?
#
# ## Shrinkage
#
# L1 makes it dear to be on. It also makes it dear to be *large*. So a latent answers with less than the truth. This is {term}`shrinkage`. {cite:t}`rajamanoharan2024gated` measure it by the size of the copy as a share of the size that would fit best. In a few lines, with both centred:


# %%
def size_of_copy(x, copy):
    x, copy = x - x.mean(0), copy - copy.mean(0)
    return copy.square().sum((0, 2)) / (x * copy).sum((0, 2))


rows_in, _ = worlds.draw(3000, seed=1)
with torch.no_grad():
    copies, latents = sae(rows_in)
print(torch.allclose(size_of_copy(rows_in, copies), found["size of copy"]))

# %% mystnb={"image": {"alt": "Size of the copy as a share of the best-fitting size, against L1. The lines of the three widths lie on each other and fall from about 0.95 to one half; a grey line marks 1."}}
sizes = {"size of copy": panel("size of copy")}
axes = autoencoder_plots.against(L1, sizes)
axes[0].axhline(1, color=plots.INK, linewidth=1)
axes[0].set_ylim(0, 1.05);

# %% [markdown]
# **Takeaway.** The copy shrinks as the price rises, by nearly the same amount in every world and at every width. At the price that recovers the features best, it is far too small.
#
# Shrinkage is a bias that you know, so you can undo it. Two ways: multiply the copy by one number, or keep the latents and fit the decoder anew by least squares, with no penalty. Fit on these rows, judge on others. Does either bring more *features*?

# %%
last = slice(place["double"], place["double"] + SEEDS)
with torch.no_grad():
    x, f = (v[:, last].double() for v in (rows_in, latents))
    later = worlds.draw(3000, seed=2)[0]
    copy, g = (v[:, last].double() for v in sae(later))
    later = later[:, last].double()

# %%
def with_ones(f):  # (instances, rows, latents + 1)
    return torch.cat([f, torch.ones_like(f[..., :1])], -1).transpose(0, 1)


# A dead latent is a column of zeros. This driver copes.
fit = torch.linalg.lstsq(with_ones(f), x.transpose(0, 1), driver="gelsd")
mean, size = x.mean(0), found["size of copy"][last, None]
ways = {
    "as trained": copy,
    "one number": mean + (copy - copy.mean(0)) / size,
    "new decoder": (with_ones(g) @ fit.solution).transpose(0, 1),
}

# %% mystnb={"image": {"alt": "Two panels, one dot per world. Unexplained variance is about an eighth as trained, a good third less after multiplying by one number, and a little less again with a new decoder. MMCS of the living latents is slightly lower with the new decoder than as trained."}}
import matplotlib.pyplot as plt

_, axes = plt.subplots(1, 2, figsize=(7.4, 3.2), width_ratios=[3, 2])
unexplained = {name: metrics.fvu(later, way) for name, way in ways.items()}
plots.strip(unexplained, "unexplained (FVU)", ax=axes[0]).set_ylim(0, None)
refitted = fit.solution[:, :-1] * alive[last, :, None]
similarity = {
    "as trained": mmcs(world.truth, D[last] * alive[last, :, None]),
    "new decoder": mmcs(world.truth.double(), refitted),
}
plots.strip(similarity, "MMCS", ax=axes[1]).set_ylim(0, 1);

# %% [markdown]
# **Takeaway.** One number takes away a good third of the error, and that is most of what a new decoder can do. Well over half remains. And the new directions are no nearer to the truth: in the median they are a little *further* from it. Neither switches on a latent that the penalty switched off: which latents are on has not changed, nor has their correlation with the truth. {doc}`08b_variants` meets autoencoders that do not shrink to begin with.
#
# ## Dead latents
#
# A latent that is on in no row gets no gradient. It can come back only if the shared bias moves, or a row comes that reaches it. How many are dead at the end, by price and width?

# %% mystnb={"image": {"alt": "Share of dead latents against L1 for three widths, one dot per world. It rises with L1 and with the width: from none to about a fifth for half as many latents as features, from about an eighth to one half for twice as many."}}
share = 100 * found["dead"].sum(-1) / torch.tensor(widths)
dead = dict(zip(WIDTHS, share.view(GRID)))
axes = autoencoder_plots.against(L1, {"dead latents (%)": dead})

# %% [markdown]
# They grow with both. Two cures are common.
#
# **Resampling** {cite:p}`bricken2023`. Now and then, look for dead latents. For each, draw a row, and let rows that are copied badly be drawn more often. Make that row the latent's dictionary vector. Give its encoder the same direction, at a fifth of the usual length, and a bias of zero. Then it is on for such rows, and has to earn its keep. `autoencoding.resample` does these three steps; afterwards the optimizer starts with empty moments.
#
# **An {term}`auxiliary loss`** {cite:p}`gao2024`. Let the silent latents of each batch copy what the others left over, and add their error, with a small weight, to the loss. So they get a gradient while they are silent. Gao et al. take a weight of 1/32.
#
# Train six times 200 steps. One set is resampled in the first half only, as in the paper, one has the auxiliary loss, one has neither. After each part count the dead. Each world gets two starts, because the differences are small. (The auxiliary loss takes longest, so it has to do with one.)


# %%
def parts(worlds, resample=False, revive=0.0):
    sae = nets.SparseAutoencoder(16, 64, len(worlds.truth), centred=True)
    loss, scores = autoencoding.loss(L1[best[2]], revive=revive), []
    renewed = torch.zeros(len(worlds.truth), 64, dtype=torch.bool)
    run = {"steps": 200, "lr": 0.01, "device": "cpu"}
    for part in range(6):
        if resample and 1 <= part <= 3:
            rows, _ = worlds.draw(2000, seed=100 + part)
            renewed |= metrics.dead(sae.encode(rows))
            autoencoding.resample(sae, rows, seed=part)
        train.fit(sae, worlds.batch(64), loss, seed=part, **run)
        dead = metrics.dead(sae.encode(worlds.draw(3000, seed=1)[0]))
        scores.append(100 * dead.float().mean(-1))
    return sae, torch.stack(scores), dead & renewed, renewed


# %%
twice = world.repeat(2)
none, dead_none, *_ = parts(twice)
again, dead_again, lost, renewed = parts(twice, resample=True)
auxiliary, dead_auxiliary, *_ = parts(world, revive=1 / 32)
died = (lost.sum(-1) / renewed.sum(-1)).quantile(0.5)
print(f"of the resampled latents, dead at the end: {died:.0%} (median)")

# %% mystnb={"image": {"alt": "Share of dead latents against training step, medians with bands. Without a cure it rises to more than a third. Resampled, it is a few points lower in the middle of the training and nearly the same at the end; the bands overlap throughout. With the auxiliary loss it stays near zero."}}
names = ("none", "resampled", "auxiliary")
shares = dict(zip(names, (dead_none, dead_again, dead_auxiliary)))
steps = range(200, 1201, 200)
ax = plots.curves(steps, shares, "training step", "dead latents (%)")
ax.set(ylim=(-2, None), xlim=(200, 1450), xticks=steps);

# %% [markdown]
# So there are fewer dead latents. Are there more *features*?

# %% mystnb={"image": {"alt": "Two panels, one dot per autoencoder. Without a cure, resampled and with the auxiliary loss, about 27 of 32 features are found, with overlapping clouds. The matched r is above 0.8 in all three and highest with the auxiliary loss."}}
groups = {"features found": {}, "matched r": {}}
for name, one in zip(names, (none, again, auxiliary)):
    lived = world if one is auxiliary else twice
    cosines = matching.cosines(lived.truth, one.dictionary.detach())
    hits = matching.assign(cosines).similarity > 0.9
    groups["features found"][name] = hits.sum(-1)
    groups["matched r"][name] = judged(one, lived)["matched r"]
_, axes = plt.subplots(1, 2, figsize=(7.6, 3.2))
for ax, (score, group), top in zip(axes, groups.items(), (32, 1)):
    plots.strip(group, score, ax=ax).set_ylim(0, top)

# %% [markdown]
# **Takeaway.** While it goes on, resampling leaves a few fewer dead. But most of the new latents die again, and in the end the difference is small. When you look decides what you see: soon after the last resampling more seeds have fewer dead than at the end. The claim is about the end, 600 steps after the last resampling, and there it fails. The shares have not settled by then: both lines rise after step 800. Nor does a failure here say that resampling fails in a language model.
#
# The auxiliary loss keeps nearly every latent alive, some twenty more than without. They could not find twenty features more: about 27 of 32 are found without them. But of the few that are left they find hardly one. The values fit the truth a little better (matched $r$), and that is all. To be alive is not to mean something.

# %%
fewer = dead_none - dead_again
share = (fewer >= 1).double().mean(-1)  # the claim asks for 80%
print("seeds with fewer dead by a point or more, by part:")
print(*[f"{v:.0%}" for v in share])
scorecard.record("bricken-resampling", fewer[-1])

# %% [markdown]
# ## Where it fails, and looks fine
#
# ### Rare features
#
# Take the best autoencoder of this chapter, twice as wide, at its best price. Sort the features by how often they are on.

# %% mystnb={"image": {"alt": "Cosine of each feature with its matched latent, against the share of rows on which it is on, on a logarithmic axis; one dot per world and a line for the median. It is close to 1 down to about one row in a hundred, with few exceptions; below half a per cent it falls, with dots scattered from 0.2 to 1."}}
near = partner.similarity[last]
ax = autoencoder_plots.by_frequency(rates, near, "cosine")
ax.axhline(0.9, color=plots.INK, linewidth=1);

# %%
# A value uniform on [0, 1] has mean 1/2 and mean square 1/3. On a share
# of the rows its variance is share / 3 - (share / 2) ** 2.
variance = rates / 3 - (rates / 2) ** 2
rare = (variance[-8:].sum() / variance.sum()).item()
missed = (near[:, -8:] < 0.9).float().mean().item()
print(f"the rarest quarter of the features: {rare:.1%} of the variance")
print(f"share of them that was not found: {missed:.0%}")

# %% [markdown]
# **Takeaway.** Frequent features are found nearly perfectly in nearly every world. Then comes a cliff. Behind it a feature is on too seldom to be worth a latent, or too seldom for these steps to learn it. The copy hardly notices: the rarest quarter carries a percent or two of the variance. If you look for rare things, a good copy is no comfort.
#
# ### Too much at once
#
# Sparsity is what makes the truth visible. Take it away. Let all 32 features be equally frequent, and 1, 4 or 12 of them on at once. Again try several prices.

# %%
ACTIVE, COSTS = [1, 4, 12], [0.01, 0.03, 0.1]
often = torch.tensor(ACTIVE).repeat_interleave(SEEDS)[:, None] / 32
thrice = world.truth.repeat(3, 1, 1)
crowds = sparse_worlds.World(thrice, often.expand(-1, 32))
crowded = crowds.repeat(len(COSTS))
costs = torch.tensor(COSTS).repeat_interleave(3 * SEEDS)
many = nets.SparseAutoencoder(16, 32, len(costs), centred=True)
run = {"steps": 1000, "lr": 0.01, "device": "cpu"}
train.fit(many, crowded.batch(64), autoencoding.loss(costs), **run);

# %% mystnb={"image": {"alt": "Three panels against L1, for 1, 4 and 12 features on at once, one dot per world. L0 falls with L1; at the lowest it is near 2, 8 and 13, at the highest it is near 0, 0.3 and 1. Unexplained variance rises with L1 and is lowest for 12 at each. MMCS of 1 and 4 is about 0.9 or more at the two lower L1, that of 12 about 0.65 to 0.75. At the highest L1 all three lie between 0.55 and 0.7, and 12 is highest. A grey line marks chance at one half."}}
score, names = judged(many, crowded), [f"{n} on at once" for n in ACTIVE]
panels = {}
for name in ("on (L0)", "unexplained (FVU)", "MMCS"):
    table = score[name].view(len(COSTS), len(ACTIVE), SEEDS).transpose(0, 1)
    panels[name] = dict(zip(names, table))
axes = autoencoder_plots.against(COSTS, panels)
chance = by_chance(world.truth[0], 32)
axes[-1].axhline(chance, color=plots.INK, linewidth=1);

# %% [markdown]
# **Takeaway.** Leave the highest price aside: it switches nearly everything off where few features are on, and then MMCS says little. At the other two, with one feature on at a time, the truth is found. With twelve, neither price brings the dictionary near it; the grey line is chance.
#
# Now compare the copies at the lowest price. The crowded one is the *better* copy: FVU prefers the wrong dictionary. L0 does tell the two apart. But it is hardly above twelve, which is right for that world. So a dictionary can have a good copy and about the true L0, and be wrong.
#
# Whether real activations are sparse in this sense you must not take for granted: remember how dense the hidden layer of {doc}`06c_hidden_layer` was.
#
# ## Exercises
#
# ```{exercise-start} By chance
# :label: ex-by-chance
# ```
#
# *Difficulty 1 of 5, importance 5 of 5, 5 minutes.*
#
# A paper reports the MMCS of a dictionary with 256 latents in a world such as ours, 32 features in 16 dimensions. What would a random one reach? Put the number into `mine`.

# %%
from helpers import autoencoder_answers

mine = None
autoencoder_answers.chance(mine, world.truth[0], 256)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `by_chance` does it. If you write your own, draw directions from a normal distribution.
# :::
#
# ```{solution-start} ex-by-chance
# :label: sol-by-chance
# :class: dropdown
# ```

# %%
mine = by_chance(world.truth[0], 256)
print(f"{mine:.2f}")
autoencoder_answers.chance(mine, world.truth[0], 256)

# %% [markdown]
# The wider a dictionary, the higher its MMCS, whether it learnt or not. Compare widths only beside their chance.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Judge by the copy
# :label: ex-by-copy
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# You get the twelve autoencoders of each world (three widths, four prices) and choose the one with the lowest FVU. In how many of the ten worlds is it the one with the highest MMCS? Guess first. Then put the count into `mine`.

# %%
fvu = found["unexplained (FVU)"].view(-1, SEEDS)  # (settings, worlds)
similarity = found["MMCS"].view(-1, SEEDS)
mine = None
autoencoder_answers.cheapest(mine, fvu, similarity)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `argmin(0)` and `argmax(0)` give the number of the best setting for each world.
# :::
#
# ```{solution-start} ex-by-copy
# :label: sol-by-copy
# :class: dropdown
# ```

# %%
mine = (fvu.argmin(0) == similarity.argmax(0)).sum().item()
print(f"{mine} of {SEEDS} worlds")
autoencoder_answers.cheapest(mine, fvu, similarity)

# %% [markdown]
# The lowest FVU belongs to the widest dictionary at the lowest price, where latents are mixtures.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} The other way round
# :label: ex-other-way
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# MMCS asks each feature for a latent. A wide dictionary can please it and still be full of latents that mean nothing. Write a function of `truth` and `dictionary` that asks each *latent* for a feature: the mean over latents of the largest cosine with a true feature, one number per instance. Put it into `mine`.

# %%
mine = None
autoencoder_answers.purity(mine, world.truth, D[last])

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Which two arguments of `mmcs` would you swap?
# :::
#
# ```{solution-start} ex-other-way
# :label: sol-other-way
# :class: dropdown
# ```


# %%
def mine(truth, dictionary):
    return mmcs(dictionary, truth)


autoencoder_answers.purity(mine, world.truth, D[last])
for name, i in place.items():
    pure = mine(world.truth, D[i : i + SEEDS, : WIDTHS[name]])
    print(f"{name}: {pure.quantile(0.5):.2f}")

# %% [markdown]
# Now the narrow dictionary wins, and the wide one, with its dead latents and those that stand for nothing, comes last. Neither score alone is the truth.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Sparsity lets you find more directions than there are dimensions. PCA cannot.
# - A sparse autoencoder is two matrices, two biases, a ReLU and a price on being on. Rows of length one keep the price honest.
# - MMCS and matched correlation say how much of a known truth is found. Both mean something only beside chance.
# - The copy, its loss and its FVU say nothing about that. They are best where the features are mixtures.
# - Too narrow loses rare features without a trace. Too wide adds duplicates, dead latents, and latents that stand for nothing.
# - L1 shrinks the copy. Dead latents can be kept alive, and a living latent need not mean anything.
# - Rare features and dense ones are lost while everything looks fine.
#
# When somebody shows you an autoencoder, ask: how would a random dictionary do? How rare is what you look for? Do seeds and widths agree? What else do the latents do?
#
# ## What's next
#
# L1 is only one way to be sparse. {doc}`08b_variants` puts six side by side, beside methods that are no autoencoders at all.
#
# ## Further reading
#
# {cite:t}`sharkey2022` is the short report behind this chapter's worlds. {cite:t}`bricken2023` did it on a language model, with resampling and many figures to explore. {cite:t}`cunningham2023` did the same at that time with tied weights. {cite:t}`gao2024` scale it up, and keep latents alive. On how far to trust all this, read on.
