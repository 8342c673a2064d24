# %% [markdown]
# # 09 · A sparse autoencoder for the precipitation network
#
# You will train a sparse autoencoder on the hidden layer of the rain networks, see what it costs to be sparse, and check what is left of the forecast when the network has to think through it.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 25 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06_training`. **Helpful:** {doc}`02_five_features`.
# - **You will be able to** *write* a sparse autoencoder in a dozen lines, *choose* its sparsity with open eyes, *count* its dead latents, and *test* whether its reconstruction still does the network's work.
# :::
#
# ## Warm up
#
# :::{dropdown} Six neurons mix seven predictors. Could an autoencoder with twelve latents copy the six activations perfectly?
# Easily. Give six of the latents one neuron each. A copy is no explanation, so something must make copying expensive. That something is sparsity.
# :::
#
# :::{dropdown} A latent is zero on all rows of the test. Is it harmless?
# It costs nothing and explains nothing. But whether you count it changes averages 'per latent', and chapter 10 shows by how much.
# :::
#
# :::{dropdown} The reconstruction explains 95% of the variance. Does the network still see the rain?
# You cannot know yet. Rain is rare. The missing 5% may be just what the network needed for it.
# :::
#
# ## What there is to explain
#
# A small zoo keeps networks trained as in chapter 06, from other random starts. They are trained at the first call and reloaded after. Here are fifty of them, and what their six hidden neurons say about the rows of part two, which the networks have never seen.

# %%
import torch

from helpers import metrics, plots, zoo

plots.house()
parts, network = zoo.precipitation_network()
with torch.no_grad():
    hidden = network.hidden(parts.sae.x)
    test_hidden = network.hidden(parts.test.x)

# %% tags=["nbval-check-output"]
_, SEEDS, neurons = hidden.shape
print(f"{SEEDS} networks with {neurons} neurons; none is ever negative: {bool((hidden >= 0).all())}")

# %% [markdown]
# How busy is this layer? Count the neurons that are above zero in an average hour. This number is called {term}`L0`.

# %% mystnb={"image": {"alt": "L0 of the hidden layer of fifty networks: between two and five of the six neurons are active in an average hour, most often about four."}}
ax = plots.strip({"network": metrics.l0(test_hidden)}, "active neurons per hour (L0)")
ax.set(ylim=(0, neurons));

# %% [markdown]
# **Takeaway.** Most neurons speak most of the time. When everything is on, it is hard to say what anything means.
#
# That suggests the wish list. You want units that are silent most of the time, so that each one means something when it speaks. And you want the network's activations back, so that nothing is made up. These two wishes pull against each other.
#
# ## The autoencoder, written out
#
# A {term}`sparse autoencoder` has one wide hidden layer. Its units are called latents, to keep them apart from the neurons they explain.
#
# - The *encoder* turns neurons into latents: $f = \mathrm{ReLU}(x W_\mathrm{enc} + b_\mathrm{enc})$.
# - The *decoder* turns latents back into neurons: $\hat x = f D + b_\mathrm{dec}$. The rows of $D$ are the {term}`dictionary`: row $i$ is what one unit of latent $i$ adds to the neurons.
#
# King et al. use twice as many latents as neurons {cite:p}`king2025`. So will you. As before, the leading axis holds instances: autoencoder number $i$ reads network number $i$. `nets.apply` is the `einsum` of chapter 06 with the bias added: each instance multiplies its own rows by its own matrix.

# %%
from torch import nn

from helpers import nets


class SparseAutoencoder(nn.Module):
    def __init__(self, neurons, latents, instances, unit_norm=False):
        super().__init__()
        self.unit_norm = unit_norm
        self.W_enc = nn.Parameter(nets.initial(0, instances, neurons, latents))
        self.b_enc = nn.Parameter(torch.zeros(instances, latents))
        self.W_dec = nn.Parameter(nets.initial(1000, instances, latents, neurons))
        self.b_dec = nn.Parameter(torch.zeros(instances, neurons))

    def dictionary(self):
        return nn.functional.normalize(self.W_dec, dim=-1) if self.unit_norm else self.W_dec

    def forward(self, x):
        latents = torch.relu(nets.apply(x, self.W_enc, self.b_enc))
        return nets.apply(latents, self.dictionary(), self.b_dec), latents

# %% [markdown]
# Ignore `unit_norm` for a moment. You will need it soon.
#
# The loss has a term for each wish: the squared error of the copy, and the sum of the latents, weighed by a number called L1 after the norm it multiplies. A latent that is on has to earn its keep.
#
# Train with the published weight, {term}`L1` = 0.01, for the published 75 epochs. One thing is different: the batches hold 64 rows, not 8, and the learning rate is four times as high to make up for it. That keeps this page under a minute.

