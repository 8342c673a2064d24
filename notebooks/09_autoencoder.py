# %% [markdown]
# # 09 · An autoencoder for the precipitation networks
#
# You will repeat the autoencoder of King et al. to the letter, build better ones, and hold all of them against a list of causes that only a simulator can give you.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 40 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06b_phase_and_rate` and {doc}`08_building_autoencoders`. **Helpful:** {doc}`06c_hidden_layer`, {doc}`08b_variants`.
# - **You will be able to** *repeat* a published training exactly, early stopping included, *score* latents against recorded causes with four rivals beside them, *measure* how much of a network's work survives a copy, and *distrust* a loss recovered of 98%.
# :::
#
# ## Warm up
#
# :::{dropdown} An autoencoder has an L1 penalty, and its dictionary vectors may have any length. What will a long training do?
# Make the latents smaller and the vectors longer, on and on. The copy stays as good, and the penalty fades. Watch for it below.
# :::
#
# :::{dropdown} Twelve latents and six neurons are compared: which has the unit that goes best with the temperature? Who is favoured?
# The latents. Twelve tickets win more often than six. Give the rival twelve tickets, too.
# :::
#
# :::{dropdown} A layer is replaced by a poor copy, and 98% of the loss is recovered. Good news?
# It depends on what counted as 0%. If the yardstick is a network that was made to talk nonsense, nearly anything recovers nearly everything.
# :::
#
# ## The networks to explain
#
# These are the networks of {doc}`06b_phase_and_rate`, twenty seeds of each, trained as there and kept in the zoo. As there, the table is always the simulator's. *Phase* learnt what fell, from five inputs of which none is a density. *Rate* is the regressor for the snowfall rate. A third kind, *clusters*, learnt the circular labels and waits for an exercise.

# %%
import torch

from helpers import metrics, nets, plots, train, zoo

torch.set_num_threads(1)  # for models this small, threads wait for each other
plots.house()
SEEDS = 20
networks = zoo.snow_networks(SEEDS)

# %% [markdown]
# All have six hidden neurons, so all sixty fit on one instances axis: first phase, then clusters, then rate. Part two of the table trains the autoencoders, part three tests them. The last fifth of part one, which no network was trained on, will say when to stop.

# %%
cut = int(0.8 * len(networks["phase"][0].train))


def activations(part, rows=slice(None)):
    with torch.no_grad():
        each = [net.hidden(getattr(p, part).x[rows]) for p, net in networks.values()]
    return torch.cat(each, 1)


fit, test = activations("sae"), activations("test")
unseen = activations("train", slice(cut, None))

# %% tags=["nbval-check-output"]
block = {name: slice(k * SEEDS, (k + 1) * SEEDS) for k, name in enumerate(networks)}
print(*fit.shape, "|", *unseen.shape, "|", *test.shape)
print("a layer that never varies:", bool((fit == fit[0]).all(0).all(-1).any()))

# %% [markdown]
# ## The published setting, to the letter
#
# This is the {term}`sparse autoencoder` of King et al. {cite:p}`king2025`, as we read their code:
#
# - twice as many latents as neurons, an encoder and a decoder of their own, ReLU, dictionary vectors of any length, nothing centred;
# - squared error plus 0.01 times the sum of the latents;
# - Adam, a learning rate of 0.001, batches of *eight* rows;
# - 75 epochs for the classifier; up to 128 for the regressor, with a patience of eight.
#
# Batches of eight make 32,000 steps. It is one training for all sixty autoencoders, compiled, because a step of so small a model costs next to nothing else.

# %%
from helpers import autoencoding
from helpers.sampling import minibatches

as_published = nets.SparseAutoencoder(6, 12, 3 * SEEDS, unit_norm=False)
batches = minibatches(fit, size=8, seeds=range(3 * SEEDS))
price, epoch = autoencoding.loss(0.01), batches.per_epoch


def watch(sae):
    longest = sae.dictionary.norm(dim=-1).amax(-1)
    latents = sae.encode(unseen).sum(-1).mean(0)
    return {"unseen": price(sae, (unseen,)), "longest": longest, "latents": latents}


settings = {"steps": 128 * epoch, "points": 128, "lr": 1e-3, "device": "cpu"}
settings["snapshots"] = range(epoch, 128 * epoch + 1, epoch)
history = train.fit(as_published, batches, price, measure=watch, **settings)

