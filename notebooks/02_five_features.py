# %% [markdown]
# # 02 · Five features in two dimensions
#
# You will squeeze five features through two hidden dimensions, make them rarer and rarer, watch the network rearrange them from a right angle to a cross to a pentagon, and take it apart to see why.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 40 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** Python, matrices, and the idea of a loss. **Helpful:** {doc}`01_features`, a little PyTorch.
# - **You will be able to** *write* the smallest model that shows superposition, *read* its geometry from its weights, *explain* with pencil and paper what ReLU and bias do for features that share dimensions, and *measure* how much of a dimension each one gets.
# :::
#
# ## Warm up
#
# Guess first, then look.
#
# :::{dropdown} How many arrows in a plane can be at right angles to each other?
# Two. A linear map into two dimensions can keep two things apart perfectly, and no more.
# :::
#
# :::{dropdown} Five events each happen on one day in ten, independently. On how many days do two or more happen?
# On about eight days in a hundred. On 59 nothing happens at all, and on 33 exactly one event does. Rare things seldom meet.
# :::
#
# :::{dropdown} A network has two neurons and must report five numbers. Which would you give up?
# Perhaps none. That depends on how often the numbers are zero, as you are about to see.
# :::
#
# ## A model you can read in full
#
# {doc}`01_features` predicts that rare features share a layer. Test it where you can see everything. A {term}`feature` here is just a number between 0 and 1 that is often zero. The probability that it is zero is its {term}`sparsity` $S$. There are five of them, independent of each other, and the model must copy them from its input to its output.
#
# The difficulty is in the middle, where the model has only two numbers. It maps the input $x$ down with a matrix $W$ and up again with the same matrix, adds a bias $b$, and cuts off what is negative. The output is
#
# $$
# x' = \mathrm{ReLU}(x\,W W^\top + b)
# $$ (eq-toy)
#
# This is the ReLU output model of {cite:t}`elhage2022`. Row $i$ of our $W$ is the direction that feature $i$ gets in the hidden plane. In the paper features are columns, so the paper writes $W^\top W$ where you read $W W^\top$.

# %%
import torch
from torch import nn


class Toy(nn.Module):
    def __init__(self, W):
        super().__init__()
        self.W = nn.Parameter(W.clone())  # (instances, features, hidden)
        self.b = nn.Parameter(torch.zeros(W.shape[:2]))

    def forward(self, x):  # (batch, instances, features)
        hidden = torch.einsum("bif,ifh->bih", x, self.W)
        back = torch.einsum("bih,ifh->bif", hidden, self.W)
        return torch.relu(back + self.b)


# %% [markdown]
# Look at the first axis, {term}`instances <instance>`. One object holds many separate models, each with weights and data of its own. Instances never mix, so one training run is a whole experiment.
#
# You will use it for two things at once: 21 levels of sparsity, and 10 seeds for each of them. The levels are evenly spaced in the logarithm of the {term}`density` $1-S$, from always on to on once in a hundred.

# %%
SEEDS = 10
levels = 1 - torch.logspace(0, -2, 21)
sparsity = levels.repeat_interleave(SEEDS)


def sample(step, generator):
    shape = (256, len(sparsity), 5)
    on = torch.rand(shape, generator=generator) >= sparsity[:, None]
    return on * torch.rand(shape, generator=generator)


# %% [markdown]
# Some features matter more than others. Each is worth nine tenths of the one before, and the loss is the squared error weighted by this {term}`importance`. It returns one number per instance.

# %%
importance = 0.9 ** torch.arange(5)


def loss(model, x):
    return (importance * (x - model(x)) ** 2).sum(-1).mean(0)


# %% [markdown]
# That is the whole experiment: a model, data, a loss. `train.fit` does the rest, with Adam and a learning rate that falls along a cosine. The models are so small that a graphics card would only slow them down.

# %%
from math import cos, pi

from helpers import nets, train

STEPS = 1000


def cosine(step):
    return (1 + cos(pi * step / STEPS)) / 2


model = Toy(nets.ToyModel(5, 2, instances=len(sparsity)).W)
history = train.fit(model, sample, loss, steps=STEPS, lr=0.03, schedule=cosine, device="cpu")

