# %% [markdown]
# # 09b · The rain networks, and deeper ones
#
# You will take autoencoders to a real table, where nobody wrote down the causes, hold them against controls, and then take a network with three hidden layers apart, layer by layer.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 30 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06_training` and {doc}`08_building_autoencoders`. **Helpful:** {doc}`08b_variants`, where TopK comes from, and {doc}`09_autoencoder`.
# - **You will be able to** *judge* an autoencoder where the truth is unknown, *design* controls for it, *splice* one layer of a deep network or all of them, and *keep* an autoencoder in a file.
# :::
#
# ## Warm up
#
# :::{dropdown} The copy explains 95% of the variance. Does the network still see the rain?
# You cannot know yet. Rain is rare. The missing 5% may be just what the network needed for it.
# :::
#
# :::{dropdown} Two autoencoders with other random starts find the same latents. Are the latents real?
# They are a property of the *activations*, at least. Whether the network learnt them, or would have them anyway, needs a network that has learnt nothing.
# :::
#
# :::{dropdown} Each of three layers loses a little when its copy is spliced in. What do you lose when all three are?
# The sum is a fair guess. But the second autoencoder now reads what the first made up. You will measure it.
# :::
#
# ## The setting that chapter 10 uses
#
# Here are the rain networks of {doc}`06_training` again: fifty random starts, six neurons each, and the question whether an hour is wet. The table is real. So there is no list of causes to score a latent against, as in {doc}`09_autoencoder`.
#
# Each network has an autoencoder with twice as many latents as neurons, free dictionary lengths, and the published weight {term}`L1` = 0.01, trained for the published 75 epochs {cite:p}`king2025`. Two things are ours: batches of 64 rows instead of 8, and four times the learning rate, to save time. So these are not the published copies but chapter 10's: both models are kept, and {doc}`10_reading_features` will read these very latents.

# %%
import torch

from helpers import metrics, plots, zoo

torch.set_num_threads(1)  # for models this small, threads wait for each other
plots.house()
parts, network, sae = zoo.precipitation_autoencoder()
with torch.no_grad():
    hidden = network.hidden(parts.sae.x)  # rows the networks have never seen
    test_hidden = network.hidden(parts.test.x)
    copy, latents = sae(test_hidden)

# %% [markdown]
# The whole model is three lines, and its loss is one. Write them out for network 0, and hold them against the helpers.

# %% tags=["nbval-check-output"]
from helpers import autoencoding

weights = sae.W_enc, sae.b_enc, sae.W_dec, sae.b_dec
W_enc, b_enc, W_dec, b_dec = (weight[0] for weight in weights)
x = test_hidden[:, 0]
f = torch.relu(x @ W_enc + b_enc)
same = f @ W_dec + b_dec
loss = (same - x).square().mean() + 0.01 * f.sum(-1).mean()
by_helper = autoencoding.loss(0.01)(sae, (test_hidden,))[0]
pairs = (f, latents[:, 0]), (same, copy[:, 0]), (loss, by_helper)
print([torch.allclose(*pair, atol=1e-4) for pair in pairs])

# %% [markdown]
# What did the price buy? Medians over the fifty networks, with nine tenths of them in brackets.

# %%
import pandas as pd


def spread(values, digits=1):
    values = plots.numbers(values)
    low, middle, high = plots.quantiles(values, (0.05, 0.5, 0.95))
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


# %%
counts = {
    "neurons on per row (L0)": metrics.l0(test_hidden),
    "latents on per row (L0)": metrics.l0(latents),
    "latents dead on these rows": metrics.dead(latents).sum(-1),
    "variance explained (%)": 100 * (1 - metrics.fvu(test_hidden, copy)),
}
rows = {name: [spread(values)] for name, values in counts.items()}
pd.DataFrame(rows, index=["50 networks"]).T

# %% [markdown]
# **Takeaway.** At this price about as many latents are on as neurons were, of twice as many. Little has been bought, and some latents are {term}`dead <dead latent>`.
#
# A row of the {term}`dictionary` says what a latent adds to the neurons. But with free lengths a long row may belong to a latent that hardly moves. So stretch each row by the standard deviation of its latent. Here is network 0.

# %% mystnb={"image": {"alt": "Dictionary of one autoencoder, each row stretched by the spread of its latent: twelve latents by six neurons. About half of the rows hold clear values of either sign, mostly in two or three neurons. The others are nearly empty, among them the row of a dead latent."}}
with torch.no_grad():
    reach = sae.dictionary * latents.std(0)[..., None]
