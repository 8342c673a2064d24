# %% [markdown]
# # 11 · Which inputs? Searching hundreds of networks
#
# You will train hundreds of networks at once, each on inputs of its own, pick the one whose latents look simplest, and find out how much of its lead was luck.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 35 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`10_reading_features`. **Helpful:** {doc}`04_engineering`, having met variance and correlation.
# - **You will be able to** *train* networks with different inputs as one model, *interrupt* a search and go on, *judge* a best case by a {term}`permutation test`, and *say* how many seeds a ranking needs.
# :::
#
# ## Warm up
#
# :::{dropdown} 250 coins are tossed ten times each. One of them shows nine heads. Is it a special coin?
# Most likely not. Among 250 fair coins two or three should show nine heads or more. Toss it ten times again.
# :::
#
# :::{dropdown} A pupil has the best mark of the school this year. What do you expect of next year's mark?
# A good one, but a lower one. The best mark is part skill and part luck, and luck does not return. This is {term}`regression to the mean`.
# :::
#
# :::{dropdown} A method was tried on 250 networks, and three are shown. What do you need to know?
# How the three were chosen. Then what the other 247 look like.
# :::
#
# ## The search
#
# King et al. do not train one classifier {cite:p}`king2025`. They draw 250 random sets of five inputs, out of eleven candidates, and train a network and its autoencoder on each. For the regressor it is five out of fourteen. Then they look at how much the autoencoder reduces the average number of {term}`sensitive inputs <sensitive input>` per unit. As far as we can tell, the examples that they discuss were picked by how large the reduction is.
#
# That is a fine way of finding something. It is a poor way of showing it, because whoever looks at 250 results finds a good one. You will do both: search as they did, and ask what the search would find if there were nothing to find.

# %%
import torch

from helpers import environment, input_search, plots

# %%
torch.set_num_threads(1)  # threads would only wait for each other
plots.house()
TASK = "classifier" if environment.is_default() else "event"
SIZE, ROWS = (5 if TASK in input_search.CANDIDATES else 3), 3000
parts = input_search.problem(TASK, ROWS)
names = parts.predictors
print(len(names), "candidates:", *names)

# %% [markdown]
# This cell swaps the data. `"classifier"` and `"regressor"` are the published tasks, on simulated weather. `"event"` asks yes or no of your table, the one that `SNOWFALL_WEATHER` names, with three inputs at a time; {doc}`../book/setup` lists what you may write there. What is live in this chapter follows `TASK`. The full search, further down, is always the published one.

# %%
from math import comb

sets = input_search.subsets(names, 250, SIZE)
print(f"{len(sets)} of {comb(len(names), SIZE)} sets, the first: {sets[0]}")

# %% [markdown]
# ## Networks that see inputs of their own
#
# Hundreds of trainings, one after another, take long. So far you trained many networks at once because they shared their data. These do not: each has five inputs of its own. But they can share the *table*. Let every network have a weight for every candidate, and multiply the weights of what it may not see by zero.


# %%
def hidden(x, W, b, seen):  # (rows, inputs), (sets, inputs, neurons), ...
    own = W * seen.unsqueeze(-1)
    return torch.relu(torch.einsum("bi,nih->bnh", x, own) + b)


# %% [markdown]
# Such a weight has no effect, so it has no gradient either. For the network it is as if the input did not exist. `nets.MLP(seen=...)` does this. Is such a network really the one that you would have trained alone, on a table of its own inputs? Train both and look.

# %%
from helpers import nets, train, zoo
from helpers.sampling import minibatches

# %% tags=["nbval-check-output"]
seen = torch.tensor([[name in one for name in names] for one in sets[:10]])
x, y = parts.train.x, parts.train.y
y = y if TASK == "regressor" else y.long()
outputs = 1 if TASK == "regressor" else int(y.max()) + 1
quick = {"steps": 200, "lr": 5e-4, "progress": False, "device": "cpu"}
stack = nets.MLP(len(names), 6, outputs, instances=len(seen), seen=seen)
train.fit(stack, minibatches(x, y, size=32), zoo.snow_loss, **quick)
own = x[:, seen[3]]
alone = nets.MLP(SIZE, 6, outputs, seed=3)  # the seeds in a stack count up
train.fit(alone, minibatches(own, y, size=32), zoo.snow_loss, **quick)
ours = hidden(x, stack.weights[0], stack.biases[0], seen)
print("as the helper:", torch.allclose(ours, stack.hidden(x), atol=1e-5))
single = alone.hidden(own)[:, 0]
print("as alone:", torch.allclose(ours[:, 3], single, atol=1e-4))

