# %% [markdown]
# # 12c · Keep what several seeds agree on
#
# You will train eight autoencoders for each of ten networks, let them vote on their latents, keep what gets votes, and find out whether what is kept is easier to explain, and why.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 35 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`12_universality`. **Helpful:** {doc}`10b_what_it_means`, {doc}`12b_what_is_stable`.
# - **You will be able to** *count* in how many seeds a latent comes back, *build* a dictionary from what seeds agree on, *test* whether agreement pays, and *hold* it against autoencoders that learnt shuffled neurons, and against dice.
# :::
#
# ## Warm up
#
# Guess first, then look.
#
# :::{dropdown} Eight witnesses describe a car. Seven say that it was red. Was it?
# Probably. Unless the street lamp was red. Votes help against errors that differ from witness to witness. Against an error that all share they do not help at all.
# :::
#
# :::{dropdown} What several seeds find is easier to explain. Is it easier because they agree on it?
# Perhaps. Or both have a common cause. A latent that is often on gives a second seed, and an explanation, more rows to learn from.
# :::
#
# :::{dropdown} You average eight forecasts, and the average is better than most. Can you average eight dictionaries?
# Not just so. Latent 3 of one has nothing to do with latent 3 of the next. First you must find out who belongs together.
# :::
#
# ## Eight seeds for each network
#
# Take the first ten classifiers of {doc}`10_reading_features`, and the first ten networks that forecast rain from the observations. Each gets eight {term}`sparse autoencoders <sparse autoencoder>` with twice as many latents as neurons and an L1 of 0.1, as in {doc}`12b_what_is_stable`. All eight see the same 3,000 rows from parts one and two, in the same batches in the same order. Only their initial weights differ: that is all that *seed* means here. Twenty networks would give narrower intervals and take twice as long; put 20 if you have the time.

# %%
import torch

from helpers import plots, universality_data
from helpers.universality_grid import Member

torch.set_num_threads(1)  # for models this small, threads wait for each other
plots.house()
NETWORKS, SEEDS = 10, 8
data = {"classifier": "phase", "rain": "rain"}


# %%
def members(name):
    found = []
    for i in range(NETWORKS):
        spec = universality_data.Spec(data[name], net=i, draw=i)
        for seed in range(SEEDS):
            own = 900_000 + 100 * i + seed
            found.append(Member(spec, own, "L1", 2, 0.1, 1500))
    return found


# %% [markdown]
# Each autoencoder also has a twin that learns the same activations with the rows of each neuron shuffled by themselves. You know these *shuffled apart* ones from {doc}`12_universality`: what they learn has no joint structure. All of a kind are one training.

# %%
from helpers import universality_fit

kinds = ("latents", "shuffled apart")
saes, size = {}, {}
for name in data:
    some = members(name)
    reads = [universality_data.read(one.spec) for one in some]
    for kind in kinds:
        apart = kind == "shuffled apart"
        saes[name, kind] = universality_fit.stack(some, reads, apart)
    scaled = [universality_fit.scaled(one)[2] for one in reads[::SEEDS]]
    size[name] = torch.stack(scaled)[:, None]

# %% [markdown]
# The votes are counted on part two. What is said about a latent is judged on part three, whose rows neither the autoencoders nor the votes have seen. The shuffled ones read the *same* rows as the others, unshuffled. So only their training lacked joint structure.

# %%
parts, nets = {}, {}
for name in data:
    parts[name], nets[name] = universality_data.network(data[name])


# %%
@torch.no_grad()
def neurons(name, part):
    return nets[name].hidden(part.x)[:, :NETWORKS] / size[name]


@torch.no_grad()
def latents(name, kind, part):  # (rows, networks, seeds, latents)
    hidden = neurons(name, part).repeat_interleave(SEEDS, 1)
    return saes[name, kind].encode(hidden).unflatten(1, (NETWORKS, SEEDS))


