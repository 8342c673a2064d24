# %% [markdown]
# # 06c · What the hidden layer does
#
# You will vary the width and the depth of the phase network, measure how much its neurons mix, and put the question of this book to it: is that superposition?
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 35 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06b_phase_and_rate`. **Helpful:** {doc}`02_five_features`, and having met principal components.
# - **You will be able to** *train* networks of several widths as one model, *measure* mixing in three ways, *read* known causes from a hidden layer, and *tell* mixing from superposition.
# :::
#
# ## Warm up
#
# Answer these before you read on.
#
# :::{dropdown} A network gets more neurons than it needs. Will each of them look at one input?
# Nothing in the loss asks for it. Count on mixtures, in wide layers as in narrow ones.
# :::
#
# :::{dropdown} Three recorded causes can be read from a layer that uses two dimensions. Is that superposition?
# Not if two of the causes are nearly the same number. Count independent facts, not names.
# :::
#
# :::{dropdown} Two optimizers are compared at the same learning rate, and one is better. What does that show?
# That the rate suits one of them. Compare them at the best rate of each.
# :::
#
# ## Six widths in one stack
#
# As in {doc}`06b_phase_and_rate`, the table is the simulator's, whatever `SNOWFALL_WEATHER` says. The question is the phase of what fell; the last fifth of the first part validates.

# %%
import torch

from helpers import plots, weather

plots.house()
table = weather.load("simulator", n=10_000)
parts = table.split()
cut = int(0.8 * len(parts.train))
x, truth = parts.train.x, torch.nn.functional.one_hot(parts.train.y, 3).float()
print(*parts.predictors)

# %% [markdown]
# How many hidden neurons does the question need? Train networks with 1, 2, 4, 6, 8 and 16, ten seeds each. That is sixty networks of six shapes. They still fit into one model. A narrow network is a wide one whose surplus neurons have weights and biases of exactly zero. Such a neuron is silent, so nothing that it does reaches the loss, and it gets no gradient: it stays as it is.
#
# Then train the same sixty again with a penalty, in the same stack. The penalty is {term}`L1`: it makes activity cost something. The files of the published networks hold `L1_flag` and `L1 = 0.01`, and nobody says what the penalty is on. Here it is 0.01 times the sum of a row's hidden activations, averaged over rows.

# %%
from helpers import nets

SEEDS = 10
WIDTHS = (6, 1, 2, 4, 8, 16)  # six first: its seeds are then those of the deep networks below
half = len(WIDTHS) * SEEDS
net = nets.MLP(5, 16, 3, instances=2 * half, widths=2 * [w for w in WIDTHS for _ in range(SEEDS)])
with torch.no_grad():
    for p in net.parameters():
        p[half:] = p[:half]  # with the penalty, the same starts again
l1 = torch.tensor([0.0, 0.01]).repeat_interleave(half)

# %% [markdown]
# The cross-entropy is that of {doc}`06b_phase_and_rate`, the settings too.


# %%
def cross_entropy(z, truth):  # z is (rows, instances, 3)
    log_p = z - z.logsumexp(-1, keepdim=True)
    return -(truth * log_p).sum(-1).mean(0)


def loss(net, batch):
    hidden = net.hidden(batch[0])
    return cross_entropy(net.output(hidden), batch[1]) + l1 * hidden.sum(-1).mean(0)


# %%
from helpers import train
from helpers.sampling import minibatches

EPOCH = cut // 32
settings = {"steps": 32 * EPOCH, "lr": 5e-4, "device": "cpu"}


def batches(seeds):
    return minibatches(x[:cut], truth[:cut], size=32, seeds=seeds)


def validation(net):
    return {"loss": cross_entropy(net(x[cut:]), truth[cut:, None])}


history = train.fit(net, batches(2 * [*range(half)]), loss, points=32, measure=validation, **settings)

# %% [markdown]
# Did the surplus neurons stay silent? And how many neurons have any weight?

# %% tags=["nbval-check-output"]
alive = (net.weights[0].abs().sum(1) > 0).sum(1).view(2, len(WIDTHS), SEEDS)
for place, width in enumerate(WIDTHS):
    print(f"width {width:2}: neurons with weights in all networks: {alive[:, place].unique().tolist()}")

# %% [markdown]
# Here are all 32 epochs of four widths, without the penalty. The lines are medians. Two have a band, the spread over ten seeds: the narrowest network and the widest.

# %% mystnb={"image": {"alt": "Cross-entropy on validation rows against epoch, medians for 1, 2, 4 and 16 neurons, with bands for 1 and 16. One and two neurons are still falling at the end, and the band of one neuron reaches beyond the top. Four and sixteen end low and close together; sixteen fell sooner, in a narrow band."}}
found = history.measures["loss"].unflatten(1, (2, len(WIDTHS), SEEDS))
order = sorted(range(len(WIDTHS)), key=WIDTHS.__getitem__)
epochs = [step / EPOCH for step in history.steps]
curves = {f"{WIDTHS[i]}": found[:, 0, i] for i in order if WIDTHS[i] not in (6, 8)}
curves |= {name: curves[name].quantile(0.5, 1, keepdim=True) for name in ("2", "4")}  # medians: no band
plots.curves(epochs, curves, "epoch", "cross-entropy, validation").set_ylim(0, 1);

# %% mystnb={"image": {"alt": "Cross-entropy on validation rows after 32 epochs against the number of neurons on a logarithmic axis, with and without the penalty. Both fall steeply from one to four neurons and hardly from there to sixteen. The lines differ by less than the bands are wide."}}
last = found[-1][:, order]
ends = {"without L1": last[0], "with L1": last[1]}
ax = plots.curves(sorted(WIDTHS), ends, "hidden neurons", "cross-entropy, validation")
ax.set_xscale("log", base=2)
ax.set_xticks(sorted(WIDTHS), sorted(WIDTHS))
ax.set_ylim(0, None);

# %% [markdown]
# **Takeaway.** Four neurons do most of what sixteen do. Narrow networks differ more from seed to seed: with one or two neurons, a bad start takes long to undo. The penalty changes the loss by less than the seeds do.
#
# Does it change anything? Count how many neurons are on in a block.

# %%
import pandas as pd

with torch.no_grad():
    on = (net.hidden(parts.test.x) > 0).float().sum(-1).mean(0)
on = on.view(2, len(WIDTHS), SEEDS)[:, order]
levels = torch.tensor([0.05, 0.5, 0.95])
rows = {
    name: [f"{q[1]:.1f} ({q[0]:.1f} to {q[2]:.1f})" for q in on[i].quantile(levels, 1).T] for i, name in enumerate(ends)
}
pd.DataFrame(rows, index=sorted(WIDTHS)).rename_axis("neurons")

# %% [markdown]
# In the widest networks fewer neurons are on with the penalty, in the narrow ones hardly. About half of the neurons are on anyway. This code is *dense*. Remember that when superposition comes up: it pays where features are rare.
#
# ## One layer or several?
#
# Give the same number of neurons per layer, and two or three layers. Same batches, same settings, and again one stack. A third layer that only passes on what it gets is the identity matrix, since a ReLU leaves alone what is not negative. Hold it there, by taking its gradient away, and the network has two layers.

# %%
from time import perf_counter

deep = nets.MLP(5, (6, 6, 6), 3, instances=2 * SEEDS)
two = torch.arange(2 * SEEDS) < SEEDS
with torch.no_grad():
    for p in deep.parameters():
        p[SEEDS:] = p[:SEEDS]  # the same starts
    deep.weights[2][two], deep.biases[2][two] = torch.eye(6), 0
deep.weights[2].register_hook(lambda gradient: gradient * ~two[:, None, None])
deep.biases[2].register_hook(lambda gradient: gradient * ~two[:, None]);


# %%
def plain(net, batch):
    return cross_entropy(net(batch[0]), batch[1])


wide = nets.MLP(5, 64, 3, instances=SEEDS)
for name, one, seeds in (("deep", deep, 2 * [*range(SEEDS)]), ("wide", wide, range(SEEDS))):
    start = perf_counter()
    train.fit(one, batches(seeds), plain, **settings)
    print(f"{name}: {sum(p.numel() for p in one.parameters())} numbers, {perf_counter() - start:.0f} seconds")
print("still two layers:", bool((deep.weights[2][two] == torch.eye(6)).all()))

# %% [markdown]
# One layer of 64 comes along for later. The networks with one layer of six are already in the stack. Take them out.

# %%
six = nets.MLP(5, 6, 3, instances=SEEDS)
with torch.no_grad():
    for part, whole in zip(six.parameters(), net.parameters()):
        part.copy_(whole[tuple(map(slice, part.shape))])  # ten networks, six neurons


# %% mystnb={"image": {"alt": "Cross-entropy on validation rows, one dot per seed, for one, two and three layers of six neurons and one layer of 64. The median falls a little with each layer, with overlapping clouds. The single wide layer is lowest: all its dots lie below all those of one layer of six."}}
def by_depth(measure):
    both = measure(deep)
    return {"6": measure(six), "6, 6": both[:SEEDS], "6, 6, 6": both[SEEDS:], "64": measure(wide)}


depths = by_depth(lambda net: validation(net)["loss"].detach())
plots.strip(depths, "cross-entropy, validation").set_ylim(0, None);

# %%
from helpers import verification


def skill(net):
    with torch.no_grad():
        said = net(parts.test.x).argmax(-1)
    return verification.heidke(verification.confusion(parts.test.y, said, 3))


shapes = {"6": 6, "6, 6": (6, 6), "6, 6, 6": (6, 6, 6), "64": 64}
learnt = {name: sum(p.numel() for p in nets.MLP(5, hidden, 3).parameters()) for name, hidden in shapes.items()}
test = {name: round(values.median().item(), 2) for name, values in by_depth(skill).items()}
pd.DataFrame({"numbers learnt": learnt, "HSS, test": test})

# %% [markdown]
# **Takeaway.** More layers help a little, with clouds that overlap. One wide layer is better than one of six in every seed. The skill on the test goes roughly the same way. Whether its few storms suffice to tell, you can ask as in {doc}`06b_phase_and_rate`. And look at the times: the wide stack holds twice as many numbers as the deep one and takes hardly longer, if at all. For networks as small as these you pay for steps and layers, not for numbers.
#
# ## How much does a neuron mix?
#
# Three measures. All are about *inputs*, which is not yet about features.
#
# 1. {term}`Dominance <dominance>`: the largest weight of a neuron as a share of all its weights.
# 2. The {term}`participation ratio` of its squared weights $v_i = w_i^2$, which says how many inputs count: $(\sum_i v_i)^2 / \sum_i v_i^2$.
# 3. {term}`Sensitive inputs <sensitive input>`: those whose correlation with the neuron's activation is above 0.4 {cite:p}`king2025`.
#
# The first two in two lines:


# %%
def dominance(W):  # (instances, inputs, neurons)
    return W.abs().amax(1) / W.abs().sum(1)


def participation_ratio(values):  # (..., parts)
    return values.sum(-1) ** 2 / (values**2).sum(-1)


# %% [markdown]
# Four kinds of network answer: the trained ones with 6 and with 64 neurons, and {term}`controls <control>` of the same shapes that were never trained.

# %%
random = {f"{width}, random": nets.MLP(5, width, 3, instances=SEEDS) for width in (6, 64)}
layers = {"6": six, "64": wide, **random}

# %% tags=["nbval-check-output"]
from helpers import metrics, mixing

W = six.weights[0].detach()
print("dominance:", torch.allclose(dominance(W).double(), mixing.dominance(W)))
squares = W.mT.double() ** 2
print("ratio:", torch.allclose(participation_ratio(squares), mixing.participation_ratio(squares)))

# %% mystnb={"image": {"alt": "Three panels, one dot per seed, for trained networks with 6 and 64 neurons and random ones of the same shapes. Mean dominance is near 0.4 for both trained kinds and a little lower for the random ones. Inputs per neuron are around 2.5 for the trained and around 3 for the random ones. Sensitive inputs are around 2.5 for the trained and a little fewer, more scattered, for the random ones."}}
import matplotlib.pyplot as plt

measures = {"dominance": {}, "inputs per neuron": {}, "sensitive inputs": {}}
for name, network in layers.items():
    with torch.no_grad():
        W, hidden = network.weights[0], network.hidden(parts.test.x)
    measures["dominance"][name] = mixing.dominance(W).mean(1)
    measures["inputs per neuron"][name] = mixing.participation_ratio(W.mT**2).mean(1)
    r = metrics.correlations(hidden, parts.test.x)
    measures["sensitive inputs"][name] = metrics.mean_sensitive_inputs(r)
_, axes = plt.subplots(1, 3, figsize=(7.4, 3.2))
for ax, (name, groups) in zip(axes, measures.items()):
    plots.strip(groups, name, ax=ax).set_ylim(0, None)
    ax.tick_params(axis="x", rotation=40)

# %% [markdown]
# **Takeaway.** Trained neurons mix two or three of five inputs, in every seed. But a network with ten times as many neurons mixes as much, and so does, roughly, one that learnt nothing. What training adds is small, and the measures do not agree on its direction. The weights get a little more unequal, so fewer inputs count; the *sensitive* inputs get a little more. So it is not the lack of room that makes these neurons mix. Nobody asked them not to.
#
# :::{warning}
# 'Its neurons answer to several inputs, so it is in superposition' is a wrong conclusion. A random matrix would pass that test.
# :::
#
# ## How many dimensions does the layer use?
#
# {term}`Superposition <superposition>` means more *features* than dimensions. So count both. Start with dimensions. The principal components of the activations have variances. Their participation ratio says how many of them count. A stricter count: how many does it take to hold 99% of the variance?


# %%
def dimensions(hidden):
    variances = mixing.variances(hidden)
    enough = (variances.cumsum(1) < 0.99 * variances.sum(1, keepdim=True)).sum(1) + 1
    return mixing.participation_ratio(variances), enough.double()


# %% [markdown]
# ## How many causes can be read?
#
# Now the features. The simulator wrote down what caused each block. A cause can be *read linearly* if a linear regression from the layer's activations predicts it in later storms. Take the eight causes that do not follow from the air, those that spread over powers of ten as logarithms.

# %%
import numpy as np

CAUSES = ["front", "aloft", "intensity", "water", "melting", "riming", "concentration", "depth"]


def recorded(part):
    causes = part.truth[CAUSES].copy()
    causes[["intensity", "riming", "depth"]] = np.log10(causes[["intensity", "riming", "depth"]])
    return causes.to_numpy()


past, future = recorded(parts.train), recorded(parts.test)

# %% [markdown]
# The regression is fitted on the first part and judged on the last. $R^2$ is 1 for a perfect reading, 0 for the mean of the test, and negative for worse.


# %%
from helpers.device import threads


def reading(layer, causes, later):
    before, after = (np.column_stack([h, np.ones(len(h))]) for h in layer)
    with threads(1):  # for matrices as small as these, threads wait for each other
        weights = torch.linalg.lstsq(torch.tensor(before), torch.tensor(causes)).solution
    error = after @ weights.numpy() - later
    return 1 - (error**2).sum(0) / ((later - later.mean(0)) ** 2).sum(0)


def activations(network):
    with torch.no_grad():
        both = network.hidden(parts.train.x), network.hidden(parts.test.x)
    return list(zip(*(h.double().transpose(0, 1).numpy() for h in both)))


# %%
stacks = {"inputs": [(parts.train.x.double().numpy(), parts.test.x.double().numpy())]}
stacks |= {name: activations(network) for name, network in layers.items()}
read = {name: np.array([reading(one, past, future) for one in stack]) for name, stack in stacks.items()}

# %% mystnb={"image": {"alt": "Median R squared of eight causes, read from the five inputs and from four kinds of hidden layer. Water and melting are near 0.9 everywhere and a little lower for six random neurons. Intensity and concentration are read well from 64 neurons, trained or random, less well from six. Front, aloft and riming cannot be read from anything, depth hardly."}}
medians = np.array([np.median(values, 0) for values in read.values()])
plots.heatmap(medians.clip(-1), [*read], CAUSES, digits=2, limit=1, label="R²");

# %% [markdown]
# **Takeaway.** The trained layer holds what the question needs, the share of water, best. It also holds part of what nobody asked for: intensity and concentration. The riming, the front and the warmth aloft cannot be read from any layer by a line that carries over to later storms, and from the inputs neither. That is a severe test: the line was fitted where most blocks are snow and is judged where most are rain.
#
# Look at *water* and *melting*. They rise and fall together: melted flakes and drops are of one cause. They are two names for nearly one fact, and you may not count them twice. So turn the eight causes into uncorrelated ones of equal variance. Each is then a fact of its own, and the sum of their $R^2$ (those above zero) says how many facts can be read.
#
# There is a law behind this count. From $m$ dimensions a *linear* reading gets at most $m$ uncorrelated facts. Keep that in mind. But take the count as a good estimate, no more: the facts are made uncorrelated on the first part, and in later storms they are so only roughly.

# %%
from sklearn.decomposition import PCA

whitened = PCA(whiten=True).fit((past - past.mean(0)) / past.std(0))
apart = [whitened.transform((causes - past.mean(0)) / past.std(0)) for causes in (past, future)]
counted = {}
for name, stack in stacks.items():
    hidden = torch.stack([torch.as_tensor(later) for _, later in stack], 1)
    used, enough = dimensions(hidden)
    facts = [reading(one, *apart).clip(0).sum() for one in stack]
    counted[name] = {
        "dimensions used": used,
        "for 99% of variance": enough,
        "causes above 0.5": (read[name] > 0.5).sum(1),
        "independent facts": facts,
    }


# %%
def spelled(values):
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return f"{middle:.1f}" if len(values) == 1 else f"{middle:.1f} ({low:.1f} to {high:.1f})"


pd.DataFrame({name: {k: spelled(v) for k, v in row.items()} for name, row in counted.items()}).T

# %% mystnb={"image": {"alt": "Four groups of dots for the ten trained networks with six neurons: dimensions used between one and two, dimensions for 99 percent of the variance mostly five, causes above one half mostly three, independent facts between one and two. A dashed line at the top marks the six neurons."}}
shown = {name.replace(" ", "\n", 1): values for name, values in counted["6"].items()}
ax = plots.strip(shown, "count", tint="network")
ax.axhline(6, linestyle="--", color=plots.INK)
ax.set_ylim(0, 6.5);

# %% [markdown]
# ## So: superposition?
#
# Here is a tempting argument. The trained layer 'uses' one or two dimensions by its participation ratio, and three recorded causes can be read from it. Three is more than one and a half. Superposition!
#
# It fails twice. Two of the three causes are nearly one. And the participation ratio is no measure of room: it says how *unequal* the variances are. A dimension with little variance holds a fact as well as a large one. An exercise makes the ratio as small as you like without losing anything.
#
# The fair comparison is with the room that there is: the dimensions that hold 99% of the variance, and the six neurons.

# %% tags=["nbval-check-output"]
facts, room = (torch.as_tensor(counted["6"][name]) for name in ("independent facts", "for 99% of variance"))
print("fewer facts than dimensions, in every seed:", bool((facts < room).all()))
print("at most half as many facts as neurons, in every seed:", bool((facts <= 3).all()))
print("fewer facts than in the inputs, in every seed:", bool((facts < counted["inputs"]["independent facts"][0]).all()))

# %% [markdown]
# Even the five inputs hold only between two and three such facts, as far as a line that carries over can tell. There is hardly anything to be squeezed.
#
# **Verdict: not shown.** The six neurons mix, in every seed. But nothing here is crowded: fewer facts than neurons, and more neurons than inputs. Wide and random layers mix as much. What you see is *mixing without need*, a basis that nobody asked to be tidy.
#
# Two limits, to be fair. By the law above, a linear reading cannot show more facts than dimensions, so this test can fail to find superposition, and it can never prove it. And superposition pays for *rare* features, while these causes are always there. There may be rare ones that nobody recorded. Chapter 09 looks at these layers again, with a tool made for it.
#
# ## Which optimizer, which rate?
#
# The published settings are one choice among many. Here are four optimizers with two {term}`schedules <learning-rate schedule>` at seven {term}`learning rates <learning rate>`, five seeds each, for three epochs: {term}`SGD` with momentum, Adam {cite:p}`kingma2015`, AdamW with a decay of 0.01 {cite:p}`loshchilov2019`, and {term}`LAMB` {cite:p}`you2020`. Rates and seeds lie along the instances axis, so it takes eight runs, not two hundred and eighty. The schedules are a constant rate and a cosine that falls to zero. (`schedules.cyclic` goes up and down in between. If it ends at zero too, it does as the cosine does here; try it.) A run that diverges says so and is left out of the figure.

# %%
from helpers import schedules

RATES = [0.0005, 0.002, 0.008, 0.03, 0.12, 0.5, 2]
STEPS = 3 * EPOCH
SCHEDULES = {"constant": schedules.constant(), "cosine": schedules.cosine(STEPS)}
rates = torch.tensor(RATES).repeat_interleave(5)


def final(optimizer, schedule):
    net = nets.MLP(5, 6, 3, instances=len(rates))
    decay = {"weight_decay": 0.01} if optimizer == "adamw" else {}
    run = {"optimizer": optimizer, "schedule": schedule, "lr": rates, "steps": STEPS, **decay}
    train.fit(net, batches(range(len(rates))), plain, device="cpu", **run)
    return validation(net)["loss"].detach().view(len(RATES), 5)


# %% mystnb={"image": {"alt": "Four panels, one per optimizer, with the cross-entropy on validation rows against the learning rate on a logarithmic axis, a line for a constant rate and one for a cosine. All fall from the left to a floor near 0.2, and all but one rise again. The floors of SGD, Adam and AdamW are wide; that of LAMB is narrow and begins to rise soonest. The cosine is higher at small rates and lower at large ones. AdamW with the cosine is still low at the right edge."}}
from helpers import phase_plots

names = {"SGD": "sgd", "Adam": "adam", "AdamW": "adamw", "LAMB": "lamb"}
panels = {name: {s: final(key, schedule) for s, schedule in SCHEDULES.items()} for name, key in names.items()}
axes = phase_plots.rates(RATES, panels, "cross-entropy, validation")
axes[0].set_ylim(0.1, 1);

# %% [markdown]
# **Takeaway.** At its best rate each optimizer gets about as far, in a tenth of the published number of steps. What differs is where the valley lies and how wide it is: narrow for LAMB, which diverges soon beyond it, wide for the others. A schedule that falls to zero walks less far, so it loses where the rate is small. Where the rate is large it helps, because the last steps are short.
#
# AdamW is Adam as long as the rate is small. Its decay is multiplied by the rate, so at the largest rate it is no longer weak, and with the cosine AdamW is still well where Adam has failed. How far its valley goes, this figure does not show.
#
# The published rate is at the far left: safe, but slow for a table of this size. That is why the curves at the top of {doc}`06b_phase_and_rate` were still falling.
#
# ## Exercises
#
# ```{exercise-start} Squeeze a layer
# :label: ex-squeeze
# ```
#
# *Difficulty 3 of 5, importance 5 of 5, 15 minutes.*
#
# Take network 0 with six neurons. Multiply the activations of neuron $k$ (counting from 0) by $10^{-k}$, in both parts. How many dimensions are used now (participation ratio, on the test), and how many independent facts can be read? Put the pair into `mine`.