# %%
from helpers import train
from helpers.sampling import minibatches


def sparse_loss(l1):
    def loss(sae, batch):
        (x,) = batch
        copy, latents = sae(x)
        return (copy - x).square().mean((0, 2)) + l1 * latents.sum(-1).mean(0)

    return loss


batches = minibatches(hidden, size=64, seeds=range(SEEDS))
sae = SparseAutoencoder(neurons, 2 * neurons, SEEDS)
steps = 75 * batches.per_epoch
history = train.fit(sae, batches, sparse_loss(0.01), steps=steps, lr=4e-3, device="cpu")

# %% mystnb={"image": {"alt": "Training loss of fifty autoencoders against epoch on a logarithmic scale: it falls steeply at first and ever more slowly after; the band over seeds is about a factor of two wide."}}
epochs = [step / batches.per_epoch for step in history.steps]
ax = plots.curves(epochs, {"autoencoder": history.loss}, "epoch", "loss")
ax.set_yscale("log");

# %% [markdown]
# **Takeaway.** The loss falls quickly, then creeps, and it is still creeping when the published epochs end. The band is wide because each autoencoder explains another network, and some networks are harder to explain.
#
# How good is the copy on rows that nobody has seen? The {term}`FVU`, the fraction of variance unexplained, is the squared error divided by the variance. One is no better than always saying the mean, zero is perfect.

# %%
def fvu(x, copy):
    return (x - copy).square().sum((0, 2)) / (x - x.mean(0)).square().sum((0, 2))


with torch.no_grad():
    copy, latents = sae(test_hidden)
print(f"unexplained: {fvu(test_hidden, copy).median():.0%} in the median network")
busy = [metrics.l0(units).median().item() for units in (test_hidden, latents)]
print(f"active: {busy[0]:.1f} of {neurons} neurons, {busy[1]:.1f} of {2 * neurons} latents")

# %% [markdown]
# So far you have bought very little. In absolute numbers about as many latents are on as neurons were. As a share of the layer it is less, but there are twice as many to look at.
#
# Turn up the price, then.
#
# ## How sparse, and at what cost?
#
# This is where the instances axis pays. Take five networks and six values of L1. That is thirty autoencoders, and one training.

# %%
L1 = torch.tensor([0.0, 0.01, 0.03, 0.1, 0.2, 0.3])
FEW = 5
prices = L1.repeat_interleave(FEW)
many = hidden[:, :FEW].repeat(1, len(L1), 1)
sweep_batches = minibatches(many, size=64, seeds=range(len(prices)))

# %% [markdown]
# Train the sweep twice, for 40 epochs each. Once with dictionary vectors of any length, as before. Once with `unit_norm=True`, where each row of the dictionary has length one.

# %%
settings = {"free lengths": False, "unit lengths": True}
size = neurons, 2 * neurons, len(prices)
sweeps = {name: SparseAutoencoder(*size, unit) for name, unit in settings.items()}
for model in sweeps.values():
    steps = 40 * sweep_batches.per_epoch
    train.fit(model, sweep_batches, sparse_loss(prices), steps=steps, lr=4e-3, device="cpu")

# %% mystnb={"image": {"alt": "Variance explained against L0 for six values of L1, for free and unit dictionary lengths. Along both curves fewer active latents explain less. With unit lengths the larger values of L1 lie further to the left and lower."}}
def front(model):
    with torch.no_grad():
        copy, latents = model(x)
    return metrics.l0(latents).view(-1, FEW), 1 - fvu(x, copy).view(-1, FEW)


x = test_hidden[:, :FEW].repeat(1, len(L1), 1)
fronts = {name: front(model) for name, model in sweeps.items()}
names = [f"{price:g}" for price in L1]
ax = plots.front(fronts, names, "active latents per hour (L0)", "share of variance explained")
ax.set(ylim=(0, 1.02));

# %% [markdown]
# **Takeaway.** There is no free sparsity. Each step to the left costs variance, and the numbers beside the points say what L1 bought it.
#
# The two curves run close together. Now compare them at the same L1. With free lengths the penalty bites less: the larger numbers sit further to the right and higher. The autoencoder has found a loophole: make a latent half as large and its dictionary vector twice as long, and the copy stays the same while the L1 term halves. Unit lengths close the loophole {cite:p}`bricken2023`.
#
# Look at the loophole directly: the lengths of the dictionary vectors that were free to grow.