living = ~metrics.dead(latents)
marks = [" (dead)" * (not on) for on in living[0]]
rows = [f"latent {i}{mark}" for i, mark in enumerate(marks)]
columns = [f"neuron {i}" for i in range(hidden.shape[-1])]
label = "change of the neuron"
plots.heatmap(reach[0], rows, columns, digits=2, label=label);

# %% [markdown]
# Some rows are nearly as empty as that of a dead latent. And a row with several entries may still belong to a copy: look at what the latent *answers* to, which is the encoder's work. Say that a latent repeats a neuron if the two correlate beyond 0.95, and that it is faint if it moves the layer less than a twentieth of what the strongest does. One network is an anecdote, so count in all fifty.

# %%
def standard(x):
    return (x - x.mean(0)) / x.std(0).clamp_min(1e-9)


pair = standard(latents), standard(test_hidden)
r = torch.einsum("rnl,rnh->nlh", *pair).abs() / len(latents)
length = reach.norm(dim=-1)
kinds = {
    "living": living,
    "repeat a neuron": living & (r.amax(-1) > 0.95),
    "faint": living & (length < length.amax(-1, keepdim=True) / 20),
}
counts = {name: [spread(on.sum(-1), 0)] for name, on in kinds.items()}
pd.DataFrame(counts, index=["latents of 12"]).T

# %% [markdown]
# **Takeaway.** Of the living latents some repeat a neuron, and a few hardly do anything. The others answer to new directions. Only such latents *can* have pulled a mixture apart, which does not say that they have.
#
# **Try it.** Both limits are arbitrary. Put 0.9 in the place of 0.95. How many more pass for a copy?
#
# ## What sparsity costs the forecast
#
# Turn up the price, in the first ten networks, once with unit lengths of the dictionary vectors and once with free ones. That is a hundred and twenty autoencoders in two trainings, for 30 epochs of batches of 128. In each stack all networks share the order of the rows.

# %%
from helpers import nets, train
from helpers.sampling import minibatches

FEW = 10
L1 = torch.tensor([0.0, 0.01, 0.03, 0.1, 0.2, 0.3])
prices = L1.repeat_interleave(FEW)


# %%
def trained(model, x, l1, epochs=30):
    batches = minibatches(x, size=128)
    run = {"steps": epochs * batches.per_epoch, "lr": 8e-3, "device": "cpu"}
    train.fit(model, batches, autoencoding.loss(l1), **run)
    return model


# %%
def sweep(x, unit_norm):
    size = hidden.shape[-1], 12, len(prices)
    model = nets.SparseAutoencoder(*size, unit_norm=unit_norm)
    return trained(model, x, prices)


# %%
both = hidden, test_hidden
many, many_test = (h[:, :FEW].repeat(1, len(L1), 1) for h in both)
unit, free = "unit lengths", "free lengths"
sweeps = {unit: sweep(many, True), free: sweep(many, False)}

# %% [markdown]
# And the forecast? {term}`Splicing <splicing>` puts the copy in the place of the layer. The network goes on from there, and its warnings are scored by {term}`CSI`. The thresholds are those that were best on part one, and they stay.

# %%
wet = parts.test.y.bool()
with torch.no_grad():
    chance = network(parts.train.x)[..., 0].sigmoid()
thresholds = metrics.best_threshold(parts.train.y, chance)
every = torch.arange(len(thresholds))


# %%
def csi(h, which=every):
    with torch.no_grad():
        last = network.weights[1][which], network.biases[1][which]
        logit = nets.apply(h, *last)
    warned = logit[..., 0].sigmoid() > thresholds[which]
    return metrics.event_scores(wet, warned).csi.nan_to_num(0)


# %%
which = every[:FEW].repeat(len(L1))
tradeoffs = {}
for name, model in sweeps.items():
    with torch.no_grad():
        again, on = model(many_test)
    varied = 1 - metrics.fvu(many_test, again)
    results = metrics.l0(on), varied, csi(again, which)
    tradeoffs[name] = [values.view(-1, FEW) for values in results]

# %% [markdown]
# Ten values have two in the middle, and `torch.median` takes the lower one. The figures take the point halfway. So use a median that does the same.

# %%
def median(values, dim=-1):
    return values.quantile(0.5, dim)


# %% mystnb={"image": {"alt": "Two panels against the number of latents on per row, for six values of L1. Left, with unit and with free lengths: the variance explained falls with the number of latents, slowly from nine to five and steeply below four; free lengths lie higher, and at the larger L1 further to the right. Right, unit lengths: on the whole the CSI falls too, with a kink on the way, and dots of one L1 spread from zero to the dashed line of the untouched layer."}}
from helpers import layer_plots

