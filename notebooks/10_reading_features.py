# %% [markdown]
# # 10 · Reading the features
#
# You will ask whether latents are easier to read than neurons, repeat the published count of 'sensitive inputs', and hold it against two controls that have learnt nothing and get most of the same effect.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 30 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06_training` and {doc}`08_building_autoencoders`. **Helpful:** {doc}`09b_layers_and_rain`, correlation.
# - **You will be able to** *read* a unit by correlation and by its top hours, *count* sensitive inputs in three ways, *design* a control for a claim about interpretability, and *test* a latent by silencing it.
# :::
#
# ## Warm up
#
# :::{dropdown} A latent correlates with humidity at r = 0.6. Does it detect humidity?
# Perhaps. It may as well detect dew point spread, or fog, or rain itself. All of them go together. Correlation finds candidates; it convicts nobody.
# :::
#
# :::{dropdown} You silence most of the values of a neuron at random. What happens to its correlations with the inputs?
# They shrink towards zero. A unit that is mostly silent correlates less with everything, whether or not it means anything. Remember this one.
# :::
#
# :::{dropdown} One method wins in 14 of 20 seeds. Is it better?
# A fair coin does as well or better about once in seventeen times. Show the spread before you say yes.
# :::
#
# ## Units and inputs
#
# Fetch the fifty rain networks of {doc}`09b_layers_and_rain` and their autoencoders: twice as many latents as neurons and L1 = 0.01, as published, but larger batches and a higher learning rate. Judge them on part three, which neither has seen.

# %%
import torch

from helpers import metrics, nets, plots, zoo

plots.house()
parts, network, sae = zoo.precipitation_autoencoder()
inputs = parts.test.x
with torch.no_grad():
    neurons = network.hidden(inputs)
    copy, latents = sae(neurons)

# %% [markdown]
# {term}`Pearson's r` measures how well a straight line links two quantities, from −1 to 1. Here is all of it: centre, multiply, divide by the lengths. The last line holds it against the helper.

# %% tags=["nbval-check-output"]
def correlations(units, inputs):
    u, p = units - units.mean(0), inputs - inputs.mean(0)
    length = u.norm(dim=0).unsqueeze(-1) * p.norm(dim=0)
    r = torch.einsum("bnu,bp->nup", u, p) / length.clamp_min(1e-6)
    return r  # (networks, units, inputs); 0 for a unit that never varies


r_neurons, r_latents = correlations(neurons, inputs), correlations(latents, inputs)
print(torch.allclose(r_latents, metrics.correlations(latents, inputs), atol=1e-3))

# %% [markdown]
# King et al. call a unit *sensitive* to an input, and the input a {term}`sensitive input` of the unit, if the absolute value of r is above 0.4 {cite:p}`king2025`. Frames mark those cells. First the six neurons of network 0, then its twelve latents.

# %% mystnb={"image": {"alt": "Correlations of six neurons with seven predictors for network 0. Most neurons have several framed cells, that is, correlations above 0.4 in absolute value."}}
from helpers.weather.abbreviations import short

columns = short(parts.predictors)
look = {"limit": 1, "digits": 2, "label": "r"}
r = r_neurons[0]
plots.heatmap(r, [f"neuron {i}" for i in range(len(r))], columns, outline=r.abs() > 0.4, **look);

# %% mystnb={"image": {"alt": "Correlations of twelve latents with seven predictors for network 0. Most rows have fewer framed cells than those of the neurons, and some rows have none."}}
r = r_latents[0]
plots.heatmap(r, [f"latent {i}" for i in range(len(r))], columns, outline=r.abs() > 0.4, **look);

# %% [markdown]
# **Takeaway.** The second map looks cleaner. There are fewer frames per row, and some rows have none. It looks as if the latents were easier to read. This is what the published maps look like, and it is why people like autoencoders.
#
# Now be slow. A map of one network is an anecdote. And a row without a frame may be a clean unit, an obscure one, or a dead one.
#
# ## Counting sensitive inputs
#
# Count the frames in each row, then average over the units. But over which units? There are three honest answers, and they differ.
#
# - *As published*: only units with at least one sensitive input count. Silent and obscure ones drop out.
# - *Living*: all units that are ever active count.
# - *All*: dead units count too, as zeros.

