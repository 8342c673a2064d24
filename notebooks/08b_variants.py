# %% [markdown]
# # 08b · Variants, rivals and ways to fail
#
# You will write six ways to be sparse, set them side by side where the truth is known, put methods beside them that are no autoencoders, and watch two failures that no loss reports.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 45 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`08_building_autoencoders`. **Helpful:** {doc}`03_geometry`, and having met principal components.
# - **You will be able to** *write* the activations of six kinds of sparse autoencoder, *compare* them at equal sparsity, *tell* a good copy from a good dictionary, and *recognise* absorption and hedging.
# :::
#
# ## Warm up
#
# Answer these before you read on.
#
# :::{dropdown} A penalty on the size of the latents makes the copy too small. What else could one charge for?
# For how *many* latents are on. Or charge nothing, and allow only so many.
# :::
#
# :::{dropdown} Of two autoencoders with equally many latents on, one copies better. Has it found better features?
# Not necessarily. Keep your guess until you have seen two figures of this chapter side by side.
# :::
#
# :::{dropdown} Whenever it hails, it is cloudy. You must describe days in as few words as possible. What do you say on a day with hail?
# 'Hail.' The clouds go without saying. Somebody who counts how often you say 'clouds' will be misled.
# :::
#
# ## Six ways to be sparse
#
# An encoder first computes a *drive* for each latent: $x W_\mathrm{enc} + b_\mathrm{enc}$, with $x - b_\mathrm{dec}$ for $x$ if it is centred. What differs between the variants is what becomes of the drive. You know the first way: a ReLU, and a penalty on the sum of the latents, {term}`L1`.
#
# The second variant changes only the weights. With *tied* weights the encoder is the transposed dictionary, so a latent looks for the very direction that it writes {cite:p}`cunningham2023`.
#
# The third way gives each latent two paths {cite:p}`rajamanoharan2024gated`. A *gate* decides whether it is on, and pays the penalty. The size comes from the same drive, rescaled, with a bias of its own, and pays nothing. So the penalty cannot shrink it.
#
# The fourth, TopK, has no penalty at all. In each row the $k$ largest latents stay, the others are zero {cite:p}`gao2024`. The fifth, BatchTopK, lets the rows of a batch compete: $k$ latents stay *on average* {cite:p}`bussmann2024`. A crowded row may use more, an empty one fewer.
#
# The last, JumpReLU, lets each latent learn a threshold, and leaves the drive alone above it {cite:p}`rajamanoharan2024jumprelu`. Here are the activations but for the last, which needs a word first. Tied weights have the plain one.

# %%
import torch

torch.set_num_threads(1)  # for models this small, threads wait for each other


def l1(drive):  # (rows, instances, latents)
    return torch.relu(drive)


def gated(drive, b_enc, r_mag, b_mag):
    size = torch.relu(r_mag.exp() * (drive - b_enc) + b_mag)
    return (drive > 0) * size


# %%
def topk(drive, k):
    least = drive.topk(k).values[..., -1:]
    return torch.relu(drive) * (drive >= least)


def batch_topk(drive, k):
    each = drive.transpose(0, 1).flatten(1)  # a batch in one line
    least = each.topk(k * len(drive)).values[:, -1:]
    return torch.relu(drive) * (drive >= least)


# %% [markdown]
# JumpReLU pays for how many latents are on, which is {term}`L0`. That is what one wants to charge for, and there is a difficulty: a count is a staircase, and a staircase has slope zero wherever it has one. The latents have the same trouble, because at its threshold each leaps from zero to the threshold. No gradient would ever move a threshold.
#
# So one cheats, in both places. Forwards everything is exact. Backwards a step is treated as a short ramp, `bandwidth` wide. This is called a {term}`straight-through estimator`. Two forces now act on a threshold: the count pushes it up, and the copy pushes back where it needs the latent.


# %%
def ramp(drive, threshold, bandwidth=0.1):
    slope = ((drive.detach() - threshold) / bandwidth).clamp(-0.5, 0.5)
    return slope - slope.detach()  # its value is zero, its slope is not


# %%
def jump(drive, threshold):
    on = drive * (drive > threshold)
    return on + threshold.detach() * ramp(drive, threshold)  # so high a step


def count(drive, threshold):
    return (drive > threshold) + ramp(drive, threshold)


# %% [markdown]
# `nets.SparseAutoencoder` takes such pieces as its `activation`. Are they yours? Fill all parameters with random numbers, so that nothing is zero by luck, and compare.

# %%
from helpers import nets

pieces = {
    "L1": (nets.ReLU(), lambda d, sae: l1(d)),
    "Gated": (
        nets.Gated(),
        lambda d, sae: gated(d, sae.b_enc, *sae.activation.parameters()),
    ),
    "TopK": (nets.TopK(3), lambda d, sae: topk(d, 3)),
    "BatchTopK": (nets.BatchTopK(3), lambda d, sae: batch_topk(d, 3)),
    "JumpReLU": (
        nets.JumpReLU(),
        lambda d, sae: jump(d, sae.activation.threshold),
    ),
}

# %% tags=["nbval-check-output"]
source = torch.Generator().manual_seed(0)
x = torch.randn(64, 16, generator=source)
for name, (piece, mine) in pieces.items():
    sae = nets.SparseAutoencoder(16, 32, 2, centred=True, activation=piece)
    with torch.no_grad():
        for p in sae.parameters():
            p.normal_(generator=source)
    drive = sae.drive(x)
    same = torch.allclose(mine(drive, sae), sae.encode(x), atol=1e-5)
    print(f"{name:9}", same)
tied = nets.SparseAutoencoder(16, 32, 2, tied=True)
print("tied     ", torch.equal(tied.encoder, tied.dictionary.mT))

