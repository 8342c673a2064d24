# %% [markdown]
# # 03 · The geometry of superposition
#
# You will map where features are dropped, kept and packed together, and find that they do not melt into each other: they jump between a few shapes, as water jumps to ice or to steam.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 35 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`02_five_features`. **Helpful:** logarithmic axes.
# - **You will be able to** *derive* a phase diagram on one sheet of paper and *check* it against thousands of trained models, *recognise* shapes by their dimensionality, *tell* a jump from a drift, and *predict* how correlated features arrange themselves.
# :::
#
# ## Warm up
#
# :::{dropdown} Water at 0 °C: does its volume change smoothly as you cool it?
# No. It jumps when it freezes. Physicists call that a first-order change: two states compete, and at one point the cheaper one changes.
# :::
#
# :::{dropdown} Two features on one line, pointing in opposite directions. What is the dimensionality of each?
# 1/2. They share one dimension fairly.
# :::
#
# :::{dropdown} Four equal vectors in three dimensions, as far from each other as they can be. What shape do their tips make, and what is the dimensionality of each?
# A tetrahedron. Four features share three dimensions, so each has 3/4.
# :::
#
# ## Three fates, on paper
#
# A {term}`phase diagram` says which state of a thing is the best under which conditions: ice, water or steam for each temperature and pressure. You will draw one for features.
#
# Take the smallest question there is. A model has one dimension and two features. The first has importance 1. The second, the *extra* feature, has importance $r$. Each is on with probability $d$, independently of the other: the {term}`density`, which is one minus the {term}`sparsity`. What becomes of the extra feature?
#
# It can have one of three fates. It is **not represented**, and the first feature has the dimension. It has a **dedicated dimension**, and the first is dropped. Or both are in {term}`superposition`: they point in opposite directions.
#
# Chapter 02 gave you the prices. A dropped feature costs its variance, $d/3 - d^2/4$, times its importance. Two features that share a line cost $d^2/6$ each, times their importance. So the three losses are
#
# $$
# r\left(\frac d3 - \frac{d^2}4\right), \qquad \frac d3 - \frac{d^2}4, \qquad (1 + r)\,\frac{d^2}6 .
# $$ (eq-fates)
#
# The smallest wins. `phases.fate_losses` holds these three lines. Compare it with the formula at one point.

# %% tags=["nbval-check-output"]
from helpers import phases

worth, often = 0.5, 0.2
dropped, shared = often / 3 - often**2 / 4, often**2 / 6
hand = [worth * dropped, dropped, (1 + worth) * shared]
helper = phases.fate_losses(worth, often, hidden=1).tolist()
print("by hand:", [f"{loss:.4f}" for loss in hand])
print("helper: ", [f"{loss:.4f}" for loss in helper])

# %% [markdown]
# ## Forty thousand small models
#
# A formula promises much. Do trained models agree? You need a grid: 26 importances from 0.1 to 10, and 26 densities from 0.01 to 1. A small model often gets stuck, so give each cell 30 starts. That makes 20,280 models, all {term}`instances <instance>` of one training. The next section trains as many again.

# %%
import torch

SIDE, STARTS, STEPS = 26, 30, 250
relative, density = torch.logspace(-1, 1, SIDE), torch.logspace(-2, 0, SIDE)
grid = torch.cartesian_prod(density, relative)
d, r = grid.repeat_interleave(STARTS, 0).T

# %% [markdown]
# Sampling would be wasteful here. At density 0.01 nearly every input is zero and teaches nothing. But there are only a few *sets* of active features: four for two features, eight for three. So show every model the same inputs, four for each set, and weigh each set by how likely it is at that model's density.


# %%
def every_set(features):
    sets = torch.cartesian_prod(*[torch.tensor([0.0, 1.0])] * features)
    on = sets.repeat_interleave(4, 0)  # (inputs, features)
    chance = torch.where(on[:, None] > 0, d[:, None], 1 - d[:, None])
    return on, chance.prod(-1) / 4  # the weights: (inputs, instances)