# %% [markdown]
# {term}`Early stopping <early stopping>` with a patience of eight means: stop once eight epochs in a row have not improved on the best. You trained to the end and kept a snapshot of each epoch, so you can stop afterwards. Which loss was watched in the published training, on which rows, we do not know. Here it is the whole loss, on the rows that are unseen. And which weights remain? Keras, which the published code uses, keeps the *last* ones unless told to go back to the best.


# %%
def stops_at(losses, patience=8):
    best, waited = float("inf"), 0
    for number, loss in enumerate(losses.tolist(), 1):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == patience:
            return number
    return len(losses)


of_rate = history.measures["unseen"].T[block["rate"]]
last = [75] * 2 * SEEDS + [stops_at(losses) for losses in of_rate]
with torch.no_grad():
    for name, values in as_published.named_parameters():
        for i, number in enumerate(last):
            values[i] = history.snapshots[number * epoch][name][i]
print("stopped early:", sum(number < 128 for number in last[block["rate"]]))

# %% [markdown]
# Try the rule on a short list. The best loss is the third. Two epochs later a patience of two is exhausted, and the weights are those of epoch five.

# %% tags=["nbval-check-output"]
print(stops_at(torch.tensor([3.0, 2.0, 1.0, 1.5, 1.2, 0.5]), patience=2))

# %% [markdown]
# Early stopping hardly ever stops anything here: the loss goes on falling. Why does it, for so long?

# %% mystnb={"image": {"alt": "Two panels against epoch for phase and rate, medians in a band. Left, the longest dictionary vector: it starts near one and rises steadily through all 128 epochs to about ten. Right, on a logarithmic axis, the sum of the latents: it falls all the while, to a small part of what it was."}}
import matplotlib.pyplot as plt

_, pair = plt.subplots(1, 2, figsize=(7.4, 3.4))
shown = {"longest": "longest dictionary vector", "latents": "sum of the latents in a block"}
for ax, (name, label) in zip(pair, shown.items()):
    lines = {kind: history.measures[name][:, block[kind]] for kind in ("phase", "rate")}
    plots.curves(range(1, 129), lines, "epoch", label, ax=ax)
pair[0].set_ylim(0, None)
pair[1].set_yscale("log")

# %% [markdown]
# **Takeaway.** Because the penalty is being dodged. The vectors grow and grow, and the latents shrink in exchange, which is all that the penalty sees. This is the loophole that unit lengths close {cite:p}`bricken2023`. Here the number of epochs is part of the price: train longer, and being on gets cheaper.
#
# ## What came out
#
# How many units are on in a block? ({term}`L0`, on the test rows.)

# %%
with torch.no_grad():
    copy, latents = as_published(test)

# %% mystnb={"image": {"alt": "Units that are on in a block, one dot per network. Phase: about three of six neurons and about five of twelve latents. Rate: two to three neurons and about four latents. In both cases the latents lie higher."}}
on = {"neurons": metrics.l0(test), "latents": metrics.l0(latents)}
groups = {f"{unit}\n{name}": on[unit][block[name]] for name in ("phase", "rate") for unit in on}
plots.strip(groups, "units on in a block (L0)").set_ylim(0, 7);

# %% [markdown]
# How much is left unexplained ({term}`FVU`), and how many latents are dead?

# %%
import pandas as pd


def spelled(values, digits=2):
    levels = torch.tensor([0.05, 0.5, 0.95]).double()
    low, middle, high = values.double().quantile(levels).tolist()
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


with torch.no_grad():
    silent = [metrics.dead(units).sum(1) for units in (as_published(fit)[1], latents)]
rows = {"unexplained (FVU)": (metrics.fvu(test, copy), 3)}
rows |= {f"dead of 12, part {part}": (n, 0) for part, n in zip(("two", "three"), silent)}
table = {kind: [spelled(v[at], digits) for v, digits in rows.values()] for kind, at in block.items()}
pd.DataFrame(table, index=list(rows))

# %% [markdown]
# **Takeaway.** The copy is nearly perfect, and it takes *more* active units than there were before. Nothing has become sparse. The latents rewrite the neurons; they do not compress them.
#
# Look at the dead, too. Of the classifiers' latents more are silent on part two, which is mostly snow, than on part three, which is mostly rain. Always say on which rows you counted.
#
# Try `stops_at` with a patience of two: how many regressors stop then, and does anything in the table change?
#
# ## Better ones
#
# {doc}`08b_variants` has the cures: unit lengths, a centred input, an encoder that starts as the mirrored decoder, and other rules for what is on. Take three of them at five settings each, for ten networks of either kind. Copies of the same activations stand side by side on the instances axis, one for each setting.