# %%
keys = [(name, kind) for name in data for kind in kinds]
before = {key: latents(*key, parts[key[0]].sae) for key in keys}
later = {key: latents(*key, parts[key[0]].test) for key in keys}

# %% [markdown]
# A third kind learnt nothing at all: the random directions of {doc}`10_reading_features`, each on as often as the latent in whose place it stands.

# %%
from helpers import controls

for name in data:
    often = (before[name, "latents"] > 0).float().mean(0).flatten(0, 1)
    hidden = neurons(name, parts[name].sae).repeat_interleave(SEEDS, 1)
    dice = controls.random_twin(hidden, often, seed=0)
    before[name, "random"] = dice.unflatten(1, (NETWORKS, SEEDS))

# %% [markdown]
# ## A vote
#
# A latent that only one seed has may be a feature that the others missed, or a whim of this seed. One cannot tell from this seed alone. So ask the others. Match the latents of two seeds one to one by their correlation, as in {doc}`12_universality`. Beyond 0.7 the other seed has it, too. The other seven seeds vote on each latent. Call the number of votes its {term}`support`.

# %%
from helpers import ensembles, matching
from helpers.agreement import ALIKE


def has_it(mine, theirs):  # (rows, networks, latents), of two seeds
    r = matching.correlations(mine, theirs)
    pair = matching.assign(r, (mine > 0).any(0), (theirs > 0).any(0))
    return (pair.latent >= 0) & (pair.similarity > ALIKE)


# %% tags=["nbval-check-output"]
first = before["classifier", "latents"]
by_hand = sum(has_it(first[:, :, 0], first[:, :, s]) for s in range(1, 8))
found = {key: ensembles.partners(units) for key, units in before.items()}
votes = {key: ensembles.support(found[key]) for key in found}
same = torch.equal(by_hand, votes["classifier", "latents"][:, 0])
print("helper agrees:", same)

# %% [markdown]
# **Place your bet.** Of the latents that are ever on, how many will get at least half of the votes? And how many of the shuffled and of the random ones?
#
# 1. Most of the latents, and few of both others.
# 2. Most of the latents and of the shuffled ones, and fewer of the random ones.
# 3. Few of each: seeds differ.

# %%
from helpers import ensemble_plots

alive = {key: (units > 0).any(0) for key, units in before.items()}
three = (*kinds, "random")


def share(key):  # of the living latents, by votes: (votes, networks)
    counts = [(alive[key] & (votes[key] == v)).sum((1, 2)) for v in range(8)]
    return torch.stack(counts) / alive[key].sum((1, 2))


# %% mystnb={"image": {"alt": "Share of living latents against votes from none to seven, in two panels, classifier and rain, a dot per network and medians joined, for latents, shuffled apart and random ones. Latents and shuffled ones stay near or below a tenth up to four votes, then rise to a third or more at seven, where the clouds are wide. Random ones lie at an eighth in the classifier and drop at seven; in the rain networks they begin at a fifth and fall to none at seven."}}
panels = {name: {k: share((name, k)) for k in three} for name in data}
ensemble_plots.by_votes(panels, "share of living latents");

# %%
for name, kind in [(name, kind) for name in data for kind in three]:
    counted = share((name, kind))
    most, all_seven = counted[4:].sum(0).median(), counted[7].median()
    print(f"{name}, {kind}: {most:.0%} get half of the votes,", end=" ")
    print(f"{all_seven:.0%} all seven")

# %%
for name in data:
    units = neurons(name, parts[name].sae)
    r = matching.correlations(units, units).abs()
    one, other = torch.triu_indices(*r.shape[1:], 1)
    print(f"{name}: median |r| of neurons {r[:, one, other].median():.2f}")

