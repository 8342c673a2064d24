# %% [markdown]
# # 02 · Five features in two dimensions
#
# You will squeeze five features through two hidden dimensions, make them rarer and rarer, and watch the network rearrange them from a right angle to a cross to a pentagon.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 25 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** Python, matrices, and the idea of a loss. **Helpful:** a little PyTorch.
# - **You will be able to** *write* the smallest model that shows superposition, *read* its geometry from its weights, *explain* why rare features can share dimensions, and *measure* how much of a dimension each one gets.
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
# A {term}`feature` here is just a number between 0 and 1 that is often zero. The probability that it is zero is its {term}`sparsity` $S$. There are five of them, independent of each other, and the model must copy them from its input to its output.
#
# The difficulty is in the middle, where the model has only two numbers. It maps the input $x$ down with a matrix $W$ and up again with the same matrix, adds a bias, and cuts off what is negative:
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
# You will use it for two things at once: 21 levels of sparsity, and 10 seeds for each of them. The levels are evenly spaced in the logarithm of the density $1-S$, from always on to on once in a hundred.

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
# Pick five levels and, for each, the best of ten seeds. Which seed is best should not depend on a lucky sample. `toy.expected_loss` sums over all 32 combinations of active features and integrates over their values, so it has no noise.

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
from helpers import sampling

opposite = torch.tensor([[1.0, -1.0], [-1.0, 1.0]])
for S in (0.0, 0.5, 0.8, 0.95):
    seed = torch.Generator().manual_seed(0)
    x = sampling.sparse_features(1_000_000, 2, S, seed)[:, 0]
    share = (torch.relu(x @ opposite) - x).square().sum(1).mean()
    drop = x[:, 1].var()
    print(f"sparsity {S:.2f}: sharing costs {share / drop:.2f} times as much as dropping")

# %% [markdown]
# **Takeaway.** With features always on, sharing costs four times as much as dropping. At sparsity 0.95 it costs about a twentieth as much. The curve in the widget tells the same story for five features: the dashed line keeps only features 1 and 2, and the trained model leaves it before sparsity 0.5.
#
# ## What the bias is for
#
# In a cross, the ReLU does all the work, because partners disturb each other only downwards. In a pentagon that is no longer enough: each feature has two neighbours 72 degrees away, and they push its output *up*.

# %%
import pandas as pd

names = [f"b{i + 1}" for i in range(5)]
pd.DataFrame(b[best[shown]], index=titles, columns=names).round(2)

# %% [markdown]
# Read the table from the top. Features without a direction have a positive bias: it is the constant they are answered with, and it falls as they get rarer. In the cross the other four need almost none. In the pentagon every bias is negative.
#
# A neighbour that is weakly on no longer gets through. The price is that every output comes out too small, and for that the arrows grow longer than one. Look at the diagonal of the matrix in the widget at 0.9: it is well above 1.
#
# **Takeaway.** A positive bias is a guess at the mean. A negative one is a threshold against neighbours.
#
# ## How much of a dimension does a feature get?
#
# Counting arrows is crude. {cite:t}`elhage2022` measure the {term}`dimensionality` of a feature, with $\hat W_i$ for $W_i$ scaled to length one:
#
# $$
# D_i = \frac{\lVert W_i \rVert^2}{\sum_j (\hat W_i \cdot W_j)^2}
# $$ (eq-dimensionality)
#
# The top is how strongly the feature is represented. The bottom adds up everything that is represented along its direction, itself included. A feature alone on its direction has $D_i = 1$; one of an antipodal pair has $1/2$. In a pentagon five features share two dimensions fairly, so you should expect $2/5$.

# %% mystnb={"image": {"alt": "Dimensionality of each of the five features against sparsity, one dot per seed. Features 1 and 2 start at one and fall to one half near sparsity 0.5; features 3 and 4 rise from zero to one half, and feature 5 stays near zero but for one level; beyond 0.85 all five lie at two fifths."}}
from helpers import metrics

share = metrics.feature_dimensionality(W).view(len(levels), SEEDS, 5)
ax = toy_plots.dimensions(levels, share)

