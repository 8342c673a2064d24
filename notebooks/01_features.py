# %% [markdown]
# # 01 · Features, neurons and superposition
#
# You will read features in a network as directions and write new ones in, turn its hidden space, count collisions and pack arrows, until storing more features than there are dimensions looks not strange but expected.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 25 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** vectors, matrices, dot products, and Python. **Helpful:** having trained any network before.
# - **You will be able to** *say* three things that people mean by a feature, *read and write* a feature as a direction, *explain* when neurons are special, and *predict* how many features fit into a layer, and at what price.
# :::
#
# ## Warm up
#
# Guess first, then look.
#
# :::{dropdown} You draw two random directions in a space of a thousand dimensions. What is the angle between them?
# Nearly always within four degrees of 90. In many dimensions nearly everything is nearly at right angles to nearly everything else. Superposition lives on this fact.
# :::
#
# :::{dropdown} A layer has four neurons and the network tells eight things apart. What does one neuron stand for?
# Perhaps for no single thing. You will see neurons that answer to three or four unrelated ones.
# :::
#
# :::{dropdown} You turn a layer's values by an angle and turn them back before the next layer. Does the output change?
# It depends on what happens in between. That is the experiment in the section on privileged bases.
# :::
#
# ## What a network is made of
#
# A layer of a network takes a list of numbers $x$, multiplies it by a matrix of weights $W$, and applies a simple function to each result. Here that function is the ReLU, which replaces what is negative by zero. The results $h$ are the activations, and each of them belongs to one {term}`neuron`.
#
# In this chapter most networks have one task: pass $n$ numbers through $m$ neurons, often fewer, and copy them out again. The way up uses the same weights, transposed, and a bias $b$:
#
# $$
# h = \mathrm{ReLU}(x\,W), \qquad x' = \mathrm{ReLU}(h\,W^\top + b)
# $$ (eq-copier)
#
# The helper `nets.ToyModel` brings $W$ and $b$, and you add the ReLU in the middle. As always in this book one object holds many separate networks, its {term}`instances <instance>`, so that ten seeds are one training.

# %%
import torch

from helpers import nets


class Copier(nets.ToyModel):
    def hidden(self, x):
        return torch.relu(nets.apply(x, self.W))

    def forward(self, x):
        return torch.relu(nets.apply(self.hidden(x), self.W.mT, self.b))


# %% mystnb={"image": {"alt": "Wiring of an untrained network: eight inputs on the left, four neurons in the middle and eight outputs on the right, joined by orange lines for positive and blue lines for negative weights. Every neuron is joined to nearly every input."}}
from helpers import feature_plots, plots

plots.house()
untrained = Copier(features=8, hidden=4)
ax = feature_plots.wiring(untrained.W[0].detach())

# %% [markdown]
# **Takeaway.** Row $i$ of $W$ holds all the weights of input $i$: it is the arrow along which that input moves the neurons, before the ReLU cuts off what is negative. The space of these arrows is the {term}`hidden space`. The neurons are its axes.
#
# Try another number for `hidden` and look again.
#
# ## What is a feature?
#
# Everybody agrees that networks represent {term}`features <feature>`, and nobody has settled what the word means. {cite:t}`elhage2022` discuss three answers. They lean towards the third, and advise against settling too early:
#
# 1. **Any function of the input.** Simple, but then nonsense is a feature too.
# 2. **A property that a person can name.** Useful, but a network may know things for which we have no name.
# 3. **What a sufficiently large network would give a neuron of its own.** Free of human taste, but you need the larger network, and networks trained differently may disagree.
#
# Test the third where the truth is known. The input is eight properties, numbers between 0 and 1. Each is zero with probability $S = 0.9$, its {term}`sparsity`, independently of the others. Half of the networks also pay a small price for every activation.

# %%
from helpers import sampling, train

SEEDS = 10
price = torch.tensor([0.0, 0.2]).repeat_interleave(SEEDS)
sparsity = torch.full((2 * SEEDS,), 0.9)