# %% [markdown]
# The starting weights came from `nets.ToyModel`, the version of this class that later chapters import. It should be the same model. Hand it your trained parameters and compare.

# %% tags=["nbval-check-output"]
helper = nets.ToyModel(5, 2, instances=len(sparsity))
helper.load_state_dict(model.state_dict())
x = sample(0, torch.Generator().manual_seed(1))
print("same output:", torch.allclose(model(x), helper(x), atol=1e-6))

# %% [markdown]
# ## Drag the sparsity
#
# Before any numbers, play. Drag the slider from left to right, or focus it and use the arrow keys. Everything is recomputed in your browser from the weights you see; no Python is running.

# %%
from helpers.widgets import ToyGeometry

ToyGeometry.from_model(model, sparsity, importance)

# %% [markdown]
# Start at the left, where every feature is always on. Two arrows have length one and stand at a right angle. The other three have shrunk to the origin. The model copies features 1 and 2 perfectly, and for each other feature it answers with a constant, the mean.
#
# Move on to about 0.6. Now four arrows form a cross. Features share a line and point in *opposite* directions: an {term}`antipodal pair`. In the matrix this is a blue cell: when one feature is on, it pushes the output of its partner below zero, and the ReLU cuts that off.
#
# Go past 0.85. The cross opens into a pentagon, and all five features are represented. Five directions in two dimensions cannot be at right angles, and no cell of the matrix is zero any more. This is {term}`superposition`.
#
# Two more things to try. Drag the tip of an arrow out of the pentagon and watch the loss of its neighbours. Then press *Train from scratch here* a few times at sparsity 0.9: your browser trains a new model, and it does not always find the pentagon.
#
# :::{dropdown} I am confused by this plot
# The plane has no preferred axes. Turning all arrows together changes nothing, because only $W W^\top$ enters equation {eq}`eq-toy`. The widget turns each model to lie as the one before it does, so that you can follow the arrows. A number in row $i$ and column $j$ of the matrix says how much of input $j$ arrives at output $i$.
# :::
#
# ## Five moments of the story
#
# Pick five levels and, for each, the best of ten seeds. Which seed is best should not depend on a lucky sample. `toy.expected_loss` sums over all 32 combinations of active features and integrates over their values, so it has no noise, only an error of about one per cent.

# %%
from helpers.toy import expected_loss

W, b = model.W.detach(), model.b.detach()
per_seed = expected_loss(W, b, sparsity, importance).sum(-1).view(-1, SEEDS)
best = torch.arange(len(levels)) * SEEDS + per_seed.argmin(1)

# %% mystnb={"image": {"alt": "Five pairs of panels at sparsity 0, 0.60, 0.80, 0.90 and 0.99. At 0 two arrows at a right angle; at 0.60 and 0.80 four arrows in a cross; at 0.90 and 0.99 five arrows in a pentagon. Below each, the matrix W times W transposed: two orange cells on the diagonal, then four with blue cells for opposite partners, then five with pale and blue cells everywhere."}}
from helpers import plots, toy_plots

plots.house()
shown = [0, 4, 7, 10, 20]
titles = [f"S = {levels[i]:.2f}" for i in shown]
axes = toy_plots.stages(W[best[shown]], titles)

# %% [markdown]
# **Takeaway.** Two features at a right angle, then four in a cross, then five in a pentagon. Nobody asked for these shapes. They are what the loss prefers at each sparsity.
#
# ## Which features are kept?
#
# Sparsity says how *many* features fit. Which ones? Call a feature *represented* if its arrow is at least 0.5 long, and ask in how many of the ten seeds it is.

# %% mystnb={"image": {"alt": "Share of ten seeds that represent each feature, at seven sparsities. At 0, features 1 and 2 are always represented and the others almost never. In the middle feature 5 is the one most often missing. At the highest sparsities all five are represented in nearly every seed."}}
long_enough = W.norm(dim=-1) >= 0.5
seeds_that_keep = long_enough.view(len(levels), SEEDS, 5).float().mean(1)
some = range(0, 14, 2)
rows = [f"feature {i + 1}" for i in range(5)]
columns = [f"S = {levels[i]:.2f}" for i in some]
ax = plots.heatmap(seeds_that_keep[some].T, rows, columns, label="share of seeds")
ax.collections[0].colorbar.ax.set_ylim(0, 1);  # no share is negative

