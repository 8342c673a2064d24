# %% [markdown]
# # 03b · What superposition costs, and what it can compute
#
# You will attack networks through their superposition, watch neurons turn from specialists into mixtures, and train forty neurons to do arithmetic for more features than they have room for.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 30 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`02_five_features`. **Helpful:** {doc}`01_features`, {doc}`03_geometry`, and having met gradient ascent.
# - **You will be able to** *derive* how far a small change of the input can move an output, *attack* a model and relate the damage to its geometry, *tell* monosemantic from polysemantic neurons by their weights, and *judge* whether a network computes in superposition.
# :::
#
# ## Warm up
#
# Guess first, then look.
#
# :::{dropdown} Eighty features share ten dimensions. You may change each input a little. Whose output do you aim at?
# At that of a feature with many neighbours. Each of them carries a little of your change to it, and the little bits add up.
# :::
#
# :::{dropdown} How many ReLU neurons does it take to compute the absolute value of one number?
# Two: $|x| = \mathrm{ReLU}(x) + \mathrm{ReLU}(-x)$. One neuron sees only one side.
# :::
#
# :::{dropdown} A neuron answers to a single feature at sparsity 0. Will it at sparsity 0.99?
# Perhaps not. Rare features may share neurons for the same reason for which they share directions.
# :::
#
# ## One: the price
#
# So far {term}`superposition` looked like a bargain. Rare features share dimensions and seldom collide. But inputs need not be typical. Somebody may *choose* them.
#
# Take the model of {doc}`02_five_features`, $x' = \mathrm{ReLU}(x\,W W^\top + b)$, and change its input by $e$. As long as output $i$ stays above zero, it moves by
#
# $$
# \Delta x'_i = \sum_j e_j\, W_j \cdot W_i .
# $$ (eq-moves)
#
# Which $e$ of length $\varepsilon$ moves it most? The one parallel to row $i$ of $W W^\top$: push every feature in proportion to its overlap with feature $i$. Then
#
# $$
# (\Delta x'_i)^2 = \varepsilon^2 \sum_j (W_i \cdot W_j)^2 = \varepsilon^2\, \frac{\lVert W_i \rVert^4}{D_i} ,
# $$ (eq-worst)
#
# where $D_i$ is the {term}`dimensionality`. With arrows of length 1 the damage is $1/D_i$: what makes a feature share its dimension is what makes it easy to attack. Check the shapes you know. For the row $i = 1$:

# %% tags=["nbval-check-output"]
import torch

from helpers import metrics

for name, count, turn in (("right angle", 2, 90), ("pair", 2, 180), ("triangle", 3, 120), ("pentagon", 5, 72)):
    around = torch.deg2rad(turn * torch.arange(float(count)))
    W = torch.stack([around.cos(), around.sin()], 1)
    worst = (W @ W.T)[0].square().sum()
    D = metrics.feature_dimensionality(W[None])[0, 0]
    print(f"{name:11}: squared damage {worst:.2f}, dimensionality {D:.2f}")

# %% [markdown]
# **Takeaway.** One over the other, every time. A feature with a dimension of its own passes on just what you put in. In a pentagon it is two and a half times as much.
#
# ### Models to attack
#
# Now in earnest: 80 features of equal {term}`importance` in 10 dimensions, at eight sparsities, with ten seeds each. As always, all of them are {term}`instances <instance>` of one training.

# %%
from math import cos, pi

from helpers import nets, sampling, train

LEVELS, SEEDS = 8, 10
density = torch.logspace(0, -2, LEVELS)
d = density.repeat_interleave(SEEDS)


def settings(lr, steps):
    falling = {"schedule": lambda step: (1 + cos(pi * step / steps)) / 2}
    return falling | {"lr": lr, "steps": steps, "device": "cpu", "compile": True}


# %%
def wrong(model, x):
    return (x - model(x)).square().sum(-1).mean(0) / d


model = nets.ToyModel(80, 10, LEVELS * SEEDS)
model.b.data += d[:, None] / 2  # each bias starts at the mean
batch = sampling.sparse_batches(64, 80, 1 - d)
history = train.fit(model, batch, wrong, **settings(lr=0.03, steps=800))

# %% [markdown]
# The attack is gradient *ascent*, on the input. Start from a random change, follow the gradient of the squared error, and scale the change back to the allowed length. The target stays the clean input.

# %%
from torch.nn.functional import normalize