def sample(step, generator):
    return sampling.sparse_features(128, 8, sparsity, generator)


def loss(model, x):
    wrong = (x - model(x)).square().sum(-1)
    return (wrong + price * model.hidden(x).sum(-1)).mean(0)


# %% [markdown]
# Train five widths, twenty instances each. `train.fit` is the training loop of the whole book.

# %%
widths = [2, 4, 8, 12, 16]
copiers = {m: Copier(8, m, instances=2 * SEEDS) for m in widths}
training = {"steps": 400, "lr": 0.03, "device": "cpu"}
training["schedule"] = lambda step: 1 - step / 400
for model in copiers.values():
    train.fit(model, sample, loss, **training)

# %% [markdown]
# For each property, and for eight arbitrary weighted sums of all of them, look for the one neuron that follows it best, by {term}`Pearson's r`.

# %%
from helpers import metrics

x = sampling.sparse_features(2000, 8, 0.9, torch.Generator().manual_seed(1))[:, 0]
sums = x @ torch.randn(8, 8, generator=torch.Generator().manual_seed(2))


def best_neuron(candidates):
    hidden = [net.hidden(x).detach() for net in copiers.values()]
    r = [metrics.correlations(h, candidates) for h in hidden]
    return torch.stack([one.abs().amax(1).mean(-1) for one in r])


# %% mystnb={"image": {"alt": "Best correlation of any one neuron against the number of neurons. Properties in networks that pay for activity rise to one at twelve neurons and stay there. Properties in networks that fire for free reach about 0.8. Arbitrary sums level off near 0.65."}}
found = best_neuron(x)
lines = {
    "a property,\nfiring costs": found[:, SEEDS:],
    "a property,\nfiring is free": found[:, :SEEDS],
    "an arbitrary sum": best_neuron(sums)[:, SEEDS:],
}
ax = plots.curves(widths, lines, "neurons", "best |r| with one neuron")
ax.set(xlim=(1, 20.5), xticks=widths);

# %% [markdown]
# **Takeaway.** Given room, a network that pays for its activity has one neuron for each property, and none for arbitrary sums. So definition 3 picks out the same eight things that you would name. But take the price away and the same task, in the same room, is solved by mixtures. What this definition calls a feature depends on how you train. Try a price of 0.05.
#
# In the rest of the book a feature is a property of the input that a network represents as a direction. Why a direction?
#
# ## A feature is a direction
#
# The {term}`linear representation hypothesis` says that networks represent a feature as a direction in hidden space: more of the feature means further along the arrow, and several features add up as vectors. Early evidence came from words, whose vectors add and subtract meaningfully {cite:p}`mikolov2013`. {cite:t}`park2023` make the idea precise.
#
# It could fail, so test it on features that no direction in the *input* can read. A network with two hidden layers sees six numbers from -1 to 1 and must say for each of three pairs whether the two have the same sign. The pairs are inputs 1 and 2, 3 and 4, 5 and 6. The network answers in {term}`log-odds`, and the loss is the {term}`cross-entropy`.

# %%
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy


def same_sign(x):
    return x[:, 0::2] * x[:, 1::2] > 0


def surprise(model, x):
    target = same_sign(x).float()[:, None].expand(-1, SEEDS, -1)
    return cross_entropy(model(x), target, reduction="none").mean((0, 2))


# %%
def six_numbers(step, generator):
    return 2 * torch.rand(256, 6, generator=generator) - 1


signs = nets.MLP(6, (24, 24), 3, instances=SEEDS)
history = train.fit(signs, six_numbers, surprise, **training)

# %% [markdown]
# Now find the arrows without any training. For each pair average a layer's activations over inputs with the same sign, and over the others. The difference of these two means is the arrow. To *read* the feature of a new input, ask on which side of the midpoint its activations lie. An untrained network is the control.
#
# `einsum` names the axes: `rih,ifh->rif` takes, for each row and instance, the dot product with each arrow.

# %%
draw = torch.Generator().manual_seed(3)
old, new = (2 * torch.rand(2, 4000, 6, generator=draw) - 1).unbind()