# %% [markdown]
# **Takeaway.** Most of the latents and of the shuffled ones, and fewer of the random ones. The most frequent number of votes is seven of seven, for latents and shuffled ones alike. So it does not take training on joint structure to come back.
#
# Half of the votes do not even take training. In the classifiers, whose neurons go together, nearly half of the random units get them: whatever reads these neurons is alike. In the rain networks, whose neurons go together less, it is a smaller part. All seven votes are another matter: few random units get them. A majority is partly dice. Unanimity is far less so.
#
# ## Are agreed latents easier to explain?
#
# **Place your bet** on the next one, too. Take the {term}`stump`'s larger relative from {doc}`10b_what_it_means`: a tree that splits twice, in physical units, fitted to a latent in part two, and scored by the correlation of what it foretells with what the latent does in part three. Will latents with more votes have higher scores? And how high will neurons be?
#
# 1. Scores rise with votes, and neurons lie above them all.
# 2. Scores rise with votes, beyond those of neurons.
# 3. Votes make no difference.

# %%
from helpers import weather
from helpers.explaining import explain_all, field
from helpers.weather.choice import chosen

columns = {"classifier": weather.load("simulator", n=10_000).columns}
columns["rain"] = chosen().columns


def scores(name, fitted, held_out):
    part = parts[name]
    pairs = (part.sae.frame, fitted), (part.test.frame, held_out)
    given = *pairs, part.predictors, columns[name]
    listed = explain_all(*given, control=False)
    return torch.tensor(field(listed, "score"))  # (instances, units)


# %%
score, of_neurons = {}, {}
for key in keys:
    flat = before[key].flatten(1, 2), later[key].flatten(1, 2)
    score[key] = scores(key[0], *flat).unflatten(0, (NETWORKS, SEEDS))
for name in data:
    units = neurons(name, parts[name].sae), neurons(name, parts[name].test)
    of_neurons[name] = scores(name, *units)


# %%
def by_votes(values, key):  # means, (votes, networks); NaN for none
    where = [alive[key] & (votes[key] == v) for v in range(8)]
    kept = [values.where(here, torch.nan) for here in where]
    return torch.stack([one.flatten(1).nanmean(1) for one in kept])


# %% mystnb={"image": {"alt": "Held-out r of explanations against votes, in two panels, a dot per network and medians joined, for latents and shuffled apart ones. In the classifier both rise from about 0.3 without votes to 0.7 or a little more with seven, in the rain networks from under 0.4 to about 0.6. A dotted line for neurons lies above both lines throughout, at a little over 0.8 and at 0.7."}}
panels, level = {}, {}
for name in data:
    pairs = {kind: (name, kind) for kind in kinds}
    panels[name] = {k: by_votes(score[key], key) for k, key in pairs.items()}
    level[name] = of_neurons[name].nanmean()
axes = ensemble_plots.by_votes(panels, "held-out r", level, "neurons")
axes[0].legend(loc="lower right", fontsize=9);

# %% [markdown]
# The first. The score rises with the votes, in both tasks, and for the shuffled ones, too. A latent that is on nowhere in part three has no score and is left out, and so is one that was silent in part two, which has no votes either.
#
# The claim has a rule, fixed before any of this was run. *Agreed* is a latent that at least half of the other seeds have, so four of seven. For each network, take the mean score of the agreed latents of all seeds, less that of all living latents. {cite:t}`paulo2025` match seeds in this way, but claim no such thing: the pattern is ours.

# %%
from helpers import environment, scorecard

agreed = {key: alive[key] & (votes[key] >= (SEEDS - 1) / 2) for key in keys}


def mean(values, which):  # over seeds and latents: (networks,)
    return values.where(which, torch.nan).flatten(1).nanmean(1)


def gain(key):
    return mean(score[key], agreed[key]) - mean(score[key], alive[key])


# %%
scorecard.record("uni-ensemble-phase", gain(("classifier", "latents")))

# %%
judged = environment.is_default()  # not on a table of your own
scorecard.record("uni-ensemble-rain", gain(("rain", "latents")), judged)

# %% [markdown]
# Since all living latents include the agreed ones, this gain is smaller than the lead over those that are *not* agreed. Here are both, and for the shuffled ones as well.