# %% [markdown]
# **Takeaway.** A mask turns hundreds of different problems into one stack. Only inputs that a network sees count as its sensitive inputs: a unit may well correlate with an input that its network never saw, because the weather's variables go together.
#
# ## A small search, live
#
# `input_search.train` takes a list of runs, trains their networks and autoencoders at once, and counts. A run is a set of inputs and a seed, and the rest is as published, but for early stopping: six neurons, twelve latents, batches of 32 and of eight. Here there are only 3,000 rows, where the full search has 20,000.
#
# `sweep.run` puts the runs into stacks, hands them over, and writes each finished stack to the disk. Searches get interrupted: the battery is empty, the queue's time is up. So interrupt this one, after its first stack.

# %%
from pathlib import Path
from tempfile import mkdtemp

from helpers import sweep

trained = []


def killed(runs):
    if trained:
        raise KeyboardInterrupt  # as Ctrl-C would
    return counting(runs)

# %% tags=["nbval-check-output"]
def counting(runs):
    trained.append(len(runs))
    return input_search.train(runs)


first = input_search.grid(TASK, 100, seeds=[0], size=SIZE, rows=ROWS)
how = {"out": Path(mkdtemp()) / "live.parquet", "progress": False}
how["together"] = input_search.together
how["most"] = (len(first) + 1) // 2  # two stacks for each seed
try:
    sweep.run(first, killed, **how)
except KeyboardInterrupt:
    print("interrupted. Trained:", trained, "of", len(first))

# %% [markdown]
# Run the same line again, with a training that is not killed. What was finished is read, what is missing is trained. Then ask for a second seed on top.

# %% tags=["nbval-check-output"]
trained.clear()
sweep.run(first, counting, **how)
print("after the interruption, trained:", trained)

# %% tags=["nbval-check-output"]
trained.clear()
both = input_search.grid(TASK, 100, seeds=[0, 1], size=SIZE, rows=ROWS)
sweep.run(both, counting, **how)
live = sweep.read(how["out"])
print(f"another seed, trained: {trained}; the file holds {len(live)} runs")

# %% [markdown]
# Nothing was trained twice. The file is a plain table, a row for each run, and any tool that reads parquet opens it.
#
# Now the reduction: what the latents have fewer than the neurons of the same network, in percent, counted in the three ways of {doc}`10_reading_features`. One decision is due before you look. If no neuron of a network is sensitive to anything, there is nothing to reduce. Such a network has no value and is left out of the average of its set.

# %%
import numpy as np

WAYS = ("published", "living", "all")


def by_set(table, values):  # all sets for one seed, then for the next
    values = np.asarray(values, dtype=float)
    return values.reshape(table.seed.nunique(), -1).T  # (sets, seeds)

# %%
def count(table, units, way):
    return by_set(table, np.stack(table[units])[:, WAYS.index(way)])


def reduction(table, way="living", units="latents"):
    before = count(table, "neurons", way)
    before[before == 0] = np.nan
    return 100 * (1 - count(table, units, way) / before)


# %%
from helpers import search_plots

KINDS = {"autoencoder": "latents", "random": "random", "PCA": "pca"}


def mean(values):  # over the seeds
    return np.nanmean(values, axis=1)

# %% mystnb={"image": {"alt": "Reduction in percent for 100 sets, three strips for each way of counting. As published the autoencoders average about 15, random dictionaries a little less and PCA more. Over living and over all units everything lies higher, near 30 to 40, and the three kinds overlap. The dots of each strip spread over tens of points."}}
def kinds(table, way):
    units = KINDS.items()
    return {kind: mean(reduction(table, way, one)) for kind, one in units}


def spread(table):
    return {way: kinds(table, way) for way in WAYS}


search_plots.spread({TASK: spread(live)}, "reduction (%)");

# %% [markdown]
# A dot is a set, the mean of its two seeds, and a bar is the average of the sets. Living units are those that ever vary; after a ReLU these are the ones that are ever on. Beside the autoencoders stand the {term}`controls <control>` of chapter 10: a {term}`random dictionary` for each autoencoder, on as often as its latents, and {term}`PCA` cut into halves. **Try it:** raise the number of sets or seeds in the grid. Only what is new is trained.
#
# ## The full search
#
# The full search took this code, more rows and more time. Its results come with the book. This is the command:

# %%
full = sweep.read(input_search.RESULTS)
tasks = {task: table for task, table in full.groupby("task", sort=False)}
size = max(table.inputs.nunique() for table in tasks.values())
print("python -m helpers.input_search --task", *tasks, "\\")
print("  --subsets", size, "--seeds", full.seed.nunique(), "\\")
print("  --out search.parquet")
print({task: len(table) for task, table in tasks.items()}, "networks")
print("made with", full.attrs["versions"])