# %%
TEN = 10
few = [*range(TEN), *range(2 * SEEDS, 2 * SEEDS + TEN)]  # of phase and of rate


def improved(activation, weight=0.0, copies=5, latents=12, steps=800):
    x = fit[:, few].repeat(1, copies, 1)
    cures = {"centred": True, "mirrored": True, "activation": activation}
    sae = nets.SparseAutoencoder(6, latents, x.shape[1], unit_norm=True, **cures)
    with torch.no_grad():
        sae.b_dec.copy_(x.mean(0))  # so that no latent need learn the mean
    run = {"steps": steps, "lr": 4e-3, "device": "cpu"}
    train.fit(sae, minibatches(x, size=32), autoencoding.loss(weight), **run)
    return sae


# %%
prices = torch.tensor([0.003, 0.01, 0.03, 0.1, 0.3]).repeat_interleave(2 * TEN)
k = [k for k in (1, 2, 3, 4, 5) for _ in range(2 * TEN)]
better = {
    "L1": improved(nets.ReLU(), prices),
    "Gated": improved(nets.Gated(), prices),
    "TopK": improved(nets.TopK(k)),
}

# %% [markdown]
# The rival is {term}`PCA`, fitted on part two as well. With $k$ components it writes $k$ numbers for each block, always the same $k$, and it needs no training.

# %%
centre = fit.mean(0)
axes = torch.linalg.svd((fit - centre).transpose(0, 1), full_matrices=False).Vh
scores = torch.einsum("bnh,nkh->bnk", test - centre, axes)


def components(k):  # axes is (networks, components, neurons)
    return torch.einsum("bnk,nkh->bnh", scores[..., :k], axes[:, :k]) + centre


# %% [markdown]
# Sort the results by kind.

# %%
KINDS = ("phase", "rate")


def of_kind(values, kind):  # from five settings of both kinds, ten networks each
    return values.unflatten(1, (5, 2, TEN))[:, :, KINDS.index(kind)].flatten(1, 2)


stacked = test[:, few].repeat(1, 5, 1)
results = {kind: {} for kind in KINDS}
for name, sae in better.items():
    with torch.no_grad():
        copied, units = sae(stacked)
    for kind in KINDS:
        results[kind][name] = of_kind(copied, kind), of_kind(units, kind)
again = {kind: of_kind(stacked, kind) for kind in KINDS}

# %% [markdown]
# You will draw several measures against what is on. A measure gets the kind of network, the copy and the units, and gives one number for each autoencoder.


# %%
def against_l0(kind, measure):
    pairs = {}
    for name, (copied, units) in results[kind].items():
        on, value = metrics.l0(units), measure(kind, copied, units)
        pairs[name] = on.view(5, TEN), value.view(5, TEN)
    return pairs


def of_components(kind, measure):
    copies = [components(k)[:, block[kind]][:, :TEN] for k in range(1, 5)]
    values = torch.stack([measure(kind, copied, None) for copied in copies])
    return torch.arange(1.0, 5)[:, None].expand_as(values), values


# %% [markdown]
# First, how much is unexplained.


# %%
def unexplained(kind, copied, _):
    return metrics.fvu(again[kind][:, : copied.shape[1]], copied)


panels = {kind: against_l0(kind, unexplained) for kind in KINDS}
for kind, series in panels.items():
    series["PCA"] = of_components(kind, unexplained)


# %% mystnb={"image": {"alt": "Share of variance unexplained on a logarithmic axis against active latents, for phase and for rate. All curves fall to the right. Gated and TopK lie together and lowest, well below PCA with as many components. L1 is worse than PCA for phase, and between PCA and the others for rate. The published setting, a dashed line, lies below all of them."}}
from helpers import splice_plots

levels = {kind: {"published": metrics.fvu(test, copy)[block[kind]]} for kind in KINDS}
text = "active latents, or components", "share of variance unexplained"
splice_plots.fronts(panels, *text, levels=levels, log=True);