# %% [markdown]
# The last autoencoder of the loop is the one with thresholds. Its penalty should be your count, and both should pull at the thresholds as yours do. For the latents, take the slope of the sum of their squares.

# %% tags=["nbval-check-output"]
act = sae.activation
at, latents = act.threshold, sae.encode(x)
pairs = {
    "L0": (count(drive, at).sum(-1).mean(0), act.penalty(drive, latents)),
    "latents": (jump(drive, at).square(), latents.square()),
}
for name, (yours, theirs) in pairs.items():
    slopes = [
        torch.autograd.grad(value.sum(), act.log_threshold, retain_graph=True)
        for value in (yours, theirs)
    ]
    same = torch.allclose(yours, theirs), torch.allclose(*map(sum, slopes))
    print(f"{name:8} value: {same[0]}, slope: {same[1]}")

# %% [markdown]
# The loss is the squared error plus a weight times the penalty, as in {doc}`08_building_autoencoders`. Gated needs one term more. Nothing in the copy tells a gate when to open, because a decision has no slope. So the path of the gate has to copy as well, through a dictionary that it may not change.

# %% tags=["nbval-check-output"]
from helpers import autoencoding

sae = nets.SparseAutoencoder(16, 32, 2, centred=True, activation=nets.Gated())
gate = torch.relu(sae.drive(x))
frozen = sae.dictionary.detach()
path = torch.einsum("bil,ild->bid", gate, frozen) + sae.b_dec.detach()
copies = sae(x)[0], path
errors = [(copy - x[:, None]).square().mean((0, 2)) for copy in copies]
total = sum(errors) + 0.01 * gate.sum(-1).mean(0)
print(torch.allclose(total, autoencoding.loss(0.01)(sae, (x,))))

# %% [markdown]
# ## Side by side
#
# Give all six the worlds of {doc}`08_building_autoencoders`: 32 features in 16 dimensions, about two of them on at once, ten worlds. The first world gets a second start, for a widget further down. Each variant is tried at five settings of what makes it sparse, and a setting in all worlds is a row of the stack.

# %%
from helpers import sparse_worlds

WORLDS, SETTINGS = 10, 5
ten = sparse_worlds.sharkey(32, 16, active=2.0, worlds=WORLDS)
again = [*range(WORLDS), 0]
worlds = sparse_worlds.World(ten.truth[again], ten.frequencies[again])
stack = worlds.repeat(SETTINGS)
true_l0 = ten.l0[0].item()


# %% [markdown]
# Be fair to all of them. They get as many latents as there are features, 500 steps on the same kind of batches, centred inputs, and an encoder that starts as the transposed dictionary. The learning rate was chosen for each by the training loss alone; it came out the same for all, 0.01, and it falls to zero over the last third. The threshold of JumpReLU starts at 0.1, a tenth of what a feature can be.

# %%
from helpers import train

PRICES = [0.005, 0.01, 0.02, 0.03, 0.05]  # of L1
GATES = [0.01, 0.02, 0.03, 0.05, 0.08]  # of L1 on the gate: two copies to pay
COUNTS = [0.0003, 0.001, 0.002, 0.004, 0.008]  # of L0
KS = [1, 2, 3, 4, 6]
STEPS = 500


def spread(values):
    return [value for value in values for _ in again]


# %%
def falling(steps):
    return lambda step: min(1, 3 * (steps - step) / steps)


FIT = {
    "steps": STEPS,
    "lr": 0.01,
    "schedule": falling(STEPS),
    "device": "cpu",
}


# %%
def trained(values, activation=None, tied=False):
    shape = {"centred": True, "tied": tied, "mirrored": not tied}
    instances = len(stack.truth)
    sae = nets.SparseAutoencoder(
        16, 32, instances, activation=activation, **shape
    )
    # A piece with a k ignores the price.
    loss = autoencoding.loss(torch.tensor(spread(values)))
    return sae, train.fit(sae, stack.batch(64), loss, **FIT)


# %%
variants = {
    "L1": (PRICES, trained(PRICES)),
    "tied": (PRICES, trained(PRICES, tied=True)),
    "Gated": (GATES, trained(GATES, nets.Gated())),
    "JumpReLU": (COUNTS, trained(COUNTS, nets.JumpReLU(0.1, 0.1))),
    "TopK": (KS, trained(KS, nets.TopK(spread(KS)))),
    "BatchTopK": (KS, trained(KS, nets.BatchTopK(spread(KS)))),
}

# %% [markdown]
# One of them is not ready. A BatchTopK autoencoder lets rows compete, so what it says of one row would depend on the others. After training one threshold takes over, the one that leaves $k$ latents a row on training rows.

# %%
sae = variants["BatchTopK"][1][0]
sae.activation.settle(sae.drive(stack.draw(3000, seed=1)[0]).detach())
sae.eval();

# %% [markdown]
# Now measure on fresh rows. {term}`FVU` is the unexplained share of the variance. Recovery is measured as in the last chapter: directions by {term}`MMCS`, values by the correlation of each feature with its own latent, matched one to one.

# %%
from helpers import matching, metrics

x, values = stack.draw(2000, seed=2)


@torch.no_grad()
def measured(sae):
    copy, latents = sae(x)
    r = matching.correlations(values, latents)
    return {
        "L0": metrics.l0(latents),
        "FVU": metrics.fvu(x, copy),
        "MMCS": metrics.mmcs(stack.truth, sae.dictionary),
        "matched r": matching.assign(r).similarity.mean(-1),
        "dead share": metrics.dead(latents).float().mean(-1),
        "size of the copy": metrics.shrinkage(x, copy),
    }


# %%
def by_world(each):
    return each.view(SETTINGS, len(again))[:, :WORLDS].numpy()