# %% mystnb={"image": {"alt": "Length of the dictionary vectors against L1 in the sweep with free lengths: the vectors in use grow longer as L1 rises."}}
lengths = sweeps["free lengths"].W_dec.detach().norm(dim=-1).view(len(L1), -1)
ax = plots.strip(dict(zip(names, lengths)), "length of a dictionary vector", tint="autoencoder")
ax.set(xlabel="L1");

# %% [markdown]
# **Takeaway.** The higher the price, the longer the longest vectors. If someone quotes an L1 weight to you, ask how the dictionary was constrained. Without that the number says nothing.
#
# :::{dropdown} I am confused by these plots
# In the first figure, follow one curve from right to left: L1 rises from point to point. A dot is one of the five networks. In the second figure each column is one L1, and each dot one latent of one network. Dead latents keep some length too, which is why short vectors remain in every column.
# :::
#
# ## Dead latents
#
# Some latents never speak. Count, for every L1, how many of the twelve are zero on all rows that they were trained on.

# %% mystnb={"image": {"alt": "Number of latents out of twelve that are dead on the training rows against L1, one dot per network, unit lengths: a few at the smallest L1, about half at the largest."}}
with torch.no_grad():
    dead = metrics.dead(sweeps["unit lengths"](many)[1]).sum(-1).view(-1, FEW)
ax = plots.strip(dict(zip(names, dead)), "dead latents of 12", tint="autoencoder")
ax.set(xlabel="L1", ylim=(-0.5, 12));

# %% [markdown]
# **Takeaway.** Some {term}`dead latents <dead latent>` come even at no price. The higher the price, the more. A latent that has died gets no gradient, since its ReLU is flat there. It will not come back by itself. Chapter 08 will show the cures.
#
# On other rows a dead latent may still speak. Always say on which rows you counted.
#
# Remember the number for later. An average over twelve latents and an average over those alive are two different averages.
#
# ## What a latent writes
#
# A row of the dictionary says what a latent adds to the neurons. Here is the published setting for network 0, with the dead latents marked.

# %% mystnb={"image": {"alt": "Dictionary of one autoencoder: twelve latents by six neurons. Most latents write to several neurons with either sign; some rows are nearly empty."}}
silent = metrics.dead(latents)[0].tolist()  # on the test rows
rows = [f"latent {i}{' (dead)' if silent[i] else ''}" for i in range(2 * neurons)]
columns = [f"neuron {i}" for i in range(neurons)]
plots.heatmap(sae.dictionary()[0].detach(), rows, columns, label="written to the neuron");

# %% [markdown]
# **Takeaway.** A latent that writes to a single neuron is a copy: the autoencoder has kept the neuron as it was. Most latents here write to several neurons at once, so they are new directions. Only such latents can have pulled a mixture apart; whether they did is another question.
#
# What a latent *means*, in degrees and hectopascals, you cannot read off this map. That is the work of {doc}`10_reading_features`.
#
# ## Does the network still see the rain?
#
# Variance is not the point. The point is what the network does. So replace the hidden layer by its reconstruction, let the network go on from there, and score its warnings again. This is called {term}`splicing`.

# %%
wet = parts.test.y.bool()
with torch.no_grad():
    thresholds = metrics.best_threshold(parts.train.y, network(parts.train.x)[..., 0].sigmoid())


def csi(hidden, which=slice(None)):
    with torch.no_grad():
        logit = torch.einsum("bnh,nho->bno", hidden, network.weights[1][which])
        chance = (logit + network.biases[1][which])[..., 0].sigmoid()
    return metrics.event_scores(wet, chance > thresholds[which]).csi

# %% [markdown]
# Two yardsticks frame the result. The untouched layer is the best you can hope for. Replacing every neuron by its mean is the worst: the network then says the same at every hour.

# %% mystnb={"image": {"alt": "CSI on the test hours of fifty networks: untouched, with the reconstruction spliced in, and with every neuron replaced by its mean. The spliced networks lose a little and vary more; with means the CSI collapses."}}
means = test_hidden.mean(0).expand_as(test_hidden)
versions = {"untouched": test_hidden, "spliced": copy, "means": means}
plots.strip({name: csi(h) for name, h in versions.items()}, "CSI");

# %% [markdown]
# **Takeaway.** At the published L1 most networks still see most of the rain. Look at the spread, not only at the bar: some networks lose far more than others.
#
# And what does sparsity cost here? Do the same along the sweep. The dashed line is the untouched layer of the same five networks.

# %%
which = torch.arange(FEW).repeat(len(L1))
with torch.no_grad():
    spliced = sweeps["unit lengths"](x)[0]
by_price = csi(spliced, which).view(-1, FEW).nan_to_num(0)
active = fronts["unit lengths"][0]