# %% [markdown]
# **Takeaway.** Importance decides who is first in the queue. Features 1 and 2 are in from the start, and feature 5 is the last to enter. Feature 5 is worth only a tenth less than feature 4, so now and then a seed swaps the two.
#
# How far can importance reach? For that, train models with 3 to 8 features, 7 sparsities, and 5 values for the importance of feature 1, while all others are worth 1. With four seeds each that makes 840 models, still one run. Every model gets eight slots, and `real` marks those that it uses.

# %%
from helpers import sampling

counts, grid = torch.arange(3.0, 9), 1 - torch.logspace(0, -1.5, 7)
worths, starts = torch.logspace(-1, 1, 5), torch.arange(4.0)
n, S, first, _ = torch.cartesian_prod(counts, grid, worths, starts).T.contiguous()
real = (torch.arange(8) < n[:, None]).float()
worth = real.clone()
worth[:, 0] = first

# %% [markdown]
# Arrows start short and biases above zero this time, so that you can watch the first grow and the others fall. Models of one sparsity share their data, which saves time; `level` says which column of it is theirs. `snapshots=True` keeps the weights at steps 0, 1, 2, 4, 8 and so on.

# %%
level = torch.searchsorted(grid, S)
many = nets.ToyModel(8, 2, instances=len(n))
with torch.no_grad():
    many.W *= 0.3
    many.b += 0.2


# %%
def shared(step, generator):
    return sampling.sparse_features(64, 8, grid, generator)[:, level] * real


def weighted(model, x):
    return (worth * (x - model(x)) ** 2).sum(-1).mean(0)


settings = {"steps": 600, "lr": 0.03, "device": "cpu", "snapshots": True}
settings["schedule"] = lambda step: cosine(STEPS * step / 600)
past = train.fit(many, shared, weighted, **settings)

# %%
from helpers.widgets import GeometryPlayer

steps = list(past.snapshots)
kept = past.snapshots.values()
W_past, b_past = (torch.stack([each[name] for each in kept]) for name in "Wb")
GeometryPlayer.from_runs(W_past, b_past, n, S, first, steps)

# %% [markdown]
# You see the best of four seeds in each setting. Keep five features and move the sparsity to 0, then push the importance of feature 1 down and up. Unimportant, it is dropped. Ten times as important as the others, it has a dimension to itself: the table says 1.00 in *dimensions*, a measure that you will meet below. Now raise the sparsity. From about 0.9 on even this feature shares. Importance buys room only while features meet.
#
# Put importance back to 1 and go through 3, 4, 6 and 8 features. Now *who* is dropped is chance. At sparsity 0 any plane is as good as any other: look for no pattern there.
#
# ## How the shapes form
#
# The last slider scrubs through training. Choose six features at sparsity 0.9 and press *Play the training*. Here is the same run on paper: it ends with five of six.

# %% mystnb={"image": {"alt": "Twelve small planes with six arrows, at training steps 0 to 600. The arrows are short at first and all grow until step 16. Then five spread out into a pentagon while one shrinks to nothing. Below, the lengths of the arrows, and the loss, which falls steeply until step 32 and is nearly flat while one arrow gives up."}}
cell = (n == 6) & (S == grid[4]) & ((first - 1).abs() < 1e-3)
W6, b6 = W_past[:, cell, :6], b_past[:, cell, :6]
costs = [expected_loss(*at, grid[4], torch.ones(6)).sum(-1) for at in zip(W6, b6)]
costs = torch.stack(costs)  # (snapshots, seeds)
winner = costs[-1].argmin()
axes = toy_plots.story(W6[:, winner], steps, costs[:, winner])