found = {}
for name, (_, (sae, _)) in variants.items():
    found[name] = {key: by_world(m) for key, m in measured(sae).items()}


# %% mystnb={"image": {"alt": "Unexplained variance on a logarithmic axis against L0, for six variants, a dot for each of ten worlds. All fall. L1 and tied are highest and close together, TopK a little below them near the dashed line of the true L0. Gated, JumpReLU and BatchTopK run far below, close together."}}
from helpers import plots, variant_plots

plots.house()


def against_l0(*measures):
    panels = {}
    for key in measures:
        panels[key] = {n: (m["L0"], m[key]) for n, m in found.items()}
    return panels


axes = variant_plots.fronts(against_l0("FVU"), true_l0, log=["FVU"])

# %% [markdown]
# Each curve is a *front*: what a variant leaves unexplained at each L0. Lower and further left is better.
#
# **Takeaway.** At the true L0 the six fall into two groups, and the seeds hardly overlap. L1, tied and TopK leave two to five times as much unexplained as Gated, JumpReLU and BatchTopK, the most with L1. L1 pays for its small copy. TopK pays for something else: it must use $k$ latents in every row, while some rows here have no feature on and some have five. The better three let rows differ, and do not shrink.
#
# Compare numbers at one L0, the true one, where the dashed line is. No setting hits it exactly, so interpolate: between two settings the front of each world is taken as straight.

# %%
import numpy as np

from helpers import scorecard


def crossing(x, y, at):
    """y where x is ``at``, in each world; NaN where no setting reaches."""
    found = []
    for a, b, t in zip(x.T, y.T, np.broadcast_to(at, WORLDS)):
        order = a.argsort()
        found.append(np.interp(t, a[order], b[order], np.nan, np.nan))
    return np.array(found)


# %%
def at_true_l0(key):
    each = {name: (m["L0"], m[key]) for name, m in found.items()}
    return {name: crossing(*pair, true_l0) for name, pair in each.items()}


at_truth = at_true_l0("FVU")
scorecard.record("gao-topk-front", at_truth["TopK"] / at_truth["L1"])

# %%
scorecard.record("batchtopk-front", at_truth["BatchTopK"] / at_truth["TopK"])

# %%
scorecard.record("jumprelu-front", at_truth["JumpReLU"] / at_truth["Gated"])

# %% [markdown]
# Shrinkage and the famous half are judged at the setting of each world whose L0 is nearest to the truth.


# %%
def nearest(name, key):
    place = np.abs(found[name]["L0"] - true_l0).argmin(0)
    return found[name][key][place, range(WORLDS)]


scorecard.record("gated-l1-shrinks", nearest("L1", "size of the copy"))

# %%
scorecard.record("gated-no-shrinkage", nearest("Gated", "size of the copy"))

# %%
gate = found["Gated"]
needed = crossing(gate["FVU"], gate["L0"], nearest("L1", "FVU"))
scorecard.record("gated-half", needed / nearest("L1", "L0"))

# %% [markdown]
# ## A better copy is not a better dictionary
#
# So take BatchTopK or JumpReLU and be done? That is what a front on language models would tell you, where nobody knows the features. Here you can look behind it.

# %% mystnb={"image": {"alt": "Four measures against L0, a dot for each of ten worlds. MMCS: nearly all far above the grey line of a random dictionary; at the true L0 L1 and tied are highest, BatchTopK and JumpReLU lowest; at larger L0 BatchTopK, JumpReLU and Gated fall most. Matched correlation at the true L0: Gated and tied highest, BatchTopK and TopK lowest. Dead share at the true L0: near zero for L1, tied and Gated, about a quarter for TopK and BatchTopK. Size of the copy: one for four variants, well below for L1 and tied."}}
panels = against_l0("MMCS", "matched r", "dead share", "size of the copy")
axes = variant_plots.fronts(panels, true_l0)
source = torch.Generator().manual_seed(1000)  # the worlds took 0 to 9
dice = torch.randn(WORLDS, 32, 16, generator=source)
chance = metrics.mmcs(ten.truth, dice).mean()
axes[0].axhline(chance, color=plots.PALETTE["random"]);

# %% [markdown]
# The interesting place is the dashed line. Read the two recoveries there in numbers, medians over worlds, and count in how many worlds L1 and tied weights find better directions than each of the others.

# %%
directions, r = at_true_l0("MMCS"), at_true_l0("matched r")
print("           MMCS  matched r  worlds behind: L1  tied")
for name in found:
    own = directions[name]
    row = f"{name:10} {np.median(own):.2f}  {np.median(r[name]):9.2f}"
    behind = [(directions[a] > own).sum() for a in ("L1", "tied")]
    print(f"{row}  {behind[0]:17}  {behind[1]:4}")

# %% [markdown]
# **Takeaway.** The order is not that of the front. In directions, L1 and tied weights, the worst copies, are ahead of JumpReLU and BatchTopK, two of the best, in most worlds. The lead is small. Shrinking spoils the size of a latent, not its direction. In values tied weights and Gated lead, and TopK is last. And watch BatchTopK: as $k$ grows past the truth its copy gets better and better, and its directions get worse.
#
# Two more things to see. Variants that keep only the largest latents leave more of them dead: a latent that never wins gets no gradient. And the size of the copy is where the L1 penalty shows, with tied weights or without. The other four have nothing that shrinks.
#
# Why is even the best recovery far from one? Not because of the variants. The rarest features are on in one row of several hundred. {doc}`08_building_autoencoders` showed that they are hardly found by anyone.
#
# ## Drag the trade-off
#
# Here are the autoencoders of the first world. Each was trained from two starts, which the widget calls seeds. (The dots in the figures of this chapter so far are worlds.) Choose a variant, drag what makes it sparse, and watch the dictionary while you walk along the front. Mind the axis: the figure above shows what is left *un*explained, so lower is better. The widget shows what is explained, so higher is.