# %% [markdown]
# How good are these networks on part three, from the worst set to the best? How many have no value, since none of their neurons is sensitive? And in how many has no latent a sensitive input, or no unit of the random dictionary? Counted as published, nobody is left to average over there, and it looks like a reduction by 100%.

# %%
import pandas as pd

# %%
rows = {}
for task, table in tasks.items():
    skill = mean(by_set(table, table.skill))
    ours = reduction(table, "published")
    twins = reduction(table, "published", "random")
    odd = np.isnan(ours).sum(), (ours == 100).sum(), (twins == 100).sum()
    rows[task] = [*np.quantile(skill, (0, 0.5, 1)).round(2), *odd]
columns = ["worst skill", "median", "best", "no value"]
pd.DataFrame(rows, [*columns, "100%", "100%, random"]).T

# %% [markdown]
# The skill of a classifier is its accuracy here, that of a regressor its R². The odd cases are too few to move an average.
#
# ## Not the best case
#
# Here are all 250 sets of each task, each the mean of its seeds. The dashed line is the published 33%.

# %% mystnb={"image": {"alt": "Reduction of 250 sets in percent for both tasks. As published, autoencoders average about 15 for the classifier and 12 for the regressor, random dictionaries less, PCA more, and the dashed line at 33 lies above all dots of the autoencoders. Over living units autoencoders average just below 40, PCA about as much, random dictionaries less. Over all units autoencoders are highest, near 50."}}
every = {task: spread(table) for task, table in tasks.items()}
search_plots.spread(every, "reduction (%)", level=33);

# %%
from helpers.metrics import bootstrap_interval

# %%
rows = {}
for task, ways in every.items():
    for way, groups in ways.items():
        ours, networks = groups["autoencoder"], reduction(tasks[task], way)
        rows[task, way] = [
            *(ours.mean(), *bootstrap_interval(ours)),
            *(100 * (x > 33).mean() for x in (ours, networks)),
        ]
columns = ["average", "from", "to", "sets > 33", "networks > 33"]
pd.DataFrame(rows, columns).T.round(1)

# %% [markdown]
# All of it is in percent; *from* and *to* are the 95% interval of the average. And the averages of the controls:

# %%
rows = {}
for task, ways in every.items():
    for way, groups in ways.items():
        latents = mean(count(tasks[task], "latents", way))
        neurons = mean(count(tasks[task], "neurons", way))
        averages = {kind: values.mean() for kind, values in groups.items()}
        averages["by mean counts"] = (100 - 100 * latents / neurons).mean()
        rows[task, way] = averages
pd.DataFrame(rows).T.round(1)

# %% [markdown]
# The last column is the autoencoder's again, but takes the mean counts first and their ratio then. It differs little, so nothing hangs on how a few odd networks are averaged.
#
# **Takeaway.** The reduction is there: for both tasks, in each way of counting, on average over the sets. But 33% is not its size. Counted as published, the average is less than half of that. Not one set reaches 33 on the average of its seeds, though about one network in ten does. Counted over living units the average is above 33. And the controls have much of all this. Random dictionaries, which are on as often, have about half of the reduction as published, and most of it over living units. PCA, which nobody trained to be sparse, has *more* than the autoencoder where the count is the published one: clearly for the classifier, a little for the regressor.
#
# Now the verdicts. The rules were written before the search was run. *Reproduced*: the median set lies within ten points of 33, and the average set has a reduction, with its 95% interval above zero. The other two ways of counting are not the paper's, so at best they are *in pattern*.

# %%
from IPython.display import display

from helpers import scorecard

for task, ways in every.items():
    values = ways["published"]["autoencoder"]
    display(scorecard.record(f"king-search-{task}", values))

# %%
for task, ways in every.items():
    for way in ("living", "all"):
        values = ways[way]["autoencoder"]
        display(scorecard.record(f"king-search-{task}-{way}", values))

# %% [markdown]
# So the effect is in the published direction, and its size depends on who is counted. And what remains when each network's random dictionary is subtracted? The rule asks for half of the 33 points.

# %%
for task, ways in every.items():
    lead = ways["living"]["autoencoder"] - ways["living"]["random"]
    display(scorecard.record(f"king-search-random-{task}", lead))

# %% [markdown]
# Something remains, more for the classifier, but less than the rule asks for.
#
# The intervals speak of other sets from the same candidates. All sets are trained and judged on one simulated season, and they overlap: two sets of five out of eleven share more than two inputs on average. Other weather is not in these intervals.
#
# ## Do better networks get more?
#
# If the reduction told you something about what a network understood, you might expect it to go with skill. Does it?

# %%
middle, skill, lost = {}, {}, {}
for task, table in tasks.items():
    middle[task] = mean(reduction(table))
    skill[task] = mean(by_set(table, table.skill))
    lost[task] = skill[task] - mean(by_set(table, table.spliced))