# %% [markdown]
# Notice three things. At first the arrows stay short while the biases fall, and half of the loss is gone. Then all six arrows grow. Those that have a side to themselves reach full length first, while two that crowd each other wait. Last, one arrow of a crowd turns away and finds room, or gives up, and only then its rival grows to full length.
#
# **Takeaway.** A pentagon is not built; it is what remains of a crowd. The loss hardly shows the contest: it is nearly flat while one feature gives way to another. Play eight features: how many leave, and one after another or together?
#
# ## Why rare features can share
#
# Sharing a direction is not free. When two features on one line are on together, each disturbs the other. This is {term}`interference`. But it costs only when they meet.
#
# Take the smallest case: two equally important features and one dimension. Write $d = 1-S$ for the density. Compare two clean solutions. A trained model may also mix them, with other lengths and biases.
#
# - **Drop one.** The kept feature is perfect. For the other the best constant answer is its mean, $d/2$, and the loss is its variance, $d/3 - d^2/4$.
# - **Share.** Let the two point in opposite directions. If only one is on, the ReLU removes the disturbance and the copy is perfect. If both are on, each is wrong by the smaller of the two, and the loss is $d^2/3$.
#
# A dropped feature costs in proportion to $d$: you lose it every time it is on. Sharing costs in proportion to $d^2$: you pay only for collisions. As $d$ gets small, the square wins. A million samples agree:

# %% tags=["nbval-check-output"]
opposite = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
for S in (0.0, 0.5, 0.8, 0.95):
    seed = torch.Generator().manual_seed(0)
    x = sampling.sparse_features(1_000_000, 2, S, seed)[:, 0]
    share = (torch.relu(x @ opposite) - x).square().sum(1).mean()
    drop = x[:, 1].var()
    print(f"sparsity {S:.2f}: sharing costs {share / drop:.2f} times as much as dropping")

# %% [markdown]
# **Takeaway.** With features always on, sharing costs four times as much as dropping. At sparsity 0.95 it costs about a twentieth as much. The curve in the first widget tells the same story for five features: the dashed line keeps only features 1 and 2, and the trained model leaves it before sparsity 0.5.
#
# ## Interference by hand
#
# Opposite directions are one case. For any other take a pencil. Two arrows of length 1 are $\theta$ degrees apart, and only feature $i$ is on, with value $x_i$. The hidden plane holds $x_i W_i$. Output $j$ should be 0, and before the ReLU it is
#
# $$
# x_i\, W_i \cdot W_j + b_j = x_i \cos\theta + b_j .
# $$ (eq-arrives)
#
# Fill in a table for $x_i = 1$: what arrives, what is left after the ReLU, and what is left if the bias is -0.2. Then compare.

# %% tags=["nbval-check-output"]
import pandas as pd

degrees = torch.tensor([0.0, 36, 72, 90, 144, 180])
arrives = torch.deg2rad(degrees).cos()
left = {"arrives": arrives, "after ReLU": arrives.relu()}
left["bias -0.2"] = (arrives - 0.2).relu()
rows = [f"{angle:.0f} degrees" for angle in degrees]
pd.DataFrame(left, index=rows).round(2) + 0

# %% [markdown]
# Beyond a right angle the ReLU cuts everything off. Below, something gets through, and the bias takes the same amount from it whatever $x_i$ is. So a weak neighbour is silenced, and a strong one only dimmed.
#
# The row for 0 degrees is the feature's own. It loses 0.2 too. How does the network make up for that? Look at the trained pentagon.

# %%
pentagon = W[best[10]]
own, bias = pentagon.norm(dim=1).square().mean(), b[best[10]].mean()
near = own * torch.deg2rad(torch.tensor(72.0)).cos()
print(f"a feature that is fully on reaches its own output as {own + bias:.2f}")
print(f"a neighbour is heard only where its value is above {-bias / near:.2f}")

# %% [markdown]
# Arrows longer than 1 pay the bias back, and a neighbour must be more than half on to be heard at all. Now play against the network. Two of five arrows are yours, the others stay where training put them, and the biases are always the best for your arrows.

# %%
from helpers.widgets import Interference

five = (0, 0.6, 0.8, 0.9, 0.95)
Interference.from_model(model, sparsity, importance, levels=five, start=0.9)