def attack(model, x, length, steps=6):
    e = torch.randn(x.shape, generator=torch.Generator().manual_seed(6))
    for _ in range(steps):
        e = (length * normalize(e, dim=-1)).requires_grad_()
        error = (x - model(x + e)).square().sum()
        uphill = torch.autograd.grad(error, e)[0]
        e = e.detach() / length + normalize(uphill, dim=-1)
    return length * normalize(e, dim=-1)


# %% [markdown]
# Before you count anything, look at one attack. The input has a single feature on, the one with the longest arrow.

# %% mystnb={"image": {"alt": "Changes of 80 inputs above changes of 80 outputs, for one attack each. Always on: many small bars of both signs, above and below alike. Sparse: above, many small bars of both signs; below, all are zero but for one orange bar, many times as large as any change of an input."}}
from helpers import computation_plots, plots

plots.house()
longest = model.W.norm(dim=-1).argmax(-1)
alone = 0.8 * torch.nn.functional.one_hot(longest, 80).float()[None]
e = attack(model, alone, torch.tensor(0.08))
change = (model(alone + e) - model(alone)).detach()
pictures = {"S = 0": 0, f"S = {1 - density[5]:.2f}": 5 * SEEDS}
axes = computation_plots.attack({name: (e[0, i], change[0, i]) for name, i in pictures.items()})

# %% [markdown]
# Both attacks have the same length, and both spread it thinly over many inputs. On the left the outputs change no more than the inputs did. Features that are always on and equally important leave the model no reason to prefer any, so it keeps a flat slice through all of them. $W W^\top$ is a projection, which never stretches anything. On the right a single output collects all those little changes.
#
# ### Damage against geometry
#
# Now for typical inputs. The attack's length is a tenth of the mean length of an input, as in the paper. Inputs get shorter as features get rarer, so compare like with like: call the loss that the attack adds, divided by its squared length, the *vulnerability*. A model that never stretches a change should have 1.
#
# At high sparsity many inputs are blank. A tenth of nothing is nothing, so leave them out.

# %%
x = sampling.sparse_features(400, 80, 1 - d, torch.Generator().manual_seed(5))
busy = (x > 0).any(-1).float()
length = 0.1 * (x.norm(dim=-1) * busy).sum(0) / busy.sum(0)
e = attack(model, x, length[:, None])
before, after = model(x).detach(), model(x + e).detach()
added = ((x - after).square() - (x - before).square()).sum(-1)
moved = (after - before).square().sum(-1)


# %%
def per_length(harm, counted):
    mean = (harm * counted).sum(0) / counted.sum(0)
    return (mean / length**2).view(LEVELS, SEEDS)


vulnerability = per_length(added, busy)
shared = model.W.detach().square().sum((1, 2)).view(LEVELS, SEEDS) / 10

# %% mystnb={"image": {"alt": "Three panels against one over one minus S, from 1 to 100, ten dots per level. Vulnerability rises from 1 to several tens, the squared movement of the outputs and one over D star from 1 to about ten. The first two level off or fall a little at the end."}}
panels = {"vulnerability": vulnerability, "movement of outputs": per_length(moved, busy)}
axes = computation_plots.beside(density, panels | {"1 / D*": shared})

# %% [markdown]
# On the right is the number of features per dimension, $1/D^* = \lVert W \rVert^2 / m$, which you know from {doc}`03_geometry`. By equation {eq}`eq-worst` the damage should grow with it, and it does.
#
# The left panel rises higher than the right one. Why? The middle panel, the square of how far the outputs *move*, does stay close to it. But a model in superposition is slightly wrong before anyone attacks it. Pushing an error further costs more than making one, because errors are squared.
#
# How much depends on the choice of inputs? Correlate each seed's vulnerability with its $1/D^*$ over the eight sparsities, with blank inputs left out and with all inputs.

# %%
def tracks(harm):
    pair = torch.stack([harm, shared]) - torch.stack([harm, shared]).mean(1, keepdim=True)
    return torch.cosine_similarity(*pair, dim=0)


choices = {"without blank inputs": vulnerability, "all inputs": per_length(added, torch.ones_like(busy))}
for name, harm in choices.items():
    r = tracks(harm)
    print(f"{name}: median r = {r.median():.2f}, from {r.min():.2f} to {r.max():.2f}")