# %% [markdown]
# The learning rate falls along a cosine, as in chapter 02. `sampling.counted` says that the batch needs nothing but random numbers. Then `fit` can compile the whole training step into machine code, which pays for so many models.

# %%
from math import cos, pi

from helpers import nets, sampling, train


def cosine(steps):
    return lambda step: (1 + cos(pi * step / steps)) / 2


def train_map(features):
    on, weight = every_set(features)
    importance = torch.ones(len(d), features)
    importance[:, -1] = r  # the last feature is the extra one

    @sampling.counted
    def batch(step, draw):
        return on * draw(on.shape)

    def loss(model, x):
        error = importance * (x[:, None] - model(x)) ** 2
        return (error.sum(-1) * weight).sum(0)

    model = nets.ToyModel(features, features - 1, instances=len(d))
    settings = {"lr": 0.05, "schedule": cosine(STEPS), "points": 10, "device": "cpu"}
    history = train.fit(model, batch, loss, steps=STEPS, compile=True, **settings)
    return model, history.loss[-1]


# %%
two, loss_of_two = train_map(2)

# %% [markdown]
# `phases.fate` reads the trained weights: *not represented* is an arrow shorter than 0.5, *dedicated* one with a dimensionality of at least 3/4, and all else is superposition.
#
# In each cell keep the start with the least loss. The same function can make several independent answers per cell, each the best of a few starts. You will need those for the scorecard.


# %%
def winners(loss, starts):
    """Return the best of every `starts` runs, (cells, groups)."""
    groups = loss.view(SIDE * SIDE, -1, starts)
    first = torch.arange(loss.numel()).view(groups.shape)[..., 0]
    return first + groups.argmin(-1)


# %% mystnb={"image": {"alt": "Two phase diagrams side by side, importance of the extra feature from 0.1 to 10 against density from 0.01 to 1. In both the extra feature is not represented at the top left, has a dedicated dimension at the top right, and is in superposition in the large region below, which reaches up to a point in the middle. The trained diagram looks like that of the theory but for a few cells along the boundaries."}}
from helpers import geometry_plots, plots

plots.house()
theory = phases.theory(grid[:, 1], grid[:, 0], hidden=1)
fate = phases.fate(two.W.detach())
found = fate[winners(loss_of_two, STARTS)[:, 0]]
maps = {"theory": theory.view(SIDE, SIDE), "trained": found.view(SIDE, SIDE)}
geometry_plots.phase_maps(relative, density, maps, hidden=1);

# %% [markdown]
# **Takeaway.** A sheet of paper predicts what thousands of trained models do. Sparse features share, at any importance on this map. Dense features compete, and the more important one takes all.
#
# ## One dimension more
#
# Now three features in two dimensions: the extra one and two of importance 1. The fates are the same, but there is a new way to a dedicated dimension: the *other two* can share a line.

# %%
three, loss_of_three = train_map(3)

# %% mystnb={"image": {"alt": "Two phase diagrams for three features in two dimensions. As before the extra feature is absent at the top left, dedicated at the right and in superposition elsewhere. But the dedicated region now reaches all the way down along the right side. In the trained diagram it begins a little further to the right than in the theory, and superposition reaches a little higher."}}
theory = phases.theory(grid[:, 1], grid[:, 0], hidden=2)
fate = phases.fate(three.W.detach())
found = fate[winners(loss_of_three, STARTS)[:, 0]]
maps = {"theory": theory.view(SIDE, SIDE), "trained": found.view(SIDE, SIDE)}
geometry_plots.phase_maps(relative, density, maps, hidden=2);

# %% [markdown]
# **Takeaway.** With a second dimension, importance buys privacy. Well to the right of the middle the extra feature has a dimension to itself even when features are rare; the two less important ones share.
#
# The trained models share more readily than the theory says. Just to the right of the middle all three features crowd together, with tilted arrows and biases. The three clean solutions leave those out, and a trained model need not.
#
# ## Walk through the map
#
# In the widget, move over a cell, tap it, or use the arrow keys. You see the directions that training found there, and what each fate would cost.