# %% mystnb={"image": {"alt": "Reduction of 250 classifiers' sets in three panels. Against accuracy and against the CSI of mixed it rises, from about 35 to about 45 percent, within wide clouds. Against the accuracy lost by splicing, which is a tenth of a percent at most for nearly all, the means are flat."}}
snow = tasks["classifier"]
mixed = mean(by_set(snow, [csi[1] for csi in snow.csi]))
others = skill["classifier"], mixed, lost["classifier"]
labels = "accuracy", "CSI of mixed", "accuracy lost by splicing"
cuts = middle["classifier"]
panels = {label: (x, cuts) for label, x in zip(labels, others)}
search_plots.against(panels, "classifier: reduction (%)");

# %% mystnb={"image": {"alt": "Reduction of 250 regressors' sets. Against R², which spreads from about 0 to 0.7, and against the R² lost by splicing, which is about zero, the means of five groups are nearly flat within wide clouds."}}
labels, cuts = ("R²", "R² lost by splicing"), middle["regressor"]
others = skill["regressor"], lost["regressor"]
panels = {label: (x, cuts) for label, x in zip(labels, others)}
search_plots.against(panels, "regressor: reduction (%)");

# %% [markdown]
# The line joins the means of five groups with equally many sets. The last panels hold what {term}`splicing` costs: the skill of the network less its skill with the autoencoder's copy in the place of the hidden layer.
#
# Two things could make such links without anybody understanding anything. Latents that are on less often have fewer sensitive inputs, as chapter 10 showed; for that there are the random dictionaries. And where neurons have many sensitive inputs, there is more to reduce. So correlate the ranks of the sets, once with skill, once with the neurons' own count. Draw the sets anew, with repetition, a thousand times, for the 95% intervals.

# %%
from scipy.stats import rankdata

rng = np.random.default_rng(0)

# %%
def linked(x, y, times=1000):
    x, y = rankdata(x), rankdata(y)
    draws = rng.integers(0, len(x), (times, len(x)))
    found = [np.corrcoef(x[some], y[some])[0, 1] for some in draws]
    low, high = np.quantile(found, (0.025, 0.975))
    return f"{np.corrcoef(x, y)[0, 1]:.2f} ({low:.2f} to {high:.2f})"


# %%
rows = {}
for task, table in tasks.items():
    start = mean(count(table, "neurons", "living"))
    blind = mean(reduction(table, "living", "random"))
    cuts = {"reduction": middle[task], "of random ones": blind}
    cuts["lead over them"] = middle[task] - blind
    for name, values in cuts.items():
        rows[task, name] = [linked(x, values) for x in (skill[task], start)]
pd.DataFrame(rows, ["with skill", "with the neurons' count"]).T

# %% [markdown]
# Mind the last column. The neurons' count is also what the reduction is divided by, so the two are coupled: a network whose neurons have many frames by chance has a large reduction by the same chance. A part of that correlation is arithmetic.
#
# **Takeaway.** For the classifier, better networks have larger reductions. But so do their random dictionaries, and the lead over these follows skill much less. The reduction goes more with the number of frames that the neurons have to lose. For the regressor it says little about skill, and the lead is larger where the network is poor. So do not take a large reduction for a sign that a network has understood something. And splicing costs next to nothing in either task: the copies are good, whatever their latents look like.
#
# ## The best of 250
#
# Now search as you would if you had one seed. Take the reductions of seed 0 over living units, and pick the set with the largest. It is your discovery. Then train the same set with the other seeds. Do this with every seed as the one that chooses.

# %%
def chosen_by(values, seed):
    best = np.nanargmax(values[:, seed])
    rest = np.delete(values, seed, axis=1)
    return values[best, seed], np.nanmean(rest[best]), np.nanmean(rest)

# %% mystnb={"image": {"alt": "Two panels, a line for each seed that chooses. Its best set has a reduction far above 60 percent; the other seeds of the same set give about as much as the average set, which is near 40; several lines end below it."}}
def discoveries(way):
    panels, places = {}, ("best of one seed", "other seeds", "average set")
    for task, table in tasks.items():
        values = reduction(table, way)
        found = [chosen_by(values, seed) for seed in range(values.shape[1])]
        panels[task] = dict(zip(places, zip(*found)))
    return panels


search_plots.fall(discoveries("living"), "reduction (%)");

# %% [markdown]
# A line is a seed that chooses, and a bar is the average of these.
#
# **Takeaway.** Whichever seed chooses, its best of 250 looks spectacular. Ask the other seeds, and most of the lead over the average set is gone. Some discoveries end *below* the average set. Nobody cheated here; looking for the best was enough. **Try it:** draw `discoveries("published")`, and choose by the published count.
#
# How does this grow with the size of the search? Draw some of the 250 sets at random, take the best of them by one seed, and note what it promised and what the other seeds deliver.