# %% [markdown]
# **Takeaway.** Vulnerability and superposition rise together. Blank inputs dilute the harm where features are rarest, and weaken the correlation. The rule in our scorecard did not say which inputs to take, so you should know both numbers.
#
# {cite:t}`elhage2022` suggest that the adversarial examples of large networks may be partly a symptom of superposition. A toy cannot prove that. It shows a mechanism.
#
# :::{dropdown} I am confused by this plot
# The horizontal axis is one over the density: 1 means always on, 100 means on once in a hundred. Do not read the last dots too closely. There attacks are so short that silent outputs stay below their thresholds, and only outputs that are on can be moved.
# :::
#
# ## Two: neurons that mix
#
# Up to here the hidden space had no neurons. Put a ReLU into it,
#
# $$
# h = \mathrm{ReLU}(x\,W), \qquad x' = \mathrm{ReLU}(h\,W^\top + b) ,
# $$ (eq-neurons)
#
# and the axes become a privileged basis, as in {doc}`01_features`. There you counted what neurons answer to. Now ask how that depends on sparsity. Ten features fall in importance by a factor of 0.75 each, and there are five {term}`neurons <neuron>`.

# %%
class Neurons(nets.ToyModel):
    def forward(self, x):
        hidden = torch.relu(nets.apply(x, self.W))
        return torch.relu(nets.apply(hidden, self.W.mT, self.b))


levels = torch.tensor([0, 0.5, 0.8, 0.9, 0.97, 0.99])
S = levels.repeat_interleave(SEEDS)
importance = 0.75 ** torch.arange(10)


# %%
def weighted(model, x):
    return (importance * (x - model(x)).square()).sum(-1).mean(0) / (1 - S)


ten = Neurons(10, 5, len(S))
ten.b.data += (1 - S)[:, None] / 2
batch = sampling.sparse_batches(256, 10, S)
history = train.fit(ten, batch, weighted, **settings(lr=0.05, steps=3000))

# %% mystnb={"image": {"alt": "Five bars, one per neuron, at sparsity 0, 0.5, 0.8, 0.9 and 0.99, one seed. At 0 each bar has a single colour, one for each of features 1 to 5. From 0.8 on most bars are stacks of several colours, few reaching the dashed line at four fifths. At 0.99 most of the bars are hatched, which means negative weights."}}
W = ten.W.detach().view(len(levels), SEEDS, 10, 5)
some = [0, 1, 2, 3, 5]
axes = computation_plots.neurons(W[some, 0], [f"S = {levels[i]:.2g}" for i in some])

# %% [markdown]
# Each bar is a neuron, and its colours say which features its squared weights belong to. Call it {term}`monosemantic` if one feature has at least four fifths, the dashed line, and {term}`polysemantic` otherwise. A neuron with hardly any weight is neither. Count for all seeds:

# %%
squared = W.square()
total = squared.sum(2)
used = total >= 0.25
one = squared.amax(2) >= 0.8 * total
mono, poly = (used & one).sum(-1), (used & ~one).sum(-1)

# %% mystnb={"image": {"alt": "Number of monosemantic and polysemantic neurons of five against sparsity; the area of a dot is the share of ten seeds. Monosemantic: nearly all five at 0 and 0.5, about one from 0.8 on. Polysemantic: the reverse, about four or five from 0.8 on."}}
ax = computation_plots.kinds(levels, {"monosemantic": mono, "polysemantic": poly})

# %% tags=["nbval-check-output"]
print(f"always on: a typical seed has {mono[0].median()} monosemantic neurons of 5")
print("at sparsity 0.99 most neurons are polysemantic:", bool(poly[-1].float().mean() > 2.5))

# %% [markdown]
# **Takeaway.** The same five neurons are specialists when features are always on, and mixtures when features are rare. Polysemantic neurons are no sign of bad training. They are how a small layer holds many rare things.
#
# Look at the hatching. It marks negative weights, and they hold most of the weight in the rarest models. In equation {eq}`eq-neurons` a feature with a negative weight can never switch its neuron on. It can only *silence* it. So part of what looks like a mixture is a veto.
#
# One warning about this experiment. At sparsity 0 the inputs are positive and always there, so a neuron with positive weights never gets below zero, and its ReLU never cuts. Then the network barely notices its axes: a rotation that keeps all weights positive costs nothing. Only a slow drift aligns features with axes. With half the steps the loss is almost as low, and many seeds still have mixtures. A basis may be privileged in principle and take long to show it.
#
# :::{dropdown} I am confused by this plot
# The bars show *shares*, so all have height 1, except that a neuron with hardly any weight is left blank. Neurons are sorted by the feature with their largest weight, so bar 1 in one panel is not the same neuron as bar 1 in the next.
# :::
#
# ## Three: computing in superposition
#
# Does superposition merely *store* features, or can a network compute with them while they are mixed? {cite:t}`elhage2022` ask for absolute values. Inputs are between -1 and 1, and mostly zero, and the answer should be $|x|$:
#
# $$
# y = \mathrm{ReLU}(\mathrm{ReLU}(x\,W_{\mathrm{in}})\,W_{\mathrm{out}} + b) .
# $$ (eq-absolute)
#
# Without superposition it takes two neurons for each feature, as in your warm-up.