# %%
for name, kind in keys:
    key = name, kind
    others = mean(score[key], alive[key] & ~agreed[key])
    lead = (mean(score[key], agreed[key]) - others).nanmean()
    print(f"{name}, {kind}: {gain(key).mean():+.3f}", end=" ")
    print(f"over all latents, {lead:+.3f} over the others")

# %% [markdown]
# **Takeaway.** What several seeds agree on is explained better, on average. The gain over all latents is small, because most are agreed on to begin with; over the others it is several times as large. The shuffled ones gain about as much, or more. And mind the dotted line: neurons need no vote and no autoencoder, and they are explained better than latents with all votes.
#
# Something that all eight seeds find is counted eight times here. The ensemble below counts it once.
#
# ## Because they agree?
#
# Three suspicions. Votes could stand for something else.
#
# - *Rate.* Latents with few votes are rarely on. A rare latent is hard to match and hard to foretell.
# - *Neurons.* A latent that nearly is a neuron can be found by any seed, and neurons are easy to explain.
# - *Truth.* The latents with votes could be the ones that follow a cause. That is what you would like.
#
# So hold the first two fixed. {doc}`12_universality` did it for one; here is the same for several. Replace everything by its ranks. Subtract from the ranks of votes and of scores what a line through the ranks of the others foretells. Correlate what is left.

# %%
import numpy as np
from scipy.stats import rankdata


def beyond(values, given):
    others = np.column_stack([np.ones(len(values)), *map(rankdata, given)])
    ranks = rankdata(values)
    return ranks - others @ np.linalg.lstsq(others, ranks)[0]


# %%
rate = {key: (before[key] > 0).float().mean(0) for key in keys}
nearest = {}
for key in keys:
    hidden = neurons(key[0], parts[key[0]].sae).repeat_interleave(SEEDS, 1)
    r = matching.correlations(before[key].flatten(1, 2), hidden)
    nearest[key] = r.amax(-1).unflatten(0, (NETWORKS, SEEDS))


# %%
from helpers import metrics


def columns_of(key, i):  # votes, scores, rates, nearest neuron: one network
    here = alive[key][i] & score[key][i].isfinite()
    four = votes[key], score[key], rate[key], nearest[key]
    return [values[i][here].double().numpy() for values in four]


# %% tags=["nbval-check-output"]
v, s, *others = columns_of(("classifier", "latents"), 0)
by_hand = np.corrcoef(beyond(v, others), beyond(s, others))[0, 1]
helper = metrics.rank_correlation(v, s, others)
print("helper agrees:", np.isclose(by_hand, helper))

# %% mystnb={"image": {"alt": "Rank correlation of votes and score with nothing, the rate, the nearest neuron and both held fixed, a dot per network, for latents and shuffled apart ones, in the classifier and the rain networks. With nothing fixed the medians lie between just under 0.3 and just under 0.5. With the neuron or both fixed they are about 0.2 in the classifier, while those of the rain networks fall less. The two kinds overlap everywhere."}}
from helpers import meaning_plots

fixed = {"nothing": [], "the rate": [2], "the neuron": [3], "both": [2, 3]}
groups = {}
for name, (words, which) in [(n, f) for n in data for f in fixed.items()]:
    groups[f"{name}\n{words}"] = {}
    for kind in kinds:
        four = [columns_of((name, kind), i) for i in range(NETWORKS)]
        rivals = [[column[k] for k in which] for column in four]
        pairs = zip(four, rivals)
        rank = [metrics.rank_correlation(*c[:2], r) for c, r in pairs]
        groups[f"{name}\n{words}"][kind] = rank
ax = meaning_plots.paired(groups, "rank correlation,\nvotes and score", 0)
ax.set_xlabel("held fixed");