names = [f"{price:g}" for price in L1]
labels = "share of variance explained", "CSI, copy spliced in"
untouched = median(csi(test_hidden)[:FEW])
layer_plots.fronts(tradeoffs, names, labels, untouched);

# %% [markdown]
# **Takeaway.** There is no free sparsity. Each step to the left costs variance, and on the whole it costs the forecast too, if not at every step. The dashed line is the untouched layer.
#
# At the larger prices the same L1 buys less sparsity with free lengths: that is the loophole of {doc}`08_building_autoencoders`, on a real network. But read both curves at the same L0. There free lengths explain as much, or more. The loophole spoils the meaning of L1, not the copy. That is why a front is worth more than a weight.
#
# Look at how far the dots of one price lie apart on the right. At one price one network may keep nearly all of the forecast, and another none of it. So ten networks do not settle where exactly the medians lie.
#
# :::{dropdown} I am confused by these plots
# Follow one curve from right to left: L1 rises from point to point. Its value is written beside each point of the first curve, and at both ends of the second. A dot is one of the ten networks. The joined points are medians.
# :::
#
# How many latents does the price kill? Count those that are zero on all rows that they were trained on.

# %% mystnb={"image": {"alt": "Number of latents out of twelve that are dead on the training rows against L1, one dot per network, unit lengths: one or two at no price, about half at the largest."}}
with torch.no_grad():
    dead = metrics.dead(sweeps[unit](many)[1]).sum(-1).view(-1, FEW)
groups = dict(zip(names, dead))
ax = plots.strip(groups, "dead latents of 12", tint="autoencoder")
ax.set(xlabel="L1", ylim=(-0.5, 12));

# %% [markdown]
# **Takeaway.** Some die even at no price, and more at a higher one. At a steep price about half of the dictionary is gone, and about as many latents are left as there are neurons.
#
# ## Without causes, what can you check?
#
# In {doc}`09_autoencoder` a latent could be right or wrong, because the simulator had recorded the causes. Here you have four weaker questions:
#
# 1. Does the copy hold in weather that the autoencoder has not seen?
# 2. Does the network still work with it?
# 3. Does another random start find the same latents?
# 4. Would you get the same answers where there is nothing to find?
#
# ### Other weather
#
# The autoencoders learnt from part two of the year, and part three tests. It holds another season.

# %% mystnb={"image": {"alt": "Share of variance explained by fifty autoencoders: almost exactly one on part two, and from 0.8 to one on part three, with a median below 0.99."}}
with torch.no_grad():
    seen = 1 - metrics.fvu(hidden, sae(hidden)[0])
    new = 1 - metrics.fvu(test_hidden, copy)
groups = {"part two (trained on)": seen, "part three (new)": new}
ax = plots.strip(groups, "share of variance explained", tint="autoencoder")
ax.set_ylim(None, 1.01);

# %% [markdown]
# **Takeaway.** On its own rows every copy is nearly perfect. In another season nearly all lose something and some lose a lot. If only the first column is reported, ask for the second.
#
# ### The forecast
#
# Splice chapter 10's copies in. Two yardsticks: the untouched layer is the best that you can hope for. With every neuron at its mean the network says the same in each hour.

# %% mystnb={"image": {"alt": "CSI on the test hours of fifty networks: untouched around 0.41, with the copy spliced in a little lower with a longer tail and two networks near 0.1, and zero with every neuron at its mean."}}
means = test_hidden.mean(0).expand_as(test_hidden)
versions = {"untouched": test_hidden, "spliced": copy, "means": means}
scores = {name: csi(h) for name, h in versions.items()}
plots.strip(scores, "CSI");

# %% [markdown]
# Does the variance tell you which networks suffer?

# %% mystnb={"image": {"alt": "Change of CSI by splicing against the variance explained, one dot for each of fifty networks: good copies lose little, bad copies lose more, loosely; of the two largest losses one belongs to a middling copy."}}
import matplotlib.pyplot as plt

change = scores["spliced"] - scores["untouched"]
_, ax = plt.subplots()
ax.scatter(new, change, color=plots.PALETTE["autoencoder"], alpha=0.55)
ax.set(xlabel="share of variance explained", ylabel="change of CSI");