# %% tags=["nbval-check-output"]
x = torch.linspace(-1, 1, 5)[:, None]
plain = torch.relu(x @ torch.tensor([[1.0, -1.0]])) @ torch.tensor([[1.0], [1.0]])
print("input ", x.flatten().tolist())
print("output", plain.flatten().tolist())

# %% [markdown]
# So forty neurons do twenty features. Offer them a hundred, each worth 0.8 of the one before.

# %%
from torch import nn


class Absolute(nn.Module):
    def __init__(self, n, m, instances):
        super().__init__()
        self.W_in = nn.Parameter(nets.initial(0, instances, n, m))
        self.W_out = nn.Parameter(0.03 * nets.initial(1000, instances, m, n).abs())
        self.b = nn.Parameter(torch.zeros(instances, n))

    def forward(self, x):
        hidden = torch.relu(nets.apply(x, self.W_in))
        return torch.relu(nets.apply(hidden, self.W_out, self.b))


# %% [markdown]
# Where training starts matters here. An output that is never positive has no gradient, so it can never learn. With a random sign many outputs start dead, and a first step that is too long kills more. So the output weights start small and positive, and the learning rate warms up for almost a third of the training. We searched for these settings. With a plainer start the same network computed only about fifteen features, so what follows shows what it *can* do, not what any training finds.
#
# The main experiment has ten seeds at sparsity 0.99. Three seeds each at 0.9 and 0 are there for contrast. Their batches show every feature often, so they stand larger and fewer steps. A tiny `eps` lets Adam follow the tiny gradients of unimportant features.

# %%
worth = 0.8 ** torch.arange(100)


def both_signs(rows, sparsity):
    draw = sampling.sparse_batches(rows, 100, sparsity)

    def batch(step, source):
        u = draw(step, source)
        return torch.where(u > 0, 2 * u - 1, 0.0)

    return sampling.counted(batch)


# %%
def learn(sparsity, lr, steps):
    def far_off(model, x):
        return (worth * (x.abs() - model(x)).square()).sum(-1).mean(0) / (1 - sparsity)

    def warm_up(step):
        return min(1, step / (0.3 * steps)) * (1 + cos(pi * step / steps)) / 2

    careful = {"schedule": warm_up, "betas": (0.8, 0.96), "eps": 1e-12}
    model = Absolute(100, 40, len(sparsity))
    train.fit(model, both_signs(256, sparsity), far_off, **settings(lr, steps) | careful)
    return model


# %%
rare, denser = torch.full((10,), 0.99), torch.tensor([0.9] * 3 + [0.0] * 3)
absolute, contrast = learn(rare, 0.002, 5000), learn(denser, 0.015, 2000)

# %% [markdown]
# First, does it work at all? Move one input from -1 to 1 while all others are zero, and read its output.

# %% mystnb={"image": {"alt": "Output against input for features 1, 10, 20, 30 and 40, ten seeds each, beside a dashed V. Feature 1 and 10 follow the V in every seed. For 20 a few seeds lack an arm. For 30 most have one arm, and too flat; 40 is close to zero."}}
x = torch.linspace(-1, 1, 41)
drawn = {}
for i in (0, 9, 19, 29, 39):
    inputs = torch.zeros(len(x), 100)
    inputs[:, i] = x
    drawn[f"feature {i + 1}"] = absolute(inputs)[:, :, i]
axes = computation_plots.answers(x, drawn)

# %% [markdown]
# Important features get the whole V. Further down the list a few seeds know only one arm, then most, and in the end there is nothing. Now with all features active at their usual rate, so that {term}`interference` counts too. The {term}`FVU` of a feature is its squared error divided by the variance of $|x|$: 0 is perfect, and 1 is no better than a constant. Each test input is used with both signs, so that neither arm is luckier than the other.