# %%
from helpers import phase_answers

before = counted["6"]["dimensions used"][0], counted["6"]["independent facts"][0]
mine = None
phase_answers.squeezed(mine, before)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `stacks["6"][0]` is a pair of arrays, `(rows, neurons)`. `dimensions` wants an instances axis in the middle.
# :::
#
# ```{solution-start} ex-squeeze
# :label: sol-squeeze
# :class: dropdown
# ```

# %%
shrink = 10.0 ** -np.arange(6)
squeezed = [h * shrink for h in stacks["6"][0]]
used, _ = dimensions(torch.as_tensor(squeezed[1])[:, None])
mine = used.item(), reading(squeezed, *apart).clip(0).sum()
phase_answers.squeezed(mine, before)
print(f"dimensions {mine[0]:.2f}, before {before[0]:.2f}; facts {mine[1]:.2f}, before {before[1]:.2f}")

# %% [markdown]
# The ratio falls to nearly one, the facts stay. Nothing was lost, because the output weights could undo the factors. The ratio of a layer says how its variance is spread, not how much room it has.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Wide or deep, at one price
# :label: ex-as-wide
# ```
#
# *Difficulty 2 of 5, importance 3 of 5, 10 minutes.*
#
# Three layers of six neurons learn 141 numbers. How wide may a single hidden layer be that learns no more? Put the width into `mine`. Then train it and compare.

