# %% [markdown]
# # 07 · The Inspector: watching neurons mix
#
# You will open a trained network while it works: replay its training, type in weather of your own, switch neurons off, and read off where it changes its mind.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 40 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06_training`. **Helpful:** {doc}`06b_phase_and_rate` and {doc}`06c_hidden_layer`.
# - **You will be able to** *replay* a training epoch by epoch, *say* which inputs a neuron mixes, *break* a network with one change and measure what it costs, and *check* whether an explanation of an answer adds up.
# :::
#
# ## Warm up
#
# :::{dropdown} A network has four hidden neurons. You switch one off. How much does it lose?
# Anything from nothing to nearly everything. It depends on what the other three can say without it, and the weights alone do not tell. You will measure it.
# :::
#
# :::{dropdown} A method says that temperature contributed +2.1 to an answer of 1.4. Is that wrong?
# Not if the other contributions add up to −0.7. If they do not, something was lost or made up on the way, and the method should say how much.
# :::
#
# :::{dropdown} Two networks agree on nearly every row. Do they change their minds at the same temperature?
# Not necessarily. They agree where the data are. A row near the edge can be decided by what the training left open.
# :::
#
# ## A training to look at
#
# The task is that of chapter 06b: rain, snow or mixed, from five numbers that a disdrometer and a weather station report {cite:p}`king2025`. The weather is simulated whatever `SNOWFALL_WEATHER` says, so the text below always fits.

# %%
from helpers import plots, weather

plots.house()
table = weather.load("simulator", n=10_000)
parts = table.split()
cut = int(0.8 * len(parts.train))
x, phase = parts.train.x[:cut], parts.train.y[:cut]

# %% [markdown]
# The loss is the {term}`cross-entropy`. Some networks pay an {term}`L1` penalty for every activation as well. The last axis holds the networks, as always.

# %%
import torch
from torch import nn


def phase_loss(l1):
    def loss(net, batch):
        x, phase = batch
        hidden = net.hidden(x)
        logits = net.output(hidden).movedim(2, 1)  # (rows, classes, networks)
        surprise = nn.functional.cross_entropy(logits, phase, reduction="none")
        return surprise.mean(0) + l1 * hidden.sum(-1).mean(0)

    return loss

# %% [markdown]
# One function trains a stack for the published 32 epochs and keeps the weights *after every epoch*, and before the first. `mask` hides inputs from some networks; you will need it in a moment.

# %%
from helpers import nets, train
from helpers.sampling import minibatches


def watched(net, loss, x, y, mask=1.0):
    networks = len(net.weights[0])
    batches = minibatches(x, y, size=32, seeds=range(networks))
    ends = range(0, 32 * batches.per_epoch + 1, batches.per_epoch)

    def seen(step, generator):
        x, y = batches(step, generator)
        return x * mask, y

    settings = {"steps": ends[-1], "lr": 5e-4, "snapshots": ends, "device": "cpu"}
    history = train.fit(net, seen, loss, **settings)
    about = {"history": history, "per_epoch": batches.per_epoch}
    return about | {"loss": loss, "table": table}

# %% [markdown]
# Now thirty networks at once. Twenty have four hidden neurons and differ in nothing but their seed. Four are narrower or wider. Five of the same widths pay the published penalty of 0.01, and the last pays ten times that.

# %%
SEEDS = 20
widths = [4] * SEEDS + [1, 2, 8, 16] + [4, 1, 2, 8, 16] + [16]
l1 = torch.tensor([0.0] * (SEEDS + 4) + [0.01] * 5 + [0.1])
net = nets.MLP(5, 16, 3, instances=len(widths), widths=widths)
run = watched(net, phase_loss(l1), x, phase)

# %% [markdown]
# `record_training` turns a finished training into *records*, one for each network: weights and biases of every epoch, losses, scaling, units, and 400 rows of the test part to try it on. It measures losses and accuracies anew, epoch by epoch, so nothing depends on what was printed on the way.

# %%
from helpers.widgets.inspector import record_training

common = {"OPTMIZER": "ADAM", "LR": 5e-4, "BATCH_SIZE": 32}
settings = [
    common | {"LOSS_FUNC": "cross-entropy", "L1_flag": price > 0, "L1": round(price, 3)}
    for price in l1.tolist()
]
run |= {"parts": parts, "hyperparameters": settings}
names = ["Phase classifier"] * len(widths)
names[-1] += ", strong L1"
records = record_training(net, name=names, **run)