# %%
@torch.no_grad()
def unexplained(model, sparsity, draws=10):
    fresh, generator, sums = both_signs(1000, sparsity), torch.Generator().manual_seed(8), 0
    for step in range(draws):
        x = fresh(step, generator)
        x = torch.cat([x, -x])
        y = x.abs()
        sums = sums + torch.stack([(y - model(x)).square(), y.square(), y]).mean(1)
    error, square, mean = sums / draws
    return error / (square - mean**2)


fvu, dense = unexplained(absolute, rare), unexplained(contrast, denser)

# %% mystnb={"image": {"alt": "Variance unexplained against feature number, 1 to 50, at three sparsities. At 0.99: close to zero up to about feature 20 in most seeds, then a slow rise past one half near 27 to one near 38. At 0.9 the rise comes before 20, at 0 near 15."}}
groups = {"S = 0.99": fvu, "S = 0.9": dense[:3], "S = 0": dense[3:]}
ax = computation_plots.unexplained(groups, features=50)

# %%
for name, values in groups.items():
    print(f"{name}: {(values < 0.5).sum(1).tolist()} features computed")

# %% [markdown]
# **Takeaway.** With rare features the seeds compute more than twenty absolute values. At two neurons each, forty would not be enough, so the network computes in superposition. With denser features the same network computes fewer.
#
# Notice the dots that line up just above one half. They are features with one arm of the V, and an exercise asks why they lie there. Further down the list the network would rather ignore a feature than disturb a more important one.
#
# ### How do neurons share?
#
# Look at the weights of one seed. A row is a feature, a column is a neuron.

# %% mystnb={"image": {"alt": "Weights of 24 features to and from 40 neurons, one seed. Weights in: rows of the first features are full of strong orange and blue cells, and further down fewer and paler cells remain. Weights out: the reverse, pale rows at the top and strong ones at the bottom, mostly blue."}}
seed = (fvu < 0.5).sum(1).argmax()
W_in, W_out = absolute.W_in[seed].detach(), absolute.W_out[seed].detach()
axes = computation_plots.weights(W_in, W_out, features=24)

# %% [markdown]
# Hardly any neuron belongs to one feature. But the mixture has an order: the upper half gets paler from top to bottom, the lower half darker. Measure it over all seeds. Then switch on one feature at a time, and look at the outputs of all others.

# %%
import pandas as pd

groups = {"features 1 to 5": slice(0, 5), "11 to 15": slice(10, 15), "21 to 25": slice(20, 25)}
lengths = {"weights in": absolute.W_in.norm(dim=2), "weights out": absolute.W_out.norm(dim=1)}
pd.DataFrame({name: {k: v[:, g].mean().item() for k, g in groups.items()} for name, v in lengths.items()}).round(1)

# %%
on = torch.eye(100)[:24]
hidden = torch.relu(torch.cat([on, -on]) @ absolute.W_in)
push = (hidden @ absolute.W_out + absolute.b[:, None]).detach()[..., :24]
off = torch.cat([on, on])[:, :24] == 0
print(f"outputs of silent features pushed below zero: {(push[:, off] <= 0).float().mean():.0%}")

# %% [markdown]
# **Asymmetry.** An important feature sends a lot and receives little: large weights in, small weights out. An unimportant one does the opposite. The product is what its own answer needs, so either way works for the feature itself. But small weights in mean that an unimportant feature hardly stirs the neurons, and small weights out mean that an important one hardly listens. So errors gather where they are cheap, as the rising curve of the FVU shows.
#
# **Inhibition.** What an important feature does to the neurons would be loud at unimportant outputs. But many weights out are negative. Together they push silent outputs below zero, where the ReLU hides them.
#
# {cite:t}`elhage2022` find both in a small motif of two features, and call it *asymmetric superposition with inhibition*. We see them only as tendencies of the whole network.
#
# **Takeaway.** The network does not store twenty-odd neat circuits side by side. It runs one mixture, arranged so that its errors fall where they matter least or where a ReLU removes them.
#
# :::{dropdown} I am confused by this plot
# Neurons are sorted by the feature they are tied to most, which puts a faint diagonal into both halves. A cell of the upper half says how much a neuron gets from an input, one of the lower half how much an output gets from that neuron. Blue in the upper half is not bad: a neuron with a negative weight in serves the negative arm.
# :::
#
# ## The scorecard
#
# The rules were fixed before anything was measured. First the attacks.

