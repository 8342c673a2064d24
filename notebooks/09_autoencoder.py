# %% [markdown]
# # 09 · An autoencoder for the precipitation networks
#
# You will repeat the autoencoder of King et al. as closely as their code tells, build better ones, and hold all of them against a list of causes that only a simulator can give you.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 40 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06b_phase_and_rate` and {doc}`08_building_autoencoders`. **Helpful:** {doc}`06c_hidden_layer`, {doc}`08b_variants`.
# - **You will be able to** *repeat* a published training with its early stopping, *score* latents against recorded causes with three rivals beside them, *measure* how much of a network's work survives a copy, and *distrust* a loss recovered of 98%.
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
        pairs = networks.values()
        each = [net.hidden(getattr(p, part).x[rows]) for p, net in pairs]
    return torch.cat(each, 1)


fit, test = activations("sae"), activations("test")
unseen = activations("train", slice(cut, None))

# %% tags=["nbval-check-output"]
starts = range(0, 3 * SEEDS, SEEDS)
block = {name: slice(i, i + SEEDS) for name, i in zip(networks, starts)}
print(*fit.shape, "|", *unseen.shape, "|", *test.shape)
still = (fit == fit[0]).all(0).all(-1)
print("a layer that never varies:", bool(still.any()))

# %% [markdown]
# ## The published setting
#
# This is the {term}`sparse autoencoder` of King et al. {cite:p}`king2025`, as we read their code (the data are the simulator's):
#
# - twice as many latents as neurons, an encoder and a decoder of their own, ReLU, dictionary vectors of any length, nothing centred;
# - squared error, the mean over the neurons, plus 0.01 times the sum of the latents;
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
    whole = price(sae, (unseen,))
    return {"unseen": whole, "longest": longest, "penalty": 0.01 * latents}


settings = {"steps": 128 * epoch, "points": 128, "lr": 1e-3, "device": "cpu"}
settings["snapshots"] = range(epoch, 128 * epoch + 1, epoch)
settings["measure"] = watch
history = train.fit(as_published, batches, price, **settings)

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
# Early stopping hardly ever stops anything here: the loss goes on falling. Why does it, for so long? Split the watched loss into its two parts, and look at the longest dictionary vector of each autoencoder.

# %%
parts_of = {"penalty": history.measures["penalty"]}
parts_of["squared error"] = history.measures["unseen"] - parts_of["penalty"]
longest = history.measures["longest"]
longest = {k: longest[:, block[k]] for k in ("phase", "rate")}

# %% mystnb={"image": {"alt": "Three panels against epoch, medians in bands. Left: the longest dictionary vector rises steadily from about one to ten, for phase and rate alike. Middle, phase, and right, rate, on logarithmic axes: the squared error drops steeply in the first epochs and slowly afterwards; the penalty falls slowly and is the larger part after the first epochs. In the middle panel a dashed line marks epoch 75."}}
import matplotlib.pyplot as plt

_, row = plt.subplots(1, 3, figsize=(10.5, 3.4))
epochs = range(1, 129)
plots.curves(epochs, longest, "epoch", "longest dictionary vector", ax=row[0])
for ax, kind in zip(row[1:], ("phase", "rate")):
    lines = {name: v[:, block[kind]] for name, v in parts_of.items()}
    plots.curves(epochs, lines, "epoch", f"loss of {kind}", ax=ax)
    ax.set_yscale("log")
row[1].axvline(75, color=plots.INK, linestyle="--");

# %% [markdown]
# **Takeaway.** After the first epochs the penalty is the larger part, and it goes on shrinking while the copy gets no worse: the penalty is being dodged. The vectors grow and grow, and the latents shrink in exchange, which is all that the penalty sees. This is the loophole that unit lengths close {cite:p}`bricken2023`. The classifier's autoencoders are taken from epoch 75, the dashed line, in the middle of it. So the number of epochs is part of the price: train longer, and being on gets cheaper.
#
# ## What came out
#
# How many units are on in a block? ({term}`L0`, on the test rows.)

# %%
with torch.no_grad():
    copy, latents = as_published(test)

