# %% [markdown]
# # 10 · Reading the features
#
# You will ask whether latents are easier to read than neurons, repeat the published count of 'sensitive inputs', and hold it against two controls that it should beat and does not.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 30 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** chapters 06 and 09, {doc}`06_training` and {doc}`09_autoencoder`. **Helpful:** correlation.
# - **You will be able to** *read* a unit by correlation and by its top hours, *count* sensitive inputs in three ways, *design* a control for a claim about interpretability, and *test* a latent by ablating it.
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
# Fetch fifty networks and their autoencoders, with the published setting of chapter 09: twice as many latents as neurons, L1 = 0.01. Judge them on part three, which neither has seen.

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
# {term}`Pearson's r` measures how well a straight line links two quantities, from −1 to 1. Here is all of it: centre, multiply, divide by the lengths.

# %%
def correlations(units, inputs):
    u, p = units - units.mean(0), inputs - inputs.mean(0)
    length = u.norm(dim=0).unsqueeze(-1) * p.norm(dim=0)
    r = torch.einsum("bnu,bp->nup", u, p) / length.clamp_min(1e-6)
    return r  # (networks, units, inputs); 0 for a unit that never varies

# %% tags=["nbval-check-output"]
r_neurons, r_latents = correlations(neurons, inputs), correlations(latents, inputs)
print(torch.allclose(r_latents, metrics.correlations(latents, inputs), atol=1e-3))

# %% [markdown]
# King et al. call a unit *sensitive* to an input if the absolute value of r is above 0.4 {cite:p}`king2025`. Frames mark those cells. First the six neurons of network 0, then its twelve latents.

# %% mystnb={"image": {"alt": "Correlations of six neurons with seven predictors for network 0. Most neurons have several framed cells, that is, correlations above 0.4 in absolute value."}}
short = ["temp.", "dew p.", "humidity", "pressure", "tendency", "wind u", "wind v"]
r = r_neurons[0]
plots.heatmap(r, [f"neuron {i}" for i in range(len(r))], short, outline=r.abs() > 0.4, limit=1, label="r");

# %% mystnb={"image": {"alt": "Correlations of twelve latents with seven predictors for network 0. Rows have fewer framed cells than those of the neurons, and some rows have none."}}
r = r_latents[0]
plots.heatmap(r, [f"latent {i}" for i in range(len(r))], short, outline=r.abs() > 0.4, limit=1, label="r");

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
# The paper reports a reduction by 33%. Its rule for this book was written down first: *reproduced* means that our median is within ten points of it, *in pattern* that most networks show a reduction at all. Compute the reduction network by network.

# %%
from helpers import scorecard


def reduction(of_units):
    return {way: 100 * (1 - of_units[way] / of_neurons[way]) for way in of_neurons}


ours = reduction(of_latents)
scorecard.record("king-sensitive-published", ours["as published"])

# %%
scorecard.record("king-sensitive-living", ours["living"])

# %%
scorecard.record("king-sensitive-all", ours["all"])

# %% [markdown]
# Be clear about what this is. The paper's networks saw snow and rain at other sites, with other inputs; yours saw three airports. The claim travels or it does not. Counted as published, it travels with a smaller effect. Counted over all living units, it arrives at about the same size.
#
# So the autoencoder makes units easier to read. Does it?
#
# ## The control that was missing
#
# Recall the warm-up question about silence. Latents are on less often than neurons. Would *any* unit that is on so seldom have fewer sensitive inputs?
#
# Build one. Take directions at random, and for each latent choose a threshold so that its random twin is on exactly as often. Nothing is learnt. This is a {term}`random dictionary` of the same shape and sparsity.

# %%
rate = (latents > 0).float().mean(0)  # how often each latent is on
drive = torch.einsum("bnh,nhl->bnl", neurons, nets.initial(7, *rate.shape[:1], neurons.shape[-1], rate.shape[1]))
place = ((1 - rate) * (len(inputs) - 1)).long()
threshold = drive.sort(0).values.gather(0, place.unsqueeze(0))
random_units = torch.relu(drive - threshold)

# %% [markdown]
# The second control is {term}`PCA`. It rotates the neurons to directions that do not correlate with each other. Give each direction two units, one for its positive and one for its negative side. That makes twelve units with a ReLU, like the latents, and nothing sparse about them.

# %%
with torch.no_grad():
    fitted = network.hidden(parts.sae.x)