# %%
from copy import deepcopy

from helpers.widgets import Sweep, TradeOff


def first_world(setting, values, run):
    places = torch.arange(len(stack.truth)) % len(again)
    mine = torch.tensor(again)[places] == 0
    sae, history = deepcopy(run[0]), run[1]
    for part in (*sae.parameters(), *sae.buffers()):
        part.data = part.data[mine]
    losses = [loss[mine] for loss in history.losses]
    values = np.array(spread(values))[mine]
    return Sweep(sae, setting, values, train.History(history.steps, losses))


# %%
names = {"JumpReLU": "L0 weight", "TopK": "k", "BatchTopK": "k"}
sweeps = {
    name: first_world(names.get(name, "L1 weight"), *v)
    for name, v in variants.items()
}
shown = {"features": values[:, 0], "start": ("TopK", 2)}
TradeOff.from_sweeps(worlds.truth[0], x[:, 0], sweeps, **shown)

# %% [markdown]
# Stay with BatchTopK and push $k$ up. The copy gets better and better. What happens to the true features that have a latent of their own? Then do the same with L1, and compare where the picture is clearest with where the copy is best. (The loss would not do: it contains the price, so that losses at two prices do not compare.) Change the seed: which latents are dead depends on it, and how many.
#
# ## Rivals that are not autoencoders
#
# Dictionaries were learnt long before anybody trained an autoencoder for it. Take four methods from scikit-learn: {term}`PCA`, independent components (ICA), {term}`non-negative matrix factorisation` (NMF), and its own {term}`dictionary learning`. The second looks for directions along which the data are least Gaussian. The third writes rows without negative numbers as sums without negative parts. Our activations have negative numbers, so each is handed over as two: what is above zero, and what is below.

# %%
import warnings

from sklearn import decomposition
from sklearn.exceptions import ConvergenceWarning

from helpers.device import threads


def factors(rows):
    halves = decomposition.NMF(32, init="random", random_state=0, max_iter=60)
    halves.fit(np.hstack([rows.clip(0), (-rows).clip(0)]))
    return halves.components_[:, :16] - halves.components_[:, 16:]


# %%
def learnt(rows):
    sparse = {"alpha": 0.1, "fit_algorithm": "cd", "positive_code": True}
    effort = {"max_iter": 5, "batch_size": 128, "transform_max_iter": 20}
    learner = decomposition.MiniBatchDictionaryLearning(
        32, random_state=0, **sparse, **effort
    )
    return learner.fit(rows - rows.mean(0)).components_


# %%
def independent(rows):
    return decomposition.FastICA(random_state=0).fit(rows).mixing_.T


rivals = {
    "PCA": lambda rows: decomposition.PCA().fit(rows).components_,
    "ICA": independent,
    "NMF": factors,
    "dictionary\nlearning": learnt,
}

# %%
past = stack.draw(2000, seed=1)[0][:, :WORLDS]
future = x[:, :WORLDS]
directions = {}
with threads(1), warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)
    for name, find in rivals.items():
        raw = np.array([find(past[:, i].numpy()) for i in range(WORLDS)])
        raw = torch.tensor(raw).float()
        directions[name] = torch.nn.functional.normalize(raw, dim=-1)
for name, D in directions.items():
    many, dimensions = D.shape[1:]
    print(f"{name.split()[0]:10}: {many} directions, {dimensions} dimensions")

# %% [markdown]
# The first two cannot have more directions than dimensions. That rules them out before the race, if there are 32 features in 16 dimensions. They can be the *best possible* answer to other questions.
#
# To compare at the same L0, all of them code a row in the same way: two directions, as many as are on in truth. Choosing the best two of 32 is a search. *Orthogonal matching pursuit* is greedy: take the direction that explains most of what is left, refit all sizes, repeat. This version lets every row have a count of its own, for use below.


# %%
def pursuit(x, D, counts, signed=True):
    """Copy each row of x with so many of the vectors in D."""
    chosen = torch.empty(len(x), 0, dtype=torch.long)
    copy = torch.zeros_like(x)
    for k in range(1, int(counts.max()) + 1):
        fit = (x - copy) @ D.T
        best = (fit.abs() if signed else fit).argmax(-1, keepdim=True)
        chosen = torch.cat([chosen, best], 1)
        atoms = D[chosen]  # (rows, k, inputs)
        gram = atoms @ atoms.mT + 1e-6 * torch.eye(k)
        sizes = torch.linalg.solve(gram, atoms @ x[..., None])
        sizes = sizes if signed else sizes.clamp(min=0)
        new = (sizes * atoms).sum(1)
        better = (x - new).norm(dim=-1) < (x - copy).norm(dim=-1)
        copy = torch.where((better & (counts >= k))[:, None], new, copy)
    return copy


# %% tags=["nbval-check-output"]
from sklearn.linear_model import orthogonal_mp

rows, D = (future - past.mean(0))[:200, 0], directions["PCA"][0]
twice = torch.full((200,), 2)
codes = orthogonal_mp(D.T.numpy(), rows.T.numpy(), n_nonzero_coefs=2).T
same = np.allclose(pursuit(rows, D, twice), codes @ D.numpy(), atol=1e-3)
print("as in scikit-learn:", same)


# %% [markdown]
# Bring in one autoencoder, TopK with $k=2$, and a random dictionary. A direction of PCA may point either way, so a match with its opposite counts, for all. The more directions, the more luck: sixteen random ones score less than 32, so PCA and ICA get a chance level of their own.