# %%
mine = None
phase_answers.as_wide(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# A hidden neuron has five weights, a bias, and a weight to each of three outputs.
# :::
#
# ```{solution-start} ex-as-wide
# :label: sol-as-wide
# :class: dropdown
# ```

# %%
mine = (141 - 3) // (5 + 1 + 3)
phase_answers.as_wide(mine)

# %% [markdown]
# A layer of 16, which costs 147 numbers, is in the stack already. Set it beside the three layers.

# %% mystnb={"image": {"alt": "Cross-entropy on validation rows, one dot per seed, for three layers of six and one layer of sixteen neurons. The clouds overlap; that of the single layer is narrower."}}
pair = {"6, 6, 6": depths["6, 6, 6"], "16": last[0, -1]}
plots.strip(pair, "cross-entropy, validation").set_ylim(0, None);

# %% [markdown]
# At nearly one price, the clouds overlap: these ten seeds do not tell depth and width apart. The single layer is also the one whose neurons can be read, because each is one step from the inputs.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Networks of several widths fit into one stack: a surplus neuron with zero weights is silent and gets no gradient.
# - Four to eight neurons suffice for the phase. More width or depth helps a little, L1 hardly changes the loss, and the published learning rate is slow.
# - Neurons mix several inputs, in narrow, wide and random networks alike. Mixing is no evidence of superposition.
# - The trained layer holds fewer independent facts than it has room for. Superposition is not shown.
# - A participation ratio is no measure of room, and a linear reading can never show more facts than dimensions.
#
# You may now ask of any claim of superposition: more of what, than how much room, and compared with which control?
#
# ## What's next
#
# In {doc}`07_inspector` you watch such neurons mix while they learn, input by input.
#
# ## Further reading
#
# {cite:t}`elhage2022` say what superposition needs: more features than dimensions, and features that are rare. {cite:t}`king2025` count the sensitive inputs of these networks, which chapters 09 and 10 take up.