# %%
def count(units, r, threshold=0.4):
    frames = (r.abs() > threshold).sum(-1).float()  # (networks, units)
    alive = units.std(0) > 0
    return {
        "as published": frames.sum(-1) / (frames > 0).sum(-1).clamp_min(1),
        "living": frames.sum(-1) / alive.sum(-1),
        "all": frames.mean(-1),
    }


of_neurons, of_latents = count(neurons, r_neurons), count(latents, r_latents)

# %% tags=["nbval-check-output"]
helper = metrics.mean_sensitive_inputs
print("helper agrees:", torch.allclose(helper(r_latents), of_latents["all"]))
print(torch.allclose(helper(r_latents, count_silent=False), of_latents["as published"]))

# %% mystnb={"image": {"alt": "Average number of sensitive inputs per unit for fifty networks and their autoencoders, counted in three ways. Neurons lie near three in each. Latents lie slightly lower as published, and clearly lower when living or all units count."}}
groups = {}
for way in of_neurons:
    groups[f"network\n{way}"] = of_neurons[way]
    groups[f"autoencoder\n{way}"] = of_latents[way]
ax = plots.strip(groups, "sensitive inputs per unit")
ax.tick_params(axis="x", labelsize=9)

# %% [markdown]
# **Takeaway.** In each pair the latents lie lower. How much lower depends on who is counted. For neurons the three ways nearly agree, because hardly any neuron is obscure. For latents they do not.
#
# The paper reports a reduction by 33%, as an average, counted the first way. The rule in this book: *reproduced* if our median is within ten points of it, *in pattern* if at least the average is a reduction, with a 95% interval that stays above zero. The other two counts are ours, so they can be *in pattern* at best. Compute the reduction network by network.

# %%
from helpers import environment, scorecard


def reduction(of_units):
    return {way: 100 * (1 - of_units[way] / of_neurons[way]) for way in of_neurons}


ours = reduction(of_latents)
here = {"judged": environment.is_default()}  # on another table a claim is shown without a verdict
scorecard.record("king-sensitive-published", ours["as published"], **here)

# %%
scorecard.record("king-sensitive-living", ours["living"], **here)

# %%
scorecard.record("king-sensitive-all", ours["all"], **here)

# %% [markdown]
# Be clear about what this is. The paper's networks saw snow and rain at other sites, with other inputs; yours saw three airports. The claim travels or it does not. Counted as published, it travels with a smaller effect. Counted over the living, the effect is larger, because then units without any frame pull the average down.
#
# So the autoencoder makes units easier to read. Does it?
#
# ## The control that was missing
#
# Recall the warm-up question about silence. Latents are on less often than neurons. Would *any* unit that is on so seldom have fewer sensitive inputs?
#
# Build one. Take directions at random, and for each latent choose a threshold so that its random twin is on exactly as often. Nothing is learnt. This is a {term}`random dictionary` of the same shape and sparsity. If you have read {doc}`09_autoencoder`, you know it, and the second control too: there they were held against causes, here against a count.

# %%
rate = (latents > 0).float().mean(0)  # how often each latent is on
place = ((1 - rate) * (len(inputs) - 1)).long().unsqueeze(0)


def random_twin(seed):
    directions = nets.initial(seed, len(rate), neurons.shape[-1], rate.shape[1])
    drive = torch.einsum("bnh,nhl->bnl", neurons, directions)
    return torch.relu(drive - drive.sort(0).values.gather(0, place))


twins = [random_twin(1000 * (k + 1)) for k in range(10)]

# %% [markdown]
# Ten twins for each network, since one random dictionary is a single seed, too.