def arrows(h):
    pairs = same_sign(old).T
    on = torch.stack([h[pair].mean(0) for pair in pairs], 1)
    off = torch.stack([h[~pair].mean(0) for pair in pairs], 1)
    return on - off, (on + off) / 2


def right(layer):
    arrow, middle = arrows(layer(old))
    along = torch.einsum("rih,ifh->rif", layer(new), arrow) - (arrow * middle).sum(-1)
    return ((along > 0) == same_sign(new)[:, None]).float().mean((0, 2))


# %% mystnb={"image": {"alt": "Share of new inputs read correctly, one dot per seed. From the input it is one half for every seed, from an untrained first layer about 0.65, from the trained first layer above 0.9, from the second about 0.97."}}
blank = nets.MLP(6, (24, 24), 3, instances=SEEDS)
layers = {"input": lambda x: x[:, None].expand(-1, SEEDS, -1)}
layers["first layer,\nuntrained"] = lambda x: blank.hidden(x, 0).detach()
layers["first layer"] = lambda x: signs.hidden(x, 0).detach()
layers["second layer"] = lambda x: signs.hidden(x, 1).detach()
scores = {name: right(layer) for name, layer in layers.items()}
ax = plots.strip(scores, "share read correctly", tint="network")

# %% [markdown]
# **Takeaway.** At the input no arrow does better than a coin. A random layer of ReLUs helps a little. After training an arrow in the first layer reads the feature most of the time. Nobody asked that layer for it: the network *made* the feature linear. For the second layer this is no surprise: the output reads it with one arrow per answer. The first layer was free to do otherwise. Try a width of 8.
#
# Reading is only half of it. Now *write*: take inputs in which all three pairs differ, add arrows to the first layer, and let the rest of the network go on from there. A random arrow of the same length is the control.

# %%
@torch.no_grad()
def written(push):
    different = new[~same_sign(new).any(1)]
    h = signs.hidden(different, 0) + push
    onwards = torch.relu(nets.apply(h, signs.weights[1], signs.biases[1]))
    return signs.output(onwards).sigmoid().mean(0).median(0).values


arrow, _ = arrows(signs.hidden(old, 0).detach())
one, two, three = (1.5 * arrow).unbind(1)
noise = torch.randn(one.shape, generator=draw)
random = noise * one.norm(dim=1, keepdim=True) / noise.norm(dim=1, keepdim=True)

# %% mystnb={"image": {"alt": "Answers of the network, as probabilities, after arrows were added to its first layer. Nothing: all near zero. Each arrow alone: its own pair near one, others near zero. Arrows one and two: both near one, the third near zero. Random arrow: near zero."}}
pushes = {"nothing": 0, "arrow 1": one, "arrow 2": two, "arrow 3": three}
pushes |= {"1 and 2": one + two, "random": random}
effect = torch.stack([written(push) for push in pushes.values()])
columns = ["pair 1", "pair 2", "pair 3"]
ax = plots.heatmap(effect, list(pushes), columns, label="answer 'same'", digits=2)

# %% [markdown]
# **Takeaway.** Each arrow switches on its own answer and leaves the others alone, and two arrows together switch on both. Numbers are medians over ten seeds. This supports the hypothesis for this network and these features, and proves it for no other. Try 0.5 arrows, then 5: what leaks?
#
# ## When are neurons special?
#
# If features are directions, why look at neurons at all? A neuron is just the direction of one axis. Axes matter only if the network treats them differently from other directions. Then it has a {term}`privileged basis`.
#
# Here is the test. Let $R$ be a rotation matrix, so $R R^\top$ is the identity. Replace $W$ by $W R$: hidden space is turned by $R$ on the way in and turned back by $R^\top$ on the way out. With no ReLU between them the two cancel, since $x\,W R R^\top W^\top = x\,W W^\top$. With a ReLU between them they need not.
#
# Train the first kind too. It is `nets.ToyModel` itself, whose only ReLU is at the output. Then turn the plane of the first two neurons and watch the error.
#
# `functional_call` runs a model with other weights and leaves its own alone.