# %% mystnb={"image": {"alt": "CSI with the reconstruction spliced in against L0 for the sweep with unit lengths, beside the untouched layer as a dashed line: it falls with the number of active latents, steeply below four, with large spread between networks."}}
axes = "active latents per hour (L0)", "CSI with the copy spliced in"
ax = plots.front({"autoencoder": (active, by_price)}, names, *axes)
ax.axhline(csi(test_hidden[:, :FEW], slice(FEW)).median(), linestyle="--", color=plots.INK);

# %% [markdown]
# **Takeaway.** A gentle price costs the forecast little. A steep one costs most of it, long before the variance is gone, and at different places for different networks. An autoencoder that is easy to read but blind to rain explains some other network than yours.
#
# ## Exercises
#
# ```{exercise-start} A wider dictionary
# :label: ex-wider
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# Train with eight times as many latents as neurons, unit lengths, L1 = 0.1, for 10 epochs. What share of the latents is dead on the test rows, in the median network? Put it into `mine`, as a number between 0 and 1.

# %%
from helpers import answers

mine = None
answers.wider(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `SparseAutoencoder(neurons, 8 * neurons, SEEDS, unit_norm=True)`, then `metrics.dead(latents).float().mean(-1).median()`.
# :::
#
# ```{solution-start} ex-wider
# :label: sol-wider
# :class: dropdown
# ```

# %%
wide = SparseAutoencoder(neurons, 8 * neurons, SEEDS, unit_norm=True)
train.fit(wide, batches, sparse_loss(0.1), steps=10 * batches.per_epoch, lr=4e-3, device="cpu")
with torch.no_grad():
    share = metrics.dead(wide(test_hidden)[1]).float().mean(-1)
answers.wider(share.median())
print(f"dead: {share.median():.0%} in the median network")

# %% [markdown]
# A wide dictionary on six neurons has more latents than there is anything to say. Some die, and the others cannot all say something new.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Shrinkage
# :label: ex-shrinkage
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# The L1 term pulls every latent towards zero, also those that should be on. So the copy should be too small. For the sweep with unit lengths, take the original and the copy, each minus its own mean. Divide the copy's sum of squares by the sum of the products of the two. One means that no scaling would improve the copy; less is {term}`shrinkage`. Put the median for each L1 into `mine`, six numbers.

# %%
mine = None
answers.shrinkage(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# With `x` and `spliced` from above: centre each with its own `.mean(0)`, sum over rows and neurons, then `.view(-1, FEW).median(1).values`.
# :::
#
# ```{solution-start} ex-shrinkage
# :label: sol-shrinkage
# :class: dropdown
# ```

# %%
centred, shrunk = x - x.mean(0), spliced - spliced.mean(0)
scale = shrunk.square().sum((0, 2)) / (centred * shrunk).sum((0, 2))
mine = scale.view(-1, FEW).median(1).values
answers.shrinkage(mine)
mine.round(decimals=2)

# %% [markdown]
# With a small L1 nothing shrinks. With a large one the copy is not only noisy, it is systematically too small: multiply it by a constant above one, and it fits better. Gated, TopK and JumpReLU autoencoders were invented to mend this {cite:p}`rajamanoharan2024gated,gao2024,rajamanoharan2024jumprelu`.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - A sparse autoencoder is two matrices, a ReLU and a loss with two wishes that pull against each other.
# - L0 against variance explained is the picture to ask for. A single L1 is not.
# - Free dictionary lengths are a loophole in the L1 penalty. Unit lengths close it.
# - Dead latents come with sparsity. Say whether you count them.
# - Variance explained is not faithfulness. Splice the copy in, and score the network.
#
# The helper `nets.SparseAutoencoder`, which chapter 10 uses, computes what you wrote here.

# %% tags=["nbval-check-output"]
twin = nets.SparseAutoencoder(neurons, 2 * neurons, SEEDS, unit_norm=False)
twin.load_state_dict(sae.state_dict())
same = [torch.allclose(a, b, atol=1e-5) for a, b in zip(twin(test_hidden), sae(test_hidden))]
by_helper, by_hand = (make(0.01)(sae, (test_hidden,)) for make in (autoencoding.loss, sparse_loss))
print(same, torch.allclose(by_helper, by_hand, atol=1e-5))

# %% [markdown]
# ## What's next
#
# {doc}`10_reading_features` asks whether the latents are easier to read than the neurons, and how you would know.
#
# ## Further reading
#
# The idea goes back to sparse coding; Sharkey et al. brought it to superposition {cite:p}`sharkey2022`, Bricken et al. {cite:p}`bricken2023` and Cunningham et al. {cite:p}`cunningham2023` to language models, King et al. to precipitation {cite:p}`king2025`.