# %% [markdown]
# A record computes what the network computed, for rows of your own or for its 400. Here is the share of them that it gets right, as trained or with something changed.

# %%
rows = dict(zip(records[0].predictors, records[0].cases.raw.T))


def right(record, **change):
    said = record.forward(rows, **change)["output"].argmax(-1)
    return (said == record.cases.target).mean()


now, before = right(records[0]), right(records[0], epoch=0)
print(f"{now:.0%} now, {before:.0%} before the training")

# %% [markdown]
# You cannot look closely at twenty networks that differ in nothing but luck. Look at one, then check all twenty. Which one? Decide by a rule, not by what looks good. You will break it later, so take the middle one of the twenty by what the worst break costs: neither the toughest nor the most fragile.

# %%
import numpy as np

twenty = records[:SEEDS]
lost = [[right(one) - right(one, ablate=[j]) for j in range(4)] for one in twenty]
worst, least = np.max(lost, axis=1), np.min(lost, axis=1)
record = twenty[np.argsort(worst)[SEEDS // 2]]

# %% [markdown]
# ## Networks to compare it with
#
# Does a network need all five inputs? Train one on every single input, every pair, and every four of the five: twenty networks. A hidden input is one that is always at its mean, zero. And one network gets two hidden layers.

# %%
from itertools import combinations

choices = [some for size in (1, 2, 4) for some in combinations(range(5), size)]
mask = torch.zeros(len(choices), 5)
for row, some in zip(mask, choices):
    row[list(some)] = 1
blind = nets.MLP(5, 4, 3, instances=len(choices))
run = watched(blind, phase_loss(0.0), x, phase, mask)
run |= {"parts": parts, "hyperparameters": settings[0]}
seen = [[parts.predictors[i] for i in some] for some in choices]
names = ["Phase classifier"] * len(choices)
fewer = record_training(blind, name=names, inputs=seen, **run)

# %%
two_layers = nets.MLP(5, (4, 4), 3)
run |= watched(two_layers, phase_loss(0.0), x, phase)
deep = record_training(two_layers, name="Phase classifier", **run)

# %% [markdown]
# The second of the published networks predicts a number, the snowfall rate in mm/h. It sees the radar echo at two heights, two numbers of the size distribution, and the temperature at 1.5 km.

# %%
def rate_loss(net, batch):
    x, rate = batch
    return (net(x)[..., 0] - rate).square().mean(0)


seen = ["reflectivity_3", "reflectivity_4", "n0", "lambda", "t_15"]
echo = table.split(predictors=seen, target="sr")
rate_net = nets.MLP(5, 16, 1, instances=5, widths=[4, 1, 2, 8, 16])
run = watched(rate_net, rate_loss, echo.train.x[:cut], echo.train.y[:cut])
run |= {"parts": echo, "hyperparameters": common | {"LOSS_FUNC": "mse", "L1_flag": False}}
rates = record_training(rate_net, name=["Snowfall rate"] * 5, **run)

# %% [markdown]
# ## The Inspector
#
# All of these are in the figure below. It holds the weights of every epoch and computes everything else while you watch. It does what King's NN Inspector does {cite:p}`king2024inspector`, and goes on from there.

# %%
from helpers.widgets.inspector import Inspector

shown = [record, *records[SEEDS:], *deep, *fewer, *rates]
inspector = Inspector(shown)
inspector

# %% [markdown]
# Take the tour. Each link sets the figure.
#
# 1. <a href="#inspector=net=phase-classifier.4.off.11111;e=0;look=skill">Before the training</a> the weights are random and the answers worthless. Press *Play* and watch the line under the network. In the end, which class is still not found?
# 2. <a href="#inspector=net=phase-classifier.4.off.11111;c=1;look=why">One row, one answer.</a> *What the output adds up* is exact: each neuron's activation times its weight, and the bias. Drag an input and watch the terms.
# 3. <a href="#inspector=net=phase-classifier.16.off.11111;look=layer">A wide network.</a> The stripes show every neuron in every row, sorted by phase. Choose a stripe, then the view *neuron*: what it adds up, how often it is on, and the rows that excite it most.
# 4. <a href="#inspector=net=phase-classifier.4.off.11101;look=skill">Without temperature.</a> This network was trained without it. Untick another input: where no network was trained on the rest, the input is <a href="#inspector=net=phase-classifier.16.off.11111;look=skill;x=4">held at its mean</a> instead.
# 5. <a href="#inspector=net=phase-classifier.4%2B4.off.11111;look=layer;h=2.1">Two hidden layers.</a> Neurons of the second layer no longer see the weather, only the first.
# 6. <a href="#inspector=net=snowfall-rate.4.off.11111;look=skill">The snowfall rate.</a> A dot is a row; choose one to see it in the network.
#
# Everything works by keyboard as well. In the network, arrow keys go from unit to unit, *Enter* chooses one, and *Delete* switches a neuron off.
#
# The same network on paper, for those who read on paper: the weights at the start, after four epochs, and at the end.

# %% mystnb={"image": {"alt": "The network with five inputs, four hidden neurons and three outputs drawn as a graph three times. Before the training lines are of random width. After four epochs some have grown. After thirty-two epochs a few lines are much wider than the rest, and every hidden neuron still has sizeable lines to several inputs."}}
from helpers import inspector_plots

inspector_plots.network(record, epochs=[0, 4, -1]);

# %% [markdown]
# **Takeaway.** Training widens some lines and thins others, but it does not tidy up. Every neuron ends with sizeable lines to several inputs.
#
# ## Investigation 1: who mixes temperature with fall speed?
#
# Rain is warm and fast, snow is cold and slow. Both inputs speak about the phase, so a neuron may well add them up. Find the one that does so most: where the *smaller* of the two weights, as a share of all five, is largest.
#
# ```{exercise-start} Find the mixer
# :label: ex-mixer
# ```
#
# *Difficulty 1 of 5, importance 4 of 5, 5 minutes.*
#
# Open the <a href="#inspector=net=phase-classifier.4.off.11111;look=neuron;h=1.1">network with four neurons</a>. Choose neuron after neuron and read the weights at the lines from `fs` and `temperature`. Put the number of the neuron into `mine`, counted from 1.

# %%
from helpers import inspector_answers

mine = None
inspector_answers.mixer(mine, record)

# %% [markdown]
# ```{exercise-end}
# ```
#
# ```{solution-start} ex-mixer
# :label: sol-mixer
# :class: dropdown
# ```
#
# Divide each neuron's weights by their sum in size, take the smaller of the two shares, and pick the neuron where it is largest.

# %%
weights = np.abs(record.weights[0][-1])  # (inputs, neurons), last epoch
share = weights / weights.sum(0)
both = np.minimum(share[1], share[3])  # fs, temperature
inspector_answers.mixer(int(both.argmax()) + 1, record)

# %% [markdown]
# ```{solution-end}
# ```
#
# Is it this network, or all of them? Equal weights would give each input one fifth. In how many of the twenty does some neuron give at least that to *both*? And because you want to know what the training did, ask the same networks before it.

# %%
def mixes(record, epoch):
    weights = np.abs(record.weights[0][record.place(epoch)])
    share = weights / weights.sum(0)
    return np.minimum(share[1], share[3]).max() >= 1 / 5


for epoch, when in [(0, "before"), (-1, "after")]:
    print(f"{when} the training: {sum(mixes(one, epoch) for one in twenty)} of {SEEDS}")

# %% [markdown]
# **Takeaway.** Every trained network has such a neuron, or nearly every one. So do most that learnt nothing. Among four neurons with random weights, one is bound to lean on any two inputs you name. Finding the neuron you looked for is no evidence of learning; always ask a {term}`control`.
#
# Is such a neuron {term}`polysemantic`? Careful again. Temperature and fall speed vary together, because both follow from one cause: what falls. A neuron that adds them up may represent *that*, and nothing else. Weights show what a neuron is given, not what it stands for. Chapter 10 asks what stands behind it.
#
# ## Investigation 2: break it with one ablation
#
# ```{exercise-start} Break it
# :label: ex-breaker
# ```
#
# *Difficulty 1 of 5, importance 4 of 5, 5 minutes.*
#
# To *ablate* a neuron is to set its activation to zero and leave everything else alone. Go to <a href="#inspector=net=phase-classifier.4.off.11111;look=skill">the view *skill*</a>, focus a neuron in the network, and press *Delete*. (Or use the view *neuron*.) The line under the network changes at once; the matrix further down shows in brackets what moved where. Which single neuron costs the most right answers? Bring each back before you take the next.

# %%
mine = None
inspector_answers.breaker(mine, record)

# %% [markdown]
# ```{exercise-end}
# ```
#
# ```{solution-start} ex-breaker
# :label: sol-breaker
# :class: dropdown
# ```
#
# Four forward passes over all rows, each without one neuron. You had the numbers all along: `lost` holds them for all twenty.

# %%
cost = [right(record) - right(record, ablate=[j]) for j in range(4)]
inspector_answers.breaker(int(np.argmax(cost)) + 1, record)

# %% [markdown]
# ```{solution-end}
# ```
#
# How fragile are the others? For each of the twenty, take the share of right answers lost without its most, and without its least important neuron.

# %% mystnb={"image": {"alt": "Loss of accuracy in twenty networks when one neuron is switched off. Without the most important neuron most networks lose more than half of their right answers, some lose little. Without the least important neuron the loss is close to zero in all."}}
groups = {"most important\nneuron": worst, "least important\nneuron": least}
ax = plots.strip(groups, "accuracy lost", tint="network")
ax.set(ylim=(-0.1, 0.8))
print(f"half of all answers or more lost: {(worst >= 0.5).sum()} of {SEEDS} networks")

# %% [markdown]
# **Takeaway.** In most networks switching off one neuron costs about half of all answers, or more, and another can be spared. (That one need not be idle. Look how often it is on: the others make up for it.) Same data, same settings, same score: how the work is shared out is up to the seed.
#
# Look at what the fragile ones say instead. Rain is most of the rows, so whoever loses the neuron for rain loses most rows. And zero is a strange value for a neuron that is nearly always on. Use *clamp* and *scale* in the view *neuron* to see what half of it would do.
#
# :::{dropdown} I am confused: the least important neuron sometimes costs less than nothing
# A loss below zero means that the network answered a few rows more correctly without the neuron. On 400 rows that is luck, not a discovery.
# :::
#
# ## Investigation 3: where does it change its mind?
#
# ```{exercise-start} Find where snow ends
# :label: ex-mind
# ```
#
# *Difficulty 1 of 5, importance 5 of 5, 5 minutes.*
#
# A classifier has a threshold for every input, but you never see it: it depends on all other inputs. <a href="#inspector=net=phase-classifier.4.off.11111;c=1;look=response;i=4">The view *response*</a> sweeps one input over the range of the training and keeps the others as they are in the row. Take the first row and make it warmer: at which temperature does the answer stop being snow? Read it off below the curves. (Where two phases *tie* is another question, and so is another choice in the figure: a third phase may be ahead of both.)

# %%
mine = None
inspector_answers.mind(mine, record, row=0)

# %% [markdown]
# ```{exercise-end}
# ```
#
# ```{solution-start} ex-mind
# :label: sol-mind
# :class: dropdown
# ```
#
# Give the record a fine row of temperatures, keep the rest of the row, and look for the last one at which snow is the largest output before another is.

# %%
row = dict(zip(record.predictors, record.cases.raw[0]))
T = np.linspace(*record.limits[3], 4001)


def last_snow(record, **air):
    said = record.forward(row | {"temperature": T} | air)["output"].argmax(-1)
    ends = np.flatnonzero((said[:-1] == 1) & (said[1:] != 1))
    return T[ends[0]] if len(ends) else np.nan


inspector_answers.mind(last_snow(record), record, row=0)

# %% [markdown]
# ```{solution-end}
# ```
#
# Now ask all twenty networks about the same row.

# %%
ends = [last_snow(one) for one in twenty]
first, middle, last = np.nanquantile(ends, [0, 0.5, 1])
print(f"the first at {first:.1f}, the middle one at {middle:.1f}, the last at {last:.1f} °C")

# %% mystnb={"image": {"alt": "Probability of snow for the first row against temperature, median and range of twenty networks. All fall from nearly one in the cold to nearly nothing in the warm. In between, from about minus ten to zero degrees, the band is wide: up to half of the scale."}}
weather_at = row | {"temperature": T}
chance = [one.forward(weather_at)["output"][:, 1] for one in twenty]
series = {"snow": np.transpose(chance)}
plots.curves(T, series, "temperature (°C)", "probability of snow");

# %% [markdown]
# **Takeaway.** All twenty stop saying snow as it gets warmer, and all know most rows of the test. But *where* they stop differs by degrees. One reason may be that few rows of the training combine this fall speed with such temperatures, so little settled it. Do not quote a threshold from one network.
#
# ## Does the explanation add up?
#
# {term}`Layer-wise relevance propagation` hands an answer down, layer by layer: each unit shares what it received among the units below, in proportion to what they contributed {cite:p}`bach2015`. If $z_j = \sum_i a_i w_{ij} + b_j$ is what neuron $j$ summed up, then
#
# $$R_i = \sum_j \frac{a_i w_{ij}}{z_j + \varepsilon\, \mathrm{sgn}(z_j)}\, R_j .$$
#
# The bias keeps its share too. Then nothing is lost but what the tiny $\varepsilon$ swallows, the *residual*, which should be small in every row. NN Inspector leaves the bias out of the sum, so its share goes to the inputs, and the sign out of $\varepsilon$. Choose <a href="#inspector=net=phase-classifier.4.off.11111;c=1;look=why;r=epsilon">either rule</a> and read the line *Conservation*.
#
# Does it add up? Take every row and all twenty networks, and look for the largest share of an answer that goes missing.

# %%
def propagated(record, rule):
    found = record.relevance(rows, rule=rule)
    return found["inputs"], found["start"], found["residual"]


def gone(record):
    _, start, residual = propagated(record, "epsilon")
    return np.abs(residual / start).max()


shares = [gone(one) for one in twenty]
print(f"median network: {np.median(shares):.0e}; worst: {np.max(shares):.0e}")

# %% [markdown]
# It adds up. Now look at the parts themselves. With one hidden layer and biases kept, $z_j$ cancels: a neuron that is on received $R_j = z_j w_j$, and hands on $a_i w_{ij} w_j$. So the part of an input is the input times the slope of the answer, and cannot explode. By the published rule the divisor lacks the bias. It may be close to zero though the neuron is on. How large does a part get, in 400 rows?

# %%
def largest(record, rule):
    parts, _, _ = propagated(record, rule)
    return np.abs(parts).max()


rules = {"with biases": "epsilon", "as published": "published"}
size = {}
for name, rule in rules.items():
    size[name] = [largest(one, rule) for one in twenty]

# %% mystnb={"image": {"alt": "The largest part of an input in 400 rows, on a logarithmic axis, for twenty networks. With biases kept it is a few units in all. By the published rule it is from tens to thousands."}}
ax = plots.strip(size, "largest part (log-odds)", tint="network")
ax.set(yscale="log");

# %% [markdown]
# **Takeaway.** With biases kept, no part is larger than a few units, in any network. By the published rule single rows get parts of tens, hundreds or thousands, of either sign, which cancel. Their sum is still right. So adding up is necessary, and far from sufficient.
#
# One more caution. An output before the softmax has no natural zero: add the same number to all three, and no probability changes. A part of such an output says how it moves, not how much of a probability it 'is'.
#
# ## Dead neurons and single-minded ones
#
# The penalty makes neurons expensive, and some give up. Compare <a href="#inspector=net=phase-classifier.16.off.11111;look=layer">no penalty</a>, <a href="#inspector=net=phase-classifier.16.on.11111;look=layer">the published one</a> and <a href="#inspector=net=phase-classifier-strong-l1.16.on.11111;look=layer">ten times that</a>: count the dead neurons, and read the L0.

# %%
three = records[SEEDS + 3], records[SEEDS + 8], records[-1]
wide = dict(zip(("none", "0.01", "0.1"), three))
for name, one in wide.items():
    on = one.forward(rows)["hidden"] > 0
    dead, busy = (~on.any(0)).sum(), on.sum(1).mean()
    print(f"L1 {name}: {dead} of 16 dead, {busy:.1f} on in a row")

# %% [markdown]
# In these three, a stronger penalty leaves fewer neurons on in each row, and the strongest kills several outright. Each is one seed, so take it as an illustration. {doc}`06c_hidden_layer` has the spread of how many are on, for the first two.
#
# NN Inspector calls a neuron monosemantic if its *dominance*, the share of its largest weight, is above 0.8. Ask all twenty networks.

# %%
dominance = np.array([one.dominance() for one in twenty])
above, middle = (dominance > 0.8).sum(), np.median(dominance)
print(f"{above} of {dominance.size} above 0.8; the median is {middle:.1f}")

# %% [markdown]
# By that measure hardly any neuron looks at one input. But look at the correlations in the view *layer*: neurons with quite different weights often fire together, because the inputs themselves do.
#
# ## A published network on our weather
#
# The file of a published classifier comes with the book {cite:p}`king2024inspector`. It says nothing about which inputs are logarithms, so you must. The published code takes them of `n0`, `Rho` and `Dm`, and the file agrees: the mean of `Rho` is negative, which no density is.

# %%
from helpers.data import FOLDER
from helpers.widgets.inspector import load_record

path = FOLDER / "inspector_classifier.json"
theirs = load_record(path, log_scaled=["n0", "Rho", "Dm"])
print(theirs.predictors, theirs.hidden_sizes)
print(f"accuracy {theirs.history['val_accuracy'][-1]:.4f}")

# %% [markdown]
# On its own weather it was right in 998 of 1,000 blocks. Give it ours, in its own units.

# %%
import pandas as pd

f = parts.test.frame
columns = f.n0, f.rho, f.dm, f.temperature + 273.15, f.relative_humidity
ours = {name: c.to_numpy() for name, c in zip(theirs.predictors, columns)}
said = np.array(theirs.outputs)[theirs.forward(ours)["output"].argmax(-1)]
names = {"rownames": ["simulated"], "colnames": ["it says"]}
pd.crosstab(f.phase.to_numpy(), said, **names)

# %% [markdown]
# It knows rain. But what we call snow, it calls mixed. Is our snow so strange to it? In its own standard deviations from its own mean, here is the median of our snow:

# %%
snowy = (f.phase == "snow").to_numpy()
usual = np.median(theirs.forward(ours)["scaled"][snowy], axis=0)
dict(zip(theirs.predictors, usual.round(1).tolist()))

# %% [markdown]
# Not strange at all. So ask it where it changes its mind, for the density of our snow, with everything else at the mean of its training.

# %%
middle = {"n0": 10 ** theirs.mean[0], "Dm": 10 ** theirs.mean[2]}
middle |= {"Rho": f.rho[snowy].median(), "Relative Humidity": theirs.mean[4]}
kelvin = np.linspace(245, 290, 451)
said = theirs.forward(middle | {"Temperature": kelvin})["output"].argmax(-1)
tie = kelvin[np.argmax(said != 1)]
milder = 100 * (f.temperature[snowy] + 273.15 > tie).mean()
after = theirs.outputs[said[said != 1][0]]
print(f"snow below {tie - 273.15:.0f} °C, then {after}")
print(f"{milder:.0f}% of our snow falls in air milder than that")

# %% [markdown]
# See for yourself: choose a block of our snow and sweep the temperature.

# %%
from dataclasses import replace

from helpers.widgets.inspector import Cases

some = slice(None, None, 7)
columns = np.stack([*ours.values()], axis=1)[some].round(4)
cases = Cases(columns, f.phase.cat.codes.to_numpy()[some].astype(float))
units = "1/m³/mm", "g/cm³", "mm", "K", "%"  # the file's are for machines
known = replace(theirs, name="Published classifier", cases=cases, units=units)
Inspector(known, key="published", view="look=skill")

# %% [markdown]
# For this network *snow* means light and cold, and *mixed* means light and not so cold. As we read the code, its labels come from clusters of these very variables (chapter 05); presumably a cluster of light particles in mild air was called mixed. Most of our simulated snow is just that. Neither network need be wrong. They answer different questions under the same name, and an accuracy of 0.998 does not tell you so. Looking does.
#
# ## Keep it, send it
#
# `save_record` writes a file that NN Inspector itself can read, with what its format lacks under a key of its own. `to_html` writes the whole figure as one page that needs neither Python nor a network.

# %% tags=["nbval-check-output"]
import tempfile
from pathlib import Path

from helpers.widgets.inspector import load_record

with tempfile.TemporaryDirectory() as folder:
    record.save_record(Path(folder) / "mine.json")
    again = load_record(Path(folder) / "mine.json")
    inspector.to_html(Path(folder) / "mine.html")
print(np.array_equal(again.forward(rows)["output"], record.forward(rows)["output"]))

# %% [markdown]
# ## Exercises
#
# ```{exercise-start} Dry air keeps snow
# :label: ex-dry-air
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# In the simulator snow lasts to higher temperatures when the air is dry (chapter 05). Has the network learnt it? In <a href="#inspector=net=phase-classifier.4.off.11111;c=1;look=response;i=4">the view *response*</a> type other humidities into the first row and read where snow ends. Then do it for all twenty networks: by how many degrees does that end move, in the median, when the humidity falls from 95 to 75%? Put that into `mine`. Networks that never change do not count.

# %%
mine = None
inspector_answers.drier(mine, twenty, row=0)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `last_snow` of the third investigation takes another humidity as `relative_humidity=75`. `np.nanmedian` leaves out what is missing.
# :::
#
# ```{solution-start} ex-dry-air
# :label: sol-dry-air
# :class: dropdown
# ```

# %%
moves = np.array(
    [last_snow(r, relative_humidity=75) - last_snow(r, relative_humidity=95) for r in twenty]
)
mine = np.nanmedian(moves)
inspector_answers.drier(mine, twenty, row=0)
print(f"{mine:.1f} °C; up in {(moves > 0).sum()} of {SEEDS}, down in {(moves < 0).sum()}")

# %% [markdown]
# The equation of chapter 05 says 1.3 degrees up for the tie of rain and snow. The networks do not even agree on the direction. They answer as well as they do without having learnt this relation: fall speed and size say more about the phase than humidity does, and here you hold them fixed.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Relevance by hand
# :label: ex-relevance
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# Take the first row and the output *rain* of `record`. Without $\varepsilon$, compute the relevance of the five inputs by hand from the weights, biases and activations. Put the five numbers into `mine`, in the order of the predictors.

# %%
mine = None
inspector_answers.relevance_by_hand(mine, record, row=0)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `record.forward(row)` has `scaled`, `pre_activation`, `hidden` and `output_linear`. A neuron gets $a_j w_{j} / z \cdot z = a_j w_j$, since the answer itself is what is shared out. Then share each neuron's relevance among the inputs; a neuron that is off has none.
# :::
#
# ```{solution-start} ex-relevance
# :label: sol-relevance
# :class: dropdown
# ```

# %%
found = record.forward(row)
W1, W2 = (layer[-1] for layer in record.weights)
neurons = found["hidden"] * W2[:, 0]  # what each adds to rain is its relevance
shares = found["scaled"][:, None] * W1 / found["pre_activation"]
mine = shares @ neurons
inspector_answers.relevance_by_hand(mine, record, row=0)

# %% [markdown]
# With ReLU neurons and no $\varepsilon$ this is the same as multiplying each input by the slope of the answer with respect to it.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - A record keeps every epoch of a training and everything needed to run it again, in physical units.
# - Neurons that mix temperature with fall speed are there in every seed, and in most networks that learnt nothing. Mixing inputs is not yet mixing meanings.
# - In most networks switching off one neuron costs half of the answers or more, and which one is up to the seed. So are thresholds, where the data leave them open.
# - An explanation should say what is missing from it, and how much of it cancels. With biases kept, relevance adds up in parts of a sensible size; by the published rule some parts explode.
# - A published network with a score of 0.998 means something else by *mixed* than our simulator does.
#
# You may now look into a small network, break it, and say what you did not find.
#
# ## What's next
#
# You saw neurons mix and could not tell whether they mix *meanings*. {doc}`09_autoencoder` tries to take the mixture apart.
#
# ## Further reading
#
# NN Inspector is the model for this chapter's figure {cite:p}`king2024inspector`. Bach et al. introduced relevance propagation {cite:p}`bach2015`. TensorFlow Playground showed that a network can be taught by letting people play with it {cite:p}`smilkov2017`.