# %%
def searches(values, tried, seed, rng, times=500):
    rest = np.nanmean(np.delete(values, seed, axis=1), axis=1)
    found = []
    for _ in range(times):
        some = rng.choice(len(values), tried, replace=False)
        best = some[values[some, seed].argmax()]
        found.append((values[best, seed], rest[best]))
    return np.mean(found, axis=0)  # promised, delivered


# %% [markdown]
# The helper does it without drawing. It sorts the sets: the set with rank $i$ of $n$ is the best of $k$ with probability $\binom{i-1}{k-1} / \binom{n}{k}$. Both give the same, but for the draws.

# %%
from helpers import selection


def of_the_others(values):  # for each seed the mean of all but this one
    return (values.sum(1, keepdims=True) - values) / (values.shape[1] - 1)

# %% tags=["nbval-check-output"]
living = {task: reduction(table) for task, table in tasks.items()}
values = living["classifier"]
both = values, of_the_others(values)
exact = [selection.best_of(values, [20], one)[0, 0] for one in both]
drawn = searches(values, 20, 0, np.random.default_rng(0))
print("promised and delivered, exact:", *np.round(exact, 1))
print("promised and delivered, drawn:", *np.round(drawn, 1))
print("the same within a point:", np.allclose(exact, drawn, atol=1))

# %%
import matplotlib.pyplot as plt

# %% mystnb={"image": {"alt": "Promised and delivered reduction against the number of sets tried, on a logarithmic axis, for both tasks. Both start near 40 percent with one set. The promise climbs steadily to above 70; what is delivered rises by a few points at most, in a band that widens."}}
tried = [1, 2, 4, 8, 16, 32, 64, 125, 250]
how = {"figsize": (9.8, 3.7), "sharey": True, "layout": "constrained"}
_, axes = plt.subplots(1, 2, **how)
for ax, (task, values) in zip(axes, living.items()):
    rest = of_the_others(values)
    lines = {"promised": selection.best_of(values, tried)}
    lines["delivered"] = selection.best_of(values, tried, rest)
    plots.curves(tried, lines, "sets tried", "reduction (%)", ax=ax)
    ax.set_title(task, fontsize=10)
    ax.set_xscale("log")
    ax.set_xticks(tried, tried)
    ax.set_xlim(1, 250)
    ax.label_outer()

# %% [markdown]
# A band holds nine in ten of the seeds that choose, the line is their median.
#
# **Takeaway.** The promise grows with every doubling of the search. What is delivered grows little, and beyond some dozens of sets hardly at all. With one set the two agree: no choice, no bias. So a best case means nothing until you know out of how many.
#
# ## Would a search find something where there is nothing?
#
# The cure for one lucky seed is more seeds. So rank the sets by their means over all seeds. The best of 250 means still owes something to luck. How much? Ask what the search would find if nothing were there. There are two kinds of nothing.
#
# 1. *Sets do not differ.* Then a value might as well belong to any other set. Shuffle the values over the sets, within each seed, and take the best mean again.
# 2. *Latents are no better than random dictionaries.* Then the names 'latent' and 'random' might as well be swapped. Toss a coin for each network, and swap or not: the lead changes its sign. Take the largest mean lead again.
#
# This is a {term}`permutation test`. It asks nothing of the shape of the distributions, and because it repeats the choice of the best, the choice is accounted for.


# %%
def shuffled_best(values, rng):
    return mean(rng.permuted(values, axis=0)).max()


def swapped_best(lead, rng):
    coin = rng.choice([-1, 1], lead.shape)
    return mean(coin * lead).max()


# %% mystnb={"image": {"alt": "Two histograms each of 2,000 shuffled searches for classifier and regressor, with the measured value as a line. For the classifier both lines lie far to the right of all shuffles. For the regressor the best mean reduction lies in the right tail of the histogram, and the largest lead farther out in it."}}
rng, rows = np.random.default_rng(0), {}
for task, table in tasks.items():
    values = living[task]
    lead = values - reduction(table, "living", "random")
    alike = [shuffled_best(values, rng) for _ in range(2000)]
    swapped = [swapped_best(lead, rng) for _ in range(2000)]
    best, ahead = mean(values).max(), mean(lead).max()
    panels = {f"{task}: best mean reduction (%)": (best, alike)}
    panels["largest mean lead (points)"] = ahead, swapped
    search_plots.nulls(panels)
    average, null = np.nanmean(values), np.median(alike)
    p = selection.p_value(best, alike), selection.p_value(ahead, swapped)
    share = (null - average) / (best - average)
    rows[task] = [average, best, null, share, *p]