# %% [markdown]
# What worked? Filling the gaps of the pentagon, with arrows a little longer than 1. Two arrows on one side are punished in their own outputs *and* in their neighbours'. Now take your arrows to sparsity 0. There the other three lie at the origin, and the best for yours is a right angle: features that always meet cannot share. *Let the computer try* goes downhill from where you are, and may end in a worse valley than the network did.
#
# **Takeaway.** Interference has a sign. The ReLU removes the negative part for nothing. The positive part costs, and only a threshold can buy it off.
#
# ## What the bias is for
#
# In a cross the ReLU does all the work, because partners disturb each other only downwards. In a pentagon each feature has two neighbours 72 degrees away, and they push its output *up*.

# %%
names = [f"b{i + 1}" for i in range(5)]
pd.DataFrame(b[best[shown]], index=titles, columns=names).round(2)

# %% [markdown]
# Read the table from the top. Features without a direction have a positive bias: it is the constant they are answered with, and it falls as they get rarer. In the cross the other four need almost none. In the pentagon every bias is negative.
#
# Is that the best answer, or an accident of training? Freeze the arrows of three of these models and move the biases by hand. An output depends on no bias but its own, so `expected_loss` gives all five curves at once.

# %% mystnb={"image": {"alt": "Loss of each output against its bias in three frozen models; a dot marks the trained bias. Right angle at sparsity 0: two outputs are best at 0, three at one half. Cross at 0.80: four are best at 0, the dropped one at 0.1. Pentagon at 0.90: all five are best at minus 0.2. Every dot lies at the bottom of its curve."}}
moved = torch.arange(-50, 81) / 100
three = {"right angle, S = 0": 0, "cross, S = 0.8": 7, "pentagon, S = 0.9": 10}
frozen = {}
for name, i in three.items():
    arrows = W[best[i]].expand(len(moved), 5, 2)
    biases = moved[:, None].expand(len(moved), 5)
    frozen[name] = expected_loss(arrows, biases, levels[i], importance)
axes = toy_plots.bias_curves(moved, frozen, b[best[list(three.values())]])

# %% [markdown]
# Every dot lies at the bottom of its curve (the scales differ). A dropped feature is best answered with its mean, $d/2$. In the cross the bottom is at zero, in the pentagon at about -0.2. To test the cause, take two arrows of length 1 and nothing else, at sparsity 0.9, and change the angle alone.

# %% tags=["nbval-check-output"]
from math import radians, sin

for angle in (36, 54, 72, 90, 108, 144, 180):
    pair = torch.tensor([[1.0, 0.0], [cos(radians(angle)), sin(radians(angle))]])
    pairs, biases = pair.expand(len(moved), 2, 2), moved[:, None].expand(len(moved), 2)
    lowest = expected_loss(pairs, biases, 0.9, torch.ones(2)).sum(1).argmin()
    print(f"{angle:3d} degrees apart: the best bias is {moved[lowest]:.2f}")

# %% [markdown]
# **Takeaway.** A positive bias is a guess at the mean. A negative one is a threshold against neighbours that push up. Where nobody does, from a right angle on, the best bias of a rare feature is zero.
#
# ## What the ReLU is for
#
# By this account superposition needs the ReLU. Take it away. Then the loss of independent features depends on them only through their variance $v$. With importances $I_j$ and the best biases it is
#
# $$
# L = v \sum_{i,j} I_j\, \bigl(\delta_{ij} - W_i \cdot W_j\bigr)^2 ,
# $$ (eq-linear)
#
# where $\delta_{ij}$ is 1 for $i = j$, else 0. Sparsity changes only the common factor $v$, not which arrows are best. A linear model should keep the most important features, one per dimension, at every sparsity. {cite:t}`elhage2022` show this for $n = 20$ features in $m = 5$ dimensions and for 80 in 20. Repeat it with ten seeds. From one feature to the next, importance falls by the factor `ratio`.

# %%
density = torch.tensor([1, 0.3, 0.1, 0.03, 0.01])
d = density.repeat_interleave(SEEDS)


def squeeze(n, m, ratio, activation, steps):
    model = nets.ToyModel(n, m, len(d), activation=activation)
    model.b.data += d[:, None] / 2  # each bias starts at the mean

    def loss(model, x):
        return (ratio ** torch.arange(n) * (x - model(x)) ** 2).sum(-1).mean(0) / d

    settings = {"steps": steps, "lr": 0.02, "device": "cpu"}
    settings["schedule"] = lambda step: cosine(STEPS * step / steps)
    train.fit(model, sampling.sparse_batches(32, n, 1 - d), loss, **settings)
    return model.W.detach().view(len(density), SEEDS, n, m)