# %% [markdown]
# The second control is {term}`PCA`. It rotates the neurons to directions that do not correlate with each other. Give each direction two units, one for its positive and one for its negative side. That makes twelve units with a ReLU, like the latents, and nothing trained to be sparse.

# %%
with torch.no_grad():
    fitted = network.hidden(parts.sae.x)
centre = fitted.mean(0)
axes = torch.linalg.svd((fitted - centre).transpose(0, 1), full_matrices=False).Vh
scores = torch.einsum("bnh,nkh->bnk", neurons - centre, axes)
pca_units = torch.relu(torch.cat([scores, -scores], dim=-1))

# %% [markdown]
# Average the twins of each network, and put all three side by side.

# %%
twin_r = [correlations(units, inputs) for units in twins]
of_twins = [reduction(count(units, r)) for units, r in zip(twins, twin_r)]
cuts = {
    "autoencoder": ours,
    "random": {way: torch.stack([one[way] for one in of_twins]).mean(0) for way in ours},
    "PCA": reduction(count(pca_units, correlations(pca_units, inputs))),
}

# %% mystnb={"image": {"alt": "Reduction of sensitive inputs against the neurons in percent, for the trained autoencoder, the mean of ten random dictionaries and PCA, counted as published and over living units. The three clouds overlap almost completely in both."}}
groups = {f"{name}\n{way}": cuts[name][way] for way in ("as published", "living") for name in cuts}
ax = plots.strip(groups, "reduction against the neurons (%)", zero=True)
ax.tick_params(axis="x", labelsize=9)

# %% [markdown]
# **Takeaway.** A dictionary that has learnt nothing does almost as well. PCA does at least as well where we count as published: its median lies above the autoencoder's. The count of sensitive inputs falls when units are on less often or are cut in two by a ReLU. It does not tell you that something was understood.
#
# Each network has its own twins, so look at the differences within networks: clouds may overlap while every pair differs the same way.

# %%
lead = {way: cuts["autoencoder"][way] - cuts["random"][way] for way in ours}
for way, points in lead.items():
    low, high = metrics.bootstrap_interval(points)
    print(f"{way}: ahead by {points.mean():.1f} points, 95% interval {low:.1f} to {high:.1f}")

# %% [markdown]
# The trained autoencoder is ahead by a few points. The published study has no such control. So the last row for the scorecard tests what its claim implies: that the reduction is owed to what was learnt. *In pattern* needs at least half of the 33 points to remain.

# %%
scorecard.record("king-beyond-random", lead["living"], **here)

# %% [markdown]
# This is a result about a *measure*, on *these* networks. It does not say that autoencoders are useless. It says that most of this number comes without any learning. Such controls are an old lesson in interpretability: a method that gives the same answer for a random model is not explaining the model {cite:p}`adebayo2018`, and the scores of language-model autoencoders have met the same surprise {cite:p}`heap2025`.
#
# Perhaps 0.4 was an unlucky threshold. Try others.

# %%
def living(units, r, level):
    of_units, of_network = count(units, r, level), count(neurons, r_neurons, level)
    return 100 * (1 - of_units["living"] / of_network["living"])


levels = [0.2, 0.3, 0.4, 0.5, 0.6]
trained = torch.stack([living(latents, r_latents, level) for level in levels])
pairs = list(zip(twins, twin_r))
control = torch.stack([sum(living(*pair, level) for pair in pairs) / len(pairs) for level in levels])

# %% mystnb={"image": {"alt": "Reduction over living units against the threshold on absolute correlation from 0.2 to 0.6, for the autoencoder and the mean of its random twins. Both medians rise together, the autoencoder a little above from 0.4 on; the bands overlap throughout."}}
lines = {"autoencoder": trained, "random": control}
plots.curves(levels, lines, "threshold on |r|", "reduction, living units (%)");