# %%
from helpers.widgets import PhaseMap


def best_map(model, loss):
    best = winners(loss, STARTS)[:, 0]
    shape = (SIDE, SIDE, *model.W.shape[1:])
    W = model.W.detach()[best].view(shape)
    b = model.b.detach()[best].view(shape[:3])
    return {"importance": relative, "density": density, "W": W, "b": b}


PhaseMap.from_models({
    "2 features, 1 dimension": best_map(two, loss_of_two),
    "3 features, 2 dimensions": best_map(three, loss_of_three),
})

# %% [markdown]
# Walk down a column at importance 0.5 in the first map. At the top the extra feature's arrow is a stub. Then, from one cell to the next, it is there, full length and opposite. Compare the bars on both sides of that step: two losses cross, and the arrow goes with the cheaper one.
#
# Now walk along the bottom row of the second map, from left to right. Where does the extra feature lose its partner, and who pairs up then?
#
# :::{dropdown} I am confused by this plot
# Each cell is the best of thirty separate models, trained for that importance and that density. Nothing links neighbouring cells. That whole regions agree, and that the borders are sharp, is the finding. Odd cells along a border are close calls: two fates cost nearly the same there. An odd cell far from any border is one where all thirty starts got stuck.
# :::
#
# ## A jump, not a slide
#
# Follow the length of the extra feature's arrow as features get rarer, in three columns where it is the less important one.

# %% mystnb={"image": {"alt": "Length of the extra feature's arrow against density for importances of about 0.2, 0.4 and 0.7. Each line is near one at low density and near zero at high density, with an abrupt step in between; the less important the feature, the lower the density of the step. Some dots, stuck runs, lie off the lines."}}
best_of_three = winners(loss_of_two, 3)
length = two.W.detach()[best_of_three][:, :, -1, 0].abs().view(SIDE, SIDE, -1)
columns = {f"importance {relative[i]:.2f}": length[:, i] for i in (4, 8, 11)}
geometry_plots.jumps(density, columns);

# %% [markdown]
# **Takeaway.** Where importances differ, the extra feature is either there or not. Between the two lies a step, at a density that depends on its importance. This is the mark of a first-order phase change. Near equal importance the step gets smaller. Dots far from the lines are stuck runs.
#
# Record the three claims. A value is one of ten independent answers, each the best of three starts in every cell. The jump is judged where there can be one, in the columns in which the extra feature is the less important. (As first written, the rule took all columns. It was narrowed after a first look.)

# %%
from helpers import scorecard


def agreement(model, loss, hidden):
    theory = phases.theory(grid[:, 1], grid[:, 0], hidden)
    return (phases.fate(model.W.detach())[winners(loss, 3)] == theory[:, None]).double().mean(0)


scorecard.record("toy-phases-two", agreement(two, loss_of_two, hidden=1))

# %%
scorecard.record("toy-phases-three", agreement(three, loss_of_three, hidden=2))

# %%
steps_in_length = length[:, relative < 1].diff(dim=0).abs().amax(0)
scorecard.record("toy-first-order", steps_in_length.median(0).values)

# %% [markdown]
# A stuck run makes a step too, so this number is kind to the claim. As a control take the best of all thirty starts, where few are stuck.

# %%
deep = two.W.detach()[winners(loss_of_two, STARTS)[:, 0], -1, 0].abs().view(SIDE, SIDE)
control = deep[:, relative < 1].diff(dim=0).abs().amax(0).median()
print(f"the largest step with the best of thirty starts: {control:.2f}")