# %%
def copied(D, bias):
    counts = torch.full((len(future),), 2)
    centred = (future - bias).unbind(1)
    each = [pursuit(rows, d, counts) for rows, d in zip(centred, D)]
    return torch.stack(each, 1) + bias


# %%
first = KS.index(2) * len(again)
two = slice(first, first + WORLDS)
sae = variants["TopK"][1][0]
middle = past.mean(0)
contest = {name: (D, middle) for name, D in directions.items()}
learned = sae.dictionary.detach()[two], sae.b_dec.detach()[two]
contest["autoencoder\n(TopK)"] = learned
contest["random"] = torch.nn.functional.normalize(dice, dim=-1), middle

# %% mystnb={"image": {"alt": "Two panels of dots, one per world. MMCS: random and NMF near 0.55, PCA near 0.6 and above the dashed line of 16 random directions at 0.5, ICA near 0.75, dictionary learning and the autoencoder above 0.8. Unexplained variance with two directions a row: NMF and random around one half, PCA about a third, ICA about a fifth, dictionary learning and the autoencoder lowest at about a tenth."}}
import matplotlib.pyplot as plt


def either_way(D):
    return metrics.mmcs(ten.truth, torch.cat([D, -D], 1))


_, axes = plt.subplots(1, 2, figsize=(7.4, 3.6))
mmcs = {name: either_way(D) for name, (D, _) in contest.items()}
fvu = {name: metrics.fvu(future, copied(*c)) for name, c in contest.items()}
titles = ("MMCS", "FVU at two per row")
for ax, title, groups in zip(axes, titles, (mmcs, fvu)):
    plots.strip(groups, title, ax=ax).set_ylim(0, 1)
    ax.tick_params(axis="x", rotation=60)
sixteen = either_way(dice[:, :16]).mean()  # by luck, for PCA and ICA
axes[0].hlines(sixteen, -0.4, 1.4, color=plots.INK, linestyle="--");

# %% [markdown]
# **Takeaway.** The PCA of these worlds finds more than sixteen random directions would (the dashed line), but not much more. Its components must stand at right angles, and the features do not. ICA does far better, although it has no more directions: sparse features are far from Gaussian, which is what it looks for. NMF has 32, but its question is another one, and it is hardly ahead of 32 random ones.
#
# Scikit-learn's dictionary learning comes close to the autoencoder, in both measures. It solves the same problem without an encoder, alternating between codes and dictionary. It has seen fewer rows than the autoencoder, and it was not tuned, so this is no race for the last percent. An autoencoder is one way to learn a dictionary. What it adds is a fast encoder, and training that scales.
#
# ## The amortisation gap
#
# There is something odd in this comparison. TopK did not use its own encoder. All dictionaries were read by the same search. How good is the encoder, then? It has to guess in one step, for every row, what a search finds by trying. The difference is called the {term}`amortisation gap` {cite:p}`oneill2024`.
#
# Measure it for all six, at the setting nearest to the true L0. The search gets the same dictionary and, row by row, as many latents as the encoder had on. And like the encoder it may not use negative amounts.


# %%
@torch.no_grad()
def gap(name):
    sae, ratios = variants[name][1][0], []
    copy, latents = sae(x)
    closest = np.abs(found[name]["L0"] - true_l0).argmin(0)
    for i in closest * len(again) + np.arange(WORLDS):
        bias, counts = sae.b_dec[i], (latents[:, i] > 0).sum(-1)
        centred, D = x[:, i] - bias, sae.dictionary[i]
        searched = pursuit(centred, D, counts, signed=False) + bias
        pair = torch.stack([searched, copy[:, i]], 1)
        search, encoder = metrics.fvu(x[:, i : i + 1].expand_as(pair), pair)
        ratios.append(search / encoder)
    return torch.stack(ratios)


gaps = {name: gap(name) for name in variants}

# %% mystnb={"image": {"alt": "Unexplained variance of a search as a share of that of the encoder, one dot per world, for six variants. All dots lie below the dashed line at one. L1 and tied are near a quarter, Gated around 0.6, JumpReLU and BatchTopK higher and widely spread, TopK highest, in a narrow cloud around 0.8."}}
ax = plots.strip(gaps, "FVU of a search / of the encoder")
ax.axhline(1, color=plots.INK, linestyle="--");

# %% [markdown]
# For the scorecard TopK was chosen, before the ratios were known. Its copy does not shrink, so a search can win only by choosing better latents, or better sizes. That holds for Gated, JumpReLU and BatchTopK as well, and their ratios are mostly lower. Why, nothing here says.

# %%
scorecard.record("oneill-amortisation", gaps["TopK"])

# %% [markdown]
# **Takeaway.** In every variant and world, a search with the encoder's own dictionary and its own L0 copies better. For L1 and tied weights part of the gap is shrinkage, which a search does not suffer from. For TopK it is the encoder alone: it picks the wrong latents, or the wrong sizes. So when a latent is silent on a row, that may say something about the encoder and nothing about the row.
#
# ## Absorption
#
# Now two failures that need no superposition at all. Take four features at right angles, in 16 dimensions: plenty of room. Give them a hierarchy. The first, the *parent*, is on in a quarter of the rows. The second, the *child*, is on in a fifth of these, and never without its parent. Hail and clouds. The other two are on in a tenth of the rows each, independently.

# %%
SEEDS, STARTS = 10, 4
SHAPE = (2, SEEDS, STARTS)
often = torch.tensor([0.25, 0.2, 0.1, 0.1])
varied = torch.tensor([0.0, 1.0]).repeat_interleave(SEEDS * STARTS)[:, None]