# %%
from helpers import scorecard

scorecard.record("toy-adversarial", vulnerability[-1] / vulnerability[0])

# %%
scorecard.record("toy-adversarial-tracks", tracks(vulnerability))

# %% [markdown]
# This leaves blank inputs out. With all inputs, the weaker correlation that you saw would be *in pattern* at best.

# %%
scorecard.record("toy-neurons-dense", mono[0])

# %%
scorecard.record("toy-neurons-sparse", poly[-1])

# %%
scorecard.record("toy-absolute-value", (fvu < 0.5).sum(1))

# %% [markdown]
# ## Exercises
#
# ```{exercise-start} Push where it hurts
# :label: ex-strongest-push
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# Gradient ascent found the attack for you. Equation {eq}`eq-moves` gives it directly. Write a function of `W` `(features, hidden)`, a feature `i` and a `length` that returns the change of the input, of that length, that moves output $i$ most. Put the function itself into `mine`.

# %%
from helpers import computation_answers

crowd = model.W[5 * SEEDS].detach()
mine = None
computation_answers.strongest_push(mine, crowd)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# The dot product of $e$ with a fixed vector is largest where $e$ is parallel to it. Which vector? Then scale.
# :::
#
# ```{solution-start} ex-strongest-push
# :label: sol-strongest-push
# :class: dropdown
# ```


# %%
def mine(W, i, length):
    row = W @ W[i]
    return length * row / row.norm()


computation_answers.strongest_push(mine, crowd)

# %% [markdown]
# The opposite direction moves the output as far, downwards. Gradient ascent chooses whichever adds more loss.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Two neurons, one V
# :label: ex-two-neurons
# ```
#
# *Difficulty 1 of 5, importance 4 of 5, 5 minutes.*
#
# Make $|x|$ with two neurons, but let the first have a weight in of 4 and the second one of -0.5. Put `(weights in, weights out, bias)` into `mine`: two numbers, two numbers, one number.

# %%
mine = None
computation_answers.two_neurons(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# On the positive side only the first neuron is on. What must its two weights multiply to?
# :::
#
# ```{solution-start} ex-two-neurons
# :label: sol-two-neurons
# :class: dropdown
# ```

# %%
mine = ([4, -0.5], [0.25, 2], 0)
computation_answers.two_neurons(mine)

# %% [markdown]
# A neuron may listen loudly and speak softly, or the other way round. One feature does not care, so this freedom is what asymmetric superposition spends.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Half a V
# :label: ex-one-arm
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 10 minutes.*
#
# An output has one arm only: it says $x$ where $x$ is positive, and 0 elsewhere. Nothing else disturbs it. What is its FVU at sparsity 0.99? Put the number into `mine`, to four decimals. Would it count as computed?

# %%
mine = None
computation_answers.one_arm(mine, density=0.01)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# With probability $d$ the target is uniform on $[0, 1]$, else 0. Its mean is $d/2$ and its mean square $d/3$. Half of the time that a feature is on, the output misses the whole of it.
# :::
#
# ```{solution-start} ex-one-arm
# :label: sol-one-arm
# :class: dropdown
# ```

# %%
d_rare = 0.01
mine = (d_rare / 6) / (d_rare / 3 - d_rare**2 / 4)
computation_answers.one_arm(mine, density=0.01)

# %% [markdown]
# One arm is never enough. Interference comes on top, which is why the dots in the figure lie a little above one half.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - In superposition many inputs carry a little to each output. An attacker who pushes them all moves it far: the squared damage is one over the dimensionality.
# - The loss that an attack adds grows with the number of features per dimension, and faster, because it also pushes on errors that were there before.
# - With a ReLU in the hidden layer, neurons are specialists when features are always on, and mixtures when they are rare.
# - Forty neurons can compute more absolute values of rare features than the twenty that fit side by side.
# - They do it with weights that send interference to where it is cheap, and with inhibition that lets a ReLU remove it.
#
# ## What's next
#
# Some of your neurons answered to one feature, others to many, and you had no say in it. {doc}`04_engineering` asks for one: can training be steered towards neurons that a person can read, at no cost?
#
# ## Further reading
#
# The experiments follow {cite:t}`elhage2022`, whose sections on adversarial examples, the privileged basis and computation go further than we do, above all on the circuit motifs. {cite:t}`jermyn2022` ask which training makes neurons monosemantic after all.