# %% [markdown]
# **Takeaway.** These *are* sparse, if you want them to be. With two or three latents on they leave a few hundredths unexplained, several times less than PCA with as many components. That is a real gain. It comes from choice: each block picks its own two of twelve, while PCA gives the same two to all. The dashed line is the published setting; it lies so low because it has so much on.
#
# Try `nets.BatchTopK` in place of TopK. (It wants a threshold before you test it: {doc}`08b_variants`.)
#
# Does width help? Take TopK with two latents on, and dictionaries from as wide as the layer to 32 times as wide.

# %%
RATIOS = (1, 2, 4, 8, 32)
size = {"copies": 1, "steps": 500}
wide = [improved(nets.TopK(2), latents=6 * ratio, **size) for ratio in RATIOS]
with torch.no_grad():
    seen = [sae(test[:, few]) for sae in wide]
left = torch.stack([metrics.fvu(test[:, few], copied) for copied, _ in seen])
gone = torch.stack([metrics.dead(units).float().mean(1) for _, units in seen])

# %% mystnb={"image": {"alt": "Two panels against latents per neuron, from 1 to 32. Left: unexplained share with two latents on, a few hundredths at every width, with wide overlapping bands falling a little from 1 to 2 and hardly afterwards. Right: the share of dead latents rises from none to half for phase and more for rate."}}
_, pair = plt.subplots(1, 2, figsize=(7.4, 3.4))
shown = {"unexplained (FVU), k = 2": left, "share of dead latents": gone}
for ax, (name, values) in zip(pair, shown.items()):
    curves = {"phase": values[:, :TEN], "rate": values[:, TEN:]}
    plots.curves(RATIOS, curves, "latents per neuron", name, ax=ax).set_ylim(0, None)
    ax.set_xscale("log", base=2)
    ax.set_xticks(RATIOS, RATIOS)

# %% [markdown]
# **Takeaway.** Width buys next to nothing on six neurons. Beyond twice the layer the copy hardly improves, if at all, and much of what is added dies. Six neurons have not got two hundred things to say.
#
# ## The causes
#
# A copy can be perfect and its units mean nothing. With real weather you would now start to guess. Here you can look it up: the simulator wrote down what caused each block. Take *all* of its numbers but the running number of the storm, and the logarithm of those that spread over powers of ten, as in {doc}`06c_hidden_layer`. Some of them say nearly the same. You will see which.

# %%
import numpy as np


def recorded(part):
    causes = part.truth.drop(columns="storm")
    for name in ("intensity", "riming", "depth"):
        causes[name] = np.log10(causes[name])
    return causes.rename(columns=lambda name: name.replace("_", " "))


parts = networks["phase"][0]
CAUSES = recorded(parts.test).columns.tolist()
before, truth = (torch.tensor(recorded(part).to_numpy()) for part in (parts.sae, parts.test))
print(*CAUSES, sep=", ")
print(parts.test.truth.storm.nunique(), "storms in the test")

# %% [markdown]
# For each cause find the unit with the largest absolute correlation on the test rows. Four kinds of unit compete, and a fifth row says what can be had.
#
# - The six *neurons*, and the twelve *latents* of the published setting.
# - *PCA*: each component cut into its positive and its negative side, which makes twelve units.
# - A {term}`random dictionary <random dictionary>`: for each latent a random direction, with a threshold that has it on exactly as often. Nothing is learnt. Ten for each network, averaged.
# - A {term}`probe`: a linear regression on the six neurons for each cause, fitted on part two. It is told the answers, so it is no rival. It says how much of a cause is in the layer, for a line that carries over to other weather.


# %%
def random_twin(hidden, rate, seed):  # rate (networks, units): how often each unit is on
    directions = nets.initial(seed, len(rate), hidden.shape[-1], rate.shape[1])
    drive = nets.apply(hidden, directions)
    place = ((1 - rate) * (len(hidden) - 1)).long().unsqueeze(0)
    return torch.relu(drive - drive.sort(0).values.gather(0, place))


def best(units):
    return metrics.correlations(units, truth).abs().amax(1)  # (networks, causes)


# %%
def with_ones(x):  # a column of ones is the constant of a regression
    return torch.nn.functional.pad(x.double(), (0, 1), value=1)


def probe(hidden, later):
    x, now = (with_ones(h.transpose(0, 1)) for h in (hidden, later))
    causes = before.expand(len(x), -1, -1)
    weights = torch.linalg.lstsq(x, causes, driver="gelsd").solution
    read = (now @ weights).transpose(0, 1)  # (rows, networks, causes)
    return metrics.correlations(read, truth).diagonal(dim1=1, dim2=2).abs()