# %% [markdown]
# :::{dropdown} I am confused by this plot
# A dot is one network. At +1 its latents would stand in the same order by votes and by scores. At 0 the votes say nothing about the scores. *Held fixed* means: compare only latents that are alike in this respect, as far as a straight line in the ranks can make them alike. If a dot falls to 0 when the neuron is held fixed, then votes had told nothing but how close a latent is to a neuron.
# :::
#
# **Takeaway.** With nothing held fixed, votes and scores go together in nearly every network. Rate explains part of it. In the classifiers the nearest neuron explains more: once it is fixed, half of the relation or more is gone. In the rain networks more remains. So *agreed* means, to a good part, *often on and close to a neuron*, and not all of it.
#
# Then look at the blue dots. What remains, remains for the shuffled ones as well. Whatever votes know about a score beyond rate and neuron, training on joint structure is not needed for it. The rows that are read may be: both kinds read real ones.
#
# The third suspicion can be tested where causes are recorded: in the simulator. How well does each latent of the classifiers follow its best cause in part three?

# %%
causes = universality_data.recorded(parts["classifier"].test)


def truth(units):  # the largest |r| with a cause
    return metrics.correlations(units, causes).abs().amax(-1)


# %% mystnb={"image": {"alt": "Largest absolute correlation with a recorded cause against votes, for the latents of the classifiers, a dot per network and medians joined. Both kinds rise from about 0.2 without votes. Latents level off at less than 0.5 from three votes on; shuffled apart ones reach 0.6 at seven. The dotted line of the neurons lies near 0.8, above nearly everything."}}
true = {}
for kind in kinds:
    key = "classifier", kind
    flat = truth(later[key].flatten(1, 2))
    true[kind] = by_votes(flat.unflatten(0, (NETWORKS, SEEDS)), key)
plain = truth(neurons("classifier", parts["classifier"].test)).mean()
level = {"classifier": plain}
ylabel = "largest |r| with a cause"
axes = ensemble_plots.by_votes({"classifier": true}, ylabel, level, "neurons")
axes[0].legend(loc="lower right", fontsize=9)
axes[0].set_ylim(0, None);

# %% [markdown]
# **Takeaway.** Latents without votes follow no cause well, and latents with votes follow one better. That would be good news, if the shuffled ones did not do the same, and end higher. Neurons follow causes best of all. These networks have six neurons for a handful of facts ({doc}`06c_hidden_layer`), and in the classifiers the neurons themselves are the best dictionary that we know of. Voting leads back towards them.
#
# ## An ensemble dictionary
#
# Eight seeds of twelve latents say the same things several times over. Keep one latent of each: an {term}`ensemble dictionary`. Take the one with the most votes, strike off its partners, take the next, and go on until nobody with at least half of the votes is left.


# %%
def one_of_each(i, key, least):  # of network i: a list of (seed, latent)
    left, taken = alive[key][i] & (votes[key][i] >= least), []
    first = order[key][i].flatten().argsort(descending=True, stable=True)
    width = order[key].shape[-1]
    for seed, latent in (divmod(place, width) for place in first.tolist()):
        if left[seed, latent]:
            taken.append((seed, latent))
            left[seed, latent] = False
            for s, partner in enumerate(found[key][i, seed, :, latent]):
                left[s, partner] &= partner < 0  # -1: no partner to strike
    return taken


# %% [markdown]
# Where votes are equal, the latent that is on more often goes first.

# %% tags=["nbval-check-output"]
order = {key: votes[key] + rate[key] / 2 for key in keys}
half = (SEEDS - 1) / 2
ensemble = {}
for key in keys:
    args = found[key], order[key], alive[key], half
    ensemble[key] = ensembles.representatives(*args)
key = "classifier", "latents"
print("helper agrees:", one_of_each(0, key, half) == ensemble[key][0])

# %%
for name in data:
    key, alike = (name, "latents"), []
    for i, taken in enumerate(ensemble[key]):
        seed, latent = map(list, zip(*taken))
        units = before[key][:, i, seed, latent].unsqueeze(1)
        r = matching.correlations(units, units).triu(1)
        alike.append((r > ALIKE).sum().item())
    sizes = [len(taken) for taken in ensemble[key]]
    print(f"{name}: {min(sizes)} to {max(sizes)} latents;", end=" ")
    print(f"{min(alike)} to {max(alike)} pairs of them beyond r = {ALIKE}")