# %% mystnb={"image": {"alt": "Units that are on in a block, one dot per network. Phase: about three of six neurons and about five of twelve latents. Rate: two to three neurons and about four latents. In both cases the latents lie higher."}}
on = {"neurons": metrics.l0(test), "latents": metrics.l0(latents)}
KINDS = ("phase", "rate")
groups = {f"{unit}\n{k}": on[unit][block[k]] for k in KINDS for unit in on}
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
    early = as_published(fit)[1]
rows = {
    "unexplained (FVU)": (metrics.fvu(test, copy), 3),
    "dead of 12, part two": (metrics.dead(early).sum(1), 0),
    "dead of 12, part three": (metrics.dead(latents).sum(1), 0),
}
table = {
    kind: [spelled(v[at], digits) for v, digits in rows.values()]
    for kind, at in block.items()
}
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
# {doc}`08b_variants` has the cures: unit lengths, a centred input, an encoder that starts as the mirrored decoder, and other rules for what is on. Take three of them at five settings each, for ten networks of either kind. Copies of the same activations stand side by side on the instances axis, one for each setting. They get 1,200 steps, with larger batches and a learning rate that starts higher and falls to nothing. The published setting had more than fifteen times as many. Keep that in mind.

# %%
from helpers import schedules

TEN = 10
few = [*range(TEN), *range(2 * SEEDS, 2 * SEEDS + TEN)]  # phase, rate


def improved(activation, weight=0.0, copies=5, latents=12, steps=1200):
    x = fit[:, few].repeat(1, copies, 1)
    shape = {"instances": x.shape[1], "activation": activation}
    cures = {"unit_norm": True, "centred": True, "mirrored": True}
    sae = nets.SparseAutoencoder(6, latents, **shape, **cures)
    with torch.no_grad():
        sae.b_dec.copy_(x.mean(0))  # so that no latent need learn the mean
    run = {"steps": steps, "lr": 1e-2, "schedule": schedules.cosine(steps)}
    batches, price = minibatches(x, size=32), autoencoding.loss(weight)
    train.fit(sae, batches, price, device="cpu", **run)
    return sae


# %%
prices = torch.tensor([0.003, 0.01, 0.03, 0.1, 0.3])
prices = prices.repeat_interleave(2 * TEN)
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
each = (fit - centre).transpose(0, 1)
axes = torch.linalg.svd(each, full_matrices=False).Vh
scores = torch.einsum("bnh,nkh->bnk", test - centre, axes)


def components(k):  # axes is (networks, components, neurons)
    return torch.einsum("bnk,nkh->bnh", scores[..., :k], axes[:, :k]) + centre


# %% [markdown]
# Sort the results by kind.

# %%
def of_kind(values, kind):  # values: five settings, two kinds, ten networks
    values = values.unflatten(1, (5, 2, TEN))
    return values[:, :, KINDS.index(kind)].flatten(1, 2)


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
    values = torch.stack([measure(kind, each, None) for each in copies])
    return torch.arange(1.0, 5)[:, None].expand_as(values), values


# %% [markdown]
# First, how much is unexplained.


# %%
def unexplained(kind, copied, _):
    return metrics.fvu(again[kind][:, : copied.shape[1]], copied)


panels = {kind: against_l0(kind, unexplained) for kind in KINDS}
for kind, series in panels.items():
    series["PCA"] = of_components(kind, unexplained)
    points = metrics.l0(latents), metrics.fvu(test, copy)
    series["published"] = [v[block[kind]][:TEN].unsqueeze(0) for v in points]


# %% mystnb={"image": {"alt": "Share of variance unexplained on a logarithmic axis against active latents, for phase and for rate. All curves fall to the right. Gated and TopK lie close together and lowest, well below PCA with as many components. L1 lies above PCA for phase, and between PCA and the others for rate. The published setting is one grey triangle at its own number of active latents, about five for phase and four for rate: there it lies below the curves."}}
from helpers import splice_plots

text = "active latents, or components", "share of variance unexplained"
splice_plots.fronts(panels, *text, log=True);

# %% [markdown]
# How many times as much does PCA leave as TopK does, with as many numbers for each block? Divide network by network.

# %%
table = {}
for kind in KINDS:
    ratio = panels[kind]["PCA"][1] / panels[kind]["TopK"][1][:4]
    table[kind] = [spelled(row, 1) for row in ratio]
pd.DataFrame(table, index=[f"k = {k}" for k in range(1, 5)])