# %%
from torch.func import functional_call


def squares(model, x):
    return (x - model(x)).square().sum(-1).mean(0)


linear = nets.ToyModel(8, 4, instances=2 * SEEDS)
train.fit(linear, sample, squares, **training)
fresh = sample(0, torch.Generator().manual_seed(4))


@torch.no_grad()
def error(model, degrees):
    c, s = torch.deg2rad(degrees).cos(), torch.deg2rad(degrees).sin()
    R = torch.eye(4)
    R[:2, :2] = torch.stack([c, s, -s, c]).view(2, 2)
    copy = functional_call(model, {"W": model.W @ R, "b": model.b}, fresh)
    return (fresh - copy).square().sum(-1).mean(0)[:SEEDS]  # those that fire for free


# %% mystnb={"image": {"alt": "Error against the angle by which two hidden dimensions are turned. The network without a ReLU in the hidden layer is a flat line. With the ReLU the error rises several times over, is largest near 180 degrees, and returns at 360."}}
degrees = torch.arange(0.0, 361, 15)
kinds = {"ReLU neurons": copiers[4], "no ReLU inside": linear}
turns = {
    name: torch.stack([error(model, d) for d in degrees]) for name, model in kinds.items()
}
ax = plots.curves(degrees, turns, "degrees turned", "squared error")
ax.set(ylim=(-0.05, None), xlim=(0, 450), xticks=range(0, 361, 90))
ax.grid(axis="y", visible=False)

# %% tags=["nbval-check-output"]
for name, curve in turns.items():
    same = torch.isclose(curve, curve[0], rtol=1e-3).all(0)
    print(f"{name}: {int(same.sum())} of {SEEDS} seeds do not notice the turn")

# %% [markdown]
# **Takeaway.** Without a ReLU inside, no basis is special: you may turn everything and no output changes. The axes are an accident of how the numbers are stored, and it makes no sense to ask what one of them means. (The optimiser is an exception: Adam treats each number separately, so training may favour the axes even where the outputs do not.) With a ReLU the axes are special, in all ten seeds, and neurons are worth a look. Try turning the last two neurons instead.
#
# :::{dropdown} I am confused by this plot
# Nothing is trained while the angle changes. Each point is the same ten networks, with hidden space turned by that angle. The band covers 90% of the seeds. Do not compare the heights of the two curves at zero: the two kinds of network are different, and the one without the inner ReLU copies better.
# :::
#
# ## Neurons that answer to several things
#
# Switch on one feature at a time, fully, and note what each neuron says. For the network of equation {eq}`eq-copier` that is simply $\mathrm{ReLU}(W)$.

# %% mystnb={"image": {"alt": "Two heat maps of eight features against neurons, for one seed each. Left, four neurons: every column has three or four dark cells. Right, twelve neurons that pay for firing: eight columns have one dark cell each, in eight different rows, and the other columns are empty."}}
response = {m: torch.relu(net.W.detach()) for m, net in copiers.items()}
few, many = response[4][0], response[12][-1]
axes = feature_plots.responses({"4 neurons": few, "12 neurons, firing costs": many})

# %% [markdown]
# A neuron that answers to one feature is {term}`monosemantic`, one that answers to several unrelated features is {term}`polysemantic`. Count as an answer what is at least half as large as the neuron's strongest.

# %% mystnb={"image": {"alt": "Features per answering neuron, one dot per seed. Firing free: about 3.7 with 4 neurons, and about two with 8 and 16. Firing costs: about two with 4 neurons, close to one with 8, exactly one with 16."}}
def answered(W):
    strongest = W.amax(1, keepdim=True).clamp_min(0.2)  # silent ones answer to nothing
    count = (W > strongest / 2).sum(1)
    return count.sum(-1) / (count > 0).sum(-1)


free = {f"{m}\nfree": answered(response[m][:SEEDS]) for m in (4, 8, 16)}
costly = {f"{m}\ncosts": answered(response[m][SEEDS:]) for m in (4, 8, 16)}
ax = plots.strip(free | costly, "features per answering neuron", tint="network")