# %%
columns = ["average", "best", "null best", "null lead / lead"]
columns += ["p, alike", "p, swapped"]
digits = dict(zip(columns, (1, 1, 1, 2, 4, 4)))
pd.DataFrame(rows, columns).T.round(digits)

# %% [markdown]
# A p-value counts the measured search as one of the shuffled ones. So with 2,000 shuffles none is below 1/2001, which is printed as 0.0005.
#
# Do not read the fourth column as the share of luck in the lead. It compares two worlds: in one all sets are alike, in the other they are not. The best of sets that differ is not the best set with the largest luck on top. How much of the lead *is* luck has an answer of its own, in the next section.
#
# **Takeaway.** The classifier's best set is more than luck: no shuffled search reaches it. The regressor's may well be nothing else: about one shuffled search in twenty reaches it, and that is no clear sign that its best set is better than the others.
#
# The second test is passed too. But it speaks of all sets together: swapping the names takes the average lead away as well, so any clear average lead passes, whatever the best set is. It says that latents are not random dictionaries under another name. How much more they are, the averages above say better than any best case.
#
# ## How much of a value is the set?
#
# A value is that of its set plus the luck of its seed. Split the variance into these two. The variance within sets is easy: it is that between the seeds of one set. The variance of the set *means* is that between sets plus a part of the luck, which shrinks with the number of seeds. Subtract it. The share of the sets in the whole is the {term}`intraclass correlation`, ICC for short.

# %% tags=["nbval-check-output"]
def icc(values):  # (sets, seeds)
    within = values.var(axis=1, ddof=1).mean()
    between = values.mean(1).var(ddof=1) - within / values.shape[1]
    return between / (between + within)


skills = by_set(snow, snow.skill)
print(np.allclose(icc(skills), selection.components(skills).icc))

# %%
rows = {}
for task, table in tasks.items():
    cuts = {f"reduction, {way}": reduction(table, way) for way in WAYS}
    twins = reduction(table, "living", "random")
    cuts["lead over random"] = living[task] - twins
    cuts["skill"] = by_set(table, table.skill)
    split = {name: selection.components(one) for name, one in cuts.items()}
    rows[task] = {name: found.icc for name, found in split.items()}
pd.DataFrame(rows).round(2)

# %% [markdown]
# The lead over random has luck from two sides: that of the seed, and that of the one random dictionary that each network was given. With more of them its ICC would be higher.
#
# **Takeaway.** Nearly all of the variance of *skill* is between sets: tell me the inputs, and I tell you how good the network will be. Of the variance of the *reduction* most is luck, and for the regressor nearly all. So the reduction of one network says little about the next one with the same inputs.
#
# So how many seeds does a ranking need? Two means over $k$ seeds of the same sets correlate by
#
# $$
# r_k = \frac{k\, \rho}{1 + (k - 1)\, \rho} ,
# $$ (eq-reliability)
#
# where $\rho$ is the ICC. This is the {term}`reliability` of the mean. You need not believe it: split the seeds at random into halves, rank the sets by either, and correlate the ranks.

# %%
from scipy.stats import spearmanr


def halves(values, k, rng):
    order = rng.permutation(values.shape[1])
    one, other = values[:, order[:k]], values[:, order[k : 2 * k]]
    return spearmanr(mean(one), mean(other)).statistic