# %% [markdown]
# ## Four hundred features
#
# Maps of two and three features are toys of toys. {cite:t}`elhage2022` train 400 equally important features in 30 dimensions, and ask one number of each model: how many dimensions does a feature get? If every represented feature has an arrow of length one, the squared length of the whole matrix counts them, so
#
# $$
# D^* = \frac{m}{\lVert W \rVert^2}
# $$ (eq-dstar)
#
# is the number of dimensions per represented feature. Here $m = 30$, and $\lVert W\rVert^2$ sums the squares of all entries of $W$. (Where features are always on, no arrow has length one, as you will see. The squares add up to 30 all the same.) Six densities and ten seeds make sixty models. Dividing the loss by the density keeps the six comparable.

# %%
SEEDS, LONG = 10, 2400
levels = torch.tensor([1, 0.42, 0.35, 0.23, 0.2, 0.1])
level = levels.repeat_interleave(SEEDS)


def even_loss(model, x):
    return (x - model(x)).square().mean((0, 2)) / level


# %%
many = nets.ToyModel(400, 30, instances=len(level))
batch = sampling.sparse_batches(128, 400, 1 - level)
settings = {"lr": 0.008, "schedule": lambda step: min(1, 2 - 2 * step / LONG)}
train.fit(many, batch, even_loss, steps=LONG, compile=True, device="cpu", **settings);

# %% mystnb={"image": {"alt": "Dimensions per feature against density, ten seeds per level. The value is 1 when features are always on and still well above one half at density 0.42, drops to little more than one half at 0.35, is still near one half at 0.23, and then falls to about a quarter at 0.1."}}
W = many.W.detach().view(len(levels), SEEDS, 400, 30)
per_feature = 30 / W.square().sum((2, 3))
geometry_plots.sticky(levels, per_feature);

# %% [markdown]
# **Takeaway.** As features get rarer there is room for more of them, but $D^*$ does not fall evenly. It is 1 when features are always on, and not far below that when they are on less than half of the time. Then it drops, and sticks near 1/2 before it falls again. This {term}`plateau` is made of {term}`antipodal pairs <antipodal pair>`.
#
# ## Why it sticks: the plateaus of dimensionality
#
# $D^*$ is an average. Look at the {term}`dimensionality` of each single feature, equation {eq}`eq-dimensionality`, for one seed of each density. `metrics.feature_dimensionality` computes it.

# %% mystnb={"image": {"alt": "The dimensionality of each of 400 features, sorted, for six densities, over dotted lines that name the plateaus. At density 1 the features lie on a smooth slope below 0.15, at 0.42 on a slope with a steep end near one half. At 0.35 and 0.23 nearly all lie at one half or near zero. At 0.2 the represented ones lie between 0.35 and 0.5, at 0.1 at about a quarter; all others are at zero."}}
from helpers import metrics

share = metrics.feature_dimensionality(W.flatten(0, 1)).view(len(levels), SEEDS, 400)
geometry_plots.plateaus(levels, share[:, 0]);

# %% [markdown]
# **Takeaway.** In the middle, features do not take any value they like. Nearly all are one half of a pair, or absent. There the big model is a collection of pairs, and since the shares add up, the pairs leave each other alone.
#
# {cite:t}`elhage2022` name more shapes, and the dotted lines mark them: 2/3 is a triangle in a plane, 3/4 a tetrahedron, 2/5 a pentagon, 3/8 a square antiprism of eight features in three dimensions. At our densities pairs rule. Features near 2/5 and 3/8 appear where pairs give way, and few models are tidy there.
#
# The two ends are different. When features are always on, every choice of 30 directions costs the same, so nothing sorts the features, and each gets a little of everything. When they are very rare, more features crowd together than any small shape can hold.
#
# Whatever the shapes, the shares add up. {doc}`01_features` showed that their sum cannot exceed the number of dimensions. Where the space is packed, it reaches it. Of our densities take the lowest, 0.1.

# %% tags=["nbval-check-output"]
packed = share[levels <= 0.1].sum(-1) / 30
print(f"sum of dimensionalities / dimensions: {packed.mean():.2f}")

# %%
scorecard.record("toy-sum-dimensions", packed.mean(0))