# %% [markdown]
# **Takeaway.** Gated and TopK *are* sparse, if you want them to be. TopK leaves a fraction of what PCA leaves with as many numbers. That is a real gain. It comes from choice: each block picks its own two of twelve, while PCA gives the same two to all. L1 gains less, and for the phase it does not even reach PCA: its price also shrinks the latents that are on ({doc}`08b_variants`).
#
# The published setting is drawn at its own number of active latents, and there it leaves *less* than the better ones. That need not mean that it compresses better: it has had far more steps, and its lengths are free. Which of the two counts, this figure cannot say.
#
# So try `steps=6000` for TopK. (From 5,000 on a run is compiled.) Where does its last point go?
#
# And try `nets.BatchTopK` in its place. (It wants a threshold before you test it: {doc}`08b_variants`.)
#
# Does width help? Take TopK with two latents on, and dictionaries from as wide as the layer to 32 times as wide.

# %%
RATIOS = (1, 2, 8, 32)
size = {"copies": 1, "steps": 500}
wide = [improved(nets.TopK(2), latents=6 * n, **size) for n in RATIOS]
with torch.no_grad():
    seen = [sae(test[:, few]) for sae in wide]
left = [metrics.fvu(test[:, few], copied) for copied, _ in seen]
gone = [metrics.dead(units).float().mean(1) for _, units in seen]

# %% mystnb={"image": {"alt": "Two panels against latents per neuron, from 1 to 32. Left: unexplained share with two latents on, a few hundredths at every width, with wide overlapping bands falling a little from 1 to 2 and hardly afterwards. Right: the share of dead latents rises from none to more than half, higher for rate than for phase."}}
_, pair = plt.subplots(1, 2, figsize=(7.4, 3.4))
shown = {"unexplained (FVU), k = 2": left, "share of dead latents": gone}
for ax, (name, values) in zip(pair, shown.items()):
    values = torch.stack(values)
    curves = {"phase": values[:, :TEN], "rate": values[:, TEN:]}
    plots.curves(RATIOS, curves, "latents per neuron", name, ax=ax)
    ax.set_ylim(0, None)
    ax.set_xscale("log", base=2)
    ax.set_xticks(RATIOS, RATIOS)

# %% [markdown]
# **Takeaway.** In 500 steps width buys next to nothing on six neurons. Beyond twice the layer the copy hardly improves, if at all, and much of what is added dies. Six neurons have not got two hundred things to say.
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
before = torch.tensor(recorded(parts.sae).to_numpy())
truth = torch.tensor(recorded(parts.test).to_numpy())
print(*CAUSES, sep=", ")
print(parts.test.truth.storm.nunique(), "storms in the test")

# %% [markdown]
# For each cause find the unit with the largest absolute correlation on the test rows. Four kinds of unit compete, and two more rows say what can be had, and what comes by chance.
#
# - The six *neurons*, and the twelve *latents* of the published setting.
# - *PCA*: each component cut into its positive and its negative side, which makes twelve units.
# - A {term}`random dictionary <random dictionary>`: for each latent a random direction, with a threshold that has it on exactly as often. Nothing is learnt. Ten for each network, averaged.
# - A {term}`probe`: a linear regression on the six neurons for each cause, fitted on part two. It is told the answers, so it is no rival. It says how much of a cause a line finds in the layer that still holds in other weather.
# - *Chance*: the latents against causes from other hours, the whole record shifted in a circle, nine shifts averaged. Blocks of one storm are alike, and 1,200 test rows come from only 41 storms, so something always seems to go together.


# %%
def random_twin(hidden, rate, seed):  # rate (networks, units): shares of rows
    shape = len(rate), hidden.shape[-1], rate.shape[1]
    directions = nets.initial(seed, *shape)
    drive = nets.apply(hidden, directions)
    place = ((1 - rate) * (len(hidden) - 1)).long().unsqueeze(0)
    return torch.relu(drive - drive.sort(0).values.gather(0, place))