# %% mystnb={"image": {"alt": "Rank correlation between halves of the seeds against the seeds in each half, with bands. It rises from near zero; the classifier reaches about 0.6 with ten seeds, the regressor about 0.3. Dashed lines of the formula run along both."}}
ks = range(1, snow.seed.nunique() // 2 + 1)
agree = {
    task: [[halves(values, k, rng) for _ in range(50)] for k in ks]
    for task, values in living.items()
}
ylabel = "rank correlation of the halves"
ax = plots.curves(ks, agree, "seeds in each half", ylabel)
for values in living.values():
    rho = selection.components(values).icc
    ax.plot(ks, selection.reliability(rho, ks), "--", color=plots.INK)
ax.set_xlim(1, 1.15 * max(ks))
ax.set_ylim(0, 1);

# %% [markdown]
# A band holds nine in ten of the fifty splits. The dashed lines are the formula. It is about correlations of values, not of ranks, and fits all the same.
#
# **Takeaway.** One seed ranks the sets hardly better than dice would. Ten seeds rank those of the classifier fairly, those of the regressor poorly. Before you rank settings of anything, find the ICC; a few seeds give a first guess.
#
# The reliability also says how much of the best's lead is luck. If values are normally distributed, you expect a set that leads by some points over $k$ seeds to lead by $r_k$ times as many in the next seeds. The rest, $1 - r_k$, was luck. Check it: let a random half of the seeds choose the best of all sets, and let the other half judge it.

# %%
def held_out(values, rng):
    order = rng.permutation(values.shape[1])
    one, other = np.array_split(order, 2)
    choose, judge = mean(values[:, one]), mean(values[:, other])
    best = choose.argmax()
    return choose[best] - choose.mean(), judge[best] - judge.mean()

# %%
rows = {}
for task, values in living.items():
    found = [held_out(values, rng) for _ in range(500)]
    lead, kept = np.mean(found, axis=0)
    rho, k = selection.components(values).icc, values.shape[1]
    luck = [1 - selection.reliability(rho, some) for some in (k // 2, k)]
    rows[task] = [lead, kept, 1 - kept / lead, *luck]
columns = ["lead of the best", "kept", "lost", "1 - r, half", "1 - r, all"]
pd.DataFrame(rows, columns).T.round(2)

# %% [markdown]
# **Takeaway.** What the choice loses, on average over the splits, is about what the formula says. When half of the seeds choose, about a third of the classifier's lead is luck, and most of the regressor's. When all choose there is nobody left to judge, but the formula speaks on: less is luck, for the regressor still about half.
#
# ## Which inputs matter?
#
# Single sets are hard to rank. Single *inputs* are easier, because each is in about a third to a half of the sets. For each candidate take the mean over the sets that have it, less the mean over those that do not. Draw the sets anew again for the spread.


# %%
def with_less_without(values, seen):  # (..., sets), (sets, inputs)
    return (values @ seen) / seen.sum(0) - (values @ ~seen) / (~seen).sum(0)


def resampled(values, seen, rng, times=1000):
    draws = rng.integers(0, len(values), (times, len(values)))
    draws = [with_less_without(values[some], seen[some]) for some in draws]
    return np.stack(draws, axis=1)


# %% [markdown]
# Beside it stands how often units are sensitive to the input, where their network sees it. Bars hold 95% of the draws; the units are counts over all networks and have none. The number after a radar or model variable is a height in hundreds of metres.

# %%
from helpers.weather.abbreviations import short


# %%
def inputs_of(task):
    table, candidates = tasks[task], list(input_search.CANDIDATES[task])
    ours = table.inputs[: len(middle[task])]
    seen = np.array([[name in one for name in candidates] for one in ours])
    each = np.concatenate([*table.inputs])
    frames = pd.DataFrame(np.hstack([*table.sensitive]).T, each)
    shares = 100 * frames.groupby(level=0).mean().loc[candidates]
    shares = dict(zip(("neurons", "latents"), shares.to_numpy().T))
    measure = "accuracy" if task == "classifier" else "R²"
    cuts = resampled(middle[task], seen, rng)
    skills = resampled(100 * skill[task], seen, rng)
    columns = {
        "reduction (points)": {"autoencoder": cuts},
        f"{measure} (points)": {"network": skills},
        "units that are sensitive (%)": shares,
    }
    return search_plots.effects(short(candidates), columns)


# %% mystnb={"image": {"alt": "Eleven inputs of the classifier in three panels. Reduction: temperature is highest with about seven points, wind and pressure lowest with about minus four. Accuracy: fall speed, density and temperature add three to six points, most others take some. Units that are sensitive: near 90 percent of the neurons for these three, less for all others; latents have a third to two thirds of that, in about the same order, but for wind and pressure, which few of either follow."}}
inputs_of("classifier");

# %% mystnb={"image": {"alt": "Fourteen inputs of the regressor in three panels. Reduction: Doppler velocity at 300 m (dv 3) is highest with about three points, n0 and lambda lowest with about minus three, reflectivity 3 and 4 near zero. R²: reflectivity 3 and 4 add about twenty points. Units that are sensitive: about 20 to 65 percent of the neurons, most for the lowest reflectivities; latents between two fifths and two thirds of that."}}
inputs_of("regressor");

# %% [markdown]
# **Takeaway.** Effective density, fall speed and temperature make good classifiers, and nearly all neurons that see them are sensitive to them. The reduction is another matter: temperature raises it most, and wind and pressure, which few units follow, lower it. For the regressor the lowest reflectivities decide about the skill and do little for the reduction; the lowest Doppler velocity (dv 3) raises it most. In both figures the latents follow the inputs that the neurons follow, only that fewer of them pass 0.4. A set that takes in one input leaves out another, so each difference means: compared with the average other candidate.
#
# ## On your own table, on a cluster
#
# Set `SNOWFALL_WEATHER` and run the chapter: the live search is about your table then. From a shell it is one command (with five inputs at a time), and so is a larger search on four processes:
#
#     SNOWFALL_WEATHER=csv:mine.json \
#       python -m helpers.input_search --task event --seeds 5 \
#       --out mine.parquet
#     python -m helpers.input_search --task classifier --seeds 40 \
#       --workers 4 --out search.parquet
#
# A killed search goes on with the same command, and with more `--seeds` only the new ones are trained. In Python hand a Dask client to `sweep.run(..., client=client)`; then the stacks go to its workers, on this machine or on many. {doc}`../book/clusters` shows how, for a queue such as SLURM as well.
#
# The sections from *Not the best case* on are about the published search. Their numbers for another file take a few lines. Here they are for the live search; to see yours put `sweep.read("mine.parquet")` into `own`. A set in which a seed has no value is left out.

# %%
own, rows = live, {}
for way in WAYS:
    values = reduction(own, way)
    values = values[np.isfinite(values).all(1)]
    rho, seeds = selection.components(values).icc, values.shape[1]
    found = len(values), values.mean(), *bootstrap_interval(mean(values))
    rows[way] = [*found, rho, selection.reliability(rho, seeds)]
columns = "sets", "average (%)", "from", "to", "ICC", "reliability"
pd.DataFrame(rows, columns).T.round(2)

# %% [markdown]
# An ICC from two seeds is a rough guess, and one that comes out below zero is shown as zero.
#
# ## Exercises
#
# ```{exercise-start} Pure luck
# :label: ex-pure-luck
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# Suppose that 250 sets do not differ at all, and that seeds scatter around the average with a standard deviation of 1, normally distributed. You try each set once. What do you expect of the best? Put the number into `mine`.

# %%
from helpers import search_answers

mine = None
search_answers.best_by_luck(mine)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `rng.normal(size=(times, 250))` holds many searches. Take the largest of each, then the average.
# :::
#
# ```{solution-start} ex-pure-luck
# :label: sol-pure-luck
# :class: dropdown
# ```

# %%
mine = rng.normal(size=(20_000, 250)).max(1).mean()
search_answers.best_by_luck(mine)

# %% [markdown]
# Multiply it by the standard deviation over the seeds of one set, and you have what a search with one seed hands you for nothing.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} How many seeds?
# :label: ex-how-many-seeds
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# How many seeds does each of the classifier's sets need so that the reliability of its mean reduction, over living units, is at least 0.8? Put the smallest whole number into `mine`.

# %%
mine = None
rho = selection.components(living["classifier"]).icc
search_answers.seeds_needed(mine, rho)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Solve equation {eq}`eq-reliability` for $k$ with $r_k = 0.8$, or try one $k$ after another.
# :::
#
# ```{solution-start} ex-how-many-seeds
# :label: sol-how-many-seeds
# :class: dropdown
# ```

# %%
enough = (k * rho / (1 + (k - 1) * rho) >= 0.8 for k in range(1, 10_000))
mine = 1 + list(enough).index(True)
search_answers.seeds_needed(mine, rho)

# %% [markdown]
# Times 250 sets. Ranking sets by skill would take one.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} An honest discovery
# :label: ex-honest-discovery
# ```
#
# *Difficulty 3 of 5, importance 5 of 5, 15 minutes.*
#
# Report the best set of the regressor honestly. Let the earlier half of the seeds choose: the set with the largest mean reduction over living units. Put what the later half says of this set, its mean, into `mine`.

# %%
mine = None
search_answers.honest(mine, living["regressor"])

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `mean(values[:, :half])` are the means that choose, and `.argmax()` names the set.
# :::
#
# ```{solution-start} ex-honest-discovery
# :label: sol-honest-discovery
# :class: dropdown
# ```

# %%
values = living["regressor"]
half = values.shape[1] // 2
best = mean(values[:, :half]).argmax()
mine = values[best, half:].mean()
search_answers.honest(mine, values)

# %% [markdown]
# Whoever has only one half can still say how large the search was. It costs one sentence.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - A mask lets hundreds of networks with inputs of their own train as one stack; `sweep.run` goes on where a search was interrupted.
# - The average set has a reduction in each way of counting. Counted as published it is well below 33%, and controls have much of it.
# - The best of 250 by one seed promises much and delivers little more than the average set. Report how many you tried.
# - A permutation test that repeats the choice says what the best would be if there were nothing to find.
# - Skill belongs to the inputs, the reduction mostly to the seed. A ranking by reduction needs dozens of seeds.
#
# ## What's next
#
# The {doc}`../book/scorecard` lists these verdicts beside all others.
#
# ## Further reading
#
# The search is that of {cite:t}`king2025`. Regression to the mean was found in the heights of families {cite:p}`galton1886`. Why discoveries shrink: {cite:t}`ioannidis2008`, short and general. Permutation tests that take the choice of the largest into account come from brain imaging, where the search is over a hundred thousand places {cite:p}`nichols2002`; why a p-value from shuffles is never zero: {cite:t}`phipson2010`. The intraclass correlation, and its relatives: {cite:t}`shrout1979`.