# %% [markdown]
# **Takeaway.** At this low price most networks still see most of the rain. Worse copies lose more of it, as you would hope. But the two go together loosely. A middling copy can cost more than a bad one. So measure both.
#
# ### Nothing to find
#
# A {term}`control` is a case in which the answer should be no. Take twenty networks and three kinds of activations, of which two are controls:
#
# - *own*: those of the trained networks.
# - *untrained*: those of networks with the same shape and random weights, multiplied so that they vary as much in all. Nothing was learnt.
# - *shuffled*: those of the trained networks, with the rows of each neuron permuted on their own. Each neuron keeps its values. What the neurons did *together* is gone.
#
# For each, train two autoencoders from different starts. A price would buy each kind another sparsity, and the comparison would be unfair. So take TopK of {doc}`08b_variants` instead of L1: of the twelve at most three are on, always.

# %%
SOME, WIDTH = 20, hidden.shape[-1]
own = hidden[:, :SOME]
with torch.no_grad():
    shape = parts.train.x.shape[1], WIDTH, 1, SOME
    blank = nets.MLP(*shape, seed=500).hidden(parts.sae.x)


# %%
def size(x):
    return (x - x.mean(0)).square().sum(-1).mean(0).sqrt()[:, None]


seeded = torch.Generator().manual_seed(0)
order = torch.rand(own.shape, generator=seeded).argsort(0)
blank = blank * size(own) / size(blank)
shuffled = own.gather(0, order)
kinds = {"own": own, "untrained": blank, "shuffled": shuffled}

# %%
rows = torch.cat([x.repeat(1, 2, 1) for x in kinds.values()], dim=1)
size_of = WIDTH, 12, rows.shape[1]
control = nets.SparseAutoencoder(*size_of, activation=nets.TopK(3))
trained(control, rows, 0.0, epochs=20)
apart = len(kinds), 2, SOME  # kinds, starts, networks
with torch.no_grad():
    alive = ~metrics.dead(control(rows)[1]).unflatten(0, apart)
dictionaries = control.dictionary.detach().unflatten(0, apart)

# %% [markdown]
# Is a latent found again? Match the living latents of the two starts one to one, as in {doc}`08_building_autoencoders`, and take the mean cosine. For a baseline, put random vectors in the place of both dictionaries.

# %%
from helpers import matching


def agreement(pair, living):
    first, second = living
    cosine = matching.cosines(*pair) * first[:, :, None] * second[:, None, :]
    found = matching.assign(cosine.clamp_min(0)).similarity.sum(-1)
    return found / torch.minimum(first.sum(-1), second.sum(-1))


# %%
pairs = zip(kinds, dictionaries, alive)
again = {name: agreement(pair, living) for name, pair, living in pairs}
random = [nets.initial(seed, SOME, 12, WIDTH) for seed in (0, 999)]
again["random"] = agreement(random, alive[0])

# %% [markdown]
# The last question is the hardest. Give *all* these autoencoders the same work: copy the activations of the *trained* networks on part three. Then let the networks go on from there.

# %%
target = test_hidden[:, :SOME]
with torch.no_grad():
    copies = control(target.repeat(1, 2 * len(kinds), 1))[0]
copies = copies.unflatten(1, apart)
real = {name: copies[:, i, 0] for i, name in enumerate(kinds)}
varied = {name: 1 - metrics.fvu(target, x) for name, x in real.items()}
heard = real | {"untouched": target}
warned = {name: csi(x, every[:SOME]) for name, x in heard.items()}

# %% mystnb={"image": {"alt": "Three panels for twenty networks. Agreement of two starts: untrained and shuffled activations lie near 0.75, own a little lower near 0.7, random vectors near 0.5. Variance explained of the trained networks' activations: own and shuffled are high, untrained lower with a long tail. CSI: own and untrained lie close together below the untouched layer, shuffled is lower and scattered."}}
labels = "mean matched cosine", *labels
layer_plots.strips(dict(zip(labels, (again, varied, warned))));

# %% [markdown]
# Clouds may overlap while every pair differs the same way. So compare within networks.

# %%
measures = {"cosine": again, "variance": varied, "CSI": warned}
for name in ("untrained", "shuffled"):
    for label, scores in measures.items():
        gap = scores["own"] - scores[name]
        low, high = metrics.bootstrap_interval(gap)
        print(f"{label}, own less {name}: {gap.mean():+.2f}", end=", ")
        print(f"95% interval {low:+.2f} to {high:+.2f}")