# %% [markdown]
# **Takeaway.** Features do not slide smoothly from one value to another. They stick at 1, at 1/2 and at 2/5, with quick moves in between. These plateaus are the geometry: right angle, cross, pentagon. Where a line jumps for a single level, as a late feature may, look at the dots: some seeds gave its place to another.
#
# ## One seed is never evidence
#
# Everything so far could be one lucky run. Call a feature *represented* if its arrow is at least 0.5 long, and count for every seed.

# %% mystnb={"image": {"alt": "Number of features represented against sparsity; the area of a dot is the share of ten seeds. Two at low sparsity, three or four around 0.5, four until 0.8, five from about 0.84, with a few seeds one short."}}
long_enough = W.norm(dim=-1) >= 0.5
represented = long_enough.sum(-1).view(len(levels), SEEDS)
ax = toy_plots.counts(levels, represented)

# %% tags=["nbval-check-output"]
for i in (0, 10, 20):
    typical = represented[i].median()
    print(f"sparsity {levels[i]:.2f}: a typical seed represents {typical} features")

# %% [markdown]
# **Takeaway.** The staircase holds over seeds, but the edges are soft. Near a step some seeds land on one side and some on the other. Even far from a step a seed now and then gets stuck in a cross and leaves one feature out, at several times the loss. Small models are hard to train: that is why *Five moments of the story* shows the best of ten.
#
# ## The scorecard
#
# The paper opens with a figure of this model: two features at sparsity 0, all five in a pentagon at 0.9 {cite:p}`elhage2022`. The rules for judging our copy stand in one file beside the book, not in this chapter: at least half of the seeds must show the pattern, because a small model often gets stuck, and the median decides whether the value is the paper's own.

# %%
from helpers import scorecard

scorecard.record("toy-dense-two", represented[0])

# %% [markdown]
# For the pentagon, measure angles. Sort the five directions around the circle, take the gaps between neighbours, and keep the largest difference from 72 degrees. A seed that dropped a feature has a gap that is far off.

# %%
x, y = W[sparsity == levels[10]].unbind(-1)
around = torch.rad2deg(torch.atan2(y, x)).sort(-1).values
gaps = torch.cat([around, around[:, :1] + 360], dim=1).diff(dim=1)
scorecard.record("toy-sparse-pentagon", (gaps - 72).abs().amax(1))

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
# For two equally important features in one dimension, at which sparsity do these two solutions cost the same? Put the number into `mine`. Then look where the curves in the widget part, and say why the model starts to share a little earlier.

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
# ```{exercise-start} Take away the ReLU
# :label: ex-without-relu
# ```
#
# *Difficulty 3 of 5, importance 5 of 5, 15 minutes.*
#
# Train the same model without its ReLU at sparsity 0.9, with ten seeds. How many features does each seed represent? Guess before you run it. Put the ten counts into `mine`.

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
# A linear model pays for interference whether features meet or not, because nothing cuts off what a feature pushes below zero. So it does what principal components do: it keeps the two most important features and drops the rest, at every sparsity.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - The model has two dimensions and five features. What it does with the surplus depends on sparsity: it drops three features, pairs four, or fits in all five.
# - Sharing costs only when features meet, so its price falls with the square of the density. Dropping costs every time.
# - The ReLU and a negative bias hide most of the interference. Without the nonlinearity there is no superposition.
# - Dimensionality makes the geometry a number: 1, 1/2, 2/5.
# - Seeds differ, above all near a change of shape. Look at many.
#
# ## What's next
#
# Here you knew the features, because you drew them. In {doc}`06_training` you train a network on real weather, where nobody knows them. In {doc}`09_autoencoder` you try to pull such a mixture apart again.
#
# ## Further reading
#
# The model, its phase diagram and its larger relatives are in {cite:t}`elhage2022`, which is long, lively and full of figures to explore. {cite:t}`jermyn2022` show that the same loss can hide very different geometries, and how to choose between them. The optimiser is that of {cite:t}`kingma2015`.