# %% [markdown]
# **Takeaway.** With fewer neurons than features, neurons must mix. With enough of them they may still mix, unless something makes mixing expensive. A privileged basis means that features *can* lie along neurons, not that they will. Try `strongest / 4`: do your conclusions change?
#
# Four neurons carry eight features, though, and copy them passably. How is that possible? Three ingredients follow: features seldom meet, their interference is small, and there is a lot of room.
#
# ## Ingredient one: features seldom meet
#
# Write $d = 1 - S$ for the {term}`density`. All $n$ features are zero with probability $S^n$, and exactly one is on with probability $n\,d\,S^{n-1}$. What is left is the probability that two or more meet. Ten draws of two thousand inputs at each sparsity:

# %%
levels = torch.arange(0, 1, 0.05)
n = 8
x = sampling.sparse_features(20_000, n, levels, torch.Generator().manual_seed(5))
on = (x > 0).sum(-1).view(10, 2000, -1)
happened = [on == 0, on == 1, on >= 2]
share = [event.float().mean(1).T for event in happened]

# %% mystnb={"image": {"alt": "Share of inputs with no feature, exactly one, and two or more of eight features on, against sparsity. Dots lie on the dashed formulas. Two or more is almost certain below sparsity 0.5 and falls steeply towards zero above 0.8, where one and then none take over."}}
none, single = levels**n, n * (1 - levels) * levels ** (n - 1)
formula = [none, single, 1 - none - single]
names = ["none", "exactly one", "two or more"]
series = {names[i]: (levels, share[i], formula[i]) for i in range(3)}
ax = feature_plots.against(series, "sparsity", "share of inputs")

# %% [markdown]
# **Takeaway.** Up to a sparsity of one half, features nearly always meet. At 0.95 about one input in twenty holds more than one. Try `n = 50`: how much rarer must each be?
#
# ## Ingredient two: interference is small
#
# When features do meet, they disturb each other. Give every feature a random direction of length one in $m$ dimensions. Switch on $k$ of them, add their arrows up, and read out a feature that is *off*, with a dot product. You should get zero. What you get is {term}`interference`.
#
# The cosine of two random directions has mean zero and variance $1/m$. The $k$ cosines are independent given the one you read, so their variances add, and the noise is $\sqrt{k/m}$.

# %%
from torch.nn.functional import normalize

active = torch.tensor([1, 2, 4, 8, 16, 32])
generator = torch.Generator().manual_seed(6)


def readout_noise(k, m):
    directions = normalize(torch.randn(10, 200, k + 1, m, generator=generator), dim=-1)
    stored = directions[:, :, 1:].sum(2)
    return (stored * directions[:, :, 0]).sum(-1).std(1)


# %% mystnb={"image": {"alt": "Noise of a read-out against the number of active features, both axes logarithmic, for 16, 64 and 256 dimensions. Dots of ten draws lie on three parallel dashed lines, the square root of k over m."}}
noise, series = {}, {}
for m in (16, 64, 256):
    noise[m] = torch.stack([readout_noise(int(k), m) for k in active])
    series[f"{m} dimensions"] = (active, noise[m], (active / m).sqrt())
ax = feature_plots.against(series, "features on at once", "noise of a read-out", log="xy")

# %% tags=["nbval-check-output"]
for m, drawn in noise.items():
    ratio = (drawn.mean(1) / (active / m).sqrt()).mean()
    print(f"{m} dimensions: measured noise is {ratio:.1f} times the square root of k / m")