# %% [markdown]
# **Takeaway.** Read the panels one by one.
#
# *Stability*: two starts agree far better than random vectors do. They agree no less on networks that learnt nothing, or on rows that were shuffled; here even a little more. So agreement says that the activations have a shape, not that the network has learnt features.
#
# *Variance*: autoencoders of untrained networks copy worse. Here a control does its work, and the autoencoder passes. But in most networks those of shuffled rows copy the new season about as well as the network's own, although they never saw two neurons act together.
#
# *Forecast*: look at the interval of own less untrained. Between a dictionary made for a network and one made for a network that knows nothing, there is no measurable difference. That is not to say that there is none: twenty networks leave room for a small one on either side. With three latents on for six neurons, many a dictionary seems good enough. The shuffled ones do worse on average, but how much depends on the networks taken: a few of them fail badly, the others do not.
#
# No single check would have told you all this. That networks which learnt nothing score well has been seen in language models, too {cite:p}`heap2025`.
#
# **Try it.** Give each autoencoder five active latents, nearly as many as there are neurons, or a single one: `nets.TopK(5)`, `nets.TopK(1)`. Which of the panels still tells *own* from *untrained*?
#
# ## Three layers
#
# Now a deeper network. Take the simulator for it, because its causes are recorded: they will tell you what each layer keeps. As in {doc}`06c_hidden_layer`, the table is the simulator's whatever `SNOWFALL_WEATHER` says, and the question is the phase of what fell. Ten networks, three layers of twelve neurons.

# %%
from helpers import weather

phases = weather.load("simulator", n=10_000)
snow = phases.split()
cut = int(0.8 * len(snow.train))
both = snow.train, snow.test
truth, judged = (torch.eye(3)[part.y][:, None] for part in both)


def cross_entropy(z, truth):  # (rows, networks, 3) and (rows, 1, 3)
    return -(truth * z.log_softmax(-1)).sum(-1).mean(0)


# %%
DEPTH, DEEP = 3, 10
deep = nets.MLP(5, DEPTH * (12,), 3, instances=DEEP)
batches = minibatches(snow.train.x[:cut], truth[:cut], size=128)


# %%
def phase_loss(net, batch):
    x, truth = batch
    return cross_entropy(net(x), truth)


run = {"steps": 32 * batches.per_epoch, "lr": 4e-3, "device": "cpu"}
train.fit(deep, batches, phase_loss, **run);

# %% [markdown]
# How far do the activations of a layer move?

# %%
with torch.no_grad():
    layers = [deep.hidden(snow.sae.x, layer) for layer in range(DEPTH)]
moves = [f"{median(size(h)[:, 0]):.1f}" for h in layers]
print("size of layers 1, 2 and 3:", ", ".join(moves))

# %% [markdown]
# They grow from layer to layer. So with an L1 penalty the layers could not be compared: the same price would mean something else in each. Give each layer autoencoders of its own, but take TopK of {doc}`08b_variants`, which fixes how many latents are on: one, two or four of 24.

# %%
K = (1, 2, 4)
ks = [k for k in K for _ in range(DEEP)]


def layer_autoencoder(layer):
    with torch.no_grad():
        x = deep.hidden(snow.sae.x, layer).repeat(1, len(K), 1)
    size, how = (12, 24, len(ks)), {"centred": True, "mirrored": True}
    sae = nets.SparseAutoencoder(*size, **how, activation=nets.TopK(ks))
    return trained(sae, x, 0.0), x


stacks = [layer_autoencoder(layer) for layer in range(DEPTH)]
saes = [sae for sae, _ in stacks]

# %% [markdown]
# Measure each stack, and sort the results by k.

# %%
def per_layer(measure):  # measure(layer, autoencoders, their training rows)
    with torch.no_grad():
        results = [measure(i, *stack) for i, stack in enumerate(stacks)]
    groups = torch.stack(results).double().split(DEEP, dim=1)
    return {f"k = {k}": values for k, values in zip(K, groups)}


# %%
def explained_later(layer, sae, x):
    later = deep.hidden(snow.test.x, layer).repeat(1, len(K), 1)
    return 1 - metrics.fvu(later, sae(later)[0])


def unused(layer, sae, x):
    return metrics.dead(sae(x)[1]).sum(-1)


# %% mystnb={"image": {"alt": "Two panels against the hidden layer, for one, two and four latents per row, with bands over ten networks. The share of variance explained rises from layer one to three for each, most for one latent. The number of dead latents of 24 rises, too."}}
panels = {
    "share of variance explained": per_layer(explained_later),
    "dead latents of 24": per_layer(unused),
}
layer_plots.curves([1, 2, 3], panels, "hidden layer");

# %% [markdown]
# **Takeaway.** The deeper the layer, the better a few latents copy it, and the fewer latents are ever used. Perhaps these networks throw away, layer by layer, what the question does not need. The recorded causes will tell, below.
#
# ## Splice one layer, or all
#
# Run the network yourself, and change what you like on the way. `changed` maps a layer to a function of its activations.