# %%
def family(rows):
    def batch(step, generator):
        on = torch.rand(rows, len(varied), 4, generator=generator) < often
        on[..., 1] &= on[..., 0]
        size = 1 + varied * (torch.rand(on.shape, generator=generator) - 0.5)
        return (torch.nn.functional.pad(on * size, (0, 12)),)

    return batch


# %% [markdown]
# Everything that is on has the size 1 in one half of the runs. In the other half the sizes vary, each by itself, from 0.5 to 1.5. The autoencoders get four latents, one for each feature. Their settings were chosen by the loss and L0 alone.
#
# Autoencoders as small as these often lose a latent at the start and never recover it. The loss shows that plainly. So give each of the ten seeds four starts, and keep the one whose loss is smallest on many fresh rows.

# %%
def small(
    price,
    activation=None,
    tied=False,
    data=family,
    latents=4,
    copies=0,
    **more,
):
    shape = {"centred": True, "tied": tied, "mirrored": not tied}
    shape["activation"] = activation
    instances = copies or len(varied)
    sae = nets.SparseAutoencoder(16, latents, instances, **shape, **more)
    quick = {"steps": 1000, "lr": 0.02, "schedule": falling(1000)}
    loss = autoencoding.loss(price)
    train.fit(sae, data(64), loss, device="cpu", **quick)
    return sae, loss(sae, data(4000)(0, torch.Generator())).detach()


# %%
families = {
    "L1": small(0.0025),
    "tied": small(0.0025, tied=True),
    "Gated": small(0.02, nets.Gated()),
    "JumpReLU": small(0.006, nets.JumpReLU(0.1, 0.1)),
    "BatchTopK": small(0.0, nets.BatchTopK(0.5)),
}

# %% [markdown]
# Look at the first seed with L1. Which true features make a latent go on, and which does it write? The features are the first four axes, so the weights at the first four inputs show it.

# %% mystnb={"image": {"alt": "Two matrices of four latents by four features. What it looks for: latent 1 has about plus one at the parent and minus one at the child; latent 2 a large weight at the child; latents 3 and 4 one weight each. What it writes: latent 1 the parent; latent 2 parent and child equally; latents 3 and 4 one feature each."}}
sae, cost = families["L1"]
best = cost[:STARTS].argmin()
looks, writes = sae.encoder[best].mT.detach(), sae.dictionary[best].detach()
order = matching.assign(writes[None, :, :4].mT).latent[0]
_, axes = plt.subplots(1, 2, figsize=(7.6, 3))
titles = ("what it looks for", "what it writes")
names = ["parent", "child", "third", "fourth"]
latents = [f"latent {i + 1}" for i in range(4)]
for ax, title, matrix in zip(axes, titles, (looks, writes)):
    shown = matrix[order, :4].round(decimals=1) + 0.0  # no minus zeros
    plots.heatmap(shown, latents, names, limit=1.5, ax=ax).set_title(title)

# %% [markdown]
# Read the first two rows. The latent of the parent looks for the parent *without* the child: a negative weight switches it off where the child is. The latent of the child writes both. This is {term}`absorption` {cite:p}`chanin2024`. One latent does the work of two, which is cheaper. Two latents could write the same row, one for each feature, and would pay more.
#
# How often does it happen? Take the latent that answers to the lone parent, and look at the rows with the child.

# %%
(held,) = family(4000)(0, torch.Generator().manual_seed(1))
sae, _ = families["BatchTopK"]
sae.activation.settle(sae.drive(held).detach())
sae.eval()


@torch.no_grad()
def absorbed(sae, cost, rows):
    """How often the latent of the lone parent is silent with the child, %."""
    on, latents, shares = rows[..., :4] > 0, sae.encode(rows), []
    alone = on[..., 0] & ~on[..., 1:].any(-1)
    for i in range(rows.shape[1]):
        parents = latents[alone[:, i], i].mean(0).argmax()
        silent = latents[on[:, i, 1], i, parents] <= 0
        shares.append(100 * silent.float().mean())
    best = cost.view(SHAPE).argmin(-1, keepdim=True)
    return torch.stack(shares).view(SHAPE), best


# %%
every = {name: absorbed(*run, held) for name, run in families.items()}
shares = {}
for name, (each, best) in every.items():
    shares[name] = each.gather(-1, best)[..., 0]

# %% mystnb={"image": {"alt": "Two panels of dots, one per seed, for five variants. Where all sizes are one, the seeds with L1 are at 100 percent and those with tied weights at zero; Gated, JumpReLU and BatchTopK are at zero in most seeds and near 100 in some. Where sizes vary, all seeds with L1 are near ten percent and tied and Gated at zero; of JumpReLU and BatchTopK some seeds are at zero and others far above L1."}}
_, axes = plt.subplots(1, 2, figsize=(7.4, 3.4), sharey=True)
for ax, title, place in zip(axes, ("all sizes are 1", "sizes vary"), (0, 1)):
    plots.strip({name: s[place] for name, s in shares.items()}, "", ax=ax)
    ax.set_title(title)
    ax.tick_params(axis="x", rotation=45)
axes[0].set(ylabel="parent silent with its child, %", ylim=(-4, 104));

# %%
sae, _ = families["L1"]
absorbs = every["L1"][0][0] >= 50  # (seeds, starts), with equal sizes
lost = (sae.encode(held) <= 0).all(0).any(-1).view(SHAPE)[0]
print("starts that absorb in half of the rows or more:")
groups = {"all": lost | ~lost, "a latent dead": lost, "none dead": ~lost}
for name, some in groups.items():
    print(f"  {name:13} {absorbs[some].float().mean():4.0%} of {some.sum()}")
scorecard.record("chanin-absorption", shares["L1"][0])