# %%
rate = (latents > 0).float().mean(0)
twins = [random_twin(test, rate, 1000 * (i + 1)) for i in range(10)]
halves = torch.relu(torch.cat([scores, -scores], -1))
match = {"neurons": best(test), "latents": best(latents), "PCA": best(halves)}
match["random"] = torch.stack([best(units) for units in twins]).mean(0)
match["probe"] = probe(fit, test)

# %% mystnb={"image": {"alt": "Largest absolute correlation of eleven causes with neurons, latents, PCA, random units and a probe, medians over twenty phase networks. The first four rows look alike: about 0.9 for water, melting, wet bulb, snow probability and air, about one half for intensity and depth, lower for the others. Only the probe reads intensity and concentration clearly better."}}
def shown(kind):
    medians = [values[block[kind]].median(0).values for values in match.values()]
    look = {"limit": 1, "digits": 2, "label": f"largest |r|, {kind}"}
    return plots.heatmap(torch.stack(medians), [*match], CAUSES, **look)


shown("phase");

# %% [markdown]
# **Takeaway.** Read down the columns. The first four rows are the same figure four times. Where a cause is in the layer, a neuron carries it already: the amount of *water* and what goes with it. Where a cause is not in the layer (*riming*, *aloft*, *front*), no dictionary can bring it back.
#
# The two interesting columns are *intensity* and *concentration*. The probe finds more of them than any neuron has, so they are there, mixed into several neurons. This is exactly what an autoencoder is meant to pull apart. It does not. PCA comes a little nearer.
#
# (A probe below the others is no error. They may pick the best of several units on the rows that they are judged on. The probe had to be ready before.)

# %% mystnb={"image": {"alt": "The same table for the rate networks. Intensity stands out with about 0.7 to 0.8, and 0.9 for the probe. Water and the other causes of the air are near one half. Random units are clearly lower there than neurons, latents and PCA; latents are about as good as neurons or a little better. The probe is highest for nearly all that can be read."}}
shown("rate");

# %% [markdown]
# In the rate networks there is more to be gained: the probe is ahead of the neurons in most columns. The latents get a part of it in some. Now the random units fall behind. So here something *was* learnt.
#
# ## The rules
#
# King et al. read physical meaning from correlations like these. They did not put it as a test, so the rules are ours, written before any of this was measured. For each cause the unit with the largest $|r|$; the mean over causes; the lead of the latents, network by network. *In pattern* needs an average lead of 0.02, interval included. The classifier is the one that learnt what fell.

# %%
mean = {name: values.mean(1) for name, values in match.items()}
lead = {name: mean["latents"] - mean[name] for name in ("neurons", "random", "PCA")}

# %% mystnb={"image": {"alt": "Lead of the latents in the mean largest correlation, one dot per network. Phase: over neurons and over random units the dots scatter around zero, over PCA most lie below. Rate: around zero over neurons and PCA, most of them clearly above zero over random units."}}
groups = {f"{name}\n{kind}": lead[name][block[kind]] for kind in KINDS for name in lead}
plots.strip(groups, "lead of the latents in mean |r|", zero=True);

# %%
from helpers import scorecard

scorecard.record("king-causes-neurons", lead["neurons"][block["phase"]])

# %%
scorecard.record("king-causes-random", lead["random"][block["phase"]])

# %% [markdown]
# **Takeaway.** Not reproduced, twice. In the classifier twelve latents match the recorded causes no better than six neurons, and no better than twelve random directions that are on as often. In the regressor they beat the random ones, and still not the neurons.
#
# This is about *our* causes and *our* weather, and a cause that nobody recorded may hide in some latent. But here is what it rules out: you may not conclude from a high correlation that the autoencoder found something.
#
# ## One unit, many causes
#
# Look from the other side. Which causes share the same best latent?

# %%
r = metrics.correlations(latents[:, block["phase"]], truth).abs()
chosen = r.argmax(1)  # (networks, causes)
together = (chosen[:, :, None] == chosen[:, None, :]).float().mean(0)

# %% mystnb={"image": {"alt": "For each two causes, the share of phase networks in which one latent is the best match of both. Water, melting, snow probability, wet bulb and air share a latent in most networks, water and melting in all; depth often shares with wet bulb and air. Intensity and concentration mostly have a latent to themselves."}}
splice_plots.shares(together, CAUSES, "share of networks with one latent for both");