# %%
which_deep = torch.arange(DEEP).repeat(len(K))


def logits(x, changed):
    for layer in range(DEPTH + 1):
        weight, bias = deep.weights[layer], deep.biases[layer]
        x = nets.apply(x, weight[which_deep], bias[which_deep])
        if layer < DEPTH:
            x = changed.get(layer, lambda h: h)(torch.relu(x))
    return x


# %% tags=["nbval-check-output"]
with torch.no_grad():
    mine = logits(snow.test.x, {})[:, :DEEP]
    print(torch.allclose(mine, deep(snow.test.x), atol=1e-3))

# %% [markdown]
# Splice each layer alone, then all three, and write down by how much the cross-entropy rises. If errors simply add up, three at once cost the sum of the three alone.

# %%
def rise(*layers):
    copies = {layer: lambda h, sae=saes[layer]: sae(h)[0] for layer in layers}
    with torch.no_grad():
        clean, spliced = (logits(snow.test.x, each) for each in ({}, copies))
    gap = cross_entropy(spliced, judged) - cross_entropy(clean, judged)
    return gap.view(len(K), DEEP)


alone = torch.stack([rise(layer) for layer in range(DEPTH)])
together = rise(*range(DEPTH))

# %% mystnb={"image": {"alt": "Rise of cross-entropy for one, two and four latents per row, one dot per network: layers one, two and three spliced alone, all three at once, and the sum of the three. Layer three costs least. With one latent all at once cost clearly less than the sum; with two and four the clouds of all and sum cover each other."}}
panels = {}
for i, k in enumerate(K):
    both = {"all": together[i], "sum": alone[:, i].sum(0)}
    groups = dict(zip("123", alone[:, i])) | both
    panels[f"rise of cross-entropy, k = {k}"] = groups
layer_plots.strips(panels, tint="autoencoder", zero=True);

# %% [markdown]
# People often quote the {term}`loss recovered`: which share of the damage of an {term}`ablation <ablation>` the copy makes good. Here the ablation sets a layer to its mean. Set it beside the plain rise, as a share of the loss that the network has.

# %%
def blind(layer):
    fixed = {layer: lambda h: h.mean(0).expand_as(h)}
    with torch.no_grad():
        loss = cross_entropy(logits(snow.test.x, fixed), judged)
    return loss.view(len(K), DEEP)


# %%
with torch.no_grad():
    clean = cross_entropy(deep(snow.test.x), judged)
table = {}
for layer in range(DEPTH):
    for i, k in enumerate(K):
        cost = 100 * alone[layer, i] / clean
        recovered = 100 * (1 - alone[layer, i] / (blind(layer)[i] - clean))
        cells = spread(recovered), spread(cost, 0)
        table[f"layer {layer + 1}, k = {k}"] = cells
pd.DataFrame(table, index=["loss recovered (%)", "loss added (%)"]).T

# %%
rates = truth[:cut].mean(0, keepdim=True)  # only how often each phase comes
nothing = cross_entropy(rates.log(), judged).item()
ablated = [f"{median(blind(layer)[0]):.1f}" for layer in range(DEPTH)]
print(f"loss: untouched {median(clean):.2f}; knowing nothing {nothing:.2f};")
print("a layer at its mean:", ", ".join(ablated))
mixes = {"trained on": rates[0, 0], "part three": judged.mean((0, 1))}
pd.DataFrame(mixes, index=phases.classes).T.round(2)

# %% [markdown]
# *Knowing nothing* is to say in every hour how often each phase came in the rows that the networks were trained on. It costs more than to give each of the three a third, which would be $\ln 3$, about 1.1. The table says why: part three holds another season, with another mix.

# %% [markdown]
# **Takeaway.** Most of the damage of an ablation is made good, even by a single latent. It sounds splendid. Yet with one latent in the first layer the loss about doubles, and its recovered share is still above nine tenths in the median network.
#
# The reason is the yardstick. A network whose layer is stuck at its mean is confidently wrong: its loss is far above that of knowing nothing. Beside such damage any copy looks good. Ask for the loss that is added, next to the share that is recovered.
#
# And do errors add up? With two or four latents the sum is a fair guess, though single networks lie on both sides of it. With one latent the three copies at once cost *less* than the sum: what the first copy has lost, the later ones need not lose again.
#
# **Try it.** Splice the first and the last layer and leave the middle one alone: `rise(0, 2)`. Guess first, from the figure.
#
# ## Which layer holds which cause?
#
# The simulator recorded what caused each block. Take the eight causes of {doc}`06c_hidden_layer`. {doc}`09_autoencoder` asks for three more, but those follow from the air alone, and the air is what the network is told. Three readings of each layer, all fitted or chosen on part two and judged on part three, by {term}`Pearson's r`:
#
# - the *probe*: a linear regression from all twelve neurons. It says how much of a cause a line can get out of the layer.
# - the best *neuron*: the one that correlated most with the cause on part two.
# - the best *latent*, of the autoencoder with k = 4, chosen likewise. It has twice as many to choose from.