# %% [markdown]
# **Takeaway.** Noise depends on how many features are *on*, not on how many there *are*. With far fewer active features than dimensions it stays small, and a threshold can remove most of it. That is a job for a bias and a ReLU. Try more active features than dimensions.
#
# ## Ingredient three: there is a lot of room
#
# Only $m$ directions can be at right angles in $m$ dimensions. Allow a little slack: any two may have a cosine between $-c$ and $c$. How many fit now?
#
# For two random directions the probability of a cosine outside that range is at most $2\,e^{-c^2 m/2}$. Among $N$ of them there are fewer than $N^2/2$ pairs, so the chance that *any* pair is too close is below $N^2\,e^{-c^2 m/2}$. It is below one if
#
# $$
# N \le e^{c^2 m/4}.
# $$ (eq-room)
#
# If the chance of failure is below one, a set that works exists. The number grows exponentially with $m$. This is close kin to the lemma of {cite:t}`johnson1984`. It is a promise from below: at least so many fit. How many do? Take $c = 0.5$, an angle of 60 degrees, and 1,000 random candidates. Count how many come before the *first clash*, then how many remain after *throwing out* each that clashes with one you kept.

# %%
def packed(m):
    V = normalize(torch.randn(1000, m, generator=generator), dim=1)
    clash = ((V @ V.T).abs() > 0.5).tril(-1)
    kept = []
    for i, row in enumerate(clash.numpy()):
        if not row[kept].any():
            kept.append(i)
    first = clash.any(1).int().argmax() if clash.any() else 1000
    return int(first), len(kept)


sizes = torch.tensor([4, 8, 16, 32, 48, 64, 76])
counts = torch.tensor([[packed(m) for _ in range(10)] for m in sizes.tolist()])

# %% mystnb={"image": {"alt": "Number of directions with cosines within one half against dimensions, logarithmic. The promise is a straight dashed line that overtakes the dotted line of right angles near 70 dimensions. Random draws before the first clash lie well above the promise; throwing out clashes gives far more, up to all 1,000 candidates."}}
promise = torch.exp(0.5**2 * sizes / 4)
series = {
    "throwing out": (sizes, counts[..., 1], None),
    "first clash": (sizes, counts[..., 0], None),
    "promised": (sizes, None, promise),
    "right angles": (sizes, None, sizes),
}
ax = feature_plots.against(series, "dimensions", "directions", log="y", columns=4)

# %% [markdown]
# **Takeaway.** The promise is modest: in few dimensions it is less than the $m$ you had anyway, and it overtakes them only near seventy. But it is exponential, so it wins. It is a lower bound on what is *possible*: a single draw may fall below it, the best sets lie far above. The top curve goes flat because the candidates ran out, not the room. Try a cosine of 0.3, here and in `promise`.
#
# There is a limit from above, too. {cite:t}`welch1974` showed that among $N \ge m$ directions the largest cosine, sign aside, is at least $\sqrt{(N-m)/(m(N-1))}$. Random directions are careless. Let gradient descent push the closest pairs apart, as training does in a network. The twentieth power makes the loss nearly the largest cosine.

# %%
def cosines(model):
    u = normalize(model.W, dim=-1)
    return (u @ u.mT).abs() - torch.eye(u.shape[1])


def crowding(model, _):
    return cosines(model).pow(20).sum((1, 2)).add(1e-12) ** (1 / 20)


before, after = [], []
N = torch.tensor([9, 12, 16, 24, 36])
for size in N.tolist():
    crowd = nets.ToyModel(size, 8, instances=SEEDS)
    before.append(cosines(crowd).detach().amax((1, 2)))
    train.fit(crowd, lambda step, generator: None, crowding, **training)
    after.append(cosines(crowd).detach().amax((1, 2)))

# %% mystnb={"image": {"alt": "Largest cosine between any two of N directions in eight dimensions. Random directions start near 0.8 and rise towards one. After gradient descent the cosines lie much lower, just above the dashed Welch bound, which rises to one third."}}
welch = ((N - 8) / (8 * (N - 1))).sqrt()
series = {
    "random": (N, torch.stack(before), None),
    "after gradient descent": (N, torch.stack(after), None),
    "Welch bound": (N, None, welch),
}
ax = feature_plots.against(series, "directions in 8 dimensions", "largest cosine")