# %% [markdown]
# Dividing by the density keeps the losses of rare and of dense features comparable. In the large models neighbours differ little in importance, so they get twice as many steps. With half of them, feature 21 often still sits in the place of feature 20 of the linear model.

# %%
small = {"linear": squeeze(20, 5, 0.7, "linear", 1000)}
small["ReLU"] = squeeze(20, 5, 0.7, "relu", 1000)
large = {"linear": squeeze(80, 20, 0.9, "linear", 2000)}
large["ReLU"] = squeeze(80, 20, 0.9, "relu", 2000)

# %% mystnb={"image": {"alt": "Bars for the arrow lengths of 20 features at five sparsities, one seed. Linear model: at every sparsity five blue bars of length one, above the dotted line, and nothing below. ReLU model: the same at sparsity 0, then more and more bars below the line, most of them orange, which means shared."}}
columns = [f"S = {1 - each:.2g}" for each in density.tolist()]
first_seed = {name: W[:, 0] for name, W in small.items()}
axes = toy_plots.superposition(first_seed, columns)

# %% mystnb={"image": {"alt": "The same for 80 features in 20 dimensions. Linear model: twenty blue bars at every sparsity. ReLU model: twenty at sparsity 0, about twice as many at 0.97, and most of the eighty at 0.99, nearly all of them shared."}}
first_seed = {name: W[:, 0] for name, W in large.items()}
axes = toy_plots.superposition(first_seed, columns)

# %% [markdown]
# Above the dotted line are as many features as there are dimensions. A blue bar of the linear model below it is a feature that training has not sorted out yet. That is one seed. For all ten, count how many features a dimension carries.

# %% mystnb={"image": {"alt": "Features represented per hidden dimension against sparsity, one dot per seed. Both linear models lie on one at every sparsity. The ReLU models rise from one to two near sparsity 0.97, and the large one to nearly three at 0.99."}}
runs = {f"{name}, 20 in 5": W for name, W in small.items()}
runs |= {f"{name}, 80 in 20": W for name, W in large.items()}
held = {name: (W.norm(dim=-1) >= 0.5).sum(-1) for name, W in runs.items()}
packed = {name: held[name] / runs[name].shape[-1] for name in runs}
ax = toy_plots.packing(1 - density, packed)

# %% [markdown]
# **Takeaway.** Same data, same dimensions, same loss. Without the ReLU a dimension holds one feature however rare features are. With it, it holds the more the rarer they are. (At 0.99 training is not finished. Trained longer, some weak arrows fade, but more than two per dimension remain.) Superposition needs both: rare features and a nonlinearity that forgives interference.
#
# ## How much of a dimension does a feature get?
#
# Counting arrows is crude. {cite:t}`elhage2022` measure the {term}`dimensionality` of a feature, with $\hat W_i$ for $W_i$ scaled to length one:
#
# $$
# D_i = \frac{\lVert W_i \rVert^2}{\sum_j (\hat W_i \cdot W_j)^2}
# $$ (eq-dimensionality)
#
# The top is how strongly the feature is represented. The bottom adds up everything that is represented along its direction, itself included. A feature at right angles to all others has $D_i = 1$; one of an antipodal pair has $1/2$. In a pentagon five features share two dimensions fairly, so you should expect $2/5$.

# %% mystnb={"image": {"alt": "Dimensionality of each of the five features against sparsity, one dot per seed. Features 1 and 2 start at one and fall to one half near sparsity 0.5; features 3 and 4 rise from zero to one half, and feature 5 stays near zero but for one level; beyond 0.85 all five lie at two fifths."}}
from helpers import metrics

share = metrics.feature_dimensionality(W).view(len(levels), SEEDS, 5)
ax = toy_plots.dimensions(levels, share)

# %% [markdown]
# **Takeaway.** Features do not slide smoothly from one value to another. They stick at 1, at 1/2 and at 2/5, with quick moves in between. These plateaus are the geometry: right angle, cross, pentagon. Where a line jumps for a single level, as a late feature may, look at the dots: some seeds gave its place to another.
#
# ## One seed is never evidence
#
# The five moments could be lucky runs. Count for every seed how many features it represents.