# %%
import numpy as np

CAUSES = ["front", "aloft", "intensity", "water", "melting", "riming"]
CAUSES += ["concentration", "depth"]
POWERS = ["intensity", "riming", "depth"]  # they spread over powers of ten


# %%
def recorded(part):
    causes = part.truth[CAUSES].copy()
    causes[POWERS] = np.log10(causes[POWERS])
    return torch.tensor(causes.to_numpy()).float()


before, after = recorded(snow.sae), recorded(snow.test)


# %%
def best(units, later):
    r = metrics.correlations(units, before)  # (networks, units, causes)
    place = r.abs().argmax(1, keepdim=True)
    return metrics.correlations(later, after).gather(1, place)[:, 0].abs()


# %%
def probe(units, later):
    pair = [h.transpose(0, 1).double() for h in (units, later)]
    ones = [torch.ones_like(h[..., :1]) for h in pair]
    fit, new = (torch.cat(both, -1) for both in zip(pair, ones))
    said = new @ torch.linalg.pinv(fit) @ before.double()
    r = [metrics.correlations(one[:, None], after)[0] for one in said]
    return torch.stack([each.diagonal() for each in r]).abs()


# %% mystnb={"image": {"alt": "Median correlation of eight recorded causes with the probe, the best neuron and the best latent of three layers. Water and melting are near 0.9 or above everywhere. The probe reads intensity and concentration well in layer one and less in each layer after; neurons and latents lie below it. Front, aloft and riming are low everywhere, depth is near 0.5."}}
rows, both = {}, (snow.sae, snow.test)
for layer in range(DEPTH):
    with torch.no_grad():
        neurons = [deep.hidden(part.x, layer) for part in both]
        repeated = [h.repeat(1, len(K), 1) for h in neurons]
        units = [saes[layer].encode(h)[:, -DEEP:] for h in repeated]
    rows[f"{layer + 1}: probe"] = median(probe(*neurons), 0)
    rows[f"{layer + 1}: neuron"] = median(best(*neurons), 0)
    rows[f"{layer + 1}: latent"] = median(best(*units), 0)
table = torch.stack([*rows.values()])
look = {"digits": 2, "limit": 1, "label": "|r|", "sequential": True}
plots.heatmap(table, [*rows], CAUSES, **look);

# %% [markdown]
# **Takeaway.** Follow the probe down the layers. The share of water, which the phase is made of, stays. Intensity and concentration fade: nobody asked for them. So deep layers do hold less, which fits that they are easier to copy.
#
# Then compare neuron with latent in each layer. For water and melting there is little left to gain from layer two on; in layer one the best neuron lies a little below the probe. Where the probe is well above the best neuron, at intensity and concentration, the cause is in the layer but spread over several neurons. That is the case which autoencoders were made for. The latents do not gather it: in the first layer, where there is most of it, they lie below the neurons, with twice as many to choose from. An autoencoder is paid for copying what varies. It is not paid for finding what has a name.
#
# Water and melting go together in every row, as in {doc}`06c_hidden_layer`. Which latent is chosen for which?

# %%
r = metrics.correlations(units[0], before).abs()  # the last layer
places = [CAUSES.index(name) for name in ("water", "melting")]
water, melting = (r[..., place].argmax(1) for place in places)
same = (water == melting).sum()
print(f"the same latent for both: {same} of {DEEP} networks")

# %% [markdown]
# One latent serves both, and you may not call it by either name.
#
# **Try it.** Choose the latents of k = 1 or k = 2 instead: the columns `[:, :DEEP]` or `[:, DEEP : 2 * DEEP]`. Which causes go first?
#
# ## Keep an autoencoder
#
# An autoencoder without its options is a heap of numbers, and without its network it is a puzzle. `autoencoder_files.save` writes both kinds of facts into one file: the weights as safetensors, which cannot hold code, and a header that names the variant, the sizes, and what you say `about` it.

# %% tags=["nbval-check-output"]
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import autoencoder_files