centre = fitted.mean(0)
axes = torch.linalg.svd((fitted - centre).transpose(0, 1), full_matrices=False).Vh
scores = torch.einsum("bnh,nkh->bnk", neurons - centre, axes)
pca_units = torch.relu(torch.cat([scores, -scores], dim=-1))

# %% mystnb={"image": {"alt": "Reduction of sensitive inputs against the neurons in percent, for the trained autoencoder, the random dictionary and PCA, counted as published and over living units. The three clouds overlap almost completely in both."}}
rivals = {"autoencoder": latents, "random": random_units, "PCA": pca_units}
cuts = {name: reduction(count(units, correlations(units, inputs))) for name, units in rivals.items()}
groups = {f"{name}\n{way}": cuts[name][way] for way in ("as published", "living") for name in rivals}
ax = plots.strip(groups, "reduction against the neurons (%)", zero=True)
ax.tick_params(axis="x", labelsize=9)

# %% [markdown]
# **Takeaway.** A dictionary that has learnt nothing does almost as well. So does PCA. The count of sensitive inputs falls when units are on less often or are cut in two by a ReLU. It does not tell you that something was understood.
#
# Put the difference to the random twin on the scorecard, network by network. The published study has no such control, so this row tests what its claim implies: that the learning is what helps.

# %%
scorecard.record("king-beyond-random", cuts["autoencoder"]["living"] - cuts["random"]["living"])

# %%
for name in ("as published", "living"):
    difference = cuts["autoencoder"][name] - cuts["random"][name]
    low, high = metrics.bootstrap_interval(difference)
    print(f"{name}: mean difference {difference.mean():+.0f} points, 95% interval {low:+.0f} to {high:+.0f}")

# %% [markdown]
# This is a result about a *measure*, on *these* networks. It does not say that autoencoders are useless. It says that this number cannot show that they are useful. Such controls are an old lesson in interpretability: a method that gives the same answer for a random model is not explaining the model {cite:p}`adebayo2018`, and the scores of language-model autoencoders have met the same surprise {cite:p}`heap2025`.
#
# Perhaps 0.4 was an unlucky threshold. Try them all.

# %% mystnb={"image": {"alt": "Reduction over living units against the threshold on absolute correlation from 0.2 to 0.6, for the autoencoder, the random dictionary and PCA: medians rise together and the bands overlap throughout."}}
levels = [0.2, 0.3, 0.4, 0.5, 0.6]
lines = {}
for name, units in rivals.items():
    r = correlations(units, inputs)
    lines[name] = [1 - count(units, r, t)["living"] / count(neurons, r_neurons, t)["living"] for t in levels]
lines = {name: 100 * torch.stack(values) for name, values in lines.items()}
plots.curves(levels, lines, "threshold on |r|", "reduction, living units (%)");

# %% [markdown]
# **Takeaway.** No threshold lifts the trained autoencoder clear of the random one. The choice of 0.4 was not the problem.
#
# :::{dropdown} I am confused by this plot
# The line is the median over fifty networks, the band holds nine tenths of them. A good control experiment would show the autoencoder's band lying apart from the grey one. A higher threshold gives a larger reduction for every method, because frames get rare and sparse units lose them first.
# :::
#
# ## What switches a latent on?
#
# Correlations look at all hours alike. A unit that is silent most of the time says most when it is loudest. So look at its top hours, in physical units.
#
# Take the latent of network 0 whose ablation you will find to matter most below. First, what does ablation mean?
#
# To ablate a latent, set it to zero in every hour, decode, and let the network go on. If the forecast suffers, the network was using what the latent carried.

# %%
wet = parts.test.y.bool()
with torch.no_grad():
    levels = metrics.best_threshold(parts.train.y, network(parts.train.x)[..., 0].sigmoid())


def csi(hidden):
    with torch.no_grad():
        chance = network.output(hidden)[..., 0].sigmoid()
    return metrics.event_scores(wet, chance > levels).csi.nan_to_num(0)


def ablate(which):
    kept = latents.clone()
    kept[..., which] = 0
    with torch.no_grad():
        return csi(sae.decode(kept))

# %%
effect = torch.stack([ablate(i) for i in range(latents.shape[-1])], dim=1) - csi(copy).unsqueeze(1)
strongest = effect[0].argmin().item()
top = latents[:, 0, strongest].topk(6).indices
columns = ["time", "site", *parts.predictors, "precipitation"]
parts.test.frame.loc[top.numpy(), columns].round(1)