# %% [markdown]
# **Takeaway.** At every threshold most of the reduction comes without learning. The autoencoder's lead is small, and it grows with the threshold.
#
# :::{dropdown} I am confused by this plot
# The line is the median over fifty networks, the band holds nine tenths of them. A higher threshold gives a larger reduction for either, because frames get rare and sparse units lose them first. Only the distance between the two lines is owed to learning.
# :::
#
# ## Silencing a latent
#
# Correlation is about what goes *with* a unit. To learn what a unit *does*, take it away. {term}`Ablation <ablation>` fixes a latent at its mean, so that it says the same in every hour. Then decode, and let the network go on. If its score falls, the network was using what the latent carried.

# %%
wet = parts.test.y.bool()
with torch.no_grad():
    on_train = network(parts.train.x)[..., 0].sigmoid()
warn_at = metrics.best_threshold(parts.train.y, on_train)


def csi(hidden):
    with torch.no_grad():
        chance = network.output(hidden)[..., 0].sigmoid()
    return metrics.event_scores(wet, chance > warn_at).csi.nan_to_num(0)

# %% [markdown]
# Do it for each of the twelve latents in all networks. Sort the latents of each network by how much the {term}`CSI` changes, the worst loss first.

# %%
def without(which):
    silenced = latents.clone()
    silenced[..., which] = latents[..., which].mean(0)
    with torch.no_grad():
        return csi(sae.decode(silenced))


effect = torch.stack([without(i) for i in range(latents.shape[-1])], dim=1) - csi(copy).unsqueeze(1)
ranked = effect.sort(dim=1).values

# %% mystnb={"image": {"alt": "Change of CSI on ablating each latent, sorted within each of fifty networks from the worst loss. The first rank loses most of the score, the second and the third less, and from about the fifth rank on next to nothing happens."}}
by_rank = {f"{k + 1}": column for k, column in enumerate(ranked.T)}
ax = plots.strip(by_rank, "change of CSI", zero=True, tint="autoencoder")
ax.set(xlabel="latents of a network, from the most harmful ablation to the least");

# %% [markdown]
# **Takeaway.** In nearly every network, the first two or three latents carry most of the forecast and the rest matter little to it. The threshold for a warning stays where it was, so part of a loss is only a shifted probability: after the worst ablation a typical network hardly warns at all.
#
# ## What switches it on?
#
# Take the latent of network 0 that mattered most, and look at the hours in which it is loudest, in physical units.

# %%
strongest = effect[0].argmin().item()
top = latents[:, 0, strongest].topk(6).indices
parts.test.frame.iloc[top.numpy()][["site", *parts.predictors, parts.target]].round(1)

# %% [markdown]
# Read down the columns. What do these hours share, and what do they not? They need not be wet: a latent can serve the forecast by ruling rain out. Look at the dates, too. If the top hours come from one spell of weather, you have seen one example six times.
#
# Compare the top hundred hours with wet hours and with all hours, in units of each predictor's own spread. A cell unlike 'all hours' is something these hours share.

# %% mystnb={"image": {"alt": "Mean of each standardised predictor over the hundred hours in which the strongest latent of network 0 is loudest, as a heat map row above the same for wet hours and all hours. Several cells of the first row are far from those of the last."}}
loudest = latents[:, 0, strongest].topk(min(100, len(inputs))).indices
profile = torch.stack([inputs[loudest].mean(0), inputs[wet].mean(0), inputs.mean(0)])
plots.heatmap(profile, ["its top hours", f"{parts.target} hours", "all hours"], columns, label="mean (in sd)");

# %%
days = parts.test.frame.index[loudest.numpy()].normalize().nunique()
print(f"the {len(loudest)} top hours fall on {days} days")

# %% [markdown]
# **Takeaway.** Several predictors are extreme together in its top hours: it answers to a kind of weather rather than to an input. But count the days. A hundred rows are few examples when they come from a few spells of weather.
#
# ## Reading well and doing the work
#
# Do latents with few sensitive inputs matter more? Or less? Within each network, correlate the ranks of the two: a latent's number of frames, and the loss of CSI on ablating it. Leave dead latents out.

# %% mystnb={"image": {"alt": "Rank correlation between a living latent's number of sensitive inputs and the loss of CSI when it is ablated, one dot per network: the dots scatter widely around a positive median."}}
from scipy.stats import spearmanr