# %% [markdown]
# **Takeaway.** With L1 and equal sizes, nearly every seed absorbs completely: the latent of the parent is *never* on where the child is. The lines above the table say how it would be without choosing among starts. Starts that have lost a latent seldom absorb, and the others nearly always do.
#
# Where sizes vary, absorption with L1 is partial. A latent that writes both cannot follow two sizes, so the parent's latent has to help, and is silent in few rows only. JumpReLU and BatchTopK are split: some seeds show nothing, others absorb far more than L1 does.
#
# Tied weights do not absorb. A latent that looks for 'the parent, not the child' would have to write that, too. The other three absorb in some seeds. Do not call that a cure: one latent instead of two saves on a count as well, and {cite:t}`chanin2024` found absorption in hundreds of autoencoders of language models.
#
# Why care? You would look at the parent's latent, find that it answers to clouds and nothing else, and call it 'clouds'. You would be right about every row where it is on, and wrong about all those where hail has swallowed it.
#
# ## Hedging
#
# The second failure needs even less: a dictionary that is too narrow, and features that are correlated {cite:p}`chanin2025`. Four features again, each on in a fifth of the rows, in 16 dimensions. The first two are correlated: with probability $\rho$ the second is on exactly when the first is, else by itself. Train autoencoders with three latents, and with four. Each seed gets two starts here.

# %%
RHO, TRIES = [0.0, 0.125, 0.25, 0.5], 2
rho = torch.tensor(RHO).repeat_interleave(SEEDS * TRIES).repeat(2)


def pair(rho):
    def data(rows):
        def batch(step, generator):
            on = torch.rand(rows, len(rho), 4, generator=generator) < 0.2
            follows = torch.rand(rows, len(rho), generator=generator) < rho
            on[..., 1] = torch.where(follows, on[..., 0], on[..., 1])
            size = 0.5 + torch.rand(on.shape, generator=generator)
            return (torch.nn.functional.pad(on * size, (0, 12)),)

        return batch

    return data