# %% [markdown]
# **Takeaway.** Five causes have one latent between them in most networks: *water*, *melting*, *snow probability*, *wet bulb* and *air*. That is not the autoencoder's fault. They nearly say the same, and an autoencoder merges what comes together: {cite:t}`chanin2025` call it hedging when features are lost that way.
#
# The mean of best matches overlooks this, for it counts one good latent five times. So match {term}`one to one <one-to-one matching>`, each cause with a unit of its own. Only kinds with twelve units can compete.

# %% mystnb={"image": {"alt": "Mean correlation when each cause gets a unit of its own. Phase: latents are lowest, near 0.4; random units and PCA are near one half. Rate: PCA is highest, latents and random units lower and close together."}}
from helpers import matching

fair = {"latents": latents, "random": twins[0], "PCA": halves}
similar = {name: matching.correlations(truth, units).abs() for name, units in fair.items()}
alone = {name: matching.assign(values).similarity.mean(1) for name, values in similar.items()}
groups = {f"{name}\n{kind}": alone[name][block[kind]] for kind in KINDS for name in alone}
plots.strip(groups, "mean |r|, one unit for one cause").set_ylim(0, None);

# %% [markdown]
# **Takeaway.** One to one, the latents of the classifier are no longer even level. Dead latents match nothing, but the random twins have as many dead, so that is not the reason. PCA, whose components point in different directions by construction, does best in both.
#
# And does a latent need one cause or several? Predict each living unit from its best cause alone, and from all eleven.

# %%
causes = with_ones((truth - truth.mean(0)) / truth.std(0))


def explained(units):  # R² of every unit that is on in one row of a hundred
    living = (units > 0).double().mean(0) > 0.01
    y = units[:, living].double()
    error = y - causes @ torch.linalg.lstsq(causes, y, driver="gelsd").solution
    every = 1 - error.square().sum(0) / (y - y.mean(0)).square().sum(0)
    one = metrics.correlations(units, truth).square().amax(-1)[living]
    return {"one cause": spelled(one), "all causes": spelled(every)}


named = {"neurons": test, **fair}
pd.DataFrame({name: explained(units[:, block["phase"]]) for name, units in named.items()})

# %% [markdown]
# **Takeaway.** The typical latent is explained *less* well by its best cause than the typical neuron is. All causes together explain clearly more of it, so it mixes; and much is left that no straight line through the causes explains.
#
# ## Would a better one do?
#
# The published setting is dense. Perhaps a sparse autoencoder that deserves the name does better. Take the three kinds along their fronts, with random twins of TopK as the control, and compare each with the neurons of its own network.


# %%
def over_neurons(kind, _, units):
    return best(units).mean(1) - best(again[kind]).mean(1)


panels = {kind: against_l0(kind, over_neurons) for kind in KINDS}
for kind, series in panels.items():
    often = (results[kind]["TopK"][1] > 0).float().mean(0)
    twin = random_twin(again[kind], often, 1000)
    ahead = over_neurons(kind, None, twin)
    series["random"] = metrics.l0(twin).view(5, TEN), ahead.view(5, TEN)

# %% mystnb={"image": {"alt": "Lead in the mean largest correlation over the neurons of the same network, against active latents, for phase and rate. All curves start far below zero at one active latent and rise towards zero at four to six. The trained ones lie above the random twins where few latents are on. None rises clearly above it."}}
zero = {kind: {"neurons": torch.zeros(1)} for kind in KINDS}
text = "active latents", "lead over the neurons in mean |r|"
splice_plots.fronts(panels, *text, levels=zero);

# %% [markdown]
# **Takeaway.** At the same sparsity, learning helps: where few latents are on, the trained ones lie above the random ones. But the price of sparsity is larger than the gain. No kind and no setting is clearly above the neurons. Where a median pokes out, dots lie on both sides of the line, and with fifteen settings some must.
#
# ## Does the network still work?
#
# Now the other wish. Replace the hidden layer by its copy, let the network go on from there, and score it again: {term}`splicing`. Two scores for the classifier, the {term}`CSI` of snow and of mixed; two for the regressor, $R^2$ and the mean absolute error.

# %%
from helpers import verification