# %%
named = torch.tensor(list(geometry_plots.PLATEAUS.values()))
near = ((share[..., None] - named).abs() <= 0.02).any(-1)
scorecard.record("toy-plateaus", near[levels >= 0.0999].double().mean((0, 2)))

# %% [markdown]
# Zero counts as a plateau here, and most of the 400 features are absent. So ask again for those that are represented.

# %%
long = W.norm(dim=-1) >= 0.5
for i in range(1, len(levels)):
    close = near[i][long[i]].double().mean()
    print(f"density {levels[i]:.2f}: {close:.2f} of the represented are on a plateau")

# %% [markdown]
# In the middle nearly all of them sit on one. At the sparse end hardly any does.

# %%
scorecard.record("toy-dstar-one", per_feature[0])

# %% [markdown]
# For the plateau at 1/2, join the levels by straight lines and measure over which factor of the density each seed stays within 0.05 of it.

# %%
import numpy as np

fine = np.geomspace(1, 0.1, 2001)
rarity = -np.log(levels)
lines = [np.interp(-np.log(fine), rarity, seed) for seed in per_feature.T]
stays = [fine[np.abs(line - 0.5) <= 0.05] for line in lines]
factors = [inside.max() / inside.min() for inside in stays]
scorecard.record("toy-dstar-half", factors)

# %% [markdown]
# The plateau is there in every seed. How wide it looks depends on how long you train. Where two shapes cost nearly the same, each is a valley of its own, and a model may sit in the worse one for long. Physicists call such a state metastable. Train longer and the dense end of the plateau moves to the left.
#
# ## Energy levels
#
# Plateaus in space suggest jumps in time. Train a smaller model of the same kind, 60 features in 8 dimensions, and write down every dimensionality a hundred times along the way. The loss is measured on inputs the model does not train on.

# %%
rare = torch.full((SEEDS,), 0.8)
test = sampling.sparse_features(4000, 60, rare, torch.Generator().manual_seed(1))


def mean_loss(model, x):
    return (x - model(x)).square().sum(-1).mean(0)


def watch(model):
    return {"D": metrics.feature_dimensionality(model.W), "loss": mean_loss(model, test)}


# %%
def rare_features(step, generator):
    return sampling.sparse_features(128, 60, rare, generator)


small = nets.ToyModel(60, 8, instances=SEEDS)
settings = {"lr": 0.005, "schedule": cosine(1600), "device": "cpu"}
history = train.fit(small, rare_features, mean_loss, steps=1600, measure=watch, **settings)

# %% mystnb={"image": {"alt": "Above, the dimensionality of sixty features over the training. They start between zero and one quarter and part ways within a few hundred steps. Some climb, one after the other, and settle in a band at and below two fifths; the others fall to zero and stay there. Below, the loss falls in the same period and hardly at all once the features have settled."}}
movement, loss = history.measures["D"], history.measures["loss"]
geometry_plots.ladder(history.steps, movement[:, 0], loss[:, 0]);

# %% [markdown]
# **Takeaway.** Features part ways early. Some climb to a level within a short part of the training and stay, the others sink to zero. The loss falls while they move. {cite:t}`elhage2022` compare this with electrons that jump between energy levels. Our runs are less tidy: the survivors climb more than they jump, and end in a band at and below 2/5, not on sharp lines.
#
# Two numbers make it a claim. How much of a feature's movement falls in the tenth of the time in which it moves most? And does the loss fall when there is most movement?