frames, alive = (r_latents.abs() > 0.4).sum(-1), latents.std(0) > 0
rho = [spearmanr(f[a], -e[a]).statistic for f, e, a in zip(frames, effect, alive)]
ax = plots.strip({"autoencoder": rho}, "rank correlation", zero=True)
ax.set(ylim=(-1, 1));

# %% [markdown]
# **Takeaway.** Latents that matter have more frames, if anything. Part of this is the trap of the warm-up again: a unit that is often on correlates more *and* matters more. In any case, a small count is no sign that a latent does the network's work. An explanation needs both: something a person can say, and evidence that the network acts on it.
#
# ## Exercises
#
# ```{exercise-start} Find the pressure latent
# :label: ex-pressure
# ```
#
# *Difficulty 1 of 5, importance 3 of 5, 5 minutes.*
#
# Which latent of which network correlates most strongly with *pressure*, in either direction? Put the pair (network, latent) into `mine`.

# %%
from helpers import answers

mine = None
which = "pressure" if "pressure" in parts.predictors else parts.predictors[0]
with_pressure = r_latents[..., parts.predictors.index(which)]
answers.strongest_pair(mine, with_pressure)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `torch.argmax` counts through the flattened tensor; `torch.unravel_index` turns the count into a pair.
# :::
#
# ```{solution-start} ex-pressure
# :label: sol-pressure
# :class: dropdown
# ```

# %%
strength = with_pressure.abs()
mine = [int(i) for i in torch.unravel_index(strength.argmax(), strength.shape)]
answers.strongest_pair(mine, with_pressure)

# %% [markdown]
# One latent among six hundred. Before you call it *the pressure detector*, look at the other columns of its row. And ask how large the largest of six hundred random ones would be.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Ablate the control
# :label: ex-ablate-neurons
# ```
#
# *Difficulty 3 of 5, importance 5 of 5, 15 minutes.*
#
# Is it remarkable that one latent carries most of the forecast? Do the same with the *neurons*: fix each at its mean over the test hours, one at a time. For each network take the worst change in CSI. Put the median over networks into `mine`.

# %%
mine = None
answers.worst_ablation(mine, effect.amin(1).median())

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `csi(neurons)` is the baseline. In a clone of `neurons`, overwrite one column with `neurons.mean(0)` of that column.
# :::
#
# ```{solution-start} ex-ablate-neurons
# :label: sol-ablate-neurons
# :class: dropdown
# ```

# %%
def without_neuron(which):
    silenced = neurons.clone()
    silenced[..., which] = neurons[..., which].mean(0)
    return csi(silenced) - csi(neurons)


mine = torch.stack([without_neuron(i) for i in range(neurons.shape[-1])]).amin(0).median()
answers.worst_ablation(mine, effect.amin(1).median())
round(mine.item(), 2)

# %% [markdown]
# Neurons concentrate the work as well. So 'one latent carries the forecast' says something about the network, and little about the autoencoder. Every claim about latents deserves its twin about neurons.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Correlation maps suggest meanings. They are where reading begins, not where it ends.
# - 'Sensitive inputs per unit' depends on who is counted. Say it, and show all ways.
# - A random dictionary of equal sparsity, and PCA, get most of the same reduction. On these networks the measure owes most of its size to silence and little to learning.
# - {term}`Ablation <ablation>` shows that a few latents carry the forecast. It shows the same of neurons.
#
# ## What's next
#
# The {doc}`../book/scorecard` collects every claim with its verdict. Where the causes are known you can ask which latent is which cause: that was {doc}`09_autoencoder`. Later editions of this chapter score explanations on held-out hours.
#
# ## Further reading
#
# King et al. for the claim {cite:p}`king2025`; Bills et al. {cite:p}`bills2023` and Foote et al. {cite:p}`foote2023` for scoring explanations; Adebayo et al. for the art of the sanity check {cite:p}`adebayo2018`.