# %% [markdown]
# **Takeaway.** Directions that are *learnt* interfere far less than random ones. As long as they are few, they come close to what is possible at all. Try 200 directions: how far from the bound do they stay?
#
# ## Capacity: sharing, not making room
#
# Now put the three together. Train `nets.ToyModel` with five dimensions and up to forty features, always on or sparse. Each bias starts at the mean of its feature. How many features can be read out? Let each count by the share of its variance that the copy explains.

# %%
densities = torch.tensor([1.0, 0.1, 0.01])
d = densities.repeat_interleave(SEEDS)


def store(n):
    model = nets.ToyModel(n, 5, instances=len(d))
    model.b.data += d[:, None] / 2  # the mean of each feature

    def draw(step, generator):
        return sampling.sparse_features(128, n, 1 - d, generator)

    train.fit(model, draw, lambda model, x: squares(model, x) / d, **training)
    return model


stored = {n: store(n) for n in (5, 10, 20, 40)}

# %% [markdown]
# The {term}`dimensionality` $D_i$ of a feature is the share of a dimension that it has to itself. It is defined in {doc}`02_five_features`. Their sum is the {term}`capacity` that the layer has given away {cite:p}`scherlis2022`. It cannot exceed $m$, the number of dimensions.
#
# :::{dropdown} Why the sum cannot exceed m
# Let $G = W^\top W$ be invertible. The definition says $D_i = |W_i|^4 / (W_i G W_i^\top)$. By the inequality of Cauchy and Schwarz $|W_i|^4 \le (W_i G W_i^\top)(W_i G^{-1} W_i^\top)$, so $D_i \le W_i G^{-1} W_i^\top$. These add up to the trace of $G^{-1} G$, which is $m$.
# :::

# %% mystnb={"image": {"alt": "Left, features read out against number of features for three sparsities in five dimensions. Always on: flat at five. Sparsity 0.9: rises to about eleven. Sparsity 0.99: follows the diagonal further, to twenty or more. Right, the sum of dimensionalities never exceeds five for any of them."}}
names = [f"S = {1 - density:.2g}" for density in densities.tolist()]
read, total = [], []
for n, model in stored.items():
    x = sampling.sparse_features(2000, n, 1 - d, generator)
    D = metrics.feature_dimensionality(model.W.detach())
    read.append(n * (1 - metrics.fvu(x, model(x).detach())).view(3, SEEDS))
    total.append(D.sum(-1).view(3, SEEDS))
read = dict(zip(names, torch.stack(read, 1)))
total = dict(zip(names, torch.stack(total, 1)))
axes = feature_plots.capacity(list(stored), read, total, hidden=5)

# %% tags=["nbval-check-output"]
for name in names:
    more = bool(read[name][-1].median() > 6)
    print(f"{name}: reads more features than it has dimensions: {more}")
print("largest sum of dimensionalities:", round(max(map(torch.max, total.values())).item()))

# %% [markdown]
# **Takeaway.** Sparsity does not make room. Capacity stays within five dimensions, however many features there are. Features that are always on stop there. Rare ones go on, each with a smaller share, and stay readable because their neighbours are usually silent. Try ten dimensions.
#
# ## What superposition predicts
#
# Storing more features than dimensions, in directions that are not at right angles, is called {term}`superposition`. If networks do it, you should find that
#
# 1. the rarer the features, the more of them share a layer;
# 2. neurons are polysemantic, and single neurons are the wrong unit to read;
# 3. features lie in directions that are not at right angles; only in many dimensions can they be nearly so;
# 4. biases turn negative, to silence interference;
# 5. features can be pulled apart again, if one knows that they are sparse.
#
# {doc}`02_five_features` checks 1, 3 and 4 in a model you can draw, {doc}`03b_computation` the second. {doc}`08_building_autoencoders` tries the last.
#
# ## Exercises
#
# ```{exercise-start} What the ReLU does not notice
# :label: ex-symmetry
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# Turning two neurons changed the error. Yet there are matrices $R$ other than the identity that you can put into $W R$ for the four-neuron network without changing any output. Put one into `mine`.

# %%
from helpers import feature_answers