# %% mystnb={"image": {"alt": "Number of features represented against sparsity; the area of a dot is the share of ten seeds. Two at low sparsity, three or four around 0.5, four until 0.8, five from about 0.84, with a few seeds one short."}}
represented = long_enough.sum(-1).view(len(levels), SEEDS)
ax = toy_plots.counts(levels, represented)

# %% tags=["nbval-check-output"]
for i in (0, 10, 20):
    typical = represented[i].median()
    print(f"sparsity {levels[i]:.2f}: a typical seed represents {typical} features")

# %% [markdown]
# **Takeaway.** The staircase holds over seeds, but its edges are soft. Even far from a step a seed now and then gets stuck in a cross and leaves one feature out, at several times the loss. Small models are hard to train: that is why *Five moments of the story* shows the best of ten.
#
# ## The scorecard
#
# The paper opens with a figure of this model: two features at sparsity 0, two antipodal pairs, then all five in a pentagon at 0.9 {cite:p}`elhage2022`. The rules for judging our copy stand in one file beside the book, not in this chapter. Where single runs are judged, half of the seeds must show the pattern, because a small model often gets stuck. The median decides whether the value is the paper's own.

# %%
from helpers import scorecard

scorecard.record("toy-dense-two", represented[0])

# %% [markdown]
# A pair is two represented features whose cosine is below -0.95.

# %%
W8 = W[sparsity == levels[7]]
length = W8.norm(dim=-1, keepdim=True)
unit = W8 / length * (length >= 0.5)
scorecard.record("toy-antipodal-pairs", ((unit @ unit.mT).triu() < -0.95).sum((1, 2)))

# %% [markdown]
# For the pentagon, measure angles. Sort the five directions around the circle, take the gaps between neighbours, and keep the largest difference from 72 degrees. A seed that dropped a feature has a gap that is far off.

# %%
x, y = W[sparsity == levels[10]].unbind(-1)
around = torch.rad2deg(torch.atan2(y, x)).sort(-1).values
gaps = torch.cat([around, around[:, :1] + 360], dim=1).diff(dim=1)
scorecard.record("toy-sparse-pentagon", (gaps - 72).abs().amax(1))

# %% [markdown]
# For the linear models take the share of the squared weights that belongs to the $m$ most important features. For each seed the worst sparsity counts.

# %%
def worst_share(W):
    squared = W.square().sum(-1)
    return (squared[..., : W.shape[-1]].sum(-1) / squared.sum(-1)).amin(0)


scorecard.record("toy-linear-small", worst_share(small["linear"]))

# %%
scorecard.record("toy-linear-large", worst_share(large["linear"]))

# %% [markdown]
# For the ReLU models count the features represented at sparsity 0.99.

# %%
scorecard.record("toy-relu-small", held["ReLU, 20 in 5"][-1])

# %%
scorecard.record("toy-relu-large", held["ReLU, 80 in 20"][-1])

# %% [markdown]
# ## Exercises
#
# ```{exercise-start} Measure a dimension
# :label: ex-dimensionality
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# Write a function that takes directions `W` of shape `(features, hidden)` and returns $D_i$ from equation {eq}`eq-dimensionality` for each feature. Put the function itself into `mine`.

# %%
from helpers import toy_answers

mine = None
toy_answers.dimensionality(mine, W[best[10]])

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `W @ W.T` holds all dot products $W_i \cdot W_j$. Divide row $i$ by the length of $W_i$ before you square.
# :::
#
# ```{solution-start} ex-dimensionality
# :label: sol-dimensionality
# :class: dropdown
# ```


# %%
def mine(W):
    length = W.norm(dim=1, keepdim=True)
    return length[:, 0] ** 2 / (W @ W.T / length).square().sum(1)


toy_answers.dimensionality(mine, W[best[10]])

# %% [markdown]
# ```{solution-end}
# ```
#
# ```{exercise-start} When does sharing pay?
# :label: ex-break-even
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# For two equally important features in one dimension, at which sparsity do these two solutions cost the same? Put the number into `mine`. Then look where the curves in the first widget part. It has five features, so compare roughly. Why may a model start to share a little earlier?