# %%
moved = movement.diff(dim=0).abs()  # (points, seeds, features)
busiest = moved.sort(0, descending=True).values[: len(moved) // 10].sum(0)
sharp = busiest / moved.sum(0)
scorecard.record("toy-energy-jumps", sharp.mean(-1))

# %% [markdown]
# Look twice before you believe this number. It averages over all features, and most of them vanish. Split it.

# %%
stays = movement[-1] > 0.1
for name, group in {"survive": stays, "vanish": ~stays}.items():
    print(f"of the features that {name}: {sharp[group].mean():.2f}")

# %% [markdown]
# Dying is sudden, climbing is less so. The falling learning rate also squeezes movement into the early part.

# %%
from scipy.stats import spearmanr

fallen, total = -loss.diff(dim=0), moved.sum(-1)
ranks = [spearmanr(*pair).statistic for pair in zip(fallen.T, total.T)]
scorecard.record("toy-energy-loss", ranks)

# %% [markdown]
# The paper's second example is small enough to see its shape: six features in three dimensions. Count antipodal pairs at the end. Three pairs at right angles are the axes of an octahedron.


# %%
def pairs(W):
    unit = torch.nn.functional.normalize(W, dim=-1)
    long = W.norm(dim=-1) >= 0.5
    opposite = (unit @ unit.mT < -0.95) & long[:, :, None] & long[:, None]
    return opposite.sum((1, 2)) // 2


six = nets.ToyModel(6, 3, instances=SEEDS)
batch = sampling.sparse_batches(256, 6, torch.full((SEEDS,), 0.95))
settings = {"lr": 0.02, "schedule": cosine(800), "device": "cpu"}
train.fit(six, batch, mean_loss, steps=800, **settings)
scorecard.record("toy-octahedron", pairs(six.W.detach()))

# %% [markdown]
# ## Disturb one feature
#
# So far all features were alike. Take the pentagon of chapter 02, five features of density 0.05 in the plane, and change how often *one* of them is on, from ten times rarer to five times more often.

# %%
factor = torch.tensor([0.1, 0.3, 1, 2, 5])
often = torch.full((len(factor) * SEEDS, 5), 0.05)
often[:, 0] *= factor.repeat_interleave(SEEDS)


def one_changed(step, generator):
    u = torch.rand((256, *often.shape), generator=generator)
    return torch.where(u < often, u / often, 0.0)


# %%
five = nets.ToyModel(5, 2, instances=len(often))
settings = {"lr": 0.03, "schedule": cosine(800), "device": "cpu"}
history = train.fit(five, one_changed, mean_loss, steps=800, **settings)
best = history.loss[-1].view(-1, SEEDS).argmin(1)
best += SEEDS * torch.arange(len(factor))

# %% mystnb={"image": {"alt": "Five panels of arrows in the plane, as feature 1 goes from ten times rarer to five times more frequent than the others. At the rare end feature 1 is missing and the four others form a cross. When all are alike they form a pentagon. When feature 1 is more frequent the pentagon is bent: its neighbours keep away from it."}}
from helpers import toy_plots

toy_plots.stages(five.W.detach()[best], [f"× {value:g}" for value in factor]);

# %% [markdown]
# **Takeaway.** The pentagon gives way a little, and then it snaps: when feature 1 is too rare to earn its place, the other four jump into two antipodal pairs. In between both shapes are possible, and seeds differ.

# %%
found = pairs(five.W.detach()).view(len(factor), SEEDS)
scorecard.record("toy-one-changed", found[0] - found[factor == 1][0])

# %% [markdown]
# ## Features that come together
#
# In real data, features are not independent. Rain comes with clouds; rain and dust seldom meet. Make pairs. *Correlated* partners are on in the same inputs, each with its own value. *Anti-correlated* partners are never on together. The densities below are those of a pair. A correlated feature is on as often as its pair, an anti-correlated one half as often.

# %%
TRIES = 5  # the best of five is one value


def in_pairs(features, density, together):
    chance = density[:, None, None]

    def batch(step, generator):
        shape = (128, len(density), features // 2, 2)
        on = torch.rand((*shape[:3], 1), generator=generator) < chance
        side = torch.rand((*shape[:3], 1), generator=generator) < 0.5
        mine = torch.cat([side, ~side], -1) | torch.tensor(together)
        return (on * mine * torch.rand(shape, generator=generator)).flatten(2)

    return batch


# %%
settings = {"lr": 0.03, "schedule": cosine(600), "device": "cpu"}


def settle(features, density, together, tries=TRIES):
    """Train and return the directions of the best of every few runs."""
    density = density.repeat_interleave(SEEDS * tries)
    model = nets.ToyModel(features, 2, instances=len(density))
    batch = in_pairs(features, density, together)
    history = train.fit(model, batch, mean_loss, steps=600, **settings)
    best = history.loss[-1].view(-1, tries).argmin(1)
    return model.W.detach()[best + tries * torch.arange(len(best))]


# %%
with_partner = settle(4, torch.tensor([0.1]), together=True)
without = settle(4, torch.tensor([0.1]), together=False)
crowd = torch.tensor([0.6, 0.3, 0.1])
crowded = settle(6, crowd, together=True)

# %% mystnb={"image": {"alt": "Five panels of arrows; partners share a colour and the second is dashed. Four features in correlated pairs: partners at right angles, each opposite to a feature of the other pair. Four in anti-correlated pairs: partners point in opposite directions. Six features in correlated pairs: at density 0.6 partners lie on top of each other, at 0.3 on top of or beside each other, at 0.1 most stand side by side."}}
first = crowded.view(len(crowd), SEEDS, 6, 2)[:, 0]
panels = {"correlated": with_partner[0], "anti-correlated": without[0]}
panels |= {f"six, density {d:g}": W for d, W in zip(crowd, first)}
geometry_plots.partners(panels);

# %% [markdown]
# Features 1 and 2 are partners, then 3 and 4, then 5 and 6.
#
# **Takeaway.** Partners that come together avoid disturbing each other: they stand at right angles and share a line with strangers. Partners that never meet share a line, because they cannot collide. And when there are too many correlated features, partners stand side by side, or, if they are often on, merge into one direction that says *something of this pair is on*. That is what principal components do, and it is how a weather network may treat temperature and humidity.
#
# `torch.arange(6) ^ 1` is 1, 0, 3, 2, 5, 4: everybody's partner.


# %%
def cosines(W):
    """Return the cosine of every feature with every other, and with its partner."""
    unit = torch.nn.functional.normalize(W, dim=-1)
    every = unit @ unit.mT
    return every, every[:, torch.arange(W.shape[1]), torch.arange(W.shape[1]) ^ 1]


scorecard.record("toy-correlated-orthogonal", cosines(with_partner)[1].abs().mean(1))

# %%
scorecard.record("toy-anticorrelated-opposite", cosines(without)[1].mean(1))

# %% [markdown]
# For six features, count how many of the represented ones have their partner as the nearest neighbour at density 0.1. Then take the largest mean cosine of partners over the three densities.

# %%
every, partner = cosines(crowded)
nearest = (every - 2 * torch.eye(6)).argmax(-1) == torch.arange(6) ^ 1
long = crowded.norm(dim=-1) >= 0.5
beside = ((nearest & long).sum(-1) / long.sum(-1)).view(len(crowd), SEEDS)
scorecard.record("toy-correlated-beside", beside[-1])

# %%
both = long & long[:, torch.arange(6) ^ 1]
together = (partner * both).sum(-1) / both.sum(-1).clamp_min(1)
scorecard.record("toy-correlated-merged", together.view(len(crowd), SEEDS).amax(0))

# %% [markdown]
# A word of care. The optimum is one thing, a single run another. Train ten anti-correlated models once each, and count those whose partners end up opposite.

# %%
single = settle(4, torch.tensor([0.1]), together=False, tries=1)
opposite = (cosines(single)[1] < -0.9).all(1).sum()
print(f"single runs with partners opposite: {opposite} of {SEEDS}")

# %% [markdown]
# The others are stuck with partners at right angles, at a higher loss. So each value above is the best of five starts. That was decided after seeing single runs. Judged by those, the claim on anti-correlated pairs would not be reproduced.
#
# ## Exercises
#
# ```{exercise-start} Where does a feature enter?
# :label: ex-enter
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# For two features in one dimension, at which density does an extra feature of importance $r < 1$ enter the model? Write a function of `r` and put it into `mine`.

# %%
from helpers import geometry_answers

mine = None
geometry_answers.enters(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# For $r < 1$ dropping the extra feature is cheaper than dropping the other. Set the first and the third loss in equation {eq}`eq-fates` equal and divide by $d$.
# :::
#
# ```{solution-start} ex-enter
# :label: sol-enter
# :class: dropdown
# ```


# %%
def mine(r):
    return 4 * r / (2 + 5 * r)  # r (1/3 - d/4) = (1 + r) d/6


geometry_answers.enters(mine)

# %% [markdown]
# ```{solution-end}
# ```
#
# ```{exercise-start} Name the shape
# :label: ex-simplex
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# A triangle in a plane and a tetrahedron in space are *simplices*: $k+1$ vectors of length one in $k$ dimensions, with equal angles. Compute the dimensionality of their corners for $k = 1, 2, 3, 4$, from their dot products, and put the four numbers into `mine`.

# %%
mine = None
geometry_answers.simplices(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# The corners of a simplex add up to zero. So each corner's dot products with the $k$ others sum to $-1$, and each of them is $-1/k$.
# :::
#
# ```{solution-start} ex-simplex
# :label: sol-simplex
# :class: dropdown
# ```

# %%
mine = [1 / (1 + k * (1 / k) ** 2) for k in (1, 2, 3, 4)]
geometry_answers.simplices(mine)

# %% [markdown]
# It is $k/(k+1)$: the $k+1$ features share $k$ dimensions fairly. The pair, the triangle and the tetrahedron are the first three.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Train longer
# :label: ex-longer
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# Is the dense end of the plateau at 1/2 a fact about the optimum, or about your patience? Train three seeds of the model with 40 features in 3 dimensions at density 0.42, once for 150 steps and once for 1,500, both with `lr=0.008`. Put the two medians of $D^*$ into `mine`.

# %%
mine = None
geometry_answers.patience(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `nets.ToyModel(40, 3, instances=3)`, `sampling.sparse_batches(128, 40, torch.full((3,), 0.58))` and `mean_loss` are all you need. $D^*$ is `3 / W.square().sum((1, 2))`.
# :::
#
# ```{solution-start} ex-longer
# :label: sol-longer
# :class: dropdown
# ```

# %%
mine = []
for steps in (150, 1500):
    model = nets.ToyModel(40, 3, instances=3)
    batch = sampling.sparse_batches(128, 40, torch.full((3,), 0.58))
    settings = {"lr": 0.008, "schedule": cosine(steps), "device": "cpu"}
    train.fit(model, batch, mean_loss, steps=steps, **settings)
    mine.append((3 / model.W.detach().square().sum((1, 2))).median())
geometry_answers.patience(mine)

# %% [markdown]
# With more steps $D^*$ comes closer to 1/2: the short run stops while features are still deciding. Whenever a figure shows what *models do*, ask how long they were trained.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - An extra feature has three fates. Which one it meets is decided by two numbers, importance and density, and can be worked out on paper.
# - Between fates lies a jump, because two losses cross.
# - Big models can fall into small shapes at right angles; in ours these were mostly pairs. A shape fixes the dimensionality of its features, so many features gather on a plateau. Where the space is packed, the shares add up to the number of dimensions.
# - In training, features part ways: they climb to a level quickly and stay, or vanish, and the loss falls while they move.
# - Correlation chooses neighbours: partners stand at right angles, side by side or merged; rivals share a line.
# - Near a border models are slow and seeds differ. Look at many, and take the best with care.
#
# ## What's next
#
# Superposition is not free. In {doc}`03b_computation` you attack a model through its interference, watch neurons go from answering to one feature to answering to many, and let a network compute on features that it has no room for.
#
# ## Further reading
#
# All experiments of this chapter follow {cite:t}`elhage2022`, who also tie the uniform geometry to a problem of Thomson: how electrons arrange themselves on a sphere. That correlated features merge returns as a trap for sparse autoencoders in {doc}`08b_variants`; {cite:t}`chanin2025` call it hedging.