mine = None
feature_answers.symmetry(mine, neurons=4)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# You need $\mathrm{ReLU}(z R) = \mathrm{ReLU}(z)\,R$ for every $z$, and $R R^\top$ must be the identity. What could you do to a list of neurons that changes nothing but their names?
# :::
#
# ```{solution-start} ex-symmetry
# :label: sol-symmetry
# :class: dropdown
# ```

# %%
mine = torch.eye(4)[[1, 0, 2, 3]]
feature_answers.symmetry(mine, neurons=4)

# %% [markdown]
# Renaming neurons is harmless, so you can write one network of four neurons in 24 ways. A turn by 90 degrees is not among them: it swaps two neurons but also changes a sign.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Alone half of the time
# :label: ex-alone
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# A network stores twelve independent features of equal sparsity. One of them is on. How sparse must they be for it to be alone half of the time? Put the sparsity into `mine`.

# %%
mine = None
feature_answers.alone(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# It is alone if all the others are zero. How many others are there, and what is the probability that all are zero?
# :::
#
# ```{solution-start} ex-alone
# :label: sol-alone
# :class: dropdown
# ```

# %%
mine = 0.5 ** (1 / 11)  # S¹¹ = 1/2
feature_answers.alone(mine)

# %% [markdown]
# ```{solution-end}
# ```
#
# ```{exercise-start} Room for a million
# :label: ex-promise
# ```
#
# *Difficulty 2 of 5, importance 3 of 5, 10 minutes.*
#
# Use equation {eq}`eq-room`. How many dimensions promise room for a million directions whose cosines all lie between -0.1 and 0.1? Compare the number with the width of a language model you know.

# %%
mine = None
feature_answers.promise(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Take the natural logarithm of both sides.
# :::
#
# ```{solution-start} ex-promise
# :label: sol-promise
# :class: dropdown
# ```

# %%
from math import log

mine = 4 * log(1e6) / 0.1**2
feature_answers.promise(mine)

# %% [markdown]
# Twice as many directions would need only a few hundred dimensions more. Halving the slack would need four times as many.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Weaker features
# :label: ex-weaker
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# In the section on interference every active feature had the value 1. Repeat the experiment with values drawn uniformly between 0 and 1. By what factor does the noise change? Put the ratio of new noise to old into `mine`, from a formula or from an experiment.

# %%
mine = None
feature_answers.weaker(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Copy `readout_noise` and multiply `directions[:, :, 1:]` by `torch.rand(10, 200, k, 1)` before the sum.
# :::
#
# ```{solution-start} ex-weaker
# :label: sol-weaker
# :class: dropdown
# ```

# %%
u = normalize(torch.randn(5000, 9, 64, generator=generator), dim=-1)
value = torch.rand(5000, 8, 1, generator=generator)
strong, weak = (((size * u[:, 1:]).sum(1) * u[:, 0]).sum(-1).std() for size in (1, value))
mine = weak / strong
feature_answers.weaker(mine)

# %% [markdown]
# ```{solution-end}
# ```
#
# ## Summary
#
# - A feature may be any function, a property with a name, or what a large network gives a neuron. Here it is a property that a network represents as a direction.
# - Directions can be read and written, and they add up. A network can make a feature linear that was not.
# - Neurons are special only where something acts on each of them separately, such as a ReLU. Even there they may mix features.
# - Rare features seldom meet, their noise grows like $\sqrt{k/m}$, and almost orthogonal directions abound.
# - A layer's capacity is its dimensions. Superposition shares it.
#
# ## What's next
#
# In {doc}`02_five_features` you train the smallest network that does all this, drag its arrows, and watch five features fold into a pentagon. The figures there are alive: they compute in your browser.
#
# ## Further reading
#
# {cite:t}`elhage2022` study superposition and privileged bases, and discuss the definitions above. {cite:t}`jermyn2022` engineer networks whose neurons do not mix, at about the same loss. {cite:t}`park2023` ask what linear representation means for language models. {cite:t}`bricken2023` and {cite:t}`cunningham2023` turn the fifth prediction into a method.