def judged(kind, hidden, which=slice(None)):
    parts, net = networks[kind]
    fell = parts.test.y
    with torch.no_grad():
        answer = nets.apply(hidden, net.weights[-1][which], net.biases[-1][which])
        scores = {"loss": zoo.snow_loss(lambda _: answer, (hidden, fell))}
    if kind == "rate":
        pair = fell, answer[..., 0]
        return scores | {"R²": verification.r2(*pair), "MAE": verification.mae(*pair)}
    counts = verification.confusion(fell, answer.argmax(-1), 3)
    csi = verification.class_scores(counts).csi.nan_to_num(0)
    return scores | {"CSI snow": csi[:, 1], "CSI mixed": csi[:, 2]}


# %% [markdown]
# Losses of different networks cannot be averaged as they are. So they are put on a scale, the {term}`loss recovered`: 1 is the untouched layer, 0 a layer in which every neuron is fixed at its mean.


# %%
def recovered(losses, spliced, worst="means"):
    return (losses[worst] - spliced) / (losses[worst] - losses["untouched"])


# %%
versions = {"untouched": test, "published": copy}
versions |= {"two components": components(2), "one component": components(1)}
versions |= {"means": test.mean(0).expand_as(test), "zeros": torch.zeros_like(test)}


def scores_of(kind):
    return {name: judged(kind, h[:, block[kind]]) for name, h in versions.items()}


# %%
scored = {kind: scores_of(kind) for kind in KINDS}
losses = {kind: {name: row["loss"] for name, row in scored[kind].items()} for kind in KINDS}


def summary(kind):
    table = {}
    for name, row in scored[kind].items():
        share = {"recovered": recovered(losses[kind], row["loss"])}
        table[name] = {score: spelled(v) for score, v in (share | row).items()}
    return pd.DataFrame(table).T


summary("phase")

# %%
summary("rate")

# %% [markdown]
# **Takeaway.** The published copy is faithful. Most scores stay where they were, though *mixed* loses a little in the median. No wonder: hardly anything was left out.
#
# Now look at the row *one component*. For phase, a single number per block recovers nearly all of the loss. And the CSI of mixed is all but gone. The yardstick is to blame. What does a classifier say whose layer is fixed at its means?

# %% tags=["nbval-check-output"]
with torch.no_grad():
    means = versions["means"][:1, block["phase"]]
    chance = networks["phase"][1].output(means).softmax(-1)[0]  # rain, snow, mixed
print("rain from all:", bool((chance.argmax(-1) == 0).all()))
print("snow below 5% from all:", bool((chance[:, 1] < 0.05).all()))

# %% [markdown]
# Rain, whatever falls, and it gives snow next to no chance. When it snows, that costs more than any sensible doubt would. On such a scale 'nearly all recovered' is no praise. Show what the network is *for*, class by class.
#
# For the rate it is the other way round. The means are not much worse than the network itself, and the scale is so short that small changes look dramatic.
#
# Now along the fronts.



# %%
SHARES = {"phase": "CSI mixed", "rate": "R²"}