# %%
mine = None
toy_answers.break_even(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Set the two losses of the section on sharing equal and divide by $d$. The rest is a linear equation.
# :::
#
# ```{solution-start} ex-break-even
# :label: sol-break-even
# :class: dropdown
# ```

# %%
density = (1 / 3) / (1 / 3 + 1 / 4)  # d²/3 = d/3 - d²/4
mine = 1 - density
toy_answers.break_even(mine)

# %% [markdown]
# The density is 4/7, so of the two solutions sharing is cheaper above a sparsity of 3/7. A trained model may choose shorter arrows and a positive bias in between, so its first shared direction appears a little earlier.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} What is importance worth?
# :label: ex-worth-sharing
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 10 minutes.*
#
# Two features again, one dimension, but now the first has importance 1 and the second only $a$. Each is on half of the time, independently of the other. Either the second is dropped, or the two point in opposite directions. From which $a$ on is sharing cheaper? Put the number into `mine`.

# %%
mine = None
toy_answers.worth_sharing(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Half of the loss $d^2/3$ falls on each of the two. Weight each half by its importance, and the loss of dropping by $a$.
# :::
#
# ```{solution-start} ex-worth-sharing
# :label: sol-worth-sharing
# :class: dropdown
# ```

# %%
d_half = 1 / 2
dropped, in_one = d_half / 3 - d_half**2 / 4, d_half**2 / 6
mine = in_one / (dropped - in_one)  # a * dropped = (1 + a) * in_one
toy_answers.worth_sharing(mine)

# %% [markdown]
# Ask the same for every density and importance, and you have a phase diagram. {doc}`03_geometry` draws it.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Take away the ReLU
# :label: ex-without-relu
# ```
#
# *Difficulty 3 of 5, importance 5 of 5, 15 minutes.*
#
# Now do it yourself: train the five features without the ReLU at sparsity 0.9, with ten seeds. How many features does each seed represent? Put the ten counts into `mine`.

# %%
mine = None
toy_answers.without_relu(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `nets.ToyModel` takes `activation="linear"`. `sampling.sparse_features(256, 5, sparsity, generator)` draws a batch for any vector of sparsities.
# :::
#
# ```{solution-start} ex-without-relu
# :label: sol-without-relu
# :class: dropdown
# ```

# %%
linear = nets.ToyModel(5, 2, instances=SEEDS, activation="linear")
rare = torch.full((SEEDS,), 0.9)


def draw(step, generator):
    return sampling.sparse_features(512, 5, rare, generator)


history = train.fit(linear, draw, loss, steps=STEPS, lr=0.03, schedule=cosine, device="cpu")
mine = (linear.W.detach().norm(dim=-1) >= 0.5).sum(-1)
toy_answers.without_relu(mine)

# %% [markdown]
# A linear model pays for interference whether features meet or not, because nothing cuts off what a feature pushes below zero. Like principal components, it keeps what matters most and drops the rest.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - The model has two dimensions and five features. What it does with the surplus depends on sparsity: it drops three features, pairs four, or fits in all five.
# - Importance decides who comes first, and how far a feature is spared from sharing.
# - Sharing costs only when features meet, so its price falls with the square of the density. Dropping costs every time.
# - The ReLU removes what pushes down, a negative bias part of what pushes up. The linear model shows no superposition, however rare features are.
# - Dimensionality makes the geometry a number: 1, 1/2, 2/5.
# - Seeds differ, above all near a change of shape. Look at many.
#
# ## What's next
#
# What shapes come with more features, more dimensions, or features that come together? {doc}`03_geometry` maps phases and shapes. In {doc}`06_training` you train a network on real weather, where nobody knows the features. In {doc}`08_building_autoencoders` you try to pull such a mixture apart again.
#
# ## Further reading
#
# The model, its phase diagram and its larger relatives are in {cite:t}`elhage2022`, which is long, lively and full of figures to explore. {cite:t}`jermyn2022` show that the same loss can hide very different geometries, and how to choose between them. The optimiser is that of {cite:t}`kingma2015`.