about = {"reads": "layer 3 of ten phase networks"}
about["data"] = "simulator, n=10_000"
with TemporaryDirectory() as folder:
    path = Path(folder) / "layer3.safetensors"
    autoencoder_files.save(path, saes[-1], about=about)
    loaded, told = autoencoder_files.load(path)
with torch.no_grad():
    pair = [model(stacks[-1][1])[0] for model in (saes[-1], loaded)]
print(type(loaded.activation).__name__, told["reads"], torch.equal(*pair))

# %% [markdown]
# `load` builds the right variant by itself, and refuses a file that is damaged or of another kind. To share an autoencoder with users of SAELens, see `helpers.saelens`, which writes the files that they expect.
#
# ## Exercises
#
# ```{exercise-start} A wider dictionary
# :label: ex-wider
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# For all fifty rain networks, train with eight times as many latents as neurons, unit lengths, L1 = 0.1, for 10 epochs. What share of the latents is dead on the test rows, in the median network? Put it into `mine`, as a number between 0 and 1.

# %%
from helpers import answers

mine = None
answers.wider(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `trained` from above does it: the model is `nets.SparseAutoencoder(WIDTH, 8 * WIDTH, len(every))`. Then `median(metrics.dead(latents).float().mean(-1))`.
# :::
#
# ```{solution-start} ex-wider
# :label: sol-wider
# :class: dropdown
# ```

# %%
wide = nets.SparseAutoencoder(WIDTH, 8 * WIDTH, len(every))
trained(wide, hidden, 0.1, epochs=10)
with torch.no_grad():
    share = metrics.dead(wide(test_hidden)[1]).float().mean(-1)
answers.wider(median(share))
print(f"dead: {median(share):.0%} in the median network")

# %% [markdown]
# A wide dictionary on six neurons has more latents than there is anything to say. Some die, and the others cannot all say something new.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Shrinkage and the forecast
# :label: ex-shrinkage
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# The L1 term pulls every latent towards zero, so the copy is too small. You measured this {term}`shrinkage` in {doc}`08_building_autoencoders`. Measure it on part three for the sweep with unit lengths, and put the median for each L1 into `mine`, six numbers.
#
# Then ask what it does to the forecast: stretch each copy about its mean until it fits part two best, splice it in, and compare the CSI.

# %%
mine = None
answers.shrinkage(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `metrics.shrinkage(many_test, copies)` gives one number for each autoencoder. Then `median(numbers.view(-1, FEW))`.
# :::
#
# ```{solution-start} ex-shrinkage
# :label: sol-shrinkage
# :class: dropdown
# ```

# %%
model = sweeps[unit]
with torch.no_grad():
    (fit, _), (small, _) = model(many), model(many_test)
mine = median(metrics.shrinkage(many_test, small).view(-1, FEW))
answers.shrinkage(mine)

# %%
factor = 1 / metrics.shrinkage(many, fit)[:, None]
stretched = fit.mean(0) + factor * (small - fit.mean(0))
both = {"as it is": small, "stretched": stretched}
columns = {"size": mine}
for name, h in both.items():
    columns[name] = median(csi(h, which).view(-1, FEW))
pd.DataFrame(columns, index=names).rename_axis("L1").round(2)

# %% [markdown]
# At the steep prices the copies are systematically too small, and stretching them brings back a part of the forecast for nothing. It does not bring back all. So some of what looked like the cost of sparsity was the cost of *L1*. Gated, TopK and JumpReLU autoencoders were invented to mend this {cite:p}`rajamanoharan2024gated,gao2024,rajamanoharan2024jumprelu`.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Without recorded causes you can check held-out weather, splicing, stability and controls. Each sees something that the others miss.
# - Variance explained on the training rows flatters. In another season copies get worse, some of them a lot.
# - Two starts agree no better on a trained network than on an untrained or a shuffled one. Agreement needs a control.
# - Between a network's own dictionary and that of a network that had learnt nothing, twenty networks showed no measurable difference in the forecast.
# - Deeper layers are easier to copy, and they hold less of what nobody asked for. Spliced copies cost about what the sum of their single costs says, or less.
# - Loss recovered depends on its yardstick. Say how much loss was added.
#
# ## What's next
#
# {doc}`10_reading_features` asks whether these latents are easier to read than the neurons, and how you would know.
#
# ## Further reading
#
# {cite:t}`king2025` for the published setting; {cite:t}`bricken2023` on splicing an autoencoder into a network; {cite:t}`paulo2025` on autoencoders that differ from start to start; {cite:t}`heap2025` on random networks that look interpretable; {cite:t}`adebayo2018` on controls as a habit.