# %% [markdown]
# A seed has twelve. Partnership does not pass on: the partner of my partner need not be mine. So some things are still said twice.
#
# Other ways to merge are possible, such as the mean of all partners' vectors. A mean of eight latents is none that any autoencoder learnt, though, and it is on wherever one of the eight is. So the ensemble here holds only latents that exist. It has no decoder, and whether it can write the layer was not tested.
#
# Does it explain better than a single seed? The fair rival is neither all latents nor random ones. For each latent of the ensemble take the five living latents of the same network, its partners left out, that are on *as often*, whatever their votes.


# %%
def as_often(key, i):
    means, own = [], rate[key][i]
    for seed, latent in ensemble[key][i]:
        others = alive[key][i] & score[key][i].isfinite()
        others[seed, latent] = False
        for s, partner in enumerate(found[key][i, seed, :, latent]):
            others[s, partner] &= partner < 0
        far = (own - own[seed, latent]).abs().where(others, torch.inf)
        five = far.flatten().topk(5, largest=False).indices
        means.append(score[key][i].flatten()[five].mean().item())
    return np.mean(means)


# %% mystnb={"image": {"alt": "Held-out r of explanations, mean over the units of a network, a dot per network, for the ensemble, latents on as often, one seed, and neurons, in the classifier and the rain networks. The clouds of the first three overlap, with the median of the ensemble a little higher. The medians of neurons lie clearly above in both tasks."}}
compared = {}
for name in data:
    key = name, "latents"
    pairs = zip(score[key], ensemble[key])
    best = [np.nanmean([s[one].item() for one in e]) for s, e in pairs]
    often = [as_often(key, i) for i in range(NETWORKS)]
    single = mean(score[key], alive[key]).numpy()
    kept = {"ensemble": best, "as often": often, "one seed": single}
    compared[name] = kept | {"neurons": of_neurons[name].nanmean(1)}
meaning_plots.paired(compared, "held-out r, mean over units");

# %%
for name, group in compared.items():
    for rival in ("as often", "one seed"):
        ahead = np.subtract(group["ensemble"], group[rival])
        low, high = metrics.bootstrap_interval(ahead)
        print(f"{name}, ensemble less {rival}: {ahead.mean():+.3f}", end=" ")
        print(f"({low:+.3f} to {high:+.3f})")

# %%
for name in data:
    key, units = (name, "latents"), neurons(name, parts[name].sae)
    often = (units > 0).float().mean(0).median()
    others = rate[key][alive[key]].median()
    print(f"{name}, on in: neurons {often:.0%}, latents {others:.0%} of rows")

# %% [markdown]
# **Takeaway.** The ensemble has somewhat more latents than one seed, and is a little easier to explain. Against latents that are on as often, the lead in the classifiers is halved and at the edge of what ten networks can tell; the rain networks keep most of theirs. Both are a few hundredths. The neurons lead by more than anything that voting gains. But their rate is not held fixed: they are on far more often than latents, and hardly a latent could be found to match one.
#
# So vote if you have an autoencoder and must choose what to look at first: what comes back in no other seed is explained worse on average. Do not take a vote for a proof. It removes what differs from seed to seed, and leaves all that every seed does alike.
#
# **Try it.** Put 0 or 7 for `half` in the cell that builds the ensemble. What happens to its size, and to its score?
#
# ## The same code on a language model
#
# None of this code knows what a neuron is about. {cite:t}`parkersartori2023` asked their question about Pythia {cite:p}`biderman2023`. Here is a small version: read the first MLP of Pythia-70m with a forward hook, train pairs of autoencoders with 1, 2, 4 and 8 latents per dimension, and compare their seeds with `agreement.compare`, as for the tables. The {term}`L1` weight and the learning rate are theirs, 0.008 and 0.001; the weight is meant for activations as they come, so it is divided by their size along with them. The texts, the ratios (theirs go to 32) and the length of the training are ours.
#
# You need `pip install -e ".[language]"`, a model of 70 million weights and a few texts. Where the Hugging Face hub answers, as in Colab, the section fetches both and runs. On a processor it takes fewer tokens and fewer steps than on a graphics card, and even so you can have tea meanwhile. Each text gives its first 128 tokens, and the last fifth of the texts is held out.
#
# `SNOWFALL_LANGUAGE_MODEL` names another model on the hub, or a folder with a GPT-NeoX model, its tokenizer, and texts (`*.txt`, or `*.parquet` with a column `text`). `HF_HUB_OFFLINE=1` keeps the section from asking the hub; a folder that you name is read even so. If there is no model, or there are no texts, this page says so, and shows nothing that was not computed. This site was built without asking the hub unless you see a table below.