def best(units, causes=truth):  # (networks, causes)
    return metrics.correlations(units, causes).abs().amax(1)


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
shifts = range(len(truth) // 10, len(truth), len(truth) // 10)
by_chance = [best(latents, truth.roll(n, 0)) for n in shifts]
match["chance"] = torch.stack(by_chance).mean(0)

# %% mystnb={"image": {"alt": "Largest absolute correlation of eleven causes with neurons, latents, PCA, random units, a probe and by chance, medians over twenty phase networks. The first four rows look alike: about 0.9 for water, melting, wet bulb, snow probability and air, about one half for intensity and depth, lower for the others. Only the probe reads intensity and concentration clearly better, and for front and riming it is no higher than chance. Chance lies between 0.1 and 0.3 everywhere."}}
def shown(kind):
    middle = [v[block[kind]].quantile(0.5, dim=0) for v in match.values()]
    look = {"limit": 1, "digits": 2, "sequential": True}
    look["label"] = f"largest |r|, {kind}"
    return plots.heatmap(torch.stack(middle), [*match], CAUSES, **look)


shown("phase");

# %% [markdown]
# **Takeaway.** Read down the columns. The first four rows are nearly the same figure four times. The amount of *water* and what goes with it are carried by a neuron already. With *front* and *riming* it is different: what the probe finds there is no more than chance gives to latents. So there is nothing that a line finds and that still holds in other weather. That does not prove that the layer knows nothing of them. But where a unit seems to match them, a neuron or a random direction does so as well.
#
# The two interesting columns are *intensity* and *concentration*. The probe finds more of them than any neuron has, so they are there, mixed into several neurons. This is exactly what an autoencoder is meant to pull apart. It gets next to nothing of it, and PCA a little more.
#
# (A probe below the others is no error. They may pick the best of several units on the rows that they are judged on. The probe had to be ready before.)

# %% mystnb={"image": {"alt": "The same table for the rate networks. Intensity stands out with about 0.7 to 0.8, and 0.9 for the probe. Water and the other causes of the air are near one half. Random units are clearly lower there than neurons, latents and PCA; latents are about as good as neurons or a little better. The probe is highest for most causes, and below the others where all are near chance."}}
shown("rate");

# %% [markdown]
# In the rate networks there is more to be gained: the probe is ahead of the neurons in most columns. The random units fall behind the latents here. But they fall behind the neurons and PCA just as well. So this needs nothing that the autoencoder has found: by and large the latents keep what the neurons had, with a little more of the air and a little less of the intensity.
#
# ## The rules
#
# King et al. read physical meaning from correlations like these. They did not put it as a test, so the rules are ours, written before any of this was measured. For each cause the unit with the largest $|r|$; the mean over causes; the lead of the latents, network by network. *In pattern* needs an average lead of 0.02, interval included. The classifier is the one that learnt what fell.

# %%
mean = {name: values.mean(1) for name, values in match.items()}
rivals = "neurons", "random", "PCA"
lead = {name: mean["latents"] - mean[name] for name in rivals}

# %% mystnb={"image": {"alt": "Lead of the latents in the mean largest correlation, one dot per network. Phase: over neurons and over random units the dots scatter around zero, over PCA most lie below. Rate: around zero over neurons and PCA, most of them clearly above zero over random units."}}
groups = {
    f"{name}\n{k}": values[block[k]]
    for k in KINDS
    for name, values in lead.items()
}
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
def together(units):  # how often two causes share their best unit
    r = metrics.correlations(units[:, block["phase"]], truth).abs()
    chosen = r.argmax(1)  # (networks, causes)
    return (chosen[:, :, None] == chosen[:, None, :]).float().mean(0)


shared = together(latents)

# %% mystnb={"image": {"alt": "For each two causes, the share of phase networks in which one latent is the best match of both. Water, melting and snow probability share a latent in nearly all networks, and so do depth, wet bulb and air; across these two groups a latent is shared in most. Intensity and concentration mostly have a latent to themselves."}}
label = "share of networks with one latent for both"
splice_plots.shares(shared, CAUSES, label);

# %% [markdown]
# Do neurons do better? Take the mean over all pairs of causes.

# %%
def shared_pairs(units):
    return together(units).triu(1).sum().item() / 55  # pairs of eleven causes


kinds = {"latents": latents, "neurons": test, "PCA": halves}
for name, units in kinds.items():
    print(f"{name}: {shared_pairs(units):.0%} of the pairs share a unit")
each = [shared_pairs(units) for units in twins]
print(f"random: {sum(each) / len(each):.0%}, ten twins averaged")

# %% [markdown]
# **Takeaway.** Six causes have one or two latents between them in most networks: *water*, *melting* and *snow probability*, and *depth*, *wet bulb* and *air*. They nearly say the same, so some of it would happen to units of any kind. But latents share more than neurons, although they are twelve to choose from and neurons six, and far more than random units. Why, we have not found out.
#
# The mean of best matches overlooks this, for it counts one good latent many times. So match {term}`one to one <one-to-one matching>`, each cause with a unit of its own. Only kinds with twelve units can compete.

# %%
from helpers import matching


def one_to_one(units):
    similar = matching.correlations(truth, units).abs()
    return matching.assign(similar).similarity.mean(1)


alone = {"latents": one_to_one(latents), "PCA": one_to_one(halves)}
alone["random"] = torch.stack([one_to_one(t) for t in twins]).mean(0)

# %% mystnb={"image": {"alt": "Mean correlation when each cause gets a unit of its own. Phase: latents are lowest, a little above 0.4; PCA and random units are near one half, PCA slightly higher. Rate: PCA is highest, above 0.3; latents and random units lie near one quarter, close together."}}
groups = {
    f"{name}\n{k}": values[block[k]]
    for k in KINDS
    for name, values in alone.items()
}
label = "mean |r|, one unit for one cause"
plots.strip(groups, label).set_ylim(0, None);

# %%
for kind in KINDS:
    for name in ("latents", "PCA"):
        ahead = (alone[name] - alone["random"])[block[kind]]
        low, high = metrics.bootstrap_interval(ahead)
        print(f"{kind}, {name} over random: {low:+.3f} to {high:+.3f}")

# %% [markdown]
# **Takeaway.** One to one, the latents of the classifier fall behind the random ones. Dead latents match nothing, but the random twins have as many dead, so that is not the reason. That latents crowd on the same causes fits the picture; it is not a test. In the regressor they are about level. PCA is ahead in both, slightly in the classifier. Its components point in different directions by construction, which may be why.
#
# And does a unit need one cause or several? Predict each living unit from its best cause alone, and from all eleven. Eleven always fit better than one on the rows that they are fitted to. So choose and fit on part two, and judge on part three: the squared correlation of what is predicted with what the unit does.

# %%
spread = before.std(0)
causes = [with_ones((x - before.mean(0)) / spread) for x in (before, truth)]


def explained(units):  # of part two, then of part three
    early, late = units.double().split([len(fit), len(test)])
    alive = torch.stack([(u > 0).double().mean(0) for u in (early, late)])
    living = (alive > 0.01).all(0)  # on in one row of a hundred, in both
    r = metrics.correlations(early, before).abs()
    r_later = metrics.correlations(late, truth)
    one = r_later.gather(-1, r.argmax(-1, keepdim=True))[..., 0][living]
    weights = torch.linalg.lstsq(causes[0], early[:, living]).solution
    pair = [x - x.mean(0) for x in (causes[1] @ weights, late[:, living])]
    every = torch.cosine_similarity(*pair, dim=0)
    return {"one cause": spelled(one**2), "all causes": spelled(every**2)}


# %%
at = block["phase"]
both = torch.cat([fit, test])[:, at]
coded = torch.cat([early, latents])[:, at]
turned = torch.einsum("bnh,nkh->bnk", both - centre[at], axes[at])
named = {"neurons": both, "latents": coded}
named["random"] = random_twin(both, (coded > 0).float().mean(0), 0)
named["PCA"] = torch.relu(torch.cat([turned, -turned], -1))
pd.DataFrame({name: explained(units) for name, units in named.items()})

# %% [markdown]
# **Takeaway.** In other weather one cause explains most of the typical neuron, and little of the typical latent. All eleven add something, and most of the typical latent stays unexplained by any straight line through the causes. It is neither one cause nor a plain mixture of them. Units that are seldom on correlate less with anything, and PCA's halves are no better. But the random twins are on as often as the latents, and theirs is more. The ranges are wide, so some latents do follow a cause.
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
    some = [random_twin(again[kind], often, 1000 * i) for i in range(1, 6)]
    ahead = sum(over_neurons(kind, None, twin) for twin in some) / 5
    series["random"] = metrics.l0(some[0]).view(5, TEN), ahead.view(5, TEN)

# %% mystnb={"image": {"alt": "Lead in the mean largest correlation over the neurons of the same network, against active latents, for phase and rate. All curves start far below zero where one latent is on and rise towards zero at four to six. At one latent TopK and the random twins lie close together, for rate they coincide; from two on TopK lies above them. None rises clearly above zero."}}
zero = {kind: {"neurons": torch.zeros(1)} for kind in KINDS}
text = "active latents", "lead over the neurons in mean |r|"
splice_plots.fronts(panels, *text, levels=zero);

# %% [markdown]
# Each TopK autoencoder has random twins of its own. So look at the differences within pairs: 95% intervals of the mean lead, in $|r|$.

# %%
def interval(values):
    return "{:+.2f} to {:+.2f}".format(*metrics.bootstrap_interval(values))


paired = {k: s["TopK"][1] - s["random"][1] for k, s in panels.items()}
table = {kind: [interval(row) for row in paired[kind]] for kind in KINDS}
pd.DataFrame(table, index=[f"k = {k}" for k in range(1, 6)])

# %% [markdown]
# **Takeaway.** At the same sparsity learning helps TopK, though not with a single latent on: there its lead over the random twins may be nothing. From two on it is ahead on the average, in most rows by more than the doubt. But the price of sparsity is larger than the gain. No kind and no setting is clearly above the neurons. Where a median pokes out, dots lie on both sides of the line, and with fifteen settings some must.
#
# ## Does the network still work?
#
# Now the other wish. Replace the hidden layer by its copy, let the network go on from there, and score it again: {term}`splicing`. Two scores for the classifier, the {term}`CSI` of snow and of mixed; two for the regressor, $R^2$ and the mean absolute error (MAE) in mm/h.

# %%
from helpers import verification


def judged(kind, hidden, which=slice(None)):
    parts, net = networks[kind]
    fell = parts.test.y
    with torch.no_grad():
        last = net.weights[-1][which], net.biases[-1][which]
        answer = nets.apply(hidden, *last)
        scores = {"loss": zoo.snow_loss(lambda _: answer, (hidden, fell))}
    if kind == "rate":
        pair = fell, answer[..., 0]
        scores["R²"] = verification.r2(*pair)
        return scores | {"MAE": verification.mae(*pair)}
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
versions["two components"] = components(2)
versions["one component"] = components(1)
versions["means"] = test.mean(0).expand_as(test)
versions["zeros"] = torch.zeros_like(test)


def scores_of(kind):
    at = block[kind]
    return {name: judged(kind, h[:, at]) for name, h in versions.items()}


# %%
scored = {kind: scores_of(kind) for kind in KINDS}
losses = {
    kind: {name: row["loss"] for name, row in scored[kind].items()}
    for kind in KINDS
}


def summary(kind):
    table = {}
    for name, row in scored[kind].items():
        share = {"recovered": recovered(losses[kind], row["loss"])}
        row = share | row
        table[name] = {score: spelled(v) for score, v in row.items()}
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
    answer = networks["phase"][1].output(means)[0]
chance = answer.softmax(-1)  # rain, snow, mixed
print("rain from all:", bool((chance.argmax(-1) == 0).all()))
print("snow below 5% from all:", bool((chance[:, 1] < 0.05).all()))

# %% [markdown]
# Rain, whatever falls, and it gives snow next to no chance. Compare it with *knowing nothing*: always say how often each class came in part one.

# %%
phase = networks["phase"][0]
often = phase.train.y.bincount().double() / len(phase.train)
nothing = -often.log()[phase.test.y].mean().item()
fixed = spelled(losses["phase"]["means"])
print(f"loss knowing nothing {nothing:.2f}, at the means {fixed}")

# %% [markdown]
# Nearly every network loses *more* at its means than by knowing nothing. (The latter is dear enough: part one is mostly snow, part three mostly rain.) When it snows, being sure of rain costs more than any sensible doubt would. On such a scale 'nearly all recovered' is no praise. Show what the network is *for*, class by class.
#
# For the rate it is the other way round. In loss the whole distance from some skill to none is short, though in $R^2$ all of the skill lies on it. On so short a scale small changes look dramatic.
#
# Now along the fronts.

# %%
SHARES = {"phase": "CSI mixed", "rate": "R²"}


def worth(kind, copied, _, score=None):
    which = torch.arange(TEN).repeat(copied.shape[1] // TEN)
    return judged(kind, copied, which)[score or SHARES[kind]]


panels = {kind: against_l0(kind, worth) for kind in KINDS}
for kind, series in panels.items():
    series["PCA"] = of_components(kind, worth)
whole = {kind: test[:, block[kind]][:, :TEN] for kind in KINDS}
levels = {
    kind: {"untouched": worth(kind, whole[kind], None)} for kind in KINDS
}

# %% mystnb={"image": {"alt": "Two panels against active latents or components, with the untouched layer as a dashed line. Left, CSI of mixed for phase: all curves lie below the line and fall as fewer latents are on; L1 lies lowest, and PCA lies below Gated and TopK where little is on. Right, R squared of the rate: the autoencoders stay near the line down to one or two latents, L1 partly above it, and PCA falls to zero."}}
text = "active latents, or components", [*SHARES.values()]
splice_plots.fronts(panels, *text, levels=levels);

# %% [markdown]
# And snow, which is not rare? The share of the untouched layer's CSI that TopK keeps, for either class:

# %%
table = {}
for score in ("CSI snow", "CSI mixed"):
    kept = worth("phase", *results["phase"]["TopK"], score).view(5, TEN)
    kept = kept / worth("phase", whole["phase"], None, score)
    table[score] = [spelled(row) for row in kept]
pd.DataFrame(table, index=[f"k = {k}" for k in range(1, 6)])

# %% [markdown]
# **Takeaway.** Here Gated and TopK earn their keep. For the rate two active latents do nearly all the work of the network, where two components lose much of it. For the phase the rare class is the first to go: with one latent on, the copy keeps nearly all of the CSI of snow and loses much of that of *mixed*. L1 is no help there: in the median it does worse than PCA. Networks scatter widely, so take the curves as a pattern.
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
# `lead["neurons"][block["clusters"]].quantile(0.5)` is the first.
# :::
#
# ```{solution-start} ex-circular-causes
# :label: sol-circular-causes
# :class: dropdown
# ```

# %%
pair = [lead[name][block["clusters"]] for name in ("neurons", "random")]
mine = [values.quantile(0.5) for values in pair]
splicing_answers.labels(mine, asked, done)
for name, values in zip(("neurons", "random"), pair):
    low, high = metrics.bootstrap_interval(values)
    print(f"over {name}: mean lead {low:.3f} to {high:.3f} (95% interval)")

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
spliced = losses["phase"]["one component"]
given = {**losses["phase"], "spliced": spliced}
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
mine = recovered(losses["phase"], spliced, "zeros").quantile(0.5)
splicing_answers.yardstick(mine, given)
csi = scored["phase"]["one component"]["CSI mixed"].quantile(0.5)
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
# Latents had twelve tickets. Give a random dictionary sixteen times as many: 192 directions per network, sixteen for each latent and on exactly as often as it is. What is the mean over causes of the largest $|r|$ for the phase networks? Put the median over networks into `mine`. Guess first: more or less than the trained latents?

# %%
mine = None
few_tickets = mean["random"][block["phase"]].quantile(0.5)
trained = mean["latents"][block["phase"]].quantile(0.5)
splicing_answers.crowd(mine, few_tickets, trained)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `rate[block["phase"]].repeat(1, 16)` says how often each of the units should be on; `random_twin` makes them.
# :::
#
# ```{solution-start} ex-tickets
# :label: sol-tickets
# :class: dropdown
# ```

# %%
as_often = rate[block["phase"]].repeat(1, 16)
many = random_twin(test[:, block["phase"]], as_often, 0)
mine = best(many).mean(1).quantile(0.5)
splicing_answers.crowd(mine, few_tickets, trained)
print(f"random: 192 {mine:.2f}, 12 {few_tickets:.2f}; latents {trained:.2f}")

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
# - *Compression*, with Gated and TopK. A few latents chosen for each block leave a fraction of what as many principal components leave, and two keep far more of the regressor's skill than two components. With L1 the classifier gets none of it.
# - *Faithful copies*, as long as enough is on. The rare class suffers first.
#
# And what not?
#
# - *Sparsity*, with the published setting. Free lengths dodge the penalty, and more units are on than before.
# - *Causes.* In the classifier latents match the recorded causes no better than neurons or random directions. In the regressor better than random directions, not better than neurons.
# - *More for more width*, in short runs. Six neurons have little to say, and a wide dictionary mostly dies.
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