# %%
widths = [3] * (len(rho) // 2) + [4] * (len(rho) // 2)
sae, cost = small(0.0025, data=pair(rho), copies=len(rho), widths=widths)

# %% [markdown]
# A pure latent has a large cosine with one feature and none with the others. So take each latent's *second* largest cosine, and for each autoencoder the worst latent. As before, the start with the smaller loss is kept.


# %%
def second(sae):
    cosines = sae.dictionary[..., :4].detach().abs()
    return cosines.sort(-1).values[..., -2].amax(-1)


# %% mystnb={"image": {"alt": "Largest second cosine against the correlation of two features. With three latents the median is near zero without correlation, in a band that reaches up to a half, and near 0.7 from an eighth on; at an eighth the band still reaches down to 0.3, then it is narrow. With four latents median and band stay near zero."}}
tries = second(sae).view(2, len(RHO), SEEDS, TRIES)
best = cost.view(tries.shape).argmin(-1, keepdim=True)
mixed = tries.gather(-1, best)[..., 0]
lines = {"three latents": mixed[0], "four latents": mixed[1]}
labels = "correlation of two features", "largest second cosine"
plots.curves(RHO, lines, *labels).set_ylim(0, 1);

# %%
print("mixing, with a second cosine above 0.3:")
for name, starts, kept in zip(lines, tries, mixed):
    for where, some in {"without": slice(1), "with": slice(1, None)}.items():
        a, b = ((m[some] > 0.3).float().mean() for m in (starts, kept))
        runs = f"{a:4.0%} of all starts,{b:4.0%} of those kept"
        print(f"{name}, {where:7} correlation: {runs}")
single, half = tries[0, ..., 0], RHO.index(0.5)  # without choice
scorecard.record("chanin-hedging", single[half] - single[0])

# %% [markdown]
# **Takeaway.** Without correlation an autoencoder that is too narrow mostly drops a feature, and the others stay pure. A few mix two of them all the same. A little correlation, and most merge the two that are correlated into one latent that points halfway between them: a cosine of 0.7 with either. This is {term}`hedging`. With a latent for each feature it all but goes away: few starts mix, and the loss sorts them out. (For the scorecard the first start of each seed was taken, good or bad.)
#
# This is not the absorption of the last section. Absorption comes from sparsity and a hierarchy, and in language models another width did not help {cite:p}`chanin2024`. Hedging comes from the error of the copy, and width is the cure. The trouble is that nobody tells you how wide is wide enough.
#
# Think of a table of weather. Temperature goes with humidity, size with fall speed, and {doc}`06c_hidden_layer` met two causes that were nearly one. Hardly two are uncorrelated. Count on a dictionary that is narrower than the list of causes to hedge. Its latents will look like sensible mixtures, because the weather itself mixes them.
#
# ## What to trust
#
# Before you believe a dictionary on data whose features nobody knows, ask:
#
# | Question | What it catches | Section |
# | --- | --- | --- |
# | What do a random dictionary and a simpler method score? | chance, and problems that are easy | *Rivals* |
# | Does the result hold at neighbouring L0? | copies bought with too many latents | *A better copy* |
# | How many latents are dead? | width that exists on paper only | *A better copy* |
# | Is the copy too small? | shrinkage | *Side by side* |
# | Does a search with the same dictionary find other codes? | the encoder's mistakes | *The amortisation gap* |
# | Do other seeds and other widths find the same directions? | luck, hedging | *Hedging* |
# | Where a latent is silent, is its cause really absent? | absorption | *Absorption* |
#
# All but the last can be asked without the truth. And which L0 is the true one, only the truth can tell. That is why this book uses a simulator which writes its causes down.
#
# ## Exercises
#
# ```{exercise-start} Take the ramp away
# :label: ex-no-ramp
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# JumpReLU cheats in two places. Take the cheat away from the latents and leave it to the count: write a piece whose latents are `drive * (drive > threshold)` and no more. `in_ten` trains a piece in the ten worlds and returns the autoencoder with its FVU. Guess first what the thresholds will do. Then put the median FVU over the worlds into `mine`.

# %%
from helpers import variant_answers

price = COUNTS[1]
with_both = np.median(found["JumpReLU"]["FVU"][1])  # trained at this price


# %%
def in_ten(piece):
    shape = {"centred": True, "mirrored": True, "activation": piece}
    sae = nets.SparseAutoencoder(16, 32, WORLDS, **shape)
    train.fit(sae, ten.batch(64), autoencoding.loss(price), **FIT)
    return sae, metrics.fvu(future, sae(future)[0].detach())


mine = None
variant_answers.unramped(mine, with_both)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Inherit from `nets.JumpReLU`, and give your class a `forward(self, drive, bias)` of its own. `self.threshold` is the threshold. Start it with `(0.1, 0.1)`, as above.
# :::
#
# ```{solution-start} ex-no-ramp
# :label: sol-no-ramp
# :class: dropdown
# ```


# %%
class OneSlope(nets.JumpReLU):
    def forward(self, drive, bias):
        return drive * (drive > self.threshold)


# %%
sae, each = in_ten(OneSlope(0.1, 0.1))
mine = each.median()
variant_answers.unramped(mine, with_both)
on = metrics.l0(sae.encode(future)).median()
middle = sae.activation.threshold.median()
print(f"FVU {mine:.2f}, not {with_both:.2f}")
print(f"threshold {middle:.2f}, and {on:.2f} latents on per row")

# %% [markdown]
# Only the count pulled at the thresholds, and it pulls one way. They rose until hardly a latent was on, and the copy was lost. Another price hardly changes that: try.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Let the child go alone
# :label: ex-child-alone
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# Make the second feature independent of the first, on in 5% of the rows, which is as often as the child was. Keep everything else, with sizes of 1 and L1. Among the rows with *both* features, in what share is the latent of the first one silent? Put the median over seeds, in per cent, into `mine`.

# %%
before = shares["L1"][0].median()
mine = None
variant_answers.alone(mine, before)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Copy `family` without its third line, and set the second number of `often` to 0.05. `absorbed` looks at all rows with the second feature. Give it rows of the old `family`, where the first is then on as well.
# :::
#
# ```{solution-start} ex-child-alone
# :label: sol-child-alone
# :class: dropdown
# ```

# %%
free = often.clone()
free[1] = 0.05


def strangers(rows):
    def batch(step, generator):
        on = torch.rand(rows, len(varied), 4, generator=generator) < free
        size = 1 + varied * (torch.rand(on.shape, generator=generator) - 0.5)
        return (torch.nn.functional.pad(on * size, (0, 12)),)

    return batch


# %%
run = small(0.0025, data=strangers)
# Here the second comes with the first.
(tested,) = family(4000)(0, torch.Generator().manual_seed(2))
each, best = absorbed(*run, tested)
mine = each.gather(-1, best)[0].median()
variant_answers.alone(mine, before)
print(f"silent in {mine:.0f}%, before {before:.0f}%")

# %% [markdown]
# The rows of `family` are a good test: wherever the second feature is on, the first is too. The latent of the first stays on, since a latent that writes both would be wrong most of the time.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Where hedging begins
# :label: ex-begins
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# The figure jumps between a correlation of zero and one of an eighth. Look closer: train three latents at `fine`, ten seeds each, one start each. What is the smallest of these correlations at which at least half of the seeds mix, with a second cosine above 0.3? Put it into `mine`, and the second cosines `(correlations, seeds)` into `table`.

# %%
fine = [0.0, 0.02, 0.04, 0.08, 0.12]
mine, table = None, torch.zeros(len(fine), SEEDS)
variant_answers.begins(mine, fine, table)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `pair` takes one correlation per instance, `second` gives one cosine per instance, and `small` takes `latents=3`.
# :::
#
# ```{solution-start} ex-begins
# :label: sol-begins
# :class: dropdown
# ```

# %%
rho = torch.tensor(fine).repeat_interleave(SEEDS)
sae, _ = small(0.0025, data=pair(rho), latents=3, copies=len(rho))
table = second(sae).view(len(fine), SEEDS)
mine = fine[((table > 0.3).float().mean(1) >= 0.5).int().argmax()]
variant_answers.begins(mine, fine, table)
print(mine)

# %% [markdown]
# A correlation that you would not notice in a scatter plot is enough. Merging two features costs something where only one of them is on, and gains where both are. Dropping one loses it everywhere.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Six variants differ in what becomes of the drive and in what is charged. Each takes a few lines.
# - At the true L0, Gated, JumpReLU and BatchTopK copy best. TopK pays for the same $k$ in every row, L1 for its small copy.
# - The best copy is not the best dictionary. Loss, L0 and FVU do not show recovery.
# - PCA and ICA cannot have more directions than dimensions. Dictionary learning can, and comes close to the autoencoder.
# - Encoders are worse than a search with their own dictionary.
# - Absorption follows from sparsity and hierarchy, hedging from too few latents and correlation. No loss reports either.
#
# ## What's next
#
# In {doc}`09_autoencoder` you take all this to networks that know about rain and snow, where a simulator has recorded the causes.
#
# ## Further reading
#
# The variants come from {cite:t}`rajamanoharan2024gated`, {cite:t}`rajamanoharan2024jumprelu`, {cite:t}`gao2024` and {cite:t}`bussmann2024`. {cite:t}`mairal2009` made dictionary learning fast. On the gap see {cite:t}`oneill2024`, on absorption {cite:t}`chanin2024`, on hedging {cite:t}`chanin2025`.