# %% [markdown]
# Each row is an hour in which this latent was loudest. Read down the columns. What do these hours share, and what do they not?
#
# Look at the dates, too. If the top hours come from one storm, you have seen one example six times.
#
# Compare the top hundred hours with all hours, in units of each predictor's own spread. A bar far from zero is something these hours share.

# %% mystnb={"image": {"alt": "Mean of each standardised predictor over the hundred hours in which the strongest latent of network 0 is loudest, as a heat map row beside the same for wet hours and all hours."}}
loudest = latents[:, 0, strongest].topk(100).indices
profile = torch.stack([inputs[loudest].mean(0), inputs[wet].mean(0), inputs.mean(0)])
plots.heatmap(profile, ["its top hours", "wet hours", "all hours"], short, label="mean (in sd)");

# %% [markdown]
# **Takeaway.** The top hours are extreme in more than one predictor at once. This latent does not detect *an input*; it detects *a kind of hour*. That is what you would expect of a useful feature, and it is just what a count of sensitive inputs punishes.
#
# ## What does ablation do?
#
# Now all networks. For each, sort its twelve latents by how much the CSI changes when they are silenced, the worst loss first.

# %% mystnb={"image": {"alt": "Change of CSI on ablating each latent, sorted within each of fifty networks from the worst loss. The first rank loses most of the score, the second some of it, and from about the fifth rank on next to nothing happens."}}
ranked = effect.sort(dim=1).values
ax = plots.strip({f"{k + 1}": ranked[:, k] for k in range(ranked.shape[1])}, "change of CSI", zero=True, tint="autoencoder")
ax.set(xlabel="latents of a network, from the most harmful ablation to the least");

# %% [markdown]
# **Takeaway.** In nearly every network, one or two latents carry most of the forecast and the rest hardly matter to it. A few ablations even help: those latents made the network warn too often.
#
# Does having few sensitive inputs go with mattering? Correlate, within each network, a latent's number of frames with the loss of CSI on ablating it.

# %% mystnb={"image": {"alt": "Rank correlation between a latent's number of sensitive inputs and the loss of CSI when it is ablated, one dot per network: the dots scatter widely around a positive median."}}
frames = (r_latents.abs() > 0.4).sum(-1).float()
ranks = [torch.stack([t.argsort(1).argsort(1).float()[i] for t in (frames, -effect.float())]) for i in range(len(frames))]
agreement = torch.stack([torch.corrcoef(pair)[0, 1] for pair in ranks])
ax = plots.strip({"autoencoder": agreement}, "rank correlation", zero=True)
ax.set(ylim=(-1, 1));

# %% [markdown]
# **Takeaway.** If anything, the latents that matter have *more* sensitive inputs, not fewer. Reading well by this count and doing the work are different things. An explanation needs both: something a person can say, and evidence that the network acts on it.
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
answers.strongest_pair(mine, r_latents[..., 3])

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
strength = r_latents[..., 3].abs()
mine = [int(i) for i in torch.unravel_index(strength.argmax(), strength.shape)]
answers.strongest_pair(mine, r_latents[..., 3])

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
# Is it remarkable that one latent carries most of the forecast? Do the same with the *neurons*: set each to its mean over the test hours, one at a time. Put into `mine` the median over networks of the worst change in CSI.

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
def without(i):
    kept = neurons.clone()
    kept[..., i] = neurons.mean(0)[..., i]
    return csi(kept) - csi(neurons)


mine = torch.stack([without(i) for i in range(neurons.shape[-1])]).amin(0).median()
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
# - A random dictionary of equal sparsity, and PCA, reduce the count about as much as a trained autoencoder does. On these networks the measure cannot tell learning from silence.
# - Ablation shows that a few latents carry the forecast. It shows the same of neurons.
#
# ## What's next
#
# The {doc}`../book/scorecard` collects every claim with its verdict. Later editions of this chapter score explanations on held-out hours and, with simulated weather whose causes are known, ask which latent is which cause.
#
# ## Further reading
#
# King et al. for the claim {cite:p}`king2025`; Bills et al. {cite:p}`bills2023` and Foote et al. {cite:p}`foote2023` for scoring explanations; Adebayo et al. for the art of the sanity check {cite:p}`adebayo2018`.