def worth(kind, copied, _):
    which = torch.arange(TEN).repeat(copied.shape[1] // TEN)
    return judged(kind, copied, which)[SHARES[kind]]


panels = {kind: against_l0(kind, worth) for kind in KINDS}
for kind, series in panels.items():
    series["PCA"] = of_components(kind, worth)
levels = {kind: {"untouched": worth(kind, test[:, block[kind]][:, :TEN], None)} for kind in KINDS}

# %% mystnb={"image": {"alt": "Two panels against active latents or components, with the untouched layer as a dashed line. Left, CSI of mixed for phase: all curves lie below the line and fall as fewer latents are on; L1 falls most steeply, and PCA lies below Gated and TopK where little is on. Right, R squared of the rate: the autoencoders stay near the line down to one or two latents, PCA falls to zero."}}
text = "active latents, or components", [*SHARES.values()]
splice_plots.fronts(panels, *text, levels=levels);

# %% [markdown]
# **Takeaway.** Here the sparse ones earn their keep. For the rate two active latents do nearly all the work of the network, where two components lose much of it. For the phase the rare class is the first to go: with few latents on, the copy tells rain from snow and forgets what is in between. Seeds scatter widely, so take the curves as a pattern.
#
# ## Exercises
#
# ```{exercise-start} Labels that answer themselves
# :label: ex-circular-causes
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# The published classifier learnt labels made by clustering. Does the verdict hang on that? For the *clusters* networks take the mean over causes of the largest $|r|$, as in the claims. By how much do the latents lead the neurons, and the random ones? Put the two medians over networks into `mine`, neurons first.

# %%
from helpers import splicing_answers

asked = {name: values[block["clusters"]] for name, values in match.items()}
done = {name: values[block["phase"]] for name, values in match.items()}
mine = None
splicing_answers.labels(mine, asked, done)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `lead["neurons"][block["clusters"]].median()` is the first.
# :::
#
# ```{solution-start} ex-circular-causes
# :label: sol-circular-causes
# :class: dropdown
# ```

# %%
mine = [lead[name][block["clusters"]].median() for name in ("neurons", "random")]
splicing_answers.labels(mine, asked, done)
for name in ("neurons", "random"):
    low, high = metrics.bootstrap_interval(lead[name][block["clusters"]])
    print(f"over {name}: mean lead from {low:.3f} to {high:.3f} (95% interval)")

# %% [markdown]
# Over the neurons there is nothing, as before. Over the random ones there is a little, with an interval that reaches below the 0.02 of the rule. The labels change details. They do not save the claim.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Another yardstick
# :label: ex-yardstick
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# Many studies put *zeros* in the place of the layer, not means, to mark 0%. How much of the loss do copies from one component recover then, for phase? Put the median over networks into `mine`.

# %%
mine = None
given = {**losses["phase"], "spliced": losses["phase"]["one component"]}
splicing_answers.yardstick(mine, given)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `recovered` has an argument for the yardstick.
# :::
#
# ```{solution-start} ex-yardstick
# :label: sol-yardstick
# :class: dropdown
# ```

# %%
mine = recovered(losses["phase"], losses["phase"]["one component"], "zeros").median()
splicing_answers.yardstick(mine, given)
csi = scored["phase"]["one component"]["CSI mixed"].median()
print(f"recovered {mine:.0%}, CSI of mixed {csi:.2f}")

# %% [markdown]
# Nearly everything again. Both yardsticks are networks made to talk nonsense. A share of *that* distance says little; a CSI of the class you care about says much.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Enough tickets
# :label: ex-tickets
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# Latents had twelve tickets. Give a random dictionary sixteen times as many: 192 directions per network, each on in half of the blocks. What is the mean over causes of the largest $|r|$ for the phase networks? Put the median over networks into `mine`. Guess first: more or less than the trained latents?

# %%
mine = None
few_tickets, trained = (mean[name][block["phase"]].median() for name in ("random", "latents"))
splicing_answers.crowd(mine, few_tickets, trained)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `random_twin(test[:, block["phase"]], torch.full((SEEDS, 192), 0.5), 0)` makes the units.
# :::
#
# ```{solution-start} ex-tickets
# :label: sol-tickets
# :class: dropdown
# ```

# %%
many = random_twin(test[:, block["phase"]], torch.full((SEEDS, 192), 0.5), 0)
mine = best(many).mean(1).median()
splicing_answers.crowd(mine, few_tickets, trained)
print(f"192 random {mine:.2f}, 12 random {few_tickets:.2f}, 12 latents {trained:.2f}")

# %% [markdown]
# With enough tickets somebody wins. In six dimensions two hundred random directions come close to any direction that you could ask for. So never compare the best of many with the best of few, and be careful with wide dictionaries of which someone shows you the best latents.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# What did an autoencoder buy here?
#
# - *Compression that works.* Two or three latents chosen for each block hold far more of the layer, and of the regressor's skill, than as many principal components.
# - *Faithful copies*, as long as enough is on. The rare class suffers first.
#
# And what not?
#
# - *Sparsity*, with the published setting. Free lengths dodge the penalty, and more units are on than before.
# - *Causes.* In the classifier latents match the recorded causes no better than neurons or random directions. In the regressor better than random directions, not better than neurons.
# - *More for more width.* Six neurons have little to say, and a wide dictionary mostly dies.
#
# It fits what {doc}`06c_hidden_layer` found: these layers mix without being crowded. An autoencoder is made to undo superposition. Where there is hardly any, it has hardly anything to undo.
#
# ## What's next
#
# {doc}`09b_layers_and_rain` goes to real weather and to deeper networks. {doc}`10_reading_features` asks whether latents are easier to *read*, and how you would know.
#
# ## Further reading
#
# King et al. for the networks and their autoencoders {cite:p}`king2025`; Bricken et al. {cite:p}`bricken2023` and Gao et al. {cite:p}`gao2024` for the craft; Heap et al. {cite:p}`heap2025` for autoencoders on random networks.