# %%
from helpers import device, language, language_files, language_pairs

source = language_files.find()
print(source.said)

# %% [markdown]
# Two controls go with it. One you know: activations with every neuron shuffled apart. The other is a model of the same shape that nobody trained, with its activations brought to the size of the trained ones, so that the L1 weight weighs as much. Sparse autoencoders on such models have latents that look interpretable, too {cite:p}`heap2025`.

# %%
rows, rms, fast = {}, {}, device.pick().type != "cpu"
size, steps = (20_000, 1500) if fast else (4000, 300)
if source.model:
    texts = language_files.texts(source.texts)
    for kind in ("trained", "untrained"):
        how = {"untrained": kind == "untrained", "tokens": size}
        hidden = language.activations(source.model, texts, **how)
        rms[kind] = hidden.square().mean().sqrt()
        hidden = hidden * rms["trained"] / rms[kind]  # one size, one price
        long = {"steps": steps, "length": language.LENGTH}
        for ratio in (1, 2, 4, 8):
            pair = language_pairs.seeds_agree(hidden, ratio, **long)
            rows[kind, ratio] = pair

# %%
import pandas as pd

shown = ["decoder", "decoder_random", "decoder_apart", "correlation"]
shown += ["correlation_random", "shared", "shared_random", "shared_apart"]
shown += ["l0", "dead", "fvu"]
table = {
    label: {column: one[column].mean().item() for column in shown}
    for label, one in rows.items()
}
pd.DataFrame(table).T.round(2) if table else print("Nothing to show.")

# %% [markdown]
# If you see a table, read it like the figures of {doc}`12_universality`: `decoder` beside `decoder_random` and `decoder_apart`, and the trained model beside the untrained. NaN means that one of a pair has no living latent; living ones alone are compared, so look at `dead` first. Each row is *one* pair of seeds, as in the source, and one pair is an anecdote. `seeds_agree(hidden, ratio, pairs=10)` gives ten.
#
# ## Exercises
#
# ```{exercise-start} All or nothing
# :label: ex-unanimous
# ```
#
# *Difficulty 2 of 5, importance 3 of 5, 10 minutes.*
#
# Build the ensemble of the classifiers anew, from latents that *all* seven other seeds have. How many latents does a network keep, and what is their score? Put the two means over networks into `mine`.

# %%
from helpers import ensemble_answers

mine, key = None, ("classifier", "latents")
given = found[key], order[key], alive[key]
ensemble_answers.unanimous(mine, *given, score[key])

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `ensembles.representatives(*given, 7)` lists a network's latents as pairs. Average the scores within each network first, and use `np.nanmean`.
# :::
#
# ```{solution-start} ex-unanimous
# :label: sol-unanimous
# :class: dropdown
# ```

# %%
key = "classifier", "latents"
strict = ensembles.representatives(*given, 7)
pairs = zip(score[key], strict)
means = [np.nanmean([s[one].item() for one in e]) for s, e in pairs]
mine = np.mean([len(taken) for taken in strict]), np.mean(means)
ensemble_answers.unanimous(mine, *given, score[key])

# %% [markdown]
# A stricter vote keeps less. Whether the rest is worth the loss depends on what you want: a list of things that you can say, or a dictionary that leaves little out.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} How many seeds does it take?
# :label: ex-few-seeds
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# Eight seeds cost eight trainings. Count the votes among the first three seeds of the classifiers alone. *Agreed* is then a latent that at least one of the other two has. What is the gain over all living latents of these three, as a mean over networks? Put it into `mine`.

# %%
mine, key = None, ("classifier", "latents")
few = ensembles.support(found[key][:, :3, :3])
now_alive, now_score = alive[key][:, :3], score[key][:, :3]
everything = gain(key).mean()
ensemble_answers.few_seeds(mine, few, now_alive, now_score, everything)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `mean` takes values and a mask. The mask of the agreed ones is `now_alive & (few >= 1)`.
# :::
#
# ```{solution-start} ex-few-seeds
# :label: sol-few-seeds
# :class: dropdown
# ```

# %%
now_agreed = now_alive & (few >= 1)
lead = mean(now_score, now_agreed) - mean(now_score, now_alive)
mine = lead.mean()
ensemble_answers.few_seeds(mine, few, now_alive, now_score, everything)

# %% [markdown]
# Already three seeds point the same way. Do two?
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Neurons again
# :label: ex-neurons-again
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# In the classifiers, what share of the agreed latents has a neuron with which it correlates beyond 0.9? And what share of the other living latents? Put the pair into `mine`. Then do the same for `"shuffled apart"`.

# %%
mine, key = None, ("classifier", "latents")
four = nearest[key], agreed[key], alive[key]
ensemble_answers.neurons_again(mine, *four)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `nearest[key]` is the largest correlation with a neuron. A mean of booleans is a share, once they are turned into floats.
# :::
#
# ```{solution-start} ex-neurons-again
# :label: sol-neurons-again
# :class: dropdown
# ```

# %%
for kind in kinds:
    key = "classifier", kind
    copies = (nearest[key] > 0.9).float()
    others = alive[key] & ~agreed[key]
    mine = copies[agreed[key]].mean(), copies[others].mean()
    four = nearest[key], agreed[key], alive[key]
    ensemble_answers.neurons_again(mine, *four)

# %% [markdown]
# Among agreed latents copies of neurons are several times as frequent as among the others, and most frequent among agreed latents that learnt shuffled activations. Where there is no joint structure to learn, a neuron's own direction is a good place to end, whatever the seed, and agreement rewards it.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Match latents between seeds, count votes, strike off partners: an ensemble dictionary costs a few lines and several trainings.
# - Most latents get most of the votes. So do latents that learnt shuffled neurons, and where neurons go together half of the votes are cheap even for dice. Few dice get them all.
# - Latents that several seeds agree on are explained better on average. Both claims, whose pattern is ours, are in pattern. The gain is small, the shuffled ones have it as well, and neurons score higher.
# - Part of the gain is rate, part is closeness to a neuron. For what remains, training on joint structure is not needed.
# - The same functions take the activations of a language model. Where there is none, this page shows nothing.
#
# And of chapter 12 as a whole: are features universal? Two seeds agree on much, and on more than random dictionaries would ({doc}`12_universality`). How much depends on sparsity, size and constraint ({doc}`12b_what_is_stable`). But autoencoders that learnt no joint structure come back to the same latents about as often, once they read the same rows. Agreement is a test that a feature should pass. It is no evidence by itself, and you now know two better things to ask for: a recorded cause, and an effect ({doc}`10c_what_it_does`).
#
# ## What's next
#
# This ends Part III. So far you explained units. The next part turns to single predictions: why did the network say snow *this* time? It is not written yet.
#
# ## Further reading
#
# {cite:t}`paulo2025` match large dictionaries of several seeds, and find that many latents of one seed alone can be interpreted, too; here latents with few votes score lower. {cite:t}`song2025` argue that consistency should be measured and improved first. {cite:t}`lan2024` compare whole spaces of features between language models. {cite:t}`heap2025` explain latents of models that learnt nothing, which is the spirit of the shuffled control here.
